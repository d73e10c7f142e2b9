/*
 * plan.h - what of a pack a run needs, and how long each part must wait.
 */
#ifndef AS_PLAN_H
#define AS_PLAN_H

#include "runtime/table.h"

/* Both arrays: baselines first, then rules. */
struct as_plan {
    bool *needed;     /* owned; a rule: it is on; a baseline: one reads it */
    int64_t *lags_ms; /* owned; it may judge what is this much before the
                         watermark; INT64_MAX: only at the end */
};

/* `off[rule]` leaves a rule out (NULL: none); the tables' reaches are set.
 * False when memory runs out; as_plan_done is due in any case. */
bool as_plan_init(struct as_plan *plan, const struct as_pack *pack,
                  const struct as_table *tables, const bool *off);
void as_plan_done(struct as_plan *plan);

#endif
