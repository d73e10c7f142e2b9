/* program.c - see program.h. */

#include "program/program.h"

const struct as_op_info as_op_info[AS_OP_COUNT] = {
#define AS_OP(name, a, b, c, rule, text)                                       \
    { #name,          AS_OPERAND_##a,      AS_OPERAND_##b,                     \
      AS_OPERAND_##c, AS_TYPE_RULE_##rule, text },
#include "program/opcodes.def"
#undef AS_OP
};

const char *const as_slot_paths[AS_FIXED_SLOTS] = {
#define AS_SLOT(name, path) path,
#include "program/slots.def"
#undef AS_SLOT
};
