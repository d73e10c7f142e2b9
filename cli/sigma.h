/*
 * sigma.h - Sigma rules on their way to rules of ours: what all steps of
 * `astray import sigma` share.
 *
 *     sigma_rule    documents: what they are, and what they say of themselves
 *     sigma_item    FIELD|MODIFIER: VALUE          -> comparisons
 *     sigma_match   `all of selection_* and not x` -> a condition
 *     sigma_window  correlation: ...               -> a group, a sequence
 *     sigma_write   the text
 *
 * Nothing may change its meaning on the way.  What cannot be said exactly
 * makes as_sigma_refuse; what was read in one of several ways, or carries no
 * meaning and is left behind, is kept for the report.  One arena owns it all;
 * memory that ran out shows in its `failed`, and is looked for at the end.
 *
 * Source of what Sigma means: the Sigma specification, rules 2.0.0 and
 * correlations 2.0.2.
 */
#ifndef AS_SIGMA_H
#define AS_SIGMA_H

#include "cli/render.h"
#include "cli/yamltree.h"
#include "common/map.h"

/* ---- conditions ------------------------------------------------------- */

enum as_sigma_kind {
    AS_SIGMA_TEST, /* one comparison */
    AS_SIGMA_NAME, /* what a search identifier stands for */
    AS_SIGMA_AND,
    AS_SIGMA_OR,
    AS_SIGMA_NOT, /* true also where its part cannot be judged */
};

struct as_sigma_node {
    enum as_sigma_kind kind;
    struct as_sigma_node *next;        /* of the same parent */
    struct as_sigma_node *first, *end; /* its parts */
    const char *text;                  /* of a test */
    struct as_sigma_search *search;    /* of a name */
    /* Of a test that `field` is one of some texts, folded; else NULL. */
    const char *field;
    struct as_sigma_word *words;
};

struct as_sigma_word {
    struct as_sigma_word *next;
    struct as_text text;
};

/* A search identifier: `selection`, `filter_main`. */
struct as_sigma_search {
    struct as_sigma_search *next;
    struct as_text name;
    const struct as_yamltree *tree;
    struct as_sigma_node *node; /* NULL: not translated yet, or refused */
    const char *word;           /* its name in a rule of its own */
    const char *macro;          /* and in a correlation */
    bool used;                  /* by the condition */
};

/* ---- rules ------------------------------------------------------------ */

struct as_sigma_remark {
    struct as_sigma_remark *next;
    uint32_t line, column, width;
    const char *text;
};

struct as_sigma_remarks {
    struct as_sigma_remark *first, *end;
    size_t count;
};

enum as_sigma_state {
    AS_SIGMA_TAKEN,   /* there is a rule for it */
    AS_SIGMA_SERVES,  /* it is part of correlations, and no rule of its own */
    AS_SIGMA_REFUSED, /* `reasons` says why */
};

enum as_sigma_window { AS_SIGMA_NO_WINDOW, AS_SIGMA_GROUP, AS_SIGMA_SEQUENCE };

struct as_sigma_rule;

struct as_sigma_ref {
    struct as_sigma_ref *next;
    struct as_sigma_rule *rule;
};

struct as_sigma_input {
    const char *path;
    struct as_text text; /* in the arena */
};

struct as_sigma_rule {
    struct as_sigma_rule *next;
    const struct as_sigma_input *input;
    uint32_t line;         /* where the document begins */
    struct as_text source; /* the document */
    const struct as_yamltree *tree;
    struct as_text title, id, name; /* "" where it has none */
    const char *word;               /* how the rule is called here */
    const char *macro;              /* and its condition, in a correlation */
    enum as_sigma_state state;
    struct as_sigma_remarks reasons, notes, dropped;

    struct as_sigma_search *searches;
    struct as_sigma_node *condition;
    size_t value_count; /* so far: see AS_MAX_SIGMA_VALUES */

    bool correlates;
    bool served; /* a correlation without `generate` is about it */
    bool needed; /* one that was taken is about it */
    enum as_sigma_window window;
    struct as_sigma_ref *refs;
    const char *by, *span, *having; /* of a group or a sequence */
    struct as_buf text;             /* what became of it; owned */
};

struct as_sigma {
    struct as_arena arena;
    struct as_talk *talk;
    struct as_map fields; /* what is known of a field's name; sigma_field */
    struct as_map words;  /* names that are taken, and how often */
    struct as_map known;  /* rules by their ids and names */
    struct as_sigma_rule *rules, *end;
    size_t document_count;
    bool full;  /* there are more than AS_MAX_SIGMA_RULES */
    bool wrong; /* what was written does not compile: a mistake of ours */
};

/* ---- what is said of a rule -------------------------------------------- */

/* Of each rule AS_MAX_ERRORS remarks of one kind are kept. */

/* The rule cannot be taken.  `at` is where, NULL the document as a whole.
 * Returns false, and NULL is a handy way to end. */
bool as_sigma_refuse(struct as_sigma *sigma, struct as_sigma_rule *rule,
                     const struct as_yamltree *at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* It was taken, and this should be known of how it was read. */
void as_sigma_note(struct as_sigma *sigma, struct as_sigma_rule *rule,
                   const struct as_yamltree *at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A key that is of no meaning for what the rule finds was left behind. */
void as_sigma_drop(struct as_sigma *sigma, struct as_sigma_rule *rule,
                   const struct as_yamltree *key);

/* ---- small help -------------------------------------------------------- */

struct as_sigma_node *as_sigma_node_new(struct as_sigma *sigma,
                                        enum as_sigma_kind kind);
void as_sigma_node_add(struct as_sigma_node *parent,
                       struct as_sigma_node *part);

/* A node for what stands in `parent`: nothing (NULL), its only part, or
 * itself.  NULL goes through. */
struct as_sigma_node *as_sigma_node_flat(struct as_sigma_node *parent);

/* A copy in the arena, terminated; "" when memory ran out. */
const char *as_sigma_keep(struct as_sigma *sigma, const struct as_buf *buf);
const char *as_sigma_print(struct as_sigma *sigma, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A literal of the language that stands for this text, with the plainest
 * quotes that do. */
void as_sigma_quote(struct as_buf *out, struct as_text text);

/* Append `text` as a name: letters and digits in lower case, _ between the
 * words; as many whole words as 60 bytes hold. */
void as_sigma_slug(struct as_buf *out, struct as_text text);

/* A name like that which nothing else has; `tail` comes behind a word of the
 * language. */
const char *as_sigma_word_new(struct as_sigma *sigma, struct as_text like,
                              const char *tail);

/* Why a text does not compile: the first error.  Starts as all zeros. */
struct as_sigma_fault {
    char code[8];
    struct as_buf text; /* owned */
};

/* Is this a whole file of rules without an error?  `fault` may be NULL. */
bool as_sigma_compiles(struct as_sigma *sigma, const char *text, size_t length,
                       struct as_sigma_fault *fault);

#endif
