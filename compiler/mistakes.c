/*
 * mistakes.c - see mistakes.h.
 *
 * An edit is a mistake that a person could have made and that still is a
 * rule: another operator, a condition less, a limit that lies elsewhere.  What
 * an expression decides is edited wherever it stands; what only an alert shows
 * (meta, outcome, but for its severity) is not.  An edit takes away or puts in
 * place whole nodes of the tree, by their spans, so that what is left parses;
 * whether its types still fit is for the compiler to say.
 */

#include "compiler/mistakes.h"

#include <inttypes.h>
#include <stdarg.h>

#include "common/buf.h"
#include "compiler/front.h"

struct walk {
    struct as_text text; /* of the source */
    astray_mistake_fn *report;
    void *user;
    const char *declaration;
    bool shared; /* not in a rule: other rules may read it */
    struct as_arena *arena;
};

/* ---- telling ---------------------------------------------------------- */

static void tell(struct walk *walk, struct as_span span,
                 const char *replacement, const char *what)
{
    struct astray_mistake edit = {
        .size = sizeof(edit),
        .declaration = walk->declaration,
        .shared = walk->shared,
        .offset = span.start,
        .length = span.end - span.start,
        .replacement = replacement,
        .what = what,
    };

    walk->report(&edit, walk->user);
}

/* What is put in place is made by a format. */
static void tell_made(struct walk *walk, struct as_span span, const char *what,
                      const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void tell_made(struct walk *walk, struct as_span span, const char *what,
                      const char *format, ...)
{
    struct as_buf made = { .bytes = NULL };
    va_list list;

    va_start(list, format);
    as_buf_vprintf(&made, format, list);
    va_end(list);
    as_buf_putc(&made, '\0');
    if (made.failed)
        walk->arena->failed = true;
    else
        tell(walk, span, made.bytes, what);
    as_buf_done(&made);
}

static struct as_text shown(const struct walk *walk, struct as_span span)
{
    return (struct as_text){ walk->text.bytes + span.start,
                             span.end - span.start };
}

/* One of its operands in place of the whole. */
static void tell_part(struct walk *walk, const struct as_expr *whole,
                      const struct as_expr *part, const char *what)
{
    struct as_text text = shown(walk, part->span);

    tell_made(walk, whole->span, what, "(%.*s)", (int)text.length, text.bytes);
}

/* ---- expressions ------------------------------------------------------ */

static void walk_expr(struct walk *walk, const struct as_expr *expr);

static void walk_exprs(struct walk *walk, const struct as_expr *first)
{
    for (const struct as_expr *at = first; at; at = at->next)
        walk_expr(walk, at);
}

/* Another aggregate that takes the same. */
static const char *sibling(struct as_text name)
{
    static const char *const pairs[][2] = { { "min", "max" },
                                            { "first", "last" } };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        for (size_t side = 0; side < 2; side++)
            if (as_text_equal(name, as_text_of(pairs[i][side])))
                return pairs[i][1 - side];
    return NULL;
}

static void edit_path(struct walk *walk, const struct as_expr *expr)
{
    const struct as_path *path = expr->path;
    const struct as_step *call = path->steps;

    if (!call || call->kind != AS_STEP_CALL)
        return;
    const char *other = sibling(path->head.text);
    if (other)
        tell(walk, path->head.span, other, "the other end");
    if (call->filter)
        tell(walk, call->filter->span, "true", "no filter");
    walk_exprs(walk, call->args);
    if (call->filter)
        walk_expr(walk, call->filter);
}

/* A row of the table of kinds, below. */
struct kind {
    void (*edit)(struct walk *walk, const struct as_expr *expr);
    const char *other, *what; /* of edit_operator */
};

static const struct kind *kind_of(const struct as_expr *expr);

static void edit_operator(struct walk *walk, const struct as_expr *expr)
{
    const struct kind *kind = kind_of(expr);

    tell(walk, expr->op_span, kind->other, kind->what);
    walk_expr(walk, expr->left);
    walk_expr(walk, expr->right);
}

static void edit_join(struct walk *walk, const struct as_expr *expr)
{
    tell_part(walk, expr, expr->left, "the right condition is gone");
    tell_part(walk, expr, expr->right, "the left condition is gone");
    edit_operator(walk, expr);
}

static void edit_coalesce(struct walk *walk, const struct as_expr *expr)
{
    tell_part(walk, expr, expr->left, "no other value");
    walk_expr(walk, expr->left);
    walk_expr(walk, expr->right);
}

static void edit_not(struct walk *walk, const struct as_expr *expr)
{
    tell(walk, expr->op_span, "", "no `not`");
    walk_expr(walk, expr->left);
}

/* `not in`, `is not`: the operator without its `not`, or with it. */
static void edit_negation(struct walk *walk, const struct as_expr *expr)
{
    struct as_text op = shown(walk, expr->op_span);
    const char *name = op.bytes;
    bool after = expr->kind == AS_EXPR_IS;

    if (expr->negated && !after) {
        name += 3;
        while (name < op.bytes + op.length && *name <= ' ')
            name++;
    }
    int length = (int)(op.bytes + op.length - name);
    if (expr->negated && after)
        tell(walk, expr->op_span, "is", "the opposite");
    else if (expr->negated)
        tell_made(walk, expr->op_span, "the opposite", "%.*s", length, name);
    else
        tell_made(walk, expr->op_span, "the opposite",
                  after ? "%.*s not" : "not %.*s", length, name);
}

static void edit_match(struct walk *walk, const struct as_expr *expr)
{
    bool anchored = expr->kind == AS_EXPR_STARTSWITH ||
                    expr->kind == AS_EXPR_ENDSWITH;

    edit_negation(walk, expr);
    if (anchored)
        tell(walk, expr->op_span, expr->negated ? "not contains" : "contains",
             "found anywhere");
    walk_expr(walk, expr->left);
    if (expr->right)
        walk_expr(walk, expr->right);
}

/* A list without one of its items. */
static void edit_list(struct walk *walk, const struct as_expr *list)
{
    const struct as_expr *before = NULL;

    for (const struct as_expr *at = list->items; at; at = at->next) {
        struct as_span span = at->span;

        if (at->next)
            span.end = at->next->span.start;
        else if (before)
            span.start = before->span.end;
        if (at->next || before)
            tell(walk, span, "", "an item less");
        before = at;
    }
}

static void edit_text(struct walk *walk, const struct as_expr *expr)
{
    struct as_span inside = { expr->span.source, expr->span.end - 1,
                              expr->span.end - 1 };

    tell(walk, inside, "~", "another text");
}

/* A length of time, in the largest unit that fits. */
static void put_span(struct walk *walk, struct as_span span, int64_t seconds,
                     const char *what)
{
    static const struct {
        int64_t seconds;
        char unit;
    } units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
    size_t n = 0;

    while (seconds % units[n].seconds != 0)
        n++;
    tell_made(walk, span, what, "%" PRId64 "%c", seconds / units[n].seconds,
              units[n].unit);
}

static void edit_span(struct walk *walk, struct as_span span, int64_t ms)
{
    int64_t seconds = ms / 1000;

    if (seconds >= 2)
        put_span(walk, span, seconds / 2, "half as long");
    if (seconds <= INT64_MAX / 4000)
        put_span(walk, span, seconds > 0 ? seconds * 2 : 1, "twice as long");
}

static void edit_duration(struct walk *walk, const struct as_expr *expr)
{
    edit_span(walk, expr->span, expr->integer);
}

static void edit_bool(struct walk *walk, const struct as_expr *expr)
{
    tell(walk, expr->span, expr->integer ? "false" : "true", "the opposite");
}

static void edit_int(struct walk *walk, const struct as_expr *expr)
{
    if (expr->integer < INT64_MAX)
        tell_made(walk, expr->span, "one more", "%" PRId64, expr->integer + 1);
    if (expr->integer > INT64_MIN)
        tell_made(walk, expr->span, "one less", "%" PRId64, expr->integer - 1);
}

static void edit_quant(struct walk *walk, const struct as_expr *expr)
{
    static const char *const words[][2] = {
        [AS_QUANT_ANY] = { "all", "none" },
        [AS_QUANT_ALL] = { "any", "none" },
        [AS_QUANT_NONE] = { "any", "all" },
    };

    for (size_t i = 0; i < 2; i++)
        tell(walk, expr->op_span, words[expr->quant][i], "another quantifier");
    walk_expr(walk, expr->left);
}

static void edit_if(struct walk *walk, const struct as_expr *expr)
{
    tell(walk, expr->condition->span, "true", "always the first branch");
    tell(walk, expr->condition->span, "false", "always the second branch");
    walk_expr(walk, expr->condition);
    walk_expr(walk, expr->left);
    walk_expr(walk, expr->right);
}

/* What can be wrong with an expression, by its kind; kinds without a row have
 * no edits and nothing below them. */
static const struct kind kinds[] = {
    [AS_EXPR_PATH] = { edit_path, NULL, NULL },
    [AS_EXPR_TEXT] = { edit_text, NULL, NULL },
    [AS_EXPR_INT] = { edit_int, NULL, NULL },
    [AS_EXPR_DURATION] = { edit_duration, NULL, NULL },
    [AS_EXPR_BOOL] = { edit_bool, NULL, NULL },
    [AS_EXPR_LIST] = { edit_list, NULL, NULL },
    [AS_EXPR_NOT] = { edit_not, NULL, NULL },
    [AS_EXPR_AND] = { edit_join, "or", "the other connective" },
    [AS_EXPR_OR] = { edit_join, "and", "the other connective" },
    [AS_EXPR_EQ] = { edit_operator, "!=", "the opposite" },
    [AS_EXPR_NE] = { edit_operator, "==", "the opposite" },
    [AS_EXPR_LT] = { edit_operator, "<=", "the other side of the edge" },
    [AS_EXPR_LE] = { edit_operator, "<", "the other side of the edge" },
    [AS_EXPR_GT] = { edit_operator, ">=", "the other side of the edge" },
    [AS_EXPR_GE] = { edit_operator, ">", "the other side of the edge" },
    [AS_EXPR_IN] = { edit_match, NULL, NULL },
    [AS_EXPR_CONTAINS] = { edit_match, NULL, NULL },
    [AS_EXPR_STARTSWITH] = { edit_match, NULL, NULL },
    [AS_EXPR_ENDSWITH] = { edit_match, NULL, NULL },
    [AS_EXPR_LIKE] = { edit_match, NULL, NULL },
    [AS_EXPR_MATCHES] = { edit_match, NULL, NULL },
    [AS_EXPR_IS] = { edit_match, NULL, NULL },
    [AS_EXPR_COALESCE] = { edit_coalesce, NULL, NULL },
    [AS_EXPR_PLUS] = { edit_operator, "-", "the other way" },
    [AS_EXPR_MINUS] = { edit_operator, "+", "the other way" },
    [AS_EXPR_IF] = { edit_if, NULL, NULL },
    [AS_EXPR_QUANT] = { edit_quant, NULL, NULL },
    [AS_EXPR_BAD] = { NULL, NULL, NULL },
};

static const struct kind *kind_of(const struct as_expr *expr)
{
    return &kinds[expr->kind];
}

static void walk_expr(struct walk *walk, const struct as_expr *expr)
{
    if (kind_of(expr)->edit)
        kind_of(expr)->edit(walk, expr);
}

/* ---- clauses ---------------------------------------------------------- */

static void walk_condition(struct walk *walk, const struct as_expr *condition,
                           const char *as_if, const char *what)
{
    if (!condition)
        return;
    tell(walk, condition->span, as_if, what);
    walk_expr(walk, condition);
}

static void walk_amount(struct walk *walk, const struct as_amount *amount)
{
    if (amount->kind == AS_AMOUNT_DURATION)
        edit_span(walk, amount->span, amount->ms);
}

static void walk_values(struct walk *walk, const struct as_bind *first)
{
    for (const struct as_bind *at = first; at; at = at->next)
        walk_expr(walk, at->value);
}

/* Keys, and the keys without one of them. */
static void walk_keys(struct walk *walk, const struct as_bind *first)
{
    const struct as_bind *before = NULL;

    for (const struct as_bind *at = first; at; at = at->next) {
        struct as_span span = as_span_join(at->name.span, at->value->span);

        if (at->next)
            span.end = at->next->name.span.start;
        else if (before)
            span.start = before->value->span.end;
        if (at->next || before)
            tell(walk, span, "", "a key less");
        before = at;
    }
    walk_values(walk, first);
}

static void walk_joins(struct walk *walk, const struct as_join *first)
{
    for (const struct as_join *at = first; at; at = at->next) {
        walk_expr(walk, at->on);
        walk_amount(walk, &at->within);
    }
}

static void walk_steps(struct walk *walk, const struct as_rule *rule)
{
    for (const struct as_sequence_step *at = rule->steps; at; at = at->next) {
        if (at->absent)
            walk_condition(walk, at->where, "false", "no `not` step");
        else
            walk_expr(walk, at->where);
    }
    if (rule->until)
        walk_condition(walk, rule->until->where, "false", "no `until`");
}

static void walk_severity(struct walk *walk, const struct as_rule *rule)
{
    for (const struct as_bind *at = rule->outcome; at; at = at->next)
        if (as_text_equal(at->name.text, AS_TEXT("severity")))
            walk_expr(walk, at->value);
}

static void walk_rule(struct walk *walk, const struct as_rule *rule)
{
    walk_values(walk, rule->lets);
    walk_condition(walk, rule->where, "true", "no `where`");
    walk_joins(walk, rule->joins);
    for (const struct as_expr *at = rule->requires; at; at = at->next)
        walk_condition(walk, at, "true", "no `require`");
    walk_keys(walk, rule->by);
    walk_amount(walk, &rule->timespan);
    walk_amount(walk, &rule->gap);
    if (rule->having)
        walk_expr(walk, rule->having);
    walk_steps(walk, rule);
    for (const struct as_exclude *at = rule->excludes; at; at = at->next)
        walk_condition(walk, at->when, "false", "no `exclude`");
    walk_severity(walk, rule);
    walk_amount(walk, &rule->suppress_for);
}

static void walk_baseline(struct walk *walk, const struct as_baseline *baseline)
{
    walk_values(walk, baseline->lets);
    walk_condition(walk, baseline->where, "true", "no `where`");
    walk_keys(walk, baseline->key);
    walk_values(walk, baseline->collect);
    walk_amount(walk, &baseline->plus);
    walk_amount(walk, &baseline->retain);
}

/* ---- the file --------------------------------------------------------- */

static const char *name_of(struct walk *walk, const struct as_name *name)
{
    const char *copy = as_strndup(walk->arena, name->text.bytes,
                                  name->text.length);

    return copy ? copy : "";
}

static void walk_file(struct walk *walk, const struct as_file *file)
{
    walk->shared = true;
    for (const struct as_macro *at = file->macros; at; at = at->next) {
        walk->declaration = name_of(walk, &at->name);
        walk_expr(walk, at->body);
    }
    for (const struct as_baseline *at = file->baselines; at; at = at->next) {
        walk->declaration = name_of(walk, &at->name);
        walk_baseline(walk, at);
    }
    walk->shared = false;
    for (const struct as_rule *at = file->rules; at; at = at->next) {
        walk->declaration = name_of(walk, &at->name);
        walk_rule(walk, at);
    }
}

enum astray_status as_mistakes(const struct as_source *source,
                               struct as_arena *arena, struct as_diag *diag,
                               astray_mistake_fn *report, void *user)
{
    struct walk walk = {
        .text = source->text, .report = report, .user = user, .arena = arena
    };
    const struct as_file *file = as_front_parse(source, arena, diag);

    if (arena->failed)
        return ASTRAY_NO_MEMORY;
    if (as_diag_failed(diag))
        return ASTRAY_BAD_SOURCE;
    walk_file(&walk, file);
    return arena->failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}
