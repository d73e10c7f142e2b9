/*
 * emit_sieve.c - see emit_sieve.h.
 *
 * A condition is taken apart at its `and`, and at `not (a or b)`, which is
 * `not a and not b` in three-valued logic too.  A part becomes a test if all
 * that it reads of the event is one slot: what it says is then known for every
 * event with the same value there, whichever rule asks.  Tests carry no
 * source, so that rules with the same part have the same program for it.
 */

#include "compiler/emit_sieve.h"

#include "compiler/simplify.h"

enum {
    /* Nodes in a test.  What is larger is rare, and is not worth its code a
     * second time. */
    MOST_NODES = 64,
    /* Instructions in a pack beyond which conditions stay whole: the parts
     * must not be what makes it too large. */
    MOST_CODE = AS_MAX_CODE / 4,
};

struct splitter {
    struct as_emitter *emitter;
    struct as_ir **rest;
    struct as_row_test *tests;
    uint32_t rest_count, test_count;
};

/* ---- what a part reads ------------------------------------------------ */

struct reads {
    struct as_ir_slot *slot;
    uint32_t mark, nodes;
    bool more; /* another slot, or anything that is not a scalar's work */
};

static void look(struct reads *reads, struct as_ir *node)
{
    if (reads->more || node->mark == reads->mark)
        return;
    node->mark = reads->mark;
    if (++reads->nodes > MOST_NODES || node->loops > 0 ||
        (node->reads & ~(unsigned)AS_IR_READS_EVENT) != 0) {
        reads->more = true;
        return;
    }
    if (node->kind == AS_IR_SLOT) {
        reads->more = reads->slot && reads->slot != node->slot;
        reads->slot = node->slot;
    }
    for (uint32_t i = 0; i < node->kid_count; i++)
        look(reads, node->kids[i]);
}

/* The one slot that the part reads, or NULL. */
static struct as_ir_slot *sole_slot(struct as_ir_table *table,
                                    struct as_ir *part)
{
    struct reads reads = { .mark = as_ir_mark(table) };

    look(&reads, part);
    return reads.more ? NULL : reads.slot;
}

/* ---- taking apart ----------------------------------------------------- */

static bool is_not_or(const struct as_ir *node)
{
    return node->kind == AS_IR_OP && node->op == AS_OP_NOT &&
           node->kids[0]->kind == AS_IR_OR;
}

static uint32_t count_parts(const struct as_ir *node)
{
    uint32_t count = 0;

    if (is_not_or(node))
        return node->kids[0]->kid_count;
    if (node->kind != AS_IR_AND)
        return 1;
    for (uint32_t i = 0; i < node->kid_count; i++)
        count += count_parts(node->kids[i]);
    return count;
}

static void take_part(struct splitter *splitter, struct as_ir *part)
{
    struct as_emitter *emitter = splitter->emitter;
    struct as_ir_slot *slot = sole_slot(emitter->operands->table, part);
    struct as_emit_context nothing;

    if (!slot) {
        splitter->rest[splitter->rest_count++] = part;
        return;
    }
    memset(&nothing, 0, sizeof(nothing));
    splitter->tests[splitter->test_count++] = (struct as_row_test){
        .slot = as_operand_slot(emitter->operands, slot),
        .program = as_emit_program(emitter, part, &nothing, AS_TEXT("")),
    };
}

static void take(struct splitter *splitter, struct as_ir *node)
{
    struct as_ir_table *table = splitter->emitter->operands->table;

    if (node->kind == AS_IR_AND) {
        for (uint32_t i = 0; i < node->kid_count; i++)
            take(splitter, node->kids[i]);
    } else if (is_not_or(node)) {
        for (uint32_t i = 0; i < node->kids[0]->kid_count; i++)
            take_part(splitter, as_ir_not(table, node->kids[0]->kids[i]));
    } else {
        take_part(splitter, node);
    }
}

/* What is left: the clause itself when that is all of it. */
static uint32_t emit_rest(const struct splitter *splitter,
                          const struct as_ir_clause *clause)
{
    struct as_ir_table *table = splitter->emitter->operands->table;
    struct as_ir *node = clause->node;
    struct as_emit_context nothing;

    if (splitter->test_count > 0 && splitter->rest_count == 0)
        return AS_NO_ROW;
    if (splitter->test_count > 0)
        node = as_ir_all(table, AS_IR_AND, splitter->rest,
                         splitter->rest_count);
    memset(&nothing, 0, sizeof(nothing));
    return as_emit_program(splitter->emitter, node, &nothing, clause->source);
}

struct as_sieve_parts as_emit_sieve(struct as_emitter *emitter,
                                    const struct as_ir_clause *clause)
{
    struct as_builder *builder = emitter->operands->builder;
    struct as_sieve_parts parts = { .rest = AS_NO_ROW };
    struct splitter splitter = { .emitter = emitter };
    uint32_t count;

    if (!clause->node)
        return parts;
    count = count_parts(clause->node);
    splitter.rest = as_alloc(emitter->arena, count * sizeof(struct as_ir *));
    splitter.tests = as_alloc(emitter->arena,
                              count * sizeof(struct as_row_test));
    if (!splitter.rest || !splitter.tests)
        return parts;
    if (as_build_count(builder, AS_TABLE_insn) < MOST_CODE)
        take(&splitter, clause->node);
    parts.tests = as_build_count(builder, AS_TABLE_test);
    parts.test_count = splitter.test_count;
    parts.rest = emit_rest(&splitter, clause);
    for (uint32_t i = 0; i < splitter.test_count; i++)
        as_build_test(builder, &splitter.tests[i]);
    return parts;
}
