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

bool as_grouper_init(struct as_grouper *grouper, struct as_judge *judge,
                     uint32_t rule);
void as_grouper_done(struct as_grouper *grouper);

/* Count a held event.  True when *standing tells what is to be done for other
 * events too. */
bool as_group_add(struct as_judge *judge, struct as_grouper *grouper,
                  uint32_t rule, uint32_t event, struct as_standing *standing);

/* Count an event of which *standing tells all. */
void as_group_again(struct as_judge *judge, struct as_grouper *grouper,
                    uint32_t rule, uint32_t event,
                    const struct as_standing *standing);

/* Judge every window to which nothing of time > `until` belongs; INT64_MAX:
 * the input has ended. */
void as_group_judge(struct as_judge *judge, struct as_grouper *grouper,
                    uint32_t rule, int64_t until);

#endif
