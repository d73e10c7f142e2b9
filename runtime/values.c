/*
 * values.c - see values.h.
 *
 * A source that is an address is stored and shown in canonical spelling:
 * which spelling an event used must not depend on which event came first.
 */

#include "runtime/values.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/escape.h"
#include "common/time.h"
#include "common/utf8.h"

struct as_value as_source_value(struct as_text text, struct as_arena *arena)
{
    struct as_value value = as_words(AS_KIND_SOURCE, text);
    struct as_ip ip;

    value.flag = (uint8_t)as_source_classify(text, &ip);
    if (value.flag == AS_SOURCE_IP) {
        struct as_ip *copy = as_alloc(arena, sizeof(*copy));

        if (!copy)
            return as_missing(0);
        *copy = ip;
        value.ip = copy;
    }
    return value;
}

bool as_value_equal(const struct as_value *a, const struct as_value *b)
{
    return as_value_compare(a, b) == 0;
}

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_sources(const struct as_value *a, const struct as_value *b)
{
    bool a_ip = a->flag == AS_SOURCE_IP, b_ip = b->flag == AS_SOURCE_IP;

    if (a_ip != b_ip)
        return a_ip ? -1 : 1;
    if (a_ip)
        return as_ip_compare(a->ip, b->ip);
    return as_text_compare(as_value_text(a), as_value_text(b));
}

int as_value_compare(const struct as_value *a, const struct as_value *b)
{
    if (a->kind != b->kind)
        return (int)a->kind - (int)b->kind;
    switch ((enum as_kind)a->kind) {
    case AS_KIND_BOOL:
    case AS_KIND_INT:
    case AS_KIND_TIME:
    case AS_KIND_DURATION:
        return compare_numbers(a->integer, b->integer);
    case AS_KIND_REAL:
        return (a->real > b->real) - (a->real < b->real);
    case AS_KIND_IP:
        return as_ip_compare(&a->address, &b->address);
    case AS_KIND_SOURCE:
        return compare_sources(a, b);
    case AS_KIND_TEXT:
    case AS_KIND_JSON:
        return as_text_compare(as_value_text(a), as_value_text(b));
    case AS_KIND_NONE:
    case AS_KIND_CIDR:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break;
    }
    return 0;
}

void as_value_canonical(const struct as_value *value, struct as_buf *out)
{
    as_buf_reset(out);
    as_buf_putc(out, (char)value->kind);
    switch ((enum as_kind)value->kind) {
    case AS_KIND_BOOL:
    case AS_KIND_INT:
    case AS_KIND_TIME:
    case AS_KIND_DURATION:
        as_buf_add(out, &value->integer, sizeof(value->integer));
        break;
    case AS_KIND_REAL: {
        double real = value->real == 0 ? 0 : value->real; /* -0 is 0 */

        as_buf_add(out, &real, sizeof(real));
        break;
    }
    case AS_KIND_IP:
        as_buf_add(out, value->address.byte, sizeof(value->address.byte));
        break;
    case AS_KIND_SOURCE:
        if (value->flag == AS_SOURCE_IP) {
            as_buf_add(out, value->ip->byte, sizeof(value->ip->byte));
            break;
        }
        as_buf_putc(out, 't'); /* a text of 16 bytes is no address */
        as_buf_add(out, value->bytes, value->length);
        break;
    case AS_KIND_TEXT:
    case AS_KIND_JSON:
        as_buf_add(out, value->bytes, value->length);
        break;
    case AS_KIND_NONE:
    case AS_KIND_CIDR:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break;
    }
}

/* An object or array as it stood in the event, less white space; what would
 * change how it is shown becomes an escape.  The bytes are valid JSON. */
static void raw_json(struct as_buf *out, struct as_text text)
{
    bool quoted = false;

    for (size_t i = 0; i < text.length;) {
        char c = text.bytes[i];
        uint32_t code = (unsigned char)c;
        unsigned size = as_utf8_decode(text.bytes + i, text.length - i, &code);

        if (size == 0)
            size = 1;
        if (quoted && c == '\\' && i + 1 < text.length) {
            size = 2;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted &&
                   (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
            i += size;
            continue;
        } else if (as_utf8_invisible(code) || (code >= 0x7f && code < 0xa0)) {
            struct as_buf escaped = { 0 };

            as_escape_json(&escaped, (struct as_text){ text.bytes + i, size });
            if (escaped.length > 2)
                as_buf_add(out, escaped.bytes + 1, escaped.length - 2);
            out->failed |= escaped.failed;
            as_buf_done(&escaped);
            i += size;
            continue;
        }
        as_buf_add(out, text.bytes + i, size);
        i += size;
    }
}

static void json_value(struct as_buf *out, const struct as_value *value)
{
    enum as_json_kind kind = (enum as_json_kind)value->flag;

    if (kind == AS_JSON_TEXT)
        as_escape_json(out, as_value_text(value));
    else if (kind == AS_JSON_NUMBER)
        as_buf_add(out, value->bytes, value->length);
    else if (kind == AS_JSON_TRUE || kind == AS_JSON_FALSE)
        as_buf_puts(out, kind == AS_JSON_TRUE ? "true" : "false");
    else if (kind == AS_JSON_OBJECT || kind == AS_JSON_ARRAY)
        raw_json(out, as_value_text(value));
    else
        as_buf_puts(out, "null");
}

/* As few digits as give the same number back; a point in any locale. */
static void real_json(struct as_buf *out, double real)
{
    char digits[40];

    if (!isfinite(real)) {
        as_buf_puts(out, "null");
        return;
    }
    snprintf(digits, sizeof(digits), "%.15g", real);
    if (strtod(digits, NULL) != real)
        snprintf(digits, sizeof(digits), "%.17g", real);
    for (char *at = digits; *at; at++) {
        if (!strchr("0123456789+-e", *at))
            *at = '.';
    }
    as_buf_puts(out, digits);
}

void as_value_json(struct as_buf *out, const struct as_value *value)
{
    switch ((enum as_kind)value->kind) {
    case AS_KIND_BOOL:
        as_buf_puts(out, value->integer ? "true" : "false");
        return;
    case AS_KIND_INT:
        as_buf_printf(out, "%" PRId64, value->integer);
        return;
    case AS_KIND_REAL:
        real_json(out, value->real);
        return;
    case AS_KIND_JSON:
        json_value(out, value);
        return;
    case AS_KIND_TIME:
    case AS_KIND_DURATION:
    case AS_KIND_IP:
    case AS_KIND_SOURCE:
    case AS_KIND_TEXT: {
        struct as_buf words = { 0 };

        as_value_words(&words, value);
        as_escape_json(out, as_buf_view(&words));
        out->failed |= words.failed;
        as_buf_done(&words);
        return;
    }
    case AS_KIND_NONE:
    case AS_KIND_CIDR:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break;
    }
    as_buf_puts(out, "null");
}

void as_value_words(struct as_buf *out, const struct as_value *value)
{
    switch ((enum as_kind)value->kind) {
    case AS_KIND_TIME:
        as_time_format(out, value->integer);
        return;
    case AS_KIND_DURATION:
        as_duration_format(out, value->integer);
        return;
    case AS_KIND_IP:
        as_ip_format(out, &value->address);
        return;
    case AS_KIND_SOURCE:
        if (value->flag == AS_SOURCE_IP)
            as_ip_format(out, value->ip);
        else
            as_buf_add(out, value->bytes, value->length);
        return;
    case AS_KIND_TEXT:
        as_buf_add(out, value->bytes, value->length);
        return;
    case AS_KIND_BOOL:
    case AS_KIND_INT:
    case AS_KIND_REAL:
    case AS_KIND_JSON:
    case AS_KIND_NONE:
    case AS_KIND_CIDR:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break;
    }
    as_value_json(out, value);
}

void as_store_init(struct as_store *store)
{
    *store = (struct as_store){ 0 };
    as_arena_init(&store->arena, 0);
    as_map_init(&store->map);
}

void as_store_done(struct as_store *store)
{
    as_arena_free(&store->arena);
    as_map_done(&store->map);
    as_buf_done(&store->scratch);
    free(store->values);
}

size_t as_store_bytes(const struct as_store *store)
{
    return store->arena.total + as_map_bytes(&store->map) +
           store->capacity * sizeof(*store->values);
}

/* Copy what `value` borrows, so that it lives as long as the store. */
static struct as_value keep(struct as_store *store,
                            const struct as_value *value)
{
    struct as_value copy = *value;

    if (value->kind != AS_KIND_TEXT && value->kind != AS_KIND_SOURCE &&
        value->kind != AS_KIND_JSON)
        return copy;
    if (value->kind == AS_KIND_SOURCE && value->flag == AS_SOURCE_IP) {
        struct as_ip *ip = as_alloc(&store->arena, sizeof(*ip));
        struct as_buf words = { 0 };

        as_ip_format(&words, value->ip);
        copy.bytes = as_strndup(&store->arena, words.bytes, words.length);
        copy.length = (uint32_t)words.length;
        store->failed |= words.failed;
        as_buf_done(&words);
        if (ip)
            *ip = *value->ip;
        copy.ip = ip;
    } else {
        copy.bytes = as_strndup(&store->arena, value->bytes, value->length);
    }
    return copy;
}

static bool grow(struct as_store *store)
{
    uint32_t more = store->capacity ? store->capacity * 2 : 256;
    struct as_value *values = realloc(store->values,
                                      more * sizeof(*store->values));

    if (!values)
        return false;
    store->values = values;
    store->capacity = more;
    return true;
}

uint32_t as_store_add(struct as_store *store, const struct as_value *value)
{
    bool added;
    uint32_t n;

    if (store->map.count == store->capacity && !grow(store))
        goto failed;
    as_value_canonical(value, &store->scratch);
    if (store->scratch.failed)
        goto failed;
    n = as_map_add(&store->map, as_buf_view(&store->scratch), &added);
    if (n == AS_MAP_NONE)
        goto failed;
    if (added) {
        struct as_map_entry *entry = &store->map.entries[n];

        entry->key.bytes = as_strndup(&store->arena, store->scratch.bytes,
                                      store->scratch.length);
        store->values[n] = keep(store, value);
        if (store->arena.failed) {
            entry->key = (struct as_text){ "", 0 };
            store->values[n] = as_missing(0);
            goto failed;
        }
    }
    return n;
failed:
    store->failed = true;
    return AS_NO_VALUE;
}

uint32_t as_store_find(struct as_store *store, const struct as_value *value)
{
    as_value_canonical(value, &store->scratch);
    if (store->scratch.failed) {
        store->failed = true;
        return AS_NO_VALUE;
    }
    return as_map_find(&store->map, as_buf_view(&store->scratch));
}
