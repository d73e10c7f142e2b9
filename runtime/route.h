/*
 * route.h - where an event must go, so that parts can be judged one by one.
 *
 * When the events at hand are more than memory may hold, they are shared out
 * to parts, by a hash, and each part is judged by itself.  A route says, for
 * each operator, what is hashed.
 */
#ifndef AS_ROUTE_H
#define AS_ROUTE_H

#include "runtime/judge.h"

enum as_way {
    AS_WAY_NONE,       /* the operator is not needed */
    AS_WAY_KEY,        /* by the values of the programs */
    AS_WAY_ANYWHERE,   /* each event to some one part, whichever */
    AS_WAY_TOGETHER,   /* all to one part */
    AS_WAY_EVERYWHERE, /* each event to all parts */
};

struct as_route {
    uint8_t way;
    uint32_t count;        /* of AS_WAY_KEY: programs, which read slots of */
    uint32_t programs[32]; /* the event and nothing else */
};

struct as_routes {
    struct as_route *of; /* owned; baselines, then rules */
};

/*
 * `fine`: by all that the operators allow, so that parts are small; else by
 * the access key alone where they allow that, so that most operators send an
 * event to the same part.  False when memory runs out; as_routes_done is due
 * in any case.
 */
bool as_routes_init(struct as_routes *routes, const struct as_pack *pack,
                    const struct as_plan *plan, bool fine);
void as_routes_done(struct as_routes *routes);

/*
 * What the route of AS_WAY_KEY or AS_WAY_ANYWHERE makes of a held event.  The
 * judge is bound to the event; `secret` is that of the run.
 */
uint64_t as_route_hash(const struct as_route *route, struct as_judge *judge,
                       uint32_t event, const struct as_hash_key *secret,
                       struct as_buf *room);

#endif
