/*
 * resolve.h - which declaration a name means.
 *
 * A file sees its own params, lists, macros and baselines, those of the files
 * it imports without an alias, and, below the alias, those of the files it
 * imports with one.  Imports do not go on: what an imported file imports
 * itself is not seen.  Names inside rules and baselines (lets, aliases, keys)
 * are check.h's.
 */
#ifndef AS_RESOLVE_H
#define AS_RESOLVE_H

#include "compiler/ast.h"
#include "compiler/diag.h"
#include "compiler/unit.h"

enum as_decl_kind {
    AS_DECL_PARAM,
    AS_DECL_LIST,
    AS_DECL_MACRO,
    AS_DECL_BASELINE,
};

/* A declaration is checked when it is first needed; one that is needed while
 * it is being checked stands in a circle. */
enum as_decl_state { AS_DECL_NEW, AS_DECL_BUSY, AS_DECL_DONE };

struct as_decl {
    struct as_decl *next; /* of the file, in order */
    struct as_decl *same; /* of the same name, in another file */
    enum as_decl_kind kind;
    struct as_name name;
    struct as_module *module; /* of the file it stands in */
    union {
        const struct as_param *param;
        const struct as_list *list;
        const struct as_macro *macro;
        const struct as_baseline *baseline;
    };

    /* found by check.c */
    enum as_decl_state state;
    struct as_decl *outer;  /* BUSY: whose check needed this one, ... */
    struct as_span reached; /* ... and where its name stands there */
    bool failed;            /* an error was reported: say no more */
    bool used;              /* something names it */
    union {
        struct as_ir_param *ir_param;
        struct as_ir_list *ir_list;
        struct as_ir_baseline *ir_baseline;
        struct {
            struct as_ir *body;
            as_type *formals; /* the types of its parameters */
            uint32_t formal_count;
            struct as_sight_list sights; /* the body */
        };
    };
};

struct as_imported {
    struct as_imported *next;
    const struct as_import *import;
    struct as_module *module; /* NULL when the file could not be read */
    uint32_t number;          /* in the importing file */
    bool used;
};

/* What the files of one compilation declare and import, to find it at once
 * however many there are. */
struct as_scope_index {
    struct as_map names;   /* -> the first struct as_decl of the name */
    struct as_map imports; /* importing and imported module -> as_imported */
    struct as_map alias_texts; /* numbers them */
    struct as_map aliases;     /* module and alias -> struct as_imported */
};

struct as_module {
    struct as_module *next;
    const struct as_file *file;
    struct as_scope_index *index; /* of all modules */
    struct as_map names;          /* -> struct as_decl */
    struct as_decl *decls;
    struct as_imported *imported;
    uint32_t import_count;
    bool broken; /* it, or a file it imports, has errors of syntax, so that
                    declarations may be missing */
};

/*
 * Make a module of every file, in their order, and report names that are
 * declared twice or that hide a field.  NULL when there is no file or no
 * memory (arena->failed).  as_resolve_done is due in any case.
 */
struct as_module *as_resolve(const struct as_file *files,
                             struct as_arena *arena, struct as_diag *diag);
void as_resolve_done(struct as_module *modules);

/*
 * The declaration that `name` means in `module`, or NULL.  When two imports
 * bring it, the first one, and *other is the second.
 */
struct as_decl *as_resolve_name(struct as_module *module, struct as_text name,
                                const struct as_decl **other);

/* Does any file declare something of this kind and name? */
bool as_resolve_anywhere(const struct as_module *modules, struct as_text name,
                         enum as_decl_kind kind);

/* The import with this alias, or NULL.  Counts as a use of it. */
struct as_imported *as_resolve_alias(struct as_module *module,
                                     struct as_text alias);

/* A name of the imported file itself. */
struct as_decl *as_resolve_below(const struct as_imported *imported,
                                 struct as_text name);

/* May a param, list, macro, let ... be called so?  Reports why not. */
void as_resolve_check_name(struct as_diag *diag, const struct as_name *name,
                           const char *what);

/* "param", "list" ... */
const char *as_decl_word(enum as_decl_kind kind);

/* ---- did you mean ----------------------------------------------------- */

/* The candidate that is spelt most like `wrong`, so far. */
struct as_guess {
    struct as_text wrong, best;
    unsigned distance;
    unsigned likely_count; /* candidates that are just as near as the best */
};

struct as_guess as_guess_start(struct as_text wrong);
void as_guess_add(struct as_guess *guess, struct as_text candidate);

/* The names a file sees, of one kind or (kind < 0) of all. */
void as_guess_add_module(struct as_guess *guess, const struct as_module *module,
                         int kind);

/* "did you mean `x`?" to the last message, when there is a likely one. */
void as_guess_help(const struct as_guess *guess, struct as_diag *diag);

/* The same, and a fix at `span` where nothing else can have been meant. */
void as_guess_mend(const struct as_guess *guess, struct as_diag *diag,
                   struct as_span span);

#endif
