/*
 * cmd_build.c - astray build: rules to one compiled file.
 */

#include <errno.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/rules.h"
#include "cli/verbs.h"
#include "cli/walk.h"

enum { OPTION_TARGET = AS_OPTION_OWN, OPTION_OUTPUT };

static const struct as_option options[] = {
    { .name = "target",
      .letter = 't',
      .kind = AS_VALUE,
      .argument = "TARGET",
      .choices = "bytecode",
      .help = "what to build" },
    { .name = "output",
      .letter = 'o',
      .kind = AS_VALUE,
      .argument = "FILE",
      .help = "where to; otherwise NAME.astrayc, by the name of the first "
              "PATH" },
};

/* "rules/aws/" -> "aws.astrayc", "x.astray" -> "x.astrayc" */
static void default_name(const char *path, struct as_buf *out)
{
    const struct as_text suffix = AS_TEXT(".astray");
    errno = 0;
    char *real = strcmp(path, "-") == 0 ? NULL : realpath(path, NULL);
    struct as_text name = real ? as_path_name(real) : AS_TEXT("rules");

    out->failed |= !real && errno == ENOMEM;

    if (as_text_ends(name, suffix))
        name.length -= suffix.length;
    if (name.length == 0)
        name = AS_TEXT("rules");
    as_buf_text(out, name);
    as_buf_puts(out, ".astrayc");
    free(real);
}

static enum as_exit write_pack(const char *path,
                               const struct astray_rules *rules,
                               struct as_talk *talk)
{
    struct as_output out = { .path = NULL };
    struct as_text pack = { NULL, 0 };

    if (!as_command_open(&out, path, talk))
        return AS_EXIT_USAGE;
    if (as_output_terminal(&out)) {
        as_talk_error(talk, "give a file: -o FILE",
                      "a compiled pack is not for a terminal");
        as_output_drop(&out);
        return AS_EXIT_USAGE;
    }
    pack.bytes = astray_rules_bytes(rules, &pack.length);
    as_output_add(&out, pack);
    return as_command_close(&out, talk);
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct astray_rules *rules = NULL;
    struct as_buf name = { .bytes = NULL };
    const char *path = as_args_value(args, OPTION_OUTPUT);

    if (args->argument_count == 0)
        return as_command_misused(args, talk, "which rules are meant?");
    enum as_exit ending = as_rules_compile(args->arguments,
                                           args->argument_count, talk, &rules);
    if (ending == AS_EXIT_OK && !path) {
        default_name(args->arguments[0], &name);
        path = as_talk_text(talk, &name);
    }
    if (ending == AS_EXIT_OK)
        ending = path ? write_pack(path, rules, talk) : AS_EXIT_USAGE;
    as_talk_end(talk);
    as_buf_done(&name);
    astray_rules_free(rules);
    return ending;
}

const struct as_verb as_verb_build = {
    .name = "build",
    .usage = "PATH... -t TARGET [-o FILE]",
    .summary = "compile rules into one file",
    .text = "Compile folders and .astray files, all together, into one pack "
            "that `astray scan -r` takes. The file appears whole or not at "
            "all.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = SIZE_MAX,
    .run = run,
};
