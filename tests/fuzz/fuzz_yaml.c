/*
 * fuzz_yaml.c - YAML through both readers, the compiler's for pack.yaml and
 * the command's for tests: they make the same tree of the same bytes.  Then
 * the bytes as a pack.yaml, and as a pack.yaml beside rules.
 *
 * The input: the file.
 */

#include <fcntl.h>
#include <sys/stat.h>

#include "astray.h"
#include "cli/yamltree.h"
#include "common/limits.h"
#include "compiler/packfile.h"
#include "compiler/yaml.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/json_plain.h"

const unsigned fuzz_variants = 16;

enum { MOST_INPUT = 16 * 1024 }; /* libyaml is quadratic in places */

static void same_tree(const struct as_yaml *a, const struct as_yamltree *b)
{
    const struct as_yaml *item = a->items;

    fuzz_require((int)a->kind == (int)b->kind, "nodes are of the same kind");
    if (a->kind == AS_YAML_SCALAR) {
        fuzz_require(as_text_equal(a->text, b->text) && a->plain == b->plain,
                     "scalars are the same");
        return;
    }
    for (const struct as_yamltree *node = b->first; node; node = node->next) {
        fuzz_require(item != NULL, "one has as many members as the other");
        if (b->kind == AS_YAMLTREE_MAP)
            fuzz_require(as_text_equal(item->key, node->key->text),
                         "keys are the same");
        same_tree(item, node);
        item = item->next;
    }
    fuzz_require(item == NULL, "the other has as many members as one");
}

static void check_json(const struct as_yamltree *tree)
{
    struct as_buf out = { .bytes = NULL };

    as_yamltree_json(&out, tree);
    fuzz_require(plain_is_json(out.bytes, out.length),
                 "a tree as JSON is JSON");
    as_buf_done(&out);
}

static void check_place(struct as_yamltree_place place, struct as_text text)
{
    fuzz_require(place.line >= 1 && place.column >= 1, "places count from 1");
    fuzz_require(place.column <= text.length + 1, "columns are of the text");
}

static void check_readers(struct as_text text)
{
    struct as_arena arena;
    struct as_diag diag = { .arena = &arena };
    struct as_source source = { .name = "pack.yaml", .number = 1 };
    struct as_yamltree_error error = { .message = NULL };

    as_arena_init(&arena, 0);
    source.text.bytes = as_strndup(&arena, text.bytes, text.length);
    source.text.length = text.length;
    diag.sources = &source;
    const struct as_yaml *one = as_yaml_parse(&source, &arena, &diag);
    const struct as_yamltree *other = as_yamltree_read(text, &arena, &error);
    fuzz_require(one || diag.error_count > 0, "a refusal is said");
    fuzz_require(!one || other, "what the compiler takes, tests take");
    if (!other) {
        fuzz_require(error.message && *error.message, "a refusal says why");
        check_place(error.place, text);
    } else {
        check_place(other->place, text);
        check_json(other);
        if (one)
            same_tree(one, other);
    }
    as_arena_free(&arena);
}

/* ------------------------------------------------------------------------
 * As a pack's
 */

static void check_pack_alone(const char *path)
{
    struct as_arena arena;
    struct as_diag diag = { .arena = &arena };
    struct as_loader loader;

    as_arena_init(&arena, 0);
    as_loader_init(&loader, &arena, &diag);
    loader.pack_path = as_text_of(path);
    const struct as_packfile *pack = as_packfile_load(&loader);
    fuzz_require(pack || diag.error_count > 0,
                 "a pack.yaml is read, or is said to be wrong");
    fuzz_require(!pack || pack->name.length > 0 || diag.error_count > 0,
                 "a pack has a name");
    as_loader_done(&loader);
    as_arena_free(&arena);
}

static void on_diagnostic(const struct astray_diagnostic *d, void *user)
{
    *(unsigned *)user += d->severity == ASTRAY_ERROR;
}

/* A folder with a rule that pack.yaml can bend; made once, never left
 * behind: it goes with the process's own end. */
static char folder[] = "/tmp/fuzz-yaml-XXXXXX";

static void remove_folder(void)
{
    static const char *const names[] = { "/pack.yaml", "/a.astray", "" };
    char path[64];

    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s%s", folder, names[i]);
        (void)remove(path);
    }
}

static void put(const char *name, struct as_text text)
{
    char path[64];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    fuzz_require(file >= 0 && write(file, text.bytes, text.length) ==
                                  (ssize_t)text.length,
                 "a file can be written");
    close(file);
}

static const char rule[] =
    "param least : int = 3\n"
    "param wait : duration = 5m\n"
    "list homes : cidr = []\n"
    "list names : text = [\"a\"]\n"
    "rule r {\n"
    "  from cloudtrail where eventName in names\n"
    "    and sourceIPAddress not in homes\n"
    "  group by k = userIdentity.accessKeyId timespan wait sliding\n"
    "  having count() >= least\n"
    "}\n";

static void make_folder(void)
{
    fuzz_require(mkdtemp(folder) != NULL, "a folder can be made");
    atexit(remove_folder);
    put("a.astray", AS_TEXT(rule));
}

static void check_pack_with_rules(struct as_text text)
{
    static bool made;
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;
    unsigned errors = 0;

    if (!made)
        make_folder();
    made = true;
    put("pack.yaml", text);
    fuzz_require(compiler != NULL, "there is memory for a compiler");
    astray_compiler_on_diagnostic(compiler, on_diagnostic, &errors);
    fuzz_require(!astray_compiler_add_path(compiler, folder),
                 "the folder can be added");
    enum astray_status status = astray_compiler_build(compiler, &rules);
    fuzz_require(status == (errors ? ASTRAY_BAD_SOURCE : ASTRAY_OK),
                 "a pack compiles, or has errors");
    astray_rules_free(rules);
    astray_compiler_free(compiler);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct as_text text = { (const char *)bytes, length };
    char path[FUZZ_PATH];

    if (length > MOST_INPUT)
        return 0;
    check_readers(text);
    int file = fuzz_file(text, path);
    check_pack_alone(path);
    close(file);
    check_pack_with_rules(text);
    return 0;
}
