/*
 * fuzz_escape.c - what a stranger wrote, made safe to show: as JSON, on a
 * terminal, under a caret, in a block of alerts, in a diagnostic.
 *
 * The input: texts with a NUL between them.
 */

#include "common/escape.h"

#include "cli/blocks.h"
#include "cli/render.h"
#include "cli/width.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/json_tree.h"
#include "tests/fuzz/shown.h"

const unsigned fuzz_variants = 200;

enum { MOST_INPUT = 4096, TEXTS = 8 };

static void must_be_json(const struct as_buf *out)
{
    struct as_text text = as_buf_view(out);

    fuzz_require(plain_is_json(text.bytes, text.length), "it is JSON");
    fuzz_require(shown_is_safe(text, false), "it can be shown");
}

/* The text with U+FFFD for each byte that is not UTF-8. */
static void patch(struct as_buf *out, struct as_text text)
{
    for (size_t at = 0; at < text.length;) {
        uint32_t code;
        unsigned length = as_utf8_decode(text.bytes + at, text.length - at,
                                         &code);

        if (length > 0)
            as_buf_add(out, text.bytes + at, length);
        else
            as_buf_puts(out, "\xEF\xBF\xBD");
        at += length ? length : 1;
    }
}

static void check_json(struct as_text text)
{
    struct as_buf out = { .bytes = NULL }, want = { .bytes = NULL };
    struct as_arena arena;
    struct plain p;

    as_escape_json(&out, text);
    must_be_json(&out);
    as_arena_init(&arena, 0);
    p.at = (const unsigned char *)out.bytes;
    p.end = p.at + out.length;
    patch(&want, text);
    fuzz_require(as_text_equal(tree_text(&p, &arena), as_buf_view(&want)),
                 "as JSON it says the same");
    as_arena_free(&arena);
    as_buf_done(&out);
    as_buf_done(&want);
}

/* Read "\\", "\xNN" and "\u{N}" back. */
static size_t unescape(struct as_text text, struct as_buf *out)
{
    char room[4];

    if (text.bytes[0] != '\\') {
        as_buf_putc(out, text.bytes[0]);
        return 1;
    }
    if (text.length > 1 && text.bytes[1] == '\\') {
        as_buf_putc(out, '\\');
        return 2;
    }
    if (text.bytes[1] == 'x') {
        char digits[] = { text.bytes[2], text.bytes[3], '\0' };

        as_buf_putc(out, (char)strtoul(digits, NULL, 16));
        return 4;
    }
    char *end;
    unsigned long code = strtoul(text.bytes + 3, &end, 16);
    as_buf_add(out, room, as_utf8_encode((uint32_t)code, room));
    return (size_t)(end + 1 - text.bytes);
}

static void check_terminal(struct as_text text)
{
    struct as_buf out = { .bytes = NULL }, back = { .bytes = NULL };

    as_escape_terminal(&out, text);
    struct as_text rest = as_buf_view(&out);
    fuzz_require(
        shown_is_safe(rest, false) &&
            (rest.length == 0 || !memchr(rest.bytes, '\n', rest.length)),
        "escaped, it can be shown, on one line");
    as_buf_putc(&out, '\0');
    rest.bytes = out.bytes;
    while (rest.length > 0) {
        size_t taken = unescape(rest, &back);
        rest.bytes += taken;
        rest.length -= taken;
    }
    fuzz_require(as_text_equal(as_buf_view(&back), text),
                 "escaped, it can be told from everything else");
    as_buf_done(&out);
    as_buf_done(&back);
}

static void check_show(struct as_text text)
{
    struct as_buf out = { .bytes = NULL };
    size_t columns = as_show(&out, text);

    fuzz_require(shown_is_safe(as_buf_view(&out), false),
                 "under a caret it can be shown");
    fuzz_require(columns <= 2 * out.length, "no character is wider than two");
    as_buf_done(&out);
}

/* ------------------------------------------------------------------------
 * Alerts and diagnostics
 */

static void check_blocks(const char *const texts[TEXTS])
{
    struct astray_alert alert = {
        .size = sizeof(alert),
        .json = "{}",
        .json_length = 2,
        .id = "1",
        .rule = texts[0],
        .title = texts[1],
        .severity = "high",
        .status = "stable",
        .time = "2026-05-01T10:00:00Z",
        .event_id = texts[2],
        .event_name = texts[3],
        .event_source = texts[4],
        .region = texts[5],
        .address = texts[6],
        .agent = texts[7],
        .error_code = texts[0],
        .key = texts[1],
    };
    struct as_buf out = { .bytes = NULL };
    struct as_blocks blocks;

    as_blocks_init(&blocks);
    as_blocks_add(&blocks, &alert);
    alert.agent = texts[3];
    as_blocks_add(&blocks, &alert);
    as_blocks_text(&blocks, false, &out);
    fuzz_require(shown_is_safe(as_buf_view(&out), false),
                 "a block of alerts can be shown");
    as_buf_reset(&out);
    as_blocks_text(&blocks, true, &out);
    fuzz_require(shown_is_safe(as_buf_view(&out), true),
                 "a block of alerts can be shown in colour");
    as_buf_done(&out);
    as_blocks_done(&blocks);
}

static struct astray_label label_of(const char *const texts[TEXTS],
                                    unsigned from, uint32_t line)
{
    const char *text = texts[(from + 2) % TEXTS];
    size_t length = strlen(text);
    uint32_t column = (uint32_t)(length / 2) + 1;

    return (struct astray_label){
        .file = texts[from % TEXTS],
        .line = line,
        .column = column,
        .width = (uint32_t)(length > column ? length - column : 1),
        .line_text = text,
        .text = texts[(from + 1) % TEXTS],
    };
}

static void check_diagnostic(const char *const texts[TEXTS])
{
    struct astray_label labels[] = {
        label_of(texts, 1, 12),
        label_of(texts, 1, 7),
        label_of(texts, 4, 1),
    };
    struct astray_diagnostic d = {
        .size = sizeof(d),
        .severity = ASTRAY_WARNING,
        .code = "E0101",
        .message = texts[0],
        .help = texts[7],
        .label_count = 3,
        .labels = labels,
    };
    struct as_buf out = { .bytes = NULL };

    as_render_text(&out, &d, false);
    as_render_short(&out, &d);
    fuzz_require(shown_is_safe(as_buf_view(&out), false),
                 "a diagnostic can be shown");
    as_buf_reset(&out);
    as_render_text(&out, &d, true);
    fuzz_require(shown_is_safe(as_buf_view(&out), true),
                 "a diagnostic can be shown in colour");
    as_buf_reset(&out);
    as_render_json(&out, &d);
    must_be_json(&out);
    as_buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_bytes in = { bytes, bytes + length };
    struct as_text text = fuzz_rest(&in);
    const char *texts[TEXTS];
    struct as_arena arena;

    if (length > MOST_INPUT)
        return 0;
    check_json(text);
    check_terminal(text);
    check_show(text);
    as_arena_init(&arena, 0);
    for (int i = 0; i < TEXTS; i++) {
        text = AS_TEXT("");
        (void)fuzz_part(&in, 0, &text);
        texts[i] = as_strndup(&arena, text.bytes, text.length);
    }
    check_blocks(texts);
    check_diagnostic(texts);
    as_arena_free(&arena);
    return 0;
}
