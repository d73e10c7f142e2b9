/* utf8.h - reading and checking UTF-8 (RFC 3629: no surrogates, nothing
 * above U+10FFFF, no overlong forms). */
#ifndef AS_UTF8_H
#define AS_UTF8_H

#include "common/text.h"

/* The offset of the first byte that is not UTF-8, or text.length. */
size_t as_utf8_check(struct as_text text);

/* Decode one code point at `at` (`left` bytes are there, at least one).
 * Returns how many bytes it takes, 0 when they are not UTF-8. */
unsigned as_utf8_decode(const char *at, size_t left, uint32_t *code);

/* Write `code` to `out`; returns how many bytes, 1 to 4. */
unsigned as_utf8_encode(uint32_t code, char out[4]);

/* Characters that change how text around them is shown, or that can't be
 * seen: bidirectional controls, zero-width characters, BOM, tags, variation
 * selectors, Hangul fillers, soft hyphen (Unicode's
 * Default_Ignorable_Code_Point and Bidi_Control), and U+2028 and U+2029. */
bool as_utf8_invisible(uint32_t code);

#endif
