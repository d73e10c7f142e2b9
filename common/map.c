/*
 * map.c - see map.h.
 *
 * Two arrays: the entries, in order of arrival, and a table of slots which
 * point into them.  A slot is the upper half of the key's hash and the entry's
 * number + 1, so a search touches an entry only where it is the right one, and
 * growing touches none.  At least half of the slots are free, so that a search
 * by steps of one stays short.
 */

#include "common/map.h"

#include <stdlib.h>

enum {
    FIRST_CAPACITY = 16,
    MOST_ENTRIES = 1 << 30, /* twice as many slots still fit in 32 bits */
};

void as_map_init(struct as_map *map)
{
    *map = (struct as_map){ .seed = as_hash_key_random() };
}

void as_map_done(struct as_map *map)
{
    free(map->entries);
    free(map->slots);
    *map = (struct as_map){ .seed = map->seed };
}

void as_map_reset(struct as_map *map)
{
    map->count = 0;
    map->failed = false;
    if (map->slots)
        memset(map->slots, 0, map->slot_count * sizeof(*map->slots));
}

/* The slot that holds the key, or the free one where it belongs.  Of an entry
 * with another hash only the slot is looked at. */
static uint32_t slot_of(const struct as_map *map, struct as_text key,
                        uint64_t hash)
{
    uint32_t mask = map->slot_count - 1;
    uint32_t mark = (uint32_t)(hash >> 32), slot = mark & mask;

    while (map->slots[slot]) {
        uint64_t held = map->slots[slot];

        if (held >> 32 == mark &&
            as_text_equal(map->entries[(uint32_t)held - 1].key, key))
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

static bool grow(struct as_map *map)
{
    uint32_t capacity = map->capacity ? map->capacity * 2 : FIRST_CAPACITY;
    uint32_t mask = 2 * capacity - 1;
    struct as_map_entry *entries;
    uint64_t *slots;

    if (map->count >= MOST_ENTRIES)
        return false;
    entries = realloc(map->entries, capacity * sizeof(*entries));
    if (!entries)
        return false;
    map->entries = entries;
    slots = calloc((size_t)capacity * 2, sizeof(*slots));
    if (!slots)
        return false;
    for (uint32_t i = 0; i < map->slot_count; i++) {
        uint32_t slot = (uint32_t)(map->slots[i] >> 32) & mask;

        if (map->slots[i] == 0)
            continue;
        while (slots[slot])
            slot = (slot + 1) & mask;
        slots[slot] = map->slots[i];
    }
    free(map->slots);
    map->slots = slots;
    map->slot_count = capacity * 2;
    map->capacity = capacity;
    return true;
}

uint32_t as_map_find(const struct as_map *map, struct as_text key)
{
    uint64_t hash, held;

    if (map->count == 0)
        return AS_MAP_NONE;
    hash = as_hash_fast(&map->seed, key.bytes, key.length);
    held = map->slots[slot_of(map, key, hash)];
    return held ? (uint32_t)held - 1 : AS_MAP_NONE;
}

uint32_t as_map_add(struct as_map *map, struct as_text key, bool *added)
{
    uint64_t hash = as_hash_fast(&map->seed, key.bytes, key.length);
    uint32_t slot = 0;

    if (added)
        *added = false;
    if (map->slot_count > 0) {
        slot = slot_of(map, key, hash);
        if (map->slots[slot])
            return (uint32_t)map->slots[slot] - 1;
    }
    if (map->count == map->capacity) {
        if (!grow(map)) {
            map->failed = true;
            return AS_MAP_NONE;
        }
        slot = slot_of(map, key, hash);
    }
    map->slots[slot] = hash >> 32 << 32 | (map->count + 1);
    map->entries[map->count] = (struct as_map_entry){ key, 0 };
    if (added)
        *added = true;
    return map->count++;
}
