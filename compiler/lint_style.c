/*
 * lint_style.c - what works and could be said better: matters of taste, off
 * until pack.yaml asks for them.
 */

#include "compiler/lint.h"

/* ---- regular expressions ------------------------------------------------ */

/* A byte that stands for itself in a regular expression. */
static bool is_itself(char c)
{
    return c >= ' ' && c <= '~' && !strchr("\\^$.|?*+()[]{}\"", c);
}

/* /^aws-cli\// is startswith "aws-cli/": the text between the anchors goes to
 * `plain`.  False when there is more to it. */
static bool is_plain_text(struct as_arena *arena, struct as_text pattern,
                          struct as_text *plain)
{
    char *bytes = as_strndup(arena, pattern.bytes, pattern.length);
    size_t count = 0;

    for (size_t i = 0; bytes && i < pattern.length; i++) {
        char c = pattern.bytes[i];

        if (c == '\\' && i + 1 < pattern.length &&
            strchr("/.-_ :", pattern.bytes[i + 1]))
            c = pattern.bytes[++i];
        else if (!is_itself(c))
            return false;
        bytes[count++] = c;
    }
    *plain = (struct as_text){ bytes, count };
    return bytes && count > 0;
}

void as_lint_literal_regex(struct as_lint *lint,
                           const struct as_lint_test *test)
{
    struct as_text pattern, plain;
    bool start, end;
    const char *word;

    if (test->kind != AS_EXPR_MATCHES || test->list || !test->values ||
        test->values->kind != AS_EXPR_REGEX || test->values->fold ||
        !as_diag_wants(lint->diag, AS_L_REGEX_PLAIN))
        return;
    pattern = test->values->text;
    start = pattern.length > 0 && pattern.bytes[0] == '^';
    pattern.bytes += start;
    pattern.length -= start;
    end = pattern.length > 1 && pattern.bytes[pattern.length - 1] == '$' &&
          pattern.bytes[pattern.length - 2] != '\\';
    pattern.length -= end;
    if (!is_plain_text(lint->arena, pattern, &plain))
        return;
    word = start && end ? "=="
         : start        ? "startswith"
         : end          ? "endswith"
                        : "contains";
    as_diag(lint->diag, AS_L_REGEX_PLAIN, test->values->span,
            "a plain text would do");
    as_diag_help(lint->diag, "write `%s \"%.*s\"`", word, (int)plain.length,
                 plain.bytes);
    if (test->negated)
        return;
    as_diag_fix(lint->diag, test->expr->op_span, "%s", word);
    as_lint_fix_text(lint, test->values->span, plain);
}

/* `.*` before or behind all else. */
void as_lint_open_ends(struct as_lint *lint, const struct as_expr *expr)
{
    struct as_text text = expr->text;
    bool start = as_text_starts(text, AS_TEXT(".*"));
    bool end = as_text_ends(text, AS_TEXT(".*")) &&
               !as_text_ends(text, AS_TEXT("\\.*"));

    if (text.length <= 4 || (!start && !end))
        return;
    as_diag(lint->diag, AS_L_REGEX_ENDS, expr->span,
            "a regular expression matches anywhere: `.*` at its %s does "
            "nothing",
            start ? "beginning" : "end");
}

/* ---- comparisons ------------------------------------------------------ */

void as_lint_single(struct as_lint *lint, const struct as_lint_test *test)
{
    if (test->kind != AS_EXPR_IN || test->named || !test->values ||
        test->values->next || test->values->kind != AS_EXPR_TEXT)
        return;
    as_diag(lint->diag, AS_L_SINGLE, test->expr->right->span,
            "a list of one value");
    as_diag_help(lint->diag, "write `%s`", test->negated ? "!=" : "==");
}

void as_lint_literal_time(struct as_lint *lint, const struct as_lint_test *test)
{
    if (!test->values || test->list || test->values->kind != AS_EXPR_TIME)
        return;
    as_diag(lint->diag, AS_L_LITERAL_TIME, test->values->span,
            "a date in a rule grows old");
    as_diag_help(lint->diag, "bound a scan with --since and --until; let an "
                             "exclusion end with `expires`");
}

static bool is_negation(const struct as_expr *expr)
{
    return expr->kind == AS_EXPR_NOT || expr->kind == AS_EXPR_NE ||
           expr->negated;
}

void as_lint_double_not(struct as_lint *lint, const struct as_expr *expr)
{
    if (!is_negation(expr->left))
        return;
    as_diag(lint->diag, AS_L_DOUBLE_NOT, expr->span,
            "a negation of a negation");
    as_diag_help(lint->diag, "say what must hold");
}

/* ---- declarations ----------------------------------------------------- */

void as_lint_no_reason(struct as_lint *lint)
{
    for (const struct as_exclude *at = lint->rule->excludes; at;
         at = at->next) {
        if (at->audit.reason.length != 0)
            continue;
        as_diag(lint->diag, AS_L_NO_REASON, at->name.span,
                "`%.*s` has no reason", (int)at->name.text.length,
                at->name.text.bytes);
    }
}

static bool has_meta(const struct as_meta *meta, const char *name)
{
    while (meta && !as_text_equal(meta->name.text, as_text_of(name)))
        meta = meta->next;
    return meta != NULL;
}

void as_lint_meta(struct as_lint *lint)
{
    static const char *const names[] = { "id", "title", "severity", "attack" };
    const struct as_rule *rule = lint->rule;
    const char *missing = NULL;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!missing && !has_meta(rule->meta, names[i]))
            missing = names[i];
    }
    if (!missing)
        return;
    as_diag(lint->diag, AS_L_META, rule->name.span,
            "`%.*s` does not say its %s", (int)rule->name.text.length,
            rule->name.text.bytes, missing);
    as_diag_help(lint->diag, "meta { id = \"...\"  title = \"...\"  severity = "
                             "...  attack = [\"...\"] }");
}
