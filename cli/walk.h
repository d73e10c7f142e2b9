/*
 * walk.h - which files a path of the command line stands for.
 *
 * Folders are walked in the order of their names, so that a run says the same
 * everywhere.  Names that begin with a dot are passed over, and links to
 * folders are not followed.
 */
#ifndef AS_WALK_H
#define AS_WALK_H

#include "cli/render.h"

/* Paths, owned.  Starts as all zeros. */
struct as_paths {
    char **items;
    size_t count, capacity;
    bool failed; /* memory ran out */
};

void as_paths_add(struct as_paths *paths, struct as_text path);
void as_paths_done(struct as_paths *paths);

bool as_is_folder(const char *path);

/*
 * The rules at and below `folder`: every folder with a pack.yaml goes into
 * `packs` (what is below it belongs to it), every other .astray file into
 * `loose`.  False after a complaint.
 */
bool as_walk_rules(const char *folder, struct as_paths *packs,
                   struct as_paths *loose, struct as_talk *talk);

/* Every .astray file at and below `folder`. */
bool as_walk_sources(const char *folder, struct as_paths *sources,
                     struct as_talk *talk);

/* Every NAME.test.yaml at and below `folder`. */
bool as_walk_tests(const char *folder, struct as_paths *tests,
                   struct as_talk *talk);

/* Every .yml and .yaml file at and below `folder`. */
bool as_walk_yaml(const char *folder, struct as_paths *files,
                  struct as_talk *talk);

/* The folder of a path, "." when it names none; what of a path is its last
 * name.  The views are of `path`, or of a static text. */
struct as_text as_path_folder(const char *path);
struct as_text as_path_name(const char *path);

/*
 * The nearest folder with a pack.yaml, from the folder of `path` upward, into
 * `out`, terminated.  False when there is none, or memory ran out, which
 * `out` shows.
 */
bool as_find_pack(const char *path, struct as_buf *out);

#endif
