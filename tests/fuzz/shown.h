/*
 * shown.h - is a text fit to be shown on a terminal, whoever wrote it?
 */
#ifndef AS_TESTS_SHOWN_H
#define AS_TESTS_SHOWN_H

#include "common/text.h"
#include "common/utf8.h"

/* The colours that we paint with: ESC [ digits and ; up to m. */
static inline size_t shown_paint(struct as_text text)
{
    size_t at = 2;

    if (!as_text_starts(text, AS_TEXT("\033[")))
        return 0;
    while (at < text.length && strchr("0123456789;", text.bytes[at]) &&
           text.bytes[at] != '\0')
        at++;
    return at < text.length && text.bytes[at] == 'm' ? at + 1 : 0;
}

/* UTF-8 without control characters, new lines aside, and without anything
 * invisible; with our own colours where `painted`. */
static inline bool shown_is_safe(struct as_text text, bool painted)
{
    while (text.length > 0) {
        uint32_t code = 0;
        size_t step = painted ? shown_paint(text) : 0;

        if (step == 0) {
            step = as_utf8_decode(text.bytes, text.length, &code);
            if (step == 0 || (code < 0x20 && code != '\n') ||
                (code >= 0x7F && code <= 0x9F) || as_utf8_invisible(code))
                return false;
        }
        text.bytes += step;
        text.length -= step;
    }
    return true;
}

#endif
