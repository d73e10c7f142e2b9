/*
 * diffview.h - what as_differ found, for people, programs and pull requests.
 */
#ifndef AS_DIFFVIEW_H
#define AS_DIFFVIEW_H

#include "cli/differ.h"

/* How the two sides are called: as the command line names them. */
struct as_diff_names {
    const char *name[AS_SIDES];
};

void as_diff_text(const struct as_differ *differ,
                  const struct as_diff_names *names, struct as_buf *out);
void as_diff_markdown(const struct as_differ *differ,
                      const struct as_diff_names *names, struct as_buf *out);

/* One object; what it holds is in doc/diff.md. */
void as_diff_json(const struct as_differ *differ,
                  const struct as_diff_names *names, struct as_buf *out);

#endif
