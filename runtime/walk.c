/*
 * walk.c - see walk.h.
 *
 * A folder of a million files costs a million names and small structs: the
 * folder's own path is kept once.  What lies in a folder is put in order and
 * looked at through the open folder, not by its whole path again.
 */

#include "runtime/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/file.h"
#include "common/limits.h"

enum { FIRST_ITEMS = 64, ITEMS_A_CALL = 256 };

void as_inputs_done(struct as_inputs *inputs)
{
    as_arena_free(&inputs->names);
    free(inputs->items);
}

uint64_t as_inputs_length(const struct as_inputs *inputs, size_t n)
{
    uint64_t end = n + 1 < inputs->count ? inputs->items[n + 1].before
                                         : inputs->bytes;

    return end - inputs->items[n].before;
}

void as_input_path(const struct as_input *input, struct as_buf *out)
{
    if (input->folder) {
        as_path_join(out, as_text_of(input->folder), as_text_of(input->name));
        return;
    }
    as_buf_reset(out);
    as_buf_puts(out, input->name);
    as_buf_putc(out, '\0');
}

static const char *keep(struct as_inputs *inputs, const char *text)
{
    const char *copy = as_strndup(&inputs->names, text, strlen(text));

    inputs->failed |= !copy;
    return copy;
}

static void add(struct as_inputs *inputs, struct as_input input,
                uint64_t length)
{
    if (inputs->count == inputs->capacity) {
        size_t more = inputs->capacity ? inputs->capacity * 2 : FIRST_ITEMS;
        struct as_input *items = realloc(inputs->items, more * sizeof(*items));

        if (!items) {
            inputs->failed = true;
            return;
        }
        inputs->items = items;
        inputs->capacity = more;
    }
    input.before = inputs->bytes;
    inputs->bytes += length;
    inputs->items[inputs->count++] = input;
    if (inputs->on_found && inputs->count % ITEMS_A_CALL == 0)
        inputs->on_found(inputs->user);
}

/* The names in an open folder, in order. */
struct names {
    const char **items; /* owned; the names are the list's */
    size_t count, capacity;
};

static int compare_names(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

static bool add_name(struct as_inputs *inputs, struct names *names,
                     const char *name)
{
    if (names->count == names->capacity) {
        size_t more = names->capacity ? names->capacity * 2 : FIRST_ITEMS;
        const char **items = realloc(names->items, more * sizeof(*items));

        if (!items) {
            inputs->failed = true;
            return false;
        }
        names->items = items;
        names->capacity = more;
    }
    names->items[names->count] = keep(inputs, name);
    return names->items[names->count++] != NULL;
}

/* False, with errno set, when the folder can't be read to its end. */
static bool read_names(struct as_inputs *inputs, DIR *stream,
                       struct names *names)
{
    const struct dirent *entry;
    int error;

    errno = 0;
    while ((entry = readdir(stream))) {
        if (strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0 &&
            !add_name(inputs, names, entry->d_name))
            return true;
        errno = 0;
    }
    error = errno;
    if (names->count > 0)
        qsort(names->items, names->count, sizeof(*names->items), compare_names);
    errno = error;
    return error == 0;
}

static void walk(struct as_inputs *inputs, struct as_input self, int above,
                 unsigned depth);

/* Something that was met in a folder, which is open. */
static void visit(struct as_inputs *inputs, int folder, struct as_input input,
                  unsigned depth)
{
    struct stat found;
    uint64_t length = 0;
    bool is_link;

    if (fstatat(folder, input.name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
        input.kind = AS_INPUT_UNSEEN;
        input.error = errno;
        add(inputs, input, 0);
        return;
    }
    is_link = S_ISLNK(found.st_mode);
    if (is_link && fstatat(folder, input.name, &found, 0) != 0) {
        input.kind = AS_INPUT_LINK;
    } else if (S_ISDIR(found.st_mode) && is_link) {
        input.kind = AS_INPUT_FOLDER_LINK;
    } else if (S_ISDIR(found.st_mode)) {
        walk(inputs, input, folder, depth + 1);
        return;
    } else if (S_ISREG(found.st_mode)) {
        input.kind = AS_INPUT_MET;
        length = (uint64_t)found.st_size;
    } else {
        input.kind = AS_INPUT_SPECIAL;
    }
    add(inputs, input, length);
}

static void visit_all(struct as_inputs *inputs, DIR *stream,
                      struct as_input self, unsigned depth)
{
    struct names names = { .items = NULL };
    struct as_buf path = { .bytes = NULL };
    struct as_input input = { .folder = NULL };

    as_input_path(&self, &path);
    inputs->failed |= path.failed;
    if (!path.failed)
        input.folder = keep(inputs, path.bytes);
    as_buf_done(&path);
    if (!inputs->failed && !read_names(inputs, stream, &names)) {
        self.kind = AS_INPUT_CLOSED;
        self.error = errno;
        add(inputs, self, 0);
    }
    for (size_t i = 0; i < names.count && !inputs->failed; i++) {
        input.name = names.items[i];
        visit(inputs, dirfd(stream), input, depth);
    }
    free(names.items);
}

/* `self` is a folder; its name is relative to the open folder `above` when it
 * was met there. */
static void walk(struct as_inputs *inputs, struct as_input self, int above,
                 unsigned depth)
{
    DIR *stream = NULL;
    int folder;

    if (depth > AS_MAX_FOLDERS) {
        self.kind = AS_INPUT_DEEP;
        self.error = ELOOP;
        add(inputs, self, 0);
        return;
    }
    folder = openat(above, self.name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0)
        stream = fdopendir(folder);
    if (stream) {
        visit_all(inputs, stream, self, depth);
        closedir(stream);
        return;
    }
    self.kind = AS_INPUT_CLOSED;
    self.error = errno;
    inputs->failed |= errno == ENOMEM;
    add(inputs, self, 0);
    if (folder >= 0)
        close(folder);
}

void as_inputs_add(struct as_inputs *inputs, const char *path)
{
    struct as_input input = { .name = keep(inputs, path),
                              .kind = AS_INPUT_NAMED };
    struct stat found = { .st_mode = 0 };

    if (!input.name)
        return;
    if (strcmp(path, "-") == 0) {
        input.kind = AS_INPUT_STREAM;
        inputs->open_ended = true;
        add(inputs, input, 0);
    } else if (stat(path, &found) == 0 && S_ISDIR(found.st_mode)) {
        walk(inputs, input, AT_FDCWD, 0);
    } else if (S_ISREG(found.st_mode)) {
        add(inputs, input, (uint64_t)found.st_size);
    } else {
        inputs->open_ended |= found.st_mode != 0;
        add(inputs, input, 0);
    }
}
