/*
 * lint_tests.c - a rule and the file with its tests.
 *
 * `astray test` finds the tests of NAME.astray in NAME.test.yaml beside it; so
 * does this, and asks of the cases no more than what they expect: one that
 * wants an alert, and one that wants none.  What is wrong in the file is for
 * `astray test` to say.
 */

#include <errno.h>

#include "common/file.h"
#include "common/limits.h"
#include "compiler/lint.h"
#include "compiler/yaml.h"

/* The member of a mapping that has this key; NULL when there is none. */
static const struct as_yaml *member(const struct as_yaml *mapping,
                                    const char *key)
{
    const struct as_yaml *at = NULL;

    if (mapping && mapping->kind == AS_YAML_MAPPING)
        at = mapping->items;
    while (at && !as_text_equal(at->key, as_text_of(key)))
        at = at->next;
    return at;
}

/* "x/NAME.astray" -> "x/NAME.test.yaml"; false when it is another file. */
static bool tests_path(const char *source, struct as_buf *path)
{
    const struct as_text ending = AS_TEXT(".astray");
    struct as_text name = as_text_of(source);

    if (!as_text_ends(name, ending))
        return false;
    name.length -= ending.length;
    as_buf_text(path, name);
    as_buf_puts(path, ".test.yaml");
    as_buf_putc(path, '\0');
    return !path->failed;
}

/* The file's tree into *tree, in the arena; NULL when there is no such file, or
 * it cannot be understood.  False when it is there and cannot be read. */
static bool read_tests(struct as_lint *lint, const struct as_yaml **tree)
{
    struct as_diag unsaid = { .arena = lint->arena };
    struct as_source source = { .number = 1 };
    struct as_buf path = { .bytes = NULL }, bytes = { .bytes = NULL };
    enum astray_status status = ASTRAY_IO;

    *tree = NULL;
    errno = ENOENT;
    if (tests_path(lint->module->file->source->name, &path))
        status = as_file_read(path.bytes, AS_MAX_YAML, &bytes);
    bool known = status == ASTRAY_OK || errno == ENOENT;
    if (status == ASTRAY_OK && bytes.length > 0) {
        source.name = path.bytes;
        source.text = (struct as_text){
            as_strndup(lint->arena, bytes.bytes, bytes.length), bytes.length
        };
        unsaid.sources = &source;
        if (source.text.bytes)
            *tree = as_yaml_parse(&source, lint->arena, &unsaid);
    }
    as_buf_done(&path);
    as_buf_done(&bytes);
    return known;
}

/* Does the case want alerts, does it want that there are none? */
static void ask_case(const struct as_yaml *test, bool *alerts, bool *silence)
{
    const struct as_yaml *expect = member(test, "expect");
    const struct as_yaml *count = member(expect, "alerts");

    if (member(expect, "where"))
        *alerts = true;
    if (member(expect, "not"))
        *silence = true;
    if (count && as_text_equal(count->text, AS_TEXT("0")))
        *silence = true;
    else if (count)
        *alerts = true;
}

void as_lint_tests(struct as_lint *lint)
{
    const struct as_name *name = &lint->rule->name;
    bool alerts = false, silence = false;
    const struct as_yaml *tree, *rule, *cases;

    if (!as_diag_wants(lint->diag, AS_L_TESTS) || !read_tests(lint, &tree))
        return;
    rule = member(tree, "rule");
    cases = member(tree, "cases");
    if (rule && as_text_equal(rule->text, name->text) && cases)
        for (const struct as_yaml *at = cases->items; at; at = at->next)
            ask_case(at, &alerts, &silence);
    if (alerts && silence)
        return;
    as_diag(lint->diag, AS_L_TESTS, name->span,
            !alerts && !silence ? "`%.*s` has no test"
            : alerts            ? "no test of `%.*s` expects silence"
                                : "no test of `%.*s` expects an alert",
            (int)name->text.length, name->text.bytes);
    as_diag_help(lint->diag, "write a case in the .test.yaml beside its file");
}
