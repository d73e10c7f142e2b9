/*
 * source.h - files of rule text, and places in them.
 */
#ifndef AS_SOURCE_H
#define AS_SOURCE_H

#include "common/arena.h"
#include "common/text.h"

struct as_source {
    struct as_source *next;
    const char *name; /* as it is shown */
    struct as_text text;
    uint32_t number; /* 1, 2 ... in the compilation; 0 is no source */
};

/* Half-open, in bytes from the start of source number `source`. */
struct as_span {
    uint32_t source;
    uint32_t start, end;
};

struct as_place {
    uint32_t line, column; /* from 1, columns in bytes */
    struct as_text line_text;
};

struct as_place as_source_place(const struct as_source *source,
                                uint32_t offset);

static inline struct as_span as_span_join(struct as_span a, struct as_span b)
{
    return (struct as_span){ a.source, a.start, b.end };
}

#endif
