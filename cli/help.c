/*
 * help.c - see help.h.
 *
 * doc/astray.1 and cli/completion/astray are made from here and kept in git,
 * so that they can be installed without running anything; a test says when
 * they have drifted away.
 */

#include "cli/help.h"

#include <ctype.h>

enum { WIDTH = 79, OPTION_INDENT = 30 };

static const struct {
    enum as_exit status;
    const char *text;
} endings[] = {
    { AS_EXIT_OK, "all is well; alerts alone are no failure" },
    { AS_EXIT_FINDINGS,
      "findings: a lint at the level, a failed test, --fail-on" },
    { AS_EXIT_BAD_RULES, "rules do not compile" },
    { AS_EXIT_USAGE, "usage, configuration, input or output" },
    { AS_EXIT_SET_ASIDE,
      "some input could not be judged; alerts from the rest are given" },
    { AS_EXIT_BUG, "a mistake of astray itself" },
};

/* Append words, wrapped; the text stands at `indent`, and so does what is in
 * the line already. */
static void add_wrapped(struct as_buf *out, size_t indent, const char *text)
{
    size_t column = indent;

    while (*text) {
        size_t length = strcspn(text, " ");

        if (column > indent && column + 1 + length > WIDTH) {
            as_buf_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        }
        if (column > indent) {
            as_buf_putc(out, ' ');
            column++;
        }
        as_buf_add(out, text, length);
        column += length;
        text += length + strspn(text + length, " ");
    }
    as_buf_putc(out, '\n');
}

static void add_option_head(struct as_buf *out, const struct as_option *option)
{
    if (option->letter)
        as_buf_printf(out, "-%c, ", option->letter);
    else
        as_buf_puts(out, "    ");
    as_buf_printf(out, "--%s", option->name);
    if (option->kind == AS_MAYBE)
        as_buf_printf(out, "[=%s]", option->argument);
    else if (option->kind != AS_SWITCH)
        as_buf_printf(out, " %s", option->argument);
}

/* "help (a, b, c)" */
static void add_option_text(struct as_buf *out, const struct as_option *option)
{
    const char *choices = option->choices;
    struct as_text choice;

    as_buf_puts(out, option->help);
    for (const char *word = " ("; as_choice_next(&choices, &choice);
         word = ", ") {
        as_buf_puts(out, word);
        as_buf_text(out, choice);
    }
    if (option->choices)
        as_buf_putc(out, ')');
    if (option->kind == AS_VALUES)
        as_buf_puts(out, " (may be repeated)");
}

static void add_option(struct as_buf *out, const struct as_option *option)
{
    struct as_buf text = { .bytes = NULL };
    size_t start = out->length;

    as_buf_puts(out, "  ");
    add_option_head(out, option);
    if (out->length - start + 2 > OPTION_INDENT) {
        as_buf_putc(out, '\n');
        start = out->length;
    }
    as_buf_printf(out, "%*s", (int)(OPTION_INDENT - (out->length - start)), "");
    add_option_text(&text, option);
    as_buf_putc(&text, '\0');
    add_wrapped(out, OPTION_INDENT, text.failed ? "" : text.bytes);
    out->failed |= text.failed;
    as_buf_done(&text);
}

/* The verb's own options first, then those that all have. */
static size_t option_order(const struct as_verb *verb, size_t n)
{
    return n < verb->option_count ? n + AS_OPTION_OWN : n - verb->option_count;
}

void as_help_verb(struct as_buf *out, const struct as_verb *verb)
{
    as_buf_printf(out, "usage: astray %s%s%s\n\n", verb->name,
                  verb->usage[0] ? " " : "", verb->usage);
    add_wrapped(out, 0, verb->text);
    as_buf_putc(out, '\n');
    for (size_t n = 0; n < verb->option_count + AS_OPTION_OWN; n++) {
        const struct as_option *option = as_verb_option(verb,
                                                        option_order(verb, n));

        if (!option->hidden)
            add_option(out, option);
    }
}

static void add_endings(struct as_buf *out)
{
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        as_buf_printf(out, "  %-3d %s\n", (int)endings[i].status,
                      endings[i].text);
}

void as_help_all(struct as_buf *out, const struct as_verb *const *verbs)
{
    as_buf_puts(out,
                "usage: astray VERB [OPTION...] [ARGUMENT...]\n\n"
                "Find stolen workload credentials in CloudTrail logs.\n\n");
    for (; *verbs; verbs++)
        as_buf_printf(out, "  %-9s %s\n", (*verbs)->name, (*verbs)->summary);
    as_buf_puts(out, "\n`astray VERB --help` tells more about a verb.\n\n"
                     "Exit status; the gravest wins, 70 > 3 > 2 > 4 > 1:\n");
    add_endings(out);
}

/* ---- man page ------------------------------------------------------------ */

/* Text for troff: dashes that stay dashes, no request by accident. */
static void add_troff(struct as_buf *out, const char *text)
{
    if (*text == '.' || *text == '\'')
        as_buf_puts(out, "\\&");
    for (; *text; text++) {
        if (*text == '-' || *text == '\\')
            as_buf_putc(out, '\\');
        if (*text == '\\')
            as_buf_putc(out, 'e');
        else
            as_buf_putc(out, *text);
    }
}

static void add_man_option(struct as_buf *out, const struct as_option *option)
{
    struct as_buf text = { .bytes = NULL };

    as_buf_puts(out, ".TP\n\\fB");
    if (option->letter)
        as_buf_printf(out, "\\-%c\\fR, \\fB", option->letter);
    as_buf_puts(out, "\\-\\-");
    add_troff(out, option->name);
    as_buf_puts(out, "\\fR");
    if (option->kind == AS_MAYBE)
        as_buf_printf(out, "[=\\fI%s\\fR]", option->argument);
    else if (option->kind != AS_SWITCH)
        as_buf_printf(out, " \\fI%s\\fR", option->argument);
    as_buf_putc(out, '\n');
    add_option_text(&text, option);
    as_buf_putc(&text, '\0');
    add_troff(out, text.failed ? "" : text.bytes);
    as_buf_putc(out, '\n');
    out->failed |= text.failed;
    as_buf_done(&text);
}

static void add_man_verb(struct as_buf *out, const struct as_verb *verb)
{
    as_buf_puts(out, ".SS astray ");
    add_troff(out, verb->name);
    as_buf_putc(out, ' ');
    add_troff(out, verb->usage);
    as_buf_putc(out, '\n');
    add_troff(out, verb->text);
    as_buf_putc(out, '\n');
    for (size_t n = 0; n < verb->option_count; n++)
        if (!verb->options[n].hidden)
            add_man_option(out, &verb->options[n]);
}

static void add_man_head(struct as_buf *out)
{
    as_buf_printf(out, ".TH ASTRAY 1 \"\" \"astray %s\" \"Astray\"\n",
                  astray_version());
    as_buf_puts(out, ".SH NAME\n"
                     "astray \\- find stolen workload credentials in "
                     "CloudTrail logs\n"
                     ".SH SYNOPSIS\n"
                     ".B astray\n"
                     ".I VERB\n"
                     "[\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n"
                     ".SH DESCRIPTION\n"
                     "Rules say what the home of a credential looks like and "
                     "how an event is tied to it;\n"
                     "astray finds the events that are away from home.\n"
                     "Data goes to standard output, messages to standard "
                     "error.\n"
                     ".SH VERBS\n");
}

static void add_man_tail(struct as_buf *out)
{
    as_buf_puts(out, ".SH EXIT STATUS\n"
                     "Of several the gravest wins: "
                     "70 > 3 > 2 > 4 > 1.\n");
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        as_buf_printf(out, ".TP\n.B %d\n", (int)endings[i].status);
        add_troff(out, endings[i].text);
        as_buf_putc(out, '\n');
    }
    as_buf_puts(out, ".SH ENVIRONMENT\n"
                     ".TP\n"
                     "\\fBASTRAY_\\fIVERB\\fB_\\fIOPTION\\fR\n"
                     "What an option is when it is not given: "
                     "ASTRAY_SCAN_FAIL_ON=high stands for\n"
                     "\\-\\-fail\\-on high.\n"
                     ".TP\n"
                     ".B NO_COLOR\n"
                     "When it is set and not empty, nothing is colored.\n"
                     ".SH EXAMPLES\n"
                     ".nf\n"
                     "astray check rules\n"
                     "astray scan \\-r rules/aws\\-workload\\-credentials "
                     "AWSLogs\n"
                     "astray test rules \\-\\-run lambda\n"
                     ".fi\n");
}

void as_help_man(struct as_buf *out, const struct as_verb *const *verbs)
{
    add_man_head(out);
    for (size_t i = 0; verbs[i]; i++)
        add_man_verb(out, verbs[i]);
    as_buf_puts(out, ".SH OPTIONS OF EVERY VERB\n");
    for (size_t n = 0; n < AS_OPTION_OWN; n++)
        add_man_option(out, &as_common_options[n]);
    add_man_tail(out);
}

/* ---- completion ---------------------------------------------------------- */

static void add_bash_choices(struct as_buf *out, const struct as_verb *verb)
{
    for (size_t n = 0; as_verb_option(verb, n); n++) {
        const struct as_option *option = as_verb_option(verb, n);
        const char *choices = option->choices;
        struct as_text choice;

        if (option->hidden || !choices)
            continue;
        as_buf_printf(out, "    %s:--%s", verb->name, option->name);
        if (option->letter)
            as_buf_printf(out, " | %s:-%c", verb->name, option->letter);
        as_buf_puts(out, ") words=\"");
        for (const char *space = ""; as_choice_next(&choices, &choice);
             space = " ") {
            as_buf_puts(out, space);
            as_buf_text(out, choice);
        }
        as_buf_puts(out, "\" ;;\n");
    }
}

static void add_bash_options(struct as_buf *out, const struct as_verb *verb)
{
    as_buf_printf(out, "    %s:-*) words=\"", verb->name);
    for (size_t n = 0; n < verb->option_count + AS_OPTION_OWN; n++) {
        const struct as_option *option = as_verb_option(verb,
                                                        option_order(verb, n));

        if (!option->hidden)
            as_buf_printf(out, "%s--%s", n > 0 ? " " : "", option->name);
    }
    as_buf_puts(out, "\" ;;\n");
}

void as_help_bash(struct as_buf *out, const struct as_verb *const *verbs)
{
    as_buf_puts(out, "# bash completion for astray, made by "
                     "`astray help --bash`\n"
                     "_astray()\n"
                     "{\n"
                     "    local cur=${COMP_WORDS[COMP_CWORD]}\n"
                     "    local prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
                     "    local verb=${COMP_WORDS[1]} words=\n"
                     "\n"
                     "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                     "        COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; verbs[i]; i++)
        as_buf_printf(out, "%s%s", i > 0 ? " " : "", verbs[i]->name);
    as_buf_puts(out, "\" -- \"$cur\"))\n"
                     "        return\n"
                     "    fi\n"
                     "    case $verb:$prev in\n");
    for (size_t i = 0; verbs[i]; i++)
        add_bash_choices(out, verbs[i]);
    as_buf_puts(out, "    esac\n"
                     "    [ -n \"$words\" ] || case $verb:$cur in\n");
    for (size_t i = 0; verbs[i]; i++)
        add_bash_options(out, verbs[i]);
    as_buf_puts(out, "    esac\n"
                     "    if [ -n \"$words\" ]; then\n"
                     "        COMPREPLY=($(compgen -W \"$words\" -- "
                     "\"$cur\"))\n"
                     "    else\n"
                     "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
                     "    fi\n"
                     "}\n"
                     "complete -o filenames -F _astray astray\n");
}
