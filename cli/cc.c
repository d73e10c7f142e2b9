/*
 * cc.c - see cc.h.
 *
 * The work is done in a new folder of the temporary ones: the text goes there,
 * and astray_rt.h, which the command brings along, so that it is always the
 * one that fits and nobody has to say where it was installed.  The compiler is
 * started without a shell, by a list of words: no path and no rule can become
 * a command.  What it made is read, and the folder removed.
 *
 * A signal does not end the command in the middle of this: it is noted, the
 * compiler is told to end, the folder is removed, and then the signal has its
 * way.
 */

#include "cli/cc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/walk.h"
#include "common/file.h"
#include "common/limits.h"

/* Between two looks at the compiler, in ns. */
enum { SHORTEST_PAUSE = 500 * 1000, LONGEST_PAUSE = 10 * 1000 * 1000 };

static const char blanks[] = " \t\n";

struct job {
    struct as_talk *talk;
    struct as_paths words; /* of the command; the first is the compiler */
    char **argv;           /* owned; the same, and NULL */
    char *folder;          /* owned; absolute, so it begins no option */
    struct as_buf source, object, header; /* terminated paths in it */
};

static enum as_exit out_of_memory(struct as_talk *talk)
{
    as_talk_error(talk, NULL, "cannot compile the C text: out of memory");
    return AS_EXIT_USAGE;
}

/* ---- the command --------------------------------------------------------- */

static void add_words(struct as_paths *words, const char *text)
{
    for (;;) {
        text += strspn(text, blanks);
        size_t length = strcspn(text, blanks);
        if (length == 0)
            return;
        as_paths_add(words, (struct as_text){ text, length });
        text += length;
    }
}

/* The words of a variable, or of what stands for it when it has none. */
static void add_variable(struct as_paths *words, const char *name,
                         const char *otherwise)
{
    const char *value = getenv(name);
    size_t count = words->count;

    if (value)
        add_words(words, value);
    if (words->count == count)
        add_words(words, otherwise);
}

static void add_word(struct as_paths *words, const char *word)
{
    as_paths_add(words, as_text_of(word));
}

static bool set_words(struct job *job)
{
    struct as_paths *words = &job->words;

    add_variable(words, "CC", "cc");
    add_variable(words, "CFLAGS", "-O2");
    add_words(words, "-shared -fPIC -fvisibility=hidden -I");
    add_word(words, job->folder);
    add_word(words, "-o");
    add_word(words, job->object.bytes);
    add_word(words, job->source.bytes);
    if (words->failed)
        return false;
    job->argv = calloc(words->count + 1, sizeof(*job->argv));
    if (job->argv)
        memcpy(job->argv, words->items, words->count * sizeof(*job->argv));
    return job->argv != NULL;
}

/* ---- the folder ---------------------------------------------------------- */

static void remove_all(const char *folder)
{
    DIR *files = opendir(folder);

    for (struct dirent *file; files && (file = readdir(files));)
        unlinkat(dirfd(files), file->d_name, 0); /* not `.` and `..` */
    if (files)
        closedir(files);
    rmdir(folder);
}

/* A new folder, below the real name of the usual one. */
static char *new_folder(void)
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

static bool name_files(struct job *job)
{
    struct as_text folder = as_text_of(job->folder);

    as_path_join(&job->source, folder, AS_TEXT("native.c"));
    as_path_join(&job->object, folder, AS_TEXT("native.so"));
    as_path_join(&job->header, folder, AS_TEXT("astray_rt.h"));
    return !job->source.failed && !job->object.failed && !job->header.failed;
}

static enum astray_status write_header(const char *path)
{
    struct as_buf text = { .bytes = NULL };
    enum astray_status status = ASTRAY_NO_MEMORY;

    for (const char *const *line = as_cc_header; *line; line++) {
        as_buf_puts(&text, *line);
        as_buf_putc(&text, '\n');
    }
    if (!text.failed)
        status = as_file_write(path, as_buf_view(&text));
    as_buf_done(&text);
    return status;
}

static enum as_exit write_files(const struct job *job, struct as_text text)
{
    enum astray_status status = as_file_write(job->source.bytes, text);

    if (status == ASTRAY_OK)
        status = write_header(job->header.bytes);
    if (status == ASTRAY_OK)
        return AS_EXIT_OK;
    as_talk_error(job->talk, NULL, "cannot write to `%s`: %s", job->folder,
                  as_exit_words(status));
    return AS_EXIT_USAGE;
}

/* ---- the compiler -------------------------------------------------------- */

/* It reads nothing, and says all it says on standard error.  An errno. */
static int start(const struct job *job, pid_t *child)
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
    error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
                                             "/dev/null", O_RDONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO,
                                                 STDOUT_FILENO);
    if (error == 0)
        error = posix_spawnp(child, job->argv[0], &actions, &attributes,
                             job->argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* How it ended, as waitpid says it.  A signal to the command ends it, too. */
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

static enum as_exit cannot_start(const struct job *job, int error)
{
    as_talk_error(job->talk,
                  "install a C compiler, or name one: CC=gcc astray build ...; "
                  "`-t c` only writes the text, to be compiled elsewhere",
                  "cannot run the C compiler `%s`: %s", job->words.items[0],
                  strerror(error));
    return AS_EXIT_USAGE;
}

static enum as_exit judge(const struct job *job, int how)
{
    const char *name = job->words.items[0];
    const char *help = "its messages stand above; `-t c` shows the text that "
                       "it was given";

    if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
        return AS_EXIT_OK;
    if (as_output_noted())
        return AS_EXIT_USAGE; /* a signal will have its way */
    if (WIFSIGNALED(how))
        as_talk_error(job->talk, help,
                      "the C compiler `%s` was ended by signal %d", name,
                      WTERMSIG(how));
    else
        as_talk_error(job->talk, help,
                      "the C compiler `%s` failed with status %d", name,
                      WEXITSTATUS(how));
    return AS_EXIT_USAGE;
}

static enum as_exit run(const struct job *job)
{
    pid_t child;

    /* Who started us may have us not wait for our children. */
    signal(SIGCHLD, SIG_DFL);
    int error = start(job, &child);
    return error != 0 ? cannot_start(job, error) : judge(job, await(child));
}

/* ---- all of it ----------------------------------------------------------- */

static enum as_exit take_object(const struct job *job, struct as_buf *object)
{
    enum astray_status status = as_file_read(job->object.bytes, AS_MAX_PACK,
                                             object);

    if (status == ASTRAY_OK)
        return AS_EXIT_OK;
    as_talk_error(job->talk, NULL,
                  "cannot read what the C compiler `%s` made: %s",
                  job->words.items[0], as_exit_words(status));
    return AS_EXIT_USAGE;
}

static enum as_exit compile(struct job *job, struct as_text text,
                            struct as_buf *object)
{
    if (!name_files(job) || !set_words(job))
        return out_of_memory(job->talk);
    enum as_exit ending = write_files(job, text);
    if (ending == AS_EXIT_OK)
        ending = run(job);
    if (ending == AS_EXIT_OK)
        ending = take_object(job, object);
    return ending;
}

enum as_exit as_cc_shared(struct as_text text, struct as_buf *object,
                          struct as_talk *talk)
{
    struct job job = { .talk = talk };
    enum as_exit ending = AS_EXIT_USAGE;

    as_output_hold();
    job.folder = new_folder();
    if (job.folder) {
        ending = compile(&job, text, object);
        remove_all(job.folder);
    } else {
        as_talk_error(talk, "TMPDIR names another folder",
                      "cannot make a temporary folder: %s", strerror(errno));
    }
    as_output_release();
    free(job.argv);
    free(job.folder);
    as_paths_done(&job.words);
    as_buf_done(&job.source);
    as_buf_done(&job.object);
    as_buf_done(&job.header);
    return ending;
}
