/*
 * render.c - an event as CloudTrail writes it.
 *
 * The records' shapes are ours, after AWS's documentation and public data: the
 * order of the members is CloudTrail's.  Texts with `%` and a letter come from
 * the tables; what a letter stands for is drawn from the event's own number,
 * so a record is the same whenever it is written.
 */
#include <stdlib.h>
#include <string.h>

#include "corpus.h"

static const char *const regions[] = { "us-east-1", "us-west-2", "eu-central-1",
                                       "ap-southeast-2" };
static const char *const words[] = {
    "orders", "billing",  "search", "catalog",   "shipping", "payments",
    "mail",   "profiles", "carts",  "inventory", "reports",  "audit",
    "images", "sessions", "events", "pricing",
};
static const char *const parts[] = {
    "api",      "worker",  "sync",    "export",  "import", "stream",
    "webhooks", "nightly", "indexer", "gateway", "queue",
};
static const char *const people[] = {
    "Zo\xc3\xab Kr\xc3\xa4mer",
    ("Jos\xc3\xa9 N\xc3\xba\xc3\xb1"
     "ez"),
    "\xe5\xb1\xb1\xe7\x94\xb0\xe8\x8a\xb1\xe5\xad\x90",
    "\\u0141ukasz",
    "Anne O'Neil",
    "\xd0\x9e\xd0\xbb\xd1\x8c\xd0\xb3\xd0\xb0",
};

static const struct call_row {
    const char *service, *event;
    unsigned flags;
    const char *request, *response, *resources, *more;
} calls[] = {
#define CALL(name, service, event, flags, request, response, resources, more)  \
    { service, event, flags, request, response, resources, more },
#include "calls.def"
#undef CALL
};

static const char *const agents[] = {
#define AGENT(name, marks, text) text,
#include "agents.def"
#undef AGENT
};

static const char *const services[] = {
#define SERVICE(name, host) host,
#include "services.def"
#undef SERVICE
};

/* One record on its way. */
struct record {
    const struct corpus *corpus;
    const struct event *event;
    const struct session *session;
    const struct call_row *call;
    struct random random;
    uint32_t app, word; /* what the record is about */
    struct text *text;
};

void text_add(struct text *text, const char *bytes, size_t length)
{
    if (text->length + length > text->capacity)
        text->bytes = grow(text->bytes, &text->capacity, text->length + length,
                           1);
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

void text_adds(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

const char *region_name(unsigned region)
{
    return regions[region];
}

static void number(struct text *text, uint64_t value, unsigned width)
{
    char digits[24];
    unsigned i = sizeof(digits);
    do {
        digits[--i] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0 || sizeof(digits) - i < width);
    text_add(text, digits + i, sizeof(digits) - i);
}

static void symbols(struct text *text, const char *alphabet, unsigned bits,
                    struct random *random, unsigned count)
{
    char out[80];
    uint64_t pool = 0;
    unsigned left = 0;
    for (unsigned i = 0; i < count; i++) {
        if (left < bits) {
            pool = random_next(random);
            left = 64;
        }
        out[i] = alphabet[pool & ((1u << bits) - 1)];
        pool >>= bits;
        left -= bits;
    }
    text_add(text, out, count);
}

static const char hex[] = "0123456789abcdef";
static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void uuid(struct text *text, struct random *random)
{
    struct event_id id;
    char out[37];
    id.high = random_next(random);
    id.low = random_next(random);
    event_id_print(id, out);
    text_add(text, out, 36);
}

void event_id_print(struct event_id id, char text[37])
{
    unsigned at = 0;
    for (unsigned i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            text[at++] = '-';
        uint64_t half = i < 16 ? id.high : id.low;
        text[at++] = hex[half >> (60 - i % 16 * 4) & 15];
    }
    text[at] = '\0';
}

/* A version 4 UUID (RFC 9562), by the event's number. */
struct event_id event_id(const struct corpus *corpus, size_t event)
{
    struct random random = { corpus->seed ^ 0x1d };
    random.state += (uint64_t)event * 0x9e3779b97f4a7c15u * 2;
    uint64_t high = random_next(&random), low = random_next(&random);
    return (struct event_id){ (high & ~0xf000u) | 0x4000u,
                              low >> 2 | 0x8000000000000000u };
}

/* Seconds to a date (Howard Hinnant's civil_from_days). */
struct date {
    unsigned year, month, day, hour, minute, second;
};

static struct date date_of(uint32_t time)
{
    unsigned z = time / 86400 + 719468, era = z / 146097, doe = z % 146097;
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153;
    unsigned month = mp < 10 ? mp + 3 : mp - 9;
    return (struct date){ yoe + era * 400 + (month <= 2),
                          month,
                          doy - (153 * mp + 2) / 5 + 1,
                          time / 3600 % 24,
                          time / 60 % 60,
                          time % 60 };
}

static void pair(struct text *text, unsigned value, const char *after)
{
    number(text, value, 2);
    text_adds(text, after);
}

static void day(struct text *text, struct date date, const char *between)
{
    number(text, date.year, 4);
    text_adds(text, between);
    pair(text, date.month, between);
    number(text, date.day, 2);
}

void render_time(uint32_t time, struct text *text)
{
    struct date date = date_of(time);
    day(text, date, "-");
    text_adds(text, "T");
    pair(text, date.hour, ":");
    pair(text, date.minute, ":");
    pair(text, date.second, "Z");
}

/* As the answers of STS have it: May 4, 2026, 10:00:00 PM. */
static void expiration(uint32_t time, struct text *text)
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
                                          "May", "Jun", "Jul", "Aug",
                                          "Sep", "Oct", "Nov", "Dec" };
    struct date date = date_of(time);
    text_adds(text, months[date.month - 1]);
    text_adds(text, " ");
    number(text, date.day, 1);
    text_adds(text, ", ");
    number(text, date.year, 4);
    text_adds(text, ", ");
    number(text, date.hour % 12 == 0 ? 12 : date.hour % 12, 1);
    text_adds(text, ":");
    pair(text, date.minute, ":");
    pair(text, date.second, date.hour < 12 ? " AM" : " PM");
}

void render_account(const struct corpus *corpus, unsigned account,
                    struct text *text)
{
    number(text,
           100000000000 + mix64(corpus->seed + 77 * account) % 899999999999,
           12);
}

static void app_name(struct text *text, uint32_t n)
{
    text_adds(text, words[n % 16]);
    text_adds(text, "-");
    text_adds(text, parts[n / 16 % 11]);
    if (n >= 176) {
        text_adds(text, "-");
        number(text, n / 176, 1);
    }
}

static void key_letters(const struct corpus *corpus, uint32_t key,
                        struct text *text)
{
    struct random random = { mix64(corpus->seed ^ 0x5eed) + key };
    symbols(text, base32, 5, &random, 16);
}

void render_key(const struct corpus *corpus, const struct session *session,
                struct text *text)
{
    text_adds(text, session->type == TYPE_USER ? "AKIA" : "ASIA");
    key_letters(corpus, session->key, text);
}

static void role_name(const struct session *s, struct text *text)
{
    static const char *const access[] = { "AdministratorAccess", "ReadOnly",
                                          "DeveloperAccess", "Billing" };
    switch ((enum naming)s->naming) {
    case NAME_FUNCTION:
        app_name(text, s->role);
        text_adds(text, "-role");
        break;
    case NAME_TASK:
    case NAME_TASK_EXECUTION:
        text_adds(text, "ecs-");
        app_name(text, s->role);
        text_adds(text, s->naming == NAME_TASK ? "-task" : "-execution");
        break;
    case NAME_INSTANCE:
        app_name(text, s->role);
        text_adds(text, "-instance");
        break;
    case NAME_POD:
        text_adds(text, "eks-");
        app_name(text, s->role);
        break;
    case NAME_PERSON:
        text_adds(text, "AWSReservedSSO_");
        text_adds(text, access[s->role % 4]);
        text_adds(text, "_0123456789abcdef");
        break;
    case NAME_PIPELINE:
        text_adds(text, "deploy-");
        app_name(text, s->role);
        break;
    case NAME_SERVICE:
        text_adds(text, "AWSServiceRoleForAutoScaling");
        break;
    case NAME_USER:
        break;
    }
}

static void session_name(const struct corpus *corpus, const struct session *s,
                         struct text *text)
{
    struct random random = { mix64(corpus->seed + s->naming) + s->name };
    switch ((enum naming)s->naming) {
    case NAME_FUNCTION:
        app_name(text, s->name);
        break;
    case NAME_TASK:
    case NAME_TASK_EXECUTION:
        random.state = mix64(corpus->seed + NAME_TASK) + s->name;
        symbols(text, hex, 4, &random, 32);
        break;
    case NAME_INSTANCE:
        text_adds(text, "i-0");
        symbols(text, hex, 4, &random, 16);
        break;
    case NAME_POD:
        text_adds(text, "botocore-session-");
        number(text, 1777000000 + s->name, 1);
        break;
    case NAME_PERSON:
        text_adds(text, words[s->name % 16]);
        text_adds(text, ".");
        number(text, s->name, 1);
        text_adds(text, "@example.com");
        break;
    case NAME_PIPELINE:
        text_adds(text, "AWSCodeBuild-");
        uuid(text, &random);
        break;
    case NAME_USER:
        text_adds(text, "terraform-");
        number(text, s->name, 1);
        break;
    case NAME_SERVICE:
        text_adds(text, "AutoScaling");
        break;
    }
}

/* AROA and AIDA: the unique ids of roles and users. */
static void principal(const struct corpus *corpus, const struct session *s,
                      struct text *text)
{
    text_adds(text, s->type == TYPE_USER ? "AIDA" : "AROA");
    key_letters(corpus,
                0x80000000u + s->naming * 0x1000000u + s->role * 8 + s->account,
                text);
}

void render_arn(const struct corpus *corpus, const struct session *s,
                struct text *text)
{
    text_adds(text, s->type == TYPE_USER ? "arn:aws:iam::" : "arn:aws:sts::");
    render_account(corpus, s->account, text);
    text_adds(text, s->type == TYPE_USER ? ":user/" : ":assumed-role/");
    if (s->type != TYPE_USER) {
        role_name(s, text);
        text_adds(text, "/");
    }
    session_name(corpus, s, text);
}

static void ipv4(uint32_t address, struct text *text)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        number(text, address >> shift & 255, 1);
        if (shift != 0)
            text_adds(text, ".");
    }
}

static void source_address(const struct event *e, struct text *text)
{
    char out[40];
    switch ((enum place)e->place) {
    case PLACE_AWS:
    case PLACE_ELSEWHERE:
    case PLACE_PRIVATE:
        ipv4(e->address, text);
        break;
    case PLACE_IPV6:
        snprintf(out, sizeof(out), "2001:db8:%x:%x:a:b:c:d", e->address >> 16,
                 e->address & 0xffff);
        text_adds(text, out);
        break;
    case PLACE_SERVICE:
        text_adds(text, services[e->address]);
        break;
    case PLACE_INTERNAL:
        text_adds(text, "AWS Internal");
        if (e->address != 0) {
            text_adds(text, "/");
            number(text, e->address, 1);
        }
        break;
    }
}

/* What `%` and this letter stand for. */
static void place_holder(struct record *r, char letter)
{
    struct text *text = r->text;
    const struct session *s = r->session;
    struct random of_role = { r->corpus->seed + s->role * 977 + s->naming };
    switch (letter) {
    case 'a':
        render_account(r->corpus, s->account, text);
        break;
    case 'r':
        text_adds(text, regions[r->event->region]);
        break;
    case 'k':
        render_key(r->corpus, s, text);
        break;
    case 's':
        session_name(r->corpus, s, text);
        break;
    case 'o':
        role_name(s, text);
        break;
    case 'i':
        principal(r->corpus, s, text);
        break;
    case 'W':
        app_name(text, r->app);
        break;
    case 'w':
        text_adds(text, words[r->word]);
        break;
    case 'p':
        text_adds(text, words[r->word]);
        text_adds(text, "/");
        day(text, date_of(r->event->time), "/");
        text_adds(text, "/part-");
        number(text, r->app * 7 % 200, 5);
        text_adds(text, "-");
        number(text, r->event->seed, 10);
        text_adds(text, ".parquet");
        break;
    case 'P':
        ipv4(r->event->seed, text);
        break;
    case 'K':
        of_role.state = mix64(s->account + 40 * (s->role % 9));
        uuid(text, &of_role);
        break;
    case 'u':
        uuid(text, &r->random);
        break;
    case '1':
        symbols(text, hex, 4, &r->random, 8);
        break;
    case '2':
        symbols(text, hex, 4, &r->random, 16);
        break;
    case '3':
        symbols(text, hex, 4, &r->random, 32);
        break;
    case 'b':
        symbols(text, base32, 5, &r->random, 16);
        break;
    case 'B':
        symbols(text, base64, 6, &r->random, 76);
        break;
    case 'n':
        number(text, random_below(&r->random, 10000), 1);
        break;
    case 'd':
        number(text, random_below(&r->random, 10), 1);
        break;
    case 'v':
        number(text, random_below(&of_role, 60), 1);
        break;
    case 'q':
        number(text, random_below(&of_role, 4), 1);
        break;
    case 'N':
        text_adds(text, people[random_below(&r->random, 6)]);
        break;
    case 'y':
        day(text, date_of(r->event->time), "/");
        break;
    case 'T':
        expiration(r->event->time + 12 * HOUR, text);
        break;
    case 'S':
        source_address(r->event, text);
        break;
    default:
        text_add(text, &letter, 1);
        break;
    }
}

static void expand(struct record *r, const char *format)
{
    for (const char *mark; (mark = strchr(format, '%')) != NULL;
         format = mark + 2) {
        text_add(r->text, format, (size_t)(mark - format));
        place_holder(r, mark[1]);
    }
    text_adds(r->text, format);
}

/* ,"name": and a quoted text that needs no escapes. */
static void member(struct record *r, const char *name, const char *format)
{
    text_adds(r->text, ",\"");
    text_adds(r->text, name);
    text_adds(r->text, "\":\"");
    expand(r, format);
    text_adds(r->text, "\"");
}

static void json_member(struct record *r, const char *name, const char *format)
{
    text_adds(r->text, ",\"");
    text_adds(r->text, name);
    text_adds(r->text, "\":");
    expand(r, format);
}

static void key_member(struct record *r)
{
    text_adds(r->text, ",\"accessKeyId\":\"");
    render_key(r->corpus, r->session, r->text);
    text_adds(r->text, "\"");
}

static void arn_member(struct record *r)
{
    text_adds(r->text, ",\"arn\":\"");
    render_arn(r->corpus, r->session, r->text);
    text_adds(r->text, "\"");
}

/* Of what workload a key is; CloudTrail says so from version 1.11 on. */
static void in_scope_of(struct record *r)
{
    if (r->session->naming == NAME_FUNCTION)
        json_member(r, "inScopeOf",
                    "{\"issuerType\":\"AWS::Lambda::Function\","
                    "\"credentialsIssuedTo\":"
                    "\"arn:aws:lambda:%r:%a:function:%s\"}");
    else if (r->session->naming == NAME_INSTANCE)
        json_member(r, "inScopeOf",
                    "{\"issuerType\":\"AWS::EC2::Instance\","
                    "\"credentialsIssuedTo\":"
                    "\"arn:aws:ec2:%r:%a:instance/%s\"}");
}

int records_are_new(const struct session *session)
{
    return mix64(session->role + 3) % 3 == 0;
}

static int is_new(const struct record *r)
{
    return records_are_new(r->session);
}

/* The version that a role's records have: what a service writes, by age. */
static const char *version(const struct record *r)
{
    static const char *const versions[] = { "1.08", "1.09", "1.10" };
    return is_new(r) ? "1.11" : versions[r->session->role % 3];
}

static void role_identity(struct record *r)
{
    const struct session *s = r->session;
    text_adds(r->text, "{\"type\":\"AssumedRole\"");
    member(r, "principalId", "%i:%s");
    arn_member(r);
    member(r, "accountId", "%a");
    if (s->type != TYPE_LINKED_ROLE)
        key_member(r);
    json_member(r, "sessionContext",
                "{\"sessionIssuer\":{\"type\":\"Role\",\"principalId\":\"%i\","
                "\"arn\":\"arn:aws:iam::%a:role/%o\",\"accountId\":\"%a\","
                "\"userName\":\"%o\"},"
                "\"attributes\":{\"creationDate\":\"");
    render_time(s->created, r->text);
    text_adds(r->text, "\",\"mfaAuthenticated\":\"false\"}");
    if (s->naming == NAME_INSTANCE)
        text_adds(r->text, ",\"ec2RoleDelivery\":\"2.0\"");
    text_adds(r->text, "}");
    if (is_new(r))
        in_scope_of(r);
    if (r->event->invoked_by != 0)
        member(r, "invokedBy", services[r->event->invoked_by - 1]);
    text_adds(r->text, "}");
}

static void identity(struct record *r)
{
    const struct event *e = r->event;
    if ((e->flags & NO_IDENTITY) != 0)
        return;
    text_adds(r->text, ",\"userIdentity\":");
    if ((e->flags & BY_SERVICE) != 0) {
        text_adds(r->text, "{\"type\":\"AWSService\"");
        member(r, "invokedBy", services[e->invoked_by - 1]);
        text_adds(r->text, "}");
        return;
    }
    switch ((enum session_type)r->session->type) {
    case TYPE_ROLE:
    case TYPE_LINKED_ROLE:
        role_identity(r);
        break;
    case TYPE_USER:
        text_adds(r->text, "{\"type\":\"IAMUser\"");
        member(r, "principalId", "%i");
        arn_member(r);
        member(r, "accountId", "%a");
        key_member(r);
        member(r, "userName", "%s");
        text_adds(r->text, "}");
        break;
    case TYPE_WEB_IDENTITY:
        expand(r, "{\"type\":\"WebIdentityUser\",\"principalId\":"
                  "\"arn:aws:iam::%a:oidc-provider/oidc.eks.%r.amazonaws.com/"
                  "id/EXAMPLE:sts.amazonaws.com:system:serviceaccount:%w:%W\","
                  "\"userName\":\"system:serviceaccount:%w:%W\","
                  "\"identityProvider\":\"arn:aws:iam::%a:oidc-provider/"
                  "oidc.eks.%r.amazonaws.com/id/EXAMPLE\"}");
        break;
    }
}

static void denial(struct record *r)
{
    if ((r->event->flags & DENIED) == 0)
        return;
    text_adds(r->text, ",\"errorCode\":\"AccessDenied\",\"errorMessage\":"
                       "\"User: ");
    render_arn(r->corpus, r->session, r->text);
    text_adds(r->text, " is not authorized to perform: ");
    text_adds(r->text, r->call->service);
    text_adds(r->text, ":");
    text_adds(r->text, r->call->event);
    text_adds(r->text, " because no identity-based policy allows the action\"");
}

static void endpoint(struct record *r)
{
    if (r->event->via == VIA_INTERNET)
        return;
    unsigned account = r->session->account;
    if (r->event->via == VIA_FOREIGN_ENDPOINT)
        account = 200;
    struct random random = { mix64(r->corpus->seed + account) };
    text_adds(r->text, ",\"vpcEndpointId\":\"vpce-0");
    symbols(r->text, hex, 4, &random, 16);
    text_adds(r->text, "\",\"vpcEndpointAccountId\":\"");
    render_account(r->corpus, account, r->text);
    text_adds(r->text, "\"");
}

static void head(struct record *r)
{
    const struct event *e = r->event;
    const struct call_row *call = r->call;
    text_adds(r->text, "{\"eventVersion\":\"");
    text_adds(r->text, version(r));
    text_adds(r->text, "\"");
    identity(r);
    text_adds(r->text, ",\"eventTime\":\"");
    render_time(e->time, r->text);
    text_adds(r->text, "\"");
    text_adds(r->text, ",\"eventSource\":\"");
    text_adds(r->text, call->service);
    text_adds(r->text, ".amazonaws.com\"");
    member(r, "eventName", call->event);
    member(r, "awsRegion", "%r");
    member(r, "sourceIPAddress", "%S");
    if ((e->flags & NO_AGENT) == 0) {
        int brackets = (call->flags & BRACKETS) != 0;
        text_adds(r->text,
                  brackets ? ",\"userAgent\":\"[" : ",\"userAgent\":\"");
        expand(r, agents[e->agent]);
        text_adds(r->text, brackets ? "]\"" : "\"");
    }
}

static void tail(struct record *r, size_t event)
{
    char id[37];
    int data = (r->call->flags & DATA) != 0;
    event_id_print(event_id(r->corpus, event), id);
    if ((r->event->flags & NO_IDENTITY) == 0)
        member(r, "requestID", "%u");
    text_adds(r->text, ",\"eventID\":\"");
    text_adds(r->text, id);
    text_adds(r->text, (r->call->flags & READ_ONLY) != 0
                           ? "\",\"readOnly\":true"
                           : "\",\"readOnly\":false");
    if (r->call->resources != NULL)
        json_member(r, "resources", r->call->resources);
    text_adds(r->text, (r->event->flags & NO_IDENTITY) != 0
                           ? ",\"eventType\":\"AwsServiceEvent\""
                           : ",\"eventType\":\"AwsApiCall\"");
    text_adds(r->text, data ? ",\"managementEvent\":false"
                            : ",\"managementEvent\":true");
    member(r, "recipientAccountId", "%a");
    endpoint(r);
    member(r, "eventCategory", data ? "Data" : "Management");
    /* Services that still write 1.08 do not all give them. */
    if ((r->event->flags & (NO_TLS | BY_SERVICE)) == 0 &&
        strcmp(version(r), "1.08") != 0) {
        json_member(r, "tlsDetails",
                    "{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":"
                    "\"TLS_AES_128_GCM_SHA256\","
                    "\"clientProvidedHostHeader\":\"");
        text_adds(r->text, r->call->service);
        expand(r, ".%r.amazonaws.com\"}");
    }
    text_adds(r->text, "}");
}

void render(const struct corpus *corpus, size_t event, struct text *text)
{
    const struct event *e = &corpus->events[event];
    struct record r = { .corpus = corpus,
                        .event = e,
                        .text = text,
                        .session = &corpus->sessions[e->session],
                        .call = &calls[e->call] };
    r.random.state = mix64(corpus->seed + e->seed) + event;
    uint32_t about = random_below(&r.random, 6);
    r.app = r.session->role % 4096 * 5 % 4001 + about;
    r.word = (r.session->role + about / 3) % 16;
    head(&r);
    denial(&r);
    json_member(&r, "requestParameters", r.call->request);
    json_member(&r, "responseElements",
                (e->flags & DENIED) != 0 ? "null" : r.call->response);
    if (r.call->more != NULL)
        json_member(&r, "additionalEventData", r.call->more);
    tail(&r, event);
}
