/*
 * cmd_import.c - astray import: rules of another language.
 *
 * Whatever is refused, the others are written.  A file of all of them has the
 * macros of correlations first, each once.
 */

#include <errno.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/sigma_report.h"
#include "cli/sigma_rule.h"
#include "cli/sigma_write.h"
#include "cli/verbs.h"
#include "cli/walk.h"
#include "common/file.h"
#include "common/limits.h"

#include <stdlib.h>

enum { OPTION_OUTPUT = AS_OPTION_OWN, OPTION_REPORT };

static const struct as_option options[] = {
    { .name = "output",
      .letter = 'o',
      .kind = AS_VALUE,
      .argument = "PATH",
      .help = "write to the file PATH; to the folder PATH, a file for each "
              "rule, when it is one or ends in a slash" },
    { .name = "report",
      .kind = AS_VALUE,
      .argument = "FILE",
      .help = "write what became of every rule to FILE, as JSON" },
};

/* ---- reading ------------------------------------------------------------------------- */

static enum as_exit read_file(struct as_sigma *sigma, const char *path)
{
    struct as_buf text = { .bytes = NULL };
    enum astray_status status = as_file_read(path, AS_MAX_SIGMA, &text);
    enum as_exit ending = AS_EXIT_OK;

    if (status == ASTRAY_OK) {
        as_sigma_add(
            sigma, strcmp(path, "-") == 0 ? "<stdin>" : path,
            (struct as_text){ text.bytes ? text.bytes : "", text.length });
    } else {
        as_talk_error(sigma->talk, NULL, "cannot read `%s`: %s", path,
                      as_exit_words(status));
        ending = AS_EXIT_USAGE;
    }
    if (sigma->full && ending == AS_EXIT_OK) {
        as_talk_error(sigma->talk, "import them in several runs",
                      "there are more than %d rules", AS_MAX_SIGMA_RULES);
        ending = AS_EXIT_USAGE;
    }
    as_buf_done(&text);
    return ending;
}

static enum as_exit read_path(struct as_sigma *sigma, const char *path)
{
    struct as_paths files = { .items = NULL };
    enum as_exit ending = AS_EXIT_OK;

    if (!as_is_folder(path))
        return read_file(sigma, path);
    if (!as_walk_yaml(path, &files, sigma->talk)) {
        ending = AS_EXIT_USAGE;
    } else if (files.count == 0) {
        as_talk_error(sigma->talk, NULL,
                      "there is no .yml or .yaml file in `%s`", path);
        ending = AS_EXIT_USAGE;
    }
    for (size_t i = 0; i < files.count; i++)
        ending = as_exit_worse(ending, read_file(sigma, files.items[i]));
    as_paths_done(&files);
    return ending;
}

/* ---- writing ------------------------------------------------------------------------- */

/* All rules as one file. */
static void put_all(struct as_sigma *sigma, struct as_buf *out)
{
    for (const struct as_sigma_rule *at = sigma->rules; at; at = at->next)
        if (at->needed)
            as_sigma_write_macros(out, at);
    for (const struct as_sigma_rule *at = sigma->rules; at; at = at->next)
        if (at->state == AS_SIGMA_TAKEN)
            as_sigma_write_rule(out, at);
}

/* Each of them compiles, and together they do not. */
static enum as_exit complain_whole(struct as_sigma *sigma,
                                   const struct as_sigma_fault *fault)
{
    if (sigma->arena.failed) {
        as_talk_no_memory(sigma->talk);
        return AS_EXIT_USAGE;
    }
    if (strncmp(fault->code, "E06", 3) == 0) {
        as_talk_error(sigma->talk, "write to a folder: `-o FOLDER/`",
                      "the rules are more than one file can hold: %.*s",
                      (int)fault->text.length, fault->text.bytes);
        return AS_EXIT_USAGE;
    }
    as_talk_error(sigma->talk, "please report it, with the rules",
                  "the rules that came out do not compile together: %.*s",
                  (int)fault->text.length,
                  fault->text.bytes ? fault->text.bytes : "");
    return AS_EXIT_BUG;
}

/* All rules in the one style: into `neat`, when they compile together. */
static enum as_exit set_all(struct as_sigma *sigma, const struct as_buf *all,
                            struct as_buf *neat)
{
    struct as_sigma_fault fault = { .code = "" };
    enum as_exit ending = AS_EXIT_OK;
    enum astray_status status;
    char *text = NULL;
    size_t length = 0;

    status = astray_format("imported.astray", all->bytes, all->length, NULL,
                           NULL, &text, &length);
    sigma->arena.failed |= status == ASTRAY_NO_MEMORY;
    if (status == ASTRAY_OK && as_sigma_compiles(sigma, text, length, &fault))
        as_buf_add(neat, text, length);
    else
        ending = complain_whole(sigma, &fault);
    free(text);
    as_buf_done(&fault.text);
    return ending;
}

static enum as_exit write_file(struct as_sigma *sigma, const char *path)
{
    struct as_buf all = { .bytes = NULL }, neat = { .bytes = NULL };
    enum as_exit ending = AS_EXIT_OK;

    put_all(sigma, &all);
    if (!as_talk_have(sigma->talk, &all)) {
        ending = AS_EXIT_USAGE;
    } else if (all.length > AS_MAX_SOURCE) {
        as_talk_error(sigma->talk, "write to a folder: `-o FOLDER/`",
                      "the rules are more than one file can hold");
        ending = AS_EXIT_USAGE;
    } else if (all.length > 0) {
        ending = set_all(sigma, &all, &neat);
    }
    if (ending == AS_EXIT_OK)
        ending = as_command_write(path, &neat, sigma->talk);
    as_buf_done(&neat);
    as_buf_done(&all);
    return ending;
}

static enum as_exit write_rule(struct as_sigma *sigma, const char *folder,
                               const struct as_sigma_rule *rule)
{
    struct as_buf path = { .bytes = NULL }, name = { .bytes = NULL };
    enum as_exit ending = AS_EXIT_USAGE;

    as_buf_printf(&name, "%s.astray", rule->word);
    if (!name.failed)
        as_path_join(&path, as_text_of(folder), as_buf_view(&name));
    if (as_talk_have(sigma->talk, &name) && as_talk_have(sigma->talk, &path))
        ending = as_command_write(path.bytes, &rule->text, sigma->talk);
    as_buf_done(&name);
    as_buf_done(&path);
    return ending;
}

static enum as_exit write_folder(struct as_sigma *sigma, const char *folder)
{
    enum as_exit ending = AS_EXIT_OK;

    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        as_talk_error(sigma->talk, NULL, "cannot make the folder `%s`: %s",
                      folder, strerror(errno));
        return AS_EXIT_USAGE;
    }
    for (const struct as_sigma_rule *at = sigma->rules; at; at = at->next)
        if (at->state == AS_SIGMA_TAKEN)
            ending = as_exit_worse(ending, write_rule(sigma, folder, at));
    return ending;
}

static enum as_exit write_rules(struct as_sigma *sigma, const char *path)
{
    size_t length = path ? strlen(path) : 0;

    if (length > 0 && (path[length - 1] == '/' || as_is_folder(path)))
        return write_folder(sigma, path);
    return write_file(sigma, path);
}

static enum as_exit write_report(struct as_sigma *sigma, const char *path)
{
    struct as_buf out = { .bytes = NULL };
    enum as_exit ending;

    if (!path)
        return AS_EXIT_OK;
    as_sigma_report_json(sigma, &out);
    ending = as_command_write(path, &out, sigma->talk);
    as_buf_done(&out);
    return ending;
}

/* ---- the verb -------------------------------------------------------------------------- */

static enum as_exit import_sigma(const struct as_args *args,
                                 struct as_sigma *sigma)
{
    enum as_exit ending = AS_EXIT_OK;

    for (size_t i = 1; i < args->argument_count; i++)
        ending = as_exit_worse(ending, read_path(sigma, args->arguments[i]));
    if (ending != AS_EXIT_OK)
        return ending; /* a correlation may be about what is not there */
    if (!as_sigma_translate(sigma)) {
        as_talk_no_memory(sigma->talk);
        return AS_EXIT_USAGE;
    }
    as_sigma_report_say(sigma);
    for (const struct as_sigma_rule *at = sigma->rules; at; at = at->next)
        if (at->state == AS_SIGMA_REFUSED)
            ending = as_exit_worse(ending, sigma->wrong ? AS_EXIT_BUG
                                                        : AS_EXIT_FINDINGS);
    ending = as_exit_worse(
        ending, write_rules(sigma, as_args_value(args, OPTION_OUTPUT)));
    return as_exit_worse(
        ending, write_report(sigma, as_args_value(args, OPTION_REPORT)));
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct as_sigma sigma;
    enum as_exit ending;

    if (args->argument_count < 2)
        return as_command_misused(args, talk, "what is to be imported?");
    if (strcmp(args->arguments[0], "sigma") != 0) {
        as_talk_error(talk, "`sigma` is known",
                      "rules of `%s` cannot be "
                      "imported",
                      args->arguments[0]);
        return AS_EXIT_USAGE;
    }
    as_sigma_init(&sigma, talk);
    ending = import_sigma(args, &sigma);
    as_sigma_done(&sigma);
    return ending;
}

const struct as_verb as_verb_import = {
    .name = "import",
    .usage = "sigma FILE...",
    .summary = "take over rules of another language",
    .text = "Translate Sigma rules for CloudTrail, single events and "
            "correlations, into rules of this language. FILE is a YAML file "
            "of one or more documents, a folder, of which every .yml and "
            ".yaml file below it is taken, or - for standard input. A rule "
            "whose meaning cannot be kept is refused, and said why; then the "
            "command ends with 1. What is left behind of the others is said, "
            "too.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = SIZE_MAX,
    .run = run,
};
