/*
 * sigma_rule.c - see sigma_rule.h.
 *
 * A file is cut at its lines `---` before YAML is read: YAML allows no such
 * line inside a document, and so each document has the limits of a small file
 * and a mistake in one leaves the others as they are.
 */

#include "cli/sigma_rule.h"

#include "cli/sigma_match.h"
#include "cli/sigma_window.h"
#include "cli/sigma_write.h"
#include "common/limits.h"

#include <stdlib.h>

void as_sigma_init(struct as_sigma *sigma, struct as_talk *talk)
{
    *sigma = (struct as_sigma){ .talk = talk };
    as_arena_init(&sigma->arena, 0);
    as_map_init(&sigma->fields);
    as_map_init(&sigma->words);
    as_map_init(&sigma->known);
}

void as_sigma_done(struct as_sigma *sigma)
{
    for (struct as_sigma_rule *at = sigma->rules; at; at = at->next)
        as_buf_done(&at->text);
    as_map_done(&sigma->fields);
    as_map_done(&sigma->words);
    as_map_done(&sigma->known);
    as_arena_free(&sigma->arena);
}

/* ---- keys ------------------------------------------------------------------------ */

/* What is done with a key of a document. */
enum care {
    CARE_TEXT,  /* one text */
    CARE_TEXTS, /* a text or a list of them */
    CARE_WORD,  /* one of some words */
    CARE_PART,  /* looked at elsewhere */
    CARE_DROP,  /* left behind: it does not change what the rule finds */
};

static const char *const levels[] = { "informational", "low",      "medium",
                                      "high",          "critical", NULL };
static const char *const statuses[] = { "stable", "test", "experimental",
                                        "deprecated", NULL };

static const struct key {
    const char *name;
    enum care care;
    const char *const *words;
} keys[] = {
    { "title", CARE_TEXT, NULL },
    { "id", CARE_TEXT, NULL },
    { "name", CARE_TEXT, NULL },
    { "description", CARE_TEXT, NULL },
    { "author", CARE_TEXT, NULL },
    { "date", CARE_TEXT, NULL },
    { "tags", CARE_TEXTS, NULL },
    { "references", CARE_TEXTS, NULL },
    { "falsepositives", CARE_TEXTS, NULL },
    { "level", CARE_WORD, levels },
    { "status", CARE_WORD, statuses },
    { "logsource", CARE_PART, NULL },
    { "detection", CARE_PART, NULL },
    { "correlation", CARE_PART, NULL },
    { "generate", CARE_PART, NULL },
    { "taxonomy", CARE_PART, NULL },
};

enum { KEY_COUNT = sizeof(keys) / sizeof(keys[0]) };

static bool is_among(struct as_text text, const char *const *words)
{
    while (*words && !as_text_equal(text, as_text_of(*words)))
        words++;
    return *words != NULL;
}

static bool are_texts(const struct as_yamltree *node)
{
    if (node->kind == AS_YAMLTREE_MAP)
        return false;
    for (const struct as_yamltree *at = node->first; at; at = at->next)
        if (at->kind != AS_YAMLTREE_SCALAR)
            return false;
    return true;
}

static void read_key(struct as_sigma *sigma, struct as_sigma_rule *rule,
                     const struct as_yamltree *node)
{
    enum care care = CARE_DROP;
    const struct key *key = keys;

    while (key < keys + KEY_COUNT &&
           !as_text_equal(node->key->text, as_text_of(key->name)))
        key++;
    if (key < keys + KEY_COUNT)
        care = key->care;
    if ((care == CARE_TEXT && node->kind != AS_YAMLTREE_SCALAR) ||
        (care == CARE_TEXTS && !are_texts(node)))
        care = CARE_DROP;
    if (care == CARE_DROP)
        as_sigma_drop(sigma, rule, node->key);
    if (care == CARE_WORD && !is_among(node->text, key->words))
        as_sigma_refuse(sigma, rule, node,
                        "`%.*s` is no %s a rule here can "
                        "have",
                        (int)node->text.length, node->text.bytes, key->name);
}

/* What another Sigma rule, an old collection or another language would be. */
static bool check_kind(struct as_sigma *sigma, struct as_sigma_rule *rule)
{
    const struct as_yamltree *taxonomy = as_yamltree_member(rule->tree,
                                                            "taxonomy");
    const struct as_yamltree *filter = as_yamltree_member(rule->tree, "filter");
    const struct as_yamltree *action = as_yamltree_member(rule->tree, "action");

    if (filter)
        return as_sigma_refuse(sigma, rule, filter->key,
                               "a Sigma filter changes other rules; write an "
                               "overlay");
    if (action)
        return as_sigma_refuse(sigma, rule, action->key,
                               "`action` is of an old collection of rules; "
                               "write every rule out");
    if (taxonomy && !as_text_equal(taxonomy->text, AS_TEXT("sigma")))
        return as_sigma_refuse(sigma, rule, taxonomy,
                               "only the names of Sigma's own taxonomy are "
                               "known");
    return true;
}

/* ---- logsource ---------------------------------------------------------------------- */

/* Is it CloudTrail's?  The product may be left out: no other than AWS has a
 * service of that name. */
static void check_source(struct as_sigma *sigma, struct as_sigma_rule *rule,
                         const struct as_yamltree *source)
{
    const struct as_yamltree *product = as_yamltree_member(source, "product");
    const struct as_yamltree *service = as_yamltree_member(source, "service");
    const struct as_yamltree *wrong = NULL;

    if (product && !as_text_equal(product->text, AS_TEXT("aws")))
        wrong = product;
    else if (!service)
        wrong = source->key;
    else if (!as_text_equal(service->text, AS_TEXT("cloudtrail")))
        wrong = service;
    if (wrong)
        as_sigma_refuse(sigma, rule, wrong,
                        "the logsource is not `product: aws`, `service: "
                        "cloudtrail`");
    else if (!product)
        as_sigma_note(sigma, rule, service,
                      "no product is named; read as `product: aws`, the only "
                      "one that has this service");
}

static void read_logsource(struct as_sigma *sigma, struct as_sigma_rule *rule)
{
    const struct as_yamltree *source = as_yamltree_member(rule->tree,
                                                          "logsource");

    if (!source || source->kind != AS_YAMLTREE_MAP) {
        as_sigma_refuse(sigma, rule, source, "a rule has a `logsource`");
        return;
    }
    check_source(sigma, rule, source);
    for (const struct as_yamltree *at = source->first; at; at = at->next) {
        if (as_text_equal(at->key->text, AS_TEXT("category")))
            as_sigma_refuse(sigma, rule, at,
                            "no category of CloudTrail's events is known");
        else if (as_text_equal(at->key->text, AS_TEXT("definition")))
            as_sigma_drop(sigma, rule, at->key);
        else if (!as_text_equal(at->key->text, AS_TEXT("product")) &&
                 !as_text_equal(at->key->text, AS_TEXT("service")))
            as_sigma_refuse(sigma, rule, at->key,
                            "what this key of the logsource asks for is not "
                            "known");
    }
}

/* ---- documents ------------------------------------------------------------------------- */

static struct as_text text_of(const struct as_yamltree *tree, const char *key)
{
    const struct as_yamltree *node = as_yamltree_member(tree, key);

    return node && node->kind == AS_YAMLTREE_SCALAR ? node->text : AS_TEXT("");
}

static struct as_sigma_rule *new_rule(struct as_sigma *sigma,
                                      const struct as_sigma_input *input,
                                      uint32_t line)
{
    struct as_sigma_rule *rule = as_alloc(&sigma->arena, sizeof(*rule));

    if (!rule)
        return NULL;
    rule->input = input;
    rule->line = line;
    rule->title = rule->id = rule->name = AS_TEXT("");
    if (sigma->end)
        sigma->end->next = rule;
    else
        sigma->rules = rule;
    sigma->end = rule;
    return rule;
}

/* Others may name it by its id or its name, so no two have the same. */
static void know(struct as_sigma *sigma, struct as_sigma_rule *rule,
                 const char *key, struct as_text text)
{
    const struct as_sigma_rule *other;
    bool added = false;
    uint32_t at;

    if (text.length == 0)
        return;
    at = as_map_add(&sigma->known, text, &added);
    if (at == AS_MAP_NONE) {
        sigma->arena.failed = true;
        return;
    }
    if (added)
        sigma->known.entries[at].value = (uintptr_t)rule;
    other = (const void *)(uintptr_t)sigma->known.entries[at].value;
    if (other != rule)
        as_sigma_refuse(sigma, rule, as_yamltree_member(rule->tree, key),
                        "a rule before it is called so, in %s line %u",
                        other->input->path, (unsigned)other->line);
}

static void read_document(struct as_sigma *sigma, struct as_sigma_rule *rule)
{
    rule->title = text_of(rule->tree, "title");
    rule->id = text_of(rule->tree, "id");
    rule->name = text_of(rule->tree, "name");
    if (!check_kind(sigma, rule))
        return;
    for (const struct as_yamltree *at = rule->tree->first; at; at = at->next)
        read_key(sigma, rule, at);
    know(sigma, rule, "id", rule->id);
    know(sigma, rule, "name", rule->name);
    if (rule->title.length == 0)
        as_sigma_refuse(sigma, rule, NULL, "a rule has a title");
    if (as_yamltree_member(rule->tree, "correlation")) {
        rule->correlates = true;
        return;
    }
    if (as_yamltree_member(rule->tree, "generate"))
        as_sigma_refuse(sigma, rule, as_yamltree_member(rule->tree, "generate"),
                        "only a correlation has `generate`");
    read_logsource(sigma, rule);
}

/* One document of a file, from `line` on. */
static void add_document(struct as_sigma *sigma,
                         const struct as_sigma_input *input,
                         struct as_text text, uint32_t line)
{
    struct as_yamltree_error error = { .message = NULL };
    struct as_yamltree place = { .plain = true };
    struct as_sigma_rule *rule;
    struct as_yamltree *tree;

    sigma->full |= ++sigma->document_count > AS_MAX_SIGMA_RULES;
    if (sigma->full)
        return;
    tree = as_yamltree_read(text, &sigma->arena, &error);
    place.place = error.place;

    if (!tree && strcmp(error.message, "out of memory") == 0)
        sigma->arena.failed = true;
    if (tree && tree->kind == AS_YAMLTREE_SCALAR && as_yamltree_is_null(tree))
        return; /* nothing between two lines --- */
    rule = new_rule(sigma, input, line);
    if (!rule)
        return;
    rule->tree = tree;
    rule->source = text;
    if (!tree)
        as_sigma_refuse(sigma, rule, &place, "this cannot be read as YAML: %s",
                        error.message);
    else if (tree->kind != AS_YAMLTREE_MAP)
        as_sigma_refuse(sigma, rule, tree, "a rule is a map: `title: ...`");
    else
        read_document(sigma, rule);
}

/* Is there a line that ends one document and begins the next? */
static bool is_border(const char *at, const char *end)
{
    if (end - at < 3 || memcmp(at, "---", 3) != 0)
        return false;
    return end - at == 3 || strchr(" \t\r\n", at[3]) != NULL;
}

void as_sigma_add(struct as_sigma *sigma, const char *path, struct as_text text)
{
    struct as_sigma_input *input = as_alloc(&sigma->arena, sizeof(*input));
    const char *start, *at, *end;
    uint32_t line = 1, first = 1;

    if (!input)
        return;
    input->path = as_strndup(&sigma->arena, path, strlen(path));
    input->text.bytes = as_strndup(&sigma->arena, text.bytes, text.length);
    input->text.length = text.length;
    if (!input->path || !input->text.bytes)
        return;
    start = at = input->text.bytes;
    for (end = at + text.length; at < end; line++) {
        const char *next = memchr(at, '\n', (size_t)(end - at));

        if (at > start && is_border(at, end)) {
            add_document(sigma, input,
                         (struct as_text){ start, (size_t)(at - start) },
                         first);
            start = at;
            first = line;
        }
        at = next ? next + 1 : end;
    }
    add_document(sigma, input, (struct as_text){ start, (size_t)(end - start) },
                 first);
}

/* ---- names -------------------------------------------------------------------------------- */

/* Names are given in the order of the files, so that they stay. */
static void give_names(struct as_sigma *sigma)
{
    for (struct as_sigma_rule *at = sigma->rules; at; at = at->next)
        if (at->state != AS_SIGMA_REFUSED)
            at->word = as_sigma_word_new(sigma, at->title, "_rule");
}

static void name_searches(struct as_sigma *sigma, struct as_sigma_rule *rule,
                          bool macros)
{
    struct as_map others = sigma->words;

    if (!macros)
        as_map_init(&sigma->words); /* a let is known in its rule only */
    for (struct as_sigma_search *at = rule->searches; at; at = at->next) {
        if (!at->used)
            continue;
        if (macros)
            at->macro = as_sigma_word_new(
                sigma,
                as_text_of(as_sigma_print(sigma, "%s_%.*s", rule->macro,
                                          (int)at->name.length,
                                          at->name.bytes)),
                "_search");
        else
            at->word = as_sigma_word_new(sigma, at->name, "_search");
    }
    if (!macros) {
        as_map_done(&sigma->words);
        sigma->words = others;
    }
}

static void name_macros(struct as_sigma *sigma, struct as_sigma_rule *rule)
{
    if (rule->macro || rule->state == AS_SIGMA_REFUSED)
        return;
    rule->macro = as_sigma_word_new(
        sigma,
        as_text_of(as_sigma_print(
            sigma, "is_%.*s",
            (int)(rule->name.length ? rule->name.length : rule->title.length),
            rule->name.length ? rule->name.bytes : rule->title.bytes)),
        "_event");
    name_searches(sigma, rule, true);
}

/* ---- translation ------------------------------------------------------------------------------ */

/* Is more tied together than the compiler takes? */
static bool is_heavy(const struct as_sigma_node *node)
{
    size_t count = 0;

    for (const struct as_sigma_node *at = node->first; at; at = at->next)
        if (++count > AS_MAX_SIGMA_PARTS || is_heavy(at))
            return true;
    return false;
}

static void weigh(struct as_sigma *sigma, struct as_sigma_rule *rule)
{
    bool heavy = rule->condition && is_heavy(rule->condition);

    for (struct as_sigma_search *at = rule->searches; at; at = at->next)
        heavy = heavy || (at->node && is_heavy(at->node));
    if (heavy && rule->state != AS_SIGMA_REFUSED)
        as_sigma_refuse(sigma, rule, NULL,
                        "an `and` or `or` of the rule ties "
                        "more than %d conditions",
                        AS_MAX_SIGMA_PARTS);
}

static void read_detection(struct as_sigma *sigma, struct as_sigma_rule *rule)
{
    const struct as_yamltree *detection = as_yamltree_member(rule->tree,
                                                             "detection");

    if (!detection || detection->kind != AS_YAMLTREE_MAP)
        as_sigma_refuse(sigma, rule, detection, "a rule has a `detection`");
    else if (as_sigma_match_read(sigma, rule, detection))
        name_searches(sigma, rule, false);
    weigh(sigma, rule);
}

/* The rule in a file of its own. */
static void compose(const struct as_sigma_rule *rule, struct as_buf *out)
{
    for (const struct as_sigma_ref *at = rule->refs; at; at = at->next)
        as_sigma_write_macros(out, at->rule);
    as_sigma_write_rule(out, rule);
}

/* What was written does not compile.  It may be too much (E06..); else
 * something was taken that should not have been. */
static void refuse_text(struct as_sigma *sigma, struct as_sigma_rule *rule,
                        const struct as_sigma_fault *fault)
{
    bool known = strncmp(fault->code, "E06", 3) == 0;

    sigma->wrong |= !known;
    as_sigma_refuse(sigma, rule, NULL,
                    "what it would be here does not "
                    "compile: %.*s%s",
                    (int)fault->text.length,
                    fault->text.bytes ? fault->text.bytes : "",
                    known ? ""
                          : "; this is a mistake of `astray import`: "
                            "please report it, with the rule");
}

static void prove(struct as_sigma *sigma, struct as_sigma_rule *rule)
{
    struct as_buf out = { .bytes = NULL };
    struct as_sigma_fault fault = { .code = "" };
    enum astray_status status = ASTRAY_NO_MEMORY;
    char *text = NULL;
    size_t length = 0;

    compose(rule, &out);
    sigma->arena.failed |= out.failed;
    if (!out.failed)
        status = astray_format("imported.astray", out.bytes, out.length, NULL,
                               NULL, &text, &length);
    sigma->arena.failed |= status == ASTRAY_NO_MEMORY;
    if (status == ASTRAY_OK && as_sigma_compiles(sigma, text, length, &fault))
        as_buf_add(&rule->text, text, length);
    else
        refuse_text(sigma, rule, &fault);
    sigma->arena.failed |= rule->text.failed;
    free(text);
    as_buf_done(&fault.text);
    as_buf_done(&out);
}

static void read_window(struct as_sigma *sigma, struct as_sigma_rule *rule)
{
    for (struct as_sigma_ref *ref = rule->refs; ref; ref = ref->next)
        name_macros(sigma, ref->rule);
    if (!sigma->arena.failed)
        as_sigma_window_read(sigma, rule);
}

/* A correlation was taken: a file of all rules has what it needs. */
static void need_refs(struct as_sigma_rule *rule)
{
    for (struct as_sigma_ref *at = rule->refs; at; at = at->next)
        at->rule->needed = true;
}

/* The rules that a step is about; none any more when memory ran out. */
static bool goes_on(const struct as_sigma *sigma,
                    const struct as_sigma_rule *rule, bool correlates)
{
    return !sigma->arena.failed && rule->correlates == correlates &&
           rule->state != AS_SIGMA_REFUSED;
}

bool as_sigma_translate(struct as_sigma *sigma)
{
    for (struct as_sigma_rule *at = sigma->rules; at; at = at->next)
        if (at->correlates && !sigma->arena.failed)
            as_sigma_window_refer(sigma, at);
    give_names(sigma);
    for (struct as_sigma_rule *at = sigma->rules; at; at = at->next)
        if (goes_on(sigma, at, false))
            read_detection(sigma, at);
    for (struct as_sigma_rule *at = sigma->rules; at; at = at->next)
        if (goes_on(sigma, at, true))
            read_window(sigma, at);
    for (struct as_sigma_rule *at = sigma->rules; at; at = at->next) {
        if (at->state == AS_SIGMA_TAKEN && at->served && !at->correlates)
            at->state = AS_SIGMA_SERVES;
        if (at->state == AS_SIGMA_TAKEN && !sigma->arena.failed)
            prove(sigma, at);
        if (at->state == AS_SIGMA_TAKEN)
            need_refs(at);
    }
    return !sigma->arena.failed;
}
