/*
 * emit_code.c - see emit_code.h.
 *
 * First the programs that this one runs, for its loops and probes, are
 * written.  Then code is made as if there were registers without end, each
 * node into a new one.  A node that was computed is not computed again where
 * it is certain to have been: what is computed only on one branch of an
 * `and`, `or`, `if` or `??` is forgotten behind it.  At last registers.c
 * finds places for the values.
 *
 * `and` and `or` go on with their next operand only while the result is open:
 *
 *         r = first            if c then a else b:
 *         JUMP_FALSE r end             JUMP_UNLESS c other
 *         s = second                   r = a
 *         r = AND r s                  JUMP end
 *     end:                     other:  r = b
 *                              end:
 */

#include "compiler/emit_code.h"

#include "compiler/registers.h"

void as_emitter_init(struct as_emitter *emitter, struct as_operands *operands,
                     struct as_arena *arena)
{
    *emitter = (struct as_emitter){ .operands = operands, .arena = arena };
    as_map_init(&emitter->made);
    as_arena_init(&emitter->scratch, 0);
}

void as_emitter_done(struct as_emitter *emitter)
{
    as_map_done(&emitter->made);
    as_arena_free(&emitter->scratch);
}

static void fault(struct as_emitter *emitter, enum as_emit_fault what)
{
    if (emitter->fault == AS_EMIT_OK)
        emitter->fault = what;
}

/* ---- each thing once -------------------------------------------------- */

enum made_kind { MADE_PROGRAM, MADE_LOOP, MADE_PROBE };

struct made_key {
    struct as_emit_context context;
    const struct as_ir *node;
    uint32_t source; /* a row of table text */
    uint32_t kind;
};

/* The entry for it: value is its row + 1, or 0 when it is not made yet. */
static uint32_t find_made(struct as_emitter *emitter, enum made_kind kind,
                          const struct as_ir *node,
                          const struct as_emit_context *context,
                          struct as_text source)
{
    struct made_key *key = as_alloc(emitter->arena, sizeof(*key));
    uint32_t entry;

    if (!key)
        return AS_MAP_NONE;
    key->context = *context;
    key->node = node;
    key->source = as_build_text(emitter->operands->builder, source);
    key->kind = (uint32_t)kind;
    entry = as_map_add(&emitter->made,
                       (struct as_text){ (const char *)key, sizeof(*key) },
                       NULL);
    emitter->arena->failed |= entry == AS_MAP_NONE;
    return entry;
}

/* ---- programs inside -------------------------------------------------- */

/* The loops and probes of one program, and their rows. */
struct inners {
    struct as_emitter *emitter;
    struct as_c_inner *at;
    uint32_t count, capacity, mark;
};

static void add_inner(struct inners *inners, const struct as_ir *node)
{
    struct as_c_inner *grown;

    if (inners->count == inners->capacity) {
        uint32_t more = inners->capacity * 2 + 8;

        grown = as_alloc(inners->emitter->arena, more * sizeof(*grown));
        if (!grown)
            return;
        if (inners->count > 0)
            memcpy(grown, inners->at, inners->count * sizeof(*grown));
        inners->at = grown;
        inners->capacity = more;
    }
    inners->at[inners->count++].node = node;
}

static void find_inners(struct inners *inners, struct as_ir *node)
{
    bool is_loop = node->kind == AS_IR_LOOP;
    bool is_probe = node->kind == AS_IR_PROBE;

    if (node->loops == 0 || node->mark == inners->mark ||
        inners->emitter->arena->failed)
        return;
    node->mark = inners->mark;
    for (uint32_t i = 0; i < node->kid_count && !is_probe; i++) {
        if (!is_loop || i == 0) /* the body is another program */
            find_inners(inners, node->kids[i]);
    }
    if (is_loop || is_probe)
        add_inner(inners, node);
}

static uint32_t emit_loop(struct as_emitter *emitter, const struct as_ir *node,
                          const struct as_emit_context *context)
{
    uint32_t entry = find_made(emitter, MADE_LOOP, node, context,
                               node->item->source);
    struct as_emit_context inner = *context;
    struct as_row_loop row = { .quant = node->quant };
    uint32_t loop;

    if (entry == AS_MAP_NONE)
        return 0;
    if (emitter->made.entries[entry].value != 0)
        return (uint32_t)emitter->made.entries[entry].value - 1;
    if (inner.item_count == AS_MAX_ITEMS) {
        fault(emitter, AS_EMIT_TOO_MANY_ITEMS);
        return 0;
    }
    inner.items[inner.item_count++] = node->item;
    row.body = as_emit_program(emitter, node->kids[1], &inner,
                               node->item->source);
    loop = as_build_loop(emitter->operands->builder, &row);
    emitter->made.entries[entry].value = (uint64_t)loop + 1;
    return loop;
}

uint32_t as_emit_aliases(struct as_emitter *emitter,
                         const struct as_ir_row *const *rows, uint32_t count)
{
    struct as_builder *builder = emitter->operands->builder;
    uint32_t first = as_build_count(builder, AS_TABLE_alias);

    for (uint32_t i = 0; i < count; i++) {
        struct as_row_alias row = {
            .name = as_build_text(builder, rows[i]->name),
            .baseline = rows[i]->baseline->row,
        };

        as_build_alias(builder, &row);
    }
    return first;
}

/* The filter sees the row that is looked at, behind those bound already. */
static uint32_t emit_filter(struct as_emitter *emitter,
                            const struct as_ir *node,
                            const struct as_emit_context *context)
{
    struct as_emit_context inner = *context;

    if (!node->has_filter)
        return AS_NO_ROW;
    if (inner.row_count == AS_MAX_ALIASES) {
        fault(emitter, AS_EMIT_TOO_MANY_ROWS);
        return AS_NO_ROW;
    }
    inner.rows[inner.row_count++] = node->row;
    inner.aliases = as_emit_aliases(emitter, inner.rows, inner.row_count);
    return as_emit_program(emitter, node->kids[node->kid_count - 1], &inner,
                           node->row->source);
}

/* The programs for the keys, as a range of table argument. */
static uint32_t emit_arguments(struct as_emitter *emitter,
                               const struct as_ir *node, uint32_t count,
                               const struct as_emit_context *context)
{
    struct as_builder *builder = emitter->operands->builder;
    uint32_t programs[AS_MAX_KEYS], first;

    for (uint32_t i = 0; i < count; i++)
        programs[i] = as_emit_program(emitter, node->kids[i], context,
                                      node->row->source);
    first = as_build_count(builder, AS_TABLE_argument);
    for (uint32_t i = 0; i < count; i++)
        as_build_argument(builder, &(struct as_row_argument){ programs[i] });
    return first;
}

uint32_t as_emit_probe(struct as_emitter *emitter, const struct as_ir *node,
                       const struct as_emit_context *context)
{
    uint32_t entry = find_made(emitter, MADE_PROBE, node, context,
                               node->row->source);
    uint32_t count = node->kid_count - node->has_filter, probe;
    struct as_row_probe row = { .quant = node->quant,
                                .baseline = node->row->baseline->row,
                                .key_mask = node->number,
                                .key_count = count };

    if (entry == AS_MAP_NONE)
        return 0;
    if (emitter->made.entries[entry].value != 0)
        return (uint32_t)emitter->made.entries[entry].value - 1;
    row.filter = emit_filter(emitter, node, context);
    row.keys = emit_arguments(emitter, node, count, context);
    probe = as_build_probe(emitter->operands->builder, &row);
    emitter->made.entries[entry].value = (uint64_t)probe + 1;
    return probe;
}

static void emit_inners(struct inners *inners,
                        const struct as_emit_context *context)
{
    for (uint32_t i = 0; i < inners->count; i++) {
        struct as_c_inner *inner = &inners->at[i];

        inner->row = inner->node->kind == AS_IR_LOOP
                       ? emit_loop(inners->emitter, inner->node, context)
                       : as_emit_probe(inners->emitter, inner->node, context);
    }
}

/* ---- code in the making ----------------------------------------------- */

struct maker {
    struct as_emitter *emitter;
    const struct as_emit_context *context;
    const struct inners *inners;
    struct as_code code;
    uint32_t mark; /* of nodes whose `note` is the register they are in */
    bool share;
    struct as_ir **shared; /* those nodes, in order */
    uint32_t shared_count, shared_capacity;
};

static uint32_t make(struct maker *maker, struct as_ir *node);

static uint32_t put(struct maker *maker, enum as_opcode op, uint32_t a,
                    uint32_t b, uint32_t c)
{
    return as_code_add(&maker->code, &maker->emitter->scratch, op, a, b, c);
}

/* Let the jump at `at` lead to the next instruction. */
static void land(struct maker *maker, uint32_t at)
{
    if (at < maker->code.count)
        maker->code.insns[at].c = maker->code.count;
}

/* The node is in this register from here on. */
static void share(struct maker *maker, struct as_ir *node, uint32_t reg)
{
    struct as_ir **grown;

    if (!maker->share)
        return;
    if (maker->shared_count == maker->shared_capacity) {
        uint32_t more = maker->shared_capacity * 2 + 32;

        grown = as_alloc(&maker->emitter->scratch, more * sizeof(*grown));
        if (!grown)
            return;
        if (maker->shared_count > 0)
            memcpy(grown, maker->shared, maker->shared_count * sizeof(*grown));
        maker->shared = grown;
        maker->shared_capacity = more;
    }
    maker->shared[maker->shared_count++] = node;
    node->mark = maker->mark;
    node->note = reg;
}

/* Forget what was computed since there were `count`. */
static void forget(struct maker *maker, uint32_t count)
{
    while (maker->shared_count > count)
        maker->shared[--maker->shared_count]->mark = 0;
}

static uint32_t find_inner(const struct maker *maker, const struct as_ir *node)
{
    for (uint32_t i = 0; i < maker->inners->count; i++) {
        if (maker->inners->at[i].node == node)
            return maker->inners->at[i].row;
    }
    return 0;
}

static uint32_t item_number(const struct maker *maker,
                            const struct as_ir_item *item)
{
    uint32_t i = maker->context->item_count;

    while (i > 0 && maker->context->items[i - 1] != item)
        i--;
    return i > 0 ? i - 1 : UINT16_MAX;
}

static uint32_t row_number(const struct maker *maker,
                           const struct as_ir_row *row)
{
    uint32_t i = maker->context->row_count;

    while (i > 0 && maker->context->rows[i - 1] != row)
        i--;
    return i > 0 ? i - 1 : UINT16_MAX;
}

/* ---- operators -------------------------------------------------------- */

/* What the C operand refers to, where that is a row. */
static uint32_t referent(struct maker *maker, const struct as_ir *node)
{
    struct as_operands *operands = maker->emitter->operands;

    switch (as_op_info[node->op].c) {
    case AS_OPERAND_CONST:
        return as_operand_constant(operands, node->constant);
    case AS_OPERAND_LIST:
        return as_operand_list(operands, node->list);
    case AS_OPERAND_ROUTE:
        return as_operand_route(operands, node->route);
    case AS_OPERAND_MEMBER:
        return as_operand_member(operands, node->member);
    case AS_OPERAND_NONE:
    case AS_OPERAND_DST:
    case AS_OPERAND_SRC:
    case AS_OPERAND_SLOT:
    case AS_OPERAND_PARAM:
    case AS_OPERAND_LOOP:
    case AS_OPERAND_PROBE:
    case AS_OPERAND_ALIAS:
    case AS_OPERAND_COLUMN:
    case AS_OPERAND_KEY:
    case AS_OPERAND_AGG:
    case AS_OPERAND_ITEM:
    case AS_OPERAND_TYPE:
    case AS_OPERAND_JUMP:
        break;
    }
    return 0;
}

static void make_op(struct maker *maker, const struct as_ir *node, uint32_t to)
{
    enum as_opcode op = (enum as_opcode)node->op;
    uint32_t b, c;

    if (op == AS_OP_LEN_LIST) {
        b = as_operand_list(maker->emitter->operands, node->list);
        put(maker, op, to, b, 0);
        return;
    }
    b = make(maker, node->kids[0]);
    c = node->kid_count > 1 ? make(maker, node->kids[1])
                            : referent(maker, node);
    put(maker, op, to, b, c);
}

static void make_into(struct maker *maker, struct as_ir *node, uint32_t to);

static void make_chain(struct maker *maker, const struct as_ir *node,
                       uint32_t to)
{
    bool both = node->kind == AS_IR_AND;
    enum as_opcode jump = both ? AS_OP_JUMP_FALSE : AS_OP_JUMP_TRUE;
    uint32_t *jumps = as_alloc(&maker->emitter->scratch,
                               node->kid_count * sizeof(*jumps));
    uint32_t shared;

    if (!jumps)
        return;
    make_into(maker, node->kids[0], to);
    shared = maker->shared_count;
    for (uint32_t i = 1; i < node->kid_count; i++) {
        uint32_t next;

        jumps[i] = put(maker, jump, to, 0, 0);
        next = make(maker, node->kids[i]);
        put(maker, both ? AS_OP_AND : AS_OP_OR, to, to, next);
    }
    for (uint32_t i = 1; i < node->kid_count; i++)
        land(maker, jumps[i]);
    forget(maker, shared);
}

static void make_if(struct maker *maker, const struct as_ir *node, uint32_t to)
{
    uint32_t condition = make(maker, node->kids[0]);
    uint32_t other = put(maker, AS_OP_JUMP_UNLESS, condition, 0, 0);
    uint32_t shared = maker->shared_count, end;

    make_into(maker, node->kids[1], to);
    forget(maker, shared);
    end = put(maker, AS_OP_JUMP, 0, 0, 0);
    land(maker, other);
    make_into(maker, node->kids[2], to);
    forget(maker, shared);
    land(maker, end);
}

static void make_coalesce(struct maker *maker, const struct as_ir *node,
                          uint32_t to)
{
    uint32_t shared, end;

    make_into(maker, node->kids[0], to);
    shared = maker->shared_count;
    end = put(maker, AS_OP_JUMP_PRESENT, to, 0, 0);
    make_into(maker, node->kids[1], to);
    forget(maker, shared);
    land(maker, end);
}

/* ---- nodes ------------------------------------------------------------ */

static void make_new(struct maker *maker, struct as_ir *node, uint32_t to)
{
    struct as_operands *operands = maker->emitter->operands;
    uint32_t b;

    switch (node->kind) {
    case AS_IR_CONST:
        b = as_operand_constant(operands, node->constant);
        put(maker, AS_OP_LOAD_CONST, to, b, 0);
        break;
    case AS_IR_SLOT:
        b = as_operand_slot(operands, node->slot);
        put(maker, AS_OP_LOAD_SLOT, to, b, 0);
        break;
    case AS_IR_PARAM:
        put(maker, AS_OP_LOAD_PARAM, to, node->param->row, 0);
        break;
    case AS_IR_COLUMN:
        put(maker, AS_OP_LOAD_COLUMN, to, row_number(maker, node->row),
            node->number);
        break;
    case AS_IR_KEY:
        put(maker, AS_OP_LOAD_KEY, to, node->number, 0);
        break;
    case AS_IR_AGG:
        put(maker, AS_OP_LOAD_AGG, to, node->number, 0);
        break;
    case AS_IR_ITEM:
        put(maker, AS_OP_LOAD_ITEM, to, item_number(maker, node->item), 0);
        break;
    case AS_IR_OP:
        make_op(maker, node, to);
        break;
    case AS_IR_AND:
    case AS_IR_OR:
        make_chain(maker, node, to);
        break;
    case AS_IR_IF:
        make_if(maker, node, to);
        break;
    case AS_IR_COALESCE:
        make_coalesce(maker, node, to);
        break;
    case AS_IR_LOOP:
        b = make(maker, node->kids[0]);
        put(maker, AS_OP_LOOP, to, b, find_inner(maker, node));
        break;
    case AS_IR_PROBE:
        put(maker, AS_OP_PROBE, to, 0, find_inner(maker, node));
        break;
    case AS_IR_BAD:
    case AS_IR_FORMAL:
        break;
    }
}

/* The node's value in a register of its own, which may be written again. */
static void make_into(struct maker *maker, struct as_ir *node, uint32_t to)
{
    if (maker->code.failed)
        return;
    if (node->mark == maker->mark)
        put(maker, AS_OP_MOVE, to, node->note, 0);
    else
        make_new(maker, node, to);
}

/* The register that holds the node's value. */
static uint32_t make(struct maker *maker, struct as_ir *node)
{
    uint32_t reg;

    if (maker->code.failed)
        return 0;
    if (node->mark == maker->mark)
        return node->note;
    reg = as_code_register(&maker->code);
    make_new(maker, node, reg);
    share(maker, node, reg);
    return reg;
}

/* ---- programs --------------------------------------------------------- */

/* All code of the program; false when it takes too many registers. */
static bool make_code(struct maker *maker, struct as_ir *node, bool sharing)
{
    struct as_emitter *emitter = maker->emitter;
    uint32_t result;
    bool good;

    as_arena_reset(&emitter->scratch);
    maker->code = (struct as_code){ .count = 0 };
    maker->shared = NULL;
    maker->shared_capacity = 0;
    maker->mark = as_ir_mark(emitter->operands->table);
    maker->share = sharing;
    maker->shared_count = 0;
    result = make(maker, node);
    put(maker, AS_OP_RETURN, result, 0, 0);
    emitter->arena->failed |= emitter->scratch.failed;
    if (maker->code.failed) {
        fault(emitter, AS_EMIT_TOO_LONG);
        return true;
    }
    good = as_code_assign(&maker->code, &emitter->scratch);
    emitter->arena->failed |= emitter->scratch.failed;
    return good || emitter->arena->failed;
}

static uint32_t build_program(struct maker *maker, const struct as_ir *node,
                              struct as_text source)
{
    const struct as_emit_context *context = maker->context;
    struct as_builder *builder = maker->emitter->operands->builder;
    struct as_row_program row = {
        .code_length = maker->code.count,
        .register_count = maker->code.register_count,
        .type = node->type,
        .reads_event = (node->reads & AS_IR_READS_EVENT) != 0,
        .item_count = context->item_count,
        .aliases = context->aliases,
        .alias_count = context->row_count,
        .keys = context->keys,
        .key_count = context->key_count,
        .aggs = context->aggs,
        .agg_count = context->agg_count,
        .source = as_build_text(builder, source),
    };

    row.code = as_code_write(&maker->code, builder);
    return as_build_program(builder, &row);
}

/* The same program as C. */
static void make_c(const struct maker *maker, struct as_ir *node,
                   uint32_t program)
{
    const struct as_c_scope scope = {
        .items = maker->context->items,
        .rows = maker->context->rows,
        .item_count = maker->context->item_count,
        .row_count = maker->context->row_count,
        .inners = maker->inners->at,
        .inner_count = maker->inners->count,
        .sharing = maker->share,
        .program = program,
        .insn_count = maker->code.count,
    };

    if (maker->emitter->bodies)
        as_c_body(maker->emitter->bodies, maker->emitter->operands->table, node,
                  &scope);
}

uint32_t as_emit_program(struct as_emitter *emitter, struct as_ir *node,
                         const struct as_emit_context *context,
                         struct as_text source)
{
    struct inners inners = { .emitter = emitter };
    struct maker maker = { .emitter = emitter,
                           .context = context,
                           .inners = &inners };
    uint32_t entry = find_made(emitter, MADE_PROGRAM, node, context, source);
    uint32_t program;

    if (entry == AS_MAP_NONE || emitter->fault != AS_EMIT_OK)
        return 0;
    if (emitter->made.entries[entry].value != 0)
        return (uint32_t)emitter->made.entries[entry].value - 1;
    inners.mark = as_ir_mark(emitter->operands->table);
    find_inners(&inners, node);
    emit_inners(&inners, context);
    /* Sharing keeps values longer; without it there may be room. */
    if (!make_code(&maker, node, true) && !make_code(&maker, node, false))
        fault(emitter, AS_EMIT_REGISTERS);
    if (emitter->arena->failed || emitter->fault != AS_EMIT_OK)
        return 0;
    program = build_program(&maker, node, source);
    make_c(&maker, node, program);
    emitter->made.entries[entry].value = (uint64_t)program + 1;
    return program;
}
