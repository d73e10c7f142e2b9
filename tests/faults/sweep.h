/*
 * sweep.h - make every call fail in turn, and judge what comes of it.
 */
#ifndef AS_TESTS_SWEEP_H
#define AS_TESTS_SWEEP_H

#include "astray.h"
#include "tests/faults/inject.h"

/*
 * What is tried: it does something from beginning to end, frees all that it
 * made, and tells with sweep_say what it was told.  It goes on whatever fails,
 * as a careless caller would, and returns the gravest status that it saw.
 */
typedef enum astray_status sweep_fn(const void *user);

/* Append to the transcript of the run.  Allocates nothing. */
void sweep_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What is wrong with this run, whatever the transcript says. */
void sweep_wrong(const char *what);

struct sweep {
    const char *name;
    sweep_fn *run;
    const void *user;
    enum inject_kind kind;
    enum astray_status allowed; /* what a failure may be called */
    bool threads; /* the C library keeps memory for threads that ended */
};

/*
 * Run once undisturbed, which is the right answer; then let the n-th call
 * fail, for every n, once alone and once with all that come after it.  Each
 * run must give the right answer, or end with the status that is allowed; it
 * must not leak, crash, or take minutes.  Two TAP cases.
 *
 * Long sweeps leave out more and more of the later n, unless the environment
 * has ASTRAY_FAULTS=all.  ASTRAY_FAULTS_ONLY=TEXT leaves out the sweeps without
 * that text in their name.
 */
void sweep(const struct sweep *sweep);

/* The plan; the exit status of the test. */
int sweep_done(void);

#endif
