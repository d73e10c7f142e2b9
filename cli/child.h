/*
 * child.h - another program run to its end, and a folder for what it makes.
 */
#ifndef AS_CHILD_H
#define AS_CHILD_H

#include <stdbool.h>

/* A new folder that only its owner can enter, below the real name of TMPDIR or
 * /tmp: the caller's to free, and to remove.  NULL with errno set. */
char *as_temporary_folder(void);

/* Remove a folder with all that is in it. */
void as_remove_folder(const char *folder);

struct as_child {
    char *const *words; /* of the command, NULL behind the last; no shell */
    const char *input;  /* the file that it reads; NULL: nothing */
    int output;         /* number of an open file that it writes to; below 0:
                           standard error */
};

/*
 * Run it.  0 and how it ended, as waitpid has it, or an errno when it could not
 * be started.  To be called between as_output_hold and as_output_release: a
 * signal to the command ends the child, too.
 */
int as_child_run(const struct as_child *child, int *how);

#endif
