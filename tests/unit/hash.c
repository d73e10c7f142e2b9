/* Hashes against published vectors. */

#include "common/hash.h"
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

int main(void)
{
    sha();
    sha_pieces();
    sip();

    struct as_hash_key a = as_hash_key_random(), b = as_hash_key_random();
    tap_ok(memcmp(&a, &b, sizeof(a)) != 0, "random keys differ");
    tap_ok(as_hash(&a, "x", 1) != as_hash(&b, "x", 1), "and so do hashes");
    tap_ok(as_hash(&a, NULL, 0) == as_hash(&a, "", 0), "no bytes");
    return tap_done();
}
