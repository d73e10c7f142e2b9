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

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "cli/child.h"
#include "cli/output.h"
#include "cli/walk.h"
#include "common/file.h"
#include "common/limits.h"

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

/* It reads nothing, and says all it says on standard error. */
static enum as_exit run(const struct job *job)
{
    const struct as_child child = { .words = job->argv, .output = -1 };
    int how;
    int error = as_child_run(&child, &how);

    return error != 0 ? cannot_start(job, error) : judge(job, how);
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
    job.folder = as_temporary_folder();
    if (job.folder) {
        ending = compile(&job, text, object);
        as_remove_folder(job.folder);
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
