/*
 * operand.h - rows of the pack for what instructions refer to.
 *
 * A constant, a slot, a list or a step gets its row when the first
 * instruction that needs it is written, so a pack holds nothing that no
 * program reads; only params and declared lists are all there, since a run
 * may replace them.
 */
#ifndef AS_OPERAND_H
#define AS_OPERAND_H

#include "compiler/unit.h"
#include "program/pack.h"

struct as_operands {
    struct as_builder *builder;
    struct as_ir_table *table;
    struct as_ir_list **lists; /* by row, in the arena; written at the end */
    uint32_t list_count, list_capacity;
    bool overflow; /* an index does not fit its operand */

    /* Patterns so far, and the first that is one too many, or NULL. */
    uint32_t pattern_count;
    size_t pattern_length;
    const struct as_ir_constant *pattern_over;
};

/* The slots that every pack has, all params, and the rows of all declared
 * lists. */
void as_operands_begin(struct as_operands *operands,
                       const struct as_unit *unit);

uint32_t as_operand_constant(struct as_operands *operands,
                             struct as_ir_constant *constant);
uint32_t as_operand_slot(struct as_operands *operands, struct as_ir_slot *slot);
uint32_t as_operand_list(struct as_operands *operands, struct as_ir_list *list);
uint32_t as_operand_route(struct as_operands *operands,
                          struct as_ir_route *route);
uint32_t as_operand_member(struct as_operands *operands,
                           struct as_ir_member *member);

/* The lists' values, which no instruction refers to, behind everything. */
void as_operands_end(struct as_operands *operands);

#endif
