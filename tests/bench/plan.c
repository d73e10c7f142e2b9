/*
 * plan.c - who calls what, from where, and when.
 *
 * A corpus is made of units: a Lambda key's life, an ECS task, an instance, a
 * pod, a person's session, a pipeline's run.  Each unit is planned whole, as
 * sessions and events with their times, until the units of its sort have used
 * up their share of the records (see shares).  Times are drawn freely; order
 * comes later.
 *
 * Thefts are planned last, on sessions that exist by then: see theft.c.
 * Nothing is written here about what a rule will say.
 */
#include <stdlib.h>

#include "plan.h"

/* Blocks of addresses that AWS publishes for EC2, by region: from its
 * ip-ranges.json of October 2026. */
static const struct block {
    uint32_t first, bits;
} aws_blocks[REGION_COUNT] = {
    { 0x03500000, 20 }, /* 3.80.0.0/12 */
    { 0x22d00000, 20 }, /* 34.208.0.0/12 */
    { 0x03400000, 20 }, /* 3.64.0.0/12 */
    { 0x03680000, 18 }, /* 3.104.0.0/14 */
};

uint32_t plan_aws_address(struct corpus *c, unsigned region)
{
    const struct block *block = &aws_blocks[region];
    return block->first + random_below(rnd(c), 1u << block->bits);
}

/* 192.0.2.0/24, 198.51.100.0/24 or 203.0.113.0/24 (RFC 5737). */
uint32_t plan_outside_address(struct corpus *c)
{
    static const uint32_t first[] = { 0xc0000200, 0xc6336400, 0xcb007100 };
    return first[random_below(rnd(c), 3)] + random_range(rnd(c), 1, 254);
}

uint32_t plan_private_address(struct corpus *c)
{
    return 0x0a000000 + random_range(rnd(c), 0, 0x3ffff);
}

static uint32_t some_time(struct corpus *c)
{
    return START_TIME + random_below(rnd(c), c->span);
}

static unsigned some_account(struct corpus *c)
{
    return random_below(rnd(c), c->account_count);
}

static unsigned some_region(struct corpus *c)
{
    return random_below(rnd(c), c->region_count);
}

/* A number below `count`, the small ones often: as functions are called. */
static uint32_t skewed(struct corpus *c, uint32_t count)
{
    uint32_t a = random_below(rnd(c), count);
    uint32_t b = random_below(rnd(c), count);
    return (uint32_t)((uint64_t)a * b / count);
}

static uint32_t add_session(struct corpus *c, struct session session)
{
    c->sessions = grow(c->sessions, &c->session_capacity, c->session_count + 1,
                       sizeof(*c->sessions));
    c->sessions[c->session_count] = session;
    return (uint32_t)c->session_count++;
}

/* A session of a role, begun at some time in some account and region.  Numbers
 * are drawn one a statement, here and below: C does not say in which order
 * the parts of an expression are evaluated. */
static struct session new_session(struct corpus *c, enum naming naming)
{
    struct session session = { .key = c->key_count,
                               .name = c->key_count,
                               .task = NONE,
                               .type = TYPE_ROLE,
                               .naming = (uint8_t)naming };
    c->key_count++;
    session.created = some_time(c);
    session.account = (uint8_t)some_account(c);
    session.region = (uint8_t)some_region(c);
    return session;
}

/* The events' end is cut off: logs end in the middle of things. */
void plan_add(struct corpus *c, struct event event)
{
    if (event.time >= START_TIME + c->span)
        return;
    if (event.seed == 0)
        event.seed = (uint32_t)random_next(rnd(c)) | 1;
    c->events = grow(c->events, &c->event_capacity, c->event_count + 1,
                     sizeof(*c->events));
    c->events[c->event_count++] = event;
}

void plan_start(struct corpus *c, uint32_t session, struct start start)
{
    struct session *s = &c->sessions[session];
    if (s->start_count == 0)
        s->first_start = (uint32_t)c->start_count;
    s->start_count++;
    c->starts = grow(c->starts, &c->start_capacity, c->start_count + 1,
                     sizeof(*c->starts));
    c->starts[c->start_count++] = start;
}

struct event plan_event(const struct corpus *c, uint32_t session, uint32_t time,
                        enum call call)
{
    return (struct event){ .time = time,
                           .session = session,
                           .call = (uint16_t)call,
                           .region = c->sessions[session].region };
}

/* ---- addresses that accounts own ---- */

enum { OWNED_COUNT = 6 };

static void add_allocation(struct corpus *c, struct allocation allocation)
{
    c->allocations = grow(c->allocations, &c->allocation_capacity,
                          c->allocation_count + 1, sizeof(*c->allocations));
    c->allocations[c->allocation_count++] = allocation;
    if (allocation.time == NONE)
        return;
    struct event e = plan_event(c, allocation.account, allocation.time,
                                CALL_ALLOCATE);
    e.place = PLACE_ELSEWHERE;
    e.address = plan_outside_address(c);
    e.agent = AGENT_TERRAFORM;
    e.seed = allocation.address; /* what the answer holds */
    plan_add(c, e);
}

/*
 * Six NAT addresses an account.  Of those, three are allocated before anything
 * else, one in the middle of the log, one was allocated before the log began,
 * and one belongs to the next account.
 */
static void plan_allocations(struct corpus *c)
{
    /* Session number a is the user who builds account a's networks. */
    for (unsigned a = 0; a < c->account_count; a++)
        add_session(c, (struct session){ .key = c->key_count++,
                                         .name = a,
                                         .created = START_TIME,
                                         .task = NONE,
                                         .type = TYPE_USER,
                                         .naming = NAME_USER,
                                         .account = (uint8_t)a });
    for (unsigned a = 0; a < c->account_count; a++) {
        for (unsigned i = 0; i < OWNED_COUNT; i++) {
            struct allocation allocation = {
                START_TIME + 1 + i * 20,
                plan_aws_address(c, i % c->region_count),
                (uint8_t)(i == 5 ? (a + 1) % c->account_count : a)
            };
            if (i == 3)
                allocation.time = START_TIME + c->span / 2;
            if (i == 4)
                allocation.time = NONE;
            add_allocation(c, allocation);
        }
    }
}

/* The `i`th NAT address as the account sees it. */
uint32_t plan_nat(const struct corpus *c, unsigned account, unsigned i)
{
    return c->allocations[account * OWNED_COUNT + i % OWNED_COUNT].address;
}

/* AWS takes the role for its workload: the key is handed out. */
static void issue_key(struct corpus *c, uint32_t session, uint32_t time,
                      enum service service)
{
    struct event e = plan_event(c, session, time, CALL_ISSUE);
    e.flags = BY_SERVICE | NO_TLS;
    e.invoked_by = (uint8_t)(service + 1);
    e.place = PLACE_SERVICE;
    e.address = service;
    e.agent = AGENT_SAME;
    plan_add(c, e);
}

/* ---- Lambda ---- */

static const enum call function_calls[] = {
    CALL_DYNAMODB_GET,    CALL_DYNAMODB_GET,   CALL_DYNAMODB_GET,
    CALL_DYNAMODB_QUERY,  CALL_DYNAMODB_QUERY, CALL_DYNAMODB_PUT,
    CALL_DYNAMODB_UPDATE, CALL_S3_GET,         CALL_S3_GET,
    CALL_S3_PUT,          CALL_S3_HEAD,        CALL_S3_LIST,
    CALL_SQS_SEND,        CALL_SQS_RECEIVE,    CALL_SNS_PUBLISH,
    CALL_SECRET_GET,      CALL_PARAMETERS_GET, CALL_PARAMETER_GET,
    CALL_KMS_DECRYPT,     CALL_KMS_DATA_KEY,   CALL_PARAMETER_GET,
    CALL_MODEL_INVOKE,    CALL_CALLER,         CALL_SECRET_GET,
    CALL_PARAMETER_GET,   CALL_CALLER,         CALL_QUERY_START,
    CALL_ASSUME,          CALL_LAMBDA_INVOKE,
};

/* A function: what is drawn from its number, always the same. */
struct function {
    unsigned account, region;
    enum agent agent;
    int in_vpc, has_endpoint, has_log_group;
    unsigned nat;
};

static struct function function_of(const struct corpus *c, uint32_t number)
{
    static const enum agent agents[] = { AGENT_PYTHON, AGENT_PYTHON, AGENT_NODE,
                                         AGENT_NODE,   AGENT_JAVA,   AGENT_GO };
    uint64_t bits = mix64(c->seed * 31 + number);
    return (struct function){
        .account = (unsigned)(bits % c->account_count),
        .region = (unsigned)((bits >> 8) % c->region_count),
        .agent = agents[(bits >> 16) % 32 < 31 ? (bits >> 24) % 5 : 5],
        .in_vpc = (bits >> 32) % 6 == 0,
        .has_endpoint = (bits >> 36) % 4 == 0,
        .has_log_group = (bits >> 40) % 20 != 0,
        /* The addresses that are not known to be theirs are rarely used. */
        .nat = (unsigned)((bits >> 45) % 64 < 63 ? (bits >> 52) % 3
                                                 : 3 + (bits >> 52) % 3),
    };
}

/* The worker's log stream, and Lambda's own call for its environment. */
static void plan_cold_start(struct corpus *c, uint32_t session,
                            const struct function *f, uint32_t time,
                            uint32_t address, unsigned region)
{
    if (time >= START_TIME + c->span)
        return;
    struct event e = plan_event(c, session, time, CALL_LOG_STREAM);
    e.place = PLACE_AWS;
    e.address = address;
    e.region = (uint8_t)region;
    e.agent = random_chance(rnd(c), 40) ? AGENT_WORKER_2018 : AGENT_WORKER;
    e.flags = random_chance(rnd(c), 50) ? DENIED : 0;
    if (f->has_log_group) {
        plan_start(c, session,
                   (struct start){ time, address, PLACE_AWS, (uint8_t)region });
        plan_add(c, e);
    }
    e.call = CALL_KMS_DECRYPT_ENV;
    e.agent = AGENT_PLATFORM;
    e.flags = NO_TLS;
    e.seed = 0;
    if (random_chance(rnd(c), 4)) {
        e.place = PLACE_INTERNAL;
        e.address = 0;
        e.invoked_by = SERVICE_LAMBDA + 1;
        e.agent = AGENT_SAME;
    } else {
        e.address = plan_aws_address(c, region);
    }
    if (random_chance(rnd(c), 3))
        plan_add(c, e);
}

/* What a service does on the function's behalf, in `e`'s place. */
static void by_another(struct corpus *c, struct event *e)
{
    e->agent = AGENT_SAME;
    e->flags |= NO_TLS;
    uint32_t which = random_below(rnd(c), 10);
    if (which < 5) {
        e->place = PLACE_SERVICE;
        e->address = PICK(
            c, ((const uint32_t[]){ SERVICE_ATHENA, SERVICE_S3, SERVICE_SECRETS,
                                    SERVICE_CLOUDFORM }));
        e->invoked_by = (uint8_t)(e->address + 1);
    } else {
        e->place = PLACE_INTERNAL;
        e->address = which < 9 ? 0 : random_range(rnd(c), 1, 9);
        e->invoked_by = SERVICE_INTERNAL + 1;
    }
}

struct worker {
    uint32_t since, address;
};

/* One call of a function by one of its workers. */
static void plan_function_call(struct corpus *c, uint32_t session,
                               const struct function *f, uint32_t time,
                               const struct worker *worker)
{
    struct event e = plan_event(c, session, time, PICK(c, function_calls));
    e.place = PLACE_AWS;
    e.address = worker->address;
    e.agent = (uint8_t)f->agent;
    e.flags = random_chance(rnd(c), 60) ? DENIED : 0;
    if (random_chance(rnd(c), 400)) {
        by_another(c, &e);
    } else if (f->in_vpc) {
        e.address = plan_nat(c, f->account, f->nat);
        if (f->has_endpoint && random_chance(rnd(c), 12)) {
            e.place = PLACE_PRIVATE;
            e.address = plan_private_address(c);
            e.via = VIA_OWN_ENDPOINT;
        }
    }
    plan_add(c, e);
}

/* Workers start when the key is new and whenever; each has its address. */
static void start_workers(struct corpus *c, uint32_t session,
                          const struct function *f, uint32_t life,
                          struct worker *workers, unsigned count)
{
    uint32_t time = c->sessions[session].created;
    for (unsigned i = 0; i < count; i++) {
        workers[i].since = time + random_below(rnd(c), i == 0 ? 3 : life);
        workers[i].address = plan_aws_address(c, f->region);
        plan_cold_start(c, session, f, workers[i].since, workers[i].address,
                        f->region);
    }
    /* A key in two regions: the published rule is not ready for it. */
    if (random_chance(rnd(c), 300)) {
        unsigned other = (f->region + 1) % c->region_count;
        plan_cold_start(c, session, f, time + life / 3,
                        plan_aws_address(c, other), other);
    }
}

/*
 * A key's life: Lambda takes the role, workers start and call.  A key is at
 * most twelve hours old; each new worker has an address of its own.
 */
static void plan_function(struct corpus *c, uint32_t number)
{
    struct function f = function_of(c, number);
    struct session drawn = new_session(c, NAME_FUNCTION);
    uint32_t calls = random_range(rnd(c), 2, 20), time = drawn.created, life;
    for (int i = 0; i < 3 && random_chance(rnd(c), 3); i++)
        calls *= 5;
    life = random_chance(rnd(c), 3) ? 11 * HOUR
                                    : random_range(rnd(c), 60, 3 * HOUR);
    if (random_chance(rnd(c), 100))
        drawn.key = random_below(rnd(c), c->key_count); /* used again */
    drawn.role = drawn.name = number;
    drawn.account = (uint8_t)f.account;
    drawn.region = (uint8_t)f.region;
    uint32_t session = add_session(c, drawn);
    issue_key(c, session, time, SERVICE_LAMBDA);

    struct worker workers[8];
    unsigned worker_count = 1 + random_below(rnd(c), calls < 40 ? 2 : 8);
    start_workers(c, session, &f, life, workers, worker_count);
    for (uint32_t i = 0; i < calls; i++) {
        uint32_t at = time + 1 + random_below(rnd(c), life);
        const struct worker *worker =
            &workers[random_below(rnd(c), worker_count)];
        /* A few calls come before the log stream of their worker. */
        if (at < worker->since)
            at = random_chance(rnd(c), 8)
                   ? worker->since - random_below(rnd(c), 3)
                   : worker->since + 1 + random_below(rnd(c), 60);
        plan_function_call(c, session, &f, at, worker);
    }
}

/* ---- ECS ---- */

static const enum call task_calls[] = {
    CALL_SECRET_GET, CALL_DYNAMODB_QUERY, CALL_DYNAMODB_GET,
    CALL_S3_GET,     CALL_S3_PUT,         CALL_SQS_RECEIVE,
    CALL_SQS_SEND,   CALL_KMS_DECRYPT,    CALL_SNS_PUBLISH,
    CALL_TARGETS,    CALL_S3_HEAD,        CALL_PARAMETERS_GET,
};

static uint32_t task_session(struct corpus *c, const struct session *like,
                             uint32_t time, enum naming naming)
{
    struct session session = *like;
    session.key = c->key_count++;
    session.created = time;
    session.naming = (uint8_t)naming;
    return add_session(c, session);
}

/* The agent's calls with the execution role, before the task runs. */
static void plan_task_start(struct corpus *c, uint32_t session, uint32_t time,
                            uint32_t address)
{
    static const enum call calls[] = { CALL_ECR_TOKEN, CALL_ECR_IMAGE,
                                       CALL_TASK_LOG_STREAM };
    for (unsigned i = 0; i < 3; i++) {
        struct event e = plan_event(c, session, time + 2 * i, calls[i]);
        e.place = PLACE_AWS;
        e.address = address;
        e.agent = AGENT_ECS_AGENT;
        plan_add(c, e);
    }
}

/* A task: keys for its two roles, renewed every five hours while it runs. */
static void plan_task(struct corpus *c)
{
    unsigned account = some_account(c);
    uint32_t time = some_time(c), service = skewed(c, 400);
    uint32_t calls = random_range(rnd(c), 5, 120);
    uint32_t life = random_range(rnd(c), 300, calls * 240);
    int nat_used = random_chance(rnd(c), 2);
    int has_endpoint = random_chance(rnd(c), 10);
    int older = random_chance(rnd(c), 20);
    unsigned region = some_region(c);
    uint32_t address = nat_used ? plan_nat(c, account, random_below(rnd(c), 3))
                                : plan_aws_address(c, region);
    struct session like = { .role = service,
                            .name = c->task_count,
                            .task = c->task_count,
                            .type = TYPE_ROLE,
                            .account = (uint8_t)account,
                            .region = (uint8_t)region };
    c->task_count++;
    uint32_t session = task_session(c, &like, time, NAME_TASK);
    if (!older) {
        uint32_t agent = task_session(c, &like, time, NAME_TASK_EXECUTION);
        issue_key(c, session, time, SERVICE_ECS_TASKS);
        issue_key(c, agent, time, SERVICE_ECS_TASKS);
        plan_task_start(c, agent, time + 3, address);
    }
    uint32_t at = time + 12, renewed = time;
    for (uint32_t i = 0; i < calls; i++) {
        at += random_below(rnd(c), 2 * life / calls);
        if (at - renewed > 5 * HOUR) {
            renewed = at;
            session = task_session(c, &like, at, NAME_TASK);
            issue_key(c, session, at, SERVICE_ECS_TASKS);
        }
        struct event e = plan_event(c, session, at, PICK(c, task_calls));
        e.place = PLACE_AWS;
        e.address = address;
        e.agent = service % 2 == 0 ? AGENT_FARGATE : AGENT_ECS_GO;
        e.flags = random_chance(rnd(c), 80) ? DENIED : 0;
        if (random_chance(rnd(c), 300)) {
            by_another(c, &e);
        } else if (has_endpoint && random_chance(rnd(c), 3)) {
            e.place = PLACE_PRIVATE;
            e.address = plan_private_address(c);
            e.via = VIA_OWN_ENDPOINT;
        }
        plan_add(c, e);
    }
}

/* ---- the others ---- */

/* Calls of one session from one address. */
static void plan_calls(struct corpus *c, uint32_t session, enum agent agent,
                       enum place place, uint32_t address,
                       const enum call *calls, size_t call_count,
                       uint32_t count, uint32_t life)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = c->sessions[session].created + 1 +
                      random_below(rnd(c), life);
        struct event e = plan_event(
            c, session, at, calls[random_below(rnd(c), (uint32_t)call_count)]);
        e.place = (uint8_t)place;
        e.address = address;
        e.agent = (uint8_t)agent;
        e.flags = random_chance(rnd(c), 15) ? DENIED : 0;
        if (place == PLACE_PRIVATE)
            e.via = VIA_OWN_ENDPOINT;
        plan_add(c, e);
    }
}
#define CALLS(array) array, sizeof(array) / sizeof *(array)

static void plan_instance(struct corpus *c)
{
    static const enum call calls[] = {
        CALL_SSM_PING, CALL_SSM_PING,  CALL_SSM_PING,   CALL_S3_GET,
        CALL_S3_LIST,  CALL_INSTANCES, CALL_INTERFACES, CALL_TASK_STATE,
        CALL_VOLUMES,  CALL_ALARMS,    CALL_SECRET_GET,
    };
    static const enum agent agents[] = { AGENT_SSM, AGENT_INSTANCE };
    struct session drawn = new_session(c, NAME_INSTANCE);
    drawn.role = skewed(c, 120);
    uint32_t session = add_session(c, drawn);
    issue_key(c, session, drawn.created, SERVICE_EC2);
    int is_private = random_chance(rnd(c), 5);
    uint32_t address = is_private ? plan_private_address(c)
                                  : plan_aws_address(c, drawn.region);
    enum agent agent = PICK(c, agents);
    uint32_t count = random_range(rnd(c), 10, 150);
    plan_calls(c, session, agent, is_private ? PLACE_PRIVATE : PLACE_AWS,
               address, CALLS(calls), count, 6 * HOUR);
}

static void plan_pod(struct corpus *c)
{
    static const enum call calls[] = {
        CALL_INSTANCES, CALL_TARGETS,       CALL_SQS_RECEIVE, CALL_S3_GET,
        CALL_SQS_SEND,  CALL_RUN_INSTANCES, CALL_REGIONS,     CALL_TAGS,
    };
    struct session pod = new_session(c, NAME_POD);
    pod.role = skewed(c, 60);
    uint32_t session = add_session(c, pod);
    uint32_t address = plan_nat(c, pod.account, random_below(rnd(c), 3));
    uint32_t count = random_range(rnd(c), 5, 80);
    pod.type = TYPE_WEB_IDENTITY;
    uint32_t before = add_session(c, pod);
    struct event e = plan_event(c, before, pod.created, CALL_ISSUE_WEB);
    e.place = PLACE_AWS;
    e.address = address;
    e.agent = AGENT_POD;
    plan_add(c, e);
    plan_calls(c, session, AGENT_POD, PLACE_AWS, address, CALLS(calls), count,
               HOUR);
}

static void plan_person(struct corpus *c)
{
    static const enum call calls[] = {
        CALL_LOGIN,        CALL_CALLER,        CALL_S3_BUCKETS,
        CALL_S3_ACL,       CALL_S3_LIST,       CALL_USERS,
        CALL_ROLE_GET,     CALL_ROLE_POLICIES, CALL_INSTANCES,
        CALL_LOG_GROUPS,   CALL_STACKS,        CALL_ALARMS,
        CALL_SECRET_LIST,  CALL_TASKS,         CALL_QUERY_START,
        CALL_GLUE_TABLE,   CALL_USER_CREATE,   CALL_TAGS,
        CALL_KMS_DESCRIBE,
    };
    static const enum agent agents[] = { AGENT_CONSOLE, AGENT_CONSOLE,
                                         AGENT_CLI };
    struct session drawn = new_session(c, NAME_PERSON);
    drawn.name = skewed(c, 300);
    drawn.role = drawn.name % 4;
    uint32_t session = add_session(c, drawn);
    int dual = random_chance(rnd(c), 6);
    uint32_t address = dual ? drawn.name * 2654435761u
                            : plan_outside_address(c);
    enum agent agent = PICK(c, agents);
    uint32_t count = random_range(rnd(c), 3, 60);
    plan_calls(c, session, agent, dual ? PLACE_IPV6 : PLACE_ELSEWHERE, address,
               CALLS(calls), count, 4 * HOUR);
}

/* Terraform with a user's key, and pipelines with a role's. */
static void plan_pipeline(struct corpus *c)
{
    static const enum call calls[] = {
        CALL_ROLE_GET,     CALL_ROLE_POLICIES,  CALL_ROLE_POLICY_PUT,
        CALL_STACKS,       CALL_POLICY_VERSION, CALL_S3_ACL,
        CALL_KMS_DESCRIBE, CALL_INTERFACES,     CALL_PARAMETER_GET,
        CALL_S3_PUT,       CALL_LOG_GROUPS,     CALL_ALARMS,
        CALL_ECR_TOKEN,    CALL_TAGS,           CALL_TARGETS,
    };
    static const enum agent agents[] = { AGENT_TERRAFORM, AGENT_CLI };
    struct session drawn = new_session(c, NAME_PIPELINE);
    int user = random_chance(rnd(c), 2);
    uint32_t session = drawn.account;
    drawn.role = skewed(c, 30);
    if (user)
        c->sessions[session].created = drawn.created;
    else
        session = add_session(c, drawn);
    enum agent agent = user ? AGENT_TERRAFORM : PICK(c, agents);
    uint32_t address = user ? plan_outside_address(c)
                            : plan_aws_address(c, drawn.region);
    uint32_t count = random_range(rnd(c), 20, 200);
    plan_calls(c, session, agent, user ? PLACE_ELSEWHERE : PLACE_AWS, address,
               CALLS(calls), count, HOUR);
}

/* Services for themselves: no session of anybody's. */
static void plan_service(struct corpus *c)
{
    static const struct {
        enum service service;
        enum call call;
    } calls[] = {
        { SERVICE_CONFIG, CALL_ASSUME },
        { SERVICE_TRAIL, CALL_S3_ACL },
        { SERVICE_TRAIL, CALL_KMS_DATA_KEY },
        { SERVICE_EVENTS, CALL_LAMBDA_INVOKE },
        { SERVICE_EVENTS, CALL_LAMBDA_INVOKE },
        { SERVICE_DELIVERY, CALL_S3_PUT },
        { SERVICE_RDS, CALL_KMS_DECRYPT },
        { SERVICE_AUTOSCALING, CALL_RUN_INSTANCES },
        { SERVICE_DYNAMODB, CALL_KMS_DECRYPT },
        { SERVICE_S3, CALL_LAMBDA_INVOKE },
    };
    unsigned i = random_below(rnd(c), sizeof(calls) / sizeof *calls);
    uint32_t account = some_account(c), time = some_time(c);
    struct event e = plan_event(c, account, time, calls[i].call);
    e.region = (uint8_t)some_region(c);
    e.flags = BY_SERVICE | NO_TLS;
    e.invoked_by = (uint8_t)(calls[i].service + 1);
    e.place = PLACE_SERVICE;
    e.address = calls[i].service;
    e.agent = AGENT_SAME;
    if (random_chance(rnd(c), 15)) {
        e.call = CALL_KEY_ROTATE;
        e.flags = NO_IDENTITY | NO_TLS;
        e.place = PLACE_INTERNAL;
        e.address = 0;
    }
    plan_add(c, e);
}

/* A role that a service uses: such records hold no access key. */
static void plan_linked_role(struct corpus *c)
{
    static const enum call calls[] = { CALL_INSTANCES, CALL_INTERFACES,
                                       CALL_VOLUMES, CALL_TARGETS };
    struct session drawn = new_session(c, NAME_SERVICE);
    drawn.role = random_below(rnd(c), 5);
    drawn.type = TYPE_LINKED_ROLE;
    uint32_t session = add_session(c, drawn);
    for (uint32_t n = random_range(rnd(c), 5, 60); n > 0; n--) {
        struct event e = plan_event(
            c, session, c->sessions[session].created + n * 7, PICK(c, calls));
        e.place = PLACE_SERVICE;
        e.address = SERVICE_AUTOSCALING;
        e.invoked_by = SERVICE_AUTOSCALING + 1;
        e.agent = AGENT_SAME;
        e.flags = NO_TLS | (random_chance(rnd(c), 20) ? NO_AGENT : 0);
        plan_add(c, e);
    }
}

/* A key that is used once, from an address of its own: what churn is made of.
 * Four in ten are cold starts, which a detector has to remember. */
static void plan_once(struct corpus *c)
{
    static const enum call calls[] = { CALL_CALLER, CALL_CALLER,
                                       CALL_DYNAMODB_GET, CALL_SECRET_GET,
                                       CALL_PARAMETER_GET };
    uint32_t sort = random_below(rnd(c), 20);
    struct session session = new_session(c, sort < 8 ? NAME_FUNCTION
                                                     : NAME_PIPELINE);
    session.role = sort < 8 ? session.name : skewed(c, 300);
    if (sort == 19) {
        session.naming = NAME_TASK;
        session.task = session.name = c->task_count++;
    }
    uint32_t n = add_session(c, session);
    uint32_t address = plan_aws_address(c, session.region);
    struct event e = plan_event(c, n, session.created + 2, PICK(c, calls));
    e.place = PLACE_AWS;
    e.address = address;
    e.agent = sort < 19 ? AGENT_NODE : AGENT_FARGATE;
    if (sort < 8) {
        e.call = CALL_LOG_STREAM;
        e.agent = AGENT_WORKER;
        plan_start(
            c, n, (struct start){ e.time, address, PLACE_AWS, session.region });
    } else if (sort == 19) {
        issue_key(c, n, session.created, SERVICE_ECS_TASKS);
    }
    plan_add(c, e);
}

/* ---- all of it ---- */

/* Units by the thousandth of the records that they may use. */
static void plan_share(struct corpus *c, size_t target, uint32_t thousandths,
                       void (*plan)(struct corpus *))
{
    size_t until = c->event_count +
                   (size_t)((uint64_t)target * thousandths / 1000);
    /* What lies behind the log's end is not added: units may be empty. */
    while (c->event_count < until)
        plan(c);
}

static void plan_some_function(struct corpus *c)
{
    uint32_t functions = 60 + (uint32_t)(c->size / 2000000);
    plan_function(c, skewed(c, functions));
}

/* Bytes of a record, on average, of each kind; measured. */
static const uint32_t record_length[] = { 1530, 1530, 1395 };

void corpus_plan(struct corpus *c)
{
    size_t target = (size_t)(c->size / record_length[c->kind]);
    size_t usual = c->kind == KIND_CHURN ? target / 16 : target;
    c->account_count = target < 20000 ? 2 : 6;
    c->region_count = target < 20000 ? 2 : REGION_COUNT;
    c->span = (uint32_t)(c->size * 24 * HOUR / 1000000000);
    if (c->span < 5 * HOUR)
        c->span = 5 * HOUR;
    plan_allocations(c);
    plan_share(c, usual, 460, plan_some_function);
    plan_share(c, usual, 150, plan_task);
    plan_share(c, usual, 110, plan_instance);
    plan_share(c, usual, 40, plan_pod);
    plan_share(c, usual, 60, plan_person);
    plan_share(c, usual, 60, plan_pipeline);
    plan_share(c, usual, 100, plan_service);
    plan_share(c, usual, 20, plan_linked_role);
    if (target > usual)
        plan_share(c, target - usual, 1000, plan_once);
    plan_thefts(c);
    for (size_t i = 0; i < c->event_count; i++)
        if (random_chance(rnd(c), 700))
            c->events[i].flags |= TWICE;
}

void corpus_free(struct corpus *c)
{
    free(c->sessions);
    free(c->starts);
    free(c->events);
    free(c->allocations);
}
