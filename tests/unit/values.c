/*
 * values.c - a value as JSON and as words: what stands in alerts is quoted
 * here, and the attacker wrote some of it.
 */

#include "runtime/values.h"

#include <math.h>

#include "tap.h"

#define JSON(json_kind, text)                                                  \
    {                                                                          \
        .kind = AS_KIND_JSON, .flag = AS_JSON_##json_kind,                     \
        .length = sizeof(text) - 1, .bytes = (text)                            \
    }
#define WORDS(value_kind, text)                                                \
    {                                                                          \
        .kind = AS_KIND_##value_kind, .flag = AS_SOURCE_OTHER,                 \
        .length = sizeof(text) - 1, .bytes = (text)                            \
    }
#define WHOLE(value_kind, whole)                                               \
    {                                                                          \
        .kind = AS_KIND_##value_kind, .integer = (whole)                       \
    }
#define REAL(number)                                                           \
    {                                                                          \
        .kind = AS_KIND_REAL, .real = (number)                                 \
    }

static const struct as_ip address = { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff,
                                        0xff, 192, 0, 2, 1 } };

static const struct {
    struct as_value value;
    const char *json, *words;
} rows[] = {
    { WHOLE(BOOL, 1), "true", "true" },
    { WHOLE(BOOL, 0), "false", "false" },
    { WHOLE(INT, INT64_MIN), "-9223372036854775808", "-9223372036854775808" },
    { WHOLE(TIME, 0), "\"1970-01-01T00:00:00Z\"", "1970-01-01T00:00:00Z" },
    { WHOLE(DURATION, 60000), "\"1m\"", "1m" },
    { REAL(0.1), "0.1", "0.1" },
    { REAL(0.1 + 0.2), "0.30000000000000004", "0.30000000000000004" },
    { REAL(-1e300), "-1e+300", "-1e+300" },
    { REAL(HUGE_VAL), "null", "null" },
    { REAL(-HUGE_VAL), "null", "null" },
    { { .kind = AS_KIND_IP, .address = { { [15] = 1 } } }, "\"::1\"", "::1" },
    { { .kind = AS_KIND_SOURCE, .flag = AS_SOURCE_IP, .ip = &address },
      "\"192.0.2.1\"",
      "192.0.2.1" },
    { WORDS(SOURCE, "AWS \"x\""), "\"AWS \\\"x\\\"\"", "AWS \"x\"" },
    { WORDS(TEXT, "a\n\xe2\x80\xae"), "\"a\\u000a\\u202e\"",
      "a\n\xe2\x80\xae" },
    { { .kind = AS_KIND_NONE }, "null", "null" },
    { { .kind = AS_KIND_OBJECT }, "null", "null" },
    { JSON(TEXT, "a\"b"), "\"a\\\"b\"", "\"a\\\"b\"" },
    { JSON(NUMBER, "1e5"), "1e5", "1e5" },
    { JSON(TRUE, "true"), "true", "true" },
    { JSON(FALSE, "false"), "false", "false" },
    { JSON(NULL, "null"), "null", "null" },
    { JSON(OBJECT, "{ \"a b\" :\t1,\r\n\"c\": [ ] }"), "{\"a b\":1,\"c\":[]}",
      "{\"a b\":1,\"c\":[]}" },
    { JSON(ARRAY, "[\"\\\" ]\", \"\\\\\"]"), "[\"\\\" ]\",\"\\\\\"]",
      "[\"\\\" ]\",\"\\\\\"]" },
    /* What would move the cursor, or hide the rest, becomes an escape. */
    { JSON(ARRAY, "[\"\x7f\xc2\x9b\xe2\x80\xae\xc2\xa0z\"]"),
      "[\"\\u007f\\u009b\\u202e\xc2\xa0z\"]",
      "[\"\\u007f\\u009b\\u202e\xc2\xa0z\"]" },
    /* Such bytes come from no reader; nothing is read behind them. */
    { JSON(ARRAY, "[\"\\"), "[\"\\", "[\"\\" },
    { JSON(ARRAY, "\xff"), "\xff", "\xff" },
};

static void test_shown(void)
{
    struct as_buf out = { .bytes = NULL };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        as_buf_reset(&out);
        as_value_json(&out, &rows[i].value);
        if (!tap_ok(as_text_equal(as_buf_view(&out), as_text_of(rows[i].json)),
                    "as JSON"))
            printf("#  got: %.*s\n# want: %s\n", (int)out.length, out.bytes,
                   rows[i].json);
        as_buf_reset(&out);
        as_value_words(&out, &rows[i].value);
        if (!tap_ok(as_text_equal(as_buf_view(&out), as_text_of(rows[i].words)),
                    "as words"))
            printf("#  got: %.*s\n# want: %s\n", (int)out.length, out.bytes,
                   rows[i].words);
    }
    as_buf_done(&out);
}

enum { MANY = 1000 };

/* Each value has a number of its own in a store, but for 0 and -0, and two
 * infinities of one sign; NaN does not come about. */
static void test_store(void)
{
    struct as_value zero = REAL(0.0), minus = REAL(-0.0);
    struct as_store store;
    bool apart = true, found = true, order = true;
    uint32_t nobody;

    as_store_init(&store);
    nobody = as_store_find(&store, &zero);
    for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t n = as_store_add(&store, &rows[i].value);
        struct as_value kept = store.values[n];

        apart = apart && n == i;
        found = found && as_store_find(&store, &rows[i].value) == n;
        order = order && as_value_compare(&kept, &rows[i].value) == 0 &&
                (i == 0 ||
                 as_value_compare(&rows[i].value, &rows[i - 1].value) != 0 ||
                 rows[i].value.kind == AS_KIND_OBJECT);
    }
    tap_ok(nobody == AS_NO_VALUE, "an empty store has nothing");
    tap_ok(apart, "no two values are one");
    tap_ok(found, "and each is found again");
    tap_ok(order, "what is kept equals what was given");
    tap_ok(as_store_add(&store, &zero) == as_store_add(&store, &minus),
           "zero is zero");
    tap_ok(as_value_compare(&rows[0].value, &rows[2].value) != 0,
           "two kinds are never equal");
    for (int i = 0; i < MANY; i++) {
        struct as_value whole = WHOLE(INT, i);
        nobody = as_store_add(&store, &whole);
    }
    tap_ok(nobody == sizeof(rows) / sizeof(rows[0]) + MANY,
           "there is room for many");
    as_store_done(&store);
}

int main(void)
{
    test_shown();
    test_store();
    return tap_done();
}
