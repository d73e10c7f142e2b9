/*
 * linediff.c - see linediff.h.
 *
 * Eugene Myers' greedy walk (An O(ND) Difference Algorithm, 1986): x lines of
 * the old text and y of the new are behind us, k = x - y is the diagonal.
 * With d changes, reach[k] is the farthest x on each diagonal; from it the
 * walk goes on as long as lines are equal.  What reach was for each d is kept,
 * and from its end the way is followed back.  A text that differs too much is
 * shown as taken out and put in whole.
 */

#include "cli/linediff.h"

#include <stdlib.h>

enum { AROUND = 3, MOST_CHANGES = 4000 };

struct lines {
    struct as_text *line; /* owned; with their newlines */
    size_t count;
};

enum kind { SAME, OUT, IN };

struct diff {
    struct lines from, to;
    int **reach;         /* owned; of each d: 2 * d + 1 diagonals from -d */
    size_t change_count; /* how many of them there are - 1 */
    enum kind *script;   /* owned; from the start */
    size_t script_length;
    struct as_buf *out;
};

/* ---- lines ------------------------------------------------------------ */

static bool split(struct as_text text, struct lines *lines)
{
    size_t count = 0;

    for (size_t i = 0; i < text.length; i++)
        count += text.bytes[i] == '\n' || i + 1 == text.length;
    lines->line = calloc(count + 1, sizeof(*lines->line));
    if (!lines->line)
        return false;
    while (text.length > 0) {
        const char *end = memchr(text.bytes, '\n', text.length);
        size_t length = end ? (size_t)(end + 1 - text.bytes) : text.length;

        lines->line[lines->count++] = (struct as_text){ text.bytes, length };
        text.bytes += length;
        text.length -= length;
    }
    return true;
}

static bool equal(const struct diff *diff, size_t x, size_t y)
{
    return as_text_equal(diff->from.line[x], diff->to.line[y]);
}

/* ---- the walk --------------------------------------------------------- */

/* Do d changes that come to diagonal k end in a line put in (else: in one
 * taken out)? */
static bool comes_in(const int *before, int d, int k)
{
    return k == -d || (k != d && before[k - 1 + d - 1] < before[k + 1 + d - 1]);
}

/* The farthest x on diagonal k with d changes. */
static int farthest(const struct diff *diff, const int *before, int d, int k)
{
    int x = 0, y;

    if (d > 0)
        x = comes_in(before, d, k) ? before[k + 1 + d - 1]
                                   : before[k - 1 + d - 1] + 1;
    y = x - k;
    while (x >= 0 && y >= 0 && (size_t)x < diff->from.count &&
           (size_t)y < diff->to.count && equal(diff, (size_t)x, (size_t)y)) {
        x++;
        y++;
    }
    return x;
}

/* False: out of memory, or too many changes. */
static bool walk(struct diff *diff)
{
    const int end = (int)diff->from.count - (int)diff->to.count;

    for (int d = 0; d <= MOST_CHANGES; d++) {
        int *reach = calloc((size_t)d * 2 + 1, sizeof(*reach));
        const int *before = d > 0 ? diff->reach[d - 1] : NULL;

        if (!reach)
            return false;
        diff->reach[d] = reach;
        diff->change_count = (size_t)d;
        for (int k = -d; k <= d; k += 2) {
            reach[k + d] = farthest(diff, before, d, k);
            if (k == end && reach[k + d] >= (int)diff->from.count)
                return true;
        }
    }
    return false;
}

/* The way back, from the end of both texts. */
static void trace(struct diff *diff)
{
    size_t x = diff->from.count, y = diff->to.count;
    enum kind *at = diff->script + diff->script_length;

    for (int d = (int)diff->change_count; d > 0; d--) {
        const int *before = diff->reach[d - 1];
        int k = (int)x - (int)y;
        bool in = comes_in(before, d, k);
        size_t start = (size_t)(in ? before[k + 1 + d - 1]
                                   : before[k - 1 + d - 1] + 1);

        while (x > start) {
            *--at = SAME;
            x--;
            y--;
        }
        *--at = in ? IN : OUT;
        if (in)
            y--;
        else
            x--;
    }
    while (x-- > 0)
        *--at = SAME;
    diff->script_length -= (size_t)(at - diff->script);
    memmove(diff->script, at, diff->script_length * sizeof(*at));
}

static void replace_all(struct diff *diff)
{
    for (size_t i = 0; i < diff->script_length; i++)
        diff->script[i] = i < diff->from.count ? OUT : IN;
}

/* ---- hunks ------------------------------------------------------------ */

static void put_line(struct diff *diff, char mark, struct as_text line)
{
    as_buf_putc(diff->out, mark);
    as_buf_text(diff->out, line);
    if (!as_text_ends(line, AS_TEXT("\n")))
        as_buf_puts(diff->out, "\n\\ No newline at end of file\n");
}

/* Steps [begin, end) of the script, which begins at line x and y. */
static void put_hunk(struct diff *diff, size_t begin, size_t end, size_t x,
                     size_t y)
{
    size_t old = 0, new = 0;

    for (size_t i = begin; i < end; i++) {
        old += diff->script[i] != IN;
        new += diff->script[i] != OUT;
    }
    as_buf_printf(diff->out, "@@ -%zu,%zu +%zu,%zu @@\n", x + (old > 0), old,
                  y + (new > 0), new);
    for (size_t i = begin; i < end; i++) {
        enum kind kind = diff->script[i];

        put_line(diff,
                 kind == SAME  ? ' '
                 : kind == OUT ? '-'
                               : '+',
                 kind == IN ? diff->to.line[y] : diff->from.line[x]);
        x += kind != IN;
        y += kind != OUT;
    }
}

/* Changes that have at most twice the lines around them between them are
 * shown together. */
static size_t hunk_end(const struct diff *diff, size_t first)
{
    size_t last = first;

    for (size_t i = first; i < diff->script_length; i++) {
        if (diff->script[i] != SAME)
            last = i;
        else if (i - last > 2 * (size_t)AROUND)
            break;
    }
    last += 1 + AROUND;
    return last < diff->script_length ? last : diff->script_length;
}

static void put_hunks(struct diff *diff)
{
    size_t x = 0, y = 0, at = 0;

    while (at < diff->script_length) {
        if (diff->script[at] == SAME) {
            at++;
            x++;
            y++;
            continue;
        }
        /* Here x lines are behind, all of the last ones the same. */
        size_t lead = 0;
        while (lead < AROUND && lead < at &&
               diff->script[at - lead - 1] == SAME)
            lead++;
        size_t end = hunk_end(diff, at);
        put_hunk(diff, at - lead, end, x - lead, y - lead);
        for (; at < end; at++) {
            x += diff->script[at] != IN;
            y += diff->script[at] != OUT;
        }
    }
}

/* ---- both texts ------------------------------------------------------- */

static void put_diff(struct diff *diff, const char *name)
{
    if (walk(diff))
        trace(diff);
    else
        replace_all(diff);
    as_buf_printf(diff->out, "--- a/%s\n+++ b/%s\n", name, name);
    put_hunks(diff);
}

void as_linediff(const char *name, struct as_text from, struct as_text to,
                 struct as_buf *out)
{
    struct diff diff = { .out = out };

    if (as_text_equal(from, to))
        return;
    bool good = split(from, &diff.from) && split(to, &diff.to);
    diff.script_length = diff.from.count + diff.to.count;
    diff.script = calloc(diff.script_length + 1, sizeof(*diff.script));
    diff.reach = calloc(MOST_CHANGES + 1, sizeof(*diff.reach));
    if (good && diff.script && diff.reach)
        put_diff(&diff, name);
    else
        out->failed = true;
    for (size_t d = 0; diff.reach && d <= diff.change_count; d++)
        free(diff.reach[d]);
    free(diff.reach);
    free(diff.script);
    free(diff.from.line);
    free(diff.to.line);
}
