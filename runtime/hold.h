/*
 * hold.h - the events that may matter, kept until they can be judged.
 *
 * An event is kept as its slots' values, and values are kept once: a held
 * event is some tens of bytes and its own eventID.  A second record with the
 * same id and content is not kept.
 */
#ifndef AS_HOLD_H
#define AS_HOLD_H

#include "common/arena.h"
#include "common/map.h"
#include "runtime/event.h"

struct as_held {
    int64_t time;        /* eventTime, ms */
    uint32_t id;         /* atom: eventID, or the record's digest */
    uint32_t input;      /* atom: the file's name */
    uint64_t offset;     /* in it */
    uint64_t content[2]; /* hash of the record */
    bool has_id;
};

struct as_hold {
    uint32_t slot_count;
    uint32_t word_count; /* of the bits of one event */
    struct as_arena arena;
    struct as_map atoms;         /* JSON kind and bytes */
    struct as_map seen;          /* id and content -> event + 1 */
    struct as_map first_content; /* id -> event + 1: to notice other content */
    struct as_held *events;      /* owned */
    uint32_t *slots;             /* owned; atoms, slot_count an event */
    uint64_t *bits;              /* owned; word_count an event: who wants it */
    uint32_t count, capacity;
    uint32_t *order; /* owned; settled events by (time, id, content) */
    uint32_t settled;
    uint32_t *waiting; /* owned; the others */
    uint32_t waiting_count;
    uint64_t duplicates, conflicts;
    bool failed; /* out of memory */
};

#define AS_NO_ATOM UINT32_MAX

void as_hold_init(struct as_hold *hold, uint32_t slot_count,
                  uint32_t bit_count);
void as_hold_done(struct as_hold *hold);

/*
 * Keep an event; `id` is its eventID, empty when it has none; `bits` says who
 * wants it.  Borrows nothing.
 */
void as_hold_add(struct as_hold *hold, const struct as_event *event,
                 struct as_text id, int64_t time, const uint64_t *bits);

/* Put the waiting events of time <= `until` behind the settled ones, in
 * (time, id, content) order. */
void as_hold_settle(struct as_hold *hold, int64_t until);

/* The slots of an event, into `slots` (slot_count of them); they borrow. */
void as_hold_slots(const struct as_hold *hold, uint32_t event,
                   struct as_json_value *slots);

/* The text of an atom. */
struct as_text as_hold_text(const struct as_hold *hold, uint32_t atom);

static inline bool as_hold_wants(const struct as_hold *hold, uint32_t event,
                                 uint32_t bit)
{
    return hold->bits[(size_t)event * hold->word_count + bit / 64] >>
               (bit % 64) &
           1;
}

#endif
