/*
 * corpus.h - what a corpus of CloudTrail records is made of, before it is
 * written down.
 *
 * plan.c makes sessions (one key of one role session) and events, small
 * structs that say everything a rule can ask about.  truth.c works out from
 * them what each shipped rule must say; render.c turns an event into a record;
 * deliver.c puts the records into files.  Nothing here uses the library: the
 * truth must not share its mistakes.
 *
 * All times are seconds since 1970, UTC, as CloudTrail's clock has them.
 */
#ifndef BENCH_CORPUS_H
#define BENCH_CORPUS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "random.h"

#define NONE       UINT32_MAX
#define START_TIME 1777852800u /* 2026-05-04T00:00:00Z */
#define HOUR       3600u

enum kind { KIND_LARGE, KIND_SMALL, KIND_CHURN };

enum region {
    US_EAST_1,
    US_WEST_2,
    EU_CENTRAL_1,
    AP_SOUTHEAST_2,
    REGION_COUNT
};

/* The calls, from calls.def: CALL_S3_GET_OBJECT, ... */
enum call_flags {
    READ_ONLY = 1,
    DATA = 2,     /* a data event */
    BRACKETS = 4, /* S3 writes the user agent in brackets */
};
enum call {
#define CALL(name, service, event, flags, request, response, resources, more)  \
    CALL_##name,
#include "calls.def"
#undef CALL
    CALL_COUNT
};

/* User agents, from agents.def. */
enum agent_marks {
    MARKED = 1,   /* holds exec-env/AWS_Lambda */
    WORKER = 2,   /* begins with awslambda-worker */
    SLASH = 4,    /* ... and goes on with a slash */
    INTERNAL = 8, /* holds aws-internal */
};
enum agent {
#define AGENT(name, marks, text) AGENT_##name,
#include "agents.def"
#undef AGENT
    AGENT_COUNT
};

/* Services that act for others, from services.def. */
enum service {
#define SERVICE(name, host) SERVICE_##name,
#include "services.def"
#undef SERVICE
    SERVICE_COUNT
};

/* What sourceIPAddress holds, and what `address` means then. */
enum place {
    PLACE_AWS,       /* IPv4 in a range that AWS publishes */
    PLACE_ELSEWHERE, /* IPv4 of the documentation's ranges */
    PLACE_IPV6,      /* 2001:db8::/32; its last 32 bits */
    PLACE_PRIVATE,   /* 10.0.0.0/8 */
    PLACE_SERVICE,   /* a service's name; enum service */
    PLACE_INTERNAL,  /* AWS Internal; 0, or the number after the slash */
};

enum via { VIA_INTERNET, VIA_OWN_ENDPOINT, VIA_FOREIGN_ENDPOINT };

/* Whose userIdentity the record has. */
enum session_type {
    TYPE_ROLE,         /* AssumedRole */
    TYPE_USER,         /* IAMUser */
    TYPE_WEB_IDENTITY, /* WebIdentityUser, who has no key yet */
    TYPE_LINKED_ROLE,  /* AssumedRole of a service, without a key */
};

/* How role and session are called. */
enum naming {
    NAME_FUNCTION,
    NAME_TASK,
    NAME_TASK_EXECUTION,
    NAME_INSTANCE,
    NAME_POD,
    NAME_PERSON,
    NAME_PIPELINE,
    NAME_USER,
    NAME_SERVICE,
};

enum event_flags {
    BY_SERVICE = 1, /* identity AWSService; `invoked_by` is its name */
    DENIED = 2,
    NO_TLS = 4,
    NO_AGENT = 8,
    NO_IDENTITY = 16,
    TWICE = 32, /* delivered twice */
    STOLEN = 64,
};

struct session {
    uint32_t key;     /* number of the access key; two sessions may share it */
    uint32_t role;    /* number of the role's name */
    uint32_t name;    /* number of the session's name */
    uint32_t created; /* time */
    uint32_t first_start, start_count; /* of corpus.starts: cold starts */
    uint32_t task;                     /* ECS task, or NONE */
    uint8_t type, naming, account, region;
};

/* A worker's first log stream. */
struct start {
    uint32_t time, address;
    uint8_t place, region;
};

struct event {
    uint32_t time, session, address, seed;
    uint16_t call;
    uint8_t place, agent, via, region, flags;
    uint8_t invoked_by; /* enum service + 1; 0: nobody */
};

/* An address that an account allocated, at `time`; NONE: not in the log. */
struct allocation {
    uint32_t time, address;
    uint8_t account;
};

struct corpus {
    enum kind kind;
    uint64_t seed, size; /* bytes of JSON that are aimed at */
    struct random random;
    uint32_t account_count, region_count, span; /* seconds */
    struct session *sessions;
    struct start *starts;
    struct event *events;
    struct allocation *allocations;
    size_t session_count, session_capacity, start_count, start_capacity,
        event_count, event_capacity, allocation_count, allocation_capacity;
    uint32_t key_count, task_count, theft_count, stolen_count;
};

/* plan.c: fill in sessions, starts, events and allocations. */
void corpus_plan(struct corpus *corpus);
void corpus_free(struct corpus *corpus);

/* The 128 bits of an event's id; in the order of the id's text. */
struct event_id {
    uint64_t high, low;
};
struct event_id event_id(const struct corpus *corpus, size_t event);
void event_id_print(struct event_id id, char text[37]);

/* render.c.  A growing text; `render` adds one record. */
struct text {
    char *bytes;
    size_t length, capacity;
};
void text_add(struct text *text, const char *bytes, size_t length);
void text_adds(struct text *text, const char *string);
void render(const struct corpus *corpus, size_t event, struct text *text);
void render_key(const struct corpus *corpus, const struct session *session,
                struct text *text);
void render_arn(const struct corpus *corpus, const struct session *session,
                struct text *text);
void render_time(uint32_t time, struct text *text);
void render_account(const struct corpus *corpus, unsigned account,
                    struct text *text);
const char *region_name(unsigned region);
/* Whether the records of this session's role are of version 1.11, which say
 * for what a key was issued. */
int records_are_new(const struct session *session);

/* truth.c: write FOLDER/truth/RULE.txt for every shipped rule. */
void truth_write(const struct corpus *corpus, const char *folder);

/* deliver.c: write FOLDER/AWSLogs, and print what it was like. */
void deliver(const struct corpus *corpus, const char *folder);

/* plain_rules.c: write so many plain rules to FOLDER. */
void plain_rules_write(unsigned count, uint64_t seed, const char *folder);

/* Or exit: this is a tool for tests. */
void *grow(void *array, size_t *capacity, size_t count, size_t size);
FILE *create_file(const char *folder, const char *name);
void make_folders(const char *path);
_Noreturn void die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
