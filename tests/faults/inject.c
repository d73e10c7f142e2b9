/*
 * inject.c - see inject.h.
 *
 * A function that the program defines takes the place of the same one in every
 * shared library.  What really does the work is the C library's own name for
 * it (__libc_malloc), or the sanitizer's (__interceptor_malloc) where there is
 * one.  Reading and writing go to the kernel directly.
 */

#include "tests/faults/inject.h"

#include <errno.h>
#include <execinfo.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_FRAMES = 24, LARGE = 1 << 20 };

/* They all are called from every thread. */
static _Atomic int watched = -1; /* an enum inject_kind, or -1 */
static _Atomic long asked, wanted, held, held_new;
static _Atomic bool all_after;
static _Atomic long given_back; /* bytes */
static void *frames[MOST_FRAMES];
static int frame_count;
static _Thread_local bool inside; /* backtrace may allocate */

#define WEAK __attribute__((weak))

void *__libc_malloc(size_t size) WEAK;
void *__libc_calloc(size_t count, size_t size) WEAK;
void *__libc_realloc(void *bytes, size_t size) WEAK;
void *__libc_memalign(size_t alignment, size_t size) WEAK;
void __libc_free(void *bytes) WEAK;
void *__interceptor_malloc(size_t size) WEAK;
void *__interceptor_calloc(size_t count, size_t size) WEAK;
void *__interceptor_realloc(void *bytes, size_t size) WEAK;
int __interceptor_posix_memalign(void **out, size_t alignment,
                                 size_t size) WEAK;
void __interceptor_free(void *bytes) WEAK;

/* Seen by the shared libraries, or they would go on using the system's. */
#define SEEN __attribute__((visibility("default")))

/* ---- when ---------------------------------------------------------------- */

static void remember(void)
{
    inside = true;
    frame_count = backtrace(frames, MOST_FRAMES);
    inside = false;
}

/* Is it the turn of this call to fail?  `size` is of an allocation. */
static bool fails(enum inject_kind kind, size_t size)
{
    if (inside || watched != (int)kind)
        return false;
    long number = atomic_fetch_add(&asked, 1) + 1, n = wanted;
    if (n == 0 || number < n || (number > n && !all_after))
        return false;
    if (number == n)
        remember();
    if (number == n || (long)size > given_back)
        return true;
    given_back -= (long)size;
    return false;
}

void inject_start(enum inject_kind kind, long n, bool all)
{
    if (frame_count == 0)
        remember(); /* its first call loads a library */
    asked = given_back = 0;
    wanted = n;
    all_after = all;
    watched = (int)kind;
}

long inject_stop(void)
{
    watched = -1;
    return asked;
}

/* Sanitizers have realpath, strdup and others of their own, which do not ask
 * here for what is freed here. */
long inject_held(void)
{
    return __interceptor_malloc ? 0 : held;
}

long inject_held_new(void)
{
    return __interceptor_malloc ? 0 : held_new;
}

/* What the sanitizer need not report; see sweep.c. */
SEEN const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libre2.so\n"
           "leak:_dl_map_object_deps\n"; /* backtrace's library, once */
}

long inject_next(long n, long dense, long step)
{
    const char *which = getenv("ASTRAY_FAULTS");

    if (which && strcmp(which, "all") == 0)
        return n + 1;
    if (__interceptor_malloc) {
        dense /= 4;
        step = 1 + step / 4;
    }
    return n < dense ? n + 1 : n + 1 + (n - dense) / step;
}

/* Where the program lies in memory; the linker knows. */
extern const char __executable_start;

void inject_where(char *out, size_t size)
{
    size_t length = 0;

    out[0] = '\0';
    for (int i = 0; i < frame_count && length < size; i++)
        length += (size_t)snprintf(out + length, size - length, " 0x%tx",
                                   (const char *)frames[i] -
                                       &__executable_start);
}

/* ---- memory -------------------------------------------------------------- */

SEEN void *malloc(size_t size);
SEEN void *calloc(size_t count, size_t size);
SEEN void *realloc(void *bytes, size_t size);
SEEN void *reallocarray(void *bytes, size_t count, size_t size);
SEEN void *memalign(size_t alignment, size_t size);
SEEN void *aligned_alloc(size_t alignment, size_t size);
SEEN int posix_memalign(void **out, size_t alignment, size_t size);
SEEN void free(void *bytes);

static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

static void *hold(void *bytes)
{
    held += bytes != NULL;
    return bytes;
}

static void *real_malloc(size_t size)
{
    return __interceptor_malloc ? __interceptor_malloc(size)
                                : __libc_malloc(size);
}

/* What is freed can be had again, even when there is no other memory.  Of
 * small blocks nobody could make use. */
static void real_free(void *bytes)
{
    size_t size = bytes && wanted ? malloc_usable_size(bytes) : 0;

    if (size >= LARGE)
        given_back += (long)size;
    if (__interceptor_free)
        __interceptor_free(bytes);
    else
        __libc_free(bytes);
}

void *malloc(size_t size)
{
    return fails(INJECT_MEMORY, size) ? no_memory() : hold(real_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    if (fails(INJECT_MEMORY, count * size))
        return no_memory();
    return hold(__interceptor_calloc ? __interceptor_calloc(count, size)
                                     : __libc_calloc(count, size));
}

void *realloc(void *bytes, size_t size)
{
    bool was = bytes != NULL;

    if (fails(INJECT_MEMORY, size))
        return no_memory();
    void *moved = __interceptor_realloc ? __interceptor_realloc(bytes, size)
                                        : __libc_realloc(bytes, size);
    held += (moved != NULL) - (was && (moved || size == 0));
    return moved;
}

void *reallocarray(void *bytes, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        return no_memory();
    return realloc(bytes, count * size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    if (fails(INJECT_MEMORY, size))
        return ENOMEM;
    if (__interceptor_posix_memalign) {
        int error = __interceptor_posix_memalign(out, alignment, size);

        held += error == 0;
        return error;
    }
    *out = hold(__libc_memalign(alignment, size));
    return *out ? 0 : ENOMEM;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    void *bytes = NULL;
    int error = posix_memalign(&bytes, alignment, size);

    if (error != 0)
        errno = error;
    return error == 0 ? bytes : NULL;
}

void *memalign(size_t alignment, size_t size)
{
    return aligned_alloc(alignment, size);
}

void free(void *bytes)
{
    held -= bytes != NULL;
    real_free(bytes);
}

void *inject_new(size_t size)
{
    void *bytes = fails(INJECT_MEMORY, size) ? NULL
                                             : real_malloc(size ? size : 1);

    held_new += bytes != NULL;
    return bytes;
}

void inject_delete(void *bytes)
{
    held_new -= bytes != NULL;
    real_free(bytes);
}

/* ---- reading and writing ------------------------------------------------- */

static int no(int error)
{
    errno = error;
    return -1;
}

ssize_t read(int file, void *bytes, size_t length)
{
    return fails(INJECT_READ, 0) ? no(EIO)
                                 : syscall(SYS_read, file, bytes, length);
}

ssize_t pread(int file, void *bytes, size_t length, off_t offset)
{
    return fails(INJECT_READ, 0)
             ? no(EIO)
             : syscall(SYS_pread64, file, bytes, length, offset);
}

ssize_t write(int file, const void *bytes, size_t length)
{
    if (file != STDERR_FILENO && fails(INJECT_WRITE, 0))
        return no(ENOSPC);
    return syscall(SYS_write, file, bytes, length);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset)
{
    return fails(INJECT_WRITE, 0)
             ? no(ENOSPC)
             : syscall(SYS_pwrite64, file, bytes, length, offset);
}

int fsync(int file)
{
    return fails(INJECT_WRITE, 0) ? no(EIO) : (int)syscall(SYS_fsync, file);
}
