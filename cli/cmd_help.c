/*
 * cmd_help.c - astray help.
 */

#include "cli/command.h"
#include "cli/help.h"
#include "cli/verbs.h"

enum { OPTION_MAN = AS_OPTION_OWN, OPTION_BASH };

static const struct as_option options[] = {
    { .name = "man",
      .kind = AS_SWITCH,
      .hidden = true,
      .help = "the man page astray.1" },
    { .name = "bash",
      .kind = AS_SWITCH,
      .hidden = true,
      .help = "completion for bash" },
};

static const struct as_verb *find(const char *name)
{
    for (size_t i = 0; as_verbs[i]; i++)
        if (strcmp(as_verbs[i]->name, name) == 0)
            return as_verbs[i];
    return NULL;
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct as_buf text = { .bytes = NULL };
    const struct as_verb *verb = NULL;

    if (args->argument_count > 0 && !(verb = find(args->arguments[0]))) {
        as_verbs_unknown(args->arguments[0], talk);
        return AS_EXIT_USAGE;
    }
    if (as_args_value(args, OPTION_MAN))
        as_help_man(&text, as_verbs);
    else if (as_args_value(args, OPTION_BASH))
        as_help_bash(&text, as_verbs);
    else if (verb)
        as_help_verb(&text, verb);
    else
        as_help_all(&text, as_verbs);
    enum as_exit ending = as_command_write(NULL, &text, talk);
    as_buf_done(&text);
    return ending;
}

const struct as_verb as_verb_help = {
    .name = "help",
    .usage = "[VERB]",
    .summary = "how astray, or one of its verbs, is used",
    .text = "Show how astray, or one of its verbs, is used.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = 1,
    .run = run,
};
