/*
 * link.c - see link.h.
 *
 * Ranges of rows have to be together, so the programs of an owner are written
 * first, then its columns, joins and so on, each table in one go, and then
 * the owner's own row.  Every program is told what is bound around it: see
 * struct as_emit_context.
 */

#include "compiler/link.h"

#include <stdlib.h>

#include "compiler/emit_sieve.h"
#include "compiler/emit_sight.h"
#include "compiler/overlay.h"

struct linker {
    struct as_builder *builder;
    struct as_ir_table *table;
    struct as_diag *diag;
    struct as_operands operands;
    struct as_emitter emitter;
    struct as_sight_writer sights; /* `out` is NULL: nobody asks */
    uint32_t *seen, *rows;         /* of link_uses, for each named list */
    uint32_t rule;                 /* how many have been linked */
    const struct as_laid *laid;
    uint32_t *touched; /* by overlay: the last rule that reads what it set */
};

/* ---- programs --------------------------------------------------------- */

static void say_fault(struct linker *linker, struct as_span span)
{
    switch (linker->emitter.fault) {
    case AS_EMIT_OK:
        break;
    case AS_EMIT_TOO_LONG:
        as_diag(linker->diag, AS_E_PROGRAM_TOO_LARGE, span,
                "this takes more than %d instructions", (int)AS_MAX_PROGRAM);
        break;
    case AS_EMIT_REGISTERS:
        as_diag(linker->diag, AS_E_PROGRAM_TOO_LARGE, span,
                "this takes more than %d registers", (int)AS_MAX_REGISTERS - 1);
        break;
    case AS_EMIT_TOO_MANY_ITEMS:
        as_diag(linker->diag, AS_E_TOO_MANY_ITEMS, span,
                "quantifiers and `[]` stand more than %d deep in each other",
                (int)AS_MAX_ITEMS);
        break;
    case AS_EMIT_TOO_MANY_ROWS:
        as_diag(linker->diag, AS_E_TOO_MANY_JOINS, span,
                "joins and quantifiers bind more than %d rows here",
                (int)AS_MAX_ALIASES);
        break;
    }
    linker->emitter.fault = AS_EMIT_OK;
}

/* The program of a clause, or AS_NO_ROW when there is none. */
static uint32_t link_clause(struct linker *linker,
                            const struct as_ir_clause *clause,
                            const struct as_emit_context *context)
{
    uint32_t program;

    if (!clause->node)
        return AS_NO_ROW;
    program = as_emit_program(&linker->emitter, clause->node, context,
                              clause->source);
    say_fault(linker, clause->span);
    return program;
}

/* Its rows of table column. */
static uint32_t link_columns(struct linker *linker,
                             const struct as_ir_columns *columns,
                             const struct as_emit_context *context)
{
    struct as_row_column *rows = as_alloc(linker->table->arena,
                                          columns->count * sizeof(*rows));
    uint32_t first;

    if (!rows)
        return 0;
    for (uint32_t i = 0; i < columns->count; i++) {
        const struct as_ir_column *column = &columns->columns[i];
        struct as_emit_context inner = *context;

        rows[i].each = link_clause(linker, &column->each, context);
        if (column->item && inner.item_count < AS_MAX_ITEMS)
            inner.items[inner.item_count++] = column->item;
        rows[i].name = as_build_text(linker->builder, column->name);
        rows[i].type = column->type;
        rows[i].agg = (uint32_t)column->agg;
        rows[i].value = link_clause(linker, &column->value, &inner);
        rows[i].filter = link_clause(linker, &column->filter, &inner);
        rows[i].source = as_build_text(linker->builder, column->source);
    }
    first = as_build_count(linker->builder, AS_TABLE_column);
    for (uint32_t i = 0; i < columns->count; i++)
        as_build_column(linker->builder, &rows[i]);
    return first;
}

/* A length of time: the constant or the param. */
static uint32_t link_amount(struct linker *linker,
                            const struct as_ir_amount *amount)
{
    struct as_ir *node;

    switch (amount->kind) {
    case AS_LENGTH_CONST:
        node = as_ir_integer(linker->table, AS_KIND_DURATION, amount->ms);
        return node->kind == AS_IR_CONST
                 ? as_operand_constant(&linker->operands, node->constant)
                 : 0;
    case AS_LENGTH_PARAM:
        return amount->param->row;
    case AS_LENGTH_NONE:
    case AS_LENGTH_FOREVER:
    case AS_LENGTH_COUNT:
        break;
    }
    return 0;
}

/* What is bound in all clauses that judge one event. */
static struct as_emit_context event_context(const struct as_ir_from *from)
{
    struct as_emit_context context;

    memset(&context, 0, sizeof(context));
    if (from->item)
        context.items[context.item_count++] = from->item;
    return context;
}

static uint32_t link_each(struct linker *linker, const struct as_ir_from *from)
{
    struct as_emit_context nothing;

    memset(&nothing, 0, sizeof(nothing));
    return link_clause(linker, &from->each, &nothing);
}

/* The parts of `early`, which is asked of every event; the elements of `each`
 * are asked whole. */
static struct as_sieve_parts link_sieve(struct linker *linker,
                                        const struct as_ir_from *from)
{
    static const struct as_ir_clause none;

    return as_emit_sieve(&linker->emitter, from->item ? &none : &from->early);
}

/* ---- baselines -------------------------------------------------------- */

static void link_baseline(struct linker *linker,
                          struct as_ir_baseline *baseline)
{
    const struct as_ir_from *from = &baseline->from;
    struct as_emit_context context = event_context(from);
    struct as_sieve_parts parts;
    struct as_row_baseline row;

    row.name = as_build_text(linker->builder, baseline->name);
    row.help = as_build_text(linker->builder, baseline->help);
    row.file = as_build_text(linker->builder, baseline->file);
    row.each = link_each(linker, from);
    row.early = link_clause(linker, &from->early, &context);
    parts = link_sieve(linker, from);
    row.tests = parts.tests;
    row.test_count = parts.test_count;
    row.rest = parts.rest;
    row.where = link_clause(linker, &from->where, &context);
    row.keys = link_columns(linker, &baseline->keys, &context);
    row.key_count = baseline->keys.count;
    row.columns = link_columns(linker, &baseline->columns, &context);
    row.column_count = baseline->columns.count;
    row.scope = (uint32_t)baseline->scope;
    row.plus_kind = (uint32_t)baseline->plus.kind;
    row.plus = link_amount(linker, &baseline->plus);
    row.retain_kind = (uint32_t)baseline->retain.kind;
    row.retain = link_amount(linker, &baseline->retain);
    row.idle = baseline->idle;
    if (linker->sights.out)
        linker->sights.out->baselines[baseline->row] = as_emit_sights(
            &linker->sights, &baseline->sights,
            &(struct as_sight_contexts){ .event = &context });
    as_build_baseline(linker->builder, &row);
}

/* ---- what a rule reads ------------------------------------------------ */

/* The named lists that a rule reads, by itself or through baselines; and the
 * overlays that changed one of them, or a parameter. */
struct uses {
    struct linker *linker;
    uint32_t mark;
    uint32_t rule;  /* the number of this rule */
    uint32_t *seen; /* by row of table list: the last rule that reads it */
    uint32_t *rows; /* that this one reads */
    uint32_t count;
};

static void use_change(struct uses *uses, const struct as_change *change)
{
    for (const struct as_laid *at = uses->linker->laid; at && change;
         at = at->next) {
        if (at->overlay == change->overlay)
            uses->linker->touched[at->number] = uses->rule;
    }
}

static void use_amount(struct uses *uses, const struct as_ir_amount *amount)
{
    if (amount->kind == AS_LENGTH_PARAM)
        use_change(uses, amount->param->set);
}

static void use_list(struct uses *uses, const struct as_ir_list *list)
{
    if (list->name.length == 0 || uses->seen[list->row] == uses->rule)
        return;
    uses->seen[list->row] = uses->rule;
    uses->rows[uses->count++] = list->row;
    for (const struct as_list_edit *at = list->edits; at; at = at->next)
        use_change(uses, at->change);
}

static void use_baseline(struct uses *uses,
                         const struct as_ir_baseline *baseline);

static void use_node(struct uses *uses, struct as_ir *node)
{
    if (!node || node->mark == uses->mark)
        return;
    node->mark = uses->mark;
    for (uint32_t i = 0; i < node->kid_count; i++)
        use_node(uses, node->kids[i]);
    if (node->kind == AS_IR_PARAM)
        use_change(uses, node->param->set);
    if (node->kind == AS_IR_COLUMN || node->kind == AS_IR_PROBE) {
        use_baseline(uses, node->row->baseline);
    } else if (node->kind == AS_IR_OP && node->op == AS_OP_IN_BASELINE) {
        use_baseline(uses, node->member->baseline);
    } else if (node->kind == AS_IR_OP &&
               (as_op_info[node->op].b == AS_OPERAND_LIST ||
                as_op_info[node->op].c == AS_OPERAND_LIST)) {
        use_list(uses, node->list);
    }
}

static void use_from(struct uses *uses, const struct as_ir_from *from)
{
    use_node(uses, from->each.node);
    use_node(uses, from->early.node);
    use_node(uses, from->where.node);
}

static void use_columns(struct uses *uses, const struct as_ir_columns *columns)
{
    for (uint32_t i = 0; i < columns->count; i++) {
        use_node(uses, columns->columns[i].each.node);
        use_node(uses, columns->columns[i].value.node);
        use_node(uses, columns->columns[i].filter.node);
    }
}

static void use_baseline(struct uses *uses,
                         const struct as_ir_baseline *baseline)
{
    /* It is const to those who read it; the mark is a walk's own. */
    struct as_ir_baseline *marked = (struct as_ir_baseline *)(uintptr_t)
        baseline;

    if (baseline->mark == uses->mark)
        return;
    marked->mark = uses->mark;
    use_from(uses, &baseline->from);
    use_columns(uses, &baseline->keys);
    use_columns(uses, &baseline->columns);
    use_amount(uses, &baseline->plus);
    use_amount(uses, &baseline->retain);
}

static void use_rule(struct uses *uses, const struct as_ir_rule *rule)
{
    use_from(uses, &rule->from);
    for (const struct as_ir_join *at = rule->joins; at; at = at->next) {
        use_node(uses, at->probe);
        use_node(uses, at->after.node);
        use_amount(uses, &at->within);
    }
    use_node(uses, rule->require.node);
    use_columns(uses, &rule->keys);
    use_columns(uses, &rule->aggs);
    use_node(uses, rule->having.node);
    for (const struct as_ir_phase *at = rule->phases; at; at = at->next)
        use_node(uses, at->where.node);
    use_node(uses, rule->until.node);
    for (const struct as_ir_exclude *at = rule->excludes; at; at = at->next)
        use_node(uses, at->when.node);
    for (const struct as_ir_outcome *at = rule->outcomes; at; at = at->next)
        use_node(uses, at->value.node);
    for (const struct as_ir_outcome *at = rule->suppress_by; at; at = at->next)
        use_node(uses, at->value.node);
    use_amount(uses, &rule->timespan);
    use_amount(uses, &rule->gap);
    use_amount(uses, &rule->suppress);
}

static int compare_rows(const void *a, const void *b)
{
    const uint32_t *one = a, *two = b;

    return (*one > *two) - (*one < *two);
}

static uint32_t link_uses(struct linker *linker, const struct as_ir_rule *rule)
{
    uint32_t first = as_build_count(linker->builder, AS_TABLE_use);
    struct uses uses = {
        .linker = linker,
        .mark = as_ir_mark(linker->table),
        .rule = ++linker->rule,
        .seen = linker->seen,
        .rows = linker->rows,
    };

    if (linker->table->arena->failed)
        return first;
    use_rule(&uses, rule);
    qsort(uses.rows, uses.count, sizeof(*uses.rows), compare_rows);
    for (uint32_t i = 0; i < uses.count; i++)
        as_build_use(linker->builder, &(struct as_row_use){ uses.rows[i] });
    return first;
}

/* ---- overlays --------------------------------------------------------- */

static bool touches(struct linker *linker, const struct as_ir_rule *rule,
                    const struct as_laid *laid)
{
    const struct as_touch *at = rule->touches;

    while (at && at->overlay != laid->overlay)
        at = at->next;
    return at || linker->touched[laid->number] == linker->rule;
}

/* Their names; after link_uses. */
static uint32_t link_touches(struct linker *linker,
                             const struct as_ir_rule *rule, uint32_t *count)
{
    uint32_t first = as_build_count(linker->builder, AS_TABLE_tag);

    *count = 0;
    for (const struct as_laid *at = linker->laid; at; at = at->next) {
        struct as_row_tag row;

        if (linker->table->arena->failed || !touches(linker, rule, at))
            continue;
        row.text = as_build_text(linker->builder, at->overlay->name.text);
        as_build_tag(linker->builder, &row);
        ++*count;
    }
    return first;
}

static void link_change(struct linker *linker, const struct as_change *change,
                        struct as_text rule)
{
    const struct as_audit *audit = &change->audit;
    bool own = change->kind == AS_CHANGE_DISABLE_RULE ||
               change->kind == AS_CHANGE_ENABLE_RULE;
    uint64_t expires = audit->expires ? (uint64_t)audit->expires_ms : 0;
    struct as_row_change row = { .kind = (uint32_t)change->kind };

    if (change->kind == AS_CHANGE_MODIFY) {
        for (const struct as_change *at = change->mods; at; at = at->next)
            link_change(linker, at, change->name.text);
        return;
    }
    row.rule = as_build_text(linker->builder, own ? change->name.text : rule);
    row.name = own ? 0 : as_build_text(linker->builder, change->name.text);
    row.value = as_build_text(linker->builder, change->written);
    row.reason = as_build_text(linker->builder, audit->reason);
    row.owner = as_build_text(linker->builder, audit->owner);
    row.expires = audit->expires;
    row.low = (uint32_t)expires;
    row.high = (uint32_t)(expires >> 32);
    as_build_change(linker->builder, &row);
}

static void link_overlays(struct linker *linker)
{
    for (const struct as_laid *at = linker->laid; at; at = at->next) {
        const struct as_overlay *overlay = at->overlay;
        struct as_row_overlay row;

        row.name = as_build_text(linker->builder, overlay->name.text);
        row.versions = as_build_text(linker->builder, overlay->version);
        row.file = as_build_text(linker->builder, at->file);
        row.changes = as_build_count(linker->builder, AS_TABLE_change);
        for (const struct as_change *change = overlay->changes; change;
             change = change->next)
            link_change(linker, change, AS_TEXT(""));
        row.change_count = as_build_count(linker->builder, AS_TABLE_change) -
                           row.changes;
        as_build_overlay(linker->builder, &row);
    }
}

/* ---- parts of rules --------------------------------------------------- */

static uint32_t link_texts(struct linker *linker,
                           const struct as_ir_texts *texts)
{
    uint32_t first = as_build_count(linker->builder, AS_TABLE_tag);

    for (uint32_t i = 0; i < texts->count; i++) {
        struct as_row_tag row = { as_build_text(linker->builder,
                                                texts->texts[i]) };

        as_build_tag(linker->builder, &row);
    }
    return first;
}

/* Rows that the clauses behind the joins see: *context gets them all. */
static uint32_t link_joins(struct linker *linker, const struct as_ir_rule *rule,
                           struct as_emit_context *context)
{
    const struct as_ir_row *rows[AS_MAX_ALIASES] = { NULL };
    struct as_row_join made[AS_MAX_ALIASES];
    uint32_t count = 0, first;

    for (const struct as_ir_join *at = rule->joins;
         at && count < AS_MAX_ALIASES; at = at->next)
        rows[count++] = at->row;
    if (count > 0)
        context->aliases = as_emit_aliases(&linker->emitter, rows, count);
    count = 0;
    for (const struct as_ir_join *at = rule->joins;
         at && count < AS_MAX_ALIASES; at = at->next) {
        struct as_row_join *row = &made[count];

        row->probe = as_emit_probe(&linker->emitter, at->probe, context);
        say_fault(linker, at->span);
        context->rows[count++] = at->row;
        context->row_count = count;
        row->within_kind = (uint32_t)at->within.kind;
        row->within = link_amount(linker, &at->within);
        row->after = link_clause(linker, &at->after, context);
    }
    first = as_build_count(linker->builder, AS_TABLE_join);
    for (uint32_t i = 0; i < count; i++)
        as_build_join(linker->builder, &made[i]);
    return first;
}

static bool reads_joined(struct linker *linker, struct as_ir *node,
                         const struct as_emit_context *context)
{
    for (uint32_t i = 0; i < context->row_count; i++) {
        if (as_ir_reads_row(linker->table, node, context->rows[i]))
            return true;
    }
    return false;
}

/* A program for what comes of the joined rows: it is bound all of them, or
 * none when it reads none. */
static uint32_t link_result(struct linker *linker,
                            const struct as_ir_clause *clause,
                            const struct as_emit_context *context)
{
    struct as_emit_context inner = *context;

    if (clause->node && !reads_joined(linker, clause->node, context)) {
        memset(inner.rows, 0, sizeof(inner.rows));
        inner.row_count = 0;
        inner.aliases = 0;
    }
    return link_clause(linker, clause, &inner);
}

static uint32_t link_excludes(struct linker *linker,
                              const struct as_ir_rule *rule,
                              const struct as_emit_context *context,
                              uint32_t *count)
{
    uint32_t first = 0;

    *count = 0;
    for (const struct as_ir_exclude *at = rule->excludes; at; at = at->next) {
        uint64_t expires = (uint64_t)at->expires_ms;
        struct as_row_exclude row;
        uint32_t made;

        row.name = as_build_text(linker->builder, at->name);
        row.when = link_result(linker, &at->when, context);
        row.reason = as_build_text(linker->builder, at->reason);
        row.owner = as_build_text(linker->builder, at->owner);
        row.expires = at->expires;
        row.low = at->expires ? (uint32_t)expires : 0;
        row.high = at->expires ? (uint32_t)(expires >> 32) : 0;
        row.overlay = as_build_text(linker->builder, at->overlay);
        made = as_build_exclude(linker->builder, &row);
        first = *count == 0 ? made : first;
        ++*count;
    }
    return first;
}

static uint32_t link_outcomes(struct linker *linker,
                              const struct as_ir_rule *rule,
                              const struct as_emit_context *context,
                              uint32_t *count)
{
    uint32_t first = 0;

    *count = 0;
    for (const struct as_ir_outcome *at = rule->outcomes; at; at = at->next) {
        struct as_row_outcome row;
        uint32_t made;

        row.name = as_build_text(linker->builder, at->name);
        row.value = link_result(linker, &at->value, context);
        made = as_build_outcome(linker->builder, &row);
        first = *count == 0 ? made : first;
        ++*count;
    }
    return first;
}

/* The table of arguments gets rows from probes too, so all programs first. */
static uint32_t link_suppress(struct linker *linker,
                              const struct as_ir_rule *rule,
                              const struct as_emit_context *context,
                              uint32_t *count)
{
    struct as_row_argument *rows;
    uint32_t n = 0, first;

    for (const struct as_ir_outcome *at = rule->suppress_by; at; at = at->next)
        n++;
    rows = as_alloc(linker->table->arena, n * sizeof(*rows));
    *count = rows ? n : 0;
    n = 0;
    for (const struct as_ir_outcome *at = rule->suppress_by; at && rows;
         at = at->next)
        rows[n++].program = link_result(linker, &at->value, context);
    first = as_build_count(linker->builder, AS_TABLE_argument);
    for (uint32_t i = 0; i < *count; i++)
        as_build_argument(linker->builder, &rows[i]);
    return first;
}

/* ---- rules ------------------------------------------------------------ */

static void link_meta(struct linker *linker, const struct as_ir_rule *rule,
                      struct as_row_rule *row)
{
    const struct as_ir_meta *meta = &rule->meta;

    row->name = as_build_text(linker->builder, rule->name);
    row->id = as_build_text(linker->builder, meta->id);
    row->title = as_build_text(linker->builder, meta->title);
    row->severity = as_build_text(linker->builder, meta->severity);
    row->status = as_build_text(linker->builder, meta->status);
    row->version = meta->version;
    row->help = as_build_text(linker->builder, rule->help);
    row->file = as_build_text(linker->builder, rule->file);
    row->attack = link_texts(linker, &meta->attack);
    row->attack_count = meta->attack.count;
    row->references = link_texts(linker, &meta->references);
    row->reference_count = meta->references.count;
    row->falsepositives = link_texts(linker, &meta->falsepositives);
    row->falsepositive_count = meta->falsepositives.count;
}

/* The same clauses in parts; `joined` is what `require` sees. */
static void link_sights(struct linker *linker, const struct as_ir_rule *rule,
                        const struct as_emit_context *event,
                        const struct as_emit_context *result)
{
    struct as_emit_context joins[AS_MAX_ALIASES];
    bool group = rule->shape == AS_SHAPE_GROUP;
    struct as_sight_contexts contexts = {
        .event = event,
        .joins = joins,
        .result = result,
        .exclude = group ? event : result,
        .join_count = group ? 0 : result->row_count,
    };

    if (!linker->sights.out)
        return;
    for (uint32_t i = 0; i < contexts.join_count; i++) {
        joins[i] = *result;
        joins[i].row_count = i + 1;
        memset(joins[i].rows + i + 1, 0,
               (AS_MAX_ALIASES - i - 1) * sizeof(joins[i].rows[0]));
    }
    linker->sights.out->rules[linker->rule] = as_emit_sights(
        &linker->sights, &rule->sights, &contexts);
}

/* `by`, and over which time events of one key belong together. */
static void link_keys(struct linker *linker, const struct as_ir_rule *rule,
                      const struct as_emit_context *event,
                      struct as_row_rule *row)
{
    if (rule->keys.count == 0)
        return;
    row->keys = link_columns(linker, &rule->keys, event);
    row->key_count = rule->keys.count;
    row->window = (uint32_t)rule->window;
    row->timespan_kind = (uint32_t)rule->timespan.kind;
    row->timespan = link_amount(linker, &rule->timespan);
    row->gap_kind = (uint32_t)rule->gap.kind;
    row->gap = link_amount(linker, &rule->gap);
}

/* What a group's `having` and outcome see is keys and aggregates; those of
 * other shapes see the event. */
static struct as_emit_context result_context(
    const struct as_emit_context *event, const struct as_row_rule *row)
{
    struct as_emit_context result = *event;

    if (row->shape != AS_SHAPE_GROUP)
        return result;
    memset(&result, 0, sizeof(result));
    result.keys = row->keys;
    result.key_count = row->key_count;
    return result;
}

/* The steps of a sequence.  All programs come first: the rows of table phase
 * are together. */
static void link_sequence(struct linker *linker, const struct as_ir_rule *rule,
                          const struct as_emit_context *event,
                          struct as_row_rule *row)
{
    struct as_row_phase made[AS_MAX_PHASES];
    uint32_t count = 0;

    for (const struct as_ir_phase *at = rule->phases;
         at && count < AS_MAX_PHASES; at = at->next, count++) {
        made[count].where = link_clause(linker, &at->where, event);
        made[count].absent = at->absent;
    }
    row->phases = as_build_count(linker->builder, AS_TABLE_phase);
    row->phase_count = count;
    for (uint32_t i = 0; i < count; i++)
        as_build_phase(linker->builder, &made[i]);
    row->until = link_clause(linker, &rule->until, event);
}

static void link_rule(struct linker *linker, const struct as_ir_rule *rule)
{
    const struct as_ir_from *from = &rule->from;
    struct as_emit_context event = event_context(from), result;
    struct as_row_rule row = { .shape = (uint32_t)rule->shape };
    struct as_sieve_parts parts;
    bool group = rule->shape == AS_SHAPE_GROUP;

    link_meta(linker, rule, &row);
    row.each = link_each(linker, from);
    row.early = link_clause(linker, &from->early, &event);
    parts = link_sieve(linker, from);
    row.tests = parts.tests;
    row.test_count = parts.test_count;
    row.rest = parts.rest;
    row.where = link_clause(linker, &from->where, &event);
    link_keys(linker, rule, &event, &row);
    result = result_context(&event, &row);
    link_sequence(linker, rule, &event, &row);
    row.joins = link_joins(linker, rule, group ? &event : &result);
    row.aliases = result.row_count > 0 ? result.aliases : 0;
    row.alias_count = result.row_count;
    row.join_count = result.row_count;
    row.require = link_clause(linker, &rule->require, &result);
    row.aggs = link_columns(linker, &rule->aggs, group ? &event : &result);
    row.agg_count = rule->aggs.count;
    result.aggs = row.aggs;
    result.agg_count = row.agg_count;
    row.having = link_clause(linker, &rule->having, &result);
    row.excludes = link_excludes(linker, rule, group ? &event : &result,
                                 &row.exclude_count);
    row.outcomes = link_outcomes(linker, rule, &result, &row.outcome_count);
    row.suppress_by = link_suppress(linker, rule, &result,
                                    &row.suppress_by_count);
    row.suppress_kind = (uint32_t)rule->suppress.kind;
    row.suppress = link_amount(linker, &rule->suppress);
    link_sights(linker, rule, &event, &result);
    row.uses = link_uses(linker, rule);
    row.use_count = as_build_count(linker->builder, AS_TABLE_use) - row.uses;
    row.overlays = link_touches(linker, rule, &row.overlay_count);
    as_build_rule(linker->builder, &row);
}

/* ---- all of it -------------------------------------------------------- */

static void link_info(struct linker *linker, const struct as_ir_info *info)
{
    struct as_row_info row;

    row.name = as_build_text(linker->builder, info->name);
    row.version = as_build_text(linker->builder, info->version);
    row.license = as_build_text(linker->builder, info->license);
    row.title = as_build_text(linker->builder, info->title);
    row.language = 1;
    row.shared_ids = info->shared_ids;
    as_build_info(linker->builder, &row);
}

static void say_patterns(struct as_diag *diag,
                         const struct as_ir_constant *pattern)
{
    as_diag(diag, AS_E_TOO_MANY_PATTERNS, pattern->span,
            "with this one there are more than %d regular expressions in the "
            "pack, or they have more than %d bytes together",
            (int)AS_MAX_PATTERNS, (int)AS_MAX_PATTERN_TEXT);
    as_diag_help(diag, "make several packs of it; `contains`, `startswith`, "
                       "`endswith` and `like` are not bounded so, and faster");
}

static void start_sights(struct linker *linker, const struct as_unit *unit,
                         struct as_insights *out)
{
    size_t rules = 1, baselines = 1;

    if (!out)
        return;
    for (const struct as_ir_rule *at = unit->rules; at; at = at->next)
        rules++;
    for (struct as_ir_baseline *at = unit->baselines; at; at = at->next)
        baselines++;
    out->rules = as_alloc(&out->arena, rules * sizeof(*out->rules));
    out->baselines = as_alloc(&out->arena, baselines * sizeof(*out->baselines));
    if (out->arena.failed)
        linker->table->arena->failed = true;
    else
        as_sight_writer_init(&linker->sights, out, &linker->emitter,
                             linker->table, linker->diag);
}

void as_link(const struct as_unit *unit, struct as_ir_table *table,
             struct as_builder *builder, struct as_diag *diag,
             struct as_c_bodies *bodies, struct as_insights *insights)
{
    struct linker linker = {
        .builder = builder,
        .table = table,
        .diag = diag,
        .laid = unit->laid,
        .operands = { .builder = builder, .table = table },
    };
    uint32_t row = 0;
    size_t size, laid = 0;

    as_emitter_init(&linker.emitter, &linker.operands, table->arena);
    linker.emitter.bodies = bodies;
    link_info(&linker, &unit->info);
    link_overlays(&linker);
    as_operands_begin(&linker.operands, unit);
    /* Named lists have the first rows. */
    size = linker.operands.list_count * sizeof(uint32_t);
    linker.seen = as_alloc(table->arena, size);
    linker.rows = as_alloc(table->arena, size);
    for (const struct as_laid *at = unit->laid; at; at = at->next)
        laid++;
    linker.touched = as_alloc(table->arena, laid * sizeof(uint32_t));
    for (struct as_ir_baseline *at = unit->baselines; at; at = at->next)
        at->row = row++;
    start_sights(&linker, unit, insights);
    for (struct as_ir_baseline *at = unit->baselines; at; at = at->next)
        link_baseline(&linker, at);
    for (const struct as_ir_rule *at = unit->rules; at; at = at->next)
        link_rule(&linker, at);
    as_operands_end(&linker.operands);
    if (linker.sights.out)
        as_sight_writer_done(&linker.sights);
    if (linker.operands.pattern_over)
        say_patterns(diag, linker.operands.pattern_over);
    if (linker.operands.overflow)
        as_diag(diag, AS_E_PROGRAM_TOO_LARGE, (struct as_span){ 0, 0, 0 },
                "the pack has more fields, lists or constants than an "
                "instruction can name");
    as_emitter_done(&linker.emitter);
}
