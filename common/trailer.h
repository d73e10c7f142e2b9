/*
 * trailer.h - the signatures that stand behind a pack.
 *
 * A signed file is the pack as it was, byte for byte, then a row for each
 * signature, then a foot that says how many.  So signing changes nothing of
 * what is signed, and taking the trailer away gives the old file again.  What
 * the signatures are worth is another question: see cli/keys.h.
 */
#ifndef AS_TRAILER_H
#define AS_TRAILER_H

#include "common/buf.h"

enum {
    AS_KEY_ID_SIZE = 16,    /* the first bytes of SHA-256 of the public key */
    AS_SIGNATURE_SIZE = 64, /* Ed25519, RFC 8032 */
    AS_MAX_SIGNATURES = 16, /* of one pack */
};

/* Only bytes: any place in a file will do, and every machine writes the same. */
struct as_signature {
    unsigned char key_id[AS_KEY_ID_SIZE];
    unsigned char bytes[AS_SIGNATURE_SIZE]; /* of the pack before them */
};

struct as_trailer {
    size_t pack_length; /* of what is signed: all bytes before the trailer */
    size_t count;       /* 0: it is not signed */
    const struct as_signature *signatures; /* in the order of their key ids,
                                              no two of one key; borrowed */
};

/*
 * Look behind the pack in these bytes.  NULL, or what is wrong: a static text.
 * A file that does not end as a trailer does has none, and no fault.
 */
const char *as_trailer_read(struct as_text file, struct as_trailer *trailer);

/*
 * Put one more signature among those of a trailer, in place of one by the same
 * key, and append all of them with their foot to `out`.  False when there would
 * be too many.
 */
bool as_trailer_add(const struct as_trailer *trailer,
                    const struct as_signature *added, struct as_buf *out);

/* A key's id as it is shown: two digits for each byte. */
enum { AS_KEY_ID_DIGITS = 2 * AS_KEY_ID_SIZE };
void as_key_id_text(const unsigned char id[AS_KEY_ID_SIZE],
                    char text[AS_KEY_ID_DIGITS + 1]);

#endif
