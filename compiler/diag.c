/*
 * diag.c - see diag.h.
 *
 * Messages wait in a list until the end, since passes find mistakes in their
 * own order and a reader wants them in the order of the source.  At most
 * AS_MAX_ERRORS are shown: what comes after them is counted and said in one
 * last line.  More lints than that are kept, since some of them may be
 * suppressed in the source.
 */

#include "compiler/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/limits.h"
#include "common/utf8.h"

static const struct {
    const char *code;
    int severity; /* enum astray_severity, or AS_STYLE */
} codes[] = {
#define AS_DIAGNOSTIC(name, code, severity, title, text) { code, severity },
#include "compiler/diagnostics.def"
#undef AS_DIAGNOSTIC
};

/* Printed into the arena; "" when memory is out. */
static const char *print(struct as_arena *arena, const char *format,
                         va_list list) __attribute__((format(printf, 2, 0)));

static const char *print(struct as_arena *arena, const char *format,
                         va_list list)
{
    va_list again;
    int length;
    char *text;

    va_copy(again, list);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        return "";
    text = as_alloc(arena, (size_t)length + 1);
    if (!text)
        return "";
    vsnprintf(text, (size_t)length + 1, format, list);
    return text;
}

static void add_label(struct as_diag *diag, struct as_message *message,
                      struct as_span span, const char *text)
{
    struct as_message_label *label = as_alloc(diag->arena, sizeof(*label));
    struct as_message_label **last = &message->labels;

    if (!label)
        return;
    *label = (struct as_message_label){ .span = span, .text = text };
    while (*last)
        last = &(*last)->next;
    *last = label;
}

static int level_of(const struct as_diag *diag, enum as_code code)
{
    return diag->levels[code] > 0 ? diag->levels[code] - 1
                                  : codes[code].severity;
}

/* Count it.  Is there room for it? */
static bool count(struct as_diag *diag, int level)
{
    diag->message_count++;
    if (level == ASTRAY_ERROR)
        return ++diag->error_count <= AS_MAX_ERRORS;
    return ++diag->lint_count <= AS_MAX_LINTS;
}

void as_diag(struct as_diag *diag, enum as_code code, struct as_span span,
             const char *format, ...)
{
    int level = level_of(diag, code);
    bool is_error = codes[code].severity == ASTRAY_ERROR;
    struct as_message *message;
    va_list list;

    diag->muted = level == AS_STYLE ||
                  !count(diag,
                         is_error || diag->settled ? level : ASTRAY_WARNING);
    if (diag->muted)
        return;
    message = as_alloc(diag->arena, sizeof(*message));
    if (!message) {
        diag->muted = true;
        return;
    }
    va_start(list, format);
    *message = (struct as_message){
        .code = code,
        .severity = (enum astray_severity)level,
        .text = print(diag->arena, format, list),
        .help = "",
    };
    va_end(list);
    if (span.source != 0)
        add_label(diag, message, span, "");
    if (diag->last)
        diag->last->next = message;
    else
        diag->first = message;
    diag->last = message;
}

void as_diag_label(struct as_diag *diag, struct as_span span,
                   const char *format, ...)
{
    struct as_message_label *first;
    const char *text;
    va_list list;

    if (diag->muted || !diag->last || span.source == 0)
        return;
    va_start(list, format);
    text = print(diag->arena, format, list);
    va_end(list);
    first = diag->last->labels;
    if (first && first->text[0] == '\0' && first->span.source == span.source &&
        first->span.start == span.start)
        first->text = text;
    else
        add_label(diag, diag->last, span, text);
}

void as_diag_help(struct as_diag *diag, const char *format, ...)
{
    const char *text, *before;
    va_list list;
    size_t length;
    char *both;

    if (diag->muted || !diag->last)
        return;
    va_start(list, format);
    text = print(diag->arena, format, list);
    va_end(list);
    before = diag->last->help;
    if (before[0] == '\0') {
        diag->last->help = text;
        return;
    }
    length = strlen(before) + 1 + strlen(text) + 1;
    both = as_alloc(diag->arena, length);
    if (!both)
        return;
    snprintf(both, length, "%s\n%s", before, text);
    diag->last->help = both;
}

void as_diag_fix(struct as_diag *diag, struct as_span span, const char *format,
                 ...)
{
    struct as_message_edit *edit, **last;
    va_list list;

    if (diag->muted || !diag->last || span.source == 0)
        return;
    edit = as_alloc(diag->arena, sizeof(*edit));
    if (!edit)
        return;
    va_start(list, format);
    *edit = (struct as_message_edit){
        .span = span,
        .text = print(diag->arena, format, list),
    };
    va_end(list);
    last = &diag->last->edits;
    while (*last)
        last = &(*last)->next;
    *last = edit;
}

/* ---- levels ----------------------------------------------------------- */

const char *as_diag_code(enum as_code code)
{
    return codes[code].code;
}

bool as_diag_wants(const struct as_diag *diag, enum as_code code)
{
    return level_of(diag, code) != AS_STYLE;
}

/* Those that were reported before. */
static void relevel(struct as_diag *diag, enum as_code code, int severity)
{
    struct as_message **at = &diag->first;

    diag->last = NULL;
    while (*at) {
        if ((*at)->code == code && severity == AS_STYLE) {
            *at = (*at)->next;
            diag->message_count--;
            diag->lint_count--;
            continue;
        }
        if ((*at)->code == code)
            (*at)->severity = (enum astray_severity)severity;
        diag->last = *at;
        at = &(*at)->next;
    }
}

void as_diag_set_level(struct as_diag *diag, struct as_text code, int severity)
{
    for (unsigned i = 0; i < AS_CODE_COUNT; i++) {
        if (codes[i].severity == ASTRAY_ERROR ||
            !as_text_equal(as_text_of(codes[i].code), code))
            continue;
        diag->levels[i] = (uint8_t)(severity + 1);
        relevel(diag, (enum as_code)i, severity);
    }
}

void as_diag_settle(struct as_diag *diag)
{
    for (struct as_message *m = diag->first; m; m = m->next)
        diag->error_count += codes[m->code].severity != ASTRAY_ERROR &&
                             m->severity == ASTRAY_ERROR && !m->suppressed;
    diag->settled = true;
}

/* ---- the report ------------------------------------------------------- */

struct item {
    const struct as_message *message;
    struct as_span span; /* source 0 when it has no place */
    struct astray_label *labels;
    size_t label_count;
    struct astray_edit *edits;
    size_t edit_count;
    unsigned arrival;
};

static int compare(const void *left, const void *right)
{
    const struct item *a = left, *b = right;

    if (a->span.source != b->span.source)
        return a->span.source < b->span.source ? -1 : 1;
    if (a->span.start != b->span.start)
        return a->span.start < b->span.start ? -1 : 1;
    if (a->message->code != b->message->code)
        return a->message->code < b->message->code ? -1 : 1;
    return a->arrival < b->arrival ? -1 : 1;
}

static const struct as_source *find(const struct as_diag *diag, uint32_t number)
{
    const struct as_source *source = diag->sources;

    while (source && source->number != number)
        source = source->next;
    return source;
}

/* The line's text, terminated: the previous label's when it is the same.  A NUL
 * would end it before the place that is shown. */
static const char *line_text(struct as_arena *arena, struct as_text line,
                             const char *known)
{
    char *copy;

    if (known && strlen(known) == line.length &&
        memcmp(known, line.bytes, line.length) == 0)
        return known;
    copy = as_strndup(arena, line.bytes, line.length);
    for (size_t i = 0; copy && i < line.length; i++) {
        if (copy[i] == '\0')
            copy[i] = '?';
    }
    return copy ? copy : "";
}

static struct astray_label place_label(const struct as_diag *diag,
                                       const struct as_source *source,
                                       const struct as_message_label *label,
                                       const char *known)
{
    struct as_place place = as_source_place(source, label->span.start);
    size_t left = place.line_text.length + 1 > place.column
                    ? place.line_text.length + 1 - place.column
                    : 0;
    size_t width = label->span.end - label->span.start;

    if (width > left)
        width = left;
    return (struct astray_label){
        .file = source->name,
        .line = place.line,
        .column = place.column,
        .width = width > 0 ? (uint32_t)width : 1,
        .line_text = line_text(diag->arena, place.line_text, known),
        .text = label->text,
    };
}

/* The labels as they are handed over; NULL when memory is out. */
static struct astray_label *place_labels(const struct as_diag *diag,
                                         const struct as_message *message,
                                         size_t *count)
{
    const char *known = NULL;
    struct astray_label *labels;
    size_t most = 1;

    for (struct as_message_label *l = message->labels; l; l = l->next)
        most++;
    labels = as_alloc(diag->arena, most * sizeof(*labels));
    *count = 0;
    for (struct as_message_label *l = message->labels; l && labels;
         l = l->next) {
        const struct as_source *source = find(diag, l->span.source);

        if (!source)
            continue;
        labels[*count] = place_label(diag, source, l, known);
        known = labels[(*count)++].line_text;
    }
    return labels;
}

/* The character, from 1, in which byte `column` of the line lies. */
static uint32_t character_at(const struct as_place *place)
{
    const char *text = place->line_text.bytes;
    size_t left = place->column - 1;
    uint32_t character = 1, code;

    while (left > 0) {
        unsigned length = as_utf8_decode(text, left, &code);

        length += length == 0; /* no UTF-8: a byte is a character */
        text += length;
        left -= length;
        character++;
    }
    return character;
}

static struct astray_edit place_edit(const struct as_diag *diag,
                                     const struct as_source *source,
                                     const struct as_message_edit *edit)
{
    const char *replaced = as_strndup(diag->arena,
                                      source->text.bytes + edit->span.start,
                                      edit->span.end - edit->span.start);
    struct as_place from = as_source_place(source, edit->span.start);
    struct as_place to = as_source_place(source, edit->span.end);

    return (struct astray_edit){
        .file = source->name,
        .offset = edit->span.start,
        .length = edit->span.end - edit->span.start,
        .line = from.line,
        .column = character_at(&from),
        .end_line = to.line,
        .end_column = character_at(&to),
        .replaced = replaced ? replaced : "",
        .text = edit->text,
    };
}

/* The same for edits. */
static struct astray_edit *place_edits(const struct as_diag *diag,
                                       const struct as_message *message,
                                       size_t *count)
{
    struct astray_edit *edits;
    size_t most = 0;

    *count = 0;
    for (struct as_message_edit *e = message->edits; e; e = e->next)
        most++;
    edits = most > 0 ? as_alloc(diag->arena, most * sizeof(*edits)) : NULL;
    for (struct as_message_edit *e = message->edits; e && edits; e = e->next) {
        const struct as_source *source = find(diag, e->span.source);

        if (source)
            edits[(*count)++] = place_edit(diag, source, e);
    }
    return edits;
}

static void hand_over(const struct item *item, astray_diagnostic_fn *report,
                      void *user)
{
    const struct as_message *message = item->message;

    report(
        &(struct astray_diagnostic){
            .size = sizeof(struct astray_diagnostic),
            .severity = message->severity,
            .code = codes[message->code].code,
            .message = message->text,
            .help = message->help,
            .label_count = item->label_count,
            .labels = item->labels,
            .edit_count = item->edit_count,
            .edits = item->edits,
            .suppressed = message->suppressed,
        },
        user);
}

static void hand_over_rest(const struct as_diag *diag, unsigned more,
                           astray_diagnostic_fn *report, void *user)
{
    char text[64];

    snprintf(text, sizeof(text), "%u more message%s not shown", more,
             more == 1 ? " is" : "s are");
    report(
        &(struct astray_diagnostic){
            .size = sizeof(struct astray_diagnostic),
            /* What is left out of warnings alone is no error. */
            .severity = diag->error_count > 0 ? ASTRAY_ERROR : ASTRAY_WARNING,
            .code = codes[AS_E_TOO_MANY_ERRORS].code,
            .message = text,
            .help = "",
        },
        user);
}

/* What is left when the limit of what is shown has been reached?  What is
 * suppressed does not count. */
static unsigned count_rest(const struct as_diag *diag)
{
    unsigned count = diag->message_count;

    for (struct as_message *m = diag->first; m; m = m->next)
        count -= m->suppressed != NULL;
    return count > AS_MAX_ERRORS ? count - AS_MAX_ERRORS : 0;
}

/* All that is to be said, in order; NULL when memory is out. */
static struct item *make_items(const struct as_diag *diag, unsigned *count)
{
    struct item *items;
    unsigned shown = 0;

    *count = 0;
    for (struct as_message *m = diag->first; m; m = m->next)
        ++*count;
    items = as_alloc(diag->arena, *count * sizeof(*items));
    *count = 0;
    for (struct as_message *m = diag->first; m && items; m = m->next) {
        struct item *item = &items[*count];

        shown += !m->suppressed;
        if (!m->suppressed && shown > AS_MAX_ERRORS)
            continue;

        *item = (struct item){ .message = m, .arrival = (*count)++ };
        item->labels = place_labels(diag, m, &item->label_count);
        item->edits = place_edits(diag, m, &item->edit_count);
        if (m->labels)
            item->span = m->labels->span;
    }
    if (items && !diag->arena->failed)
        qsort(items, *count, sizeof(*items), compare);
    return diag->arena->failed ? NULL : items;
}

bool as_diag_report(const struct as_diag *diag, astray_diagnostic_fn *report,
                    void *user)
{
    const struct item *before = NULL;
    struct item *items;
    unsigned count, more = count_rest(diag);

    if (!report || !diag->first)
        return true;
    items = make_items(diag, &count);
    if (!items)
        return false;
    for (unsigned i = 0; i < count; before = &items[i++]) {
        if (before && before->span.source != 0 &&
            before->span.source == items[i].span.source &&
            before->span.start == items[i].span.start &&
            before->message->code == items[i].message->code)
            continue;
        hand_over(&items[i], report, user);
    }
    if (more > 0)
        hand_over_rest(diag, more, report, user);
    return true;
}
