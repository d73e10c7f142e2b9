/*
 * sigma_write.h - the text of a rule that was taken.
 */
#ifndef AS_SIGMA_WRITE_H
#define AS_SIGMA_WRITE_H

#include "cli/sigma.h"

/* Append a condition; names are written as lets, or as macros. */
void as_sigma_write_node(struct as_buf *out, const struct as_sigma_node *node,
                         bool macros);

/* Append a rule, as it stands in a file; a correlation without the macros
 * that it needs. */
void as_sigma_write_rule(struct as_buf *out, const struct as_sigma_rule *rule);

/* Append the macros of a rule that a correlation is about. */
void as_sigma_write_macros(struct as_buf *out,
                           const struct as_sigma_rule *rule);

#endif
