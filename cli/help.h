/*
 * help.h - what the tables of verbs and options say, for people, for man(1)
 * and for the shell.  Each appends to `out`; a list of verbs ends with NULL.
 */
#ifndef AS_HELP_H
#define AS_HELP_H

#include "cli/args.h"

void as_help_all(struct as_buf *out, const struct as_verb *const *verbs);
void as_help_verb(struct as_buf *out, const struct as_verb *verb);
void as_help_man(struct as_buf *out, const struct as_verb *const *verbs);
void as_help_bash(struct as_buf *out, const struct as_verb *const *verbs);

#endif
