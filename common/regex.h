/*
 * regex.h - regular expressions, linear in the text.
 *
 * A thin wrap of RE2: no back-references, no look-around, bounded memory.
 * The attacker writes the text that is matched, and a stranger may have
 * written the pattern.
 */
#ifndef AS_REGEX_H
#define AS_REGEX_H

#include "common/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

struct as_regex;

enum as_regex_flag {
    AS_REGEX_FOLD = 1, /* /.../i */
};

/*
 * Compile `pattern` (UTF-8).  On failure returns NULL and, where `why` is not
 * NULL, appends what is wrong to it (nothing when memory ran out).
 */
struct as_regex *as_regex_new(struct as_text pattern, unsigned flags,
                              struct as_buf *why);
void as_regex_free(struct as_regex *regex);

/* Does the pattern match anywhere in the text?  False also when memory ran
 * out: who must know that asks as_regex_try, which returns whether it could
 * tell. */
bool as_regex_match(const struct as_regex *regex, struct as_text text);
bool as_regex_try(const struct as_regex *regex, struct as_text text,
                  bool *matches);

#ifdef __cplusplus
}
#endif

#endif
