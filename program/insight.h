/*
 * insight.h - rules taken apart, for those who ask why.
 *
 * A pack has one program for a clause, and what it comes to is one value.
 * Insights are programs for the clause's parts, each condition in it and each
 * value that is compared, with the places where they were written.  The
 * compiler makes them only when it is asked to; they stand in memory beside
 * the pack they belong to, never in a file.
 *
 * They are trees, written one part after the other, whoever holds a part
 * before it.  What a name stands for (a let, a macro) is below the name.
 */
#ifndef AS_INSIGHT_H
#define AS_INSIGHT_H

#include "common/arena.h"
#include "program/program.h"

enum as_insight_clause {
    AS_INSIGHT_WHERE,
    AS_INSIGHT_ON, /* of join `number` */
    AS_INSIGHT_REQUIRE,
    AS_INSIGHT_HAVING,
    AS_INSIGHT_EXCLUDE, /* `number` */
    AS_INSIGHT_STEP,    /* of a sequence: `number` */
    AS_INSIGHT_UNTIL,
    AS_INSIGHT_CLAUSES,
};

enum as_insight_kind {
    AS_INSIGHT_ATOM,
    AS_INSIGHT_AND,
    AS_INSIGHT_OR,
    AS_INSIGHT_NOT,
    AS_INSIGHT_IF,
    AS_INSIGHT_NAME,     /* what it stands for is below */
    AS_INSIGHT_ROWS,     /* a quantifier; what is below judges row `alias` */
    AS_INSIGHT_ELEMENTS, /* the same, of element `item` of what `json` gives */
};

struct as_insight {
    enum as_insight_clause clause;
    enum as_insight_kind kind;
    uint32_t number;
    uint32_t end;      /* the number behind the last part below this one */
    uint32_t program;  /* AS_NO_ROW: it can't be asked for by itself */
    uint32_t baseline; /* ROWS */
    uint32_t alias, item, json;
    uint32_t place;     /* of places */
    uint8_t quant;      /* of a quantifier: enum as_quant */
    bool is_condition;  /* else a value */
    bool of_event;      /* HAVING: a part of an aggregate, which judges one
                           event */
    signed char always; /* 1, 0: it is so of every event; else -1 */
};

/* A part of the text of the rules.  Several insights may be of one place: of a
 * macro that is used twice. */
struct as_insight_place {
    const char *file, *text; /* on one line */
    const char *home_kind;   /* "rule", "baseline", "macro" */
    const char *home, *clause;
    uint32_t line, column;
    bool counts; /* a condition that may come to true or false */
};

/* The insights of one owner: first <= n < end. */
struct as_insight_range {
    uint32_t first, end;
};

struct as_insights {
    struct as_arena arena; /* holds the texts */
    struct as_insight *parts;
    struct as_insight_place *places; /* both owned, by malloc */
    uint32_t count, capacity, place_count, place_capacity;
    struct as_insight_range *rules, *baselines; /* in the arena; by row */
};

void as_insights_free(struct as_insights *insights);

#endif
