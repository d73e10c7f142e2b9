/* lint_time.h - lints about how long rules look back: L0706, L0709, L0710. */
#ifndef AS_LINT_TIME_H
#define AS_LINT_TIME_H

#include "compiler/check.h"

/* For a unit that was checked without an error. */
void as_lint_time(const struct as_unit *unit, const struct as_module *modules,
                  struct as_diag *diag);

#endif
