/*
 * mistakes.h - the mistakes that one could make in a file of rules, one at a
 * time.
 */
#ifndef AS_MISTAKES_H
#define AS_MISTAKES_H

#include "astray.h"
#include "compiler/diag.h"
#include "compiler/source.h"

/*
 * Tell `report` every edit of `source`, in the order of its declarations.  The
 * text is followed by a NUL that its length does not count.  A file with a
 * syntax error has none: what is wrong goes to `diag`.  ASTRAY_OK,
 * ASTRAY_BAD_SOURCE, ASTRAY_NO_MEMORY.
 */
enum astray_status as_mistakes(const struct as_source *source,
                               struct as_arena *arena, struct as_diag *diag,
                               astray_mistake_fn *report, void *user);

#endif
