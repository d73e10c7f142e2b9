/*
 * arena.h - memory that is given back all at once.
 *
 * A compilation allocates thousands of small nodes and never frees one of
 * them alone; a batch of events does the same.  Both hand out memory from
 * an arena and drop the arena at the end.  So there is one owner, one free,
 * and no error path that has to remember what it had allocated so far.
 *
 * Invariants
 *   - What as_alloc returns is zeroed and aligned for any type.
 *   - A block never moves: pointers into an arena stay good until
 *     as_arena_reset or as_arena_free.
 *   - A failed allocation sets `failed` and returns NULL, and so does every
 *     one after it.  A pass may therefore check once, at its end.
 */
#ifndef AS_ARENA_H
#define AS_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct as_arena_block;

struct as_arena {
    struct as_arena_block *blocks; /* newest first */
    size_t used;                   /* bytes handed out of the newest block */
    size_t total;                  /* bytes handed out of all of them */
    size_t limit;                  /* total may not pass this; 0: no limit */
    bool failed;
    bool spent; /* and it was the limit that was in the way */
};

void as_arena_init(struct as_arena *arena, size_t limit);
void as_arena_free(struct as_arena *arena);

/* Take everything back, `failed` and `spent` too, but keep the newest block's
 * memory. */
void as_arena_reset(struct as_arena *arena);

/* Did it fail because the machine had no memory? */
static inline bool as_arena_starved(const struct as_arena *arena)
{
    return arena->failed && !arena->spent;
}

void *as_alloc(struct as_arena *arena, size_t size);
/* The bytes and a NUL behind them; `text` may be NULL when length is 0. */
char *as_strndup(struct as_arena *arena, const char *text, size_t length);

#endif
