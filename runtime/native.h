/*
 * native.h - programs of a pack that were compiled to C.
 */
#ifndef AS_NATIVE_H
#define AS_NATIVE_H

#include "astray_rt.h"
#include "program/program.h"

/* Why these functions can't run in place of the pack's programs: a static
 * text; NULL: they can. */
const char *as_native_misfit(const struct astray_native *native,
                             const struct as_pack *pack);

#endif
