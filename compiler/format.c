/*
 * format.c - see format.h.
 *
 * What is fixed: every declaration, clause and entry has a line of its own,
 * indented by two for each brace around it; one space, or none, stands
 * between two tokens; of empty lines one is left.  What is the author's:
 * where else a line is broken, and all comments.  A line that goes on with a
 * clause is indented by two more; inside brackets, two more than the line on
 * which the bracket was opened; and what follows a comma of `key`, `collect`
 * and `by` stands below what was first.  Nothing is aligned across lines, so
 * that a change touches one.
 */

#include "compiler/format.h"

#include "common/limits.h"
#include "compiler/front.h"
#include "compiler/layout.h"
#include "compiler/parser.h"

struct writing {
    const struct as_source *source;
    struct as_buf *out;
    const struct as_piece *at, *previous; /* previous NULL at the start */
    size_t line;                          /* where it begins in `out` */
    uint32_t indent;                      /* the line's */
    uint32_t blocks;                      /* braces that are open */
    uint32_t brackets[AS_MAX_NESTING];    /* the indents of their lines */
    uint32_t bracket_count;
    uint32_t column; /* where what follows a comma stands; 0: nowhere */
    bool wants_column;
};

/* ---- lines ------------------------------------------------------------ */

static void end_line(struct writing *writing)
{
    if (writing->out->length > 0)
        as_buf_putc(writing->out, '\n');
}

static void begin_line(struct writing *writing, uint32_t indent, bool empty)
{
    end_line(writing);
    if (empty && writing->out->length > 0)
        as_buf_putc(writing->out, '\n');
    writing->line = writing->out->length;
    writing->indent = indent;
    for (uint32_t i = 0; i < indent; i++)
        as_buf_putc(writing->out, ' ');
}

/* Does this token's line belong to what came before? */
static bool goes_on(const struct writing *writing)
{
    return writing->at->begins == AS_BEGINS_NOTHING && !writing->at->closes;
}

/* Does it belong to the end of the line before alone: the body of a
 * quantifier, the other side of a comparison? */
static bool is_inside(const struct writing *writing)
{
    return writing->previous->kind == TOK_COLON ||
           (writing->at->kind >= TOK_EQ && writing->at->kind <= TOK_GE) ||
           writing->at->kind == TOK_IS || writing->at->kind == TOK_IN ||
           (writing->at->kind >= TOK_CONTAINS && writing->at->kind <= TOK_NOTI);
}

static uint32_t indent_of(const struct writing *writing)
{
    uint32_t base = 2 * writing->blocks;
    bool closes = writing->at->kind == TOK_RP || writing->at->kind == TOK_RB;

    if (writing->at->closes)
        return base - 2;
    if (!goes_on(writing) || writing->at->kind == TOK_END)
        return base;
    if (is_inside(writing))
        return writing->indent + 2;
    if (writing->bracket_count > 0)
        return writing->brackets[writing->bracket_count - 1] + (closes ? 0 : 2);
    if (writing->column > 0)
        return writing->column + (writing->previous->kind == TOK_COMMA ? 0 : 2);
    return base + 2;
}

/* ---- between two tokens ----------------------------------------------- */

/* White space and comments before the current token. */
struct gap {
    const char *at, *end;
    uint32_t newlines; /* since the last token or comment */
    bool commented;    /* a comment was written: the line is over */
};

static bool next_comment(struct gap *gap, struct as_text *comment)
{
    while (gap->at < gap->end && *gap->at != '#')
        gap->newlines += *gap->at++ == '\n';
    if (gap->at == gap->end)
        return false;
    comment->bytes = gap->at;
    while (gap->at < gap->end && *gap->at != '\n')
        gap->at++;
    comment->length = (size_t)(gap->at - comment->bytes);
    while (comment->length > 0 &&
           (comment->bytes[comment->length - 1] == ' ' ||
            comment->bytes[comment->length - 1] == '\t' ||
            comment->bytes[comment->length - 1] == '\r'))
        comment->length--;
    return true;
}

/* An empty line is kept between what stands for itself, but not at the edges
 * of a block; around a block there always is one. */
static bool wants_empty(const struct writing *writing, const struct gap *gap,
                        bool comment)
{
    const struct as_piece *previous = writing->previous;

    if (!previous && !gap->commented)
        return false;
    if (previous && previous->opens && !gap->commented)
        return false;
    if (writing->blocks == 0 && !gap->commented &&
        (previous->closes || writing->at->begins == AS_BEGINS_BLOCK))
        return true;
    return gap->newlines > 1 &&
           (comment || gap->commented || !goes_on(writing)) &&
           (comment || !writing->at->closes);
}

static void write_comments(struct writing *writing, struct gap *gap)
{
    struct as_text comment;
    /* At the end of a block they belong to what is in it. */
    uint32_t indent = indent_of(writing) + (writing->at->closes ? 2 : 0);

    while (next_comment(gap, &comment)) {
        if (gap->newlines == 0 && writing->previous && !gap->commented)
            as_buf_puts(writing->out, "  ");
        else
            begin_line(writing, indent, wants_empty(writing, gap, true));
        as_buf_text(writing->out, comment);
        gap->commented = true;
        gap->newlines = 0;
    }
}

static bool wants_break(const struct writing *writing, const struct gap *gap)
{
    return gap->commented || gap->newlines > 0 || !goes_on(writing) ||
           (writing->previous &&
            (writing->previous->opens || writing->previous->closes));
}

static void write_gap(struct writing *writing)
{
    const char *text = writing->source->text.bytes;
    struct gap gap = {
        .at = text + (writing->previous ? writing->previous->end : 0),
        .end = text + writing->at->start,
    };

    write_comments(writing, &gap);
    if (writing->at->kind == TOK_END)
        return;
    if (!writing->previous && !gap.commented)
        return;
    /* A brace opens its block on the line of what it belongs to, unless a
     * comment stands between them. */
    if (writing->at->opens && !gap.commented)
        as_buf_putc(writing->out, ' ');
    else if (wants_break(writing, &gap))
        begin_line(writing, indent_of(writing),
                   wants_empty(writing, &gap, false));
    else if (writing->at->space)
        as_buf_putc(writing->out, ' ');
}

/* ---- tokens ----------------------------------------------------------- */

static void write_piece(struct writing *writing)
{
    const struct as_piece *at = writing->at;

    write_gap(writing);
    if (at->begins)
        writing->column = 0;
    if (writing->wants_column)
        writing->column = (uint32_t)(writing->out->length - writing->line);
    writing->wants_column = at->aligns;
    as_buf_add(writing->out, writing->source->text.bytes + at->start,
               at->end - at->start);
    if (at->kind == TOK_LP || at->kind == TOK_LB)
        writing->brackets[writing->bracket_count++] = writing->indent;
    if (at->kind == TOK_RP || at->kind == TOK_RB)
        writing->bracket_count--;
    if (at->opens)
        writing->blocks++;
    if (at->closes)
        writing->blocks--;
    writing->previous = at;
}

/* ---- the file --------------------------------------------------------- */

/* A file is somebody's work: are its tokens, each by its bytes, in what was
 * written, and nothing else? */
static bool is_same(const struct as_layout *layout,
                    const struct as_source *source, struct as_buf *out,
                    struct as_arena *arena, struct as_diag *diag)
{
    struct as_source written = { .text = as_buf_view(out),
                                 .number = source->number };
    struct as_layout other;

    if (!as_layout_read(&written, arena, diag, &other) ||
        other.count != layout->count)
        return false;
    for (uint32_t i = 0; i + 1 < layout->count; i++) {
        const struct as_piece *a = &layout->pieces[i], *b = &other.pieces[i];

        if (a->kind != b->kind || a->end - a->start != b->end - b->start ||
            memcmp(source->text.bytes + a->start, out->bytes + b->start,
                   a->end - a->start) != 0)
            return false;
    }
    return true;
}

enum astray_status as_format(const struct as_source *source,
                             struct as_arena *arena, struct as_diag *diag,
                             struct as_buf *out)
{
    struct writing writing = { .source = source, .out = out };
    struct as_layout layout;
    bool same;

    as_front_parse(source, arena, diag);
    if (arena->failed)
        return ASTRAY_NO_MEMORY;
    if (as_diag_failed(diag))
        return ASTRAY_BAD_SOURCE;
    if (!as_layout_read(source, arena, diag, &layout))
        return ASTRAY_NO_MEMORY;
    for (uint32_t i = 0; i < layout.count; i++) {
        writing.at = &layout.pieces[i];
        write_piece(&writing);
    }
    end_line(&writing);
    as_buf_putc(out, '\0');
    if (out->failed)
        return ASTRAY_NO_MEMORY;
    out->length--;
    same = is_same(&layout, source, out, arena, diag);
    return arena->failed ? ASTRAY_NO_MEMORY : same ? ASTRAY_OK : ASTRAY_BUG;
}
