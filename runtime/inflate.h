/*
 * inflate.h - gzip (RFC 1952), whole or piece by piece.
 *
 * Several members may follow each other, as tools make that append; zeros
 * behind the last one are padding.  Whatever could be decompressed before
 * some damage is handed out.
 */
#ifndef AS_INFLATE_H
#define AS_INFLATE_H

#include "common/buf.h"

/* How compressed data ended. */
enum as_inflate_end {
    AS_INFLATE_MORE,     /* it has not ended yet */
    AS_INFLATE_GOOD,     /* all of it was read */
    AS_INFLATE_CUT,      /* it stops in the middle */
    AS_INFLATE_DAMAGED,  /* it is not what a compressor writes */
    AS_INFLATE_CHECKSUM, /* a member's CRC or length is wrong */
    AS_INFLATE_JUNK,     /* something that is no gzip follows */
    AS_INFLATE_LIMIT,    /* there is more than may be */
    AS_INFLATE_NO_MEMORY,
};

bool as_inflate_is_gzip(struct as_text bytes);

/* What is wrong, for people; static text. */
const char *as_inflate_text(enum as_inflate_end end);

/*
 * Decompress all of `gzip` into `out` (emptied first), at most `most` bytes.
 * Uses the fast library for whole members; only a damaged one is read a
 * second time, to save what stands before the damage.  Not AS_INFLATE_MORE.
 */
enum as_inflate_end as_inflate_whole(struct as_text gzip, size_t most,
                                     struct as_buf *out);

/* A stream.  NULL when memory ran out. */
struct as_inflate *as_inflate_new(void);
void as_inflate_free(struct as_inflate *stream);

/*
 * Decompress from *in, which is moved forward, into at most `room` bytes of
 * `out`; returns how many were made.  `last`: no more follows *in.  Stops
 * when *in is used up, the room is full, or the data has ended.
 */
size_t as_inflate_feed(struct as_inflate *stream, struct as_text *in, bool last,
                       char *out, size_t room);

enum as_inflate_end as_inflate_state(const struct as_inflate *stream);

#endif
