/*
 * tuning.h - what overlays did to a run of tests.
 *
 * An overlay may silence a rule that its tests show to speak.  Then the case
 * says which exclusion took its events; and at the end of the run it is known
 * which exclusions no case has hit.
 */
#ifndef AS_CLI_TUNING_H
#define AS_CLI_TUNING_H

#include "astray.h"
#include "common/buf.h"

/* An exclusion that an overlay added. */
struct as_tuned {
    struct as_tuned *next;
    char *rule, *name, *overlay; /* owned */
    uint64_t hit_count;
};

/* Starts as all zeros. */
struct as_tuning {
    struct as_tuned *first; /* owned; in the order in which they were met */
    bool failed;            /* memory ran out */
};

void as_tuning_done(struct as_tuning *tuning);

/* Count what a finished scanner excluded.  Where `why` is not empty, the case
 * has failed: what took events away is appended to it. */
void as_tuning_count(struct as_tuning *tuning,
                     const struct astray_scanner *scanner, struct as_buf *why);

/* Which overlay disables the rule, which is none of `rules`: into `why`, as
 * words; nothing where none does. */
void as_tuning_disabled(struct as_tuning *tuning,
                        const struct astray_rules *rules, const char *rule,
                        struct as_buf *why);

/* A line for each exclusion that was never hit, each behind `prefix`. */
void as_tuning_never(const struct as_tuning *tuning, const char *prefix,
                     struct as_buf *out);

#endif
