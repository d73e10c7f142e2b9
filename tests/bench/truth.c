/*
 * truth.c - what each shipped rule must say about a corpus.
 *
 * Worked out from the plan, not from the records, and without the library: the
 * plan knows which session an event belongs to, when that session's workers
 * started and which address belongs to whom, so most verdicts are a look at
 * one event and its session.  Two rules need the events of one key, or of one
 * task, in order; those are walked in the plainest way.
 *
 * Where a published rule is wrong about the world (a service's call is no
 * theft), the truth here is what the rule says all the same.
 *
 * truth/RULE.txt holds one line for each alert, sorted: the event's id, or for
 * a group its key, session and time between bars.
 */
#include <stdlib.h>
#include <string.h>

#include "corpus.h"

enum { KEY_LIFE = 13 * HOUR, PLUS = 120 };

struct lines {
    char **lines;
    size_t count, capacity;
};

static void add_line(struct lines *lines, const struct text *text)
{
    lines->lines = grow(lines->lines, &lines->capacity, lines->count + 1,
                        sizeof(*lines->lines));
    char *line = malloc(text->length + 1);
    if (line == NULL)
        die("no memory");
    memcpy(line, text->bytes, text->length);
    line[text->length] = '\0';
    lines->lines[lines->count++] = line;
}

static void add_event_line(struct lines *lines, const struct corpus *c,
                           size_t event)
{
    char id[37];
    event_id_print(event_id(c, event), id);
    struct text text = { id, 36, sizeof(id) };
    add_line(lines, &text);
}

static void add_group_line(struct lines *lines, const struct corpus *c,
                           const struct session *session, uint32_t time)
{
    struct text text = { 0 };
    render_key(c, session, &text);
    text_adds(&text, "|");
    render_arn(c, session, &text);
    text_adds(&text, "|");
    render_time(time, &text);
    add_line(lines, &text);
    free(text.bytes);
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void write_lines(struct lines *lines, const char *folder,
                        const char *name)
{
    if (lines->count != 0)
        qsort(lines->lines, lines->count, sizeof(char *), compare_lines);
    FILE *file = create_file(folder, name);
    for (size_t i = 0; i < lines->count; i++) {
        fprintf(file, "%s\n", lines->lines[i]);
        free(lines->lines[i]);
    }
    if (fclose(file) != 0)
        die("%s: cannot be written", name);
    printf("alerts of %-40s %zu\n", name, lines->count);
    free(lines->lines);
}

/* ---- questions that several rules ask ---- */

static int same_place(const struct event *e, unsigned place, uint32_t address)
{
    /* All IPv4 is one sort of thing, whoever it belongs to. */
    int v4 = e->place == PLACE_AWS || e->place == PLACE_ELSEWHERE ||
             e->place == PLACE_PRIVATE;
    int also = place == PLACE_AWS || place == PLACE_ELSEWHERE ||
               place == PLACE_PRIVATE;
    return (e->place == place || (v4 && also)) && e->address == address;
}

static const struct session *session_of(const struct corpus *c,
                                        const struct event *e)
{
    return &c->sessions[e->session];
}

/* The record's identity is the session's, a role's with a key. */
static int by_workload(const struct corpus *c, const struct event *e)
{
    return (e->flags & (BY_SERVICE | NO_IDENTITY)) == 0 &&
           session_of(c, e)->type == TYPE_ROLE;
}

static int made_by_aws(const struct event *e)
{
    return e->place == PLACE_SERVICE || e->place == PLACE_INTERNAL ||
           e->invoked_by != 0;
}

static int allocated(const struct corpus *c, const struct event *e)
{
    for (size_t i = 0; i < c->allocation_count; i++)
        if (c->allocations[i].time != NONE &&
            same_place(e, PLACE_AWS, c->allocations[i].address))
            return 1;
    return 0;
}

static int owned_by_then(const struct corpus *c, const struct event *e)
{
    for (size_t i = 0; i < c->allocation_count; i++) {
        const struct allocation *a = &c->allocations[i];
        if (a->time != NONE && a->time <= e->time &&
            a->account == session_of(c, e)->account &&
            same_place(e, PLACE_AWS, a->address))
            return 1;
    }
    return 0;
}

static int lambda_decrypt(const struct event *e)
{
    return e->call == CALL_KMS_DECRYPT_ENV &&
           ((e->flags & NO_TLS) != 0 || e->place == PLACE_AWS);
}

static int harmless(const struct corpus *c, const struct event *e)
{
    return made_by_aws(e) || lambda_decrypt(e) || owned_by_then(c, e) ||
           e->via == VIA_OWN_ENDPOINT;
}

static unsigned agent_marks(const struct event *e)
{
    static const unsigned char marks[] = {
#define AGENT(name, marks, text) marks,
#include "agents.def"
#undef AGENT
    };
    return (e->flags & NO_AGENT) != 0 ? 0 : marks[e->agent];
}

/* ---- secureworks_lambda_reference ---- */

/* Does the row of this region let the event through as a theft? */
static int astray_from(const struct corpus *c, const struct event *e,
                       unsigned region)
{
    const struct session *s = session_of(c, e);
    uint32_t since = NONE;
    for (uint32_t i = 0; i < s->start_count; i++) {
        const struct start *start = &c->starts[s->first_start + i];
        if (start->region != region)
            continue;
        if (same_place(e, start->place, start->address))
            return 0;
        if (start->time < since)
            since = start->time;
    }
    return since != NONE && e->time > since;
}

static int secureworks(const struct corpus *c, const struct event *e)
{
    if (!by_workload(c, e) || session_of(c, e)->start_count == 0 ||
        (e->place == PLACE_INTERNAL && e->address == 0) ||
        e->call == CALL_KMS_DECRYPT || e->call == CALL_KMS_DECRYPT_ENV ||
        allocated(c, e))
        return 0;
    for (unsigned region = 0; region < REGION_COUNT; region++)
        if (astray_from(c, e, region))
            return 1;
    return 0;
}

/* ---- lambda_credentials_astray ---- */

enum home { NO_ROW, AT_HOME, AWAY };

/* What lambda_workers says as of the event: a start counts for the key's
 * life, from two minutes before it, and only from an address of AWS. */
static enum home worker_home(const struct corpus *c, const struct event *e)
{
    const struct session *s = session_of(c, e);
    enum home home = NO_ROW;
    for (uint32_t i = 0; i < s->start_count; i++) {
        const struct start *start = &c->starts[s->first_start + i];
        if (start->place != PLACE_AWS || start->time > e->time + PLUS ||
            start->time + KEY_LIFE <= e->time)
            continue;
        if (same_place(e, start->place, start->address))
            return AT_HOME;
        home = AWAY;
    }
    return home;
}

static int lambda_astray(const struct corpus *c, const struct event *e)
{
    return by_workload(c, e) && worker_home(c, e) == AWAY && !harmless(c, e);
}

/* ---- lambda_key_outside_aws ---- */

/* When Lambda was handed each session's key; NONE: the log does not say. */
static uint32_t *hand_outs(const struct corpus *c)
{
    uint32_t *times = malloc((c->session_count + 1) * sizeof(*times));
    if (times == NULL)
        die("no memory");
    for (size_t i = 0; i < c->session_count; i++)
        times[i] = NONE;
    for (size_t i = 0; i < c->event_count; i++) {
        const struct event *e = &c->events[i];
        if (e->call == CALL_ISSUE && e->invoked_by == SERVICE_LAMBDA + 1 &&
            (e->flags & BY_SERVICE) != 0)
            times[e->session] = e->time;
    }
    return times;
}

/* The log says that it is a function's session, and not where a worker of it
 * is. */
static int outside_aws(const struct corpus *c, const struct event *e,
                       const uint32_t *hand_out)
{
    uint32_t issued = hand_out[e->session];
    int said = records_are_new(session_of(c, e)) ||
               (issued <= e->time && e->time < issued + KEY_LIFE);
    return by_workload(c, e) && session_of(c, e)->naming == NAME_FUNCTION &&
           said && e->place != PLACE_AWS && worker_home(c, e) == NO_ROW &&
           !harmless(c, e);
}

/* ---- rules over several events ---- */

/* The events of workloads, by session (or task), time and id. */
struct ordered {
    uint32_t unit, time;
    struct event_id id;
    uint32_t event;
};

static int compare_ordered(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;
    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->id.high != y->id.high)
        return x->id.high < y->id.high ? -1 : 1;
    return x->id.low < y->id.low ? -1 : x->id.low > y->id.low;
}

/* Sorted; the count in *count. */
static struct ordered *order(const struct corpus *c, int by_task, size_t *count)
{
    struct ordered *list = malloc((c->event_count + 1) * sizeof(*list));
    if (list == NULL)
        die("no memory");
    *count = 0;
    for (size_t i = 0; i < c->event_count; i++) {
        const struct event *e = &c->events[i];
        const struct session *s = session_of(c, e);
        if ((e->flags & NO_IDENTITY) != 0 || s->type != TYPE_ROLE)
            continue;
        if (by_task ? s->task == NONE : !by_workload(c, e))
            continue;
        list[(*count)++] = (struct ordered){ by_task ? s->task : e->session,
                                             e->time, event_id(c, i),
                                             (uint32_t)i };
    }
    qsort(list, *count, sizeof(*list), compare_ordered);
    return list;
}

/* ---- elastic_lambda_reference: whole hours of one session ---- */

static void elastic(const struct corpus *c, const struct ordered *list,
                    size_t count, struct lines *lines)
{
    for (size_t i = 0; i < count;) {
        uint32_t hour = list[i].time / HOUR, unit = list[i].unit;
        size_t inside = 0, outside = 0;
        for (; i < count && list[i].unit == unit && list[i].time / HOUR == hour;
             i++) {
            if ((agent_marks(&c->events[list[i].event]) & (MARKED | SLASH)) !=
                0)
                inside++;
            else
                outside++;
        }
        if (inside > 0 && outside > 0)
            add_group_line(lines, c, &c->sessions[unit], (hour + 1) * HOUR);
    }
}

/* ---- lambda_key_in_and_out_of_runtime and lambda_worker_without_runtime:
 * a sliding hour ---- */

struct seen {
    const struct event *event;
    int marked, home;
};

/* Some address that nothing in the window shows to be home, and a mark. */
static int in_and_out(const struct seen *seen, size_t first, size_t end)
{
    int any_marked = 0, away = 0;
    for (size_t i = first; i < end; i++) {
        any_marked |= seen[i].marked;
        int home = seen[i].home;
        for (size_t j = first; !home && !away && j < end; j++)
            home = seen[j].home &&
                   same_place(seen[j].event, seen[i].event->place,
                              seen[i].event->address);
        away |= !home;
    }
    return any_marked && away;
}

/* The runtime's mark, from a place where it is believed. */
static int marked(const struct corpus *c, const struct event *e)
{
    unsigned marks = agent_marks(e);
    int believed = e->place == PLACE_AWS || e->via == VIA_OWN_ENDPOINT ||
                   owned_by_then(c, e);
    return (marks & MARKED) != 0 && (marks & INTERNAL) == 0 &&
           !made_by_aws(e) && !lambda_decrypt(e) && believed;
}

/* Whether the event counts, and how. */
typedef int looker(const struct corpus *c, const struct event *e,
                   struct seen *seen);

static int look(const struct corpus *c, const struct event *e,
                struct seen *seen)
{
    if (e->place == PLACE_SERVICE || e->place == PLACE_INTERNAL)
        return 0;
    seen->event = e;
    seen->marked = marked(c, e);
    seen->home = seen->marked || worker_home(c, e) == AT_HOME;
    return seen->home || !harmless(c, e);
}

/* The same for lambda_worker_without_runtime: home is where the mark is, and
 * only what calls from a worker's address, but for the call that makes it one,
 * can be away. */
static int look_at_worker(const struct corpus *c, const struct event *e,
                          struct seen *seen)
{
    if (e->place == PLACE_SERVICE || e->place == PLACE_INTERNAL ||
        (e->call == CALL_LOG_STREAM && (agent_marks(e) & WORKER) != 0))
        return 0;
    seen->event = e;
    seen->marked = seen->home = marked(c, e);
    return seen->marked || (worker_home(c, e) == AT_HOME && !made_by_aws(e) &&
                            !lambda_decrypt(e));
}

static void judge_session(const struct corpus *c, const struct session *s,
                          const struct seen *seen, size_t count,
                          struct lines *lines)
{
    size_t first = 0;
    int before = 0;
    for (size_t i = 0; i < count;) {
        uint32_t time = seen[i].event->time;
        size_t end = i;
        while (end < count && seen[end].event->time == time)
            end++;
        while (seen[first].event->time + HOUR <= time)
            first++;
        if (first == i)
            before = 0;
        int now = in_and_out(seen, first, end);
        if (now && !before)
            add_group_line(lines, c, s, time);
        before = now;
        i = end;
    }
}

static void runtime(const struct corpus *c, const struct ordered *list,
                    size_t count, looker *look_at, struct lines *lines)
{
    struct seen *seen = NULL;
    size_t capacity = 0;
    for (size_t i = 0; i < count;) {
        size_t n = 0;
        uint32_t unit = list[i].unit;
        int any_marked = 0, away = 0;
        for (; i < count && list[i].unit == unit; i++) {
            seen = grow(seen, &capacity, n + 1, sizeof(*seen));
            if (!look_at(c, &c->events[list[i].event], &seen[n]))
                continue;
            any_marked |= seen[n].marked;
            away |= !seen[n].home;
            n++;
        }
        if (any_marked && away)
            judge_session(c, &c->sessions[unit], seen, n, lines);
    }
    free(seen);
}

/* ---- ecs_task_credentials_astray: a task from first to last ---- */

static int issued(const struct event *e)
{
    return e->call == CALL_ISSUE && e->invoked_by == SERVICE_ECS_TASKS + 1 &&
           (e->flags & BY_SERVICE) != 0;
}

/* Events of one second are known to each other: first learn, then judge. */
static void tasks(const struct corpus *c, const struct ordered *list,
                  size_t count, struct lines *lines)
{
    const struct event *home = NULL;
    size_t issues = 0;
    for (size_t i = 0; i < count;) {
        if (i == 0 || list[i].unit != list[i - 1].unit ||
            list[i].time - list[i - 1].time > KEY_LIFE) {
            home = NULL;
            issues = 0;
        }
        size_t end = i;
        for (; end < count && list[end].unit == list[i].unit &&
               list[end].time == list[i].time;
             end++) {
            const struct event *e = &c->events[list[end].event];
            if (issued(e))
                issues++;
            else if (by_workload(c, e) && home == NULL &&
                     e->place == PLACE_AWS && !made_by_aws(e) &&
                     e->via == VIA_INTERNET)
                home = e;
        }
        for (; i < end; i++) {
            const struct event *e = &c->events[list[i].event];
            if (by_workload(c, e) && issues > 0 &&
                (home == NULL || !same_place(e, home->place, home->address)) &&
                !made_by_aws(e) && !owned_by_then(c, e) &&
                e->via != VIA_OWN_ENDPOINT)
                add_event_line(lines, c, list[i].event);
        }
    }
}

/*
 * Nothing is written for two rules: no thief here uses a key that he got with
 * the stolen one (chained_credentials_astray), and none goes to the console
 * (workload_session_in_console).
 */
static void write_nothing(const char *folder)
{
    struct lines chained = { 0 }, console = { 0 };
    write_lines(&chained, folder, "truth/chained_credentials_astray.txt");
    write_lines(&console, folder, "truth/workload_session_in_console.txt");
}

void truth_write(const struct corpus *c, const char *folder)
{
    struct lines sw = { 0 }, astray = { 0 }, es = { 0 }, in_out = { 0 },
                 ecs = { 0 }, outside = { 0 }, worker = { 0 };
    uint32_t *hand_out = hand_outs(c);
    for (size_t i = 0; i < c->event_count; i++) {
        if (secureworks(c, &c->events[i]))
            add_event_line(&sw, c, i);
        if (lambda_astray(c, &c->events[i]))
            add_event_line(&astray, c, i);
        if (outside_aws(c, &c->events[i], hand_out))
            add_event_line(&outside, c, i);
    }
    free(hand_out);
    size_t count;
    struct ordered *list = order(c, 0, &count);
    elastic(c, list, count, &es);
    runtime(c, list, count, look, &in_out);
    runtime(c, list, count, look_at_worker, &worker);
    free(list);
    list = order(c, 1, &count);
    tasks(c, list, count, &ecs);
    free(list);
    write_lines(&sw, folder, "truth/secureworks_lambda_reference.txt");
    write_lines(&astray, folder, "truth/lambda_credentials_astray.txt");
    write_lines(&outside, folder, "truth/lambda_key_outside_aws.txt");
    write_lines(&es, folder, "truth/elastic_lambda_reference.txt");
    write_lines(&in_out, folder, "truth/lambda_key_in_and_out_of_runtime.txt");
    write_lines(&worker, folder, "truth/lambda_worker_without_runtime.txt");
    write_lines(&ecs, folder, "truth/ecs_task_credentials_astray.txt");
    write_nothing(folder);
}
