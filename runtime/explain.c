/* explain.c - see explain.h. */

#include "runtime/explain.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/time.h"
#include "runtime/verdict.h"

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

/* ---- accounts ------------------------------------------------------------ */

static const char *slot_text(const struct as_look *look, uint32_t slot)
{
    struct as_hold_room room;
    struct as_json_value value = as_hold_slot(look->judge->hold, look->event,
                                              slot, &room);

    return value.kind == AS_JSON_ABSENT
             ? "(none)"
             : as_look_keep(look->explainer, value.text);
}

/* Was another copy of the record explained? */
static bool is_copy(const struct as_look *look)
{
    for (struct as_account *at = look->explainer->accounts.first; at;
         at = at->next) {
        if (as_hold_same(look->judge->hold, at->event, look->event))
            return true;
    }
    return false;
}

static void explain(const struct as_look *look)
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
    made->time = as_look_time(look, as_hold_time(hold, look->event));
    made->name = slot_text(look, AS_SLOT_EVENT_NAME);
    made->address = slot_text(look, AS_SLOT_ADDRESS);
    made->input = as_look_keep(explainer, as_hold_input(hold, look->event));
    made->offset = as_hold_offset(hold, look->event);
    verdict = as_verdict_all(look, row->each, as_verdict_event, &made->root);
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
static const char *tally_baseline(const struct as_look *look,
                                  struct as_note *above)
{
    struct as_insight_range range =
        look->explainer->insights->baselines[look->rule];

    for (uint32_t n = range.first; n < range.end;
         n = as_look_part(look, n)->end)
        as_look_at(look, n, above);
    return NULL;
}

static void tally(const struct as_look *look)
{
    const struct as_pack *pack = look->judge->pack;

    as_verdict_all(look, pack->rule[look->rule].each, as_verdict_event, NULL);
    for (uint32_t i = 0; i < pack->baseline_count; i++) {
        struct as_look inner = *look;

        if (!look->explainer->needed[i])
            continue;
        inner.rule = i; /* of baselines, here */
        as_verdict_all(&inner, pack->baseline[i].each, tally_baseline, NULL);
    }
}

bool as_explain_event(struct as_explainer *explainer, struct as_judge *judge,
                      uint32_t rule, uint32_t event)
{
    const struct as_row_rule *row = &judge->pack->rule[rule];
    struct as_look look = { explainer, judge, rule, event, false };
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

static uint32_t score(const struct as_look *look,
                      const struct as_explained_window *window)
{
    struct as_insight_range range = as_look_range(look);
    struct as_fit fit = { 0, 0 };

    for (uint32_t n = range.first; n < range.end;
         n = as_look_part(look, n)->end) {
        if (as_look_part(look, n)->clause == AS_INSIGHT_HAVING)
            as_look_fit(look, n, &fit);
    }
    return 1 + fit.holding + (window->alerts ? 1u << 20 : 0);
}

static void show_window(const struct as_look *look, struct as_account *account,
                        const struct as_explained_window *window)
{
    const struct as_row_rule *row = &look->judge->pack->rule[look->rule];
    struct as_explainer *explainer = look->explainer;
    struct as_note *made = account->window, *having;
    enum as_truth truth;

    if (!made)
        made = as_look_note(look, &account->root, AS_NOTE_WINDOW, "");
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
    made->text = as_look_keep_buf(explainer);
    made->truth = window->alerts ? AS_TRUTH_TRUE : AS_TRUTH_FALSE;
    having = as_look_whole(look, made, "having", row->having, AS_NO_ROW,
                           &truth);
    as_look_clause(look, AS_INSIGHT_HAVING, 0, true, having);
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
    struct as_look look = { explainer, judge, rule, 0, true };
    uint64_t gave_up = judge->vm.gave_up;

    if (explainer->tally)
        as_look_clause(&look, AS_INSIGHT_HAVING, 0, true, NULL);
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
static const struct as_alert *alert_of(const struct as_look *look,
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
static void conclude(const struct as_look *look, struct as_account *account)
{
    const struct as_alert *alert = alert_of(look, account);
    enum as_shape shape =
        (enum as_shape)look->judge->pack->rule[look->rule].shape;
    bool late = shape == AS_SHAPE_NEW_TERMS || shape == AS_SHAPE_SEQUENCE;

    if (late && account->passes) {
        account->alert = alert != NULL;
        if (shape == AS_SHAPE_SEQUENCE)
            account->verdict = alert
                                 ? "a sequence is complete with it"
                                 : "it is the last step, but no sequence is "
                                   "complete with it: a step before it is "
                                   "not there in time, or something came "
                                   "between";
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
    struct as_look look = { explainer, judge, explainer->rule, 0, true };

    for (struct as_account *at = explainer->accounts.first; at; at = at->next) {
        if (at->window_count > 1)
            as_look_say(&look, &at->root,
                        "it is part of %" PRIu32
                        " windows of its group; one is shown",
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
