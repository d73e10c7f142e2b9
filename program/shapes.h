/*
 * shapes.h - the choices that rule text, packs and the engine have in common.
 * The numbers are written into compiled packs: add at the end.
 */
#ifndef AS_SHAPES_H
#define AS_SHAPES_H

/* any, all, none: over the elements of an array or the rows of a baseline. */
enum as_quant { AS_QUANT_ANY, AS_QUANT_ALL, AS_QUANT_NONE };

/* Which part of the log a reader of a baseline sees. */
enum as_scope { AS_SCOPE_AS_OF, AS_SCOPE_WHOLE };

/* How a group rule cuts time. */
enum as_window {
    AS_WINDOW_SLIDING,
    AS_WINDOW_TUMBLING,
    AS_WINDOW_SESSION,
    AS_WINDOW_WHOLE,
};

/* The shapes of a rule. */
enum as_shape {
    AS_SHAPE_PLAIN,
    AS_SHAPE_JOIN,
    AS_SHAPE_GROUP,
    AS_SHAPE_NEW_TERMS,
    AS_SHAPE_SEQUENCE,
};

enum as_agg {
#define AS_AGG(name, word, argument, text) AS_AGG_##name,
#include "program/aggregates.def"
#undef AS_AGG
    AS_AGGREGATES
};

/* What an overlay does. */
enum as_change_kind {
    AS_CHANGE_MODIFY, /* in rule text only: around those that follow it here */
    AS_CHANGE_SET_META,
    AS_CHANGE_EXCLUDE,
    AS_CHANGE_DISABLE_EXCLUDE,
    AS_CHANGE_REQUIRE,
    AS_CHANGE_DISABLE_RULE,
    AS_CHANGE_ENABLE_RULE,
    AS_CHANGE_SET_PARAM,
    AS_CHANGE_APPEND,
    AS_CHANGE_REMOVE,
    AS_CHANGE_COUNT
};

/* A length of time in a pack: see rows.def. */
enum as_amount_kind {
    AS_LENGTH_NONE,
    AS_LENGTH_CONST,
    AS_LENGTH_PARAM,
    AS_LENGTH_FOREVER,
    AS_LENGTH_COUNT
};

#endif
