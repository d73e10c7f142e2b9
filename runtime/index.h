/*
 * index.h - where the brackets, colons and strings of a record are, found and
 * checked sixty-four bytes at a time.
 *
 * The index is the quick half of reading: it says yes to a record that is
 * good in every byte, by the rules of scan.h, or it says nothing.  What is
 * wrong and where, the careful half (scan.h) finds out by reading again.
 */
#ifndef AS_INDEX_H
#define AS_INDEX_H

#include <endian.h>

#include "runtime/scan.h"

struct as_index;

/*
 * The same loop made for one kind of processor.  All of them find the same
 * in the same bytes.
 */
struct as_kernel {
    const char *name;
    bool (*works)(void); /* on this machine? */
    bool (*run)(struct as_index *index, struct as_text bytes);
};

extern const struct as_kernel as_kernel_avx2, as_kernel_sse, as_kernel_plain;

/* The fastest first; ends with a NULL.  The last one works everywhere, and is
 * there to compare with: the careful half alone is quicker. */
extern const struct as_kernel *const as_kernels[];

/* All places are counted from the object's opening bracket. */
struct as_index {
    const struct as_kernel *kernel; /* or NULL: says yes to nothing */
    uint32_t *marks;      /* owned: the places of : { } [ ] outside strings,
                             in order, without the first { */
    size_t mark_count;    /* the last one is the object's closing bracket */
    uint64_t *quotes;     /* owned: a bit for each byte behind the first; set
                             where a string begins or ends.  In bytes of
                             eight bits, the first bit lowest; a word stands
                             before them and one behind */
    bool has_backslashes; /* perhaps behind the object's end only */
    size_t length;        /* of the object */
};

/* With the fastest kernel of this machine, where that is quicker than none.
 * False when memory ran out. */
bool as_index_init(struct as_index *index);
void as_index_done(struct as_index *index);

/*
 * Index the object at the start of `bytes`, which may have more behind it.
 * False when it is not good, does not end, is larger than AS_MAX_RECORD, or
 * is no object.
 */
bool as_index_object(struct as_index *index, struct as_text bytes);

/* The quotes from a byte on.  Not in whole words: whether a string crosses the
 * border of a word is anybody's guess, and a branch on it goes wrong. */
static inline uint64_t as_index_word(const struct as_index *index,
                                     ptrdiff_t byte)
{
    uint64_t word;

    memcpy(&word, (const char *)index->quotes + byte, sizeof(word));
    return le64toh(word);
}

/* The place of the first quote at or behind `at`; there must be one. */
static inline size_t as_index_quote(const struct as_index *index, size_t at)
{
    size_t bit = at - 1; /* the first byte has none */

    for (;;) {
        uint64_t word = as_index_word(index, (ptrdiff_t)(bit / 8)) >> bit % 8;
        if (word != 0)
            return bit + (size_t)__builtin_ctzll(word) + 1;
        bit += 64 - bit % 8;
    }
}

/* The place of the last quote before `at`; there must be one. */
static inline size_t as_index_quote_before(const struct as_index *index,
                                           size_t at)
{
    ptrdiff_t bit = (ptrdiff_t)at - 2;

    for (;;) {
        uint64_t word = as_index_word(index, bit / 8 - 7) << (7 - bit % 8);
        if (word != 0)
            return (size_t)(bit - __builtin_clzll(word)) + 1;
        bit -= 57 + bit % 8;
    }
}

#endif
