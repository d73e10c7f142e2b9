/*
 * verify.c - programs that must be accepted, programs that must be refused,
 * and why.
 *
 * Each row is one program.  Those with a fault have one thing wrong, and say
 * where.  To add a case, add a row.  The last tests see to it that every type
 * rule, every kind of operand and every fault has its rows.
 */

#include "program/verify.h"

#include <stdlib.h>

#include "tap.h"

#define OP(name, a, b, c)                                                      \
    {                                                                          \
        AS_OP_##name, a, b, c                                                  \
    }

/* ---- what the programs refer to --------------------------------------- */

enum {
    K_BOOL,
    K_INT,
    K_REAL,
    K_TIME,
    K_DURATION,
    K_TEXT,
    K_IP,
    K_CIDR,
    K_SOURCE,
    K_REGEX
};

static const struct as_row_constant constants[] = {
    { .type = AS_KIND_BOOL },     { .type = AS_KIND_INT },
    { .type = AS_KIND_REAL },     { .type = AS_KIND_TIME },
    { .type = AS_KIND_DURATION }, { .type = AS_KIND_TEXT },
    { .type = AS_KIND_IP },       { .type = AS_KIND_CIDR },
    { .type = AS_KIND_SOURCE },   { .type = AS_KIND_REGEX },
};

enum { S_TEXT, S_JSON, S_OBJECT, S_SOURCE };

static const struct as_row_slot slots[] = {
    { .type = AS_KIND_TEXT },
    { .type = AS_KIND_JSON },
    { .type = AS_KIND_OBJECT },
    { .type = AS_KIND_SOURCE },
};

static const struct as_row_param params[] = { { .type = AS_KIND_INT } };

enum { L_TEXT, L_CIDR, L_REGEX, L_SOURCE };

static const struct as_row_list lists[] = {
    { .type = AS_KIND_TEXT },
    { .type = AS_KIND_CIDR },
    { .type = AS_KIND_REGEX },
    { .type = AS_KIND_SOURCE },
};

static const struct as_row_route routes[] = { { 0, 0 } };

/* Baseline 0: keys text and ip; collects set<text>, int.  Baseline 1: one
 * key.  Columns 5 and 6 are a group's key and aggregate. */
enum { SET_OF_TEXT = AS_KIND_TEXT | AS_TYPE_SET };

static const struct as_row_column columns[] = {
    { .type = AS_KIND_TEXT }, { .type = AS_KIND_IP },
    { .type = SET_OF_TEXT },  { .type = AS_KIND_INT },
    { .type = AS_KIND_TEXT }, { .type = AS_KIND_TEXT },
    { .type = SET_OF_TEXT },
};

static const struct as_row_baseline baselines[] = {
    { .keys = 0, .key_count = 2, .columns = 2, .column_count = 2 },
    { .keys = 4, .key_count = 1 },
};

/* Rows 0 and 1 are what most programs have around them; 2 and 3 are a
 * filter's: the caller's one and the probe's; 4 and 5 are the wrong way
 * round, and 5 and 6 are both the first baseline's. */
static const struct as_row_alias aliases[] = {
    { 0, 0 }, { 0, 1 }, { 0, 0 }, { 0, 1 }, { 0, 1 }, { 0, 0 }, { 0, 0 },
};

enum { M_SET, M_IP };
static const struct as_row_member members[] = { { 0, 2 }, { 0, 1 } };

/* Programs that the one under test may run; they stand before it. */
enum {
    P_BOOL,
    P_TEXT,
    P_ITEM,
    P_IP,
    P_FILTER,
    P_EVENT,
    P_KEYS,
    P_ROWS,
    P_AGGS,
    P_OTHER_ROW,
    P_NO_BOOL,
    P_LAST_ROW,
    P_FIRST_ROW,
    P_TEXT_1,
    P_BINDS,
    P_TESTED,
    P_COUNT
};

enum {
    B_BOTH,
    B_FILTER,
    B_NO_KEY,
    B_LARGE_MASK,
    B_FEW,
    B_MANY,
    B_TYPE,
    B_LATE,
    B_ITEM,
    B_WRONG_ROW,
    B_FEW_ROWS,
    B_NO_BOOL,
    B_LAST_ROW,
    B_INNER,
};

static const struct as_insn callees[] = {
    OP(LOAD_CONST, 0, K_BOOL, 0), OP(RETURN, 0, 0, 0), /* P_BOOL and others */
    OP(LOAD_CONST, 0, K_TEXT, 0), OP(RETURN, 0, 0, 0), /* P_TEXT */
    OP(LOAD_CONST, 0, K_IP, 0),   OP(RETURN, 0, 0, 0), /* P_IP */
    OP(PROBE, 0, 0, B_INNER),     OP(RETURN, 0, 0, 0), /* P_BINDS */
};

enum { CALLEE_CODE = sizeof(callees) / sizeof(callees[0]), MOST_CODE = 12 };

static const struct as_row_program programs[P_TESTED] = {
    [P_BOOL] = { 0, 2, 1, AS_KIND_BOOL, .reads_event = 0 },
    [P_TEXT] = { 2, 2, 1, AS_KIND_TEXT, .reads_event = 0 },
    [P_ITEM] = { 0, 2, 1, AS_KIND_BOOL, .item_count = 1 },
    [P_IP] = { 4, 2, 1, AS_KIND_IP, .reads_event = 0 },
    [P_FILTER] = { 0, 2, 1, AS_KIND_BOOL, .aliases = 2, .alias_count = 2 },
    [P_EVENT] = { 0, 2, 1, AS_KIND_BOOL, .reads_event = 1, .item_count = 1 },
    [P_KEYS] = { 0, 2, 1, AS_KIND_BOOL, .item_count = 1, .keys = 5,
                 .key_count = 1 },
    [P_ROWS] = { 0, 2, 1, AS_KIND_BOOL, .item_count = 1, .aliases = 0,
                 .alias_count = 1 },
    [P_AGGS] = { 0, 2, 1, AS_KIND_BOOL, .item_count = 1, .aggs = 6,
                 .agg_count = 1 },
    [P_OTHER_ROW] = { 0, 2, 1, AS_KIND_BOOL, .aliases = 4, .alias_count = 2 },
    [P_NO_BOOL] = { 2, 2, 1, AS_KIND_TEXT, .aliases = 2, .alias_count = 2 },
    [P_LAST_ROW] = { 0, 2, 1, AS_KIND_BOOL, .aliases = 5, .alias_count = 2 },
    [P_FIRST_ROW] = { 0, 2, 1, AS_KIND_BOOL, .item_count = 1, .aliases = 1,
                      .alias_count = 1 },
    [P_TEXT_1] = { 2, 2, 1, AS_KIND_TEXT, .item_count = 1 },
    [P_BINDS] = { 6, 2, 1, AS_KIND_BOOL, .item_count = 1 },
};

static const struct as_row_loop loops[] = {
    { 0, P_ITEM },      { 0, P_TESTED }, { 0, P_TEXT }, { 0, P_BOOL },
    { 0, P_EVENT },     { 0, P_KEYS },   { 0, P_ROWS }, { 0, P_AGGS },
    { 0, P_FIRST_ROW }, { 0, P_BINDS },
};

static const struct as_row_argument arguments[] = {
    { P_TEXT }, { P_IP }, { P_TESTED }, { P_ITEM }, { P_TEXT_1 }
};

/* quant, baseline, key_mask, keys, key_count, filter */
static const struct as_row_probe probes[] = {
    [B_BOTH] = { 0, 0, 3, 0, 2, AS_NO_ROW },
    [B_FILTER] = { 0, 1, 1, 0, 1, P_FILTER },
    [B_NO_KEY] = { 0, 0, 0, 0, 0, AS_NO_ROW },
    [B_LARGE_MASK] = { 0, 1, 2, 0, 1, AS_NO_ROW },
    [B_FEW] = { 0, 0, 3, 0, 1, AS_NO_ROW },
    [B_MANY] = { 0, 0, 1, 0, 2, AS_NO_ROW },
    [B_TYPE] = { 0, 0, 1, 1, 1, AS_NO_ROW },
    [B_LATE] = { 0, 0, 1, 2, 1, AS_NO_ROW },
    [B_ITEM] = { 0, 0, 1, 3, 1, AS_NO_ROW },
    [B_WRONG_ROW] = { 0, 1, 1, 0, 1, P_OTHER_ROW },
    [B_FEW_ROWS] = { 0, 1, 1, 0, 1, P_ROWS },
    [B_NO_BOOL] = { 0, 1, 1, 0, 1, P_NO_BOOL },
    [B_LAST_ROW] = { 0, 1, 1, 0, 1, P_LAST_ROW },
    [B_INNER] = { 0, 0, 1, 4, 1, P_ROWS },
};

/* ---- the cases -------------------------------------------------------- */

/* What is bound around the program: all there is, or nothing. */
enum around { FULL, BARE, EVENT_ONLY, DEEP, ONE_ROW, ROWS_9 };

static const struct as_row_program contexts[] = {
    [FULL] = { .register_count = 4,
               .reads_event = 1,
               .item_count = 1,
               .alias_count = 2,
               .keys = 5,
               .key_count = 1,
               .aggs = 6,
               .agg_count = 1 },
    [BARE] = { .register_count = 4 },
    [EVENT_ONLY] = { .register_count = 4, .reads_event = 1 },
    [DEEP] = { .register_count = 4, .item_count = AS_MAX_ITEMS },
    [ONE_ROW] = { .register_count = 4, .alias_count = 1 },
    [ROWS_9] = { .register_count = 4, .alias_count = AS_MAX_ALIASES + 1 },
};

/* r0 to r2 of the types that a case needs. */
#define TEXT_0   OP(LOAD_CONST, 0, K_TEXT, 0)
#define TEXT_1   OP(LOAD_CONST, 1, K_TEXT, 0)
#define INT_0    OP(LOAD_CONST, 0, K_INT, 0)
#define INT_1    OP(LOAD_CONST, 1, K_INT, 0)
#define REAL_0   OP(LOAD_CONST, 0, K_REAL, 0)
#define REAL_1   OP(LOAD_CONST, 1, K_REAL, 0)
#define TIME_0   OP(LOAD_CONST, 0, K_TIME, 0)
#define TIME_1   OP(LOAD_CONST, 1, K_TIME, 0)
#define SPAN_0   OP(LOAD_CONST, 0, K_DURATION, 0)
#define SPAN_1   OP(LOAD_CONST, 1, K_DURATION, 0)
#define BOOL_0   OP(LOAD_CONST, 0, K_BOOL, 0)
#define BOOL_1   OP(LOAD_CONST, 1, K_BOOL, 0)
#define IP_0     OP(LOAD_CONST, 0, K_IP, 0)
#define SOURCE_0 OP(LOAD_CONST, 0, K_SOURCE, 0)
#define JSON_0   OP(LOAD_SLOT, 0, S_JSON, 0)
#define OBJECT_0 OP(LOAD_SLOT, 0, S_OBJECT, 0)
#define SET_0    OP(LOAD_AGG, 0, 0, 0)
#define SET_1    OP(LOAD_AGG, 1, 0, 0)
#define RETURN_0 OP(RETURN, 0, 0, 0)
#define RETURN_2 OP(RETURN, 2, 0, 0)

static const struct test {
    const char *name;
    enum around around;
    as_type type; /* what it returns */
    enum as_fault fault;
    uint32_t at;
    struct as_insn code[MOST_CODE]; /* ends at the first that is all zero, but
                                       for LOAD_SLOT 0, which none needs */
} cases[] = {
#define GOOD(name, around, type, ...)                                          \
    { name, around, AS_KIND_##type, AS_FAULT_NONE, 0, { __VA_ARGS__ } },
#define BAD(name, around, type, fault, at, ...)                                \
    { name, around, AS_KIND_##type, AS_FAULT_##fault, at, { __VA_ARGS__ } },
#include "verify_cases.def"
#undef GOOD
#undef BAD
};

enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static uint32_t length_of(const struct test *test)
{
    static const struct as_insn zero;
    uint32_t length = 0;

    while (length < MOST_CODE &&
           memcmp(&test->code[length], &zero, sizeof(zero)) != 0)
        length++;
    return length;
}

#define TABLE(name, rows)                                                      \
    .name = rows, .name##_count = (uint32_t)(sizeof(rows) / sizeof(rows[0]))

static struct as_verdict verify(const struct test *test)
{
    struct as_insn code[CALLEE_CODE + MOST_CODE];
    struct as_row_program all[P_COUNT];
    struct as_facts facts[P_COUNT];

    memcpy(code, callees, sizeof(callees));
    memcpy(code + CALLEE_CODE, test->code, sizeof(test->code));
    memcpy(all, programs, sizeof(programs));
    all[P_TESTED] = contexts[test->around];
    all[P_TESTED].type = test->type;
    all[P_TESTED].code = CALLEE_CODE;
    all[P_TESTED].code_length = length_of(test);

    struct as_pack pack = {
        TABLE(constant, constants), TABLE(slot, slots),
        TABLE(param, params),       TABLE(list, lists),
        TABLE(route, routes),       TABLE(column, columns),
        TABLE(baseline, baselines), TABLE(alias, aliases),
        TABLE(member, members),     TABLE(loop, loops),
        TABLE(argument, arguments), TABLE(probe, probes),
        TABLE(program, all),        TABLE(insn, code),
    };

    return as_verify(&pack, facts);
}

static void test_cases(void)
{
    for (size_t i = 0; i < CASES; i++) {
        struct as_verdict verdict = verify(&cases[i]);

        tap_int(verdict.fault, cases[i].fault, cases[i].name);
        if (!cases[i].fault)
            continue;
        tap_int(verdict.program, P_TESTED, "  found in the right program");
        tap_int(verdict.at, cases[i].at, "  found at the right place");
    }
}

/* ---- is every one of them tested? ------------------------------------- */

static const char *const rule_names[] = {
#define AS_RULE(name, text) #name,
#include "program/rules.def"
#undef AS_RULE
};

static const char *const fault_names[] = {
#define AS_FAULT(name, text) #name,
#include "program/faults.def"
#undef AS_FAULT
};

/* Rules by which no operand can be of a wrong type: the program is refused
 * for the operand itself. */
static bool has_types(enum as_type_rule rule)
{
    return rule == AS_TYPE_RULE_CONST || rule == AS_TYPE_RULE_MISSING ||
           rule >= AS_TYPE_RULE_MOVE;
}

static bool is_wrong_type(const struct test *test, enum as_type_rule rule)
{
    bool anything_goes = rule == AS_TYPE_RULE_MOVE ||
                         rule == AS_TYPE_RULE_ANY ||
                         rule == AS_TYPE_RULE_PRESENCE ||
                         rule == AS_TYPE_RULE_LEN_LIST ||
                         rule == AS_TYPE_RULE_PROBE;

    return test->fault == AS_FAULT_TYPE ||
           (test->fault && (anything_goes || !has_types(rule)));
}

static void test_rules(void)
{
    for (int rule = 0; rule < AS_TYPE_RULE_COUNT; rule++) {
        bool accepted = false, refused = false;

        for (size_t i = 0; i < CASES; i++) {
            uint32_t length = length_of(&cases[i]);
            for (uint32_t at = 0; at < length; at++) {
                unsigned op = cases[i].code[at].op;
                if (op >= AS_OP_COUNT || (int)as_op_info[op].rule != rule)
                    continue;
                accepted |= cases[i].fault == AS_FAULT_NONE;
                refused |= cases[i].at == at &&
                           is_wrong_type(&cases[i], (enum as_type_rule)rule);
            }
        }
        if (!tap_ok(accepted && refused,
                    "a type rule has a row that keeps and one that breaks it"))
            printf("# %s: %s\n", rule_names[rule],
                   accepted ? "none breaks it" : "none keeps it");
    }
}

static void test_opcodes(void)
{
    for (int op = 0; op < AS_OP_COUNT; op++) {
        bool accepted = false;

        for (size_t i = 0; i < CASES; i++) {
            for (uint32_t at = 0; at < length_of(&cases[i]); at++)
                accepted |= cases[i].fault == AS_FAULT_NONE &&
                            cases[i].code[at].op == op;
        }
        if (!tap_ok(accepted, "an opcode stands in a good program"))
            printf("# %s\n", as_op_info[op].name);
    }
}

/* The fault of an operand that is out of its table. */
static enum as_fault fault_of(enum as_operand kind)
{
    switch (kind) {
    case AS_OPERAND_NONE:
        return AS_FAULT_UNUSED;
    case AS_OPERAND_DST:
    case AS_OPERAND_SRC:
        return AS_FAULT_REGISTER;
    case AS_OPERAND_SLOT:
    case AS_OPERAND_CONST:
    case AS_OPERAND_PARAM:
    case AS_OPERAND_LIST:
    case AS_OPERAND_ROUTE:
    case AS_OPERAND_LOOP:
    case AS_OPERAND_PROBE:
    case AS_OPERAND_MEMBER:
        return AS_FAULT_ROW;
    case AS_OPERAND_ALIAS:
        return AS_FAULT_ALIAS;
    case AS_OPERAND_COLUMN:
        return AS_FAULT_COLUMN;
    case AS_OPERAND_KEY:
        return AS_FAULT_KEY;
    case AS_OPERAND_AGG:
        return AS_FAULT_AGG;
    case AS_OPERAND_ITEM:
        return AS_FAULT_ITEM;
    case AS_OPERAND_TYPE:
        return AS_FAULT_TYPE;
    case AS_OPERAND_JUMP:
        return AS_FAULT_JUMP;
    }
    return AS_FAULT_NONE;
}

static void test_operands(void)
{
    for (int kind = 0; kind <= AS_OPERAND_JUMP; kind++) {
        bool refused = false;

        for (size_t i = 0; i < CASES; i++) {
            const struct as_insn *insn = &cases[i].code[cases[i].at];
            if (insn->op >= AS_OP_COUNT)
                continue;
            const struct as_op_info *info = &as_op_info[insn->op];
            bool has = (int)info->a == kind || (int)info->b == kind ||
                       (int)info->c == kind;
            refused |= has && cases[i].fault == fault_of((enum as_operand)kind);
        }
        if (!tap_ok(refused, "a kind of operand has a row that breaks it"))
            printf("# number %d\n", kind);
    }
}

/* Those that the tests below reach, with programs of another size. */
static bool has_own_test(int fault)
{
    return fault == AS_FAULT_MEMORY || fault == AS_FAULT_BASELINE ||
           fault == AS_FAULT_CALLS || fault == AS_FAULT_COST;
}

static void test_faults(void)
{
    for (int fault = 0; fault < AS_FAULT_COUNT; fault++) {
        bool found = has_own_test(fault);

        for (size_t i = 0; i < CASES; i++)
            found |= (int)cases[i].fault == fault;
        if (!tap_ok(found, "a fault has a row"))
            printf("# %s\n", fault_names[fault]);
    }
}

/* ---- programs of another size ----------------------------------------- */

/* One program of `length` instructions that sets r0 and returns it. */
static enum as_fault verify_length(uint32_t length, uint32_t registers)
{
    struct as_insn *code = calloc(length, sizeof(*code));
    struct as_facts facts;

    if (!code)
        return AS_FAULT_MEMORY;
    for (uint32_t i = 0; i < length; i++)
        code[i] = (struct as_insn)OP(LOAD_CONST, 0, K_BOOL, 0);
    code[0].a = (uint8_t)(registers - 1);
    code[length - 1] = (struct as_insn)OP(RETURN, 0, 0, 0);

    struct as_row_program row = { 0, length, registers, AS_KIND_BOOL,
                                  .reads_event = 0 };
    struct as_pack pack = {
        TABLE(constant, constants), .program = &row,
        .program_count = 1,         .insn = code,
        .insn_count = length,
    };
    enum as_fault fault = as_verify(&pack, &facts).fault;

    free(code);
    return fault;
}

static void test_length(void)
{
    tap_int(verify_length(3, 1), AS_FAULT_NONE, "a program of three");
    tap_int(verify_length(AS_MAX_PROGRAM, AS_MAX_REGISTERS), AS_FAULT_NONE,
            "the longest program, with all registers");
    tap_int(verify_length(AS_MAX_PROGRAM + 1, 1), AS_FAULT_LENGTH,
            "a program that is too long");
}

enum { CHAIN = AS_MAX_CALLS + 2 };

/* The first `length` of a chain of programs, each with `calls` probes whose
 * key is the program before it. */
static struct as_verdict verify_chain(uint32_t length, uint32_t calls,
                                      uint32_t padding, struct as_facts *facts)
{
    static struct as_insn code[AS_MAX_PROGRAM];
    struct as_row_program rows[CHAIN];
    struct as_row_probe chain_probes[CHAIN];
    struct as_row_argument chain_arguments[CHAIN];
    uint32_t count = padding + calls + 2;

    for (uint32_t i = 0; i < count; i++)
        code[i] = (struct as_insn)OP(LOAD_CONST, 0, K_TEXT, 0);
    code[count - 1] = (struct as_insn)OP(RETURN, 0, 0, 0);
    for (uint32_t i = 0; i < length; i++) {
        rows[i] = (struct as_row_program){ i * count, count, 2, AS_KIND_TEXT,
                                           .reads_event = 0 };
        memcpy(code + i * count, code, count * sizeof(code[0]));
        for (uint32_t call = 0; i && call < calls; call++)
            code[i * count + call] = (struct as_insn)OP(PROBE, 1, 0, i - 1);
        chain_arguments[i] = (struct as_row_argument){ i };
        chain_probes[i] = (struct as_row_probe){ 0, 1, 1, i, 1, AS_NO_ROW };
    }
    struct as_pack pack = {
        TABLE(constant, constants),       TABLE(column, columns),
        TABLE(baseline, baselines),       TABLE(probe, chain_probes),
        TABLE(argument, chain_arguments), .program = rows,
        .program_count = length,          TABLE(insn, code),
    };

    return as_verify(&pack, facts);
}

static void test_calls(void)
{
    struct as_facts facts[CHAIN];
    struct as_verdict verdict;

    verdict = verify_chain(3, 2, 0, facts);
    tap_int(verdict.fault, AS_FAULT_NONE, "programs inside programs");
    tap_int(facts[0].cost, 4, "the cost of a program is its length,");
    tap_int(facts[1].cost, 4 + 2 * 4, "and the cost of what it runs,");
    tap_int(facts[2].cost, 4 + 2 * (4 + 2 * 4), "and so on");
    tap_int(facts[2].calls, 2, "  with their depth");
    tap_int(facts[0].baselines, 0, "  and the baselines they read: none,");
    tap_int(facts[2].baselines, 2, "  or those up to number 1");

    verdict = verify_chain(AS_MAX_CALLS + 1, 1, 0, facts);
    tap_int(verdict.fault, AS_FAULT_NONE, "calls as deep as they may be");
    verdict = verify_chain(AS_MAX_CALLS + 2, 1, 0, facts);
    tap_int(verdict.fault, AS_FAULT_CALLS, "calls that go too deep");

    /* Doubling: 4 * (2^n - 1) steps. */
    verdict = verify_chain(AS_MAX_CALLS, 2, 0, facts);
    tap_int(verdict.fault, AS_FAULT_COST, "calls that would run for years");
    tap_int(verdict.program, 20, "  found at the first that costs too much");
    verdict = verify_chain(AS_MAX_CALLS, 8, 200, facts);
    tap_int(verdict.fault, AS_FAULT_COST, "costs can't overflow");
}

/* ---- contexts that no program gives ----------------------------------- */

static void test_contexts(void)
{
    struct as_row_program row = { .alias_count = 1 };
    struct as_pack pack = { TABLE(alias, aliases), TABLE(baseline, baselines),
                            .program = &row, .program_count = 1 };
    struct as_facts facts = { .baselines = 1, .cost = 1 };
    struct as_context context = { .alias_count = 2, .baselines = 2 };

    tap_int(as_verify_context(&pack, &facts, 0, &context), AS_FAULT_NONE,
            "the first of two rows");
    context.need = AS_ALIASES_ALL;
    tap_int(as_verify_context(&pack, &facts, 0, &context), AS_FAULT_ALIAS,
            "the first of two rows where it must be both");
    context.need = AS_ALIASES_ALL_OR_NONE;
    tap_int(as_verify_context(&pack, &facts, 0, &context), AS_FAULT_ALIAS,
            "the first of two rows where it must be both or none");
    row.alias_count = 0;
    tap_int(as_verify_context(&pack, &facts, 0, &context), AS_FAULT_NONE,
            "none of them");
    row.alias_count = 2;
    tap_int(as_verify_context(&pack, &facts, 0, &context), AS_FAULT_NONE,
            "both of them");
    row.alias_count = 3;
    tap_int(as_verify_context(&pack, &facts, 0, &context), AS_FAULT_ALIAS,
            "one more than there are");
    row.alias_count = 0;
    context.baselines = 0;
    tap_int(as_verify_context(&pack, &facts, 0, &context), AS_FAULT_BASELINE,
            "a baseline that stands too late");
}

static void test_probe_baseline(void)
{
    struct as_pack pack = { TABLE(baseline, baselines), TABLE(probe, probes),
                            TABLE(column, columns) };
    struct as_facts found = { .cost = 0 };
    struct as_context context = { .baselines = 1 };

    tap_int(as_verify_probe(&pack, NULL, 0, B_FILTER, &context, &found),
            AS_FAULT_BASELINE, "a probe of a baseline that stands too late");
}

static void test_types(void)
{
    for (int kind = 0; kind < AS_KIND_COUNT; kind++) {
        as_type set = (as_type)(kind | AS_TYPE_SET);
        as_type list = (as_type)(kind | AS_TYPE_LIST);
        bool scalar = as_type_is_scalar((as_type)kind);

        tap_ok(!as_type_is_scalar(set) && !as_type_is_scalar(list) &&
                   !as_type_is_ordered(set) && !as_type_is_ordered(list),
               "a set or a list is no scalar");
        tap_ok(scalar || !as_type_is_ordered((as_type)kind),
               "what has an order is a scalar");
    }
}

int main(void)
{
    test_cases();
    test_rules();
    test_opcodes();
    test_operands();
    test_faults();
    test_length();
    test_calls();
    test_contexts();
    test_probe_baseline();
    test_types();
    return tap_done();
}
