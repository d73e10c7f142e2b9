/*
 * alert.h - alerts: made, merged, put in order, suppressed, handed out.
 */
#ifndef AS_ALERT_H
#define AS_ALERT_H

#include "astray.h"
#include "runtime/hold.h"
#include "runtime/stats.h"
#include "runtime/vm.h"

/* A row that is evidence of a joined alert. */
struct as_evidence {
    uint32_t alias; /* row of the pack's table alias */
    struct as_row_view view;
};

/* What an alert is made of; everything is borrowed for the call. */
struct as_finding {
    uint32_t rule;
    int64_t time;
    uint32_t event; /* of hold; a group's: the one that turned it; a
                       sequence's: the one that completed it */
    const struct as_evidence *evidence;
    uint32_t evidence_count;
    uint64_t combination_count;
    const struct as_value *excludes; /* verdict of each exclusion, or NULL */
    const struct as_value *outcomes; /* value of each outcome */
    const struct as_value *suppress_by;
    const struct as_value *keys; /* of groups, new terms, sequences */
    /* new terms: */
    int64_t history_ms;
    int64_t last_ms; /* when it was seen last; INT64_MIN: never */
    /* sequences: */
    const uint32_t *chain; /* its events, in the order of steps */
    uint32_t chain_count;
    /* groups: */
    const struct as_value *aggs;
    struct as_row_view window;
    int64_t window_start, window_end; /* of a sequence: its first and last */
};

struct as_alert {
    uint32_t rule;
    int64_t time;
    char id[33];
    struct as_text event_id, rule_name;
    const char *severity;
    struct as_text json;         /* without the closing brace */
    struct as_text suppress_key; /* length 0: never suppressed */
    struct as_text key;
    uint32_t event;
    bool group;
    uint64_t suppressed; /* alerts dropped in favour of this one */
};

struct as_alerts {
    const struct as_pack *pack;
    const struct as_hold *hold;
    const struct as_store *store;
    struct as_arena arena;
    struct as_map by_id;         /* id -> alert number */
    const struct as_map *wanted; /* see run.h; set by the owner */
    struct as_alert *alerts;     /* owned */
    uint32_t count, capacity;
    uint64_t merged;
    struct as_json_value *slots; /* owned; of the event at hand */
    struct as_hold_room room;    /* of an id at hand */
    struct as_buf buf, words, shown;
    bool failed;
};

/* False when memory runs out; as_alerts_done is due in any case. */
bool as_alerts_init(struct as_alerts *alerts, const struct as_pack *pack,
                    const struct as_hold *hold, const struct as_store *store);
void as_alerts_done(struct as_alerts *alerts);

void as_alerts_add(struct as_alerts *alerts, const struct as_finding *finding);

/* Take over an alert of other alerts; `event` is its event as it is held
 * here. */
void as_alerts_take(struct as_alerts *alerts, const struct as_alert *alert,
                    uint32_t event);

struct as_period {
    int64_t since, until; /* since <= t < until */
};

/* Order, suppress, hand out what lies in the period, and count. */
void as_alerts_report(struct as_alerts *alerts, const struct as_run *run,
                      struct as_stats *stats, struct as_period period,
                      astray_alert_fn *report, void *user);

/* "name=value name=value" of a row's keys, as a person reads it; appended. */
void as_alert_key(struct as_buf *out, const struct as_pack *pack,
                  uint32_t first, uint32_t count,
                  const struct as_value *values);

#endif
