/*
 * disasm.h - programs as text, for people and for golden tests.
 *
 * The pack must have been loaded.  Texts of the pack are escaped and, when
 * they are very long, cut; a failed allocation is kept in out->failed.
 */
#ifndef AS_DISASM_H
#define AS_DISASM_H

#include "common/buf.h"
#include "program/program.h"

/*
 * Append one line per instruction, each with its number first:
 *
 *        0  LOAD_SLOT      r0, eventName
 *        1  LOAD_CONST     r1, "CreateLogStream"
 *        2  EQ             r2, r0, r1
 *        3  RETURN         r2
 */
void as_disasm_program(const struct as_pack *pack, uint32_t index,
                       struct as_buf *out);

/* One of them, without its number and without a newline. */
void as_disasm_insn(const struct as_pack *pack,
                    const struct as_row_program *program, uint32_t at,
                    struct as_buf *out);

/* Append a constant as a rule would write it: "text", 12h, 10.0.0.0/8, /re/i. */
void as_disasm_constant(const struct as_pack *pack, uint32_t index,
                        struct as_buf *out);

/* Append a text of the pack for a terminal; a long one ends in "...". */
void as_disasm_text(const struct as_pack *pack, uint32_t text,
                    struct as_buf *out);

/* The same text as it is, of a long one its start. */
struct as_text as_disasm_start(const struct as_pack *pack, uint32_t text);

/* Append the name of a column, or how it was written where it has none. */
void as_disasm_column(const struct as_pack *pack, uint32_t column,
                      struct as_buf *out);

/* "any", "all", "none". */
const char *as_quant_word(uint32_t quant);

#endif
