/*
 * Reading JSON: what is refused, what is picked out, and going into values.
 *
 * What stands here keeps apart readers that agree on good input: numbers,
 * escapes and UTF-8 at their edges, names given twice, depth.
 */

#include "runtime/json.h"
#include "common/limits.h"
#include "runtime/projection.h"
#include "tests/unit/tap.h"

#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* ------------------------------------------------------------------------
 * Strictness
 */

#define GOOD(text)                                                             \
    {                                                                          \
        text, sizeof(text) - 1, AS_REASON_NONE                                 \
    }
#define BAD(text, reason)                                                      \
    {                                                                          \
        text, sizeof(text) - 1, AS_REASON_##reason                             \
    }

static const struct {
    const char *bytes;
    size_t length;
    enum as_reason reason;
} texts[] = {
    /* words */
    GOOD("true"),
    GOOD("false"),
    GOOD("null"),
    GOOD(" \t\r\n true \n"),
    BAD("", CUT),
    BAD(" ", CUT),
    BAD("tru", CUT),
    BAD("nul", CUT),
    BAD("True", JSON),
    BAD("nulL", JSON),
    BAD("trux", JSON),
    BAD("undefined", JSON),
    BAD("NaN", JSON),
    BAD("Infinity", JSON),
    BAD("'a'", JSON),
    BAD("a", JSON),
    BAD("\0", JSON),
    /* numbers */
    GOOD("0"),
    GOOD("-0"),
    GOOD("1"),
    GOOD("-12"),
    GOOD("0.5"),
    GOOD("10.01"),
    GOOD("1e5"),
    GOOD("1E5"),
    GOOD("1e+5"),
    GOOD("1e-5"),
    GOOD("0e0"),
    GOOD("1.5e10"),
    GOOD("123456789012345678901234567890"),
    GOOD("1e999999"),
    GOOD("-0.0e-0"),
    BAD("01", JSON),
    BAD("-01", JSON),
    BAD("00", JSON),
    BAD("+1", JSON),
    BAD("-", CUT),
    BAD("-a", JSON),
    BAD(".5", JSON),
    BAD("1.", CUT),
    BAD("1.a", JSON),
    BAD("1.e5", JSON),
    BAD("1e", CUT),
    BAD("1e+", CUT),
    BAD("1ea", JSON),
    BAD("0x10", JSON),
    BAD("1_000", JSON),
    BAD("1 2", JSON),
    BAD("-Infinity", JSON),
    BAD("1.2.3", JSON),
    BAD("--1", JSON),
    BAD("\xEF\xBC\x91", JSON), /* a full-width digit */
    /* strings */
    GOOD("\"\""),
    GOOD("\"a\""),
    GOOD("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    GOOD("\"\\u0041\\u00e9\\u20AC\""),
    GOOD("\"\\u0000\""),
    GOOD("\"\\ud83d\\ude00\""),
    GOOD("\"\\uD800\\uDC00\\uDBFF\\uDFFF\""),
    GOOD("\"\x7f\""),
    GOOD("\"0123456789abcdef0123456789abcdef\\n\""),
    BAD("\"", CUT),
    BAD("\"abc", CUT),
    BAD("\"\\", CUT),
    BAD("\"\\\"", CUT),
    BAD("\"\\x41\"", JSON),
    BAD("\"\\a\"", JSON),
    BAD("\"\\0\"", JSON),
    BAD("\"\\'\"", JSON),
    BAD("\"\\U0041\"", JSON),
    BAD("\"\\\0\"", JSON),
    BAD("\"\\u\"", JSON),
    BAD("\"\\u004\"", JSON),
    BAD("\"\\u00g0\"", JSON),
    BAD("\"\\u 041\"", JSON),
    BAD("\"\\u00", CUT),
    BAD("\"\n\"", JSON),
    BAD("\"\t\"", JSON),
    BAD("\"\0\"", JSON),
    BAD("\"\x1f\"", JSON),
    BAD("\"0123456789abcde\x01\"", JSON),
    BAD("\"\\ud800\"", UTF8),
    BAD("\"\\udc00\"", UTF8),
    BAD("\"\\ud800a\"", UTF8),
    BAD("\"\\ud800\\n\"", UTF8),
    BAD("\"\\ud800\\ud800\"", UTF8),
    BAD("\"\\ud800\\u0041\"", UTF8),
    BAD("\"\\ud800\\\"", UTF8),
    BAD("\"\\udbff\\uzzzz\"", JSON),
    BAD("\"\\ud83d\\ude00\\ude00\"", UTF8),
    /* UTF-8 */
    GOOD("\"\xC3\xA9\""),
    GOOD("\"\xE2\x82\xAC\""),
    GOOD("\"\xF0\x9F\x98\x80\""),
    GOOD("\"\xEF\xBF\xBF\""),
    GOOD("\"\xE2\x80\xA8\""),
    BAD("\"\xC3\"", UTF8),
    BAD("\"\xC3", CUT),
    BAD("\"\xE2\x82", CUT),
    BAD("\"\xF0\x9F\x98", CUT),
    BAD("\"\xE0", CUT),
    BAD("\"\xED", CUT),
    BAD("\"\xF4", CUT),
    BAD("\"\xFF", UTF8),
    BAD("\"\xE0\x80", UTF8),
    BAD("\"\xF4\x90", UTF8),
    BAD("\"\xC0\x80\"", UTF8),
    BAD("\"\xED\xA0\x80\"", UTF8),
    BAD("\"\xF4\x90\x80\x80\"", UTF8),
    BAD("\"\xFF\"", UTF8),
    BAD("\"0123456789abcdef\x80\"", UTF8),
    BAD("\xC3\xA9", JSON),
    BAD("\xEF\xBB\xBF{}", JSON),
    /* arrays */
    GOOD("[]"),
    GOOD("[ ]"),
    GOOD("[1]"),
    GOOD("[1,2]"),
    GOOD("[ 1 , [ ] ]"),
    GOOD("[null,true,\"\",{}]"),
    BAD("[", CUT),
    BAD("[1", CUT),
    BAD("[1,", CUT),
    BAD("]", JSON),
    BAD("[,]", JSON),
    BAD("[1,]", JSON),
    BAD("[1,,2]", JSON),
    BAD("[,1]", JSON),
    BAD("[1 2]", JSON),
    BAD("[1;2]", JSON),
    BAD("[1}", JSON),
    BAD("[1]]", JSON),
    BAD("[1],", JSON),
    BAD("[-]", JSON),
    BAD("[\"a\":1]", JSON),
    BAD("[1 // x\n]", JSON),
    BAD("[/**/]", JSON),
    BAD("[\x0c]", JSON),
    BAD("[\xC2\xA0]", JSON),
    /* objects */
    GOOD("{}"),
    GOOD("{ }"),
    GOOD("{\"a\":1}"),
    GOOD("{ \"a\" : 1 }"),
    GOOD("{\"a\":1,\"b\":[]}"),
    GOOD("{\"\":0}"),
    GOOD("{\"a\":{\"a\":{}}}"),
    GOOD("{\"a\":1,\"a\":2}"),
    GOOD("{\"a\\u0000b\":1}"),
    GOOD("{\"a\"\n:\n1\n}"),
    BAD("{", CUT),
    BAD("{\"a\"", CUT),
    BAD("{\"a\":", CUT),
    BAD("{\"a\":1", CUT),
    BAD("{\"a\":1,", CUT),
    BAD("}", JSON),
    BAD("{a:1}", JSON),
    BAD("{'a':1}", JSON),
    BAD("{1:1}", JSON),
    BAD("{\"a\"}", JSON),
    BAD("{\"a\" 1}", JSON),
    BAD("{\"a\":}", JSON),
    BAD("{\"a\":1,}", JSON),
    BAD("{,}", JSON),
    BAD("{\"a\":1 \"b\":2}", JSON),
    BAD("{\"a\":1]", JSON),
    BAD("{\"a\"::1}", JSON),
    BAD("{\"a\":1}}", JSON),
    BAD("{}{}", JSON),
    BAD("{\"a\":1}#", JSON),
    BAD("{\"a\":1}\0", JSON),
    BAD("{null:1}", JSON),
    BAD("{\"\xFF\":1}", UTF8),
    BAD("{\"\\ud800\":1}", UTF8),
    BAD("{\"a\nb\":1}", JSON),
    BAD("{[]:1}", JSON),
    BAD("{\"a\",1}", JSON),
};

static const char *shown(const char *bytes)
{
    static char name[64];
    size_t n = 0;

    for (; *bytes && n < sizeof(name) - 1; bytes++)
        name[n++] = *bytes >= ' ' && *bytes < 0x7f && *bytes != '#' ? *bytes
                                                                    : '.';
    name[n] = '\0';
    return name;
}

static enum as_reason scan_whole(struct as_text text)
{
    enum as_json_kind kind;
    bool escaped;
    struct as_scan scan;

    as_scan_init(&scan, text);
    const char *at = as_scan_space(&scan, scan.start);
    at = as_scan_value(&scan, at, &kind, &escaped);
    if (!at)
        return scan.reason;
    return as_scan_space(&scan, at) == scan.end ? AS_REASON_NONE
                                                : AS_REASON_JSON;
}

static void strictness(void)
{
    struct as_arena arena;

    as_arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(texts); i++) {
        /* A copy of exactly this length, so that no byte behind it helps. */
        char *copy = malloc(texts[i].length + 1);
        struct as_text text = { copy, texts[i].length };
        struct as_json_value value;
        if (!copy)
            return;
        memcpy(copy, texts[i].bytes, texts[i].length);
        text.bytes = memmove(copy + 1, copy, texts[i].length);
        bool good = as_json_parse(text, &arena, &value);
        tap_ok(good == (texts[i].reason == AS_REASON_NONE) &&
                   (value.kind == AS_JSON_ABSENT) != good,
               shown(texts[i].bytes));
        tap_int((long)scan_whole(text), (long)texts[i].reason, "its reason");
        free(copy);
    }
    as_arena_free(&arena);
}

/* Every prefix of a good text is cut, nothing worse. */
static void prefixes(void)
{
    static const char text[] =
        "{\"a\":[1.5e+3,-0,true,false,null,\"x\\u00e9\\ud83d\\ude00\xE2\x82"
        "\xAC\xF0\x9F\x98\x80\xED\x9F\xBF\xE0\xA0\x80\xF4\x8F\xBF\xBF\"],"
        "\"\\n\":{\"0123456789abcdef0123456789abcdef\":\"\"}}";
    long wrong = 0;

    for (size_t length = 0; length < sizeof(text) - 1; length++)
        wrong += scan_whole((struct as_text){ text, length }) != AS_REASON_CUT;
    tap_int(wrong, 0, "prefixes are cut");
    tap_int(scan_whole(as_text_of(text)), AS_REASON_NONE, "the whole is good");
}

static void depth(void)
{
    char text[2 * AS_MAX_DEPTH + 8];

    for (size_t n = AS_MAX_DEPTH; n <= AS_MAX_DEPTH + 1; n++) {
        memset(text, '[', n);
        memset(text + n, ']', n);
        tap_int(scan_whole((struct as_text){ text, 2 * n }),
                n == AS_MAX_DEPTH ? AS_REASON_NONE : AS_REASON_DEPTH,
                "arrays inside each other");
    }
    char *deep = malloc(1 << 20);
    if (deep) {
        memset(deep, '[', 1 << 20);
        tap_int(scan_whole((struct as_text){ deep, 1 << 20 }), AS_REASON_DEPTH,
                "a million of them");
    }
    free(deep);
}

/* ------------------------------------------------------------------------
 * Projection
 */

#define NAME(text)                                                             \
    {                                                                          \
        .name = { text, sizeof(text) - 1 }                                     \
    }
#define INDEX(n)                                                               \
    {                                                                          \
        .is_index = true, .index = n                                           \
    }
#define PATH(steps, shape, ecs)                                                \
    {                                                                          \
        steps, COUNT(steps), AS_SHAPE_##shape,                                 \
        {                                                                      \
            ecs, sizeof(ecs) - 1                                               \
        }                                                                      \
    }

static const struct as_path_step event_name[] = { NAME("eventName") };
static const struct as_path_step key_id[] = { NAME("userIdentity"),
                                              NAME("accessKeyId") };
static const struct as_path_step issuer[] = { NAME("userIdentity"),
                                              NAME("sessionContext"),
                                              NAME("arn") };
static const struct as_path_step read_only[] = { NAME("readOnly") };
static const struct as_path_step resources[] = { NAME("resources") };
static const struct as_path_step first_arn[] = { NAME("resources"), INDEX(0),
                                                 NAME("ARN") };
static const struct as_path_step number[] = { NAME("n") };
static const struct as_path_step parameters[] = { NAME("requestParameters") };
static const struct as_path_step acl[] = { NAME("requestParameters"),
                                           NAME("x-amz-acl") };

static const struct as_slot_path slots[] = {
    PATH(event_name, TEXT, "event.action"),
    PATH(key_id, TEXT, "aws.cloudtrail.user_identity.access_key_id"),
    PATH(issuer, TEXT, ""),
    PATH(read_only, BOOL, "aws.cloudtrail.read_only"),
    PATH(resources, ANY, "aws.cloudtrail.resources"),
    PATH(first_arn, TEXT, ""),
    PATH(number, NUMBER, "n"),
    PATH(parameters, ANY, "aws.cloudtrail.request_parameters"),
    PATH(acl, ANY, ""),
    PATH(event_name, TEXT, "event.action"), /* the same path again */
};

static const struct as_projection projection = { slots, COUNT(slots) };

enum {
    NAME_SLOT,
    KEY,
    ISSUER,
    READ_ONLY,
    RESOURCES,
    ARN,
    NUMBER,
    PARAMETERS,
    ACL,
    NAME_AGAIN
};

static const char *const kinds[] = { "-",      "null", "false",  "true",
                                     "number", "text", "object", "array" };

/* What a slot should hold: kind and text. */
static const struct {
    const char *record;
    int slot;
    enum as_json_kind kind;
    const char *text;
} picked[] = {
    { "{}", NAME_SLOT, AS_JSON_ABSENT, "" },
    { "{\"eventName\":\"X\"}", NAME_SLOT, AS_JSON_TEXT, "X" },
    { "{\"eventName\":\"X\"}", NAME_AGAIN, AS_JSON_TEXT, "X" },
    { "{ \"eventName\" : \"a\\u00e9\\n\" }", NAME_SLOT, AS_JSON_TEXT,
      "a\xC3\xA9\n" },
    { "{ \"eventName\" : \"a\\u00e9\\n\" }", NAME_AGAIN, AS_JSON_TEXT,
      "a\xC3\xA9\n" },
    { "{\"eventNam\\u0065\":\"X\"}", NAME_SLOT, AS_JSON_TEXT, "X" },
    { "{\"EventName\":\"X\"}", NAME_SLOT, AS_JSON_ABSENT, "" },
    { "{\"eventName\":null}", NAME_SLOT, AS_JSON_NULL, "null" },
    { "{\"eventName\":\"\"}", NAME_SLOT, AS_JSON_TEXT, "" },
    { "{\"a\":{\"eventName\":\"X\"}}", NAME_SLOT, AS_JSON_ABSENT, "" },
    { "{\"userIdentity\":{\"accessKeyId\":\"K\"}}", KEY, AS_JSON_TEXT, "K" },
    { "{\"userIdentity\":null}", KEY, AS_JSON_ABSENT, "" },
    { "{\"userIdentity\":\"x\"}", KEY, AS_JSON_ABSENT, "" },
    { "{\"userIdentity\":[{\"accessKeyId\":\"K\"}]}", KEY, AS_JSON_ABSENT, "" },
    { "{\"accessKeyId\":\"K\"}", KEY, AS_JSON_ABSENT, "" },
    { "{\"userIdentity\":{\"sessionContext\":{\"arn\":\"A\"}}}", ISSUER,
      AS_JSON_TEXT, "A" },
    { "{\"readOnly\":true}", READ_ONLY, AS_JSON_TRUE, "true" },
    { "{\"readOnly\":\"false\"}", READ_ONLY, AS_JSON_TEXT, "false" },
    { "{\"readOnly\":\"\\u0074rue\"}", READ_ONLY, AS_JSON_TEXT, "true" },
    { "{\"n\":-1.50e3}", NUMBER, AS_JSON_NUMBER, "-1.50e3" },
    { "{\"n\":12345678901234567890}", NUMBER, AS_JSON_NUMBER,
      "12345678901234567890" },
    { "{\"resources\":[{\"ARN\":\"A\"},{\"ARN\":\"B\"}]}", ARN, AS_JSON_TEXT,
      "A" },
    { "{\"resources\":[{\"ARN\":\"A\"},{\"ARN\":\"B\"}]}", RESOURCES,
      AS_JSON_ARRAY, "[{\"ARN\":\"A\"},{\"ARN\":\"B\"}]" },
    { "{\"resources\":[]}", ARN, AS_JSON_ABSENT, "" },
    { "{\"resources\":[\"x\"]}", ARN, AS_JSON_ABSENT, "" },
    { "{\"resources\":{\"ARN\":\"A\"}}", ARN, AS_JSON_ABSENT, "" },
    { "{\"resources\":{\"ARN\":\"A\"}}", RESOURCES, AS_JSON_OBJECT,
      "{\"ARN\":\"A\"}" },
    { "{\"requestParameters\": {\"x-amz-acl\": 5 } }", PARAMETERS,
      AS_JSON_OBJECT, "{\"x-amz-acl\": 5 }" },
    { "{\"requestParameters\":{\"x-amz-acl\":5}}", ACL, AS_JSON_NUMBER, "5" },
    { "{\"requestParameters\":{\"x-amz-acl\":[1]}}", ACL, AS_JSON_ARRAY,
      "[1]" },
    { "{\"requestParameters\":\"{}\"}", ACL, AS_JSON_ABSENT, "" },
    { "{\"eventName\":\"X\"} trailing", NAME_SLOT, AS_JSON_TEXT, "X" },
};

static void check_value(const struct as_json_value *value,
                        enum as_json_kind kind, const char *text,
                        const char *name)
{
    bool good = value->kind == kind;

    if (good && kind != AS_JSON_ABSENT)
        good = as_text_equal(value->text, as_text_of(text));
    if (!tap_ok(good, shown(name)))
        printf("#  got: %s %.*s\n# want: %s %s\n", kinds[value->kind],
               (int)value->text.length, value->text.bytes, kinds[kind], text);
}

static void picking(void)
{
    struct as_json_plan *plan = as_json_plan_new(&projection, AS_JSON_NATIVE,
                                                 NULL, 0);
    struct as_json_fault fault;

    if (!tap_ok(plan != NULL, "plan"))
        return;
    for (size_t i = 0; i < COUNT(picked); i++) {
        size_t used = as_json_project(plan, as_text_of(picked[i].record),
                                      &fault);
        tap_ok(used > 0 && fault.reason == AS_REASON_NONE, "no fault");
        check_value(&as_json_values(plan)[picked[i].slot], picked[i].kind,
                    picked[i].text, picked[i].record);
    }
    size_t used = as_json_project(plan, AS_TEXT("{\"a\":1}{\"b\":2}"), &fault);
    tap_int((long)used, 7, "one value is read");
    as_json_plan_free(plan);
}

#define FAULT(json, reason, offset, name)                                      \
    {                                                                          \
        json, AS_REASON_##reason, offset, name                                 \
    }

static const struct {
    const char *record;
    enum as_reason reason;
    long offset;
    const char *name;
} faults[] = {
    /* given twice, where a rule reads */
    FAULT("{\"eventName\":\"a\",\"eventName\":\"a\"}", DUPLICATE, 18,
          "eventName"),
    FAULT("{\"eventName\":null,\"eventName\":\"a\"}", DUPLICATE, 19,
          "eventName"),
    FAULT("{\"eventName\":\"a\",\"event\\u004eame\":\"b\"}", DUPLICATE, 18,
          "eventName"),
    FAULT("{\"userIdentity\":{},\"userIdentity\":{\"accessKeyId\":\"K\"}}",
          DUPLICATE, 20, "userIdentity"),
    FAULT("{\"userIdentity\":{\"accessKeyId\":\"K\",\"accessKeyId\":\"L\"}}",
          DUPLICATE, 36, "accessKeyId"),
    FAULT("{\"resources\":[{\"ARN\":\"A\",\"ARN\":\"B\"}]}", DUPLICATE, 26,
          "ARN"),
    /* and where none does */
    FAULT("{\"a\":1,\"a\":2}", NONE, 0, ""),
    FAULT("{\"userIdentity\":{\"a\":1,\"a\":2}}", NONE, 0, ""),
    FAULT("{\"eventName\":\"a\",\"EventName\":\"b\"}", NONE, 0, ""),
    FAULT("{\"eventName\":\"a\",\"x\":{\"eventName\":\"b\"}}", NONE, 0, ""),
    FAULT("{\"resources\":[{\"a\":1},{\"a\":1}]}", NONE, 0, ""),
    /* inside what is read as a whole */
    FAULT("{\"requestParameters\":{\"a\":1,\"a\":2}}", DUPLICATE, 21,
          "requestParameters"),
    FAULT("{\"requestParameters\":{\"a\":1,\"\\u0061\":2}}", DUPLICATE, 21,
          "requestParameters"),
    FAULT("{\"requestParameters\":{\"b\":[{\"a\":1,\"c\":{},\"a\":2}]}}",
          DUPLICATE, 21, "requestParameters"),
    FAULT("{\"requestParameters\":{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":2}}}",
          NONE, 0, ""),
    FAULT("{\"resources\":[{\"x\":1},{\"type\":1,\"type\":2}]}", DUPLICATE, 13,
          "resources"),
    /* kinds */
    FAULT("{\"eventName\":1}", SHAPE, 13, "eventName"),
    FAULT("{\"eventName\":true}", SHAPE, 13, "eventName"),
    FAULT("{\"eventName\":{}}", SHAPE, 13, "eventName"),
    FAULT("{\"eventName\": [\"a\"]}", SHAPE, 14, "eventName"),
    FAULT("{\"readOnly\":\"yes\"}", SHAPE, 13, "readOnly"),
    FAULT("{\"readOnly\":\"True\"}", SHAPE, 13, "readOnly"),
    FAULT("{\"readOnly\":1}", SHAPE, 12, "readOnly"),
    FAULT("{\"n\":\"1\"}", SHAPE, 6, "n"),
    FAULT("{\"resources\":[{\"ARN\":5}]}", SHAPE, 21, "ARN"),
    FAULT("{\"userIdentity\":{\"accessKeyId\":{}}}", SHAPE, 31, "accessKeyId"),
    FAULT("[]", SHAPE, 0, ""),
    FAULT("5", SHAPE, 0, ""),
    FAULT("\"text\"", SHAPE, 0, ""),
    /* no JSON: what is wrong is found wherever it stands */
    FAULT("{\"a\":{\"b\":01}}", JSON, 11, ""),
    FAULT("{\"a\":\"\xFF\"}", UTF8, 6, ""),
    FAULT("{\"eventName\":\"\\x\"}", JSON, 14, ""),
    FAULT("{\"eventName\":\"a\"", CUT, 16, ""),
    FAULT("{\"eventName\":\"a\",}", JSON, 17, ""),
    FAULT("{\"eventName\":\"a\",\"eventName\":}", JSON, 29, ""),
};

static void faulty(void)
{
    struct as_json_plan *plan = as_json_plan_new(&projection, AS_JSON_NATIVE,
                                                 NULL, 0);
    struct as_json_fault fault;

    if (!tap_ok(plan != NULL, "plan"))
        return;
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct as_text record = as_text_of(faults[i].record);
        size_t used = as_json_project(plan, record, &fault);
        bool is_json = faults[i].reason != AS_REASON_JSON &&
                       faults[i].reason != AS_REASON_UTF8 &&
                       faults[i].reason != AS_REASON_CUT;

        tap_int((long)fault.reason, (long)faults[i].reason,
                shown(faults[i].record));
        tap_int((long)fault.offset, faults[i].offset, "its place");
        tap_ok(as_text_equal(fault.name, as_text_of(faults[i].name)),
               "its name");
        tap_int((long)used, is_json ? (long)record.length : 0, "its end");
    }
    as_json_plan_free(plan);
}

/* A record of the form {"NAME":"xxx..."}. */
static char *long_record(const char *name, size_t length, size_t *total)
{
    char *record = malloc(length + 64);

    if (!record)
        return NULL;
    int head = sprintf(record, "{\"%s\":\"", name);
    memset(record + head, 'x', length);
    strcpy(record + head + length, "\"}");
    *total = (size_t)head + length + 2;
    return record;
}

static void sizes(void)
{
    struct as_json_plan *plan = as_json_plan_new(&projection, AS_JSON_NATIVE,
                                                 NULL, 0);
    static const struct {
        const char *name;
        size_t length;
        enum as_reason reason;
    } rows[] = {
        { "eventName", AS_MAX_KEPT_TEXT, AS_REASON_NONE },
        { "eventName", AS_MAX_KEPT_TEXT + 1, AS_REASON_SIZE },
        { "unread", AS_MAX_KEPT_TEXT + 1, AS_REASON_NONE },
    };

    for (size_t i = 0; plan && i < COUNT(rows); i++) {
        struct as_json_fault fault;
        size_t total = 0;
        char *record = long_record(rows[i].name, rows[i].length, &total);
        if (!record)
            break;
        as_json_project(plan, (struct as_text){ record, total }, &fault);
        tap_int((long)fault.reason, (long)rows[i].reason, "size of a value");
        free(record);
    }
    as_json_plan_free(plan);
}

/* Many names in one object that is read: judged in good time. */
static void wide(void)
{
    enum { NAMES = 60000 };
    struct as_json_plan *plan = as_json_plan_new(&projection, AS_JSON_NATIVE,
                                                 NULL, 0);
    struct as_buf record = { .bytes = NULL };
    struct as_json_fault fault;

    as_buf_puts(&record, "{\"requestParameters\":{");
    for (int i = 0; i < NAMES / 6; i++)
        as_buf_printf(&record, "\"n%d\":1,", i);
    as_buf_puts(&record, "\"n77\":2}}");
    if (plan) {
        as_json_project(plan, as_buf_view(&record), &fault);
        tap_int((long)fault.reason, AS_REASON_DUPLICATE, "wide object");
    }
    as_buf_done(&record);
    as_json_plan_free(plan);
}

/* ------------------------------------------------------------------------
 * ECS names
 */

static const struct {
    const char *record;
    int slot;
    enum as_json_kind kind;
    const char *text;
} ecs[] = {
    { "{\"event\":{\"action\":\"X\"}}", NAME_SLOT, AS_JSON_TEXT, "X" },
    { "{\"event.action\":\"X\"}", NAME_SLOT, AS_JSON_TEXT, "X" },
    { "{\"event\":{\"action\":[\"X\\u0021\"]}}", NAME_SLOT, AS_JSON_TEXT,
      "X!" },
    { "{\"aws\":{\"cloudtrail\":{\"user_identity\":{\"access_key_id\":"
      "\"K\"}}}}",
      KEY, AS_JSON_TEXT, "K" },
    { "{\"aws.cloudtrail\":{\"user_identity.access_key_id\":\"K\"}}", KEY,
      AS_JSON_TEXT, "K" },
    { "{\"aws.cloudtrail.user_identity.access_key_id\":\"K\"}", KEY,
      AS_JSON_TEXT, "K" },
    { "{\"aws\":{\"x\":1},\"aws.cloudtrail.read_only\":true}", READ_ONLY,
      AS_JSON_TRUE, "true" },
    { "{\"aws.cloudtrail.resources\":[{\"a\":1}]}", RESOURCES, AS_JSON_ARRAY,
      "[{\"a\":1}]" },
    { "{\"eventName\":\"X\"}", NAME_SLOT, AS_JSON_ABSENT, "" },
    { "{\"event..action\":\"X\"}", NAME_SLOT, AS_JSON_ABSENT, "" },
    { "{\"event.\":{\"action\":\"X\"}}", NAME_SLOT, AS_JSON_TEXT, "X" },
};

static void elastic(void)
{
    static const struct as_text marks[] = { { "@timestamp", 10 },
                                            { "event", 5 } };
    struct as_json_plan *plan = as_json_plan_new(&projection, AS_JSON_ECS,
                                                 marks, COUNT(marks));
    struct as_json_fault fault;

    if (!tap_ok(plan != NULL, "plan"))
        return;
    for (size_t i = 0; i < COUNT(ecs) - 1; i++) {
        as_json_project(plan, as_text_of(ecs[i].record), &fault);
        tap_int((long)fault.reason, AS_REASON_NONE, "no fault");
        check_value(&as_json_values(plan)[ecs[i].slot], ecs[i].kind,
                    ecs[i].text, ecs[i].record);
    }
    as_json_project(plan, AS_TEXT("{\"event\":{\"action\":[\"X\",\"Y\"]}}"),
                    &fault);
    tap_int((long)fault.reason, AS_REASON_SHAPE, "two values");
    as_json_project(plan,
                    AS_TEXT("{\"event\":{\"action\":\"X\"},"
                            "\"event.action\":\"Y\"}"),
                    &fault);
    tap_int((long)fault.reason, AS_REASON_DUPLICATE, "nested and dotted");
    as_json_project(plan, AS_TEXT("{\"@timestamp\":\"T\",\"event\":{}}"),
                    &fault);
    check_value(&as_json_values(plan)[COUNT(slots)], AS_JSON_TEXT, "T", "mark");
    check_value(&as_json_values(plan)[COUNT(slots) + 1], AS_JSON_OBJECT, "{}",
                "mark");
    as_json_plan_free(plan);
}

/* ------------------------------------------------------------------------
 * Going into values
 */

static const struct as_path_step a_step[] = { NAME("a") };
static const struct as_path_step deep_steps[] = { NAME("a"), INDEX(1),
                                                  NAME("b c") };
static const struct as_path_step index_steps[] = { INDEX(2) };

static const struct {
    const char *json;
    const struct as_path_step *steps;
    uint32_t count;
    enum as_json_kind kind;
    const char *text;
} gets[] = {
    { "{\"a\":1}", a_step, 1, AS_JSON_NUMBER, "1" },
    { " { \"x\" : [ { } ] , \"a\" : \"t\" } ", a_step, 1, AS_JSON_TEXT, "t" },
    { "{\"a\":\"\\u0041\\\"\"}", a_step, 1, AS_JSON_TEXT, "A\"" },
    { "{\"\\u0061\":true}", a_step, 1, AS_JSON_TRUE, "true" },
    { "{\"a\":1,\"a\":2}", a_step, 1, AS_JSON_NUMBER, "1" },
    { "{\"a\":null}", a_step, 1, AS_JSON_NULL, "null" },
    { "{\"b\":1}", a_step, 1, AS_JSON_ABSENT, "" },
    { "{}", a_step, 1, AS_JSON_ABSENT, "" },
    { "[]", a_step, 1, AS_JSON_ABSENT, "" },
    { "\"a\"", a_step, 1, AS_JSON_ABSENT, "" },
    { "null", a_step, 1, AS_JSON_ABSENT, "" },
    { "{\"a\":[0,{\"b c\":{\"d\":[]}}]}", deep_steps, 3, AS_JSON_OBJECT,
      "{\"d\":[]}" },
    { "{\"a\":[0]}", deep_steps, 3, AS_JSON_ABSENT, "" },
    { "{\"a\":{\"1\":0}}", deep_steps, 3, AS_JSON_ABSENT, "" },
    { "[1,2,3]", index_steps, 1, AS_JSON_NUMBER, "3" },
    { "[1,2]", index_steps, 1, AS_JSON_ABSENT, "" },
    { "{\"2\":1}", index_steps, 1, AS_JSON_ABSENT, "" },
    { "\"\\ttext\"", a_step, 0, AS_JSON_TEXT, "\ttext" },
};

static void getting(void)
{
    struct as_arena arena;

    as_arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(gets); i++) {
        struct as_json_value value;
        tap_ok(as_json_parse(as_text_of(gets[i].json), &arena, &value),
               "parse");
        value = as_json_get(&value, gets[i].steps, gets[i].count, &arena);
        check_value(&value, gets[i].kind, gets[i].text, gets[i].json);
    }
    as_arena_free(&arena);
}

static const struct {
    const char *json;
    const char *joined; /* the elements' texts with | behind each */
} loops[] = {
    { "[]", "" },
    { "[ ]", "" },
    { "null", "" },
    { "1", "1|" },
    { "\"a\\n\"", "a\n|" },
    { "{\"a\":1}", "{\"a\":1}|" },
    { "[1]", "1|" },
    { "[ 1 , \"b\\u0062\" , [2,3] , {\"c\":[4]} , null ]",
      "1|bb|[2,3]|{\"c\":[4]}|null|" },
};

static void iterating(void)
{
    struct as_arena arena;
    struct as_buf joined = { .bytes = NULL };

    as_arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(loops); i++) {
        struct as_json_iterator iterator;
        struct as_json_value value, element;

        as_json_parse(as_text_of(loops[i].json), &arena, &value);
        as_buf_reset(&joined);
        as_json_iterate(&iterator, &value);
        while (as_json_next(&iterator, &arena, &element)) {
            as_buf_text(&joined, element.text);
            as_buf_putc(&joined, '|');
        }
        tap_ok(as_text_equal(as_buf_view(&joined), as_text_of(loops[i].joined)),
               shown(loops[i].json));
        tap_ok(!as_json_next(&iterator, &arena, &element), "it has ended");
    }
    struct as_json_value absent = { AS_JSON_ABSENT, { NULL, 0 } }, element;
    struct as_json_iterator iterator;
    as_json_iterate(&iterator, &absent);
    tap_ok(!as_json_next(&iterator, &arena, &element), "absent has none");
    as_buf_done(&joined);
    as_arena_free(&arena);
}

static const struct {
    const char *json, *compact;
} forms[] = {
    { "{}", "{}" },
    { " { } ", "{}" },
    { "{\n  \"a b\" : [ 1, 2 ],\r\n\t\"c\": \" x \"\n}\n",
      "{\"a b\":[1,2],\"c\":\" x \"}" },
    { "[\"\\\" \", \"\\\\\" , \" \"]", "[\"\\\" \",\"\\\\\",\" \"]" },
    { "\" \\\\\\\" \"", "\" \\\\\\\" \"" },
};

static void compacting(void)
{
    struct as_buf out = { .bytes = NULL };

    for (size_t i = 0; i < COUNT(forms); i++) {
        as_buf_reset(&out);
        as_json_compact(as_text_of(forms[i].json), &out);
        tap_ok(as_text_equal(as_buf_view(&out), as_text_of(forms[i].compact)),
               shown(forms[i].json));
    }
    as_buf_done(&out);
}

int main(void)
{
    strictness();
    prefixes();
    depth();
    picking();
    faulty();
    sizes();
    wide();
    elastic();
    getting();
    iterating();
    compacting();
    return tap_done();
}
