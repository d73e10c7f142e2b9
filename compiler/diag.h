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

struct as_message_label {
    struct as_message_label *next;
    struct as_span span;
    const char *text;
};

struct as_message {
    struct as_message *next;
    enum as_code code;
    enum astray_severity severity;
    const char *text, *help;
    struct as_message_label *labels; /* the first is where it is */
};

struct as_diag {
    struct as_arena *arena; /* holds the messages; its `failed` counts too */
    struct as_source *sources;
    struct as_message *first, *last;
    unsigned message_count, error_count;
    bool muted; /* the last message was one too many: ignore its labels */
};

/* A span whose source is 0 means "no place". */
void as_diag(struct as_diag *diag, enum as_code code, struct as_span span,
             const char *format, ...) __attribute__((format(printf, 4, 5)));
void as_diag_label(struct as_diag *diag, struct as_span span,
                   const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void as_diag_help(struct as_diag *diag, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Make all warnings with this code ("L0702") errors, or drop them. */
void as_diag_escalate(struct as_diag *diag, struct as_text code);
void as_diag_ignore(struct as_diag *diag, struct as_text code);

/* Hand everything over, sorted by file number, place and code; one message
 * for one place and code.  False when memory ran out: then nothing is. */
bool as_diag_report(const struct as_diag *diag, astray_diagnostic_fn *report,
                    void *user);

static inline bool as_diag_failed(const struct as_diag *diag)
{
    return diag->error_count > 0 || diag->arena->failed;
}

#endif
