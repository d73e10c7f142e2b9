/*
 * file.c - see file.h.
 *
 * A result is written beside its place and renamed into it, so that a reader
 * never sees half of it and a full disk leaves the old one as it was.
 */

#include "common/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/hash.h"

enum {
    CHUNK = 64 * 1024,
    ATTEMPTS = 16, /* at a name that nobody has */
};

/* How many bytes are likely to come, and one more, so that their end is seen
 * without more room; 0 when nobody knows. */
static size_t likely_length(int file, size_t most)
{
    struct stat found;

    if (fstat(file, &found) != 0 || !S_ISREG(found.st_mode) ||
        found.st_size <= 0 || (uintmax_t)found.st_size > most)
        return 0;
    return (size_t)found.st_size + 1;
}

enum astray_status as_file_read_open(int file, size_t most, struct as_buf *out)
{
    size_t likely = likely_length(file, most);

    as_buf_reset(out);
    for (;;) {
        size_t want = out->length < likely ? likely - out->length : CHUNK;
        char *room = as_buf_reserve(out, want);
        if (!room)
            return ASTRAY_NO_MEMORY;
        ssize_t got = read(file, room, want);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ASTRAY_IO;
        if (got == 0)
            return ASTRAY_OK;
        out->length += (size_t)got;
        if (out->length > most)
            return ASTRAY_LIMIT;
    }
}

enum astray_status as_file_read(const char *path, size_t most,
                                struct as_buf *out)
{
    if (strcmp(path, "-") == 0)
        return as_file_read_open(STDIN_FILENO, most, out);

    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return ASTRAY_IO;
    enum astray_status status = as_file_read_open(file, most, out);
    int error = errno;
    close(file);
    errno = error;
    return status;
}

bool as_file_put(int file, struct as_text bytes)
{
    while (bytes.length > 0) {
        ssize_t put = write(file, bytes.bytes, bytes.length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes.bytes += put;
        bytes.length -= (size_t)put;
    }
    return true;
}

/* Close, and say whether all went well; keeps the first errno. */
static bool finish(int file, bool good)
{
    int error = errno;

    if (close(file) != 0 && good)
        return false;
    errno = error;
    return good;
}

static enum astray_status write_in_place(const char *path, struct as_text bytes)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);

    if (file < 0)
        return ASTRAY_IO;
    return finish(file, as_file_put(file, bytes)) ? ASTRAY_OK : ASTRAY_IO;
}

/* Make a file that is not there yet; its name goes into `temporary`. */
static int make_beside(const char *path, struct as_buf *temporary)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        struct as_hash_key key = as_hash_key_random();

        as_buf_reset(temporary);
        as_buf_printf(temporary, "%s.%08x", path, (unsigned)key.word[0]);
        if (temporary->failed) {
            errno = ENOMEM;
            return -1;
        }
        int file = open(temporary->bytes,
                        O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0 || errno != EEXIST)
            return file;
    }
    return -1;
}

/* `mode` is that of the file which is replaced; 0 when there is none. */
static enum astray_status write_beside(const char *path,
                                       struct as_buf *temporary,
                                       struct as_text bytes, mode_t mode)
{
    int file = make_beside(path, temporary);

    if (file < 0)
        return ASTRAY_IO;
    bool good = as_file_put(file, bytes) &&
                (mode == 0 || fchmod(file, mode) == 0) && fsync(file) == 0;
    if (finish(file, good) && rename(temporary->bytes, path) == 0)
        return ASTRAY_OK;
    int error = errno;
    unlink(temporary->bytes);
    errno = error;
    return ASTRAY_IO;
}

enum astray_status as_file_write(const char *path, struct as_text bytes)
{
    struct as_buf temporary = { .bytes = NULL };
    struct stat found;
    bool exists = stat(path, &found) == 0;

    if (exists && !S_ISREG(found.st_mode))
        return write_in_place(path, bytes);

    enum astray_status status = write_beside(
        path, &temporary, bytes, exists ? found.st_mode & 07777 : 0);
    int error = errno;
    as_buf_done(&temporary);
    errno = error;
    return status;
}

void as_path_join(struct as_buf *out, struct as_text folder,
                  struct as_text name)
{
    as_buf_reset(out);
    as_buf_text(out, folder);
    if (folder.length > 0 && folder.bytes[folder.length - 1] != '/')
        as_buf_putc(out, '/');
    as_buf_text(out, name);
    as_buf_putc(out, '\0');
    if (!out->failed)
        out->length--;
}
