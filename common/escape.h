/*
 * escape.h - the one place where text that a stranger wrote is made safe to
 * show.  The attacker writes `userAgent`.
 */
#ifndef AS_ESCAPE_H
#define AS_ESCAPE_H

#include "common/buf.h"

/*
 * Append `text` as a JSON string, quotes included.  Control characters,
 * U+007F to U+009F, bidirectional and other invisible characters, and
 * U+2028/2029 come out as \u escapes; bytes that are not UTF-8 come out as
 * U+FFFD.
 */
void as_escape_json(struct as_buf *out, struct as_text text);

/* The same for a terminal or a log: no quotes, printable text stays as it
 * is, anything else becomes \xNN or \u{NNNN}; a backslash becomes two. */
void as_escape_terminal(struct as_buf *out, struct as_text text);

/* The same for XML, as content or within an attribute's quotes: printable text
 * stays, signs of XML, tabs and line ends become references, and anything
 * else \xNN or \u{NNNN}, for XML has no way to write it. */
void as_escape_xml(struct as_buf *out, struct as_text text);

#endif
