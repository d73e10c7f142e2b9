/*
 * map.h - a hash table from bytes to a number.
 *
 * Open addressing, a keyed hash with a secret of the map's own: an attacker
 * who chooses the keys can't choose their places.  Keys are borrowed, not
 * copied (they live in an arena as a rule).  Entries are numbered 0, 1, 2 ...
 * in the order in which they came, and keep their keys: a map is also an
 * interning table.
 */
#ifndef AS_MAP_H
#define AS_MAP_H

#include "common/hash.h"

#define AS_MAP_NONE UINT32_MAX

struct as_map_entry {
    struct as_text key;
    uint64_t value;
};

struct as_map {
    struct as_hash_key seed;
    struct as_map_entry *entries; /* owned; in order of arrival */
    uint32_t count, capacity;
    uint64_t *slots; /* owned; a power of two of them; see map.c */
    uint32_t slot_count;
    bool failed; /* an allocation failed; the map is as it was before */
};

void as_map_init(struct as_map *map);
void as_map_done(struct as_map *map);
void as_map_reset(struct as_map *map); /* empty, memory kept */

/* Bytes that it takes; the keys are another's. */
static inline size_t as_map_bytes(const struct as_map *map)
{
    return map->capacity * sizeof(*map->entries) +
           map->slot_count * sizeof(*map->slots);
}

/* The entry's number, or AS_MAP_NONE. */
uint32_t as_map_find(const struct as_map *map, struct as_text key);

/*
 * The number of the entry with this key, made (value 0) when there is none
 * yet; *added says which.  AS_MAP_NONE when memory ran out.  `added` may be
 * NULL.  A new entry borrows `key`: the caller may replace
 * map->entries[n].key by a copy of the same bytes right after.
 */
uint32_t as_map_add(struct as_map *map, struct as_text key, bool *added);

#endif
