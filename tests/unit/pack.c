/*
 * pack.c - packs: what is built can be loaded, and nothing else can.
 *
 * A pack may come from a stranger, so each word that the loader must not
 * believe is broken once, alone, and the pack refused for that reason.  The
 * digest would catch all of it first; a stranger can make one too, and so the
 * rows are broken before the pack is finished.  Then ten thousand packs are
 * broken anyhow: they may be refused or accepted, but what is accepted must
 * be good enough to describe.
 */

#include "sample_pack.h"

#include <stdlib.h>

#include "program/describe.h"
#include "program/disasm.h"
#include "program/vet.h"
#include "tap.h"

/* ---- helpers ---------------------------------------------------------- */

/* Load bytes from memory of exactly their length, so that a read past the
 * end is seen.  Returns what as_pack_load does; *why is "" when it is well. */
static enum astray_status load(const struct as_buf *bytes, const char **why)
{
    void *copy = malloc(bytes->length ? bytes->length : 1);
    struct as_pack pack;
    enum astray_status status = ASTRAY_NO_MEMORY;

    *why = "";
    if (copy) {
        memcpy(copy, bytes->bytes, bytes->length);
        status = as_pack_load(copy, bytes->length, &pack, why);
    }
    free(copy);
    return status;
}

static bool starts(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Finish the pack and see that it is refused, with a reason that begins so. */
static void refused(struct as_builder *b, const char *reason, const char *name)
{
    struct as_buf out = { .bytes = NULL };
    const char *why = "";
    enum astray_status status = as_builder_finish(b, &out);

    if (status == ASTRAY_OK)
        status = load(&out, &why);
    if (!tap_ok(status == ASTRAY_BAD_PACK && starts(why, reason), name))
        printf("#  got: %d %s\n# want: %s\n", (int)status, why, reason);
    as_buf_done(&out);
    as_builder_done(b);
}

static void accepted(struct as_builder *b, const char *name)
{
    struct as_buf out = { .bytes = NULL };
    const char *why = "";
    enum astray_status status = as_builder_finish(b, &out);

    if (status == ASTRAY_OK)
        status = load(&out, &why);
    if (!tap_ok(status == ASTRAY_OK, name))
        printf("#  got: %d %s\n", (int)status, why);
    as_buf_done(&out);
    as_builder_done(b);
}

static void set_word(struct as_builder *b, enum as_section table, uint32_t row,
                     uint32_t word, uint32_t value)
{
    char *at = b->section[table].bytes + row * as_pack_widths[table] + word * 4;

    memcpy(at, &value, sizeof(value));
}

static void set_digest(struct as_buf *out)
{
    struct as_pack_header header;
    struct as_sha256 sha;

    memcpy(&header, out->bytes, sizeof(header));
    as_sha256_init(&sha);
    as_sha256_add(&sha, out->bytes + sizeof(header),
                  out->length - sizeof(header));
    as_sha256_end(&sha, header.digest);
    memcpy(out->bytes, &header, sizeof(header));
}

static void sample_bytes(struct as_buf *out)
{
    struct as_builder b;

    sample_pack(&b);
    as_builder_finish(&b, out);
    as_builder_done(&b);
}

/* ---- good packs ------------------------------------------------------- */

static void test_sample(void)
{
    struct as_buf out = { .bytes = NULL }, again = { .bytes = NULL };
    struct as_pack pack;
    const char *why = "";

    sample_bytes(&out);
    sample_bytes(&again);
    tap_ok(as_text_equal(as_buf_view(&out), as_buf_view(&again)),
           "the same rows give the same bytes");
    tap_ok(as_pack_load(out.bytes, out.length, &pack, &why) == ASTRAY_OK,
           "the sample is a good pack");
#define AS_TABLE(table, text)                                                  \
    tap_ok(pack.table##_count > 0, "the sample has rows in table " #table);
#define AS_WORD(table, word, kind, of, text)
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
    tap_ok(as_text_equal(as_pack_text(&pack, pack.rule[RULE_JOIN].name),
                         AS_TEXT("join_rule")),
           "a text comes back");
    tap_int((long)as_pack_integer(pack.constant[CONST_INT].low,
                                  pack.constant[CONST_INT].high),
            -5, "an integer comes back");

    struct as_ip ip = as_pack_ip(&pack.constant[CONST_ADDRESS]);
    tap_ok(ip.byte[10] == 0xff && ip.byte[12] == 192 && ip.byte[15] == 7,
           "an address comes back");
    tap_ok(as_pack_load(out.bytes, out.length, &pack, NULL) == ASTRAY_OK,
           "nobody need ask why");
    as_buf_done(&out);
    as_buf_done(&again);
}

static void test_builder(void)
{
    struct as_builder b;

    as_builder_init(&b);
    tap_int(as_build_count(&b, AS_TABLE_text), 1, "text 0 is there");
    tap_int(as_build_text(&b, (struct as_text){ NULL, 0 }), 0, "and empty");
    uint32_t one = as_build_text(&b, AS_TEXT("one"));
    tap_int(as_build_text(&b, AS_TEXT("one")), one, "a text is added once");
    tap_ok(as_build_text(&b, AS_TEXT("two")) != one, "another is another");
    tap_int(as_build_integer(&b, AS_KIND_INT, 5), 0, "constants, in order:");
    tap_int(as_build_integer(&b, AS_KIND_INT, 5), 1, "  each is its own row");
    as_builder_done(&b);
}

/* ---- the file --------------------------------------------------------- */

static void refused_bytes(const struct as_buf *out, const char *reason,
                          const char *name)
{
    const char *why;
    enum astray_status status = load(out, &why);

    if (!tap_ok(status == ASTRAY_BAD_PACK && starts(why, reason), name))
        printf("#  got: %d %s\n# want: %s\n", (int)status, why, reason);
}

static void test_header(void)
{
    struct as_buf out = { .bytes = NULL };

    sample_bytes(&out);
    out.bytes[0] ^= 1;
    refused_bytes(&out, "not a compiled pack", "another magic");
    out.bytes[0] ^= 1;
    out.bytes[8] ^= 2;
    refused_bytes(&out, "made by another version", "another version");
    out.bytes[8] ^= 2;
    out.bytes[12] ^= 4;
    refused_bytes(&out, "made on a machine with another byte order",
                  "another byte order");
    out.bytes[12] ^= 4;
    out.bytes[20] ^= 8;
    refused_bytes(&out, "the digest", "another digest");
    out.bytes[20] ^= 8;
    out.bytes[out.length - 1] ^= 16;
    refused_bytes(&out, "the digest", "another last byte");
    as_buf_done(&out);
}

static void test_lengths(void)
{
    struct as_buf out = { .bytes = NULL };
    bool all = true;

    sample_bytes(&out);
    for (size_t full = out.length; out.length > 0; full--) {
        const char *why;
        out.length = full - 1;
        all &= load(&out, &why) == ASTRAY_BAD_PACK;
    }
    tap_ok(all, "no shorter file is a pack");

    const char *why = "";
    struct as_pack pack;
    tap_int(as_pack_load(out.bytes, (size_t)AS_MAX_PACK + 1, &pack, &why),
            ASTRAY_BAD_PACK, "a file that is too large is not even read");
    tap_ok(starts(why, "the file is too large"), "  and says so");
    as_buf_done(&out);
}

static void test_alignment(void)
{
    struct as_buf out = { .bytes = NULL };
    const char *why = "";
    struct as_pack pack;

    sample_bytes(&out);
    char *moved = malloc(out.length + 4);
    if (moved) {
        memcpy(moved + 4, out.bytes, out.length);
        as_pack_load(moved + 4, out.length, &pack, &why);
    }
    tap_ok(starts(why, "the bytes are not aligned"), "bytes not aligned to 8");
    free(moved);
    as_buf_done(&out);
}

static void test_directory(void)
{
    static const struct {
        const char *name;
        int section;
        uint32_t offset, length; /* 0: as it is */
        const char *why;
    } cases[] = {
        { "a section at an odd place", AS_TABLE_rule, 401, 0,
          "a section is not aligned" },
        { "a section behind the end", AS_TABLE_rule, 1 << 30, 0,
          "a section lies outside" },
        { "a section that ends behind the end", AS_TABLE_bytes, 0, 1 << 30,
          "a section lies outside" },
        { "a section that wraps around", AS_TABLE_bytes, 0xFFFFFFF8, 16,
          "a section lies outside" },
        { "half a row", AS_TABLE_rule, 0, 4, "a section does not hold whole" },
        { "half an instruction", AS_TABLE_insn, 0, 4,
          "a section does not hold whole" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct as_buf out = { .bytes = NULL };
        struct as_pack_section section;

        sample_bytes(&out);
        char *at = out.bytes + sizeof(struct as_pack_header) +
                   (size_t)cases[i].section * sizeof(section);
        memcpy(&section, at, sizeof(section));
        if (cases[i].offset)
            section.offset = cases[i].offset;
        if (cases[i].length)
            section.length = cases[i].length;
        memcpy(at, &section, sizeof(section));
        set_digest(&out);
        refused_bytes(&out, cases[i].why, cases[i].name);
        as_buf_done(&out);
    }
}

/* The sample with a table of `rows` tags behind its end. */
static void add_rows(struct as_buf *out, uint32_t rows)
{
    const uint32_t more = rows * (uint32_t)sizeof(struct as_row_tag);
    char *room;

    sample_bytes(out);
    struct as_pack_section section = { (uint32_t)out->length, more };
    room = as_buf_reserve(out, more);
    if (!room)
        return;
    memset(room, 0, more);
    out->length += more;
    memcpy(out->bytes + sizeof(struct as_pack_header) +
               AS_TABLE_tag * sizeof(section),
           &section, sizeof(section));
    set_digest(out);
}

static void test_rows(void)
{
    struct as_buf out = { .bytes = NULL };
    const char *why;

    add_rows(&out, AS_MAX_TABLE);
    tap_int(load(&out, &why), ASTRAY_OK, "as many rows as there may be");
    add_rows(&out, AS_MAX_TABLE + 1);
    refused_bytes(&out, "a table has too many rows", "one row too many");
    as_buf_done(&out);
}

/* ---- every word of every table ---------------------------------------- */

enum word_kind { NUMBER, LIMIT, TYPE, REF, OPTION, FIRST, COUNT };

#define OF_NUMBER(of) 0
#define OF_LIMIT(of)  (of)
#define OF_TYPE(of)   0
#define OF_REF(of)    AS_TABLE_##of
#define OF_OPTION(of) AS_TABLE_##of
#define OF_FIRST(of)  AS_TABLE_##of
#define OF_COUNT(of)  AS_TABLE_##of

static const struct {
    const char *name;
    enum as_section table;
    enum word_kind kind;
    uint32_t of;
} words[] = {
#define AS_TABLE(table, text)
#define AS_WORD(table, word, kind, of, text)                                   \
    { #table "." #word ":", AS_TABLE_##table, kind, OF_##kind(of) },
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
};

/* Put a value into word `n` of the first row of its table, and see that the
 * pack is refused for the word `reason`. */
static void break_word(size_t n, uint32_t value, size_t reason)
{
    struct as_builder b;
    uint32_t word = 0;

    while (n > word && words[n - word - 1].table == words[n].table)
        word++;
    sample_pack(&b);
    set_word(&b, words[n].table, 0, word, value);
    refused(&b, words[reason].name, words[n].name);
}

static void test_words(void)
{
    struct as_builder b;

    sample_pack(&b);
    for (size_t n = 0; n < sizeof(words) / sizeof(words[0]); n++) {
        uint32_t rows = 0;

        if (words[n].kind >= REF)
            rows = as_build_count(&b, (enum as_section)words[n].of);
        switch (words[n].kind) {
        case NUMBER:
            break;
        case LIMIT:
            break_word(n, words[n].of, n);
            break_word(n, UINT32_MAX, n);
            break;
        case TYPE:
            break_word(n, AS_KIND_COUNT, n);
            break_word(n, AS_KIND_TEXT | AS_TYPE_LIST | AS_TYPE_SET, n);
            break_word(n, AS_KIND_TEXT | 0x100, n);
            break;
        case REF:
            break_word(n, UINT32_MAX, n);
            break_word(n, rows, n);
            break;
        case OPTION:
            break_word(n, UINT32_MAX - 1, n);
            break_word(n, rows, n);
            break;
        case FIRST:
            break_word(n, rows + 1, n);
            break_word(n, UINT32_MAX, n);
            break;
        case COUNT: /* the word before it is the one that is blamed */
            break_word(n, rows + 1, n - 1);
            break_word(n, UINT32_MAX, n - 1);
            break;
        }
    }
    as_builder_done(&b);
}

/* ---- rows that mean nothing ------------------------------------------- */

/* Up to three words that are changed together. */
struct fault {
    const char *why;
    struct {
        enum as_section table;
        uint32_t row, word, value;
    } set[3]; /* ends at the first of table `text` */
};

#define SET(table, row, word, value)                                           \
    {                                                                          \
        AS_TABLE_##table, row, offsetof(struct as_row_##table, word) / 4,      \
            (uint32_t)(value)                                                  \
    }

/* clang-format off */
static const struct fault faults[] = {
    { "constant: the regular expression has an unknown", .set = { SET(constant, CONST_PATTERN, bits, 2) } },
    { "constant: there are no constants", .set = { SET(constant, CONST_BOOL, type, AS_KIND_JSON) } },
    { "constant: there are no constants", .set = { SET(constant, CONST_TEXT, type, AS_KIND_TEXT | AS_TYPE_SET) } },
    { "constant: there are no constants", .set = { SET(constant, CONST_TEXT, type, AS_KIND_NONE) } },
    { "constant: a bool", .set = { SET(constant, CONST_BOOL, low, 2) } },
    { "constant: a bool", .set = { SET(constant, CONST_BOOL, high, 1) } },
    { "constant: a real", .set = { SET(constant, CONST_REAL, high, 0x7FF00000) } },
    { "constant: a real", .set = { SET(constant, CONST_REAL, high, 0xFFF80001) } },
    { "constant: a time", .set = { SET(constant, CONST_TIME, high, 0x7FFFFFFF) } },
    { "constant: a time", .set = { SET(constant, CONST_TIME, high, 0x80000000) } },

    { "constant: a time", .set = { SET(constant, CONST_TIME, high, 0xe677), SET(constant, CONST_TIME, low, 0xd21fdc00) } },
    { "constant: a time", .set = { SET(constant, CONST_TIME, high, 0xffffc77c), SET(constant, CONST_TIME, low, 0xedd327ff) } },

    { "param: there are no", .set = { SET(param, 0, type, AS_KIND_JSON) } },
    { "param: there are no", .set = { SET(param, 0, type, AS_KIND_CIDR) } },
    { "param: its value", .set = { SET(param, 0, type, AS_KIND_INT) } },
    { "list: there are no", .set = { SET(list, 0, type, AS_KIND_OBJECT) } },
    { "list: a value is of another", .set = { SET(list, 0, type, AS_KIND_REGEX) } },
    { "list: a value is of another", .set = { SET(list, 0, value_count, 1), SET(list, 0, length, 1), SET(list, 0, values, CONST_INT) } },
    { "list: ranges for values", .set = { SET(list, 0, length, 1) } },
    { "list: ranges for values", .set = { SET(list, 0, length, 3) } },
    { "list: ranges for values", .set = { SET(list, 0, ranges, 0), SET(list, 0, range_count, 1) } },
    { "list: constants for addresses", .set = { SET(list, 1, type, AS_KIND_IP), SET(list, 1, values, CONST_ADDRESS), SET(list, 1, value_count, 1) } },
    { "list: constants for addresses", .set = { SET(list, 1, length, 0) } },
    { "list: constants for addresses", .set = { SET(list, 1, range_count, 0) } },
    { "list: its ranges are not", .set = { SET(range, 0, first0, UINT32_MAX) } },
    { "list: its ranges are not", .set = { SET(range, 0, last0, 0) } },
    { "list.length: the value is", .set = { SET(list, 1, length, AS_MAX_TABLE + 1) } },
    { "list.ranges: there are no such", .set = { SET(list, 1, range_count, 2) } },

    { "slot: no field", .set = { SET(slot, SLOT_SCOPE, type, AS_KIND_REGEX) } },
    { "slot: no field", .set = { SET(slot, SLOT_SCOPE, type, AS_KIND_NONE) } },
    { "slot: no field", .set = { SET(slot, SLOT_SCOPE, type, AS_KIND_TEXT | AS_TYPE_SET) } },
    { "slot: its path has", .set = { SET(slot, SLOT_SCOPE, step_count, 0) } },
    { "slot: the first", .set = { SET(slot, 0, type, AS_KIND_TEXT) } },
    { "slot: the first", .set = { SET(slot, AS_SLOT_ADDRESS, type, AS_KIND_TEXT) } },
    { "slot: the first", .set = { SET(slot, 0, path, 1) } },
    { "slot: the first", .set = { SET(step, 0, name, 1) } },
    { "slot: the first", .set = { SET(slot, AS_SLOT_ARN, step_count, 1) } },
    { "slot: the first", .set = { SET(slot, 0, step_count, 2) } },
    { "slot: its path begins", .set = { SET(step, 0, is_index, 1) } },
    { "slot: the first", .set = { SET(step, 9, is_index, 1) } },

    { "column: an aggregate without", .set = { SET(column, COL_CALLS, value, PROGRAM_TIME) } },
    { "column: an aggregate without", .set = { SET(column, COL_SINCE, value, AS_NO_ROW) } },
    { "column: an aggregate without", .set = { SET(column, KEY_ACCESS, value, AS_NO_ROW) } },
    { "column: the argument is", .set = { SET(column, COL_SINCE, value, PROGRAM_ADDRESS) } },
    { "column: the argument is", .set = { SET(column, KEY_ACCESS, value, PROGRAM_EACH) } },
    { "column: the argument is", .set = { SET(column, COL_SINCE, agg, AS_AGG_SUM) } },
    { "column: the argument is", .set = { SET(column, COL_SINCE, agg, AS_AGG_ANY) } },
    { "column: not the type", .set = { SET(column, COL_ADDRESSES, type, AS_KIND_SOURCE) } },
    { "column: not the type", .set = { SET(column, COL_SINCE, agg, AS_AGG_COUNT_DISTINCT) } },
    { "column: not the type", .set = { SET(column, COL_CALLS, type, AS_KIND_REAL) } },
    { "column: a key has", .set = { SET(column, KEY_ACCESS, filter, PROGRAM_IS_IP) } },
    { "column: a key has", .set = { SET(column, KEY_ACCESS, each, PROGRAM_EACH) } },
    { "column: it ranges", .set = { SET(column, COL_CALLS, each, PROGRAM_TIME) } },
    { "column: its `where`", .set = { SET(column, COL_CALLS, filter, PROGRAM_TIME) } },
    { "column: a key among", .set = { SET(baseline, 0, columns, KEY_SESSION) } },
    { "column: a key among", .set = { SET(baseline, 0, keys, KEY_SESSION) } },
    { "column: a key among", .set = { SET(rule, RULE_JOIN, aggs, KEY_GROUP) } },
    { "column: a key among", .set = { SET(rule, RULE_GROUP, keys, AGG_GROUP) } },

    { "baseline: it has no key", .set = { SET(baseline, 0, key_count, 0) } },
    { "baseline: scope whole", .set = { SET(baseline, 0, scope, AS_SCOPE_WHOLE) } },
    { "baseline: scope as_of", .set = { SET(baseline, 1, scope, AS_SCOPE_AS_OF) } },
    { "baseline: scope as_of", .set = { SET(baseline, 1, retain_kind, AS_LENGTH_FOREVER) } },
    { "baseline: `idle`", .set = { SET(baseline, 0, retain_kind, AS_LENGTH_FOREVER), SET(baseline, 0, idle, 1) } },
    { "a length of time: forever", .set = { SET(baseline, 0, plus_kind, AS_LENGTH_FOREVER) } },
    { "a length of time: there is no", .set = { SET(baseline, 0, plus, 1000) } },
    { "a length of time: there is no", .set = { SET(baseline, 0, retain, 1) } },
    { "a length of time: not a", .set = { SET(baseline, 0, plus, CONST_TIME) } },
    { "a length of time: negative", .set = { SET(constant, CONST_MINUTES, high, UINT32_MAX) } },
    { "a length of time: negative", .set = { SET(constant, CONST_LIFE, high, 1 << 20) } },
    { "a length of time: negative", .set = { SET(constant, CONST_MINUTES, low, 0) } },
    { "member: the baseline", .set = { SET(member, 0, column, 5) } },
    { "member: the baseline", .set = { SET(member, 0, column, UINT32_MAX) } },

    { "`where`: not a bool", .set = { SET(baseline, 0, early, PROGRAM_ACCESS) } },
    { "`where`: not a bool", .set = { SET(rule, RULE_PLAIN, where, PROGRAM_ACCESS) } },
    { "`where`: not a bool", .set = { SET(rule, RULE_PLAIN, rest, PROGRAM_ACCESS) } },
    { "`where`: tests of an event", .set = { SET(baseline, 1, test_count, 1) } },
    { "`where`: tests of an event", .set = { SET(baseline, 1, rest, PROGRAM_WHERE_1) } },
    { "test: not a bool", .set = { SET(test, 0, program, PROGRAM_ACCESS), SET(test, 0, slot, AS_SLOT_ACCESS_KEY) } },
    { "test: not a bool", .set = { SET(test, 0, program, PROGRAM_SEVERITY) } },
    { "test: it reads more", .set = { SET(test, 0, slot, AS_SLOT_EVENT_ID) } },
    { "test: it reads more", .set = { SET(test, 0, program, PROGRAM_PLAIN) } },
    { "test: it reads more", .set = { SET(test, 0, program, PROGRAM_WHERE_1) } },
    { "program: it reads a baseline", .set = { SET(rule, RULE_PLAIN, rest, PROGRAM_PLAIN) } },
    { "program: it reads elements", .set = { SET(test, 0, program, PROGRAM_BODY) } },
    { "program: it reads group keys", .set = { SET(test, 0, program, PROGRAM_HAVING) } },
    { "`each`: not JSON", .set = { SET(baseline, 1, each, PROGRAM_ACCESS) } },
    { "program: it reads elements", .set = { SET(baseline, 1, early, PROGRAM_EARLY) } },
    { "program: it reads elements", .set = { SET(baseline, 1, each, AS_NO_ROW) } },
    { "program: it reads elements", .set = { SET(column, COL_CALLS, each, PROGRAM_EACH), SET(column, COL_CALLS, filter, PROGRAM_IS_IP) } },
    { "program: it reads elements", .set = { SET(column, COL_CALLS, filter, PROGRAM_BODY) } },
    { "program: it reads elements", .set = { SET(column, COL_CALLS, each, PROGRAM_EACH), SET(program, PROGRAM_EACH, item_count, 1) } },
    { "program: it reads elements", .set = { SET(rule, RULE_PLAIN, each, PROGRAM_EACH), SET(rule, RULE_PLAIN, test_count, 0) } },
    { "program: it reads a baseline", .set = { SET(baseline, 0, where, PROGRAM_PLAIN) } },
    { "program: it reads a baseline", .set = { SET(rule, RULE_PLAIN, early, PROGRAM_PLAIN) } },
    { "program: it reads a baseline", .set = { SET(probe, PROBE_WHERE, baseline, 1), SET(probe, PROBE_WHERE, filter, AS_NO_ROW) } },
    { "program: it reads rows", .set = { SET(rule, RULE_PLAIN, where, PROGRAM_REQUIRE) } },
    { "program: it reads group keys", .set = { SET(rule, RULE_PLAIN, outcomes, 3), SET(rule, RULE_PLAIN, outcome_count, 1) } },
    { "program: it reads aggregates", .set = { SET(rule, RULE_PLAIN, outcomes, 2), SET(rule, RULE_PLAIN, outcome_count, 1) } },
    { "program: it reads aggregates", .set = { SET(rule, RULE_JOIN, agg_count, 0) } },
    { "program: it reads the event", .set = { SET(rule, RULE_GROUP, outcomes, 1) } },

    { "rule: no joins", .set = { SET(rule, RULE_JOIN, join_count, 1) } },
    { "rule: no joins", .set = { SET(rule, RULE_JOIN, join_count, 0), SET(rule, RULE_JOIN, alias_count, 0) } },
    { "rule: no joins", .set = { SET(rule, RULE_PLAIN, join_count, 1), SET(rule, RULE_PLAIN, alias_count, 1) } },
    { "rule: `require` without", .set = { SET(rule, RULE_PLAIN, require, PROGRAM_EARLY) } },
    { "rule: `require` is not", .set = { SET(rule, RULE_JOIN, require, PROGRAM_TIME) } },
    { "rule: parts of a group", .set = { SET(rule, RULE_PLAIN, keys, KEY_GROUP), SET(rule, RULE_PLAIN, key_count, 1) } },
    { "rule: parts of a group", .set = { SET(rule, RULE_PLAIN, having, PROGRAM_HAVING) } },
    { "rule: parts of a group", .set = { SET(rule, RULE_JOIN, window, AS_WINDOW_TUMBLING) } },
    { "rule: a group without", .set = { SET(rule, RULE_GROUP, key_count, 0) } },
    { "rule: a group without", .set = { SET(rule, RULE_GROUP, having, AS_NO_ROW) } },
    { "rule: `having` is not", .set = { SET(rule, RULE_GROUP, having, PROGRAM_GROUP_KEY) } },
    { "rule: a group needs", .set = { SET(rule, RULE_GROUP, timespan_kind, AS_LENGTH_NONE) } },
    { "rule: a group needs", .set = { SET(rule, RULE_GROUP, window, AS_WINDOW_WHOLE) } },
    { "rule: a group needs", .set = { SET(rule, RULE_PLAIN, timespan_kind, AS_LENGTH_CONST) } },
    { "rule: no joins", .set = { SET(rule, RULE_TERMS, join_count, 1), SET(rule, RULE_TERMS, alias_count, 1) } },
    { "rule: `require` without", .set = { SET(rule, RULE_TERMS, require, PROGRAM_EARLY) } },
    { "rule: parts of a group", .set = { SET(rule, RULE_TERMS, having, PROGRAM_HAVING) } },
    { "rule: parts of a group", .set = { SET(rule, RULE_TERMS, window, AS_WINDOW_WHOLE) } },
    { "rule: a group without", .set = { SET(rule, RULE_TERMS, key_count, 0) } },
    { "rule: a group needs", .set = { SET(rule, RULE_TERMS, timespan_kind, AS_LENGTH_NONE) } },
    { "a length of time: forever", .set = { SET(rule, RULE_TERMS, timespan_kind, AS_LENGTH_FOREVER) } },
    { "a length of time: there is no", .set = { SET(rule, RULE_TERMS, timespan, 1000) } },
    { "a length of time: negative", .set = { SET(rule, RULE_TERMS, timespan_kind, AS_LENGTH_CONST), SET(rule, RULE_TERMS, timespan, CONST_MINUTES), SET(constant, CONST_MINUTES, low, 0) } },
    { "rule: a session", .set = { SET(rule, RULE_TERMS, gap_kind, AS_LENGTH_CONST) } },
    { "rule: aggregates in", .set = { SET(rule, RULE_TERMS, agg_count, 1) } },
    { "column: a key among", .set = { SET(rule, RULE_TERMS, keys, AGG_GROUP) } },
    { "program: it reads group keys", .set = { SET(rule, RULE_TERMS, outcomes, 3), SET(rule, RULE_TERMS, outcome_count, 1) } },
    { "program: it reads aggregates", .set = { SET(rule, RULE_TERMS, outcomes, 2), SET(rule, RULE_TERMS, outcome_count, 1) } },
    { "rule.shape: the value is", .set = { SET(rule, RULE_TERMS, shape, AS_SHAPE_SEQUENCE + 1) } },
    { "rule: a session", .set = { SET(rule, RULE_GROUP, gap_kind, AS_LENGTH_NONE) } },
    { "rule: a session", .set = { SET(rule, RULE_GROUP, window, AS_WINDOW_SLIDING) } },
    { "rule: aggregates in", .set = { SET(rule, RULE_PLAIN, agg_count, 1) } },
    { "rule: `suppress` needs", .set = { SET(rule, RULE_GROUP, suppress_by_count, 0) } },
    { "rule: `suppress` needs", .set = { SET(rule, RULE_PLAIN, suppress_kind, AS_LENGTH_CONST) } },
    { "rule: `suppress by`", .set = { SET(argument, 4, program, PROGRAM_EACH) } },
    { "a length of time: not a", .set = { SET(rule, RULE_GROUP, suppress, CONST_INT) } },

    { "rule: a sequence without", .set = { SET(rule, RULE_SEQUENCE, phase_count, 0) } },
    { "rule: a group without", .set = { SET(rule, RULE_SEQUENCE, key_count, 0) } },
    { "rule: a sequence without", .set = { SET(rule, RULE_SEQUENCE, each, PROGRAM_EACH), SET(rule, RULE_SEQUENCE, test_count, 0) } },
    { "rule: a sequence without", .set = { SET(rule, RULE_PLAIN, phase_count, 1) } },
    { "rule: a sequence without", .set = { SET(rule, RULE_GROUP, until, PROGRAM_IS_IP) } },
    { "rule: a group needs", .set = { SET(rule, RULE_SEQUENCE, timespan_kind, AS_LENGTH_NONE), SET(rule, RULE_SEQUENCE, timespan, 0) } },
    { "rule: a sequence of too", .set = { SET(phase, 0, absent, 1) } },
    { "rule: a step is not", .set = { SET(phase, 2, where, PROGRAM_TIME) } },
    { "rule: `until` is not", .set = { SET(rule, RULE_SEQUENCE, until, PROGRAM_TIME) } },
    { "rule: aggregates in", .set = { SET(rule, RULE_SEQUENCE, agg_count, 1) } },
    { "phase.where: there is no", .set = { SET(phase, 1, where, AS_NO_ROW) } },
    { "phase.absent: the value is", .set = { SET(phase, 1, absent, 2) } },
    { "program: it reads rows", .set = { SET(phase, 1, where, PROGRAM_REQUIRE) } },
    { "program: it reads group keys", .set = { SET(rule, RULE_SEQUENCE, until, PROGRAM_HAVING) } },
    { "program: it reads group keys", .set = { SET(rule, RULE_SEQUENCE, outcomes, 3), SET(rule, RULE_SEQUENCE, outcome_count, 1) } },

    { "join: its alias", .set = { SET(join, 0, probe, PROBE_JOIN_2) } },
    { "join: its probe", .set = { SET(probe, PROBE_JOIN_1, quant, AS_QUANT_NONE) } },
    { "join: `within`", .set = { SET(join, 0, within_kind, AS_LENGTH_NONE) } },
    { "join: `within`", .set = { SET(join, 0, after, AS_NO_ROW) } },
    { "join: `after`", .set = { SET(join, 0, after, PROGRAM_EARLY) } },
    { "a length of time: not a", .set = { SET(join, 0, within_kind, AS_LENGTH_CONST), SET(join, 0, within, CONST_INT) } },
    { "program: a probe's keys", .set = { SET(probe, PROBE_JOIN_1, key_mask, 7) } },
    { "program: a probe's keys", .set = { SET(probe, PROBE_JOIN_1, key_mask, 0) } },
    { "program: an operand is of the wrong", .set = { SET(argument, 1, program, PROGRAM_TIME) } },
    { "program: it reads elements", .set = { SET(argument, 1, program, PROGRAM_ITEM_1) } },
    { "program: it reads rows", .set = { SET(probe, PROBE_JOIN_1, filter, PROGRAM_FILTER_2) } },
    { "program: it reads rows", .set = { SET(rule, RULE_JOIN, require, PROGRAM_EARLY) } },

    { "change: it expires", .set = { SET(change, 0, high, 0x70000000) } },
    { "change.kind: the value", .set = { SET(change, 0, kind, AS_CHANGE_COUNT) } },
    { "exclude: it expires", .set = { SET(exclude, 0, high, 0x70000000) } },
    { "exclude: not a bool", .set = { SET(exclude, 0, when, PROGRAM_TIME) } },
    { "program: it reads rows", .set = { SET(exclude, 0, when, PROGRAM_REQUIRE) } },
    { "outcome: `severity`", .set = { SET(outcome, 0, value, PROGRAM_TIME) } },
    { "program: a register past", .set = { SET(program, 0, register_count, 2) } },
    { "program: it has no instructions", .set = { SET(program, 0, code_length, 0) } },
    { "program: it runs a program", .set = { SET(loop, 0, body, PROGRAM_WHERE_1), SET(program, PROGRAM_WHERE_1, item_count, 2) } },
};
/* clang-format on */

static void test_faults(void)
{
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct as_builder b;

        sample_pack(&b);
        for (int n = 0; n < 3 && faults[i].set[n].table != AS_TABLE_text; n++)
            set_word(&b, faults[i].set[n].table, faults[i].set[n].row,
                     faults[i].set[n].word, faults[i].set[n].value);
        refused(&b, faults[i].why, faults[i].why);
    }
}

/* ---- rows that are too many or too few -------------------------------- */

static void test_texts(void)
{
    struct as_builder b;

    sample_pack(&b);
    set_word(&b, AS_TABLE_text, 0, 1, 1);
    refused(&b, "text: the first row", "text 0 is not empty");
    sample_pack(&b);
    b.section[AS_TABLE_text].length = 0;
    refused(&b, "", "no texts at all");
    sample_pack(&b);
    set_word(&b, AS_TABLE_text, 1, 0, UINT32_MAX);
    refused(&b, "text: it lies outside", "a text behind the end");
    sample_pack(&b);
    set_word(&b, AS_TABLE_text, 1, 1, UINT32_MAX);
    refused(&b, "text: it lies outside", "a text that wraps around");
    sample_pack(&b);
    set_word(&b, AS_TABLE_text, 1, 0, 0);
    set_word(&b, AS_TABLE_text, 1, 1,
             (uint32_t)b.section[AS_TABLE_bytes].length);
    refused(&b, "text: together", "a text that is all the others too");
    sample_pack(&b);
    b.section[AS_TABLE_bytes].bytes[3] = '\0';
    refused(&b, "text: there is a NUL", "a NUL");
    sample_pack(&b);
    b.section[AS_TABLE_bytes].bytes[3] = '\x80';
    refused(&b, "text: not UTF-8", "not UTF-8");
}

/* The first and the last time there is, and as many slots as there may be. */
static void test_edges(void)
{
    struct as_row_slot slot = { .type = AS_KIND_TEXT, .step_count = 1 };
    struct as_builder b;

    sample_pack(&b);
    as_build_integer(&b, AS_KIND_TIME, INT64_C(-62135596800000));
    as_build_integer(&b, AS_KIND_TIME, INT64_C(253402300799999));
    while (as_build_count(&b, AS_TABLE_slot) <= UINT16_MAX)
        as_build_slot(&b, &slot);
    accepted(&b, "all times and as many slots as there may be");
}

static void test_slots(void)
{
    struct as_builder b;

    sample_pack(&b);
    b.section[AS_TABLE_slot].length = 10 * sizeof(struct as_row_slot);
    refused(&b, "slot: the first are not", "fewer slots than there must be");
    sample_pack(&b);
    struct as_row_slot slot = { .type = AS_KIND_TEXT, .step_count = 1 };
    while (as_build_count(&b, AS_TABLE_slot) <= UINT16_MAX + 1)
        as_build_slot(&b, &slot);
    refused(&b, "slot: there are more", "more slots than can be named");

    for (uint32_t more = 0; more < 2; more++) {
        sample_pack(&b);
        struct as_row_step step = { .name = 1 };
        slot.steps = as_build_count(&b, AS_TABLE_step);
        slot.step_count = AS_MAX_STEPS + more;
        for (uint32_t i = 0; i < slot.step_count; i++)
            as_build_step(&b, &step);
        struct as_row_route route = { slot.steps, slot.step_count };
        as_build_route(&b, &route);
        if (more) {
            refused(&b, "route: it has too many", "a route that is too long");
            continue;
        }
        as_build_slot(&b, &slot);
        accepted(&b, "paths as long as they may be");
    }
    sample_pack(&b);
    set_word(&b, AS_TABLE_slot, SLOT_SCOPE, 4, AS_MAX_STEPS + 1);
    set_word(&b, AS_TABLE_slot, SLOT_SCOPE, 3, 0);
    struct as_row_step step = { .name = 1 };
    for (uint32_t i = 0; i < AS_MAX_STEPS; i++)
        as_build_step(&b, &step);
    refused(&b, "slot: its path has", "a path that is too long");
}

/* A slot whose name in Elastic's schema has so many parts. */
static void ecs_slot(struct as_builder *b, uint32_t parts)
{
    struct as_row_slot slot = { .type = AS_KIND_TEXT, .step_count = 1 };
    struct as_buf name = { .bytes = NULL };

    sample_pack(b);
    while (parts-- > 0)
        as_buf_puts(&name, parts > 0 ? "a." : "a");
    slot.ecs = as_build_text(b, as_buf_view(&name));
    as_build_slot(b, &slot);
    as_buf_done(&name);
}

/* A rule of the sample with two exclusions, the first of which is no bool. */
static void two_exclusions(uint32_t rule, const char *name)
{
    struct as_builder b;
    struct as_row_rule *rules;

    sample_pack(&b);
    struct as_row_exclude exclude = { .when = PROGRAM_ACCESS };
    uint32_t first = as_build_exclude(&b, &exclude);
    as_build_exclude(&b, &exclude);
    rules = (void *)b.section[AS_TABLE_rule].bytes;
    rules[rule].excludes = first;
    rules[rule].exclude_count = 2;
    refused(&b, "exclude: not a bool", name);
}

/* Tests that each are as long as a program may be; so many, all of the one
 * program. */
static void long_tests(struct as_builder *b, uint32_t count)
{
    static struct as_insn code[AS_MAX_PROGRAM];
    struct as_row_program row = { .type = AS_KIND_BOOL };
    struct as_row_test test = { .slot = 0 };
    struct as_row_rule *rules;

    for (uint32_t i = 0; i + 1 < AS_MAX_PROGRAM; i++)
        code[i] = (struct as_insn)OP(LOAD_CONST, 0, CONST_BOOL, 0);
    code[AS_MAX_PROGRAM - 1] = (struct as_insn)OP(RETURN, 0, 0, 0);
    sample_pack(b);
    test.program = sample_program(b, "long", row, code, AS_MAX_PROGRAM);
    rules = (void *)b->section[AS_TABLE_rule].bytes;
    rules[RULE_PLAIN].tests = as_build_count(b, AS_TABLE_test);
    rules[RULE_PLAIN].test_count = count;
    while (count-- > 0)
        as_build_test(b, &test);
}

/* Two tests that read no slot, but loop. */
static void looping_test(struct as_builder *b)
{
    struct as_row_program row = { .type = AS_KIND_BOOL, .item_count = 1 };
    struct as_row_loop loop = { .quant = AS_QUANT_ANY };
    uint32_t program;

    sample_pack(b);
    loop.body = sample_program(
        b, "a body", row,
        CODE(OP(LOAD_CONST, 0, CONST_BOOL, 0), OP(RETURN, 0, 0, 0)));
    row.item_count = 0;
    program = sample_program(b, "a loop", row,
                             CODE(OP(MISSING, 0, AS_KIND_JSON, 0),
                                  OP(LOOP, 1, 0, as_build_loop(b, &loop)),
                                  OP(RETURN, 1, 0, 0)));
    struct as_row_test test = { .slot = 0, .program = program };
    set_word(b, AS_TABLE_rule, RULE_PLAIN,
             offsetof(struct as_row_rule, tests) / 4, as_build_test(b, &test));
    set_word(b, AS_TABLE_rule, RULE_PLAIN,
             offsetof(struct as_row_rule, test_count) / 4, 2);
    as_build_test(b, &test);
}

/* A sum of a constant, in the place of a baseline's count. */
static void sum_column(struct as_builder *b, as_type type, uint32_t constant)
{
    struct as_row_program row = { .type = type };
    struct as_row_column *columns;
    uint32_t program;

    sample_pack(b);
    program = sample_program(
        b, "a constant", row,
        CODE(OP(LOAD_CONST, 0, (uint16_t)constant, 0), OP(RETURN, 0, 0, 0)));
    columns = (void *)b->section[AS_TABLE_column].bytes;
    columns[AGG_FIRST].agg = AS_AGG_SUM;
    columns[AGG_FIRST].type = type;
    columns[AGG_FIRST].value = program;
    columns[AGG_FIRST].filter = AS_NO_ROW;
}

static void test_sums(void)
{
    struct as_builder b;

    sum_column(&b, AS_KIND_INT, CONST_INT);
    accepted(&b, "a sum of ints");
    sum_column(&b, AS_KIND_REAL, CONST_REAL);
    accepted(&b, "a sum of reals");
    sum_column(&b, AS_KIND_DURATION, CONST_MINUTES);
    accepted(&b, "a sum of lengths of time");
    sum_column(&b, AS_KIND_TIME, CONST_TIME);
    refused(&b, "column: the argument", "a sum of times");
}

static void test_lists_of_programs(void)
{
    struct as_builder b;

    looping_test(&b);
    refused(&b, "test: it reads more", "tests that loop");

    two_exclusions(RULE_PLAIN, "of two exclusions the first is no bool");
    two_exclusions(RULE_GROUP, "the same in a group");
    two_exclusions(RULE_SEQUENCE, "the same in a sequence");
    long_tests(&b, AS_MAX_CODE / AS_MAX_PROGRAM);
    accepted(&b, "tests that take as long as they may");
    long_tests(&b, AS_MAX_CODE / AS_MAX_PROGRAM + 1);
    refused(&b, "`where`: its tests take", "tests that take longer");
    as_builder_init(&b);
    b.section[AS_TABLE_text].length = 0;
    refused(&b, "text: the first row", "nothing at all");
}

/* What would take memory out of all proportion to the pack. */
static void test_proportion(void)
{
    struct as_row_slot slot = { .type = AS_KIND_TEXT, .step_count = 1 };
    struct as_builder b;

    ecs_slot(&b, AS_MAX_STEPS);
    accepted(&b, "a name of as many parts as there may be");
    ecs_slot(&b, AS_MAX_STEPS + 1);
    refused(&b, "slot: its name in Elastic's", "a name of one part more");

    for (uint32_t more = 0; more < 2; more++) {
        struct as_row_rule rule;
        sample_pack(&b);
        memcpy(&rule, b.section[AS_TABLE_rule].bytes, sizeof(rule));
        while (as_build_count(&b, AS_TABLE_slot) <= UINT16_MAX)
            as_build_slot(&b, &slot);
        while (as_build_count(&b, AS_TABLE_rule) <
               (uint32_t)AS_MAX_BLANKS / (UINT16_MAX + 1) + more)
            as_build_rule(&b, &rule);
        if (more)
            refused(&b, "rule: too many", "a rule more than that");
        else
            accepted(&b, "as many rules as there may be for all slots");
    }
}

/* A regular expression of a pack that is good but for it, at most. */
static void add_regex(struct as_builder *b, size_t length, char first)
{
    char *pattern = malloc(length);

    sample_pack(b);
    if (!pattern)
        return;
    memset(pattern, 'a', length);
    pattern[0] = first;
    as_build_regex(b, (struct as_text){ pattern, length }, 0);
    free(pattern);
}

static void test_patterns(void)
{
    struct as_builder b;

    add_regex(&b, AS_MAX_PATTERN, 'a');
    accepted(&b, "a pattern as long as it may be");
    add_regex(&b, AS_MAX_PATTERN + 1, 'a');
    refused(&b, "constant: the regular expression is too long",
            "a pattern that is too long");
    add_regex(&b, 10, '(');
    refused(&b, "constant: a regular expression that can't be compiled",
            "a pattern that is none");
    for (int more = 0; more < 2; more++) {
        sample_pack(&b);
        for (int i = 1; i < AS_MAX_PATTERNS + more; i++)
            as_build_regex(&b, AS_TEXT("a"), 0);
        if (more)
            refused(&b, "constant: too many", "one pattern too many");
        else
            accepted(&b, "as many patterns as there may be");
    }
    add_regex(&b, AS_MAX_PATTERN, 'a');
    struct as_row_constant row;
    uint32_t last = as_build_count(&b, AS_TABLE_constant) - 1;
    memcpy(&row, b.section[AS_TABLE_constant].bytes + last * sizeof(row),
           sizeof(row));
    for (int i = 1; i < AS_MAX_PATTERN_TEXT / AS_MAX_PATTERN; i++)
        as_build_constant(&b, &row);
    refused(&b, "constant: too many", "patterns of too many bytes");
}

static void test_info(void)
{
    struct as_builder b;
    struct as_row_info info = { .language = 1 };

    sample_pack(&b);
    as_build_info(&b, &info);
    refused(&b, "info: there is not exactly one", "two manifests");
    sample_pack(&b);
    b.section[AS_TABLE_info].length = 0;
    refused(&b, "info: there is not exactly one", "no manifest");
}

static void test_object(void)
{
    struct as_builder b;

    sample_pack(&b);
    struct as_row_rule row = sample_rule(&b, "object", AS_SHAPE_PLAIN);
    struct as_row_outcome outcome = { sample_text(&b, "object"),
                                      as_build_count(&b, AS_TABLE_program) };
    sample_load(&b, "userIdentity.inScopeOf", SLOT_SCOPE, AS_KIND_OBJECT, 0);
    row.outcomes = as_build_outcome(&b, &outcome);
    row.outcome_count = 1;
    as_build_rule(&b, &row);
    refused(&b, "outcome: an object", "an object as outcome");
}

/* As many keys as a mask has bits for, and one more. */
static void test_keys(void)
{
    for (uint32_t more = 0; more < 2; more++) {
        struct as_builder b;

        sample_pack(&b);
        uint32_t first = as_build_count(&b, AS_TABLE_column);
        for (uint32_t i = 0; i < AS_MAX_KEYS + more; i++)
            sample_column(&b, "k", AS_AGG_KEY, AS_KIND_TEXT, PROGRAM_ACCESS,
                          AS_NO_ROW);
        struct as_row_baseline row = {
            .early = AS_NO_ROW,
            .rest = AS_NO_ROW,
            .where = AS_NO_ROW,
            .each = AS_NO_ROW,
            .keys = first,
            .key_count = AS_MAX_KEYS + more,
            .retain_kind = AS_LENGTH_FOREVER,
        };
        as_build_baseline(&b, &row);
        if (more)
            refused(&b, "column: too many keys", "one key too many");
        else
            accepted(&b, "as many keys as there may be");
    }
}

/* Rules with as many joins as there may be, and one more. */
static void test_joins(void)
{
    for (uint32_t more = 0; more < 2; more++) {
        struct as_builder b;

        sample_pack(&b);
        struct as_row_rule row = sample_rule(&b, "many", AS_SHAPE_JOIN);
        row.aliases = as_build_count(&b, AS_TABLE_alias);
        row.joins = as_build_count(&b, AS_TABLE_join);
        row.alias_count = row.join_count = AS_MAX_ALIASES + more;
        for (uint32_t i = 0; i < AS_MAX_ALIASES + more; i++) {
            struct as_row_join join = { PROBE_JOIN_1, AS_LENGTH_NONE, 0,
                                        AS_NO_ROW };
            sample_alias(&b, "w", BASELINE_WORKERS);
            as_build_join(&b, &join);
        }
        as_build_rule(&b, &row);
        if (more)
            refused(&b, "rule: no joins, too many", "one join too many");
        else
            accepted(&b, "as many joins as there may be");
    }
}

/* A key of new terms that asks for the key of a group. */
static void test_terms_key(void)
{
    struct as_row_rule *rules;
    struct as_builder b;
    uint32_t key;

    sample_pack(&b);
    key = sample_column(&b, "of_a_group", AS_AGG_KEY, AS_KIND_TEXT,
                        PROGRAM_GROUP_KEY, AS_NO_ROW);
    rules = (void *)b.section[AS_TABLE_rule].bytes;
    rules[RULE_TERMS].keys = key;
    refused(&b, "program: it reads group keys", "a key that reads a key");
}

/* Sequences of as many steps as there may be, and one more. */
static void test_phases(void)
{
    for (uint32_t more = 0; more < 2; more++) {
        struct as_row_phase phase = { PROGRAM_EARLY, 0 };
        struct as_row_rule *rules;
        struct as_builder b;

        sample_pack(&b);
        rules = (void *)b.section[AS_TABLE_rule].bytes;
        rules[RULE_SEQUENCE].phases = as_build_count(&b, AS_TABLE_phase);
        rules[RULE_SEQUENCE].phase_count = AS_MAX_PHASES + more;
        for (uint32_t i = 0; i < AS_MAX_PHASES + more; i++)
            as_build_phase(&b, &phase);
        if (more)
            refused(&b, "rule: a sequence of too", "one step too many");
        else
            accepted(&b, "as many steps as there may be");
    }
}

/* Ranges that overlap must not hold more than a table could. */
static void test_ranges(void)
{
    for (uint32_t rules = 3; rules < 5; rules++) {
        const uint32_t tags = AS_MAX_TABLE / 4;
        struct as_builder b;

        sample_pack(&b);
        struct as_row_tag tag = { 1 };
        while (as_build_count(&b, AS_TABLE_tag) < tags)
            as_build_tag(&b, &tag);
        struct as_row_rule row = sample_rule(&b, "many", AS_SHAPE_PLAIN);
        row.attack_count = tags;
        for (uint32_t i = 0; i < rules; i++)
            as_build_rule(&b, &row);
        if (rules == 3)
            accepted(&b, "ranges may overlap");
        else
            refused(&b, "rule.attack_count: the ranges are too many",
                    "but not without end");
    }
}

/* ---- the builder's limits --------------------------------------------- */

static void limited(struct as_builder *b, const char *name)
{
    struct as_buf out = { .bytes = NULL };

    tap_int(as_builder_finish(b, &out), ASTRAY_LIMIT, name);
    as_buf_done(&out);
    as_builder_done(b);
}

static void test_limits(void)
{
    static const struct as_insn code[1 << 16];
    const struct as_row_tag tag = { 0 };
    struct as_builder b;

    as_builder_init(&b);
    while (as_build_count(&b, AS_TABLE_tag) < AS_MAX_TABLE)
        as_build_tag(&b, &tag);
    tap_ok(!b.failed, "a table may have many rows");
    as_build_tag(&b, &tag);
    tap_int(as_build_text(&b, AS_TEXT("later")), 0, "what comes after is lost");
    limited(&b, "a table with one row too many");

    as_builder_init(&b);
    while (as_build_count(&b, AS_TABLE_insn) < AS_MAX_CODE)
        as_build_code(&b, code, 1 << 16);
    tap_ok(!b.failed, "there may be much code");
    as_build_code(&b, code, 1);
    limited(&b, "code with one instruction too many");

    as_builder_init(&b);
    as_build_text(&b, (struct as_text){ "", (size_t)AS_MAX_PACK + 1 });
    limited(&b, "a text that no pack can hold");

    as_builder_init(&b);
    b.section[AS_TABLE_bytes].length = AS_MAX_PACK - AS_PACK_START;
    limited(&b, "a pack that is too large");
}

/* ---- ten thousand broken packs ---------------------------------------- */

static uint64_t random_state = 20261121;

/* xorshift64*: the same numbers everywhere. */
static uint32_t random_below(uint32_t bound)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)((random_state * UINT64_C(0x2545F4914F6CDD1D)) >> 33) %
           bound;
}

static void mutate(struct as_buf *bytes)
{
    static const uint32_t likely[] = { 0, 1, 2, 3, 5, 8, 31, 32, UINT32_MAX };
    uint32_t start = sizeof(struct as_pack_header);
    uint32_t count = 1 + random_below(3);

    while (count--) {
        uint32_t at = start + random_below((uint32_t)bytes->length - start - 3);
        uint32_t value = likely[random_below(9)];
        switch (random_below(4)) {
        case 0: /* one bit */
            bytes->bytes[at] ^= (char)(1 << random_below(8));
            break;
        case 1: /* one byte */
            bytes->bytes[at] = (char)random_below(256);
            break;
        case 2: /* one word, to a value that is special */
            memcpy(bytes->bytes + at / 4 * 4, &value, sizeof(value));
            break;
        default: /* one word, to that of another place */
            value = start + random_below((uint32_t)bytes->length - start - 3);
            memmove(bytes->bytes + at / 4 * 4, bytes->bytes + value / 4 * 4, 4);
            break;
        }
    }
}

/* Load it, and say everything about it if it is accepted. */
static bool try(const struct as_buf *bytes, struct as_buf *text)
{
    char *copy = malloc(bytes->length);
    struct as_pack pack;
    bool good = false;

    if (!copy)
        return false;
    memcpy(copy, bytes->bytes, bytes->length);
    if (as_pack_load(copy, bytes->length, &pack, NULL) == ASTRAY_OK) {
        good = true;
        as_buf_reset(text);
        as_describe(&pack, ASTRAY_DESCRIBE_CODE, text);
        as_describe(&pack, ASTRAY_DESCRIBE_CODE | ASTRAY_DESCRIBE_JSON, text);
        for (uint32_t i = 0; i < pack.program_count; i++)
            as_disasm_program(&pack, i, text);
    }
    free(copy);
    return good;
}

static void test_mutations(void)
{
    enum { ROUNDS = 10000 };
    struct as_buf good = { .bytes = NULL }, bad = { .bytes = NULL };
    struct as_buf text = { .bytes = NULL };
    int taken = 0;

    sample_bytes(&good);
    for (int i = 0; i < ROUNDS; i++) {
        as_buf_reset(&bad);
        as_buf_text(&bad, as_buf_view(&good));
        mutate(&bad);
        set_digest(&bad);
        taken += try(&bad, &text);
    }
    /* Neither all nor none: then the test would not test anything. */
    if (!tap_ok(taken > 100 && taken < ROUNDS - 1000,
                "10,000 broken packs, and nothing crashes"))
        printf("# %d were accepted\n", taken);
    as_buf_done(&good);
    as_buf_done(&bad);
    as_buf_done(&text);
}

int main(void)
{
    test_sample();
    test_builder();
    test_header();
    test_lengths();
    test_alignment();
    test_directory();
    test_rows();
    test_words();
    test_faults();
    test_texts();
    test_edges();
    test_slots();
    test_proportion();
    test_lists_of_programs();
    test_sums();
    test_patterns();
    test_info();
    test_object();
    test_keys();
    test_joins();
    test_terms_key();
    test_phases();
    test_ranges();
    test_limits();
    test_mutations();
    return tap_done();
}
