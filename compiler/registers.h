/*
 * registers.h - code that is being made, and places for its values.
 */
#ifndef AS_REGISTERS_H
#define AS_REGISTERS_H

#include "common/arena.h"
#include "program/pack.h"

/* An instruction whose registers are numbered without a bound. */
struct as_code_insn {
    enum as_opcode op;
    uint32_t a, b, c;
};

/* Start from all zeros. */
struct as_code {
    struct as_code_insn *insns; /* in the arena */
    uint32_t count, capacity;
    uint32_t value_count;    /* registers in use so far */
    uint32_t register_count; /* after as_code_assign */
    bool failed;             /* too long, or no memory */
};

/* A register that nothing uses yet. */
uint32_t as_code_register(struct as_code *code);

/* Append; the number of the instruction. */
uint32_t as_code_add(struct as_code *code, struct as_arena *arena,
                     enum as_opcode op, uint32_t a, uint32_t b, uint32_t c);

/*
 * Give every value one of the machine's registers.  False when more are
 * needed at one time than there are, or memory is out (arena->failed); the
 * code is then of no more use.
 */
bool as_code_assign(struct as_code *code, struct as_arena *arena);

/* Write it; the index of the first instruction. */
uint32_t as_code_write(const struct as_code *code, struct as_builder *builder);

#endif
