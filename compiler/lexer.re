/*
 * lexer.re - see lexer.h.
 *
 * re2c recognises words, signs and numbers.  Texts and regular expressions
 * are scanned by hand behind their first character: where one is not closed,
 * what is said about it matters more than how fast it is read.  The text ends
 * in a NUL that its length does not count; re2c's end rule ($) looks at the
 * limit only where a NUL is read.
 */

#include "compiler/lexer.h"

#include <stdio.h>

#include "common/limits.h"
#include "common/time.h"
#include "common/utf8.h"

void as_lexer_init(struct as_lexer *lexer, const struct as_source *source,
                   struct as_arena *arena, struct as_diag *diag)
{
    *lexer = (struct as_lexer){
        .arena = arena,
        .diag = diag,
        .source = source->number,
        .start = (const unsigned char *)source->text.bytes,
    };
    lexer->cursor = lexer->start;
    lexer->limit = lexer->start + source->text.length;
}

/* ---- mistakes --------------------------------------------------------- */

static struct as_span span_from(const struct as_lexer *lexer,
                                const unsigned char *from)
{
    return (struct as_span){ lexer->source, (uint32_t)(from - lexer->start),
                             (uint32_t)(lexer->cursor - lexer->start) };
}

/* Count a mistake; say it only where this returns true. */
static bool heard(struct as_lexer *lexer)
{
    lexer->mistakes++;
    return !lexer->quiet;
}

/* A sign from another language, and the word that is meant. */
static void foreign(struct as_lexer *lexer, const unsigned char *from,
                    const char *meant)
{
    if (!heard(lexer))
        return;
    as_diag(lexer->diag, AS_E_FOREIGN, span_from(lexer, from),
            "`%.*s` is not a sign of this language",
            (int)(lexer->cursor - from), (const char *)from);
    as_diag_help(lexer->diag, "%s", meant);
}

static bool is_blank_at(const struct as_lexer *lexer, const unsigned char *at)
{
    return at < lexer->start || at >= lexer->limit || *at == ' ' ||
           *at == '\n' || *at == '\t' || *at == '\r';
}

/* The same where only one word or sign can be meant. */
static int mended(struct as_lexer *lexer, const unsigned char *from,
                  const char *word, int kind)
{
    bool quiet = lexer->quiet;
    char meant[32];

    snprintf(meant, sizeof(meant), "write `%s`", word);
    foreign(lexer, from, meant);
    if (!quiet)
        as_diag_fix(lexer->diag, span_from(lexer, from), "%s%s%s",
                    is_blank_at(lexer, from - 1) || kind == TOK_NOT ? "" : " ",
                    word, is_blank_at(lexer, lexer->cursor) ? "" : " ");
    return kind;
}

/* The mistake of a token that is nearly right. */
static void wrong(struct as_lexer *lexer, enum as_code code,
                  const unsigned char *from, const char *what,
                  const char *help)
{
    if (!heard(lexer))
        return;
    as_diag(lexer->diag, code, span_from(lexer, from), "`%.*s` is %s",
            (int)(lexer->cursor - from), (const char *)from, what);
    as_diag_help(lexer->diag, "%s", help);
}

/* ---- comments --------------------------------------------------------- */

/* The end of the line that `at` is in: its newline, or the limit. */
static const unsigned char *line_end(const struct as_lexer *lexer,
                                     const unsigned char *at)
{
    while (at < lexer->limit && *at != '\n')
        at++;
    return at;
}

static void comment(struct as_lexer *lexer, const unsigned char *from)
{
    bool doc = lexer->cursor - from >= 2 && from[1] == '#' &&
               (lexer->cursor - from == 2 || from[2] != '#');

    if (doc && !lexer->line_begun) {
        if (!lexer->doc_from)
            lexer->doc_from = from;
        lexer->doc_to = lexer->cursor;
    }
    lexer->newline_count = 0;
}

static void newline(struct as_lexer *lexer)
{
    lexer->line_begun = false;
    if (++lexer->newline_count > 1)
        lexer->doc_from = NULL; /* an empty line: the block stands alone */
}

/* The text of the waiting ## lines, without their marks. */
static struct as_text take_doc(struct as_lexer *lexer)
{
    const unsigned char *at = lexer->doc_from, *to = lexer->doc_to;
    char *out;
    size_t length = 0;

    lexer->doc_from = NULL;
    if (!at)
        return (struct as_text){ NULL, 0 };
    out = as_alloc(lexer->arena, (size_t)(to - at) + 1);
    while (out && at < to) {
        const unsigned char *end = line_end(lexer, at);

        while (at < end && (*at == ' ' || *at == '\t'))
            at++;
        if (end - at >= 2 && at[0] == '#' && at[1] == '#' &&
            (end - at == 2 || at[2] != '#')) {
            at += end - at > 2 && at[2] == ' ' ? 3 : 2;
            if (length > 0)
                out[length++] = '\n';
            memcpy(out + length, at, (size_t)(end - at));
            length += (size_t)(end - at);
            if (length > 0 && out[length - 1] == '\r')
                length--;
        }
        at = end + 1;
    }
    return (struct as_text){ out, out ? length : 0 };
}

/* ---- texts ------------------------------------------------------------ */

static void not_closed(struct as_lexer *lexer, const unsigned char *from,
                       enum as_code code, const char *what, char quote)
{
    if (!heard(lexer))
        return;
    as_diag(lexer->diag, code,
            (struct as_span){ lexer->source, (uint32_t)(from - lexer->start),
                              (uint32_t)(from - lexer->start) + 1 },
            "this %s is not closed on its line", what);
    as_diag_label(lexer->diag, span_from(lexer, from), "begins here");
    as_diag_help(lexer->diag, "close it with `%c`", quote);
}

static int hex_digit(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/*
 * The character of \u{...}; `at` stands on the u.  Returns what comes behind
 * it, or NULL when it is no character.
 */
static const unsigned char *unicode(const unsigned char *at,
                                    const unsigned char *end, uint32_t *code)
{
    unsigned digits = 0;

    *code = 0;
    if (++at >= end || *at++ != '{')
        return NULL;
    for (; at < end && hex_digit(*at) >= 0; at++) {
        *code = *code * 16 + (uint32_t)hex_digit(*at);
        if (++digits > 6)
            return NULL;
    }
    if (digits == 0 || at >= end || *at != '}')
        return NULL;
    if (*code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
        return NULL;
    return at + 1;
}

static void bad_escape(struct as_lexer *lexer, const unsigned char *from,
                       const unsigned char *to, uint32_t code)
{
    struct as_span span = { lexer->source, (uint32_t)(from - lexer->start),
                            (uint32_t)(to - lexer->start) };

    if (!heard(lexer))
        return;
    if (code == 0 && to - from > 2) {
        as_diag(lexer->diag, AS_E_NUL, span, "a text cannot hold a NUL");
        return;
    }
    as_diag(lexer->diag, AS_E_ESCAPE, span, "`%.*s` is not an escape",
            (int)(to - from), (const char *)from);
    as_diag_help(lexer->diag, "there are \\\" \\\\ \\n \\t and \\u{41}; between "
                              "' and ' a backslash stands for itself");
}

/*
 * One escape; `at` stands behind the backslash, which is not the last
 * character.  Writes to out[*length] and returns what comes behind it.
 */
static const unsigned char *escape(struct as_lexer *lexer,
                                   const unsigned char *at,
                                   const unsigned char *end, char *out,
                                   size_t *length)
{
    static const char from[] = "\"\\nt", to[] = "\"\\\n\t";
    const char *known = *at ? strchr(from, *at) : NULL;
    const unsigned char *behind;
    uint32_t code;

    if (known) {
        out[(*length)++] = to[known - from];
        return at + 1;
    }
    behind = *at == 'u' ? unicode(at, end, &code) : NULL;
    if (!behind || code == 0) {
        const unsigned char *shown = behind ? behind : at + 1;

        while (!behind && shown < end && (*shown & 0xc0) == 0x80)
            shown++;
        bad_escape(lexer, at - 1, shown, behind ? 0 : 1);
        return shown;
    }
    *length += as_utf8_encode(code, out + *length);
    return behind;
}

/* The text between two quotes, its escapes replaced. */
static struct as_text unescape(struct as_lexer *lexer,
                               const unsigned char *at,
                               const unsigned char *end)
{
    char *out;
    size_t length = 0;

    if (!memchr(at, '\\', (size_t)(end - at)))
        return (struct as_text){ (const char *)at, (size_t)(end - at) };
    out = as_alloc(lexer->arena, (size_t)(end - at) + 1);
    while (out && at < end) {
        if (*at == '\\' && at + 1 < end)
            at = escape(lexer, at + 1, end, out, &length);
        else
            out[length++] = (char)*at++;
    }
    return (struct as_text){ out, out ? length : 0 };
}

/* The rest of a text whose quote stands at `from`. */
static void text(struct as_lexer *lexer, const unsigned char *from,
                 struct as_token *token)
{
    const unsigned char *at = from + 1, *limit = lexer->limit;
    unsigned char quote = *from;

    while (at < limit && *at != quote && *at != '\n')
        at += quote == '"' && *at == '\\' && at + 1 < limit && at[1] != '\n'
                  ? 2
                  : 1;
    if (at < limit && *at == quote) {
        lexer->cursor = at + 1;
    } else {
        if (at[-1] == '\r' && at > from + 1)
            at--;
        lexer->cursor = at;
        not_closed(lexer, from, AS_E_TEXT_OPEN, "text", (char)quote);
    }
    if (quote == '"')
        token->text = unescape(lexer, from + 1, at);
    else
        token->text = (struct as_text){ (const char *)from + 1,
                                        (size_t)(at - from) - 1 };
}

/* U+2018 to U+201F, the quotes of word processors. */
static bool smart_quote(const unsigned char *at)
{
    return at[0] == 0xe2 && at[1] == 0x80 && at[2] >= 0x98 && at[2] <= 0x9f;
}

/* A text in typographic quotes; the cursor is behind the first. */
static void smart_text(struct as_lexer *lexer, const unsigned char *from,
                       struct as_token *token)
{
    const unsigned char *at = lexer->cursor, *limit = lexer->limit;

    while (at < limit && *at != '\n' && *at != '"' && !smart_quote(at))
        at++;
    token->text = (struct as_text){ (const char *)lexer->cursor,
                                    (size_t)(at - lexer->cursor) };
    if (at < limit && *at != '\n')
        at += *at == '"' ? 1 : 3;
    lexer->cursor = at;
    if (!heard(lexer))
        return;
    as_diag(lexer->diag, AS_E_SMART_QUOTE, span_from(lexer, from),
            "texts stand between plain quotes");
    as_diag_help(lexer->diag, "write \"%.*s\"", (int)token->text.length,
                 token->text.bytes);
}

/* ---- regular expressions ---------------------------------------------- */

/* The slash that ends the pattern, or NULL: none on this line.  One between
 * [ and ], or behind a backslash, does not end it. */
static const unsigned char *pattern_end(const unsigned char *at,
                                        const unsigned char *end)
{
    bool class = false;

    for (; at < end && *at != '\n'; at++) {
        if (*at == '\\' && at + 1 < end && at[1] != '\n')
            at++;
        else if (*at == '[')
            class = true;
        else if (*at == ']')
            class = false;
        else if (*at == '/' && !class)
            return at;
    }
    return NULL;
}

/* The pattern with \/ written as /. */
static struct as_text pattern_text(struct as_lexer *lexer,
                                   const unsigned char *at,
                                   const unsigned char *end)
{
    char *out = as_alloc(lexer->arena, (size_t)(end - at) + 1);
    size_t length = 0;

    while (out && at < end) {
        if (*at == '\\' && at + 1 < end && at[1] != '/')
            out[length++] = (char)*at++;
        else if (*at == '\\' && at + 1 < end)
            at++;
        out[length++] = (char)*at++;
    }
    return (struct as_text){ out, out ? length : 0 };
}

static void pattern_flags(struct as_lexer *lexer, struct as_token *token)
{
    const unsigned char *from = lexer->cursor;

    while (hex_digit(*lexer->cursor) >= 10 ||
           (*lexer->cursor >= 'g' && *lexer->cursor <= 'z'))
        lexer->cursor++;
    if (lexer->cursor == from)
        return;
    token->fold = true;
    if (lexer->cursor - from == 1 && *from == 'i')
        return;
    if (heard(lexer)) {
        as_diag(lexer->diag, AS_E_CHARACTER, span_from(lexer, from),
                "behind a regular expression stands `i` or nothing");
    }
}

static void regex(struct as_lexer *lexer, const unsigned char *from,
                  struct as_token *token)
{
    const unsigned char *end = pattern_end(from + 1, lexer->limit);

    if (!end) {
        lexer->cursor = line_end(lexer, from);
        not_closed(lexer, from, AS_E_REGEX_OPEN, "regular expression", '/');
        token->text = (struct as_text){ (const char *)from + 1, 0 };
        return;
    }
    lexer->cursor = end + 1;
    if (end - from - 1 > AS_MAX_PATTERN) {
        if (heard(lexer)) {
            as_diag(lexer->diag, AS_E_PATTERN_TOO_LONG, span_from(lexer, from),
                    "this pattern has more than %d bytes", AS_MAX_PATTERN);
        }
        end = from + 1;
    }
    token->text = pattern_text(lexer, from + 1, end);
    pattern_flags(lexer, token);
}

/* Behind a value a slash would divide, and there is no division. */
static bool value_ended(const struct as_lexer *lexer)
{
    switch (lexer->previous) {
    case TOK_NAME:
    case TOK_STRING:
    case TOK_INT:
    case TOK_FLOAT:
    case TOK_DURATION:
    case TOK_CIDR:
    case TOK_REGEX:
    case TOK_DATE:
    case TOK_TIME:
    case TOK_RP:
    case TOK_RB:
    case TOK_TRUE:
    case TOK_FALSE:
        return true;
    default:
        return false;
    }
}

/* ---- numbers ---------------------------------------------------------- */

static struct as_text slice(const struct as_lexer *lexer,
                            const unsigned char *from)
{
    return (struct as_text){ (const char *)from,
                             (size_t)(lexer->cursor - from) };
}

static void integer(struct as_lexer *lexer, const unsigned char *from,
                    struct as_token *token)
{
    int64_t value = 0;

    for (const unsigned char *at = from; at < lexer->cursor; at++) {
        int digit = *at - '0';

        if (value > (INT64_MAX - digit) / 10) {
            wrong(lexer, AS_E_NUMBER, from, "too large a number",
                  "ids are texts: write them between quotes");
            value = 0;
            break;
        }
        value = value * 10 + digit;
    }
    token->integer = value;
}

/*
 * Digits, a point, digits.  With at most 15 digits both the digits as a whole
 * number and the power of ten are exact, so the one division rounds right and
 * no locale is asked.
 */
static void real(struct as_lexer *lexer, const unsigned char *from,
                 struct as_token *token)
{
    double value = 0, divisor = 1;
    unsigned digits = 0;
    bool behind = false;

    for (const unsigned char *at = from; at < lexer->cursor; at++) {
        if (*at == '.') {
            behind = true;
            continue;
        }
        value = value * 10 + (*at - '0');
        divisor *= behind ? 10 : 1;
        digits++;
    }
    if (digits > 15) {
        wrong(lexer, AS_E_NUMBER, from, "a number with too many digits",
              "numbers with a point have at most 15 digits");
        value = 0;
    }
    token->real = value / divisor;
}

static void duration(struct as_lexer *lexer, const unsigned char *from,
                     struct as_token *token)
{
    if (!as_duration_parse(slice(lexer, from), &token->integer))
        wrong(lexer, AS_E_DURATION, from, "too long a duration",
              "`retain forever` has no end");
}

static void instant(struct as_lexer *lexer, const unsigned char *from,
                    struct as_token *token)
{
    if (!as_time_parse(slice(lexer, from), &token->integer))
        wrong(lexer, AS_E_TIME, from, "not a date or time",
              "write 2026-11-21 or 2026-11-21T10:00:00Z");
}

static void address(struct as_lexer *lexer, const unsigned char *from,
                    struct as_token *token)
{
    struct as_text written = slice(lexer, from);

    token->has_slash = memchr(written.bytes, '/', written.length) != NULL;
    if (!as_cidr_parse(written, &token->cidr))
        wrong(lexer, AS_E_ADDRESS, from, "not an address",
              "write 10.0.0.1, 10.0.0.0/8 or 2001:db8::/32");
}

/* ---- words ------------------------------------------------------------ */

static bool word_character(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
}

/* Does a word that makes `not` infix come next, behind space and comments? */
static bool comparison_follows(const struct as_lexer *lexer)
{
    static const char *const words[] = { "in",       "contains", "startswith",
                                         "endswith", "like",     "matches" };
    const unsigned char *at = lexer->cursor, *end;

    for (;;) {
        while (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')
            at++;
        if (*at != '#')
            break;
        at = line_end(lexer, at);
    }
    for (end = at; word_character(*end);)
        end++;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strlen(words[i]) == (size_t)(end - at) &&
            memcmp(words[i], at, (size_t)(end - at)) == 0)
            return true;
    }
    return false;
}

/* Characters that are not ASCII, outside texts.  Invisible ones were said
 * when the file was read. */
static void not_ascii(struct as_lexer *lexer, const unsigned char *from)
{
    uint32_t code;

    while (*lexer->cursor >= 0x80 && !smart_quote(lexer->cursor))
        lexer->cursor++;
    if (as_utf8_decode((const char *)from, (size_t)(lexer->limit - from),
                       &code) == 0 ||
        as_utf8_invisible(code))
        return;
    if (!heard(lexer))
        return;
    as_diag(lexer->diag, AS_E_CHARACTER, span_from(lexer, from),
            "`%.*s` (U+%04X) means nothing here", (int)(lexer->cursor - from),
            (const char *)from, (unsigned)code);
    as_diag_help(lexer->diag,
                 code == 0xa0 || (code >= 0x2000 && code <= 0x200a) ||
                         code == 0x3000
                     ? "this is not an ordinary space; type it again"
                     : "names are made of a-z, A-Z, 0-9 and _; other members "
                       "are written as texts: a.\"b\"");
}

/* A C comment: to its end on this line, or the whole line. */
static void c_comment(struct as_lexer *lexer, const unsigned char *from)
{
    const unsigned char *at = from + 2;

    foreign(lexer, from, "a comment begins with `#`");
    while (from[1] == '*' && at < lexer->limit && *at != '\n') {
        if (at[0] == '*' && at[1] == '/') {
            lexer->cursor = at + 2;
            return;
        }
        at++;
    }
    lexer->cursor = line_end(lexer, at);
}

/* ---- tokens ----------------------------------------------------------- */

/* Recognise one token; its kind, or -1 for none (space, a comment, a
 * character that was refused). */
static int scan(struct as_lexer *lexer, struct as_token *token)
{
    const unsigned char *from = lexer->cursor, *YYMARKER;

    /*!re2c
        re2c:api:style = free-form;
        re2c:define:YYCTYPE = "unsigned char";
        re2c:define:YYCURSOR = "lexer->cursor";
        re2c:define:YYLIMIT = "lexer->limit";
        re2c:yyfill:enable = 0;
        re2c:eof = 0;
        re2c:flags:case-ranges = 0;

        digit  = [0-9];
        word   = [A-Za-z_][A-Za-z0-9_]*;
        h16    = [0-9A-Fa-f]{1,4};
        dotted = digit+ ("." digit+){2,};
        short6 = (h16 (":" h16)*)? "::" [0-9A-Fa-f:.]*;
        full6  = (h16 ":"){6} (h16 ":" h16 (":" h16)* | dotted);
        date   = digit{4} "-" digit{2} "-" digit{2};
        clock  = "T" [0-9:.]* ("Z" | [+-] digit{2} ":"? digit{2})?;

        $              { return TOK_END; }
        [ \t\r]+       { return -1; }
        "\n"           { newline(lexer); return -1; }
        "#" [^\n\x00]* { comment(lexer, from); return -1; }

        "import"     { return TOK_IMPORT; }
        "as"         { return TOK_AS; }
        "param"      { return TOK_PARAM; }
        "list"       { return TOK_LIST; }
        "macro"      { return TOK_MACRO; }
        "baseline"   { return TOK_BASELINE; }
        "rule"       { return TOK_RULE; }
        "overlay"    { return TOK_OVERLAY; }
        "meta"       { return TOK_META; }
        "from"       { return TOK_FROM; }
        "each"       { return TOK_EACH; }
        "let"        { return TOK_LET; }
        "where"      { return TOK_WHERE; }
        "key"        { return TOK_KEY; }
        "collect"    { return TOK_COLLECT; }
        "scope"      { return TOK_SCOPE; }
        "as_of"      { return TOK_AS_OF; }
        "plus"       { return TOK_PLUS_KW; }
        "whole"      { return TOK_WHOLE; }
        "retain"     { return TOK_RETAIN; }
        "idle"       { return TOK_IDLE; }
        "forever"    { return TOK_FOREVER; }
        "join"       { return TOK_JOIN; }
        "on"         { return TOK_ON; }
        "within"     { return TOK_WITHIN; }
        "after"      { return TOK_AFTER; }
        "require"    { return TOK_REQUIRE; }
        "group"      { return TOK_GROUP; }
        "by"         { return TOK_BY; }
        "timespan"   { return TOK_TIMESPAN; }
        "sliding"    { return TOK_SLIDING; }
        "tumbling"   { return TOK_TUMBLING; }
        "session"    { return TOK_SESSION; }
        "having"     { return TOK_HAVING; }
        "new_terms"  { return TOK_NEW_TERMS; }
        "history"    { return TOK_HISTORY; }
        "sequence"   { return TOK_SEQUENCE; }
        "maxspan"    { return TOK_MAXSPAN; }
        "until"      { return TOK_UNTIL; }
        "exclude"    { return TOK_EXCLUDE; }
        "when"       { return TOK_WHEN; }
        "reason"     { return TOK_REASON; }
        "owner"      { return TOK_OWNER; }
        "expires"    { return TOK_EXPIRES; }
        "outcome"    { return TOK_OUTCOME; }
        "suppress"   { return TOK_SUPPRESS; }
        "for"        { return TOK_FOR; }
        "pack"       { return TOK_PACK; }
        "version"    { return TOK_VERSION; }
        "modify"     { return TOK_MODIFY; }
        "set"        { return TOK_SET; }
        "disable"    { return TOK_DISABLE; }
        "enable"     { return TOK_ENABLE; }
        "append"     { return TOK_APPEND; }
        "remove"     { return TOK_REMOVE; }
        "if"         { return TOK_IF; }
        "then"       { return TOK_THEN; }
        "else"       { return TOK_ELSE; }
        "and"        { return TOK_AND; }
        "or"         { return TOK_OR; }
        "not"        { return comparison_follows(lexer) ? TOK_NOTI : TOK_NOT; }
        "in"         { return TOK_IN; }
        "is"         { return TOK_IS; }
        "any"        { return TOK_ANY; }
        "all"        { return TOK_ALL; }
        "none"       { return TOK_NONE; }
        "true"       { return TOK_TRUE; }
        "false"      { return TOK_FALSE; }
        "missing"    { return TOK_MISSING; }
        "contains"   { return TOK_CONTAINS; }
        "startswith" { return TOK_STARTSWITH; }
        "endswith"   { return TOK_ENDSWITH; }
        "like"       { return TOK_LIKE; }
        "matches"    { return TOK_MATCHES; }
        word         { return TOK_NAME; }

        "=="  { return TOK_EQ; }
        "!="  { return TOK_NE; }
        "<"   { return TOK_LT; }
        "<="  { return TOK_LE; }
        ">"   { return TOK_GT; }
        ">="  { return TOK_GE; }
        "="   { return TOK_ASSIGN; }
        ":"   { return TOK_COLON; }
        ","   { return TOK_COMMA; }
        "."   { return TOK_DOT; }
        "["   { return TOK_LB; }
        "]"   { return TOK_RB; }
        "("   { return TOK_LP; }
        ")"   { return TOK_RP; }
        "{"   { return TOK_LC; }
        "}"   { return TOK_RC; }
        "+"   { return TOK_PLUS; }
        "-"   { return TOK_MINUS; }
        "??"  { return TOK_COALESCE; }

        "&&"  { return mended(lexer, from, "and", TOK_AND); }
        "||"  { return mended(lexer, from, "or", TOK_OR); }
        "!"   { return mended(lexer, from, "not", TOK_NOT); }
        "===" { return mended(lexer, from, "==", TOK_EQ); }
        "!==" { return mended(lexer, from, "!=", TOK_NE); }
        "<>"  { return mended(lexer, from, "!=", TOK_NE); }
        "=~"  { foreign(lexer, from, "write `matches`"); return TOK_MATCHES; }
        ";"   { foreign(lexer, from, "leave it away: every clause begins with "
                                     "a word of its own"); return -1; }
        "//" | "/*" { c_comment(lexer, from); return -1; }

        ["] | [']     { text(lexer, from, token); return TOK_STRING; }
        "\xe2\x80" [\x98-\x9f]
                      { smart_text(lexer, from, token); return TOK_STRING; }
        "/" {
            if (!value_ended(lexer)) {
                regex(lexer, from, token);
                return TOK_REGEX;
            }
            wrong(lexer, AS_E_CHARACTER, from, "of no use here",
                  "there is no division; to match, write `x matches /.../`");
            return -1;
        }

        digit+                 { integer(lexer, from, token); return TOK_INT; }
        digit+ "." digit+      { real(lexer, from, token); return TOK_FLOAT; }
        digit+ ("ms" | [smhdw])
                       { duration(lexer, from, token); return TOK_DURATION; }
        (dotted | short6 | full6) ("/" digit*)?
                       { address(lexer, from, token); return TOK_CIDR; }
        date           { instant(lexer, from, token); return TOK_DATE; }
        date clock     { instant(lexer, from, token); return TOK_TIME; }

        date [0-9A-Za-z_:.]+ {
            wrong(lexer, AS_E_TIME, from, "not a date or time",
                  "write 2026-11-21 or 2026-11-21T10:00:00Z");
            return TOK_TIME;
        }
        digit+ ("." digit+)? [smhdw] [A-Za-z0-9_]+
            | digit+ "." digit+ [smhdw] {
            wrong(lexer, AS_E_DURATION, from, "not a duration",
                  "a whole number and one unit: 500ms 90s 15m 12h 10d 2w");
            return TOK_DURATION;
        }
        digit+ ("." digit+)? [A-Za-z_] [A-Za-z0-9_]* {
            wrong(lexer, AS_E_NUMBER, from, "neither a number nor a name",
                  "names do not begin with a digit; ids are texts");
            return TOK_INT;
        }
        "." digit+ {
            wrong(lexer, AS_E_NUMBER, from, "not a number",
                  "write 0.5 for a number, [5] for an element of an array");
            return TOK_FLOAT;
        }

        [\xc2-\xf4] [\x80-\xbf]+ { not_ascii(lexer, from); return -1; }
        * {
            if (*from < 0x20 || *from >= 0x7f)
                return -1;
            wrong(lexer, AS_E_CHARACTER, from, "not a sign of this language",
                  "texts stand between quotes");
            return -1;
        }
    */
}

/* A name or a word of the language: parser.y lists these tokens in a row. */
static bool is_word(int kind)
{
    return kind == TOK_NAME || (kind >= TOK_IMPORT && kind <= TOK_NOTI);
}

int as_lexer_next(struct as_lexer *lexer, struct as_token *token,
                  struct as_span *span)
{
    const unsigned char *from;
    int kind;

    *token = (struct as_token){ .integer = 0 };
    do {
        from = lexer->cursor;
        kind = scan(lexer, token);
    } while (kind < 0);
    *span = span_from(lexer, from);
    if (!token->text.bytes)
        token->text = slice(lexer, from);
    if (is_word(kind)) {
        if (lexer->previous == TOK_DOT)
            kind = TOK_NAME;
        token->doc = take_doc(lexer);
    }
    lexer->doc_from = NULL;
    lexer->line_begun = kind != TOK_END;
    lexer->newline_count = 0;
    lexer->previous = kind;
    return kind;
}
