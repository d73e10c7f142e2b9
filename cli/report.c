/*
 * report.c - see report.h.
 *
 * Sources: OASIS, Static Analysis Results Interchange Format (SARIF) Version
 * 2.1.0, sections 3.13 to 3.57; GitHub, Workflow commands for GitHub Actions;
 * the schema of JUnit's XML that Jenkins' xUnit plugin publishes.
 */

#include "cli/report.h"

#include "cli/width.h"
#include "common/escape.h"
#include "common/utf8.h"

void as_report_done(struct as_report *report)
{
    as_buf_done(&report->results);
    as_buf_done(&report->rules);
    as_buf_done(&report->notices);
}

static const char *level_of(enum astray_severity severity, const char *note)
{
    return severity == ASTRAY_ERROR   ? "error"
         : severity == ASTRAY_WARNING ? "warning"
                                      : note;
}

/* Message, and the way out behind it. */
static void add_words(struct as_buf *out, const struct astray_diagnostic *d)
{
    as_buf_puts(out, d->message);
    if (d->help && d->help[0] != '\0')
        as_buf_printf(out, "; %s", d->help);
}

/* ---- places ----------------------------------------------------------- */

/* The character, from 1, in which byte `offset` of the line lies. */
static uint32_t character_at(const char *line, uint32_t offset)
{
    struct as_text rest = as_text_of(line ? line : "");
    uint32_t column = 1, at = 0;

    while (at < offset && rest.length > 0) {
        uint32_t code;
        unsigned length = as_utf8_decode(rest.bytes, rest.length, &code);

        length += length == 0; /* no UTF-8: a byte is a character */
        rest.bytes += length;
        rest.length -= length;
        at += length;
        column++;
    }
    return column + (at < offset ? offset - at : 0);
}

static uint32_t column_of(const struct astray_label *label)
{
    return character_at(label->line_text, label->column - 1);
}

/* The column behind its last character. */
static uint32_t end_of(const struct astray_label *label)
{
    return character_at(label->line_text, label->column - 1 + label->width);
}

/* A path as a URI: what may not stand in one is %XX (RFC 3986). */
static void add_uri(struct as_buf *out, const char *path)
{
    static const char safe[] = "-._~/!$'()*+,;=@";

    if (path[0] == '/')
        as_buf_puts(out, "file://");
    while (path[0] == '.' && path[1] == '/')
        path += 2;
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                     (c >= 'a' && c <= 'z') || strchr(safe, c);

        if (plain)
            as_buf_putc(out, (char)c);
        else
            as_buf_printf(out, "%%%02X", c);
    }
}

/* ---- SARIF ------------------------------------------------------------ */

static void add_text(struct as_buf *out, const char *name, const char *text)
{
    as_buf_printf(out, "\"%s\":{\"text\":", name);
    as_escape_json(out, as_text_of(text));
    as_buf_putc(out, '}');
}

static void add_message(struct as_buf *out, const struct astray_diagnostic *d)
{
    struct as_buf words = { .bytes = NULL };

    add_words(&words, d);
    as_buf_putc(&words, '\0');
    add_text(out, "message", words.failed ? d->message : words.bytes);
    out->failed |= words.failed;
    as_buf_done(&words);
}

static void add_location(struct as_buf *out, const struct astray_label *label)
{
    as_buf_puts(out, "{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"");
    add_uri(out, label->file);
    as_buf_printf(out,
                  "\"},\"region\":{\"startLine\":%u,\"startColumn\":%u,"
                  "\"endColumn\":%u}}",
                  (unsigned)label->line, (unsigned)column_of(label),
                  (unsigned)end_of(label));
    if (label->text && label->text[0] != '\0') {
        as_buf_putc(out, ',');
        add_text(out, "message", label->text);
    }
    as_buf_putc(out, '}');
}

static void add_locations(struct as_buf *out, const struct astray_diagnostic *d)
{
    if (d->label_count > 0) {
        as_buf_puts(out, ",\"locations\":[");
        add_location(out, &d->labels[0]);
        as_buf_putc(out, ']');
    }
    for (size_t i = 1; i < d->label_count; i++) {
        as_buf_puts(out, i == 1 ? ",\"relatedLocations\":[" : ",");
        add_location(out, &d->labels[i]);
    }
    if (d->label_count > 1)
        as_buf_putc(out, ']');
}

/* What one edit changes, section 3.57. */
static void add_replacement(struct as_buf *out, const struct astray_edit *edit)
{
    as_buf_printf(out,
                  "{\"deletedRegion\":{\"startLine\":%u,\"startColumn\":%u,"
                  "\"endLine\":%u,\"endColumn\":%u},\"insertedContent\":"
                  "{\"text\":",
                  (unsigned)edit->line, (unsigned)edit->column,
                  (unsigned)edit->end_line, (unsigned)edit->end_column);
    as_escape_json(out, as_text_of(edit->text));
    as_buf_puts(out, "}}");
}

/* One fix, section 3.55; its edits lie in one file. */
static void add_fix(struct as_buf *out, const struct astray_diagnostic *d)
{
    as_buf_puts(out, ",\"fixes\":[{\"artifactChanges\":[{"
                     "\"artifactLocation\":{\"uri\":\"");
    add_uri(out, d->edits[0].file);
    as_buf_puts(out, "\"},\"replacements\":[");
    for (size_t i = 0; i < d->edit_count; i++) {
        as_buf_puts(out, i > 0 ? "," : "");
        add_replacement(out, &d->edits[i]);
    }
    as_buf_puts(out, "]}]}]");
}

/* Section 3.35. */
static void add_suppression(struct as_buf *out, const char *why)
{
    as_buf_puts(out, ",\"suppressions\":[{\"kind\":\"inSource\","
                     "\"justification\":");
    as_escape_json(out, as_text_of(why));
    as_buf_puts(out, "}]");
}

/* The code among those that occurred. */
static void add_rule(struct as_report *report, const char *code)
{
    struct as_buf *rules = &report->rules;
    struct as_buf id = { .bytes = NULL };
    const char *title = "", *text = astray_explain(code, &title);

    as_buf_printf(&id, "{\"id\":\"%s\"", code);
    bool known = as_text_contains(as_buf_view(rules), as_buf_view(&id));
    rules->failed |= id.failed;
    if (!known) {
        as_buf_puts(rules, rules->length > 0 ? ",\n  " : "\n  ");
        as_buf_text(rules, as_buf_view(&id));
        as_buf_putc(rules, ',');
        add_text(rules, "shortDescription", title);
        as_buf_putc(rules, ',');
        add_text(rules, "fullDescription", text ? text : title);
        as_buf_putc(rules, '}');
    }
    as_buf_done(&id);
}

void as_report_sarif_add(struct as_report *report,
                         const struct astray_diagnostic *d)
{
    bool result = d->code[0] != '\0';
    struct as_buf *out = result ? &report->results : &report->notices;

    as_buf_puts(out, out->length > 0 ? ",\n  {" : "\n  {");
    if (result) {
        add_rule(report, d->code);
        as_buf_printf(out, "\"ruleId\":\"%s\",", d->code);
    }
    as_buf_printf(out, "\"level\":\"%s\",", level_of(d->severity, "note"));
    add_message(out, d);
    add_locations(out, d);
    if (d->edit_count > 0)
        add_fix(out, d);
    if (d->suppressed)
        add_suppression(out, d->suppressed);
    as_buf_putc(out, '}');
    report->result_count++;
}

void as_report_sarif(const struct as_report *report, bool good,
                     struct as_buf *out)
{
    as_buf_puts(out,
                "{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/"
                "errata01/os/schemas/sarif-schema-2.1.0.json\",\n"
                "\"version\":\"2.1.0\",\n"
                "\"runs\":[{\n"
                " \"tool\":{\"driver\":{\"name\":\"astray\",\"version\":\"");
    as_buf_puts(out, astray_version());
    as_buf_puts(out, "\",\"rules\":[");
    as_buf_text(out, as_buf_view(&report->rules));
    as_buf_puts(out, "]}},\n \"columnKind\":\"unicodeCodePoints\",\n"
                     " \"invocations\":[{\"executionSuccessful\":");
    as_buf_puts(out, good ? "true" : "false");
    as_buf_puts(out, ",\"toolExecutionNotifications\":[");
    as_buf_text(out, as_buf_view(&report->notices));
    as_buf_puts(out, "]}],\n \"results\":[");
    as_buf_text(out, as_buf_view(&report->results));
    as_buf_puts(out, "]\n}]}\n");
    out->failed |= report->rules.failed || report->notices.failed ||
                   report->results.failed;
}

/* ---- JUnit ------------------------------------------------------------ */

static void add_attribute(struct as_buf *out, const char *name,
                          struct as_text text)
{
    as_buf_printf(out, " %s=\"", name);
    as_escape_xml(out, text);
    as_buf_putc(out, '"');
}

static void begin_case(struct as_report *report, const char *class_name,
                       struct as_text name)
{
    as_buf_puts(&report->results, "  <testcase");
    add_attribute(&report->results, "classname", as_text_of(class_name));
    add_attribute(&report->results, "name", name);
    as_buf_puts(&report->results, " time=\"0\"");
    report->result_count++;
}

static void end_case(struct as_report *report, bool fails, struct as_text first,
                     struct as_text words)
{
    struct as_buf *out = &report->results;

    as_buf_puts(out, fails ? "><failure" : "><system-out");
    if (fails)
        add_attribute(out, "message", first);
    as_buf_putc(out, '>');
    as_escape_xml(out, words);
    as_buf_puts(out, fails ? "</failure></testcase>\n"
                           : "</system-out></testcase>\n");
    report->failure_count += fails;
}

void as_report_junit_add(struct as_report *report,
                         const struct astray_diagnostic *d, bool fails)
{
    const struct astray_label *at = d->label_count > 0 ? d->labels : NULL;
    struct as_buf name = { .bytes = NULL }, words = { .bytes = NULL };

    as_buf_puts(&name, level_of(d->severity, "info"));
    if (d->code[0] != '\0')
        as_buf_printf(&name, " %s", d->code);
    if (at)
        as_buf_printf(&name, " at %u:%u", (unsigned)at->line,
                      (unsigned)column_of(at));
    if (at)
        as_buf_printf(&words, "%s:%u:%u: ", at->file, (unsigned)at->line,
                      (unsigned)column_of(at));
    add_words(&words, d);
    begin_case(report, at ? at->file : "astray", as_buf_view(&name));
    end_case(report, fails, as_text_of(d->message), as_buf_view(&words));
    report->results.failed |= name.failed || words.failed;
    as_buf_done(&name);
    as_buf_done(&words);
}

void as_report_junit_case(struct as_report *report, const char *class_name,
                          const char *name, struct as_text why)
{
    const char *end = why.length > 0 ? memchr(why.bytes, '\n', why.length)
                                     : NULL;
    struct as_text first = { why.bytes,
                             end ? (size_t)(end - why.bytes) : why.length };

    begin_case(report, class_name, as_text_of(name));
    if (why.length > 0)
        end_case(report, true, first, why);
    else
        as_buf_puts(&report->results, "/>\n");
}

void as_report_junit_skipped(struct as_report *report, const char *class_name,
                             const char *name, struct as_text why)
{
    struct as_buf *out = &report->results;

    begin_case(report, class_name, as_text_of(name));
    as_buf_puts(out, "><skipped");
    add_attribute(out, "message", why);
    as_buf_puts(out, "/></testcase>\n");
    report->skipped_count++;
}

void as_report_junit(const struct as_report *report, const char *suite,
                     struct as_buf *out)
{
    unsigned long long cases = report->result_count;
    unsigned long long failures = report->failure_count;

    as_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    as_buf_printf(out, "<testsuites tests=\"%llu\" failures=\"%llu\">\n", cases,
                  failures);
    as_buf_printf(out,
                  " <testsuite name=\"%s\" tests=\"%llu\" failures=\"%llu\" "
                  "errors=\"0\" skipped=\"%llu\" time=\"0\">\n",
                  suite, cases, failures,
                  (unsigned long long)report->skipped_count);
    as_buf_text(out, as_buf_view(&report->results));
    as_buf_puts(out, " </testsuite>\n</testsuites>\n");
    out->failed |= report->results.failed;
}

/* ---- GitHub ----------------------------------------------------------- */

/* `%` and line ends have to be escaped, in properties `:` and `,` too. */
static void add_data(struct as_buf *out, struct as_text text, bool property)
{
    struct as_buf shown = { .bytes = NULL };

    (void)as_show(&shown, text);
    for (size_t i = 0; i < shown.length; i++) {
        char c = shown.bytes[i];

        if (c == '%' || (property && (c == ':' || c == ',')))
            as_buf_printf(out, "%%%02X", (unsigned char)c);
        else
            as_buf_putc(out, c);
    }
    out->failed |= shown.failed;
    as_buf_done(&shown);
}

void as_report_github(const struct astray_diagnostic *d, struct as_buf *out)
{
    struct as_buf words = { .bytes = NULL };

    as_buf_printf(out, "::%s ", level_of(d->severity, "notice"));
    if (d->label_count > 0) {
        as_buf_puts(out, "file=");
        add_data(out, as_text_of(d->labels[0].file), true);
        as_buf_printf(out, ",line=%u,col=%u,endColumn=%u,",
                      (unsigned)d->labels[0].line,
                      (unsigned)column_of(&d->labels[0]),
                      (unsigned)end_of(&d->labels[0]));
    }
    as_buf_puts(out, "title=astray");
    if (d->code[0] != '\0')
        as_buf_printf(out, " %s", d->code);
    as_buf_puts(out, "::");
    add_words(&words, d);
    add_data(out, as_buf_view(&words), false);
    as_buf_putc(out, '\n');
    out->failed |= words.failed;
    as_buf_done(&words);
}
