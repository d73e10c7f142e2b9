/*
 * intake.c - see intake.h.
 *
 * One pass over an object gives the projected values and those that
 * carriers.def asks for.  For a bare record that is all; a carrier's inside
 * is then taken in the same way, one level deeper.
 */

#include "runtime/intake.h"

#include <stdlib.h>

#include "common/time.h"

enum action { ITEMS, OBJECT, TEXT, RECORD, ECS, SKIP };

enum { ANY = -1 };

struct carrier {
    struct as_text mark, with, equals;
    int kind; /* enum as_json_kind, or ANY */
    enum action action;
    enum as_reason reason;
};

#define AS_JSON_ANY ANY

static const struct carrier carriers[] = {
#define AS_CARRIER(mark, kind, with, equals, action, reason, text)             \
    { { mark, sizeof(mark) - 1 },                                              \
      { with, sizeof(with) - 1 },                                              \
      { equals, sizeof(equals) - 1 },                                          \
      AS_JSON_##kind,                                                          \
      action,                                                                  \
      AS_REASON_##reason },
#include "runtime/carriers.def"
#undef AS_CARRIER
};

/* The marks of the plans: these, then the names of carriers.def, each once. */
enum {
    CARRIERS = sizeof(carriers) / sizeof(*carriers),
    EVENT_TIME = 0,
    TIMESTAMP,
    MOST_MARKS = 2 + 2 * CARRIERS,
};

_Static_assert(MOST_MARKS <= 64, "a bit for each mark");
_Static_assert(sizeof(carriers) / sizeof(*carriers) <=
                   (size_t)AS_MAX_CARRIER_ROWS,
               "too many rows");

enum reason_kind { ASIDE, INPUT, SKIPPED };

static const struct {
    const char *word, *text;
    enum reason_kind kind;
} reasons[] = {
#define AS_REASON(name, word, kind, text) { word, text, kind },
#include "runtime/reasons.def"
#undef AS_REASON
};

const char *as_reason_word(enum as_reason reason)
{
    return reasons[reason].word;
}

const char *as_reason_text(enum as_reason reason)
{
    return reasons[reason].text;
}

bool as_reason_is_aside(enum as_reason reason)
{
    return reasons[reason].kind == ASIDE;
}

void as_reader_stats_add(struct as_reader_stats *into,
                         const struct as_reader_stats *from)
{
    into->files += from->files;
    into->bytes += from->bytes;
    into->records_in += from->records_in;
    into->judged += from->judged;
    into->set_aside += from->set_aside;
    into->skipped_files += from->skipped_files;
    into->skipped_records += from->skipped_records;
    into->damaged_files += from->damaged_files;
    for (int i = 0; i < AS_REASON_COUNT; i++)
        into->reasons[i] += from->reasons[i];
}

/* Where in the input something stands.  What is inside a text that was
 * decoded has the place of that text. */
struct place {
    uint64_t offset;
    bool fixed;
    unsigned level; /* carriers around it */
};

static struct place inside(struct place place, size_t by)
{
    if (!place.fixed)
        place.offset += by;
    place.level++;
    return place;
}

/* ------------------------------------------------------------------------
 * Setting up
 */

static bool is_event_time(const struct as_slot_path *path)
{
    return path->count == 1 && !path->steps[0].is_index &&
           as_text_equal(path->steps[0].name, AS_TEXT("eventTime"));
}

/* The number of a mark, which is added if need be. */
static uint8_t add_mark(struct as_text *marks, uint32_t *count,
                        struct as_text name)
{
    uint32_t n = 0;

    while (n < *count && !as_text_equal(marks[n], name))
        n++;
    if (n == *count)
        marks[(*count)++] = name;
    return (uint8_t)n;
}

bool as_intake_init(struct as_intake *intake,
                    const struct as_projection *projection,
                    const struct as_reader_callbacks *calls, void *user)
{
    struct as_text marks[MOST_MARKS] = {
        [EVENT_TIME] = AS_TEXT("eventTime"), [TIMESTAMP] = AS_TEXT("@timestamp")
    };
    uint32_t count = TIMESTAMP + 1;

    *intake = (struct as_intake){ .calls = *calls, .user = user, .input = "" };
    for (size_t i = 0; i < CARRIERS; i++) {
        const struct carrier *carrier = &carriers[i];
        struct as_text with = carrier->with.length ? carrier->with
                                                   : carrier->mark;
        intake->carriers[i].mark = add_mark(marks, &count, carrier->mark);
        intake->carriers[i].with = add_mark(marks, &count, with);
    }
    intake->slot_count = projection->count;
    intake->native = as_json_plan_new(projection, AS_JSON_NATIVE, marks, count);
    intake->ecs = as_json_plan_new(projection, AS_JSON_ECS, marks, count);
    intake->time_slots = calloc((size_t)projection->count + 1,
                                sizeof(*intake->time_slots));
    if (!intake->native || !intake->ecs || !intake->time_slots) {
        as_intake_done(intake);
        return false;
    }
    for (uint32_t i = 0; i < projection->count; i++) {
        if (is_event_time(&projection->slots[i]))
            intake->time_slots[intake->time_slot_count++] = i;
    }
    return true;
}

void as_intake_done(struct as_intake *intake)
{
    as_json_plan_free(intake->native);
    as_json_plan_free(intake->ecs);
    free(intake->time_slots);
    for (size_t i = 0; i < AS_MAX_CARRIERS; i++)
        as_buf_done(&intake->texts[i]);
    as_buf_done(&intake->message);
    *intake = (struct as_intake){ .native = NULL };
}

/* ------------------------------------------------------------------------
 * Saying things
 */

void as_intake_worse(struct as_intake *intake, enum astray_status status)
{
    if (status > intake->status)
        intake->status = status;
}

static void notice(struct as_intake *intake, enum astray_severity severity,
                   enum as_reason reason, uint64_t place, struct as_text bytes)
{
    as_buf_putc(&intake->message, '\0');
    intake->stats.reasons[reason]++;
    if (intake->message.failed)
        as_intake_worse(intake, ASTRAY_NO_MEMORY);
    if (intake->message.failed || !intake->calls.on_notice)
        return;
    intake->calls.on_notice(intake->user,
                            &(struct astray_notice){
                                .size = sizeof(struct astray_notice),
                                .severity = severity,
                                .reason = as_reason_word(reason),
                                .input = intake->input,
                                .offset = place,
                                .message = intake->message.bytes,
                                .bytes = bytes.bytes,
                                .length = bytes.length,
                            });
}

void as_intake_say(struct as_intake *intake, enum astray_severity severity,
                   enum as_reason reason, uint64_t place, const char *text)
{
    as_buf_reset(&intake->message);
    as_buf_printf(&intake->message, "%s: ", intake->input);
    if (place > 0)
        as_buf_printf(&intake->message,
                      "byte %llu: ", (unsigned long long)place);
    as_buf_puts(&intake->message, text);
    notice(intake, severity, reason, place, (struct as_text){ NULL, 0 });
}

void as_intake_aside(struct as_intake *intake,
                     const struct as_json_fault *fault, uint64_t place,
                     const char *became, struct as_text bytes)
{
    struct as_buf *message = &intake->message;

    intake->stats.records_in++;
    intake->stats.set_aside++;
    as_intake_worse(intake, ASTRAY_SET_ASIDE);
    as_buf_reset(message);
    as_buf_printf(message, "%s: byte %llu: ", intake->input,
                  (unsigned long long)place);
    if (fault->name.length > 0) {
        as_buf_putc(message, '"');
        as_buf_text(message, fault->name);
        as_buf_puts(message, "\" ");
    }
    as_buf_printf(message, "%s; %s", fault->what, became);
    notice(intake, ASTRAY_ERROR, fault->reason, place, bytes);
}

/* The record at `place` has a fault at its byte fault->offset. */
static void set_aside(struct as_intake *intake, struct place place,
                      const struct as_json_fault *fault, struct as_text record)
{
    uint64_t at = place.offset + (place.fixed ? 0 : fault->offset);

    as_intake_aside(intake, fault, at, "the record was set aside", record);
}

static void set_aside_whole(struct as_intake *intake, struct place place,
                            enum as_reason reason, const char *what,
                            struct as_text record)
{
    struct as_json_fault fault = { .reason = reason, .what = what };

    set_aside(intake, place, &fault, record);
}

static void skip(struct as_intake *intake, struct place place,
                 enum as_reason reason)
{
    intake->stats.skipped_records++;
    as_buf_reset(&intake->message);
    as_buf_printf(&intake->message, "%s: byte %llu: %s; skipped", intake->input,
                  (unsigned long long)place.offset, as_reason_text(reason));
    notice(intake, ASTRAY_NOTE, reason, place.offset,
           (struct as_text){ NULL, 0 });
}

/* ------------------------------------------------------------------------
 * Records
 */

/* As as_time_parse.  Most events are of the minute of the one before, in
 * CloudTrail's own spelling: 2023-07-10T12:32:49Z. */
static bool parse_time(struct as_intake *intake, struct as_text text,
                       int64_t *ms)
{
    enum { MINUTE = AS_INTAKE_MINUTE, LENGTH = MINUTE + 3 };
    const char *second = text.bytes + MINUTE;
    bool usual = text.length == LENGTH && second[0] >= '0' &&
                 second[0] <= '5' && second[1] >= '0' && second[1] <= '9' &&
                 second[2] == 'Z';
    int64_t second_ms;

    if (!usual)
        return as_time_parse(text, ms);
    second_ms = 1000 * (10 * (second[0] - '0') + second[1] - '0');
    if (memcmp(text.bytes, intake->minute, MINUTE) != 0) {
        if (!as_time_parse(text, ms))
            return false;
        memcpy(intake->minute, text.bytes, MINUTE);
        intake->minute_ms = *ms - second_ms;
    }
    *ms = intake->minute_ms + second_ms;
    return true;
}

/* When the event was: eventTime or, in an export that lost it, @timestamp,
 * which then fills the slots of eventTime. */
static bool find_time(struct as_intake *intake, struct as_json_value *values,
                      int64_t *ms)
{
    const struct as_json_value *marks = values + intake->slot_count;
    struct as_json_value time = marks[EVENT_TIME];

    if (time.kind == AS_JSON_ABSENT || time.kind == AS_JSON_NULL)
        time = marks[TIMESTAMP];
    if (time.kind != AS_JSON_TEXT || !parse_time(intake, time.text, ms))
        return false;
    for (uint32_t i = 0; i < intake->time_slot_count; i++)
        values[intake->time_slots[i]] = time;
    return true;
}

static void deliver(struct as_intake *intake, struct as_text record,
                    struct place place, struct as_json_plan *plan,
                    const struct as_json_fault *fault)
{
    struct as_json_value *values = as_json_values(plan);
    struct as_event event = {
        .slots = values,
        .slot_count = intake->slot_count,
        .record = record,
        .input = intake->input,
        .offset = place.offset,
    };

    if (fault->reason != AS_REASON_NONE) {
        set_aside(intake, place, fault, record);
        return;
    }
    if (!find_time(intake, values, &event.time_ms)) {
        set_aside_whole(intake, place, AS_REASON_TIME,
                        "eventTime is missing or is not a time", record);
        return;
    }

    enum astray_status status = intake->calls.on_event(intake->user, &event);
    if (status == ASTRAY_SET_ASIDE) {
        set_aside_whole(intake, place, AS_REASON_EVENT,
                        "the event can't be judged", record);
        return;
    }
    as_intake_worse(intake, status);
    intake->stats.records_in++;
    intake->stats.judged++;
}

static void deliver_ecs(struct as_intake *intake, struct as_text record,
                        struct place place)
{
    struct as_json_fault fault;

    if (as_json_project(intake->ecs, record, &fault) == 0)
        as_intake_worse(intake, ASTRAY_NO_MEMORY); /* it was good JSON */
    else
        deliver(intake, record, place, intake->ecs, &fault);
}

/* ------------------------------------------------------------------------
 * Carriers
 */

/* The carriers whose names are there; most objects have the same names as the
 * one before. */
static uint32_t rows_with(struct as_intake *intake, uint64_t seen)
{
    uint32_t rows = 0;

    if (seen == intake->marks_seen)
        return intake->rows_seen;
    for (size_t n = 0; n < CARRIERS; n++) {
        bool there = (seen >> intake->carriers[n].mark & 1) &&
                     (seen >> intake->carriers[n].with & 1);
        rows |= (uint32_t)there << n;
    }
    intake->marks_seen = seen;
    intake->rows_seen = rows;
    return rows;
}

/* The number of the carrier that fits, or CARRIERS. */
static size_t find_carrier(struct as_intake *intake,
                           const struct as_json_value *marks)
{
    for (uint32_t rows = rows_with(intake, as_json_marks(intake->native));
         rows != 0; rows &= rows - 1) {
        size_t n = (size_t)__builtin_ctz(rows);
        const struct carrier *carrier = &carriers[n];
        const struct as_json_value *mark = &marks[intake->carriers[n].mark];

        if ((carrier->kind == ANY || carrier->kind == (int)mark->kind) &&
            (carrier->equals.length == 0 ||
             as_text_equal(mark->text, carrier->equals)))
            return n;
    }
    return CARRIERS;
}

bool as_intake_is_list(struct as_text name)
{
    for (size_t i = 0; i < CARRIERS; i++) {
        if (carriers[i].action == ITEMS &&
            as_text_equal(carriers[i].mark, name))
            return true;
    }
    return false;
}

static size_t take(struct as_intake *intake, struct as_text bytes,
                   struct place place, struct as_json_fault *fault);

/* Is there a level left to go down to?  If not, it is set aside. */
static bool may_go_in(struct as_intake *intake, struct place place,
                      struct as_text bytes)
{
    if (place.level < AS_MAX_CARRIERS)
        return true;
    set_aside_whole(intake, place, AS_REASON_DEPTH,
                    "too many carriers inside each other", bytes);
    return false;
}

/* One element, or one object that a carrier holds. */
static const char *take_inner(struct as_intake *intake, struct as_scan *scan,
                              const char *at, struct place place)
{
    struct as_json_fault fault;
    enum as_json_kind kind;
    bool escaped;
    const char *end;

    if (*at == '{') {
        struct as_text rest = { at, (size_t)(scan->end - at) };
        size_t used = take(intake, rest, place, &fault);
        if (used > 0)
            return at + used;
        as_intake_worse(intake, ASTRAY_NO_MEMORY); /* it was good JSON */
        return NULL;
    }
    end = as_scan_value(scan, at, &kind, &escaped);
    if (end)
        set_aside_whole(intake, place, AS_REASON_SHAPE,
                        "a record is an object, and this is none",
                        (struct as_text){ at, (size_t)(end - at) });
    return end;
}

/* Each element of an array, which is good JSON. */
static void take_items(struct as_intake *intake, struct as_text array,
                       struct place place)
{
    struct as_scan scan;
    bool more;

    as_scan_init(&scan, array);
    const char *at = as_scan_first(&scan, scan.start + 1, ']', &more);
    while (at && more && !as_intake_stopped(intake)) {
        struct place here = place;
        if (!here.fixed)
            here.offset += (size_t)(at - array.bytes);
        at = take_inner(intake, &scan, at, here);
        if (at)
            at = as_scan_next(&scan, at, ']', &more);
    }
}

/* A text that should hold one object. */
static void take_text(struct as_intake *intake, struct as_text text,
                      struct place place)
{
    struct as_buf *copy = &intake->texts[place.level - 1];
    struct as_json_fault fault;
    struct as_scan scan;

    /* The text lies in the plan, which is about to read it. */
    as_buf_reset(copy);
    as_buf_text(copy, text);
    if (copy->failed) {
        as_intake_worse(intake, ASTRAY_NO_MEMORY);
        return;
    }
    text = as_buf_view(copy);
    place.fixed = true;
    as_scan_init(&scan, text);
    const char *at = as_scan_space(&scan, scan.start);
    if (at == scan.end || *at != '{') {
        set_aside_whole(intake, place, AS_REASON_JSON,
                        "the text that should hold a record holds no object",
                        text);
        return;
    }

    enum as_json_kind kind;
    bool escaped;
    const char *end = as_scan_value(&scan, at, &kind, &escaped);
    if (end && as_scan_space(&scan, end) != scan.end)
        end = as_scan_fault(&scan, AS_REASON_JSON, end,
                            "something follows the record in its text");
    if (!end) {
        fault = (struct as_json_fault){ .reason = scan.reason,
                                        .what = scan.what };
        set_aside(intake, place, &fault, text);
        return;
    }
    take_inner(intake, &scan, at, place);
}

/* What a carrier holds; `bytes` is the carrier, `value` what its mark has. */
static void take_carried(struct as_intake *intake, struct as_text bytes,
                         struct place place, enum action action,
                         struct as_text value)
{
    if (!may_go_in(intake, place, bytes))
        return;
    if (action == TEXT) {
        take_text(intake, value, inside(place, 0));
        return;
    }

    struct place within = inside(place, (size_t)(value.bytes - bytes.bytes));
    if (action == ITEMS) {
        take_items(intake, value, within);
    } else {
        struct as_scan scan;
        as_scan_init(&scan, value);
        take_inner(intake, &scan, scan.start, within);
    }
}

static size_t take(struct as_intake *intake, struct as_text bytes,
                   struct place place, struct as_json_fault *fault)
{
    size_t used = as_json_project(intake->native, bytes, fault);

    if (used == 0)
        return 0;
    bytes.length = used;
    if (fault->reason == AS_REASON_DUPLICATE) {
        set_aside(intake, place, fault, bytes);
        return used;
    }

    const struct as_json_value *marks = as_json_values(intake->native) +
                                        intake->slot_count;
    size_t n = find_carrier(intake, marks);
    if (n == CARRIERS) {
        skip(intake, place, AS_REASON_FOREIGN);
        return used;
    }
    switch (carriers[n].action) {
    case RECORD:
        deliver(intake, bytes, place, intake->native, fault);
        break;
    case ECS:
        deliver_ecs(intake, bytes, place);
        break;
    case SKIP:
        skip(intake, place, carriers[n].reason);
        break;
    case ITEMS:
    case OBJECT:
    case TEXT:
        take_carried(intake, bytes, place, carriers[n].action,
                     marks[intake->carriers[n].mark].text);
        break;
    }
    return used;
}

size_t as_intake_object(struct as_intake *intake, struct as_text bytes,
                        uint64_t offset, struct as_json_fault *fault)
{
    return take(intake, bytes, (struct place){ .offset = offset }, fault);
}
