/*
 * loader.c - see loader.h.
 *
 * A file is known by its real path, so that it is parsed once however it was
 * named.  Files are kept in a list that grows at its end: following imports
 * is walking the list until its end does not move any more.
 */

#include "compiler/loader.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/limits.h"
#include "compiler/front.h"

static const char suffix[] = ".astray";

void as_loader_init(struct as_loader *loader, struct as_arena *arena,
                    struct as_diag *diag)
{
    *loader = (struct as_loader){ .arena = arena,
                                  .diag = diag,
                                  .today_ms = INT64_MIN };
    loader->last_file = &loader->files;
    loader->last_source = &diag->sources;
    as_map_init(&loader->seen);
    as_map_init(&loader->replaced);
}

void as_loader_done(struct as_loader *loader)
{
    as_map_done(&loader->seen);
    as_map_done(&loader->replaced);
    as_buf_done(&loader->scratch);
}

static enum astray_status no_memory(struct as_loader *loader)
{
    loader->arena->failed = true;
    return ASTRAY_NO_MEMORY;
}

/* A copy of `text` in the arena, terminated; bytes NULL when memory is out. */
static struct as_text keep(struct as_loader *loader, struct as_text text)
{
    return (struct as_text){
        as_strndup(loader->arena, text.length > 0 ? text.bytes : "",
                   text.length),
        text.length,
    };
}

/* folder/name, terminated, in the arena; no "./" in front. */
static const char *join(struct as_loader *loader, struct as_text folder,
                        struct as_text name, const char *ending)
{
    struct as_buf *buf = &loader->scratch;

    as_buf_reset(buf);
    if (!as_text_equal(folder, AS_TEXT("."))) {
        as_buf_text(buf, folder);
        if (folder.length > 0 && !as_text_ends(folder, AS_TEXT("/")))
            as_buf_putc(buf, '/');
    }
    as_buf_text(buf, name);
    as_buf_puts(buf, ending);
    if (buf->failed) {
        loader->arena->failed = true;
        return NULL;
    }
    return as_strndup(loader->arena, buf->bytes, buf->length);
}

/* ---- the root --------------------------------------------------------- */

/* The folder that a path is in: its text up to the last slash, or ".". */
static struct as_text folder_of(struct as_text path)
{
    size_t length = path.length;

    while (length > 0 && path.bytes[length - 1] != '/')
        length--;
    if (length == 0)
        return AS_TEXT(".");
    while (length > 1 && path.bytes[length - 1] == '/')
        length--;
    return (struct as_text){ path.bytes, length };
}

/* The folder above `folder`, as text where that is possible, else by its
 * real path.  Length 0 above the topmost. */
static struct as_text folder_above(struct as_loader *loader,
                                   struct as_text folder)
{
    struct as_text above = { NULL, 0 };
    char *real;

    if (as_text_equal(folder, AS_TEXT("/")))
        return above;
    if (!as_text_equal(folder, AS_TEXT(".")) &&
        !as_text_equal(folder, AS_TEXT("..")) &&
        !as_text_ends(folder, AS_TEXT("/.")) &&
        !as_text_ends(folder, AS_TEXT("/..")))
        return folder_of(folder);
    real = realpath(folder.bytes, NULL);
    if (!real) {
        if (errno == ENOMEM)
            no_memory(loader);
        return above;
    }
    above = as_text_equal(as_text_of(real), AS_TEXT("/"))
              ? above
              : keep(loader, folder_of(as_text_of(real)));
    free(real);
    return above;
}

static bool is_file(const char *path)
{
    struct stat stat_of;

    return path && stat(path, &stat_of) == 0 && S_ISREG(stat_of.st_mode);
}

/* Take the root from the first path that is added. */
static enum astray_status find_root(struct as_loader *loader,
                                    struct as_text folder)
{
    struct as_text at = keep(loader, folder);

    if (loader->root.length > 0)
        return ASTRAY_OK;
    loader->root = at;
    while (at.length > 0 && !loader->arena->failed) {
        const char *pack = join(loader, at, AS_TEXT("pack.yaml"), "");

        if (is_file(pack)) {
            loader->root = at;
            loader->pack_path = as_text_of(pack);
            break;
        }
        at = folder_above(loader, at);
        at = keep(loader, at); /* terminated */
    }
    return loader->arena->failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

/* ---- one file --------------------------------------------------------- */

const struct as_source *as_loader_source(struct as_loader *loader,
                                         const char *name, struct as_text text)
{
    struct as_source *source = as_alloc(loader->arena, sizeof(*source));

    if (!source || !text.bytes)
        return NULL;
    source->name = name;
    source->text = text;
    source->number = ++loader->source_count;
    *loader->last_source = source;
    loader->last_source = &source->next;
    return source;
}

/* Parse `text`, which is terminated and lives in the arena. */
static struct as_file *take(struct as_loader *loader, const char *name,
                            struct as_text text)
{
    const struct as_source *source = as_loader_source(loader, name, text);
    struct as_file *file;

    if (!source)
        return NULL;
    file = as_front_parse(source, loader->arena, loader->diag);
    if (!file)
        return NULL;
    *loader->last_file = file;
    loader->last_file = &file->next;
    return file;
}

/* The path without links, in the arena. */
static enum astray_status real_path_of(struct as_loader *loader,
                                       const char *path,
                                       struct as_text *real_path)
{
    char *real = realpath(path, NULL);

    if (!real)
        return errno == ENOMEM ? no_memory(loader) : ASTRAY_IO;
    *real_path = keep(loader, as_text_of(real));
    free(real);
    return real_path->bytes ? ASTRAY_OK : ASTRAY_NO_MEMORY;
}

/* What is to be taken instead of the file, or what is in it. */
static enum astray_status read_bytes(struct as_loader *loader, const char *path,
                                     struct as_text real_path,
                                     struct as_buf *bytes)
{
    uint32_t entry = as_map_find(&loader->replaced, real_path);

    if (entry == AS_MAP_NONE)
        return as_file_read(path, AS_MAX_SOURCE, bytes);
    as_buf_text(bytes, *(const struct as_text *)(uintptr_t)loader->replaced
                            .entries[entry]
                            .value);
    return bytes->failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

/*
 * Read and parse the file at `path`, unless it was before; *file is it either
 * way.  Both paths live in the arena.
 */
static enum astray_status read_real(struct as_loader *loader, const char *path,
                                    struct as_text real_path,
                                    struct as_file **file)
{
    struct as_buf bytes = { .bytes = NULL };
    enum astray_status status;
    bool added = false;
    uint32_t entry;
    int error;

    entry = as_map_find(&loader->seen, real_path);
    if (entry != AS_MAP_NONE) {
        *file = (struct as_file *)(uintptr_t)loader->seen.entries[entry].value;
        return ASTRAY_OK;
    }
    if (loader->source_count >= AS_MAX_SOURCES)
        return ASTRAY_LIMIT;
    status = read_bytes(loader, path, real_path, &bytes);
    if (status == ASTRAY_OK) {
        *file = take(
            loader, path,
            keep(loader, (struct as_text){ bytes.bytes ? bytes.bytes : "",
                                           bytes.length }));
        if (*file)
            entry = as_map_add(&loader->seen, real_path, &added);
        if (entry == AS_MAP_NONE)
            status = ASTRAY_NO_MEMORY;
        else
            loader->seen.entries[entry].value = (uintptr_t)*file;
    }
    if (status == ASTRAY_NO_MEMORY)
        no_memory(loader);
    error = errno;
    as_buf_done(&bytes);
    errno = error;
    return status;
}

static enum astray_status read_file(struct as_loader *loader, const char *path,
                                    struct as_file **file)
{
    struct as_text real_path;
    enum astray_status status = real_path_of(loader, path, &real_path);

    return status ? status : read_real(loader, path, real_path, file);
}

enum astray_status as_loader_replace(struct as_loader *loader, const char *path,
                                     struct as_text text)
{
    struct as_text *copy = as_alloc(loader->arena, sizeof(*copy));
    struct as_text real_path;
    enum astray_status status = real_path_of(loader, path, &real_path);
    uint32_t entry;
    bool added;

    if (status != ASTRAY_OK)
        return status;
    if (text.length > AS_MAX_SOURCE)
        return ASTRAY_LIMIT;
    if (!copy)
        return ASTRAY_NO_MEMORY;
    *copy = keep(loader, text);
    entry = as_map_add(&loader->replaced, real_path, &added);
    if (entry == AS_MAP_NONE || !copy->bytes)
        return no_memory(loader);
    loader->replaced.entries[entry].value = (uintptr_t)copy;
    return ASTRAY_OK;
}

enum astray_status as_loader_add_text(struct as_loader *loader,
                                      const char *name, struct as_text text)
{
    enum astray_status status = find_root(loader, AS_TEXT("."));

    if (status != ASTRAY_OK)
        return status;
    if (text.length > AS_MAX_SOURCE || loader->source_count >= AS_MAX_SOURCES)
        return ASTRAY_LIMIT;
    name = as_strndup(loader->arena, name, strlen(name));
    if (!name || !take(loader, name, keep(loader, text)))
        return ASTRAY_NO_MEMORY;
    return ASTRAY_OK;
}

/* ---- folders ---------------------------------------------------------- */

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* A folder that is being walked: as it is named, and without links. */
struct walked {
    struct as_text path, real;
    unsigned depth;
};

static enum astray_status walk(struct as_loader *loader,
                               const struct walked *folder);

/* What is no link itself has its folder's real path before its name. */
static enum astray_status walk_entry(struct as_loader *loader,
                                     const struct walked *folder,
                                     const char *name)
{
    struct as_text text = as_text_of(name);
    const char *path = join(loader, folder->path, text, "");
    const char *real = join(loader, folder->real, text, "");
    struct as_file *file;
    struct stat stat_of;

    if (!path || !real)
        return ASTRAY_NO_MEMORY;
    if (lstat(path, &stat_of) != 0)
        return ASTRAY_IO;
    if (S_ISDIR(stat_of.st_mode))
        return walk(loader,
                    &(struct walked){ as_text_of(path), as_text_of(real),
                                      folder->depth + 1 });
    if (!as_text_ends(text, as_text_of(suffix)))
        return ASTRAY_OK;
    if (S_ISREG(stat_of.st_mode))
        return read_real(loader, path, as_text_of(real), &file);
    return is_file(path) ? read_file(loader, path, &file) : ASTRAY_OK;
}

static enum astray_status walk(struct as_loader *loader,
                               const struct walked *folder)
{
    enum astray_status status = ASTRAY_OK;
    struct dirent **entries;
    int count;

    if (folder->depth > AS_MAX_FOLDERS)
        return ASTRAY_LIMIT;
    count = scandir(folder->path.bytes, &entries, visible, by_bytes);
    if (count < 0)
        return errno == ENOMEM ? no_memory(loader) : ASTRAY_IO;
    for (int i = 0; i < count; i++) {
        if (status == ASTRAY_OK)
            status = walk_entry(loader, folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return status;
}

enum astray_status as_loader_add_path(struct as_loader *loader,
                                      const char *path)
{
    struct as_text name = keep(loader, as_text_of(path));
    struct walked folder = { .depth = 0 };
    enum astray_status status;
    struct as_file *file;
    struct stat stat_of;

    if (!name.bytes)
        return ASTRAY_NO_MEMORY;
    if (stat(path, &stat_of) != 0)
        return ASTRAY_IO;
    if (!S_ISDIR(stat_of.st_mode)) {
        status = find_root(loader, folder_of(name));
        return status ? status : read_file(loader, name.bytes, &file);
    }
    folder.path = name;
    status = find_root(loader, name);
    loader->whole |= loader->pack_path.length > 0 &&
                     as_text_equal(loader->root, name);
    if (!status)
        status = real_path_of(loader, path, &folder.real);
    return status ? status : walk(loader, &folder);
}

/* ---- overlays --------------------------------------------------------- */

static void lay(struct as_loader *loader, struct as_file *file)
{
    if (file->laid == 0)
        file->laid = ++loader->laid_count;
}

enum astray_status as_loader_add_overlay(struct as_loader *loader,
                                         const char *path)
{
    struct as_text name = keep(loader, as_text_of(path));
    struct as_file *file = NULL;

    if (!name.bytes)
        return ASTRAY_NO_MEMORY;
    enum astray_status status = read_file(loader, name.bytes, &file);
    if (status == ASTRAY_OK)
        lay(loader, file);
    return status;
}

enum astray_status as_loader_add_overlay_text(struct as_loader *loader,
                                              const char *name,
                                              struct as_text text)
{
    struct as_file *file;

    if (text.length > AS_MAX_SOURCE || loader->source_count >= AS_MAX_SOURCES)
        return ASTRAY_LIMIT;
    name = as_strndup(loader->arena, name, strlen(name));
    file = name ? take(loader, name, keep(loader, text)) : NULL;
    if (!file)
        return ASTRAY_NO_MEMORY;
    lay(loader, file);
    return ASTRAY_OK;
}

/* ---- imports ---------------------------------------------------------- */

/* Words joined by single slashes, none of them `.` or `..`. */
static bool plain_path(struct as_text path)
{
    size_t start = 0;

    for (size_t i = 0; i <= path.length; i++) {
        struct as_text part = { path.bytes + start, i - start };

        if (i < path.length && path.bytes[i] != '/') {
            if (path.bytes[i] == '\\' || path.bytes[i] == '\0')
                return false;
            continue;
        }
        if (part.length == 0 || part.bytes[0] == '.')
            return false;
        start = i + 1;
    }
    return true;
}

const char *as_loader_resolve(struct as_loader *loader, struct as_text path,
                              const char *ending)
{
    if (!plain_path(path))
        return NULL;
    return join(loader, loader->root, path, ending);
}

static void say_bad_path(struct as_loader *loader,
                         const struct as_import *import)
{
    as_diag(loader->diag, AS_E_IMPORT_PATH, import->path_span,
            "an import cannot have this path");
    as_diag_help(loader->diag,
                 "write the path from the pack's root down, without `.`, "
                 "`..` and a leading `/`");
}

/* The .astray file of `folder` whose name is most like `name`. */
static const char *nearest(struct as_loader *loader, const char *folder,
                           struct as_text name)
{
    const char *best = NULL;
    struct dirent **entries;
    unsigned least = 4;
    int count = scandir(folder, &entries, visible, by_bytes);

    if (count < 0 && errno == ENOMEM)
        no_memory(loader);
    for (int i = 0; i < count; i++) {
        struct as_text one = as_text_of(entries[i]->d_name);

        if (as_text_ends(one, as_text_of(suffix))) {
            unsigned distance;

            one.length -= sizeof(suffix) - 1;
            distance = as_text_distance(name, one, 3);
            if (distance < least && distance < name.length) {
                least = distance;
                best = as_strndup(loader->arena, one.bytes, one.length);
            }
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return best;
}

/* The part of a path behind its last slash. */
static struct as_text last_part(struct as_text path)
{
    size_t start = path.length;

    while (start > 0 && path.bytes[start - 1] != '/')
        start--;
    return (struct as_text){ path.bytes + start, path.length - start };
}

/* An import that is meant from the importing file's own folder: that path
 * from the root, or length 0. */
static struct as_text from_own_folder(struct as_loader *loader,
                                      const struct as_file *file,
                                      struct as_text path)
{
    struct as_text folder = folder_of(as_text_of(file->source->name));
    struct as_text root = loader->root;
    const char *whole;

    if (as_text_equal(root, AS_TEXT(".")))
        root.length = 0;
    else if (!as_text_starts(folder, root) || folder.length <= root.length)
        return AS_TEXT("");
    if (as_text_equal(folder, AS_TEXT(".")) || folder.bytes[0] == '/')
        return AS_TEXT("");
    if (!is_file(join(loader, folder, path, suffix)))
        return AS_TEXT("");
    folder.bytes += root.length + (root.length > 0);
    folder.length -= root.length + (root.length > 0);
    whole = join(loader, folder, path, "");
    return whole ? as_text_of(whole) : AS_TEXT("");
}

static void say_not_found(struct as_loader *loader, const struct as_file *file,
                          const struct as_import *import, const char *path)
{
    struct as_text name = last_part(import->path);
    struct as_text parent = { import->path.bytes,
                              import->path.length - name.length };
    struct as_text near_by = from_own_folder(loader, file, import->path);
    struct as_text folder = keep(loader, folder_of(as_text_of(path)));
    const char *best = NULL;

    as_diag(loader->diag, AS_E_IMPORT_NOT_FOUND, import->path_span,
            "there is no file `%s`", path);
    if (as_text_ends(name, as_text_of(suffix))) {
        as_diag_help(loader->diag, "leave away the suffix: import \"%.*s\"",
                     (int)(import->path.length - sizeof(suffix) + 1),
                     import->path.bytes);
        return;
    }
    if (near_by.length > 0) {
        as_diag_help(loader->diag,
                     "paths start at the pack's root: import \"%.*s\"",
                     (int)near_by.length, near_by.bytes);
        return;
    }
    if (folder.bytes)
        best = nearest(loader, folder.bytes, name);
    if (best)
        as_diag_help(loader->diag, "did you mean `%.*s%s`?", (int)parent.length,
                     parent.bytes, best);
    else
        as_diag_help(loader->diag, "the pack's root is `%s`",
                     loader->root.bytes);
}

static void say_unreadable(struct as_loader *loader,
                           const struct as_import *import, const char *path,
                           int error)
{
    as_diag(loader->diag, AS_E_UNREADABLE, import->path_span,
            "cannot read `%s`: %s", path,
            error == EACCES   ? "permission denied"
            : error == EISDIR ? "it is a folder"
            : error == ELOOP  ? "its links lead in a circle"
                              : "the system refuses to");
}

/* Is what `path` leads to below the root, links followed? */
static bool below_root(struct as_loader *loader, const char *path)
{
    char *file = realpath(path, NULL), *root = NULL;
    bool below = false;

    if (file)
        root = realpath(loader->root.bytes, NULL);
    if (!root && errno == ENOMEM)
        no_memory(loader);
    if (root) {
        size_t length = strlen(root);

        below = strncmp(file, root, length) == 0 &&
                (file[length] == '/' || length == 1);
    }
    free(root);
    free(file);
    return below;
}

static void follow(struct as_loader *loader, const struct as_file *file,
                   struct as_import *import)
{
    const char *path = as_loader_resolve(loader, import->path, suffix);
    enum astray_status status;

    if (!path) {
        if (!loader->arena->failed)
            say_bad_path(loader, import);
        return;
    }
    if (!is_file(path) && errno != EACCES) {
        say_not_found(loader, file, import, path);
        return;
    }
    if (!below_root(loader, path)) {
        if (!loader->arena->failed)
            say_bad_path(loader, import);
        return;
    }
    errno = 0;
    status = read_file(loader, path, &import->file);
    if (status == ASTRAY_IO)
        say_unreadable(loader, import, path, errno);
    if (status == ASTRAY_LIMIT && loader->source_count >= AS_MAX_SOURCES)
        as_diag(loader->diag, AS_E_TOO_MANY_FILES, import->path_span,
                "more than %d files", AS_MAX_SOURCES);
    else if (status == ASTRAY_LIMIT)
        as_diag(loader->diag, AS_E_SOURCE_TOO_LARGE, import->path_span,
                "`%s` has more than %d bytes", path, AS_MAX_SOURCE);
}

/* ---- circles ---------------------------------------------------------- */

enum mark { UNSEEN, OPEN, DONE };

/* A file whose imports are being walked, and the one that is walked now. */
struct open_file {
    struct as_file *file;
    struct as_import *import;
};

/* The imports of open[from] to open[to] lead back to open[from]. */
static void say_circle(struct as_loader *loader, const struct open_file *open,
                       size_t from, size_t to)
{
    as_diag(loader->diag, AS_E_IMPORT_CIRCLE, open[to].import->path_span,
            from == to ? "this file imports itself"
                       : "these imports form a circle");
    as_diag_label(loader->diag, open[to].import->path_span, "`%s` imports `%s`",
                  open[to].file->source->name, open[from].file->source->name);
    for (size_t i = from; i < to && i - from < 20; i++)
        as_diag_label(loader->diag, open[i].import->path_span,
                      "`%s` imports `%s`", open[i].file->source->name,
                      open[i + 1].file->source->name);
}

static size_t place_of(const struct open_file *open, const struct as_file *file)
{
    size_t place = 0;

    while (open[place].file != file)
        place++;
    return place;
}

/* Walk what `file` imports, depth first; cut the imports that close circles. */
static void find_circles(struct as_loader *loader, struct as_file *file,
                         struct open_file *open, unsigned char *marks)
{
    size_t count = 1;

    open[0] = (struct open_file){ file, file->imports };
    marks[file->source->number] = OPEN;
    while (count > 0) {
        struct open_file *top = &open[count - 1];
        struct as_import *import = top->import;

        if (!import) {
            marks[top->file->source->number] = DONE;
            if (--count > 0)
                open[count - 1].import = open[count - 1].import->next;
            continue;
        }
        if (import->file && marks[import->file->source->number] == UNSEEN) {
            marks[import->file->source->number] = OPEN;
            open[count++] = (struct open_file){ import->file,
                                                import->file->imports };
            continue;
        }
        if (import->file && marks[import->file->source->number] == OPEN) {
            say_circle(loader, open, place_of(open, import->file), count - 1);
            import->file = NULL;
        }
        top->import = import->next;
    }
}

enum astray_status as_loader_finish(struct as_loader *loader)
{
    size_t most;
    struct open_file *open;
    unsigned char *marks;

    for (struct as_file *file = loader->files; file; file = file->next) {
        for (struct as_import *import = file->imports; import;
             import = import->next)
            follow(loader, file, import);
    }
    most = (size_t)loader->source_count + 1;
    open = as_alloc(loader->arena, most * sizeof(*open));
    marks = as_alloc(loader->arena, most);
    if (!open || !marks)
        return ASTRAY_NO_MEMORY;
    for (struct as_file *file = loader->files; file; file = file->next) {
        if (marks[file->source->number] == UNSEEN)
            find_circles(loader, file, open, marks);
    }
    return loader->arena->failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

struct as_text as_loader_below(const struct as_loader *loader, const char *name)
{
    struct as_text below = as_text_of(name);
    size_t length = loader->root.length;

    while (length > 0 && loader->root.bytes[length - 1] == '/')
        length--;
    if (as_text_starts(below, loader->root) && length > 0 &&
        below.length > length && below.bytes[length] == '/') {
        below.bytes += length + 1;
        below.length -= length + 1;
    }
    return below;
}
