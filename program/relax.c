/*
 * relax.c - see relax.h.
 *
 * A pack is tables of rows, so a rule without a clause is one row more, a copy
 * with another number in it.  The old rows stay where they are, and all that
 * they refer to.
 */

#include "program/relax.h"

#include "common/time.h"
#include "program/disasm.h"

struct relaxer {
    const struct as_pack *pack;
    struct as_builder builder;
    struct as_row_rule row;   /* as it has become so far */
    struct as_row_rule whole; /* as it was */
    struct as_row_join joins[AS_MAX_ALIASES];
    uint32_t rule_id; /* of the rule at hand */
    uint32_t number;  /* of its forms so far */
    struct as_buf name, text;
};

/* ---- words about clauses ------------------------------------------------- */

static void add_source(struct relaxer *r, uint32_t program)
{
    as_buf_text(&r->text,
                as_pack_text(r->pack, r->pack->program[program].source));
}

static void add_length(struct relaxer *r, uint32_t kind, uint32_t index)
{
    if (kind == AS_LENGTH_CONST)
        as_disasm_constant(r->pack, index, &r->text);
    else if (kind == AS_LENGTH_PARAM)
        as_buf_text(&r->text,
                    as_pack_text(r->pack, r->pack->param[index].name));
    else
        as_buf_puts(&r->text, "forever");
}

static void name_alias(struct relaxer *r, uint32_t n, const char *part)
{
    const struct as_row_alias *alias = &r->pack->alias[r->row.aliases + n];

    as_buf_puts(&r->name, "join ");
    as_buf_text(&r->name, as_pack_text(r->pack, alias->name));
    as_buf_puts(&r->name, part);
}

/* ---- forms --------------------------------------------------------------- */

/* The row as it is now is a rule more; its name and text were composed. */
static void add_form(struct relaxer *r)
{
    struct as_buf id = { .bytes = NULL };
    struct as_row_rule row = r->row;

    as_buf_printf(&id, "%u ", (unsigned)r->number++);
    as_buf_text(&id, as_pack_text(r->pack, r->rule_id));
    row.id = as_build_text(&r->builder, as_buf_view(&id));
    row.status = r->rule_id;
    row.name = as_build_text(&r->builder, as_buf_view(&r->name));
    row.title = as_build_text(&r->builder, as_buf_view(&r->text));
    if (row.join_count > 0) {
        row.joins = as_build_count(&r->builder, AS_TABLE_join);
        for (uint32_t i = 0; i < row.join_count; i++)
            as_build_join(&r->builder, &r->joins[i]);
    }
    as_build_rule(&r->builder, &row);
    r->builder.failed |= id.failed || r->name.failed || r->text.failed;
    as_buf_done(&id);
    as_buf_reset(&r->name);
    as_buf_reset(&r->text);
}

static void drop_suppress(struct relaxer *r)
{
    const struct as_row_rule *row = &r->row;

    if (row->suppress_by_count == 0)
        return;
    as_buf_puts(&r->name, "suppress");
    for (uint32_t i = 0; i < row->suppress_by_count; i++) {
        as_buf_puts(&r->text, i > 0 ? ", " : "by ");
        add_source(r, r->pack->argument[row->suppress_by + i].program);
    }
    as_buf_puts(&r->text, " for ");
    add_length(r, row->suppress_kind, row->suppress);
    r->row.suppress_by_count = 0;
    r->row.suppress_kind = AS_LENGTH_NONE;
    r->row.suppress = 0;
    add_form(r);
}

static void drop_excludes(struct relaxer *r)
{
    while (r->row.exclude_count > 0) {
        uint32_t last = r->row.excludes + --r->row.exclude_count;
        const struct as_row_exclude *row = &r->pack->exclude[last];

        as_buf_puts(&r->name, "exclude ");
        as_buf_text(&r->name, as_pack_text(r->pack, row->name));
        add_source(r, row->when);
        if (row->expires) {
            as_buf_puts(&r->text, "; expires ");
            as_time_format(&r->text, as_pack_integer(row->low, row->high));
        }
        add_form(r);
    }
}

static void drop_require(struct relaxer *r)
{
    if (r->row.require == AS_NO_ROW)
        return;
    as_buf_puts(&r->name, "require");
    add_source(r, r->row.require);
    r->row.require = AS_NO_ROW;
    add_form(r);
}

/* The words of a group's window, which stays: `having` is asked of it. */
static void add_window(struct relaxer *r)
{
    static const char *const windows[] = { "sliding", "tumbling", "session",
                                           "whole" };

    as_buf_printf(&r->text, " (window: %s", windows[r->row.window]);
    if (r->row.timespan_kind != AS_LENGTH_NONE) {
        as_buf_putc(&r->text, ' ');
        add_length(r, r->row.timespan_kind, r->row.timespan);
    }
    if (r->row.gap_kind != AS_LENGTH_NONE) {
        as_buf_puts(&r->text, ", gap ");
        add_length(r, r->row.gap_kind, r->row.gap);
    }
    as_buf_putc(&r->text, ')');
}

/* `having true`: a group must have one. */
static void drop_having(struct relaxer *r)
{
    struct as_row_program program;
    struct as_insn code[2] = { { .op = AS_OP_LOAD_CONST },
                               { .op = AS_OP_RETURN } };

    if (r->row.having == AS_NO_ROW)
        return;
    as_buf_puts(&r->name, "having");
    add_source(r, r->row.having);
    add_window(r);
    uint32_t yes = as_build_integer(&r->builder, AS_KIND_BOOL, 1);
    r->builder.failed |= yes > UINT16_MAX;
    code[0].b = (uint16_t)yes;
    program = r->pack->program[r->row.having];
    program.code = as_build_code(&r->builder, code, 2);
    program.code_length = 2;
    program.register_count = 1;
    r->row.having = as_build_program(&r->builder, &program);
    add_form(r);
}

static void drop_within(struct relaxer *r, uint32_t n)
{
    struct as_row_join *join = &r->joins[n];

    if (join->after == AS_NO_ROW)
        return;
    name_alias(r, n, " within");
    add_length(r, join->within_kind, join->within);
    as_buf_puts(&r->text, " after ");
    add_source(r, join->after);
    join->after = AS_NO_ROW;
    join->within_kind = AS_LENGTH_NONE;
    join->within = 0;
    add_form(r);
}

/* What a join asks of a row beside its key. */
static void drop_filter(struct relaxer *r, uint32_t n)
{
    struct as_row_probe probe = r->pack->probe[r->joins[n].probe];

    if (probe.filter == AS_NO_ROW)
        return;
    name_alias(r, n, "");
    add_source(r, probe.filter);
    probe.filter = AS_NO_ROW;
    r->joins[n].probe = as_build_probe(&r->builder, &probe);
    add_form(r);
}

static void drop_joins(struct relaxer *r)
{
    for (uint32_t n = r->row.join_count; n > 0; n--) {
        drop_within(r, n - 1);
        drop_filter(r, n - 1);
    }
}

/* `where` as it was written: what it was parted into has no words. */
static void name_where(struct relaxer *r, uint32_t slot)
{
    uint32_t early = r->whole.early, where = r->whole.where;

    as_buf_puts(&r->name, "where");
    if (slot != AS_NO_ROW) {
        as_buf_putc(&r->name, ' ');
        as_buf_text(&r->name, as_pack_text(r->pack, r->pack->slot[slot].path));
    }
    if (early != AS_NO_ROW)
        add_source(r, early);
    if (where == AS_NO_ROW ||
        (early != AS_NO_ROW &&
         r->pack->program[where].source == r->pack->program[early].source))
        return;
    as_buf_puts(&r->text, r->text.length > 0 ? " and " : "");
    add_source(r, where);
}

/* One word of the row that names a condition. */
static void drop_condition(struct relaxer *r, uint32_t *condition)
{
    if (*condition == AS_NO_ROW)
        return;
    name_where(r, AS_NO_ROW);
    *condition = AS_NO_ROW;
    add_form(r);
}

/* Of an event the tests and the rest are asked, of elements `early`. */
static void drop_where(struct relaxer *r)
{
    drop_condition(r, &r->row.where);
    drop_condition(r, &r->row.rest);
    while (r->row.test_count > 0) {
        uint32_t last = r->row.tests + --r->row.test_count;

        name_where(r, r->pack->test[last].slot);
        if (r->row.test_count == 0)
            r->row.early = AS_NO_ROW;
        add_form(r);
    }
    drop_condition(r, &r->row.early);
}

/* The clauses of a rule, from the one that is asked last. */
static void relax(struct relaxer *r, const struct as_row_rule *row)
{
    r->row = r->whole = *row;
    r->rule_id = row->id;
    r->number = 0;
    for (uint32_t i = 0; i < row->join_count; i++)
        r->joins[i] = r->pack->join[row->joins + i];
    drop_suppress(r);
    drop_having(r);
    drop_excludes(r);
    drop_require(r);
    drop_joins(r);
    drop_where(r);
}

/* ---- all of it ----------------------------------------------------------- */

/* The rows that are there already; the rules go. */
static void copy_tables(const struct as_pack *pack, struct as_builder *builder)
{
    struct as_buf *section = builder->section;

    as_buf_reset(&section[AS_TABLE_text]); /* with its row 0 */
#define AS_TABLE(table, text)                                                  \
    as_buf_add(&section[AS_TABLE_##table], pack->table,                        \
               pack->table##_count * sizeof(*pack->table));
#define AS_WORD(table, word, kind, of, text)
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
    as_buf_reset(&section[AS_TABLE_rule]);
    as_buf_add(&section[AS_TABLE_insn], pack->insn,
               pack->insn_count * sizeof(*pack->insn));
    as_buf_add(&section[AS_TABLE_bytes], pack->string, pack->string_length);
    for (int i = 0; i < AS_SECTION_COUNT; i++)
        builder->failed |= section[i].failed;
}

enum astray_status as_relax(const struct as_pack *pack, const bool *wanted,
                            struct as_buf *out)
{
    struct relaxer r = { .pack = pack };
    enum astray_status status;

    as_builder_init(&r.builder);
    copy_tables(pack, &r.builder);
    for (uint32_t i = 0; i < pack->rule_count && !r.builder.failed; i++)
        if (wanted[i])
            relax(&r, &pack->rule[i]);
    status = as_builder_finish(&r.builder, out);
    if (status == ASTRAY_LIMIT && (r.name.failed || r.text.failed))
        status = ASTRAY_NO_MEMORY;
    as_builder_done(&r.builder);
    as_buf_done(&r.name);
    as_buf_done(&r.text);
    return status;
}
