/*
 * run.c - what a run holds: constants ready to load, and lists that answer
 * alike whatever their type, their length and the way they were filled.
 */

#include "runtime/run.h"

#include <stdlib.h>

#include "program/rules.h"
#include "tap.h"

/* Few values are looked through, many are hashed: `many` makes a list long. */
#define RULES(many)                                                            \
    "param life : duration = 2h\n"                                             \
    "list texts : text = [\"one\", \"two\"" many "]\n"                         \
    "list sources : source = [\"2001:db8::1\", \"ec2.amazonaws.com\"" many     \
    "]\n"                                                                      \
    "list blocks : cidr = [10.1.0.0/16, 10.0.0.0/16, 10.0.0.0/8, "             \
    "2001:db8::/32]\n"                                                         \
    "list addresses : ip = [192.0.2.1, 192.0.2.2]\n"                           \
    "list reals : real = [0.0, 1.5]\n"                                         \
    "list numbers : int = [7, 8]\n"                                            \
    "rule r {\n"                                                               \
    "  from cloudtrail\n"                                                      \
    "  where eventName in texts and sourceIPAddress in sources\n"              \
    "    and ip(sourceIPAddress) in 10.0.0.0/9 and userAgent == \"agent\"\n"   \
    "    and userAgent matches /a.b/\n"                                        \
    "}\n"

enum list { TEXTS, SOURCES, BLOCKS, ADDRESSES, REALS, NUMBERS };

static struct astray_rules *compile(const char *text)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;

    if (compiler && astray_compiler_add_text(compiler, "x.astray", text,
                                             strlen(text)) == ASTRAY_OK)
        astray_compiler_build(compiler, &rules);
    astray_compiler_free(compiler);
    return rules;
}

static struct as_value text_of(const char *text)
{
    return as_words(AS_KIND_TEXT, as_text_of(text));
}

static bool has_text(const struct as_run *run, const char *text)
{
    struct as_value value = text_of(text);

    return as_run_list_has(run, TEXTS, &value);
}

static bool has_source_text(const struct as_run *run, struct as_text text)
{
    struct as_arena arena;
    struct as_value value;
    bool has;

    as_arena_init(&arena, 0);
    value = as_source_value(text, &arena);
    has = as_run_list_has(run, SOURCES, &value);
    as_arena_free(&arena);
    return has;
}

static bool has_source(const struct as_run *run, const char *text)
{
    return has_source_text(run, as_text_of(text));
}

static bool has_ip(const struct as_run *run, enum list list, const char *text)
{
    struct as_value value = { .kind = AS_KIND_IP };

    return as_ip_parse(as_text_of(text), &value.address) &&
           as_run_list_has(run, list, &value);
}

static bool has_real(const struct as_run *run, double real)
{
    struct as_value value = { .kind = AS_KIND_REAL };

    value.real = real;
    return as_run_list_has(run, REALS, &value);
}

static bool has_number(const struct as_run *run, int64_t number)
{
    struct as_value value = as_integer(AS_KIND_INT, number);

    return as_run_list_has(run, NUMBERS, &value);
}

static void ask(const struct as_run *run)
{
    tap_ok(has_text(run, "one") && has_text(run, "two"), "texts");
    tap_ok(!has_text(run, "") && !has_text(run, "On"), "and no others");
    tap_ok(has_source(run, "ec2.amazonaws.com"), "a source that is a name");
    tap_ok(has_source(run, "2001:0DB8:0::1"), "an address, however spelt");
    tap_ok(!has_source(run, "2001:db8::2") && !has_source(run, "AWS Internal"),
           "and no others");
    tap_ok(!has_source_text(run, AS_TEXT("\x20\x01\x0d\xb8\0\0\0\0\0\0\0"
                                         "\0\0\0\0\x01")),
           "nor the bytes of an address");
    tap_ok(has_real(run, -0.0) && has_real(run, 1.5) && !has_real(run, 2),
           "reals, where -0 is 0");
    tap_ok(has_number(run, 7) && !has_number(run, 9), "whole numbers");
    tap_ok(has_ip(run, BLOCKS, "10.255.255.255") &&
               has_ip(run, BLOCKS, "2001:db8:ffff::") &&
               !has_ip(run, BLOCKS, "11.0.0.0") &&
               !has_ip(run, BLOCKS, "9.255.255.255"),
           "blocks");
    tap_ok(has_ip(run, ADDRESSES, "192.0.2.2") &&
               !has_ip(run, ADDRESSES, "192.0.2.3"),
           "addresses");
}

static void constants(const struct as_run *run)
{
    const struct as_pack *pack = run->pack;
    unsigned texts = 0, blocks = 0, patterns = 0;

    for (uint32_t i = 0; i < pack->constant_count; i++) {
        const struct as_row_constant *row = &pack->constant[i];
        const struct as_value *value = &run->constants[i];
        struct as_ip inside;

        texts += row->type == AS_KIND_TEXT &&
                 as_text_equal(as_value_text(value), AS_TEXT("agent"));
        blocks += row->type == AS_KIND_CIDR && as_is_missing(value) &&
                  as_ip_parse(AS_TEXT("10.127.0.1"), &inside) &&
                  as_ip_range_has(&run->blocks[i], &inside);
        patterns += row->type == AS_KIND_REGEX && as_is_missing(value) &&
                    as_regex_match(run->regexes[i], AS_TEXT("xa_bx"));
    }
    tap_int(texts, 1, "a text is a value");
    tap_int(blocks, 1, "a block is a range");
    tap_int(patterns, 1, "a pattern is compiled");
    tap_ok(run->params[0].kind == AS_KIND_DURATION &&
               run->params[0].integer == 7200000,
           "a parameter has its default");
}

static void as_it_stands(const char *text)
{
    struct astray_rules *rules = compile(text);
    struct as_run run;

    if (!tap_ok(rules != NULL, "compiles"))
        return;
    if (tap_ok(!as_run_init(&run, &rules->pack) && !as_run_seal(&run),
               "a run")) {
        ask(&run);
        constants(&run);
        tap_int(run.lists[BLOCKS].count, 4, "len() is what was written");
        tap_int((long)run.lists[BLOCKS].set.count, 2,
                "though it is two ranges");
        tap_ok((const char *)run.lists[BLOCKS].set.ranges >=
                       (const char *)rules->pack.bytes &&
                   (const char *)run.lists[BLOCKS].set.ranges <
                       (const char *)rules->pack.bytes + rules->pack.length,
               "which stand in the pack");
    }
    as_run_done(&run);
    astray_rules_free(rules);
}

static enum astray_status set(struct as_run *run, const char *name,
                              enum astray_list_mode mode, const char *values,
                              struct as_buf *why)
{
    as_buf_reset(why);
    return as_run_set_list(run, as_text_of(name), mode, "x.txt",
                           as_text_of(values), why);
}

static void changed(void)
{
    struct astray_rules *rules = compile(RULES(""));
    struct as_buf why = { .bytes = NULL };
    struct as_run run;

    if (!tap_ok(rules && !as_run_init(&run, &rules->pack), "a run"))
        return;
    tap_ok(!set(&run, "texts", ASTRAY_LIST_EXTEND, "3\n4\n5\n6\n7\n8\n9\nten\n",
                &why) &&
               why.length == 0,
           "texts are added");
    tap_ok(
        !set(&run, "sources", ASTRAY_LIST_EXTEND, "AWS Internal\n::1\n", &why),
        "sources");
    tap_ok(!set(&run, "addresses", ASTRAY_LIST_EXTEND, "192.0.2.3\n", &why),
           "an address");
    tap_ok(!set(&run, "blocks", ASTRAY_LIST_REPLACE,
                "192.0.2.0/25\n192.0.2.128/25\n", &why),
           "blocks are replaced");
    tap_ok(!set(&run, "blocks", ASTRAY_LIST_EXTEND, "10.1.2.3/8\n", &why),
           "and one more");
    as_buf_putc(&why, '\0');
    tap_ok(why.bytes && strstr(why.bytes, "x.txt:1: bits are set behind"),
           "whose stray bits are warned of");
    tap_int(set(&run, "blocks", ASTRAY_LIST_EXTEND, "10.0.0.0/8\n?\n", &why),
            ASTRAY_BAD_VALUE, "no block");
    tap_ok(!as_run_seal(&run), "sealed");
    tap_ok(has_text(&run, "one") && has_text(&run, "ten"), "old and new texts");
    tap_ok(has_source(&run, "0:0::1") && has_source(&run, "2001:db8::1") &&
               has_source(&run, "AWS Internal"),
           "old and new sources");
    tap_ok(has_ip(&run, ADDRESSES, "192.0.2.3") &&
               has_ip(&run, ADDRESSES, "192.0.2.1"),
           "old and new addresses");
    tap_ok(!has_ip(&run, BLOCKS, "2001:db8::1") &&
               has_ip(&run, BLOCKS, "10.9.9.9") &&
               has_ip(&run, BLOCKS, "192.0.2.200"),
           "new blocks only");
    tap_int(run.lists[BLOCKS].count, 3, "all are counted");
    tap_int((long)run.lists[BLOCKS].set.count, 2, "neighbours are one range");
    as_buf_done(&why);
    as_run_done(&run);
    astray_rules_free(rules);
}

int main(void)
{
    as_it_stands(RULES(""));
    as_it_stands(RULES(", \"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\""));
    changed();
    return tap_done();
}
