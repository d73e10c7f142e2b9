/*
 * emit_sieve.h - the parts of a condition that depend on one slot alone.
 */
#ifndef AS_EMIT_SIEVE_H
#define AS_EMIT_SIEVE_H

#include "compiler/emit_code.h"

/* A condition in parts: rows of table test, and the program for what is left
 * or AS_NO_ROW.  They stand in the order of the condition; it is true when
 * all are, false when one is, else unknown. */
struct as_sieve_parts {
    uint32_t tests, test_count;
    uint32_t rest;
};

/*
 * The parts of a clause that is asked of every event, with nothing but the
 * event bound around it.  The clause may have no node: then there are none.
 * The clause's own program has been made, so its parts bring no new fault.
 */
struct as_sieve_parts as_emit_sieve(struct as_emitter *emitter,
                                    const struct as_ir_clause *clause);

#endif
