/*
 * terms.h - rules of the shape new_terms: what is seen for the first time.
 *
 * An event alerts when its key occurs in no earlier event, in (eventTime,
 * eventID) order, of time >= t - history.  Events before judge.since_ms teach
 * and do not alert; where that is not given, those of the first `history` of
 * the input, counted from the first event of all, whatever rules say of it.
 */
#ifndef AS_TERMS_H
#define AS_TERMS_H

#include "runtime/judge.h"

/*
 * A bout of a key: occurrences of which each comes at most `history` behind the
 * one before.  24 bytes.
 */
struct as_bout {
    int64_t first_ms, last_ms;
    uint32_t head; /* the first event, of hold */
    bool judged;
};

struct as_terms_row {
    struct as_bout *bouts; /* owned; see terms.c */
    uint32_t count, capacity;
};

struct as_terms {
    const struct as_row_column *keys;
    uint32_t key_count;
    int64_t history_ms;
    struct as_map by_key;    /* key ids as bytes -> row number */
    struct as_arena arena;   /* these bytes */
    struct as_pages rows;    /* struct as_terms_row */
    size_t bout_count;       /* that there is room for, in all rows */
    struct as_value *values; /* owned: keys, verdicts, outcomes ... */
};

extern const struct as_shape_calls as_terms_calls;

#endif
