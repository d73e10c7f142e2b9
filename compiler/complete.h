/*
 * complete.h - when a rule can decide, and what keeps it from deciding at once.
 *
 * Events come late, and out of order.  An alert can be given at once when no
 * event that comes later can take it away; else a stream has to wait until its
 * watermark has passed the event, or for the end of the input.
 */
#ifndef AS_COMPLETE_H
#define AS_COMPLETE_H

#include "compiler/diag.h"
#include "compiler/unit.h"

/* "at once", or "at the watermark: ..." with the clause that stops it; in the
 * arena.  NULL when memory is out. */
const char *as_complete(const struct as_ir_rule *rule,
                        struct as_ir_table *table, struct as_diag *diag);

#endif
