/* account.c - see account.h. */

#include "runtime/account.h"

#include <inttypes.h>

#include "common/escape.h"

struct as_note *as_note_add(struct as_arena *arena, struct as_note *above,
                            enum as_note_kind kind, const char *text)
{
    struct as_note *made = as_alloc(arena, sizeof(*made));

    if (!made)
        return NULL;
    made->last = &made->kids;
    made->kind = kind;
    made->truth = AS_TRUTH_NOT_ASKED;
    made->text = text ? text : "";
    *above->last = made;
    above->last = &made->next;
    return made;
}

/* ---- text ---------------------------------------------------------------- */

/* A value that is longer is cut, in bytes; so many names are said to have been
 * explained above. */
enum { MOST_VALUE = 300, MOST_NAMES = 256 };

struct text {
    struct as_buf *out;
    bool all;
    const struct as_insight_place *named[MOST_NAMES]; /* bodies of names */
    size_t named_count;
};

static const char *mark_of(const struct as_note *note)
{
    switch (note->truth) {
    case AS_TRUTH_FALSE:
        return "false   ";
    case AS_TRUTH_TRUE:
        return "true    ";
    case AS_TRUTH_UNKNOWN:
        return "unknown ";
    case AS_TRUTH_NOT_ASKED:
        break;
    }
    return "-       ";
}

/* JSON, which is escaped already, with an end. */
static void value_text(struct as_buf *out, const char *json)
{
    size_t length = strlen(json);

    if (strcmp(json, "null") == 0) {
        as_buf_puts(out, "missing");
        return;
    }
    if (length <= MOST_VALUE) {
        as_buf_add(out, json, length);
        return;
    }
    length = MOST_VALUE;
    while (length > 0 && ((unsigned char)json[length] & 0xc0) == 0x80)
        length--; /* not within a character */
    as_buf_add(out, json, length);
    as_buf_puts(out, " ...");
}

/* "  [common.astray:33]" where the note above stands elsewhere. */
static void place_text(struct as_buf *out, const struct as_note *note,
                       const struct as_insight_place *above)
{
    const struct as_insight_place *place = note->place;
    const char *name;

    if (!place || note->kind != AS_NOTE_CONDITION ||
        (above && strcmp(above->file, place->file) == 0 &&
         above->line == place->line))
        return;
    name = strrchr(place->file, '/');
    as_buf_puts(out, "  [");
    as_escape_terminal(out, as_text_of(name ? name + 1 : place->file));
    as_buf_printf(out, ":%" PRIu32 "]", place->line);
}

static bool is_chain(const struct as_note *note)
{
    return note->kind == AS_NOTE_CONDITION &&
           (note->part == AS_INSIGHT_AND || note->part == AS_INSIGHT_OR);
}

/* A name stands for one condition, which need not be said again when it is an
 * `and` or `or`: its parts stand below the name. */
static const struct as_note *body_of(const struct as_note *note)
{
    const struct as_note *kid = note->kids;

    return note->kind == AS_NOTE_CONDITION && note->part == AS_INSIGHT_NAME &&
                   kid && !kid->next && is_chain(kid)
             ? kid
             : note;
}

static bool has_kid(const struct as_note *note, enum as_truth truth)
{
    for (const struct as_note *at = note->kids; at; at = at->next) {
        if (at->truth == truth)
            return true;
    }
    return false;
}

/* Has the kid of a chain decided what the chain comes to? */
static bool decides(const struct as_note *chain, const struct as_note *kid)
{
    bool both = chain->part == AS_INSIGHT_AND;
    enum as_truth alone = both ? AS_TRUTH_FALSE : AS_TRUTH_TRUE;

    if (kid->kind != AS_NOTE_CONDITION || !has_kid(chain, chain->truth))
        return true;
    if (chain->truth == alone || chain->truth == AS_TRUTH_UNKNOWN)
        return kid->truth == chain->truth;
    return true;
}

/* Was the name's body told before?  Within rows it may come to something else
 * each time. */
static bool is_told(struct text *text, const struct as_note *note,
                    bool within_row)
{
    const struct as_note *kid = note->kids;

    if (text->all || within_row || note->kind != AS_NOTE_CONDITION ||
        note->part != AS_INSIGHT_NAME || !kid || !kid->place)
        return false;
    for (size_t i = 0; i < text->named_count; i++) {
        if (text->named[i] == kid->place)
            return true;
    }
    if (text->named_count < MOST_NAMES)
        text->named[text->named_count++] = kid->place;
    return false;
}

static void missing_text(struct as_buf *out, const struct as_note *note)
{
    if (!note->missing || is_chain(note) || note->part == AS_INSIGHT_NAME ||
        note->kind == AS_NOTE_CLAUSE ||
        (note->kind == AS_NOTE_VALUE && note->kids))
        return;
    as_buf_puts(out, "  (");
    as_escape_terminal(out, as_text_of(note->missing));
    as_buf_puts(out, " is missing)");
}

static void line_text(struct as_buf *out, const struct as_note *note,
                      const struct as_insight_place *above, unsigned depth)
{
    const struct as_note *body = body_of(note);

    as_buf_printf(out, "%*s", (int)(2 * depth), "");
    if (note->kind == AS_NOTE_VALUE || note->kind == AS_NOTE_REMARK)
        as_buf_puts(out, "        ");
    else
        as_buf_puts(out, mark_of(note));
    as_escape_terminal(out, as_text_of(note->text));
    if (body != note)
        as_buf_printf(out, ": %s", body->text);
    if (note->json) {
        as_buf_puts(out, " = ");
        value_text(out, note->json);
    }
    missing_text(out, note);
    place_text(out, note, above);
}

static void note_text(struct text *text, const struct as_note *note,
                      const struct as_note *above_note,
                      const struct as_insight_place *above, unsigned depth,
                      bool within_row)
{
    const struct as_note *body = body_of(note);
    bool rows = within_row || note->kind == AS_NOTE_ROW;
    bool told = is_told(text, note, rows);

    line_text(text->out, note, above, depth);
    as_buf_puts(text->out, told ? "  (as above)\n" : "\n");
    if (note->place)
        above = note->place;
    for (const struct as_note *at = told ? NULL : body->kids; at;
         at = at->next) {
        /* Of a row that came near all is told. */
        bool wanted = text->all || !is_chain(body) ||
                      (above_note && above_note->kind == AS_NOTE_ROW) ||
                      decides(body, at);

        if (wanted)
            note_text(text, at, note, above, depth + 1, rows);
    }
}

static void account_text(struct text *text, const struct as_accounts *accounts,
                         const struct as_account *account)
{
    struct as_buf *out = text->out;

    as_escape_terminal(out, as_text_of(accounts->rule));
    as_buf_puts(out, ", event ");
    as_escape_terminal(out, as_text_of(account->id));
    as_buf_puts(out, "\n  ");
    as_escape_terminal(out, as_text_of(account->name));
    as_buf_puts(out, " at ");
    as_escape_terminal(out, as_text_of(account->time));
    as_buf_puts(out, " from ");
    as_escape_terminal(out, as_text_of(account->address));
    as_buf_puts(out, "\n  in ");
    as_escape_terminal(out, as_text_of(account->input));
    as_buf_printf(out, ", byte %" PRIu64 "\n%s: ", account->offset,
                  account->alert ? "ALERT" : "no alert");
    as_escape_terminal(out, as_text_of(account->verdict));
    as_buf_puts(out, "\n\n");
    text->named_count = 0;
    for (const struct as_note *at = account->root.kids; at; at = at->next)
        note_text(text, at, NULL, NULL, 0, false);
}

void as_accounts_text(struct as_buf *out, const struct as_accounts *accounts,
                      bool all)
{
    struct text text = { .out = out, .all = all };

    for (const struct as_account *at = accounts->first; at; at = at->next) {
        account_text(&text, accounts, at);
        if (at->next)
            as_buf_putc(out, '\n');
    }
    if (accounts->by_clause && accounts->first)
        as_buf_puts(out, "\nThis pack was compiled without its text; explain "
                         "from the sources to see the parts of each clause.\n");
}

/* ---- JSON ---------------------------------------------------------------- */

static const char *const kinds[] = {
    [AS_NOTE_CLAUSE] = "clause", [AS_NOTE_CONDITION] = "condition",
    [AS_NOTE_VALUE] = "value",   [AS_NOTE_ROW] = "row",
    [AS_NOTE_WINDOW] = "window", [AS_NOTE_REMARK] = "remark",
};

static const char *const truths[] = {
    [AS_TRUTH_FALSE] = "\"false\"",
    [AS_TRUTH_TRUE] = "\"true\"",
    [AS_TRUTH_UNKNOWN] = "\"unknown\"",
    [AS_TRUTH_NOT_ASKED] = "null",
};

static void member(struct as_buf *out, const char *name, const char *text)
{
    as_buf_printf(out, ",\"%s\":", name);
    as_escape_json(out, as_text_of(text));
}

static void place_json(struct as_buf *out, const struct as_insight_place *place)
{
    as_buf_puts(out, ",\"place\":{\"file\":");
    as_escape_json(out, as_text_of(place->file));
    as_buf_printf(out, ",\"line\":%" PRIu32 ",\"column\":%" PRIu32, place->line,
                  place->column);
    member(out, place->home_kind, place->home);
    as_buf_putc(out, '}');
}

static void notes_json(struct as_buf *out, const struct as_note *first)
{
    as_buf_putc(out, '[');
    for (const struct as_note *at = first; at; at = at->next) {
        as_buf_printf(out, "%s{\"kind\":\"%s\"", at == first ? "" : ",",
                      kinds[at->kind]);
        member(out, "text", at->text);
        as_buf_printf(out, ",\"verdict\":%s", truths[at->truth]);
        if (at->json)
            as_buf_printf(out, ",\"value\":%s", at->json);
        if (at->missing)
            member(out, "missing", at->missing);
        if (at->place)
            place_json(out, at->place);
        as_buf_puts(out, ",\"of\":");
        notes_json(out, at->kids);
        as_buf_putc(out, '}');
    }
    as_buf_putc(out, ']');
}

static void account_json(struct as_buf *out, const struct as_account *account)
{
    as_buf_puts(out, "{\"event\":{\"eventID\":");
    as_escape_json(out, as_text_of(account->id));
    member(out, "eventTime", account->time);
    member(out, "eventName", account->name);
    member(out, "sourceIPAddress", account->address);
    member(out, "input", account->input);
    as_buf_printf(out, ",\"offset\":%" PRIu64 "},\"alert\":%s", account->offset,
                  account->alert ? "true" : "false");
    member(out, "why", account->verdict);
    as_buf_puts(out, ",\"clauses\":");
    notes_json(out, account->root.kids);
    as_buf_putc(out, '}');
}

void as_accounts_json(struct as_buf *out, const struct as_accounts *accounts)
{
    as_buf_puts(out, "{\"schema\":\"astray.explain/1\"");
    member(out, "rule", accounts->rule);
    member(out, "event", accounts->event);
    as_buf_printf(out, ",\"records\":%" PRIu64 ",\"by_clause\":%s,\"near\":[",
                  accounts->record_count,
                  accounts->by_clause ? "true" : "false");
    for (int i = 0; i < 3 && accounts->near_ids[i]; i++) {
        as_buf_puts(out, i > 0 ? "," : "");
        as_escape_json(out, as_text_of(accounts->near_ids[i]));
    }
    as_buf_puts(out, "],\"explanations\":[");
    for (const struct as_account *at = accounts->first; at; at = at->next) {
        as_buf_puts(out, at == accounts->first ? "" : ",");
        account_json(out, at);
    }
    as_buf_puts(out, "]}\n");
}
