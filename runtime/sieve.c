/*
 * sieve.c - see sieve.h.
 *
 * A column is a slot that tests read.  For a value of it each operator has one
 * of four answers: not asked yet, all its tests there are true, one is false,
 * or none is false and one is unknown.  That is two bits, kept in a memo by
 * value for the first columns, the screens.
 *
 * An event goes through the screens, the one first that leaves the fewest
 * operators, and bits of 64 operators at once; only answers that were never
 * asked for are worked out, and only for operators that are still in.  When
 * few are left, they are looked at one by one: what is cheap is compared
 * there and then, what is costly is looked up in the memos.
 *
 * Operators have a place in the sieve that is not their number: those that
 * ask the first column for the same stand together, so that what is left
 * after it is in few words, and the others are not looked at again.
 */

#include "runtime/sieve.h"

#include <stdlib.h>

#include "runtime/convert.h"

enum {
    /* So few operators are quicker looked at one by one. */
    FEW = 4,
    /* What a test takes, in ns, that is better remembered than done again. */
    COSTLY = 25,
    /* A column with so many tests or less, which together take less than a
     * look into a memo, needs none. */
    MOST_DIRECT = 6,
    DIRECT_COST = 20,
    /* Bits of all screens together, and memory of all memos, in bytes. */
    MOST_BITS = 1 << 20,
    MOST_MEMO = 8 << 20,
    MOST_OF_ONE = 512 << 10,
};

struct as_sieve_column {
    uint32_t slot;
    enum as_kind kind;
    uint32_t test_count; /* different ones */
    uint64_t cost;       /* of the different ones */
    uint64_t stops;      /* of the tests of all operators */
    /* of a screen: */
    uint64_t *has;                /* operators that have tests here */
    uint64_t *missing;            /* answers for a missing value */
    uint64_t *fleeting;           /* answers for a value that is not kept */
    bool is_direct;               /* it has few tests, all cheap: */
    uint32_t direct[MOST_DIRECT]; /* which, and */
    uint64_t *users;              /* the operators that have each of them */
    struct as_memo memo;
    /* of the event of this number: */
    uint64_t loaded, found;
    struct as_value value;
    uint64_t *answers;
};

/* An operator's tests of one column: a range of sieve->asks. */
struct as_sieve_part {
    uint32_t column;
    uint32_t first, count;
    bool costly;
};

struct as_sieve_operator {
    uint32_t early, tests, test_count, rest, each; /* as in its row */
    uint32_t rule;                                 /* AS_NO_ROW: a baseline */
    uint32_t number;                               /* baselines, then rules */
    bool needed;
    uint32_t parts, part_count;
    bool costly;      /* some part is */
    uint64_t kinship; /* see make_places */
};

/* ---- answers ---------------------------------------------------------- */

/* Two words for 64 operators: yes is 1 and 0, no 0 and 1, unknown 1 and 1. */
static void put_answer(uint64_t *answers, uint32_t n, enum as_answer answer)
{
    uint64_t bit = UINT64_C(1) << (n % 64);

    if (answer != AS_NO)
        answers[n / 64 * 2] |= bit;
    if (answer != AS_YES)
        answers[n / 64 * 2 + 1] |= bit;
}

static const struct as_value *load(const struct as_sieve *sieve,
                                   struct as_sieve_column *column,
                                   struct as_vm *vm)
{
    const struct as_json_value *json = &vm->slots[column->slot];

    if (column->loaded == sieve->event)
        return &column->value;
    column->loaded = sieve->event;
    if (column->kind == AS_KIND_TEXT && json->kind == AS_JSON_TEXT)
        column->value = as_words(AS_KIND_TEXT, json->text);
    else
        column->value = as_from_json(
            json, column->kind,
            (uint16_t)(column->slot < UINT16_MAX ? column->slot + 1 : 0),
            vm->scratch);
    return &column->value;
}

/* What it says depends on the value alone, not on what others have made. */
static enum as_answer ask_aside(const struct as_sieve_test *test,
                                const struct as_value *value, struct as_vm *vm,
                                uint16_t *why)
{
    enum as_answer answer;

    as_vm_aside(vm);
    answer = as_sieve_test_ask(test, value, vm, why);
    as_vm_back(vm);
    return answer;
}

/* A costly test is asked once for an event, whoever shares it. */
static enum as_answer ask(const struct as_sieve *sieve,
                          struct as_sieve_column *column, uint32_t n,
                          struct as_vm *vm, uint16_t *why)
{
    const struct as_sieve_test *test = &sieve->tests[n];
    const struct as_json_value *json = &vm->slots[column->slot];
    struct as_sieve_answer *kept = &sieve->answers[n];

    if (test->plain && json->kind == AS_JSON_TEXT)
        return as_sieve_test_plain(test, json->text) ? AS_YES : AS_NO;
    if (test->cost < COSTLY)
        return ask_aside(test, load(sieve, column, vm), vm, why);
    if (kept->event != sieve->event) {
        kept->event = sieve->event;
        kept->answer = (uint8_t)ask_aside(test, load(sieve, column, vm), vm,
                                          &kept->why);
    }
    *why = kept->why;
    return (enum as_answer)kept->answer;
}

static enum as_answer ask_part(const struct as_sieve *sieve,
                               const struct as_sieve_part *part,
                               struct as_vm *vm)
{
    struct as_sieve_column *column = &sieve->columns[part->column];
    enum as_answer all = AS_YES;
    uint16_t why;

    for (uint32_t i = 0; i < part->count; i++) {
        enum as_answer answer = ask(sieve, column, sieve->asks[part->first + i],
                                    vm, &why);

        if (answer == AS_NO)
            return AS_NO;
        if (answer == AS_UNKNOWN)
            all = AS_UNKNOWN;
    }
    return all;
}

/* The operator's part of a column where it has one. */
static const struct as_sieve_part *find_part(const struct as_sieve *sieve,
                                             uint32_t n, uint32_t column)
{
    const struct as_sieve_operator *owner = &sieve->operators[n];
    uint32_t low = owner->parts, high = low + owner->part_count - 1;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (sieve->parts[middle].column < column)
            low = middle + 1;
        else
            high = middle;
    }
    return &sieve->parts[low];
}

/* The answers for the event's value of a screen. */
static uint64_t *find_answers(const struct as_sieve *sieve,
                              struct as_sieve_column *column,
                              const struct as_vm *vm)
{
    struct as_json_value value = vm->slots[column->slot];

    if (column->found == sieve->event)
        return column->answers;
    column->found = sieve->event;
    if (value.kind == AS_JSON_ABSENT || value.kind == AS_JSON_NULL)
        return column->answers = column->missing;
    if (column->kind == AS_KIND_OBJECT)
        value.text.length = 0; /* only its presence is asked for */
    column->answers = as_memo_find(&column->memo, &value);
    if (!column->answers) {
        column->answers = column->fleeting;
        memset(column->fleeting, 0, 2 * sieve->word_count * sizeof(uint64_t));
    }
    return column->answers;
}

/* ---- screens ---------------------------------------------------------- */

/* Forget the words without operators.  Are more than a few left that have
 * tests? */
static bool are_many(struct as_sieve *sieve)
{
    uint32_t count = 0, live = 0;

    for (uint32_t i = 0; i < sieve->live_count; i++) {
        uint32_t w = sieve->live[i];
        uint64_t word = sieve->in[w];

        sieve->live[live] = w;
        live += word != 0;
        for (word &= sieve->tested[w]; word && count <= FEW; word &= word - 1)
            count++;
    }
    sieve->live_count = live;
    return count > FEW;
}

static bool concerns(const struct as_sieve *sieve,
                     const struct as_sieve_column *column)
{
    for (uint32_t i = 0; i < sieve->live_count; i++) {
        uint32_t w = sieve->live[i];

        if (sieve->in[w] & column->has[w])
            return true;
    }
    return false;
}

/* Ask for the operators `need` of word `w`. */
static void settle(const struct as_sieve *sieve, uint32_t column, uint32_t w,
                   uint64_t need, uint64_t *answers, struct as_vm *vm)
{
    for (; need; need &= need - 1) {
        uint32_t n = w * 64 + (uint32_t)__builtin_ctzll(need);

        put_answer(answers, n,
                   ask_part(sieve, find_part(sieve, n, column), vm));
    }
}

/* A direct column: ask each of its tests, whoever has it. */
static void screen_directly(const struct as_sieve *sieve,
                            struct as_sieve_column *column, struct as_vm *vm)
{
    const uint64_t *users = column->users;
    uint16_t why;

    for (uint32_t t = 0; t < column->test_count; t++) {
        enum as_answer answer = ask(sieve, column, column->direct[t], vm, &why);

        for (uint32_t i = 0; i < sieve->live_count && answer != AS_YES; i++) {
            uint32_t w = sieve->live[i];

            if (answer == AS_NO)
                sieve->in[w] &= ~users[w];
            else
                sieve->unknown[w] |= users[w];
        }
        users += sieve->word_count;
    }
}

/* Take out those that this column says no to. */
static void screen(const struct as_sieve *sieve, uint32_t n, struct as_vm *vm)
{
    struct as_sieve_column *column = &sieve->columns[n];
    uint64_t *answers;

    if (!concerns(sieve, column))
        return;
    if (column->is_direct) {
        screen_directly(sieve, column, vm);
        return;
    }
    answers = find_answers(sieve, column, vm);
    for (uint32_t i = 0; i < sieve->live_count; i++) {
        uint32_t w = sieve->live[i];
        const uint64_t *two = answers + (size_t)2 * w;
        uint64_t here = sieve->in[w] & column->has[w];
        uint64_t need = here & ~(two[0] | two[1]);

        if (need)
            settle(sieve, n, w, need, answers, vm);
        sieve->in[w] &= ~(here & ~two[0]);
        sieve->unknown[w] |= here & two[0] & two[1];
    }
}

/* Screen until few are left; how many of the screens have been used. */
static uint32_t screen_all(struct as_sieve *sieve, struct as_vm *vm)
{
    uint32_t n = 0;

    memset(sieve->unknown, 0, sieve->word_count * sizeof(*sieve->unknown));
    while (n < sieve->screen_count && are_many(sieve))
        screen(sieve, n++, vm);
    return n;
}

/* ---- one by one ------------------------------------------------------- */

static enum as_answer recall(const struct as_sieve *sieve, uint32_t n,
                             const struct as_sieve_part *part, struct as_vm *vm)
{
    uint64_t bit = UINT64_C(1) << (n % 64), *two;

    if (part->column >= sieve->screen_count ||
        sieve->columns[part->column].is_direct)
        return ask_part(sieve, part, vm);
    two = find_answers(sieve, &sieve->columns[part->column], vm) +
          (size_t)2 * (n / 64);
    if (((two[0] | two[1]) & bit) == 0)
        put_answer(two, n % 64, ask_part(sieve, part, vm));
    if ((two[0] & bit) == 0)
        return AS_NO;
    return two[1] & bit ? AS_UNKNOWN : AS_YES;
}

/* What the operator's parts behind the first `screened` columns say: the
 * cheap ones, or the costly. */
static enum as_answer ask_parts(const struct as_sieve *sieve, uint32_t n,
                                uint32_t screened, bool costly,
                                struct as_vm *vm)
{
    const struct as_sieve_operator *owner = &sieve->operators[n];
    enum as_answer all = AS_YES;

    for (uint32_t i = 0; i < owner->part_count; i++) {
        const struct as_sieve_part *part = &sieve->parts[owner->parts + i];
        enum as_answer answer;

        if (part->column < screened || part->costly != costly)
            continue;
        answer = costly ? recall(sieve, n, part, vm)
                        : ask_part(sieve, part, vm);
        if (answer == AS_NO)
            return AS_NO;
        if (answer == AS_UNKNOWN)
            all = AS_UNKNOWN;
    }
    return all;
}

/* Some test is unknown and none is false: so is the condition, unless what
 * is left of it is false.  Unknown for the first part that is. */
static void count_unknown(const struct as_sieve *sieve, struct as_judge *judge,
                          const struct as_sieve_operator *owner)
{
    uint16_t why = 0;

    if (owner->rule == AS_NO_ROW)
        return;
    if (owner->rest != AS_NO_ROW) {
        judge->vm.visits = 0;
        as_vm_aside(&judge->vm);
        as_judge_true(judge, owner->early, owner->rule);
        as_vm_back(&judge->vm);
        return;
    }
    for (uint32_t i = 0; i < owner->test_count; i++) {
        uint32_t row = owner->tests + i;
        struct as_sieve_column *column =
            &sieve->columns[sieve->column_of[sieve->pack->test[row].slot]];

        if (ask(sieve, column, sieve->test_of[row], &judge->vm, &why) ==
            AS_UNKNOWN)
            break;
    }
    as_stats_unknown(judge->stats, owner->rule, why);
}

/* `early` is true of some element. */
static bool wants_element(struct as_judge *judge,
                          const struct as_sieve_operator *owner)
{
    struct as_elements elements;
    bool any = false;

    as_elements_start(judge, &elements, owner->each);
    while (!any && as_elements_next(judge, &elements))
        any = as_judge_true(judge, owner->early, AS_NO_ROW);
    /* It will not be judged: what could not be told is counted now. */
    if (!any && owner->rule != AS_NO_ROW) {
        as_elements_start(judge, &elements, owner->each);
        while (as_elements_next(judge, &elements))
            as_judge_true(judge, owner->early, owner->rule);
    }
    judge->vm.item_count = 0; /* as the other operators have it */
    return any;
}

/* The parts of the condition that are no tests. */
static bool wants_rest(struct as_judge *judge,
                       const struct as_sieve_operator *owner)
{
    judge->vm.visits = 0;
    return as_judge_true(judge, owner->rest, owner->rule);
}

static bool wants(const struct as_sieve *sieve, struct as_judge *judge,
                  uint32_t n, uint32_t screened, bool unknown)
{
    const struct as_sieve_operator *owner = &sieve->operators[n];
    enum as_answer answer;
    bool wanted = false;

    if (owner->each == AS_NO_ROW) {
        answer = ask_parts(sieve, n, screened, false, &judge->vm);
        unknown |= answer == AS_UNKNOWN;
        if (answer != AS_NO && owner->costly) {
            answer = ask_parts(sieve, n, screened, true, &judge->vm);
            unknown |= answer == AS_UNKNOWN;
        }
        if (answer == AS_NO)
            return false;
    }
    sieve->asked[owner->number]++;
    as_vm_aside(&judge->vm);
    if (owner->each != AS_NO_ROW)
        wanted = wants_element(judge, owner);
    else if (!unknown)
        wanted = wants_rest(judge, owner);
    as_vm_back(&judge->vm);
    if (unknown && owner->each == AS_NO_ROW)
        count_unknown(sieve, judge, owner);
    return wanted;
}

bool as_sieve_event(struct as_sieve *sieve, struct as_judge *judge,
                    uint64_t *bits)
{
    uint32_t screened = 0;
    bool any = false;

    sieve->event++;
    judge->vm.item_count = 0;
    memset(bits, 0, sieve->word_count * sizeof(*bits));
    memcpy(sieve->in, sieve->active, sieve->word_count * sizeof(*bits));
    sieve->live_count = sieve->word_count;
    for (uint32_t w = 0; w < sieve->word_count; w++)
        sieve->live[w] = w;
    if (sieve->is_large)
        screened = screen_all(sieve, &judge->vm);
    for (uint32_t i = 0; i < sieve->live_count; i++) {
        uint32_t w = sieve->live[i];

        for (uint64_t word = sieve->in[w]; word; word &= word - 1) {
            uint32_t bit = (uint32_t)__builtin_ctzll(word);
            uint32_t n = sieve->operators[w * 64 + bit].number;
            bool unknown = screened && (sieve->unknown[w] >> bit & 1);

            if (!wants(sieve, judge, w * 64 + bit, screened, unknown))
                continue;
            bits[n / 64] |= UINT64_C(1) << (n % 64);
            any = true;
        }
    }
    return any;
}

/* ---- making ----------------------------------------------------------- */

/* Numbers by slot and by program, while a sieve is made; AS_NO_ROW: none. */
struct maker {
    struct as_sieve *sieve;
    uint32_t *test_of_program, *slot_of_test;
    uint32_t ask_count, part_count;
};

static void *words(struct as_sieve *sieve, size_t count)
{
    return as_alloc(&sieve->arena, (count + 1) * sizeof(uint64_t));
}

static uint32_t *numbers(struct as_sieve *sieve, size_t count)
{
    uint32_t *rows = as_alloc(&sieve->arena, (count + 1) * sizeof(*rows));

    if (rows)
        memset(rows, 0xff, (count + 1) * sizeof(*rows));
    return rows;
}

#define OPERATOR(row, of_rule)                                                 \
    (struct as_sieve_operator)                                                 \
    {                                                                          \
        .early = (row)->early, .tests = (row)->tests,                          \
        .test_count = (row)->test_count, .rest = (row)->rest,                  \
        .each = (row)->each, .rule = (of_rule)                                 \
    }

static void make_operators(struct as_sieve *sieve, const bool *needed)
{
    const struct as_pack *pack = sieve->pack;

    for (uint32_t i = 0; i < pack->baseline_count; i++)
        sieve->operators[i] = OPERATOR(&pack->baseline[i], AS_NO_ROW);
    for (uint32_t i = 0; i < pack->rule_count; i++)
        sieve->operators[pack->baseline_count + i] = OPERATOR(&pack->rule[i],
                                                              i);
    for (uint32_t n = 0; n < sieve->operator_count; n++) {
        struct as_sieve_operator *owner = &sieve->operators[n];

        owner->number = n;
        owner->needed = needed[n];
        if (!owner->needed)
            owner->test_count = 0;
    }
}

/* The number of the test's column, made when it is the first. */
static struct as_sieve_column *column_of(struct as_sieve *sieve, uint32_t slot)
{
    uint32_t *n = &sieve->column_of[slot];

    if (*n == AS_NO_ROW) {
        as_type type = (as_type)sieve->pack->slot[slot].type;

        *n = sieve->column_count++;
        sieve->columns[*n].slot = slot;
        sieve->columns[*n].kind = as_type_kind(type);
    }
    return &sieve->columns[*n];
}

static void make_test(struct maker *maker, uint32_t row)
{
    struct as_sieve *sieve = maker->sieve;
    const struct as_row_test *test = &sieve->pack->test[row];
    struct as_sieve_column *column = column_of(sieve, test->slot);
    uint32_t *n = &maker->test_of_program[test->program];

    /* A program that reads no slot may be said to test any. */
    if (*n == AS_NO_ROW || maker->slot_of_test[*n] != test->slot) {
        *n = sieve->test_count++;
        maker->slot_of_test[*n] = test->slot;
        as_sieve_test_init(&sieve->tests[*n], sieve->run, test->program);
        if (column->test_count < MOST_DIRECT)
            column->direct[column->test_count] = *n;
        column->test_count++;
        column->cost += sieve->tests[*n].cost;
    }
    sieve->test_of[row] = *n;
    column->stops += sieve->tests[*n].stops;
}

static void make_tests(struct maker *maker)
{
    struct as_sieve *sieve = maker->sieve;

    for (uint32_t n = 0; n < sieve->operator_count; n++) {
        const struct as_sieve_operator *owner = &sieve->operators[n];

        for (uint32_t i = 0; i < owner->test_count; i++)
            make_test(maker, owner->tests + i);
        maker->ask_count += owner->test_count;
    }
}

static bool is_direct(const struct as_sieve_column *column)
{
    return column->test_count <= MOST_DIRECT && column->cost <= DIRECT_COST;
}

/* How many operators a column stops for each ns that it takes. */
static uint64_t use_of(const struct as_sieve_column *column)
{
    return 1000 * column->stops /
           (is_direct(column) ? column->cost + 1 : DIRECT_COST);
}

static int by_use(const void *a, const void *b)
{
    const struct as_sieve_column *x = a, *y = b;
    uint64_t use_x = use_of(x), use_y = use_of(y);

    if (use_x != use_y)
        return use_x > use_y ? -1 : 1;
    return x->slot < y->slot ? -1 : 1;
}

static void make_columns(struct as_sieve *sieve)
{
    size_t bits = (size_t)sieve->word_count * 7 * sizeof(uint64_t);
    size_t memory;

    qsort(sieve->columns, sieve->column_count, sizeof(*sieve->columns), by_use);
    for (uint32_t i = 0; i < sieve->column_count; i++)
        sieve->column_of[sieve->columns[i].slot] = i;
    if (sieve->column_count == 0)
        return;
    sieve->screen_count = sieve->column_count;
    if (sieve->screen_count > MOST_BITS / bits)
        sieve->screen_count = (uint32_t)(MOST_BITS / bits);
    if (sieve->screen_count == 0)
        return;
    memory = (size_t)MOST_MEMO / sieve->screen_count;
    for (uint32_t i = 0; i < sieve->screen_count; i++) {
        struct as_sieve_column *column = &sieve->columns[i];

        column->is_direct = is_direct(column);
        column->has = words(sieve, sieve->word_count);
        if (column->is_direct) {
            column->users = words(sieve,
                                  (size_t)MOST_DIRECT * sieve->word_count);
            continue;
        }
        column->missing = words(sieve, (size_t)2 * sieve->word_count);
        column->fleeting = words(sieve, (size_t)2 * sieve->word_count);
        as_memo_init(&column->memo, 2 * sieve->word_count,
                     memory < MOST_OF_ONE ? memory : MOST_OF_ONE);
    }
}

/* A test of an operator, while they are brought into the columns' order. */
struct pair {
    uint32_t column, place, test;
};

static int by_column(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;

    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

static void make_parts(struct maker *maker, uint32_t n, struct pair *pairs)
{
    struct as_sieve *sieve = maker->sieve;
    struct as_sieve_operator *owner = &sieve->operators[n];
    struct as_sieve_part *part = NULL;

    for (uint32_t i = 0; i < owner->test_count; i++) {
        uint32_t row = owner->tests + i;
        uint32_t slot = sieve->pack->test[row].slot;

        pairs[i] = (struct pair){ sieve->column_of[slot], i,
                                  sieve->test_of[row] };
    }
    qsort(pairs, owner->test_count, sizeof(*pairs), by_column);
    owner->parts = maker->part_count;
    for (uint32_t i = 0; i < owner->test_count; i++) {
        uint32_t column = pairs[i].column;

        if (!part || part->column != column) {
            part = &sieve->parts[maker->part_count++];
            *part = (struct as_sieve_part){ column, maker->ask_count, 0,
                                            false };
        }
        sieve->asks[maker->ask_count++] = pairs[i].test;
        part->count++;
        part->costly |= sieve->tests[pairs[i].test].cost >= COSTLY;
        owner->costly |= part->costly;
    }
    owner->part_count = maker->part_count - owner->parts;
}

static void make_all_parts(struct maker *maker)
{
    struct as_sieve *sieve = maker->sieve;
    uint32_t most = 0;
    struct pair *pairs;

    for (uint32_t n = 0; n < sieve->operator_count; n++) {
        if (sieve->operators[n].test_count > most)
            most = sieve->operators[n].test_count;
    }
    pairs = as_alloc(&sieve->arena, (most + (size_t)1) * sizeof(*pairs));
    sieve->parts = as_alloc(&sieve->arena, (maker->ask_count + (size_t)1) *
                                               sizeof(*sieve->parts));
    sieve->asks = numbers(sieve, maker->ask_count);
    maker->ask_count = 0;
    for (uint32_t n = 0; n < sieve->operator_count && !sieve->arena.failed; n++)
        make_parts(maker, n, pairs);
}

/* ---- places ----------------------------------------------------------- */

/* By what they ask their first column for; last those that ask none. */
static uint64_t kinship(const struct as_sieve *sieve,
                        const struct as_sieve_operator *owner)
{
    const struct as_sieve_part *part = &sieve->parts[owner->parts];

    if (owner->part_count == 0)
        return UINT64_MAX;
    return (uint64_t)part->column << 32 | sieve->asks[part->first];
}

static int by_kinship(const void *a, const void *b)
{
    const struct as_sieve_operator *x = a, *y = b;

    if (x->kinship != y->kinship)
        return x->kinship < y->kinship ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

/* The operator at `n` has these tests of a screen. */
static void mark_part(const struct as_sieve *sieve, uint32_t n,
                      const struct as_sieve_part *part)
{
    struct as_sieve_column *column = &sieve->columns[part->column];
    uint64_t bit = UINT64_C(1) << (n % 64);

    column->has[n / 64] |= bit;
    for (uint32_t t = 0; column->is_direct && t < column->test_count; t++) {
        for (uint32_t i = 0; i < part->count; i++) {
            if (sieve->asks[part->first + i] == column->direct[t])
                column->users[t * sieve->word_count + n / 64] |= bit;
        }
    }
}

static void make_places(struct as_sieve *sieve)
{
    uint32_t tested = 0;

    for (uint32_t n = 0; n < sieve->operator_count; n++)
        sieve->operators[n].kinship = kinship(sieve, &sieve->operators[n]);
    qsort(sieve->operators, sieve->operator_count, sizeof(*sieve->operators),
          by_kinship);
    for (uint32_t n = 0; n < sieve->operator_count; n++) {
        const struct as_sieve_operator *owner = &sieve->operators[n];
        uint64_t bit = UINT64_C(1) << (n % 64);

        if (owner->needed)
            sieve->active[n / 64] |= bit;
        if (owner->part_count > 0) {
            sieve->tested[n / 64] |= bit;
            tested++;
        }
        for (uint32_t i = 0; i < owner->part_count; i++) {
            const struct as_sieve_part *part = &sieve->parts[owner->parts + i];

            if (part->column < sieve->screen_count)
                mark_part(sieve, n, part);
        }
    }
    sieve->is_large = tested > FEW;
}

enum astray_status as_sieve_init(struct as_sieve *sieve,
                                 const struct as_pack *pack,
                                 const struct as_run *run, const bool *needed)
{
    uint32_t count = pack->baseline_count + pack->rule_count;
    struct maker maker = { .sieve = sieve };

    *sieve = (struct as_sieve){ .pack = pack,
                                .run = run,
                                .operator_count = count,
                                .word_count = (count + 63) / 64 };
    as_arena_init(&sieve->arena, 0);
    sieve->active = words(sieve, sieve->word_count);
    sieve->tested = words(sieve, sieve->word_count);
    sieve->unknown = words(sieve, sieve->word_count);
    sieve->in = words(sieve, sieve->word_count);
    sieve->live = numbers(sieve, sieve->word_count);
    sieve->asked = words(sieve, count);
    sieve->operators = as_alloc(&sieve->arena, (count + (size_t)1) *
                                                   sizeof(*sieve->operators));
    sieve->tests = as_alloc(&sieve->arena, (pack->test_count + (size_t)1) *
                                               sizeof(*sieve->tests));
    sieve->answers = as_alloc(&sieve->arena, (pack->test_count + (size_t)1) *
                                                 sizeof(*sieve->answers));
    sieve->columns = as_alloc(&sieve->arena, (pack->slot_count + (size_t)1) *
                                                 sizeof(*sieve->columns));
    sieve->test_of = numbers(sieve, pack->test_count);
    sieve->column_of = numbers(sieve, pack->slot_count);
    maker.test_of_program = numbers(sieve, pack->program_count);
    maker.slot_of_test = numbers(sieve, pack->test_count);
    if (sieve->arena.failed)
        return ASTRAY_NO_MEMORY;
    make_operators(sieve, needed);
    make_tests(&maker);
    make_columns(sieve);
    if (!sieve->arena.failed)
        make_all_parts(&maker);
    if (!sieve->arena.failed)
        make_places(sieve);
    return sieve->arena.failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

void as_sieve_done(struct as_sieve *sieve)
{
    for (uint32_t i = 0; sieve->columns && i < sieve->screen_count; i++)
        as_memo_done(&sieve->columns[i].memo);
    as_arena_free(&sieve->arena);
    *sieve = (struct as_sieve){ .pack = NULL };
}
