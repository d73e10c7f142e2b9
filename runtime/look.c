/*
 * look.c - see look.h.
 *
 * A clause's parts are asked one by one, each by its own program, also those
 * that the clause itself would not have come to: a reader wants to know all
 * that stands between the event and an alert.  Where rows were asked for and
 * none was found, all rows that are there at that time are put to the same
 * question, and those that fit best are shown with the parts in which they
 * differ.
 */

#include "runtime/look.h"

#include <inttypes.h>

#include "common/time.h"

enum {
    MOST_ELEMENTS = 5,  /* that are shown for one question */
    MOST_TALLIED = 256, /* rows or elements that are counted for one question */
};

/* ---- asking -------------------------------------------------------------- */

enum as_truth as_look_truth(const struct as_value *value)
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

struct as_value as_look_run(const struct as_look *look, uint32_t program)
{
    if (program == AS_NO_ROW ||
        (look->windowed && reads_undecided(look->judge, program)))
        return as_missing(0);
    look->judge->vm.visits = 0;
    return as_vm_run(&look->judge->vm, program);
}

const struct as_insight *as_look_part(const struct as_look *look, uint32_t n)
{
    return &look->explainer->insights->parts[n];
}

static enum as_truth ask(const struct as_look *look,
                         const struct as_insight *part)
{
    struct as_value value;

    if (part->always >= 0)
        return part->always ? AS_TRUTH_TRUE : AS_TRUTH_FALSE;
    if (part->program == AS_NO_ROW)
        return AS_TRUTH_NOT_ASKED;
    value = as_look_run(look, part->program);
    return as_look_truth(&value);
}

/* ---- notes --------------------------------------------------------------- */

const char *as_look_keep(struct as_explainer *explainer, struct as_text text)
{
    const char *copy = as_strndup(&explainer->arena, text.bytes, text.length);

    return copy ? copy : "";
}

/* What stands in explainer->buf, which is emptied. */
const char *as_look_keep_buf(struct as_explainer *explainer)
{
    const char *copy = as_look_keep(explainer, as_buf_view(&explainer->buf));

    explainer->failed |= explainer->buf.failed;
    as_buf_reset(&explainer->buf);
    return copy;
}

/* Notes of a tally are not written: `above` is NULL, and so is what is
 * returned. */
struct as_note *as_look_note(const struct as_look *look, struct as_note *above,
                             enum as_note_kind kind, const char *text)
{
    if (!above)
        return NULL;
    return as_note_add(&look->explainer->arena, above, kind, text);
}

void as_look_say(const struct as_look *look, struct as_note *above,
                 const char *format, ...)
{
    va_list list;

    if (!above)
        return;
    va_start(list, format);
    as_buf_vprintf(&look->explainer->buf, format, list);
    va_end(list);
    as_look_note(look, above, AS_NOTE_REMARK,
                 as_look_keep_buf(look->explainer));
}

void as_look_value(const struct as_look *look, struct as_note *made,
                   const struct as_value *value)
{
    if (!made)
        return;
    as_gather_json(&look->explainer->buf, look->judge->store, value);
    made->json = as_look_keep_buf(look->explainer);
}

/* The path for want of which the value is missing. */
void as_look_missing(const struct as_look *look, struct as_note *made,
                     const struct as_value *value)
{
    const struct as_pack *pack = look->judge->pack;

    if (!made || !as_is_missing(value) || value->why == 0 ||
        value->why > pack->slot_count)
        return;
    made->missing = as_look_keep(
        look->explainer, as_pack_text(pack, pack->slot[value->why - 1].path));
    if (made->kind == AS_NOTE_VALUE && strcmp(made->missing, made->text) == 0)
        made->missing = NULL; /* it is that itself */
}

const char *as_look_span(const struct as_look *look, int64_t ms)
{
    as_duration_format(&look->explainer->buf, ms);
    return as_look_keep_buf(look->explainer);
}

const char *as_look_time(const struct as_look *look, int64_t ms)
{
    as_time_format(&look->explainer->buf, ms);
    return as_look_keep_buf(look->explainer);
}

/* ---- parts --------------------------------------------------------------- */

static void look_below(const struct as_look *look, uint32_t n,
                       struct as_note *above)
{
    uint32_t end = as_look_part(look, n)->end;

    for (uint32_t k = n + 1; k < end; k = as_look_part(look, k)->end)
        as_look_at(look, k, above);
}

void as_look_fit(const struct as_look *look, uint32_t n, struct as_fit *fit)
{
    const struct as_insight *part = as_look_part(look, n);

    if (!part->is_condition)
        return;
    if (part->kind == AS_INSIGHT_AND) {
        for (uint32_t k = n + 1; k < part->end; k = as_look_part(look, k)->end)
            as_look_fit(look, k, fit);
        return;
    }
    fit->count++;
    fit->holding += ask(look, part) == AS_TRUTH_TRUE;
}

/* ---- rows ---------------------------------------------------------------- */

static struct as_table *table_of(const struct as_look *look,
                                 const struct as_question *question)
{
    return &look->judge->tables[question->baseline];
}

static struct as_fit fit_row(const struct as_look *look,
                             const struct as_question *question,
                             const struct as_row_view *view)
{
    struct as_fit fit = { 0, 0 };

    look->judge->vm.rows[question->alias] = *view;
    for (uint32_t n = question->first; n < question->end;
         n = as_look_part(look, n)->end)
        as_look_fit(look, n, &fit);
    return fit;
}

/* "name: key=value key=value" and what the row has collected. */
static struct as_note *note_row(const struct as_look *look,
                                const struct as_question *question,
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
    made = as_look_note(look, above, AS_NOTE_ROW,
                        as_look_keep_buf(look->explainer));
    for (uint32_t i = row->key_count; i < all && made; i++) {
        const struct as_row_column *column =
            &pack->column[as_baseline_column(row, i)];
        struct as_value value = as_row_view_value(view, i);

        as_look_value(
            look,
            as_look_note(look, made, AS_NOTE_VALUE,
                         as_look_keep(look->explainer,
                                      as_pack_text(pack, column->name))),
            &value);
    }
    return made;
}

static void say_span(const struct as_look *look, const struct as_row_view *view,
                     struct as_note *above)
{
    int64_t first = as_table_time(view->table, view->row, view->low);
    int64_t last = as_table_time(view->table, view->row, view->high - 1);
    uint32_t count = view->high - view->low;

    if (!above)
        return;
    if (first == last)
        as_look_say(look, above, "from %s event%s at %s",
                    count == 1 ? "one" : "several", count == 1 ? "" : "s",
                    as_look_time(look, first));
    else
        as_look_say(look, above, "from %" PRIu32 " events, %s to %s", count,
                    as_look_time(look, first), as_look_time(look, last));
}

/* The row with the parts of the question. */
struct as_note *as_look_row(const struct as_look *look,
                            const struct as_question *question,
                            const struct as_row_view *view, bool fits,
                            struct as_note *above)
{
    struct as_note *made = note_row(look, question, view, above);

    if (made)
        made->truth = fits ? AS_TRUTH_TRUE : AS_TRUTH_FALSE;
    say_span(look, view, made);
    look->judge->vm.rows[question->alias] = *view;
    for (uint32_t n = question->first; n < question->end;
         n = as_look_part(look, n)->end)
        as_look_at(look, n, made);
    return made;
}

/* The rows that fit best, best first. */
struct best {
    struct as_row_view view;
    struct as_fit fit;
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

    if (n == AS_LOOK_ROWS && !is_better(one, &best[n - 1]))
        return;
    if (n == AS_LOOK_ROWS)
        n--;
    else
        ++*count;
    for (; n > 0 && is_better(one, &best[n - 1]); n--)
        best[n] = best[n - 1];
    best[n] = *one;
}

/* All rows of the baseline: those that are there, and of the others those
 * that fit in all parts. */
static uint32_t find_best(const struct as_look *look,
                          const struct as_question *question, struct best *best,
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
static void say_absent(const struct as_look *look,
                       const struct as_row_view *view, struct as_note *above)
{
    const struct as_reach *reach = &view->table->reach;
    int64_t first = as_table_time(view->table, view->row, 0);
    int64_t last = as_table_time(view->table, view->row, view->high - 1);
    int64_t time = look->judge->vm.time;

    if (first > time)
        as_look_say(
            look, above,
            "it was not there yet: its first event comes %s after this one",
            as_look_span(look, first - time));
    else if (reach->retain_ms != INT64_MAX && time - last >= reach->retain_ms)
        as_look_say(
            look, above,
            "it was forgotten: its last event came %s before this one, and it "
            "retains %s",
            as_look_span(look, time - last),
            as_look_span(look, reach->retain_ms));
    else
        as_look_say(look, above, "it was not there at that time");
}

/* Nothing was found: what comes nearest. */
void as_look_near(const struct as_look *look,
                  const struct as_question *question, struct as_note *above)
{
    struct as_row_view outer = look->judge->vm.rows[question->alias];
    struct best best[AS_LOOK_ROWS];
    uint32_t live, count;

    if (!above)
        return;
    count = find_best(look, question, best, &live);
    if (live == 0)
        as_look_say(look, above, "%s has no row at that time", question->name);
    else if (count == 0)
        as_look_say(look, above,
                    "%s has %" PRIu32
                    " row%s at that time, and none is like it",
                    question->name, live, live == 1 ? "" : "s");
    else
        as_look_say(look, above,
                    "of the %" PRIu32 " row%s at that time nearest:", live,
                    live == 1 ? "" : "s");
    for (uint32_t i = 0; i < count; i++) {
        struct as_note *made = as_look_row(
            look, question, &best[i].view,
            best[i].live && best[i].fit.holding == best[i].fit.count, above);

        if (!best[i].live && made)
            say_absent(look, &best[i].view, made);
    }
    look->judge->vm.rows[question->alias] = outer;
}

/* Count what the parts come to, for each row that is there. */
void as_look_tally(const struct as_look *look,
                   const struct as_question *question)
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
             n = as_look_part(look, n)->end)
            as_look_at(look, n, NULL);
    }
    vm->rows[question->alias] = outer;
}

/* A quantifier over rows. */
static void look_rows(const struct as_look *look, uint32_t n,
                      struct as_note *above)
{
    const struct as_insight *part = as_look_part(look, n);
    const struct as_pack *pack = look->judge->pack;
    struct as_question question = {
        .baseline = part->baseline,
        .alias = part->alias,
        .first = n + 1,
        .end = part->end,
    };

    if (look->windowed)
        return;
    question.name = as_look_keep(
        look->explainer,
        as_pack_text(pack, pack->baseline[part->baseline].name));
    if (above)
        as_look_near(look, &question, above);
    else
        as_look_tally(look, &question);
}

/* ---- elements ------------------------------------------------------------ */

static void look_elements(const struct as_look *look, uint32_t n,
                          struct as_note *above)
{
    const struct as_insight *part = as_look_part(look, n);
    struct as_vm *vm = &look->judge->vm;
    uint32_t depth = vm->item_count, seen = 0;
    uint32_t most = above ? MOST_ELEMENTS : MOST_TALLIED;
    struct as_value value = as_look_run(look, part->json);
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
            made = as_look_note(look, above, AS_NOTE_ROW,
                                as_look_keep_buf(look->explainer));
        }
        look_below(look, n, made);
        for (const struct as_note *at = made ? made->kids : NULL; at;
             at = at->next)
            made->truth = at->truth; /* that of the condition */
    }
    vm->item_count = depth;
    if (above && seen == 0)
        as_look_say(look, above, "there is no element");
    else if (above && seen == most)
        as_look_say(look, above, "more elements are not shown");
}

/* ---- one part ------------------------------------------------------------ */

/* A value; what it is made of is below it. */
static void look_value(const struct as_look *look, uint32_t n,
                       struct as_note *above)
{
    const struct as_insight *part = as_look_part(look, n);
    struct as_explainer *explainer = look->explainer;
    struct as_note *made = above;

    if (part->program != AS_NO_ROW && above) {
        struct as_value value = as_look_run(look, part->program);

        made = as_look_note(look, above, AS_NOTE_VALUE,
                            explainer->insights->places[part->place].text);
        as_look_value(look, made, &value);
        as_look_missing(look, made, &value);
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

void as_look_at(const struct as_look *look, uint32_t n, struct as_note *above)
{
    const struct as_insight *part = as_look_part(look, n);
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
        value = as_look_run(look, part->program);
    truth = part->always >= 0 ? (part->always ? AS_TRUTH_TRUE : AS_TRUTH_FALSE)
          : part->program == AS_NO_ROW ? AS_TRUTH_NOT_ASKED
                                       : as_look_truth(&value);
    if (explainer->tally && truth != AS_TRUTH_NOT_ASKED)
        explainer->tally[part->place][truth]++;
    if (above) {
        made = as_look_note(look, above, AS_NOTE_CONDITION,
                            words_of(part, place->text));
        if (!made)
            return;
        made->truth = truth;
        made->part = part->kind;
        made->place = place;
        as_look_missing(look, made, &value);
    }
    if (part->kind == AS_INSIGHT_ROWS)
        look_rows(look, n, made);
    else if (part->kind == AS_INSIGHT_ELEMENTS)
        look_elements(look, n, made);
    else
        look_below(look, n, made);
}

/* ---- clauses ------------------------------------------------------------- */

struct as_insight_range as_look_range(const struct as_look *look)
{
    const struct as_insights *insights = look->explainer->insights;

    return insights ? insights->rules[look->rule]
                    : (struct as_insight_range){ 0, 0 };
}

/* The next root of the clause from `n` on; range.end: there is none. */
uint32_t as_look_root(const struct as_look *look, uint32_t n, uint32_t end,
                      enum as_insight_clause clause, uint32_t number,
                      bool any_number)
{
    while (n < end &&
           (as_look_part(look, n)->clause != clause ||
            (!any_number && as_look_part(look, n)->number != number)))
        n = as_look_part(look, n)->end;
    return n;
}

/* All parts of a clause. */
void as_look_clause(const struct as_look *look, enum as_insight_clause clause,
                    uint32_t number, bool any_number, struct as_note *above)
{
    struct as_insight_range range = as_look_range(look);

    for (uint32_t n = as_look_root(look, range.first, range.end, clause, number,
                                   any_number);
         n < range.end; n = as_look_root(look, as_look_part(look, n)->end,
                                         range.end, clause, number, any_number))
        as_look_at(look, n, above);
}

/* Without insights: the clause's own program, with its text. */
static void look_program(const struct as_look *look, uint32_t program,
                         struct as_note *above)
{
    const struct as_pack *pack = look->judge->pack;
    struct as_value value;
    struct as_note *made;

    if (look->explainer->insights || program == AS_NO_ROW || !above)
        return;
    value = as_look_run(look, program);
    made = as_look_note(
        look, above, AS_NOTE_CONDITION,
        as_look_keep(look->explainer,
                     as_pack_text(pack, pack->program[program].source)));
    if (!made)
        return;
    made->truth = as_look_truth(&value);
    as_look_missing(look, made, &value);
}

/* What a clause of one or two programs comes to. */
static enum as_truth both(const struct as_look *look, uint32_t a, uint32_t b,
                          struct as_note *made)
{
    enum as_truth truth = AS_TRUTH_TRUE;

    for (int i = 0; i < 2; i++) {
        uint32_t program = i == 0 ? a : b;
        struct as_value value;

        if (program == AS_NO_ROW)
            continue;
        value = as_look_run(look, program);
        if (as_look_truth(&value) == AS_TRUTH_FALSE)
            return AS_TRUTH_FALSE;
        if (as_look_truth(&value) == AS_TRUTH_UNKNOWN) {
            truth = AS_TRUTH_UNKNOWN;
            as_look_missing(look, made, &value);
        }
    }
    return truth;
}

/* The clause's note, with what it comes to. */
struct as_note *as_look_whole(const struct as_look *look, struct as_note *above,
                              const char *text, uint32_t a, uint32_t b,
                              enum as_truth *truth)
{
    struct as_note *made = as_look_note(look, above, AS_NOTE_CLAUSE, text);

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
