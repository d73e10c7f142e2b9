/*
 * front.c - see front.h.
 *
 * Tokens go from the lexer to the parser one by one.  On the way the brackets
 * that are open and the clauses that were read are noted, for two purposes: a
 * syntax error is explained by them, and after it the rest of the declaration
 * is skipped, to its closing brace.  Where braces do not match, a word that
 * begins declarations at the start of a line, followed by a name and indented
 * no further, is taken for the next one.  So one mistake gives one message, and mistakes in other
 * declarations are still found.
 */

#include "compiler/front.h"

#include <stdlib.h>

#include "common/limits.h"
#include "common/utf8.h"
#include "compiler/complain.h"
#include "compiler/lexer.h"

enum {
    CLAUSE_COUNT = 32,
    /* Symbols on the parser's stack: a level of brackets takes up to eight. */
    MAX_STACK = 16 * AS_MAX_NESTING,
};

struct lexeme {
    int kind;
    AS_YYSTYPE value;
    struct as_span span;
    unsigned mistakes; /* the lexer's, up to here */
};

struct front {
    const struct as_source *source;
    struct as_arena *arena;
    struct as_diag *diag;
    struct as_lexer lexer;
    struct as_tree tree;
    as_yypstate *parser;

    struct lexeme token, next; /* the current one, and one ahead */
    int previous, before;
    struct as_span previous_span;
    unsigned mistakes; /* the lexer's, two tokens ago */

    struct as_bracket brackets[AS_MAX_NESTING];
    unsigned bracket_count;
    int declaration;
    uint32_t indent; /* its first word's */
    struct as_clause clauses[CLAUSE_COUNT];
    unsigned clause_count;
};

/* ---- the text as a whole ---------------------------------------------- */

static void say_invisible(struct as_diag *diag, struct as_span span,
                          uint32_t code)
{
    if (code == 0xfeff && span.start == 0) {
        as_diag(diag, AS_E_INVISIBLE, span,
                "the file begins with a byte order mark");
        as_diag_help(diag, "save it as UTF-8 without one");
    } else {
        as_diag(diag, AS_E_INVISIBLE, span, "an invisible character, U+%04X",
                (unsigned)code);
        as_diag_help(diag,
                     "remove it; inside a text it can be written "
                     "\"\\u{%x}\"",
                     (unsigned)code);
    }
}

static bool control(struct as_text text, size_t at, uint32_t code)
{
    if (code == '\r')
        return at + 1 >= text.length || text.bytes[at + 1] != '\n';
    return (code < 0x20 && code != '\t' && code != '\n') ||
           (code >= 0x7f && code <= 0x9f);
}

/* Most of all text: nothing can be wrong with it. */
static bool plain(char c)
{
    return (c >= ' ' && c <= '~') || c == '\n' || c == '\t';
}

bool as_front_check(const struct as_source *source, struct as_diag *diag)
{
    struct as_text text = source->text;
    uint32_t number = source->number;
    size_t at = as_utf8_check(text);

    if (at < text.length) {
        as_diag(diag, AS_E_UTF8,
                (struct as_span){ number, (uint32_t)at, (uint32_t)at + 1 },
                "this is not UTF-8 (byte %02x)", (unsigned char)text.bytes[at]);
        return false;
    }
    for (at = 0; at < text.length;) {
        uint32_t code;

        if (plain(text.bytes[at])) {
            at++;
            continue;
        }
        unsigned length = as_utf8_decode(text.bytes + at, text.length - at,
                                         &code);
        struct as_span span = { number, (uint32_t)at, (uint32_t)at + length };

        if (code == 0) {
            as_diag(diag, AS_E_NUL, span, "a NUL byte");
            return false;
        }
        if (control(text, at, code) || as_utf8_invisible(code))
            say_invisible(diag, span, code);
        at += length;
    }
    return true;
}

static bool readable(struct front *front)
{
    if (front->source->text.length <= AS_MAX_SOURCE)
        return as_front_check(front->source, front->diag);
    as_diag(front->diag, AS_E_SOURCE_TOO_LARGE,
            (struct as_span){ front->source->number, 0, 0 },
            "this file has more than %d bytes", AS_MAX_SOURCE);
    return false;
}

/* ---- tokens ----------------------------------------------------------- */

static void read_next(struct front *front)
{
    front->next.value = (AS_YYSTYPE){ .token = { .integer = 0 } };
    front->next.kind = as_lexer_next(&front->lexer, &front->next.value.token,
                                     &front->next.span);
    front->next.mistakes = front->lexer.mistakes;
}

static void advance(struct front *front)
{
    front->before = front->previous;
    front->previous = front->token.kind;
    front->previous_span = front->token.span;
    front->token = front->next;
    if (front->token.kind != TOK_END)
        read_next(front);
}

/* How far the current token is indented; UINT32_MAX when it is not the first
 * of its line. */
static uint32_t indent(const struct front *front)
{
    uint32_t at = front->token.span.start;
    const char *text = front->source->text.bytes;

    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t'))
        at--;
    return at == 0 || text[at - 1] == '\n' ? front->token.span.start - at
                                           : UINT32_MAX;
}

/* Does the current token look like the first of a declaration?  Its word may
 * be a name elsewhere, but then no name or text follows it. */
static bool begins_declaration(const struct front *front)
{
    switch (front->token.kind) {
    case TOK_IMPORT:
        return front->next.kind == TOK_STRING;
    case TOK_PARAM:
    case TOK_LIST:
    case TOK_MACRO:
    case TOK_BASELINE:
    case TOK_RULE:
    case TOK_OVERLAY:
        return front->next.kind >= TOK_NAME && front->next.kind <= TOK_NOTI &&
               (front->next.kind == TOK_NAME || front->next.kind >= TOK_IMPORT);
    default:
        return false;
    }
}

/* Does it, although a bracket is open?  Then it stands no further to the right
 * than the declaration that it interrupts. */
static bool interrupts(const struct front *front)
{
    return begins_declaration(front) && indent(front) <= front->indent;
}

static unsigned brace_count(const struct front *front)
{
    unsigned count = 0;

    for (unsigned i = 0; i < front->bracket_count; i++)
        count += front->brackets[i].token == TOK_LC;
    return count;
}

static void between_declarations(struct front *front)
{
    front->bracket_count = 0;
    front->clause_count = 0;
    front->declaration = 0;
    front->tree.height_said = false;
}

/* Note what the current token opens, closes or begins. */
static void note(struct front *front)
{
    int kind = front->token.kind;

    if (front->bracket_count == 0 && begins_declaration(front)) {
        between_declarations(front);
        front->declaration = kind;
        front->indent = indent(front);
        if (front->indent == UINT32_MAX)
            front->indent = 0;
    }
    if (front->bracket_count == 1 && front->clause_count < CLAUSE_COUNT &&
        front->next.kind != TOK_ASSIGN &&
        as_clause_rank(front->declaration, kind) > 0)
        front->clauses[front->clause_count++] = (struct as_clause){
            kind, front->token.span
        };
    if (kind == TOK_LP || kind == TOK_LB || kind == TOK_LC)
        front->brackets[front->bracket_count++] = (struct as_bracket){
            kind, front->token.span
        };
    if ((kind == TOK_RP || kind == TOK_RB || kind == TOK_RC) &&
        front->bracket_count > 0)
        front->bracket_count--;
}

/* ---- after a mistake -------------------------------------------------- */

/* Skip to where a declaration may begin. */
static void skip(struct front *front)
{
    unsigned braces = brace_count(front);

    front->lexer.quiet = true;
    while (front->token.kind != TOK_END) {
        if (braces == 0
                ? begins_declaration(front) && indent(front) != UINT32_MAX
                : interrupts(front))
            break;
        if (front->token.kind == TOK_LC)
            braces++;
        if (front->token.kind == TOK_RC && braces > 0 && --braces == 0) {
            front->lexer.quiet = false;
            advance(front);
            break;
        }
        advance(front);
    }
    front->lexer.quiet = false;
    between_declarations(front);
}

static void complain(struct front *front)
{
    /* A token that was wrong in itself often leads to a second message. */
    if (front->token.mistakes > front->mistakes)
        return;
    as_complain(&(struct as_complaint){
        .diag = front->diag,
        .source = front->source,
        .error = &front->tree.error,
        .found = front->token.kind,
        .previous = front->previous,
        .before = front->before,
        .span = front->token.span,
        .previous_span = front->previous_span,
        .brackets = front->brackets,
        .bracket_count = front->bracket_count,
        .declaration = front->declaration,
        .clauses = front->clauses,
        .clause_count = front->clause_count,
    });
}

static void say_not_closed(struct front *front)
{
    struct as_bracket *open = &front->brackets[front->bracket_count - 1];

    as_diag(front->diag, AS_E_NOT_CLOSED, open->span,
            "this `%c` is never closed",
            front->source->text.bytes[open->span.start]);
    as_diag_label(front->diag, open->span, "opened here");
    as_diag_label(front->diag, front->token.span,
                  "here the next declaration begins");
}

static void say_nested(struct front *front)
{
    as_diag(front->diag, AS_E_NESTED, front->token.span,
            "nested more than %d deep", AS_MAX_NESTING);
    as_diag_help(front->diag, "give parts of the expression names with `let` "
                              "or `macro`");
}

/* ---- the loop --------------------------------------------------------- */

static bool restart(struct front *front)
{
    as_yypstate_delete(front->parser);
    front->parser = as_yypstate_new();
    if (!front->parser)
        front->arena->failed = true;
    return front->parser != NULL;
}

/* The current token goes to the parser.  False when its declaration ends
 * here with a mistake. */
static bool push(struct front *front)
{
    bool opens = front->token.kind == TOK_LP || front->token.kind == TOK_LB ||
                 front->token.kind == TOK_LC;
    int status;

    if (front->bracket_count > 0 && interrupts(front)) {
        say_not_closed(front);
        return false;
    }
    if ((opens && front->bracket_count == AS_MAX_NESTING) ||
        as_parser_depth(front->parser) > MAX_STACK) {
        say_nested(front);
        return false;
    }
    status = as_yypush_parse(front->parser, front->token.kind,
                             &front->token.value, &front->token.span,
                             &front->tree);
    if (status == 2)
        front->arena->failed = true;
    if (status == 1)
        complain(front);
    return status == 0 || status == YYPUSH_MORE;
}

static void parse(struct front *front)
{
    unsigned mistakes = 0;

    read_next(front);
    advance(front);
    front->previous = front->before = 0;
    while (!front->arena->failed) {
        bool end = front->token.kind == TOK_END;

        if (push(front)) {
            if (end)
                return;
            note(front);
            front->mistakes = mistakes;
            mistakes = front->token.mistakes;
            advance(front);
        } else {
            if (front->arena->failed || !restart(front))
                return;
            skip(front);
            front->mistakes = mistakes = front->token.mistakes;
        }
    }
}

struct as_file *as_front_parse(const struct as_source *source,
                               struct as_arena *arena, struct as_diag *diag)
{
    struct as_file *file = as_alloc(arena, sizeof(*file));
    struct front *front = calloc(1, sizeof(*front));

    if (!file || !front) {
        arena->failed = true;
        free(front);
        return NULL;
    }
    file->source = source;
    front->source = source;
    front->arena = arena;
    front->diag = diag;
    if (readable(front) && restart(front)) {
        as_tree_init(&front->tree, file, arena, diag);
        as_lexer_init(&front->lexer, source, arena, diag);
        parse(front);
        as_yypstate_delete(front->parser);
    }
    free(front);
    return arena->failed ? NULL : file;
}
