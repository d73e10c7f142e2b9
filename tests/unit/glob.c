/* Globs: * and ?, and time that an attacker can't stretch. */

#include "common/glob.h"
#include "tests/unit/tap.h"

#include <stdlib.h>

static const struct {
    const char *pattern, *text;
    bool match;
} rows[] = {
    { "", "", true },
    { "", "a", false },
    { "*", "", true },
    { "*", "anything", true },
    { "**", "", true },
    { "?", "", false },
    { "?", "a", true },
    { "?", "ab", false },
    { "abc", "abc", true },
    { "abc", "abd", false },
    { "abc", "ab", false },
    { "abc", "abcd", false },
    { "ABC", "abc", false },
    { "a*", "a", true },
    { "a*", "ba", false },
    { "*a", "ba", true },
    { "*a", "ab", false },
    { "a*b", "ab", true },
    { "a*b", "axxb", true },
    { "a*b", "axxbx", false },
    { "*ab*", "xxabyy", true },
    { "a*b*c", "a1b2b3c", true },
    { "a*b*c", "acb", false },
    { "a?c", "abc", true },
    { "*?", "", false },
    { "*??", "ab", true },
    { "*???", "ab", false },
    { "?*?", "a", false },
    { "arn:aws:s3:::*prod*", "arn:aws:s3:::my-prod-1", true },
    { "a.c", "abc", false },
    { "[a]", "a", false },
    { "a\\*", "a\\x", true },
    { "a\\*", "a*", false },
    { "?", "\xC3\xA9", true },
    { "??", "\xC3\xA9", false },
    { "*??", "\xC3\xA9", false },
    { "*???",
      "\xE6\x97\xA5"
      "a",
      false },
    { "*??",
      "\xE6\x97\xA5"
      "a",
      true },
    { "*\xC3\xA9?", "xx\xC3\xA9y", true },
    { "a?b",
      "a\xFF"
      "b",
      true },
    { "line*end", "line\nend", true },
};

int main(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        bool got = as_glob_match(as_text_of(rows[i].pattern),
                                 as_text_of(rows[i].text));
        char name[100];
        snprintf(name, sizeof(name), "%s %s", rows[i].pattern,
                 rows[i].match ? "matches" : "does not match");
        tap_ok(got == rows[i].match, name);
    }
    tap_ok(as_glob_match(AS_TEXT("a?b"), AS_TEXT("a\0b")), "NUL is a byte");

    /* What makes matchers that recurse per star take for ever. */
    size_t length = 20000;
    char *text = malloc(length);
    if (tap_ok(text != NULL, "memory")) {
        memset(text, 'a', length);
        tap_ok(!as_glob_match(AS_TEXT("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"),
                              (struct as_text){ text, length }),
               "many stars");
    }
    free(text);
    return tap_done();
}
