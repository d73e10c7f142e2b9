/*
 * report.h - diagnostics as documents for the programs that run in CI.
 *
 *     sarif    SARIF 2.1.0 (OASIS, 2020), one run
 *     junit    the XML that Ant's JUnit task made known: a suite, and a case
 *              for each diagnostic
 *     github   a workflow command a line, which GitHub shows beside the code
 *
 * The first two are whole only when all diagnostics are known, also when
 * there are none.
 */
#ifndef AS_REPORT_H
#define AS_REPORT_H

#include "astray.h"
#include "common/buf.h"

/* A document in the making; starts as all zeros. */
struct as_report {
    struct as_buf results; /* owned: what is finished of it */
    struct as_buf rules;   /* owned; sarif: the codes that occurred */
    struct as_buf notices; /* owned; sarif: what has no place in a rule */
    uint64_t result_count, failure_count, skipped_count;
};

void as_report_done(struct as_report *report);

/* Add a diagnostic.  `fails`: it is of a level at which the run has failed. */
void as_report_sarif_add(struct as_report *report,
                         const struct astray_diagnostic *d);
void as_report_junit_add(struct as_report *report,
                         const struct astray_diagnostic *d, bool fails);

/* The document, appended to `out`; `good`: the run did all it should. */
void as_report_sarif(const struct as_report *report, bool good,
                     struct as_buf *out);
void as_report_junit(const struct as_report *report, const char *suite,
                     struct as_buf *out);

/* One line, appended to `out`. */
void as_report_github(const struct astray_diagnostic *d, struct as_buf *out);

/* A case of a suite that is no diagnostic; an empty `why` has passed. */
void as_report_junit_case(struct as_report *report, const char *class_name,
                          const char *name, struct as_text why);

/* One that was not run. */
void as_report_junit_skipped(struct as_report *report, const char *class_name,
                             const char *name, struct as_text why);

#endif
