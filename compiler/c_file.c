/*
 * c_file.c - see c_file.h.
 *
 * Programs stand in the order of their rows, each under a comment that says
 * what it is of and how it was written.  It is named after its first owner, in
 * the order of the pack; a program that several have in common is one function
 * all the same.
 */

#include "compiler/c_file.h"

#include <inttypes.h>

#include "common/map.h"
#include "compiler/c_text.h"
#include "program/pack.h"

enum { WIDTH = 78, LONGEST_SOURCE = 4000 };

/* Of a program: its function's name, and what it is in words. */
struct title {
    struct as_text name, role;
};

struct writer {
    const struct as_pack *pack;
    const struct as_c_bodies *bodies;
    struct as_buf *out;
    struct as_arena arena;
    struct as_map taken; /* names of functions */
    struct title *titles;
};

/* ---- titles ----------------------------------------------------------- */

/* "rule" "lambda": "exclude" "kms_decrypt" */
struct role {
    const char *kind;
    struct as_text owner;
    const char *part;
    struct as_text of;
};

static struct as_text keep(struct writer *writer, struct as_buf *text)
{
    struct as_text kept = { NULL, text->length };

    if (!text->failed)
        kept.bytes = as_strndup(&writer->arena, text->bytes, text->length);
    writer->arena.failed |= !kept.bytes;
    as_buf_done(text);
    return kept.bytes ? kept : AS_TEXT("");
}

/* The name, or one like it that no other function has. */
static struct as_text take_name(struct writer *writer, struct as_text name,
                                uint32_t program)
{
    struct as_buf other = { .bytes = NULL };

    while (!writer->arena.failed &&
           as_map_find(&writer->taken, name) != AS_MAP_NONE) {
        as_buf_text(&other, name);
        as_buf_printf(&other, "_p%" PRIu32 "_", program);
        name = keep(writer, &other);
        other = (struct as_buf){ .bytes = NULL };
    }
    if (as_map_add(&writer->taken, name, NULL) == AS_MAP_NONE)
        writer->arena.failed = true;
    return name;
}

static void entitle(struct writer *writer, uint32_t program,
                    struct as_text name, struct as_text role);

/* One that this one runs: once for each key, row or element. */
static void entitle_inner(struct writer *writer, const struct title *outer,
                          const char *word, const char *what, uint32_t program)
{
    struct as_buf name = { .bytes = NULL }, role = { .bytes = NULL };
    struct as_text named;

    as_buf_text(&name, outer->name);
    as_buf_puts(&name, word);
    as_buf_text(&role, outer->role);
    as_buf_puts(&role, what);
    named = keep(writer, &name);
    entitle(writer, program, named, keep(writer, &role));
}

static void entitle_probe(struct writer *writer, const struct title *outer,
                          uint32_t n)
{
    const struct as_row_probe *row = &writer->pack->probe[n];

    for (uint32_t i = 0; i < row->key_count; i++)
        entitle_inner(writer, outer, "_key", ", a key that rows are found by",
                      writer->pack->argument[row->keys + i].program);
    entitle_inner(writer, outer, "_row", ", of each row", row->filter);
}

static void entitle_inners(struct writer *writer, uint32_t program)
{
    const struct as_row_program *row = &writer->pack->program[program];
    const struct title outer = writer->titles[program];

    for (uint32_t i = 0; i < row->code_length; i++) {
        const struct as_insn *insn = &writer->pack->insn[row->code + i];

        if (insn->op == AS_OP_LOOP)
            entitle_inner(writer, &outer, "_element", ", of each element",
                          writer->pack->loop[insn->c].body);
        else if (insn->op == AS_OP_PROBE)
            entitle_probe(writer, &outer, insn->c);
    }
}

static void entitle(struct writer *writer, uint32_t program,
                    struct as_text name, struct as_text role)
{
    if (program == AS_NO_ROW || writer->titles[program].name.length > 0 ||
        writer->arena.failed)
        return;
    writer->titles[program] = (struct title){ take_name(writer, name, program),
                                              role };
    entitle_inners(writer, program);
}

/* ---- owners ----------------------------------------------------------- */

static void own(struct writer *writer, const struct role *role,
                uint32_t program)
{
    struct as_buf name = { .bytes = NULL }, words = { .bytes = NULL };
    struct as_text named;

    if (program == AS_NO_ROW || writer->titles[program].name.length > 0)
        return;
    as_buf_printf(&name, "%s_", role->kind);
    as_c_name(&name, role->owner);
    if (!as_text_ends(as_buf_view(&name), AS_TEXT("_")))
        as_buf_putc(&name, '_');
    as_buf_puts(&name, role->part);
    as_buf_printf(&words, "%s ", role->kind);
    as_c_comment(&words, role->owner);
    as_buf_printf(&words, ": %s", role->part);
    if (role->of.length > 0) {
        as_buf_putc(&name, '_');
        as_c_name(&name, role->of);
        as_buf_putc(&words, ' ');
        as_c_comment(&words, role->of);
    }
    named = keep(writer, &name);
    entitle(writer, program, named, keep(writer, &words));
}

static void own_part(struct writer *writer, struct role *role, const char *part,
                     uint32_t program)
{
    role->part = part;
    own(writer, role, program);
}

static struct as_text text_of(const struct writer *writer, uint32_t text)
{
    return as_pack_text(writer->pack, text);
}

static void own_tests(struct writer *writer, struct role *role, uint32_t first,
                      uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        const struct as_row_test *test = &writer->pack->test[i];

        role->of = text_of(writer, writer->pack->slot[test->slot].path);
        own_part(writer, role, "test", test->program);
    }
    role->of = AS_TEXT("");
}

static void own_columns(struct writer *writer, struct role *role,
                        uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        const struct as_row_column *row = &writer->pack->column[i];

        role->of = text_of(writer, row->name ? row->name : row->source);
        own_part(writer, role, "elements", row->each);
        own_part(writer, role, row->agg == AS_AGG_KEY ? "key" : "value",
                 row->value);
        own_part(writer, role, "filter", row->filter);
    }
    role->of = AS_TEXT("");
}

#define OWN_SOURCE(writer, role, row)                                          \
    do {                                                                       \
        own_part(writer, role, "each", (row)->each);                           \
        own_part(writer, role, "where", (row)->early);                         \
        own_tests(writer, role, (row)->tests, (row)->test_count);              \
        own_part(writer, role, "rest", (row)->rest);                           \
        own_part(writer, role, "late_where", (row)->where);                    \
    } while (0)

static void own_baseline(struct writer *writer,
                         const struct as_row_baseline *row)
{
    struct role role = { .kind = "baseline",
                         .owner = text_of(writer, row->name),
                         .of = AS_TEXT("") };

    OWN_SOURCE(writer, &role, row);
    own_columns(writer, &role, row->keys, row->key_count);
    own_columns(writer, &role, row->columns, row->column_count);
}

static void own_joins(struct writer *writer, struct role *role,
                      const struct as_row_rule *row)
{
    const struct as_pack *pack = writer->pack;

    for (uint32_t i = 0; i < row->join_count; i++) {
        const struct as_row_join *join = &pack->join[row->joins + i];
        const struct as_row_probe *probe = &pack->probe[join->probe];

        role->of = text_of(writer, pack->alias[row->aliases + i].name);
        for (uint32_t key = 0; key < probe->key_count; key++)
            own_part(writer, role, "join_key",
                     pack->argument[probe->keys + key].program);
        own_part(writer, role, "join_row", probe->filter);
        own_part(writer, role, "after", join->after);
    }
    role->of = AS_TEXT("");
}

static void own_alert(struct writer *writer, struct role *role,
                      const struct as_row_rule *row)
{
    const struct as_pack *pack = writer->pack;

    for (uint32_t i = 0; i < row->exclude_count; i++) {
        const struct as_row_exclude *at = &pack->exclude[row->excludes + i];

        role->of = text_of(writer, at->name);
        own_part(writer, role, "exclude", at->when);
    }
    for (uint32_t i = 0; i < row->outcome_count; i++) {
        const struct as_row_outcome *at = &pack->outcome[row->outcomes + i];

        role->of = text_of(writer, at->name);
        own_part(writer, role, "outcome", at->value);
    }
    role->of = AS_TEXT("");
    for (uint32_t i = 0; i < row->suppress_by_count; i++)
        own_part(writer, role, "suppress_by",
                 pack->argument[row->suppress_by + i].program);
}

static void own_rule(struct writer *writer, const struct as_row_rule *row)
{
    struct role role = { .kind = "rule",
                         .owner = text_of(writer, row->name),
                         .of = AS_TEXT("") };

    OWN_SOURCE(writer, &role, row);
    own_joins(writer, &role, row);
    own_part(writer, &role, "require", row->require);
    own_columns(writer, &role, row->keys, row->key_count);
    own_columns(writer, &role, row->aggs, row->agg_count);
    own_part(writer, &role, "having", row->having);
    for (uint32_t i = 0; i < row->phase_count; i++)
        own_part(writer, &role, "step",
                 writer->pack->phase[row->phases + i].where);
    own_part(writer, &role, "until", row->until);
    own_alert(writer, &role, row);
}

static void make_titles(struct writer *writer)
{
    const struct as_pack *pack = writer->pack;

    for (uint32_t i = 0; i < pack->baseline_count; i++)
        own_baseline(writer, &pack->baseline[i]);
    for (uint32_t i = 0; i < pack->rule_count; i++)
        own_rule(writer, &pack->rule[i]);
    for (uint32_t i = 0; i < pack->program_count; i++) /* nobody's */
        entitle(writer, i, AS_TEXT("program_of_nobody"),
                AS_TEXT("not run by anything"));
}

/* ---- programs --------------------------------------------------------- */

static struct as_c_body body_of(const struct writer *writer, uint32_t program)
{
    struct as_c_body body;

    memcpy(&body, writer->bodies->rows.bytes + program * sizeof(body),
           sizeof(body));
    return body;
}

/* Words of a comment, broken where there are spaces. */
static void put_words(struct as_buf *out, const char *margin,
                      struct as_text text)
{
    size_t start = 0;

    while (start < text.length) {
        size_t room = WIDTH - strlen(margin), length = text.length - start;
        size_t end = length;

        if (length > room) {
            for (end = room; end > 0 && text.bytes[start + end] != ' '; end--)
                continue;
            if (end == 0)
                for (end = room; end < length && text.bytes[start + end] != ' ';
                     end++)
                    continue;
        }
        as_buf_puts(out, margin);
        as_buf_text(out, (struct as_text){ text.bytes + start, end });
        as_buf_putc(out, '\n');
        start += end;
        while (start < text.length && text.bytes[start] == ' ')
            start++;
    }
}

static void put_comment(const struct writer *writer, uint32_t program)
{
    struct as_text source = text_of(writer,
                                    writer->pack->program[program].source);
    bool cut = source.length > LONGEST_SOURCE;
    struct as_buf words = { .bytes = NULL };

    source.length = cut ? LONGEST_SOURCE : source.length;
    as_c_comment(&words, source);
    as_buf_puts(writer->out, "\n/*\n");
    put_words(writer->out, " * ", writer->titles[program].role);
    if (source.length > 0) {
        as_buf_puts(writer->out, " *\n");
        put_words(writer->out, " *     ", as_buf_view(&words));
    }
    as_buf_puts(writer->out, cut ? " *     ...\n */\n" : " */\n");
    writer->out->failed |= words.failed;
    as_buf_done(&words);
}

static bool is_test(const struct writer *writer, uint32_t program)
{
    return writer->pack->program[program].type == AS_KIND_BOOL;
}

static void put_signature(const struct writer *writer, struct as_text name,
                          bool test)
{
    const char *type = test ? "static uint32_t " : "static void ";
    const char *arguments = test ? "struct astray_rt *rt)"
                                 : "struct astray_rt *rt, "
                                   "struct astray_value *value)";
    size_t width = strlen(type) + name.length + 1 + strlen(arguments);

    as_buf_puts(writer->out, type);
    as_buf_text(writer->out, name);
    as_buf_puts(writer->out, width > 80 ? "(\n    " : "(");
    as_buf_puts(writer->out, arguments);
    as_buf_puts(writer->out, "\n{\n");
}

static void put_program(const struct writer *writer, uint32_t program)
{
    struct as_c_body body = body_of(writer, program);
    struct as_text name = writer->titles[program].name;
    struct as_buf *out = writer->out;

    put_comment(writer, program);
    if (body.length == 0) {
        as_buf_puts(out, "/* Too long or too deep: the bytecode runs. */\n");
        return;
    }
    put_signature(writer, name, is_test(writer, program));
    as_buf_add(out, writer->bodies->text.bytes + body.start, body.length);
    as_buf_puts(out, "}\n");
}

static void put_table(const struct writer *writer)
{
    struct as_buf *out = writer->out;
    uint32_t count = writer->pack->program_count;

    as_buf_printf(out,
                  "\n/* By their rows in the pack. */\n"
                  "static const struct astray_program programs[%" PRIu32
                  "] = {\n",
                  count > 0 ? count : 1);
    for (uint32_t i = 0; i < count; i++) {
        if (body_of(writer, i).length == 0)
            continue;
        as_buf_printf(out, "    [%" PRIu32 "] = { .%s = ", i,
                      is_test(writer, i) ? "test" : "value");
        as_buf_text(out, writer->titles[i].name);
        as_buf_puts(out, " },\n");
    }
    as_buf_puts(out, count > 0 ? "};\n\n" : "    { NULL, NULL },\n};\n\n");
}

/* ---- what they name --------------------------------------------------- */

static void put_slots(const struct writer *writer)
{
    as_buf_puts(writer->out, "\n/* What is read out of an event. */\nenum {\n");
    for (uint32_t i = 0; i < writer->pack->slot_count; i++) {
        as_buf_puts(writer->out, "    ");
        as_c_slot_name(writer->out, i,
                       text_of(writer, writer->pack->slot[i].path));
        as_buf_printf(writer->out, " = %" PRIu32 ",\n", i);
    }
    as_buf_puts(writer->out, "};\n");
}

static void put_lists(const struct writer *writer)
{
    const struct as_pack *pack = writer->pack;

    if (pack->list_count == 0)
        return;
    as_buf_puts(writer->out, "\n/* Lists. */\nenum {\n");
    for (uint32_t i = 0; i < pack->list_count; i++) {
        as_buf_puts(writer->out, "    ");
        as_c_list_name(writer->out, i, text_of(writer, pack->list[i].name));
        as_buf_printf(writer->out, " = %" PRIu32 ",\n", i);
    }
    as_buf_puts(writer->out, "};\n");
}

static void put_params(const struct writer *writer)
{
    const struct as_pack *pack = writer->pack;

    if (pack->param_count == 0)
        return;
    as_buf_puts(writer->out, "\n/* Parameters. */\nenum {\n");
    for (uint32_t i = 0; i < pack->param_count; i++) {
        as_buf_puts(writer->out, "    ");
        as_c_param_name(writer->out, i, text_of(writer, pack->param[i].name));
        as_buf_printf(writer->out, " = %" PRIu32 ",\n", i);
    }
    as_buf_puts(writer->out, "};\n");
}

/* ---- lists that no run can replace ------------------------------------ */

static struct as_text value_of(const struct writer *writer, uint32_t list,
                               uint32_t n)
{
    uint32_t row = writer->pack->list[list].values + n;

    return text_of(writer, writer->pack->constant[row].text);
}

/* The values of value n's length, if it is the first of them. */
static void put_case(const struct writer *writer, uint32_t list, uint32_t n)
{
    size_t length = value_of(writer, list, n).length;
    struct as_buf *out = writer->out;

    for (uint32_t i = 0; i < n; i++) {
        if (value_of(writer, list, i).length == length)
            return;
    }
    as_buf_printf(out, "    case %zu:\n", length);
    if (length == 0) {
        as_buf_puts(out, "        return ASTRAY_TRUE;\n");
        return;
    }
    for (uint32_t i = n; i < writer->pack->list[list].value_count; i++) {
        struct as_text value = value_of(writer, list, i);

        if (value.length != length)
            continue;
        as_buf_puts(out, i == n ? "        return " : " ||\n               ");
        as_buf_puts(out, "memcmp(text.bytes, ");
        as_c_string(out, value);
        as_buf_printf(out, ", %zu) == 0", length);
    }
    as_buf_puts(out, ";\n");
}

static void put_list(const struct writer *writer, uint32_t list)
{
    struct as_buf *out = writer->out;

    as_buf_puts(out, "\nstatic uint32_t ");
    as_c_list_name(out, list, AS_TEXT(""));
    as_buf_puts(out, "has(struct astray_text text)\n{\n"
                     "    if (text.missing)\n"
                     "        return astray_unknown_text(text);\n"
                     "    switch (text.length) {\n");
    for (uint32_t i = 0; i < writer->pack->list[list].value_count; i++)
        put_case(writer, list, i);
    as_buf_puts(out, "    default:\n        return ASTRAY_FALSE;\n    }\n}\n");
}

static void put_fixed_lists(struct writer *writer)
{
    const struct as_buf *rows = &writer->bodies->lists;
    bool *done = as_alloc(&writer->arena, writer->pack->list_count + 1);

    for (size_t at = 0; done && at < rows->length; at += sizeof(uint32_t)) {
        uint32_t row;

        memcpy(&row, rows->bytes + at, sizeof(row));
        if (!done[row])
            put_list(writer, row);
        done[row] = true;
    }
}

/* ---- the whole -------------------------------------------------------- */

static void put_head(const struct writer *writer)
{
    const struct as_row_info *info = writer->pack->info;
    struct as_buf *out = writer->out;

    as_buf_puts(out, "/*\n * ");
    as_c_comment(out, text_of(writer, info->name));
    as_buf_putc(out, ' ');
    as_c_comment(out, text_of(writer, info->version));
    as_buf_puts(out,
                "\n *\n"
                " * The programs of this pack as C functions.  Made by `astray "
                "build -t c`;\n"
                " * a change here is lost, and is a change of what the rules "
                "mean.  A bool is\n"
                " * ASTRAY_FALSE, ASTRAY_TRUE, or missing, from ASTRAY_UNKNOWN "
                "on.\n"
                " */\n\n"
                "#include <astray_rt.h>\n");
}

static void put_native(const struct writer *writer)
{
    const struct as_pack_header *header = writer->pack->bytes;
    struct as_buf *out = writer->out;

    as_buf_puts(out, "extern ASTRAY_EXPORT const struct astray_native "
                     "astray_native;\n\n"
                     "const struct astray_native astray_native = {\n"
                     "    .version = ASTRAY_RT_VERSION,\n"
                     "    .rt_size = ASTRAY_RT_SIZE,\n"
                     "    .value_size = ASTRAY_VALUE_SIZE,\n");
    as_buf_printf(out, "    .program_count = %" PRIu32 ",\n    .pack = {",
                  writer->pack->program_count);
    for (int i = 0; i < AS_SHA256_SIZE; i++)
        as_buf_printf(out, "%s0x%02x,", i % 8 == 0 ? "\n        " : " ",
                      header->digest[i]);
    as_buf_puts(out, "\n    },\n    .programs = programs,\n};\n");
}

static void put_file(struct writer *writer)
{
    put_head(writer);
    put_slots(writer);
    put_lists(writer);
    put_params(writer);
    put_fixed_lists(writer);
    for (uint32_t i = 0; i < writer->pack->program_count; i++)
        put_program(writer, i);
    put_table(writer);
    put_native(writer);
}

enum astray_status as_c_file(const struct as_buf *bytes,
                             const struct as_c_bodies *bodies,
                             struct as_buf *out)
{
    struct as_pack pack;
    struct writer writer = { .pack = &pack, .bodies = bodies, .out = out };
    enum astray_status status = as_pack_load(bytes->bytes, bytes->length, &pack,
                                             NULL);

    if (status != ASTRAY_OK)
        return status == ASTRAY_BAD_PACK ? ASTRAY_BUG : status;
    if (bodies->text.failed || bodies->rows.failed || bodies->lists.failed)
        return ASTRAY_NO_MEMORY;
    as_arena_init(&writer.arena, 0);
    as_map_init(&writer.taken);
    writer.titles = as_alloc(&writer.arena, (pack.program_count + (size_t)1) *
                                                sizeof(*writer.titles));
    if (writer.titles)
        make_titles(&writer);
    if (!writer.arena.failed)
        put_file(&writer);
    out->failed |= writer.arena.failed;
    as_map_done(&writer.taken);
    as_arena_free(&writer.arena);
    return out->failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}
