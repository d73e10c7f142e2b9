/*
 * look.h - the parts of clauses, asked one by one.
 *
 * What they come to becomes notes below a note `above`.  Where `above` is NULL
 * nothing is written: the looking is for the tally alone.  What an event, rows
 * or elements must be bound for is bound in the machine by the caller.
 */
#ifndef AS_LOOK_H
#define AS_LOOK_H

#include "runtime/account.h"
#include "runtime/judge.h"

enum { AS_LOOK_ROWS = 3 }; /* rows that are shown for one question */

/* Who asks, see explain.h. */
struct as_explainer {
    const struct as_pack *pack;
    const struct as_insights *insights; /* or NULL */
    const bool *needed;                 /* by operator: baselines, then rules */
    struct as_arena arena;
    uint32_t rule;  /* that is explained; AS_NO_ROW: none is */
    const char *id; /* for this event */
    struct as_accounts accounts;
    unsigned near_distance[3];
    uint64_t (*tally)[3]; /* owned; by place and enum as_truth, or NULL */
    struct as_buf buf;    /* scratch */
    bool failed;          /* out of memory */
};

/* What is at work. */
struct as_look {
    struct as_explainer *explainer;
    struct as_judge *judge;
    uint32_t rule, event;
    bool windowed; /* a group's keys and aggregates are bound, and no event */
};

/* How many of the conditions of a part hold, and of how many.  Those of an
 * `and` count one by one. */
struct as_fit {
    uint32_t holding, count;
};

/* A question to the rows of a baseline: the parts first <= n < end, of row
 * `alias`. */
struct as_question {
    const char *name; /* of the baseline */
    uint32_t baseline, alias;
    uint32_t first, end;
};

/* ---- values ---------------------------------------------------------------- */

enum as_truth as_look_truth(const struct as_value *value);

/* The value of a program; missing for AS_NO_ROW. */
struct as_value as_look_run(const struct as_look *look, uint32_t program);

/* A copy in the explainer's arena; of what stands in its buffer, which is
 * emptied; of a length of time, and a time.  Never NULL. */
const char *as_look_keep(struct as_explainer *explainer, struct as_text text);
const char *as_look_keep_buf(struct as_explainer *explainer);
const char *as_look_span(const struct as_look *look, int64_t ms);
const char *as_look_time(const struct as_look *look, int64_t ms);

/* ---- notes ----------------------------------------------------------------- */

struct as_note *as_look_note(const struct as_look *look, struct as_note *above,
                             enum as_note_kind kind, const char *text);
void as_look_say(const struct as_look *look, struct as_note *above,
                 const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Of a note that may be NULL: its value; the path for want of which the value
 * is missing. */
void as_look_value(const struct as_look *look, struct as_note *made,
                   const struct as_value *value);
void as_look_missing(const struct as_look *look, struct as_note *made,
                     const struct as_value *value);

/* ---- parts ----------------------------------------------------------------- */

const struct as_insight *as_look_part(const struct as_look *look, uint32_t n);

/* Part n and what is below it. */
void as_look_at(const struct as_look *look, uint32_t n, struct as_note *above);

/* Add part n to *fit. */
void as_look_fit(const struct as_look *look, uint32_t n, struct as_fit *fit);

/* ---- rows ------------------------------------------------------------------ */

/* A row with the parts of the question. */
struct as_note *as_look_row(const struct as_look *look,
                            const struct as_question *question,
                            const struct as_row_view *view, bool fits,
                            struct as_note *above);

/* Nothing was found: the rows that come nearest. */
void as_look_near(const struct as_look *look,
                  const struct as_question *question, struct as_note *above);

/* Count what the parts come to, for each row that is there. */
void as_look_tally(const struct as_look *look,
                   const struct as_question *question);

/* ---- clauses --------------------------------------------------------------- */

/* The parts of the rule; none without insights. */
struct as_insight_range as_look_range(const struct as_look *look);

/* The next root of the clause from part `n` on; `end`: there is none. */
uint32_t as_look_root(const struct as_look *look, uint32_t n, uint32_t end,
                      enum as_insight_clause clause, uint32_t number,
                      bool any_number);

/* All parts of a clause. */
void as_look_clause(const struct as_look *look, enum as_insight_clause clause,
                    uint32_t number, bool any_number, struct as_note *above);

/* The clause as a whole, of one or two programs: its note, and what it comes
 * to. */
struct as_note *as_look_whole(const struct as_look *look, struct as_note *above,
                              const char *text, uint32_t a, uint32_t b,
                              enum as_truth *truth);

#endif
