/*
 * cmd_test.c - astray test: do rules say about events what their tests
 * expect?
 *
 * A test stands beside its rule.  Where a pack.yaml is found upward from it,
 * the whole pack is compiled, once for all its tests, and only the named rule
 * judges; elsewhere NAME.astray beside NAME.test.yaml is compiled alone.
 */

#include <stdlib.h>

#include "cli/command.h"
#include "cli/mutate.h"
#include "cli/native.h"
#include "cli/rules.h"
#include "cli/testrun.h"
#include "cli/verbs.h"
#include "cli/walk.h"
#include "common/escape.h"
#include "common/regex.h"

enum {
    OPTION_RUN = AS_OPTION_OWN,
    OPTION_COVERAGE,
    OPTION_FORMAT,
    OPTION_MUTATE,
    OPTION_NATIVE,
    OPTION_OVERLAY,
    OPTION_TODAY
};

static const struct as_option options[] = {
    { .name = "run",
      .kind = AS_VALUE,
      .argument = "REGEX",
      .help = "only cases whose \"RULE: NAME\" matches" },
    { .name = "coverage",
      .kind = AS_MAYBE,
      .argument = "N",
      .help = "tell which conditions were never true or never false; with N, "
              "fail when less than N percent of that was seen" },
    { .name = "format",
      .kind = AS_VALUE,
      .argument = "FORMAT",
      .choices = "text|tap|junit",
      .help = "text on a terminal, else tap" },
    { .name = "mutate",
      .kind = AS_MAYBE,
      .argument = "PERCENT",
      .help = "edit the rules, an edit at a time, and show what no case "
              "notices; fail when less than PERCENT is noticed" },
    AS_NATIVE_OPTION,
    AS_OVERLAY_OPTION,
    AS_TODAY_OPTION,
};

/* Rules that were compiled, or could not be. */
struct unit {
    struct unit *next;
    char *root; /* the pack's folder, or the one file */
    struct as_paths tests;
    struct astray_rules *rules; /* NULL: they do not compile */
    struct astray_rules *open;  /* the same, compiled to be explained; NULL:
                                   not yet */
    struct as_coverage coverage;
    bool unfit; /* --native was made of others */
    enum as_exit ending;
};

struct testing {
    const struct as_args *args;
    struct as_talk *talk;
    struct as_output out;
    struct as_regex *filter; /* NULL: every case */
    struct as_native native;
    struct unit *units;
    struct as_buf line;      /* scratch */
    struct as_report report; /* junit */
    struct as_tuning tuning;
    bool tap, junit, color, covered;
    unsigned least; /* --coverage=N, in percent */
    uint64_t case_count, failed_count, skipped_count;
    enum as_exit ending;
};

static void worsen(struct testing *testing, enum as_exit ending)
{
    testing->ending = as_exit_worse(testing->ending, ending);
}

/* ---- saying -------------------------------------------------------------- */

/* A name in TAP: a `#` would begin a directive. */
static void add_tap_name(struct as_buf *out, const char *name)
{
    struct as_buf shown = { .bytes = NULL };

    as_escape_terminal(&shown, as_text_of(name));
    for (size_t i = 0; i < shown.length; i++) {
        if (shown.bytes[i] == '#')
            as_buf_putc(out, '\\');
        as_buf_putc(out, shown.bytes[i]);
    }
    out->failed |= shown.failed;
    as_buf_done(&shown);
}

/* The lines of `why`, each behind `prefix`. */
static void add_why(struct as_buf *out, const char *prefix, struct as_text why)
{
    while (why.length > 0) {
        const char *end = memchr(why.bytes, '\n', why.length);
        size_t length = end ? (size_t)(end - why.bytes) : why.length;

        as_buf_add(out, prefix,
                   length > 0 ? strlen(prefix) : strcspn(prefix, " "));
        as_buf_add(out, why.bytes, length);
        as_buf_putc(out, '\n');
        length += end != NULL;
        why.bytes += length;
        why.length -= length;
    }
}

static void say_tap(struct testing *testing, const char *rule, const char *name,
                    bool good)
{
    struct as_buf *line = &testing->line;

    as_buf_printf(line, "%sok %llu - ", good ? "" : "not ",
                  (unsigned long long)testing->case_count);
    add_tap_name(line, rule);
    as_buf_puts(line, ": ");
    add_tap_name(line, name);
    as_buf_putc(line, '\n');
}

static void say_text(struct testing *testing, const char *rule,
                     const char *name, bool good)
{
    struct as_buf *line = &testing->line;

    if (testing->color)
        as_buf_puts(line, good ? "\033[32m" : "\033[1;31m");
    as_buf_puts(line, good ? "ok    " : "FAIL  ");
    if (testing->color)
        as_buf_puts(line, "\033[0m");
    as_escape_terminal(line, as_text_of(rule));
    as_buf_puts(line, ": ");
    as_escape_terminal(line, as_text_of(name));
    as_buf_putc(line, '\n');
}

/* One case is over; an empty `why` means that it holds. */
static void say_case(struct testing *testing, const char *rule,
                     const char *name, struct as_text why)
{
    bool good = why.length == 0;

    testing->case_count++;
    testing->failed_count += !good;
    if (!good)
        worsen(testing, AS_EXIT_FINDINGS);
    if (testing->junit) {
        as_report_junit_case(&testing->report, rule, name, why);
        return;
    }
    as_buf_reset(&testing->line);
    if (testing->tap)
        say_tap(testing, rule, name, good);
    else
        say_text(testing, rule, name, good);
    add_why(&testing->line, testing->tap ? "#   " : "      ", why);
    as_output_buf(&testing->out, &testing->line);
}

/* One case is not run, and this is why. */
static void say_skipped(struct testing *testing, const char *rule,
                        const char *name, struct as_text why)
{
    struct as_buf *line = &testing->line;

    testing->case_count++;
    testing->skipped_count++;
    if (testing->junit) {
        as_report_junit_skipped(&testing->report, rule, name, why);
        return;
    }
    as_buf_reset(line);
    if (testing->tap)
        as_buf_printf(line, "ok %llu - ",
                      (unsigned long long)testing->case_count);
    else
        as_buf_puts(line, "skip  ");
    add_tap_name(line, rule);
    as_buf_puts(line, ": ");
    add_tap_name(line, name);
    as_buf_puts(line, testing->tap ? " # SKIP " : ": ");
    as_buf_text(line, why);
    as_buf_putc(line, '\n');
    as_output_buf(&testing->out, line);
}

static void say_end(struct testing *testing)
{
    unsigned long long failed = testing->failed_count;
    unsigned long long skipped = testing->skipped_count;
    unsigned long long passed = testing->case_count - failed - skipped;

    as_buf_reset(&testing->line);
    if (!testing->junit)
        as_tuning_never(&testing->tuning, testing->tap ? "# " : "",
                        &testing->line);
    if (testing->junit)
        as_report_junit(&testing->report, "astray test", &testing->line);
    else if (testing->tap)
        as_buf_printf(&testing->line, "1..%llu\n", passed + failed + skipped);
    else
        as_buf_printf(&testing->line, "%llu passed, %llu failed", passed,
                      failed);
    if (skipped > 0 && !testing->tap && !testing->junit)
        as_buf_printf(&testing->line, ", %llu skipped", skipped);
    if (!testing->tap && !testing->junit)
        as_buf_putc(&testing->line, '\n');
    as_output_buf(&testing->out, &testing->line);
}

/* ---- rules --------------------------------------------------------------- */

/* "x/NAME.test.yaml" -> "x/NAME.astray" */
static void rule_file(const char *test, struct as_buf *out)
{
    struct as_text path = as_text_of(test);

    path.length -= sizeof(".test.yaml") - 1;
    as_buf_reset(out);
    as_buf_text(out, path);
    as_buf_puts(out, ".astray");
    as_buf_putc(out, '\0');
}

/* Does --native go with these rules?  Said once for all of their cases. */
static bool fits(struct testing *testing, const struct astray_rules *rules)
{
    struct astray_scanner *scanner = NULL;
    bool good = true;

    if (astray_scanner_new(rules, &scanner) == ASTRAY_OK)
        good = as_native_use(&testing->native, scanner, testing->talk);
    astray_scanner_free(scanner);
    return good;
}

static void compile(struct testing *testing, struct unit *unit)
{
    const char *root = unit->root;
    struct as_rules_request request = { .paths = &root,
                                        .path_count = 1,
                                        .args = testing->args,
                                        .sources_only = true,
                                        .dated = true,
                                        .insight = testing->covered };

    testing->talk->errors_only = testing->talk->upkeep = true;
    unit->ending = as_rules_ask(&request, testing->talk, &unit->rules);
    if (unit->rules && !fits(testing, unit->rules)) {
        unit->unfit = true;
        unit->ending = AS_EXIT_USAGE;
    }
    worsen(testing, unit->ending);
}

/* The unit that a test file belongs to, compiled when it is the first of
 * it.  NULL when memory ran out. */
static struct unit *unit_of(struct testing *testing, const char *test)
{
    struct as_buf root = { .bytes = NULL };

    if (!as_find_pack(test, &root) && !root.failed)
        rule_file(test, &root);
    if (root.failed) {
        as_buf_done(&root);
        return NULL;
    }
    struct unit *unit = testing->units;
    while (unit && strcmp(unit->root, root.bytes) != 0)
        unit = unit->next;
    if (unit) {
        as_buf_done(&root);
        return unit;
    }
    unit = calloc(1, sizeof(*unit));
    if (!unit) {
        as_buf_done(&root);
        return NULL;
    }
    unit->root = root.bytes; /* the buffer's memory is the unit's now */
    unit->next = testing->units;
    testing->units = unit;
    compile(testing, unit);
    return unit;
}

static void free_units(struct testing *testing)
{
    while (testing->units) {
        struct unit *unit = testing->units;

        testing->units = unit->next;
        astray_rules_free(unit->rules);
        astray_rules_free(unit->open);
        as_coverage_done(&unit->coverage);
        as_paths_done(&unit->tests);
        free(unit->root);
        free(unit);
    }
}

/* ---- running ------------------------------------------------------------- */

/* What the rule made of the events that the failure is about. */
static void explain(struct testing *testing, struct unit *unit,
                    const struct as_test_file *file,
                    const struct as_test_case *test,
                    const struct as_test_odd *odd, struct as_buf *why)
{
    const struct astray_rules *rules = unit->rules;
    const char *root = unit->root;
    struct as_rules_request request = { .paths = &root,
                                        .path_count = 1,
                                        .args = testing->args,
                                        .sources_only = true,
                                        .insight = true };

    if (!testing->covered && !unit->open && odd->count > 0)
        as_rules_ask(&request, testing->talk, &unit->open);
    if (unit->open)
        rules = unit->open;
    for (size_t i = 0; i < odd->count; i++) {
        as_buf_putc(why, '\n');
        as_test_explain(rules, file, test, odd->ids[i], why);
    }
}

static void run_case(struct testing *testing, struct unit *unit,
                     const struct as_test_file *file,
                     const struct as_test_case *test)
{
    struct as_test_setting setting = {
        .native = testing->native.programs,
        .coverage = testing->covered ? &unit->coverage : NULL,
        .tuning = &testing->tuning,
    };
    struct as_buf why = { .bytes = NULL };
    struct as_test_odd odd = { .count = 0 };

    if (!unit->rules && unit->ending == AS_EXIT_BAD_RULES)
        as_buf_puts(&why, "its rules do not compile\n");
    else if (!unit->rules)
        as_buf_puts(&why, "its rules could not be compiled\n");
    else if (unit->unfit)
        as_buf_puts(&why, "--native was not made of its rules\n");
    else if (!as_test_run(unit->rules, &setting, file, test, &odd, &why))
        worsen(testing, AS_EXIT_USAGE);
    explain(testing, unit, file, test, &odd, &why);
    say_case(testing, file->rule, test->name,
             as_talk_have(testing->talk, &why) ? as_buf_view(&why)
                                               : AS_TEXT("out of memory"));
    as_buf_done(&why);
}

static bool selected(const struct testing *testing,
                     const struct as_test_file *file,
                     const struct as_test_case *test)
{
    struct as_buf name = { .bytes = NULL };

    if (!testing->filter)
        return true;
    as_buf_printf(&name, "%s: %s", file->rule, test->name);
    bool match = false;
    if (name.failed ||
        !as_regex_try(testing->filter, as_buf_view(&name), &match))
        as_talk_no_memory(testing->talk);
    as_buf_done(&name);
    return match;
}

static bool any_selected(const struct testing *testing,
                         const struct as_test_file *file)
{
    for (const struct as_test_case *test = file->cases; test; test = test->next)
        if (selected(testing, file, test))
            return true;
    return false;
}

static bool has_rule(const struct astray_rules *rules, const char *name)
{
    struct astray_rule_info info = { .size = sizeof(info) };
    size_t n = 0;

    while (astray_rules_info(rules, n, &info) == ASTRAY_OK &&
           strcmp(info.name, name) != 0)
        n++;
    return n < astray_rules_count(rules);
}

/* Has an overlay disabled the rule?  Then its cases are passed over. */
static bool skips(struct testing *testing, const struct unit *unit,
                  const struct as_test_file *file)
{
    struct as_buf why = { .bytes = NULL };
    bool skip;

    if (!unit->rules || has_rule(unit->rules, file->rule))
        return false;
    as_tuning_disabled(&testing->tuning, unit->rules, file->rule, &why);
    skip = why.length > 0 && !why.failed;
    for (const struct as_test_case *test = file->cases; test && skip;
         test = test->next)
        if (selected(testing, file, test))
            say_skipped(testing, file->rule, test->name, as_buf_view(&why));
    as_buf_done(&why);
    return skip;
}

static void run_cases(struct testing *testing, const struct as_test_file *file)
{
    struct unit *unit = unit_of(testing, file->path);

    if (unit)
        as_paths_add(&unit->tests, as_text_of(file->path));
    if (!unit || unit->tests.failed) {
        as_talk_no_memory(testing->talk);
        return;
    }
    if (skips(testing, unit, file))
        return;
    if (unit->rules && !as_rules_have(unit->rules, file->rule, testing->talk)) {
        say_case(testing, file->rule, file->path,
                 AS_TEXT("there is no such rule"));
        worsen(testing, AS_EXIT_USAGE);
        return;
    }
    for (const struct as_test_case *test = file->cases; test; test = test->next)
        if (selected(testing, file, test))
            run_case(testing, unit, file, test);
}

static void run_file(struct testing *testing, const char *path)
{
    struct as_test_file file;

    if (!as_test_file_read(&file, path, testing->talk)) {
        say_case(testing, "a test file", path, AS_TEXT("cannot be read"));
        worsen(testing, AS_EXIT_USAGE);
    } else if (any_selected(testing, &file)) {
        run_cases(testing, &file);
    }
    as_test_file_done(&file);
}

/* ---- coverage ------------------------------------------------------------- */

static void say_sum(const struct as_coverage_sum *sum, const char *prefix,
                    struct as_buf *out)
{
    as_buf_printf(
        out,
        "%scoverage: %llu of %llu outcomes of %llu conditions seen, "
        "%.1f%%; %llu were unknown at times\n",
        prefix, (unsigned long long)sum->seen,
        (unsigned long long)sum->outcomes, (unsigned long long)sum->conditions,
        sum->outcomes > 0 ? 100.0 * (double)sum->seen / (double)sum->outcomes
                          : 100.0,
        (unsigned long long)sum->unknown);
}

static void say_coverage(struct testing *testing)
{
    struct as_coverage_sum sum = { .seen = 0 };
    const char *prefix = testing->tap ? "# " : "";
    bool failed = false;

    as_buf_reset(&testing->line);
    for (const struct unit *unit = testing->units; unit; unit = unit->next) {
        as_coverage_text(&unit->coverage, prefix, &testing->line);
        as_coverage_sum(&unit->coverage, &sum);
        failed |= unit->coverage.failed;
    }
    say_sum(&sum, prefix, &testing->line);
    if (failed || testing->line.failed)
        as_talk_no_memory(testing->talk);
    else if (testing->junit)
        as_talk_plain(testing->talk, as_buf_view(&testing->line));
    else
        as_output_buf(&testing->out, &testing->line);
    if (failed)
        worsen(testing, AS_EXIT_USAGE);
    if (sum.seen * 100 >= sum.outcomes * testing->least)
        return;
    as_talk_error(testing->talk, NULL, "the coverage is below %u%%",
                  testing->least);
    worsen(testing, AS_EXIT_FINDINGS);
}

static bool set_coverage(struct testing *testing)
{
    const char *word = as_args_value(testing->args, OPTION_COVERAGE);
    char *end = NULL;
    unsigned long least;

    if (!word)
        return true;
    testing->covered = true;
    if (as_args_value(testing->args, OPTION_NATIVE)) {
        as_talk_error(testing->talk, NULL,
                      "--coverage looks into rules as bytecode: leave --native "
                      "away");
        return false;
    }
    if (*word == '\0')
        return true;
    least = strtoul(word, &end, 10);
    if (*word < '0' || *word > '9' || *end != '\0' || least > 100) {
        as_talk_error(testing->talk, NULL,
                      "`%s` in --coverage is not a number from 0 to 100", word);
        return false;
    }
    testing->least = (unsigned)least;
    return true;
}

/* ---- mutation ------------------------------------------------------------ */

static bool is_selected(void *user, const struct as_test_file *file,
                        const struct as_test_case *test)
{
    const struct testing *testing = user;

    return selected(testing, file, test);
}

static void say_score(struct testing *testing, const char *prefix,
                      const struct as_mutation_score *score)
{
    const char *least = as_args_value(testing->args, OPTION_MUTATE);
    double all = (double)(score->noticed + score->missed);
    double share = all > 0 ? 100.0 * (double)score->noticed / all : 100.0;

    as_buf_printf(&testing->line, "%smutation: ", prefix);
    as_render_count(&testing->line, score->noticed + score->missed, "edit",
                    "edits");
    as_buf_printf(&testing->line, ", %llu noticed, %llu not: %.1f %%\n",
                  (unsigned long long)score->noticed,
                  (unsigned long long)score->missed, share);
    as_buf_printf(&testing->line,
                  "%sbesides %llu that do not compile and %llu that change "
                  "nothing\n",
                  prefix, (unsigned long long)score->broken,
                  (unsigned long long)score->same);
    if (score->untested > 0) {
        as_buf_printf(&testing->line, "%snot tried: ", prefix);
        as_render_count(&testing->line, score->untested, "rule has no test\n",
                        "rules have no test\n");
    }
    if (least && share < strtod(least, NULL))
        worsen(testing, AS_EXIT_FINDINGS);
}

/* Edit the rules of every unit.  Cases that fail as the rules are would notice
 * anything. */
static void mutate(struct testing *testing)
{
    const char *prefix = testing->tap ? "# " : "";
    struct as_mutation_score score = { 0 };

    if (testing->failed_count > 0 || testing->ending != AS_EXIT_OK) {
        as_talk_error(testing->talk, "mend what fails first",
                      "nothing was mutated: not every test holds");
        return;
    }
    as_buf_reset(&testing->line);
    for (const struct unit *unit = testing->units; unit; unit = unit->next) {
        const struct as_mutation mutation = { .root = unit->root,
                                              .tests = &unit->tests,
                                              .selected = is_selected,
                                              .user = testing,
                                              .prefix = prefix,
                                              .talk = testing->talk };

        if (!as_mutate(&mutation, &testing->line, &score))
            worsen(testing, AS_EXIT_USAGE);
    }
    say_score(testing, prefix, &score);
    as_output_buf(&testing->out, &testing->line);
}

/* ---- finding tests ------------------------------------------------------- */

static bool add_tests(struct testing *testing, const char *path,
                      struct as_paths *tests)
{
    const struct as_text source = AS_TEXT(".astray");
    struct as_text text = as_text_of(path);
    struct as_buf name = { .bytes = NULL };

    if (as_is_folder(path))
        return as_walk_tests(path, tests, testing->talk);
    if (as_text_ends(text, source)) {
        text.length -= source.length;
        as_buf_text(&name, text);
        as_buf_puts(&name, ".test.yaml");
        tests->failed |= name.failed;
        as_paths_add(tests, as_buf_view(&name));
        as_buf_done(&name);
        return true;
    }
    if (!as_text_ends(text, AS_TEXT(".test.yaml"))) {
        as_talk_error(testing->talk, NULL,
                      "`%s` is neither a folder, nor NAME.test.yaml or "
                      "NAME.astray",
                      path);
        return false;
    }
    as_paths_add(tests, text);
    return true;
}

static bool find_tests(struct testing *testing, struct as_paths *tests)
{
    const struct as_args *args = testing->args;
    bool good = true;

    if (args->argument_count == 0)
        good = add_tests(testing, ".", tests);
    for (size_t i = 0; i < args->argument_count; i++)
        good = add_tests(testing, args->arguments[i], tests) && good;
    if (tests->failed)
        as_talk_no_memory(testing->talk);
    return good && !tests->failed;
}

/* ---- the verb ------------------------------------------------------------ */

static bool set_filter(struct testing *testing)
{
    const char *pattern = as_args_value(testing->args, OPTION_RUN);
    struct as_buf why = { .bytes = NULL };

    if (!pattern)
        return true;
    testing->filter = as_regex_new(as_text_of(pattern), 0, &why);
    if (!testing->filter && why.length == 0)
        as_talk_no_memory(testing->talk);
    else if (!testing->filter)
        as_talk_error(testing->talk, as_talk_text(testing->talk, &why),
                      "`%s` is no regular expression", pattern);
    as_buf_done(&why);
    return testing->filter != NULL;
}

/* --mutate=PERCENT */
static bool check_mutate(const struct as_args *args, struct as_talk *talk)
{
    const char *least = as_args_value(args, OPTION_MUTATE);
    const char *format = as_args_value(args, OPTION_FORMAT);
    char *end = NULL;

    if (!least)
        return true;
    if (format && strcmp(format, "junit") == 0) {
        as_talk_error(talk, "leave one of them out",
                      "--mutate has no form in junit");
        return false;
    }
    if (as_args_value(args, OPTION_OVERLAY)) {
        as_talk_error(talk, "leave one of them out",
                      "--mutate edits the rules as they are, without overlays");
        return false;
    }
    double share = strtod(least, &end);
    if (*least == '\0' || (*end == '\0' && share >= 0 && share <= 100))
        return true;
    as_talk_error(talk, "a percentage from 0 to 100",
                  "`--mutate` cannot be `%s`", least);
    return false;
}

static void run_all(struct testing *testing)
{
    const char *format = as_args_value(testing->args, OPTION_FORMAT);
    struct as_paths tests = { .items = NULL };

    as_output_open(&testing->out, NULL);
    testing->junit = format && strcmp(format, "junit") == 0;
    testing->tap = format ? strcmp(format, "tap") == 0
                          : !as_output_terminal(&testing->out);
    testing->color = as_command_color(testing->args, testing->out.file);
    if (!find_tests(testing, &tests))
        worsen(testing, AS_EXIT_USAGE);
    for (size_t i = 0; i < tests.count; i++)
        run_file(testing, tests.items[i]);
    if (testing->case_count == 0 && testing->ending == AS_EXIT_OK) {
        as_talk_error(testing->talk, NULL, "there is no test%s",
                      testing->filter ? " that --run matches" : " here");
        worsen(testing, AS_EXIT_USAGE);
    }
    if (testing->case_count > 0 || testing->junit)
        say_end(testing);
    if (testing->covered && testing->case_count > 0)
        say_coverage(testing);
    if (as_args_value(testing->args, OPTION_MUTATE) && testing->case_count > 0)
        mutate(testing);
    as_paths_done(&tests);
    worsen(testing, as_command_close(&testing->out, testing->talk));
}

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct testing testing = { .args = args, .talk = talk };

    if (set_filter(&testing) && set_coverage(&testing) &&
        check_mutate(args, talk) &&
        as_native_open(&testing.native, as_args_value(args, OPTION_NATIVE),
                       talk))
        run_all(&testing);
    else
        worsen(&testing, AS_EXIT_USAGE);
    as_talk_end(talk);
    free_units(&testing);
    as_native_close(&testing.native);
    as_regex_free(testing.filter);
    as_report_done(&testing.report);
    as_tuning_done(&testing.tuning);
    as_buf_done(&testing.line);
    return testing.ending;
}

const struct as_verb as_verb_test = {
    .name = "test",
    .usage = "[PATH...]",
    .summary = "run the tests of rules",
    .text = "Run the cases of every NAME.test.yaml: PATH is such a file, the "
            "NAME.astray beside it, or a folder, which is walked; without one "
            "it is the current folder. Prints TAP on a pipe and text on a "
            "terminal. Of a case that fails, the events that it is about are "
            "explained, where it names them by eventID.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = SIZE_MAX,
    .run = run,
};
