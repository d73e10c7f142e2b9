/*
 * stats.h - what happened to the events: the funnel from read to alert.
 */
#ifndef AS_STATS_H
#define AS_STATS_H

#include "common/map.h"
#include "runtime/run.h"

struct as_rule_stats {
    uint64_t matched;        /* `where` is true */
    uint64_t joined;         /* a row was found in every joined baseline */
    uint64_t required;       /* `require` or `having` is true */
    uint64_t alerts;         /* reported */
    uint64_t outside_period; /* not reported for --since, --until */
    uint64_t suppressed;
    uint64_t unjoined;   /* matched, but the first baseline has no row */
    uint64_t no_key;     /* matched, but a key component is missing */
    uint64_t *excluded;  /* by exclusion of the rule */
    uint64_t *unknown;   /* unknown verdicts, by slot + 1; [0]: other */
    struct as_map blind; /* key as text -> events that found no row */
};

struct as_stats {
    const struct as_pack *pack;
    struct as_arena arena;
    uint64_t events;     /* judged */
    uint64_t late;       /* came when their time had been judged */
    uint64_t too_costly; /* times that a quantifier gave up, AS_MAX_VISITS */
    uint64_t held;       /* wanted by a rule or a baseline */
    uint64_t duplicates;
    uint64_t conflicts; /* records with the id of another, other content */
    uint64_t merged;    /* alerts under an id that another alert has */
    uint64_t alerts;
    uint64_t *baseline_rows, *baseline_events; /* by baseline */
    struct as_rule_stats *rules;               /* by rule */
};

bool as_stats_init(struct as_stats *stats, const struct as_pack *pack);
void as_stats_done(struct as_stats *stats);

/* An unknown verdict of a rule's, on account of slot `why` - 1. */
void as_stats_unknown(struct as_stats *stats, uint32_t rule, uint16_t why);

/* An event of this key found no row.  False when memory runs out. */
bool as_stats_blind(struct as_stats *stats, uint32_t rule, struct as_text key);

#endif
