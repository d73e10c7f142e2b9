/*
 * sigma_field.c - see sigma_field.h.
 *
 * What CloudTrail's fields are is asked of the compiler, in small rules that
 * compile or do not: so there is one schema, and one "did you mean".  Each
 * name is looked up once.
 */

#include "cli/sigma_field.h"

#include "common/limits.h"

struct path {
    struct as_buf each;  /* with [] behind every step */
    struct as_buf plain; /* without */
    size_t whole;        /* how much of `each` is without the last [] */
    bool open;           /* it is inside open JSON */
    bool root;           /* and the field of the schema itself: an object */
    bool array;          /* it goes through an array of the schema */
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* May it stand in a path without quotes? */
static bool is_word(struct as_text name)
{
    bool word = name.length > 0 && is_letter(name.bytes[0]);

    for (size_t i = 0; i < name.length && word; i++)
        word = is_letter(name.bytes[i]) || is_digit(name.bytes[i]);
    return word;
}

static void put_name(struct as_buf *out, struct as_text name)
{
    if (is_word(name))
        as_buf_text(out, name);
    else
        as_sigma_quote(out, name);
}

/* ---- steps -------------------------------------------------------------- */

/* What is written behind a name: nothing, [], {} or [3]. */
struct step {
    struct as_text name, index; /* index: [3] with its brackets, or empty */
    bool each;
};

static bool split_index(struct step *step)
{
    struct as_text *name = &step->name;
    size_t open = name->length;

    if (as_text_ends(*name, AS_TEXT("[]")) ||
        as_text_ends(*name, AS_TEXT("{}"))) {
        name->length -= 2;
        step->each = true;
        return name->length > 0;
    }
    if (name->length == 0 || name->bytes[name->length - 1] != ']')
        return true;
    for (open = name->length - 1; open > 0 && is_digit(name->bytes[open - 1]);)
        open--;
    if (open < 2 || name->bytes[open - 1] != '[' || open == name->length - 1)
        return true;
    step->index = (struct as_text){ name->bytes + open - 1,
                                    name->length - open + 1 };
    name->length = open - 1;
    return true;
}

static bool next_step(struct as_text *rest, struct step *step)
{
    const char *dot = memchr(rest->bytes, '.', rest->length);
    size_t length = dot ? (size_t)(dot - rest->bytes) : rest->length;

    *step = (struct step){ .name = { rest->bytes, length } };
    rest->bytes += length + (dot != NULL);
    rest->length -= length + (dot != NULL);
    return length > 0 && split_index(step) &&
           !(step->name.length > 0 && is_digit(step->name.bytes[0]));
}

static void put_step(struct path *path, const struct step *step, bool first,
                     bool open)
{
    struct as_buf *bufs[] = { &path->each, &path->plain };

    for (int i = 0; i < 2; i++) {
        if (!first)
            as_buf_putc(bufs[i], '.');
        put_name(bufs[i], step->name);
        as_buf_text(bufs[i], step->index);
    }
    path->whole = path->each.length;
    if (open && step->index.length == 0)
        as_buf_puts(&path->each, "[]");
}

/* ---- the compiler's word ------------------------------------------------- */

/* Does a condition compile in which $ stands for the path? */
static bool holds(struct as_sigma *sigma, struct as_text path,
                  const char *condition, struct as_sigma_fault *fault)
{
    struct as_buf text = { .bytes = NULL };
    bool good;

    as_buf_puts(&text, "rule r { from cloudtrail where ");
    for (; *condition; condition++) {
        if (*condition == '$')
            as_buf_text(&text, path);
        else
            as_buf_putc(&text, *condition);
    }
    as_buf_puts(&text, " }\n");
    sigma->arena.failed |= text.failed;
    good = !text.failed &&
           as_sigma_compiles(sigma, text.bytes, text.length, fault);
    as_buf_done(&text);
    return good;
}

static enum as_sigma_type type_of(struct as_sigma *sigma, struct as_text path)
{
    static const struct {
        const char *condition;
        enum as_sigma_type type;
    } questions[] = {
        { "$.a is present", AS_SIGMA_JSON },
        { "$ == true", AS_SIGMA_BOOL },
        { "$ > 2026-01-01", AS_SIGMA_TIME },
        { "$ == ip(sourceIPAddress)", AS_SIGMA_SOURCE },
        { "lower($) == \"a\"", AS_SIGMA_TEXT },
    };

    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
        if (holds(sigma, path, questions[i].condition, NULL))
            return questions[i].type;
    return AS_SIGMA_OBJECT;
}

/* ---- a name --------------------------------------------------------------- */

/* Append the step; below open JSON it stands for any element.  An array of
 * the schema is entered, too. */
static void enter(struct as_sigma *sigma, struct path *path,
                  const struct step *step, bool first)
{
    bool below = path->open;

    put_step(path, step, first, below);
    path->root = false;
    if (below || path->each.failed)
        return;
    path->open = path->root = holds(sigma, as_buf_view(&path->each),
                                    "$.a is present", NULL);
    if (step->index.length == 0 && !path->open &&
        holds(sigma, as_buf_view(&path->each), "$[] is present", NULL)) {
        path->whole = path->each.length;
        as_buf_puts(&path->each, "[]");
        path->array = true;
    }
}

static struct as_sigma_field *finish(struct as_sigma *sigma,
                                     const struct path *path,
                                     struct as_text name)
{
    struct as_sigma_field *field = as_alloc(&sigma->arena, sizeof(*field));
    struct as_buf whole = path->each;

    if (!field)
        return NULL;
    whole.length = path->whole;
    field->name = as_strndup(&sigma->arena, name.bytes, name.length);
    field->path = as_sigma_keep(sigma, &path->each);
    field->whole = as_sigma_keep(sigma, &whole);
    field->plain = path->array ? NULL : as_sigma_keep(sigma, &path->plain);
    field->each = strstr(field->whole, "[]") != NULL;
    field->type = path->root ? AS_SIGMA_OBJECT
                             : type_of(sigma, as_buf_view(&path->each));
    return field;
}

/* With the compiler's words where it has some for a Sigma rule. */
static void refuse_path(struct as_sigma *sigma, struct as_sigma_rule *rule,
                        const struct as_yamltree *at, struct as_text name,
                        const struct as_sigma_fault *fault)
{
    bool own = fault->text.length == 0 || strcmp(fault->code, "E0201") == 0;

    if (own)
        as_sigma_refuse(sigma, rule, at, "CloudTrail has no %s `%.*s`",
                        fault->text.length == 0 ? "array" : "field",
                        (int)name.length, name.bytes);
    else
        as_sigma_refuse(sigma, rule, at, "field `%.*s`: %.*s", (int)name.length,
                        name.bytes, (int)fault->text.length, fault->text.bytes);
}

static bool read_path(struct as_sigma *sigma, struct as_sigma_rule *rule,
                      const struct as_yamltree *at, struct as_text name,
                      struct path *path)
{
    struct as_sigma_fault fault = { .code = "" };
    struct as_text rest = name;
    struct step step = { .each = false };
    bool good = true;

    for (bool first = true; first || rest.length > 0; first = false) {
        if (!next_step(&rest, &step) || as_text_ends(name, AS_TEXT(".")))
            return as_sigma_refuse(sigma, rule, at,
                                   "`%.*s` is no name of a field: between the "
                                   "dots stand names; an element is `name[0]`",
                                   (int)name.length, name.bytes);
        if (first && !is_word(step.name)) /* it would be a text */
            return as_sigma_refuse(sigma, rule, at,
                                   "CloudTrail has no field `%.*s`",
                                   (int)name.length, name.bytes);
        enter(sigma, path, &step, first);
        good = good && (!step.each || path->open || path->array);
    }
    if (path->each.failed || path->plain.failed) {
        sigma->arena.failed = true;
        return false;
    }
    good = holds(sigma, as_buf_view(&path->each), "$ is present", &fault) &&
           good;
    if (!good)
        refuse_path(sigma, rule, at, name, &fault);
    as_buf_done(&fault.text);
    return good;
}

const struct as_sigma_field *as_sigma_field_of(struct as_sigma *sigma,
                                               struct as_sigma_rule *rule,
                                               const struct as_yamltree *at,
                                               struct as_text name)
{
    struct path path = { .whole = 0 };
    uint32_t known = as_map_find(&sigma->fields, name);
    struct as_sigma_field *field = NULL;

    if (name.length == 0) {
        as_sigma_refuse(sigma, rule, at, "here stands the name of a field");
        return NULL;
    }

    if (known != AS_MAP_NONE)
        return (const void *)(uintptr_t)sigma->fields.entries[known].value;
    if (read_path(sigma, rule, at, name, &path))
        field = finish(sigma, &path, name);
    if (field && !sigma->arena.failed) {
        known = as_map_add(&sigma->fields, as_text_of(field->name), NULL);
        if (known == AS_MAP_NONE)
            sigma->arena.failed = true;
        else
            sigma->fields.entries[known].value = (uintptr_t)field;
    }
    as_buf_done(&path.each);
    as_buf_done(&path.plain);
    return sigma->arena.failed ? NULL : field;
}

bool as_sigma_field_named(struct as_sigma *sigma, struct as_text text)
{
    bool dotted = false;

    for (size_t i = 0; i < text.length; i++) {
        dotted |= text.bytes[i] == '.';
        if (!is_letter(text.bytes[i]) && !is_digit(text.bytes[i]) &&
            text.bytes[i] != '.')
            return false;
    }
    return dotted && holds(sigma, text, "$ is present", NULL);
}
