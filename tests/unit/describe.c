/*
 * describe.c - what a pack says of itself, for people and as JSON, against
 * describe.txt and describe.json beside this file.
 *
 * The sample has a row in every table; here it gets what it lacks: constants
 * of every kind, every aggregate, every way to forget.  With BLESS set in the
 * environment the two files are written instead.
 */

#include "program/describe.h"

#include <stdlib.h>

#include "common/file.h"
#include "program/disasm.h"
#include "sample_pack.h"
#include "tap.h"

enum { LONG_TEXT = 5000 };

static void add_params(struct as_builder *b)
{
    static const struct {
        const char *name;
        as_type type;
        uint32_t value;
    } rows[] = {
        { "strict", AS_KIND_BOOL, CONST_BOOL },
        { "offset", AS_KIND_INT, CONST_INT },
        { "ratio", AS_KIND_REAL, CONST_REAL },
        { "begin", AS_KIND_TIME, CONST_TIME },
        { "word", AS_KIND_TEXT, CONST_TEXT },
        { "egress", AS_KIND_IP, CONST_ADDRESS },
        { "place", AS_KIND_SOURCE, CONST_SOURCE },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct as_row_param param = {
            .name = sample_text(b, rows[i].name),
            .type = rows[i].type,
            .value = rows[i].value,
        };
        as_build_param(b, &param);
    }
}

/* A list written inline that is too long to show, and a program with it. */
static uint32_t add_list(struct as_builder *b)
{
    struct as_row_list list = {
        .type = AS_KIND_INT,
        .length = 9,
        .values = as_build_count(b, AS_TABLE_constant),
        .value_count = 9,
    };
    struct as_row_program row = { .type = AS_KIND_BOOL };

    for (int i = 0; i < 9; i++)
        as_build_integer(b, AS_KIND_INT, i);
    uint32_t index = as_build_list(b, &list);
    return sample_program(b, "5 in [...]", row,
                          CODE(OP(MISSING, 0, AS_KIND_INT, 0),
                               OP(IN_LIST, 1, 0, index), OP(RETURN, 1, 0, 0)));
}

static uint32_t add_number(struct as_builder *b, as_type type)
{
    struct as_row_program row = { .type = type, .reads_event = 1 };

    return sample_program(b, "a number", row,
                          CODE(OP(MISSING, 0, type, 0), OP(RETURN, 0, 0, 0)));
}

/* A baseline that keeps its rows alive, with every aggregate. */
static void add_idle(struct as_builder *b)
{
    uint32_t first = as_build_count(b, AS_TABLE_column);
    uint32_t real = add_number(b, AS_KIND_REAL);
    uint32_t length = add_number(b, AS_KIND_DURATION);
    uint32_t whole = add_number(b, AS_KIND_INT);

    sample_column(b, "arn", AS_AGG_KEY, AS_KIND_TEXT, PROGRAM_SESSION,
                  AS_NO_ROW);
    sample_column(b, "last_seen", AS_AGG_MAX, AS_KIND_TIME, PROGRAM_TIME,
                  AS_NO_ROW);
    sample_column(b, "last_from", AS_AGG_LAST, AS_KIND_SOURCE, PROGRAM_ADDRESS,
                  AS_NO_ROW);
    sample_column(b, "places", AS_AGG_COUNT_DISTINCT, AS_KIND_INT,
                  PROGRAM_ADDRESS, AS_NO_ROW);
    sample_column(b, "ratios", AS_AGG_SUM, AS_KIND_REAL, real, AS_NO_ROW);
    sample_column(b, "lengths", AS_AGG_SUM, AS_KIND_DURATION, length,
                  AS_NO_ROW);
    sample_column(b, "numbers", AS_AGG_SUM, AS_KIND_INT, whole, AS_NO_ROW);
    sample_column(b, "seen", AS_AGG_ANY, AS_KIND_BOOL, PROGRAM_IS_IP,
                  AS_NO_ROW);

    struct as_row_column items = {
        .name = sample_text(b, "items"),
        .type = AS_KIND_TEXT | AS_TYPE_SET,
        .agg = AS_AGG_SET,
        .each = PROGRAM_EACH,
        .value = PROGRAM_ITEM_1,
        .filter = AS_NO_ROW,
        .source = sample_text(b, "set(requestParameters.items[].name)"),
    };
    as_build_column(b, &items);

    struct as_row_baseline row = {
        .rest = AS_NO_ROW,
        .name = sample_text(b, "tasks"),
        .early = AS_NO_ROW,
        .where = AS_NO_ROW,
        .each = AS_NO_ROW,
        .keys = first,
        .key_count = 1,
        .columns = first + 1,
        .column_count = 8,
        .retain_kind = AS_LENGTH_CONST,
        .retain = CONST_LIFE,
        .idle = 1,
    };
    as_build_baseline(b, &row);
    row.name = sample_text(b, "owned_addresses");
    row.column_count = 0;
    row.retain_kind = AS_LENGTH_FOREVER;
    row.idle = 0;
    as_build_baseline(b, &row);
}

static void add_rules(struct as_builder *b)
{
    struct as_row_rule row = sample_rule(b, "whole_group", AS_SHAPE_GROUP);
    char *text = malloc(LONG_TEXT);

    row.keys = KEY_GROUP;
    row.key_count = 1;
    row.aggs = AGG_GROUP;
    row.agg_count = 2;
    row.window = AS_WINDOW_WHOLE;
    row.having = PROGRAM_HAVING;
    as_build_rule(b, &row);

    row = sample_rule(b, "strange\n\x1b[31mrule\\", AS_SHAPE_PLAIN);
    row.early = AS_NO_ROW;
    row.where = add_list(b);
    row.reference_count = row.falsepositive_count = 1;
    if (text) {
        memset(text, 'a', LONG_TEXT);
        memcpy(text + 4095, "\xE2\x82\xAC", 3);
        struct as_row_tag tag = { as_build_text(
            b, (struct as_text){ text, LONG_TEXT }) };
        row.attack = as_build_tag(b, &tag);
        row.attack_count = 1;
    }
    free(text);
    struct as_row_use use = { LIST_WORDS };
    row.uses = as_build_use(b, &use);
    row.use_count = 1;
    as_build_rule(b, &row);

    row = sample_rule(b, "no_condition", AS_SHAPE_PLAIN);
    row.early = row.where = AS_NO_ROW;
    as_build_rule(b, &row);
}

static void build(struct as_buf *out)
{
    struct as_builder b;

    sample_pack(&b);
    struct as_row_info *info = (void *)b.section[AS_TABLE_info].bytes;
    info->shared_ids = 1;
    add_params(&b);
    add_idle(&b);
    add_rules(&b);
    as_builder_finish(&b, out);
    as_builder_done(&b);
}

/* The whole of a file beside this one. */
static void golden_path(char *path, size_t size, const char *name)
{
    const char *folder = getenv("srcdir");

    snprintf(path, size, "%s/tests/unit/%s", folder ? folder : ".", name);
}

static void compare(const struct as_buf *got, const char *name)
{
    char path[4096];
    struct as_buf want = { .bytes = NULL };

    golden_path(path, sizeof(path), name);
    if (getenv("BLESS"))
        as_file_write(path, as_buf_view(got));
    tap_ok(as_file_read(path, (size_t)1 << 20, &want) == ASTRAY_OK,
           "the golden file is there");

    size_t same = 0, line = 1;
    while (same < got->length && same < want.length &&
           got->bytes[same] == want.bytes[same])
        line += got->bytes[same++] == '\n';
    if (!tap_ok(same == got->length && same == want.length, name))
        printf("# it differs at line %zu (BLESS=1 writes it anew)\n", line);
    as_buf_done(&want);
}

int main(void)
{
    struct as_buf bytes = { .bytes = NULL }, text = { .bytes = NULL };
    const char *why = "";
    struct as_pack pack;

    build(&bytes);
    if (tap_ok(as_pack_load(bytes.bytes, bytes.length, &pack, &why) ==
                   ASTRAY_OK,
               "a pack with all there is")) {
        as_describe(&pack, ASTRAY_DESCRIBE_CODE, &text);
        compare(&text, "describe.txt");
        as_buf_reset(&text);
        as_describe(&pack, ASTRAY_DESCRIBE_CODE | ASTRAY_DESCRIBE_JSON, &text);
        compare(&text, "describe.json");
        as_buf_reset(&text);
        as_disasm_program(&pack, PROGRAM_EARLY, &text);
        tap_ok(as_text_equal(as_buf_view(&text),
                             AS_TEXT("   0  LOAD_SLOT      r0, eventName\n"
                                     "   1  LOAD_CONST     r1, "
                                     "\"CreateLogStream\"\n"
                                     "   2  EQ             r2, r0, r1\n"
                                     "   3  RETURN         r2\n")),
               "a program as text");
    } else {
        printf("# %s\n", why);
    }
    as_buf_done(&bytes);
    as_buf_done(&text);
    return tap_done();
}
