/*
 * check_rule.c - rules: their shapes, exclusions and outcomes.
 *
 * What a clause may read depends on the shape.  A plain rule's clauses judge
 * one event; a join's require judges one combination of rows, and what comes
 * after it all combinations that passed; a group's having and outcome judge
 * many events.  struct as_env says so to the expressions.
 */

#include "compiler/check.h"

/* A rule being checked. */
struct rule {
    struct as_env env;    /* of the clauses that judge one event */
    struct as_env result; /* of outcome and suppress */
    struct as_gathers gathers;
    const struct as_rule *from;
    struct as_ir_rule *out;
};

/* ---- joins ------------------------------------------------------------ */

static struct as_decl *find_baseline(struct as_env *env,
                                     const struct as_join *join)
{
    struct as_path path = { .head = join->baseline };
    struct as_step below = { .kind = AS_STEP_NAME,
                             .name = join->baseline.text,
                             .span = join->baseline.span };
    struct as_diag *diag = env->check->diag;
    struct as_guess guess = as_guess_start(join->baseline.text);
    struct as_ref ref;

    if (join->scope.text.length != 0) {
        path.head = join->scope;
        path.steps = &below;
    }
    if (!as_check_ref(env, &path, &ref))
        return NULL;
    if (ref.decl && ref.decl->kind == AS_DECL_BASELINE && !ref.rest)
        return as_check_decl(env->check, ref.decl, ref.span) ? ref.decl : NULL;
    if (!ref.decl && env->module->broken)
        return NULL;
    as_diag(diag, ref.decl ? AS_E_NOT_USABLE : AS_E_UNKNOWN_BASELINE,
            path.head.span,
            ref.decl ? "`%.*s` is no baseline" : "no baseline is called `%.*s`",
            (int)path.head.text.length, path.head.text.bytes);
    as_guess_add_module(&guess, env->module, AS_DECL_BASELINE);
    as_guess_mend(&guess, diag, path.head.span);
    return NULL;
}

/* Can at most one row match?  When the whole key is given, and not by rows of
 * which there may be several. */
static bool is_single(struct as_check *check, const struct as_ir *probe,
                      const struct as_ir_rule *rule)
{
    uint32_t keys = probe->row->baseline->keys.count;

    if (probe->number != (1u << keys) - 1)
        return false;
    for (const struct as_ir_join *at = rule->joins; at; at = at->next) {
        if (at->row->single)
            continue;
        for (uint32_t i = 0; i < keys; i++) {
            if (as_ir_reads_row(check->table, probe->kids[i], at->row))
                return false;
        }
    }
    return true;
}

/* Was something wrong with the key, here or in the baseline?  Then nobody knows
 * how many rows there are, and nothing more is said of it. */
static bool is_unclear(const struct as_ir *probe)
{
    const struct as_ir_columns *keys;

    if (probe->kind != AS_IR_PROBE)
        return true;
    keys = &probe->row->baseline->keys;
    for (uint32_t i = 0; i < keys->count; i++) {
        if (keys->columns[i].type == AS_KIND_NONE)
            return true;
    }
    return false;
}

static void check_within(struct rule *rule, const struct as_join *from,
                         struct as_ir_join *join)
{
    struct as_env *env = &rule->env;
    struct as_ir *node, *time;

    if (from->within.kind == AS_AMOUNT_NONE || !from->after)
        return;
    join->within = as_check_amount(env, &from->within, false, "within");
    node = as_check_path(env, from->after);
    time = as_convert(env->check->table, node, AS_KIND_TIME);
    if (!time) {
        as_diag(env->check->diag, AS_E_AFTER_NOT_TIME, from->after->span,
                "`after` wants a time, and this is %s",
                AS_TYPE_WORD(node->type));
        time = &env->check->table->bad;
    }
    join->after = as_check_clause(env, time, from->after->span);
}

/* One join; NULL after a message.  Its alias is known from here on. */
static struct as_ir_join *check_join(struct rule *rule,
                                     const struct as_join *from)
{
    struct as_env *env = &rule->env;
    struct as_check *check = env->check;
    struct as_decl *decl = find_baseline(env, from);
    struct as_local *local = as_check_local(env, AS_LOCAL_ROW, &from->alias);
    struct as_ir_join *join = as_alloc(check->arena, sizeof(*join));
    struct as_ir_row *row = as_alloc(check->arena, sizeof(*row));

    if (!local || !join || !row)
        return NULL;
    if (!decl) { /* what it would have is not known: say no more about it */
        local->kind = AS_LOCAL_VALUE;
        local->used = true;
        return NULL;
    }
    row->name = from->alias.text;
    row->baseline = decl->ir_baseline;
    row->source = as_check_source(check, from->on->span);
    local->row = row;
    join->row = row;
    join->span = from->span;
    join->probe = as_check_probe(env, AS_QUANT_ANY, row, from->on);
    if (join->probe->kind == AS_IR_PROBE)
        row->single = is_single(check, join->probe, rule->out);
    row->single |= is_unclear(join->probe);
    check_within(rule, from, join);
    return join;
}

/* ---- `not in` on part of a key ---------------------------------------- */

/* Does `node` hold a `not in` whose set is a column of the row? */
static bool has_not_in(const struct as_ir *node, const struct as_ir_row *row,
                       bool negated)
{
    bool is_op = node->kind == AS_IR_OP;

    if (!(node->reads & AS_IR_READS_ROW) || node->kind == AS_IR_PROBE)
        return false;
    if (is_op && node->op == AS_OP_IN_SET)
        return negated && node->kids[1]->kind == AS_IR_COLUMN &&
               node->kids[1]->row == row;
    if (is_op && node->op != AS_OP_NOT && node->op != AS_OP_IS_TRUE &&
        node->op != AS_OP_IS_FALSE)
        return false;
    if (is_op && node->op != AS_OP_IS_TRUE)
        negated = !negated;
    for (uint32_t i = 0; i < node->kid_count; i++) {
        if (has_not_in(node->kids[i], row, negated))
            return true;
    }
    return false;
}

/* The key columns that the join leaves open. */
static struct as_text open_keys(const struct as_ir *probe)
{
    const struct as_ir_columns *keys = &probe->row->baseline->keys;

    for (uint32_t i = 0; i < keys->count; i++) {
        if (!(probe->number >> i & 1))
            return keys->columns[i].name;
    }
    return (struct as_text){ "", 0 };
}

static void warn_partial(struct rule *rule, const struct as_ir *require)
{
    for (const struct as_ir_join *at = rule->out->joins; at; at = at->next) {
        struct as_text name = at->row->name, open;

        if (at->probe->kind != AS_IR_PROBE || at->row->single)
            continue;
        open = open_keys(at->probe);
        if (open.length == 0 || !has_not_in(require, at->row, false))
            continue;
        as_diag(rule->env.check->diag, AS_L_PARTIAL_KEY_NOT_IN, at->span,
                "several rows may match `%.*s`, and `not in` holds when SOME "
                "of them lacks the value",
                (int)name.length, name.bytes);
        as_diag_help(rule->env.check->diag,
                     "equate `%.*s.%.*s` too, or ask `none h in %.*s: (...)`",
                     (int)name.length, name.bytes, (int)open.length, open.bytes,
                     (int)at->row->baseline->name.length,
                     at->row->baseline->name.bytes);
    }
}

static void check_joins(struct rule *rule)
{
    struct as_ir_join **last = &rule->out->joins;
    struct as_env *env = &rule->env;
    uint32_t count = 0;

    env->clause = "`on`";
    env->many_rows = true;
    for (const struct as_join *at = rule->from->joins; at; at = at->next) {
        struct as_ir_join *join;

        if (++count == AS_MAX_ALIASES + 1)
            as_diag(env->check->diag, AS_E_TOO_MANY_JOINS, at->span,
                    "a rule joins at most %d baselines", (int)AS_MAX_ALIASES);
        join = check_join(rule, at);
        if (!join)
            continue;
        *last = join;
        last = &join->next;
    }
    env->clause = "`require`";
    env->rule = NULL;
    rule->out->require = as_check_all_of(env, rule->from->requires,
                                         "`require`");
    if (rule->out->require.node)
        warn_partial(rule, rule->out->require.node);
    env->many_rows = false;
    env->gathers = &rule->gathers;
    rule->gathers.rows = true;
    rule->result = *env;
}

/* ---- groups ----------------------------------------------------------- */

static void check_window(struct rule *rule)
{
    const struct as_rule *from = rule->from;
    struct as_ir_rule *out = rule->out;
    struct as_env *env = &rule->env;

    out->window = from->window;
    if (from->window == AS_WINDOW_WHOLE)
        return;
    out->timespan = as_check_amount(env, &from->timespan, false, "timespan");
    if (from->window != AS_WINDOW_SESSION)
        return;
    out->gap = as_check_amount(env, &from->gap, false, "session");
    if (out->gap.kind == AS_LENGTH_CONST &&
        out->timespan.kind == AS_LENGTH_CONST && out->gap.ms > out->timespan.ms)
        as_diag(env->check->diag, AS_E_SPAN_ZERO, from->gap.span,
                "the gap of the session is longer than its timespan");
}

/* The keys by their names, in the clauses that judge the group. */
static void bind_keys(struct as_env *env, const struct as_bind *by,
                      const struct as_ir_columns *keys)
{
    uint32_t number = 0;

    for (; by && number < keys->count; by = by->next, number++) {
        const struct as_ir_column *column = &keys->columns[number];
        struct as_local *local = as_check_local(env, AS_LOCAL_KEY, &by->name);

        if (!local || column->type == AS_KIND_NONE)
            continue;
        local->node = as_ir_number(env->check->table, AS_IR_KEY, number,
                                   column->type);
        local->event_node = column->value.node;
    }
}

static void check_group(struct rule *rule)
{
    const struct as_rule *from = rule->from;
    struct as_ir_rule *out = rule->out;
    struct as_env *result = &rule->result;

    out->keys = as_check_keys(&rule->env, from->by);
    check_window(rule);
    *result = rule->env;
    result->event = false;
    result->rule = NULL;
    result->gathers = &rule->gathers;
    result->clause = "`having`";
    bind_keys(result, from->by, &out->keys);
    if (!from->having)
        return;
    out->having = as_check_condition_clause(result, from->having, "`having`");
    if (as_ir_is_bad(out->having.node) ||
        out->having.node->reads & AS_IR_READS_AGG)
        return;
    as_diag(rule->env.check->diag, AS_E_HAVING_NO_AGGREGATE, from->having->span,
            "`having` gathers nothing");
}

/* ---- sequences -------------------------------------------------------- */

/* Which steps there are, and in which order. */
static void check_order(struct as_diag *diag, const struct as_rule *from)
{
    const struct as_sequence_step *positive = from->steps;

    while (positive && positive->absent)
        positive = positive->next;
    if (from->steps && !positive)
        as_diag(diag, AS_E_NO_POSITIVE_STEP, from->shape_span,
                "no step of the sequence is an event");
    else if (from->steps && from->steps->absent)
        as_diag(diag, AS_E_ABSENT_FIRST, from->steps->span,
                "before the first event nothing can be missing");
    if (from->until && from->until->absent)
        as_diag(diag, AS_E_ABSENT_UNTIL, from->until->span,
                "`until` wants an event that comes");
}

static void check_phases(struct rule *rule)
{
    struct as_ir_phase **last = &rule->out->phases;
    struct as_env *env = &rule->env;
    uint32_t count = 0;

    env->clause = "a step";
    for (const struct as_sequence_step *at = rule->from->steps; at;
         at = at->next) {
        struct as_ir_phase *made = as_alloc(env->check->arena, sizeof(*made));

        if (!made)
            return;
        if (++count == AS_MAX_PHASES + 1)
            as_diag(env->check->diag, AS_E_TOO_MANY_PHASES, at->span,
                    "a sequence has at most %d steps", (int)AS_MAX_PHASES);
        made->absent = at->absent;
        made->where = as_check_condition_clause(env, at->where, "a step");
        *last = made;
        last = &made->next;
    }
}

/* In `outcome` and `suppress` a key goes by its name, and is that of the event
 * that completes the chain. */
static void bind_event_keys(struct as_env *env, const struct as_bind *by,
                            const struct as_ir_columns *keys)
{
    uint32_t number = 0;

    for (; by && number < keys->count; by = by->next, number++) {
        struct as_local *local = as_check_local(env, AS_LOCAL_VALUE, &by->name);

        if (local)
            local->node = keys->columns[number].value.node;
    }
}

static void check_sequence(struct rule *rule)
{
    const struct as_rule *from = rule->from;
    struct as_env *env = &rule->env;

    if (from->from.each.text.length > 0)
        as_diag(env->check->diag, AS_E_SEQUENCE_EACH, from->shape_span,
                "a sequence judges whole events, and `each` parts of them");
    rule->out->keys = as_check_keys(env, from->by);
    rule->out->timespan = as_check_amount(env, &from->timespan, false,
                                          "maxspan");
    check_order(env->check->diag, from);
    check_phases(rule);
    env->clause = "`until`";
    if (from->until)
        rule->out->until = as_check_condition_clause(env, from->until->where,
                                                     "`until`");
    rule->result = rule->env;
    rule->result.rule = NULL;
    bind_event_keys(&rule->result, from->by, &rule->out->keys);
}

/* ---- new terms -------------------------------------------------------- */

/* What it alerts on is an event, as of a plain rule. */
static void check_new_terms(struct rule *rule)
{
    struct as_ir_rule *out = rule->out;

    out->keys = as_check_keys(&rule->env, rule->from->by);
    out->timespan = as_check_amount(&rule->env, &rule->from->timespan, false,
                                    "history");
    rule->result = rule->env;
}

/* ---- exclude, outcome, suppress --------------------------------------- */

static void check_excludes(struct rule *rule)
{
    struct as_ir_exclude **last = &rule->out->excludes;
    struct as_env *env = &rule->env;
    uint32_t count = 0;

    env->clause = "`exclude`";
    for (const struct as_exclude *at = rule->from->excludes; at;
         at = at->next) {
        struct as_ir_exclude *made = as_alloc(env->check->arena, sizeof(*made));

        if (!made || as_check_full(env->check, count++, &at->name))
            return;
        for (const struct as_exclude *before = rule->from->excludes;
             before != at; before = before->next) {
            if (!as_text_equal(before->name.text, at->name.text))
                continue;
            as_diag(env->check->diag, AS_E_DECLARED_TWICE, at->name.span,
                    "`%.*s` is declared twice", (int)at->name.text.length,
                    at->name.text.bytes);
            as_diag_label(env->check->diag, before->name.span,
                          "first declared here");
            break;
        }
        made->name = at->name.text;
        made->reason = at->audit.reason;
        made->owner = at->audit.owner;
        made->overlay = at->overlay;
        made->expires = at->audit.expires;
        made->expires_ms = at->audit.expires_ms;
        made->when = as_check_condition_clause(env, at->when, "`exclude`");
        *last = made;
        last = &made->next;
    }
}

/* Every text that is written out for `severity` is one. */
static void check_severities(struct as_check *check, const struct as_ir *node,
                             struct as_span span)
{
    if (as_ir_is(node, AS_KIND_TEXT)) {
        if (as_check_severity(node->constant->text))
            return;
        as_diag(check->diag, AS_E_OUTCOME_SEVERITY, span,
                "\"%s\" is no severity",
                as_check_show(check, node->constant->text));
        as_diag_help(check->diag,
                     "it is informational, low, medium, high or critical");
        return;
    }
    if (node->kind != AS_IR_IF && node->kind != AS_IR_COALESCE)
        return;
    for (uint32_t i = node->kind == AS_IR_IF; i < node->kid_count; i++)
        check_severities(check, node->kids[i], span);
}

static struct as_ir *check_severity(struct as_env *env,
                                    const struct as_bind *bind,
                                    struct as_ir *node)
{
    struct as_ir *text = as_convert_text(env->check->table, node);

    if (!text) {
        as_diag(env->check->diag, AS_E_OUTCOME_SEVERITY, bind->value->span,
                "`severity` is a text, not %s", AS_TYPE_WORD(node->type));
        return &env->check->table->bad;
    }
    check_severities(env->check, text, bind->value->span);
    return text;
}

/* What an alert can carry: one value, or a set. */
static struct as_ir *check_outcome(struct as_env *env,
                                   const struct as_bind *bind)
{
    struct as_ir *node = as_check_expr(env, bind->value);

    if (node->type == AS_KIND_OBJECT || node->type == AS_KIND_CIDR) {
        as_diag(env->check->diag, AS_E_OBJECT_HERE, bind->value->span,
                "an alert cannot carry %s", AS_TYPE_WORD(node->type));
        return &env->check->table->bad;
    }
    if (as_text_equal(bind->name.text, AS_TEXT("severity")) &&
        !as_ir_is_bad(node))
        return check_severity(env, bind, node);
    return node;
}

static void check_outcomes(struct rule *rule)
{
    struct as_ir_outcome **last = &rule->out->outcomes;
    struct as_env *env = &rule->result;
    uint32_t count = 0;

    env->clause = "`outcome`";
    for (const struct as_bind *at = rule->from->outcome; at; at = at->next) {
        struct as_ir_outcome *made = as_alloc(env->check->arena, sizeof(*made));

        if (!made || as_check_full(env->check, count++, &at->name))
            return;
        for (const struct as_bind *before = rule->from->outcome; before != at;
             before = before->next) {
            if (!as_text_equal(before->name.text, at->name.text))
                continue;
            as_diag(env->check->diag, AS_E_DECLARED_TWICE, at->name.span,
                    "`%.*s` is declared twice", (int)at->name.text.length,
                    at->name.text.bytes);
            as_diag_label(env->check->diag, before->name.span,
                          "first declared here");
            break;
        }
        made->name = at->name.text;
        made->value = as_check_clause(env, check_outcome(env, at),
                                      at->value->span);
        *last = made;
        last = &made->next;
    }
}

static void check_suppress(struct rule *rule)
{
    struct as_ir_outcome **last = &rule->out->suppress_by;
    struct as_env *env = &rule->result;

    env->clause = "`suppress`";
    for (const struct as_expr *at = rule->from->suppress_by; at;
         at = at->next) {
        struct as_ir_outcome *made = as_alloc(env->check->arena, sizeof(*made));
        struct as_ir *node = as_check_value(env, at);

        if (!made)
            return;
        made->value = as_check_clause(
            env, as_convert_scalar(env->check->table, node), at->span);
        *last = made;
        last = &made->next;
    }
    rule->out->suppress = as_check_amount(env, &rule->from->suppress_for, false,
                                          "suppress");
}

/* ---- who it is -------------------------------------------------------- */

/* "pack/name" where meta gives no id. */
static struct as_text default_id(struct as_check *check, struct as_text name)
{
    struct as_text pack = check->unit->info.name;
    size_t length = pack.length + 1 + name.length;
    char *id = as_alloc(check->arena, length + 1);

    if (!id)
        return name;
    if (pack.length > 0) /* not so in a pack.yaml that has no name */
        memcpy(id, pack.bytes, pack.length);
    id[pack.length] = '/';
    memcpy(id + pack.length + 1, name.bytes, name.length);
    return (struct as_text){ id, length };
}

static struct as_span id_span(const struct as_rule *rule)
{
    for (const struct as_meta *at = rule->meta; at; at = at->next) {
        if (as_text_equal(at->name.text, AS_TEXT("id")))
            return at->value->span;
    }
    return rule->name.span;
}

static void check_id(struct as_check *check, const struct as_rule *from,
                     struct as_ir_rule *out)
{
    uint32_t entry;
    bool added;

    if (out->meta.id.length == 0)
        out->meta.id = default_id(check, out->name);
    entry = as_map_add(&check->ids, out->meta.id, &added);
    if (entry == AS_MAP_NONE)
        return;
    if (added) {
        check->ids.entries[entry].value = (uintptr_t)from;
        return;
    }
    const struct as_rule *first =
        (void *)(uintptr_t)check->ids.entries[entry].value;
    if (first->name.span.source == from->name.span.source &&
        as_text_equal(first->name.text, from->name.text))
        return; /* declared twice: that was said */
    as_diag(check->diag, AS_E_RULE_ID_TWICE, id_span(from),
            "the id `%s` is another rule's",
            as_check_show(check, out->meta.id));
    as_diag_label(check->diag, id_span(first), "of the rule `%.*s`",
                  (int)first->name.text.length, first->name.text.bytes);
}

static struct as_ir_rule *make_rule(struct as_check *check,
                                    struct as_module *module,
                                    const struct as_rule *from)
{
    struct as_ir_rule *out = as_alloc(check->arena, sizeof(*out));

    if (!out)
        return NULL;
    out->name = from->name.text;
    out->help = from->doc;
    out->file = as_loader_below(check->loader, module->file->source->name);
    out->span = from->name.span;
    out->shape = from->shape;
    out->meta.version = 1;
    out->meta.severity = AS_TEXT("medium");
    out->meta.status = AS_TEXT("experimental");
    as_check_meta(check, from->meta, &out->meta);
    if (out->meta.title.length == 0)
        out->meta.title = out->name;
    check_id(check, from, out);
    out->touches = from->touches;
    if (from->disabled)
        return out; /* it is checked, and comes to nothing */
    *check->last.rules = out;
    check->last.rules = &out->next;
    return out;
}

/* ---- the whole -------------------------------------------------------- */

static void check_shape(struct rule *rule)
{
    switch (rule->from->shape) {
    case AS_SHAPE_PLAIN:
        rule->result = rule->env;
        break;
    case AS_SHAPE_JOIN:
        check_joins(rule);
        break;
    case AS_SHAPE_GROUP:
        check_group(rule);
        break;
    case AS_SHAPE_NEW_TERMS:
        check_new_terms(rule);
        break;
    case AS_SHAPE_SEQUENCE:
        check_sequence(rule);
        break;
    }
}

void as_check_rule(struct as_check *check, struct as_module *module,
                   const struct as_rule *from)
{
    unsigned errors = check->diag->error_count;
    struct rule rule = {
        .env = { .check = check,
                 .module = module,
                 .rule = from,
                 .event = true },
        .from = from,
        .out = make_rule(check, module, from),
    };

    if (!rule.out)
        return;
    as_sight_begin(check->sighting, &rule.out->sights, "rule", rule.out->name);
    as_check_from(&rule.env, &from->from, &rule.out->from);
    as_check_lets(&rule.env, from->lets);
    as_check_where(&rule.env, from->where, &rule.out->from);
    check_shape(&rule);
    check_excludes(&rule);
    check_outcomes(&rule);
    check_suppress(&rule);
    rule.out->aggs = (struct as_ir_columns){ rule.gathers.columns,
                                             rule.gathers.count };
    if (check->diag->error_count == errors && !module->broken)
        as_check_unused_lets(&rule.env);
}
