/*
 * cmd_new.c - astray new: files to begin with.
 *
 * The texts are in templates.def.  What is there already is never written
 * over: before the first file is made, all are looked for.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/verbs.h"
#include "cli/walk.h"
#include "common/file.h"

enum { OPTION_SHAPE = AS_OPTION_OWN };

static const struct as_option options[] = {
    { .name = "shape",
      .kind = AS_VALUE,
      .argument = "SHAPE",
      .choices = "join|group|plain|new_terms",
      .help = "of a rule: tied to a baseline (the usual one), counted, one "
              "event alone, or what was never seen before" },
};

enum kind {
    KIND_PACK,
    KIND_RULE,
    KIND_BASELINE,
    KIND_OVERLAY,
    KIND_TEST,
    KIND_COUNT
};
enum shape { SHAPE_JOIN, SHAPE_GROUP, SHAPE_PLAIN, SHAPE_NEW_TERMS, SHAPE_ANY };

static const char *const kinds[] = { "pack", "rule", "baseline", "overlay",
                                     "test" };
static const char *const shapes[] = { "join", "group", "plain", "new_terms" };

static const struct template
{
    enum kind kind;
    enum shape shape;
    const char *suffix, *text;
}
templates[] = {
#define AS_TEMPLATE(kind, shape, suffix, text)                                 \
    { KIND_##kind, SHAPE_##shape, suffix, text },
#include "cli/templates.def"
#undef AS_TEMPLATE
};

enum { TEMPLATE_COUNT = sizeof(templates) / sizeof(templates[0]), ID = 37 };

struct making {
    struct as_talk *talk;
    enum kind kind;
    enum shape shape;
    const char *path;    /* as it was given */
    struct as_text name; /* the last of it, without a suffix */
    struct as_text stem; /* of the files */
    char id[ID];
};

/* ---- names ------------------------------------------------------------ */

static enum kind kind_of(const char *word)
{
    enum kind kind = KIND_PACK;

    while (kind < KIND_COUNT && strcmp(kinds[kind], word) != 0)
        kind++;
    return kind;
}

static enum shape shape_of(const char *word)
{
    enum shape shape = SHAPE_JOIN;

    while (strcmp(shapes[shape], word) != 0)
        shape++;
    return shape;
}

/* May a rule be called so?  A pack may have dashes, too. */
static bool is_name(struct as_text name, bool pack)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '_';
        bool other = (c >= '0' && c <= '9') || (pack && c == '-');

        if (!letter && !(i > 0 && other))
            return false;
    }
    return name.length > 0;
}

static bool set_name(struct making *making)
{
    static const struct as_text suffix = { ".astray", 7 };
    struct as_text path = as_text_of(making->path);

    while (path.length > 1 && path.bytes[path.length - 1] == '/')
        path.length--;
    if (making->kind != KIND_PACK && as_text_ends(path, suffix))
        path.length -= suffix.length;
    making->stem = making->name = path;
    for (size_t i = path.length; i > 0; i--) {
        if (path.bytes[i - 1] == '/') {
            making->name = (struct as_text){ path.bytes + i, path.length - i };
            break;
        }
    }
    if (is_name(making->name, making->kind == KIND_PACK))
        return true;
    as_talk_error(making->talk,
                  "names are made of a-z, A-Z, 0-9 and _, and begin with no "
                  "digit",
                  "a %s cannot be called `%.*s`", kinds[making->kind],
                  (int)making->name.length, making->name.bytes);
    return false;
}

/* A random UUID (RFC 9562, version 4). */
static bool set_id(struct making *making)
{
    unsigned char bytes[16];
    char *at = making->id;

    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
        as_talk_error(making->talk, NULL, "no random number for an id: %s",
                      strerror(errno));
        return false;
    }
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    for (unsigned i = 0; i < sizeof(bytes); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        at += snprintf(at, 3, "%02x", bytes[i]);
    }
    return true;
}

/* ---- files ------------------------------------------------------------ */

/* Where a template's file goes. */
static void file_path(const struct making *making,
                      const struct template *template, struct as_buf *out)
{
    as_buf_reset(out);
    as_buf_text(out, making->stem);
    if (template->suffix[0] != '.')
        as_buf_putc(out, '/');
    as_buf_puts(out, template->suffix);
    as_buf_putc(out, '\0');
}

static void fill_in(const struct making *making, const char *text,
                    struct as_buf *out)
{
    static const struct as_text name = { "@NAME@", 6 }, id = { "@ID@", 4 };
    struct as_text rest = as_text_of(text);

    while (rest.length > 0) {
        size_t length = 1;

        if (as_text_starts(rest, name)) {
            as_buf_text(out, making->name);
            length = name.length;
        } else if (as_text_starts(rest, id)) {
            as_buf_puts(out, making->id);
            length = id.length;
        } else {
            as_buf_putc(out, *rest.bytes);
        }
        rest.bytes += length;
        rest.length -= length;
    }
}

static bool is_wanted(const struct making *making,
                      const struct template *template)
{
    return template->kind == making->kind &&
           (template->shape == SHAPE_ANY || template->shape == making->shape);
}

static bool is_free(struct making *making, const struct template *template)
{
    struct as_buf path = { .bytes = NULL };
    struct stat found;

    file_path(making, template, &path);
    if (!as_talk_have(making->talk, &path)) {
        as_buf_done(&path);
        return false;
    }
    bool there = lstat(path.bytes, &found) == 0;
    if (there)
        as_talk_error(making->talk, "give it another name, or remove that file",
                      "`%s` is there already", path.bytes);
    as_buf_done(&path);
    return !there;
}

static bool make_file(struct making *making, const struct template *template)
{
    struct as_buf path = { .bytes = NULL }, text = { .bytes = NULL };
    struct as_buf said = { .bytes = NULL };
    bool good;

    file_path(making, template, &path);
    fill_in(making, template->text, &text);
    as_buf_printf(&said, "%s\n", path.failed ? "" : path.bytes);
    good = as_talk_have(making->talk, &path) &&
           as_command_write(path.bytes, &text, making->talk) == AS_EXIT_OK &&
           as_command_write(NULL, &said, making->talk) == AS_EXIT_OK;
    as_buf_done(&path);
    as_buf_done(&text);
    as_buf_done(&said);
    return good;
}

/* The folder of a pack; one that is there may be empty, or have rules. */
static bool make_folder(struct making *making)
{
    if (mkdir(making->path, 0777) == 0 || errno == EEXIST)
        return true;
    as_talk_error(making->talk, NULL, "cannot make the folder `%s`: %s",
                  making->path, strerror(errno));
    return false;
}

static bool make_all(struct making *making)
{
    bool good = true;

    for (size_t i = 0; i < TEMPLATE_COUNT && good; i++)
        good = !is_wanted(making, &templates[i]) ||
               is_free(making, &templates[i]);
    if (good && making->kind == KIND_PACK)
        good = make_folder(making);
    for (size_t i = 0; i < TEMPLATE_COUNT && good; i++)
        good = !is_wanted(making, &templates[i]) ||
               make_file(making, &templates[i]);
    return good;
}

/* ---- the verb --------------------------------------------------------- */

static enum as_exit run(const struct as_args *args, struct as_talk *talk)
{
    struct making making = {
        .talk = talk,
        .shape = shape_of(as_args_or(args, OPTION_SHAPE, "join")),
    };

    if (args->argument_count != 2)
        return as_command_misused(args, talk, "what is to be made, and where?");
    making.kind = kind_of(args->arguments[0]);
    making.path = args->arguments[1];
    if (making.kind == KIND_COUNT) {
        as_talk_error(talk,
                      "there are `pack`, `rule`, `baseline`, `overlay` "
                      "and `test`",
                      "there is nothing called `%s` to be made",
                      args->arguments[0]);
        return AS_EXIT_USAGE;
    }
    if (!set_name(&making) || !set_id(&making) || !make_all(&making))
        return AS_EXIT_USAGE;
    return AS_EXIT_OK;
}

const struct as_verb as_verb_new = {
    .name = "new",
    .usage = "pack|rule|baseline|overlay|test PATH",
    .summary = "begin a pack, a rule, a baseline, an overlay or a test",
    .text = "Write files to begin with, and name them. PATH is the folder of a "
            "pack, or FOLDER/NAME of what is new. A rule comes with a test "
            "that fails until the rule says what it is after. Nothing is "
            "written over.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .most_arguments = 2,
    .run = run,
};
