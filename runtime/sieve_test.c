/*
 * sieve_test.c - see sieve_test.h.
 *
 * Most tests are written as "field, operator, constant" and compiled to the
 * same few instructions: load the slot, load the constant, compare, return.
 * Those are recognised here by their code, so that a pack says nothing twice;
 * every other program is run by the machine.
 */

#include "runtime/sieve_test.h"

#include "common/glob.h"
#include "runtime/convert.h"

enum form {
    BY_PROGRAM,
    BY_PRESENCE, /* IS_PRESENT, IS_MISSING */
    BY_VALUE,    /* EQ, NE, and comparisons of texts, with `operand` */
    BY_BLOCK,    /* IN_CIDR */
    BY_LIST,     /* IN_LIST, and *_ANY over texts */
};

/* About how long each takes, in ns; measured where it matters: a look into a
 * memo costs some 15. */
enum {
    COST_PRESENCE = 1,
    COST_EQUAL = 3,
    COST_PREFIX = 4,
    COST_SEARCH = 25,
    COST_ADDRESS = 40, /* to read one from its text */
    COST_BLOCK = 5,
    COST_TABLE = 25,
    COST_INSN = 15,
    COST_REGEX = 300,

    SHORT_LIST = 8, /* compared with one by one */
};

/* ---- recognising ------------------------------------------------------ */

/* The instructions of a program, one after another. */
struct code {
    const struct as_insn *at;
    uint32_t value, operand; /* the registers that they are in */
};

static bool takes_text(enum as_opcode op)
{
    return op == AS_OP_CONTAINS || op == AS_OP_STARTSWITH ||
           op == AS_OP_ENDSWITH || op == AS_OP_LIKE;
}

static bool takes_texts(enum as_opcode op)
{
    return op == AS_OP_CONTAINS_ANY || op == AS_OP_STARTSWITH_ANY ||
           op == AS_OP_ENDSWITH_ANY || op == AS_OP_LIKE_ANY;
}

static bool read_operand(struct as_sieve_test *test, const struct as_run *run,
                         struct code *code)
{
    const struct as_insn *insn = code->at;

    if (insn->op == AS_OP_LOAD_CONST)
        test->operand = run->constants[insn->b];
    else if (insn->op == AS_OP_LOAD_PARAM)
        test->operand = run->params[insn->b];
    else
        return false;
    code->operand = insn->a;
    code->at++;
    return code->operand != code->value;
}

static enum form form_of(struct as_sieve_test *test, const struct as_run *run,
                         const struct code *code, bool has_operand)
{
    const struct as_insn *insn = code->at;
    enum as_opcode op = (enum as_opcode)insn->op;

    if (has_operand)
        return (op == AS_OP_EQ || op == AS_OP_NE || takes_text(op)) &&
                       insn->b == code->value && insn->c == code->operand
                 ? BY_VALUE
                 : BY_PROGRAM;
    if (insn->b != code->value)
        return BY_PROGRAM;
    if (op == AS_OP_IS_PRESENT || op == AS_OP_IS_MISSING)
        return BY_PRESENCE;
    if (op == AS_OP_IN_CIDR) {
        test->block = &run->blocks[insn->c];
        return BY_BLOCK;
    }
    if (op == AS_OP_IN_LIST || takes_texts(op)) {
        test->list_row = insn->c;
        test->list = &run->lists[insn->c];
        return BY_LIST;
    }
    return BY_PROGRAM;
}

/* The form of the program, if it has one of those above to its end. */
static enum form recognise(struct as_sieve_test *test, const struct as_run *run)
{
    const struct as_row_program *row = &run->pack->program[test->program];
    struct code code = { .at = run->pack->insn + row->code };
    enum form form;
    uint32_t result;

    if (code.at->op != AS_OP_LOAD_SLOT)
        return BY_PROGRAM;
    code.value = (code.at++)->a;
    if ((code.at->op == AS_OP_TO_IP || code.at->op == AS_OP_TO_TEXT) &&
        code.at->b == code.value) {
        test->as = code.at->op;
        code.value = (code.at++)->a;
    }
    form = form_of(test, run, &code, read_operand(test, run, &code));
    test->op = code.at->op;
    result = (code.at++)->a;
    if (form != BY_PROGRAM && code.at->op == AS_OP_NOT &&
        code.at->b == result) {
        test->negate = true;
        result = (code.at++)->a;
    }
    if (form == BY_PROGRAM || code.at->op != AS_OP_RETURN ||
        code.at->a != result)
        return BY_PROGRAM;
    return form;
}

/* The type of the slot that a recognised program reads. */
static uint32_t slot_type(const struct as_pack *pack, uint32_t program)
{
    const struct as_insn *load = pack->insn + pack->program[program].code;

    return pack->slot[load->b].type;
}

/* Are only addresses made of sources, and texts of sources and JSON? */
static bool is_usual(const struct as_sieve_test *test, uint32_t slot_type)
{
    if (test->as == AS_OP_TO_IP)
        return slot_type == AS_KIND_SOURCE;
    if (test->as == AS_OP_TO_TEXT)
        return slot_type == AS_KIND_SOURCE || slot_type == AS_KIND_JSON;
    return true;
}

/* Does it compare a text as it stands in the event?  A source that is no
 * address equals only the same text; its address may be missing where its text
 * is there. */
static bool is_plain(const struct as_sieve_test *test, uint32_t slot_type)
{
    const struct as_value *operand = &test->operand;
    bool text = slot_type == AS_KIND_TEXT || test->as == AS_OP_TO_TEXT;

    if (test->as == AS_OP_TO_IP)
        return false;
    if (test->form == BY_PRESENCE)
        return text || slot_type == AS_KIND_SOURCE || slot_type == AS_KIND_JSON;
    if (test->form == BY_LIST && test->op == AS_OP_IN_LIST)
        return text && test->list->count <= SHORT_LIST;
    if (text)
        return true;
    return slot_type == AS_KIND_SOURCE && test->form == BY_VALUE &&
           operand->kind == AS_KIND_SOURCE && operand->flag != AS_SOURCE_IP;
}

static uint32_t program_cost(const struct as_pack *pack, uint32_t program)
{
    const struct as_row_program *row = &pack->program[program];
    uint32_t cost = 0;

    for (uint32_t i = 0; i < row->code_length; i++) {
        enum as_opcode op = (enum as_opcode)pack->insn[row->code + i].op;

        cost += op == AS_OP_MATCHES || op == AS_OP_MATCHES_ANY ? COST_REGEX
                                                               : COST_INSN;
    }
    return cost;
}

static uint32_t form_cost(const struct as_sieve_test *test)
{
    enum as_opcode op = (enum as_opcode)test->op;
    bool search = op == AS_OP_CONTAINS || op == AS_OP_LIKE ||
                  op == AS_OP_CONTAINS_ANY || op == AS_OP_LIKE_ANY;
    uint32_t text = search ? COST_SEARCH : COST_PREFIX;

    switch ((enum form)test->form) {
    case BY_PRESENCE:
        return COST_PRESENCE;
    case BY_VALUE:
        return takes_text(op) ? text : COST_EQUAL;
    case BY_BLOCK:
        return COST_BLOCK;
    case BY_LIST:
        if (takes_texts(op))
            return text * (test->list->count + 1);
        return test->plain ? COST_EQUAL * test->list->count : COST_TABLE;
    case BY_PROGRAM:
        break;
    }
    return 0;
}

/* Who asks for one value rarely gets it, who asks for any other does. */
static uint32_t guess_stops(const struct as_sieve_test *test)
{
    enum as_opcode op = (enum as_opcode)test->op;
    bool one = op == AS_OP_EQ || op == AS_OP_IN_LIST || op == AS_OP_IN_CIDR;

    if (test->form == BY_PROGRAM || test->form == BY_PRESENCE)
        return 50;
    if (op == AS_OP_NE || test->negate)
        return 5;
    return one ? 90 : 75;
}

void as_sieve_test_init(struct as_sieve_test *test, const struct as_run *run,
                        uint32_t program)
{
    const struct as_pack *pack = run->pack;

    *test = (struct as_sieve_test){ .program = program };
    test->form = (uint8_t)recognise(test, run);
    test->stops = guess_stops(test);
    if (test->form == BY_PROGRAM || !is_usual(test, slot_type(pack, program))) {
        test->form = BY_PROGRAM;
        test->cost = program_cost(pack, program);
        return;
    }
    test->plain = is_plain(test, slot_type(pack, program));
    test->cost = form_cost(test);
    if (!test->plain && slot_type(pack, program) == AS_KIND_SOURCE)
        test->cost += COST_ADDRESS;
}

/* ---- asking ----------------------------------------------------------- */

static enum as_answer answer_of(const struct as_value *value, uint16_t *why)
{
    if (!as_is_missing(value))
        return value->integer ? AS_YES : AS_NO;
    *why = value->why;
    return AS_UNKNOWN;
}

static bool compare_texts(enum as_opcode op, struct as_text a, struct as_text b)
{
    if (op == AS_OP_EQ || op == AS_OP_IN_LIST)
        return as_text_equal(a, b);
    if (op == AS_OP_NE)
        return !as_text_equal(a, b);
    if (op == AS_OP_CONTAINS || op == AS_OP_CONTAINS_ANY)
        return as_text_contains(a, b);
    if (op == AS_OP_STARTSWITH || op == AS_OP_STARTSWITH_ANY)
        return as_text_starts(a, b);
    if (op == AS_OP_ENDSWITH || op == AS_OP_ENDSWITH_ANY)
        return as_text_ends(a, b);
    return as_glob_match(b, a);
}

static bool compare(const struct as_sieve_test *test,
                    const struct as_value *value)
{
    enum as_opcode op = (enum as_opcode)test->op;
    bool equal;

    if (takes_text(op))
        return compare_texts(op, as_value_text(value),
                             as_value_text(&test->operand));
    equal = as_value_equal(value, &test->operand);
    return equal == (op == AS_OP_EQ);
}

static bool has_text(const struct as_sieve_test *test, struct as_text text)
{
    for (uint32_t i = 0; i < test->list->count; i++) {
        if (compare_texts((enum as_opcode)test->op, text,
                          as_value_text(&test->list->values[i])))
            return true;
    }
    return false;
}

static bool is_listed(const struct as_sieve_test *test,
                      const struct as_value *value, struct as_vm *vm)
{
    if (test->op != AS_OP_IN_LIST)
        return has_text(test, as_value_text(value));
    return as_run_list_has(vm->run, test->list_row, value);
}

/* The value is not missing. */
static bool holds(const struct as_sieve_test *test,
                  const struct as_value *value, struct as_vm *vm)
{
    switch ((enum form)test->form) {
    case BY_VALUE:
        return compare(test, value);
    case BY_BLOCK:
        return as_ip_range_has(test->block, &value->address);
    case BY_LIST:
        return is_listed(test, value, vm);
    case BY_PRESENCE:
        return test->op == AS_OP_IS_PRESENT;
    case BY_PROGRAM:
        break;
    }
    return false;
}

/* The address of a source, or the text of a JSON value. */
static struct as_value made_of(const struct as_sieve_test *test,
                               const struct as_value *value, struct as_vm *vm)
{
    struct as_value made = as_missing(0);

    if (as_is_missing(value))
        return *value;
    if (test->as == AS_OP_TO_TEXT && value->kind == AS_KIND_SOURCE)
        return as_words(AS_KIND_TEXT, as_value_text(value));
    if (value->kind == AS_KIND_JSON) {
        struct as_json_value json = { (enum as_json_kind)value->flag,
                                      as_value_text(value) };

        return as_from_json(&json, AS_KIND_TEXT, 0, vm->scratch);
    }
    if (value->flag == AS_SOURCE_IP) {
        made.kind = AS_KIND_IP;
        made.address = *value->ip;
    }
    return made;
}

enum as_answer as_sieve_test_ask(const struct as_sieve_test *test,
                                 const struct as_value *value, struct as_vm *vm,
                                 uint16_t *why)
{
    struct as_value made;

    if (test->form == BY_PROGRAM) {
        struct as_value result = as_vm_run(vm, test->program);

        return answer_of(&result, why);
    }
    if (test->as) {
        made = made_of(test, value, vm);
        value = &made;
    }
    if (!as_is_missing(value))
        return holds(test, value, vm) != test->negate ? AS_YES : AS_NO;
    if (test->form == BY_PRESENCE)
        return (test->op == AS_OP_IS_MISSING) != test->negate ? AS_YES : AS_NO;
    *why = value->why;
    return AS_UNKNOWN;
}

bool as_sieve_test_plain(const struct as_sieve_test *test, struct as_text text)
{
    bool holds;

    if (test->form == BY_VALUE)
        holds = compare_texts((enum as_opcode)test->op, text,
                              as_value_text(&test->operand));
    else if (test->form == BY_LIST)
        holds = has_text(test, text);
    else
        holds = test->op == AS_OP_IS_PRESENT;
    return holds != test->negate;
}
