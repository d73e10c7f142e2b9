/*
 * lint_ask.c - see lint.h: what an expression asks, put so that a lint need
 * not know in how many ways it can be written.
 *
 * No name may hide a field of the schema, so a path that begins with one is
 * that field wherever it stands.
 */

#include "compiler/lint.h"

#include "common/limits.h"

/* ---- paths ------------------------------------------------------------ */

static bool is_plain(const struct as_expr *expr)
{
    if (expr->kind != AS_EXPR_PATH)
        return false;
    for (const struct as_step *at = expr->path->steps; at; at = at->next) {
        if (at->kind == AS_STEP_CALL)
            return false;
    }
    return true;
}

struct as_lint_field as_lint_field(const struct as_expr *expr)
{
    struct as_lint_field none = { AS_SCHEMA_NONE, false };
    struct as_schema_step steps[AS_MAX_STEPS + 1];
    struct as_schema_hit hit;
    size_t count = 0;

    if (!is_plain(expr))
        return none;
    steps[count++] = (struct as_schema_step){
        .kind = AS_SCHEMA_STEP_NAME,
        .name = expr->path->head.text,
    };
    for (const struct as_step *at = expr->path->steps; at; at = at->next) {
        if (count == sizeof(steps) / sizeof(steps[0]))
            return none;
        steps[count++] = (struct as_schema_step){
            .kind = at->kind == AS_STEP_NAME  ? AS_SCHEMA_STEP_NAME
                  : at->kind == AS_STEP_INDEX ? AS_SCHEMA_STEP_INDEX
                                              : AS_SCHEMA_STEP_EACH,
            .name = at->name,
            .index = at->index,
        };
    }
    hit = as_schema_resolve(AS_SCHEMA_NONE, steps, count);
    if (hit.status != AS_SCHEMA_EXACT && hit.status != AS_SCHEMA_BELOW)
        return none;
    return (struct as_lint_field){ hit.row, hit.status == AS_SCHEMA_BELOW };
}

bool as_lint_is_field(const struct as_lint_field *field, const char *path)
{
    return field->row != AS_SCHEMA_NONE && !field->below &&
           strcmp(as_schema_field((size_t)field->row)->path, path) == 0;
}

bool as_lint_is_call(const struct as_expr *expr, const char *name)
{
    return expr && expr->kind == AS_EXPR_PATH && expr->path->steps &&
           expr->path->steps->kind == AS_STEP_CALL &&
           as_text_equal(expr->path->head.text, as_text_of(name));
}

bool as_lint_is_of_many(const struct as_expr *subject)
{
    if (subject->kind != AS_EXPR_PATH)
        return false;
    for (const struct as_step *at = subject->path->steps; at; at = at->next) {
        if (at->kind == AS_STEP_EACH)
            return true;
    }
    return false;
}

/* The only argument of a call with nothing behind it, else NULL. */
static const struct as_expr *argument(const struct as_expr *expr,
                                      const char *name)
{
    const struct as_step *call;

    if (!as_lint_is_call(expr, name))
        return NULL;
    call = expr->path->steps;
    return call->next || call->filter || !call->args || call->args->next
             ? NULL
             : call->args;
}

/* ---- the same? -------------------------------------------------------- */

static bool both_same(const struct as_expr *a, const struct as_expr *b)
{
    return a && b ? as_lint_same(a, b) : a == b;
}

static bool same_steps(const struct as_step *a, const struct as_step *b)
{
    for (; a && b; a = a->next, b = b->next) {
        const struct as_expr *x = a->args, *y = b->args;

        if (a->kind != b->kind || a->index != b->index ||
            !as_text_equal(a->name, b->name))
            return false;
        for (; x && y && as_lint_same(x, y); x = x->next)
            y = y->next;
        if (x || y || !both_same(a->filter, b->filter))
            return false;
    }
    return a == b;
}

bool as_lint_same(const struct as_expr *a, const struct as_expr *b)
{
    if (a->kind != b->kind)
        return false;
    switch ((int)a->kind) {
    case AS_EXPR_PATH:
        return as_text_equal(a->path->head.text, b->path->head.text) &&
               same_steps(a->path->steps, b->path->steps);
    case AS_EXPR_TEXT:
        return as_text_equal(a->text, b->text);
    case AS_EXPR_REGEX:
        return a->fold == b->fold && as_text_equal(a->text, b->text);
    case AS_EXPR_INT:
    case AS_EXPR_DURATION:
    case AS_EXPR_TIME:
    case AS_EXPR_BOOL:
        return a->integer == b->integer;
    case AS_EXPR_CIDR:
        return a->cidr.bits == b->cidr.bits &&
               as_ip_compare(&a->cidr.base, &b->cidr.base) == 0;
    case AS_EXPR_EQ:
    case AS_EXPR_NE:
    case AS_EXPR_COALESCE:
    case AS_EXPR_PLUS:
    case AS_EXPR_MINUS:
        return both_same(a->left, b->left) && both_same(a->right, b->right);
    default:
        return false;
    }
}

/* ---- comparisons ------------------------------------------------------ */

static bool is_written_out(const struct as_expr *expr)
{
    switch ((int)expr->kind) {
    case AS_EXPR_TEXT:
    case AS_EXPR_INT:
    case AS_EXPR_REAL:
    case AS_EXPR_DURATION:
    case AS_EXPR_TIME:
    case AS_EXPR_CIDR:
    case AS_EXPR_REGEX:
    case AS_EXPR_BOOL:
        return true;
    default:
        return false;
    }
}

/* Text literals may also be list items that are no literals: those lists are
 * not taken. */
static bool are_written_out(const struct as_expr *items)
{
    for (; items; items = items->next) {
        if (!is_written_out(items))
            return false;
    }
    return true;
}

/* The values of a declared list that stand in the source. */
static const struct as_expr *named_values(const struct as_lint *lint,
                                          const struct as_expr *right)
{
    const struct as_decl *other, *decl;

    if (right->kind != AS_EXPR_PATH || right->path->steps)
        return NULL;
    decl = as_resolve_name(lint->module, right->path->head.text, &other);
    if (!decl || decl->kind != AS_DECL_LIST ||
        !are_written_out(decl->list->items))
        return NULL;
    return decl->list->items;
}

static void read_values(const struct as_lint *lint, const struct as_expr *right,
                        struct as_lint_test *test)
{
    if (right->kind == AS_EXPR_LIST) {
        test->list = true;
        if (are_written_out(right->items))
            test->values = right->items;
    } else if (is_written_out(right)) {
        test->values = right;
    } else {
        test->values = named_values(lint, right);
        test->list = test->named = test->values != NULL;
    }
}

static void read_subject(const struct as_expr *left, struct as_lint_test *test)
{
    const struct as_expr *inner;

    while ((inner = argument(left, "text")) != NULL ||
           (inner = argument(left, "lower")) != NULL) {
        test->text |= as_lint_is_call(left, "text");
        test->lower |= as_lint_is_call(left, "lower");
        left = inner;
    }
    test->subject = left;
}

static enum as_expr_kind mirrored(enum as_expr_kind kind)
{
    switch ((int)kind) {
    case AS_EXPR_LT:
        return AS_EXPR_GT;
    case AS_EXPR_LE:
        return AS_EXPR_GE;
    case AS_EXPR_GT:
        return AS_EXPR_LT;
    case AS_EXPR_GE:
        return AS_EXPR_LE;
    default:
        return kind;
    }
}

static bool is_comparison(const struct as_expr *expr)
{
    return expr->kind >= AS_EXPR_EQ && expr->kind <= AS_EXPR_IS;
}

bool as_lint_read(const struct as_lint *lint, const struct as_expr *expr,
                  struct as_lint_test *test)
{
    const struct as_expr *left = expr->left, *right = expr->right;

    if (!is_comparison(expr) || !left || (!right && expr->kind != AS_EXPR_IS))
        return false;
    *test = (struct as_lint_test){
        .expr = expr,
        .kind = expr->kind == AS_EXPR_NE ? AS_EXPR_EQ : expr->kind,
        .negated = expr->negated || expr->kind == AS_EXPR_NE,
        .field = { AS_SCHEMA_NONE, false },
    };
    if (expr->kind == AS_EXPR_IS) {
        test->subject = left;
        return true;
    }
    if (expr->kind <= AS_EXPR_GE && is_written_out(left) &&
        !is_written_out(right)) {
        test->kind = mirrored(test->kind);
        right = expr->left;
        left = expr->right;
    }
    read_subject(left, test);
    read_values(lint, right, test);
    return true;
}

void as_lint_find_field(struct as_lint_test *test)
{
    test->field = as_lint_field(test->subject);
}

const struct as_expr *as_lint_next(const struct as_lint_test *test,
                                   const struct as_expr *value)
{
    return test->list ? value->next : NULL;
}

/* ---- names ------------------------------------------------------------ */

/* The declaration that a bare name, or one below an import's alias, means. */
static const struct as_decl *find_decl(struct as_module *module,
                                       const struct as_path *path)
{
    const struct as_decl *other;
    struct as_imported *imported;

    if (!path->steps)
        return as_resolve_name(module, path->head.text, &other);
    if (path->steps->next || path->steps->kind != AS_STEP_NAME)
        return NULL;
    imported = as_resolve_alias(module, path->head.text);
    return imported && imported->module
             ? as_resolve_below(imported, path->steps->name)
             : NULL;
}

const struct as_expr *as_lint_open(const struct as_expr *expr,
                                   struct as_module **module,
                                   const struct as_bind **lets)
{
    const struct as_decl *decl;

    if (expr->kind != AS_EXPR_PATH)
        return NULL;
    for (const struct as_bind *let = *lets; let && !expr->path->steps;
         let = let->next) {
        if (as_text_equal(let->name.text, expr->path->head.text))
            return let->value;
    }
    decl = find_decl(*module, expr->path);
    if (!decl || decl->kind != AS_DECL_MACRO || decl->macro->has_formals)
        return NULL;
    *module = decl->module;
    *lets = NULL;
    return decl->macro->body;
}

/* ---- fixes ------------------------------------------------------------ */

void as_lint_fix_text(struct as_lint *lint, struct as_span span,
                      struct as_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];

        if (c < ' ' || c > '~' || c == '"' || c == '\\')
            return;
    }
    as_diag_fix(lint->diag, span, "\"%.*s\"", (int)text.length, text.bytes);
}

/* ---- what is shown ---------------------------------------------------- */

struct as_text as_lint_quote(const struct as_lint *lint, struct as_span span)
{
    enum { MOST = 60 };
    const struct as_source *at = lint->diag->sources;
    struct as_text text = AS_TEXT("this");

    while (at && at->number != span.source)
        at = at->next;
    if (!at || span.end > at->text.length || span.end - span.start > MOST ||
        span.end <= span.start ||
        memchr(at->text.bytes + span.start, '\n', span.end - span.start))
        return text;
    return (struct as_text){ at->text.bytes + span.start,
                             span.end - span.start };
}
