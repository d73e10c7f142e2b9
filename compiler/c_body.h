/*
 * c_body.h - the C functions of programs, while they are collected.
 */
#ifndef AS_C_BODY_H
#define AS_C_BODY_H

#include "common/buf.h"

/* What stands between a function's braces, for each row of table program. */
struct as_c_body {
    uint32_t start, length; /* of `text`; length 0: it stays bytecode */
};

struct as_c_bodies {
    struct as_buf text;
    struct as_buf rows; /* struct as_c_body */
};

void as_c_bodies_init(struct as_c_bodies *bodies);
void as_c_bodies_done(struct as_c_bodies *bodies);

#endif
