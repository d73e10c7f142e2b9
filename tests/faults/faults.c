/*
 * Allocations that fail: whatever is compiled, loaded, described or scanned,
 * and whichever allocation it is, the answer is the right one or the status
 * says that memory ran out.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libdeflate.h>

#include "common/file.h"
#include "runtime/values.h"
#include "tests/faults/sweep.h"
#include "tests/unit/sample_rules.h"

enum { MOST_FILE = 16 << 20 };

#define PACK "rules/aws-workload-credentials"

static enum astray_status worse(enum astray_status a, enum astray_status b)
{
    return a > b ? a : b;
}

static void say_bytes(const char *what, const void *bytes, size_t length)
{
    uint64_t sum = 14695981039346656037u; /* FNV-1a */

    for (size_t i = 0; i < length; i++)
        sum = (sum ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
    sweep_say("%s: %zu bytes, %016llx\n", what, length,
              (unsigned long long)sum);
}

/* ---- compiling ----------------------------------------------------------- */

static void on_diagnostic(const struct astray_diagnostic *d, void *user)
{
    (void)user;
    sweep_say("%d %s: %s (%s)\n", (int)d->severity, d->code, d->message,
              d->help);
    for (size_t i = 0; i < d->label_count; i++)
        sweep_say("  %s:%u:%u+%u %s | %s\n", d->labels[i].file,
                  d->labels[i].line, d->labels[i].column, d->labels[i].width,
                  d->labels[i].text, d->labels[i].line_text);
}

static void say_rules(const struct astray_rules *rules)
{
    struct astray_rule_info info = { .size = sizeof(info) };
    size_t length;
    const void *bytes = astray_rules_bytes(rules, &length);

    say_bytes("pack", bytes, length);
    for (size_t i = 0; i < astray_rules_count(rules); i++)
        if (astray_rules_info(rules, i, &info) == ASTRAY_OK)
            sweep_say("rule %s: %s, of %s\n", info.name, info.title, info.file);
}

static enum astray_status build(struct astray_compiler *compiler)
{
    struct astray_rules *rules = NULL;
    enum astray_status status = astray_compiler_build(compiler, &rules);

    if (status == ASTRAY_OK)
        say_rules(rules);
    astray_rules_free(rules);
    astray_compiler_free(compiler);
    return status;
}

static enum astray_status compile_text(const void *user)
{
    struct astray_compiler *compiler = astray_compiler_new();
    enum astray_status status;

    if (!compiler)
        return ASTRAY_NO_MEMORY;
    astray_compiler_on_diagnostic(compiler, on_diagnostic, NULL);
    status = astray_compiler_add_text(compiler, "all.astray", user,
                                      strlen(user));
    return worse(status, build(compiler));
}

static enum astray_status compile_path(const void *user)
{
    struct astray_compiler *compiler = astray_compiler_new();
    enum astray_status status;

    if (!compiler)
        return ASTRAY_NO_MEMORY;
    astray_compiler_on_diagnostic(compiler, on_diagnostic, NULL);
    status = astray_compiler_add_path(compiler, user);
    return worse(status, build(compiler));
}

/* ---- loading, describing ------------------------------------------------- */

static struct as_buf pack;

static enum astray_status load(const void *user)
{
    struct astray_rules *rules = NULL;
    const char *why = "";
    enum astray_status status = astray_rules_load(pack.bytes, pack.length,
                                                  &rules, &why);

    (void)user;
    if (status == ASTRAY_OK)
        say_rules(rules);
    else
        sweep_say("%s\n", why);
    astray_rules_free(rules);
    return status;
}

static enum astray_status open_rules(const void *user)
{
    struct astray_rules *rules = NULL;
    enum astray_status status = astray_rules_open(user, on_diagnostic, NULL,
                                                  &rules);

    if (status == ASTRAY_OK)
        say_rules(rules);
    astray_rules_free(rules);
    return status;
}

static struct astray_rules *described;

static enum astray_status describe(const void *user)
{
    const unsigned *flags = user;
    char *text = NULL;
    enum astray_status status = astray_rules_describe(described, *flags, &text);

    if (status == ASTRAY_OK)
        sweep_say("%s", text);
    free(text);
    return status;
}

/* ---- scanning ------------------------------------------------------------ */

/* Names and what is under them; a list's is its file's text. */
struct setting {
    const char *name, *value;
};

struct scanning {
    const struct astray_rules *rules;
    const char *const *paths; /* "-" reads `bytes` through a pipe */
    size_t path_count;
    const char *bytes; /* without paths: they are fed */
    size_t length;
    struct setting params[3], lists[3];
    const char *only_rule, *since;
    uint64_t memory;
    unsigned threads;
    bool profile;
};

static void on_alert(const struct astray_alert *alert, void *user)
{
    (void)user;
    sweep_say("%s %s %s %s\n", alert->json, alert->id, alert->time, alert->key);
}

static void on_notice(const struct astray_notice *notice, void *user)
{
    (void)user;
    sweep_say("%d %s %s@%llu: %s\n", (int)notice->severity, notice->reason,
              notice->input, (unsigned long long)notice->offset,
              notice->message);
    say_bytes("record", notice->bytes, notice->length);
}

static enum astray_status set_up(const struct scanning *scanning,
                                 struct astray_scanner *scanner)
{
    enum astray_status status = ASTRAY_OK;

    for (const struct setting *at = scanning->params; at->name; at++)
        status = worse(status,
                       astray_scanner_set_param(scanner, at->name, at->value));
    for (const struct setting *at = scanning->lists; at->name; at++) {
        status = worse(status, astray_scanner_set_list(
                                   scanner, at->name, ASTRAY_LIST_EXTEND,
                                   "list.json", at->value, strlen(at->value)));
        if (status == ASTRAY_OK)
            sweep_say("list: %s\n", astray_scanner_error(scanner));
    }
    if (scanning->only_rule)
        status = worse(status,
                       astray_scanner_only_rule(scanner, scanning->only_rule));
    status = worse(status,
                   astray_scanner_set_period(scanner, scanning->since, NULL));
    status = worse(status,
                   astray_scanner_set_threads(scanner, scanning->threads));
    status = worse(status,
                   astray_scanner_set_memory(scanner, scanning->memory));
    return worse(status,
                 astray_scanner_set_profile(scanner, scanning->profile));
}

/* What standard input gives next. */
static void put_into_pipe(const char *bytes, size_t length)
{
    int ends[2];

    if (pipe(ends) != 0 || write(ends[1], bytes, length) != (ssize_t)length)
        sweep_wrong("no pipe");
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    close(ends[1]);
}

static enum astray_status feed(const struct scanning *scanning,
                               struct astray_scanner *scanner)
{
    if (scanning->path_count == 0)
        return astray_scanner_feed(scanner, "fed", scanning->bytes,
                                   scanning->length);
    if (scanning->bytes)
        put_into_pipe(scanning->bytes, scanning->length);
    return astray_scanner_feed_paths(scanner, scanning->paths,
                                     scanning->path_count);
}

static enum astray_status sum_up(const struct scanning *scanning,
                                 const struct astray_scanner *scanner)
{
    enum astray_status status = ASTRAY_OK;

    for (int json = 0; json < 2; json++) {
        char *text = NULL;
        enum astray_status one = astray_scanner_summary(scanner, json, &text);

        if (one == ASTRAY_OK)
            sweep_say("%s\n", text);
        free(text);
        status = worse(status, one);
        text = NULL;
        one = scanning->profile ? astray_scanner_profile(scanner, json, &text)
                                : ASTRAY_OK;
        free(text); /* times: never the same twice */
        status = worse(status, one);
    }
    return status;
}

static enum astray_status scan(const void *user)
{
    const struct scanning *scanning = user;
    struct astray_scanner *scanner = NULL;
    enum astray_status status = astray_scanner_new(scanning->rules, &scanner);

    if (status != ASTRAY_OK)
        return status;
    astray_scanner_on_alert(scanner, on_alert, NULL);
    astray_scanner_on_notice(scanner, on_notice, NULL);
    status = set_up(scanning, scanner);
    enum astray_status fed = feed(scanning, scanner);
    enum astray_status finished = astray_scanner_finish(scanner);

    if (fed >= ASTRAY_NO_MEMORY && finished < ASTRAY_NO_MEMORY)
        sweep_wrong("what feeding said was forgotten in the end");
    if (status <= ASTRAY_SET_ASIDE && finished == ASTRAY_OK)
        status = worse(status, sum_up(scanning, scanner));
    if (worse(status, worse(fed, finished)) != ASTRAY_NO_MEMORY)
        sweep_say("error: %s\n", astray_scanner_error(scanner));
    astray_scanner_free(scanner);
    return worse(status, worse(fed, finished));
}

/* ---- the store of values -------------------------------------------------- */

/* Of every kind that is kept in another way, and one that needs more room
 * than the store's scratch has by then. */
static enum astray_status store_values(const void *user)
{
    static char words[4096];
    const struct as_ip address = { { [15] = 1 } };
    const struct as_value values[] = {
        { .kind = AS_KIND_INT, .integer = 1 },
        { .kind = AS_KIND_SOURCE, .flag = AS_SOURCE_IP, .ip = &address },
        { .kind = AS_KIND_TEXT, .bytes = "text", .length = 4 },
    };
    struct as_value large = { .kind = AS_KIND_TEXT,
                              .bytes = words,
                              .length = sizeof(words) };
    struct as_store store;
    bool failed;

    (void)user;
    memset(words, 'w', sizeof(words));
    as_store_init(&store);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        sweep_say("%u\n", (unsigned)as_store_add(&store, &values[i]));
    sweep_say("%u\n", (unsigned)as_store_find(&store, &large));
    failed = store.failed || store.arena.failed;
    as_store_done(&store);
    return failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

/* ---- the tables ---------------------------------------------------------- */

static void memory(const char *name, sweep_fn *run, const void *user)
{
    sweep(&(struct sweep){ .name = name,
                           .run = run,
                           .user = user,
                           .kind = INJECT_MEMORY,
                           .allowed = ASTRAY_NO_MEMORY });
}

static const char more_rules[] =
    "param span : duration = 1h \"how long\"\n"
    "list names : text = [\"Use\", \"Home\"]\n"
    "list nets : cidr = [192.0.2.0/24, 2001:db8::/32]\n"
    "macro quiet(a: text) = a matches /qu[iy]et+/i or a like \"*silent?\"\n"
    "rule texts { from cloudtrail\n"
    "  where eventName in names and ip(sourceIPAddress) in nets\n"
    "  exclude noise when quiet(userAgent) }\n"
    "rule other { from cloudtrail\n"
    "  where awsRegion matches /^r[0-9]$/ and userAgent != \"tool\"\n"
    "  suppress by awsRegion for span }\n";

static void test_store(void)
{
    memory("a store of values", store_values, NULL);
}

static void test_compiling(void)
{
    static const char *const paths[] = {
        "tests/golden/error/many_mistakes.astray",
        "tests/golden/error/import_circle.astray",
        "tests/golden/error/macro_circle.astray",
        "tests/golden/error/misspelt_field.astray",
        "tests/golden/error/unknown_list.astray",
        "tests/golden/error/types.astray",
        "tests/golden/error/joins.astray",
        "tests/golden/lang/variants.astray",
        "tests/golden/code/loops.astray",
        "tests/golden/code/json.astray",
    };

    memory("compile text", compile_text, rules_text);
    memory("compile lists, macros, patterns", compile_text, more_rules);
    memory("compile a pack's folder", compile_path, PACK);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        memory(paths[i], compile_path, paths[i]);
}

static struct astray_rules *rules_of(const char *path)
{
    struct astray_rules *rules = NULL;

    if (astray_rules_open(path, NULL, NULL, &rules) != ASTRAY_OK) {
        printf("Bail out! %s does not compile\n", path);
        exit(1);
    }
    return rules;
}

static struct astray_rules *rules_of_text(const char *text)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;

    astray_compiler_on_diagnostic(compiler, on_diagnostic, NULL);
    astray_compiler_add_text(compiler, "all.astray", text, strlen(text));
    if (astray_compiler_build(compiler, &rules) != ASTRAY_OK) {
        printf("Bail out! the rules do not compile\n");
        exit(1);
    }
    astray_compiler_free(compiler);
    return rules;
}

static void test_loading(void)
{
    static const unsigned text = 0, json = ASTRAY_DESCRIBE_JSON,
                          code = ASTRAY_DESCRIBE_CODE;
    char path[] = "/tmp/astray-faults-XXXXXX";
    int file = mkstemp(path);

    described = rules_of(PACK);
    size_t length;
    const void *bytes = astray_rules_bytes(described, &length);

    as_buf_add(&pack, bytes, length);
    as_file_write(path, as_buf_view(&pack));
    memory("load", load, NULL);
    memory("open a pack", open_rules, path);
    memory("open a folder", open_rules, PACK);
    memory("describe", describe, &text);
    memory("describe as JSON", describe, &json);
    memory("describe with code", describe, &code);
    pack.bytes[pack.length / 2] ^= 1;
    memory("load a damaged pack", load, NULL);
    astray_rules_free(described);
    as_buf_done(&pack);
    close(file);
    unlink(path);
}

/* The events of sample_rules.h, a line each. */
static void make_events(struct as_buf *out)
{
    static struct record records[EVENTS];

    make(records);
    for (int i = 0; i < EVENTS; i++) {
        as_buf_puts(out, records[i].text);
        as_buf_putc(out, '\n');
    }
}

static void compress(const struct as_buf *from, struct as_buf *to)
{
    struct libdeflate_compressor *work = libdeflate_alloc_compressor(6);
    size_t most = libdeflate_gzip_compress_bound(work, from->length);
    char *room = as_buf_reserve(to, most);

    to->length = libdeflate_gzip_compress(work, from->bytes, from->length, room,
                                          most);
    libdeflate_free_compressor(work);
}

static void test_shapes(void)
{
    static const char *const input[] = { "-" };
    struct astray_rules *rules = rules_of_text(rules_text);
    struct as_buf events = { .bytes = NULL }, packed = { .bytes = NULL };

    make_events(&events);
    compress(&events, &packed);
    struct scanning scanning = { .rules = rules,
                                 .bytes = events.bytes,
                                 .length = events.length,
                                 .threads = 1 };
    memory("scan every shape", scan, &scanning);
    scanning.profile = true;
    memory("scan every shape, profiled", scan, &scanning);
    scanning.profile = false;
    scanning.memory = 1;
    memory("scan every shape, all put away", scan, &scanning);
    scanning.memory = 0;
    scanning.only_rule = "living";
    scanning.since = "2026-05-01T10:00:30Z";
    memory("scan one rule, from a time on", scan, &scanning);
    scanning.only_rule = NULL;
    scanning.bytes = packed.bytes;
    scanning.length = packed.length;
    memory("scan gzip", scan, &scanning);
    scanning.paths = input;
    scanning.path_count = 1;
    memory("scan gzip from a pipe", scan, &scanning);
    scanning.bytes = events.bytes;
    scanning.length = events.length;
    memory("scan lines from a pipe", scan, &scanning);
    as_buf_done(&events);
    as_buf_done(&packed);
    astray_rules_free(rules);
}

static void test_values(void)
{
    struct astray_rules *rules = rules_of_text(more_rules);
    struct as_buf events = { .bytes = NULL };

    make_events(&events);
    struct scanning scanning = {
        .rules = rules,
        .bytes = events.bytes,
        .length = events.length,
        .threads = 1,
        .params = { { "span", "3s" } },
        .lists = { { "names", "[\"Other\", \"Use\", \"\\u0041\"]" },
                   { "nets",
                     "{\"prefixes\":[{\"ip_prefix\":\"10.0.0.0/8\"}]}" } },
    };
    memory("scan with parameters and lists", scan, &scanning);
    scanning.params[0].value = "three";
    memory("scan with a bad parameter", scan, &scanning);
    scanning.params[0].value = "3s";
    scanning.lists[0].value = "[1";
    memory("scan with a bad list", scan, &scanning);
    scanning.lists[0].value = "[]";
    scanning.only_rule = "othr";
    memory("scan with a rule that is not there", scan, &scanning);
    as_buf_done(&events);
    astray_rules_free(rules);
}

#define TIME "\"eventTime\":\"2026-05-01T10:00:00Z\""
#define REC  "{" TIME ",\"eventName\":\"Use\",\"awsRegion\":\"r1\"}"
#define TEXT                                                                   \
    "{\\\"eventTime\\\":\\\"2026-05-01T10:00:00Z\\\",\\\"eventName\\\":"       \
    "\\\"U\\u0073e\\\",\\\"awsRegion\\\":\\\"r1\\\"}"

static const struct carrier {
    const char *name, *bytes;
} carriers[] = {
    { "trail file", "{\"Records\":[" REC "," REC "]}" },
    { "array", "[" REC "," REC "]" },
    { "look-up", "{\"Events\":[{\"CloudTrailEvent\":\"" TEXT "\"},"
                 "{\"CloudTrailEvent\":\"{\"}]}" },
    { "EventBridge", "{\"detail-type\":\"AWS API Call via CloudTrail\","
                     "\"detail\":" REC "}" },
    { "subscription", "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":["
                      "{\"id\":\"1\",\"message\":\"" TEXT "\"}]}" },
    { "Elastic", "{\"@timestamp\":\"2026-05-01T10:00:00.000Z\","
                 "\"event.action\":\"Use\",\"cloud.region\":\"r1\"}" },
    { "broken lines", REC "\n{" TIME ",\"eventName\":nonsense}\n\xFF\n" REC
                          "\n{\"eventName\":" },
    { "escaped names",
      "{" TIME ",\"\\u0065ventName\":\"Use\",\"awsR\\u0065gion\":\"r1\","
      "\"requestParameters\":{\"\\u0061\":1,\"b\":2,\"\\u0062\":3}}" },
    { "no log", "rubbish" },
    { "cut gzip", "\x1F\x8B\x08\x00\x00\x00" },
};

static void test_carriers(void)
{
    static const char *const input[] = { "-" };
    struct astray_rules *rules = rules_of_text(rules_text);
    char name[64];

    for (size_t i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++) {
        struct scanning scanning = { .rules = rules,
                                     .bytes = carriers[i].bytes,
                                     .length = strlen(carriers[i].bytes),
                                     .threads = 1 };

        if (strcmp(carriers[i].name, "cut gzip") == 0)
            scanning.length = 6;
        snprintf(name, sizeof(name), "carrier: %s", carriers[i].name);
        memory(name, scan, &scanning);
        snprintf(name, sizeof(name), "carrier from a pipe: %s",
                 carriers[i].name);
        scanning.paths = input;
        scanning.path_count = 1;
        memory(name, scan, &scanning);
    }
    astray_rules_free(rules);
}

/* Rules and events of the golden tests. */
static void test_golden(void)
{
    static const char *const names[] = {
        "as_of_plus",  "each",         "having_baseline", "in_counts",
        "join",        "new_terms",    "parameters",      "quantifiers",
        "retain_idle", "scope_whole",  "session_span",    "sliding_turns",
        "suppress",    "window_edges",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char source[128], events[128];
        const char *const paths[] = { events };

        snprintf(source, sizeof(source), "tests/golden/match/%s.astray",
                 names[i]);
        snprintf(events, sizeof(events), "tests/golden/match/%s.events.jsonl",
                 names[i]);
        struct astray_rules *rules = rules_of(source);
        struct scanning scanning = {
            .rules = rules, .paths = paths, .path_count = 1, .threads = 1
        };

        memory(events, scan, &scanning);
        scanning.memory = 1;
        memory(events, scan, &scanning);
        astray_rules_free(rules);
    }
}

static void test_folders(void)
{
    static const char *const paths[] = { "examples/incident/AWSLogs",
                                         "tests/cli/data/plain.jsonl",
                                         "/nowhere" };
    struct astray_rules *rules = rules_of(PACK);
    struct scanning scanning = {
        .rules = rules, .paths = paths, .path_count = 3, .threads = 1
    };

    memory("scan folders", scan, &scanning);
    scanning.threads = 2;
    sweep(&(struct sweep){ .name = "scan folders with two threads",
                           .run = scan,
                           .user = &scanning,
                           .kind = INJECT_MEMORY,
                           .allowed = ASTRAY_NO_MEMORY,
                           .threads = true });
    astray_rules_free(rules);
}

int main(void)
{
    const char *source = getenv("srcdir");

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!source || chdir(source) != 0)
        return 99;
    test_store();
    test_compiling();
    test_loading();
    test_shapes();
    test_values();
    test_carriers();
    test_golden();
    test_folders();
    return sweep_done();
}
