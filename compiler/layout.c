/*
 * layout.c - see layout.h.
 *
 * The source is known to be right, so little has to be known of the grammar.
 * Most words of the language may also be names.  Such a word is a name where
 * a value is wanted, and the word of a clause where a value has just ended:
 * `ends` follows that from token to token.
 */

#include "compiler/layout.h"

#include "compiler/complain.h"
#include "compiler/lexer.h"

/* What the braces that are open belong to. */
enum block { OF_DECLARATION, OF_ENTRIES, OF_MODIFY };

enum { DEEPEST = 4 }; /* overlay { modify rule { */

struct reading {
    struct as_layout *layout;
    struct as_piece *at;
    const struct as_piece *previous; /* NULL before the first */
    int declaration;                 /* its first word */
    int clause;                      /* the last clause's first word */
    enum block blocks[DEEPEST];
    uint32_t block_count;
    uint32_t bracket_count; /* ( and [ that are open */
    bool ends;              /* a value, or a clause, may have ended before */
    bool operand;           /* and it was a value */
    bool unary;             /* the last token was a sign, not an operator */
    bool assigned;          /* a `=` stood in this clause */
};

/* ---- words ------------------------------------------------------------ */

static bool is_word(int kind)
{
    return kind == TOK_NAME || (kind >= TOK_IMPORT && kind <= TOK_NOTI);
}

static bool is_literal(int kind)
{
    return kind >= TOK_STRING && kind <= TOK_TIME;
}

/* Words behind which something has to follow, wherever they stand. */
static bool is_open(int kind)
{
    switch (kind) {
    case TOK_AS:
    case TOK_FROM:
    case TOK_LET:
    case TOK_WHERE:
    case TOK_JOIN:
    case TOK_WITHIN:
    case TOK_REQUIRE:
    case TOK_GROUP:
    case TOK_TIMESPAN:
    case TOK_HAVING:
    case TOK_NEW_TERMS:
    case TOK_SEQUENCE:
    case TOK_MAXSPAN:
    case TOK_UNTIL:
    case TOK_EXCLUDE:
    case TOK_WHEN:
    case TOK_SUPPRESS:
    case TOK_IF:
    case TOK_THEN:
    case TOK_ELSE:
    case TOK_AND:
    case TOK_OR:
    case TOK_NOT:
    case TOK_IN:
    case TOK_IS:
    case TOK_ALL:
    case TOK_NONE:
    case TOK_CONTAINS:
    case TOK_STARTSWITH:
    case TOK_ENDSWITH:
    case TOK_LIKE:
    case TOK_MATCHES:
    case TOK_NOTI:
        return true;
    default:
        return false;
    }
}

/* Words that are names too, and behind which something has to follow where
 * they are none. */
static bool is_half_open(int kind)
{
    switch (kind) {
    case TOK_EACH:
    case TOK_KEY:
    case TOK_COLLECT:
    case TOK_SCOPE:
    case TOK_PLUS_KW:
    case TOK_RETAIN:
    case TOK_ON:
    case TOK_AFTER:
    case TOK_BY:
    case TOK_SESSION:
    case TOK_HISTORY:
    case TOK_REASON:
    case TOK_OWNER:
    case TOK_EXPIRES:
    case TOK_FOR:
    case TOK_PACK:
    case TOK_VERSION:
        return true;
    default:
        return is_open(kind);
    }
}

static bool begins_change(int kind, enum block block)
{
    if (block == OF_MODIFY)
        return kind == TOK_SET || kind == TOK_EXCLUDE || kind == TOK_DISABLE ||
               kind == TOK_REQUIRE;
    return kind == TOK_MODIFY || kind == TOK_DISABLE || kind == TOK_ENABLE ||
           kind == TOK_SET || kind == TOK_APPEND || kind == TOK_REMOVE;
}

/* ---- what begins ------------------------------------------------------ */

static enum as_begins declaration_of(int kind)
{
    switch (kind) {
    case TOK_IMPORT:
    case TOK_PARAM:
    case TOK_LIST:
    case TOK_MACRO:
        return AS_BEGINS_LINE;
    case TOK_BASELINE:
    case TOK_RULE:
    case TOK_OVERLAY:
        return AS_BEGINS_BLOCK;
    default:
        return AS_BEGINS_NOTHING;
    }
}

/* The token behind this one is read already: see as_layout_read. */
static bool begins_clause(const struct reading *reading)
{
    int kind = reading->at->kind, next = reading->at[1].kind;
    enum block block = reading->blocks[reading->block_count - 1];

    if (block == OF_ENTRIES)
        return is_word(kind) && next == TOK_ASSIGN;
    if (reading->declaration == TOK_OVERLAY)
        return begins_change(kind, block);
    return next != TOK_ASSIGN && as_clause_rank(reading->declaration, kind) > 0;
}

static enum as_begins begins(const struct reading *reading)
{
    if (!reading->ends || reading->bracket_count > 0)
        return AS_BEGINS_NOTHING;
    if (reading->block_count == 0)
        return declaration_of(reading->at->kind);
    return begins_clause(reading) ? AS_BEGINS_CLAUSE : AS_BEGINS_NOTHING;
}

/* ---- spaces ----------------------------------------------------------- */

/* Is `[` an index, and not a list or a step of a sequence? */
static bool is_index(const struct reading *reading)
{
    int next = reading->at[1].kind;

    return reading->operand && next != TOK_WHERE && next != TOK_NOT &&
           reading->clause != TOK_APPEND && reading->clause != TOK_REMOVE;
}

/* Within `list<text>`? */
static bool in_type(const struct reading *reading)
{
    return !reading->assigned && reading->block_count == 0 &&
           (reading->declaration == TOK_PARAM ||
            reading->declaration == TOK_LIST ||
            reading->declaration == TOK_MACRO);
}

static bool is_space(const struct reading *reading)
{
    int kind = reading->at->kind;
    int previous = reading->previous ? reading->previous->kind : TOK_END;

    if (previous == TOK_LP || previous == TOK_LB || previous == TOK_DOT ||
        (previous == TOK_MINUS && reading->unary))
        return false;
    if ((kind == TOK_LT || kind == TOK_GT || previous == TOK_LT) &&
        in_type(reading))
        return false;
    switch (kind) {
    case TOK_RP:
    case TOK_RB:
    case TOK_COMMA:
    case TOK_DOT:
        return false;
    case TOK_LP: /* a call, also that of `any` */
        return !reading->operand && previous != TOK_ANY;
    case TOK_LB:
        return !is_index(reading);
    case TOK_COLON: /* param a : text, and macro f(a: text), any x in y: */
        return reading->block_count == 0 && reading->bracket_count == 0 &&
               reading->declaration != TOK_MACRO;
    default:
        return true;
    }
}

/* ---- one token -------------------------------------------------------- */

static void open_block(struct reading *reading)
{
    enum block block = reading->clause == TOK_MODIFY ? OF_MODIFY
                     : reading->clause == TOK_META ||
                               reading->clause == TOK_OUTCOME
                         ? OF_ENTRIES
                         : OF_DECLARATION;

    reading->at->opens = true;
    if (reading->block_count < DEEPEST)
        reading->blocks[reading->block_count++] = block;
}

static void close_block(struct reading *reading)
{
    reading->at->closes = true;
    if (reading->block_count > 0)
        reading->block_count--;
}

static void begin(struct reading *reading, enum as_begins begins)
{
    reading->at->begins = begins;
    if (begins == AS_BEGINS_NOTHING)
        return;
    if (begins != AS_BEGINS_CLAUSE)
        reading->declaration = reading->at->kind;
    reading->clause = reading->at->kind;
    reading->assigned = false;
}

/* What may follow the token? */
static void follow(struct reading *reading)
{
    int kind = reading->at->kind;
    bool name = is_word(kind) && !is_open(kind) &&
                reading->at->begins == AS_BEGINS_NOTHING &&
                (!reading->ends || kind == TOK_NAME);
    bool by = kind == TOK_BY &&
              (reading->clause == TOK_GROUP ||
               reading->clause == TOK_NEW_TERMS ||
               reading->clause == TOK_SEQUENCE ||
               reading->clause == TOK_SUPPRESS) &&
              reading->previous && reading->previous->begins;

    reading->unary = kind == TOK_MINUS && !reading->operand;
    reading->operand = (name && !by) || is_literal(kind) || kind == TOK_TRUE ||
                       kind == TOK_FALSE || kind == TOK_RP || kind == TOK_RB;
    reading->ends = reading->operand || kind == TOK_LC || kind == TOK_RC ||
                    (is_word(kind) && !by && !is_half_open(kind) &&
                     reading->at->begins == AS_BEGINS_NOTHING);
    reading->at->aligns = by || (reading->at->begins &&
                                 (kind == TOK_KEY || kind == TOK_COLLECT));
    reading->assigned |= kind == TOK_ASSIGN;
}

static void place(struct reading *reading)
{
    int kind = reading->at->kind;

    begin(reading, begins(reading));
    reading->at->space = is_space(reading);
    if (kind == TOK_LP || kind == TOK_LB)
        reading->bracket_count++;
    if ((kind == TOK_RP || kind == TOK_RB) && reading->bracket_count > 0)
        reading->bracket_count--;
    if (kind == TOK_LC)
        open_block(reading);
    if (kind == TOK_RC)
        close_block(reading);
    follow(reading);
    if (kind == TOK_LC) /* what is in it are clauses of its own */
        reading->clause = 0;
    reading->previous = reading->at;
}

/* ---- the file --------------------------------------------------------- */

static bool grow(struct as_layout *layout, uint32_t *capacity,
                 struct as_arena *arena)
{
    uint32_t more = *capacity * 2 + 256;
    struct as_piece *grown = as_alloc(arena, more * sizeof(*grown));

    if (!grown)
        return false;
    if (layout->count > 0)
        memcpy(grown, layout->pieces, layout->count * sizeof(*grown));
    layout->pieces = grown;
    *capacity = more;
    return true;
}

static bool read_tokens(const struct as_source *source, struct as_arena *arena,
                        struct as_diag *diag, struct as_layout *layout)
{
    struct as_lexer lexer;
    struct as_token token;
    struct as_span span;
    uint32_t capacity = 0;
    int kind;

    as_lexer_init(&lexer, source, arena, diag);
    lexer.quiet = true;
    do {
        kind = as_lexer_next(&lexer, &token, &span);
        if (layout->count == capacity && !grow(layout, &capacity, arena))
            return false;
        layout->pieces[layout->count++] = (struct as_piece){
            .kind = kind, .start = span.start, .end = span.end
        };
    } while (kind != TOK_END);
    return !arena->failed;
}

bool as_layout_read(const struct as_source *source, struct as_arena *arena,
                    struct as_diag *diag, struct as_layout *layout)
{
    struct reading reading = { .layout = layout, .ends = true };

    *layout = (struct as_layout){ .pieces = NULL };
    if (!read_tokens(source, arena, diag, layout))
        return false;
    for (uint32_t i = 0; i + 1 < layout->count; i++) {
        reading.at = &layout->pieces[i];
        place(&reading);
    }
    return true;
}
