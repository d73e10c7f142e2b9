/*
 * plan.c - see plan.h.
 *
 * A verdict at time t may depend on a baseline's contributions up to
 * t + plus, whose conditions may read other baselines in their turn.  The lag
 * of an operator is the sum of that: when the watermark has passed t + lag,
 * all that a verdict at t depends on is known.
 *
 * Both questions, who is needed and how long to wait, follow the same edges:
 * from an operator to its programs, from a program to the programs and
 * baselines that it reads.  visit_operator and visit_program walk them; the
 * answers are found by going round until nothing changes, which takes few
 * rounds, since what is read stands before its readers.
 */

#include "runtime/plan.h"

#include <stdlib.h>

struct planner {
    const struct as_pack *pack;
    const struct as_table *tables;
    struct as_plan *plan;
    bool *programs_needed;
    int64_t *program_lags;
    bool changed;
};

/* Where an edge starts: what is known of the reader. */
struct reader {
    bool *needed;
    int64_t *lag;
};

static void need(struct planner *planner, bool *needed)
{
    planner->changed |= !*needed;
    *needed = true;
}

static void wait_for(struct planner *planner, struct reader reader, int64_t lag)
{
    if (lag > *reader.lag) {
        *reader.lag = lag;
        planner->changed = true;
    }
}

/* ---- edges ------------------------------------------------------------ */

static void to_program(struct planner *planner, struct reader reader,
                       uint32_t program)
{
    if (program == AS_NO_ROW)
        return;
    if (*reader.needed)
        need(planner, &planner->programs_needed[program]);
    wait_for(planner, reader, planner->program_lags[program]);
}

static void to_baseline(struct planner *planner, struct reader reader,
                        uint32_t baseline)
{
    const struct as_reach *reach = &planner->tables[baseline].reach;
    int64_t lag = planner->plan->lags_ms[baseline];

    if (*reader.needed)
        need(planner, &planner->plan->needed[baseline]);
    if (reach->whole || lag > INT64_MAX - reach->plus_ms)
        wait_for(planner, reader, INT64_MAX);
    else
        wait_for(planner, reader, lag + reach->plus_ms);
}

static void to_arguments(struct planner *planner, struct reader reader,
                         uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        to_program(planner, reader, planner->pack->argument[first + i].program);
}

static void to_probe(struct planner *planner, struct reader reader, uint32_t n)
{
    const struct as_row_probe *probe = &planner->pack->probe[n];

    to_baseline(planner, reader, probe->baseline);
    to_program(planner, reader, probe->filter);
    to_arguments(planner, reader, probe->keys, probe->key_count);
}

static void to_columns(struct planner *planner, struct reader reader,
                       uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct as_row_column *row = &planner->pack->column[first + i];

        to_program(planner, reader, row->each);
        to_program(planner, reader, row->value);
        to_program(planner, reader, row->filter);
    }
}

/* ---- nodes ------------------------------------------------------------ */

static void visit_program(struct planner *planner, uint32_t n)
{
    const struct as_pack *pack = planner->pack;
    const struct as_row_program *row = &pack->program[n];
    struct reader reader = { &planner->programs_needed[n],
                             &planner->program_lags[n] };

    for (uint32_t i = 0; i < row->code_length; i++) {
        const struct as_insn *insn = &pack->insn[row->code + i];

        if (insn->op == AS_OP_IN_BASELINE)
            to_baseline(planner, reader, pack->member[insn->c].baseline);
        else if (insn->op == AS_OP_PROBE)
            to_probe(planner, reader, insn->c);
        else if (insn->op == AS_OP_LOOP)
            to_program(planner, reader, pack->loop[insn->c].body);
    }
}

static void visit_baseline(struct planner *planner, uint32_t n)
{
    const struct as_row_baseline *row = &planner->pack->baseline[n];
    struct reader reader = { &planner->plan->needed[n],
                             &planner->plan->lags_ms[n] };

    to_program(planner, reader, row->where);
    to_program(planner, reader, row->each);
    to_columns(planner, reader, row->keys, row->key_count);
    to_columns(planner, reader, row->columns, row->column_count);
}

static void visit_rule(struct planner *planner, uint32_t n)
{
    const struct as_pack *pack = planner->pack;
    const struct as_row_rule *row = &pack->rule[n];
    uint32_t at = pack->baseline_count + n;
    struct reader reader = { &planner->plan->needed[at],
                             &planner->plan->lags_ms[at] };

    to_program(planner, reader, row->where);
    to_program(planner, reader, row->each);
    to_program(planner, reader, row->require);
    to_program(planner, reader, row->having);
    to_program(planner, reader, row->until);
    for (uint32_t i = 0; i < row->phase_count; i++)
        to_program(planner, reader, pack->phase[row->phases + i].where);
    to_columns(planner, reader, row->keys, row->key_count);
    to_columns(planner, reader, row->aggs, row->agg_count);
    to_arguments(planner, reader, row->suppress_by, row->suppress_by_count);
    for (uint32_t i = 0; i < row->join_count; i++) {
        to_probe(planner, reader, pack->join[row->joins + i].probe);
        to_program(planner, reader, pack->join[row->joins + i].after);
    }
    for (uint32_t i = 0; i < row->exclude_count; i++)
        to_program(planner, reader, pack->exclude[row->excludes + i].when);
    for (uint32_t i = 0; i < row->outcome_count; i++)
        to_program(planner, reader, pack->outcome[row->outcomes + i].value);
}

bool as_plan_init(struct as_plan *plan, const struct as_pack *pack,
                  const struct as_table *tables, const bool *off)
{
    size_t count = (size_t)pack->baseline_count + pack->rule_count + 1;
    struct planner planner = { .pack = pack, .tables = tables, .plan = plan };
    bool good;

    plan->needed = calloc(count, sizeof(*plan->needed));
    plan->lags_ms = calloc(count, sizeof(*plan->lags_ms));
    planner.programs_needed = calloc((size_t)pack->program_count + 1,
                                     sizeof(bool));
    planner.program_lags = calloc((size_t)pack->program_count + 1,
                                  sizeof(int64_t));
    good = plan->needed && plan->lags_ms && planner.programs_needed &&
           planner.program_lags;
    for (uint32_t i = 0; good && i < pack->rule_count; i++)
        plan->needed[pack->baseline_count + i] = !(off && off[i]);
    planner.changed = good;
    for (int round = 0; planner.changed && round < AS_MAX_ROUNDS; round++) {
        planner.changed = false;
        for (uint32_t i = 0; i < pack->program_count; i++)
            visit_program(&planner, i);
        for (uint32_t i = 0; i < pack->baseline_count; i++)
            visit_baseline(&planner, i);
        for (uint32_t i = 0; i < pack->rule_count; i++)
            visit_rule(&planner, i);
    }
    /* Deeper than anybody writes: need all of it, and judge at the end. */
    for (size_t i = 0; planner.changed && i < pack->baseline_count; i++)
        plan->needed[i] = true;
    for (size_t i = 0; planner.changed && i + 1 < count; i++)
        plan->lags_ms[i] = INT64_MAX;
    free(planner.programs_needed);
    free(planner.program_lags);
    return good;
}

void as_plan_done(struct as_plan *plan)
{
    free(plan->needed);
    free(plan->lags_ms);
}
