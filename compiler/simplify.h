/*
 * simplify.h - operators, made as simple as they can be.
 *
 * A maker gives out the simplest node that means the same under every event,
 * missing values included: constants are computed, `not not x` is x, an `and`
 * in an `and` is one `and`.  Parameters and lists are never taken for
 * constants: a run may replace them.
 *
 * The caller has checked the types.
 */
#ifndef AS_SIMPLIFY_H
#define AS_SIMPLIFY_H

#include "compiler/ir.h"

/* One or two kids; `right` may be NULL. */
struct as_ir *as_ir_op(struct as_ir_table *table, enum as_opcode op,
                       as_type type, struct as_ir *left, struct as_ir *right);
/* The same with what the C operand (LEN_LIST: B) refers to. */
struct as_ir *as_ir_op_with(struct as_ir_table *table, enum as_opcode op,
                            as_type type, struct as_ir *left, const void *ref);
struct as_ir *as_ir_get(struct as_ir_table *table, struct as_ir *json,
                        const struct as_ir_step *steps, uint32_t count);
struct as_ir *as_ir_in_baseline(struct as_ir_table *table, struct as_ir *value,
                                const struct as_ir_baseline *baseline,
                                uint32_t column);
struct as_ir *as_ir_not(struct as_ir_table *table, struct as_ir *node);
/* AND or OR over any number of kids, none too. */
struct as_ir *as_ir_all(struct as_ir_table *table, enum as_ir_kind kind,
                        struct as_ir **kids, uint32_t count);
struct as_ir *as_ir_both(struct as_ir_table *table, enum as_ir_kind kind,
                         struct as_ir *left, struct as_ir *right);
struct as_ir *as_ir_if(struct as_ir_table *table, struct as_ir *condition,
                       struct as_ir *then, struct as_ir *otherwise);
struct as_ir *as_ir_coalesce(struct as_ir_table *table, struct as_ir *left,
                             struct as_ir *right);
struct as_ir *as_ir_loop(struct as_ir_table *table, enum as_quant quant,
                         const struct as_ir_item *item, struct as_ir *json,
                         struct as_ir *body);
/* `keys` has one for each bit of `mask`; `filter` may be NULL. */
struct as_ir *as_ir_probe(struct as_ir_table *table, enum as_quant quant,
                          const struct as_ir_row *row, uint32_t mask,
                          struct as_ir **keys, uint32_t count,
                          struct as_ir *filter);

/* A macro's body with its parameters put in, `count` of them. */
struct as_ir *as_ir_fill(struct as_ir_table *table, struct as_ir *body,
                         struct as_ir **actuals, uint32_t count);

#endif
