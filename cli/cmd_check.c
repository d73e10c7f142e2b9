/*
 * cmd_check.c - astray check: do the rules compile, and what do the lints
 * say?
 *
 * The paths are sorted into compilations first: every folder with a pack.yaml
 * is one of its own, and so is a folder without any; what else was named,
 * files and standard input, is one together.
 */

#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/fix.h"
#include "cli/rules.h"
#include "cli/verbs.h"
#include "cli/walk.h"
#include "common/file.h"

enum {
    OPTION_FIX = AS_OPTION_OWN,
    OPTION_FAIL_LEVEL,
    OPTION_OVERLAY,
    OPTION_TODAY,
    OPTION_WRITE_LOCK
};

static const struct as_option options[] = {
    { .name = "fix",
      .kind = AS_SWITCH,
      .help = "first mend in the files what a machine can mend, and say what" },
    { .name = "fail-level",
      .kind = AS_VALUE,
      .argument = "LEVEL",
      .choices = "error|warning|info",
      .help = "exit with 1 on findings of this level or graver" },
    AS_OVERLAY_OPTION,
    AS_TODAY_OPTION,
    { .name = "write-lock",
      .kind = AS_SWITCH,
      .help = "write astray.lock beside each pack.yaml: which rules there are, "
              "and a digest of what each means" },
};

static bool is_pack(const char *path)
{
    struct as_buf name = { .bytes = NULL };
    bool is;

    as_path_join(&name, as_text_of(path), AS_TEXT("pack.yaml"));
    is = !name.failed && access(name.bytes, F_OK) == 0;
    as_buf_done(&name);
    return is;
}

/* The lock of a pack that was compiled as a whole: of its folder. */
static enum as_exit write_lock(const char *const *paths, size_t count,
                               const struct astray_rules *rules,
                               struct as_talk *talk)
{
    struct as_buf path = { .bytes = NULL }, text = { .bytes = NULL };
    enum as_exit ending = AS_EXIT_USAGE;
    char *lock = NULL;
    size_t length = 0;

    if (count != 1 || !is_pack(paths[0])) {
        as_talk_error(talk, "name the folder that has the pack.yaml",
                      "a lock is that of a pack");
        return AS_EXIT_USAGE;
    }
    if (astray_rules_lock(rules, &lock, &length) == ASTRAY_OK) {
        as_path_join(&path, as_text_of(paths[0]), AS_TEXT("astray.lock"));
        as_buf_add(&text, lock, length);
    }
    if (lock && as_talk_have(talk, &path) && as_talk_have(talk, &text))
        ending = as_command_write(path.bytes, &text, talk);
    else
        as_talk_no_memory(talk);
    free(lock);
    as_buf_done(&path);
    as_buf_done(&text);
    return ending;
}

/* Compile and throw away: only a whole compilation finds every mistake. */
static enum as_exit check(const struct as_args *args, const char *const *paths,
                          size_t count, struct as_talk *talk)
{
    struct astray_rules *rules = NULL;
    struct as_rules_request request = { .paths = paths,
                                        .path_count = count,
                                        .args = args,
                                        .sources_only = true,
                                        .dated = true };
    enum as_exit ending = talk->fixes ? as_fix(paths, count, talk) : AS_EXIT_OK;

    request.renews_lock = as_args_value(args, OPTION_WRITE_LOCK) != NULL;
    ending = as_exit_worse(ending, as_rules_ask(&request, talk, &rules));
    if (ending == AS_EXIT_OK && request.renews_lock)
        ending = write_lock(paths, count, rules, talk);
    astray_rules_free(rules);
    return ending;
}

static enum as_exit check_paths(const struct as_args *args,
                                const struct as_paths *paths,
                                struct as_talk *talk)
{
    const char **items = calloc(paths->count + 1, sizeof(*items));

    if (!items || paths->failed) {
        free(items);
        as_talk_no_memory(talk);
        return AS_EXIT_USAGE;
    }
    for (size_t i = 0; i < paths->count; i++)
        items[i] = paths->items[i];
    enum as_exit ending = check(args, items, paths->count, talk);
    free(items);
    return ending;
}

static enum as_exit check_folder(const struct as_args *args, const char *folder,
                                 struct as_talk *talk)
{
    struct as_paths packs = { .items = NULL }, loose = { .items = NULL };
    enum as_exit ending = AS_EXIT_OK;

    if (!as_walk_rules(folder, &packs, &loose, talk)) {
        ending = AS_EXIT_USAGE;
    } else if (packs.count + loose.count == 0) {
        as_talk_error(talk, NULL, "there is no .astray file in `%s`", folder);
        ending = AS_EXIT_USAGE;
    } else if (packs.count == 0) {
        ending = check(args, &folder, 1, talk);
    } else if (loose.count > 0) {
        ending = check_paths(args, &loose, talk);
    }
    for (size_t i = 0; i < packs.count; i++) {
        const char *pack = packs.items[i];

        ending = as_exit_worse(ending, check(args, &pack, 1, talk));
    }
    as_paths_done(&packs);
    as_paths_done(&loose);
    return ending;
}

static enum as_exit check_all(const struct as_args *args, struct as_talk *talk)
{
    struct as_paths files = { .items = NULL };
    enum as_exit ending = AS_EXIT_OK;

    for (size_t i = 0; i < args->argument_count; i++) {
        const char *path = args->arguments[i];

        if (as_is_folder(path))
            ending = as_exit_worse(ending, check_folder(args, path, talk));
        else
            as_paths_add(&files, as_text_of(path));
    }
    if (files.count > 0 || files.failed)
        ending = as_exit_worse(ending, check_paths(args, &files, talk));
    as_paths_done(&files);
    return ending;
}

static bool has_findings(const struct as_talk *talk)
{
    unsigned count = talk->error_count;

    if (talk->fails >= ASTRAY_WARNING)
        count += talk->warning_count;
    if (talk->fails >= ASTRAY_NOTE)
        count += talk->note_count;
    return count > 0;
}

/* The document that sarif and junit are. */
static enum as_exit write_document(struct as_talk *talk, enum as_exit ending)
{
    struct as_buf out = { .bytes = NULL };

    if (talk->format != AS_MESSAGE_SARIF && talk->format != AS_MESSAGE_JUNIT)
        return ending;
    as_talk_document(talk, "astray check", ending <= AS_EXIT_BAD_RULES, &out);
    ending = as_exit_worse(ending, as_command_write(NULL, &out, talk));
    as_buf_done(&out);
    return ending;
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    if (as_args_value(args, OPTION_WRITE_LOCK) &&
        as_args_value(args, OPTION_OVERLAY))
        return as_command_misused(args, talk,
                                  "a lock is that of the pack, without "
                                  "overlays");
    const char *level = as_args_or(args, OPTION_FAIL_LEVEL, "error");
    bool piped = false;

    talk->fails = strcmp(level, "info") == 0    ? ASTRAY_NOTE
                : strcmp(level, "warning") == 0 ? ASTRAY_WARNING
                                                : ASTRAY_ERROR;
    talk->fixes = as_args_value(args, OPTION_FIX) != NULL;
    for (size_t i = 0; i < args->argument_count; i++)
        piped |= strcmp(args->arguments[i], "-") == 0;
    if (piped && talk->fixes)
        return as_command_misused(args, talk,
                                  "--fix cannot mend standard input");
    talk->may_fix = !piped && !talk->fixes;
    enum as_exit ending = args->argument_count > 0
                            ? check_all(args, talk)
                            : check_folder(args, ".", talk);

    if (has_findings(talk))
        ending = as_exit_worse(ending, AS_EXIT_FINDINGS);
    as_talk_end(talk);
    return write_document(talk, ending);
}

const struct as_verb as_verb_check = {
    .name = "check",
    .usage = "[PATH...]",
    .summary = "find mistakes in rules",
    .text = "Compile rules and say what is wrong with them, or suspicious. "
            "PATH is an .astray file, a folder (each folder with a pack.yaml "
            "below it is a compilation of its own), or - for standard input; "
            "without one it is the current folder.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = SIZE_MAX,
    .documents = true,
    .run = run,
};
