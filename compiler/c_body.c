/*
 * c_body.c - see c_body.h.
 *
 * The same walk as emit_code.c's, since both must read the same slots, run
 * the same loops and stop at the same places: a value that was computed is
 * used again exactly where the bytecode has it in a register.  Only what
 * costs nothing and reads nothing, a constant or a parameter, is written where
 * it is used.
 *
 * Each value becomes a local, in the form that its type allows: a bool is a
 * number, a text is its bytes, all else is a struct astray_value or a pointer
 * to one.  `and`, `or`, `if` and `??` become statements:
 *
 *     uint32_t all_1 = first;           uint32_t chosen_1;
 *     do {                              if (c == ASTRAY_TRUE) {
 *         if (all_1 == ASTRAY_FALSE)        chosen_1 = a;
 *             break;                    } else {
 *         all_1 = astray_and(all_1, next);  chosen_1 = b;
 *     } while (0);                      }
 *
 * An `and` or `or` that is the whole program returns where it would break.
 */

#include "compiler/c_body.h"

#include <inttypes.h>
#include <stdio.h>

#include "compiler/c_op.h"

enum {
    MOST_INSNS = 8192, /* longer programs stay bytecode: C compilers are not
                          linear in the length of a function */
    MOST_BLOCKS = 60,  /* the same; C11 promises 127 blocks in each other */
};

void as_c_bodies_init(struct as_c_bodies *bodies)
{
    *bodies = (struct as_c_bodies){ .text = { 0 } };
    as_arena_init(&bodies->scratch, 0);
}

void as_c_bodies_done(struct as_c_bodies *bodies)
{
    as_buf_done(&bodies->text);
    as_buf_done(&bodies->rows);
    as_buf_done(&bodies->lists);
    as_buf_done(&bodies->value);
    as_arena_free(&bodies->scratch);
}

/* ---- walking ---------------------------------------------------------- */

static struct as_c_operand make(struct as_c_maker *maker, struct as_ir *node);
static void make_into(struct as_c_maker *maker, struct as_ir *node,
                      uint32_t to);

/* The node is in this local from here on. */
static void share(struct as_c_maker *maker, struct as_ir *node, uint32_t local)
{
    void *shared = maker->shared;

    if (!maker->scope->sharing ||
        !as_c_grow(maker->arena, &shared, sizeof(struct as_ir *),
                   maker->shared_count, &maker->shared_capacity))
        return;
    maker->shared = shared;
    maker->shared[maker->shared_count++] = node;
    node->mark = maker->mark;
    node->note = local;
}

static void forget(struct as_c_maker *maker, uint32_t count)
{
    while (maker->shared_count > count)
        maker->shared[--maker->shared_count]->mark = 0;
}

static void open_block(struct as_c_maker *maker)
{
    maker->depth++;
    maker->too_deep |= maker->depth > MOST_BLOCKS;
}

/* ---- loading ---------------------------------------------------------- */

static uint32_t item_number(const struct as_c_maker *maker,
                            const struct as_ir_item *item)
{
    uint32_t i = maker->scope->item_count;

    while (i > 0 && maker->scope->items[i - 1] != item)
        i--;
    return i > 0 ? i - 1 : UINT16_MAX;
}

static uint32_t row_number(const struct as_c_maker *maker,
                           const struct as_ir_row *row)
{
    uint32_t i = maker->scope->row_count;

    while (i > 0 && maker->scope->rows[i - 1] != row)
        i--;
    return i > 0 ? i - 1 : UINT16_MAX;
}

static uint32_t find_inner(const struct as_c_maker *maker,
                           const struct as_ir *node)
{
    for (uint32_t i = 0; i < maker->scope->inner_count; i++) {
        if (maker->scope->inners[i].node == node)
            return maker->scope->inners[i].row;
    }
    return 0;
}

static void make_slot(struct as_c_maker *maker, const struct as_ir *node,
                      uint32_t to)
{
    static const char *const functions[] = {
        [AS_C_TRUTH] = "astray_slot_truth(rt, ",
        [AS_C_WORDS] = "astray_slot_text(rt, ",
        [AS_C_VALUE] = "astray_slot(rt, ",
    };
    enum as_c_form form = as_c_form_of(node->type);
    struct as_buf *out = as_c_begin(maker);

    if (form == AS_C_VALUE && maker->locals[to].form == AS_C_VALUE)
        as_buf_putc(out, '*');
    as_buf_puts(out, functions[form]);
    as_c_slot_name(out, node->slot->row, node->slot->path);
    as_c_finish(maker, to);
}

static void make_load(struct as_c_maker *maker, const struct as_ir *node,
                      uint32_t to)
{
    struct as_buf *out = as_c_begin(maker);
    bool inner = as_c_put_as(out, node->type);

    if (node->kind == AS_IR_COLUMN)
        as_buf_printf(out, "astray_column(rt, %" PRIu32 ", %" PRIu32,
                      row_number(maker, node->row), node->number);
    else if (node->kind == AS_IR_KEY)
        as_buf_printf(out, "astray_key(rt, %" PRIu32, node->number);
    else if (node->kind == AS_IR_AGG)
        as_buf_printf(out, "astray_aggregate(rt, %" PRIu32, node->number);
    else
        as_buf_printf(out, "astray_item(rt, %" PRIu32,
                      item_number(maker, node->item));
    if (inner)
        as_buf_putc(out, ')');
    as_c_finish(maker, to);
}

/* ---- chains and branches ---------------------------------------------- */

/* all = astray_and(all, next) */
static void put_and(struct as_c_maker *maker, bool both, uint32_t to,
                    struct as_c_operand next)
{
    as_c_begin(maker);
    as_buf_printf(maker->value, "%s(%s, ", both ? "astray_and" : "astray_or",
                  as_c_local_name(maker, to));
    as_c_put_operand(maker, next);
    as_c_finish(maker, to);
}

static const char *stop_of(const struct as_ir *node)
{
    return node->kind == AS_IR_AND ? "ASTRAY_FALSE" : "ASTRAY_TRUE";
}

/* Two operands: the second in a block of its own. */
static void make_pair(struct as_c_maker *maker, const struct as_ir *node,
                      uint32_t to)
{
    as_c_line(maker, "if (%s != %s) {", as_c_local_name(maker, to),
              stop_of(node));
    open_block(maker);
    put_and(maker, node->kind == AS_IR_AND, to, make(maker, node->kids[1]));
    maker->depth--;
    as_c_line(maker, "}");
}

static void make_steps(struct as_c_maker *maker, const struct as_ir *node,
                       uint32_t to, const char *leave)
{
    for (uint32_t i = 1; i < node->kid_count && !as_c_failed(maker); i++) {
        as_c_line(maker, "if (%s == %s)", as_c_local_name(maker, to),
                  stop_of(node));
        as_c_line(maker, "    %s;", leave);
        put_and(maker, node->kind == AS_IR_AND, to, make(maker, node->kids[i]));
    }
}

static void make_chain(struct as_c_maker *maker, const struct as_ir *node,
                       uint32_t to)
{
    uint32_t shared;

    make_into(maker, node->kids[0], to);
    shared = maker->shared_count;
    if (node->kid_count == 2) {
        make_pair(maker, node, to);
    } else {
        as_c_line(maker, "do {");
        open_block(maker);
        make_steps(maker, node, to, "break");
        maker->depth--;
        as_c_line(maker, "} while (0);");
    }
    forget(maker, shared);
}

/* One branch of an `if` or `??`. */
static void make_branch(struct as_c_maker *maker, struct as_ir *node,
                        uint32_t to)
{
    uint32_t shared = maker->shared_count;

    open_block(maker);
    make_into(maker, node, to);
    maker->depth--;
    forget(maker, shared);
}

static void make_if(struct as_c_maker *maker, const struct as_ir *node,
                    uint32_t to)
{
    struct as_c_operand condition = make(maker, node->kids[0]);
    struct as_buf *out;

    as_c_declare(maker, to);
    out = as_c_begin(maker);
    as_c_put_operand(maker, condition);
    as_c_indent(maker);
    as_buf_puts(maker->out, "if (");
    as_buf_text(maker->out, as_buf_view(out));
    as_buf_puts(maker->out, " == ASTRAY_TRUE) {\n");
    make_branch(maker, node->kids[1], to);
    as_c_line(maker, "} else {");
    make_branch(maker, node->kids[2], to);
    as_c_line(maker, "}");
}

static void make_coalesce(struct as_c_maker *maker, const struct as_ir *node,
                          uint32_t to)
{
    static const char *const missing[] = {
        [AS_C_TRUTH] = "astray_is_unknown(",
        [AS_C_WORDS] = "astray_text_is_missing(",
        [AS_C_VALUE] = "astray_is_missing(&",
    };

    make_into(maker, node->kids[0], to);
    as_c_line(maker, "if (%s%s)) {", missing[as_c_form_of(node->type)],
              as_c_local_name(maker, to));
    make_branch(maker, node->kids[1], to);
    as_c_line(maker, "}");
}

static bool is_branching(const struct as_ir *node)
{
    return node->kind == AS_IR_AND || node->kind == AS_IR_OR ||
           node->kind == AS_IR_IF || node->kind == AS_IR_COALESCE;
}

static void make_branching(struct as_c_maker *maker, const struct as_ir *node,
                           uint32_t to)
{
    if (node->kind == AS_IR_IF)
        make_if(maker, node, to);
    else if (node->kind == AS_IR_COALESCE)
        make_coalesce(maker, node, to);
    else
        make_chain(maker, node, to);
}

static void make_op(struct as_c_maker *maker, const struct as_ir *node,
                    uint32_t to)
{
    struct as_c_operand a = { .local = AS_C_NO_LOCAL }, b = a;

    if (node->kid_count > 0)
        a = make(maker, node->kids[0]);
    if (node->kid_count > 1)
        b = make(maker, node->kids[1]);
    as_c_op(maker, node, a, b, to);
}

/* ---- nodes ------------------------------------------------------------ */

static void make_loop(struct as_c_maker *maker, const struct as_ir *node,
                      uint32_t to)
{
    struct as_c_operand json = make(maker, node->kids[0]);

    as_buf_puts(as_c_begin(maker), "astray_loop(rt, ");
    as_c_put_operand(maker, json);
    as_buf_printf(maker->value, ", %" PRIu32, find_inner(maker, node));
    as_c_finish(maker, to);
}

static void make_new(struct as_c_maker *maker, const struct as_ir *node,
                     uint32_t to)
{
    switch (node->kind) {
    case AS_IR_SLOT:
        make_slot(maker, node, to);
        break;
    case AS_IR_COLUMN:
    case AS_IR_KEY:
    case AS_IR_AGG:
    case AS_IR_ITEM:
        make_load(maker, node, to);
        break;
    case AS_IR_OP:
        make_op(maker, node, to);
        break;
    case AS_IR_AND:
    case AS_IR_OR:
    case AS_IR_IF:
    case AS_IR_COALESCE:
        make_branching(maker, node, to);
        break;
    case AS_IR_LOOP:
        make_loop(maker, node, to);
        break;
    case AS_IR_PROBE:
        as_buf_printf(as_c_begin(maker), "astray_probe(rt, %" PRIu32,
                      find_inner(maker, node));
        as_c_finish(maker, to);
        break;
    case AS_IR_CONST:
    case AS_IR_PARAM: /* written where they are used */
    case AS_IR_BAD:
    case AS_IR_FORMAL:
        break;
    }
}

/* The node's value into a local that may have been written before. */
static void make_into(struct as_c_maker *maker, struct as_ir *node, uint32_t to)
{
    struct as_c_operand operand = { .node = node, .local = AS_C_NO_LOCAL };
    struct as_buf *out;

    if (as_c_failed(maker) || to == AS_C_NO_LOCAL)
        return;
    if (node->mark != maker->mark && !as_c_is_immediate(node)) {
        make_new(maker, node, to);
        return;
    }
    if (node->mark == maker->mark && !as_c_is_immediate(node))
        operand.local = node->note;
    out = as_c_begin(maker);
    if (as_c_form_of(node->type) == AS_C_VALUE)
        as_buf_putc(out, '*');
    as_c_put_operand(maker, operand);
    as_c_put(maker, to);
}

static struct as_text hint_of(const struct as_ir *node)
{
    switch (node->kind) {
    case AS_IR_SLOT:
        return node->slot->path;
    case AS_IR_COLUMN:
        return node->row->name;
    case AS_IR_AND:
        return AS_TEXT("all");
    case AS_IR_OR:
        return AS_TEXT("any");
    case AS_IR_IF:
        return AS_TEXT("chosen");
    case AS_IR_COALESCE:
        return AS_TEXT("given");
    case AS_IR_KEY:
        return AS_TEXT("key");
    case AS_IR_AGG:
        return AS_TEXT("aggregate");
    case AS_IR_ITEM:
        return AS_TEXT("item");
    case AS_IR_LOOP:
    case AS_IR_PROBE:
        return AS_TEXT("found");
    case AS_IR_OP:
        return as_c_form_of(node->type) == AS_C_TRUTH ? AS_TEXT("is")
                                                      : AS_TEXT("made");
    case AS_IR_CONST:
    case AS_IR_PARAM:
    case AS_IR_BAD:
    case AS_IR_FORMAL:
        break;
    }
    return AS_TEXT("value");
}

static struct as_c_operand make(struct as_c_maker *maker, struct as_ir *node)
{
    struct as_c_operand operand = { .node = node, .local = AS_C_NO_LOCAL };
    enum as_c_form form = as_c_form_of(node->type);

    if (as_c_failed(maker) || as_c_is_immediate(node))
        return operand;
    if (node->mark == maker->mark) {
        operand.local = node->note;
        return operand;
    }
    if (node->kind == AS_IR_SLOT && form == AS_C_VALUE)
        form = AS_C_POINTER;
    operand.local = as_c_new_local(maker, hint_of(node), form);
    if (operand.local == AS_C_NO_LOCAL)
        return operand;
    maker->locals[operand.local].changes = is_branching(node);
    make_new(maker, node, operand.local);
    share(maker, node, operand.local);
    return operand;
}

/* ---- bodies ----------------------------------------------------------- */

/* The whole program is an `and` or `or`: it returns as soon as it can. */
static void make_tail(struct as_c_maker *maker, const struct as_ir *node)
{
    uint32_t to = as_c_new_local(maker, hint_of(node), AS_C_TRUTH);
    char leave[128];

    if (to == AS_C_NO_LOCAL)
        return;
    maker->locals[to].changes = true;
    make_into(maker, node->kids[0], to);
    snprintf(leave, sizeof(leave), "return %s", as_c_local_name(maker, to));
    make_steps(maker, node, to, leave);
    as_c_line(maker, "return %s;", as_c_local_name(maker, to));
}

static void make_body(struct as_c_maker *maker, struct as_ir *node)
{
    enum as_c_form form = as_c_form_of(node->type);
    struct as_c_operand result;
    struct as_buf *out;

    if (node->kind == AS_IR_AND || node->kind == AS_IR_OR) {
        make_tail(maker, node);
        return;
    }
    result = make(maker, node);
    if (as_c_is_immediate(node))
        as_c_line(maker, "(void)rt;");
    out = as_c_begin(maker);
    if (form == AS_C_VALUE)
        as_buf_putc(out, '*');
    else if (form == AS_C_WORDS)
        as_buf_puts(out, "astray_from_text(");
    as_c_put_operand(maker, result);
    if (form == AS_C_WORDS)
        as_buf_putc(out, ')');
    as_c_indent(maker);
    as_buf_puts(maker->out, form == AS_C_TRUTH ? "return " : "*value = ");
    as_buf_text(maker->out, as_buf_view(out));
    as_buf_puts(maker->out, ";\n");
}

void as_c_body(struct as_c_bodies *bodies, struct as_ir_table *table,
               struct as_ir *node, const struct as_c_scope *scope)
{
    struct as_c_body body = { bodies->text.length, 0 };
    struct as_c_maker maker = { .scope = scope,
                                .out = &bodies->text,
                                .value = &bodies->value,
                                .lists = &bodies->lists,
                                .arena = &bodies->scratch,
                                .mark = as_ir_mark(table) };

    if (scope->insn_count <= MOST_INSNS) {
        make_body(&maker, node);
        if (maker.too_deep)
            bodies->text.length = body.start;
        body.length = bodies->text.length - body.start;
    }
    as_buf_add(&bodies->rows, &body, sizeof(body));
    bodies->text.failed |= maker.failed || bodies->scratch.failed ||
                           bodies->value.failed;
    as_arena_reset(&bodies->scratch);
}
