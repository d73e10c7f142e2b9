/*
 * fix.h - astray check --fix: what a machine can mend in rules, mended.
 */
#ifndef AS_CLI_FIX_H
#define AS_CLI_FIX_H

#include <stddef.h>

#include "cli/exit.h"
#include "cli/render.h"

/*
 * Make the fixes of one compilation, that of `paths` (folders and .astray
 * files), until there are none: those that do not overlap at once, and none
 * after which a file parses worse or has more errors.  What changed is said; the
 * files appear whole.  Its diagnostics are not said.
 */
enum as_exit as_fix(const char *const *paths, size_t count,
                    struct as_talk *talk);

#endif
