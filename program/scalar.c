/*
 * scalar.c - see scalar.h.
 *
 * strtod reads more than a rule may write (hexadecimal, "inf", "nan", leading
 * blanks) and reads it by the locale.  So the form is checked first, by hand,
 * and the locale is given as "C".
 */

#include "program/scalar.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "common/time.h"
#include "common/utf8.h"

bool as_scalar_is(enum as_kind kind)
{
    switch (kind) {
    case AS_KIND_BOOL:
    case AS_KIND_INT:
    case AS_KIND_REAL:
    case AS_KIND_TIME:
    case AS_KIND_DURATION:
    case AS_KIND_TEXT:
    case AS_KIND_IP:
    case AS_KIND_CIDR:
    case AS_KIND_SOURCE:
        return true;
    case AS_KIND_NONE:
    case AS_KIND_JSON:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        return false;
    }
    return false;
}

static bool parse_bool(struct as_text text, int64_t *value)
{
    *value = as_text_equal(text, AS_TEXT("true"));
    return *value || as_text_equal(text, AS_TEXT("false"));
}

static bool parse_int(struct as_text text, int64_t *value)
{
    bool negative = text.length > 0 && text.bytes[0] == '-';
    int64_t sum = 0; /* kept negative: there is one more below zero */

    for (size_t i = negative; i < text.length; i++) {
        int digit = text.bytes[i] - '0';

        if (digit < 0 || digit > 9 || sum < (INT64_MIN + digit) / 10)
            return false;
        sum = sum * 10 - digit;
    }
    if (text.length == (size_t)negative || (!negative && sum == INT64_MIN))
        return false;
    *value = negative ? sum : -sum;
    return true;
}

static size_t digits(struct as_text text, size_t at)
{
    size_t end = at;

    while (end < text.length && text.bytes[end] >= '0' &&
           text.bytes[end] <= '9')
        end++;
    return end - at;
}

/* -?D+(.D+)?([eE][+-]?D+)? */
static bool is_real(struct as_text text)
{
    size_t at = text.length > 0 && text.bytes[0] == '-';
    size_t count = digits(text, at);

    at += count;
    if (count > 0 && at < text.length && text.bytes[at] == '.') {
        count = digits(text, at + 1);
        at += 1 + count;
    }
    if (count > 0 && at < text.length &&
        (text.bytes[at] == 'e' || text.bytes[at] == 'E')) {
        at++;
        if (at < text.length &&
            (text.bytes[at] == '+' || text.bytes[at] == '-'))
            at++;
        count = digits(text, at);
        at += count;
    }
    return count > 0 && at == text.length;
}

static bool parse_real(struct as_text text, double *value)
{
    char copy[64];
    locale_t plain;
    double read;

    if (text.length >= sizeof(copy) || !is_real(text))
        return false;
    memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!plain)
        return false;
    read = strtod_l(copy, NULL, plain);
    freelocale(plain);
    if (!isfinite(read))
        return false;
    *value = read;
    return true;
}

static bool is_text(struct as_text text)
{
    return as_utf8_check(text) == text.length &&
           (text.length == 0 || !memchr(text.bytes, '\0', text.length));
}

static const char *parse(struct as_text text, struct as_scalar *scalar)
{
    switch (scalar->kind) {
    case AS_KIND_BOOL:
        return parse_bool(text, &scalar->integer) ? NULL
                                                  : "neither true nor false";
    case AS_KIND_INT:
        return parse_int(text, &scalar->integer)
                 ? NULL
                 : "not a whole number of at most 64 bits";
    case AS_KIND_REAL:
        return parse_real(text, &scalar->real) ? NULL
                                               : "not a number, such as 1.5";
    case AS_KIND_TIME:
        return as_time_parse(text, &scalar->integer)
                 ? NULL
                 : "not a time, such as 2026-11-21T10:00:00Z or 2026-11-21";
    case AS_KIND_DURATION:
        return as_duration_parse(text, &scalar->integer)
                 ? NULL
                 : "not a duration, such as 90s, 15m, 12h, 10d or 2w";
    case AS_KIND_TEXT:
    case AS_KIND_SOURCE:
        scalar->text = text;
        return is_text(text) ? NULL : "not UTF-8, or with a NUL in it";
    case AS_KIND_IP:
        return as_ip_parse(text, &scalar->ip)
                 ? NULL
                 : "not an address, such as 192.0.2.1 or 2001:db8::1";
    case AS_KIND_CIDR:
        return as_cidr_parse(text, &scalar->cidr)
                 ? NULL
                 : "not an address block, such as 10.0.0.0/8";
    case AS_KIND_NONE:
    case AS_KIND_JSON:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break;
    }
    return "of a type that can't be written as one value";
}

bool as_scalar_parse(enum as_kind kind, struct as_text text,
                     struct as_scalar *scalar, const char **why)
{
    struct as_scalar read = { .kind = kind };

    *why = parse(text, &read);
    if (*why)
        return false;
    *scalar = read;
    return true;
}
