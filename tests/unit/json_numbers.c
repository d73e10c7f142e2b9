/*
 * Numbers of JSON that a rule reads, as int and as real.
 *
 * All of them are good JSON, whatever their size; a rule gets those that its
 * type can hold, and of the others nothing.
 */

#include "runtime/convert.h"
#include "runtime/json.h"
#include "tests/unit/tap.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#define MISSING "-"

static const struct {
    const char *json, *integer, *real; /* as printed, or MISSING */
} conversions[] = {
    { "0", "0", "0" },
    { "-0", "0", "-0" },
    { "7", "7", "7" },
    { "-7", "-7", "-7" },
    { "9223372036854775807", "9223372036854775807", "9.2233720368547758e+18" },
    { "9223372036854775808", MISSING, "9.2233720368547758e+18" },
    { "-9223372036854775808", "-9223372036854775808",
      "-9.2233720368547758e+18" },
    { "-9223372036854775809", MISSING, "-9.2233720368547758e+18" },
    { "18446744073709551616", MISSING, "1.8446744073709552e+19" },
    { "99999999999999999999", MISSING, "1e+20" },
    { "100000000000000000000000", MISSING, "9.9999999999999992e+22" },
    { "1.0", MISSING, "1" },
    { "1e2", MISSING, "100" },
    { "1E+2", MISSING, "100" },
    { "1e-2", MISSING, "0.01" },
    { "0.1", MISSING, "0.10000000000000001" },
    { "1.7976931348623157e308", MISSING, "1.7976931348623157e+308" },
    { "1.7976931348623159e308", MISSING, MISSING },
    { "-1.7976931348623159e308", MISSING, MISSING },
    { "1e309", MISSING, MISSING },
    { "-1e8888", MISSING, MISSING },
    { "5e-324", MISSING, "4.9406564584124654e-324" },
    { "2e-324", MISSING, "0" },
    { "1e-99999", MISSING, "0" },
    { "-1e-99999", MISSING, "-0" },
    { "0e99999", MISSING, "0" },
    /* a real of up to 63 bytes */
    { "0.3333333333333333333333333333333333333333333333333333333333333",
      MISSING, "0.33333333333333331" },
    { "0.33333333333333333333333333333333333333333333333333333333333333",
      MISSING, MISSING },
};

static void convert(const char *json, const char *want_integer,
                    const char *want_real, struct as_arena *arena)
{
    struct as_json_value value;
    struct as_value integer, real;
    char got_integer[40] = MISSING, got_real[40] = MISSING, name[120];
    bool good = as_json_parse(as_text_of(json), arena, &value) &&
                value.kind == AS_JSON_NUMBER;

    integer = as_from_json(&value, AS_KIND_INT, 0, arena);
    real = as_from_json(&value, AS_KIND_REAL, 0, arena);
    if (!as_is_missing(&integer))
        snprintf(got_integer, sizeof(got_integer), "%lld",
                 (long long)integer.integer);
    if (!as_is_missing(&real))
        snprintf(got_real, sizeof(got_real), "%.17g", real.real);
    snprintf(name, sizeof(name), "%.40s as int and as real", json);
    if (!tap_ok(good && strcmp(got_integer, want_integer) == 0 &&
                    strcmp(got_real, want_real) == 0,
                name))
        printf("# %s and %s\n", got_integer, got_real);
}

int main(void)
{
    struct as_arena arena;

    as_arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(conversions); i++)
        convert(conversions[i].json, conversions[i].integer,
                conversions[i].real, &arena);
    as_arena_free(&arena);
    return tap_done();
}
