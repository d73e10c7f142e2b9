/*
 * escape.c - see escape.h.
 *
 * Runs of plain ASCII are copied whole; everything else is decoded and
 * judged one character at a time.
 */

#include "common/escape.h"

#include "common/utf8.h"

static bool plain(char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/* How many plain characters stand at the start of the text. */
static size_t plain_run(struct as_text text)
{
    size_t length = 0;

    while (length < text.length && plain(text.bytes[length]))
        length++;
    return length;
}

/* May this character not be shown as it is? */
static bool hidden(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) ||
           as_utf8_invisible(code);
}

static void json_unit(struct as_buf *out, uint32_t unit)
{
    as_buf_printf(out, "\\u%04x", (unsigned)unit);
}

static void json_character(struct as_buf *out, struct as_text bytes,
                           uint32_t code)
{
    if (code == '"' || code == '\\') {
        as_buf_putc(out, '\\');
        as_buf_text(out, bytes);
    } else if (!hidden(code)) {
        as_buf_text(out, bytes);
    } else if (code < 0x10000) {
        json_unit(out, code);
    } else {
        json_unit(out, 0xD800 + ((code - 0x10000) >> 10));
        json_unit(out, 0xDC00 + ((code - 0x10000) & 0x3FF));
    }
}

static void terminal_character(struct as_buf *out, struct as_text bytes,
                               uint32_t code)
{
    if (code == '\\')
        as_buf_puts(out, "\\\\");
    else if (!hidden(code))
        as_buf_text(out, bytes);
    else if (code < 0x80)
        as_buf_printf(out, "\\x%02x", (unsigned)code);
    else
        as_buf_printf(out, "\\u{%x}", (unsigned)code);
}

static void xml_character(struct as_buf *out, struct as_text bytes,
                          uint32_t code)
{
    if (code == '\\')
        as_buf_putc(out, '\\');
    else if (code == '\t' || code == '\n' || code == '\r' || code == '&' ||
             code == '<' || code == '>' || code == '"' || code == '\'')
        as_buf_printf(out, "&#%u;", (unsigned)code);
    else if (code == 0xFFFE || code == 0xFFFF) /* not even as references */
        as_buf_printf(out, "\\u{%x}", (unsigned)code);
    else
        terminal_character(out, bytes, code);
}

void as_escape_json(struct as_buf *out, struct as_text text)
{
    as_buf_putc(out, '"');
    while (text.length > 0) {
        size_t length = plain_run(text);
        uint32_t code = 0;

        if (length > 0) {
            as_buf_add(out, text.bytes, length);
        } else if ((length = as_utf8_decode(text.bytes, text.length, &code))) {
            json_character(out, (struct as_text){ text.bytes, length }, code);
        } else {
            as_buf_puts(out, "\xEF\xBF\xBD"); /* U+FFFD */
            length = 1;
        }
        text.bytes += length;
        text.length -= length;
    }
    as_buf_putc(out, '"');
}

/* What is printable goes through `put`, what is no UTF-8 is \xNN. */
static void escape(struct as_buf *out, struct as_text text,
                   void put(struct as_buf *, struct as_text, uint32_t))
{
    while (text.length > 0) {
        uint32_t code = 0;
        size_t length = as_utf8_decode(text.bytes, text.length, &code);

        if (length > 0) {
            put(out, (struct as_text){ text.bytes, length }, code);
        } else {
            as_buf_printf(out, "\\x%02x", (unsigned char)text.bytes[0]);
            length = 1;
        }
        text.bytes += length;
        text.length -= length;
    }
}

void as_escape_terminal(struct as_buf *out, struct as_text text)
{
    escape(out, text, terminal_character);
}

void as_escape_xml(struct as_buf *out, struct as_text text)
{
    escape(out, text, xml_character);
}
