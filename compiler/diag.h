/*
 * diag.h - what the compiler says about the rules.
 *
 * A pass that finds something wrong reports it and goes on, so that one run
 * shows every mistake; whether to stop is decided in one place, between two
 * passes, by asking as_diag_failed.  Nothing here prints: diagnostics are
 * collected, sorted by place and handed to the caller at the end.
 *
 *     as_diag(diag, AS_E_UNKNOWN_FIELD, span, "no field `%.*s`", ...);
 *     as_diag_label(diag, other_span, "declared here");
 *     as_diag_help(diag, "did you mean `%s`?", best);
 *
 * Labels and help go to the diagnostic that was reported last.
 *
 * How grave it is stands in its row of diagnostics.def:
 *
 *     ASTRAY_ERROR    code E: the rules do not compile; no level changes it
 *     ASTRAY_WARNING  code L, a likely bug: on, `check --fail-level warning`
 *     ASTRAY_NOTE     code L, good to know: on, `check --fail-level info`
 *     AS_STYLE        code L, a matter of taste: off, until pack.yaml says
 *                     lint: {L0750: warning} (or info, or error)
 *
 * A pass need not ask whether a code is off: reporting it then does nothing.
 *
 * A diagnostic that a machine can mend has edits, given right behind it:
 *
 *     as_diag(diag, AS_E_ASSIGN, span, "`=` gives a name; to compare ...");
 *     as_diag_fix(diag, span, "==");
 *     as_diag_cut(diag, other_span);
 *
 * All edits of one diagnostic are one fix: they are made together or not at
 * all, and may not overlap.  An empty span inserts.  Give a fix only where it
 * is certainly what was meant: `check --fix` makes it without asking, as long
 * as the result still parses and has no more errors than before.
 *
 * A comment in the source, `# allow L0704: why`, suppresses lints (allow.h);
 * passes have nothing to do with that either.
 */
#ifndef AS_DIAG_H
#define AS_DIAG_H

#include "astray.h"
#include "compiler/source.h"

enum as_code {
#define AS_DIAGNOSTIC(name, code, severity, title, text) AS_##name,
#include "compiler/diagnostics.def"
#undef AS_DIAGNOSTIC
    AS_CODE_COUNT
};

/* The severity of rows that are off: see above.  Behind those of astray.h. */
enum { AS_STYLE = ASTRAY_NOTE + 1 };

struct as_message_label {
    struct as_message_label *next;
    struct as_span span;
    const char *text;
};

/* One replacement of a fix. */
struct as_message_edit {
    struct as_message_edit *next;
    struct as_span span;
    const char *text;
};

struct as_message {
    struct as_message *next;
    enum as_code code;
    enum astray_severity severity;
    const char *text, *help;
    struct as_message_label *labels; /* the first is where it is */
    struct as_message_edit *edits;   /* NULL: no machine can mend it */
    const char *suppressed;          /* why, as the source says; or NULL */
};

struct as_diag {
    struct as_arena *arena; /* holds the messages; its `failed` counts too */
    struct as_source *sources;
    struct as_message *first, *last;
    unsigned message_count, error_count;
    unsigned lint_count; /* kept, of the messages that are no errors */
    bool muted;          /* the last message is not kept: ignore its labels */
    bool settled;        /* a lint of level error counts as an error */
    uint8_t levels[AS_CODE_COUNT]; /* 0: as in diagnostics.def, else 1 more
                                      than the severity or AS_STYLE */
};

/* A span whose source is 0 means "no place". */
void as_diag(struct as_diag *diag, enum as_code code, struct as_span span,
             const char *format, ...) __attribute__((format(printf, 4, 5)));
void as_diag_label(struct as_diag *diag, struct as_span span,
                   const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void as_diag_help(struct as_diag *diag, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* An edit of the last diagnostic's fix; spans lie in one file. */
void as_diag_fix(struct as_diag *diag, struct as_span span, const char *format,
                 ...) __attribute__((format(printf, 3, 4)));

/* One that removes the span. */
static inline void as_diag_cut(struct as_diag *diag, struct as_span span)
{
    as_diag_fix(diag, span, "%s", "");
}

/* The word for a code: "L0702". */
const char *as_diag_code(enum as_code code);

/*
 * Every lint with this code is of that severity from now on, and so are those
 * that were reported; AS_STYLE drops them.  Errors stay what they are.
 */
void as_diag_set_level(struct as_diag *diag, struct as_text code, int severity);

/* Is this lint asked for at all? */
bool as_diag_wants(const struct as_diag *diag, enum as_code code);

/* All lints were reported: those of level error are errors from here on. */
void as_diag_settle(struct as_diag *diag);

/* Hand everything over, sorted by file number, place and code; one message
 * for one place and code.  False when memory ran out: then nothing is. */
bool as_diag_report(const struct as_diag *diag, astray_diagnostic_fn *report,
                    void *user);

static inline bool as_diag_failed(const struct as_diag *diag)
{
    return diag->error_count > 0 || diag->arena->failed;
}

#endif
