/*
 * fuzz_lists.c - the files of lists: lines, CSV and JSON, of every type.
 *
 * Blocks of addresses as a set against looking at each; lines against a plain
 * reader; and the values of any file, written in the other forms, read as the
 * same values.
 *
 * The input: a byte for the form, one for the type, then the file.
 */

#include "program/listfile.h"

#include "common/escape.h"
#include "common/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/shown.h"
#include "tests/unit/json_plain.h"

const unsigned fuzz_variants = 40;

enum { MOST_INPUT = 16 * 1024, MOST_BLOCKS = 200 };

static const char *const files[] = { "a.txt", "a.csv", "a.json" };

enum form { LINES, CSV, JSON, FORMS };

struct list {
    struct as_arena arena;
    struct as_list_item *items;
    size_t count;
};

static bool read_list(struct list *list, enum form form, enum as_kind kind,
                      struct as_text text)
{
    struct as_listfile_report report = { .count = 0 };
    unsigned errors = 0;

    *list = (struct list){ .count = 0 };
    as_arena_init(&list->arena, 0);
    bool good = as_listfile_read(files[form], AS_TEXT("name"), text, kind,
                                 &list->arena, &list->items, &list->count,
                                 &report);
    for (unsigned i = 0; i < report.count; i++) {
        errors += !report.errors[i].is_warning;
        fuzz_require(shown_is_safe(as_text_of(report.errors[i].message), false),
                     "what is wrong with a list can be shown");
    }
    fuzz_require(good == (errors == 0), "a list is refused where it is wrong");
    return good;
}

static bool equal(const struct as_scalar *a, const struct as_scalar *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case AS_KIND_TEXT:
    case AS_KIND_SOURCE:
        return as_text_equal(a->text, b->text);
    case AS_KIND_IP:
        return as_ip_compare(&a->ip, &b->ip) == 0;
    case AS_KIND_CIDR:
        return a->cidr.bits == b->cidr.bits &&
               as_ip_compare(&a->cidr.base, &b->cidr.base) == 0;
    case AS_KIND_REAL:
        return memcmp(&a->real, &b->real, sizeof(a->real)) == 0;
    case AS_KIND_BOOL:
    case AS_KIND_INT:
    case AS_KIND_TIME:
    case AS_KIND_DURATION:
        return a->integer == b->integer;
    case AS_KIND_NONE:
    case AS_KIND_JSON:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break;
    }
    return false;
}

/* ------------------------------------------------------------------------
 * Writing texts in another form
 */

static void write_csv(struct as_buf *out, struct as_text text)
{
    as_buf_putc(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '"')
            as_buf_putc(out, '"');
        as_buf_putc(out, text.bytes[i]);
    }
    as_buf_puts(out, "\"\r\n");
}

static void write_form(const struct list *list, enum form form,
                       struct as_buf *out)
{
    if (form == CSV)
        as_buf_puts(out, "other,name\n");
    if (form == JSON)
        as_buf_puts(out, "[");
    for (size_t i = 0; i < list->count; i++) {
        struct as_text text = list->items[i].value.text;

        if (form == JSON) {
            as_buf_puts(out, i > 0 ? "," : "");
            as_escape_json(out, text);
        } else {
            as_buf_puts(out, "x,");
            write_csv(out, text);
        }
    }
    if (form == JSON)
        as_buf_puts(out, "]");
}

static void check_forms(const struct list *list, enum as_kind kind)
{
    for (enum form form = CSV; form < FORMS; form++) {
        struct as_buf out = { .bytes = NULL };
        struct list again;

        write_form(list, form, &out);
        fuzz_require(read_list(&again, form, kind, as_buf_view(&out)),
                     "what was read can be written in other forms");
        fuzz_require(again.count == list->count, "with as many values");
        for (size_t i = 0; i < list->count; i++)
            fuzz_require(equal(&again.items[i].value, &list->items[i].value),
                         "and the same ones");
        as_arena_free(&again.arena);
        as_buf_done(&out);
    }
}

/* ------------------------------------------------------------------------
 * Blocks
 */

static bool in_any(const struct as_cidr *blocks, size_t count,
                   const struct as_ip *ip)
{
    for (size_t i = 0; i < count; i++) {
        if (as_cidr_has(&blocks[i], ip))
            return true;
    }
    return false;
}

/* Is it in the block, bit by bit? */
static bool has(const struct as_cidr *block, const struct as_ip *ip)
{
    for (unsigned bit = 0; bit < block->bits; bit++) {
        unsigned mask = 0x80u >> bit % 8;

        if ((ip->byte[bit / 8] ^ block->base.byte[bit / 8]) & mask)
            return false;
    }
    return true;
}

/* The address before, or behind. */
static struct as_ip beside(struct as_ip ip, int by)
{
    for (int i = 15; i >= 0; i--) {
        ip.byte[i] = (unsigned char)(ip.byte[i] + by);
        if (ip.byte[i] != (by > 0 ? 0x00 : 0xFF))
            break;
    }
    return ip;
}

static void check_blocks(struct list *list)
{
    struct as_cidr blocks[MOST_BLOCKS];
    struct as_ip_set set;
    size_t count = list->count < MOST_BLOCKS ? list->count : MOST_BLOCKS;

    for (size_t i = 0; i < count; i++)
        blocks[i] = list->items[i].value.cidr;
    fuzz_require(as_ip_set_build(&set, &list->arena, blocks, count),
                 "there is memory for a set");
    fuzz_require(as_ip_set_check(set.ranges, set.count),
                 "a set is sorted, with gaps");
    for (size_t i = 0; i < count; i++) {
        struct as_ip_range range = as_cidr_range(&blocks[i]);
        struct as_ip probes[] = { range.first, range.last,
                                  beside(range.first, -1),
                                  beside(range.last, 1), blocks[i].base };

        for (size_t n = 0; n < sizeof(probes) / sizeof(*probes); n++) {
            fuzz_require(as_cidr_has(&blocks[i], &probes[n]) ==
                             has(&blocks[i], &probes[n]),
                         "a block has what it has bit by bit");
            fuzz_require(as_ip_set_has(&set, &probes[n]) ==
                             in_any(blocks, count, &probes[n]),
                         "a set has what its blocks have");
        }
    }
}

/* ------------------------------------------------------------------------
 * Lines
 */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct as_text strip(struct as_text text, bool start)
{
    while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
        text.length--;
    while (start && text.length > 0 && is_blank(*text.bytes)) {
        text.bytes++;
        text.length--;
    }
    return text;
}

/* The value on a line; false when there is none. */
static bool value_on(struct as_text line, bool textual, struct as_text *value)
{
    struct as_text whole = strip(line, true);

    if (whole.length == 0 || *whole.bytes == '#')
        return false;
    for (size_t i = 1; !textual && i < whole.length; i++) {
        if (whole.bytes[i] == '#' && is_blank(whole.bytes[i - 1]))
            whole.length = i;
    }
    *value = textual ? strip(line, false) : strip(whole, true);
    return true;
}

/* The values of the lines, one after the other, must be the list's. */
static void check_lines(struct as_text text, enum as_kind kind, bool good,
                        const struct list *list)
{
    bool textual = kind == AS_KIND_TEXT || kind == AS_KIND_SOURCE;
    bool want = as_utf8_check(text) == text.length &&
                !(text.length > 0 && memchr(text.bytes, '\0', text.length));
    struct fuzz_bytes in;
    struct as_text line, value;
    size_t count = 0;

    if (as_text_starts(text, AS_TEXT("\xEF\xBB\xBF"))) {
        text.bytes += 3;
        text.length -= 3;
    }
    in.at = (const uint8_t *)text.bytes;
    in.end = in.at + text.length;
    while (want && fuzz_part(&in, '\n', &line)) {
        struct as_scalar scalar;
        const char *why;

        if (!value_on(line, textual, &value))
            continue;
        want = as_scalar_parse(kind, value, &scalar, &why);
        fuzz_require(!good || (want && count < list->count &&
                               equal(&scalar, &list->items[count].value)),
                     "a line's value is in the list");
        count++;
    }
    fuzz_require(want == good && (!good || count == list->count),
                 "the lines are the list");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_bytes in = { bytes, bytes + length };
    enum form form = (enum form)(fuzz_byte(&in) % FORMS);
    enum as_kind kind = (enum as_kind)(fuzz_byte(&in) % AS_KIND_COUNT);
    struct as_text text = fuzz_rest(&in);
    struct list list;

    if (length > MOST_INPUT || !as_scalar_is(kind))
        return 0;
    bool good = read_list(&list, form, kind, text);
    if (form == LINES)
        check_lines(text, kind, good, &list);
    if (form == JSON && good) {
        if (as_text_starts(text, AS_TEXT("\xEF\xBB\xBF"))) {
            text.bytes += 3;
            text.length -= 3;
        }
        fuzz_require(plain_is_json(text.bytes, text.length),
                     "a list in JSON is JSON");
    }
    if (good && (kind == AS_KIND_TEXT || kind == AS_KIND_SOURCE))
        check_forms(&list, kind);
    if (good && kind == AS_KIND_CIDR)
        check_blocks(&list);
    as_arena_free(&list.arena);
    return 0;
}
