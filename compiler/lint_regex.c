/*
 * lint_regex.c - regular expressions that say something else than they seem
 * to.
 *
 * Their text is looked at byte by byte; only what is plain to see is judged.
 * The one question that needs the automaton, whether an expression matches
 * whatever it is given, is put to it for the few that can match nothing.
 */

#include "compiler/lint.h"

#include "common/regex.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- bytes with a meaning ---------------------------------------------- */

/* Past the piece at `at`: a byte, one behind a backslash, or a class. */
static size_t skip_piece(struct as_text text, size_t at)
{
    if (text.bytes[at] == '\\')
        return at + 2 < text.length ? at + 2 : text.length;
    if (text.bytes[at] != '[')
        return at + 1;
    at++;
    if (at < text.length && text.bytes[at] == '^')
        at++;
    if (at < text.length && text.bytes[at] == ']')
        at++;
    while (at < text.length && text.bytes[at] != ']')
        at += text.bytes[at] == '\\' ? 2 : 1;
    return at < text.length ? at + 1 : text.length;
}

/* ---- unescaped dots --------------------------------------------------- */

static struct as_text rest_of(struct as_text text, size_t at)
{
    return (struct as_text){ text.bytes + at, text.length - at };
}

/* Does a host name end in what stands at `at`? */
static bool is_top_domain(struct as_text text, size_t at)
{
    static const char *const words[] = { "com", "org",      "net", "io", "cn",
                                         "aws", "internal", "gov", "dev" };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct as_text word = as_text_of(words[i]);
        size_t end = at + word.length;

        if (as_text_starts(rest_of(text, at), word) &&
            (end == text.length ||
             !(is_letter(text.bytes[end]) || is_digit(text.bytes[end]))))
            return true;
    }
    return false;
}

/* Is the dot at `at` one of an address, four numbers? */
static bool is_in_address(struct as_text text, size_t at)
{
    size_t start = at, digits = 0, dots = 0;

    while (start > 0 && is_digit(text.bytes[start - 1]))
        start--;
    if (start == at)
        return false;
    for (size_t i = start; i < text.length; i++) {
        if (is_digit(text.bytes[i]))
            digits++;
        else if (text.bytes[i] == '.')
            dots++;
        else
            break;
    }
    return dots == 3 && digits >= 4;
}

static bool is_name_dot(struct as_text text, size_t at)
{
    bool quantified = at + 1 < text.length &&
                      strchr("*+?{", text.bytes[at + 1]) != NULL;

    if (at == 0 || quantified)
        return false;
    return ((is_letter(text.bytes[at - 1]) || is_digit(text.bytes[at - 1])) &&
            is_top_domain(text, at + 1)) ||
           is_in_address(text, at);
}

static bool has_name_dot(struct as_text text)
{
    for (size_t at = 0; at < text.length; at = skip_piece(text, at)) {
        if (text.bytes[at] == '.' && is_name_dot(text, at))
            return true;
    }
    return false;
}

/* ---- anchors beside `|` ------------------------------------------------ */

/* ^a|b$: the anchors are of the first and the last alternative only. */
static bool has_loose_anchors(struct as_text text)
{
    size_t depth = 0, bars = 0, last = 0;
    bool more = false, end;

    for (size_t at = 0; at < text.length; at = skip_piece(text, at)) {
        char c = text.bytes[at];

        depth += c == '(';
        depth -= c == ')' && depth > 0;
        if (c == '|' && depth == 0) {
            bars++;
            last = at;
        }
        more |= c == '^' && at > 0 && text.bytes[at - 1] == '|';
        more |= c == '$' && at + 1 < text.length && text.bytes[at + 1] == '|';
    }
    end = text.length > last + 1 && text.bytes[text.length - 1] == '$' &&
          text.bytes[text.length - 2] != '\\';
    return bars > 0 && !more && text.bytes[0] == '^' && end;
}

/* ---- those that always match ------------------------------------------- */

/* Has it nothing that must be there?  (A quick look that may be wrong.) */
static bool may_be_empty(struct as_text text)
{
    if (text.length == 0)
        return true;
    for (size_t i = 0; i < text.length; i++) {
        if (strchr("*?|{", text.bytes[i]))
            return true;
    }
    return false;
}

static bool always_matches(const struct as_expr *expr)
{
    static const char *const samples[] = { "", "~", "Zq 7", "a/b.c:d" };
    struct as_regex *regex;
    bool all = true;

    if (!may_be_empty(expr->text))
        return false;
    regex = as_regex_new(expr->text, expr->fold ? AS_REGEX_FOLD : 0, NULL);
    for (size_t i = 0; regex && i < sizeof(samples) / sizeof(samples[0]); i++)
        all &= as_regex_match(regex, as_text_of(samples[i]));
    all &= regex != NULL;
    as_regex_free(regex);
    return all;
}

/* ---- the lint --------------------------------------------------------- */

void as_lint_regex(struct as_lint *lint, const struct as_expr *expr)
{
    struct as_text text = expr->text;

    if (always_matches(expr)) {
        as_diag(lint->diag, AS_L_REGEX_ALWAYS, expr->span,
                "this matches every text");
        return;
    }
    if (has_name_dot(text)) {
        as_diag(lint->diag, AS_L_REGEX_DOT, expr->span,
                "a bare `.` of this name stands for any character");
        as_diag_help(lint->diag, "write `\\.`");
    }
    if (has_loose_anchors(text)) {
        as_diag(lint->diag, AS_L_REGEX_ANCHORS, expr->span,
                "`^` is of the first alternative only, `$` of the last");
        as_diag_help(lint->diag, "write /^(a|b)$/");
    }
}
