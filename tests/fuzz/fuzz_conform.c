/*
 * fuzz_conform.c - a fuzz target: the machine against the reference.
 *
 * The bytes decide what rules and what events there are: the generators of
 * tests/conform ask them instead of dice.  The reference evaluator judges the
 * events in a Python process that is kept (serve.py), the engine in this one,
 * where libFuzzer sees which ways it takes; the alerts must be the same, and
 * so must those of the same events in another order, in parts, or with next
 * to no memory.  Without Python nothing can be compared, and all bytes pass.
 */

#include <signal.h>
#include <sys/wait.h>

#include "tests/conform/jobs.h"
#include "tests/fuzz/fuzz.h"

const unsigned fuzz_variants = 1;

/* The two ends of the talk with serve.py; `absent`: there is no Python. */
struct reference {
    FILE *to, *from;
    bool absent;
};

/* In the child: becomes Python, or ends. */
static void become_reference(const int in[2], const int out[2])
{
    const char *root = getenv("srcdir");
    char script[4096];

    snprintf(script, sizeof(script), "%s/tests/conform/serve.py",
             root ? root : ".");
    if (dup2(in[0], STDIN_FILENO) < 0 || dup2(out[1], STDOUT_FILENO) < 0)
        _exit(126);
    close(in[0]);
    close(in[1]);
    close(out[0]);
    close(out[1]);
    setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
    execlp("python3", "python3", script, (char *)NULL);
    _exit(127);
}

static bool have_python(void)
{
    return system("python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))'"
                  " >/dev/null 2>&1") == 0;
}

/* libFuzzer looks at the clock by a signal, which would end a read early. */
static void let_alarms_pass(void)
{
    struct sigaction alarm;

    if (sigaction(SIGALRM, NULL, &alarm) == 0) {
        alarm.sa_flags |= SA_RESTART;
        sigaction(SIGALRM, &alarm, NULL);
    }
}

static void start(struct reference *reference)
{
    int in[2], out[2];
    pid_t child;

    reference->absent = !have_python();
    if (reference->absent) {
        fprintf(stderr, "no python3, so nothing is compared\n");
        return;
    }
    let_alarms_pass();
    signal(SIGPIPE, SIG_IGN);
    fuzz_require(pipe(in) == 0 && pipe(out) == 0, "there are pipes");
    child = fork();
    fuzz_require(child >= 0, "a process can be started");
    if (child == 0)
        become_reference(in, out);
    close(in[0]);
    close(out[1]);
    reference->to = fdopen(in[1], "w");
    reference->from = fdopen(out[0], "r");
    fuzz_require(reference->to && reference->from, "the pipes can be used");
}

static void put(struct reference *reference, struct as_text bytes)
{
    fprintf(reference->to, "%zu\n", bytes.length);
    if (bytes.length > 0)
        fwrite(bytes.bytes, 1, bytes.length, reference->to);
    fuzz_require(fflush(reference->to) == 0, "the reference listens");
}

/* The word of what it says next, and what belongs to it. */
static void get(struct reference *reference, char word[8],
                struct as_buf *payload)
{
    size_t length;
    char *room;

    as_buf_reset(payload);
    fuzz_require(fscanf(reference->from, "%7s %zu", word, &length) == 2 &&
                     fgetc(reference->from) == '\n',
                 "the reference answers");
    room = as_buf_reserve(payload, length + 1);
    fuzz_require(room && fread(room, 1, length, reference->from) == length,
                 "and says all of it");
    payload->length = length;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct reference reference;
    struct as_buf payload = { .bytes = NULL };
    struct driver *driver = driver_new();
    char word[8] = "";

    fuzz_require(driver != NULL, "there is memory for an engine");
    if (!reference.to && !reference.absent)
        start(&reference);
    if (!reference.absent) {
        put(&reference, (struct as_text){ (const char *)bytes, length });
        get(&reference, word, &payload);
        while (strcmp(word, "job") == 0) {
            put(&reference, driver_run(driver, as_buf_view(&payload)));
            get(&reference, word, &payload);
        }
        if (strcmp(word, "good") != 0)
            fwrite(payload.bytes, 1, payload.length, stderr);
        fuzz_require(strcmp(word, "good") == 0,
                     "engine and reference give the same alerts");
    }
    as_buf_done(&payload);
    driver_free(driver);
    return 0;
}
