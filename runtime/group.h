/* group.h - rules of the shape group: events counted over a window. */
#ifndef AS_GROUP_H
#define AS_GROUP_H

#include "runtime/judge.h"

/* What is known of one key: how far it has been judged. */
struct as_group_state {
    uint32_t next; /* position of the first event that was not judged */
    bool on;       /* sliding: `having` was true at the event before */
};

struct as_grouper {
    /* What `having` reads of the events, by key. */
    struct as_table table;
    /* What only an alert shows: the events of one window, one row. */
    struct as_table rest;
    struct as_row_column *columns; /* owned; of both, the table's first */
    uint32_t *places;              /* owned; aggregate -> its column there */
    struct as_group_state *states; /* owned; by row */
    uint32_t state_count, state_capacity;
    struct as_value *values; /* owned: keys, aggregates, outcomes ... */
    int64_t span_ms, gap_ms;
};

/* Events are counted as they are taken; windows are judged when nothing that
 * belongs to them can come any more. */
extern const struct as_shape_calls as_group_calls;

#endif
