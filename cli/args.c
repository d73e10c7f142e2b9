/*
 * args.c - see args.h.
 *
 * A value that begins with a dash is refused unless it is written with `=`:
 * in `-o --quiet` somebody forgot the file's name, and a file called
 * "--quiet" is not what he wanted.
 */

#include "cli/args.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/nearest.h"

const struct as_option as_common_options[AS_OPTION_OWN] = {
    [AS_OPTION_HELP] = { .name = "help",
                         .letter = 'h',
                         .kind = AS_SWITCH,
                         .help = "show this help" },
    [AS_OPTION_COLOR] = { .name = "color",
                          .kind = AS_VALUE,
                          .argument = "WHEN",
                          .choices = "auto|always|never",
                          .help = "colors; auto is on a terminal, unless "
                                  "NO_COLOR is set" },
    [AS_OPTION_MESSAGE_FORMAT] = { .name = "message-format",
                                   .kind = AS_VALUE,
                                   .argument = "FORMAT",
                                   .choices = "text|short|json|github|sarif|"
                                              "junit",
                                   .help = "how messages on standard error "
                                           "are written; sarif and junit, of "
                                           "`check` alone, are documents on "
                                           "standard output" },
};

/* What is being read: enough to say where a mistake is. */
struct reading {
    struct as_args *args;
    struct as_talk *talk;
    char *const *at, *const *end;
};

const struct as_option *as_verb_option(const struct as_verb *verb, size_t n)
{
    if (n < AS_OPTION_OWN)
        return &as_common_options[n];
    return n - AS_OPTION_OWN < verb->option_count
             ? &verb->options[n - AS_OPTION_OWN]
             : NULL;
}

bool as_choice_next(const char **choices, struct as_text *choice)
{
    const char *start = *choices;

    if (!start || *start == '\0')
        return false;
    *choice = (struct as_text){ start, strcspn(start, "|") };
    *choices = start + choice->length;
    *choices += **choices == '|';
    return true;
}

/* ---- complaints ---------------------------------------------------------- */

static enum as_exit complain_unknown(const struct reading *reading,
                                     struct as_text name)
{
    const struct as_verb *verb = reading->args->verb;
    struct as_buf word = { .bytes = NULL }, help = { .bytes = NULL };

    as_buf_text(&word, name);
    const char *written = as_talk_text(reading->talk, &word);
    struct as_nearest nearest = as_nearest_to(written ? written : "");
    const struct as_option *option;
    for (size_t n = 0; (option = as_verb_option(verb, n)); n++)
        if (!option->hidden)
            as_nearest_try(&nearest, option->name);
    if (nearest.best)
        as_buf_printf(&help, "did you mean `--%s`?", nearest.best);
    else
        as_buf_printf(&help, "`astray %s --help` lists the options",
                      verb->name);
    if (written)
        as_talk_error(reading->talk, as_talk_text(reading->talk, &help),
                      "`astray %s` has no option `%s%s`", verb->name,
                      name.length == 1 ? "-" : "--", written);
    as_buf_done(&word);
    as_buf_done(&help);
    return AS_EXIT_USAGE;
}

/* Is the value one of the option's choices?  `called` is how the option was
 * written: "--format", or the variable's name. */
static bool check_choice(struct as_talk *talk, const struct as_option *option,
                         const char *called, const char *value)
{
    struct as_buf list = { .bytes = NULL };
    const char *choices = option->choices;
    struct as_text choice;
    bool good = false;

    while (!good && as_choice_next(&choices, &choice)) {
        good = as_text_equal(choice, as_text_of(value));
        as_buf_printf(&list, "%s%.*s", list.length > 0 ? ", " : "one of ",
                      (int)choice.length, choice.bytes);
    }
    if (!good)
        as_talk_error(talk, as_talk_text(talk, &list), "`%s` cannot be `%s`",
                      called, value);
    as_buf_done(&list);
    return good;
}

/* ---- the command line ---------------------------------------------------- */

static bool give(const struct reading *reading, const struct as_option *option,
                 const char *called, const char *value)
{
    if (option->kind != AS_SWITCH && option->kind != AS_MAYBE &&
        *value == '\0') {
        as_talk_error(reading->talk, NULL, "`%s` is empty; it needs %s", called,
                      option->argument);
        return false;
    }
    if (option->choices && !check_choice(reading->talk, option, called, value))
        return false;
    reading->args->given[reading->args->given_count++] = (struct as_given){
        option, value
    };
    return true;
}

/* The word behind an option is its value. */
static bool give_next(struct reading *reading, const struct as_option *option,
                      const char *called)
{
    const char *value = reading->at < reading->end ? *reading->at : NULL;

    if (!value || (value[0] == '-' && value[1] != '\0')) {
        struct as_buf help = { .bytes = NULL };

        if (value)
            as_buf_printf(&help, "write --%s=%s if that is its value",
                          option->name, value);
        as_talk_error(reading->talk,
                      value ? as_talk_text(reading->talk, &help) : NULL,
                      "`%s` needs %s", called, option->argument);
        as_buf_done(&help);
        return false;
    }
    reading->at++;
    return give(reading, option, called, value);
}

static const struct as_option *find(const struct as_verb *verb,
                                    struct as_text name)
{
    const struct as_option *option;

    for (size_t n = 0; (option = as_verb_option(verb, n)); n++) {
        bool letter = name.length == 1 && option->letter == name.bytes[0];

        if (letter ||
            (name.length > 1 && as_text_equal(as_text_of(option->name), name)))
            return option;
    }
    return NULL;
}

/* --name, --name=value, --name value */
static bool read_long(struct reading *reading, const char *word)
{
    struct as_text name = { word + 2, strcspn(word + 2, "=") };
    const char *value = name.bytes[name.length] ? name.bytes + name.length + 1
                                                : NULL;
    const struct as_option *option = find(reading->args->verb, name);

    if (!option || name.length == 1) {
        complain_unknown(reading, name);
        return false;
    }
    if (option->kind == AS_SWITCH && value) {
        as_talk_error(reading->talk, NULL, "`--%s` takes no value",
                      option->name);
        return false;
    }
    struct as_buf called = { .bytes = NULL };
    as_buf_printf(&called, "--%s", option->name);
    bool good = as_talk_have(reading->talk, &called);
    if (good &&
        (option->kind == AS_SWITCH || option->kind == AS_MAYBE || value))
        good = give(reading, option, called.bytes, value ? value : "");
    else if (good)
        good = give_next(reading, option, called.bytes);
    as_buf_done(&called);
    return good;
}

/* -x, -xy, -xVALUE, -x VALUE, -x=VALUE */
static bool read_short(struct reading *reading, const char *word)
{
    for (const char *at = word + 1; *at; at++) {
        const char called[] = { '-', *at, '\0' };
        const struct as_option *option = find(reading->args->verb,
                                              (struct as_text){ at, 1 });

        if (!option) {
            complain_unknown(reading, (struct as_text){ at, 1 });
            return false;
        }
        if (option->kind != AS_SWITCH && at[1] != '\0')
            return give(reading, option, called, at + 1 + (at[1] == '='));
        if (option->kind != AS_SWITCH)
            return give_next(reading, option, called);
        if (!give(reading, option, called, ""))
            return false;
    }
    return true;
}

static bool read_words(struct reading *reading)
{
    struct as_args *args = reading->args;
    bool options = true;

    while (reading->at < reading->end) {
        const char *word = *reading->at++;
        bool good = true;

        if (options && strcmp(word, "--") == 0)
            options = false;
        else if (options && word[0] == '-' && word[1] == '-')
            good = read_long(reading, word);
        else if (options && word[0] == '-' && word[1] != '\0')
            good = read_short(reading, word);
        else
            args->arguments[args->argument_count++] = word;
        if (!good)
            return false;
    }
    return true;
}

static bool check_arguments(const struct reading *reading)
{
    const struct as_args *args = reading->args;
    struct as_buf help = { .bytes = NULL };
    bool good = true;

    as_buf_printf(&help, "usage: astray %s%s%s", args->verb->name,
                  args->verb->usage[0] ? " " : "", args->verb->usage);
    for (size_t i = 0; i < args->argument_count && good; i++)
        if (args->arguments[i][0] == '\0') {
            as_talk_error(reading->talk, as_talk_text(reading->talk, &help),
                          "an argument is empty");
            good = false;
        }
    if (good && args->argument_count > args->verb->most_arguments) {
        as_talk_error(reading->talk, as_talk_text(reading->talk, &help),
                      "`%s` is one argument too many",
                      args->arguments[args->verb->most_arguments]);
        good = false;
    }
    as_buf_done(&help);
    return good;
}

/* ---- the environment ----------------------------------------------------- */

static char capital(char c)
{
    if (c == '-')
        return '_';
    if (c >= 'a' && c <= 'z')
        return (char)(c - 'a' + 'A');
    return c;
}

/* "ASTRAY_SCAN_FAIL_ON"; with an empty name "ASTRAY_SCAN_". */
static void add_variable(struct as_buf *out, const struct as_verb *verb,
                         const char *name)
{
    const char *const parts[] = { "astray_", verb->name, "_", name };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        for (const char *at = parts[i]; *at; at++)
            as_buf_putc(out, capital(*at));
    as_buf_putc(out, '\0');
}

static bool is_no(const char *value)
{
    return strcmp(value, "0") == 0 || strcmp(value, "false") == 0 ||
           strcmp(value, "no") == 0;
}

static bool is_yes(const char *value)
{
    return strcmp(value, "1") == 0 || strcmp(value, "true") == 0 ||
           strcmp(value, "yes") == 0;
}

static bool is_given(const struct as_args *args, const struct as_option *option)
{
    for (size_t i = 0; i < args->given_count; i++)
        if (args->given[i].option == option)
            return true;
    return false;
}

/* An option that was not given may stand in the environment. */
static bool give_variable(const struct reading *reading,
                          const struct as_option *option, const char *variable)
{
    const char *value = getenv(variable);

    if (!value || *value == '\0' || is_given(reading->args, option))
        return true;
    if (option->kind != AS_SWITCH)
        return give(reading, option, variable, value);
    if (is_yes(value))
        return give(reading, option, variable, "");
    if (!is_no(value))
        as_talk_error(reading->talk, "one of 1, true, yes, 0, false, no",
                      "`%s` cannot be `%s`", variable, value);
    return is_no(value);
}

/* A misspelt variable would change nothing and nobody would know. */
static bool check_variable(const struct reading *reading, const char *entry)
{
    const struct as_verb *verb = reading->args->verb;
    struct as_buf known = { .bytes = NULL }, names = { .bytes = NULL };
    struct as_text name = { entry, strcspn(entry, "=") };
    bool good = false;

    as_buf_text(&names, name);
    const char *written = as_talk_text(reading->talk, &names);
    struct as_nearest nearest = as_nearest_to(written ? written : "");
    char best[128] = "";
    const struct as_option *option;
    for (size_t n = AS_OPTION_HELP + 1;
         written && !good && (option = as_verb_option(verb, n)); n++) {
        as_buf_reset(&known);
        add_variable(&known, verb, option->name);
        if (!as_talk_have(reading->talk, &known))
            break;
        good = as_text_equal(as_text_of(known.bytes), name);
        nearest.best = NULL;
        as_nearest_try(&nearest, known.bytes);
        if (nearest.best)
            snprintf(best, sizeof(best), "did you mean `%s`?", known.bytes);
    }
    if (!good && written && !known.failed)
        as_talk_error(reading->talk, best[0] ? best : NULL,
                      "`%s` in the environment is no option of `astray %s`",
                      written, verb->name);
    as_buf_done(&known);
    as_buf_done(&names);
    return good;
}

static bool read_environment(const struct reading *reading)
{
    const struct as_verb *verb = reading->args->verb;
    struct as_buf variable = { .bytes = NULL };
    bool good;

    add_variable(&variable, verb, "");
    good = as_talk_have(reading->talk, &variable);
    for (char **entry = environ; good && *entry; entry++)
        if (strncmp(*entry, variable.bytes, variable.length - 1) == 0)
            good = check_variable(reading, *entry);
    const struct as_option *option;
    for (size_t n = AS_OPTION_HELP + 1;
         good && (option = as_verb_option(verb, n)); n++) {
        as_buf_reset(&variable);
        add_variable(&variable, verb, option->name);
        good = as_talk_have(reading->talk, &variable) &&
               give_variable(reading, option, variable.bytes);
    }
    as_buf_done(&variable);
    return good;
}

/* ---- all of it ----------------------------------------------------------- */

/* A word gives at most as many options as it has letters; the environment at
 * most one for each option there is. */
static size_t most_given(const struct as_verb *verb, int argc,
                         char *const *argv)
{
    size_t count = AS_OPTION_OWN + verb->option_count;

    for (int i = 0; i < argc; i++)
        count += strlen(argv[i]);
    return count;
}

bool as_args_read(struct as_args *args, const struct as_verb *verb, int argc,
                  char *const *argv, struct as_talk *talk)
{
    struct reading reading = { args, talk, argv + 2, argv + argc };

    *args = (struct as_args){ .verb = verb };
    args->given = calloc(most_given(verb, argc, argv), sizeof(*args->given));
    args->arguments = calloc((size_t)argc, sizeof(*args->arguments));
    if (!args->given || !args->arguments) {
        as_talk_no_memory(talk);
        return false;
    }
    if (!read_words(&reading))
        return false;
    if (as_args_value(args, AS_OPTION_HELP))
        return true;
    return check_arguments(&reading) && read_environment(&reading);
}

void as_args_done(struct as_args *args)
{
    free(args->given);
    free(args->arguments);
    *args = (struct as_args){ .verb = NULL };
}

const char *as_args_value(const struct as_args *args, size_t option)
{
    const struct as_option *wanted = as_verb_option(args->verb, option);

    for (size_t i = args->given_count; i > 0; i--)
        if (args->given[i - 1].option == wanted)
            return args->given[i - 1].value;
    return NULL;
}

const char *as_args_or(const struct as_args *args, size_t option,
                       const char *otherwise)
{
    const char *value = as_args_value(args, option);

    return value ? value : otherwise;
}

const char *as_args_next(const struct as_args *args, size_t option, size_t *at)
{
    while (*at < args->given_count) {
        const struct as_given *given = &args->given[(*at)++];

        if (given->option == as_verb_option(args->verb, option))
            return given->value;
    }
    return NULL;
}
