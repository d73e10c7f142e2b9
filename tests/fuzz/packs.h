/*
 * packs.h - make a bad pack of a good one.
 *
 * Bytes changed at random are refused for what is shallow: a digest, a section
 * outside of the file.  What a stranger with time would try is a pack that is
 * nearly right, so these changes know what a pack is made of: its tables and
 * words from rows.def, its instructions from opcodes.def.
 */
#ifndef AS_TESTS_PACKS_H
#define AS_TESTS_PACKS_H

#include <stdint.h>

#include "common/buf.h"

/*
 * A pack like `pack`, changed in one to eight places, perhaps with all of
 * `other` behind it, into `out`, emptied first.  The same bytes and the same
 * seed give the same mutant.  Its digest is right but for one in 32.  Bytes
 * that are no pack are changed as bytes.  out->failed says that memory ran
 * out.
 */
void mutate_pack(struct as_text pack, struct as_text other, uint64_t seed,
                 struct as_buf *out);

#endif
