/*
 * cmd_inspect.c - astray inspect: what is in a pack.
 */

#include <stdlib.h>

#include "cli/command.h"
#include "cli/rules.h"
#include "cli/verbs.h"

enum {
    OPTION_CODE = AS_OPTION_OWN,
    OPTION_JSON,
    OPTION_OUTPUT,
    OPTION_OVERLAY
};

static const struct as_option options[] = {
    { .name = "code",
      .kind = AS_SWITCH,
      .help = "show every program's instructions" },
    { .name = "json",
      .kind = AS_SWITCH,
      .help = "one JSON object instead of text" },
    { .name = "output",
      .letter = 'o',
      .kind = AS_VALUE,
      .argument = "FILE",
      .help = "write to FILE" },
    AS_OVERLAY_OPTION,
};

static enum as_exit describe(const struct as_args *args,
                             const struct astray_rules *rules,
                             struct as_talk *talk)
{
    unsigned flags = 0;
    char *text = NULL;

    flags |= as_args_value(args, OPTION_CODE) ? ASTRAY_DESCRIBE_CODE : 0;
    flags |= as_args_value(args, OPTION_JSON) ? ASTRAY_DESCRIBE_JSON : 0;
    enum astray_status status = astray_rules_describe(rules, flags, &text);
    if (status != ASTRAY_OK) {
        as_talk_error(talk, NULL, "cannot describe the rules: %s",
                      as_exit_words(status));
        return as_exit_of(status);
    }

    struct as_buf out = { .bytes = NULL };
    as_buf_puts(&out, text);
    if (out.length > 0 && out.bytes[out.length - 1] != '\n')
        as_buf_putc(&out, '\n');
    enum as_exit ending = as_command_write(as_args_value(args, OPTION_OUTPUT),
                                           &out, talk);
    as_buf_done(&out);
    free(text);
    return ending;
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct astray_rules *rules = NULL;

    if (args->argument_count == 0)
        return as_command_misused(args, talk,
                                  "which pack, folder or file is meant?");
    talk->errors_only = true;
    struct as_rules_request request = { .paths = args->arguments,
                                        .path_count = args->argument_count,
                                        .args = args };
    enum as_exit ending = as_rules_ask(&request, talk, &rules);
    if (ending == AS_EXIT_OK)
        ending = describe(args, rules, talk);
    as_talk_end(talk);
    astray_rules_free(rules);
    return ending;
}

const struct as_verb as_verb_inspect = {
    .name = "inspect",
    .usage = "FILE",
    .summary = "show what is in a pack",
    .text = "Show a pack's manifest, parameters, lists, the fields it reads, "
            "its baselines with what bounds their state, and its rules; of "
            "sources also when each rule can decide, and what keeps it from "
            "that. FILE is a compiled pack, a folder or an .astray file.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = 1,
    .run = run,
};
