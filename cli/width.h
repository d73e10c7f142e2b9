/*
 * width.h - how many columns of a terminal a text takes, and text made fit to
 * be shown under a caret.
 */
#ifndef AS_WIDTH_H
#define AS_WIDTH_H

#include "common/buf.h"

enum { AS_TAB_WIDTH = 4 };

/*
 * Append the first character of `text` (not empty) as it is shown at column
 * `column` (from 0): a tab becomes spaces up to the next stop, what could
 * disturb a terminal is escaped; a backslash stays one, as it stands in the
 * source.  Adds the columns it takes to *column and returns the bytes read.
 */
size_t as_show_character(struct as_buf *out, struct as_text text,
                         size_t *column);

/* All of `text`, shown so; returns the columns it takes from column 0. */
size_t as_show(struct as_buf *out, struct as_text text);

#endif
