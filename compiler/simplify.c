/*
 * simplify.c - see simplify.h.
 *
 * Each maker looks at its kids first and gives out what they come to when
 * that is known now.  Nothing here may change what a missing value does: `x
 * == x` is unknown for a missing x, so it stays; `false and x` is false
 * whatever x is, so it goes.
 */

#include "compiler/simplify.h"

#include "program/vet.h"

/* ---- constants computed now ------------------------------------------- */

static struct as_ir *a_bool(struct as_ir_table *table, bool value)
{
    return as_ir_integer(table, AS_KIND_BOOL, value);
}

static bool is_bool(const struct as_ir *node, bool value)
{
    return as_ir_is(node, AS_KIND_BOOL) && node->constant->integer == value;
}

static struct as_ir *folded_lower(struct as_ir_table *table,
                                  struct as_text text)
{
    char *lower = as_strndup(table->arena, text.bytes, text.length);

    for (size_t i = 0; lower && i < text.length; i++) {
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] - 'A' + 'a');
    }
    if (!lower)
        return &table->bad;
    return as_ir_words(table, AS_KIND_TEXT,
                       (struct as_text){ lower, text.length });
}

static struct as_ir *folded_length(struct as_ir_table *table,
                                   struct as_text text)
{
    int64_t count = 0;

    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.bytes[i] & 0xc0) != 0x80;
    return as_ir_integer(table, AS_KIND_INT, count);
}

/* A constant as a source: an address in its canonical spelling. */
static struct as_ir *folded_source(struct as_ir_table *table,
                                   const struct as_ir_constant *constant)
{
    struct as_buf text = { 0 };
    struct as_ir *node = &table->bad;

    if (constant->type == AS_KIND_TEXT)
        return as_ir_words(table, AS_KIND_SOURCE, constant->text);
    if (constant->type != AS_KIND_IP)
        return NULL;
    as_ip_format(&text, &constant->cidr.base);
    if (text.failed)
        table->arena->failed = true;
    else
        node = as_ir_words(table, AS_KIND_SOURCE, as_buf_view(&text));
    as_buf_done(&text);
    return node;
}

/* `op` of one constant; NULL when it is left to the run. */
static struct as_ir *fold_one(struct as_ir_table *table, enum as_opcode op,
                              const struct as_ir *kid)
{
    const struct as_ir_constant *constant = kid->constant;

    if (op == AS_OP_IS_MISSING || op == AS_OP_IS_PRESENT)
        return a_bool(table, op == AS_OP_IS_PRESENT);
    if (op == AS_OP_IS_TRUE || op == AS_OP_IS_FALSE)
        return a_bool(table, (constant->integer != 0) == (op == AS_OP_IS_TRUE));
    if (op == AS_OP_TO_SOURCE)
        return folded_source(table, constant);
    if (op == AS_OP_TO_REAL && constant->type == AS_KIND_INT)
        return as_ir_real(table, (double)constant->integer);
    if (constant->type != AS_KIND_TEXT)
        return NULL;
    if (op == AS_OP_LOWER)
        return folded_lower(table, constant->text);
    if (op == AS_OP_LEN_TEXT)
        return folded_length(table, constant->text);
    return NULL;
}

/* -1, 0, 1: a before, equal to, after b; 2 when that is left to the run. */
static int compare(const struct as_ir_constant *a,
                   const struct as_ir_constant *b)
{
    int order;

    switch ((enum as_kind)a->type) {
    case AS_KIND_BOOL:
    case AS_KIND_INT:
    case AS_KIND_TIME:
    case AS_KIND_DURATION:
        return (a->integer > b->integer) - (a->integer < b->integer);
    case AS_KIND_TEXT:
        order = as_text_compare(a->text, b->text);
        return (order > 0) - (order < 0);
    case AS_KIND_IP:
        order = as_ip_compare(&a->cidr.base, &b->cidr.base);
        return (order > 0) - (order < 0);
    case AS_KIND_NONE:
    case AS_KIND_REAL:
    case AS_KIND_CIDR:
    case AS_KIND_SOURCE:
    case AS_KIND_JSON:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break;
    }
    return 2;
}

static struct as_ir *fold_compare(struct as_ir_table *table, enum as_opcode op,
                                  int order)
{
    if (order == 2)
        return NULL;
    return a_bool(table, op == AS_OP_EQ   ? order == 0
                         : op == AS_OP_NE ? order != 0
                         : op == AS_OP_LT ? order < 0
                         : op == AS_OP_LE ? order <= 0
                         : op == AS_OP_GT ? order > 0
                                          : order >= 0);
}

static struct as_ir *fold_sum(struct as_ir_table *table, enum as_opcode op,
                              as_type type, const struct as_ir_constant *a,
                              const struct as_ir_constant *b)
{
    int64_t sum;

    if (type == AS_KIND_REAL)
        return NULL;
    if (op == AS_OP_ADD ? __builtin_add_overflow(a->integer, b->integer, &sum)
                        : __builtin_sub_overflow(a->integer, b->integer, &sum))
        return NULL;
    if (type == AS_KIND_TIME && !as_vet_time(sum))
        return NULL; /* no pack may hold it */
    return as_ir_integer(table, as_type_kind(type), sum);
}

/* A text made of texts that are made of texts ... can be of any length. */
enum { MOST_FOLDED = 64 * 1024 };

static struct as_ir *fold_concat(struct as_ir_table *table, struct as_text a,
                                 struct as_text b)
{
    char *both;

    if (a.length + b.length > MOST_FOLDED)
        return NULL;
    both = as_alloc(table->arena, a.length + b.length + 1);
    if (!both)
        return &table->bad;
    memcpy(both, a.bytes, a.length);
    memcpy(both + a.length, b.bytes, b.length);
    return as_ir_words(table, AS_KIND_TEXT,
                       (struct as_text){ both, a.length + b.length });
}

static bool is_comparison(enum as_opcode op)
{
    return op == AS_OP_EQ || op == AS_OP_NE || op == AS_OP_LT ||
           op == AS_OP_LE || op == AS_OP_GT || op == AS_OP_GE;
}

/* `op` of two constants; NULL when it is left to the run. */
static struct as_ir *fold_two(struct as_ir_table *table, enum as_opcode op,
                              as_type type, const struct as_ir_constant *a,
                              const struct as_ir_constant *b)
{
    if (is_comparison(op))
        return fold_compare(table, op, compare(a, b));
    if (op == AS_OP_ADD || op == AS_OP_SUB)
        return fold_sum(table, op, type, a, b);
    if (op == AS_OP_CONCAT)
        return fold_concat(table, a->text, b->text);
    if (op == AS_OP_CONTAINS)
        return a_bool(table, as_text_contains(a->text, b->text));
    if (op == AS_OP_STARTSWITH)
        return a_bool(table, as_text_starts(a->text, b->text));
    if (op == AS_OP_ENDSWITH)
        return a_bool(table, as_text_ends(a->text, b->text));
    return NULL;
}

/* ---- operators -------------------------------------------------------- */

struct as_ir *as_ir_op(struct as_ir_table *table, enum as_opcode op,
                       as_type type, struct as_ir *left, struct as_ir *right)
{
    struct as_ir *kids[2] = { left, right };
    struct as_ir node = { .kind = AS_IR_OP,
                          .type = type,
                          .op = (uint8_t)op,
                          .kid_count = right ? 2 : 1,
                          .kids = kids };
    struct as_ir *folded = NULL;

    if (left->kind == AS_IR_CONST && !right)
        folded = fold_one(table, op, left);
    else if (left->kind == AS_IR_CONST && right && right->kind == AS_IR_CONST)
        folded = fold_two(table, op, type, left->constant, right->constant);
    return folded ? folded : as_ir_node(table, &node);
}

struct as_ir *as_ir_op_with(struct as_ir_table *table, enum as_opcode op,
                            as_type type, struct as_ir *left, const void *ref)
{
    struct as_ir node = { .kind = AS_IR_OP,
                          .type = type,
                          .op = (uint8_t)op,
                          .kid_count = left ? 1 : 0,
                          .kids = &left };

    if (!ref)
        return &table->bad; /* memory ran out where it was made */
    node.ref = ref;
    return as_ir_node(table, &node);
}

struct as_ir *as_ir_get(struct as_ir_table *table, struct as_ir *json,
                        const struct as_ir_step *steps, uint32_t count)
{
    if (count == 0)
        return json;
    return as_ir_op_with(table, AS_OP_JSON_GET, AS_KIND_JSON, json,
                         as_ir_route(table, steps, count));
}

struct as_ir *as_ir_in_baseline(struct as_ir_table *table, struct as_ir *value,
                                const struct as_ir_baseline *baseline,
                                uint32_t column)
{
    return as_ir_op_with(table, AS_OP_IN_BASELINE, AS_KIND_BOOL, value,
                         as_ir_member(table, baseline, column));
}

static bool is_op(const struct as_ir *node, enum as_opcode op)
{
    return node->kind == AS_IR_OP && node->op == op;
}

struct as_ir *as_ir_not(struct as_ir_table *table, struct as_ir *node)
{
    if (as_ir_is(node, AS_KIND_BOOL))
        return a_bool(table, !node->constant->integer);
    if (is_op(node, AS_OP_NOT))
        return node->kids[0];
    if (is_op(node, AS_OP_IS_MISSING))
        return as_ir_op(table, AS_OP_IS_PRESENT, AS_KIND_BOOL, node->kids[0],
                        NULL);
    if (is_op(node, AS_OP_IS_PRESENT))
        return as_ir_op(table, AS_OP_IS_MISSING, AS_KIND_BOOL, node->kids[0],
                        NULL);
    return as_ir_op(table, AS_OP_NOT, AS_KIND_BOOL, node, NULL);
}

/* ---- and, or ---------------------------------------------------------- */

/* The operands of an `and` or `or` in the making. */
struct operands {
    struct as_ir_table *table;
    enum as_ir_kind kind;
    struct as_ir **kids;
    uint32_t count, mark;
    bool decided; /* one of them decides it alone */
};

static void take_operand(struct operands *operands, struct as_ir *node)
{
    bool decides = operands->kind == AS_IR_OR;

    if (node->kind == operands->kind) {
        for (uint32_t i = 0; i < node->kid_count; i++)
            take_operand(operands, node->kids[i]);
        return;
    }
    operands->decided |= is_bool(node, decides);
    if (is_bool(node, !decides) || node->mark == operands->mark)
        return;
    node->mark = operands->mark;
    operands->kids[operands->count++] = node;
}

static uint32_t count_operands(enum as_ir_kind kind, struct as_ir **kids,
                               uint32_t count)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += kids[i]->kind == kind ? kids[i]->kid_count : 1;
    return sum;
}

struct as_ir *as_ir_all(struct as_ir_table *table, enum as_ir_kind kind,
                        struct as_ir **kids, uint32_t count)
{
    struct operands operands = { .table = table,
                                 .kind = kind,
                                 .mark = as_ir_mark(table) };
    struct as_ir node = { .kind = kind, .type = AS_KIND_BOOL };

    operands.kids = as_alloc(table->arena, count_operands(kind, kids, count) *
                                               sizeof(struct as_ir *));
    if (!operands.kids)
        return &table->bad;
    for (uint32_t i = 0; i < count; i++) {
        if (as_ir_is_bad(kids[i]))
            return &table->bad;
        take_operand(&operands, kids[i]);
    }
    if (operands.decided)
        return a_bool(table, kind == AS_IR_OR);
    if (operands.count == 0)
        return a_bool(table, kind == AS_IR_AND);
    if (operands.count == 1)
        return operands.kids[0];
    node.kids = operands.kids;
    node.kid_count = operands.count;
    return as_ir_node(table, &node);
}

struct as_ir *as_ir_both(struct as_ir_table *table, enum as_ir_kind kind,
                         struct as_ir *left, struct as_ir *right)
{
    struct as_ir *kids[2] = { left, right };

    return as_ir_all(table, kind, kids, 2);
}

/* ---- if, ?? ----------------------------------------------------------- */

struct as_ir *as_ir_if(struct as_ir_table *table, struct as_ir *condition,
                       struct as_ir *then, struct as_ir *otherwise)
{
    struct as_ir *kids[3] = { condition, then, otherwise };
    struct as_ir node = {
        .kind = AS_IR_IF, .type = then->type, .kid_count = 3, .kids = kids
    };

    if (then == otherwise && !as_ir_is_bad(condition))
        return then;
    if (as_ir_is(condition, AS_KIND_BOOL))
        return condition->constant->integer ? then : otherwise;
    return as_ir_node(table, &node);
}

struct as_ir *as_ir_coalesce(struct as_ir_table *table, struct as_ir *left,
                             struct as_ir *right)
{
    struct as_ir *kids[2] = { left, right };
    struct as_ir node = {
        .kind = AS_IR_COALESCE, .type = left->type, .kid_count = 2, .kids = kids
    };

    if (left == right || left->kind == AS_IR_CONST)
        return left;
    return as_ir_node(table, &node);
}

/* ---- loops ------------------------------------------------------------ */

struct as_ir *as_ir_loop(struct as_ir_table *table, enum as_quant quant,
                         const struct as_ir_item *item, struct as_ir *json,
                         struct as_ir *body)
{
    struct as_ir *kids[2] = { json, body };
    struct as_ir node = { .kind = AS_IR_LOOP,
                          .type = AS_KIND_BOOL,
                          .quant = (uint8_t)quant,
                          .kid_count = 2,
                          .kids = kids };

    node.item = item;
    return as_ir_node(table, &node);
}

struct as_ir *as_ir_probe(struct as_ir_table *table, enum as_quant quant,
                          const struct as_ir_row *row, uint32_t mask,
                          struct as_ir **keys, uint32_t count,
                          struct as_ir *filter)
{
    struct as_ir *kids[AS_MAX_KEYS + 1];
    struct as_ir node = { .kind = AS_IR_PROBE,
                          .type = AS_KIND_BOOL,
                          .quant = (uint8_t)quant,
                          .has_filter = filter != NULL,
                          .number = mask,
                          .kid_count = count + (filter ? 1 : 0),
                          .kids = kids };

    for (uint32_t i = 0; i < count; i++)
        kids[i] = keys[i];
    if (filter)
        kids[count] = filter;
    node.row = row;
    return as_ir_node(table, &node);
}

/* ---- filling in ------------------------------------------------------- */

static struct as_ir *with_kids(struct as_ir_table *table,
                               const struct as_ir *node, struct as_ir **kids)
{
    struct as_ir model = *node;

    switch (node->kind) {
    case AS_IR_AND:
    case AS_IR_OR:
        return as_ir_all(table, node->kind, kids, node->kid_count);
    case AS_IR_IF:
        return as_ir_if(table, kids[0], kids[1], kids[2]);
    case AS_IR_COALESCE:
        return as_ir_coalesce(table, kids[0], kids[1]);
    case AS_IR_OP:
        if (node->op == AS_OP_NOT)
            return as_ir_not(table, kids[0]);
        if (!node->ref)
            return as_ir_op(table, (enum as_opcode)node->op, node->type,
                            kids[0], node->kid_count > 1 ? kids[1] : NULL);
        break;
    case AS_IR_BAD:
    case AS_IR_CONST:
    case AS_IR_SLOT:
    case AS_IR_PARAM:
    case AS_IR_COLUMN:
    case AS_IR_KEY:
    case AS_IR_AGG:
    case AS_IR_ITEM:
    case AS_IR_FORMAL:
    case AS_IR_LOOP:
    case AS_IR_PROBE:
        break;
    }
    model.kids = kids;
    return as_ir_node(table, &model);
}

static struct as_ir *fill(struct as_ir_table *table, struct as_ir *node,
                          struct as_ir **actuals, uint32_t mark)
{
    struct as_ir **kids;

    if (!(node->reads & AS_IR_READS_FORMAL))
        return node;
    if (node->kind == AS_IR_FORMAL)
        return actuals[node->number];
    if (node->fill_mark == mark)
        return node->copy;

    kids = as_alloc(table->arena, node->kid_count * sizeof(struct as_ir *));
    if (!kids)
        return &table->bad;
    for (uint32_t i = 0; i < node->kid_count; i++)
        kids[i] = fill(table, node->kids[i], actuals, mark);
    node->copy = with_kids(table, node, kids);
    node->fill_mark = mark;
    return node->copy;
}

struct as_ir *as_ir_fill(struct as_ir_table *table, struct as_ir *body,
                         struct as_ir **actuals, uint32_t count)
{
    struct as_ir **known = as_ir_filled(table, body, actuals, count);

    if (!known)
        return &table->bad;
    if (!*known)
        *known = fill(table, body, actuals, as_ir_mark(table));
    return *known;
}
