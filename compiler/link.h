/*
 * link.h - a checked compilation to a pack.
 */
#ifndef AS_LINK_H
#define AS_LINK_H

#include "compiler/diag.h"
#include "compiler/emit_code.h"
#include "program/insight.h"

/*
 * Write everything into `builder`, which was initialised and is empty.  What
 * turns out to be too large is reported.  The rows depend on the sources and
 * nothing else.  `bodies`, where not NULL, gets each program as C too;
 * `insights`, where not NULL, the parts of clauses, and then there are more
 * programs in the pack.
 */
void as_link(const struct as_unit *unit, struct as_ir_table *table,
             struct as_builder *builder, struct as_diag *diag,
             struct as_c_bodies *bodies, struct as_insights *insights);

#endif
