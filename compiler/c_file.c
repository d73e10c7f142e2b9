/* c_file.c - see c_file.h. */

#include "compiler/c_file.h"

#include <inttypes.h>

#include "compiler/c_text.h"
#include "program/pack.h"

static void put_digest(struct as_buf *out, const struct as_pack *pack)
{
    const struct as_pack_header *header = pack->bytes;

    for (int i = 0; i < AS_SHA256_SIZE; i++)
        as_buf_printf(out, "%s0x%02x,", i % 8 == 0 ? "\n        " : " ",
                      header->digest[i]);
}

static void put_native(struct as_buf *out, const struct as_pack *pack)
{
    as_buf_puts(out, "extern const struct astray_native astray_native;\n\n"
                     "const struct astray_native astray_native = {\n"
                     "    .version = ASTRAY_RT_VERSION,\n"
                     "    .rt_size = ASTRAY_RT_SIZE,\n"
                     "    .value_size = ASTRAY_VALUE_SIZE,\n");
    as_buf_printf(out, "    .program_count = %" PRIu32 ",\n    .pack = {",
                  pack->program_count);
    put_digest(out, pack);
    as_buf_puts(out, "\n    },\n    .programs = programs,\n};\n");
}

enum astray_status as_c_file(const struct as_buf *bytes,
                             const struct as_c_bodies *bodies,
                             struct as_buf *out)
{
    struct as_pack pack;
    enum astray_status status = as_pack_load(bytes->bytes, bytes->length, &pack,
                                             NULL);

    (void)bodies;
    if (status != ASTRAY_OK)
        return status == ASTRAY_BAD_PACK ? ASTRAY_BUG : status;
    as_buf_puts(out, "#include <astray_rt.h>\n\n");
    as_buf_printf(
        out, "static const struct astray_program programs[%" PRIu32 "];\n\n",
        pack.program_count + 1);
    put_native(out, &pack);
    return out->failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}
