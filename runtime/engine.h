/*
 * engine.h - events in, alerts out: feed, advance, finish.
 *
 * The engine keeps the events that some rule or baseline wants until the
 * watermark, the time before which nothing more is expected, has passed what
 * their verdicts depend on; then it judges them in order of time.  A scan
 * feeds everything and then finishes, which is to advance to the end of time;
 * a stream advances as it goes.  Neither has logic of its own about rules.
 *
 * Everything that is counted is counted in records.  A record that comes
 * twice counts twice, and gives one alert: in a log of any size nobody can
 * remember all records, and counts that hang on what was remembered would
 * hang on the order of the files.
 *
 * With a limit on memory a scan's engine puts events away in a temporary file
 * (see spill.h) whenever it has come to the limit, and judges them part by
 * part in the end.  What it reports is the same to the byte.  The limit is
 * passed where there is no help: by alerts, by one key with more events than
 * the limit has room for, by baselines that every part needs, in a pack with
 * shared ids, and by a stream, which puts nothing away.
 */
#ifndef AS_ENGINE_H
#define AS_ENGINE_H

#include "runtime/chain.h"
#include "runtime/explain.h"
#include "runtime/group.h"
#include "runtime/join.h"
#include "runtime/profile.h"
#include "runtime/sieve.h"
#include "runtime/spill.h"
#include "runtime/terms.h"
#include "runtime/trace.h"

/* A baseline or a rule, and the events that it has not judged yet. */
struct as_operator {
    struct as_pages queue;              /* uint32_t, of hold; as they came */
    const struct as_shape_calls *calls; /* of a rule, */
    void *state;                        /* and their state; owned */
    struct as_pages quiet; /* struct as_quiet, by subject; of rules that
                              subjects.settles */
};

struct as_engine {
    const struct as_pack *pack;
    struct as_run *run;
    struct as_store store;
    struct as_hold hold;
    struct as_table *tables; /* owned; by baseline */
    struct as_table *early;  /* owned; the same rows, as far as they are known
                                while events come: only those of baselines
                                by which events can be let go are filled */
    bool *learns_early;      /* owned; by baseline: those */
    struct as_stats stats;
    struct as_alerts alerts;
    struct as_judge judge;
    struct as_plan plan;
    struct as_subjects subjects;
    struct as_sieve sieve;
    struct as_operator *operators; /* owned; baselines, then rules */
    struct as_traces traces;
    uint32_t *batch;      /* owned; events at hand */
    struct as_map shared; /* sharedEventID -> the event that stands for all */
    uint64_t *bits;       /* owned; room for the wants of one event */
    struct as_profile *profile; /* owned; NULL: nothing is timed */
    int64_t watermark;
    uint64_t memory_limit; /* bytes; 0: none; set by the owner */
    struct as_spill spill; /* what was put away; `pack` is NULL: nothing */
    uint64_t put_away;     /* bytes that it had taken in memory */
    unsigned level;        /* how often the events were parted before */
    bool *counted;         /* owned; by baseline: counted in another part;
                              NULL: none is */
    uint32_t next_look;    /* at how many events to look at memory again */
    bool failed;
};

/* `run` is sealed and outlives the engine; `off[rule]` leaves a rule out
 * (NULL: none).  ASTRAY_OK or ASTRAY_NO_MEMORY; as_engine_done is due in any
 * case. */
enum astray_status as_engine_init(struct as_engine *engine, struct as_run *run,
                                  const bool *off);
void as_engine_done(struct as_engine *engine);

/* Before the first event: find out what each operator costs (costs.h). */
enum astray_status as_engine_set_profile(struct as_engine *engine);

/* Before the first event: ask the explainer, which is borrowed, of all that is
 * judged.  The engine must have no memory limit, and absorb no other. */
void as_engine_set_explainer(struct as_engine *engine,
                             struct as_explainer *explainer);

/* ASTRAY_OK or ASTRAY_NO_MEMORY; that also when events can't be put away: then
 * as_engine_finish says so. */
enum astray_status as_engine_feed(struct as_engine *engine,
                                  const struct as_event *event);

/* Bytes that the engine has taken for events and what came of them. */
size_t as_engine_bytes(const struct as_engine *engine);

/* Put all events at hand away, whatever the limit; what was let go stays let
 * go.  ASTRAY_OK, ASTRAY_NO_MEMORY or ASTRAY_IO. */
enum astray_status as_engine_put_away(struct as_engine *engine);

/* Take over all events that `from`, an engine of the same run and rules, was
 * fed; it is good for as_engine_done only.  Before any is judged. */
enum astray_status as_engine_absorb(struct as_engine *engine,
                                    struct as_engine *from);

/* Nothing of time <= `watermark` comes any more: judge what can be.  Where
 * alerts have a first time, judge.since_ms is set to it before. */
enum astray_status as_engine_advance(struct as_engine *engine,
                                     int64_t watermark);

/* The end: judge the rest, report the alerts in order.  ASTRAY_OK,
 * ASTRAY_NO_MEMORY, or, before any is reported, ASTRAY_IO with errno set when
 * events could not be put away or read again. */
enum astray_status as_engine_finish(struct as_engine *engine,
                                    struct as_period period,
                                    astray_alert_fn *report, void *user);

/* ---- for finish.c ------------------------------------------------------ */

/* How the engine fares: ASTRAY_OK, ASTRAY_NO_MEMORY, or ASTRAY_IO with errno
 * set. */
enum astray_status as_engine_status(struct as_engine *engine);

/* The operator waits for the event of hold. */
void as_engine_queue(struct as_engine *engine, uint32_t operator,
                     uint32_t event);

/* Has memory come to its limit, with what it takes to empty it?  Looks only
 * now and then. */
bool as_engine_is_full(struct as_engine *engine);

/* Forget what was learnt by which events are let go. */
void as_engine_forget_early(struct as_engine *engine);

#endif
