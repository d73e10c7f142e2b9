/* file.h - whole small files in, whole files out. */
#ifndef AS_FILE_H
#define AS_FILE_H

#include "astray.h"
#include "common/buf.h"

/*
 * Read the whole of `path` ("-" is standard input) into `out`, which is
 * emptied first.  ASTRAY_OK; ASTRAY_IO with errno set; ASTRAY_LIMIT when it
 * has more than `most` bytes; ASTRAY_NO_MEMORY.
 */
enum astray_status as_file_read(const char *path, size_t most,
                                struct as_buf *out);

/* The same from a file that is open; it stays open. */
enum astray_status as_file_read_open(int file, size_t most, struct as_buf *out);

/* Write all of it to an open file, as far as that goes: false with errno set.
 * A signal handler may call it. */
bool as_file_put(int file, struct as_text bytes);

/*
 * Write `bytes` to `path` so that it holds all of them or is untouched: a
 * temporary file beside it, fsync, rename.  A path that is no regular file
 * (/dev/stdout, a pipe) is written as it stands.  ASTRAY_OK or ASTRAY_IO with
 * errno set.
 */
enum astray_status as_file_write(const char *path, struct as_text bytes);

/* Join a folder and a name with one slash, in an arena-free way: into `out`,
 * emptied first and terminated by a NUL that length does not count. */
void as_path_join(struct as_buf *out, struct as_text folder,
                  struct as_text name);

#endif
