/*
 * terms.c - what is new, whatever the order of arrival.
 *
 * The engine hands an operator its events nearly in order of time, so that the
 * harder ways are rarely taken.  Here the operator gets them in any order; an
 * event must be new exactly when there is none of its key, earlier by
 * (time, id), within the history.  Times lie on the edges of that, to the ms.
 */

#include "runtime/engine.h"

#include <stdlib.h>

#include "program/rules.h"
#include "runtime/fields.h"
#include "runtime/reader.h"
#include "tap.h"

enum { ROUNDS = 300, MOST = 40, HISTORY_MS = 5000 };

static const char rules_text[] =
    "rule fresh { from cloudtrail\n"
    "  new_terms by k = userIdentity.accessKeyId history 5s }\n";

static uint64_t state = 11;

static unsigned pick(unsigned below)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)((state >> 33) % below);
}

struct sample {
    unsigned time_ms, id, key, region;
};

struct scan {
    struct as_run run;
    struct as_engine engine;
    struct as_fields fields;
    struct as_reader *reader;
};

static enum astray_status keep(void *user, const struct as_event *event)
{
    struct scan *scan = user;

    return as_engine_feed(&scan->engine, event);
}

static void ignore(void *user, const struct astray_notice *notice)
{
    (void)user;
    (void)notice;
}

static bool start(struct scan *scan, const struct astray_rules *rules)
{
    static const struct as_reader_callbacks callbacks = { keep, ignore };

    *scan = (struct scan){ 0 };
    if (as_run_init(&scan->run, &rules->pack) || as_run_seal(&scan->run) ||
        as_engine_init(&scan->engine, &scan->run, NULL) ||
        !as_fields_init(&scan->fields, &rules->pack))
        return false;
    scan->reader = as_reader_new(&scan->fields.projection, &callbacks, scan);
    scan->engine.judge.since_ms = 0; /* nothing teaches */
    return scan->reader != NULL;
}

static void end(struct scan *scan)
{
    as_reader_free(scan->reader);
    as_fields_done(&scan->fields);
    as_engine_done(&scan->engine);
    as_run_done(&scan->run);
}

static void feed(struct scan *scan, const struct sample *sample)
{
    char text[300];

    snprintf(text, sizeof(text),
             "{\"eventTime\":\"2026-05-01T10:%02u:%02u.%03uZ\","
             "\"eventID\":\"id%02u\",\"awsRegion\":\"r%u\","
             "\"userIdentity\":{\"accessKeyId\":\"k%u\"}}",
             sample->time_ms / 60000, sample->time_ms / 1000 % 60,
             sample->time_ms % 1000, sample->id, sample->region, sample->key);
    as_reader_bytes(scan->reader, "x", text, strlen(text));
}

/* Give the operator all events, the n-th first that was fed as place[n]. */
static void give(struct scan *scan, const unsigned *places, unsigned count)
{
    struct as_operator *operator= & scan->engine.operators[0];
    struct as_judge *judge = &scan->engine.judge;

    for (unsigned i = 0; i < count; i++) {
        uint32_t event = *(uint32_t *)as_pages_at(&operator->queue, places[i]);
        struct as_standing standing;

        operator->calls->take(judge, operator->state, 0, event, &standing);
        if (pick(4) == 0) /* once more: nothing changes */
            operator->calls->again(judge, operator->state, 0, event, &standing);
    }
    operator->calls->settle(judge, operator->state, 0, INT64_MAX);
}

/* Is `a` earlier than `b`, by time and id? */
static bool is_earlier(const struct sample *a, const struct sample *b)
{
    return a->time_ms < b->time_ms ||
           (a->time_ms == b->time_ms && a->id < b->id);
}

/* "id07@12000 " of each that is new, once, in the order (time, id). */
static void expect(const struct sample *samples, unsigned count,
                   struct as_buf *out)
{
    const struct sample *last = NULL;

    for (unsigned i = 0; i < count; i++) {
        const struct sample *sample = &samples[i];
        bool is_new = true;

        for (unsigned j = 0; j < count; j++)
            is_new &= samples[j].key != sample->key ||
                      !is_earlier(&samples[j], sample) ||
                      samples[j].time_ms + HISTORY_MS < sample->time_ms;
        /* The alerts of two records under one id are merged. */
        if (is_new && (!last || is_earlier(last, sample))) {
            as_buf_printf(out, "id%02u@%u ", sample->id, sample->time_ms);
            last = sample;
        }
    }
}

static void collect(const struct astray_alert *alert, void *user)
{
    const int64_t start_ms = INT64_C(1777629600000); /* 2026-05-01T10:00Z */

    as_buf_printf(user, "%s@%u ", alert->event_id,
                  (unsigned)(alert->time_ms - start_ms));
}

static void found(struct scan *scan, struct as_buf *out)
{
    struct as_period all = { INT64_MIN, INT64_MAX };

    as_alerts_report(&scan->engine.alerts, &scan->run, &scan->engine.stats, all,
                     collect, out);
}

static int by_order(const void *a, const void *b)
{
    return is_earlier(a, b) ? -1 : is_earlier(b, a);
}

/* 0 to count - 1, in any order. */
static void shuffle(unsigned *places, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        places[i] = i;
    for (unsigned i = count; i > 1; i--) {
        unsigned j = pick(i), swap = places[j];

        places[j] = places[i - 1];
        places[i - 1] = swap;
    }
}

/* Each at one of a few steps from the one before, with an id of its own, or
 * with the id and time of another; in order. */
static unsigned make(struct sample *samples)
{
    static const unsigned steps[] = { 0,
                                      0,
                                      1,
                                      1000,
                                      HISTORY_MS - 1,
                                      HISTORY_MS,
                                      HISTORY_MS + 1,
                                      2 * HISTORY_MS };
    unsigned count = 1 + pick(MOST - 1), time_ms = 0, keys = 1 + pick(2);
    unsigned ids[MOST];

    shuffle(ids, MOST);
    for (unsigned i = 0; i < count; i++) {
        time_ms += steps[pick(8)];
        samples[i] = (struct sample){ time_ms, ids[i], pick(keys), 0 };
        if (i > 0 && pick(6) == 0) {
            samples[i].time_ms = samples[i - 1].time_ms;
            samples[i].id = samples[i - 1].id;
            samples[i].key = samples[i - 1].key;
            samples[i].region = samples[i - 1].region + 1;
        }
    }
    qsort(samples, count, sizeof(*samples), by_order);
    return count;
}

static void test_orders(const struct astray_rules *rules)
{
    unsigned good = 0, alerts = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        struct as_buf want = { 0 }, got = { 0 };
        struct sample samples[MOST];
        unsigned places[MOST], count = make(samples);
        struct scan scan;

        if (!start(&scan, rules))
            break;
        for (unsigned n = 0; n < count; n++)
            feed(&scan, &samples[n]);
        shuffle(places, count);
        give(&scan, places, count);
        expect(samples, count, &want);
        found(&scan, &got);
        alerts += scan.engine.alerts.count;
        if (as_text_equal(as_buf_view(&want), as_buf_view(&got)))
            good++;
        else if (good == i)
            printf("# round %u\n# got:  %.*s\n# want: %.*s\n", i,
                   (int)got.length, got.bytes, (int)want.length, want.bytes);
        as_buf_done(&want);
        as_buf_done(&got);
        end(&scan);
    }
    tap_int(good, ROUNDS, "in any order what is new is new");
    tap_ok(alerts > 3 * ROUNDS, "and there is much that is new");
}

/* However many events there are, a key's row is as long as it has bouts. */
static void test_memory(const struct astray_rules *rules)
{
    enum { COUNT = 2000 };
    struct as_terms *terms;
    unsigned places[COUNT];
    struct scan scan;

    if (!start(&scan, rules))
        return;
    for (unsigned i = 0; i < COUNT; i++)
        feed(&scan, &(struct sample){ i % 600 * 1000, i % 90, 0, 0 });
    shuffle(places, COUNT);
    give(&scan, places, COUNT);
    terms = scan.engine.operators[0].state;
    tap_ok(terms->rows.count == 1 && terms->bout_count <= 512,
           "rows don't grow with their events");
    tap_int(scan.engine.alerts.count, 1, "of which one was new");
    tap_int((long)scan.engine.stats.rules[0].required, 1,
            "and was judged once");
    end(&scan);
}

int main(void)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;

    astray_compiler_add_text(compiler, "rules.astray", rules_text,
                             sizeof(rules_text) - 1);
    tap_int(astray_compiler_build(compiler, &rules), ASTRAY_OK,
            "the rules compile");
    astray_compiler_free(compiler);
    if (rules) {
        test_orders(rules);
        test_memory(rules);
    }
    astray_rules_free(rules);
    return tap_done();
}
