/*
 * engine.c - see engine.h.
 *
 * Baselines and rules are operators in one row, each with a cursor into the
 * settled events.  They stand in an order in which whoever is read comes
 * before its readers, so that one pass over them brings all up to date.
 */

#include "runtime/engine.h"

#include <errno.h>
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

/* Of a subject and a rule that settles: events of from <= t < until may be let
 * go.  Where they may not, it is asked again at the 2nd, 4th, 8th ... event
 * that comes, since most subjects never join anything. */
struct as_quiet {
    int64_t from, until;
    uint32_t seen, next;
};

/* So many events are put in order of time before they are judged: rows are
 * read fastest that way. */
enum { BATCH_EVENTS = 1 << 16 };

/* So many contributions does a row of an early table take.  Events come in any
 * order there, and each may cost a walk over the row; a row that knows less
 * lets fewer events go. */
enum { EARLY_CONTRIBUTIONS = 1024 };

/* ---- making ----------------------------------------------------------- */

static uint32_t words(const struct as_engine *engine)
{
    return (engine->pack->baseline_count + engine->pack->rule_count + 63) / 64;
}

static struct as_table *make_tables(struct as_engine *engine)
{
    const struct as_pack *pack = engine->pack;
    struct as_table *tables = calloc(pack->baseline_count + 1, sizeof(*tables));

    for (uint32_t i = 0; tables && i < pack->baseline_count; i++) {
        const struct as_row_baseline *row = &pack->baseline[i];

        as_table_init(&tables[i], &engine->store, pack->column + row->keys,
                      row->key_count, pack->column + row->columns,
                      row->column_count, reach_of(engine->run, row));
    }
    return tables;
}

static void free_tables(const struct as_pack *pack, struct as_table *tables)
{
    for (uint32_t i = 0; tables && i < pack->baseline_count; i++)
        as_table_done(&tables[i]);
    free(tables);
}

/* The baseline that a rule joins first. */
static uint32_t first_baseline(const struct as_pack *pack, uint32_t rule)
{
    const struct as_row_join *join = &pack->join[pack->rule[rule].joins];

    return pack->probe[join->probe].baseline;
}

/* Who judges the rules of a shape. */
static const struct as_shape_calls *const shapes[] = {
    [AS_SHAPE_PLAIN] = &as_join_calls,
    [AS_SHAPE_JOIN] = &as_join_calls,
    [AS_SHAPE_GROUP] = &as_group_calls,
    [AS_SHAPE_NEW_TERMS] = &as_terms_calls,
    [AS_SHAPE_SEQUENCE] = &as_chain_calls,
};

static bool make_rule(struct as_engine *engine, uint32_t n)
{
    struct as_operator *operator= &
        engine->operators[engine->pack->baseline_count + n];

    if (engine->subjects.settles[n])
        engine->learns_early[first_baseline(engine->pack, n)] = true;
    operator->calls = shapes[engine->pack->rule[n].shape];
    operator->state = calloc(1, operator->calls->size);
    return operator->state && operator->calls->init(operator->state,
                                                    &engine->judge, n);
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
    as_map_init(&engine->shared);
    engine->tables = make_tables(engine);
    engine->early = make_tables(engine);
    for (uint32_t i = 0; engine->early && i < pack->baseline_count; i++)
        engine->early[i].row_limit = EARLY_CONTRIBUTIONS;
    engine->learns_early = calloc(pack->baseline_count + 1, sizeof(bool));
    engine->operators = calloc(count + 1, sizeof(*engine->operators));
    engine->bits = calloc(words(engine) + 1, sizeof(*engine->bits));
    engine->batch = malloc(BATCH_EVENTS * sizeof(*engine->batch));
    if (!engine->batch || !engine->tables || !engine->early ||
        !engine->learns_early || !engine->operators || !engine->bits ||
        !as_stats_init(&engine->stats, pack) ||
        !as_plan_init(&engine->plan, pack, engine->tables, off) ||
        !as_subjects_init(&engine->subjects, pack, &engine->plan) ||
        !as_hold_init(&engine->hold, pack, engine->subjects.in_subject) ||
        !as_alerts_init(&engine->alerts, pack, &engine->hold, &engine->store) ||
        !as_judge_init(&engine->judge, run, &engine->store, &engine->hold,
                       engine->tables, &engine->stats, &engine->alerts,
                       &engine->subjects) ||
        as_sieve_init(&engine->sieve, pack, run, engine->plan.needed))
        return ASTRAY_NO_MEMORY;
    engine->alerts.wanted = run->wanted;
    as_traces_init(&engine->traces, engine->subjects.widths);
    for (uint32_t i = 0; i < count; i++) {
        as_pages_init(&engine->operators[i].queue, sizeof(uint32_t));
        as_pages_init(&engine->operators[i].quiet, sizeof(struct as_quiet));
    }
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

        if (operator->state)
            operator->calls->done(operator->state);
        free(operator->state);
        as_pages_done(&operator->queue);
        as_pages_done(&operator->quiet);
    }
    free_tables(pack, engine->tables);
    free_tables(pack, engine->early);
    if (engine->sieve.pack)
        as_sieve_done(&engine->sieve);
    as_plan_done(&engine->plan);
    as_subjects_done(&engine->subjects);
    as_traces_done(&engine->traces);
    free(engine->batch);
    as_map_done(&engine->shared);
    if (engine->spill.pack)
        as_spill_done(&engine->spill);
    free(engine->counted);
    free(engine->learns_early);
    free(engine->operators);
    free(engine->bits);
    if (engine->judge.pack)
        as_judge_done(&engine->judge);
    if (engine->alerts.pack)
        as_alerts_done(&engine->alerts);
    if (engine->stats.pack)
        as_stats_done(&engine->stats);
    if (engine->hold.slot_count > 0)
        as_hold_done(&engine->hold);
    as_profile_free(engine->profile);
    as_store_done(&engine->store);
}

enum astray_status as_engine_set_profile(struct as_engine *engine)
{
    engine->profile = as_profile_new(engine->pack);
    return engine->profile ? ASTRAY_OK : ASTRAY_NO_MEMORY;
}

void as_engine_set_explainer(struct as_engine *engine,
                             struct as_explainer *explainer)
{
    engine->judge.explainer = explainer;
    explainer->needed = engine->plan.needed;
    for (uint32_t i = 0; i < engine->pack->rule_count; i++)
        engine->subjects.settles[i] = false;
}

/* ---- feeding ---------------------------------------------------------- */

enum astray_status as_engine_status(struct as_engine *engine)
{
    engine->failed |= engine->hold.failed || engine->store.failed ||
                      engine->judge.failed || engine->judge.vm.failed ||
                      as_arena_starved(&engine->judge.scratch) ||
                      engine->alerts.failed || engine->shared.failed;
    engine->failed |= !engine->early;
    for (uint32_t i = 0; !engine->failed && i < engine->pack->baseline_count;
         i++)
        engine->failed |= engine->tables[i].failed || engine->early[i].failed;
    engine->failed |= engine->spill.failed;
    if (!engine->failed && engine->spill.error) {
        errno = engine->spill.error;
        return ASTRAY_IO;
    }
    return engine->failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

/* ---- letting events go ------------------------------------------------ */

static struct as_quiet *quiet_of(struct as_engine *engine, uint32_t rule,
                                 uint32_t subject)
{
    struct as_pages *quiet =
        &engine->operators[engine->pack->baseline_count + rule].quiet;

    while (quiet->count <= subject) {
        struct as_quiet *one = as_pages_add(quiet);

        if (!one) {
            engine->failed = true;
            return NULL;
        }
        *one = (struct as_quiet){ 0, 0, 0, 1 };
    }
    return as_pages_at(quiet, subject);
}

/* Is the verdict of the event at hand false for good?  Then *quiet says for
 * which times that holds. */
static bool is_settled(struct as_engine *engine, uint32_t rule,
                       struct as_quiet *quiet)
{
    const struct as_pack *pack = engine->pack;
    const struct as_row_rule *row = &pack->rule[rule];
    struct as_vm *vm = &engine->judge.vm;
    struct as_probe probe = { .row = pack->join[row->joins].probe };
    struct as_value value;
    bool found;

    vm->tables = engine->early;
    vm->item_count = 0;
    vm->visits = 0;
    as_vm_note(vm);
    found = as_vm_probe(vm, &probe);
    value = found ? as_vm_run(vm, row->require) : as_missing(0);
    vm->tables = engine->tables;
    if (value.kind != AS_KIND_BOOL || value.integer || vm->scratch->spent)
        return false;
    quiet->from = INT64_MIN;
    quiet->until = INT64_MAX;
    if (vm->varies > AS_OF_SUBJECT)
        quiet->until = quiet->from; /* of this event alone */
    else
        as_table_keeps(&vm->rows[0], vm->time, &quiet->from, &quiet->until);
    return true;
}

/* May the event at hand be let go, as far as the rule is concerned? */
static bool is_quiet(struct as_engine *engine, uint32_t rule, uint32_t subject)
{
    struct as_quiet *quiet = quiet_of(engine, rule, subject);
    int64_t time = engine->judge.vm.time;
    struct as_rule_stats *stats = &engine->stats.rules[rule];

    if (!quiet)
        return false;
    if (time < quiet->from || time >= quiet->until) {
        if (++quiet->seen < quiet->next)
            return false;
        if (!is_settled(engine, rule, quiet)) {
            quiet->next = quiet->seen < UINT32_MAX / 2 ? 2 * quiet->seen
                                                       : UINT32_MAX;
            return false;
        }
        quiet->seen = 0;
        quiet->next = 1;
    }
    stats->matched++;
    stats->joined++;
    stats->let_go++;
    return true;
}

/* ---- queueing --------------------------------------------------------- */

void as_engine_queue(struct as_engine *engine, uint32_t operator,
                     uint32_t event)
{
    uint32_t *place = as_pages_add(&engine->operators[operator].queue);

    if (place)
        *place = event;
    else
        engine->failed = true;
}

/* The next bit from `from` on; `count` when there is none. */
static uint32_t next_bit(const uint64_t *bits, uint32_t from, uint32_t count)
{
    while (from < count) {
        uint64_t word = bits[from / 64] >> (from % 64);

        if (word != 0) {
            from += (uint32_t)__builtin_ctzll(word);
            return from < count ? from : count;
        }
        from = (from / 64 + 1) * 64;
    }
    return count;
}

/* Of the operators that want the event at hand, leave those to which it can
 * still matter; false: none. */
static bool settle(struct as_engine *engine, uint32_t subject)
{
    const struct as_pack *pack = engine->pack;
    uint32_t count = pack->baseline_count + pack->rule_count;
    bool any = false;

    for (uint32_t n = next_bit(engine->bits, 0, count); n < count;
         n = next_bit(engine->bits, n + 1, count)) {
        if (n < pack->baseline_count) {
            if (engine->learns_early[n])
                as_judge_contribute(&engine->judge, &engine->early[n],
                                    engine->judge.vm.time, 0);
        } else if (engine->subjects.settles[n - pack->baseline_count] &&
                   is_quiet(engine, n - pack->baseline_count, subject)) {
            engine->bits[n / 64] &= ~(UINT64_C(1) << (n % 64));
            continue;
        }
        any = true;
    }
    return any;
}

/* Of the copies of an event the first by (time, id) stands for all, whoever
 * wants it. */
static void note_shared(struct as_engine *engine, struct as_text id,
                        uint32_t event)
{
    bool added;
    uint32_t n = as_map_add(&engine->shared, id, &added);
    struct as_map_entry *entry;

    if (n == AS_MAP_NONE)
        return;
    entry = &engine->shared.entries[n];
    if (added)
        entry->key = as_hold_shared_id(&engine->hold, event);
    if (added ||
        as_hold_compare(&engine->hold, event, (uint32_t)entry->value) < 0)
        entry->value = event;
}

static void hold(struct as_engine *engine, const struct as_event *event,
                 uint32_t subject, struct as_text shared)
{
    uint32_t count = engine->pack->baseline_count + engine->pack->rule_count;
    uint32_t held = as_hold_add(&engine->hold, event, subject);

    if (held == AS_NO_TUPLE)
        return;
    for (uint32_t n = next_bit(engine->bits, 0, count); n < count;
         n = next_bit(engine->bits, n + 1, count))
        as_engine_queue(engine, n, held);
    if (shared.length > 0)
        note_shared(engine, shared, held);
}

/* ---- putting events away ---------------------------------------------- */

/* Between two looks at memory at least so many events come. */
enum { LOOK_EVENTS = 512 };

static size_t operator_bytes(const struct as_operator *operator)
{
    size_t bytes = as_pages_bytes(&operator->queue) +
                   as_pages_bytes(&operator->quiet);

    return operator->state ? bytes + operator->calls->bytes(operator->state)
                           : bytes;
}

/* What was learnt while events came. */
static size_t early_bytes(const struct as_engine *engine)
{
    size_t bytes = as_store_bytes(&engine->store);

    for (uint32_t i = 0; i < engine->pack->baseline_count; i++)
        bytes += as_table_bytes(&engine->early[i]);
    return bytes;
}

size_t as_engine_bytes(const struct as_engine *engine)
{
    const struct as_pack *pack = engine->pack;
    size_t bytes = as_hold_bytes(&engine->hold) + early_bytes(engine) +
                   as_traces_bytes(&engine->traces);

    for (uint32_t i = 0; i < pack->baseline_count; i++)
        bytes += as_table_bytes(&engine->tables[i]);
    for (uint32_t i = 0; i < pack->baseline_count + pack->rule_count; i++)
        bytes += operator_bytes(&engine->operators[i]);
    return bytes;
}

static uint64_t queued_count(const struct as_engine *engine)
{
    const struct as_pack *pack = engine->pack;
    uint64_t count = 0;

    for (uint32_t i = 0; i < pack->baseline_count + pack->rule_count; i++)
        count += engine->operators[i].queue.count;
    return count;
}

/* Has memory come to its limit, with what it takes to empty it? */
bool as_engine_is_full(struct as_engine *engine)
{
    uint32_t count = engine->hold.events.count;

    if (engine->memory_limit == 0 || count < engine->next_look)
        return false;
    engine->next_look = count + LOOK_EVENTS;
    return as_engine_bytes(engine) +
               as_spill_toll(&engine->hold, queued_count(engine)) >=
           engine->memory_limit;
}

static bool start_spill(struct as_engine *engine)
{
    if (!engine->spill.pack)
        engine->failed |= !as_spill_init(&engine->spill, engine->pack,
                                         &engine->plan, &engine->run->secret,
                                         engine->level);
    return !engine->failed;
}

/* What is known early is worth its memory while it leaves most of it to
 * events. */
void as_engine_forget_early(struct as_engine *engine)
{
    struct as_value yes = as_bool(true);

    free_tables(engine->pack, engine->early);
    as_store_done(&engine->store);
    as_store_init(&engine->store);
    engine->early = make_tables(engine);
    engine->judge.truth = as_store_add(&engine->store, &yes);
    engine->failed |= !engine->early || engine->store.failed;
}

static void forget_events(struct as_engine *engine)
{
    const struct as_pack *pack = engine->pack;

    for (uint32_t i = 0; i < pack->baseline_count + pack->rule_count; i++) {
        struct as_operator *operator= & engine->operators[i];

        as_pages_done(&operator->queue);
        as_pages_done(&operator->quiet);
        as_pages_init(&operator->queue, sizeof(uint32_t));
        as_pages_init(&operator->quiet, sizeof(struct as_quiet));
    }
    as_hold_done(&engine->hold);
    engine->failed |= !as_hold_init(&engine->hold, pack,
                                    engine->subjects.in_subject);
    engine->next_look = 0;
    if (early_bytes(engine) > engine->memory_limit / 2)
        as_engine_forget_early(engine);
}

enum astray_status as_engine_put_away(struct as_engine *engine)
{
    const struct as_pack *pack = engine->pack;
    struct as_spill *spill = &engine->spill;

    if (pack->info->shared_ids || engine->hold.events.count == 0 ||
        as_engine_status(engine) != ASTRAY_OK || !start_spill(engine))
        return as_engine_status(engine);
    engine->put_away += as_engine_bytes(engine) - early_bytes(engine);
    if (!as_spill_begin(spill, &engine->hold))
        return as_engine_status(engine);
    for (uint32_t n = 0; n < pack->baseline_count + pack->rule_count; n++) {
        const struct as_pages *events = &engine->operators[n].queue;

        for (uint32_t i = 0; i < events->count; i++)
            as_spill_want(spill, &engine->judge, n,
                          *(uint32_t *)as_pages_at(events, i));
    }
    if (as_spill_write(spill, &engine->hold))
        forget_events(engine);
    return as_engine_status(engine);
}

enum astray_status as_engine_feed(struct as_engine *engine,
                                  const struct as_event *given)
{
    struct as_event tidy = *given, *event = &tidy;
    struct as_judge *judge = &engine->judge;
    struct as_profile *profile = engine->profile;
    uint64_t mark = profile ? as_profile_event(profile) : 0;
    struct as_text shared = { "", 0 };
    uint32_t subject;
    bool wanted;

    if (engine->failed || engine->spill.error)
        return ASTRAY_NO_MEMORY;
    engine->stats.events++;
    engine->stats.late += event->time_ms <= engine->watermark;
    as_judge_reset(judge);
    event->slots = as_hold_tidy(&engine->hold, given);
    as_vm_show(&judge->vm, event->slots);
    judge->vm.time = event->time_ms;
    if (event->time_ms < judge->first_ms)
        judge->first_ms = event->time_ms;
    if (engine->pack->info->shared_ids)
        shared = event->slots[AS_SLOT_SHARED_ID].text;
    wanted = as_sieve_event(&engine->sieve, judge, engine->bits);
    if (judge->explainer) {
        as_explain_take(judge->explainer, event->slots, engine->bits);
        wanted = true;
    }
    if (mark)
        as_profile_add(profile, &mark, &profile->sieve_ns);
    if (wanted || shared.length > 0) {
        judge->vm.item_count = 0;
        subject = as_hold_subject(&engine->hold, event);
        if (subject != AS_NO_TUPLE &&
            ((wanted && settle(engine, subject)) || shared.length > 0))
            hold(engine, event, subject, shared);
        engine->failed |= engine->hold.failed || engine->shared.failed;
    }
    if (mark)
        as_profile_add(profile, &mark, &profile->keep_ns);
    engine->failed |= judge->vm.failed || as_arena_starved(&judge->scratch);
    if (as_engine_is_full(engine) && as_engine_put_away(engine) != ASTRAY_OK)
        return ASTRAY_NO_MEMORY;
    return engine->failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

enum astray_status as_engine_absorb(struct as_engine *engine,
                                    struct as_engine *from)
{
    const struct as_pack *pack = engine->pack;
    uint32_t count = pack->baseline_count + pack->rule_count, first;

    engine->failed |= from->failed;
    first = as_hold_absorb(&engine->hold, &from->hold);
    for (uint32_t n = 0; n < count && !engine->hold.failed; n++) {
        const struct as_pages *events = &from->operators[n].queue;

        for (uint32_t i = 0; i < events->count; i++)
            as_engine_queue(engine, n,
                            first + *(uint32_t *)as_pages_at(events, i));
    }
    for (uint32_t i = 0; i < from->shared.count && !engine->hold.failed; i++)
        note_shared(engine, from->shared.entries[i].key,
                    first + (uint32_t)from->shared.entries[i].value);
    if (from->judge.first_ms < engine->judge.first_ms)
        engine->judge.first_ms = from->judge.first_ms;
    as_stats_add(&engine->stats, &from->stats);
    for (uint32_t n = 0; n < count; n++)
        engine->sieve.asked[n] += from->sieve.asked[n];
    if (engine->profile && from->profile)
        as_profile_absorb(engine->profile, from->profile);
    engine->judge.vm.gave_up += from->judge.vm.gave_up;
    if (from->spill.pack) {
        if (start_spill(engine))
            as_spill_absorb(&engine->spill, &from->spill);
        engine->put_away += from->put_away;
    }
    return as_engine_status(engine);
}

/* ---- judging ---------------------------------------------------------- */

static int64_t before(int64_t time, int64_t lag)
{
    if (time == INT64_MAX)
        return time;
    return lag == INT64_MAX || time < INT64_MIN + lag ? INT64_MIN : time - lag;
}

/* Does the event stand for itself, or does another copy of it? */
static bool stands(const struct as_engine *engine, uint32_t event)
{
    struct as_text id;
    uint32_t n;

    if (!engine->pack->info->shared_ids)
        return true;
    id = as_hold_shared_id(&engine->hold, event);
    n = id.length > 0 ? as_map_find(&engine->shared, id) : AS_MAP_NONE;
    return n == AS_MAP_NONE ||
           as_hold_same(&engine->hold, event,
                        (uint32_t)engine->shared.entries[n].value);
}

/*
 * Hand the events up to `until` out of a queue, in batches.
 */
struct batches {
    struct as_pages *queue;
    int64_t until;
    uint32_t next, kept;
};

/* Fill engine->batch; 0: that was all. */
static uint32_t next_batch(struct as_engine *engine, struct batches *batches)
{
    struct as_pages *queue = batches->queue;
    uint32_t count = 0;

    for (; batches->next < queue->count && count < BATCH_EVENTS;
         batches->next++) {
        uint32_t event = *(uint32_t *)as_pages_at(queue, batches->next);

        if (as_hold_time(&engine->hold, event) > batches->until)
            *(uint32_t *)as_pages_at(queue, batches->kept++) = event;
        else if (stands(engine, event))
            engine->batch[count++] = event;
    }
    if (count == 0)
        as_pages_cut(queue, batches->kept);
    return count;
}

/* What the baseline makes of the event.  True when it is the same for other
 * events too. */
static bool learn(struct as_engine *engine, uint32_t n, uint32_t event,
                  struct as_standing *standing)
{
    const struct as_row_baseline *row = &engine->pack->baseline[n];
    struct as_judge *judge = &engine->judge;
    struct as_elements elements;

    *standing = (struct as_standing){ 0 };
    as_judge_bind(judge, event);
    as_judge_note(judge);
    as_elements_start(judge, &elements, row->each);
    while (!judge->failed && as_elements_next(judge, &elements)) {
        if (row->each != AS_NO_ROW &&
            !as_judge_true(judge, row->early, AS_NO_ROW))
            continue;
        if (!as_judge_true(judge, row->where, AS_NO_ROW))
            continue;
        if (!as_judge_contribute(judge, &engine->tables[n], judge->vm.time,
                                 event))
            continue;
        engine->stats.baseline_events[n]++;
        as_judge_added(judge, &engine->tables[n], standing);
    }
    return row->each == AS_NO_ROW && as_judge_stands(judge, standing);
}

static void learn_event(struct as_engine *engine, uint32_t n, uint32_t event)
{
    const struct as_standing *standing = NULL;
    struct as_standing now;

    if (engine->pack->baseline[n].where != AS_NO_ROW)
        standing = as_traces_find(&engine->traces, &engine->hold, event);
    if (standing && standing->added) {
        engine->stats.baseline_events[n]++;
        as_judge_repeat(&engine->judge, &engine->tables[n], event, standing);
    }
    if (standing)
        return;
    if (learn(engine, n, event, &now))
        as_traces_keep(&engine->traces, &engine->judge.vm, &now);
}

/* All at once: the order among them counts, and there are few. */
static void learn_all(struct as_engine *engine, uint32_t n, int64_t until)
{
    struct as_pages *queue = &engine->operators[n].queue;
    struct batches batches = { queue, until, 0, 0 };
    uint32_t *events = malloc((queue->count + 1) * sizeof(*events));
    uint32_t count = 0, more;

    as_traces_reset(&engine->traces);
    while (events && (more = next_batch(engine, &batches)) > 0) {
        memcpy(events + count, engine->batch, more * sizeof(*events));
        count += more;
    }
    engine->failed |= !events || !as_hold_sort(&engine->hold, events, count);
    for (uint32_t i = 0; !engine->failed && i < count; i++) {
        if (i == 0 || !as_hold_same(&engine->hold, events[i - 1], events[i]))
            learn_event(engine, n, events[i]);
        engine->failed |= engine->judge.failed;
    }
    free(events);
}

static void judge_event(struct as_engine *engine, uint32_t rule, uint32_t event)
{
    struct as_operator *operator= &
        engine->operators[engine->pack->baseline_count + rule];
    const struct as_standing *standing = as_traces_find(&engine->traces,
                                                        &engine->hold, event);
    struct as_standing now;

    if (engine->judge.explainer &&
        !as_explain_event(engine->judge.explainer, &engine->judge, rule, event))
        return;
    if (standing) {
        operator->calls->again(&engine->judge, operator->state, rule, event,
                               standing);
        return;
    }
    if (operator->calls->take(&engine->judge, operator->state, rule, event,
                              &now))
        as_traces_keep(&engine->traces, &engine->judge.vm, &now);
}

static void judge_rule(struct as_engine *engine, uint32_t rule, int64_t until)
{
    uint32_t n = engine->pack->baseline_count + rule, count;
    struct as_operator *operator= & engine->operators[n];
    struct batches batches = { &operator->queue, until, 0, 0 };
    uint32_t *batch = engine->batch;

    as_traces_reset(&engine->traces);
    while (!engine->failed && (count = next_batch(engine, &batches)) > 0) {
        engine->failed |= !as_hold_sort_roughly(&engine->hold, batch, count);
        for (uint32_t i = 0; i < count && !engine->failed; i++) {
            judge_event(engine, rule, batch[i]);
            engine->failed |= engine->judge.failed;
        }
    }
    if (operator->calls->settle)
        operator->calls->settle(&engine->judge, operator->state, rule, until);
}

/* An operator's turn. */
static void catch_up(struct as_engine *engine, uint32_t n)
{
    const struct as_pages *queue = &engine->operators[n].queue;
    int64_t until = before(engine->watermark, engine->plan.lags_ms[n]);
    uint64_t mark = engine->profile ? as_profile_now() : 0;
    uint32_t count = queue->count;

    if (n < engine->pack->baseline_count)
        learn_all(engine, n, until);
    else
        judge_rule(engine, n - engine->pack->baseline_count, until);
    if (engine->profile)
        as_profile_turn(engine->profile, n, mark, count - queue->count,
                        as_pages_bytes(queue) +
                            as_traces_bytes(&engine->traces));
}

enum astray_status as_engine_advance(struct as_engine *engine,
                                     int64_t watermark)
{
    const struct as_pack *pack = engine->pack;

    if (engine->failed)
        return ASTRAY_NO_MEMORY;
    if (watermark > engine->watermark)
        engine->watermark = watermark;
    for (uint32_t n = 0; n < pack->baseline_count + pack->rule_count; n++) {
        uint64_t gave_up = engine->judge.vm.gave_up;

        if (n < pack->baseline_count || engine->plan.needed[n])
            catch_up(engine, n);
        if (n < pack->baseline_count && engine->counted && engine->counted[n])
            engine->judge.vm.gave_up = gave_up;
    }
    return as_engine_status(engine);
}
