/*
 * blocks.h - alerts as a person reads them.
 *
 * A theft of a thousand calls is one thing that happened.  Alerts of one
 * rule, key and address stand under one heading, in the order of their first
 * alert.
 */
#ifndef AS_BLOCKS_H
#define AS_BLOCKS_H

#include "astray.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/map.h"

struct as_block;

struct as_blocks {
    struct as_arena arena; /* holds the blocks and their texts */
    struct as_map names;   /* rule, key and address, for each of items[] */
    struct as_block **items;
    uint32_t count, capacity;
    bool failed; /* memory ran out: alerts are missing */
};

void as_blocks_init(struct as_blocks *blocks);
void as_blocks_done(struct as_blocks *blocks);

/* Take an alert; all of it is copied. */
void as_blocks_add(struct as_blocks *blocks, const struct astray_alert *alert);

/* Append the text of all of them; `out` has failed when any is missing. */
void as_blocks_text(const struct as_blocks *blocks, bool color,
                    struct as_buf *out);

#endif
