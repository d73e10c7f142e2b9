/* time.h - instants and durations, in milliseconds, UTC. */
#ifndef AS_TIME_H
#define AS_TIME_H

#include "common/buf.h"

/*
 * Read "2026-11-21T10:00:00Z", with a fraction ("...00.123Z", digits beyond
 * milliseconds are cut) or a numeric offset ("+02:00"), or the basic form
 * "20261121T100000Z", or a bare date "2026-11-21".  The whole text must fit.
 * Leap second 60 is read as the next second.  Years 0001 to 9999.
 * Returns false, *ms untouched, when it does not.
 */
bool as_time_parse(struct as_text text, int64_t *ms);

/* "2026-11-21T10:00:00Z", with ".123" only where ms is not a whole second. */
void as_time_format(struct as_buf *out, int64_t ms);

/* The same without memory of its own: into `out`; returns the length. */
enum { AS_TIME_ROOM = 40 };
size_t as_time_write(char out[AS_TIME_ROOM], int64_t ms);

/* "90s" "15m" "12h" "10d" "2w" and "500ms"; a whole number and one unit. */
bool as_duration_parse(struct as_text text, int64_t *ms);

/* The largest unit that divides it: 90000 -> "90s", 43200000 -> "12h". */
void as_duration_format(struct as_buf *out, int64_t ms);

#endif
