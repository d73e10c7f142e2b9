/* fields.h - the projection of a pack: what to read out of every record. */
#ifndef AS_FIELDS_H
#define AS_FIELDS_H

#include "program/program.h"
#include "runtime/event.h"

struct as_fields {
    struct as_slot_path *slots; /* owned */
    struct as_path_step *steps; /* owned */
    struct as_projection projection;
};

/* Borrows the pack's texts.  False when memory runs out; as_fields_done is
 * due in any case. */
bool as_fields_init(struct as_fields *fields, const struct as_pack *pack);
void as_fields_done(struct as_fields *fields);

#endif
