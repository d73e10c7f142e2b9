/*
 * silence.h - what a thief can say to make his alert go away.
 *
 * L0704 for every condition on a field that the caller chooses which can only
 * take alerts away when it is true, unless a guard (guard.h) stands beside it
 * by `and`.
 */
#ifndef AS_SILENCE_H
#define AS_SILENCE_H

#include "compiler/diag.h"
#include "compiler/unit.h"

/* For a unit that was checked without an error. */
void as_silence(const struct as_unit *unit, struct as_ir_table *table,
                struct as_diag *diag);

/*
 * The same question with every event that comes later in the thief's place,
 * and without guards: what can take an alert of the rule away again?
 */
struct as_silence_stop {
    const struct as_ir_baseline *baseline; /* that may grow; or NULL */
    struct as_span place;                  /* where it is asked */
    const struct as_ir_baseline *whole;    /* of `scope whole`, or NULL */
    bool given_up; /* the rule is too large to be followed to its end */
};

struct as_silence_stop as_silence_stop(const struct as_ir_rule *rule,
                                       struct as_ir_table *table,
                                       struct as_diag *diag);

#endif
