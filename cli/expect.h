/*
 * expect.h - do the alerts of a test agree with what it expects?
 */
#ifndef AS_EXPECT_H
#define AS_EXPECT_H

#include <cjson/cJSON.h>

#include "cli/testfile.h"

/*
 * Compare.  When they don't agree, append to `why` what was expected and
 * what came, line by line; it has failed when memory ran out.
 *
 * A key of a `where` map is a member of the alert's event ("eventName"), one
 * of rule, severity, title, time, id, status and turned_by, a name in the
 * outcome, a group's key or aggregates, or a path into the alert
 * ("outcome.x", "group.window.start").  Values are compared as text; a key
 * that the alert does not have fits nothing, not even null; a list wants the same elements in any order; a
 * map wants what it names.
 */
bool as_expect_check(const struct as_test_case *test,
                     const cJSON *const *alerts, size_t alert_count,
                     struct as_buf *why);

#endif
