/*
 * coverage.h - which conditions of rules were ever true or false in their
 * tests.
 *
 * A condition has two outcomes that a test should bring about, true and false.
 * Unknown is counted, and not asked for: a field that is always there can't be
 * missing.  What stands in a macro or a baseline is one condition for all
 * rules that use it.
 */
#ifndef AS_CLI_COVERAGE_H
#define AS_CLI_COVERAGE_H

#include "cli/exit.h"
#include "common/buf.h"

/* What was seen of one condition. */
struct as_covered {
    struct astray_clause clause; /* its texts are borrowed from the rules */
    uint64_t true_count, false_count, unknown_count;
    bool reached; /* by some test */
};

/* Of rules that were compiled together. */
struct as_coverage {
    struct as_covered *conditions; /* owned */
    size_t count;
    bool failed; /* memory ran out */
};

struct as_coverage_sum {
    uint64_t conditions, outcomes, seen, unknown;
};

void as_coverage_done(struct as_coverage *coverage);

/* Add what the scanner, which has finished, has seen. */
void as_coverage_add(struct as_coverage *coverage,
                     const struct astray_scanner *scanner);

/* Add to *sum what the tests reached. */
void as_coverage_sum(const struct as_coverage *coverage,
                     struct as_coverage_sum *sum);

/* A line each, behind `prefix`: the conditions that were true, false and unknown
 * too, then those that lack true or false. */
void as_coverage_text(const struct as_coverage *coverage, const char *prefix,
                      struct as_buf *out);

#endif
