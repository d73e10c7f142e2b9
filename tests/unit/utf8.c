/* UTF-8: what RFC 3629 allows, what it forbids, and what can't be seen. */

#include "common/utf8.h"
#include "tests/unit/tap.h"

#define ROW(bytes, bad, name)                                                  \
    {                                                                          \
        bytes, sizeof(bytes) - 1, bad, name                                    \
    }

static const struct {
    const char *bytes;
    size_t length;
    long bad; /* offset of the first bad byte; -1: none */
    const char *name;
} rows[] = {
    ROW("", -1, "empty"),
    ROW("plain ASCII, longer than a word", -1, "ASCII"),
    ROW("a\0b", -1, "NUL"),
    ROW("\xC2\x80\xDF\xBF", -1, "two bytes, least and most"),
    ROW("\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF", -1,
        "three bytes at each edge"),
    ROW("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", -1, "four bytes, least and most"),
    ROW("\xC0\x80", 0, "overlong NUL"),
    ROW("\xC1\xBF", 0, "overlong DEL"),
    ROW("\xE0\x9F\xBF", 0, "overlong, three bytes"),
    ROW("\xF0\x8F\xBF\xBF", 0, "overlong, four bytes"),
    ROW("\xED\xA0\x80", 0, "first surrogate"),
    ROW("\xED\xBF\xBF", 0, "last surrogate"),
    ROW("\xF4\x90\x80\x80", 0, "above U+10FFFF"),
    ROW("\xF5\x80\x80\x80", 0, "lead F5"),
    ROW("\xFF", 0, "FF"),
    ROW("\x80", 0, "continuation alone"),
    ROW("0123456789abcde\xC3", 15, "cut, two bytes"),
    ROW("ab\xE2\x82", 2, "cut, three bytes"),
    ROW("ab\xF0\x9F\x98", 2, "cut, four bytes"),
    ROW("ab\xE2\x82"
        "c",
        2, "a letter in the middle"),
    ROW("\xC3\xA9\xC3\xC3", 2, "good, then bad"),
};

static void round_trip(void)
{
    uint32_t wrong = 0;

    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        char bytes[4];
        uint32_t back = 0;
        unsigned length = as_utf8_encode(code, bytes);
        unsigned read = as_utf8_decode(bytes, length, &back);
        bool surrogate = code >= 0xD800 && code <= 0xDFFF;

        if (surrogate ? read != 0 : read != length || back != code)
            wrong++;
    }
    tap_int((long)wrong, 0, "every code point there and back");
}

static const struct {
    uint32_t code;
    bool invisible;
} seen[] = {
    { 'a', false },    { ' ', false },     { 0x00AC, false },
    { 0x00AD, true },  { 0x034F, true },   { 0x061C, true },
    { 0x200A, false }, { 0x200B, true },   { 0x200F, true },
    { 0x2010, false }, { 0x2028, true },   { 0x2029, true },
    { 0x202A, true },  { 0x202E, true },   { 0x202F, false },
    { 0x2066, true },  { 0x2069, true },   { 0x2070, false },
    { 0x3164, true },  { 0xFE0F, true },   { 0xFEFF, true },
    { 0xFFA0, true },  { 0x1F600, false }, { 0xE0001, true },
    { 0xE0FFF, true }, { 0xE1000, false },
};

int main(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct as_text text = { rows[i].bytes, rows[i].length };
        long want = rows[i].bad < 0 ? (long)text.length : rows[i].bad;
        tap_int((long)as_utf8_check(text), want, rows[i].name);
    }
    round_trip();
    for (size_t i = 0; i < sizeof(seen) / sizeof(*seen); i++) {
        char name[40];
        snprintf(name, sizeof(name), "U+%04X can%s be seen",
                 (unsigned)seen[i].code, seen[i].invisible ? "not" : "");
        tap_ok(as_utf8_invisible(seen[i].code) == seen[i].invisible, name);
    }
    return tap_done();
}
