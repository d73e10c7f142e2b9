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

bool as_joiner_init(struct as_joiner *joiner, struct as_judge *judge,
                    uint32_t rule);
void as_joiner_done(struct as_joiner *joiner);

/*
 * Judge a held event by a rule; what it finds goes to judge->alerts.  True
 * when nothing was found and *standing tells what holds of other events too.
 */
bool as_join_judge(struct as_judge *judge, struct as_joiner *joiner,
                   uint32_t rule, uint32_t event, struct as_standing *standing);

/* Count an event of which *standing tells all. */
void as_join_again(struct as_judge *judge, uint32_t rule, uint32_t event,
                   const struct as_standing *standing);

/* The key of the first joined baseline by which the event looks its row up,
 * as a person reads it; appended. */
void as_join_key(struct as_judge *judge, uint32_t rule, uint32_t event,
                 struct as_buf *out);

#endif
