/*
 * vm.c - each instruction of the rule machine, for each kind of operand.
 *
 * A case is a small program and what it gives, as a person reads it.  All of
 * them stand in one pack, which the loader accepts first: a case with a type
 * mistake is none.  What depends on baselines and on events that are held is
 * in the golden tests and in engine.c.
 */

#include "runtime/vm.h"

#include "sample_pack.h"
#include "tap.h"

/* ---- what the programs refer to --------------------------------------- */

enum { HOUR = 3600000 };

#define INTEGERS                                                               \
    X(YES, BOOL, 1)                                                            \
    X(NO, BOOL, 0)                                                             \
    X(ONE, INT, 1)                                                             \
    X(TWO, INT, 2)                                                             \
    X(MOST, INT, INT64_MAX)                                                    \
    X(LEAST, INT, INT64_MIN)                                                   \
    X(NOON, TIME, INT64_C(1777636800000)) /* 2026-05-01T12:00:00Z */           \
    X(LATER, TIME, INT64_C(1777640400000))                                     \
    X(AN_HOUR, DURATION, HOUR)                                                 \
    X(LONG, DURATION, INT64_MAX)

#define WORDS                                                                  \
    X(ABC, TEXT, "abc")                                                        \
    X(UPPER, TEXT, "AbZ-[`{")                                                  \
    X(B, TEXT, "b")                                                            \
    X(A, TEXT, "a")                                                            \
    X(C, TEXT, "c")                                                            \
    X(EMPTY, TEXT, "")                                                         \
    X(GLOB, TEXT, "a*")                                                        \
    X(EURO, TEXT, "\xe2\x82\xac")                                              \
    X(ARN, TEXT, "arn:aws:iam::111122223333:role/r")                           \
    X(ARN_SESSION, TEXT, "arn:aws:sts::1:assumed-role/fn/session")             \
    X(ARN_EMPTY, TEXT, "arn:aws:sts::1:assumed-role/fn/")                      \
    X(ARN_NO_SESSION, TEXT, "arn:aws:sts::1:assumed-role/fn")                  \
    X(ARN_SHORT, TEXT, "arn:aws:iam")                                          \
    X(ARN_BARE, TEXT, "arn:aws:iam:::")                                        \
    X(TIME_TEXT, TEXT, "2026-05-01T12:00:00Z")                                 \
    X(IP_TEXT, TEXT, "192.0.2.1")                                              \
    X(JSON_TEXT, TEXT, " {\"k\": [1, 2.5]} ")                                  \
    X(NULL_TEXT, TEXT, "null")                                                 \
    X(V4, SOURCE, "192.0.2.1")                                                 \
    X(PRIVATE, SOURCE, "10.0.0.1")                                             \
    X(V6, SOURCE, "2001:db8::1")                                               \
    X(SERVICE, SOURCE, "lambda.amazonaws.com")                                 \
    X(INTERNAL, SOURCE, "AWS Internal/3")                                      \
    X(OTHER, SOURCE, "somewhere")

#define ADDRESSES                                                              \
    X(IP, IP, "192.0.2.1")                                                     \
    X(IP6, IP, "2001:db8::1")                                                  \
    X(IP_PRIVATE, IP, "10.0.0.1")                                              \
    X(BLOCK, CIDR, "192.0.2.0/24")                                             \
    X(BLOCK6, CIDR, "2001:db8::/32")

enum {
#define X(name, kind, value) K_##name,
    INTEGERS WORDS ADDRESSES
#undef X
        K_HALF,
    K_HUGE,
    K_PATTERN,
    K_WORD, /* the values of the lists: three texts, two patterns, ten ints */
    K_WORD_PATTERN = K_WORD + 3,
    K_INT = K_WORD_PATTERN + 2,
    K_SOURCE = K_INT + 10,
};

enum { L_WORDS, L_PATTERNS, L_BLOCKS, L_INTS, L_SOURCES, L_NOTHING };

enum {
    S_ARRAY = AS_FIXED_SLOTS,
    S_OBJECT,
    S_NUMBER,
    S_FRACTION,
    S_TEXT,
    S_TRUE,
    S_FALSE,
    S_NULL,
    S_ABSENT,
    S_EMPTY,
    S_ESCAPED,
    S_TRUTH,
    S_WORD_TRUE,
    S_WORD_FALSE,
    S_MOMENT,
    S_PLACE,
    S_SLOTS,
};

/* Values of slots behind the fixed ones, and the types of those. */
static const struct {
    as_type type;
    enum as_json_kind kind;
    const char *text;
} slots[S_SLOTS - AS_FIXED_SLOTS] = {
    { AS_KIND_JSON, AS_JSON_ARRAY, "[1, \"b\" ,true,null,{\"k\":[7]}]" },
    { AS_KIND_JSON, AS_JSON_OBJECT,
      "{\"k\\u0041\":1,\"k\":{\"n\":\"x\\ny\"},\"k\":2}" },
    { AS_KIND_JSON, AS_JSON_NUMBER, "-9223372036854775808" },
    { AS_KIND_JSON, AS_JSON_NUMBER, "2.5e1" },
    { AS_KIND_JSON, AS_JSON_TEXT, "192.0.2.1" },
    { AS_KIND_JSON, AS_JSON_TRUE, "true" },
    { AS_KIND_JSON, AS_JSON_FALSE, "false" },
    { AS_KIND_JSON, AS_JSON_NULL, "null" },
    { AS_KIND_JSON, AS_JSON_ABSENT, "" },
    { AS_KIND_JSON, AS_JSON_ARRAY, "[ ]" },
    { AS_KIND_JSON, AS_JSON_ARRAY, "[\"a\\tb\",\"c\"]" },
    { AS_KIND_BOOL, AS_JSON_TRUE, "true" },
    { AS_KIND_BOOL, AS_JSON_TEXT, "true" },
    { AS_KIND_BOOL, AS_JSON_TEXT, "false" },
    { AS_KIND_TIME, AS_JSON_TEXT, "2026-05-01T12:00:00Z" },
    { AS_KIND_OBJECT, AS_JSON_OBJECT, "{}" },
};

enum { R_FIRST, R_THIRD, R_NAME, R_DEEP, R_FAR, R_ESCAPED };

/* Bodies of loops: each a bool over one item, and one that loops again. */
enum { P_IS_B, P_IS_TEXT, P_UNKNOWN, P_INNER, P_IS_NO_B, P_JOINED, P_CASES };

enum {
    Q_ANY_B,
    Q_ALL_TEXT,
    Q_NONE_B,
    Q_ANY_UNKNOWN,
    Q_INNER,
    Q_ALL_NO_B,
    Q_JOINED
};

/* ---- the cases -------------------------------------------------------- */

enum { MOST_CODE = 24 };

static const struct {
    const char *name;
    as_type type;
    const char *want; /* "missing", or the value as words or as JSON */
    struct as_insn code[MOST_CODE];
} cases[] = {
#define CASE(name, type, want, ...)                                            \
    { name, AS_KIND_##type, want, { __VA_ARGS__ } },
#include "vm_cases.def"
#undef CASE
};

enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static void add_constants(struct as_builder *b)
{
    struct as_cidr cidr;

#define X(name, kind, value) as_build_integer(b, AS_KIND_##kind, value);
    INTEGERS
#undef X
#define X(name, kind, value) as_build_words(b, AS_KIND_##kind, AS_TEXT(value));
    WORDS
#undef X
#define X(name, kind, value)                                                   \
    as_cidr_parse(AS_TEXT(value), &cidr);                                      \
    as_build_address(b, AS_KIND_##kind, &cidr);
    ADDRESSES
#undef X
    as_build_real(b, 0.5);
    as_build_real(b, 1e308);
    as_build_regex(b, AS_TEXT("^a.c$"), 0);
    as_build_words(b, AS_KIND_TEXT, AS_TEXT("z"));
    as_build_words(b, AS_KIND_TEXT, AS_TEXT("b"));
    as_build_words(b, AS_KIND_TEXT, AS_TEXT("a*c"));
    as_build_regex(b, AS_TEXT("^x"), 0);
    as_build_regex(b, AS_TEXT("B"), AS_REGEX_FOLD);
    for (int i = 0; i < 10; i++)
        as_build_integer(b, AS_KIND_INT, i);
    as_build_words(b, AS_KIND_SOURCE, AS_TEXT("somewhere"));
    as_build_words(b, AS_KIND_SOURCE, AS_TEXT("2001:DB8:0::1"));
}

static void add_list(struct as_builder *b, as_type type, uint32_t first,
                     uint32_t count)
{
    struct as_row_list list = {
        .type = type, .length = count, .values = first, .value_count = count
    };

    as_build_list(b, &list);
}

static void add_lists(struct as_builder *b)
{
    struct as_row_param param = { .type = AS_KIND_INT, .value = K_TWO };
    struct as_cidr block;
    struct as_ip_range range;
    struct as_ip_set set = { &range, 1 };

    as_cidr_parse(AS_TEXT("192.0.2.0/24"), &block);
    range = as_cidr_range(&block);
    add_list(b, AS_KIND_TEXT, K_WORD, 3);
    add_list(b, AS_KIND_REGEX, K_WORD_PATTERN, 2);
    as_build_list(b, &(struct as_row_list){ .type = AS_KIND_CIDR,
                                            .length = 7,
                                            .ranges = as_build_set(b, &set),
                                            .range_count = 1 });
    add_list(b, AS_KIND_INT, K_INT, 10);
    add_list(b, AS_KIND_SOURCE, K_SOURCE, 2);
    add_list(b, AS_KIND_TEXT, 0, 0);
    as_build_param(b, &param);
}

static void add_route(struct as_builder *b, int index, const char *name)
{
    struct as_row_step step = { .is_index = !name, .index = (uint32_t)index };
    struct as_row_route route = { .step_count = 1 };

    if (name)
        step.name = sample_text(b, name);
    route.steps = as_build_step(b, &step);
    if (name && index) { /* .name and then [index - 1] */
        step = (struct as_row_step){ .is_index = 1,
                                     .index = (uint32_t)index - 1 };
        as_build_step(b, &step);
        route.step_count = 2;
    }
    as_build_route(b, &route);
}

static void add_body(struct as_builder *b, uint32_t items,
                     const struct as_insn *code, uint32_t length)
{
    struct as_row_program row = { .type = AS_KIND_BOOL, .item_count = items };

    sample_program(b, "a body", row, code, length);
}

static void add_bodies(struct as_builder *b)
{
    static const struct as_row_loop loops[] = {
        { AS_QUANT_ANY, P_IS_B },   { AS_QUANT_ALL, P_IS_TEXT },
        { AS_QUANT_NONE, P_IS_B },  { AS_QUANT_ANY, P_UNKNOWN },
        { AS_QUANT_ANY, P_INNER },  { AS_QUANT_ALL, P_IS_NO_B },
        { AS_QUANT_ANY, P_JOINED },
    };

    add_body(b, 1,
             CODE(OP(LOAD_ITEM, 0, 0, 0), OP(TO_TEXT, 1, 0, 0),
                  OP(LOAD_CONST, 2, K_B, 0), OP(EQ, 3, 1, 2),
                  OP(RETURN, 3, 0, 0)));
    add_body(b, 1,
             CODE(OP(LOAD_ITEM, 0, 0, 0), OP(TO_TEXT, 1, 0, 0),
                  OP(IS_PRESENT, 3, 1, 0), OP(RETURN, 3, 0, 0)));
    add_body(b, 1, CODE(OP(MISSING, 0, AS_KIND_BOOL, 0), OP(RETURN, 0, 0, 0)));
    add_body(b, 1,
             CODE(OP(LOAD_CONST, 0, K_JSON_TEXT, 0), OP(JSON_PARSE, 1, 0, 0),
                  OP(JSON_GET, 1, 1, R_NAME), OP(IS_PRESENT, 2, 1, 0),
                  OP(RETURN, 2, 0, 0)));
    add_body(b, 1,
             CODE(OP(LOAD_ITEM, 0, 0, 0), OP(TO_TEXT, 1, 0, 0),
                  OP(LOAD_CONST, 2, K_B, 0), OP(NE, 3, 1, 2),
                  OP(RETURN, 3, 0, 0)));
    add_body(b, 1,
             CODE(OP(LOAD_ITEM, 0, 0, 0), OP(TO_TEXT, 1, 0, 0),
                  OP(CONCAT, 1, 1, 1), OP(LOAD_CONST, 2, K_B, 0),
                  OP(EQ, 3, 1, 2), OP(RETURN, 3, 0, 0)));
    for (size_t i = 0; i < sizeof(loops) / sizeof(loops[0]); i++)
        as_build_loop(b, &loops[i]);
}

static void add_cases(struct as_builder *b)
{
    for (uint32_t i = 0; i < CASES; i++) {
        struct as_row_program row = { .type = cases[i].type, .reads_event = 1 };
        uint32_t length = 0;

        while (length < MOST_CODE &&
               (cases[i].code[length].op != 0 || cases[i].code[length].a != 0 ||
                cases[i].code[length].b != 0))
            length++;
        sample_program(b, cases[i].name, row, cases[i].code, length);
    }
}

static bool make_pack(struct as_builder *b, struct as_buf *bytes,
                      struct as_pack *pack)
{
    struct as_row_info info = { .language = 1 };
    const char *why = "";

    as_builder_init(b);
    as_build_info(b, &info);
    sample_slots(b);
    b->section[AS_TABLE_slot].length = AS_FIXED_SLOTS *
                                       sizeof(struct as_row_slot);
    b->section[AS_TABLE_route].length = 0;
    for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
        sample_slot(b, "requestParameters.x", slots[i].type);
    add_constants(b);
    add_lists(b);
    add_route(b, 0, NULL);
    add_route(b, 2, NULL);
    add_route(b, 0, "k");
    add_route(b, 1, "k");
    add_route(b, 99, NULL);
    add_route(b, 0, "kA");
    add_bodies(b);
    add_cases(b);
    if (tap_ok(as_builder_finish(b, bytes) == ASTRAY_OK &&
                   as_pack_load(bytes->bytes, bytes->length, pack, &why) ==
                       ASTRAY_OK,
               "all programs pass the verifier"))
        return true;
    printf("# %s\n", why);
    return false;
}

/* ---- running ---------------------------------------------------------- */

static void show(const struct as_value *value, struct as_buf *out)
{
    as_buf_reset(out);
    if (as_is_missing(value))
        as_buf_puts(out, "missing");
    else if (value->kind == AS_KIND_JSON)
        as_value_json(out, value);
    else
        as_value_words(out, value);
    as_buf_putc(out, '\0');
}

static void run_cases(struct as_vm *vm)
{
    struct as_buf got = { .bytes = NULL };

    for (uint32_t i = 0; i < CASES; i++) {
        struct as_value value;

        as_arena_reset(vm->scratch);
        vm->visits = 0;
        value = as_vm_run(vm, P_CASES + i);
        show(&value, &got);
        if (!tap_ok(got.bytes && strcmp(got.bytes, cases[i].want) == 0,
                    cases[i].name))
            printf("#  got: %s\n# want: %s\n", got.bytes, cases[i].want);
    }
    as_buf_done(&got);
}

/* With no room at all each gives what it should or, where something had to be
 * made, what missing comes to; and then the machine has said so. */
static void run_without_room(struct as_vm *vm)
{
    struct as_arena none, *scratch = vm->scratch;
    struct as_buf got = { .bytes = NULL };
    uint32_t wrong = 0, gave_up = 0;

    as_arena_init(&none, 1);
    vm->scratch = &none;
    for (uint32_t i = 0; i < CASES; i++) {
        uint64_t before = vm->gave_up;
        struct as_value value;

        as_arena_reset(&none);
        vm->visits = 0;
        value = as_vm_run(vm, P_CASES + i);
        show(&value, &got);
        gave_up += vm->gave_up > before;
        wrong += vm->gave_up == before && strcmp(got.bytes, cases[i].want) != 0;
    }
    tap_int(wrong, 0, "without room: right, or given up");
    tap_ok(gave_up > 10, "some gave up");
    vm->scratch = scratch;
    as_arena_free(&none);
    as_buf_done(&got);
}

int main(void)
{
    struct as_json_value values[S_SLOTS] = { { .kind = AS_JSON_ABSENT } };
    uint8_t widths[S_SLOTS] = { 0 };
    struct as_builder builder;
    struct as_buf bytes = { .bytes = NULL };
    struct as_arena scratch;
    struct as_pack pack;
    struct as_run run;
    struct as_vm vm;

    if (!make_pack(&builder, &bytes, &pack))
        return tap_done();
    for (uint32_t i = AS_FIXED_SLOTS; i < S_SLOTS; i++) {
        values[i].kind = slots[i - AS_FIXED_SLOTS].kind;
        values[i].text = as_text_of(slots[i - AS_FIXED_SLOTS].text);
    }
    as_arena_init(&scratch, AS_MAX_SCRATCH);
    tap_ok(as_run_init(&run, &pack) == ASTRAY_OK &&
               as_run_seal(&run) == ASTRAY_OK &&
               as_vm_init(&vm, &run, NULL, NULL, &scratch),
           "a machine");
    vm.slots = values;
    vm.widths = widths;
    run_cases(&vm);
    run_without_room(&vm);
    tap_ok(!vm.failed, "nothing failed on the way");
    as_vm_done(&vm);
    as_run_done(&run);
    as_arena_free(&scratch);
    as_buf_done(&bytes);
    as_builder_done(&builder);
    return tap_done();
}
