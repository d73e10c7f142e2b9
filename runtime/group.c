/*
 * group.c - see group.h.
 *
 * A key's events stand in time order in a row of a table, and a window is a
 * stretch of it.  Each kind of window is a way to cut the row; `having` is
 * asked of the stretch.
 */

#include "runtime/group.h"

#include <stdlib.h>

#include "runtime/explain.h"

/* Share the aggregates out between the two tables.  Elements of an event
 * can't be found again one by one: with `each` all are counted at once. */
static bool make_tables(struct as_grouper *grouper, struct as_judge *judge,
                        const struct as_row_rule *row)
{
    const struct as_row_column *aggs = judge->pack->column + row->aggs;
    struct as_reach all = { .whole = true };
    uint32_t deciding = 0, rest = 0;

    grouper->columns = malloc((row->agg_count + 1) * sizeof(*aggs));
    grouper->places = malloc((row->agg_count + 1) * sizeof(uint32_t));
    if (!grouper->columns || !grouper->places)
        return false;
    for (uint32_t i = 0; i < row->agg_count; i++)
        deciding += judge->subjects->decides[row->aggs + i] ||
                    row->each != AS_NO_ROW;
    rest = deciding;
    deciding = 0;
    for (uint32_t i = 0; i < row->agg_count; i++) {
        bool decides = judge->subjects->decides[row->aggs + i] ||
                       row->each != AS_NO_ROW;

        grouper->places[i] = decides ? deciding++ : rest++;
        grouper->columns[grouper->places[i]] = aggs[i];
    }
    as_table_init(&grouper->table, judge->store,
                  judge->pack->column + row->keys, row->key_count,
                  grouper->columns, deciding, all);
    grouper->table.unsorted = true;
    as_table_init(&grouper->rest, judge->store, NULL, 0,
                  grouper->columns + deciding, row->agg_count - deciding, all);
    return true;
}

static bool init(void *state, struct as_judge *judge, uint32_t rule)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_grouper *grouper = state;
    size_t count = (size_t)row->key_count + row->agg_count +
                   row->outcome_count + row->suppress_by_count + 1;

    grouper->span_ms = as_run_amount(judge->run, row->timespan_kind,
                                     row->timespan);
    grouper->gap_ms = as_run_amount(judge->run, row->gap_kind, row->gap);
    grouper->values = calloc(count, sizeof(*grouper->values));
    return make_tables(grouper, judge, row) && grouper->values != NULL;
}

static void done(void *state)
{
    struct as_grouper *grouper = state;

    if (grouper->table.store) {
        as_table_done(&grouper->table);
        as_table_done(&grouper->rest);
    }
    free(grouper->columns);
    free(grouper->places);
    free(grouper->states);
    free(grouper->values);
}

static size_t bytes_of(const void *state)
{
    const struct as_grouper *grouper = state;

    return as_table_bytes(&grouper->table) + as_table_bytes(&grouper->rest) +
           grouper->state_capacity * sizeof(*grouper->states);
}

/* ---- counting --------------------------------------------------------- */

/* The event, or the element, at hand. */
static void add_one(struct as_judge *judge, struct as_grouper *grouper,
                    uint32_t rule, uint32_t event, struct as_standing *standing)
{
    struct as_rule_stats *stats = &judge->stats->rules[rule];

    standing->matched = as_judge_matches(judge, rule);
    if (!standing->matched)
        return;
    standing->excluded = as_judge_excluded(judge, rule, event, NULL);
    if (standing->excluded > 0)
        return;
    standing->added = as_judge_contribute(judge, &grouper->table,
                                          judge->vm.time, event);
    standing->keyless = !standing->added;
    stats->joined += standing->added;
    stats->no_key += standing->keyless;
    if (standing->added)
        as_judge_added(judge, &grouper->table, standing);
}

static bool take(struct as_judge *judge, void *state, uint32_t rule,
                 uint32_t event, struct as_standing *standing)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_grouper *grouper = state;
    struct as_elements elements;

    *standing = (struct as_standing){ 0 };
    as_judge_bind(judge, event);
    as_judge_note(judge);
    as_elements_start(judge, &elements, row->each);
    while (!judge->failed && as_elements_next(judge, &elements))
        add_one(judge, grouper, rule, event, standing);
    judge->failed |= judge->vm.failed;
    return row->each == AS_NO_ROW && as_judge_stands(judge, standing);
}

static void again(struct as_judge *judge, void *state, uint32_t rule,
                  uint32_t event, const struct as_standing *standing)
{
    struct as_rule_stats *stats = &judge->stats->rules[rule];
    struct as_grouper *grouper = state;

    as_judge_again(judge, rule, standing);
    stats->matched += standing->matched;
    stats->no_key += standing->keyless;
    if (standing->excluded > 0)
        stats->excluded[standing->excluded - 1]++;
    if (!standing->added)
        return;
    stats->joined++;
    as_judge_repeat(judge, &grouper->table, event, standing);
}

/* ---- windows ---------------------------------------------------------- */

struct window {
    uint32_t row, low, high; /* positions */
    int64_t start, end, time;
};

static struct as_row_view view_of(struct as_grouper *grouper,
                                  const struct window *window)
{
    return (struct as_row_view){ &grouper->table, window->row, window->low,
                                 window->high };
}

/* Is `having` true of the window?  Most times it is not, and that shows in the
 * first aggregate that it reads: the others are not worked out. */
static bool holds(struct as_judge *judge, struct as_grouper *grouper,
                  uint32_t rule, const struct window *window)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_row_view view = view_of(grouper, window);
    bool true_of;

    for (uint32_t i = 0; i < row->key_count; i++)
        grouper->values[i] = as_row_view_value(&view, i);
    judge->vm.keys = grouper->values;
    judge->vm.aggs = NULL;
    judge->vm.agg_row = &view;
    judge->vm.agg_places = grouper->places;
    as_judge_reset(judge);
    judge->vm.time = window->time; /* at which baselines are read */
    true_of = as_judge_true(judge, row->having, rule);
    if (judge->explainer)
        as_explain_window(judge->explainer, judge, rule,
                          &(struct as_explained_window){
                              view, window->start, window->end, true_of });
    judge->failed |= grouper->table.failed;
    judge->vm.aggs = grouper->values + row->key_count;
    judge->vm.agg_row = NULL;
    return true_of;
}

/* What a window's events contribute to `rest`, by what they hold: a session
 * calls the same few things again. */
struct known {
    uint32_t subject, detail;
    bool good;
    struct as_standing standing;
};

enum { KNOWN = 16 };

static void add_rest(struct as_judge *judge, struct as_grouper *grouper,
                     uint32_t event, struct known *known)
{
    const struct as_held *held = as_hold_event(judge->hold, event);
    int64_t time = as_hold_time(judge->hold, event);
    struct as_standing *standing = &known->standing;

    if (known->good && known->subject == held->subject &&
        known->detail == held->detail && time >= standing->from &&
        time < standing->until) {
        as_judge_repeat(judge, &grouper->rest, event, standing);
        return;
    }
    as_judge_bind(judge, event);
    as_judge_note(judge);
    as_judge_contribute(judge, &grouper->rest, time, event);
    as_judge_added(judge, &grouper->rest, standing);
    known->good = as_judge_stands(judge, standing);
    known->subject = held->subject;
    known->detail = held->detail;
}

/* All aggregates: those that `having` reads, and the others from the window's
 * events. */
static void complete(struct as_judge *judge, struct as_grouper *grouper,
                     uint32_t rule, const struct window *window)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_row_view view = view_of(grouper, window);
    struct as_row_view rest = { &grouper->rest, 0, 0,
                                window->high - window->low };
    uint32_t first = grouper->table.column_count;
    struct known known[KNOWN];

    for (uint32_t i = 0; i < row->agg_count; i++) {
        if (grouper->places[i] < first)
            grouper->values[row->key_count + i] = as_row_view_value(
                &view, row->key_count + grouper->places[i]);
    }
    judge->failed |= grouper->table.failed;
    if (grouper->rest.column_count == 0)
        return;
    for (uint32_t i = 0; i < KNOWN; i++)
        known[i].good = false;
    as_table_reset(&grouper->rest);
    for (uint32_t p = window->low; p < window->high && !judge->failed; p++) {
        uint32_t event = as_table_event(&view, p);
        const struct as_held *held = as_hold_event(judge->hold, event);

        add_rest(judge, grouper, event,
                 &known[(held->subject ^ held->detail) % KNOWN]);
    }
    for (uint32_t i = 0; i < row->agg_count && !judge->failed; i++) {
        if (grouper->places[i] >= first)
            grouper->values[row->key_count + i] = as_row_view_value(
                &rest, grouper->places[i] - first);
    }
    judge->failed |= grouper->rest.failed;
    as_judge_reset(judge);
    judge->vm.time = window->time;
}

static void find(struct as_judge *judge, struct as_grouper *grouper,
                 uint32_t rule, const struct window *window)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_value *outcomes = grouper->values + row->key_count +
                                row->agg_count;
    struct as_value *by = outcomes + row->outcome_count;
    struct as_row_view view = view_of(grouper, window);
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
    complete(judge, grouper, rule, window);
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

static int compare(const void *hold, uint32_t a, uint32_t b)
{
    return as_hold_compare(hold, a, b);
}

static bool same(const void *hold, uint32_t a, uint32_t b)
{
    return as_hold_same(hold, a, b);
}

/* Put what has come since into order, behind what has been judged. */
static void sort(struct as_judge *judge, struct as_grouper *grouper,
                 uint32_t row)
{
    struct as_event_order order = { compare, same, judge->hold };
    struct as_table_row *entries = &grouper->table.rows[row];

    if (entries->sorted == entries->count)
        return;
    as_table_sort(&grouper->table, row, grouper->states[row].next, &order);
    entries->sorted = entries->count;
}

static void settle(struct as_judge *judge, void *state, uint32_t rule,
                   int64_t until)
{
    struct as_grouper *grouper = state;
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
        sort(judge, grouper, row);
        if (judge->pack->rule[rule].window == AS_WINDOW_SLIDING)
            slide(judge, grouper, rule, row, until);
        else
            cut_all(judge, grouper, rule, row, until);
    }
}

const struct as_shape_calls as_group_calls = {
    .size = sizeof(struct as_grouper),
    .init = init,
    .done = done,
    .bytes = bytes_of,
    .take = take,
    .again = again,
    .settle = settle,
};
