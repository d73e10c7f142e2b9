/*
 * cmd_diff.c - astray diff: what does an edit of the rules do to the alerts?
 *
 * Both sides judge the same input, one after the other, and what one has and
 * the other not is asked about in one more scan of the side that refused it.
 * So the input is read up to four times: what can be read only once, standard
 * input or a pipe, is put into a file first.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/diffview.h"
#include "cli/feed.h"
#include "cli/notices.h"
#include "cli/progress.h"
#include "cli/revision.h"
#include "cli/rules.h"
#include "cli/verbs.h"

enum {
    OPTION_FORMAT = AS_OPTION_OWN,
    OPTION_FAIL_ON,
    OPTION_OUTPUT,
    OPTION_SINCE,
    OPTION_UNTIL,
    OPTION_THREADS,
    OPTION_MEMORY,
    OPTION_QUIET,
};

static const struct as_option options[] = {
    { .name = "format",
      .kind = AS_VALUE,
      .argument = "FORMAT",
      .choices = "text|json|md",
      .help = "text for people, one JSON object, or Markdown for a pull "
              "request; text unless given" },
    { .name = "fail-on",
      .kind = AS_VALUE,
      .argument = "WHAT",
      .choices = "lost|new|any",
      .help = "exit with 1 when alerts were lost, when there are new ones, or "
              "when anything differs" },
    { .name = "output",
      .letter = 'o',
      .kind = AS_VALUE,
      .argument = "FILE",
      .help = "write to FILE, which appears whole" },
    { .name = "since",
      .kind = AS_VALUE,
      .argument = "TIME",
      .help = "only alerts of this time or later; earlier events still "
              "teach" },
    { .name = "until",
      .kind = AS_VALUE,
      .argument = "TIME",
      .help = "only alerts before this time" },
    { .name = "threads",
      .kind = AS_VALUE,
      .argument = "N",
      .help = "read with N threads; as many as there are processors unless "
              "given" },
    { .name = "memory",
      .kind = AS_VALUE,
      .argument = "SIZE",
      .help = "remember events within SIZE bytes, such as 512K, 64M, 1G; the "
              "rest is put away in $TMPDIR; 32M unless given" },
    { .name = "quiet",
      .letter = 'q',
      .kind = AS_SWITCH,
      .help = "no warnings" },
};

enum { COPY_BYTES = 64 * 1024, SPOOL_NAME = 32 };

struct diff {
    const struct as_args *args;
    struct as_talk *talk;
    struct astray_rules *rules[AS_SIDES];
    const char **inputs;        /* owned; borrowed, or one of `spools` */
    char (*spools)[SPOOL_NAME]; /* owned; "/dev/fd/7" */
    int *files;                 /* owned; open, of `spools` */
    size_t input_count, spool_count;
    struct as_notices notices;
    struct as_progress progress;
    struct as_differ differ;
    enum as_side_number side; /* that is scanned */
    bool first;               /* scan: notices are said once */
    enum astray_status read;  /* how reading went then */
    enum as_exit ending;
};

static void worsen(struct diff *diff, enum as_exit ending)
{
    diff->ending = as_exit_worse(diff->ending, ending);
}

/* ---- rules --------------------------------------------------------------- */

static enum as_exit take_rules(const char *word, struct as_talk *talk,
                               struct astray_rules **rules)
{
    struct as_revision revision = { .folder = NULL };
    enum as_exit ending = AS_EXIT_USAGE;

    if (!as_is_revision(word))
        return as_rules_take(&word, 1, talk, rules);
    if (as_revision_open(&revision, word, talk)) {
        const char *path = revision.path.bytes;

        ending = as_rules_take(&path, 1, talk, rules);
        if (ending != AS_EXIT_OK)
            as_talk_error(talk, NULL, "these are the rules of `%s`", word);
    }
    as_revision_done(&revision);
    return ending;
}

static bool take_sides(struct diff *diff)
{
    diff->talk->errors_only = true;
    for (int side = 0; side < AS_SIDES; side++)
        worsen(diff, take_rules(diff->args->arguments[side], diff->talk,
                                &diff->rules[side]));
    as_talk_end(diff->talk);
    return diff->rules[AS_OLD] && diff->rules[AS_NEW];
}

/* ---- input --------------------------------------------------------------- */

/* Can it be read as often as one likes? */
static bool is_lasting(const char *path)
{
    struct stat found;

    if (strcmp(path, "-") == 0)
        return false;
    return stat(path, &found) != 0 || S_ISREG(found.st_mode) ||
           S_ISDIR(found.st_mode);
}

/* Append all of `from` to `to`: an errno. */
static int copy(int from, int to)
{
    char bytes[COPY_BYTES];

    for (;;) {
        ssize_t got = read(from, bytes, sizeof(bytes));

        if (got == 0)
            return 0;
        if (got < 0 && errno == EINTR)
            continue;
        for (ssize_t done = 0; got > 0;) {
            ssize_t put = write(to, bytes + done, (size_t)got);

            if (put < 0 && errno != EINTR)
                return errno;
            done += put > 0 ? put : 0;
            got -= put > 0 ? put : 0;
            if (got == 0)
                break;
        }
        if (got < 0)
            return errno;
    }
}

/* A file without a name in the temporary folder: its number, or -1. */
static int nameless(void)
{
    const char *usual = getenv("TMPDIR");
    struct as_buf path = { .bytes = NULL };
    int file = -1;

    as_buf_printf(&path, "%s/astray-XXXXXX",
                  usual && usual[0] != '\0' ? usual : "/tmp");
    as_buf_putc(&path, '\0');
    errno = ENOMEM;
    if (!path.failed)
        file = mkostemp(path.bytes, O_CLOEXEC);
    if (file >= 0)
        unlink(path.bytes);
    as_buf_done(&path);
    return file;
}

/* Put what can be read only once into a file; its name in place of `path`. */
static const char *spool(struct diff *diff, const char *path)
{
    bool given = strcmp(path, "-") == 0;
    int from = given ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    int to = from < 0 ? -1 : nameless();
    int error = from < 0 || to < 0 ? errno : copy(from, to);
    size_t n = diff->spool_count;

    if (from >= 0 && !given)
        close(from);
    if (error != 0) {
        if (to >= 0)
            close(to);
        as_talk_error(diff->talk, "TMPDIR names the folder where it is kept",
                      "cannot keep what `%s` gives: %s", path, strerror(error));
        return NULL;
    }
    diff->files[n] = to;
    diff->spool_count++;
    snprintf(diff->spools[n], SPOOL_NAME, "/dev/fd/%d", to);
    return diff->spools[n];
}

static bool take_inputs(struct diff *diff)
{
    static const char *const standard_input[] = { "-" };
    const char *const *paths = diff->args->arguments + AS_SIDES;
    size_t count = diff->args->argument_count - AS_SIDES;

    if (count == 0) {
        paths = standard_input;
        count = 1;
    }
    diff->inputs = calloc(count, sizeof(*diff->inputs));
    diff->spools = calloc(count, sizeof(*diff->spools));
    diff->files = calloc(count, sizeof(*diff->files));
    if (!diff->inputs || !diff->spools || !diff->files) {
        as_talk_no_memory(diff->talk);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const char *input = is_lasting(paths[i]) ? paths[i]
                                                 : spool(diff, paths[i]);

        if (!input)
            return false;
        diff->inputs[diff->input_count++] = input;
    }
    return true;
}

/* ---- scanning ------------------------------------------------------------ */

static void on_alert(const struct astray_alert *alert, void *user)
{
    struct diff *diff = user;

    as_differ_take(&diff->differ, diff->side, alert);
}

static void on_answer(const struct astray_alert *alert, void *user)
{
    struct diff *diff = user;

    as_differ_answer(&diff->differ, diff->side, alert);
}

static void on_notice(const struct astray_notice *notice, void *user)
{
    struct diff *diff = user;

    as_progress_hide(&diff->progress);
    if (diff->first)
        as_notices_take(notice, &diff->notices);
}

static bool set_up(struct diff *diff, struct astray_scanner *scanner)
{
    enum astray_status status = astray_scanner_set_period(
        scanner, as_args_value(diff->args, OPTION_SINCE),
        as_args_value(diff->args, OPTION_UNTIL));

    if (status != ASTRAY_OK)
        as_feed_complain(scanner, status, diff->talk, "--since or --until");
    return status == ASTRAY_OK &&
           as_feed_resources(scanner, diff->args, OPTION_THREADS, OPTION_MEMORY,
                             diff->talk);
}

/* Both sides must have seen the same. */
static bool reads_as_before(struct diff *diff, enum astray_status status)
{
    if (diff->first)
        diff->read = status;
    if (status != diff->read)
        as_talk_error(diff->talk, "nothing can be compared then",
                      "the logs could not be read again as before: %s",
                      as_exit_words(status));
    return status == diff->read;
}

/* Feed it all.  False, after a complaint, when there is no result. */
static bool feed(struct diff *diff, struct astray_scanner *scanner)
{
    as_progress_init(&diff->progress, !diff->notices.quiet);
    if (diff->progress.on)
        astray_scanner_on_progress(scanner, as_progress_take, &diff->progress);
    enum astray_status status = astray_scanner_feed_paths(scanner, diff->inputs,
                                                          diff->input_count);
    as_progress_hide(&diff->progress);
    if (status != ASTRAY_OK && status != ASTRAY_SET_ASIDE && diff->first &&
        diff->notices.count == 0)
        as_feed_complain(scanner, status, diff->talk,
                         "cannot read all of the logs");
    worsen(diff,
           status == ASTRAY_LIMIT ? AS_EXIT_SET_ASIDE : as_exit_of(status));
    if (!reads_as_before(diff, status))
        return false;
    status = astray_scanner_finish(scanner);
    if (status != ASTRAY_OK)
        as_feed_complain(scanner, status, diff->talk,
                         "cannot judge all events");
    worsen(diff, as_exit_of(status));
    return status == ASTRAY_OK;
}

/* `names`, if not NULL: of the only alerts that matter. */
static bool scan(struct diff *diff, const struct astray_rules *rules,
                 const char *const *names, size_t count,
                 astray_alert_fn *report)
{
    struct astray_scanner *scanner = NULL;
    enum astray_status status = astray_scanner_new(rules, &scanner);
    bool good = status == ASTRAY_OK;

    if (good && names)
        status = astray_scanner_only_alerts(scanner, names, count);
    if (status != ASTRAY_OK) {
        as_talk_error(diff->talk, NULL, "cannot scan: %s",
                      as_exit_words(status));
        good = false;
    } else {
        astray_scanner_on_alert(scanner, report, diff);
        astray_scanner_on_notice(scanner, on_notice, diff);
        good = set_up(diff, scanner) && feed(diff, scanner);
    }
    astray_scanner_free(scanner);
    if (!good)
        worsen(diff, AS_EXIT_USAGE);
    return good;
}

static bool scan_sides(struct diff *diff)
{
    diff->first = true;
    for (int side = 0; side < AS_SIDES; side++) {
        diff->side = (enum as_side_number)side;
        if (!scan(diff, diff->rules[side], NULL, 0, on_alert))
            return false;
        diff->first = false;
    }
    as_notices_end(&diff->notices);
    return true;
}

/* Ask each side why it has not found what the other has. */
static bool ask_sides(struct diff *diff)
{
    for (int side = 0; side < AS_SIDES; side++) {
        const char **names;
        size_t count;
        bool good = true;

        diff->side = (enum as_side_number)side;
        if (as_differ_ask(&diff->differ, diff->side, &names, &count))
            good = scan(diff, diff->differ.side[side].relaxed, names, count,
                        on_answer);
        free(names);
        if (!good)
            return false;
    }
    return true;
}

/* ---- what comes out ------------------------------------------------------ */

static void write_result(struct diff *diff)
{
    const struct as_diff_names names = { { diff->args->arguments[AS_OLD],
                                           diff->args->arguments[AS_NEW] } };
    const char *format = as_args_or(diff->args, OPTION_FORMAT, "text");
    struct as_buf out = { .bytes = NULL };

    if (strcmp(format, "json") == 0)
        as_diff_json(&diff->differ, &names, &out);
    else if (strcmp(format, "md") == 0)
        as_diff_markdown(&diff->differ, &names, &out);
    else
        as_diff_text(&diff->differ, &names, &out);
    worsen(diff, as_command_write(as_args_value(diff->args, OPTION_OUTPUT),
                                  &out, diff->talk));
    as_buf_done(&out);
}

static void judge(struct diff *diff)
{
    const struct as_differ *differ = &diff->differ;
    const char *fail_on = as_args_or(diff->args, OPTION_FAIL_ON, "");
    bool any = strcmp(fail_on, "any") == 0;

    if ((differ->lost > 0 && (any || strcmp(fail_on, "lost") == 0)) ||
        (differ->gained > 0 && (any || strcmp(fail_on, "new") == 0)) ||
        (differ->changed > 0 && any))
        worsen(diff, AS_EXIT_FINDINGS);
}

static void compare(struct diff *diff)
{
    as_differ_init(&diff->differ, diff->rules[AS_OLD], diff->rules[AS_NEW]);
    bool good = !diff->differ.failed && scan_sides(diff);

    if (good)
        as_differ_match(&diff->differ);
    good = good && ask_sides(diff);
    if (good)
        as_differ_judge(&diff->differ);
    if (diff->differ.failed) {
        as_talk_no_memory(diff->talk);
        worsen(diff, AS_EXIT_USAGE);
    } else if (good) {
        write_result(diff);
        judge(diff);
    }
    as_differ_done(&diff->differ);
}

static const char *misuse_of(const struct as_args *args)
{
    if (args->argument_count < AS_SIDES)
        return "which two sets of rules are meant?";
    if (args->argument_count == AS_SIDES && isatty(STDIN_FILENO))
        return "which logs? name files or folders, or - for standard input";
    for (size_t i = 0; i < AS_SIDES; i++)
        if (strcmp(args->arguments[i], "-") == 0)
            return "standard input is for logs: name the rules";
    return NULL;
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct diff diff = { .args = args, .talk = talk };
    const char *misuse = misuse_of(args);

    if (misuse)
        return as_command_misused(args, talk, misuse);
    as_notices_init(&diff.notices, talk);
    diff.notices.quiet = as_args_value(args, OPTION_QUIET) != NULL;
    if (take_sides(&diff)) {
        if (take_inputs(&diff))
            compare(&diff);
        else
            worsen(&diff, AS_EXIT_USAGE);
    }
    for (size_t i = 0; i < diff.spool_count; i++)
        close(diff.files[i]);
    free(diff.inputs);
    free(diff.spools);
    free(diff.files);
    astray_rules_free(diff.rules[AS_OLD]);
    astray_rules_free(diff.rules[AS_NEW]);
    as_notices_done(&diff.notices);
    return diff.ending;
}

const struct as_verb as_verb_diff = {
    .name = "diff",
    .usage = "OLD NEW [INPUT...]",
    .summary = "compare the alerts of two sets of rules",
    .text = "Judge the same logs by two sets of rules, and say which alerts "
            "were lost, gained or changed, each with the clause that refused "
            "it. OLD and NEW are a compiled pack, a folder or an .astray "
            "file, or REV:PATH, which is PATH as a revision of git has it, "
            "such as main:rules. INPUT is as for `astray scan`.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = SIZE_MAX,
    .run = run,
};
