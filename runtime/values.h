/*
 * values.h - a value while rules run, and the store that numbers them.
 */
#ifndef AS_VALUES_H
#define AS_VALUES_H

#include "common/map.h"
#include "program/program.h"
#include "runtime/event.h"

struct as_gather;

/*
 * One value.  Texts are borrowed: they live as long as the event, the pack or
 * the scratch arena they came from.
 */
struct as_value {
    uint8_t kind;    /* enum as_kind; AS_KIND_NONE: missing */
    uint8_t flag;    /* source: enum as_source_class; json: enum as_json_kind;
                     set: AS_TYPE_SET, and kind is that of its members;
                     time: AS_OWN_TIME, within the machine */
    uint16_t why;    /* missing: the slot that was missing + 1, or 0 */
    uint32_t length; /* of bytes */
    union {
        int64_t integer; /* bool int time duration */
        double real;
        struct as_ip address; /* ip */
        struct {
            const char *bytes;      /* text source json */
            const struct as_ip *ip; /* source of class AS_SOURCE_IP */
        };
        const struct as_gather *set; /* set: valid until its row is read for
                                        another time */
    };
};

/* Of a time: it is the event's own, eventTime as it was loaded. */
enum { AS_OWN_TIME = 1 };

static inline bool as_is_own_time(const struct as_value *value)
{
    return value->kind == AS_KIND_TIME && value->flag == AS_OWN_TIME;
}

static inline struct as_value as_missing(uint16_t why)
{
    return (struct as_value){ .kind = AS_KIND_NONE, .why = why };
}

static inline struct as_value as_bool(bool truth)
{
    return (struct as_value){ .kind = AS_KIND_BOOL, .integer = truth };
}

static inline struct as_value as_integer(enum as_kind kind, int64_t integer)
{
    return (struct as_value){ .kind = (uint8_t)kind, .integer = integer };
}

static inline struct as_value as_words(enum as_kind kind, struct as_text text)
{
    return (struct as_value){ .kind = (uint8_t)kind,
                              .length = (uint32_t)text.length,
                              .bytes = text.bytes };
}

static inline bool as_is_missing(const struct as_value *value)
{
    return value->kind == AS_KIND_NONE;
}

/* A text without a byte: as a key it is as good as missing. */
static inline bool as_is_empty(const struct as_value *value)
{
    return (value->kind == AS_KIND_TEXT || value->kind == AS_KIND_SOURCE) &&
           value->length == 0;
}

static inline bool as_is_true(const struct as_value *value)
{
    return value->kind == AS_KIND_BOOL && value->integer;
}

static inline struct as_text as_value_text(const struct as_value *value)
{
    return (struct as_text){ value->bytes, value->length };
}

/* A source: classified, its address (if it is one) put into `arena`. */
struct as_value as_source_value(struct as_text text, struct as_arena *arena);

/* Of one kind and neither missing: equal?  <0, 0, >0? */
bool as_value_equal(const struct as_value *a, const struct as_value *b);
int as_value_compare(const struct as_value *a, const struct as_value *b);

/*
 * The bytes by which a scalar value is the same as another: its kind, then
 * its content; a source that is an address as that address, so that two
 * spellings agree.  Emptied first.
 */
void as_value_canonical(const struct as_value *value, struct as_buf *out);

/* As JSON; times as text, addresses in canonical spelling, missing as null.
 * Not for sets: see gather.h. */
void as_value_json(struct as_buf *out, const struct as_value *value);

/* As a person reads it: no quotes, not escaped. */
void as_value_words(struct as_buf *out, const struct as_value *value);

/* ---- numbered values -------------------------------------------------- */

/* Equal values have one number.  Numbers count from 0; values live as long
 * as the store. */
struct as_store {
    struct as_arena arena;
    struct as_map map;
    struct as_value *values; /* owned */
    uint32_t capacity;
    struct as_buf scratch;
    bool failed;
};

#define AS_NO_VALUE UINT32_MAX

void as_store_init(struct as_store *store);
void as_store_done(struct as_store *store);

/* Bytes that it takes, more or less. */
size_t as_store_bytes(const struct as_store *store);

/* The value's number; AS_NO_VALUE when memory ran out (`failed` is set). */
uint32_t as_store_add(struct as_store *store, const struct as_value *value);

/* The same, or AS_NO_VALUE when no equal value was added. */
uint32_t as_store_find(struct as_store *store, const struct as_value *value);

#endif
