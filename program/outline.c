/* outline.c - see outline.h. */

#include "program/outline.h"

#include <inttypes.h>

#include "common/escape.h"

enum { INDENT = 2, COLUMN = 14, WIDE_COLUMN = 46 };

void as_outline_init(struct as_outline *outline, struct as_buf *out, bool json)
{
    *outline = (struct as_outline){ .out = out, .json = json, .first = true };
    if (json)
        as_buf_putc(out, '{');
}

void as_outline_done(struct as_outline *outline)
{
    if (outline->json)
        as_buf_puts(outline->out, "}\n");
    outline->out->failed |= outline->shown.failed;
    as_buf_done(&outline->shown);
}

static void indent(struct as_outline *outline)
{
    as_buf_printf(outline->out, "%*s", outline->depth * INDENT, "");
}

/* A new element of the JSON array or object that is open. */
static void comma(struct as_outline *outline)
{
    if (!outline->first)
        as_buf_putc(outline->out, ',');
    outline->first = false;
}

/* JSON: "key": and text: the key, and space up to the column of values. */
static void put_key(struct as_outline *outline, const char *key)
{
    if (outline->json) {
        comma(outline);
        as_buf_printf(outline->out, "\"%s\":", key);
    } else {
        indent(outline);
        as_buf_printf(outline->out, "%-*s ", COLUMN, key);
    }
}

void as_outline_section(struct as_outline *outline, const char *key)
{
    if (outline->json) {
        comma(outline);
        as_buf_printf(outline->out, "\"%s\":[", key);
        outline->first = true;
    } else {
        if (outline->depth == 0 && outline->out->length)
            as_buf_putc(outline->out, '\n');
        indent(outline);
        as_buf_printf(outline->out, "%s\n", key);
        outline->depth++;
    }
}

void as_outline_section_end(struct as_outline *outline)
{
    if (outline->json)
        as_buf_putc(outline->out, ']');
    else
        outline->depth--;
    outline->first = false;
}

void as_outline_item(struct as_outline *outline, struct as_text name)
{
    if (outline->json) {
        comma(outline);
        as_buf_puts(outline->out, "{\"name\":");
        as_escape_json(outline->out, name);
    } else {
        indent(outline);
        as_escape_terminal(outline->out, name);
        as_buf_putc(outline->out, '\n');
        outline->depth++;
    }
}

void as_outline_item_end(struct as_outline *outline)
{
    if (outline->json)
        as_buf_putc(outline->out, '}');
    else
        outline->depth--;
    outline->first = false;
}

void as_outline_row(struct as_outline *outline, struct as_text name,
                    const char *key, struct as_text value)
{
    size_t before = outline->out->length;

    if (outline->json) {
        as_outline_item(outline, name);
        as_outline_text(outline, key, value);
        as_outline_item_end(outline);
        return;
    }
    indent(outline);
    as_escape_terminal(outline->out, name);
    do
        as_buf_putc(outline->out, ' ');
    while (!outline->out->failed &&
           outline->out->length < before + WIDE_COLUMN);
    as_escape_terminal(outline->out, value);
    as_buf_putc(outline->out, '\n');
}

/* One line after another, the later ones below the first. */
static void put_lines(struct as_outline *outline, struct as_text text)
{
    int column = outline->depth * INDENT + COLUMN + 1;

    while (text.length) {
        const char *end = memchr(text.bytes, '\n', text.length);
        size_t length = end ? (size_t)(end - text.bytes) : text.length;
        as_escape_terminal(outline->out,
                           (struct as_text){ text.bytes, length });
        as_buf_putc(outline->out, '\n');
        length += end != NULL;
        text.bytes += length;
        text.length -= length;
        if (text.length && *text.bytes != '\n')
            as_buf_printf(outline->out, "%*s", column, "");
    }
}

void as_outline_text(struct as_outline *outline, const char *key,
                     struct as_text text)
{
    if (text.length == 0)
        return;
    put_key(outline, key);
    if (outline->json)
        as_escape_json(outline->out, text);
    else
        put_lines(outline, text);
}

void as_outline_number(struct as_outline *outline, const char *key,
                       uint32_t number)
{
    put_key(outline, key);
    as_buf_printf(outline->out, "%" PRIu32 "%s", number,
                  outline->json ? "" : "\n");
}

/* What is in `shown`, as a JSON text or as the rest of a line. */
static void put_shown(struct as_outline *outline)
{
    if (outline->json) {
        as_escape_json(outline->out, as_buf_view(&outline->shown));
    } else {
        as_buf_text(outline->out, as_buf_view(&outline->shown));
        as_buf_putc(outline->out, '\n');
    }
    outline->out->failed |= outline->shown.failed;
    as_buf_reset(&outline->shown);
}

void as_outline_shown(struct as_outline *outline, const char *key)
{
    put_key(outline, key);
    put_shown(outline);
}

void as_outline_lines(struct as_outline *outline, const char *key)
{
    put_key(outline, key);
    if (outline->json)
        as_buf_putc(outline->out, '[');
    outline->first = true;
}

void as_outline_line(struct as_outline *outline)
{
    if (outline->json)
        comma(outline);
    else if (!outline->first)
        as_buf_printf(outline->out, "%*s", outline->depth * INDENT + COLUMN + 1,
                      "");
    outline->first = false;
    put_shown(outline);
}

void as_outline_lines_end(struct as_outline *outline)
{
    if (outline->json)
        as_buf_putc(outline->out, ']');
    else if (outline->first)
        as_buf_putc(outline->out, '\n');
    outline->first = false;
}
