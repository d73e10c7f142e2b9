/*
 * The cases of tests/json/ in every place where JSON can stand: as a value
 * that nobody reads, as one that a rule reads, as an element, as a name, as
 * the record itself, in carriers of each kind; from memory, from a pipe, and
 * as a stream whose window ends inside the case.
 *
 * Behind each case stands a record that is good.  A case that must be accepted
 * lets both records through and nothing is said; one that must be rejected
 * never lets its own record through, is told, and does not take the other
 * record with it.
 */

#include "common/escape.h"
#include "common/file.h"
#include "common/limits.h"
#include "runtime/json.h"
#include "runtime/reader.h"
#include "tests/unit/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* ------------------------------------------------------------------------
 * The tables
 */

enum verdict { ACCEPT, REJECT };

struct json_case {
    struct as_text name, note;
    struct as_buf bytes; /* owned */
    enum verdict verdict;
};

enum { MOST_CASES = 400 };

struct table {
    struct as_buf file; /* owned; names and notes lie in it */
    struct json_case cases[MOST_CASES];
    size_t count;
};

static struct as_text take_line(struct as_text *rest)
{
    const char *end = memchr(rest->bytes, '\n', rest->length);
    size_t length = end ? (size_t)(end - rest->bytes) : rest->length;
    struct as_text line = { rest->bytes, length };

    rest->bytes += length + (end != NULL);
    rest->length -= length + (end != NULL);
    return line;
}

static struct as_text take_word(struct as_text *rest)
{
    struct as_text word = { rest->bytes, 0 };

    while (word.length < rest->length && word.bytes[word.length] != ' ')
        word.length++;
    rest->bytes += word.length;
    rest->length -= word.length;
    while (rest->length > 0 && *rest->bytes == ' ') {
        rest->bytes++;
        rest->length--;
    }
    return word;
}

/* %XX and %(N TEXT), as tests/json/accept.txt explains them.  TEXT is
 * expanded once more: it may hold %XX. */
static void expand(struct as_buf *out, struct as_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] != '%') {
            as_buf_putc(out, text.bytes[i]);
        } else if (text.bytes[i + 1] != '(') {
            char digits[3] = { text.bytes[i + 1], text.bytes[i + 2], '\0' };
            as_buf_putc(out, (char)strtoul(digits, NULL, 16));
            i += 2;
        } else {
            char *inner;
            unsigned long count = strtoul(text.bytes + i + 2, &inner, 10);
            const char *close = memchr(inner, ')', text.length - i);
            struct as_text one = { inner + 1, (size_t)(close - inner - 1) };
            while (count-- > 0)
                expand(out, one);
            i = (size_t)(close - text.bytes);
        }
    }
}

static struct as_text behind(struct as_text text, size_t count)
{
    return (struct as_text){ text.bytes + count, text.length - count };
}

static bool is(struct as_text text, const char *want)
{
    return as_text_equal(text, as_text_of(want));
}

static bool load(struct table *table, const char *name, enum verdict verdict)
{
    const char *root = getenv("srcdir");
    char path[4096];

    *table = (struct table){ .count = 0 };
    snprintf(path, sizeof(path), "%s/tests/json/%s.txt", root ? root : ".",
             name);
    if (as_file_read(path, 1 << 20, &table->file))
        return false;
    struct as_text rest = as_buf_view(&table->file);
    while (rest.length > 0 && table->count < MOST_CASES) {
        struct as_text line = take_line(&rest);
        struct json_case *one = &table->cases[table->count];

        if (line.length == 0 || *line.bytes == '#')
            continue;
        one->name = take_word(&line);
        one->note = take_word(&line);
        one->verdict = verdict;
        if (is(one->note, "accept"))
            one->verdict = ACCEPT;
        expand(&one->bytes, line);
        table->count++;
    }
    return rest.length == 0;
}

static void unload(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        as_buf_done(&table->cases[i].bytes);
    as_buf_done(&table->file);
}

/* ------------------------------------------------------------------------
 * Reading
 */

#define NAME(text)                                                             \
    {                                                                          \
        .name = { text, sizeof(text) - 1 }                                     \
    }

static const struct as_path_step name_path[] = { NAME("eventName") };
static const struct as_path_step whole_path[] = { NAME("requestParameters") };
static const struct as_path_step item_path[] = {
    NAME("resources"), { .is_index = true, .index = 1 }
};

enum slot { SLOT_NAME, SLOT_WHOLE, SLOT_ITEM };

static const struct as_slot_path slots[] = {
    { name_path, 1, AS_SHAPE_TEXT, { "event.action", 12 } },
    { whole_path, 1, AS_SHAPE_ANY, { "request", 7 } },
    { item_path, 2, AS_SHAPE_ANY, { "", 0 } },
};

static const struct as_projection projection = { slots, COUNT(slots) };

/* What came of one input. */
struct seen {
    int first, second, other; /* events named A, B, or else */
    int told;                 /* notices */
    int unlike;               /* those that no good JSON may cause */
    char reason[16];          /* of the first notice */
    enum as_json_kind kind;   /* of the value that was read of A */
    struct as_buf value;
};

static enum astray_status on_event(void *user, const struct as_event *event)
{
    struct seen *seen = user;
    struct as_text name = event->slots[SLOT_NAME].text;

    if (name.bytes && is(name, "A")) {
        const struct as_json_value *value = &event->slots[SLOT_WHOLE];
        if (value->kind == AS_JSON_ABSENT)
            value = &event->slots[SLOT_ITEM];
        seen->first++;
        seen->kind = value->kind;
        as_buf_reset(&seen->value);
        as_buf_text(&seen->value, value->text);
    } else if (name.bytes && is(name, "B")) {
        seen->second++;
    } else {
        seen->other++;
    }
    return ASTRAY_OK;
}

static void on_notice(void *user, const struct astray_notice *notice)
{
    struct seen *seen = user;
    struct as_text reason = as_text_of(notice->reason);

    if (seen->told++ == 0)
        snprintf(seen->reason, sizeof(seen->reason), "%s", notice->reason);
    if (!is(reason, "shape") && !is(reason, "foreign") && !is(reason, "format"))
        seen->unlike++;
}

static const struct as_reader_callbacks callbacks = { on_event, on_notice };

static void clear(struct seen *seen)
{
    struct as_buf kept = seen->value;

    *seen = (struct seen){ .value = kept };
    as_buf_reset(&seen->value);
}

/* ------------------------------------------------------------------------
 * Places where a case can stand
 */

#define TIME  "\"eventTime\":\"2026-05-01T10:00:00Z\""
#define REC_B "\n{" TIME ",\"eventName\":\"B\"}\n"
#define A     "\"eventName\":\"A\""

enum kind {
    VALUE,  /* any case, as it is */
    READ,   /* the same, and a rule reads the value */
    TEXT,   /* a case of one text, without its brackets */
    RECORD, /* a case that is an object: what follows its brace */
    QUOTED, /* any case, in a text that holds JSON */
};

static const struct place {
    const char *what;
    enum kind kind;
    const char *before, *behind;
} places[] = {
    { "skipped", VALUE, "{" TIME ",\"x\":", "," A "}" REC_B },
    { "read", READ, "{" TIME ",\"requestParameters\":", "," A "}" REC_B },
    { "skipped and last", VALUE, "{" TIME "," A ",\"x\":", "}" REC_B },
    { "skipped below a name", VALUE,
      "{" TIME ",\"x\":{\"y\":", "}," A "}" REC_B },
    { "a skipped element", VALUE, "{" TIME ",\"x\":[", ",1]," A "}" REC_B },
    { "a last element", VALUE, "{" TIME ",\"x\":[1,", "]," A "}" REC_B },
    { "a read element", READ, "{" TIME ",\"resources\":[0,",
      ",1]," A "}" REC_B },
    { "a skipped name", TEXT, "{" TIME ",\"x\":{", ":0}," A "}" REC_B },
    { "a name of the record", TEXT, "{" TIME ",", ":0," A "}" REC_B },
    { "the record", RECORD, "{" TIME "," A, REC_B },
    { "in Records", VALUE,
      "{\"Records\":[{" TIME ",\"x\":", "," A "}," REC_B "]}" },
    { "in Records behind a name", VALUE,
      "{\"a\":[],\"Records\":[{" TIME ",\"x\":", "," A "}]}" REC_B },
    { "beside Records", VALUE,
      "{\"x\":", ",\"Records\":[{" TIME "," A "}]}" REC_B },
    { "in an array", VALUE, "[{" TIME ",\"x\":", "," A "}," REC_B "]" },
    { "in an envelope", VALUE,
      "{\"detail-type\":\"c\",\"detail\":{" TIME ",\"x\":", "," A "}}" REC_B },
    { "in Elastic's form", VALUE,
      "{\"@timestamp\":\"2026-05-01T10:00:00Z\",\"x\":",
      ",\"event\":{\"action\":\"A\"}}" REC_B },
    { "in a text", QUOTED, "{" TIME ",\"x\":", "," A "}" },
};

#define SKIPPED    (&places[0])
#define READ_WHOLE (&places[1])

static bool is_one_text(struct as_text text)
{
    return text.length > 4 && as_text_starts(text, AS_TEXT("[\"")) &&
           text.bytes[text.length - 2] == '"' &&
           text.bytes[text.length - 1] == ']';
}

/* The record that the text of an EventBridge-like message holds. */
static void quote(struct as_buf *out, struct as_text text)
{
    as_buf_puts(out, "{\"message\":\"");
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];

        if (c == '"' || c == '\\')
            as_buf_putc(out, '\\');
        if ((unsigned char)c < 0x20)
            as_buf_printf(out, "\\u%04x", (unsigned)c);
        else
            as_buf_putc(out, c);
    }
    as_buf_puts(out, "\"}" REC_B);
}

/* The record's own names, then the case's; an empty one needs no comma. */
static void add_members(struct as_buf *out, struct as_text members)
{
    size_t at = 0;

    while (at < members.length && strchr(" \t\r\n", members.bytes[at]) &&
           members.bytes[at] != '\0')
        at++;
    if (at == members.length || members.bytes[at] != '}')
        as_buf_putc(out, ',');
    as_buf_text(out, members);
}

/* Put a case into its place behind `padding` blanks.  False when it can't
 * stand there. */
static bool compose(struct as_buf *out, const struct place *place,
                    struct as_text text, size_t padding)
{
    as_buf_reset(out);
    char *blanks = as_buf_reserve(out, padding + 1);
    if (!blanks)
        return false;
    memset(blanks, ' ', padding);
    out->length = padding;
    if ((place->kind == TEXT && !is_one_text(text)) ||
        (place->kind == RECORD && (text.length == 0 || *text.bytes != '{')))
        return false;
    if (place->kind == QUOTED) {
        struct as_buf inner = { .bytes = NULL };
        as_buf_puts(&inner, place->before);
        as_buf_text(&inner, text);
        as_buf_puts(&inner, place->behind);
        quote(out, as_buf_view(&inner));
        as_buf_done(&inner);
        return true;
    }
    as_buf_puts(out, place->before);
    if (place->kind == RECORD)
        add_members(out, behind(text, 1));
    else if (place->kind == TEXT)
        as_buf_add(out, text.bytes + 1, text.length - 2);
    else
        as_buf_text(out, text);
    as_buf_puts(out, place->behind);
    return true;
}

/* ------------------------------------------------------------------------
 * Judging
 */

static struct as_text trim(struct as_text text)
{
    while (text.length > 0 && strchr(" \t\r\n", *text.bytes) && *text.bytes)
        text = behind(text, 1);
    while (text.length > 0 && strchr(" \t\r\n", text.bytes[text.length - 1]) &&
           text.bytes[text.length - 1])
        text.length--;
    return text;
}

/* Is the value that was read what the case says?  Texts are decoded by
 * as_json_parse, whose own results tests/unit/json.c knows. */
static bool same_value(const struct seen *seen, struct as_text text)
{
    struct as_json_value value;
    struct as_arena arena;
    bool same;

    as_arena_init(&arena, 0);
    same = as_json_parse(text, &arena, &value) && value.kind == seen->kind;
    if (same && value.kind >= AS_JSON_NUMBER)
        same = as_text_equal(as_buf_view(&seen->value), value.text);
    if (same && value.kind >= AS_JSON_OBJECT)
        same = as_text_equal(value.text, trim(text));
    as_arena_free(&arena);
    return same;
}

static bool accepted(const struct json_case *one, const struct place *place,
                     const struct seen *seen, enum astray_status status)
{
    if (place->kind == READ && is(one->note, "twice"))
        return status == ASTRAY_SET_ASIDE && seen->first == 0 &&
               seen->second == 1 && seen->told == 1 &&
               strcmp(seen->reason, "duplicate") == 0;
    return status == ASTRAY_OK && seen->first == 1 && seen->second == 1 &&
           seen->other == 0 && seen->told == 0 &&
           (place->kind != READ || same_value(seen, as_buf_view(&one->bytes)));
}

/* A reason that the table names is the first that is told. */
static bool good_reason(const struct json_case *one, const struct seen *seen)
{
    if (is(one->note, "utf8") || is(one->note, "depth"))
        return is(one->note, seen->reason);
    return seen->unlike > 0;
}

/* Where the record has ended before what is wrong, it may come. */
static bool rejected(const struct json_case *one, const struct place *place,
                     const struct seen *seen, enum astray_status status)
{
    return status == ASTRAY_SET_ASIDE && seen->second == 1 && seen->told > 0 &&
           (seen->first == 0 || place->kind == RECORD ||
            is(one->note, "ends")) &&
           good_reason(one, seen);
}

static bool judge(const struct json_case *one, const struct place *place,
                  const struct seen *seen, enum astray_status status)
{
    return one->verdict == ACCEPT ? accepted(one, place, seen, status)
                                  : rejected(one, place, seen, status);
}

/* Say what went wrong, in the place of a silent count. */
static void explain(const struct json_case *one, const char *where,
                    size_t padding, const struct seen *seen,
                    enum astray_status status)
{
    printf("# %.*s, %s, %zu blanks before: status %d, A %d, B %d, other %d, "
           "notices %d, first \"%s\"\n",
           (int)one->name.length, one->name.bytes, where, padding, (int)status,
           seen->first, seen->second, seen->other, seen->told, seen->reason);
}

/* ------------------------------------------------------------------------
 * The ways
 */

struct fixture {
    struct as_reader *reader;
    struct seen seen;
    struct as_buf input;
    char path[64];
    unsigned long readings;
};

static enum astray_status read_memory(struct fixture *fixture,
                                      struct as_text bytes)
{
    /* Of exactly this size, so that a tool sees reading behind the end. */
    char *copy = malloc(bytes.length + 1);
    enum astray_status status = ASTRAY_NO_MEMORY;

    fixture->readings++;
    clear(&fixture->seen);
    if (copy) {
        char *exact = realloc(copy, bytes.length ? bytes.length : 1);
        copy = exact ? exact : copy;
        if (bytes.length > 0)
            memcpy(copy, bytes.bytes, bytes.length);
        status = as_reader_bytes(fixture->reader, "case", copy, bytes.length);
    }
    free(copy);
    return status;
}

/* Read what `file` gives as standard input; closes it. */
static enum astray_status read_stdin(struct fixture *fixture, int file)
{
    int kept = dup(STDIN_FILENO);
    enum astray_status status = ASTRAY_BUG;

    fixture->readings++;
    clear(&fixture->seen);
    if (file >= 0 && kept >= 0 && dup2(file, STDIN_FILENO) >= 0)
        status = as_reader_path(fixture->reader, "-");
    if (kept >= 0) {
        dup2(kept, STDIN_FILENO);
        close(kept);
    }
    if (file >= 0)
        close(file);
    return status;
}

/* What fits into a pipe at once. */
enum { PIPE_ROOM = 4096 };

static enum astray_status read_pipe(struct fixture *fixture,
                                    struct as_text bytes)
{
    int ends[2];
    bool written;

    if (pipe(ends) != 0)
        return ASTRAY_BUG;
    written = write(ends[1], bytes.bytes, bytes.length) ==
              (ssize_t)bytes.length;
    close(ends[1]);
    if (!written) {
        close(ends[0]);
        return ASTRAY_BUG;
    }
    return read_stdin(fixture, ends[0]);
}

static enum astray_status read_stream(struct fixture *fixture,
                                      struct as_text bytes)
{
    int file = open(fixture->path, O_RDWR | O_TRUNC);
    bool written = file >= 0 && write(file, bytes.bytes, bytes.length) ==
                                    (ssize_t)bytes.length;

    if (written)
        written = lseek(file, 0, SEEK_SET) == 0;
    if (!written && file >= 0)
        close(file);
    return written ? read_stdin(fixture, file) : ASTRAY_BUG;
}

/* ------------------------------------------------------------------------
 * One case
 */

enum { LONG_CASE = 1500 };

/* From memory, behind so many blanks that the case comes to stand at every
 * place of a block of 64, or at many. */
static bool try_places(struct fixture *fixture, const struct json_case *one)
{
    struct as_text text = as_buf_view(&one->bytes);

    for (size_t i = 0; i < COUNT(places); i++) {
        bool is_main = &places[i] == SKIPPED || &places[i] == READ_WHOLE;
        size_t step = text.length > LONG_CASE ? 37 : is_main ? 1 : 11;
        for (size_t padding = 0; padding < 128; padding += step) {
            if (!compose(&fixture->input, &places[i], text, padding))
                break;
            enum astray_status status = read_memory(
                fixture, as_buf_view(&fixture->input));
            if (judge(one, &places[i], &fixture->seen, status))
                continue;
            explain(one, places[i].what, padding, &fixture->seen, status);
            return false;
        }
    }
    return true;
}

static bool try_pipe(struct fixture *fixture, const struct json_case *one)
{
    struct as_text text = as_buf_view(&one->bytes);

    for (size_t i = 0; i < COUNT(places); i++) {
        if (!compose(&fixture->input, &places[i], text, 0) ||
            fixture->input.length > PIPE_ROOM)
            continue;
        enum astray_status status = read_pipe(fixture,
                                              as_buf_view(&fixture->input));
        if (judge(one, &places[i], &fixture->seen, status))
            continue;
        explain(one, places[i].what, 0, &fixture->seen, status);
        return false;
    }
    return true;
}

/* A stream comes in pieces of this size, see runtime/window.c. */
enum { PIECE = 256 * 1024, MOST_CUTS = 6 };

/* As a stream, of which the first piece ends inside the case. */
static bool try_cuts(struct fixture *fixture, const struct json_case *one,
                     const struct place *place)
{
    struct as_text text = as_buf_view(&one->bytes);
    size_t before = strlen(place->before);
    size_t step = 1 + text.length / MOST_CUTS;

    for (size_t cut = 0; cut <= text.length; cut += step) {
        size_t padding = PIECE - before - cut;
        if (before + cut > PIECE ||
            !compose(&fixture->input, place, text, padding))
            break;
        enum astray_status status = read_stream(fixture,
                                                as_buf_view(&fixture->input));
        if (judge(one, place, &fixture->seen, status))
            continue;
        explain(one, place->what, padding, &fixture->seen, status);
        return false;
    }
    return true;
}

/* The case alone: no event can come of it. */
static bool try_whole(struct fixture *fixture, const struct json_case *one)
{
    struct as_text text = as_buf_view(&one->bytes);
    const struct seen *seen = &fixture->seen;
    enum astray_status status = read_memory(fixture, text);
    bool good = one->verdict == ACCEPT || is(one->note, "start");
    bool right = seen->first + seen->second + seen->other == 0;

    if (good)
        right = right && seen->unlike == 0;
    else if (is(one->note, "nothing"))
        right = right && status == ASTRAY_OK && seen->told == 0;
    else
        right = right && status == ASTRAY_SET_ASIDE && seen->told > 0;
    if (!right)
        explain(one, "the whole input", 0, seen, status);
    return right;
}

/* The case as a text of JSON, at every place of a block. */
static bool try_parse(const struct json_case *one)
{
    struct as_text text = as_buf_view(&one->bytes);
    bool right = true;

    for (size_t shift = 0; right && shift < 64; shift++) {
        struct as_json_value value;
        struct as_arena arena;
        char *room = aligned_alloc(64, (shift + text.length + 64) / 64 * 64);

        as_arena_init(&arena, 0);
        if (!room)
            return false;
        if (text.length > 0)
            memcpy(room + shift, text.bytes, text.length);
        bool good = as_json_parse((struct as_text){ room + shift, text.length },
                                  &arena, &value);
        right = good == (one->verdict == ACCEPT);
        as_arena_free(&arena);
        free(room);
    }
    if (!right)
        printf("# %.*s: as a text of JSON\n", (int)one->name.length,
               one->name.bytes);
    return right;
}

static void try_case(struct fixture *fixture, const char *table,
                     const struct json_case *one)
{
    char name[120];
    bool right = try_parse(one) && try_whole(fixture, one) &&
                 try_places(fixture, one) && try_pipe(fixture, one) &&
                 try_cuts(fixture, one, SKIPPED) &&
                 try_cuts(fixture, one, READ_WHOLE);

    snprintf(name, sizeof(name), "%s: %.*s", table, (int)one->name.length,
             one->name.bytes);
    tap_ok(right, name);
}

static void try_table(struct fixture *fixture, const char *name,
                      enum verdict verdict, size_t least)
{
    struct table table;
    char text[80];

    tap_ok(load(&table, name, verdict), name);
    for (size_t i = 0; i < table.count; i++)
        try_case(fixture, name, &table.cases[i]);
    snprintf(text, sizeof(text), "%s: at least %zu cases", name, least);
    if (!tap_ok(table.count >= least, text))
        printf("# %zu\n", table.count);
    unload(&table);
}

/* ------------------------------------------------------------------------
 * The page
 */

/* The line in which the page names the case. */
static struct as_text line_of(struct as_text page, struct as_text name)
{
    char quoted[80];

    snprintf(quoted, sizeof(quoted), "`%.*s`", (int)name.length, name.bytes);
    while (page.length > 0) {
        struct as_text line = take_line(&page);
        if (as_text_contains(line, as_text_of(quoted)))
            return line;
    }
    return (struct as_text){ "", 0 };
}

/* Does doc/reading.md say of each undefined case what the table says? */
static void try_page(void)
{
    static const struct {
        const char *note, *said;
    } words[] = {
        { "accept", "| accepted |" }, { "start", "| accepted at the start |" },
        { "reject", "| refused |" },  { "utf8", "| `utf8` |" },
        { "depth", "| `depth` |" },
    };
    const char *root = getenv("srcdir");
    struct as_buf page = { .bytes = NULL };
    struct table table;
    char path[4096];
    size_t said = 0;

    snprintf(path, sizeof(path), "%s/doc/reading.md", root ? root : ".");
    bool good = load(&table, "undefined", REJECT) &&
                as_file_read(path, 1 << 20, &page) == ASTRAY_OK;
    for (size_t i = 0; good && i < table.count; i++) {
        struct as_text line = line_of(as_buf_view(&page), table.cases[i].name);
        size_t n = 0;
        while (n < COUNT(words) && !is(table.cases[i].note, words[n].note))
            n++;
        if (n < COUNT(words) &&
            as_text_contains(line, as_text_of(words[n].said)))
            said++;
        else
            printf("# doc/reading.md does not say this of %.*s\n",
                   (int)table.cases[i].name.length, table.cases[i].name.bytes);
    }
    tap_ok(good && said == table.count,
           "doc/reading.md says what becomes of each undefined case");
    unload(&table);
    as_buf_done(&page);
}

/* The numbers of cases are those of JSONTestSuite's files y_, n_ and i_. */
int main(void)
{
    struct fixture fixture = { .path = "/tmp/astray-json-XXXXXX" };
    int file = mkstemp(fixture.path);

    fixture.reader = as_reader_new(&projection, &callbacks, &fixture.seen);
    if (tap_ok(file >= 0 && fixture.reader, "a reader and a file")) {
        try_table(&fixture, "accept", ACCEPT, 95);
        try_table(&fixture, "reject", REJECT, 188);
        try_table(&fixture, "undefined", REJECT, 35);
        try_page();
        printf("# %lu readings\n", fixture.readings);
    }
    if (file >= 0) {
        close(file);
        unlink(fixture.path);
    }
    as_reader_free(fixture.reader);
    as_buf_done(&fixture.input);
    as_buf_done(&fixture.seen.value);
    return tap_done();
}
