/* arena.c - see arena.h. */

#include "common/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The first block is small, since many arenas hold little and a page that is
 * not touched costs nothing; each one more is twice as large as the last. */
enum { FIRST_BLOCK = 2 * 1024, LARGE_BLOCK = 64 * 1024 };

struct as_arena_block {
    struct as_arena_block *next;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

void as_arena_init(struct as_arena *arena, size_t limit)
{
    *arena = (struct as_arena){ .limit = limit };
}

void as_arena_free(struct as_arena *arena)
{
    struct as_arena_block *block = arena->blocks;

    while (block) {
        struct as_arena_block *next = block->next;
        free(block);
        block = next;
    }
    as_arena_init(arena, arena->limit);
}

void as_arena_reset(struct as_arena *arena)
{
    struct as_arena_block *newest = arena->blocks;
    size_t used = arena->used;

    if (newest) {
        arena->blocks = newest->next;
        newest->next = NULL;
    }
    as_arena_free(arena);
    if (newest) {
        memset(newest->bytes, 0, used);
        arena->blocks = newest;
    }
}

/* Put a block of at least `size` bytes in front.  Returns false when it
 * can't, and marks the arena. */
static bool add_block(struct as_arena *arena, size_t size)
{
    size_t want = arena->blocks ? 2 * arena->blocks->size : FIRST_BLOCK;
    struct as_arena_block *block;

    if (want > LARGE_BLOCK)
        want = LARGE_BLOCK;
    if (want < size)
        want = size;
    block = calloc(1, sizeof(*block) + want);
    if (!block) {
        arena->failed = true;
        return false;
    }
    block->size = want;
    block->next = arena->blocks;
    arena->blocks = block;
    arena->used = 0;
    return true;
}

void *as_alloc(struct as_arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);

    if (arena->failed || size > SIZE_MAX / 2) {
        arena->failed = true;
        return NULL;
    }
    size = (size + align - 1) / align * align;
    if (arena->limit && size > arena->limit - arena->total) {
        arena->failed = arena->spent = true;
        return NULL;
    }
    if (!arena->blocks || size > arena->blocks->size - arena->used) {
        if (!add_block(arena, size))
            return NULL;
    }

    void *at = arena->blocks->bytes + arena->used;
    arena->used += size;
    arena->total += size;
    return at;
}

char *as_strndup(struct as_arena *arena, const char *text, size_t length)
{
    char *copy = as_alloc(arena, length + 1);

    if (copy && length > 0) /* nothing may be nowhere */
        memcpy(copy, text, length);
    return copy;
}
