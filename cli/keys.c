/*
 * keys.c - see keys.h.
 *
 * The cryptography is libsodium's; this file is about files.  A secret lives
 * in arrays of this file's functions only, never in a buffer that grows, for
 * growing leaves copies behind; and each function that had one wipes it.
 */

#include "cli/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/escape.h"
#include "common/file.h"

#define SECRET_WORDS "astray secret key 1\n"
#define PUBLIC_WORDS "astray public key 1\n"

enum {
    KEY_SIZE = crypto_sign_SEEDBYTES,
    DIGITS = 2 * KEY_SIZE,
    WORDS = sizeof(SECRET_WORDS) - 1,
    LINES = WORDS + DIGITS + 1, /* the length of either file */
    OPEN_TO_ALL = S_IRWXG | S_IRWXO,
};

_Static_assert(crypto_sign_SEEDBYTES == 32 && crypto_sign_PUBLICKEYBYTES == 32,
               "both halves have one length");
_Static_assert(crypto_sign_BYTES == AS_SIGNATURE_SIZE, "signatures fit");
_Static_assert(sizeof(PUBLIC_WORDS) == sizeof(SECRET_WORDS),
               "both files have one length");

static bool have_sodium(struct as_talk *talk)
{
    if (sodium_init() >= 0)
        return true;
    as_talk_error(talk, NULL, "libsodium finds no good source of randomness");
    return false;
}

static void set_id(struct as_key *key)
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, key->bytes, sizeof(key->bytes));
    memcpy(key->id, hash, sizeof(key->id));
}

/* ---- key files ----------------------------------------------------------- */

/* Up to `most` bytes of an open file; -1 with errno set. */
static ssize_t read_some(int file, char *bytes, size_t most)
{
    size_t length = 0;

    while (length < most) {
        ssize_t got = read(file, bytes + length, most - length);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        length += (size_t)got;
    }
    return (ssize_t)length;
}

static void warn_of_mode(int file, const char *path, struct as_talk *talk)
{
    struct stat found;

    if (fstat(file, &found) == 0 && S_ISREG(found.st_mode) &&
        (found.st_mode & OPEN_TO_ALL) != 0)
        as_talk_say(talk, ASTRAY_WARNING,
                    "others than its owner can get at the secret key `%s`: "
                    "chmod 600",
                    path);
}

/* What is wrong with the text of a key file; NULL when `key` has its bytes. */
static const char *parse(const char *text, size_t length, bool secret,
                         unsigned char key[KEY_SIZE])
{
    const char *want = secret ? SECRET_WORDS : PUBLIC_WORDS;
    const char *other = secret ? PUBLIC_WORDS : SECRET_WORDS;
    size_t got;

    if (length >= WORDS && memcmp(text, other, WORDS) == 0)
        return secret ? "it is a public key; the secret one signs"
                      : "it is a secret key; the one in .pub is for checking";
    if (length < WORDS || memcmp(text, want, WORDS) != 0)
        return "it is no key of `astray sign --new-key`";
    if (length != LINES || text[LINES - 1] != '\n' ||
        sodium_hex2bin(key, KEY_SIZE, text + WORDS, DIGITS, NULL, &got, NULL) !=
            0 ||
        got != KEY_SIZE)
        return "its second line is not 64 hexadecimal digits";
    return NULL;
}

static const char *read_open(int file, bool secret, unsigned char key[KEY_SIZE])
{
    char text[LINES + 1]; /* one more: a longer file is seen */
    ssize_t length = read_some(file, text, sizeof(text));
    const char *why = length < 0 ? strerror(errno)
                                 : parse(text, (size_t)length, secret, key);

    sodium_memzero(text, sizeof(text));
    return why;
}

static bool read_key(const char *path, bool secret, unsigned char key[KEY_SIZE],
                     struct as_talk *talk)
{
    bool given = strcmp(path, "-") == 0;
    int file = given ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    const char *why = file < 0 ? strerror(errno) : NULL;

    if (!why)
        why = read_open(file, secret, key);
    if (!why && secret)
        warn_of_mode(file, path, talk);
    if (file >= 0 && !given)
        close(file);
    if (why)
        as_talk_error(talk, NULL, "cannot take a %s key from `%s`: %s",
                      secret ? "secret" : "public", path, why);
    return !why;
}

bool as_keys_read(struct as_keys *keys, const struct as_args *args,
                  size_t option, struct as_talk *talk)
{
    const char *path;

    if (!have_sodium(talk))
        return false;
    keys->items = calloc(args->given_count + 1, sizeof(*keys->items));
    if (!keys->items) {
        as_talk_no_memory(talk);
        return false;
    }
    for (size_t at = 0; (path = as_args_next(args, option, &at));) {
        struct as_key *key = &keys->items[keys->count++];

        key->path = path;
        if (!read_key(path, false, key->bytes, talk))
            return false;
        set_id(key);
    }
    return true;
}

void as_keys_done(struct as_keys *keys)
{
    free(keys->items);
    *keys = (struct as_keys){ .items = NULL };
}

/* ---- checking ------------------------------------------------------------ */

bool as_is_pack(struct as_text file)
{
    return as_text_starts(file, AS_TEXT("astrayc\0")); /* pack-format.md */
}

/* The pack in a file, which has `trailer` behind it. */
static bool find_pack(const char *path, struct as_text file,
                      struct as_trailer *trailer, struct as_talk *talk)
{
    const char *why = as_trailer_read(file, trailer);

    if (!as_is_pack(file)) {
        as_talk_error(talk, "`astray build` makes one of rules",
                      "`%s` is no compiled pack: only those have signatures",
                      path);
        return false;
    }
    if (why)
        as_talk_error(talk, NULL, "`%s`: %s", path, why);
    return !why;
}

static const struct as_key *key_of(const struct as_keys *keys,
                                   const struct as_signature *signature)
{
    for (size_t i = 0; i < keys->count; i++)
        if (memcmp(keys->items[i].id, signature->key_id, AS_KEY_ID_SIZE) == 0)
            return &keys->items[i];
    return NULL;
}

static bool is_right(const struct as_key *key, struct as_text pack,
                     const struct as_signature *signature)
{
    return crypto_sign_verify_detached(signature->bytes,
                                       (const unsigned char *)pack.bytes,
                                       pack.length, key->bytes) == 0;
}

static void say_signature(const char *path, const char *id,
                          const struct as_key *key, struct as_buf *said)
{
    if (!said)
        return;
    as_escape_terminal(said, as_text_of(path));
    as_buf_printf(said, ": %s %s, ", key ? "signed by" : "not checked:", id);
    if (key) {
        as_buf_puts(said, "the key in ");
        as_escape_terminal(said, as_text_of(key->path));
    } else {
        as_buf_puts(said, "whose key was not given");
    }
    as_buf_putc(said, '\n');
}

static void say_wrong(const char *path, const char *id,
                      const struct as_key *key, struct as_talk *talk)
{
    as_talk_error(talk, "it is not what the owner of this key signed",
                  "`%s`: the signature by %s, the key in `%s`, is wrong", path,
                  id, key->path);
}

bool as_keys_verify(const struct as_keys *keys, const char *path,
                    struct as_text file, struct as_buf *said,
                    struct as_talk *talk)
{
    struct as_trailer trailer;
    size_t right = 0, wrong = 0;

    if (!find_pack(path, file, &trailer, talk))
        return false;
    struct as_text pack = { file.bytes, trailer.pack_length };
    for (size_t i = 0; i < trailer.count; i++) {
        const struct as_signature *signature = &trailer.signatures[i];
        const struct as_key *key = key_of(keys, signature);
        char id[AS_KEY_ID_DIGITS + 1];

        as_key_id_text(signature->key_id, id);
        if (key && !is_right(key, pack, signature)) {
            say_wrong(path, id, key, talk);
            wrong++;
            continue;
        }
        right += key ? 1 : 0;
        say_signature(path, id, key, said);
    }
    if (trailer.count == 0)
        as_talk_error(talk, NULL, "`%s` is not signed", path);
    else if (right + wrong == 0)
        as_talk_error(talk, "`astray inspect` says by whom",
                      "`%s` is signed, but by none of the given keys", path);
    return right > 0 && wrong == 0;
}

/* ---- signing ------------------------------------------------------------- */

/* Sign with a seed, which the caller wipes. */
static void make_signature(const unsigned char seed[KEY_SIZE],
                           struct as_text pack, struct as_signature *signature)
{
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    struct as_key key = { .path = NULL };

    crypto_sign_seed_keypair(key.bytes, secret, seed);
    crypto_sign_detached(signature->bytes, NULL,
                         (const unsigned char *)pack.bytes, pack.length,
                         secret);
    sodium_memzero(secret, sizeof(secret));
    set_id(&key);
    memcpy(signature->key_id, key.id, sizeof(key.id));
}

bool as_keys_sign(const char *secret, const char *path, struct as_text file,
                  struct as_buf *out, struct as_talk *talk)
{
    unsigned char seed[KEY_SIZE];
    struct as_trailer trailer;
    struct as_signature signature;

    if (!have_sodium(talk) || !find_pack(path, file, &trailer, talk))
        return false;
    struct as_text pack = { file.bytes, trailer.pack_length };
    bool good = read_key(secret, true, seed, talk);
    if (good)
        make_signature(seed, pack, &signature);
    sodium_memzero(seed, sizeof(seed));
    if (!good)
        return false;
    as_buf_text(out, pack);
    if (!as_trailer_add(&trailer, &signature, out)) {
        as_talk_error(talk, NULL,
                      "`%s` has %d signatures, and no room for more", path,
                      (int)AS_MAX_SIGNATURES);
        return false;
    }
    return as_talk_have(talk, out);
}

/* ---- a new pair ---------------------------------------------------------- */

/* Make a file that was not there; on failure it is not there after. */
static bool write_new(const char *path, mode_t mode, const char *bytes,
                      size_t length, struct as_talk *talk)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool good = file >= 0 &&
                as_file_put(file, (struct as_text){ bytes, length }) &&
                fsync(file) == 0;
    int reason = errno;

    if (file >= 0 && close(file) != 0 && good) {
        good = false;
        reason = errno;
    }
    if (good)
        return true;
    if (file >= 0)
        unlink(path);
    as_talk_error(talk,
                  file < 0 && reason == EEXIST
                      ? "a key is never overwritten; give another name"
                      : NULL,
                  "cannot make the key file `%s`: %s", path, strerror(reason));
    return false;
}

/* The text of a key file, `LINES` bytes, into `text`; one more is a NUL. */
static void compose(const char *words, const unsigned char key[KEY_SIZE],
                    char text[LINES + 1])
{
    memcpy(text, words, WORDS);
    sodium_bin2hex(text + WORDS, DIGITS + 1, key, KEY_SIZE);
    text[LINES - 1] = '\n';
    text[LINES] = '\0';
}

static bool write_secret(const char *path, const unsigned char seed[KEY_SIZE],
                         struct as_talk *talk)
{
    char text[LINES + 1];

    compose(SECRET_WORDS, seed, text);
    bool good = write_new(path, S_IRUSR | S_IWUSR, text, LINES, talk);
    sodium_memzero(text, sizeof(text));
    return good;
}

/* The public half first: a secret that lies there alone is of use to nobody
 * but a thief. */
static bool write_pair(const char *path, const char *public_path,
                       struct as_key *key, struct as_talk *talk)
{
    unsigned char seed[KEY_SIZE], secret[crypto_sign_SECRETKEYBYTES];
    char text[LINES + 1];

    randombytes_buf(seed, sizeof(seed));
    crypto_sign_seed_keypair(key->bytes, secret, seed);
    sodium_memzero(secret, sizeof(secret));
    compose(PUBLIC_WORDS, key->bytes, text);

    bool good = write_new(public_path, 0666, text, LINES, talk);
    if (good && !write_secret(path, seed, talk)) {
        unlink(public_path);
        good = false;
    }
    sodium_memzero(seed, sizeof(seed));
    return good;
}

bool as_keys_make(const char *path, struct as_buf *said, struct as_talk *talk)
{
    struct as_buf name = { .bytes = NULL };
    struct as_key key = { .path = path };
    char id[AS_KEY_ID_DIGITS + 1];
    const char *public_path;

    as_buf_printf(&name, "%s.pub", path);
    public_path = as_talk_text(talk, &name);
    bool good = public_path && have_sodium(talk) &&
                write_pair(path, public_path, &key, talk);
    if (good) {
        set_id(&key);
        as_key_id_text(key.id, id);
        as_buf_printf(said, "key %s: the secret is in ", id);
        as_escape_terminal(said, as_text_of(path));
        as_buf_puts(said, ", what checks it in ");
        as_escape_terminal(said, as_text_of(public_path));
        as_buf_putc(said, '\n');
    }
    as_buf_done(&name);
    return good;
}
