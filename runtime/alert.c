/*
 * alert.c - see alert.h.
 *
 * An alert is rendered when it is made: what it shows is then at hand, and a
 * theft of a thousand calls costs a thousand lines, not a thousand copies of
 * the state.  Two records under one event id give one alert, whichever of them
 * was judged first: see replaces().
 */

#include "runtime/alert.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/escape.h"
#include "common/time.h"

enum { MOST_EVENTS = 10 }; /* ids shown of each end of a long list */

bool as_alerts_init(struct as_alerts *alerts, const struct as_pack *pack,
                    const struct as_hold *hold, const struct as_store *store)
{
    *alerts = (struct as_alerts){ .pack = pack, .hold = hold, .store = store };
    as_arena_init(&alerts->arena, 0);
    as_map_init(&alerts->by_id);
    alerts->slots = calloc(pack->slot_count + 1, sizeof(*alerts->slots));
    return alerts->slots != NULL;
}

void as_alerts_done(struct as_alerts *alerts)
{
    as_map_done(&alerts->by_id);
    as_arena_free(&alerts->arena);
    as_buf_done(&alerts->buf);
    as_buf_done(&alerts->words);
    as_buf_done(&alerts->shown);
    free(alerts->alerts);
    free(alerts->slots);
}

/* ---- JSON ------------------------------------------------------------- */

static void comma(struct as_buf *out)
{
    char last = out->length > 0 ? out->bytes[out->length - 1] : '{';

    if (last != '{' && last != '[')
        as_buf_putc(out, ',');
}

static void member(struct as_buf *out, const char *name)
{
    comma(out);
    as_buf_printf(out, "\"%s\":", name);
}

static void text_member(struct as_buf *out, const char *name,
                        struct as_text text)
{
    member(out, name);
    as_escape_json(out, text);
}

static void named_member(struct as_buf *out, struct as_text name)
{
    comma(out);
    as_escape_json(out, name);
    as_buf_putc(out, ':');
}

static void time_text(struct as_buf *out, int64_t ms)
{
    as_buf_putc(out, '"');
    as_time_format(out, ms);
    as_buf_putc(out, '"');
}

/* Slots of the event, as the alert names them. */
static const struct {
    const char *name;
    enum as_slot slot;
} shown[] = {
    { "eventID", AS_SLOT_EVENT_ID },
    { "eventName", AS_SLOT_EVENT_NAME },
    { "eventSource", AS_SLOT_EVENT_SOURCE },
    { "awsRegion", AS_SLOT_REGION },
    { "sourceIPAddress", AS_SLOT_ADDRESS },
    { "userAgent", AS_SLOT_USER_AGENT },
    { "accessKeyId", AS_SLOT_ACCESS_KEY },
    { "arn", AS_SLOT_ARN },
    { "accountId", AS_SLOT_ACCOUNT },
    { "recipientAccountId", AS_SLOT_RECIPIENT },
    { "errorCode", AS_SLOT_ERROR_CODE },
    { "vpcEndpointId", AS_SLOT_VPC_ENDPOINT },
    { "invokedBy", AS_SLOT_INVOKED_BY },
};

static void event_json(struct as_alerts *alerts, uint32_t event)
{
    struct as_buf *out = &alerts->buf;
    struct as_hold_room room;

    as_hold_slots(alerts->hold, event, alerts->slots, &room);
    member(out, "event");
    as_buf_putc(out, '{');
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
        const struct as_json_value *slot = &alerts->slots[shown[i].slot];

        member(out, shown[i].name);
        if (slot->kind == AS_JSON_ABSENT)
            as_buf_puts(out, "null");
        else
            as_escape_json(out, slot->text);
    }
    as_buf_putc(out, '}');
}

/* Good until the next call. */
static struct as_text id_of(struct as_alerts *alerts, uint32_t event)
{
    return as_hold_id(alerts->hold, event, &alerts->room);
}

/* The ids of a window's events, the first and last few when there are many. */
static void events_json(struct as_alerts *alerts,
                        const struct as_row_view *view)
{
    struct as_buf *out = &alerts->buf;
    uint32_t count = view->high - view->low;

    member(out, "event_count");
    as_buf_printf(out, "%" PRIu32, count);
    member(out, "events");
    as_buf_putc(out, '[');
    for (uint32_t p = view->low; p < view->high; p++) {
        if (p - view->low == MOST_EVENTS && count > 2 * MOST_EVENTS)
            p = view->high - MOST_EVENTS;
        if (p > view->low)
            as_buf_putc(out, ',');
        as_escape_json(out, id_of(alerts, as_table_event(view, p)));
    }
    as_buf_putc(out, ']');
}

static void columns_json(struct as_alerts *alerts,
                         const struct as_row_view *view, uint32_t from,
                         uint32_t to, const struct as_row_baseline *baseline)
{
    struct as_buf *out = &alerts->buf;

    as_buf_putc(out, '{');
    for (uint32_t i = from; i < to; i++) {
        const struct as_row_column *column =
            &alerts->pack->column[as_baseline_column(baseline, i)];
        struct as_value value = as_row_view_value(view, i);

        named_member(out, as_pack_text(alerts->pack, column->name));
        as_gather_json(out, alerts->store, &value);
    }
    as_buf_putc(out, '}');
}

static void evidence_json(struct as_alerts *alerts,
                          const struct as_finding *finding)
{
    const struct as_pack *pack = alerts->pack;
    struct as_buf *out = &alerts->buf;

    member(out, "baselines");
    as_buf_putc(out, '[');
    for (uint32_t i = 0; i < finding->evidence_count; i++) {
        const struct as_evidence *evidence = &finding->evidence[i];
        const struct as_row_alias *alias = &pack->alias[evidence->alias];
        const struct as_row_baseline *baseline =
            &pack->baseline[alias->baseline];
        uint32_t all = baseline->key_count + baseline->column_count;

        as_buf_puts(out, i > 0 ? ",{" : "{");
        text_member(out, "name", as_pack_text(pack, baseline->name));
        text_member(out, "alias", as_pack_text(pack, alias->name));
        member(out, "key");
        columns_json(alerts, &evidence->view, 0, baseline->key_count, baseline);
        member(out, "row");
        columns_json(alerts, &evidence->view, 0, all, baseline);
        events_json(alerts, &evidence->view);
        as_buf_putc(out, '}');
    }
    as_buf_putc(out, ']');
    member(out, "combinations");
    as_buf_printf(out, "%" PRIu64, finding->combination_count);
}

static void key_json(struct as_alerts *alerts, const struct as_finding *finding)
{
    const struct as_pack *pack = alerts->pack;
    const struct as_row_rule *rule = &pack->rule[finding->rule];
    struct as_buf *out = &alerts->buf;

    member(out, "key");
    as_buf_putc(out, '{');
    for (uint32_t i = 0; i < rule->key_count; i++) {
        named_member(out,
                     as_pack_text(pack, pack->column[rule->keys + i].name));
        as_value_json(out, &finding->keys[i]);
    }
    as_buf_putc(out, '}');
}

static void terms_json(struct as_alerts *alerts,
                       const struct as_finding *finding)
{
    struct as_value history = as_integer(AS_KIND_DURATION, finding->history_ms);
    struct as_buf *out = &alerts->buf;

    member(out, "new_terms");
    as_buf_putc(out, '{');
    key_json(alerts, finding);
    member(out, "history");
    as_value_json(out, &history);
    member(out, "last_seen");
    if (finding->last_ms == INT64_MIN)
        as_buf_puts(out, "null");
    else
        time_text(out, finding->last_ms);
    as_buf_putc(out, '}');
}

static void sequence_json(struct as_alerts *alerts,
                          const struct as_finding *finding)
{
    struct as_buf *out = &alerts->buf;

    member(out, "sequence");
    as_buf_putc(out, '{');
    key_json(alerts, finding);
    member(out, "start");
    time_text(out, finding->window_start);
    member(out, "end");
    time_text(out, finding->window_end);
    member(out, "events");
    as_buf_putc(out, '[');
    for (uint32_t i = 0; i < finding->chain_count; i++) {
        comma(out);
        as_escape_json(out, id_of(alerts, finding->chain[i]));
    }
    as_buf_puts(out, "]}");
}

static void group_json(struct as_alerts *alerts,
                       const struct as_finding *finding)
{
    const struct as_pack *pack = alerts->pack;
    const struct as_row_rule *rule = &pack->rule[finding->rule];
    struct as_buf *out = &alerts->buf;

    member(out, "group");
    as_buf_putc(out, '{');
    key_json(alerts, finding);
    member(out, "window");
    as_buf_puts(out, "{\"start\":");
    time_text(out, finding->window_start);
    as_buf_puts(out, ",\"end\":");
    time_text(out, finding->window_end);
    as_buf_putc(out, '}');
    member(out, "aggregates");
    as_buf_putc(out, '{');
    for (uint32_t i = 0; i < rule->agg_count; i++) {
        named_member(out,
                     as_pack_text(pack, pack->column[rule->aggs + i].source));
        as_gather_json(out, alerts->store, &finding->aggs[i]);
    }
    as_buf_putc(out, '}');
    text_member(out, "turned_by", id_of(alerts, finding->event));
    events_json(alerts, &finding->window);
    as_buf_putc(out, '}');
}

static void excludes_json(struct as_alerts *alerts,
                          const struct as_finding *finding)
{
    const struct as_pack *pack = alerts->pack;
    const struct as_row_rule *rule = &pack->rule[finding->rule];
    struct as_buf *out = &alerts->buf;

    member(out, "excludes");
    as_buf_putc(out, '{');
    for (uint32_t i = 0; finding->excludes && i < rule->exclude_count; i++) {
        named_member(
            out, as_pack_text(pack, pack->exclude[rule->excludes + i].name));
        as_buf_puts(out, as_is_missing(&finding->excludes[i]) ? "\"unknown\""
                                                              : "\"false\"");
    }
    as_buf_putc(out, '}');
}

static void outcome_json(struct as_alerts *alerts,
                         const struct as_finding *finding)
{
    const struct as_pack *pack = alerts->pack;
    const struct as_row_rule *rule = &pack->rule[finding->rule];
    struct as_buf *out = &alerts->buf;

    member(out, "outcome");
    as_buf_putc(out, '{');
    for (uint32_t i = 0; i < rule->outcome_count; i++) {
        named_member(
            out, as_pack_text(pack, pack->outcome[rule->outcomes + i].name));
        as_gather_json(out, alerts->store, &finding->outcomes[i]);
    }
    as_buf_putc(out, '}');
}

/* The overlays that changed the rule, where there are any. */
static void overlays_json(struct as_alerts *alerts,
                          const struct as_row_rule *rule)
{
    const struct as_pack *pack = alerts->pack;
    struct as_buf *out = &alerts->buf;

    if (rule->overlay_count == 0)
        return;
    member(out, "overlays");
    for (uint32_t i = 0; i < rule->overlay_count; i++) {
        as_buf_putc(out, i > 0 ? ',' : '[');
        as_escape_json(out,
                       as_pack_text(pack, pack->tag[rule->overlays + i].text));
    }
    as_buf_putc(out, ']');
}

static void rule_json(struct as_alerts *alerts, const struct as_row_rule *rule,
                      const char *severity)
{
    const struct as_pack *pack = alerts->pack;
    struct as_buf *out = &alerts->buf;

    member(out, "rule");
    as_buf_putc(out, '{');
    text_member(out, "name", as_pack_text(pack, rule->name));
    text_member(out, "id", as_pack_text(pack, rule->id));
    member(out, "version");
    as_buf_printf(out, "%" PRIu32, rule->version);
    text_member(out, "pack", as_pack_text(pack, pack->info->name));
    text_member(out, "title", as_pack_text(pack, rule->title));
    text_member(out, "severity", as_text_of(severity));
    text_member(out, "status", as_pack_text(pack, rule->status));
    member(out, "attack");
    as_buf_putc(out, '[');
    for (uint32_t i = 0; i < rule->attack_count; i++) {
        if (i > 0)
            as_buf_putc(out, ',');
        as_escape_json(out,
                       as_pack_text(pack, pack->tag[rule->attack + i].text));
    }
    as_buf_putc(out, ']');
    overlays_json(alerts, rule);
    as_buf_putc(out, '}');
}

/* ---- identity --------------------------------------------------------- */

void as_alert_key(struct as_buf *out, const struct as_pack *pack,
                  uint32_t first, uint32_t count, const struct as_value *values)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            as_buf_putc(out, ' ');
        as_buf_text(out, as_pack_text(pack, pack->column[first + i].name));
        as_buf_putc(out, '=');
        as_value_words(out, &values[i]);
    }
}

/* The first 128 bits of SHA-256 over the rule's id and the event's id, or,
 * for a group, its key and time; the parts' lengths keep them apart. */
static void make_id(struct as_alerts *alerts, const struct as_finding *finding,
                    char id[33])
{
    const struct as_pack *pack = alerts->pack;
    const struct as_row_rule *rule = &pack->rule[finding->rule];
    struct as_text rule_id = as_pack_text(pack, rule->id);
    bool is_group = rule->shape == AS_SHAPE_GROUP;
    unsigned char digest[AS_SHA256_SIZE];
    struct as_sha256 sha;

    as_buf_reset(&alerts->words);
    if (is_group) {
        for (uint32_t i = 0; i < rule->key_count; i++) {
            as_value_json(&alerts->words, &finding->keys[i]);
            as_buf_putc(&alerts->words, ' ');
        }
        as_time_format(&alerts->words, finding->time);
    } else {
        as_buf_text(&alerts->words, id_of(alerts, finding->event));
    }
    alerts->failed |= alerts->words.failed;
    as_sha256_init(&sha);
    as_sha256_add(&sha, rule_id.bytes, rule_id.length);
    as_sha256_add(&sha, is_group ? "\0g" : "\0e", 2);
    as_sha256_add(&sha, alerts->words.bytes, alerts->words.length);
    as_sha256_end(&sha, digest);
    as_hex(digest, 16, id);
}

static struct as_text keep(struct as_alerts *alerts, struct as_text text)
{
    char *copy = as_strndup(&alerts->arena, text.bytes, text.length);

    if (!copy) {
        alerts->failed = true;
        return (struct as_text){ "", 0 };
    }
    return (struct as_text){ copy, text.length };
}

/* The values of `suppress by`; empty when one is missing. */
static struct as_text suppress_key(struct as_alerts *alerts,
                                   const struct as_finding *finding)
{
    const struct as_row_rule *rule = &alerts->pack->rule[finding->rule];
    struct as_buf one = { 0 };
    struct as_text key = { "", 0 };

    as_buf_reset(&alerts->words);
    as_buf_putc(&alerts->words, 's');
    for (uint32_t i = 0; i < rule->suppress_by_count; i++) {
        if (as_is_missing(&finding->suppress_by[i])) {
            as_buf_reset(&alerts->words);
            break;
        }
        as_value_canonical(&finding->suppress_by[i], &one);
        alerts->failed |= one.failed;
        as_buf_printf(&alerts->words, "%zu:", one.length);
        as_buf_text(&alerts->words, as_buf_view(&one));
    }
    alerts->failed |= alerts->words.failed;
    if (rule->suppress_by_count > 0 && alerts->words.length > 0)
        key = keep(alerts, as_buf_view(&alerts->words));
    as_buf_done(&one);
    return key;
}

static struct as_text finding_key(struct as_alerts *alerts,
                                  const struct as_finding *finding)
{
    const struct as_pack *pack = alerts->pack;
    const struct as_row_rule *rule = &pack->rule[finding->rule];

    as_buf_reset(&alerts->words);
    if (finding->keys) {
        as_alert_key(&alerts->words, pack, rule->keys, rule->key_count,
                     finding->keys);
    } else if (finding->evidence_count > 0) {
        const struct as_row_view *view = &finding->evidence[0].view;
        const struct as_row_alias *alias =
            &pack->alias[finding->evidence[0].alias];
        const struct as_row_baseline *baseline =
            &pack->baseline[alias->baseline];
        struct as_value values[32];

        for (uint32_t i = 0; i < baseline->key_count; i++)
            values[i] = as_row_view_value(view, i);
        as_alert_key(&alerts->words, pack, baseline->keys, baseline->key_count,
                     values);
    }
    alerts->failed |= alerts->words.failed;
    return keep(alerts, as_buf_view(&alerts->words));
}

/* ---- adding ----------------------------------------------------------- */

/* A computed severity may come from the event: any other word would slip
 * through whoever looks for the known ones. */
static bool is_severity(struct as_text text)
{
    static const char *const words[] = { "informational", "low", "medium",
                                         "high", "critical" };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (as_text_equal(text, as_text_of(words[i])))
            return true;
    }
    return false;
}

static const char *severity_of(struct as_alerts *alerts,
                               const struct as_finding *finding)
{
    const struct as_pack *pack = alerts->pack;
    const struct as_row_rule *rule = &pack->rule[finding->rule];
    struct as_text severity = as_pack_text(pack, rule->severity);

    for (uint32_t i = 0; i < rule->outcome_count; i++) {
        const struct as_row_outcome *row = &pack->outcome[rule->outcomes + i];

        if (as_text_equal(as_pack_text(pack, row->name), AS_TEXT("severity")) &&
            finding->outcomes[i].kind == AS_KIND_TEXT &&
            is_severity(as_value_text(&finding->outcomes[i])))
            severity = as_value_text(&finding->outcomes[i]);
    }
    return keep(alerts, severity).bytes;
}

/* What the alert is about, as its rule's shape has it. */
static void subject_json(struct as_alerts *alerts,
                         const struct as_finding *finding)
{
    switch ((enum as_shape)alerts->pack->rule[finding->rule].shape) {
    case AS_SHAPE_PLAIN:
    case AS_SHAPE_JOIN:
        event_json(alerts, finding->event);
        if (finding->evidence_count > 0)
            evidence_json(alerts, finding);
        return;
    case AS_SHAPE_GROUP:
        group_json(alerts, finding);
        return;
    case AS_SHAPE_NEW_TERMS:
        event_json(alerts, finding->event);
        terms_json(alerts, finding);
        return;
    case AS_SHAPE_SEQUENCE:
        event_json(alerts, finding->event);
        sequence_json(alerts, finding);
        return;
    }
}

static void render(struct as_alerts *alerts, const struct as_finding *finding,
                   const struct as_alert *alert)
{
    struct as_buf *out = &alerts->buf;

    as_buf_reset(out);
    as_buf_puts(out, "{\"schema\":\"astray.alert/1\"");
    text_member(out, "id", as_text_of(alert->id));
    text_member(out, "status", AS_TEXT("final"));
    rule_json(alerts, &alerts->pack->rule[finding->rule], alert->severity);
    member(out, "time");
    time_text(out, finding->time);
    subject_json(alerts, finding);
    excludes_json(alerts, finding);
    outcome_json(alerts, finding);
    member(out, "source");
    as_buf_puts(out, "{\"input\":");
    as_escape_json(out, as_hold_input(alerts->hold, finding->event));
    as_buf_printf(out, ",\"offset\":%" PRIu64 "}",
                  as_hold_offset(alerts->hold, finding->event));
    alerts->failed |= out->failed;
}

static bool make_room(struct as_alerts *alerts)
{
    uint32_t more = alerts->capacity ? alerts->capacity * 2 : 64;
    struct as_alert *rows;

    if (alerts->count < alerts->capacity)
        return true;
    rows = realloc(alerts->alerts, more * sizeof(*rows));
    if (!rows)
        return false;
    alerts->alerts = rows;
    alerts->capacity = more;
    return true;
}

/* Of two alerts under one id stays, of copies of one record, the one whose
 * place comes first, and else the lesser bytes; whichever was judged first. */
static bool replaces(const struct as_alerts *alerts,
                     const struct as_alert *alert, struct as_text json,
                     const struct as_alert *other)
{
    int order = 0;

    if (as_hold_same(alerts->hold, alert->event, other->event))
        order = as_hold_compare(alerts->hold, alert->event, other->event);
    return order != 0 ? order < 0 : as_text_compare(json, other->json) < 0;
}

/* There is room for it. */
static void enter(struct as_alerts *alerts, struct as_alert *alert,
                  struct as_text json)
{
    bool added;
    uint32_t n = as_map_add(&alerts->by_id, as_text_of(alert->id), &added);

    if (n == AS_MAP_NONE || alerts->failed) {
        alerts->failed = true;
        return;
    }
    if (added) {
        alerts->by_id.entries[n].key = keep(alerts, as_text_of(alert->id));
        alert->json = keep(alerts, json);
        alerts->alerts[alerts->count++] = *alert;
        return;
    }
    alerts->merged++;
    if (replaces(alerts, alert, json, &alerts->alerts[n])) {
        alert->json = keep(alerts, json);
        alerts->alerts[n] = *alert;
    }
}

/* By the event's id, or by a key. */
static bool is_wanted(struct as_alerts *alerts,
                      const struct as_finding *finding)
{
    if (!alerts->wanted)
        return true;
    if (as_map_find(alerts->wanted, id_of(alerts, finding->event)) !=
        AS_MAP_NONE)
        return true;
    if (!finding->keys)
        return false;
    as_buf_reset(&alerts->words);
    as_alert_key(&alerts->words, alerts->pack,
                 alerts->pack->rule[finding->rule].keys,
                 alerts->pack->rule[finding->rule].key_count, finding->keys);
    return as_map_find(alerts->wanted, as_buf_view(&alerts->words)) !=
           AS_MAP_NONE;
}

void as_alerts_add(struct as_alerts *alerts, const struct as_finding *finding)
{
    const struct as_row_rule *rule = &alerts->pack->rule[finding->rule];
    struct as_alert alert = { .rule = finding->rule,
                              .time = finding->time,
                              .event = finding->event,
                              .group = rule->shape == AS_SHAPE_GROUP };

    if (!is_wanted(alerts, finding))
        return;
    make_id(alerts, finding, alert.id);
    alert.severity = severity_of(alerts, finding);
    alert.event_id = keep(alerts, id_of(alerts, finding->event));
    alert.rule_name = as_pack_text(alerts->pack, rule->name);
    alert.suppress_key = suppress_key(alerts, finding);
    alert.key = finding_key(alerts, finding);
    if (alerts->failed || !make_room(alerts)) {
        alerts->failed = true;
        return;
    }
    render(alerts, finding, &alert);
    enter(alerts, &alert, as_buf_view(&alerts->buf));
}

void as_alerts_take(struct as_alerts *alerts, const struct as_alert *alert,
                    uint32_t event)
{
    struct as_alert copy = *alert;

    copy.event = event;
    copy.severity = keep(alerts, as_text_of(alert->severity)).bytes;
    copy.event_id = keep(alerts, alert->event_id);
    copy.suppress_key = keep(alerts, alert->suppress_key);
    copy.key = keep(alerts, alert->key);
    if (!make_room(alerts))
        alerts->failed = true;
    else
        enter(alerts, &copy, alert->json);
}

/* ---- reporting -------------------------------------------------------- */

/* (time, event id, rule, alert id): no two alerts are equal. */
static int compare(const void *a, const void *b)
{
    const struct as_alert *x = a, *y = b;
    int order = as_text_compare(x->event_id, y->event_id);

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (order != 0)
        return order;
    order = as_text_compare(x->rule_name, y->rule_name);
    return order != 0 ? order : strcmp(x->id, y->id);
}

/* Mark, in output order, what an earlier alert of the same rule and values
 * suppresses: its json becomes empty.  kept: rule and key -> alert + 1. */
static void suppress(struct as_alerts *alerts, const struct as_run *run,
                     struct as_stats *stats)
{
    struct as_map kept;

    as_map_init(&kept);
    for (uint32_t i = 0; i < alerts->count; i++) {
        struct as_alert *alert = &alerts->alerts[i], *before;
        const struct as_row_rule *rule = &alerts->pack->rule[alert->rule];
        int64_t span = as_run_amount(run, rule->suppress_kind, rule->suppress);
        uint32_t n;

        if (alert->suppress_key.length == 0)
            continue;
        as_buf_reset(&alerts->words);
        as_buf_printf(&alerts->words, "%" PRIu32 " ", alert->rule);
        as_buf_text(&alerts->words, alert->suppress_key);
        n = as_map_add(&kept, keep(alerts, as_buf_view(&alerts->words)), NULL);
        if (n == AS_MAP_NONE || alerts->words.failed) {
            alerts->failed = true;
            break;
        }
        before = kept.entries[n].value > 0
                   ? &alerts->alerts[kept.entries[n].value - 1]
                   : NULL;
        if (before &&
            (span == INT64_MAX || alert->time - span < before->time)) {
            before->suppressed++;
            alert->json.length = 0;
            stats->rules[alert->rule].suppressed++;
        } else {
            kept.entries[n].value = i + 1;
        }
    }
    as_map_done(&kept);
}

/* A terminated copy that shows all of a text: a NUL in it, which would end it
 * early and hide the rest, becomes U+FFFD. */
static const char *shown_text(struct as_alerts *alerts, struct as_text text)
{
    if (text.length == 0 || !memchr(text.bytes, '\0', text.length))
        return keep(alerts, text).bytes;
    as_buf_reset(&alerts->shown);
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i])
            as_buf_putc(&alerts->shown, text.bytes[i]);
        else
            as_buf_puts(&alerts->shown, "\xef\xbf\xbd");
    }
    alerts->failed |= alerts->shown.failed;
    return keep(alerts, as_buf_view(&alerts->shown)).bytes;
}

/* A terminated copy of a slot's text; the slots are at hand. */
static const char *slot_text(struct as_alerts *alerts,
                             const struct as_alert *alert, enum as_slot slot)
{
    return alert->group ? "" : shown_text(alerts, alerts->slots[slot].text);
}

static void hand_out(struct as_alerts *alerts, const struct as_alert *alert,
                     astray_alert_fn *report, void *user)
{
    const struct as_pack *pack = alerts->pack;
    const struct as_row_rule *rule = &pack->rule[alert->rule];
    struct astray_alert out = { .size = sizeof(out),
                                .id = alert->id,
                                .severity = alert->severity,
                                .time_ms = alert->time };
    struct as_hold_room room;

    as_hold_slots(alerts->hold, alert->event, alerts->slots, &room);
    as_buf_reset(&alerts->buf);
    as_buf_text(&alerts->buf, alert->json);
    if (alert->suppressed > 0)
        as_buf_printf(&alerts->buf, ",\"suppressed\":%" PRIu64,
                      alert->suppressed);
    as_buf_putc(&alerts->buf, '}');
    as_buf_putc(&alerts->buf, '\0');
    as_buf_reset(&alerts->words);
    as_time_format(&alerts->words, alert->time);
    as_buf_putc(&alerts->words, '\0');
    out.key = shown_text(alerts, alert->key);
    out.rule = keep(alerts, as_pack_text(pack, rule->name)).bytes;
    out.title = keep(alerts, as_pack_text(pack, rule->title)).bytes;
    out.status = keep(alerts, as_pack_text(pack, rule->status)).bytes;
    out.event_id = shown_text(alerts, alert->event_id);
    out.event_name = slot_text(alerts, alert, AS_SLOT_EVENT_NAME);
    out.event_source = slot_text(alerts, alert, AS_SLOT_EVENT_SOURCE);
    out.region = slot_text(alerts, alert, AS_SLOT_REGION);
    out.address = slot_text(alerts, alert, AS_SLOT_ADDRESS);
    out.agent = slot_text(alerts, alert, AS_SLOT_USER_AGENT);
    out.error_code = slot_text(alerts, alert, AS_SLOT_ERROR_CODE);
    alerts->failed |= alerts->buf.failed || alerts->words.failed;
    if (alerts->failed)
        return;
    out.json = alerts->buf.bytes;
    out.json_length = alerts->buf.length - 1;
    out.time = alerts->words.bytes;
    report(&out, user);
}

void as_alerts_report(struct as_alerts *alerts, const struct as_run *run,
                      struct as_stats *stats, struct as_period period,
                      astray_alert_fn *report, void *user)
{
    if (alerts->count > 0)
        qsort(alerts->alerts, alerts->count, sizeof(*alerts->alerts), compare);
    suppress(alerts, run, stats);
    stats->merged = alerts->merged;
    for (uint32_t i = 0; i < alerts->count && !alerts->failed; i++) {
        const struct as_alert *alert = &alerts->alerts[i];

        if (alert->json.length == 0)
            continue;
        if (alert->time < period.since || alert->time >= period.until) {
            stats->rules[alert->rule].outside_period++;
            continue;
        }
        stats->rules[alert->rule].alerts++;
        stats->alerts++;
        if (report)
            hand_out(alerts, alert, report, user);
    }
}
