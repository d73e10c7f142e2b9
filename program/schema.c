/*
 * schema.c - see schema.h.
 *
 * There is no tree: a row's path says where it stands, so the members of
 * "userIdentity" are the rows whose path is that, a dot, and a name without a
 * dot.  With some eighty rows a look through all of them for each step of a
 * path costs less than keeping an index would.
 */

#include "program/schema.h"

/* clang-format off */
#define TEXT AS_KIND_TEXT
#define INT AS_KIND_INT
#define REAL AS_KIND_REAL
#define BOOL AS_KIND_BOOL
#define TIME AS_KIND_TIME
#define SOURCE AS_KIND_SOURCE
#define JSON AS_KIND_JSON
#define OBJECT AS_KIND_OBJECT
#define OBJECTS ((int)AS_KIND_OBJECT | AS_TYPE_LIST)
#define REQUIRED false
#define OPTIONAL true
#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NO_VALUES NULL

static const struct as_field fields[] = {
#define AS_FIELD(path, type, optional, origin, athena, ecs, ocsf, values, help)\
    { path, type, optional, AS_ORIGIN_##origin, athena, ecs, ocsf, values, help\
    },
#include "program/schema.def"
#undef AS_FIELD
};

/* The lengths of the paths: most rows are told apart by them. */
static const unsigned char lengths[] = {
#define AS_FIELD(path, type, optional, origin, athena, ecs, ocsf, values, help)\
    sizeof(path) - 1,
#include "program/schema.def"
#undef AS_FIELD
};
/* clang-format on */

enum { FIELD_COUNT = sizeof(fields) / sizeof(fields[0]) };

size_t as_schema_count(void)
{
    return FIELD_COUNT;
}

const struct as_field *as_schema_field(size_t n)
{
    return &fields[n];
}

const char *as_origin_word(enum as_origin origin)
{
    switch (origin) {
    case AS_ORIGIN_AWS:
        return "aws";
    case AS_ORIGIN_CALLER:
        return "caller";
    case AS_ORIGIN_ACCOUNT:
        return "account";
    }
    return "?";
}

int as_schema_find(struct as_text path)
{
    for (int row = 0; row < FIELD_COUNT; row++) {
        if (lengths[row] == path.length &&
            as_text_equal(as_text_of(fields[row].path), path))
            return row;
    }
    return AS_SCHEMA_NONE;
}

int as_schema_find_ecs(struct as_text name)
{
    for (int row = 0; name.length != 0 && row < FIELD_COUNT; row++) {
        if (as_text_equal(as_text_of(fields[row].ecs), name))
            return row;
    }
    return AS_SCHEMA_NONE;
}

static bool is_array(int row)
{
    return row != AS_SCHEMA_NONE && (fields[row].type & AS_TYPE_LIST) != 0;
}

static bool is_kind(int row, enum as_kind kind)
{
    return row != AS_SCHEMA_NONE && as_type_kind(fields[row].type) == kind;
}

/* The name of `row` when it is a member of `parent`, else empty. */
static struct as_text member_name(int parent, int row)
{
    static const struct as_text none = { "", 0 };
    struct as_text path = as_text_of(fields[row].path);

    if (parent != AS_SCHEMA_NONE) {
        struct as_text start = as_text_of(fields[parent].path);
        struct as_text separator = is_array(parent) ? AS_TEXT("[].")
                                                    : AS_TEXT(".");
        size_t skip = start.length + separator.length;

        if (path.length <= skip || !as_text_starts(path, start) ||
            memcmp(path.bytes + start.length, separator.bytes,
                   separator.length) != 0)
            return none;
        path.bytes += skip;
        path.length -= skip;
    }
    return memchr(path.bytes, '.', path.length) ? none : path;
}

static int find_member(int parent, struct as_text name)
{
    size_t length = name.length;

    if (parent != AS_SCHEMA_NONE)
        length += lengths[parent] +
                  (is_array(parent) ? sizeof("[].") - 1 : sizeof(".") - 1);
    for (int row = 0; name.length != 0 && row < FIELD_COUNT; row++) {
        if (lengths[row] == length &&
            as_text_equal(member_name(parent, row), name))
            return row;
    }
    return AS_SCHEMA_NONE;
}

bool as_schema_is_top(struct as_text name)
{
    return find_member(AS_SCHEMA_NONE, name) != AS_SCHEMA_NONE;
}

bool as_schema_has_value(int row, struct as_text value)
{
    const char *const *values = fields[row].values;

    for (; values && *values; values++) {
        if (as_text_equal(as_text_of(*values), value))
            return true;
    }
    return fields[row].values == NULL;
}

/* Take one step; false when hit->status says why it can't be taken. */
static bool walk(struct as_schema_hit *hit, const struct as_schema_step *step)
{
    bool is_name = step->kind == AS_SCHEMA_STEP_NAME;
    bool whole_array = is_array(hit->row) && !hit->element;
    int member;

    if (is_kind(hit->row, AS_KIND_JSON)) {
        hit->status = AS_SCHEMA_BELOW;
        return false;
    }
    if (!is_name) {
        hit->status = whole_array ? AS_SCHEMA_EXACT : AS_SCHEMA_NO_ARRAY;
        hit->element = true;
        hit->each |= whole_array && step->kind == AS_SCHEMA_STEP_EACH;
        return whole_array;
    }
    if (whole_array) {
        hit->status = AS_SCHEMA_NO_ELEMENT;
        return false;
    }
    if (hit->row != AS_SCHEMA_NONE && !is_kind(hit->row, AS_KIND_OBJECT)) {
        hit->status = AS_SCHEMA_NO_MEMBERS;
        return false;
    }
    member = find_member(hit->row, step->name);
    if (member == AS_SCHEMA_NONE) {
        hit->status = AS_SCHEMA_UNKNOWN;
        return false;
    }
    hit->row = member;
    hit->element = false;
    return true;
}

struct as_schema_hit as_schema_resolve(int base,
                                       const struct as_schema_step *steps,
                                       size_t count)
{
    struct as_schema_hit hit = { .status = AS_SCHEMA_EXACT, .row = base };

    if (is_kind(base, AS_KIND_JSON)) {
        hit.status = AS_SCHEMA_BELOW;
        return hit;
    }
    hit.element = is_array(base);
    while (hit.at < count && walk(&hit, &steps[hit.at]))
        hit.at++;
    if (hit.status != AS_SCHEMA_EXACT)
        hit.element = false;
    return hit;
}

static struct as_text last_name(int row)
{
    const char *dot = strrchr(fields[row].path, '.');

    return as_text_of(dot ? dot + 1 : fields[row].path);
}

/* A third of the letters may be wrong, and one of a short name. */
static unsigned tolerance(struct as_text wrong)
{
    size_t third = wrong.length / 3;

    return third < 1 ? 1 : third > 5 ? 5 : (unsigned)third;
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* How unlike two names are; at most 1 where only capitals differ, which is
 * how Athena's users write them. */
static unsigned unlikeness(struct as_text name, struct as_text wrong,
                           unsigned most)
{
    size_t same = 0;

    while (same < name.length && name.length == wrong.length &&
           fold(name.bytes[same]) == fold(wrong.bytes[same]))
        same++;
    if (same > 0 && same == name.length)
        return !as_text_equal(name, wrong);
    return as_text_distance(name, wrong, most);
}

int as_schema_suggest(int parent, struct as_text wrong)
{
    const unsigned most = tolerance(wrong);
    unsigned best_member = most + 1, best_other = most + 1;
    int member = AS_SCHEMA_NONE, other = AS_SCHEMA_NONE;

    for (int row = 0; row < FIELD_COUNT; row++) {
        struct as_text name = member_name(parent, row);
        unsigned distance = unlikeness(last_name(row), wrong, most);

        if (name.length != 0 && distance < best_member) {
            best_member = distance;
            member = row;
        }
        if (distance < best_other) {
            best_other = distance;
            other = row;
        }
    }
    return member != AS_SCHEMA_NONE ? member : other;
}
