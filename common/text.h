/*
 * text.h - bytes with a length: the one way text is passed around.
 *
 * Never terminated, never owned: whoever made the bytes says how long they
 * live.  Text from events may hold any byte, NUL too.
 */
#ifndef AS_TEXT_H
#define AS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct as_text {
    const char *bytes;
    size_t length;
};

#define AS_TEXT(literal) ((struct as_text){ (literal), sizeof(literal) - 1 })

static inline struct as_text as_text_of(const char *terminated)
{
    struct as_text text = { terminated, strlen(terminated) };

    return text;
}

static inline bool as_text_equal(struct as_text a, struct as_text b)
{
    return a.length == b.length &&
           (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

/* Byte order, a prefix first: <0, 0, >0. */
int as_text_compare(struct as_text a, struct as_text b);

bool as_text_starts(struct as_text text, struct as_text prefix);
bool as_text_ends(struct as_text text, struct as_text suffix);
bool as_text_contains(struct as_text text, struct as_text part);

/*
 * How many single-character edits (insert, delete, replace, swap two
 * neighbours; ASCII case counts as half of one, rounded up at the end) turn
 * `a` into `b`; `most + 1` when it is more than `most`.  For "did you mean".
 */
unsigned as_text_distance(struct as_text a, struct as_text b, unsigned most);

/* Is `wrong` so near to `meant` that it is meant for sure, if nothing else is
 * as near?  One letter more or less, another one, or only capital letters. */
bool as_text_nearly(struct as_text wrong, struct as_text meant);

#endif
