/* convert.h - what stands in an event's JSON, as a value of a rule. */
#ifndef AS_FROM_JSON_H
#define AS_FROM_JSON_H

#include "runtime/values.h"

/* Of kind json; missing, on account of `why`, when it is absent or null. */
struct as_value as_json_as_value(const struct as_json_value *json,
                                 uint16_t why);

/*
 * As a value of `kind`: a text or number as a number, a text as an address or
 * a time, "true" and "false" as bools, any scalar as text.  Missing when it
 * can't be.  Borrows the JSON; a source's address lives in `arena`.
 */
struct as_value as_from_json(const struct as_json_value *json,
                             enum as_kind kind, uint16_t why,
                             struct as_arena *arena);

#endif
