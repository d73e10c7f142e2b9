/*
 * unit.h - a whole compilation after the check: what link.c writes.
 *
 * check.c fills it in, in the order in which it will stand in the pack: a
 * baseline before those that read it, everything else as in the source.
 * Lists are linked through `next`.  Everything lives in the arena.
 */
#ifndef AS_UNIT_H
#define AS_UNIT_H

#include "compiler/sight.h"

/* An expression that becomes a program. */
struct as_ir_clause {
    struct as_ir *node;    /* NULL: there is none */
    struct as_text source; /* as it was written, on one line */
    struct as_span span;
};

/* A key or an aggregate. */
struct as_ir_column {
    struct as_text name;
    as_type type;
    enum as_agg agg;
    const struct as_ir_item *item; /* of `each` */
    struct as_ir_clause each, value, filter;
    struct as_text source;
};

struct as_ir_columns {
    struct as_ir_column *columns;
    uint32_t count;
};

/* A length of time. */
struct as_ir_amount {
    enum as_amount_kind kind;
    int64_t ms;                /* AS_LENGTH_CONST */
    struct as_ir_param *param; /* AS_LENGTH_PARAM */
};

/* Which events come in. */
struct as_ir_from {
    const struct as_ir_item *item; /* `each NAME in`, or NULL */
    struct as_ir_clause each;
    struct as_ir_clause early; /* of `where`, what reads no baseline */
    struct as_ir_clause where; /* the rest */
};

struct as_ir_baseline {
    struct as_ir_baseline *next;
    struct as_text name, help, file;
    struct as_ir_from from;
    struct as_ir_columns keys, columns;
    enum as_scope scope;
    struct as_ir_amount plus, retain;
    bool idle;
    uint32_t row;
    uint32_t mark; /* as of a node */
    struct as_sight_list sights;
};

struct as_ir_join {
    struct as_ir_join *next;
    struct as_ir_row *row;
    struct as_ir *probe; /* what `on` says, an AS_IR_PROBE */
    struct as_text source;
    struct as_span span;
    struct as_ir_amount within;
    struct as_ir_clause after;
};

struct as_ir_exclude {
    struct as_ir_exclude *next;
    struct as_text name, reason, owner;
    struct as_text overlay; /* whose it is, or length 0 */
    struct as_ir_clause when;
    bool expires;
    int64_t expires_ms;
};

/* A value with a name, or without one in `suppress by`. */
struct as_ir_outcome {
    struct as_ir_outcome *next;
    struct as_text name;
    struct as_ir_clause value;
};

/* A step of a sequence. */
struct as_ir_phase {
    struct as_ir_phase *next;
    bool absent; /* [not where ...] */
    struct as_ir_clause where;
};

struct as_ir_texts {
    struct as_text *texts;
    uint32_t count;
};

struct as_ir_meta {
    struct as_text id, title, severity, status;
    uint32_t version;
    struct as_ir_texts attack, references, falsepositives;
};

struct as_ir_rule {
    struct as_ir_rule *next;
    struct as_text name, help, file;
    struct as_span span;
    struct as_ir_meta meta;
    enum as_shape shape;
    struct as_ir_from from;
    struct as_ir_join *joins;
    struct as_ir_clause require;
    struct as_ir_columns keys, aggs;
    enum as_window window;
    struct as_ir_amount timespan, gap;
    struct as_ir_clause having;
    struct as_ir_phase *phases;
    struct as_ir_clause until; /* of a sequence */
    struct as_ir_exclude *excludes;
    struct as_ir_outcome *outcomes, *suppress_by;
    struct as_ir_amount suppress;
    const struct as_touch *touches; /* by overlays */
    struct as_sight_list sights;
};

/* What pack.yaml says of the pack. */
struct as_ir_info {
    struct as_text name, version, license, title;
    bool shared_ids;
};

struct as_unit {
    struct as_ir_info info;
    struct as_ir_param *params;
    struct as_ir_list *lists; /* the named ones */
    struct as_ir_baseline *baselines;
    struct as_ir_rule *rules;
    struct as_laid *laid; /* the overlays, in their order */
};

#endif
