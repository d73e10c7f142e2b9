/*
 * subject.h - what of an event its verdicts depend on.
 *
 * Whether a rule joins an event, and whether a group counts it, hangs on few
 * of its slots: the key, the session, the address.  These are the *subject*.
 * A log holds far fewer subjects than events, so a verdict is found once for
 * each subject and stretch of time and used for all events that share them.
 * Nothing here decides what is right: the machine notes which slots a verdict
 * has read (vm.h), and one that read others is not used again.
 */
#ifndef AS_SUBJECT_H
#define AS_SUBJECT_H

#include "runtime/hold.h"
#include "runtime/plan.h"

struct as_subjects {
    bool *in_subject; /* owned; by slot */
    uint8_t *widths;  /* owned; by slot: enum as_width */
    /* Owned; by column: an aggregate that a group's `having` reads.  The
     * others are worked out only for groups that alert. */
    bool *decides;
    /*
     * Owned; by rule: an event of it may be let go as soon as its `require`
     * is false, for nothing that comes later can turn that verdict.  The
     * rule joins one row by its whole key, the row comes from events alone,
     * and `require` is a condition that can only go from true to false while
     * values are added to the row, as `sourceIPAddress not in w.addresses`.
     */
    bool *settles;
};

/* Of the operators that the plan needs.  False when memory runs out;
 * as_subjects_done is due in any case. */
bool as_subjects_init(struct as_subjects *subjects, const struct as_pack *pack,
                      const struct as_plan *plan);
void as_subjects_done(struct as_subjects *subjects);

#endif
