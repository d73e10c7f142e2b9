/* Instants and durations: read, refused, and written back. */

#include "common/time.h"
#include "tests/unit/tap.h"

static const struct {
    const char *text;
    long long ms;
    const char *back; /* NULL: the same text */
} good[] = {
    { "1970-01-01T00:00:00Z", 0, NULL },
    { "2026-11-21T10:00:00Z", 1795255200000, NULL },
    { "2026-11-21T10:00:00.123Z", 1795255200123, NULL },
    { "2026-11-21T10:00:00.5Z", 1795255200500, "2026-11-21T10:00:00.500Z" },
    { "2026-11-21T10:00:00.9999999Z", 1795255200999,
      "2026-11-21T10:00:00.999Z" },
    { "2020-09-14T00:44:23.000Z", 1600044263000, "2020-09-14T00:44:23Z" },
    { "2026-11-21T10:00:00+02:00", 1795248000000, "2026-11-21T08:00:00Z" },
    { "2026-11-21T10:00:00-05:30", 1795275000000, "2026-11-21T15:30:00Z" },
    { "20261121T100000Z", 1795255200000, "2026-11-21T10:00:00Z" },
    { "20131102T010628Z", 1383354388000, "2013-11-02T01:06:28Z" },
    { "20261121T100000+0200", 1795248000000, "2026-11-21T08:00:00Z" },
    { "2026-11-21", 1795219200000, "2026-11-21T00:00:00Z" },
    { "2016-12-31T23:59:60Z", 1483228800000, "2017-01-01T00:00:00Z" },
    { "2024-02-29T12:00:00Z", 1709208000000, NULL },
    { "2000-02-29T00:00:00Z", 951782400000, NULL },
    { "0001-01-01T00:00:00Z", -62135596800000, NULL },
    { "9999-12-31T23:59:59.999Z", 253402300799999, NULL },
    { "1969-12-31T23:59:59.999Z", -1, NULL },
    { "1900-03-01T00:00:00Z", -2203891200000, NULL },
};

static const char *const bad[] = {
    "",
    "Z",
    "2026",
    "2026-11",
    "2026-11-21T",
    "2026-11-21T10:00:00",
    "2026-11-21T10:00Z",
    "2026-11-21 10:00:00Z",
    "2026-11-21T10:00:00z",
    "2026-13-21T10:00:00Z",
    "2026-00-21T10:00:00Z",
    "2026-02-29T10:00:00Z",
    "1900-02-29T10:00:00Z",
    "2026-11-31T10:00:00Z",
    "2026-11-00T10:00:00Z",
    "2026-11-21T24:00:00Z",
    "2026-11-21T10:60:00Z",
    "2026-11-21T10:00:61Z",
    "2026-11-21T10:00:00.Z",
    "2026-11-21T10:00:00,5Z",
    "2026-11-21T10:00:00Zx",
    " 2026-11-21T10:00:00Z",
    "20261121",
    "20261121T10:00:00Z",
    "2026-11-21T100000Z",
    "2026-11-21T10:00:00+0200",
    "2026-11-21T10:00:00+24:00",
    "2026-11-21T10:00:00+02",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:60Z",
    "10000-01-01T00:00:00Z",
    "-026-11-21T10:00:00Z",
    "2026-1a-21T10:00:00Z",
    "1795255200000",
};

static const struct {
    const char *text;
    long long ms;
    const char *back;
} durations[] = {
    { "90s", 90000, NULL },
    { "15m", 900000, NULL },
    { "12h", 43200000, NULL },
    { "10d", 864000000, NULL },
    { "2w", 1209600000, NULL },
    { "500ms", 500, NULL },
    { "0s", 0, NULL },
    { "0w", 0, "0s" },
    { "120s", 120000, "2m" },
    { "24h", 86400000, "1d" },
    { "14d", 1209600000, "2w" },
    { "1500ms", 1500, NULL },
    { "007m", 420000, "7m" },
    { "9223372036854775807ms", 9223372036854775807, NULL },
};

static const char *const bad_durations[] = {
    "",
    "s",
    "12",
    "12 h",
    "-1s",
    "1.5h",
    "1h30m",
    "12H",
    "12y",
    "12hh",
    "9223372036854775808ms",
    "9223372036854775807s",
    "15250284453w",
    "99999999999999999999s",
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void check(struct as_buf *got, const char *want)
{
    if (!tap_ok(as_text_equal(as_buf_view(got), as_text_of(want)), want))
        printf("#  got: %.*s\n", (int)got->length, got->bytes);
    as_buf_reset(got);
}

/* Every day of the years 0001 to 9999, counted by hand. */
static void every_day(void)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31 };
    int64_t ms = INT64_C(-62135596800000);
    struct as_buf out = { .bytes = NULL };
    long wrong = 0;

    for (int year = 1; year <= 9999; year++) {
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        for (int month = 1; month <= 12; month++) {
            int days = lengths[month - 1] + (month == 2 && leap);
            for (int day = 1; day <= days; day++, ms += 86400000) {
                char text[48];
                int64_t back = 1;
                snprintf(text, sizeof(text), "%04d-%02d-%02dT00:00:00Z", year,
                         month, day);
                if (day != 1 && day != days)
                    continue;
                wrong += !as_time_parse(as_text_of(text), &back) || back != ms;
                as_buf_reset(&out);
                as_time_format(&out, ms);
                wrong += !as_text_equal(as_buf_view(&out), as_text_of(text));
            }
        }
    }
    tap_int(wrong, 0, "every month's first and last day");
    as_time_format(&out, INT64_MAX);
    as_time_format(&out, INT64_MIN);
    as_duration_format(&out, INT64_MIN);
    tap_ok(!out.failed, "times out of range have some text");
    as_buf_done(&out);
}

int main(void)
{
    struct as_buf out = { .bytes = NULL };
    int64_t ms;

    for (size_t i = 0; i < COUNT(good); i++) {
        ms = 77;
        tap_ok(as_time_parse(as_text_of(good[i].text), &ms), good[i].text);
        tap_int(ms, good[i].ms, "its value");
        as_time_format(&out, ms);
        check(&out, good[i].back ? good[i].back : good[i].text);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        ms = 77;
        tap_ok(!as_time_parse(as_text_of(bad[i]), &ms) && ms == 77, bad[i]);
    }
    tap_ok(!as_time_parse(AS_TEXT("2026-11-21T10:00:00Z\0"), &ms),
           "NUL behind it");
    for (size_t i = 0; i < COUNT(durations); i++) {
        ms = 77;
        tap_ok(as_duration_parse(as_text_of(durations[i].text), &ms),
               durations[i].text);
        tap_ok(ms == durations[i].ms, "its value");
        as_duration_format(&out, ms);
        check(&out, durations[i].back ? durations[i].back : durations[i].text);
    }
    for (size_t i = 0; i < COUNT(bad_durations); i++) {
        ms = 77;
        tap_ok(!as_duration_parse(as_text_of(bad_durations[i]), &ms) &&
                   ms == 77,
               bad_durations[i]);
    }
    as_duration_format(&out, -90000);
    check(&out, "-90s");
    every_day();
    as_buf_done(&out);
    return tap_done();
}
