/*
 * check_match.c - contains, startswith, endswith, like, matches.
 *
 * All look into a text.  On the right stands one text, or a list of them,
 * which means any; patterns are written out, so that a mistake in one is
 * found here and not while events wait.
 */

#include "compiler/check.h"

#include "common/regex.h"

static struct as_ir *bad(const struct as_env *env)
{
    return &env->check->table->bad;
}

static const char *word(enum as_expr_kind kind)
{
    return kind == AS_EXPR_CONTAINS   ? "contains"
         : kind == AS_EXPR_STARTSWITH ? "startswith"
         : kind == AS_EXPR_ENDSWITH   ? "endswith"
         : kind == AS_EXPR_LIKE       ? "like"
                                      : "matches";
}

static enum as_opcode one_op(enum as_expr_kind kind)
{
    return kind == AS_EXPR_CONTAINS   ? AS_OP_CONTAINS
         : kind == AS_EXPR_STARTSWITH ? AS_OP_STARTSWITH
         : kind == AS_EXPR_ENDSWITH   ? AS_OP_ENDSWITH
                                      : AS_OP_LIKE;
}

static enum as_opcode any_op(enum as_expr_kind kind)
{
    return kind == AS_EXPR_CONTAINS   ? AS_OP_CONTAINS_ANY
         : kind == AS_EXPR_STARTSWITH ? AS_OP_STARTSWITH_ANY
         : kind == AS_EXPR_ENDSWITH   ? AS_OP_ENDSWITH_ANY
         : kind == AS_EXPR_LIKE       ? AS_OP_LIKE_ANY
                                      : AS_OP_MATCHES_ANY;
}

/* ---- patterns --------------------------------------------------------- */

static bool fits_pattern(struct as_check *check, struct as_span span,
                         struct as_text text)
{
    if (text.length <= AS_MAX_PATTERN)
        return true;
    as_diag(check->diag, AS_E_PATTERN_TOO_LONG, span,
            "this pattern has %zu bytes; %d are allowed", text.length,
            (int)AS_MAX_PATTERN);
    return false;
}

struct as_ir_constant *as_check_regex(struct as_check *check,
                                      struct as_span span, struct as_text text,
                                      unsigned flags)
{
    struct as_ir_constant model = { .type = AS_KIND_REGEX,
                                    .text = text,
                                    .flags = flags };
    struct as_buf why = { 0 };
    struct as_ir_constant *constant;
    struct as_regex *regex;

    if (!fits_pattern(check, span, text))
        return NULL;
    constant = as_ir_constant(check->table, &model);
    if (!constant || constant->compiles)
        return constant;
    regex = as_regex_new(text, flags, &why);
    if (!regex && why.length == 0)
        check->arena->failed = true;
    else if (!regex)
        as_diag(check->diag, AS_E_BAD_REGEX, span,
                "this regular expression cannot be used: %s",
                as_check_show(check, as_buf_view(&why)));
    as_buf_done(&why);
    if (!regex)
        return NULL;
    as_regex_free(regex);
    constant->compiles = true;
    constant->span = span;
    return constant;
}

/* What may stand behind `matches`: /regex/, or a text that is written out. */
static struct as_ir_constant *pattern(struct as_env *env,
                                      const struct as_expr *expr)
{
    struct as_ir *node;

    if (expr->kind == AS_EXPR_REGEX)
        return as_check_regex(env->check, expr->span, expr->text,
                              expr->fold ? AS_REGEX_FOLD : 0);
    node = as_check_value(env, expr);
    if (as_ir_is_bad(node))
        return NULL;
    if (as_ir_is(node, AS_KIND_TEXT))
        return as_check_regex(env->check, expr->span, node->constant->text, 0);
    as_diag(env->check->diag, AS_E_NOT_CONSTANT, expr->span,
            "behind `matches` stands a regular expression that is written "
            "out");
    as_diag_help(env->check->diag, "write it between slashes: /^aws-cli/");
    return NULL;
}

/* ---- on the right: one text ------------------------------------------- */

/* A text to look for; NULL after a message. */
static struct as_ir *needle(struct as_env *env, const struct as_expr *expr,
                            enum as_expr_kind kind)
{
    struct as_ir *node = as_check_value(env, expr);
    struct as_ir *text = as_convert_text(env->check->table, node);

    if (as_ir_is_bad(node))
        return NULL;
    if (!text) {
        as_diag(env->check->diag, AS_E_OPERATOR_TYPE, expr->span,
                "`%s` looks for a text, not for %s", word(kind),
                AS_TYPE_WORD(node->type));
        return NULL;
    }
    if (kind == AS_EXPR_LIKE && text->kind == AS_IR_CONST &&
        !fits_pattern(env->check, expr->span, text->constant->text))
        return NULL;
    return text;
}

static struct as_ir *match_one(struct as_env *env, const struct as_expr *expr,
                               struct as_ir *left)
{
    struct as_ir_table *table = env->check->table;
    struct as_ir_constant *regex;
    struct as_ir *right;

    if (expr->kind == AS_EXPR_MATCHES) {
        regex = pattern(env, expr->right);
        return left && regex ? as_ir_op_with(table, AS_OP_MATCHES, AS_KIND_BOOL,
                                             left, regex)
                             : bad(env);
    }
    right = needle(env, expr->right, expr->kind);
    return left && right
             ? as_ir_op(table, one_op(expr->kind), AS_KIND_BOOL, left, right)
             : bad(env);
}

/* ---- on the right: a list --------------------------------------------- */

static struct as_ir *match_list(struct as_env *env, const struct as_expr *expr,
                                struct as_ir *left,
                                const struct as_ir_list *list)
{
    enum as_kind want = expr->kind == AS_EXPR_MATCHES ? AS_KIND_REGEX
                                                      : AS_KIND_TEXT;

    if (list->type != want) {
        as_diag(env->check->diag, AS_E_LIST_ELEMENT, expr->right->span,
                "`%s` wants a list of %s, not of %s", word(expr->kind),
                as_kind_words[want], as_kind_words[list->type]);
        return bad(env);
    }
    return left ? as_ir_op_with(env->check->table, any_op(expr->kind),
                                AS_KIND_BOOL, left, list)
                : bad(env);
}

/* A list in place: of constants, or else the `or` of its matches. */
static struct as_ir *match_items(struct as_env *env, const struct as_expr *expr,
                                 struct as_ir *left)
{
    struct as_ir_table *table = env->check->table;
    bool regexes = expr->kind == AS_EXPR_MATCHES, constant = true, good = true;
    uint32_t count = 0, n = 0;
    struct as_ir **nodes;
    struct as_ir_constant **values;

    for (const struct as_expr *at = expr->right->items; at; at = at->next)
        count++;
    nodes = as_alloc(table->arena, count * sizeof(struct as_ir *));
    values = as_alloc(table->arena, count * sizeof(*values));
    if (!nodes || !values)
        return bad(env);
    for (const struct as_expr *at = expr->right->items; at; at = at->next) {
        if (regexes) {
            values[n] = pattern(env, at);
        } else {
            nodes[n] = needle(env, at, expr->kind);
            constant &= nodes[n] && nodes[n]->kind == AS_IR_CONST;
            values[n] = constant ? nodes[n]->constant : NULL;
        }
        good &= regexes ? values[n] != NULL : nodes[n] != NULL;
        n++;
    }
    if (!good || !left)
        return bad(env);
    if (constant)
        return as_ir_op_with(table, any_op(expr->kind), AS_KIND_BOOL, left,
                             as_ir_list(table,
                                        regexes ? AS_KIND_REGEX : AS_KIND_TEXT,
                                        values, count));
    for (uint32_t i = 0; i < count; i++)
        nodes[i] = as_ir_op(table, one_op(expr->kind), AS_KIND_BOOL, left,
                            nodes[i]);
    return as_ir_all(table, AS_IR_OR, nodes, count);
}

/* ---- on the left ------------------------------------------------------ */

/* The text to look into; NULL after a message. */
static struct as_ir *haystack(struct as_env *env, const struct as_expr *expr,
                              struct as_ir *left)
{
    struct as_ir *text = as_convert_text(env->check->table, left);

    if (as_ir_is_bad(left))
        return NULL;
    if (text)
        return text;
    as_diag(env->check->diag, AS_E_OPERATOR_TYPE, expr->op_span,
            "`%s` looks into a text, not into %s", word(expr->kind),
            AS_TYPE_WORD(left->type));
    as_diag_label(env->check->diag, expr->left->span, "this is %s",
                  AS_TYPE_WORD(left->type));
    if (left->type == AS_KIND_IP)
        as_diag_help(env->check->diag, "to look into a block of addresses, "
                                       "write `in 10.0.0.0/8`");
    return NULL;
}

/* `set contains x` is `x in set`. */
static struct as_ir *set_contains(struct as_env *env,
                                  const struct as_expr *expr, struct as_ir *set)
{
    enum as_kind kind = as_type_kind(set->type);
    struct as_ir *right = as_check_value(env, expr->right);
    struct as_ir *member = as_convert_member(env->check->table, right, kind);

    if (as_ir_is_bad(right))
        return right;
    if (member)
        return as_ir_op(env->check->table, AS_OP_IN_SET, AS_KIND_BOOL, member,
                        set);
    as_diag(env->check->diag, AS_E_TYPE_MISMATCH, expr->op_span,
            "%s cannot be among values of type %s", AS_TYPE_WORD(right->type),
            as_kind_words[kind]);
    return bad(env);
}

struct as_ir *as_check_match(struct as_env *env, const struct as_expr *expr,
                             struct as_ir *left)
{
    const struct as_expr *right = expr->right;
    struct as_ref ref = { 0 };
    struct as_ir *text;

    if (left->type & AS_TYPE_SET)
        return set_contains(env, expr, left);
    text = haystack(env, expr, left);
    if (right->kind == AS_EXPR_LIST)
        return match_items(env, expr, text);
    if (right->kind == AS_EXPR_PATH && !as_check_ref(env, right->path, &ref))
        return bad(env);
    if (ref.decl && ref.decl->kind == AS_DECL_LIST && !ref.rest)
        return as_check_decl(env->check, ref.decl, ref.span)
                 ? match_list(env, expr, text, ref.decl->ir_list)
                 : bad(env);
    return match_one(env, expr, text);
}
