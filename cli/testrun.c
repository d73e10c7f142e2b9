/*
 * testrun.c - see testrun.h.
 *
 * Whatever the scanner refuses or could not judge is a reason why the case
 * fails: a test that did not see all of its events has shown nothing.
 */

#include "cli/testrun.h"

#include <errno.h>
#include <stdlib.h>

#include "cli/expect.h"
#include "cli/walk.h"
#include "common/escape.h"
#include "common/file.h"
#include "common/limits.h"

struct attempt {
    const struct as_test_setting *setting;
    const struct as_test_file *file;
    const struct as_test_case *test;
    struct astray_scanner *scanner;
    const cJSON **alerts; /* owned, and what they point to */
    size_t alert_count, alert_capacity;
    uint64_t notice_count;
    struct as_buf *why;
    const char *explained; /* the event to explain, or NULL */
    bool unreadable;       /* a file of the case could not be read */
    bool failed;           /* memory ran out */
};

static void on_alert(const struct astray_alert *alert, void *user)
{
    struct attempt *attempt = user;

    if (attempt->alert_count == attempt->alert_capacity) {
        size_t capacity = attempt->alert_capacity ? attempt->alert_capacity * 2
                                                  : 16;
        const cJSON **alerts = realloc(attempt->alerts,
                                       capacity * sizeof(const cJSON *));

        if (!alerts) {
            attempt->failed = true;
            return;
        }
        attempt->alerts = alerts;
        attempt->alert_capacity = capacity;
    }
    cJSON *json = cJSON_ParseWithLength(alert->json, alert->json_length);
    if (json)
        attempt->alerts[attempt->alert_count++] = json;
    else
        attempt->failed = true;
}

static void on_notice(const struct astray_notice *notice, void *user)
{
    enum { MOST = 5 };
    struct attempt *attempt = user;

    if (notice->severity == ASTRAY_NOTE || ++attempt->notice_count > MOST)
        return;
    as_escape_terminal(attempt->why, as_text_of(notice->input));
    as_buf_printf(attempt->why,
                  ", byte %llu: ", (unsigned long long)notice->offset);
    as_escape_terminal(attempt->why, as_text_of(notice->message));
    as_buf_putc(attempt->why, '\n');
}

/* The scanner refused something: that is why the case fails. */
static bool refuse(struct attempt *attempt, const char *what,
                   enum astray_status status)
{
    const char *error = astray_scanner_error(attempt->scanner);

    attempt->failed |= status == ASTRAY_NO_MEMORY;
    as_escape_terminal(attempt->why, as_text_of(what));
    as_buf_puts(attempt->why, ": ");
    as_escape_terminal(attempt->why,
                       as_text_of(error[0] ? error : as_exit_words(status)));
    as_buf_putc(attempt->why, '\n');
    return false;
}

/* A file's path, from the folder of the test file. */
static void beside(const struct attempt *attempt, struct as_text name,
                   struct as_buf *out)
{
    struct as_text folder = as_path_folder(attempt->file->path);

    if (as_text_equal(folder, AS_TEXT(".")) ||
        as_text_starts(name, AS_TEXT("/")))
        folder.length = 0;
    as_path_join(out, folder, name);
}

static bool set_list(struct attempt *attempt, const struct as_yamltree *list,
                     struct as_buf *name)
{
    struct as_buf bytes = { .bytes = NULL }, path = { .bytes = NULL };
    enum astray_list_mode mode = ASTRAY_LIST_REPLACE;
    enum astray_status status = ASTRAY_OK;

    if (!name->failed && name->length > 0 &&
        name->bytes[name->length - 1] == '+') {
        name->length--;
        mode = ASTRAY_LIST_EXTEND;
    }
    as_buf_putc(name, '\0');
    as_buf_printf(&path, "%s: list.txt", attempt->file->path);
    if (list->kind == AS_YAMLTREE_SCALAR)
        beside(attempt, list->text, &path);
    if (path.failed || name->failed)
        status = ASTRAY_NO_MEMORY;
    else if (list->kind == AS_YAMLTREE_SCALAR) {
        status = as_file_read(path.bytes, AS_MAX_LIST_FILE, &bytes);
        attempt->unreadable = status != ASTRAY_OK;
    }
    for (const struct as_yamltree *item = list->first; item;
         item = item->next) {
        as_buf_text(&bytes, item->text);
        as_buf_putc(&bytes, '\n');
    }
    if (bytes.failed)
        status = ASTRAY_NO_MEMORY;
    if (status == ASTRAY_OK)
        status = astray_scanner_set_list(
            attempt->scanner, name->bytes, mode, path.bytes,
            bytes.bytes ? bytes.bytes : "", bytes.length);
    bool good = status == ASTRAY_OK ||
                refuse(attempt, name->failed ? "" : name->bytes, status);
    as_buf_done(&bytes);
    as_buf_done(&path);
    return good;
}

static bool set_lists(struct attempt *attempt)
{
    const struct as_yamltree *lists = attempt->test->lists;
    bool good = true;

    for (const struct as_yamltree *list = lists ? lists->first : NULL;
         list && good; list = list->next) {
        struct as_buf name = { .bytes = NULL };

        as_buf_text(&name, list->key->text);
        good = set_list(attempt, list, &name);
        as_buf_done(&name);
    }
    return good;
}

static bool set_params(struct attempt *attempt)
{
    const struct as_yamltree *params = attempt->test->params;

    for (const struct as_yamltree *param = params ? params->first : NULL; param;
         param = param->next) {
        enum astray_status status = astray_scanner_set_param(
            attempt->scanner, param->key->text.bytes,
            param->text.bytes ? param->text.bytes : "");
        if (status != ASTRAY_OK)
            return refuse(attempt, param->key->text.bytes, status);
    }
    return true;
}

static bool set_up(struct attempt *attempt)
{
    const struct as_test_setting *setting = attempt->setting;
    enum astray_status status = astray_scanner_only_rule(attempt->scanner,
                                                         attempt->file->rule);

    if (status != ASTRAY_OK)
        return refuse(attempt, attempt->file->rule, status);
    status = astray_scanner_set_native(attempt->scanner, setting->native);
    if (status != ASTRAY_OK)
        return refuse(attempt, "--native", status);
    status = astray_scanner_set_coverage(attempt->scanner,
                                         setting->coverage != NULL);
    if (status != ASTRAY_OK)
        return refuse(attempt, "--coverage", status);
    if (attempt->explained)
        status = astray_scanner_explain(attempt->scanner, attempt->file->rule,
                                        attempt->explained);
    if (status != ASTRAY_OK)
        return refuse(attempt, attempt->file->rule, status);
    if (!set_params(attempt) || !set_lists(attempt))
        return false;
    status = astray_scanner_set_period(attempt->scanner, attempt->test->since,
                                       attempt->test->until);
    return status == ASTRAY_OK || refuse(attempt, "since, until", status);
}

/* ---- events -------------------------------------------------------------- */

static bool judge_status(struct attempt *attempt, enum astray_status status,
                         const char *what)
{
    if (status == ASTRAY_OK)
        return true;
    attempt->unreadable = attempt->unreadable || status == ASTRAY_IO;
    attempt->failed |= status == ASTRAY_NO_MEMORY;
    if (status != ASTRAY_SET_ASIDE && attempt->notice_count == 0)
        return refuse(attempt, what, status);
    as_buf_puts(attempt->why, "not all events could be judged\n");
    return false;
}

static bool feed_file(struct attempt *attempt, struct as_text name)
{
    struct as_buf path = { .bytes = NULL };

    beside(attempt, name, &path);
    errno = 0;
    enum astray_status status = path.failed ? ASTRAY_NO_MEMORY
                                            : astray_scanner_feed_path(
                                                  attempt->scanner, path.bytes);
    bool good = judge_status(attempt, status,
                             path.failed ? "events" : path.bytes);
    as_buf_done(&path);
    return good;
}

static bool feed_text(struct attempt *attempt, struct as_text text,
                      uint32_t line)
{
    struct as_buf name = { .bytes = NULL };
    enum astray_status status = ASTRAY_NO_MEMORY;

    as_buf_printf(&name, "%s:%u", attempt->file->path, (unsigned)line);
    if (!name.failed)
        status = astray_scanner_feed(attempt->scanner, name.bytes, text.bytes,
                                     text.length);
    bool good = judge_status(attempt, status, "events");
    as_buf_done(&name);
    return good;
}

/* What was made of a node of the file. */
static bool feed_made(struct attempt *attempt, const struct as_buf *text,
                      const struct as_yamltree *node)
{
    if (text->failed)
        return judge_status(attempt, ASTRAY_NO_MEMORY, "events");
    return text->length == 0 ||
           feed_text(attempt, as_buf_view(text), node->place.line);
}

/* Records as JSON lines. */
static bool feed_records(struct attempt *attempt,
                         const struct as_yamltree *list)
{
    struct as_buf lines = { .bytes = NULL };

    for (const struct as_yamltree *item = list->first; item;
         item = item->next) {
        as_yamltree_json(&lines, item);
        as_buf_putc(&lines, '\n');
    }
    bool good = feed_made(attempt, &lines, list);
    as_buf_done(&lines);
    return good;
}

/* Is a scalar JSON itself, not the name of a file? */
static bool is_json(const struct as_yamltree *node)
{
    return memchr(node->text.bytes, '\n', node->text.length) ||
           as_text_starts(node->text, AS_TEXT("{")) ||
           as_text_starts(node->text, AS_TEXT("["));
}

static bool feed_events(struct attempt *attempt,
                        const struct as_yamltree *events)
{
    bool good = true;

    if (events->kind == AS_YAMLTREE_SCALAR && is_json(events))
        return feed_text(attempt, events->text, events->place.line);
    if (events->kind == AS_YAMLTREE_SCALAR)
        return feed_file(attempt, events->text);
    if (events->kind == AS_YAMLTREE_LIST && events->first &&
        events->first->kind == AS_YAMLTREE_SCALAR) {
        for (const struct as_yamltree *item = events->first; item && good;
             item = item->next)
            good = feed_events(attempt, item);
        return good;
    }
    if (events->kind == AS_YAMLTREE_LIST)
        return feed_records(attempt, events);

    struct as_buf json = { .bytes = NULL };
    as_yamltree_json(&json, events);
    good = feed_made(attempt, &json, events);
    as_buf_done(&json);
    return good;
}

/* ---- which events a failure is about -------------------------------------- */

static void add_odd(struct as_test_odd *odd, struct as_text id)
{
    const size_t most = sizeof(odd->ids) / sizeof(odd->ids[0]);
    size_t n = odd->count;

    if (n == most || id.length == 0 || id.length >= sizeof(odd->ids[0]))
        return;
    for (size_t i = 0; i < n; i++) {
        if (as_text_equal(as_text_of(odd->ids[i]), id))
            return;
    }
    memcpy(odd->ids[n], id.bytes, id.length);
    odd->ids[n][id.length] = '\0';
    odd->count++;
}

/* The alert's event, or the one that turned its group. */
static const char *event_of(const cJSON *alert)
{
    const cJSON *event = cJSON_GetObjectItemCaseSensitive(alert, "event");
    const cJSON *group = cJSON_GetObjectItemCaseSensitive(alert, "group");
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(event, "eventID");

    if (!id)
        id = cJSON_GetObjectItemCaseSensitive(group, "turned_by");
    return cJSON_IsString(id) ? id->valuestring : "";
}

static bool has_alert(const struct attempt *attempt, struct as_text id)
{
    for (size_t i = 0; i < attempt->alert_count; i++) {
        if (as_text_equal(as_text_of(event_of(attempt->alerts[i])), id))
            return true;
    }
    return false;
}

/* The event that a map names, or NULL. */
static const struct as_yamltree *named_by(const struct as_yamltree *map)
{
    const struct as_yamltree *id = as_yamltree_member(map, "eventID");

    return id ? id : as_yamltree_member(map, "turned_by");
}

/* Does one of the maps name the event? */
static bool is_named(const struct as_yamltree *maps, struct as_text id)
{
    for (const struct as_yamltree *map = maps ? maps->first : NULL; map;
         map = map->next) {
        const struct as_yamltree *named = named_by(map);

        if (named && as_text_equal(named->text, id))
            return true;
    }
    return false;
}

/* Events that should have given an alert and did not; then alerts that are too
 * many, or that should not be. */
static void find_odd(const struct attempt *attempt, struct as_test_odd *odd)
{
    const struct as_test_case *test = attempt->test;
    const struct as_yamltree *map = test->where ? test->where->first : NULL;
    bool more = test->counts && attempt->alert_count > test->alert_count;

    for (; map; map = map->next) {
        const struct as_yamltree *id = named_by(map);

        if (id && !has_alert(attempt, id->text))
            add_odd(odd, id->text);
    }
    for (size_t i = 0; i < attempt->alert_count; i++) {
        struct as_text id = as_text_of(event_of(attempt->alerts[i]));

        if ((more && !is_named(test->where, id)) ||
            is_named(test->forbidden, id))
            add_odd(odd, id);
    }
}

/* ---- running ------------------------------------------------------------- */

/* All events are judged.  False after a reason was given. */
static bool feed_all(struct attempt *attempt)
{
    if (!set_up(attempt) || !feed_events(attempt, attempt->test->events))
        return false;
    return judge_status(attempt, astray_scanner_finish(attempt->scanner),
                        "judging") &&
           !attempt->failed;
}

static void judge(struct attempt *attempt, struct as_test_odd *odd)
{
    if (!feed_all(attempt))
        return;
    if (attempt->setting->coverage)
        as_coverage_add(attempt->setting->coverage, attempt->scanner);
    if (!as_expect_check(attempt->test, attempt->alerts, attempt->alert_count,
                         attempt->why))
        find_odd(attempt, odd);
    if (attempt->setting->tuning)
        as_tuning_count(attempt->setting->tuning, attempt->scanner,
                        attempt->why);
}

static void forget_alerts(struct attempt *attempt)
{
    for (size_t i = 0; i < attempt->alert_count; i++) {
        union {
            const cJSON *shown;
            cJSON *owned;
        } alert = { attempt->alerts[i] };

        cJSON_Delete(alert.owned);
    }
    free(attempt->alerts);
}

bool as_test_run(const struct astray_rules *rules,
                 const struct as_test_setting *setting,
                 const struct as_test_file *file,
                 const struct as_test_case *test, struct as_test_odd *odd,
                 struct as_buf *why)
{
    struct attempt attempt = {
        .setting = setting, .file = file, .test = test, .why = why
    };

    odd->count = 0;
    if (astray_scanner_new(rules, &attempt.scanner) != ASTRAY_OK) {
        why->failed = true;
        return false;
    }
    astray_scanner_on_alert(attempt.scanner, on_alert, &attempt);
    astray_scanner_on_notice(attempt.scanner, on_notice, &attempt);
    judge(&attempt, odd);
    astray_scanner_free(attempt.scanner);
    forget_alerts(&attempt);
    why->failed |= attempt.failed ||
                   (setting->tuning && setting->tuning->failed);
    return !attempt.unreadable && !why->failed;
}

/* ---- explaining ---------------------------------------------------------- */

static void explain(struct attempt *attempt)
{
    char *text = NULL;
    size_t count = 0;

    if (!feed_all(attempt))
        return;
    if (astray_scanner_explanation(attempt->scanner, 0, &count, &text) !=
        ASTRAY_OK) {
        attempt->failed = true;
        return;
    }
    if (count == 0) {
        as_buf_puts(attempt->why, "no event of the case has the eventID ");
        as_escape_terminal(attempt->why, as_text_of(attempt->explained));
        as_buf_putc(attempt->why, '\n');
    }
    as_buf_puts(attempt->why, text);
    free(text);
}

bool as_test_explain(const struct astray_rules *rules,
                     const struct as_test_file *file,
                     const struct as_test_case *test, const char *id,
                     struct as_buf *why)
{
    static const struct as_test_setting plain = { .native = NULL };
    struct attempt attempt = {
        .setting = &plain,
        .file = file,
        .test = test,
        .why = why,
        .explained = id,
    };

    if (astray_scanner_new(rules, &attempt.scanner) != ASTRAY_OK) {
        why->failed = true;
        return false;
    }
    explain(&attempt);
    astray_scanner_free(attempt.scanner);
    why->failed |= attempt.failed;
    return !why->failed;
}
