/*
 * native.c - see native.h.
 *
 * The dynamic linker looks at a file's form, but believes what it says of its
 * size, and a file that was cut short ends the process when it is touched.  So
 * that is looked at here.  Whether the code is good nobody can tell.
 */

#include "cli/native.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

/* astray_rt.h: what a compiled pack shows. */
static const char symbol[] = "astray_native";

static const char remedy[] = "`astray build -t so RULES... -o FILE` makes it "
                             "of the same rules";

static bool read_at(int file, void *to, size_t length, uint64_t at)
{
    return pread(file, to, length, (off_t)at) == (ssize_t)length;
}

/* Does it have all that is to be mapped?  What is no object of this machine's
 * is left to the linker, which has the words for it. */
static bool is_whole(int file, uint64_t size)
{
    ElfW(Ehdr) head;
    ElfW(Phdr) part;

    if (!read_at(file, &head, sizeof(head), 0) ||
        memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_phentsize != sizeof(part))
        return true;
    for (uint64_t i = 0; i < head.e_phnum; i++) {
        if (!read_at(file, &part, sizeof(part),
                     head.e_phoff + i * sizeof(part)))
            return false;
        if (part.p_type == PT_LOAD &&
            (part.p_offset > size || part.p_filesz > size - part.p_offset))
            return false;
    }
    return true;
}

/* O_NONBLOCK: a pipe is not waited for. */
static bool is_good(const char *path, struct as_talk *talk)
{
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat found;
    bool good = false;

    if (file < 0 || fstat(file, &found) != 0)
        as_talk_error(talk, NULL, "cannot read `%s`: %s", path,
                      strerror(errno));
    else if (!S_ISREG(found.st_mode))
        as_talk_error(talk, NULL, "`%s` is not a file", path);
    else if (!is_whole(file, (uint64_t)found.st_size))
        as_talk_error(talk, remedy, "`%s` was cut short", path);
    else
        good = true;
    if (file >= 0)
        close(file);
    return good;
}

/* A name without a slash would be searched for. */
static void *load(const char *path)
{
    struct as_buf name = { .bytes = NULL };
    void *handle = NULL;

    as_buf_printf(&name, "%s%s", strchr(path, '/') ? "" : "./", path);
    if (!name.failed)
        handle = dlopen(name.bytes, RTLD_NOW | RTLD_LOCAL);
    as_buf_done(&name);
    return handle;
}

static const char *why_not(void)
{
    const char *error = dlerror();

    return error ? error : "out of memory";
}

bool as_native_open(struct as_native *native, const char *path,
                    struct as_talk *talk)
{
    *native = (struct as_native){ .path = path };
    if (!path)
        return true;
    if (!is_good(path, talk))
        return false;
    native->handle = load(path);
    if (!native->handle) {
        as_talk_error(talk, remedy,
                      "`%s` is no shared object that can be "
                      "loaded: %s",
                      path, why_not());
        return false;
    }
    native->programs = dlsym(native->handle, symbol);
    if (native->programs)
        return true;
    as_talk_error(talk, remedy, "`%s` holds no rules: %s", path, why_not());
    as_native_close(native);
    return false;
}

void as_native_close(struct as_native *native)
{
    if (native->handle)
        dlclose(native->handle);
    *native = (struct as_native){ .path = NULL };
}

bool as_native_use(const struct as_native *native,
                   struct astray_scanner *scanner, struct as_talk *talk)
{
    if (!native->programs)
        return true;
    enum astray_status status = astray_scanner_set_native(scanner,
                                                          native->programs);
    if (status == ASTRAY_OK)
        return true;
    const char *error = astray_scanner_error(scanner);
    as_talk_error(talk, remedy, "`%s` cannot be run: %s", native->path,
                  error[0] != '\0' ? error : as_exit_words(status));
    return false;
}
