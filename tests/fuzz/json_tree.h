/*
 * json_tree.h - JSON as a tree, made the slow way.
 *
 * Built from bytes that json_plain.h has found good, one node for each value,
 * with its text decoded.  What the reader picks out of a record is compared
 * with what is found here.
 */
#ifndef AS_TESTS_JSON_TREE_H
#define AS_TESTS_JSON_TREE_H

#include "common/arena.h"
#include "common/utf8.h"
#include "runtime/event.h"
#include "tests/unit/json_plain.h"

struct tree {
    enum as_json_kind kind;
    struct as_text raw;  /* as it stands */
    struct as_text text; /* of a TEXT: decoded */
    struct as_text name; /* of a member: decoded */
    struct tree *first, *last, *next;
};

static inline struct tree *tree_value(struct plain *p, struct as_arena *arena);

/* The bytes between two places. */
static inline struct as_text tree_span(const unsigned char *from,
                                       const unsigned char *to)
{
    return (struct as_text){ (const char *)from, (size_t)(to - from) };
}

static inline uint32_t tree_unit(struct plain *p)
{
    unsigned unit = 0;

    (void)plain_unit(p, &unit);
    return unit;
}

/* Behind a backslash. */
static inline size_t tree_escape(struct plain *p, char *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    int c = *p->at++;
    uint32_t code;

    if (c != 'u') {
        *out = to[strchr(from, c) - from];
        return 1;
    }
    code = tree_unit(p);
    if (code >= 0xD800 && code <= 0xDBFF) {
        p->at += 2;
        code = 0x10000 + ((code - 0xD800) << 10) + (tree_unit(p) - 0xDC00);
    }
    return as_utf8_encode(code, out);
}

/* At the opening quote. */
static inline struct as_text tree_text(struct plain *p, struct as_arena *arena)
{
    const unsigned char *from = ++p->at;
    char *out = as_alloc(arena, (size_t)(p->end - from) + 4);
    size_t length = 0;

    while (out && *p->at != '"') {
        if (*p->at == '\\') {
            p->at++;
            length += tree_escape(p, out + length);
        } else {
            out[length++] = (char)*p->at++;
        }
    }
    p->at++;
    return (struct as_text){ out, length };
}

static inline void tree_members(struct plain *p, struct tree *node,
                                struct as_arena *arena, int close)
{
    p->at++;
    plain_blanks(p);
    while (*p->at != close) {
        struct as_text name = { NULL, 0 };

        if (close == '}') {
            name = tree_text(p, arena);
            plain_blanks(p);
            p->at++;
            plain_blanks(p);
        }
        struct tree *item = tree_value(p, arena);
        item->name = name;
        if (node->last)
            node->last->next = item;
        else
            node->first = item;
        node->last = item;
        plain_blanks(p);
        if (plain_take(p, ',', ','))
            plain_blanks(p);
    }
    p->at++;
}

static inline enum as_json_kind tree_kind(int c)
{
    switch (c) {
    case '{':
        return AS_JSON_OBJECT;
    case '[':
        return AS_JSON_ARRAY;
    case '"':
        return AS_JSON_TEXT;
    case 't':
        return AS_JSON_TRUE;
    case 'f':
        return AS_JSON_FALSE;
    case 'n':
        return AS_JSON_NULL;
    default:
        return AS_JSON_NUMBER;
    }
}

static inline struct tree *tree_value(struct plain *p, struct as_arena *arena)
{
    struct tree *node = as_alloc(arena, sizeof(*node));
    const unsigned char *from = p->at;

    if (!node)
        abort();
    node->kind = tree_kind(*p->at);
    if (node->kind == AS_JSON_OBJECT)
        tree_members(p, node, arena, '}');
    else if (node->kind == AS_JSON_ARRAY)
        tree_members(p, node, arena, ']');
    else if (node->kind == AS_JSON_TEXT)
        node->text = tree_text(p, arena);
    else
        (void)plain_value(p, 0);
    node->raw = tree_span(from, p->at);
    return node;
}

/* ------------------------------------------------------------------------
 * Looking
 */

/* The first member of an object that has this name; *twice when another one
 * has it too. */
static inline const struct tree *tree_member(const struct tree *node,
                                             struct as_text name, bool *twice)
{
    const struct tree *found = NULL;

    if (node->kind != AS_JSON_OBJECT)
        return NULL;
    for (const struct tree *item = node->first; item; item = item->next) {
        if (!as_text_equal(item->name, name))
            continue;
        *twice |= found != NULL;
        found = found ? found : item;
    }
    return found;
}

static inline const struct tree *tree_element(const struct tree *node,
                                              uint32_t index)
{
    const struct tree *item = node->first;

    if (node->kind != AS_JSON_ARRAY)
        return NULL;
    while (item && index-- > 0)
        item = item->next;
    return item;
}

/* Does an object in it, or it itself, have a name twice? */
static inline bool tree_has_twins(const struct tree *node)
{
    bool twice = false;

    for (const struct tree *item = node->first; item && !twice;
         item = item->next) {
        if (node->kind == AS_JSON_OBJECT)
            (void)tree_member(node, item->name, &twice);
        twice |= tree_has_twins(item);
    }
    return twice;
}

#endif
