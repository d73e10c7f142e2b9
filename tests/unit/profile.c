/*
 * profile.c - what a profile says is what the scan did.
 *
 * Counts are those of the summary; times add up to the whole; nothing of it
 * changes an alert.
 */

#include "runtime/profile.h"

#include "astray.h"
#include "program/rules.h"
#include "runtime/scan.h"
#include "sample_rules.h"
#include "tap.h"

enum { ROUNDS = 5 };

struct scan {
    struct astray_scanner *scanner;
    unsigned alerts;
    char *summary, *profile, *text;
};

static void count_alert(const struct astray_alert *alert, void *user)
{
    (void)alert;
    ++*(unsigned *)user;
}

static bool run(struct scan *scan, const struct astray_rules *rules,
                const struct record *records, int on)
{
    *scan = (struct scan){ .alerts = 0 };
    if (astray_scanner_new(rules, &scan->scanner) ||
        astray_scanner_set_profile(scan->scanner, on))
        return false;
    astray_scanner_on_alert(scan->scanner, count_alert, &scan->alerts);
    for (unsigned i = 0; i < ROUNDS * EVENTS; i++)
        astray_scanner_feed(scan->scanner, "x", records[i % EVENTS].text,
                            strlen(records[i % EVENTS].text));
    if (on)
        tap_int(astray_scanner_profile(scan->scanner, 1, &scan->profile),
                ASTRAY_BAD_VALUE, "there is no profile before the end");
    tap_int(astray_scanner_set_profile(scan->scanner, on), ASTRAY_BAD_VALUE,
            "nor can it be switched once the scan has begun");
    return !astray_scanner_finish(scan->scanner) &&
           !astray_scanner_summary(scan->scanner, 1, &scan->summary);
}

static void done(struct scan *scan)
{
    astray_scanner_free(scan->scanner);
    free(scan->summary);
    free(scan->profile);
    free(scan->text);
}

/* ---- JSON, as far as it is looked into here ------------------------------ */

static bool is_json(const char *text)
{
    struct as_scan scan;
    enum as_json_kind kind;
    bool escaped = false;

    as_scan_init(&scan, as_text_of(text));
    return as_scan_value(&scan, scan.start, &kind, &escaped) == scan.end;
}

/* The number of a member, the first behind `at`; -1: there is none. */
static long long number(const char *at, const char *member)
{
    char name[40];

    snprintf(name, sizeof(name), "\"%s\":", member);
    at = at ? strstr(at, name) : NULL;
    return at ? atoll(at + strlen(name)) : -1;
}

/* The object of this name, behind `at`. */
static const char *named(const char *at, struct as_text name)
{
    char text[80];

    snprintf(text, sizeof(text), "\"name\":\"%.*s\"", (int)name.length,
             name.bytes);
    return at ? strstr(at, text) : NULL;
}

/* Of all members of the object `member` behind `at`, the sum. */
static long long sum(const char *at, const char *member)
{
    char name[40];
    long long total = 0;

    snprintf(name, sizeof(name), "\"%s\":{", member);
    at = at ? strstr(at, name) : NULL;
    for (at = at ? at + strlen(name) : "}"; *at && *at != '}'; at++) {
        if (*at == ':')
            total += atoll(at + 1);
    }
    return total;
}

/* ---- cases --------------------------------------------------------------- */

static void check_rule(const struct scan *scan, struct as_text name)
{
    const char *got = named(scan->profile, name);
    const char *want = named(strstr(scan->summary, "\"rules\":"), name);
    bool same = got && want && number(got, "matched") >= 0;

    same = same && number(got, "matched") == number(want, "matched");
    same = same && number(got, "alerts") == number(want, "alerts");
    same = same && number(got, "excluded") == sum(want, "excluded");
    tap_ok(same, "a rule's counts are those of the summary");
    tap_ok(got && number(got, "asked") >=
                      number(got, "let_go") + number(got, "judged"),
           "no more events are judged than get through the sieve");
    tap_ok(got && number(got, "judged") > 0 && number(got, "state_bytes") > 0,
           "it had its turn");
}

static void check_baseline(const struct scan *scan, struct as_text name)
{
    const char *got = named(scan->profile, name);
    const char *want = named(scan->summary, name);

    tap_ok(got && want && number(got, "matched") == number(want, "events"),
           "a baseline's events are those of the summary");
    tap_ok(got && number(got, "asked") >= number(got, "judged") &&
               number(got, "judged") >= number(got, "matched"),
           "and fewer at each step");
}

static void check_times(const struct scan *scan)
{
    const char *at = strstr(scan->profile, "\"shared\":");
    const char *operators = strstr(scan->profile, "\"operators\":");
    long long total = 0, last = -1;
    bool in_order = true;

    for (; at && (at = strstr(at, "\"time_ns\":")); at++) {
        long long time = number(at, "time_ns");

        total += time;
        if (at > operators) {
            in_order = in_order && (last < 0 || time <= last);
            last = time;
        }
    }
    tap_ok(total > 0 && total == number(scan->profile, "cpu_ns"),
           "all times add up to the whole");
    tap_ok(in_order && last >= 0, "what costs most comes first");
}

static void check_whole(struct scan *scan, const struct scan *plain)
{
    tap_int(astray_scanner_profile(scan->scanner, 1, &scan->profile), ASTRAY_OK,
            "there is a profile at the end");
    tap_int(astray_scanner_profile(scan->scanner, 0, &scan->text), ASTRAY_OK,
            "and a table for people");
    tap_ok(is_json(scan->profile), "the profile is JSON");
    tap_ok(strstr(scan->text, "rule joined\n") != NULL, "the table has rules");
    tap_int((long)number(scan->profile, "events"), ROUNDS * EVENTS,
            "all events are counted");
    tap_int((long)number(scan->profile, "timed_events"),
            (ROUNDS * EVENTS + AS_PROFILE_STEP / 2) / AS_PROFILE_STEP,
            "one of each step was timed");
    tap_int(scan->alerts, plain->alerts, "alerts are as without a profile");
    tap_ok(strcmp(scan->summary, plain->summary) == 0, "and the summary");
}

/* Two halves of a scan, added up. */
static void check_adding(const struct as_pack *pack)
{
    struct as_profile *one = as_profile_new(pack), *two = as_profile_new(pack);
    unsigned timed = 0;

    for (int i = 0; i < 2 * AS_PROFILE_STEP; i++)
        timed += as_profile_event(i % 2 ? one : two) != 0;
    tap_int(timed, 2, "of two profiles each times its own steps");
    one->sieve_ns = 100;
    two->sieve_ns = 300;
    one->keep_ns = two->keep_ns = 7;
    as_profile_absorb(one, two);
    tap_int((long)one->events, 2 * AS_PROFILE_STEP, "events add up");
    tap_int((long)one->timed, 2, "those that were timed, too");
    tap_int((long)as_profile_all(one, one->sieve_ns), 400 * AS_PROFILE_STEP,
            "a time stands for all events of its step");
    tap_int((long)as_profile_all(one, one->keep_ns), 14 * AS_PROFILE_STEP,
            "and so does the other");
    as_profile_turn(one, 0, as_profile_now(), 5, 70);
    as_profile_turn(one, 0, as_profile_now(), 6, 30);
    tap_int((long)one->turns[0].judged, 11, "turns add up");
    tap_int((long)one->turns[0].bytes, 70, "of bytes the most counts");
    two->timed = 0;
    tap_int((long)as_profile_all(two, 9), 0, "nothing timed, nothing said");
    as_profile_free(one);
    as_profile_free(two);
}

int main(void)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;
    struct record records[EVENTS];
    struct scan scan, plain;

    astray_compiler_add_text(compiler, "rules.astray", rules_text,
                             sizeof(rules_text) - 1);
    tap_int(astray_compiler_build(compiler, &rules), ASTRAY_OK,
            "the rules compile");
    astray_compiler_free(compiler);
    if (!rules)
        return tap_done();
    make(records);
    tap_ok(run(&plain, rules, records, 0), "a scan without a profile");
    tap_int(astray_scanner_profile(plain.scanner, 1, &plain.profile),
            ASTRAY_BAD_VALUE, "has none");
    tap_ok(run(&scan, rules, records, 1), "a scan with a profile");
    check_whole(&scan, &plain);
    for (uint32_t i = 0; scan.profile && i < rules->pack.rule_count; i++)
        check_rule(&scan, as_pack_text(&rules->pack, rules->pack.rule[i].name));
    for (uint32_t i = 0; scan.profile && i < rules->pack.baseline_count; i++)
        check_baseline(
            &scan, as_pack_text(&rules->pack, rules->pack.baseline[i].name));
    if (scan.profile)
        check_times(&scan);
    check_adding(&rules->pack);
    done(&scan);
    done(&plain);
    astray_rules_free(rules);
    return tap_done();
}
