/*
 * engine.c - see engine.h.
 *
 * Baselines and rules are operators in one row, each with a cursor into the
 * settled events.  They stand in an order in which whoever is read comes
 * before its readers, so that one pass over them brings all up to date.
 */

#include "runtime/engine.h"

#include <stdlib.h>

static struct as_reach reach_of(const struct as_run *run,
                                const struct as_row_baseline *row)
{
    return (struct as_reach){
        .whole = row->scope == AS_SCOPE_WHOLE,
        .idle = row->idle != 0,
        .plus_ms = as_run_amount(run, row->plus_kind, row->plus),
        .retain_ms = as_run_amount(run, row->retain_kind, row->retain),
    };
}

/* ---- making ----------------------------------------------------------- */

static bool make_rule(struct as_engine *engine, uint32_t n)
{
    struct as_operator *operator= &
        engine->operators[engine->pack->baseline_count + n];

    if (engine->pack->rule[n].shape == AS_SHAPE_GROUP) {
        operator->grouper = calloc(1, sizeof(*operator->grouper));
        return operator->grouper &&
            as_grouper_init(operator->grouper, &engine->judge, n);
    }
    operator->joiner = calloc(1, sizeof(*operator->joiner));
    return operator->joiner &&
        as_joiner_init(operator->joiner, &engine->judge, n);
}

enum astray_status as_engine_init(struct as_engine *engine, struct as_run *run,
                                  const bool *off)
{
    const struct as_pack *pack = run->pack;
    uint32_t count = pack->baseline_count + pack->rule_count;

    *engine = (struct as_engine){ .pack = pack,
                                  .run = run,
                                  .watermark = INT64_MIN };
    as_store_init(&engine->store);
    as_hold_init(&engine->hold, pack->slot_count, count);
    as_alerts_init(&engine->alerts, pack, &engine->hold, &engine->store);
    engine->tables = calloc(pack->baseline_count + 1, sizeof(*engine->tables));
    engine->operators = calloc(count + 1, sizeof(*engine->operators));
    engine->bits = calloc(engine->hold.word_count + 1, sizeof(*engine->bits));
    for (uint32_t i = 0; engine->tables && i < pack->baseline_count; i++) {
        const struct as_row_baseline *row = &pack->baseline[i];

        as_table_init(&engine->tables[i], &engine->store,
                      pack->column + row->keys, row->key_count,
                      pack->column + row->columns, row->column_count,
                      reach_of(run, row));
    }
    if (!engine->tables || !engine->operators || !engine->bits ||
        !as_stats_init(&engine->stats, pack) ||
        !as_judge_init(&engine->judge, run, &engine->store, &engine->hold,
                       engine->tables, &engine->stats, &engine->alerts) ||
        !as_plan_init(&engine->plan, pack, engine->tables, off))
        return ASTRAY_NO_MEMORY;
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        if (!make_rule(engine, i))
            return ASTRAY_NO_MEMORY;
    }
    return ASTRAY_OK;
}

void as_engine_done(struct as_engine *engine)
{
    const struct as_pack *pack = engine->pack;
    uint32_t count = pack->baseline_count + pack->rule_count;

    for (uint32_t i = 0; engine->operators && i < count; i++) {
        struct as_operator *operator= & engine->operators[i];

        if (operator->joiner)
            as_joiner_done(operator->joiner);
        if (operator->grouper)
            as_grouper_done(operator->grouper);
        free(operator->joiner);
        free(operator->grouper);
    }
    for (uint32_t i = 0; engine->tables && i < pack->baseline_count; i++)
        as_table_done(&engine->tables[i]);
    as_plan_done(&engine->plan);
    free(engine->operators);
    free(engine->tables);
    free(engine->bits);
    if (engine->judge.pack)
        as_judge_done(&engine->judge);
    as_alerts_done(&engine->alerts);
    if (engine->stats.pack)
        as_stats_done(&engine->stats);
    as_hold_done(&engine->hold);
    as_store_done(&engine->store);
}

/* ---- feeding ---------------------------------------------------------- */

/* May the event matter to an operator?  Its `early` condition is true, of
 * some element where there are several. */
static bool wants(struct as_engine *engine, uint32_t early, uint32_t each,
                  uint32_t rule)
{
    struct as_judge *judge = &engine->judge;
    struct as_elements elements;

    if (each == AS_NO_ROW) {
        judge->vm.item_count = 0;
        judge->vm.visits = 0;
        return as_judge_true(judge, early, rule);
    }
    as_elements_start(judge, &elements, each);
    while (as_elements_next(judge, &elements)) {
        if (as_judge_true(judge, early, AS_NO_ROW))
            return true;
    }
    /* It will not be judged: what could not be told is counted now. */
    as_elements_start(judge, &elements, each);
    while (rule != AS_NO_ROW && as_elements_next(judge, &elements))
        as_judge_true(judge, early, rule);
    return false;
}

/* Fill engine->bits; false when nobody wants the event. */
static bool find_wants(struct as_engine *engine)
{
    const struct as_pack *pack = engine->pack;
    bool any = false;

    memset(engine->bits, 0, engine->hold.word_count * sizeof(*engine->bits));
    for (uint32_t i = 0; i < pack->baseline_count; i++) {
        if (!engine->plan.needed[i] ||
            !wants(engine, pack->baseline[i].early, pack->baseline[i].each,
                   AS_NO_ROW))
            continue;
        engine->bits[i / 64] |= UINT64_C(1) << (i % 64);
        any = true;
    }
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        uint32_t bit = pack->baseline_count + i;

        if (!engine->plan.needed[bit] ||
            !wants(engine, pack->rule[i].early, pack->rule[i].each, i))
            continue;
        engine->bits[bit / 64] |= UINT64_C(1) << (bit % 64);
        any = true;
    }
    return any;
}

static enum astray_status status_of(struct as_engine *engine)
{
    engine->failed |= engine->hold.failed || engine->store.failed ||
                      engine->judge.failed || engine->judge.vm.failed ||
                      engine->judge.scratch.failed || engine->alerts.failed;
    for (uint32_t i = 0; i < engine->pack->baseline_count; i++)
        engine->failed |= engine->tables[i].failed;
    return engine->failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

enum astray_status as_engine_feed(struct as_engine *engine,
                                  const struct as_event *event)
{
    struct as_judge *judge = &engine->judge;
    const struct as_json_value *id = &event->slots[AS_SLOT_EVENT_ID];
    struct as_text none = { "", 0 };

    if (engine->failed)
        return ASTRAY_NO_MEMORY;
    engine->stats.events++;
    engine->stats.late += event->time_ms <= engine->watermark;
    as_judge_reset(judge);
    judge->bound = AS_NO_ROW;
    judge->vm.slots = event->slots;
    judge->vm.time = event->time_ms;
    /* Of the copies of an event the first stands for all, whoever wants it. */
    if (find_wants(engine) || (engine->pack->info->shared_ids &&
                               event->slots[AS_SLOT_SHARED_ID].text.length)) {
        as_hold_add(&engine->hold, event,
                    id->kind == AS_JSON_TEXT ? id->text : none, event->time_ms,
                    engine->bits);
        engine->failed |= engine->hold.failed;
    }
    engine->failed |= judge->vm.failed || judge->scratch.failed;
    return engine->failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

/* ---- judging ---------------------------------------------------------- */

static int64_t before(int64_t time, int64_t lag)
{
    if (time == INT64_MAX)
        return time;
    return lag == INT64_MAX || time < INT64_MIN + lag ? INT64_MIN : time - lag;
}

/* The next event that the operator wants, up to `until`; AS_NO_ROW. */
static uint32_t next_event(struct as_engine *engine, uint32_t n, int64_t until)
{
    struct as_operator *operator= & engine->operators[n];
    const struct as_hold *hold = &engine->hold;

    while (operator->cursor<hold->settled) {
        uint32_t event = hold->order[operator->cursor];

        if (hold->events[event].time > until)
            break;
        operator->cursor++;
        if (as_hold_wants(hold, event, n))
            return event;
    }
    return AS_NO_ROW;
}

static void learn(struct as_engine *engine, uint32_t n, uint32_t event)
{
    const struct as_row_baseline *row = &engine->pack->baseline[n];
    struct as_judge *judge = &engine->judge;
    struct as_elements elements;

    as_judge_bind(judge, event);
    as_elements_start(judge, &elements, row->each);
    while (!judge->failed && as_elements_next(judge, &elements)) {
        if (row->each != AS_NO_ROW &&
            !as_judge_true(judge, row->early, AS_NO_ROW))
            continue;
        if (as_judge_true(judge, row->where, AS_NO_ROW) &&
            as_judge_contribute(judge, &engine->tables[n], judge->vm.time,
                                event))
            engine->stats.baseline_events[n]++;
    }
}

static void judge_rule(struct as_engine *engine, uint32_t rule, int64_t until)
{
    uint32_t n = engine->pack->baseline_count + rule, event;
    struct as_operator *operator= & engine->operators[n];

    while (!engine->judge.failed &&
           (event = next_event(engine, n, until)) != AS_NO_ROW) {
        if (operator->grouper)
            as_group_add(&engine->judge, operator->grouper, rule, event);
        else
            as_join_judge(&engine->judge, operator->joiner, rule, event);
    }
    if (operator->grouper)
        as_group_judge(&engine->judge, operator->grouper, rule, until);
}

/* Records of one action that went to several accounts: only the first by
 * (time, id) counts.  `from` is where what settled just now begins. */
static void drop_shared(struct as_engine *engine, uint32_t from)
{
    struct as_hold *hold = &engine->hold;
    uint32_t kept = from;

    for (uint32_t i = from; i < hold->settled; i++) {
        uint32_t event = hold->order[i];
        uint32_t atom =
            hold->slots[(size_t)event * hold->slot_count + AS_SLOT_SHARED_ID];

        if (atom != AS_NO_ATOM && as_hold_text(hold, atom).length > 0 &&
            hold->atoms.entries[atom].value++ > 0) {
            hold->duplicates++;
            continue;
        }
        hold->order[kept++] = event;
    }
    hold->settled = kept;
}

enum astray_status as_engine_advance(struct as_engine *engine,
                                     int64_t watermark)
{
    const struct as_pack *pack = engine->pack;
    uint32_t from = engine->hold.settled, event;

    if (engine->failed)
        return ASTRAY_NO_MEMORY;
    if (watermark > engine->watermark)
        engine->watermark = watermark;
    as_hold_settle(&engine->hold, engine->watermark);
    if (pack->info->shared_ids)
        drop_shared(engine, from);
    for (uint32_t i = 0; i < pack->baseline_count; i++) {
        int64_t until = before(engine->watermark, engine->plan.lags_ms[i]);

        while (!engine->judge.failed &&
               (event = next_event(engine, i, until)) != AS_NO_ROW)
            learn(engine, i, event);
    }
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        uint32_t n = pack->baseline_count + i;

        if (engine->plan.needed[n])
            judge_rule(engine, i,
                       before(engine->watermark, engine->plan.lags_ms[n]));
    }
    return status_of(engine);
}

enum astray_status as_engine_finish(struct as_engine *engine,
                                    struct as_period period,
                                    astray_alert_fn *report, void *user)
{
    enum astray_status status = as_engine_advance(engine, INT64_MAX);

    if (status)
        return status;
    engine->stats.held = engine->hold.count;
    engine->stats.too_costly = engine->judge.vm.gave_up;
    engine->stats.duplicates = engine->hold.duplicates;
    engine->stats.conflicts = engine->hold.conflicts;
    for (uint32_t i = 0; i < engine->pack->baseline_count; i++)
        engine->stats.baseline_rows[i] = engine->tables[i].by_key.count;
    as_alerts_report(&engine->alerts, engine->run, &engine->stats, period,
                     report, user);
    return status_of(engine);
}
