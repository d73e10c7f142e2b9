/*
 * sigma_window.h - correlations: several events within a span of time.
 *
 *     event_count       group ... having count() >= n
 *     value_count       group ... having count_distinct(field) >= n
 *     temporal          group ... having count(where a) >= 1 and ...
 *     temporal_ordered  sequence ... [where a] [where b]
 *
 * Groups slide: Sigma wants a span that is not bound to the clock.
 */
#ifndef AS_SIGMA_WINDOW_H
#define AS_SIGMA_WINDOW_H

#include "cli/sigma.h"

/* Which rules does it refer to, and do they then stand for themselves?  Before
 * any is translated. */
void as_sigma_window_refer(struct as_sigma *sigma, struct as_sigma_rule *rule);

/* The rest, after the rules it refers to were translated. */
void as_sigma_window_read(struct as_sigma *sigma, struct as_sigma_rule *rule);

#endif
