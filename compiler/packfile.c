/*
 * packfile.c - see packfile.h.
 *
 * `keys` is the list of what a pack.yaml may have; everything else is a
 * mistake, because a misspelt key would silently do nothing.
 */

#include "compiler/packfile.h"

#include <errno.h>

#include "common/file.h"
#include "common/limits.h"
#include "compiler/yaml.h"

struct pack_reader {
    struct as_loader *loader;
    struct as_diag *diag;
    struct as_packfile *pack;
};

typedef void read_key(struct pack_reader *reader, const struct as_yaml *value);

static const char *const targets[] = {
    "bytecode",   "c",     "athena", "trino",        "duckdb",
    "clickhouse", "spark", "esql",   "elastic-rule",
};

/* By number: enum astray_severity, and AS_STYLE for what is off. */
static const char *const levels[] = { "error", "warning", "info", "ignore" };

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- mistakes --------------------------------------------------------- */

static void say_value(struct pack_reader *reader, const struct as_yaml *node,
                      const char *wanted)
{
    as_diag(reader->diag, AS_E_PACK_VALUE, node->span, "`%.*s` is %s",
            (int)node->key.length, node->key.bytes, wanted);
}

/* The word of a table that is most like `text`, or NULL. */
static const char *nearest(struct as_text text, const char *const *words,
                           size_t count)
{
    const char *best = NULL;
    unsigned least = 3;

    for (size_t i = 0; i < count; i++) {
        unsigned distance = as_text_distance(text, as_text_of(words[i]), 2);

        if (distance < least) {
            least = distance;
            best = words[i];
        }
    }
    return best;
}

static bool one_of(struct pack_reader *reader, const struct as_yaml *node,
                   const char *const *words, size_t count, const char *what)
{
    const char *best;

    for (size_t i = 0; i < count; i++) {
        if (as_text_equal(node->text, as_text_of(words[i])))
            return true;
    }
    best = nearest(node->text, words, count);
    as_diag(reader->diag, AS_E_PACK_VALUE, node->span, "`%.*s` is no %s",
            (int)node->text.length, node->text.bytes, what);
    if (best)
        as_diag_help(reader->diag, "did you mean `%s`?", best);
    return false;
}

/* ---- values ----------------------------------------------------------- */

static bool is_scalar(struct pack_reader *reader, const struct as_yaml *node)
{
    if (node->kind == AS_YAML_SCALAR && node->text.length > 0)
        return true;
    say_value(reader, node, "one value, and not empty");
    return false;
}

static struct as_pack_value value_of(const struct as_yaml *node)
{
    return (struct as_pack_value){ .text = node->text,
                                   .span = node->span,
                                   .plain = node->plain };
}

/* The scalars of a sequence, in order. */
static struct as_pack_value *values_of(struct pack_reader *reader,
                                       const struct as_yaml *sequence)
{
    struct as_pack_value *first = NULL, **last = &first;

    for (struct as_yaml *item = sequence->items; item; item = item->next) {
        struct as_pack_value *value;

        if (item->kind != AS_YAML_SCALAR) {
            as_diag(reader->diag, AS_E_PACK_VALUE, item->span,
                    "one value is wanted here");
            continue;
        }
        value = as_alloc(reader->loader->arena, sizeof(*value));
        if (!value)
            return NULL;
        *value = value_of(item);
        *last = value;
        last = &value->next;
    }
    return first;
}

/* A mapping's entries, in order.  A sequence for a value only where `lists`
 * says so. */
static struct as_pack_entry *entries_of(struct pack_reader *reader,
                                        const struct as_yaml *mapping,
                                        bool lists)
{
    struct as_pack_entry *first = NULL, **last = &first;

    if (mapping->kind != AS_YAML_MAPPING) {
        say_value(reader, mapping, "a mapping: {name: value}");
        return NULL;
    }
    for (struct as_yaml *item = mapping->items; item; item = item->next) {
        bool sequence = item->kind == AS_YAML_SEQUENCE && lists;
        struct as_pack_entry *entry;

        if (!sequence && item->kind != AS_YAML_SCALAR) {
            say_value(reader, item,
                      lists ? "[values] or a file's name" : "one value");
            continue;
        }
        entry = as_alloc(reader->loader->arena, sizeof(*entry));
        if (!entry)
            return NULL;
        entry->name = item->key;
        entry->name_span = item->key_span;
        entry->is_sequence = sequence;
        entry->value = value_of(item);
        if (sequence)
            entry->items = values_of(reader, item);
        *last = entry;
        last = &entry->next;
    }
    return first;
}

/* ---- keys ------------------------------------------------------------- */

static void read_name(struct pack_reader *reader, const struct as_yaml *value)
{
    if (is_scalar(reader, value))
        reader->pack->name = value->text;
}

static void read_version(struct pack_reader *reader,
                         const struct as_yaml *value)
{
    if (is_scalar(reader, value))
        reader->pack->version = value->text;
}

static void read_license(struct pack_reader *reader,
                         const struct as_yaml *value)
{
    if (is_scalar(reader, value))
        reader->pack->license = value->text;
}

static void read_title(struct pack_reader *reader, const struct as_yaml *value)
{
    if (is_scalar(reader, value))
        reader->pack->title = value->text;
}

static void read_language(struct pack_reader *reader,
                          const struct as_yaml *value)
{
    if (!as_text_equal(value->text, AS_TEXT("1")))
        say_value(reader, value, "1, the only version of the language so far");
}

static void read_dedupe(struct pack_reader *reader, const struct as_yaml *value)
{
    static const char *const ways[] = { "eventID", "sharedEventID" };

    if (is_scalar(reader, value) &&
        one_of(reader, value, ways, COUNT(ways), "way to tell copies"))
        reader->pack->dedupe = as_text_equal(value->text, AS_TEXT("eventID"))
                                 ? AS_DEDUPE_EVENT_ID
                                 : AS_DEDUPE_SHARED_EVENT_ID;
}

static void read_params(struct pack_reader *reader, const struct as_yaml *value)
{
    reader->pack->params = entries_of(reader, value, false);
}

static void read_lists(struct pack_reader *reader, const struct as_yaml *value)
{
    reader->pack->lists = entries_of(reader, value, true);
}

static bool known_code(struct as_text name)
{
    for (size_t i = 0; astray_explain_code(i); i++) {
        if (as_text_equal(name, as_text_of(astray_explain_code(i))))
            return true;
    }
    return false;
}

/* A code whose level can be set?  Says when it is not. */
static bool lint_code(struct pack_reader *reader, const struct as_yaml *item)
{
    if (!known_code(item->key))
        as_diag(reader->diag, AS_E_PACK_VALUE, item->key_span,
                "there is no diagnostic `%.*s`", (int)item->key.length,
                item->key.bytes);
    else if (item->key.bytes[0] == 'E')
        as_diag(reader->diag, AS_E_PACK_VALUE, item->key_span,
                "`%.*s` is an error, and stays one", (int)item->key.length,
                item->key.bytes);
    else
        return true;
    return false;
}

static void read_lint(struct pack_reader *reader, const struct as_yaml *value)
{
    struct as_yaml *item = value->kind == AS_YAML_MAPPING ? value->items : NULL;
    struct as_pack_entry **at = &reader->pack->lint;

    *at = entries_of(reader, value, false);
    for (; item && *at; item = item->next) {
        if (item->kind != AS_YAML_SCALAR)
            continue;
        if (lint_code(reader, item) &&
            one_of(reader, item, levels, COUNT(levels), "level"))
            at = &(*at)->next;
        else
            *at = (*at)->next;
    }
}

static void read_targets(struct pack_reader *reader,
                         const struct as_yaml *value)
{
    if (value->kind != AS_YAML_SEQUENCE) {
        say_value(reader, value, "a list: [bytecode, athena]");
        return;
    }
    reader->pack->targets = values_of(reader, value);
    for (struct as_yaml *item = value->items; item; item = item->next) {
        if (item->kind == AS_YAML_SCALAR)
            one_of(reader, item, targets, COUNT(targets), "target");
    }
}

static const struct {
    const char *word;
    read_key *read;
} keys[] = {
    { "name", read_name },       { "version", read_version },
    { "license", read_license }, { "language", read_language },
    { "title", read_title },     { "dedupe", read_dedupe },
    { "params", read_params },   { "lists", read_lists },
    { "lint", read_lint },       { "targets", read_targets },
};

static void say_key(struct pack_reader *reader, const struct as_yaml *value)
{
    const char *words[COUNT(keys)], *best;

    for (size_t i = 0; i < COUNT(keys); i++)
        words[i] = keys[i].word;
    best = nearest(value->key, words, COUNT(keys));
    as_diag(reader->diag, AS_E_PACK_KEY, value->key_span,
            "pack.yaml has no key `%.*s`", (int)value->key.length,
            value->key.bytes);
    if (best)
        as_diag_help(reader->diag, "did you mean `%s`?", best);
    else
        as_diag_help(reader->diag, "the keys are name version license "
                                   "language title dedupe params lists lint "
                                   "targets");
}

static void read_pack(struct pack_reader *reader, const struct as_yaml *root)
{
    struct as_packfile *pack = reader->pack;

    if (root->kind != AS_YAML_MAPPING) {
        as_diag(reader->diag, AS_E_PACK_SYNTAX, root->span,
                "pack.yaml is a mapping: name, version ...");
        return;
    }
    for (const struct as_yaml *item = root->items; item; item = item->next) {
        size_t i = 0;

        while (i < COUNT(keys) &&
               !as_text_equal(item->key, as_text_of(keys[i].word)))
            i++;
        if (i < COUNT(keys))
            keys[i].read(reader, item);
        else
            say_key(reader, item);
    }
    if (pack->name.length == 0)
        as_diag(reader->diag, AS_E_PACK_MISSING,
                (struct as_span){ pack->source->number, 0, 0 },
                "this pack has no `name`");
}

int as_packfile_level(struct as_text word)
{
    int level = ASTRAY_ERROR;

    while (level < AS_STYLE && !as_text_equal(word, as_text_of(levels[level])))
        level++;
    return level;
}

/* ---- the file --------------------------------------------------------- */

static void say_unread(struct as_loader *loader, enum astray_status status)
{
    if (status == ASTRAY_NO_MEMORY)
        loader->arena->failed = true;
    else if (status == ASTRAY_LIMIT)
        as_diag(loader->diag, AS_E_YAML_TOO_LARGE, (struct as_span){ 0 },
                "`%s` has more than %d bytes", loader->pack_path.bytes,
                AS_MAX_YAML);
    else
        as_diag(loader->diag, AS_E_UNREADABLE, (struct as_span){ 0 },
                "cannot read `%s`: %s", loader->pack_path.bytes,
                errno == EACCES ? "permission denied"
                                : "the system refuses to");
}

struct as_packfile *as_packfile_load(struct as_loader *loader)
{
    struct pack_reader reader = { .loader = loader, .diag = loader->diag };
    struct as_buf bytes = { .bytes = NULL };
    enum astray_status status;
    struct as_yaml *root;
    struct as_text text;

    if (loader->pack_path.length == 0)
        return NULL;
    status = as_file_read(loader->pack_path.bytes, AS_MAX_YAML, &bytes);
    if (status != ASTRAY_OK) {
        say_unread(loader, status);
        as_buf_done(&bytes);
        return NULL;
    }
    text.bytes = as_strndup(loader->arena, bytes.bytes ? bytes.bytes : "",
                            bytes.length);
    text.length = bytes.length;
    as_buf_done(&bytes);
    reader.pack = as_alloc(loader->arena, sizeof(*reader.pack));
    if (!reader.pack || !text.bytes)
        return NULL;
    reader.pack->source = as_loader_source(loader, loader->pack_path.bytes,
                                           text);
    if (!reader.pack->source)
        return NULL;
    root = as_yaml_parse(reader.pack->source, loader->arena, loader->diag);
    if (!root)
        return NULL;
    read_pack(&reader, root);
    return loader->arena->failed ? NULL : reader.pack;
}
