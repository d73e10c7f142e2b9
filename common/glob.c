/*
 * glob.c - see glob.h.
 *
 * Only the last star is ever tried again: whatever an earlier star could
 * take, the last one can take too.  So there is one place to return to and
 * no recursion.  A star grows by whole characters, or a `?` behind it could
 * match a part of one.
 */

#include "common/glob.h"

#include "common/utf8.h"

/* The bytes of the character at `at`; a byte that is not UTF-8 is one. */
static size_t step(struct as_text text, size_t at)
{
    uint32_t code;
    unsigned length = as_utf8_decode(text.bytes + at, text.length - at, &code);

    return length ? length : 1;
}

bool as_glob_match(struct as_text pattern, struct as_text text)
{
    size_t p = 0, t = 0;
    size_t star = SIZE_MAX, star_text = 0;

    while (t < text.length) {
        if (p < pattern.length && pattern.bytes[p] == '*') {
            star = p++;
            star_text = t;
        } else if (p < pattern.length && pattern.bytes[p] == '?') {
            t += step(text, t);
            p++;
        } else if (p < pattern.length && pattern.bytes[p] == text.bytes[t]) {
            t++;
            p++;
        } else if (star != SIZE_MAX) {
            star_text += step(text, star_text);
            t = star_text;
            p = star + 1;
        } else {
            return false;
        }
    }
    while (p < pattern.length && pattern.bytes[p] == '*')
        p++;
    return p == pattern.length;
}
