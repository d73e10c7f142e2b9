/*
 * allow.c - see allow.h.
 *
 * Comments are in no tree.  They are looked for in the text, and only a file
 * that has a `# allow` is read once more, as the tokens of layout.h, which know
 * where clauses and declarations begin; what lies between two tokens is white
 * space and comments.
 */

#include "compiler/allow.h"

#include "compiler/layout.h"
#include "compiler/parser.h"

enum { MOST_CODES = 8 }; /* in one comment */

/* One code of a comment. */
struct allowed {
    struct as_span span; /* of the code */
    struct as_text code;
    bool is_lint;
    bool used;
};

struct comment {
    struct as_span span; /* from `#` to the end of the line */
    struct allowed codes[MOST_CODES];
    unsigned code_count;
    struct as_text reason;
    uint32_t from, to; /* what it covers */
    bool in_rule;
};

struct reader {
    struct as_arena *arena;
    struct as_diag *diag;
    const struct as_source *source;
    struct as_layout layout;
};

/* ---- one comment ------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_code_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static struct as_text trim(struct as_text text)
{
    while (text.length > 0 && is_blank(text.bytes[0])) {
        text.bytes++;
        text.length--;
    }
    while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
        text.length--;
    return text;
}

static struct as_text behind(struct as_text text, size_t length)
{
    return (struct as_text){ text.bytes + length, text.length - length };
}

static bool is_lint(struct as_text code)
{
    for (unsigned i = 0; i < AS_CODE_COUNT; i++) {
        if (as_text_equal(code, as_text_of(as_diag_code((enum as_code)i))))
            return code.bytes[0] == 'L';
    }
    return false;
}

/* The code at the start of `text`; length 0 when it begins otherwise. */
static struct as_text code_at(struct as_text text)
{
    size_t length = 0;

    while (length < text.length && is_code_letter(text.bytes[length]))
        length++;
    if (length < 2 || (text.bytes[0] != 'L' && text.bytes[0] != 'E') ||
        text.bytes[1] < '0' || text.bytes[1] > '9')
        length = 0;
    return (struct as_text){ text.bytes, length };
}

static void add_code(const struct reader *reader, struct comment *comment,
                     struct as_text code)
{
    uint32_t start = (uint32_t)(code.bytes - reader->source->text.bytes);

    if (comment->code_count < MOST_CODES)
        comment->codes[comment->code_count++] = (struct allowed){
            .span = { reader->source->number, start,
                      start + (uint32_t)code.length },
            .code = code,
            .is_lint = is_lint(code),
        };
}

/* `L0704, L0710: reason`; false when it begins with no code, so that it is
 * a comment like others. */
static bool read_codes(const struct reader *reader, struct as_text text,
                       struct comment *comment)
{
    for (;;) {
        struct as_text code = code_at(text = trim(text));

        if (code.length == 0)
            break;
        add_code(reader, comment, code);
        text = trim(behind(text, code.length));
        if (text.length == 0 || text.bytes[0] != ',')
            break;
        text = behind(text, 1);
    }
    if (text.length > 0 && text.bytes[0] == ':')
        comment->reason = trim(behind(text, 1));
    return comment->code_count > 0;
}

/* Is the comment [from, to) one that allows something? */
static bool read_comment(const struct reader *reader, uint32_t from,
                         uint32_t to, struct comment *comment)
{
    static const struct as_text word = { "allow ", 6 };
    struct as_text text = { reader->source->text.bytes + from, to - from };

    *comment = (struct comment){
        .span = { reader->source->number, from, to },
    };
    text = trim(behind(text, 1));
    return as_text_starts(text, word) &&
           read_codes(reader, behind(text, word.length), comment);
}

/* ---- what it covers --------------------------------------------------- */

/* Where the line of `at` begins, or ends. */
static uint32_t line_start(const struct reader *reader, uint32_t at)
{
    while (at > 0 && reader->source->text.bytes[at - 1] != '\n')
        at--;
    return at;
}

static uint32_t line_end(const struct reader *reader, uint32_t at)
{
    while (at < reader->source->text.length &&
           reader->source->text.bytes[at] != '\n')
        at++;
    return at;
}

/* From the clause or declaration that begins with piece `n` to the next one
 * that is no part of it. */
static uint32_t clause_end(const struct reader *reader, uint32_t n)
{
    const struct as_layout *layout = &reader->layout;
    uint32_t depth = 0;

    for (uint32_t i = n + 1; i + 1 < layout->count; i++) {
        const struct as_piece *piece = &layout->pieces[i];

        if (depth == 0 && (piece->closes || piece->begins))
            return piece->start;
        depth += piece->opens;
        depth -= piece->closes;
    }
    return (uint32_t)reader->source->text.length;
}

/* `n` is the piece behind the comment. */
static void find_range(const struct reader *reader, uint32_t n,
                       struct comment *comment)
{
    uint32_t line = line_start(reader, comment->span.start);

    while (n > 0 && reader->layout.pieces[n - 1].start >= line)
        n--;

    const struct as_piece *piece = &reader->layout.pieces[n];
    while (n > 0 && reader->layout.pieces[n].begins != AS_BEGINS_BLOCK &&
           reader->layout.pieces[n].begins != AS_BEGINS_LINE)
        n--;
    comment->in_rule = reader->layout.pieces[n].kind == TOK_RULE;
    comment->from = piece->start;
    comment->to = piece->begins
                    ? clause_end(reader,
                                 (uint32_t)(piece - reader->layout.pieces))
                    : line_end(reader, piece->start);
}

static bool covers(const struct comment *comment, const struct as_message *m)
{
    for (const struct as_message_label *at = m->labels; at; at = at->next) {
        if (at->span.source == comment->span.source &&
            at->span.start >= comment->from && at->span.start < comment->to)
            return true;
    }
    return false;
}

static void mark(const struct reader *reader, struct comment *comment)
{
    const char *reason = as_strndup(reader->arena, comment->reason.bytes,
                                    comment->reason.length);

    for (struct as_message *m = reader->diag->first; m && reason; m = m->next) {
        if (!covers(comment, m))
            continue;
        for (unsigned i = 0; i < comment->code_count; i++) {
            struct allowed *one = &comment->codes[i];

            if (!one->is_lint ||
                !as_text_equal(one->code, as_text_of(as_diag_code(m->code))))
                continue;
            one->used = true;
            m->suppressed = reason;
        }
    }
}

/* ---- what is wrong with it -------------------------------------------- */

/* Whether a macro or baseline lets a caller silence something is seen where a
 * rule uses it, and the rules may not all be here. */
static bool may_be_elsewhere(const struct comment *comment,
                             const struct allowed *one)
{
    return !comment->in_rule &&
           as_text_equal(one->code, as_text_of(as_diag_code(AS_L_SILENCE)));
}

static bool is_wanted(const struct as_diag *diag, struct as_text code)
{
    for (unsigned i = 0; i < AS_CODE_COUNT; i++) {
        if (as_text_equal(code, as_text_of(as_diag_code((enum as_code)i))))
            return as_diag_wants(diag, (enum as_code)i);
    }
    return false;
}

/* The comment goes, with its line when there is nothing else on it. */
static void fix_away(const struct reader *reader, const struct comment *comment)
{
    const char *text = reader->source->text.bytes;
    struct as_span span = comment->span;

    while (span.start > 0 && is_blank(text[span.start - 1]))
        span.start--;
    if (span.start == 0 || text[span.start - 1] == '\n')
        span.end += text[span.end] == '\n';
    as_diag_cut(reader->diag, span);
}

static void say_code(const struct reader *reader, const struct comment *comment,
                     const struct allowed *one, bool failed)
{
    struct as_diag *diag = reader->diag;

    if (!one->is_lint) {
        as_diag(diag, AS_L_ALLOW_CODE, one->span,
                "`%.*s` is %s, and cannot be allowed", (int)one->code.length,
                one->code.bytes,
                one->code.bytes[0] == 'E' ? "an error" : "no lint");
    } else if (!one->used && comment->reason.length > 0 && !failed &&
               is_wanted(diag, one->code) && !may_be_elsewhere(comment, one)) {
        as_diag(diag, AS_L_ALLOW_UNUSED, one->span,
                "nothing below this comment is `%.*s`", (int)one->code.length,
                one->code.bytes);
        if (comment->code_count == 1)
            fix_away(reader, comment);
    }
}

static void take(const struct reader *reader, uint32_t n,
                 struct comment *comment)
{
    bool failed = as_diag_failed(reader->diag);

    find_range(reader, n, comment);
    if (comment->reason.length > 0)
        mark(reader, comment);
    else
        as_diag(reader->diag, AS_L_ALLOW_REASON, comment->span,
                "this does not say why");
    for (unsigned i = 0; i < comment->code_count; i++)
        say_code(reader, comment, &comment->codes[i], failed);
}

/* ---- files ------------------------------------------------------------ */

/* The comments in the gap before piece `n`. */
static void read_gap(const struct reader *reader, uint32_t n, uint32_t from,
                     uint32_t to)
{
    const char *text = reader->source->text.bytes;
    struct comment comment;

    while (from < to) {
        uint32_t end = text[from] == '#' ? line_end(reader, from) : from + 1;

        if (text[from] == '#' && read_comment(reader, from, end, &comment))
            take(reader, n, &comment);
        from = end;
    }
}

/* Is there a comment that begins with `allow`?  A text in quotes may look like
 * one: what is a comment is seen later. */
static bool may_allow(struct as_text text)
{
    const char *at = text.bytes, *end = text.bytes + text.length;

    while (at < end && (at = memchr(at, '#', (size_t)(end - at)))) {
        struct as_text rest = { at + 1, (size_t)(end - at - 1) };

        if (as_text_starts(trim(rest), AS_TEXT("allow ")))
            return true;
        at++;
    }
    return false;
}

/* Is there a mistake of text or syntax in it? */
static bool is_torn(const struct as_diag *diag, uint32_t number)
{
    for (const struct as_message *m = diag->first; m; m = m->next) {
        if (m->code < AS_E_UNKNOWN_NAME && m->labels &&
            m->labels->span.source == number)
            return true;
    }
    return false;
}

void as_allow(const struct as_file *files, struct as_arena *arena,
              struct as_diag *diag)
{
    struct reader reader = { .arena = arena, .diag = diag };

    for (; files; files = files->next) {
        uint32_t from = 0;

        reader.source = files->source;
        if (!may_allow(reader.source->text) ||
            is_torn(diag, reader.source->number))
            continue;
        if (!as_layout_read(reader.source, arena, diag, &reader.layout))
            return;
        for (uint32_t n = 0; n < reader.layout.count; n++) {
            read_gap(&reader, n, from, reader.layout.pieces[n].start);
            from = reader.layout.pieces[n].end;
        }
    }
}
