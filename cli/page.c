/*
 * page.c - see page.h.
 *
 * In HTML everything goes through as_escape_xml.  Markdown has no such thing:
 * its signs get a backslash, and code a fence that is longer than any in it.
 */

#include "cli/page.h"

#include "cli/width.h"
#include "common/escape.h"

static const char style[] =
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}"
    "h1,h2,h3{line-height:1.2;margin-top:2rem}"
    "h2{border-bottom:1px solid #8888;padding-bottom:.2rem}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #8888;padding:.3rem .6rem;text-align:left;"
    "vertical-align:top}"
    "code{font:.9em ui-monospace,monospace;background:#8882;padding:0 .2em;"
    "border-radius:3px;overflow-wrap:anywhere}"
    "a{color:#06c}@media(prefers-color-scheme:dark){a{color:#6bf}}";

static bool html(const struct as_page *page)
{
    return page->format == AS_PAGE_HTML;
}

/* ---- escaping --------------------------------------------------------- */

/* The text on one line. */
static void add_line(struct as_buf *out, const char *text)
{
    for (; *text; text++)
        as_buf_putc(out, strchr("\n\r\t", *text) ? ' ' : *text);
}

static void add_words(struct as_page *page, const char *words)
{
    struct as_buf line = { .bytes = NULL }, shown = { .bytes = NULL };

    if (html(page)) {
        as_escape_xml(page->out, as_text_of(words));
        return;
    }
    add_line(&line, words);
    as_escape_terminal(&shown, as_buf_view(&line)); /* `\` becomes two */
    for (size_t i = 0; i < shown.length; i++) {
        if (strchr("`*_{}[]<>#|&~!", shown.bytes[i]))
            as_buf_putc(page->out, '\\');
        as_buf_putc(page->out, shown.bytes[i]);
    }
    page->out->failed |= line.failed || shown.failed;
    as_buf_done(&line);
    as_buf_done(&shown);
}

/* How many backquotes stand in a row, at most. */
static size_t longest_run(struct as_text text)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < text.length; i++) {
        run = text.bytes[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void add_fence(struct as_page *page, size_t length)
{
    for (size_t i = 0; i < length; i++)
        as_buf_putc(page->out, '`');
}

/* Between blanks where a backquote would touch the fence. */
static void add_span(struct as_page *page, struct as_text code)
{
    size_t run = longest_run(code);

    add_fence(page, run + 1);
    as_buf_puts(page->out, run > 0 ? " " : "");
    for (size_t i = 0; i < code.length; i++) {
        if (code.bytes[i] == '|' && page->in_table)
            as_buf_putc(page->out, '\\');
        as_buf_putc(page->out, code.bytes[i]);
    }
    as_buf_puts(page->out, run > 0 ? " " : "");
    add_fence(page, run + 1);
}

/* ---- the page --------------------------------------------------------- */

void as_page_begin(struct as_page *page, const char *title)
{
    if (html(page)) {
        as_buf_puts(page->out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                               "<meta charset=\"utf-8\">\n"
                               "<meta name=\"viewport\" "
                               "content=\"width=device-width\">\n"
                               "<link rel=\"icon\" href=\"data:,\">\n<title>");
        add_words(page, title);
        as_buf_puts(page->out, "</title>\n<style>");
        as_buf_puts(page->out, style);
        as_buf_puts(page->out, "</style>\n</head>\n<body>\n<h1>");
        add_words(page, title);
        as_buf_puts(page->out, "</h1>\n");
    } else {
        as_buf_puts(page->out, "# ");
        add_words(page, title);
        as_buf_puts(page->out, "\n\n");
    }
}

void as_page_end(struct as_page *page)
{
    if (html(page))
        as_buf_puts(page->out, "</body>\n</html>\n");
}

void as_page_heading(struct as_page *page, int level, const char *text,
                     const char *id)
{
    if (html(page))
        as_buf_printf(page->out, "<h%d id=\"%s\">", level, id);
    else
        as_buf_printf(page->out, "<a id=\"%s\"></a>\n\n%s ", id,
                      level == 2 ? "##" : "###");
    add_words(page, text);
    if (html(page))
        as_buf_printf(page->out, "</h%d>\n", level);
    else
        as_buf_puts(page->out, "\n\n");
}

static void add_paragraph(struct as_page *page, struct as_text text)
{
    struct as_buf copy = { .bytes = NULL };

    as_buf_text(&copy, text);
    as_buf_putc(&copy, '\0');
    as_buf_puts(page->out, html(page) ? "<p>" : "");
    if (copy.failed)
        page->out->failed = true;
    else
        add_words(page, copy.bytes);
    as_buf_puts(page->out, html(page) ? "</p>\n" : "\n\n");
    as_buf_done(&copy);
}

void as_page_text(struct as_page *page, const char *text)
{
    while (*text) {
        const char *end = strstr(text, "\n\n");
        size_t length = end ? (size_t)(end - text) : strlen(text);

        if (length > 0)
            add_paragraph(page, (struct as_text){ text, length });
        text += length;
        while (*text == '\n')
            text++;
    }
}

/* ---- tables ----------------------------------------------------------- */

void as_page_table(struct as_page *page, const char *const *columns,
                   size_t count)
{
    as_buf_puts(page->out, html(page) ? "<table>\n<tr>" : "|");
    for (size_t i = 0; i < count; i++) {
        as_buf_puts(page->out, html(page) ? "<th>" : " ");
        add_words(page, columns[i]);
        as_buf_puts(page->out, html(page) ? "</th>" : " |");
    }
    as_buf_puts(page->out, html(page) ? "</tr>\n" : "\n|");
    for (size_t i = 0; i < count && !html(page); i++)
        as_buf_puts(page->out, " --- |");
    as_buf_puts(page->out, html(page) ? "" : "\n");
    page->in_table = true;
}

void as_page_row(struct as_page *page)
{
    as_buf_puts(page->out, html(page) ? "<tr>" : "|");
    page->first_cell = true;
}

void as_page_cell(struct as_page *page)
{
    if (html(page))
        as_buf_puts(page->out, page->first_cell ? "<td>" : "</td><td>");
    else
        as_buf_puts(page->out, page->first_cell ? " " : " | ");
    page->first_cell = false;
}

void as_page_row_end(struct as_page *page)
{
    as_buf_puts(page->out, html(page) ? "</td></tr>\n" : " |\n");
}

void as_page_table_end(struct as_page *page)
{
    as_buf_puts(page->out, html(page) ? "</table>\n" : "\n");
    page->in_table = false;
}

/* ---- lists ------------------------------------------------------------ */

void as_page_list(struct as_page *page)
{
    as_buf_puts(page->out, html(page) ? "<ul>\n" : "");
}

void as_page_item(struct as_page *page)
{
    as_buf_puts(page->out, html(page) ? "<li>" : "- ");
}

void as_page_item_end(struct as_page *page)
{
    as_buf_puts(page->out, html(page) ? "</li>\n" : "\n");
}

void as_page_list_end(struct as_page *page)
{
    as_buf_puts(page->out, html(page) ? "</ul>\n" : "\n");
}

/* ---- words ------------------------------------------------------------ */

void as_page_words(struct as_page *page, const char *words)
{
    add_words(page, words);
}

void as_page_code(struct as_page *page, const char *code)
{
    struct as_buf line = { .bytes = NULL }, shown = { .bytes = NULL };

    add_line(&line, code);
    (void)as_show(&shown, as_buf_view(&line));
    page->out->failed |= line.failed || shown.failed;
    if (html(page)) {
        as_buf_puts(page->out, "<code>");
        as_escape_xml(page->out, as_buf_view(&shown));
        as_buf_puts(page->out, "</code>");
    } else if (shown.length > 0) {
        add_span(page, as_buf_view(&shown));
    }
    as_buf_done(&line);
    as_buf_done(&shown);
}

/* Signs that end neither an attribute nor a link, and no line. */
static bool is_plain_address(const char *to)
{
    for (; *to; to++)
        if (*to <= ' ' || *to > '~' || strchr("<>\"'()[]\\`|", *to))
            return false;
    return true;
}

void as_page_link(struct as_page *page, const char *to, const char *words)
{
    bool known = to[0] == '#' || strncmp(to, "https://", 8) == 0 ||
                 strncmp(to, "http://", 7) == 0;

    if (!known || !is_plain_address(to)) {
        add_words(page, words);
        return;
    }
    if (html(page)) {
        as_buf_puts(page->out, "<a href=\"");
        as_escape_xml(page->out, as_text_of(to));
        as_buf_puts(page->out, "\">");
        add_words(page, words);
        as_buf_puts(page->out, "</a>");
    } else {
        as_buf_putc(page->out, '[');
        add_words(page, words);
        as_buf_printf(page->out, "](%s)", to);
    }
}
