/*
 * guard.h - what a thief can and cannot bring about with a call of his own.
 *
 * He has the key, so he is who it says: its ids, its account, its role.  He
 * chooses what to call, where and when, and what his client says of itself.
 * He does not choose what the service writes down of where the call came from
 * and who made it: the address, the VPC endpoint, `invokedBy`, that there was
 * no TLS.  A condition that needs such a field is a guard.
 */
#ifndef AS_GUARD_H
#define AS_GUARD_H

#include "compiler/unit.h"

/* A number of steps after which a question is given up, so that macros inside
 * macros cannot take for ever. */
enum { AS_GUARD_STEPS = 1 << 18 };

struct as_guard {
    uint32_t steps; /* taken so far */
    /* What loops bind, outermost first: the element and its array. */
    uint32_t item_count;
    struct {
        const struct as_ir_item *item;
        const struct as_ir *json;
    } items[8];
};

/* Count a step; false when there were too many. */
bool as_guard_step(struct as_guard *guard);

void as_guard_bind(struct as_guard *guard, const struct as_ir_item *item,
                   const struct as_ir *json);

/* The part of the value that the caller chooses: a slot, a SESSION_NAME; NULL
 * when there is none. */
const struct as_ir *as_guard_choice(struct as_guard *guard,
                                    const struct as_ir *node);

/*
 * Can a thief repeat a value that the key's owner had, and do what he likes all
 * the same?  Who he is comes with the key, and his client may say what the
 * owner's said.  What he asks for (the call, its region, its parameters) is
 * what he came for: to repeat that is to give it up.
 */
bool as_guard_repeats(struct as_guard *guard, const struct as_ir *node);

/* The row of the schema that a slot lies in or below, or AS_SCHEMA_NONE. */
int as_guard_field(const struct as_ir *slot);

/* Is this a condition that a thief cannot make true? */
bool as_guard_holds(struct as_guard *guard, const struct as_ir *node);

/* Is this one that a thief cannot make false? */
bool as_guard_fails(struct as_guard *guard, const struct as_ir *node);

/* Does `where` keep a thief's calls out of it? */
bool as_guard_keeps(struct as_guard *guard, const struct as_ir_from *from);

#endif
