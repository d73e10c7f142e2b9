/*
 * silence.c - see silence.h.
 *
 * A rule alerts when a formula holds.  The walk goes down into it and keeps
 * track of one thing: whether what is below, made true, can only make the
 * whole false ("negative").  `not` turns that around, and so do `exclude`, the
 * right side of `<`, `none`, a count that must be 0.  Where a condition asks a
 * baseline, the walk goes on in the baseline's `where`: there a thief makes
 * something true with an earlier call of his own.  The same holds for the
 * events that a group counts.
 *
 * `a and b` made false by b stays false whatever a is.  So, where a conjunction
 * is negative, one part that a thief cannot make true guards all the others.
 * In a positive disjunction, `not a or not b`, it is the same.
 *
 * Of a sequence, `[not where c]` and `until` are negative: they end chains.  Of
 * new terms a thief needs no condition: he says again what was said before.
 */

#include "compiler/silence.h"

#include "compiler/check.h"
#include "compiler/guard.h"
#include "program/schema.h"

/* What growing does to alerts: adds some, takes some away, or may do both. */
enum { ADDS = 1, TAKES = 2 };

enum { MOST_VISITS = 200 };

struct visit {
    const struct as_ir_from *from;
    const struct as_ir *filter;
    bool negative;
};

struct walk {
    struct as_ir_table *table;
    struct as_diag *diag;
    const struct as_ir_rule *rule;
    struct as_span clause;   /* of the rule, from which the walk began */
    const char *effect;      /* what the clause does to the thief's call */
    struct as_text excluded; /* which `exclude` it is */
    const struct as_ir_baseline *baseline; /* the innermost, or NULL */
    struct as_guard guard;
    struct as_silence_stop *stop; /* this is looked for, not a thief */
    uint32_t mark;
    struct visit visits[MOST_VISITS];
    uint32_t visit_count;
    bool given_up;
};

static void walk(struct walk *w, struct as_ir *node, bool negative,
                 struct as_span place);

/* ---- what is said ----------------------------------------------------- */

static bool inside(struct as_span outer, struct as_span span)
{
    return outer.source == span.source && outer.start <= span.start &&
           span.end <= outer.end;
}

/* Where it was written: in this clause, else in its file, else somewhere. */
static struct as_span place_of(const struct walk *w, const struct as_ir *node,
                               struct as_span above)
{
    const struct as_ir_place *best = node->places;

    for (const struct as_ir_place *at = best; at; at = at->next) {
        if (inside(w->clause, at->span))
            return at->span;
        if (best->span.source != w->clause.source &&
            at->span.source == w->clause.source)
            best = at;
    }
    return best ? best->span : above;
}

/* "the user agent", "the `requestParameters.roleArn`". */
static void name_choice(struct as_buf *out, const char *article,
                        const struct as_ir *choice)
{
    struct as_text path;

    as_buf_puts(out, article);
    if (choice->kind == AS_IR_OP) {
        as_buf_puts(out, " session name");
        return;
    }
    path = choice->slot->path;
    if (as_text_equal(path, AS_TEXT("userAgent")))
        as_buf_puts(out, " user agent");
    else
        as_buf_printf(out, " `%.*s`", (int)path.length, path.bytes);
}

/* A text that the pattern of `like` takes. */
static void fill_pattern(struct as_buf *out, struct as_text pattern)
{
    for (size_t i = 0; i < pattern.length; i++) {
        if (pattern.bytes[i] != '*')
            as_buf_putc(out, pattern.bytes[i] == '?' ? 'x' : pattern.bytes[i]);
    }
}

/* A text that makes the condition true, where one is written there. */
static const struct as_ir_constant *sample_of(const struct as_ir *node)
{
    if (node->kind != AS_IR_OP)
        return NULL;
    switch (node->op) {
    case AS_OP_EQ:
        return as_ir_is(node->kids[0], AS_KIND_TEXT) ? node->kids[0]->constant
             : as_ir_is(node->kids[1], AS_KIND_TEXT) ? node->kids[1]->constant
                                                     : NULL;
    case AS_OP_CONTAINS:
    case AS_OP_STARTSWITH:
    case AS_OP_ENDSWITH:
    case AS_OP_LIKE:
        return as_ir_is(node->kids[1], AS_KIND_TEXT) ? node->kids[1]->constant
                                                     : NULL;
    case AS_OP_IN_LIST:
    case AS_OP_CONTAINS_ANY:
    case AS_OP_STARTSWITH_ANY:
    case AS_OP_ENDSWITH_ANY:
    case AS_OP_LIKE_ANY:
        return node->list->values && node->list->count > 0 &&
                       node->list->type == AS_KIND_TEXT
                 ? node->list->values[0]
                 : NULL;
    default:
        return NULL;
    }
}

static bool is_op(const struct as_ir *node, enum as_opcode op)
{
    return node->kind == AS_IR_OP && node->op == op;
}

static void say_sample(struct as_buf *out, const struct as_ir *node)
{
    const struct as_ir_constant *sample = sample_of(node);

    if (!sample && is_op(node, AS_OP_MATCHES)) {
        as_buf_puts(out, " that /");
        as_buf_text(out, node->constant->text);
        as_buf_puts(out, "/ matches");
    } else if (!sample) {
        as_buf_puts(out, is_op(node, AS_OP_IS_PRESENT)
                             ? ""
                             : " that is asked for here");
    } else if (sample->text.length == 0) {
        as_buf_puts(out, " empty");
    } else {
        as_buf_puts(out, " `");
        if (is_op(node, AS_OP_LIKE) || is_op(node, AS_OP_LIKE_ANY))
            fill_pattern(out, sample->text);
        else
            as_buf_text(out, sample->text);
        as_buf_putc(out, '`');
    }
}

/* "sends the user agent `awslambda-worker`"; `other`: the condition is to be
 * false. */
static void say_what(struct as_buf *out, const struct as_ir *node,
                     const struct as_ir *choice, bool other)
{
    if (other) {
        name_choice(out, "sends any other", choice);
    } else if (is_op(node, AS_OP_IS_MISSING)) {
        name_choice(out, "leaves away the", choice);
    } else {
        name_choice(out, "sends the", choice);
        say_sample(out, node);
    }
}

static void say_effect(struct as_buf *out, const struct walk *w)
{
    struct as_text rule = w->rule->name;

    if (w->baseline)
        as_buf_printf(out, " enters `%.*s`, which clears him in `%.*s`",
                      (int)w->baseline->name.length, w->baseline->name.bytes,
                      (int)rule.length, rule.bytes);
    else if (w->excluded.length > 0)
        as_buf_printf(out, " is dropped by `exclude %.*s` of `%.*s`",
                      (int)w->excluded.length, w->excluded.bytes,
                      (int)rule.length, rule.bytes);
    else
        as_buf_printf(out, " %s of `%.*s`", w->effect, (int)rule.length,
                      rule.bytes);
}

/* The words, and where: what was written there is the caller's choice. */
static void tell(struct walk *w, struct as_buf *words, struct as_span place,
                 const char *help)
{
    w->diag->arena->failed |= words->failed;
    if (!words->failed) {
        as_diag(w->diag, AS_L_SILENCE, place, "a thief who %.*s",
                (int)words->length, words->bytes);
        as_diag_label(w->diag, place, "the caller chooses this");
        if (!inside(w->clause, place))
            as_diag_label(w->diag, w->clause, "it is asked here");
        as_diag_help(w->diag,
                     "%s, such as his address, or say why it does no harm: "
                     "# allow L0704: ...",
                     help);
    }
    as_buf_done(words);
}

static void report(struct walk *w, const struct as_ir *node,
                   const struct as_ir *choice, bool other, struct as_span place)
{
    struct as_buf words = { .bytes = NULL };

    if (w->stop || !as_diag_wants(w->diag, AS_L_SILENCE))
        return;
    say_what(&words, node, choice, other);
    say_effect(&words, w);
    tell(w, &words, place,
         "join it by `and` with something that he cannot choose");
}

/* Is the part such that it guards the others? */
static bool guards(struct walk *w, const struct as_ir *part, bool negative)
{
    if (w->stop)
        return false;
    return negative ? as_guard_holds(&w->guard, part)
                    : as_guard_fails(&w->guard, part);
}

/* ---- events that a baseline or a group gathers ------------------------ */

static bool visited(struct walk *w, const struct as_ir_from *from,
                    const struct as_ir *filter, bool negative)
{
    for (uint32_t i = 0; i < w->visit_count; i++) {
        const struct visit *at = &w->visits[i];

        if (at->from == from && at->filter == filter &&
            at->negative == negative)
            return true;
    }
    if (w->visit_count == MOST_VISITS) {
        w->given_up = true;
        return true;
    }
    w->visits[w->visit_count++] = (struct visit){ from, filter, negative };
    return false;
}

/* All that has to hold for an event to count, as one conjunction. */
static void walk_event(struct walk *w, const struct as_ir_from *from,
                       struct as_ir *filter, bool negative)
{
    struct as_ir *parts[] = { from->early.node, from->where.node, filter };
    uint32_t mark = w->mark;

    if (visited(w, from, filter, negative))
        return;
    if (from->item)
        as_guard_bind(&w->guard, from->item, from->each.node);
    for (int i = 0; i < 3; i++) {
        bool guarded = false;

        for (int k = 0; k < 3 && negative; k++)
            guarded |= k != i && parts[k] && guards(w, parts[k], true);
        if (!parts[i] || guarded)
            continue;
        w->mark = as_ir_mark(w->table);
        walk(w, parts[i], negative, w->clause);
    }
    w->mark = mark;
}

static void walk_rows(struct walk *w, const struct as_ir_baseline *baseline,
                      struct as_ir *filter, bool negative, struct as_span place)
{
    const struct as_ir_baseline *outer = w->baseline;

    if (w->stop && baseline->scope == AS_SCOPE_WHOLE)
        w->stop->whole = baseline;
    if (w->stop && negative && !w->stop->baseline) {
        w->stop->baseline = baseline;
        w->stop->place = place;
    }
    w->baseline = baseline;
    walk_event(w, &baseline->from, filter, negative);
    w->baseline = outer;
}

/* One more event in the column: `grows` says what it does to alerts that the
 * value grows. */
static void walk_column(struct walk *w, const struct as_ir *node,
                        unsigned grows, struct as_span place)
{
    const struct as_ir_column *column =
        node->kind == AS_IR_COLUMN
            ? as_baseline_column_of(node->row->baseline, node->number)
            : &w->rule->aggs.columns[node->number];

    switch ((unsigned)column->agg) {
    case AS_AGG_KEY:
        return;
    case AS_AGG_MIN:
        grows = (grows & ADDS ? TAKES : 0) | (grows & TAKES ? ADDS : 0);
        break;
    case AS_AGG_FIRST:
    case AS_AGG_LAST:
    case AS_AGG_SUM:
        grows = ADDS | TAKES;
        break;
    default:
        break;
    }
    for (int negative = 0; negative < 2; negative++) {
        if (!(grows & (negative ? TAKES : ADDS)))
            continue;
        if (node->kind == AS_IR_COLUMN)
            walk_rows(w, node->row->baseline, column->filter.node,
                      negative != 0, place);
        else
            walk_event(w, &w->rule->from, column->filter.node, negative != 0);
    }
}

/* A condition that is part of a value. */
static void walk_both(struct walk *w, struct as_ir *node, unsigned grows,
                      struct as_span place)
{
    for (int negative = 0; negative < 2; negative++) {
        if (grows & (negative ? TAKES : ADDS))
            walk(w, node, negative != 0, place);
    }
}

/* A value of which columns and aggregates are a part. */
static void walk_value(struct walk *w, struct as_ir *node, unsigned grows,
                       struct as_span place)
{
    unsigned falls = (grows & ADDS ? TAKES : 0) | (grows & TAKES ? ADDS : 0);

    if (!(node->reads &
          (AS_IR_READS_ROW | AS_IR_READS_AGG | AS_IR_READS_BASELINE)) ||
        !as_guard_step(&w->guard))
        return;
    if (node->kind == AS_IR_COLUMN || node->kind == AS_IR_AGG) {
        walk_column(w, node, grows, place);
        return;
    }
    if (node->kind == AS_IR_PROBE || is_op(node, AS_OP_IN_BASELINE)) {
        walk_both(w, node, grows, place);
        return;
    }
    for (uint32_t i = 0; i < node->kid_count; i++) {
        bool minus = node->kind == AS_IR_OP && node->op == AS_OP_SUB && i == 1;

        walk_value(w, node->kids[i], minus ? falls : grows, place);
    }
}

/* ---- conditions ------------------------------------------------------- */

static void walk_parts(struct walk *w, struct as_ir *node, bool negative,
                       struct as_span place)
{
    bool shares = (node->kind == AS_IR_AND) == negative;
    uint32_t guard_count = 0;

    for (uint32_t i = 0; i < node->kid_count && shares; i++)
        guard_count += guards(w, node->kids[i], negative);
    for (uint32_t i = 0; i < node->kid_count; i++) {
        bool own = guard_count > 0 && guards(w, node->kids[i], negative);

        if (guard_count == own)
            walk(w, node->kids[i], negative, place);
    }
}

/* A row that the keys find and the filter takes. */
static void walk_probe(struct walk *w, struct as_ir *node, bool negative,
                       struct as_span place)
{
    uint32_t key_count = node->kid_count - node->has_filter;
    struct as_ir *filter = node->has_filter ? node->kids[key_count] : NULL;
    bool exists = node->quant == AS_QUANT_ANY ? negative : !negative;
    bool holds = filter && exists && guards(w, filter, true);
    const struct as_ir *chosen = NULL;

    for (uint32_t i = 0; i < key_count; i++) {
        const struct as_ir *choice = as_guard_choice(&w->guard, node->kids[i]);

        chosen = choice ? choice : chosen;
    }
    if (chosen && exists && !as_guard_holds(&w->guard, node))
        report(w, node, chosen, false, place_of(w, node, place));
    if (!holds)
        walk_rows(w, node->row->baseline, NULL, exists, place);
    if (filter)
        walk(w, filter, node->quant == AS_QUANT_NONE ? !negative : negative,
             place);
}

/* A comparison, or another question about values. */
static void walk_atom(struct walk *w, struct as_ir *node, bool negative,
                      struct as_span place)
{
    const struct as_ir *choice = as_guard_choice(&w->guard, node);
    unsigned grows = negative ? TAKES : ADDS, falls = negative ? ADDS : TAKES;

    if (negative && choice)
        report(w, node, choice, false, place_of(w, node, place));
    if (node->kind != AS_IR_OP) {
        walk_value(w, node, grows, place);
        return;
    }
    switch (node->op) {
    case AS_OP_IN_BASELINE:
        walk_rows(w, node->member->baseline, NULL, negative, place);
        break;
    case AS_OP_IN_SET:
        walk_value(w, node->kids[1], grows, place);
        break;
    case AS_OP_GT:
    case AS_OP_GE:
        walk_value(w, node->kids[0], grows, place);
        walk_value(w, node->kids[1], falls, place);
        break;
    case AS_OP_LT:
    case AS_OP_LE:
        walk_value(w, node->kids[0], falls, place);
        walk_value(w, node->kids[1], grows, place);
        break;
    default:
        walk_value(w, node, ADDS | TAKES, place);
        break;
    }
}

/* `not`, where it can be read off that a caller is to say something else:
 * `exclude x when userAgent != "our-agent"`. */
static void walk_not(struct walk *w, const struct as_ir *node, bool negative,
                     struct as_span place)
{
    const struct as_ir *asked = node, *choice = NULL;

    while (asked->kind == AS_IR_OP && asked->op == AS_OP_IS_TRUE)
        asked = asked->kids[0];
    if (negative && asked->kind == AS_IR_OP && asked->op != AS_OP_NOT)
        choice = as_guard_choice(&w->guard, asked);
    if (choice)
        report(w, asked, choice, true, place_of(w, asked, place));
}

static void walk_op(struct walk *w, struct as_ir *node, bool negative,
                    struct as_span place)
{
    struct as_ir equal = *node;

    switch (node->op) {
    case AS_OP_NOT:
    case AS_OP_IS_FALSE:
        walk_not(w, node->kids[0], negative, place);
        walk(w, node->kids[0], !negative, place);
        break;
    case AS_OP_IS_TRUE:
        walk(w, node->kids[0], negative, place);
        break;
    case AS_OP_NE:
        equal.op = AS_OP_EQ;
        walk_not(w, &equal, negative, place);
        walk_atom(w, &equal, !negative, place);
        break;
    default:
        walk_atom(w, node, negative, place);
        break;
    }
}

static bool been_here(const struct walk *w, struct as_ir *node, bool negative)
{
    if (node->mark != w->mark) {
        node->mark = w->mark;
        node->note = 0;
    }
    if (node->note & (1u << negative))
        return true;
    node->note |= 1u << negative;
    return false;
}

static void walk(struct walk *w, struct as_ir *node, bool negative,
                 struct as_span place)
{
    if (!as_guard_step(&w->guard) || been_here(w, node, negative))
        return;
    place = place_of(w, node, place);
    switch ((unsigned)node->kind) {
    case AS_IR_AND:
    case AS_IR_OR:
        walk_parts(w, node, negative, place);
        break;
    case AS_IR_IF:
        if (w->stop)
            walk_both(w, node->kids[0], ADDS | TAKES, place);
        walk(w, node->kids[1], negative, place);
        walk(w, node->kids[2], negative, place);
        break;
    case AS_IR_COALESCE:
        walk(w, node->kids[0], negative, place);
        if (w->stop)
            walk(w, node->kids[1], negative, place);
        break;
    case AS_IR_LOOP:
        as_guard_bind(&w->guard, node->item, node->kids[0]);
        walk(w, node->kids[1],
             node->quant == AS_QUANT_NONE ? !negative : negative, place);
        w->guard.item_count--;
        break;
    case AS_IR_PROBE:
        walk_probe(w, node, negative, place);
        break;
    case AS_IR_OP:
        walk_op(w, node, negative, place);
        break;
    default:
        walk_atom(w, node, negative, place);
        break;
    }
}

/* ---- rules ------------------------------------------------------------ */

static void walk_clause(struct walk *w, const struct as_ir_clause *clause,
                        const char *effect, bool negative)
{
    if (!clause->node)
        return;
    w->clause = clause->span;
    w->effect = effect;
    w->mark = as_ir_mark(w->table);
    w->guard.steps = 0;
    w->visit_count = 0;
    walk(w, clause->node, negative, clause->span);
    w->given_up |= w->guard.steps > AS_GUARD_STEPS;
}

static void walk_joins(struct walk *w)
{
    for (const struct as_ir_join *at = w->rule->joins; at; at = at->next) {
        struct as_ir_clause on = { .node = at->probe, .span = at->span };

        walk_clause(w, &on, "is not joined in a `join`", false);
        /* An earlier event moves the time that `after` counts from. */
        if (w->stop && at->after.node)
            walk_value(w, at->after.node, ADDS | TAKES, at->after.span);
    }
    walk_clause(w, &w->rule->require, "fails the `require`", false);
}

/* A tuple that a thief can repeat, and do what he likes, is never new. */
static void walk_terms(struct walk *w)
{
    const struct as_ir_columns *keys = &w->rule->keys;
    const struct as_ir_column *said = NULL;
    const struct as_ir *choice = NULL;
    struct as_buf words = { .bytes = NULL };

    w->guard.steps = 0;
    for (uint32_t i = 0; i < keys->count; i++) {
        const struct as_ir *value = keys->columns[i].value.node;

        if (!as_guard_repeats(&w->guard, value))
            return;
        if (!choice && (choice = as_guard_choice(&w->guard, value)))
            said = &keys->columns[i];
    }
    if (!choice || w->stop || !as_diag_wants(w->diag, AS_L_SILENCE))
        return;
    w->clause = said->value.span;
    name_choice(&words, "sends a", choice);
    as_buf_printf(&words, " that was seen before is not new to `%.*s`",
                  (int)w->rule->name.length, w->rule->name.bytes);
    tell(w, &words, said->value.span, "add a part that he cannot choose");
}

static void walk_steps(struct walk *w)
{
    for (const struct as_ir_phase *at = w->rule->phases; at; at = at->next)
        walk_clause(w, &at->where,
                    at->absent ? "meets a `[not where ...]`"
                               : "is taken by no step",
                    at->absent);
    walk_clause(w, &w->rule->until, "breaks the chain by the `until`", true);
}

static void walk_rule(struct walk *w)
{
    const struct as_ir_rule *rule = w->rule;

    if (rule->from.item)
        as_guard_bind(&w->guard, rule->from.item, rule->from.each.node);
    walk_clause(w, &rule->from.early, "is left out by the `where`", false);
    walk_clause(w, &rule->from.where, "is left out by the `where`", false);
    walk_joins(w);
    walk_clause(w, &rule->having, "counts as harmless in the `having`", false);
    walk_steps(w);
    if (rule->shape == AS_SHAPE_NEW_TERMS)
        walk_terms(w);
    for (const struct as_ir_exclude *at = rule->excludes; at; at = at->next) {
        w->excluded = at->name;
        walk_clause(w, &at->when, "", true);
    }
}

void as_silence(const struct as_unit *unit, struct as_ir_table *table,
                struct as_diag *diag)
{
    for (const struct as_ir_rule *rule = unit->rules; rule; rule = rule->next) {
        struct walk w = { .table = table, .diag = diag, .rule = rule };

        walk_rule(&w);
    }
}

struct as_silence_stop as_silence_stop(const struct as_ir_rule *rule,
                                       struct as_ir_table *table,
                                       struct as_diag *diag)
{
    struct as_silence_stop stop = { .baseline = NULL };
    struct walk w = {
        .table = table, .diag = diag, .rule = rule, .stop = &stop
    };

    walk_rule(&w);
    stop.given_up = w.given_up;
    return stop;
}
