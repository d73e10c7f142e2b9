/*
 * astray_rt.h - what the C code of a pack is made of.
 *
 * `astray build -t c` turns the programs of a pack into C functions; this
 * header is all that they need.  It is the contract between them and the
 * library: values, the machine that a program runs in, and those operations
 * that are worth to stand in the program itself.  Everything else a program
 * asks of the machine, through struct astray_calls, so that there is one
 * implementation of it.  doc/native.md tells more.
 *
 * A compiled pack is code: who loads one trusts it as he trusts a program.
 */
#ifndef ASTRAY_RT_H
#define ASTRAY_RT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A change of anything below gives this another number. */
#define ASTRAY_RT_VERSION 1

/* ------------------------------------------------------------------------
 * Values
 */

enum astray_kind {
    ASTRAY_NONE, /* missing */
    ASTRAY_BOOL,
    ASTRAY_INT,
    ASTRAY_REAL,
    ASTRAY_TIME,
    ASTRAY_DURATION,
    ASTRAY_KIND_TEXT,
    ASTRAY_IP,
    ASTRAY_CIDR,
    ASTRAY_SOURCE,
    ASTRAY_JSON
};

/* The flag of a source: what its text is. */
enum { ASTRAY_SOURCE_IP, ASTRAY_SOURCE_SERVICE, ASTRAY_SOURCE_INTERNAL };

/* The flag of a time that is the event's own, of JSON that is a number,
 * and of JSON that is a text. */
enum { ASTRAY_OWN_TIME = 1, ASTRAY_JSON_NUMBER = 4, ASTRAY_JSON_TEXT = 5 };

/* A value of any type.  What it points at lives as long as the event. */
struct astray_value {
    uint8_t kind; /* enum astray_kind */
    uint8_t flag;
    uint16_t why;    /* missing: the slot that was missing + 1, or 0 */
    uint32_t length; /* of bytes */
    union {
        int64_t integer; /* bool int time duration */
        double real;
        unsigned char address[16]; /* ip */
        struct {
            const char *bytes;            /* text source json */
            const unsigned char *address; /* of a source that is one */
        } at;
        const void *set;
    } is;
};

/* A text, or none. */
struct astray_text {
    const char *bytes;
    uint32_t length;
    uint32_t missing; /* 0: it is there; else why + 1 */
};

/* A bool is a uint32_t: one of these, or, from ASTRAY_UNKNOWN on, missing:
 * ASTRAY_UNKNOWN + why. */
enum { ASTRAY_FALSE = 0, ASTRAY_TRUE = 1, ASTRAY_UNKNOWN = 2 };

/* ------------------------------------------------------------------------
 * The machine
 */

/* Numbers of instructions, for the calls that take one: doc/bytecode.md. */
/* clang-format off */
enum astray_op {
    ASTRAY_OP_LOAD_SLOT, ASTRAY_OP_LOAD_CONST, ASTRAY_OP_LOAD_PARAM,
    ASTRAY_OP_LOAD_COLUMN, ASTRAY_OP_LOAD_KEY, ASTRAY_OP_LOAD_AGG,
    ASTRAY_OP_LOAD_ITEM, ASTRAY_OP_MISSING, ASTRAY_OP_MOVE, ASTRAY_OP_JUMP,
    ASTRAY_OP_JUMP_FALSE, ASTRAY_OP_JUMP_TRUE, ASTRAY_OP_JUMP_UNLESS,
    ASTRAY_OP_JUMP_PRESENT, ASTRAY_OP_RETURN, ASTRAY_OP_NOT, ASTRAY_OP_AND,
    ASTRAY_OP_OR, ASTRAY_OP_IS_TRUE, ASTRAY_OP_IS_FALSE, ASTRAY_OP_IS_MISSING,
    ASTRAY_OP_IS_PRESENT, ASTRAY_OP_EQ, ASTRAY_OP_NE, ASTRAY_OP_LT,
    ASTRAY_OP_LE, ASTRAY_OP_GT, ASTRAY_OP_GE, ASTRAY_OP_IN_CIDR,
    ASTRAY_OP_IN_LIST, ASTRAY_OP_IN_SET, ASTRAY_OP_IN_BASELINE,
    ASTRAY_OP_LEN_TEXT, ASTRAY_OP_LEN_SET, ASTRAY_OP_LEN_LIST,
    ASTRAY_OP_CONTAINS, ASTRAY_OP_STARTSWITH, ASTRAY_OP_ENDSWITH,
    ASTRAY_OP_LIKE, ASTRAY_OP_MATCHES, ASTRAY_OP_CONTAINS_ANY,
    ASTRAY_OP_STARTSWITH_ANY, ASTRAY_OP_ENDSWITH_ANY, ASTRAY_OP_LIKE_ANY,
    ASTRAY_OP_MATCHES_ANY, ASTRAY_OP_IS_IP, ASTRAY_OP_IS_IPV4,
    ASTRAY_OP_IS_IPV6, ASTRAY_OP_IS_PRIVATE, ASTRAY_OP_IS_SERVICE,
    ASTRAY_OP_IS_AWS_INTERNAL, ASTRAY_OP_ADD, ASTRAY_OP_SUB, ASTRAY_OP_CONCAT,
    ASTRAY_OP_LOWER, ASTRAY_OP_SESSION_NAME, ASTRAY_OP_ARN_ACCOUNT,
    ASTRAY_OP_ARN_RESOURCE, ASTRAY_OP_TO_TEXT, ASTRAY_OP_TO_INT,
    ASTRAY_OP_TO_REAL, ASTRAY_OP_TO_BOOL, ASTRAY_OP_TO_TIME, ASTRAY_OP_TO_IP,
    ASTRAY_OP_TO_SOURCE, ASTRAY_OP_JSON_PARSE, ASTRAY_OP_JSON_GET,
    ASTRAY_OP_LOOP, ASTRAY_OP_PROBE, ASTRAY_OP_COUNT
};
/* clang-format on */

struct astray_rt;

/* What a program asks of the machine.  Rows are those of the pack. */
struct astray_calls {
    /* See to it that rt->loaded[slot] is of the event at hand. */
    void (*load)(struct astray_rt *rt, uint32_t slot);
    /* A column of the n-th row that is bound, a key or an aggregate of the
     * group, the n-th element that is bound. */
    void (*column)(struct astray_rt *rt, uint32_t n, uint32_t column,
                   struct astray_value *value);
    void (*key)(struct astray_rt *rt, uint32_t n, struct astray_value *value);
    void (*aggregate)(struct astray_rt *rt, uint32_t n,
                      struct astray_value *value);
    void (*item)(struct astray_rt *rt, uint32_t n, struct astray_value *value);
    /* Instructions of one operand and perhaps a row, and of two. */
    void (*unary)(struct astray_rt *rt, enum astray_op op,
                  const struct astray_value *a, uint32_t row,
                  struct astray_value *value);
    void (*binary)(struct astray_rt *rt, enum astray_op op,
                   const struct astray_value *a, const struct astray_value *b,
                   struct astray_value *value);
    /* The same on texts that are not missing. */
    bool (*text_test)(enum astray_op op, const char *a, uint32_t a_length,
                      const char *b, uint32_t b_length);
    bool (*in_list)(struct astray_rt *rt, uint32_t list,
                    const struct astray_value *value);
    int64_t (*list_length)(struct astray_rt *rt, uint32_t list);
    void (*loop)(struct astray_rt *rt, const struct astray_value *json,
                 uint32_t loop, struct astray_value *value);
    void (*probe)(struct astray_rt *rt, uint32_t probe,
                  struct astray_value *value);
};

/* How the machine's own state begins. */
struct astray_rt {
    const struct astray_calls *call;
    struct astray_value *loaded; /* by slot: of the event at hand, */
    const uint64_t *loaded_at;   /* where this is bound_at */
    const uint8_t *widths;       /* by slot */
    const struct astray_value *constants, *params;
    uint64_t bound_at;
    uint8_t varies; /* the widest slot that was read */
};

#define ASTRAY_RT_SIZE    ((uint32_t)sizeof(struct astray_rt))
#define ASTRAY_VALUE_SIZE ((uint32_t)sizeof(struct astray_value))

/* A program of the pack: one of the two, or none, and then the machine runs
 * its bytecode. */
struct astray_program {
    uint32_t (*test)(struct astray_rt *rt); /* a bool */
    void (*value)(struct astray_rt *rt, struct astray_value *value);
};

/* What a shared object shows, under the name astray_native.  The runtime
 * takes it for the pack with this digest only. */
struct astray_native {
    uint32_t version;    /* ASTRAY_RT_VERSION, */
    uint32_t rt_size;    /* ASTRAY_RT_SIZE, */
    uint32_t value_size; /* and ASTRAY_VALUE_SIZE, as compiled */
    uint32_t program_count;
    unsigned char pack[32]; /* SHA-256 of the pack, as its header has it */
    const struct astray_program *programs; /* program_count of them */
};

/* That name is to be seen whatever the compiler was told to hide. */
#if defined(__GNUC__) && !defined(__TINYC__)
#define ASTRAY_EXPORT __attribute__((visibility("default")))
#else
#define ASTRAY_EXPORT
#endif

/* ------------------------------------------------------------------------
 * From one form to another
 */

static inline bool astray_is_none(const struct astray_value *value)
{
    return value->kind == ASTRAY_NONE;
}

static inline uint32_t astray_truth_of(const struct astray_value *value)
{
    if (astray_is_none(value))
        return ASTRAY_UNKNOWN + (uint32_t)value->why;
    return value->is.integer != 0;
}

static inline struct astray_text astray_text_of(
    const struct astray_value *value)
{
    struct astray_text text;

    text.bytes = value->is.at.bytes;
    text.length = value->length;
    text.missing = astray_is_none(value) ? (uint32_t)value->why + 1 : 0;
    return text;
}

static inline struct astray_value astray_no_value(uint32_t why)
{
    struct astray_value value;

    memset(&value, 0, sizeof(value));
    value.why = (uint16_t)why;
    return value;
}

static inline struct astray_value astray_from_text(struct astray_text text)
{
    struct astray_value value;

    if (text.missing)
        return astray_no_value(text.missing - 1);
    memset(&value, 0, sizeof(value));
    value.kind = ASTRAY_KIND_TEXT;
    value.length = text.length;
    value.is.at.bytes = text.bytes;
    return value;
}

static inline struct astray_value astray_from_truth(uint32_t truth)
{
    struct astray_value value;

    if (truth >= ASTRAY_UNKNOWN)
        return astray_no_value(truth - ASTRAY_UNKNOWN);
    memset(&value, 0, sizeof(value));
    value.kind = ASTRAY_BOOL;
    value.is.integer = truth;
    return value;
}

static inline struct astray_text astray_literal(const char *bytes,
                                                uint32_t length)
{
    struct astray_text text;

    text.bytes = bytes;
    text.length = length;
    text.missing = 0;
    return text;
}

/* ------------------------------------------------------------------------
 * Loading
 */

/* The slot's value; it is noted that it was read. */
static inline const struct astray_value *astray_slot(struct astray_rt *rt,
                                                     uint32_t slot)
{
    const struct astray_value *value = &rt->loaded[slot];

    if (rt->loaded_at[slot] != rt->bound_at)
        rt->call->load(rt, slot);
    if (rt->widths[slot] > rt->varies &&
        !(value->kind == ASTRAY_TIME && value->flag == ASTRAY_OWN_TIME))
        rt->varies = rt->widths[slot];
    return value;
}

static inline struct astray_text astray_slot_text(struct astray_rt *rt,
                                                  uint32_t slot)
{
    const struct astray_value *value = &rt->loaded[slot];

    if (rt->loaded_at[slot] != rt->bound_at)
        rt->call->load(rt, slot);
    if (rt->widths[slot] > rt->varies)
        rt->varies = rt->widths[slot];
    return astray_text_of(value);
}

static inline uint32_t astray_slot_truth(struct astray_rt *rt, uint32_t slot)
{
    return astray_truth_of(astray_slot(rt, slot));
}

static inline struct astray_value astray_column(struct astray_rt *rt,
                                                uint32_t n, uint32_t column)
{
    struct astray_value value;

    rt->call->column(rt, n, column, &value);
    return value;
}

static inline struct astray_value astray_key(struct astray_rt *rt, uint32_t n)
{
    struct astray_value value;

    rt->call->key(rt, n, &value);
    return value;
}

static inline struct astray_value astray_aggregate(struct astray_rt *rt,
                                                   uint32_t n)
{
    struct astray_value value;

    rt->call->aggregate(rt, n, &value);
    return value;
}

static inline struct astray_value astray_item(struct astray_rt *rt, uint32_t n)
{
    struct astray_value value;

    rt->call->item(rt, n, &value);
    return value;
}

/* ------------------------------------------------------------------------
 * Three-valued logic
 */

static inline uint32_t astray_not(uint32_t a)
{
    return a < ASTRAY_UNKNOWN ? a ^ 1u : a;
}

/* Of two unknown operands the first says why. */
static inline uint32_t astray_and(uint32_t a, uint32_t b)
{
    if (a == ASTRAY_FALSE || b == ASTRAY_FALSE)
        return ASTRAY_FALSE;
    return a >= ASTRAY_UNKNOWN ? a : b;
}

static inline uint32_t astray_or(uint32_t a, uint32_t b)
{
    if (a == ASTRAY_TRUE || b == ASTRAY_TRUE)
        return ASTRAY_TRUE;
    return a >= ASTRAY_UNKNOWN ? a : b;
}

static inline uint32_t astray_is_true(uint32_t a)
{
    return a == ASTRAY_TRUE;
}

static inline uint32_t astray_is_false(uint32_t a)
{
    return a == ASTRAY_FALSE;
}

static inline uint32_t astray_is_unknown(uint32_t a)
{
    return a >= ASTRAY_UNKNOWN;
}

static inline uint32_t astray_text_is_missing(struct astray_text text)
{
    return text.missing != 0;
}

static inline uint32_t astray_is_missing(const struct astray_value *value)
{
    return value->kind == ASTRAY_NONE;
}

static inline uint32_t astray_truth_equal(uint32_t a, uint32_t b)
{
    if (a >= ASTRAY_UNKNOWN || b >= ASTRAY_UNKNOWN)
        return a >= ASTRAY_UNKNOWN ? a : b;
    return a == b;
}

/* ------------------------------------------------------------------------
 * Texts
 */

/* Why an operation on a text that is missing is unknown. */
static inline uint32_t astray_unknown_text(struct astray_text text)
{
    return ASTRAY_UNKNOWN - 1 + text.missing;
}

/* Comparisons with a text that stands in the rule. */

static inline uint32_t astray_text_is(struct astray_text text,
                                      const char *bytes, uint32_t length)
{
    if (text.missing)
        return astray_unknown_text(text);
    return text.length == length &&
           (length == 0 || memcmp(text.bytes, bytes, length) == 0);
}

static inline uint32_t astray_text_begins(struct astray_text text,
                                          const char *bytes, uint32_t length)
{
    if (text.missing)
        return astray_unknown_text(text);
    return text.length >= length &&
           (length == 0 || memcmp(text.bytes, bytes, length) == 0);
}

static inline uint32_t astray_text_ends(struct astray_text text,
                                        const char *bytes, uint32_t length)
{
    if (text.missing)
        return astray_unknown_text(text);
    return text.length >= length &&
           (length == 0 ||
            memcmp(text.bytes + (text.length - length), bytes, length) == 0);
}

/* Of two texts. */

static inline uint32_t astray_text_equal(struct astray_text a,
                                         struct astray_text b)
{
    if (a.missing || b.missing)
        return astray_unknown_text(a.missing ? a : b);
    return a.length == b.length &&
           (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

/* CONTAINS, STARTSWITH, ENDSWITH, LIKE */
static inline uint32_t astray_text_test(struct astray_rt *rt, enum astray_op op,
                                        struct astray_text a,
                                        struct astray_text b)
{
    if (a.missing || b.missing)
        return astray_unknown_text(a.missing ? a : b);
    return rt->call->text_test(op, a.bytes, a.length, b.bytes, b.length);
}

/* ------------------------------------------------------------------------
 * Sources
 */

/* Equal to a text that is no address. */
static inline uint32_t astray_source_is(const struct astray_value *source,
                                        const char *bytes, uint32_t length)
{
    if (astray_is_none(source))
        return ASTRAY_UNKNOWN + (uint32_t)source->why;
    return source->flag != ASTRAY_SOURCE_IP && source->length == length &&
           (length == 0 || memcmp(source->is.at.bytes, bytes, length) == 0);
}

/* Is that what the source is? */
static inline uint32_t astray_source_class(const struct astray_value *source,
                                           uint32_t flag)
{
    if (astray_is_none(source))
        return ASTRAY_UNKNOWN + (uint32_t)source->why;
    return source->flag == flag;
}

static inline struct astray_text astray_source_text(
    const struct astray_value *source)
{
    return astray_text_of(source);
}

static inline struct astray_value astray_source_ip(
    const struct astray_value *source)
{
    struct astray_value value;

    if (astray_is_none(source) || source->flag != ASTRAY_SOURCE_IP)
        return astray_no_value(astray_is_none(source) ? source->why : 0);
    memset(&value, 0, sizeof(value));
    value.kind = ASTRAY_IP;
    memcpy(value.is.address, source->is.at.address, sizeof(value.is.address));
    return value;
}

/* ------------------------------------------------------------------------
 * Numbers
 */

/* EQ to GE of whole numbers or durations. */
static inline uint32_t astray_integers(enum astray_op op,
                                       const struct astray_value *a,
                                       const struct astray_value *b)
{
    if (astray_is_none(a) || astray_is_none(b))
        return ASTRAY_UNKNOWN + (uint32_t)(astray_is_none(a) ? a->why : b->why);
    if (op == ASTRAY_OP_EQ)
        return a->is.integer == b->is.integer;
    if (op == ASTRAY_OP_NE)
        return a->is.integer != b->is.integer;
    if (op == ASTRAY_OP_LT)
        return a->is.integer < b->is.integer;
    if (op == ASTRAY_OP_LE)
        return a->is.integer <= b->is.integer;
    if (op == ASTRAY_OP_GT)
        return a->is.integer > b->is.integer;
    return a->is.integer >= b->is.integer;
}

/* ------------------------------------------------------------------------
 * Everything else
 */

static inline struct astray_value astray_unary(struct astray_rt *rt,
                                               enum astray_op op,
                                               const struct astray_value *a,
                                               uint32_t row)
{
    struct astray_value value;

    rt->call->unary(rt, op, a, row, &value);
    return value;
}

static inline uint32_t astray_unary_test(struct astray_rt *rt,
                                         enum astray_op op,
                                         const struct astray_value *a,
                                         uint32_t row)
{
    struct astray_value value = astray_unary(rt, op, a, row);

    return astray_truth_of(&value);
}

static inline struct astray_value astray_binary(struct astray_rt *rt,
                                                enum astray_op op,
                                                const struct astray_value *a,
                                                const struct astray_value *b)
{
    struct astray_value value;

    rt->call->binary(rt, op, a, b, &value);
    return value;
}

static inline uint32_t astray_binary_test(struct astray_rt *rt,
                                          enum astray_op op,
                                          const struct astray_value *a,
                                          const struct astray_value *b)
{
    struct astray_value value = astray_binary(rt, op, a, b);

    return astray_truth_of(&value);
}

/* The same of texts. */

static inline struct astray_value astray_text_unary(struct astray_rt *rt,
                                                    enum astray_op op,
                                                    struct astray_text text,
                                                    uint32_t row)
{
    struct astray_value a;

    if (text.missing)
        return astray_no_value(text.missing - 1);
    a = astray_from_text(text);
    return astray_unary(rt, op, &a, row);
}

static inline struct astray_text astray_as_text(struct astray_value value)
{
    return astray_text_of(&value);
}

static inline uint32_t astray_as_truth(struct astray_value value)
{
    return astray_truth_of(&value);
}

static inline struct astray_value astray_text_binary(struct astray_rt *rt,
                                                     enum astray_op op,
                                                     struct astray_text a,
                                                     struct astray_text b)
{
    struct astray_value one = astray_from_text(a), two = astray_from_text(b);

    return astray_binary(rt, op, &one, &two);
}

static inline struct astray_text astray_json_text(
    struct astray_rt *rt, const struct astray_value *json)
{
    if (json->kind == ASTRAY_JSON &&
        (json->flag == ASTRAY_JSON_TEXT || json->flag == ASTRAY_JSON_NUMBER))
        return astray_text_of(json);
    return astray_as_text(astray_unary(rt, ASTRAY_OP_TO_TEXT, json, 0));
}

/* In a list that a run may replace, or one that is long. */
static inline uint32_t astray_in_list(struct astray_rt *rt,
                                      const struct astray_value *a,
                                      uint32_t list)
{
    if (astray_is_none(a))
        return ASTRAY_UNKNOWN + (uint32_t)a->why;
    return rt->call->in_list(rt, list, a);
}

static inline uint32_t astray_text_in_list(struct astray_rt *rt,
                                           struct astray_text text,
                                           uint32_t list)
{
    struct astray_value a;

    if (text.missing)
        return astray_unknown_text(text);
    a = astray_from_text(text);
    return rt->call->in_list(rt, list, &a);
}

static inline struct astray_value astray_list_length(struct astray_rt *rt,
                                                     uint32_t list)
{
    struct astray_value value;

    memset(&value, 0, sizeof(value));
    value.kind = ASTRAY_INT;
    value.is.integer = rt->call->list_length(rt, list);
    return value;
}

static inline uint32_t astray_loop(struct astray_rt *rt,
                                   const struct astray_value *json,
                                   uint32_t loop)
{
    struct astray_value value;

    rt->call->loop(rt, json, loop, &value);
    return astray_truth_of(&value);
}

static inline uint32_t astray_probe(struct astray_rt *rt, uint32_t probe)
{
    struct astray_value value;

    rt->call->probe(rt, probe, &value);
    return astray_truth_of(&value);
}

#endif
