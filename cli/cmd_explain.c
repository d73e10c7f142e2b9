/*
 * cmd_explain.c - astray explain: what a diagnostic's code means.
 */

#include <ctype.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/verbs.h"

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

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
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

const struct as_verb as_verb_explain = {
    .name = "explain",
    .usage = "[CODE...]",
    .summary = "what a diagnostic's code means",
    .text = "Tell more about a code such as E0204: what is wrong, why it "
            "matters, and the way out. Without a code, list all of them.",
    .most_arguments = SIZE_MAX,
    .run = run,
};
