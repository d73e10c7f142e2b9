/*
 * sigma_match.h - the condition of a Sigma rule.
 *
 *     selection and not 1 of filter_*
 *     all of them
 *     (a or b) and c
 *
 * `not` binds tightest, then `and`, then `or`.  A list of conditions: any.
 */
#ifndef AS_SIGMA_MATCH_H
#define AS_SIGMA_MATCH_H

#include "cli/sigma.h"

/* Read `detection`: rule->searches and rule->condition.  False after the rule
 * was refused. */
bool as_sigma_match_read(struct as_sigma *sigma, struct as_sigma_rule *rule,
                         const struct as_yamltree *detection);

/* Read one condition over rule->searches, which are there: NULL after the rule
 * was refused. */
struct as_sigma_node *as_sigma_match_text(struct as_sigma *sigma,
                                          struct as_sigma_rule *rule,
                                          const struct as_yamltree *at);

/* Can no event satisfy both conditions?  True only where that is plain: they
 * ask one field for different texts. */
bool as_sigma_match_apart(const struct as_sigma_node *a,
                          const struct as_sigma_node *b);

#endif
