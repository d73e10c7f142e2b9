/*
 * child.c - see child.h.
 *
 * The child is looked at now and then instead of waited for, so that a signal
 * that comes meanwhile is passed on to it.
 */

#include "cli/child.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/output.h"

/* Between two looks at the child, in ns. */
enum { SHORTEST_PAUSE = 500 * 1000, LONGEST_PAUSE = 10 * 1000 * 1000 };

/* Folders that nftw may keep open. */
enum { OPEN_FOLDERS = 16 };

/* ---- folders ------------------------------------------------------------- */

char *as_temporary_folder(void)
{
    const char *usual = getenv("TMPDIR");
    char *real = realpath(usual && usual[0] != '\0' ? usual : "/tmp", NULL);
    char *folder = NULL;

    if (!real)
        return NULL;
    if (asprintf(&folder, "%s/astray-XXXXXX", real) < 0)
        folder = NULL;
    free(real);
    if (folder && !mkdtemp(folder)) {
        int error = errno;

        free(folder);
        errno = error;
        return NULL;
    }
    return folder;
}

static int remove_one(const char *path, const struct stat *found, int kind,
                      struct FTW *place)
{
    (void)found;
    (void)kind;
    (void)place;
    remove(path);
    return 0;
}

void as_remove_folder(const char *folder)
{
    nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

/* ---- running ------------------------------------------------------------- */

static int set_files(posix_spawn_file_actions_t *actions,
                     const struct as_child *child)
{
    const char *input = child->input ? child->input : "/dev/null";
    int output = child->output < 0 ? STDERR_FILENO : child->output;
    int error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, input,
                                                 O_RDONLY, 0);

    if (error == 0)
        error = posix_spawn_file_actions_adddup2(actions, output,
                                                 STDOUT_FILENO);
    return error;
}

/* An errno. */
static int start(const struct as_child *child, pid_t *id)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t ours;
    int error = posix_spawn_file_actions_init(&actions);

    if (error != 0)
        return error;
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    sigemptyset(&ours);
    sigaddset(&ours, SIGPIPE); /* the command ignores it */
    posix_spawnattr_setsigdefault(&attributes, &ours);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    error = set_files(&actions, child);
    if (error == 0)
        error = posix_spawnp(id, child->words[0], &actions, &attributes,
                             child->words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* A signal to the command ends the child, too. */
static int await(pid_t child)
{
    struct timespec pause = { .tv_nsec = SHORTEST_PAUSE };
    bool told = false;
    int how = 0;

    while (waitpid(child, &how, WNOHANG) == 0) {
        if (as_output_noted() && !told) {
            kill(child, SIGTERM);
            told = true;
        }
        nanosleep(&pause, NULL); /* or until a signal comes */
        if (pause.tv_nsec < LONGEST_PAUSE)
            pause.tv_nsec *= 2;
    }
    return how;
}

int as_child_run(const struct as_child *child, int *how)
{
    pid_t id;

    /* Who started us may have us not wait for our children. */
    signal(SIGCHLD, SIG_DFL);
    int error = start(child, &id);
    if (error == 0)
        *how = await(id);
    return error;
}
