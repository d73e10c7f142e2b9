/*
 * lexer.h - text to tokens.
 *
 * Knows the parser's token kinds, and nothing else about the parser.  What is
 * wrong with a token is reported at once; the token that was probably meant
 * is given out, or none, and reading goes on.
 */
#ifndef AS_LEXER_H
#define AS_LEXER_H

#include "compiler/parser.h"

struct as_lexer {
    struct as_arena *arena;
    struct as_diag *diag;
    uint32_t source;
    const unsigned char *start, *cursor, *limit;
    int previous;      /* kind of the last token */
    bool quiet;        /* count mistakes, but say nothing */
    unsigned mistakes; /* so far */

    /* the ## lines that wait for the token below them: [from, to), or NULL */
    const unsigned char *doc_from, *doc_to;
    bool line_begun;        /* a token stands before the cursor on this line */
    unsigned newline_count; /* since the last token or comment */
};

/* The source's text must be UTF-8 without NUL, and be followed by one. */
void as_lexer_init(struct as_lexer *lexer, const struct as_source *source,
                   struct as_arena *arena, struct as_diag *diag);

/* The kind of the next token; what is known of it goes to *token, its place
 * to *span. */
int as_lexer_next(struct as_lexer *lexer, struct as_token *token,
                  struct as_span *span);

#endif
