/*
 * nearest.c - see nearest.h.
 *
 * One edit for every three characters, at most three: beyond that a
 * suggestion is a guess and only distracts.
 */

#include "cli/nearest.h"

enum { LETTERS_PER_EDIT = 3, MOST_EDITS = 3 };

struct as_nearest as_nearest_to(const char *wanted)
{
    struct as_nearest nearest = { .wanted = as_text_of(wanted) };
    size_t most = nearest.wanted.length / LETTERS_PER_EDIT + 1;

    nearest.distance = (unsigned)(most < MOST_EDITS ? most : MOST_EDITS) + 1;
    return nearest;
}

void as_nearest_try(struct as_nearest *nearest, const char *word)
{
    unsigned most = nearest->distance - 1;

    if (nearest->distance == 0)
        return;
    unsigned distance = as_text_distance(nearest->wanted, as_text_of(word),
                                         most);
    if (distance <= most && distance < as_text_of(word).length) {
        nearest->best = word;
        nearest->distance = distance;
    }
}
