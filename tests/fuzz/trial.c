/* trial.c - see trial.h. */

#include "trial.h"

#include <stdio.h>
#include <stdlib.h>

#include "astray.h"
#include "counted_vm.h"
#include "program/pack.h"

static void fail(const char *what)
{
    fprintf(stderr, "a pack that was not to be trusted: %s\n", what);
    abort();
}

/* Alerts are lines of JSON, whatever the pack calls its rules. */
static void take_alert(const struct astray_alert *alert, void *user)
{
    if (alert->json_length != strlen(alert->json) || alert->json[0] != '{' ||
        alert->json[alert->json_length - 1] != '}' || strchr(alert->json, '\n'))
        fail("an alert that is no line of JSON");
    ++*(unsigned long *)user;
}

static void take_text(enum astray_status status, char *text)
{
    if (status == ASTRAY_OK)
        free(text);
    else if (status != ASTRAY_NO_MEMORY)
        fail("it runs and can't be described");
}

static void describe(const struct astray_rules *rules)
{
    enum astray_status status;
    char *text = NULL;

    status = astray_rules_describe(rules, ASTRAY_DESCRIBE_CODE, &text);
    take_text(status, text);
    status = astray_rules_describe(rules, ASTRAY_DESCRIBE_JSON, &text);
    take_text(status, text);
}

static void set_up(struct astray_scanner *scanner, const struct trial *trial,
                   unsigned long *alerts)
{
    astray_scanner_on_alert(scanner, take_alert, alerts);
    if (trial->memory > 0)
        astray_scanner_set_memory(scanner, trial->memory);
    if (trial->threads > 0)
        astray_scanner_set_threads(scanner, trial->threads);
    if (trial->profile)
        astray_scanner_set_profile(scanner, 1);
}

static void finish(struct astray_scanner *scanner, const struct trial *trial)
{
    enum astray_status status = astray_scanner_finish(scanner);
    char *text = NULL;

    if (status != ASTRAY_OK && status != ASTRAY_SET_ASIDE)
        fail("a scan that does not come to its end");
    for (int json = 0; json < 2; json++) {
        status = astray_scanner_summary(scanner, json, &text);
        take_text(status, text);
        if (!trial->profile)
            continue;
        status = astray_scanner_profile(scanner, json, &text);
        take_text(status, text);
    }
}

static unsigned long run(const struct astray_rules *rules,
                         const struct trial *trial)
{
    struct astray_scanner *scanner;
    unsigned long alerts = 0;

    if (astray_scanner_new(rules, &scanner) != ASTRAY_OK)
        fail("no scanner for it");
    set_up(scanner, trial, &alerts);
    if (trial->folder && trial->threads > 0) {
        astray_scanner_feed_path(scanner, trial->folder);
    } else {
        astray_scanner_feed(scanner, "events", trial->events.bytes,
                            trial->events.length);
        astray_scanner_feed(scanner, "more", trial->more.bytes,
                            trial->more.length);
    }
    finish(scanner, trial);
    astray_scanner_free(scanner);
    return alerts;
}

/* What the verifier says of each program; the pack has been accepted. */
static struct as_facts *find_facts(const struct astray_rules *rules)
{
    struct as_pack pack;
    struct as_facts *facts;
    size_t length;
    const void *bytes = astray_rules_bytes(rules, &length);

    if (as_pack_load(bytes, length, &pack, NULL) != ASTRAY_OK)
        fail("accepted once and refused then");
    facts = calloc(pack.program_count + 1, sizeof(*facts));
    if (!facts || as_verify(&pack, facts).fault != AS_FAULT_NONE)
        fail("verified once and not again");
    return facts;
}

bool try_pack(struct as_text pack, const struct trial *trial,
              struct trial_count *count)
{
    struct astray_rules *rules = NULL;
    const char *why = NULL;
    enum astray_status status = astray_rules_load(pack.bytes, pack.length,
                                                  &rules, &why);
    struct as_facts *facts;
    unsigned long alerts;

    if (status != ASTRAY_OK) {
        if (status != ASTRAY_BAD_PACK || !why || !*why)
            fail("refused without a reason");
        count->refused++;
        return false;
    }
    facts = find_facts(rules);
    counted_facts = facts;
    counted_steps = counted_most = 0;
    if (trial->describe)
        describe(rules);
    alerts = run(rules, trial);
    counted_facts = NULL;
    count->accepted++;
    count->alerts += alerts;
    count->alerting += alerts > 0;
    count->steps += counted_steps;
    if (counted_most > count->most_steps)
        count->most_steps = counted_most;
    free(facts);
    astray_rules_free(rules);
    return true;
}
