/*
 * cmd_verify.c - astray verify: is this the pack that somebody signed?
 */

#include "cli/command.h"
#include "cli/keys.h"
#include "cli/verbs.h"
#include "common/file.h"
#include "common/limits.h"

enum { OPTION_KEY = AS_OPTION_OWN };

static const struct as_option options[] = {
    { .name = "key",
      .kind = AS_VALUES,
      .argument = "FILE.pub",
      .help = "a public key that is trusted; may be given several times" },
};

static enum as_exit verify(const struct as_keys *keys, const char *path,
                           struct as_buf *said, struct as_talk *talk)
{
    struct as_buf file = { .bytes = NULL };
    enum astray_status status = as_file_read(path, AS_MAX_PACK, &file);
    bool good = status == ASTRAY_OK;

    if (good)
        good = as_keys_verify(keys, path, as_buf_view(&file), said, talk);
    else
        as_talk_error(talk, NULL, "cannot read `%s`: %s", path,
                      as_exit_words(status));
    as_buf_done(&file);
    return good ? AS_EXIT_OK : AS_EXIT_USAGE;
}

static enum as_exit verify_all(const struct as_args *args,
                               const struct as_keys *keys, struct as_talk *talk)
{
    struct as_buf said = { .bytes = NULL };
    enum as_exit ending = AS_EXIT_OK;

    for (size_t i = 0; i < args->argument_count; i++)
        ending = as_exit_worse(ending,
                               verify(keys, args->arguments[i], &said, talk));
    ending = as_exit_worse(ending, as_command_write(NULL, &said, talk));
    as_buf_done(&said);
    return ending;
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct as_keys keys = { .items = NULL };
    enum as_exit ending = AS_EXIT_USAGE;

    if (!as_args_value(args, OPTION_KEY))
        return as_command_misused(args, talk,
                                  "by whose key? give it with --key");
    if (args->argument_count == 0)
        return as_command_misused(args, talk, "which pack is meant?");
    if (as_keys_read(&keys, args, OPTION_KEY, talk))
        ending = verify_all(args, &keys, talk);
    as_keys_done(&keys);
    return ending;
}

const struct as_verb as_verb_verify = {
    .name = "verify",
    .usage = "--key FILE.pub PACK...",
    .summary = "check who signed a pack",
    .text = "Say which of the given keys signed a compiled pack. The exit "
            "status is 0 when at least one of them did and no signature by "
            "any of them is wrong, and 3 otherwise. Signatures by other keys "
            "are named and count for nothing.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = SIZE_MAX,
    .run = run,
};
