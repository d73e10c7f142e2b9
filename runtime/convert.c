/* convert.c - see convert.h. */

#include "runtime/convert.h"

#include "common/time.h"
#include "program/scalar.h"

struct as_value as_json_as_value(const struct as_json_value *json, uint16_t why)
{
    struct as_value value;

    if (json->kind == AS_JSON_ABSENT || json->kind == AS_JSON_NULL)
        return as_missing(why);
    value = as_words(AS_KIND_JSON, json->text);
    value.flag = (uint8_t)json->kind;
    return value;
}

static struct as_value whole_number(struct as_text text, uint16_t why)
{
    bool negative = text.length > 0 && text.bytes[0] == '-';
    uint64_t number = 0, most = (uint64_t)INT64_MAX + negative;

    if (text.length == (size_t)negative || text.length > 20)
        return as_missing(why);
    for (size_t i = negative; i < text.length; i++) {
        unsigned digit = (unsigned)(text.bytes[i] - '0');

        if (digit > 9 || number > (most - digit) / 10)
            return as_missing(why);
        number = number * 10 + digit;
    }
    return as_integer(AS_KIND_INT,
                      negative ? (int64_t)(0 - number) : (int64_t)number);
}

static struct as_value real_number(struct as_text text, uint16_t why)
{
    struct as_value value = { .kind = AS_KIND_REAL };
    struct as_scalar scalar;
    const char *problem;

    if (!as_scalar_parse(AS_KIND_REAL, text, &scalar, &problem))
        return as_missing(why);
    value.real = scalar.real;
    return value;
}

static struct as_value time_value(struct as_text text, uint16_t why)
{
    int64_t ms;

    return as_time_parse(text, &ms) ? as_integer(AS_KIND_TIME, ms)
                                    : as_missing(why);
}

static struct as_value truth(const struct as_json_value *json, uint16_t why)
{
    if (json->kind == AS_JSON_TRUE || json->kind == AS_JSON_FALSE)
        return as_bool(json->kind == AS_JSON_TRUE);
    if (json->kind == AS_JSON_TEXT) {
        if (as_text_equal(json->text, AS_TEXT("true")))
            return as_bool(true);
        if (as_text_equal(json->text, AS_TEXT("false")))
            return as_bool(false);
    }
    return as_missing(why);
}

struct as_value as_from_json(const struct as_json_value *json,
                             enum as_kind kind, uint16_t why,
                             struct as_arena *arena)
{
    bool number = json->kind == AS_JSON_NUMBER;
    bool text = json->kind == AS_JSON_TEXT;

    switch (kind) {
    case AS_KIND_TEXT:
        if (text || number)
            return as_words(AS_KIND_TEXT, json->text);
        if (json->kind == AS_JSON_TRUE)
            return as_words(AS_KIND_TEXT, AS_TEXT("true"));
        if (json->kind == AS_JSON_FALSE)
            return as_words(AS_KIND_TEXT, AS_TEXT("false"));
        break;
    case AS_KIND_SOURCE:
        if (text)
            return as_source_value(json->text, arena);
        break;
    case AS_KIND_IP: {
        struct as_value value = { .kind = AS_KIND_IP };

        if (text && as_ip_parse(json->text, &value.address))
            return value;
        break;
    }
    case AS_KIND_BOOL:
        return truth(json, why);
    case AS_KIND_INT:
        if (number || text)
            return whole_number(json->text, why);
        break;
    case AS_KIND_REAL:
        if (number || text)
            return real_number(json->text, why);
        break;
    case AS_KIND_TIME:
        if (text)
            return time_value(json->text, why);
        break;
    case AS_KIND_JSON:
    case AS_KIND_OBJECT:
        return as_json_as_value(json, why);
    case AS_KIND_NONE:
    case AS_KIND_DURATION:
    case AS_KIND_CIDR:
    case AS_KIND_REGEX:
    case AS_KIND_COUNT:
        break;
    }
    return as_missing(why);
}
