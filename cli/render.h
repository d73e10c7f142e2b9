/*
 * render.h - talk: everything the command says on standard error.
 *
 * Diagnostics of the compiler and complaints of the command itself take the
 * same way out, in one of these formats:
 *
 *     text    for people: the source line, carets under every place, help
 *     short   FILE:LINE:COLUMN: error[E0204]: message
 *     json    one object a line, with all that is known
 *     github, sarif, junit: see report.h
 *
 * The last two are documents: as_talk_document has them in the end.
 *
 * Golden files depend on the text; it is the same on every machine.
 */
#ifndef AS_RENDER_H
#define AS_RENDER_H

#include "astray.h"
#include "cli/report.h"
#include "common/buf.h"

enum as_message_format {
    AS_MESSAGE_TEXT,
    AS_MESSAGE_SHORT,
    AS_MESSAGE_JSON,
    AS_MESSAGE_GITHUB,
    AS_MESSAGE_SARIF,
    AS_MESSAGE_JUNIT,
};

struct as_talk {
    enum as_message_format format;
    bool color;       /* on standard error */
    bool errors_only; /* of the compiler: `check` shows the others */
    bool upkeep;      /* with that, what has to be looked after too: L08 */
    unsigned error_count, warning_count, note_count;
    unsigned suppressed_count;  /* in the source: in none of these three */
    unsigned fix_count;         /* those that a machine can mend */
    bool may_fix;               /* so that `check --fix` is worth a word */
    bool fixes;                 /* `check --fix`: mend before telling */
    char code[16];              /* of the first diagnostic that has one */
    bool began;                 /* something was said */
    bool no_memory;             /* memory ran out: something was not */
    enum astray_severity fails; /* this and what is graver is a failure */
    struct as_report report;    /* owned; of sarif and junit */
    struct as_buf scratch;      /* owned */
};

void as_talk_done(struct as_talk *talk);

/* An astray_diagnostic_fn: `user` is the struct as_talk. */
void as_talk_diagnostic(const struct astray_diagnostic *diagnostic, void *user);

/* Complain.  `help` is the way out, or NULL. */
void as_talk_error(struct as_talk *talk, const char *help, const char *format,
                   ...) __attribute__((format(printf, 3, 4)));
void as_talk_say(struct as_talk *talk, enum astray_severity severity,
                 const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * Memory ran out where the command itself needed it: say so, once, without any.
 * Whatever else it finds, it ends with AS_EXIT_USAGE then.
 */
void as_talk_no_memory(struct as_talk *talk);

/* Was there memory for all of the buffer?  Says so when there was not. */
bool as_talk_have(struct as_talk *talk, const struct as_buf *buf);

/* The buffer's text, terminated; NULL when there was no memory for it, which
 * is said. */
const char *as_talk_text(struct as_talk *talk, struct as_buf *buf);

/* Say something that is neither: only with the text formats, and as it is. */
void as_talk_plain(struct as_talk *talk, struct as_text text);

/* The end of a report: how many errors and warnings there were, and how to
 * learn more.  Nothing when there were none, and in the other formats. */
void as_talk_end(struct as_talk *talk);

/* What was said, as sarif or junit want it; nothing in the other formats.
 * `good`: the command did what it should. */
void as_talk_document(const struct as_talk *talk, const char *suite, bool good,
                      struct as_buf *out);

/* The diagnostic as it would be said, appended to `out`. */
void as_render_text(struct as_buf *out, const struct astray_diagnostic *d,
                    bool color);
void as_render_short(struct as_buf *out, const struct astray_diagnostic *d);
void as_render_json(struct as_buf *out, const struct astray_diagnostic *d);

/* What the edits of a diagnostic do: "replace `=` with `==`". */
void as_render_fix(struct as_buf *out, const struct astray_diagnostic *d);

/* "1 error", "2 errors". */
void as_render_count(struct as_buf *out, uint64_t count, const char *one,
                     const char *many);

#endif
