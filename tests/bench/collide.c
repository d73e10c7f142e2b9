/*
 * collide.c - do keys that an attacker chose slow a scan down?
 *
 *     collide [KEYS [TURNS]]
 *
 * Scans of as many events, each with an access key of its own, for a baseline,
 * a join and a group by that key: keys at random, and keys that would meet in
 * one corner of a table whose hash has no secret (tests/unit/collide.h).  The
 * kinds take turns, so that they see the same machine; what is compared is
 * the processor time of the fastest turn.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "astray.h"
#include "common/buf.h"
#include "tests/unit/collide.h"

static const char rules_text[] =
    "baseline homes { from cloudtrail where eventName == \"Home\"\n"
    "  key k = userIdentity.accessKeyId\n"
    "  collect addresses = set(sourceIPAddress), users = set(userAgent)\n"
    "  scope whole }\n"
    "rule joined { from cloudtrail\n"
    "  join homes as h on h.k == userIdentity.accessKeyId\n"
    "  require userAgent not in h.users }\n"
    "rule grouped { from cloudtrail\n"
    "  group by k = userIdentity.accessKeyId timespan 1h sliding\n"
    "  having count() > 3 }\n"
    "rule together { from cloudtrail\n"
    "  group by r = awsRegion timespan whole\n"
    "  having count_distinct(userIdentity.accessKeyId) < 2 }\n";

static const char *const names[COLLIDE_KINDS] = {
    "at random", "of one djb2", "in a corner of FNV-1a",
    "in a corner of ours without its secret"
};

static void make_events(enum collide_kind kind, uint32_t count,
                        struct as_buf *out)
{
    uint32_t slots = 2, n = 0;
    uint64_t state = 1;
    char key[COLLIDE_KEY];

    while (slots < 2 * count)
        slots *= 2;
    for (uint32_t i = 0; i < count; i++) {
        collide_next(kind, slots, &n, &state, key);
        as_buf_printf(out,
                      "{\"eventTime\":\"2026-05-01T%02u:%02u:%02uZ\","
                      "\"eventID\":\"%08u\",\"eventName\":\"Home\","
                      "\"awsRegion\":\"r1\",\"sourceIPAddress\":\"192.0.2.1\","
                      "\"userAgent\":\"%.*s\",\"userIdentity\":{"
                      "\"accessKeyId\":\"%.*s\"}}\n",
                      i / 3600 % 24, i / 60 % 60, i % 60, i, COLLIDE_KEY, key,
                      COLLIDE_KEY, key);
    }
}

static void count_alert(const struct astray_alert *alert, void *user)
{
    (void)alert;
    ++*(unsigned long *)user;
}

/* The processor time of one scan, in seconds; negative: it failed. */
static double scan(const struct astray_rules *rules,
                   const struct as_buf *events)
{
    struct astray_scanner *scanner;
    unsigned long alerts = 0;
    clock_t start = clock();
    bool good;

    if (astray_scanner_new(rules, &scanner) != ASTRAY_OK)
        return -1;
    astray_scanner_on_alert(scanner, count_alert, &alerts);
    good = astray_scanner_feed(scanner, "events", events->bytes,
                               events->length) == ASTRAY_OK &&
           astray_scanner_finish(scanner) == ASTRAY_OK && alerts == 0;
    astray_scanner_free(scanner);
    return good ? (double)(clock() - start) / CLOCKS_PER_SEC : -1;
}

static struct astray_rules *compile(void)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;

    if (!compiler)
        return NULL;
    astray_compiler_add_text(compiler, "rules.astray", rules_text,
                             sizeof(rules_text) - 1);
    astray_compiler_build(compiler, &rules);
    astray_compiler_free(compiler);
    return rules;
}

static bool measure(const struct astray_rules *rules,
                    const struct as_buf *events, unsigned turns, double *best)
{
    for (unsigned turn = 0; turn < turns; turn++) {
        for (unsigned kind = 0; kind < COLLIDE_KINDS; kind++) {
            double took = scan(rules, &events[kind]);
            if (took < 0)
                return false;
            if (turn == 0 || took < best[kind])
                best[kind] = took;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    uint32_t count = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 100000;
    unsigned turns = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 7;
    struct as_buf events[COLLIDE_KINDS] = { { .bytes = NULL } };
    struct astray_rules *rules = compile();
    double best[COLLIDE_KINDS] = { 0 };
    bool good;

    for (unsigned kind = 0; kind < COLLIDE_KINDS; kind++)
        make_events((enum collide_kind)kind, count, &events[kind]);
    good = rules && measure(rules, events, turns, best);
    for (unsigned kind = 0; good && kind < COLLIDE_KINDS; kind++)
        printf("%u keys %-40s %7.1f ms  %5.2f\n", count, names[kind],
               best[kind] * 1000, best[kind] / best[0]);
    for (unsigned kind = 0; kind < COLLIDE_KINDS; kind++)
        as_buf_done(&events[kind]);
    astray_rules_free(rules);
    return good ? 0 : 1;
}
