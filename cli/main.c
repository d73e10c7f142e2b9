/*
 * main.c - the astray command: find the verb, read its options, run it.
 *
 * The table below is all that main knows.  A new verb is a file cmd_NAME.c
 * with a struct as_verb, a line in verbs.h and a line here; help, man page
 * and completion follow.
 */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/nearest.h"
#include "cli/verbs.h"

const struct as_verb *const as_verbs[] = {
    &as_verb_scan,    &as_verb_check, &as_verb_fmt,
    &as_verb_test,    &as_verb_diff,  &as_verb_build,
    &as_verb_inspect, &as_verb_sign,  &as_verb_verify,
    &as_verb_explain, &as_verb_new,   &as_verb_doc,
    &as_verb_import,  &as_verb_bench, &as_verb_version,
    &as_verb_help,    NULL,
};

void as_verbs_unknown(const char *name, struct as_talk *talk)
{
    struct as_nearest nearest = as_nearest_to(name);
    struct as_buf help = { .bytes = NULL };

    for (size_t i = 0; as_verbs[i]; i++)
        as_nearest_try(&nearest, as_verbs[i]->name);
    if (nearest.best)
        as_buf_printf(&help, "did you mean `%s`?", nearest.best);
    else
        as_buf_puts(&help, "`astray help` lists the verbs");
    as_talk_error(talk, as_talk_text(talk, &help), "there is no verb `%s`",
                  name);
    as_buf_done(&help);
}

/* Where a closed standard stream is, a file that we open would take its
 * place and be written to by mistake. */
static bool hold_streams(void)
{
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++)
        if (fcntl(file, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", O_RDWR) != file)
            return false;
    return true;
}

static const struct as_verb *find(const char *name)
{
    for (size_t i = 0; as_verbs[i]; i++)
        if (strcmp(as_verbs[i]->name, name) == 0)
            return as_verbs[i];
    return NULL;
}

static const char *const message_formats[] = {
    [AS_MESSAGE_TEXT] = "text",   [AS_MESSAGE_SHORT] = "short",
    [AS_MESSAGE_JSON] = "json",   [AS_MESSAGE_GITHUB] = "github",
    [AS_MESSAGE_SARIF] = "sarif", [AS_MESSAGE_JUNIT] = "junit",
};

/* False after a complaint: a document about what has no findings. */
static bool set_talk(struct as_talk *talk, const struct as_args *args)
{
    const char *format = as_args_or(args, AS_OPTION_MESSAGE_FORMAT, "text");
    enum as_message_format wanted = AS_MESSAGE_TEXT;

    talk->color = as_command_color(args, STDERR_FILENO);
    while (strcmp(message_formats[wanted], format) != 0)
        wanted++;
    if (wanted >= AS_MESSAGE_SARIF && !args->verb->documents) {
        as_talk_error(talk, "`astray check` has it",
                      "`astray %s` has no messages as `%s`", args->verb->name,
                      format);
        return false;
    }
    talk->format = wanted;
    return true;
}

static enum as_exit run_verb(const struct as_verb *verb, int argc,
                             char *const *argv, struct as_talk *talk)
{
    struct as_args args;
    struct as_buf help = { .bytes = NULL };
    enum as_exit ending = AS_EXIT_USAGE;
    bool good = as_args_read(&args, verb, argc, argv, talk);

    good = good && set_talk(talk, &args);
    if (good && as_args_value(&args, AS_OPTION_HELP)) {
        as_help_verb(&help, verb);
        ending = as_command_write(NULL, &help, talk);
    } else if (good) {
        ending = verb->run(&args, talk);
    }
    as_buf_done(&help);
    as_args_done(&args);
    return ending;
}

/* What may stand in a verb's place: --help and --version. */
static const char *verb_name(const char *word)
{
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return "help";
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
        return "version";
    return word;
}

static enum as_exit no_verb(struct as_talk *talk)
{
    struct as_buf help = { .bytes = NULL };

    as_help_all(&help, as_verbs);
    if (as_talk_have(talk, &help))
        as_talk_plain(talk, as_buf_view(&help));
    as_buf_done(&help);
    return AS_EXIT_USAGE;
}

static enum as_exit run(int argc, char *const *argv, struct as_talk *talk)
{
    if (argc < 2)
        return no_verb(talk);

    const char *name = verb_name(argv[1]);
    const struct as_verb *verb = find(name);
    if (verb)
        return run_verb(verb, argc, argv, talk);
    if (name[0] == '-')
        as_talk_error(talk, "usage: astray VERB [OPTION...] [ARGUMENT...]",
                      "the verb comes first, before `%s`", name);
    else
        as_verbs_unknown(name, talk);
    return AS_EXIT_USAGE;
}

int main(int argc, char *argv[])
{
    struct as_talk talk = { .format = AS_MESSAGE_TEXT };

    if (!hold_streams())
        return (int)AS_EXIT_USAGE;
    as_output_signals();
    enum as_exit ending = run(argc, argv, &talk);
    if (talk.no_memory)
        ending = as_exit_worse(ending, AS_EXIT_USAGE);
    as_talk_done(&talk);
    return (int)ending;
}
