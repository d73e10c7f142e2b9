/*
 * stats.h - what happened to the events: the funnel from read to alert.
 */
#ifndef AS_STATS_H
#define AS_STATS_H

#include "runtime/hold.h"
#include "runtime/run.h"

/* A key whose events found no row. */
struct as_blind_key {
    uint64_t hash; /* of the key's values: keys are told apart by it */
    uint64_t count;
    uint32_t event; /* of hold, the first by (time, id) */
};

enum { AS_BLIND_SHOWN = 5 };

struct as_blind {
    struct as_pages keys; /* struct as_blind_key */
    uint32_t *index;      /* owned; number + 1; a power of two of them */
    uint32_t index_size;
    uint64_t others; /* keys that were counted and not kept */
    /* The most frequent ones, when all has been judged. */
    struct as_text shown[AS_BLIND_SHOWN];
    uint64_t shown_counts[AS_BLIND_SHOWN];
    uint32_t shown_count;
};

struct as_rule_stats {
    uint64_t matched;        /* `where` is true */
    uint64_t joined;         /* a row was found in every joined baseline; or
                                there is a key by which the event counts */
    uint64_t required;       /* `require` or `having` is true, or it is new */
    uint64_t alerts;         /* reported */
    uint64_t outside_period; /* not reported for --since, --until */
    uint64_t suppressed;
    uint64_t let_go;    /* matched and joined, known to come to nothing before
                           they were kept */
    uint64_t unjoined;  /* matched, but the first baseline has no row */
    uint64_t no_key;    /* matched, but a key component is missing */
    uint64_t *excluded; /* by exclusion of the rule */
    uint64_t *unknown;  /* unknown verdicts, by slot + 1; [0]: other */
    struct as_blind blind;
};

struct as_stats {
    const struct as_pack *pack;
    struct as_arena arena;
    uint64_t events;     /* fed */
    uint64_t late;       /* came when their time had been judged */
    uint64_t too_costly; /* times that a quantifier gave up, AS_MAX_VISITS */
    uint64_t merged;     /* alerts under an id that another alert has */
    uint64_t alerts;
    uint64_t *baseline_rows, *baseline_events; /* by baseline */
    struct as_rule_stats *rules;               /* by rule */
};

bool as_stats_init(struct as_stats *stats, const struct as_pack *pack);
void as_stats_done(struct as_stats *stats);

/* An unknown verdict of a rule's, on account of slot `why` - 1. */
void as_stats_unknown(struct as_stats *stats, uint32_t rule, uint16_t why);

/* An event of the key with this hash found no row: the key's number, or
 * UINT32_MAX when memory runs out. */
uint32_t as_stats_blind(struct as_stats *stats, const struct as_hold *hold,
                        uint32_t rule, uint64_t hash, uint32_t event);

/* One more event of that key. */
void as_stats_blind_more(struct as_stats *stats, const struct as_hold *hold,
                         uint32_t rule, uint32_t key, uint32_t event);

/* The keys with the most events, most first, into `keys`; how many. */
uint32_t as_stats_blind_most(const struct as_stats *stats,
                             const struct as_hold *hold, uint32_t rule,
                             struct as_blind_key keys[AS_BLIND_SHOWN]);

/* A key that another engine has counted, with its event as it is held here.
 * False when memory runs out. */
bool as_stats_blind_put(struct as_stats *stats, uint32_t rule,
                        const struct as_blind_key *key);

/* Add up what two engines have counted, but for baselines and blind keys. */
void as_stats_add(struct as_stats *stats, const struct as_stats *more);

#endif
