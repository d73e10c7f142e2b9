/*
 * profile.h - where a scan's time goes.
 *
 * Time is processor time, in ns: what else the machine did does not count.
 * While events come, a look at the clock for each event and operator would
 * cost more than what it measures.  So one event of AS_PROFILE_STEP is timed,
 * for all operators together, and stands for the others.  While events are
 * judged, one operator has its turn after the other: each turn is timed.
 */
#ifndef AS_PROFILE_H
#define AS_PROFILE_H

#include "program/pack.h"

/* A prime: it does not fall into step with files of a round length. */
enum { AS_PROFILE_STEP = 17 };

/* What the turns of a baseline or a rule have cost. */
struct as_turns {
    uint64_t time_ns;
    uint64_t judged; /* events that it was handed */
    size_t bytes;    /* of queue and traces: the most at the end of a turn */
};

/* Of a stretch of work: this process's time, all threads together, and what
 * a clock on the wall says. */
struct as_spell {
    uint64_t cpu_ns, wall_ns;
};

/* The work of a scan: reading and keeping events, bringing together what
 * several threads have kept, judging and reporting. */
enum as_stage { AS_STAGE_FEED, AS_STAGE_GATHER, AS_STAGE_JUDGE, AS_STAGES };

struct as_profile {
    struct as_turns *turns; /* owned; baselines, then rules */
    uint32_t operator_count;
    uint64_t events, timed;     /* that came, and that were timed */
    uint64_t sieve_ns, keep_ns; /* of those that were timed */
    uint64_t look_ns;           /* what a look at the clock costs */
    struct as_spell spells[AS_STAGES];
};

/* NULL when memory runs out; as_profile_free takes NULL. */
struct as_profile *as_profile_new(const struct as_pack *pack);
void as_profile_free(struct as_profile *profile);

/* Processor time of this thread. */
uint64_t as_profile_now(void);

/* An event comes: the time, or 0 when this one is not timed. */
uint64_t as_profile_event(struct as_profile *profile);

/* Add to *sum what went by since *mark, which moves on to now. */
void as_profile_add(const struct as_profile *profile, uint64_t *mark,
                    uint64_t *sum);

/* The turn of operator `n` that began at `mark` is over: it was handed
 * `judged` events and holds so many bytes that are no table's. */
void as_profile_turn(struct as_profile *profile, uint32_t n, uint64_t mark,
                     uint32_t judged, size_t bytes);

/* What was counted in another engine of the same rules is added. */
void as_profile_absorb(struct as_profile *profile,
                       const struct as_profile *more);

/* What `sum`, of the events that were timed, comes to for all. */
uint64_t as_profile_all(const struct as_profile *profile, uint64_t sum);

/* A spell begins; it ends, is added to *sum, and the next begins. */
struct as_spell as_spell_begin(void);
struct as_spell as_spell_end(struct as_spell *sum, struct as_spell begun);

#endif
