/*
 * verdict.h - what a rule says of one event, clause by clause.
 */
#ifndef AS_VERDICT_H
#define AS_VERDICT_H

#include "runtime/look.h"

/* The event or the element that is bound, put to all clauses: why it gives no
 * alert, or NULL.  Of a group and its like: why it is not taken. */
const char *as_verdict_event(const struct as_look *look, struct as_note *above);

/* The same for the event whole, or for each of its elements. */
const char *as_verdict_all(const struct as_look *look, uint32_t each,
                           const char *(*of)(const struct as_look *look,
                                             struct as_note *above),
                           struct as_note *above);

#endif
