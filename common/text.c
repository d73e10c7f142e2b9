/*
 * text.c - see text.h.
 *
 * The distance is Damerau's with adjacent swaps, computed row by row.  Costs
 * are counted in halves, so that a letter in the wrong case (one half) is
 * nearer than a wrong letter (two halves); the sum is rounded up at the end.
 */

#include "common/text.h"

enum {
    LONGEST = 128, /* no name that people mistype is longer */
    WHOLE = 2,     /* one edit, in halves */
};

int as_text_compare(struct as_text a, struct as_text b)
{
    size_t shared = a.length < b.length ? a.length : b.length;
    int order = shared ? memcmp(a.bytes, b.bytes, shared) : 0;

    if (order != 0)
        return order;
    return (a.length > b.length) - (a.length < b.length);
}

bool as_text_starts(struct as_text text, struct as_text prefix)
{
    return text.length >= prefix.length &&
           (prefix.length == 0 ||
            memcmp(text.bytes, prefix.bytes, prefix.length) == 0);
}

bool as_text_ends(struct as_text text, struct as_text suffix)
{
    return text.length >= suffix.length &&
           (suffix.length == 0 ||
            memcmp(text.bytes + (text.length - suffix.length), suffix.bytes,
                   suffix.length) == 0);
}

bool as_text_contains(struct as_text text, struct as_text part)
{
    if (part.length == 0)
        return true;
    if (part.length > text.length)
        return false;
    return memmem(text.bytes, text.length, part.bytes, part.length) != NULL;
}

static char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned replace_cost(char a, char b)
{
    if (a == b)
        return 0;
    return fold(a) == fold(b) ? WHOLE / 2 : WHOLE;
}

/* Fill row[] for the first i + 1 characters of a; two rows before it are
 * known.  row[j] is the cost of turning them into the first j of b. */
static void fill_row(struct as_text a, struct as_text b, size_t i,
                     const unsigned *before, const unsigned *above,
                     unsigned *row)
{
    row[0] = (unsigned)(i + 1) * WHOLE;
    for (size_t j = 0; j < b.length; j++) {
        unsigned best = least(above[j + 1], row[j]) + WHOLE;

        best = least(best, above[j] + replace_cost(a.bytes[i], b.bytes[j]));
        if (i > 0 && j > 0 && a.bytes[i] == b.bytes[j - 1] &&
            a.bytes[i - 1] == b.bytes[j])
            best = least(best, before[j - 1] + WHOLE);
        row[j + 1] = best;
    }
}

unsigned as_text_distance(struct as_text a, struct as_text b, unsigned most)
{
    unsigned rows[3][LONGEST + 1] = { { 0 } };
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];

    if (as_text_equal(a, b))
        return 0;
    if (a.length > LONGEST || b.length > LONGEST)
        return most + 1;
    for (size_t j = 0; j <= b.length; j++)
        above[j] = (unsigned)j * WHOLE;
    for (size_t i = 0; i < a.length; i++) {
        fill_row(a, b, i, before, above, row);
        unsigned *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }

    unsigned distance = (above[b.length] + 1) / WHOLE;
    return distance > most ? most + 1 : distance;
}

bool as_text_nearly(struct as_text wrong, struct as_text meant)
{
    enum { SHORT = 4 }; /* of letters: in shorter ones, one says little */
    bool same = wrong.length == meant.length;

    for (size_t i = 0; i < wrong.length && same; i++)
        same = (wrong.bytes[i] | 0x20) == (meant.bytes[i] | 0x20);
    return same || (wrong.length >= SHORT && meant.length >= SHORT &&
                    as_text_distance(wrong, meant, 1) == 1);
}
