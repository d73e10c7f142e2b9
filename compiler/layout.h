/*
 * layout.h - the tokens of a file, and what each of them does to the page.
 *
 * A tree of the file would not do: it has no comments, and no line breaks.
 * Tokens have their place in the text, and what lies between two of them is
 * white space and comments.
 */
#ifndef AS_LAYOUT_H
#define AS_LAYOUT_H

#include "compiler/diag.h"
#include "compiler/source.h"

/* What begins with a token, and so stands on a line of its own. */
enum as_begins {
    AS_BEGINS_NOTHING,
    AS_BEGINS_LINE,  /* an import, a parameter, a list, a macro */
    AS_BEGINS_BLOCK, /* a baseline, a rule, an overlay */
    AS_BEGINS_CLAUSE /* a clause, an entry of meta or outcome, a change */
};

struct as_piece {
    int kind; /* TOK_... of parser.h; TOK_END for the last */
    uint32_t start, end;
    enum as_begins begins;
    bool space;  /* where no line is broken, a space stands before it */
    bool opens;  /* the brace of a block ... */
    bool closes; /* ... and its end: what comes next has a line of its own */
    bool aligns; /* what follows a comma in this clause stands below it */
};

struct as_layout {
    struct as_piece *pieces; /* in the arena */
    uint32_t count;
};

/*
 * The tokens of `source`, which has been parsed without an error.  False when
 * memory ran out (arena->failed).
 */
bool as_layout_read(const struct as_source *source, struct as_arena *arena,
                    struct as_diag *diag, struct as_layout *layout);

#endif
