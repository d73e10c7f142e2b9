/*
 * pool.c - see pool.h.
 *
 * One lock guards all of it; a lane takes it once or twice an input, which is
 * nothing beside reading one.  `head` is the first input that is not done.
 * Its notices are handed out as they come, those of later inputs wait.  When
 * too many bytes of them wait, their lanes do, until their turn comes: the
 * lane that has `head`, or is about to take it, is never among them, since a
 * lane takes its inputs from the front of its part.
 */

#include "runtime/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/limits.h"
#include "runtime/reader.h"

enum {
    OPENING = 4096,      /* opening a file costs as much as so many bytes */
    TICK_NS = 100000000, /* between two looks at how far it has come */
    SECOND_NS = 1000000000,
};

struct note {
    struct note *next;
    size_t length; /* of all of it */
    struct astray_notice notice;
    char bytes[];
};

struct notes {
    struct note *first, *last;
};

struct lane {
    struct as_pool *pool;
    unsigned number;
    size_t next, end; /* its part of the list */
    size_t at;        /* what it reads */
    pthread_t thread;
};

struct as_pool {
    struct as_pool_calls calls;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* for the caller: look again */
    pthread_cond_t drained; /* for lanes: notices were handed out */

    /* of one as_pool_read: */
    const struct as_inputs *inputs;
    struct lane lanes[AS_MAX_THREADS];
    unsigned lane_count, running;
    bool threaded;
    struct notes *notes; /* owned; by input */
    bool *done;          /* owned; by input */
    size_t head;
    size_t waiting; /* bytes of notes that are kept */
    uint64_t done_count, done_bytes;
    enum astray_status worst;
};

struct as_pool *as_pool_new(const struct as_pool_calls *calls)
{
    struct as_pool *pool = calloc(1, sizeof(*pool));
    pthread_condattr_t monotonic;

    if (!pool)
        return NULL;
    pool->calls = *calls;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_cond_init(&pool->drained, NULL);
    return pool;
}

void as_pool_free(struct as_pool *pool)
{
    if (!pool)
        return;
    pthread_cond_destroy(&pool->drained);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

unsigned as_pool_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef CPU_COUNT
    cpu_set_t mine;

    if (sched_getaffinity(0, sizeof(mine), &mine) == 0)
        count = CPU_COUNT(&mine);
#endif
    return count < 1              ? 1
         : count > AS_MAX_THREADS ? AS_MAX_THREADS
                                  : (unsigned)count;
}

/* ---- sharing out ------------------------------------------------------- */

/* What all inputs before `n` cost. */
static uint64_t weight(const struct as_inputs *inputs, size_t n)
{
    uint64_t bytes = n < inputs->count ? inputs->items[n].before
                                       : inputs->bytes;

    return bytes + (uint64_t)n * OPENING;
}

/* The first of `from`.. `end` before which so much lies. */
static size_t find_weight(const struct as_inputs *inputs, size_t from,
                          size_t end, uint64_t want)
{
    while (from < end) {
        size_t middle = from + (end - from) / 2;

        if (weight(inputs, middle) < want)
            from = middle + 1;
        else
            end = middle;
    }
    return from;
}

static void share_out(struct as_pool *pool)
{
    const struct as_inputs *inputs = pool->inputs;
    uint64_t part = weight(inputs, inputs->count) / pool->lane_count;
    size_t at = 0;

    for (unsigned i = 0; i < pool->lane_count; i++) {
        pool->lanes[i].next = at;
        at = i + 1 < pool->lane_count
               ? find_weight(inputs, at, inputs->count, part * (i + 1))
               : inputs->count;
        pool->lanes[i].end = at;
    }
}

static uint64_t left(const struct as_pool *pool, const struct lane *lane)
{
    return weight(pool->inputs, lane->end) - weight(pool->inputs, lane->next);
}

/* Take over half of the largest part. */
static void take_over(struct as_pool *pool, struct lane *lane)
{
    struct lane *largest = lane;

    for (unsigned i = 0; i < pool->lane_count; i++) {
        if (left(pool, &pool->lanes[i]) > left(pool, largest))
            largest = &pool->lanes[i];
    }
    if (largest == lane)
        return;

    uint64_t half = weight(pool->inputs, largest->next) +
                    left(pool, largest) / 2;
    size_t middle = find_weight(pool->inputs, largest->next, largest->end - 1,
                                half);
    lane->next = middle;
    lane->end = largest->end;
    largest->end = middle;
}

/* ---- lanes ------------------------------------------------------------- */

static void finish_input(struct as_pool *pool, size_t n,
                         enum astray_status status)
{
    pool->done[n] = true;
    pool->done_count++;
    pool->done_bytes += as_inputs_length(pool->inputs, n);
    if (status > pool->worst)
        pool->worst = status;
    if (as_reader_stops(pool->worst))
        pthread_cond_broadcast(&pool->drained);
}

static bool next_input(struct as_pool *pool, struct lane *lane)
{
    if (as_reader_stops(pool->worst))
        return false;
    if (lane->next == lane->end)
        take_over(pool, lane);
    if (lane->next == lane->end)
        return false;
    lane->at = lane->next++;
    return true;
}

static void *run_lane(void *argument)
{
    struct lane *lane = argument;
    struct as_pool *pool = lane->pool;

    pthread_mutex_lock(&pool->lock);
    while (next_input(pool, lane)) {
        pthread_mutex_unlock(&pool->lock);
        enum astray_status status = pool->calls.read(
            pool->calls.user, lane->number, &pool->inputs->items[lane->at]);
        pthread_mutex_lock(&pool->lock);
        finish_input(pool, lane->at, status);
    }
    pool->running--;
    pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* With the lock held, so that no lane begins before all are there.  Signals
 * are the caller's business: lanes leave them to its thread. */
static void start_lanes(struct as_pool *pool, unsigned lane_count)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned i = 0; i < lane_count; i++) {
        struct lane *lane = &pool->lanes[i];

        *lane = (struct lane){ .pool = pool, .number = i };
        if (pthread_create(&lane->thread, NULL, run_lane, lane) != 0)
            break;
        pool->lane_count++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pool->running = pool->lane_count;
    pool->threaded = pool->lane_count > 0;
}

/* ---- notices ----------------------------------------------------------- */

static const char *copy(char **to, const char *bytes, size_t length)
{
    char *start = *to;

    if (length > 0)
        memcpy(start, bytes, length);
    start[length] = '\0';
    *to += length + 1;
    return start;
}

static struct note *new_note(const struct astray_notice *notice)
{
    size_t input = strlen(notice->input), message = strlen(notice->message);
    size_t length = sizeof(struct note) + input + message + notice->length + 3;
    struct note *note = malloc(length);

    if (!note)
        return NULL;
    char *to = note->bytes;
    note->next = NULL;
    note->length = length;
    note->notice = *notice;
    note->notice.input = copy(&to, notice->input, input);
    note->notice.message = copy(&to, notice->message, message);
    if (notice->bytes)
        note->notice.bytes = copy(&to, notice->bytes, notice->length);
    return note;
}

void as_pool_say(struct as_pool *pool, unsigned lane,
                 const struct astray_notice *notice)
{
    struct note *note;

    if (!pool->calls.notice)
        return;
    if (!pool->threaded) {
        pool->calls.notice(notice, pool->calls.user);
        return;
    }
    note = new_note(notice);
    pthread_mutex_lock(&pool->lock);
    struct notes *notes = &pool->notes[pool->lanes[lane].at];
    if (!note) {
        pool->worst = ASTRAY_NO_MEMORY;
    } else {
        if (notes->first)
            notes->last->next = note;
        else
            notes->first = note;
        notes->last = note;
        pool->waiting += note->length;
    }
    while (pool->waiting > AS_MAX_NOTICES && notes->first &&
           !as_reader_stops(pool->worst)) {
        pthread_cond_signal(&pool->changed);
        pthread_cond_wait(&pool->drained, &pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
}

/* Hand out what input `n` has; the lock is held, but not meanwhile. */
static void hand_out(struct as_pool *pool, size_t n)
{
    struct note *note = pool->notes[n].first, *next;
    size_t length = 0;

    pool->notes[n].first = NULL;
    pthread_mutex_unlock(&pool->lock);
    for (; note; note = next) {
        next = note->next;
        length += note->length;
        pool->calls.notice(&note->notice, pool->calls.user);
        free(note);
    }
    pthread_mutex_lock(&pool->lock);
    pool->waiting -= length;
    pthread_cond_broadcast(&pool->drained);
}

/* Hand out what is next in order, as far as that is known. */
static void hand_out_all(struct as_pool *pool)
{
    while (pool->head < pool->inputs->count) {
        if (pool->notes[pool->head].first)
            hand_out(pool, pool->head);
        else if (pool->done[pool->head] || pool->running == 0)
            pool->head++;
        else
            return;
    }
}

/* ---- the caller -------------------------------------------------------- */

static struct timespec in_a_tick(void)
{
    struct timespec when;

    clock_gettime(CLOCK_MONOTONIC, &when);
    when.tv_nsec += TICK_NS;
    if (when.tv_nsec >= SECOND_NS) {
        when.tv_nsec -= SECOND_NS;
        when.tv_sec++;
    }
    return when;
}

static void tick(struct as_pool *pool)
{
    uint64_t count = pool->done_count, bytes = pool->done_bytes;

    pthread_mutex_unlock(&pool->lock);
    if (pool->calls.tick)
        pool->calls.tick(pool->calls.user, count, bytes);
    pthread_mutex_lock(&pool->lock);
}

/* The lock is held. */
static void wait_for_lanes(struct as_pool *pool)
{
    struct timespec next = in_a_tick();

    while (pool->running > 0) {
        bool late = pthread_cond_timedwait(&pool->changed, &pool->lock,
                                           &next) != 0;

        hand_out_all(pool);
        if (late) {
            tick(pool);
            next = in_a_tick();
        }
    }
    hand_out_all(pool);
}

/* No thread could be had: the caller is lane 0. */
static void read_alone(struct as_pool *pool)
{
    for (size_t i = 0; i < pool->inputs->count && !as_reader_stops(pool->worst);
         i++) {
        enum astray_status status = pool->calls.read(pool->calls.user, 0,
                                                     &pool->inputs->items[i]);

        finish_input(pool, i, status);
    }
}

static bool begin(struct as_pool *pool, const struct as_inputs *inputs)
{
    pool->inputs = inputs;
    pool->lane_count = pool->running = 0;
    pool->threaded = false;
    pool->head = pool->waiting = 0;
    pool->done_count = pool->done_bytes = 0;
    pool->worst = ASTRAY_OK;
    pool->notes = calloc(inputs->count + 1, sizeof(*pool->notes));
    pool->done = calloc(inputs->count + 1, sizeof(*pool->done));
    return pool->notes && pool->done;
}

static void end(struct as_pool *pool)
{
    free(pool->notes);
    free(pool->done);
    pool->notes = NULL;
    pool->done = NULL;
}

enum astray_status as_pool_read(struct as_pool *pool,
                                const struct as_inputs *inputs,
                                unsigned lane_count)
{
    if (!begin(pool, inputs)) {
        end(pool);
        return ASTRAY_NO_MEMORY;
    }
    if (lane_count > inputs->count)
        lane_count = (unsigned)inputs->count;
    pthread_mutex_lock(&pool->lock);
    start_lanes(pool, lane_count);
    if (pool->threaded) {
        share_out(pool);
        wait_for_lanes(pool);
    }
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->lane_count; i++)
        pthread_join(pool->lanes[i].thread, NULL);
    if (!pool->threaded)
        read_alone(pool);
    end(pool);
    return pool->worst;
}
