/* costs.h - what each baseline and rule has cost, in words and as JSON. */
#ifndef AS_COSTS_H
#define AS_COSTS_H

#include "runtime/engine.h"
#include "runtime/reader.h"

/*
 * Of an engine that has a profile and has finished: a table of a few lines, or
 * one JSON object in one line, without a newline.  Operators that were left
 * out are not in it; those that took the most time come first.  False when
 * memory runs out.
 */
bool as_costs_write(struct as_buf *out, const struct as_engine *engine,
                    const struct as_reader_stats *input, bool json);

#endif
