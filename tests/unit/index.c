/*
 * The quick half of reading against the careful one.
 *
 * The index may only say yes to what the careful pass reads without a fault,
 * and then the values must be the same; so here records are damaged in every
 * way that is cheap to think of, moved over the borders of blocks, and read
 * by every kernel and by none.  Records stand at the end of their memory: a
 * sanitizer sees who reads on.
 */

#include "runtime/index.h"
#include "common/limits.h"
#include "runtime/projection.h"
#include "tests/unit/tap.h"

#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define NAME(text)                                                             \
    {                                                                          \
        .name = { text, sizeof(text) - 1 }                                     \
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
static const struct as_path_step arn[] = { NAME("userIdentity"), NAME("arn") };
static const struct as_path_step resources[] = { NAME("resources") };
static const struct as_path_step second_arn[] = {
    NAME("resources"), { .is_index = true, .index = 1 }, NAME("ARN")
};
static const struct as_path_step number[] = { NAME("number") };
static const struct as_path_step details[] = { NAME("tlsDetails") };
static const struct as_path_step role[] = { NAME("requestParameters"),
                                            NAME("roleArn") };
static const struct as_path_step id[] = { NAME("requestParameters"),
                                          NAME("id") };

static const struct as_path_step recipient[] = { NAME("recipientAccountId") };
static const struct as_path_step endpoint[] = { NAME("vpcEndpointAccountId") };

static const struct as_slot_path slots[] = {
    PATH(recipient, TEXT, ""),
    PATH(endpoint, TEXT, ""),
    PATH(event_name, TEXT, "event.action"),
    PATH(key_id, TEXT, "user.key"),
    PATH(arn, TEXT, "user.arn"),
    PATH(resources, ANY, ""),
    PATH(second_arn, TEXT, ""),
    PATH(number, NUMBER, "n"),
    PATH(details, ANY, "tls"),
    PATH(role, ANY, ""),
    PATH(id, ANY, ""),
};

/* With a name so short that names can't be told by their end, and without. */
static const struct as_projection with_short = { slots, COUNT(slots) };
static const struct as_projection without_short = { slots, COUNT(slots) - 1 };

static const struct as_text marks[] = {
    { "eventName", 9 },
    { "@timestamp", 10 },
};

/* What records look like, and what is rare in them. */
static const char *const records[] = {
    "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"AssumedRole\","
    "\"principalId\":\"AROAEXAMPLE:worker\",\"arn\":\"arn:aws:sts::111122223333"
    ":assumed-role/worker/i\",\"accountId\":\"111122223333\",\"accessKeyId\":"
    "\"ASIAEXAMPLE\",\"sessionContext\":{\"sessionIssuer\":{\"type\":\"Role\","
    "\"arn\":\"arn:aws:iam::111122223333:role/worker\"},\"webIdFederationData\""
    ":{},\"attributes\":{\"creationDate\":\"2026-11-02T08:00:00Z\","
    "\"mfaAuthenticated\":\"false\"}}},\"eventTime\":\"2026-11-02T08:01:02Z\","
    "\"eventName\":\"AssumeRole\",\"requestParameters\":{\"roleArn\":\"r\","
    "\"id\":7,\"durationSeconds\":3600},\"responseElements\":null,\"readOnly\":"
    "true,\"resources\":[{\"accountId\":\"1\",\"ARN\":\"a\"},{\"ARN\":\"b\"}],"
    "\"number\":-1.5e+3,\"tlsDetails\":{\"tlsVersion\":\"TLSv1.3\","
    "\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\"},\"recipientAccountId\":\"1\","
    "\"vpcEndpointAccountId\":\"22\",\"someOtherAccountId\":\"333\"}",
    "{\"eventName\":\"PutRolePolicy\",\"policy\":\"{\\\"Version\\\":\\\"2012\\\","
    "\\\"Statement\\\":[\\\\,\\u0041\\ud83d\\ude00\\/\\b\\f\\n\\r\\t]}\","
    "\"event\\u004eame2\":1,\"userIdentity\":{\"arn\":\"a\\\\\"},\"number\":0}",
    ("{ \"eventName\" : \"a\" ,\r\n\t\"userIdentity\" : { \"arn\" : \"x\" } ,\n"
     " \"resources\" : [ { } , { \"ARN\" : \"b\" } , [ ] , [ 1 , 2 ] ] ,"
     " \"tlsDetails\" : { \"a\" : [ true , false , null ] , \"b\" : { } }"
     "                                                                    }"),
    "{\"eventName\":\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\","
    "\"\xC3\xA9\":[[],{},[[1,2.5,{\"a\":[{\"b\":[]}]}],\"x\"],0,-0,1e5],"
    "\"tlsDetails\":[{\"a\":1,\"b\":2},{\"a\":1}],\"requestParameters\":[1]}",
    "{}",
    "{\"a\":{}}",
    "{\"event.action\":\"x\",\"user\":{\"key\":[\"K\"],\"arn\":\"A\"},"
    "\"user.x\":1,\"@timestamp\":\"2026-11-02T08:00:00Z\",\"tls\":{\"n\":1}}",
    "{\"a\":[[[[[[[[[[{\"b\":[[[[[[[[[[{}]]]]]]]]]]}]]]]]]]]]],\"n\":12}",
};

/* What a byte, or some, are replaced by. */
static const char *const pieces[] = {
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\n",
    "\t",
    "0",
    "1",
    "-",
    ".",
    "e",
    "E",
    "+",
    "true",
    "false",
    "null",
    "nul",
    "\x01",
    "\x1f",
    "\x7f",
    "\x80",
    "\xC3",
    "\xC3\xA9",
    "/",
    "\\u",
    "\\\"",
    "\\ud83d",
    "\\n",
    "\\x",
    "{}",
    "[]",
    "\"\"",
    ",\"",
    "\":",
    "\":\"",
    "\",\"",
    "\"a\":1,",
    "}}",
    "]]",
    "],[",
    "},{",
    "\\\\",
    "\\\\\\",
    "01",
    "1.",
    "[1,2]",
    "{\"a\":1}",
    "\xED\xA0\x80",
    "\xF4\x90",
    "\xF0\x9F\x98\x80",
    "  \r\n",
    "\"arn\":\"2\",",
    "\\u00e9",
    "\"eventName\":\"2\",",
    "\"eventName\":{",
    "\"tlsDetails\":{\"a\":1,\"a\":2},",
    "\f",
    "\xEF\xBB\xBF",
    "-1e-1,",
    "\\u000",
    "\"ARN\":",
};

enum { ROOM = 4096, READERS = 8, ROUNDS = 30000 };

static uint64_t seed = 20261102;

static uint32_t dice(size_t sides)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((seed >> 33) % sides);
}

struct bytes {
    char at[ROOM];
    size_t length;
};

static void replace(struct bytes *bytes, size_t at, size_t count,
                    struct as_text by)
{
    if (bytes->length - count + by.length > ROOM)
        return;
    memmove(bytes->at + at + by.length, bytes->at + at + count,
            bytes->length - at - count);
    memcpy(bytes->at + at, by.bytes, by.length);
    bytes->length = bytes->length - count + by.length;
}

/* One more piece of damage. */
static void damage(struct bytes *bytes)
{
    size_t at = dice(bytes->length), left = bytes->length - at;
    size_t count = 1 + dice(left < 4 ? left : 4);
    struct as_text piece = as_text_of(pieces[dice(COUNT(pieces))]);
    char copy[40];

    switch (dice(8)) {
    case 0: /* any byte */
        bytes->at[at] = (char)dice(256);
        break;
    case 1: /* one bit */
        bytes->at[at] = (char)(bytes->at[at] ^ 1 << dice(8));
        break;
    case 2: /* left out */
        replace(bytes, at, count, AS_TEXT(""));
        break;
    case 3: /* cut off */
        if (dice(4) == 0 && at > 0)
            bytes->length = at;
        break;
    case 4: /* something of elsewhere */
        if (left > sizeof(copy)) {
            memcpy(copy, bytes->at + at, sizeof(copy));
            replace(bytes, dice(bytes->length), 0,
                    (struct as_text){ copy, 1 + dice(sizeof(copy)) });
        }
        break;
    case 5:
        replace(bytes, at, count, piece);
        break;
    default:
        replace(bytes, at, 0, piece);
        break;
    }
    if (bytes->length == 0)
        replace(bytes, 0, 0, AS_TEXT("{"));
}

/* A record, moved on so that any of its bytes may begin a block. */
static void choose(struct bytes *bytes, size_t which, size_t shift)
{
    static const char filling[] =
        "\"_\":\"0123456789012345678901234567890123456789012345678901234567890"
        "1234567890\",";
    struct as_text record = as_text_of(records[which]);

    bytes->length = 0;
    replace(bytes, 0, 0, record);
    if (shift >= 7 && record.length > 2) {
        replace(bytes, 1, 0, (struct as_text){ filling, shift - 2 });
        replace(bytes, shift - 1, 0, AS_TEXT("\","));
    }
}

/* ------------------------------------------------------------------------
 * Readers
 */

struct reader {
    const char *name;
    struct as_json_plan *plan;
};

struct readers {
    struct reader one[READERS]; /* the first is the careful one */
    size_t count;
    uint32_t value_count;
    uint64_t good, bad;
};

static bool same_values(const struct readers *readers, size_t n)
{
    const struct as_json_value *want = as_json_values(readers->one[0].plan);
    const struct as_json_value *got = as_json_values(readers->one[n].plan);

    for (uint32_t i = 0; i < readers->value_count; i++) {
        if (want[i].kind != got[i].kind ||
            !as_text_equal(want[i].text, got[i].text))
            return false;
    }
    return true;
}

static bool same_fault(const struct as_json_fault *a,
                       const struct as_json_fault *b)
{
    return a->reason == b->reason && a->offset == b->offset &&
           a->what == b->what && as_text_equal(a->name, b->name);
}

/* Do all readers say the same about these bytes? */
static bool agree(struct readers *readers, const struct bytes *bytes)
{
    struct as_json_fault want, got;
    char *copy = malloc(bytes->length);
    bool good = copy != NULL;

    if (!good)
        return false;
    memcpy(copy, bytes->at, bytes->length);
    struct as_text text = { copy, bytes->length };
    size_t used = as_json_project(readers->one[0].plan, text, &want);
    readers->good += used > 0;
    readers->bad += used == 0;
    for (size_t n = 1; n < readers->count && good; n++) {
        good = as_json_project(readers->one[n].plan, text, &got) == used &&
               same_fault(&want, &got) &&
               (used == 0 || same_values(readers, n));
        if (!good)
            printf("# %s reads it otherwise: %.*s\n", readers->one[n].name,
                   (int)bytes->length, bytes->at);
    }
    free(copy);
    return good;
}

static bool start(struct readers *readers,
                  const struct as_projection *projection,
                  enum as_json_names names)
{
    *readers = (struct readers){ .value_count = projection->count +
                                                COUNT(marks) };
    for (size_t n = 0; n == 0 || as_kernels[n - 1]; n++) {
        const struct as_kernel *kernel = n > 0 ? as_kernels[n - 1] : NULL;
        struct reader *reader = &readers->one[readers->count];

        if (kernel && !kernel->works())
            continue;
        reader->name = kernel ? kernel->name : "careful";
        reader->plan = as_json_plan_new(projection, names, marks, COUNT(marks));
        if (!reader->plan)
            return false;
        as_json_plan_use(reader->plan, kernel);
        readers->count++;
    }
    return true;
}

static void stop(struct readers *readers)
{
    for (size_t n = 0; n < readers->count; n++)
        as_json_plan_free(readers->one[n].plan);
}

static void against_each_other(const struct as_projection *projection,
                               enum as_json_names names, const char *title)
{
    struct readers readers;
    struct bytes bytes;
    bool good = start(&readers, projection, names);

    printf("# %s: %zu readers\n", title, readers.count);
    for (size_t i = 0; good && i < COUNT(records); i++) {
        for (size_t shift = 0; good && shift < 72; shift++) {
            choose(&bytes, i, shift);
            good = agree(&readers, &bytes);
        }
    }
    tap_ok(good && readers.bad == 0, "good records, in all places");
    for (int i = 0; good && i < ROUNDS; i++) {
        choose(&bytes, dice(COUNT(records)), dice(72));
        for (unsigned many = 1 + dice(3); many > 0; many--)
            damage(&bytes);
        good = agree(&readers, &bytes);
    }
    tap_ok(good, "damaged records");
    printf("# %llu good, %llu bad\n", (unsigned long long)readers.good,
           (unsigned long long)readers.bad);
    tap_ok(readers.good > ROUNDS / 20 && readers.bad > ROUNDS / 20,
           "some of them good, some bad");
    stop(&readers);
}

/* ------------------------------------------------------------------------
 * The index alone
 */

/* Is a record that is good read the quick way?  Otherwise the tests above
 * would compare the careful pass with itself. */
static void says_yes(const struct as_kernel *kernel)
{
    struct as_index index;
    struct bytes bytes;
    bool good = true;

    if (!tap_ok(as_index_init(&index), kernel->name))
        return;
    index.kernel = kernel;
    for (size_t i = 0; good && i < COUNT(records); i++) {
        for (size_t shift = 0; good && shift < 72; shift++) {
            choose(&bytes, i, shift);
            struct as_text text = { bytes.at, bytes.length };
            good = as_index_object(&index, text) &&
                   index.length == bytes.length;
        }
    }
    tap_ok(good, "says yes to what is good");
    as_index_done(&index);
}

/* Levels, up to the last that may be and beyond. */
static void depths(struct readers *readers, const char *open, const char *shut,
                   int levels)
{
    struct bytes bytes;
    bool good = true;

    for (int depth = AS_MAX_DEPTH - 3; good && depth < AS_MAX_DEPTH + 3;
         depth++) {
        bytes.length = 0;
        replace(&bytes, 0, 0, AS_TEXT("{\"a\":"));
        for (int i = 1; i + levels <= depth; i += levels)
            replace(&bytes, bytes.length, 0, as_text_of(open));
        replace(&bytes, bytes.length, 0, AS_TEXT("1"));
        for (int i = 1; i + levels <= depth; i += levels)
            replace(&bytes, bytes.length, 0, as_text_of(shut));
        replace(&bytes, bytes.length, 0, AS_TEXT("}"));
        good = agree(readers, &bytes);
    }
    tap_ok(good && readers->good > 0 && readers->bad > 0, open);
    readers->good = readers->bad = 0;
}

static void sizes(struct readers *readers)
{
    enum { MOST = AS_MAX_RECORD + 70 };
    char *bytes = malloc(MOST);
    bool good = true;

    if (!tap_ok(bytes != NULL, "room"))
        return;
    for (size_t length = AS_MAX_RECORD - 2; good && length < MOST;
         length += 3) {
        struct as_json_fault fault;
        memset(bytes, 'x', length);
        memcpy(bytes, "{\"x\":\"", 6);
        memcpy(bytes + length - 2, "\"}", 2);
        for (size_t n = 0; good && n < readers->count; n++)
            good = as_json_project(readers->one[n].plan,
                                   (struct as_text){ bytes, length },
                                   &fault) == length;
    }
    tap_ok(good, "around the size of the largest record");
    memset(bytes, ':', MOST);
    bytes[0] = '{';
    for (size_t n = 0; n < readers->count; n++) {
        struct as_json_fault fault;
        good = good &&
               as_json_project(readers->one[n].plan,
                               (struct as_text){ bytes, MOST }, &fault) == 0;
    }
    tap_ok(good, "nothing but colons");
    free(bytes);
}

int main(void)
{
    struct readers readers;

    for (size_t n = 0; as_kernels[n]; n++) {
        if (as_kernels[n]->works())
            says_yes(as_kernels[n]);
        else
            printf("# this machine can't run %s\n", as_kernels[n]->name);
    }
    if (tap_ok(start(&readers, &with_short, AS_JSON_NATIVE), "readers")) {
        depths(&readers, "[", "]", 1);
        depths(&readers, "{\"a\":", "}", 1);
        depths(&readers, "[{\"a\":", "}]", 2);
        sizes(&readers);
    }
    stop(&readers);
    against_each_other(&with_short, AS_JSON_NATIVE, "native");
    against_each_other(&without_short, AS_JSON_NATIVE, "no short names");
    against_each_other(&with_short, AS_JSON_ECS, "ECS");
    return tap_done();
}
