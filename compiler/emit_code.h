/*
 * emit_code.h - a node to the instructions that compute it.
 */
#ifndef AS_EMIT_CODE_H
#define AS_EMIT_CODE_H

#include "compiler/c_body.h"
#include "compiler/operand.h"

/* What is bound around a program.  Start from all zeros: the bytes of it are
 * a key. */
struct as_emit_context {
    const struct as_ir_item *items[AS_MAX_ITEMS];
    const struct as_ir_row *rows[AS_MAX_ALIASES];
    uint32_t item_count, row_count;
    uint32_t aliases;         /* rows[] as a range of table alias */
    uint32_t keys, key_count; /* as a range of table column */
    uint32_t aggs, agg_count;
};

enum as_emit_fault {
    AS_EMIT_OK,
    AS_EMIT_TOO_LONG,  /* more than AS_MAX_PROGRAM instructions */
    AS_EMIT_REGISTERS, /* more values at once than AS_MAX_REGISTERS */
    AS_EMIT_TOO_MANY_ITEMS,
    AS_EMIT_TOO_MANY_ROWS,
};

struct as_emitter {
    struct as_operands *operands;
    struct as_arena *arena;
    struct as_arena scratch; /* of the code that is being made */
    struct as_map made; /* node and context -> row of program, loop or probe */
    enum as_emit_fault fault;   /* the first */
    struct as_c_bodies *bodies; /* each program as C, or NULL */
};

void as_emitter_init(struct as_emitter *emitter, struct as_operands *operands,
                     struct as_arena *arena);
void as_emitter_done(struct as_emitter *emitter);

/* The program for `node`; the same row for the same node, context and
 * source.  After a fault the row means nothing. */
uint32_t as_emit_program(struct as_emitter *emitter, struct as_ir *node,
                         const struct as_emit_context *context,
                         struct as_text source);

/* The probe for an AS_IR_PROBE. */
uint32_t as_emit_probe(struct as_emitter *emitter, const struct as_ir *node,
                       const struct as_emit_context *context);

/* A range of table alias for these rows. */
uint32_t as_emit_aliases(struct as_emitter *emitter,
                         const struct as_ir_row *const *rows, uint32_t count);

#endif
