/*
 * compile_pack.c - a pack in a folder: lists from files, what pack.yaml says
 * of params, lists and lints, names that imports bring.
 *
 * Each row is a small folder.  What is said stands as "E0502@words.txt:2:1";
 * what the description of the rules must hold, line by line without blanks in
 * front, stands in `has`.
 */

#include "astray.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/file.h"
#include "tap.h"

static char folder[] = "compile-XXXXXX";

static int remove_one(const char *path, const struct stat *stat_of, int kind,
                      struct FTW *walk)
{
    (void)stat_of;
    (void)kind;
    (void)walk;
    return remove(path);
}

/* Write one file, making the folders above it. */
static void put(const char *path, const char *text)
{
    char part[200];

    for (const char *at = path; (at = strchr(at, '/')) != NULL; at++) {
        snprintf(part, sizeof(part), "%.*s", (int)(at - path), path);
        mkdir(part, 0777);
    }
    as_file_write(path, (struct as_text){ text, strlen(text) });
}

static void note(const struct astray_diagnostic *diagnostic, void *user)
{
    struct as_buf *said = user;

    if (said->length > 0)
        as_buf_putc(said, ' ');
    if (diagnostic->severity == ASTRAY_NOTE)
        as_buf_puts(said, "note ");
    as_buf_puts(said, diagnostic->code);
    if (diagnostic->label_count > 0)
        as_buf_printf(said, "@%s:%u:%u", diagnostic->labels[0].file,
                      diagnostic->labels[0].line, diagnostic->labels[0].column);
    if (diagnostic->suppressed)
        as_buf_printf(said, " (%s)", diagnostic->suppressed);
}

#define END                                                                    \
    {                                                                          \
        NULL, NULL                                                             \
    }
#define PACK "name: p\nversion: 1.2.3\n"
#define USE(list)                                                              \
    "rule r {\n  from cloudtrail\n  where sourceIPAddress in " list "\n}\n"

/* More imports than are asked one by one. */
#define MANY_IMPORTS                                                           \
    "import \"b0\"\nimport \"b1\"\nimport \"b2\"\nimport \"b3\"\n"             \
    "import \"b4\"\nimport \"b5\"\nimport \"b6\"\nimport \"b7\"\n"             \
    "import \"b8\"\n"
/* clang-format off */
#define MANY_FILES                                                             \
    { "b0.astray", "macro m0 = eventName == \"0\"\n" },                       \
    { "b1.astray", "macro m1 = eventName == \"1\"\n" },                       \
    { "b2.astray", "macro m2 = eventName == \"2\"\n" },                       \
    { "b3.astray", "macro m3 = eventName == \"3\"\n" },                       \
    { "b4.astray", "macro m4 = eventName == \"4\"\n" },                       \
    { "b5.astray", "macro m5 = eventName == \"5\"\n" },                       \
    { "b6.astray", "macro m6 = eventName == \"6\"\n" },                       \
    { "b7.astray", "macro m7 = eventName == \"7\"\n" }
/* clang-format on */

static const struct {
    const char *name;
    const char *file[14][2]; /* path, text */
    const char *said;
    const char *has; /* in the description, or NULL */
} cases[] = {
    { "a list from a file",
      { { "a.astray", "list l : cidr from \"data/l.txt\"\n" USE("l") },
        { "data/l.txt", "10.0.0.0/8\n# home\n192.0.2.1\n" },
        END },
      "",
      "type cidr\nvalues 2\norigin data/l.txt\n" },
    { "a line that is no value",
      { { "a.astray", "list l : cidr from \"l.txt\"\n" USE("l") },
        { "l.txt", "10.0.0.0/8\noffice\n" },
        END },
      "E0502@l.txt:2:1",
      NULL },
    { "a block with bits behind its prefix, in a file",
      { { "a.astray", "list l : cidr from \"l.csv\"\n" USE("l") },
        { "l.csv", "10.1.0.0/8\n" },
        END },
      "L0309@l.csv:1:1",
      "values 1\norigin l.csv\n" },
    { "JSON of no known form",
      { { "a.astray", "list l : cidr from \"l.json\"\n" USE("l") },
        { "l.json", "{\"a\": 1}" },
        END },
      "E0509@a.astray:1:20",
      NULL },
    { "a file that is not there",
      { { "a.astray", "list l : cidr from \"l.txt\"\n" USE("l") }, END },
      "E0501@a.astray:1:20",
      NULL },
    { "a file outside the pack",
      { { "a.astray", "list l : cidr from \"../l.txt\"\n" USE("l") }, END },
      "E0501@a.astray:1:20",
      NULL },
    { "regular expressions come from no file",
      { { "a.astray", "list l : regex from \"l.txt\"\n" },
        { "l.txt", "^a\n" },
        END },
      "E0307@a.astray:1:21",
      NULL },
    { "pack.yaml names the pack, and so the ids",
      { { "pack.yaml", PACK "dedupe: sharedEventID\n" },
        { "a.astray", "rule r {\n  from cloudtrail\n}\n" },
        END },
      "",
      "id p/r\n" },
    { "a pack without a name, a rule without an id",
      { { "pack.yaml", "version: 1\n" },
        { "a.astray", "rule r {\n  from cloudtrail\n}\n" },
        END },
      "E0508@pack.yaml:1:1",
      NULL },
    { "pack.yaml gives a param another value",
      { { "pack.yaml", PACK "params: {d: 3h}\n" },
        { "a.astray", "param d : duration = 1h \"why\"\nbaseline b { from "
                      "cloudtrail key k = eventName retain d }\n" },
        END },
      "",
      "type duration\nvalue 3h\nhelp why\n" },
    { "a value that the param cannot have",
      { { "pack.yaml", PACK "params: {d: many}\n" },
        { "a.astray", "param d : duration = 1h\n" },
        END },
      "E0505@pack.yaml:3:13",
      NULL },
    { "a param that nothing declares",
      { { "pack.yaml", PACK "params: {dd: 3h}\n" },
        { "a.astray", "param d : duration = 1h\n" },
        END },
      "E0213@pack.yaml:3:10",
      NULL },
    { "pack.yaml fills a list",
      { { "pack.yaml", PACK "lists:\n  l: [10.0.0.0/8, 192.0.2.0/24]\n" },
        { "a.astray", "list l : cidr = []\n" USE("l") },
        END },
      "",
      "type cidr\nvalues 2\n" },
    { "pack.yaml fills a list from a file",
      { { "pack.yaml", PACK "lists:\n  l: l.txt\n" },
        { "a.astray", "list l : cidr from \"other.txt\"\n" USE("l") },
        { "l.txt", "10.0.0.0/8\n" },
        END },
      "",
      "values 1\norigin l.txt\n" },
    { "a list that nothing declares",
      { { "pack.yaml", PACK "lists:\n  ll: []\n" },
        { "a.astray", "list l : cidr = []\n" USE("l") },
        END },
      "E0205@pack.yaml:4:3",
      NULL },
    { "a warning that is not wanted",
      { { "pack.yaml", PACK "lint: {L0703: ignore}\n" },
        { "a.astray", "rule r {\n  from cloudtrail\n  let a = 1\n}\n" },
        END },
      "",
      NULL },
    { "a warning that is an error",
      { { "pack.yaml", PACK "lint: {L0703: error}\n" },
        { "a.astray", "rule r {\n  from cloudtrail\n  let a = 1\n}\n" },
        END },
      "L0703@a.astray:3:7",
      NULL },
    { "a matter of level",
      { { "pack.yaml", PACK "lint: {L0703: info}\n" },
        { "a.astray", "rule r {\n  from cloudtrail\n  let a = 1\n}\n" },
        END },
      "note L0703@a.astray:3:7",
      "shape plain\n" },
    { "what the source allows is no error",
      { { "pack.yaml", PACK "lint: {L0703: error}\n" },
        { "a.astray", "rule r {\n  from cloudtrail\n  # allow L0703: for "
                      "the next version\n  let a = 1\n}\n" },
        END },
      "L0703@a.astray:4:7 (for the next version)",
      "shape plain\n" },
    { "an error has no level",
      { { "pack.yaml", PACK "lint: {E0204: ignore}\n" },
        { "a.astray", "rule r {\n  from cloudtrail\n}\n" },
        END },
      "E0505@pack.yaml:3:8",
      NULL },
    { "names of an imported file",
      { { "a.astray",
          "import \"b\"\nimport \"c\" as c\n"
          "rule r {\n  from cloudtrail\n  where is_a and "
          "c.is_a(eventName) and eventName in c.l\n  join c.base as "
          "w on w.k == eventName within c.d after w.t\n}\n" },
        { "b.astray", "macro is_a = readOnly\n" },
        { "c.astray", "param d : duration = 1h\nlist l : text = [\"a\"]\n"
                      "macro is_a(n: text) = n == \"a\"\nbaseline base { from "
                      "cloudtrail key k = eventName collect t = "
                      "min(eventTime) retain d }\n" },
        END },
      "",
      "shape join\n" },
    { "imports do not go on",
      { { "a.astray", "import \"b\"\nrule r {\n  from cloudtrail\n  where is_b "
                      "and is_c\n}\n" },
        { "b.astray", "import \"c\"\nmacro is_b = is_c\n" },
        { "c.astray", "macro is_c = readOnly\n" },
        END },
      "E0201@a.astray:4:18",
      NULL },
    { "two imports bring a name",
      { { "a.astray", "import \"b\"\nimport \"c\"\nrule r {\n  from "
                      "cloudtrail\n  where m\n}\n" },
        { "b.astray", "macro m = readOnly\n" },
        { "c.astray", "macro m = managementEvent\n" },
        END },
      "E0216@a.astray:5:9",
      NULL },
    { "a name below an alias that is not there",
      { { "a.astray", "import \"b\" as b\nrule r {\n  from cloudtrail\n  where "
                      "b.mm and b\n}\n" },
        { "b.astray", "macro m = readOnly\n" },
        END },
      "E0201@a.astray:4:11 E0215@a.astray:4:18",
      NULL },
    { "names from many imports, one of them unused",
      { { "a.astray",
          MANY_IMPORTS "rule r {\n  from cloudtrail\n  where m0 or m1 "
                       "or m2 or m3 or m4 or m5 or m6 or m7\n}\n" },
        MANY_FILES,
        { "b8.astray", "macro m8 = readOnly\nmacro own = m8\n" },
        END },
      "L0703@a.astray:9:1",
      NULL },
    { "two of many imports bring a name, and the file has one itself",
      { { "a.astray",
          MANY_IMPORTS "macro m5 = m0 or m1 or m2 or m4 or m6 or m7\nrule r "
                       "{\n  from cloudtrail\n  where m5 or m3\n}\n" },
        MANY_FILES,
        { "b8.astray", "macro m3 = readOnly\nmacro m5 = readOnly\n" },
        END },
      "E0216@a.astray:13:15",
      NULL },
    { "an alias twice, and one of another file",
      { { "a.astray", "import \"b\" as x\nimport \"c\" as x\nrule r {\n  from "
                      "cloudtrail\n  where x.m and y.m\n}\n" },
        { "b.astray", "import \"c\" as y\nmacro m = y.m\n" },
        { "c.astray", "macro m = managementEvent\n" },
        END },
      "E0202@a.astray:2:15 E0221@a.astray:5:17",
      NULL },
    { "an import that nothing uses",
      { { "a.astray", "import \"b\"\nrule r {\n  from cloudtrail\n}\n" },
        { "b.astray", "macro m = readOnly\n" },
        END },
      "L0703@a.astray:1:1",
      NULL },
    { "names that an unreadable import would bring are not reported",
      { { "a.astray", "import \"b\"\nrule r {\n  from cloudtrail\n  where m "
                      "and f(eventName) and eventName in l\n}\n" },
        END },
      "E0209@a.astray:1:8",
      NULL },
    { "names that were lost to a syntax error are not reported",
      { { "a.astray", "import \"b\"\nrule r {\n  from cloudtrail\n  where m "
                      "and eventName in l\n}\n" },
        { "b.astray", "macro m = = readOnly\nlist l : text = (\n" },
        END },
      "E0111@b.astray:1:11 E0111@b.astray:2:17",
      NULL },
    { "a rule's id is another file's",
      { { "a.astray", "rule r {\n  from cloudtrail\n}\n" },
        { "b.astray", "rule r {\n  from cloudtrail\n}\n" },
        END },
      "E0224@b.astray:1:6",
      NULL },
};

/* The description without the blanks in front and between the columns. */
static void squeeze(struct as_buf *out, const char *text)
{
    for (; *text; text++) {
        bool start = out->length == 0 || out->bytes[out->length - 1] == '\n' ||
                     out->bytes[out->length - 1] == ' ';

        if (*text != ' ' || !start)
            as_buf_putc(out, *text);
    }
    as_buf_putc(out, '\0');
}

static void check_description(const struct astray_rules *rules, const char *has,
                              const char *name)
{
    struct as_buf squeezed = { 0 };
    char *text = NULL;

    if (rules && astray_rules_describe(rules, 0, &text) == ASTRAY_OK)
        squeeze(&squeezed, text);
    if (!tap_ok(squeezed.bytes && strstr(squeezed.bytes, has), name))
        printf("# no \"%s\" in:\n%s", has,
               squeezed.bytes ? squeezed.bytes : "");
    as_buf_done(&squeezed);
    free(text);
}

static void check_case(size_t n)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;
    struct as_buf said = { 0 };

    for (int i = 0; cases[n].file[i][0]; i++)
        put(cases[n].file[i][0], cases[n].file[i][1]);
    astray_compiler_on_diagnostic(compiler, note, &said);
    astray_compiler_add_path(compiler, ".");
    astray_compiler_build(compiler, &rules);
    as_buf_putc(&said, '\0');
    if (!tap_ok(said.bytes && strcmp(said.bytes, cases[n].said) == 0,
                cases[n].name))
        printf("#  got: %s\n# want: %s\n", said.bytes ? said.bytes : "",
               cases[n].said);
    if (cases[n].has)
        check_description(rules, cases[n].has, cases[n].name);
    as_buf_done(&said);
    astray_rules_free(rules);
    astray_compiler_free(compiler);
}

/* What the short way does with text, with a pack and with neither. */
static void check_open(void)
{
    struct astray_rules *rules = NULL, *again = NULL;
    struct astray_rule_info info;
    const void *bytes;
    const char *why = "";
    size_t length;

    put("r.astray", "rule r {\n  meta { title = \"T\" severity = low }\n  from "
                    "cloudtrail\n}\n");
    tap_int(astray_rules_open("r.astray", NULL, NULL, &rules), ASTRAY_OK,
            "rule text is compiled");
    tap_int((long)astray_rules_count(rules), 1, "one rule");
    tap_int(astray_rules_info(rules, 0, &info), ASTRAY_OK, "it says");
    tap_ok(strcmp(info.name, "r") == 0 && strcmp(info.title, "T") == 0 &&
               strcmp(info.severity, "low") == 0 && info.version == 1,
           "... who it is");
    tap_int(astray_rules_info(rules, 1, &info), ASTRAY_BAD_VALUE,
            "there is no second one");
    bytes = astray_rules_bytes(rules, &length);
    as_file_write("r.astrayc", (struct as_text){ bytes, length });
    tap_int(astray_rules_open("r.astrayc", NULL, NULL, &again), ASTRAY_OK,
            "a compiled pack is loaded");
    astray_rules_free(again);
    again = NULL;
    tap_int(astray_rules_load(bytes, length - 1, &again, &why), ASTRAY_BAD_PACK,
            "a pack that was cut is refused");
    tap_ok(why[0] != '\0', "... with a reason");
    tap_int(astray_rules_open("none.astray", NULL, NULL, &again), ASTRAY_IO,
            "what is not there cannot be opened");
    astray_rules_free(rules);
}

/* Overlays and dates through the library, without files. */
static void check_overlays(void)
{
    static const char rule[] = "rule r {\n  from cloudtrail\n}\n";
    static const char overlay[] = "overlay o for pack \"rules\" {\n"
                                  "  modify rule r version 1 {\n"
                                  "    set title = \"T\"\n"
                                  "    exclude e when readOnly "
                                  "expires 2026-01-02\n  }\n}\n";
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;
    struct astray_rule_info info;
    struct as_buf said = { 0 };
    char *lock = NULL;
    size_t length = 0;

    astray_compiler_on_diagnostic(compiler, note, &said);
    tap_int(astray_compiler_set_today(compiler, "soon"), ASTRAY_BAD_VALUE,
            "a day that is none");
    tap_int(astray_compiler_set_today(compiler, "2026-01-02"), ASTRAY_OK,
            "the day is given");
    tap_int(astray_compiler_add_overlay(compiler, "none.astray"), ASTRAY_IO,
            "an overlay that is not there");
    astray_compiler_add_text(compiler, "r.astray", rule, strlen(rule));
    tap_int(astray_compiler_add_overlay_text(compiler, "o.astray", overlay,
                                             strlen(overlay)),
            ASTRAY_OK, "an overlay as text");
    tap_int(astray_compiler_build(compiler, &rules), ASTRAY_OK, "compiles");
    as_buf_putc(&said, '\0');
    tap_ok(said.bytes && strcmp(said.bytes, "L0811@o.astray:4:37") == 0,
           "what is past its date is said");
    tap_ok(astray_rules_info(rules, 0, &info) == ASTRAY_OK &&
               strcmp(info.title, "T") == 0,
           "the rule is changed");
    tap_int(astray_rules_lock(rules, &lock, &length), ASTRAY_OK,
            "rules have a lock");
    tap_ok(lock && strlen(lock) == length && strstr(lock, "\nr 1 ") &&
               strstr(lock, " \"rules/r\"\n"),
           "with a line for each");
    free(lock);
    as_buf_done(&said);
    astray_rules_free(rules);
    astray_compiler_free(compiler);
}

int main(void)
{
    char *home = getcwd(NULL, 0);

    if (!home || !mkdtemp(folder))
        return 99;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (chdir(folder) != 0)
            return 99;
        check_case(i);
        if (chdir(home) != 0)
            return 99;
        nftw(folder, remove_one, 10, FTW_DEPTH | FTW_PHYS);
        mkdir(folder, 0777);
    }
    if (chdir(folder) != 0)
        return 99;
    check_open();
    check_overlays();
    if (chdir(home) == 0)
        nftw(folder, remove_one, 10, FTW_DEPTH | FTW_PHYS);
    free(home);
    return tap_done();
}
