/*
 * sigma_item.h - what stands under a search identifier, as a condition.
 *
 *     FIELD|MODIFIER: VALUE     a comparison; a list of values: any of them
 *     a map                     all of its comparisons
 *     a list of maps            any of them
 */
#ifndef AS_SIGMA_ITEM_H
#define AS_SIGMA_ITEM_H

#include "cli/sigma.h"

/* NULL after the rule was refused. */
struct as_sigma_node *as_sigma_search_node(struct as_sigma *sigma,
                                           struct as_sigma_rule *rule,
                                           const struct as_yamltree *tree);

#endif
