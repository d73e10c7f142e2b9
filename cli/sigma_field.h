/*
 * sigma_field.h - from the name of a field in a Sigma rule to a path.
 *
 * Sigma names fields with dots, and does not say what is an array: in
 * `requestParameters.ipPermissions.items.toPort` any element will do.  Below
 * a field that is open JSON each name is therefore written with [], which
 * takes an element, and as well a value that is no array.
 */
#ifndef AS_SIGMA_FIELD_H
#define AS_SIGMA_FIELD_H

#include "cli/sigma.h"

enum as_sigma_type {
    AS_SIGMA_TEXT,
    AS_SIGMA_SOURCE, /* an address, or a service's name */
    AS_SIGMA_BOOL,
    AS_SIGMA_TIME,
    AS_SIGMA_JSON,   /* any value inside open JSON */
    AS_SIGMA_OBJECT, /* something that has members, and no value */
};

struct as_sigma_field {
    const char *name;  /* as the Sigma rule has it */
    const char *path;  /* what a comparison asks: any element */
    const char *whole; /* the same without the last [] */
    const char *plain; /* without any []; NULL where an array is known */
    enum as_sigma_type type;
    bool each; /* there is a [] in `whole` */
};

/* NULL after the rule was refused. */
const struct as_sigma_field *as_sigma_field_of(struct as_sigma *sigma,
                                               struct as_sigma_rule *rule,
                                               const struct as_yamltree *at,
                                               struct as_text name);

/* Is this text the name of a field inside another, `userIdentity.arn`? */
bool as_sigma_field_named(struct as_sigma *sigma, struct as_text text);

#endif
