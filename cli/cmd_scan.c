/*
 * cmd_scan.c - astray scan: rules and logs to alerts.
 *
 * Everything that can be wrong with the command line is found before the
 * first event is read.  Alerts come all at the end, in order, when the
 * scanner is finished; what goes wrong on the way is remembered as the exit
 * status and the rest goes on.
 */

#include <stdlib.h>
#include <unistd.h>

#include "cli/blocks.h"
#include "cli/command.h"
#include "cli/feed.h"
#include "cli/notices.h"
#include "cli/progress.h"
#include "cli/rules.h"
#include "cli/verbs.h"

enum {
    OPTION_RULES = AS_OPTION_OWN,
    OPTION_RULE,
    OPTION_PARAM,
    OPTION_LIST,
    OPTION_SINCE,
    OPTION_UNTIL,
    OPTION_THREADS,
    OPTION_MEMORY,
    OPTION_NATIVE,
    OPTION_FAIL_ON,
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_STATS,
    OPTION_QUARANTINE,
    OPTION_QUIET,
    OPTION_OVERLAY,
    OPTION_VERIFY_KEY,
};

#define OWN(option) [(option)-AS_OPTION_OWN]

static const struct as_option options[] = {
    AS_FEED_OPTIONS,
    OWN(OPTION_SINCE) = { .name = "since",
                          .kind = AS_VALUE,
                          .argument = "TIME",
                          .help = "only alerts of this time or later; earlier "
                                  "events still teach" },
    OWN(OPTION_UNTIL) = { .name = "until",
                          .kind = AS_VALUE,
                          .argument = "TIME",
                          .help = "only alerts before this time" },
    OWN(OPTION_FAIL_ON) = { .name = "fail-on",
                            .kind = AS_VALUE,
                            .argument = "SEVERITY",
                            .choices = "informational|low|medium|high|critical",
                            .help = "exit with 1 when an alert is of this "
                                    "severity or graver" },
    OWN(OPTION_FORMAT) = { .name = "format",
                           .kind = AS_VALUE,
                           .argument = "FORMAT",
                           .choices = "text|jsonl|json",
                           .help = "of the alerts; text on a terminal, else "
                                   "jsonl" },
    OWN(OPTION_OUTPUT) = { .name = "output",
                           .letter = 'o',
                           .kind = AS_VALUE,
                           .argument = "FILE",
                           .help = "write the alerts to FILE, which appears "
                                   "whole" },
    OWN(OPTION_STATS) = { .name = "stats",
                          .kind = AS_VALUE,
                          .argument = "FILE",
                          .help = "write the summary to FILE as JSON" },
    OWN(OPTION_QUARANTINE) = { .name = "quarantine",
                               .kind = AS_VALUE,
                               .argument = "FILE",
                               .help = "write what could not be judged to "
                                       "FILE, as JSON lines" },
    OWN(OPTION_QUIET) = { .name = "quiet",
                          .letter = 'q',
                          .kind = AS_SWITCH,
                          .help = "no summary, no warnings" },
    OWN(OPTION_OVERLAY) = AS_OVERLAY_OPTION,
    OWN(OPTION_VERIFY_KEY) = { .name = "verify-key",
                               .kind = AS_VALUES,
                               .argument = "FILE.pub",
                               .help = "take the rules only from a pack that "
                                       "this key signed; of several keys, "
                                       "that one of them did" },
};

enum format { FORMAT_TEXT, FORMAT_LINES, FORMAT_ARRAY };

struct scan {
    const struct as_args *args;
    struct as_talk *talk;
    struct as_keys keys;
    struct astray_rules *rules;
    struct as_native native;
    struct astray_scanner *scanner;
    struct as_output out, quarantine;
    struct as_notices notices;
    struct as_progress progress;
    struct as_blocks blocks;
    enum format format;
    uint64_t alert_count;
    size_t fail_on; /* rank of --fail-on; 0: not given */
    enum as_exit ending;
};

static void worsen(struct scan *scan, enum as_exit ending)
{
    scan->ending = as_exit_worse(scan->ending, ending);
}

/* ---- alerts -------------------------------------------------------------- */

/* The place of a severity in the choices of --fail-on, from 1. */
static size_t rank(const char *severity)
{
    const char *choices = options[OPTION_FAIL_ON - AS_OPTION_OWN].choices;
    struct as_text choice;

    for (size_t n = 1; as_choice_next(&choices, &choice); n++)
        if (as_text_equal(choice, as_text_of(severity)))
            return n;
    return 0;
}

static void write_line(struct scan *scan, const struct astray_alert *alert)
{
    struct as_buf line = { .bytes = NULL };

    if (scan->format == FORMAT_ARRAY)
        as_buf_puts(&line, scan->alert_count > 0 ? ",\n" : "[\n");
    as_buf_add(&line, alert->json, alert->json_length);
    if (scan->format == FORMAT_LINES)
        as_buf_putc(&line, '\n');
    as_output_buf(&scan->out, &line);
    as_buf_done(&line);
}

static void on_alert(const struct astray_alert *alert, void *user)
{
    struct scan *scan = user;

    if (scan->format == FORMAT_TEXT)
        as_blocks_add(&scan->blocks, alert);
    else
        write_line(scan, alert);
    scan->alert_count++;
    if (scan->fail_on > 0 && rank(alert->severity) >= scan->fail_on)
        worsen(scan, AS_EXIT_FINDINGS);
}

/* The end of the alerts: what a format still has to say. */
static void end_alerts(struct scan *scan)
{
    struct as_buf text = { .bytes = NULL };

    if (scan->format == FORMAT_ARRAY)
        as_buf_puts(&text, scan->alert_count > 0 ? "\n]\n" : "[]\n");
    else if (scan->format == FORMAT_TEXT)
        as_blocks_text(&scan->blocks,
                       as_command_color(scan->args, scan->out.file), &text);
    as_output_buf(&scan->out, &text);
    as_buf_done(&text);
}

/* ---- setting up ---------------------------------------------------------- */

static bool open_outputs(struct scan *scan)
{
    const char *file = as_args_value(scan->args, OPTION_QUARANTINE);
    const char *format = as_args_value(scan->args, OPTION_FORMAT);

    if (!as_command_open(&scan->out, as_args_value(scan->args, OPTION_OUTPUT),
                         scan->talk))
        return false;
    if (file && !as_command_open(&scan->quarantine, file, scan->talk))
        return false;
    if (file)
        scan->notices.quarantine = &scan->quarantine;
    scan->format = FORMAT_LINES;
    if (format ? strcmp(format, "text") == 0 : as_output_terminal(&scan->out))
        scan->format = FORMAT_TEXT;
    else if (format && strcmp(format, "json") == 0)
        scan->format = FORMAT_ARRAY;
    return true;
}

static bool set_values(struct scan *scan)
{
    const struct as_args *args = scan->args;

    if (!as_native_open(&scan->native, as_args_value(args, OPTION_NATIVE),
                        scan->talk) ||
        !as_native_use(&scan->native, scan->scanner, scan->talk) ||
        !as_feed_rules(scan->scanner, scan->rules, args, OPTION_RULE,
                       scan->talk) ||
        !as_feed_params(scan->scanner, args, OPTION_PARAM, scan->talk) ||
        !as_feed_lists(scan->scanner, args, OPTION_LIST, scan->notices.quiet,
                       scan->talk))
        return false;

    enum astray_status status = astray_scanner_set_period(
        scan->scanner, as_args_value(args, OPTION_SINCE),
        as_args_value(args, OPTION_UNTIL));
    if (status != ASTRAY_OK)
        as_feed_complain(scan->scanner, status, scan->talk,
                         "--since or --until");
    return status == ASTRAY_OK;
}

static void on_notice(const struct astray_notice *notice, void *user)
{
    struct scan *scan = user;

    as_progress_hide(&scan->progress);
    as_notices_take(notice, &scan->notices);
}

static bool new_scanner(struct scan *scan)
{
    enum astray_status status = astray_scanner_new(scan->rules, &scan->scanner);

    if (status != ASTRAY_OK) {
        as_talk_error(scan->talk, NULL, "cannot scan: %s",
                      as_exit_words(status));
        worsen(scan, as_exit_of(status));
        return false;
    }
    astray_scanner_on_alert(scan->scanner, on_alert, scan);
    astray_scanner_on_notice(scan->scanner, on_notice, scan);
    as_progress_init(&scan->progress, !scan->notices.quiet);
    if (scan->progress.on)
        astray_scanner_on_progress(scan->scanner, as_progress_take,
                                   &scan->progress);
    return true;
}

static enum as_exit take_rules(struct scan *scan)
{
    bool any = as_args_value(scan->args, OPTION_VERIFY_KEY) == NULL;

    if (!any &&
        !as_keys_read(&scan->keys, scan->args, OPTION_VERIFY_KEY, scan->talk))
        return AS_EXIT_USAGE;
    return as_rules_signed(scan->args, OPTION_RULES, any ? NULL : &scan->keys,
                           scan->talk, &scan->rules);
}

static bool set_up(struct scan *scan)
{
    const char *fail_on = as_args_value(scan->args, OPTION_FAIL_ON);

    scan->fail_on = fail_on ? rank(fail_on) : 0;
    scan->notices.quiet = as_args_value(scan->args, OPTION_QUIET) != NULL;
    worsen(scan, take_rules(scan));
    if (!scan->rules || !new_scanner(scan))
        return false;
    if (set_values(scan) &&
        as_feed_resources(scan->scanner, scan->args, OPTION_THREADS,
                          OPTION_MEMORY, scan->talk) &&
        open_outputs(scan))
        return true;
    worsen(scan, AS_EXIT_USAGE);
    return false;
}

/* ---- scanning ------------------------------------------------------------ */

static void feed(struct scan *scan, const char *const *paths, size_t count)
{
    enum astray_status status = astray_scanner_feed_paths(scan->scanner, paths,
                                                          count);

    as_progress_hide(&scan->progress);
    if (status != ASTRAY_OK && status != ASTRAY_SET_ASIDE &&
        scan->notices.count == 0)
        as_feed_complain(scan->scanner, status, scan->talk,
                         "cannot read all of the logs");
    worsen(scan,
           status == ASTRAY_LIMIT ? AS_EXIT_SET_ASIDE : as_exit_of(status));
}

/* False when the events could not be judged: there is no result then. */
static bool feed_all(struct scan *scan)
{
    static const char *const standard_input[] = { "-" };
    const struct as_args *args = scan->args;

    if (args->argument_count == 0)
        feed(scan, standard_input, 1);
    else
        feed(scan, args->arguments, args->argument_count);

    enum astray_status status = astray_scanner_finish(scan->scanner);
    if (status != ASTRAY_OK)
        as_feed_complain(scan->scanner, status, scan->talk,
                         "cannot judge all events");
    worsen(scan, as_exit_of(status));
    return status == ASTRAY_OK;
}

static void write_stats(struct scan *scan)
{
    const char *path = as_args_value(scan->args, OPTION_STATS);
    struct as_buf text = { .bytes = NULL };
    char *json = NULL;

    if (!path)
        return;
    enum astray_status status = astray_scanner_summary(scan->scanner, 1, &json);
    if (status != ASTRAY_OK) {
        as_feed_complain(scan->scanner, status, scan->talk, "cannot sum up");
        worsen(scan, AS_EXIT_USAGE);
        return;
    }
    as_buf_puts(&text, json);
    if (text.length > 0 && text.bytes[text.length - 1] != '\n')
        as_buf_putc(&text, '\n');
    worsen(scan, as_command_write(path, &text, scan->talk));
    as_buf_done(&text);
    free(json);
}

static void say_summary(struct scan *scan)
{
    char *text = NULL;

    if (scan->notices.quiet)
        return;
    if (astray_scanner_summary(scan->scanner, 0, &text) == ASTRAY_OK)
        as_talk_plain(scan->talk, as_text_of(text));
    else
        as_talk_no_memory(scan->talk);
    free(text);
}

static void close_outputs(struct scan *scan)
{
    worsen(scan, as_command_close(&scan->out, scan->talk));
    if (scan->notices.quarantine)
        worsen(scan, as_command_close(&scan->quarantine, scan->talk));
}

static void scan_all(struct scan *scan)
{
    bool judged = feed_all(scan);

    if (judged) {
        end_alerts(scan);
    } else {
        as_output_drop(&scan->out);
        as_output_drop(&scan->quarantine);
    }
    close_outputs(scan);
    as_notices_end(&scan->notices);
    if (judged) {
        say_summary(scan);
        write_stats(scan);
    }
}

/* ---- the verb ------------------------------------------------------------ */

static const char *misuse_of(const struct as_args *args)
{
    const char *const files[] = { as_args_value(args, OPTION_STATS),
                                  as_args_value(args, OPTION_QUARANTINE) };

    if (!as_args_value(args, OPTION_RULES))
        return "which rules? give them with -r";
    if (args->argument_count == 0 && isatty(STDIN_FILENO))
        return "which logs? name files or folders, or - for standard input";
    if (as_args_value(args, OPTION_VERIFY_KEY) &&
        as_args_value(args, OPTION_NATIVE))
        return "--native runs code that no signature covers: it and "
               "--verify-key exclude each other";
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (files[i] && strcmp(files[i], "-") == 0)
            return "--stats and --quarantine need a file; standard output is "
                   "for alerts";
    return NULL;
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct scan scan = { .args = args, .talk = talk };
    const char *misuse = misuse_of(args);

    if (misuse)
        return as_command_misused(args, talk, misuse);
    scan.out.file = scan.quarantine.file = -1;
    as_notices_init(&scan.notices, talk);
    as_blocks_init(&scan.blocks);
    if (set_up(&scan))
        scan_all(&scan);
    as_output_drop(&scan.out);
    as_output_drop(&scan.quarantine);
    astray_scanner_free(scan.scanner);
    as_native_close(&scan.native);
    astray_rules_free(scan.rules);
    as_keys_done(&scan.keys);
    as_blocks_done(&scan.blocks);
    as_notices_done(&scan.notices);
    return scan.ending;
}

const struct as_verb as_verb_scan = {
    .name = "scan",
    .usage = "-r RULES [INPUT...]",
    .summary = "find alerts in logs",
    .text = "Judge CloudTrail events and print the alerts. INPUT is a file, a "
            "folder, which is walked, or - for standard input; what it holds "
            "is recognized by its content: gzip or not, trail files, JSON "
            "lines, arrays, look-ups, EventBridge, CloudWatch Logs, Elastic "
            "exports. Alerts go to standard output, one JSON object a line "
            "(text on a terminal); a summary goes to standard error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = SIZE_MAX,
    .run = run,
};
