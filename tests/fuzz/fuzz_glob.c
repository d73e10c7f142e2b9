/*
 * fuzz_glob.c - globs, against a matcher that tries everything, and against
 * the same pattern as a regular expression.
 *
 * The input: the pattern, a NUL, the text.
 */

#include "common/glob.h"

#include "common/regex.h"
#include "common/utf8.h"
#include "tests/fuzz/fuzz.h"

const unsigned fuzz_variants = 200;

enum {
    MOST_PATTERN = 40, /* characters: trying everything takes its time */
    MOST_TEXT = 60,
};

static size_t step(struct as_text text)
{
    uint32_t code;
    unsigned length = as_utf8_decode(text.bytes, text.length, &code);

    return length ? length : 1;
}

static struct as_text behind(struct as_text text, size_t count)
{
    return (struct as_text){ text.bytes + count, text.length - count };
}

/* Does the rest of the pattern match the rest of the text?  Each pair of rests
 * is looked at once: `known` holds 0, or 1 + the answer. */
struct trial {
    unsigned char known[MOST_PATTERN + 1][MOST_TEXT + 1];
};

static bool tries(struct trial *trial, struct as_text pattern,
                  struct as_text text);

static bool tries_star(struct trial *trial, struct as_text pattern,
                       struct as_text text)
{
    for (;;) {
        if (tries(trial, behind(pattern, 1), text))
            return true;
        if (text.length == 0)
            return false;
        text = behind(text, step(text));
    }
}

static bool tries_anew(struct trial *trial, struct as_text pattern,
                       struct as_text text)
{
    if (pattern.length == 0)
        return text.length == 0;
    if (*pattern.bytes == '*')
        return tries_star(trial, pattern, text);
    if (text.length == 0)
        return false;
    if (*pattern.bytes == '?')
        return tries(trial, behind(pattern, 1), behind(text, step(text)));
    return *pattern.bytes == *text.bytes &&
           tries(trial, behind(pattern, 1), behind(text, 1));
}

static bool tries(struct trial *trial, struct as_text pattern,
                  struct as_text text)
{
    unsigned char *known = &trial->known[pattern.length][text.length];

    if (*known == 0)
        *known = (unsigned char)(1 + tries_anew(trial, pattern, text));
    return *known == 2;
}

/* The pattern as a regular expression over the whole text. */
static void to_regex(struct as_buf *out, struct as_text pattern)
{
    as_buf_puts(out, "^");
    for (size_t i = 0; i < pattern.length; i++) {
        char c = pattern.bytes[i];

        if (c == '*')
            as_buf_puts(out, ".*");
        else if (c == '?')
            as_buf_putc(out, '.');
        else if ((unsigned char)c < 0x80)
            as_buf_printf(out, "\\x%02x", (unsigned char)c);
        else
            as_buf_putc(out, c);
    }
    as_buf_puts(out, "$");
}

/* Regular expressions know UTF-8 only. */
static void compare_regex(struct as_text pattern, struct as_text text,
                          bool found)
{
    struct as_buf out = { .bytes = NULL };
    struct as_regex *regex;
    bool matches;

    if (as_utf8_check(pattern) != pattern.length ||
        as_utf8_check(text) != text.length)
        return;
    to_regex(&out, pattern);
    regex = as_regex_new(as_buf_view(&out), 0, NULL);
    fuzz_require(regex != NULL, "a glob is a regular expression");
    fuzz_require(as_regex_try(regex, text, &matches), "it can be tried");
    fuzz_require(matches == found, "glob and regular expression agree");
    as_regex_free(regex);
    as_buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_bytes in = { bytes, bytes + length };
    struct trial trial = { .known = { { 0 } } };
    struct as_text pattern = { "", 0 }, text;
    bool found;

    (void)fuzz_part(&in, 0, &pattern);
    text = fuzz_rest(&in);
    if (pattern.length > MOST_PATTERN || text.length > MOST_TEXT)
        return 0;
    found = as_glob_match(pattern, text);
    fuzz_require(found == tries(&trial, pattern, text),
                 "the glob finds what trying everything finds");
    compare_regex(pattern, text, found);
    return 0;
}
