/*
 * jsonwalk.c - see jsonwalk.h.
 *
 * Source: RFC 8259.  Beyond it: a text may not hold U+0000, and half of a
 * surrogate pair is no character.  A text without escapes is given out where
 * it stands; eight bytes at a time are asked whether one of them ends it.
 */

#include "program/jsonwalk.h"

#include "common/utf8.h"

static const char no_json[] = "not JSON";

void as_jsonwalk_init(struct as_jsonwalk *walk, struct as_text bytes)
{
    *walk = (struct as_jsonwalk){ .bytes = bytes };
}

void as_jsonwalk_done(struct as_jsonwalk *walk)
{
    as_buf_done(&walk->scratch);
}

static enum as_jsonwalk_kind broken(struct as_jsonwalk *walk, const char *why)
{
    if (!walk->broken)
        walk->broken = why;
    return AS_JSONWALK_BROKEN;
}

/* The byte at hand; NUL, which no valid document holds, at the end. */
static char here(const struct as_jsonwalk *walk)
{
    return walk->at < walk->bytes.length ? walk->bytes.bytes[walk->at] : '\0';
}

static void pass_blanks(struct as_jsonwalk *walk)
{
    for (char c = here(walk); c == ' ' || c == '\n' || c == '\t' || c == '\r';
         c = here(walk))
        walk->at++;
}

/* ---- texts ------------------------------------------------------------ */

/* Every byte of it. */
#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Is one of eight bytes a quote, a backslash or below 0x20?  For bytes x and
 * n, (x - n) & ~x & 0x80 is set in the lowest x below n, and in no byte when
 * there is none. */
static bool ends_run(uint64_t word)
{
    uint64_t quote = word ^ EACH(0x22), slash = word ^ EACH(0x5c);

    return (((word - EACH(0x20)) & ~word) | ((quote - EACH(1)) & ~quote) |
            ((slash - EACH(1)) & ~slash)) &
           EACH(0x80);
}

/* Pass bytes that stand for themselves. */
static void pass_run(struct as_jsonwalk *walk)
{
    const char *bytes = walk->bytes.bytes;
    uint64_t word;

    for (; walk->bytes.length - walk->at >= sizeof(word);
         walk->at += sizeof(word)) {
        memcpy(&word, bytes + walk->at, sizeof(word));
        if (ends_run(word))
            break;
    }
    while (walk->at < walk->bytes.length) {
        unsigned char c = (unsigned char)bytes[walk->at];

        if (c == '"' || c == '\\' || c < 0x20)
            break;
        walk->at++;
    }
}

/* The four digits behind \u; false when there are none. */
static bool read_unit(struct as_jsonwalk *walk, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        char c = here(walk);
        int digit = c >= '0' && c <= '9' ? c - '0'
                  : c >= 'a' && c <= 'f' ? c - 'a' + 10
                  : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                         : -1;

        if (digit < 0)
            return false;
        *unit = *unit << 4 | (uint32_t)digit;
        walk->at++;
    }
    return true;
}

/* \u was passed: one character, perhaps of two units. */
static bool read_character(struct as_jsonwalk *walk)
{
    uint32_t code, low;
    char bytes[4];

    if (!read_unit(walk, &code))
        return false;
    if (code >= 0xd800 && code <= 0xdfff) {
        if (code >= 0xdc00 || here(walk) != '\\')
            return false;
        walk->at++;
        if (here(walk) != 'u')
            return false;
        walk->at++;
        if (!read_unit(walk, &low) || low < 0xdc00 || low > 0xdfff)
            return false;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    if (code == 0)
        broken(walk, "a text holds a NUL");
    as_buf_add(&walk->scratch, bytes, as_utf8_encode(code, bytes));
    return code != 0;
}

/* The backslash was passed. */
static bool read_escape(struct as_jsonwalk *walk)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = here(walk);
    const char *found = c ? strchr(from, c) : NULL;

    if (c == 'u') {
        walk->at++;
        return read_character(walk);
    }
    if (!found)
        return false;
    walk->at++;
    as_buf_putc(&walk->scratch, to[found - from]);
    return true;
}

/* The opening quote was passed. */
static bool read_text(struct as_jsonwalk *walk)
{
    size_t start = walk->at;
    bool escaped = false;

    as_buf_reset(&walk->scratch);
    for (;;) {
        pass_run(walk);
        if (escaped || here(walk) == '\\')
            as_buf_add(&walk->scratch, walk->bytes.bytes + start,
                       walk->at - start);
        if (here(walk) != '\\')
            break;
        escaped = true;
        walk->at++;
        if (!read_escape(walk)) {
            broken(walk, no_json);
            return false;
        }
        start = walk->at;
    }
    if (here(walk) != '"' || walk->scratch.failed) {
        broken(walk, walk->scratch.failed ? "out of memory" : no_json);
        return false;
    }
    walk->text = escaped ? as_buf_view(&walk->scratch)
                         : (struct as_text){ walk->bytes.bytes + start,
                                             walk->at - start };
    walk->at++;
    return true;
}

struct as_text as_jsonwalk_keep(const struct as_jsonwalk *walk,
                                struct as_arena *arena)
{
    struct as_text text = walk->text;

    if (text.bytes == walk->scratch.bytes)
        text.bytes = as_strndup(arena, text.bytes, text.length);
    return text;
}

/* ---- other values ----------------------------------------------------- */

static size_t pass_digits(struct as_jsonwalk *walk)
{
    size_t start = walk->at;

    while (here(walk) >= '0' && here(walk) <= '9')
        walk->at++;
    return walk->at - start;
}

/* -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)? */
static enum as_jsonwalk_kind read_number(struct as_jsonwalk *walk)
{
    size_t start = walk->at;
    bool good;

    walk->at += here(walk) == '-';
    if (here(walk) == '0') {
        walk->at++;
        good = true;
    } else {
        good = pass_digits(walk) > 0;
    }
    if (good && here(walk) == '.') {
        walk->at++;
        good = pass_digits(walk) > 0;
    }
    if (good && (here(walk) == 'e' || here(walk) == 'E')) {
        walk->at++;
        walk->at += here(walk) == '+' || here(walk) == '-';
        good = pass_digits(walk) > 0;
    }
    walk->text = (struct as_text){ walk->bytes.bytes + start,
                                   walk->at - start };
    return good ? AS_JSONWALK_NUMBER : broken(walk, no_json);
}

static enum as_jsonwalk_kind read_word(struct as_jsonwalk *walk,
                                       const char *word,
                                       enum as_jsonwalk_kind kind)
{
    struct as_text rest = { walk->bytes.bytes + walk->at,
                            walk->bytes.length - walk->at };

    if (!as_text_starts(rest, as_text_of(word)))
        return broken(walk, no_json);
    walk->at += strlen(word);
    return kind;
}

static enum as_jsonwalk_kind open_value(struct as_jsonwalk *walk,
                                        enum as_jsonwalk_kind kind)
{
    if (walk->depth == AS_JSONWALK_DEPTH)
        return broken(walk, "nested too deep");
    walk->depth++;
    walk->at++;
    return kind;
}

enum as_jsonwalk_kind as_jsonwalk_value(struct as_jsonwalk *walk)
{
    if (walk->broken)
        return AS_JSONWALK_BROKEN;
    pass_blanks(walk);
    switch (here(walk)) {
    case '{':
        return open_value(walk, AS_JSONWALK_OBJECT);
    case '[':
        return open_value(walk, AS_JSONWALK_ARRAY);
    case '"':
        walk->at++;
        return read_text(walk) ? AS_JSONWALK_TEXT : AS_JSONWALK_BROKEN;
    case 't':
        return read_word(walk, "true", AS_JSONWALK_TRUE);
    case 'f':
        return read_word(walk, "false", AS_JSONWALK_FALSE);
    case 'n':
        return read_word(walk, "null", AS_JSONWALK_NULL);
    default:
        return read_number(walk);
    }
}

/* ---- arrays and objects ----------------------------------------------- */

/* Pass the comma before an item, or the bracket behind the last. */
static bool next_item(struct as_jsonwalk *walk, bool *first, char close)
{
    bool begins = *first;

    *first = false;
    if (walk->broken)
        return false;
    pass_blanks(walk);
    if (here(walk) == close) {
        walk->at++;
        walk->depth--;
        return false;
    }
    if (begins)
        return true;
    if (here(walk) != ',') {
        broken(walk, no_json);
        return false;
    }
    walk->at++;
    return true;
}

bool as_jsonwalk_element(struct as_jsonwalk *walk, bool *first)
{
    return next_item(walk, first, ']');
}

bool as_jsonwalk_member(struct as_jsonwalk *walk, bool *first)
{
    if (!next_item(walk, first, '}'))
        return false;
    pass_blanks(walk);
    if (here(walk) != '"') {
        broken(walk, no_json);
        return false;
    }
    walk->at++;
    if (!read_text(walk))
        return false;
    pass_blanks(walk);
    if (here(walk) != ':') {
        broken(walk, no_json);
        return false;
    }
    walk->at++;
    return true;
}

/* Calls itself at most AS_JSONWALK_DEPTH times. */
void as_jsonwalk_skip(struct as_jsonwalk *walk, enum as_jsonwalk_kind kind)
{
    bool first = true;

    if (kind == AS_JSONWALK_ARRAY) {
        while (as_jsonwalk_element(walk, &first))
            as_jsonwalk_skip(walk, as_jsonwalk_value(walk));
    } else if (kind == AS_JSONWALK_OBJECT) {
        while (as_jsonwalk_member(walk, &first))
            as_jsonwalk_skip(walk, as_jsonwalk_value(walk));
    }
}

void as_jsonwalk_end(struct as_jsonwalk *walk)
{
    if (walk->broken)
        return;
    pass_blanks(walk);
    if (walk->at < walk->bytes.length)
        broken(walk, "something follows the JSON value");
}
