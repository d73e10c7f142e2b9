/*
 * complain.h - a syntax error in words.
 *
 * The parser knows which tokens could have come; front.c knows what was read
 * so far.  From both one message is made, for the person who wrote the rule:
 * first the mistakes that people make are tried, then what was expected is
 * said in at most four words.
 */
#ifndef AS_COMPLAIN_H
#define AS_COMPLAIN_H

#include "compiler/tree.h"

struct as_bracket {
    int token; /* TOK_LP, TOK_LB, TOK_LC */
    struct as_span span;
};

/* A clause's word as it was read, directly inside a declaration. */
struct as_clause {
    int token;
    struct as_span span;
};

struct as_complaint {
    struct as_diag *diag;
    const struct as_source *source;
    const struct as_syntax_error *error;

    /* the token that could not be taken, and the two before it (kinds) */
    int found, previous, before;
    struct as_span span, previous_span;

    const struct as_bracket *brackets; /* open ones, the innermost last */
    unsigned bracket_count;

    int declaration; /* its first word, or 0 between declarations */
    const struct as_clause *clauses;
    unsigned clause_count;
};

/* Where `token` stands among the clauses of a declaration that begins with
 * the word `declaration`, from 1; 0 when it is none of them. */
unsigned as_clause_rank(int declaration, int token);

void as_complain(const struct as_complaint *complaint);

#endif
