/*
 * sigma_report.c - see sigma_report.h.
 */

#include "cli/sigma_report.h"

#include <stdlib.h>

#include "common/escape.h"

/* ---- for people ------------------------------------------------------------------- */

static struct as_text line_at(struct as_text text, uint32_t line)
{
    const char *at = text.bytes, *end = text.bytes + text.length, *stop;

    for (; line > 1 && at < end; line--) {
        const char *next = memchr(at, '\n', (size_t)(end - at));

        at = next ? next + 1 : end;
    }
    stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    stop = stop ? stop : end;
    if (stop > at && stop[-1] == '\r')
        stop--;
    return (struct as_text){ at, (size_t)(stop - at) };
}

static void say(const struct as_sigma *sigma, const struct as_sigma_rule *rule,
                const struct as_sigma_remark *remark,
                enum astray_severity severity, const char *message)
{
    struct as_text line = line_at(rule->source, remark->line - rule->line + 1);
    char *copy = strndup(line.bytes, line.length);
    size_t left = remark->column <= line.length + 1
                    ? line.length + 1 - remark->column
                    : 0;
    struct astray_label label = {
        .file = rule->input->path,
        .line = remark->line,
        .column = remark->column,
        .width = remark->width <= left ? remark->width
               : left > 0              ? (uint32_t)left
                                       : 1,
        .line_text = copy ? copy : "",
        .text = "",
    };
    struct astray_diagnostic d = {
        .size = sizeof(d),
        .severity = severity,
        .code = "",
        .message = message,
        .help = "",
        .label_count = 1,
        .labels = &label,
    };

    if (copy)
        as_talk_diagnostic(&d, sigma->talk);
    else
        as_talk_no_memory(sigma->talk);
    free(copy);
}

static void say_refused(const struct as_sigma *sigma,
                        const struct as_sigma_rule *rule)
{
    for (const struct as_sigma_remark *at = rule->reasons.first; at;
         at = at->next) {
        struct as_buf message = { .bytes = NULL };
        const char *text;

        as_buf_printf(&message, "not imported: %s", at->text);
        text = as_talk_text(sigma->talk, &message);
        if (text)
            say(sigma, rule, at, ASTRAY_ERROR, text);
        as_buf_done(&message);
    }
}

static void put_dropped(struct as_buf *out, const struct as_sigma_rule *rule)
{
    as_buf_puts(out, "not carried over: ");
    for (const struct as_sigma_remark *at = rule->dropped.first; at;
         at = at->next)
        as_buf_printf(out, "%s%s", at == rule->dropped.first ? "" : ", ",
                      at->text);
}

static void say_taken(const struct as_sigma *sigma,
                      const struct as_sigma_rule *rule)
{
    struct as_buf message = { .bytes = NULL };
    const char *text;

    for (const struct as_sigma_remark *at = rule->notes.first; at;
         at = at->next)
        say(sigma, rule, at, ASTRAY_NOTE, at->text);
    if (!rule->dropped.first)
        return;
    put_dropped(&message, rule);
    text = as_talk_text(sigma->talk, &message);
    if (text)
        say(sigma, rule, rule->dropped.first, ASTRAY_NOTE, text);
    as_buf_done(&message);
}

static const char *const states[] = {
    [AS_SIGMA_TAKEN] = "imported",
    [AS_SIGMA_SERVES] = "part",
    [AS_SIGMA_REFUSED] = "refused",
};

static void count(const struct as_sigma *sigma, size_t counts[3])
{
    for (const struct as_sigma_rule *at = sigma->rules; at; at = at->next)
        counts[at->state]++;
}

void as_sigma_report_say(const struct as_sigma *sigma)
{
    struct as_buf out = { .bytes = NULL };
    size_t counts[3] = { 0, 0, 0 };

    for (const struct as_sigma_rule *at = sigma->rules; at; at = at->next) {
        if (at->state == AS_SIGMA_REFUSED)
            say_refused(sigma, at);
        else
            say_taken(sigma, at);
    }
    count(sigma, counts);
    as_render_count(&out, counts[AS_SIGMA_TAKEN], "rule", "rules");
    as_buf_puts(&out, " imported");
    if (counts[AS_SIGMA_SERVES] > 0)
        as_buf_printf(&out, ", %zu part of a correlation only",
                      counts[AS_SIGMA_SERVES]);
    as_buf_printf(&out, ", %zu refused\n", counts[AS_SIGMA_REFUSED]);
    if (as_talk_have(sigma->talk, &out))
        as_talk_plain(sigma->talk, as_buf_view(&out));
    as_buf_done(&out);
}

/* ---- as JSON ------------------------------------------------------------------------ */

static void put_member(struct as_buf *out, const char *name,
                       struct as_text text)
{
    as_buf_printf(out, ",\"%s\":", name);
    if (text.length > 0)
        as_escape_json(out, text);
    else
        as_buf_puts(out, "null");
}

static void put_remarks(struct as_buf *out, const char *name,
                        const struct as_sigma_remarks *remarks)
{
    as_buf_printf(out, ",\"%s\":[", name);
    for (const struct as_sigma_remark *at = remarks->first; at; at = at->next) {
        as_buf_printf(out, "%s{\"line\":%u,\"column\":%u,\"text\":",
                      at == remarks->first ? "" : ",", (unsigned)at->line,
                      (unsigned)at->column);
        as_escape_json(out, as_text_of(at->text));
        as_buf_putc(out, '}');
    }
    as_buf_putc(out, ']');
}

static void put_rule(struct as_buf *out, const struct as_sigma_rule *rule)
{
    bool taken = rule->state == AS_SIGMA_TAKEN;

    as_buf_puts(out, "{\"file\":");
    as_escape_json(out, as_text_of(rule->input->path));
    as_buf_printf(out, ",\"line\":%u", (unsigned)rule->line);
    put_member(out, "title", rule->title);
    put_member(out, "id", rule->id);
    put_member(out, "state", as_text_of(states[rule->state]));
    put_member(out, "rule", as_text_of(taken ? rule->word : ""));
    put_remarks(out, "refused", &rule->reasons);
    put_remarks(out, "not_carried", &rule->dropped);
    put_remarks(out, "notes", &rule->notes);
    as_buf_putc(out, '}');
}

void as_sigma_report_json(const struct as_sigma *sigma, struct as_buf *out)
{
    size_t counts[3] = { 0, 0, 0 };

    count(sigma, counts);
    as_buf_printf(out,
                  "{\"schema\":\"astray.import/1\",\"imported\":%zu,"
                  "\"part\":%zu,\"refused\":%zu,\"rules\":[",
                  counts[AS_SIGMA_TAKEN], counts[AS_SIGMA_SERVES],
                  counts[AS_SIGMA_REFUSED]);
    for (const struct as_sigma_rule *at = sigma->rules; at; at = at->next) {
        as_buf_puts(out, at == sigma->rules ? "\n" : ",\n");
        put_rule(out, at);
    }
    as_buf_puts(out, "\n]}\n");
}
