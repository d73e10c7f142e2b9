/*
 * testrun.h - run one case of a rule's tests.
 */
#ifndef AS_TESTRUN_H
#define AS_TESTRUN_H

#include "cli/testfile.h"
#include "cli/tuning.h"

/*
 * Judge the events of the case with the rule that the file names.  What does
 * not agree with the case is appended to `why`, in lines that are safe to
 * show; nothing when all does.  `native` runs in place of the bytecode, unless
 * it is NULL.  What overlays excluded is counted in `tuning`.  False when a file of the case could not be read, or memory ran
 * out: `why` has failed then.
 */
bool as_test_run(const struct astray_rules *rules,
                 const struct astray_native *native,
                 const struct as_test_file *file,
                 const struct as_test_case *test, struct as_tuning *tuning,
                 struct as_buf *why);

#endif
