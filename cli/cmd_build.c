/*
 * cmd_build.c - astray build: rules to one compiled file.
 */

#include <errno.h>
#include <stdlib.h>

#include "cli/cc.h"
#include "cli/command.h"
#include "cli/rules.h"
#include "cli/verbs.h"
#include "cli/walk.h"

enum { OPTION_TARGET = AS_OPTION_OWN, OPTION_OUTPUT, OPTION_OVERLAY };

static const struct as_option options[] = {
    { .name = "target",
      .letter = 't',
      .kind = AS_VALUE,
      .argument = "TARGET",
      .choices = "bytecode|c|so",
      .help = "what to build: a pack, the same rules as C text, or that "
              "compiled to a shared object; bytecode unless given" },
    { .name = "output",
      .letter = 'o',
      .kind = AS_VALUE,
      .argument = "FILE",
      .help = "where to; otherwise NAME.astrayc, .c or .so, by the name of "
              "the first PATH" },
    AS_OVERLAY_OPTION,
};

/* What it is, whose file ends in `suffix`; `make` appends it to `out`. */
struct target {
    const char *name;
    const char *suffix;
    const char *terminal; /* why it is not shown on one; NULL: it is */
    enum as_exit (*make)(const struct as_args *args, struct as_talk *talk,
                         struct as_buf *out);
};

static struct as_rules_request request_of(const struct as_args *args)
{
    return (struct as_rules_request){ .paths = args->arguments,
                                      .path_count = args->argument_count,
                                      .args = args,
                                      .sources_only = true };
}

static enum as_exit make_pack(const struct as_args *args, struct as_talk *talk,
                              struct as_buf *out)
{
    struct astray_rules *rules = NULL;
    struct as_rules_request request = request_of(args);
    enum as_exit ending = as_rules_ask(&request, talk, &rules);

    if (ending == AS_EXIT_OK) {
        size_t length;
        const void *bytes = astray_rules_bytes(rules, &length);

        as_buf_add(out, bytes, length);
    }
    astray_rules_free(rules);
    return ending;
}

static enum as_exit make_c(const struct as_args *args, struct as_talk *talk,
                           struct as_buf *out)
{
    char *text = NULL;
    size_t length = 0;
    struct as_rules_request request = request_of(args);
    enum as_exit ending = as_rules_ask_c(&request, talk, &text, &length);

    if (ending == AS_EXIT_OK)
        as_buf_add(out, text, length);
    free(text);
    return ending;
}

static enum as_exit make_object(const struct as_args *args,
                                struct as_talk *talk, struct as_buf *out)
{
    struct as_buf text = { .bytes = NULL };
    enum as_exit ending = make_c(args, talk, &text);

    if (ending == AS_EXIT_OK && !as_talk_have(talk, &text))
        ending = AS_EXIT_USAGE;
    if (ending == AS_EXIT_OK)
        ending = as_cc_shared(as_buf_view(&text), out, talk);
    as_buf_done(&text);
    return ending;
}

static const struct target targets[] = {
    { "bytecode", ".astrayc", "a compiled pack is not for a terminal",
      make_pack },
    { "c", ".c", NULL, make_c },
    { "so", ".so", "a shared object is not for a terminal", make_object },
};

/* One of the choices of --target. */
static const struct target *target_of(const struct as_args *args)
{
    const char *name = as_args_or(args, OPTION_TARGET, targets[0].name);
    size_t n = 0;

    while (strcmp(targets[n].name, name) != 0)
        n++;
    return &targets[n];
}

/* "rules/aws/" -> "aws.astrayc", "x.astray" -> "x.astrayc" */
static void default_name(const char *path, const char *ending,
                         struct as_buf *out)
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
    as_buf_puts(out, ending);
    free(real);
}

/* The place is opened first: who cannot write there need not wait. */
static enum as_exit build(const struct as_args *args,
                          const struct target *target, const char *path,
                          struct as_talk *talk)
{
    struct as_output out = { .path = NULL };
    struct as_buf product = { .bytes = NULL };

    if (!as_command_open(&out, path, talk))
        return AS_EXIT_USAGE;
    if (target->terminal && as_output_terminal(&out)) {
        as_talk_error(talk, "give a file: -o FILE", "%s", target->terminal);
        as_output_drop(&out);
        return AS_EXIT_USAGE;
    }
    enum as_exit ending = target->make(args, talk, &product);
    if (ending == AS_EXIT_OK) {
        as_output_buf(&out, &product);
        ending = as_command_close(&out, talk);
    }
    as_output_drop(&out);
    as_buf_done(&product);
    return ending;
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct as_buf name = { .bytes = NULL };
    const char *path = as_args_value(args, OPTION_OUTPUT);

    if (args->argument_count == 0)
        return as_command_misused(args, talk, "which rules are meant?");
    const struct target *target = target_of(args);
    enum as_exit ending = AS_EXIT_USAGE;
    if (!path) {
        default_name(args->arguments[0], target->suffix, &name);
        path = as_talk_text(talk, &name);
    }
    if (path)
        ending = build(args, target, path, talk);
    as_talk_end(talk);
    as_buf_done(&name);
    return ending;
}

const struct as_verb as_verb_build = {
    .name = "build",
    .usage = "PATH... -t TARGET [-o FILE]",
    .summary = "compile rules into one file",
    .text = "Compile folders and .astray files, all together, into one pack "
            "that `astray scan -r` takes; or into C11 text that needs "
            "astray_rt.h only; or into a shared object that `astray scan "
            "--native` runs in place of the pack's bytecode, by way of the C "
            "compiler that CC names, else cc, with the flags in CFLAGS, else "
            "-O2. The file appears whole or not at all.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = SIZE_MAX,
    .run = run,
};
