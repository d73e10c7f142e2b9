/*
 * exit.h - how the command ends.  Scripts depend on these numbers.
 */
#ifndef AS_EXIT_H
#define AS_EXIT_H

#include "astray.h"

enum as_exit {
    AS_EXIT_OK = 0,
    AS_EXIT_FINDINGS = 1,  /* lints at the level, failed tests, --fail-on */
    AS_EXIT_BAD_RULES = 2, /* rules do not compile */
    AS_EXIT_USAGE = 3,     /* usage, configuration, input and output */
    AS_EXIT_SET_ASIDE = 4, /* some input could not be judged */
    AS_EXIT_BUG = 70,      /* a mistake of ours */
};

/* The graver of two: 70 > 3 > 2 > 4 > 1 > 0. */
enum as_exit as_exit_worse(enum as_exit a, enum as_exit b);

/* What a status of the library means for the command. */
enum as_exit as_exit_of(enum astray_status status);

/* A status in words, for a message; ASTRAY_IO gives errno's. */
const char *as_exit_words(enum astray_status status);

#endif
