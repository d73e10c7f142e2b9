/*
 * compile.c - see compile.h: the passes and nothing else.
 *
 * Every pass goes on after an error, so that one run shows every mistake; what
 * stands in `errors` says which passes still make sense then.
 */

#include "compiler/compile.h"

#include <stdlib.h>

#include "compiler/allow.h"
#include "compiler/c_file.h"
#include "compiler/check.h"
#include "compiler/complete.h"
#include "compiler/link.h"
#include "compiler/lint.h"
#include "compiler/lint_time.h"
#include "compiler/lock.h"
#include "compiler/overlay.h"
#include "compiler/silence.h"

struct compilation {
    struct as_loader *loader;
    struct as_arena *arena;
    struct as_diag *diag;
    struct as_buf *out, *c;
    struct as_insights *insights; /* wanted, or NULL */
    struct as_sighting sighting;
    struct as_c_bodies bodies;
    struct as_packfile *packfile;
    struct as_module *modules;
    struct as_ir_table table;
    struct as_unit unit;
    struct as_builder builder;
    enum astray_status status;
};

/* ---- passes ----------------------------------------------------------- */

static void load(struct compilation *compilation)
{
    compilation->status = as_loader_finish(compilation->loader);
    compilation->packfile = as_packfile_load(compilation->loader);
}

static void lay(struct compilation *compilation)
{
    compilation->unit.laid = as_overlay_lay(compilation->loader,
                                            compilation->packfile);
}

static void resolve(struct compilation *compilation)
{
    compilation->modules = as_resolve(compilation->loader->files,
                                      compilation->arena, compilation->diag);
}

static void check(struct compilation *compilation)
{
    struct as_check check = {
        .arena = compilation->arena,
        .diag = compilation->diag,
        .table = &compilation->table,
        .unit = &compilation->unit,
        .modules = compilation->modules,
        .loader = compilation->loader,
        .packfile = compilation->packfile,
        .sighting = compilation->insights ? &compilation->sighting : NULL,
    };

    as_check_all(&check);
}

static void lint(struct compilation *compilation)
{
    struct as_lint lint = {
        .arena = compilation->arena,
        .diag = compilation->diag,
        .modules = compilation->modules,
    };

    as_lint_all(&lint);
}

/* How grave each lint is to pack.yaml. */
static void set_levels(struct compilation *compilation)
{
    const struct as_pack_entry *at = compilation->packfile
                                       ? compilation->packfile->lint
                                       : NULL;

    for (; at; at = at->next)
        as_diag_set_level(compilation->diag, at->name,
                          as_packfile_level(at->value.text));
}

/* Lints of what the rules mean; they need rules that mean something. */
static void analyse(struct compilation *compilation)
{
    as_silence(&compilation->unit, &compilation->table, compilation->diag);
    as_lint_time(&compilation->unit, compilation->modules, compilation->diag);
}

static void complete(struct compilation *compilation)
{
    struct as_loader *loader = compilation->loader;
    uint32_t count = 0;

    for (const struct as_ir_rule *at = compilation->unit.rules; at;
         at = at->next)
        count++;
    loader->decides = as_alloc(loader->arena, count * sizeof(const char *));
    if (!loader->decides)
        return;
    for (const struct as_ir_rule *at = compilation->unit.rules; at;
         at = at->next)
        loader->decides[loader->decide_count++] = as_complete(
            at, &compilation->table, compilation->diag);
}

static void allow(struct compilation *compilation)
{
    as_allow(compilation->loader->files, compilation->arena, compilation->diag);
}

static void settle(struct compilation *compilation)
{
    as_diag_settle(compilation->diag);
}

static void link_all(struct compilation *compilation)
{
    as_link(&compilation->unit, &compilation->table, &compilation->builder,
            compilation->diag, compilation->c ? &compilation->bodies : NULL,
            compilation->insights);
}

/* A loader refuses a pack with so many rules and slots. */
static bool has_too_many_blanks(const struct as_builder *builder)
{
    return (uint64_t)as_build_count(builder, AS_TABLE_rule) *
               as_build_count(builder, AS_TABLE_slot) >
           AS_MAX_BLANKS;
}

static void write_pack(struct compilation *compilation)
{
    if (!compilation->out)
        return;
    compilation->status = has_too_many_blanks(&compilation->builder)
                            ? ASTRAY_LIMIT
                            : as_builder_finish(&compilation->builder,
                                                compilation->out);
    if (compilation->status != ASTRAY_LIMIT)
        return;
    as_diag(compilation->diag, AS_E_PROGRAM_TOO_LARGE,
            (struct as_span){ 0, 0, 0 }, "the pack is too large");
    compilation->status = ASTRAY_BAD_SOURCE;
}

static void check_lock(struct compilation *compilation)
{
    struct as_pack pack;

    if (!compilation->out || !as_lock_is_there(compilation->loader))
        return;
    compilation->status = as_pack_load(compilation->out->bytes,
                                       compilation->out->length, &pack, NULL);
    if (compilation->status == ASTRAY_BAD_PACK)
        compilation->status = ASTRAY_BUG;
    if (compilation->status == ASTRAY_OK &&
        !as_lock_check(compilation->loader, &compilation->unit, &pack))
        compilation->arena->failed = true;
    set_levels(compilation);
}

static void write_c(struct compilation *compilation)
{
    if (compilation->c)
        compilation->status = as_c_file(compilation->out, &compilation->bodies,
                                        compilation->c);
}

static const struct pass {
    const char *name;
    void (*run)(struct compilation *compilation);
    bool errors; /* may there have been errors before? */
    const char *needs, *makes;
} passes[] = {
    { "load", load, true, "files", "all files, pack.yaml" },
    { "levels", set_levels, true, "pack.yaml", "which lints are wanted" },
    { "overlay", lay, true, "rules", "the rules as overlays tune them" },
    { "resolve", resolve, true, "syntax", "which file declares what" },
    { "check", check, true, "names",
      "typed nodes, simplified as they are made" },
    { "analyse", analyse, false, "nodes", "lints of what they mean" },
    { "lint", lint, true, "trees, names", "what is hardly meant" },
    { "complete", complete, false, "nodes", "when each rule decides" },
    { "allow", allow, true, "lints", "those that the source allows" },
    { "settle", settle, true, "lints", "errors, where pack.yaml says so" },
    { "link", link_all, false, "nodes", "programs and the rows that own them" },
    { "write", write_pack, false, "rows", "the pack's bytes" },
    { "lock", check_lock, false, "the pack", "what changed without a word" },
    { "c", write_c, false, "the pack", "its programs as C, where asked for" },
};

/* ---- the compilation -------------------------------------------------- */

static bool stopped(const struct compilation *compilation,
                    const struct pass *pass)
{
    return compilation->arena->failed || compilation->status != ASTRAY_OK ||
           (!pass->errors && as_diag_failed(compilation->diag));
}

static enum astray_status compile(struct as_loader *loader, struct as_buf *out,
                                  struct as_buf *c,
                                  struct as_insights *insights)
{
    struct compilation compilation = {
        .loader = loader,
        .arena = loader->arena,
        .diag = loader->diag,
        .out = out,
        .c = c,
        .insights = insights,
        .sighting = { .arena = loader->arena },
    };

    as_ir_init(&compilation.table, loader->arena);
    as_builder_init(&compilation.builder);
    as_c_bodies_init(&compilation.bodies);
    for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
        if (!stopped(&compilation, &passes[i]))
            passes[i].run(&compilation);
    }
    as_c_bodies_done(&compilation.bodies);
    as_builder_done(&compilation.builder);
    as_resolve_done(compilation.modules);
    as_ir_done(&compilation.table);
    if (loader->arena->failed)
        return ASTRAY_NO_MEMORY;
    return loader->diag->error_count > 0 ? ASTRAY_BAD_SOURCE
                                         : compilation.status;
}

enum astray_status as_compile(struct as_loader *loader, struct as_buf *out)
{
    return compile(loader, out, NULL, NULL);
}

enum astray_status as_compile_c(struct as_loader *loader, struct as_buf *out,
                                struct as_buf *c)
{
    return compile(loader, out, c, NULL);
}

enum astray_status as_compile_insight(struct as_loader *loader,
                                      struct as_buf *out,
                                      struct as_insights **insights)
{
    struct as_insights *made = calloc(1, sizeof(*made));
    enum astray_status status;

    *insights = NULL;
    if (!made)
        return ASTRAY_NO_MEMORY;
    as_arena_init(&made->arena, 0);
    status = compile(loader, out, NULL, made);
    if (status == ASTRAY_OK && made->arena.failed)
        status = ASTRAY_NO_MEMORY;
    if (status == ASTRAY_OK)
        *insights = made;
    else
        as_insights_free(made);
    return status;
}
