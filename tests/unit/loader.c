/*
 * loader.c - files of a compilation, what they import, and pack.yaml.
 *
 * Each row is a small folder: files with their text, what is added, and what
 * is said, as "E0209@common.astray:1:8".  Folders are made in the current
 * one and taken away again.
 */

#include "compiler/loader.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/file.h"
#include "common/limits.h"
#include "compiler/packfile.h"
#include "tap.h"

static char folder[] = "loader-XXXXXX";

static int remove_one(const char *path, const struct stat *stat_of, int kind,
                      struct FTW *walk)
{
    (void)stat_of;
    (void)kind;
    (void)walk;
    return remove(path);
}

/* Write one file, making the folders above it. */
static void put(const char *path, const char *text, size_t length)
{
    char part[200];

    for (const char *at = path; (at = strchr(at, '/')) != NULL; at++) {
        snprintf(part, sizeof(part), "%.*s", (int)(at - path), path);
        mkdir(part, 0777);
    }
    as_file_write(path, (struct as_text){ text, length });
}

struct run {
    struct as_arena arena;
    struct as_diag diag;
    struct as_loader loader;
    struct as_packfile *pack;
    struct as_buf said, words, files;
};

static void note(const struct astray_diagnostic *diagnostic, void *user)
{
    struct run *run = user;

    if (run->said.length > 0)
        as_buf_putc(&run->said, ' ');
    as_buf_puts(&run->said, diagnostic->code);
    if (diagnostic->label_count > 0)
        as_buf_printf(&run->said, "@%s:%u:%u", diagnostic->labels[0].file,
                      diagnostic->labels[0].line, diagnostic->labels[0].column);
    as_buf_printf(&run->words, "%s\n", diagnostic->message);
    for (size_t i = 0; i < diagnostic->label_count; i++)
        as_buf_printf(&run->words, "%s\n", diagnostic->labels[i].text);
    as_buf_printf(&run->words, "%s\n", diagnostic->help);
}

static void start(struct run *run, size_t limit)
{
    *run = (struct run){ .diag = { .muted = false } };
    as_arena_init(&run->arena, limit);
    run->diag.arena = &run->arena;
    as_loader_init(&run->loader, &run->arena, &run->diag);
}

static void finish(struct run *run)
{
    if (as_loader_finish(&run->loader) == ASTRAY_OK)
        run->pack = as_packfile_load(&run->loader);
    as_diag_report(&run->diag, note, run);
    for (struct as_file *file = run->loader.files; file; file = file->next)
        as_buf_printf(&run->files, "%s%s", run->files.length > 0 ? " " : "",
                      file->source->name);
    as_buf_putc(&run->said, '\0');
    as_buf_putc(&run->words, '\0');
    as_buf_putc(&run->files, '\0');
}

static void done(struct run *run)
{
    as_loader_done(&run->loader);
    as_buf_done(&run->said);
    as_buf_done(&run->words);
    as_buf_done(&run->files);
    as_arena_free(&run->arena);
}

static void same(const char *got, const char *want, const char *name)
{
    if (!tap_ok(strcmp(got, want) == 0, name))
        printf("#  got: %s\n# want: %s\n", got, want);
}

/* ---- imports ---------------------------------------------------------- */

#define END                                                                    \
    {                                                                          \
        NULL, NULL                                                             \
    }

static const struct {
    const char *name;
    const char *file[6][2]; /* path, text */
    const char *add;
    const char *said, *files;
    const char *words; /* among what is said, or NULL */
} cases[] = {
    { "one file",
      { { "a.astray", "macro m = a" }, END },
      "a.astray",
      "",
      "a.astray",
      NULL },
    { "a folder, sorted, without hidden and other files",
      { { "b.astray", "" },
        { "c/d.astray", "" },
        { "a.astray", "" },
        { ".h/x.astray", "" },
        { "a.test.yaml", "" },
        END },
      ".",
      "",
      "a.astray b.astray c/d.astray",
      NULL },
    { "an import from the same folder",
      { { "a.astray", "import \"b\"" }, { "b.astray", "" }, END },
      "a.astray",
      "",
      "a.astray b.astray",
      NULL },
    { "imports start at the pack's root",
      { { "p/pack.yaml", "name: p" },
        { "p/r/a.astray", "import \"r/b\"\nimport \"c\"" },
        { "p/r/b.astray", "import \"c\"" },
        { "p/c.astray", "" },
        END },
      "p/r/a.astray",
      "",
      "p/r/a.astray p/r/b.astray p/c.astray",
      NULL },
    { "a file is read once, however it is named",
      { { "a.astray", "import \"b\"\nimport \"b\" as x" },
        { "b.astray", "" },
        END },
      ".",
      "",
      "a.astray b.astray",
      NULL },
    { "no such file",
      { { "a.astray", "import \"comon\"" }, { "common.astray", "" }, END },
      "a.astray",
      "E0209@a.astray:1:8",
      "a.astray",
      "did you mean `common`?" },
    { "no such file, in a folder",
      { { "a.astray", "\nimport \"x/hoems\" as h" },
        { "x/homes.astray", "" },
        END },
      "a.astray",
      "E0209@a.astray:2:8",
      "a.astray",
      "did you mean `x/homes`?" },
    { "a path from the file's own folder",
      { { "pack.yaml", "name: p" },
        { "x/a.astray", "import \"b\"" },
        { "x/b.astray", "" },
        END },
      "x/a.astray",
      "E0209@x/a.astray:1:8",
      "x/a.astray",
      "import \"x/b\"" },
    { "a suffix",
      { { "a.astray", "import \"b.astray\"" }, { "b.astray", "" }, END },
      "a.astray",
      "E0209@a.astray:1:8",
      "a.astray",
      "import \"b\"" },
    { "a path upward",
      { { "x/a.astray", "import \"../b\"" }, { "b.astray", "" }, END },
      "x/a.astray",
      "E0223@x/a.astray:1:8",
      "x/a.astray",
      NULL },
    { "an absolute path",
      { { "a.astray", "import \"/etc/passwd\"" }, END },
      "a.astray",
      "E0223@a.astray:1:8",
      "a.astray",
      NULL },
    { "an empty path",
      { { "a.astray", "import \"\"" }, END },
      "a.astray",
      "E0223@a.astray:1:8",
      "a.astray",
      NULL },
    { "a path with a dot",
      { { "a.astray", "import \"./b\"" }, END },
      "a.astray",
      "E0223@a.astray:1:8",
      "a.astray",
      NULL },
    { "a folder where a file is meant",
      { { "a.astray", "import \"b\"" }, { "b.astray/c", "" }, END },
      "a.astray",
      "E0209@a.astray:1:8",
      "a.astray",
      NULL },
    { "a file that imports itself",
      { { "a.astray", "import \"a\"" }, END },
      "a.astray",
      "E0210@a.astray:1:8",
      "a.astray",
      "imports itself" },
    { "a circle of three",
      { { "a.astray", "import \"b\"" },
        { "b.astray", "macro m = a\nimport \"c\"" },
        { "c.astray", "import \"a\"" },
        END },
      "a.astray",
      "E0210@c.astray:1:8",
      "a.astray b.astray c.astray",
      "`b.astray` imports `c.astray`" },
    { "a circle that the first file is not in",
      { { "a.astray", "import \"b\"" },
        { "b.astray", "import \"c\"" },
        { "c.astray", "import \"b\"" },
        END },
      "a.astray",
      "E0210@c.astray:1:8",
      "a.astray b.astray c.astray",
      NULL },
    { "two ways to one file are no circle",
      { { "a.astray", "import \"b\"\nimport \"c\"" },
        { "b.astray", "import \"d\"" },
        { "c.astray", "import \"d\"" },
        { "d.astray", "" },
        END },
      "a.astray",
      "",
      "a.astray b.astray c.astray d.astray",
      NULL },
    { "mistakes in several files, in their order",
      { { "a.astray", "import \"b\"\nmacro m = a &&b" },
        { "b.astray", "macro m = (" },
        END },
      "a.astray",
      "E0114@a.astray:2:13 E0111@b.astray:1:12",
      "a.astray b.astray",
      NULL },
};

static void run_case(size_t i)
{
    struct run run;

    for (size_t f = 0; cases[i].file[f][0]; f++)
        put(cases[i].file[f][0], cases[i].file[f][1],
            strlen(cases[i].file[f][1]));
    start(&run, 0);
    tap_int(as_loader_add_path(&run.loader, cases[i].add), ASTRAY_OK,
            cases[i].name);
    finish(&run);
    same(run.said.bytes, cases[i].said, "  what is said");
    same(run.files.bytes, cases[i].files, "  the files");
    if (cases[i].words && !tap_ok(strstr(run.words.bytes, cases[i].words) != 0,
                                  "  in the right words"))
        printf("# said: %s\n", run.words.bytes);
    done(&run);
}

/* Run `one` in an empty folder of its own. */
static void in_folder(void (*one)(size_t), size_t i)
{
    char name[] = "case-XXXXXX";

    if (!mkdtemp(name) || chdir(name) != 0) {
        tap_ok(false, "cannot make a folder");
        return;
    }
    one(i);
    if (chdir("..") != 0 ||
        nftw(name, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
        tap_ok(false, "cannot take the folder away");
}

static void run_links(size_t unused)
{
    struct run run;

    (void)unused;
    put("out/secret.astray", "macro s = a", 11);
    put("p/pack.yaml", "name: p", 7);
    put("p/a.astray", "import \"b\"", 10);
    tap_ok(symlink("../out/secret.astray", "p/b.astray") == 0 &&
               symlink("../out", "p/linked") == 0,
           "links that lead out of the pack");
    start(&run, 0);
    as_loader_add_path(&run.loader, "p/a.astray");
    finish(&run);
    same(run.said.bytes, "E0223@p/a.astray:1:8", "  are not imported");
    done(&run);
    start(&run, 0);
    as_loader_add_path(&run.loader, "p");
    same(run.loader.files->source->name, "p/a.astray",
         "  and linked folders are not walked");
    tap_ok(run.loader.files->next && !run.loader.files->next->next,
           "  only the file that is linked there");
    finish(&run);
    done(&run);
}

static void run_statuses(size_t unused)
{
    struct as_buf large = { .bytes = NULL };
    struct run run;

    (void)unused;
    start(&run, 0);
    tap_int(as_loader_add_path(&run.loader, "none.astray"), ASTRAY_IO,
            "a path that is not there");
    tap_int(errno, ENOENT, "  and why");
    while (large.length <= AS_MAX_SOURCE)
        as_buf_puts(&large, "# a comment of some length\n");
    put("large.astray", large.bytes, large.length);
    put("a.astray", "import \"large\"", 14);
    tap_int(as_loader_add_path(&run.loader, "large.astray"), ASTRAY_LIMIT,
            "a file that is too large");
    tap_int(as_loader_add_text(&run.loader, "-", as_buf_view(&large)),
            ASTRAY_LIMIT, "a text that is too large");
    as_loader_add_path(&run.loader, "a.astray");
    finish(&run);
    same(run.said.bytes, "E0601@a.astray:1:8", "an import that is too large");
    done(&run);
    as_buf_done(&large);

    put("b.astray", "macro m = a", 11);
    start(&run, 0);
    tap_int(as_loader_add_text(&run.loader, "-", AS_TEXT("import \"b\"")),
            ASTRAY_OK, "a text imports from the current folder");
    finish(&run);
    same(run.files.bytes, "- b.astray", "  and the files");
    done(&run);
}

static void run_limits(size_t unused)
{
    struct as_buf path = { .bytes = NULL };
    enum astray_status status = ASTRAY_OK;
    struct run run;
    unsigned count = 0;

    (void)unused;
    start(&run, 0);
    put("b.astray", "", 0);
    for (; count < AS_MAX_SOURCES && status == ASTRAY_OK; count++)
        status = as_loader_add_text(
            &run.loader, "-", count ? AS_TEXT("") : AS_TEXT("import \"b\""));
    tap_int(status, ASTRAY_OK, "as many files as there may be");
    tap_int(as_loader_add_text(&run.loader, "-", AS_TEXT("")), ASTRAY_LIMIT,
            "one more");
    finish(&run);
    same(run.said.bytes, "E0606@-:1:8", "  by an import");
    done(&run);

    start(&run, 0);
    for (count = 0; count < AS_MAX_FOLDERS; count++)
        as_buf_puts(&path, "d/");
    as_buf_printf(&path, "a.astray%c", 0);
    put(path.bytes, "", 0);
    tap_int(as_loader_add_path(&run.loader, "d"), ASTRAY_OK,
            "folders as deep as they may be");
    tap_int(as_loader_add_path(&run.loader, "."), ASTRAY_OK, "from above");
    path.length--;
    path.length -= strlen("a.astray");
    as_buf_printf(&path, "d/a.astray%c", 0);
    put(path.bytes, "", 0);
    tap_int(as_loader_add_path(&run.loader, "."), ASTRAY_LIMIT,
            "one folder more");
    done(&run);
    as_buf_done(&path);
}

/* Memory that ends anywhere: a status, no crash. */
static void run_memory(size_t unused)
{
    bool good = true;
    size_t needed;
    struct run run;

    (void)unused;
    put("pack.yaml", "name: p\nlists: {a: [1, 2], b: c}\n", 32);
    put("a.astray", "import \"b\"\nimport \"x\"", 21);
    put("b.astray", "import \"a\"\nmacro m = b", 22);
    start(&run, 0);
    as_loader_add_path(&run.loader, ".");
    finish(&run);
    needed = run.arena.total;
    same(run.said.bytes, "E0209@a.astray:2:8 E0210@b.astray:1:8",
         "enough memory");
    done(&run);
    for (size_t most = 1; most < needed; most += 37) {
        enum astray_status status;

        start(&run, most);
        status = as_loader_add_path(&run.loader, ".");
        if (status == ASTRAY_OK)
            status = as_loader_finish(&run.loader);
        if (status == ASTRAY_OK)
            run.pack = as_packfile_load(&run.loader);
        good = good && (status == ASTRAY_OK || status == ASTRAY_NO_MEMORY) &&
               (status == ASTRAY_OK || run.arena.failed);
        done(&run);
    }
    tap_ok(good, "memory that ends anywhere");
}

/* ---- pack.yaml -------------------------------------------------------- */

static const struct {
    const char *name, *text, *said, *words;
} packs[] = {
    { "every key",
      "name: aws\nversion: 1.2.0\nlicense: Apache-2.0\nlanguage: 1\n"
      "title: 'A pack'\ndedupe: sharedEventID\nparams: {life: 12h, n: 5}\n"
      "lists:\n  egress: [10.0.0.0/8, \"1.2.3.4\"]\n  ranges: data/r.json\n"
      "lint: {L0702: ignore}\ntargets: [bytecode, athena]\n",
      "", NULL },
    { "an unknown key", "name: p\nlist: {}\n", "E0504@pack.yaml:2:1",
      "did you mean `lists`?" },
    { "a key that is like none", "name: p\nfrobnicate: 1\n",
      "E0504@pack.yaml:2:1", "the keys are" },
    { "a key twice", "name: p\nname: q\n", "E0506@pack.yaml:2:1", NULL },
    { "a key twice, deeper", "name: p\nparams:\n  a: 1\n  a: 2\n",
      "E0506@pack.yaml:4:3", NULL },
    { "no name", "version: 1\n", "E0508@pack.yaml:1:1", NULL },
    { "an alias", "name: &x p\ntitle: *x\n", "E0507@pack.yaml:1:7", NULL },
    { "a tag", "name: !!str p\n", "E0507@pack.yaml:1:7", NULL },
    { "an alias to nothing", "name: *x\n", "E0507@pack.yaml:1:7", NULL },
    { "broken YAML", "name: [p\n", "E0503@pack.yaml:2:1", NULL },
    { "the column counts bytes", "title: \"\xc3\xa9\xc3\xa9\" x\n",
      "E0503@pack.yaml:1:15", NULL },
    { "an empty file", "", "E0503@pack.yaml:1:1", NULL },
    { "a sequence", "- name\n", "E0503@pack.yaml:1:1", NULL },
    { "two documents", "name: p\n---\nname: q\n", "E0503@pack.yaml:2:1", NULL },
    { "a key that is no text", "name: p\n? [a]\n: b\n", "E0503@pack.yaml:2:3",
      NULL },
    { "another language", "name: p\nlanguage: 2\n", "E0505@pack.yaml:2:11",
      NULL },
    { "another way to tell copies", "name: p\ndedupe: eventId\n",
      "E0505@pack.yaml:2:9", "did you mean `eventID`?" },
    { "params that are no mapping", "name: p\nparams: [a]\n",
      "E0505@pack.yaml:2:9", NULL },
    { "a param that is a sequence", "name: p\nparams: {a: [1]}\n",
      "E0505@pack.yaml:2:13", NULL },
    { "a list in a list", "name: p\nlists: {a: [[1]]}\n",
      "E0505@pack.yaml:2:13", NULL },
    { "a lint that is none", "name: p\nlint: {W9999: ignore}\n",
      "E0505@pack.yaml:2:8", NULL },
    { "a level that is none", "name: p\nlint: {L0702: of}\n",
      "E0505@pack.yaml:2:15", NULL },
    { "a target that is none", "name: p\ntargets: [athna]\n",
      "E0505@pack.yaml:2:11", "did you mean `athena`?" },
    { "bytes that are not UTF-8", "name: \xff\n", "E0101@pack.yaml:1:7", NULL },
    { "an invisible character", "name: a\xe2\x80\x8b\n", "E0102@pack.yaml:1:8",
      NULL },
    { "NUL by its number", "name: \"a\\0\"\n", "E0103@pack.yaml:1:7", NULL },
};

static void run_pack(size_t i)
{
    struct run run;

    put("pack.yaml", packs[i].text, strlen(packs[i].text));
    start(&run, 0);
    tap_int(as_loader_add_path(&run.loader, "."), ASTRAY_OK, packs[i].name);
    finish(&run);
    same(run.said.bytes, packs[i].said, "  what is said");
    if (packs[i].words && !tap_ok(strstr(run.words.bytes, packs[i].words) != 0,
                                  "  in the right words"))
        printf("# said: %s\n", run.words.bytes);
    if (i == 0) {
        tap_ok(run.pack && as_text_equal(run.pack->name, AS_TEXT("aws")) &&
                   as_text_equal(run.pack->version, AS_TEXT("1.2.0")) &&
                   run.pack->dedupe == AS_DEDUPE_SHARED_EVENT_ID &&
                   run.pack->params->next &&
                   as_text_equal(run.pack->params->value.text, AS_TEXT("12h")),
               "  its values");
        tap_ok(run.pack && run.pack->lists->is_sequence &&
                   run.pack->lists->items->next &&
                   !run.pack->lists->items->next->plain &&
                   !run.pack->lists->next->is_sequence &&
                   run.pack->targets->next && run.pack->lint,
               "  its lists");
    }
    done(&run);
}

static void run_pack_limits(size_t unused)
{
    struct as_buf text = { .bytes = NULL };
    struct run run;

    (void)unused;
    for (unsigned extra = 0; extra < 2; extra++) {
        as_buf_reset(&text);
        as_buf_puts(&text, "name: p\nx: ");
        for (unsigned n = 1; n < AS_MAX_YAML_DEPTH + extra; n++)
            as_buf_putc(&text, '[');
        for (unsigned n = 1; n < AS_MAX_YAML_DEPTH + extra; n++)
            as_buf_putc(&text, ']');
        put("pack.yaml", text.bytes, text.length);
        start(&run, 0);
        as_loader_add_path(&run.loader, ".");
        finish(&run);
        same(run.said.bytes,
             extra ? "E0612@pack.yaml:2:35" : "E0504@pack.yaml:2:1",
             extra ? "one level more" : "YAML as deep as it may be");
        done(&run);
    }
    as_buf_reset(&text);
    as_buf_puts(&text, "name: p\n");
    while (text.length < AS_MAX_YAML)
        as_buf_putc(&text, '#');
    for (unsigned extra = 0; extra < 2; extra++) {
        put("pack.yaml", text.bytes, text.length);
        start(&run, 0);
        as_loader_add_path(&run.loader, ".");
        finish(&run);
        same(run.said.bytes, extra ? "E0611" : "",
             extra ? "one byte more" : "YAML as large as it may be");
        done(&run);
        as_buf_putc(&text, '#');
    }
    as_buf_done(&text);
}

int main(void)
{
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 99;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        in_folder(run_case, i);
    in_folder(run_links, 0);
    in_folder(run_statuses, 0);
    in_folder(run_limits, 0);
    in_folder(run_memory, 0);
    for (size_t i = 0; i < sizeof(packs) / sizeof(packs[0]); i++)
        in_folder(run_pack, i);
    in_folder(run_pack_limits, 0);
    if (chdir("..") != 0 || rmdir(folder) != 0)
        tap_ok(false, "the folder is empty again");
    return tap_done();
}
