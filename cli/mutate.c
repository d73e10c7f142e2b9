/*
 * mutate.c - see mutate.h.
 *
 * An edit in a rule is compiled from the rule's own file, with what it
 * imports; one that rules share from the whole root.  Most edits are noticed
 * by one of the first cases, and the others need not run then.
 */

#include "cli/mutate.h"

#include <stdlib.h>

#include "cli/linediff.h"
#include "cli/testrun.h"
#include "common/file.h"
#include "common/limits.h"

struct mutating {
    const struct as_mutation *mutation;
    struct as_mutation_score *score;
    struct as_buf *out;
    struct as_test_file *files; /* owned */
    size_t file_count;
    struct astray_rules *whole; /* owned: the root, as it is */
    struct astray_rules *alone; /* owned: the source at hand, as it is */
    const char *path;           /* the source at hand */
    struct as_text text;
    struct as_buf edited; /* scratch */
    char *last_untested;  /* owned */
    bool good;
};

static void no_memory(struct mutating *mutating)
{
    as_talk_no_memory(mutating->mutation->talk);
    mutating->good = false;
}

/* ---- compiling ----------------------------------------------------------- */

/* The rules at `path`, where the source at hand may hold another text.  NULL
 * when they do not compile. */
static struct astray_rules *compile(struct mutating *mutating, const char *path,
                                    const struct as_text *text)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;
    enum astray_status status = compiler ? ASTRAY_OK : ASTRAY_NO_MEMORY;

    if (status == ASTRAY_OK && text)
        status = astray_compiler_replace(compiler, mutating->path, text->bytes,
                                         text->length);
    if (status == ASTRAY_OK)
        status = astray_compiler_add_path(compiler, path);
    if (status == ASTRAY_OK)
        status = astray_compiler_build(compiler, &rules);
    astray_compiler_free(compiler);
    if (status == ASTRAY_NO_MEMORY)
        no_memory(mutating);
    return status == ASTRAY_OK ? rules : NULL;
}

static bool are_same(const struct astray_rules *a, const struct astray_rules *b)
{
    struct as_text left, right;

    left.bytes = astray_rules_bytes(a, &left.length);
    right.bytes = astray_rules_bytes(b, &right.length);
    return as_text_equal(left, right);
}

/* ---- running ------------------------------------------------------------- */

static bool notices(struct mutating *mutating, const struct astray_rules *rules,
                    const struct as_test_file *file,
                    const struct as_test_case *test)
{
    static const struct as_test_setting plain = { .native = NULL };
    struct as_test_odd odd;
    struct as_buf why = { .bytes = NULL };

    if (!as_test_run(rules, &plain, file, test, &odd, &why) && why.failed)
        no_memory(mutating);
    bool noticed = why.length > 0;
    as_buf_done(&why);
    return noticed;
}

/* Does some case fail with these rules?  `rule` NULL: those of every rule. */
static bool some_notices(struct mutating *mutating,
                         const struct astray_rules *rules, const char *rule)
{
    const struct as_mutation *mutation = mutating->mutation;

    for (size_t i = 0; i < mutating->file_count; i++) {
        const struct as_test_file *file = &mutating->files[i];

        if (rule && strcmp(rule, file->rule) != 0)
            continue;
        for (const struct as_test_case *test = file->cases; test;
             test = test->next)
            if (mutation->selected(mutation->user, file, test) &&
                notices(mutating, rules, file, test))
                return true;
    }
    return false;
}

static bool has_tests(const struct mutating *mutating, const char *rule)
{
    for (size_t i = 0; i < mutating->file_count; i++)
        if (strcmp(rule, mutating->files[i].rule) == 0)
            return true;
    return false;
}

/* ---- one edit ------------------------------------------------------------ */

/* Edits come rule by rule. */
static void note_untested(struct mutating *mutating, const char *rule)
{
    if (mutating->last_untested && strcmp(mutating->last_untested, rule) == 0)
        return;
    free(mutating->last_untested);
    mutating->last_untested = strdup(rule);
    if (!mutating->last_untested)
        no_memory(mutating);
    mutating->score->untested++;
}

static void make_text(struct mutating *mutating,
                      const struct astray_mistake *edit)
{
    struct as_text text = mutating->text;
    size_t end = edit->offset + edit->length;

    as_buf_reset(&mutating->edited);
    as_buf_add(&mutating->edited, text.bytes, edit->offset);
    as_buf_puts(&mutating->edited, edit->replacement);
    as_buf_add(&mutating->edited, text.bytes + end, text.length - end);
}

static const char *line_end(const char *line, const char *end)
{
    const char *found = memchr(line, '\n', (size_t)(end - line));

    return found ? found + 1 : end;
}

static void add_lines(struct mutating *mutating, const char *line,
                      const char *end)
{
    for (const char *next; line < end; line = next) {
        next = line_end(line, end);
        as_buf_printf(mutating->out, "%s    ", mutating->mutation->prefix);
        as_buf_add(mutating->out, line, (size_t)(next - line));
    }
}

/* Of the difference those lines that differ, and what lies between them. */
static void add_changes(struct mutating *mutating, struct as_text diff)
{
    const char *end = diff.bytes + diff.length;
    const char *shown = NULL; /* up to here, of this hunk */

    for (const char *line = diff.bytes, *next; line < end; line = next) {
        next = line_end(line, end);
        struct as_text text = { line, (size_t)(next - line) };

        if (line[0] == '@')
            shown = NULL;
        if ((line[0] != '-' && line[0] != '+') ||
            as_text_starts(text, AS_TEXT("---")) ||
            as_text_starts(text, AS_TEXT("+++")))
            continue;
        add_lines(mutating, shown ? shown : line, next);
        shown = next;
    }
}

static void show(struct mutating *mutating, const struct astray_mistake *edit)
{
    struct as_buf diff = { .bytes = NULL };
    unsigned line = 1;

    for (size_t i = 0; i < edit->offset; i++)
        line += mutating->text.bytes[i] == '\n';
    as_buf_printf(mutating->out, "%s%s:%u: in `%s` no case notices: %s\n",
                  mutating->mutation->prefix, mutating->path, line,
                  edit->declaration, edit->what);
    as_linediff("", mutating->text, as_buf_view(&mutating->edited), &diff);
    add_changes(mutating, as_buf_view(&diff));
    if (diff.failed)
        no_memory(mutating);
    as_buf_done(&diff);
}

static void judge(struct mutating *mutating, const struct astray_mistake *edit,
                  const struct astray_rules *rules)
{
    const struct astray_rules *before = edit->shared ? mutating->whole
                                                     : mutating->alone;

    if (before && are_same(before, rules)) {
        mutating->score->same++;
    } else if (some_notices(mutating, rules,
                            edit->shared ? NULL : edit->declaration)) {
        mutating->score->noticed++;
    } else {
        mutating->score->missed++;
        show(mutating, edit);
    }
}

static void on_edit(const struct astray_mistake *edit, void *user)
{
    struct mutating *mutating = user;

    if (!mutating->good)
        return;
    if (!edit->shared && !has_tests(mutating, edit->declaration)) {
        note_untested(mutating, edit->declaration);
        return;
    }
    make_text(mutating, edit);
    if (mutating->edited.failed) {
        no_memory(mutating);
        return;
    }
    const struct as_text text = as_buf_view(&mutating->edited);
    struct astray_rules *rules = compile(
        mutating, edit->shared ? mutating->mutation->root : mutating->path,
        &text);

    if (rules)
        judge(mutating, edit, rules);
    else
        mutating->score->broken++;
    astray_rules_free(rules);
}

/* ---- all of them --------------------------------------------------------- */

static void try_source(struct mutating *mutating, const char *path)
{
    struct as_talk *talk = mutating->mutation->talk;
    struct as_buf text = { .bytes = NULL };
    enum astray_status status = as_file_read(path, AS_MAX_SOURCE, &text);

    mutating->path = path;
    if (status == ASTRAY_OK) {
        mutating->text = (struct as_text){ text.bytes ? text.bytes : "",
                                           text.length };
        mutating->alone = compile(mutating, path, NULL);
        status = astray_mistakes(path, mutating->text.bytes, text.length, NULL,
                                 on_edit, mutating);
        astray_rules_free(mutating->alone);
        mutating->alone = NULL;
    }
    if (status != ASTRAY_OK) {
        as_talk_error(talk, NULL, "cannot edit `%s`: %s", path,
                      as_exit_words(status));
        mutating->good = false;
    }
    as_buf_done(&text);
}

static bool read_tests(struct mutating *mutating)
{
    const struct as_paths *tests = mutating->mutation->tests;

    mutating->files = calloc(tests->count, sizeof(*mutating->files));
    if (!mutating->files) {
        no_memory(mutating);
        return false;
    }
    for (size_t i = 0; i < tests->count; i++) {
        mutating->file_count++;
        if (!as_test_file_read(&mutating->files[i], tests->items[i],
                               mutating->mutation->talk))
            return false;
    }
    return true;
}

static void try_sources(struct mutating *mutating)
{
    const struct as_mutation *mutation = mutating->mutation;
    struct as_paths sources = { .items = NULL };

    if (!as_is_folder(mutation->root))
        as_paths_add(&sources, as_text_of(mutation->root));
    else if (!as_walk_sources(mutation->root, &sources, mutation->talk))
        mutating->good = false;
    if (sources.failed)
        no_memory(mutating);
    mutating->whole = compile(mutating, mutation->root, NULL);
    for (size_t i = 0; i < sources.count && mutating->good; i++)
        try_source(mutating, sources.items[i]);
    astray_rules_free(mutating->whole);
    as_paths_done(&sources);
}

bool as_mutate(const struct as_mutation *mutation, struct as_buf *out,
               struct as_mutation_score *score)
{
    struct mutating mutating = {
        .mutation = mutation, .score = score, .out = out, .good = true
    };

    if (read_tests(&mutating))
        try_sources(&mutating);
    else
        mutating.good = false;
    for (size_t i = 0; i < mutating.file_count; i++)
        as_test_file_done(&mutating.files[i]);
    free(mutating.files);
    free(mutating.last_untested);
    as_buf_done(&mutating.edited);
    return mutating.good;
}
