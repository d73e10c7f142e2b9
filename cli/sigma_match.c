/*
 * sigma_match.c - see sigma_match.h.
 *
 * A recursive descent, one function for each level of binding.
 */

#include "cli/sigma_match.h"

#include "cli/nearest.h"
#include "cli/sigma_item.h"
#include "common/glob.h"

enum { DEEPEST = 50 }; /* parentheses and `not` inside each other */

struct match {
    struct as_sigma *sigma;
    struct as_sigma_rule *rule;
    const struct as_yamltree *at; /* the condition */
    struct as_text rest, word;    /* word: the next one; empty at the end */
    unsigned depth;
};

/* ---- words ------------------------------------------------------------------ */

static bool is_word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c != '\0' && strchr("_-*?.", c));
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void advance(struct match *match)
{
    struct as_text *rest = &match->rest;
    size_t length = 0;

    while (rest->length > 0 && is_space(rest->bytes[0])) {
        rest->bytes++;
        rest->length--;
    }
    while (length < rest->length && is_word_character(rest->bytes[length]))
        length++;
    if (length == 0 && rest->length > 0)
        length = 1; /* a parenthesis, or what will be refused */
    match->word = (struct as_text){ rest->bytes, length };
    rest->bytes += length;
    rest->length -= length;
}

/* Is the next word this one?  In small letters or capitals. */
static bool is_at(const struct match *match, const char *word)
{
    struct as_text want = as_text_of(word);

    if (match->word.length != want.length)
        return false;
    for (size_t i = 0; i < want.length; i++) {
        char c = match->word.bytes[i];

        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != want.bytes[i])
            return false;
    }
    return true;
}

static struct as_sigma_node *refuse(struct match *match, const char *message)
{
    as_sigma_refuse(match->sigma, match->rule, match->at, "%s", message);
    return NULL;
}

/* ---- search identifiers ------------------------------------------------------- */

static struct as_sigma_node *name_node(struct match *match,
                                       struct as_sigma_search *search)
{
    struct as_sigma_node *node = as_sigma_node_new(match->sigma, AS_SIGMA_NAME);

    if (!search->used)
        search->node = as_sigma_search_node(match->sigma, match->rule,
                                            search->tree);
    search->used = true; /* refused or not: all that is wrong is said */
    if (node)
        node->search = search;
    return node;
}

static struct as_sigma_node *refuse_name(struct match *match)
{
    const char *wanted = as_strndup(&match->sigma->arena, match->word.bytes,
                                    match->word.length);
    struct as_nearest nearest;

    if (!wanted)
        return NULL;
    nearest = as_nearest_to(wanted);
    for (const struct as_sigma_search *at = match->rule->searches; at;
         at = at->next)
        as_nearest_try(&nearest, at->name.bytes);
    as_sigma_refuse(match->sigma, match->rule, match->at,
                    "the condition names `%s`, which is not "
                    "there%s%s%s",
                    wanted, nearest.best ? "; did you mean `" : "",
                    nearest.best ? nearest.best : "", nearest.best ? "`?" : "");
    return NULL;
}

static struct as_sigma_node *read_name(struct match *match)
{
    struct as_sigma_search *search = match->rule->searches;

    while (search && !as_text_equal(search->name, match->word))
        search = search->next;
    if (!search)
        return refuse_name(match);
    advance(match);
    return name_node(match, search);
}

/* ---- `1 of`, `all of` ---------------------------------------------------------- */

static bool is_meant(struct match *match, struct as_text pattern,
                     const struct as_sigma_search *search, bool *clear)
{
    bool them = as_text_equal(pattern, AS_TEXT("them"));
    bool under = as_text_starts(search->name, AS_TEXT("_"));

    if (them)
        return !under;
    if (!as_glob_match(pattern, search->name))
        return false;
    if (under && !as_text_starts(pattern, AS_TEXT("_"))) {
        as_sigma_refuse(match->sigma, match->rule, match->at,
                        "`%.*s` fits `%.*s`, and whether a name that begins "
                        "with _ is meant by it is not settled",
                        (int)pattern.length, pattern.bytes,
                        (int)search->name.length, search->name.bytes);
        *clear = false;
    }
    return true;
}

/* The names behind `of`, one of them or all. */
static struct as_sigma_node *read_of(struct match *match, bool all)
{
    struct as_text pattern = match->word;
    struct as_sigma_node *names = as_sigma_node_new(
        match->sigma, all ? AS_SIGMA_AND : AS_SIGMA_OR);
    bool clear = true;

    if (pattern.length == 0 || !is_word_character(pattern.bytes[0]))
        return refuse(match, "behind `of` stands `them` or a pattern");
    if (memchr(pattern.bytes, '?', pattern.length))
        return refuse(match, "a pattern behind `of` knows * only");
    advance(match);
    for (struct as_sigma_search *at = match->rule->searches; at;
         at = at->next) {
        struct as_sigma_node *node;

        if (!is_meant(match, pattern, at, &clear))
            continue;
        node = name_node(match, at);
        as_sigma_node_add(names, node);
    }
    if (clear && names && !names->first)
        as_sigma_refuse(match->sigma, match->rule, match->at,
                        "`%.*s` fits no name in `detection`",
                        (int)pattern.length, pattern.bytes);
    return clear ? as_sigma_node_flat(names) : NULL;
}

/* A word that may begin `1 of`; whether it does, and which one it is. */
static bool at_quantifier(const struct match *match, bool *all, bool *known)
{
    struct match look = *match;

    advance(&look);
    if (!is_at(&look, "of"))
        return false;
    *all = is_at(match, "all");
    *known = *all || is_at(match, "1") || is_at(match, "any");
    return true;
}

/* ---- and, or, not --------------------------------------------------------------- */

static struct as_sigma_node *read_or(struct match *match);

static struct as_sigma_node *read_group(struct match *match)
{
    struct as_sigma_node *node;

    advance(match);
    node = read_or(match);
    if (!node)
        return NULL;
    if (!is_at(match, ")"))
        return refuse(match, "a parenthesis of the condition is not closed");
    advance(match);
    return node;
}

static struct as_sigma_node *read_prim(struct match *match)
{
    bool all, known;

    if (match->word.length == 0)
        return refuse(match, "the condition ends where a name should stand");
    if (is_at(match, "("))
        return read_group(match);
    if (at_quantifier(match, &all, &known)) {
        if (!known)
            return refuse(match, "before `of` stands 1, any or all");
        advance(match);
        advance(match);
        return read_of(match, all);
    }
    if (!is_word_character(match->word.bytes[0]) || is_at(match, "and") ||
        is_at(match, "or"))
        return refuse(match, "the condition cannot be read: a name should "
                             "stand where another word does");
    return read_name(match);
}

static struct as_sigma_node *read_not(struct match *match)
{
    struct as_sigma_node *node, *not ;

    if (++match->depth > DEEPEST)
        return refuse(match, "there is too much inside each other");
    if (is_at(match, "not")) {
        advance(match);
        node = read_not(match);
        not = node ? as_sigma_node_new(match->sigma, AS_SIGMA_NOT) : NULL;
        as_sigma_node_add(not, node);
        node = not ;
    } else {
        node = read_prim(match);
    }
    match->depth--;
    return node;
}

static struct as_sigma_node *read_list(
    struct match *match, const char *word, enum as_sigma_kind kind,
    struct as_sigma_node *(*part)(struct match *match))
{
    struct as_sigma_node *list = as_sigma_node_new(match->sigma, kind);
    struct as_sigma_node *node = part(match);

    as_sigma_node_add(list, node);
    while (node && is_at(match, word)) {
        advance(match);
        node = part(match);
        as_sigma_node_add(list, node);
    }
    return node ? as_sigma_node_flat(list) : NULL;
}

static struct as_sigma_node *read_and(struct match *match)
{
    return read_list(match, "and", AS_SIGMA_AND, read_not);
}

static struct as_sigma_node *read_or(struct match *match)
{
    return read_list(match, "or", AS_SIGMA_OR, read_and);
}

/* ---- detection ------------------------------------------------------------------- */

/* What stands behind |, with the correlation that would say it. */
static struct as_sigma_node *refuse_aggregation(struct match *match,
                                                const char *rest)
{
    const char *end = match->at->text.bytes + match->at->text.length;

    while (rest < end && *rest == ' ')
        rest++;
    if (end - rest >= 5 && memcmp(rest, "near ", 5) == 0)
        return refuse(match, "`near` behind | is of an old Sigma, and how near "
                             "depends on who reads it; write a correlation "
                             "(type: temporal)");
    return refuse(match, "an aggregation behind | is of an old Sigma, and what "
                         "it counts depends on who reads it; write a "
                         "correlation (type: event_count or value_count)");
}

struct as_sigma_node *as_sigma_match_text(struct as_sigma *sigma,
                                          struct as_sigma_rule *rule,
                                          const struct as_yamltree *at)
{
    struct match match = {
        .sigma = sigma, .rule = rule, .at = at, .rest = at->text
    };
    struct as_sigma_node *node;
    const char *bar;

    if (at->kind != AS_YAMLTREE_SCALAR)
        return refuse(&match, "a condition is a text");
    bar = memchr(at->text.bytes, '|', at->text.length);
    if (bar)
        return refuse_aggregation(&match, bar + 1);
    advance(&match);
    node = read_or(&match);
    if (node && match.word.length > 0)
        return refuse(&match, "the condition goes on where it should end: "
                              "`and`, `or` or nothing is expected");
    return node;
}

static bool add_search(struct as_sigma *sigma, struct as_sigma_rule *rule,
                       const struct as_yamltree *member,
                       struct as_sigma_search ***end)
{
    struct as_sigma_search *search = as_alloc(&sigma->arena, sizeof(*search));

    if (as_text_equal(member->key->text, AS_TEXT("timeframe")))
        return as_sigma_refuse(sigma, rule, member->key,
                               "`timeframe` is of an old Sigma; write a "
                               "correlation with a `timespan`");
    if (!search)
        return false;
    search->name = member->key->text;
    search->tree = member;
    **end = search;
    *end = &search->next;
    return true;
}

static void note_unused(struct as_sigma *sigma, struct as_sigma_rule *rule)
{
    for (const struct as_sigma_search *at = rule->searches; at; at = at->next)
        if (!at->used)
            as_sigma_note(sigma, rule, at->tree->key,
                          "the condition does not use `%.*s`; it is left out",
                          (int)at->name.length, at->name.bytes);
}

bool as_sigma_match_read(struct as_sigma *sigma, struct as_sigma_rule *rule,
                         const struct as_yamltree *detection)
{
    const struct as_yamltree *condition = as_yamltree_member(detection,
                                                             "condition");
    struct as_sigma_search **end = &rule->searches;
    struct as_sigma_node *any = as_sigma_node_new(sigma, AS_SIGMA_OR);
    bool good = true;

    if (!condition)
        return as_sigma_refuse(sigma, rule, detection->key,
                               "`detection` has no condition");
    for (const struct as_yamltree *at = detection->first; at; at = at->next)
        if (at != condition)
            good = add_search(sigma, rule, at, &end) && good;
    if (condition->kind == AS_YAMLTREE_LIST && condition->count == 0)
        return as_sigma_refuse(sigma, rule, condition, "there is no condition");
    if (condition->kind == AS_YAMLTREE_LIST)
        condition = condition->first;
    for (; condition; condition = condition->next) {
        struct as_sigma_node *node = as_sigma_match_text(sigma, rule,
                                                         condition);

        good = good && node;
        as_sigma_node_add(any, node);
        if (condition->key)
            break; /* it was no list */
    }
    rule->condition = as_sigma_node_flat(any);
    if (good)
        note_unused(sigma, rule);
    return good && rule->condition && rule->state != AS_SIGMA_REFUSED;
}

/* ---- conditions that exclude each other --------------------------------------------- */

/* What texts the condition allows the field, or NULL: any. */
static const struct as_sigma_word *allowed(const struct as_sigma_node *node,
                                           const char *field)
{
    const struct as_sigma_word *words;

    switch (node->kind) {
    case AS_SIGMA_TEST:
        return node->field && strcmp(node->field, field) == 0 ? node->words
                                                              : NULL;
    case AS_SIGMA_NAME:
        return allowed(node->search->node, field);
    case AS_SIGMA_AND:
        for (const struct as_sigma_node *at = node->first; at; at = at->next)
            if ((words = allowed(at, field)) != NULL)
                return words;
        return NULL;
    case AS_SIGMA_OR:
    case AS_SIGMA_NOT:
        return NULL;
    }
    return NULL;
}

static bool are_apart(const struct as_sigma_word *a,
                      const struct as_sigma_word *b)
{
    if (!a || !b)
        return false;
    for (; a; a = a->next)
        for (const struct as_sigma_word *at = b; at; at = at->next)
            if (as_text_equal(a->text, at->text))
                return false;
    return true;
}

bool as_sigma_match_apart(const struct as_sigma_node *a,
                          const struct as_sigma_node *b)
{
    static const char *const fields[] = { "eventName", "eventSource" };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (are_apart(allowed(a, fields[i]), allowed(b, fields[i])))
            return true;
    return false;
}
