/*
 * fuzz_scan.c - a scan from end to end: fixed rules of every shape over any
 * bytes.  One thread with all in memory, three threads, and hardly any memory
 * must come to the same alerts, notices and counts.  Which of them is tried
 * the input's length decides.
 *
 * The input: files, with a byte 255 between them.
 */

#include "astray.h"

#include <cjson/cJSON.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/shown.h"
#include "tests/unit/sample_rules.h"

const unsigned fuzz_variants = 6;

enum { MOST_INPUT = 64 * 1024, MOST_FILES = 4 };

/* Beside the rules of every shape, one that goes into everything. */
static const char more_text[] =
    "list homes_list : cidr = [192.0.2.0/25, 2001:db8::/32]\n"
    "rule hostile {\n"
    "  from cloudtrail where sourceIPAddress not in homes_list\n"
    "    and (userAgent contains \"a\" or userAgent like \"*x?\"\n"
    "      or userAgent matches /^(a|b)+$/i or errorCode is missing)\n"
    "  outcome { request = requestParameters\n"
    "    item = any r in resources : (r.ARN like \"*p*\")\n"
    "    deep = requestParameters.a[1].b address = sourceIPAddress\n"
    "    who = session_name(userIdentity.arn) size = len(userAgent)\n"
    "    text = json(requestParameters.policy).Statement[0].Effect }\n"
    "}\n";

static const struct astray_rules *the_rules(void)
{
    static struct astray_rules *rules;
    struct astray_compiler *compiler;

    if (rules)
        return rules;
    compiler = astray_compiler_new();
    fuzz_require(compiler &&
                     !astray_compiler_add_text(compiler, "a.astray", rules_text,
                                               sizeof(rules_text) - 1) &&
                     !astray_compiler_add_text(compiler, "b.astray", more_text,
                                               sizeof(more_text) - 1),
                 "there is a compiler");
    fuzz_require(!astray_compiler_build(compiler, &rules), "the rules compile");
    astray_compiler_free(compiler);
    return rules;
}

struct files {
    char paths[MOST_FILES][FUZZ_PATH];
    const char *names[MOST_FILES];
    int open[MOST_FILES];
    size_t count;
};

static void open_files(struct files *files, struct fuzz_bytes in)
{
    struct as_text part;

    files->count = 0;
    while (files->count < MOST_FILES && fuzz_part(&in, 0xFF, &part)) {
        size_t n = files->count++;
        files->open[n] = fuzz_file(part, files->paths[n]);
        files->names[n] = files->paths[n];
    }
}

/* ------------------------------------------------------------------------
 * One scan, as text
 */

static void on_alert(const struct astray_alert *alert, void *user)
{
    struct as_text json = { alert->json, alert->json_length };
    cJSON *parsed = cJSON_ParseWithLength(alert->json, alert->json_length);

    fuzz_require(shown_is_safe(json, false) &&
                     !memchr(json.bytes, '\n', json.length),
                 "an alert can be shown, on one line");
    fuzz_require(parsed && cJSON_IsObject(parsed), "an alert is an object");
    cJSON_Delete(parsed);
    as_buf_text(user, json);
    as_buf_putc(user, '\n');
}

static void on_notice(const struct astray_notice *notice, void *user)
{
    as_buf_printf(user, "%s %s %llu %s: ", notice->reason, notice->input,
                  (unsigned long long)notice->offset, notice->message);
    as_buf_add(user, notice->bytes, notice->length);
    as_buf_putc(user, '\n');
}

static double number(const cJSON *summary, const char *name)
{
    const cJSON *input = cJSON_GetObjectItemCaseSensitive(summary, "input");
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(input, name);

    fuzz_require(cJSON_IsNumber(item), "the summary has all counts");
    return item->valuedouble;
}

static void add_summary(const struct astray_scanner *scanner,
                        struct as_buf *out)
{
    char *json = NULL, *text = NULL;

    fuzz_require(!astray_scanner_summary(scanner, 1, &json) &&
                     !astray_scanner_summary(scanner, 0, &text),
                 "there is a summary");
    cJSON *parsed = cJSON_Parse(json);
    fuzz_require(parsed &&
                     number(parsed, "records") ==
                         number(parsed, "judged") + number(parsed, "set_aside"),
                 "records in are records judged and set aside");
    fuzz_require(shown_is_safe(as_text_of(text), false),
                 "the summary can be shown");
    cJSON_Delete(parsed);
    as_buf_puts(out, json);
    as_buf_puts(out, text);
    free(json);
    free(text);
}

struct way {
    unsigned threads;
    uint64_t memory;
    bool profiled;
};

static void scan(const struct files *files, const struct way *way,
                 struct as_buf *out)
{
    struct astray_scanner *scanner = NULL;

    fuzz_require(!astray_scanner_new(the_rules(), &scanner) &&
                     !astray_scanner_set_threads(scanner, way->threads) &&
                     !astray_scanner_set_memory(scanner, way->memory) &&
                     !astray_scanner_set_profile(scanner, way->profiled),
                 "a scanner can be made");
    astray_scanner_on_alert(scanner, on_alert, out);
    astray_scanner_on_notice(scanner, on_notice, out);
    enum astray_status status = astray_scanner_feed_paths(scanner, files->names,
                                                          files->count);
    fuzz_require(status == ASTRAY_OK || status == ASTRAY_SET_ASIDE,
                 "any bytes can be fed");
    as_buf_printf(out, "status %d\n", (int)status);
    fuzz_require(!astray_scanner_finish(scanner), "and judged");
    add_summary(scanner, out);
    astray_scanner_free(scanner);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct way plain = { 1, 0, false }, ways[] = {
        { 3, 0, true }, { 1, 1, false }, { 3, 4096, false }
    };
    const struct way *way = &ways[length % 3];
    struct as_buf first = { .bytes = NULL }, other = { .bytes = NULL };
    struct files files;

    if (length > MOST_INPUT)
        return 0;
    open_files(&files, (struct fuzz_bytes){ bytes, bytes + length });
    scan(&files, &plain, &first);
    scan(&files, way, &other);
    if (!as_text_equal(as_buf_view(&first), as_buf_view(&other)))
        fprintf(stderr, "one thread:\n%.*s\n%u threads, memory %u:\n%.*s\n",
                (int)first.length, first.bytes, way->threads,
                (unsigned)way->memory, (int)other.length, other.bytes);
    fuzz_require(as_text_equal(as_buf_view(&first), as_buf_view(&other)),
                 "threads and memory change nothing");
    for (size_t i = 0; i < files.count; i++)
        close(files.open[i]);
    as_buf_done(&first);
    as_buf_done(&other);
    return 0;
}
