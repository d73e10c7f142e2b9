/*
 * scanner.c - the runtime half of astray.h.
 *
 * A scanner is made of a run (parameters and lists) and of lanes, each with a
 * reader and an engine.  The lanes are made when the first input comes, since
 * what was set until then decides what they do.
 */

#include "astray.h"

#include <errno.h>
#include <stdlib.h>

#include "common/escape.h"
#include "common/time.h"
#include "program/rules.h"
#include "runtime/costs.h"
#include "runtime/fields.h"
#include "runtime/lanes.h"
#include "runtime/native.h"
#include "runtime/summary.h"

struct astray_scanner {
    const struct as_pack *pack;
    struct as_run run;
    struct as_lanes lanes;
    struct as_fields fields;
    bool *off;             /* owned; by rule; NULL: none is */
    struct as_map wanted;  /* see run.h */
    struct as_arena names; /* its keys */
    struct as_period period;
    astray_alert_fn *on_alert;
    void *alert_user;
    struct as_buf error; /* terminated */
    const struct as_insights *insights;
    struct as_explainer *explainer; /* owned; NULL: nobody asks why */
    struct as_buf explained;        /* the event's id, terminated */
    uint32_t explained_rule;
    bool covered; /* parts of rules are counted */
    bool profiled, started, finished, judged;
    enum astray_status status; /* what ended the scan before its time */
};

static enum astray_status fail(struct astray_scanner *scanner,
                               enum astray_status status, const char *text)
{
    as_buf_reset(&scanner->error);
    as_buf_puts(&scanner->error, text);
    as_buf_putc(&scanner->error, '\0');
    return status;
}

/* After `why` was written into scanner->error. */
static enum astray_status say(struct astray_scanner *scanner,
                              enum astray_status status)
{
    as_buf_putc(&scanner->error, '\0');
    if (status == ASTRAY_NO_MEMORY || scanner->error.failed)
        return fail(scanner, ASTRAY_NO_MEMORY, "out of memory");
    return status;
}

/* ---- making ----------------------------------------------------------- */

enum astray_status astray_scanner_new(const struct astray_rules *rules,
                                      struct astray_scanner **out)
{
    struct astray_scanner *scanner = calloc(1, sizeof(*scanner));
    enum astray_status status;

    if (!scanner)
        return ASTRAY_NO_MEMORY;
    scanner->pack = &rules->pack;
    scanner->insights = rules->insights;
    scanner->explained_rule = AS_NO_ROW;
    as_map_init(&scanner->wanted);
    as_arena_init(&scanner->names, 0);
    as_lanes_init(&scanner->lanes, &scanner->fields.projection, &scanner->run);
    scanner->period = (struct as_period){ INT64_MIN, INT64_MAX };
    status = as_run_init(&scanner->run, scanner->pack);
    if (!status && !as_fields_init(&scanner->fields, scanner->pack))
        status = ASTRAY_NO_MEMORY;
    if (status) {
        astray_scanner_free(scanner);
        return status;
    }
    *out = scanner;
    return ASTRAY_OK;
}

void astray_scanner_free(struct astray_scanner *scanner)
{
    if (!scanner)
        return;
    as_lanes_done(&scanner->lanes);
    as_run_done(&scanner->run);
    as_buf_done(&scanner->error);
    as_fields_done(&scanner->fields);
    as_explainer_free(scanner->explainer);
    as_buf_done(&scanner->explained);
    as_map_done(&scanner->wanted);
    as_arena_free(&scanner->names);
    free(scanner->off);
    free(scanner);
}

const char *astray_scanner_error(const struct astray_scanner *scanner)
{
    return scanner->error.failed || scanner->error.length == 0
             ? ""
             : scanner->error.bytes;
}

static bool too_late(struct astray_scanner *scanner)
{
    if (scanner->started)
        fail(scanner, ASTRAY_BAD_VALUE,
             "nothing can be set after the first input");
    return scanner->started;
}

enum astray_status astray_scanner_set_param(struct astray_scanner *scanner,
                                            const char *name, const char *value)
{
    if (too_late(scanner))
        return ASTRAY_BAD_VALUE;
    as_buf_reset(&scanner->error);
    return say(scanner, as_run_set_param(&scanner->run, as_text_of(name),
                                         as_text_of(value), &scanner->error));
}

enum astray_status astray_scanner_set_list(struct astray_scanner *scanner,
                                           const char *name,
                                           enum astray_list_mode mode,
                                           const char *file, const char *bytes,
                                           size_t length)
{
    if (too_late(scanner))
        return ASTRAY_BAD_VALUE;
    as_buf_reset(&scanner->error);
    return say(scanner, as_run_set_list(&scanner->run, as_text_of(name), mode,
                                        file, (struct as_text){ bytes, length },
                                        &scanner->error));
}

enum astray_status astray_scanner_set_native(struct astray_scanner *scanner,
                                             const struct astray_native *native)
{
    const char *why;

    if (too_late(scanner))
        return ASTRAY_BAD_VALUE;
    why = as_native_take(&scanner->run, native);
    return why ? fail(scanner, ASTRAY_BAD_VALUE, why) : ASTRAY_OK;
}

static enum astray_status no_rule(struct astray_scanner *scanner,
                                  struct as_text name)
{
    const struct as_pack *pack = scanner->pack;
    struct as_text best = { "", 0 };
    unsigned least = 4;

    for (uint32_t i = 0; i < pack->rule_count; i++) {
        struct as_text one = as_pack_text(pack, pack->rule[i].name);
        unsigned distance = as_text_distance(name, one, 3);

        if (distance < least) {
            least = distance;
            best = one;
        }
    }
    as_buf_reset(&scanner->error);
    as_buf_puts(&scanner->error, "the pack has no rule `");
    as_escape_terminal(&scanner->error, name);
    as_buf_putc(&scanner->error, '`');
    if (best.length > 0) {
        as_buf_puts(&scanner->error, "; did you mean `");
        as_escape_terminal(&scanner->error, best);
        as_buf_puts(&scanner->error, "`?");
    }
    return say(scanner, ASTRAY_BAD_VALUE);
}

enum astray_status astray_scanner_only_rule(struct astray_scanner *scanner,
                                            const char *name)
{
    const struct as_pack *pack = scanner->pack;
    bool found = false;

    if (too_late(scanner))
        return ASTRAY_BAD_VALUE;
    for (uint32_t i = 0; i < pack->rule_count; i++)
        found |= as_text_equal(as_pack_text(pack, pack->rule[i].name),
                               as_text_of(name));
    if (!found)
        return no_rule(scanner, as_text_of(name));
    if (!scanner->off) {
        scanner->off = malloc((pack->rule_count + 1) * sizeof(*scanner->off));
        if (!scanner->off)
            return fail(scanner, ASTRAY_NO_MEMORY, "out of memory");
        for (uint32_t i = 0; i < pack->rule_count; i++)
            scanner->off[i] = true;
    }
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        if (as_text_equal(as_pack_text(pack, pack->rule[i].name),
                          as_text_of(name)))
            scanner->off[i] = false;
    }
    return ASTRAY_OK;
}

enum astray_status astray_scanner_only_alerts(struct astray_scanner *scanner,
                                              const char *const *names,
                                              size_t count)
{
    if (too_late(scanner))
        return ASTRAY_BAD_VALUE;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(names[i]);
        char *copy = as_strndup(&scanner->names, names[i], length);

        if (!copy ||
            as_map_add(&scanner->wanted, (struct as_text){ copy, length },
                       NULL) == AS_MAP_NONE)
            return fail(scanner, ASTRAY_NO_MEMORY, "out of memory");
    }
    scanner->run.wanted = &scanner->wanted;
    return ASTRAY_OK;
}

static enum astray_status read_time(struct astray_scanner *scanner,
                                    const char *text, int64_t *ms)
{
    if (!text || as_time_parse(as_text_of(text), ms))
        return ASTRAY_OK;
    as_buf_reset(&scanner->error);
    as_buf_putc(&scanner->error, '`');
    as_escape_terminal(&scanner->error, as_text_of(text));
    as_buf_puts(&scanner->error,
                "` is not a time, such as 2026-05-01 or 2026-05-01T10:00:00Z");
    return say(scanner, ASTRAY_BAD_VALUE);
}

enum astray_status astray_scanner_set_period(struct astray_scanner *scanner,
                                             const char *since,
                                             const char *until)
{
    struct as_period period = { INT64_MIN, INT64_MAX };

    if (read_time(scanner, since, &period.since) ||
        read_time(scanner, until, &period.until))
        return ASTRAY_BAD_VALUE;
    if (period.since >= period.until)
        return fail(scanner, ASTRAY_BAD_VALUE,
                    "the period is empty: it ends before it begins");
    scanner->period = period;
    return ASTRAY_OK;
}

enum astray_status astray_scanner_set_profile(struct astray_scanner *scanner,
                                              int on)
{
    if (too_late(scanner))
        return ASTRAY_BAD_VALUE;
    scanner->profiled = on != 0;
    return ASTRAY_OK;
}

void astray_scanner_on_alert(struct astray_scanner *scanner,
                             astray_alert_fn *report, void *user)
{
    scanner->on_alert = report;
    scanner->alert_user = user;
}

void astray_scanner_on_notice(struct astray_scanner *scanner,
                              astray_notice_fn *report, void *user)
{
    scanner->lanes.on_notice = report;
    scanner->lanes.notice_user = user;
}

void astray_scanner_on_progress(struct astray_scanner *scanner,
                                astray_progress_fn *report, void *user)
{
    scanner->lanes.on_progress = report;
    scanner->lanes.progress_user = user;
}

enum astray_status astray_scanner_set_threads(struct astray_scanner *scanner,
                                              unsigned count)
{
    if (too_late(scanner))
        return ASTRAY_BAD_VALUE;
    if (count > AS_MAX_THREADS)
        return fail(scanner, ASTRAY_BAD_VALUE,
                    "there can be at most 256 threads");
    scanner->lanes.thread_count = count;
    return ASTRAY_OK;
}

enum astray_status astray_scanner_set_memory(struct astray_scanner *scanner,
                                             uint64_t bytes)
{
    if (too_late(scanner))
        return ASTRAY_BAD_VALUE;
    if (bytes == ASTRAY_MEMORY_USUAL)
        bytes = as_spill_has_room() ? AS_USUAL_MEMORY : 0;
    scanner->lanes.memory_limit = bytes;
    return ASTRAY_OK;
}

/* ---- feeding ---------------------------------------------------------- */

/* One engine sees all events, and keeps them. */
static enum astray_status ask_why(struct astray_scanner *scanner)
{
    const char *id = scanner->explained_rule != AS_NO_ROW
                       ? scanner->explained.bytes
                       : NULL;

    scanner->lanes.thread_count = 1;
    scanner->lanes.memory_limit = 0;
    scanner->explainer = as_explainer_new(scanner->pack, scanner->insights,
                                          scanner->explained_rule, id,
                                          scanner->covered);
    return scanner->explainer ? ASTRAY_OK : ASTRAY_NO_MEMORY;
}

/* The lanes, once. */
static enum astray_status make(struct astray_scanner *scanner)
{
    enum astray_status status = as_run_seal(&scanner->run);
    bool asked = scanner->covered || scanner->explained_rule != AS_NO_ROW;

    scanner->lanes.profiled = scanner->profiled;
    if (!status && asked)
        status = ask_why(scanner);
    if (!status)
        status = as_lanes_start(&scanner->lanes, scanner->off);
    if (!status && asked)
        as_engine_set_explainer(&scanner->lanes.lane[0]->engine,
                                scanner->explainer);
    return status;
}

/* Say why events are lost: out of memory, or no place to put them away. */
static enum astray_status fail_of(struct astray_scanner *scanner,
                                  enum astray_status status)
{
    int error = 0;

    for (unsigned i = 0; i < AS_MAX_THREADS && scanner->lanes.lane[i]; i++) {
        if (error == 0)
            error = scanner->lanes.lane[i]->engine.spill.error;
    }
    if (error == 0)
        return fail(scanner, status, "out of memory");
    as_buf_reset(&scanner->error);
    as_buf_puts(&scanner->error, "no place for events in ");
    as_escape_terminal(&scanner->error, as_text_of(as_spill_folder()));
    as_buf_printf(&scanner->error, ": %s", strerror(error));
    errno = error;
    return say(scanner, ASTRAY_IO);
}

static enum astray_status start(struct astray_scanner *scanner)
{
    if (scanner->finished)
        return fail(scanner, ASTRAY_BAD_VALUE, "the scan has ended");
    if (!scanner->started)
        scanner->status = make(scanner);
    scanner->started = true;
    return scanner->status ? fail_of(scanner, scanner->status) : ASTRAY_OK;
}

/* Around all work that a profile must know of. */
static struct as_spell begin(const struct astray_scanner *scanner)
{
    return scanner->profiled ? as_spell_begin() : (struct as_spell){ 0, 0 };
}

/* The spell goes to this part of the work; the next one begins. */
static struct as_spell end(struct astray_scanner *scanner, enum as_stage stage,
                           struct as_spell spell)
{
    if (!scanner->profiled || scanner->status)
        return spell;
    return as_spell_end(&scanner->lanes.lane[0]->engine.profile->spells[stage],
                        spell);
}

/* Where memory ran out, events are missing: the scan has no result any more. */
static enum astray_status fed(struct astray_scanner *scanner,
                              enum astray_status status)
{
    if (status != ASTRAY_NO_MEMORY)
        return status;
    scanner->status = status;
    return fail_of(scanner, status);
}

enum astray_status astray_scanner_feed(struct astray_scanner *scanner,
                                       const char *name, const void *bytes,
                                       size_t length)
{
    enum astray_status status = start(scanner);
    struct as_spell spell = begin(scanner);

    if (!status)
        status = as_lanes_bytes(&scanner->lanes, name, bytes, length);
    end(scanner, AS_STAGE_FEED, spell);
    return fed(scanner, status);
}

enum astray_status astray_scanner_feed_path(struct astray_scanner *scanner,
                                            const char *path)
{
    return astray_scanner_feed_paths(scanner, &path, 1);
}

enum astray_status astray_scanner_feed_paths(struct astray_scanner *scanner,
                                             const char *const *paths,
                                             size_t count)
{
    enum astray_status status = start(scanner);
    struct as_spell spell = begin(scanner);

    if (!status)
        status = as_lanes_paths(&scanner->lanes, paths, count);
    end(scanner, AS_STAGE_FEED, spell);
    return fed(scanner, status);
}

enum astray_status astray_scanner_finish(struct astray_scanner *scanner)
{
    enum astray_status status = start(scanner);
    struct as_spell spell = begin(scanner);

    if (status)
        return status;
    scanner->finished = true;
    status = as_lanes_gather(&scanner->lanes);
    spell = end(scanner, AS_STAGE_GATHER, spell);
    if (!status)
        status = as_engine_finish(&scanner->lanes.lane[0]->engine,
                                  scanner->period, scanner->on_alert,
                                  scanner->alert_user);
    end(scanner, AS_STAGE_JUDGE, spell);
    if (!status && scanner->explainer)
        as_explain_end(scanner->explainer,
                       &scanner->lanes.lane[0]->engine.judge);
    scanner->judged = status == ASTRAY_OK;
    return status ? fail_of(scanner, status) : ASTRAY_OK;
}

/* What was written becomes the caller's. */
static enum astray_status hand_out(struct as_buf *out, char **text)
{
    as_buf_putc(out, '\0');
    if (out->failed) {
        as_buf_done(out);
        return ASTRAY_NO_MEMORY;
    }
    *text = out->bytes;
    return ASTRAY_OK;
}

enum astray_status astray_scanner_summary(const struct astray_scanner *scanner,
                                          int json, char **text)
{
    struct as_buf out = { 0 };

    if (!scanner->judged)
        return ASTRAY_BAD_VALUE;
    const struct as_engine *engine = &scanner->lanes.lane[0]->engine;
    if (json)
        as_summary_json(&out, engine, &scanner->lanes.stats);
    else
        as_summary_text(&out, engine, &scanner->lanes.stats);
    return hand_out(&out, text);
}

enum astray_status astray_scanner_profile(const struct astray_scanner *scanner,
                                          int json, char **text)
{
    struct as_buf out = { 0 };

    if (!scanner->finished || !scanner->profiled || scanner->status)
        return ASTRAY_BAD_VALUE;
    if (!as_costs_write(&out, &scanner->lanes.lane[0]->engine,
                        &scanner->lanes.stats, json != 0))
        out.failed = true;
    return hand_out(&out, text);
}

/* ---- why ----------------------------------------------------------------- */

static uint32_t find_rule(const struct as_pack *pack, struct as_text name)
{
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        if (as_text_equal(as_pack_text(pack, pack->rule[i].name), name))
            return i;
    }
    return AS_NO_ROW;
}

enum astray_status astray_scanner_explain(struct astray_scanner *scanner,
                                          const char *rule,
                                          const char *event_id)
{
    enum astray_status status = astray_scanner_only_rule(scanner, rule);

    if (status)
        return status;
    as_buf_reset(&scanner->explained);
    as_buf_add(&scanner->explained, event_id, strlen(event_id) + 1);
    if (scanner->explained.failed)
        return fail(scanner, ASTRAY_NO_MEMORY, "out of memory");
    scanner->explained_rule = find_rule(scanner->pack, as_text_of(rule));
    return ASTRAY_OK;
}

enum astray_status astray_scanner_explanation(
    const struct astray_scanner *scanner, unsigned flags, size_t *count,
    char **text)
{
    struct as_buf out = { 0 };

    if (!scanner->judged || scanner->explained_rule == AS_NO_ROW)
        return ASTRAY_BAD_VALUE;
    const struct as_accounts *accounts = &scanner->explainer->accounts;
    *count = 0;
    for (const struct as_account *at = accounts->first; at; at = at->next)
        ++*count;
    if (flags & ASTRAY_WHY_JSON)
        as_accounts_json(&out, accounts);
    else
        as_accounts_text(&out, accounts, flags & ASTRAY_WHY_ALL);
    return hand_out(&out, text);
}

const char *astray_scanner_near(const struct astray_scanner *scanner, size_t n)
{
    if (!scanner->explainer || n >= 3)
        return NULL;
    return scanner->explainer->accounts.near_ids[n];
}

enum astray_status astray_scanner_set_coverage(struct astray_scanner *scanner,
                                               int on)
{
    if (too_late(scanner))
        return ASTRAY_BAD_VALUE;
    if (on && !scanner->insights)
        return fail(scanner, ASTRAY_BAD_VALUE,
                    "the rules were compiled without what coverage needs");
    scanner->covered = on != 0;
    return ASTRAY_OK;
}

enum astray_status astray_scanner_clause(const struct astray_scanner *scanner,
                                         size_t n, struct astray_clause *clause)
{
    const struct as_insights *insights = scanner->insights;
    const struct as_insight_place *place;
    const uint64_t *tally;

    if (!insights || n >= insights->place_count)
        return ASTRAY_BAD_VALUE;
    place = &insights->places[n];
    *clause = (struct astray_clause){
        .size = sizeof(*clause),
        .kind = place->home_kind,
        .name = place->home,
        .clause = place->clause,
        .file = place->file,
        .text = place->text,
        .line = place->line,
        .column = place->column,
        .counts = place->counts,
    };
    if (!scanner->explainer || !scanner->explainer->tally)
        return ASTRAY_OK;
    clause->reached = as_explain_reaches(scanner->explainer, (uint32_t)n);
    tally = scanner->explainer->tally[n];
    clause->false_count = tally[AS_TRUTH_FALSE];
    clause->true_count = tally[AS_TRUTH_TRUE];
    clause->unknown_count = tally[AS_TRUTH_UNKNOWN];
    return ASTRAY_OK;
}
