/*
 * compile.h - the list of passes: rule text to the bytes of a pack.
 */
#ifndef AS_COMPILE_H
#define AS_COMPILE_H

#include "common/buf.h"
#include "compiler/loader.h"
#include "program/insight.h"

/*
 * Compile what `loader` has taken up.  ASTRAY_OK and the pack in `out`, which
 * is emptied first; ASTRAY_BAD_SOURCE when something was reported as an
 * error; ASTRAY_NO_MEMORY.  Nothing is written when `out` is NULL: the rules
 * are only checked.
 */
enum astray_status as_compile(struct as_loader *loader, struct as_buf *out);

/* The same, and the programs of the pack behind what `c` holds, as a C file;
 * `out` is not NULL. */
enum astray_status as_compile_c(struct as_loader *loader, struct as_buf *out,
                                struct as_buf *c);

/* As as_compile, and the insights of the pack in *insights, which is the
 * caller's and NULL unless this returns ASTRAY_OK. */
enum astray_status as_compile_insight(struct as_loader *loader,
                                      struct as_buf *out,
                                      struct as_insights **insights);

#endif
