/*
 * describe.c - see describe.h.
 *
 * A walk over the tables from the top: what a rule is made of is said where
 * the rule is, in the words of the language.  The programs come last, each
 * once, those that a program runs behind it.
 */

#include "program/describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/time.h"
#include "program/disasm.h"
#include "program/outline.h"

struct describer {
    const struct as_pack *pack;
    struct as_outline outline;
    bool *printed; /* for each program */
};

static void put_text(struct describer *d, const char *key, uint32_t text)
{
    as_outline_text(&d->outline, key, as_disasm_start(d->pack, text));
}

/* Append to the line that is being composed. */
static void add(struct describer *d, const char *words)
{
    as_buf_puts(&d->outline.shown, words);
}

static void add_text(struct describer *d, uint32_t text)
{
    as_disasm_text(d->pack, text, &d->outline.shown);
}

static void add_source(struct describer *d, uint32_t program)
{
    add_text(d, d->pack->program[program].source);
}

/* "2m", "key_life (13h)", "forever". */
static void add_length(struct describer *d, uint32_t kind, uint32_t index)
{
    switch ((enum as_amount_kind)kind) {
    case AS_LENGTH_CONST:
        as_disasm_constant(d->pack, index, &d->outline.shown);
        break;
    case AS_LENGTH_PARAM:
        add_text(d, d->pack->param[index].name);
        add(d, " (");
        as_disasm_constant(d->pack, d->pack->param[index].value,
                           &d->outline.shown);
        add(d, ")");
        break;
    case AS_LENGTH_FOREVER:
        add(d, "forever");
        break;
    case AS_LENGTH_NONE:
    case AS_LENGTH_COUNT:
        break;
    }
}

static void put_type(struct describer *d, uint32_t type)
{
    char name[24];

    as_outline_text(&d->outline, "type",
                    as_text_of(as_type_name((as_type)type, name)));
}

/* ---- the pack, its parameters, lists and fields ----------------------- */

static void put_info(struct describer *d)
{
    const struct as_row_info *info = &d->pack->info[0];

    as_outline_section(&d->outline, "pack");
    as_outline_item(&d->outline, as_disasm_start(d->pack, info->name));
    put_text(d, "version", info->version);
    put_text(d, "license", info->license);
    put_text(d, "title", info->title);
    as_outline_number(&d->outline, "language", info->language);
    if (info->shared_ids)
        as_outline_text(&d->outline, "dedupe", AS_TEXT("sharedEventID"));
    as_outline_item_end(&d->outline);
    as_outline_section_end(&d->outline);
}

/* Nothing of a pack that is not signed. */
static void put_signatures(struct describer *d)
{
    const struct as_trailer *trailer = &d->pack->trailer;
    char id[AS_KEY_ID_DIGITS + 1];

    if (trailer->count == 0)
        return;
    as_outline_section(&d->outline, "signatures");
    for (size_t i = 0; i < trailer->count; i++) {
        as_key_id_text(trailer->signatures[i].key_id, id);
        as_outline_row(&d->outline, as_text_of(id), "signature",
                       AS_TEXT("not checked; `astray verify` does"));
    }
    as_outline_section_end(&d->outline);
}

static void put_params(struct describer *d)
{
    as_outline_section(&d->outline, "parameters");
    for (uint32_t i = 0; i < d->pack->param_count; i++) {
        const struct as_row_param *row = &d->pack->param[i];
        as_outline_item(&d->outline, as_disasm_start(d->pack, row->name));
        put_type(d, row->type);
        as_disasm_constant(d->pack, row->value, &d->outline.shown);
        as_outline_shown(&d->outline, "value");
        put_text(d, "help", row->help);
        as_outline_item_end(&d->outline);
    }
    as_outline_section_end(&d->outline);
}

static void put_lists(struct describer *d)
{
    as_outline_section(&d->outline, "lists");
    for (uint32_t i = 0; i < d->pack->list_count; i++) {
        const struct as_row_list *row = &d->pack->list[i];
        if (row->name == 0)
            continue; /* written inline */
        as_outline_item(&d->outline, as_disasm_start(d->pack, row->name));
        put_type(d, row->type);
        as_outline_number(&d->outline, "values", row->length);
        put_text(d, "origin", row->origin);
        as_outline_item_end(&d->outline);
    }
    as_outline_section_end(&d->outline);
}

static void put_fields(struct describer *d)
{
    char type[24];

    as_outline_section(&d->outline, "fields");
    for (uint32_t i = 0; i < d->pack->slot_count; i++) {
        const struct as_row_slot *row = &d->pack->slot[i];
        as_outline_row(&d->outline, as_disasm_start(d->pack, row->path), "type",
                       as_text_of(as_type_name((as_type)row->type, type)));
    }
    as_outline_section_end(&d->outline);
}

/* ---- baselines -------------------------------------------------------- */

/* "addresses : set<source> = set(sourceIPAddress)", a line for each. */
static void put_columns(struct describer *d, const char *key, uint32_t first,
                        uint32_t count)
{
    char type[24];

    if (count == 0)
        return;
    as_outline_lines(&d->outline, key);
    for (uint32_t i = first; i < first + count; i++) {
        const struct as_row_column *row = &d->pack->column[i];
        if (row->name) {
            add_text(d, row->name);
            as_buf_printf(&d->outline.shown,
                          " : %s = ", as_type_name((as_type)row->type, type));
        }
        add_text(d, row->source);
        as_outline_line(&d->outline);
    }
    as_outline_lines_end(&d->outline);
}

static void add_names(struct describer *d, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        add(d, i ? ", " : "");
        as_disasm_column(d->pack, first + i, &d->outline.shown);
    }
}

/* The columns that grow with what they see. */
static void add_growth(struct describer *d, uint32_t first, uint32_t count)
{
    uint32_t found = 0;

    for (uint32_t i = first; i < first + count; i++) {
        const struct as_row_column *row = &d->pack->column[i];
        if (row->agg != AS_AGG_SET && row->agg != AS_AGG_COUNT_DISTINCT)
            continue;
        add(d, found++ ? ", " : "; in each, the distinct values of ");
        as_disasm_column(d->pack, i, &d->outline.shown);
    }
}

/* What bounds the memory that a baseline takes. */
static void put_baseline_state(struct describer *d,
                               const struct as_row_baseline *row)
{
    add(d, "one row per ");
    add_names(d, row->keys, row->key_count);
    if (row->scope == AS_SCOPE_WHOLE) {
        add(d, " seen in the whole input");
    } else if (row->retain_kind == AS_LENGTH_FOREVER) {
        add(d, " ever seen; it never forgets");
    } else {
        add(d, row->idle ? ", until nothing adds to it for " : " seen within ");
        add_length(d, row->retain_kind, row->retain);
    }
    add_growth(d, row->columns, row->column_count);
    as_outline_shown(&d->outline, "state");
}

/* " x (3 values + |addresses|)": what one row or window holds. */
static void add_size(struct describer *d, uint32_t keys, uint32_t first,
                     uint32_t count)
{
    uint32_t values = keys;

    for (uint32_t i = first; i < first + count; i++)
        values += d->pack->column[i].agg != AS_AGG_SET &&
                  d->pack->column[i].agg != AS_AGG_COUNT_DISTINCT;
    as_buf_printf(&d->outline.shown, " x (%u value%s", (unsigned)values,
                  values == 1 ? "" : "s");
    for (uint32_t i = first; i < first + count; i++) {
        if (d->pack->column[i].agg != AS_AGG_SET &&
            d->pack->column[i].agg != AS_AGG_COUNT_DISTINCT)
            continue;
        add(d, " + |");
        as_disasm_column(d->pack, i, &d->outline.shown);
        add(d, "|");
    }
    add(d, ")");
}

/* The same as a formula: |(access_key) in 13h| x (2 values + |addresses|),
 * where |x| is how many different x there are. */
static void put_baseline_bound(struct describer *d,
                               const struct as_row_baseline *row)
{
    add(d, "|(");
    add_names(d, row->keys, row->key_count);
    if (row->scope == AS_SCOPE_WHOLE) {
        add(d, ") in the input|");
    } else if (row->retain_kind == AS_LENGTH_FOREVER) {
        add(d, ") ever|");
    } else {
        add(d, row->idle ? ") not idle for " : ") in ");
        add_length(d, row->retain_kind, row->retain);
        add(d, "|");
    }
    add_size(d, row->key_count, row->columns, row->column_count);
    as_outline_shown(&d->outline, "bound");
}

/* A sliding window keeps its events, to take them out again. */
static void put_group_bound(struct describer *d, const struct as_row_rule *row)
{
    add(d, "|(");
    add_names(d, row->keys, row->key_count);
    if (row->window == AS_WINDOW_WHOLE) {
        add(d, ") in the input|");
    } else {
        add(d, ") in ");
        add_length(d, row->timespan_kind, row->timespan);
        add(d, "|");
    }
    if (row->window == AS_WINDOW_SLIDING) {
        add(d, " x |its events in ");
        add_length(d, row->timespan_kind, row->timespan);
        add(d, "|");
    } else {
        add_size(d, row->key_count, row->aggs, row->agg_count);
    }
    as_outline_shown(&d->outline, "bound");
}

/* The sources of the programs that an event must pass. */
static void put_source(struct describer *d, uint32_t each, uint32_t early,
                       uint32_t where)
{
    if (each != AS_NO_ROW)
        put_text(d, "each", d->pack->program[each].source);
    if (early == AS_NO_ROW && where == AS_NO_ROW)
        return;
    as_outline_lines(&d->outline, "where");
    if (early != AS_NO_ROW) {
        add_source(d, early);
        as_outline_line(&d->outline);
    }
    if (where != AS_NO_ROW &&
        (early == AS_NO_ROW ||
         d->pack->program[where].source != d->pack->program[early].source)) {
        add_source(d, where);
        as_outline_line(&d->outline);
    }
    as_outline_lines_end(&d->outline);
}

static void put_baseline(struct describer *d, const struct as_row_baseline *row)
{
    as_outline_item(&d->outline, as_disasm_start(d->pack, row->name));
    put_text(d, "help", row->help);
    put_text(d, "file", row->file);
    put_source(d, row->each, row->early, row->where);
    put_columns(d, "key", row->keys, row->key_count);
    put_columns(d, "collect", row->columns, row->column_count);
    add(d, row->scope == AS_SCOPE_WHOLE ? "whole" : "as_of");
    if (row->plus_kind != AS_LENGTH_NONE) {
        add(d, " plus ");
        add_length(d, row->plus_kind, row->plus);
    }
    as_outline_shown(&d->outline, "scope");
    if (row->retain_kind != AS_LENGTH_NONE) {
        add_length(d, row->retain_kind, row->retain);
        add(d, row->idle ? " idle" : "");
        as_outline_shown(&d->outline, "retain");
    }
    put_baseline_state(d, row);
    put_baseline_bound(d, row);
    as_outline_item_end(&d->outline);
}

/* ---- rules ------------------------------------------------------------ */

static void put_tags(struct describer *d, const char *key, uint32_t first,
                     uint32_t count)
{
    if (count == 0)
        return;
    as_outline_lines(&d->outline, key);
    for (uint32_t i = first; i < first + count; i++) {
        add_text(d, d->pack->tag[i].text);
        as_outline_line(&d->outline);
    }
    as_outline_lines_end(&d->outline);
}

static void put_meta(struct describer *d, const struct as_row_rule *row)
{
    static const char *const shapes[] = { "plain", "join", "group", "new terms",
                                          "sequence" };

    put_text(d, "id", row->id);
    as_outline_number(&d->outline, "version", row->version);
    put_text(d, "title", row->title);
    put_text(d, "severity", row->severity);
    put_text(d, "status", row->status);
    put_text(d, "help", row->help);
    put_text(d, "file", row->file);
    put_tags(d, "attack", row->attack, row->attack_count);
    put_tags(d, "references", row->references, row->reference_count);
    put_tags(d, "falsepositives", row->falsepositives,
             row->falsepositive_count);
    put_tags(d, "overlays", row->overlays, row->overlay_count);
    as_outline_text(&d->outline, "shape", as_text_of(shapes[row->shape]));
}

/* What is written behind `on`.  Several programs may stand for parts of one
 * expression; then all of them have its text. */
static void add_on(struct describer *d, const struct as_row_probe *probe)
{
    uint32_t last = 0;

    for (uint32_t i = 0; i <= probe->key_count; i++) {
        uint32_t program = i < probe->key_count
                             ? d->pack->argument[probe->keys + i].program
                             : probe->filter;
        if (program == AS_NO_ROW || d->pack->program[program].source == last)
            continue;
        add(d, last ? " and " : " on ");
        last = d->pack->program[program].source;
        add_text(d, last);
    }
}

static void add_join(struct describer *d, const struct as_row_join *join,
                     const struct as_row_alias *alias)
{
    const struct as_row_probe *probe = &d->pack->probe[join->probe];
    const struct as_row_baseline *row = &d->pack->baseline[probe->baseline];
    const char *before = " by ";

    add_text(d, row->name);
    add(d, " as ");
    add_text(d, alias->name);
    for (uint32_t key = 0; key < row->key_count; key++) {
        if ((probe->key_mask >> key & 1) == 0)
            continue;
        add(d, before);
        as_disasm_column(d->pack, row->keys + key, &d->outline.shown);
        before = ", ";
    }
    add_on(d, probe);
    if (join->within_kind != AS_LENGTH_NONE) {
        add(d, " within ");
        add_length(d, join->within_kind, join->within);
        add(d, " after ");
        add_source(d, join->after);
    }
}

static void put_joins(struct describer *d, const struct as_row_rule *row)
{
    if (row->join_count == 0)
        return;
    as_outline_lines(&d->outline, "join");
    for (uint32_t i = 0; i < row->join_count; i++) {
        add_join(d, &d->pack->join[row->joins + i],
                 &d->pack->alias[row->aliases + i]);
        as_outline_line(&d->outline);
    }
    as_outline_lines_end(&d->outline);
    if (row->require != AS_NO_ROW)
        put_text(d, "require", d->pack->program[row->require].source);
}

static void put_group(struct describer *d, const struct as_row_rule *row)
{
    static const char *const windows[] = { "sliding", "tumbling", "session",
                                           "whole" };

    if (row->shape != AS_SHAPE_GROUP)
        return;
    put_columns(d, "key", row->keys, row->key_count);
    add(d, windows[row->window]);
    if (row->timespan_kind != AS_LENGTH_NONE) {
        add(d, " ");
        add_length(d, row->timespan_kind, row->timespan);
    }
    if (row->gap_kind != AS_LENGTH_NONE) {
        add(d, ", gap ");
        add_length(d, row->gap_kind, row->gap);
    }
    as_outline_shown(&d->outline, "window");
    put_text(d, "having", d->pack->program[row->having].source);
    add(d, "one window per ");
    add_names(d, row->keys, row->key_count);
    add_growth(d, row->aggs, row->agg_count);
    as_outline_shown(&d->outline, "state");
    put_group_bound(d, row);
}

static void put_terms(struct describer *d, const struct as_row_rule *row)
{
    if (row->shape != AS_SHAPE_NEW_TERMS)
        return;
    put_columns(d, "key", row->keys, row->key_count);
    add_length(d, row->timespan_kind, row->timespan);
    as_outline_shown(&d->outline, "history");
    add(d, "one row per ");
    add_names(d, row->keys, row->key_count);
    add(d, "; in each, the times between which it was never gone for ");
    add_length(d, row->timespan_kind, row->timespan);
    as_outline_shown(&d->outline, "state");
}

static void put_sequence(struct describer *d, const struct as_row_rule *row)
{
    if (row->shape != AS_SHAPE_SEQUENCE)
        return;
    put_columns(d, "key", row->keys, row->key_count);
    add_length(d, row->timespan_kind, row->timespan);
    as_outline_shown(&d->outline, "maxspan");
    as_outline_lines(&d->outline, "step");
    for (uint32_t i = 0; i < row->phase_count; i++) {
        const struct as_row_phase *phase = &d->pack->phase[row->phases + i];

        add(d, phase->absent ? "not where " : "where ");
        add_source(d, phase->where);
        as_outline_line(&d->outline);
    }
    as_outline_lines_end(&d->outline);
    if (row->until != AS_NO_ROW)
        put_text(d, "until", d->pack->program[row->until].source);
    add(d, "the events of each ");
    add_names(d, row->keys, row->key_count);
    as_outline_shown(&d->outline, "state");
}

static void add_audit(struct describer *d, uint32_t reason, uint32_t owner,
                      uint32_t expires, int64_t expires_ms)
{
    if (reason) {
        add(d, "; reason: ");
        add_text(d, reason);
    }
    if (owner) {
        add(d, "; owner: ");
        add_text(d, owner);
    }
    if (expires) {
        add(d, "; expires ");
        as_time_format(&d->outline.shown, expires_ms);
    }
}

static void put_excludes(struct describer *d, const struct as_row_rule *row)
{
    if (row->exclude_count == 0)
        return;
    as_outline_lines(&d->outline, "exclude");
    for (uint32_t i = 0; i < row->exclude_count; i++) {
        const struct as_row_exclude *exclude =
            &d->pack->exclude[row->excludes + i];
        add_text(d, exclude->name);
        add(d, " when ");
        add_source(d, exclude->when);
        add_audit(d, exclude->reason, exclude->owner, exclude->expires,
                  as_pack_integer(exclude->low, exclude->high));
        if (exclude->overlay) {
            add(d, "; overlay: ");
            add_text(d, exclude->overlay);
        }
        as_outline_line(&d->outline);
    }
    as_outline_lines_end(&d->outline);
}

static void put_outcomes(struct describer *d, const struct as_row_rule *row)
{
    char type[24];

    if (row->outcome_count == 0)
        return;
    as_outline_lines(&d->outline, "outcome");
    for (uint32_t i = 0; i < row->outcome_count; i++) {
        const struct as_row_outcome *outcome =
            &d->pack->outcome[row->outcomes + i];
        as_type of = (as_type)d->pack->program[outcome->value].type;
        add_text(d, outcome->name);
        as_buf_printf(&d->outline.shown, " : %s = ", as_type_name(of, type));
        add_source(d, outcome->value);
        as_outline_line(&d->outline);
    }
    as_outline_lines_end(&d->outline);
}

static void put_suppress(struct describer *d, const struct as_row_rule *row)
{
    if (row->suppress_by_count == 0)
        return;
    for (uint32_t i = 0; i < row->suppress_by_count; i++) {
        add(d, i ? ", " : "by ");
        add_source(d, d->pack->argument[row->suppress_by + i].program);
    }
    add(d, " for ");
    add_length(d, row->suppress_kind, row->suppress);
    as_outline_shown(&d->outline, "suppress");
}

/* Inline lists have no name and are part of the sources. */
static void put_uses(struct describer *d, const struct as_row_rule *row)
{
    uint32_t named = 0;

    for (uint32_t i = 0; i < row->use_count; i++) {
        uint32_t name = d->pack->list[d->pack->use[row->uses + i].list].name;
        if (name == 0)
            continue;
        if (named++ == 0)
            as_outline_lines(&d->outline, "lists");
        add_text(d, name);
        as_outline_line(&d->outline);
    }
    if (named)
        as_outline_lines_end(&d->outline);
}

static void put_rule(struct describer *d, const struct as_row_rule *row,
                     const char *decides)
{
    as_outline_item(&d->outline, as_disasm_start(d->pack, row->name));
    put_meta(d, row);
    put_source(d, row->each, row->early, row->where);
    put_joins(d, row);
    put_group(d, row);
    put_terms(d, row);
    put_sequence(d, row);
    put_columns(d, "aggregates", row->aggs, row->agg_count);
    put_excludes(d, row);
    put_outcomes(d, row);
    put_suppress(d, row);
    put_uses(d, row);
    as_outline_text(&d->outline, "decides", as_text_of(decides));
    as_outline_item_end(&d->outline);
}

/* ---- overlays --------------------------------------------------------- */

/* The words of a change, in the order of the language. */
static void add_change(struct describer *d, const struct as_row_change *row)
{
    static const struct {
        const char *verb, *before_value, *after_value;
    } words[AS_CHANGE_COUNT] = {
        [AS_CHANGE_SET_META] = { "set ", " = ", "" },
        [AS_CHANGE_EXCLUDE] = { "exclude ", " when ", "" },
        [AS_CHANGE_DISABLE_EXCLUDE] = { "disable exclude ", "", "" },
        [AS_CHANGE_REQUIRE] = { "require", " ", "" },
        [AS_CHANGE_DISABLE_RULE] = { "disable", "", "" },
        [AS_CHANGE_ENABLE_RULE] = { "enable", "", "" },
        [AS_CHANGE_SET_PARAM] = { "set param ", " = ", "" },
        [AS_CHANGE_APPEND] = { "append list ", " [", "]" },
        [AS_CHANGE_REMOVE] = { "remove list ", " [", "]" },
    };

    if (row->rule) {
        add(d, "rule ");
        add_text(d, row->rule);
        add(d, ": ");
    }
    add(d, words[row->kind].verb ? words[row->kind].verb : "modify");
    add_text(d, row->name);
    if (row->value) {
        add(d, words[row->kind].before_value ? words[row->kind].before_value
                                             : " ");
        add_text(d, row->value);
        add(d,
            words[row->kind].after_value ? words[row->kind].after_value : "");
    }
    add_audit(d, row->reason, row->owner, row->expires,
              as_pack_integer(row->low, row->high));
}

/* The rules it disables, by their names alone: they are not in the pack. */
static void put_disabled(struct describer *d, const struct as_row_overlay *row)
{
    bool any = false;

    for (uint32_t i = 0; i < row->change_count; i++) {
        const struct as_row_change *change = &d->pack->change[row->changes + i];

        if (change->kind != AS_CHANGE_DISABLE_RULE)
            continue;
        if (!any)
            as_outline_lines(&d->outline, "disables");
        any = true;
        add_text(d, change->rule);
        as_outline_line(&d->outline);
    }
    if (any)
        as_outline_lines_end(&d->outline);
}

static void put_overlay(struct describer *d, const struct as_row_overlay *row)
{
    as_outline_item(&d->outline, as_disasm_start(d->pack, row->name));
    put_text(d, "versions", row->versions);
    put_text(d, "file", row->file);
    if (row->change_count > 0) {
        as_outline_lines(&d->outline, "changes");
        for (uint32_t i = 0; i < row->change_count; i++) {
            add_change(d, &d->pack->change[row->changes + i]);
            as_outline_line(&d->outline);
        }
        as_outline_lines_end(&d->outline);
    }
    put_disabled(d, row);
    as_outline_item_end(&d->outline);
}

static void put_overlays(struct describer *d)
{
    if (d->pack->overlay_count == 0)
        return;
    as_outline_section(&d->outline, "overlays");
    for (uint32_t i = 0; i < d->pack->overlay_count; i++)
        put_overlay(d, &d->pack->overlay[i]);
    as_outline_section_end(&d->outline);
}

/* ---- programs --------------------------------------------------------- */

/* What a program is to whoever runs it: "rule X: where". */
struct role {
    struct as_text owner; /* the pack's */
    const char *kind;     /* "rule ", "baseline " or "" */
    const char *part;     /* "where", "exclude " */
    struct as_text name;  /* of the part, or empty */
};

static void put_program(struct describer *d, const struct role *role,
                        uint32_t program);

static void put_code(struct describer *d, const struct as_row_program *row)
{
    as_outline_lines(&d->outline, "code");
    for (uint32_t at = 0; at < row->code_length; at++) {
        as_buf_printf(&d->outline.shown, "%4" PRIu32 "  ", at);
        as_disasm_insn(d->pack, row, at, &d->outline.shown);
        as_outline_line(&d->outline);
    }
    as_outline_lines_end(&d->outline);
}

static void put_probe_programs(struct describer *d, struct role *role,
                               uint32_t probe)
{
    const struct as_row_probe *row = &d->pack->probe[probe];

    role->name = as_disasm_start(d->pack,
                                 d->pack->baseline[row->baseline].name);
    role->part = "key of a probe of ";
    for (uint32_t i = 0; i < row->key_count; i++)
        put_program(d, role, d->pack->argument[row->keys + i].program);
    role->part = "filter of a probe of ";
    put_program(d, role, row->filter);
}

/* The programs that this one runs. */
static void put_callees(struct describer *d, uint32_t program)
{
    const struct as_row_program *row = &d->pack->program[program];
    char owner[32];
    int length = snprintf(owner, sizeof(owner), "program %" PRIu32, program);

    for (uint32_t at = 0; at < row->code_length; at++) {
        const struct as_insn *insn = &d->pack->insn[row->code + at];
        struct role role = {
            .owner = { owner, (size_t)length },
            .kind = "",
            .part = "body of a loop",
            .name = AS_TEXT(""),
        };
        if (insn->op == AS_OP_LOOP)
            put_program(d, &role, d->pack->loop[insn->c].body);
        else if (insn->op == AS_OP_PROBE)
            put_probe_programs(d, &role, insn->c);
    }
}

static void put_heading(struct describer *d, const struct role *role)
{
    struct as_buf heading = { .bytes = NULL };

    as_buf_puts(&heading, role->kind);
    as_buf_text(&heading, role->owner);
    as_buf_puts(&heading, ": ");
    as_buf_puts(&heading, role->part);
    as_buf_text(&heading, role->name);
    as_outline_item(&d->outline, as_buf_view(&heading));
    d->outline.out->failed |= heading.failed;
    as_buf_done(&heading);
}

/* Calls itself for the programs that this one runs; the verifier has seen to
 * it that they are at most AS_MAX_CALLS deep. */
static void put_program(struct describer *d, const struct role *role,
                        uint32_t program)
{
    if (program == AS_NO_ROW)
        return;

    const struct as_row_program *row = &d->pack->program[program];
    bool again = d->printed[program];
    d->printed[program] = true;
    if (again && role->kind[0] == '\0')
        return; /* it is run from several places; one will do */
    put_heading(d, role);
    as_outline_number(&d->outline, "program", program);
    put_text(d, "source", row->source);
    if (!again) {
        put_type(d, row->type);
        put_code(d, row);
    }
    as_outline_item_end(&d->outline);
    if (!again)
        put_callees(d, program);
}

static void put_column_programs(struct describer *d, struct role *role,
                                uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        const struct as_row_column *row = &d->pack->column[i];
        role->name = as_disasm_start(d->pack,
                                     row->name ? row->name : row->source);
        role->part = "elements of ";
        put_program(d, role, row->each);
        role->part = row->agg == AS_AGG_KEY ? "key " : "argument of ";
        put_program(d, role, row->value);
        role->part = "filter of ";
        put_program(d, role, row->filter);
    }
    role->name = AS_TEXT("");
}

/* The tests that stand in `early` are shown behind it. */
static void put_tests(struct describer *d, struct role *role, uint32_t first,
                      uint32_t count, uint32_t rest)
{
    for (uint32_t i = first; i < first + count; i++) {
        const struct as_row_test *test = &d->pack->test[i];

        role->part = "test of ";
        role->name = as_disasm_start(d->pack, d->pack->slot[test->slot].path);
        put_program(d, role, test->program);
    }
    role->name = AS_TEXT("");
    role->part = "rest behind the tests";
    put_program(d, role, rest);
}

#define PUT_SOURCE_PROGRAMS(d, role, row)                                      \
    do {                                                                       \
        (role)->part = "each";                                                 \
        put_program(d, role, (row)->each);                                     \
        (role)->part = "where, before any baseline is read";                   \
        put_program(d, role, (row)->early);                                    \
        put_tests(d, role, (row)->tests, (row)->test_count, (row)->rest);      \
        (role)->part = "where";                                                \
        put_program(d, role, (row)->where);                                    \
    } while (0)

static void put_baseline_code(struct describer *d,
                              const struct as_row_baseline *row)
{
    struct role role = {
        .owner = as_disasm_start(d->pack, row->name),
        .kind = "baseline ",
        .name = AS_TEXT(""),
    };

    PUT_SOURCE_PROGRAMS(d, &role, row);
    put_column_programs(d, &role, row->keys, row->key_count);
    put_column_programs(d, &role, row->columns, row->column_count);
}

static void put_join_programs(struct describer *d, struct role *role,
                              const struct as_row_rule *row)
{
    for (uint32_t i = 0; i < row->join_count; i++) {
        const struct as_row_join *join = &d->pack->join[row->joins + i];
        const struct as_row_probe *probe = &d->pack->probe[join->probe];
        role->name = as_disasm_start(d->pack,
                                     d->pack->alias[row->aliases + i].name);
        role->part = "key of join ";
        for (uint32_t key = 0; key < probe->key_count; key++)
            put_program(d, role, d->pack->argument[probe->keys + key].program);
        role->part = "rest of join ";
        put_program(d, role, probe->filter);
        role->part = "after of join ";
        put_program(d, role, join->after);
    }
    role->name = AS_TEXT("");
    role->part = "require";
    put_program(d, role, row->require);
}

static void put_alert_programs(struct describer *d, struct role *role,
                               const struct as_row_rule *row)
{
    for (uint32_t i = 0; i < row->exclude_count; i++) {
        const struct as_row_exclude *exclude =
            &d->pack->exclude[row->excludes + i];
        role->part = "exclude ";
        role->name = as_disasm_start(d->pack, exclude->name);
        put_program(d, role, exclude->when);
    }
    for (uint32_t i = 0; i < row->outcome_count; i++) {
        const struct as_row_outcome *outcome =
            &d->pack->outcome[row->outcomes + i];
        role->part = "outcome ";
        role->name = as_disasm_start(d->pack, outcome->name);
        put_program(d, role, outcome->value);
    }
    role->name = AS_TEXT("");
    role->part = "suppress by";
    for (uint32_t i = 0; i < row->suppress_by_count; i++)
        put_program(d, role, d->pack->argument[row->suppress_by + i].program);
}

static void put_rule_code(struct describer *d, const struct as_row_rule *row)
{
    struct role role = {
        .owner = as_disasm_start(d->pack, row->name),
        .kind = "rule ",
        .name = AS_TEXT(""),
    };

    PUT_SOURCE_PROGRAMS(d, &role, row);
    put_join_programs(d, &role, row);
    put_column_programs(d, &role, row->keys, row->key_count);
    put_column_programs(d, &role, row->aggs, row->agg_count);
    role.part = "having";
    put_program(d, &role, row->having);
    role.part = "step";
    for (uint32_t i = 0; i < row->phase_count; i++)
        put_program(d, &role, d->pack->phase[row->phases + i].where);
    role.part = "until";
    put_program(d, &role, row->until);
    put_alert_programs(d, &role, row);
}

static void put_programs(struct describer *d)
{
    size_t count = d->pack->program_count ? d->pack->program_count : 1;

    d->printed = calloc(count, sizeof(*d->printed));
    if (!d->printed) {
        d->outline.out->failed = true;
        return;
    }
    as_outline_section(&d->outline, "programs");
    for (uint32_t i = 0; i < d->pack->baseline_count; i++)
        put_baseline_code(d, &d->pack->baseline[i]);
    for (uint32_t i = 0; i < d->pack->rule_count; i++)
        put_rule_code(d, &d->pack->rule[i]);
    as_outline_section_end(&d->outline);
    free(d->printed);
}

/* ---- all of it -------------------------------------------------------- */

void as_describe(const struct as_pack *pack, unsigned flags, struct as_buf *out)
{
    as_describe_rules(pack, NULL, flags, out);
}

void as_describe_rules(const struct as_pack *pack, char *const *decides,
                       unsigned flags, struct as_buf *out)
{
    struct describer d = { .pack = pack };

    as_outline_init(&d.outline, out, (flags & ASTRAY_DESCRIBE_JSON) != 0);
    put_info(&d);
    put_signatures(&d);
    put_params(&d);
    put_lists(&d);
    put_fields(&d);
    as_outline_section(&d.outline, "baselines");
    for (uint32_t i = 0; i < pack->baseline_count; i++)
        put_baseline(&d, &pack->baseline[i]);
    as_outline_section_end(&d.outline);
    as_outline_section(&d.outline, "rules");
    for (uint32_t i = 0; i < pack->rule_count; i++)
        put_rule(&d, &pack->rule[i], decides ? decides[i] : "");
    as_outline_section_end(&d.outline);
    put_overlays(&d);
    if (flags & ASTRAY_DESCRIBE_CODE)
        put_programs(&d);
    as_outline_done(&d.outline);
}
