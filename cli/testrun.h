/*
 * testrun.h - run one case of a rule's tests.
 */
#ifndef AS_TESTRUN_H
#define AS_TESTRUN_H

#include "cli/coverage.h"
#include "cli/testfile.h"
#include "cli/tuning.h"

/* How cases are run. */
struct as_test_setting {
    const struct astray_native *native; /* in place of bytecode, or NULL */
    struct as_coverage *coverage;       /* gets what was seen, or NULL */
    struct as_tuning *tuning;           /* what overlays excluded, or NULL */
};

/* Events that a case that failed is about: those that should have given an
 * alert, or that should not. */
struct as_test_odd {
    char ids[4][128];
    size_t count;
};

/*
 * Judge the events of the case with the rule that the file names.  What does
 * not agree with the case is appended to `why`, in lines that are safe to
 * show; nothing when all does.  *odd gets the events that this is about, as far
 * as they have ids.  False when a file of the case could not be read, or memory
 * ran out: `why` has failed then.
 */
bool as_test_run(const struct astray_rules *rules,
                 const struct as_test_setting *setting,
                 const struct as_test_file *file,
                 const struct as_test_case *test, struct as_test_odd *odd,
                 struct as_buf *why);

/*
 * Append to `why` the explanation of one event of the case.  The rules are
 * best those of as_rules_compile_insight.  False when memory ran out.
 */
bool as_test_explain(const struct astray_rules *rules,
                     const struct as_test_file *file,
                     const struct as_test_case *test, const char *id,
                     struct as_buf *why);

#endif
