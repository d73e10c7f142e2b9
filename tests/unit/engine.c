/*
 * engine.c - alerts are a function of the set of events.
 *
 * Random events, few keys and few seconds, are fed in order, shuffled, some
 * twice, and with the watermark advanced on the way; every way must give the
 * same alerts, byte for byte.
 */

#include "runtime/engine.h"

#include <stdlib.h>

#include "program/rules.h"
#include "runtime/fields.h"
#include "runtime/reader.h"
#include "sample_rules.h"
#include "tap.h"

enum { ROUNDS = 60 };

struct scan {
    struct as_run run;
    struct as_engine engine;
    struct as_fields fields;
    struct as_reader *reader;
    struct as_buf out;
    unsigned alerts;
};

static enum astray_status take(void *user, const struct as_event *event)
{
    struct scan *scan = user;

    return as_engine_feed(&scan->engine, event);
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
    as_buf_putc(&scan->out, '\n');
}

enum way { IN_ORDER, ADVANCING, SHUFFLED, REPEATED };

static void feed(struct scan *scan, struct record *records, enum way way)
{
    unsigned order[2 * EVENTS], count = EVENTS;

    for (unsigned i = 0; i < EVENTS; i++)
        order[i] = i;
    if (way == REPEATED) {
        for (unsigned i = 0; i < EVENTS; i++)
            order[count++] = pick(EVENTS);
    }
    for (unsigned i = count; way >= SHUFFLED && i > 1; i--) {
        unsigned j = pick(i), swap = order[j];

        order[j] = order[i - 1];
        order[i - 1] = swap;
    }
    for (unsigned i = 0; i < count; i++) {
        const struct record *record = &records[order[i]];
        const int64_t start = INT64_C(1777629600000); /* 2026-05-01T10:00:00Z */

        as_reader_bytes(scan->reader, "x", record->text, strlen(record->text));
        if (way == ADVANCING && pick(3) == 0)
            as_engine_advance(&scan->engine, start + (record->time - 1) * 1000);
    }
}

/* The alerts, into scan->out. */
static bool run(struct scan *scan, const struct astray_rules *rules,
                struct record *records, enum way way)
{
    static const struct as_reader_callbacks callbacks = { take, ignore };
    struct as_period period = { INT64_MIN, INT64_MAX };
    bool good;

    *scan = (struct scan){ 0 };
    good = !as_run_init(&scan->run, &rules->pack) && !as_run_seal(&scan->run) &&
           !as_engine_init(&scan->engine, &scan->run, NULL) &&
           as_fields_init(&scan->fields, &rules->pack);
    scan->reader = as_reader_new(&scan->fields.projection, &callbacks, scan);
    good = good && scan->reader;
    if (good) {
        feed(scan, records, way);
        good = !as_engine_finish(&scan->engine, period, collect, scan);
    }
    as_reader_free(scan->reader);
    as_fields_done(&scan->fields);
    as_engine_done(&scan->engine);
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

int main(void)
{
    static const char *const ways[] = { "in order", "advancing", "shuffled",
                                        "repeated" };
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;
    unsigned same[4] = { 0 }, alerts = 0;

    astray_compiler_on_diagnostic(compiler, complain, NULL);
    astray_compiler_add_text(compiler, "rules.astray", rules_text,
                             sizeof(rules_text) - 1);
    tap_int(astray_compiler_build(compiler, &rules), ASTRAY_OK,
            "the rules compile");
    astray_compiler_free(compiler);
    if (!rules)
        return tap_done();
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct record records[EVENTS];
        struct scan scans[4];

        make(records);
        for (int way = IN_ORDER; way <= REPEATED; way++) {
            bool good = run(&scans[way], rules, records, (enum way)way);

            good = good && as_text_equal(as_buf_view(&scans[IN_ORDER].out),
                                         as_buf_view(&scans[way].out));
            same[way] += good;
            if (!good && same[way] + 1 == i + 1)
                printf("# round %u, %s:\n%.*s# not:\n%.*s", i, ways[way],
                       (int)scans[IN_ORDER].out.length,
                       scans[IN_ORDER].out.bytes, (int)scans[way].out.length,
                       scans[way].out.bytes);
        }
        alerts += scans[IN_ORDER].alerts;
        for (int way = IN_ORDER; way <= REPEATED; way++)
            as_buf_done(&scans[way].out);
    }
    for (int way = IN_ORDER; way <= REPEATED; way++)
        tap_int(same[way], ROUNDS, ways[way]);
    tap_ok(alerts > 5 * ROUNDS, "and there are alerts to compare");
    astray_rules_free(rules);
    return tap_done();
}
