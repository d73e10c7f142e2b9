/*
 * linediff.h - two texts, and the lines in which they differ.
 */
#ifndef AS_LINEDIFF_H
#define AS_LINEDIFF_H

#include "common/buf.h"

/*
 * Append the unified diff that turns `from` into `to`, with three lines
 * around each change and names as `patch -p1` takes them, a/NAME and b/NAME;
 * nothing when they are equal.  What does not fit into memory is left out and
 * out->failed is set.  The time is linear in the texts and in how much they
 * differ.
 */
void as_linediff(const char *name, struct as_text from, struct as_text to,
                 struct as_buf *out);

#endif
