/*
 * reader.h - from files to events.
 *
 * What a file holds is told by its content: gzip or not, and any carrier of
 * carriers.def.  Files up to AS_MAX_INFLATED are read whole; standard input
 * and larger files go through a window of bounded size.
 */
#ifndef AS_READER_H
#define AS_READER_H

#include "runtime/intake.h"
#include "runtime/meter.h"
#include "runtime/walk.h"

struct as_reader;

/* The projection and what it points to are borrowed; the callbacks are copied.
 * NULL when memory ran out. */
struct as_reader *as_reader_new(const struct as_projection *projection,
                                const struct as_reader_callbacks *callbacks,
                                void *user);
void as_reader_free(struct as_reader *reader);

/*
 * Read a file's bytes, under this name.  ASTRAY_OK; ASTRAY_SET_ASIDE when
 * something could not be judged or read; ASTRAY_NO_MEMORY; or what on_event
 * returned to stop.
 */
enum astray_status as_reader_bytes(struct as_reader *reader, const char *name,
                                   const void *bytes, size_t length);

/*
 * Read one of a list of inputs.  As above, and ASTRAY_IO when something could
 * not be opened or read; the rest was.
 */
enum astray_status as_reader_input(struct as_reader *reader,
                                   const struct as_input *input);

/* Read all that is at a path, as as_inputs_add has it, in order: the gravest
 * status of all. */
enum astray_status as_reader_path(struct as_reader *reader, const char *path);

/* Must reading stop, not only this input be given up? */
static inline bool as_reader_stops(enum astray_status status)
{
    return status > ASTRAY_SET_ASIDE && status != ASTRAY_IO;
}

/* From now on keep this meter up to date; it is borrowed.  `made` is the
 * total of all inputs, `taken` is of the one at hand. */
void as_reader_measure(struct as_reader *reader, struct as_meter *meter);

/* From now on read what comes as a stream in steps of so many bytes; 0: of
 * as many as is good.  What comes out does not depend on it, which is what
 * tests use this for. */
void as_reader_step(struct as_reader *reader, size_t step);

/* What happened so far; lives as long as the reader. */
const struct as_reader_stats *as_reader_stats(const struct as_reader *reader);

#endif
