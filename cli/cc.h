/*
 * cc.h - the system's C compiler, run on a text.
 */
#ifndef AS_CC_H
#define AS_CC_H

#include "cli/exit.h"
#include "cli/render.h"

/*
 * Compile a C file that includes astray_rt.h into a shared object, whose bytes
 * are appended to `object`.  The compiler is $CC, else cc, its flags $CFLAGS,
 * else -O2: words, shared out at blanks.  What it has to say goes to standard
 * error.  AS_EXIT_OK, or AS_EXIT_USAGE after a complaint.
 */
enum as_exit as_cc_shared(struct as_text text, struct as_buf *object,
                          struct as_talk *talk);

/* The lines of include/astray_rt.h, NULL behind the last: made from it when
 * the command is built. */
extern const char *const as_cc_header[];

#endif
