/*
 * tuning.c - see tuning.h: what the library says in JSON, read again.
 */

#include "cli/tuning.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "common/escape.h"

void as_tuning_done(struct as_tuning *tuning)
{
    while (tuning->first) {
        struct as_tuned *one = tuning->first;

        tuning->first = one->next;
        free(one->rule);
        free(one->name);
        free(one->overlay);
        free(one);
    }
}

static const char *string_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(object, name));

    return text ? text : "";
}

/* The exclusion, made when there is none yet; NULL when memory is out. */
static struct as_tuned *find(struct as_tuning *tuning, const char *rule,
                             const char *name, const char *overlay)
{
    struct as_tuned **last = &tuning->first, *made;

    for (; *last; last = &(*last)->next) {
        if (strcmp((*last)->rule, rule) == 0 &&
            strcmp((*last)->name, name) == 0)
            return *last;
    }
    made = calloc(1, sizeof(*made));
    if (made) {
        made->rule = strdup(rule);
        made->name = strdup(name);
        made->overlay = strdup(overlay);
        *last = made;
    }
    tuning->failed |= !made || !made->rule || !made->name || !made->overlay;
    return tuning->failed ? NULL : made;
}

static void add_name(struct as_buf *out, const char *before, const char *name)
{
    as_buf_puts(out, before);
    as_buf_putc(out, '`');
    as_escape_terminal(out, as_text_of(name));
    as_buf_putc(out, '`');
}

static void count_one(struct as_tuning *tuning, const cJSON *rule,
                      const cJSON *exclusion, struct as_buf *why)
{
    const char *overlay = cJSON_GetStringValue(exclusion);
    double hits = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(rule, "excluded"), exclusion->string));
    struct as_tuned *one = find(tuning, string_of(rule, "name"),
                                exclusion->string, overlay ? overlay : "");

    if (!one || !(hits > 0))
        return;
    one->hit_count += (uint64_t)hits;
    if (why->length == 0)
        return;
    add_name(why, "the exclusion ", one->name);
    add_name(why, " of the overlay ", one->overlay);
    as_buf_printf(why, " took %.0f event%s away\n", hits, hits == 1 ? "" : "s");
}

void as_tuning_count(struct as_tuning *tuning,
                     const struct astray_scanner *scanner, struct as_buf *why)
{
    const cJSON *rule, *exclusion;
    char *text = NULL;

    if (astray_scanner_summary(scanner, 1, &text) != ASTRAY_OK) {
        tuning->failed = true;
        return;
    }
    cJSON *stats = cJSON_Parse(text);
    tuning->failed |= !stats;
    cJSON_ArrayForEach(rule, cJSON_GetObjectItemCaseSensitive(stats, "rules"))
    {
        cJSON_ArrayForEach(exclusion, cJSON_GetObjectItemCaseSensitive(
                                          rule, "overlay_exclusions"))
        {
            count_one(tuning, rule, exclusion, why);
        }
    }
    cJSON_Delete(stats);
    free(text);
}

/* Does the overlay disable the rule? */
static bool disables(const cJSON *overlay, const char *rule)
{
    const cJSON *name;

    cJSON_ArrayForEach(name,
                       cJSON_GetObjectItemCaseSensitive(overlay, "disables"))
    {
        if (cJSON_IsString(name) && strcmp(name->valuestring, rule) == 0)
            return true;
    }
    return false;
}

void as_tuning_disabled(struct as_tuning *tuning,
                        const struct astray_rules *rules, const char *rule,
                        struct as_buf *why)
{
    const cJSON *overlay;
    char *text = NULL;

    if (astray_rules_describe(rules, ASTRAY_DESCRIBE_JSON, &text) !=
        ASTRAY_OK) {
        tuning->failed = true;
        return;
    }
    cJSON *pack = cJSON_Parse(text);
    tuning->failed |= !pack;
    cJSON_ArrayForEach(overlay,
                       cJSON_GetObjectItemCaseSensitive(pack, "overlays"))
    {
        if (why->length == 0 && disables(overlay, rule)) {
            add_name(why, "the overlay ", string_of(overlay, "name"));
            as_buf_puts(why, " disables it");
        }
    }
    cJSON_Delete(pack);
    free(text);
}

void as_tuning_never(const struct as_tuning *tuning, const char *prefix,
                     struct as_buf *out)
{
    for (const struct as_tuned *one = tuning->first; one; one = one->next) {
        if (one->hit_count > 0)
            continue;
        as_buf_puts(out, prefix);
        add_name(out, "no case hit the exclusion ", one->name);
        add_name(out, " of the overlay ", one->overlay);
        add_name(out, " in the rule ", one->rule);
        as_buf_putc(out, '\n');
    }
}
