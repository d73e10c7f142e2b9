/*
 * Lanes: whatever the threads do, each input is read once, and what is said
 * comes in the order of the list, from the thread that called.
 *
 * Threads that can't be had are made here: pthread_create below refuses when
 * it is told to.
 */

#include "runtime/pool.h"
#include "common/limits.h"
#include "tests/unit/tap.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INPUTS = 500 };

static int threads_left = AS_MAX_THREADS;

typedef int create_fn(pthread_t *, const pthread_attr_t *, void *(*)(void *),
                      void *);

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                   void *(*run)(void *), void *argument)
{
    union {
        void *found;
        create_fn *create;
    } real = { dlsym(RTLD_NEXT, "pthread_create") };

    if (threads_left-- <= 0 || !real.found)
        return EAGAIN;
    return real.create(thread, attributes, run, argument);
}

struct state {
    struct as_pool *pool;
    struct as_inputs inputs;
    const char *trouble;
    pthread_t caller;
    _Atomic int reads[INPUTS];
    _Atomic unsigned lanes; /* bits: those that read */
    size_t stop_at;         /* the input that fails, or INPUTS */
    size_t notice_length;   /* bytes of each */
    unsigned each;          /* notices of each input */
    uint64_t seen;          /* notices */
    uint64_t ticks, ticked; /* times, and inputs that were done at the last */
    useconds_t pause;
};

static void wrong(struct state *state, const char *trouble)
{
    if (!state->trouble)
        state->trouble = trouble;
}

static enum astray_status read_one(void *user, unsigned lane,
                                   const struct as_input *input)
{
    struct state *state = user;
    size_t n = (size_t)(input - state->inputs.items);
    char *bytes = calloc(1, state->notice_length + 1);

    state->reads[n]++;
    atomic_fetch_or(&state->lanes, 1U << lane);
    for (unsigned i = 0; bytes && i < state->each; i++) {
        char message[32];

        snprintf(message, sizeof(message), "%zu", n * state->each + i);
        as_pool_say(
            state->pool, lane,
            &(struct astray_notice){ .size = sizeof(struct astray_notice),
                                     .reason = "json",
                                     .input = input->name,
                                     .message = message,
                                     .bytes = bytes,
                                     .length = state->notice_length });
    }
    free(bytes);
    if (state->pause)
        usleep(state->pause);
    return n == state->stop_at ? ASTRAY_NO_MEMORY
         : n % 7 == 3          ? ASTRAY_SET_ASIDE
                               : ASTRAY_OK;
}

static void on_notice(const struct astray_notice *notice, void *user)
{
    struct state *state = user;

    if (!pthread_equal(pthread_self(), state->caller))
        wrong(state, "another thread said something");
    if (strtoull(notice->message, NULL, 10) != state->seen &&
        state->stop_at == INPUTS)
        wrong(state, "not in order");
    if (notice->length != state->notice_length)
        wrong(state, "other bytes");
    state->seen++;
}

static void on_tick(void *user, uint64_t count, uint64_t bytes)
{
    struct state *state = user;

    if (!pthread_equal(pthread_self(), state->caller))
        wrong(state, "another thread ticked");
    if (count < state->ticked || bytes > state->inputs.bytes)
        wrong(state, "went backwards");
    state->ticked = count;
    state->ticks++;
}

static void make_inputs(struct as_inputs *inputs)
{
    char name[32];

    for (size_t i = 0; i < INPUTS; i++) {
        snprintf(name, sizeof(name), "/nowhere/%03zu", i);
        as_inputs_add(inputs, name);
    }
    /* Of very different lengths. */
    for (size_t i = 0; i < inputs->count; i++) {
        inputs->items[i].before = inputs->bytes;
        inputs->bytes += i % 50 == 0 ? 5000000 : i * 10;
    }
}

static enum astray_status run(struct state *state, unsigned lane_count)
{
    struct as_pool_calls calls = { read_one, on_notice, on_tick, state };
    enum astray_status status = ASTRAY_BUG;

    make_inputs(&state->inputs);
    state->caller = pthread_self();
    state->pool = as_pool_new(&calls);
    if (state->pool && state->inputs.count == INPUTS)
        status = as_pool_read(state->pool, &state->inputs, lane_count);
    as_pool_free(state->pool);
    as_inputs_done(&state->inputs);
    return status;
}

/* Each once, all notices, the gravest status. */
static void whole(struct state *state, unsigned lane_count, const char *name)
{
    enum astray_status status = run(state, lane_count);

    if (status != ASTRAY_SET_ASIDE)
        wrong(state, "another status");
    for (size_t i = 0; i < INPUTS; i++) {
        if (state->reads[i] != 1)
            wrong(state, "an input was not read once");
    }
    if (state->seen != (uint64_t)INPUTS * state->each)
        wrong(state, "notices are missing");
    if (!tap_ok(state->trouble == NULL, name))
        printf("# %s\n", state->trouble);
}

static unsigned bits(unsigned set)
{
    unsigned count = 0;

    for (; set; set &= set - 1)
        count++;
    return count;
}

static void lanes(void)
{
    static const struct {
        unsigned lane_count;
        const char *name;
    } rows[] = {
        { 0, "on the caller's thread" },
        { 1, "one lane" },
        { 2, "two lanes" },
        { 4, "four" },
        { 13, "more than there are processors" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct state state = { .stop_at = INPUTS, .each = 3 };

        whole(&state, rows[i].lane_count, rows[i].name);
    }
    struct state state = { .stop_at = INPUTS, .each = 1, .pause = 1000 };
    whole(&state, 4, "slow inputs");
    tap_int(bits(state.lanes), 4, "are read by all lanes");
    tap_ok(state.ticks > 0, "and there is time for a tick");
}

static void much_to_say(void)
{
    struct state state = { .stop_at = INPUTS,
                           .each = 2,
                           .notice_length = AS_MAX_NOTICES / 40 };

    whole(&state, 4, "more notices than may wait");
    struct state large = { .stop_at = INPUTS,
                           .each = 1,
                           .notice_length = AS_MAX_NOTICES / 3 };
    whole(&large, 3, "and large ones");
}

static void stopping(void)
{
    struct state state = { .stop_at = 17, .each = 1 };

    tap_int(run(&state, 0), ASTRAY_NO_MEMORY, "a failure stops the caller");
    tap_ok(state.reads[17] == 1 && state.reads[18] == 0, "at once");
    struct state two = { .stop_at = 17,
                         .each = 2,
                         .pause = 1000,
                         .notice_length = AS_MAX_NOTICES / 8 };
    int count = 0;
    tap_int(run(&two, 4), ASTRAY_NO_MEMORY, "and all lanes");
    for (size_t i = 0; i < INPUTS; i++)
        count += two.reads[i];
    tap_ok(count < INPUTS, "which leave the rest");
    tap_int((long)two.seen, count * 2, "what they had to say is said");
}

static void few_threads(void)
{
    for (int have = 3; have >= 0; have--) {
        struct state state = { .stop_at = INPUTS,
                               .each = 2,
                               .notice_length = AS_MAX_NOTICES / 40 };
        char name[64];

        threads_left = have;
        snprintf(name, sizeof(name), "of 8 threads only %d can be had", have);
        whole(&state, 8, name);
        tap_ok(bits(state.lanes) <= (have > 0 ? (unsigned)have : 1),
               "so many read");
    }
    threads_left = AS_MAX_THREADS;
}

int main(void)
{
    tap_ok(as_pool_processors() >= 1, "there is a processor");
    lanes();
    much_to_say();
    stopping();
    few_threads();
    return tap_done();
}
