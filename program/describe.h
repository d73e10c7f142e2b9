/*
 * describe.h - what is in a pack, for people or as JSON.
 *
 * The output depends on the pack alone: golden tests keep it.
 */
#ifndef AS_DESCRIBE_H
#define AS_DESCRIBE_H

#include "astray.h"
#include "common/buf.h"
#include "program/program.h"

/*
 * Append the description to `out`: manifest, parameters, lists, fields,
 * baselines with what bounds their state, rules; with ASTRAY_DESCRIBE_CODE
 * every program that a baseline or a rule runs, headed by what it is.
 * `flags` are those of enum astray_describe.  The pack must have been loaded;
 * its texts come out escaped.  A failed allocation is kept in out->failed.
 */
void as_describe(const struct as_pack *pack, unsigned flags,
                 struct as_buf *out);

/* The same, and when each rule decides: a text for each, or NULL. */
void as_describe_rules(const struct as_pack *pack, char *const *decides,
                       unsigned flags, struct as_buf *out);

#endif
