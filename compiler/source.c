/*
 * source.c - see source.h.
 *
 * Places are computed when a message needs one, by counting newlines: there
 * are few messages, and a table of lines for every file would be kept for
 * nothing.
 */

#include "compiler/source.h"

struct as_place as_source_place(const struct as_source *source, uint32_t offset)
{
    const char *text = source->text.bytes;
    size_t length = source->text.length;
    size_t at = offset < length ? offset : length;
    size_t start = 0, end = at;
    uint32_t line = 1;

    for (size_t i = 0; i < at; i++) {
        if (text[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    while (end < length && text[end] != '\n')
        end++;
    if (end > start && text[end - 1] == '\r')
        end--;
    if (at > end) /* between the two signs that end the line */
        at = end;
    return (struct as_place){
        .line = line,
        .column = (uint32_t)(at - start) + 1,
        .line_text = { text + start, end - start },
    };
}
