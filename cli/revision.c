/*
 * revision.c - see revision.h.
 *
 * git is asked four things, each by a command of its own without a shell:
 * which tree REV is, where in the repository we stand, what lies in the tree,
 * and what the files hold.  Only the first sees a word of the command line; the
 * others get the tree's number.  What git says about paths is not believed: a
 * repository may be a stranger's, so a path is written only when each of its
 * names is one that a file can have.
 */

#include "cli/revision.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/child.h"
#include "cli/exit.h"
#include "cli/output.h"
#include "common/file.h"
#include "common/limits.h"

enum {
    MOST_WORDS = 16,      /* of a command */
    MOST_DEPTH = 64,      /* of folders above PATH */
    MOST_LIST = 64 << 20, /* bytes of a list of files */
};

/* What git is to leave alone: it fetches nothing and asks nobody. */
static const char *const settings[][2] = {
    { "GIT_NO_LAZY_FETCH", "1" },
    { "GIT_ALLOW_PROTOCOL", "none" }, /* for a git that does not know that */
    { "GIT_TERMINAL_PROMPT", "0" },
    { "GIT_OPTIONAL_LOCKS", "0" },
};

struct taking {
    struct as_revision *revision;
    struct as_talk *talk;
    const char *word;
    struct as_buf tree; /* its number, terminated */
    struct as_buf path; /* from the top of the repository, terminated */
    struct as_buf root; /* what is taken out: a folder or a file, the same */
    struct as_buf list; /* of files, as ls-tree -z writes it */
    struct as_buf blobs;
};

static const char *colon_of(const char *word)
{
    const char *colon = strchr(word, ':');

    return colon && colon != word && colon[1] != '\0' ? colon : NULL;
}

bool as_is_revision(const char *word)
{
    return colon_of(word) && access(word, F_OK) != 0;
}

static bool complain(const struct taking *taking, const char *what)
{
    as_talk_error(taking->talk, NULL, "`%s`: %s", taking->word, what);
    return false;
}

/* ---- asking git ---------------------------------------------------------- */

static bool run(const struct taking *taking, const struct as_child *child)
{
    int how = 0, error = as_child_run(child, &how);

    if (error != 0) {
        as_talk_error(taking->talk, "a revision needs git to be installed",
                      "cannot run `git`: %s", strerror(error));
        return false;
    }
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
        return true;
    return complain(taking, taking->tree.length > 0
                                ? "git cannot read that revision"
                                : "git knows no such revision here");
}

/* Run git with these words, and take what it writes. */
static bool ask(const struct taking *taking, const char *input,
                char *const *words, size_t most, struct as_buf *out)
{
    struct as_buf path = { .bytes = NULL };
    struct as_child child = { .words = words, .input = input };
    bool good = false;

    as_path_join(&path, as_text_of(taking->revision->folder), AS_TEXT("out"));
    if (!as_talk_have(taking->talk, &path))
        return false;
    child.output = open(path.bytes, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
                        S_IRUSR | S_IWUSR);
    if (child.output < 0) {
        complain(taking, strerror(errno));
    } else if (run(taking, &child)) {
        enum astray_status status = as_file_read(path.bytes, most, out);

        good = status == ASTRAY_OK || complain(taking, as_exit_words(status));
    }
    if (child.output >= 0)
        close(child.output);
    as_buf_done(&path);
    return good;
}

/* The same, for a few words: NULL ends them. */
static bool ask_words(const struct taking *taking, struct as_buf *out, ...)
{
    char *words[MOST_WORDS];
    size_t count = 0;
    va_list list;

    va_start(list, out);
    do
        words[count] = va_arg(list, char *);
    while (words[count++] && count < MOST_WORDS);
    va_end(list);
    return ask(taking, NULL, words, MOST_LIST, out);
}

/* A word for git, from a text of ours: it changes none. */
static char *word_of(const char *text)
{
    union {
        const char *from;
        char *to;
    } word = { text };

    return word.to;
}

#define GIT word_of("git"), word_of("--literal-pathspecs")

/* Without the end of line that git writes; terminated. */
static bool cut_line(const struct taking *taking, struct as_buf *line)
{
    if (line->length > 0 && line->bytes[line->length - 1] == '\n')
        line->length--;
    as_buf_putc(line, '\0');
    return as_talk_have(taking->talk, line);
}

/* ---- where it lies ------------------------------------------------------- */

static bool find_tree(struct taking *taking)
{
    struct as_buf name = { .bytes = NULL };
    const char *word = taking->word;

    as_buf_printf(&name, "%.*s^{tree}", (int)(colon_of(word) - word), word);
    const char *tree = as_talk_text(taking->talk, &name);
    bool good = tree &&
                ask_words(taking, &taking->tree, GIT, word_of("rev-parse"),
                          word_of("--verify"), word_of("--quiet"),
                          word_of(tree), NULL) &&
                cut_line(taking, &taking->tree);
    as_buf_done(&name);
    return good;
}

static bool begins_here(const char *path)
{
    return strcmp(path, ".") == 0 || strcmp(path, "..") == 0 ||
           strncmp(path, "./", 2) == 0 || strncmp(path, "../", 3) == 0;
}

/* Append the names of a path to another, `.` and `..` worked out.  False: it
 * leads out of the repository. */
static bool add_path(struct as_buf *out, struct as_text path)
{
    for (size_t start = 0, at = 0; at <= path.length; at++) {
        struct as_text name = { path.bytes + start, at - start };

        if (at < path.length && path.bytes[at] != '/')
            continue;
        start = at + 1;
        if (name.length == 0 || as_text_equal(name, AS_TEXT(".")))
            continue;
        if (!as_text_equal(name, AS_TEXT(".."))) {
            if (out->length > 0)
                as_buf_putc(out, '/');
            as_buf_text(out, name);
            continue;
        }
        if (out->length == 0)
            return false;
        while (out->length > 0 && out->bytes[--out->length] != '/')
            ;
    }
    return true;
}

static bool find_path(struct taking *taking)
{
    const char *path = colon_of(taking->word) + 1;
    struct as_buf prefix = { .bytes = NULL };
    bool good = !begins_here(path) ||
                (ask_words(taking, &prefix, GIT, word_of("rev-parse"),
                           word_of("--show-prefix"), NULL) &&
                 cut_line(taking, &prefix));

    if (good && !((prefix.length == 0 ||
                   add_path(&taking->path, as_text_of(prefix.bytes))) &&
                  add_path(&taking->path, as_text_of(path))))
        good = complain(taking, "the path leads out of the repository");
    as_buf_done(&prefix);
    return good && as_talk_text(taking->talk, &taking->path);
}

/* What ls-tree says of some paths; `recursive`: of all below them. */
static bool list(const struct taking *taking, const char *path, bool recursive,
                 struct as_buf *out)
{
    return ask_words(taking, out, GIT, word_of("ls-tree"), word_of("-z"),
                     word_of("--full-tree"), word_of(recursive ? "-rl" : "-l"),
                     word_of(taking->tree.bytes), word_of("--"),
                     path[0] ? word_of(path) : NULL, NULL);
}

/* Is there a pack.yaml in a folder of the tree? */
static bool has_manifest(const struct taking *taking, struct as_text folder,
                         bool *found)
{
    struct as_buf path = { .bytes = NULL }, out = { .bytes = NULL };

    as_buf_text(&path, folder);
    as_buf_puts(&path, folder.length > 0 ? "/pack.yaml" : "pack.yaml");
    const char *text = as_talk_text(taking->talk, &path);
    bool good = text && list(taking, text, false, &out);
    *found = good && out.length > 0;
    as_buf_done(&path);
    as_buf_done(&out);
    return good;
}

static struct as_text parent_of(struct as_text path)
{
    while (path.length > 0 && path.bytes[path.length - 1] != '/')
        path.length--;
    if (path.length > 0)
        path.length--;
    return path;
}

/* The nearest folder with a pack.yaml, else what is there: the path when it is
 * a folder, or the file's folder. */
static bool find_root(struct taking *taking)
{
    struct as_text path = as_text_of(taking->path.bytes);
    struct as_buf out = { .bytes = NULL };
    bool folder = path.length == 0, found = false;

    if (!folder) {
        if (!list(taking, taking->path.bytes, false, &out))
            return false;
        folder = as_text_contains(as_buf_view(&out), AS_TEXT(" tree "));
        found = out.length > 0;
        as_buf_done(&out);
        if (!found)
            return complain(taking, "there is no such path in that revision");
    }
    struct as_text root = folder ? path : parent_of(path), up = root;
    for (int depth = 0; depth < MOST_DEPTH; depth++) {
        if (!has_manifest(taking, up, &found))
            return false;
        if (found)
            root = up;
        if (found || up.length == 0)
            break;
        up = parent_of(up);
    }
    as_buf_text(&taking->root, root);
    return as_talk_text(taking->talk, &taking->root) != NULL;
}

/* ---- taking it out ------------------------------------------------------- */

/* "MODE TYPE NUMBER SIZE\tPATH": all but the mode and the type, which say that
 * it is a file. */
struct entry {
    struct as_text number, path;
    size_t size;
};

/* The next file of the list; *at moves on.  False at the end. */
static bool next_entry(const struct as_buf *files, size_t *at,
                       struct entry *entry)
{
    static const struct as_text kinds[] = { { "100644 blob ", 12 },
                                            { "100755 blob ", 12 } };

    while (*at < files->length) {
        struct as_text line = { files->bytes + *at, 0 };
        line.length = strnlen(line.bytes, files->length - *at);
        const char *tab = memchr(line.bytes, '\t', line.length);
        const char *blank;

        *at += line.length + 1;
        if (!tab || (!as_text_starts(line, kinds[0]) &&
                     !as_text_starts(line, kinds[1])))
            continue;
        entry->number.bytes = line.bytes + kinds[0].length;
        blank = memchr(entry->number.bytes, ' ',
                       (size_t)(tab - entry->number.bytes));
        if (!blank)
            continue;
        entry->number.length = (size_t)(blank - entry->number.bytes);
        entry->size = strtoull(blank, NULL, 10);
        entry->path = (struct as_text){
            tab + 1, line.length - (size_t)(tab + 1 - line.bytes)
        };
        if (entry->size <= AS_MAX_LIST_FILE)
            return true;
    }
    return false;
}

/* Names that lead nowhere but down. */
static bool is_plain(struct as_text path)
{
    for (size_t start = 0, at = 0; at <= path.length; at++) {
        struct as_text name = { path.bytes + start, at - start };

        if (at < path.length && path.bytes[at] != '/')
            continue;
        start = at + 1;
        if (name.length == 0 || as_text_equal(name, AS_TEXT(".")) ||
            as_text_equal(name, AS_TEXT("..")))
            return false;
    }
    return true;
}

/* Make the folders above `path`, from byte `top` on. */
static void make_folders(char *path, size_t top)
{
    for (size_t at = top; path[at] != '\0'; at++) {
        if (path[at] != '/')
            continue;
        path[at] = '\0';
        mkdir(path, S_IRWXU); /* it may be there; open will tell */
        path[at] = '/';
    }
}

/* Write a file below the folder, one that was not there. */
static bool write_file(const struct taking *taking, struct as_text path,
                       struct as_text bytes)
{
    struct as_buf full = { .bytes = NULL };

    as_buf_printf(&full, "%s/tree/", taking->revision->folder);
    as_buf_text(&full, path);
    as_buf_putc(&full, '\0');
    if (!as_talk_have(taking->talk, &full))
        return false;
    make_folders(full.bytes, strlen(taking->revision->folder) + 1);
    int file = open(full.bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                    S_IRUSR | S_IWUSR);
    bool good = (file >= 0 && as_file_put(file, bytes)) ||
                complain(taking, strerror(errno));
    if (file >= 0)
        close(file);
    as_buf_done(&full);
    return good;
}

/* git writes "NUMBER blob SIZE\n", the file's bytes and "\n" for each. */
static bool write_files(const struct taking *taking)
{
    struct as_text rest = as_buf_view(&taking->blobs);
    struct entry entry;

    for (size_t at = 0; next_entry(&taking->list, &at, &entry);) {
        const char *line = rest.length > 0
                             ? memchr(rest.bytes, '\n', rest.length)
                             : NULL;
        size_t head = line ? (size_t)(line - rest.bytes) + 1 : 0;

        if (!line || !as_text_starts(rest, entry.number) ||
            rest.length - head < entry.size + 1)
            return complain(taking, "git gave other files than it listed");
        if (is_plain(entry.path) &&
            !write_file(taking, entry.path,
                        (struct as_text){ rest.bytes + head, entry.size }))
            return false;
        rest.bytes += head + entry.size + 1;
        rest.length -= head + entry.size + 1;
    }
    return true;
}

/* Ask for all files at once: what is wanted goes through a file, so that
 * nobody waits for anybody. */
static bool take_blobs(struct taking *taking)
{
    char *words[] = { GIT, word_of("cat-file"), word_of("--batch"), NULL };
    struct as_buf path = { .bytes = NULL }, wanted = { .bytes = NULL };
    struct entry entry;
    size_t all = 0;
    bool good = false;

    as_path_join(&path, as_text_of(taking->revision->folder), AS_TEXT("in"));
    for (size_t at = 0; next_entry(&taking->list, &at, &entry);) {
        as_buf_text(&wanted, entry.number);
        as_buf_putc(&wanted, '\n');
        all += entry.size;
    }
    if (all > AS_MAX_PACK)
        complain(taking, "the pack at that revision is too large");
    else if (as_talk_have(taking->talk, &path) &&
             as_talk_have(taking->talk, &wanted))
        good = as_file_write(path.bytes, as_buf_view(&wanted)) == ASTRAY_OK ||
               complain(taking, strerror(errno));
    good = good && ask(taking, path.bytes, words, 2 * (size_t)AS_MAX_PACK,
                       &taking->blobs);
    as_buf_done(&path);
    as_buf_done(&wanted);
    return good;
}

static bool set_up(const struct taking *taking)
{
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
        if (setenv(settings[i][0], settings[i][1], 1) != 0)
            return complain(taking, strerror(errno));
    return true;
}

static bool take(struct taking *taking)
{
    struct as_buf *path = &taking->revision->path;

    if (!find_tree(taking) || !find_path(taking) || !find_root(taking) ||
        !list(taking, taking->root.bytes, true, &taking->list) ||
        !take_blobs(taking) || !write_files(taking))
        return false;
    as_buf_printf(path, "%s/tree/%s", taking->revision->folder,
                  taking->path.bytes);
    return as_talk_text(taking->talk, path) != NULL;
}

/* ---- all of it ----------------------------------------------------------- */

bool as_revision_open(struct as_revision *revision, const char *word,
                      struct as_talk *talk)
{
    struct taking taking = { .revision = revision, .talk = talk, .word = word };
    bool good = false;

    as_output_hold();
    if (word[0] == '-') {
        complain(&taking, "no revision begins with a hyphen");
    } else if (set_up(&taking)) {
        revision->folder = as_temporary_folder();
        if (revision->folder)
            good = take(&taking);
        else
            as_talk_error(talk, "TMPDIR names another folder",
                          "cannot make a temporary folder: %s",
                          strerror(errno));
    }
    as_buf_done(&taking.tree);
    as_buf_done(&taking.path);
    as_buf_done(&taking.root);
    as_buf_done(&taking.list);
    as_buf_done(&taking.blobs);
    return good;
}

void as_revision_done(struct as_revision *revision)
{
    if (revision->folder)
        as_remove_folder(revision->folder);
    free(revision->folder);
    as_buf_done(&revision->path);
    *revision = (struct as_revision){ .folder = NULL };
    as_output_release();
}
