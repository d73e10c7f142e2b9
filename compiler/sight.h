/*
 * sight.h - what the check saw on its way: each expression and its node.
 *
 * A node says nothing of where it was written, and what was simplified away
 * is gone.  Where somebody will ask why a rule fired (see program/insight.h),
 * the check leaves a tree of sights beside the nodes, one for each expression
 * that it met.  Where nobody asks, `check->sighting` is NULL and all of this
 * does nothing.
 */
#ifndef AS_SIGHT_H
#define AS_SIGHT_H

#include "compiler/ast.h"
#include "compiler/simplify.h"

struct as_sight {
    struct as_sight *next, *kids, **last_kid;
    const struct as_sight_list *body; /* of a name: what it stands for */
    const struct as_expr *expr;
    struct as_text text; /* as it was written, on one line */
    struct as_ir *node;
    const struct as_ir_row *row;   /* a quantifier over rows, ... */
    const struct as_ir_item *item; /* ... over the elements of `json` */
    struct as_ir *json;
    const char *clause; /* that it stands in */
    bool of_event;      /* it judges one event */
};

/* The clauses of one declaration, in order. */
struct as_sight_list {
    struct as_sight *first, **last;
    const char *home_kind; /* "rule" ... */
    struct as_text home;
};

struct as_sighting {
    struct as_arena *arena;
    struct as_sight *current;    /* the expression at work */
    struct as_sight_list *roots; /* of the declaration at work, or NULL */
    uint32_t count;
};

/* A declaration begins: what is seen from here on is its own.  Then give back
 * what this returns to as_sight_resume.  `sighting` may be NULL everywhere. */
struct as_sighting as_sight_begin(struct as_sighting *sighting,
                                  struct as_sight_list *roots,
                                  const char *home_kind, struct as_text home);
void as_sight_resume(struct as_sighting *sighting,
                     const struct as_sighting *outer);

/* Around one expression: as_sight_leave gets what as_sight_enter gave. */
struct as_sight *as_sight_enter(struct as_sighting *sighting,
                                const struct as_expr *expr, struct as_text text,
                                const char *clause, bool of_event);
void as_sight_leave(struct as_sighting *sighting, struct as_sight *outer,
                    struct as_ir *node);

/* The clause that was seen last, alone, or NULL. */
struct as_sight_list *as_sight_last(struct as_sighting *sighting);

/* The expression at work is the name of this; with the macro's parameters
 * put in. */
void as_sight_name(struct as_sighting *sighting,
                   const struct as_sight_list *body);
void as_sight_call(struct as_sighting *sighting, struct as_ir_table *table,
                   const struct as_sight_list *body, struct as_ir **actuals,
                   uint32_t count);

/* The expression at work is a quantifier. */
void as_sight_rows(struct as_sighting *sighting, const struct as_ir_row *row);
void as_sight_elements(struct as_sighting *sighting,
                       const struct as_ir_item *item, struct as_ir *json);

#endif
