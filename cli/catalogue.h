/*
 * catalogue.h - a pack as a page for people, and as a layer for ATT&CK
 * Navigator.
 */
#ifndef AS_CATALOGUE_H
#define AS_CATALOGUE_H

#include <cjson/cJSON.h>

#include "cli/page.h"

/* `pack` is what astray_rules_describe says with ASTRAY_DESCRIBE_JSON.  The
 * page is appended to `out`. */
void as_catalogue_page(const cJSON *pack, enum as_page_format format,
                       struct as_buf *out);

/* Layer format 4.5: each technique that a rule names, scored by how many do. */
void as_catalogue_layer(const cJSON *pack, struct as_buf *out);

#endif
