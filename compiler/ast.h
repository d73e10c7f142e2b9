/*
 * ast.h - rule text as a tree.
 *
 * The parser builds it and nothing else: what a name means is for resolve.c,
 * whether types fit for check.c.  Both write their answers into the nodes
 * (the members under "found by ..."), so that later passes need no tables on
 * the side.  Everything lives in the compilation's arena.
 *
 * Lists are singly linked through `next`, in the order of the source.
 */
#ifndef AS_AST_H
#define AS_AST_H

#include "compiler/source.h"
#include "program/shapes.h"
#include "program/value.h"

/* A name as it stands in the source. */
struct as_name {
    struct as_text text; /* length 0: there is none */
    struct as_span span;
};

/* ---- expressions ------------------------------------------------------ */

enum as_expr_kind {
    /* operands */
    AS_EXPR_PATH,     /* path */
    AS_EXPR_TEXT,     /* text: "..." or '...', unescaped */
    AS_EXPR_INT,      /* integer */
    AS_EXPR_REAL,     /* real */
    AS_EXPR_DURATION, /* integer: ms */
    AS_EXPR_TIME,     /* integer: ms; a DATE or a TIME token */
    AS_EXPR_CIDR,     /* cidr; has_slash false: written as a bare address */
    AS_EXPR_REGEX,    /* text, fold */
    AS_EXPR_BOOL,     /* integer: 0 or 1 */
    AS_EXPR_LIST,     /* items: [a, b] */
    /* operators; left and right */
    AS_EXPR_NOT, /* left */
    AS_EXPR_AND,
    AS_EXPR_OR,
    AS_EXPR_EQ,
    AS_EXPR_NE,
    AS_EXPR_LT,
    AS_EXPR_LE,
    AS_EXPR_GT,
    AS_EXPR_GE,
    AS_EXPR_IN, /* these six: negated */
    AS_EXPR_CONTAINS,
    AS_EXPR_STARTSWITH,
    AS_EXPR_ENDSWITH,
    AS_EXPR_LIKE,
    AS_EXPR_MATCHES,
    AS_EXPR_IS, /* left, is, negated */
    AS_EXPR_COALESCE,
    AS_EXPR_PLUS,
    AS_EXPR_MINUS,
    AS_EXPR_IF,    /* condition, left (then), right (else) */
    AS_EXPR_QUANT, /* quant, name, path (what it ranges over), left (body) */
    AS_EXPR_BAD,   /* after a syntax error; passes say nothing about it */
};

enum as_is {
    AS_IS_MISSING,
    AS_IS_PRESENT,
    AS_IS_TRUE,
    AS_IS_FALSE,
    AS_IS_IP,
    AS_IS_IPV4,
    AS_IS_IPV6,
    AS_IS_PRIVATE,
    AS_IS_SERVICE,
    AS_IS_AWS_INTERNAL,
    AS_IS_UNKNOWN, /* not one of the words; is_name has it */
};

enum as_step_kind {
    AS_STEP_NAME,  /* .name, or ."any text" */
    AS_STEP_INDEX, /* [3] */
    AS_STEP_EACH,  /* [] */
    AS_STEP_CALL,  /* (args where filter) */
};

struct as_step {
    struct as_step *next;
    enum as_step_kind kind;
    struct as_span span;
    struct as_text name;    /* NAME */
    uint32_t index;         /* INDEX */
    struct as_expr *args;   /* CALL: linked by next; NULL when none */
    struct as_expr *filter; /* CALL: after `where`, or NULL */
};

/* head, then steps: json(x).Statement[].Effect is head `json`, steps CALL,
 * NAME, EACH, NAME.  `any(x where c)` has head "any". */
struct as_path {
    struct as_name head;
    struct as_step *steps, *last_step;
    struct as_span span;
    uint32_t height; /* of the tallest argument */
};

struct as_expr {
    struct as_expr *next; /* in a list of items or arguments */
    enum as_expr_kind kind;
    struct as_span span;
    struct as_span op_span; /* of the operator's own token, for carets */
    uint32_t height; /* 1 for a leaf; at most AS_MAX_HEIGHT, so that a pass
                        may walk the tree by recursion */
    bool has_slash;
    bool fold;
    bool negated;
    enum as_is is;
    enum as_quant quant;
    union { /* of a literal */
        struct as_text text;
        int64_t integer;
        double real;
        struct as_cidr cidr;
    };
    struct as_path *path;
    union {
        struct as_name is_name; /* IS */
        struct as_name name;    /* QUANT: the bound name */
    };
    struct as_expr *items;
    struct as_expr *condition, *left, *right;
};

/* ---- declarations ----------------------------------------------------- */

struct as_type_name {
    struct as_name outer; /* "text", or "set" / "list" with inner */
    struct as_name inner; /* length 0 when plain */
    struct as_span span;
};

/* name = expression: let, key, collect, group key, outcome. */
struct as_bind {
    struct as_bind *next;
    struct as_name name;
    struct as_expr *value;
    struct as_text doc;
};

/* meta's `ident = value`. */
struct as_meta {
    struct as_meta *next;
    struct as_name name;
    struct as_expr *value;       /* a literal, or AS_EXPR_LIST of literals */
    const struct as_change *set; /* by overlay.c: whose it is, or NULL */
};

enum as_span_kind {
    AS_AMOUNT_NONE,     /* not written */
    AS_AMOUNT_DURATION, /* ms */
    AS_AMOUNT_NAME,     /* a parameter, scope.name or name */
    AS_AMOUNT_FOREVER,
};

/* A length of time, written out or by a parameter's name. */
struct as_amount {
    enum as_span_kind kind;
    struct as_span span;
    int64_t ms;
    struct as_name scope; /* an import's alias, or length 0 */
    struct as_name name;
};

struct as_import {
    struct as_import *next;
    struct as_text path;
    struct as_span path_span;
    struct as_name alias;
    struct as_span span;
    struct as_file *file; /* found by front.c, NULL when it could not be */
    bool laid;            /* nobody wrote it: overlay.c lets a rule's file see
                             what the overlay's file declares */
};

struct as_param {
    struct as_param *next;
    struct as_name name;
    struct as_type_name type;
    struct as_expr *value;
    struct as_text help;         /* the text behind it, else the ## lines */
    const struct as_change *set; /* by overlay.c: the change whose value
                                    counts, or NULL */
};

struct as_list {
    struct as_list *next;
    struct as_name name;
    struct as_type_name type;
    struct as_expr *items; /* inline; linked by next */
    struct as_text from;   /* or a file; `from_span` then is not empty */
    struct as_span from_span;
    struct as_text doc;
    struct as_list_edit *edits; /* by overlay.c, in the order of overlays */
};

/* What an overlay does to a list. */
struct as_list_edit {
    struct as_list_edit *next;
    const struct as_change *change; /* AS_CHANGE_APPEND or _REMOVE */
};

struct as_formal {
    struct as_formal *next;
    struct as_name name;
    struct as_type_name type;
};

struct as_macro {
    struct as_macro *next;
    struct as_name name;
    struct as_formal *formals;
    bool has_formals; /* written with parentheses */
    struct as_expr *body;
    struct as_text doc;
};

struct as_from {
    struct as_name source; /* "cloudtrail" */
    struct as_name each;   /* `each i in path`, or length 0 */
    struct as_path *path;
};

struct as_baseline {
    struct as_baseline *next;
    struct as_name name;
    struct as_meta *meta;
    struct as_from from;
    struct as_bind *lets;
    struct as_expr *where; /* or NULL */
    struct as_bind *key;
    struct as_bind *collect;
    enum as_scope scope;
    struct as_span scope_span; /* empty when not written */
    struct as_amount plus;
    struct as_amount retain;
    bool idle;
    struct as_text doc;
    struct as_span span;
};

struct as_join {
    struct as_join *next;
    struct as_name scope; /* an import's alias, or length 0 */
    struct as_name baseline;
    struct as_name alias;
    struct as_expr *on;
    struct as_amount within;
    struct as_path *after;
    struct as_span span;
};

struct as_audit {
    struct as_text reason, owner;
    bool expires;
    int64_t expires_ms;
    struct as_span expires_span; /* of the date */
};

struct as_exclude {
    struct as_exclude *next;
    struct as_name name;
    struct as_expr *when;
    struct as_audit audit;
    struct as_span span;
    struct as_text overlay; /* by overlay.c: whose it is, or length 0 */
};

struct as_sequence_step {
    struct as_sequence_step *next;
    bool absent; /* [not where ...] */
    struct as_expr *where;
    struct as_span span;
};

struct as_rule {
    struct as_rule *next;
    struct as_name name;
    struct as_meta *meta;
    struct as_from from;
    struct as_bind *lets;
    struct as_expr *where; /* or NULL */
    enum as_shape shape;
    struct as_span shape_span; /* of the word that chose it */
    struct as_join *joins;
    struct as_expr *requires; /* linked by next: all must hold */
    struct as_bind *by;       /* group, new_terms, sequence */
    enum as_window window;
    struct as_amount timespan; /* group's, history, maxspan */
    struct as_amount gap;      /* of session */
    struct as_expr *having;
    struct as_sequence_step *steps, *until;
    struct as_exclude *excludes;
    struct as_bind *outcome;
    struct as_expr *suppress_by; /* linked by next, or NULL */
    struct as_amount suppress_for;
    struct as_text doc;
    struct as_span span;

    /* by overlay.c */
    const struct as_change *disabled; /* the change that did it, or NULL */
    struct as_touch *touches;   /* the overlays that changed it, in order */
    struct as_dropped *dropped; /* `disable exclude`, the last one first */
};

/* ---- overlays --------------------------------------------------------- */

/* A rule was changed by an overlay; each overlay stands once. */
struct as_touch {
    struct as_touch *next;
    const struct as_overlay *overlay;
};

/* An exclusion was taken away. */
struct as_dropped {
    struct as_dropped *next;
    const struct as_change *change;
};

/* What an overlay says, and what it says inside `modify rule`. */
struct as_change {
    struct as_change *next;
    enum as_change_kind kind;
    struct as_name name;   /* of a rule, list or param; of MODIFY the rule;
                               inside it of a meta name or exclusion */
    struct as_expr *value; /* SET_PARAM, SET_META, REQUIRE */
    struct as_expr *items; /* APPEND, REMOVE; linked by next */
    struct as_audit audit;
    struct as_exclude *exclude; /* EXCLUDE */
    struct as_change *mods;     /* MODIFY */
    int64_t version;            /* MODIFY: 0: none was written */
    struct as_span version_span;
    struct as_span span;
    const struct as_overlay *overlay; /* by overlay.c: whose it is */
    struct as_text written;           /* by check.c: the value, on one line */
};

struct as_overlay {
    struct as_overlay *next;
    struct as_name name;
    struct as_text pack, version; /* version.bytes NULL: not written */
    struct as_span pack_span, version_span;
    struct as_change *changes;
    struct as_span span;
};

struct as_file {
    struct as_file *next; /* all files of the compilation */
    const struct as_source *source;
    struct as_import *imports;
    struct as_param *params;
    struct as_list *lists;
    struct as_macro *macros;
    struct as_baseline *baselines;
    struct as_rule *rules;
    struct as_overlay *overlays;
    uint32_t laid; /* given as an overlay: when, from 1; 0: it was not */
};

#endif
