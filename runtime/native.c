/* native.c - see native.h. */

#include "runtime/native.h"

#include "program/pack.h"

const char *as_native_misfit(const struct astray_native *native,
                             const struct as_pack *pack)
{
    const struct as_pack_header *header = pack->bytes;

    if (native->version != ASTRAY_RT_VERSION ||
        native->rt_size != ASTRAY_RT_SIZE ||
        native->value_size != ASTRAY_VALUE_SIZE)
        return "the functions were compiled for another version of Astray; "
               "build them again";
    if (native->program_count != pack->program_count ||
        memcmp(native->pack, header->digest, sizeof(native->pack)) != 0)
        return "the functions were made of another pack; build them again, "
               "of these rules";
    return NULL;
}
