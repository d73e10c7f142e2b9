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
 * Read a file, or all files below a folder, in the order of their names, or
 * standard input ("-").  As above, and ASTRAY_IO when something could not be
 * opened or read; the rest was.
 */
enum astray_status as_reader_path(struct as_reader *reader, const char *path);

/* What happened so far; lives as long as the reader. */
const struct as_reader_stats *as_reader_stats(const struct as_reader *reader);

#endif
