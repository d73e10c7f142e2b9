/*
 * sweep.c - see sweep.h.
 *
 * Where an allocation fails while RE2 matches, it keeps some hundred bytes of
 * what it was about to remember: what operator new gave may stay held when
 * memory has run out, and only then.
 */

#include "tests/faults/sweep.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/tap.h"

enum {
    LONGEST = 4 << 20, /* transcript, in bytes */
    PATIENCE = 120,    /* seconds for one run */
    DENSE = 100,       /* up to here every n is tried */
    SPARSE = 20,       /* and then steps of one in so many */
    SHOWN = 8,         /* failures */
};

static char right[LONGEST], got[LONGEST];
static size_t got_length, right_length;
static const char *wrong;
static const char *running = "nothing";
static long running_n;

void sweep_say(const char *format, ...)
{
    size_t room = LONGEST - got_length;
    va_list list;

    va_start(list, format);
    int length = vsnprintf(got + got_length, room, format, list);
    va_end(list);
    if (length < 0 || (size_t)length >= room)
        wrong = "the transcript is too long";
    else
        got_length += (size_t)length;
}

void sweep_wrong(const char *what)
{
    wrong = what;
}

/* ---- a run --------------------------------------------------------------- */

static void on_signal(int number)
{
    char line[256];
    int length = snprintf(line, sizeof(line),
                          "Bail out! %s: n = %ld ended with signal %d\n",
                          running, running_n, number);

    inject_stop();
    if (write(STDOUT_FILENO, line, (size_t)length) > 0)
        fflush(stdout);
    signal(number, SIG_DFL);
    raise(number);
}

static void watch_signals(void)
{
    static const int numbers[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGALRM };

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        signal(numbers[i], on_signal);
}

struct outcome {
    enum astray_status status;
    long asked, leaked, leaked_new;
};

static struct outcome run_once(const struct sweep *sweep, long n, bool all)
{
    long held = inject_held(), held_new = inject_held_new();
    struct outcome outcome;

    running = sweep->name;
    running_n = n;
    got_length = 0;
    wrong = NULL;
    alarm(PATIENCE);
    inject_start(sweep->kind, n, all);
    outcome.status = sweep->run(sweep->user);
    outcome.asked = inject_stop();
    alarm(0);
    outcome.leaked = inject_held() - held;
    outcome.leaked_new = inject_held_new() - held_new;
    return outcome;
}

static bool is_right(void)
{
    return got_length == right_length && memcmp(got, right, got_length) == 0;
}

/* NULL: nothing. */
static const char *trouble_of(const struct sweep *sweep,
                              const struct outcome *outcome,
                              enum astray_status usual)
{
    if (wrong)
        return wrong;
    if (outcome->leaked != 0 && !sweep->threads)
        return "memory leaks";
    if (outcome->status == sweep->allowed)
        return NULL;
    if (outcome->leaked_new != 0)
        return "memory of C++ leaks";
    if (outcome->status != usual)
        return "another status";
    return is_right() ? NULL : "another answer";
}

/* ---- all of them --------------------------------------------------------- */

static void explain(const char *trouble, const struct outcome *outcome, long n)
{
    char where[1024];

    inject_where(where, sizeof(where));
    printf("# n = %ld: %s (status %d, %ld held)\n#  %s\n", n, trouble,
           (int)outcome->status, outcome->leaked, where);
}

static void sweep_mode(const struct sweep *sweep, enum astray_status usual,
                       bool all)
{
    struct outcome outcome;
    long n = 1, failures = 0;
    char name[256];

    do {
        outcome = run_once(sweep, n, all);
        const char *trouble = trouble_of(sweep, &outcome, usual);

        if (trouble && failures++ < SHOWN)
            explain(trouble, &outcome, n);
        if (outcome.asked < n && is_right() && outcome.status == usual)
            break;
        n = inject_next(n, DENSE, SPARSE);
    } while (outcome.asked >= n || outcome.status != usual);
    snprintf(name, sizeof(name), "%s: %s %ld", sweep->name,
             all ? "from each on, of" : "each of", n - 1);
    if (failures > 0)
        printf("# %ld failures\n", failures);
    tap_ok(failures == 0, name);
}

void sweep(const struct sweep *sweep)
{
    const char *only = getenv("ASTRAY_FAULTS_ONLY");
    struct outcome usual;

    if (only && !strstr(sweep->name, only))
        return;
    watch_signals();
    run_once(sweep, 0, false); /* what is made once in a process is made */
    usual = run_once(sweep, 0, false);
    memcpy(right, got, got_length);
    right_length = got_length;
    if (wrong || usual.leaked + usual.leaked_new != 0 || usual.asked == 0) {
        explain(wrong ? wrong : "undisturbed, it leaks or asks for nothing",
                &usual, 0);
        tap_ok(false, sweep->name);
        return;
    }
    sweep_mode(sweep, usual.status, false);
    sweep_mode(sweep, usual.status, true);
}

int sweep_done(void)
{
    return tap_done();
}
