/*
 * lint_missing.c - values that may not be there.
 *
 * A comparison with a missing value is unknown, and a rule alerts only when
 * its conditions are true.  So whoever asks that something is *not* so asks
 * by the way that it is there; and what stands for "nothing" in other
 * languages, an empty text or the word null, is a value like any other here.
 */

#include "compiler/lint.h"

/* ---- values that stand for nothing -------------------------------------- */

/* Absent from the record when there is nothing to say, and never empty. */
static bool is_left_out(const struct as_lint_field *field)
{
    static const char *const paths[] = {
        "errorCode",     "errorMessage",         "sessionCredentialFromConsole",
        "vpcEndpointId", "vpcEndpointAccountId", "sharedEventID",
    };

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (as_lint_is_field(field, paths[i]))
            return true;
    }
    return false;
}

static bool is_among(struct as_text text, const char *const *words)
{
    for (; *words; words++) {
        if (as_text_equal(text, as_text_of(*words)))
            return true;
    }
    return false;
}

static bool stands_for_nothing(const struct as_lint_test *test,
                               struct as_text text)
{
    static const char *const nothing[] = {
        "null", "NULL", "Null", "None", "nil", "N/A", "n/a", "undefined", NULL,
    };
    static const char *const success[] = {
        "Success", "success", "SUCCESS", "OK", "Ok", "None", "none", "-", NULL,
    };

    if (text.length == 0)
        return !test->negated && is_left_out(&test->field);
    return is_among(text, nothing) ||
           (as_lint_is_field(&test->field, "errorCode") &&
            is_among(text, success));
}

void as_lint_absent(struct as_lint *lint, const struct as_lint_test *test)
{
    if ((test->kind != AS_EXPR_EQ && test->kind != AS_EXPR_IN) ||
        test->field.row == AS_SCHEMA_NONE || test->field.below)
        return;
    for (const struct as_expr *at = test->values; at;
         at = as_lint_next(test, at)) {
        struct as_text text;

        if (at->kind != AS_EXPR_TEXT || !stands_for_nothing(test, at->text))
            continue;
        text = as_lint_quote(lint, test->subject->span);
        as_diag(lint->diag, AS_L_ABSENT, at->span,
                "where there is nothing, `%.*s` is missing, and equal to no "
                "text",
                (int)text.length, text.bytes);
        as_diag_help(lint->diag, "write `%.*s is %s`", (int)text.length,
                     text.bytes, test->negated ? "present" : "missing");
        if (test->kind == AS_EXPR_EQ && test->expr->left == test->subject &&
            text.length == test->subject->span.end - test->subject->span.start)
            as_diag_fix(lint->diag, test->expr->span, "%.*s is %s",
                        (int)text.length, text.bytes,
                        test->negated ? "present" : "missing");
        return;
    }
}

/* ---- always unknown ---------------------------------------------------- */

/* A whole object beside a text. */
void as_lint_whole_json(struct as_lint *lint, const struct as_lint_test *test)
{
    const struct as_field *field;

    if (test->kind == AS_EXPR_IS || test->field.row == AS_SCHEMA_NONE ||
        test->field.below || test->subject->kind != AS_EXPR_PATH)
        return;
    field = as_schema_field((size_t)test->field.row);
    if (field->type != AS_KIND_JSON)
        return;
    as_diag(lint->diag, AS_L_ALWAYS_UNKNOWN, test->expr->span,
            "`%s` is an object, which has no text: this is always unknown",
            field->path);
    as_diag_help(lint->diag, "name a value in it: %s.bucketName", field->path);
}

/* session_name() of what is no session's ARN. */
void as_lint_no_session(struct as_lint *lint, const struct as_expr *expr)
{
    const struct as_expr *argument;
    struct as_lint_field field;

    if (!as_lint_is_call(expr, "session_name"))
        return;
    argument = expr->path->steps->args;
    if (!argument)
        return;
    field = as_lint_field(argument);
    if (!as_lint_is_field(&field,
                          "userIdentity.sessionContext.sessionIssuer.arn"))
        return;
    as_diag(lint->diag, AS_L_ALWAYS_UNKNOWN, expr->span,
            "the issuer is a role, which has no session's name: this is "
            "always missing");
    as_diag_help(lint->diag, "write session_name(userIdentity.arn)");
}

/* ---- negations -------------------------------------------------------- */

static bool compares(const struct as_lint_test *test)
{
    switch ((int)test->kind) {
    case AS_EXPR_EQ:
    case AS_EXPR_IN:
    case AS_EXPR_CONTAINS:
    case AS_EXPR_STARTSWITH:
    case AS_EXPR_ENDSWITH:
    case AS_EXPR_LIKE:
    case AS_EXPR_MATCHES:
        return true;
    default:
        return false;
    }
}

/* Can there be no value?  (A record of a call by somebody always says of what
 * type he is.) */
static bool may_be_missing(const struct as_lint_test *test)
{
    struct as_lint_field field = as_lint_field(test->subject);
    const struct as_field *row;

    if (field.row == AS_SCHEMA_NONE)
        return false;
    row = as_schema_field((size_t)field.row);
    return field.below ||
           (row->optional && !as_lint_is_field(&field, "userIdentity.type"));
}

/* Does `atom` hold only when the subject is there, and say so? */
static bool says_present(const struct as_lint_test *atom,
                         const struct as_lint_test *of)
{
    if (!as_lint_same(atom->subject, of->subject))
        return false;
    if (atom->kind != AS_EXPR_IS)
        return !atom->negated;
    switch (atom->expr->is) {
    case AS_IS_MISSING:
        return atom->negated;
    case AS_IS_PRESENT:
    case AS_IS_IP:
    case AS_IS_IPV4:
    case AS_IS_IPV6:
    case AS_IS_PRIVATE:
    case AS_IS_SERVICE:
    case AS_IS_AWS_INTERNAL:
        return !atom->negated;
    case AS_IS_TRUE:
    case AS_IS_FALSE:
    case AS_IS_UNKNOWN:
        break;
    }
    return false;
}

/* `x != ""` is how others say `x is present`. */
static bool is_empty_text(const struct as_expr *value)
{
    return value->kind == AS_EXPR_TEXT && value->text.length == 0 &&
           !value->next;
}

static void check_negation(struct as_lint *lint,
                           const struct as_lint_atoms *atoms,
                           const struct as_lint_atom *atom)
{
    const struct as_lint_test *test = &atom->test;
    struct as_text text;

    if (!test->negated || !test->values || !compares(test) ||
        atom->at != test->expr || is_empty_text(test->values) ||
        as_lint_is_of_many(test->subject) || !may_be_missing(test))
        return;
    for (uint32_t i = 0; i < atoms->count; i++) {
        if (says_present(&atoms->atom[i].test, test))
            return;
    }
    text = as_lint_quote(lint, test->subject->span);
    as_diag(lint->diag, AS_L_NEGATION, atom->at->span,
            "no event without `%.*s` gets past this", (int)text.length,
            text.bytes);
    as_diag_help(lint->diag,
                 "write `(%.*s is missing or ...)`; or, where none is meant to "
                 "pass, `%.*s is present and ...`",
                 (int)text.length, text.bytes, (int)text.length, text.bytes);
}

void as_lint_negations(struct as_lint *lint)
{
    const struct as_rule *rule = lint->rule;
    struct as_lint_atoms atoms;

    atoms.count = 0;
    as_lint_gather(lint, rule->where, true, &atoms);
    for (const struct as_expr *at = rule->requires; at; at = at->next)
        as_lint_gather(lint, at, true, &atoms);
    for (uint32_t i = 0; i < atoms.count; i++)
        check_negation(lint, &atoms, &atoms.atom[i]);
}
