/*
 * jobs.h - the engine as a servant of conform.py.
 *
 * A job is commands.  A command is a line of words; where its last word is a
 * length, so many bytes and a newline follow.
 *
 *     rules NAME LENGTH        a source file
 *     folder PATH              or a folder of them
 *     build                    -> "built 0", or "refused LENGTH" and why
 *     build-c                  the same, and then "c LENGTH": the C target
 *     code                     -> "code LENGTH": what the pack holds
 *     scanner                  begin a scan of the built rules
 *     param NAME LENGTH        a parameter's value
 *     list NAME MODE LENGTH    a list's values, a line each; MODE 0 replaces
 *     threads N, memory N      as astray.h has them
 *     since TIME               the period's beginning
 *     native PATH              run the C target, made a shared object
 *     events NAME LENGTH       a file's bytes
 *     file PATH                a file on the disk, or a folder
 *     finish                   -> "alerts LENGTH", a line each
 *
 * What fails answers "failed LENGTH" and a sentence.  There is one compiler,
 * one pack and one scanner at a time.
 */
#ifndef AS_TESTS_JOBS_H
#define AS_TESTS_JOBS_H

#include "common/buf.h"

struct driver;

/* NULL when there is no memory. */
struct driver *driver_new(void);
void driver_free(struct driver *driver);

/* The answers, which are good until the next job. */
struct as_text driver_run(struct driver *driver, struct as_text job);

#endif
