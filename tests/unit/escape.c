/* Text of strangers, shown: nothing in it may act on who looks. */

#include "common/escape.h"
#include "tests/unit/tap.h"

#define ROW(bytes, json, shown)                                                \
    {                                                                          \
        bytes, sizeof(bytes) - 1, json, shown                                  \
    }

static const struct {
    const char *bytes;
    size_t length;
    const char *json, *terminal;
} rows[] = {
    ROW("", "\"\"", ""),
    ROW("aws-cli/2.0", "\"aws-cli/2.0\"", "aws-cli/2.0"),
    ROW("say \"hi\"", "\"say \\\"hi\\\"\"", "say \"hi\""),
    ROW("a\\b", "\"a\\\\b\"", "a\\\\b"),
    ROW("\x1b[31m", "\"\\u001b[31m\"", "\\x1b[31m"),
    ROW("one\ntwo\r\t", "\"one\\u000atwo\\u000d\\u0009\"",
        "one\\x0atwo\\x0d\\x09"),
    ROW("a\0b", "\"a\\u0000b\"", "a\\x00b"),
    ROW("\x7f", "\"\\u007f\"", "\\x7f"),
    ROW("\xC2\x9B"
        "31m",
        "\"\\u009b31m\"", "\\u{9b}31m"),
    ROW("caf\xC3\xA9", "\"caf\xC3\xA9\"", "caf\xC3\xA9"),
    ROW("\xE2\x80\xAEgnp", "\"\\u202egnp\"", "\\u{202e}gnp"),
    ROW("\xE2\x80\xA8", "\"\\u2028\"", "\\u{2028}"),
    ROW("\xF3\xA0\x80\x81", "\"\\udb40\\udc01\"", "\\u{e0001}"),
    ROW("\xF0\x9F\x98\x80", "\"\xF0\x9F\x98\x80\"", "\xF0\x9F\x98\x80"),
    ROW("a\xFF\xC3", "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"", "a\\xff\\xc3"),
    ROW("\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"",
        "\\xed\\xa0\\x80"),
};

/* Content and attributes are escaped alike. */
static const struct {
    const char *text, *xml;
} xml_rows[] = {
    { "", "" },
    { "a < b && c > \"d'", "a &#60; b &#38;&#38; c &#62; &#34;d&#39;" },
    { "a\\b\tc\nd\r", "a\\b&#9;c&#10;d&#13;" },
    { "\x1b[31m\x7f", "\\x1b[31m\\x7f" },
    { "caf\xC3\xA9 \xE2\x80\xAEgnp \xFF\xEF\xBF\xBE\xEF\xBF\xBF",
      "caf\xC3\xA9 \\u{202e}gnp \\xff\\u{fffe}\\u{ffff}" },
};

static void check(const struct as_buf *got, const char *want, const char *name)
{
    if (!tap_ok(as_text_equal(as_buf_view(got), as_text_of(want)), name))
        printf("#  got: %.*s\n# want: %s\n", (int)got->length, got->bytes,
               want);
}

int main(void)
{
    struct as_buf out = { .bytes = NULL };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct as_text text = { rows[i].bytes, rows[i].length };
        as_buf_reset(&out);
        as_escape_json(&out, text);
        check(&out, rows[i].json, "json");
        as_buf_reset(&out);
        as_escape_terminal(&out, text);
        check(&out, rows[i].terminal, "terminal");
    }
    for (size_t i = 0; i < sizeof(xml_rows) / sizeof(*xml_rows); i++) {
        as_buf_reset(&out);
        as_escape_xml(&out, as_text_of(xml_rows[i].text));
        check(&out, xml_rows[i].xml, "xml");
    }
    as_buf_done(&out);
    return tap_done();
}
