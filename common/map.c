/*
 * map.c - see map.h.
 *
 * Two arrays: the entries, in order of arrival, and a table of slots which
 * point into them.  Only the slots are rehashed when the map grows, from the
 * hashes that the entries keep; at least half of the slots are free, so that
 * a search by steps of one stays short.
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

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t slot_of(const struct as_map *map, struct as_text key,
                        uint64_t hash)
{
    uint32_t mask = map->slot_count - 1;
    uint32_t slot = (uint32_t)hash & mask;

    while (map->slots[slot]) {
        const struct as_map_entry *entry = &map->entries[map->slots[slot] - 1];
        if (entry->hash == hash && as_text_equal(entry->key, key))
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

static bool grow(struct as_map *map)
{
    uint32_t capacity = map->capacity ? map->capacity * 2 : FIRST_CAPACITY;

    if (map->count >= MOST_ENTRIES)
        return false;
    struct as_map_entry *entries = realloc(map->entries,
                                           capacity * sizeof(*entries));
    if (!entries)
        return false;
    map->entries = entries;

    uint32_t *slots = calloc((size_t)capacity * 2, sizeof(*slots));
    if (!slots)
        return false;
    free(map->slots);
    map->slots = slots;
    map->slot_count = capacity * 2;
    map->capacity = capacity;
    for (uint32_t i = 0; i < map->count; i++) {
        uint32_t slot = (uint32_t)map->entries[i].hash & (capacity * 2 - 1);
        while (slots[slot])
            slot = (slot + 1) & (capacity * 2 - 1);
        slots[slot] = i + 1;
    }
    return true;
}

uint32_t as_map_find(const struct as_map *map, struct as_text key)
{
    if (map->count == 0)
        return AS_MAP_NONE;
    uint64_t hash = as_hash_fast(&map->seed, key.bytes, key.length);
    uint32_t entry = map->slots[slot_of(map, key, hash)];
    return entry ? entry - 1 : AS_MAP_NONE;
}

uint32_t as_map_add(struct as_map *map, struct as_text key, bool *added)
{
    uint64_t hash = as_hash_fast(&map->seed, key.bytes, key.length);

    if (added)
        *added = false;
    if (map->count > 0) {
        uint32_t entry = map->slots[slot_of(map, key, hash)];
        if (entry)
            return entry - 1;
    }
    if (map->count == map->capacity && !grow(map)) {
        map->failed = true;
        return AS_MAP_NONE;
    }
    map->slots[slot_of(map, key, hash)] = map->count + 1;
    map->entries[map->count] = (struct as_map_entry){ key, hash, 0 };
    if (added)
        *added = true;
    return map->count++;
}
