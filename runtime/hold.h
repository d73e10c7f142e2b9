/*
 * hold.h - the events that may matter, kept until they can be judged.
 *
 * Most of a log is the same few things said again: one worker with one key
 * from one address calls a handful of actions.  So an event is kept as two
 * numbers and what is its own: its time, its id and its place.  The numbers
 * stand for tuples of slots' values: the *subject*, who acts and what verdicts
 * depend on (see subject.h), and the *detail*, all others.  Values are kept
 * once.
 *
 * Two records with one id are one event when all slots are equal: then no
 * rule can tell them apart.
 */
#ifndef AS_HOLD_H
#define AS_HOLD_H

#include "common/arena.h"
#include "common/map.h"
#include "common/pages.h"
#include "common/time.h"
#include "runtime/values.h"

/* Which part of an event a slot belongs to; each is wider than the last. */
enum as_width {
    AS_OF_SUBJECT,
    AS_OF_DETAIL,
    AS_OF_EVENT, /* what no two events share: id and time */
};

/* 36 bytes; read through the functions below. */
struct as_held {
    uint32_t id[4]; /* a UUID's bytes, or AS_HELD_ATOM thrice and an atom */
    uint32_t subject, detail;
    uint32_t packed[3]; /* time, offset */
};

/* Tuples of atoms, each once. */
struct as_tuples {
    const uint32_t *slots; /* borrowed; which slots, in order */
    uint32_t plain;        /* how many are looked up by their values, */
    uint32_t width;        /* and how many there are */
    struct as_pages atoms; /* width atoms a tuple */
    uint64_t *index;       /* owned; hash and number + 1; a power of two */
    uint32_t index_size;
};

/* Events from `first` on came from this input, until the next stretch. */
struct as_stretch {
    uint32_t first;
    uint32_t input; /* atom: the file's name */
};

struct as_hold {
    uint32_t slot_count;
    const struct as_pack *pack;
    struct as_json_value *tidy; /* owned; see as_hold_tidy */
    struct as_buf compact;      /* what they borrow */
    uint32_t *slots;            /* owned; the subject's, then the detail's */
    uint32_t *places; /* owned; by slot: where in that array it stands */
    struct as_arena arena;
    struct as_map
        atoms; /* JSON kind and bytes -> its source value, a pointer */
    struct as_hash_key seed;
    struct as_tuples subjects, details;
    struct as_pages events;    /* struct as_held */
    struct as_pages stretches; /* struct as_stretch */
    bool failed;               /* out of memory */
};

#define AS_NO_ATOM UINT32_MAX

/* Of a subject. */
#define AS_NO_TUPLE UINT32_MAX

/* Room for the texts of one event that are not kept as texts. */
struct as_hold_room {
    char id[36];
    char time[AS_TIME_ROOM];
};

/* `in_subject[slot]`: the slot belongs to the subject.  False when memory
 * runs out; as_hold_done is due in any case. */
bool as_hold_init(struct as_hold *hold, const struct as_pack *pack,
                  const bool *in_subject);
void as_hold_done(struct as_hold *hold);

/*
 * The event's slots as rules see them, good until the next call: of a slot of
 * which only the presence can be asked no content, and no white space between
 * the parts of objects and arrays.
 */
const struct as_json_value *as_hold_tidy(struct as_hold *hold,
                                         const struct as_event *event);

/* The number of the event's subject, which may be new; AS_NO_TUPLE when
 * memory runs out. */
uint32_t as_hold_subject(struct as_hold *hold, const struct as_event *event);

/* Keep an event of this subject; its number, or AS_NO_TUPLE when memory runs
 * out.  Borrows nothing. */
uint32_t as_hold_add(struct as_hold *hold, const struct as_event *event,
                     uint32_t subject);

/* All that `from` holds too: its event n becomes the returned number + n. */
uint32_t as_hold_absorb(struct as_hold *hold, const struct as_hold *from);

/*
 * For who writes events down and reads them again, perhaps into another hold
 * with the same subject: an atom by its key, which is the JSON kind's byte and
 * the text; a tuple of `tuples` by its atoms; an event of such tuples, from an
 * input of that name.  Each is made where it is new.  Numbers above
 * AS_LAST_ATOM are marks and mean the same in every hold.
 */
#define AS_LAST_ATOM (UINT32_MAX - 3)
struct as_text as_hold_key(const struct as_hold *hold, uint32_t atom);
uint32_t as_hold_intern(struct as_hold *hold, struct as_text key);
uint32_t as_hold_tuple_number(struct as_hold *hold, struct as_tuples *tuples,
                              const uint32_t *atoms);
uint32_t as_hold_put(struct as_hold *hold, const struct as_held *held,
                     uint32_t input);
uint32_t as_hold_input_atom(const struct as_hold *hold, uint32_t event);

/* Is the event's id in its words?  If not, the last one is an atom. */
bool as_held_is_uuid(const struct as_held *held);

/* Keep an event of another hold with the same subject; its number here. */
uint32_t as_hold_copy(struct as_hold *hold, const struct as_hold *from,
                      uint32_t event);

/* What a slot of an event holds, as a number: equal for equal values, but for
 * the slots of AS_OF_EVENT. */
uint32_t as_hold_atom(const struct as_hold *hold, uint32_t event,
                      uint32_t slot);

/* The same for one who looks at several slots of the event. */
struct as_hold_tuple {
    const uint32_t *subject, *detail; /* atoms; borrowed from the hold */
};

static inline struct as_hold_tuple as_hold_tuple(const struct as_hold *hold,
                                                 uint32_t event)
{
    const struct as_held *held = as_pages_at(&hold->events, event);

    return (struct as_hold_tuple){
        as_pages_at(&hold->subjects.atoms, held->subject),
        as_pages_at(&hold->details.atoms, held->detail)
    };
}

static inline uint32_t as_hold_tuple_atom(const struct as_hold *hold,
                                          const struct as_hold_tuple *tuple,
                                          uint32_t slot)
{
    uint32_t place = hold->places[slot], first = hold->subjects.width;

    return place < first ? tuple->subject[place] : tuple->detail[place - first];
}

/* One slot of an event; it borrows from the hold and from `room`. */
struct as_json_value as_hold_slot(const struct as_hold *hold, uint32_t event,
                                  uint32_t slot, struct as_hold_room *room);

/* Is the slot's text the event's time, as as_time_format writes it? */
bool as_hold_is_time(const struct as_hold *hold, uint32_t event, uint32_t slot);

/* The same of a slot of type source, as a value that lives as long as the
 * hold; false where it is no text, or memory runs out. */
bool as_hold_source(struct as_hold *hold, uint32_t event, uint32_t slot,
                    struct as_value *value);

/* All slots, into `slots` (slot_count of them). */
void as_hold_slots(const struct as_hold *hold, uint32_t event,
                   struct as_json_value *slots, struct as_hold_room *room);

/* Its eventID, or, if it has none, what stands for it; borrows as above. */
struct as_text as_hold_id(const struct as_hold *hold, uint32_t event,
                          struct as_hold_room *room);

/* Its sharedEventID, or nothing; lives as long as the hold. */
struct as_text as_hold_shared_id(const struct as_hold *hold, uint32_t event);

/* The file it came from, and where in it. */
struct as_text as_hold_input(const struct as_hold *hold, uint32_t event);
uint64_t as_hold_offset(const struct as_hold *hold, uint32_t event);

/* The text of an atom. */
struct as_text as_hold_text(const struct as_hold *hold, uint32_t atom);

/* Put events in (time, id, content, place) order.  False when memory runs
 * out. */
bool as_hold_sort(struct as_hold *hold, uint32_t *events, uint32_t count);

/* By time, or nearly so. */
bool as_hold_sort_roughly(struct as_hold *hold, uint32_t *events,
                          uint32_t count);

/* Are two records one event? */
bool as_hold_same(const struct as_hold *hold, uint32_t a, uint32_t b);

/* <0, 0, >0, by (time, id) alone. */
int as_hold_compare_ids(const struct as_hold *hold, uint32_t a, uint32_t b);

/* <0, 0, >0, in the order above. */
int as_hold_compare(const struct as_hold *hold, uint32_t a, uint32_t b);

static inline const struct as_held *as_hold_event(const struct as_hold *hold,
                                                  uint32_t event)
{
    return as_pages_at(&hold->events, event);
}

/* eventTime, ms since 1970. */
int64_t as_hold_time(const struct as_hold *hold, uint32_t event);

/* Bytes that it takes, more or less. */
size_t as_hold_bytes(const struct as_hold *hold);

/* ---- the inside ---------------------------------------------------------
 *
 * For hold.c, which keeps events, and tuples.c, which keeps the tuples that
 * they are made of.
 */

/* The values of an event as tuples see them: absent is null.  The last two
 * atoms of a detail are given, those of EVENT_ID and EVENT_TIME. */
struct as_tuple_view {
    const struct as_json_value *slots;
    uint32_t given[2];
};

/* `slots` are borrowed; see struct as_tuples. */
void as_tuples_init(struct as_tuples *tuples, const uint32_t *slots,
                    uint32_t plain, uint32_t width);
void as_tuples_done(struct as_tuples *tuples);

/* The atom of a value; AS_NO_ATOM, and the hold has failed, when memory runs
 * out. */
uint32_t as_hold_make_atom(struct as_hold *hold, enum as_json_kind kind,
                           struct as_text text);

/* The number of the tuple with these values; made when there is none.
 * AS_NO_TUPLE, and the hold has failed, when memory runs out. */
uint32_t as_hold_tuple_of(struct as_hold *hold, struct as_tuples *tuples,
                          const struct as_tuple_view *view);

static inline bool as_atom_is_null(const struct as_json_value *value)
{
    return value->kind <= AS_JSON_NULL;
}

/* An atom's kind and text; nothing for no atom. */
static inline struct as_text as_atom_key(const struct as_hold *hold, uint32_t n)
{
    return n > AS_LAST_ATOM ? (struct as_text){ "", 0 }
                            : hold->atoms.entries[n].key;
}

static inline uint32_t *as_tuple_atoms(const struct as_tuples *tuples,
                                       uint32_t n)
{
    return as_pages_at(&tuples->atoms, n);
}

#endif
