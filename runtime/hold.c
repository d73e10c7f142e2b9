/*
 * hold.c - see hold.h.
 *
 * Two slots are the event's own and would make every tuple a new one.
 * EVENT_ID is kept in the event, where it is a UUID as AWS writes them;
 * EVENT_TIME is known from the event's time, where it is written as
 * as_time_format writes it.  Two marks stand for them in the detail.
 */

#include "runtime/hold.h"

#include <stdlib.h>

#include "program/program.h"
#include "runtime/json.h"

enum {
    AS_HELD_ATOM = -1, /* in three words of an id: the fourth is an atom */
    TIME_BITS = 50,    /* of ms, offset by half: 17,000 years around 1970 */
};

#define ATOM_ID   (UINT32_MAX - 1) /* the event's id */
#define ATOM_TIME (UINT32_MAX - 2) /* the event's time */

static const uint32_t no_uuid = (uint32_t)AS_HELD_ATOM;

/* ---- making ----------------------------------------------------------- */

bool as_hold_init(struct as_hold *hold, const struct as_pack *pack,
                  const bool *in_subject)
{
    uint32_t slot_count = pack->slot_count;
    uint32_t subjects = 0, at = 0;

    *hold = (struct as_hold){ .pack = pack,
                              .slot_count = slot_count,
                              .seed = as_hash_key_random() };
    as_arena_init(&hold->arena, 0);
    as_map_init(&hold->atoms);
    as_pages_init(&hold->events, sizeof(struct as_held));
    as_pages_init(&hold->stretches, sizeof(struct as_stretch));
    hold->slots = malloc((slot_count + 1) * sizeof(*hold->slots));
    hold->places = malloc((slot_count + 1) * sizeof(*hold->places));
    hold->tidy = calloc(slot_count + (size_t)1, sizeof(*hold->tidy));
    if (!hold->slots || !hold->places || !hold->tidy) {
        as_tuples_init(&hold->subjects, NULL, 0, 0);
        as_tuples_init(&hold->details, NULL, 0, 0);
        return false;
    }
    for (uint32_t i = 0; i < slot_count; i++) {
        if (in_subject[i])
            hold->slots[subjects++] = i;
    }
    for (uint32_t i = 0; i < slot_count; i++) {
        if (!in_subject[i] && i != AS_SLOT_EVENT_ID && i != AS_SLOT_EVENT_TIME)
            hold->slots[subjects + at++] = i;
    }
    hold->slots[subjects + at] = AS_SLOT_EVENT_ID;
    hold->slots[subjects + at + 1] = AS_SLOT_EVENT_TIME;
    for (uint32_t i = 0; i < slot_count; i++)
        hold->places[hold->slots[i]] = i;
    as_tuples_init(&hold->subjects, hold->slots, subjects, subjects);
    as_tuples_init(&hold->details, hold->slots + subjects, at, at + 2);
    return true;
}

void as_hold_done(struct as_hold *hold)
{
    as_tuples_done(&hold->subjects);
    as_tuples_done(&hold->details);
    as_pages_done(&hold->events);
    as_pages_done(&hold->stretches);
    as_map_done(&hold->atoms);
    as_arena_free(&hold->arena);
    free(hold->slots);
    free(hold->places);
    free(hold->tidy);
    as_buf_done(&hold->compact);
}

size_t as_hold_bytes(const struct as_hold *hold)
{
    return hold->arena.total + as_map_bytes(&hold->atoms) +
           as_pages_bytes(&hold->subjects.atoms) +
           as_pages_bytes(&hold->details.atoms) +
           (hold->subjects.index_size + hold->details.index_size) *
               sizeof(uint64_t) +
           as_pages_bytes(&hold->events);
}

/* ---- ids, times, places ----------------------------------------------- */

/*
 * xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx, in small letters.  A digit is below
 * ':' and then its low half is its value, or a letter whose low half is its
 * value less 9; what is neither is noted in `bad` and looked at once.
 */
static bool read_uuid(struct as_text text, uint32_t id[4])
{
    static const unsigned char starts[16] = { 0,  2,  4,  6,  9,  11, 14, 16,
                                              19, 21, 24, 26, 28, 30, 32, 34 };
    const char *at = text.bytes;
    unsigned bad = 0;

    if (text.length != 36 || at[8] != '-' || at[13] != '-' || at[18] != '-' ||
        at[23] != '-')
        return false;
    for (unsigned i = 0; i < 16; i++) {
        unsigned high = (unsigned char)at[starts[i]];
        unsigned low = (unsigned char)at[starts[i] + 1];

        bad |= (high - '0' > 9) & (high - 'a' > 5);
        bad |= (low - '0' > 9) & (low - 'a' > 5);
        high = (high & 15) + (high > '9' ? 9 : 0);
        low = (low & 15) + (low > '9' ? 9 : 0);
        id[i / 4] = id[i / 4] << 8 | high << 4 | low;
    }
    return !bad && (id[0] != no_uuid || id[1] != no_uuid || id[2] != no_uuid);
}

bool as_held_is_uuid(const struct as_held *held)
{
    return held->id[0] != no_uuid || held->id[1] != no_uuid ||
           held->id[2] != no_uuid;
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
    return as_hold_make_atom(hold, AS_JSON_TEXT, as_text_of(hex));
}

/* Is the slot's text what as_time_format makes of the event's time?  The
 * reader has parsed it, so its form is known from few bytes. */
static bool time_is_plain(const struct as_event *event)
{
    const struct as_json_value *slot = &event->slots[AS_SLOT_EVENT_TIME];
    const char *text = slot->text.bytes;

    return slot->kind == AS_JSON_TEXT && slot->text.length == 20 &&
           event->time_ms % 1000 == 0 && text[10] == 'T' && text[19] == 'Z' &&
           text[17] < '6';
}

static void pack(struct as_held *held, int64_t time, uint64_t offset)
{
    uint64_t biased = (uint64_t)(time + (INT64_C(1) << (TIME_BITS - 1)));

    biased &= (UINT64_C(1) << TIME_BITS) - 1;
    held->packed[0] = (uint32_t)biased;
    held->packed[1] = (uint32_t)(biased >> 32) |
                      (uint32_t)(offset << (TIME_BITS - 32));
    held->packed[2] = (uint32_t)(offset >> (64 - TIME_BITS));
}

int64_t as_hold_time(const struct as_hold *hold, uint32_t event)
{
    const struct as_held *held = as_hold_event(hold, event);
    uint64_t biased = held->packed[0] | (uint64_t)held->packed[1] << 32;

    biased &= (UINT64_C(1) << TIME_BITS) - 1;
    return (int64_t)biased - (INT64_C(1) << (TIME_BITS - 1));
}

uint64_t as_hold_offset(const struct as_hold *hold, uint32_t event)
{
    const struct as_held *held = as_hold_event(hold, event);

    return held->packed[1] >> (TIME_BITS - 32) | (uint64_t)held->packed[2]
                                                     << (64 - TIME_BITS);
}

uint32_t as_hold_input_atom(const struct as_hold *hold, uint32_t event)
{
    uint32_t low = 0, high = hold->stretches.count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        const struct as_stretch *stretch = as_pages_at(&hold->stretches,
                                                       middle);

        if (stretch->first <= event)
            low = middle;
        else
            high = middle;
    }
    return ((struct as_stretch *)as_pages_at(&hold->stretches, low))->input;
}

struct as_text as_hold_input(const struct as_hold *hold, uint32_t event)
{
    return as_hold_text(hold, as_hold_input_atom(hold, event));
}

static bool begin_stretch(struct as_hold *hold, uint32_t first, uint32_t input)
{
    struct as_stretch *stretch = NULL;

    if (hold->stretches.count > 0) {
        stretch = as_pages_at(&hold->stretches, hold->stretches.count - 1);
        if (stretch->input == input)
            return true;
    }
    stretch = as_pages_add(&hold->stretches);
    if (!stretch) {
        hold->failed = true;
        return false;
    }
    *stretch = (struct as_stretch){ first, input };
    return true;
}

/* The pointer tells most times that the input is the one before; a name in
 * the same place may be another one, so texts are compared. */
static bool note_input(struct as_hold *hold, const char *input)
{
    struct as_text name = as_text_of(input);

    if (hold->stretches.count > 0) {
        const struct as_stretch *last = as_pages_at(&hold->stretches,
                                                    hold->stretches.count - 1);

        if (as_text_equal(as_hold_text(hold, last->input), name))
            return true;
    }
    return begin_stretch(hold, hold->events.count,
                         as_hold_make_atom(hold, AS_JSON_TEXT, name));
}

static uint32_t given_atom(struct as_hold *hold,
                           const struct as_json_value *value)
{
    return as_atom_is_null(value)
             ? AS_NO_ATOM
             : as_hold_make_atom(hold, value->kind, value->text);
}

/* ---- tidying ---------------------------------------------------------- */

static bool is_container(const struct as_json_value *value)
{
    return value->kind == AS_JSON_OBJECT || value->kind == AS_JSON_ARRAY;
}

static void strip(struct as_hold *hold, struct as_json_value *value,
                  enum as_kind kind)
{
    size_t from = hold->compact.length;

    if (kind == AS_KIND_OBJECT) {
        value->text = (struct as_text){ "", 0 };
        return;
    }
    as_json_compact(value->text, &hold->compact);
    value->text = (struct as_text){ hold->compact.bytes + from,
                                    hold->compact.length - from };
}

const struct as_json_value *as_hold_tidy(struct as_hold *hold,
                                         const struct as_event *event)
{
    size_t room = 0;

    for (uint32_t i = 0; i < hold->slot_count; i++) {
        if (is_container(&event->slots[i]))
            room += event->slots[i].text.length;
    }
    if (room == 0)
        return event->slots;
    as_buf_reset(&hold->compact);
    if (!as_buf_reserve(&hold->compact, room)) {
        hold->failed = true;
        return event->slots;
    }
    memcpy(hold->tidy, event->slots, hold->slot_count * sizeof(*hold->tidy));
    for (uint32_t i = 0; i < hold->slot_count; i++) {
        if (is_container(&hold->tidy[i]))
            strip(hold, &hold->tidy[i],
                  as_type_kind((as_type)hold->pack->slot[i].type));
    }
    return hold->tidy;
}

/* ---- adding ----------------------------------------------------------- */

uint32_t as_hold_subject(struct as_hold *hold, const struct as_event *event)
{
    struct as_tuple_view view = { .slots = event->slots };

    return as_hold_tuple_of(hold, &hold->subjects, &view);
}

uint32_t as_hold_add(struct as_hold *hold, const struct as_event *event,
                     uint32_t subject)
{
    const struct as_json_value *id = &event->slots[AS_SLOT_EVENT_ID];
    const struct as_json_value *time = &event->slots[AS_SLOT_EVENT_TIME];
    struct as_tuple_view view = { event->slots, { ATOM_ID, ATOM_TIME } };
    struct as_held held = { .subject = subject }, *place;

    if (id->kind != AS_JSON_TEXT || !read_uuid(id->text, held.id)) {
        held.id[0] = held.id[1] = held.id[2] = no_uuid;
        view.given[0] = given_atom(hold, id);
        held.id[3] = id->kind == AS_JSON_TEXT && id->text.length > 0
                       ? view.given[0]
                       : digest_atom(hold, event->record);
    }
    if (!time_is_plain(event))
        view.given[1] = given_atom(hold, time);
    held.detail = as_hold_tuple_of(hold, &hold->details, &view);
    pack(&held, event->time_ms, event->offset);
    if (subject == AS_NO_TUPLE || hold->failed ||
        !note_input(hold, event->input))
        return AS_NO_TUPLE;
    place = as_pages_add(&hold->events);
    if (!place) {
        hold->failed = true;
        return AS_NO_TUPLE;
    }
    *place = held;
    return hold->events.count - 1;
}

/* ---- absorbing -------------------------------------------------------- */

/* The atoms of `from` as atoms of `hold`; owned by the caller. */
static uint32_t *map_atoms(struct as_hold *hold, const struct as_hold *from)
{
    uint32_t count = from->atoms.count;
    uint32_t *map = malloc((count + 1) * sizeof(*map));

    for (uint32_t i = 0; map && i < count; i++)
        map[i] = as_hold_intern(hold, from->atoms.entries[i].key);
    return map;
}

static uint32_t mapped(const uint32_t *map, uint32_t atom)
{
    return atom > AS_LAST_ATOM ? atom : map[atom];
}

/* The tuples of `from` as tuples of `hold`; owned by the caller. */
static uint32_t *map_tuples(struct as_hold *hold, struct as_tuples *into,
                            const struct as_tuples *from, const uint32_t *atoms)
{
    uint32_t count = from->atoms.count;
    uint32_t *map = malloc((count + 1) * sizeof(*map));
    uint32_t *tuple = malloc((from->width + 1) * sizeof(*tuple));

    for (uint32_t i = 0; map && tuple && !hold->failed && i < count; i++) {
        const uint32_t *old = as_tuple_atoms(from, i);

        for (uint32_t k = 0; k < from->width; k++)
            tuple[k] = mapped(atoms, old[k]);
        map[i] = as_hold_tuple_number(hold, into, tuple);
    }
    if (!tuple) {
        free(map);
        map = NULL;
    }
    free(tuple);
    return map;
}

static void copy_events(struct as_hold *hold, const struct as_hold *from,
                        const uint32_t *atoms, const uint32_t *subjects,
                        const uint32_t *details)
{
    uint32_t first = hold->events.count;

    for (uint32_t i = 0; i < from->stretches.count && !hold->failed; i++) {
        const struct as_stretch *old = as_pages_at(&from->stretches, i);

        begin_stretch(hold, first + old->first, mapped(atoms, old->input));
    }
    for (uint32_t i = 0; i < from->events.count && !hold->failed; i++) {
        struct as_held *held = as_pages_add(&hold->events);

        if (!held) {
            hold->failed = true;
            return;
        }
        *held = *as_hold_event(from, i);
        held->subject = subjects[held->subject];
        held->detail = details[held->detail];
        if (!as_held_is_uuid(held))
            held->id[3] = mapped(atoms, held->id[3]);
    }
}

uint32_t as_hold_absorb(struct as_hold *hold, const struct as_hold *from)
{
    uint32_t first = hold->events.count;
    uint32_t *atoms = map_atoms(hold, from), *subjects = NULL, *details = NULL;

    hold->failed |= from->failed || !atoms;
    if (!hold->failed)
        subjects = map_tuples(hold, &hold->subjects, &from->subjects, atoms);
    if (!hold->failed && subjects)
        details = map_tuples(hold, &hold->details, &from->details, atoms);
    hold->failed |= !details;
    if (!hold->failed)
        copy_events(hold, from, atoms, subjects, details);
    free(atoms);
    free(subjects);
    free(details);
    return first;
}

/* ---- writing down, reading again -------------------------------------- */

struct as_text as_hold_key(const struct as_hold *hold, uint32_t n)
{
    return as_atom_key(hold, n);
}

uint32_t as_hold_put(struct as_hold *hold, const struct as_held *held,
                     uint32_t input)
{
    struct as_held *place;

    if (hold->failed || !begin_stretch(hold, hold->events.count, input))
        return AS_NO_TUPLE;
    place = as_pages_add(&hold->events);
    if (!place) {
        hold->failed = true;
        return AS_NO_TUPLE;
    }
    *place = *held;
    return hold->events.count - 1;
}

static uint32_t copy_atom(struct as_hold *hold, const struct as_hold *from,
                          uint32_t atom)
{
    return atom > AS_LAST_ATOM ? atom
                               : as_hold_intern(hold, as_atom_key(from, atom));
}

static uint32_t copy_tuple(struct as_hold *hold, struct as_tuples *into,
                           const struct as_hold *from,
                           const struct as_tuples *tuples, uint32_t n)
{
    uint32_t *tuple = malloc((into->width + 1) * sizeof(*tuple));
    uint32_t copy = AS_NO_TUPLE;

    for (uint32_t i = 0; tuple && i < into->width; i++)
        tuple[i] = copy_atom(hold, from, as_tuple_atoms(tuples, n)[i]);
    if (tuple && !hold->failed)
        copy = as_hold_tuple_number(hold, into, tuple);
    hold->failed |= !tuple;
    free(tuple);
    return copy;
}

uint32_t as_hold_copy(struct as_hold *hold, const struct as_hold *from,
                      uint32_t event)
{
    struct as_held held = *as_hold_event(from, event);

    held.subject = copy_tuple(hold, &hold->subjects, from, &from->subjects,
                              held.subject);
    held.detail = copy_tuple(hold, &hold->details, from, &from->details,
                             held.detail);
    if (!as_held_is_uuid(&held))
        held.id[3] = copy_atom(hold, from, held.id[3]);
    return as_hold_put(hold, &held,
                       copy_atom(hold, from, as_hold_input_atom(from, event)));
}

/* ---- looking ---------------------------------------------------------- */

static struct as_text uuid_text(const struct as_held *held, char out[36])
{
    static const char digits[] = "0123456789abcdef";
    unsigned at = 0;

    for (unsigned i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            out[at++] = '-';
        out[at++] = digits[held->id[i / 8] >> (28 - 4 * (i % 8)) & 15];
    }
    return (struct as_text){ out, 36 };
}

struct as_text as_hold_id(const struct as_hold *hold, uint32_t event,
                          struct as_hold_room *room)
{
    const struct as_held *held = as_hold_event(hold, event);

    return as_held_is_uuid(held) ? uuid_text(held, room->id)
                                 : as_hold_text(hold, held->id[3]);
}

uint32_t as_hold_atom(const struct as_hold *hold, uint32_t event, uint32_t slot)
{
    const struct as_held *held = as_hold_event(hold, event);
    uint32_t place = hold->places[slot], first = hold->subjects.width;

    return place < first
             ? as_tuple_atoms(&hold->subjects, held->subject)[place]
             : as_tuple_atoms(&hold->details, held->detail)[place - first];
}

struct as_json_value as_hold_slot(const struct as_hold *hold, uint32_t event,
                                  uint32_t slot, struct as_hold_room *room)
{
    uint32_t atom = as_hold_atom(hold, event, slot);
    struct as_text key = as_atom_key(hold, atom);

    if (key.length > 0)
        return (struct as_json_value){ (enum as_json_kind)key.bytes[0],
                                       { key.bytes + 1, key.length - 1 } };
    if (atom == ATOM_ID)
        return (struct as_json_value){ AS_JSON_TEXT,
                                       as_hold_id(hold, event, room) };
    if (atom == ATOM_TIME)
        return (struct as_json_value){
            AS_JSON_TEXT,
            { room->time, as_time_write(room->time, as_hold_time(hold, event)) }
        };
    return (struct as_json_value){ AS_JSON_ABSENT, { "", 0 } };
}

bool as_hold_is_time(const struct as_hold *hold, uint32_t event, uint32_t slot)
{
    return as_hold_atom(hold, event, slot) == ATOM_TIME;
}

bool as_hold_source(struct as_hold *hold, uint32_t event, uint32_t slot,
                    struct as_value *value)
{
    uint32_t n = as_hold_atom(hold, event, slot);
    struct as_text key = as_atom_key(hold, n);
    struct as_value *kept;

    if (key.length == 0 || key.bytes[0] != AS_JSON_TEXT)
        return false;
    kept = (struct as_value *)(uintptr_t)hold->atoms.entries[n].value;
    if (!kept) {
        kept = as_alloc(&hold->arena, sizeof(*kept));
        if (!kept)
            return false;
        *kept = as_source_value(
            (struct as_text){ key.bytes + 1, key.length - 1 }, &hold->arena);
        hold->atoms.entries[n].value = (uintptr_t)kept;
    }
    *value = *kept;
    return !hold->arena.failed;
}

void as_hold_slots(const struct as_hold *hold, uint32_t event,
                   struct as_json_value *slots, struct as_hold_room *room)
{
    for (uint32_t i = 0; i < hold->slot_count; i++)
        slots[i] = as_hold_slot(hold, event, i, room);
}

struct as_text as_hold_shared_id(const struct as_hold *hold, uint32_t event)
{
    return as_hold_text(hold, as_hold_atom(hold, event, AS_SLOT_SHARED_ID));
}

/* ---- order ------------------------------------------------------------ */

static int compare_ids(const struct as_hold *hold, uint32_t a, uint32_t b)
{
    const struct as_held *x = as_hold_event(hold, a);
    const struct as_held *y = as_hold_event(hold, b);
    struct as_hold_room left, right;

    if (!as_held_is_uuid(x) || !as_held_is_uuid(y))
        return as_text_compare(as_hold_id(hold, a, &left),
                               as_hold_id(hold, b, &right));
    for (int i = 0; i < 4; i++) {
        if (x->id[i] != y->id[i])
            return x->id[i] < y->id[i] ? -1 : 1;
    }
    return 0;
}

/* Of two events of one id and time: by what the slots hold. */
static int compare_tuples(const struct as_hold *hold,
                          const struct as_tuples *tuples, uint32_t a,
                          uint32_t b)
{
    const uint32_t *x = as_tuple_atoms(tuples, a),
                   *y = as_tuple_atoms(tuples, b);

    for (uint32_t i = 0; a != b && i < tuples->width; i++) {
        int order;

        if (x[i] == y[i])
            continue;
        order = as_text_compare(as_atom_key(hold, x[i]),
                                as_atom_key(hold, y[i]));
        if (order == 0) /* marks */
            order = x[i] < y[i] ? -1 : 1;
        return order;
    }
    return 0;
}

int as_hold_compare_ids(const struct as_hold *hold, uint32_t a, uint32_t b)
{
    int64_t left = as_hold_time(hold, a), right = as_hold_time(hold, b);

    if (left != right)
        return left < right ? -1 : 1;
    return compare_ids(hold, a, b);
}

int as_hold_compare(const struct as_hold *hold, uint32_t a, uint32_t b)
{
    const struct as_held *x = as_hold_event(hold, a);
    const struct as_held *y = as_hold_event(hold, b);
    int order = as_hold_compare_ids(hold, a, b);

    if (order == 0)
        order = compare_tuples(hold, &hold->subjects, x->subject, y->subject);
    if (order == 0)
        order = compare_tuples(hold, &hold->details, x->detail, y->detail);
    if (order == 0)
        order = as_text_compare(as_hold_input(hold, a), as_hold_input(hold, b));
    if (order == 0) {
        uint64_t p = as_hold_offset(hold, a), q = as_hold_offset(hold, b);

        order = (p > q) - (p < q);
    }
    return order;
}

bool as_hold_same(const struct as_hold *hold, uint32_t a, uint32_t b)
{
    const struct as_held *x = as_hold_event(hold, a);
    const struct as_held *y = as_hold_event(hold, b);

    return x->subject == y->subject && x->detail == y->detail &&
           memcmp(x->id, y->id, sizeof(x->id)) == 0 &&
           as_hold_time(hold, a) == as_hold_time(hold, b);
}

/*
 * Events with their times, in one word: the upper half is the time, since the
 * first of them and as fine as 32 bits allow (a ms up to 49 days), the lower
 * half the event.  Sorted by radix, a byte at a time; the words of one upper
 * half stay as they came.
 */
static uint64_t *timed(const struct as_hold *hold, const uint32_t *events,
                       uint32_t count)
{
    uint64_t *words = malloc(((size_t)count + 1) * sizeof(*words));
    int64_t first = INT64_MAX, last = INT64_MIN;
    unsigned shift = 0;

    if (!words)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        int64_t time = as_hold_time(hold, events[i]);

        first = time < first ? time : first;
        last = time > last ? time : last;
    }
    while (count > 0 && (uint64_t)(last - first) >> shift > UINT32_MAX)
        shift++;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t time = (uint64_t)(as_hold_time(hold, events[i]) - first);

        words[i] = time >> shift << 32 | events[i];
    }
    return words;
}

static bool radix(uint64_t *words, uint32_t count)
{
    uint64_t *spare = malloc(((size_t)count + 1) * sizeof(*spare));
    uint64_t *from = words, *to = spare;

    for (unsigned shift = 32; spare && shift < 64; shift += 8) {
        uint32_t starts[256] = { 0 }, sum = 0;

        for (uint32_t i = 0; i < count; i++)
            starts[from[i] >> shift & 255]++;
        for (unsigned i = 0; i < 256; i++) {
            uint32_t many = starts[i];

            starts[i] = sum;
            sum += many;
        }
        for (uint32_t i = 0; i < count; i++)
            to[starts[from[i] >> shift & 255]++] = from[i];
        uint64_t *other = from;
        from = to;
        to = other;
    }
    free(spare); /* after four turns all is in `words` again */
    return spare != NULL;
}

static int compare_exactly(const void *a, const void *b, void *hold)
{
    return as_hold_compare(hold, *(const uint32_t *)a, *(const uint32_t *)b);
}

static bool sort(struct as_hold *hold, uint32_t *events, uint32_t count,
                 bool exactly)
{
    uint64_t *words = timed(hold, events, count);
    bool good = words && radix(words, count);
    uint32_t run = 0;

    for (uint32_t i = 0; good && i < count; i++) {
        events[i] = (uint32_t)words[i];
        if (i + 1 < count && words[i + 1] >> 32 == words[i] >> 32)
            continue;
        if (exactly && i > run)
            qsort_r(events + run, i + 1 - run, sizeof(*events), compare_exactly,
                    hold);
        run = i + 1;
    }
    free(words);
    return good;
}

bool as_hold_sort(struct as_hold *hold, uint32_t *events, uint32_t count)
{
    return count < 2 || sort(hold, events, count, true);
}

bool as_hold_sort_roughly(struct as_hold *hold, uint32_t *events,
                          uint32_t count)
{
    return count < 2 || sort(hold, events, count, false);
}
