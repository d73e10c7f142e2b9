/*
 * plan.h - what units and thefts are planned with.
 */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include "corpus.h"

static inline struct random *rnd(struct corpus *c)
{
    return &c->random;
}

/* One element of an array, any. */
#define PICK(c, array)                                                         \
    ((array)[random_below(rnd(c), sizeof(array) / sizeof *(array))])

/* An event of this session, with nothing said about its caller. */
struct event plan_event(const struct corpus *c, uint32_t session, uint32_t time,
                        enum call call);

/* Add an event, unless the log has ended by then. */
void plan_add(struct corpus *c, struct event event);

/* Add a cold start to a session; its starts must be the last ones. */
void plan_start(struct corpus *c, uint32_t session, struct start start);

/* An address in a range that AWS publishes for EC2 in this region; of the
 * documentation's ranges; of 10.0.0.0/8. */
uint32_t plan_aws_address(struct corpus *c, unsigned region);
uint32_t plan_outside_address(struct corpus *c);
uint32_t plan_private_address(struct corpus *c);

/* The `i`th NAT address that an account uses; 0 to 2 are its own. */
uint32_t plan_nat(const struct corpus *c, unsigned account, unsigned i);

/* theft.c: plant the thefts. */
void plan_thefts(struct corpus *c);

#endif
