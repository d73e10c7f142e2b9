/*
 * sigma_rule.h - documents of Sigma, one after the other, and what they are.
 */
#ifndef AS_SIGMA_RULE_H
#define AS_SIGMA_RULE_H

#include "cli/sigma.h"

/* Begin and end an import. */
void as_sigma_init(struct as_sigma *sigma, struct as_talk *talk);
void as_sigma_done(struct as_sigma *sigma);

/* Add every document of a file; `text` is copied.  What cannot be read is a
 * refused rule, too. */
void as_sigma_add(struct as_sigma *sigma, const char *path,
                  struct as_text text);

/* Translate what was added; rules know each other from here on.  False when
 * memory ran out. */
bool as_sigma_translate(struct as_sigma *sigma);

#endif
