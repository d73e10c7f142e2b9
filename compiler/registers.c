/*
 * registers.c - see registers.h.
 *
 * Jumps only go forward, so a value is needed from its first write to its
 * last read in the order of the text, whatever path is taken.  One walk over
 * the code therefore does: a register is taken at the first write and given
 * back behind the last read.
 */

#include "compiler/registers.h"

uint32_t as_code_register(struct as_code *code)
{
    return code->value_count++;
}

uint32_t as_code_add(struct as_code *code, struct as_arena *arena,
                     enum as_opcode op, uint32_t a, uint32_t b, uint32_t c)
{
    struct as_code_insn *grown;

    if (code->count >= AS_MAX_PROGRAM)
        code->failed = true;
    if (code->failed)
        return 0;
    if (code->count == code->capacity) {
        uint32_t more = code->capacity * 2 + 64;

        grown = as_alloc(arena, more * sizeof(*grown));
        if (!grown) {
            code->failed = true;
            return 0;
        }
        if (code->count > 0)
            memcpy(grown, code->insns, code->count * sizeof(*grown));
        code->insns = grown;
        code->capacity = more;
    }
    code->insns[code->count] = (struct as_code_insn){ op, a, b, c };
    return code->count++;
}

/* ---- places ----------------------------------------------------------- */

#define NO_PLACE UINT32_MAX

struct value {
    uint32_t last;  /* the instruction that needs it last */
    uint32_t place; /* its register, or NO_PLACE */
};

struct places {
    struct value *values;
    uint32_t *ending; /* by instruction: a value that ends there, or more */
    uint32_t *next;   /* by value: another that ends there */
    bool taken[AS_MAX_REGISTERS];
    uint32_t count; /* of registers that were ever taken */
};

static bool is_register(enum as_operand operand)
{
    return operand == AS_OPERAND_DST || operand == AS_OPERAND_SRC;
}

/* The instruction's registers, at most three. */
static unsigned registers(struct as_code_insn *insn, uint32_t *out[3])
{
    const struct as_op_info *info = &as_op_info[insn->op];
    unsigned count = 0;

    if (is_register(info->a))
        out[count++] = &insn->a;
    if (is_register(info->b))
        out[count++] = &insn->b;
    if (is_register(info->c))
        out[count++] = &insn->c;
    return count;
}

static void find_ends(struct as_code *code, struct places *places)
{
    for (uint32_t at = 0; at < code->count; at++) {
        uint32_t *used[3];
        unsigned count = registers(&code->insns[at], used);

        for (unsigned i = 0; i < count; i++)
            places->values[*used[i]].last = at;
        places->ending[at] = NO_PLACE;
    }
    for (uint32_t value = 0; value < code->value_count; value++) {
        uint32_t last = places->values[value].last;

        places->values[value].place = NO_PLACE;
        places->next[value] = places->ending[last];
        places->ending[last] = value;
    }
}

static bool take_place(struct places *places, struct value *value)
{
    uint32_t place = 0;

    /* register_count must stay below the limit, too. */
    while (place < AS_MAX_REGISTERS - 1 && places->taken[place])
        place++;
    if (place == AS_MAX_REGISTERS - 1)
        return false;
    places->taken[place] = true;
    value->place = place;
    if (place >= places->count)
        places->count = place + 1;
    return true;
}

static bool assign(struct as_code *code, struct places *places)
{
    for (uint32_t at = 0; at < code->count; at++) {
        uint32_t *used[3];
        unsigned count = registers(&code->insns[at], used);

        for (unsigned i = 0; i < count; i++) {
            struct value *value = &places->values[*used[i]];

            if (value->place == NO_PLACE && !take_place(places, value))
                return false;
            *used[i] = value->place;
        }
        for (uint32_t end = places->ending[at]; end != NO_PLACE;
             end = places->next[end]) {
            if (places->values[end].place != NO_PLACE)
                places->taken[places->values[end].place] = false;
        }
    }
    return true;
}

bool as_code_assign(struct as_code *code, struct as_arena *arena)
{
    struct places places = { .count = 0 };

    places.values = as_alloc(arena, code->value_count * sizeof(*places.values));
    places.next = as_alloc(arena, code->value_count * sizeof(*places.next));
    places.ending = as_alloc(arena, code->count * sizeof(*places.ending));
    if (!places.values || !places.next || !places.ending)
        return false;
    find_ends(code, &places);
    if (!assign(code, &places))
        return false;
    code->register_count = places.count;
    return true;
}

uint32_t as_code_write(const struct as_code *code, struct as_builder *builder)
{
    uint32_t first = as_build_count(builder, AS_TABLE_insn);

    for (uint32_t i = 0; i < code->count; i++) {
        const struct as_code_insn *from = &code->insns[i];
        struct as_insn insn = {
            .op = (uint8_t)from->op,
            .a = (uint8_t)from->a,
            .b = (uint16_t)from->b,
            .c = from->c,
        };

        as_build_code(builder, &insn, 1);
    }
    return first;
}
