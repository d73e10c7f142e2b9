/*
 * collide.h - keys that an attacker would choose.
 *
 * He knows how a hash is computed, but not the secret with which this one is.
 * So he makes keys that fall into one corner of a table under a hash without
 * secret: FNV-1a, djb2, or ours with a secret of zero.
 */
#ifndef AS_TESTS_COLLIDE_H
#define AS_TESTS_COLLIDE_H

#include <stdint.h>

#include "common/hash.h"

enum { COLLIDE_KEY = 34 }; /* bytes of each key */

enum collide_kind {
    COLLIDE_RANDOM, /* keys of which nothing is known */
    COLLIDE_DJB2,   /* all have one hash */
    COLLIDE_FNV,    /* all fall into a 64th of the table */
    COLLIDE_ZERO,   /* the same, under as_hash_fast and a secret of zero */
    COLLIDE_KINDS
};

/* Daniel J. Bernstein's: 33 times the hash, plus the byte, from 5381. */
static inline uint32_t collide_djb2(const char *key)
{
    uint32_t hash = 5381;

    for (int i = 0; i < COLLIDE_KEY; i++)
        hash = hash * 33 + (unsigned char)key[i];
    return hash;
}

/* Fowler, Noll and Vo's, 64 bits: draft-eastlake-fnv. */
static inline uint64_t collide_fnv(const char *key)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (int i = 0; i < COLLIDE_KEY; i++)
        hash = (hash ^ (unsigned char)key[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* Where a map with this secret and so many slots (a power of two) looks
 * first: see map.c. */
static inline uint32_t collide_slot(const struct as_hash_key *secret,
                                    const char *key, uint32_t slots)
{
    return (uint32_t)(as_hash_fast(secret, key, COLLIDE_KEY) >> 32) &
           (slots - 1);
}

/* Pairs of letters that add the same to djb2: 33 * 'E' + 'z' is
 * 33 * 'F' + 'Y'.  Two of them for each bit of `n`. */
static inline void collide_pairs(uint32_t n, char *key)
{
    for (int i = 0; i < COLLIDE_KEY / 2; i++)
        memcpy(key + 2 * i, n >> i & 1 ? "Ez" : "FY", 2);
}

static inline void collide_random(uint64_t *state, char *key)
{
    for (int i = 0; i < COLLIDE_KEY; i++) {
        *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
        key[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[*state >> 59];
    }
}

/* The next key of the kind, for a table of so many slots.  *n, and *state for
 * the random ones, say where it goes on. */
static inline void collide_next(enum collide_kind kind, uint32_t slots,
                                uint32_t *n, uint64_t *state, char *key)
{
    static const struct as_hash_key zero = { { 0, 0 } };
    uint32_t corner = slots / 64;

    if (kind == COLLIDE_DJB2) {
        collide_pairs((*n)++, key);
        return;
    }
    do
        collide_random(state, key);
    while (
        (kind == COLLIDE_FNV && (collide_fnv(key) & (slots - 1)) >= corner) ||
        (kind == COLLIDE_ZERO && collide_slot(&zero, key, slots) >= corner));
}

#endif
