/*
 * random.h - numbers that look random and are the same everywhere.
 *
 * SplitMix64 (Steele, Lea and Flood, 2014): one 64-bit word of state, integer
 * arithmetic only, so a seed gives the same corpus on every machine.
 */
#ifndef BENCH_RANDOM_H
#define BENCH_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state;
};

static inline uint64_t mix64(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static inline uint64_t random_next(struct random *random)
{
    return mix64(random->state += 0x9e3779b97f4a7c15u);
}

/* A number below `count`, which is not zero. */
static inline uint32_t random_below(struct random *random, uint32_t count)
{
    return (uint32_t)((random_next(random) >> 32) * count >> 32);
}

/* From `low` to `high`, both inclusive. */
static inline uint32_t random_range(struct random *random, uint32_t low,
                                    uint32_t high)
{
    return low + random_below(random, high - low + 1);
}

/* True once in `one_in` times. */
static inline int random_chance(struct random *random, uint32_t one_in)
{
    return random_below(random, one_in) == 0;
}

#endif
