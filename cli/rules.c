/*
 * rules.c - see rules.h.
 *
 * Folders and .astray files are the compiler's to read.  Anything else (a
 * compiled pack, standard input, a pipe) is read here once, because a pipe
 * can be read only once, and judged by its first bytes.
 */

#include "cli/rules.h"

#include <stdlib.h>
#include <time.h>

#include "cli/nearest.h"
#include "cli/walk.h"
#include "common/file.h"
#include "common/limits.h"

struct taking {
    const struct as_rules_request *request;
    struct as_talk *talk;
    struct astray_compiler *compiler;
    struct astray_rules *loaded; /* a compiled pack that was among them */
    char **c_text;               /* wanted instead of rules; NULL: it is not */
    size_t *c_length;
};

static enum as_exit complain(const struct taking *taking, const char *path,
                             enum astray_status status)
{
    as_talk_error(taking->talk, NULL, "cannot read rules from `%s`: %s", path,
                  as_exit_words(status));
    return as_exit_of(status);
}

static enum as_exit load(struct taking *taking, const char *path,
                         struct as_text bytes)
{
    const char *why = "";

    if (taking->request->sources_only) {
        as_talk_error(taking->talk, "give the folder or the .astray files",
                      "`%s` is a compiled pack", path);
        return AS_EXIT_USAGE;
    }
    if (taking->request->path_count > 1) {
        as_talk_error(taking->talk,
                      "`astray build` makes one pack of several sources",
                      "`%s` is a compiled pack; it cannot be taken together "
                      "with other rules",
                      path);
        return AS_EXIT_USAGE;
    }
    if (taking->request->keys &&
        !as_keys_verify(taking->request->keys, path, bytes, NULL, taking->talk))
        return AS_EXIT_USAGE;
    enum astray_status status = astray_rules_load(bytes.bytes, bytes.length,
                                                  &taking->loaded, &why);
    if (status == ASTRAY_BAD_PACK) {
        as_talk_error(taking->talk, "build it again with `astray build`",
                      "`%s` is no pack that can be run: %s", path, why);
        return AS_EXIT_USAGE;
    }
    return status == ASTRAY_OK ? AS_EXIT_OK : complain(taking, path, status);
}

static enum as_exit refuse_source(struct taking *taking, const char *path)
{
    as_talk_error(taking->talk,
                  "`astray build` makes a pack, `astray sign` signs it",
                  "`%s` is no compiled pack: only those have signatures", path);
    return AS_EXIT_USAGE;
}

/* Read it here, and see what it is. */
static enum as_exit take_bytes(struct taking *taking, const char *path)
{
    struct as_buf bytes = { .bytes = NULL };
    enum astray_status status = as_file_read(path, AS_MAX_PACK, &bytes);
    enum as_exit ending;

    if (status != ASTRAY_OK) {
        ending = complain(taking, path, status);
    } else if (as_is_pack(as_buf_view(&bytes)) ||
               as_text_ends(as_text_of(path), AS_TEXT(".astrayc"))) {
        ending = load(taking, path, as_buf_view(&bytes));
    } else if (taking->request->keys) {
        ending = refuse_source(taking, path);
    } else {
        const char *name = strcmp(path, "-") == 0 ? "<stdin>" : path;

        status = astray_compiler_add_text(taking->compiler, name,
                                          bytes.bytes ? bytes.bytes : "",
                                          bytes.length);
        ending = status == ASTRAY_OK ? AS_EXIT_OK
                                     : complain(taking, path, status);
    }
    as_buf_done(&bytes);
    return ending;
}

static enum as_exit take_path(struct taking *taking, const char *path)
{
    bool source = as_is_folder(path) ||
                  as_text_ends(as_text_of(path), AS_TEXT(".astray"));

    if (!source)
        return take_bytes(taking, path);
    if (taking->request->keys)
        return refuse_source(taking, path);
    enum astray_status status = astray_compiler_add_path(taking->compiler,
                                                         path);
    return status == ASTRAY_OK ? AS_EXIT_OK : complain(taking, path, status);
}

/* All paths were added: compile them, unless a pack was loaded. */
static enum as_exit finish(struct taking *taking, struct astray_rules **rules)
{
    if (taking->loaded) {
        *rules = taking->loaded;
        return AS_EXIT_OK;
    }
    enum astray_status status = taking->c_text
                                  ? astray_compiler_build_c(
                                        taking->compiler, NULL, taking->c_text,
                                        taking->c_length)
                                  : astray_compiler_build(taking->compiler,
                                                          rules);
    if (status != ASTRAY_OK && status != ASTRAY_BAD_SOURCE)
        as_talk_error(taking->talk, NULL, "cannot compile the rules: %s",
                      as_exit_words(status));
    return as_exit_of(status);
}

/* ---- overlays and dates -------------------------------------------------- */

/* The next value of an option that a verb may have, found by its name. */
static const char *next_named(const struct as_args *args, const char *name,
                              size_t *at)
{
    while (args && *at < args->given_count) {
        const struct as_given *given = &args->given[(*at)++];

        if (strcmp(given->option->name, name) == 0)
            return given->value;
    }
    return NULL;
}

static enum as_exit lay_overlays(struct taking *taking)
{
    enum as_exit ending = AS_EXIT_OK;
    const char *path;

    for (size_t at = 0;
         (path = next_named(taking->request->args, "overlay", &at));) {
        if (taking->loaded) {
            as_talk_error(taking->talk,
                          "name the folder that it was built of, or build it "
                          "with `astray build --overlay`",
                          "overlays lie over sources, not over a compiled "
                          "pack");
            return AS_EXIT_USAGE;
        }
        enum astray_status status = astray_compiler_add_overlay(
            taking->compiler, path);
        if (status == ASTRAY_OK)
            continue;
        as_talk_error(taking->talk, NULL, "cannot read the overlay `%s`: %s",
                      path, as_exit_words(status));
        ending = as_exit_worse(ending, as_exit_of(status));
    }
    return ending;
}

/* Today, or what SOURCE_DATE_EPOCH says it is
 * (reproducible-builds.org/specs/source-date-epoch). */
static void write_today(char text[sizeof("2026-11-22")])
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    char *end = NULL;
    long long seconds = epoch ? strtoll(epoch, &end, 10) : 0;
    time_t now = epoch && *epoch && !*end ? (time_t)seconds : time(NULL);
    struct tm date;

    if (!gmtime_r(&now, &date) ||
        strftime(text, sizeof("2026-11-22"), "%Y-%m-%d", &date) == 0)
        strcpy(text, "1970-01-01");
}

static enum as_exit set_today(struct taking *taking)
{
    char clock[sizeof("2026-11-22")];
    const char *given = NULL, *value;

    if (!taking->request->dated)
        return AS_EXIT_OK;
    for (size_t at = 0;
         (value = next_named(taking->request->args, "today", &at));)
        given = value;
    write_today(clock);
    if (astray_compiler_set_today(taking->compiler, given ? given : clock) ==
        ASTRAY_OK)
        return AS_EXIT_OK;
    as_talk_error(taking->talk, "write it as 2026-11-22", "`%s` is no date",
                  given ? given : clock);
    return AS_EXIT_USAGE;
}

/* ---- all of it ----------------------------------------------------------- */

static enum as_exit add_all(struct taking *taking)
{
    const struct as_rules_request *request = taking->request;
    enum as_exit ending = set_today(taking);

    if (request->renews_lock)
        astray_compiler_renew_lock(taking->compiler);

    for (size_t i = 0; i < request->path_count; i++)
        ending = as_exit_worse(ending, take_path(taking, request->paths[i]));
    return ending == AS_EXIT_OK ? lay_overlays(taking) : ending;
}

static enum as_exit take(struct taking *taking, struct astray_rules **rules)
{
    taking->compiler = astray_compiler_new();
    if (!taking->compiler)
        return complain(taking, taking->request->paths[0], ASTRAY_NO_MEMORY);
    astray_compiler_on_diagnostic(taking->compiler, as_talk_diagnostic,
                                  taking->talk);
    astray_compiler_set_insight(taking->compiler, taking->request->insight);
    enum as_exit ending = add_all(taking);
    if (ending == AS_EXIT_OK)
        ending = finish(taking, rules);
    else
        astray_rules_free(taking->loaded);
    astray_compiler_free(taking->compiler);
    return ending;
}

enum as_exit as_rules_ask(const struct as_rules_request *request,
                          struct as_talk *talk, struct astray_rules **rules)
{
    struct taking taking = { .request = request, .talk = talk };

    return take(&taking, rules);
}

enum as_exit as_rules_ask_c(const struct as_rules_request *request,
                            struct as_talk *talk, char **text, size_t *length)
{
    struct taking taking = {
        .request = request, .talk = talk, .c_text = text, .c_length = length
    };

    return take(&taking, NULL);
}

enum as_exit as_rules_take(const char *const *paths, size_t count,
                           struct as_talk *talk, struct astray_rules **rules)
{
    struct as_rules_request request = { .paths = paths, .path_count = count };

    return as_rules_ask(&request, talk, rules);
}

enum as_exit as_rules_compile(const char *const *paths, size_t count,
                              struct as_talk *talk, struct astray_rules **rules)
{
    struct as_rules_request request = { .paths = paths,
                                        .path_count = count,
                                        .sources_only = true };

    return as_rules_ask(&request, talk, rules);
}

enum as_exit as_rules_to_c(const char *const *paths, size_t count,
                           struct as_talk *talk, char **text, size_t *length)
{
    struct as_rules_request request = { .paths = paths,
                                        .path_count = count,
                                        .sources_only = true };

    return as_rules_ask_c(&request, talk, text, length);
}

/* Those that an option gives, asked for as `request` says. */
static enum as_exit take_given(struct as_rules_request request, size_t option,
                               struct as_talk *talk,
                               struct astray_rules **rules)
{
    const struct as_args *args = request.args;
    const char **paths = calloc(args->given_count + 1, sizeof(const char *));
    const char *path;

    if (!paths) {
        as_talk_no_memory(talk);
        return AS_EXIT_USAGE;
    }
    for (size_t at = 0; (path = as_args_next(args, option, &at));)
        paths[request.path_count++] = path;
    request.paths = paths;
    talk->errors_only = true;
    enum as_exit ending = as_rules_ask(&request, talk, rules);
    free(paths);
    if (ending != AS_EXIT_OK)
        as_talk_end(talk);
    return ending;
}

enum as_exit as_rules_given(const struct as_args *args, size_t option,
                            struct as_talk *talk, struct astray_rules **rules)
{
    return take_given((struct as_rules_request){ .args = args }, option, talk,
                      rules);
}

enum as_exit as_rules_signed(const struct as_args *args, size_t option,
                             const struct as_keys *keys, struct as_talk *talk,
                             struct astray_rules **rules)
{
    return take_given((struct as_rules_request){ .args = args, .keys = keys },
                      option, talk, rules);
}

enum as_exit as_rules_given_insight(const struct as_args *args, size_t option,
                                    struct as_talk *talk,
                                    struct astray_rules **rules)
{
    return take_given(
        (struct as_rules_request){ .args = args, .insight = true }, option,
        talk, rules);
}

bool as_rules_have(const struct astray_rules *rules, const char *name,
                   struct as_talk *talk)
{
    struct as_nearest nearest = as_nearest_to(name);
    struct astray_rule_info info = { .size = sizeof(info) };
    struct as_buf help = { .bytes = NULL };

    for (size_t i = 0; i < astray_rules_count(rules); i++) {
        if (astray_rules_info(rules, i, &info) != ASTRAY_OK)
            continue;
        if (strcmp(info.name, name) == 0)
            return true;
        as_nearest_try(&nearest, info.name);
    }
    if (nearest.best)
        as_buf_printf(&help, "did you mean `%s`?", nearest.best);
    as_talk_error(talk, nearest.best ? as_talk_text(talk, &help) : NULL,
                  "there is no rule `%s`", name);
    as_buf_done(&help);
    return false;
}
