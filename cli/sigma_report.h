/*
 * sigma_report.h - what became of every rule, for people and as JSON.
 */
#ifndef AS_SIGMA_REPORT_H
#define AS_SIGMA_REPORT_H

#include "cli/sigma.h"

/* Say which rules were refused and why, and what was left behind or should be
 * known of the others. */
void as_sigma_report_say(const struct as_sigma *sigma);

/* All of it as one object; doc/sigma.md has its members. */
void as_sigma_report_json(const struct as_sigma *sigma, struct as_buf *out);

#endif
