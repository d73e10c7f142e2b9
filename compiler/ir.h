/*
 * ir.h - expressions after the check: typed, without names.
 *
 * A node says what is to be computed and nothing of where it was written (but
 * for conditions, whose places are kept beside, for messages).
 * Two nodes that compute the same are one node (as_ir_node looks every new
 * one up), so that a `let` or a macro that is used a thousand times is there
 * once, and passes that remember what they did with a node are linear in the
 * number of different nodes.
 *
 * What is bound around an expression - the element of a quantifier, the row
 * of a join - is referred to by identity (struct as_ir_item, struct
 * as_ir_row), not by its place: an expression means the same wherever it is
 * put, and only emit_code.c, which knows what is bound around, counts.
 *
 * Everything lives in the arena.  When that is out of memory the makers give
 * out `bad`, which is of no type, and the compilation stops before anybody
 * relies on it.
 */
#ifndef AS_IR_H
#define AS_IR_H

#include "common/arena.h"
#include "common/map.h"
#include "compiler/source.h"
#include "program/program.h"

/* ---- what nodes refer to ---------------------------------------------- */

/* `row` is the row in the pack, AS_NO_ROW until link.c needs one. */

struct as_ir_constant {
    as_type type;
    int64_t integer;     /* bool int time duration */
    double real;         /* real */
    struct as_text text; /* text source regex */
    struct as_cidr cidr; /* ip (128 bits), cidr */
    unsigned flags;      /* regex */
    bool compiles;       /* regex: it was tried, ... */
    struct as_span span; /* ... here */
    uint32_t row;
};

struct as_ir_step {
    bool is_index;
    uint32_t index;
    struct as_text name;
};

/* A value that is read out of the event. */
struct as_ir_slot {
    struct as_text path;
    as_type type;
    int field; /* of the schema when it is exactly that one, else -1 */
    const struct as_ir_step *steps;
    uint32_t step_count;
    uint32_t row;
};

/* Steps from a JSON value. */
struct as_ir_route {
    const struct as_ir_step *steps;
    uint32_t step_count;
    uint32_t row;
};

struct as_ir_param {
    struct as_ir_param *next;
    struct as_text name, help;
    as_type type;
    const struct as_ir_constant *value;
    const struct as_change *set; /* by an overlay, or NULL */
    uint32_t row;
};

struct as_ir_list {
    struct as_ir_list *next;                    /* of the named ones */
    struct as_text name;                        /* empty: written in place */
    as_type type;                               /* of the values */
    const struct as_ir_constant *const *values; /* NULL: the blocks */
    const struct as_cidr *blocks; /* of a declared list of ip or cidr */
    uint32_t count;
    struct as_text origin;            /* the file it came from */
    const struct as_list_edit *edits; /* by overlays */
    uint32_t row;
};

/* A column of a baseline, as the right side of `in`. */
struct as_ir_member {
    const struct as_ir_baseline *baseline;
    uint32_t column;
    uint32_t row;
};

/* The name that a quantifier, `each` or a path over [] binds. */
struct as_ir_item {
    struct as_text source; /* of what is asked of it, as it was written */
};

/* The name that a join or a quantifier binds to a row of a baseline. */
struct as_ir_row {
    struct as_text name;
    const struct as_ir_baseline *baseline;
    struct as_text source;
    bool single; /* at most one row can match */
};

/* ---- nodes ------------------------------------------------------------ */

/* Where a condition was written. */
struct as_ir_place {
    struct as_ir_place *next;
    struct as_span span;
};

enum as_ir_kind {
    AS_IR_BAD,      /* after an error that was reported; type NONE */
    AS_IR_CONST,    /* constant */
    AS_IR_SLOT,     /* slot */
    AS_IR_PARAM,    /* param */
    AS_IR_COLUMN,   /* row, number */
    AS_IR_KEY,      /* number */
    AS_IR_AGG,      /* number: of the rule's aggregates */
    AS_IR_ITEM,     /* item */
    AS_IR_FORMAL,   /* number: a parameter of a macro; never leaves check.c */
    AS_IR_OP,       /* op, kids, and what the opcode's C operand refers to */
    AS_IR_AND,      /* kids, two or more, none of them AND */
    AS_IR_OR,       /* kids, two or more, none of them OR */
    AS_IR_IF,       /* kids: condition, then, else */
    AS_IR_COALESCE, /* kids: two */
    AS_IR_LOOP,     /* quant, item, kids: the json, the body */
    AS_IR_PROBE,    /* quant, row, number: the key mask; kids: the keys, then
                       the filter if has_filter */
};

/* What a node, or one below it, reads. */
enum as_ir_reads {
    AS_IR_READS_EVENT = 1,
    AS_IR_READS_BASELINE = 2, /* by `in` or a quantifier, not by a join */
    AS_IR_READS_KEY = 4,
    AS_IR_READS_AGG = 8,
    AS_IR_READS_FORMAL = 16,
    AS_IR_READS_ROW = 32,
    AS_IR_READS_ITEM = 64,
};

struct as_ir {
    enum as_ir_kind kind;
    as_type type;
    uint8_t op;    /* enum as_opcode */
    uint8_t quant; /* enum as_quant */
    bool has_filter;
    uint8_t loops; /* how many items and rows are bound inside each other */
    uint16_t reads;
    uint16_t depth; /* of the tree below, 1 for a leaf */
    uint32_t number;
    union {
        const void *ref; /* any of the following, for comparing */
        struct as_ir_constant *constant; /* CONST; OP IN_CIDR, MATCHES */
        struct as_ir_slot *slot;
        struct as_ir_param *param;
        struct as_ir_list *list;     /* OP IN_LIST, LEN_LIST, *_ANY */
        struct as_ir_route *route;   /* OP JSON_GET */
        struct as_ir_member *member; /* OP IN_BASELINE */
        const struct as_ir_item *item;
        const struct as_ir_row *row;
    };
    uint32_t kid_count;
    struct as_ir **kids;
    /* For a walk to remember where it was: good while `mark` is its own mark
     * (see as_ir_mark).  as_ir_fill has a mark to itself, since what it calls
     * may walk too. */
    uint32_t mark;
    uint32_t note;
    uint32_t fill_mark;
    struct as_ir *copy;
    struct as_ir_place *places; /* of a condition, the first ones, in order */
};

/* ---- the table of nodes ----------------------------------------------- */

struct as_ir_table {
    struct as_arena *arena;
    struct as_map nodes;     /* content -> node */
    struct as_map constants; /* content -> struct as_ir_constant */
    struct as_map slots;     /* path -> struct as_ir_slot */
    struct as_map others;    /* routes, members and lists written in place */
    struct as_buf key;       /* scratch */
    uint32_t mark;
    uint32_t weight; /* nodes and kids so far */
    bool too_large;  /* more than AS_MAX_NODES: what is made is `bad` */
    bool too_deep;   /* deeper than twice AS_MAX_HEIGHT: the same */
    struct as_ir bad;
};

void as_ir_init(struct as_ir_table *table, struct as_arena *arena);
void as_ir_done(struct as_ir_table *table);

/* Did memory run out in a map? */
bool as_ir_failed(const struct as_ir_table *table);

/* A number that no node has as its mark yet. */
static inline uint32_t as_ir_mark(struct as_ir_table *table)
{
    return ++table->mark;
}

static inline bool as_ir_is_bad(const struct as_ir *node)
{
    return node->type == AS_KIND_NONE;
}

/* Is it a constant of this type? */
static inline bool as_ir_is(const struct as_ir *node, enum as_kind kind)
{
    return node->kind == AS_IR_CONST && node->type == kind;
}

/*
 * The node that looks like `model`, whose kids and whose `ref` are set; reads,
 * depth and loops are worked out.  `model` and its kids are copied.
 */
struct as_ir *as_ir_node(struct as_ir_table *table, const struct as_ir *model);

/* ---- constants -------------------------------------------------------- */

/* The one constant with this content. */
struct as_ir_constant *as_ir_constant(struct as_ir_table *table,
                                      const struct as_ir_constant *model);
struct as_ir *as_ir_const(struct as_ir_table *table,
                          const struct as_ir_constant *model);
struct as_ir *as_ir_integer(struct as_ir_table *table, enum as_kind kind,
                            int64_t value); /* bool int time duration */
struct as_ir *as_ir_real(struct as_ir_table *table, double value);
struct as_ir *as_ir_words(struct as_ir_table *table, enum as_kind kind,
                          struct as_text text); /* text source */

/* ---- operands --------------------------------------------------------- */

/* The value along `steps` (copied) from the event, read as `type`. */
struct as_ir *as_ir_slot(struct as_ir_table *table, as_type type, int field,
                         const struct as_ir_step *steps, uint32_t count);
struct as_ir *as_ir_item(struct as_ir_table *table,
                         const struct as_ir_item *item);
struct as_ir *as_ir_param(struct as_ir_table *table, struct as_ir_param *param);
struct as_ir *as_ir_column(struct as_ir_table *table,
                           const struct as_ir_row *row, uint32_t column,
                           as_type type);
/* KEY, AGG, FORMAL */
struct as_ir *as_ir_number(struct as_ir_table *table, enum as_ir_kind kind,
                           uint32_t number, as_type type);

/* Other things that nodes refer to; what is given is copied. */
struct as_ir_list *as_ir_list(struct as_ir_table *table, as_type type,
                              struct as_ir_constant **values, uint32_t count);
struct as_ir_route *as_ir_route(struct as_ir_table *table,
                                const struct as_ir_step *steps, uint32_t count);
struct as_ir_member *as_ir_member(struct as_ir_table *table,
                                  const struct as_ir_baseline *baseline,
                                  uint32_t column);

/* Where as_ir_fill remembers what this body with these actuals came to: NULL
 * at first.  No such place: no memory. */
struct as_ir **as_ir_filled(struct as_ir_table *table, struct as_ir *body,
                            struct as_ir **actuals, uint32_t count);

/* ---- questions --------------------------------------------------------- */

/* Note that a condition is written there; without its `not`s. */
void as_ir_note_place(struct as_ir_table *table, struct as_ir *node,
                      struct as_span span);

/* Does it read a column of `row`? */
bool as_ir_reads_row(struct as_ir_table *table, struct as_ir *node,
                     const struct as_ir_row *row);

#endif
