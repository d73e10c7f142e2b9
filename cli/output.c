/*
 * output.c - see output.h.
 *
 * A signal may come at any time, so the handler does all by itself: it writes
 * what is pending and ends.  That is safe whenever the list of outputs and
 * their buffers are in order; while they are being changed (`busy`), the
 * handler only leaves a note, which as_output_release finds.  A second signal
 * ends at once: the first may wait for a reader that never comes.
 */

#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/file.h"
#include "common/hash.h"

enum {
    FULL = 64 * 1024, /* write out when so much is pending */
    ATTEMPTS = 16,    /* at a name that nobody has */
    SIGNAL_BASE = 128,
};

/* The signal handler has no other way to find them. */
static struct as_output *open_outputs;
static volatile sig_atomic_t busy;
static volatile sig_atomic_t caught;
static const char *volatile last_words;

static _Noreturn void end_by(int number)
{
    for (struct as_output *out = open_outputs; out; out = out->next) {
        if (out->temporary)
            unlink(out->temporary);
        else if (!out->gone)
            (void)as_file_put(out->file, as_buf_view(&out->pending));
    }
    if (last_words)
        (void)as_file_put(STDERR_FILENO, as_text_of(last_words));
    _exit(SIGNAL_BASE + number);
}

static void on_signal(int number)
{
    if (caught)
        _exit(SIGNAL_BASE + number);
    caught = number;
    if (!busy)
        end_by(number);
}

void as_output_hold(void)
{
    busy++;
}

bool as_output_noted(void)
{
    return caught != 0;
}

void as_output_release(void)
{
    busy--;
    if (caught && !busy)
        end_by(caught);
}

/* One that is ignored, as under nohup, stays ignored. */
static void take_signal(int number)
{
    struct sigaction action = { .sa_handler = on_signal };
    struct sigaction old;

    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

void as_output_signals(void)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
    take_signal(SIGINT);
    take_signal(SIGTERM);
    take_signal(SIGHUP);
}

/* Open a file that is not there yet; its name goes into out->temporary. */
static int open_beside(struct as_output *out, const char *path)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        struct as_hash_key key = as_hash_key_random();
        char *name = NULL;

        if (asprintf(&name, "%s.%08x", path, (unsigned)key.word[0]) < 0) {
            errno = ENOMEM;
            return -1;
        }
        int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0) {
            out->temporary = name;
            return file;
        }
        free(name);
        if (errno != EEXIST)
            return -1;
    }
    return -1;
}

static int open_path(struct as_output *out, const char *path)
{
    struct stat found;
    bool exists = stat(path, &found) == 0;

    if (exists && !S_ISREG(found.st_mode))
        return open(path, O_WRONLY | O_CLOEXEC);
    out->mode = exists ? found.st_mode & 07777U : 0;
    return open_beside(out, path);
}

bool as_output_open(struct as_output *out, const char *path)
{
    *out = (struct as_output){ .path = path, .file = -1 };
    if (path && strcmp(path, "-") == 0)
        out->path = NULL;
    as_output_hold();
    out->file = out->path ? open_path(out, out->path) : STDOUT_FILENO;
    if (out->file >= 0) {
        out->next = open_outputs;
        open_outputs = out;
    }
    as_output_release();
    return out->file >= 0;
}

static void fail(struct as_output *out, int error)
{
    if (error == EPIPE)
        out->gone = true;
    else if (out->error == 0)
        out->error = error;
}

static void write_out(struct as_output *out)
{
    if (!out->gone && out->error == 0 &&
        !as_file_put(out->file, as_buf_view(&out->pending)))
        fail(out, errno);
    as_buf_reset(&out->pending);
}

void as_output_add(struct as_output *out, struct as_text text)
{
    if (out->file < 0 || out->gone || out->error != 0)
        return;
    as_output_hold();
    as_buf_text(&out->pending, text);
    if (out->pending.failed)
        fail(out, ENOMEM);
    if (out->pending.length >= FULL)
        write_out(out);
    as_output_release();
}

void as_output_buf(struct as_output *out, const struct as_buf *buf)
{
    if (buf->failed)
        fail(out, ENOMEM);
    as_output_add(out, as_buf_view(buf));
}

/* Take it off the list; nothing of it is left but path and error. */
static void forget(struct as_output *out)
{
    struct as_output **link = &open_outputs;

    while (*link && *link != out)
        link = &(*link)->next;
    if (*link)
        *link = out->next;
    if (out->path && out->file >= 0)
        close(out->file);
    free(out->temporary);
    as_buf_done(&out->pending);
    out->temporary = NULL;
    out->file = -1;
}

/* All bytes are in the temporary file: make it the real one. */
static void put_in_place(struct as_output *out)
{
    if ((out->mode != 0 && fchmod(out->file, (mode_t)out->mode) != 0) ||
        fsync(out->file) != 0 || rename(out->temporary, out->path) != 0)
        fail(out, errno);
}

bool as_output_close(struct as_output *out)
{
    if (out->file < 0)
        return true;
    as_output_hold();
    write_out(out);
    if (out->temporary && out->error == 0)
        put_in_place(out);
    if (out->temporary && out->error != 0)
        unlink(out->temporary);
    forget(out);
    as_output_release();
    errno = out->error;
    return out->error == 0;
}

void as_output_drop(struct as_output *out)
{
    if (out->file < 0)
        return;
    as_output_hold();
    if (out->temporary)
        unlink(out->temporary);
    forget(out);
    as_output_release();
}

const char *as_output_name(const struct as_output *out)
{
    return out->path ? out->path : "standard output";
}

bool as_output_terminal(const struct as_output *out)
{
    return isatty(out->file) == 1;
}

void as_output_last_words(const char *words)
{
    last_words = words;
}

void as_output_say(struct as_text text)
{
    (void)as_file_put(STDERR_FILENO, text);
}
