/*
 * digest.h - what a rule means, as a number.
 */
#ifndef AS_DIGEST_H
#define AS_DIGEST_H

#include "common/hash.h"
#include "program/program.h"

/*
 * The way in which digests are made: to be raised when the compiler writes
 * other code for the same rule, or a digest takes up something else, so that
 * the digests of another version are not taken for changed rules.  The lock of
 * tests/cli/golden shows when that is.
 */
enum { AS_DIGEST_WAY = 1 };

/*
 * A digest for each rule of the pack: SHA-256 of all that it comes to, with
 * the baselines, lists, parameters and constants that it reads, wherever
 * these stand in the pack.  What only people read is left out: titles,
 * references, comments, reasons, and the sources of expressions; so are a rule's
 * name, id, version and status; and the values of a list that comes from a
 * file, which counts by the file's name.  False when memory runs out.
 */
bool as_digest_rules(const struct as_pack *pack,
                     unsigned char (*digests)[AS_SHA256_SIZE]);

#endif
