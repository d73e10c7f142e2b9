/*
 * check_gather.c - aggregates: set(x), count(where c), any(c) ...
 *
 * What stands inside one is about a single event, or a single combination of
 * joined rows; what it gives is about all of them.  Where an aggregate stands
 * in an expression (`having count(where a) > 1`), it gets a column of the
 * rule's own, which two equal ones share.
 */

#include "compiler/check.h"

static struct as_ir *bad(const struct as_env *env)
{
    return &env->check->table->bad;
}

/* ---- the argument ----------------------------------------------------- */

enum argument { NEVER, ANY, ORDERED, NUMBER, CONDITION };

static const struct {
    const char *word;
    enum argument argument;
} aggregates[AS_AGGREGATES] = {
#define AS_AGG(name, word, argument, text) { word, argument },
#include "program/aggregates.def"
#undef AS_AGG
};

static bool say_argument(struct as_env *env, enum as_agg agg,
                         const struct as_expr *expr, const struct as_ir *node)
{
    struct as_diag *diag = env->check->diag;
    const char *word = aggregates[agg].word;

    if (node->type == AS_KIND_OBJECT)
        as_diag(diag, AS_E_OBJECT_HERE, expr->span,
                "`%s` gathers values, and this is an object", word);
    else if (node->type & AS_TYPE_SET)
        as_diag(diag, AS_E_SET_HERE, expr->span,
                "`%s` gathers values, and this is a %s; set() joins sets", word,
                AS_TYPE_WORD(node->type));
    else if (aggregates[agg].argument == ORDERED)
        as_diag(diag, AS_E_NO_ORDER, expr->span, "%s has no order",
                AS_TYPE_WORD(node->type));
    else
        as_diag(diag, AS_E_ARGUMENT_TYPE, expr->span, "`%s` does not take %s",
                word, AS_TYPE_WORD(node->type));
    return false;
}

/* The value in the form in which it is gathered, a set with all its members;
 * NULL when it cannot be. */
static struct as_ir *gathered(struct as_ir_table *table, enum as_agg agg,
                              struct as_ir *node)
{
    if (as_ir_is_bad(node))
        return node;
    if (node->type & AS_TYPE_SET)
        return agg == AS_AGG_SET || agg == AS_AGG_COUNT_DISTINCT ? node : NULL;
    if (aggregates[agg].argument == NUMBER) {
        if (node->type == AS_KIND_JSON)
            return as_convert(table, node, AS_KIND_REAL);
        return node->type == AS_KIND_INT || node->type == AS_KIND_REAL ||
                       node->type == AS_KIND_DURATION
                 ? node
                 : NULL;
    }
    node = as_convert_scalar(table, node);
    if (aggregates[agg].argument == ORDERED)
        return as_kind_is_ordered(node->type) ? node : NULL;
    return as_kind_is_scalar(node->type) ? node : NULL;
}

static bool say_nested_each(struct as_env *env, const struct as_expr *expr)
{
    as_diag(env->check->diag, AS_E_TOO_MANY_ITEMS, expr->span,
            "an aggregate goes over one `[]`, not over several");
    as_diag_help(env->check->diag, "judge one element at a time: "
                                   "from cloudtrail each i in PATH");
    return false;
}

/* set(items[].x): the array, and what is taken of each element. */
static bool check_argument(struct as_env *env, enum as_agg agg,
                           const struct as_expr *expr,
                           struct as_ir_column *column)
{
    struct as_each each = { .count = 0 };
    struct as_ir *node, *value;

    if (aggregates[agg].argument == CONDITION) {
        node = as_check_condition(env, expr, "what `any` asks for");
        column->value = as_check_clause(env, node, expr->span);
        return !as_ir_is_bad(node);
    }
    env->each = &each;
    node = as_check_expr(env, expr);
    env->each = NULL;
    value = gathered(env->check->table, agg, node);
    if (!value)
        return say_argument(env, agg, expr, node);
    if (each.count > 1)
        return say_nested_each(env, expr);
    if (each.count == 1) {
        column->each = as_check_clause(env, each.loops[0].json, expr->span);
        column->item = each.loops[0].item;
    }
    column->value = as_check_clause(env, value, expr->span);
    return !as_ir_is_bad(value);
}

static as_type result_type(enum as_agg agg, as_type argument)
{
    switch (agg) {
    case AS_AGG_SET:
        return argument | AS_TYPE_SET;
    case AS_AGG_COUNT:
    case AS_AGG_COUNT_DISTINCT:
        return AS_KIND_INT;
    case AS_AGG_ANY:
        return AS_KIND_BOOL;
    case AS_AGG_KEY:
    case AS_AGG_MIN:
    case AS_AGG_MAX:
    case AS_AGG_FIRST:
    case AS_AGG_LAST:
    case AS_AGG_SUM:
    case AS_AGGREGATES:
        break;
    }
    return argument;
}

/* ---- the call --------------------------------------------------------- */

static bool check_count(struct as_env *env, enum as_agg agg,
                        const struct as_step *call)
{
    bool wants = aggregates[agg].argument != NEVER;
    bool right = wants ? call->args && !call->args->next : !call->args;

    if (right)
        return true;
    as_diag(env->check->diag, AS_E_ARGUMENT_COUNT, call->span,
            wants ? "`%s` takes one argument, and perhaps `where` behind it"
                  : "`%s` takes no argument, only `where`",
            aggregates[agg].word);
    if (!wants && call->args)
        as_diag_help(env->check->diag, "to count where a value is there: "
                                       "count(where x is present)");
    return false;
}

bool as_check_aggregate(struct as_env *env, enum as_agg agg,
                        const struct as_path *path, const struct as_step *call,
                        struct as_ir_column *column)
{
    struct as_env inner = *env;
    bool good;

    inner.event = true;
    inner.many_rows = true;
    inner.gathers = NULL;
    inner.each = NULL;
    inner.is_key = false;
    inner.clause = "an aggregate";
    column->agg = agg;
    column->source = as_check_source(env->check, path->span);
    good = check_count(env, agg, call);
    if (good && call->args)
        good = check_argument(&inner, agg, call->args, column);
    if (call->filter) {
        struct as_ir *filter = as_check_condition(&inner, call->filter,
                                                  "the filter");

        column->filter = as_check_clause(env, filter, call->filter->span);
        good &= !as_ir_is_bad(filter);
    }
    if (good)
        column->type = result_type(
            agg, column->value.node ? column->value.node->type : AS_KIND_NONE);
    return good;
}

/* ---- in an expression ------------------------------------------------- */

static bool same_column(const struct as_ir_column *a,
                        const struct as_ir_column *b)
{
    return a->agg == b->agg && a->item == b->item &&
           a->each.node == b->each.node && a->value.node == b->value.node &&
           a->filter.node == b->filter.node;
}

/* The number of the column among the rule's, or UINT32_MAX. */
static uint32_t add_column(struct as_check *check, struct as_gathers *gathers,
                           const struct as_ir_column *column)
{
    struct as_ir_column *grown;

    for (uint32_t i = 0; i < gathers->count; i++) {
        if (same_column(&gathers->columns[i], column))
            return i;
    }
    if (gathers->count == gathers->capacity) {
        uint32_t more = gathers->capacity * 2 + 8;

        grown = as_alloc(check->arena, more * sizeof(*grown));
        if (!grown)
            return UINT32_MAX;
        if (gathers->count > 0)
            memcpy(grown, gathers->columns, gathers->count * sizeof(*grown));
        gathers->columns = grown;
        gathers->capacity = more;
    }
    gathers->columns[gathers->count] = *column;
    return gathers->count++;
}

/* Rows have no time to go by, and one event may meet a row only once. */
static bool gathers_rows(enum as_agg agg)
{
    return agg != AS_AGG_FIRST && agg != AS_AGG_LAST && agg != AS_AGG_SUM;
}

static struct as_ir *say_misplaced(struct as_env *env, enum as_agg agg,
                                   const struct as_path *path)
{
    struct as_diag *diag = env->check->diag;
    const char *word = aggregates[agg].word;

    if (env->gathers)
        as_diag(diag, AS_E_AGGREGATE_HERE, path->span,
                "`%s` gathers events in their order, and joined rows have "
                "none",
                word);
    else
        as_diag(diag, AS_E_AGGREGATE_HERE, path->span,
                "`%s` gathers many events, and %s judges one", word,
                env->clause);
    return bad(env);
}

struct as_ir *as_check_gather(struct as_env *env, enum as_agg agg,
                              const struct as_path *path,
                              const struct as_step *call)
{
    struct as_ir_column column = { .name = { "", 0 } };
    uint32_t number;

    if (!env->gathers || (env->gathers->rows && !gathers_rows(agg)))
        return say_misplaced(env, agg, path);
    if (!as_check_aggregate(env, agg, path, call, &column))
        return bad(env);
    number = add_column(env->check, env->gathers, &column);
    if (number == UINT32_MAX)
        return bad(env);
    return as_ir_number(env->check->table, AS_IR_AGG, number, column.type);
}
