/*
 * check_expr.c - expressions: values, `and`, `or`, `not`, `if`, `??`, `+`.
 *
 * The parser bounds the height of one expression, so recursion follows the
 * tree; what macros add is bounded by check->depth.  Chains of `and` and `or`
 * are taken as a whole: they are long where everything else is short.
 */

#include "compiler/check.h"

static struct as_ir *bad(const struct as_env *env)
{
    return &env->check->table->bad;
}

/* ---- literals --------------------------------------------------------- */

static struct as_ir *check_address(struct as_env *env,
                                   const struct as_expr *expr)
{
    struct as_ir_constant model = {
        .type = expr->has_slash ? AS_KIND_CIDR : AS_KIND_IP,
        .cidr = expr->cidr,
    };

    as_check_host_bits(env->check, expr);
    return as_ir_const(env->check->table, &model);
}

static struct as_ir *misplaced(struct as_env *env, const struct as_expr *expr)
{
    if (expr->kind == AS_EXPR_LIST) {
        as_diag(env->check->diag, AS_E_SET_HERE, expr->span,
                "a list cannot stand here");
        as_diag_help(env->check->diag,
                     "a list stands on the right of `in`, or of `contains` "
                     "and its kin");
    } else {
        as_diag(env->check->diag, AS_E_OPERATOR_TYPE, expr->span,
                "a regular expression stands only behind `matches`");
    }
    return bad(env);
}

/* ---- conditions ------------------------------------------------------- */

const struct as_expr **as_check_operands(struct as_check *check,
                                         const struct as_expr *expr,
                                         enum as_expr_kind kind,
                                         uint32_t *count)
{
    const struct as_expr **operands, *at = expr;
    uint32_t n = 1;

    for (; at->kind == kind; at = at->left)
        n++;
    operands = as_alloc(check->arena, n * sizeof(struct as_expr *));
    if (!operands)
        return NULL;
    *count = n;
    for (at = expr; at->kind == kind; at = at->left)
        operands[--n] = at->right;
    operands[0] = at;
    return operands;
}

static struct as_ir *check_chain(struct as_env *env, const struct as_expr *expr)
{
    bool both = expr->kind == AS_EXPR_AND;
    uint32_t count = 0;
    const struct as_expr **operands = as_check_operands(env->check, expr,
                                                        expr->kind, &count);
    struct as_ir **kids = as_alloc(env->check->arena,
                                   count * sizeof(struct as_ir *));

    if (!operands || !kids)
        return bad(env);
    for (uint32_t i = 0; i < count; i++)
        kids[i] = as_check_condition(
            env, operands[i], both ? "a side of `and`" : "a side of `or`");
    return as_ir_all(env->check->table, both ? AS_IR_AND : AS_IR_OR, kids,
                     count);
}

static void say_not_bool(struct as_env *env, const struct as_expr *expr,
                         const struct as_ir *node, const char *what)
{
    as_diag(env->check->diag, AS_E_NOT_BOOL, expr->span,
            "%s is %s, not true or false", what, AS_TYPE_WORD(node->type));
    if (node->type & AS_TYPE_SET)
        as_diag_help(env->check->diag, "ask for its length: len(...) > 0");
    else if (node->type == AS_KIND_INT)
        as_diag_help(env->check->diag, "compare it: ... > 0");
    else
        as_diag_help(env->check->diag,
                     "compare it, or ask whether it `is present`");
}

struct as_ir *as_check_as_bool(struct as_env *env, const struct as_expr *expr,
                               struct as_ir *node, const char *what)
{
    struct as_ir *as_bool = as_convert(env->check->table, node, AS_KIND_BOOL);

    if (!as_bool)
        say_not_bool(env, expr, node, what);
    return as_bool ? as_bool : bad(env);
}

struct as_ir *as_check_condition(struct as_env *env, const struct as_expr *expr,
                                 const char *what)
{
    struct as_env inner = *env;

    inner.each = NULL;
    return as_check_as_bool(env, expr, as_check_expr(&inner, expr), what);
}

/* ---- one value -------------------------------------------------------- */

struct as_ir *as_check_value(struct as_env *env, const struct as_expr *expr)
{
    struct as_ir *node = as_check_expr(env, expr);
    struct as_diag *diag = env->check->diag;

    if (node->type == AS_KIND_OBJECT) {
        as_diag(diag, AS_E_OBJECT_HERE, expr->span,
                "this is an object, not one value");
        as_diag_help(diag, "name one of its members, or ask whether it `is "
                           "present`");
    } else if (node->type & (AS_TYPE_SET | AS_TYPE_LIST)) {
        as_diag(diag, AS_E_SET_HERE, expr->span, "this is a %s, not one value",
                AS_TYPE_WORD(node->type));
    } else if (node->type == AS_KIND_CIDR) {
        as_diag(diag, AS_E_OPERATOR_TYPE, expr->span,
                "an address block is no value");
        as_diag_help(diag, "a block stands on the right of `in`");
    } else {
        return node;
    }
    return bad(env);
}

/* ---- if and ?? -------------------------------------------------------- */

/* Sets pass where both are of one type. */
static struct as_ir *branch(struct as_env *env, const struct as_expr *expr)
{
    struct as_ir *node = as_check_expr(env, expr);

    if (node->type != AS_KIND_OBJECT && node->type != AS_KIND_CIDR)
        return node;
    as_diag(env->check->diag, AS_E_OBJECT_HERE, expr->span,
            "%s cannot be chosen from", AS_TYPE_WORD(node->type));
    return bad(env);
}

/* Both branches of one type, or a message. */
static bool agree(struct as_env *env, const struct as_expr *expr,
                  struct as_ir **left, struct as_ir **right)
{
    struct as_diag *diag = env->check->diag;

    if (as_convert_both(env->check->table, left, right))
        return !as_ir_is_bad(*left) && !as_ir_is_bad(*right);
    as_diag(diag, AS_E_BRANCH_TYPES, expr->op_span,
            "one side is %s, the other %s", AS_TYPE_WORD((*left)->type),
            AS_TYPE_WORD((*right)->type));
    as_diag_label(diag, expr->left->span, "this is %s",
                  AS_TYPE_WORD((*left)->type));
    as_diag_label(diag, expr->right->span, "this is %s",
                  AS_TYPE_WORD((*right)->type));
    return false;
}

static struct as_ir *check_if(struct as_env *env, const struct as_expr *expr)
{
    struct as_ir *condition = as_check_condition(env, expr->condition,
                                                 "the condition of `if`");
    struct as_ir *then = branch(env, expr->left);
    struct as_ir *otherwise = branch(env, expr->right);

    if (!agree(env, expr, &then, &otherwise))
        return bad(env);
    return as_ir_if(env->check->table, condition, then, otherwise);
}

static struct as_ir *check_coalesce(struct as_env *env,
                                    const struct as_expr *expr)
{
    struct as_ir *left = branch(env, expr->left);
    struct as_ir *right = branch(env, expr->right);

    if (!agree(env, expr, &left, &right))
        return bad(env);
    return as_ir_coalesce(env->check->table, left, right);
}

/* ---- + and - ---------------------------------------------------------- */

static bool is_pair(const struct as_ir *left, const struct as_ir *right,
                    enum as_kind a, enum as_kind b)
{
    return left->type == a && right->type == b;
}

/* The type of left + right or left - right, both brought to it; NONE when
 * there is no such sum. */
static enum as_kind sum_type(struct as_ir_table *table, bool plus,
                             struct as_ir **left, struct as_ir **right)
{
    struct as_ir *a = *left, *b = *right;
    enum as_kind kind;

    if (is_pair(a, b, AS_KIND_TIME, AS_KIND_DURATION))
        return AS_KIND_TIME;
    if (is_pair(a, b, AS_KIND_DURATION, AS_KIND_TIME))
        return plus ? AS_KIND_TIME : AS_KIND_NONE;
    if (plus && (a->type == AS_KIND_TEXT || b->type == AS_KIND_TEXT)) {
        a = as_convert_text(table, a);
        b = as_convert_text(table, b);
        if (!a || !b)
            return AS_KIND_NONE;
        *left = a;
        *right = b;
        return AS_KIND_TEXT;
    }
    if (!as_convert_both(table, left, right))
        return AS_KIND_NONE;
    kind = (enum as_kind)(*left)->type;
    if (kind == AS_KIND_TIME)
        return plus ? AS_KIND_NONE : AS_KIND_DURATION;
    return kind == AS_KIND_INT || kind == AS_KIND_REAL ||
                   kind == AS_KIND_DURATION
             ? kind
             : AS_KIND_NONE;
}

static void say_no_sum(struct as_env *env, const struct as_expr *expr,
                       const struct as_ir *left, const struct as_ir *right)
{
    struct as_diag *diag = env->check->diag;
    const char *sign = expr->kind == AS_EXPR_PLUS ? "+" : "-";

    if (left->type == AS_KIND_JSON && right->type == AS_KIND_JSON) {
        as_diag(diag, AS_E_JSON_AMBIGUOUS, expr->op_span,
                "nothing says of which type these JSON values are");
        as_diag_help(diag, "say it: text(...) %s ...", sign);
        return;
    }
    as_diag(diag, AS_E_OPERATOR_TYPE, expr->op_span,
            "`%s` does not take %s and %s", sign, AS_TYPE_WORD(left->type),
            AS_TYPE_WORD(right->type));
    as_diag_label(diag, expr->left->span, "this is %s",
                  AS_TYPE_WORD(left->type));
    as_diag_label(diag, expr->right->span, "this is %s",
                  AS_TYPE_WORD(right->type));
}

/* Two constants were left as they are when a 64-bit number cannot hold their
 * sum, or a time would lie outside of what times are. */
static bool overflows(const struct as_ir *node)
{
    return node->kind == AS_IR_OP && node->type != AS_KIND_REAL &&
           (node->op == AS_OP_ADD || node->op == AS_OP_SUB) &&
           node->kids[0]->kind == AS_IR_CONST &&
           node->kids[1]->kind == AS_IR_CONST;
}

static struct as_ir *check_sum(struct as_env *env, const struct as_expr *expr)
{
    struct as_ir *left = as_check_value(env, expr->left);
    struct as_ir *right = as_check_value(env, expr->right);
    bool plus = expr->kind == AS_EXPR_PLUS;
    enum as_kind kind;
    struct as_ir *node;

    if (as_ir_is_bad(left) || as_ir_is_bad(right))
        return bad(env);
    kind = sum_type(env->check->table, plus, &left, &right);
    if (kind == AS_KIND_NONE) {
        say_no_sum(env, expr, left, right);
        return bad(env);
    }
    node = as_ir_op(env->check->table,
                    kind == AS_KIND_TEXT ? AS_OP_CONCAT
                    : plus               ? AS_OP_ADD
                                         : AS_OP_SUB,
                    (as_type)kind, left, right);
    if (!overflows(node))
        return node;
    as_diag(env->check->diag, AS_E_SPAN_OVERFLOW, expr->span, "%s",
            node->type == AS_KIND_TIME
                ? "this is before the year 1 or after the year 9999"
                : "this does not fit 64 bits");
    return bad(env);
}

/* ---- all of them ------------------------------------------------------ */

static struct as_ir *check_kind(struct as_env *env, const struct as_expr *expr)
{
    struct as_ir_table *table = env->check->table;

    switch (expr->kind) {
    case AS_EXPR_PATH:
        return as_check_path(env, expr->path);
    case AS_EXPR_TEXT:
        return as_ir_words(table, AS_KIND_TEXT, expr->text);
    case AS_EXPR_INT:
        return as_ir_integer(table, AS_KIND_INT, expr->integer);
    case AS_EXPR_REAL:
        return as_ir_real(table, expr->real);
    case AS_EXPR_DURATION:
        return as_ir_integer(table, AS_KIND_DURATION, expr->integer);
    case AS_EXPR_TIME:
        return as_ir_integer(table, AS_KIND_TIME, expr->integer);
    case AS_EXPR_BOOL:
        return as_ir_integer(table, AS_KIND_BOOL, expr->integer);
    case AS_EXPR_CIDR:
        return check_address(env, expr);
    case AS_EXPR_REGEX:
    case AS_EXPR_LIST:
        return misplaced(env, expr);
    case AS_EXPR_NOT:
        return as_ir_not(table, as_check_condition(env, expr->left,
                                                   "what stands behind `not`"));
    case AS_EXPR_AND:
    case AS_EXPR_OR:
        return check_chain(env, expr);
    case AS_EXPR_EQ:
    case AS_EXPR_NE:
    case AS_EXPR_LT:
    case AS_EXPR_LE:
    case AS_EXPR_GT:
    case AS_EXPR_GE:
    case AS_EXPR_IN:
    case AS_EXPR_CONTAINS:
    case AS_EXPR_STARTSWITH:
    case AS_EXPR_ENDSWITH:
    case AS_EXPR_LIKE:
    case AS_EXPR_MATCHES:
    case AS_EXPR_IS:
        return as_check_compare(env, expr);
    case AS_EXPR_COALESCE:
        return check_coalesce(env, expr);
    case AS_EXPR_PLUS:
    case AS_EXPR_MINUS:
        return check_sum(env, expr);
    case AS_EXPR_IF:
        return check_if(env, expr);
    case AS_EXPR_QUANT:
        return as_check_quant(env, expr);
    case AS_EXPR_BAD:
        break;
    }
    return &table->bad;
}

struct as_ir *as_check_expr(struct as_env *env, const struct as_expr *expr)
{
    struct as_check *check = env->check;
    struct as_sight *outer;
    struct as_ir *node;

    /* Messages that nobody will see need not be worked out: but what there are
     * only warnings about is compiled. */
    if (!expr || check->arena->failed || check->table->too_large ||
        check->table->too_deep ||
        (check->diag->error_count > 0 &&
         check->diag->message_count > 2 * AS_MAX_ERRORS))
        return bad(env);
    if (check->depth > 2 * AS_MAX_HEIGHT) {
        if (!check->limit_said)
            as_diag(check->diag, AS_E_NESTED, expr->span,
                    "with its macros in place this is nested too deeply");
        check->limit_said = true;
        return bad(env);
    }
    check->depth++;
    outer = as_sight_enter(check->sighting, expr,
                           check->sighting ? as_check_source(check, expr->span)
                                           : (struct as_text){ "", 0 },
                           env->clause, env->event);
    node = check_kind(env, expr);
    as_sight_leave(check->sighting, outer, node);
    check->depth--;
    as_ir_note_place(check->table, node, expr->span);
    as_check_limits(check, expr->span);
    return node;
}
