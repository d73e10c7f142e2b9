/*
 * fuzz.h - what the fuzz targets share.
 *
 * A target is one file, fuzz_NAME.c, with a function that takes any bytes and
 * says with fuzz_require what must hold of them.  It is linked twice over:
 * with libFuzzer, which makes up bytes and looks for new paths through the
 * code (configure --enable-fuzzing), and with standalone.c, which tries the
 * inputs that were kept and small changes of them (every other build).
 *
 * A target leaves nothing behind: the same bytes come to the same, whatever
 * was tried before.
 */
#ifndef AS_TESTS_FUZZ_H
#define AS_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* How many changed copies of each input standalone.c tries: fewer where one
 * takes long. */
extern const unsigned fuzz_variants;

/* Stop here, so that the bytes are kept, unless this holds. */
static inline void fuzz_require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "this does not hold: %s\n", what);
    fflush(NULL);
    abort();
}

/* ------------------------------------------------------------------------
 * Taking an input apart: choices first, then text
 */

struct fuzz_bytes {
    const uint8_t *at, *end;
};

/* The next byte; 0 when there is none. */
static inline unsigned fuzz_byte(struct fuzz_bytes *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

static inline uint64_t fuzz_number(struct fuzz_bytes *in)
{
    uint64_t number = 0;

    for (int i = 0; i < 8; i++)
        number = number << 8 | fuzz_byte(in);
    return number;
}

/* All that is left. */
static inline struct as_text fuzz_rest(const struct fuzz_bytes *in)
{
    return (struct as_text){ (const char *)in->at, (size_t)(in->end - in->at) };
}

/* The text up to the next byte of this value, or to the end; the byte is
 * passed.  False when nothing is left. */
static inline bool fuzz_part(struct fuzz_bytes *in, int border,
                             struct as_text *part)
{
    struct as_text rest = fuzz_rest(in);
    const char *end;

    if (rest.length == 0)
        return false;
    end = memchr(rest.bytes, border, rest.length);
    part->bytes = rest.bytes;
    part->length = end ? (size_t)(end - rest.bytes) : rest.length;
    in->at += part->length + (end != NULL);
    return true;
}

/* ------------------------------------------------------------------------
 * Files that are only in memory
 */

enum { FUZZ_PATH = 32 };

/* A file with these bytes, at its start; its path goes into `path`. */
static inline int fuzz_file(struct as_text bytes, char path[FUZZ_PATH])
{
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    size_t put = 0;

    fuzz_require(file >= 0, "a file in memory can be made");
    while (put < bytes.length) {
        ssize_t more = write(file, bytes.bytes + put, bytes.length - put);
        fuzz_require(more > 0, "a file in memory can be written");
        put += (size_t)more;
    }
    fuzz_require(lseek(file, 0, SEEK_SET) == 0, "its start is found");
    snprintf(path, FUZZ_PATH, "/proc/self/fd/%d", file);
    return file;
}

#endif
