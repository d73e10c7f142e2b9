/*
 * check_compare.c - comparisons, and the loops of paths over [].
 *
 * `items[].x == 1` holds when some element has it.  While the operands of a
 * comparison are checked, every [] in them opens a loop (env->each) and
 * stands for the element that the loop binds; what is said of the elements
 * then goes inside: any(items: it.x == 1).  A `not` of the comparison goes
 * inside too: `items[].x != 1` asks for some element that is not 1.
 */

#include "compiler/check.h"

#include "program/schema.h"

static struct as_ir *bad(const struct as_env *env)
{
    return &env->check->table->bad;
}

/* Put the loops of paths over [] around what is said of their elements. */
static struct as_ir *wrap(struct as_env *env, const struct as_each *each,
                          struct as_ir *node)
{
    for (uint32_t i = each->count; i-- > 0;)
        node = as_ir_loop(env->check->table, AS_QUANT_ANY, each->loops[i].item,
                          each->loops[i].json, node);
    return node;
}

/* ---- == and < --------------------------------------------------------- */

static bool is_order(enum as_expr_kind kind)
{
    return kind == AS_EXPR_LT || kind == AS_EXPR_LE || kind == AS_EXPR_GT ||
           kind == AS_EXPR_GE;
}

static enum as_opcode opcode(enum as_expr_kind kind)
{
    return kind == AS_EXPR_EQ ? AS_OP_EQ
         : kind == AS_EXPR_NE ? AS_OP_NE
         : kind == AS_EXPR_LT ? AS_OP_LT
         : kind == AS_EXPR_LE ? AS_OP_LE
         : kind == AS_EXPR_GT ? AS_OP_GT
                              : AS_OP_GE;
}

static bool is_number(as_type type)
{
    return type == AS_KIND_INT || type == AS_KIND_REAL;
}

static void label_types(struct as_env *env, const struct as_expr *expr,
                        const struct as_ir *left, const struct as_ir *right)
{
    as_diag_label(env->check->diag, expr->left->span, "this is %s",
                  AS_TYPE_WORD(left->type));
    as_diag_label(env->check->diag, expr->right->span, "this is %s",
                  AS_TYPE_WORD(right->type));
}

/* A way out of a comparison of two types. */
static void help_mismatch(struct as_diag *diag, as_type a, as_type b)
{
    bool has_text = a == AS_KIND_TEXT || b == AS_KIND_TEXT;

    if (has_text && (a == AS_KIND_TIME || b == AS_KIND_TIME))
        as_diag_help(diag, "a time is written without quotes");
    else if (has_text && (a == AS_KIND_IP || b == AS_KIND_IP))
        as_diag_help(diag, "ip(x) is the address that a text spells");
    else if (has_text && (a == AS_KIND_BOOL || b == AS_KIND_BOOL))
        as_diag_help(diag, "true and false are written without quotes, and "
                           "are texts with them");
}

static void say_mismatch(struct as_env *env, const struct as_expr *expr,
                         const struct as_ir *left, const struct as_ir *right)
{
    struct as_diag *diag = env->check->diag;
    as_type a = left->type, b = right->type;

    if ((a == AS_KIND_TEXT && is_number(b)) ||
        (is_number(a) && b == AS_KIND_TEXT)) {
        as_diag(diag, AS_E_TEXT_WITH_NUMBER, expr->op_span,
                "a text is compared with a number");
        as_diag_help(diag, "write the number in quotes");
    } else {
        as_diag(diag, AS_E_TYPE_MISMATCH, expr->op_span,
                "%s and %s cannot be compared", AS_TYPE_WORD(a),
                AS_TYPE_WORD(b));
        help_mismatch(diag, a, b);
    }
    label_types(env, expr, left, right);
}

static void say_no_order(struct as_env *env, const struct as_expr *expr,
                         const struct as_ir *left)
{
    struct as_diag *diag = env->check->diag;

    if (left->type == AS_KIND_JSON) {
        as_diag(diag, AS_E_JSON_AMBIGUOUS, expr->op_span,
                "nothing says of which type these JSON values are");
        as_diag_help(diag, "say it: text(...) < text(...)");
        return;
    }
    as_diag(diag, AS_E_NO_ORDER, expr->op_span, "%s has no order",
            AS_TYPE_WORD(left->type));
    if (left->type == AS_KIND_SOURCE)
        as_diag_help(diag, "to look into a block of addresses, write "
                           "`in 10.0.0.0/8`");
}

/* A field whose values are documented, beside one that is none of them. */
static void check_known_value(struct as_env *env, const struct as_ir *field,
                              const struct as_ir *value,
                              const struct as_expr *place)
{
    const struct as_field *row;

    if (field->kind != AS_IR_SLOT || field->slot->field < 0 ||
        !as_ir_is(value, AS_KIND_TEXT) ||
        as_schema_has_value(field->slot->field, value->constant->text))
        return;
    row = as_schema_field((size_t)field->slot->field);
    as_diag(env->check->diag, AS_L_UNKNOWN_VALUE, place->span,
            "`%s` does not take the value \"%s\"", row->path,
            as_check_show(env->check, value->constant->text));

    struct as_guess guess = as_guess_start(value->constant->text);
    for (const char *const *at = row->values; *at; at++)
        as_guess_add(&guess, as_text_of(*at));
    if (guess.best.length != 0)
        as_diag_help(env->check->diag, "did you mean \"%.*s\"?",
                     (int)guess.best.length, guess.best.bytes);
    /* Capital letters alone: nothing else was meant. */
    if (place->kind == AS_EXPR_TEXT && guess.likely_count == 1 &&
        guess.best.length == guess.wrong.length &&
        as_text_nearly(guess.wrong, guess.best))
        as_diag_fix(env->check->diag, place->span, "\"%.*s\"",
                    (int)guess.best.length, guess.best.bytes);
}

static bool is_key(const struct as_ir *node)
{
    return node->kind == AS_IR_COLUMN &&
           node->number < node->row->baseline->keys.count;
}

/* Is it JSON beside a whole number?  (A key that is equated must stay as it
 * is: rows are found by it.) */
static bool is_any_number(const struct as_expr *expr, const struct as_ir *json,
                          const struct as_ir *number)
{
    return json->type == AS_KIND_JSON && number->type == AS_KIND_INT &&
           (!is_key(number) || opcode(expr->kind) != AS_OP_EQ);
}

/* JSON takes part with its number, whole or not: as whole ones first, so that
 * no digit is lost, and as real ones when that gives nothing. */
static struct as_ir *compare_numbers(struct as_env *env, enum as_opcode op,
                                     struct as_ir *left, struct as_ir *right)
{
    struct as_ir_table *table = env->check->table;
    struct as_ir *whole = as_ir_op(table, op, AS_KIND_BOOL,
                                   as_convert(table, left, AS_KIND_INT),
                                   as_convert(table, right, AS_KIND_INT));
    struct as_ir *real = as_ir_op(table, op, AS_KIND_BOOL,
                                  as_convert(table, left, AS_KIND_REAL),
                                  as_convert(table, right, AS_KIND_REAL));

    return as_ir_coalesce(table, whole, real);
}

static struct as_ir *check_equal(struct as_env *env, const struct as_expr *expr,
                                 struct as_ir *left)
{
    struct as_ir_table *table = env->check->table;
    struct as_ir *right = as_check_value(env, expr->right);

    if (as_ir_is_bad(left) || as_ir_is_bad(right))
        return bad(env);
    if (is_any_number(expr, left, right) || is_any_number(expr, right, left))
        return compare_numbers(env, opcode(expr->kind), left, right);
    if (!as_convert_both(table, &left, &right)) {
        say_mismatch(env, expr, left, right);
        return bad(env);
    }
    if (is_order(expr->kind) && !as_kind_is_ordered(left->type)) {
        say_no_order(env, expr, left);
        return bad(env);
    }
    check_known_value(env, left, right, expr->right);
    check_known_value(env, right, left, expr->left);
    return as_ir_op(table, opcode(expr->kind), AS_KIND_BOOL,
                    as_convert_scalar(table, left),
                    as_convert_scalar(table, right));
}

/* ---- is --------------------------------------------------------------- */

/* Indexed by enum as_is. */
static const struct {
    const char *word;
    enum as_opcode op;
} is_words[] = {
    { "missing", AS_OP_IS_MISSING }, { "present", AS_OP_IS_PRESENT },
    { "true", AS_OP_IS_TRUE },       { "false", AS_OP_IS_FALSE },
    { "ip", AS_OP_IS_IP },           { "ipv4", AS_OP_IS_IPV4 },
    { "ipv6", AS_OP_IS_IPV6 },       { "private", AS_OP_IS_PRIVATE },
    { "service", AS_OP_IS_SERVICE }, { "aws_internal", AS_OP_IS_AWS_INTERNAL },
};

static struct as_ir *say_unknown_is(struct as_env *env,
                                    const struct as_expr *expr)
{
    const struct as_name *name = &expr->is_name;
    struct as_guess guess = as_guess_start(name->text);

    as_diag(env->check->diag, AS_E_UNKNOWN_IS, name->span,
            "`is` does not know `%s`", as_check_show(env->check, name->text));
    for (size_t i = 0; i < sizeof(is_words) / sizeof(is_words[0]); i++)
        as_guess_add(&guess, as_text_of(is_words[i].word));
    as_guess_mend(&guess, env->check->diag, name->span);
    return bad(env);
}

/* `x is private` and its kin ask a source or an address. */
static struct as_ir *check_is_source(struct as_env *env,
                                     const struct as_expr *expr,
                                     struct as_ir *left)
{
    struct as_ir_table *table = env->check->table;
    struct as_ir *source = left->type == AS_KIND_IP
                             ? left
                             : as_convert(table, left, AS_KIND_SOURCE);

    if (!source) {
        as_diag(env->check->diag, AS_E_OPERATOR_TYPE, expr->op_span,
                "`is %s` asks a source address, not %s",
                is_words[expr->is].word, AS_TYPE_WORD(left->type));
        as_diag_label(env->check->diag, expr->left->span, "this is %s",
                      AS_TYPE_WORD(left->type));
        return bad(env);
    }
    return as_ir_op(table, is_words[expr->is].op, AS_KIND_BOOL, source, NULL);
}

static struct as_ir *check_is_presence(struct as_env *env,
                                       const struct as_expr *expr,
                                       struct as_ir *left)
{
    if (left->type & (AS_TYPE_SET | AS_TYPE_LIST) ||
        left->type == AS_KIND_CIDR) {
        as_diag(env->check->diag, AS_E_SET_HERE, expr->left->span,
                "%s is always there", AS_TYPE_WORD(left->type));
        as_diag_help(env->check->diag, "to ask whether it is empty: "
                                       "len(...) == 0");
        return bad(env);
    }
    return as_ir_op(env->check->table, is_words[expr->is].op, AS_KIND_BOOL,
                    left, NULL);
}

struct as_ir *as_check_is(struct as_env *env, const struct as_expr *expr)
{
    struct as_ir *left, *node;

    if (expr->is == AS_IS_UNKNOWN)
        return say_unknown_is(env, expr);
    if (expr->is == AS_IS_TRUE || expr->is == AS_IS_FALSE) {
        left = as_check_as_bool(env, expr->left, as_check_expr(env, expr->left),
                                "what is asked for its truth");
        node = as_ir_op(env->check->table, is_words[expr->is].op, AS_KIND_BOOL,
                        left, NULL);
    } else {
        left = as_check_expr(env, expr->left);
        if (as_ir_is_bad(left))
            return left;
        node = expr->is == AS_IS_MISSING || expr->is == AS_IS_PRESENT
                 ? check_is_presence(env, expr, left)
                 : check_is_source(env, expr, left);
    }
    return node;
}

/* ---- all of them ------------------------------------------------------ */

struct as_ir *as_check_compare(struct as_env *env, const struct as_expr *expr)
{
    struct as_each each = { 0 };
    struct as_env inner = *env;
    struct as_ir *node;

    inner.each = &each;
    if (expr->kind == AS_EXPR_IS) {
        node = as_check_is(&inner, expr);
    } else {
        /* `set contains x` is `x in set`. */
        struct as_ir *left = expr->kind == AS_EXPR_CONTAINS
                               ? as_check_expr(&inner, expr->left)
                               : as_check_value(&inner, expr->left);

        node = expr->kind == AS_EXPR_IN ? as_check_in(&inner, expr, left)
             : expr->kind == AS_EXPR_EQ || expr->kind == AS_EXPR_NE ||
                       is_order(expr->kind)
                 ? check_equal(&inner, expr, left)
                 : as_check_match(&inner, expr, left);
    }
    if (expr->negated)
        node = as_ir_not(env->check->table, node);
    for (uint32_t i = 0; i < each.count; i++)
        each.loops[i].item->source = as_check_source(env->check, expr->span);
    return wrap(env, &each, node);
}
