/*
 * vet.h - do the rows of a pack mean something?
 *
 * The loader's word checks say that every index has a row; here is what no
 * single word can say: that constants are of their kind, that a baseline's
 * keys are keys, that a rule has the parts of its shape, and that each program
 * finds bound around it what it reads.  The engine relies on all of it.
 *
 * Each returns ASTRAY_OK, ASTRAY_NO_MEMORY, or ASTRAY_BAD_PACK with *why set
 * to a static text.
 */
#ifndef AS_VET_H
#define AS_VET_H

#include "astray.h"
#include "program/verify.h"

/* All that can be said without the programs, and that as_verify relies on.
 * The pack's words and texts must have been checked. */
enum astray_status as_vet_tables(const struct as_pack *pack, const char **why);

/* What runs the programs: columns, baselines, rules.  The programs must have
 * been verified; `facts` is what as_verify said. */
enum astray_status as_vet_owners(const struct as_pack *pack,
                                 const struct as_facts *facts,
                                 const char **why);

/* Is it an instant that common/time.h reads and writes: of the years 1 to
 * 9999?  A pack has no other constants. */
bool as_vet_time(int64_t ms);

/* The longest length of time that a pack may name, and a parameter that
 * stands for one may be given: 10,000 years, so that a time minus or plus one
 * fits 64 bits. */
#define AS_MAX_LENGTH_MS (INT64_C(3652425) * 86400000)

#endif
