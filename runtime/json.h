/*
 * json.h - going into JSON values.
 *
 * The values are parts of records that were read, or texts that hold JSON;
 * either way they are checked already, see scan.h.
 */
#ifndef AS_JSON_H
#define AS_JSON_H

#include "common/arena.h"
#include "common/buf.h"
#include "runtime/event.h"

/* The value that a path leads to inside an OBJECT or ARRAY; where a name is
 * given twice, the first.  A TEXT with escapes is decoded into the arena;
 * ABSENT when there is none, or memory ran out (the arena says so). */
struct as_json_value as_json_get(const struct as_json_value *value,
                                 const struct as_path_step *steps,
                                 uint32_t count, struct as_arena *arena);

/* The elements of an ARRAY; any other value is its own one element, and
 * ABSENT and NULL have none. */
struct as_json_iterator {
    struct as_text rest; /* an array's bytes from the next element on */
    struct as_json_value single;
};

void as_json_iterate(struct as_json_iterator *iterator,
                     const struct as_json_value *value);
bool as_json_next(struct as_json_iterator *iterator, struct as_arena *arena,
                  struct as_json_value *element);

/* The value that a whole text of JSON holds, white space around it allowed.
 * False, and *value ABSENT, when it is not JSON (or memory ran out). */
bool as_json_parse(struct as_text text, struct as_arena *arena,
                   struct as_json_value *value);

/* Append valid JSON without the white space outside strings. */
void as_json_compact(struct as_text json, struct as_buf *out);

#endif
