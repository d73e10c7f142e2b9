/*
 * allow.h - lints that the source itself says not to hear.
 *
 *     # allow L0704: this agent is believed from AWS's addresses only
 *     exclude platform when platform_call
 *
 *     where made_here  # allow L0704, L0710: the list is ours
 *
 * A comment on lines of its own covers what begins below it, one at the end of
 * a line what begins on that line: a whole declaration or clause where one
 * begins there, else the rest of that line.  Of several codes each is covered.
 * The reason is what stands behind the colon, on that line; without one
 * nothing is covered.  Errors are not lints, and cannot be covered.
 */
#ifndef AS_ALLOW_H
#define AS_ALLOW_H

#include "compiler/ast.h"
#include "compiler/diag.h"

/* Mark the messages that comments in `files` cover, and report the comments
 * that are wrong or cover nothing.  All lints must have been reported. */
void as_allow(const struct as_file *files, struct as_arena *arena,
              struct as_diag *diag);

#endif
