/* Regular expressions: what the shim promises on top of RE2. */

#include "common/regex.h"
#include "common/limits.h"
#include "tests/unit/tap.h"

#include <stdlib.h>

static const struct {
    const char *pattern;
    unsigned flags;
    const char *text;
    bool match;
} rows[] = {
    { "", 0, "", true },
    { "b", 0, "abc", true },
    { "^b", 0, "abc", false },
    { "c$", 0, "abc", true },
    { "^abc$", 0, "abc", true },
    { "^abc$", 0, "x\nabc\ny", false },
    { "b$", 0, "b\n", false },
    { "(?m)^abc$", 0, "x\nabc\ny", true },
    { "a.c", 0, "a\nc", true },
    { "ABC", 0, "abc", false },
    { "ABC", AS_REGEX_FOLD, "abc", true },
    { "\xC3\x89", AS_REGEX_FOLD, "\xC3\xA9", true },
    { "^.$", 0, "\xC3\xA9", true },
    { "^[a-z]+/[0-9.]+ .*Lambda", 0, "boto/1.2 exec-env/AWS_Lambda_x", true },
    { "\\d{3}-\\d{4}", 0, "call 555-1234", true },
    { "a|b", 0, "c", false },
    { "\\bword\\b", 0, "a word.", true },
};

static const char *const refused[] = {
    "(",       "a)",     "[a",      "*a", "a**",   "(?=a)", "(?!a)",
    "(?<=a)b", "(a)\\1", "a{2000}", "\\", "[z-a]", "(?P<n", "\xFF",
};

int main(void)
{
    struct as_buf why = { .bytes = NULL };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct as_regex *regex = as_regex_new(as_text_of(rows[i].pattern),
                                              rows[i].flags, &why);
        if (tap_ok(regex != NULL, rows[i].pattern))
            tap_ok(as_regex_match(regex, as_text_of(rows[i].text)) ==
                       rows[i].match,
                   "as it should");
        as_regex_free(regex);
    }
    tap_int((long)why.length, 0, "nothing to explain");
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
        as_buf_reset(&why);
        struct as_regex *regex = as_regex_new(as_text_of(refused[i]), 0, &why);
        tap_ok(!regex && why.length > 0, refused[i]);
        as_regex_free(regex);
        tap_ok(!as_regex_new(as_text_of(refused[i]), 0, NULL), "no reason");
    }

    static char longest[AS_MAX_PATTERN + 2];
    memset(longest, 'a', sizeof(longest) - 1);
    struct as_regex *regex = as_regex_new(
        (struct as_text){ longest, AS_MAX_PATTERN }, 0, &why);
    tap_ok(regex != NULL, "the longest pattern");
    tap_ok(regex && as_regex_match(regex, as_text_of(longest)), "matches");
    tap_ok(regex && !as_regex_match(regex, (struct as_text){ NULL, 0 }),
           "no text");
    as_regex_free(regex);
    as_buf_reset(&why);
    tap_ok(!as_regex_new(as_text_of(longest), 0, &why) &&
               as_text_contains(as_buf_view(&why), AS_TEXT("4096")),
           "one byte more");

    /* Linear in the text: what takes a backtracking matcher for ever. */
    size_t length = 1 << 20;
    char *text = malloc(length);
    regex = as_regex_new(AS_TEXT("^(a+)+$"), 0, NULL);
    if (text && regex) {
        memset(text, 'a', length);
        text[length - 1] = 'b';
        tap_ok(!as_regex_match(regex, (struct as_text){ text, length }),
               "nested repeats");
    }
    as_regex_free(regex);
    free(text);
    regex = as_regex_new(AS_TEXT("a\\x00b"), 0, NULL);
    tap_ok(regex && as_regex_match(regex, AS_TEXT("xa\0b")), "NUL is a byte");
    as_regex_free(regex);
    as_regex_free(NULL);
    as_buf_done(&why);
    return tap_done();
}
