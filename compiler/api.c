/*
 * api.c - the compiler and the rules of astray.h.
 *
 * A compiler is a loader, an arena and a list of diagnostics; rules are the
 * bytes of a pack and a view of them.  What the compiler wrote goes through
 * the same loader as a stranger's pack: a refusal there is our own mistake.
 */

#include "astray.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/time.h"
#include "compiler/compile.h"
#include "compiler/format.h"
#include "compiler/lock.h"
#include "compiler/mistakes.h"
#include "compiler/packfile.h"
#include "program/describe.h"
#include "program/pack.h"
#include "program/relax.h"
#include "program/rules.h"

struct astray_compiler {
    struct as_arena arena;
    struct as_diag diag;
    struct as_loader loader;
    astray_diagnostic_fn *report;
    void *user;
    bool insight; /* the rules will be asked why */
};

/* ---- compiler --------------------------------------------------------- */

struct astray_compiler *astray_compiler_new(void)
{
    struct astray_compiler *compiler = calloc(1, sizeof(*compiler));

    if (!compiler)
        return NULL;
    as_arena_init(&compiler->arena, 0);
    compiler->diag.arena = &compiler->arena;
    as_loader_init(&compiler->loader, &compiler->arena, &compiler->diag);
    return compiler;
}

void astray_compiler_free(struct astray_compiler *compiler)
{
    if (!compiler)
        return;
    as_loader_done(&compiler->loader);
    as_arena_free(&compiler->arena);
    free(compiler);
}

void astray_compiler_on_diagnostic(struct astray_compiler *compiler,
                                   astray_diagnostic_fn *report, void *user)
{
    compiler->report = report;
    compiler->user = user;
}

void astray_compiler_set_insight(struct astray_compiler *compiler, int on)
{
    compiler->insight = on != 0;
}

enum astray_status astray_compiler_add_path(struct astray_compiler *compiler,
                                            const char *path)
{
    return as_loader_add_path(&compiler->loader, path);
}

enum astray_status astray_compiler_add_text(struct astray_compiler *compiler,
                                            const char *name, const char *text,
                                            size_t length)
{
    return as_loader_add_text(&compiler->loader, name,
                              (struct as_text){ text, length });
}

enum astray_status astray_compiler_replace(struct astray_compiler *compiler,
                                           const char *path, const char *text,
                                           size_t length)
{
    return as_loader_replace(&compiler->loader, path,
                             (struct as_text){ text, length });
}

enum astray_status astray_compiler_add_overlay(struct astray_compiler *compiler,
                                               const char *path)
{
    return as_loader_add_overlay(&compiler->loader, path);
}

enum astray_status astray_compiler_add_overlay_text(
    struct astray_compiler *compiler, const char *name, const char *text,
    size_t length)
{
    return as_loader_add_overlay_text(&compiler->loader, name,
                                      (struct as_text){ text, length });
}

enum astray_status astray_compiler_set_today(struct astray_compiler *compiler,
                                             const char *date)
{
    return as_time_parse(as_text_of(date), &compiler->loader.today_ms)
             ? ASTRAY_OK
             : ASTRAY_BAD_VALUE;
}

void astray_compiler_renew_lock(struct astray_compiler *compiler)
{
    compiler->loader.renews_lock = true;
}

/* ---- one file --------------------------------------------------------- */

/* A compiler that has this text for its only source; NULL without memory. */
static struct astray_compiler *compiler_of(const char *name,
                                           struct as_text text,
                                           astray_diagnostic_fn *report,
                                           void *user)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct as_arena *arena = compiler ? &compiler->arena : NULL;
    struct as_source *source = compiler ? as_alloc(arena, sizeof(*source))
                                        : NULL;

    if (!source) {
        astray_compiler_free(compiler);
        return NULL;
    }
    *source = (struct as_source){
        .name = as_strndup(arena, name, strlen(name)),
        .text = { as_strndup(arena, text.bytes, text.length), text.length },
        .number = 1,
    };
    compiler->diag.sources = source;
    astray_compiler_on_diagnostic(compiler, report, user);
    if (!arena->failed)
        return compiler;
    astray_compiler_free(compiler);
    return NULL;
}

/* Its end: what there was to say is said. */
static enum astray_status dismiss(struct astray_compiler *compiler,
                                  enum astray_status status)
{
    if (status != ASTRAY_NO_MEMORY &&
        !as_diag_report(&compiler->diag, compiler->report, compiler->user))
        status = ASTRAY_NO_MEMORY;
    astray_compiler_free(compiler);
    return status;
}

enum astray_status astray_format(const char *name, const char *text,
                                 size_t length, astray_diagnostic_fn *report,
                                 void *user, char **formatted,
                                 size_t *formatted_length)
{
    struct astray_compiler *compiler = compiler_of(
        name, (struct as_text){ text, length }, report, user);
    struct as_buf out = { 0 };
    enum astray_status status = ASTRAY_NO_MEMORY;

    if (compiler)
        status = dismiss(compiler,
                         as_format(compiler->diag.sources, &compiler->arena,
                                   &compiler->diag, &out));
    if (status != ASTRAY_OK) {
        as_buf_done(&out);
        return status;
    }
    *formatted = out.bytes;
    *formatted_length = out.length;
    return ASTRAY_OK;
}

enum astray_status astray_mistakes(const char *name, const char *text,
                                   size_t length, astray_diagnostic_fn *report,
                                   astray_mistake_fn *edit, void *user)
{
    struct astray_compiler *compiler = compiler_of(
        name, (struct as_text){ text, length }, report, user);

    if (!compiler)
        return ASTRAY_NO_MEMORY;
    return dismiss(compiler,
                   as_mistakes(compiler->diag.sources, &compiler->arena,
                               &compiler->diag, edit, user));
}

/* ---- rules ------------------------------------------------------------ */

/* The texts of a rule's row that its info points at. */
enum { TEXTS = 6 };

static void rule_texts(const struct as_row_rule *row, uint32_t texts[TEXTS])
{
    texts[0] = row->name;
    texts[1] = row->id;
    texts[2] = row->title;
    texts[3] = row->severity;
    texts[4] = row->status;
    texts[5] = row->file;
}

/* A copy of one of the pack's texts, terminated, at *at, which moves on. */
static const char *put_text(const struct as_pack *pack, uint32_t text,
                            char **at)
{
    struct as_text from = as_pack_text(pack, text);
    char *copy = *at;

    memcpy(copy, from.bytes, from.length);
    copy[from.length] = '\0';
    *at += from.length + 1;
    return copy;
}

static void fill_infos(struct astray_rules *rules)
{
    const struct as_pack *pack = &rules->pack;
    char *at = rules->texts;

    for (uint32_t i = 0; i < pack->rule_count; i++) {
        const char *copy[TEXTS];
        uint32_t texts[TEXTS];

        rule_texts(&pack->rule[i], texts);
        for (int n = 0; n < TEXTS; n++)
            copy[n] = put_text(pack, texts[n], &at);
        rules->infos[i] = (struct astray_rule_info){
            .size = sizeof(struct astray_rule_info),
            .name = copy[0],
            .id = copy[1],
            .title = copy[2],
            .severity = copy[3],
            .status = copy[4],
            .file = copy[5],
            .version = pack->rule[i].version,
        };
    }
}

/* A pack's texts are not terminated, and an info's are. */
static bool make_infos(struct astray_rules *rules)
{
    const struct as_pack *pack = &rules->pack;
    size_t length = 1;

    for (uint32_t i = 0; i < pack->rule_count; i++) {
        uint32_t texts[TEXTS];

        rule_texts(&pack->rule[i], texts);
        for (int n = 0; n < TEXTS; n++)
            length += (size_t)pack->text[texts[n]].length + 1;
    }
    rules->infos = calloc((size_t)pack->rule_count + 1, sizeof(*rules->infos));
    rules->texts = malloc(length);
    if (!rules->infos || !rules->texts)
        return false;
    fill_infos(rules);
    return true;
}

/* Rules from bytes that malloc gave, which they own from then on. */
static enum astray_status make_rules(void *bytes, size_t length,
                                     struct astray_rules **rules,
                                     const char **why)
{
    struct astray_rules *made = calloc(1, sizeof(*made));
    enum astray_status status = ASTRAY_NO_MEMORY;

    if (!made) {
        free(bytes);
        return status;
    }
    made->bytes = bytes;
    status = as_pack_load(bytes, length, &made->pack, why);
    if (status == ASTRAY_OK && !make_infos(made))
        status = ASTRAY_NO_MEMORY;
    if (status != ASTRAY_OK) {
        astray_rules_free(made);
        return status;
    }
    *rules = made;
    return ASTRAY_OK;
}

/* What the pack does not hold: when its rules decide. */
static bool keep_decides(const struct as_loader *loader,
                         struct astray_rules *rules)
{
    uint32_t count = rules->pack.rule_count;

    if (!loader->decides || loader->decide_count != count)
        return true;
    rules->decides = calloc((size_t)count + 1, sizeof(char *));
    for (uint32_t i = 0; i < count && rules->decides; i++) {
        rules->decides[i] = strdup(loader->decides[i]);
        if (!rules->decides[i])
            return false;
    }
    return rules->decides != NULL;
}

/* The pack's bytes become rules where they are asked for; `status` is that of
 * compiling them. */
static enum astray_status finish_build(struct astray_compiler *compiler,
                                       enum astray_status status,
                                       struct as_buf *out,
                                       struct astray_rules **rules)
{
    /* Where memory ran out, some of what was found is not true. */
    if (status != ASTRAY_NO_MEMORY &&
        !as_diag_report(&compiler->diag, compiler->report, compiler->user))
        status = ASTRAY_NO_MEMORY;
    if (status != ASTRAY_OK || !rules) {
        as_buf_done(out);
        return status;
    }
    status = make_rules(out->bytes, out->length, rules, NULL);
    if (status == ASTRAY_OK && !keep_decides(&compiler->loader, *rules)) {
        astray_rules_free(*rules);
        *rules = NULL;
        return ASTRAY_NO_MEMORY;
    }
    return status == ASTRAY_BAD_PACK ? ASTRAY_BUG : status;
}

enum astray_status astray_compiler_build(struct astray_compiler *compiler,
                                         struct astray_rules **rules)
{
    struct as_buf out = { 0 };
    struct as_insights *insights = NULL;
    enum astray_status status;

    if (compiler->insight && rules)
        status = as_compile_insight(&compiler->loader, &out, &insights);
    else
        status = as_compile(&compiler->loader, rules ? &out : NULL);
    status = finish_build(compiler, status, &out, rules);
    if (status == ASTRAY_OK && rules)
        (*rules)->insights = insights;
    else
        as_insights_free(insights);
    return status;
}

enum astray_status astray_compiler_build_c(struct astray_compiler *compiler,
                                           struct astray_rules **rules,
                                           char **text, size_t *length)
{
    struct as_buf out = { 0 }, c = { 0 };
    enum astray_status status = as_compile_c(&compiler->loader, &out, &c);

    as_buf_putc(&c, '\0');
    if (status == ASTRAY_OK && c.failed)
        status = ASTRAY_NO_MEMORY;
    status = finish_build(compiler, status, &out, rules);
    if (status != ASTRAY_OK) {
        as_buf_done(&c);
        return status;
    }
    *length = c.length - 1;
    *text = c.bytes;
    return ASTRAY_OK;
}

enum astray_status astray_rules_load(const void *bytes, size_t length,
                                     struct astray_rules **rules,
                                     const char **why)
{
    void *copy = malloc(length > 0 ? length : 1);

    if (!copy)
        return ASTRAY_NO_MEMORY;
    if (length > 0)
        memcpy(copy, bytes, length);
    return make_rules(copy, length, rules, why);
}

/* ---- opening ---------------------------------------------------------- */

/* Does the file begin as a compiled pack does?  No file: no pack. */
static bool is_pack(const struct as_buf *bytes)
{
    return bytes->length >= sizeof(AS_PACK_MAGIC) - 1 &&
           memcmp(bytes->bytes, AS_PACK_MAGIC, sizeof(AS_PACK_MAGIC) - 1) == 0;
}

static enum astray_status compile_path(const char *path,
                                       astray_diagnostic_fn *report, void *user,
                                       struct astray_rules **rules)
{
    struct astray_compiler *compiler = astray_compiler_new();
    enum astray_status status;

    if (!compiler)
        return ASTRAY_NO_MEMORY;
    astray_compiler_on_diagnostic(compiler, report, user);
    status = astray_compiler_add_path(compiler, path);
    if (status == ASTRAY_OK)
        status = astray_compiler_build(compiler, rules);

    int reason = errno; /* freeing may change it */
    astray_compiler_free(compiler);
    errno = reason;
    return status;
}

enum astray_status astray_rules_open(const char *path,
                                     astray_diagnostic_fn *report, void *user,
                                     struct astray_rules **rules)
{
    struct as_buf bytes = { 0 };
    enum astray_status status = as_file_read(path, AS_MAX_PACK, &bytes);

    /* A folder cannot be read as a file: it is for the compiler, like
     * everything else that is no pack. */
    if (status == ASTRAY_OK && is_pack(&bytes))
        return make_rules(bytes.bytes, bytes.length, rules, NULL);
    as_buf_done(&bytes);
    if (status == ASTRAY_NO_MEMORY)
        return status;
    return compile_path(path, report, user, rules);
}

void astray_rules_free(struct astray_rules *rules)
{
    if (!rules)
        return;
    as_insights_free(rules->insights);
    for (uint32_t i = 0; i < rules->pack.rule_count && rules->decides; i++)
        free(rules->decides[i]);
    free(rules->decides);
    free(rules->texts);
    free(rules->infos);
    free(rules->bytes);
    free(rules);
}

/* ---- what is in them -------------------------------------------------- */

const void *astray_rules_bytes(const struct astray_rules *rules, size_t *length)
{
    *length = rules->pack.length;
    return rules->pack.bytes;
}

size_t astray_rules_count(const struct astray_rules *rules)
{
    return rules->pack.rule_count;
}

enum astray_status astray_rules_info(const struct astray_rules *rules, size_t n,
                                     struct astray_rule_info *info)
{
    if (n >= rules->pack.rule_count)
        return ASTRAY_BAD_VALUE;
    *info = rules->infos[n];
    return ASTRAY_OK;
}

enum astray_status astray_rules_describe(const struct astray_rules *rules,
                                         unsigned flags, char **text)
{
    struct as_buf out = { 0 };

    as_describe_rules(&rules->pack, rules->decides, flags, &out);
    as_buf_putc(&out, '\0');
    if (out.failed) {
        as_buf_done(&out);
        return ASTRAY_NO_MEMORY;
    }
    *text = out.bytes;
    return ASTRAY_OK;
}

enum astray_status astray_rules_lock(const struct astray_rules *rules,
                                     char **text, size_t *length)
{
    struct as_buf out = { 0 };
    bool good = as_lock_write(&rules->pack, &out);

    as_buf_putc(&out, '\0');
    if (!good || out.failed) {
        as_buf_done(&out);
        return ASTRAY_NO_MEMORY;
    }
    *length = out.length - 1;
    *text = out.bytes;
    return ASTRAY_OK;
}

/* ---- rules made of rules ----------------------------------------------- */

static bool is_one_of(struct as_text name, const char *const *names,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (as_text_equal(name, as_text_of(names[i])))
            return true;
    return false;
}

enum astray_status astray_rules_relax(const struct astray_rules *rules,
                                      const char *const *names, size_t count,
                                      struct astray_rules **relaxed)
{
    const struct as_pack *pack = &rules->pack;
    bool *wanted = calloc((size_t)pack->rule_count + 1, sizeof(*wanted));
    struct as_buf out = { 0 };
    enum astray_status status = ASTRAY_NO_MEMORY;

    for (uint32_t i = 0; wanted && i < pack->rule_count; i++)
        wanted[i] = is_one_of(as_pack_text(pack, pack->rule[i].name), names,
                              count);
    if (wanted)
        status = as_relax(pack, wanted, &out);
    free(wanted);
    if (status == ASTRAY_OK)
        status = make_rules(out.bytes, out.length, relaxed, NULL);
    else
        as_buf_done(&out);
    return status == ASTRAY_BAD_PACK ? ASTRAY_BUG : status;
}
