/*
 * cmd_bench.c - astray bench: what each rule costs.
 *
 * The scan is the one of `astray scan`, with clocks in it; its alerts are
 * only counted.  A machine is never quiet, so it can be run several times:
 * what is shown is the run that took the least processor time, as a whole,
 * since of a mixture of runs the shares would add up to nothing.
 */

#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/feed.h"
#include "cli/notices.h"
#include "cli/rules.h"
#include "cli/verbs.h"

enum {
    OPTION_RULES = AS_OPTION_OWN,
    OPTION_RULE,
    OPTION_PARAM,
    OPTION_LIST,
    OPTION_THREADS,
    OPTION_MEMORY,
    OPTION_NATIVE,
    OPTION_REPEAT,
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_QUIET,
    OPTION_OVERLAY,
};

#define OWN(option) [(option)-AS_OPTION_OWN]

static const struct as_option options[] = {
    AS_FEED_OPTIONS,
    OWN(OPTION_REPEAT) = { .name = "repeat",
                           .kind = AS_VALUE,
                           .argument = "N",
                           .help = "scan N times and show the run that took "
                                   "the least processor time" },
    OWN(OPTION_FORMAT) = { .name = "format",
                           .kind = AS_VALUE,
                           .argument = "FORMAT",
                           .choices = "text|json",
                           .help = "text on a terminal, else one JSON object" },
    OWN(OPTION_OUTPUT) = { .name = "output",
                           .letter = 'o',
                           .kind = AS_VALUE,
                           .argument = "FILE",
                           .help = "write to FILE, which appears whole" },
    OWN(OPTION_QUIET) = { .name = "quiet",
                          .letter = 'q',
                          .kind = AS_SWITCH,
                          .help = "no warnings" },
    OWN(OPTION_OVERLAY) = AS_OVERLAY_OPTION,
};

enum { MOST_RUNS = 1000 };

/* In ns; wall: as a clock on the wall has it. */
struct run_time {
    uint64_t cpu, wall;
};

struct bench {
    const struct as_args *args;
    struct as_talk *talk;
    struct astray_rules *rules;
    struct as_native native;
    struct astray_scanner *scanner;
    struct as_output out;
    struct as_notices notices;
    bool json;
    struct run_time times[MOST_RUNS];
    size_t run_count, runs;
    size_t best;   /* run */
    char *profile; /* owned; of the best run */
    enum as_exit ending;
};

static void worsen(struct bench *bench, enum as_exit ending)
{
    bench->ending = as_exit_worse(bench->ending, ending);
}

static uint64_t now(clockid_t clock)
{
    struct timespec time = { 0 };

    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* ---- a run --------------------------------------------------------------- */

/* The first run says what is wrong with the input; the others would only say
 * it again. */
static bool speaks(const struct bench *bench)
{
    return bench->run_count == 0;
}

static void feed(struct bench *bench, const char *const *paths, size_t count)
{
    enum astray_status status = astray_scanner_feed_paths(bench->scanner, paths,
                                                          count);

    if (status != ASTRAY_OK && status != ASTRAY_SET_ASIDE && speaks(bench) &&
        bench->notices.count == 0)
        as_feed_complain(bench->scanner, status, bench->talk,
                         "cannot read all of the logs");
    worsen(bench,
           status == ASTRAY_LIMIT ? AS_EXIT_SET_ASIDE : as_exit_of(status));
}

static bool finish(struct bench *bench)
{
    enum astray_status status = astray_scanner_finish(bench->scanner);

    if (status != ASTRAY_OK)
        as_feed_complain(bench->scanner, status, bench->talk,
                         "cannot judge all events");
    worsen(bench, as_exit_of(status));
    return status == ASTRAY_OK;
}

static bool set_up(struct bench *bench)
{
    const struct as_args *args = bench->args;
    enum astray_status status = astray_scanner_new(bench->rules,
                                                   &bench->scanner);

    if (status == ASTRAY_OK)
        status = astray_scanner_set_profile(bench->scanner, 1);
    if (status != ASTRAY_OK) {
        as_talk_error(bench->talk, NULL, "cannot scan: %s",
                      as_exit_words(status));
        worsen(bench, as_exit_of(status));
        return false;
    }
    if (speaks(bench))
        astray_scanner_on_notice(bench->scanner, as_notices_take,
                                 &bench->notices);
    bool good = as_native_use(&bench->native, bench->scanner, bench->talk) &&
                as_feed_rules(bench->scanner, bench->rules, args, OPTION_RULE,
                              bench->talk) &&
                as_feed_params(bench->scanner, args, OPTION_PARAM,
                               bench->talk) &&
                as_feed_lists(bench->scanner, args, OPTION_LIST,
                              bench->notices.quiet || !speaks(bench),
                              bench->talk) &&
                as_feed_resources(bench->scanner, args, OPTION_THREADS,
                                  OPTION_MEMORY, bench->talk);
    if (!good)
        worsen(bench, AS_EXIT_USAGE);
    return good;
}

static bool scan(struct bench *bench)
{
    static const char *const standard_input[] = { "-" };
    const struct as_args *args = bench->args;
    struct run_time *time = &bench->times[bench->run_count];
    uint64_t cpu = now(CLOCK_PROCESS_CPUTIME_ID), wall = now(CLOCK_MONOTONIC);

    if (args->argument_count == 0)
        feed(bench, standard_input, 1);
    else
        feed(bench, args->arguments, args->argument_count);
    bool good = finish(bench);
    time->cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    time->wall = now(CLOCK_MONOTONIC) - wall;
    return good;
}

/* Keep the profile of the run at hand when it is the best so far. */
static bool keep(struct bench *bench)
{
    const struct run_time *times = bench->times;
    size_t run = bench->run_count;
    char *text = NULL;

    if (run > 0 && times[run].cpu >= times[bench->best].cpu)
        return true;
    if (astray_scanner_profile(bench->scanner, bench->json, &text) !=
        ASTRAY_OK) {
        as_talk_error(bench->talk, NULL, "cannot sum up: out of memory");
        worsen(bench, AS_EXIT_USAGE);
        return false;
    }
    free(bench->profile);
    bench->profile = text;
    bench->best = run;
    return true;
}

static bool run_once(struct bench *bench)
{
    bool good = set_up(bench) && scan(bench) && keep(bench);

    if (speaks(bench))
        as_notices_end(&bench->notices);
    astray_scanner_free(bench->scanner);
    bench->scanner = NULL;
    bench->run_count++;
    return good;
}

/* ---- what came of it ----------------------------------------------------- */

/* In bytes; getrusage has it in units of 1024. */
static uint64_t peak_memory(void)
{
    struct rusage usage;

    return getrusage(RUSAGE_SELF, &usage) == 0
             ? (uint64_t)usage.ru_maxrss * 1024
             : 0;
}

static void write_json(struct as_buf *out, const struct bench *bench)
{
    as_buf_puts(out, "{\"schema\":\"astray.bench/1\",\"runs\":[");
    for (size_t i = 0; i < bench->run_count; i++)
        as_buf_printf(out, "%s{\"cpu_ns\":%" PRIu64 ",\"wall_ns\":%" PRIu64 "}",
                      i > 0 ? "," : "", bench->times[i].cpu,
                      bench->times[i].wall);
    as_buf_printf(out, "],\"best\":%zu,\"peak_memory_bytes\":%" PRIu64,
                  bench->best, peak_memory());
    as_buf_puts(out, ",\"profile\":");
    as_buf_puts(out, bench->profile);
    as_buf_puts(out, "}\n");
}

static void write_text(struct as_buf *out, const struct bench *bench)
{
    uint64_t peak = peak_memory();

    as_buf_puts(out, bench->profile);
    as_buf_printf(out,
                  "peak memory of the process: %" PRIu64 ".%" PRIu64 " MB\n",
                  peak / 1000000, peak / 100000 % 10);
    if (bench->run_count > 1)
        as_buf_printf(out, "shown is the fastest of %zu runs, number %zu\n",
                      bench->run_count, bench->best + 1);
}

static void report(struct bench *bench)
{
    struct as_buf text = { .bytes = NULL };

    if (bench->json)
        write_json(&text, bench);
    else
        write_text(&text, bench);
    if (text.failed) {
        as_talk_error(bench->talk, NULL, "cannot sum up: out of memory");
        worsen(bench, AS_EXIT_USAGE);
    } else {
        as_output_add(&bench->out, as_buf_view(&text));
        worsen(bench, as_command_close(&bench->out, bench->talk));
    }
    as_buf_done(&text);
}

/* ---- the verb ------------------------------------------------------------ */

/* 0: that is no number of runs. */
static size_t runs_of(const struct as_args *args)
{
    const char *word = as_args_or(args, OPTION_REPEAT, "1");
    size_t runs = 0;

    for (; *word >= '0' && *word <= '9' && runs <= MOST_RUNS; word++)
        runs = runs * 10 + (size_t)(*word - '0');
    return *word == '\0' && runs <= MOST_RUNS ? runs : 0;
}

static bool reads_stdin(const struct as_args *args)
{
    for (size_t i = 0; i < args->argument_count; i++)
        if (strcmp(args->arguments[i], "-") == 0)
            return true;
    return args->argument_count == 0;
}

static const char *misuse_of(const struct as_args *args)
{
    if (!as_args_value(args, OPTION_RULES))
        return "which rules? give them with -r";
    if (args->argument_count == 0 && isatty(STDIN_FILENO))
        return "which logs? name files or folders, or - for standard input";
    if (runs_of(args) == 0)
        return "--repeat takes a number from 1 to 1000";
    if (runs_of(args) > 1 && reads_stdin(args))
        return "--repeat needs files; standard input can be read only once";
    return NULL;
}

static bool prepare(struct bench *bench)
{
    const char *format = as_args_value(bench->args, OPTION_FORMAT);

    worsen(bench, as_rules_given(bench->args, OPTION_RULES, bench->talk,
                                 &bench->rules));
    if (!bench->rules)
        return false;
    if (!as_native_open(&bench->native,
                        as_args_value(bench->args, OPTION_NATIVE),
                        bench->talk) ||
        !as_command_open(&bench->out, as_args_value(bench->args, OPTION_OUTPUT),
                         bench->talk)) {
        worsen(bench, AS_EXIT_USAGE);
        return false;
    }
    bench->json = format ? strcmp(format, "json") == 0
                         : !as_output_terminal(&bench->out);
    return true;
}

static enum as_exit bench_all(struct bench *bench)
{
    bool good = prepare(bench);

    for (size_t i = 0; good && i < bench->runs; i++)
        good = run_once(bench);
    if (good)
        report(bench);
    as_output_drop(&bench->out);
    free(bench->profile);
    as_native_close(&bench->native);
    astray_rules_free(bench->rules);
    return bench->ending;
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct bench bench = { .args = args, .talk = talk, .out.file = -1 };
    const char *misuse = misuse_of(args);

    if (misuse)
        return as_command_misused(args, talk, misuse);
    as_notices_init(&bench.notices, talk);
    bench.notices.quiet = as_args_value(args, OPTION_QUIET) != NULL;
    bench.runs = runs_of(args);
    enum as_exit ending = bench_all(&bench);
    as_notices_done(&bench.notices);
    return ending;
}

const struct as_verb as_verb_bench = {
    .name = "bench",
    .usage = "-r RULES [INPUT...]",
    .summary = "show what each rule costs",
    .text = "Scan as `astray scan` does and show, instead of the alerts, what "
            "each baseline and each rule has cost: events, time, memory, what "
            "costs most first. INPUT is a file, a folder, which is walked, or "
            "- for standard input.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = SIZE_MAX,
    .run = run,
};
