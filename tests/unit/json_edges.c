/*
 * JSON at the edges of blocks.
 *
 * A reader that takes many bytes at a time can go wrong where a block ends:
 * an escape, a quote or a letter of several bytes that is cut there, a run of
 * backslashes that goes over it, a fault that stands in the part behind the
 * last whole block.  So every fault and every good thing that looks like one
 * is put at each place of two blocks of 64 bytes; and then bytes are changed
 * at random, and what the reader says is compared with json_plain.h.
 *
 * Each text is read in two ways that must agree: as a text of JSON, and as a
 * value of a record that the reader takes.  There it stands at the same place
 * of a block.
 */

#include "common/limits.h"
#include "runtime/json.h"
#include "runtime/reader.h"
#include "tests/unit/json_plain.h"
#include "tests/unit/tap.h"

#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum { BLOCK = 64, PLACES = 128 };

/* Names of values: one that nobody reads, one that a rule reads. */
#define SKIPPED "x"
#define READ    "requestParameters"

/* ------------------------------------------------------------------------
 * Reading
 */

static const struct as_path_step name_path[] = { { .name = { "eventName",
                                                             9 } } };
static const struct as_path_step read_path[] = {
    { .name = { "requestParameters", 17 } }
};

static const struct as_slot_path slots[] = {
    { name_path, 1, AS_SHAPE_TEXT, { "", 0 } },
    { read_path, 1, AS_SHAPE_ANY, { "", 0 } },
};

static const struct as_projection projection = { slots, COUNT(slots) };

struct fixture {
    struct as_reader *reader;
    struct as_arena arena;
    struct as_buf text, record;
    char *room; /* of a text that is parsed; begins where a block begins */
    size_t size;
    int events; /* of the last reading, with both names */
    char reason[16];
    unsigned long checks, wrong;
};

static enum astray_status on_event(void *user, const struct as_event *event)
{
    struct fixture *fixture = user;

    fixture->events += event->slots[0].kind == AS_JSON_TEXT;
    return ASTRAY_OK;
}

static void on_notice(void *user, const struct astray_notice *notice)
{
    struct fixture *fixture = user;

    if (!*fixture->reason)
        snprintf(fixture->reason, sizeof(fixture->reason), "%s",
                 notice->reason);
}

static const struct as_reader_callbacks callbacks = { on_event, on_notice };

/* ------------------------------------------------------------------------
 * Checking
 */

static struct as_buf *fresh(struct fixture *fixture)
{
    as_buf_reset(&fixture->text);
    return &fixture->text;
}

static void fill(struct as_buf *out, char c, size_t count)
{
    while (count-- > 0)
        as_buf_putc(out, c);
}

/* Read the text as the value of this name; does the record come?  The text
 * begins where a block begins, as it does when it stands alone. */
static bool in_record(struct fixture *fixture, struct as_text text,
                      const char *name)
{
    static const char before[] = "{\"eventTime\":\"2026-05-01T10:00:00Z\",";
    static const char behind[] = ",\"eventName\":\"A\"}";
    struct as_buf *record = &fixture->record;
    size_t used = sizeof(before) - 1 + strlen(name) + 3;
    enum astray_status status;

    as_buf_reset(record);
    as_buf_puts(record, before);
    fill(record, ' ', BLOCK - used % BLOCK);
    as_buf_printf(record, "\"%s\":", name);
    as_buf_text(record, text);
    as_buf_puts(record, behind);
    fixture->events = 0;
    fixture->reason[0] = '\0';
    status = as_reader_bytes(fixture->reader, "edge", record->bytes,
                             record->length);
    return status == ASTRAY_OK && fixture->events == 1;
}

static bool parses(struct fixture *fixture, struct as_text text,
                   struct as_json_value *value)
{
    size_t need = (text.length + BLOCK - 1) / BLOCK * BLOCK;

    if (need > fixture->size) {
        free(fixture->room);
        fixture->room = aligned_alloc(BLOCK, need);
        fixture->size = fixture->room ? need : 0;
    }
    if (need > fixture->size)
        return false;
    /* Where the room begins or, so that a tool sees what reads behind the
     * text, where it ends. */
    char *at = fixture->room;
    if (fixture->checks % 2)
        at += fixture->size - text.length;
    if (text.length > 0)
        memcpy(at, text.bytes, text.length);
    as_arena_reset(&fixture->arena);
    return as_json_parse((struct as_text){ at, text.length }, &fixture->arena,
                         value);
}

static void show(struct as_text text)
{
    printf("# ");
    for (size_t i = 0; i < text.length && i < 300; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c < 0x20 || c > 0x7E || c == '%')
            printf("%%%02X", c);
        else
            putchar(c);
    }
    printf("\n");
}

/* The text must be JSON, or must not.  At most three errors are shown. */
static bool expect(struct fixture *fixture, struct as_text text, bool good)
{
    struct as_json_value value;
    bool parsed = parses(fixture, text, &value);
    bool skipped = in_record(fixture, text, SKIPPED);
    bool read = in_record(fixture, text, READ);

    fixture->checks++;
    if (parsed == good && skipped == good &&
        (read == good || strcmp(fixture->reason, "duplicate") == 0))
        return true;
    if (fixture->wrong++ < 3) {
        printf("# should be %s: parsed %d, skipped %d, read %d (%s)\n",
               good ? "good" : "bad", parsed, skipped, read, fixture->reason);
        show(text);
    }
    return false;
}

static bool expect_built(struct fixture *fixture, bool good)
{
    return expect(fixture, as_buf_view(&fixture->text), good);
}

/* How the checks since the last call went. */
static void report(struct fixture *fixture, const char *name)
{
    tap_ok(fixture->wrong == 0 && fixture->checks > 0, name);
    printf("# %lu texts, %lu wrong\n", fixture->checks, fixture->wrong);
    fixture->checks = 0;
    fixture->wrong = 0;
}

/* ------------------------------------------------------------------------
 * One thing at each place
 */

#define BYTES(text)                                                            \
    {                                                                          \
        text, sizeof(text) - 1                                                 \
    }
#define ROW(text) BYTES(text),
#define NO_ROW(text)

static const struct as_text good_in_text[] = {
#define GOOD    ROW
#define BAD     NO_ROW
#define BETWEEN NO_ROW
#include "tests/unit/json_edges.def"
#undef GOOD
#undef BAD
#undef BETWEEN
};

static const struct as_text bad_in_text[] = {
#define GOOD    NO_ROW
#define BAD     ROW
#define BETWEEN NO_ROW
#include "tests/unit/json_edges.def"
#undef GOOD
#undef BAD
#undef BETWEEN
};

static const struct as_text things_between[] = {
#define GOOD    NO_ROW
#define BAD     NO_ROW
#define BETWEEN ROW
#include "tests/unit/json_edges.def"
#undef GOOD
#undef BAD
#undef BETWEEN
};

/* In a text, with letters before it and `behind` letters after it. */
static void in_text(struct fixture *fixture, struct as_text thing, size_t place,
                    size_t behind, bool good)
{
    struct as_buf *out = fresh(fixture);

    as_buf_putc(out, '"');
    fill(out, 'k', place);
    as_buf_text(out, thing);
    fill(out, 'm', behind);
    as_buf_putc(out, '"');
    expect_built(fixture, good);
}

/* In a text that blanks bring to its place. */
static void in_short_text(struct fixture *fixture, struct as_text thing,
                          size_t place, bool good)
{
    struct as_buf *out = fresh(fixture);

    as_buf_putc(out, '[');
    fill(out, ' ', place);
    as_buf_putc(out, '"');
    as_buf_text(out, thing);
    as_buf_puts(out, "\"]");
    expect_built(fixture, good);
}

/* The same as a name. */
static void in_name(struct fixture *fixture, struct as_text thing, size_t place,
                    bool good)
{
    struct as_buf *out = fresh(fixture);

    as_buf_puts(out, "{\"");
    fill(out, 'k', place);
    as_buf_text(out, thing);
    as_buf_puts(out, "\":0}");
    expect_built(fixture, good);
}

static void things_in_text(struct fixture *fixture,
                           const struct as_text *things, size_t count,
                           bool good)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t place = 0; place < PLACES; place++) {
            in_text(fixture, things[i], place, 0, good);
            in_text(fixture, things[i], place, BLOCK + 3, good);
            in_short_text(fixture, things[i], place, good);
            in_name(fixture, things[i], place, good);
        }
    }
}

static void every_text(struct fixture *fixture)
{
    things_in_text(fixture, good_in_text, COUNT(good_in_text), true);
    report(fixture, "what may stand in a text, at each place");
    things_in_text(fixture, bad_in_text, COUNT(bad_in_text), false);
    report(fixture, "what must not stand in a text, at each place");
    for (int c = 0; c < 0x20; c++) {
        char byte = (char)c;
        things_in_text(fixture, &(struct as_text){ &byte, 1 }, 1, false);
    }
    report(fixture, "each control character in a text, at each place");
}

/* Between the parts of a container, with blanks on one side or on both. */
static void between(struct fixture *fixture, const char *before,
                    const char *behind, struct as_text thing, size_t place,
                    size_t more)
{
    struct as_buf *out = fresh(fixture);

    as_buf_puts(out, before);
    fill(out, ' ', place);
    as_buf_text(out, thing);
    fill(out, '\n', more);
    as_buf_puts(out, behind);
    expect(fixture, as_buf_view(out), plain_is_json(out->bytes, out->length));
}

static void every_gap(struct fixture *fixture)
{
    static const char *const gaps[][2] = {
        { "[7", "]" },         { "[7,", "8]" },     { "[\"k\"", ",8]" },
        { "{\"k\"", ":7}" },   { "{\"k\":", "7}" }, { "{\"k\":7", "}" },
        { "{", "\"k\":7}" },   { "[true", "]" },    { "[[7]", "]" },
        { "[{\"k\":7}", "]" }, { "[", "]" },        { "{", "}" },
    };

    for (size_t i = 0; i < COUNT(gaps); i++) {
        for (size_t n = 0; n < COUNT(things_between); n++) {
            for (size_t place = 0; place < PLACES; place++) {
                between(fixture, gaps[i][0], gaps[i][1], things_between[n],
                        place, 0);
                between(fixture, gaps[i][0], gaps[i][1], things_between[n],
                        place, place % 5);
            }
        }
    }
    report(fixture, "what stands between values, at each place");
}

/* The same between records: in an array, in Records as the first name, which
 * is walked over, and in Records as a later one. */
static void every_list(struct fixture *fixture)
{
#define RECORD "{\"eventTime\":\"2026-05-01T10:00:00Z\",\"eventName\":\"A\"}"
    static const char *const gaps[][2] = {
        { "[", RECORD "]" },
        { "[" RECORD, RECORD "]" },
        { "[" RECORD ",", RECORD "]" },
        { "[" RECORD, "]" },
        { "{", "\"Records\":[" RECORD "]}" },
        { "{\"Records\"", ":[" RECORD "]}" },
        { "{\"Records\":", "[" RECORD "]}" },
        { "{\"Records\":[" RECORD, RECORD "]}" },
        { "{\"Records\":[" RECORD, "],\"a\":7}" },
        { "{\"Records\":[" RECORD "]", "}" },
        { "{\"Records\":[" RECORD "]", ",\"a\":7}" },
        { "{\"Records\":[" RECORD "]", "\"a\":7}" },
        { "{\"Records\":[" RECORD "],", "\"a\":7}" },
        { "{\"Records\":[" RECORD "],\"a\":7", "}" },
        { "{\"a\":7,\"Records\":[" RECORD, RECORD "]}" },
    };

    for (size_t n = 0; n < COUNT(gaps) * COUNT(things_between) * PLACES; n++) {
        const char *const *gap = gaps[n / PLACES / COUNT(things_between)];
        struct as_buf *out = fresh(fixture);

        as_buf_puts(out, gap[0]);
        fill(out, ' ', n % PLACES);
        as_buf_text(out, things_between[n / PLACES % COUNT(things_between)]);
        as_buf_puts(out, gap[1]);
        bool good = plain_is_json(out->bytes, out->length);
        enum astray_status status = as_reader_bytes(fixture->reader, "list",
                                                    out->bytes, out->length);
        fixture->checks++;
        if ((status == ASTRAY_OK) != good && fixture->wrong++ < 3)
            show(as_buf_view(out));
    }
    report(fixture, "what stands between records, at each place");
}

/* ------------------------------------------------------------------------
 * Runs
 */

/* Backslashes before the closing quote: it closes when they are even. */
static void backslashes(struct fixture *fixture)
{
    static const struct {
        const char *behind;
        bool if_even, if_odd;
    } ends[] = {
        { "\"", true, false },     { "\"\"", false, true },
        { "n\"", true, true },     { "q\"", true, false },
        { "u0041\"", true, true }, { "u004\"", true, false },
        { "\",\"", false, true },  { "\xC3\xA9\"", true, false },
    };

    for (size_t run = 1; run <= 130; run++) {
        for (size_t start = 0; start < BLOCK; start++) {
            const size_t i = (run + start) % COUNT(ends);
            for (size_t n = 0; n < 3; n++) {
                size_t end = n == 2 ? i : n;
                struct as_buf *out = fresh(fixture);
                as_buf_putc(out, '"');
                fill(out, 'k', start);
                fill(out, '\\', run);
                as_buf_puts(out, ends[end].behind);
                expect_built(fixture,
                             run % 2 ? ends[end].if_odd : ends[end].if_even);
            }
        }
    }
    report(fixture, "runs of 1 to 130 backslashes, from each place");
}

/* What texts with escapes become. */
static void decoded(struct fixture *fixture)
{
    unsigned long wrong = 0;

    for (size_t run = 1; run <= 130; run++) {
        for (size_t start = 0; start < BLOCK; start++) {
            struct as_json_value value;
            struct as_buf *out = fresh(fixture);
            as_buf_putc(out, '"');
            fill(out, 'k', start);
            fill(out, '\\', run);
            as_buf_puts(out, "u00e9\"");
            bool good = parses(fixture, as_buf_view(out), &value);
            size_t want = start + run / 2 + (run % 2 ? 2 : 5);
            good = good && value.kind == AS_JSON_TEXT &&
                   value.text.length == want &&
                   memcmp(value.text.bytes + start + run / 2,
                          run % 2 ? "\xC3\xA9" : "u00e9", run % 2 ? 2 : 5) == 0;
            for (size_t i = 0; good && i < start + run / 2; i++)
                good = value.text.bytes[i] == (i < start ? 'k' : '\\');
            wrong += !good;
        }
    }
    tap_int((long)wrong, 0, "escapes decoded, from each place");
}

/* Letters of each length one behind the other, whole and cut. */
static void letters(struct fixture *fixture)
{
    static const struct as_text kinds[] = { BYTES("\xC3\xA9"),
                                            BYTES("\xE2\x82\xAC"),
                                            BYTES("\xF0\x9F\x94\x91") };

    for (size_t i = 0; i < COUNT(kinds); i++) {
        for (size_t place = 0; place < PLACES; place++) {
            for (size_t part = 0; part <= kinds[i].length; part++) {
                struct as_buf *out = fresh(fixture);
                as_buf_putc(out, '"');
                fill(out, 'k', place % 4);
                while (out->length + kinds[i].length <= place + 1)
                    as_buf_text(out, kinds[i]);
                as_buf_add(out, kinds[i].bytes, part);
                as_buf_putc(out, '"');
                expect_built(fixture, part == 0 || part == kinds[i].length);
                out->length--; /* and not closed */
                expect_built(fixture, false);
            }
        }
    }
    report(fixture, "runs of letters, whole and cut, to each place");
}

/* All pairs of bytes, and third bytes behind the pairs that go on. */
static void byte_pairs(struct fixture *fixture)
{
    static const unsigned char thirds[] = { 0x7F, 0x80, 0xBF, 0xC0 };

    for (unsigned pair = 0; pair < 65536; pair++) {
        unsigned char tail[2] = { (unsigned char)(pair >> 8),
                                  (unsigned char)pair };
        struct as_buf *out = fresh(fixture);
        struct as_json_value value;

        as_buf_putc(out, '"');
        fill(out, 'k', 62 - pair % 4);
        as_buf_add(out, tail, 2);
        if (tail[0] >= 0xE0) {
            as_buf_add(out, &thirds[pair / 4 % 4], 1);
            if (tail[0] >= 0xF0)
                as_buf_add(out, &thirds[(pair + pair / 16) % 4], 1);
        }
        as_buf_putc(out, '"');
        bool good = plain_is_json(out->bytes, out->length);
        fixture->checks++;
        if (parses(fixture, as_buf_view(out), &value) == good &&
            in_record(fixture, as_buf_view(out), SKIPPED) == good)
            continue;
        if (fixture->wrong++ < 3)
            show(as_buf_view(out));
    }
    report(fixture, "every pair of bytes in a text");
}

static void numbers(struct fixture *fixture)
{
    static const char *const tails[] = {
        "",   ".",   ".0",  "e",    "e1",  "E+",   "E+9", "e-0", "-",
        "+1", ".e1", ".1.", ".1e1", "1e1", "e1e1", "x",   "_1",  " 1",
        "..", "\\",  "\"",  "\x80", "e+-", "e1.0", "/",   ";",
    };
    static const char *const ends[][2] = { { "[", "]" }, { "{\"k\":", "}" } };

    for (size_t length = 1; length <= 140; length++) {
        for (size_t i = 0; i < COUNT(tails); i++) {
            for (size_t n = 0; n < COUNT(ends); n++) {
                struct as_buf *out = fresh(fixture);
                as_buf_puts(out, ends[n][0]);
                as_buf_puts(out, length % 3 ? "" : "-");
                fill(out, length % 7 ? '8' : '0', length);
                as_buf_puts(out, tails[i]);
                as_buf_puts(out, ends[n][1]);
                expect(fixture, as_buf_view(out),
                       plain_is_json(out->bytes, out->length));
            }
        }
    }
    report(fixture, "numbers of 1 to 140 digits, and what may follow them");
}

/* ------------------------------------------------------------------------
 * Depth and size
 */

static void nest(struct as_buf *out, size_t depth, unsigned kinds)
{
    for (size_t i = 0; i < depth; i++)
        as_buf_puts(out, kinds >> i % 8 & 1 ? "{\"k\":" : "[");
    as_buf_puts(out, "\"]}\"");
    for (size_t i = depth; i > 0; i--)
        as_buf_putc(out, kinds >> (i - 1) % 8 & 1 ? '}' : ']');
}

static void depths(struct fixture *fixture)
{
    unsigned long wrong = 0;

    for (size_t depth = 1; depth <= 3 * AS_MAX_DEPTH; depth++) {
        for (unsigned kinds = 0; kinds < 256; kinds += 17) {
            struct as_json_value value;
            struct as_buf *out = fresh(fixture);
            /* what was closed before does not count */
            as_buf_puts(out, "[[[[[]]]],{\"k\":[{}]},");
            nest(out, depth - 1, kinds);
            as_buf_putc(out, ']');
            struct as_text text = as_buf_view(out);
            bool bare = parses(fixture, text, &value);
            bool skipped = in_record(fixture, text, SKIPPED);
            bool told = skipped || strcmp(fixture->reason, "depth") == 0;
            bool read = in_record(fixture, text, READ);
            wrong += bare != (depth <= AS_MAX_DEPTH) ||
                     skipped != (depth < AS_MAX_DEPTH) || read != skipped ||
                     !told;
        }
    }
    tap_int((long)wrong, 0, "depth around its bound, in every mixture");
}

/* Texts of many lengths; one that is read has a bound, one that nobody reads
 * has that of its record. */
static void lengths(struct fixture *fixture)
{
    static const size_t large[] = { 4095,   4096,   4097,   65535,
                                    65536,  65537,  262143, 262144,
                                    262145, 300000, 900000 };
    unsigned long wrong = 0;

    for (size_t length = 0; length < 400; length++) {
        struct as_buf *out = fresh(fixture);
        as_buf_putc(out, '"');
        fill(out, 'k', length);
        as_buf_putc(out, '"');
        expect_built(fixture, true);
        out->length--;
        expect_built(fixture, false);
    }
    report(fixture, "texts of 0 to 400 bytes, closed and not");
    for (size_t i = 0; i < COUNT(large); i++) {
        struct as_json_value value;
        struct as_buf *out = fresh(fixture);
        as_buf_putc(out, '"');
        fill(out, 'k', large[i]);
        as_buf_putc(out, '"');
        struct as_text text = as_buf_view(out);
        wrong += !parses(fixture, text, &value) ||
                 value.text.length != large[i] ||
                 !in_record(fixture, text, SKIPPED);
        bool read = in_record(fixture, text, READ);
        wrong += read != (large[i] <= AS_MAX_KEPT_TEXT) ||
                 (!read && strcmp(fixture->reason, "size") != 0);
        out->bytes[out->length - 2] = '\x1F';
        wrong += in_record(fixture, text, SKIPPED);
    }
    tap_int((long)wrong, 0, "long texts, and a fault at their end");
}

/* ------------------------------------------------------------------------
 * At random
 */

static uint64_t state = 20260501;

static unsigned draw(unsigned below)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)(state >> 33) % below;
}

/* Some JSON, of up to so many levels. */
static void make(struct as_buf *out, unsigned levels)
{
    static const char *const leaves[] = {
        "null",
        "true",
        "false",
        "0",
        "-1.5e+3",
        "1234567890123456789",
        "\"\"",
        "\"GetCallerIdentity\"",
        "\"\\\\\"",
        "\"\\\"]\"",
        "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x94\x91\"",
        "\"\\uD83D\\uDD11\\n\"",
        "\"arn:aws:sts::123456789012:assumed-role/app/i-0123456789abcdef0\"",
    };
    unsigned kind = draw(levels > 0 ? 6 : 3);

    fill(out, " \n\t\r"[draw(4)], draw(8) ? 0 : draw(70));
    if (kind < 3) {
        as_buf_puts(out, leaves[draw(COUNT(leaves))]);
    } else {
        bool is_object = kind == 3;
        as_buf_putc(out, is_object ? '{' : '[');
        for (unsigned i = 0, count = draw(5); i < count; i++) {
            as_buf_puts(out, i ? "," : "");
            if (is_object)
                as_buf_printf(out, "\"n%u\" :", i);
            make(out, levels - 1);
        }
        as_buf_putc(out, is_object ? '}' : ']');
    }
    fill(out, ' ', draw(8) ? 0 : draw(9));
}

/* Change, take out or put in one byte, of those that mean something. */
static void change(struct as_buf *out)
{
    static const char bytes[] = "\"\"\\\\{}[]:,,0-.eEu/tnf \n\t\0\x1F\x7F\x80"
                                "\xC3\xE2\xF0\xA9\xFF";
    char byte = bytes[draw(sizeof(bytes) - 1)];
    size_t at = draw((unsigned)out->length);

    if (draw(8) == 0)
        byte = (char)draw(256);
    switch (draw(3)) {
    case 0:
        out->bytes[at] = byte;
        break;
    case 1:
        memmove(out->bytes + at, out->bytes + at + 1, out->length - at - 1);
        out->length--;
        break;
    default:
        as_buf_putc(out, byte);
        memmove(out->bytes + at + 1, out->bytes + at, out->length - at - 1);
        out->bytes[at] = byte;
        break;
    }
}

/* A value that changed may close what is around it; so the record is judged
 * as a whole. */
static void at_random(struct fixture *fixture, unsigned rounds)
{
    unsigned long good_count = 0;

    for (unsigned i = 0; i < rounds; i++) {
        struct as_buf *out = fresh(fixture);
        struct as_json_value value;

        make(out, 4);
        for (unsigned n = draw(4); n > 0 && out->length > 0; n--)
            change(out);
        struct as_text text = as_buf_view(out);
        bool good = plain_is_json(text.bytes, text.length);
        bool parsed = parses(fixture, text, &value);
        bool skipped = in_record(fixture, text, SKIPPED);
        bool whole = plain_is_json(fixture->record.bytes,
                                   fixture->record.length);
        good_count += good;
        fixture->checks++;
        if (parsed == good && skipped == whole)
            continue;
        if (fixture->wrong++ < 3) {
            printf("# good %d, parsed %d, skipped %d\n", good, parsed, skipped);
            show(text);
        }
    }
    report(fixture, "changed at random, as the plain reader has it");
    tap_ok(good_count > rounds / 10 && good_count < rounds - rounds / 10,
           "some are good, and some are not");
}

int main(void)
{
    struct fixture fixture = { .checks = 0 };

    as_arena_init(&fixture.arena, 0);
    fixture.reader = as_reader_new(&projection, &callbacks, &fixture);
    if (tap_ok(fixture.reader != NULL, "a reader")) {
        every_text(&fixture);
        every_gap(&fixture);
        every_list(&fixture);
        backslashes(&fixture);
        decoded(&fixture);
        letters(&fixture);
        byte_pairs(&fixture);
        numbers(&fixture);
        depths(&fixture);
        lengths(&fixture);
        at_random(&fixture, 60000);
    }
    as_reader_free(fixture.reader);
    as_arena_free(&fixture.arena);
    as_buf_done(&fixture.text);
    as_buf_done(&fixture.record);
    free(fixture.room);
    return tap_done();
}
