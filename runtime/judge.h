/*
 * judge.h - what the operators of the engine share: an event bound in the
 * machine, and the verdicts of `where` and `exclude` on it.
 */
#ifndef AS_JUDGE_H
#define AS_JUDGE_H

#include "runtime/alert.h"
#include "runtime/json.h"
#include "runtime/subject.h"

/*
 * What an operator has made of an event, where it was no alert.  It holds of
 * all events of from <= t < until with the same values in the slots that were
 * read.
 */
struct as_standing {
    int64_t from, until;
    uint32_t row;          /* join: number of the blind key; group: the row, */
    uint32_t contribution; /* and what the event contributes to it; */
    uint32_t timed;        /* columns that get the event's time: a mask */
    uint32_t excluded;     /* the exclusion + 1; 0: none */
    uint16_t unknown[2];   /* what its unknown verdicts were for want of */
    uint8_t unknown_count;
    bool matched, found, keyless, unjoined, added;
};

struct as_explainer; /* explain.h */

struct as_judge {
    const struct as_pack *pack;
    struct as_run *run;
    struct as_store *store;
    struct as_hold *hold;
    struct as_table *tables; /* one for each baseline */
    struct as_stats *stats;
    struct as_alerts *alerts;
    const struct as_subjects *subjects;
    struct as_vm vm;
    struct as_arena scratch, spare;
    uint32_t timed; /* as in as_standing, of the last contribution */
    uint32_t truth; /* number of the value `true` in the store */
    /* What teaches and does not alert: see terms.h. */
    int64_t first_ms;       /* time of the first event of the input; INT64_MAX:
                         there was none yet */
    int64_t since_ms;       /* of the period; INT64_MIN: not given */
    uint16_t unknown[2];    /* the first unknown verdicts */
    uint32_t unknown_count; /* and how many, since as_judge_note */
    uint64_t gave_up;       /* of the machine, at as_judge_note */
    struct as_explainer *explainer; /* NULL: nobody asks why */
    bool failed;
};

bool as_judge_init(struct as_judge *judge, struct as_run *run,
                   struct as_store *store, struct as_hold *hold,
                   struct as_table *tables, struct as_stats *stats,
                   struct as_alerts *alerts,
                   const struct as_subjects *subjects);
void as_judge_done(struct as_judge *judge);

/* Give back what values borrowed, and let loops look at things anew. */
void as_judge_reset(struct as_judge *judge);

/* The same, and bind a held event. */
void as_judge_bind(struct as_judge *judge, uint32_t event);

/*
 * The elements that `from cloudtrail each` ranges over, or the event itself,
 * once, when `each` is AS_NO_ROW.
 */
struct as_elements {
    bool each, once;
    struct as_json_iterator iterator;
};

void as_elements_start(struct as_judge *judge, struct as_elements *elements,
                       uint32_t each);
bool as_elements_next(struct as_judge *judge, struct as_elements *elements);

/* Is the condition true?  AS_NO_ROW is.  Unknown counts for `rule` unless
 * that is AS_NO_ROW. */
bool as_judge_true(struct as_judge *judge, uint32_t program, uint32_t rule);

/* Count an unknown verdict for the rule, on account of slot `why` - 1. */
void as_judge_unknown(struct as_judge *judge, uint32_t rule, uint16_t why);

/* Begin to note what a verdict of the event at hand depends on; then: is it
 * that of other events too?  *standing's times and unknown verdicts are set.
 * Not where more was unknown than a standing has room for. */
void as_judge_note(struct as_judge *judge);
bool as_judge_stands(const struct as_judge *judge,
                     struct as_standing *standing);

/* Count the unknown verdicts of *standing once more. */
void as_judge_again(struct as_judge *judge, uint32_t rule,
                    const struct as_standing *standing);

/* Does the event, or the element, at hand pass the rule's `where`?  Counts it
 * when it does. */
bool as_judge_matches(struct as_judge *judge, uint32_t rule);

/* The exclusion of the rule that applies to the event at hand, counted from 1,
 * or 0.  `verdicts`, if not NULL, gets the verdict of each that was asked. */
uint32_t as_judge_excluded(struct as_judge *judge, uint32_t rule,
                           uint32_t event, struct as_value *verdicts);

/* The values of key columns, as numbers of the store; at most 32.  False when
 * one is missing or empty. */
bool as_judge_key(struct as_judge *judge, const struct as_row_column *keys,
                  uint32_t count, uint32_t *ids);

/* Put the event's values into the row of its key: false when a key component
 * is missing or empty.  `time` and `event` go with it. */
bool as_judge_contribute(struct as_judge *judge, struct as_table *table,
                         int64_t time, uint32_t event);

/* The last contribution to the table, as part of a standing. */
void as_judge_added(const struct as_judge *judge, const struct as_table *table,
                    struct as_standing *standing);

/* Contribute what the standing says, of another event. */
void as_judge_repeat(struct as_judge *judge, struct as_table *table,
                     uint32_t event, const struct as_standing *standing);

/* The values of `count` programs of table argument. */
void as_judge_arguments(struct as_judge *judge, uint32_t first, uint32_t count,
                        struct as_value *values);

/*
 * What the engine asks of a rule, by its shape.  `state` is what the operator
 * knows: `size` bytes, zero before `init`; `done` is due after it, whatever it
 * said.
 */
struct as_shape_calls {
    size_t size;
    /* False when memory runs out. */
    bool (*init)(void *state, struct as_judge *judge, uint32_t rule);
    void (*done)(void *state);
    /* Bytes that it takes beside itself, more or less. */
    size_t (*bytes)(const void *state);
    /* Take a held event.  True when *standing tells what is to be done for
     * other events too. */
    bool (*take)(struct as_judge *judge, void *state, uint32_t rule,
                 uint32_t event, struct as_standing *standing);
    /* Take an event of which *standing tells all. */
    void (*again)(struct as_judge *judge, void *state, uint32_t rule,
                  uint32_t event, const struct as_standing *standing);
    /* Nothing of time <= `until` comes any more (INT64_MAX: the input has
     * ended): judge what hung on several events.  NULL: nothing does. */
    void (*settle)(struct as_judge *judge, void *state, uint32_t rule,
                   int64_t until);
};

#endif
