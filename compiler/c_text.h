/*
 * c_text.h - pieces of C text out of what strangers wrote.
 *
 * Rule text, names and literals go into a C file as comments, identifiers and
 * string literals.  Whatever their bytes are, they stay inside of that.
 */
#ifndef AS_C_TEXT_H
#define AS_C_TEXT_H

#include "common/buf.h"

/* What may stand between slash-star and star-slash, on one line. */
void as_c_comment(struct as_buf *out, struct as_text text);

/* A string literal with its quotes, in several parts where it is long. */
void as_c_string(struct as_buf *out, struct as_text text);

/* Letters, digits and single underscores that look like `text`, at most
 * `most` of them; never empty.  No identifier by itself: it may begin with a
 * digit, or be a keyword. */
void as_c_word(struct as_buf *out, struct as_text text, size_t most);

#endif
