/* tree.c - see tree.h. */

#include "compiler/tree.h"

#include <assert.h>

#include "common/limits.h"

void as_tree_init(struct as_tree *tree, struct as_file *file,
                  struct as_arena *arena, struct as_diag *diag)
{
    *tree = (struct as_tree){ .arena = arena, .diag = diag, .file = file };
    tree->last.imports = &file->imports;
    tree->last.params = &file->params;
    tree->last.lists = &file->lists;
    tree->last.macros = &file->macros;
    tree->last.baselines = &file->baselines;
    tree->last.rules = &file->rules;
    tree->last.overlays = &file->overlays;
}

void *as_tree_node(struct as_tree *tree, size_t length)
{
    void *node = as_alloc(tree->arena, length);

    if (node)
        return node;
    assert(length <= sizeof(tree->spare));
    memset(&tree->spare, 0, sizeof(tree->spare));
    return &tree->spare;
}

/* ---- expressions ------------------------------------------------------ */

static struct as_expr *make(struct as_tree *tree, enum as_expr_kind kind,
                            struct as_span span, struct as_span op_span)
{
    struct as_expr *expr = as_tree_node(tree, sizeof(*expr));

    expr->kind = kind;
    expr->span = span;
    expr->op_span = op_span;
    expr->height = 1;
    return expr;
}

/*
 * A node is one higher than its highest child.  Where that is too much, the
 * node becomes a leaf that stands for nothing: the mistake is said once, and
 * no later pass can be led too deep.
 */
static struct as_expr *grow(struct as_tree *tree, struct as_expr *expr,
                            uint32_t below)
{
    if (expr->height <= below)
        expr->height = below + 1;
    if (expr->height <= AS_MAX_HEIGHT)
        return expr;
    if (!tree->height_said) {
        as_diag(tree->diag, AS_E_EXPRESSION_HEIGHT, expr->op_span,
                "this expression has more than %d terms in a row",
                AS_MAX_HEIGHT);
        as_diag_help(tree->diag, "compare with a list: `x in [a, b, c]`, or "
                                 "declare one with `list`");
        tree->height_said = true;
    }
    return make(tree, AS_EXPR_BAD, expr->span, expr->op_span);
}

struct as_expr *as_tree_literal(struct as_tree *tree, enum as_expr_kind kind,
                                struct as_span span,
                                const struct as_token *token)
{
    struct as_expr *expr = make(tree, kind, span, span);

    if (kind == AS_EXPR_REAL)
        expr->real = token->real;
    else if (kind == AS_EXPR_CIDR)
        expr->cidr = token->cidr;
    else if (kind == AS_EXPR_TEXT || kind == AS_EXPR_REGEX)
        expr->text = token->text;
    else
        expr->integer = token->integer;
    expr->has_slash = token->has_slash;
    expr->fold = token->fold;
    return expr;
}

struct as_expr *as_tree_minus(struct as_tree *tree, enum as_expr_kind kind,
                              struct as_span span, const struct as_token *token)
{
    struct as_expr *expr = as_tree_literal(tree, kind, span, token);

    if (kind == AS_EXPR_REAL)
        expr->real = -expr->real;
    else
        expr->integer = -expr->integer;
    return expr;
}

struct as_expr *as_tree_bool(struct as_tree *tree, struct as_span span,
                             bool value)
{
    struct as_expr *expr = make(tree, AS_EXPR_BOOL, span, span);

    expr->integer = value;
    return expr;
}

struct as_expr *as_tree_items(struct as_tree *tree, struct as_span span,
                              struct as_expr *last)
{
    struct as_expr *expr = make(tree, AS_EXPR_LIST, span, span);
    uint32_t below = 0;

    AS_TREE_LIST(expr->items, last);
    if (tree->arena->failed)
        return expr;
    for (struct as_expr *item = expr->items; item; item = item->next) {
        if (item->height > below)
            below = item->height;
    }
    return grow(tree, expr, below);
}

struct as_expr *as_tree_operator(struct as_tree *tree, enum as_expr_kind kind,
                                 struct as_span span, struct as_span op_span,
                                 struct as_expr *left, struct as_expr *right)
{
    struct as_expr *expr = make(tree, kind, span, op_span);
    uint32_t below = left->height;

    expr->left = left;
    expr->right = right;
    if (right && right->height > below)
        below = right->height;
    return grow(tree, expr, below);
}

struct as_expr *as_tree_negated(struct as_expr *expr)
{
    expr->negated = true;
    return expr;
}

struct as_expr *as_tree_is(struct as_tree *tree, struct as_span span,
                           struct as_span op_span, struct as_expr *left,
                           struct as_name word)
{
    static const struct {
        const char *word;
        enum as_is is;
    } words[] = {
        { "missing", AS_IS_MISSING }, { "present", AS_IS_PRESENT },
        { "true", AS_IS_TRUE },       { "false", AS_IS_FALSE },
        { "ip", AS_IS_IP },           { "ipv4", AS_IS_IPV4 },
        { "ipv6", AS_IS_IPV6 },       { "private", AS_IS_PRIVATE },
        { "service", AS_IS_SERVICE }, { "aws_internal", AS_IS_AWS_INTERNAL },
    };
    struct as_expr *expr = as_tree_operator(tree, AS_EXPR_IS, span, op_span,
                                            left, NULL);

    expr->is = AS_IS_UNKNOWN;
    expr->is_name = word;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (as_text_equal(word.text, as_text_of(words[i].word)))
            expr->is = words[i].is;
    }
    return expr;
}

struct as_expr *as_tree_if(struct as_tree *tree, struct as_span span,
                           struct as_span op_span, struct as_expr *condition,
                           struct as_expr *left, struct as_expr *right)
{
    struct as_expr *expr = as_tree_operator(tree, AS_EXPR_IF, span, op_span,
                                            left, right);

    if (expr->kind == AS_EXPR_BAD)
        return expr;
    expr->condition = condition;
    return grow(tree, expr, condition->height);
}

struct as_expr *as_tree_quant(struct as_tree *tree, struct as_span span,
                              struct as_span op_span, enum as_quant quant,
                              struct as_name name, struct as_path *path,
                              struct as_expr *body)
{
    struct as_expr *expr = as_tree_operator(tree, AS_EXPR_QUANT, span, op_span,
                                            body, NULL);

    if (expr->kind == AS_EXPR_BAD)
        return expr;
    expr->quant = quant;
    expr->name = name;
    expr->path = path;
    return grow(tree, expr, path->height);
}

struct as_path *as_tree_path(struct as_tree *tree, struct as_name head)
{
    struct as_path *path = as_tree_node(tree, sizeof(*path));

    path->head = head;
    path->span = head.span;
    return path;
}

struct as_path *as_tree_step(struct as_tree *tree, struct as_path *path,
                             enum as_step_kind kind, struct as_span span,
                             const struct as_token *token)
{
    struct as_step *step = as_tree_node(tree, sizeof(*step));

    step->kind = kind;
    step->span = span;
    switch (kind) {
    case AS_STEP_NAME:
        step->name = token->text;
        break;
    case AS_STEP_INDEX:
        if (token->integer > UINT16_MAX)
            as_diag(tree->diag, AS_E_NUMBER, span,
                    "an element's number is at most %d", UINT16_MAX);
        else
            step->index = (uint32_t)token->integer;
        break;
    case AS_STEP_EACH:
    case AS_STEP_CALL:
        break;
    }
    if (path->last_step)
        path->last_step->next = step;
    else
        path->steps = step;
    path->last_step = step;
    path->span.end = span.end;
    return path;
}

struct as_path *as_tree_call(struct as_tree *tree, struct as_path *path,
                             struct as_span span, struct as_expr *last,
                             struct as_expr *filter)
{
    struct as_step *step;

    as_tree_step(tree, path, AS_STEP_CALL, span, NULL);
    step = path->last_step;
    step->filter = filter;
    AS_TREE_LIST(step->args, last);
    if (tree->arena->failed)
        return path;
    if (filter && filter->height > path->height)
        path->height = filter->height;
    for (struct as_expr *arg = step->args; arg; arg = arg->next) {
        if (arg->height > path->height)
            path->height = arg->height;
    }
    return path;
}

struct as_expr *as_tree_path_expr(struct as_tree *tree, struct as_path *path)
{
    struct as_expr *expr = make(tree, AS_EXPR_PATH, path->span, path->span);

    expr->path = path;
    return grow(tree, expr, path->height);
}

/* ---- declarations ----------------------------------------------------- */

struct as_bind *as_tree_bind(struct as_tree *tree, struct as_token name,
                             struct as_span span, struct as_expr *value)
{
    struct as_bind *bind = as_tree_node(tree, sizeof(*bind));

    bind->name = as_tree_name(name, span);
    bind->value = value;
    bind->doc = name.doc;
    return bind;
}

struct as_meta *as_tree_meta(struct as_tree *tree, struct as_name name,
                             struct as_expr *value)
{
    struct as_meta *meta = as_tree_node(tree, sizeof(*meta));

    meta->name = name;
    meta->value = value;
    return meta;
}

/* Copy a declaration into a node and put it behind its list. */
#define FILE_UNDER(tree, kind, declaration)                                    \
    do {                                                                       \
        void *node = as_tree_node((tree), sizeof(declaration));                \
                                                                               \
        if ((tree)->arena->failed)                                             \
            break; /* the node is the spare one: nobody may find it */         \
        memcpy(node, &(declaration), sizeof(declaration));                     \
        *(tree)->last.kind = node;                                             \
        (tree)->last.kind = &(*(tree)->last.kind)->next;                       \
    } while (0)

void as_tree_import(struct as_tree *tree, struct as_import import)
{
    FILE_UNDER(tree, imports, import);
}

void as_tree_param(struct as_tree *tree, struct as_param param)
{
    FILE_UNDER(tree, params, param);
}

void as_tree_list(struct as_tree *tree, struct as_list list)
{
    FILE_UNDER(tree, lists, list);
}

void as_tree_macro(struct as_tree *tree, struct as_macro macro)
{
    FILE_UNDER(tree, macros, macro);
}

void as_tree_baseline(struct as_tree *tree, struct as_baseline baseline)
{
    FILE_UNDER(tree, baselines, baseline);
}

void as_tree_rule(struct as_tree *tree, struct as_rule rule)
{
    FILE_UNDER(tree, rules, rule);
}

void as_tree_overlay(struct as_tree *tree, struct as_overlay overlay)
{
    FILE_UNDER(tree, overlays, overlay);
}

struct as_change *as_tree_change(struct as_tree *tree, enum as_change_kind kind,
                                 struct as_span span)
{
    struct as_change *change = as_tree_node(tree, sizeof(*change));

    change->kind = kind;
    change->span = span;
    return change;
}

void as_tree_once(struct as_tree *tree, bool given, struct as_span span,
                  const char *word)
{
    if (given)
        as_diag(tree->diag, AS_E_CLAUSE_TWICE, span, "`%s` is given twice",
                word);
}
