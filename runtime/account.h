/*
 * account.h - an explanation, as a tree of notes, and how it is shown.
 *
 * explain.c writes the notes; what they say is kept as text, since the values
 * that they were made of are gone when the next event comes.  Everything lives
 * in an arena.  What comes from events and from rules is escaped here.
 */
#ifndef AS_ACCOUNT_H
#define AS_ACCOUNT_H

#include "common/arena.h"
#include "common/buf.h"
#include "program/insight.h"

enum as_truth {
    AS_TRUTH_FALSE,
    AS_TRUTH_TRUE,
    AS_TRUTH_UNKNOWN,
    AS_TRUTH_NOT_ASKED
};

enum as_note_kind {
    AS_NOTE_CLAUSE,
    AS_NOTE_CONDITION,
    AS_NOTE_VALUE,
    AS_NOTE_ROW,
    AS_NOTE_WINDOW,
    AS_NOTE_REMARK,
};

struct as_note {
    struct as_note *next, *kids, **last;
    enum as_note_kind kind;
    enum as_truth truth;
    enum as_insight_kind part; /* CONDITION */
    const char *text;
    const char *json;    /* the value, or NULL */
    const char *missing; /* the path for want of which it is unknown, or NULL */
    const struct as_insight_place *place; /* or NULL */
};

/* Of one record. */
struct as_account {
    struct as_account *next;
    const char *id, *time, *name, *address, *input;
    uint64_t offset;
    bool alert;
    bool passes;         /* nothing that looks at the event alone forbids it */
    const char *verdict; /* in words */
    struct as_note root; /* its kids are the clauses */
    uint32_t event;      /* of hold */
    struct as_note *window; /* of a group: the one that is shown */
    uint32_t window_score, window_count;
};

struct as_accounts {
    const char *rule, *event; /* whose, of which event */
    struct as_account *first, **last;
    uint64_t record_count; /* with that id */
    const char *near_ids[3];
    bool by_clause; /* the rules came without insights */
};

/* A note below `above`, behind those that are there; NULL: no memory. */
struct as_note *as_note_add(struct as_arena *arena, struct as_note *above,
                            enum as_note_kind kind, const char *text);

/* For people: what has decided, or (`all`) all of it.  Or all of it as one JSON
 * object in one line. */
void as_accounts_text(struct as_buf *out, const struct as_accounts *accounts,
                      bool all);
void as_accounts_json(struct as_buf *out, const struct as_accounts *accounts);

#endif
