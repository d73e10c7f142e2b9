/*
 * engine.h - events in, alerts out: feed, advance, finish.
 *
 * The engine keeps the events that some rule or baseline wants until the
 * watermark, the time before which nothing more is expected, has passed what
 * their verdicts depend on; then it judges them in order of time.  A scan
 * feeds everything and then finishes, which is to advance to the end of time;
 * a stream advances as it goes.  Neither has logic of its own about rules.
 */
#ifndef AS_ENGINE_H
#define AS_ENGINE_H

#include "runtime/group.h"
#include "runtime/join.h"
#include "runtime/plan.h"

/* A baseline or a rule, and how far it has come. */
struct as_operator {
    uint32_t cursor; /* next of hold->order */
    struct as_joiner *joiner;
    struct as_grouper *grouper;
};

struct as_engine {
    const struct as_pack *pack;
    struct as_run *run;
    struct as_store store;
    struct as_hold hold;
    struct as_table *tables; /* owned; by baseline */
    struct as_stats stats;
    struct as_alerts alerts;
    struct as_judge judge;
    struct as_plan plan;
    struct as_operator *operators; /* owned; baselines, then rules */
    uint64_t *bits;                /* owned; room for the wants of one event */
    int64_t watermark;
    bool failed;
};

/* `run` is sealed and outlives the engine; `off[rule]` leaves a rule out
 * (NULL: none).  ASTRAY_OK or ASTRAY_NO_MEMORY; as_engine_done is due in any
 * case. */
enum astray_status as_engine_init(struct as_engine *engine, struct as_run *run,
                                  const bool *off);
void as_engine_done(struct as_engine *engine);

enum astray_status as_engine_feed(struct as_engine *engine,
                                  const struct as_event *event);

/* Nothing of time <= `watermark` comes any more: judge what can be. */
enum astray_status as_engine_advance(struct as_engine *engine,
                                     int64_t watermark);

/* The end: judge the rest, report the alerts in order. */
enum astray_status as_engine_finish(struct as_engine *engine,
                                    struct as_period period,
                                    astray_alert_fn *report, void *user);

#endif
