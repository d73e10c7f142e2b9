/*
 * c_text.c - see c_text.h.
 *
 * C11 reads a file in phases: trigraphs, then lines that are continued with a
 * backslash, then comments and strings.  So no two question marks, no
 * backslash before a line's end and no star before a slash may come out, and
 * an escape may not swallow the digits behind it.
 */

#include "compiler/c_text.h"

/* In bytes; C11 5.2.4.1 promises room for 4095 characters in one literal and
 * as many in a line, but parts that long nobody can read. */
enum { LINE = 60 };

void as_c_comment(struct as_buf *out, struct as_text text)
{
    char last = '\0';

    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        char c = (char)byte;

        if (byte < 0x20 || byte == 0x7f)
            c = ' ';
        if (byte >= 0x80) {
            as_buf_printf(out, "<%02x>", byte);
            last = '>';
            continue;
        }
        if ((last == '*' && c == '/') || (last == '/' && c == '*') ||
            (last == '?' && c == '?'))
            as_buf_putc(out, ' ');
        as_buf_putc(out, c);
        last = c;
    }
    if (last == '\\' || last == '*' || last == '/')
        as_buf_putc(out, ' ');
}

static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\' &&
           byte != '?';
}

void as_c_string(struct as_buf *out, struct as_text text)
{
    size_t width = 0;

    as_buf_putc(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];

        if (width >= LINE) {
            as_buf_puts(out, "\"\n        \"");
            width = 0;
        }
        if (is_plain(byte))
            as_buf_putc(out, (char)byte);
        else
            as_buf_printf(out, "\\%03o", byte); /* always three digits */
        width += is_plain(byte) ? 1 : 4;
    }
    as_buf_putc(out, '"');
}

void as_c_word(struct as_buf *out, struct as_text text, size_t most)
{
    size_t start = out->length, written = 0;
    bool gap = false;

    for (size_t i = 0; i < text.length && written < most; i++) {
        char c = text.bytes[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9');

        if (!good) {
            gap = written > 0;
            continue;
        }
        if (gap) {
            as_buf_putc(out, '_');
            written++;
        }
        gap = false;
        as_buf_putc(out, c);
        written++;
    }
    if (out->length == start)
        as_buf_putc(out, 'x');
}
