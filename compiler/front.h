/*
 * front.h - one file's text to its tree: the one place that knows lexer and
 * parser.
 */
#ifndef AS_FRONT_H
#define AS_FRONT_H

#include "compiler/ast.h"
#include "compiler/diag.h"

/*
 * Parse `source`, whose text is followed by a NUL that its length does not
 * count and lives as long as the arena: nodes point into it.  What is wrong
 * goes to `diag`; the declarations that parsed are in the tree all the same.
 * Never NULL unless memory is out (arena->failed).
 */
struct as_file *as_front_parse(const struct as_source *source,
                               struct as_arena *arena, struct as_diag *diag);

/* Say what may stand in no text file: bytes that are not UTF-8, NUL,
 * invisible characters.  False when the file should not be read at all. */
bool as_front_check(const struct as_source *source, struct as_diag *diag);

#endif
