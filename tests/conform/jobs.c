/*
 * jobs.c - see jobs.h.
 */

#include "tests/conform/jobs.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "astray.h"
#include "common/buf.h"

enum { WORDS = 6, WORD_SIZE = 256 };

/* What there is between commands. */
struct driver {
    struct astray_compiler *compiler;
    struct astray_rules *rules;
    struct astray_scanner *scanner;
    void *native; /* of dlopen */
    struct as_buf said, alerts, answer;
};

/* A command, and what is left of the job behind it. */
struct command {
    char word[WORDS][WORD_SIZE];
    int count;
    const char *bytes;
    size_t length;
};

/* ---- answers ----------------------------------------------------------- */

static void answer(struct driver *driver, const char *word,
                   struct as_text payload)
{
    as_buf_printf(&driver->answer, "%s %zu\n", word, payload.length);
    as_buf_text(&driver->answer, payload);
    as_buf_putc(&driver->answer, '\n');
}

static void failed(struct driver *driver, const char *what)
{
    answer(driver, "failed", as_text_of(what));
}

static void note_diagnostic(const struct astray_diagnostic *diagnostic,
                            void *user)
{
    struct driver *driver = user;
    unsigned line = diagnostic->label_count > 0 ? diagnostic->labels[0].line
                                                : 0;

    if (diagnostic->severity == ASTRAY_ERROR)
        as_buf_printf(&driver->said, "%u %s %s\n", line, diagnostic->code,
                      diagnostic->message);
}

static void note_alert(const struct astray_alert *alert, void *user)
{
    struct driver *driver = user;

    as_buf_text(&driver->alerts,
                (struct as_text){ alert->json, alert->json_length });
    as_buf_putc(&driver->alerts, '\n');
}

/* ---- rules ------------------------------------------------------------- */

static void begin_rules(struct driver *driver)
{
    if (driver->compiler)
        return;
    astray_rules_free(driver->rules);
    driver->rules = NULL;
    driver->compiler = astray_compiler_new();
    astray_compiler_on_diagnostic(driver->compiler, note_diagnostic, driver);
}

static void take_rules(struct driver *driver, const struct command *command)
{
    enum astray_status status;

    begin_rules(driver);
    if (strcmp(command->word[0], "folder") == 0)
        status = astray_compiler_add_path(driver->compiler, command->word[1]);
    else
        status = astray_compiler_add_text(driver->compiler, command->word[1],
                                          command->bytes, command->length);
    if (status != ASTRAY_OK)
        failed(driver, "the source was not taken");
}

static void build(struct driver *driver, bool as_c)
{
    enum astray_status status;
    char *text = NULL;
    size_t length = 0;

    as_buf_reset(&driver->said);
    status = as_c ? astray_compiler_build_c(driver->compiler, &driver->rules,
                                            &text, &length)
                  : astray_compiler_build(driver->compiler, &driver->rules);
    astray_compiler_free(driver->compiler);
    driver->compiler = NULL;
    if (status == ASTRAY_OK)
        answer(driver, "built", (struct as_text){ "", 0 });
    else if (status == ASTRAY_BAD_SOURCE)
        answer(driver, "refused", as_buf_view(&driver->said));
    else
        failed(driver, "build");
    if (text)
        answer(driver, "c", (struct as_text){ text, length });
    free(text);
}

static void describe(struct driver *driver)
{
    char *text = NULL;

    if (astray_rules_describe(driver->rules, ASTRAY_DESCRIBE_CODE, &text) !=
        ASTRAY_OK) {
        failed(driver, "describe");
        return;
    }
    answer(driver, "code", as_text_of(text));
    free(text);
}

/* ---- scans ------------------------------------------------------------- */

static void begin_scan(struct driver *driver)
{
    astray_scanner_free(driver->scanner);
    driver->scanner = NULL;
    if (!driver->rules ||
        astray_scanner_new(driver->rules, &driver->scanner) != ASTRAY_OK) {
        failed(driver, "no scanner");
        return;
    }
    astray_scanner_on_alert(driver->scanner, note_alert, driver);
    astray_scanner_set_threads(driver->scanner, 1);
}

static void set_value(struct driver *driver, const struct command *command)
{
    bool is_list = strcmp(command->word[0], "list") == 0;
    char value[WORD_SIZE];
    enum astray_status status;

    snprintf(value, sizeof(value), "%.*s", (int)command->length,
             command->bytes);
    if (is_list)
        status = astray_scanner_set_list(
            driver->scanner, command->word[1],
            command->word[2][0] == '0' ? ASTRAY_LIST_REPLACE
                                       : ASTRAY_LIST_EXTEND,
            "values.txt", command->bytes, command->length);
    else
        status = astray_scanner_set_param(driver->scanner, command->word[1],
                                          value);
    if (status != ASTRAY_OK)
        failed(driver, astray_scanner_error(driver->scanner));
}

static void set_since(struct driver *driver, const char *since)
{
    if (astray_scanner_set_period(driver->scanner, since, NULL) != ASTRAY_OK)
        failed(driver, astray_scanner_error(driver->scanner));
}

/* Let go of the shared object. */
static void close_native(struct driver *driver)
{
    if (driver->native)
        dlclose(driver->native);
    driver->native = NULL;
}

static void use_native(struct driver *driver, const char *path)
{
    const struct astray_native *native = NULL;

    close_native(driver);
    driver->native = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (driver->native)
        native = dlsym(driver->native, "astray_native");
    if (!native ||
        astray_scanner_set_native(driver->scanner, native) != ASTRAY_OK)
        failed(driver, "the shared object was not taken");
}

static void feed(struct driver *driver, const struct command *command)
{
    enum astray_status status;

    if (strcmp(command->word[0], "file") == 0)
        status = astray_scanner_feed_path(driver->scanner, command->word[1]);
    else
        status = astray_scanner_feed(driver->scanner, command->word[1],
                                     command->bytes, command->length);
    if (status != ASTRAY_OK && status != ASTRAY_SET_ASIDE)
        failed(driver, astray_scanner_error(driver->scanner));
}

static void finish(struct driver *driver)
{
    enum astray_status status;

    as_buf_reset(&driver->alerts);
    status = astray_scanner_finish(driver->scanner);
    if (status == ASTRAY_OK || status == ASTRAY_SET_ASIDE)
        answer(driver, "alerts", as_buf_view(&driver->alerts));
    else
        failed(driver, astray_scanner_error(driver->scanner));
    astray_scanner_free(driver->scanner);
    driver->scanner = NULL;
}

/* ---- jobs -------------------------------------------------------------- */

static void run_scan(struct driver *driver, const struct command *command)
{
    const char *word = command->word[0];
    uint64_t number = strtoull(command->word[1], NULL, 10);

    if (!driver->scanner)
        failed(driver, "there is no scanner");
    else if (strcmp(word, "param") == 0 || strcmp(word, "list") == 0)
        set_value(driver, command);
    else if (strcmp(word, "threads") == 0)
        astray_scanner_set_threads(driver->scanner, (unsigned)number);
    else if (strcmp(word, "memory") == 0)
        astray_scanner_set_memory(driver->scanner, number);
    else if (strcmp(word, "since") == 0)
        set_since(driver, command->word[1]);
    else if (strcmp(word, "native") == 0)
        use_native(driver, command->word[1]);
    else if (strcmp(word, "events") == 0 || strcmp(word, "file") == 0)
        feed(driver, command);
    else if (strcmp(word, "finish") == 0)
        finish(driver);
    else
        failed(driver, "no such command");
}

static void run(struct driver *driver, const struct command *command)
{
    const char *word = command->word[0];

    if (strcmp(word, "rules") == 0 || strcmp(word, "folder") == 0)
        take_rules(driver, command);
    else if ((strcmp(word, "build") == 0 || strcmp(word, "build-c") == 0) &&
             driver->compiler)
        build(driver, word[5] == '-');
    else if (strcmp(word, "code") == 0 && driver->rules)
        describe(driver);
    else if (strcmp(word, "scanner") == 0)
        begin_scan(driver);
    else
        run_scan(driver, command);
}

static bool has_payload(const struct command *command)
{
    const char *word = command->word[0];

    return strcmp(word, "rules") == 0 || strcmp(word, "param") == 0 ||
           strcmp(word, "list") == 0 || strcmp(word, "events") == 0;
}

/* The words of one line. */
static void split(struct command *command, const char *at, const char *end)
{
    command->count = 0;
    memset(command->word, 0, sizeof(command->word));
    while (at < end && command->count < WORDS) {
        const char *space = memchr(at, ' ', (size_t)(end - at));
        const char *to = space ? space : end;

        snprintf(command->word[command->count++], WORD_SIZE, "%.*s",
                 (int)(to - at), at);
        at = space ? space + 1 : end;
    }
}

struct as_text driver_run(struct driver *driver, struct as_text job)
{
    const char *at = job.bytes, *end = job.bytes + job.length;
    struct command command;

    as_buf_reset(&driver->answer);
    while (at < end) {
        const char *line = memchr(at, '\n', (size_t)(end - at));

        if (!line)
            break;
        split(&command, at, line);
        at = line + 1;
        command.bytes = at;
        command.length = 0;
        if (has_payload(&command)) {
            command.length = strtoul(command.word[command.count - 1], NULL, 10);
            if (command.length + 1 > (size_t)(end - at))
                break;
            at += command.length + 1;
        }
        run(driver, &command);
    }
    return as_buf_view(&driver->answer);
}

struct driver *driver_new(void)
{
    return calloc(1, sizeof(struct driver));
}

void driver_free(struct driver *driver)
{
    astray_scanner_free(driver->scanner);
    close_native(driver);
    astray_rules_free(driver->rules);
    astray_compiler_free(driver->compiler);
    as_buf_done(&driver->said);
    as_buf_done(&driver->alerts);
    as_buf_done(&driver->answer);
    free(driver);
}
