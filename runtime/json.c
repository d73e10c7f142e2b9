/*
 * json.c - see json.h.
 *
 * Nothing is indexed: rules go into few values, and those are small.  The
 * same strict functions step over the bytes that read the record.
 */

#include "runtime/json.h"

#include "runtime/scan.h"

/* A value from its bytes; a TEXT with escapes is decoded into the arena. */
static struct as_json_value value_of(enum as_json_kind kind, struct as_text raw,
                                     bool escaped, struct as_arena *arena)
{
    struct as_json_value value = { kind, raw };

    if (kind != AS_JSON_TEXT)
        return value;
    value.text = (struct as_text){ raw.bytes + 1, raw.length - 2 };
    if (escaped) {
        char *room = as_alloc(arena, value.text.length);
        if (!room)
            return (struct as_json_value){ AS_JSON_ABSENT, { NULL, 0 } };
        value.text = (struct as_text){ room, as_scan_decode(value.text, room) };
    }
    return value;
}

static bool name_is(struct as_text raw, bool escaped, struct as_text name,
                    struct as_arena *arena)
{
    if (!escaped)
        return as_text_equal(raw, name);
    char *room = as_alloc(arena, raw.length);
    return room &&
           as_text_equal((struct as_text){ room, as_scan_decode(raw, room) },
                         name);
}

/* The place of a member's value in an object, or NULL. */
static const char *find_member(struct as_scan *scan, struct as_text name,
                               struct as_arena *arena)
{
    enum as_json_kind kind;
    struct as_text found;
    bool more, escaped;
    const char *at = as_scan_first(scan, scan->start + 1, '}', &more);

    while (at && more) {
        at = as_scan_name(scan, at, &found, &escaped);
        if (at && name_is(found, escaped, name, arena))
            return at;
        if (at)
            at = as_scan_value(scan, at, &kind, &escaped);
        if (at)
            at = as_scan_next(scan, at, '}', &more);
    }
    return NULL;
}

static const char *find_element(struct as_scan *scan, uint32_t index)
{
    enum as_json_kind kind;
    bool more, escaped;
    const char *at = as_scan_first(scan, scan->start + 1, ']', &more);

    for (; at && more && index > 0; index--) {
        at = as_scan_value(scan, at, &kind, &escaped);
        if (at)
            at = as_scan_next(scan, at, ']', &more);
    }
    return at && more ? at : NULL;
}

struct as_json_value as_json_get(const struct as_json_value *value,
                                 const struct as_path_step *steps,
                                 uint32_t count, struct as_arena *arena)
{
    struct as_json_value here = *value;

    for (uint32_t i = 0; i < count; i++) {
        const struct as_path_step *step = &steps[i];
        const char *at = NULL, *end = NULL;
        bool escaped = false;
        struct as_scan scan;

        as_scan_init(&scan, here.text);
        if (here.kind == AS_JSON_OBJECT && !step->is_index)
            at = find_member(&scan, step->name, arena);
        else if (here.kind == AS_JSON_ARRAY && step->is_index)
            at = find_element(&scan, step->index);
        if (at)
            end = as_scan_value(&scan, at, &here.kind, &escaped);
        if (!end)
            return (struct as_json_value){ AS_JSON_ABSENT, { NULL, 0 } };
        here = value_of(here.kind, (struct as_text){ at, (size_t)(end - at) },
                        escaped, arena);
    }
    return here;
}

void as_json_iterate(struct as_json_iterator *iterator,
                     const struct as_json_value *value)
{
    *iterator = (struct as_json_iterator){ .single = { AS_JSON_ABSENT,
                                                       { NULL, 0 } } };
    if (value->kind == AS_JSON_ARRAY) {
        struct as_scan scan;
        bool more;

        as_scan_init(&scan, value->text);
        const char *at = as_scan_first(&scan, scan.start + 1, ']', &more);
        if (at && more)
            iterator->rest = (struct as_text){ at, (size_t)(scan.end - at) };
    } else if (value->kind != AS_JSON_NULL) {
        iterator->single = *value;
    }
}

bool as_json_next(struct as_json_iterator *iterator, struct as_arena *arena,
                  struct as_json_value *element)
{
    struct as_text rest = iterator->rest;
    enum as_json_kind kind;
    bool more, escaped = false;
    struct as_scan scan;

    if (iterator->single.kind != AS_JSON_ABSENT) {
        *element = iterator->single;
        iterator->single.kind = AS_JSON_ABSENT;
        return true;
    }
    if (rest.length == 0)
        return false;
    as_scan_init(&scan, rest);
    iterator->rest = (struct as_text){ NULL, 0 };
    const char *end = as_scan_value(&scan, scan.start, &kind, &escaped);
    if (!end)
        return false;
    const char *next = as_scan_next(&scan, end, ']', &more);
    if (next && more)
        iterator->rest = (struct as_text){ next, (size_t)(scan.end - next) };
    *element = value_of(
        kind, (struct as_text){ rest.bytes, (size_t)(end - rest.bytes) },
        escaped, arena);
    return element->kind != AS_JSON_ABSENT;
}

bool as_json_parse(struct as_text text, struct as_arena *arena,
                   struct as_json_value *value)
{
    enum as_json_kind kind;
    bool escaped = false;
    struct as_scan scan;

    *value = (struct as_json_value){ AS_JSON_ABSENT, { NULL, 0 } };
    as_scan_init(&scan, text);
    const char *at = as_scan_space(&scan, scan.start);
    const char *end = as_scan_value(&scan, at, &kind, &escaped);
    if (!end || as_scan_space(&scan, end) != scan.end)
        return false;
    *value = value_of(kind, (struct as_text){ at, (size_t)(end - at) }, escaped,
                      arena);
    return value->kind != AS_JSON_ABSENT;
}

/* ------------------------------------------------------------------------
 * The compact form
 */

/* How many bytes from `at` on stand in the compact form as they are: up to
 * the first white space outside a string. */
static size_t compact_run(struct as_text json, size_t at, bool *in_string)
{
    size_t start = at;

    while (at < json.length) {
        char c = json.bytes[at];

        if (*in_string && c == '\\') {
            at += at + 1 < json.length;
        } else if (c == '"') {
            *in_string = !*in_string;
        } else if (!*in_string &&
                   (c == ' ' || c == '\n' || c == '\r' || c == '\t')) {
            break;
        }
        at++;
    }
    return at - start;
}

void as_json_compact(struct as_text json, struct as_buf *out)
{
    bool in_string = false;

    for (size_t at = 0; at < json.length; at++) {
        size_t run = compact_run(json, at, &in_string);
        as_buf_add(out, json.bytes + at, run);
        at += run;
    }
}
