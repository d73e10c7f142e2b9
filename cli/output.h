/*
 * output.h - where data goes: standard output, or a file that appears whole.
 *
 * A file is written beside its place and renamed into it by as_output_close;
 * until then whoever reads the old one is not disturbed.  A path that is no
 * regular file (a pipe, /dev/null) is written as it stands.  A reader that
 * went away (EPIPE) is no error: he has all he wanted.
 *
 * An interrupt (SIGINT, SIGTERM, SIGHUP) writes out what waits for standard
 * output, removes unfinished files and ends the command with 128 + signal.
 */
#ifndef AS_OUTPUT_H
#define AS_OUTPUT_H

#include "common/buf.h"

struct as_output {
    struct as_output *next; /* of those that are open */
    const char *path;       /* NULL: standard output; borrowed */
    char *temporary;        /* owned; NULL when written in place */
    struct as_buf pending;
    unsigned mode; /* of the file that is replaced; 0: there was none */
    int file;      /* -1: not open */
    int error;     /* errno of the first failure */
    bool gone;     /* the reader went away */
};

/* Once, before the first output is opened: take the signals. */
void as_output_signals(void);

/*
 * Between these two a signal only leaves a note, so that what is at hand can
 * be tidied up: as_output_noted says that there is one, as_output_release does
 * what it asks for.  Pairs may stand inside each other.
 */
void as_output_hold(void);
bool as_output_noted(void);
void as_output_release(void);

/* An output starts as all zeros.  `path` NULL or "-" is standard output.
 * False, with errno set, when it cannot be opened. */
bool as_output_open(struct as_output *out, const char *path);

/* Append; failures are kept for as_output_close. */
void as_output_add(struct as_output *out, struct as_text text);

/* Append what was written into a buffer; one that had no memory for all of it
 * is a failure. */
void as_output_buf(struct as_output *out, const struct as_buf *buf);

/* Write out the rest and put the file in its place.  False, with errno set,
 * when something failed; the old file is then as it was. */
bool as_output_close(struct as_output *out);

/* Forget it: the file does not appear.  Does nothing to one not open. */
void as_output_drop(struct as_output *out);

/* How it is called in a message. */
const char *as_output_name(const struct as_output *out);

/* Is it a terminal? */
bool as_output_terminal(const struct as_output *out);

/* What a signal that ends the command writes to standard error, such as the
 * end of a line that was begun; a literal, or NULL for nothing. */
void as_output_last_words(const char *words);

/* Write to standard error.  What cannot be written there is lost. */
void as_output_say(struct as_text text);

#endif
