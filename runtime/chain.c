/*
 * chain.c - see chain.h.
 *
 * Whoever is watched writes the events, so the chains of a key may not be
 * tried one by one: their number grows with a power of the steps.  Instead:
 *
 *   - Events of one time form a *moment*.  Which order they have does not
 *     count, so whether a chain may go from one moment to another hangs on the
 *     two times and the absences between them alone.  Only that a chain's
 *     events are different has to be looked at within a moment: the steps that
 *     it takes there must be shared out to events, which is a matching.
 *   - Layer j holds the moments at which steps 0 to j may have been taken, the
 *     last of them there.  Of two chains to one moment the later one, step by
 *     step, is a chain too (take the later moment of the two for each step),
 *     so there is one chain that is the latest in every step, and it is found
 *     backwards: as many steps as can be at the moment at hand, then the
 *     latest moment of the layer below.
 *   - An absence at the end bounds the first event from above: the later a
 *     chain starts, the longer nothing may follow.  Where two chains cross,
 *     they may change over to each other, so the earliest start of a layer's
 *     moments never falls as time goes on.  Those that can have started by
 *     some time are therefore the first ones of the layer, and the search
 *     backwards looks at no others.
 *
 * With binary search that is O(n log n) for n events of a key, times what the
 * rule's steps come to.
 */

#include "runtime/chain.h"

#include <stdlib.h>

/* Bits of an entry's mask behind those of the steps. */
#define MASK_UNTIL  (UINT32_C(1) << AS_MAX_PHASES)
#define MASK_JUDGED (UINT32_C(1) << 31)

enum { MOST_CANDIDATES = AS_MAX_PHASES * AS_MAX_PHASES };

/* Times stand first, for `below`. */
struct moment {
    int64_t time;
    uint32_t low, high;    /* positions in the row */
    uint32_t first, count; /* candidates */
    uint32_t has;          /* what its events match */
};

struct node {
    int64_t time;
    int64_t least; /* the earliest start of its chains */
    uint32_t moment;
};

/* What is known of the key that is being judged. */
struct as_chain_work {
    struct as_pages moments;               /* struct moment, in order of time */
    struct as_pages candidates;            /* uint32_t: positions in the row */
    struct as_pages layers[AS_MAX_PHASES]; /* struct node */
    struct as_pages absences[AS_MAX_PHASES]; /* int64_t: when an absence behind
                                                the step is broken, */
    struct as_pages ends;   /* one at the end, or what `until` waits for, */
    struct as_pages breaks; /* and when that comes at all */
};

/* ---- making ----------------------------------------------------------- */

static void read_phases(struct as_chainer *chainer, const struct as_pack *pack,
                        const struct as_row_rule *row)
{
    for (uint32_t i = 0; i < row->phase_count; i++) {
        if (pack->phase[row->phases + i].absent)
            chainer->gaps[chainer->step_count - 1] |= UINT32_C(1) << i;
        else
            chainer->bits[chainer->step_count++] = (uint8_t)i;
    }
    chainer->waits = chainer->gaps[chainer->step_count - 1] != 0;
}

static bool init(void *state, struct as_judge *judge, uint32_t rule)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_chainer *chainer = state;
    struct as_reach all = { .whole = true };
    size_t count = (size_t)row->key_count + row->outcome_count +
                   row->suppress_by_count + 1;

    read_phases(chainer, judge->pack, row);
    chainer->span_ms = as_run_amount(judge->run, row->timespan_kind,
                                     row->timespan);
    chainer->values = calloc(count, sizeof(*chainer->values));
    as_table_init(&chainer->table, judge->store,
                  judge->pack->column + row->keys, row->key_count, NULL, 0,
                  all);
    chainer->table.unsorted = true;
    return chainer->values != NULL;
}

static void done(void *state)
{
    struct as_chainer *chainer = state;

    as_table_done(&chainer->table);
    free(chainer->values);
}

static size_t bytes_of(const void *state)
{
    const struct as_chainer *chainer = state;

    return as_table_bytes(&chainer->table);
}

/* ---- taking events ---------------------------------------------------- */

/* Which steps, and `until`, are true of the event at hand. */
static uint32_t mask_of(struct as_judge *judge, uint32_t rule)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    uint32_t mask = 0;

    for (uint32_t i = 0; i < row->phase_count; i++) {
        uint32_t where = judge->pack->phase[row->phases + i].where;

        if (as_judge_true(judge, where, rule))
            mask |= UINT32_C(1) << i;
    }
    if (row->until != AS_NO_ROW && as_judge_true(judge, row->until, rule))
        mask |= MASK_UNTIL;
    return mask;
}

static void keep(struct as_judge *judge, struct as_chainer *chainer,
                 uint32_t rule, uint32_t event, struct as_standing *standing)
{
    struct as_rule_stats *stats = &judge->stats->rules[rule];
    struct as_table *table = &chainer->table;
    uint32_t mask = mask_of(judge, rule);
    struct as_entry *entry;

    if (mask == 0)
        return;
    standing->added = as_judge_contribute(judge, table, judge->vm.time, event);
    standing->keyless = !standing->added;
    stats->joined += standing->added;
    stats->no_key += standing->keyless;
    if (!standing->added || judge->failed)
        return;
    as_judge_added(judge, table, standing);
    entry = as_pages_at(&table->entries, table->entries.count - 1);
    entry->contribution = standing->contribution = mask;
}

static bool take(struct as_judge *judge, void *state, uint32_t rule,
                 uint32_t event, struct as_standing *standing)
{
    *standing = (struct as_standing){ 0 };
    as_judge_bind(judge, event);
    as_judge_note(judge);
    judge->vm.item_count = 0;
    standing->matched = as_judge_matches(judge, rule);
    if (standing->matched)
        standing->excluded = as_judge_excluded(judge, rule, event, NULL);
    if (standing->matched && standing->excluded == 0)
        keep(judge, state, rule, event, standing);
    judge->failed |= judge->vm.failed;
    return as_judge_stands(judge, standing);
}

static void again(struct as_judge *judge, void *state, uint32_t rule,
                  uint32_t event, const struct as_standing *standing)
{
    struct as_rule_stats *stats = &judge->stats->rules[rule];
    struct as_chainer *chainer = state;

    as_judge_again(judge, rule, standing);
    stats->matched += standing->matched;
    stats->no_key += standing->keyless;
    stats->joined += standing->added;
    if (standing->excluded > 0)
        stats->excluded[standing->excluded - 1]++;
    if (standing->added)
        as_judge_repeat(judge, &chainer->table, event, standing);
}

/* ---- room for a turn ---------------------------------------------------- */

static struct as_chain_work *new_work(void)
{
    struct as_chain_work *work = calloc(1, sizeof(*work));

    if (!work)
        return NULL;
    as_pages_init(&work->moments, sizeof(struct moment));
    as_pages_init(&work->candidates, sizeof(uint32_t));
    as_pages_init(&work->ends, sizeof(int64_t));
    as_pages_init(&work->breaks, sizeof(int64_t));
    for (uint32_t i = 0; i < AS_MAX_PHASES; i++) {
        as_pages_init(&work->layers[i], sizeof(struct node));
        as_pages_init(&work->absences[i], sizeof(int64_t));
    }
    return work;
}

static void free_work(struct as_chain_work *work)
{
    as_pages_done(&work->moments);
    as_pages_done(&work->candidates);
    as_pages_done(&work->ends);
    as_pages_done(&work->breaks);
    for (uint32_t i = 0; i < AS_MAX_PHASES; i++) {
        as_pages_done(&work->layers[i]);
        as_pages_done(&work->absences[i]);
    }
    free(work);
}

/* Another key: forget all, keep the memory. */
static void reset_work(struct as_chain_work *work)
{
    as_pages_cut(&work->moments, 0);
    as_pages_cut(&work->candidates, 0);
    as_pages_cut(&work->ends, 0);
    as_pages_cut(&work->breaks, 0);
    for (uint32_t i = 0; i < AS_MAX_PHASES; i++) {
        as_pages_cut(&work->layers[i], 0);
        as_pages_cut(&work->absences[i], 0);
    }
}

/* ---- times ------------------------------------------------------------ */

static int64_t time_of(const struct as_pages *pages, uint32_t n)
{
    return *(const int64_t *)as_pages_at(pages, n);
}

/* How many items, which stand in order of time, are before `time`. */
static uint32_t below(const struct as_pages *pages, int64_t time)
{
    uint32_t low = 0, high = pages->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (time_of(pages, middle) < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The last of some times before `time`. */
static int64_t last_before(const struct as_pages *times, int64_t time)
{
    uint32_t n = below(times, time);

    return n > 0 ? time_of(times, n - 1) : INT64_MIN;
}

/* ---- moments ---------------------------------------------------------- */

static struct as_entry *entry_at(const struct as_chainer *chainer, uint32_t row,
                                 uint32_t position)
{
    return as_pages_at(&chainer->table.entries,
                       chainer->table.rows[row].entries[position]);
}

static void add_time(struct as_judge *judge, struct as_pages *times,
                     int64_t time)
{
    int64_t *place = as_pages_add(times);

    if (place)
        *place = time;
    judge->failed |= !place;
}

/* The events of a moment that can matter to a matching, the last by id first:
 * of each step as many as there are steps, since others cannot take more. */
static void add_candidates(struct as_judge *judge, struct as_chainer *chainer,
                           uint32_t row, struct moment *moment)
{
    uint32_t found[AS_MAX_PHASES] = { 0 };

    moment->first = chainer->work->candidates.count;
    for (uint32_t p = moment->high; p-- > moment->low;) {
        uint32_t mask = entry_at(chainer, row, p)->contribution;
        bool wanted = false;
        uint32_t *place;

        for (uint32_t i = 0; i < chainer->step_count; i++) {
            if (mask >> chainer->bits[i] & 1)
                wanted |= found[i]++ < chainer->step_count;
        }
        if (!wanted)
            continue;
        place = as_pages_add(&chainer->work->candidates);
        judge->failed |= !place;
        if (!place)
            return;
        *place = p;
    }
    moment->count = chainer->work->candidates.count - moment->first;
}

static void add_moment(struct as_judge *judge, struct as_chainer *chainer,
                       uint32_t row, struct moment *moment)
{
    struct moment *place;

    for (uint32_t i = 0; i + 1 < chainer->step_count; i++) {
        if (moment->has & chainer->gaps[i])
            add_time(judge, &chainer->work->absences[i], moment->time);
    }
    if (moment->has & MASK_UNTIL)
        add_time(judge, &chainer->work->breaks, moment->time);
    if (chainer->waits &&
        moment->has & (chainer->gaps[chainer->step_count - 1] | MASK_UNTIL))
        add_time(judge, &chainer->work->ends, moment->time);
    add_candidates(judge, chainer, row, moment);
    if (moment->count == 0)
        return;
    place = as_pages_add(&chainer->work->moments);
    judge->failed |= !place;
    if (place)
        *place = *moment;
}

/* All moments of a row, and the times of what must not be. */
static void cut_moments(struct as_judge *judge, struct as_chainer *chainer,
                        uint32_t row)
{
    uint32_t count = chainer->table.rows[row].count, p = 0;

    while (p < count && !judge->failed) {
        struct moment moment = { .time = entry_at(chainer, row, p)->time,
                                 .low = p };

        for (; p < count && entry_at(chainer, row, p)->time == moment.time; p++)
            moment.has |= entry_at(chainer, row, p)->contribution;
        moment.high = p;
        add_moment(judge, chainer, row, &moment);
    }
}

/* ---- steps within a moment -------------------------------------------- */

/* Steps shared out to events of a moment. */
struct match {
    const struct as_chainer *chainer;
    uint32_t row, count;
    uint32_t avoid; /* the position of an event that is taken */
    uint32_t positions[MOST_CANDIDATES];
    int8_t owner[MOST_CANDIDATES]; /* the step, or -1 */
    bool tried[MOST_CANDIDATES];
    struct {
        uint32_t from, to; /* candidates that the step may take */
    } range[AS_MAX_PHASES];
};

static void match_clear(struct match *match)
{
    memset(match->owner, -1, match->count);
}

static void match_start(struct match *match, const struct as_chainer *chainer,
                        uint32_t row, const struct moment *moment,
                        uint32_t avoid)
{
    match->chainer = chainer;
    match->row = row;
    match->count = moment->count;
    match->avoid = avoid;
    for (uint32_t c = 0; c < moment->count; c++)
        match->positions[c] = *(uint32_t *)as_pages_at(
            &chainer->work->candidates, moment->first + c);
    for (uint32_t i = 0; i < AS_MAX_PHASES; i++) {
        match->range[i].from = 0;
        match->range[i].to = moment->count;
    }
    match_clear(match);
}

static bool fits(const struct match *match, uint32_t step, uint32_t candidate)
{
    uint32_t position = match->positions[candidate];
    const struct as_entry *entry = entry_at(match->chainer, match->row,
                                            position);

    return position != match->avoid &&
           entry->contribution >> match->chainer->bits[step] & 1;
}

/* Find the step an event; those that have one may get another.  No deeper
 * than there are steps. */
static bool augment(struct match *match, uint32_t step)
{
    for (uint32_t c = match->range[step].from; c < match->range[step].to; c++) {
        if (match->tried[c] || !fits(match, step, c))
            continue;
        match->tried[c] = true;
        if (match->owner[c] < 0 || augment(match, (uint32_t)match->owner[c])) {
            match->owner[c] = (int8_t)step;
            return true;
        }
    }
    return false;
}

static bool match_add(struct match *match, uint32_t step)
{
    memset(match->tried, 0, match->count * sizeof(match->tried[0]));
    return augment(match, step);
}

static bool match_all(struct match *match, uint32_t from, uint32_t to)
{
    match_clear(match);
    for (uint32_t i = from; i < to; i++) {
        if (!match_add(match, i))
            return false;
    }
    return true;
}

/* ---- layers ----------------------------------------------------------- */

/* The latest moment before `time` at which step j can have been taken by a
 * chain that started by `most`, with nothing between that must not be. */
static const struct node *latest(const struct as_chainer *chainer, uint32_t j,
                                 int64_t time, int64_t most)
{
    const struct as_pages *layer = &chainer->work->layers[j];
    uint32_t low = 0, high = below(layer, time);
    const struct node *node;

    if (most == INT64_MAX)
        low = high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        node = as_pages_at(layer, middle);
        if (node->least <= most)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    node = as_pages_at(layer, low - 1);
    return node->time >= last_before(&chainer->work->absences[j], time) ? node
                                                                        : NULL;
}

/* The earliest start of a chain that has taken step j before `time`; there is
 * such a chain. */
static int64_t least_before(const struct as_chainer *chainer, uint32_t j,
                            int64_t time)
{
    const struct as_pages *layer = &chainer->work->layers[j];
    int64_t since = last_before(&chainer->work->absences[j], time);
    const struct node *node = as_pages_at(layer, below(layer, since));

    return node->least;
}

/* Put the moment into layer j if steps up to j can have been taken there. */
static void add_node(struct as_judge *judge, struct as_chainer *chainer,
                     uint32_t row, uint32_t number, uint32_t j)
{
    const struct moment *moment = as_pages_at(&chainer->work->moments, number);
    struct node node = { moment->time, INT64_MAX, number }, *place;
    struct match match;
    bool any = false;

    match_start(&match, chainer, row, moment, UINT32_MAX);
    for (uint32_t i = j + 1; i-- > 0 && match_add(&match, i);) {
        int64_t least = moment->time;

        if (i > 0 && !latest(chainer, i - 1, moment->time, INT64_MAX))
            continue;
        if (i > 0)
            least = least_before(chainer, i - 1, moment->time);
        node.least = least < node.least ? least : node.least;
        any = true;
    }
    if (!any)
        return;
    place = as_pages_add(&chainer->work->layers[j]);
    judge->failed |= !place;
    if (place)
        *place = node;
}

/* ---- chains ----------------------------------------------------------- */

/* The moment of each step of a chain, and its events. */
struct chain {
    uint32_t moments[AS_MAX_PHASES];
    uint32_t events[AS_MAX_PHASES];
    int64_t start, end;
};

/* From step j, which is taken at a moment, backwards: how many steps back to
 * the first that is taken there too, in the latest chain.  *below is where the
 * step before that is taken.  AS_NO_ROW: there is no chain. */
static uint32_t back(const struct as_chainer *chainer, struct match *match,
                     uint32_t j, int64_t time, int64_t most,
                     const struct node **under)
{
    uint32_t found = AS_NO_ROW;

    for (uint32_t i = j + 1; i-- > 0;) {
        const struct node *node = NULL;

        /* The event that completes is not a part of the matching. */
        if ((match->avoid == UINT32_MAX || i < j) && !match_add(match, i))
            break;
        if (i > 0)
            node = latest(chainer, i - 1, time, most);
        if (i > 0 ? !node : time > most)
            continue;
        found = i;
        *under = node;
    }
    return found;
}

/* The latest chain that started by `most` and that the event at `position`
 * of a moment completes. */
static bool trace(const struct as_chainer *chainer, uint32_t row,
                  uint32_t number, uint32_t position, int64_t most,
                  struct chain *chain)
{
    const struct moment *moment = as_pages_at(&chainer->work->moments, number);
    uint32_t j = chainer->step_count - 1, avoid = position;
    struct match match;

    chain->end = moment->time;
    for (;;) {
        const struct node *under = NULL;
        uint32_t i;

        match_start(&match, chainer, row, moment, avoid);
        i = back(chainer, &match, j, moment->time, most, &under);
        if (i == AS_NO_ROW)
            return false;
        for (uint32_t k = i; k <= j; k++)
            chain->moments[k] = number;
        if (i == 0)
            break;
        j = i - 1;
        number = under->moment;
        moment = as_pages_at(&chainer->work->moments, number);
        avoid = UINT32_MAX;
    }
    chain->start = moment->time;
    return true;
}

static bool same_id(const struct as_hold *hold, uint32_t a, uint32_t b)
{
    struct as_hold_room room, other;

    return a == b || as_text_equal(as_hold_id(hold, a, &room),
                                   as_hold_id(hold, b, &other));
}

/* Behind the candidates that have the id of candidate `from`. */
static uint32_t id_end(const struct as_judge *judge, const struct match *match,
                       uint32_t from)
{
    uint32_t event =
        entry_at(match->chainer, match->row, match->positions[from])->event;
    uint32_t c = from + 1;

    while (
        c < match->count &&
        same_id(
            judge->hold, event,
            entry_at(match->chainer, match->row, match->positions[c])->event))
        c++;
    return c;
}

/* Steps from <= k < to are taken at one moment: of all ways to share them out
 * the one whose first event is the last by id, then the second, and so on. */
static void choose(const struct as_judge *judge, struct match *match,
                   uint32_t from, uint32_t to, struct chain *chain)
{
    for (uint32_t k = from; k < to; k++) {
        for (uint32_t c = 0; c < match->count; c = match->range[k].to) {
            match->range[k].from = c;
            match->range[k].to = id_end(judge, match, c);
            if (match_all(match, from, to))
                break;
        }
    }
    for (uint32_t c = 0; c < match->count; c++) {
        if (match->owner[c] >= 0)
            chain->events[match->owner[c]] = entry_at(match->chainer,
                                                      match->row,
                                                      match->positions[c])
                                                 ->event;
    }
}

/* The events of a chain whose moments are known. */
static void choose_all(const struct as_judge *judge,
                       const struct as_chainer *chainer, uint32_t row,
                       uint32_t position, struct chain *chain)
{
    uint32_t last = chainer->step_count - 1, to;
    struct match match;

    chain->events[last] = entry_at(chainer, row, position)->event;
    for (uint32_t from = 0; from < last; from = to) {
        const struct moment *moment = as_pages_at(&chainer->work->moments,
                                                  chain->moments[from]);
        bool ends = chain->moments[from] == chain->moments[last];

        for (to = from + 1;
             to < last && chain->moments[to] == chain->moments[from]; to++)
            continue;
        match_start(&match, chainer, row, moment, ends ? position : UINT32_MAX);
        choose(judge, &match, from, to, chain);
    }
}

/* ---- alerts ----------------------------------------------------------- */

static void find(struct as_judge *judge, struct as_chainer *chainer,
                 uint32_t rule, uint32_t row, const struct chain *chain)
{
    const struct as_row_rule *of = &judge->pack->rule[rule];
    struct as_row_view view = { &chainer->table, row, 0,
                                chainer->table.rows[row].count };
    struct as_value *outcomes = chainer->values + of->key_count;
    struct as_value *by = outcomes + of->outcome_count;
    struct as_finding finding = {
        .rule = rule,
        .time = chain->end,
        .event = chain->events[chainer->step_count - 1],
        .outcomes = outcomes,
        .suppress_by = by,
        .keys = chainer->values,
        .chain = chain->events,
        .chain_count = chainer->step_count,
        .window_start = chain->start,
        .window_end = chain->end,
    };

    if (chainer->waits)
        finding.time = chain->start + chainer->span_ms;
    judge->stats->rules[rule].required++;
    for (uint32_t i = 0; i < of->key_count; i++)
        chainer->values[i] = as_row_view_value(&view, i);
    as_judge_bind(judge, finding.event);
    for (uint32_t i = 0; i < of->outcome_count; i++)
        outcomes[i] = as_vm_run(&judge->vm,
                                judge->pack->outcome[of->outcomes + i].value);
    as_judge_arguments(judge, of->suppress_by, of->suppress_by_count, by);
    judge->failed |= judge->vm.failed || chainer->table.failed;
    if (!judge->failed)
        as_alerts_add(judge->alerts, &finding);
    judge->failed |= judge->alerts->failed;
}

/* The latest start that an absence at the end allows, and what breaks a chain
 * behind it. */
static int64_t most_start(const struct as_chainer *chainer, int64_t end)
{
    uint32_t next = below(&chainer->work->ends, end + 1);

    return next < chainer->work->ends.count
             ? time_of(&chainer->work->ends, next) - chainer->span_ms - 1
             : INT64_MAX;
}

static bool in_time(const struct as_chainer *chainer, const struct chain *chain)
{
    int64_t end = chainer->waits ? chain->end + 1 : chain->end;

    return chain->end - chain->start <= chainer->span_ms &&
           chain->start >= last_before(&chainer->work->breaks, end);
}

static void complete(struct as_judge *judge, struct as_chainer *chainer,
                     uint32_t rule, uint32_t row, uint32_t number)
{
    const struct moment *moment = as_pages_at(&chainer->work->moments, number);
    uint32_t bit = chainer->bits[chainer->step_count - 1];
    int64_t most = most_start(chainer, moment->time);

    for (uint32_t p = moment->low; p < moment->high && !judge->failed; p++) {
        struct as_entry *entry = entry_at(chainer, row, p);
        struct chain chain;

        if (!(entry->contribution >> bit & 1) ||
            entry->contribution & MASK_JUDGED)
            continue;
        entry->contribution |= MASK_JUDGED;
        if (!trace(chainer, row, number, p, most, &chain) ||
            !in_time(chainer, &chain))
            continue;
        choose_all(judge, chainer, row, p, &chain);
        find(judge, chainer, rule, row, &chain);
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

/* One key: no chain that ends behind `until` is looked at yet. */
static void judge_row(struct as_judge *judge, struct as_chainer *chainer,
                      uint32_t rule, uint32_t row, int64_t until)
{
    struct as_event_order order = { compare, same, judge->hold };
    uint32_t last = chainer->step_count - 1;

    as_table_sort(&chainer->table, row, 0, &order);
    reset_work(chainer->work);
    cut_moments(judge, chainer, row);
    for (uint32_t n = 0; n < chainer->work->moments.count && !judge->failed;
         n++) {
        const struct moment *moment = as_pages_at(&chainer->work->moments, n);

        if (moment->time > until)
            break;
        for (uint32_t j = 0; j < last && !judge->failed; j++) {
            if (moment->has >> chainer->bits[j] & 1)
                add_node(judge, chainer, row, n, j);
        }
        if (moment->has >> chainer->bits[last] & 1)
            complete(judge, chainer, rule, row, n);
    }
}

static void settle(struct as_judge *judge, void *state, uint32_t rule,
                   int64_t until)
{
    struct as_chainer *chainer = state;

    /* What must not follow may come up to maxspan behind the first event. */
    if (chainer->waits && until < INT64_MAX)
        until = until < INT64_MIN + chainer->span_ms ? INT64_MIN
                                                     : until - chainer->span_ms;
    chainer->work = new_work();
    if (!chainer->work) {
        judge->failed = true;
        return;
    }
    for (uint32_t row = 0; row < chainer->table.by_key.count && !judge->failed;
         row++)
        judge_row(judge, chainer, rule, row, until);
    free_work(chainer->work);
    chainer->work = NULL;
}

const struct as_shape_calls as_chain_calls = {
    .size = sizeof(struct as_chainer),
    .init = init,
    .done = done,
    .bytes = bytes_of,
    .take = take,
    .again = again,
    .settle = settle,
};
