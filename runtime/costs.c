/*
 * costs.c - see costs.h.
 *
 * What rules share (reading, the sieve, keeping events) has its own lines and
 * is not divided among them: an event that three rules want is kept once.
 */

#include "runtime/costs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/escape.h"

/* What a baseline or a rule has cost. */
struct cost {
    struct as_text name;
    uint64_t time_ns, asked, let_go, judged, matched, excluded, alerts, bytes;
    uint32_t n; /* baselines, then rules */
    bool is_rule;
};

/* What all share. */
enum shared { READING, SIEVE, KEEPING, GATHERING, REPORTING, SHARED };

struct costs {
    const struct as_engine *engine;
    const struct as_reader_stats *input;
    uint64_t shared_ns[SHARED];
    uint64_t cpu_ns, wall_ns;
    struct cost *items; /* owned; what costs most first */
    uint32_t count;
};

static const char *const shared_names[SHARED] = {
    "reading", "sieve", "keeping", "gathering", "reporting",
};

/* ---- reckoning -------------------------------------------------------- */

static uint64_t less(uint64_t from, uint64_t take)
{
    return from > take ? from - take : 0;
}

static size_t rule_bytes(const struct as_engine *engine, uint32_t rule)
{
    const struct as_operator *operator= &
        engine->operators[engine->pack->baseline_count + rule];
    const struct as_blind *blind = &engine->stats.rules[rule].blind;
    size_t bytes = as_pages_bytes(&operator->quiet) +
                   as_pages_bytes(&blind->keys) +
                   blind->index_size * sizeof(*blind->index);

    return operator->state ? bytes + operator->calls->bytes(operator->state)
                           : bytes;
}

static void reckon_baseline(struct cost *cost, const struct as_engine *engine)
{
    const struct as_row_baseline *row = &engine->pack->baseline[cost->n];

    cost->name = as_pack_text(engine->pack, row->name);
    cost->matched = engine->stats.baseline_events[cost->n];
    cost->bytes += as_table_bytes(&engine->tables[cost->n]) +
                   as_table_bytes(&engine->early[cost->n]);
}

static void reckon_rule(struct cost *cost, const struct as_engine *engine,
                        uint32_t rule)
{
    const struct as_row_rule *row = &engine->pack->rule[rule];
    const struct as_rule_stats *stats = &engine->stats.rules[rule];

    cost->is_rule = true;
    cost->name = as_pack_text(engine->pack, row->name);
    cost->let_go = stats->let_go;
    cost->matched = stats->matched;
    cost->alerts = stats->alerts;
    for (uint32_t i = 0; i < row->exclude_count; i++)
        cost->excluded += stats->excluded[i];
    cost->bytes += rule_bytes(engine, rule);
}

static struct cost cost_of(const struct as_engine *engine, uint32_t n)
{
    const struct as_turns *turns = &engine->profile->turns[n];
    struct cost cost = { .time_ns = turns->time_ns,
                         .asked = engine->sieve.asked[n],
                         .judged = turns->judged,
                         .bytes = turns->bytes,
                         .n = n };

    if (n < engine->pack->baseline_count)
        reckon_baseline(&cost, engine);
    else
        reckon_rule(&cost, engine, n - engine->pack->baseline_count);
    return cost;
}

static int by_time(const void *a, const void *b)
{
    const struct cost *x = a, *y = b;

    if (x->time_ns != y->time_ns)
        return x->time_ns > y->time_ns ? -1 : 1;
    return x->n < y->n ? -1 : 1;
}

static bool reckon(struct costs *costs)
{
    const struct as_engine *engine = costs->engine;
    const struct as_profile *profile = engine->profile;
    uint64_t *shared = costs->shared_ns, turns = 0;

    costs->items = malloc((profile->operator_count + (size_t)1) *
                          sizeof(*costs->items));
    if (!costs->items)
        return false;
    for (uint32_t n = 0; n < profile->operator_count; n++) {
        if (engine->plan.needed[n])
            costs->items[costs->count++] = cost_of(engine, n);
        turns += profile->turns[n].time_ns;
    }
    qsort(costs->items, costs->count, sizeof(*costs->items), by_time);
    shared[SIEVE] = as_profile_all(profile, profile->sieve_ns);
    shared[KEEPING] = as_profile_all(profile, profile->keep_ns);
    shared[READING] = less(profile->spells[AS_STAGE_FEED].cpu_ns,
                           shared[SIEVE] + shared[KEEPING]);
    shared[GATHERING] = profile->spells[AS_STAGE_GATHER].cpu_ns;
    shared[REPORTING] = less(profile->spells[AS_STAGE_JUDGE].cpu_ns, turns);
    costs->cpu_ns = turns;
    for (int i = 0; i < SHARED; i++)
        costs->cpu_ns += shared[i];
    for (int i = 0; i < AS_STAGES; i++)
        costs->wall_ns += profile->spells[i].wall_ns;
    return true;
}

/* Of a thousand. */
static unsigned share(const struct costs *costs, uint64_t time_ns)
{
    if (costs->cpu_ns == 0)
        return 0;
    return (unsigned)((double)time_ns * 1000 / (double)costs->cpu_ns + 0.5);
}

static uint64_t a_second(uint64_t count, uint64_t time_ns)
{
    if (time_ns == 0)
        return 0;
    return (uint64_t)((double)count * 1e9 / (double)time_ns);
}

/* ---- for people ------------------------------------------------------- */

/* A number and its unit, each unit a thousand of the one before, right-aligned
 * in `width` columns.  What is below `exact` is given as it is. */
static void amount(struct as_buf *out, int width, uint64_t value,
                   const char *const *units, uint64_t exact)
{
    uint64_t unit = 1;
    char text[64];

    while (value >= exact && value / unit >= 1000 && units[1]) {
        unit *= 1000;
        units++;
    }
    if (unit == 1)
        snprintf(text, sizeof(text), "%" PRIu64 "%s", value, units[0]);
    else
        snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64 "%s", value / unit,
                 value % unit / (unit / 10), units[0]);
    as_buf_printf(out, "%*s", width, text);
}

static void duration(struct as_buf *out, int width, uint64_t time_ns)
{
    static const char *const units[] = { " ns", " us", " ms", " s", NULL };

    amount(out, width, time_ns, units, 1000);
}

static void size(struct as_buf *out, int width, uint64_t bytes)
{
    static const char *const units[] = { " B", " kB", " MB", " GB", NULL };

    amount(out, width, bytes, units, 1000);
}

static void count(struct as_buf *out, int width, uint64_t value)
{
    static const char *const units[] = { "", "k", "M", "G", NULL };

    amount(out, width, value, units, 100000);
}

static void time_columns(struct as_buf *out, const struct costs *costs,
                         uint64_t time_ns)
{
    unsigned thousandths = share(costs, time_ns);

    duration(out, 9, time_ns);
    as_buf_printf(out, " %3u.%u%%", thousandths / 10, thousandths % 10);
}

static void shared_line(struct as_buf *out, const struct costs *costs, int n)
{
    time_columns(out, costs, costs->shared_ns[n]);
    as_buf_printf(out, "%*s", 42, "");
    if (n == KEEPING)
        size(out, 9, as_hold_bytes(&costs->engine->hold));
    else
        as_buf_printf(out, "%9s", "");
    as_buf_printf(out, "  %s\n", shared_names[n]);
}

static void item_line(struct as_buf *out, const struct costs *costs,
                      const struct cost *cost)
{
    time_columns(out, costs, cost->time_ns);
    count(out, 7, cost->asked);
    if (cost->is_rule)
        count(out, 7, cost->let_go);
    else
        as_buf_printf(out, "%7s", "-");
    count(out, 7, cost->judged);
    count(out, 7, cost->matched);
    if (cost->is_rule) {
        count(out, 7, cost->excluded);
        count(out, 7, cost->alerts);
    } else {
        as_buf_printf(out, "%7s%7s", "-", "-");
    }
    size(out, 9, cost->bytes);
    as_buf_puts(out, cost->is_rule ? "  rule " : "  baseline ");
    as_escape_terminal(out, cost->name);
    as_buf_putc(out, '\n');
}

static void head_lines(struct as_buf *out, const struct costs *costs)
{
    const struct as_reader_stats *input = costs->input;

    as_buf_printf(out, "read %" PRIu64 " event%s, ", input->records_in,
                  input->records_in == 1 ? "" : "s");
    size(out, 0, input->bytes);
    as_buf_printf(out, ", from %" PRIu64 " file%s in ", input->files,
                  input->files == 1 ? "" : "s");
    duration(out, 0, costs->wall_ns);
    as_buf_puts(out, ": ");
    duration(out, 0, costs->cpu_ns);
    as_buf_puts(out, " of processor time, ");
    count(out, 0, a_second(input->records_in, costs->cpu_ns));
    as_buf_puts(out, " events and ");
    size(out, 0, a_second(input->bytes, costs->cpu_ns));
    as_buf_puts(out, " a second of it\n\n");
}

static void write_text(struct as_buf *out, const struct costs *costs)
{
    const struct as_profile *profile = costs->engine->profile;

    head_lines(out, costs);
    as_buf_printf(out, "%9s%7s%7s%7s%7s%7s%7s%7s%9s\n", "time", "share",
                  "asked", "let go", "judged", "match", "exclud", "alerts",
                  "state");
    for (int i = 0; i < SHARED; i++)
        shared_line(out, costs, i);
    for (uint32_t i = 0; i < costs->count; i++)
        item_line(out, costs, &costs->items[i]);
    as_buf_printf(out,
                  "\nreading, sieve and keeping: estimated from %" PRIu64
                  " of %" PRIu64 " events\n",
                  profile->timed, profile->events);
}

/* ---- JSON ------------------------------------------------------------- */

static void number(struct as_buf *out, const char *name, uint64_t value)
{
    as_buf_printf(out, ",\"%s\":%" PRIu64, name, value);
}

/* Not by way of a double: its point may be a comma, where the program that
 * called wants that. */
static void time_json(struct as_buf *out, const struct costs *costs,
                      uint64_t time_ns)
{
    unsigned thousandths = share(costs, time_ns);

    number(out, "time_ns", time_ns);
    as_buf_printf(out, ",\"share\":%u.%03u", thousandths / 1000,
                  thousandths % 1000);
}

static void item_json(struct as_buf *out, const struct costs *costs,
                      const struct cost *cost)
{
    as_buf_printf(
        out, "{\"kind\":\"%s\",\"name\":", cost->is_rule ? "rule" : "baseline");
    as_escape_json(out, cost->name);
    time_json(out, costs, cost->time_ns);
    number(out, "asked", cost->asked);
    if (cost->is_rule)
        number(out, "let_go", cost->let_go);
    number(out, "judged", cost->judged);
    number(out, "matched", cost->matched);
    if (cost->is_rule) {
        number(out, "excluded", cost->excluded);
        number(out, "alerts", cost->alerts);
    }
    number(out, "state_bytes", cost->bytes);
    as_buf_putc(out, '}');
}

static void write_json(struct as_buf *out, const struct costs *costs)
{
    const struct as_profile *profile = costs->engine->profile;

    as_buf_puts(out, "{\"schema\":\"astray.profile/1\"");
    number(out, "files", costs->input->files);
    number(out, "bytes", costs->input->bytes);
    number(out, "events", costs->input->records_in);
    number(out, "timed_events", profile->timed);
    number(out, "alerts", costs->engine->stats.alerts);
    number(out, "wall_ns", costs->wall_ns);
    number(out, "cpu_ns", costs->cpu_ns);
    as_buf_puts(out, ",\"shared\":[");
    for (int i = 0; i < SHARED; i++) {
        as_buf_printf(out, "%s{\"name\":\"%s\"", i > 0 ? "," : "",
                      shared_names[i]);
        time_json(out, costs, costs->shared_ns[i]);
        if (i == KEEPING)
            number(out, "state_bytes", as_hold_bytes(&costs->engine->hold));
        as_buf_putc(out, '}');
    }
    as_buf_puts(out, "],\"operators\":[");
    for (uint32_t i = 0; i < costs->count; i++) {
        if (i > 0)
            as_buf_putc(out, ',');
        item_json(out, costs, &costs->items[i]);
    }
    as_buf_puts(out, "]}");
}

bool as_costs_write(struct as_buf *out, const struct as_engine *engine,
                    const struct as_reader_stats *input, bool json)
{
    struct costs costs = { .engine = engine, .input = input };
    bool good = reckon(&costs);

    if (good && json)
        write_json(out, &costs);
    else if (good)
        write_text(out, &costs);
    free(costs.items);
    return good;
}
