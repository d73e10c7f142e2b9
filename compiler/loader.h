/*
 * loader.h - the files of one compilation, and what they import.
 *
 *     as_loader_init(&loader, arena, diag);
 *     as_loader_add_path(&loader, "rules");          any number of these
 *     as_loader_finish(&loader);                     follows the imports
 *     ... loader.files ...
 *     as_loader_done(&loader);
 *
 * The root is the folder that holds pack.yaml, found upward from the first
 * path that was added, or else the folder of that path; for text alone it is
 * the current folder.  Imports start there and stay below it.
 */
#ifndef AS_LOADER_H
#define AS_LOADER_H

#include "common/buf.h"
#include "common/map.h"
#include "compiler/ast.h"
#include "compiler/diag.h"

struct as_loader {
    struct as_arena *arena;
    struct as_diag *diag;     /* its `sources` lists every file */
    struct as_file *files;    /* as they came, imported ones behind */
    struct as_text root;      /* terminated; "" until something was added */
    struct as_text pack_path; /* of pack.yaml, terminated; or length 0 */

    /* When each rule of the compilation decides, as_complete; in the arena,
     * NULL when the rules were not understood. */
    const char **decides;
    uint32_t decide_count;

    struct as_file **last_file;
    struct as_source **last_source;
    uint32_t source_count;
    bool whole;          /* all of the pack's folder was added */
    bool renews_lock;    /* astray.lock is about to be written anew */
    uint32_t laid_count; /* files that were given as overlays */
    int64_t today_ms;    /* the day by which dates are judged; INT64_MIN: they
                            are not */
    struct as_map seen;  /* real path: the struct as_file, as a number */
    struct as_map replaced; /* real path: a struct as_text to take instead */
    struct as_buf scratch;
    struct as_text edited;      /* real path of a file, or length 0 */
    struct as_text edited_text; /* and what is read in its place */
};

void as_loader_init(struct as_loader *loader, struct as_arena *arena,
                    struct as_diag *diag);
void as_loader_done(struct as_loader *loader); /* not the arena's things */

/*
 * Read and parse a file, or every .astray file below a folder (sorted by
 * name; hidden ones and linked folders are left out).  One that was added
 * before is not read again.  ASTRAY_OK, ASTRAY_IO (errno), ASTRAY_LIMIT,
 * ASTRAY_NO_MEMORY.  What is wrong in the files goes to the diagnostics.
 */
enum astray_status as_loader_add_path(struct as_loader *loader,
                                      const char *path);

/* Read this instead of the file at `path`; copied.  ASTRAY_OK, ASTRAY_IO when
 * there is no such file, ASTRAY_LIMIT, ASTRAY_NO_MEMORY. */
enum astray_status as_loader_replace(struct as_loader *loader, const char *path,
                                     struct as_text text);

/* Parse a text; `name` is shown.  Both are copied.  ASTRAY_OK, ASTRAY_LIMIT,
 * ASTRAY_NO_MEMORY. */
enum astray_status as_loader_add_text(struct as_loader *loader,
                                      const char *name, struct as_text text);

/* The same for a file, or a text, whose overlays lie over the rules, each over
 * those that were added before it; a file may be among the rules, too.  They
 * are added behind the rules: the root is not looked for from them. */
enum astray_status as_loader_add_overlay(struct as_loader *loader,
                                         const char *path);
enum astray_status as_loader_add_overlay_text(struct as_loader *loader,
                                              const char *name,
                                              struct as_text text);

/*
 * Read what is imported, and what that imports.  Afterwards each as_import
 * has its file, or NULL where a diagnostic says why; the imports form no
 * circle (the one that closes a circle has NULL).  ASTRAY_OK or
 * ASTRAY_NO_MEMORY.
 */
enum astray_status as_loader_finish(struct as_loader *loader);

/* A file that is no rule text (pack.yaml, a list), so that diagnostics can
 * point into it.  Name and text live as long as the arena; the text is
 * followed by a NUL.  NULL when memory is out. */
const struct as_source *as_loader_source(struct as_loader *loader,
                                         const char *name, struct as_text text);

/*
 * Where a path that is written in the rules leads: root and path, terminated,
 * in the arena.  NULL when it is no path below the root (empty, absolute,
 * with `..`), or memory is out.
 */
const char *as_loader_resolve(struct as_loader *loader, struct as_text path,
                              const char *suffix);

/* A file's name from the root down, so that a pack does not depend on where it
 * was built; the whole name when it is not below the root. */
struct as_text as_loader_below(const struct as_loader *loader,
                               const char *name);

#endif
