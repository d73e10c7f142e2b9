/* c_body.c - see c_body.h. */

#include "compiler/c_body.h"

void as_c_bodies_init(struct as_c_bodies *bodies)
{
    *bodies = (struct as_c_bodies){ .text = { 0 } };
}

void as_c_bodies_done(struct as_c_bodies *bodies)
{
    as_buf_done(&bodies->text);
    as_buf_done(&bodies->rows);
}
