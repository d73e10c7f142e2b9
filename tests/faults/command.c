/*
 * The command, with everything that can fail made to: allocations, reads and
 * writes, the n-th for every n.  Each run is a process of its own; it must
 * exit as it does undisturbed, with the same output, or say what is wrong and
 * exit with 3.  A file that it writes is there as a whole, or not at all.
 *
 * The linker gives the command's main another name, so that this program is
 * the command and its own test.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/faults/inject.h"
#include "tests/unit/tap.h"

enum {
    MOST_WORDS = 16,
    LONGEST = 4 << 20, /* of an output, in bytes */
    PATIENCE = 120,    /* seconds for one run */
    DENSE = 16,        /* up to here every n is tried */
    SPARSE = 3,        /* and then steps of one in so many */
    BAD_RULES = 2,     /* exit statuses */
    USAGE = 3,
    SHOWN = 8, /* failures of one sweep */
};

#define PACK     "rules/aws-workload-credentials"
#define MISTAKES "tests/golden/error/many_mistakes.astray"
#define LOCKED   "tests/data/locked"
#define PLAIN    "tests/cli/data/plain.astray"
#define LOG      "tests/cli/data/plain.jsonl"

/* "OUT" stands for a file in a folder of its own. */
static const struct row {
    const char *words[MOST_WORDS];
} rows[] = {
    { { "version" } },
    { { "help" } },
    { { "help", "scan" } },
    { { "help", "--man" } },
    { { "scan", "--help" } },
    { { "explain" } },
    { { "explain", "E0204", "e9999" } },
    { { "scam" } },
    { { "scan", "--fromat", "text" } },
    { { "scan", "--format=xml" } },
    { { "check", MISTAKES } },
    { { "check", "--message-format", "json", MISTAKES } },
    { { "check", "--message-format=short", "--fail-level", "info", PLAIN } },
    { { "check", PACK } },
    { { "check", "tests/golden/lang" } },
    { { "check", "--today", "2026-01-01", "--overlay",
        "tests/golden/error/overlay.overlay",
        "tests/golden/error/overlay.astray" } },
    { { "check", LOCKED } },
    { { "test", "--overlay", "tests/data/locked.overlay", LOCKED } },
    { { "inspect", "--overlay", "tests/golden/match/overlay.overlay",
        "tests/golden/match/overlay.astray" } },
    { { "build", "-t", "bytecode", "-o", "OUT", PACK } },
    { { "build", PLAIN, MISTAKES, "-o", "OUT" } },
    { { "inspect", "--code", PLAIN } },
    { { "inspect", "--json", "-o", "OUT", PACK } },
    { { "test", PACK "/elastic_lambda_reference.test.yaml" } },
    { { "test", "--format", "text", "--run", "alert",
        "tests/cli/data/tests" } },
    { { "diff", "tests/cli/data/narrow.astray", PLAIN, LOG, "-o", "OUT" } },
    { { "diff", "--format", "json", PLAIN, "tests/cli/data/narrow.astray",
        LOG } },
    { { "diff", "--format", "md", "tests/cli/data/narrow.astray", PLAIN,
        LOG } },
    { { "verify", "--key", LOG, LOG } },
    { { "sign", "--key", "tests/cli/data/narrow.astray", LOG } },
    { { "scan", "-r", PLAIN, "--format", "text", LOG } },
    { { "scan", "-r", PLAIN, "--format", "jsonl", "-o", "OUT", LOG } },
    { { "scan", "-r", PLAIN, "--format", "json", "--stats", "OUT", LOG } },
    { { "scan", "-r", PLAIN, "--param", "span=3h", "--list", "names=" LOG,
        "--since", "2026-05-01", "--rule", "root_logn", LOG } },
    { { "scan", "-r", PLAIN, "--quarantine", "OUT", "--fail-on", "low", LOG,
        "README.md", "bootstrap", "/nowhere" } },
    { { "scan", "-r", PACK, "--memory", "1", "--format", "text",
        "examples/incident/AWSLogs" } },
    { { "import", "sigma", "tests/sigma/negation.yml", "-o", "OUT" } },
    { { "import", "sigma", "tests/sigma/temporal.yml", "--report", "OUT" } },
    { { "scan", "-r", PACK, "--threads", "2", "examples/incident/AWSLogs" } },
};

/* What the child leaves to its parent. */
static struct left {
    long asked, held, held_new;
    char where[1024];
} * left;

static char folder[] = "/tmp/astray-faults-XXXXXX";
static char out_path[64];
static int out_file, err_file;

struct outcome {
    int status; /* of waitpid */
    long asked, held, held_new;
    char *out, *err, *file; /* owned; `file` NULL: it is not there */
    bool litter;            /* another file lies beside it */
};

/* ---- one run ------------------------------------------------------------- */

int __real_main(int argc, char *argv[]);

static void be_command(const struct row *row, enum inject_kind kind, long n,
                       bool all)
{
    char *words[MOST_WORDS + 2] = { strdup("astray") };
    int count = 1;

    for (const char *const *word = row->words; *word; word++)
        words[count++] = strcmp(*word, "OUT") == 0 ? out_path : strdup(*word);
    dup2(out_file, STDOUT_FILENO);
    dup2(err_file, STDERR_FILENO);
    alarm(PATIENCE);
    long held = inject_held(), held_new = inject_held_new();
    inject_start(kind, n, all);
    int status = __real_main(count, words);
    left->asked = inject_stop();
    left->held = inject_held() - held;
    left->held_new = inject_held_new() - held_new;
    inject_where(left->where, sizeof(left->where));
    _exit(status);
}

static char *read_all(int file)
{
    char *bytes = calloc(1, LONGEST);
    ssize_t length = bytes ? pread(file, bytes, LONGEST - 1, 0) : -1;

    if (length < 0)
        exit(99);
    return bytes;
}

/* The output file's bytes; whether anything else is in its folder. */
static char *take_file(bool *litter)
{
    int file = open(out_path, O_RDONLY);
    char *bytes = file < 0 ? NULL : read_all(file);
    DIR *stream = opendir(folder);
    const struct dirent *entry;

    if (file >= 0)
        close(file);
    unlink(out_path);
    *litter = false;
    while (stream && (entry = readdir(stream))) {
        if (entry->d_name[0] == '.')
            continue;
        *litter = true;
        unlinkat(dirfd(stream), entry->d_name, 0);
    }
    closedir(stream);
    return bytes;
}

static struct outcome run_once(const struct row *row, enum inject_kind kind,
                               long n, bool all)
{
    struct outcome outcome = { .status = 0 };

    *left = (struct left){ .asked = 0 };
    if (ftruncate(out_file, 0) != 0 || ftruncate(err_file, 0) != 0)
        exit(99);
    lseek(out_file, 0, SEEK_SET);
    lseek(err_file, 0, SEEK_SET);

    pid_t child = fork();
    if (child == 0)
        be_command(row, kind, n, all);
    if (child < 0 || waitpid(child, &outcome.status, 0) != child)
        exit(99);
    outcome.asked = left->asked;
    outcome.held = left->held;
    outcome.held_new = left->held_new;
    outcome.out = read_all(out_file);
    outcome.err = read_all(err_file);
    outcome.file = take_file(&outcome.litter);
    return outcome;
}

static void outcome_done(struct outcome *outcome)
{
    free(outcome->out);
    free(outcome->err);
    free(outcome->file);
}

/* ---- what is right ------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Did it say that it could not?  What can't be read of the rules is a mistake
 * of theirs; the reason why a test fails stands beside it. */
static bool gave_up(const struct outcome *got, enum inject_kind kind)
{
    int status = WEXITSTATUS(got->status);

    if (kind == INJECT_MEMORY)
        return status == USAGE && strstr(got->err, "memory");
    if (kind == INJECT_READ && status == BAD_RULES)
        return strstr(got->err, "read");
    return status == USAGE &&
           (got->err[0] != '\0' || strstr(got->out, "could not be read"));
}

/* NULL: nothing.  Where some of the input could not be read, the rest is
 * judged all the same, and written. */
static const char *trouble_of(const struct outcome *got,
                              const struct outcome *want, enum inject_kind kind)
{
    if (!WIFEXITED(got->status))
        return WTERMSIG(got->status) == SIGALRM ? "it hangs" : "it crashed";
    if (got->litter)
        return "a file was left behind";
    if (got->held > want->held)
        return "memory leaks";
    if (got->file && !same(got->file, want->file) && kind != INJECT_READ)
        return "the file is not whole";
    if (gave_up(got, kind))
        return NULL;
    if (got->held_new > want->held_new)
        return "memory of C++ leaks";
    if (got->status != want->status)
        return "another exit status";
    if (!same(got->out, want->out))
        return "another output";
    if (!same(got->err, want->err))
        return "another message";
    return same(got->file, want->file) ? NULL : "the file is missing";
}

static void explain(const char *trouble, const struct outcome *got, long n)
{
    char line[80] = "";

    snprintf(line, sizeof(line), "%s", got->err);
    line[strcspn(line, "\n")] = '\0';
    printf("# n = %ld: %s (status %x, %ld held): %s\n#  %s\n", n, trouble,
           (unsigned)got->status, got->held, line, left->where);
}

/* ---- all of them --------------------------------------------------------- */

static void sweep(const struct row *row, enum inject_kind kind, bool all,
                  const char *name)
{
    struct outcome want = run_once(row, kind, 0, false);
    long failures = 0;

    for (long n = 1; n <= want.asked; n = inject_next(n, DENSE, SPARSE)) {
        struct outcome got = run_once(row, kind, n, all);
        const char *trouble = trouble_of(&got, &want, kind);

        if (trouble && failures++ < SHOWN)
            explain(trouble, &got, n);
        outcome_done(&got);
    }
    if (failures > 0)
        printf("# %ld failures of %ld\n", failures, want.asked);
    tap_ok(failures == 0 && WIFEXITED(want.status), name);
    outcome_done(&want);
}

static void sweep_row(const struct row *row)
{
    static const struct {
        enum inject_kind kind;
        bool all;
        const char *name;
    } modes[] = {
        { INJECT_MEMORY, false, "an allocation fails" },
        { INJECT_MEMORY, true, "memory ends" },
        { INJECT_READ, false, "a read fails" },
        { INJECT_WRITE, false, "a write fails" },
        { INJECT_WRITE, true, "the disk is full" },
    };
    char line[512] = "", name[600];

    for (const char *const *word = row->words; *word; word++)
        snprintf(line + strlen(line), sizeof(line) - strlen(line), " %s",
                 *word);
    const char *only = getenv("ASTRAY_FAULTS_ONLY");
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        snprintf(name, sizeof(name), "astray%s: %s", line, modes[i].name);
        if (!only || strstr(name, only))
            sweep(row, modes[i].kind, modes[i].all, name);
    }
}

int __wrap_main(void);

int __wrap_main(void)
{
    const char *source = getenv("srcdir");

    setvbuf(stdout, NULL, _IOLBF, 0);
    left = mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    out_file = memfd_create("out", MFD_CLOEXEC);
    err_file = memfd_create("err", MFD_CLOEXEC);
    if (!source || chdir(source) != 0 || left == MAP_FAILED || out_file < 0 ||
        err_file < 0 || !mkdtemp(folder))
        return 99;
    snprintf(out_path, sizeof(out_path), "%s/out", folder);
    unsetenv("TMPDIR");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        sweep_row(&rows[i]);
    rmdir(folder);
    return tap_done();
}
