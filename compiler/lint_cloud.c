/*
 * lint_cloud.c - values that CloudTrail never writes.
 *
 * The fields are texts to the schema, since AWS promises little of them; but
 * what they hold has a shape, and a value of another shape is a rule that
 * never fires.  Names are in cloud.def.
 */

#include "compiler/lint.h"

struct pair {
    const char *name, *other;
};

static const struct pair events[] = {
#define AS_EVENT(name, service) { name, service },
#include "compiler/cloud.def"
};

static const struct pair no_events[] = {
#define AS_NO_EVENT(name, instead) { name, instead },
#include "compiler/cloud.def"
};

static const struct pair services[] = {
#define AS_SERVICE(wrong, right) { wrong, right },
#include "compiler/cloud.def"
};

static const struct no_field {
    const char *type, *field, *prefix, *why;
} no_fields[] = {
#define AS_NO_FIELD(type, field, prefix, why) { type, field, prefix, why },
#include "compiler/cloud.def"
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct pair *find(const struct pair *table, size_t count,
                               struct as_text name)
{
    for (size_t i = 0; i < count; i++) {
        if (as_text_equal(as_text_of(table[i].name), name))
            return &table[i];
    }
    return NULL;
}

static bool is_equal(const struct as_lint_test *test)
{
    return test->kind == AS_EXPR_EQ || test->kind == AS_EXPR_IN;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool equal_folded(struct as_text a, struct as_text b)
{
    size_t i = 0;

    if (a.length != b.length)
        return false;
    while (i < a.length && fold(a.bytes[i]) == fold(b.bytes[i]))
        i++;
    return i == a.length;
}

/* A value that is written out as a text, from `value` on, or NULL. */
static const struct as_expr *text_from(const struct as_lint_test *test,
                                       const struct as_expr *value)
{
    while (value && value->kind != AS_EXPR_TEXT)
        value = as_lint_next(test, value);
    return value;
}

#define EACH_TEXT(at, test)                                                    \
    for (const struct as_expr *at = text_from((test), (test)->values); at;     \
         at = text_from((test), as_lint_next((test), at)))

/* ---- eventName -------------------------------------------------------- */

/* "sts:AssumeRole": the length of what stands before the name, or 0. */
static size_t service_prefix(struct as_text name)
{
    const char *colon = name.length ? memchr(name.bytes, ':', name.length)
                                    : NULL;

    return colon && colon > name.bytes ? (size_t)(colon - name.bytes) + 1 : 0;
}

/* The event with this name in other letters, or NULL. */
static const char *in_other_letters(struct as_text name)
{
    for (size_t i = 0; i < COUNT(events); i++) {
        if (equal_folded(as_text_of(events[i].name), name))
            return events[i].name;
    }
    return NULL;
}

static void say_event(struct as_lint *lint, const struct as_expr *at,
                      const char *why, const char *instead)
{
    as_diag(lint->diag, AS_L_EVENT_NAME, at->span, "%s", why);
    if (instead[0] == '\0')
        return;
    as_diag_help(lint->diag, "write \"%s\"", instead);
    as_diag_fix(lint->diag, at->span, "\"%s\"", instead);
}

void as_lint_event_name(struct as_lint *lint, const struct as_lint_test *test)
{
    if (!is_equal(test) || test->lower ||
        !as_lint_is_field(&test->field, "eventName"))
        return;
    EACH_TEXT(at, test)
    {
        size_t prefix = service_prefix(at->text);
        const struct pair *none = find(no_events, COUNT(no_events), at->text);
        const char *other = in_other_letters(at->text);

        if (prefix > 0) {
            as_diag(lint->diag, AS_L_EVENT_NAME, at->span,
                    "`eventName` has no service in it");
            as_diag_help(lint->diag, "write \"%.*s\"",
                         (int)(at->text.length - prefix),
                         at->text.bytes + prefix);
            as_lint_fix_text(lint, at->span,
                             (struct as_text){ at->text.bytes + prefix,
                                               at->text.length - prefix });
        } else if (none) {
            say_event(lint, at,
                      none->other[0] == '\0'
                          ? "this is a permission and no call: it is never "
                            "recorded"
                          : "no event has this name",
                      none->other);
        } else if (other && !as_text_equal(as_text_of(other), at->text)) {
            say_event(lint, at, "the event's name is in other letters", other);
        }
    }
}

/* ---- eventSource ------------------------------------------------------ */

static const struct as_text DOMAIN = { ".amazonaws.com",
                                       sizeof(".amazonaws.com") - 1 };

/* Only letters, digits and `-`: the name of a service, and no host name. */
static bool is_bare_service(struct as_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];

        if (!is_letter(c) && !is_digit(c) && c != '-')
            return false;
    }
    return text.length > 1;
}

void as_lint_event_source(struct as_lint *lint, const struct as_lint_test *test)
{
    if (!is_equal(test) || !as_lint_is_field(&test->field, "eventSource"))
        return;
    EACH_TEXT(at, test)
    {
        struct as_text service = at->text;
        const struct pair *wrong;
        bool bare = is_bare_service(service);

        if (as_text_ends(service, DOMAIN))
            service.length -= DOMAIN.length;
        wrong = find(services, COUNT(services), service);
        if (!bare && !wrong)
            continue;
        as_diag(lint->diag, AS_L_EVENT_SOURCE, at->span,
                "no service is recorded under this name");
        as_diag_help(lint->diag, "write \"%.*s.amazonaws.com\"",
                     wrong ? (int)strlen(wrong->other) : (int)service.length,
                     wrong ? wrong->other : service.bytes);
        as_diag_fix(lint->diag, at->span, "\"%.*s.amazonaws.com\"",
                    wrong ? (int)strlen(wrong->other) : (int)service.length,
                    wrong ? wrong->other : service.bytes);
    }
}

/* ---- eventName beside eventSource -------------------------------------- */

static bool is_of(const struct as_lint_atom *atom, const char *path)
{
    struct as_lint_field field;

    if (atom->test.subject->kind != AS_EXPR_PATH ||
        atom->test.subject->path->head.text.length != strcspn(path, "."))
        return false;
    field = as_lint_field(atom->test.subject);
    return as_lint_is_field(&field, path);
}

static bool is_fixed(const struct as_lint_atom *atom, const char *path)
{
    return is_equal(&atom->test) && !atom->test.negated && !atom->test.named &&
           atom->test.values && is_of(atom, path);
}

static bool has_service(const struct as_lint_test *test, const char *service)
{
    EACH_TEXT(at, test)
    {
        struct as_text name = at->text;

        if (as_text_starts(name, as_text_of(service)) &&
            name.bytes[strlen(service)] == '.')
            return true;
    }
    return false;
}

static void match_source(struct as_lint *lint, const struct as_lint_atom *names,
                         const struct as_lint_atom *sources)
{
    EACH_TEXT(at, &names->test)
    {
        const struct pair *event = find(events, COUNT(events), at->text);

        if (!event || has_service(&sources->test, event->other))
            continue;
        as_diag(lint->diag, AS_L_EVENT_OF, at->span,
                "`%s` is an event of %s.amazonaws.com", event->name,
                event->other);
        as_diag_label(lint->diag, sources->at->span, "not of this");
    }
}

void as_lint_calls(struct as_lint *lint, const struct as_lint_atoms *atoms)
{
    for (uint32_t i = 0; i < atoms->count; i++) {
        if (!is_fixed(&atoms->atom[i], "eventName"))
            continue;
        for (uint32_t j = 0; j < atoms->count; j++) {
            if (atoms->atom[i].at != atoms->atom[j].at &&
                is_fixed(&atoms->atom[j], "eventSource"))
                match_source(lint, &atoms->atom[i], &atoms->atom[j]);
        }
    }
}

/* ---- what an identity has ---------------------------------------------- */

/* Does it ask for what such an identity does not have? */
static bool asks_for(const struct as_lint_atom *atom,
                     const struct no_field *none)
{
    const struct as_lint_test *test = &atom->test;

    if (test->kind == AS_EXPR_IS) {
        bool present = test->expr->is == AS_IS_PRESENT
                         ? !test->negated
                         : test->expr->is == AS_IS_MISSING && test->negated;

        return present && none->prefix[0] == '\0' && is_of(atom, none->field);
    }
    if (!is_of(atom, none->field))
        return false;
    if (none->prefix[0] == '\0')
        return true;
    return !test->negated && test->values &&
           test->values->kind == AS_EXPR_TEXT && !test->list &&
           (test->kind == AS_EXPR_EQ || test->kind == AS_EXPR_STARTSWITH ||
            test->kind == AS_EXPR_LIKE) &&
           as_text_starts(test->values->text, as_text_of(none->prefix));
}

static bool is_only(const struct as_lint_test *test, const char *value)
{
    return test->values->kind == AS_EXPR_TEXT &&
           as_text_equal(test->values->text, as_text_of(value)) &&
           !as_lint_next(test, test->values);
}

static void check_identity(struct as_lint *lint,
                           const struct as_lint_atoms *atoms,
                           const struct as_lint_atom *type)
{
    for (size_t i = 0; i < COUNT(no_fields); i++) {
        if (!is_only(&type->test, no_fields[i].type))
            continue;
        for (uint32_t j = 0; j < atoms->count; j++) {
            const struct as_lint_atom *atom = &atoms->atom[j];

            if (atom->at == type->at || !asks_for(atom, &no_fields[i]))
                continue;
            as_diag(lint->diag, AS_L_IDENTITY, atom->at->span,
                    "an identity of type %s has no such `%s`",
                    no_fields[i].type, no_fields[i].field);
            as_diag_label(lint->diag, type->at->span, "of this type");
            as_diag_help(lint->diag, "%s", no_fields[i].why);
        }
    }
}

void as_lint_identity(struct as_lint *lint, const struct as_lint_atoms *atoms)
{
    for (uint32_t i = 0; i < atoms->count; i++) {
        if (is_fixed(&atoms->atom[i], "userIdentity.type"))
            check_identity(lint, atoms, &atoms->atom[i]);
    }
}

/* ---- accounts --------------------------------------------------------- */

static bool is_account_field(const struct as_lint_field *field)
{
    struct as_text path;

    if (field->row == AS_SCHEMA_NONE || field->below)
        return false;
    path = as_text_of(as_schema_field((size_t)field->row)->path);
    return as_text_ends(path, AS_TEXT("ccountId")) ||
           as_text_ends(path, AS_TEXT("sourceAccount"));
}

/* Made of digits, with `-` between them perhaps, and not twelve. */
static bool is_broken_account(struct as_text text)
{
    size_t digits = 0;

    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.bytes[i]) && text.bytes[i] != '-')
            return false;
        digits += is_digit(text.bytes[i]);
    }
    return digits > 0 && (digits != 12 || text.length != 12);
}

void as_lint_account(struct as_lint *lint, const struct as_lint_test *test)
{
    if (!is_equal(test) || (!is_account_field(&test->field) &&
                            !as_lint_is_call(test->subject, "arn_account")))
        return;
    EACH_TEXT(at, test)
    {
        if (!is_broken_account(at->text))
            continue;
        as_diag(lint->diag, AS_L_ACCOUNT, at->span,
                "an account's id has twelve digits and nothing else");
    }
}

/* ---- ARNs ------------------------------------------------------------- */

static const char *const partitions[] = { "aws",        "aws-cn",
                                          "aws-us-gov", "aws-iso",
                                          "aws-iso-b",  "aws-iso-e",
                                          "aws-iso-f",  "aws-eusc" };

/* Part `number` (from 0) between the colons; false when there is none. */
static bool part_of(struct as_text arn, int number, struct as_text *part)
{
    size_t start = 0;

    for (size_t i = 0; i <= arn.length; i++) {
        if (i < arn.length && arn.bytes[i] != ':')
            continue;
        *part = (struct as_text){ arn.bytes + start, i - start };
        if (number-- == 0)
            return true;
        start = i + 1;
    }
    return false;
}

static bool is_partition(struct as_text text)
{
    for (size_t i = 0; i < COUNT(partitions); i++) {
        if (as_text_equal(text, as_text_of(partitions[i])))
            return true;
    }
    return false;
}

/* What is wrong with a whole ARN, or NULL. */
static const char *arn_fault(struct as_text arn)
{
    struct as_text part;

    if (!part_of(arn, 5, &part) || part.length == 0)
        return "an ARN has six parts: arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE";
    part_of(arn, 1, &part);
    if (!is_partition(part))
        return "the second part of an ARN is aws, aws-cn or aws-us-gov";
    part_of(arn, 4, &part);
    if (is_broken_account(part))
        return "the account in an ARN has twelve digits";
    part_of(arn, 2, &part);
    if (as_text_equal(part, AS_TEXT("iam")) && part_of(arn, 3, &part) &&
        part.length != 0)
        return "an ARN of IAM has no region: arn:aws:iam::ACCOUNT:...";
    return NULL;
}

void as_lint_arn(struct as_lint *lint, const struct as_lint_test *test)
{
    if (!is_equal(test))
        return;
    EACH_TEXT(at, test)
    {
        const char *fault = as_text_starts(at->text, AS_TEXT("arn:"))
                              ? arn_fault(at->text)
                              : NULL;

        if (fault)
            as_diag(lint->diag, AS_L_ARN, at->span, "%s", fault);
    }
}

/* The ARN of a role where that of a session stands, and the other way. */
void as_lint_role_arn(struct as_lint *lint, const struct as_lint_test *test)
{
    bool session = as_lint_is_field(&test->field, "userIdentity.arn");
    bool role = as_lint_is_field(
        &test->field, "userIdentity.sessionContext.sessionIssuer.arn");

    if ((!session && !role) || test->lower)
        return;
    EACH_TEXT(at, test)
    {
        bool of_role = as_text_contains(at->text, AS_TEXT(":role/"));
        bool of_session = as_text_contains(at->text, AS_TEXT("assumed-role"));

        if (session && of_role && !of_session) {
            as_diag(lint->diag, AS_L_ROLE_ARN, at->span,
                    "`userIdentity.arn` is the session's ARN, not the role's");
            as_diag_help(lint->diag,
                         "compare userIdentity.sessionContext.sessionIssuer.arn"
                         ", or write arn:aws:sts::ACCOUNT:assumed-role/ROLE/"
                         "SESSION");
        } else if (role && of_session) {
            as_diag(lint->diag, AS_L_ROLE_ARN, at->span,
                    "the session's issuer is a role, and no session");
            as_diag_help(lint->diag, "compare userIdentity.arn, or write "
                                     "arn:aws:iam::ACCOUNT:role/ROLE");
        }
    }
}

/* ---- regions ---------------------------------------------------------- */

static bool is_direction(struct as_text word)
{
    static const char *const words[] = {
        "north",     "south",     "east",      "west",      "central",
        "northeast", "northwest", "southeast", "southwest",
    };

    for (size_t i = 0; i < COUNT(words); i++) {
        if (as_text_equal(word, as_text_of(words[i])))
            return true;
    }
    return false;
}

/* us-east-1, us-gov-west-1, ap-southeast-2: words of small letters, the last
 * a direction, and a digit. */
static bool is_region(struct as_text text)
{
    size_t start = 0, words = 0;
    struct as_text word = { "", 0 };

    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];

        if (c == '-') {
            word = (struct as_text){ text.bytes + start, i - start };
            words += word.length > 1;
            start = i + 1;
        } else if (!(c >= 'a' && c <= 'z') && !is_digit(c)) {
            return false;
        }
    }
    return words >= 2 && is_direction(word) && start + 1 == text.length &&
           is_digit(text.bytes[start]);
}

void as_lint_region(struct as_lint *lint, const struct as_lint_test *test)
{
    if (!is_equal(test) || !as_lint_is_field(&test->field, "awsRegion"))
        return;
    EACH_TEXT(at, test)
    {
        if (at->text.length < 2 || at->text.bytes[0] == '(' ||
            as_text_equal(at->text, AS_TEXT("aws-global")) ||
            is_region(at->text))
            continue;
        as_diag(lint->diag, AS_L_REGION, at->span, "no region has such a name");
        as_diag_help(lint->diag, "regions are written as in us-east-1");
    }
}

/* ---- ids of keys and principals ---------------------------------------- */

/* Unique ids begin with what they are of.  Source: IAM user guide,
 * IAM identifiers. */
static bool is_id_of_another(struct as_text text)
{
    static const char *const prefixes[] = { "AROA", "AIDA", "AGPA", "AIPA",
                                            "ANPA", "ANVA", "APKA", "ASCA" };

    for (size_t i = 0; i < COUNT(prefixes); i++) {
        if (as_text_starts(text, as_text_of(prefixes[i])))
            return true;
    }
    return false;
}

static bool is_start_of(struct as_text text, const char *prefix)
{
    return text.length >= 4 &&
           equal_folded((struct as_text){ text.bytes, 4 }, as_text_of(prefix));
}

static bool is_anchored(const struct as_lint_test *test)
{
    return is_equal(test) || test->kind == AS_EXPR_STARTSWITH ||
           test->kind == AS_EXPR_LIKE;
}

void as_lint_key_id(struct as_lint *lint, const struct as_lint_test *test)
{
    if (!is_anchored(test) || test->lower ||
        !as_lint_is_field(&test->field, "userIdentity.accessKeyId"))
        return;
    EACH_TEXT(at, test)
    {
        struct as_text text = at->text;
        bool key = is_start_of(text, "AKIA") || is_start_of(text, "ASIA");
        bool capitals = as_text_starts(text, AS_TEXT("AKIA")) ||
                        as_text_starts(text, AS_TEXT("ASIA"));

        if (!is_id_of_another(text) && (!key || capitals))
            continue;
        as_diag(lint->diag, AS_L_KEY_ID, at->span,
                "no access key's id begins so");
        as_diag_help(lint->diag, key ? "they are in capital letters"
                                     : "AKIA is a long-term key, ASIA a "
                                       "temporary one; AROA and AIDA are in "
                                       "userIdentity.principalId");
    }
}

void as_lint_principal(struct as_lint *lint, const struct as_lint_test *test)
{
    bool whole = is_equal(test) &&
                 as_lint_is_field(&test->field, "userIdentity.principalId");
    bool any = is_anchored(test) &&
               as_lint_is_field(&test->field, "userIdentity.principalId");

    EACH_TEXT(at, test)
    {
        bool role = as_text_starts(at->text, AS_TEXT("AROA"));
        bool key = is_start_of(at->text, "AKIA") ||
                   is_start_of(at->text, "ASIA");

        if (whole && role && !memchr(at->text.bytes, ':', at->text.length)) {
            as_diag(lint->diag, AS_L_PRINCIPAL, at->span,
                    "behind a role's id stands the session's name: "
                    "\"AROA...:session\"");
            as_diag_help(lint->diag,
                         "write startswith \"%.*s:\", or compare "
                         "userIdentity.sessionContext.sessionIssuer."
                         "principalId",
                         (int)at->text.length, at->text.bytes);
        } else if (any && key) {
            as_diag(lint->diag, AS_L_PRINCIPAL, at->span,
                    "a key's id is userIdentity.accessKeyId");
        }
    }
}
