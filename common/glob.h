/* glob.h - patterns with * (any bytes, none too) and ? (one character of
 * UTF-8).  There is no escape.  At most text x pattern steps, no recursion. */
#ifndef AS_GLOB_H
#define AS_GLOB_H

#include "common/text.h"

bool as_glob_match(struct as_text pattern, struct as_text text);

#endif
