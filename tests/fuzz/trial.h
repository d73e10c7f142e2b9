/*
 * trial.h - load a pack that nobody vouches for, and run it.
 *
 * What must hold of every pack: it is refused with a reason, or it runs over
 * any events to their end, within the steps that verify.h promises.  A pack
 * that breaks this ends the program (abort), after a line that says how.
 */
#ifndef AS_TESTS_TRIAL_H
#define AS_TESTS_TRIAL_H

#include <stdbool.h>

#include "common/text.h"

/* How an accepted pack is run. */
struct trial {
    struct as_text events; /* the bytes of one input */
    struct as_text more;   /* those of another */
    const char *folder;    /* the same as files, for a run with threads;
                                NULL: there is none */
    bool describe;         /* what `astray inspect` shows, too */
    bool profile;
    unsigned threads;          /* over the folder; 0: on this thread */
    unsigned long long memory; /* 0: no limit */
};

/* What came of all packs so far. */
struct trial_count {
    unsigned long refused, accepted, alerts, alerting;
    unsigned long long steps;      /* instructions, on this thread */
    unsigned long long most_steps; /* of one program's run */
};

/* True when the pack was accepted. */
bool try_pack(struct as_text pack, const struct trial *trial,
              struct trial_count *count);

#endif
