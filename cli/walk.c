/*
 * walk.c - see walk.h.
 */

#include "cli/walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/file.h"

enum {
    DEEPEST = 64,   /* folders inside folders */
    LONGEST = 4096, /* bytes of a path */
};

static const struct as_text PACK_FILE = { "pack.yaml", 9 };
static const struct as_text RULE = { ".astray", 7 };
static const struct as_text TEST = { ".test.yaml", 10 };

void as_paths_add(struct as_paths *paths, struct as_text path)
{
    if (paths->count == paths->capacity && !paths->failed) {
        size_t capacity = paths->capacity ? paths->capacity * 2 : 16;
        char **items = realloc(paths->items, capacity * sizeof(*items));

        paths->failed = !items;
        if (items) {
            paths->items = items;
            paths->capacity = capacity;
        }
    }
    char *copy = paths->failed ? NULL : strndup(path.bytes, path.length);
    paths->failed = !copy;
    if (copy)
        paths->items[paths->count++] = copy;
}

void as_paths_done(struct as_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        free(paths->items[i]);
    free(paths->items);
    *paths = (struct as_paths){ .items = NULL };
}

bool as_is_folder(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

/* Is there a file of this name in the folder?  *failed: memory ran out. */
static bool has_file(struct as_text folder, struct as_text name, bool *failed)
{
    struct as_buf path = { .bytes = NULL };
    struct stat found;

    as_path_join(&path, folder, name);
    bool has = !path.failed && stat(path.bytes, &found) == 0 &&
               !S_ISDIR(found.st_mode);
    *failed |= path.failed;
    as_buf_done(&path);
    return has;
}

/* ---- walking ------------------------------------------------------------- */

struct walk {
    struct as_talk *talk;
    struct as_paths *packs, *loose; /* packs NULL: they are not asked for */
    struct as_text suffix, other;   /* either will do */
    unsigned depth;
    bool failed; /* memory ran out */
};

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool walk_folder(struct walk *walk, const char *folder);

static bool walk_entry(struct walk *walk, const char *path)
{
    struct stat found;

    if (lstat(path, &found) != 0)
        return true; /* gone in the meantime */
    if (S_ISDIR(found.st_mode))
        return walk_folder(walk, path);
    if ((as_text_ends(as_text_of(path), walk->suffix) ||
         as_text_ends(as_text_of(path), walk->other)) &&
        !as_is_folder(path))
        as_paths_add(walk->loose, as_text_of(path));
    return !walk->loose->failed;
}

static bool walk_entries(struct walk *walk, const char *folder,
                         struct dirent **entries, int count)
{
    struct as_buf path = { .bytes = NULL };
    bool good = true;

    for (int i = 0; i < count && good; i++) {
        as_path_join(
            &path, strcmp(folder, ".") == 0 ? AS_TEXT("") : as_text_of(folder),
            as_text_of(entries[i]->d_name));
        good = !path.failed && walk_entry(walk, path.bytes);
    }
    walk->failed |= path.failed;
    as_buf_done(&path);
    return good;
}

static bool walk_folder(struct walk *walk, const char *folder)
{
    struct dirent **entries = NULL;

    if (walk->packs && has_file(as_text_of(folder), PACK_FILE, &walk->failed)) {
        as_paths_add(walk->packs, as_text_of(folder));
        return !walk->packs->failed;
    }
    if (walk->failed)
        return false;
    int count = walk->depth < DEEPEST
                  ? scandir(folder, &entries, visible, by_name)
                  : -1;
    if (count < 0) {
        as_talk_error(walk->talk, NULL, "cannot read folder `%s`: %s", folder,
                      walk->depth < DEEPEST ? strerror(errno)
                                            : "too many inside each other");
        return false;
    }
    walk->depth++;
    bool good = walk_entries(walk, folder, entries, count);
    walk->depth--;
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return good;
}

static bool walk_all(struct walk *walk, const char *folder)
{
    bool good = walk_folder(walk, folder);

    if (walk->failed || walk->loose->failed ||
        (walk->packs && walk->packs->failed))
        as_talk_no_memory(walk->talk);
    return good && !walk->failed;
}

bool as_walk_rules(const char *folder, struct as_paths *packs,
                   struct as_paths *loose, struct as_talk *talk)
{
    struct walk walk = { talk, packs, loose, RULE, RULE, 0, false };

    return walk_all(&walk, folder);
}

bool as_walk_sources(const char *folder, struct as_paths *sources,
                     struct as_talk *talk)
{
    struct walk walk = { talk, NULL, sources, RULE, RULE, 0, false };

    return walk_all(&walk, folder);
}

bool as_walk_tests(const char *folder, struct as_paths *tests,
                   struct as_talk *talk)
{
    struct walk walk = { talk, NULL, tests, TEST, TEST, 0, false };

    return walk_all(&walk, folder);
}

bool as_walk_yaml(const char *folder, struct as_paths *files,
                  struct as_talk *talk)
{
    struct walk walk = { talk, NULL, files, AS_TEXT(".yml"), AS_TEXT(".yaml"),
                         0,    false };

    return walk_all(&walk, folder);
}

/* ---- paths --------------------------------------------------------------- */

struct as_text as_path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return AS_TEXT(".");
    return (struct as_text){ path, slash == path ? 1 : (size_t)(slash - path) };
}

struct as_text as_path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return as_text_of(slash ? slash + 1 : path);
}

/* From `folder`, an absolute path, upward. */
static bool find_above(char *folder, struct as_buf *out)
{
    for (;;) {
        struct as_text here = as_text_of(*folder ? folder : "/");

        if (has_file(here, PACK_FILE, &out->failed)) {
            as_buf_text(out, here);
            as_buf_putc(out, '\0');
            return !out->failed;
        }
        char *slash = strrchr(folder, '/');
        if (!slash || out->failed)
            return false;
        *slash = '\0';
    }
}

/* Upward as long as the path as it was written has names to drop: a person
 * recognizes "rules/pack" more easily than its absolute path. */
static bool find_lexically(struct as_text folder, struct as_buf *out)
{
    while (folder.length > 0 && folder.length < LONGEST && !out->failed) {
        if (has_file(folder, PACK_FILE, &out->failed)) {
            as_buf_text(out, folder);
            as_buf_putc(out, '\0');
            return !out->failed;
        }
        size_t length = folder.length;
        while (length > 0 && folder.bytes[length - 1] != '/')
            length--;
        struct as_text name = { folder.bytes + length, folder.length - length };
        if (as_text_equal(name, AS_TEXT("..")))
            return false;
        folder.length = length > 1 ? length - 1 : 0;
    }
    return false;
}

bool as_find_pack(const char *path, struct as_buf *out)
{
    struct as_text folder = as_path_folder(path);

    as_buf_reset(out);
    if (find_lexically(folder, out))
        return true;
    if (out->failed)
        return false;

    char *copy = strndup(folder.bytes, folder.length);
    char *real = copy ? realpath(copy, NULL) : NULL;
    bool found = real && find_above(real, out);
    out->failed |= !copy || (!real && errno == ENOMEM);
    free(copy);
    free(real);
    return found;
}
