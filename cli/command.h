/*
 * command.h - the little that several verbs do in the same way.
 */
#ifndef AS_COMMAND_H
#define AS_COMMAND_H

#include "cli/args.h"
#include "cli/output.h"

/* Open an output; complains when that fails. */
bool as_command_open(struct as_output *out, const char *path,
                     struct as_talk *talk);

/* Close an output: AS_EXIT_OK, or AS_EXIT_USAGE after a complaint. */
enum as_exit as_command_close(struct as_output *out, struct as_talk *talk);

/* Write a text to `path` (NULL or "-": standard output), whole or not at
 * all. */
enum as_exit as_command_write(const char *path, const struct as_buf *text,
                              struct as_talk *talk);

/* Should what goes to file number `file` be colored, as --color says? */
bool as_command_color(const struct as_args *args, int file);

/* Complain that the command line makes no sense; says how it is used. */
enum as_exit as_command_misused(const struct as_args *args,
                                struct as_talk *talk, const char *message);

#endif
