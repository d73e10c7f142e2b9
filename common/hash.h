/*
 * hash.h - hashes: SipHash for tables whose keys strangers choose, SHA-256
 * for ids and digests that must be the same everywhere.
 */
#ifndef AS_HASH_H
#define AS_HASH_H

#include "common/text.h"

struct as_hash_key {
    uint64_t word[2];
};

/* A key that an attacker can't know: from getrandom(2); falls back on the
 * clock and an address where the system has none. */
struct as_hash_key as_hash_key_random(void);

/* SipHash-1-3. */
uint64_t as_hash(const struct as_hash_key *key, const void *bytes,
                 size_t length);

struct as_sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    unsigned char block[64];
};

enum { AS_SHA256_SIZE = 32 };

void as_sha256_init(struct as_sha256 *sha);
void as_sha256_add(struct as_sha256 *sha, const void *bytes, size_t length);
void as_sha256_end(struct as_sha256 *sha, unsigned char digest[AS_SHA256_SIZE]);

/* Lower-case hexadecimal of `count` bytes into `out`, which has room for
 * 2 * count + 1 characters and is terminated. */
void as_hex(const unsigned char *bytes, size_t count, char *out);

#endif
