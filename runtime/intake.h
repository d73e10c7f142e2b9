/*
 * intake.h - one JSON object of the input: find the records in it, and hand
 * each over as an event, or say why it can't be judged.
 *
 * What an object is, carriers.def says.
 */
#ifndef AS_INTAKE_H
#define AS_INTAKE_H

#include "astray.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/limits.h"
#include "runtime/event.h"
#include "runtime/projection.h"
#include "runtime/scan.h"

/*
 * Who wants to know.  on_event returns ASTRAY_OK; ASTRAY_SET_ASIDE when it
 * can't take the event, which is then counted and reported as set aside; or
 * a graver status, which stops the reading.
 */
struct as_reader_callbacks {
    enum astray_status (*on_event)(void *user, const struct as_event *event);
    void (*on_notice)(void *user, const struct astray_notice *notice);
};

/* records_in == judged + set_aside, always. */
struct as_reader_stats {
    uint64_t files; /* that were read; standard input is one */
    uint64_t bytes; /* decompressed */
    uint64_t records_in, judged, set_aside;
    uint64_t skipped_files, skipped_records;
    uint64_t damaged_files; /* of which something could not be read */
    uint64_t reasons[AS_REASON_COUNT]; /* notices */
};

/* Add what another reader has counted. */
void as_reader_stats_add(struct as_reader_stats *into,
                         const struct as_reader_stats *from);

/* The word of a reason in notices and summaries, and what it means; is it
 * counted in set_aside? */
const char *as_reason_word(enum as_reason reason);
const char *as_reason_text(enum as_reason reason);
bool as_reason_is_aside(enum as_reason reason);

enum {
    AS_MAX_CARRIER_ROWS = 32,
    AS_INTAKE_MINUTE = 17, /* YYYY-MM-DDThh:mm: */
};

struct as_intake {
    struct as_reader_callbacks calls;
    void *user;
    struct as_reader_stats stats;
    enum astray_status status; /* the worst so far; above ASTRAY_SET_ASIDE
                                  reading must stop */
    const char *input;         /* the file that is being read */
    uint32_t slot_count;
    struct as_json_plan *native, *ecs;
    struct as_buf texts[AS_MAX_CARRIERS]; /* decoded records, by level */
    struct as_buf message;
    uint32_t *time_slots; /* owned: which slots are eventTime */
    uint32_t time_slot_count;
    struct {
        uint8_t mark, with; /* numbers of the plans' marks */
    } carriers[AS_MAX_CARRIER_ROWS];
    uint64_t marks_seen; /* of the last object: a bit for each that it had, */
    uint32_t rows_seen;  /* and for each carrier that could fit it */
    char minute[AS_INTAKE_MINUTE]; /* of the last event's time, as written */
    int64_t minute_ms;
};

/* The projection is borrowed.  False when memory ran out. */
bool as_intake_init(struct as_intake *intake,
                    const struct as_projection *projection,
                    const struct as_reader_callbacks *calls, void *user);
void as_intake_done(struct as_intake *intake);

static inline bool as_intake_stopped(const struct as_intake *intake)
{
    return intake->status > ASTRAY_SET_ASIDE;
}

/*
 * Take the object at the start of `bytes`, which stands at `offset` of the
 * input.  Returns how many bytes it takes, or 0 when they are not JSON: then
 * nothing was counted and *fault says what is wrong (AS_REASON_CUT: more
 * bytes might make it good; AS_REASON_NONE: memory ran out).
 */
size_t as_intake_object(struct as_intake *intake, struct as_text bytes,
                        uint64_t offset, struct as_json_fault *fault);

/* Count a record that can't be judged and say so.  `place` is where in the
 * input, `became` what came of it ("the record was set aside"), and `bytes`
 * are the record's where they are at hand. */
void as_intake_aside(struct as_intake *intake,
                     const struct as_json_fault *fault, uint64_t place,
                     const char *became, struct as_text bytes);

/* Say something about the input as a whole. */
void as_intake_say(struct as_intake *intake, enum astray_severity severity,
                   enum as_reason reason, uint64_t place, const char *text);

/* The status becomes this one if it is worse. */
void as_intake_worse(struct as_intake *intake, enum astray_status status);

/* Is this name that of an array whose elements are looked at in turn? */
bool as_intake_is_list(struct as_text name);

#endif
