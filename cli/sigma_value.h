/*
 * sigma_value.h - what a value of a Sigma rule is.
 *
 * A text has wildcards, * and ?, and a backslash before one makes it an
 * ordinary character; so it does before a backslash.
 */
#ifndef AS_SIGMA_VALUE_H
#define AS_SIGMA_VALUE_H

#include "cli/sigma.h"

enum as_sigma_value_kind {
    AS_SIGMA_VALUE_TEXT,
    AS_SIGMA_VALUE_NUMBER, /* in the spelling of JSON */
    AS_SIGMA_VALUE_BOOL,
    AS_SIGMA_VALUE_NULL,
    AS_SIGMA_VALUE_ODD, /* read in several ways by readers of YAML */
};

enum as_sigma_value_kind as_sigma_value_kind_of(struct as_sigma *sigma,
                                                const struct as_yamltree *node);

/* Of a BOOL: which one? */
bool as_sigma_value_true(const struct as_yamltree *node);

/* How a text with wildcards is asked for. */
enum as_sigma_shape {
    AS_SIGMA_ANY,      /* only *: some value */
    AS_SIGMA_EQUAL,    /* ==, in */
    AS_SIGMA_STARTS,   /* startswith */
    AS_SIGMA_ENDS,     /* endswith */
    AS_SIGMA_CONTAINS, /* contains */
    AS_SIGMA_LIKE,     /* like */
    AS_SIGMA_MATCHES,  /* matches: what the others cannot say */
    AS_SIGMA_BLOCK,    /* no text: a block of addresses */
    AS_SIGMA_SHAPES
};

struct as_sigma_pattern {
    const char *bytes; /* escapes gone */
    const char *marks; /* beside each: 'x' as it stands, '*' or '?' */
    size_t length;
    enum as_sigma_shape shape;
};

/*
 * Read a text; `front` and `back` put a * before and behind it.  With `cased`
 * A and a are different.  False when memory ran out.
 */
bool as_sigma_pattern_read(struct as_sigma *sigma, struct as_text text,
                           bool front, bool back, bool cased,
                           struct as_sigma_pattern *pattern);

/* Its text as the shape needs it: the part between the stars, folded unless
 * `cased`; of LIKE with wildcards, of MATCHES a regular expression. */
void as_sigma_pattern_text(const struct as_sigma_pattern *pattern, bool cased,
                           struct as_buf *out);

#endif
