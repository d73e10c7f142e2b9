/*
 * lanes.h - readers and engines side by side, one pair for each thread.
 *
 * All share one sealed run and one projection and nothing else.  Lane 0 is
 * always there, the others are made when there is enough to read for them;
 * in the end its engine takes over what the others hold.
 */
#ifndef AS_LANES_H
#define AS_LANES_H

#include "runtime/engine.h"
#include "runtime/pool.h"
#include "runtime/reader.h"

struct as_lanes;

struct as_lane {
    struct as_lanes *lanes;
    unsigned number;
    struct as_engine engine;
    struct as_reader *reader;
    struct as_meter meter;
};

struct as_lanes {
    /* set by the owner after as_lanes_init: */
    unsigned thread_count; /* 0: as many as seem good */
    uint64_t memory_limit; /* of all engines together; 0: none */
    astray_notice_fn *on_notice;
    void *notice_user;
    astray_progress_fn *on_progress;
    void *progress_user;

    const struct as_projection *projection;
    struct as_run *run;
    const bool *off;
    bool profiled; /* each engine has a profile */
    struct as_pool *pool;
    struct as_lane *lane[AS_MAX_THREADS]; /* owned; NULL: not made */
    bool reading;                         /* within as_pool_read */
    _Atomic int stop;         /* the status that stops all of them, or 0 */
    struct as_inputs *inputs; /* that are read now */
    struct astray_progress progress;
    uint64_t made_before;         /* decompressed by earlier calls */
    struct as_reader_stats stats; /* of all, after as_lanes_gather */
};

/* All is borrowed; `run` may be sealed later, before anything is read. */
void as_lanes_init(struct as_lanes *lanes,
                   const struct as_projection *projection, struct as_run *run);
void as_lanes_done(struct as_lanes *lanes);

/* Make lane 0; `off` as as_engine_init has it.  ASTRAY_OK or
 * ASTRAY_NO_MEMORY. */
enum astray_status as_lanes_start(struct as_lanes *lanes, const bool *off);

/* See astray_scanner_feed and astray_scanner_feed_paths. */
enum astray_status as_lanes_bytes(struct as_lanes *lanes, const char *name,
                                  const void *bytes, size_t length);
enum astray_status as_lanes_paths(struct as_lanes *lanes,
                                  const char *const *paths, size_t count);

/* No more input: bring all together in lane 0 and in `stats`.  ASTRAY_OK or
 * ASTRAY_NO_MEMORY. */
enum astray_status as_lanes_gather(struct as_lanes *lanes);

#endif
