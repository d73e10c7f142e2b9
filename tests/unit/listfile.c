/* Lists from files: the three forms, and that nothing is skipped silently. */

#include "program/listfile.h"
#include "common/buf.h"
#include "common/limits.h"
#include "common/time.h"
#include "tests/unit/tap.h"

#include <stdlib.h>

/* ---- one value --------------------------------------------------------- */

static const struct {
    enum as_kind kind;
    const char *text;
    const char *want; /* as show() has it; NULL: refused */
} scalars[] = {
    { AS_KIND_BOOL, "true", "true" },
    { AS_KIND_BOOL, "false", "false" },
    { AS_KIND_BOOL, "True", NULL },
    { AS_KIND_BOOL, "", NULL },
    { AS_KIND_INT, "0", "0" },
    { AS_KIND_INT, "-12", "-12" },
    { AS_KIND_INT, "9223372036854775807", "9223372036854775807" },
    { AS_KIND_INT, "9223372036854775808", NULL },
    { AS_KIND_INT, "-9223372036854775808", "-9223372036854775808" },
    { AS_KIND_INT, "-9223372036854775809", NULL },
    { AS_KIND_INT, "99999999999999999999999", NULL },
    { AS_KIND_INT, "-", NULL },
    { AS_KIND_INT, "+1", NULL },
    { AS_KIND_INT, " 1", NULL },
    { AS_KIND_INT, "1.0", NULL },
    { AS_KIND_INT, "", NULL },
    { AS_KIND_REAL, "1.5", "1.5" },
    { AS_KIND_REAL, "-2", "-2" },
    { AS_KIND_REAL, "1e3", "1000" },
    { AS_KIND_REAL, "1.5E-1", "0.15" },
    { AS_KIND_REAL, "1e999", NULL },
    { AS_KIND_REAL, "1.", NULL },
    { AS_KIND_REAL, ".5", NULL },
    { AS_KIND_REAL, "1e", NULL },
    { AS_KIND_REAL, "1e+", NULL },
    { AS_KIND_REAL, "0x10", NULL },
    { AS_KIND_REAL, "inf", NULL },
    { AS_KIND_REAL, "nan", NULL },
    { AS_KIND_REAL, "1,5", NULL },
    { AS_KIND_REAL, "", NULL },
    { AS_KIND_TIME, "2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z" },
    { AS_KIND_TIME, "2026-11-21", "2026-11-21T00:00:00Z" },
    { AS_KIND_TIME, "yesterday", NULL },
    { AS_KIND_DURATION, "15m", "15m" },
    { AS_KIND_DURATION, "15", NULL },
    { AS_KIND_TEXT, "a b", "a b" },
    { AS_KIND_TEXT, "", "" },
    { AS_KIND_TEXT, "\xff", NULL },
    { AS_KIND_SOURCE, "AWS Internal/3", "AWS Internal/3" },
    { AS_KIND_IP, "192.0.2.1", "192.0.2.1" },
    { AS_KIND_IP, "2001:DB8:0::1", "2001:db8::1" },
    { AS_KIND_IP, "192.0.2.0/24", NULL },
    { AS_KIND_CIDR, "10.0.0.0/8", "10.0.0.0/8" },
    { AS_KIND_CIDR, "192.0.2.1", "192.0.2.1/32" },
    { AS_KIND_CIDR, "10.0.0.0/33", NULL },
    { AS_KIND_JSON, "1", NULL },
    { AS_KIND_REGEX, "a", NULL },
    { AS_KIND_OBJECT, "a", NULL },
    { AS_KIND_NONE, "a", NULL },
};

static void show(struct as_buf *out, const struct as_scalar *value)
{
    switch (value->kind) {
    case AS_KIND_BOOL:
        as_buf_puts(out, value->integer ? "true" : "false");
        return;
    case AS_KIND_INT:
        as_buf_printf(out, "%lld", (long long)value->integer);
        return;
    case AS_KIND_REAL:
        as_buf_printf(out, "%g", value->real);
        return;
    case AS_KIND_TIME:
        as_time_format(out, value->integer);
        return;
    case AS_KIND_DURATION:
        as_duration_format(out, value->integer);
        return;
    case AS_KIND_TEXT:
    case AS_KIND_SOURCE:
        as_buf_text(out, value->text);
        return;
    case AS_KIND_IP:
        as_ip_format(out, &value->ip);
        return;
    case AS_KIND_CIDR:
        as_cidr_format(out, &value->cidr);
        return;
    case AS_KIND_NONE:
    case AS_KIND_JSON:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        as_buf_puts(out, "?");
        return;
    }
}

static void check_text(const struct as_buf *got, const char *want,
                       const char *name)
{
    if (!tap_ok(as_text_equal(as_buf_view(got), as_text_of(want)), name))
        printf("#  got: %.*s\n# want: %s\n", (int)got->length,
               got->bytes ? got->bytes : "", want);
}

static void test_scalars(void)
{
    for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
        struct as_scalar value = { .kind = AS_KIND_NONE };
        struct as_text text = as_text_of(scalars[i].text);
        const char *why = NULL;
        bool good = as_scalar_parse(scalars[i].kind, text, &value, &why);
        struct as_buf got = { 0 };

        if (good && scalars[i].want) {
            show(&got, &value);
            check_text(&got, scalars[i].want, scalars[i].text);
        } else {
            tap_ok(!good && !scalars[i].want && why && *why &&
                       value.kind == AS_KIND_NONE,
                   scalars[i].text);
        }
        as_buf_done(&got);
    }
}

/* ---- whole files ------------------------------------------------------- */

#define BLOCKS "not an address block, such as 10.0.0.0/8"
#define EMPTY_RANGES                                                           \
    "{\"syncToken\":\"1\",\"prefixes\":[],\"ipv6_prefixes\":[]}"

/* Values are shown as "LINE=VALUE ", messages as "LINE! MESSAGE\n". */
static const struct {
    const char *name, *file;
    enum as_kind kind;
    const char *bytes;
    const char *values; /* NULL: refused */
    const char *messages;
} files[] = {
    /* one value a line */
    { "nothing", "a.txt", AS_KIND_CIDR, "", "", "" },
    { "lines", "a.txt", AS_KIND_CIDR,
      "# ours\n10.0.0.0/8\n\n  192.0.2.0/24  \r\n\t# end\n2001:db8::/32",
      "2=10.0.0.0/8 4=192.0.2.0/24 6=2001:db8::/32 ", "" },
    { "no ending at all", "LIST", AS_KIND_INT, "1\n2\n", "1=1 2=2 ", "" },
    { "a byte order mark", "a.txt", AS_KIND_TEXT, "\xef\xbb\xbf#x\nb\n", "2=b ",
      "" },
    { "a comment behind a value", "a.txt", AS_KIND_CIDR,
      "10.0.0.0/8 # office\n192.0.2.1\t#\n", "1=10.0.0.0/8 2=192.0.2.1/32 ",
      "" },
    { "# may be in a text", "a.txt", AS_KIND_TEXT, "a #b\n", "1=a #b ", "" },
    { "blanks before a text count", "a.txt", AS_KIND_TEXT, " a \n", "1= a ",
      "" },
    { "sources", "a.txt", AS_KIND_SOURCE, "AWS Internal\nec2.amazonaws.com\n",
      "1=AWS Internal 2=ec2.amazonaws.com ", "" },
    { "reals", "a.txt", AS_KIND_REAL, "1.5\n-2\n", "1=1.5 2=-2 ", "" },
    { "times and blanks", "a.txt", AS_KIND_TIME, "  2026-11-21  \n",
      "1=2026-11-21T00:00:00Z ", "" },
    { "bad values", "a.txt", AS_KIND_CIDR, "10.0.0.0/8\nx\n1.2.3.4/40\n", NULL,
      "2! " BLOCKS ": \"x\"\n3! " BLOCKS ": \"1.2.3.4/40\"\n" },
    { "a bad value is escaped and cut", "a.txt", AS_KIND_INT,
      "\x1b[31m"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa9"
      "bbbb\n",
      NULL,
      "1! not a whole number of at most 64 bits: \"\\x1b[31m"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\"\n" },
    { "host bits", "a.txt", AS_KIND_CIDR, "10.0.0.1/8\n", "1=10.0.0.1/8 ",
      "1? bits are set behind the block's prefix; they don't count: "
      "\"10.0.0.1/8\"\n" },
    { "not UTF-8", "a.txt", AS_KIND_TEXT, "a\nb\xff\n", NULL,
      "2! not UTF-8\n" },
    { "lists of JSON there are none", "a.txt", AS_KIND_JSON, "1\n", NULL,
      "0! a list can't hold values of this type\n" },

    /* CSV; the list is called "net" */
    { "a first column", "a.csv", AS_KIND_CIDR,
      "10.0.0.0/8,office\n192.0.2.0/24,\"lab, two\"\n",
      "1=10.0.0.0/8 2=192.0.2.0/24 ", "" },
    { "capitals in the ending", "A.CSV", AS_KIND_INT, "1,2\n", "1=1 ", "" },
    { "a named column", "a.csv", AS_KIND_CIDR,
      "who,net\r\n\"the \"\"lab\"\"\nupstairs\",10.0.0.0/8\r\nx, 192.0.2.1 ",
      "2=10.0.0.0/8 4=192.0.2.1/32 ", "" },
    { "texts are taken as they stand", "a.csv", AS_KIND_TEXT,
      "\" a, \"\"b\"\"\"\n#c \n\"\"\n", "1= a, \"b\" 2=#c  3= ", "" },
    { "blank lines", "a.csv", AS_KIND_INT, "1\n\n\r\n2\r\n", "1=1 4=2 ", "" },
    { "CR alone is no end of a record", "a.csv", AS_KIND_TEXT, "a\rb,c\n",
      "1=a\rb ", "" },
    { "CR at the end of the file", "a.csv", AS_KIND_TEXT, "a\r", "1=a ", "" },
    { "a header only", "a.csv", AS_KIND_CIDR, "net\n", "", "" },
    { "a header of another name", "a.csv", AS_KIND_CIDR,
      "block,who\n10.0.0.0/8,x\n", NULL, "1! " BLOCKS ": \"block\"\n" },
    { "two columns of the name", "a.csv", AS_KIND_INT, "net,net\n1,2\n", NULL,
      "1! two columns have the list's name\n" },
    { "an empty value", "a.csv", AS_KIND_TEXT, ",x\nb,\n", NULL,
      "1! an empty value\n" },
    { "a record without the column", "a.csv", AS_KIND_INT,
      "who,net\na,1\nb\nc,2,3\n", NULL, "3! the record has no such column\n" },
    { "a value is missing behind the last comma", "a.csv", AS_KIND_INT,
      "who,net\na,", NULL, "2! an empty value\n" },
    { "an open quote", "a.csv", AS_KIND_INT, "1\n\"2\n3\n", NULL,
      "2! a quote is opened and never closed\n" },
    { "text behind a quote", "a.csv", AS_KIND_INT, "\"1\"2\n", NULL,
      "1! text follows a closing quote\n" },
    { "a quote inside", "a.csv", AS_KIND_INT, "1\"\n", NULL,
      "1! a quote stands inside a value without quotes\n" },

    /* JSON */
    { "an array of texts", "a.json", AS_KIND_TEXT,
      " [\"a\", \"\", \"\\u00e9\"]\n", "0=a 0= 0=\xc3\xa9 ", "" },
    { "an empty array", "a.json", AS_KIND_CIDR, "[]", "", "" },
    { "an array of blocks", "a.JSON", AS_KIND_CIDR, "[\"10.0.0.0/8\"]",
      "0=10.0.0.0/8 ", "" },
    { "numbers", "a.json", AS_KIND_INT,
      "[1, -2, \"9223372036854775807\", 9007199254740991]",
      "0=1 0=-2 0=9223372036854775807 0=9007199254740991 ", "" },
    { "reals", "a.json", AS_KIND_REAL, "[1.5, 2]", "0=1.5 0=2 ", "" },
    { "bools", "a.json", AS_KIND_BOOL, "[true, false, \"true\"]",
      "0=true 0=false 0=true ", "" },
    { "numbers that are not exact", "a.json", AS_KIND_INT,
      "[9007199254740993, 1.5]", NULL,
      "0! element 0: not a whole number below 2^53; write a larger one in "
      "quotes\n"
      "0! element 1: not a whole number below 2^53; write a larger one in "
      "quotes\n" },
    { "a number among texts", "a.json", AS_KIND_TEXT, "[\"a\", 111122223333]",
      NULL,
      "0! element 1: a number; in a list of this type write it in quotes\n" },
    { "what is no value", "a.json", AS_KIND_TEXT, "[{}, [], null, true]", NULL,
      "0! element 0: an object, not a value\n"
      "0! element 1: an array, not a value\n"
      "0! element 2: null, not a value\n"
      "0! element 3: true or false, not a value of this type\n" },
    { "an infinite number", "a.json", AS_KIND_REAL, "[1e999]", NULL,
      "0! element 0: not a finite number\n" },
    { "a bad block", "a.json", AS_KIND_CIDR, "[\"x\"]", NULL,
      "0! element 0: " BLOCKS ": \"x\"\n" },
    { "no JSON", "a.json", AS_KIND_TEXT, "[\"a\"\n\"b\"]", NULL,
      "2! not JSON\n" },
    { "an empty file is no JSON", "a.json", AS_KIND_TEXT, "", NULL,
      "1! not JSON\n" },
    { "a comma too many", "a.json", AS_KIND_TEXT, "[\"a\",]", NULL,
      "1! not JSON\n" },
    { "a comma first", "a.json", AS_KIND_TEXT, "[,\"a\"]", NULL,
      "1! not JSON\n" },
    { "no comma between members", "a.json", AS_KIND_TEXT, "[{\"a\":1 \"b\":2}]",
      NULL, "1! not JSON\n" },
    { "no colon", "a.json", AS_KIND_TEXT, "[{\"a\" 1}]", NULL,
      "1! not JSON\n" },
    { "a name without quotes", "a.json", AS_KIND_TEXT, "[{a:1}]", NULL,
      "1! not JSON\n" },
    { "a number with a zero in front", "a.json", AS_KIND_INT, "[01]", NULL,
      "1! not JSON\n" },
    { "a plus", "a.json", AS_KIND_INT, "[+1]", NULL, "1! not JSON\n" },
    { "a point and nothing", "a.json", AS_KIND_REAL, "[1.]", NULL,
      "1! not JSON\n" },
    { "an exponent and nothing", "a.json", AS_KIND_REAL, "[1e]", NULL,
      "1! not JSON\n" },
    { "a word that is none", "a.json", AS_KIND_BOOL, "[True]", NULL,
      "1! not JSON\n" },
    { "a tab in a text", "a.json", AS_KIND_TEXT, "[\"a\tb\"]", NULL,
      "1! not JSON\n" },
    { "half a surrogate pair", "a.json", AS_KIND_TEXT, "[\"\\ud83d\"]", NULL,
      "1! not JSON\n" },
    { "the wrong half", "a.json", AS_KIND_TEXT, "[\"\\ude00\\ud83d\"]", NULL,
      "1! not JSON\n" },
    { "an escape that is none", "a.json", AS_KIND_TEXT, "[\"\\x41\"]", NULL,
      "1! not JSON\n" },
    { "an open text", "a.json", AS_KIND_TEXT, "[\"a", NULL, "1! not JSON\n" },
    { "an open array", "a.json", AS_KIND_TEXT, "[\"a\"", NULL,
      "1! not JSON\n" },
    { "a value that is passed over", "a.json", AS_KIND_CIDR,
      "{\"prefixes\":[],\"x\":[1,{\"y\":nul}]}", NULL, "1! not JSON\n" },
    { "every escape", "a.json", AS_KIND_TEXT,
      "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\\ud83d\\ude00.\"]",
      "0=\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80. ", "" },
    { "a quote behind many bytes", "a.json", AS_KIND_TEXT,
      "[\"12345678\", \"1234567\\\"8\", \"123456789012345\\u0041\"]",
      "0=12345678 0=1234567\"8 0=123456789012345A ", "" },
    { "something behind it", "a.json", AS_KIND_TEXT, "[\"a\"]\n[\"b\"]", NULL,
      "2! something follows the JSON value\n" },
    { "a NUL in a text", "a.json", AS_KIND_TEXT, "[\"a\\u0000b\"]", NULL,
      "1! a text holds a NUL\n" },
    { "a backslash before u0000", "a.json", AS_KIND_TEXT, "[\"a\\\\u0000b\"]",
      "0=a\\u0000b ", "" },
    { "deep", "a.json", AS_KIND_TEXT, "[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]",
      NULL, "1! nested too deep\n" },
    { "brackets in a text are no depth", "a.json", AS_KIND_TEXT,
      "[\"[[[[[[[[[[[[[[[[[[[[\\\"[\"]", "0=[[[[[[[[[[[[[[[[[[[[\"[ ", "" },
    { "a text alone", "a.json", AS_KIND_TEXT, "\"a\"", NULL,
      "0! not a JSON array of values\n" },

    /* AWS's file */
    { "ip-ranges.json", "ip-ranges.json", AS_KIND_CIDR,
      "{\"syncToken\":\"1\",\"prefixes\":[{\"ip_prefix\":\"192.0.2.0/24\","
      "\"region\":\"us-east-1\"},{\"ip_prefix\":\"198.51.100.0/24\"}],"
      "\"ipv6_prefixes\":[{\"ipv6_prefix\":\"2001:db8::/32\"}]}",
      "0=192.0.2.0/24 0=198.51.100.0/24 0=2001:db8::/32 ", "" },
    { "it may be empty", "a.json", AS_KIND_CIDR, EMPTY_RANGES, "", "" },
    { "without IPv6", "a.json", AS_KIND_CIDR,
      "{\"prefixes\":[{\"ip_prefix\":\"192.0.2.0/24\"}]}", "0=192.0.2.0/24 ",
      "" },
    { "IPv6 first, names and blocks with escapes", "a.json", AS_KIND_CIDR,
      "{\"x\":{\"prefixes\":1},\"ipv6_prefixes\":[{\"ipv6_prefi\\u0078\":"
      "\"2001:db8::\\/32\",\"y\":\"\\n\"}],\"prefixes\":[]}",
      "0=2001:db8::/32 ", "" },
    { "of blocks only", "a.json", AS_KIND_TEXT, EMPTY_RANGES, NULL,
      "0! not a JSON array of values\n" },
    { "prefixes twice", "a.json", AS_KIND_CIDR,
      "{\"prefixes\":[],\"prefixes\":[]}", NULL, "0! prefixes: given twice\n" },
    { "IPv6 twice", "a.json", AS_KIND_CIDR,
      "{\"prefixes\":[],\"ipv6_prefixes\":[],\"ipv6_prefixes\":[]}", NULL,
      "0! ipv6_prefixes: given twice\n" },
    { "names are exact", "a.json", AS_KIND_CIDR, "{\"Prefixes\":[]}", NULL,
      "0! prefixes: there is no such array; neither a JSON array of values nor "
      "AWS's ip-ranges.json\n" },
    { "elements that are wrong", "a.json", AS_KIND_CIDR,
      "{\"prefixes\":[{},{\"ip_prefix\":1},[\"a\"],\"b\",{\"ip_prefix\":\"a\","
      "\"ip_prefix\":\"b\"},{\"ip_prefix\":\"c\"}]}",
      NULL,
      "0! prefixes[0].ip_prefix: there is no such text\n"
      "0! prefixes[1].ip_prefix: there is no such text\n"
      "0! prefixes[2].ip_prefix: there is no such text\n"
      "0! prefixes[3].ip_prefix: there is no such text\n"
      "0! prefixes[4].ip_prefix: given twice\n"
      "0! prefixes[5].ip_prefix: " BLOCKS ": \"c\"\n" },
};

/* A copy of exactly the right size, so that reading past it is noticed; and
 * gone before the items are looked at, so that borrowing is too. */
static bool read_copy(const char *file, enum as_kind kind, const char *bytes,
                      size_t length, struct as_arena *arena,
                      struct as_list_item **items, size_t *count,
                      struct as_listfile_report *report)
{
    char *copy = malloc(length ? length : 1);
    bool good;

    if (!copy)
        return false;
    memcpy(copy, bytes, length);
    good = as_listfile_read(file, AS_TEXT("net"),
                            (struct as_text){ copy, length }, kind, arena,
                            items, count, report);
    free(copy);
    return good;
}

static void test_files(void)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct as_arena arena;
        struct as_list_item *items = NULL;
        size_t count = 0;
        struct as_listfile_report report;
        struct as_buf values = { 0 }, messages = { 0 };
        bool good;

        as_arena_init(&arena, 0);
        good = read_copy(files[i].file, files[i].kind, files[i].bytes,
                         strlen(files[i].bytes), &arena, &items, &count,
                         &report);
        for (size_t n = 0; n < count; n++) {
            as_buf_printf(&values, "%u=", items[n].line);
            show(&values, &items[n].value);
            as_buf_putc(&values, ' ');
        }
        for (unsigned n = 0; n < report.count; n++)
            as_buf_printf(&messages, "%u%c %s\n", report.errors[n].line,
                          report.errors[n].is_warning ? '?' : '!',
                          report.errors[n].message);
        tap_int(good, files[i].values != NULL, files[i].name);
        check_text(&values, files[i].values ? files[i].values : "",
                   "  its values");
        check_text(&messages, files[i].messages, "  its messages");
        as_buf_done(&values);
        as_buf_done(&messages);
        as_arena_free(&arena);
    }
}

/* ---- limits ------------------------------------------------------------ */

static void test_many_errors(void)
{
    struct as_arena arena;
    struct as_list_item *items;
    size_t count;
    struct as_listfile_report report;
    struct as_buf text = { 0 };

    for (int i = 0; i < 12; i++)
        as_buf_puts(&text, "10.0.0.1/8\n");
    for (int i = 0; i < 12; i++)
        as_buf_puts(&text, "x\n");
    as_arena_init(&arena, 0);
    tap_ok(!as_listfile_read("a.txt", AS_TEXT("net"), as_buf_view(&text),
                             AS_KIND_CIDR, &arena, &items, &count, &report),
           "many warnings and errors");
    tap_int(report.count, AS_LISTFILE_ERRORS, "  ten are kept");
    tap_int(report.left_out, 14, "  the rest is counted");
    for (unsigned i = 0; i < report.count; i++)
        tap_ok(!report.errors[i].is_warning, "  errors push warnings out");
    as_arena_free(&arena);
    as_buf_done(&text);
}

static void test_large(void)
{
    struct as_arena arena;
    struct as_list_item *items;
    size_t count = 0;
    struct as_listfile_report report;
    struct as_buf text = { 0 };
    size_t length = AS_MAX_LIST_FILE;

    as_arena_init(&arena, 0);
    for (int i = 0; i < 100000; i++)
        as_buf_printf(&text, "%d\n", i);
    tap_ok(as_listfile_read("a.txt", AS_TEXT("net"), as_buf_view(&text),
                            AS_KIND_INT, &arena, &items, &count, &report) &&
               count == 100000 && items[99999].value.integer == 99999 &&
               items[99999].line == 100000,
           "a hundred thousand values");
    as_buf_reset(&text);
    if (as_buf_reserve(&text, length + 1)) {
        memset(text.bytes, '\n', length + 1);
        text.length = length;
        tap_ok(as_listfile_read("a.txt", AS_TEXT("net"), as_buf_view(&text),
                                AS_KIND_INT, &arena, &items, &count, &report),
               "a file of the largest size");
        text.length = length + 1;
        tap_ok(!as_listfile_read("a.txt", AS_TEXT("net"), as_buf_view(&text),
                                 AS_KIND_INT, &arena, &items, &count,
                                 &report) &&
                   report.count == 1,
               "one byte more");
    }
    as_arena_free(&arena);
    as_buf_done(&text);
}

/* An arena of any size either holds all or says so. */
static void test_memory(void)
{
    static const char text[] = "first\nsecond\nthird\n";
    bool good = true;

    for (size_t limit = 1; limit < 512; limit += 7) {
        struct as_arena arena;
        struct as_list_item *items;
        size_t count;
        struct as_listfile_report report;
        bool read;

        as_arena_init(&arena, limit);
        read = read_copy("a.txt", AS_KIND_TEXT, text, sizeof(text) - 1, &arena,
                         &items, &count, &report);
        good = good && read == !arena.failed;
        as_arena_free(&arena);
        as_arena_init(&arena, limit);
        read = read_copy("a.txt", AS_KIND_INT, text, sizeof(text) - 1, &arena,
                         &items, &count, &report);
        good = good && !read && report.count == 3 && report.errors[2].message;
        as_arena_free(&arena);
    }
    tap_ok(good, "too little memory is noticed");
}

/* Every file, cut anywhere, read as every form, with every byte changed a
 * little: no crash, and false or all values. */
static void test_damage(void)
{
    static const char *const names[] = { "a.txt", "a.csv", "a.json" };
    size_t runs = 0, wrong = 0;

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        size_t length = strlen(files[i].bytes);
        char *copy = malloc(length + 1);

        if (!copy)
            break;
        for (size_t cut = 0; cut < length; cut++) {
            struct as_arena arena;
            struct as_list_item *items;
            size_t count;
            struct as_listfile_report report;

            memcpy(copy, files[i].bytes, length);
            copy[cut] ^= (char)(1 << cut % 8);
            as_arena_init(&arena, 0);
            for (size_t n = 0; n < 3; n++) {
                bool good = read_copy(names[n], files[i].kind, files[i].bytes,
                                      cut, &arena, &items, &count, &report);

                runs++;
                wrong += !good && report.count == 0;
                good = read_copy(names[n], files[i].kind, copy, length, &arena,
                                 &items, &count, &report);
                runs++;
                wrong += !good && report.count == 0;
            }
            as_arena_free(&arena);
        }
        free(copy);
    }
    tap_ok(runs > 5000 && wrong == 0, "damaged files are read or refused");
}

int main(void)
{
    test_scalars();
    test_files();
    test_many_errors();
    test_large();
    test_memory();
    test_damage();
    return tap_done();
}
