/* chain.h - rules of the shape sequence: steps by one key, in time order. */
#ifndef AS_CHAIN_H
#define AS_CHAIN_H

#include "runtime/judge.h"

struct as_chainer {
    /* The events of each key that match something; an entry's contribution is
     * the mask of what it matches. */
    struct as_table table;
    int64_t span_ms;
    uint32_t step_count;          /* those that are events */
    uint8_t bits[AS_MAX_PHASES];  /* of the mask: that of each step, */
    uint32_t gaps[AS_MAX_PHASES]; /* and of the absences behind it */
    bool waits;                   /* an absence stands at the end */
    struct as_value *values;      /* owned: keys, outcomes, suppress by */
    struct as_chain_work *work;   /* of chain.c; NULL between turns */
};

/* Events are kept as they are taken; chains are looked for when nothing that
 * belongs to them can come any more. */
extern const struct as_shape_calls as_chain_calls;

#endif
