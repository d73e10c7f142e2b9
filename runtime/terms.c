/*
 * terms.c - see terms.h.
 *
 * Put the times at which a key occurs in a line and cut it wherever a gap is
 * longer than `history`.  What lies between two cuts is a *bout*, and new is
 * exactly the first event of a bout: any other has one before it that is near
 * enough.  Of a bout nothing need be kept but its first event and its first
 * and last time, however many events it has.
 *
 * Events come in any order.  One that falls into a bout, or at most `history`
 * behind its end, makes that longer; any other begins a bout of its own at the
 * end of its row.  When a row is full it is made *tidy*: its bouts are put in
 * order, and those between which there is no gap become one.  The answer is
 * that of the line of times, so the order of arrival does not show in it.
 *
 * Two records of one time and id, but of different content, are in no order:
 * where they begin a bout both are new.  Such a *twin* keeps a bout of its own
 * behind the first, without a gap before it; nothing else in a tidy row is
 * like that.
 *
 * Whether a new event is excluded is asked only then, of it alone: an event
 * that is excluded has been seen all the same.
 */

#include "runtime/terms.h"

#include <stdlib.h>

enum { FEW_BOUTS = 2 }; /* that a row has room for at first */

static bool init(void *state, struct as_judge *judge, uint32_t rule)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    size_t count = (size_t)row->key_count + row->exclude_count +
                   row->outcome_count + row->suppress_by_count + 1;
    struct as_terms *terms = state;

    terms->keys = judge->pack->column + row->keys;
    terms->key_count = row->key_count;
    terms->history_ms = as_run_amount(judge->run, row->timespan_kind,
                                      row->timespan);
    as_map_init(&terms->by_key);
    as_arena_init(&terms->arena, 0);
    as_pages_init(&terms->rows, sizeof(struct as_terms_row));
    terms->values = calloc(count, sizeof(*terms->values));
    return terms->values != NULL;
}

static struct as_terms_row *row_at(const struct as_terms *terms, uint32_t n)
{
    return as_pages_at(&terms->rows, n);
}

static void done(void *state)
{
    struct as_terms *terms = state;

    for (uint32_t i = 0; i < terms->rows.count; i++)
        free(row_at(terms, i)->bouts);
    as_map_done(&terms->by_key);
    as_arena_free(&terms->arena);
    as_pages_done(&terms->rows);
    free(terms->values);
}

static size_t bytes_of(const void *state)
{
    const struct as_terms *terms = state;

    return as_map_bytes(&terms->by_key) + terms->arena.total +
           as_pages_bytes(&terms->rows) +
           terms->bout_count * sizeof(struct as_bout);
}

/* ---- bouts ------------------------------------------------------------ */

static int64_t plus(int64_t time, int64_t ms)
{
    return time > INT64_MAX - ms ? INT64_MAX : time + ms;
}

/* Does an occurrence at `time`, which is not before the bout, belong to it? */
static bool goes_on(const struct as_terms *terms, const struct as_bout *bout,
                    int64_t time)
{
    return time <= plus(bout->last_ms, terms->history_ms);
}

static int compare_bouts(const void *a, const void *b, void *hold)
{
    const struct as_bout *x = a, *y = b;

    return as_hold_compare(hold, x->head, y->head);
}

/* Are they of one time and id, and yet two events? */
static bool are_twins(const struct as_hold *hold, uint32_t a, uint32_t b)
{
    return as_hold_compare_ids(hold, a, b) == 0 && !as_hold_same(hold, a, b);
}

static void make_tidy(const struct as_terms *terms, const struct as_hold *hold,
                      struct as_terms_row *row)
{
    struct as_bout *bouts = row->bouts, *lead = NULL;
    uint32_t kept = 0;

    if (row->count < 2)
        return;
    qsort_r(bouts, row->count, sizeof(*bouts), compare_bouts,
            (void *)(uintptr_t)hold);
    for (uint32_t i = 0; i < row->count; i++) {
        const struct as_bout bout = bouts[i];

        if (!lead || !goes_on(terms, lead, bout.first_ms)) {
            bouts[kept] = bout;
            lead = &bouts[kept++];
            continue;
        }
        if (bout.last_ms > lead->last_ms)
            lead->last_ms = bout.last_ms;
        if (are_twins(hold, lead->head, bout.head) &&
            !as_hold_same(hold, bouts[kept - 1].head, bout.head))
            bouts[kept++] = bout;
    }
    row->count = kept;
}

/* Make room for one bout more. */
static bool make_room(struct as_terms *terms, const struct as_hold *hold,
                      struct as_terms_row *row)
{
    uint32_t more = row->capacity ? 2 * row->capacity : FEW_BOUTS;
    struct as_bout *bouts;

    if (row->count < row->capacity)
        return true;
    make_tidy(terms, hold, row);
    if (row->capacity > 0 && row->count <= row->capacity / 2)
        return true;
    bouts = more > UINT32_MAX / 2
              ? NULL
              : realloc(row->bouts, more * sizeof(*row->bouts));
    if (!bouts)
        return false;
    terms->bout_count += more - row->capacity;
    row->bouts = bouts;
    row->capacity = more;
    return true;
}

/* The key of row `n` occurs in the event. */
static void add(struct as_judge *judge, struct as_terms *terms, uint32_t n,
                uint32_t event)
{
    int64_t time = as_hold_time(judge->hold, event);
    struct as_terms_row *row = row_at(terms, n);
    struct as_bout *last = row->count > 0 ? &row->bouts[row->count - 1] : NULL;

    /* Mostly they come in order, and nothing but the end of a bout moves. */
    if (last && time > last->first_ms && goes_on(terms, last, time)) {
        if (time > last->last_ms)
            last->last_ms = time;
        return;
    }
    if (!make_room(terms, judge->hold, row)) {
        judge->failed = true;
        return;
    }
    row->bouts[row->count++] = (struct as_bout){ time, time, event, false };
}

/* ---- taking events ---------------------------------------------------- */

/* The row of a key, which may be new; AS_NO_ROW when memory runs out. */
static uint32_t row_of(struct as_terms *terms, const uint32_t *ids)
{
    struct as_text key = { (const char *)ids, terms->key_count * sizeof(*ids) };
    struct as_terms_row *row;
    uint32_t n;
    bool added;
    char *copy;

    n = as_map_add(&terms->by_key, key, &added);
    if (n == AS_MAP_NONE)
        return AS_NO_ROW;
    if (!added)
        return n;
    copy = as_strndup(&terms->arena, key.bytes, key.length);
    row = as_pages_add(&terms->rows);
    if (row)
        *row = (struct as_terms_row){ 0 };
    terms->by_key.entries[n].key.bytes = copy ? copy : "";
    if (!copy)
        terms->by_key.entries[n].key.length = 0;
    return copy && row ? n : AS_NO_ROW;
}

/* The event, or the element, at hand. */
static void take_one(struct as_judge *judge, struct as_terms *terms,
                     uint32_t rule, uint32_t event,
                     struct as_standing *standing)
{
    struct as_rule_stats *stats = &judge->stats->rules[rule];
    uint32_t ids[32];

    standing->matched = as_judge_matches(judge, rule);
    if (!standing->matched)
        return;
    standing->added = as_judge_key(judge, terms->keys, terms->key_count, ids);
    standing->keyless = !standing->added;
    stats->joined += standing->added;
    stats->no_key += standing->keyless;
    if (!standing->added)
        return;
    standing->row = row_of(terms, ids);
    judge->failed |= standing->row == AS_NO_ROW;
    if (!judge->failed)
        add(judge, terms, standing->row, event);
}

static bool take(struct as_judge *judge, void *state, uint32_t rule,
                 uint32_t event, struct as_standing *standing)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_elements elements;

    *standing = (struct as_standing){ 0 };
    as_judge_bind(judge, event);
    as_judge_note(judge);
    as_elements_start(judge, &elements, row->each);
    while (!judge->failed && as_elements_next(judge, &elements))
        take_one(judge, state, rule, event, standing);
    judge->failed |= judge->vm.failed;
    return row->each == AS_NO_ROW && as_judge_stands(judge, standing);
}

static void again(struct as_judge *judge, void *state, uint32_t rule,
                  uint32_t event, const struct as_standing *standing)
{
    struct as_rule_stats *stats = &judge->stats->rules[rule];

    as_judge_again(judge, rule, standing);
    stats->matched += standing->matched;
    stats->joined += standing->added;
    stats->no_key += standing->keyless;
    if (standing->added)
        add(judge, state, standing->row, event);
}

/* ---- judging ---------------------------------------------------------- */

/* What is known of an event that is new. */
struct novelty {
    uint32_t row;
    uint32_t event;
    int64_t last_ms; /* as in as_finding */
};

/* The event, or the element, at hand is new. */
static void find(struct as_judge *judge, struct as_terms *terms, uint32_t rule,
                 const struct novelty *new)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_value *excludes = terms->values + row->key_count;
    struct as_value *outcomes = excludes + row->exclude_count;
    struct as_value *by = outcomes + row->outcome_count;
    struct as_finding finding = { .rule = rule,
                                  .time = judge->vm.time,
                                  .event = new->event,
                                  .excludes = excludes,
                                  .outcomes = outcomes,
                                  .suppress_by = by,
                                  .keys = terms->values,
                                  .history_ms = terms->history_ms,
                                  .last_ms = new->last_ms };

    judge->stats->rules[rule].required++;
    if (as_judge_excluded(judge, rule, new->event, excludes) > 0)
        return;
    for (uint32_t i = 0; i < row->key_count; i++)
        terms->values[i] = as_vm_run(&judge->vm, terms->keys[i].value);
    for (uint32_t i = 0; i < row->outcome_count; i++)
        outcomes[i] = as_vm_run(&judge->vm,
                                judge->pack->outcome[row->outcomes + i].value);
    as_judge_arguments(judge, row->suppress_by, row->suppress_by_count, by);
    judge->failed |= judge->vm.failed;
    if (!judge->failed)
        as_alerts_add(judge->alerts, &finding);
    judge->failed |= judge->alerts->failed;
}

/* Does the element at hand pass `where`, and have the key of the row?  That
 * was counted when it was taken. */
static bool is_of_row(struct as_judge *judge, const struct as_terms *terms,
                      uint32_t rule, uint32_t n)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_text key = terms->by_key.entries[n].key;
    uint32_t ids[32];

    return as_judge_true(judge, row->early, AS_NO_ROW) &&
           as_judge_true(judge, row->where, AS_NO_ROW) &&
           as_judge_key(judge, terms->keys, terms->key_count, ids) &&
           memcmp(ids, key.bytes, key.length) == 0;
}

static void judge_new(struct as_judge *judge, struct as_terms *terms,
                      uint32_t rule, const struct novelty *new)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_elements elements;

    as_judge_bind(judge, new->event);
    as_elements_start(judge, &elements, row->each);
    while (!judge->failed && as_elements_next(judge, &elements)) {
        if (row->each == AS_NO_ROW || is_of_row(judge, terms, rule, new->row))
            find(judge, terms, rule, new);
    }
}

/* The first time at which an event may alert. */
static int64_t taught_until(const struct as_judge *judge,
                            const struct as_terms *terms)
{
    return judge->since_ms != INT64_MIN
             ? judge->since_ms
             : plus(judge->first_ms, terms->history_ms);
}

/* New is what begins a bout: in a tidy row, each one and its twins. */
static void judge_row(struct as_judge *judge, struct as_terms *terms,
                      uint32_t rule, uint32_t n)
{
    struct as_terms_row *row = row_at(terms, n);
    struct novelty new = { .row = n, .last_ms = INT64_MIN };
    int64_t from = taught_until(judge, terms);
    const struct as_bout *lead = NULL;

    make_tidy(terms, judge->hold, row);
    for (uint32_t i = 0; i < row->count && !judge->failed; i++) {
        struct as_bout *bout = &row->bouts[i];

        if (!lead || !goes_on(terms, lead, bout->first_ms)) {
            new.last_ms = lead ? lead->last_ms : INT64_MIN;
            lead = bout;
        }
        new.event = bout->head;
        if (!bout->judged && bout->first_ms >= from)
            judge_new(judge, terms, rule, &new);
        bout->judged = true;
    }
}

static void settle(struct as_judge *judge, void *state, uint32_t rule,
                   int64_t until)
{
    struct as_terms *terms = state;

    (void)until; /* only events that are not later have been taken */
    for (uint32_t i = 0; i < terms->rows.count && !judge->failed; i++)
        judge_row(judge, terms, rule, i);
}

const struct as_shape_calls as_terms_calls = {
    .size = sizeof(struct as_terms),
    .init = init,
    .done = done,
    .bytes = bytes_of,
    .take = take,
    .again = again,
    .settle = settle,
};
