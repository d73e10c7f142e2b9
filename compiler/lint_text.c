/*
 * lint_text.c - texts that are looked for in a way in which they are not
 * found: wildcards of another operator or language, capitals, addresses.
 */

#include "compiler/lint.h"

static bool is_search(enum as_expr_kind kind)
{
    return kind == AS_EXPR_CONTAINS || kind == AS_EXPR_STARTSWITH ||
           kind == AS_EXPR_ENDSWITH;
}

static bool is_equal(enum as_expr_kind kind)
{
    return kind == AS_EXPR_EQ || kind == AS_EXPR_IN;
}

static bool has_byte(struct as_text text, char c)
{
    return text.length != 0 && memchr(text.bytes, c, text.length) != NULL;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool has_capital(struct as_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] >= 'A' && text.bytes[i] <= 'Z')
            return true;
    }
    return false;
}

static bool has_letter(struct as_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (is_letter(text.bytes[i]))
            return true;
    }
    return false;
}

/* ---- what every text has ---------------------------------------------- */

static bool is_all_stars(struct as_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] != '*')
            return false;
    }
    return text.length != 0;
}

void as_lint_empty_text(struct as_lint *lint, const struct as_lint_test *test)
{
    for (const struct as_expr *at = test->values; at;
         at = as_lint_next(test, at)) {
        bool empty = at->kind == AS_EXPR_TEXT && is_search(test->kind) &&
                     at->text.length == 0;
        bool stars = at->kind == AS_EXPR_TEXT && test->kind == AS_EXPR_LIKE &&
                     is_all_stars(at->text);

        if (!empty && !stars)
            continue;
        as_diag(lint->diag, AS_L_EVERY_TEXT, at->span,
                empty ? "every text has an empty one in it"
                      : "every text is like this pattern");
        as_diag_help(lint->diag, "to ask whether there is one, write "
                                 "`is present`");
    }
}

/* ---- wildcards -------------------------------------------------------- */

void as_lint_like(struct as_lint *lint, const struct as_lint_test *test)
{
    if (test->kind != AS_EXPR_LIKE)
        return;
    for (const struct as_expr *at = test->values; at;
         at = as_lint_next(test, at)) {
        if (at->kind != AS_EXPR_TEXT || has_byte(at->text, '*') ||
            has_byte(at->text, '?'))
            continue;
        if (has_byte(at->text, '%')) {
            as_diag(lint->diag, AS_L_WILDCARD, at->span,
                    "`%%` stands for itself here");
            as_diag_help(lint->diag, "any characters are `*`, one is `?`");
        } else {
            as_diag(lint->diag, AS_L_LIKE_PLAIN, at->span,
                    "this pattern has no `*` and no `?`: it is like itself "
                    "only");
            as_diag_help(lint->diag, "write `==` for the whole text, "
                                     "`contains` for a part");
        }
    }
}

/* In ARNs of resources and in parameters a star can be meant as it stands. */
static bool may_have_stars(const struct as_lint_field *field)
{
    return field->row == AS_SCHEMA_NONE || field->below ||
           as_text_starts(as_text_of(as_schema_field((size_t)field->row)->path),
                          AS_TEXT("resources"));
}

void as_lint_wildcard(struct as_lint *lint, const struct as_lint_test *test)
{
    if ((!is_equal(test->kind) && !is_search(test->kind)) ||
        may_have_stars(&test->field))
        return;
    for (const struct as_expr *at = test->values; at;
         at = as_lint_next(test, at)) {
        if (at->kind != AS_EXPR_TEXT || at->text.length < 2 ||
            !has_byte(at->text, '*'))
            continue;
        as_diag(lint->diag, AS_L_WILDCARD, at->span,
                "`*` stands for itself here");
        as_diag_help(lint->diag, "`like` knows `*`; or write `startswith`, "
                                 "`endswith` or `contains` without it");
    }
}

/* ---- capitals --------------------------------------------------------- */

static void fix_capitals(struct as_lint *lint, const struct as_expr *value)
{
    char *small = as_strndup(lint->arena, value->text.bytes,
                             value->text.length);

    for (size_t i = 0; small && i < value->text.length; i++) {
        if (small[i] >= 'A' && small[i] <= 'Z')
            small[i] = (char)(small[i] - 'A' + 'a');
    }
    if (small)
        as_lint_fix_text(lint, value->span,
                         (struct as_text){ small, value->text.length });
}

/* lower(x) beside a text that it never is. */
void as_lint_lowered(struct as_lint *lint, const struct as_lint_test *test)
{
    if (!test->lower || (!is_equal(test->kind) && !is_search(test->kind) &&
                         test->kind != AS_EXPR_LIKE))
        return;
    for (const struct as_expr *at = test->values; at;
         at = as_lint_next(test, at)) {
        if (at->kind != AS_EXPR_TEXT || !has_capital(at->text))
            continue;
        as_diag(lint->diag, AS_L_LOWERED, at->span,
                "lower(...) has no capital letters, and this has");
        as_diag_help(lint->diag, "write it in small letters");
        fix_capitals(lint, at);
    }
}

/* What AWS's own clients and SDKs write, always in these letters. */
static bool is_mark_of_aws(struct as_text text)
{
    static const char *const marks[] = {
        "AWS",       "aws-",       "exec-env", "awslambda",
        "amazonaws", "Boto3",      "Botocore", "signin",
        "console",   "S3Console",  "APN/",     "HashiCorp",
        "Terraform", "Cloudfront", "Mozilla/", "Amazon",
    };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (as_text_contains(text, as_text_of(marks[i])))
            return true;
    }
    return false;
}

/* In an exclusion, the fewer spellings the better. */
void as_lint_agent(struct as_lint *lint, const struct as_lint_test *test)
{
    bool looks = is_search(test->kind) || test->kind == AS_EXPR_LIKE;

    if (!looks || test->lower || test->negated || lint->excludes ||
        !as_lint_is_field(&test->field, "userAgent"))
        return;
    for (const struct as_expr *at = test->values; at;
         at = as_lint_next(test, at)) {
        bool plain = test->kind == AS_EXPR_LIKE && !has_byte(at->text, '*');

        if (at->kind != AS_EXPR_TEXT || plain || !has_letter(at->text) ||
            is_mark_of_aws(at->text))
            continue;
        as_diag(lint->diag, AS_L_AGENT_CASE, at->span,
                "this is found in exactly these letters, capital and small");
        as_diag_help(lint->diag, "write lower(userAgent), and the text in "
                                 "small letters");
        return;
    }
}

/* ---- addresses -------------------------------------------------------- */

/* The beginning, end or whole of an address: digits with dots or colons. */
static bool is_part_of_address(struct as_text text)
{
    bool dot = false, digit = false;

    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];

        if (c == '.' || c == ':')
            dot = true;
        else if (c >= '0' && c <= '9')
            digit = true;
        else if (c != '*' && c != '?')
            return false;
    }
    return dot && digit;
}

static bool is_source(const struct as_lint_field *field)
{
    return field->row != AS_SCHEMA_NONE && !field->below &&
           as_schema_field((size_t)field->row)->type == AS_KIND_SOURCE;
}

void as_lint_address(struct as_lint *lint, const struct as_lint_test *test)
{
    bool looks = is_search(test->kind) || test->kind == AS_EXPR_LIKE;
    bool equals = is_equal(test->kind) && test->text;

    if (!is_source(&test->field) || (!looks && !equals))
        return;
    for (const struct as_expr *at = test->values; at;
         at = as_lint_next(test, at)) {
        if (at->kind != AS_EXPR_TEXT || !is_part_of_address(at->text))
            continue;
        as_diag(lint->diag, AS_L_ADDRESS_TEXT, at->span,
                "an address is compared letter by letter");
        if (equals)
            as_diag_help(lint->diag, "leave text(...) away: addresses are "
                                     "equal however they are spelt");
        else
            as_diag_help(lint->diag, "write a block: "
                                     "ip(sourceIPAddress) in 10.0.0.0/8");
        return;
    }
}
