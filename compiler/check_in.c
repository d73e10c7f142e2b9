/*
 * check_in.c - what `in` looks into.
 *
 * On the right stands a list that was declared, a list written in place, an
 * address block, a column of a baseline, or a set.  A list in place whose
 * values are constants is kept as a list; with other values in it, it means
 * the `or` of its comparisons.
 */

#include "compiler/check.h"

static struct as_ir *bad(const struct as_env *env)
{
    return &env->check->table->bad;
}

/* `left` is of no type to be found among values of `kind`. */
static struct as_ir *say_no_member(struct as_env *env,
                                   const struct as_expr *expr,
                                   const struct as_ir *left, enum as_kind kind)
{
    struct as_diag *diag = env->check->diag;

    as_diag(diag, AS_E_TYPE_MISMATCH, expr->op_span,
            "%s cannot be among values of type %s", AS_TYPE_WORD(left->type),
            as_kind_words[kind]);
    if (kind == AS_KIND_TEXT && left->type == AS_KIND_INT)
        as_diag_help(diag, "write the numbers in quotes, as CloudTrail does");
    else if (left->type == AS_KIND_TEXT &&
             (kind == AS_KIND_IP || kind == AS_KIND_CIDR))
        as_diag_help(diag, "ip(x) is the address that a text spells");
    as_diag_label(diag, expr->left->span, "this is %s",
                  AS_TYPE_WORD(left->type));
    return bad(env);
}

/* ---- declared lists and blocks ---------------------------------------- */

static struct as_ir *in_list(struct as_env *env, const struct as_expr *expr,
                             struct as_ir *left, struct as_ir_list *list)
{
    enum as_kind kind = as_type_kind(list->type);
    struct as_ir *member;

    if (as_ir_is_bad(left))
        return left;
    if (kind == AS_KIND_REGEX) {
        as_diag(env->check->diag, AS_E_OPERATOR_TYPE, expr->op_span,
                "a list of regular expressions is asked with `matches`");
        return bad(env);
    }
    member = as_convert_member(env->check->table, left, kind);
    if (!member)
        return say_no_member(env, expr, left, kind);
    return as_ir_op_with(env->check->table, AS_OP_IN_LIST, AS_KIND_BOOL, member,
                         list);
}

static struct as_ir *in_block(struct as_env *env, const struct as_expr *expr,
                              struct as_ir *left)
{
    struct as_ir_constant model = { .type = AS_KIND_CIDR,
                                    .cidr = expr->right->cidr };
    struct as_ir *member;

    as_check_host_bits(env->check, expr->right);
    if (as_ir_is_bad(left))
        return left;
    member = as_convert_member(env->check->table, left, AS_KIND_CIDR);
    if (!member)
        return say_no_member(env, expr, left, AS_KIND_CIDR);
    return as_ir_op_with(env->check->table, AS_OP_IN_CIDR, AS_KIND_BOOL, member,
                         as_ir_constant(env->check->table, &model));
}

/* ---- lists in place --------------------------------------------------- */

/* The values of a list in place. */
struct items {
    struct as_ir **nodes;
    uint32_t count;
    enum as_kind kind; /* that all have together; NONE: there is none */
    bool constant;
};

/* The kind that fits what there was so far, and one more. */
static enum as_kind join_kinds(enum as_kind a, enum as_kind b)
{
    bool addresses = (a == AS_KIND_IP && b == AS_KIND_CIDR) ||
                     (a == AS_KIND_CIDR && b == AS_KIND_IP);
    bool numbers = (a == AS_KIND_INT && b == AS_KIND_REAL) ||
                   (a == AS_KIND_REAL && b == AS_KIND_INT);
    bool sources = (a == AS_KIND_TEXT || a == AS_KIND_SOURCE ||
                    a == AS_KIND_IP) &&
                   (b == AS_KIND_TEXT || b == AS_KIND_SOURCE ||
                    b == AS_KIND_IP);

    return a == b    ? a
         : addresses ? AS_KIND_CIDR
         : numbers   ? AS_KIND_REAL
         : sources   ? AS_KIND_SOURCE
                     : AS_KIND_NONE;
}

/* Addresses in a list are blocks or not, as the others are. */
static struct as_ir *check_item(struct as_env *env, const struct as_expr *item)
{
    return item->kind == AS_EXPR_CIDR ? as_check_expr(env, item)
                                      : as_check_value(env, item);
}

static bool take_items(struct as_env *env, const struct as_expr *list,
                       struct items *items)
{
    const struct as_expr *first = list->items;
    uint32_t count = 0;
    bool good = true;

    for (const struct as_expr *at = first; at; at = at->next)
        count++;
    items->nodes = as_alloc(env->check->arena, count * sizeof(struct as_ir *));
    items->constant = true;
    if (!items->nodes)
        return false;
    for (const struct as_expr *at = first; at; at = at->next) {
        struct as_ir *node = check_item(env, at);
        enum as_kind kind = (enum as_kind)node->type;

        items->nodes[items->count++] = node;
        items->constant &= node->kind == AS_IR_CONST;
        good &= !as_ir_is_bad(node);
        if (!good)
            continue;
        kind = at == first ? kind : join_kinds(items->kind, kind);
        if (kind == AS_KIND_NONE) {
            as_diag(env->check->diag, AS_E_LIST_ELEMENT, at->span,
                    "%s in a list of %s", AS_TYPE_WORD(node->type),
                    as_kind_words[items->kind]);
            as_diag_label(env->check->diag, first->span,
                          "the list begins with this");
            return false;
        }
        items->kind = kind;
    }
    return good;
}

/* One value of a list, as a constant of its type. */
static struct as_ir_constant *value_of(struct as_ir_table *table,
                                       struct as_ir *node, enum as_kind kind)
{
    struct as_ir_constant model;
    struct as_ir *same;

    if (kind == AS_KIND_CIDR && node->type == AS_KIND_IP) {
        model = *node->constant;
        model.type = AS_KIND_CIDR;
        return as_ir_constant(table, &model);
    }
    same = as_convert(table, node, kind);
    return same && same->kind == AS_IR_CONST ? same->constant : NULL;
}

static struct as_ir_list *constant_list(struct as_ir_table *table,
                                        const struct items *items,
                                        enum as_kind kind)
{
    struct as_ir_constant **values = as_alloc(table->arena,
                                              items->count * sizeof(*values));

    for (uint32_t i = 0; values && i < items->count; i++) {
        values[i] = value_of(table, items->nodes[i], kind);
        if (!values[i])
            return NULL;
    }
    return values ? as_ir_list(table, (as_type)kind, values, items->count)
                  : NULL;
}

/* x in [a, b] as x == a or x == b. */
static struct as_ir *in_values(struct as_env *env, const struct as_expr *expr,
                               struct as_ir *left, const struct items *items)
{
    struct as_ir_table *table = env->check->table;
    struct as_ir **kids = as_alloc(table->arena,
                                   items->count * sizeof(struct as_ir *));

    for (uint32_t i = 0; kids && i < items->count; i++) {
        struct as_ir *a = left, *b = items->nodes[i];

        if (b->type == AS_KIND_CIDR) {
            a = as_convert_member(table, a, AS_KIND_CIDR);
            if (!a)
                return say_no_member(env, expr, left, AS_KIND_CIDR);
            kids[i] = as_ir_op_with(table, AS_OP_IN_CIDR, AS_KIND_BOOL, a,
                                    b->constant);
            continue;
        }
        if (!as_convert_both(table, &a, &b))
            return say_no_member(env, expr, left, (enum as_kind)b->type);
        kids[i] = as_ir_op(table, AS_OP_EQ, AS_KIND_BOOL,
                           as_convert_scalar(table, a),
                           as_convert_scalar(table, b));
    }
    return kids ? as_ir_all(table, AS_IR_OR, kids, items->count) : bad(env);
}

static struct as_ir *in_literal(struct as_env *env, const struct as_expr *expr,
                                struct as_ir *left)
{
    struct as_ir_table *table = env->check->table;
    struct items items = { 0 };
    struct as_ir_list *list;
    struct as_ir *member;
    enum as_kind kind;

    if (!take_items(env, expr->right, &items) || as_ir_is_bad(left))
        return bad(env);
    /* Beside a source, texts and addresses are sources. */
    kind = left->type == AS_KIND_SOURCE && items.kind == AS_KIND_TEXT
             ? AS_KIND_SOURCE
             : items.kind;
    if (!items.constant)
        return in_values(env, expr, left, &items);
    member = as_convert_member(table, left, kind);
    /* Else it may be the values that pass for ones of the left side's type. */
    list = constant_list(table, &items,
                         member ? kind : (enum as_kind)left->type);
    if (!list)
        return say_no_member(env, expr, left, kind);
    if (!member)
        member = left;
    return as_ir_op_with(table, AS_OP_IN_LIST, AS_KIND_BOOL, member, list);
}

/* ---- baselines and sets ----------------------------------------------- */

static struct as_ir *in_column(struct as_env *env, const struct as_expr *expr,
                               struct as_ir *left,
                               const struct as_ir_baseline *baseline,
                               const struct as_step *step)
{
    uint32_t number = as_check_column(env, baseline, step);
    const struct as_ir_column *column;
    struct as_ir *member;
    enum as_kind kind;

    if (number == UINT32_MAX)
        return bad(env);
    if (step->next) {
        as_diag(env->check->diag, AS_E_NO_MEMBERS, step->next->span,
                "a column has no members");
        return bad(env);
    }
    column = as_baseline_column_of(baseline, number);
    kind = as_type_kind(column->type);
    if (as_ir_is_bad(left) || kind == AS_KIND_NONE)
        return bad(env);
    member = as_convert_member(env->check->table, left, kind);
    if (!member)
        return say_no_member(env, expr, left, kind);
    return as_ir_in_baseline(env->check->table, member, baseline, number);
}

static struct as_ir *in_baseline(struct as_env *env, const struct as_expr *expr,
                                 struct as_ir *left, const struct as_ref *ref)
{
    struct as_diag *diag = env->check->diag;

    if (!as_check_decl(env->check, ref->decl, ref->span))
        return bad(env);
    if (!ref->rest || ref->rest->kind != AS_STEP_NAME) {
        as_diag(diag, AS_E_NOT_USABLE, ref->span,
                "`%.*s` is a baseline: say which column",
                (int)ref->decl->name.text.length, ref->decl->name.text.bytes);
        as_diag_help(diag, "write `in %.*s.COLUMN`",
                     (int)ref->decl->name.text.length,
                     ref->decl->name.text.bytes);
        return bad(env);
    }
    return in_column(env, expr, left, ref->decl->ir_baseline, ref->rest);
}

static struct as_ir *in_set(struct as_env *env, const struct as_expr *expr,
                            struct as_ir *left)
{
    struct as_ir *right = as_check_expr(env, expr->right);
    enum as_kind kind = as_type_kind(right->type);
    struct as_ir *member;

    if (as_ir_is_bad(right))
        return right;
    if (!(right->type & AS_TYPE_SET)) {
        as_diag(env->check->diag, AS_E_NOT_A_SET, expr->right->span,
                "`in` cannot look into %s", AS_TYPE_WORD(right->type));
        as_diag_help(env->check->diag,
                     right->type == AS_KIND_TEXT
                         ? "compare with `==`, or look with `contains`"
                         : "compare with `==`");
        return bad(env);
    }
    if (as_ir_is_bad(left))
        return left;
    member = as_convert_member(env->check->table, left, kind);
    if (!member)
        return say_no_member(env, expr, left, kind);
    return as_ir_op(env->check->table, AS_OP_IN_SET, AS_KIND_BOOL, member,
                    right);
}

/* ---- all of them ------------------------------------------------------ */

/* A name that nothing declares, in the place of a list. */
static struct as_ir *say_unknown_list(struct as_env *env,
                                      const struct as_path *path)
{
    const struct as_name *head = &path->head;
    struct as_guess guess = as_guess_start(head->text);

    if (env->module->broken)
        return bad(env);
    as_guess_add_module(&guess, env->module, AS_DECL_LIST);
    if (path->steps)
        as_guess_add_module(&guess, env->module, AS_DECL_BASELINE);
    for (const struct as_local *at = env->locals; at; at = at->next)
        as_guess_add(&guess, at->name.text);
    as_diag(env->check->diag,
            path->steps ? AS_E_UNKNOWN_BASELINE : AS_E_UNKNOWN_LIST, head->span,
            "no %s is called `%s`", path->steps ? "baseline" : "list",
            as_check_show(env->check, head->text));
    as_guess_mend(&guess, env->check->diag, head->span);
    return bad(env);
}

static bool is_nothing(const struct as_ref *ref)
{
    return !ref->local && !ref->decl && !ref->field;
}

struct as_ir *as_check_in(struct as_env *env, const struct as_expr *expr,
                          struct as_ir *left)
{
    const struct as_expr *right = expr->right;
    struct as_ref ref;

    if (right->kind == AS_EXPR_LIST)
        return in_literal(env, expr, left);
    if (right->kind == AS_EXPR_CIDR)
        return in_block(env, expr, left);
    if (right->kind != AS_EXPR_PATH)
        return in_set(env, expr, left);

    if (!as_check_ref(env, right->path, &ref))
        return bad(env);
    if (is_nothing(&ref) && !(ref.rest && ref.rest->kind == AS_STEP_CALL))
        return as_check_later(env, &right->path->head)
                 ? bad(env)
                 : say_unknown_list(env, right->path);
    if (ref.decl && ref.decl->kind == AS_DECL_BASELINE)
        return in_baseline(env, expr, left, &ref);
    if (ref.decl && ref.decl->kind == AS_DECL_LIST && !ref.rest)
        return as_check_decl(env->check, ref.decl, ref.span)
                 ? in_list(env, expr, left, ref.decl->ir_list)
                 : bad(env);
    return in_set(env, expr, left);
}
