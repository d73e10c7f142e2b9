/*
 * testfile.c - see testfile.h.
 *
 * A misspelt key in a test would make a test that demands less than its
 * writer thinks, so every key must be known and every value of its kind.
 * All mistakes of a file are shown, not only the first.
 */

#include "cli/testfile.h"

#include <stdlib.h>

#include "cli/nearest.h"
#include "common/file.h"
#include "common/limits.h"

enum { MOST_MAPS = 1000 }; /* in one `where` */

struct reading {
    struct as_test_file *file;
    struct as_talk *talk;
    bool good;
};

static struct as_text line_at(struct as_text text, uint32_t line)
{
    const char *at = text.bytes, *end = text.bytes + text.length;

    for (; line > 1 && at && at < end; line--) {
        at = memchr(at, '\n', (size_t)(end - at));
        at = at ? at + 1 : end;
    }
    const char *stop = at && at < end ? memchr(at, '\n', (size_t)(end - at))
                                      : NULL;
    stop = stop ? stop : end;
    if (stop > at && stop[-1] == '\r')
        stop--;
    return (struct as_text){ at, at ? (size_t)(stop - at) : 0 };
}

static void say(const struct as_test_file *file, struct as_yamltree_place place,
                size_t width, struct as_talk *talk, const char *help,
                const char *message)
{
    struct as_text line = line_at(as_buf_view(&file->text), place.line);
    char *copy = strndup(line.bytes ? line.bytes : "", line.length);
    struct astray_label label = {
        .file = file->path,
        .line = place.line,
        .column = place.column,
        .width = width > 0 ? (uint32_t)width : 1,
        .line_text = copy ? copy : "",
        .text = "",
    };
    struct astray_diagnostic d = {
        .size = sizeof(d),
        .severity = ASTRAY_ERROR,
        .code = "",
        .message = message,
        .help = help ? help : "",
        .label_count = 1,
        .labels = &label,
    };

    if (copy)
        as_talk_diagnostic(&d, talk);
    else
        as_talk_no_memory(talk);
    free(copy);
}

void as_test_file_complain(const struct as_test_file *file,
                           struct as_yamltree_place place, size_t width,
                           struct as_talk *talk, const char *help,
                           const char *format, ...)
{
    struct as_buf message = { .bytes = NULL };
    va_list list;

    va_start(list, format);
    as_buf_vprintf(&message, format, list);
    va_end(list);
    const char *text = as_talk_text(talk, &message);
    if (text)
        say(file, place, width, talk, help, text);
    as_buf_done(&message);
}

static void complain(struct reading *reading, const struct as_yamltree *node,
                     const char *message)
{
    as_test_file_complain(reading->file, node->place, node->text.length,
                          reading->talk, NULL, "%s", message);
    reading->good = false;
}

static void complain_key(struct reading *reading, const struct as_yamltree *key,
                         const char *const *known)
{
    struct as_nearest nearest = as_nearest_to(key->text.bytes);
    struct as_buf help = { .bytes = NULL };

    for (size_t i = 0; known[i]; i++)
        as_nearest_try(&nearest, known[i]);
    if (nearest.best)
        as_buf_printf(&help, "did you mean `%s`?", nearest.best);
    for (size_t i = 0; known[i] && !nearest.best; i++)
        as_buf_printf(&help, "%s`%s`", i > 0 ? ", " : "known here are ",
                      known[i]);
    as_test_file_complain(reading->file, key->place, key->text.length,
                          reading->talk, as_talk_text(reading->talk, &help),
                          "unknown key `%s`", key->text.bytes);
    as_buf_done(&help);
    reading->good = false;
}

/* Is the node a map, and are all its keys known?  `known` NULL: any are. */
static bool check_map(struct reading *reading, const struct as_yamltree *node,
                      const char *const *known, const char *otherwise)
{
    if (node->kind != AS_YAMLTREE_MAP) {
        complain(reading, node, otherwise);
        return false;
    }
    for (const struct as_yamltree *member = node->first; member && known;
         member = member->next) {
        size_t i = 0;

        while (known[i] &&
               !as_text_equal(member->key->text, as_text_of(known[i])))
            i++;
        if (!known[i])
            complain_key(reading, member->key, known);
    }
    return true;
}

/* The text of a scalar member, NULL when it is not there. */
static const char *text_of(struct reading *reading,
                           const struct as_yamltree *map, const char *key)
{
    const struct as_yamltree *node = as_yamltree_member(map, key);

    if (!node)
        return NULL;
    if (node->kind != AS_YAMLTREE_SCALAR || node->text.length == 0) {
        complain(reading, node, "this should be a text");
        return NULL;
    }
    return node->text.bytes;
}

static const struct as_yamltree *map_of(struct reading *reading,
                                        const struct as_yamltree *map,
                                        const char *key)
{
    const struct as_yamltree *node = as_yamltree_member(map, key);

    if (node &&
        !check_map(reading, node, NULL, "this should be a map, {NAME: VALUE}"))
        return NULL;
    return node;
}

static const struct as_yamltree *maps_of(struct reading *reading,
                                         const struct as_yamltree *map,
                                         const char *key)
{
    const struct as_yamltree *node = as_yamltree_member(map, key);

    if (!node)
        return NULL;
    if (node->kind != AS_YAMLTREE_LIST) {
        complain(reading, node, "this should be a list, [{KEY: VALUE}, ...]");
        return NULL;
    }
    if (node->count > MOST_MAPS) {
        complain(reading, node, "more than 1000 maps are too many");
        return NULL;
    }
    for (const struct as_yamltree *item = node->first; item; item = item->next)
        check_map(reading, item, NULL, "this should be a map, {KEY: VALUE}");
    return node;
}

/* ---- a case -------------------------------------------------------------- */

static void read_count(struct reading *reading, struct as_test_case *test,
                       const struct as_yamltree *node)
{
    enum { MOST_DIGITS = 9 };
    bool good = node->kind == AS_YAMLTREE_SCALAR && node->text.length > 0 &&
                node->text.length <= MOST_DIGITS;

    for (size_t i = 0; good && i < node->text.length; i++) {
        char c = node->text.bytes[i];

        good = c >= '0' && c <= '9';
        test->alert_count = test->alert_count * 10 + (uint64_t)(c - '0');
    }
    if (!good)
        complain(reading, node, "this should be a whole number");
    test->counts = true;
}

static void read_expect(struct reading *reading, struct as_test_case *test,
                        const struct as_yamltree *node)
{
    static const char *const known[] = { "alerts", "where", "not", NULL };

    if (!check_map(reading, node, known, "`expect` should be a map"))
        return;
    const struct as_yamltree *alerts = as_yamltree_member(node, "alerts");
    if (alerts)
        read_count(reading, test, alerts);
    test->where = maps_of(reading, node, "where");
    test->forbidden = maps_of(reading, node, "not");
    if (node->count == 0)
        complain(reading, node, "this case expects nothing");
}

static void read_case(struct reading *reading, struct as_test_case *test,
                      const struct as_yamltree *node)
{
    static const char *const known[] = { "name",  "events", "lists",  "params",
                                         "since", "until",  "expect", NULL };

    test->line = node->place.line;
    test->name = "";
    if (!check_map(reading, node, known, "a case should be a map"))
        return;
    const char *name = text_of(reading, node, "name");
    test->name = name ? name : "";
    test->events = as_yamltree_member(node, "events");
    test->lists = map_of(reading, node, "lists");
    test->params = map_of(reading, node, "params");
    test->since = text_of(reading, node, "since");
    test->until = text_of(reading, node, "until");
    if (!as_yamltree_member(node, "name"))
        complain(reading, node, "this case has no `name`");
    if (!test->events)
        complain(reading, node, "this case has no `events`");
    const struct as_yamltree *expect = as_yamltree_member(node, "expect");
    if (expect)
        read_expect(reading, test, expect);
    else
        complain(reading, node, "this case has no `expect`");
}

static void read_cases(struct reading *reading, const struct as_yamltree *node)
{
    struct as_test_case **link = &reading->file->cases;

    if (node->kind != AS_YAMLTREE_LIST || node->count == 0) {
        complain(reading, node, "`cases` should be a list of cases");
        return;
    }
    for (const struct as_yamltree *item = node->first; item;
         item = item->next) {
        struct as_test_case *test = as_alloc(&reading->file->arena,
                                             sizeof(*test));

        if (!test) {
            complain(reading, item, "out of memory");
            return;
        }
        read_case(reading, test, item);
        *link = test;
        link = &test->next;
    }
}

static void read_file(struct reading *reading, const struct as_yamltree *root)
{
    static const char *const known[] = { "rule", "cases", NULL };

    if (!check_map(reading, root, known,
                   "a test file is a map with `rule` and `cases`"))
        return;
    reading->file->rule = text_of(reading, root, "rule");
    const struct as_yamltree *cases = as_yamltree_member(root, "cases");
    if (!as_yamltree_member(root, "rule"))
        complain(reading, root, "this file names no `rule`");
    if (cases)
        read_cases(reading, cases);
    else
        complain(reading, root, "this file has no `cases`");
}

bool as_test_file_read(struct as_test_file *file, const char *path,
                       struct as_talk *talk)
{
    struct reading reading = { file, talk, true };
    struct as_yamltree_error error = { .message = "" };

    *file = (struct as_test_file){ .path = path };
    as_arena_init(&file->arena, 0);
    /* A file that is too long was read far enough for as_yamltree_read to say so. */
    enum astray_status status = as_file_read(path, AS_MAX_YAML, &file->text);
    if (status != ASTRAY_OK && status != ASTRAY_LIMIT) {
        as_talk_error(talk, NULL, "cannot read `%s`: %s", path,
                      as_exit_words(status));
        return false;
    }
    const struct as_yamltree *root = as_yamltree_read(as_buf_view(&file->text),
                                                      &file->arena, &error);
    if (!root) {
        as_test_file_complain(file, error.place, 1, talk, NULL, "%s",
                              error.message);
        return false;
    }
    read_file(&reading, root);
    return reading.good;
}

void as_test_file_done(struct as_test_file *file)
{
    as_arena_free(&file->arena);
    as_buf_done(&file->text);
}
