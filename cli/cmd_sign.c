/*
 * cmd_sign.c - astray sign: say whose pack it is, so that others can tell.
 */

#include "cli/command.h"
#include "cli/keys.h"
#include "cli/verbs.h"
#include "common/file.h"
#include "common/limits.h"

enum { OPTION_KEY = AS_OPTION_OWN, OPTION_NEW_KEY, OPTION_OUTPUT };

static const struct as_option options[] = {
    { .name = "key",
      .kind = AS_VALUE,
      .argument = "FILE",
      .help = "the secret key; - is standard input" },
    { .name = "new-key",
      .kind = AS_VALUE,
      .argument = "FILE",
      .help = "make a pair of keys instead: FILE, the secret, and FILE.pub" },
    { .name = "output",
      .letter = 'o',
      .kind = AS_VALUE,
      .argument = "FILE",
      .help = "where the signed pack goes; otherwise it takes PACK's place" },
};

static enum as_exit make_keys(const char *path, struct as_talk *talk)
{
    struct as_buf said = { .bytes = NULL };
    enum as_exit ending = AS_EXIT_USAGE;

    if (as_keys_make(path, &said, talk))
        ending = as_command_write(NULL, &said, talk);
    as_buf_done(&said);
    return ending;
}

/* Only what can be run is worth a signature. */
static bool is_sound(const char *path, struct as_text file,
                     struct as_talk *talk)
{
    struct astray_rules *rules = NULL;
    const char *why = "";
    enum astray_status status = astray_rules_load(file.bytes, file.length,
                                                  &rules, &why);

    astray_rules_free(rules);
    if (status != ASTRAY_OK)
        as_talk_error(talk, NULL, "`%s` is no pack that can be run: %s", path,
                      status == ASTRAY_BAD_PACK ? why : as_exit_words(status));
    return status == ASTRAY_OK;
}

/* A signed pack's bytes in place of those in `pack`. */
static bool sign(const char *key, const char *path, struct as_buf *pack,
                 struct as_talk *talk)
{
    struct as_buf made = { .bytes = NULL };
    bool good = as_keys_sign(key, path, as_buf_view(pack), &made, talk) &&
                is_sound(path, as_buf_view(&made), talk);

    as_buf_done(pack);
    *pack = made;
    return good;
}

static enum as_exit sign_file(const struct as_args *args, const char *path,
                              struct as_talk *talk)
{
    const char *to = as_args_or(args, OPTION_OUTPUT, path);
    struct as_output out = { .path = NULL };
    struct as_buf pack = { .bytes = NULL };
    enum as_exit ending = AS_EXIT_USAGE;
    enum astray_status status = as_file_read(path, AS_MAX_PACK, &pack);

    if (status != ASTRAY_OK) {
        as_talk_error(talk, NULL, "cannot read `%s`: %s", path,
                      as_exit_words(status));
    } else if (sign(as_args_value(args, OPTION_KEY), path, &pack, talk) &&
               as_command_open(&out, to, talk)) {
        if (as_output_terminal(&out)) {
            as_talk_error(talk, "give a file: -o FILE",
                          "a compiled pack is not for a terminal");
        } else {
            as_output_buf(&out, &pack);
            ending = as_command_close(&out, talk);
        }
        as_output_drop(&out);
    }
    as_buf_done(&pack);
    return ending;
}

static const char *misuse_of(const struct as_args *args)
{
    const char *key = as_args_value(args, OPTION_KEY);
    const char *made = as_args_value(args, OPTION_NEW_KEY);

    if (made &&
        (key || args->argument_count > 0 || as_args_value(args, OPTION_OUTPUT)))
        return "--new-key makes keys and signs nothing";
    if (made)
        return strcmp(made, "-") == 0 ? "--new-key needs the name of a file"
                                      : NULL;
    if (!key)
        return "with which key? give it with --key";
    if (args->argument_count == 0)
        return "which pack is meant?";
    if (strcmp(key, "-") == 0 && strcmp(args->arguments[0], "-") == 0)
        return "standard input is the key or the pack, not both";
    return NULL;
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    const char *misuse = misuse_of(args);
    const char *made = as_args_value(args, OPTION_NEW_KEY);

    if (misuse)
        return as_command_misused(args, talk, misuse);
    return made ? make_keys(made, talk)
                : sign_file(args, args->arguments[0], talk);
}

const struct as_verb as_verb_sign = {
    .name = "sign",
    .usage = "--key FILE PACK [-o FILE] | --new-key FILE",
    .summary = "sign a pack, or make the keys for it",
    .text = "Put an Ed25519 signature behind a compiled pack. The pack's own "
            "bytes stay as they are, the same key gives the same signature, "
            "and several keys may sign one pack. Whoever has the other half "
            "of the key can ask `astray verify` or `astray scan --verify-key` "
            "whether the pack is the one that was signed.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = 1,
    .run = run,
};
