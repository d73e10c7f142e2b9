/*
 * fuzz_rules.c - rule text through the whole compiler, and everything it has
 * to say through every format of the command.
 *
 * The input: files, with a byte 255 between them (which UTF-8 does not have).
 * What is imported is looked for in the current folder, so most imports fail;
 * what the files declare they share all the same.
 */

#include "astray.h"

#include "cli/render.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/shown.h"
#include "tests/unit/json_plain.h"

const unsigned fuzz_variants = 8;

enum { MOST_INPUT = 64 * 1024, MOST_FILES = 4 };

struct said {
    struct as_buf out;
    unsigned errors, count;
};

static void check_label(const struct astray_label *label)
{
    size_t line = strlen(label->line_text);

    fuzz_require(label->line >= 1 && label->column >= 1 && label->width >= 1,
                 "places count from 1");
    fuzz_require(label->column - 1 + (size_t)label->width <= line + 1,
                 "what is underlined lies within its line");
    fuzz_require(!strchr(label->line_text, '\n'), "a line is one line");
}

static void on_diagnostic(const struct astray_diagnostic *d, void *user)
{
    struct said *said = user;
    struct as_buf json = { .bytes = NULL };
    const char *title = NULL;

    said->count++;
    said->errors += d->severity == ASTRAY_ERROR;
    fuzz_require(d->message[0] != '\0', "a diagnostic says something");
    fuzz_require(astray_explain(d->code, &title) && title,
                 "every code is explained");
    for (size_t i = 0; i < d->label_count; i++)
        check_label(&d->labels[i]);
    as_buf_reset(&said->out);
    as_render_text(&said->out, d, said->count % 2);
    as_render_short(&said->out, d);
    fuzz_require(shown_is_safe(as_buf_view(&said->out), true),
                 "a diagnostic can be shown");
    as_render_json(&json, d);
    fuzz_require(plain_is_json(json.bytes, json.length),
                 "a diagnostic as JSON is JSON");
    as_buf_done(&json);
}

/* NULL when the rules have errors, which were said. */
static struct astray_rules *compile(struct fuzz_bytes in, struct said *said)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;
    struct as_text part;
    char name[] = "a.astray";

    fuzz_require(compiler != NULL, "there is memory for a compiler");
    astray_compiler_on_diagnostic(compiler, on_diagnostic, said);
    for (int i = 0; i < MOST_FILES && fuzz_part(&in, 0xFF, &part); i++) {
        enum astray_status added = astray_compiler_add_text(
            compiler, name, part.bytes, part.length);
        fuzz_require(added == ASTRAY_OK, "a file can be added");
        name[0]++;
    }
    enum astray_status status = astray_compiler_build(compiler, &rules);
    fuzz_require(status == ASTRAY_OK || status == ASTRAY_BAD_SOURCE,
                 "it compiles, or the rules have errors");
    fuzz_require((status == ASTRAY_BAD_SOURCE) == (said->errors > 0),
                 "rules are refused where errors were said, and only there");
    fuzz_require((status == ASTRAY_OK) == (rules != NULL),
                 "there are rules when it compiles");
    astray_compiler_free(compiler);
    return rules;
}

static void describe(const struct astray_rules *rules)
{
    char *text = NULL, *json = NULL;

    fuzz_require(!astray_rules_describe(rules, ASTRAY_DESCRIBE_CODE, &text),
                 "rules can be described");
    fuzz_require(shown_is_safe(as_text_of(text), false),
                 "the description can be shown");
    fuzz_require(!astray_rules_describe(
                     rules, ASTRAY_DESCRIBE_CODE | ASTRAY_DESCRIBE_JSON, &json),
                 "rules can be described as JSON");
    fuzz_require(plain_is_json(json, strlen(json)), "which is JSON");
    free(text);
    free(json);
}

/* What was compiled is a pack that a stranger might have sent. */
static void check_pack(const struct astray_rules *rules,
                       const struct astray_rules *again)
{
    struct astray_rules *loaded = NULL;
    const char *why = NULL;
    size_t length, other;
    const void *bytes = astray_rules_bytes(rules, &length);
    const void *more = astray_rules_bytes(again, &other);

    fuzz_require(length == other && memcmp(bytes, more, length) == 0,
                 "the same rules make the same pack");
    fuzz_require(astray_rules_load(bytes, length, &loaded, &why) == ASTRAY_OK,
                 "what was compiled loads");
    fuzz_require(astray_rules_count(loaded) == astray_rules_count(rules),
                 "and has as many rules");
    astray_rules_free(loaded);
}

static void check_scanner(const struct astray_rules *rules)
{
    static const char event[] =
        "{\"eventTime\":\"2026-05-01T10:00:00Z\",\"eventID\":\"1\","
        "\"eventName\":\"GetObject\",\"sourceIPAddress\":\"192.0.2.1\","
        "\"userAgent\":\"exec-env/AWS_Lambda_python\",\"userIdentity\":"
        "{\"type\":\"AssumedRole\",\"accessKeyId\":\"ASIA\",\"arn\":"
        "\"arn:aws:sts::111122223333:assumed-role/r/s\"},"
        "\"requestParameters\":{\"bucketName\":\"b\",\"a\":[1,{\"b\":2}]}}";
    struct astray_scanner *scanner = NULL;

    fuzz_require(!astray_scanner_new(rules, &scanner), "a scanner can be made");
    fuzz_require(!astray_scanner_feed(scanner, "x", event, sizeof(event) - 1),
                 "an event can be fed");
    fuzz_require(!astray_scanner_finish(scanner), "and judged");
    astray_scanner_free(scanner);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct fuzz_bytes in = { bytes, bytes + length };
    struct said said = { .count = 0 };

    if (length > MOST_INPUT)
        return 0;
    struct astray_rules *rules = compile(in, &said);
    if (rules) {
        unsigned once = said.count;
        said.count = 0;
        struct astray_rules *again = compile(in, &said);
        fuzz_require(again && said.count == once,
                     "it compiles a second time, with the same words");
        check_pack(rules, again);
        describe(rules);
        check_scanner(rules);
        astray_rules_free(again);
    }
    astray_rules_free(rules);
    as_buf_done(&said.out);
    return 0;
}
