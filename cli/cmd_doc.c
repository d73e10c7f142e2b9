/*
 * cmd_doc.c - astray doc: the catalogue of a pack.
 */

#include <stdlib.h>

#include "cli/catalogue.h"
#include "cli/command.h"
#include "cli/rules.h"
#include "cli/verbs.h"

enum { OPTION_FORMAT = AS_OPTION_OWN, OPTION_OUTPUT };

static const struct as_option options[] = {
    { .name = "format",
      .kind = AS_VALUE,
      .argument = "FORMAT",
      .choices = "markdown|html|navigator",
      .help = "markdown unless given; navigator is a layer for ATT&CK "
              "Navigator" },
    { .name = "output",
      .letter = 'o',
      .kind = AS_VALUE,
      .argument = "FILE",
      .help = "write to FILE" },
};

static void write_catalogue(const char *format, const cJSON *pack,
                            struct as_buf *out)
{
    if (strcmp(format, "navigator") == 0)
        as_catalogue_layer(pack, out);
    else
        as_catalogue_page(
            pack, strcmp(format, "html") == 0 ? AS_PAGE_HTML : AS_PAGE_MARKDOWN,
            out);
}

static enum as_exit catalogue(const struct as_args *args,
                              const struct astray_rules *rules,
                              struct as_talk *talk)
{
    struct as_buf out = { .bytes = NULL };
    enum as_exit ending = AS_EXIT_USAGE;
    char *text = NULL;
    cJSON *pack = NULL;

    if (astray_rules_describe(rules, ASTRAY_DESCRIBE_JSON, &text) == ASTRAY_OK)
        pack = cJSON_Parse(text);
    if (pack)
        write_catalogue(as_args_or(args, OPTION_FORMAT, "markdown"), pack,
                        &out);
    if (pack)
        ending = as_command_write(as_args_value(args, OPTION_OUTPUT), &out,
                                  talk);
    else
        as_talk_no_memory(talk);
    cJSON_Delete(pack);
    free(text);
    as_buf_done(&out);
    return ending;
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct astray_rules *rules = NULL;
    enum as_exit ending;

    if (args->argument_count == 0)
        return as_command_misused(args, talk, "which rules are meant?");
    talk->errors_only = true;
    ending = as_rules_take(args->arguments, args->argument_count, talk, &rules);
    if (ending == AS_EXIT_OK)
        ending = catalogue(args, rules, talk);
    as_talk_end(talk);
    astray_rules_free(rules);
    return ending;
}

const struct as_verb as_verb_doc = {
    .name = "doc",
    .usage = "PATH... [-o FILE]",
    .summary = "write the catalogue of a pack",
    .text = "Say of each rule what it finds, how it tells, what it lets pass "
            "and whom it may disturb, and which techniques of ATT&CK the rules "
            "cover. PATH is a compiled pack, or folders and .astray files.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = SIZE_MAX,
    .run = run,
};
