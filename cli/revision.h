/*
 * revision.h - rules as a revision of git has them: REV:PATH.
 */
#ifndef AS_REVISION_H
#define AS_REVISION_H

#include "cli/render.h"

struct as_revision {
    char *folder;       /* owned; NULL: nothing was taken out */
    struct as_buf path; /* of what was meant, terminated */
};

/* Is this word of the form REV:PATH, and no path by itself? */
bool as_is_revision(const char *word);

/*
 * Take the pack that PATH is or lies in, as it was at REV, out of the git
 * repository around the current folder, into a temporary folder: without a
 * pack.yaml at or above PATH what is below PATH, or of a file all that lies
 * beside it.  PATH begins at the top of the repository, or, with ./ or ../, at
 * the current folder.  Links and submodules are left out.  False after a
 * complaint; as_revision_done either way.  Signals wait in between.
 */
bool as_revision_open(struct as_revision *revision, const char *word,
                      struct as_talk *talk);
void as_revision_done(struct as_revision *revision);

#endif
