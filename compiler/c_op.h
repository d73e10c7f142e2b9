/*
 * c_op.h - an instruction on values that are there, as C.
 */
#ifndef AS_C_OP_H
#define AS_C_OP_H

#include "compiler/c_line.h"

/* An AS_IR_OP with its operands, as many as it has, into a local. */
void as_c_op(struct as_c_maker *maker, const struct as_ir *node,
             struct as_c_operand a, struct as_c_operand b, uint32_t to);

#endif
