/*
 * profile.c - see profile.h.
 *
 * To ask for processor time is a call into the kernel, some hundred ns, in
 * which the sieve may well have passed an event.  So what a look costs is
 * measured at the start, and taken off.
 */

#include "runtime/profile.h"

#include <stdlib.h>
#include <time.h>

enum { LOOKS = 64 };

static uint64_t look(clockid_t clock)
{
    struct timespec now = { 0 };

    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t as_profile_now(void)
{
    return look(CLOCK_THREAD_CPUTIME_ID);
}

/* The least of many: what more the others took was something else. */
static uint64_t cost_of_look(void)
{
    uint64_t least = UINT64_MAX, before = as_profile_now(), now;

    for (int i = 0; i < LOOKS; i++) {
        now = as_profile_now();
        if (now - before < least)
            least = now - before;
        before = now;
    }
    return least;
}

struct as_profile *as_profile_new(const struct as_pack *pack)
{
    struct as_profile *profile = calloc(1, sizeof(*profile));

    if (!profile)
        return NULL;
    profile->operator_count = pack->baseline_count + pack->rule_count;
    profile->turns = calloc(profile->operator_count + (size_t)1,
                            sizeof(*profile->turns));
    profile->look_ns = cost_of_look();
    if (profile->turns)
        return profile;
    as_profile_free(profile);
    return NULL;
}

void as_profile_free(struct as_profile *profile)
{
    if (profile)
        free(profile->turns);
    free(profile);
}

/* The first of all makes tables and memos, which is nobody's usual cost: the
 * one in the middle of each step is timed. */
uint64_t as_profile_event(struct as_profile *profile)
{
    if (profile->events++ % AS_PROFILE_STEP != AS_PROFILE_STEP / 2)
        return 0;
    profile->timed++;
    return as_profile_now();
}

void as_profile_add(const struct as_profile *profile, uint64_t *mark,
                    uint64_t *sum)
{
    uint64_t now = as_profile_now(), gone = now - *mark;

    *sum += gone > profile->look_ns ? gone - profile->look_ns : 0;
    *mark = now;
}

void as_profile_turn(struct as_profile *profile, uint32_t n, uint64_t mark,
                     uint32_t judged, size_t bytes)
{
    struct as_turns *turns = &profile->turns[n];

    as_profile_add(profile, &mark, &turns->time_ns);
    turns->judged += judged;
    if (turns->bytes < bytes)
        turns->bytes = bytes;
}

void as_profile_absorb(struct as_profile *profile,
                       const struct as_profile *more)
{
    profile->events += more->events;
    profile->timed += more->timed;
    profile->sieve_ns += more->sieve_ns;
    profile->keep_ns += more->keep_ns;
}

uint64_t as_profile_all(const struct as_profile *profile, uint64_t sum)
{
    if (profile->timed == 0)
        return 0;
    return (uint64_t)((double)sum * (double)profile->events /
                      (double)profile->timed);
}

struct as_spell as_spell_begin(void)
{
    return (struct as_spell){ look(CLOCK_PROCESS_CPUTIME_ID),
                              look(CLOCK_MONOTONIC) };
}

struct as_spell as_spell_end(struct as_spell *sum, struct as_spell begun)
{
    struct as_spell now = as_spell_begin();

    sum->cpu_ns += now.cpu_ns - begun.cpu_ns;
    sum->wall_ns += now.wall_ns - begun.wall_ns;
    return now;
}
