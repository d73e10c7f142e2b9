/*
 * differ.c - see differ.h.
 *
 * Everything that is found lives in one arena until the end.  Where memory
 * runs out `failed` is set and the rest does nothing.
 */

#include "cli/differ.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    MOST_FIELDS = 12, /* that are shown of one changed alert */
    MOST_DEPTH = 32,  /* of an alert, to look into */
};

/* What is left of a rule when it is edited, or says which one it is. */
static const char *const identity[] = { "id", "rule.id", "rule.name",
                                        "rule.pack", "rule.version" };

static char *keep(struct as_differ *differ, const char *text)
{
    char *copy = as_strndup(&differ->arena, text, strlen(text));

    differ->failed |= !copy;
    return copy;
}

/* What stands in differ->words, kept; "" when there was no memory. */
static const char *keep_words(struct as_differ *differ)
{
    as_buf_putc(&differ->words, '\0');
    differ->failed |= differ->words.failed;
    const char *copy = differ->failed ? NULL
                                      : keep(differ, differ->words.bytes);

    as_buf_reset(&differ->words);
    return copy ? copy : "";
}

static bool grow(struct as_differ *differ, void *array, size_t *capacity,
                 size_t count, size_t size)
{
    void **at = array;
    size_t more = *capacity ? *capacity * 2 : 64;

    if (count < *capacity)
        return true;
    void *bytes = realloc(*at, more * size);
    if (!bytes) {
        differ->failed = true;
        return false;
    }
    *at = bytes;
    *capacity = more;
    return true;
}

struct astray_rule_info as_differ_rule(const struct as_differ *differ,
                                       enum as_side_number side, size_t rule)
{
    struct astray_rule_info info = { .name = "", .id = "", .title = "" };

    astray_rules_info(differ->side[side].rules, rule, &info);
    return info;
}

/* ---- rules --------------------------------------------------------------- */

/* NEW's rule that is the same, and that no other is. */
static size_t find_twin(const struct as_differ *differ, const bool *taken,
                        const struct astray_rule_info *old, bool by_id)
{
    size_t count = astray_rules_count(differ->side[AS_NEW].rules);

    for (size_t i = 0; i < count; i++) {
        struct astray_rule_info info = as_differ_rule(differ, AS_NEW, i);

        if (!taken[i] && (by_id ? strcmp(info.id, old->id)
                                : strcmp(info.name, old->name)) == 0)
            return i;
    }
    return AS_NO_RULE;
}

static void pair_rules(struct as_differ *differ, bool *taken, size_t count[2])
{
    for (size_t i = 0; i < count[AS_OLD]; i++)
        differ->pairs[i].rule[AS_OLD] = i;
    for (int by_id = 1; by_id >= 0; by_id--) {
        for (size_t i = 0; i < count[AS_OLD]; i++) {
            struct astray_rule_info old = as_differ_rule(differ, AS_OLD, i);
            size_t *twin = &differ->pairs[i].rule[AS_NEW];

            if (by_id)
                *twin = AS_NO_RULE;
            if (*twin == AS_NO_RULE)
                *twin = find_twin(differ, taken, &old, by_id);
            if (*twin != AS_NO_RULE)
                taken[*twin] = true;
        }
    }
    differ->pair_count = count[AS_OLD];
    for (size_t i = 0; i < count[AS_NEW]; i++)
        if (!taken[i])
            differ->pairs[differ->pair_count++] = (struct as_pair){
                .rule = { AS_NO_RULE, i }
            };
}

void as_differ_init(struct as_differ *differ, const struct astray_rules *old,
                    const struct astray_rules *new)
{
    size_t count[2] = { astray_rules_count(old), astray_rules_count(new) };
    bool *taken = calloc(count[AS_NEW] + 1, sizeof(*taken));

    *differ = (struct as_differ){ .failed = false };
    differ->side[AS_OLD].rules = old;
    differ->side[AS_NEW].rules = new;
    as_arena_init(&differ->arena, 0);
    for (int side = 0; side < AS_SIDES; side++) {
        as_map_init(&differ->side[side].forms);
        as_map_init(&differ->side[side].answers);
    }
    differ->pairs = calloc(count[0] + count[1] + 1, sizeof(*differ->pairs));
    if (taken && differ->pairs)
        pair_rules(differ, taken, count);
    else
        differ->failed = true;
    free(taken);
}

void as_differ_done(struct as_differ *differ)
{
    for (int n = 0; n < AS_SIDES; n++) {
        struct as_side *side = &differ->side[n];

        free(side->found);
        astray_rules_free(side->relaxed);
        as_map_done(&side->forms);
        as_map_done(&side->answers);
    }
    free(differ->pairs);
    free(differ->changes);
    as_buf_done(&differ->words);
    as_arena_free(&differ->arena);
}

/* ---- alerts -------------------------------------------------------------- */

static size_t rule_called(const struct as_differ *differ,
                          enum as_side_number side, const char *name)
{
    size_t count = astray_rules_count(differ->side[side].rules);
    size_t n = 0;

    while (n < count && strcmp(as_differ_rule(differ, side, n).name, name) != 0)
        n++;
    return n;
}

void as_differ_take(struct as_differ *differ, enum as_side_number side,
                    const struct astray_alert *alert)
{
    struct as_side *to = &differ->side[side];

    if (differ->failed ||
        !grow(differ, &to->found, &to->capacity, to->count, sizeof(*to->found)))
        return;
    to->found[to->count++] = (struct as_found){
        .id = keep(differ, alert->id),
        .time = keep(differ, alert->time),
        .event_id = keep(differ, alert->event_id),
        .event_name = keep(differ, alert->event_name),
        .event_source = keep(differ, alert->event_source),
        .address = keep(differ, alert->address),
        .key = keep(differ, alert->key),
        .json = as_strndup(&differ->arena, alert->json, alert->json_length),
        .json_length = alert->json_length,
        .rule = rule_called(differ, side, alert->rule),
    };
    differ->failed |= !to->found[to->count - 1].json;
}

/* ---- what differs -------------------------------------------------------- */

static cJSON *parse(struct as_differ *differ, const struct as_found *found)
{
    cJSON *json = cJSON_ParseWithLength(found->json, found->json_length);

    differ->failed |= !json;
    return json;
}

static size_t pair_of(const struct as_differ *differ, enum as_side_number side,
                      size_t rule)
{
    size_t n = 0;

    while (n < differ->pair_count && differ->pairs[n].rule[side] != rule)
        n++;
    return n;
}

/* By what the other side knows the alert again: its id, when the rules have
 * one, else rule, event, key and time. */
static const char *match_key(struct as_differ *differ,
                             enum as_side_number number,
                             const struct as_found *found, size_t pair)
{
    size_t old = differ->pairs[pair].rule[AS_OLD];
    size_t new = differ->pairs[pair].rule[AS_NEW];

    if (old != AS_NO_RULE && new != AS_NO_RULE &&
        strcmp(as_differ_rule(differ, AS_OLD, old).id,
               as_differ_rule(differ, AS_NEW, new).id) != 0)
        as_buf_printf(&differ->words, "%zu %s %s %s", pair, found->event_id,
                      found->key, found->time);
    else
        as_buf_printf(&differ->words, "%s %s", found->id,
                      new == AS_NO_RULE || old == AS_NO_RULE
                          ? (number == AS_OLD ? "old" : "new")
                          : "");
    return keep_words(differ);
}

static struct as_change *add_change(struct as_differ *differ,
                                    enum as_change_kind kind, size_t pair,
                                    const struct as_found *old,
                                    const struct as_found *new)
{
    if (!grow(differ, &differ->changes, &differ->change_capacity,
              differ->change_count, sizeof(*differ->changes)))
        return NULL;
    struct as_change *change = &differ->changes[differ->change_count];
    *change = (struct as_change){ .kind = kind,
                                  .pair = pair,
                                  .number = differ->change_count++,
                                  .found = { old, new },
                                  .blame = AS_BLAME_UNKNOWN };
    return change;
}

/* ---- fields -------------------------------------------------------------- */

/* Two alerts, and the fields in which they differ. */
struct comparison {
    struct as_differ *differ;
    struct as_field *fields;
    size_t count;
};

static const char *shown(struct as_differ *differ, const cJSON *value)
{
    char *text = value ? cJSON_PrintUnformatted(value) : NULL;
    const char *copy = value ? (text ? keep(differ, text) : NULL) : "nothing";

    differ->failed |= !copy;
    cJSON_free(text);
    return copy ? copy : "";
}

static void note_field(struct comparison *comparison, const char *path,
                       const cJSON *old, const cJSON *new)
{
    for (size_t i = 0; i < sizeof(identity) / sizeof(identity[0]); i++)
        if (strcmp(path, identity[i]) == 0)
            return;
    if (comparison->count < MOST_FIELDS)
        comparison->fields[comparison->count] = (struct as_field){
            keep(comparison->differ, path),
            { shown(comparison->differ, old), shown(comparison->differ, new) }
        };
    comparison->count += comparison->count < MOST_FIELDS;
}

static void compare(struct comparison *comparison, const char *path,
                    const cJSON *old, const cJSON *new, int depth);

/* "rule" and "id" give "rule.id". */
static void compare_member(struct comparison *comparison, const char *path,
                           const char *name, const cJSON *old, const cJSON *new,
                           int depth)
{
    struct as_buf below = { .bytes = NULL };

    as_buf_printf(&below, "%s%s%s", path, path[0] && name[0] != '[' ? "." : "",
                  name);
    as_buf_putc(&below, '\0');
    if (below.failed)
        comparison->differ->failed = true;
    else
        compare(comparison, below.bytes, old, new, depth + 1);
    as_buf_done(&below);
}

static void compare_objects(struct comparison *comparison, const char *path,
                            const cJSON *old, const cJSON *new, int depth)
{
    for (const cJSON *at = old->child; at; at = at->next)
        compare_member(comparison, path, at->string, at,
                       cJSON_GetObjectItemCaseSensitive(new, at->string),
                       depth);
    for (const cJSON *at = new->child; at; at = at->next)
        if (!cJSON_GetObjectItemCaseSensitive(old, at->string))
            compare_member(comparison, path, at->string, NULL, at, depth);
}

static void compare_arrays(struct comparison *comparison, const char *path,
                           const cJSON *old, const cJSON *new, int depth)
{
    const cJSON *b = new->child;
    int n = 0;

    for (const cJSON *a = old->child; a; a = a->next, b = b->next) {
        char name[24];

        snprintf(name, sizeof(name), "[%d]", n++);
        compare_member(comparison, path, name, a, b, depth);
    }
}

static void compare(struct comparison *comparison, const char *path,
                    const cJSON *old, const cJSON *new, int depth)
{
    if (old && new &&depth < MOST_DEPTH && cJSON_IsObject(old) &&
        cJSON_IsObject(new))
        compare_objects(comparison, path, old, new, depth);
    else if (old && new &&depth < MOST_DEPTH && cJSON_IsArray(old) &&
             cJSON_IsArray(new) &&
             cJSON_GetArraySize(old) == cJSON_GetArraySize(new))
        compare_arrays(comparison, path, old, new, depth);
    else if (!cJSON_Compare(old, new, 1))
        note_field(comparison, path, old, new);
}

/* The same alert on both sides: what about it is not the same? */
static void compare_twins(struct as_differ *differ, size_t pair,
                          const struct as_found *old,
                          const struct as_found *new)
{
    struct comparison comparison = { .differ = differ };
    cJSON *a = NULL, *b = NULL;

    if (old->json_length != new->json_length ||
        memcmp(old->json, new->json, old->json_length) != 0) {
        comparison.fields = as_alloc(&differ->arena,
                                     MOST_FIELDS * sizeof(struct as_field));
        a = parse(differ, old);
        b = parse(differ, new);
        differ->failed |= !comparison.fields;
        if (!differ->failed)
            compare(&comparison, "", a, b, 0);
    }
    cJSON_Delete(a);
    cJSON_Delete(b);
    if (comparison.count == 0) {
        differ->pairs[pair].alike++;
        return;
    }
    differ->pairs[pair].changed++;
    struct as_change *change = add_change(differ, AS_CHANGED, pair, old, new);
    if (change) {
        change->fields = comparison.fields;
        change->field_count = comparison.count;
    }
}

/* ---- matching ------------------------------------------------------------ */

/* What NEW has, and OLD perhaps. */
static void match_new(struct as_differ *differ, const struct as_map *known)
{
    struct as_side *old = &differ->side[AS_OLD], *new = &differ->side[AS_NEW];

    for (size_t i = 0; i < new->count && !differ->failed; i++) {
        struct as_found *found = &new->found[i];
        size_t pair = pair_of(differ, AS_NEW, found->rule);
        const char *key = match_key(differ, AS_NEW, found, pair);
        uint32_t n = as_map_find(known, as_text_of(key));

        if (n == AS_MAP_NONE) {
            differ->pairs[pair].gained++;
            add_change(differ, AS_GAINED, pair, NULL, found);
            continue;
        }
        struct as_found *twin = &old->found[known->entries[n].value];
        twin->twin = found->twin = true;
        compare_twins(differ, pair, twin, found);
    }
}

static int compare_changes(const void *a, const void *b)
{
    const struct as_change *x = a, *y = b;

    if (x->pair != y->pair)
        return x->pair < y->pair ? -1 : 1;
    const struct as_found *p = x->found[x->found[AS_OLD] ? AS_OLD : AS_NEW];
    const struct as_found *q = y->found[y->found[AS_OLD] ? AS_OLD : AS_NEW];
    int order = strcmp(p->time, q->time);
    if (order != 0)
        return order;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void sum_up(struct as_differ *differ)
{
    for (size_t i = 0; i < differ->pair_count; i++) {
        differ->lost += differ->pairs[i].lost;
        differ->gained += differ->pairs[i].gained;
        differ->changed += differ->pairs[i].changed;
        differ->alike += differ->pairs[i].alike;
    }
}

/* Groups are known by their key, and their windows. */
static void note_groups(struct as_differ *differ)
{
    static const char *const ends[] = { "start", "end" };

    for (size_t i = 0; i < differ->change_count && !differ->failed; i++) {
        struct as_change *change = &differ->changes[i];
        const struct as_found *found =
            change->found[change->found[AS_OLD] ? AS_OLD : AS_NEW];
        cJSON *json = parse(differ, found);

        const cJSON *group = cJSON_GetObjectItemCaseSensitive(json, "group");
        const cJSON *window = cJSON_GetObjectItemCaseSensitive(group, "window");

        change->group = group != NULL;
        change->joined = cJSON_HasObjectItem(json, "baselines");
        for (int n = 0; n < 2; n++) {
            const char *time = cJSON_GetStringValue(
                cJSON_GetObjectItemCaseSensitive(window, ends[n]));

            change->window[n] = keep(differ, time ? time : found->time);
        }
        cJSON_Delete(json);
    }
}

void as_differ_match(struct as_differ *differ)
{
    struct as_side *old = &differ->side[AS_OLD];
    struct as_map known;

    as_map_init(&known);
    for (size_t i = 0; i < old->count && !differ->failed; i++) {
        size_t pair = pair_of(differ, AS_OLD, old->found[i].rule);
        const char *key = match_key(differ, AS_OLD, &old->found[i], pair);
        uint32_t n = as_map_add(&known, as_text_of(key), NULL);

        if (n == AS_MAP_NONE)
            differ->failed = true;
        else
            known.entries[n].value = i;
    }
    match_new(differ, &known);
    for (size_t i = 0; i < old->count && !differ->failed; i++) {
        size_t pair = pair_of(differ, AS_OLD, old->found[i].rule);

        if (old->found[i].twin)
            continue;
        differ->pairs[pair].lost++;
        add_change(differ, AS_LOST, pair, &old->found[i], NULL);
    }
    as_map_done(&known);
    note_groups(differ);
    if (differ->change_count > 0)
        qsort(differ->changes, differ->change_count, sizeof(*differ->changes),
              compare_changes);
    sum_up(differ);
}

/* ---- who refused it? ----------------------------------------------------- */

static enum as_side_number other_side(enum as_side_number side)
{
    return side == AS_OLD ? AS_NEW : AS_OLD;
}

/* Does this side have to say why the alert is not among its own? */
static bool is_asked(const struct as_differ *differ, enum as_side_number side,
                     const struct as_change *change)
{
    return change->kind == (side == AS_NEW ? AS_LOST : AS_GAINED) &&
           differ->pairs[change->pair].rule[side] != AS_NO_RULE;
}

/* The rules of a side, relaxed, of which the alerts of the two differ. */
static bool relax(struct as_differ *differ, enum as_side_number number)
{
    struct as_side *side = &differ->side[number];
    const char **names = calloc(differ->pair_count + 1, sizeof(*names));
    enum astray_status status = ASTRAY_NO_MEMORY;
    size_t count = 0;

    for (size_t i = 0; names && i < differ->pair_count; i++) {
        const struct as_pair *pair = &differ->pairs[i];

        if (pair->rule[number] != AS_NO_RULE && pair->lost + pair->gained > 0)
            names[count++] =
                as_differ_rule(differ, number, pair->rule[number]).name;
    }
    if (names)
        status = astray_rules_relax(side->rules, names, count, &side->relaxed);
    free(names);
    differ->failed |= status == ASTRAY_NO_MEMORY;
    return status == ASTRAY_OK;
}

/* Of two forms of a rule the one with the smaller number lacks less. */
static void number_forms(struct as_differ *differ, struct as_side *side)
{
    struct astray_rule_info info;

    for (size_t i = 0; astray_rules_info(side->relaxed, i, &info) == ASTRAY_OK;
         i++) {
        uint32_t n = as_map_add(&side->forms, as_text_of(info.id), NULL);
        if (n == AS_MAP_NONE)
            differ->failed = true;
        else
            side->forms.entries[n].value = i;
    }
}

bool as_differ_ask(struct as_differ *differ, enum as_side_number side,
                   const char ***names, size_t *count)
{
    *names = NULL;
    *count = 0;
    if (differ->failed || differ->lost + differ->gained == 0 ||
        !relax(differ, side))
        return false;
    number_forms(differ, &differ->side[side]);
    *names = calloc(2 * differ->change_count + 1, sizeof(**names));
    if (!*names) {
        differ->failed = true;
        return false;
    }
    for (size_t i = 0; i < differ->change_count; i++) {
        const struct as_change *change = &differ->changes[i];
        const struct as_found *found = change->found[other_side(side)];

        if (!is_asked(differ, side, change))
            continue;
        if (!change->group)
            (*names)[(*count)++] = found->event_id;
        if (found->key[0] != '\0')
            (*names)[(*count)++] = found->key;
    }
    return !differ->failed && *count > 0;
}

/* Under what an answer is found again. */
static const char *answer_key(struct as_differ *differ, const char *rule_id,
                              bool group, const char *event_id, const char *key)
{
    as_buf_printf(&differ->words, "%s\n%c%s", rule_id, group ? 'g' : 'e',
                  group ? key : event_id);
    return keep_words(differ);
}

void as_differ_answer(struct as_differ *differ, enum as_side_number number,
                      const struct astray_alert *alert)
{
    struct as_side *side = &differ->side[number];
    struct astray_rule_info info = { .status = "" };
    cJSON *json = cJSON_ParseWithLength(alert->json, alert->json_length);
    const cJSON *rule = cJSON_GetObjectItemCaseSensitive(json, "rule");
    const char *id = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(rule, "id"));
    uint32_t n = id ? as_map_find(&side->forms, as_text_of(id)) : AS_MAP_NONE;
    bool added;

    differ->failed |= !json;
    if (n != AS_MAP_NONE) {
        uint64_t form = side->forms.entries[n].value;

        astray_rules_info(side->relaxed, form, &info);
        n = as_map_add(&side->answers,
                       as_text_of(answer_key(differ, info.status,
                                             cJSON_HasObjectItem(json, "group"),
                                             alert->event_id, alert->key)),
                       &added);
        differ->failed |= n == AS_MAP_NONE;
        if (!differ->failed &&
            (added || side->answers.entries[n].value > form + 1))
            side->answers.entries[n].value = form + 1;
    }
    cJSON_Delete(json);
}

/* ---- blame --------------------------------------------------------------- */

/* Does the other side's rule have this clause with the same text? */
static bool has_clause(const struct as_differ *differ,
                       enum as_side_number number, size_t rule,
                       const struct astray_rule_info *clause)
{
    const struct as_side *side = &differ->side[number];
    const char *id = as_differ_rule(differ, number, rule).id;
    struct astray_rule_info info;

    for (size_t i = 0; side->relaxed &&
                       astray_rules_info(side->relaxed, i, &info) == ASTRAY_OK;
         i++) {
        if (strcmp(info.status, id) == 0 &&
            strcmp(info.name, clause->name) == 0 &&
            strcmp(info.title, clause->title) == 0)
            return true;
    }
    return false;
}

static void blame_clause(struct as_differ *differ, enum as_side_number side,
                         struct as_change *change, uint64_t form)
{
    const struct as_pair *pair = &differ->pairs[change->pair];
    enum as_side_number other = other_side(side);
    struct astray_rule_info info;

    astray_rules_info(differ->side[side].relaxed, form, &info);
    change->blame = AS_BLAME_CLAUSE;
    change->clause = info.name;
    change->text = info.title;
    change->same_text = has_clause(differ, other, pair->rule[other], &info);
}

static bool overlap(const struct as_change *a, const struct as_change *b)
{
    return strcmp(a->window[0], b->window[1]) <= 0 &&
           strcmp(b->window[0], a->window[1]) <= 0;
}

/* The alert of a group's key that this side has instead. */
static const struct as_found *instead(const struct as_differ *differ,
                                      enum as_side_number side,
                                      const struct as_change *change)
{
    const struct as_found *found = change->found[other_side(side)];

    for (size_t i = 0; change->group && i < differ->change_count; i++) {
        const struct as_found *other = differ->changes[i].found[side];

        if (differ->changes[i].pair == change->pair && other && !other->twin &&
            strcmp(other->key, found->key) == 0 &&
            overlap(&differ->changes[i], change))
            return other;
    }
    return NULL;
}

static void judge(struct as_differ *differ, enum as_side_number side,
                  struct as_change *change)
{
    const struct as_found *found = change->found[other_side(side)];
    const struct as_found *other = instead(differ, side, change);
    size_t rule = differ->pairs[change->pair].rule[side];
    const char *key;
    uint32_t n;

    if (rule == AS_NO_RULE) {
        change->blame = AS_BLAME_RULE;
        return;
    }
    if (other) {
        change->blame = AS_BLAME_WINDOW;
        change->text = other->time;
        return;
    }
    key = answer_key(differ, as_differ_rule(differ, side, rule).id,
                     change->group, found->event_id, found->key);
    n = as_map_find(&differ->side[side].answers, as_text_of(key));
    if (n != AS_MAP_NONE)
        blame_clause(differ, side, change,
                     differ->side[side].answers.entries[n].value - 1);
    else if (change->group || change->joined)
        change->blame = AS_BLAME_ROW;
}

void as_differ_judge(struct as_differ *differ)
{
    for (size_t i = 0; i < differ->change_count && !differ->failed; i++) {
        struct as_change *change = &differ->changes[i];

        if (change->kind != AS_CHANGED)
            judge(differ, change->kind == AS_LOST ? AS_NEW : AS_OLD, change);
    }
}
