/*
 * scan.c - see scan.h.
 *
 * Most of a record is the inside of strings, and nearly all of that is plain
 * ASCII; so strings are stepped over sixteen bytes at a time until a byte
 * comes that needs care.  The rest is recursive descent, whose depth is
 * bounded by AS_MAX_DEPTH.
 */

#include "runtime/scan.h"

#include "common/limits.h"
#include "common/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

void as_scan_init(struct as_scan *scan, struct as_text bytes)
{
    const char *start = bytes.length ? bytes.bytes : "";

    *scan = (struct as_scan){
        .start = start,
        .end = start + bytes.length,
        .reason = AS_REASON_NONE,
    };
}

const char *as_scan_fault(struct as_scan *scan, enum as_reason reason,
                          const char *at, const char *what)
{
    scan->reason = reason;
    scan->fault_at = at;
    scan->what = what;
    return NULL;
}

static const char *cut(struct as_scan *scan)
{
    return as_scan_fault(scan, AS_REASON_CUT, scan->end,
                         "the JSON ends too early");
}

bool as_scan_enter(struct as_scan *scan, const char *at)
{
    if (scan->depth == AS_MAX_DEPTH) {
        as_scan_fault(scan, AS_REASON_DEPTH, at, "nested too deeply");
        return false;
    }
    scan->depth++;
    return true;
}

/* ------------------------------------------------------------------------
 * Strings
 */

/* Does this byte end a run of plain ASCII inside a string? */
static inline bool special(char c)
{
    return c == '"' || c == '\\' || (unsigned char)c < 0x20 ||
           (unsigned char)c >= 0x80;
}

static inline const char *plain_end(const char *at, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i blank = _mm_set1_epi8(0x20);

    while (end - at >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        /* Signed: what is below a blank is a control character, or not
         * ASCII. */
        __m128i low = _mm_cmplt_epi8(bytes, blank);
        __m128i mark = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
                                    _mm_cmpeq_epi8(bytes, backslash));
        unsigned found = (unsigned)_mm_movemask_epi8(_mm_or_si128(low, mark));
        if (found)
            return at + __builtin_ctz(found);
        at += 16;
    }
#endif
    while (at < end && !special(*at))
        at++;
    return at;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Four hexadecimal digits; `at` is behind the u. */
static const char *hex_unit(struct as_scan *scan, const char *at,
                            unsigned *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++, at++) {
        if (at == scan->end)
            return cut(scan);
        int value = hex_value(*at);
        if (value < 0)
            return as_scan_fault(scan, AS_REASON_JSON, at,
                                 "\\u wants four hexadecimal digits");
        *unit = *unit << 4 | (unsigned)value;
    }
    return at;
}

static bool high_surrogate(unsigned unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool low_surrogate(unsigned unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* `at` is behind \u; a high surrogate must be followed by a low one. */
static const char *unicode_escape(struct as_scan *scan, const char *at)
{
    static const char lone[] = "half of a surrogate pair";
    const char *start = at - 2;
    unsigned unit, second;

    if (!(at = hex_unit(scan, at, &unit)))
        return NULL;
    if (low_surrogate(unit))
        return as_scan_fault(scan, AS_REASON_UTF8, start, lone);
    if (!high_surrogate(unit))
        return at;
    for (const char *mark = "\\u"; *mark; mark++, at++) {
        if (at == scan->end)
            return cut(scan);
        if (*at != *mark)
            return as_scan_fault(scan, AS_REASON_UTF8, start, lone);
    }
    if (!(at = hex_unit(scan, at, &second)))
        return NULL;
    if (!low_surrogate(second))
        return as_scan_fault(scan, AS_REASON_UTF8, start, lone);
    return at;
}

/* `at` is behind the backslash. */
static const char *escape(struct as_scan *scan, const char *at)
{
    if (at == scan->end)
        return cut(scan);
    if (*at == 'u')
        return unicode_escape(scan, at + 1);
    if (*at == '\0' || !strchr("\"\\/bfnrt", *at))
        return as_scan_fault(scan, AS_REASON_JSON, at - 1,
                             "there is no such escape");
    return at + 1;
}

const char *as_scan_escape(const char *at, const char *end)
{
    static const char simple[] = "\"\\/bfnrt";
    struct as_scan scan = { .start = at, .end = end };

    if (at < end && *at != '\0' && memchr(simple, *at, sizeof(simple) - 1))
        return at + 1;
    return escape(&scan, at);
}

static const char *not_ascii(struct as_scan *scan, const char *at)
{
    size_t left = (size_t)(scan->end - at);
    uint32_t code;
    unsigned length = as_utf8_decode(at, left, &code);

    if (length > 0)
        return at + length;
    /* Might more bytes make it good? */
    if (left < 4) {
        char padded[4] = { (char)0x80, (char)0x80, (char)0x80, (char)0x80 };
        memcpy(padded, at, left);
        if (as_utf8_decode(padded, 4, &code) > left)
            return cut(scan);
        padded[left] = (char)0xBF;
        if (as_utf8_decode(padded, 4, &code) > left)
            return cut(scan);
    }
    return as_scan_fault(scan, AS_REASON_UTF8, at, "not UTF-8");
}

const char *as_scan_string(struct as_scan *scan, const char *at, bool *escaped)
{
    for (;;) {
        at = plain_end(at, scan->end);
        if (at == scan->end)
            return cut(scan);
        if (*at == '"')
            return at + 1;
        if (*at == '\\') {
            *escaped = true;
            at = escape(scan, at + 1);
        } else if ((unsigned char)*at >= 0x80) {
            at = not_ascii(scan, at);
        } else {
            return as_scan_fault(scan, AS_REASON_JSON, at,
                                 "a control character in a string");
        }
        if (!at)
            return NULL;
    }
}

static char simple_escape(char c)
{
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c; /* a quote, a slash, a backslash */
    }
}

static unsigned unit_at(const char *digits)
{
    unsigned unit = 0;

    for (int i = 0; i < 4; i++)
        unit = unit << 4 | (unsigned)hex_value(digits[i]);
    return unit;
}

size_t as_scan_decode(struct as_text raw, char *out)
{
    const char *at = raw.bytes, *end = raw.bytes + raw.length;
    char *to = out;

    while (at < end) {
        const char *mark = memchr(at, '\\', (size_t)(end - at));
        size_t run = (size_t)((mark ? mark : end) - at);

        memcpy(to, at, run);
        to += run;
        at += run;
        if (at == end)
            break;
        if (at[1] != 'u') {
            *to++ = simple_escape(at[1]);
            at += 2;
            continue;
        }
        uint32_t code = unit_at(at + 2);
        at += 6;
        if (high_surrogate(code)) {
            code = 0x10000 + ((code - 0xD800) << 10) +
                   (unit_at(at + 2) - 0xDC00);
            at += 6;
        }
        to += as_utf8_encode(code, to);
    }
    return (size_t)(to - out);
}

/* ------------------------------------------------------------------------
 * Numbers and words
 */

static const char *digits(struct as_scan *scan, const char *at)
{
    if (at == scan->end)
        return cut(scan);
    if (*at < '0' || *at > '9')
        return as_scan_fault(scan, AS_REASON_JSON, at, "a digit is missing");
    while (at < scan->end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

static const char *number(struct as_scan *scan, const char *at)
{
    if (*at == '-')
        at++;
    if (at < scan->end && *at == '0')
        at++;
    else
        at = digits(scan, at);
    if (at && at < scan->end && *at == '.')
        at = digits(scan, at + 1);
    if (at && at < scan->end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < scan->end && (*at == '+' || *at == '-'))
            at++;
        at = digits(scan, at);
    }
    return at;
}

static const char *word(struct as_scan *scan, const char *at,
                        const char *letters)
{
    for (; *letters; letters++, at++) {
        if (at == scan->end)
            return cut(scan);
        if (*at != *letters)
            return as_scan_fault(scan, AS_REASON_JSON, at,
                                 "neither true, false nor null");
    }
    return at;
}

const char *as_scan_word(const char *at, const char *end)
{
    struct as_scan scan = { .start = at, .end = end };

    if (at == end)
        return NULL;
    switch (*at) {
    case 't':
        return word(&scan, at, "true");
    case 'f':
        return word(&scan, at, "false");
    case 'n':
        return word(&scan, at, "null");
    default:
        return number(&scan, at);
    }
}

/* ------------------------------------------------------------------------
 * Containers
 */

const char *as_scan_name(struct as_scan *scan, const char *at,
                         struct as_text *name, bool *escaped)
{
    const char *start;

    if (at == scan->end)
        return cut(scan);
    if (*at != '"')
        return as_scan_fault(scan, AS_REASON_JSON, at,
                             "a name in quotes is missing");
    start = at + 1;
    *escaped = false;
    if (!(at = as_scan_string(scan, start, escaped)))
        return NULL;
    *name = (struct as_text){ start, (size_t)(at - 1 - start) };
    if (at < scan->end && *at != ':')
        at = as_scan_space(scan, at);
    if (at == scan->end)
        return cut(scan);
    if (*at != ':')
        return as_scan_fault(scan, AS_REASON_JSON, at, "a colon is missing");
    return as_scan_space(scan, at + 1);
}

const char *as_scan_first(struct as_scan *scan, const char *at, char close,
                          bool *more)
{
    at = as_scan_space(scan, at);
    if (at == scan->end)
        return cut(scan);
    *more = *at != close;
    return *more ? at : at + 1;
}

const char *as_scan_next(struct as_scan *scan, const char *at, char close,
                         bool *more)
{
    at = as_scan_space(scan, at);
    if (at == scan->end)
        return cut(scan);
    if (*at == close) {
        *more = false;
        return at + 1;
    }
    if (*at != ',')
        return as_scan_fault(scan, AS_REASON_JSON, at,
                             "a comma or a closing bracket is missing");
    *more = true;
    return as_scan_space(scan, at + 1);
}

static const char *object(struct as_scan *scan, const char *at)
{
    enum as_json_kind kind;
    struct as_text name;
    bool more, escaped;

    if (!as_scan_enter(scan, at - 1))
        return NULL;
    at = as_scan_first(scan, at, '}', &more);
    while (at && more) {
        at = as_scan_name(scan, at, &name, &escaped);
        if (at)
            at = as_scan_value(scan, at, &kind, &escaped);
        if (at)
            at = as_scan_next(scan, at, '}', &more);
    }
    scan->depth--;
    return at;
}

static const char *array(struct as_scan *scan, const char *at)
{
    enum as_json_kind kind;
    bool more, escaped;

    if (!as_scan_enter(scan, at - 1))
        return NULL;
    at = as_scan_first(scan, at, ']', &more);
    while (at && more) {
        at = as_scan_value(scan, at, &kind, &escaped);
        if (at)
            at = as_scan_next(scan, at, ']', &more);
    }
    scan->depth--;
    return at;
}

const char *as_scan_value(struct as_scan *scan, const char *at,
                          enum as_json_kind *kind, bool *escaped)
{
    if (at == scan->end)
        return cut(scan);
    switch (*at) {
    case '"':
        *kind = AS_JSON_TEXT;
        return as_scan_string(scan, at + 1, escaped);
    case '{':
        *kind = AS_JSON_OBJECT;
        return object(scan, at + 1);
    case '[':
        *kind = AS_JSON_ARRAY;
        return array(scan, at + 1);
    case 't':
        *kind = AS_JSON_TRUE;
        return word(scan, at, "true");
    case 'f':
        *kind = AS_JSON_FALSE;
        return word(scan, at, "false");
    case 'n':
        *kind = AS_JSON_NULL;
        return word(scan, at, "null");
    default:
        break;
    }
    if (*at != '-' && (*at < '0' || *at > '9'))
        return as_scan_fault(scan, AS_REASON_JSON, at, "a value is missing");
    *kind = AS_JSON_NUMBER;
    return number(scan, at);
}

/* ------------------------------------------------------------------------
 * Damage
 */

/* The rest of a string; `at` is inside it. */
static const char *string_rest(struct as_balance *balance, const char *at,
                               const char *end)
{
    for (; at < end; at++) {
        if (balance->in_escape) {
            balance->in_escape = false;
        } else if (*at == '\\') {
            balance->in_escape = true;
        } else if (*at == '"') {
            balance->in_string = false;
            return at + 1;
        }
    }
    return at;
}

static bool is_object(const struct as_balance *balance, uint64_t level)
{
    return level >= 1 && level <= 64 && (balance->objects >> (level - 1) & 1);
}

static void open_bracket(struct as_balance *balance, bool object)
{
    if (balance->depth < 64) {
        uint64_t bit = UINT64_C(1) << balance->depth;
        balance->objects = object ? balance->objects | bit
                                  : balance->objects & ~bit;
    }
    balance->depth++;
}

/* Close the innermost pair of this kind and what is open in it.  False when
 * there is none.  Below the 64th level kinds are not known, and any fits. */
static bool close_bracket(struct as_balance *balance, bool object)
{
    uint64_t level = balance->depth;

    while (level > 0 && level <= 64 && is_object(balance, level) != object)
        level--;
    if (level == 0)
        return false;
    balance->depth = level - 1;
    balance->closed = balance->depth == 0;
    return true;
}

const char *as_balance_feed(struct as_balance *balance, const char *at,
                            const char *end)
{
    while (at < end && !balance->closed) {
        if (balance->in_string) {
            at = string_rest(balance, at, end);
            continue;
        }
        char c = *at;
        if (c == '"') {
            balance->in_string = true;
        } else if (c == '{' || c == '[') {
            open_bracket(balance, c == '{');
        } else if (c == '}' || c == ']') {
            if (!close_bracket(balance, c == '}')) {
                balance->closed = true;
                return at;
            }
        }
        at++;
    }
    return at;
}
