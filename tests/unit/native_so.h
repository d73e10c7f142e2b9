/*
 * native_so.h - rules as bytecode and, compiled by the system's C compiler, as
 * a shared object, for tests and measurements.
 */
#ifndef AS_TESTS_NATIVE_SO_H
#define AS_TESTS_NATIVE_SO_H

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "astray.h"
#include "astray_rt.h"

/* The name and all of what it holds are gone after native_close. */
struct native_so {
    void *handle;
    const struct astray_native *native;
    char folder[256], source[300], object[300];
};

/* Flags that every compiler knows that we compile with; `flags` come last.
 * What the object would count of itself would be left in its folder. */
static inline int native_compile(const struct native_so *so, const char *flags)
{
    const char *cc = getenv("CC"), *srcdir = getenv("srcdir");
    const char *check = getenv("CHECK_FLAGS");
    char command[4096];

    if (check && strstr(check, "coverage"))
        check = NULL;
    snprintf(command, sizeof(command),
             "%s -std=c11 -fPIC -shared -I'%s/include' %s %s -o '%s' '%s'",
             cc ? cc : "cc", srcdir ? srcdir : ".", check ? check : "", flags,
             so->object, so->source);
    return system(command);
}

static inline int native_folder(struct native_so *so)
{
    const char *tmp = getenv("TMPDIR");

    memset(so, 0, sizeof(*so));
    snprintf(so->folder, sizeof(so->folder), "%s/astray-native-XXXXXX",
             tmp && strlen(tmp) < 200 ? tmp : "/tmp");
    if (!mkdtemp(so->folder))
        return 0;
    snprintf(so->source, sizeof(so->source), "%s/pack.c", so->folder);
    snprintf(so->object, sizeof(so->object), "%s/pack.so", so->folder);
    return 1;
}

static inline void native_close(struct native_so *so)
{
    if (so->handle)
        dlclose(so->handle);
    unlink(so->source);
    unlink(so->object);
    rmdir(so->folder);
}

/* 0 when the text can't be written, compiled or loaded; native_close is due
 * in any case. */
static inline int native_open(struct native_so *so, const char *text,
                              size_t length, const char *flags)
{
    FILE *file;
    int good;

    if (!native_folder(so))
        return 0;
    file = fopen(so->source, "w");
    if (!file)
        return 0;
    good = fwrite(text, 1, length, file) == length;
    if (fclose(file) || !good || native_compile(so, flags))
        return 0;
    so->handle = dlopen(so->object, RTLD_NOW | RTLD_LOCAL);
    if (so->handle)
        so->native = dlsym(so->handle, "astray_native");
    return so->native != NULL;
}

#endif
