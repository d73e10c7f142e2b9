/*
 * json_broken.c - JSON that breaks off, or is none, where a reader expects it
 * to be good: it finds nothing, says so, and reads nothing behind the end.
 */

#include <stdlib.h>

#include "program/jsonwalk.h"
#include "runtime/json.h"
#include "tap.h"

/* A copy that ends where its memory ends. */
static char *copy_of(const char *text)
{
    size_t length = strlen(text);
    char *copy = malloc(length > 0 ? length : 1);

    if (copy && length > 0)
        memcpy(copy, text, length);
    return copy;
}

/* ---- values that rules go into ---------------------------------------- */

static const struct {
    const char *text;
    enum as_json_kind kind;
    bool is_index;
    uint32_t index;
} broken[] = {
    { "{", AS_JSON_OBJECT, false, 0 },
    { "{\"x\":1,\"k", AS_JSON_OBJECT, false, 0 },
    { "{\"x\":", AS_JSON_OBJECT, false, 0 },
    { "{\"x\":1", AS_JSON_OBJECT, false, 0 },
    { "{\"x\":1}", AS_JSON_OBJECT, false, 0 },
    { "{\"k\":", AS_JSON_OBJECT, false, 0 },
    { "{\"\\u006\":1}", AS_JSON_OBJECT, false, 0 },
    { "[", AS_JSON_ARRAY, true, 0 },
    { "[1", AS_JSON_ARRAY, true, 1 },
    { "[x", AS_JSON_ARRAY, true, 1 },
    { "[1,", AS_JSON_ARRAY, true, 1 },
    { "[1]", AS_JSON_ARRAY, true, 1 },
    { "[]", AS_JSON_ARRAY, true, 0 },
};

static void test_get(void)
{
    struct as_arena arena;

    as_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        struct as_path_step step = { broken[i].is_index, broken[i].index,
                                     AS_TEXT("k") };
        char *copy = copy_of(broken[i].text);
        struct as_json_value value = { broken[i].kind,
                                       { copy, strlen(broken[i].text) } };

        value = as_json_get(&value, &step, 1, &arena);
        tap_ok(value.kind == AS_JSON_ABSENT, broken[i].text);
        free(copy);
    }
    as_arena_free(&arena);
}

/* How many elements come before it breaks off, the last one whole. */
static void test_iterate(const char *text, int want)
{
    char *copy = copy_of(text);
    struct as_json_value array = { AS_JSON_ARRAY, { copy, strlen(text) } };
    struct as_json_iterator iterator;
    struct as_json_value element;
    struct as_arena arena;
    int count = 0;

    as_arena_init(&arena, 0);
    as_json_iterate(&iterator, &array);
    while (as_json_next(&iterator, &arena, &element))
        count++;
    tap_int(count, want, text);
    as_arena_free(&arena);
    free(copy);
}

/* ---- documents that the compiler reads -------------------------------- */

static const struct {
    const char *text;
    bool good;
} documents[] = {
    { "[1, -2.5e+7, 3E-1, 4e5,\r\n\t\"\\ud83d\\ude00\" ]", true },
    { "\"\\ue000\"", true },
    { "[1e]", false },
    { "\"\\ud83d\\ue000\"", false },
    { "\"\\ud83d\\u0041\"", false },
    { "\"\\ude00\"", false },
    { "\"\\u0000\"", false },
    { "\"a", false },
    { "[1] 2", false },
};

static void test_walk(void)
{
    for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
        char *copy = copy_of(documents[i].text);
        struct as_text bytes = { copy, strlen(documents[i].text) };
        struct as_jsonwalk walk;

        as_jsonwalk_init(&walk, bytes);
        as_jsonwalk_skip(&walk, as_jsonwalk_value(&walk));
        as_jsonwalk_end(&walk);
        tap_ok((walk.broken == NULL) == documents[i].good, documents[i].text);
        if (walk.broken)
            tap_ok(as_jsonwalk_value(&walk) == AS_JSONWALK_BROKEN,
                   "what is broken stays so");
        as_jsonwalk_done(&walk);
        free(copy);
    }
}

int main(void)
{
    test_get();
    test_iterate("[", 0);
    test_iterate("[]", 0);
    test_iterate("[1,2", 2);
    test_iterate("[1,2x", 2);
    test_iterate("[1,]", 1);
    test_iterate("[x]", 0);
    test_iterate("[1,2]", 2);
    test_walk();
    return tap_done();
}
