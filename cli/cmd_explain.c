/*
 * cmd_explain.c - astray explain: what a diagnostic's code means; or why a
 * rule fired for an event, or why not.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/feed.h"
#include "cli/nearest.h"
#include "cli/notices.h"
#include "cli/progress.h"
#include "cli/rules.h"
#include "cli/verbs.h"
#include "common/escape.h"

enum {
    OPTION_RULES = AS_OPTION_OWN,
    OPTION_EVENT,
    OPTION_PARAM,
    OPTION_LIST,
    OPTION_ALL,
    OPTION_FORMAT,
    OPTION_OVERLAY,
};

static const struct as_option options[] = {
    { .name = "rules",
      .letter = 'r',
      .kind = AS_VALUES,
      .argument = "RULES",
      .help = "a folder or an .astray file; several are compiled together. Of "
              "a compiled pack only whole clauses can be explained" },
    { .name = "event",
      .kind = AS_VALUE,
      .argument = "ID",
      .help = "the eventID of the event to explain" },
    { .name = "param",
      .kind = AS_VALUES,
      .argument = "NAME=VALUE",
      .help = "give a parameter another value" },
    { .name = "list",
      .kind = AS_VALUES,
      .argument = "NAME=FILE",
      .help = "fill a list from a file; NAME+=FILE adds to it" },
    { .name = "all",
      .kind = AS_SWITCH,
      .help = "show also the conditions that have decided nothing" },
    { .name = "format",
      .kind = AS_VALUE,
      .argument = "FORMAT",
      .choices = "text|json",
      .help = "of the explanation; text unless given" },
    AS_OVERLAY_OPTION,
};

/* ---- codes --------------------------------------------------------------- */

/* Codes are written in capitals; people write them as they like. */
static void to_capitals(const char *code, char *out, size_t size)
{
    snprintf(out, size, "%s", code);
    for (char *at = out; *at; at++)
        *at = (char)toupper((unsigned char)*at);
}

static enum as_exit unknown(const char *code, const char *capitals,
                            struct as_talk *talk)
{
    struct as_nearest nearest = as_nearest_to(capitals);
    struct as_buf help = { .bytes = NULL };

    for (size_t n = 0; astray_explain_code(n); n++)
        as_nearest_try(&nearest, astray_explain_code(n));
    as_buf_printf(&help, "`astray explain` lists the codes");
    if (nearest.best) {
        as_buf_reset(&help);
        as_buf_printf(&help, "did you mean `%s`?", nearest.best);
    }
    as_talk_error(talk, as_talk_text(talk, &help), "there is no code `%s`",
                  code);
    as_buf_done(&help);
    return AS_EXIT_USAGE;
}

static void add_list(struct as_buf *out)
{
    const char *code;

    for (size_t n = 0; (code = astray_explain_code(n)); n++) {
        const char *title = "";

        if (astray_explain(code, &title))
            as_buf_printf(out, "%s  %s\n", code, title);
    }
}

static enum as_exit explain_codes(const struct as_args *args,
                                  struct as_talk *talk)
{
    struct as_buf text = { .bytes = NULL };
    enum as_exit ending = AS_EXIT_OK;

    if (args->argument_count == 0)
        add_list(&text);
    for (size_t i = 0; i < args->argument_count; i++) {
        char code[16];
        const char *title = "";

        to_capitals(args->arguments[i], code, sizeof(code));
        const char *explanation = astray_explain(code, &title);
        if (explanation)
            as_buf_printf(&text, "%s%s: %s\n\n%s", text.length > 0 ? "\n" : "",
                          code, title, explanation);
        else
            ending = unknown(args->arguments[i], code, talk);
        if (explanation && text.length > 0 &&
            text.bytes[text.length - 1] != '\n')
            as_buf_putc(&text, '\n');
    }
    ending = as_exit_worse(ending, as_command_write(NULL, &text, talk));
    as_buf_done(&text);
    return ending;
}

/* ---- events -------------------------------------------------------------- */

struct asking {
    const struct as_args *args;
    struct as_talk *talk;
    struct astray_rules *rules;
    struct astray_scanner *scanner;
    struct as_notices notices;
    struct as_progress progress;
    const char *rule, *event;
    enum as_exit ending;
};

static void worsen(struct asking *asking, enum as_exit ending)
{
    asking->ending = as_exit_worse(asking->ending, ending);
}

static void on_notice(const struct astray_notice *notice, void *user)
{
    struct asking *asking = user;

    as_progress_hide(&asking->progress);
    as_notices_take(notice, &asking->notices);
}

static bool set_up(struct asking *asking)
{
    const struct as_args *args = asking->args;
    enum astray_status status;

    worsen(asking, as_rules_given_insight(args, OPTION_RULES, asking->talk,
                                          &asking->rules));
    if (!asking->rules)
        return false;
    status = astray_scanner_new(asking->rules, &asking->scanner);
    worsen(asking, as_exit_of(status));
    if (status != ASTRAY_OK) {
        as_talk_error(asking->talk, NULL, "cannot scan: %s",
                      as_exit_words(status));
        return false;
    }
    astray_scanner_on_notice(asking->scanner, on_notice, asking);
    as_progress_init(&asking->progress, true);
    if (asking->progress.on)
        astray_scanner_on_progress(asking->scanner, as_progress_take,
                                   &asking->progress);
    if (as_rules_have(asking->rules, asking->rule, asking->talk) &&
        as_feed_params(asking->scanner, args, OPTION_PARAM, asking->talk) &&
        as_feed_lists(asking->scanner, args, OPTION_LIST, false,
                      asking->talk)) {
        status = astray_scanner_explain(asking->scanner, asking->rule,
                                        asking->event);
        if (status == ASTRAY_OK)
            return true;
        as_feed_complain(asking->scanner, status, asking->talk, "explain");
    }
    worsen(asking, AS_EXIT_USAGE);
    return false;
}

/* The inputs, and the end.  False: there is no result. */
static bool judge(struct asking *asking)
{
    static const char *const standard_input[] = { "-" };
    const struct as_args *args = asking->args;
    bool given = args->argument_count > 1;
    enum astray_status status = astray_scanner_feed_paths(
        asking->scanner, given ? args->arguments + 1 : standard_input,
        given ? args->argument_count - 1 : 1);

    as_progress_hide(&asking->progress);
    if (status != ASTRAY_OK && status != ASTRAY_SET_ASIDE &&
        asking->notices.count == 0)
        as_feed_complain(asking->scanner, status, asking->talk,
                         "cannot read all of the logs");
    worsen(asking,
           status == ASTRAY_LIMIT ? AS_EXIT_SET_ASIDE : as_exit_of(status));
    as_notices_end(&asking->notices);
    status = astray_scanner_finish(asking->scanner);
    if (status != ASTRAY_OK)
        as_feed_complain(asking->scanner, status, asking->talk,
                         "cannot judge all events");
    worsen(asking, as_exit_of(status));
    return status == ASTRAY_OK;
}

static void say_not_found(struct asking *asking)
{
    struct as_buf help = { .bytes = NULL };
    const char *id;

    for (size_t n = 0; (id = astray_scanner_near(asking->scanner, n)); n++) {
        as_buf_puts(&help, n == 0 ? "did you mean " : " or ");
        as_escape_terminal(&help, as_text_of(id));
    }
    if (help.length > 0)
        as_buf_putc(&help, '?');
    as_talk_error(asking->talk,
                  help.length > 0 ? as_talk_text(asking->talk, &help) : NULL,
                  "no record that could be judged has the eventID `%s`",
                  asking->event);
    as_buf_done(&help);
    worsen(asking, AS_EXIT_FINDINGS);
}

static void answer(struct asking *asking)
{
    const char *format = as_args_or(asking->args, OPTION_FORMAT, "text");
    unsigned flags = strcmp(format, "json") == 0 ? ASTRAY_WHY_JSON : 0;
    struct as_buf out = { .bytes = NULL };
    char *text = NULL;
    size_t count = 0;

    if (as_args_value(asking->args, OPTION_ALL))
        flags |= ASTRAY_WHY_ALL;
    if (astray_scanner_explanation(asking->scanner, flags, &count, &text) !=
        ASTRAY_OK) {
        as_talk_no_memory(asking->talk);
        worsen(asking, AS_EXIT_USAGE);
        return;
    }
    as_buf_puts(&out, text);
    worsen(asking, as_command_write(NULL, &out, asking->talk));
    as_buf_done(&out);
    free(text);
    if (count == 0)
        say_not_found(asking);
}

static enum as_exit explain_event(const struct as_args *args,
                                  struct as_talk *talk)
{
    struct asking asking = { .args = args,
                             .talk = talk,
                             .rule = args->arguments[0],
                             .event = as_args_value(args, OPTION_EVENT) };

    as_notices_init(&asking.notices, talk);
    if (set_up(&asking) && judge(&asking))
        answer(&asking);
    as_progress_hide(&asking.progress);
    astray_scanner_free(asking.scanner);
    astray_rules_free(asking.rules);
    as_notices_done(&asking.notices);
    return asking.ending;
}

/* ---- the verb ------------------------------------------------------------ */

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    bool rules = as_args_value(args, OPTION_RULES) != NULL;
    bool event = as_args_value(args, OPTION_EVENT) != NULL;

    if (!rules && !event)
        return explain_codes(args, talk);
    if (!rules)
        return as_command_misused(args, talk, "which rules? give them with -r");
    if (args->argument_count == 0)
        return as_command_misused(args, talk, "which rule is to be explained?");
    if (!event)
        return as_command_misused(args, talk,
                                  "which event? give its eventID with --event");
    if (args->argument_count == 1 && isatty(STDIN_FILENO))
        return as_command_misused(
            args, talk,
            "which logs? name files or folders, or - for standard input");
    return explain_event(args, talk);
}

const struct as_verb as_verb_explain = {
    .name = "explain",
    .usage = "[CODE...] | -r RULES RULE --event ID [INPUT...]",
    .summary = "what a code means; why a rule fired or not",
    .text = "Tell more about a code such as E0204: what is wrong, why it "
            "matters, and the way out. Without a code, list all of them. With "
            "--event, tell why RULE gave an alert for that event of the logs, "
            "or why not: each condition with its values, the rows that were "
            "joined or that came nearest, the exclusion that applied, what was "
            "missing. INPUT is as for scan.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = SIZE_MAX,
    .run = run,
};
