/*
 * verdict.c - see verdict.h.
 *
 * The clauses are asked in the order in which the engine asks them, but all of
 * them: that `where` is false does not keep a reader from seeing whether there
 * was a row.
 */

#include "runtime/verdict.h"

#include <inttypes.h>

#include "common/time.h"

/* ---- joins --------------------------------------------------------------- */

/* What a walk over the joined rows has come to. */
struct joined {
    uint32_t found[AS_MAX_ALIASES]; /* rows with the key, by join */
    uint32_t shown[AS_MAX_ALIASES];
    uint32_t within, required; /* combinations */
    bool keyless;
    const char *missing;
    struct as_row_view rows[AS_MAX_ALIASES]; /* of the first alert */
};

static struct as_question question_of(const struct as_look *look,
                                      uint32_t depth)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_join *join =
        &pack->join[pack->rule[look->rule].joins + depth];
    struct as_insight_range range = as_look_range(look);
    struct as_question question = {
        .baseline = pack->probe[join->probe].baseline,
        .alias = depth,
    };

    question.name = as_look_keep(
        look->explainer,
        as_pack_text(pack, pack->baseline[question.baseline].name));
    question.first = as_look_root(look, range.first, range.end, AS_INSIGHT_ON,
                                  depth, false);
    question.end = question.first < range.end
                     ? as_look_part(look, question.first)->end
                     : question.first;
    return question;
}

/* after <= eventTime <= after + within */
static bool is_within(const struct as_look *look,
                      const struct as_row_join *join, struct as_note *above)
{
    const struct as_pack *pack = look->judge->pack;
    int64_t span = as_run_amount(look->judge->run, join->within_kind,
                                 join->within);
    int64_t time = look->judge->vm.time;
    struct as_explainer *explainer = look->explainer;
    struct as_value after;
    struct as_note *made;
    bool good;

    if (join->after == AS_NO_ROW)
        return true;
    after = as_look_run(look, join->after);
    good = !as_is_missing(&after) && after.integer <= time &&
           (span == INT64_MAX || time - span <= after.integer);
    if (!above)
        return good;
    as_buf_puts(&explainer->buf, "within ");
    as_duration_format(&explainer->buf, span);
    as_buf_puts(&explainer->buf, " after ");
    as_buf_text(&explainer->buf,
                as_pack_text(pack, pack->program[join->after].source));
    made = as_look_note(look, above, AS_NOTE_CONDITION,
                        as_look_keep_buf(explainer));
    if (!made)
        return good;
    made->truth = as_is_missing(&after) ? AS_TRUTH_UNKNOWN
                : good                  ? AS_TRUTH_TRUE
                                        : AS_TRUTH_FALSE;
    as_look_value(
        look,
        as_look_note(
            look, made, AS_NOTE_VALUE,
            as_look_keep(
                explainer,
                as_pack_text(pack, pack->program[join->after].source))),
        &after);
    if (!as_is_missing(&after))
        as_look_say(look, made, "the event comes %s %s that",
                    as_look_span(look, time < after.integer
                                           ? after.integer - time
                                           : time - after.integer),
                    time < after.integer ? "before" : "after");
    return good;
}

/* The rows that join `depth` and those behind it find. */
static void walk(const struct as_look *look, uint32_t depth,
                 struct joined *joined, struct as_note *above);

/* `require`, of the rows that are bound. */
static void look_require(const struct as_look *look, struct joined *joined,
                         struct as_note *above)
{
    const struct as_row_rule *row = &look->judge->pack->rule[look->rule];
    enum as_truth truth;
    struct as_note *made;

    joined->within++;
    if (row->require == AS_NO_ROW) {
        truth = AS_TRUTH_TRUE;
    } else {
        made = as_look_whole(look, above, "require", row->require, AS_NO_ROW,
                             &truth);
        if (truth == AS_TRUTH_UNKNOWN && made)
            joined->missing = made->missing;
        as_look_clause(look, AS_INSIGHT_REQUIRE, 0, true, made);
    }
    if (truth == AS_TRUTH_TRUE && joined->required++ == 0)
        memcpy(joined->rows, look->judge->vm.rows, sizeof(joined->rows));
}

static void walk_row(const struct as_look *look, uint32_t depth,
                     const struct as_question *question, struct joined *joined,
                     struct as_note *above)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_rule *row = &pack->rule[look->rule];
    struct as_note *shown = NULL;

    if (above && joined->shown[depth]++ < AS_LOOK_ROWS)
        shown = as_look_row(look, question, &look->judge->vm.rows[depth], true,
                            above);
    if (!is_within(look, &pack->join[row->joins + depth], shown)) {
        if (shown)
            shown->truth = AS_TRUTH_FALSE;
        return;
    }
    if (depth + 1 < row->join_count)
        walk(look, depth + 1, joined, shown);
    else
        look_require(look, joined, shown);
}

static void walk(const struct as_look *look, uint32_t depth,
                 struct joined *joined, struct as_note *above)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_rule *row = &pack->rule[look->rule];
    struct as_probe probe = {
        .row = pack->join[row->joins + depth].probe,
        .alias = depth,
    };
    struct as_question question = question_of(look, depth);
    struct as_explainer *explainer = look->explainer;
    struct as_note *made;
    uint32_t found = joined->found[depth];

    as_buf_puts(&explainer->buf, "join ");
    as_buf_puts(&explainer->buf, question.name);
    as_buf_puts(&explainer->buf, " as ");
    as_buf_text(&explainer->buf,
                as_pack_text(pack, pack->alias[row->aliases + depth].name));
    made = as_look_note(look, above, AS_NOTE_CLAUSE,
                        as_look_keep_buf(explainer));
    if (!above)
        as_look_tally(look, &question);
    while (!look->judge->failed && as_vm_probe(&look->judge->vm, &probe)) {
        joined->found[depth]++;
        walk_row(look, depth, &question, joined, made);
    }
    joined->keyless |= depth == 0 && probe.keyless;
    if (!made)
        return;
    made->truth = joined->found[depth] > found ? AS_TRUTH_TRUE
                : probe.unknown                ? AS_TRUTH_UNKNOWN
                                               : AS_TRUTH_FALSE;
    if (joined->found[depth] > found + AS_LOOK_ROWS)
        as_look_say(look, made,
                    "%" PRIu32 " rows have the key; the others are not shown",
                    joined->found[depth] - found);
    if (joined->found[depth] == found && explainer->insights)
        as_look_near(look, &question, made);
}

/* ---- exclusions ---------------------------------------------------------- */

/* The exclusion that holds, from 1, or 0.  `rows`: joined rows are bound. */
static uint32_t look_excludes(const struct as_look *look, bool rows,
                              struct as_note *above)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_rule *rule = &pack->rule[look->rule];
    struct as_explainer *explainer = look->explainer;
    int64_t time = as_hold_time(look->judge->hold, look->event);
    uint32_t first = 0;

    for (uint32_t i = 0; i < rule->exclude_count; i++) {
        const struct as_row_exclude *row = &pack->exclude[rule->excludes + i];
        bool over = row->expires &&
                    time >= as_pack_integer(row->low, row->high);
        bool bound = rows || pack->program[row->when].alias_count == 0;
        enum as_truth truth = AS_TRUTH_FALSE;
        struct as_note *made;

        as_buf_puts(&explainer->buf, "exclude ");
        as_buf_text(&explainer->buf, as_pack_text(pack, row->name));
        if (pack->text[row->reason].length > 0) {
            as_buf_puts(&explainer->buf, ": ");
            as_buf_text(&explainer->buf, as_pack_text(pack, row->reason));
        }
        if (over || !bound) {
            made = as_look_note(look, above, AS_NOTE_CLAUSE,
                                as_look_keep_buf(explainer));
            as_look_say(look, made,
                        over ? "it has expired"
                             : "no rows were joined to ask it of");
            continue;
        }
        made = as_look_whole(look, above, as_look_keep_buf(explainer),
                             row->when, AS_NO_ROW, &truth);
        as_look_clause(look, AS_INSIGHT_EXCLUDE, i, false, made);
        if (truth == AS_TRUTH_TRUE && first == 0)
            first = i + 1;
    }
    return first;
}

/* ---- one event ----------------------------------------------------------- */

static const char *key_word(uint32_t shape)
{
    switch ((enum as_shape)shape) {
    case AS_SHAPE_NEW_TERMS:
        return "new_terms by";
    case AS_SHAPE_SEQUENCE:
        return "sequence by";
    case AS_SHAPE_PLAIN:
    case AS_SHAPE_JOIN:
    case AS_SHAPE_GROUP:
        break;
    }
    return "group by";
}

/* Can the event, which is bound, complete a chain? */
static bool is_last_step(const struct as_look *look)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_rule *row = &pack->rule[look->rule];
    uint32_t last = row->phase_count;
    struct as_value value;

    while (last > 0 && pack->phase[row->phases + last - 1].absent)
        last--;
    if (last == 0)
        return true;
    value = as_look_run(look, pack->phase[row->phases + last - 1].where);
    return as_look_truth(&value) == AS_TRUTH_TRUE;
}

/* Which steps of a sequence the event can be. */
static void look_steps(const struct as_look *look, struct as_note *above)
{
    struct as_insight_range range = as_look_range(look);

    for (uint32_t n = range.first; n < range.end;
         n = as_look_part(look, n)->end) {
        const struct as_insight *part = as_look_part(look, n);
        struct as_explainer *explainer = look->explainer;
        struct as_note *made;

        if (part->clause != AS_INSIGHT_STEP && part->clause != AS_INSIGHT_UNTIL)
            continue;
        if (part->clause == AS_INSIGHT_STEP)
            as_buf_printf(&explainer->buf, "step %" PRIu32, part->number + 1);
        else
            as_buf_puts(&explainer->buf, "until");
        made = as_look_note(look, above, AS_NOTE_CLAUSE,
                            as_look_keep_buf(explainer));
        as_look_at(look, n, made);
        if (made && made->kids)
            made->truth = made->kids->truth;
    }
}

/* Keys of a group; false: one is missing or empty. */
static bool look_keys(const struct as_look *look, struct as_note *above)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_rule *rule = &pack->rule[look->rule];
    struct as_note *made = as_look_note(look, above, AS_NOTE_CLAUSE,
                                        key_word(rule->shape));
    bool good = true;

    for (uint32_t i = 0; i < rule->key_count; i++) {
        const struct as_row_column *column = &pack->column[rule->keys + i];
        struct as_value value = as_look_run(look, column->value);
        struct as_note *key = as_look_note(
            look, made, AS_NOTE_VALUE,
            as_look_keep(look->explainer, as_pack_text(pack, column->source)));

        good &= !as_is_missing(&value) && !as_is_empty(&value);
        as_look_value(look, key, &value);
        as_look_missing(look, key, &value);
    }
    if (made)
        made->truth = good ? AS_TRUTH_TRUE : AS_TRUTH_UNKNOWN;
    return good;
}

/* Conditions within aggregates: does this event count? */
static void look_counted(const struct as_look *look, struct as_note *above)
{
    struct as_insight_range range = as_look_range(look);
    struct as_note *made = NULL;
    uint32_t n = range.first;

    while (n < range.end) {
        const struct as_insight *part = as_look_part(look, n);

        if (part->clause != AS_INSIGHT_HAVING || !part->of_event) {
            n++;
            continue;
        }
        if (!part->is_condition) { /* the value that is gathered */
            n = part->end;
            continue;
        }
        if (above && !made)
            made = as_look_note(look, above, AS_NOTE_CLAUSE,
                                "what `having` gathers");
        as_look_at(look, n, made);
        n = part->end;
    }
}

static const char *join_verdict(const struct as_look *look,
                                const struct joined *joined)
{
    const struct as_row_rule *row = &look->judge->pack->rule[look->rule];

    if (joined->required > 0)
        return NULL;
    if (row->join_count > 0 && joined->keyless && joined->found[0] == 0)
        return "a part of the key is missing or empty, so that no row has it";
    if (row->join_count > 0 && joined->within == 0)
        return joined->found[row->join_count - 1] > 0
                 ? "the row with its key is not `within` the time"
                 : "no row has its key";
    return joined->missing ? "`require` is unknown" : "`require` is not true";
}

static const char *excluded_verdict(const struct as_look *look,
                                    uint32_t excluded)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_exclude *row =
        &pack->exclude[pack->rule[look->rule].excludes + excluded - 1];
    struct as_buf *buf = &look->explainer->buf;

    as_buf_puts(buf, "excluded by `");
    as_buf_text(buf, as_pack_text(pack, row->name));
    as_buf_puts(buf, "`: ");
    as_buf_text(buf, as_pack_text(pack, row->reason));
    return as_look_keep_buf(look->explainer);
}

/* What `suppress` goes by; whether it held the alert back shows in the end. */
static void look_suppress(const struct as_look *look, struct as_note *above)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_rule *row = &pack->rule[look->rule];
    struct as_note *made;

    if (row->suppress_by_count == 0 || !above)
        return;
    as_buf_puts(&look->explainer->buf, "suppress for ");
    as_duration_format(
        &look->explainer->buf,
        as_run_amount(look->judge->run, row->suppress_kind, row->suppress));
    as_buf_puts(&look->explainer->buf, ", by");
    made = as_look_note(look, above, AS_NOTE_CLAUSE,
                        as_look_keep_buf(look->explainer));
    for (uint32_t i = 0; i < row->suppress_by_count && made; i++) {
        uint32_t program = pack->argument[row->suppress_by + i].program;
        struct as_value value = as_look_run(look, program);

        as_look_value(
            look,
            as_look_note(
                look, made, AS_NOTE_VALUE,
                as_look_keep(
                    look->explainer,
                    as_pack_text(pack, pack->program[program].source))),
            &value);
    }
}

/* A rule of one event at a time; NULL: an alert. */
static const char *look_join(const struct as_look *look, struct as_note *above)
{
    const struct as_row_rule *row = &look->judge->pack->rule[look->rule];
    struct joined joined = { .within = 0 };
    uint32_t excluded;

    if (row->join_count > 0)
        walk(look, 0, &joined, above);
    else
        look_require(look, &joined, above);
    if (joined.required > 0)
        memcpy(look->judge->vm.rows, joined.rows, sizeof(joined.rows));
    excluded = look_excludes(look, joined.required > 0, above);
    if (joined.required > 0 && excluded > 0)
        return excluded_verdict(look, excluded);
    if (joined.required > 0 && row->agg_count == 0)
        look_suppress(look, above);
    return join_verdict(look, &joined);
}

/* An event, or an element of it: why it gives no alert, or NULL. */
const char *as_verdict_event(const struct as_look *look, struct as_note *above)
{
    const struct as_row_rule *row = &look->judge->pack->rule[look->rule];
    enum as_truth truth;
    struct as_note *made = as_look_whole(look, above, "where", row->early,
                                         row->where, &truth);
    const char *verdict = NULL;
    uint32_t excluded;

    as_look_clause(look, AS_INSIGHT_WHERE, 0, true, made);
    if (row->key_count > 0) {
        excluded = look_excludes(look, false, above);
        if (!look_keys(look, above))
            verdict = "a part of its key is missing or empty";
        else if (row->shape == AS_SHAPE_SEQUENCE && !is_last_step(look))
            verdict = "it is not the last step, with which a sequence is "
                      "complete";
        look_counted(look, above);
        look_steps(look, above);
        if (excluded > 0)
            verdict = excluded_verdict(look, excluded);
    } else {
        verdict = look_join(look, above);
    }
    if (truth == AS_TRUTH_TRUE)
        return verdict;
    if (truth == AS_TRUTH_FALSE)
        return "`where` is false";
    as_buf_puts(&look->explainer->buf, "`where` is unknown");
    if (made && made->missing)
        as_buf_printf(&look->explainer->buf, ": %s is missing", made->missing);
    return as_look_keep_buf(look->explainer);
}

/* The event whole, or each of its elements; why there is no alert, or NULL. */
const char *as_verdict_all(const struct as_look *look, uint32_t each,
                           const char *(*of)(const struct as_look *look,
                                             struct as_note *above),
                           struct as_note *above)
{
    const char *verdict = "there is no element to judge";
    struct as_elements elements;
    uint32_t n = 0;

    as_elements_start(look->judge, &elements, each);
    while (!look->judge->failed && as_elements_next(look->judge, &elements)) {
        struct as_note *into = above;
        const char *one;

        n++;
        if (above && each != AS_NO_ROW) {
            as_buf_printf(&look->explainer->buf, "element %" PRIu32, n);
            into = as_look_note(look, above, AS_NOTE_CLAUSE,
                                as_look_keep_buf(look->explainer));
        }
        one = of(look, into);
        if (into && into != above)
            into->truth = one ? AS_TRUTH_FALSE : AS_TRUTH_TRUE;
        if (n == 1 || !one)
            verdict = one;
        if (!verdict && above)
            return NULL;
    }
    return verdict;
}
