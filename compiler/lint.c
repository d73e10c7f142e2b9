/*
 * lint.c - see lint.h: the table of lints, and the one walk that asks them.
 *
 * A row says of what a lint wants to know: of every comparison (which is read
 * once for all of them), of every expression of one kind, of every rule, of
 * every baseline, or of every file.
 */

#include "compiler/lint.h"

/* ---- the table -------------------------------------------------------- */

static as_lint_test_fn *const tests[] = {
    as_lint_alternatives, as_lint_itself,       as_lint_empty_text,
    as_lint_like,         as_lint_wildcard,     as_lint_lowered,
    as_lint_agent,        as_lint_address,      as_lint_event_name,
    as_lint_event_source, as_lint_account,      as_lint_arn,
    as_lint_role_arn,     as_lint_region,       as_lint_key_id,
    as_lint_principal,    as_lint_absent,       as_lint_whole_json,
    as_lint_second,       as_lint_count,        as_lint_literal_regex,
    as_lint_single,       as_lint_literal_time,
};

static const struct {
    enum as_expr_kind kind;
    as_lint_expr_fn *ask;
} exprs[] = {
    { AS_EXPR_AND, as_lint_and },        { AS_EXPR_OR, as_lint_or },
    { AS_EXPR_REGEX, as_lint_regex },    { AS_EXPR_REGEX, as_lint_open_ends },
    { AS_EXPR_NOT, as_lint_double_not }, { AS_EXPR_PATH, as_lint_no_session },
};

static as_lint_decl_fn *const of_rules[] = {
    as_lint_clauses,   as_lint_negations, as_lint_windows,
    as_lint_joins,     as_lint_rule_key,  as_lint_attack,
    as_lint_no_reason, as_lint_meta,      as_lint_tests,
};

static as_lint_decl_fn *const of_baselines[] = { as_lint_baseline_key };

static as_lint_decl_fn *const of_files[] = { as_lint_unused };

#define ASK_ALL(table, lint)                                                   \
    for (size_t i = 0; i < sizeof(table) / sizeof((table)[0]); i++)            \
    (table)[i](lint)

/* ---- expressions ------------------------------------------------------ */

static void walk_all(struct as_lint *lint, const struct as_expr *first);

static void ask(struct as_lint *lint, const struct as_expr *expr)
{
    struct as_lint_test test;

    for (size_t i = 0; i < sizeof(exprs) / sizeof(exprs[0]); i++) {
        if (exprs[i].kind == expr->kind)
            exprs[i].ask(lint, expr);
    }
    if (!as_lint_read(lint, expr, &test))
        return;
    as_lint_find_field(&test);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tests[i](lint, &test);
}

static void walk_path(struct as_lint *lint, const struct as_path *path)
{
    for (const struct as_step *at = path ? path->steps : NULL; at;
         at = at->next) {
        walk_all(lint, at->args);
        walk_all(lint, at->filter);
    }
}

/* As deep as the tree is high, which AS_MAX_HEIGHT bounds. */
static void walk(struct as_lint *lint, const struct as_expr *expr)
{
    const struct as_expr *parent = lint->parent;

    ask(lint, expr);
    lint->parent = expr;
    walk_path(lint, expr->path);
    walk_all(lint, expr->items);
    walk_all(lint, expr->condition);
    walk_all(lint, expr->left);
    walk_all(lint, expr->right);
    lint->parent = parent;
}

/* Those that are linked by `next`; an operand has none behind it. */
static void walk_all(struct as_lint *lint, const struct as_expr *first)
{
    for (; first; first = first->next)
        walk(lint, first);
}

static void walk_binds(struct as_lint *lint, const struct as_bind *binds)
{
    for (; binds; binds = binds->next)
        walk_all(lint, binds->value);
}

/* ---- declarations ----------------------------------------------------- */

static void walk_baseline(struct as_lint *lint,
                          const struct as_baseline *baseline)
{
    lint->baseline = baseline;
    lint->lets = baseline->lets;
    walk_binds(lint, baseline->lets);
    walk_all(lint, baseline->where);
    walk_binds(lint, baseline->key);
    walk_binds(lint, baseline->collect);
    ASK_ALL(of_baselines, lint);
    lint->baseline = NULL;
    lint->lets = NULL;
}

static void walk_rule(struct as_lint *lint, const struct as_rule *rule)
{
    lint->rule = rule;
    lint->lets = rule->lets;
    walk_binds(lint, rule->lets);
    walk_all(lint, rule->where);
    for (const struct as_join *at = rule->joins; at; at = at->next)
        walk_all(lint, at->on);
    walk_all(lint, rule->requires);
    walk_binds(lint, rule->by);
    walk_all(lint, rule->having);
    for (const struct as_sequence_step *at = rule->steps; at; at = at->next)
        walk_all(lint, at->where);
    if (rule->until)
        walk_all(lint, rule->until->where);
    lint->excludes = true;
    for (const struct as_exclude *at = rule->excludes; at; at = at->next)
        walk_all(lint, at->when);
    lint->excludes = false;
    walk_binds(lint, rule->outcome);
    walk_all(lint, rule->suppress_by);
    ASK_ALL(of_rules, lint);
    lint->rule = NULL;
    lint->lets = NULL;
}

static void walk_file(struct as_lint *lint)
{
    const struct as_file *file = lint->module->file;

    for (const struct as_macro *at = file->macros; at; at = at->next)
        walk_all(lint, at->body);
    for (const struct as_baseline *at = file->baselines; at; at = at->next)
        walk_baseline(lint, at);
    for (const struct as_rule *at = file->rules; at; at = at->next)
        walk_rule(lint, at);
    ASK_ALL(of_files, lint);
}

/* ---- the pass --------------------------------------------------------- */

/* Is there an error in the file, or one without a place? */
static bool has_errors(const struct as_lint *lint, const struct as_file *file)
{
    for (const struct as_message *at = lint->diag->first; at; at = at->next) {
        if (at->severity == ASTRAY_ERROR &&
            (!at->labels || at->labels->span.source == file->source->number))
            return true;
    }
    return false;
}

void as_lint_all(struct as_lint *lint)
{
    bool clean = lint->diag->error_count == 0;

    for (struct as_module *at = lint->modules; at; at = at->next) {
        lint->module = at;
        if (clean || !has_errors(lint, at->file))
            walk_file(lint);
    }
}
