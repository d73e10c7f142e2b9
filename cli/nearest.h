/*
 * nearest.h - "did you mean": the one of several words that is nearest to
 * what was written.
 *
 *     struct as_nearest nearest = as_nearest_to("scna");
 *     for each word: as_nearest_try(&nearest, word);
 *     nearest.best is "scan", or NULL when nothing is near.
 */
#ifndef AS_NEAREST_H
#define AS_NEAREST_H

#include "common/text.h"

struct as_nearest {
    struct as_text wanted;
    const char *best; /* borrowed */
    unsigned distance;
};

struct as_nearest as_nearest_to(const char *wanted);
void as_nearest_try(struct as_nearest *nearest, const char *word);

#endif
