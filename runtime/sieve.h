/*
 * sieve.h - which baselines and rules want an event?
 *
 * An operator, a baseline or a rule, wants an event for which its `early`
 * condition is true.  The compiler has split that into tests, each of one
 * slot, and the rest (see rows.def).  What a test says depends on a value and
 * on nothing else of the event, so it is asked once for each value, not once
 * for each event and rule; and since most events fail the tests of nearly all
 * operators, what an event costs hardly depends on how many rules there are.
 */
#ifndef AS_SIEVE_H
#define AS_SIEVE_H

#include "runtime/judge.h"
#include "runtime/memo.h"
#include "runtime/sieve_test.h"

struct as_sieve_column;
struct as_sieve_operator;
struct as_sieve_part;

/* What a test said of the event of this number. */
struct as_sieve_answer {
    uint64_t event;
    uint16_t why;
    uint8_t answer; /* enum as_answer */
};

/* One for each engine, that is for each thread. */
struct as_sieve {
    const struct as_pack *pack;
    const struct as_run *run;
    struct as_arena arena;
    uint32_t operator_count; /* baselines, then rules */
    uint32_t word_count;     /* of 64 operators */
    struct as_sieve_operator *operators;
    struct as_sieve_test *tests;     /* each different program once */
    struct as_sieve_answer *answers; /* by test */
    uint32_t test_count;
    uint32_t *test_of;               /* by row of table test */
    struct as_sieve_part *parts;     /* of all operators, one after another */
    uint32_t *asks;                  /* tests, one part after another */
    struct as_sieve_column *columns; /* slots that tests read, best first */
    uint32_t *column_of;             /* by slot */
    uint32_t column_count;
    uint32_t screen_count; /* the first columns: those with bits and a memo */
    bool is_large;         /* so many operators that screens are worth it */
    /* bits, by an operator's place in `operators`: */
    uint64_t *active;  /* those that are needed, */
    uint64_t *tested;  /* those of them that have tests, */
    uint64_t *in;      /* those that may still want the event at hand, and */
    uint64_t *unknown; /* those of which it leaves a test unknown */
    uint32_t *live;    /* the words of `in` that are not 0 */
    uint32_t live_count;
    uint64_t event;  /* number of the event at hand, from 1 */
    uint64_t *asked; /* by operator: events for which all its tests were true
                        or unknown, so that it cost more than them */
};

/* `run` is sealed; it and the pack outlive the sieve.  `needed` has a place
 * for each operator.  ASTRAY_OK or ASTRAY_NO_MEMORY; as_sieve_done is due in
 * any case. */
enum astray_status as_sieve_init(struct as_sieve *sieve,
                                 const struct as_pack *pack,
                                 const struct as_run *run, const bool *needed);
void as_sieve_done(struct as_sieve *sieve);

/*
 * Fill `bits`, word_count words of a bit for each baseline and then each rule,
 * with those that want the event that is bound in judge->vm; false when there is none.  What could not be told is
 * counted for the rule in judge->stats, as if its `early` had been asked.
 * Memory that ran out is told by the machine and the judge's scratch arena.
 */
bool as_sieve_event(struct as_sieve *sieve, struct as_judge *judge,
                    uint64_t *bits);

#endif
