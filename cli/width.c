/*
 * width.c - see width.h.
 *
 * Own tables instead of wcwidth(3): that one asks the locale, and the same
 * diagnostic must come out the same everywhere.  The ranges are those of
 * Unicode's East Asian Width W and F and of its combining marks, to the block;
 * a caret that is off by one under a rare script is the worst that happens.
 */

#include "cli/width.h"

#include "common/escape.h"
#include "common/utf8.h"

struct range {
    uint32_t first, last;
};

static const struct range wide[] = {
    { 0x1100, 0x115F },   { 0x231A, 0x231B },   { 0x2329, 0x232A },
    { 0x23E9, 0x23EC },   { 0x2614, 0x2615 },   { 0x2648, 0x2653 },
    { 0x26A1, 0x26A1 },   { 0x2705, 0x2705 },   { 0x274C, 0x274C },
    { 0x2E80, 0x303E },   { 0x3041, 0xA4CF },   { 0xA960, 0xA97F },
    { 0xAC00, 0xD7A3 },   { 0xF900, 0xFAFF },   { 0xFE30, 0xFE6F },
    { 0xFF00, 0xFF60 },   { 0xFFE0, 0xFFE6 },   { 0x1F300, 0x1F64F },
    { 0x1F680, 0x1F6FF }, { 0x1F900, 0x1F9FF }, { 0x20000, 0x3FFFD },
};

static const struct range combining[] = {
    { 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD },
    { 0x0610, 0x061A }, { 0x064B, 0x065F }, { 0x0E31, 0x0E31 },
    { 0x0E34, 0x0E3A }, { 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF },
    { 0x20D0, 0x20FF }, { 0xFE20, 0xFE2F },
};

static bool among(const struct range *ranges, size_t count, uint32_t code)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

static size_t columns_of(uint32_t code)
{
    if (among(combining, sizeof(combining) / sizeof(combining[0]), code))
        return 0;
    return among(wide, sizeof(wide) / sizeof(wide[0]), code) ? 2 : 1;
}

size_t as_show_character(struct as_buf *out, struct as_text text,
                         size_t *column)
{
    uint32_t code = 0;
    size_t length = as_utf8_decode(text.bytes, text.length, &code);
    size_t before = out->length;

    if (length == 1 && code == '\t') {
        do
            as_buf_putc(out, ' ');
        while (++*column % AS_TAB_WIDTH != 0);
        return length;
    }
    if (length == 1 && code == '\\') {
        as_buf_putc(out, '\\');
        ++*column;
        return length;
    }
    if (length == 0)
        length = 1;
    as_escape_terminal(out, (struct as_text){ text.bytes, length });
    if (out->length - before == length && code >= 0x80)
        *column += columns_of(code);
    else
        *column += out->length - before;
    return length;
}

size_t as_show(struct as_buf *out, struct as_text text)
{
    size_t column = 0;

    while (text.length > 0) {
        size_t length = as_show_character(out, text, &column);

        text.bytes += length;
        text.length -= length;
    }
    return column;
}
