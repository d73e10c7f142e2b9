/*
 * time.c - see time.h.
 *
 * Days are counted in eras of 400 years, which all have 146,097 days, with
 * the year beginning in March: then the leap day is the last day of a year
 * and a month's first day is a linear function of its number.
 */

#include "common/time.h"

enum {
    SECOND_MS = 1000,
    MINUTE_MS = 60 * SECOND_MS,
    HOUR_MS = 60 * MINUTE_MS,
    DAY_MS = 24 * HOUR_MS,
    WEEK_MS = 7 * DAY_MS,
    ERA_DAYS = 146097,
    EPOCH_DAYS = 719468, /* from 0000-03-01 to 1970-01-01 */
};

/* 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z. */
static const int64_t first_ms = INT64_C(-62135596800000);
static const int64_t last_ms = INT64_C(253402300799999);

struct cursor {
    const char *at, *end;
};

static int64_t days_from_date(int year, int month, int day)
{
    int march_year = month <= 2 ? year - 1 : year; /* at least 0 */
    int era = march_year / 400;
    int year_of_era = march_year % 400;
    int march_month = month > 2 ? month - 3 : month + 9;
    int day_of_year = (153 * march_month + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
                     day_of_year;

    return (int64_t)era * ERA_DAYS + day_of_era - EPOCH_DAYS;
}

static int days_in_month(int year, int month)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30,
                                          31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && leap ? 29 : days[month - 1];
}

/* Exactly `count` digits, of a value from `low` to `high`. */
static bool number(struct cursor *in, int count, int low, int high, int *value)
{
    int sum = 0;

    if (in->end - in->at < count)
        return false;
    for (int i = 0; i < count; i++) {
        char c = in->at[i];
        if (c < '0' || c > '9')
            return false;
        sum = sum * 10 + (c - '0');
    }
    in->at += count;
    *value = sum;
    return sum >= low && sum <= high;
}

static bool literal(struct cursor *in, char c)
{
    if (in->at == in->end || *in->at != c)
        return false;
    in->at++;
    return true;
}

/* The extended form has marks between the numbers, the basic form none. */
static bool mark(struct cursor *in, bool extended, char c)
{
    return !extended || literal(in, c);
}

static bool date(struct cursor *in, bool *extended, int64_t *days)
{
    int year, month, day;

    if (!number(in, 4, 1, 9999, &year))
        return false;
    *extended = in->at < in->end && *in->at == '-';
    if (!mark(in, *extended, '-') || !number(in, 2, 1, 12, &month) ||
        !mark(in, *extended, '-') ||
        !number(in, 2, 1, days_in_month(year, month), &day))
        return false;
    *days = days_from_date(year, month, day);
    return true;
}

/* ".123456": milliseconds count, the rest only has to be digits. */
static bool fraction(struct cursor *in, int64_t *ms)
{
    int64_t weight = 100;
    const char *start;

    if (!literal(in, '.'))
        return true;
    start = in->at;
    while (in->at < in->end && *in->at >= '0' && *in->at <= '9') {
        *ms += weight * (*in->at++ - '0');
        weight /= 10;
    }
    return in->at > start;
}

/* "Z", "+02:00" or "-0530"; the marks follow the rest of the text. */
static bool zone(struct cursor *in, bool extended, int64_t *ms)
{
    int hours, minutes, sign;

    if (literal(in, 'Z'))
        return true;
    if (literal(in, '+'))
        sign = 1;
    else if (literal(in, '-'))
        sign = -1;
    else
        return false;
    if (!number(in, 2, 0, 23, &hours) || !mark(in, extended, ':') ||
        !number(in, 2, 0, 59, &minutes))
        return false;
    *ms -= sign * (hours * (int64_t)HOUR_MS + minutes * (int64_t)MINUTE_MS);
    return true;
}

static bool clock_time(struct cursor *in, bool extended, int64_t *ms)
{
    int hours, minutes, seconds;

    if (!literal(in, 'T') || !number(in, 2, 0, 23, &hours) ||
        !mark(in, extended, ':') || !number(in, 2, 0, 59, &minutes) ||
        !mark(in, extended, ':') || !number(in, 2, 0, 60, &seconds))
        return false;
    *ms += hours * (int64_t)HOUR_MS + minutes * (int64_t)MINUTE_MS +
           seconds * (int64_t)SECOND_MS;
    return fraction(in, ms) && zone(in, extended, ms);
}

bool as_time_parse(struct as_text text, int64_t *ms)
{
    struct cursor in = { text.bytes, text.bytes + text.length };
    int64_t days, result;
    bool extended;

    if (text.length == 0 || !date(&in, &extended, &days))
        return false;
    result = days * DAY_MS;
    if (in.at == in.end) {
        if (!extended)
            return false;
    } else if (!clock_time(&in, extended, &result) || in.at != in.end) {
        return false;
    }
    if (result < first_ms || result > last_ms)
        return false;
    *ms = result;
    return true;
}

/* At least `width` digits, and the character behind them. */
static char *put_number(char *out, int64_t value, int width, char behind)
{
    char text[24];
    int at = sizeof(text);
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    text[--at] = behind;
    for (; left > 0 || width > 0; left /= 10, width--)
        text[--at] = (char)('0' + left % 10);
    if (value < 0)
        text[--at] = '-';
    memcpy(out, text + at, sizeof(text) - (size_t)at);
    return out + sizeof(text) - at;
}

size_t as_time_write(char out[AS_TIME_ROOM], int64_t ms)
{
    char *to = out;
    int64_t days = ms / DAY_MS, left = ms % DAY_MS;

    if (left < 0) {
        left += DAY_MS;
        days--;
    }
    days += EPOCH_DAYS;

    int64_t era = (days >= 0 ? days : days - (ERA_DAYS - 1)) / ERA_DAYS;
    int day_of_era = (int)(days - era * ERA_DAYS);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                       day_of_era / 146096) /
                      365;
    int day_of_year = day_of_era -
                      (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    int day = day_of_year - (153 * march_month + 2) / 5 + 1;
    int month = march_month < 10 ? march_month + 3 : march_month - 9;
    int64_t year = era * 400 + year_of_era + (month <= 2);

    to = put_number(to, year, 4, '-');
    to = put_number(to, month, 2, '-');
    to = put_number(to, day, 2, 'T');
    to = put_number(to, left / HOUR_MS, 2, ':');
    to = put_number(to, left / MINUTE_MS % 60, 2, ':');
    to = put_number(to, left / SECOND_MS % 60, 2, left % SECOND_MS ? '.' : 'Z');
    if (left % SECOND_MS)
        to = put_number(to, left % SECOND_MS, 3, 'Z');
    return (size_t)(to - out);
}

void as_time_format(struct as_buf *out, int64_t ms)
{
    char text[AS_TIME_ROOM];

    as_buf_add(out, text, as_time_write(text, ms));
}

/* Largest first. */
static const struct unit {
    const char *name;
    int64_t ms;
} units[] = {
    { "w", WEEK_MS },   { "d", DAY_MS },    { "h", HOUR_MS },
    { "m", MINUTE_MS }, { "s", SECOND_MS }, { "ms", 1 },
};

enum { UNIT_COUNT = sizeof(units) / sizeof(*units) };

bool as_duration_parse(struct as_text text, int64_t *ms)
{
    int64_t value = 0;
    size_t at = 0;

    while (at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9') {
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, text.bytes[at] - '0', &value))
            return false;
        at++;
    }
    if (at == 0)
        return false;

    struct as_text rest = { text.bytes + at, text.length - at };
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (as_text_equal(rest, as_text_of(units[i].name))) {
            if (__builtin_mul_overflow(value, units[i].ms, &value))
                return false;
            *ms = value;
            return true;
        }
    }
    return false;
}

void as_duration_format(struct as_buf *out, int64_t ms)
{
    size_t unit = 0;

    if (ms == 0) {
        as_buf_puts(out, "0s");
        return;
    }
    while (ms % units[unit].ms != 0)
        unit++;
    as_buf_printf(out, "%lld%s", (long long)(ms / units[unit].ms),
                  units[unit].name);
}
