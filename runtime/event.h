/*
 * event.h - an event, as the rules see it.
 *
 * The rules of a pack read few of a record's fields.  A projection lists
 * them, one slot each; reading a record fills the slots and skips the rest.
 */
#ifndef AS_EVENT_H
#define AS_EVENT_H

#include "common/text.h"

enum as_json_kind {
    AS_JSON_ABSENT,
    AS_JSON_NULL,
    AS_JSON_FALSE,
    AS_JSON_TRUE,
    AS_JSON_NUMBER,
    AS_JSON_TEXT,
    AS_JSON_OBJECT,
    AS_JSON_ARRAY,
};

/* `text` is the decoded text of a TEXT, and the JSON bytes of a NUMBER, an
 * OBJECT or an ARRAY, which are valid.  Borrowed, as who made it says. */
struct as_json_value {
    enum as_json_kind kind;
    struct as_text text;
};

/* One step of a path: into an object by name, into an array by number. */
struct as_path_step {
    bool is_index;
    uint32_t index;
    struct as_text name;
};

/* Which JSON kinds a slot takes, beside null.  A record with another kind
 * there is set aside. */
enum as_slot_shape {
    AS_SHAPE_ANY,
    AS_SHAPE_TEXT,
    AS_SHAPE_BOOL, /* true, false, and the texts "true" and "false" */
    AS_SHAPE_NUMBER,
};

struct as_slot_path {
    const struct as_path_step *steps;
    uint32_t count;
    uint8_t shape;      /* enum as_slot_shape */
    struct as_text ecs; /* its Elastic (ECS) name with dots, or empty */
};

struct as_projection {
    const struct as_slot_path *slots;
    uint32_t count;
};

/* Lives until the function that was called with it returns. */
struct as_event {
    const struct as_json_value *slots; /* in the order of the projection */
    uint32_t slot_count;
    int64_t time_ms;       /* of eventTime, or of Elastic's @timestamp */
    struct as_text record; /* the record's own JSON, out of its carrier */
    const char *input;     /* the file, as it was named */
    uint64_t offset;       /* in the decompressed bytes: the record, or the
                              text that holds it */
};

#endif
