/*
 * projection.h - the values of a record that the rules read, and no others.
 *
 * A plan is made once from a projection.  For each record one strict pass
 * checks every byte (see scan.h) and picks the projected values out.
 */
#ifndef AS_PROJECTION_H
#define AS_PROJECTION_H

#include "runtime/event.h"
#include "runtime/index.h"

struct as_json_plan;

enum as_json_names {
    AS_JSON_NATIVE, /* the slots' paths */
    AS_JSON_ECS,    /* their ECS names; a record may nest them, write them
                       with dots, or both */
};

/*
 * `marks` are names of the outermost object which are wanted beside the
 * projection's slots, whatever kind they have, 64 at most; the same one may
 * come twice.
 * The projection, the marks and their texts are borrowed.  NULL when memory
 * ran out.  A plan belongs to one thread.
 */
struct as_json_plan *as_json_plan_new(const struct as_projection *projection,
                                      enum as_json_names names,
                                      const struct as_text *marks,
                                      uint32_t mark_count);
void as_json_plan_free(struct as_json_plan *plan);

/* Read with this kernel from now on or, when it is NULL, with none.  They
 * differ in speed alone, which is what tests use this for. */
void as_json_plan_use(struct as_json_plan *plan,
                      const struct as_kernel *kernel);

struct as_json_fault {
    enum as_reason reason; /* AS_REASON_NONE: there is none */
    size_t offset;         /* within the bytes that were given */
    const char *what;      /* static text */
    struct as_text name;   /* of the field it is about, or empty; lives as
                              long as the bytes and the plan */
};

/*
 * Read one value at the start of `bytes` (which may have more behind it).
 *
 * Returns how many bytes it takes, or 0 when they are not JSON, with what is
 * wrong in *fault; AS_REASON_CUT: they end too early.
 *
 * A value that is JSON can have a fault too: DUPLICATE, a name on the way to
 * a slot twice in one object, or any name twice inside an object that is a
 * slot's value; SHAPE, a slot's value of the wrong kind, or no object at all;
 * SIZE, a slot's value above AS_MAX_KEPT_TEXT.  The first one is told, and
 * the values are good but for those that are at fault.
 */
size_t as_json_project(struct as_json_plan *plan, struct as_text bytes,
                       struct as_json_fault *fault);

/*
 * The values of the last call: the slots', then the marks'.  Their texts lie
 * in the bytes that were given or in the plan, until its next call.  ABSENT
 * where a path leads through something that is no object or array.
 */
struct as_json_value *as_json_values(struct as_json_plan *plan);

/* A bit for each mark, the first lowest: those that the last record has, and
 * which are not null. */
uint64_t as_json_marks(const struct as_json_plan *plan);

#endif
