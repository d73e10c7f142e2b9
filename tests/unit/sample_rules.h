/*
 * sample_rules.h - rules of every shape, and random events for them: few
 * keys, few seconds, ids that come twice, addresses spelt in two ways.
 */
#ifndef AS_TESTS_SAMPLE_RULES_H
#define AS_TESTS_SAMPLE_RULES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static const char rules_text[] =
    "baseline homes {\n"
    "  from cloudtrail\n"
    "  where eventName == \"Home\" and sourceIPAddress is not private\n"
    "  key k = userIdentity.accessKeyId, a = userIdentity.arn\n"
    "  collect addresses = set(sourceIPAddress), since = min(eventTime),\n"
    "          n = count(), last = last(awsRegion)\n"
    "  scope as_of plus 3s\n"
    "  retain 20s\n"
    "}\n"
    "baseline alive {\n"
    "  from cloudtrail\n"
    "  where sourceIPAddress in homes.addresses\n"
    "  key k = userIdentity.accessKeyId\n"
    "  collect first_home = first(sourceIPAddress where eventName == \"Home\"),\n"
    "          n = count()\n"
    "  retain 9s idle\n"
    "}\n"
    "baseline ever {\n"
    "  from cloudtrail where eventName == \"Home\"\n"
    "  key region = awsRegion\n"
    "  collect agents = set(userAgent)\n"
    "  scope whole\n"
    "}\n"
    "rule plain { from cloudtrail where eventName == \"Use\" and awsRegion == \"r1\"\n"
    "  suppress by userIdentity.accessKeyId for 7s }\n"
    "rule joined {\n"
    "  from cloudtrail where eventName == \"Use\"\n"
    "  join homes as h on h.k == userIdentity.accessKeyId and h.a == userIdentity.arn\n"
    "    within 15s after h.since\n"
    "  require sourceIPAddress not in h.addresses\n"
    "  exclude quiet when userAgent == \"quiet\"\n"
    "  outcome { n = h.n last = h.last }\n"
    "}\n"
    "rule partly {\n"
    "  from cloudtrail where eventName == \"Use\"\n"
    "  join homes as h on h.k == userIdentity.accessKeyId\n"
    "  join ever as e on e.region == awsRegion\n"
    "  require userAgent in e.agents\n"
    "  outcome { rows = count() seen = set(h.addresses) }\n"
    "}\n"
    "rule living {\n"
    "  from cloudtrail where eventName == \"Use\"\n"
    "  join alive as v on v.k == userIdentity.accessKeyId\n"
    "  require sourceIPAddress != v.first_home\n"
    "  outcome { n = v.n }\n"
    "}\n"
    "rule sliding { from cloudtrail where eventName == \"Use\"\n"
    "  group by k = userIdentity.accessKeyId timespan 10s sliding\n"
    "  having count_distinct(sourceIPAddress) >= 3\n"
    "  outcome { addresses = set(sourceIPAddress) least = min(eventTime) } }\n"
    "rule tumbling { from cloudtrail where userIdentity.arn == \"a1\"\n"
    "  group by k = userIdentity.accessKeyId timespan 15s tumbling\n"
    "  having count() >= 3 and any(eventName == \"Use\") }\n"
    "rule sessions { from cloudtrail where sourceIPAddress in homes.addresses\n"
    "  group by k = userIdentity.accessKeyId, r = awsRegion timespan 30s session 4s\n"
    "  having count() >= 2\n"
    "  outcome { first = first(eventName) last = last(eventName) } }\n"
    "rule whole { from cloudtrail\n"
    "  group by a = userIdentity.arn timespan whole\n"
    "  having count() > 3 outcome { n = count_distinct(sourceIPAddress) } }\n"
    "rule fresh { from cloudtrail where eventName == \"Use\"\n"
    "  new_terms by k = userIdentity.accessKeyId, a = sourceIPAddress history 5s\n"
    "  exclude quiet when userAgent == \"quiet\"\n"
    "  outcome { agent = userAgent } }\n"
    "rule homeless { from cloudtrail where sourceIPAddress in homes.addresses\n"
    "  new_terms by r = awsRegion history 2s\n"
    "  suppress by userIdentity.arn for 9s }\n"
    "rule steps { from cloudtrail\n"
    "  sequence by k = userIdentity.accessKeyId maxspan 12s\n"
    "    [where sourceIPAddress in homes.addresses] [where eventName == \"Use\"]\n"
    "    [not where awsRegion == \"r1\"] [where awsRegion == \"r0\"]\n"
    "    until [where eventName == \"Other\" and userAgent == \"tool\"]\n"
    "  exclude quiet when userAgent == \"quiet\"\n"
    "  outcome { key = k agent = userAgent }\n"
    "  suppress by k for 2s }\n"
    "rule silence { from cloudtrail\n"
    "  sequence by a = userIdentity.arn, k = userIdentity.accessKeyId maxspan 5s\n"
    "    [where eventName == \"Home\"] [where eventName == \"Use\"]\n"
    "    [not where eventName == \"Other\"] }\n";

enum { EVENTS = 60, RECORD = 400 };

static uint64_t state = 7;

static unsigned pick(unsigned below)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)((state >> 33) % below);
}

struct record {
    int64_t time;
    char text[RECORD];
};

static inline int by_time(const void *a, const void *b)
{
    const struct record *x = a, *y = b;

    return (x->time > y->time) - (x->time < y->time);
}

static inline void make(struct record *records)
{
    static const char *const names[] = { "Home", "Use", "Use", "Other" };
    static const char *const agents[] = { "\"quiet\"", "\"tool\"", "null" };
    static const char *const addresses[] = { "192.0.2.1",   "192.0.2.2",
                                             "2001:db8::1", "2001:DB8:0::1",
                                             "10.0.0.1",    "AWS Internal/3" };

    for (unsigned i = 0; i < EVENTS; i++) {
        unsigned second = pick(60);

        records[i].time = second;
        snprintf(records[i].text, RECORD,
                 "{\"eventTime\":\"2026-05-01T10:00:%02uZ\","
                 "\"eventID\":\"id%02u\",\"eventName\":\"%s\","
                 "\"awsRegion\":\"r%u\",\"sourceIPAddress\":\"%s\","
                 "\"userAgent\":%s,\"userIdentity\":{\"type\":\"AssumedRole\","
                 "\"accessKeyId\":\"k%u\",\"arn\":\"a%u\"}}",
                 second, pick(8) == 0 ? 0 : i, names[pick(4)], pick(2),
                 addresses[pick(6)], agents[pick(3)], pick(2), pick(2));
    }
    qsort(records, EVENTS, sizeof(*records), by_time);
}

#endif
