/*
 * silence.h - what a thief can say to make his alert go away.
 *
 * L0704 for every condition on a field that the caller chooses which can only
 * take alerts away when it is true, unless a guard (guard.h) stands beside it
 * by `and`.
 */
#ifndef AS_SILENCE_H
#define AS_SILENCE_H

#include "compiler/diag.h"
#include "compiler/unit.h"

/* For a unit that was checked without an error. */
void as_silence(const struct as_unit *unit, struct as_ir_table *table,
                struct as_diag *diag);

#endif
