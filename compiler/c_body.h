/*
 * c_body.h - a node to the C that computes it.
 */
#ifndef AS_C_BODY_H
#define AS_C_BODY_H

#include "compiler/c_line.h"

/* What stands between a function's braces, for each row of table program. */
struct as_c_body {
    size_t start, length; /* of `text`; length 0: it stays bytecode */
};

struct as_c_bodies {
    struct as_buf text;
    struct as_buf rows;  /* struct as_c_body */
    struct as_buf lists; /* uint32_t: rows of lists that have a function */
    struct as_buf value; /* scratch */
    struct as_arena scratch;
};

void as_c_bodies_init(struct as_c_bodies *bodies);
void as_c_bodies_done(struct as_c_bodies *bodies);

/* A loop or a probe of the program, and its row. */
struct as_c_inner {
    const struct as_ir *node;
    uint32_t row;
};

/* What is bound around a program, and what was made of it as bytecode: that
 * comes first, so everything that it refers to has its row. */
struct as_c_scope {
    const struct as_ir_item *const *items;
    const struct as_ir_row *const *rows;
    uint32_t item_count, row_count;
    const struct as_c_inner *inners;
    uint32_t inner_count;
    bool sharing;     /* values are kept for who needs them again */
    uint32_t program; /* its row */
    uint32_t insn_count;
};

/* Add the body of a program, the next one by row. */
void as_c_body(struct as_c_bodies *bodies, struct as_ir_table *table,
               struct as_ir *node, const struct as_c_scope *scope);

#endif
