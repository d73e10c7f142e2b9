/*
 * page.h - a page for people, in HTML or in Markdown.
 *
 * What is put on it is text; each writer escapes it, so that nothing that a
 * pack says can become a mark-up, a script or a link that it did not name.
 */
#ifndef AS_PAGE_H
#define AS_PAGE_H

#include "common/buf.h"

enum as_page_format { AS_PAGE_HTML, AS_PAGE_MARKDOWN };

struct as_page {
    enum as_page_format format;
    struct as_buf *out;
    bool in_table, first_cell; /* where the writer is */
};

/* The beginning, with the page's title as its heading, and the end. */
void as_page_begin(struct as_page *page, const char *title);
void as_page_end(struct as_page *page);

/* Level 2 or 3; `id` is what links go to: letters, digits, - and _. */
void as_page_heading(struct as_page *page, int level, const char *text,
                     const char *id);

/* Paragraphs: an empty line in the text parts two. */
void as_page_text(struct as_page *page, const char *text);

/* A table: the names of its columns, then row by row its cells. */
void as_page_table(struct as_page *page, const char *const *columns,
                   size_t count);
void as_page_row(struct as_page *page);
void as_page_cell(struct as_page *page);
void as_page_row_end(struct as_page *page);
void as_page_table_end(struct as_page *page);

/* A list: begin, items, end. */
void as_page_list(struct as_page *page);
void as_page_item(struct as_page *page);
void as_page_item_end(struct as_page *page);
void as_page_list_end(struct as_page *page);

/* Within a cell or an item: words, rule text, a link to an id of this page or
 * to an address that begins with https:// or http:// (another is shown as
 * words). */
void as_page_words(struct as_page *page, const char *words);
void as_page_code(struct as_page *page, const char *code);
void as_page_link(struct as_page *page, const char *to, const char *words);

#endif
