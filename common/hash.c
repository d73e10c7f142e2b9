/*
 * hash.c - see hash.h.
 *
 * Sources: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012),
 * with one round per word and three at the end; FIPS 180-4 for SHA-256.
 */

#include "common/hash.h"

#include <sys/random.h>
#include <time.h>

/* GCC alone: clang's __builtin_cpu_supports does not know these names
 * everywhere. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define AS_SHA256_CPU 1
#include <immintrin.h>
#endif

struct as_hash_key as_hash_key_random(void)
{
    struct as_hash_key key;

    if (getrandom(&key, sizeof(key), 0) != (ssize_t)sizeof(key)) {
        struct timespec now = { 0, 0 };
        clock_gettime(CLOCK_MONOTONIC, &now);
        key.word[0] = (uint64_t)now.tv_sec << 32 ^ (uint64_t)now.tv_nsec;
        key.word[1] = (uint64_t)(uintptr_t)&key;
    }
    return key;
}

/* ------------------------------------------------------------------------
 * SipHash-1-3
 */

static uint64_t rotate64(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

/* Inline, so that v stays in registers from round to round. */
__attribute__((always_inline)) static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate64(v[1], 13) ^ v[0];
    v[0] = rotate64(v[0], 32);
    v[2] += v[3];
    v[3] = rotate64(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate64(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate64(v[1], 17) ^ v[2];
    v[2] = rotate64(v[2], 32);
}

static uint64_t load64(const unsigned char *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 |
           (uint64_t)at[3] << 24 | (uint64_t)at[4] << 32 |
           (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

/* Less than eight bytes, the first one lowest. */
static uint64_t little_endian(const unsigned char *bytes, size_t count)
{
    uint64_t word = 0;

    for (size_t i = 0; i < count; i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

uint64_t as_hash(const struct as_hash_key *key, const void *bytes,
                 size_t length)
{
    const unsigned char *at = bytes;
    uint64_t v[4] = {
        key->word[0] ^ UINT64_C(0x736f6d6570736575),
        key->word[1] ^ UINT64_C(0x646f72616e646f6d),
        key->word[0] ^ UINT64_C(0x6c7967656e657261),
        key->word[1] ^ UINT64_C(0x7465646279746573),
    };
    size_t left = length;

    for (; left >= 8; left -= 8, at += 8) {
        uint64_t word = load64(at);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }

    uint64_t last = (uint64_t)length << 56 | little_endian(at, left);
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ------------------------------------------------------------------------
 * SHA-256
 */

static const uint32_t sha_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate32(uint32_t word, unsigned bits)
{
    return word >> bits | word << (32 - bits);
}

static uint32_t big_endian32(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The next word of the schedule takes the place of the one 16 before it. */
static uint32_t sha_word(uint32_t words[16], size_t i)
{
    uint32_t a = words[(i + 1) % 16], b = words[(i + 14) % 16];
    uint32_t mix_a = rotate32(a, 7) ^ rotate32(a, 18) ^ a >> 3;
    uint32_t mix_b = rotate32(b, 17) ^ rotate32(b, 19) ^ b >> 10;

    words[i % 16] += mix_a + words[(i + 9) % 16] + mix_b;
    return words[i % 16];
}

/* One round.  Instead of moving eight words along, the caller renames them. */
static inline void sha_round(uint32_t a, uint32_t b, uint32_t c, uint32_t *d,
                             uint32_t e, uint32_t f, uint32_t g, uint32_t *h,
                             uint32_t word)
{
    uint32_t sum_e = rotate32(e, 6) ^ rotate32(e, 11) ^ rotate32(e, 25);
    uint32_t sum_a = rotate32(a, 2) ^ rotate32(a, 13) ^ rotate32(a, 22);
    uint32_t one = *h + sum_e + (g ^ (e & (f ^ g))) + word;

    *d += one;
    *h = one + sum_a + ((a & b) | (c & (a | b)));
}

static void sha_eight_rounds(uint32_t s[8], const uint32_t words[8])
{
    sha_round(s[0], s[1], s[2], &s[3], s[4], s[5], s[6], &s[7], words[0]);
    sha_round(s[7], s[0], s[1], &s[2], s[3], s[4], s[5], &s[6], words[1]);
    sha_round(s[6], s[7], s[0], &s[1], s[2], s[3], s[4], &s[5], words[2]);
    sha_round(s[5], s[6], s[7], &s[0], s[1], s[2], s[3], &s[4], words[3]);
    sha_round(s[4], s[5], s[6], &s[7], s[0], s[1], s[2], &s[3], words[4]);
    sha_round(s[3], s[4], s[5], &s[6], s[7], s[0], s[1], &s[2], words[5]);
    sha_round(s[2], s[3], s[4], &s[5], s[6], s[7], s[0], &s[1], words[6]);
    sha_round(s[1], s[2], s[3], &s[4], s[5], s[6], s[7], &s[0], words[7]);
}

void as_sha256_blocks_plain(uint32_t state[8], const unsigned char *bytes,
                            size_t count)
{
    for (; count > 0; count--, bytes += 64) {
        uint32_t words[16], sums[8], s[8];

        memcpy(s, state, sizeof(s));
        for (size_t i = 0; i < 16; i++)
            words[i] = big_endian32(bytes + 4 * i);
        for (size_t i = 0; i < 64; i += 8) {
            for (size_t n = i; n < i + 8; n++)
                sums[n - i] = sha_constants[n] +
                              (n < 16 ? words[n] : sha_word(words, n));
            sha_eight_rounds(s, sums);
        }
        for (size_t i = 0; i < 8; i++)
            state[i] += s[i];
    }
}

#ifdef AS_SHA256_CPU

/*
 * The processor's own instructions (Intel, "Intel SHA Extensions", 2013): two
 * rounds each, on the words a b e f and c d g h; four words of the schedule
 * are made at a time, from the sixteen before them.
 */
#define SHA_TARGET __attribute__((target("sha,sse4.1")))

SHA_TARGET static inline void sha_four_rounds(__m128i *abef, __m128i *cdgh,
                                              __m128i words, size_t first)
{
    __m128i sums = _mm_add_epi32(
        words, _mm_loadu_si128((const __m128i *)(sha_constants + first)));

    *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sums);
    *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(sums, 0x0e));
}

SHA_TARGET static void sha_block_cpu(__m128i *abef, __m128i *cdgh,
                                     const unsigned char *bytes)
{
    const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0b,
                                         0x0405060700010203);
    __m128i words[4], a = *abef, c = *cdgh;

    for (size_t i = 0; i < 4; i++) {
        words[i] = _mm_shuffle_epi8(
            _mm_loadu_si128((const __m128i *)(bytes + 16 * i)), order);
        sha_four_rounds(&a, &c, words[i], 4 * i);
    }
    for (size_t i = 16; i < 64; i += 4) {
        __m128i next = _mm_sha256msg1_epu32(words[0], words[1]);

        next = _mm_add_epi32(next, _mm_alignr_epi8(words[3], words[2], 4));
        next = _mm_sha256msg2_epu32(next, words[3]);
        words[0] = words[1];
        words[1] = words[2];
        words[2] = words[3];
        words[3] = next;
        sha_four_rounds(&a, &c, next, i);
    }
    *abef = _mm_add_epi32(*abef, a);
    *cdgh = _mm_add_epi32(*cdgh, c);
}

SHA_TARGET static void sha_blocks_cpu(uint32_t state[8],
                                      const unsigned char *bytes, size_t count)
{
    __m128i low = _mm_loadu_si128((const __m128i *)state);
    __m128i high = _mm_loadu_si128((const __m128i *)(state + 4));
    __m128i badc = _mm_shuffle_epi32(low, 0xb1);
    __m128i hgfe = _mm_shuffle_epi32(high, 0x1b);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
    __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);

    for (; count > 0; count--, bytes += 64)
        sha_block_cpu(&abef, &cdgh, bytes);
    low = _mm_shuffle_epi32(abef, 0x1b);
    high = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xf0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(high, low, 8));
}

#endif

static void sha_blocks(uint32_t state[8], const unsigned char *bytes,
                       size_t count)
{
#ifdef AS_SHA256_CPU
    if (__builtin_cpu_supports("sha") && __builtin_cpu_supports("sse4.1")) {
        sha_blocks_cpu(state, bytes, count);
        return;
    }
#endif
    as_sha256_blocks_plain(state, bytes, count);
}

void as_sha256_init(struct as_sha256 *sha)
{
    *sha = (struct as_sha256){
        .state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                   0x9b05688c, 0x1f83d9ab, 0x5be0cd19 },
    };
}

void as_sha256_add(struct as_sha256 *sha, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    size_t used = (size_t)(sha->length % sizeof(sha->block));
    size_t take = sizeof(sha->block) - used;

    sha->length += length;
    if (used > 0 && length >= take) {
        memcpy(sha->block + used, at, take);
        sha_blocks(sha->state, sha->block, 1);
        at += take;
        length -= take;
        used = 0;
    }
    if (used == 0) {
        sha_blocks(sha->state, at, length / sizeof(sha->block));
        at += length / sizeof(sha->block) * sizeof(sha->block);
        length %= sizeof(sha->block);
    }
    if (length > 0)
        memcpy(sha->block + used, at, length);
}

void as_sha256_end(struct as_sha256 *sha, unsigned char digest[AS_SHA256_SIZE])
{
    static const unsigned char padding[64] = { 0x80 };
    uint64_t bits = sha->length * 8;
    size_t used = (size_t)(sha->length % 64);
    unsigned char size[8];

    for (size_t i = 0; i < 8; i++)
        size[i] = (unsigned char)(bits >> (56 - 8 * i));
    as_sha256_add(sha, padding, used < 56 ? 56 - used : 120 - used);
    as_sha256_add(sha, size, sizeof(size));
    for (size_t i = 0; i < AS_SHA256_SIZE; i++)
        digest[i] = (unsigned char)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}

void as_hex(const unsigned char *bytes, size_t count, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < count; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * count] = '\0';
}
