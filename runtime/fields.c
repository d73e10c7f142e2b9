/* fields.c - see fields.h. */

#include "runtime/fields.h"

#include <stdlib.h>

/* A record with another kind of value there is set aside. */
static enum as_slot_shape shape_of(uint32_t type)
{
    switch (as_type_kind((as_type)type)) {
    case AS_KIND_TEXT:
    case AS_KIND_SOURCE:
    case AS_KIND_TIME:
        return AS_SHAPE_TEXT;
    case AS_KIND_BOOL:
        return AS_SHAPE_BOOL;
    case AS_KIND_INT:
    case AS_KIND_REAL:
        return AS_SHAPE_NUMBER;
    case AS_KIND_NONE:
    case AS_KIND_DURATION:
    case AS_KIND_IP:
    case AS_KIND_CIDR:
    case AS_KIND_JSON:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break;
    }
    return AS_SHAPE_ANY;
}

bool as_fields_init(struct as_fields *fields, const struct as_pack *pack)
{
    *fields = (struct as_fields){ 0 };
    fields->slots = calloc(pack->slot_count + 1, sizeof(*fields->slots));
    fields->steps = calloc(pack->step_count + 1, sizeof(*fields->steps));
    if (!fields->slots || !fields->steps)
        return false;
    for (uint32_t i = 0; i < pack->step_count; i++) {
        const struct as_row_step *row = &pack->step[i];

        fields->steps[i] = (struct as_path_step){
            row->is_index != 0, row->index, as_pack_text(pack, row->name)
        };
    }
    for (uint32_t i = 0; i < pack->slot_count; i++) {
        const struct as_row_slot *row = &pack->slot[i];

        fields->slots[i] = (struct as_slot_path){
            .steps = fields->steps + row->steps,
            .count = row->step_count,
            .shape = (uint8_t)shape_of(row->type),
            .ecs = as_pack_text(pack, row->ecs),
        };
    }
    fields->projection = (struct as_projection){ fields->slots,
                                                 pack->slot_count };
    return true;
}

void as_fields_done(struct as_fields *fields)
{
    free(fields->slots);
    free(fields->steps);
}
