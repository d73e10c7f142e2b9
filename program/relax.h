/*
 * relax.h - rules with less and less in them: which clause refuses an event?
 *
 * A rule's clauses are asked one after the other, and each can only refuse.
 * So of the rules that are made of one by leaving its last clause out, then
 * the last two, and so on up to all, the first that finds an event tells which
 * clause refused it: the one that it alone does without.
 */
#ifndef AS_RELAX_H
#define AS_RELAX_H

#include "program/pack.h"

/*
 * A pack that has, in place of its rules, the relaxed forms of those that
 * `wanted` (by rule) names, the fewest left out first.  Such a form has as its
 * name the clause that it lacks beside those behind it ("exclude office"), as
 * its title that clause's text (of `where` the
 * whole, and the field that is asked about in the name), as its status the id of the rule that it was
 * made of, and an id of its own.
 *
 * What an event must pass is left out bit by bit.  The key of a join and the
 * key and window of a group stay, since without them there is nothing to find.
 *
 * ASTRAY_OK and the pack's bytes in `out`; ASTRAY_LIMIT; ASTRAY_NO_MEMORY.
 */
enum astray_status as_relax(const struct as_pack *pack, const bool *wanted,
                            struct as_buf *out);

#endif
