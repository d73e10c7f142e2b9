/*
 * lint_chain.c - conditions that come together, and what one of them says
 * about another.
 *
 * What must hold together is taken apart into atoms, comparisons of one
 * subject with values that are written out; names are opened on the way.  Two
 * atoms are then held against each other.  If the values that one allows can
 * be counted (`==`, `in`), each is put to the other; the beginnings and ends
 * of texts, and ranges of numbers and times, are compared as such.  All else
 * is not decided: a lint that guesses is worse than none.
 *
 * An `or` is always true when the opposites of its sides cannot hold
 * together, so there is only one question.
 */

#include "compiler/lint.h"

#include "common/glob.h"

/* ---- atoms ------------------------------------------------------------ */

/* Which names were opened on the way to an expression. */
struct way {
    struct as_module *module;
    const struct as_bind *lets;
    const struct as_expr *at; /* NULL: none */
    unsigned depth;
};

enum { DEEPEST = 12 }; /* names in names; a circle of macros has no end */

static void gather(const struct as_lint *lint, const struct as_expr *expr,
                   bool holds, struct way way, struct as_lint_atoms *atoms);

static void gather_name(const struct as_lint *lint, const struct as_expr *expr,
                        bool holds, struct way way, struct as_lint_atoms *atoms)
{
    const struct as_expr *body;

    if (way.depth++ == DEEPEST)
        return;
    body = as_lint_open(expr, &way.module, &way.lets);
    if (!way.at)
        way.at = expr;
    if (body)
        gather(lint, body, holds, way, atoms);
}

static void gather_test(const struct as_lint *lint, const struct as_expr *expr,
                        bool holds, struct way way, struct as_lint_atoms *atoms)
{
    struct as_lint_atom *atom = &atoms->atom[atoms->count];

    if (atoms->count == AS_LINT_MOST_ATOMS ||
        !as_lint_read(lint, expr, &atom->test))
        return;
    atom->test.negated ^= !holds;
    atom->at = way.at ? way.at : expr;
    atoms->count++;
}

static void gather(const struct as_lint *lint, const struct as_expr *expr,
                   bool holds, struct way way, struct as_lint_atoms *atoms)
{
    switch ((int)expr->kind) {
    case AS_EXPR_AND:
    case AS_EXPR_OR:
        if (holds != (expr->kind == AS_EXPR_AND))
            return;
        gather(lint, expr->left, holds, way, atoms);
        gather(lint, expr->right, holds, way, atoms);
        return;
    case AS_EXPR_NOT:
        gather(lint, expr->left, !holds, way, atoms);
        return;
    case AS_EXPR_PATH:
        gather_name(lint, expr, holds, way, atoms);
        return;
    case AS_EXPR_IS:
        if (expr->is == AS_IS_TRUE && !expr->negated && holds)
            gather(lint, expr->left, true, way, atoms);
        else if (expr->is == AS_IS_FALSE && !expr->negated && holds)
            gather(lint, expr->left, false, way, atoms);
        else if (expr->is != AS_IS_TRUE && expr->is != AS_IS_FALSE)
            gather_test(lint, expr, holds, way, atoms);
        return;
    default:
        gather_test(lint, expr, holds, way, atoms);
    }
}

void as_lint_gather(const struct as_lint *lint, const struct as_expr *expr,
                    bool holds, struct as_lint_atoms *atoms)
{
    struct way way = { .module = lint->module, .lets = lint->lets };

    if (expr)
        gather(lint, expr, holds, way, atoms);
}

/* ---- does an atom hold of a value? ------------------------------------- */

enum answer { NO, YES, UNSURE };

static enum answer opposite(enum answer answer)
{
    return answer == UNSURE ? UNSURE : answer == NO ? YES : NO;
}

static bool is_address(struct as_text text)
{
    struct as_ip ip;

    return as_ip_parse(text, &ip);
}

static enum answer text_holds(enum as_expr_kind kind, struct as_text wanted,
                              struct as_text value)
{
    switch ((int)kind) {
    case AS_EXPR_EQ:
    case AS_EXPR_IN:
        /* An address has several spellings. */
        if (is_address(wanted) && is_address(value))
            return as_text_equal(wanted, value) ? YES : UNSURE;
        return as_text_equal(wanted, value) ? YES : NO;
    case AS_EXPR_STARTSWITH:
        return as_text_starts(value, wanted) ? YES : NO;
    case AS_EXPR_ENDSWITH:
        return as_text_ends(value, wanted) ? YES : NO;
    case AS_EXPR_CONTAINS:
        return as_text_contains(value, wanted) ? YES : NO;
    case AS_EXPR_LIKE:
        return as_glob_match(wanted, value) ? YES : NO;
    default:
        return UNSURE;
    }
}

static enum answer number_holds(enum as_expr_kind kind, int64_t wanted,
                                int64_t value)
{
    switch ((int)kind) {
    case AS_EXPR_EQ:
    case AS_EXPR_IN:
        return value == wanted ? YES : NO;
    case AS_EXPR_LT:
        return value < wanted ? YES : NO;
    case AS_EXPR_LE:
        return value <= wanted ? YES : NO;
    case AS_EXPR_GT:
        return value > wanted ? YES : NO;
    case AS_EXPR_GE:
        return value >= wanted ? YES : NO;
    default:
        return UNSURE;
    }
}

static bool is_whole(const struct as_expr *value)
{
    return value->kind == AS_EXPR_INT || value->kind == AS_EXPR_TIME ||
           value->kind == AS_EXPR_DURATION || value->kind == AS_EXPR_BOOL;
}

static enum answer value_holds(enum as_expr_kind kind,
                               const struct as_expr *wanted,
                               const struct as_expr *value)
{
    if (wanted->kind != value->kind)
        return UNSURE;
    if (value->kind == AS_EXPR_TEXT)
        return text_holds(kind, wanted->text, value->text);
    return is_whole(value) ? number_holds(kind, wanted->integer, value->integer)
                           : UNSURE;
}

/* Does the test hold of this value, as far as it can be said here? */
static enum answer holds(const struct as_lint_test *test,
                         const struct as_expr *value)
{
    enum answer any = NO;

    if (test->kind == AS_EXPR_IS) {
        if (test->expr->is == AS_IS_MISSING)
            return opposite(test->negated ? NO : YES);
        return test->expr->is == AS_IS_PRESENT ? (test->negated ? NO : YES)
                                               : UNSURE;
    }
    if (!test->values || test->named)
        return UNSURE;
    for (const struct as_expr *at = test->values; at && any != YES;
         at = as_lint_next(test, at)) {
        enum answer one = value_holds(test->kind, at, value);

        if (one != NO)
            any = one;
    }
    return test->negated ? opposite(any) : any;
}

/* ---- two atoms -------------------------------------------------------- */

static bool same_subject(const struct as_lint_test *a,
                         const struct as_lint_test *b)
{
    return a->lower == b->lower && a->text == b->text &&
           as_lint_same(a->subject, b->subject) &&
           !as_lint_is_of_many(a->subject);
}

/* Are there only so many values of which it holds? */
static bool is_finite(const struct as_lint_test *test)
{
    return (test->kind == AS_EXPR_EQ || test->kind == AS_EXPR_IN) &&
           !test->negated && test->values && !test->named;
}

/* Does `b` answer so for every value that `a` allows? */
static bool for_all(const struct as_lint_test *a, const struct as_lint_test *b,
                    enum answer answer)
{
    if (!is_finite(a))
        return false;
    for (const struct as_expr *at = a->values; at; at = as_lint_next(a, at)) {
        if (holds(b, at) != answer)
            return false;
    }
    return true;
}

/* Can no text begin (end) with one of a's and with one of b's? */
static bool ends_differ(const struct as_lint_test *a,
                        const struct as_lint_test *b)
{
    bool (*fits)(struct as_text, struct as_text) = a->kind == AS_EXPR_STARTSWITH
                                                     ? as_text_starts
                                                     : as_text_ends;

    if (a->kind != b->kind || a->negated || b->negated || a->named ||
        b->named || !a->values || !b->values ||
        (a->kind != AS_EXPR_STARTSWITH && a->kind != AS_EXPR_ENDSWITH))
        return false;
    for (const struct as_expr *x = a->values; x; x = as_lint_next(a, x)) {
        for (const struct as_expr *y = b->values; y; y = as_lint_next(b, y)) {
            if (x->kind != AS_EXPR_TEXT || y->kind != AS_EXPR_TEXT ||
                fits(x->text, y->text) || fits(y->text, x->text))
                return false;
        }
    }
    return true;
}

static bool is_below(const struct as_lint_test *test)
{
    return test->negated ? test->kind == AS_EXPR_GT || test->kind == AS_EXPR_GE
                         : test->kind == AS_EXPR_LT || test->kind == AS_EXPR_LE;
}

static bool is_strict(const struct as_lint_test *test)
{
    return (test->kind == AS_EXPR_LT || test->kind == AS_EXPR_GT) !=
           test->negated;
}

static bool is_range(const struct as_lint_test *test)
{
    return test->kind >= AS_EXPR_LT && test->kind <= AS_EXPR_GE &&
           test->values && is_whole(test->values);
}

/* Below so much, and above more? */
static bool ranges_miss(const struct as_lint_test *a,
                        const struct as_lint_test *b)
{
    int64_t high, low;

    if (!is_range(a) || !is_range(b) || is_below(a) == is_below(b) ||
        a->values->kind != b->values->kind)
        return false;
    high = (is_below(a) ? a : b)->values->integer;
    low = (is_below(a) ? b : a)->values->integer;
    return high < low || (high == low && (is_strict(a) || is_strict(b)));
}

static bool is_word(const struct as_lint_test *test, enum as_is word)
{
    return test->kind == AS_EXPR_IS && test->expr->is == word;
}

/* Two words behind `is` of which a value has at most one. */
static bool words_differ(const struct as_lint_test *a,
                         const struct as_lint_test *b)
{
    static const struct {
        enum as_is one, other;
    } pairs[] = {
        { AS_IS_IP, AS_IS_SERVICE },      { AS_IS_IP, AS_IS_AWS_INTERNAL },
        { AS_IS_IPV4, AS_IS_IPV6 },       { AS_IS_IPV4, AS_IS_SERVICE },
        { AS_IS_IPV6, AS_IS_SERVICE },    { AS_IS_PRIVATE, AS_IS_SERVICE },
        { AS_IS_MISSING, AS_IS_PRESENT }, { AS_IS_SERVICE, AS_IS_AWS_INTERNAL },
        { AS_IS_MISSING, AS_IS_IP },      { AS_IS_MISSING, AS_IS_PRIVATE },
        { AS_IS_MISSING, AS_IS_SERVICE }, { AS_IS_MISSING, AS_IS_AWS_INTERNAL },
    };

    if (a->kind != AS_EXPR_IS || b->kind != AS_EXPR_IS)
        return false;
    if (a->negated || b->negated)
        return a->negated != b->negated && a->expr->is == b->expr->is;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if ((is_word(a, pairs[i].one) && is_word(b, pairs[i].other)) ||
            (is_word(b, pairs[i].one) && is_word(a, pairs[i].other)))
            return true;
    }
    return false;
}

static bool exclude_each_other(const struct as_lint_test *a,
                               const struct as_lint_test *b)
{
    return same_subject(a, b) &&
           (for_all(a, b, NO) || for_all(b, a, NO) || ends_differ(a, b) ||
            ranges_miss(a, b) || words_differ(a, b));
}

/* `x is missing` beside a comparison with x, which then is unknown. */
static bool is_of_missing(const struct as_lint_test *a,
                          const struct as_lint_test *b)
{
    bool missing = (is_word(a, AS_IS_MISSING) && !a->negated) ||
                   (is_word(a, AS_IS_PRESENT) && a->negated);

    return missing && b->kind != AS_EXPR_IS &&
           as_lint_same(a->subject, b->subject) &&
           !as_lint_is_of_many(a->subject);
}

/* ---- together: contradictions ------------------------------------------ */

static void say_contradiction(struct as_lint *lint, enum as_code code,
                              const struct as_lint_atom *a,
                              const struct as_lint_atom *b)
{
    struct as_text subject = as_lint_quote(lint, b->test.subject->span);

    if (code == AS_L_CONTRADICTION)
        as_diag(lint->diag, code, b->at->span,
                "`%.*s` cannot meet this and what stands before it",
                (int)subject.length, subject.bytes);
    else if (code == AS_L_ALWAYS_TRUE)
        as_diag(lint->diag, code, b->at->span,
                "every `%.*s` meets this or what stands before it",
                (int)subject.length, subject.bytes);
    else
        as_diag(lint->diag, code, b->at->span,
                "the comparison with `%.*s` is always unknown",
                (int)subject.length, subject.bytes);
    as_diag_label(lint->diag, a->at->span, "%s",
                  code == AS_L_ALWAYS_TRUE ? "because of this"
                                           : "this rules it out");
}

/* Two atoms that come by one name are the matter of what it stands for. */
static bool is_one_place(const struct as_lint_atom *a,
                         const struct as_lint_atom *b)
{
    return a->at == b->at;
}

/* Say the first contradiction between one of the atoms from `from` on and one
 * that stands before it. */
static bool find_contradiction(struct as_lint *lint,
                               const struct as_lint_atoms *atoms, uint32_t from,
                               enum as_code code)
{
    for (uint32_t i = from; i < atoms->count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            const struct as_lint_atom *a = &atoms->atom[j];
            const struct as_lint_atom *b = &atoms->atom[i];

            if (is_one_place(a, b))
                continue;
            if (code == AS_L_CONTRADICTION &&
                (is_of_missing(&a->test, &b->test) ||
                 is_of_missing(&b->test, &a->test))) {
                say_contradiction(lint, AS_L_ALWAYS_UNKNOWN, a, b);
                return true;
            }
            if (exclude_each_other(&a->test, &b->test)) {
                say_contradiction(lint, code, a, b);
                return true;
            }
        }
    }
    return false;
}

/* ---- together: one says the other -------------------------------------- */

/* `contains "ab"` says `contains "a"`, and the like.  What the empty text
 * says is the matter of another lint. */
static bool text_implies(enum as_expr_kind kind, struct as_text narrow,
                         struct as_text wide)
{
    if (wide.length == 0)
        return false;
    switch ((int)kind) {
    case AS_EXPR_STARTSWITH:
        return as_text_starts(narrow, wide);
    case AS_EXPR_ENDSWITH:
        return as_text_ends(narrow, wide);
    case AS_EXPR_CONTAINS:
        return as_text_contains(narrow, wide);
    default:
        return false;
    }
}

/* Is `b` true wherever `a` is? */
static bool implies(const struct as_lint_test *a, const struct as_lint_test *b)
{
    if (!same_subject(a, b))
        return false;
    if (for_all(a, b, YES))
        return true;
    return a->kind == b->kind && !a->negated && !b->negated && a->values &&
           b->values && !a->list && !b->list &&
           a->values->kind == AS_EXPR_TEXT && b->values->kind == AS_EXPR_TEXT &&
           text_implies(a->kind, a->values->text, b->values->text);
}

/* The sides of an `or` that another side has already. */
static void find_needless(struct as_lint *lint, struct as_lint_atoms *atoms)
{
    for (uint32_t i = 0; i < atoms->count; i++)
        atoms->atom[i].test.negated = !atoms->atom[i].test.negated;
    for (uint32_t i = 0; i < atoms->count; i++) {
        for (uint32_t j = 0; j < atoms->count; j++) {
            const struct as_lint_atom *a = &atoms->atom[i];
            const struct as_lint_atom *b = &atoms->atom[j];

            if (i == j || is_one_place(a, b) || a->at != a->test.expr ||
                b->at != b->test.expr || !implies(&a->test, &b->test) ||
                (i < j && implies(&b->test, &a->test)))
                continue;
            as_diag(lint->diag, AS_L_NEEDLESS, a->at->span,
                    "this alternative adds nothing");
            as_diag_label(lint->diag, b->at->span, "this has it already");
            break;
        }
    }
}

/* ---- the lints -------------------------------------------------------- */

static bool is_inner(const struct as_lint *lint, const struct as_expr *expr)
{
    return lint->parent && lint->parent->kind == expr->kind;
}

void as_lint_and(struct as_lint *lint, const struct as_expr *expr)
{
    struct as_lint_atoms atoms;

    if (is_inner(lint, expr))
        return;
    atoms.count = 0;
    as_lint_gather(lint, expr, true, &atoms);
    find_contradiction(lint, &atoms, 1, AS_L_CONTRADICTION);
    as_lint_calls(lint, &atoms);
    as_lint_identity(lint, &atoms);
}

void as_lint_or(struct as_lint *lint, const struct as_expr *expr)
{
    struct as_lint_atoms atoms;

    if (is_inner(lint, expr))
        return;
    atoms.count = 0;
    as_lint_gather(lint, expr, false, &atoms);
    if (!find_contradiction(lint, &atoms, 1, AS_L_ALWAYS_TRUE))
        find_needless(lint, &atoms);
}

/* What `where` and `require` demand together, and exclusions beside them. */
void as_lint_clauses(struct as_lint *lint)
{
    const struct as_rule *rule = lint->rule;
    struct as_lint_atoms atoms;
    uint32_t before;

    atoms.count = 0;
    as_lint_gather(lint, rule->where, true, &atoms);
    before = atoms.count;
    for (const struct as_expr *at = rule->requires; at; at = at->next) {
        as_lint_gather(lint, at, true, &atoms);
        if (before > 0)
            find_contradiction(lint, &atoms, before, AS_L_CONTRADICTION);
        before = atoms.count;
    }
    for (const struct as_exclude *at = rule->excludes; at && before > 0;
         at = at->next) {
        atoms.count = before;
        as_lint_gather(lint, at->when, true, &atoms);
        for (uint32_t i = before; i < atoms.count; i++) {
            for (uint32_t j = 0; j < before; j++) {
                if (!exclude_each_other(&atoms.atom[j].test,
                                        &atoms.atom[i].test))
                    continue;
                as_diag(lint->diag, AS_L_EXCLUDE_NEVER, atoms.atom[i].at->span,
                        "`%.*s` excludes nothing: the rule has no such events",
                        (int)at->name.text.length, at->name.text.bytes);
                as_diag_label(lint->diag, atoms.atom[j].at->span,
                              "this rules it out");
                i = atoms.count - 1;
                break;
            }
        }
    }
}

/* ---- one comparison --------------------------------------------------- */

/* Is the block `a` within `b`? */
static bool is_within(const struct as_expr *a, const struct as_expr *b)
{
    return a->cidr.bits >= b->cidr.bits && as_cidr_has(&b->cidr, &a->cidr.base);
}

static bool value_implies(enum as_expr_kind kind, const struct as_expr *a,
                          const struct as_expr *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == AS_EXPR_CIDR)
        return is_within(a, b);
    return as_lint_same(a, b) ||
           (a->kind == AS_EXPR_TEXT && text_implies(kind, a->text, b->text));
}

/* A value of a list that has what another has, if another says it; the first
 * of them, since a list may be long. */
void as_lint_alternatives(struct as_lint *lint, const struct as_lint_test *test)
{
    enum { MOST = 200 };
    const struct as_expr *end = test->values;

    if (!test->list)
        return;
    for (int i = 0; end && i < MOST; i++)
        end = end->next;
    for (const struct as_expr *a = test->values; a != end; a = a->next) {
        for (const struct as_expr *b = test->values; b != end; b = b->next) {
            bool equal = a != b && as_lint_same(a, b);

            if (a == b || !value_implies(test->kind, a, b) ||
                (equal && a->span.start < b->span.start))
                continue;
            as_diag(lint->diag, AS_L_NEEDLESS, a->span,
                    equal ? "this is in the list twice"
                          : "this value adds nothing to the list");
            as_diag_label(lint->diag, b->span, "this has it already");
            return;
        }
    }
}

/* x == x */
void as_lint_itself(struct as_lint *lint, const struct as_lint_test *test)
{
    const struct as_expr *expr = test->expr;
    struct as_text text;

    if (expr->kind == AS_EXPR_IS || test->values ||
        !as_lint_same(expr->left, expr->right))
        return;
    text = as_lint_quote(lint, expr->left->span);
    as_diag(lint->diag, AS_L_ITSELF, expr->span,
            "`%.*s` is compared with itself", (int)text.length, text.bytes);
    as_diag_help(lint->diag, "to ask whether there is one, write `is present`");
}
