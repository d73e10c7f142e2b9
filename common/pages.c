/* pages.c - see pages.h. */

#include "common/pages.h"

#include <stdlib.h>

void as_pages_init(struct as_pages *pages, size_t item_size)
{
    *pages = (struct as_pages){ .item_size = item_size };
}

void as_pages_done(struct as_pages *pages)
{
    for (uint32_t i = 0; i < pages->page_count; i++)
        free(pages->pages[i]);
    free(pages->pages);
    as_pages_init(pages, pages->item_size);
}

bool as_pages_grow(struct as_pages *pages)
{
    uint32_t n = pages->page_count;

    if (n >= UINT32_MAX >> AS_PAGE_SHIFT)
        return false;
    if (n == pages->page_capacity) {
        uint32_t more = n ? n * 2 : 8;
        char **wider = realloc(pages->pages, more * sizeof(*wider));

        if (!wider)
            return false;
        pages->pages = wider;
        pages->page_capacity = more;
    }
    pages->pages[n] = malloc(pages->item_size * AS_PAGE_ITEMS);
    if (!pages->pages[n])
        return false;
    pages->page_count++;
    return true;
}
