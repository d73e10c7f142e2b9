/*
 * hash.h - hashes: a fast keyed one for tables whose keys strangers choose,
 * SipHash where the hash itself may be seen, SHA-256 for ids and digests that
 * must be the same everywhere.
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

/*
 * A hash of a text for a table in memory, in a third of SipHash's time and
 * less for longer texts.  The key must be secret (as_hash_key_random), and so
 * must the hashes.
 *
 * It promises: every bit of the text, its length and the key reach every bit
 * of the hash, so a table may take any bits of it; and nobody is known to be
 * able to make texts that collide without the key.  It is no cipher: who has
 * the key makes as many colliding texts as he likes (tests/unit/hash.c does),
 * and who sees hashes may work the key out.  It differs from machine to
 * machine.
 */
static inline uint64_t as_hash_fast(const struct as_hash_key *key,
                                    const void *bytes, size_t length);

struct as_sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    unsigned char block[64];
};

enum { AS_SHA256_SIZE = 32 };

void as_sha256_init(struct as_sha256 *sha);
void as_sha256_add(struct as_sha256 *sha, const void *bytes, size_t length);
/* Take `count` blocks of 64 bytes up, without instructions that only some
 * processors have: what as_sha256_add falls back on, and a test compares. */
void as_sha256_blocks_plain(uint32_t state[8], const unsigned char *bytes,
                            size_t count);
void as_sha256_end(struct as_sha256 *sha, unsigned char digest[AS_SHA256_SIZE]);

/* Lower-case hexadecimal of `count` bytes into `out`, which has room for
 * 2 * count + 1 characters and is terminated. */
void as_hex(const unsigned char *bytes, size_t count, char *out);

/* ------------------------------------------------------------------------
 * as_hash_fast
 *
 * Two words, each mixed with a secret, are multiplied to 128 bits, whose
 * halves are put together by exclusive or: a "folded" product.  The high half
 * depends on all bits below it, the low half on none above, so together each
 * bit of a factor touches all of the result.  A factor of zero would swallow
 * the other one, and finding such a text takes the secret.  Texts over 16
 * bytes go through a chain of folds, those over 64 through two at once, since
 * a processor can multiply while it waits for another product.
 *
 * The constants are the first 64 bits of the fractional parts of the cube
 * roots of 2, 3 and 5 (FIPS 180-4, 4.2.3): numbers nobody chose.
 */

static inline uint64_t as_hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ unsigned __int128 product = a;

    product *= b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t a0 = a & UINT32_MAX, a1 = a >> 32;
    uint64_t b0 = b & UINT32_MAX, b1 = b >> 32;
    uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32);
    uint64_t other = a0 * b1 + (middle & UINT32_MAX);

    return (other << 32 | (low & UINT32_MAX)) ^
           (a1 * b1 + (middle >> 32) + (other >> 32));
#endif
}

static inline uint64_t as_hash_word(const unsigned char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof(word));
    return word;
}

static inline uint64_t as_hash_half(const unsigned char *at)
{
    uint32_t word;

    memcpy(&word, at, sizeof(word));
    return word;
}

/* All but the last 16 bytes of a text that has more; they are read again by
 * whoever takes those. */
static inline uint64_t as_hash_chain(uint64_t state, uint64_t secret,
                                     const unsigned char *at, size_t length)
{
    const unsigned char *last = at + length - 16;
    uint64_t second = state ^ UINT64_C(0xb5c0fbcfec4d3b2f);

    if (length > 64) {
        for (; last - at > 32; at += 32) {
            state = as_hash_fold(as_hash_word(at) ^ secret,
                                 as_hash_word(at + 8) ^ state);
            second = as_hash_fold(as_hash_word(at + 16) ^ secret,
                                  as_hash_word(at + 24) ^ second);
        }
        state ^= second;
    }
    for (; at < last; at += 16)
        state = as_hash_fold(as_hash_word(at) ^ secret,
                             as_hash_word(at + 8) ^ state);
    return state;
}

static inline uint64_t as_hash_fast(const struct as_hash_key *key,
                                    const void *bytes, size_t length)
{
    const unsigned char *at = (const unsigned char *)bytes;
    uint64_t state = key->word[0] ^ UINT64_C(0x428a2f98d728ae22);
    uint64_t secret = key->word[1] ^ UINT64_C(0x7137449123ef65cd);
    uint64_t a = 0, b = 0;

    if (length > 16)
        state = as_hash_chain(state + length, secret, at, length);
    if (length >= 8) {
        a = as_hash_word(length > 16 ? at + length - 16 : at);
        b = as_hash_word(at + length - 8);
    } else if (length >= 4) {
        a = as_hash_half(at);
        b = as_hash_half(at + length - 4);
    } else if (length > 0) {
        a = (uint64_t)at[0] << 16 | (uint64_t)at[length / 2] << 8 |
            at[length - 1];
    }
    a = as_hash_fold(a ^ secret, b ^ state);
    return as_hash_fold(a ^ key->word[0], secret + length);
}

#endif
