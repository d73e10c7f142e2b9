/*
 * command.c - see command.h.
 */

#include "cli/command.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

bool as_command_open(struct as_output *out, const char *path,
                     struct as_talk *talk)
{
    if (as_output_open(out, path))
        return true;
    as_talk_error(talk, NULL, "cannot write to `%s`: %s", as_output_name(out),
                  strerror(errno));
    return false;
}

enum as_exit as_command_close(struct as_output *out, struct as_talk *talk)
{
    if (as_output_close(out))
        return AS_EXIT_OK;
    as_talk_error(talk, NULL, "cannot write to %s: %s", as_output_name(out),
                  strerror(errno));
    return AS_EXIT_USAGE;
}

enum as_exit as_command_write(const char *path, const struct as_buf *text,
                              struct as_talk *talk)
{
    struct as_output out = { .path = NULL };

    if (!as_talk_have(talk, text) || !as_command_open(&out, path, talk))
        return AS_EXIT_USAGE;
    as_output_buf(&out, text);
    return as_command_close(&out, talk);
}

bool as_command_color(const struct as_args *args, int file)
{
    const char *when = as_args_or(args, AS_OPTION_COLOR, "auto");
    const char *none = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    if (strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    if (none && *none != '\0')
        return false;
    if (!terminal || strcmp(terminal, "dumb") == 0)
        return false;
    return isatty(file) == 1;
}

enum as_exit as_command_misused(const struct as_args *args,
                                struct as_talk *talk, const char *message)
{
    struct as_buf help = { .bytes = NULL };

    as_buf_printf(&help, "usage: astray %s%s%s", args->verb->name,
                  args->verb->usage[0] ? " " : "", args->verb->usage);
    as_talk_error(talk, as_talk_text(talk, &help), "%s", message);
    as_buf_done(&help);
    return AS_EXIT_USAGE;
}
