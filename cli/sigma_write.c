/*
 * sigma_write.c - see sigma_write.h.
 *
 * A search identifier becomes a `let`, and in what a correlation is about a
 * `macro`: so what comes out reads like what went in.  Where lines end is
 * decided here, indents and spaces by astray_format.
 */

#include "cli/sigma_write.h"

/* ---- conditions ------------------------------------------------------------- */

static void write_part(struct as_buf *out, const struct as_sigma_node *node,
                       bool macros, bool parens)
{
    if (parens)
        as_buf_putc(out, '(');
    as_sigma_write_node(out, node, macros);
    if (parens)
        as_buf_putc(out, ')');
}

static void write_list(struct as_buf *out, const struct as_sigma_node *node,
                       bool macros)
{
    bool and = node->kind == AS_SIGMA_AND;
    bool names = true;

    for (const struct as_sigma_node *at = node->first; at; at = at->next)
        names = names && at->kind == AS_SIGMA_NAME;
    for (const struct as_sigma_node *at = node->first; at; at = at->next) {
        if (at != node->first) {
            as_buf_putc(out, names ? ' ' : '\n');
            as_buf_puts(out, and? "and " : "or ");
        }
        write_part(out, at, macros, and&&at->kind == AS_SIGMA_OR);
    }
}

void as_sigma_write_node(struct as_buf *out, const struct as_sigma_node *node,
                         bool macros)
{
    switch (node->kind) {
    case AS_SIGMA_TEST:
        as_buf_puts(out, node->text);
        break;
    case AS_SIGMA_NAME:
        as_buf_puts(out, macros ? node->search->macro : node->search->word);
        break;
    case AS_SIGMA_AND:
    case AS_SIGMA_OR:
        write_list(out, node, macros);
        break;
    case AS_SIGMA_NOT:
        write_part(out, node->first, macros,
                   node->first->kind != AS_SIGMA_NAME);
        as_buf_puts(out, " is not true");
        break;
    }
}

/* ---- meta --------------------------------------------------------------------- */

/* A text that was folded or broken into lines, in one line. */
static void write_text(struct as_buf *out, const char *key, struct as_text text)
{
    while (text.length > 0 && strchr(" \n\t\r", text.bytes[text.length - 1]))
        text.length--;
    as_buf_printf(out, "%s = ", key);
    as_sigma_quote(out, text);
    as_buf_putc(out, '\n');
}

static void write_scalar(struct as_buf *out, const struct as_sigma_rule *rule,
                         const char *key)
{
    const struct as_yamltree *node = as_yamltree_member(rule->tree, key);

    if (node && node->kind == AS_YAMLTREE_SCALAR && !as_yamltree_is_null(node))
        write_text(out, key, node->text);
}

/* T1552.005 of attack.t1552.005; false when the tag is none. */
static bool technique(struct as_text tag, struct as_buf *out)
{
    struct as_text prefix = AS_TEXT("attack.t");

    if (tag.length < prefix.length + 4 ||
        !(as_text_starts(tag, prefix) ||
          as_text_starts(tag, AS_TEXT("attack.T"))))
        return false;
    for (size_t i = prefix.length; i < tag.length; i++)
        if (!strchr("0123456789.", tag.bytes[i]))
            return false;
    as_buf_putc(out, 'T');
    as_buf_add(out, tag.bytes + prefix.length, tag.length - prefix.length);
    return true;
}

/* A list of texts, or one text. */
static void write_texts(struct as_buf *out, const struct as_sigma_rule *rule,
                        const char *key, const char *name)
{
    const struct as_yamltree *list = as_yamltree_member(rule->tree, key);
    bool attack = strcmp(name, "attack") == 0;
    bool one = list && list->kind == AS_YAMLTREE_SCALAR;
    const struct as_yamltree *at = one ? list : list ? list->first : NULL;
    size_t count = 0;

    for (; at; at = one ? NULL : at->next) {
        struct as_buf text = { .bytes = NULL };

        if (at->kind == AS_YAMLTREE_SCALAR && at->text.length > 0 &&
            !as_yamltree_is_null(at) &&
            (!attack || technique(at->text, &text))) {
            as_buf_printf(out, count++ == 0 ? "%s = [\n" : ",\n", name);
            as_sigma_quote(out, attack ? as_buf_view(&text) : at->text);
        }
        out->failed |= text.failed;
        as_buf_done(&text);
    }
    if (count > 0)
        as_buf_puts(out, "\n]\n");
}

static void write_word(struct as_buf *out, const struct as_sigma_rule *rule,
                       const char *key, const char *name)
{
    const struct as_yamltree *node = as_yamltree_member(rule->tree, key);

    if (node && node->text.length > 0)
        as_buf_printf(out, "%s = %s\n", name, node->text.bytes);
}

static void write_meta(struct as_buf *out, const struct as_sigma_rule *rule)
{
    as_buf_puts(out, "meta {\n");
    write_scalar(out, rule, "id");
    write_scalar(out, rule, "title");
    write_word(out, rule, "level", "severity");
    write_word(out, rule, "status", "status");
    write_scalar(out, rule, "description");
    write_scalar(out, rule, "author");
    write_scalar(out, rule, "date");
    write_texts(out, rule, "tags", "attack");
    write_texts(out, rule, "tags", "tags");
    write_texts(out, rule, "references", "references");
    write_texts(out, rule, "falsepositives", "falsepositives");
    as_buf_puts(out, "}\nfrom cloudtrail\n");
}

/* ---- rules ----------------------------------------------------------------------- */

/* The condition that is all there is, where no name is worth it. */
static const struct as_sigma_node *lone(const struct as_sigma_rule *rule)
{
    return rule->condition->kind == AS_SIGMA_NAME
             ? rule->condition->search->node
             : NULL;
}

static void write_lets(struct as_buf *out, const struct as_sigma_rule *rule)
{
    if (lone(rule)) {
        as_buf_puts(out, "where ");
        as_sigma_write_node(out, lone(rule), false);
        as_buf_putc(out, '\n');
        return;
    }
    for (const struct as_sigma_search *at = rule->searches; at; at = at->next) {
        if (!at->used)
            continue;
        as_buf_printf(out, "let %s = ", at->word);
        as_sigma_write_node(out, at->node, false);
        as_buf_putc(out, '\n');
    }
    as_buf_puts(out, "where ");
    as_sigma_write_node(out, rule->condition, false);
    as_buf_putc(out, '\n');
}

/* Events that are part of the correlation. */
static void write_refs(struct as_buf *out, const struct as_sigma_rule *rule)
{
    as_buf_puts(out, "where ");
    for (const struct as_sigma_ref *at = rule->refs; at; at = at->next)
        as_buf_printf(out, "%s%s", at == rule->refs ? "" : " or ",
                      at->rule->macro);
    as_buf_putc(out, '\n');
}

static void write_window(struct as_buf *out, const struct as_sigma_rule *rule)
{
    if (rule->window == AS_SIGMA_GROUP) {
        write_refs(out, rule);
        as_buf_printf(out, "group by %s timespan %s sliding\nhaving %s\n",
                      rule->by, rule->span, rule->having);
        return;
    }
    as_buf_printf(out, "sequence by %s maxspan %s\n", rule->by, rule->span);
    for (const struct as_sigma_ref *at = rule->refs; at; at = at->next)
        as_buf_printf(out, "[where %s]\n", at->rule->macro);
}

void as_sigma_write_rule(struct as_buf *out, const struct as_sigma_rule *rule)
{
    as_buf_printf(out, "\nrule %s {\n", rule->word);
    write_meta(out, rule);
    if (rule->correlates)
        write_window(out, rule);
    else
        write_lets(out, rule);
    as_buf_puts(out, "}\n");
}

void as_sigma_write_macros(struct as_buf *out, const struct as_sigma_rule *rule)
{
    for (const struct as_sigma_search *at = rule->searches; at; at = at->next) {
        if (!at->used || lone(rule))
            continue;
        as_buf_printf(out, "\nmacro %s = ", at->macro);
        as_sigma_write_node(out, at->node, true);
        as_buf_putc(out, '\n');
    }
    as_buf_printf(out, "\nmacro %s = ", rule->macro);
    as_sigma_write_node(out, lone(rule) ? lone(rule) : rule->condition, true);
    as_buf_putc(out, '\n');
}
