/*
 * c_file.h - a pack and its programs' bodies to a whole C file.
 */
#ifndef AS_C_FILE_H
#define AS_C_FILE_H

#include "astray.h"
#include "compiler/c_body.h"

/* `pack` holds the bytes of the pack that the bodies were made with.
 * ASTRAY_OK, ASTRAY_NO_MEMORY, or ASTRAY_BUG when the pack is no good. */
enum astray_status as_c_file(const struct as_buf *pack,
                             const struct as_c_bodies *bodies,
                             struct as_buf *out);

#endif
