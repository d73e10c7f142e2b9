/*
 * complain.c - see complain.h.
 *
 * `mistakes` at the end lists what is tried, the most telling first.  Each
 * looks at what was found and what was expected, and says something only when
 * it is sure; the last one always does.
 */

#include "compiler/complain.h"

#include <stdio.h>

#include "compiler/parser.h"

/* ---- asking ----------------------------------------------------------- */

static bool expects(const struct as_complaint *c, int token)
{
    for (int i = 0; i < c->error->expected_count; i++) {
        if (c->error->expected[i] == token)
            return true;
    }
    return false;
}

static struct as_text slice(const struct as_complaint *c, struct as_span span)
{
    return (struct as_text){ c->source->text.bytes + span.start,
                             span.end - span.start };
}

static int shown(struct as_text text)
{
    return text.length < 60 ? (int)text.length : 60;
}

/* A word of the language that is never a name. */
static bool reserved(int token)
{
    switch (token) {
    case TOK_AS:
    case TOK_FROM:
    case TOK_WHERE:
    case TOK_LET:
    case TOK_JOIN:
    case TOK_WITHIN:
    case TOK_REQUIRE:
    case TOK_EXCLUDE:
    case TOK_WHEN:
    case TOK_GROUP:
    case TOK_TIMESPAN:
    case TOK_HAVING:
    case TOK_SEQUENCE:
    case TOK_MAXSPAN:
    case TOK_UNTIL:
    case TOK_NEW_TERMS:
    case TOK_SUPPRESS:
        return true;
    default:
        return token >= TOK_IF && token <= TOK_NOTI && token != TOK_MISSING;
    }
}

static bool word(int token)
{
    return token == TOK_NAME || (token >= TOK_IMPORT && token <= TOK_NOTI);
}

static bool declares(int token)
{
    return token >= TOK_IMPORT && token <= TOK_OVERLAY && token != TOK_AS;
}

static bool comparison(int token)
{
    return (token >= TOK_EQ && token <= TOK_GE) || token == TOK_IN ||
           token == TOK_NOTI || token == TOK_IS ||
           (token >= TOK_CONTAINS && token <= TOK_MATCHES);
}

static bool operator(int token)
{
    return comparison(token) || token == TOK_AND || token == TOK_OR ||
           token == TOK_PLUS || token == TOK_MINUS || token == TOK_COALESCE;
}

static bool closer(int token)
{
    return token == TOK_RP || token == TOK_RB || token == TOK_RC;
}

static int closer_of(int opener)
{
    return opener == TOK_LP ? TOK_RP : opener == TOK_LB ? TOK_RB : TOK_RC;
}

static const struct as_bracket *innermost(const struct as_complaint *c)
{
    return c->bracket_count > 0 ? &c->brackets[c->bracket_count - 1] : NULL;
}

static bool name_expected(const struct as_complaint *c)
{
    return expects(c, TOK_NAME) && !expects(c, TOK_STRING) &&
           !expects(c, TOK_DURATION);
}

/* Directly inside the braces of a rule or a baseline? */
static bool among_clauses(const struct as_complaint *c)
{
    return c->bracket_count == 1 && c->brackets[0].token == TOK_LC &&
           (c->declaration == TOK_RULE || c->declaration == TOK_BASELINE);
}

/* There, and where no name and no operand was wanted? */
static bool between_clauses(const struct as_complaint *c)
{
    return among_clauses(c) && !name_expected(c) &&
           !(expects(c, TOK_NAME) && expects(c, TOK_LP));
}

static const char *declaration_word(const struct as_complaint *c)
{
    return c->declaration == TOK_BASELINE ? "baseline" : "rule";
}

/* ---- clauses ---------------------------------------------------------- */

static const struct rank {
    int token;
    unsigned baseline, rule; /* 0: not a clause of it */
    bool repeats;
    const char *word;
} ranks[] = {
    { TOK_META, 1, 1, false, "meta" },
    { TOK_FROM, 2, 2, false, "from" },
    { TOK_LET, 3, 3, true, "let" },
    { TOK_WHERE, 4, 4, false, "where" },
    { TOK_KEY, 5, 0, false, "key" },
    { TOK_COLLECT, 6, 0, false, "collect" },
    { TOK_SCOPE, 7, 0, false, "scope" },
    { TOK_RETAIN, 8, 0, false, "retain" },
    { TOK_JOIN, 0, 5, true, "join" },
    { TOK_GROUP, 0, 5, false, "group" },
    { TOK_NEW_TERMS, 0, 5, false, "new_terms" },
    { TOK_SEQUENCE, 0, 5, false, "sequence" },
    { TOK_REQUIRE, 0, 6, true, "require" },
    { TOK_TIMESPAN, 0, 6, false, "timespan" },
    { TOK_HISTORY, 0, 6, false, "history" },
    { TOK_MAXSPAN, 0, 6, false, "maxspan" },
    { TOK_HAVING, 0, 7, false, "having" },
    { TOK_UNTIL, 0, 7, false, "until" },
    { TOK_EXCLUDE, 0, 8, true, "exclude" },
    { TOK_OUTCOME, 0, 9, false, "outcome" },
    { TOK_SUPPRESS, 0, 10, false, "suppress" },
};

static const struct rank *rank_of(int token)
{
    for (size_t i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++) {
        if (ranks[i].token == token)
            return &ranks[i];
    }
    return NULL;
}

/* The clause's word; `token` is one. */
static const char *clause_word(int token)
{
    const struct rank *rank = rank_of(token);

    return rank ? rank->word : "";
}

unsigned as_clause_rank(int declaration, int token)
{
    const struct rank *rank = rank_of(token);

    if (!rank)
        return 0;
    return declaration == TOK_BASELINE ? rank->baseline
         : declaration == TOK_RULE     ? rank->rule
                                       : 0;
}

static unsigned rank_here(const struct as_complaint *c, int token)
{
    return as_clause_rank(c->declaration, token);
}

static bool shape(int token)
{
    return token == TOK_JOIN || token == TOK_GROUP || token == TOK_NEW_TERMS ||
           token == TOK_SEQUENCE;
}

static bool given_twice(const struct as_complaint *c)
{
    const struct rank *rank = rank_of(c->found);

    if (!between_clauses(c) || !rank || rank_here(c, c->found) == 0)
        return false;
    for (unsigned i = 0; i < c->clause_count; i++) {
        const struct as_clause *one = &c->clauses[i];

        if (shape(c->found) && shape(one->token) && c->found != one->token) {
            as_diag(c->diag, AS_E_CLAUSE_TWICE, c->span,
                    "a rule has one shape, and this one has `%s` already",
                    clause_word(one->token));
        } else if (one->token == c->found && !rank->repeats) {
            as_diag(c->diag, AS_E_CLAUSE_TWICE, c->span,
                    "this %s has `%s` already", declaration_word(c),
                    rank->word);
        } else {
            continue;
        }
        as_diag_label(c->diag, one->span, "here");
        if (c->found == TOK_WHERE)
            as_diag_help(c->diag, "join the two conditions with `and`");
        return true;
    }
    return false;
}

static bool wrong_order(const struct as_complaint *c)
{
    const struct as_clause *later = NULL;
    unsigned here = rank_here(c, c->found);

    if (!between_clauses(c) || here == 0)
        return false;
    for (unsigned i = 0; i < c->clause_count && !later; i++) {
        if (rank_here(c, c->clauses[i].token) > here)
            later = &c->clauses[i];
    }
    if (!later)
        return false;
    as_diag(c->diag, AS_E_CLAUSE_ORDER, c->span, "`%s` stands before `%s`",
            clause_word(c->found), clause_word(later->token));
    as_diag_label(c->diag, later->span, "`%s` is here",
                  clause_word(later->token));
    as_diag_help(c->diag, "the order is: %s",
                 c->declaration == TOK_BASELINE
                     ? "meta from let where key collect scope retain"
                     : "meta from let where, join require or group having or "
                       "new_terms or sequence, exclude outcome suppress");
    return true;
}

/* A clause that must come, where a later one or the end was found. */
static bool missing_clause(const struct as_complaint *c)
{
    static const int must[] = { TOK_FROM,    TOK_KEY,     TOK_TIMESPAN,
                                TOK_HISTORY, TOK_MAXSPAN, TOK_HAVING };

    if (!between_clauses(c))
        return false;
    for (size_t i = 0; i < sizeof(must) / sizeof(must[0]); i++) {
        const struct rank *rank = rank_of(must[i]);

        if (!expects(c, must[i]) || rank_here(c, must[i]) == 0)
            continue;
        if (c->found != TOK_RC &&
            rank_here(c, c->found) <= rank_here(c, must[i]))
            continue;
        as_diag(c->diag, AS_E_CLAUSE_MISSING, c->span, "this %s has no `%s`",
                declaration_word(c), rank->word);
        as_diag_label(c->diag, c->span, "`%s` comes before this", rank->word);
        if (must[i] == TOK_KEY)
            as_diag_help(c->diag, "a key says what a row stands for: "
                                  "`key k = userIdentity.accessKeyId`");
        if (must[i] == TOK_FROM)
            as_diag_help(c->diag, "write `from cloudtrail`");
        return true;
    }
    return false;
}

/* `key` in a rule, `exclude` in a baseline. */
static bool clause_of_the_other(const struct as_complaint *c)
{
    const struct rank *rank = rank_of(c->found);

    if (!between_clauses(c) || !rank || rank_here(c, c->found) > 0)
        return false;
    as_diag(c->diag, AS_E_SYNTAX, c->span, "`%s` is no clause of a %s",
            rank->word, declaration_word(c));
    as_diag_help(c->diag, "%ss have it",
                 c->declaration == TOK_RULE ? "baseline" : "rule");
    return true;
}

/*
 * A clause's word that may be a name was taken for one, because something
 * before it asked for more: `collect a = set(x), retain 13h`.
 */
static bool swallowed_clause(const struct as_complaint *c)
{
    const struct rank *rank = rank_of(c->previous);

    if (!among_clauses(c) || !rank || rank_here(c, c->previous) == 0 ||
        reserved(c->previous) || c->before == TOK_DOT)
        return false;
    if (!word(c->found) && c->found != TOK_LC && c->found != TOK_DURATION)
        return false;
    if (c->before != TOK_COMMA && !operator(c->before) &&
        c->before != TOK_NOT && c->before != TOK_ASSIGN)
        return false;
    as_diag(c->diag, AS_E_SYNTAX, c->previous_span,
            "something is missing before `%s`", rank->word);
    as_diag_label(c->diag, c->previous_span, "read as a name");
    as_diag_help(c->diag, c->before == TOK_COMMA
                              ? "remove the comma before it"
                              : "the operator before it wants an operand");
    return true;
}

/* ---- usual mistakes --------------------------------------------------- */

static bool assignment(const struct as_complaint *c)
{
    if (c->found != TOK_ASSIGN || !(expects(c, TOK_EQ) || expects(c, TOK_AND)))
        return false;
    as_diag(c->diag, AS_E_ASSIGN, c->span, "`=` does not compare");
    as_diag_help(c->diag, "write `==`");
    as_diag_fix(c->diag, c->span, "==");
    return true;
}

static bool chained(const struct as_complaint *c)
{
    if (!comparison(c->found) || !expects(c, TOK_AND) || expects(c, TOK_EQ))
        return false;
    as_diag(c->diag, AS_E_CHAINED, c->span, "comparisons cannot be chained");
    as_diag_help(c->diag, "write `a < b and b < c`, or put one of them into "
                          "brackets");
    return true;
}

static bool not_closed(const struct as_complaint *c)
{
    const struct as_bracket *open = innermost(c);
    bool clause = rank_of(c->found) != NULL;

    if (!open || !expects(c, closer_of(open->token)))
        return false;
    if (c->found != TOK_END && !declares(c->found) &&
        !(closer(c->found) && open->token != TOK_LC) &&
        !(clause && (open->token != TOK_LC || c->bracket_count > 1)))
        return false;
    as_diag(c->diag, AS_E_NOT_CLOSED, open->span, "this `%.*s` is not closed",
            1, slice(c, open->span).bytes);
    as_diag_label(c->diag, open->span, "opened here");
    as_diag_label(c->diag, c->span, "`%s` was expected before this",
                  open->token == TOK_LP   ? ")"
                  : open->token == TOK_LB ? "]"
                                          : "}");
    return true;
}

static bool when_or_where(const struct as_complaint *c)
{
    if (c->found == TOK_WHEN && expects(c, TOK_WHERE)) {
        as_diag(c->diag, AS_E_SYNTAX, c->span,
                "the condition of a rule or baseline begins with `where`");
        as_diag_help(c->diag, "write `where`; `when` belongs to `exclude`");
        as_diag_fix(c->diag, c->span, "where");
        return true;
    }
    if (c->found == TOK_WHERE && expects(c, TOK_WHEN)) {
        as_diag(c->diag, AS_E_SYNTAX, c->span,
                "the condition of an `exclude` begins with `when`");
        as_diag_help(c->diag, "write `when`");
        as_diag_fix(c->diag, c->span, "when");
        return true;
    }
    return false;
}

/* Words of other languages that are not spelt nearly alike. */
static bool other_word(const struct as_complaint *c)
{
    static const struct {
        const char *word;
        int meant;
        const char *help;
    } words[] = {
        { "elif", TOK_ELSE, "write `else if`" },
        { "elsif", TOK_ELSE, "write `else if`" },
        { "elseif", TOK_ELSE, "write `else if`" },
        { "regex", TOK_MATCHES, "write `matches /.../`" },
        { "regexp", TOK_MATCHES, "write `matches /.../`" },
        { "has", TOK_CONTAINS, "write `contains`" },
        { "between", TOK_GE, "write `x >= a and x <= b`" },
        { "condition", TOK_WHERE, "write `where`" },
        { "filter", TOK_WHERE, "write `where`" },
        { "unless", TOK_EXCLUDE, "write `exclude NAME when ...`" },
        { "window", TOK_TIMESPAN, "write `timespan`" },
        { "to", TOK_COLON, "write `:`" },
    };
    struct as_text found = slice(c, c->span);

    if (c->found != TOK_NAME)
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!expects(c, words[i].meant) ||
            !as_text_equal(found, as_text_of(words[i].word)))
            continue;
        as_diag(c->diag, AS_E_MISSPELT, c->span,
                "`%s` is not a word of this language", words[i].word);
        as_diag_help(c->diag, "%s", words[i].help);
        return true;
    }
    return false;
}

static bool misspelt(const struct as_complaint *c)
{
    struct as_text found = slice(c, c->span), best = { NULL, 0 };
    unsigned least = 3, likely_count = 0;

    if (c->found != TOK_NAME)
        return false;
    for (int i = 0; i < c->error->expected_count; i++) {
        struct as_text one = as_text_of(c->error->names[i]);
        unsigned distance;

        if (!word(c->error->expected[i]) || one.bytes[0] != '`')
            continue;
        one = (struct as_text){ one.bytes + 1, one.length - 2 };
        distance = as_text_distance(found, one, 2);
        if (distance < least &&
            (distance * 2 < one.length || found.length == one.length)) {
            likely_count = 1;
            least = distance;
            best = one;
        } else if (distance == least) {
            likely_count++;
        }
    }
    if (!best.bytes || least * 2 > best.length)
        return false;
    as_diag(c->diag, AS_E_MISSPELT, c->span, "`%.*s` is not known here",
            shown(found), found.bytes);
    as_diag_help(c->diag, "did you mean `%.*s`?", (int)best.length, best.bytes);
    if (likely_count == 1 && as_text_nearly(found, best))
        as_diag_fix(c->diag, c->span, "%.*s", (int)best.length, best.bytes);
    return true;
}

static bool after_comma(const struct as_complaint *c)
{
    if (c->previous != TOK_COMMA ||
        !(closer(c->found) || rank_here(c, c->found) > 0))
        return false;
    as_diag(c->diag, AS_E_SYNTAX, c->previous_span,
            "nothing follows this comma");
    as_diag_help(c->diag, "remove it");
    as_diag_cut(c->diag, c->previous_span);
    return true;
}

static bool reserved_name(const struct as_complaint *c)
{
    struct as_text found = slice(c, c->span);

    if (!name_expected(c) || !reserved(c->found) || expects(c, TOK_TRUE))
        return false;
    as_diag(c->diag, AS_E_RESERVED, c->span,
            "`%.*s` is a word of the language and cannot be a name",
            shown(found), found.bytes);
    as_diag_help(c->diag, "choose another name, for instance `%.*s_`",
                 shown(found), found.bytes);
    return true;
}

static bool dash_in_name(const struct as_complaint *c)
{
    if (c->found != TOK_MINUS || c->previous != TOK_NAME ||
        expects(c, TOK_MINUS) || c->previous_span.end != c->span.start)
        return false;
    as_diag(c->diag, AS_E_SYNTAX, c->span, "a name cannot have a `-` in it");
    as_diag_help(c->diag, "names are made of letters, digits and `_`");
    return true;
}

/* ---- what was expected ------------------------------------------------ */

enum { MOST_WORDS = 4 };

struct wording {
    const char *words[MOST_WORDS];
    unsigned count;
    bool more;
};

static void say(struct wording *wording, const char *text)
{
    if (wording->count < MOST_WORDS)
        wording->words[wording->count++] = text;
    else
        wording->more = true;
}

/* The next clause, when many of them could come. */
static unsigned clause_choices(const struct as_complaint *c)
{
    unsigned count = 0;

    for (int i = 0; i < c->error->expected_count; i++)
        count += rank_here(c, c->error->expected[i]) > 0;
    return count;
}

static bool declaration_choice(const struct as_complaint *c)
{
    return expects(c, TOK_IMPORT) && expects(c, TOK_RULE) &&
           !expects(c, TOK_NAME);
}

/* Is this token spoken for by one of the groups? */
static bool grouped(const struct as_complaint *c, int token, bool clauses)
{
    if (clauses && rank_here(c, token) > 0)
        return true;
    if (declaration_choice(c) && (declares(token) || token == TOK_END))
        return true;
    if (expects(c, TOK_AND) && (operator(token) || token == TOK_DOT ||
                                token == TOK_LB || token == TOK_LP))
        return true;
    if (expects(c, TOK_NAME) && word(token) && !reserved(token))
        return true;
    if (token == TOK_LT && expects(c, TOK_ASSIGN))
        return true; /* list<text>: nobody means it */
    if (expects(c, TOK_STRING) && expects(c, TOK_INT))
        return (token >= TOK_NAME && token <= TOK_TIME) || token == TOK_MINUS ||
               token == TOK_TRUE || token == TOK_FALSE || token == TOK_LB ||
               (expects(c, TOK_LP) &&
                (token == TOK_LP || token == TOK_NOT || token == TOK_IF ||
                 token == TOK_ANY || token == TOK_ALL || token == TOK_NONE));
    return false;
}

static void word_expected(const struct as_complaint *c, struct wording *w)
{
    bool clauses = between_clauses(c) && clause_choices(c) > 2;

    if (declaration_choice(c))
        say(w, "a declaration");
    if (expects(c, TOK_STRING) && expects(c, TOK_INT))
        say(w, expects(c, TOK_LP) ? "an expression" : "a value");
    else if (expects(c, TOK_NAME))
        say(w, expects(c, TOK_DURATION) ? "a parameter's name" : "a name");
    for (int i = 0; i < c->error->expected_count; i++) {
        if (!grouped(c, c->error->expected[i], clauses))
            say(w, c->error->names[i]);
    }
    if (clauses)
        say(w, "the next clause");
    if (expects(c, TOK_AND))
        say(w, "an operator");
}

static void word_found(const struct as_complaint *c, char *out, size_t size)
{
    struct as_text found = slice(c, c->span);
    const char *kind = "";

    switch (c->found) {
    case TOK_END:
        snprintf(out, size, "the end of the file");
        return;
    case TOK_STRING:
        kind = "the text ";
        break;
    case TOK_REGEX:
        kind = "the regular expression ";
        break;
    case TOK_INT:
    case TOK_FLOAT:
        kind = "the number ";
        break;
    case TOK_NAME:
        kind = "the name ";
        break;
    default:
        break;
    }
    snprintf(out, size, "%s`%.*s`", kind, shown(found), found.bytes);
}

static bool anything_else(const struct as_complaint *c)
{
    const struct as_bracket *open = innermost(c);
    struct wording w = { .count = 0 };
    char found[100], list[400] = "something else";
    size_t length = 0;

    word_expected(c, &w);
    word_found(c, found, sizeof(found));
    for (unsigned i = 0; i < w.count; i++) {
        int added = snprintf(list + length, sizeof(list) - length, "%s%s",
                             i == 0                        ? ""
                             : i + 1 == w.count && !w.more ? " or "
                                                           : ", ",
                             w.words[i]);

        if (added > 0)
            length += (size_t)added;
    }
    as_diag(c->diag, AS_E_SYNTAX, c->span, "expected %s%s, found %s", list,
            w.more ? " or something else" : "", found);
    if (declaration_choice(c))
        as_diag_help(c->diag, "a declaration begins with import, param, list, "
                              "macro, baseline, rule or overlay");
    if (open && !expects(c, TOK_AND) && expects(c, closer_of(open->token)))
        as_diag_label(c->diag, open->span, "in what opens here");
    return true;
}

void as_complain(const struct as_complaint *complaint)
{
    static bool (*const mistakes[])(const struct as_complaint *) = {
        assignment,       chained,      when_or_where,  given_twice,
        wrong_order,      after_comma,  missing_clause, clause_of_the_other,
        swallowed_clause, not_closed,   other_word,     misspelt,
        reserved_name,    dash_in_name, anything_else,
    };

    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        if (mistakes[i](complaint))
            return;
    }
}
