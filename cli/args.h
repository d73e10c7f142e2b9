/*
 * args.h - verbs and their options, as tables, and the words of a command
 * line read by them.
 *
 * A verb is one struct as_verb.  From it come the parser's knowledge, --help,
 * the man page and the shell's completion; nothing is said twice.
 *
 * Options are --name VALUE, --name=VALUE, -x VALUE, -xVALUE; switches may be
 * written together (-qx); `--` ends them; `-` is an argument.  One that takes
 * a single value and is given twice has the later one.  What is not given is
 * looked up as ASTRAY_<VERB>_<OPTION> in the environment.
 */
#ifndef AS_ARGS_H
#define AS_ARGS_H

#include <stdbool.h>

#include "cli/exit.h"
#include "cli/render.h"

enum as_option_kind {
    AS_SWITCH, /* takes no value */
    AS_VALUE,  /* takes one */
    AS_VALUES, /* takes one, and may be repeated */
    AS_MAYBE,  /* takes one behind `=`, or none: then it is "" */
};

struct as_option {
    const char *name;     /* without dashes */
    const char *argument; /* how its value is called: "FILE" */
    const char *choices;  /* the values there are, "text|json"; NULL: any */
    const char *help;
    enum as_option_kind kind;
    char letter; /* 0: none */
    bool hidden; /* not in --help */
};

/* The options every verb has; a verb's own are numbered from AS_OPTION_OWN. */
enum {
    AS_OPTION_HELP,
    AS_OPTION_COLOR,
    AS_OPTION_MESSAGE_FORMAT,
    AS_OPTION_OWN,
};

extern const struct as_option as_common_options[AS_OPTION_OWN];

struct as_args;

struct as_verb {
    const char *name;
    const char *usage;   /* "-r RULES [INPUT...]" */
    const char *summary; /* in a line, without a full stop */
    const char *text;    /* what more there is to know: a paragraph */
    const struct as_option *options; /* own; [0] is AS_OPTION_OWN */
    size_t option_count;
    size_t most_arguments; /* SIZE_MAX: any number */
    bool documents;        /* its messages may be sarif or junit */
    enum as_exit (*run)(const struct as_args *args, struct as_talk *talk);
};

struct as_given {
    const struct as_option *option;
    const char *value; /* "" for a switch; borrowed */
};

struct as_args {
    const struct as_verb *verb;
    struct as_given *given; /* owned; in order */
    size_t given_count;
    const char **arguments; /* owned; what is no option */
    size_t argument_count;
};

/*
 * Read argv[2] and on, which belong to `verb`, and the environment.  False
 * after a complaint.  as_args_done either way.
 */
bool as_args_read(struct as_args *args, const struct as_verb *verb, int argc,
                  char *const *argv, struct as_talk *talk);
void as_args_done(struct as_args *args);

/* The last value given for an option, or NULL. */
const char *as_args_value(const struct as_args *args, size_t option);

/* The same, or `otherwise`. */
const char *as_args_or(const struct as_args *args, size_t option,
                       const char *otherwise);

/* The next value of a repeated option: *at starts as 0.  NULL at the end. */
const char *as_args_next(const struct as_args *args, size_t option, size_t *at);

/* An option by its number, common or own; NULL behind the last. */
const struct as_option *as_verb_option(const struct as_verb *verb, size_t n);

/* One of the choices of an option after the other: *choices moves on.  False
 * at the end. */
bool as_choice_next(const char **choices, struct as_text *choice);

#endif
