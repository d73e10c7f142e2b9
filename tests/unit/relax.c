/*
 * relax.c - rules without their last clauses: which ones there are, and that
 * each finds what the clause that it lacks has refused.
 *
 * The events are such that each is refused by one clause alone.
 */

#include <stdlib.h>
#include <string.h>

#include "astray.h"
#include "tap.h"

static const char source[] =
    "param life : duration = 1h\n"
    "baseline homes {\n"
    "  from cloudtrail where eventName == \"Start\"\n"
    "  key access_key = userIdentity.accessKeyId\n"
    "  collect since = min(eventTime), names = set(eventSource)\n"
    "  scope whole\n"
    "}\n"
    "rule joined {\n"
    "  meta { title = \"x\" severity = low id = \"j\" }\n"
    "  from cloudtrail\n"
    "  where eventName startswith \"Get\" and awsRegion == \"here\"\n"
    "  join homes as h on h.access_key == userIdentity.accessKeyId\n"
    "    within life after h.since\n"
    "  require userAgent == \"curl\"\n"
    "  exclude first when eventName == \"GetFirst\" reason \"a\"\n"
    "  exclude second when eventName == \"GetSecond\" reason \"b\"\n"
    "  suppress by sourceIPAddress for life\n"
    "}\n"
    "rule grouped {\n"
    "  meta { title = \"x\" severity = low id = \"g\" }\n"
    "  from cloudtrail\n"
    "  where eventName startswith \"Get\"\n"
    "  group by address = sourceIPAddress\n"
    "  timespan 5m tumbling\n"
    "  having count() > 100\n"
    "}\n"
    "rule other {\n"
    "  meta { title = \"x\" severity = low id = \"o\" }\n"
    "  from cloudtrail\n"
    "  where eventName == \"Start\"\n"
    "}\n";

#define EVENT(id, time, name, region, agent, key, address)                     \
    "{\"eventVersion\":\"1.11\",\"eventID\":\"" id "\",\"eventTime\":\"" time  \
    "\",\"eventSource\":\"x.amazonaws.com\",\"eventName\":\"" name             \
    "\",\"awsRegion\":\"" region "\",\"sourceIPAddress\":\"" address           \
    "\",\"userAgent\":\"" agent "\",\"userIdentity\":{\"accessKeyId\":\"" key  \
    "\"}}\n"
#define DAY "2026-05-01T"

static const char events[] = EVENT("start", DAY "10:00:00Z", "Start", "here",
                                   "x", "K", "192.0.2.1")
    EVENT("found", DAY "10:01:00Z", "GetX", "here", "curl", "K", "192.0.2.2")
        EVENT("quiet", DAY "10:02:00Z", "GetX", "here", "curl", "K",
              "192.0.2.2") EVENT("second", DAY "10:03:00Z", "GetSecond", "here",
                                 "curl", "K", "192.0.2.3")
            EVENT("first", DAY "10:04:00Z", "GetFirst", "here", "curl", "K",
                  "192.0.2.4") EVENT("agent", DAY "10:05:00Z", "GetX", "here",
                                     "wget", "K", "192.0.2.5")
                EVENT("late", DAY "12:05:00Z", "GetX", "here", "curl", "K",
                      "192.0.2.6") EVENT("region", DAY "10:06:00Z", "GetX",
                                         "there", "curl", "K", "192.0.2.7")
                    EVENT("name", DAY "10:07:00Z", "PutX", "here", "curl", "K",
                          "192.0.2.8") EVENT("key", DAY "10:08:00Z", "GetX",
                                             "here", "curl", "L", "192.0.2.9");

/* Which form finds which event first. */
struct answers {
    const struct astray_rules *relaxed;
    char first[16][64]; /* the clause, by the event's place in `ids` */
    size_t count, strangers;
};

static const char *const ids[] = { "start", "found", "quiet", "second",
                                   "first", "agent", "late",  "region",
                                   "name",  "key" };
enum { IDS = sizeof(ids) / sizeof(ids[0]) };

static const char *const want[IDS] = { "where eventName", "suppress",
                                       "suppress",        "exclude second",
                                       "exclude first",   "require",
                                       "join h within",   "where awsRegion",
                                       "where eventName", "" };

static size_t form_of(const struct answers *answers,
                      const struct astray_alert *alert)
{
    struct astray_rule_info info;
    size_t n = 0;

    while (astray_rules_info(answers->relaxed, n, &info) == ASTRAY_OK &&
           !strstr(alert->json, info.id))
        n++;
    return n;
}

/* Of the forms that find an event the first counts; they come in any order. */
static size_t best[IDS];

static void on_alert(const struct astray_alert *alert, void *user)
{
    struct answers *answers = user;
    size_t form = form_of(answers, alert), i = 0;

    answers->count++;
    while (i < IDS && strcmp(ids[i], alert->event_id) != 0)
        i++;
    if (i == IDS) {
        answers->strangers++;
        return;
    }
    if (answers->first[i][0] == '\0' || form < best[i]) {
        best[i] = form;
        snprintf(answers->first[i], sizeof(answers->first[i]), "%s",
                 alert->rule);
    }
}

static void report(const struct astray_diagnostic *diagnostic, void *user)
{
    (void)user;
    printf("# %s\n", diagnostic->message);
}

static struct astray_rules *build(void)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;

    astray_compiler_on_diagnostic(compiler, report, NULL);
    astray_compiler_add_text(compiler, "x.astray", source, strlen(source));
    astray_compiler_build(compiler, &rules);
    astray_compiler_free(compiler);
    return rules;
}

static void scan(struct answers *answers, const char *const *names,
                 size_t count)
{
    struct astray_scanner *scanner = NULL;

    astray_scanner_new(answers->relaxed, &scanner);
    astray_scanner_on_alert(scanner, on_alert, answers);
    if (names)
        tap_int(astray_scanner_only_alerts(scanner, names, count), ASTRAY_OK,
                "only some alerts are wanted");
    astray_scanner_feed(scanner, "x", events, strlen(events));
    tap_int(astray_scanner_finish(scanner), ASTRAY_OK, "they are scanned with");
    astray_scanner_free(scanner);
}

static void test_clauses(const struct astray_rules *rules)
{
    static const char *const clauses[] = { "suppress",       "exclude second",
                                           "exclude first",  "require",
                                           "join h within",  "where awsRegion",
                                           "where eventName" };
    static const char *const names[] = { "joined" };
    struct answers answers = { .relaxed = NULL };
    struct astray_rules *relaxed = NULL;
    struct astray_rule_info info = { .name = "" };
    size_t n = 0;

    tap_int(astray_rules_relax(rules, names, 1, &relaxed), ASTRAY_OK,
            "a rule is relaxed");
    if (!relaxed)
        return;
    for (; astray_rules_info(relaxed, n, &info) == ASTRAY_OK && n < 7; n++) {
        tap_ok(strcmp(info.name, clauses[n]) == 0, clauses[n]);
        tap_ok(strcmp(info.status, "j") == 0, "it knows its rule");
    }
    tap_int((long)n, 7, "there are as many forms as clauses");
    astray_rules_info(relaxed, 4, &info);
    tap_ok(strcmp(info.title, "life after h.since") == 0, "a clause's text");
    astray_rules_info(relaxed, 0, &info);
    tap_ok(strcmp(info.title, "by sourceIPAddress for life") == 0, "another");
    answers.relaxed = relaxed;
    scan(&answers, NULL, 0);
    for (size_t i = 0; i < IDS; i++)
        if (!tap_ok(strcmp(answers.first[i], want[i]) == 0, ids[i]))
            printf("#  got: %s\n# want: %s\n", answers.first[i], want[i]);
    astray_rules_free(relaxed);
}

/* The same for some events alone. */
static void test_wanted(const struct astray_rules *rules)
{
    static const char *const names[] = { "joined" };
    static const char *const wanted[] = { "agent", "nobody" };
    struct answers answers = { .relaxed = NULL };
    struct astray_rules *relaxed = NULL;

    astray_rules_relax(rules, names, 1, &relaxed);
    answers.relaxed = relaxed;
    scan(&answers, wanted, 2);
    tap_ok(strcmp(answers.first[5], "require") == 0, "the wanted one is kept");
    for (size_t i = 0; i < IDS; i++)
        tap_ok((answers.first[i][0] != '\0') == (i == 5), ids[i]);
    tap_int((long)answers.count, 4, "by each form that finds it");
    astray_rules_free(relaxed);
}

static void test_group(const struct astray_rules *rules)
{
    static const char *const names[] = { "grouped" };
    static const char *const wanted[] = { "address=192.0.2.2" };
    struct answers answers = { .relaxed = NULL };
    struct astray_rules *relaxed = NULL;
    struct astray_rule_info info = { .name = "" };

    tap_int(astray_rules_relax(rules, names, 1, &relaxed), ASTRAY_OK,
            "a group is relaxed");
    astray_rules_info(relaxed, 0, &info);
    tap_ok(strcmp(info.name, "having") == 0 &&
               strcmp(info.title, "count() > 100 (window: tumbling 5m)") == 0,
           "without its `having`");
    answers.relaxed = relaxed;
    scan(&answers, wanted, 1);
    tap_int((long)answers.count, 2, "the wanted key, by both forms");
    tap_ok(strcmp(answers.first[2], "having") == 0, "`having` refused it");
    astray_rules_free(relaxed);
}

static void test_none(const struct astray_rules *rules)
{
    static const char *const names[] = { "nobody" };
    static const char *const both[] = { "other", "joined" };
    struct astray_rules *relaxed = NULL, *again = NULL;

    tap_int(astray_rules_relax(rules, names, 1, &relaxed), ASTRAY_OK,
            "a rule that is not there");
    tap_int((long)astray_rules_count(relaxed), 0, "has no forms");
    astray_rules_free(relaxed);
    tap_int(astray_rules_relax(rules, both, 2, &relaxed), ASTRAY_OK, "two");
    tap_int((long)astray_rules_count(relaxed), 8, "have those of both");
    tap_int(astray_rules_relax(relaxed, both, 2, &again), ASTRAY_OK,
            "what is relaxed has other names");
    tap_int((long)astray_rules_count(again), 0, "and no forms by the old ones");
    astray_rules_free(again);
    astray_rules_free(relaxed);
}

int main(void)
{
    struct astray_rules *rules = build();

    if (tap_ok(rules != NULL, "the rules compile")) {
        test_clauses(rules);
        test_wanted(rules);
        test_group(rules);
        test_none(rules);
    }
    astray_rules_free(rules);
    return tap_done();
}
