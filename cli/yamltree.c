/*
 * yamltree.c - see yamltree.h.
 *
 * libyaml hands out events; build() turns them into the tree, with a stack
 * of the open lists and maps.  The file is refused before the parser sees it
 * when it is too large, and as soon as it nests too deep: libyaml's time is
 * quadratic in some of what strangers write.
 */

#include "cli/yamltree.h"

#include <yaml.h>

#include "common/escape.h"
#include "common/limits.h"
#include "common/map.h"
#include "common/utf8.h"

struct level {
    struct as_yamltree *node;
    struct as_yamltree *key; /* read, its value not yet */
    struct as_map names;     /* the keys so far */
};

struct build {
    struct as_text text;
    struct as_arena *arena;
    struct as_yamltree_error *error;
    struct as_yamltree *root;
    struct level stack[AS_MAX_YAML_DEPTH];
    size_t depth;
    bool done;
    size_t character, offset, line_start; /* the last place looked up */
};

/* libyaml counts characters; labels count bytes.  Places are asked for in
 * order, nearly always, so the count goes on where it stopped. */
static struct as_yamltree_place place_at(struct build *build, yaml_mark_t mark)
{
    struct as_text text = build->text;

    if (mark.index < build->character)
        build->character = build->offset = build->line_start = 0;
    while (build->character < mark.index && build->offset < text.length) {
        uint32_t code;
        unsigned length = as_utf8_decode(text.bytes + build->offset,
                                         text.length - build->offset, &code);

        build->offset += length > 0 ? length : 1;
        build->character++;
        if (text.bytes[build->offset - 1] == '\n')
            build->line_start = build->offset;
    }
    return (struct as_yamltree_place){
        (uint32_t)mark.line + 1,
        (uint32_t)(build->offset - build->line_start) + 1,
    };
}

static bool fail(struct build *build, yaml_mark_t mark, const char *message)
{
    build->error->place = place_at(build, mark);
    build->error->message = message;
    return false;
}

static bool fail_at(struct build *build, const struct as_yamltree *node,
                    const char *message)
{
    build->error->place = node->place;
    build->error->message = message;
    return false;
}

static struct as_yamltree *new_node(struct build *build,
                                    const yaml_event_t *event,
                                    enum as_yamltree_kind kind)
{
    struct as_yamltree *node = as_alloc(build->arena, sizeof(*node));

    if (node) {
        node->kind = kind;
        node->place = place_at(build, event->start_mark);
    } else {
        fail(build, event->start_mark, "out of memory");
    }
    return node;
}

static bool add_key(struct build *build, struct level *level,
                    struct as_yamltree *node)
{
    bool added = false;

    if (node->kind != AS_YAMLTREE_SCALAR)
        return fail_at(build, node, "a key must be a plain word");
    if (as_map_add(&level->names, node->text, &added) == AS_MAP_NONE)
        return fail_at(build, node, "out of memory");
    if (!added)
        return fail_at(build, node, "this key is given twice");
    level->key = node;
    return true;
}

/* Put a node where it belongs in the innermost open list or map. */
static bool add_node(struct build *build, struct as_yamltree *node)
{
    struct level *level = build->depth > 0 ? &build->stack[build->depth - 1]
                                           : NULL;

    if (!level) {
        build->root = node;
        return true;
    }
    if (level->node->kind == AS_YAMLTREE_MAP && !level->key)
        return add_key(build, level, node);
    node->key = level->key;
    level->key = NULL;
    if (level->node->end)
        level->node->end->next = node;
    else
        level->node->first = node;
    level->node->end = node;
    level->node->count++;
    return true;
}

static bool push(struct build *build, const yaml_event_t *event,
                 enum as_yamltree_kind kind)
{
    if (build->depth == AS_MAX_YAML_DEPTH)
        return fail(build, event->start_mark, "too much inside each other");

    struct as_yamltree *node = new_node(build, event, kind);
    if (!node || !add_node(build, node))
        return false;
    struct level *level = &build->stack[build->depth++];
    *level = (struct level){ .node = node };
    as_map_init(&level->names);
    return true;
}

static bool pop(struct build *build)
{
    as_map_done(&build->stack[--build->depth].names);
    return true;
}

static bool add_scalar(struct build *build, const yaml_event_t *event)
{
    const char *bytes = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    struct as_yamltree *node = new_node(build, event, AS_YAMLTREE_SCALAR);

    if (!node)
        return false;
    if (memchr(bytes, '\0', length))
        return fail_at(build, node, "a text cannot hold a NUL");
    char *copy = as_strndup(build->arena, bytes, length);
    if (!copy)
        return fail_at(build, node, "out of memory");
    node->text = (struct as_text){ copy, length };
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return add_node(build, node);
}

static bool has_extras(const yaml_char_t *anchor, const yaml_char_t *tag)
{
    return anchor || tag;
}

static bool refuse_extras(struct build *build, const yaml_event_t *event)
{
    return fail(build, event->start_mark,
                "anchors, aliases and tags are not taken here");
}

static bool take_event(struct build *build, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        if (has_extras(event->data.scalar.anchor, event->data.scalar.tag))
            return refuse_extras(build, event);
        return add_scalar(build, event);
    case YAML_SEQUENCE_START_EVENT:
        if (has_extras(event->data.sequence_start.anchor,
                       event->data.sequence_start.tag))
            return refuse_extras(build, event);
        return push(build, event, AS_YAMLTREE_LIST);
    case YAML_MAPPING_START_EVENT:
        if (has_extras(event->data.mapping_start.anchor,
                       event->data.mapping_start.tag))
            return refuse_extras(build, event);
        return push(build, event, AS_YAMLTREE_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return pop(build);
    case YAML_ALIAS_EVENT:
        return refuse_extras(build, event);
    case YAML_DOCUMENT_START_EVENT:
        return !build->root ||
               fail(build, event->start_mark, "a second document");
    case YAML_STREAM_END_EVENT:
        build->done = true;
        return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return true;
    }
    return true;
}

static bool run(struct build *build, yaml_parser_t *parser)
{
    while (!build->done) {
        yaml_event_t event;

        if (!yaml_parser_parse(parser, &event)) {
            const char *problem = parser->error == YAML_MEMORY_ERROR
                                    ? "out of memory"
                                : parser->problem ? parser->problem
                                                  : "this is no YAML";
            char *copy = as_strndup(build->arena, problem, strlen(problem));

            return fail(build, parser->problem_mark,
                        copy ? copy : "out of memory");
        }
        bool good = take_event(build, &event);
        yaml_event_delete(&event);
        if (!good)
            return false;
    }
    return true;
}

struct as_yamltree *as_yamltree_read(struct as_text text,
                                     struct as_arena *arena,
                                     struct as_yamltree_error *error)
{
    struct build build = { .text = text, .arena = arena, .error = error };
    yaml_parser_t parser;
    const yaml_mark_t start = { 0, 0, 0 };

    if (!build.text.bytes)
        build.text = AS_TEXT("");

    if (text.length > AS_MAX_YAML)
        return fail(&build, start, "the file has more than 256 KiB"), NULL;
    size_t bad = as_utf8_check(text);
    if (bad < text.length)
        return fail(&build, start, "the file is not UTF-8"), NULL;
    if (!yaml_parser_initialize(&parser))
        return fail(&build, start, "out of memory"), NULL;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &parser, (const unsigned char *)build.text.bytes, build.text.length);
    bool good = run(&build, &parser);
    while (build.depth > 0)
        pop(&build);
    yaml_parser_delete(&parser);
    if (good && !build.root) {
        build.root = as_alloc(arena, sizeof(*build.root));
        if (!build.root)
            return fail(&build, start, "out of memory"), NULL;
        build.root->plain = true;
        build.root->text = AS_TEXT("");
        build.root->place = (struct as_yamltree_place){ 1, 1 };
    }
    return good ? build.root : NULL;
}

const struct as_yamltree *as_yamltree_member(const struct as_yamltree *map,
                                             const char *key)
{
    for (const struct as_yamltree *member = map->first; member;
         member = member->next)
        if (member->key && as_text_equal(member->key->text, as_text_of(key)))
            return member;
    return NULL;
}

/* ---- as JSON ------------------------------------------------------------- */

static bool is_word(const struct as_yamltree *node, struct as_text word)
{
    return node->kind == AS_YAMLTREE_SCALAR && node->plain &&
           as_text_equal(node->text, word);
}

bool as_yamltree_is_null(const struct as_yamltree *node)
{
    return is_word(node, AS_TEXT("null")) || is_word(node, AS_TEXT("~")) ||
           is_word(node, AS_TEXT(""));
}

static size_t digits(struct as_text text, size_t at)
{
    size_t start = at;

    while (at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9')
        at++;
    return at - start;
}

/* A number as JSON has it: -12, 1.5, 2e+9, but not 007, 1. or .5. */
static bool is_number(struct as_text text)
{
    size_t at = text.length > 0 && text.bytes[0] == '-';
    size_t whole = digits(text, at);

    if (whole == 0 || (whole > 1 && text.bytes[at] == '0'))
        return false;
    at += whole;
    if (at < text.length && text.bytes[at] == '.') {
        size_t part = digits(text, at + 1);
        if (part == 0)
            return false;
        at += 1 + part;
    }
    if (at < text.length && (text.bytes[at] == 'e' || text.bytes[at] == 'E')) {
        at++;
        if (at < text.length &&
            (text.bytes[at] == '+' || text.bytes[at] == '-'))
            at++;
        size_t power = digits(text, at);
        if (power == 0)
            return false;
        at += power;
    }
    return at == text.length;
}

static void scalar_json(struct as_buf *out, const struct as_yamltree *node)
{
    if (as_yamltree_is_null(node))
        as_buf_puts(out, "null");
    else if (is_word(node, AS_TEXT("true")) ||
             is_word(node, AS_TEXT("false")) ||
             (node->plain && is_number(node->text)))
        as_buf_text(out, node->text);
    else
        as_escape_json(out, node->text);
}

/* Recursion is bounded by AS_MAX_YAML_DEPTH. */
void as_yamltree_json(struct as_buf *out, const struct as_yamltree *node)
{
    bool map = node->kind == AS_YAMLTREE_MAP;

    if (node->kind == AS_YAMLTREE_SCALAR) {
        scalar_json(out, node);
        return;
    }
    as_buf_putc(out, map ? '{' : '[');
    for (const struct as_yamltree *member = node->first; member;
         member = member->next) {
        if (member != node->first)
            as_buf_putc(out, ',');
        if (map) {
            as_escape_json(out, member->key->text);
            as_buf_putc(out, ':');
        }
        as_yamltree_json(out, member);
    }
    as_buf_putc(out, map ? '}' : ']');
}
