/* The map: finds what was put in, in order, whatever the keys are. */

#include "common/map.h"
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
    return tap_done();
}
