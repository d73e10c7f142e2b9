/*
 * jsonwalk.h - walking through a JSON document that is in memory, strictly.
 *
 * For files that people give us: the file of a list.  (What events are read
 * with is runtime/scan.h: it takes bytes as they come.)  A walk goes from
 * value to value, and everything that it passes is checked:
 *
 *     if (as_jsonwalk_value(&walk) == AS_JSONWALK_ARRAY)
 *         for (bool first = true; as_jsonwalk_element(&walk, &first);)
 *             as_jsonwalk_skip(&walk, as_jsonwalk_value(&walk));
 *     as_jsonwalk_end(&walk);
 *
 * After a mistake `broken` says what it is, every call gives BROKEN or false,
 * and loops like this one end.
 */
#ifndef AS_JSONWALK_H
#define AS_JSONWALK_H

#include "common/arena.h"
#include "common/buf.h"

enum as_jsonwalk_kind {
    AS_JSONWALK_BROKEN,
    AS_JSONWALK_OBJECT, /* its brace was passed: members come next */
    AS_JSONWALK_ARRAY,  /* its bracket was passed: elements come next */
    AS_JSONWALK_TEXT,   /* `text` holds it, unescaped */
    AS_JSONWALK_NUMBER, /* `text` holds it, as it is written */
    AS_JSONWALK_TRUE,
    AS_JSONWALK_FALSE,
    AS_JSONWALK_NULL,
};

enum { AS_JSONWALK_DEPTH = 16 };

struct as_jsonwalk {
    struct as_text bytes; /* UTF-8; borrowed */
    size_t at;            /* where the walk is, or where the mistake is */
    unsigned depth;
    struct as_text text;   /* a text or number, or a member's name; until the
                              next call */
    struct as_buf scratch; /* owned */
    const char *broken;    /* a static text, or NULL */
};

void as_jsonwalk_init(struct as_jsonwalk *walk, struct as_text bytes);
void as_jsonwalk_done(struct as_jsonwalk *walk);

/* Read the value that stands here. */
enum as_jsonwalk_kind as_jsonwalk_value(struct as_jsonwalk *walk);

/* Is there another element, or member?  A member's name goes into `text`, and
 * its value comes next.  `*first` is true before the first and set false. */
bool as_jsonwalk_element(struct as_jsonwalk *walk, bool *first);
bool as_jsonwalk_member(struct as_jsonwalk *walk, bool *first);

/* `text`, for longer: where it stands in the document, or else in the arena.
 * bytes NULL when memory ran out. */
struct as_text as_jsonwalk_keep(const struct as_jsonwalk *walk,
                                struct as_arena *arena);

/* Pass what is left of a value of this kind. */
void as_jsonwalk_skip(struct as_jsonwalk *walk, enum as_jsonwalk_kind kind);

/* Nothing may follow the document's value. */
void as_jsonwalk_end(struct as_jsonwalk *walk);

#endif
