/*
 * resolve.c - see resolve.h.
 *
 * Every file becomes a module: a map from the names it declares.  What it sees
 * through imports is looked up in the imported files' own maps when a name is
 * not found here, so nothing is copied and the order of files does not
 * matter.
 */

#include "compiler/resolve.h"

#include "program/schema.h"

const char *as_decl_word(enum as_decl_kind kind)
{
    switch (kind) {
    case AS_DECL_PARAM:
        return "param";
    case AS_DECL_LIST:
        return "list";
    case AS_DECL_MACRO:
        return "macro";
    case AS_DECL_BASELINE:
        return "baseline";
    }
    return "?";
}

void as_resolve_check_name(struct as_diag *diag, const struct as_name *name,
                           const char *what)
{
    if (name->text.length == 0 || !as_schema_is_top(name->text))
        return;
    as_diag(diag, AS_E_HIDES_FIELD, name->span,
            "the %s `%.*s` hides a field of the event", what,
            (int)name->text.length, name->text.bytes);
    as_diag_help(diag, "give it another name");
}

/* ---- modules ---------------------------------------------------------- */

/* A module in the making. */
struct maker {
    struct as_arena *arena;
    struct as_scope_index *index;
    struct as_diag *diag;
    struct as_module *module;
    struct as_decl **last;
};

static void said_twice(struct as_diag *diag, const struct as_name *name,
                       struct as_span first)
{
    as_diag(diag, AS_E_DECLARED_TWICE, name->span, "`%.*s` is declared twice",
            (int)name->text.length, name->text.bytes);
    as_diag_label(diag, first, "first declared here");
}

/* The last of its name comes first: the order is of no use. */
static void index_name(struct maker *maker, struct as_decl *decl)
{
    struct as_map *names = &maker->index->names;
    uint32_t entry = as_map_add(names, decl->name.text, NULL);

    if (entry == AS_MAP_NONE) {
        maker->arena->failed = true;
        return;
    }
    decl->same = (void *)(uintptr_t)names->entries[entry].value;
    names->entries[entry].value = (uintptr_t)decl;
}

static void declare(struct maker *maker, const struct as_decl *model)
{
    struct as_map *names = &maker->module->names;
    struct as_decl *decl;
    uint32_t entry;
    bool added;

    if (model->name.text.length == 0)
        return; /* after a syntax error */
    entry = as_map_add(names, model->name.text, &added);
    decl = as_alloc(maker->arena, sizeof(*decl));
    if (entry == AS_MAP_NONE || !decl) {
        maker->arena->failed = true;
        return;
    }
    if (!added) {
        const struct as_decl *first =
            (void *)(uintptr_t)names->entries[entry].value;

        if (first)
            said_twice(maker->diag, &model->name, first->name.span);
        return;
    }
    *decl = *model;
    decl->module = maker->module;
    names->entries[entry].value = (uintptr_t)decl;
    *maker->last = decl;
    maker->last = &decl->next;
    index_name(maker, decl);
    as_resolve_check_name(maker->diag, &decl->name, as_decl_word(decl->kind));
}

static void declare_all(struct maker *maker, const struct as_file *file)
{
    for (const struct as_param *at = file->params; at; at = at->next)
        declare(maker, &(struct as_decl){ .kind = AS_DECL_PARAM,
                                          .name = at->name,
                                          .param = at });
    for (const struct as_list *at = file->lists; at; at = at->next)
        declare(maker, &(struct as_decl){ .kind = AS_DECL_LIST,
                                          .name = at->name,
                                          .list = at });
    for (const struct as_macro *at = file->macros; at; at = at->next)
        declare(maker, &(struct as_decl){ .kind = AS_DECL_MACRO,
                                          .name = at->name,
                                          .macro = at });
    for (const struct as_baseline *at = file->baselines; at; at = at->next)
        declare(maker, &(struct as_decl){ .kind = AS_DECL_BASELINE,
                                          .name = at->name,
                                          .baseline = at });
}

/* Rules have names of their own: nothing refers to one. */
static void check_rule_names(struct maker *maker, const struct as_file *file)
{
    struct as_map names;

    if (!file->rules || !file->rules->next)
        return;
    as_map_init(&names);
    for (const struct as_rule *rule = file->rules; rule; rule = rule->next) {
        bool added = true;
        uint32_t entry = rule->name.text.length == 0
                           ? AS_MAP_NONE
                           : as_map_add(&names, rule->name.text, &added);

        if (entry == AS_MAP_NONE)
            continue;
        if (added)
            names.entries[entry].value = (uintptr_t)rule;
        else {
            const struct as_rule *first =
                (void *)(uintptr_t)names.entries[entry].value;
            said_twice(maker->diag, &rule->name, first->name.span);
        }
    }
    maker->arena->failed |= names.failed;
    as_map_done(&names);
}

static struct as_module *make_module(const struct as_file *file,
                                     struct as_scope_index *index,
                                     struct as_arena *arena,
                                     struct as_diag *diag)
{
    struct as_module *module = as_alloc(arena, sizeof(*module));
    struct maker maker = {
        .arena = arena, .index = index, .diag = diag, .module = module
    };

    if (!module)
        return NULL;
    module->file = file;
    module->index = index;
    if (file->params || file->lists || file->macros || file->baselines)
        as_map_init(&module->names);
    maker.last = &module->decls;
    declare_all(&maker, file);
    check_rule_names(&maker, file);
    return module;
}

/* ---- imports ---------------------------------------------------------- */

/* The module of a file, by a map from the file's address. */
static struct as_module *module_of(const struct as_map *by_file,
                                   const struct as_file *const *file)
{
    struct as_text key = { (const char *)file, sizeof(*file) };
    uint32_t entry = *file ? as_map_find(by_file, key) : AS_MAP_NONE;

    return entry == AS_MAP_NONE
             ? NULL
             : (void *)(uintptr_t)by_file->entries[entry].value;
}

/* The keys of the index: a module, and what is looked for in it. */
struct pair {
    const struct as_module *from;
    const void *to;
};

static struct as_text pair_key(const struct pair *pair)
{
    return (struct as_text){ (const char *)pair, sizeof(*pair) };
}

static struct as_imported *find_pair(const struct as_map *map,
                                     const struct as_module *from,
                                     const void *to)
{
    struct pair pair = { from, to };
    uint32_t entry = as_map_find(map, pair_key(&pair));

    return entry == AS_MAP_NONE ? NULL
                                : (void *)(uintptr_t)map->entries[entry].value;
}

/* Add the import to one of the maps, unless there is one; that one, or NULL. */
static struct as_imported *add_pair(struct as_map *map, struct as_arena *arena,
                                    const struct as_module *from,
                                    const void *to,
                                    const struct as_imported *imported)
{
    struct pair *pair = as_alloc(arena, sizeof(*pair));
    uint32_t entry;
    bool added;

    if (!pair)
        return NULL;
    *pair = (struct pair){ from, to };
    entry = as_map_add(map, pair_key(pair), &added);
    if (entry == AS_MAP_NONE) {
        arena->failed = true;
        return NULL;
    }
    if (!added)
        return (void *)(uintptr_t)map->entries[entry].value;
    map->entries[entry].value = (uintptr_t)imported;
    return NULL;
}

static void check_alias(struct as_diag *diag, struct as_module *module,
                        const struct as_import *import)
{
    const struct as_name *alias = &import->alias;
    uint32_t entry;

    if (alias->text.length == 0)
        return;
    as_resolve_check_name(diag, alias, "alias");
    entry = as_map_find(&module->names, alias->text);
    if (entry != AS_MAP_NONE) {
        const struct as_decl *decl =
            (void *)(uintptr_t)module->names.entries[entry].value;
        said_twice(diag, &decl->name, alias->span);
    }
}

/* A number for each alias, as an address. */
static const void *alias_number(const struct as_scope_index *index,
                                struct as_text alias)
{
    uint32_t entry = as_map_find(&index->alias_texts, alias);

    return entry == AS_MAP_NONE ? NULL : (void *)((uintptr_t)entry + 1);
}

static void index_import(struct as_module *module, struct as_imported *imported,
                         struct as_arena *arena, struct as_diag *diag)
{
    struct as_scope_index *index = module->index;
    const struct as_name *alias = &imported->import->alias;
    const struct as_imported *first;

    if (alias->text.length == 0) {
        if (imported->module)
            add_pair(&index->imports, arena, module, imported->module,
                     imported);
        return;
    }
    if (as_map_add(&index->alias_texts, alias->text, NULL) == AS_MAP_NONE)
        arena->failed = true;
    first = add_pair(&index->aliases, arena, module,
                     alias_number(index, alias->text), imported);
    if (first)
        said_twice(diag, alias, first->import->alias.span);
}

static void link_imports(struct as_module *module, const struct as_map *by_file,
                         struct as_arena *arena, struct as_diag *diag)
{
    struct as_imported **last = &module->imported;

    for (const struct as_import *import = module->file->imports; import;
         import = import->next) {
        const struct as_file *file = import->file;
        struct as_imported *imported = as_alloc(arena, sizeof(*imported));

        if (!imported)
            return;
        imported->import = import;
        imported->module = module_of(by_file, &file);
        imported->number = module->import_count++;
        *last = imported;
        last = &imported->next;
        check_alias(diag, module, import);
        index_import(module, imported, arena, diag);
    }
}

static void done_index(struct as_scope_index *index)
{
    as_map_done(&index->names);
    as_map_done(&index->imports);
    as_map_done(&index->alias_texts);
    as_map_done(&index->aliases);
}

/* Two passes, since files may be imported before they come in the list. */
struct as_module *as_resolve(const struct as_file *files,
                             struct as_arena *arena, struct as_diag *diag)
{
    struct as_module *first = NULL, **last = &first;
    struct as_scope_index *index = as_alloc(arena, sizeof(*index));
    struct as_map by_file;

    if (!index || !files)
        return NULL;
    as_map_init(&index->names);
    as_map_init(&index->imports);
    as_map_init(&index->alias_texts);
    as_map_init(&index->aliases);
    as_map_init(&by_file);
    for (const struct as_file *file = files; file; file = file->next) {
        struct as_module *module = make_module(file, index, arena, diag);
        struct as_text key = { NULL, sizeof(file) };
        uint32_t entry;

        if (!module)
            break; /* the index goes with the first: see as_resolve_done */
        *last = module;
        last = &module->next;
        key.bytes = (const char *)&module->file;
        entry = as_map_add(&by_file, key, NULL);
        if (entry != AS_MAP_NONE)
            by_file.entries[entry].value = (uintptr_t)module;
    }
    for (struct as_module *module = first; module; module = module->next)
        link_imports(module, &by_file, arena, diag);
    arena->failed |= by_file.failed;
    as_map_done(&by_file);
    if (!first)
        done_index(index);
    return first;
}

void as_resolve_done(struct as_module *modules)
{
    if (modules)
        done_index(modules->index);
    for (; modules; modules = modules->next)
        as_map_done(&modules->names);
}

/* ---- looking up ------------------------------------------------------- */

static struct as_decl *own_name(const struct as_module *module,
                                struct as_text name)
{
    uint32_t entry = as_map_find(&module->names, name);

    return entry == AS_MAP_NONE
             ? NULL
             : (void *)(uintptr_t)module->names.entries[entry].value;
}

/* One more import that brings the name. */
struct brought {
    struct as_decl *first, *second; /* by the order of the imports */
    uint32_t first_number, second_number;
};

static void bring(struct brought *brought, struct as_imported *imported,
                  struct as_decl *decl)
{
    if (decl == brought->first)
        return;
    imported->used = true;
    if (!brought->first || imported->number < brought->first_number) {
        brought->second = brought->first;
        brought->second_number = brought->first_number;
        brought->first = decl;
        brought->first_number = imported->number;
    } else if (!brought->second || imported->number < brought->second_number) {
        brought->second = decl;
        brought->second_number = imported->number;
    }
}

/* From few imports each is asked for the name; from many, each declaration of
 * the name is asked whether it is imported. */
enum { FEW_IMPORTS = 8 };

static void look_in_imports(struct as_module *module, struct as_text name,
                            struct brought *brought)
{
    const struct as_scope_index *index = module->index;
    uint32_t entry;

    if (module->import_count <= FEW_IMPORTS) {
        for (struct as_imported *at = module->imported; at; at = at->next) {
            struct as_decl *decl = NULL;

            if (at->module && at->import->alias.text.length == 0)
                decl = own_name(at->module, name);
            if (decl)
                bring(brought, at, decl);
        }
        return;
    }
    entry = as_map_find(&index->names, name);
    if (entry == AS_MAP_NONE)
        return;
    for (struct as_decl *at =
             (void *)(uintptr_t)index->names.entries[entry].value;
         at; at = at->same) {
        struct as_imported *imported = find_pair(&index->imports, module,
                                                 at->module);

        if (imported)
            bring(brought, imported, at);
    }
}

struct as_decl *as_resolve_name(struct as_module *module, struct as_text name,
                                const struct as_decl **other)
{
    struct brought brought = { .first = own_name(module, name) };

    if (!brought.first)
        look_in_imports(module, name, &brought);
    *other = brought.second;
    return brought.first;
}

bool as_resolve_anywhere(const struct as_module *modules, struct as_text name,
                         enum as_decl_kind kind)
{
    const struct as_map *names = modules ? &modules->index->names : NULL;
    uint32_t entry = names ? as_map_find(names, name) : AS_MAP_NONE;
    const struct as_decl *at = NULL;

    if (entry != AS_MAP_NONE)
        at = (void *)(uintptr_t)names->entries[entry].value;
    while (at && at->kind != kind)
        at = at->same;
    return at != NULL;
}

struct as_imported *as_resolve_alias(struct as_module *module,
                                     struct as_text alias)
{
    const void *number = alias_number(module->index, alias);
    struct as_imported *found = NULL;

    if (number && alias.length > 0)
        found = find_pair(&module->index->aliases, module, number);
    if (found)
        found->used = true;
    return found;
}

struct as_decl *as_resolve_below(const struct as_imported *imported,
                                 struct as_text name)
{
    return imported->module ? own_name(imported->module, name) : NULL;
}

/* ---- did you mean ----------------------------------------------------- */

/* A third of the letters may be wrong, and one of a short name; a single
 * letter is like every other. */
struct as_guess as_guess_start(struct as_text wrong)
{
    size_t third = wrong.length / 3;
    unsigned most = third < 1 ? 1 : third > 5 ? 5 : (unsigned)third;

    return (struct as_guess){
        .wrong = wrong,
        .distance = wrong.length < 2 ? 0 : most + 1,
    };
}

void as_guess_add(struct as_guess *guess, struct as_text candidate)
{
    unsigned distance;

    if (guess->distance == 0 || candidate.length == 0)
        return;
    distance = as_text_distance(guess->wrong, candidate, guess->distance);
    if (distance < guess->distance) {
        guess->distance = distance;
        guess->best = candidate;
        guess->likely_count = 1;
    } else if (distance == guess->distance) {
        guess->likely_count += !as_text_equal(guess->best, candidate);
    }
}

static void add_decls(struct as_guess *guess, const struct as_module *module,
                      int kind)
{
    for (const struct as_decl *at = module->decls; at; at = at->next) {
        if (kind < 0 || (int)at->kind == kind)
            as_guess_add(guess, at->name.text);
    }
}

void as_guess_add_module(struct as_guess *guess, const struct as_module *module,
                         int kind)
{
    add_decls(guess, module, kind);
    for (const struct as_imported *at = module->imported; at; at = at->next) {
        if (at->module && at->import->alias.text.length == 0)
            add_decls(guess, at->module, kind);
    }
}

void as_guess_help(const struct as_guess *guess, struct as_diag *diag)
{
    if (guess->best.length != 0)
        as_diag_help(diag, "did you mean `%.*s`?", (int)guess->best.length,
                     guess->best.bytes);
}

void as_guess_mend(const struct as_guess *guess, struct as_diag *diag,
                   struct as_span span)
{
    as_guess_help(guess, diag);
    if (guess->best.length != 0 && guess->likely_count == 1 &&
        as_text_nearly(guess->wrong, guess->best))
        as_diag_fix(diag, span, "%.*s", (int)guess->best.length,
                    guess->best.bytes);
}
