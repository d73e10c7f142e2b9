/*
 * finish.c - the end of a scan: see engine.h.
 *
 * What was put away is judged part by part (why that can be done is in
 * route.c): an engine for the part is fed what is in the file for it, judges
 * that, and leaves its alerts and counts to the engine that put the events
 * away.  A part that is too large is put away and parted again in its turn.
 */

#include "runtime/engine.h"

#include <stdlib.h>

/* ---- what came of a part ----------------------------------------------- */

static enum astray_status judge_all(struct as_engine *engine);

static void take_blind(struct as_engine *engine, const struct as_engine *part,
                       uint32_t rule)
{
    const struct as_blind *from = &part->stats.rules[rule].blind;
    struct as_blind *into = &engine->stats.rules[rule].blind;
    struct as_blind_key keys[AS_BLIND_SHOWN];
    uint32_t count = as_stats_blind_most(&part->stats, &part->hold, rule, keys);

    for (uint32_t i = 0; i < count; i++) {
        keys[i].event = as_hold_copy(&engine->hold, &part->hold, keys[i].event);
        engine->failed |= keys[i].event == AS_NO_TUPLE ||
                          !as_stats_blind_put(&engine->stats, rule, &keys[i]);
    }
    into->others += from->keys.count - count + from->others;
}

/* What came of a part, all of which was judged. */
static void take_part(struct as_engine *engine, const struct as_engine *part)
{
    const struct as_pack *pack = engine->pack;

    as_stats_add(&engine->stats, &part->stats);
    for (uint32_t i = 0; i < pack->baseline_count; i++) {
        if (part->counted[i])
            continue;
        engine->stats.baseline_rows[i] += part->stats.baseline_rows[i];
        engine->stats.baseline_events[i] += part->stats.baseline_events[i];
    }
    for (uint32_t i = 0; i < pack->rule_count && !engine->failed; i++)
        take_blind(engine, part, i);
    for (uint32_t i = 0; i < part->alerts.count && !engine->failed; i++) {
        const struct as_alert *alert = &part->alerts.alerts[i];
        uint32_t event = as_hold_copy(&engine->hold, &part->hold, alert->event);

        engine->failed |= event == AS_NO_TUPLE;
        if (!engine->failed)
            as_alerts_take(&engine->alerts, alert, event);
    }
    engine->alerts.merged += part->alerts.merged;
}

static void wait_for(void *user, uint32_t operator, uint32_t event)
{
    as_engine_queue(user, operator, event);
}

/* Feed the runs of part `first` to part `last`. */
static void feed_parts(struct as_engine *engine, struct as_engine *part,
                       uint32_t first, uint32_t last)
{
    const struct as_pages *runs = &engine->spill.runs;

    for (uint32_t i = 0; i < runs->count; i++) {
        const struct as_spill_run *run = as_pages_at(runs, i);

        if (run->part < first || run->part > last)
            continue;
        part->next_look = 0;
        if (!as_spill_read(&engine->spill, run, &part->hold, wait_for, part) ||
            (as_engine_is_full(part) && as_engine_put_away(part) != ASTRAY_OK))
            return;
    }
}

/* An engine for parts, of the same rules.  `again`: what goes everywhere was
 * counted with another part. */
static struct as_engine *new_part(const struct as_engine *engine, bool again)
{
    const struct as_pack *pack = engine->pack;
    struct as_engine *part = malloc(sizeof(*part));
    bool *off = calloc(pack->rule_count + (size_t)1, sizeof(*off));

    for (uint32_t i = 0; off && i < pack->rule_count; i++)
        off[i] = !engine->plan.needed[pack->baseline_count + i];
    if (part)
        part->failed = as_engine_init(part, engine->run, off) || !off;
    if (part)
        part->counted = calloc(pack->baseline_count + (size_t)1, sizeof(bool));
    for (uint32_t i = 0; part && part->counted && i < pack->baseline_count; i++)
        part->counted[i] = (engine->counted && engine->counted[i]) ||
                           (again && engine->spill.routes.of[i].way ==
                                         AS_WAY_EVERYWHERE);
    free(off);
    if (part && (part->failed || !part->counted)) {
        as_engine_done(part);
        free(part);
        part = NULL;
    }
    return part;
}

/* Is a part so large, and what goes everywhere so small, that it is worth to
 * part it again?  `factor`: bytes of memory for a byte of the file. */
static bool is_large(const struct as_engine *engine, uint64_t bytes,
                     double factor)
{
    double limit = (double)engine->memory_limit;

    return engine->level + 1 < AS_SPILL_LEVELS &&
           (double)bytes * factor > 1.5 * limit &&
           (double)engine->spill.bytes[AS_SPILL_ALL] * factor < limit / 2;
}

/* Judge part `first` to part `last`; how many bytes that took. */
static size_t judge_parts(struct as_engine *engine, uint32_t first,
                          uint32_t last, bool again, bool large)
{
    struct as_engine *part = new_part(engine, again);
    size_t taken = 0;

    if (!part) {
        engine->failed = true;
        return 0;
    }
    part->level = engine->level + 1;
    part->judge.first_ms = engine->judge.first_ms;
    part->judge.since_ms = engine->judge.since_ms;
    part->memory_limit = large ? engine->memory_limit : 0;
    feed_parts(engine, part, AS_SPILL_ALL, AS_SPILL_ALL);
    feed_parts(engine, part, first, last);
    if (as_engine_status(engine) == ASTRAY_OK && judge_all(part) == ASTRAY_OK) {
        taken = as_engine_bytes(part);
        take_part(engine, part);
    }
    engine->failed |= as_engine_status(part) == ASTRAY_NO_MEMORY;
    if (!engine->spill.error)
        engine->spill.error = part->spill.error;
    as_engine_done(part);
    free(part);
    return taken;
}

/* As many parts at once as memory has room for.  How much a byte of the file
 * takes, with all that is made of it, is learnt from each turn for the next;
 * the first one takes a part alone. */
static enum astray_status judge_put_away(struct as_engine *engine)
{
    const uint64_t *bytes = engine->spill.bytes;
    uint64_t all = bytes[AS_SPILL_ALL], sum = all;
    double factor;
    bool again = false;

    for (uint32_t i = 0; i < AS_SPILL_PARTS; i++)
        sum += bytes[i];
    factor = 2 * (double)engine->put_away / (double)(sum + 1);
    for (uint32_t first = 0, last;
         first < AS_SPILL_PARTS && as_engine_status(engine) == ASTRAY_OK;
         first = last + 1) {
        size_t taken;

        sum = all + bytes[first];
        for (last = first; again && last + 1 < AS_SPILL_PARTS; last++) {
            if ((double)(sum + bytes[last + 1]) * factor >
                (double)engine->memory_limit)
                break;
            sum += bytes[last + 1];
        }
        taken = judge_parts(engine, first, last, again,
                            is_large(engine, sum, factor));
        if (sum > 0 && taken > 0)
            factor = (double)taken / (double)sum * 1.1;
        again = true;
    }
    return as_engine_status(engine);
}

/* Judge all that there is, and count what has come of it. */
static enum astray_status judge_all(struct as_engine *engine)
{
    enum astray_status status;

    if (engine->spill.pack) {
        status = as_engine_put_away(engine);
        if (status == ASTRAY_OK) {
            as_engine_forget_early(engine);
            status = judge_put_away(engine);
        }
    } else {
        status = as_engine_advance(engine, INT64_MAX);
        for (uint32_t i = 0; i < engine->pack->baseline_count; i++)
            engine->stats.baseline_rows[i] = engine->tables[i].by_key.count;
    }
    engine->stats.too_costly += engine->judge.vm.gave_up;
    return status;
}

/* The texts of the blind keys that a summary shows. */
static void show_blind(struct as_engine *engine)
{
    struct as_buf text = { 0 };

    for (uint32_t i = 0; i < engine->pack->rule_count; i++) {
        struct as_blind *blind = &engine->stats.rules[i].blind;
        struct as_blind_key keys[AS_BLIND_SHOWN];

        blind->shown_count = as_stats_blind_most(&engine->stats, &engine->hold,
                                                 i, keys);
        for (uint32_t k = 0; k < blind->shown_count; k++) {
            as_buf_reset(&text);
            as_join_key(&engine->judge, i, keys[k].event, &text);
            blind->shown_counts[k] = keys[k].count;
            blind->shown[k].length = text.length;
            blind->shown[k].bytes = as_strndup(&engine->stats.arena, text.bytes,
                                               text.length);
            engine->failed |= text.failed || !blind->shown[k].bytes;
        }
    }
    as_buf_done(&text);
}

enum astray_status as_engine_finish(struct as_engine *engine,
                                    struct as_period period,
                                    astray_alert_fn *report, void *user)
{
    enum astray_status status;

    engine->judge.since_ms = period.since;
    status = judge_all(engine);
    if (status)
        return status;
    show_blind(engine);
    as_alerts_report(&engine->alerts, engine->run, &engine->stats, period,
                     report, user);
    return as_engine_status(engine);
}
