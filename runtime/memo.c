/*
 * memo.c - see memo.h.
 *
 * A value is in the first of a few places, one after another, that was free
 * when it came.  None is ever free again, but written over when all of them
 * are taken and the table can't be doubled any more: so a look ends at a free
 * place, and a value that comes often is soon back.
 */

#include "runtime/memo.h"

#include <stdlib.h>

enum {
    FIRST_COUNT = 16,
    PLACES = 8, /* at most so many */
    MOST_COUNT = 4096,
    /* Of so many values, fewer than a quarter known: rest for a time. */
    SAMPLE = 1024,
    REST = 16 * SAMPLE,
};

void as_memo_init(struct as_memo *memo, uint32_t words, size_t bytes)
{
    size_t stride = sizeof(struct as_memo_entry) + words * sizeof(uint64_t);

    *memo = (struct as_memo){ .key = as_hash_key_random(),
                              .word_count = words,
                              .stride = stride };
    for (uint32_t count = FIRST_COUNT; count <= MOST_COUNT; count *= 2) {
        if (count * (stride + AS_MEMO_TEXT) <= bytes)
            memo->most = count;
    }
}

static struct as_memo_entry *entry_at(const struct as_memo *memo,
                                      uint32_t place)
{
    return (struct as_memo_entry *)(void *)(memo->entries +
                                            place * memo->stride);
}

void as_memo_done(struct as_memo *memo)
{
    for (uint32_t i = 0; i < memo->count; i++)
        free(entry_at(memo, i)->bytes);
    free(memo->entries);
    *memo = (struct as_memo){ 0 };
}

static struct as_memo_entry *place_of(const struct as_memo *memo, uint64_t hash,
                                      uint32_t n)
{
    return entry_at(memo, ((uint32_t)hash + n) & (memo->count - 1));
}

/* The first free place for this hash, or NULL. */
static struct as_memo_entry *free_place(const struct as_memo *memo,
                                        uint64_t hash)
{
    for (uint32_t n = 0; memo->count > 0 && n < PLACES; n++) {
        struct as_memo_entry *entry = place_of(memo, hash, n);

        if (entry->kind == AS_JSON_ABSENT)
            return entry;
    }
    return NULL;
}

static bool grow(struct as_memo *memo)
{
    struct as_memo old = *memo;
    uint32_t count = old.count ? old.count * 2 : FIRST_COUNT;
    unsigned char *entries = calloc(count, memo->stride);

    if (!entries)
        return false;
    memo->entries = entries;
    memo->count = count;
    for (uint32_t i = 0; i < old.count; i++) {
        struct as_memo_entry *from = entry_at(&old, i);
        struct as_memo_entry *to = free_place(memo, from->hash);

        if (from->kind != AS_JSON_ABSENT && to)
            memcpy(to, from, memo->stride);
        else
            free(from->bytes);
    }
    free(old.entries);
    return true;
}

static bool is_value(const struct as_memo_entry *entry, uint64_t hash,
                     const struct as_json_value *value)
{
    return entry->hash == hash && entry->kind == (uint8_t)value->kind &&
           entry->length == value->text.length &&
           (entry->length == 0 ||
            memcmp(entry->bytes, value->text.bytes, entry->length) == 0);
}

static uint64_t *words_of(struct as_memo_entry *entry)
{
    return (uint64_t *)(void *)(entry + 1);
}

/* Write the value over what is there. */
static uint64_t *keep(const struct as_memo *memo, struct as_memo_entry *entry,
                      uint64_t hash, const struct as_json_value *value)
{
    if (entry->room < value->text.length) {
        char *bytes = realloc(entry->bytes, value->text.length);

        if (!bytes)
            return NULL;
        entry->bytes = bytes;
        entry->room = (uint32_t)value->text.length;
    }
    entry->hash = hash;
    entry->kind = (uint8_t)value->kind;
    entry->length = (uint32_t)value->text.length;
    if (entry->length > 0)
        memcpy(entry->bytes, value->text.bytes, entry->length);
    memset(words_of(entry), 0, memo->word_count * sizeof(uint64_t));
    return words_of(entry);
}

static uint64_t *add(struct as_memo *memo, uint64_t hash,
                     const struct as_json_value *value)
{
    struct as_memo_entry *place = free_place(memo, hash);

    while (!place && memo->count < memo->most && grow(memo))
        place = free_place(memo, hash);
    if (!place && memo->count == 0)
        return NULL;
    if (!place)
        place = place_of(memo, hash, memo->turn++ % PLACES);
    return keep(memo, place, hash, value);
}

/* May the memo be asked?  It rests after it knew little. */
static bool is_awake(struct as_memo *memo)
{
    if (memo->resting > 0) {
        memo->resting--;
        return false;
    }
    if (memo->looked == SAMPLE) {
        memo->resting = memo->met < SAMPLE / 4 ? REST : 0;
        memo->looked = memo->met = 0;
    }
    memo->looked++;
    return true;
}

uint64_t *as_memo_find(struct as_memo *memo, const struct as_json_value *value)
{
    uint64_t hash;

    if (memo->most == 0 || value->text.length > AS_MEMO_TEXT || !is_awake(memo))
        return NULL;
    hash = as_hash_fast(&memo->key, value->text.bytes, value->text.length) +
           (uint64_t)value->kind * UINT64_C(0x9e3779b97f4a7c15);
    for (uint32_t n = 0; memo->count > 0 && n < PLACES; n++) {
        struct as_memo_entry *entry = place_of(memo, hash, n);

        if (entry->kind == AS_JSON_ABSENT)
            break;
        if (is_value(entry, hash, value)) {
            memo->met++;
            return words_of(entry);
        }
    }
    return add(memo, hash, value);
}
