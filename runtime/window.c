/*
 * window.c - see window.h.
 */

#include "runtime/window.h"

#include <errno.h>
#include <unistd.h>

void as_window_memory(struct as_window *window, struct as_text bytes)
{
    *window = (struct as_window){ .file = -1, .ended = true };
    window->view.bytes = bytes.length ? bytes.bytes : "";
    window->view.length = bytes.length;
}

void as_window_file(struct as_window *window, int file, uint64_t most,
                    size_t step)
{
    *window = (struct as_window){ .file = file,
                                  .most = most,
                                  .step = step ? step : AS_WINDOW_STEP };
    window->view.bytes = "";
}

void as_window_done(struct as_window *window)
{
    as_inflate_free(window->stream);
    as_buf_done(&window->raw);
    as_buf_done(&window->bytes);
    *window = (struct as_window){ .file = -1, .ended = true };
    window->view.bytes = "";
}

/* Read once, at most a step's bytes, behind the end of `buf`.  False at the end
 * of the file, or when it can't be read. */
static bool read_some(struct as_window *window, struct as_buf *buf)
{
    char *room = as_buf_reserve(buf, window->step);
    ssize_t got;

    if (!room) {
        window->failed = true;
        return false;
    }
    do {
        got = read(window->file, room, window->step);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        window->error = errno;
    if (got <= 0)
        return false;
    buf->length += (size_t)got;
    if (window->meter)
        atomic_fetch_add(&window->meter->taken, (uint64_t)got);
    return true;
}

/* Is it gzip?  The first two bytes tell. */
static void start(struct as_window *window)
{
    struct as_buf *raw = &window->raw;

    window->started = true;
    while (raw->length < 2 && !window->raw_ended)
        window->raw_ended = !read_some(window, raw);
    if (as_inflate_is_gzip(as_buf_view(raw))) {
        window->stream = as_inflate_new();
        window->failed = window->failed || !window->stream;
        window->raw_left = as_buf_view(raw);
    } else {
        as_buf_text(&window->bytes, as_buf_view(raw));
        as_buf_reset(raw);
    }
}

/* One step of decompression.  False when there is no more. */
static bool inflate_some(struct as_window *window)
{
    struct as_buf *bytes = &window->bytes;
    size_t room = window->step;

    if (window->raw_left.length == 0 && !window->raw_ended) {
        as_buf_reset(&window->raw);
        window->raw_ended = !read_some(window, &window->raw);
        window->raw_left = as_buf_view(&window->raw);
    }
    char *to = as_buf_reserve(bytes, room);
    if (!to) {
        window->failed = true;
        return false;
    }
    bytes->length += as_inflate_feed(window->stream, &window->raw_left,
                                     window->raw_ended, to, room);
    window->end = as_inflate_state(window->stream);
    if (window->end == AS_INFLATE_CUT && window->error)
        window->end = AS_INFLATE_MORE; /* the error is told instead */
    if (window->most > 0 && window->base + bytes->length > window->most) {
        bytes->length = (size_t)(window->most - window->base);
        window->end = AS_INFLATE_LIMIT;
        return false;
    }
    return as_inflate_state(window->stream) == AS_INFLATE_MORE;
}

static void forget(struct as_window *window, uint64_t keep)
{
    struct as_buf *bytes = &window->bytes;
    size_t drop = (size_t)(keep - window->base);

    if (drop == 0)
        return;
    memmove(bytes->bytes, bytes->bytes + drop, bytes->length - drop);
    bytes->length -= drop;
    window->base = keep;
}

/* `counted` of the buffer's bytes are known to the meter. */
static void count_made(const struct as_window *window, size_t *counted)
{
    if (window->meter)
        atomic_fetch_add(&window->meter->made, window->bytes.length - *counted);
    *counted = window->bytes.length;
}

bool as_window_fill(struct as_window *window, uint64_t keep)
{
    if (window->ended)
        return false;
    forget(window, keep);

    size_t kept = window->bytes.length, counted = kept;
    size_t want = kept + (kept > window->step ? kept : window->step);
    bool more = true;
    if (!window->started)
        start(window);
    count_made(window, &counted);
    while (more && !window->failed && window->bytes.length < want) {
        if (window->stream)
            more = inflate_some(window);
        else
            more = !window->raw_ended && read_some(window, &window->bytes);
        count_made(window, &counted);
    }
    window->ended = !more || window->failed;
    window->failed = window->failed || window->bytes.failed;
    window->view = as_buf_view(&window->bytes);
    if (!window->view.bytes)
        window->view.bytes = "";
    return window->bytes.length > kept;
}
