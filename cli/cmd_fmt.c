/*
 * cmd_fmt.c - astray fmt: rules in the one style.
 *
 * A file is written only when something changes, and then it appears whole;
 * one with a syntax error is left alone.
 */

#include <stdlib.h>

#include "cli/command.h"
#include "cli/linediff.h"
#include "cli/verbs.h"
#include "cli/walk.h"
#include "common/file.h"
#include "common/limits.h"

enum { OPTION_CHECK = AS_OPTION_OWN, OPTION_DIFF };

static const struct as_option options[] = {
    { .name = "check",
      .kind = AS_SWITCH,
      .help = "write nothing; name the files that would change, and exit with "
              "1 if there are any" },
    { .name = "diff",
      .kind = AS_SWITCH,
      .help = "write nothing; show what would change" },
};

struct formatting {
    struct as_talk *talk;
    struct as_output *out; /* standard output */
    bool check, diff;
    bool changes; /* some file would change */
};

static enum as_exit complain(struct formatting *formatting, const char *path,
                             enum astray_status status)
{
    as_talk_error(formatting->talk, NULL, "cannot format `%s`: %s", path,
                  as_exit_words(status));
    return as_exit_of(status);
}

static enum as_exit show(struct formatting *formatting, const char *path,
                         struct as_text old, struct as_text new)
{
    const char *name = strcmp(path, "-") == 0 ? "<stdin>" : path;
    struct as_buf text = { .bytes = NULL };

    while (name[0] == '/') /* a/ and b/ come before it */
        name++;
    if (formatting->diff)
        as_linediff(name, old, new, &text);
    else
        as_buf_printf(&text, "%s\n", name == path ? name : path);
    as_output_buf(formatting->out, &text);
    as_buf_done(&text);
    return AS_EXIT_OK;
}

static enum as_exit write_file(struct formatting *formatting, const char *path,
                               struct as_text text)
{
    struct as_output out = { .path = NULL };

    if (!as_command_open(&out, path, formatting->talk))
        return AS_EXIT_USAGE;
    as_output_add(&out, text);
    return as_command_close(&out, formatting->talk);
}

/* What to do with a file that was read and formatted. */
static enum as_exit settle(struct formatting *formatting, const char *path,
                           struct as_text old, struct as_text new)
{
    bool piped = strcmp(path, "-") == 0;
    bool changed = !as_text_equal(old, new);

    formatting->changes |= changed;
    if (formatting->check || formatting->diff)
        return changed ? show(formatting, path, old, new) : AS_EXIT_OK;
    if (piped) {
        as_output_add(formatting->out, new);
        return AS_EXIT_OK;
    }
    return changed ? write_file(formatting, path, new) : AS_EXIT_OK;
}

static enum as_exit format_file(struct formatting *formatting, const char *path)
{
    const char *name = strcmp(path, "-") == 0 ? "<stdin>" : path;
    struct as_buf old = { .bytes = NULL };
    struct as_text new = { NULL, 0 };
    char *formatted = NULL;
    enum astray_status status = as_file_read(path, AS_MAX_SOURCE, &old);
    enum as_exit ending;

    if (status == ASTRAY_OK)
        status = astray_format(name, old.bytes ? old.bytes : "", old.length,
                               as_talk_diagnostic, formatting->talk, &formatted,
                               &new.length);
    new.bytes = formatted;
    if (status == ASTRAY_OK)
        ending = settle(formatting, path, as_buf_view(&old), new);
    else if (status == ASTRAY_BAD_SOURCE) /* it has been said why */
        ending = as_exit_of(status);
    else
        ending = complain(formatting, path, status);
    free(formatted);
    as_buf_done(&old);
    return ending;
}

static enum as_exit format_folder(struct formatting *formatting,
                                  const char *folder)
{
    struct as_paths files = { .items = NULL };
    enum as_exit ending = AS_EXIT_OK;

    if (!as_walk_sources(folder, &files, formatting->talk)) {
        ending = AS_EXIT_USAGE;
    } else if (files.count == 0) {
        as_talk_error(formatting->talk, NULL,
                      "there is no .astray file in `%s`", folder);
        ending = AS_EXIT_USAGE;
    }
    for (size_t i = 0; i < files.count; i++)
        ending = as_exit_worse(ending, format_file(formatting, files.items[i]));
    as_paths_done(&files);
    return ending;
}

static enum as_exit format_path(struct formatting *formatting, const char *path)
{
    if (as_is_folder(path))
        return format_folder(formatting, path);
    if (strcmp(path, "-") == 0 ||
        as_text_ends(as_text_of(path), AS_TEXT(".astray")))
        return format_file(formatting, path);
    as_talk_error(formatting->talk, "name .astray files, folders, or -",
                  "`%s` is no .astray file", path);
    return AS_EXIT_USAGE;
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct as_output out = { .path = NULL };
    struct formatting formatting = {
        .talk = talk,
        .out = &out,
        .check = as_args_value(args, OPTION_CHECK) != NULL,
        .diff = as_args_value(args, OPTION_DIFF) != NULL,
    };
    enum as_exit ending = AS_EXIT_OK;

    if (!as_command_open(&out, NULL, talk))
        return AS_EXIT_USAGE;
    if (args->argument_count == 0)
        ending = format_folder(&formatting, ".");
    for (size_t i = 0; i < args->argument_count; i++)
        ending = as_exit_worse(ending,
                               format_path(&formatting, args->arguments[i]));
    if (formatting.check && formatting.changes)
        ending = as_exit_worse(ending, AS_EXIT_FINDINGS);
    ending = as_exit_worse(ending, as_command_close(&out, talk));
    as_talk_end(talk);
    return ending;
}

const struct as_verb as_verb_fmt = {
    .name = "fmt",
    .usage = "[PATH...]",
    .summary = "lay rules out in the one style",
    .text = "Rewrite .astray files in place: indents, spaces and empty lines "
            "change, words and comments do not. PATH is an .astray file, a "
            "folder, of which every .astray file below it is taken, or - for "
            "standard input to standard output; without one it is the current "
            "folder. A file with a syntax error is left as it is.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = SIZE_MAX,
    .run = run,
};
