/*
 * inject.h - allocations, reads and writes that fail when they are told to.
 *
 * A program that is linked with inject.c and inject_new.cc has their malloc,
 * operator new, read and write instead of the system's, and so has every
 * library that it uses: RE2, zlib, libdeflate, libyaml, cJSON and the C
 * library itself.  Under AddressSanitizer theirs is what stands below.
 *
 *     inject_start(INJECT_MEMORY, n, false);
 *     ... what is tested ...
 *     asked = inject_stop();
 *
 * The n-th call from inject_start on fails (n from 1), or with `all` the n-th
 * and every later one; n = 0 only counts.  A sweep goes on to the next n as
 * long as asked >= n: as long as there was an n-th call.  All threads of the
 * process are counted together.
 */
#ifndef AS_TESTS_INJECT_H
#define AS_TESTS_INJECT_H

#include <stdbool.h>
#include <stddef.h>

enum inject_kind {
    INJECT_MEMORY, /* malloc and its like return NULL, new throws bad_alloc */
    INJECT_READ,   /* read and pread: EIO */
    INJECT_WRITE   /* write, pwrite and fsync: ENOSPC */
};

void inject_start(enum inject_kind kind, long n, bool all);

/* How many calls of the kind there were since inject_start. */
long inject_stop(void);

/*
 * The n to try behind n: every one up to `dense`, then fewer and fewer, one of
 * (n - dense) / step; a quarter as many under a sanitizer, which takes its
 * time.  Every n with ASTRAY_FAULTS=all in the environment.
 */
long inject_next(long n, long dense, long step);

/*
 * How many allocations have not been freed, of malloc's family and of operator
 * new, since the program began.  The difference between two moments at which
 * the same things are held is what leaked.  Always 0 under a sanitizer, which
 * counts better.
 */
long inject_held(void);
long inject_held_new(void);

/* Where the call that failed was made: return addresses, innermost first, as
 * `addr2line -fpie PROGRAM` wants them. */
void inject_where(char *out, size_t size);

/* What inject_new.cc stands on. */
void *inject_new(size_t size);
void inject_delete(void *bytes);

#endif
