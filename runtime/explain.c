/*
 * explain.c - see explain.h.
 *
 * A clause's parts are asked one by one, each by its own program, also those
 * that the clause itself would not have come to: a reader wants to know all
 * that stands between the event and an alert.  What a join or a quantifier
 * over rows found is shown row by row; where it found nothing, all rows that
 * are there at that time are put to the same question, and those that fit best
 * are shown with the parts in which they differ.
 */

#include "runtime/explain.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/escape.h"
#include "common/time.h"

enum {
    MOST_ROWS = 3,      /* that are shown for one question */
    MOST_ELEMENTS = 5,  /* the same */
    MOST_TALLIED = 256, /* rows or elements that are counted for one question */
};

/* ---- making -------------------------------------------------------------- */

struct as_explainer *as_explainer_new(const struct as_pack *pack,
                                      const struct as_insights *insights,
                                      uint32_t rule, const char *id,
                                      bool coverage)
{
    struct as_explainer *made = calloc(1, sizeof(*made));

    if (!made)
        return NULL;
    made->pack = pack;
    made->insights = insights;
    made->rule = rule;
    made->id = id;
    as_arena_init(&made->arena, 0);
    made->accounts.last = &made->accounts.first;
    made->accounts.by_clause = !insights;
    made->accounts.event = id;
    if (rule != AS_NO_ROW) {
        struct as_text name = as_pack_text(pack, pack->rule[rule].name);

        made->accounts.rule = as_strndup(&made->arena, name.bytes, name.length);
    }
    if (coverage && insights)
        made->tally = calloc(insights->place_count + 1, sizeof(*made->tally));
    if (made->arena.failed || (coverage && insights && !made->tally)) {
        as_explainer_free(made);
        return NULL;
    }
    return made;
}

void as_explainer_free(struct as_explainer *explainer)
{
    if (!explainer)
        return;
    as_arena_free(&explainer->arena);
    as_buf_done(&explainer->buf);
    free(explainer->tally);
    free(explainer);
}

/* ---- events that come ---------------------------------------------------- */

/* An id that is spelt nearly like the one that is looked for. */
static void note_near(struct as_explainer *explainer, struct as_text id)
{
    enum { PLACES = 3 };
    struct as_accounts *accounts = &explainer->accounts;
    struct as_text wanted = as_text_of(explainer->id);
    unsigned most = 1 + (unsigned)(wanted.length < 24 ? wanted.length : 24) / 4;
    unsigned distance = as_text_distance(wanted, id, most);
    int n = PLACES;

    if (wanted.length >= 4 && as_text_starts(id, wanted))
        distance = 0; /* the beginning of it */
    if (distance > most || id.length == 0)
        return;
    for (int i = 0; i < PLACES && accounts->near_ids[i]; i++) {
        if (as_text_equal(as_text_of(accounts->near_ids[i]), id))
            return;
    }
    while (n > 0 && (!accounts->near_ids[n - 1] ||
                     explainer->near_distance[n - 1] > distance))
        n--;
    if (n == PLACES)
        return;
    for (int i = PLACES - 1; i > n; i--) {
        accounts->near_ids[i] = accounts->near_ids[i - 1];
        explainer->near_distance[i] = explainer->near_distance[i - 1];
    }
    accounts->near_ids[n] = as_strndup(&explainer->arena, id.bytes, id.length);
    explainer->near_distance[n] = distance;
}

void as_explain_take(struct as_explainer *explainer,
                     const struct as_json_value *slots, uint64_t *bits)
{
    const struct as_pack *pack = explainer->pack;
    struct as_text id = slots[AS_SLOT_EVENT_ID].text;

    for (uint32_t i = 0; i < pack->rule_count && explainer->tally; i++) {
        uint32_t n = pack->baseline_count + i;

        if (explainer->needed[n])
            bits[n / 64] |= UINT64_C(1) << (n % 64);
    }
    if (explainer->rule == AS_NO_ROW)
        return;
    if (as_text_equal(id, as_text_of(explainer->id))) {
        uint32_t n = pack->baseline_count + explainer->rule;

        explainer->accounts.record_count++;
        memset(explainer->accounts.near_ids, 0,
               sizeof(explainer->accounts.near_ids));
        bits[n / 64] |= UINT64_C(1) << (n % 64);
    } else if (explainer->accounts.record_count == 0) {
        note_near(explainer, id);
    }
}

/* ---- asking -------------------------------------------------------------- */

/* What is at work. */
struct look {
    struct as_explainer *explainer;
    struct as_judge *judge;
    uint32_t rule, event;
    bool windowed; /* a group's keys and aggregates are bound, and no event */
};

static enum as_truth truth_of(const struct as_value *value)
{
    if (as_is_missing(value))
        return AS_TRUTH_UNKNOWN;
    return as_is_true(value) ? AS_TRUTH_TRUE : AS_TRUTH_FALSE;
}

/* A group works out those aggregates that its `having` reads; what was
 * simplified away may have read others. */
static bool reads_undecided(const struct as_judge *judge, uint32_t program)
{
    const struct as_row_program *row = &judge->pack->program[program];

    for (uint32_t i = 0; i < row->code_length; i++) {
        const struct as_insn *insn = &judge->pack->insn[row->code + i];

        if (insn->op == AS_OP_LOAD_AGG &&
            !judge->subjects->decides[row->aggs + insn->b])
            return true;
    }
    return false;
}

static struct as_value run(const struct look *look, uint32_t program)
{
    if (program == AS_NO_ROW ||
        (look->windowed && reads_undecided(look->judge, program)))
        return as_missing(0);
    look->judge->vm.visits = 0;
    return as_vm_run(&look->judge->vm, program);
}

static const struct as_insight *part_of(const struct look *look, uint32_t n)
{
    return &look->explainer->insights->parts[n];
}

static enum as_truth ask(const struct look *look, const struct as_insight *part)
{
    struct as_value value;

    if (part->always >= 0)
        return part->always ? AS_TRUTH_TRUE : AS_TRUTH_FALSE;
    if (part->program == AS_NO_ROW)
        return AS_TRUTH_NOT_ASKED;
    value = run(look, part->program);
    return truth_of(&value);
}

/* ---- notes --------------------------------------------------------------- */

static const char *keep(struct as_explainer *explainer, struct as_text text)
{
    const char *copy = as_strndup(&explainer->arena, text.bytes, text.length);

    return copy ? copy : "";
}

/* What stands in explainer->buf, which is emptied. */
static const char *keep_buf(struct as_explainer *explainer)
{
    const char *copy = keep(explainer, as_buf_view(&explainer->buf));

    explainer->failed |= explainer->buf.failed;
    as_buf_reset(&explainer->buf);
    return copy;
}

/* Notes of a tally are not written: `above` is NULL, and so is what is
 * returned. */
static struct as_note *note(const struct look *look, struct as_note *above,
                            enum as_note_kind kind, const char *text)
{
    if (!above)
        return NULL;
    return as_note_add(&look->explainer->arena, above, kind, text);
}

static void say(const struct look *look, struct as_note *above,
                const char *format, ...) __attribute__((format(printf, 3, 4)));

static void say(const struct look *look, struct as_note *above,
                const char *format, ...)
{
    va_list list;

    if (!above)
        return;
    va_start(list, format);
    as_buf_vprintf(&look->explainer->buf, format, list);
    va_end(list);
    note(look, above, AS_NOTE_REMARK, keep_buf(look->explainer));
}

static void set_value(const struct look *look, struct as_note *made,
                      const struct as_value *value)
{
    if (!made)
        return;
    as_gather_json(&look->explainer->buf, look->judge->store, value);
    made->json = keep_buf(look->explainer);
}

/* The path for want of which the value is missing. */
static void set_missing(const struct look *look, struct as_note *made,
                        const struct as_value *value)
{
    const struct as_pack *pack = look->judge->pack;

    if (!made || !as_is_missing(value) || value->why == 0 ||
        value->why > pack->slot_count)
        return;
    made->missing = keep(look->explainer,
                         as_pack_text(pack, pack->slot[value->why - 1].path));
    if (made->kind == AS_NOTE_VALUE && strcmp(made->missing, made->text) == 0)
        made->missing = NULL; /* it is that itself */
}

static const char *span_text(const struct look *look, int64_t ms)
{
    as_duration_format(&look->explainer->buf, ms);
    return keep_buf(look->explainer);
}

static const char *time_text(const struct look *look, int64_t ms)
{
    as_time_format(&look->explainer->buf, ms);
    return keep_buf(look->explainer);
}

/* ---- parts --------------------------------------------------------------- */

static void look_at(const struct look *look, uint32_t n, struct as_note *above);

static void look_below(const struct look *look, uint32_t n,
                       struct as_note *above)
{
    uint32_t end = part_of(look, n)->end;

    for (uint32_t k = n + 1; k < end; k = part_of(look, k)->end)
        look_at(look, k, above);
}

/* How many of the conditions below part n hold, and of how many.  Those of an
 * `and` count one by one. */
struct fit {
    uint32_t holding, count;
};

static void fit_part(const struct look *look, uint32_t n, struct fit *fit)
{
    const struct as_insight *part = part_of(look, n);

    if (!part->is_condition)
        return;
    if (part->kind == AS_INSIGHT_AND) {
        for (uint32_t k = n + 1; k < part->end; k = part_of(look, k)->end)
            fit_part(look, k, fit);
        return;
    }
    fit->count++;
    fit->holding += ask(look, part) == AS_TRUTH_TRUE;
}

/* ---- rows ---------------------------------------------------------------- */

/* A question to the rows of a baseline: the parts first <= n < end, of row
 * `alias`. */
struct question {
    const char *name; /* of the baseline */
    uint32_t baseline, alias;
    uint32_t first, end;
};

static struct as_table *table_of(const struct look *look,
                                 const struct question *question)
{
    return &look->judge->tables[question->baseline];
}

static struct fit fit_row(const struct look *look,
                          const struct question *question,
                          const struct as_row_view *view)
{
    struct fit fit = { 0, 0 };

    look->judge->vm.rows[question->alias] = *view;
    for (uint32_t n = question->first; n < question->end;
         n = part_of(look, n)->end)
        fit_part(look, n, &fit);
    return fit;
}

/* "name: key=value key=value" and what the row has collected. */
static struct as_note *note_row(const struct look *look,
                                const struct question *question,
                                const struct as_row_view *view,
                                struct as_note *above)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_baseline *row = &pack->baseline[question->baseline];
    struct as_buf *buf = &look->explainer->buf;
    uint32_t all = row->key_count + row->column_count;
    struct as_note *made;

    if (!above)
        return NULL;
    as_buf_puts(buf, "row of ");
    as_buf_text(buf, as_pack_text(pack, row->name));
    for (uint32_t i = 0; i < row->key_count; i++) {
        struct as_value value = as_row_view_value(view, i);

        as_buf_puts(buf, i == 0 ? ": " : " ");
        as_buf_text(buf, as_pack_text(pack, pack->column[row->keys + i].name));
        as_buf_putc(buf, '=');
        as_value_words(buf, &value);
    }
    made = note(look, above, AS_NOTE_ROW, keep_buf(look->explainer));
    for (uint32_t i = row->key_count; i < all && made; i++) {
        const struct as_row_column *column =
            &pack->column[as_baseline_column(row, i)];
        struct as_value value = as_row_view_value(view, i);

        set_value(look,
                  note(look, made, AS_NOTE_VALUE,
                       keep(look->explainer, as_pack_text(pack, column->name))),
                  &value);
    }
    return made;
}

static void say_span(const struct look *look, const struct as_row_view *view,
                     struct as_note *above)
{
    int64_t first = as_table_time(view->table, view->row, view->low);
    int64_t last = as_table_time(view->table, view->row, view->high - 1);
    uint32_t count = view->high - view->low;

    if (!above)
        return;
    if (first == last)
        say(look, above, "from %s event%s at %s",
            count == 1 ? "one" : "several", count == 1 ? "" : "s",
            time_text(look, first));
    else
        say(look, above, "from %" PRIu32 " events, %s to %s", count,
            time_text(look, first), time_text(look, last));
}

/* The row with the parts of the question. */
static struct as_note *show_row(const struct look *look,
                                const struct question *question,
                                const struct as_row_view *view, bool fits,
                                struct as_note *above)
{
    struct as_note *made = note_row(look, question, view, above);

    if (made)
        made->truth = fits ? AS_TRUTH_TRUE : AS_TRUTH_FALSE;
    say_span(look, view, made);
    look->judge->vm.rows[question->alias] = *view;
    for (uint32_t n = question->first; n < question->end;
         n = part_of(look, n)->end)
        look_at(look, n, made);
    return made;
}

/* The rows that fit best, best first. */
struct best {
    struct as_row_view view;
    struct fit fit;
    bool live; /* it is there at the time of the event */
};

static bool is_better(const struct best *a, const struct best *b)
{
    if (a->live != b->live)
        return a->live;
    return a->fit.holding > b->fit.holding;
}

static void keep_best(struct best *best, uint32_t *count,
                      const struct best *one)
{
    uint32_t n = *count;

    if (n == MOST_ROWS && !is_better(one, &best[n - 1]))
        return;
    if (n == MOST_ROWS)
        n--;
    else
        ++*count;
    for (; n > 0 && is_better(one, &best[n - 1]); n--)
        best[n] = best[n - 1];
    best[n] = *one;
}

/* All rows of the baseline: those that are there, and of the others those
 * that fit in all parts. */
static uint32_t find_best(const struct look *look,
                          const struct question *question, struct best *best,
                          uint32_t *live_count)
{
    struct as_table *table = table_of(look, question);
    uint32_t count = 0;

    *live_count = 0;
    for (uint32_t row = 0; row < table->by_key.count; row++) {
        struct best one = { .live = true };

        if (!as_table_view(table, row, look->judge->vm.time, &one.view)) {
            one.live = false;
            one.view = (struct as_row_view){ table, row, 0,
                                             table->rows[row].count };
        }
        if (one.view.high == 0)
            continue;
        *live_count += one.live;
        one.fit = fit_row(look, question, &one.view);
        if (one.live ? one.fit.holding > 0 : one.fit.holding == one.fit.count)
            keep_best(best, &count, &one);
    }
    return count;
}

/* Why a row that has all that is asked for was not there. */
static void say_absent(const struct look *look, const struct as_row_view *view,
                       struct as_note *above)
{
    const struct as_reach *reach = &view->table->reach;
    int64_t first = as_table_time(view->table, view->row, 0);
    int64_t last = as_table_time(view->table, view->row, view->high - 1);
    int64_t time = look->judge->vm.time;

    if (first > time)
        say(look, above,
            "it was not there yet: its first event comes %s after this one",
            span_text(look, first - time));
    else if (reach->retain_ms != INT64_MAX && time - last >= reach->retain_ms)
        say(look, above,
            "it was forgotten: its last event came %s before this one, and it "
            "retains %s",
            span_text(look, time - last), span_text(look, reach->retain_ms));
    else
        say(look, above, "it was not there at that time");
}

/* Nothing was found: what comes nearest. */
static void show_near(const struct look *look, const struct question *question,
                      struct as_note *above)
{
    struct as_row_view outer = look->judge->vm.rows[question->alias];
    struct best best[MOST_ROWS];
    uint32_t live, count;

    if (!above)
        return;
    count = find_best(look, question, best, &live);
    if (live == 0)
        say(look, above, "%s has no row at that time", question->name);
    else if (count == 0)
        say(look, above,
            "%s has %" PRIu32 " row%s at that time, and none is like it",
            question->name, live, live == 1 ? "" : "s");
    else
        say(look, above, "of the %" PRIu32 " row%s at that time nearest:", live,
            live == 1 ? "" : "s");
    for (uint32_t i = 0; i < count; i++) {
        struct as_note *made = show_row(
            look, question, &best[i].view,
            best[i].live && best[i].fit.holding == best[i].fit.count, above);

        if (!best[i].live && made)
            say_absent(look, &best[i].view, made);
    }
    look->judge->vm.rows[question->alias] = outer;
}

/* Count what the parts come to, for each row that is there. */
static void tally_rows(const struct look *look, const struct question *question)
{
    struct as_table *table = table_of(look, question);
    struct as_vm *vm = &look->judge->vm;
    struct as_row_view outer = vm->rows[question->alias];
    uint32_t seen = 0;

    for (uint32_t row = 0; row < table->by_key.count && seen < MOST_TALLIED;
         row++) {
        struct as_row_view view;

        if (!as_table_view(table, row, vm->time, &view))
            continue;
        seen++;
        vm->rows[question->alias] = view;
        for (uint32_t n = question->first; n < question->end;
             n = part_of(look, n)->end)
            look_at(look, n, NULL);
    }
    vm->rows[question->alias] = outer;
}

/* A quantifier over rows. */
static void look_rows(const struct look *look, uint32_t n,
                      struct as_note *above)
{
    const struct as_insight *part = part_of(look, n);
    const struct as_pack *pack = look->judge->pack;
    struct question question = {
        .baseline = part->baseline,
        .alias = part->alias,
        .first = n + 1,
        .end = part->end,
    };

    if (look->windowed)
        return;
    question.name = keep(
        look->explainer,
        as_pack_text(pack, pack->baseline[part->baseline].name));
    if (above)
        show_near(look, &question, above);
    else
        tally_rows(look, &question);
}

/* ---- elements ------------------------------------------------------------ */

static void look_elements(const struct look *look, uint32_t n,
                          struct as_note *above)
{
    const struct as_insight *part = part_of(look, n);
    struct as_vm *vm = &look->judge->vm;
    uint32_t depth = vm->item_count, seen = 0;
    uint32_t most = above ? MOST_ELEMENTS : MOST_TALLIED;
    struct as_value value = run(look, part->json);
    struct as_json_value json = { AS_JSON_ABSENT, { "", 0 } };
    struct as_json_iterator iterator;

    if (!as_is_missing(&value)) {
        json.kind = (enum as_json_kind)value.flag;
        json.text = as_value_text(&value);
    }
    as_json_iterate(&iterator, &json);
    vm->item_count = part->item + 1;
    while (seen < most &&
           as_json_next(&iterator, vm->scratch, &vm->items[part->item])) {
        struct as_note *made = NULL;

        seen++;
        if (above) {
            as_buf_printf(&look->explainer->buf, "element %" PRIu32, seen);
            made = note(look, above, AS_NOTE_ROW, keep_buf(look->explainer));
        }
        look_below(look, n, made);
        for (const struct as_note *at = made ? made->kids : NULL; at;
             at = at->next)
            made->truth = at->truth; /* that of the condition */
    }
    vm->item_count = depth;
    if (above && seen == 0)
        say(look, above, "there is no element");
    else if (above && seen == most)
        say(look, above, "more elements are not shown");
}

/* ---- one part ------------------------------------------------------------ */

/* A value; what it is made of is below it. */
static void look_value(const struct look *look, uint32_t n,
                       struct as_note *above)
{
    const struct as_insight *part = part_of(look, n);
    struct as_explainer *explainer = look->explainer;
    struct as_note *made = above;

    if (part->program != AS_NO_ROW && above) {
        struct as_value value = run(look, part->program);

        made = note(look, above, AS_NOTE_VALUE,
                    explainer->insights->places[part->place].text);
        set_value(look, made, &value);
        set_missing(look, made, &value);
    }
    if (part->kind == AS_INSIGHT_ROWS)
        look_rows(look, n, made);
    else if (part->kind == AS_INSIGHT_ELEMENTS)
        look_elements(look, n, made);
    else
        look_below(look, n, made);
}

/* `and`, `or`, `not` are said by what is below them. */
static const char *words_of(const struct as_insight *part, const char *text)
{
    switch (part->kind) {
    case AS_INSIGHT_AND:
        return "all of";
    case AS_INSIGHT_OR:
        return "one of";
    case AS_INSIGHT_NOT:
        return "not";
    case AS_INSIGHT_ATOM:
    case AS_INSIGHT_IF:
    case AS_INSIGHT_NAME:
    case AS_INSIGHT_ROWS:
    case AS_INSIGHT_ELEMENTS:
        break;
    }
    return text;
}

static void look_at(const struct look *look, uint32_t n, struct as_note *above)
{
    const struct as_insight *part = part_of(look, n);
    struct as_explainer *explainer = look->explainer;
    const struct as_insight_place *place =
        &explainer->insights->places[part->place];
    struct as_note *made = NULL;
    struct as_value value = as_missing(0);
    enum as_truth truth;

    if (look->windowed && part->of_event)
        return;
    if (!part->is_condition) {
        look_value(look, n, above);
        return;
    }
    if (part->always < 0)
        value = run(look, part->program);
    truth = part->always >= 0 ? (part->always ? AS_TRUTH_TRUE : AS_TRUTH_FALSE)
          : part->program == AS_NO_ROW ? AS_TRUTH_NOT_ASKED
                                       : truth_of(&value);
    if (explainer->tally && truth != AS_TRUTH_NOT_ASKED)
        explainer->tally[part->place][truth]++;
    if (above) {
        made = note(look, above, AS_NOTE_CONDITION,
                    words_of(part, place->text));
        if (!made)
            return;
        made->truth = truth;
        made->part = part->kind;
        made->place = place;
        set_missing(look, made, &value);
    }
    if (part->kind == AS_INSIGHT_ROWS)
        look_rows(look, n, made);
    else if (part->kind == AS_INSIGHT_ELEMENTS)
        look_elements(look, n, made);
    else
        look_below(look, n, made);
}

/* ---- clauses ------------------------------------------------------------- */

static struct as_insight_range range_of(const struct look *look)
{
    const struct as_insights *insights = look->explainer->insights;

    return insights ? insights->rules[look->rule]
                    : (struct as_insight_range){ 0, 0 };
}

/* The next root of the clause from `n` on; range.end: there is none. */
static uint32_t next_root(const struct look *look, uint32_t n, uint32_t end,
                          enum as_insight_clause clause, uint32_t number,
                          bool any_number)
{
    while (n < end && (part_of(look, n)->clause != clause ||
                       (!any_number && part_of(look, n)->number != number)))
        n = part_of(look, n)->end;
    return n;
}

/* All parts of a clause. */
static void look_clause(const struct look *look, enum as_insight_clause clause,
                        uint32_t number, bool any_number, struct as_note *above)
{
    struct as_insight_range range = range_of(look);

    for (uint32_t n = next_root(look, range.first, range.end, clause, number,
                                any_number);
         n < range.end; n = next_root(look, part_of(look, n)->end, range.end,
                                      clause, number, any_number))
        look_at(look, n, above);
}

/* Without insights: the clause's own program, with its text. */
static void look_program(const struct look *look, uint32_t program,
                         struct as_note *above)
{
    const struct as_pack *pack = look->judge->pack;
    struct as_value value;
    struct as_note *made;

    if (look->explainer->insights || program == AS_NO_ROW || !above)
        return;
    value = run(look, program);
    made = note(look, above, AS_NOTE_CONDITION,
                keep(look->explainer,
                     as_pack_text(pack, pack->program[program].source)));
    if (!made)
        return;
    made->truth = truth_of(&value);
    set_missing(look, made, &value);
}

/* What a clause of one or two programs comes to. */
static enum as_truth both(const struct look *look, uint32_t a, uint32_t b,
                          struct as_note *made)
{
    enum as_truth truth = AS_TRUTH_TRUE;

    for (int i = 0; i < 2; i++) {
        uint32_t program = i == 0 ? a : b;
        struct as_value value;

        if (program == AS_NO_ROW)
            continue;
        value = run(look, program);
        if (truth_of(&value) == AS_TRUTH_FALSE)
            return AS_TRUTH_FALSE;
        if (truth_of(&value) == AS_TRUTH_UNKNOWN) {
            truth = AS_TRUTH_UNKNOWN;
            set_missing(look, made, &value);
        }
    }
    return truth;
}

/* The clause's note, with what it comes to. */
static struct as_note *clause(const struct look *look, struct as_note *above,
                              const char *text, uint32_t a, uint32_t b,
                              enum as_truth *truth)
{
    struct as_note *made = note(look, above, AS_NOTE_CLAUSE, text);

    *truth = both(look, a, b, made);
    if (made) {
        made->truth = *truth;
        if (*truth != AS_TRUTH_UNKNOWN)
            made->missing = NULL;
    }
    look_program(look, a, made);
    look_program(look, b, made);
    return made;
}

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

static struct question question_of(const struct look *look, uint32_t depth)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_join *join =
        &pack->join[pack->rule[look->rule].joins + depth];
    struct as_insight_range range = range_of(look);
    struct question question = {
        .baseline = pack->probe[join->probe].baseline,
        .alias = depth,
    };

    question.name = keep(
        look->explainer,
        as_pack_text(pack, pack->baseline[question.baseline].name));
    question.first = next_root(look, range.first, range.end, AS_INSIGHT_ON,
                               depth, false);
    question.end = question.first < range.end
                     ? part_of(look, question.first)->end
                     : question.first;
    return question;
}

/* after <= eventTime <= after + within */
static bool is_within(const struct look *look, const struct as_row_join *join,
                      struct as_note *above)
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
    after = run(look, join->after);
    good = !as_is_missing(&after) && after.integer <= time &&
           (span == INT64_MAX || time - span <= after.integer);
    if (!above)
        return good;
    as_buf_puts(&explainer->buf, "within ");
    as_duration_format(&explainer->buf, span);
    as_buf_puts(&explainer->buf, " after ");
    as_buf_text(&explainer->buf,
                as_pack_text(pack, pack->program[join->after].source));
    made = note(look, above, AS_NOTE_CONDITION, keep_buf(explainer));
    if (!made)
        return good;
    made->truth = as_is_missing(&after) ? AS_TRUTH_UNKNOWN
                : good                  ? AS_TRUTH_TRUE
                                        : AS_TRUTH_FALSE;
    set_value(look,
              note(look, made, AS_NOTE_VALUE,
                   keep(explainer,
                        as_pack_text(pack, pack->program[join->after].source))),
              &after);
    if (!as_is_missing(&after))
        say(look, made, "the event comes %s %s that",
            span_text(look, time < after.integer ? after.integer - time
                                                 : time - after.integer),
            time < after.integer ? "before" : "after");
    return good;
}

/* The rows that join `depth` and those behind it find. */
static void walk(const struct look *look, uint32_t depth, struct joined *joined,
                 struct as_note *above);

/* `require`, of the rows that are bound. */
static void look_require(const struct look *look, struct joined *joined,
                         struct as_note *above)
{
    const struct as_row_rule *row = &look->judge->pack->rule[look->rule];
    enum as_truth truth;
    struct as_note *made;

    joined->within++;
    if (row->require == AS_NO_ROW) {
        truth = AS_TRUTH_TRUE;
    } else {
        made = clause(look, above, "require", row->require, AS_NO_ROW, &truth);
        if (truth == AS_TRUTH_UNKNOWN && made)
            joined->missing = made->missing;
        look_clause(look, AS_INSIGHT_REQUIRE, 0, true, made);
    }
    if (truth == AS_TRUTH_TRUE && joined->required++ == 0)
        memcpy(joined->rows, look->judge->vm.rows, sizeof(joined->rows));
}

static void walk_row(const struct look *look, uint32_t depth,
                     const struct question *question, struct joined *joined,
                     struct as_note *above)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_rule *row = &pack->rule[look->rule];
    struct as_note *shown = NULL;

    if (above && joined->shown[depth]++ < MOST_ROWS)
        shown = show_row(look, question, &look->judge->vm.rows[depth], true,
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

static void walk(const struct look *look, uint32_t depth, struct joined *joined,
                 struct as_note *above)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_rule *row = &pack->rule[look->rule];
    struct as_probe probe = {
        .row = pack->join[row->joins + depth].probe,
        .alias = depth,
    };
    struct question question = question_of(look, depth);
    struct as_explainer *explainer = look->explainer;
    struct as_note *made;
    uint32_t found = joined->found[depth];

    as_buf_puts(&explainer->buf, "join ");
    as_buf_puts(&explainer->buf, question.name);
    as_buf_puts(&explainer->buf, " as ");
    as_buf_text(&explainer->buf,
                as_pack_text(pack, pack->alias[row->aliases + depth].name));
    made = note(look, above, AS_NOTE_CLAUSE, keep_buf(explainer));
    if (!above)
        tally_rows(look, &question);
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
    if (joined->found[depth] > found + MOST_ROWS)
        say(look, made,
            "%" PRIu32 " rows have the key; the others are not shown",
            joined->found[depth] - found);
    if (joined->found[depth] == found && explainer->insights)
        show_near(look, &question, made);
}

/* ---- exclusions ---------------------------------------------------------- */

/* The exclusion that holds, from 1, or 0.  `rows`: joined rows are bound. */
static uint32_t look_excludes(const struct look *look, bool rows,
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
            made = note(look, above, AS_NOTE_CLAUSE, keep_buf(explainer));
            say(look, made,
                over ? "it has expired" : "no rows were joined to ask it of");
            continue;
        }
        made = clause(look, above, keep_buf(explainer), row->when, AS_NO_ROW,
                      &truth);
        look_clause(look, AS_INSIGHT_EXCLUDE, i, false, made);
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

/* Which steps of a sequence the event can be. */
static void look_steps(const struct look *look, struct as_note *above)
{
    struct as_insight_range range = range_of(look);

    for (uint32_t n = range.first; n < range.end; n = part_of(look, n)->end) {
        const struct as_insight *part = part_of(look, n);
        struct as_explainer *explainer = look->explainer;
        struct as_note *made;

        if (part->clause != AS_INSIGHT_STEP && part->clause != AS_INSIGHT_UNTIL)
            continue;
        if (part->clause == AS_INSIGHT_STEP)
            as_buf_printf(&explainer->buf, "step %" PRIu32, part->number + 1);
        else
            as_buf_puts(&explainer->buf, "until");
        made = note(look, above, AS_NOTE_CLAUSE, keep_buf(explainer));
        look_at(look, n, made);
        if (made && made->kids)
            made->truth = made->kids->truth;
    }
}

/* Keys of a group; false: one is missing or empty. */
static bool look_keys(const struct look *look, struct as_note *above)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_rule *rule = &pack->rule[look->rule];
    struct as_note *made = note(look, above, AS_NOTE_CLAUSE,
                                key_word(rule->shape));
    bool good = true;

    for (uint32_t i = 0; i < rule->key_count; i++) {
        const struct as_row_column *column = &pack->column[rule->keys + i];
        struct as_value value = run(look, column->value);
        struct as_note *key = note(
            look, made, AS_NOTE_VALUE,
            keep(look->explainer, as_pack_text(pack, column->source)));

        good &= !as_is_missing(&value) && !as_is_empty(&value);
        set_value(look, key, &value);
        set_missing(look, key, &value);
    }
    if (made)
        made->truth = good ? AS_TRUTH_TRUE : AS_TRUTH_UNKNOWN;
    return good;
}

/* Conditions within aggregates: does this event count? */
static void look_counted(const struct look *look, struct as_note *above)
{
    struct as_insight_range range = range_of(look);
    struct as_note *made = NULL;
    uint32_t n = range.first;

    while (n < range.end) {
        const struct as_insight *part = part_of(look, n);

        if (part->clause != AS_INSIGHT_HAVING || !part->of_event) {
            n++;
            continue;
        }
        if (!part->is_condition) { /* the value that is gathered */
            n = part->end;
            continue;
        }
        if (above && !made)
            made = note(look, above, AS_NOTE_CLAUSE, "what `having` gathers");
        look_at(look, n, made);
        n = part->end;
    }
}

static const char *join_verdict(const struct look *look,
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

static const char *excluded_verdict(const struct look *look, uint32_t excluded)
{
    const struct as_pack *pack = look->judge->pack;
    const struct as_row_exclude *row =
        &pack->exclude[pack->rule[look->rule].excludes + excluded - 1];
    struct as_buf *buf = &look->explainer->buf;

    as_buf_puts(buf, "excluded by `");
    as_buf_text(buf, as_pack_text(pack, row->name));
    as_buf_puts(buf, "`: ");
    as_buf_text(buf, as_pack_text(pack, row->reason));
    return keep_buf(look->explainer);
}

/* What `suppress` goes by; whether it held the alert back shows in the end. */
static void look_suppress(const struct look *look, struct as_note *above)
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
    made = note(look, above, AS_NOTE_CLAUSE, keep_buf(look->explainer));
    for (uint32_t i = 0; i < row->suppress_by_count && made; i++) {
        uint32_t program = pack->argument[row->suppress_by + i].program;
        struct as_value value = run(look, program);

        set_value(look,
                  note(look, made, AS_NOTE_VALUE,
                       keep(look->explainer,
                            as_pack_text(pack, pack->program[program].source))),
                  &value);
    }
}

/* A rule of one event at a time; NULL: an alert. */
static const char *look_join(const struct look *look, struct as_note *above)
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
static const char *look_event(const struct look *look, struct as_note *above)
{
    const struct as_row_rule *row = &look->judge->pack->rule[look->rule];
    enum as_truth truth;
    struct as_note *made = clause(look, above, "where", row->early, row->where,
                                  &truth);
    const char *verdict = NULL;
    uint32_t excluded;

    look_clause(look, AS_INSIGHT_WHERE, 0, true, made);
    if (row->key_count > 0) {
        excluded = look_excludes(look, false, above);
        if (!look_keys(look, above))
            verdict = "a part of its key is missing or empty";
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
    return keep_buf(look->explainer);
}

/* The event whole, or each of its elements; why there is no alert, or NULL. */
static const char *look_all(const struct look *look, uint32_t each,
                            const char *(*of)(const struct look *look,
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
            into = note(look, above, AS_NOTE_CLAUSE, keep_buf(look->explainer));
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

/* ---- accounts ------------------------------------------------------------ */

static const char *slot_text(const struct look *look, uint32_t slot)
{
    struct as_hold_room room;
    struct as_json_value value = as_hold_slot(look->judge->hold, look->event,
                                              slot, &room);

    return value.kind == AS_JSON_ABSENT ? "(none)"
                                        : keep(look->explainer, value.text);
}

/* Was another copy of the record explained? */
static bool is_copy(const struct look *look)
{
    for (struct as_account *at = look->explainer->accounts.first; at;
         at = at->next) {
        if (as_hold_same(look->judge->hold, at->event, look->event))
            return true;
    }
    return false;
}

static void explain(const struct look *look)
{
    struct as_explainer *explainer = look->explainer;
    const struct as_row_rule *row = &look->judge->pack->rule[look->rule];
    struct as_account *made = as_alloc(&explainer->arena, sizeof(*made));
    struct as_hold *hold = look->judge->hold;
    const char *verdict;

    if (!made)
        return;
    made->root.last = &made->root.kids;
    made->event = look->event;
    made->id = explainer->id;
    made->time = time_text(look, as_hold_time(hold, look->event));
    made->name = slot_text(look, AS_SLOT_EVENT_NAME);
    made->address = slot_text(look, AS_SLOT_ADDRESS);
    made->input = keep(explainer, as_hold_input(hold, look->event));
    made->offset = as_hold_offset(hold, look->event);
    verdict = look_all(look, row->each, look_event, &made->root);
    made->alert = !verdict && row->key_count == 0;
    made->passes = !verdict;
    if (!verdict)
        verdict = made->alert
                    ? "all that the rule asks for holds"
                    : "it is counted, but in no window that was judged";
    made->verdict = verdict;
    *explainer->accounts.last = made;
    explainer->accounts.last = &made->next;
}

/* The `where` of the baselines that are read. */
static const char *tally_baseline(const struct look *look,
                                  struct as_note *above)
{
    struct as_insight_range range =
        look->explainer->insights->baselines[look->rule];

    for (uint32_t n = range.first; n < range.end; n = part_of(look, n)->end)
        look_at(look, n, above);
    return NULL;
}

static void tally(const struct look *look)
{
    const struct as_pack *pack = look->judge->pack;

    look_all(look, pack->rule[look->rule].each, look_event, NULL);
    for (uint32_t i = 0; i < pack->baseline_count; i++) {
        struct look inner = *look;

        if (!look->explainer->needed[i])
            continue;
        inner.rule = i; /* of baselines, here */
        look_all(&inner, pack->baseline[i].each, tally_baseline, NULL);
    }
}

bool as_explain_event(struct as_explainer *explainer, struct as_judge *judge,
                      uint32_t rule, uint32_t event)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct look look = { explainer, judge, rule, event, false };
    uint64_t gave_up = judge->vm.gave_up;
    struct as_hold_room room;
    bool wanted;

    as_judge_bind(judge, event);
    if (explainer->tally)
        tally(&look);
    if (rule == explainer->rule &&
        as_text_equal(as_hold_id(judge->hold, event, &room),
                      as_text_of(explainer->id)) &&
        !is_copy(&look)) {
        as_judge_bind(judge, event);
        explain(&look);
    }
    as_judge_bind(judge, event);
    wanted = row->each != AS_NO_ROW ||
             as_judge_true(judge, row->early, AS_NO_ROW);
    as_judge_reset(judge);
    judge->vm.gave_up = gave_up;
    judge->failed |= explainer->failed || explainer->arena.failed ||
                     explainer->buf.failed;
    return wanted;
}

/* ---- windows ------------------------------------------------------------- */

static bool holds_event(const struct as_judge *judge,
                        const struct as_row_view *view, uint32_t event)
{
    for (uint32_t p = view->low; p < view->high; p++) {
        if (as_hold_same(judge->hold, as_table_event(view, p), event))
            return true;
    }
    return false;
}

static uint32_t score(const struct look *look,
                      const struct as_explained_window *window)
{
    struct as_insight_range range = range_of(look);
    struct fit fit = { 0, 0 };

    for (uint32_t n = range.first; n < range.end; n = part_of(look, n)->end) {
        if (part_of(look, n)->clause == AS_INSIGHT_HAVING)
            fit_part(look, n, &fit);
    }
    return 1 + fit.holding + (window->alerts ? 1u << 20 : 0);
}

static void show_window(const struct look *look, struct as_account *account,
                        const struct as_explained_window *window)
{
    const struct as_row_rule *row = &look->judge->pack->rule[look->rule];
    struct as_explainer *explainer = look->explainer;
    struct as_note *made = account->window, *having;
    enum as_truth truth;

    if (!made)
        made = note(look, &account->root, AS_NOTE_WINDOW, "");
    if (!made)
        return;
    account->window = made;
    made->kids = NULL;
    made->last = &made->kids;
    as_buf_puts(&explainer->buf, "window ");
    as_time_format(&explainer->buf, window->start);
    as_buf_puts(&explainer->buf, " to ");
    as_time_format(&explainer->buf, window->end);
    as_buf_printf(&explainer->buf, ": %" PRIu32 " event%s",
                  window->view.high - window->view.low,
                  window->view.high - window->view.low == 1 ? "" : "s");
    made->text = keep_buf(explainer);
    made->truth = window->alerts ? AS_TRUTH_TRUE : AS_TRUTH_FALSE;
    having = clause(look, made, "having", row->having, AS_NO_ROW, &truth);
    look_clause(look, AS_INSIGHT_HAVING, 0, true, having);
    account->alert = window->alerts;
    if (window->alerts)
        account->verdict = "`having` is true of a window that it is part of";
    else
        account->verdict = truth == AS_TRUTH_UNKNOWN
                             ? "`having` is unknown of its window"
                             : "`having` is true of no window that it is part "
                               "of";
}

void as_explain_window(struct as_explainer *explainer, struct as_judge *judge,
                       uint32_t rule, const struct as_explained_window *window)
{
    struct look look = { explainer, judge, rule, 0, true };
    uint64_t gave_up = judge->vm.gave_up;

    if (explainer->tally)
        look_clause(&look, AS_INSIGHT_HAVING, 0, true, NULL);
    for (struct as_account *at = explainer->accounts.first;
         at && rule == explainer->rule; at = at->next) {
        uint32_t now;

        if (!holds_event(judge, &window->view, at->event))
            continue;
        at->window_count++;
        now = score(&look, window);
        if (now <= at->window_score)
            continue;
        at->window_score = now;
        show_window(&look, at, window);
    }
    judge->vm.gave_up = gave_up;
    judge->failed |= explainer->failed || explainer->arena.failed ||
                     explainer->buf.failed;
}

/* The alert of the event, or NULL; its json is empty when it is suppressed. */
static const struct as_alert *alert_of(const struct look *look,
                                       const struct as_account *account)
{
    const struct as_alerts *alerts = look->judge->alerts;

    for (uint32_t i = 0; i < alerts->count; i++) {
        if (alerts->alerts[i].rule == look->rule &&
            as_hold_same(look->judge->hold, alerts->alerts[i].event,
                         account->event))
            return &alerts->alerts[i];
    }
    return NULL;
}

/* What the shape says of it, where that is known in the end alone. */
static void conclude(const struct look *look, struct as_account *account)
{
    const struct as_alert *alert = alert_of(look, account);
    enum as_shape shape =
        (enum as_shape)look->judge->pack->rule[look->rule].shape;
    bool late = shape == AS_SHAPE_NEW_TERMS || shape == AS_SHAPE_SEQUENCE;

    if (late && account->passes) {
        account->alert = alert != NULL;
        if (shape == AS_SHAPE_SEQUENCE)
            account->verdict = alert ? "a sequence is complete with it"
                                     : "no sequence is complete with it";
        else
            account->verdict =
                alert ? "its key was not seen before, as far as the history "
                        "goes"
                      : "its key was seen before within the history, or the "
                        "history is not full yet";
    }
    if (account->alert && alert && alert->json.length == 0) {
        account->alert = false;
        account->verdict = "the rule holds, but `suppress` leaves it to an "
                           "earlier alert";
    }
}

void as_explain_end(struct as_explainer *explainer, struct as_judge *judge)
{
    struct look look = { explainer, judge, explainer->rule, 0, true };

    for (struct as_account *at = explainer->accounts.first; at; at = at->next) {
        if (at->window_count > 1)
            say(&look, &at->root,
                "it is part of %" PRIu32 " windows of its group; one is shown",
                at->window_count);
        conclude(&look, at);
    }
}

static bool has_place(const struct as_insights *insights,
                      struct as_insight_range range, uint32_t place)
{
    for (uint32_t n = range.first; n < range.end; n++) {
        if (insights->parts[n].place == place)
            return true;
    }
    return false;
}

bool as_explain_reaches(const struct as_explainer *explainer, uint32_t place)
{
    const struct as_insights *insights = explainer->insights;
    const struct as_pack *pack = explainer->pack;

    for (uint32_t i = 0; i < pack->baseline_count; i++) {
        if (explainer->needed[i] &&
            has_place(insights, insights->baselines[i], place))
            return true;
    }
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        if (explainer->needed[pack->baseline_count + i] &&
            has_place(insights, insights->rules[i], place))
            return true;
    }
    return false;
}
