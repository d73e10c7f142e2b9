/*
 * format.h - rule text in the one style.
 */
#ifndef AS_FORMAT_H
#define AS_FORMAT_H

#include "common/buf.h"
#include "compiler/diag.h"
#include "compiler/source.h"

/*
 * Write `source`, whose text is followed by a NUL that its length does not
 * count, into `out`.  A file with a syntax error is left alone: what is wrong
 * goes to `diag`, and nothing is written.  Tokens and comments are the same
 * before and after.  ASTRAY_OK, ASTRAY_BAD_SOURCE, ASTRAY_NO_MEMORY.
 */
enum astray_status as_format(const struct as_source *source,
                             struct as_arena *arena, struct as_diag *diag,
                             struct as_buf *out);

#endif
