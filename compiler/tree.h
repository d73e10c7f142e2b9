/*
 * tree.h - the parser's hands: nodes are made and linked here.
 *
 * The grammar's actions stay one line each, and no action has to look after
 * memory: when the arena is out, a maker gives out a spare node that nobody
 * will read, and front.c stops at the next token because arena->failed is
 * set.
 *
 * Lists are built as circles: a nonterminal holds the last node, whose `next`
 * is the first.  AS_TREE_ADD and AS_TREE_LIST work on every node with `next`.
 */
#ifndef AS_TREE_H
#define AS_TREE_H

#include "compiler/ast.h"
#include "compiler/diag.h"

/* What the lexer knows of a token. */
struct as_token {
    struct as_text text; /* words as written; texts and patterns unescaped */
    struct as_text doc;  /* the ## lines above it, or length 0 */
    int64_t integer;     /* INT; DURATION, DATE and TIME in ms */
    double real;
    struct as_cidr cidr;
    bool has_slash;
    bool fold;
};

/* What the parser knows of a syntax error; complain.c finds the words. */
enum { AS_EXPECTED_COUNT = 160 };

struct as_syntax_error {
    int expected[AS_EXPECTED_COUNT]; /* token kinds */
    const char *names[AS_EXPECTED_COUNT];
    int expected_count;
};

struct as_tree {
    struct as_arena *arena;
    struct as_diag *diag;
    struct as_file *file;
    struct as_syntax_error error;
    bool height_said; /* in this declaration; reset by front.c */
    struct {
        struct as_import **imports;
        struct as_param **params;
        struct as_list **lists;
        struct as_macro **macros;
        struct as_baseline **baselines;
        struct as_rule **rules;
        struct as_overlay **overlays;
    } last;
    union {
        struct as_expr expr;
        struct as_rule rule;
        struct as_baseline baseline;
        struct as_list list;
        struct as_change change;
    } spare;
};

void as_tree_init(struct as_tree *tree, struct as_file *file,
                  struct as_arena *arena, struct as_diag *diag);

/* `length` zeroed bytes for a node, never NULL. */
void *as_tree_node(struct as_tree *tree, size_t length);

#define AS_TREE_ADD(last, node)                                                \
    ((node)->next = (last) ? (last)->next : (node),                            \
     (last) ? ((last)->next = (node)) : (node))

/* Open the circle: *first gets the list, NULL when there is none. */
#define AS_TREE_LIST(first, last_node)                                         \
    do {                                                                       \
        (first) = NULL;                                                        \
        if (last_node) {                                                       \
            (first) = (last_node)->next;                                       \
            (last_node)->next = NULL;                                          \
        }                                                                      \
    } while (0)

static inline struct as_name as_tree_name(struct as_token token,
                                          struct as_span span)
{
    return (struct as_name){ token.text, span };
}

/* ---- expressions ------------------------------------------------------ */

/* `token` gives the value; op_span is the whole span. */
struct as_expr *as_tree_literal(struct as_tree *tree, enum as_expr_kind kind,
                                struct as_span span,
                                const struct as_token *token);
/* The same below zero: INT or REAL. */
struct as_expr *as_tree_minus(struct as_tree *tree, enum as_expr_kind kind,
                              struct as_span span,
                              const struct as_token *token);
struct as_expr *as_tree_bool(struct as_tree *tree, struct as_span span,
                             bool value);
/* [a, b]; `last` closes a circle, or NULL. */
struct as_expr *as_tree_items(struct as_tree *tree, struct as_span span,
                              struct as_expr *last);

/* An operator; `right` NULL for `not` and `is`. */
struct as_expr *as_tree_operator(struct as_tree *tree, enum as_expr_kind kind,
                                 struct as_span span, struct as_span op_span,
                                 struct as_expr *left, struct as_expr *right);
struct as_expr *as_tree_negated(struct as_expr *expr);
struct as_expr *as_tree_is(struct as_tree *tree, struct as_span span,
                           struct as_span op_span, struct as_expr *left,
                           struct as_name word);
struct as_expr *as_tree_if(struct as_tree *tree, struct as_span span,
                           struct as_span op_span, struct as_expr *condition,
                           struct as_expr *left, struct as_expr *right);
struct as_expr *as_tree_quant(struct as_tree *tree, struct as_span span,
                              struct as_span op_span, enum as_quant quant,
                              struct as_name name, struct as_path *path,
                              struct as_expr *body);

struct as_path *as_tree_path(struct as_tree *tree, struct as_name head);
struct as_path *as_tree_step(struct as_tree *tree, struct as_path *path,
                             enum as_step_kind kind, struct as_span span,
                             const struct as_token *token);
/* f(args where filter): `last` closes a circle, or NULL. */
struct as_path *as_tree_call(struct as_tree *tree, struct as_path *path,
                             struct as_span span, struct as_expr *last,
                             struct as_expr *filter);
struct as_expr *as_tree_path_expr(struct as_tree *tree, struct as_path *path);

/* ---- declarations ----------------------------------------------------- */

struct as_bind *as_tree_bind(struct as_tree *tree, struct as_token name,
                             struct as_span span, struct as_expr *value);
struct as_meta *as_tree_meta(struct as_tree *tree, struct as_name name,
                             struct as_expr *value);

/* Put behind the file's list of its kind. */
void as_tree_import(struct as_tree *tree, struct as_import import);
void as_tree_param(struct as_tree *tree, struct as_param param);
void as_tree_list(struct as_tree *tree, struct as_list list);
void as_tree_macro(struct as_tree *tree, struct as_macro macro);
void as_tree_baseline(struct as_tree *tree, struct as_baseline baseline);
void as_tree_rule(struct as_tree *tree, struct as_rule rule);
void as_tree_overlay(struct as_tree *tree, struct as_overlay overlay);

/* A change of an overlay, for the caller to fill in. */
struct as_change *as_tree_change(struct as_tree *tree, enum as_change_kind kind,
                                 struct as_span span);

/* `reason`, `owner` and `expires` once each; `word` is the token's name. */
void as_tree_once(struct as_tree *tree, bool given, struct as_span span,
                  const char *word);

#endif
