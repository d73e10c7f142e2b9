/*
 * yamltree.h - a small YAML file as a tree.
 *
 * One document of at most AS_MAX_YAML bytes, AS_MAX_YAML_DEPTH deep; maps
 * have scalar keys, none twice.  Anchors, aliases and tags are refused: what
 * a test says should stand where it is read.
 */
#ifndef AS_YAMLTREE_H
#define AS_YAMLTREE_H

#include "common/arena.h"
#include "common/buf.h"

enum as_yamltree_kind { AS_YAMLTREE_SCALAR, AS_YAMLTREE_LIST, AS_YAMLTREE_MAP };

/* A place: lines from 1, columns from 1 in bytes. */
struct as_yamltree_place {
    uint32_t line, column;
};

struct as_yamltree {
    enum as_yamltree_kind kind;
    bool plain;          /* a scalar without quotes */
    struct as_text text; /* of a scalar; terminated, too */
    struct as_yamltree_place place;
    const struct as_yamltree *key;   /* of a member of a map */
    struct as_yamltree *next;        /* in the list or map it stands in */
    struct as_yamltree *first, *end; /* what stands in it */
    size_t count;
};

struct as_yamltree_error {
    struct as_yamltree_place place;
    const char *message; /* static, or in the arena */
};

/*
 * Read `text`; the tree lives in `arena`.  NULL after filling in *error.  An
 * empty document is a scalar without text.
 */
struct as_yamltree *as_yamltree_read(struct as_text text,
                                     struct as_arena *arena,
                                     struct as_yamltree_error *error);

/* The member of a map with this key, or NULL. */
const struct as_yamltree *as_yamltree_member(const struct as_yamltree *map,
                                             const char *key);

/* Nothing: ~, null or no text at all, without quotes. */
bool as_yamltree_is_null(const struct as_yamltree *node);

/*
 * Append it as JSON.  Scalars without quotes that are JSON numbers, true,
 * false or null are that; every other scalar is a string.
 */
void as_yamltree_json(struct as_buf *out, const struct as_yamltree *node);

#endif
