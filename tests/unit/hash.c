/* Hashes against published vectors, and the fast one against chance. */

#include "common/hash.h"

#include <stdlib.h>

#include "tests/unit/tap.h"

/* FIPS 180-4's examples (NIST "Examples with Intermediate Values"), and the
 * empty text. */
static const struct {
    const char *text;
    unsigned repeat;
    const char *digest;
} shas[] = {
    { "", 1,
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc", 1,
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    { "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
      "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      1, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
    { "aaaaaaaaaa", 100000,
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
};

static void sha(void)
{
    for (size_t i = 0; i < sizeof(shas) / sizeof(*shas); i++) {
        struct as_sha256 state;
        unsigned char digest[AS_SHA256_SIZE];
        char hex[2 * AS_SHA256_SIZE + 1];

        as_sha256_init(&state);
        for (unsigned n = 0; n < shas[i].repeat; n++)
            as_sha256_add(&state, shas[i].text, strlen(shas[i].text));
        as_sha256_end(&state, digest);
        as_hex(digest, sizeof(digest), hex);
        tap_ok(strcmp(hex, shas[i].digest) == 0, "SHA-256");
    }
}

/* Every length around the block's end, in one piece and byte by byte. */
static void sha_pieces(void)
{
    unsigned char bytes[200], one[AS_SHA256_SIZE], two[AS_SHA256_SIZE];
    int wrong = 0;

    memset(bytes, 0x5a, sizeof(bytes));
    for (size_t length = 0; length <= sizeof(bytes); length++) {
        struct as_sha256 whole, pieces;

        as_sha256_init(&whole);
        as_sha256_add(&whole, bytes, length);
        as_sha256_end(&whole, one);
        as_sha256_init(&pieces);
        for (size_t i = 0; i < length; i++)
            as_sha256_add(&pieces, bytes + i, 1);
        as_sha256_end(&pieces, two);
        wrong += memcmp(one, two, sizeof(one)) != 0;
    }
    tap_int(wrong, 0, "SHA-256 in pieces");
}

/* What the processor may do itself comes out as it does without that. */
static void sha_plain(void)
{
    unsigned char bytes[5 * 64];
    struct as_sha256 fast, plain;

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(i * 131 + (i >> 3));
    as_sha256_init(&fast);
    as_sha256_init(&plain);
    as_sha256_add(&fast, bytes, sizeof(bytes));
    as_sha256_blocks_plain(plain.state, bytes, sizeof(bytes) / 64);
    tap_ok(memcmp(fast.state, plain.state, sizeof(fast.state)) == 0,
           "SHA-256 with and without the processor's help");
}

static void sip(void)
{
    /* Key 00 01 ... 0f, message 00 01 ... of each length. */
    static const uint64_t want[] = {
        UINT64_C(0xabac0158050fc4dc), UINT64_C(0xc9f49bf37d57ca93),
        UINT64_C(0x82cb9b024dc7d44d), UINT64_C(0x8bf80ab8e7ddf7fb),
        UINT64_C(0xcf75576088d38328), UINT64_C(0xdef9d52f49533b67),
        UINT64_C(0xc50d2b50c59f22a7), UINT64_C(0xd3927d989bb11140),
        UINT64_C(0x369095118d299a8e), UINT64_C(0x25a48eb36c063de4),
        UINT64_C(0x79de85ee92ff097f), UINT64_C(0x70c118c1f94dc352),
        UINT64_C(0x78a384b157b4d9a2), UINT64_C(0x306f760c1229ffa7),
        UINT64_C(0x605aa111c0f95d34), UINT64_C(0xd320d86d2a519956),
        UINT64_C(0xcc4fdd1a7d908b66), UINT64_C(0x9cf2689063dbd80c),

    };
    struct as_hash_key key = { { UINT64_C(0x0706050403020100),
                                 UINT64_C(0x0f0e0d0c0b0a0908) } };
    unsigned char message[64];
    int wrong = 0;

    for (size_t i = 0; i < sizeof(message); i++)
        message[i] = (unsigned char)i;
    for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++)
        wrong += as_hash(&key, message, i) != want[i];
    tap_int(wrong, 0, "SipHash-1-3");
}

/* ---- the fast one ----------------------------------------------------- */

enum { LONGEST = 600, TABLE = 1 << 16, KEYS = 100000 };

/* A sequence that is the same in every run. */
static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return *state ^ *state >> 29;
}

static void fill(unsigned char *bytes, size_t length, uint64_t *state)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (unsigned char)(next_random(state) >> 32);
}

static int bit_count(uint64_t word)
{
    int count = 0;

    for (; word; word &= word - 1)
        count++;
    return count;
}

/* A text that is copied to its own end: reading a byte more or less is seen
 * by AddressSanitizer, and where it lies does not matter. */
static void fast_reads(void)
{
    struct as_hash_key key = { { 1, 2 } };
    unsigned char text[LONGEST + 8];
    uint64_t state = 1;
    int wrong = 0, blind = 0;

    fill(text, sizeof(text), &state);
    for (size_t length = 0; length <= LONGEST; length++) {
        unsigned char *copy = malloc(length + 1);
        uint64_t hash = as_hash_fast(&key, text, length);

        if (!copy)
            break;
        for (size_t shift = 1; shift < 8; shift++) {
            memmove(text + shift, text + shift - 1, length);
            wrong += as_hash_fast(&key, text + shift, length) != hash;
        }
        memmove(text, text + 7, length);
        for (size_t i = 0; i < length; i++) {
            memcpy(copy, text, length);
            copy[i] ^= 1;
            blind += as_hash_fast(&key, copy, length) == hash;
        }
        memset(text, 0, length);
        blind += as_hash_fast(&key, text, length) ==
                 as_hash_fast(&key, text, length + 1);
        fill(text, sizeof(text), &state);
        free(copy);
    }
    tap_int(wrong, 0, "where a text lies does not matter");
    tap_int(blind, 0, "every byte and the length do");
}

/* Flip one bit of a text: about half of the hash must flip, and no bit of it
 * may follow or stay put.  256 tries, so that 88 to 168 of them are five
 * standard deviations to either side; 200,000 counts are looked at. */
static void fast_avalanche(void)
{
    static const size_t lengths[] = { 1,  2,  3,  4,  7,  8,  9,  15,
                                      16, 17, 24, 33, 64, 65, 100 };
    enum { TRIES = 256 };
    int far = 0;
    double sum = 0, tries = 0;

    for (size_t n = 0; n < sizeof(lengths) / sizeof(*lengths); n++) {
        for (size_t bit = 0; bit < 8 * lengths[n]; bit++) {
            int flips[64] = { 0 };
            uint64_t state = 8 * n + bit;

            for (int i = 0; i < TRIES; i++) {
                struct as_hash_key key;
                unsigned char text[128];
                uint64_t before, changed;

                fill(text, sizeof(text), &state);
                memcpy(&key, text + 100, sizeof(key));
                before = as_hash_fast(&key, text, lengths[n]);
                text[bit / 8] ^= (unsigned char)(1 << bit % 8);
                changed = before ^ as_hash_fast(&key, text, lengths[n]);
                sum += bit_count(changed);
                tries++;
                for (int out = 0; out < 64; out++)
                    flips[out] += (int)(changed >> out & 1);
            }
            for (int out = 0; out < 64; out++)
                far += flips[out] < 84 || flips[out] > 172;
        }
    }
    tap_int(far, 0, "each bit flips each bit of the hash half of the times");
    tap_ok(sum / tries > 31.9 && sum / tries < 32.1, "and half of its bits");
}

/* The entries of the fullest place when texts are put into a table. */
static unsigned fullest(const struct as_hash_key *key, unsigned char *texts,
                        size_t width, unsigned shift)
{
    uint32_t *counts = calloc(TABLE, sizeof(*counts));
    unsigned most = 0;

    for (size_t i = 0; counts && i < KEYS; i++) {
        uint64_t hash = as_hash_fast(key, texts + i * width, width);
        unsigned count = ++counts[hash >> shift & (TABLE - 1)];

        most = count > most ? count : most;
    }
    free(counts);
    return counts ? most : KEYS;
}

/*
 * 100,000 texts in 65,536 places: with places drawn at random the fullest
 * has 8 to 10; 20 has a chance of 1 in 10^10.  Who knows the key can put all
 * into one; with any other key the same texts lie as others do.
 */
static void fast_tables(void)
{
    struct as_hash_key known = { { 7, 9 } };
    struct as_hash_key random = as_hash_key_random();
    unsigned char *texts = calloc(KEYS, 16);
    uint64_t zero = known.word[1] ^ UINT64_C(0x7137449123ef65cd);

    if (!tap_ok(texts != NULL, "memory"))
        return;
    for (uint32_t i = 0; i < KEYS; i++) {
        memcpy(texts + (size_t)i * 16, &zero, sizeof(zero));
        memcpy(texts + (size_t)i * 16 + 8, &i, sizeof(i));
    }
    tap_int((long)fullest(&known, texts, 16, 0), KEYS,
            "with the key, texts that all collide are easily made");
    tap_ok(fullest(&random, texts, 16, 0) < 20, "with another they do not");
    known.word[1] ^= 1;
    tap_ok(fullest(&known, texts, 16, 0) < 20, "be it by one bit");
    for (unsigned shift = 0; shift <= 48; shift += 16)
        tap_ok(fullest(&random, texts, 16, shift) < 20, "whichever bits");
    for (uint32_t i = 0; i < KEYS; i++)
        snprintf((char *)texts + (size_t)i * 16, 16, "i-%013u", (unsigned)i);
    tap_ok(fullest(&random, texts, 16, 0) < 20, "texts that count");
    tap_ok(fullest(&random, texts, 16, 48) < 20, "by the high bits");
    for (uint32_t i = 0; i < KEYS; i++)
        memcpy(texts + (size_t)i * 4, &i, sizeof(i));
    tap_ok(fullest(&random, texts, 4, 0) < 20, "short ones");
    free(texts);
}

int main(void)
{
    sha();
    sha_pieces();
    sha_plain();
    sip();
    fast_reads();
    fast_avalanche();
    fast_tables();

    struct as_hash_key a = as_hash_key_random(), b = as_hash_key_random();
    tap_ok(memcmp(&a, &b, sizeof(a)) != 0, "random keys differ");
    tap_ok(as_hash(&a, "x", 1) != as_hash(&b, "x", 1), "and so do hashes");
    tap_ok(as_hash(&a, NULL, 0) == as_hash(&a, "", 0), "no bytes");
    return tap_done();
}
