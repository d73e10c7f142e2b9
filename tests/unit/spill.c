/*
 * spill.c - what is put away comes back as it was.
 *
 * Random events are judged as they are, with all events put away at random
 * moments, with a limit on memory that no event fits (so that parts are parted
 * again as often as they may be), and by two engines, one of which takes the
 * other's over.  Alerts and statistics must be the same, byte for byte.
 *
 * Beside the rules of every shape stand some whose baselines can be parted,
 * by which events are let go, and of which one of them only seems to be.
 */

#include "runtime/spill.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "program/rules.h"
#include "runtime/fields.h"
#include "runtime/reader.h"
#include "runtime/summary.h"
#include "sample_rules.h"
#include "tap.h"

/* All of it can be parted. */
#define PARTED                                                                 \
    "baseline workers {\n"                                                     \
    "  from cloudtrail where eventName == \"Home\"\n"                          \
    "  key k = userIdentity.accessKeyId, a = userIdentity.arn\n"               \
    "  collect addresses = set(sourceIPAddress), n = count()\n"                \
    "  scope as_of plus 2s retain 30s\n"                                       \
    "}\n"                                                                      \
    "baseline regions {\n"                                                     \
    "  from cloudtrail where eventName == \"Home\"\n"                          \
    "  key k = userIdentity.accessKeyId, r = awsRegion\n"                      \
    "  collect n = count() scope whole\n"                                      \
    "}\n"                                                                      \
    "rule let_go {\n"                                                          \
    "  from cloudtrail where eventName == \"Use\"\n"                           \
    "  join workers as w on w.k == userIdentity.accessKeyId\n"                 \
    "    and w.a == userIdentity.arn\n"                                        \
    "  require sourceIPAddress not in w.addresses\n"                           \
    "}\n"                                                                      \
    "rule partly {\n"                                                          \
    "  from cloudtrail where eventName == \"Use\"\n"                           \
    "  join regions as r on r.k == userIdentity.accessKeyId\n"                 \
    "  require awsRegion != r.r\n"                                             \
    "  outcome { rows = count() others = set(r.r) n = max(r.n) }\n"            \
    "}\n"                                                                      \
    "rule in_and_out {\n"                                                      \
    "  from cloudtrail\n"                                                      \
    "  where (any w in workers: (w.k == userIdentity.accessKeyId\n"            \
    "           and w.a == userIdentity.arn and w.n > 1)) is not true\n"       \
    "  group by k = userIdentity.accessKeyId, a = userIdentity.arn\n"          \
    "    timespan 20s sliding\n"                                               \
    "  having count_distinct(sourceIPAddress) > 1\n"                           \
    "  outcome { agents = set(userAgent) first = first(eventName) }\n"         \
    "}\n"

static const char parted_text[] = PARTED;

/* Some of this goes everywhere. */
static const char mixed_text[] = PARTED
    "baseline issued {\n"
    "  from cloudtrail where eventName == \"Other\"\n"
    "  key a = userIdentity.arn\n"
    "  retain 40s\n"
    "}\n"
    "baseline tasks {\n"
    "  from cloudtrail\n"
    "  where any i in issued: (i.a == userIdentity.arn)\n"
    "  key a = if eventName == \"Home\" then userAgent else userIdentity.arn\n"
    "  collect first = first(sourceIPAddress) retain 25s idle\n"
    "}\n"
    "baseline elements {\n"
    "  from cloudtrail each x in requestParameters.items\n"
    "  where x.go == true\n"
    "  key n = text(x.name), k = userIdentity.accessKeyId\n"
    "  collect n_of = count() scope whole\n"
    "}\n"
    "rule of_tasks {\n"
    "  from cloudtrail\n"
    "  join tasks as t on t.a == userIdentity.arn\n"
    "  require sourceIPAddress != t.first\n"
    "  suppress by userIdentity.arn for 9s\n"
    "}\n"
    "rule singly {\n"
    "  from cloudtrail each x in requestParameters.items\n"
    "  where x.go == true\n"
    "  group by n = text(x.name), k = userIdentity.accessKeyId\n"
    "    timespan 40s tumbling\n"
    "  having count() >= 2\n"
    "}\n"
    "rule plainly {\n"
    "  from cloudtrail where eventName == \"Use\"\n"
    "    and any e in elements: (e.n == awsRegion and e.k == userIdentity.accessKeyId)\n"
    "}\n";

enum { MANY = 90, ROUNDS = 20 };

struct scan {
    struct as_run run;
    struct as_engine engines[2];
    struct as_fields fields;
    struct as_reader *reader;
    struct as_buf out;
    unsigned alerts, at, every;
};

enum way { AS_IT_IS, PUT_AWAY, NO_ROOM, TWO_ENGINES, WAYS };

static enum astray_status take(void *user, const struct as_event *event)
{
    struct scan *scan = user;
    struct as_engine *engine = &scan->engines[scan->at];
    enum astray_status status = as_engine_feed(engine, event);

    if (!status && scan->every > 0 && pick(scan->every) == 0)
        status = as_engine_put_away(engine);
    return status;
}

static void ignore(void *user, const struct astray_notice *notice)
{
    (void)user;
    (void)notice;
}

static void collect(const struct astray_alert *alert, void *user)
{
    struct scan *scan = user;

    scan->alerts++;
    as_buf_add(&scan->out, alert->json, alert->json_length);
    as_buf_printf(&scan->out, " %s %s\n", alert->key, alert->address);
}

/* Keys that are missing, empty or no text's, ids that are UUIDs, other words,
 * missing, or the same as another's. */
static void make_one(char *text)
{
    static const char *const keys[] = { "\"k1\"", "\"k2\"", "\"k3\"", "\"k4\"",
                                        "\"\"",   "null",   "\"k5\"" };
    static const char *const arns[] = { "\"a1\"", "\"a2\"", "\"a3\"", "null" };
    static const char *const names[] = { "Home", "Use", "Use", "Other" };
    static const char *const items[] = {
        "null", "[]", "[{\"go\":true,\"name\":\"r1\"},{\"go\":false}]",
        "[{\"go\":true,\"name\":\"r0\"},{\"go\":true,\"name\":\"r1\"}]"
    };
    char id[64] = "";

    if (pick(4) > 0)
        snprintf(id, sizeof(id),
                 "\"eventID\":\"00000000-0000-4000-8000-0000000000%02u\",",
                 pick(MANY));
    else if (pick(2) > 0)
        snprintf(id, sizeof(id), "\"eventID\":\"id%u\",", pick(9));
    snprintf(text, 2 * RECORD,
             "{\"eventTime\":\"2026-05-01T10:00:%02u%sZ\",%s"
             "\"eventName\":\"%s\",\"awsRegion\":\"r%u\","
             "\"sourceIPAddress\":\"192.0.2.%u\",\"userAgent\":\"a%u\","
             "\"requestParameters\":{\"items\":%s},\"userIdentity\":{"
             "\"type\":\"AssumedRole\",\"accessKeyId\":%s,\"arn\":%s}}",
             pick(60), pick(3) ? "" : ".5", id, names[pick(4)], pick(2),
             pick(3), pick(4), items[pick(4)], keys[pick(7)], arns[pick(4)]);
}

static void feed(struct scan *scan, char (*records)[2 * RECORD], enum way way)
{
    for (unsigned i = 0; i < MANY; i++) {
        char name[8];

        scan->at = way == TWO_ENGINES ? i % 2 : 0;
        snprintf(name, sizeof(name), "f%u", i % 3);
        as_reader_bytes(scan->reader, name, records[i], strlen(records[i]));
    }
}

/* What comes out, into scan->out. */
static bool run(struct scan *scan, const struct astray_rules *rules,
                char (*records)[2 * RECORD], enum way way)
{
    static const struct as_reader_callbacks callbacks = { take, ignore };
    struct as_period period = { INT64_MIN, INT64_MAX };
    bool good;

    *scan = (struct scan){ 0 };
    if (way == PUT_AWAY || way == TWO_ENGINES)
        scan->every = 1 + pick(50);
    good = !as_run_init(&scan->run, &rules->pack) && !as_run_seal(&scan->run) &&
           !as_engine_init(&scan->engines[0], &scan->run, NULL) &&
           !as_engine_init(&scan->engines[1], &scan->run, NULL) &&
           as_fields_init(&scan->fields, &rules->pack);
    scan->engines[0].memory_limit = way == NO_ROOM;
    scan->reader = as_reader_new(&scan->fields.projection, &callbacks, scan);
    good = good && scan->reader;
    if (good) {
        feed(scan, records, way);
        if (way == TWO_ENGINES)
            good = !as_engine_absorb(&scan->engines[0], &scan->engines[1]);
        good = good &&
               !as_engine_finish(&scan->engines[0], period, collect, scan);
        as_summary_json(&scan->out, &scan->engines[0],
                        as_reader_stats(scan->reader));
        as_buf_putc(&scan->out, '\n');
        as_summary_text(&scan->out, &scan->engines[0],
                        as_reader_stats(scan->reader));
    }
    as_reader_free(scan->reader);
    as_fields_done(&scan->fields);
    as_engine_done(&scan->engines[0]);
    as_engine_done(&scan->engines[1]);
    as_run_done(&scan->run);
    return good;
}

static void complain(const struct astray_diagnostic *diagnostic, void *user)
{
    (void)user;
    printf("# %s:%u: %s\n", diagnostic->code,
           diagnostic->label_count ? diagnostic->labels[0].line : 0,
           diagnostic->message);
}

static struct astray_rules *compile(const char *text)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;

    astray_compiler_on_diagnostic(compiler, complain, NULL);
    astray_compiler_add_text(compiler, "rules.astray", text, strlen(text));
    tap_int(astray_compiler_build(compiler, &rules), ASTRAY_OK,
            "the rules compile");
    astray_compiler_free(compiler);
    if (!rules)
        exit(tap_done());
    return rules;
}

static void say(bool good, const char *what, const char *which)
{
    char name[80];

    snprintf(name, sizeof(name), "%s: %s", what, which);
    tap_ok(good, name);
}

static void compare(const char *text, const char *what)
{
    static const char *const ways[] = { "as it is", "put away", "no room",
                                        "two engines" };
    struct astray_rules *rules = compile(text);
    unsigned same[WAYS] = { 0 }, alerts = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        static char records[MANY][2 * RECORD];
        struct scan scans[WAYS];

        for (unsigned n = 0; n < MANY; n++)
            make_one(records[n]);
        for (int way = AS_IT_IS; way < WAYS; way++) {
            bool good = run(&scans[way], rules, records, (enum way)way);

            good = good && as_text_equal(as_buf_view(&scans[AS_IT_IS].out),
                                         as_buf_view(&scans[way].out));
            same[way] += good;
            if (!good && same[way] == i)
                printf("# round %u, %s:\n%.*s# not:\n%.*s", i, ways[way],
                       (int)scans[way].out.length, scans[way].out.bytes,
                       (int)scans[AS_IT_IS].out.length,
                       scans[AS_IT_IS].out.bytes);
        }
        alerts += scans[AS_IT_IS].alerts;
        for (int way = AS_IT_IS; way < WAYS; way++)
            as_buf_done(&scans[way].out);
    }
    for (int way = AS_IT_IS; way < WAYS; way++)
        say(same[way] == ROUNDS, what, ways[way]);
    say(alerts > 5 * ROUNDS, what, "and there are alerts to compare");
    astray_rules_free(rules);
}

/* ---- who goes where ---------------------------------------------------- */

static uint32_t named(const struct as_pack *pack, const char *name)
{
    for (uint32_t i = 0; i < pack->baseline_count; i++) {
        if (as_text_equal(as_pack_text(pack, pack->baseline[i].name),
                          as_text_of(name)))
            return i;
    }
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        if (as_text_equal(as_pack_text(pack, pack->rule[i].name),
                          as_text_of(name)))
            return pack->baseline_count + i;
    }
    return 0;
}

static void check_routes(void)
{
    static const struct {
        const char *name;
        enum as_way way[2]; /* coarse, fine */
        uint32_t count[2];  /* of programs */
    } cases[] = {
        { "workers", { AS_WAY_KEY, AS_WAY_KEY }, { 1, 2 } },
        { "regions", { AS_WAY_KEY, AS_WAY_KEY }, { 1, 1 } },
        { "issued", { AS_WAY_EVERYWHERE, AS_WAY_EVERYWHERE }, { 0, 0 } },
        { "tasks", { AS_WAY_KEY, AS_WAY_KEY }, { 1, 1 } },
        { "elements", { AS_WAY_KEY, AS_WAY_EVERYWHERE }, { 1, 1 } },
        { "let_go", { AS_WAY_KEY, AS_WAY_KEY }, { 1, 2 } },
        { "partly", { AS_WAY_KEY, AS_WAY_KEY }, { 1, 1 } },
        { "in_and_out", { AS_WAY_KEY, AS_WAY_KEY }, { 1, 2 } },
        { "singly", { AS_WAY_KEY, AS_WAY_KEY }, { 1, 1 } },
        { "plainly", { AS_WAY_KEY, AS_WAY_KEY }, { 1, 2 } },
    };
    struct astray_rules *rules = compile(mixed_text);
    struct as_run run;
    struct as_engine engine;
    struct as_routes routes;

    as_run_init(&run, &rules->pack);
    as_run_seal(&run);
    as_engine_init(&engine, &run, NULL);
    for (int fine = 0; fine < 2; fine++) {
        as_routes_init(&routes, &rules->pack, &engine.plan, fine > 0);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            const struct as_route *route =
                &routes.of[named(&rules->pack, cases[i].name)];

            if (route->way != cases[i].way[fine] ||
                route->count != cases[i].count[fine])
                printf("# way %u, %u programs\n", route->way, route->count);
            say(route->way == cases[i].way[fine] &&
                    route->count == cases[i].count[fine],
                cases[i].name, fine ? "goes finely" : "goes");
        }
        as_routes_done(&routes);
    }
    as_engine_done(&engine);
    as_run_done(&run);
    astray_rules_free(rules);
}

/* Bytes that are fed fall under the limit as files do: where nothing can be
 * put away, that is said. */
static void check_bytes(void)
{
    static const char event[] = "{\"eventTime\":\"2026-05-01T10:00:00Z\","
                                "\"eventID\":\"a\",\"eventName\":\"Use\"}";
    struct astray_rules *rules = compile(rules_text);
    struct astray_scanner *scanner = NULL;
    enum astray_status status = ASTRAY_OK;

    setenv("TMPDIR", "/nowhere/at/all", 1);
    if (rules && !astray_scanner_new(rules, &scanner) &&
        !astray_scanner_set_memory(scanner, 1)) {
        astray_scanner_feed(scanner, "x", event, sizeof(event) - 1);
        status = astray_scanner_finish(scanner);
    }
    tap_int(status, ASTRAY_IO, "bytes that are fed are put away");
    astray_scanner_free(scanner);
    astray_rules_free(rules);
    unsetenv("TMPDIR");
}

int main(void)
{
    check_routes();
    check_bytes();
    compare(parted_text, "parted");
    compare(mixed_text, "mixed");
    compare(rules_text, "every shape");
    return tap_done();
}
