/*
 * pages.h - a long array that grows without moving.
 *
 * realloc doubles: while a long array grows, the old and the new one stand
 * side by side, three times what is needed.  Pages of a fixed size cost one
 * page at most, and a pointer to an item stays good until the array is freed.
 */
#ifndef AS_PAGES_H
#define AS_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AS_PAGE_SHIFT = 13, AS_PAGE_ITEMS = 1 << AS_PAGE_SHIFT };

struct as_pages {
    size_t item_size; /* bytes */
    char **pages;     /* owned */
    uint32_t page_count, page_capacity;
    uint32_t count; /* items */
};

void as_pages_init(struct as_pages *pages, size_t item_size);
void as_pages_done(struct as_pages *pages);

/* Forget the items from `count` on; their memory is kept for others. */
static inline void as_pages_cut(struct as_pages *pages, uint32_t count)
{
    pages->count = count;
}

/* A page more; false when memory runs out or there would be 2^32 items. */
bool as_pages_grow(struct as_pages *pages);

/* Item `n` < count. */
static inline void *as_pages_at(const struct as_pages *pages, uint32_t n)
{
    return pages->pages[n >> AS_PAGE_SHIFT] +
           (n & (AS_PAGE_ITEMS - 1)) * pages->item_size;
}

/* A new item behind the last, its bytes undefined; NULL when memory runs
 * out. */
static inline void *as_pages_add(struct as_pages *pages)
{
    if (pages->count >> AS_PAGE_SHIFT >= pages->page_count &&
        !as_pages_grow(pages))
        return NULL;
    return as_pages_at(pages, pages->count++);
}

/* Bytes that the array takes. */
static inline size_t as_pages_bytes(const struct as_pages *pages)
{
    return pages->page_count * (pages->item_size * AS_PAGE_ITEMS);
}

#endif
