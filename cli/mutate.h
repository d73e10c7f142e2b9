/*
 * mutate.h - would the tests of a rule notice a mistake in it?
 */
#ifndef AS_MUTATE_H
#define AS_MUTATE_H

#include "cli/testfile.h"
#include "cli/walk.h"

/* What is tried, and with which cases. */
struct as_mutation {
    const char *root; /* the pack's folder, or the one file; borrowed */
    const struct as_paths *tests; /* NAME.test.yaml, those below the root */
    /* Is the case one of those that are to be run? */
    bool (*selected)(void *user, const struct as_test_file *file,
                     const struct as_test_case *test);
    void *user;
    const char *prefix; /* of every line that is shown */
    struct as_talk *talk;
};

/* How many edits some case noticed, none did, made the same program, made
 * none; and how many rules have no test, so that theirs were not tried. */
struct as_mutation_score {
    uint64_t noticed, missed, same, broken, untested;
};

/*
 * Make every edit of the sources (astray_mistakes), each by itself, and run the
 * cases: those of the rule it stands in, or of all rules where several may read
 * it.  What no case noticed is appended to `out`.  The counts are added to
 * *score.  False after a complaint.
 */
bool as_mutate(const struct as_mutation *mutation, struct as_buf *out,
               struct as_mutation_score *score);

#endif
