/*
 * render.c - see render.h.
 *
 * A diagnostic in text is a head, then one excerpt for each file that has
 * labels, that of the first label first.  An excerpt shows its lines in
 * order, each once, with a row of marks for each label below it; "..."
 * stands between lines that are no neighbours.  A line that is too long is
 * shown once for each label, cut around it.
 */

#include "cli/render.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/output.h"
#include "cli/width.h"
#include "common/escape.h"

enum {
    LONG_LINE = 200,  /* columns; beyond it a line is cut */
    CUT_BEFORE = 60,  /* columns that stay before the place ... */
    CUT_AFTER = 100,  /* ... and from it on */
    MOST_LABELS = 64, /* shown of one diagnostic */
    LONG_EDIT = 60,   /* bytes of a text that are shown of an edit */
};

static const char RED[] = "\033[1;31m";
static const char YELLOW[] = "\033[1;33m";
static const char GREEN[] = "\033[1;32m";
static const char BLUE[] = "\033[1;34m";
static const char BOLD[] = "\033[1m";
static const char PLAIN[] = "\033[0m";

struct excerpt {
    struct as_buf *out;
    bool color;
    const char *paint; /* of the diagnostic's severity */
    int margin;        /* digits of the longest line number */
};

static void paint(struct as_buf *out, bool color, const char *how)
{
    if (color)
        as_buf_puts(out, how);
}

static const char *severity_name(enum astray_severity severity)
{
    switch (severity) {
    case ASTRAY_ERROR:
        return "error";
    case ASTRAY_WARNING:
        return "warning";
    case ASTRAY_NOTE:
        return "note";
    }
    return "error";
}

static const char *severity_paint(enum astray_severity severity)
{
    switch (severity) {
    case ASTRAY_ERROR:
        return RED;
    case ASTRAY_WARNING:
        return YELLOW;
    case ASTRAY_NOTE:
        return GREEN;
    }
    return RED;
}

static void show(struct as_buf *out, const char *text)
{
    (void)as_show(out, as_text_of(text));
}

/* ---- head ---------------------------------------------------------------- */

static void add_head(struct as_buf *out, const struct astray_diagnostic *d,
                     bool color)
{
    paint(out, color, severity_paint(d->severity));
    as_buf_puts(out, severity_name(d->severity));
    if (d->code[0] != '\0')
        as_buf_printf(out, "[%s]", d->code);
    paint(out, color, PLAIN);
    paint(out, color, BOLD);
    as_buf_puts(out, ": ");
    show(out, d->message);
    paint(out, color, PLAIN);
    as_buf_putc(out, '\n');
}

/* ---- excerpts ------------------------------------------------------------ */

/* "   |" or " 7 |", without a newline. */
static void add_margin(const struct excerpt *excerpt, uint32_t line)
{
    paint(excerpt->out, excerpt->color, BLUE);
    if (line > 0)
        as_buf_printf(excerpt->out, " %*u |", excerpt->margin, (unsigned)line);
    else
        as_buf_printf(excerpt->out, " %*s |", excerpt->margin, "");
    paint(excerpt->out, excerpt->color, PLAIN);
}

static void add_place(const struct excerpt *excerpt, const char *arrow,
                      const struct astray_label *label)
{
    as_buf_printf(excerpt->out, " %*s", excerpt->margin, "");
    paint(excerpt->out, excerpt->color, BLUE);
    as_buf_puts(excerpt->out, arrow);
    paint(excerpt->out, excerpt->color, PLAIN);
    as_buf_putc(excerpt->out, ' ');
    show(excerpt->out, label->file);
    as_buf_printf(excerpt->out, ":%u:%u\n", (unsigned)label->line,
                  (unsigned)label->column);
}

/* What of a line is shown, in columns; all of it when it is short enough. */
struct cut {
    size_t from, to;
};

/* The column at which byte `offset` of the line is shown.  Nothing stays in
 * `out`, but it has failed when that could not be found out. */
static size_t column_at(struct as_buf *out, struct as_text line, size_t offset)
{
    size_t column = 0, at = 0, end = out->length;

    while (at < line.length && at < offset) {
        struct as_text rest = { line.bytes + at, line.length - at };

        at += as_show_character(out, rest, &column);
        out->length = end;
    }
    return column;
}

static struct cut cut_of(struct as_buf *out, struct as_text line,
                         const struct astray_label *label)
{
    size_t width = column_at(out, line, line.length);
    size_t place = column_at(out, line, label->column - 1);
    struct cut cut = { 0, width };

    if (width <= LONG_LINE)
        return cut;
    if (place > CUT_BEFORE)
        cut.from = place - CUT_BEFORE;
    if (cut.from + CUT_BEFORE + CUT_AFTER < width)
        cut.to = cut.from + CUT_BEFORE + CUT_AFTER;
    return cut;
}

static void add_line(const struct excerpt *excerpt, uint32_t number,
                     struct as_text line, struct cut cut)
{
    struct as_buf *out = excerpt->out;
    size_t column = 0, before;

    add_margin(excerpt, number);
    if (line.length > 0)
        as_buf_putc(out, ' ');
    if (cut.from > 0)
        as_buf_puts(out, "...");
    while (line.length > 0 && column < cut.to) {
        size_t end = out->length;

        before = column;
        size_t length = as_show_character(out, line, &column);
        if (before < cut.from && !out->failed)
            out->length = end;
        line.bytes += length;
        line.length -= length;
    }
    if (line.length > 0)
        as_buf_puts(out, "...");
    as_buf_putc(out, '\n');
}

/* "   |      ^^^^ text" */
static void add_marks(const struct excerpt *excerpt, struct as_text line,
                      const struct astray_label *label, struct cut cut,
                      bool first)
{
    struct as_buf *out = excerpt->out;
    size_t start = column_at(out, line, label->column - 1);
    size_t end = column_at(out, line, label->column - 1 + label->width);

    if (end > cut.to)
        end = cut.to;
    add_margin(excerpt, 0);
    as_buf_putc(out, ' ');
    as_buf_puts(out, cut.from > 0 ? "   " : ""); /* under the "..." */
    for (size_t i = cut.from; i < start; i++)
        as_buf_putc(out, ' ');
    paint(out, excerpt->color, first ? excerpt->paint : BLUE);
    do
        as_buf_putc(out, first ? '^' : '-');
    while (++start < end);
    if (label->text && label->text[0] != '\0') {
        as_buf_puts(out, "  ");
        show(out, label->text);
    }
    paint(out, excerpt->color, PLAIN);
    as_buf_putc(out, '\n');
}

/* The labels of one line, in order of columns. */
static void add_labels(const struct excerpt *excerpt,
                       const struct astray_label *const *labels, size_t count,
                       const struct astray_label *first)
{
    struct as_text line = as_text_of(labels[0]->line_text ? labels[0]->line_text
                                                          : "");

    for (size_t i = 0; i < count; i++) {
        struct cut cut = cut_of(excerpt->out, line, labels[i]);
        bool whole = cut.from == 0 &&
                     cut.to == column_at(excerpt->out, line, line.length);

        if (i == 0 || !whole)
            add_line(excerpt, labels[i]->line, line, cut);
        add_marks(excerpt, line, labels[i], cut, labels[i] == first);
    }
}

static int by_place(const void *a, const void *b)
{
    const struct astray_label *x = *(const struct astray_label *const *)a;
    const struct astray_label *y = *(const struct astray_label *const *)b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return (x > y) - (x < y); /* of one array: as they were given */
}

/* All labels of one file, sorted. */
static void add_excerpt(const struct excerpt *excerpt,
                        const struct astray_label *const *labels, size_t count,
                        const struct astray_label *first)
{
    size_t end;

    add_margin(excerpt, 0);
    as_buf_putc(excerpt->out, '\n');
    for (size_t start = 0; start < count; start = end) {
        for (end = start; end < count; end++)
            if (labels[end]->line != labels[start]->line)
                break;
        if (start > 0 && labels[start]->line > labels[start - 1]->line + 1)
            as_buf_puts(excerpt->out, "...\n");
        add_labels(excerpt, labels + start, end - start, first);
    }
}

static void add_file(const struct excerpt *excerpt,
                     const struct astray_diagnostic *d, size_t head)
{
    const struct astray_label *of_file[MOST_LABELS];
    const struct astray_label *place = &d->labels[head];
    size_t count = 0;

    for (size_t i = head; i < d->label_count && count < MOST_LABELS; i++)
        if (strcmp(d->labels[i].file, place->file) == 0)
            of_file[count++] = &d->labels[i];
    add_place(excerpt, head == 0 ? "-->" : ":::", place);
    qsort(of_file, count, sizeof(of_file[0]), by_place);
    add_excerpt(excerpt, of_file, count, &d->labels[0]);
}

static bool first_of_file(const struct astray_diagnostic *d, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(d->labels[i].file, d->labels[n].file) == 0)
            return false;
    return true;
}

static int margin_of(const struct astray_diagnostic *d)
{
    uint32_t last = 1;
    int digits = 0;

    for (size_t i = 0; i < d->label_count; i++)
        if (d->labels[i].line > last)
            last = d->labels[i].line;
    for (; last > 0; last /= 10)
        digits++;
    return digits;
}

/* ---- help and fix -------------------------------------------------------- */

/* "  = help: ", below the excerpts. */
static void add_note(const struct excerpt *excerpt, const char *word)
{
    struct as_buf *out = excerpt->out;

    as_buf_printf(out, " %*s ", excerpt->margin, "");
    paint(out, excerpt->color, BLUE);
    as_buf_puts(out, "= ");
    paint(out, excerpt->color, PLAIN);
    paint(out, excerpt->color, BOLD);
    as_buf_puts(out, word);
    paint(out, excerpt->color, PLAIN);
    as_buf_puts(out, ": ");
}

/* The text in backquotes, the beginning of a long one. */
static void quote(struct as_buf *out, const char *text)
{
    size_t length = strcspn(text, "\n");
    bool cut = text[length] != '\0' || length > LONG_EDIT;

    if (length > LONG_EDIT)
        length = LONG_EDIT;
    as_buf_putc(out, '`');
    (void)as_show(out, (struct as_text){ text, length });
    as_buf_puts(out, cut ? " ...`" : "`");
}

static void add_edit(struct as_buf *out, const struct astray_edit *edit)
{
    if (edit->text[0] == '\0') {
        as_buf_puts(out, "remove ");
        quote(out, edit->replaced);
    } else if (edit->length == 0) {
        as_buf_puts(out, "insert ");
        quote(out, edit->text);
    } else {
        as_buf_puts(out, "replace ");
        quote(out, edit->replaced);
        as_buf_puts(out, " with ");
        quote(out, edit->text);
    }
}

void as_render_fix(struct as_buf *out, const struct astray_diagnostic *d)
{
    for (size_t i = 0; i < d->edit_count; i++) {
        as_buf_puts(out, i > 0 ? ", " : "");
        add_edit(out, &d->edits[i]);
    }
}

void as_render_text(struct as_buf *out, const struct astray_diagnostic *d,
                    bool color)
{
    struct excerpt excerpt = { out, color, severity_paint(d->severity),
                               margin_of(d) };

    add_head(out, d, color);
    for (size_t i = 0; i < d->label_count; i++)
        if (first_of_file(d, i))
            add_file(&excerpt, d, i);
    if (d->help && d->help[0] != '\0') {
        add_note(&excerpt, "help");
        show(out, d->help);
        as_buf_putc(out, '\n');
    }
    if (d->edit_count > 0) {
        add_note(&excerpt, "fix");
        as_render_fix(out, d);
        as_buf_putc(out, '\n');
    }
}

/* ---- short and json ------------------------------------------------------ */

void as_render_short(struct as_buf *out, const struct astray_diagnostic *d)
{
    if (d->label_count > 0) {
        show(out, d->labels[0].file);
        as_buf_printf(out, ":%u:%u: ", (unsigned)d->labels[0].line,
                      (unsigned)d->labels[0].column);
    }
    add_head(out, d, false);
}

static void add_json(struct as_buf *out, const char *name, const char *text)
{
    as_buf_printf(out, "\"%s\":", name);
    if (text)
        as_escape_json(out, as_text_of(text));
    else
        as_buf_puts(out, "null");
}

static void add_json_edits(struct as_buf *out,
                           const struct astray_diagnostic *d)
{
    as_buf_puts(out, ",\"fix\":[");
    for (size_t i = 0; i < d->edit_count; i++) {
        const struct astray_edit *edit = &d->edits[i];

        as_buf_puts(out, i > 0 ? ",{" : "{");
        add_json(out, "file", edit->file);
        as_buf_printf(out, ",\"offset\":%llu,\"length\":%llu,",
                      (unsigned long long)edit->offset,
                      (unsigned long long)edit->length);
        add_json(out, "text", edit->text);
        as_buf_putc(out, '}');
    }
    as_buf_putc(out, ']');
}

void as_render_json(struct as_buf *out, const struct astray_diagnostic *d)
{
    as_buf_puts(out, "{\"schema\":\"astray.diagnostic/1\",");
    add_json(out, "severity", severity_name(d->severity));
    as_buf_putc(out, ',');
    add_json(out, "code", d->code[0] ? d->code : NULL);
    as_buf_putc(out, ',');
    add_json(out, "message", d->message);
    as_buf_putc(out, ',');
    add_json(out, "help", d->help && d->help[0] ? d->help : NULL);
    as_buf_puts(out, ",\"labels\":[");
    for (size_t i = 0; i < d->label_count; i++) {
        const struct astray_label *label = &d->labels[i];

        as_buf_puts(out, i > 0 ? ",{" : "{");
        add_json(out, "file", label->file);
        as_buf_printf(out, ",\"line\":%u,\"column\":%u,\"width\":%u,",
                      (unsigned)label->line, (unsigned)label->column,
                      (unsigned)label->width);
        add_json(out, "text",
                 label->text && label->text[0] ? label->text : NULL);
        as_buf_putc(out, '}');
    }
    as_buf_putc(out, ']');
    if (d->edit_count > 0)
        add_json_edits(out, d);
    as_buf_puts(out, "}\n");
}

void as_render_count(struct as_buf *out, uint64_t count, const char *one,
                     const char *many)
{
    as_buf_printf(out, "%llu %s", (unsigned long long)count,
                  count == 1 ? one : many);
}

/* ---- talk ---------------------------------------------------------------- */

void as_talk_done(struct as_talk *talk)
{
    as_report_done(&talk->report);
    as_buf_done(&talk->scratch);
}

static void count_it(struct as_talk *talk, const struct astray_diagnostic *d)
{
    switch (d->severity) {
    case ASTRAY_ERROR:
        talk->error_count++;
        break;
    case ASTRAY_WARNING:
        talk->warning_count++;
        break;
    case ASTRAY_NOTE:
        talk->note_count++;
        break;
    }
}

/* Into the document; what is no diagnostic of the rules is said as well, for
 * whoever looks at the log of a run. */
static void report(struct as_talk *talk, const struct astray_diagnostic *d)
{
    bool fails = d->severity <= talk->fails || d->code[0] == '\0';

    if (talk->format == AS_MESSAGE_SARIF)
        as_report_sarif_add(&talk->report, d);
    else
        as_report_junit_add(&talk->report, d, fails);
    if (d->code[0] == '\0')
        as_render_text(&talk->scratch, d, talk->color);
}

void as_talk_no_memory(struct as_talk *talk)
{
    if (talk->no_memory)
        return;
    talk->no_memory = true;
    if (talk->format == AS_MESSAGE_JSON)
        as_output_say(
            AS_TEXT("{\"schema\":\"astray.diagnostic/1\",\"severity\":"
                    "\"error\",\"code\":null,\"message\":\"out of "
                    "memory\",\"help\":null,\"labels\":[]}\n"));
    else
        as_output_say(AS_TEXT("error: out of memory\n"));
}

bool as_talk_have(struct as_talk *talk, const struct as_buf *buf)
{
    if (buf->failed)
        as_talk_no_memory(talk);
    return !buf->failed;
}

const char *as_talk_text(struct as_talk *talk, struct as_buf *buf)
{
    as_buf_putc(buf, '\0');
    return as_talk_have(talk, buf) ? buf->bytes : NULL;
}

static void say(struct as_talk *talk, const struct astray_diagnostic *d)
{
    struct as_buf *out = &talk->scratch;

    as_buf_reset(out);
    switch (talk->format) {
    case AS_MESSAGE_TEXT:
        if (talk->began && d->label_count > 0)
            as_buf_putc(out, '\n');
        as_render_text(out, d, talk->color);
        break;
    case AS_MESSAGE_SHORT:
        as_render_short(out, d);
        break;
    case AS_MESSAGE_JSON:
        as_render_json(out, d);
        break;
    case AS_MESSAGE_GITHUB:
        as_report_github(d, out);
        break;
    case AS_MESSAGE_SARIF:
    case AS_MESSAGE_JUNIT:
        report(talk, d);
        break;
    }
    if (as_talk_have(talk, out))
        as_output_say(as_buf_view(out));
    talk->began = true;
}

/* Not to be heard, but a SARIF document has what is suppressed, and why. */
static void suppressed(struct as_talk *talk, const struct astray_diagnostic *d)
{
    talk->suppressed_count++;
    if (talk->format == AS_MESSAGE_SARIF)
        as_report_sarif_add(&talk->report, d);
}

void as_talk_diagnostic(const struct astray_diagnostic *diagnostic, void *user)
{
    struct as_talk *talk = user;

    if (talk->errors_only && diagnostic->severity != ASTRAY_ERROR &&
        !(talk->upkeep && diagnostic->severity == ASTRAY_WARNING &&
          strncmp(diagnostic->code, "L08", 3) == 0))
        return;
    if (diagnostic->suppressed) {
        suppressed(talk, diagnostic);
        return;
    }
    talk->fix_count += diagnostic->edit_count > 0;
    count_it(talk, diagnostic);
    if (talk->code[0] == '\0' && diagnostic->code[0] != '\0')
        snprintf(talk->code, sizeof(talk->code), "%s", diagnostic->code);
    say(talk, diagnostic);
}

static void complain(struct as_talk *talk, enum astray_severity severity,
                     const char *help, struct as_buf *message)
{
    const char *text = as_talk_text(talk, message);
    struct astray_diagnostic d = {
        .size = sizeof(d),
        .severity = severity,
        .code = "",
        .message = text ? text : "",
        .help = help ? help : "",
    };

    if (text)
        say(talk, &d);
}

void as_talk_error(struct as_talk *talk, const char *help, const char *format,
                   ...)
{
    struct as_buf message = { .bytes = NULL };
    va_list list;

    va_start(list, format);
    as_buf_vprintf(&message, format, list);
    va_end(list);
    complain(talk, ASTRAY_ERROR, help, &message);
    as_buf_done(&message);
}

void as_talk_say(struct as_talk *talk, enum astray_severity severity,
                 const char *format, ...)
{
    struct as_buf message = { .bytes = NULL };
    va_list list;

    va_start(list, format);
    as_buf_vprintf(&message, format, list);
    va_end(list);
    complain(talk, severity, NULL, &message);
    as_buf_done(&message);
}

void as_talk_plain(struct as_talk *talk, struct as_text text)
{
    if (talk->format == AS_MESSAGE_JSON)
        return;
    as_output_say(text);
    talk->began = true;
}

void as_talk_end(struct as_talk *talk)
{
    struct as_buf *out = &talk->scratch;

    if (talk->format != AS_MESSAGE_TEXT ||
        talk->error_count + talk->warning_count + talk->note_count == 0)
        return;
    as_buf_reset(out);
    as_buf_putc(out, '\n');
    if (talk->error_count > 0)
        as_render_count(out, talk->error_count, "error", "errors");
    if (talk->warning_count > 0) {
        as_buf_puts(out, out->length > 1 ? ", " : "");
        as_render_count(out, talk->warning_count, "warning", "warnings");
    }
    if (talk->note_count > 0) {
        as_buf_puts(out, out->length > 1 ? ", " : "");
        as_render_count(out, talk->note_count, "note", "notes");
    }
    if (talk->suppressed_count > 0)
        as_buf_printf(out, " (and %u suppressed in the source)",
                      talk->suppressed_count);
    as_buf_putc(out, '\n');
    if (talk->fix_count > 0 && talk->may_fix)
        as_buf_printf(out, "`astray check --fix` mends %u of them\n",
                      talk->fix_count);
    if (talk->code[0] != '\0')
        as_buf_printf(out, "`astray explain %s` tells more\n", talk->code);
    if (as_talk_have(talk, out))
        as_output_say(as_buf_view(out));
}

void as_talk_document(const struct as_talk *talk, const char *suite, bool good,
                      struct as_buf *out)
{
    if (talk->format == AS_MESSAGE_SARIF)
        as_report_sarif(&talk->report, good, out);
    else if (talk->format == AS_MESSAGE_JUNIT)
        as_report_junit(&talk->report, suite, out);
}
