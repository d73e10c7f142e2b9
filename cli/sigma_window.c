/*
 * sigma_window.c - see sigma_window.h.
 *
 * A count that must not be too large is refused.  When a window slides, every
 * count begins at one and grows: `lt`, `lte`, `eq` and ranges would be true
 * on the way to any number.
 */

#include "cli/sigma_window.h"

#include "cli/sigma_field.h"
#include "cli/sigma_match.h"
#include "cli/sigma_write.h"

enum type { EVENT_COUNT, VALUE_COUNT, TEMPORAL, TEMPORAL_ORDERED, TYPE_COUNT };

static const char *const types[] = { "event_count", "value_count", "temporal",
                                     "temporal_ordered" };

struct window {
    struct as_sigma *sigma;
    struct as_sigma_rule *rule;
    const struct as_yamltree *tree; /* `correlation` */
    enum type type;
    size_t ref_count;
};

static const struct as_yamltree *member(const struct window *window,
                                        const char *key)
{
    return as_yamltree_member(window->tree, key);
}

/* ---- which rules ---------------------------------------------------------------- */

static struct as_sigma_rule *find(const struct as_sigma *sigma,
                                  struct as_text name)
{
    uint32_t at = as_map_find(&sigma->known, name);

    return at == AS_MAP_NONE
             ? NULL
             : (void *)(uintptr_t)sigma->known.entries[at].value;
}

static void add_ref(struct as_sigma *sigma, struct as_sigma_rule *rule,
                    const struct as_yamltree *at, bool generate)
{
    struct as_sigma_ref **end = &rule->refs;
    struct as_sigma_rule *base = NULL;

    if (at->kind == AS_YAMLTREE_SCALAR)
        base = find(sigma, at->text);
    if (!base) {
        as_sigma_refuse(sigma, rule, at,
                        "no rule in the files has the name or id `%.*s`",
                        (int)at->text.length, at->text.bytes);
        return;
    }
    if (!generate)
        base->served = true;
    if (base->correlates) {
        as_sigma_refuse(sigma, rule, at,
                        "`%.*s` is a correlation itself; a rule here counts "
                        "events, and no alerts",
                        (int)at->text.length, at->text.bytes);
        return;
    }
    for (; *end; end = &(*end)->next)
        if ((*end)->rule == base) {
            as_sigma_refuse(sigma, rule, at, "this rule is named twice");
            return;
        }
    *end = as_alloc(&sigma->arena, sizeof(**end));
    if (*end)
        (*end)->rule = base;
}

/* `generate` stands in the correlation, or beside it. */
static bool generates(struct as_sigma *sigma, struct as_sigma_rule *rule,
                      const struct as_yamltree *tree)
{
    const struct as_yamltree *node = as_yamltree_member(tree, "generate");

    if (!node)
        node = as_yamltree_member(rule->tree, "generate");
    if (!node || as_text_equal(node->text, AS_TEXT("false")))
        return false;
    if (!as_text_equal(node->text, AS_TEXT("true")))
        as_sigma_refuse(sigma, rule, node, "`generate` is true or false");
    return true;
}

void as_sigma_window_refer(struct as_sigma *sigma, struct as_sigma_rule *rule)
{
    const struct as_yamltree *tree = as_yamltree_member(rule->tree,
                                                        "correlation");
    const struct as_yamltree *rules = as_yamltree_member(tree, "rules");
    bool generate = generates(sigma, rule, tree);

    if (!rules || rules->kind == AS_YAMLTREE_MAP ||
        (rules->kind == AS_YAMLTREE_LIST && rules->count == 0)) {
        as_sigma_refuse(sigma, rule, rules ? rules : tree->key,
                        "a correlation names the rules it is about: `rules`");
        return;
    }
    if (rules->kind == AS_YAMLTREE_SCALAR) {
        add_ref(sigma, rule, rules, generate);
        return;
    }
    for (const struct as_yamltree *at = rules->first; at; at = at->next)
        add_ref(sigma, rule, at, generate);
}

/* ---- timespan, condition ------------------------------------------------------------ */

static uint64_t seconds_of(char unit)
{
    return unit == 's' ? 1
         : unit == 'm' ? 60
         : unit == 'h' ? 3600
         : unit == 'd' ? 86400
                       : 604800;
}

static bool read_span(struct window *window)
{
    const struct as_yamltree *node = member(window, "timespan");
    uint64_t count = 0;
    size_t digits = 0;

    if (!node || node->kind != AS_YAMLTREE_SCALAR)
        return as_sigma_refuse(window->sigma, window->rule,
                               node ? node : window->tree->key,
                               "a correlation has a `timespan`");
    while (digits < node->text.length && node->text.bytes[digits] >= '0' &&
           node->text.bytes[digits] <= '9')
        digits++;
    if (digits == 0 || digits > 6 || node->text.bytes[0] == '0' ||
        node->text.length != digits + 1 ||
        !strchr("smhdw", node->text.bytes[digits]))
        return as_sigma_refuse(window->sigma, window->rule, node,
                               "a timespan is a whole number of at most six "
                               "digits and s, m, h, d or w; a month or a year "
                               "has no fixed length");
    for (size_t i = 0; i < digits; i++)
        count = count * 10 + (uint64_t)(node->text.bytes[i] - '0');
    if (count * seconds_of(node->text.bytes[digits]) > 3650 * UINT64_C(86400))
        return as_sigma_refuse(window->sigma, window->rule, node,
                               "a timespan is at most 3650 days");
    window->rule->span = node->text.bytes;
    return true;
}

/* The bound: at least *least. */
static bool read_bound(struct window *window, const struct as_yamltree *node,
                       uint64_t *least)
{
    bool more = as_text_equal(node->key->text, AS_TEXT("gt"));
    uint64_t value = 0;

    if (!more && !as_text_equal(node->key->text, AS_TEXT("gte")))
        return as_sigma_refuse(window->sigma, window->rule, node->key,
                               "only gt and gte keep their meaning while a "
                               "window slides: on its way to any count it "
                               "passes all smaller ones");
    for (size_t i = 0; i < node->text.length; i++) {
        char c = node->text.bytes[i];

        if (c < '0' || c > '9' || node->text.length > 9)
            value = UINT64_MAX / 16; /* and stays too large */
        value = value * 10 + (uint64_t)(c - '0');
    }
    if (node->text.length == 0 || node->text.length > 9 ||
        value > UINT64_C(1000000000))
        return as_sigma_refuse(window->sigma, window->rule, node,
                               "a count is a whole number of at most nine "
                               "digits");
    *least = value + more;
    if (*least == 0)
        return as_sigma_refuse(window->sigma, window->rule, node,
                               "a count of 0 is always reached, also where "
                               "there is no event");
    return true;
}

/* `condition`: one bound, and the field of value_count. */
static bool read_bounds(struct window *window, uint64_t *least,
                        const struct as_yamltree **field)
{
    const struct as_yamltree *node = member(window, "condition");
    size_t count = 0;

    *field = NULL;
    if (!node || node->kind != AS_YAMLTREE_MAP)
        return as_sigma_refuse(window->sigma, window->rule,
                               node ? node : window->tree->key,
                               "this correlation has a `condition` such as "
                               "`gte: 10`");
    for (const struct as_yamltree *at = node->first; at; at = at->next) {
        if (at->kind != AS_YAMLTREE_SCALAR)
            return as_sigma_refuse(window->sigma, window->rule, at,
                                   "here stands one value");
        if (as_text_equal(at->key->text, AS_TEXT("field")))
            *field = at;
        else if (++count > 1)
            return as_sigma_refuse(window->sigma, window->rule, at->key,
                                   "a range of counts has no meaning while a "
                                   "window slides");
        else if (!read_bound(window, at, least))
            return false;
    }
    return count == 1 || as_sigma_refuse(window->sigma, window->rule, node,
                                         "the condition has no bound");
}

/* ---- keys ------------------------------------------------------------------------------ */

static const struct as_sigma_field *plain_field(struct window *window,
                                                const struct as_yamltree *at,
                                                struct as_text name)
{
    const struct as_sigma_field *field = as_sigma_field_of(
        window->sigma, window->rule, at, name);

    if (!field)
        return NULL;
    if (!field->plain || field->type == AS_SIGMA_OBJECT) {
        as_sigma_refuse(window->sigma, window->rule, at,
                        "events cannot be grouped by `%s`: it is no single "
                        "value",
                        field->name);
        return NULL;
    }
    if (field->type == AS_SIGMA_JSON)
        as_sigma_note(window->sigma, window->rule, at,
                      "events in which `%s` goes through an array belong to "
                      "no group",
                      field->name);
    return field;
}

/* The same thing under other names: which rule has it where? */
static const struct as_yamltree *alias_member(const struct as_yamltree *alias,
                                              const struct as_sigma_rule *rule)
{
    for (const struct as_yamltree *at = alias->first; at; at = at->next)
        if (as_text_equal(at->key->text, rule->name) ||
            as_text_equal(at->key->text, rule->id))
            return at;
    return NULL;
}

static bool are_apart(struct window *window, const struct as_yamltree *at)
{
    for (struct as_sigma_ref *a = window->rule->refs; a; a = a->next)
        for (struct as_sigma_ref *b = a->next; b; b = b->next)
            if (!as_sigma_match_apart(a->rule->condition, b->rule->condition))
                return as_sigma_refuse(
                    window->sigma, window->rule, at,
                    "an event can satisfy `%.*s` and `%.*s`, and this alias "
                    "would be two values of it; give them different values of "
                    "eventName or eventSource",
                    (int)a->rule->title.length, a->rule->title.bytes,
                    (int)b->rule->title.length, b->rule->title.bytes);
    return true;
}

/* An alias as an expression: the field that the event's rule has for it. */
static const char *alias_path(struct window *window,
                              const struct as_yamltree *alias)
{
    const char *first = NULL, *path = "";
    struct as_buf out = { .bytes = NULL };
    bool same = true, good = alias->kind == AS_YAMLTREE_MAP;

    if (!good)
        as_sigma_refuse(window->sigma, window->rule, alias,
                        "an alias says which field each rule has for it");
    for (struct as_sigma_ref *at = window->rule->refs; at && good;
         at = at->next) {
        const struct as_yamltree *node = alias_member(alias, at->rule);
        const struct as_sigma_field *field = NULL;

        if (node)
            field = plain_field(window, node, node->text);
        else
            as_sigma_refuse(window->sigma, window->rule, alias->key,
                            "the alias has no field for the rule `%.*s`",
                            (int)at->rule->title.length, at->rule->title.bytes);
        good = field != NULL;
        if (!field)
            break;
        first = first ? first : field->plain;
        same = same && strcmp(first, field->plain) == 0;
        if (at->next)
            as_buf_printf(&out, "if %s then text(%s) else ", at->rule->macro,
                          field->plain);
        else
            as_buf_printf(&out, "text(%s)", field->plain);
    }
    good = good && first && (same || are_apart(window, alias->key));
    if (good)
        path = same ? first : as_sigma_keep(window->sigma, &out);
    as_buf_done(&out);
    return good ? path : NULL;
}

static const struct as_yamltree *find_alias(const struct window *window,
                                            const struct as_yamltree *at)
{
    const struct as_yamltree *aliases = member(window, "aliases");

    return aliases && aliases->kind == AS_YAMLTREE_MAP
             ? as_yamltree_member(aliases, at->text.bytes)
             : NULL;
}

/* A field to group by, or an alias for one: NULL after a refusal. */
static const char *key_path(struct window *window, const struct as_yamltree *at)
{
    const struct as_yamltree *alias = find_alias(window, at);
    const struct as_sigma_field *field;

    if (alias)
        return alias_path(window, alias);
    field = plain_field(window, at, at->text);
    return field ? field->plain : NULL;
}

/* Does an aggregate take the path?  It goes over one [] and not over more. */
static bool has_one_array(const char *path)
{
    const char *first = strstr(path, "[]");

    return !first || !strstr(first + 1, "[]");
}

/* A field whose values are counted: all of them, where it is an array. */
static const char *value_path(struct window *window,
                              const struct as_yamltree *at)
{
    const struct as_yamltree *alias = find_alias(window, at);
    const struct as_sigma_field *field;

    if (alias)
        return alias_path(window, alias);
    field = as_sigma_field_of(window->sigma, window->rule, at, at->text);
    if (!field)
        return NULL;
    if (field->type == AS_SIGMA_OBJECT) {
        as_sigma_refuse(window->sigma, window->rule, at,
                        "`%s` is an object, and no value", field->name);
        return NULL;
    }
    if (has_one_array(field->path) || !field->plain)
        return field->path;
    as_sigma_note(window->sigma, window->rule, at,
                  "values of `%s` that lie in an array are not counted",
                  field->name);
    return field->plain;
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* The last name of a path, its words apart: source IP Address. */
static void put_words(struct as_buf *out, struct as_text name)
{
    size_t from = name.length;

    while (from > 0 && name.bytes[from - 1] != '.')
        from--;
    for (size_t i = from; i < name.length; i++) {
        char before = i > from ? name.bytes[i - 1] : '\0';
        char after = i + 1 < name.length ? name.bytes[i + 1] : '\0';

        if (is_capital(name.bytes[i]) &&
            (is_small(before) || (is_capital(before) && is_small(after))))
            as_buf_putc(out, ' ');
        as_buf_putc(out, name.bytes[i]);
    }
}

/* bucket_name_key of requestParameters.bucketName: no word of the language
 * and no field of CloudTrail's ends so.  A second one has its number. */
static void put_key_name(struct as_buf *out, struct as_text name, size_t number)
{
    struct as_buf words = { .bytes = NULL }, key = { .bytes = NULL };

    put_words(&words, name);
    as_sigma_slug(&key, as_buf_view(&words));
    as_buf_puts(&key, "_key");
    if (number > 0 && as_text_contains(as_buf_view(out), as_buf_view(&key)))
        as_buf_printf(&key, "_%zu", number + 1);
    as_buf_text(out, as_buf_view(&key));
    out->failed |= words.failed || key.failed;
    as_buf_done(&words);
    as_buf_done(&key);
}

static bool add_key(struct window *window, const struct as_yamltree *at,
                    struct as_buf *out, size_t number)
{
    const char *path;

    if (at->kind != AS_YAMLTREE_SCALAR)
        return as_sigma_refuse(window->sigma, window->rule, at,
                               "`group-by` is a list of fields");
    path = key_path(window, at);
    if (!path)
        return false;
    if (number > 0)
        as_buf_puts(out, ",\n");
    put_key_name(out, at->text, number);
    as_buf_printf(out, " = %s", path);
    return true;
}

static bool read_keys(struct window *window)
{
    const struct as_yamltree *node = member(window, "group-by");
    struct as_buf out = { .bytes = NULL };
    bool list = node && node->kind == AS_YAMLTREE_LIST, good = true;
    size_t number = 0;

    if (!node || node->kind == AS_YAMLTREE_MAP || (list && node->count == 0))
        return as_sigma_refuse(window->sigma, window->rule,
                               node ? node : window->tree->key,
                               "a rule here counts by something: the "
                               "correlation needs `group-by`");
    if (list && node->count > 31)
        return as_sigma_refuse(window->sigma, window->rule, node,
                               "events are grouped by at most 31 fields");
    for (const struct as_yamltree *at = list ? node->first : node; at && good;
         at = list ? at->next : NULL)
        good = add_key(window, at, &out, number++);
    if (good) {
        window->rule->by = as_sigma_keep(window->sigma, &out);
        as_sigma_note(window->sigma, window->rule, node,
                      "an event in which a field of `group-by` is missing or "
                      "empty belongs to no group");
    }
    as_buf_done(&out);
    return good;
}

/* ---- types -------------------------------------------------------------------------------- */

static bool read_event_count(struct window *window)
{
    const struct as_yamltree *field;
    uint64_t least = 0;

    if (!read_bounds(window, &least, &field))
        return false;
    if (field)
        return as_sigma_refuse(window->sigma, window->rule, field->key,
                               "event_count counts events, and has no `field`");
    window->rule->having = as_sigma_print(window->sigma, "count() >= %llu",
                                          (unsigned long long)least);
    return true;
}

static bool read_value_count(struct window *window)
{
    const struct as_yamltree *field;
    const char *path;
    uint64_t least = 0;

    if (!read_bounds(window, &least, &field))
        return false;
    if (!field)
        return as_sigma_refuse(window->sigma, window->rule,
                               member(window, "condition"),
                               "value_count has a `field` whose values it "
                               "counts");
    path = value_path(window, field);
    if (!path)
        return false;
    window->rule->having = as_sigma_print(window->sigma,
                                          "count_distinct(%s) >= %llu", path,
                                          (unsigned long long)least);
    return true;
}

static bool has_not(const struct as_sigma_node *node)
{
    for (const struct as_sigma_node *at = node->first; at; at = at->next)
        if (at->kind == AS_SIGMA_NOT || has_not(at))
            return true;
    return node->kind == AS_SIGMA_NOT;
}

/* The rules as names that a condition can be made of. */
static void name_rules(struct window *window)
{
    struct as_sigma_search **end = &window->rule->searches;

    for (struct as_sigma_ref *at = window->rule->refs; at; at = at->next) {
        struct as_sigma_search *search = as_alloc(&window->sigma->arena,
                                                  sizeof(*search));
        struct as_sigma_node *test = as_sigma_node_new(window->sigma,
                                                       AS_SIGMA_TEST);

        if (!search || !test)
            return;
        search->name = at->rule->name.length > 0 ? at->rule->name
                                                 : at->rule->id;
        search->word = test->text = as_sigma_print(
            window->sigma, "count(where %s) >= 1", at->rule->macro);
        search->node = test;
        search->used = true;
        *end = search;
        end = &search->next;
    }
}

/* temporal with a condition such as `a and (b or c)`. */
static bool read_expression(struct window *window,
                            const struct as_yamltree *condition)
{
    struct as_buf out = { .bytes = NULL };
    const struct as_sigma_node *node;

    name_rules(window);
    node = as_sigma_match_text(window->sigma, window->rule, condition);
    if (!node)
        return false;
    if (has_not(node))
        return as_sigma_refuse(window->sigma, window->rule, condition,
                               "`not` has no meaning while a window slides: "
                               "every rule is unseen at first");
    as_sigma_write_node(&out, node, false);
    window->rule->having = as_sigma_keep(window->sigma, &out);
    as_buf_done(&out);
    return true;
}

/* temporal: all of the rules, or at least so many. */
static bool read_temporal(struct window *window)
{
    const struct as_yamltree *condition = member(window, "condition");
    struct as_buf out = { .bytes = NULL };
    const struct as_yamltree *field = NULL;
    uint64_t least = window->ref_count;
    bool all;

    if (condition && condition->kind == AS_YAMLTREE_SCALAR)
        return read_expression(window, condition);
    if (condition && !read_bounds(window, &least, &field))
        return false;
    if (field || least > window->ref_count)
        return as_sigma_refuse(window->sigma, window->rule, condition,
                               "temporal counts the rules that were seen, and "
                               "there are %zu",
                               window->ref_count);
    all = least == window->ref_count;
    for (struct as_sigma_ref *at = window->rule->refs; at; at = at->next) {
        if (at != window->rule->refs)
            as_buf_puts(&out, all ? "\nand " : "\n+ ");
        as_buf_printf(&out,
                      all ? "count(where %s) >= 1"
                          : "(if count(where %s) >= 1 then 1 else 0)",
                      at->rule->macro);
    }
    if (!all)
        as_buf_printf(&out, " >= %llu", (unsigned long long)least);
    window->rule->having = as_sigma_keep(window->sigma, &out);
    as_buf_done(&out);
    return true;
}

static bool read_ordered(struct window *window)
{
    const struct as_yamltree *condition = member(window, "condition");

    if (condition)
        return as_sigma_refuse(window->sigma, window->rule, condition->key,
                               "the steps of temporal_ordered are all taken; "
                               "a condition on their number is not translated");
    window->rule->window = AS_SIGMA_SEQUENCE;
    as_sigma_note(window->sigma, window->rule, member(window, "type"),
                  "events of one second are in any order, as CloudTrail tells "
                  "no more of it");
    return true;
}

static bool read_type(struct window *window)
{
    const struct as_yamltree *node = member(window, "type");

    if (node && node->kind == AS_YAMLTREE_SCALAR)
        while (window->type < TYPE_COUNT &&
               !as_text_equal(node->text, as_text_of(types[window->type])))
            window->type++;
    if (node && node->kind == AS_YAMLTREE_SCALAR && window->type < TYPE_COUNT)
        return true;
    return as_sigma_refuse(window->sigma, window->rule,
                           node ? node : window->tree->key,
                           "the type of a correlation is event_count, "
                           "value_count, temporal or temporal_ordered here");
}

static bool check_refs(struct window *window)
{
    bool good = true;

    for (struct as_sigma_ref *at = window->rule->refs; at; at = at->next) {
        window->ref_count++;
        if (at->rule->state != AS_SIGMA_REFUSED)
            continue;
        good = as_sigma_refuse(
            window->sigma, window->rule, member(window, "rules"),
            "the rule `%.*s` that it is about was refused",
            (int)at->rule->title.length, at->rule->title.bytes);
    }
    return good;
}

static bool check_names(struct window *window)
{
    static const char *const known[] = { "type",     "rules",   "group-by",
                                         "timespan", "aliases", "condition",
                                         "generate" };
    bool good = true;

    for (const struct as_yamltree *at = window->tree->first; at;
         at = at->next) {
        size_t i = 0;

        while (i < sizeof(known) / sizeof(known[0]) &&
               !as_text_equal(at->key->text, as_text_of(known[i])))
            i++;
        if (i == sizeof(known) / sizeof(known[0]))
            good = as_sigma_refuse(window->sigma, window->rule, at->key,
                                   "a correlation has no `%.*s`",
                                   (int)at->key->text.length,
                                   at->key->text.bytes);
    }
    return good;
}

void as_sigma_window_read(struct as_sigma *sigma, struct as_sigma_rule *rule)
{
    static bool (*const readers[])(struct window *) = {
        [EVENT_COUNT] = read_event_count,
        [VALUE_COUNT] = read_value_count,
        [TEMPORAL] = read_temporal,
        [TEMPORAL_ORDERED] = read_ordered,
    };
    struct window window = {
        .sigma = sigma,
        .rule = rule,
        .tree = as_yamltree_member(rule->tree, "correlation"),
    };

    rule->window = AS_SIGMA_GROUP;
    if (check_names(&window) && check_refs(&window) && read_type(&window) &&
        read_span(&window) && read_keys(&window))
        readers[window.type](&window);
}
