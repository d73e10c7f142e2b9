/*
 * diffview.c - see diffview.h.
 *
 * People see of each rule the first changes of each kind, programs see all.
 * What stands in events is an attacker's: it is shown through escape.h and
 * page.h only.
 */

#include "cli/diffview.h"

#include <stdio.h>

#include "cli/page.h"
#include "common/escape.h"

enum { MOST_SHOWN = 20, LONGEST_VALUE = 200 };

static const char *const kinds[] = { "lost", "gained", "changed" };
static const char signs[] = "-+~";
static const char *const sides[] = { "OLD", "NEW" };

/* The side that refused what the other has. */
static enum as_side_number refuser(const struct as_change *change)
{
    return change->kind == AS_LOST ? AS_NEW : AS_OLD;
}

static const struct as_found *found_of(const struct as_change *change)
{
    return change->found[change->found[AS_NEW] ? AS_NEW : AS_OLD];
}

/* The rule as NEW has it, else as OLD. */
static struct astray_rule_info rule_of(const struct as_differ *differ,
                                       const struct as_pair *pair)
{
    enum as_side_number side = pair->rule[AS_NEW] == AS_NO_RULE ? AS_OLD
                                                                : AS_NEW;

    return as_differ_rule(differ, side, pair->rule[side]);
}

/* A rule that OLD knew by another name: that one, or NULL. */
static const char *old_name(const struct as_differ *differ,
                            const struct as_pair *pair)
{
    if (pair->rule[AS_OLD] == AS_NO_RULE || pair->rule[AS_NEW] == AS_NO_RULE)
        return NULL;
    const char *old = as_differ_rule(differ, AS_OLD, pair->rule[AS_OLD]).name;
    const char *new = as_differ_rule(differ, AS_NEW, pair->rule[AS_NEW]).name;
    return strcmp(old, new) == 0 ? NULL : old;
}

static bool is_alone(const struct as_pair *pair)
{
    return pair->rule[AS_OLD] == AS_NO_RULE || pair->rule[AS_NEW] == AS_NO_RULE;
}

/* "1 lost, 2 gained, 0 changed, 7 alike". */
static void add_counts(struct as_buf *out, size_t lost, size_t gained,
                       size_t changed, size_t alike)
{
    as_buf_printf(out, "%zu lost, %zu gained, %zu changed, %zu alike", lost,
                  gained, changed, alike);
}

/* ---- why ----------------------------------------------------------------- */

/* Why the other side has no such alert, up to the clause's text; that is for
 * the caller to show. */
static const char *reason_of(const struct as_change *change)
{
    switch (change->blame) {
    case AS_BLAME_CLAUSE:
        return change->same_text ? "refuses it, in the same words as the "
                                   "other side; what they refer to differs:"
                                 : "refuses it:";
    case AS_BLAME_RULE:
        return "has no such rule";
    case AS_BLAME_ROW:
        return change->group ? "has no group of this key"
                             : "has no row of a joined baseline for its key";
    case AS_BLAME_WINDOW:
        return "has an alert of this key in another window, at";
    case AS_BLAME_UNKNOWN:
        break;
    }
    return "does not find it, and no single clause of the rule is to blame";
}

static bool has_text(const struct as_change *change)
{
    return change->blame == AS_BLAME_CLAUSE || change->blame == AS_BLAME_WINDOW;
}

/* A text in one line, and not too long. */
static void add_short(struct as_buf *out, const char *text)
{
    struct as_buf line = { .bytes = NULL };
    size_t length = 0;

    for (; *text != '\0' && length < LONGEST_VALUE; text++) {
        bool blank = strchr(" \t\n", *text) != NULL;

        if (blank && line.length > 0 && line.bytes[line.length - 1] == ' ')
            continue;
        as_buf_putc(&line, blank ? ' ' : *text);
        length++;
    }
    /* Not in the middle of a character. */
    while (*text != '\0' && (*text & 0xc0) == 0x80)
        as_buf_putc(&line, *text++);
    if (*text != '\0')
        as_buf_puts(&line, " ...");
    out->failed |= line.failed;
    as_buf_text(out, as_buf_view(&line));
    as_buf_done(&line);
}

static void add_shown(struct as_buf *out, const char *text)
{
    struct as_buf line = { .bytes = NULL };

    add_short(&line, text);
    out->failed |= line.failed;
    as_escape_terminal(out, as_buf_view(&line));
    as_buf_done(&line);
}

/* ---- text ---------------------------------------------------------------- */

static void put_alert(struct as_buf *out, const struct as_found *found)
{
    add_shown(out, found->time);
    if (found->event_name[0] != '\0') {
        as_buf_puts(out, "  ");
        add_shown(out, found->event_name);
    }
    if (found->address[0] != '\0') {
        as_buf_puts(out, "  ");
        add_shown(out, found->address);
    }
    as_buf_puts(out, "  ");
    add_shown(out, found->event_id[0] ? found->event_id : found->id);
    if (found->key[0] != '\0') {
        as_buf_puts(out, "\n      ");
        add_shown(out, found->key);
    }
}

static void put_change(struct as_buf *out, const struct as_change *change)
{
    as_buf_printf(out, "  %c ", signs[change->kind]);
    put_alert(out, found_of(change));
    as_buf_putc(out, '\n');
    for (size_t i = 0; i < change->field_count; i++) {
        as_buf_puts(out, "      ");
        add_shown(out, change->fields[i].path);
        as_buf_puts(out, ": ");
        add_shown(out, change->fields[i].value[AS_OLD]);
        as_buf_puts(out, " -> ");
        add_shown(out, change->fields[i].value[AS_NEW]);
        as_buf_putc(out, '\n');
    }
    if (change->kind == AS_CHANGED)
        return;
    as_buf_printf(out, "      %s ", sides[refuser(change)]);
    if (change->blame == AS_BLAME_CLAUSE) {
        as_buf_putc(out, '`');
        add_shown(out, change->clause);
        as_buf_puts(out, "` ");
    }
    as_buf_puts(out, reason_of(change));
    if (has_text(change)) {
        as_buf_putc(out, ' ');
        add_shown(out, change->text);
    }
    as_buf_putc(out, '\n');
}

/* The rules that only one side has, of which there need not be an alert. */
static void put_alone(const struct as_differ *differ, struct as_buf *out)
{
    for (size_t i = 0; i < differ->pair_count; i++) {
        const struct as_pair *pair = &differ->pairs[i];

        if (!is_alone(pair))
            continue;
        as_buf_printf(
            out, "only in %s: ",
            sides[pair->rule[AS_OLD] == AS_NO_RULE ? AS_NEW : AS_OLD]);
        add_shown(out, rule_of(differ, pair).name);
        as_buf_putc(out, '\n');
    }
}

static void put_rule(const struct as_differ *differ, const struct as_pair *pair,
                     struct as_buf *out)
{
    const char *before = old_name(differ, pair);

    add_shown(out, rule_of(differ, pair).name);
    if (before) {
        as_buf_puts(out, " (OLD: ");
        add_shown(out, before);
        as_buf_putc(out, ')');
    }
    as_buf_puts(out, ": ");
    add_counts(out, pair->lost, pair->gained, pair->changed, pair->alike);
    as_buf_putc(out, '\n');
}

/* Of the changes of a pair, from *at on, those that are shown; *at moves behind
 * them.  `more` gets how many of each kind are not. */
struct picker {
    const struct as_differ *differ;
    size_t pair, at;
    size_t seen[3];
};

static const struct as_change *pick(struct picker *picker)
{
    while (picker->at < picker->differ->change_count) {
        const struct as_change *change = &picker->differ->changes[picker->at];

        if (change->pair != picker->pair)
            return NULL;
        picker->at++;
        if (picker->seen[change->kind]++ < MOST_SHOWN)
            return change;
    }
    return NULL;
}

static size_t hidden(const struct picker *picker, int kind)
{
    return picker->seen[kind] > MOST_SHOWN ? picker->seen[kind] - MOST_SHOWN
                                           : 0;
}

void as_diff_text(const struct as_differ *differ,
                  const struct as_diff_names *names, struct as_buf *out)
{
    struct picker picker = { .differ = differ };
    const struct as_change *change;

    (void)names;
    while (picker.at < differ->change_count) {
        picker = (struct picker){
            differ, differ->changes[picker.at].pair, picker.at, { 0 }
        };
        put_rule(differ, &differ->pairs[picker.pair], out);
        while ((change = pick(&picker)))
            put_change(out, change);
        for (int kind = AS_LOST; kind <= AS_CHANGED; kind++)
            if (hidden(&picker, kind) > 0)
                as_buf_printf(out,
                              "  %c ... and %zu more; --format json has "
                              "all\n",
                              signs[kind], hidden(&picker, kind));
        as_buf_putc(out, '\n');
    }
    put_alone(differ, out);
    add_counts(out, differ->lost, differ->gained, differ->changed,
               differ->alike);
    as_buf_putc(out, '\n');
}

/* ---- Markdown ------------------------------------------------------------ */

static const char *terminated(struct as_buf *buf, const char *text)
{
    as_buf_reset(buf);
    add_short(buf, text);
    as_buf_putc(buf, '\0');
    return buf->failed ? "" : buf->bytes;
}

static void code_cell(struct as_page *page, const char *text)
{
    struct as_buf line = { .bytes = NULL };

    as_page_cell(page);
    if (text[0] != '\0')
        as_page_code(page, terminated(&line, text));
    page->out->failed |= line.failed;
    as_buf_done(&line);
}

static void change_cell(struct as_page *page, const struct as_change *change)
{
    struct as_buf line = { .bytes = NULL };

    as_page_cell(page);
    for (size_t i = 0; i < change->field_count; i++) {
        as_page_words(page, i > 0 ? ", " : "");
        as_page_code(page, terminated(&line, change->fields[i].path));
        as_page_words(page, ": ");
        as_page_code(page, terminated(&line, change->fields[i].value[AS_OLD]));
        as_page_words(page, " → ");
        as_page_code(page, terminated(&line, change->fields[i].value[AS_NEW]));
    }
    if (change->kind != AS_CHANGED) {
        as_page_words(page, sides[refuser(change)]);
        as_page_words(page, " ");
        if (change->blame == AS_BLAME_CLAUSE) {
            as_page_code(page, terminated(&line, change->clause));
            as_page_words(page, " ");
        }
        as_page_words(page, reason_of(change));
        if (has_text(change)) {
            as_page_words(page, " ");
            as_page_code(page, terminated(&line, change->text));
        }
    }
    page->out->failed |= line.failed;
    as_buf_done(&line);
}

static void page_row(struct as_page *page, const struct as_change *change)
{
    const struct as_found *found = found_of(change);

    as_page_row(page);
    as_page_cell(page);
    as_page_words(page, kinds[change->kind]);
    code_cell(page, found->time);
    code_cell(page, found->event_name);
    code_cell(page, found->address);
    code_cell(page, change->group ? found->key : found->event_id);
    change_cell(page, change);
    as_page_row_end(page);
}

static void page_rule(struct as_page *page, struct picker *picker)
{
    static const char *const columns[] = { "",        "time", "event",
                                           "address", "of",   "why" };
    const struct as_pair *pair = &picker->differ->pairs[picker->pair];
    struct as_buf line = { .bytes = NULL };
    const struct as_change *change;
    char id[40];

    snprintf(id, sizeof(id), "astray-diff-%zu", picker->pair);
    put_rule(picker->differ, pair, &line);
    line.length -= line.length > 0; /* its line end */
    as_buf_putc(&line, '\0');
    as_page_heading(page, 3, rule_of(picker->differ, pair).name, id);
    as_page_text(page, line.failed ? "" : line.bytes);
    as_page_table(page, columns, sizeof(columns) / sizeof(columns[0]));
    while ((change = pick(picker)))
        page_row(page, change);
    as_page_table_end(page);
    for (int kind = AS_LOST; kind <= AS_CHANGED; kind++) {
        if (hidden(picker, kind) == 0)
            continue;
        as_buf_reset(&line);
        as_buf_printf(&line, "... and %zu more %s", hidden(picker, kind),
                      kinds[kind]);
        as_buf_putc(&line, '\0');
        as_page_text(page, line.failed ? "" : line.bytes);
    }
    page->out->failed |= line.failed;
    as_buf_done(&line);
}

static void page_alone(struct as_page *page, const struct as_differ *differ)
{
    struct as_buf line = { .bytes = NULL };

    put_alone(differ, &line);
    if (line.length > 0) {
        char *text = line.bytes;

        as_buf_putc(&line, '\0');
        text = line.failed ? NULL : line.bytes;
        as_page_list(page);
        while (text && *text != '\0') {
            size_t length = strcspn(text, "\n");

            text[length] = '\0';
            as_page_item(page);
            as_page_words(page, text);
            as_page_item_end(page);
            text += length + 1;
        }
        as_page_list_end(page);
    }
    page->out->failed |= line.failed;
    as_buf_done(&line);
}

void as_diff_markdown(const struct as_differ *differ,
                      const struct as_diff_names *names, struct as_buf *out)
{
    struct as_page page = { .format = AS_PAGE_MARKDOWN, .out = out };
    struct picker picker = { .differ = differ };
    struct as_buf line = { .bytes = NULL };

    as_buf_puts(&line, "alerts: ");
    add_counts(&line, differ->lost, differ->gained, differ->changed,
               differ->alike);
    as_buf_putc(&line, '\0');
    as_page_heading(&page, 2, line.failed ? "" : line.bytes, "astray-diff");
    as_page_list(&page);
    for (int side = 0; side < AS_SIDES; side++) {
        as_page_item(&page);
        as_page_words(&page, sides[side]);
        as_page_words(&page, " is ");
        as_page_code(&page, names->name[side]);
        as_page_item_end(&page);
    }
    as_page_list_end(&page);
    while (picker.at < differ->change_count) {
        picker = (struct picker){
            differ, differ->changes[picker.at].pair, picker.at, { 0 }
        };
        page_rule(&page, &picker);
    }
    page_alone(&page, differ);
    out->failed |= line.failed;
    as_buf_done(&line);
}

/* ---- JSON ---------------------------------------------------------------- */

static void member(struct as_buf *out, const char *name, const char *text)
{
    as_buf_printf(out, "\"%s\":", name);
    as_escape_json(out, as_text_of(text));
}

static void json_counts(struct as_buf *out, size_t lost, size_t gained,
                        size_t changed, size_t alike)
{
    as_buf_printf(out,
                  "\"lost\":%zu,\"gained\":%zu,\"changed\":%zu,\"alike\":%zu",
                  lost, gained, changed, alike);
}

static void json_blame(struct as_buf *out, const struct as_change *change)
{
    static const char *const names[] = { "clause", "rule", "row", "window",
                                         "unknown" };

    as_buf_puts(out, ",\"blame\":{");
    member(out, "side", refuser(change) == AS_OLD ? "old" : "new");
    as_buf_putc(out, ',');
    member(out, "what", names[change->blame]);
    if (change->blame == AS_BLAME_CLAUSE) {
        as_buf_putc(out, ',');
        member(out, "clause", change->clause);
        as_buf_putc(out, ',');
        member(out, "text", change->text);
        as_buf_printf(out, ",\"same_text\":%s",
                      change->same_text ? "true" : "false");
    } else if (change->blame == AS_BLAME_WINDOW) {
        as_buf_putc(out, ',');
        member(out, "time", change->text);
    }
    as_buf_putc(out, '}');
}

static void json_fields(struct as_buf *out, const struct as_change *change)
{
    as_buf_puts(out, ",\"fields\":[");
    for (size_t i = 0; i < change->field_count; i++) {
        const struct as_field *field = &change->fields[i];

        as_buf_puts(out, i > 0 ? ",{" : "{");
        member(out, "path", field->path);
        as_buf_putc(out, ',');
        member(out, "old", field->value[AS_OLD]);
        as_buf_putc(out, ',');
        member(out, "new", field->value[AS_NEW]);
        as_buf_putc(out, '}');
    }
    as_buf_putc(out, ']');
}

static void json_change(struct as_buf *out, const struct as_change *change)
{
    as_buf_putc(out, '{');
    member(out, "kind", kinds[change->kind]);
    if (change->kind == AS_CHANGED)
        json_fields(out, change);
    else
        json_blame(out, change);
    as_buf_puts(out, ",\"alert\":");
    as_buf_add(out, found_of(change)->json, found_of(change)->json_length);
    as_buf_putc(out, '}');
}

/* The names of a rule on the sides that have it. */
static void json_rule(const struct as_differ *differ,
                      const struct as_pair *pair, struct as_buf *out)
{
    static const char *const of[] = { "old", "new" };

    as_buf_putc(out, '{');
    member(out, "id", rule_of(differ, pair).id);
    for (int side = 0; side < AS_SIDES; side++) {
        as_buf_printf(out, ",");
        if (pair->rule[side] == AS_NO_RULE)
            as_buf_printf(out, "\"%s\":null", of[side]);
        else
            member(out, of[side],
                   as_differ_rule(differ, (enum as_side_number)side,
                                  pair->rule[side])
                       .name);
    }
    as_buf_putc(out, ',');
    json_counts(out, pair->lost, pair->gained, pair->changed, pair->alike);
    as_buf_puts(out, ",\"changes\":[");
}

void as_diff_json(const struct as_differ *differ,
                  const struct as_diff_names *names, struct as_buf *out)
{
    size_t at = 0;

    as_buf_puts(out, "{\"schema\":\"astray.diff/1\",");
    member(out, "old", names->name[AS_OLD]);
    as_buf_putc(out, ',');
    member(out, "new", names->name[AS_NEW]);
    as_buf_putc(out, ',');
    json_counts(out, differ->lost, differ->gained, differ->changed,
                differ->alike);
    as_buf_puts(out, ",\"rules\":[");
    for (size_t pair = 0; pair < differ->pair_count; pair++) {
        const char *comma = "";

        as_buf_puts(out, pair > 0 ? ",\n" : "\n");
        json_rule(differ, &differ->pairs[pair], out);
        for (; at < differ->change_count && differ->changes[at].pair == pair;
             at++) {
            as_buf_puts(out, comma);
            as_buf_putc(out, '\n');
            json_change(out, &differ->changes[at]);
            comma = ",";
        }
        as_buf_puts(out, "]}");
    }
    as_buf_puts(out, "\n]}\n");
}
