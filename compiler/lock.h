/*
 * lock.h - astray.lock: which rules a pack has, and what each means.
 *
 *     # astray.lock 1: written by `astray check --write-lock`, not by hand
 *     away 3 5e1f...64 digits "a7b6..."
 *
 * A line for each rule, sorted by name: name, version, digest (see
 * program/digest.h), id.  The number in the first line is AS_DIGEST_WAY.
 */
#ifndef AS_LOCK_H
#define AS_LOCK_H

#include "compiler/loader.h"
#include "compiler/unit.h"
#include "program/program.h"

#define AS_LOCK_NAME "astray.lock"

/* The lock of these rules, appended to `out`.  False when memory runs out. */
bool as_lock_write(const struct as_pack *pack, struct as_buf *out);

/* Is there a lock to compare with, in the root of the files?  Not where
 * overlays lie over the rules. */
bool as_lock_is_there(struct as_loader *loader);

/*
 * Compare the pack, which was made of `unit`, with that lock.  Rules that are
 * gone are reported when all of the pack's folder was compiled.  False when
 * memory runs out.
 */
bool as_lock_check(struct as_loader *loader, const struct as_unit *unit,
                   const struct as_pack *pack);

#endif
