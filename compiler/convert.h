/*
 * convert.h - which value passes for one of another type.
 *
 * There are few implicit conversions, and they are all here.  json takes the
 * type that is wanted of it; a whole number passes for a real, an address or
 * a text for a source.  What is not here has to be written (`text(x)`).
 */
#ifndef AS_CONVERT_H
#define AS_CONVERT_H

#include "compiler/simplify.h"

/* `node` as a value of `kind`; NULL when it does not pass for one. */
struct as_ir *as_convert(struct as_ir_table *table, struct as_ir *node,
                         enum as_kind kind);

/* The same for a place that takes texts: sources pass too, as written. */
struct as_ir *as_convert_text(struct as_ir_table *table, struct as_ir *node);

/* The same for what is looked up among values of `kind`: beside addresses
 * and blocks a source counts as the address that it is, beside texts as it is
 * written. */
struct as_ir *as_convert_member(struct as_ir_table *table, struct as_ir *node,
                                enum as_kind kind);

/* A value of JSON as text; every other one as it is.  For keys. */
struct as_ir *as_convert_scalar(struct as_ir_table *table, struct as_ir *node);

/*
 * Bring both to one type, the one that they have together: for `==`, `if` and
 * `??`.  False, both untouched, when there is none.  Two of type json stay
 * so.
 */
bool as_convert_both(struct as_ir_table *table, struct as_ir **left,
                     struct as_ir **right);

/* bool int real time duration text ip source. */
bool as_kind_is_scalar(as_type type);
/* int real time duration text ip. */
bool as_kind_is_ordered(as_type type);

#endif
