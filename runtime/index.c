/*
 * index.c - see index.h, and kernel.h for how it is done.
 */

#include "runtime/index.h"

#include <stdlib.h>

#include "common/limits.h"

enum {
    MOST_BLOCKS = AS_MAX_RECORD / 64 + 3,
    MOST_MARKS = AS_MAX_RECORD + 64,
};

const struct as_kernel *const as_kernels[] = {
    &as_kernel_avx2,
    &as_kernel_sse,
    &as_kernel_plain,
    NULL,
};

bool as_index_init(struct as_index *index)
{
    size_t n = 0;

    while (!as_kernels[n]->works())
        n++;
    /* Large enough for any record.  What no record needs is never touched,
     * and costs no memory. */
    *index = (struct as_index){
        .kernel = as_kernels[n] != &as_kernel_plain ? as_kernels[n] : NULL,
        .marks = malloc(MOST_MARKS * sizeof(*index->marks)),
        .quotes = malloc(MOST_BLOCKS * sizeof(*index->quotes)),
    };
    if (!index->marks || !index->quotes) {
        free(index->marks);
        free(index->quotes);
        *index = (struct as_index){ .kernel = NULL };
        return false;
    }
    *index->quotes++ = 0;
    return true;
}

void as_index_done(struct as_index *index)
{
    free(index->marks);
    if (index->quotes)
        free(index->quotes - 1);
    *index = (struct as_index){ .kernel = NULL };
}

bool as_index_object(struct as_index *index, struct as_text bytes)
{
    if (!index->kernel || bytes.length < 2 || bytes.bytes[0] != '{')
        return false;
    if (bytes.length > AS_MAX_RECORD)
        bytes.length = AS_MAX_RECORD;
    return index->kernel->run(index, bytes);
}
