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

uint32_t as_operand_table(enum as_operand operand)
{
    switch (operand) {
    case AS_OPERAND_SLOT:
        return AS_TABLE_slot;
    case AS_OPERAND_CONST:
        return AS_TABLE_constant;
    case AS_OPERAND_PARAM:
        return AS_TABLE_param;
    case AS_OPERAND_LIST:
        return AS_TABLE_list;
    case AS_OPERAND_ROUTE:
        return AS_TABLE_route;
    case AS_OPERAND_LOOP:
        return AS_TABLE_loop;
    case AS_OPERAND_PROBE:
        return AS_TABLE_probe;
    case AS_OPERAND_MEMBER:
        return AS_TABLE_member;
    case AS_OPERAND_NONE:
    case AS_OPERAND_DST:
    case AS_OPERAND_SRC:
    case AS_OPERAND_ALIAS:
    case AS_OPERAND_COLUMN:
    case AS_OPERAND_KEY:
    case AS_OPERAND_AGG:
    case AS_OPERAND_ITEM:
    case AS_OPERAND_TYPE:
    case AS_OPERAND_JUMP:
        break;
    }
    return AS_TABLE_COUNT;
}
