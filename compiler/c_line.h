/*
 * c_line.h - locals and lines of a C function that is being written.
 */
#ifndef AS_C_LINE_H
#define AS_C_LINE_H

#include "common/buf.h"
#include "compiler/ir.h"

enum as_c_form {
    AS_C_TRUTH,   /* uint32_t */
    AS_C_WORDS,   /* struct astray_text */
    AS_C_VALUE,   /* struct astray_value */
    AS_C_POINTER, /* to one */
};

struct as_c_local {
    const char *name;
    enum as_c_form form;
    bool changes;  /* it is written more than once */
    bool declared; /* by now */
};

#define AS_C_NO_LOCAL UINT32_MAX

/* A value: in a local, or a constant or parameter where it stands. */
struct as_c_operand {
    const struct as_ir *node;
    uint32_t local;
    bool address; /* of the latter: of where the machine has it */
};

struct as_c_scope;

struct as_c_maker {
    struct as_buf *out;
    struct as_buf *value; /* the expression that is being written */
    struct as_arena *arena;
    struct as_c_local *locals;
    uint32_t local_count, local_capacity;
    uint32_t depth; /* of blocks */
    bool too_deep;
    bool failed;          /* out of memory */
    struct as_buf *lists; /* rows of lists that want a function: c_op.c */
    /* of the walk, see c_body.c: */
    const struct as_c_scope *scope;
    uint32_t mark;         /* of nodes whose `note` is the local they are in */
    struct as_ir **shared; /* those nodes, in order */
    uint32_t shared_count, shared_capacity;
};

/* Names of the whole file out of any text: none is that of a local.  Those of
 * the rows of a pack; a list's goes on with "has" for the function that looks
 * into it. */
void as_c_name(struct as_buf *out, struct as_text text);
void as_c_slot_name(struct as_buf *out, uint32_t row, struct as_text path);
void as_c_list_name(struct as_buf *out, uint32_t row, struct as_text name);
void as_c_param_name(struct as_buf *out, uint32_t row, struct as_text name);

/* The form in which values of a type are held. */
enum as_c_form as_c_form_of(as_type type);

/* Has memory run out, or is the program too deep?  What is written then is of
 * no use. */
bool as_c_failed(const struct as_c_maker *maker);

/* Room for one more element of *elements, a pointer to an array in the arena;
 * false when memory runs out. */
bool as_c_grow(struct as_arena *arena, void *elements, size_t size,
               uint32_t count, uint32_t *capacity);

/* A local named after `hint`, or AS_C_NO_LOCAL. */
uint32_t as_c_new_local(struct as_c_maker *maker, struct as_text hint,
                        enum as_c_form form);
const char *as_c_local_name(const struct as_c_maker *maker, uint32_t local);

/* ---- lines ------------------------------------------------------------ */

void as_c_indent(struct as_c_maker *maker);

/* A line of at most 255 bytes. */
void as_c_line(struct as_c_maker *maker, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The local's declaration, unless it has been declared. */
void as_c_declare(struct as_c_maker *maker, uint32_t to);

/* Begin an expression: what maker->value holds, emptied.  The local gets it,
 * and is declared with it when it is new. */
struct as_buf *as_c_begin(struct as_c_maker *maker);
void as_c_put(struct as_c_maker *maker, uint32_t to);

/* The same behind one more bracket. */
void as_c_finish(struct as_c_maker *maker, uint32_t to);

/* ---- operands --------------------------------------------------------- */

/* Is it a constant or a parameter, which is written where it is used? */
bool as_c_is_immediate(const struct as_ir *node);

/* "text", length */
void as_c_literal(struct as_buf *out, struct as_text text);

/* In the operand's own form; of a value, a pointer to it. */
void as_c_put_operand(struct as_c_maker *maker, struct as_c_operand operand);

/* The operand as a struct astray_value in memory; may write a line. */
struct as_c_operand as_c_as_value(struct as_c_maker *maker,
                                  struct as_c_operand operand);

/* The call that makes the form of this type out of what the machine gives,
 * "astray_as_text(" and so on; false: there is none, nothing to close. */
bool as_c_put_as(struct as_buf *out, as_type type);

#endif
