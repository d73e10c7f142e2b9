/*
 * schema.h - the fields of a CloudTrail record, and finding one by name.
 *
 * The table is schema.def, whose head says what each column means and where
 * the facts come from.  Everything here is read-only and shared.
 */
#ifndef AS_SCHEMA_H
#define AS_SCHEMA_H

#include <stddef.h>

#include "program/value.h"

enum as_origin {
    AS_ORIGIN_AWS,     /* the service that wrote the record */
    AS_ORIGIN_CALLER,  /* whoever makes the call */
    AS_ORIGIN_ACCOUNT, /* the account's administrators */
};

struct as_field {
    const char *path; /* "userIdentity.arn", "resources[].ARN" */
    as_type type;     /* AS_KIND_OBJECT | AS_TYPE_LIST: an array of objects */
    bool optional;
    enum as_origin origin;
    const char *athena, *ecs, *ocsf; /* "" where it has no such name */
    const char *const *values;       /* all there are, then NULL; or NULL */
    const char *help;
};

size_t as_schema_count(void);

/* The row `n`, less than as_schema_count().  Rows keep their numbers for the
 * life of the program, not from one version to the next. */
const struct as_field *as_schema_field(size_t n);

/* "aws", "caller", "account". */
const char *as_origin_word(enum as_origin origin);

/* No row; also the record itself where a row is meant as a parent. */
enum { AS_SCHEMA_NONE = -1 };

/* The row with exactly this path, or with this name in Elastic's schema. */
int as_schema_find(struct as_text path);
int as_schema_find_ecs(struct as_text name);

/* Is it the name of a field at the top of a record?  Such a name may not be
 * given to anything else. */
bool as_schema_is_top(struct as_text name);

/* Does the row's list of values, if it has one, hold this one? */
bool as_schema_has_value(int row, struct as_text value);

enum as_schema_step_kind {
    AS_SCHEMA_STEP_NAME,  /* .name, also the first word of a path */
    AS_SCHEMA_STEP_INDEX, /* [3] */
    AS_SCHEMA_STEP_EACH,  /* [] */
};

struct as_schema_step {
    enum as_schema_step_kind kind;
    struct as_text name; /* of AS_SCHEMA_STEP_NAME */
    uint32_t index;      /* of AS_SCHEMA_STEP_INDEX */
};

enum as_schema_status {
    AS_SCHEMA_EXACT,      /* the steps lead to `row` itself */
    AS_SCHEMA_BELOW,      /* `row` is open JSON, steps[at] is inside it */
    AS_SCHEMA_UNKNOWN,    /* steps[at] names no member of `row` */
    AS_SCHEMA_NO_MEMBERS, /* steps[at] goes on from `row`, a scalar */
    AS_SCHEMA_NO_ARRAY,   /* steps[at] is [..], and `row` is no array */
    AS_SCHEMA_NO_ELEMENT, /* steps[at] is a name, and `row` is an array: [] or
                             [n] is missing before it */
};

struct as_schema_hit {
    enum as_schema_status status;
    int row;      /* the last good one; AS_SCHEMA_NONE: the record */
    size_t at;    /* the step that the status speaks of, else `count` */
    bool element; /* EXACT: an element of the array `row`, not all of it */
    bool each;    /* a [] was among the steps, `at` excluded */
};

/*
 * Walk `count` steps from `base`, a row, or AS_SCHEMA_NONE for the record.  A
 * base that is an array stands for one of its elements (the name that a
 * quantifier binds), one that is open JSON for any value inside it.
 */
struct as_schema_hit as_schema_resolve(int base,
                                       const struct as_schema_step *steps,
                                       size_t count);

/*
 * What may have been meant by `wrong`, a name that is no member of `parent`
 * (a row, or AS_SCHEMA_NONE): the member of `parent` that is spelt most alike,
 * else the field anywhere whose last name is.  A row, or AS_SCHEMA_NONE.
 */
int as_schema_suggest(int parent, struct as_text wrong);

#endif
