/*
 * listfile.c - see listfile.h.
 *
 * Each of the three forms is a small reader that finds the values and hands
 * every one to take(), which knows the type, keeps the value or says what is
 * wrong with it.  A reader goes on after a bad value, so that one run shows
 * several mistakes, and stops where the form itself is broken.
 */

#include "program/listfile.h"

#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include "common/buf.h"
#include "common/escape.h"
#include "common/limits.h"
#include "common/utf8.h"
#include "program/jsonwalk.h"

enum { MOST_SHOWN = 60 }; /* bytes of a bad value in a message */

/* Where in a JSON file: "element N", "ARRAY" or "ARRAY[N].NAME"; array NULL
 * where lines tell. */
struct place {
    const char *array, *name;
    size_t n;
};

struct reading {
    struct as_text name;
    struct as_text bytes;
    enum as_kind kind;
    struct as_arena *arena;
    struct as_listfile_report *report;
    struct as_list_item *items; /* malloc'd, until they are all there */
    size_t count, capacity;
    struct place place;
    bool bad; /* there was an error */
};

/* ---- what is wrong ----------------------------------------------------- */

/* A place for one more message.  An error may push the last warning out. */
static struct as_listfile_error *new_error(struct as_listfile_report *report,
                                           bool is_warning)
{
    if (report->count < AS_LISTFILE_ERRORS)
        return &report->errors[report->count++];
    report->left_out++;
    for (unsigned i = report->count; !is_warning && i-- > 0;) {
        if (report->errors[i].is_warning)
            return &report->errors[i];
    }
    return NULL;
}

static void put_place(struct as_buf *out, const struct place *place)
{
    if (place->name)
        as_buf_printf(out, "%s[%zu].%s: ", place->array, place->n, place->name);
    else if (place->array && strcmp(place->array, "element") == 0)
        as_buf_printf(out, "element %zu: ", place->n);
    else if (place->array)
        as_buf_printf(out, "%s: ", place->array);
}

/* "PLACE: MESSAGE: "SHOWN"", the first and the last only where not empty. */
static void say(struct reading *reading, bool is_warning, uint32_t line,
                const char *message, struct as_text shown)
{
    struct as_listfile_error *error = new_error(reading->report, is_warning);
    struct as_buf text = { 0 };

    reading->bad |= !is_warning;
    if (!error)
        return;
    put_place(&text, &reading->place);
    as_buf_puts(&text, message);
    if (shown.length > 0) {
        bool cut = shown.length > MOST_SHOWN;

        if (cut)
            shown.length = MOST_SHOWN;
        /* not through the middle of a character */
        while (cut && (shown.bytes[shown.length] & 0xc0) == 0x80)
            shown.length--;
        as_buf_puts(&text, ": \"");
        as_escape_terminal(&text, shown);
        as_buf_puts(&text, cut ? "...\"" : "\"");
    }
    error->is_warning = is_warning;
    error->line = line;
    error->message = text.failed
                       ? NULL
                       : as_strndup(reading->arena, text.bytes, text.length);
    if (!error->message) {
        error->message = message;
        reading->arena->failed = true;
    }
    as_buf_done(&text);
}

static void complain(struct reading *reading, uint32_t line,
                     const char *message)
{
    say(reading, false, line, message, AS_TEXT(""));
}

static uint32_t line_at(struct as_text bytes, size_t offset)
{
    uint32_t line = 1;

    for (size_t i = 0; i < offset; i++)
        line += bytes.bytes[i] == '\n';
    return line;
}

/* ---- one value --------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct as_text trim_end(struct as_text text)
{
    while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
        text.length--;
    return text;
}

static struct as_text trim_start(struct as_text text)
{
    while (text.length > 0 && is_blank(text.bytes[0])) {
        text.bytes++;
        text.length--;
    }
    return text;
}

static bool is_textual(const struct reading *reading)
{
    return reading->kind == AS_KIND_TEXT || reading->kind == AS_KIND_SOURCE;
}

static void keep(struct reading *reading, uint32_t line, struct as_scalar value)
{
    if (reading->count == reading->capacity) {
        size_t capacity = reading->capacity ? reading->capacity * 2 : 64;
        struct as_list_item *items = realloc(reading->items,
                                             capacity * sizeof(*items));

        if (!items) {
            reading->arena->failed = true;
            return;
        }
        reading->items = items;
        reading->capacity = capacity;
    }
    if (is_textual(reading))
        value.text.bytes = as_strndup(reading->arena, value.text.bytes,
                                      value.text.length);
    reading->items[reading->count].value = value;
    reading->items[reading->count++].line = line;
}

/* Keep `text` as a value, or say what is wrong with it. */
static void take(struct reading *reading, uint32_t line, struct as_text text)
{
    struct as_scalar value;
    const char *why;

    if (!is_textual(reading))
        text = trim_start(trim_end(text));
    if (!as_scalar_parse(reading->kind, text, &value, &why)) {
        say(reading, false, line, text.length ? why : "an empty value", text);
        return;
    }
    if (reading->kind == AS_KIND_CIDR && as_cidr_host_bits(&value.cidr))
        say(reading, true, line,
            "bits are set behind the block's prefix; they don't count", text);
    keep(reading, line, value);
}

/* ---- .txt -------------------------------------------------------------- */

/* The line without a comment behind the value. */
static struct as_text cut_comment(struct as_text text)
{
    for (size_t i = 1; i < text.length; i++) {
        if (text.bytes[i] == '#' && is_blank(text.bytes[i - 1]))
            text.length = i;
    }
    return text;
}

static void read_lines(struct reading *reading)
{
    struct as_text rest = reading->bytes;

    for (uint32_t line = 1; rest.length > 0; line++) {
        const char *end = memchr(rest.bytes, '\n', rest.length);
        size_t length = end ? (size_t)(end - rest.bytes) : rest.length;
        struct as_text text = { rest.bytes, length };

        length += end != NULL;
        rest.bytes += length;
        rest.length -= length;
        text = trim_end(text);
        if (text.length == 0 || trim_start(text).bytes[0] == '#')
            continue;
        take(reading, line, is_textual(reading) ? text : cut_comment(text));
    }
}

/* ---- .csv -------------------------------------------------------------- */

struct csv {
    struct as_text rest;
    uint32_t line;       /* of rest */
    struct as_buf field; /* the value that was read last, without quotes */
    bool quoted;         /* it stood in quotes */
    bool record_ended;   /* and was the last of its record */
    const char *broken;  /* what is wrong with the form, or NULL */
};

static char csv_next(struct csv *csv)
{
    char c = csv->rest.bytes[0];

    csv->rest.bytes++;
    csv->rest.length--;
    csv->line += c == '\n';
    return c;
}

/* The inside of "...", the first quote taken already. */
static void read_quoted(struct csv *csv)
{
    while (csv->rest.length > 0) {
        char c = csv_next(csv);

        if (c != '"') {
            as_buf_putc(&csv->field, c);
        } else if (csv->rest.length > 0 && csv->rest.bytes[0] == '"') {
            as_buf_putc(&csv->field, csv_next(csv));
        } else {
            return;
        }
    }
    csv->broken = "a quote is opened and never closed";
}

/* CR counts only before LF or at the end of the file. */
static bool at_record_end(const struct csv *csv)
{
    const char *at = csv->rest.bytes;
    size_t left = csv->rest.length;

    return left == 0 || at[0] == '\n' ||
           (at[0] == '\r' && (left == 1 || at[1] == '\n'));
}

static void read_field(struct csv *csv)
{
    as_buf_reset(&csv->field);
    csv->quoted = csv->rest.length > 0 && csv->rest.bytes[0] == '"';
    if (csv->quoted) {
        csv_next(csv);
        read_quoted(csv);
    }
    while (!csv->broken && !at_record_end(csv) && csv->rest.bytes[0] != ',') {
        char c = csv_next(csv);

        if (csv->quoted)
            csv->broken = "text follows a closing quote";
        else if (c == '"')
            csv->broken = "a quote stands inside a value without quotes";
        as_buf_putc(&csv->field, c);
    }
    csv->record_ended = csv->broken || at_record_end(csv);
    if (csv->rest.length > 0 && !csv->record_ended)
        csv_next(csv);
    while (csv->record_ended && csv->rest.length > 0 && csv_next(csv) != '\n')
        continue;
}

/* Is the first record a header?  Which column it gives; SIZE_MAX: none.
 * `start` is a copy, so the records are read again from the first. */
static size_t find_column(struct reading *reading, struct csv start)
{
    size_t found = SIZE_MAX;

    start.field = (struct as_buf){ 0 };
    for (size_t column = 0;; column++) {
        read_field(&start);
        if (as_text_equal(as_buf_view(&start.field), reading->name)) {
            if (found != SIZE_MAX)
                complain(reading, 1, "two columns have the list's name");
            found = column;
        }
        if (start.record_ended)
            break;
    }
    if (start.field.failed)
        reading->arena->failed = true;
    as_buf_done(&start.field);
    return found;
}

/* Read one record and take its field in `column`. */
static void read_record(struct reading *reading, struct csv *csv, size_t column,
                        bool is_header)
{
    uint32_t line = csv->line;
    bool found = false;

    for (size_t n = 0; n == 0 || !csv->record_ended; n++) {
        read_field(csv);
        if (csv->broken) {
            complain(reading, line, csv->broken);
            return;
        }
        if (n == 0 && csv->record_ended && !csv->quoted &&
            csv->field.length == 0)
            return; /* a blank line */
        if (n != column)
            continue;
        found = true;
        if (is_header)
            continue;
        if (csv->field.length == 0 && !(csv->quoted && is_textual(reading)))
            complain(reading, line, "an empty value");
        else
            take(reading, line, as_buf_view(&csv->field));
    }
    if (!found)
        complain(reading, line, "the record has no such column");
}

static void read_csv(struct reading *reading)
{
    struct csv csv = { .rest = reading->bytes, .line = 1 };
    size_t column = csv.rest.length ? find_column(reading, csv) : SIZE_MAX;
    bool is_header = column != SIZE_MAX;

    if (!is_header)
        column = 0;
    while (csv.rest.length > 0 && !csv.broken) {
        read_record(reading, &csv, column, is_header);
        is_header = false;
    }
    if (csv.field.failed)
        reading->arena->failed = true;
    as_buf_done(&csv.field);
}

/* ---- .json ------------------------------------------------------------- */

/* A double holds whole numbers exactly up to 2^53. */
static void take_number(struct reading *reading, struct as_text text)
{
    const double exact = 9007199254740992.0;
    struct as_scalar value;
    const char *why;

    if (reading->kind != AS_KIND_INT && reading->kind != AS_KIND_REAL) {
        say(reading, false, 0,
            "a number; in a list of this type write it in quotes", AS_TEXT(""));
        return;
    }
    if (!as_scalar_parse(AS_KIND_REAL, text, &value, &why)) {
        say(reading, false, 0, "not a finite number", AS_TEXT(""));
        return;
    }
    if (reading->kind == AS_KIND_INT) {
        double number = value.real;

        if (!(number > -exact && number < exact) || floor(number) < number) {
            say(reading, false, 0,
                "not a whole number below 2^53; write a larger one in quotes",
                AS_TEXT(""));
            return;
        }
        value.kind = AS_KIND_INT;
        value.integer = (int64_t)number;
    }
    keep(reading, 0, value);
}

static void take_json(struct reading *reading, struct as_jsonwalk *walk,
                      enum as_jsonwalk_kind kind)
{
    bool truth = kind == AS_JSONWALK_TRUE || kind == AS_JSONWALK_FALSE;

    if (kind == AS_JSONWALK_BROKEN)
        return;
    if (kind == AS_JSONWALK_TEXT) {
        take(reading, 0, walk->text);
    } else if (kind == AS_JSONWALK_NUMBER) {
        take_number(reading, walk->text);
    } else if (truth && reading->kind == AS_KIND_BOOL) {
        take(reading, 0,
             kind == AS_JSONWALK_TRUE ? AS_TEXT("true") : AS_TEXT("false"));
    } else {
        const char *what = truth ? "true or false, not a value of this type"
                         : kind == AS_JSONWALK_OBJECT ? "an object, not a value"
                         : kind == AS_JSONWALK_ARRAY  ? "an array, not a value"
                                                      : "null, not a value";

        say(reading, false, 0, what, AS_TEXT(""));
    }
    as_jsonwalk_skip(walk, kind);
}

/* ip-ranges.json has two arrays of objects with one block in each. */
static const struct prefixes {
    const char *array, *name;
    bool required;
} prefixes[] = {
    { "prefixes", "ip_prefix", true },
    { "ipv6_prefixes", "ipv6_prefix", false },
};

enum { PREFIXES = sizeof(prefixes) / sizeof(prefixes[0]) };

/* One element of such an array: its text `name`, of which there is one. */
static void take_prefix(struct reading *reading, struct as_jsonwalk *walk,
                        const char *name)
{
    enum as_jsonwalk_kind kind = as_jsonwalk_value(walk);
    struct as_text text = { NULL, 0 };
    unsigned count = 0;
    bool first = true;

    while (kind == AS_JSONWALK_OBJECT && as_jsonwalk_member(walk, &first)) {
        bool wanted = as_text_equal(walk->text, as_text_of(name));
        enum as_jsonwalk_kind inner = as_jsonwalk_value(walk);

        count += wanted;
        if (wanted && inner == AS_JSONWALK_TEXT)
            text = as_jsonwalk_keep(walk, reading->arena);
        as_jsonwalk_skip(walk, inner);
    }
    if (kind != AS_JSONWALK_OBJECT)
        as_jsonwalk_skip(walk, kind);
    if (walk->broken)
        return;
    if (count == 1 && text.bytes)
        take(reading, 0, text);
    else
        say(reading, false, 0,
            count > 1 ? "given twice" : "there is no such text", AS_TEXT(""));
}

/* The value of a member of ip-ranges.json; the `seen` are counted. */
static void take_member(struct reading *reading, struct as_jsonwalk *walk,
                        unsigned seen[PREFIXES])
{
    struct as_text name = walk->text;
    enum as_jsonwalk_kind kind;
    bool first = true;
    size_t n = 0;

    while (n < PREFIXES && !as_text_equal(name, as_text_of(prefixes[n].array)))
        n++;
    kind = as_jsonwalk_value(walk);
    if (n < PREFIXES) {
        reading->place = (struct place){ .array = prefixes[n].array };
        if (++seen[n] > 1) {
            say(reading, false, 0, "given twice", AS_TEXT(""));
        } else if (kind != AS_JSONWALK_ARRAY) {
            seen[n] = 0;
        } else {
            reading->place.name = prefixes[n].name;
            for (; as_jsonwalk_element(walk, &first); reading->place.n++)
                take_prefix(reading, walk, prefixes[n].name);
            kind = AS_JSONWALK_NULL; /* there is nothing left of it */
        }
    }
    as_jsonwalk_skip(walk, kind);
}

static void take_ranges(struct reading *reading, struct as_jsonwalk *walk)
{
    unsigned seen[PREFIXES] = { 0 };
    bool first = true;

    while (as_jsonwalk_member(walk, &first))
        take_member(reading, walk, seen);
    for (size_t n = 0; n < PREFIXES && !walk->broken; n++) {
        reading->place = (struct place){ .array = prefixes[n].array };
        if (prefixes[n].required && seen[n] == 0)
            say(reading, false, 0,
                "there is no such array; neither a JSON array of values nor "
                "AWS's ip-ranges.json",
                AS_TEXT(""));
    }
}

static void take_top(struct reading *reading, struct as_jsonwalk *walk)
{
    enum as_jsonwalk_kind kind = as_jsonwalk_value(walk);
    bool first = true;

    if (kind == AS_JSONWALK_ARRAY) {
        reading->place = (struct place){ .array = "element" };
        for (; as_jsonwalk_element(walk, &first); reading->place.n++)
            take_json(reading, walk, as_jsonwalk_value(walk));
    } else if (kind == AS_JSONWALK_OBJECT && reading->kind == AS_KIND_CIDR) {
        take_ranges(reading, walk);
    } else if (kind != AS_JSONWALK_BROKEN) {
        complain(reading, 0, "not a JSON array of values");
        as_jsonwalk_skip(walk, kind);
    }
    as_jsonwalk_end(walk);
}

static void read_json(struct reading *reading)
{
    struct as_jsonwalk walk;

    as_jsonwalk_init(&walk, reading->bytes);
    take_top(reading, &walk);
    reading->place = (struct place){ .array = NULL };
    if (walk.broken) { /* then nothing else is worth a word */
        *reading->report = (struct as_listfile_report){ .count = 0 };
        complain(reading, line_at(reading->bytes, walk.at), walk.broken);
    }
    if (walk.scratch.failed)
        reading->arena->failed = true;
    as_jsonwalk_done(&walk);
}

/* ---- all of them ------------------------------------------------------- */

static bool has_ending(const char *file, const char *ending)
{
    size_t length = strlen(file), size = strlen(ending);

    return length >= size && strcasecmp(file + length - size, ending) == 0;
}

/* What holds for every form; skips a byte order mark. */
static bool check_bytes(struct reading *reading)
{
    struct as_text *bytes = &reading->bytes;
    const char *nul = bytes->length ? memchr(bytes->bytes, '\0', bytes->length)
                                    : NULL;
    size_t good = as_utf8_check(*bytes);

    if (!as_scalar_is(reading->kind))
        complain(reading, 0, "a list can't hold values of this type");
    else if (bytes->length > AS_MAX_LIST_FILE)
        complain(reading, 0, "larger than 64 MB");
    else if (good != bytes->length)
        complain(reading, line_at(*bytes, good), "not UTF-8");
    else if (nul)
        complain(reading, line_at(*bytes, (size_t)(nul - bytes->bytes)),
                 "a NUL among the text");
    if (reading->bad)
        return false;
    if (as_text_starts(*bytes, AS_TEXT("\xef\xbb\xbf"))) {
        bytes->bytes += 3;
        bytes->length -= 3;
    }
    return true;
}

/* Move the items into the arena.  One byte more, so that a list without a
 * value has an address too. */
static struct as_list_item *settle(struct reading *reading)
{
    size_t size = reading->count * sizeof(struct as_list_item);
    struct as_list_item *items = as_alloc(reading->arena, size + 1);

    if (items && size)
        memcpy(items, reading->items, size);
    return items;
}

bool as_listfile_read(const char *file, struct as_text name,
                      struct as_text bytes, enum as_kind kind,
                      struct as_arena *arena, struct as_list_item **items,
                      size_t *count, struct as_listfile_report *report)
{
    struct reading reading = { .name = name,
                               .bytes = bytes,
                               .kind = kind,
                               .arena = arena,
                               .report = report };
    struct as_list_item *read = NULL;

    *report = (struct as_listfile_report){ .count = 0 };
    if (check_bytes(&reading)) {
        if (has_ending(file, ".json"))
            read_json(&reading);
        else if (has_ending(file, ".csv"))
            read_csv(&reading);
        else
            read_lines(&reading);
    }
    if (!reading.bad && !arena->failed)
        read = settle(&reading);
    free(reading.items);
    if (!read)
        return false;
    *items = read;
    *count = reading.count;
    return true;
}
