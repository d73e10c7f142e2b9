/*
 * keys.h - who made a pack: Ed25519 keys, and the signatures they make.
 *
 * Keys are small text files of two lines, a word about what it is and 64
 * hexadecimal digits:
 *
 *     astray secret key 1             astray public key 1
 *     (the 32 bytes of RFC 8032)      (the 32 bytes of the public key)
 *
 * What is signed is the pack's bytes as `astray build` wrote them, nothing
 * before and nothing behind; so other programs for Ed25519 can check it, too.
 * A secret is wiped from memory after its one use and never shown.
 */
#ifndef AS_KEYS_H
#define AS_KEYS_H

#include "cli/args.h"
#include "common/trailer.h"

struct as_key {
    const char *path; /* of its file; borrowed */
    unsigned char bytes[32];
    unsigned char id[AS_KEY_ID_SIZE];
};

/* Public keys, owned.  Starts as all zeros. */
struct as_keys {
    struct as_key *items;
    size_t count;
};

/* Read the files that a repeated option names, if any.  False after a
 * complaint; as_keys_done either way. */
bool as_keys_read(struct as_keys *keys, const struct as_args *args,
                  size_t option, struct as_talk *talk);
void as_keys_done(struct as_keys *keys);

/*
 * Is the pack signed by one of these keys, and is no signature by any of them
 * wrong?  False after a complaint about `path`, whose bytes `file` has.  What
 * is known of each signature is appended to `said`, a line each; it may be
 * NULL.
 */
bool as_keys_verify(const struct as_keys *keys, const char *path,
                    struct as_text file, struct as_buf *said,
                    struct as_talk *talk);

/* Do these bytes begin as a compiled pack? */
bool as_is_pack(struct as_text file);

/*
 * Append the pack and its signatures to `out`, with one more by the secret key
 * in the file `secret`, or in place of the one that this key made before.  The
 * same pack and key give the same bytes.  False after a complaint.
 */
bool as_keys_sign(const char *secret, const char *path, struct as_text file,
                  struct as_buf *out, struct as_talk *talk);

/* Make a pair: `path`, which only its owner can read, and `path`.pub.  Neither
 * may be there before.  False after a complaint. */
bool as_keys_make(const char *path, struct as_buf *said, struct as_talk *talk);

#endif
