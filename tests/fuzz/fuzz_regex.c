/*
 * fuzz_regex.c - regular expressions: any pattern over any text, and patterns
 * without signs against plain searching.
 *
 * The input: a byte of flags, the pattern, a NUL, the text.
 */

#include "common/regex.h"

#include "tests/fuzz/fuzz.h"

const unsigned fuzz_variants = 60;

enum {
    MOST_INPUT = 2000,
    FOLD = 1,     /* of the flags: capitals don't matter */
    AT_START = 2, /* plain searching only at the start, */
    AT_END = 4,   /* only at the end */
};

static bool matches(const struct as_regex *regex, struct as_text text)
{
    bool found = false;

    fuzz_require(as_regex_try(regex, text, &found), "a match can be tried");
    fuzz_require(as_regex_match(regex, text) == found,
                 "it comes to the same when it is tried again");
    return found;
}

/* Why a pattern is no good is shown to people. */
static void any_pattern(struct as_text pattern, unsigned flags,
                        struct as_text text)
{
    struct as_buf why = { .bytes = NULL };
    struct as_regex *regex = as_regex_new(pattern, flags, &why);

    if (regex)
        (void)matches(regex, text);
    else
        fuzz_require(why.length > 0, "a refusal says why");
    as_regex_free(regex);
    as_buf_done(&why);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same(const char *a, const char *b, size_t length, unsigned flags)
{
    for (size_t i = 0; i < length; i++) {
        if (flags & FOLD ? lower(a[i]) != lower(b[i]) : a[i] != b[i])
            return false;
    }
    return true;
}

/* Is the part in the text?  Each place is looked at. */
static bool plain_search(struct as_text part, struct as_text text,
                         unsigned flags)
{
    size_t last = text.length - part.length;

    for (size_t at = 0; part.length <= text.length && at <= last; at++) {
        if ((flags & AT_START && at > 0) || (flags & AT_END && at < last))
            continue;
        if (same(text.bytes + at, part.bytes, part.length, flags))
            return true;
    }
    return false;
}

static bool is_ascii(struct as_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if ((unsigned char)text.bytes[i] >= 0x80)
            return false;
    }
    return true;
}

/* What rules write as contains, startswith, endswith and ==. */
static bool quick_search(struct as_text part, struct as_text text,
                         unsigned flags)
{
    if (flags & AT_START && flags & AT_END)
        return as_text_equal(text, part);
    if (flags & AT_START)
        return as_text_starts(text, part);
    if (flags & AT_END)
        return as_text_ends(text, part);
    return as_text_contains(text, part);
}

static void plain_text(struct as_text part, unsigned flags, struct as_text text)
{
    struct as_buf out = { .bytes = NULL };
    bool found = plain_search(part, text, flags);
    struct as_regex *regex;

    if (!(flags & FOLD))
        fuzz_require(quick_search(part, text, flags) == found,
                     "searching quickly finds what searching plainly does");
    if (!is_ascii(part) || !is_ascii(text))
        return; /* folding other letters is Unicode's affair */
    if (flags & AT_START)
        as_buf_putc(&out, '^');
    for (size_t i = 0; i < part.length; i++)
        as_buf_printf(&out, "\\x%02x", (unsigned char)part.bytes[i]);
    if (flags & AT_END)
        as_buf_putc(&out, '$');
    regex = as_regex_new(as_buf_view(&out), flags & FOLD ? AS_REGEX_FOLD : 0,
                         NULL);
    fuzz_require(regex != NULL, "plain text is a regular expression");
    fuzz_require(matches(regex, text) == found,
                 "a regular expression finds what searching plainly does");
    as_regex_free(regex);
    as_buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_bytes in = { bytes, bytes + length };
    unsigned flags = fuzz_byte(&in);
    struct as_text pattern = { "", 0 }, text;

    if (length > MOST_INPUT)
        return 0;
    (void)fuzz_part(&in, 0, &pattern);
    text = fuzz_rest(&in);
    any_pattern(pattern, flags & FOLD ? AS_REGEX_FOLD : 0, text);
    if (pattern.length <= 256)
        plain_text(pattern, flags, text);
    return 0;
}
