/*
 * join.c - see join.h.
 *
 * A join walks the joined baselines in order, depth first: for each row that
 * fits the first, the rows that fit the second, and so on; at the end a
 * combination stands in vm.rows and `require` is asked of it.  A plain rule
 * is a join of nothing: one combination, empty.
 */

#include "runtime/join.h"

#include <stdlib.h>

static bool init(void *state, struct as_judge *judge, uint32_t rule)
{
    struct as_joiner *joiner = state;
    const struct as_row_rule *row = &judge->pack->rule[rule];
    size_t count = (size_t)row->exclude_count + row->outcome_count +
                   row->agg_count + row->suppress_by_count + 1;
    struct as_reach all = { .whole = true };

    joiner->values = calloc(count, sizeof(*joiner->values));
    as_table_init(&joiner->rows, judge->store, NULL, 0,
                  judge->pack->column + row->aggs, row->agg_count, all);
    return joiner->values != NULL;
}

static void done(void *state)
{
    struct as_joiner *joiner = state;

    as_table_done(&joiner->rows);
    free(joiner->combinations);
    free(joiner->evidence);
    free(joiner->values);
}

static size_t bytes_of(const void *state)
{
    const struct as_joiner *joiner = state;

    return as_table_bytes(&joiner->rows) +
           joiner->capacity * sizeof(*joiner->combinations) +
           joiner->evidence_capacity * sizeof(*joiner->evidence);
}

static bool grow(void *array, uint32_t *capacity, size_t count, size_t size)
{
    void **at = array;
    size_t more = *capacity ? *capacity : 8;
    void *bytes;

    if (count <= *capacity)
        return true;
    while (more < count)
        more *= 2;
    bytes = more > UINT32_MAX / 2 ? NULL : realloc(*at, more * size);
    if (!bytes)
        return false;
    *at = bytes;
    *capacity = (uint32_t)more;
    return true;
}

/* A combination stands in vm.rows: keep it when `require` is true of it. */
static void combination(struct as_judge *judge, struct as_joiner *joiner,
                        uint32_t rule)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    size_t at = (size_t)joiner->count * row->alias_count;

    joiner->found = true;
    if (!as_judge_true(judge, row->require, rule))
        return;
    if (!grow(&joiner->combinations, &joiner->capacity,
              at + row->alias_count + 1, sizeof(*joiner->combinations))) {
        judge->failed = true;
        return;
    }
    memcpy(joiner->combinations + at, judge->vm.rows,
           row->alias_count * sizeof(*joiner->combinations));
    joiner->count++;
}

/* after <= eventTime <= after + within */
static bool is_within(struct as_judge *judge, const struct as_row_join *join,
                      uint32_t rule)
{
    int64_t span = as_run_amount(judge->run, join->within_kind, join->within);
    struct as_value after;

    if (join->after == AS_NO_ROW)
        return true;
    judge->vm.varies = AS_OF_EVENT; /* its time */
    after = as_vm_run(&judge->vm, join->after);
    if (as_is_missing(&after)) {
        as_judge_unknown(judge, rule, after.why);
        return false;
    }
    return after.integer <= judge->vm.time &&
           (span == INT64_MAX || judge->vm.time - span <= after.integer);
}

static void walk(struct as_judge *judge, struct as_joiner *joiner,
                 uint32_t rule, uint32_t depth)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_probe probe = { .alias = depth };
    const struct as_row_join *join;

    if (depth == row->join_count) {
        combination(judge, joiner, rule);
        return;
    }
    join = &judge->pack->join[row->joins + depth];
    probe.row = join->probe;
    while (!judge->failed && as_vm_probe(&judge->vm, &probe)) {
        if (is_within(judge, join, rule))
            walk(judge, joiner, rule, depth + 1);
    }
    if (depth == 0) {
        joiner->known = probe.met;
        joiner->keyless = probe.keyless;
    }
    if (probe.unknown)
        as_judge_unknown(judge, rule, probe.why);
}

static const struct as_row_probe *first_probe(const struct as_judge *judge,
                                              uint32_t rule)
{
    const struct as_pack *pack = judge->pack;

    return &pack->probe[pack->join[pack->rule[rule].joins].probe];
}

/* An event that passes `where` and finds no row: its key is a blind spot.
 * The key's number. */
static uint32_t blind(struct as_judge *judge, uint32_t rule, uint32_t event)
{
    const struct as_row_probe *probe = first_probe(judge, rule);
    struct as_hash_key seed = judge->hold->seed;
    struct as_value values[32];
    struct as_buf bytes = { 0 };
    uint32_t key;

    as_judge_arguments(judge, probe->keys, probe->key_count, values);
    for (uint32_t i = 0; i < probe->key_count; i++) {
        as_value_canonical(&values[i], &bytes);
        judge->failed |= bytes.failed;
        seed.word[0] = as_hash_fast(&seed, bytes.bytes, bytes.length);
    }
    as_buf_done(&bytes);
    key = as_stats_blind(judge->stats, judge->hold, rule, seed.word[0], event);
    judge->failed |= key == UINT32_MAX;
    return key;
}

void as_join_key(struct as_judge *judge, uint32_t rule, uint32_t event,
                 struct as_buf *out)
{
    const struct as_pack *pack = judge->pack;
    const struct as_row_probe *probe = first_probe(judge, rule);
    const struct as_row_baseline *baseline = &pack->baseline[probe->baseline];
    struct as_value values[32];
    uint32_t n = 0;

    as_judge_bind(judge, event);
    as_judge_arguments(judge, probe->keys, probe->key_count, values);
    for (uint32_t i = 0; i < baseline->key_count; i++) {
        if (!(probe->key_mask >> i & 1))
            continue;
        if (n > 0)
            as_buf_putc(out, ' ');
        as_alert_key(out, pack, baseline->keys + i, 1, &values[n++]);
    }
}

/* ---- what the alert carries ------------------------------------------- */

static void bind_rows(struct as_judge *judge, const struct as_joiner *joiner,
                      uint32_t rule, uint32_t n)
{
    uint32_t count = judge->pack->rule[rule].alias_count;

    memcpy(judge->vm.rows, joiner->combinations + (size_t)n * count,
           count * sizeof(*joiner->combinations));
}

/* Aggregates over the combinations: they are the contributions to one row. */
static void aggregate(struct as_judge *judge, struct as_joiner *joiner,
                      uint32_t rule, struct as_value *aggs)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_row_view view = { &joiner->rows, 0, 0, joiner->count };

    if (row->agg_count == 0)
        return;
    as_table_reset(&joiner->rows);
    for (uint32_t i = 0; i < joiner->count; i++) {
        bind_rows(judge, joiner, rule, i);
        as_judge_contribute(judge, &joiner->rows, 0, i);
    }
    for (uint32_t i = 0; i < row->agg_count && !judge->failed; i++)
        aggs[i] = as_row_view_value(&view, i);
    judge->failed |= joiner->rows.failed;
}

static bool same_row(const struct as_evidence *a, const struct as_evidence *b)
{
    return a->alias == b->alias && a->view.row == b->view.row;
}

/* By alias, then key, so that the order is that of the data. */
static int compare_evidence(const void *a, const void *b)
{
    const struct as_evidence *x = a, *y = b;

    if (x->alias != y->alias)
        return x->alias < y->alias ? -1 : 1;
    for (uint32_t i = 0; i < x->view.table->key_count; i++) {
        struct as_value p = as_row_view_value(&x->view, i);
        struct as_value q = as_row_view_value(&y->view, i);
        int order = as_value_compare(&p, &q);

        if (order != 0)
            return order;
    }
    return 0;
}

/* The rows of all combinations, each once. */
static void gather_evidence(struct as_judge *judge, struct as_joiner *joiner,
                            uint32_t rule)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    size_t all = (size_t)joiner->count * row->alias_count;
    uint32_t kept = 0;

    joiner->evidence_count = 0;
    if (all == 0)
        return;
    if (!grow(&joiner->evidence, &joiner->evidence_capacity, all,
              sizeof(*joiner->evidence))) {
        judge->failed = true;
        return;
    }
    for (size_t i = 0; i < all; i++)
        joiner->evidence[i] = (struct as_evidence){
            row->aliases + (uint32_t)(i % row->alias_count),
            joiner->combinations[i]
        };
    qsort(joiner->evidence, all, sizeof(*joiner->evidence), compare_evidence);
    for (size_t i = 0; i < all; i++) {
        if (kept == 0 ||
            !same_row(&joiner->evidence[kept - 1], &joiner->evidence[i]))
            joiner->evidence[kept++] = joiner->evidence[i];
    }
    joiner->evidence_count = kept;
}

/* The exclusion that applies, counted from 1, or 0: an alert. */
static uint32_t find(struct as_judge *judge, struct as_joiner *joiner,
                     uint32_t rule, uint32_t event)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_value *excludes = joiner->values;
    struct as_value *outcomes = excludes + row->exclude_count;
    struct as_value *aggs = outcomes + row->outcome_count;
    struct as_value *by = aggs + row->agg_count;
    struct as_finding finding = { .rule = rule,
                                  .time = judge->vm.time,
                                  .event = event,
                                  .combination_count = joiner->count,
                                  .excludes = excludes,
                                  .outcomes = outcomes,
                                  .suppress_by = by };
    uint32_t excluded;

    aggregate(judge, joiner, rule, aggs);
    judge->vm.aggs = aggs;
    bind_rows(judge, joiner, rule, 0);
    excluded = as_judge_excluded(judge, rule, event, excludes);
    if (judge->failed || excluded > 0)
        return excluded;
    for (uint32_t i = 0; i < row->outcome_count; i++)
        outcomes[i] = as_vm_run(&judge->vm,
                                judge->pack->outcome[row->outcomes + i].value);
    as_judge_arguments(judge, row->suppress_by, row->suppress_by_count, by);
    gather_evidence(judge, joiner, rule);
    finding.evidence = joiner->evidence;
    finding.evidence_count = joiner->evidence_count;
    if (!judge->failed)
        as_alerts_add(judge->alerts, &finding);
    judge->failed |= judge->alerts->failed;
    return 0;
}

/* The event, or the element, at hand.  False: an alert. */
static bool judge_one(struct as_judge *judge, struct as_joiner *joiner,
                      uint32_t rule, uint32_t event,
                      struct as_standing *standing)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_rule_stats *stats = &judge->stats->rules[rule];

    standing->matched = as_judge_matches(judge, rule);
    if (!standing->matched)
        return true;
    joiner->count = 0;
    joiner->known = joiner->found = joiner->keyless = false;
    walk(judge, joiner, rule, 0);
    standing->found = joiner->found;
    standing->keyless = joiner->keyless;
    standing->unjoined = row->join_count > 0 && !joiner->known &&
                         !joiner->keyless;
    stats->joined += joiner->found;
    stats->no_key += joiner->keyless;
    if (standing->unjoined) {
        stats->unjoined++;
        standing->row = blind(judge, rule, event);
    }
    if (joiner->count == 0)
        return true;
    stats->required++;
    standing->excluded = find(judge, joiner, rule, event);
    return standing->excluded > 0;
}

static bool take(struct as_judge *judge, void *state, uint32_t rule,
                 uint32_t event, struct as_standing *standing)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_joiner *joiner = state;
    struct as_elements elements;
    bool nothing = true;

    *standing = (struct as_standing){ 0 };
    as_judge_bind(judge, event);
    as_judge_note(judge);
    as_elements_start(judge, &elements, row->each);
    while (!judge->failed && as_elements_next(judge, &elements))
        nothing = judge_one(judge, joiner, rule, event, standing) && nothing;
    judge->failed |= judge->vm.failed;
    return nothing && row->each == AS_NO_ROW &&
           as_judge_stands(judge, standing);
}

static void again(struct as_judge *judge, void *state, uint32_t rule,
                  uint32_t event, const struct as_standing *standing)
{
    struct as_rule_stats *stats = &judge->stats->rules[rule];

    (void)state;
    as_judge_again(judge, rule, standing);
    stats->matched += standing->matched;
    stats->joined += standing->found;
    stats->no_key += standing->keyless;
    if (standing->excluded > 0) {
        stats->required++;
        stats->excluded[standing->excluded - 1]++;
    }
    if (standing->unjoined) {
        stats->unjoined++;
        as_stats_blind_more(judge->stats, judge->hold, rule, standing->row,
                            event);
    }
}

const struct as_shape_calls as_join_calls = {
    .size = sizeof(struct as_joiner),
    .init = init,
    .done = done,
    .bytes = bytes_of,
    .take = take,
    .again = again,
};
