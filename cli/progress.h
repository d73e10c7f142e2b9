/*
 * progress.h - how far a scan has come, in one line on a terminal.
 *
 * The line is on standard error, stands only while nothing else is said, and
 * is gone in the end.  It comes after half a second: short scans show none.
 */
#ifndef AS_PROGRESS_H
#define AS_PROGRESS_H

#include "astray.h"
#include "common/buf.h"

struct as_progress {
    bool on;
    int64_t began_ms;   /* of a clock that only goes forward */
    int64_t reading_ms; /* when the first file was opened; 0: not yet */
    int64_t drawn_ms;
    size_t width; /* columns that are taken now */
};

/* `wanted`: if standard error is a terminal. */
void as_progress_init(struct as_progress *progress, bool wanted);

/* An astray_progress_fn: `user` is the struct as_progress. */
void as_progress_take(const struct astray_progress *now, void *user);

/* Take the line away, before something else is said. */
void as_progress_hide(struct as_progress *progress);

/*
 * The line after `reading_ms` of reading, in at most `width` columns: what
 * matters less is left out where there is no room.  Appended to `out`.
 */
void as_progress_line(struct as_buf *out, const struct astray_progress *now,
                      int64_t reading_ms, size_t width);

#endif
