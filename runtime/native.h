/*
 * native.h - programs of a pack that were compiled to C: include/astray_rt.h.
 */
#ifndef AS_NATIVE_H
#define AS_NATIVE_H

#include "astray_rt.h"
#include "runtime/vm.h"

/* Let machines of this run, made after that, run these functions in place of
 * bytecode; NULL: the bytecode.  Why they can't be taken, a static text, or
 * NULL. */
const char *as_native_take(struct as_run *run,
                           const struct astray_native *native);

#endif
