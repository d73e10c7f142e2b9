/*
 * verify.c - see verify.h.
 *
 * What is known before an instruction is the type of each register, NONE for
 * one that not every path sets alike.  Since jumps only go forward, one pass
 * in order sees every predecessor of an instruction before the instruction
 * itself: what arrives is the meet of what they leave.  No fixed point needed.
 * Types are kept for jump targets only, `now` is those that fall through.
 *
 * Operands are checked by their kind, types by their rule, each with one
 * table: opcodes.def names both.
 */

#include "program/verify.h"

#include <stdlib.h>

const char *as_fault_text(enum as_fault fault)
{
    static const char *const texts[AS_FAULT_COUNT] = {
#define AS_FAULT(name, text) text,
#include "program/faults.def"
#undef AS_FAULT
    };

    return texts[fault];
}

/* The verification of all programs; the last lines are of the one at hand. */
struct checker {
    const struct as_pack *pack;
    struct as_facts *facts;

    as_type *waiting; /* for each jump target: its registers' types */
    bool *awaited;    /* for each instruction: does a jump lead here? */

    uint32_t index;
    const struct as_row_program *program;
    const struct as_insn *code;
    struct as_context context; /* what its row says is bound around it */
    struct as_facts found;
    as_type now[AS_MAX_REGISTERS];
    bool live; /* does any path lead to this instruction? */
};

/* ---- types ------------------------------------------------------------ */

#define BIT(kind) (1u << AS_KIND_##kind)

enum {
    ORDERED = BIT(INT) | BIT(REAL) | BIT(TIME) | BIT(DURATION) | BIT(TEXT) |
              BIT(IP),
    SCALAR = ORDERED | BIT(BOOL) | BIT(SOURCE),
    SETS = 1u << AS_KIND_COUNT,
    ANY = SCALAR | BIT(JSON) | BIT(OBJECT) | SETS,
};

static unsigned bit_of(as_type type)
{
    if (type & AS_TYPE_SET)
        return SETS;
    return type & AS_TYPE_LIST ? 0 : 1u << (type & AS_TYPE_KIND);
}

bool as_type_is_scalar(as_type type)
{
    return (bit_of(type) & SCALAR) != 0;
}

bool as_type_is_ordered(as_type type)
{
    return (bit_of(type) & ORDERED) != 0;
}

/* An instruction and the types of the registers that it reads. */
struct typing {
    const struct checker *checker;
    const struct as_insn *insn;
    as_type a, b, c;
};

static bool of_slot(const struct typing *typing, as_type *result)
{
    *result = (as_type)typing->checker->pack->slot[typing->insn->b].type;
    return true;
}

static bool of_constant(const struct typing *typing, as_type *result)
{
    *result = (as_type)typing->checker->pack->constant[typing->insn->b].type;
    return as_type_is_scalar(*result);
}

static bool of_param(const struct typing *typing, as_type *result)
{
    *result = (as_type)typing->checker->pack->param[typing->insn->b].type;
    return true;
}

static bool of_column(const struct typing *typing, as_type *result)
{
    const struct as_pack *pack = typing->checker->pack;
    uint32_t alias = typing->checker->context.aliases + typing->insn->b;
    const struct as_row_baseline *row =
        &pack->baseline[pack->alias[alias].baseline];

    *result =
        (as_type)pack->column[as_baseline_column(row, typing->insn->c)].type;
    return true;
}

static bool of_key(const struct typing *typing, as_type *result)
{
    uint32_t column = typing->checker->context.keys + typing->insn->b;

    *result = (as_type)typing->checker->pack->column[column].type;
    return true;
}

static bool of_agg(const struct typing *typing, as_type *result)
{
    uint32_t column = typing->checker->context.aggs + typing->insn->b;

    *result = (as_type)typing->checker->pack->column[column].type;
    return true;
}

static bool of_operand(const struct typing *typing, as_type *result)
{
    *result = (as_type)typing->insn->b;
    return (bit_of(*result) & (SCALAR | BIT(JSON))) != 0;
}

static bool as_before(const struct typing *typing, as_type *result)
{
    *result = typing->b;
    return true;
}

static bool returned(const struct typing *typing, as_type *result)
{
    (void)result;
    return typing->a == typing->checker->program->type;
}

static bool alike(const struct typing *typing, as_type *result)
{
    (void)result;
    return typing->b == typing->c;
}

static bool in_block(const struct typing *typing, as_type *result)
{
    (void)result;
    return typing->checker->pack->constant[typing->insn->c].type ==
           AS_KIND_CIDR;
}

static bool is_pattern(const struct typing *typing, as_type *result)
{
    (void)result;
    return typing->checker->pack->constant[typing->insn->c].type ==
           AS_KIND_REGEX;
}

static as_type list_type(const struct typing *typing)
{
    return (as_type)typing->checker->pack->list[typing->insn->c].type;
}

static bool in_list(const struct typing *typing, as_type *result)
{
    (void)result;
    return list_type(typing) == typing->b ||
           (list_type(typing) == AS_KIND_CIDR && typing->b == AS_KIND_IP);
}

static bool list_of_text(const struct typing *typing, as_type *result)
{
    (void)result;
    return list_type(typing) == AS_KIND_TEXT;
}

static bool list_of_regex(const struct typing *typing, as_type *result)
{
    (void)result;
    return list_type(typing) == AS_KIND_REGEX;
}

static bool in_set(const struct typing *typing, as_type *result)
{
    (void)result;
    return typing->c == (typing->b | AS_TYPE_SET);
}

static bool in_baseline(const struct typing *typing, as_type *result)
{
    const struct as_pack *pack = typing->checker->pack;
    const struct as_row_member *member = &pack->member[typing->insn->c];
    const struct as_row_baseline *row = &pack->baseline[member->baseline];
    uint32_t type = pack->column[as_baseline_column(row, member->column)].type;

    (void)result;
    return type == typing->b || type == (typing->b | (unsigned)AS_TYPE_SET);
}

static bool sum(const struct typing *typing, as_type *result)
{
    bool shift = (typing->b == AS_KIND_TIME && typing->c == AS_KIND_DURATION) ||
                 (typing->b == AS_KIND_DURATION && typing->c == AS_KIND_TIME);

    *result = shift ? (as_type)AS_KIND_TIME : typing->b;
    return shift || (typing->b == typing->c && typing->b != AS_KIND_TIME);
}

static bool difference(const struct typing *typing, as_type *result)
{
    bool apart = typing->b == AS_KIND_TIME && typing->c == AS_KIND_TIME;

    *result = apart ? (as_type)AS_KIND_DURATION : typing->b;
    return typing->b == typing->c ||
           (typing->b == AS_KIND_TIME && typing->c == AS_KIND_DURATION);
}

enum {
    ADDENDS = BIT(INT) | BIT(REAL) | BIT(DURATION) | BIT(TIME),
};

/*
 * rules.def as data: the kinds that the registers may have, where the
 * instruction has such operands; the type of the result, where that is always
 * the same; and what else must hold, or gives the result.
 */
static const struct rule {
    unsigned a, b, c;
    as_type result;
    bool (*check)(const struct typing *typing, as_type *result);
} rules[AS_TYPE_RULE_COUNT] = {
    [AS_TYPE_RULE_NONE] = { .a = 0 },
    [AS_TYPE_RULE_SLOT] = { .check = of_slot },
    [AS_TYPE_RULE_CONST] = { .check = of_constant },
    [AS_TYPE_RULE_PARAM] = { .check = of_param },
    [AS_TYPE_RULE_COLUMN] = { .check = of_column },
    [AS_TYPE_RULE_KEY] = { .check = of_key },
    [AS_TYPE_RULE_AGG] = { .check = of_agg },
    [AS_TYPE_RULE_ITEM] = { .result = AS_KIND_JSON },
    [AS_TYPE_RULE_MISSING] = { .check = of_operand },
    [AS_TYPE_RULE_MOVE] = { .b = ANY, .check = as_before },
    [AS_TYPE_RULE_TEST] = { .a = BIT(BOOL) },
    [AS_TYPE_RULE_ANY] = { .a = ANY },
    [AS_TYPE_RULE_RETURN] = { .a = ANY, .check = returned },
    [AS_TYPE_RULE_BOOL1] = { .b = BIT(BOOL), .result = AS_KIND_BOOL },
    [AS_TYPE_RULE_BOOL2] = { .b = BIT(BOOL),
                             .c = BIT(BOOL),
                             .result = AS_KIND_BOOL },
    [AS_TYPE_RULE_PRESENCE] = { .b = ANY, .result = AS_KIND_BOOL },
    [AS_TYPE_RULE_EQUAL] = { .b = SCALAR,
                             .c = SCALAR,
                             .result = AS_KIND_BOOL,
                             .check = alike },
    [AS_TYPE_RULE_ORDER] = { .b = ORDERED,
                             .c = ORDERED,
                             .result = AS_KIND_BOOL,
                             .check = alike },
    [AS_TYPE_RULE_IN_CIDR] = { .b = BIT(IP),
                               .result = AS_KIND_BOOL,
                               .check = in_block },
    [AS_TYPE_RULE_IN_LIST] = { .b = SCALAR,
                               .result = AS_KIND_BOOL,
                               .check = in_list },
    [AS_TYPE_RULE_IN_SET] = { .b = SCALAR,
                              .c = SETS,
                              .result = AS_KIND_BOOL,
                              .check = in_set },
    [AS_TYPE_RULE_IN_BASE] = { .b = SCALAR,
                               .result = AS_KIND_BOOL,
                               .check = in_baseline },
    [AS_TYPE_RULE_LEN_TEXT] = { .b = BIT(TEXT), .result = AS_KIND_INT },
    [AS_TYPE_RULE_LEN_SET] = { .b = SETS, .result = AS_KIND_INT },
    [AS_TYPE_RULE_LEN_LIST] = { .result = AS_KIND_INT },
    [AS_TYPE_RULE_TEXT1] = { .b = BIT(TEXT), .result = AS_KIND_TEXT },
    [AS_TYPE_RULE_TEXT2] = { .b = BIT(TEXT),
                             .c = BIT(TEXT),
                             .result = AS_KIND_BOOL },
    [AS_TYPE_RULE_MATCHES] = { .b = BIT(TEXT),
                               .result = AS_KIND_BOOL,
                               .check = is_pattern },
    [AS_TYPE_RULE_TEXT_ANY] = { .b = BIT(TEXT),
                                .result = AS_KIND_BOOL,
                                .check = list_of_text },
    [AS_TYPE_RULE_REGEX_ANY] = { .b = BIT(TEXT),
                                 .result = AS_KIND_BOOL,
                                 .check = list_of_regex },
    [AS_TYPE_RULE_SOURCE] = { .b = BIT(SOURCE) | BIT(IP),
                              .result = AS_KIND_BOOL },
    [AS_TYPE_RULE_ADD] = { .b = ADDENDS, .c = ADDENDS, .check = sum },
    [AS_TYPE_RULE_SUB] = { .b = ADDENDS, .c = ADDENDS, .check = difference },
    [AS_TYPE_RULE_CONCAT] = { .b = BIT(TEXT),
                              .c = BIT(TEXT),
                              .result = AS_KIND_TEXT },
    [AS_TYPE_RULE_TO_TEXT] = { .b = SCALAR | BIT(JSON),
                               .result = AS_KIND_TEXT },
    [AS_TYPE_RULE_TO_INT] = { .b = BIT(JSON), .result = AS_KIND_INT },
    [AS_TYPE_RULE_TO_REAL] = { .b = BIT(INT) | BIT(JSON),
                               .result = AS_KIND_REAL },
    [AS_TYPE_RULE_TO_BOOL] = { .b = BIT(JSON), .result = AS_KIND_BOOL },
    [AS_TYPE_RULE_TO_TIME] = { .b = BIT(TEXT) | BIT(JSON),
                               .result = AS_KIND_TIME },
    [AS_TYPE_RULE_TO_IP] = { .b = BIT(SOURCE) | BIT(TEXT) | BIT(JSON),
                             .result = AS_KIND_IP },
    [AS_TYPE_RULE_TO_SOURCE] = { .b = BIT(IP) | BIT(TEXT) | BIT(JSON),
                                 .result = AS_KIND_SOURCE },
    [AS_TYPE_RULE_PARSE] = { .b = BIT(TEXT), .result = AS_KIND_JSON },
    [AS_TYPE_RULE_JSON] = { .b = BIT(JSON), .result = AS_KIND_JSON },
    [AS_TYPE_RULE_LOOP] = { .b = BIT(JSON), .result = AS_KIND_BOOL },
    [AS_TYPE_RULE_PROBE] = { .result = AS_KIND_BOOL },
};

/* The type of register `r` if the operand reads it.  Operands lie within
 * their tables by now. */
static enum as_fault read_type(const struct checker *checker,
                               enum as_operand kind, uint32_t r,
                               unsigned allowed, as_type *type)
{
    if (kind != AS_OPERAND_SRC)
        return AS_FAULT_NONE;
    *type = checker->now[r];
    if (*type == AS_KIND_NONE)
        return AS_FAULT_UNSET;
    return bit_of(*type) & allowed ? AS_FAULT_NONE : AS_FAULT_TYPE;
}

/* Apply the instruction's rule to the types at hand. */
static enum as_fault check_types(struct checker *checker,
                                 const struct as_insn *insn)
{
    const struct as_op_info *info = &as_op_info[insn->op];
    const struct rule *rule = &rules[info->rule];
    struct typing typing = { .checker = checker, .insn = insn };
    as_type result = rule->result;
    enum as_fault fault;

    fault = read_type(checker, info->a, insn->a, rule->a, &typing.a);
    if (!fault)
        fault = read_type(checker, info->b, insn->b, rule->b, &typing.b);
    if (!fault)
        fault = read_type(checker, info->c, insn->c, rule->c, &typing.c);
    if (!fault && rule->check && !rule->check(&typing, &result))
        fault = AS_FAULT_TYPE;
    if (!fault && info->a == AS_OPERAND_DST)
        checker->now[insn->a] = result;
    return fault;
}

/* ---- what is bound ---------------------------------------------------- */

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* It reads this slot, or none. */
static void read_slot(struct as_facts *found, uint32_t slot)
{
    if (slot == AS_NO_ROW)
        return;
    found->several |= found->slot != AS_NO_ROW && found->slot != slot;
    found->slot = slot;
}

/* Take up what a program needs that is run from here.  A cost stays at one
 * more than is allowed, so that it can't overflow. */
static void call(struct as_facts *found, const struct as_facts *callee)
{
    uint32_t cost = found->cost + callee->cost;

    found->baselines = larger(found->baselines, callee->baselines);
    found->calls = larger(found->calls, callee->calls + 1);
    found->several |= callee->several;
    read_slot(found, callee->slot);
    found->cost = cost > AS_MAX_CODE ? (uint32_t)AS_MAX_CODE + 1 : cost;
}

/* Do `count` aliases from `a` on stand for the same rows as those from `b`? */
static bool same_rows(const struct as_pack *pack, uint32_t a, uint32_t b,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (pack->alias[a + i].baseline != pack->alias[b + i].baseline)
            return false;
    }
    return true;
}

static bool aliases_fit(const struct as_pack *pack,
                        const struct as_row_program *row,
                        const struct as_context *context)
{
    bool all = row->alias_count == context->alias_count;

    if (row->alias_count > context->alias_count ||
        !same_rows(pack, row->aliases, context->aliases, row->alias_count))
        return false;
    switch (context->need) {
    case AS_ALIASES_SOME:
        return true;
    case AS_ALIASES_ALL:
        return all;
    case AS_ALIASES_ALL_OR_NONE:
        return all || row->alias_count == 0;
    }
    return false;
}

enum as_fault as_verify_context(const struct as_pack *pack,
                                const struct as_facts *facts, uint32_t program,
                                const struct as_context *context)
{
    const struct as_row_program *row = &pack->program[program];

    if (row->reads_event && !context->event)
        return AS_FAULT_EVENT;
    if (row->item_count != context->items)
        return AS_FAULT_ITEM;
    if (!aliases_fit(pack, row, context))
        return AS_FAULT_ALIAS;
    if (row->key_count &&
        (row->keys != context->keys || row->key_count != context->key_count))
        return AS_FAULT_KEY;
    if (row->agg_count &&
        (row->aggs != context->aggs || row->agg_count != context->agg_count))
        return AS_FAULT_AGG;
    if (facts[program].baselines > context->baselines)
        return AS_FAULT_BASELINE;
    return AS_FAULT_NONE;
}

/* A program below `before`, run where `context` is bound. */
static enum as_fault check_call(const struct as_pack *pack,
                                const struct as_facts *facts, uint32_t before,
                                uint32_t program,
                                const struct as_context *context,
                                struct as_facts *found)
{
    if (program >= before)
        return AS_FAULT_CALLEE;
    call(found, &facts[program]);
    return as_verify_context(pack, facts, program, context);
}

/* The filter's aliases are rows of their own: the caller's, then the one that
 * the probe looks at. */
static enum as_fault check_filter(const struct as_pack *pack,
                                  const struct as_facts *facts, uint32_t before,
                                  const struct as_row_probe *probe,
                                  const struct as_context *context,
                                  struct as_facts *found)
{
    const struct as_row_program *row = &pack->program[probe->filter];
    struct as_context inner = *context;

    inner.aliases = row->aliases;
    inner.alias_count = context->alias_count + 1;
    inner.need = AS_ALIASES_ALL;
    if (row->alias_count != inner.alias_count ||
        !same_rows(pack, row->aliases, context->aliases,
                   context->alias_count) ||
        pack->alias[row->aliases + context->alias_count].baseline !=
            probe->baseline)
        return AS_FAULT_ALIAS;
    if (row->type != AS_KIND_BOOL)
        return AS_FAULT_BODY;
    return check_call(pack, facts, before, probe->filter, &inner, found);
}

enum as_fault as_verify_probe(const struct as_pack *pack,
                              const struct as_facts *facts, uint32_t before,
                              uint32_t probe, const struct as_context *context,
                              struct as_facts *found)
{
    const struct as_row_probe *row = &pack->probe[probe];
    const struct as_row_baseline *baseline = &pack->baseline[row->baseline];
    struct as_context outer = *context;
    uint32_t given = 0;

    if (row->key_mask == 0 || row->key_mask >> baseline->key_count != 0)
        return AS_FAULT_PROBE;
    if (row->baseline >= context->baselines)
        return AS_FAULT_BASELINE;
    found->baselines = larger(found->baselines, row->baseline + 1);
    outer.need = AS_ALIASES_SOME;
    for (uint32_t key = 0; key < baseline->key_count; key++) {
        if ((row->key_mask >> key & 1) == 0)
            continue;
        if (given == row->key_count)
            return AS_FAULT_PROBE;

        uint32_t program = pack->argument[row->keys + given++].program;
        enum as_fault fault = check_call(pack, facts, before, program, &outer,
                                         found);
        if (fault)
            return fault;
        if (pack->program[program].type !=
            pack->column[baseline->keys + key].type)
            return AS_FAULT_TYPE;
    }
    if (given != row->key_count)
        return AS_FAULT_PROBE;
    if (row->filter == AS_NO_ROW)
        return AS_FAULT_NONE;
    return check_filter(pack, facts, before, row, &outer, found);
}

static enum as_fault check_loop(struct checker *checker, uint32_t loop)
{
    uint32_t body = checker->pack->loop[loop].body;
    struct as_context inner = checker->context;

    if (inner.items == AS_MAX_ITEMS)
        return AS_FAULT_ITEM;
    inner.items++;
    if (checker->pack->program[body].type != AS_KIND_BOOL)
        return AS_FAULT_BODY;
    return check_call(checker->pack, checker->facts, checker->index, body,
                      &inner, &checker->found);
}

/* ---- operands --------------------------------------------------------- */

static enum as_fault row_of(uint32_t value, uint32_t count)
{
    return value < count ? AS_FAULT_NONE : AS_FAULT_ROW;
}

static enum as_fault check_slot(struct checker *checker, uint32_t slot)
{
    read_slot(&checker->found, slot);
    if (!checker->context.event)
        return AS_FAULT_EVENT;
    return row_of(slot, checker->pack->slot_count);
}

static enum as_fault check_member(struct checker *checker, uint32_t member)
{
    if (member >= checker->pack->member_count)
        return AS_FAULT_ROW;
    checker->found.baselines = larger(
        checker->found.baselines, checker->pack->member[member].baseline + 1);
    return AS_FAULT_NONE;
}

/* The column of the bound row that the B operand, which has been checked,
 * names. */
static enum as_fault check_column(struct checker *checker, uint32_t alias,
                                  uint32_t column)
{
    const struct as_pack *pack = checker->pack;
    uint32_t baseline = pack->alias[checker->context.aliases + alias].baseline;
    const struct as_row_baseline *row = &pack->baseline[baseline];

    checker->found.baselines = larger(checker->found.baselines, baseline + 1);
    return column < row->key_count + row->column_count ? AS_FAULT_NONE
                                                       : AS_FAULT_COLUMN;
}

static enum as_fault check_probe(struct checker *checker, uint32_t probe)
{
    if (probe >= checker->pack->probe_count)
        return AS_FAULT_ROW;
    return as_verify_probe(checker->pack, checker->facts, checker->index, probe,
                           &checker->context, &checker->found);
}

/* A jump takes what is known along to its target. */
static enum as_fault check_jump(const struct checker *checker, uint32_t at,
                                uint32_t target)
{
    return target > at && target < checker->program->code_length
             ? AS_FAULT_NONE
             : AS_FAULT_JUMP;
}

static enum as_fault check_operand(struct checker *checker, uint32_t at,
                                   enum as_operand kind, uint32_t value)
{
    const struct as_pack *pack = checker->pack;
    const struct as_context *bound = &checker->context;

    switch (kind) {
    case AS_OPERAND_NONE:
        return value == 0 ? AS_FAULT_NONE : AS_FAULT_UNUSED;
    case AS_OPERAND_DST:
    case AS_OPERAND_SRC:
        return value < checker->program->register_count ? AS_FAULT_NONE
                                                        : AS_FAULT_REGISTER;
    case AS_OPERAND_SLOT:
        return check_slot(checker, value);
    case AS_OPERAND_CONST:
        return row_of(value, pack->constant_count);
    case AS_OPERAND_PARAM:
        return row_of(value, pack->param_count);
    case AS_OPERAND_LIST:
        return row_of(value, pack->list_count);
    case AS_OPERAND_ROUTE:
        return row_of(value, pack->route_count);
    case AS_OPERAND_LOOP:
        return value < pack->loop_count ? check_loop(checker, value)
                                        : AS_FAULT_ROW;
    case AS_OPERAND_PROBE:
        return check_probe(checker, value);
    case AS_OPERAND_MEMBER:
        return check_member(checker, value);
    case AS_OPERAND_ALIAS:
        return value < bound->alias_count ? AS_FAULT_NONE : AS_FAULT_ALIAS;
    case AS_OPERAND_COLUMN:
        return check_column(checker, checker->code[at].b, value);
    case AS_OPERAND_KEY:
        return value < bound->key_count ? AS_FAULT_NONE : AS_FAULT_KEY;
    case AS_OPERAND_AGG:
        return value < bound->agg_count ? AS_FAULT_NONE : AS_FAULT_AGG;
    case AS_OPERAND_ITEM:
        return value < bound->items ? AS_FAULT_NONE : AS_FAULT_ITEM;
    case AS_OPERAND_TYPE: /* its rule looks at it */
        return value <= UINT8_MAX && (value & AS_TYPE_KIND) < AS_KIND_COUNT
                 ? AS_FAULT_NONE
                 : AS_FAULT_TYPE;
    case AS_OPERAND_JUMP:
        return check_jump(checker, at, value);
    }
    return AS_FAULT_ROW;
}

static enum as_fault check_operands(struct checker *checker, uint32_t at)
{
    const struct as_insn *insn = &checker->code[at];

    if (insn->op >= AS_OP_COUNT)
        return AS_FAULT_OPCODE;

    const struct as_op_info *info = &as_op_info[insn->op];
    enum as_fault fault = check_operand(checker, at, info->a, insn->a);
    if (!fault)
        fault = check_operand(checker, at, info->b, insn->b);
    if (!fault)
        fault = check_operand(checker, at, info->c, insn->c);
    return fault;
}

/* ---- the flow of types ------------------------------------------------ */

/* Keep of `into` what `from` says too. */
static void meet(as_type *into, const as_type *from, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (into[i] != from[i])
            into[i] = AS_KIND_NONE;
    }
}

/* Before the instruction: join what falls through and what jumps here. */
static void arrive(struct checker *checker, uint32_t at)
{
    uint32_t count = checker->program->register_count;
    const as_type *waiting = checker->waiting + (size_t)at * count;

    if (!checker->awaited[at])
        return;
    if (checker->live)
        meet(checker->now, waiting, count);
    else
        memcpy(checker->now, waiting, count);
    checker->live = true;
}

static void jump(struct checker *checker, uint32_t target)
{
    uint32_t count = checker->program->register_count;
    as_type *waiting = checker->waiting + (size_t)target * count;

    if (checker->awaited[target])
        meet(waiting, checker->now, count);
    else
        memcpy(waiting, checker->now, count);
    checker->awaited[target] = true;
}

/* Check the instruction and hand its types on to those that may follow. */
static enum as_fault step(struct checker *checker, uint32_t at)
{
    const struct as_insn *insn = &checker->code[at];
    enum as_fault fault = check_operands(checker, at);

    arrive(checker, at);
    if (!fault && checker->live)
        fault = check_types(checker, insn);
    if (fault)
        return fault;
    if (checker->live && as_op_info[insn->op].c == AS_OPERAND_JUMP)
        jump(checker, insn->c);
    if (insn->op == AS_OP_JUMP || insn->op == AS_OP_RETURN)
        checker->live = false;
    return AS_FAULT_NONE;
}

/* ---- programs --------------------------------------------------------- */

static void open_program(struct checker *checker, uint32_t index)
{
    const struct as_row_program *row = &checker->pack->program[index];

    checker->index = index;
    checker->program = row;
    checker->code = checker->pack->insn + row->code;
    checker->context = (struct as_context){
        .event = row->reads_event != 0,
        .items = row->item_count,
        .aliases = row->aliases,
        .alias_count = row->alias_count,
        .keys = row->keys,
        .key_count = row->key_count,
        .aggs = row->aggs,
        .agg_count = row->agg_count,
        .baselines = checker->pack->baseline_count,
    };
    checker->found = (struct as_facts){ .cost = row->code_length,
                                        .slot = AS_NO_ROW };
    checker->live = true;
    memset(checker->now, AS_KIND_NONE, sizeof(checker->now));
    memset(checker->awaited, 0, row->code_length * sizeof(bool));
}

static enum as_fault check_program(struct checker *checker, uint32_t index,
                                   uint32_t *at)
{
    open_program(checker, index);
    if (checker->context.alias_count > AS_MAX_ALIASES)
        return AS_FAULT_ALIAS;
    for (uint32_t i = 0; i < checker->program->code_length; i++) {
        enum as_fault fault = step(checker, i);
        *at = i;
        if (fault)
            return fault;
    }
    if (checker->code[*at].op != AS_OP_RETURN)
        return AS_FAULT_END;
    if (checker->found.calls > AS_MAX_CALLS)
        return AS_FAULT_CALLS;
    if (checker->found.cost > AS_MAX_CODE)
        return AS_FAULT_COST;
    checker->facts[index] = checker->found;
    return AS_FAULT_NONE;
}

/* Room for the largest program; a fault if one has no length that it may. */
static enum as_fault make_room(struct checker *checker,
                               struct as_verdict *verdict)
{
    size_t code = 1, types = 1;

    for (uint32_t i = 0; i < checker->pack->program_count; i++) {
        const struct as_row_program *row = &checker->pack->program[i];
        size_t need = (size_t)row->code_length * row->register_count;
        verdict->program = i;
        if (row->code_length == 0 || row->code_length > AS_MAX_PROGRAM)
            return AS_FAULT_LENGTH;
        code = row->code_length > code ? row->code_length : code;
        types = need > types ? need : types;
    }
    checker->waiting = malloc(types);
    checker->awaited = malloc(code * sizeof(bool));
    return checker->waiting && checker->awaited ? AS_FAULT_NONE
                                                : AS_FAULT_MEMORY;
}

struct as_verdict as_verify(const struct as_pack *pack, struct as_facts *facts)
{
    struct checker checker = { .pack = pack, .facts = facts };
    struct as_verdict verdict = { AS_FAULT_NONE, 0, 0 };

    verdict.fault = make_room(&checker, &verdict);
    for (uint32_t i = 0; i < pack->program_count && !verdict.fault; i++) {
        verdict.program = i;
        verdict.at = 0;
        verdict.fault = check_program(&checker, i, &verdict.at);
    }
    free(checker.waiting);
    free(checker.awaited);
    return verdict;
}
