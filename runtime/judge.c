/* judge.c - see judge.h. */

#include "runtime/judge.h"

#include <stdlib.h>

bool as_judge_init(struct as_judge *judge, struct as_run *run,
                   struct as_store *store, struct as_hold *hold,
                   struct as_table *tables, struct as_stats *stats,
                   struct as_alerts *alerts, const struct as_subjects *subjects)
{
    struct as_value yes = as_bool(true);

    *judge = (struct as_judge){ .pack = run->pack,
                                .run = run,
                                .store = store,
                                .hold = hold,
                                .tables = tables,
                                .stats = stats,
                                .alerts = alerts,
                                .subjects = subjects,
                                .first_ms = INT64_MAX,
                                .since_ms = INT64_MIN };
    as_arena_init(&judge->scratch, AS_MAX_SCRATCH);
    as_arena_init(&judge->spare, AS_MAX_SCRATCH);
    if (!as_vm_init(&judge->vm, run, store, tables, &judge->scratch))
        return false;
    judge->vm.spare = &judge->spare;
    judge->vm.hold = hold;
    judge->vm.widths = subjects->widths;
    judge->truth = as_store_add(store, &yes);
    return !store->failed;
}

void as_judge_done(struct as_judge *judge)
{
    as_vm_done(&judge->vm);
    as_arena_free(&judge->scratch);
    as_arena_free(&judge->spare);
}

void as_judge_reset(struct as_judge *judge)
{
    judge->failed |= as_arena_starved(&judge->scratch); /* the reset forgets */
    as_arena_reset(&judge->scratch);
    judge->vm.visits = 0;
}

void as_judge_bind(struct as_judge *judge, uint32_t event)
{
    as_judge_reset(judge);
    as_vm_bind(&judge->vm, event);
}

/* Bind the next element as item `n`.  What there is no room for ends it. */
static bool next_item(struct as_judge *judge, struct as_json_iterator *iterator,
                      uint32_t n)
{
    struct as_vm *vm = &judge->vm;

    if (as_json_next(iterator, vm->scratch, &vm->items[n]))
        return true;
    if (vm->scratch->spent)
        as_vm_give_up(vm);
    return false;
}

void as_elements_start(struct as_judge *judge, struct as_elements *elements,
                       uint32_t each)
{
    struct as_json_value json = { AS_JSON_ABSENT, { "", 0 } };

    *elements = (struct as_elements){ .each = each != AS_NO_ROW };
    if (each == AS_NO_ROW)
        return;
    judge->vm.item_count = 0;
    struct as_value value = as_vm_run(&judge->vm, each);

    if (!as_is_missing(&value)) {
        json.kind = (enum as_json_kind)value.flag;
        json.text = as_value_text(&value);
    }
    as_json_iterate(&elements->iterator, &json);
}

bool as_elements_next(struct as_judge *judge, struct as_elements *elements)
{
    judge->vm.visits = 0;
    if (elements->each) {
        judge->vm.item_count = 1;
        return next_item(judge, &elements->iterator, 0);
    }
    judge->vm.item_count = 0;
    if (elements->once)
        return false;
    elements->once = true;
    return true;
}

bool as_judge_true(struct as_judge *judge, uint32_t program, uint32_t rule)
{
    struct as_value value;

    if (program == AS_NO_ROW)
        return true;
    value = as_vm_run(&judge->vm, program);
    if (as_is_missing(&value) && rule != AS_NO_ROW)
        as_judge_unknown(judge, rule, value.why);
    return as_is_true(&value);
}

enum {
    MOST_UNKNOWN = sizeof(((struct as_standing *)0)->unknown) /
                   sizeof(((struct as_standing *)0)->unknown[0])
};

void as_judge_unknown(struct as_judge *judge, uint32_t rule, uint16_t why)
{
    as_stats_unknown(judge->stats, rule, why);
    if (judge->unknown_count < MOST_UNKNOWN)
        judge->unknown[judge->unknown_count] = why;
    judge->unknown_count += judge->unknown_count <= MOST_UNKNOWN;
}

void as_judge_note(struct as_judge *judge)
{
    as_vm_note(&judge->vm);
    judge->unknown_count = 0;
    judge->gave_up = judge->vm.gave_up;
}

bool as_judge_stands(const struct as_judge *judge, struct as_standing *standing)
{
    standing->from = judge->vm.from;
    standing->until = judge->vm.until;
    if (judge->unknown_count > MOST_UNKNOWN)
        return false;
    memcpy(standing->unknown, judge->unknown, sizeof(standing->unknown));
    standing->unknown_count = (uint8_t)judge->unknown_count;
    return judge->vm.varies < AS_OF_EVENT && !judge->failed &&
           judge->gave_up == judge->vm.gave_up;
}

void as_judge_again(struct as_judge *judge, uint32_t rule,
                    const struct as_standing *standing)
{
    for (uint32_t i = 0; i < standing->unknown_count; i++)
        as_stats_unknown(judge->stats, rule, standing->unknown[i]);
}

bool as_judge_matches(struct as_judge *judge, uint32_t rule)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];

    /* What is early was asked of the whole event when it came, but of an
     * array's elements only whether some one passes. */
    if (row->each != AS_NO_ROW && !as_judge_true(judge, row->early, rule))
        return false;
    if (!as_judge_true(judge, row->where, rule))
        return false;
    judge->stats->rules[rule].matched++;
    return true;
}

uint32_t as_judge_excluded(struct as_judge *judge, uint32_t rule,
                           uint32_t event, struct as_value *verdicts)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    int64_t time = as_hold_time(judge->hold, event);

    for (uint32_t i = 0; i < row->exclude_count; i++) {
        const struct as_row_exclude *exclude =
            &judge->pack->exclude[row->excludes + i];
        struct as_value value = as_bool(false);

        if (exclude->expires)
            judge->vm.varies = AS_OF_EVENT;
        if (!exclude->expires ||
            time < as_pack_integer(exclude->low, exclude->high))
            value = as_vm_run(&judge->vm, exclude->when);
        if (as_is_true(&value)) {
            judge->stats->rules[rule].excluded[i]++;
            return i + 1;
        }
        if (as_is_missing(&value))
            as_judge_unknown(judge, rule, value.why);
        if (verdicts)
            verdicts[i] = value;
    }
    return 0;
}

void as_judge_arguments(struct as_judge *judge, uint32_t first, uint32_t count,
                        struct as_value *values)
{
    for (uint32_t i = 0; i < count; i++)
        values[i] = as_vm_run(&judge->vm,
                              judge->pack->argument[first + i].program);
}

/* ---- contributions ---------------------------------------------------- */

bool as_judge_key(struct as_judge *judge, const struct as_row_column *keys,
                  uint32_t count, uint32_t *ids)
{
    for (uint32_t i = 0; i < count; i++) {
        struct as_value value = as_vm_run(&judge->vm, keys[i].value);

        if (as_is_missing(&value) || as_is_empty(&value))
            return false;
        ids[i] = as_store_add(judge->store, &value);
    }
    judge->failed |= judge->store->failed;
    return !judge->failed;
}

/* The members of a set go in one by one. */
static void add_set(struct as_judge *judge, struct as_table *table,
                    uint32_t column, const struct as_gather *set)
{
    uint32_t count = as_gather_size(set);
    uint32_t *members = malloc((count + 1) * sizeof(*members));

    if (!members) {
        judge->failed = true;
        return;
    }
    as_gather_members(set, judge->store, members);
    for (uint32_t i = 0; i < count; i++)
        as_table_value(table, column, members[i]);
    free(members);
}

/* That a column gets the time of the event at hand is noted for others that
 * contribute the same. */
static struct as_value column_value(struct as_judge *judge,
                                    const struct as_row_column *column,
                                    uint32_t n)
{
    struct as_value value;

    if (column->each != AS_NO_ROW || n >= 32)
        return as_vm_run(&judge->vm, column->value);
    value = as_vm_run_timed(&judge->vm, column->value);
    if (as_is_own_time(&value)) {
        judge->timed |= (uint32_t)(column->agg != AS_AGG_COUNT) << n;
        value.flag = 0;
    }
    return value;
}

/* One value of one column, from the event or the element at hand. */
static void add_value(struct as_judge *judge, struct as_table *table,
                      uint32_t n)
{
    const struct as_row_column *column = &table->columns[n];
    struct as_value value = as_bool(true);

    if (column->filter != AS_NO_ROW) {
        struct as_value wanted = as_vm_run(&judge->vm, column->filter);

        if (!as_is_true(&wanted))
            return;
    }
    if (column->value != AS_NO_ROW)
        value = column_value(judge, column, n);
    if (as_is_missing(&value))
        return;
    if (column->agg == AS_AGG_ANY && !as_is_true(&value))
        return;
    if (column->agg == AS_AGG_COUNT || column->agg == AS_AGG_ANY)
        as_table_value(table, n, judge->truth);
    else if (value.flag == AS_TYPE_SET)
        add_set(judge, table, n, value.set);
    else
        as_table_value(table, n, as_store_add(judge->store, &value));
}

static void add_column(struct as_judge *judge, struct as_table *table,
                       uint32_t n)
{
    const struct as_row_column *column = &table->columns[n];
    struct as_json_value json = { AS_JSON_ABSENT, { "", 0 } };
    struct as_json_iterator iterator;
    uint32_t depth = judge->vm.item_count;
    struct as_value value;

    if (column->each == AS_NO_ROW) {
        add_value(judge, table, n);
        return;
    }
    value = as_vm_run(&judge->vm, column->each);
    if (!as_is_missing(&value)) {
        json.kind = (enum as_json_kind)value.flag;
        json.text = as_value_text(&value);
    }
    as_json_iterate(&iterator, &json);
    judge->vm.item_count = depth + 1;
    while (next_item(judge, &iterator, depth))
        add_value(judge, table, n);
    judge->vm.item_count = depth;
}

bool as_judge_contribute(struct as_judge *judge, struct as_table *table,
                         int64_t time, uint32_t event)
{
    uint32_t ids[32];

    judge->timed = 0;
    if (!as_judge_key(judge, table->keys, table->key_count, ids))
        return false;
    if (!as_table_begin(table, ids, time, event)) {
        judge->failed |= table->failed;
        return false;
    }
    for (uint32_t c = 0; c < table->column_count && !table->failed; c++)
        add_column(judge, table, c);
    judge->failed |= table->failed || judge->store->failed || judge->vm.failed;
    return true;
}

void as_judge_added(const struct as_judge *judge, const struct as_table *table,
                    struct as_standing *standing)
{
    standing->added = true;
    standing->row = table->last_row;
    standing->contribution = table->values.count - 1;
    standing->timed = judge->timed;
}

void as_judge_repeat(struct as_judge *judge, struct as_table *table,
                     uint32_t event, const struct as_standing *standing)
{
    int64_t time = as_hold_time(judge->hold, event);
    struct as_value value = as_integer(AS_KIND_TIME, time);

    if (standing->timed == 0)
        as_table_repeat(table, standing->row, standing->contribution, time,
                        event);
    else
        as_table_repeat_but(table, standing->row, standing->contribution, time,
                            event, standing->timed,
                            as_store_add(judge->store, &value));
    judge->failed |= table->failed || judge->store->failed;
}
