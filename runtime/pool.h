/*
 * pool.h - one list of inputs, read on several lanes at once.
 *
 * A lane is a thread and whatever its owner has for it, by number.  Each
 * lane begins with a stretch of the list of its own, all of about as many
 * bytes; one that has done its part takes over the second half of the largest
 * part that is left.  So neighbours in the list, which are neighbours in
 * time as a rule, mostly stay together, and no lane is idle for long.
 *
 * Nothing can be told from outside: notices come in the order of the list,
 * from the thread that called, and which lane reads what is left to chance.
 */
#ifndef AS_POOL_H
#define AS_POOL_H

#include "astray.h"
#include "runtime/walk.h"

struct as_pool;

struct as_pool_calls {
    /* Read an input; called on the lane's thread.  A status with which
     * as_reader_stops stops all lanes. */
    enum astray_status (*read)(void *user, unsigned lane,
                               const struct as_input *input);
    /* Called on the thread that called as_pool_read. */
    astray_notice_fn *notice;
    /* There, too, about ten times a second: so many inputs, of so many bytes
     * on the disk, are done. */
    void (*tick)(void *user, uint64_t input_count, uint64_t bytes);
    void *user;
};

/* NULL when memory ran out. */
struct as_pool *as_pool_new(const struct as_pool_calls *calls);
void as_pool_free(struct as_pool *pool);

/*
 * Read all inputs on up to `lane_count` lanes (fewer when threads can't be
 * had, in the end the caller's own as lane 0).  The gravest status of all.
 */
enum astray_status as_pool_read(struct as_pool *pool,
                                const struct as_inputs *inputs,
                                unsigned lane_count);

/* From within `read`, on the same lane: something to be said in its place.
 * All is copied but the reason, which must be a literal. */
void as_pool_say(struct as_pool *pool, unsigned lane,
                 const struct astray_notice *notice);

/* How many processors this process may run on; at least 1. */
unsigned as_pool_processors(void);

#endif
