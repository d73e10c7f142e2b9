/*
 * overlay.h - overlays, laid over the rules that they tune.
 */
#ifndef AS_OVERLAY_H
#define AS_OVERLAY_H

#include "compiler/packfile.h"

/* The overlays that were laid, in their order. */
struct as_laid {
    struct as_laid *next;
    const struct as_overlay *overlay;
    struct as_text file; /* whose it is, as a pack shows it */
    uint32_t number;     /* 0, 1 ... */
};

/*
 * Apply the overlays of the files that were given as such (as_loader_add_overlay)
 * to the rules, params and lists of all files: after as_loader_finish, before
 * as_resolve.  `pack` may be NULL.  What cannot be applied, and what is of no
 * effect, is reported where the overlay says it; with loader->today_ms, what
 * is past its date, too, in rules and overlays.
 */
struct as_laid *as_overlay_lay(struct as_loader *loader,
                               const struct as_packfile *pack);

#endif
