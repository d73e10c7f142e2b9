/* join.h - rules of the shapes plain and join: one event at a time. */
#ifndef AS_JOIN_H
#define AS_JOIN_H

#include "runtime/judge.h"

/* Room that judging needs again and again. */
struct as_joiner {
    struct as_row_view *combinations; /* owned; alias_count views each */
    uint32_t count, capacity;
    struct as_evidence *evidence; /* owned */
    uint32_t evidence_count, evidence_capacity;
    struct as_table rows;    /* aggregates over the combinations */
    struct as_value *values; /* owned: verdicts, outcomes, aggregates ... */
    bool known;              /* the first baseline has a row with the keys, */
    bool found;              /* a row of each, */
    bool keyless;            /* or nothing to look the first one up by */
};

/* Each event is judged as it is taken; where something was found, no standing
 * tells of it. */
extern const struct as_shape_calls as_join_calls;

/* The key of the first joined baseline by which the event looks its row up,
 * as a person reads it; appended. */
void as_join_key(struct as_judge *judge, uint32_t rule, uint32_t event,
                 struct as_buf *out);

#endif
