/*
 * group.c - see group.h.
 *
 * A key's events stand in time order in a row of a table, and a window is a
 * stretch of it.  Each kind of window is a way to cut the row; `having` is
 * asked of the stretch.
 */

#include "runtime/group.h"

#include <stdlib.h>

bool as_grouper_init(struct as_grouper *grouper, struct as_judge *judge,
                     uint32_t rule)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    size_t count = (size_t)row->key_count + row->agg_count +
                   row->outcome_count + row->suppress_by_count + 1;
    struct as_reach all = { .whole = true };

    *grouper = (struct as_grouper){ 0 };
    as_table_init(&grouper->table, judge->store,
                  judge->pack->column + row->keys, row->key_count,
                  judge->pack->column + row->aggs, row->agg_count, all);
    grouper->span_ms = as_run_amount(judge->run, row->timespan_kind,
                                     row->timespan);
    grouper->gap_ms = as_run_amount(judge->run, row->gap_kind, row->gap);
    grouper->values = calloc(count, sizeof(*grouper->values));
    return grouper->values != NULL;
}

void as_grouper_done(struct as_grouper *grouper)
{
    as_table_done(&grouper->table);
    free(grouper->states);
    free(grouper->values);
}

void as_group_add(struct as_judge *judge, struct as_grouper *grouper,
                  uint32_t rule, uint32_t event)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_rule_stats *stats = &judge->stats->rules[rule];
    struct as_elements elements;

    as_judge_bind(judge, event);
    as_elements_start(judge, &elements, row->each);
    while (!judge->failed && as_elements_next(judge, &elements)) {
        if (!as_judge_matches(judge, rule))
            continue;
        if (as_judge_excluded(judge, rule, event, NULL))
            continue;
        if (as_judge_contribute(judge, &grouper->table, judge->vm.time, event))
            stats->joined++;
        else
            stats->no_key++;
    }
    judge->failed |= judge->vm.failed;
}

/* ---- windows ---------------------------------------------------------- */

struct window {
    uint32_t row, low, high; /* positions */
    int64_t start, end, time;
};

/* Is `having` true of the window?  Its keys and aggregates are bound. */
static bool holds(struct as_judge *judge, struct as_grouper *grouper,
                  uint32_t rule, const struct window *window)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_row_view view = { &grouper->table, window->row, window->low,
                                window->high };

    for (uint32_t i = 0; i < row->key_count + row->agg_count; i++)
        grouper->values[i] = as_row_view_value(&view, i);
    judge->vm.keys = grouper->values;
    judge->vm.aggs = grouper->values + row->key_count;
    judge->failed |= grouper->table.failed;
    as_judge_reset(judge);
    judge->vm.time = window->time; /* at which baselines are read */
    return as_judge_true(judge, row->having, rule);
}

static void find(struct as_judge *judge, struct as_grouper *grouper,
                 uint32_t rule, const struct window *window)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_value *outcomes = grouper->values + row->key_count +
                                row->agg_count;
    struct as_value *by = outcomes + row->outcome_count;
    struct as_row_view view = { &grouper->table, window->row, window->low,
                                window->high };
    struct as_finding finding = {
        .rule = rule,
        .time = window->time,
        .event = as_table_event(&view, window->high - 1),
        .outcomes = outcomes,
        .suppress_by = by,
        .keys = judge->vm.keys,
        .aggs = judge->vm.aggs,
        .window = view,
        .window_start = window->start,
        .window_end = window->end,
    };

    judge->stats->rules[rule].required++;
    for (uint32_t i = 0; i < row->outcome_count; i++)
        outcomes[i] = as_vm_run(&judge->vm,
                                judge->pack->outcome[row->outcomes + i].value);
    as_judge_arguments(judge, row->suppress_by, row->suppress_by_count, by);
    judge->failed |= judge->vm.failed;
    if (!judge->failed)
        as_alerts_add(judge->alerts, &finding);
    judge->failed |= judge->alerts->failed;
}

static int64_t time_at(const struct as_grouper *grouper, uint32_t row,
                       uint32_t position)
{
    return as_table_time(&grouper->table, row, position);
}

/* The first position behind `from` whose time is above `time`. */
static uint32_t above(const struct as_grouper *grouper, uint32_t row,
                      uint32_t from, int64_t time)
{
    uint32_t count = grouper->table.rows[row].count;

    while (from < count && time_at(grouper, row, from) <= time)
        from++;
    return from;
}

static int64_t before(int64_t time, int64_t span)
{
    return time < INT64_MIN + span ? INT64_MIN : time - span;
}

/* At each time at which the key has events: those of (t - span, t]. */
static void slide(struct as_judge *judge, struct as_grouper *grouper,
                  uint32_t rule, uint32_t row, int64_t until)
{
    struct as_group_state *state = &grouper->states[row];
    uint32_t count = grouper->table.rows[row].count;
    struct window window = { .row = row };

    while (state->next < count && !judge->failed) {
        int64_t time = time_at(grouper, row, state->next);
        bool emptied = state->next > 0 &&
                       time_at(grouper, row, state->next - 1) <
                           before(time, grouper->span_ms);
        bool on;

        if (time > until)
            return;
        window.time = window.end = time;
        window.start = before(time, grouper->span_ms);
        window.low = above(grouper, row, window.low, window.start);
        window.high = above(grouper, row, state->next, time);
        on = holds(judge, grouper, rule, &window);
        if (on && (!state->on || emptied))
            find(judge, grouper, rule, &window);
        state->on = on;
        state->next = window.high;
    }
}

static int64_t bucket_of(int64_t time, int64_t span)
{
    int64_t bucket = time / span;

    return (bucket - (time % span < 0)) * span;
}

/* Set window->high and the times of the window that begins at `low`; false
 * when more of it may come after `until`. */
static bool cut(const struct as_grouper *grouper, uint32_t kind,
                struct window *window, int64_t until)
{
    uint32_t count = grouper->table.rows[window->row].count;
    int64_t first = time_at(grouper, window->row, window->low);
    int64_t span = grouper->span_ms, last;

    if (kind == AS_WINDOW_TUMBLING) {
        window->start = bucket_of(first, span);
        window->end = window->start + span;
        window->high = above(grouper, window->row, window->low,
                             window->end - 1);
        window->time = window->end;
        return until >= window->end;
    }
    window->high = window->low + 1;
    last = first;
    while (window->high < count) {
        int64_t time = time_at(grouper, window->row, window->high);

        if (kind == AS_WINDOW_SESSION &&
            (time - last > grouper->gap_ms || time - first >= span))
            break;
        last = time;
        window->high++;
    }
    window->start = first;
    window->end = window->time = last;
    if (until == INT64_MAX)
        return true;
    return kind == AS_WINDOW_SESSION &&
           (until - last > grouper->gap_ms || until - first >= span);
}

static void cut_all(struct as_judge *judge, struct as_grouper *grouper,
                    uint32_t rule, uint32_t row, int64_t until)
{
    struct as_group_state *state = &grouper->states[row];
    uint32_t kind = judge->pack->rule[rule].window;

    while (state->next < grouper->table.rows[row].count && !judge->failed) {
        struct window window = { .row = row, .low = state->next };

        if (!cut(grouper, kind, &window, until))
            return;
        if (holds(judge, grouper, rule, &window))
            find(judge, grouper, rule, &window);
        state->next = window.high;
    }
}

void as_group_judge(struct as_judge *judge, struct as_grouper *grouper,
                    uint32_t rule, int64_t until)
{
    uint32_t rows = grouper->table.by_key.count;

    if (rows > grouper->state_capacity) {
        struct as_group_state *states = realloc(grouper->states,
                                                rows * sizeof(*states));

        if (!states) {
            judge->failed = true;
            return;
        }
        grouper->states = states;
        grouper->state_capacity = rows;
    }
    for (; grouper->state_count < rows; grouper->state_count++)
        grouper->states[grouper->state_count] = (struct as_group_state){ 0 };
    for (uint32_t row = 0; row < rows && !judge->failed; row++) {
        if (judge->pack->rule[rule].window == AS_WINDOW_SLIDING)
            slide(judge, grouper, rule, row, until);
        else
            cut_all(judge, grouper, rule, row, until);
    }
}
