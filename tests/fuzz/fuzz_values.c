/*
 * fuzz_values.c - values written as text: times and durations against the
 * C library's calendar, addresses and blocks, numbers.  What is printed reads
 * back as the same.
 *
 * The input: eight bytes that are a time, then a text.
 */

#include "program/scalar.h"

#include <time.h>

#include "common/time.h"
#include "tests/fuzz/fuzz.h"

const unsigned fuzz_variants = 200;

/* 0001-01-01 to 9999-12-31 */
static const int64_t first_ms = INT64_C(-62135596800000);
static const int64_t last_ms = INT64_C(253402300799999);

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static void check_time(int64_t ms)
{
    struct as_buf out = { .bytes = NULL };
    char want[80], day[32];
    time_t seconds = (time_t)floor_div(ms, 1000);
    int part = (int)(ms - (int64_t)seconds * 1000);
    int64_t read = 0;
    struct tm tm;

    as_time_format(&out, ms);
    fuzz_require(as_time_parse(as_buf_view(&out), &read) && read == ms,
                 "a time that was written reads as the same");
    fuzz_require(gmtime_r(&seconds, &tm) != NULL, "the calendar knows it");
    strftime(day, sizeof(day), "-%m-%dT%H:%M:%S", &tm);
    if (part)
        snprintf(want, sizeof(want), "%04d%s.%03dZ", tm.tm_year + 1900, day,
                 part);
    else
        snprintf(want, sizeof(want), "%04d%sZ", tm.tm_year + 1900, day);
    fuzz_require(as_text_equal(as_buf_view(&out), as_text_of(want)),
                 "a time is written as the calendar has it");
    as_buf_done(&out);
}

/* What the form "2026-11-21T10:00:00Z" means, by the C library; false when it
 * is not of that form, or no such day. */
static bool by_calendar(const char *text, int64_t *ms)
{
    struct tm tm = { .tm_year = 0 }, again, written;
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    time_t seconds;

    if (!end || *end || strlen(text) != 20 || strpbrk(text, " +\t\n\v\f\r"))
        return false;
    written = tm;
    seconds = timegm(&tm);
    *ms = (int64_t)seconds * 1000;
    gmtime_r(&seconds, &again);
    return again.tm_mday == written.tm_mday && again.tm_mon == written.tm_mon &&
           written.tm_sec <= 60;
}

static void check_time_text(struct as_text text)
{
    char copy[32];
    int64_t ms, other;
    bool good = as_time_parse(text, &ms);

    if (good) {
        fuzz_require(ms >= first_ms && ms <= last_ms,
                     "a time lies within the years");
        check_time(ms);
    }
    if (text.length >= sizeof(copy) || memchr(text.bytes, '\0', text.length))
        return;
    memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    if (!by_calendar(copy, &other) || other < first_ms || other > last_ms)
        return;
    fuzz_require(good && ms == other, "a time is what the calendar says");
}

static void check_duration(struct as_text text)
{
    struct as_buf out = { .bytes = NULL };
    int64_t ms, again;

    if (!as_duration_parse(text, &ms))
        return;
    as_duration_format(&out, ms);
    fuzz_require(as_duration_parse(as_buf_view(&out), &again) && again == ms,
                 "a duration that was written reads as the same");
    as_buf_done(&out);
}

static void check_address(struct as_text text)
{
    struct as_buf out = { .bytes = NULL }, twice = { .bytes = NULL };
    struct as_cidr block, again;
    struct as_ip ip, same;

    if (as_ip_parse(text, &ip)) {
        as_ip_format(&out, &ip);
        fuzz_require(as_ip_parse(as_buf_view(&out), &same) &&
                         as_ip_compare(&ip, &same) == 0,
                     "an address that was written reads as the same");
        as_ip_format(&twice, &same);
        fuzz_require(as_text_equal(as_buf_view(&out), as_buf_view(&twice)),
                     "an address has one spelling");
        fuzz_require(as_cidr_parse(text, &block) && as_cidr_has(&block, &ip) &&
                         block.bits == 128,
                     "an address is a block of one");
    }
    as_buf_reset(&out);
    if (as_cidr_parse(text, &block)) {
        as_cidr_format(&out, &block);
        fuzz_require(as_cidr_parse(as_buf_view(&out), &again) &&
                         again.bits == block.bits &&
                         as_ip_compare(&again.base, &block.base) == 0,
                     "a block that was written reads as the same");
        struct as_ip_range range = as_cidr_range(&block);
        fuzz_require(as_cidr_has(&block, &range.first) &&
                         as_cidr_has(&block, &range.last) &&
                         as_cidr_has(&block, &block.base) &&
                         as_ip_compare(&range.first, &range.last) <= 0,
                     "a block has its ends");
    }
    as_buf_done(&out);
    as_buf_done(&twice);
}

static void check_scalars(struct as_text text)
{
    for (int kind = 0; kind < AS_KIND_COUNT; kind++) {
        struct as_scalar scalar = { .kind = AS_KIND_NONE };
        const char *why = NULL;
        bool good = as_scalar_parse((enum as_kind)kind, text, &scalar, &why);

        fuzz_require(!good || as_scalar_is((enum as_kind)kind),
                     "only what can be written is read");
        fuzz_require(good ? (int)scalar.kind == kind : why && *why,
                     "a value has its kind, a refusal says why");
    }
}

/* A whole number, by a way of its own. */
static void check_whole(struct as_text text)
{
    struct as_scalar scalar;
    const char *why;
    char copy[32];

    if (!as_scalar_parse(AS_KIND_INT, text, &scalar, &why) ||
        text.length >= sizeof(copy) || text.bytes[0] == '0' ||
        (text.bytes[0] == '-' && text.bytes[1] == '0'))
        return;
    snprintf(copy, sizeof(copy), "%lld", (long long)scalar.integer);
    fuzz_require(as_text_equal(as_text_of(copy), text),
                 "a whole number is written as it was read");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_bytes in = { bytes, bytes + length };
    uint64_t number = fuzz_number(&in);
    uint64_t years = (uint64_t)(last_ms - first_ms) + 1;
    struct as_text text = fuzz_rest(&in);

    check_time(first_ms + (int64_t)(number % years));
    check_time_text(text);
    check_duration(text);
    check_address(text);
    check_scalars(text);
    check_whole(text);
    return 0;
}
