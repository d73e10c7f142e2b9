/*
 * fix.c - see fix.h.
 *
 * Nothing is written before it is known to be good: the compiler is given the
 * mended texts instead of the files, and only what compiles no worse is kept.
 * A round makes every fix that does not overlap another one; when the result
 * is worse, the rounds go on with one fix at a time, and the one that did it
 * is refused.  Mending one mistake may show others, so there are several
 * rounds.
 */

#include "cli/fix.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "common/file.h"
#include "common/limits.h"

enum { MOST_ROUNDS = 300 };

/* A file that is being mended. */
struct file {
    char *path;
    struct as_buf kept;  /* the best text so far; at first the file's */
    struct as_buf tried; /* the one of this round */
    bool changed;
};

struct edit {
    uint32_t file; /* its number */
    uint64_t offset, length;
    char *text;
};

struct fix {
    struct edit *edits;
    size_t edit_count;
    char *words; /* for people: "rules/a.astray:3: replace ..." */
    bool chosen;
};

/* How good the rules are: the fewer, in this order, the better.  A mistake of
 * syntax hides what comes behind it, so the first one's place counts too. */
struct score {
    unsigned torn, errors, warnings;
    uint32_t file, line, column; /* of the first that is torn */
};

struct fixing {
    struct as_talk *talk;
    const char *const *paths;
    size_t path_count;
    struct file *files;
    size_t file_count;
    struct fix *fixes; /* of the last compilation */
    size_t fix_count;
    char **refused; /* words of fixes that did harm */
    size_t refused_count;
    struct as_buf said; /* the words of those that were kept */
    unsigned kept_count;
    struct score score;
    bool single; /* one fix in a round */
    bool failed; /* no memory, or a file cannot be read */
};

/* ---- memory ----------------------------------------------------------- */

/* One more element of an array; NULL when there is no memory. */
static void *grow(void *array, size_t count, size_t size)
{
    return count & (count - 1) ? array
                               : realloc(array, (count ? 2 * count : 1) * size);
}

static char *copy_of(struct fixing *f, const char *text)
{
    char *copy = strdup(text);

    f->failed |= !copy;
    return copy;
}

static void forget_fixes(struct fixing *f)
{
    for (size_t i = 0; i < f->fix_count; i++) {
        for (size_t k = 0; k < f->fixes[i].edit_count; k++)
            free(f->fixes[i].edits[k].text);
        free(f->fixes[i].edits);
        free(f->fixes[i].words);
    }
    free(f->fixes);
    f->fixes = NULL;
    f->fix_count = 0;
}

static void done(struct fixing *f)
{
    forget_fixes(f);
    for (size_t i = 0; i < f->file_count; i++) {
        free(f->files[i].path);
        as_buf_done(&f->files[i].kept);
        as_buf_done(&f->files[i].tried);
    }
    free(f->files);
    for (size_t i = 0; i < f->refused_count; i++)
        free(f->refused[i]);
    free(f->refused);
    as_buf_done(&f->said);
}

/* ---- what the compiler says ------------------------------------------- */

/* The number of the file, which is read when it is new; UINT32_MAX when that
 * fails, or it is no rule text. */
static uint32_t file_number(struct fixing *f, const char *path)
{
    struct file *grown;

    for (size_t i = 0; i < f->file_count; i++) {
        if (strcmp(f->files[i].path, path) == 0)
            return (uint32_t)i;
    }
    if (!as_text_ends(as_text_of(path), AS_TEXT(".astray")))
        return UINT32_MAX;
    grown = grow(f->files, f->file_count, sizeof(*grown));
    f->failed |= !grown;
    if (!grown)
        return UINT32_MAX;
    f->files = grown;

    struct file *file = &f->files[f->file_count];
    *file = (struct file){ .path = copy_of(f, path) };
    if (!file->path ||
        as_file_read(path, AS_MAX_SOURCE, &file->kept) != ASTRAY_OK) {
        f->failed = true;
        free(file->path);
        as_buf_done(&file->kept);
        return UINT32_MAX;
    }
    return (uint32_t)f->file_count++;
}

static char *words_of(struct fixing *f, const struct astray_diagnostic *d)
{
    struct as_buf words = { .bytes = NULL };
    char *copy;

    as_buf_printf(&words, "%s:%u: ", d->edits[0].file,
                  (unsigned)d->edits[0].line);
    as_render_fix(&words, d);
    as_buf_printf(&words, " (%s)", d->code);
    as_buf_putc(&words, '\0');
    copy = words.failed ? NULL : copy_of(f, words.bytes);
    f->failed |= words.failed;
    as_buf_done(&words);
    return copy;
}

static void add_fix(struct fixing *f, const struct astray_diagnostic *d)
{
    struct fix *grown = grow(f->fixes, f->fix_count, sizeof(*grown));
    struct fix *fix;

    f->failed |= !grown;
    if (!grown)
        return;
    f->fixes = grown;
    fix = &f->fixes[f->fix_count];
    *fix = (struct fix){ .words = words_of(f, d) };
    fix->edits = calloc(d->edit_count, sizeof(*fix->edits));
    f->failed |= !fix->edits;
    f->fix_count++;
    for (size_t i = 0; i < d->edit_count && fix->edits; i++) {
        uint32_t number = file_number(f, d->edits[i].file);

        if (number == UINT32_MAX) { /* all of it or nothing */
            fix->edit_count = 0;
            return;
        }
        fix->edits[fix->edit_count++] = (struct edit){
            .file = number,
            .offset = d->edits[i].offset,
            .length = d->edits[i].length,
            .text = copy_of(f, d->edits[i].text),
        };
    }
}

/* What a compilation says. */
struct hearing {
    struct fixing *fixing;
    struct score score;
};

static void hear(const struct astray_diagnostic *d, void *user)
{
    struct hearing *hearing = user;

    if (d->suppressed)
        return;
    if (strncmp(d->code, "E01", 3) == 0 && ++hearing->score.torn == 1 &&
        d->label_count > 0) {
        hearing->score.file = file_number(hearing->fixing, d->labels[0].file);
        hearing->score.line = d->labels[0].line;
        hearing->score.column = d->labels[0].column;
    }
    hearing->score.errors += d->severity == ASTRAY_ERROR;
    hearing->score.warnings += d->severity != ASTRAY_ERROR;
    if (d->edit_count > 0)
        add_fix(hearing->fixing, d);
}

/* Compile with the texts of this round; false when it could not be tried. */
static bool compile(struct fixing *f, struct score *score)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct hearing hearing = { .fixing = f };
    bool good = compiler != NULL;

    forget_fixes(f);
    for (size_t i = 0; i < f->file_count && good; i++) {
        const struct as_buf *text = f->files[i].tried.length > 0
                                      ? &f->files[i].tried
                                      : &f->files[i].kept;

        good = astray_compiler_replace(compiler, f->files[i].path,
                                       text->bytes ? text->bytes : "",
                                       text->length) == ASTRAY_OK;
    }
    for (size_t i = 0; i < f->path_count && good; i++)
        good = astray_compiler_add_path(compiler, f->paths[i]) == ASTRAY_OK;
    if (good) {
        astray_compiler_on_diagnostic(compiler, hear, &hearing);
        enum astray_status status = astray_compiler_build(compiler, NULL);

        good = status == ASTRAY_OK || status == ASTRAY_BAD_SOURCE;
    }
    astray_compiler_free(compiler);
    *score = hearing.score;
    return good && !f->failed;
}

/* Does it parse further than it did? */
static bool is_further(const struct score *now, const struct score *before)
{
    return now->torn > 0 && before->torn > 0 && now->file == before->file &&
           (now->line > before->line ||
            (now->line == before->line && now->column > before->column));
}

static bool is_worse(const struct score *now, const struct score *before)
{
    if (is_further(now, before))
        return false;
    if (now->torn != before->torn)
        return now->torn > before->torn;
    if (now->errors != before->errors)
        return now->errors > before->errors;
    /* Where errors went, lints may come that had not been looked for. */
    return before->errors == 0 && now->warnings > before->warnings;
}

/* ---- a round ---------------------------------------------------------- */

static bool is_refused(const struct fixing *f, const struct fix *fix)
{
    for (size_t i = 0; i < f->refused_count; i++) {
        if (strcmp(f->refused[i], fix->words) == 0)
            return true;
    }
    return false;
}

static bool overlap(const struct fix *a, const struct fix *b)
{
    for (size_t i = 0; i < a->edit_count; i++) {
        for (size_t k = 0; k < b->edit_count; k++) {
            const struct edit *x = &a->edits[i], *y = &b->edits[k];

            if (x->file == y->file && x->offset <= y->offset + y->length &&
                y->offset <= x->offset + x->length)
                return true;
        }
    }
    return false;
}

/* How many are made in this round. */
static unsigned choose(struct fixing *f)
{
    unsigned count = 0;

    for (size_t i = 0; i < f->fix_count && !(f->single && count > 0); i++) {
        struct fix *fix = &f->fixes[i];
        bool good = fix->edit_count > 0 && !is_refused(f, fix);

        for (size_t k = 0; k < i && good; k++)
            good = !f->fixes[k].chosen || !overlap(fix, &f->fixes[k]);
        fix->chosen = good;
        count += good;
    }
    return count;
}

/* The next edit of the file at or behind `offset`, or NULL. */
static const struct edit *next_edit(const struct fixing *f, uint32_t file,
                                    uint64_t offset)
{
    const struct edit *best = NULL;

    for (size_t i = 0; i < f->fix_count; i++) {
        for (size_t k = 0; k < f->fixes[i].edit_count; k++) {
            const struct edit *edit = &f->fixes[i].edits[k];

            if (f->fixes[i].chosen && edit->file == file &&
                edit->offset >= offset &&
                (!best || edit->offset < best->offset))
                best = edit;
        }
    }
    return best;
}

/* The file's text with the chosen edits made. */
static void try_file(struct fixing *f, uint32_t number)
{
    struct file *file = &f->files[number];
    struct as_text text = as_buf_view(&file->kept);
    const struct edit *edit;
    uint64_t at = 0;

    as_buf_reset(&file->tried);
    while ((edit = next_edit(f, number, at)) &&
           edit->offset + edit->length <= text.length) {
        as_buf_add(&file->tried, text.bytes + at, edit->offset - at);
        as_buf_puts(&file->tried, edit->text);
        at = edit->offset + edit->length;
        if (edit->length == 0) { /* so that it is not found again */
            as_buf_add(&file->tried, text.bytes + at, at < text.length);
            at++;
        }
    }
    if (at < text.length)
        as_buf_add(&file->tried, text.bytes + at, text.length - at);
    f->failed |= file->tried.failed;
}

/* The words of the chosen ones. */
static struct as_buf chosen_words(struct fixing *f, unsigned *count)
{
    struct as_buf words = { .bytes = NULL };

    *count = 0;
    for (size_t i = 0; i < f->fix_count; i++) {
        if (!f->fixes[i].chosen)
            continue;
        as_buf_printf(&words, "%s\n", f->fixes[i].words);
        ++*count;
    }
    return words;
}

static void keep(struct fixing *f, const struct as_buf *words, unsigned count)
{
    for (size_t i = 0; i < f->file_count; i++) {
        struct file *file = &f->files[i];
        struct as_buf old = file->kept;

        if (file->tried.length == 0 ||
            as_text_equal(as_buf_view(&old), as_buf_view(&file->tried)))
            continue;
        file->changed = true;
        file->kept = file->tried;
        file->tried = old;
    }
    as_buf_text(&f->said, as_buf_view(words));
    f->kept_count += count;
}

/* The words of a fix that did harm, without the newline. */
static void refuse(struct fixing *f, const struct as_buf *words)
{
    char **grown = grow(f->refused, f->refused_count, sizeof(*grown));

    f->failed |= !grown;
    if (!grown)
        return;
    f->refused = grown;
    f->refused[f->refused_count] = strndup(words->bytes, words->length - 1);
    f->failed |= !f->refused[f->refused_count];
    f->refused_count += f->refused[f->refused_count] != NULL;
}

/* One round; false when there is nothing left to do. */
static bool take_round(struct fixing *f)
{
    struct score score;
    unsigned count;

    if (choose(f) == 0)
        return false;
    for (size_t i = 0; i < f->file_count; i++)
        try_file(f, (uint32_t)i);

    struct as_buf words = chosen_words(f, &count);
    bool good = !f->failed && !words.failed && compile(f, &score);
    if (good && !is_worse(&score, &f->score)) {
        keep(f, &words, count);
        f->score = score;
    } else if (good) {
        if (count == 1)
            refuse(f, &words);
        f->single = true;
    }
    as_buf_done(&words);
    for (size_t i = 0; i < f->file_count; i++)
        as_buf_reset(&f->files[i].tried);
    /* The fixes at hand are those of the text that was tried. */
    return good && compile(f, &score);
}

/* ---- all of them ------------------------------------------------------ */

static enum as_exit write_files(struct fixing *f)
{
    enum as_exit ending = AS_EXIT_OK;
    struct as_output out = { .path = NULL };

    for (size_t i = 0; i < f->file_count; i++) {
        if (!f->files[i].changed)
            continue;
        if (!as_command_open(&out, f->files[i].path, f->talk))
            return AS_EXIT_USAGE;
        as_output_add(&out, as_buf_view(&f->files[i].kept));
        ending = as_exit_worse(ending, as_command_close(&out, f->talk));
    }
    return ending;
}

static enum as_exit report(struct fixing *f)
{
    enum as_exit ending = write_files(f);

    if (ending != AS_EXIT_OK || f->kept_count == 0)
        return ending;
    as_render_count(&f->said, f->kept_count, "fix made", "fixes made");
    as_buf_putc(&f->said, '\n');
    if (!as_talk_have(f->talk, &f->said))
        return AS_EXIT_USAGE;
    as_talk_plain(f->talk, as_buf_view(&f->said));
    return AS_EXIT_OK;
}

enum as_exit as_fix(const char *const *paths, size_t count,
                    struct as_talk *talk)
{
    struct fixing fixing = { .talk = talk,
                             .paths = paths,
                             .path_count = count };
    enum as_exit ending = AS_EXIT_OK;
    int rounds = 0;

    /* What cannot be read or compiled at all is said by the check that
     * follows. */
    if (compile(&fixing, &fixing.score)) {
        while (rounds++ < MOST_ROUNDS && take_round(&fixing))
            ;
        if (fixing.failed)
            as_talk_no_memory(talk);
        ending = fixing.failed ? AS_EXIT_USAGE : report(&fixing);
    }
    done(&fixing);
    return ending;
}
