/*
 * expect.c - see expect.h.
 *
 * Every `where` map needs an alert of its own.  Two maps may fit the same
 * alerts, so a first come, first served would fail tests that hold: this is
 * a matching in a bipartite graph, and each map in turn may send an earlier
 * one to look for another alert (an augmenting path).
 */

#include "cli/expect.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/escape.h"

static const struct {
    const char *key, *path;
} short_names[] = {
    { "rule", "rule.name" },
    { "severity", "rule.severity" },
    { "title", "rule.title" },
    { "time", "time" },
    { "id", "id" },
    { "status", "status" },
    { "turned_by", "group.turned_by" },
};

/* Where else a key may stand, in this order. */
static const char *const places[] = { "event",     "outcome",
                                      "group.key", "group.aggregates",
                                      "group",     "sequence.key",
                                      "sequence",  "" };

/* ---- finding values ------------------------------------------------------ */

/* The member at a dotted path, or NULL. */
static const cJSON *walk(const cJSON *from, const char *path)
{
    while (from && *path) {
        char name[256];
        size_t length = strcspn(path, ".");

        if (length >= sizeof(name))
            return NULL;
        memcpy(name, path, length);
        name[length] = '\0';
        from = cJSON_GetObjectItemCaseSensitive(from, name);
        path += length + (path[length] == '.');
    }
    return from;
}

static const cJSON *lookup(const cJSON *alert, const char *key)
{
    for (size_t i = 0; i < sizeof(short_names) / sizeof(short_names[0]); i++)
        if (strcmp(short_names[i].key, key) == 0)
            return walk(alert, short_names[i].path);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        const cJSON *found = cJSON_GetObjectItemCaseSensitive(
            walk(alert, places[i]), key);

        if (found)
            return found;
    }
    return walk(alert, key);
}

/* ---- comparing ----------------------------------------------------------- */

/* *failed: memory ran out, and what was found need not be so. */
static bool fits(const struct as_yamltree *wanted, const cJSON *got,
                 bool *failed);

static bool fits_number(struct as_text wanted, double got)
{
    char text[64];

    snprintf(text, sizeof(text), "%.17g", got);
    if (as_text_equal(wanted, as_text_of(text)))
        return true;
    char *end = NULL;
    double value = strtod(wanted.bytes, &end);
    return wanted.length > 0 && *end == '\0' && !(value < got) &&
           !(value > got);
}

static bool fits_scalar(const struct as_yamltree *wanted, const cJSON *got)
{
    if (!got)
        return false; /* not even null: a misspelt key fits nothing */
    if (cJSON_IsNull(got))
        return as_yamltree_is_null(wanted);
    if (as_yamltree_is_null(wanted))
        return false;
    if (cJSON_IsString(got))
        return as_text_equal(wanted->text, as_text_of(got->valuestring));
    if (cJSON_IsNumber(got))
        return fits_number(wanted->text, got->valuedouble);
    if (cJSON_IsBool(got))
        return as_text_equal(wanted->text, cJSON_IsTrue(got)
                                               ? AS_TEXT("true")
                                               : AS_TEXT("false"));
    return false;
}

/* The same elements, in any order: each wanted one takes the first that is
 * free and fits; elements are plain values, so that is enough. */
static bool fits_list(const struct as_yamltree *wanted, const cJSON *got,
                      bool *failed)
{
    size_t count = (size_t)cJSON_GetArraySize(got);
    bool *taken = calloc(count + 1, sizeof(*taken));
    bool good = taken && cJSON_IsArray(got) && count == wanted->count;

    *failed |= !taken;
    for (const struct as_yamltree *item = wanted->first; item && good;
         item = item->next) {
        const cJSON *element = got->child;
        size_t i = 0;

        while (element && (taken[i] || !fits(item, element, failed))) {
            element = element->next;
            i++;
        }
        good = element != NULL;
        if (good)
            taken[i] = true;
    }
    free(taken);
    return good;
}

/* Recursion is bounded by AS_MAX_YAML_DEPTH. */
static bool fits(const struct as_yamltree *wanted, const cJSON *got,
                 bool *failed)
{
    if (wanted->kind == AS_YAMLTREE_SCALAR)
        return fits_scalar(wanted, got);
    if (wanted->kind == AS_YAMLTREE_LIST)
        return got && fits_list(wanted, got, failed);
    for (const struct as_yamltree *member = wanted->first; member;
         member = member->next)
        if (!fits(
                member,
                cJSON_GetObjectItemCaseSensitive(got, member->key->text.bytes),
                failed))
            return false;
    return cJSON_IsObject(got);
}

static bool fits_alert(const struct as_yamltree *where, const cJSON *alert,
                       bool *failed)
{
    for (const struct as_yamltree *member = where->first; member;
         member = member->next)
        if (!fits(member, lookup(alert, member->key->text.bytes), failed))
            return false;
    return true;
}

/* ---- matching ------------------------------------------------------------ */

struct matching {
    const struct as_yamltree **wanted; /* the where-maps */
    size_t wanted_count;
    const cJSON *const *alerts;
    size_t alert_count;
    size_t *owner; /* of an alert: the map's number + 1, 0: nobody's */
    bool *asked;   /* alerts, in this round */
    bool *fitting; /* [map * alert_count + alert] */
    bool failed;   /* memory ran out */
};

/* Find an alert for a map, moving others if need be.  The depth is at
 * most the number of maps, which testfile.c bounds. */
static bool place(struct matching *matching, size_t map)
{
    for (size_t i = 0; i < matching->alert_count; i++) {
        if (matching->asked[i] ||
            !matching->fitting[map * matching->alert_count + i])
            continue;
        matching->asked[i] = true;
        if (matching->owner[i] == 0 ||
            place(matching, matching->owner[i] - 1)) {
            matching->owner[i] = map + 1;
            return true;
        }
    }
    return false;
}

static bool prepare(struct matching *matching, const struct as_yamltree *where)
{
    size_t cells = (matching->wanted_count + 1) * (matching->alert_count + 1);
    size_t n = 0;

    matching->wanted = calloc(matching->wanted_count + 1, sizeof(void *));
    matching->owner = calloc(matching->alert_count + 1, sizeof(size_t));
    matching->asked = calloc(matching->alert_count + 1, sizeof(bool));
    matching->fitting = calloc(cells, sizeof(bool));
    if (!matching->wanted || !matching->owner || !matching->asked ||
        !matching->fitting)
        return false;
    for (const struct as_yamltree *map = where->first; map;
         map = map->next, n++) {
        matching->wanted[n] = map;
        for (size_t i = 0; i < matching->alert_count; i++)
            matching->fitting[n * matching->alert_count + i] = fits_alert(
                map, matching->alerts[i], &matching->failed);
    }
    return true;
}

static void matching_done(struct matching *matching)
{
    free(matching->wanted);
    free(matching->owner);
    free(matching->asked);
    free(matching->fitting);
}

/* ---- saying what is wrong ------------------------------------------------ */

static void add_json(struct as_buf *why, const cJSON *value)
{
    char *text = cJSON_PrintUnformatted(value);

    why->failed |= !text;
    as_escape_terminal(why, as_text_of(text ? text : "null"));
    cJSON_free(text);
}

static size_t hits(const struct as_yamltree *where, const cJSON *alert,
                   bool *failed)
{
    size_t count = 0;

    for (const struct as_yamltree *member = where->first; member;
         member = member->next)
        count += fits(member, lookup(alert, member->key->text.bytes), failed);
    return count;
}

/* The alert that comes nearest to a map, and what it has instead. */
static void add_nearest(const struct matching *matching,
                        const struct as_yamltree *map, struct as_buf *why)
{
    const cJSON *best = NULL;
    size_t most = 0;

    for (size_t i = 0; i < matching->alert_count; i++) {
        size_t count = hits(map, matching->alerts[i], &why->failed);

        if (!best || count > most) {
            best = matching->alerts[i];
            most = count;
        }
    }
    if (best && most == map->count)
        as_buf_puts(why, "  the alerts that fit belong to other maps\n");
    for (const struct as_yamltree *member = map->first; best && member;
         member = member->next) {
        const cJSON *got = lookup(best, member->key->text.bytes);

        if (fits(member, got, &why->failed))
            continue;
        as_buf_puts(why, got ? "  the nearest has " : "  it has no ");
        as_escape_terminal(why, member->key->text);
        as_buf_puts(why, got ? ": " : "");
        if (got)
            add_json(why, got);
        as_buf_putc(why, '\n');
    }
}

static void add_map(struct as_buf *why, const char *words,
                    const struct as_yamltree *map)
{
    struct as_buf json = { .bytes = NULL };

    as_yamltree_json(&json, map);
    as_buf_printf(why, "%s (line %u): ", words, (unsigned)map->place.line);
    as_escape_terminal(why, as_buf_view(&json));
    as_buf_putc(why, '\n');
    why->failed |= json.failed;
    as_buf_done(&json);
}

static void add_alert(struct as_buf *why, const cJSON *alert)
{
    static const char *const keys[] = { "time",      "severity",
                                        "eventName", "sourceIPAddress",
                                        "eventID",   "turned_by" };

    as_buf_puts(why, " ");
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const cJSON *value = lookup(alert, keys[i]);

        if (!cJSON_IsString(value))
            continue;
        as_buf_putc(why, ' ');
        as_escape_terminal(why, as_text_of(value->valuestring));
    }
    const cJSON *outcome = cJSON_GetObjectItemCaseSensitive(alert, "outcome");
    if (outcome && outcome->child) {
        as_buf_putc(why, ' ');
        add_json(why, outcome);
    }
    as_buf_putc(why, '\n');
}

static void add_alerts(struct as_buf *why, const struct matching *matching)
{
    enum { MOST = 20 };

    for (size_t i = 0; i < matching->alert_count; i++) {
        if (i == MOST) {
            as_buf_printf(why, "  ... and %zu more\n",
                          matching->alert_count - MOST);
            return;
        }
        if (i == 0)
            as_buf_puts(why, "the alerts:\n");
        add_alert(why, matching->alerts[i]);
    }
}

static void check_count(const struct as_test_case *test,
                        const struct matching *matching, struct as_buf *why)
{
    if (!test->counts || test->alert_count == matching->alert_count)
        return;
    as_buf_puts(why, "expected ");
    as_render_count(why, test->alert_count, "alert", "alerts");
    as_buf_printf(why, ", got %zu\n", matching->alert_count);
}

static void check_where(struct matching *matching, struct as_buf *why)
{
    for (size_t map = 0; map < matching->wanted_count; map++) {
        memset(matching->asked, 0, matching->alert_count);
        if (place(matching, map))
            continue;
        add_map(why, "no alert for", matching->wanted[map]);
        add_nearest(matching, matching->wanted[map], why);
    }
}

static void check_forbidden(const struct as_test_case *test,
                            const struct matching *matching, struct as_buf *why)
{
    if (!test->forbidden)
        return;
    for (const struct as_yamltree *map = test->forbidden->first; map;
         map = map->next)
        for (size_t i = 0; i < matching->alert_count; i++)
            if (fits_alert(map, matching->alerts[i], &why->failed)) {
                add_map(why, "an alert that should not be", map);
                break;
            }
}

bool as_expect_check(const struct as_test_case *test,
                     const cJSON *const *alerts, size_t alert_count,
                     struct as_buf *why)
{
    static const struct as_yamltree nothing = { .kind = AS_YAMLTREE_LIST };
    const struct as_yamltree *where = test->where ? test->where : &nothing;
    struct matching matching = { .wanted_count = where->count,
                                 .alerts = alerts,
                                 .alert_count = alert_count };
    size_t before = why->length;

    if (prepare(&matching, where)) {
        check_count(test, &matching, why);
        check_where(&matching, why);
        check_forbidden(test, &matching, why);
        if (why->length > before)
            add_alerts(why, &matching);
        why->failed |= matching.failed;
    } else {
        why->failed = true;
    }
    matching_done(&matching);
    return why->length == before && !why->failed;
}
