/* hold.c - see hold.h. */

#include "runtime/hold.h"

#include <stdlib.h>

#include "runtime/json.h"

void as_hold_init(struct as_hold *hold, uint32_t slot_count, uint32_t bit_count)
{
    *hold = (struct as_hold){ .slot_count = slot_count,
                              .word_count = (bit_count + 63) / 64 };
    as_arena_init(&hold->arena, 0);
    as_map_init(&hold->atoms);
    as_map_init(&hold->seen);
    as_map_init(&hold->first_content);
}

void as_hold_done(struct as_hold *hold)
{
    as_map_done(&hold->atoms);
    as_map_done(&hold->seen);
    as_map_done(&hold->first_content);
    as_arena_free(&hold->arena);
    free(hold->events);
    free(hold->slots);
    free(hold->bits);
    free(hold->order);
    free(hold->waiting);
}

/* The number of the entry; its key's bytes are copied when it is new. */
static uint32_t intern(struct as_hold *hold, struct as_map *map,
                       struct as_text key)
{
    bool added;
    uint32_t n = as_map_add(map, key, &added);
    char *copy;

    if (n == AS_MAP_NONE) {
        hold->failed = true;
        return n;
    }
    if (!added)
        return n;
    copy = as_strndup(&hold->arena, key.bytes, key.length);
    if (!copy) {
        map->entries[n].key = (struct as_text){ "", 0 };
        hold->failed = true;
        return n;
    }
    map->entries[n].key.bytes = copy;
    return n;
}

static uint32_t atom(struct as_hold *hold, enum as_json_kind kind,
                     struct as_text text)
{
    char small[256];
    struct as_text key = { small, text.length + 1 };
    char *bytes = small;
    uint32_t n;

    if (key.length > sizeof(small)) {
        bytes = malloc(key.length);
        if (!bytes) {
            hold->failed = true;
            return AS_NO_ATOM;
        }
        key.bytes = bytes;
    }
    bytes[0] = (char)kind;
    if (text.length > 0)
        memcpy(bytes + 1, text.bytes, text.length);
    n = intern(hold, &hold->atoms, key);
    if (bytes != small)
        free(bytes);
    return n;
}

struct as_text as_hold_text(const struct as_hold *hold, uint32_t n)
{
    struct as_text key;

    if (n == AS_NO_ATOM)
        return (struct as_text){ "", 0 };
    key = hold->atoms.entries[n].key;
    return (struct as_text){ key.bytes + 1, key.length - 1 };
}

void as_hold_slots(const struct as_hold *hold, uint32_t event,
                   struct as_json_value *slots)
{
    const uint32_t *atoms = hold->slots + (size_t)event * hold->slot_count;

    for (uint32_t i = 0; i < hold->slot_count; i++) {
        if (atoms[i] == AS_NO_ATOM) {
            slots[i] = (struct as_json_value){ AS_JSON_ABSENT, { "", 0 } };
            continue;
        }
        slots[i].kind =
            (enum as_json_kind)hold->atoms.entries[atoms[i]].key.bytes[0];
        slots[i].text = as_hold_text(hold, atoms[i]);
    }
}

static bool grow_one(void *array, size_t capacity, size_t size)
{
    void **at = array;
    void *bytes = realloc(*at, capacity * size);

    if (bytes)
        *at = bytes;
    return bytes != NULL;
}

static bool make_room(struct as_hold *hold)
{
    size_t more = hold->capacity ? (size_t)hold->capacity * 2 : 256;

    if (hold->count < hold->capacity)
        return true;
    if (more > UINT32_MAX / 2 ||
        !grow_one(&hold->events, more, sizeof(*hold->events)) ||
        !grow_one(&hold->slots, more,
                  hold->slot_count * sizeof(*hold->slots)) ||
        !grow_one(&hold->bits, more, hold->word_count * sizeof(*hold->bits)) ||
        !grow_one(&hold->order, more, sizeof(*hold->order)) ||
        !grow_one(&hold->waiting, more, sizeof(*hold->waiting)))
        return false;
    hold->capacity = (uint32_t)more;
    return true;
}

/* Events without an id are known by a digest that is the same everywhere. */
static uint32_t digest_atom(struct as_hold *hold, struct as_text record)
{
    unsigned char digest[AS_SHA256_SIZE];
    struct as_buf compact = { 0 };
    struct as_sha256 sha;
    char hex[2 * 16 + 1];

    as_json_compact(record, &compact);
    hold->failed |= compact.failed;
    as_sha256_init(&sha);
    as_sha256_add(&sha, compact.bytes, compact.length);
    as_sha256_end(&sha, digest);
    as_buf_done(&compact);
    as_hex(digest, 16, hex);
    return atom(hold, AS_JSON_TEXT, as_text_of(hex));
}

/* Of two records of one event, keep the place that comes first, whichever
 * was read first. */
static void same_event(struct as_hold *hold, struct as_held *held,
                       const struct as_event *event)
{
    int order = as_text_compare(as_text_of(event->input),
                                as_hold_text(hold, held->input));

    hold->duplicates++;
    if (order < 0 || (order == 0 && event->offset < held->offset)) {
        held->offset = event->offset;
        held->input = atom(hold, AS_JSON_TEXT, as_text_of(event->input));
    }
}

static void note_conflict(struct as_hold *hold, const struct as_held *held)
{
    struct as_text key = { (const char *)&held->id, sizeof(held->id) };
    uint32_t n = intern(hold, &hold->first_content, key);

    if (n == AS_MAP_NONE)
        return;
    hold->conflicts += hold->first_content.entries[n].value != 0;
    hold->first_content.entries[n].value = 1;
}

void as_hold_add(struct as_hold *hold, const struct as_event *event,
                 struct as_text id, int64_t time, const uint64_t *bits)
{
    struct as_held held = { .time = time,
                            .offset = event->offset,
                            .has_id = id.length > 0 };
    unsigned char key[sizeof(held.id) + sizeof(held.content)];
    uint32_t n, at = hold->count;

    as_json_compact_hash(event->record, held.content);
    held.id = held.has_id ? atom(hold, AS_JSON_TEXT, id)
                          : digest_atom(hold, event->record);
    memcpy(key, &held.id, sizeof(held.id));
    memcpy(key + sizeof(held.id), held.content, sizeof(held.content));
    n = intern(hold, &hold->seen,
               (struct as_text){ (const char *)key, sizeof(key) });
    if (n == AS_MAP_NONE || hold->failed)
        return;
    if (hold->seen.entries[n].value != 0) {
        same_event(hold, &hold->events[hold->seen.entries[n].value - 1], event);
        return;
    }
    if (!make_room(hold)) {
        hold->failed = true;
        return;
    }
    hold->seen.entries[n].value = at + 1;
    note_conflict(hold, &held);
    held.input = atom(hold, AS_JSON_TEXT, as_text_of(event->input));
    hold->events[at] = held;
    for (uint32_t i = 0; i < hold->slot_count; i++) {
        const struct as_json_value *slot = &event->slots[i];
        bool none = slot->kind == AS_JSON_ABSENT || slot->kind == AS_JSON_NULL;

        hold->slots[(size_t)at * hold->slot_count + i] =
            none ? AS_NO_ATOM : atom(hold, slot->kind, slot->text);
    }
    memcpy(hold->bits + (size_t)at * hold->word_count, bits,
           hold->word_count * sizeof(*bits));
    hold->waiting[hold->waiting_count++] = at;
    hold->count++;
}

/* ---- order ------------------------------------------------------------ */

/* An atom's kind and text; nothing for no atom. */
static struct as_text atom_key(const struct as_hold *hold, uint32_t n)
{
    return n == AS_NO_ATOM ? (struct as_text){ "", 0 }
                           : hold->atoms.entries[n].key;
}

static int compare_places(const struct as_hold *hold, const struct as_held *x,
                          const struct as_held *y)
{
    if (x->input != y->input)
        return as_text_compare(as_hold_text(hold, x->input),
                               as_hold_text(hold, y->input));
    return (x->offset > y->offset) - (x->offset < y->offset);
}

static int compare(const struct as_hold *hold, uint32_t a, uint32_t b)
{
    const struct as_held *x = &hold->events[a], *y = &hold->events[b];

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->id != y->id)
        return as_text_compare(as_hold_text(hold, x->id),
                               as_hold_text(hold, y->id));
    /* One id with two contents: by what the slots hold, since the hashes
     * differ from run to run. */
    for (uint32_t i = 0; i < hold->slot_count; i++) {
        int order = as_text_compare(
            atom_key(hold, hold->slots[(size_t)a * hold->slot_count + i]),
            atom_key(hold, hold->slots[(size_t)b * hold->slot_count + i]));

        if (order != 0)
            return order;
    }
    return compare_places(hold, x, y);
}

/* Bottom-up merge sort of items[0..count), with as much room in `spare`. */
static void sort(const struct as_hold *hold, uint32_t *items, uint32_t *spare,
                 uint32_t count)
{
    for (uint32_t width = 1; width < count; width *= 2) {
        for (uint32_t start = 0; start < count; start += 2 * width) {
            uint32_t middle = start + width < count ? start + width : count;
            uint32_t end = start + 2 * width < count ? start + 2 * width
                                                     : count;
            uint32_t a = start, b = middle, to = start;

            while (a < middle && b < end)
                spare[to++] = compare(hold, items[b], items[a]) < 0
                                ? items[b++]
                                : items[a++];
            while (a < middle)
                spare[to++] = items[a++];
            while (b < end)
                spare[to++] = items[b++];
        }
        memcpy(items, spare, count * sizeof(*items));
    }
}

void as_hold_settle(struct as_hold *hold, int64_t until)
{
    uint32_t kept = 0, ready = 0;
    uint32_t *into, *spare;

    if (hold->failed || hold->waiting_count == 0)
        return;
    spare = malloc(hold->waiting_count * sizeof(*spare));
    if (!spare) {
        hold->failed = true;
        return;
    }
    into = hold->order + hold->settled;
    for (uint32_t i = 0; i < hold->waiting_count; i++) {
        uint32_t event = hold->waiting[i];

        if (hold->events[event].time <= until)
            into[ready++] = event;
        else
            hold->waiting[kept++] = event;
    }
    sort(hold, into, spare, ready);
    hold->waiting_count = kept;
    hold->settled += ready;
    free(spare);
}
