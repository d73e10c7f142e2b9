/*
 * catalogue.c - see catalogue.h.
 *
 * A reader asks first what there is, then of one rule: what does it find, how
 * does it tell, what does it let pass, whom will it disturb, and what has to
 * be filled in.  The page is in that order.
 *
 * Source of the layer's members: MITRE, ATT&CK Navigator, Layer Format 4.5.
 */

#include "cli/catalogue.h"

#include "common/escape.h"

/* ---- members ---------------------------------------------------------- */

static const char *text_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsString(item) ? item->valuestring : "";
}

static const cJSON *items_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsArray(item) ? item : NULL;
}

static void add_number(struct as_page *page, const cJSON *object,
                       const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    if (cJSON_IsNumber(item))
        as_buf_printf(page->out, "%.0f", item->valuedouble);
}

/* ---- ids and links ---------------------------------------------------- */

/* "#rule-NAME": a name has nothing that an id may not have. */
static void link_to(struct as_page *page, const char *kind, const char *name)
{
    struct as_buf to = { .bytes = NULL };

    as_buf_printf(&to, "#%s-%s", kind, name);
    as_buf_putc(&to, '\0');
    as_page_link(page, to.failed ? "#" : to.bytes, name);
    page->out->failed |= to.failed;
    as_buf_done(&to);
}

static void heading_of(struct as_page *page, const char *kind, const char *name)
{
    struct as_buf id = { .bytes = NULL };

    as_buf_printf(&id, "%s-%s", kind, name);
    as_buf_putc(&id, '\0');
    as_page_heading(page, 3, name, id.failed ? "" : id.bytes);
    page->out->failed |= id.failed;
    as_buf_done(&id);
}

/* T1552.005 -> https://attack.mitre.org/techniques/T1552/005/ */
static void link_technique(struct as_page *page, const char *id)
{
    struct as_buf to = { .bytes = NULL };

    as_buf_puts(&to, "https://attack.mitre.org/techniques/");
    for (const char *at = id; *at; at++)
        as_buf_putc(&to, *at == '.' ? '/' : *at);
    as_buf_putc(&to, '/');
    as_buf_putc(&to, '\0');
    as_page_link(page, to.failed ? "" : to.bytes, id);
    page->out->failed |= to.failed;
    as_buf_done(&to);
}

static void add_techniques(struct as_page *page, const cJSON *rule)
{
    const cJSON *one;
    bool first = true;

    cJSON_ArrayForEach(one, items_of(rule, "attack"))
    {
        as_page_words(page, first ? "" : ", ");
        link_technique(page, one->valuestring);
        first = false;
    }
}

/* ---- what there is ---------------------------------------------------- */

static void add_overview(struct as_page *page, const cJSON *rules)
{
    static const char *const columns[] = { "Rule", "Severity", "Status",
                                           "ATT&CK", "What it finds" };
    const cJSON *rule;

    as_page_heading(page, 2, "Rules", "rules");
    as_page_table(page, columns, sizeof(columns) / sizeof(columns[0]));
    cJSON_ArrayForEach(rule, rules)
    {
        as_page_row(page);
        as_page_cell(page);
        link_to(page, "rule", text_of(rule, "name"));
        as_page_cell(page);
        as_page_words(page, text_of(rule, "severity"));
        as_page_cell(page);
        as_page_words(page, text_of(rule, "status"));
        as_page_cell(page);
        add_techniques(page, rule);
        as_page_cell(page);
        as_page_words(page, text_of(rule, "title"));
        as_page_row_end(page);
    }
    as_page_table_end(page);
}

/* ---- clauses ---------------------------------------------------------- */

static void add_clause(struct as_page *page, const char *word, const char *text)
{
    struct as_buf code = { .bytes = NULL };

    if (*text == '\0')
        return;
    /* Clauses come as they are shown to people, a backslash as two. */
    for (; *text; text++) {
        as_buf_putc(&code, *text);
        text += text[0] == '\\' && text[1] == '\\';
    }
    as_buf_putc(&code, '\0');
    as_page_item(page);
    as_page_words(page, word);
    as_page_words(page, ": ");
    as_page_code(page, code.failed ? "" : code.bytes);
    as_page_item_end(page);
    page->out->failed |= code.failed;
    as_buf_done(&code);
}

/* A member that is a text, or several. */
static void add_clauses(struct as_page *page, const char *word,
                        const cJSON *object, const char *name)
{
    const cJSON *one;

    add_clause(page, word, text_of(object, name));
    cJSON_ArrayForEach(one, items_of(object, name))
        add_clause(page, word, one->valuestring);
}

static void add_words(struct as_page *page, const char *title,
                      const cJSON *object, const char *name, bool links)
{
    const cJSON *one;

    if (!items_of(object, name))
        return;
    as_page_text(page, title);
    as_page_list(page);
    cJSON_ArrayForEach(one, items_of(object, name))
    {
        as_page_item(page);
        if (links)
            as_page_link(page, one->valuestring, one->valuestring);
        else
            as_page_words(page, one->valuestring);
        as_page_item_end(page);
    }
    as_page_list_end(page);
}

/* ---- rules ------------------------------------------------------------ */

static void add_facts(struct as_page *page, const cJSON *rule)
{
    as_page_list(page);
    as_page_item(page);
    as_page_words(page, text_of(rule, "severity"));
    as_page_words(page, ", ");
    as_page_words(page, text_of(rule, "status"));
    as_page_words(page, ", version ");
    add_number(page, rule, "version");
    as_page_words(page, ", id ");
    as_page_code(page, text_of(rule, "id"));
    as_page_item_end(page);
    if (items_of(rule, "attack")) {
        as_page_item(page);
        as_page_words(page, "ATT&CK ");
        add_techniques(page, rule);
        as_page_item_end(page);
    }
    as_page_list_end(page);
}

static void add_lists_of(struct as_page *page, const cJSON *rule)
{
    const cJSON *one;
    bool first = true;

    if (!items_of(rule, "lists"))
        return;
    as_page_item(page);
    as_page_words(page, "lists that it reads: ");
    cJSON_ArrayForEach(one, items_of(rule, "lists"))
    {
        as_page_words(page, first ? "" : ", ");
        link_to(page, "list", one->valuestring);
        first = false;
    }
    as_page_item_end(page);
}

/* What a rule's `by` is, by its shape. */
static const char *key_label(const cJSON *rule)
{
    static const struct {
        const char *shape, *label;
    } labels[] = {
        { "group", "group by" },
        { "new terms", "what is new" },
        { "sequence", "by" },
    };
    const char *shape = text_of(rule, "shape");

    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        if (strcmp(labels[i].shape, shape) == 0)
            return labels[i].label;
    }
    return "key";
}

static void add_rule(struct as_page *page, const cJSON *rule)
{
    heading_of(page, "rule", text_of(rule, "name"));
    if (strcmp(text_of(rule, "title"), text_of(rule, "name")) != 0)
        as_page_text(page, text_of(rule, "title"));
    as_page_text(page, text_of(rule, "help"));
    add_facts(page, rule);
    as_page_text(page, "How it tells:");
    as_page_list(page);
    add_clauses(page, "each", rule, "each");
    add_clauses(page, "where", rule, "where");
    add_clauses(page, "join", rule, "join");
    add_clauses(page, "require", rule, "require");
    add_clauses(page, key_label(rule), rule, "key");
    add_clauses(page, "history", rule, "history");
    add_clauses(page, "window", rule, "window");
    add_clauses(page, "having", rule, "having");
    add_clauses(page, "within", rule, "maxspan");
    add_clauses(page, "step", rule, "step");
    add_clauses(page, "until", rule, "until");
    add_clauses(page, "let pass", rule, "exclude");
    add_clauses(page, "alert says", rule, "outcome");
    add_clauses(page, "held back", rule, "suppress");
    add_lists_of(page, rule);
    as_page_list_end(page);
    add_words(page, "False alarms to expect:", rule, "falsepositives", false);
    add_words(page, "References:", rule, "references", true);
}

/* ---- baselines, lists, parameters -------------------------------------- */

static void add_baseline(struct as_page *page, const cJSON *baseline)
{
    heading_of(page, "baseline", text_of(baseline, "name"));
    as_page_text(page, text_of(baseline, "help"));
    as_page_list(page);
    add_clauses(page, "each", baseline, "each");
    add_clauses(page, "where", baseline, "where");
    add_clauses(page, "key", baseline, "key");
    add_clauses(page, "collect", baseline, "collect");
    add_clauses(page, "scope", baseline, "scope");
    add_clauses(page, "retain", baseline, "retain");
    if (*text_of(baseline, "state")) {
        as_page_item(page);
        as_page_words(page, "state: ");
        as_page_words(page, text_of(baseline, "state"));
        as_page_item_end(page);
    }
    as_page_list_end(page);
}

static void add_list(struct as_page *page, const cJSON *list)
{
    heading_of(page, "list", text_of(list, "name"));
    as_page_list(page);
    as_page_item(page);
    as_page_words(page, text_of(list, "type"));
    as_page_words(page, ", ");
    add_number(page, list, "values");
    as_page_words(page, " values");
    if (*text_of(list, "origin")) {
        as_page_words(page, ", from ");
        as_page_code(page, text_of(list, "origin"));
    }
    as_page_item_end(page);
    as_page_list_end(page);
}

static void add_parameter(struct as_page *page, const cJSON *parameter)
{
    heading_of(page, "param", text_of(parameter, "name"));
    as_page_text(page, text_of(parameter, "help"));
    as_page_list(page);
    add_clause(page, text_of(parameter, "type"), text_of(parameter, "value"));
    as_page_list_end(page);
}

static void add_section(struct as_page *page, const char *title, const char *id,
                        const cJSON *items,
                        void add(struct as_page *, const cJSON *))
{
    const cJSON *one;

    if (cJSON_GetArraySize(items) == 0)
        return;
    as_page_heading(page, 2, title, id);
    cJSON_ArrayForEach(one, items) add(page, one);
}

void as_catalogue_page(const cJSON *pack, enum as_page_format format,
                       struct as_buf *out)
{
    struct as_page page = { .format = format, .out = out };
    const cJSON *info = cJSON_GetArrayItem(items_of(pack, "pack"), 0);
    const char *name = text_of(info, "name"), *title = text_of(info, "title");

    as_page_begin(&page, *title ? title : *name ? name : "Rules");
    if (*text_of(info, "version")) {
        as_page_list(&page);
        as_page_item(&page);
        as_page_words(&page, name);
        as_page_words(&page, " ");
        as_page_words(&page, text_of(info, "version"));
        as_page_words(&page, *text_of(info, "license") ? ", " : "");
        as_page_words(&page, text_of(info, "license"));
        as_page_item_end(&page);
        as_page_list_end(&page);
    }
    add_overview(&page, items_of(pack, "rules"));
    add_section(&page, "Rule by rule", "rule-by-rule", items_of(pack, "rules"),
                add_rule);
    add_section(&page, "Baselines", "baselines", items_of(pack, "baselines"),
                add_baseline);
    add_section(&page, "Lists", "lists", items_of(pack, "lists"), add_list);
    add_section(&page, "Parameters", "parameters", items_of(pack, "parameters"),
                add_parameter);
    as_page_end(&page);
}

/* ---- the layer -------------------------------------------------------- */

static bool names(const cJSON *rule, const char *technique)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, items_of(rule, "attack"))
    {
        if (strcmp(one->valuestring, technique) == 0)
            return true;
    }
    return false;
}

/* Is this the first rule that names it? */
static bool is_first(const cJSON *rules, const cJSON *rule,
                     const char *technique)
{
    const cJSON *before;

    cJSON_ArrayForEach(before, rules)
    {
        if (before == rule)
            return true;
        if (names(before, technique))
            return false;
    }
    return true;
}

static int add_technique(struct as_buf *out, const cJSON *rules,
                         const char *technique, bool first)
{
    struct as_buf comment = { .bytes = NULL };
    const cJSON *rule;
    int score = 0;

    cJSON_ArrayForEach(rule, rules)
    {
        if (!names(rule, technique))
            continue;
        as_buf_puts(&comment, score++ > 0 ? ", " : "");
        as_buf_puts(&comment, text_of(rule, "name"));
    }
    as_buf_puts(out,
                first ? "\n  {\"techniqueID\":" : ",\n  {\"techniqueID\":");
    as_escape_json(out, as_text_of(technique));
    as_buf_printf(out, ",\"score\":%d,\"comment\":", score);
    as_escape_json(out, as_buf_view(&comment));
    as_buf_puts(out, ",\"enabled\":true}");
    out->failed |= comment.failed;
    as_buf_done(&comment);
    return score;
}

void as_catalogue_layer(const cJSON *pack, struct as_buf *out)
{
    const cJSON *info = cJSON_GetArrayItem(items_of(pack, "pack"), 0);
    const cJSON *rules = items_of(pack, "rules"), *rule, *one;
    const char *title = text_of(info, "title");
    int most = 1, count = 0;

    as_buf_puts(out, "{\"name\":");
    as_escape_json(
        out,
        as_text_of(*text_of(info, "name") ? text_of(info, "name") : "rules"));
    as_buf_puts(out, ",\n \"versions\":{\"attack\":\"16\",\"navigator\":"
                     "\"5.1.0\",\"layer\":\"4.5\"},\n"
                     " \"domain\":\"enterprise-attack\",\n"
                     " \"description\":");
    as_escape_json(out, as_text_of(title));
    as_buf_puts(out, ",\n \"techniques\":[");
    cJSON_ArrayForEach(rule, rules)
    {
        cJSON_ArrayForEach(one, items_of(rule, "attack"))
        {
            int score;

            if (!is_first(rules, rule, one->valuestring))
                continue;
            score = add_technique(out, rules, one->valuestring, count++ == 0);
            most = score > most ? score : most;
        }
    }
    as_buf_printf(out,
                  "],\n \"gradient\":{\"colors\":[\"#ffffff\",\"#66b1ff\"],"
                  "\"minValue\":0,\"maxValue\":%d},\n"
                  " \"legendItems\":[{\"label\":\"rules for it\","
                  "\"color\":\"#66b1ff\"}]}\n",
                  most);
}
