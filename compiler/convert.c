/* convert.c - see convert.h. */

#include "compiler/convert.h"

#define BIT(kind) (1u << AS_KIND_##kind)

bool as_kind_is_ordered(as_type type)
{
    const unsigned ordered = BIT(INT) | BIT(REAL) | BIT(TIME) | BIT(DURATION) |
                             BIT(TEXT) | BIT(IP);

    return type < AS_KIND_COUNT && (ordered >> type & 1);
}

bool as_kind_is_scalar(as_type type)
{
    return as_kind_is_ordered(type) || type == AS_KIND_BOOL ||
           type == AS_KIND_SOURCE;
}

static struct as_ir *to(struct as_ir_table *table, struct as_ir *node,
                        enum as_opcode op, enum as_kind kind)
{
    return as_ir_op(table, op, (as_type)kind, node, NULL);
}

/* A text that is written out, as the address it spells. */
static struct as_ir *address(struct as_ir_table *table,
                             const struct as_ir *node)
{
    struct as_ir_constant model = { .type = AS_KIND_IP };

    if (node->kind != AS_IR_CONST ||
        !as_ip_parse(node->constant->text, &model.cidr.base))
        return NULL;
    model.cidr.bits = 128;
    return as_ir_const(table, &model);
}

static struct as_ir *from_json(struct as_ir_table *table, struct as_ir *node,
                               enum as_kind kind)
{
    switch (kind) {
    case AS_KIND_BOOL:
        return to(table, node, AS_OP_TO_BOOL, kind);
    case AS_KIND_INT:
        return to(table, node, AS_OP_TO_INT, kind);
    case AS_KIND_REAL:
        return to(table, node, AS_OP_TO_REAL, kind);
    case AS_KIND_TIME:
        return to(table, node, AS_OP_TO_TIME, kind);
    case AS_KIND_TEXT:
        return to(table, node, AS_OP_TO_TEXT, kind);
    case AS_KIND_IP:
        return to(table, node, AS_OP_TO_IP, kind);
    case AS_KIND_SOURCE:
        return to(table, node, AS_OP_TO_SOURCE, kind);
    case AS_KIND_NONE:
    case AS_KIND_DURATION:
    case AS_KIND_CIDR:
    case AS_KIND_JSON:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break;
    }
    return NULL;
}

struct as_ir *as_convert(struct as_ir_table *table, struct as_ir *node,
                         enum as_kind kind)
{
    if (as_ir_is_bad(node) || node->type == kind)
        return node;
    if (node->type == AS_KIND_JSON)
        return from_json(table, node, kind);
    if (kind == AS_KIND_REAL && node->type == AS_KIND_INT)
        return to(table, node, AS_OP_TO_REAL, kind);
    if (kind == AS_KIND_SOURCE &&
        (node->type == AS_KIND_IP || node->type == AS_KIND_TEXT))
        return to(table, node, AS_OP_TO_SOURCE, kind);
    if (kind == AS_KIND_IP && node->type == AS_KIND_TEXT)
        return address(table, node);
    return NULL;
}

struct as_ir *as_convert_text(struct as_ir_table *table, struct as_ir *node)
{
    if (node->type == AS_KIND_SOURCE)
        return to(table, node, AS_OP_TO_TEXT, AS_KIND_TEXT);
    return as_convert(table, node, AS_KIND_TEXT);
}

struct as_ir *as_convert_member(struct as_ir_table *table, struct as_ir *node,
                                enum as_kind kind)
{
    if (kind == AS_KIND_CIDR)
        kind = AS_KIND_IP;
    if (kind == AS_KIND_IP && node->type == AS_KIND_SOURCE)
        return to(table, node, AS_OP_TO_IP, kind);
    return kind == AS_KIND_TEXT ? as_convert_text(table, node)
                                : as_convert(table, node, kind);
}

struct as_ir *as_convert_scalar(struct as_ir_table *table, struct as_ir *node)
{
    return node->type == AS_KIND_JSON
             ? to(table, node, AS_OP_TO_TEXT, AS_KIND_TEXT)
             : node;
}

bool as_convert_both(struct as_ir_table *table, struct as_ir **left,
                     struct as_ir **right)
{
    struct as_ir *other;

    if (as_ir_is_bad(*left) || as_ir_is_bad(*right) ||
        (*left)->type == (*right)->type)
        return true;
    other = as_convert(table, *left, (enum as_kind)(*right)->type);
    if (other) {
        *left = other;
        return true;
    }
    other = as_convert(table, *right, (enum as_kind)(*left)->type);
    if (other)
        *right = other;
    return other != NULL;
}
