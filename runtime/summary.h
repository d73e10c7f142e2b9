/* summary.h - the funnel in words and as JSON. */
#ifndef AS_SUMMARY_H
#define AS_SUMMARY_H

#include "runtime/engine.h"
#include "runtime/reader.h"

/* For people: a few lines, from what was read to what was reported. */
void as_summary_text(struct as_buf *out, const struct as_engine *engine,
                     const struct as_reader_stats *input);

/* One JSON object in one line, without a newline. */
void as_summary_json(struct as_buf *out, const struct as_engine *engine,
                     const struct as_reader_stats *input);

#endif
