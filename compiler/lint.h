/*
 * lint.h - what is right by the grammar and hardly meant.
 *
 * A lint looks at the tree as it was written: what an author reads, in his
 * order, with the places to point at.  lint.c walks the trees of all files
 * once and asks the functions of its table; each of the lint_*.c files is one
 * kind of mistake.  A lint reports with as_diag and changes nothing.
 *
 * Files with errors are left alone: what is said of a torn rule would be said
 * of the mistake.
 */
#ifndef AS_LINT_H
#define AS_LINT_H

#include "compiler/resolve.h"
#include "program/schema.h"

/* The whole pass, and where its walk stands. */
struct as_lint {
    struct as_arena *arena;
    struct as_diag *diag;
    struct as_module *modules;

    struct as_module *module;           /* of the file */
    const struct as_rule *rule;         /* in this one, */
    const struct as_baseline *baseline; /* or in this one, or in neither */
    const struct as_bind *lets;         /* of it */
    const struct as_expr *parent;       /* of the expression that is asked */
    bool excludes;                      /* it stands in an `exclude` */
};

void as_lint_all(struct as_lint *lint);

/* ---- lint_ask.c: what an expression asks ------------------------------ */

/* A field of the schema, or a value below one that is open JSON. */
struct as_lint_field {
    int row; /* AS_SCHEMA_NONE: neither */
    bool below;
};

/*
 * A comparison, as lints want it: what is looked at on the left, and on the
 * right the values that are written out, if they are.
 *
 *   text(userAgent) not in ["a", "b"]   -> IN, negated, text, values "a", "b"
 *   5 < x                               -> GT, value 5
 *   x != "a"                            -> EQ, negated, value "a"
 *
 * `x is WORD` is one without values.
 */
struct as_lint_test {
    const struct as_expr *expr;
    const struct as_expr *subject; /* below text() and lower() */
    const struct as_expr *values;  /* see as_lint_next; NULL: not written out */
    enum as_expr_kind kind;        /* never NE */
    bool negated;
    bool text, lower; /* of these calls around the subject */
    bool list;        /* `values` are linked */
    bool named;       /* they are a declared list's, which a run may replace */
    struct as_lint_field field; /* after as_lint_find_field */
};

/* False when `expr` is no comparison. */
bool as_lint_read(const struct as_lint *lint, const struct as_expr *expr,
                  struct as_lint_test *test);
void as_lint_find_field(struct as_lint_test *test);

/* The value behind `value`, or NULL. */
const struct as_expr *as_lint_next(const struct as_lint_test *test,
                                   const struct as_expr *value);

struct as_lint_field as_lint_field(const struct as_expr *expr);
/* Is it exactly the schema's field with this path? */
bool as_lint_is_field(const struct as_lint_field *field, const char *path);

/* Is it a call of this function? */
bool as_lint_is_call(const struct as_expr *expr, const char *name);

/* Is it a path over []?  Two questions may be answered by two elements. */
bool as_lint_is_of_many(const struct as_expr *subject);

/* Do they read the same, so that they are the same? */
bool as_lint_same(const struct as_expr *a, const struct as_expr *b);

/* What a bare name stands for: the value of a let, or the body of a macro
 * without parameters; else NULL.  `module` is where to look the next names up
 * and `lets` the lets of there; both are replaced. */
const struct as_expr *as_lint_open(const struct as_expr *expr,
                                   struct as_module **module,
                                   const struct as_bind **lets);

/* A fix that writes this text there, if it can be written without escapes. */
void as_lint_fix_text(struct as_lint *lint, struct as_span span,
                      struct as_text text);

/* The text at a place, if it is a short one on one line, else "this". */
struct as_text as_lint_quote(const struct as_lint *lint, struct as_span span);

/* ---- the table's functions -------------------------------------------- */

/* One comparison; one expression of the kinds that the table names; one rule,
 * baseline or file. */
typedef void as_lint_test_fn(struct as_lint *lint,
                             const struct as_lint_test *test);
typedef void as_lint_expr_fn(struct as_lint *lint, const struct as_expr *expr);
typedef void as_lint_decl_fn(struct as_lint *lint);

/* lint_chain.c */
as_lint_expr_fn as_lint_and, as_lint_or;
as_lint_decl_fn as_lint_clauses;
as_lint_test_fn as_lint_alternatives, as_lint_itself;

/* lint_text.c */
as_lint_test_fn as_lint_empty_text, as_lint_like, as_lint_wildcard,
    as_lint_lowered, as_lint_agent, as_lint_address;

/* lint_regex.c */
as_lint_expr_fn as_lint_regex;

/* lint_style.c */
as_lint_test_fn as_lint_literal_regex, as_lint_single, as_lint_literal_time;
as_lint_expr_fn as_lint_open_ends, as_lint_double_not;
as_lint_decl_fn as_lint_no_reason, as_lint_meta;

/* lint_tests.c */
as_lint_decl_fn as_lint_tests;

/* lint_cloud.c */
as_lint_test_fn as_lint_event_name, as_lint_event_source, as_lint_account,
    as_lint_arn, as_lint_role_arn, as_lint_region, as_lint_key_id,
    as_lint_principal;

/* lint_missing.c */
as_lint_test_fn as_lint_absent, as_lint_whole_json;
as_lint_expr_fn as_lint_no_session;
as_lint_decl_fn as_lint_negations;

/* lint_shape.c */
as_lint_test_fn as_lint_second, as_lint_count;
as_lint_decl_fn as_lint_windows, as_lint_joins, as_lint_rule_key,
    as_lint_baseline_key, as_lint_attack, as_lint_unused;

/* ---- lint_chain.c: conditions that come together ---------------------- */

enum { AS_LINT_MOST_ATOMS = 96 }; /* looked at in one chain */

/* One of them; `at` is where the chain has it, be it by a name. */
struct as_lint_atom {
    struct as_lint_test test;
    const struct as_expr *at;
};

struct as_lint_atoms {
    struct as_lint_atom atom[AS_LINT_MOST_ATOMS];
    uint32_t count;
};

/*
 * What must hold where `expr` does (where it does not, with `holds` false),
 * put behind the atoms that are there; names are opened.  What is more than
 * fits is left away.
 */
void as_lint_gather(const struct as_lint *lint, const struct as_expr *expr,
                    bool holds, struct as_lint_atoms *atoms);

/* lint_cloud.c, asked of what holds together. */
void as_lint_calls(struct as_lint *lint, const struct as_lint_atoms *atoms);
void as_lint_identity(struct as_lint *lint, const struct as_lint_atoms *atoms);

#endif
