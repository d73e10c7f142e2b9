/*
 * theft.c - who steals which key, and what he does with it.
 *
 * Eighteen kinds of theft, planted in turn on sessions that plan.c made: from
 * functions, tasks and an instance; used from outside, from inside of AWS,
 * through an endpoint, in the victim's own network; loudly and with care.
 * Some of them no rule sees.  What each rule says is worked out in truth.c.
 */
#include "plan.h"

enum loot {
    FROM_FUNCTION, /* with a log stream that shows where it is at home */
    FROM_MUTE,     /* a function that may not open one */
    FROM_TASK,
    FROM_INSTANCE
};

/*
 * How each kind of thief goes about it.  `place` and `via` are where he calls
 * from, `agent` what he says he is; `offset` is when he begins, in seconds
 * after the key's first event, or a random time in its life.
 */
enum trick {
    PLAIN,
    ONLY_DECRYPT, /* and nothing else */
    ALL_DENIED,
    OTHER_REGION,
    FIRST_SECOND, /* in the second of the cold start */
    AS_A_WORKER,  /* opens a log stream under the worker's user agent first */
    BEFORE_HOME,  /* before the task has called */
    THROUGH_NAT,  /* from inside the victim's network: nobody can tell */
};
static const struct theft {
    enum loot loot;
    enum place place;
    enum via via;
    enum agent agent;
    enum trick trick;
} thefts[] = {
    /* clang-format off */
    { FROM_FUNCTION, PLACE_ELSEWHERE, VIA_INTERNET,         AGENT_CLI,      PLAIN },
    { FROM_FUNCTION, PLACE_AWS,       VIA_INTERNET,         AGENT_INSTANCE, PLAIN },
    { FROM_TASK,     PLACE_ELSEWHERE, VIA_INTERNET,         AGENT_CLI,      PLAIN },
    { FROM_FUNCTION, PLACE_IPV6,      VIA_INTERNET,         AGENT_CLI,      PLAIN },
    { FROM_FUNCTION, PLACE_PRIVATE,   VIA_FOREIGN_ENDPOINT, AGENT_CLI,      PLAIN },
    { FROM_FUNCTION, PLACE_ELSEWHERE, VIA_INTERNET,         AGENT_CLI,      ONLY_DECRYPT },
    { FROM_TASK,     PLACE_AWS,       VIA_INTERNET,         AGENT_INSTANCE, PLAIN },
    { FROM_FUNCTION, PLACE_ELSEWHERE, VIA_INTERNET,         AGENT_CLI,      ALL_DENIED },
    { FROM_FUNCTION, PLACE_ELSEWHERE, VIA_INTERNET,         AGENT_SPOOFED,  PLAIN },
    { FROM_TASK,     PLACE_ELSEWHERE, VIA_INTERNET,         AGENT_FARGATE,  BEFORE_HOME },
    { FROM_FUNCTION, PLACE_ELSEWHERE, VIA_INTERNET,         AGENT_CLI,      FIRST_SECOND },
    { FROM_FUNCTION, PLACE_AWS,       VIA_INTERNET,         AGENT_CLI,      OTHER_REGION },
    { FROM_INSTANCE, PLACE_ELSEWHERE, VIA_INTERNET,         AGENT_CLI,      PLAIN },
    { FROM_FUNCTION, PLACE_ELSEWHERE, VIA_INTERNET,         AGENT_CLI,      AS_A_WORKER },
    { FROM_TASK,     PLACE_PRIVATE,   VIA_FOREIGN_ENDPOINT, AGENT_CLI,      PLAIN },
    { FROM_FUNCTION, PLACE_AWS,       VIA_INTERNET,         AGENT_CLI,      THROUGH_NAT },
    { FROM_FUNCTION, PLACE_AWS,       VIA_INTERNET,         AGENT_CLI,      AS_A_WORKER },
    { FROM_MUTE,     PLACE_ELSEWHERE, VIA_INTERNET,         AGENT_CLI,      PLAIN },
    /* clang-format on */
};

static int fits(const struct session *s, const struct theft *theft)
{
    switch (theft->loot) {
    case FROM_FUNCTION:
        return s->type == TYPE_ROLE && s->naming == NAME_FUNCTION &&
               s->start_count != 0;
    case FROM_MUTE:
        return s->type == TYPE_ROLE && s->naming == NAME_FUNCTION &&
               s->start_count == 0;
    case FROM_TASK:
        return s->type == TYPE_ROLE && s->naming == NAME_TASK;
    case FROM_INSTANCE:
        return s->type == TYPE_ROLE && s->naming == NAME_INSTANCE;
    }
    return 0;
}

/* A session that fits and whose theft still lies in the log. */
static uint32_t choose_victim(struct corpus *c, const struct theft *theft)
{
    for (int tries = 0; tries < 1000000; tries++) {
        uint32_t s = random_below(rnd(c), (uint32_t)c->session_count);
        if (fits(&c->sessions[s], theft) &&
            c->sessions[s].created + HOUR < START_TIME + c->span)
            return s;
    }
    return NONE;
}

static uint32_t thief_address(struct corpus *c, const struct theft *theft,
                              const struct session *victim)
{
    switch (theft->place) {
    case PLACE_AWS:
        return theft->trick == THROUGH_NAT
                 ? plan_nat(c, victim->account, 0)
                 : plan_aws_address(c, victim->region);
    case PLACE_IPV6:
        return (uint32_t)random_next(rnd(c));
    case PLACE_PRIVATE:
        return plan_private_address(c);
    case PLACE_ELSEWHERE:
    case PLACE_SERVICE:
    case PLACE_INTERNAL:
        break;
    }
    return plan_outside_address(c);
}

/* Appends a start to a session whose starts are not the last: they move. */
static void poison(struct corpus *c, uint32_t session, struct start start)
{
    struct session *s = &c->sessions[session];
    uint32_t first = s->first_start, count = s->start_count;
    s->start_count = 0;
    for (uint32_t i = 0; i < count; i++)
        plan_start(c, session, c->starts[first + i]);
    plan_start(c, session, start);
}

static void plan_theft(struct corpus *c, const struct theft *theft)
{
    static const enum call calls[] = {
        CALL_CALLER,     CALL_S3_BUCKETS,   CALL_SECRET_LIST,
        CALL_SECRET_GET, CALL_USERS,        CALL_INSTANCES,
        CALL_S3_LIST,    CALL_S3_GET,       CALL_ROLE_POLICIES,
        CALL_REGIONS,    CALL_KMS_DATA_KEY, CALL_KMS_DECRYPT,
    };
    uint32_t number = choose_victim(c, theft);
    if (number == NONE)
        return;
    const struct session victim = c->sessions[number];
    struct event e = plan_event(c, number, 0, CALL_CALLER);
    e.place = (uint8_t)theft->place;
    e.via = (uint8_t)theft->via;
    e.agent = (uint8_t)theft->agent;
    e.address = thief_address(c, theft, &victim);
    if (theft->trick == OTHER_REGION)
        e.region = (uint8_t)((victim.region + 1) % c->region_count);
    uint32_t at = victim.created + 30 + random_below(rnd(c), 40 * 60);
    if (theft->trick == FIRST_SECOND)
        at = c->starts[victim.first_start].time;
    if (theft->trick == BEFORE_HOME)
        at = victim.created + 1;
    if (theft->trick == AS_A_WORKER) {
        struct event open = e;
        open.time = at - 20;
        open.call = CALL_LOG_STREAM;
        open.agent = AGENT_WORKER;
        open.flags = STOLEN;
        poison(
            c, number,
            (struct start){ open.time, open.address, open.place, open.region });
        plan_add(c, open);
    }
    for (uint32_t n = random_range(rnd(c), 2, 10); n > 0; n--) {
        e.call = (uint16_t)(theft->trick == ONLY_DECRYPT ? CALL_KMS_DECRYPT
                                                         : PICK(c, calls));
        e.time = at;
        e.seed = 0;
        e.flags = STOLEN;
        if (theft->trick == ALL_DENIED || random_chance(rnd(c), 3))
            e.flags |= DENIED;
        plan_add(c, e);
        if (theft->trick != FIRST_SECOND)
            at += random_below(rnd(c), 50);
    }
    c->theft_count++;
}

/* Sixty a gigabyte, and each kind once at least. */
void plan_thefts(struct corpus *c)
{
    const uint32_t kinds = sizeof(thefts) / sizeof *thefts;
    uint32_t count = (uint32_t)(c->size * 60 / 1000000000);
    size_t before = c->event_count;
    if (count < kinds)
        count = kinds;
    for (uint32_t i = 0; i < count; i++)
        plan_theft(c, &thefts[i % kinds]);
    c->stolen_count = (uint32_t)(c->event_count - before);
}
