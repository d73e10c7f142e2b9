/*
 * lanes.c - see lanes.h.
 *
 * What a lane finds out is not shared while it reads: a notice goes through
 * the pool, an event into the lane's own engine.  The number of lanes can
 * therefore not be told from what comes out.
 */

#include "runtime/lanes.h"

#include <stdlib.h>

enum { ENOUGH = 1 << 20 }; /* bytes on the disk that are worth a thread */

/* ---- one lane ---------------------------------------------------------- */

static enum astray_status take_event(void *user, const struct as_event *event)
{
    struct as_lane *lane = user;
    int stop = atomic_load_explicit(&lane->lanes->stop, memory_order_relaxed);

    return stop ? (enum astray_status)stop
                : as_engine_feed(&lane->engine, event);
}

static void take_notice(void *user, const struct astray_notice *notice)
{
    struct as_lane *lane = user;
    struct as_lanes *lanes = lane->lanes;

    if (lanes->on_notice && lanes->reading)
        as_pool_say(lanes->pool, lane->number, notice);
    else if (lanes->on_notice)
        lanes->on_notice(notice, lanes->notice_user);
}

static void free_lane(struct as_lane *lane)
{
    if (!lane)
        return;
    as_reader_free(lane->reader);
    if (lane->engine.pack)
        as_engine_done(&lane->engine);
    free(lane);
}

/* Make sure that lane `n` is there. */
static bool make_lane(struct as_lanes *lanes, unsigned n)
{
    static const struct as_reader_callbacks callbacks = { take_event,
                                                          take_notice };
    struct as_lane *lane;

    if (lanes->lane[n])
        return true;
    lane = calloc(1, sizeof(*lane));
    if (!lane)
        return false;
    lane->lanes = lanes;
    lane->number = n;
    if (as_engine_init(&lane->engine, lanes->run, lanes->off) == ASTRAY_OK &&
        (!lanes->profiled || as_engine_set_profile(&lane->engine) == ASTRAY_OK))
        lane->reader = as_reader_new(lanes->projection, &callbacks, lane);
    if (!lane->reader) {
        free_lane(lane);
        return false;
    }
    as_reader_measure(lane->reader, &lane->meter);
    lanes->lane[n] = lane;
    return true;
}

static unsigned lane_count(const struct as_lanes *lanes)
{
    unsigned count = 0;

    while (count < AS_MAX_THREADS && lanes->lane[count])
        count++;
    return count;
}

/* ---- progress ---------------------------------------------------------- */

/* What all lanes have read of the files they are at, and made of all. */
static void read_meters(struct as_lanes *lanes, uint64_t *taken, uint64_t *made)
{
    for (unsigned i = 0; i < lane_count(lanes); i++) {
        *taken += atomic_load(&lanes->lane[i]->meter.taken);
        *made += atomic_load(&lanes->lane[i]->meter.made);
    }
}

static void report(struct as_lanes *lanes)
{
    if (lanes->on_progress)
        lanes->on_progress(&lanes->progress, lanes->progress_user);
}

/* `counted` inputs of `bytes` are done.  A file may be counted as done a
 * moment before or after its meter is set back: never go backwards. */
static void tick(void *user, uint64_t counted, uint64_t bytes)
{
    struct as_lanes *lanes = user;
    struct astray_progress *progress = &lanes->progress;
    uint64_t made = 0;

    read_meters(lanes, &bytes, &made);
    made -= lanes->made_before;
    if (progress->bytes_all > 0 && bytes > progress->bytes_all)
        bytes = progress->bytes_all;
    progress->files = counted;
    if (bytes > progress->bytes)
        progress->bytes = bytes;
    if (made > progress->decompressed)
        progress->decompressed = made;
    report(lanes);
}

static void found(void *user)
{
    struct as_lanes *lanes = user;

    lanes->progress.files_all = lanes->inputs->count;
    lanes->progress.bytes_all = lanes->inputs->bytes;
    report(lanes);
}

/* ---- all of them ------------------------------------------------------- */

static enum astray_status read_input(void *user, unsigned n,
                                     const struct as_input *input)
{
    struct as_lanes *lanes = user;
    enum astray_status status = as_reader_input(lanes->lane[n]->reader, input);

    if (as_reader_stops(status))
        atomic_store(&lanes->stop, (int)status);
    return status;
}

static void pass_notice(const struct astray_notice *notice, void *user)
{
    struct as_lanes *lanes = user;

    if (lanes->on_notice)
        lanes->on_notice(notice, lanes->notice_user);
}

void as_lanes_init(struct as_lanes *lanes,
                   const struct as_projection *projection, struct as_run *run)
{
    *lanes = (struct as_lanes){ .projection = projection, .run = run };
}

void as_lanes_done(struct as_lanes *lanes)
{
    for (unsigned i = 0; i < AS_MAX_THREADS; i++)
        free_lane(lanes->lane[i]);
    as_pool_free(lanes->pool);
}

/* To each lane its share of the limit. */
static void share_memory(struct as_lanes *lanes)
{
    unsigned count = lane_count(lanes);
    uint64_t share = lanes->memory_limit / count;

    if (share == 0 && lanes->memory_limit > 0)
        share = 1; /* 0 would be no limit */
    for (unsigned i = 0; i < count; i++)
        lanes->lane[i]->engine.memory_limit = share;
}

enum astray_status as_lanes_start(struct as_lanes *lanes, const bool *off)
{
    lanes->off = off;
    lanes->pool = as_pool_new(&(struct as_pool_calls){
        .read = read_input,
        .notice = pass_notice,
        .tick = tick,
        .user = lanes,
    });
    if (!lanes->pool || !make_lane(lanes, 0))
        return ASTRAY_NO_MEMORY;
    share_memory(lanes);
    return ASTRAY_OK;
}

enum astray_status as_lanes_bytes(struct as_lanes *lanes, const char *name,
                                  const void *bytes, size_t length)
{
    return as_reader_bytes(lanes->lane[0]->reader, name, bytes, length);
}

/* How many threads to read with; 0: the caller's own.  A thread of its own
 * is worth it for a single lane too, where somebody waits for progress. */
static unsigned choose_threads(const struct as_lanes *lanes)
{
    const struct as_inputs *inputs = lanes->inputs;
    uint64_t count = lanes->thread_count, worth = 1 + inputs->bytes / ENOUGH;

    if (count == 0) {
        count = as_pool_processors();
        count = count > worth ? worth : count;
    }
    if (count > inputs->count)
        count = inputs->count;
    return count == 1 && !lanes->on_progress ? 0 : (unsigned)count;
}

/* Lanes that can't be made are done without. */
static enum astray_status read_inputs(struct as_lanes *lanes)
{
    unsigned count = choose_threads(lanes);
    enum astray_status status;
    uint64_t taken = 0;

    for (unsigned i = 0; i < count; i++) {
        if (!make_lane(lanes, i))
            count = i;
    }
    share_memory(lanes);
    lanes->progress = (struct astray_progress){
        .size = sizeof(struct astray_progress),
        .files_all = lanes->inputs->count,
        .bytes_all = lanes->inputs->open_ended ? 0 : lanes->inputs->bytes,
    };
    lanes->made_before = 0;
    read_meters(lanes, &taken, &lanes->made_before);
    atomic_store(&lanes->stop, 0);
    tick(lanes, 0, 0);
    lanes->reading = true;
    status = as_pool_read(lanes->pool, lanes->inputs, count);
    lanes->reading = false;
    tick(lanes, lanes->inputs->count, lanes->inputs->bytes);
    return status;
}

static int compare_paths(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

/* All that is at the paths, in an order that does not depend on theirs. */
static enum astray_status list_inputs(struct as_lanes *lanes,
                                      const char *const *paths, size_t count)
{
    const char **sorted = malloc((count + 1) * sizeof(*sorted));

    if (!sorted)
        return ASTRAY_NO_MEMORY;
    memcpy(sorted, paths, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), compare_paths);
    lanes->progress = (struct astray_progress){
        .size = sizeof(struct astray_progress),
        .walking = 1,
    };
    for (size_t i = 0; i < count; i++)
        as_inputs_add(lanes->inputs, sorted[i]);
    free(sorted);
    return lanes->inputs->failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

enum astray_status as_lanes_paths(struct as_lanes *lanes,
                                  const char *const *paths, size_t count)
{
    struct as_inputs inputs = { .on_found = found, .user = lanes };
    enum astray_status status;

    lanes->inputs = &inputs;
    status = list_inputs(lanes, paths, count);
    if (status == ASTRAY_OK)
        status = read_inputs(lanes);
    as_inputs_done(&inputs);
    lanes->inputs = NULL;
    return status;
}

enum astray_status as_lanes_gather(struct as_lanes *lanes)
{
    enum astray_status status = ASTRAY_OK;
    unsigned count = lane_count(lanes);

    lanes->stats = *as_reader_stats(lanes->lane[0]->reader);
    for (unsigned i = 1; i < count; i++) {
        struct as_lane *lane = lanes->lane[i];

        as_reader_stats_add(&lanes->stats, as_reader_stats(lane->reader));
        if (status == ASTRAY_OK)
            status = as_engine_absorb(&lanes->lane[0]->engine, &lane->engine);
        free_lane(lane);
        lanes->lane[i] = NULL;
    }
    share_memory(lanes);
    return status;
}
