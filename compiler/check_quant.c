/*
 * check_quant.c - any, all, none: over an array's elements, over the rows of
 * a baseline.
 *
 * Rows are never all looked at: the condition is split at its `and` into
 * equations of a key column, by which the rows are found, and the rest, which
 * is then asked of each.  A join's `on` is split in the same way.
 */

#include "compiler/check.h"

static struct as_ir *bad(const struct as_env *env)
{
    return &env->check->table->bad;
}

/* ---- rows ------------------------------------------------------------- */

/* What a condition on a row falls into. */
struct split {
    struct as_env *env;
    const struct as_ir_row *row;
    struct as_ir *keys[AS_MAX_KEYS]; /* by key column, or NULL */
    struct as_ir *filter;            /* or NULL */
    bool failed;
};

/* Is the node the key column of the row, alone?  Then its number. */
static uint32_t key_column(const struct split *split, const struct as_ir *node)
{
    bool is_key = node->kind == AS_IR_COLUMN && node->row == split->row &&
                  node->number < split->row->baseline->keys.count;

    return is_key ? node->number : UINT32_MAX;
}

/* `row.column == value`: note the value.  False when it is none such. */
static bool take_key(struct split *split, struct as_ir *left,
                     struct as_ir *right)
{
    uint32_t number = key_column(split, left);

    if (number == UINT32_MAX || split->keys[number] ||
        as_ir_reads_row(split->env->check->table, right, split->row))
        return false;
    split->keys[number] = right;
    return true;
}

static void take_part(struct split *split, struct as_ir *node)
{
    struct as_ir_table *table = split->env->check->table;

    if (node->kind == AS_IR_AND) {
        for (uint32_t i = 0; i < node->kid_count; i++)
            take_part(split, node->kids[i]);
        return;
    }
    if (node->kind == AS_IR_OP && node->op == AS_OP_EQ &&
        (take_key(split, node->kids[0], node->kids[1]) ||
         take_key(split, node->kids[1], node->kids[0])))
        return;
    split->filter = split->filter
                      ? as_ir_both(table, AS_IR_AND, split->filter, node)
                      : node;
}

static void say_no_key(struct as_env *env, const struct as_ir_row *row,
                       const struct as_expr *condition)
{
    struct as_diag *diag = env->check->diag;
    const struct as_ir_column *key = &row->baseline->keys.columns[0];

    as_diag(diag, AS_E_NO_KEY_EQUATED, condition->span,
            "no key column of `%.*s` is equated with anything",
            (int)row->baseline->name.length, row->baseline->name.bytes);
    as_diag_help(diag, "write `%.*s.%.*s == ...`, which is of type %s",
                 (int)row->name.length, row->name.bytes, (int)key->name.length,
                 key->name.bytes, AS_TYPE_WORD(key->type));
}

struct as_ir *as_check_probe(struct as_env *env, enum as_quant quant,
                             const struct as_ir_row *row,
                             const struct as_expr *condition)
{
    struct split split = { .env = env, .row = row };
    struct as_ir *node = as_check_condition(env, condition, "the condition");
    struct as_ir *keys[AS_MAX_KEYS];
    uint32_t mask = 0, count = 0;

    if (as_ir_is_bad(node))
        return node;
    take_part(&split, node);
    for (uint32_t i = 0; i < row->baseline->keys.count; i++) {
        if (!split.keys[i])
            continue;
        mask |= 1u << i;
        keys[count++] = split.keys[i];
    }
    if (mask == 0) {
        say_no_key(env, row, condition);
        return bad(env);
    }
    return as_ir_probe(env->check->table, quant, row, mask, keys, count,
                       split.filter);
}

static struct as_ir *over_rows(struct as_env *env, const struct as_expr *expr,
                               const struct as_ref *ref)
{
    struct as_check *check = env->check;
    struct as_ir_row *row = as_alloc(check->arena, sizeof(*row));
    struct as_env inner = *env;
    struct as_local *local;

    if (!row || !as_check_decl(check, ref->decl, ref->span))
        return bad(env);
    if (ref->rest) {
        as_diag(check->diag, AS_E_QUANT_RANGE, ref->rest->span,
                "`any` ranges over the rows of a baseline, not over a column");
        return bad(env);
    }
    row->name = expr->name.text;
    row->baseline = ref->decl->ir_baseline;
    row->source = as_check_source(check, expr->left->span);
    local = as_check_local(&inner, AS_LOCAL_ROW, &expr->name);
    if (!local)
        return bad(env);
    local->row = row;
    as_sight_rows(check->sighting, row);
    inner.many_rows = true;
    inner.each = NULL;
    return as_check_probe(&inner, expr->quant, row, expr->left);
}

/* ---- elements --------------------------------------------------------- */

static struct as_ir *over_elements(struct as_env *env,
                                   const struct as_expr *expr)
{
    struct as_check *check = env->check;
    struct as_ir_item *item = as_alloc(check->arena, sizeof(*item));
    struct as_env inner = *env;
    struct as_local *local;
    struct as_ir *json, *body;
    int field;

    inner.each = NULL;
    json = as_check_array(&inner, expr->path, &field);
    local = as_check_local(&inner, AS_LOCAL_ITEM, &expr->name);
    if (!item || !local)
        return bad(env);
    item->source = as_check_source(check, expr->left->span);
    local->node = as_ir_is_bad(json) ? json : as_ir_item(check->table, item);
    local->field = field;
    as_sight_elements(check->sighting, item, json);
    body = as_check_condition(&inner, expr->left, "the condition");
    return as_ir_loop(check->table, expr->quant, item, json, body);
}

struct as_ir *as_check_quant(struct as_env *env, const struct as_expr *expr)
{
    struct as_ref ref;

    if (!as_check_ref(env, expr->path, &ref))
        return bad(env);
    if (ref.decl && ref.decl->kind == AS_DECL_BASELINE)
        return over_rows(env, expr, &ref);
    return over_elements(env, expr);
}
