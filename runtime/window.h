/*
 * window.h - a stretch of the input that is in memory.
 *
 * Places in the input are counted from its start, in decompressed bytes.  A
 * window over bytes in memory shows all of them; one over a file moves
 * forward and never holds much more than somebody asks it to keep.
 */
#ifndef AS_WINDOW_H
#define AS_WINDOW_H

#include "common/buf.h"
#include "runtime/inflate.h"
#include "runtime/meter.h"

struct as_window {
    struct as_text view;     /* what is in memory; changes when it is filled */
    uint64_t base;           /* the place of view's first byte */
    bool ended;              /* nothing follows the view */
    int error;               /* errno of a failed read, or 0 */
    bool failed;             /* out of memory */
    enum as_inflate_end end; /* of compressed input, else AS_INFLATE_MORE */

    int file;               /* -1: over memory */
    struct as_meter *meter; /* borrowed; NULL: nobody asks */
    uint64_t most;
    size_t step; /* bytes that are read, or made, in one go */
    bool started;
    struct as_inflate *stream; /* NULL: the file is not compressed */
    struct as_buf raw;         /* as read; compressed input only */
    struct as_text raw_left;
    bool raw_ended;
    struct as_buf bytes; /* what the view shows */
};

void as_window_memory(struct as_window *window, struct as_text bytes);

/* Over an open file, gzip or plain.  Gzip that makes more than `most` bytes
 * ends there with AS_INFLATE_LIMIT; 0: no limit.  The file stays the
 * caller's.  The window moves by AS_WINDOW_STEP bytes or, where that is not 0,
 * by `step`: what is found in it does not depend on that. */
enum { AS_WINDOW_STEP = 256 * 1024 };

void as_window_file(struct as_window *window, int file, uint64_t most,
                    size_t step);
void as_window_done(struct as_window *window);

/*
 * Bring in more bytes behind the view and let go of what stands before
 * `keep`.  As many come as are kept, so that reading a long record again and
 * again stays linear.  False when nothing came: then `ended` is set.
 */
bool as_window_fill(struct as_window *window, uint64_t keep);

/* The bytes from `place`, which is in the view or right behind it. */
static inline struct as_text as_window_from(const struct as_window *window,
                                            uint64_t place)
{
    size_t at = (size_t)(place - window->base);
    struct as_text rest = { window->view.bytes + at, window->view.length - at };

    return rest;
}

static inline uint64_t as_window_end(const struct as_window *window)
{
    return window->base + window->view.length;
}

#endif
