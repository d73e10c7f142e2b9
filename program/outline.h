/*
 * outline.h - one description, written for people or as JSON.
 *
 * Whoever describes something says it once, as sections of items with named
 * values, and it comes out either way:
 *
 *     baselines                       {"baselines":[
 *       lambda_workers                  {"name":"lambda_workers",
 *         scope  as_of plus 2m           "scope":"as_of plus 2m"}]}
 *
 * What is composed for people (as_outline_shown) must be safe to show, as
 * program/disasm.h makes it; a text from a pack is made safe here.
 */
#ifndef AS_OUTLINE_H
#define AS_OUTLINE_H

#include "common/buf.h"

struct as_outline {
    struct as_buf *out; /* a failed allocation is kept in out->failed */
    bool json;
    bool first; /* nothing stands in the JSON array or object that is open */
    int depth;  /* of the text's indentation */
    struct as_buf shown;
};

void as_outline_init(struct as_outline *outline, struct as_buf *out, bool json);
void as_outline_done(struct as_outline *outline);

/* A section is a list of items.  An item has a name, and values. */
void as_outline_section(struct as_outline *outline, const char *key);
void as_outline_section_end(struct as_outline *outline);
void as_outline_item(struct as_outline *outline, struct as_text name);
void as_outline_item_end(struct as_outline *outline);

/* An item with one value, in one line. */
void as_outline_row(struct as_outline *outline, struct as_text name,
                    const char *key, struct as_text value);

/* The values of an item.  A text that is empty says nothing. */
void as_outline_text(struct as_outline *outline, const char *key,
                     struct as_text text);
void as_outline_number(struct as_outline *outline, const char *key,
                       uint32_t number);

/* What was appended to outline->shown, which is emptied. */
void as_outline_shown(struct as_outline *outline, const char *key);

/* Several values of one name: first, lines, last.  Each line is what was
 * appended to outline->shown. */
void as_outline_lines(struct as_outline *outline, const char *key);
void as_outline_line(struct as_outline *outline);
void as_outline_lines_end(struct as_outline *outline);

#endif
