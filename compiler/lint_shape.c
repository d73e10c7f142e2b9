/*
 * lint_shape.c - clauses of rules and baselines that do not fit together:
 * times, counts, windows, keys, what meta says, and names nobody uses.
 */

#include "compiler/lint.h"

/* ---- one-second times -------------------------------------------------- */

static bool is_plain_path(const struct as_expr *expr)
{
    return expr && expr->kind == AS_EXPR_PATH;
}

static bool is_time_field(const struct as_expr *expr)
{
    struct as_lint_field field = as_lint_field(expr);

    return field.row != AS_SCHEMA_NONE && !field.below &&
           as_schema_field((size_t)field.row)->type == AS_KIND_TIME;
}

void as_lint_second(struct as_lint *lint, const struct as_lint_test *test)
{
    const struct as_expr *expr = test->expr;

    if ((expr->kind != AS_EXPR_LT && expr->kind != AS_EXPR_GT) ||
        !is_plain_path(expr->left) || !is_plain_path(expr->right) ||
        (!is_time_field(expr->left) && !is_time_field(expr->right)))
        return;
    as_diag(lint->diag, AS_L_SECOND, expr->op_span,
            "what happens within one second is left out");
    as_diag_help(lint->diag, "write `%s`",
                 expr->kind == AS_EXPR_LT ? "<=" : ">=");
    as_diag_fix(lint->diag, expr->op_span, "%s",
                expr->kind == AS_EXPR_LT ? "<=" : ">=");
}

/* ---- counts ----------------------------------------------------------- */

static bool is_amount(const struct as_expr *expr)
{
    return as_lint_is_call(expr, "count") ||
           as_lint_is_call(expr, "count_distinct") ||
           as_lint_is_call(expr, "len");
}

/* What it is at least: a window that is judged has an event. */
static int64_t least(const struct as_lint *lint, const struct as_expr *expr)
{
    const struct as_step *call = expr->path->steps;

    return lint->rule && lint->rule->shape == AS_SHAPE_GROUP && !call->args &&
           !call->filter;
}

/* -1: it never holds of an amount from `low` on, 1: it always does, 0: it
 * depends. */
static int verdict(enum as_expr_kind kind, int64_t value, int64_t low)
{
    switch ((int)kind) {
    case AS_EXPR_LT:
        return value <= low ? -1 : 0;
    case AS_EXPR_LE:
    case AS_EXPR_EQ:
        return value < low ? -1 : 0;
    case AS_EXPR_GT:
        return value < low ? 1 : 0;
    case AS_EXPR_GE:
        return value <= low ? 1 : 0;
    default:
        return 0;
    }
}

void as_lint_count(struct as_lint *lint, const struct as_lint_test *test)
{
    int answer;

    if (!is_amount(test->subject) || !test->values || test->list ||
        test->values->kind != AS_EXPR_INT)
        return;
    answer = verdict(test->kind, test->values->integer,
                     least(lint, test->subject));
    if (test->negated)
        answer = -answer;
    if (answer == 0)
        return;
    as_diag(lint->diag, AS_L_COUNT, test->expr->span,
            "this %s: the amount is never less than %d",
            answer > 0 ? "always holds" : "never holds",
            (int)least(lint, test->subject));
}

/* ---- windows ---------------------------------------------------------- */

/* A length of time in ms, a parameter's by its default; false when it is not
 * known. */
static bool length_of(const struct as_lint *lint, struct as_module *module,
                      const struct as_amount *amount, int64_t *ms)
{
    const struct as_decl *decl, *other;

    (void)lint;
    if (amount->kind == AS_AMOUNT_DURATION) {
        *ms = amount->ms;
        return true;
    }
    if (amount->kind != AS_AMOUNT_NAME || amount->scope.text.length != 0)
        return false;
    decl = as_resolve_name(module, amount->name.text, &other);
    if (!decl || decl->kind != AS_DECL_PARAM ||
        decl->param->value->kind != AS_EXPR_DURATION)
        return false;
    *ms = decl->param->value->integer;
    return true;
}

void as_lint_windows(struct as_lint *lint)
{
    const struct as_rule *rule = lint->rule;
    int64_t gap, span;

    if (rule->shape != AS_SHAPE_GROUP)
        return;
    if (rule->window == AS_WINDOW_SESSION &&
        length_of(lint, lint->module, &rule->gap, &gap) &&
        length_of(lint, lint->module, &rule->timespan, &span) && gap == span)
        as_diag(lint->diag, AS_L_GAP, rule->gap.span,
                "no gap of this length fits into the timespan: the session "
                "ends by the timespan only");
}

/* ---- joins that look further back than the baseline remembers ----------- */

static const struct as_decl *joined(struct as_lint *lint,
                                    const struct as_join *join)
{
    const struct as_decl *other, *decl;
    struct as_imported *imported;

    if (join->scope.text.length == 0) {
        decl = as_resolve_name(lint->module, join->baseline.text, &other);
    } else {
        imported = as_resolve_alias(lint->module, join->scope.text);
        decl = imported && imported->module
                 ? as_resolve_below(imported, join->baseline.text)
                 : NULL;
    }
    return decl && decl->kind == AS_DECL_BASELINE ? decl : NULL;
}

void as_lint_joins(struct as_lint *lint)
{
    for (const struct as_join *at = lint->rule->joins; at; at = at->next) {
        const struct as_decl *decl = joined(lint, at);
        int64_t within, retain;

        if (!decl || decl->baseline->idle ||
            decl->baseline->scope != AS_SCOPE_AS_OF ||
            !length_of(lint, lint->module, &at->within, &within) ||
            !length_of(lint, decl->module, &decl->baseline->retain, &retain) ||
            within <= retain)
            continue;
        as_diag(lint->diag, AS_L_SPAN_ABOVE_RETAIN, at->within.span,
                "`%.*s` has forgotten its rows by then",
                (int)decl->name.text.length, decl->name.text.bytes);
        as_diag_label(lint->diag, decl->baseline->retain.span,
                      "they are kept so long");
    }
}

/* ---- keys ------------------------------------------------------------- */

enum { NAMES_SOMEBODY = 1, NAMES_ACCOUNT = 2 };

static unsigned field_names(const struct as_expr *expr)
{
    struct as_lint_field field = as_lint_field(expr);
    struct as_text path;

    if (field.row == AS_SCHEMA_NONE)
        return 0;
    path = as_text_of(as_schema_field((size_t)field.row)->path);
    if (!field.below && as_text_ends(path, AS_TEXT("serName")))
        return NAMES_SOMEBODY;
    if (!field.below && (as_text_ends(path, AS_TEXT("arn")) ||
                         as_text_ends(path, AS_TEXT("ccountId")) ||
                         as_text_ends(path, AS_TEXT("rincipalId")) ||
                         as_text_ends(path, AS_TEXT("accessKeyId")) ||
                         as_text_ends(path, AS_TEXT("credentialsIssuedTo"))))
        return NAMES_ACCOUNT;
    return field.below ? NAMES_ACCOUNT : 0; /* it may be: say nothing */
}

/* What the key's part says of whom it is. */
static unsigned part_names(const struct as_lint *lint,
                           const struct as_expr *expr, unsigned depth)
{
    struct as_module *module = lint->module;
    const struct as_bind *lets = lint->lets;
    const struct as_expr *body;
    unsigned names = 0;

    if (!expr || depth > 8)
        return 0;
    if (as_lint_is_call(expr, "session_name"))
        return NAMES_SOMEBODY;
    if (as_lint_is_call(expr, "arn_account"))
        return NAMES_ACCOUNT;
    if (expr->kind == AS_EXPR_PATH) {
        body = as_lint_open(expr, &module, &lets);
        if (body)
            return part_names(lint, body, depth + 1);
        for (const struct as_step *at = expr->path->steps; at; at = at->next) {
            for (const struct as_expr *arg = at->args; arg; arg = arg->next)
                names |= part_names(lint, arg, depth + 1);
        }
        return names | field_names(expr);
    }
    return part_names(lint, expr->left, depth + 1) |
           part_names(lint, expr->right, depth + 1);
}

static void check_key(struct as_lint *lint, const struct as_bind *key)
{
    const struct as_bind *somebody = NULL;

    for (const struct as_bind *at = key; at; at = at->next) {
        unsigned names = part_names(lint, at->value, 0);

        if (names & NAMES_ACCOUNT)
            return;
        if (names & NAMES_SOMEBODY)
            somebody = at;
    }
    if (!somebody)
        return;
    as_diag(lint->diag, AS_L_KEY_ACCOUNT, somebody->value->span,
            "the same name in two accounts makes one key");
    as_diag_help(lint->diag, "add the account, "
                             "`account = userIdentity.accountId`, or take "
                             "userIdentity.arn");
}

void as_lint_rule_key(struct as_lint *lint)
{
    check_key(lint, lint->rule->by);
}

void as_lint_baseline_key(struct as_lint *lint)
{
    check_key(lint, lint->baseline->key);
}

/* ---- meta ------------------------------------------------------------- */

static bool are_digits(struct as_text text, size_t from, size_t to)
{
    if (to > text.length)
        return false;
    for (size_t i = from; i < to; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
    }
    return true;
}

static bool is_between(struct as_text text, size_t from, size_t to, int low,
                       int high)
{
    int number = 0;

    if (!are_digits(text, from, to))
        return false;
    for (size_t i = from; i < to; i++)
        number = number * 10 + (text.bytes[i] - '0');
    return number >= low && number <= high;
}

/* T1552, T1552.005, TA0006.  Techniques are numbered from T1001 on, their parts
 * from .001, of which none has thirty yet.  Source: attack.mitre.org. */
static bool is_attack_id(struct as_text id)
{
    if (as_text_starts(id, AS_TEXT("TA")))
        return id.length == 6 && is_between(id, 2, 6, 1, 199);
    if (!as_text_starts(id, AS_TEXT("T")) || !is_between(id, 1, 5, 1001, 1999))
        return false;
    return id.length == 5 || (id.length == 9 && id.bytes[5] == '.' &&
                              is_between(id, 6, 9, 1, 30));
}

void as_lint_attack(struct as_lint *lint)
{
    for (const struct as_meta *meta = lint->rule->meta; meta;
         meta = meta->next) {
        if (!as_text_equal(meta->name.text, AS_TEXT("attack")) ||
            meta->value->kind != AS_EXPR_LIST)
            continue;
        for (const struct as_expr *at = meta->value->items; at; at = at->next) {
            if (at->kind != AS_EXPR_TEXT || is_attack_id(at->text))
                continue;
            as_diag(lint->diag, AS_L_ATTACK, at->span,
                    "no technique of ATT&CK has such an id");
            as_diag_help(lint->diag, "ids are written as in T1552, T1552.005 "
                                     "and TA0006");
        }
    }
}

/* ---- names nobody uses ------------------------------------------------- */

static bool is_imported(const struct as_lint *lint)
{
    for (const struct as_module *at = lint->modules; at; at = at->next) {
        for (const struct as_imported *in = at->imported; in; in = in->next) {
            if (in->module == lint->module)
                return true;
        }
    }
    return false;
}

/* What is declared beside rules and for nobody else: of a file that others
 * import not all users may be here. */
void as_lint_unused(struct as_lint *lint)
{
    if (!lint->module->file->rules || is_imported(lint))
        return;
    for (const struct as_decl *at = lint->module->decls; at; at = at->next) {
        if (at->used || at->failed)
            continue;
        as_diag(lint->diag, AS_L_UNUSED_DECL, at->name.span,
                "nothing uses the %s `%.*s`", as_decl_word(at->kind),
                (int)at->name.text.length, at->name.text.bytes);
    }
}
