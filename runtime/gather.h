/*
 * gather.h - one aggregate over a window that moves.
 *
 * Values enter at the right end and leave at the left, both in order, so that
 * each enters and leaves once: whatever the window's length, moving it over
 * a row costs time linear in the row.  Values are numbers of the store.
 */
#ifndef AS_GATHER_H
#define AS_GATHER_H

#include "runtime/values.h"

/* A value and the position at which it came. */
struct as_gather_item {
    uint32_t position, value;
};

struct as_gather {
    uint8_t agg;  /* enum as_agg */
    uint8_t type; /* as_type of what it gives */
    bool failed;  /* out of memory */
    /* SET, COUNT_DISTINCT: how often each value is in the window */
    uint32_t *ids, *counts; /* open addressing; ids[] + 1, 0 is free */
    uint32_t slot_count, used, live;
    /* MIN, MAX: the values that may yet become the extreme; FIRST, LAST and
     * a real SUM: all of them */
    struct as_gather_item *items;
    uint32_t head, tail, capacity;
    /* COUNT, ANY, SUM of integers */
    uint64_t count;
    __extension__ __int128 sum;
};

void as_gather_init(struct as_gather *gather, enum as_agg agg, as_type type);
void as_gather_done(struct as_gather *gather);
void as_gather_reset(struct as_gather *gather); /* an empty window */

/* `count` values come in at `position`, which is not below any before. */
void as_gather_add(struct as_gather *gather, const struct as_store *store,
                   uint32_t position, const uint32_t *values, uint32_t count);

/* The values that came in at `position` leave; all before it have left. */
void as_gather_drop(struct as_gather *gather, const struct as_store *store,
                    uint32_t position, const uint32_t *values, uint32_t count);

/* What it comes to.  A set is a view of `gather`. */
struct as_value as_gather_value(const struct as_gather *gather,
                                const struct as_store *store);

/* SET only: is the value in the window; how many are; their numbers, least
 * value first, into `out` (room for as_gather_size of them). */
bool as_gather_has(const struct as_gather *gather, uint32_t value);
uint32_t as_gather_size(const struct as_gather *gather);
void as_gather_members(const struct as_gather *gather,
                       const struct as_store *store, uint32_t *out);

/* Any value as JSON, a set as an array in order. */
void as_gather_json(struct as_buf *out, const struct as_store *store,
                    const struct as_value *value);

#endif
