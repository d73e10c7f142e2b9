/*
 * differ.h - the alerts of two sets of rules over the same input, compared.
 *
 * Rules are the same when they have one id, else when they have one name.  Of
 * the same rule two alerts are the same when they are of the same event, or, of
 * groups, of the same key and time.  What only one side has was refused by the
 * other: by which clause is learnt from that side's rules, relaxed (see
 * astray_rules_relax), in one more scan.
 */
#ifndef AS_DIFFER_H
#define AS_DIFFER_H

#include "astray.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/map.h"

enum as_side_number { AS_OLD, AS_NEW, AS_SIDES };

#define AS_NO_RULE SIZE_MAX

/* An alert; its texts are as astray.h has them, and live in the arena. */
struct as_found {
    const char *id, *time, *event_id, *event_name, *event_source, *address;
    const char *key, *json;
    size_t json_length;
    size_t rule; /* of its side */
    bool twin;   /* the other side has it, too */
};

struct as_side {
    const struct astray_rules *rules; /* borrowed */
    struct as_found *found;           /* owned */
    size_t count, capacity;
    struct astray_rules *relaxed; /* owned; NULL: nobody asks */
    struct as_map forms;   /* their ids -> which form of its rule it is */
    struct as_map answers; /* rule and event -> form that finds it + 1 */
};

/* A rule by its number on each side, or AS_NO_RULE. */
struct as_pair {
    size_t rule[AS_SIDES];
    size_t lost, gained, changed, alike;
};

enum as_change_kind { AS_LOST, AS_GAINED, AS_CHANGED };

enum as_blame {
    AS_BLAME_CLAUSE,  /* `clause` refuses it */
    AS_BLAME_RULE,    /* there is no such rule */
    AS_BLAME_ROW,     /* no row of a baseline has the key of a join, or no
                         group has it */
    AS_BLAME_WINDOW,  /* the group's key has an alert at `text` instead */
    AS_BLAME_UNKNOWN, /* none of these */
};

struct as_field {
    const char *path; /* "rule.severity" */
    const char *value[AS_SIDES];
};

struct as_change {
    enum as_change_kind kind;
    size_t pair, number;                    /* in the order of time */
    const struct as_found *found[AS_SIDES]; /* NULL where it is not */
    bool group, joined;                     /* its shape */
    const char *window[2]; /* of a group: from when till when */
    enum as_blame blame;
    const char *clause, *text;
    bool same_text; /* the other side has this clause, word for word */
    const struct as_field *fields; /* of AS_CHANGED: that differ */
    size_t field_count;
};

struct as_differ {
    struct as_side side[AS_SIDES];
    struct as_pair *pairs; /* owned; OLD's rules, then NEW's others */
    size_t pair_count;
    struct as_change *changes; /* owned; by pair, then as alerts come */
    size_t change_count, change_capacity;
    size_t lost, gained, changed, alike;
    struct as_arena arena;
    struct as_buf words;
    bool failed; /* memory ran out */
};

/* Pair the rules.  as_differ_done in any case. */
void as_differ_init(struct as_differ *differ, const struct astray_rules *old,
                    const struct astray_rules *new);
void as_differ_done(struct as_differ *differ);

/* An alert of a side. */
void as_differ_take(struct as_differ *differ, enum as_side_number side,
                    const struct astray_alert *alert);

/* All alerts were taken: find out what differs. */
void as_differ_match(struct as_differ *differ);

/*
 * The rules of a side that are to be scanned with to learn what refused the
 * other side's alerts: those in `relaxed`, for the alerts of these names alone
 * (see astray_scanner_only_alerts).  `names` is the caller's to free.  False:
 * there is nothing to learn, or memory ran out.
 */
bool as_differ_ask(struct as_differ *differ, enum as_side_number side,
                   const char ***names, size_t *count);

/* An alert of that scan. */
void as_differ_answer(struct as_differ *differ, enum as_side_number side,
                      const struct astray_alert *alert);

/* All was asked: put the blame on the clauses. */
void as_differ_judge(struct as_differ *differ);

/* What a rule of a side says of itself. */
struct astray_rule_info as_differ_rule(const struct as_differ *differ,
                                       enum as_side_number side, size_t rule);

#endif
