/*
 * The reader: every carrier, every trouble, and what is said about it.
 *
 * Each row of the table is read in several ways, which must agree: from
 * memory, gzipped, as a stream, as a gzip stream, and as a stream in which
 * the window's edge falls into the row.
 */

#include "runtime/reader.h"
#include "common/file.h"
#include "common/limits.h"
#include "tests/unit/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#define NAME(text)                                                             \
    {                                                                          \
        .name = { text, sizeof(text) - 1 }                                     \
    }

static const struct as_path_step name_path[] = { NAME("eventName") };
static const struct as_path_step time_path[] = { NAME("eventTime") };
static const struct as_path_step key_path[] = { NAME("userIdentity"),
                                                NAME("accessKeyId") };
static const struct as_path_step resources_path[] = { NAME("resources"),
                                                      { .is_index = true },
                                                      NAME("ARN") };

static const struct as_slot_path slots[] = {
    { name_path, 1, AS_SHAPE_TEXT, { "event.action", 12 } },
    { time_path, 1, AS_SHAPE_TEXT, { "@timestamp", 10 } },
    { key_path,
      2,
      AS_SHAPE_TEXT,
      { "aws.cloudtrail.user_identity.access_key_id", 42 } },
    { resources_path, 3, AS_SHAPE_TEXT, { "", 0 } },
};

static const struct as_projection projection = { slots, COUNT(slots) };

/* What came, as text: "name ..." and "reason@offset ...". */
struct seen {
    struct as_buf events, notices, last_message, last_bytes, last_record;
    uint64_t shift;         /* taken off every offset */
    enum astray_status say; /* what on_event returns */
    uint64_t last_offset;
    int64_t last_time;
    long event_count;
};

static enum astray_status on_event(void *user, const struct as_event *event)
{
    struct seen *seen = user;
    struct as_text name = event->slots[0].text;

    if (seen->events.length < 4096) {
        as_buf_text(&seen->events, name.bytes ? name : AS_TEXT("-"));
        as_buf_putc(&seen->events, ' ');
    }
    as_buf_reset(&seen->last_record);
    as_buf_text(&seen->last_record, event->record);
    seen->last_offset = event->offset - seen->shift;
    seen->last_time = event->time_ms;
    seen->event_count++;
    return seen->say;
}

static void on_notice(void *user, const struct astray_notice *notice)
{
    struct seen *seen = user;
    uint64_t offset = notice->offset;

    if (offset >= seen->shift)
        offset -= seen->shift;
    if (seen->notices.length < 4096)
        as_buf_printf(&seen->notices, "%s@%llu ", notice->reason,
                      (unsigned long long)offset);
    as_buf_reset(&seen->last_message);
    as_buf_puts(&seen->last_message, notice->message);
    as_buf_reset(&seen->last_bytes);
    as_buf_add(&seen->last_bytes, notice->bytes, notice->length);
}

static const struct as_reader_callbacks callbacks = { on_event, on_notice };

static void forget(struct seen *seen)
{
    as_buf_done(&seen->events);
    as_buf_done(&seen->notices);
    as_buf_done(&seen->last_message);
    as_buf_done(&seen->last_bytes);
    as_buf_done(&seen->last_record);
    *seen = (struct seen){ .shift = 0 };
}

static bool is(const struct as_buf *buf, const char *want)
{
    return as_text_equal(as_buf_view(buf), as_text_of(want));
}

/* ------------------------------------------------------------------------
 * The table
 */

#define TIME      "\"eventTime\":\"2026-05-01T10:00:00Z\""
#define REC(name) "{" TIME ",\"eventName\":\"" name "\"}" /* 52 bytes */
#define TEXT_REC(name)                                                            \
    "{\\\"eventTime\\\":\\\"2026-05-01T10:00:00Z\\\",\\\"eventName\\\":\\\"" name \
    "\\\"}"
#define BRIDGE(name)                                                           \
    "{\"version\":\"0\",\"detail-type\":\"AWS API Call via CloudTrail\","      \
    "\"resources\":[],\"detail\":" REC(name) "}"

static const struct row {
    const char *what;
    const char *bytes;
    size_t length;
    const char *events, *notices;
    int skipped;
} rows[] = {
#define ROW(what, bytes, events, notices, skipped)                             \
    {                                                                          \
        what, bytes, sizeof(bytes) - 1, events, notices, skipped               \
    }
    /* carriers */
    ROW("CloudTrail's file", "{\"Records\":[" REC("A") "," REC("B") "]}",
        "A B ", "", 0),
    ROW("the same, pretty",
        "{\n  \"Records\" : [\n    " REC("A") " ,\n    " REC("B") "\n  ]\n}\n",
        "A B ", "", 0),
    ROW("no records", "{\"Records\":[]}", "", "", 0),
    ROW("Records is not the first name",
        "{\"a\":{\"b\":[1]},\"Records\":[" REC("A") "]}", "A ", "", 0),
    ROW("more behind Records",
        "{\"Records\":[" REC("A") "],\"a\":[{}],\"b\":1}", "A ", "", 0),
    ROW("Records twice",
        "{\"Records\":[" REC("A") "],\"Records\":[" REC("B") "]}", "A B ", "",
        0),
    ROW("JSON lines", REC("A") "\n" REC("B") "\r\n\n" REC("C"), "A B C ", "",
        0),
    ROW("documents without lines", REC("A") REC("B") " " REC("C"), "A B C ", "",
        0),
    ROW("an array", "[" REC("A") "," REC("B") "]", "A B ", "", 0),
    ROW("an empty array", " [ ] ", "", "", 0),
    ROW("arrays in lines", "[" REC("A") "]\n[" REC("B") "]\n", "A B ", "", 0),
    ROW("an array of arrays", "[[" REC("A") "],[" REC("B") "]]", "A B ", "", 0),
    ROW("one record", REC("A"), "A ", "", 0),
    ROW("a byte order mark", "\xEF\xBB\xBF" REC("A"), "A ", "", 0),
    ROW("nothing", "", "", "", 0),
    ROW("white space", " \n\t\r\n ", "", "", 0),
    ROW("LookupEvents",
        "{\"Events\":[{\"EventId\":\"1\",\"ReadOnly\":\"true\","
        "\"EventTime\":1.5,\"CloudTrailEvent\":\"" TEXT_REC(
            "A") "\"},"
                 "{\"CloudTrailEvent\":\"" TEXT_REC(
                     "B") "\"}],\"NextToken\":\"x\"}",
        "A B ", "", 0),
    ROW("LookupEvents, token first",
        "{\"NextToken\":\"x\",\"Events\":[{\"CloudTrailEvent\":\"" TEXT_REC(
            "A") "\"}]}",
        "A ", "", 0),
    ROW("one lookup event in a line",
        "{\"EventId\":\"1\",\"CloudTrailEvent\":\" " TEXT_REC("A") " \"}", "A ",
        "", 0),
    ROW("EventBridge", BRIDGE("A"), "A ", "", 0),
    ROW("EventBridge in lines", BRIDGE("A") "\n" BRIDGE("B") "\n", "A B ", "",
        0),
    ROW("EventBridge in an array", "[" BRIDGE("A") "," BRIDGE("B") "]", "A B ",
        "", 0),
    ROW("EventBridge, another event",
        "{\"detail-type\":\"EC2 Instance State-change Notification\","
        "\"detail\":{\"state\":\"running\"}}",
        "", "foreign@65 ", 1),
    ROW("a CloudWatch Logs subscription",
        "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"1\",\"logEvents\":["
        "{\"id\":\"1\",\"timestamp\":1,\"message\":\"" TEXT_REC(
            "A") "\"},"
                 "{\"id\":\"2\",\"timestamp\":1,\"message\":\"" TEXT_REC(
                     "B") "\"}]}",
        "A B ", "", 0),
    ROW("subscriptions behind each other",
        "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"message\":\"" TEXT_REC(
            "A") "\"}]}{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":"
                 "[{\"message\":\"" TEXT_REC("B") "\"}]}",
        "A B ", "", 0),
    ROW("a control message",
        "{\"messageType\":\"CONTROL_MESSAGE\",\"logEvents\":[{\"message\":"
        "\"CWL CONTROL MESSAGE\"}]}" REC("A"),
        "A ", "control@0 ", 1),
    ROW("a log event that is no JSON",
        "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"message\":"
        "\"START RequestId\"},{\"message\":\"" TEXT_REC("B") "\"}]}",
        "B ", "json@43 ", 0),
    ROW("Elastic, native names",
        "{\"@timestamp\":\"2026-05-01T10:00:00.000Z\",\"@version\":\"1\","
        "\"eventName\":\"A\"}",
        "A ", "", 0),
    ROW("Elastic, nested",
        "{\"@timestamp\":\"2026-05-01T10:00:00.000Z\",\"message\":\"m\","
        "\"event\":{\"action\":\"A\"}}",
        "A ", "", 0),
    ROW("Elastic, dotted",
        "{\"@timestamp\":\"2026-05-01T10:00:00.000Z\","
        "\"event.action\":\"A\"}",
        "A ", "", 0),
    ROW("Elastic, hits",
        "{\"_index\":\"i\",\"_source\":{\"@timestamp\":"
        "\"2026-05-01T10:00:00.000Z\",\"event\":{\"action\":\"A\"}}}\n"
        "{\"_source\":" REC("B") "}",
        "A B ", "", 0),
    ROW("all mixed",
        "{\"Records\":[" REC("A") "," BRIDGE("B") ",{\"Records\":[" REC("C") "]}]}\n" BRIDGE(
            "D") "\n{\"CloudTrailEvent\":\"" TEXT_REC("E") "\"}\n[" REC("F") "]",
        "A B C D E F ", "", 0),
    /* what holds no events */
    ROW("a digest",
        "{\"awsAccountId\":\"1\",\"digestStartTime\":\"x\",\"logFiles\":[]}",
        "", "digest@0 ", 1),
    ROW("a digest by its bucket",
        "{\"digestS3Bucket\":\"x\",\"awsAccountId\":\"1\"}", "", "digest@0 ",
        1),
    ROW("insights",
        "{\"Records\":[{\"eventType\":\"AwsCloudTrailInsight\"," TIME
        "},{\"eventCategory\":\"Insight\"}," REC("A") "]}",
        "A ", "insight@12 insight@84 ", 2),
    ROW("aggregated",
        "{\"eventType\":\"AwsAggregatedEvent\",\"eventVersion\":\"1.0\"}\n"
        "{\"eventCategory\":\"Aggregated\"}",
        "", "aggregated@0 aggregated@56 ", 2),
    ROW("some other object", "{\"a\":1}\n" REC("A"), "A ", "foreign@0 ", 1),
    ROW("an empty object", "{}", "", "foreign@0 ", 1),
    /* records that can't be judged, the rest is */
    ROW("a name given twice",
        "[" REC("A") ",{" TIME
                     ",\"eventName\":\"x\",\"eventName\":\"y\"}," REC("B") "]",
        "A B ", "duplicate@107 ", 0),
    ROW("an unread name given twice",
        "[{" TIME ",\"eventName\":\"A\",\"x\":1,\"x\":2}]", "A ", "", 0),
    ROW("another kind",
        "{\"Records\":[{" TIME ",\"eventName\":{}}," REC("B") "]}", "B ",
        "shape@60 ", 0),
    ROW("no time", "[{\"eventName\":\"x\"}," REC("B") "]", "B ", "time@1 ", 0),
    ROW("no real time",
        "[{\"eventTime\":\"today\",\"eventName\":\"x\"}," REC("B") "]", "B ",
        "time@1 ", 0),
    ROW("eventTime wins over @timestamp",
        "{\"eventTime\":\"x\",\"@timestamp\":\"2026-05-01T10:00:00Z\","
        "\"eventName\":\"A\"}",
        "", "time@0 ", 0),
    ROW("a time that is no text", "{\"eventTime\":1,\"eventName\":\"x\"}", "",
        "shape@13 ", 0),
    ROW("bad UTF-8",
        "{\"Records\":[" REC("A") ",{" TIME
                                  ",\"eventName\":\"\xFF\"}," REC("B") "]}",
        "A B ", "utf8@114 ", 0),
    ROW("a bad escape in a text that nobody reads",
        "[{" TIME ",\"x\":\"\\x\"}," REC("B") "]", "B ", "json@42 ", 0),
    ROW("a control character", "[{" TIME ",\"x\":\"\n\"}," REC("B") "]", "B ",
        "json@42 ", 0),
    ROW("a lone surrogate", "[{" TIME ",\"x\":\"\\ud800\"}," REC("B") "]", "B ",
        "utf8@42 ", 0),
    ROW("a missing comma inside", "[{" TIME " \"x\":1}," REC("B") "]", "B ",
        "json@37 ", 0),
    ROW("elements that are no objects", "[1,\"x\",null," REC("B") ",true]",
        "B ", "shape@1 shape@3 shape@7 shape@65 ", 0),
    ROW("a lookup event with a bad text",
        "{\"Events\":[{\"CloudTrailEvent\":\"{\"},{\"CloudTrailEvent\":"
        "\"[]\"},{\"CloudTrailEvent\":\"" TEXT_REC(
            "B") "\"},"
                 "{\"CloudTrailEvent\":\"{} {}\"}]}",
        "B ", "cut@11 json@35 json@143 ", 0),
    ROW("a carrier given two names",
        "{\"detail-type\":\"x\",\"detail\":" REC("x") ",\"detail\":" REC(
            "x") "}" REC("B"),
        "B ", "duplicate@82 ", 0),
    /* structure */
    ROW("lines: one without its end",
        REC("A") "\n{" TIME ",\"eventName\":\"x\"\n" REC("B") "\n", "A B ",
        "json@105 ", 0),
    ROW("lines: one without a quote",
        REC("A") "\n{" TIME ",\"eventName\":\"x}\n" REC("B") "\n", "A B ",
        "json@104 ", 0),
    ROW("lines: one cut after a colon",
        "{" TIME ",\"eventName\":\n" REC("B") "\n" REC("C") "\n", "B C ",
        "json@102 ", 0),
    ROW("lines: the last cut after a colon",
        "{" TIME ",\"eventName\":\n" REC("B") "\n", "B ", "cut@0 ", 0),
    ROW("lines: rubbish between", REC("A") "\nrubbish } ] ,\n\n" REC("B") "\n",
        "A B ", "json@53 ", 0),
    ROW("lines: commas behind them",
        REC("A") ",\n" REC("B") ",\n" REC("C") "\n", "A B C ", "json@52 ", 0),
    ROW("lines of files, one damaged",
        "{\"Records\":[" REC("A") ",{\"x\":[}]}\n{\"Records\":[" REC(
            "B") "]}\n",
        "A B ", "json@71 ", 0),
    ROW("a record that is not closed",
        "{\"Records\":[" REC("A") ",{" TIME ",\"x\":[1," REC("B") "]}", "A - ",
        "cut@162 ", 0),
    ROW("a record without its brace",
        "{\"Records\":[" REC("A") ",{" TIME ",\"x\":1],\"z\":2}" REC("B"),
        "A B ", "json@106 ", 0),
    ROW("a record with the wrong bracket",
        "{\"Records\":[" REC("A") ",{" TIME ",\"x\":[1}," REC("B") "]}", "A B ",
        "json@107 ", 0),
    ROW("a line with a bracket too many", "{" TIME "]}\n" REC("B"), "B ",
        "json@35 ", 0),
    ROW("cut inside a record", "{\"Records\":[" REC("A") ",{\"eventNa", "A ",
        "cut@65 ", 0),
    ROW("cut between records", "{\"Records\":[" REC("A") ",", "A ", "cut@65 ",
        0),
    ROW("cut behind a record", "{\"Records\":[" REC("A"), "A ", "cut@64 ", 0),
    ROW("cut behind the array", "{\"Records\":[" REC("A") "]", "A ", "cut@65 ",
        0),
    ROW("cut in a single record", "{" TIME ",\"eventName\":\"x", "", "cut@0 ",
        0),
    ROW("a comma too many", "[" REC("A") ",]", "A ", "json@54 ", 0),
    ROW("a comma missing", "{\"Records\":[" REC("A") " " REC("B") "]}", "A ",
        "json@65 ", 0),
    ROW("a bracket too many", REC("A") "}\n" REC("B"), "A B ", "json@52 ", 0),
    ROW("an element that is not UTF-8",
        "[" REC("A") ",\"\xE9\"," REC("B") "]\n" REC("C"), "A C ", "utf8@54 ",
        0),
    ROW("half a pair beside Records",
        "{\"Records\":[" REC("A") "],\"z\":\"\\ud800\"}" REC("B"), "A B ",
        "utf8@70 ", 0),
    ROW("an array that ends inside an element", "[" REC("A") ",\"abc", "A ",
        "cut@54 ", 0),
    ROW("a comma missing, lines go on",
        "{\"Records\":[\n" REC("A") "\n" REC("B") ",\n" REC("C") "\n]}\n",
        "A B C ", "json@66 ", 0),
    ROW("a damaged member", "{\"Records\":[" REC("A") "],\"x\":01}" REC("B"),
        "A B ", "json@71 ", 0),
#undef ROW
};

static void fail(const struct row *row, const char *way,
                 const struct seen *seen, const char *why)
{
    char name[200];

    snprintf(name, sizeof(name), "%s, %s: %s", row->what, way, why);
    tap_ok(false, name);
    printf("#  got: %.*s| %.*s\n# want: %s| %s\n", (int)seen->events.length,
           seen->events.bytes ? seen->events.bytes : "",
           (int)seen->notices.length,
           seen->notices.bytes ? seen->notices.bytes : "", row->events,
           row->notices);
}

/* How many words are in the list of notices, without those of what was
 * skipped. */
static long aside_count(const struct row *row)
{
    long spaces = 0;

    for (const char *at = row->notices; *at; at++)
        spaces += *at == ' ';
    return spaces - row->skipped;
}

static bool check(const struct row *row, const char *way,
                  const struct seen *seen, enum astray_status status,
                  const struct as_reader_stats *stats)
{
    long aside = aside_count(row);

    if (!is(&seen->events, row->events) || !is(&seen->notices, row->notices))
        fail(row, way, seen, "what came");
    else if (stats->records_in != stats->judged + stats->set_aside ||
             stats->set_aside != (uint64_t)aside ||
             stats->judged != (uint64_t)seen->event_count ||
             stats->skipped_records != (uint64_t)row->skipped)
        fail(row, way, seen, "the counts");
    else if (status != (aside ? ASTRAY_SET_ASIDE : ASTRAY_OK))
        fail(row, way, seen, "the status");
    else
        return true;
    return false;
}

/* ------------------------------------------------------------------------
 * Ways to read
 */

static void gzip(struct as_buf *out, struct as_text bytes, int level)
{
    z_stream z = { .next_in = NULL };

    if (deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        return;
    size_t room = deflateBound(&z, bytes.length);
    char *to = as_buf_reserve(out, room);
    union {
        const char *in;
        unsigned char *out;
    } plain = { bytes.bytes };
    z.next_in = plain.out;
    z.avail_in = (unsigned)bytes.length;
    z.next_out = (unsigned char *)to;
    z.avail_out = (unsigned)room;
    deflate(&z, Z_FINISH);
    out->length += z.total_out;
    deflateEnd(&z);
}

static char folder[] = "/tmp/astray-reader-XXXXXX";
static char stream_path[64];

static bool write_file(const char *path, struct as_text bytes)
{
    FILE *file = fopen(path, "wb");
    bool good;

    if (!file)
        return false;
    good = fwrite(bytes.bytes, 1, bytes.length, file) == bytes.length;
    return fclose(file) == 0 && good;
}

/* Read bytes as standard input. */
static enum astray_status read_stdin(struct as_reader *reader,
                                     struct as_text bytes)
{
    int kept = dup(STDIN_FILENO);
    enum astray_status status = ASTRAY_BUG;

    if (write_file(stream_path, bytes)) {
        int file = open(stream_path, O_RDONLY);
        dup2(file, STDIN_FILENO);
        close(file);
        status = as_reader_path(reader, "-");
    }
    dup2(kept, STDIN_FILENO);
    close(kept);
    return status;
}

enum way { MEMORY, GZIP, STREAM, GZIP_STREAM };

static enum astray_status read_way(struct as_reader *reader, enum way way,
                                   struct as_text bytes)
{
    struct as_buf packed = { .bytes = NULL };
    enum astray_status status;

    if (way == GZIP || way == GZIP_STREAM) {
        gzip(&packed, bytes, 1);
        bytes = as_buf_view(&packed);
    }
    if (way == MEMORY || way == GZIP)
        status = as_reader_bytes(reader, "test", bytes.bytes, bytes.length);
    else
        status = read_stdin(reader, bytes);
    as_buf_done(&packed);
    return status;
}

/* Read a row, with `padding` blanks before it, and judge what came. */
static bool read_row(const struct row *row, enum way way, size_t padding)
{
    static const char *const ways[] = { "memory", "gzip", "stream",
                                        "gzip stream" };
    struct seen seen = { .shift = padding };
    struct as_buf bytes = { .bytes = NULL };
    struct as_reader *reader = as_reader_new(&projection, &callbacks, &seen);
    bool good = false;

    char *blanks = as_buf_reserve(&bytes, padding + 1);
    if (reader && blanks) {
        memset(blanks, ' ', padding);
        bytes.length = padding;
        as_buf_add(&bytes, row->bytes, row->length);
        enum astray_status status = read_way(reader, way, as_buf_view(&bytes));
        good = check(row, ways[way], &seen, status, as_reader_stats(reader));
        if (good && as_reader_stats(reader)->bytes != bytes.length) {
            fail(row, ways[way], &seen, "the bytes");
            good = false;
        }
    }
    as_reader_free(reader);
    as_buf_done(&bytes);
    forget(&seen);
    return good;
}

static void table(void)
{
    const size_t window = 256 * 1024; /* how much a stream reads at once */

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *row = &rows[i];
        bool good = true;

        for (int way = MEMORY; good && way <= GZIP_STREAM; way++)
            good = read_row(row, (enum way)way, 0);
        bool marked = row->length > 0 && row->bytes[0] == '\xEF';
        size_t step = row->length / 8 + 1;
        for (size_t at = 1; good && !marked && at < row->length; at += step)
            good = read_row(row, STREAM, window - at);
        tap_ok(good, row->what);
    }
}

/* ------------------------------------------------------------------------
 * What the table can't hold
 */

/* A reader that tells `seen`, or the end of the test. */
static struct as_reader *start(struct seen *seen)
{
    struct as_reader *reader = as_reader_new(&projection, &callbacks, seen);

    if (!reader)
        exit(1);
    return reader;
}

static void report(const struct seen *seen, const char *events,
                   const char *notices, const char *name)
{
    if (!tap_ok(is(&seen->events, events) && is(&seen->notices, notices), name))
        printf("#  got: %.*s| %.*s| %.*s\n", (int)seen->events.length,
               seen->events.bytes ? seen->events.bytes : "",
               (int)seen->notices.length,
               seen->notices.bytes ? seen->notices.bytes : "",
               (int)seen->last_message.length,
               seen->last_message.bytes ? seen->last_message.bytes : "");
}

static void details(void)
{
    struct seen seen = { .shift = 0 };
    struct as_reader *reader = start(&seen);
    static const char twice[] = "[" REC(
        "A") ",{" TIME ",\"eventName\":\"x\",\"eventName\":\"y\"}]";

    as_reader_bytes(reader, "dir/f.json", twice, sizeof(twice) - 1);
    tap_ok(is(&seen.last_message,
              "dir/f.json: byte 107: \"eventName\" is given twice; the record "
              "was set aside"),
           "a message says what, where and what became of it");
    tap_ok(is(&seen.last_bytes,
              "{" TIME ",\"eventName\":\"x\",\"eventName\":\"y\"}"),
           "and has the record");
    tap_ok(is(&seen.last_record, REC("A")) && seen.last_offset == 1 &&
               seen.last_time == 1777629600000,
           "an event has its record, place and time");
    static const char lookup[] =
        "{\"Events\":[{\"CloudTrailEvent\":\"" TEXT_REC("B") "\"}]}";
    as_reader_bytes(reader, "f", lookup, sizeof(lookup) - 1);
    tap_ok(is(&seen.last_record, REC("B")) && seen.last_offset == 11,
           "a record that was a text is decoded");
    seen.say = ASTRAY_SET_ASIDE;
    tap_int(as_reader_bytes(reader, "f", lookup, sizeof(lookup) - 1),
            ASTRAY_SET_ASIDE, "the engine can refuse");
    const struct as_reader_stats *stats = as_reader_stats(reader);
    tap_ok(stats->records_in == 4 && stats->judged == 2 &&
               stats->set_aside == 2 && stats->reasons[AS_REASON_EVENT] == 1 &&
               stats->reasons[AS_REASON_DUPLICATE] == 1,
           "and that is counted");
    seen.say = ASTRAY_NO_MEMORY;
    as_buf_reset(&seen.events);
    static const char lines[] = REC("A") REC("B");
    tap_int(as_reader_bytes(reader, "f", lines, sizeof(lines) - 1),
            ASTRAY_NO_MEMORY, "or stop");
    tap_ok(is(&seen.events, "A "), "at once");
    as_reader_free(reader);
    forget(&seen);
}

static void not_json(void)
{
    struct seen seen = { .shift = 0 };
    struct as_reader *reader = start(&seen);

    tap_int(as_reader_bytes(reader, "f", "hello", 5), ASTRAY_SET_ASIDE,
            "a named file that is no JSON");
    tap_int(as_reader_bytes(reader, "f", "\xFF\xFE{\0}\0", 6), ASTRAY_SET_ASIDE,
            "UTF-16");
    report(&seen, "", "format@0 format@0 ", "what is said");
    tap_ok(as_text_contains(as_buf_view(&seen.last_message), AS_TEXT("UTF-16")),
           "UTF-16 is called by its name");
    as_reader_free(reader);
    forget(&seen);
}

/* Bytes of `count` records named A, one a line, in an array or not. */
static void many(struct as_buf *out, long count, bool array)
{
    if (array)
        as_buf_puts(out, "{\"Records\":[");
    for (long i = 0; i < count; i++) {
        as_buf_puts(out, REC("A"));
        as_buf_putc(out, array && i + 1 < count ? ',' : '\n');
    }
    if (array)
        as_buf_puts(out, "]}");
}

static const struct {
    const char *what;
    long cut; /* so many bytes are taken off the end */
    int flip; /* this byte from the end is changed, if not 0 */
    const char *junk;
    size_t junk_length;
    const char *reason, *says;
} damages[] = {
    { "cut before the checksum", 8, 0, NULL, 0, "gzip", "cut off" },
    { "cut inside the checksum", 5, 0, NULL, 0, "gzip", "cut off" },
    { "cut inside the length", 1, 0, NULL, 0, "gzip", "cut off" },
    { "a wrong checksum", 0, 8, NULL, 0, "gzip", "checksum" },
    { "a wrong length", 0, 1, NULL, 0, "gzip", "checksum" },
    { "rubbish behind it", 0, 0, "rubbish", 7, "gzip", "not gzip" },
    { "what begins like gzip behind it", 0, 0, "\x1f\x8b\xff\xff", 4, "gzip",
      "not gzip" },
    { "what may be cut off gzip behind it", 0, 0, "\x1f\x8b\x08\xff", 4, "gzip",
      "not gzip" },
    { "half a beginning of gzip behind it", 0, 0, "\x1f", 1, "gzip",
      "not gzip" },
    { "padding and rubbish behind it", 0, 0, "\0\0x", 3, "gzip", "not gzip" },
    { "padding behind it", 0, 0, "\0\0\0\0", 4, NULL, NULL },
};

/* Damage behind the last record: all are judged, and it is said. */
static void gzip_damage(void)
{
    struct as_buf plain = { .bytes = NULL };

    many(&plain, 2000, false);
    for (size_t i = 0; i < COUNT(damages); i++) {
        for (int way = MEMORY; way <= STREAM; way += STREAM) {
            struct as_buf packed = { .bytes = NULL };
            struct seen seen = { .shift = 0 };
            struct as_reader *reader = start(&seen);

            gzip(&packed, as_buf_view(&plain), 6);
            packed.length -= (size_t)damages[i].cut;
            if (damages[i].flip)
                packed.bytes[packed.length - (size_t)damages[i].flip] ^= 1;
            as_buf_add(&packed, damages[i].junk, damages[i].junk_length);
            enum astray_status status = read_way(reader, (enum way)way,
                                                 as_buf_view(&packed));
            tap_int(status, damages[i].reason ? ASTRAY_SET_ASIDE : ASTRAY_OK,
                    damages[i].what);
            tap_int(seen.event_count, 2000, "all were judged");
            tap_ok(damages[i].reason
                       ? as_text_starts(as_buf_view(&seen.notices),
                                        as_text_of(damages[i].reason))
                       : seen.notices.length == 0,
                   "and it is said");
            as_buf_putc(&seen.last_message, '\0');
            tap_ok(!damages[i].says ||
                       strstr(seen.last_message.bytes, damages[i].says),
                   "in the same words");
            as_reader_free(reader);
            forget(&seen);
            as_buf_done(&packed);
        }
    }
    as_buf_done(&plain);
}

/* Cut or flipped at any place: no crash, no hang, the sum is right. */
static void gzip_any_damage(void)
{
    struct as_buf plain = { .bytes = NULL }, packed = { .bytes = NULL };
    long wrong = 0, quiet = 0;

    many(&plain, 300, true);
    gzip(&packed, as_buf_view(&plain), 6);
    for (size_t at = 2; at < packed.length; at++) {
        for (int flip = 0; flip < 2; flip++) {
            struct seen seen = { .shift = 0 };
            struct as_reader *reader = start(&seen);
            struct as_text bytes = { packed.bytes, flip ? packed.length : at };

            packed.bytes[at] ^= (char)(flip ? 0x10 : 0);
            enum astray_status status = as_reader_bytes(
                reader, "f", bytes.bytes, bytes.length);
            packed.bytes[at] ^= (char)(flip ? 0x10 : 0);
            const struct as_reader_stats *stats = as_reader_stats(reader);
            wrong += stats->records_in != stats->judged + stats->set_aside;
            wrong += status != ASTRAY_OK && seen.notices.length == 0;
            quiet += status == ASTRAY_OK && at > 10;
            as_reader_free(reader);
            forget(&seen);
        }
    }
    tap_int(wrong, 0, "damage at every place");
    tap_int(quiet, 0, "none goes unnoticed");
    as_buf_done(&plain);
    as_buf_done(&packed);
}

static void gzip_members(void)
{
    struct as_buf packed = { .bytes = NULL };
    struct seen seen = { .shift = 0 };
    struct as_reader *reader = start(&seen);

    gzip(&packed, AS_TEXT("{\"Records\":[" REC("A") ",{" TIME), 6);
    gzip(&packed, AS_TEXT(""), 6);
    gzip(&packed, AS_TEXT(",\"eventName\":\"B\"}]}" REC("C")), 6);
    as_reader_bytes(reader, "f", packed.bytes, packed.length);
    read_stdin(reader, as_buf_view(&packed));
    report(&seen, "A B C A B C ", "", "members are one text");
    as_buf_done(&packed);
    gzip(&packed, AS_TEXT(""), 6);
    as_buf_reset(&seen.events);
    tap_int(as_reader_bytes(reader, "f", packed.bytes, packed.length),
            ASTRAY_OK, "gzip of nothing");
    as_buf_reset(&packed);
    gzip(&packed, AS_TEXT("hello"), 6);
    as_reader_bytes(reader, "f", packed.bytes, packed.length);
    report(&seen, "", "format@0 ", "gzip of something else");
    as_reader_free(reader);
    forget(&seen);
    as_buf_done(&packed);
}

/* It is told once, and counted once, that there is nothing to read. */
static void gzip_of_nothing_known(void)
{
    struct as_buf packed = { .bytes = NULL };
    struct seen seen = { .shift = 0 };
    struct as_reader *reader = start(&seen);

    gzip(&packed, AS_TEXT("hello"), 6);
    packed.length -= 4;
    as_reader_bytes(reader, "f", packed.bytes, packed.length);
    read_stdin(reader, as_buf_view(&packed));
    report(&seen, "", "format@0 format@0 ", "damaged gzip of something else");
    tap_int((long)as_reader_stats(reader)->damaged_files, 2,
            "each file is damaged once");
    as_reader_free(reader);
    forget(&seen);
    as_buf_done(&packed);
}

/* RFC 1952, FHCRC: the header has a checksum, which here is wrong. */
static void gzip_header(void)
{
    enum { HEADER = 10, FLAGS = 3, HAS_SUM = 2 };
    struct as_buf packed = { .bytes = NULL }, bad = { .bytes = NULL };
    struct seen seen = { .shift = 0 };
    struct as_reader *reader = start(&seen);

    gzip(&packed, AS_TEXT(REC("A")), 6);
    packed.bytes[FLAGS] = HAS_SUM;
    as_buf_add(&bad, packed.bytes, HEADER);
    as_buf_add(&bad, "\0\0", 2);
    as_buf_add(&bad, packed.bytes + HEADER, packed.length - HEADER);
    as_reader_bytes(reader, "f", bad.bytes, bad.length);
    read_stdin(reader, as_buf_view(&bad));
    report(&seen, "", "gzip@0 gzip@0 ", "a wrong checksum of the header");
    as_reader_free(reader);
    forget(&seen);
    as_buf_done(&packed);
    as_buf_done(&bad);
}

enum { LONG_RECORD = 4000 };

/* A record of exactly `length` bytes. */
static void sized(struct as_buf *out, size_t length)
{
    size_t begin = out->length;

    as_buf_puts(out, "{" TIME ",\"eventName\":\"S\",\"x\":\"");
    size_t fill = length - (out->length - begin) - 2;
    char *room = as_buf_reserve(out, fill);
    if (room)
        memset(room, 'x', fill);
    out->length += fill;
    as_buf_puts(out, "\"}");
}

/* More than a file may inflate to: said, for a file; read, on a stream. */
static void large(bool array)
{
    const long fit = AS_MAX_INFLATED / (LONG_RECORD + 1), count = fit + 100;
    struct as_buf plain = { .bytes = NULL }, packed = { .bytes = NULL };
    struct seen seen = { .shift = 0 };
    struct as_reader *reader = start(&seen);

    if (array)
        as_buf_puts(&plain, "{\"Records\":[");
    for (long i = 0; i < count; i++) {
        sized(&plain, LONG_RECORD);
        as_buf_putc(&plain, array && i + 1 < count ? ',' : '\n');
    }
    if (array)
        as_buf_puts(&plain, "]}");
    gzip(&packed, as_buf_view(&plain), 1);
    tap_int(as_reader_bytes(reader, "f", packed.bytes, packed.length),
            ASTRAY_SET_ASIDE, "a file that inflates to too much");
    tap_int(seen.event_count, fit, "what comes before is judged");
    tap_ok(as_text_contains(as_buf_view(&seen.notices), AS_TEXT("limit@")),
           "and it is said");
    as_buf_reset(&seen.notices);
    seen.event_count = 0;
    tap_int(read_stdin(reader, as_buf_view(&packed)), ASTRAY_OK,
            "as a stream it is read");
    tap_int(seen.event_count, count, "all of it");
    tap_int(as_reader_path(reader, stream_path), ASTRAY_SET_ASIDE,
            "as a named file it is not");
    as_buf_done(&packed);
    seen.event_count = 0;
    write_file(stream_path, as_buf_view(&plain));
    as_buf_reset(&seen.notices);
    tap_int(as_reader_path(reader, stream_path), ASTRAY_OK,
            "a large plain file is read");
    tap_int(seen.event_count, count, "all of it");
    tap_ok(seen.notices.length == 0, "in peace");
    as_buf_done(&plain);
    as_reader_free(reader);
    forget(&seen);
}

static const struct {
    size_t length;
    const char *before, *behind, *events, *notices;
} sizes[] = {
    { AS_MAX_RECORD, "[" REC("A") ",", "," REC("B") "]", "A S B ", "" },
    { AS_MAX_RECORD + 1, "[" REC("A") ",", "," REC("B") "]", "A B ",
      "size@54 " },
    { AS_MAX_RECORD + 1, "{\"Records\":[", "," REC("B") "]}", "B ",
      "size@12 " },
    { AS_MAX_RECORD + 1, REC("A") "\n", "\n" REC("B"), "A B ", "size@53 " },
    { 3 * AS_MAX_RECORD, "", "\n" REC("B"), "B ", "size@0 " },
    { 3 * AS_MAX_RECORD, "{\"x\":", ",\"Records\":[" REC("B") "]}", "B ", "" },
    { 3 * AS_MAX_RECORD, "{\"x\":[", "],\"logEvents\":[" REC("B") "]}", "B ",
      "" },
    { 3 * AS_MAX_RECORD, "[1,[", "]," REC("B") "]", "B ", "shape@1 size@4 " },
};

static void record_sizes(void)
{
    for (size_t i = 0; i < COUNT(sizes); i++) {
        for (int way = MEMORY; way <= GZIP_STREAM; way++) {
            struct as_buf bytes = { .bytes = NULL };
            struct seen seen = { .shift = 0 };
            struct as_reader *reader = start(&seen);

            as_buf_puts(&bytes, sizes[i].before);
            sized(&bytes, sizes[i].length);
            as_buf_puts(&bytes, sizes[i].behind);
            read_way(reader, (enum way)way, as_buf_view(&bytes));
            report(&seen, sizes[i].events, sizes[i].notices, "a record's size");
            as_reader_free(reader);
            forget(&seen);
            as_buf_done(&bytes);
        }
    }
}

/* A carrier that is larger than a record may be, its list not first. */
static void large_carrier(void)
{
    struct as_buf bytes = { .bytes = NULL };
    struct seen seen = { .shift = 0 };
    struct as_reader *reader = start(&seen);

    as_buf_puts(&bytes, "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[");
    for (int i = 0; i < 20000; i++)
        as_buf_puts(&bytes,
                    "{\"id\":\"1\",\"message\":\"" TEXT_REC("A") "\"},");
    as_buf_puts(&bytes, "{\"message\":\"" TEXT_REC("B") "\"}]}");
    read_way(reader, STREAM, as_buf_view(&bytes));
    tap_int(seen.event_count, 20001, "a large subscription");
    tap_ok(seen.notices.length == 0, "in peace");
    as_reader_free(reader);
    forget(&seen);
    as_buf_done(&bytes);
}

static void deep_carriers(void)
{
    for (int depth = AS_MAX_CARRIERS; depth < 40; depth += 31) {
        struct as_buf bytes = { .bytes = NULL };
        struct seen seen = { .shift = 0 };
        struct as_reader *reader = start(&seen);

        for (int i = 0; i < depth; i++)
            as_buf_puts(&bytes, "{\"detail-type\":\"x\",\"detail\":");
        as_buf_puts(&bytes, REC("A"));
        for (int i = 0; i < depth; i++)
            as_buf_putc(&bytes, '}');
        as_reader_bytes(reader, "f", bytes.bytes, bytes.length);
        const struct as_reader_stats *stats = as_reader_stats(reader);
        tap_ok(stats->records_in == 1 &&
                   stats->judged == (depth == AS_MAX_CARRIERS) &&
                   stats->reasons[AS_REASON_DEPTH] ==
                       (depth != AS_MAX_CARRIERS),
               "carriers inside each other");
        as_reader_free(reader);
        forget(&seen);
        as_buf_done(&bytes);
    }
}

/* Much damage is not much work: 50,000 bad records in one line. */
static void much_damage(void)
{
    static const char *const bad[] = { "{\"x\":01},", "{\"x\":\n", "{\"a\",[",
                                       "\"x\n{" };

    for (size_t n = 0; n < COUNT(bad); n++) {
        struct as_buf bytes = { .bytes = NULL };
        struct seen seen = { .shift = 0 };
        struct as_reader *reader = start(&seen);

        as_buf_puts(&bytes, "[");
        for (int i = 0; i < 50000; i++)
            as_buf_puts(&bytes, bad[n]);
        as_reader_bytes(reader, "f", bytes.bytes, bytes.length);
        const struct as_reader_stats *stats = as_reader_stats(reader);
        tap_ok(stats->set_aside > 0 && stats->judged == 0 &&
                   stats->records_in == stats->set_aside,
               "much damage");
        as_reader_free(reader);
        forget(&seen);
        as_buf_done(&bytes);
    }
}

/* ------------------------------------------------------------------------
 * Folders
 */

static void put(const char *name, const char *bytes)
{
    struct as_buf path = { .bytes = NULL };

    as_path_join(&path, as_text_of(folder), as_text_of(name));
    write_file(path.bytes, as_text_of(bytes));
    as_buf_done(&path);
}

static void make_tree(void)
{
    char path[100], loop[100];

    static const char *const names[] = { "tree", "tree/b", "tree/a",
                                         "tree/empty", "tree/closed" };
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        mkdir(path, 0755);
    }
    put("tree/b/2.json", REC("D"));
    put("tree/b/1.json", REC("C"));
    put("tree/a/x", REC("B"));
    put("tree/.DS_Store", "\1Bud1");
    put("tree/README", "hello");
    put("tree/0.json", REC("A"));
    put("tree/none", "");
    put("tree/z.json", REC("Z"));
    snprintf(path, sizeof(path), "%s/tree", folder);
    snprintf(loop, sizeof(loop), "%s/tree/b/loop", folder);
    if (symlink(path, loop) != 0)
        printf("# no symbolic links here\n");
    snprintf(loop, sizeof(loop), "%s/tree/y.json", folder);
    if (symlink("z.json", loop) != 0)
        printf("# no symbolic links here\n");
    snprintf(loop, sizeof(loop), "%s/tree/gone", folder);
    if (symlink("nowhere", loop) != 0)
        printf("# no symbolic links here\n");
    snprintf(path, sizeof(path), "%s/tree/pipe", folder);
    mkfifo(path, 0644);
}

static void folders(void)
{
    struct seen seen = { .shift = 0 };
    struct as_reader *reader = start(&seen);
    char path[100];

    make_tree();
    snprintf(path, sizeof(path), "%s/tree", folder);
    tap_int(as_reader_path(reader, path), ASTRAY_OK, "a folder is walked");
    report(&seen, "A B C D Z Z ", "not-json@0 not-json@0 link@0 link@0 link@0 ",
           "in the order of names");
    const struct as_reader_stats *stats = as_reader_stats(reader);
    tap_int((long)stats->files, 7, "files");
    tap_int((long)stats->skipped_files, 5, "skipped files");
    as_buf_reset(&seen.notices);
    as_buf_reset(&seen.events);

    snprintf(path, sizeof(path), "%s/tree/README", folder);
    tap_int(as_reader_path(reader, path), ASTRAY_SET_ASIDE,
            "a named file must hold events");
    snprintf(path, sizeof(path), "%s/tree/missing", folder);
    tap_int(as_reader_path(reader, path), ASTRAY_IO,
            "a file that is not there");
    report(&seen, "", "format@0 io@0 ", "what is said");
    tap_ok(as_text_contains(as_buf_view(&seen.last_message),
                            AS_TEXT("No such file")),
           "in words");
    as_buf_reset(&seen.notices);
    snprintf(path, sizeof(path), "%s/tree/empty", folder);
    tap_int(as_reader_path(reader, path), ASTRAY_OK, "an empty folder");
    as_reader_free(reader);
    forget(&seen);
}

/* Folders inside each other, without end as far as the reader knows. */
static void deep_folders(void)
{
    struct seen seen = { .shift = 0 };
    struct as_reader *reader = start(&seen);
    struct as_buf path = { .bytes = NULL };
    char top[100];

    snprintf(top, sizeof(top), "%s/deep", folder);
    as_buf_puts(&path, top);
    for (int i = 0; i <= AS_MAX_FOLDERS + 1; i++) {
        as_buf_printf(&path, "%s", i ? "/d" : "");
        as_buf_putc(&path, '\0');
        path.length--;
        mkdir(path.bytes, 0755);
    }
    put("deep/e.json", REC("E"));
    tap_int(as_reader_path(reader, top), ASTRAY_IO, "folders too deep");
    report(&seen, "E ", "io@0 ", "the others are read");
    as_buf_done(&path);
    as_reader_free(reader);
    forget(&seen);
}

/* Nobody is denied anything who is root. */
static void permissions(void)
{
    struct seen seen = { .shift = 0 };
    struct as_reader *reader = start(&seen);
    char path[100];

    if (geteuid() == 0 && seteuid(65534) != 0) {
        printf("# SKIP permissions: can't become anybody else\n");
        as_reader_free(reader);
        return;
    }
    snprintf(path, sizeof(path), "%s/tree", folder);
    tap_int(as_reader_path(reader, path), ASTRAY_IO, "some may not be read");
    report(&seen, "A B C D ",
           "not-json@0 not-json@0 link@0 io@0 link@0 link@0 io@0 io@0 ",
           "the others are");
    tap_ok(as_text_contains(as_buf_view(&seen.last_message),
                            AS_TEXT("Permission denied")),
           "in words");
    if (getuid() == 0)
        tap_ok(seteuid(0) == 0, "and back");
    as_reader_free(reader);
    forget(&seen);
}

static void close_some(mode_t folder_mode, mode_t file_mode)
{
    char path[100];

    snprintf(path, sizeof(path), "%s", folder);
    chmod(path, 0755);
    snprintf(path, sizeof(path), "%s/tree/closed", folder);
    chmod(path, folder_mode);
    snprintf(path, sizeof(path), "%s/tree/z.json", folder);
    chmod(path, file_mode);
}

static void clean_up(void)
{
    char command[100];

    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    if (system(command) != 0)
        printf("# %s is left\n", folder);
}

/* ------------------------------------------------------------------------
 * Real records, where they are at hand
 */

static void shared_data(void)
{
    static const struct {
        const char *name;
        long records;
    } sets[] = {
        { "invictus/AWSLogs", 2900 },
        { "otrf", 103 },
        { "stratus", 45 },
        { "synthetic/shapes.json", 35 },
    };
    const char *root = getenv("ASTRAY_SHARED_DATA");

    if (!root)
        root = "../shared/data";
    for (size_t i = 0; i < COUNT(sets); i++) {
        struct seen seen = { .shift = 0 };
        struct as_buf path = { .bytes = NULL };
        struct as_reader *reader = start(&seen);

        as_path_join(&path, as_text_of(root), as_text_of(sets[i].name));
        if (access(path.bytes, R_OK) != 0) {
            printf("ok %d - %s # SKIP not at hand\n", ++tap_count,
                   sets[i].name);
        } else {
            enum astray_status status = as_reader_path(reader, path.bytes);
            const struct as_reader_stats *stats = as_reader_stats(reader);
            tap_ok(status == ASTRAY_OK &&
                       stats->judged == (uint64_t)sets[i].records &&
                       stats->set_aside == 0,
                   sets[i].name);
        }
        as_reader_free(reader);
        as_buf_done(&path);
        forget(&seen);
    }
}

int main(void)
{
    if (!tap_ok(mkdtemp(folder) != NULL, "a folder to write in"))
        return tap_done();
    snprintf(stream_path, sizeof(stream_path), "%s/stream", folder);
    table();
    details();
    not_json();
    gzip_damage();
    gzip_any_damage();
    gzip_members();
    gzip_of_nothing_known();
    gzip_header();
    large(false);
    large(true);
    record_sizes();
    large_carrier();
    deep_carriers();
    much_damage();
    folders();
    deep_folders();
    close_some(0, 0);
    permissions();
    close_some(0755, 0644);
    clean_up();
    shared_data();
    return tap_done();
}
