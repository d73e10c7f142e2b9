/*
 * cmd_version.c - astray version.
 */

#include "cli/command.h"
#include "cli/verbs.h"

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct as_output out = { .path = NULL };

    (void)args;
    as_output_open(&out, NULL);
    as_output_add(&out, AS_TEXT("astray "));
    as_output_add(&out, as_text_of(astray_version()));
    as_output_add(&out, AS_TEXT("\n"));
    return as_command_close(&out, talk);
}

const struct as_verb as_verb_version = {
    .name = "version",
    .usage = "",
    .summary = "which astray this is",
    .text = "Print the version.",
    .run = run,
};
