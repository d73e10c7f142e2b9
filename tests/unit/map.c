/* The map: finds what was put in, in order, whatever the keys are. */

#include "common/map.h"
#include "collide.h"
#include "tests/unit/tap.h"

enum { MANY = 100000 };

static char names[MANY][8];

static void many(void)
{
    struct as_map map;
    uint32_t wrong = 0;

    as_map_init(&map);
    for (uint32_t i = 0; i < MANY; i++) {
        bool added = false;
        snprintf(names[i], sizeof(names[i]), "k%u", (unsigned)i);
        wrong += as_map_add(&map, as_text_of(names[i]), &added) != i || !added;
        map.entries[i].value = i * UINT64_C(3);
    }
    tap_int((long)wrong, 0, "numbers count up");
    for (uint32_t i = 0; i < MANY; i++) {
        bool added = true;
        char copy[8];
        memcpy(copy, names[i], sizeof(copy));
        wrong += as_map_add(&map, as_text_of(copy), &added) != i || added;
        wrong += as_map_find(&map, as_text_of(copy)) != i;
        wrong += map.entries[i].value != i * UINT64_C(3);
    }
    tap_int((long)wrong, 0, "all are found again, once");
    tap_int((long)map.count, MANY, "count");
    tap_ok(as_map_find(&map, AS_TEXT("k100000")) == AS_MAP_NONE, "absent");
    as_map_reset(&map);
    tap_ok(map.count == 0 && as_map_find(&map, AS_TEXT("k1")) == AS_MAP_NONE,
           "reset empties it");
    tap_int((long)as_map_add(&map, AS_TEXT("k1"), NULL), 0, "and starts anew");
    as_map_done(&map);
    as_map_done(&map);
}

/* ---- keys that an attacker chose --------------------------------------- */

enum { KEYS = 20000 };

/* The most slots that a search for a key of the map looks at. */
static uint32_t longest_search(const struct as_map *map)
{
    uint32_t longest = 0, mask = map->slot_count - 1;

    for (uint32_t slot = 0; slot < map->slot_count; slot++) {
        uint32_t home, looked;

        if (map->slots[slot] == 0)
            continue;
        home = (uint32_t)(map->slots[slot] >> 32) & mask;
        looked = ((slot - home) & mask) + 1;
        longest = looked > longest ? looked : longest;
    }
    return longest;
}

static uint32_t search_of(enum collide_kind kind, bool secret)
{
    static char keys[KEYS][COLLIDE_KEY];
    uint32_t slots = 2, n = 0, longest;
    uint64_t state = 1;
    struct as_map map;

    while (slots < 2 * KEYS)
        slots *= 2;
    as_map_init(&map);
    if (!secret)
        map.seed = (struct as_hash_key){ { 0, 0 } };
    for (int i = 0; i < KEYS; i++) {
        collide_next(kind, slots, &n, &state, keys[i]);
        as_map_add(&map, (struct as_text){ keys[i], COLLIDE_KEY }, NULL);
    }
    longest = map.count == KEYS ? longest_search(&map) : UINT32_MAX;
    as_map_done(&map);
    return longest;
}

/* At half full, searches by steps of one look at some tens of slots. */
static void test_chosen(void)
{
    static const char *const titles[COLLIDE_KINDS] = {
        "random keys", "keys of one djb2", "keys of one corner of FNV-1a",
        "keys of one corner under a secret of zero"
    };

    for (unsigned kind = 0; kind < COLLIDE_KINDS; kind++) {
        uint32_t longest = search_of((enum collide_kind)kind, true);
        if (!tap_ok(longest < 250, titles[kind]))
            printf("# a search looks at %u slots\n", longest);
    }
    tap_ok(search_of(COLLIDE_ZERO, false) > KEYS / 2,
           "if the secret were zero, they would meet");
}

int main(void)
{
    struct as_map map;

    as_map_init(&map);
    tap_ok(as_map_find(&map, AS_TEXT("")) == AS_MAP_NONE, "empty map");
    tap_int((long)as_map_add(&map, AS_TEXT(""), NULL), 0, "empty key");
    tap_int((long)as_map_add(&map, AS_TEXT("a\0b"), NULL), 1, "NUL in a key");
    tap_int((long)as_map_add(&map, AS_TEXT("a\0c"), NULL), 2, "counts");
    tap_int((long)as_map_add(&map, AS_TEXT("a"), NULL), 3, "prefix");
    tap_int((long)as_map_find(&map, AS_TEXT("a\0b")), 1, "found");
    tap_int((long)as_map_find(&map, AS_TEXT("")), 0, "empty found");
    as_map_done(&map);
    many();
    test_chosen();
    return tap_done();
}
