/*
 * json_plain.h - RFC 8259 and RFC 3629 word by word, a byte at a time.
 *
 * What a fast reader says is compared with this.  It is written from the
 * grammars alone, and shares nothing with the library but its depth.
 */
#ifndef AS_TESTS_JSON_PLAIN_H
#define AS_TESTS_JSON_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "common/limits.h"

/* What is left; `at` runs to `end`. */
struct plain {
    const unsigned char *at, *end;
};

static inline int plain_peek(const struct plain *p)
{
    return p->at < p->end ? *p->at : -1;
}

static inline bool plain_take(struct plain *p, int low, int high)
{
    int c = plain_peek(p);

    if (c < low || c > high)
        return false;
    p->at++;
    return true;
}

static inline bool plain_word(struct plain *p, const char *word)
{
    for (; *word; word++) {
        if (!plain_take(p, *word, *word))
            return false;
    }
    return true;
}

static inline void plain_blanks(struct plain *p)
{
    while (plain_take(p, ' ', ' ') || plain_take(p, '\n', '\n') ||
           plain_take(p, '\r', '\r') || plain_take(p, '\t', '\t'))
        ;
}

/* RFC 3629, section 4: UTF8-2, UTF8-3 and UTF8-4. */
static inline bool plain_utf8(struct plain *p)
{
    static const unsigned char rows[][6] = {
        /* first byte, second byte, how many more */
        { 0xC2, 0xDF, 0x80, 0xBF, 0 }, { 0xE0, 0xE0, 0xA0, 0xBF, 1 },
        { 0xE1, 0xEC, 0x80, 0xBF, 1 }, { 0xED, 0xED, 0x80, 0x9F, 1 },
        { 0xEE, 0xEF, 0x80, 0xBF, 1 }, { 0xF0, 0xF0, 0x90, 0xBF, 2 },
        { 0xF1, 0xF3, 0x80, 0xBF, 2 }, { 0xF4, 0xF4, 0x80, 0x8F, 2 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (!plain_take(p, rows[i][0], rows[i][1]))
            continue;
        if (!plain_take(p, rows[i][2], rows[i][3]))
            return false;
        for (int more = rows[i][4]; more > 0; more--) {
            if (!plain_take(p, 0x80, 0xBF))
                return false;
        }
        return true;
    }
    return false;
}

static inline bool plain_unit(struct plain *p, unsigned *unit)
{
    static const char digits[] = "0123456789abcdefABCDEF";

    *unit = 0;
    for (int i = 0; i < 4; i++) {
        int c = plain_peek(p);
        const char *found = c > 0 ? strchr(digits, c) : NULL;

        if (!found)
            return false;
        unsigned value = (unsigned)(found - digits);
        *unit = *unit * 16 + (value > 15 ? value - 6 : value);
        p->at++;
    }
    return true;
}

/* Behind the backslash. */
static inline bool plain_escape(struct plain *p)
{
    int c = plain_peek(p);
    unsigned unit;

    if (c <= 0 || !strchr("\"\\/bfnrtu", c))
        return false;
    p->at++;
    if (c != 'u')
        return true;
    if (!plain_unit(p, &unit) || (unit >= 0xDC00 && unit <= 0xDFFF))
        return false;
    if (unit < 0xD800 || unit > 0xDBFF)
        return true;
    return plain_word(p, "\\u") && plain_unit(p, &unit) && unit >= 0xDC00 &&
           unit <= 0xDFFF;
}

static inline bool plain_string(struct plain *p)
{
    if (!plain_take(p, '"', '"'))
        return false;
    for (;;) {
        if (plain_take(p, '"', '"'))
            return true;
        if (plain_take(p, '\\', '\\')) {
            if (!plain_escape(p))
                return false;
        } else if (!plain_take(p, 0x20, 0x7F) && !plain_utf8(p)) {
            return false;
        }
    }
}

static inline bool plain_digits(struct plain *p)
{
    if (!plain_take(p, '0', '9'))
        return false;
    while (plain_take(p, '0', '9'))
        ;
    return true;
}

static inline bool plain_number(struct plain *p)
{
    plain_take(p, '-', '-');
    if (!plain_take(p, '0', '0') && !plain_digits(p))
        return false;
    if (plain_take(p, '.', '.') && !plain_digits(p))
        return false;
    if (plain_take(p, 'e', 'e') || plain_take(p, 'E', 'E')) {
        if (!plain_take(p, '+', '+'))
            plain_take(p, '-', '-');
        return plain_digits(p);
    }
    return true;
}

static inline bool plain_value(struct plain *p, unsigned depth);

static inline bool plain_container(struct plain *p, unsigned depth, char close)
{
    if (depth > AS_MAX_DEPTH)
        return false;
    plain_blanks(p);
    if (plain_take(p, close, close))
        return true;
    do {
        plain_blanks(p);
        if (close == '}') {
            if (!plain_string(p))
                return false;
            plain_blanks(p);
            if (!plain_take(p, ':', ':'))
                return false;
            plain_blanks(p);
        }
        if (!plain_value(p, depth))
            return false;
        plain_blanks(p);
    } while (plain_take(p, ',', ','));
    return plain_take(p, close, close);
}

static inline bool plain_value(struct plain *p, unsigned depth)
{
    switch (plain_peek(p)) {
    case '"':
        return plain_string(p);
    case '{':
        p->at++;
        return plain_container(p, depth + 1, '}');
    case '[':
        p->at++;
        return plain_container(p, depth + 1, ']');
    case 't':
        return plain_word(p, "true");
    case 'f':
        return plain_word(p, "false");
    case 'n':
        return plain_word(p, "null");
    default:
        return plain_number(p);
    }
}

/* Are these bytes one JSON value, with blanks around it perhaps? */
static inline bool plain_is_json(const void *bytes, size_t length)
{
    struct plain p = { bytes, (const unsigned char *)bytes + length };

    plain_blanks(&p);
    if (!plain_value(&p, 0))
        return false;
    plain_blanks(&p);
    return p.at == p.end;
}

#endif
