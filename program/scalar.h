/*
 * scalar.h - one value written as text: an entry of a list's file, or the
 * value of a parameter on the command line.
 */
#ifndef AS_SCALAR_H
#define AS_SCALAR_H

#include "program/value.h"

struct as_scalar {
    enum as_kind kind; /* which of these it is: */
    union {
        struct as_text text; /* TEXT, SOURCE */
        int64_t integer;     /* BOOL (0 or 1), INT, TIME and DURATION (ms) */
        double real;         /* REAL, finite */
        struct as_ip ip;     /* IP */
        struct as_cidr cidr; /* CIDR, host bits as written */
    };
};

/* Is it one of the kinds that as_scalar_parse reads? */
bool as_scalar_is(enum as_kind kind);

/*
 * Read `text` as a value of `kind`: the whole of it, as a rule would write it,
 * but a text or a source without quotes and escapes.  A bare address is a
 * block of one.  A text or source must be UTF-8 without NUL.
 *
 * The scalar borrows `text`.  Returns false, *scalar untouched and *why a
 * static text ("not an address, such as 192.0.2.1"), when it does not fit.
 * Does not depend on the locale.
 */
bool as_scalar_parse(enum as_kind kind, struct as_text text,
                     struct as_scalar *scalar, const char **why);

#endif
