/*
 * yaml.c - see yaml.h.
 *
 * libyaml gives events; the open mappings and sequences are kept on a stack
 * of AS_MAX_YAML_DEPTH.  The first mistake ends the reading: behind it nobody
 * knows what belongs to what.
 */

#include "compiler/yaml.h"

#include <yaml.h>

#include "common/limits.h"
#include "common/map.h"
#include "common/utf8.h"
#include "compiler/front.h"

/* A mapping or sequence that is still open. */
struct level {
    struct as_yaml *node;
    struct as_yaml **last; /* where the next item goes */
    bool has_key;
    struct as_text key;
    struct as_span key_span;
    struct as_map keys; /* that were given, of a mapping */
};

struct reader {
    const struct as_source *source;
    struct as_arena *arena;
    struct as_diag *diag;
    struct as_yaml *root;
    bool bad;
    struct level levels[AS_MAX_YAML_DEPTH];
    unsigned depth;
    size_t at_character, at_byte; /* of the last mark, to count on from */
};

/* libyaml counts characters, spans count bytes. */
static uint32_t byte_of(struct reader *reader, const yaml_mark_t *mark)
{
    struct as_text text = reader->source->text;

    if (mark->index < reader->at_character)
        reader->at_character = reader->at_byte = 0;
    while (reader->at_character < mark->index &&
           reader->at_byte < text.length) {
        uint32_t code;
        unsigned length = as_utf8_decode(text.bytes + reader->at_byte,
                                         text.length - reader->at_byte, &code);

        reader->at_byte += length > 0 ? length : 1;
        reader->at_character++;
    }
    return (uint32_t)reader->at_byte;
}

static struct as_span span_of(struct reader *reader, const yaml_mark_t *start,
                              const yaml_mark_t *end)
{
    uint32_t from = byte_of(reader, start);

    return (struct as_span){ reader->source->number, from,
                             byte_of(reader, end) };
}

static void no_memory(struct reader *reader)
{
    reader->arena->failed = true;
    reader->bad = true;
}

/* ---- nodes ------------------------------------------------------------ */

/* Hang a node into the innermost open one, or make it the root. */
static void hang(struct reader *reader, struct as_yaml *node)
{
    struct level *level;

    if (reader->depth == 0) {
        reader->root = node;
        return;
    }
    level = &reader->levels[reader->depth - 1];
    node->key = level->key;
    node->key_span = level->key_span;
    level->has_key = false;
    *level->last = node;
    level->last = &node->next;
}

static void take_key(struct reader *reader, struct level *level,
                     const struct as_yaml *scalar)
{
    bool added = false;
    uint32_t entry = as_map_add(&level->keys, scalar->text, &added);

    if (entry == AS_MAP_NONE) {
        no_memory(reader);
        return;
    }
    if (!added) {
        as_diag(reader->diag, AS_E_PACK_TWICE, scalar->span,
                "`%.*s` is given twice", (int)scalar->text.length,
                scalar->text.bytes);
        reader->bad = true;
        return;
    }
    level->key = scalar->text;
    level->key_span = scalar->span;
    level->has_key = true;
}

/* Does the innermost mapping wait for a key? */
static bool key_comes(const struct reader *reader)
{
    const struct level *level;

    if (reader->depth == 0)
        return false;
    level = &reader->levels[reader->depth - 1];
    return level->node->kind == AS_YAML_MAPPING && !level->has_key;
}

static struct as_yaml *make(struct reader *reader, enum as_yaml_kind kind,
                            const yaml_event_t *event)
{
    struct as_yaml *node = as_alloc(reader->arena, sizeof(*node));

    if (!node) {
        no_memory(reader);
        return NULL;
    }
    node->kind = kind;
    node->span = span_of(reader, &event->start_mark, &event->end_mark);
    return node;
}

static void scalar(struct reader *reader, const yaml_event_t *event)
{
    struct as_yaml *node = make(reader, AS_YAML_SCALAR, event);
    size_t length = event->data.scalar.length;

    if (!node)
        return;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = (struct as_text){
        as_strndup(reader->arena, (const char *)event->data.scalar.value,
                   length),
        length,
    };
    if (!node->text.bytes)
        no_memory(reader);
    else if (memchr(node->text.bytes, '\0', length)) {
        as_diag(reader->diag, AS_E_NUL, node->span, "a text cannot hold a NUL");
        reader->bad = true;
    } else if (key_comes(reader))
        take_key(reader, &reader->levels[reader->depth - 1], node);
    else
        hang(reader, node);
}

static void open_node(struct reader *reader, enum as_yaml_kind kind,
                      const yaml_event_t *event)
{
    struct as_yaml *node = make(reader, kind, event);
    struct level *level;

    if (!node)
        return;
    if (key_comes(reader)) {
        as_diag(reader->diag, AS_E_PACK_SYNTAX, node->span, "a key is a text");
        reader->bad = true;
        return;
    }
    if (reader->depth == AS_MAX_YAML_DEPTH) {
        as_diag(reader->diag, AS_E_YAML_DEPTH, node->span,
                "nested more than %d deep", AS_MAX_YAML_DEPTH);
        reader->bad = true;
        return;
    }
    hang(reader, node);
    level = &reader->levels[reader->depth++];
    *level = (struct level){ .node = node, .last = &node->items };
    as_map_init(&level->keys);
}

static void close_node(struct reader *reader)
{
    as_map_done(&reader->levels[--reader->depth].keys);
}

/* ---- events ----------------------------------------------------------- */

static bool has_property(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return true;
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor || event->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor ||
               event->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor ||
               event->data.mapping_start.tag;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        break;
    }
    return false;
}

static void second_document(struct reader *reader, const yaml_event_t *event)
{
    if (!reader->root)
        return;
    as_diag(reader->diag, AS_E_PACK_SYNTAX,
            span_of(reader, &event->start_mark, &event->end_mark),
            "a second document");
    reader->bad = true;
}

/* One event; false at the end of the stream. */
static bool handle(struct reader *reader, const yaml_event_t *event)
{
    if (has_property(event)) {
        as_diag(reader->diag, AS_E_PACK_ALIAS,
                span_of(reader, &event->start_mark, &event->end_mark),
                "anchors, aliases and tags are not taken");
        as_diag_help(reader->diag, "put a text that begins with `&`, `*` or "
                                   "`!` between quotes");
        reader->bad = true;
        return false;
    }
    switch (event->type) {
    case YAML_STREAM_END_EVENT:
        return false;
    case YAML_DOCUMENT_START_EVENT:
        second_document(reader, event);
        break;
    case YAML_SCALAR_EVENT:
        scalar(reader, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        open_node(reader, AS_YAML_SEQUENCE, event);
        break;
    case YAML_MAPPING_START_EVENT:
        open_node(reader, AS_YAML_MAPPING, event);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_node(reader);
        break;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_ALIAS_EVENT:
        break;
    }
    return true;
}

static void say_problem(struct reader *reader, const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR) {
        no_memory(reader);
        return;
    }
    as_diag(reader->diag, AS_E_PACK_SYNTAX,
            span_of(reader, &parser->problem_mark, &parser->problem_mark),
            "this is not YAML: %s",
            parser->problem ? parser->problem : "it cannot be read");
    reader->bad = true;
}

static void read_all(struct reader *reader)
{
    struct as_text text = reader->source->text;
    yaml_parser_t parser;
    yaml_event_t event;
    bool more = true;

    if (!yaml_parser_initialize(&parser)) {
        no_memory(reader);
        return;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.bytes,
                                 text.length);
    while (more && !reader->bad) {
        if (!yaml_parser_parse(&parser, &event)) {
            say_problem(reader, &parser);
            break;
        }
        more = handle(reader, &event);
        yaml_event_delete(&event);
    }
    while (reader->depth > 0)
        close_node(reader);
    yaml_parser_delete(&parser);
}

struct as_yaml *as_yaml_parse(const struct as_source *source,
                              struct as_arena *arena, struct as_diag *diag)
{
    struct reader reader = { .source = source, .arena = arena, .diag = diag };
    struct as_span whole = { source->number, 0, 0 };

    if (source->text.length > AS_MAX_YAML) {
        as_diag(diag, AS_E_YAML_TOO_LARGE, whole,
                "this file has more than %d bytes", AS_MAX_YAML);
        return NULL;
    }
    if (!as_front_check(source, diag))
        return NULL;
    read_all(&reader);
    if (!reader.bad && !reader.root)
        as_diag(diag, AS_E_PACK_SYNTAX, whole, "this file is empty");
    return reader.bad ? NULL : reader.root;
}
