/*
 * ir.c - see ir.h.
 *
 * Everything that is the same only once: nodes, constants, slots, routes,
 * members and lists each go through a map from their content, written out as
 * bytes, to the one object with that content.  Kids and referents are already
 * the only ones of their kind, so their addresses stand for them.
 */

#include "compiler/ir.h"

void as_ir_init(struct as_ir_table *table, struct as_arena *arena)
{
    *table = (struct as_ir_table){ .arena = arena };
    as_map_init(&table->nodes);
    as_map_init(&table->constants);
    as_map_init(&table->slots);
    as_map_init(&table->others);
    table->bad = (struct as_ir){ .kind = AS_IR_BAD,
                                 .type = AS_KIND_NONE,
                                 .depth = 1 };
}

void as_ir_done(struct as_ir_table *table)
{
    as_map_done(&table->nodes);
    as_map_done(&table->constants);
    as_map_done(&table->slots);
    as_map_done(&table->others);
    as_buf_done(&table->key);
}

bool as_ir_failed(const struct as_ir_table *table)
{
    return table->nodes.failed || table->constants.failed ||
           table->slots.failed || table->others.failed || table->key.failed;
}

/* ---- one of each ------------------------------------------------------ */

/*
 * The object whose content is table->key, in `map`; or a new one of `size`
 * zeroed bytes (*added), or NULL when memory ran out.
 */
static void *find_or_add(struct as_ir_table *table, struct as_map *map,
                         size_t size, bool *added)
{
    struct as_text key = as_buf_view(&table->key);
    uint32_t entry;
    void *object;
    char *copy;

    *added = false;
    table->arena->failed |= table->key.failed;
    if (table->arena->failed)
        return NULL;
    entry = as_map_add(map, key, added);
    if (entry == AS_MAP_NONE) {
        table->arena->failed = true;
        return NULL;
    }
    if (!*added)
        return (void *)(uintptr_t)map->entries[entry].value;

    copy = as_strndup(table->arena, key.bytes, key.length);
    object = as_alloc(table->arena, size);
    /* Without memory the entry is never looked at again: see `failed`. */
    map->entries[entry].key.bytes = copy ? copy : "";
    map->entries[entry].key.length = copy ? key.length : 0;
    map->entries[entry].value = (uintptr_t)object;
    return copy ? object : NULL;
}

static void key_add(struct as_ir_table *table, const void *bytes, size_t length)
{
    as_buf_add(&table->key, bytes, length);
}

static void key_text(struct as_ir_table *table, struct as_text text)
{
    uint64_t length = text.length;

    key_add(table, &length, sizeof(length));
    as_buf_text(&table->key, text);
}

static struct as_text copy_text(struct as_ir_table *table, struct as_text text)
{
    char *copy = as_strndup(table->arena, text.bytes ? text.bytes : "",
                            text.length);

    return copy ? (struct as_text){ copy, text.length } : AS_TEXT("");
}

/* ---- nodes ------------------------------------------------------------ */

/* What decides whether two nodes are the same, but for the kids. */
struct node_key {
    const void *ref;
    uint32_t kind, number, type_op_quant, kid_count;
};

static void write_node_key(struct as_ir_table *table, const struct as_ir *model)
{
    struct node_key key;

    memset(&key, 0, sizeof(key));
    key.ref = model->ref;
    key.kind = (uint32_t)model->kind;
    key.number = model->number;
    key.type_op_quant = (uint32_t)model->type | (uint32_t)model->op << 8 |
                        (uint32_t)model->quant << 16 |
                        (uint32_t)model->has_filter << 24;
    key.kid_count = model->kid_count;
    as_buf_reset(&table->key);
    key_add(table, &key, sizeof(key));
    key_add(table, model->kids, model->kid_count * sizeof(struct as_ir *));
}

static uint16_t own_reads(const struct as_ir *node)
{
    switch (node->kind) {
    case AS_IR_SLOT:
        return AS_IR_READS_EVENT;
    case AS_IR_COLUMN:
        return AS_IR_READS_ROW;
    case AS_IR_KEY:
        return AS_IR_READS_KEY;
    case AS_IR_AGG:
        return AS_IR_READS_AGG;
    case AS_IR_ITEM:
        return AS_IR_READS_ITEM;
    case AS_IR_FORMAL:
        return AS_IR_READS_FORMAL;
    case AS_IR_PROBE:
        return AS_IR_READS_BASELINE;
    case AS_IR_OP:
        return node->op == AS_OP_IN_BASELINE ? AS_IR_READS_BASELINE : 0;
    case AS_IR_BAD:
    case AS_IR_CONST:
    case AS_IR_PARAM:
    case AS_IR_AND:
    case AS_IR_OR:
    case AS_IR_IF:
    case AS_IR_COALESCE:
    case AS_IR_LOOP:
        return 0;
    }
    return 0;
}

/* What follows from the kids. */
static void measure(struct as_ir *node)
{
    node->reads = own_reads(node);
    node->depth = 1;
    node->loops = 0;
    for (uint32_t i = 0; i < node->kid_count; i++) {
        const struct as_ir *kid = node->kids[i];

        node->reads |= kid->reads;
        if (kid->depth >= node->depth)
            node->depth = (uint16_t)(kid->depth + 1);
        if (kid->loops > node->loops)
            node->loops = kid->loops;
    }
    if (node->kind == AS_IR_LOOP || node->kind == AS_IR_PROBE)
        node->loops++;
}

static bool has_bad_kid(const struct as_ir *model)
{
    for (uint32_t i = 0; i < model->kid_count; i++) {
        if (as_ir_is_bad(model->kids[i]))
            return true;
    }
    return false;
}

struct as_ir *as_ir_node(struct as_ir_table *table, const struct as_ir *model)
{
    struct as_ir *node;
    bool added;

    if (has_bad_kid(model))
        return &table->bad;
    write_node_key(table, model);
    node = find_or_add(table, &table->nodes, sizeof(*node), &added);
    if (!node)
        return &table->bad;
    if (!added)
        return node;

    *node = *model;
    node->mark = 0;
    node->fill_mark = 0;
    node->places = NULL;
    node->kids = as_alloc(table->arena,
                          model->kid_count * sizeof(struct as_ir *));
    if (!node->kids)
        return &table->bad;
    if (model->kid_count > 0)
        memcpy(node->kids, model->kids,
               model->kid_count * sizeof(struct as_ir *));
    measure(node);
    table->weight += 1 + model->kid_count;
    table->too_large |= table->weight > AS_MAX_NODES;
    table->too_deep |= node->depth > 2 * AS_MAX_HEIGHT;
    return table->too_large || table->too_deep ? &table->bad : node;
}

/* ---- constants -------------------------------------------------------- */

struct as_ir_constant *as_ir_constant(struct as_ir_table *table,
                                      const struct as_ir_constant *model)
{
    struct as_ir_constant *constant;
    bool added;

    as_buf_reset(&table->key);
    key_add(table, &model->type, sizeof(model->type));
    key_add(table, &model->integer, sizeof(model->integer));
    key_add(table, &model->real, sizeof(model->real));
    key_add(table, &model->cidr.base, sizeof(model->cidr.base));
    key_add(table, &model->cidr.bits, sizeof(model->cidr.bits));
    key_add(table, &model->flags, sizeof(model->flags));
    key_text(table, model->text);
    constant = find_or_add(table, &table->constants, sizeof(*constant), &added);
    if (constant && added) {
        *constant = *model;
        constant->text = copy_text(table, model->text);
        constant->row = AS_NO_ROW;
    }
    return constant;
}

struct as_ir *as_ir_const(struct as_ir_table *table,
                          const struct as_ir_constant *model)
{
    struct as_ir_constant *constant = as_ir_constant(table, model);
    struct as_ir node = { .kind = AS_IR_CONST, .type = model->type };

    if (!constant)
        return &table->bad;
    node.constant = constant;
    return as_ir_node(table, &node);
}

struct as_ir *as_ir_integer(struct as_ir_table *table, enum as_kind kind,
                            int64_t value)
{
    struct as_ir_constant model = { .type = (as_type)kind, .integer = value };

    return as_ir_const(table, &model);
}

struct as_ir *as_ir_real(struct as_ir_table *table, double value)
{
    struct as_ir_constant model = { .type = AS_KIND_REAL, .real = value };

    return as_ir_const(table, &model);
}

struct as_ir *as_ir_words(struct as_ir_table *table, enum as_kind kind,
                          struct as_text text)
{
    struct as_ir_constant model = { .type = (as_type)kind, .text = text };

    return as_ir_const(table, &model);
}

/* ---- operands --------------------------------------------------------- */

static void key_steps(struct as_ir_table *table, const struct as_ir_step *steps,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t index = steps[i].is_index ? steps[i].index : UINT64_MAX;

        key_add(table, &index, sizeof(index));
        key_text(table, steps[i].name);
    }
}

static const struct as_ir_step *copy_steps(struct as_ir_table *table,
                                           const struct as_ir_step *steps,
                                           uint32_t count)
{
    struct as_ir_step *copy = as_alloc(table->arena, count * sizeof(*copy));

    for (uint32_t i = 0; copy && i < count; i++) {
        copy[i] = steps[i];
        copy[i].name = copy_text(table, steps[i].name);
    }
    return copy;
}

static bool is_plain_name(struct as_text name)
{
    bool plain = name.length > 0 &&
                 !(name.bytes[0] >= '0' && name.bytes[0] <= '9');

    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];

        plain &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                 (c >= '0' && c <= '9') || c == '_';
    }
    return plain;
}

/* A member's name in quotes, as a rule would have it. */
static void write_quoted(struct as_buf *out, struct as_text name)
{
    as_buf_putc(out, '"');
    for (size_t i = 0; i < name.length; i++) {
        if (name.bytes[i] == '"' || name.bytes[i] == '\\')
            as_buf_putc(out, '\\');
        as_buf_putc(out, name.bytes[i]);
    }
    as_buf_putc(out, '"');
}

/* The path as a rule would write it. */
static void write_path(struct as_buf *out, const struct as_ir_step *steps,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (steps[i].is_index) {
            as_buf_printf(out, "[%u]", (unsigned)steps[i].index);
            continue;
        }
        if (i > 0)
            as_buf_putc(out, '.');
        if (is_plain_name(steps[i].name))
            as_buf_text(out, steps[i].name);
        else
            write_quoted(out, steps[i].name);
    }
}

static struct as_ir_slot *find_slot(struct as_ir_table *table, as_type type,
                                    int field, const struct as_ir_step *steps,
                                    uint32_t count)
{
    struct as_ir_slot *slot;
    bool added;

    as_buf_reset(&table->key);
    write_path(&table->key, steps, count);
    slot = find_or_add(table, &table->slots, sizeof(*slot), &added);
    if (slot && added) {
        slot->path = copy_text(table, as_buf_view(&table->key));
        slot->type = type;
        slot->field = field;
        slot->steps = copy_steps(table, steps, count);
        slot->step_count = count;
        slot->row = AS_NO_ROW;
    }
    return slot;
}

struct as_ir *as_ir_slot(struct as_ir_table *table, as_type type, int field,
                         const struct as_ir_step *steps, uint32_t count)
{
    struct as_ir_slot *slot = find_slot(table, type, field, steps, count);
    struct as_ir node = { .kind = AS_IR_SLOT, .type = type };

    if (!slot)
        return &table->bad;
    node.slot = slot;
    return as_ir_node(table, &node);
}

struct as_ir *as_ir_item(struct as_ir_table *table,
                         const struct as_ir_item *item)
{
    struct as_ir node = { .kind = AS_IR_ITEM, .type = AS_KIND_JSON };

    node.item = item;
    return as_ir_node(table, &node);
}

struct as_ir *as_ir_param(struct as_ir_table *table, struct as_ir_param *param)
{
    struct as_ir node = { .kind = AS_IR_PARAM, .type = param->type };

    node.param = param;
    return as_ir_node(table, &node);
}

struct as_ir *as_ir_column(struct as_ir_table *table,
                           const struct as_ir_row *row, uint32_t column,
                           as_type type)
{
    struct as_ir node = { .kind = AS_IR_COLUMN,
                          .type = type,
                          .number = column };

    node.row = row;
    return as_ir_node(table, &node);
}

struct as_ir *as_ir_number(struct as_ir_table *table, enum as_ir_kind kind,
                           uint32_t number, as_type type)
{
    struct as_ir node = { .kind = kind, .type = type, .number = number };

    return as_ir_node(table, &node);
}

/* ---- what operators refer to ------------------------------------------ */

enum { OTHER_LIST, OTHER_ROUTE, OTHER_MEMBER, OTHER_FILLED };

static void start_other(struct as_ir_table *table, int what)
{
    as_buf_reset(&table->key);
    key_add(table, &what, sizeof(what));
}

struct as_ir_list *as_ir_list(struct as_ir_table *table, as_type type,
                              struct as_ir_constant **values, uint32_t count)
{
    size_t size = count * sizeof(struct as_ir_constant *);
    struct as_ir_constant **copy;
    struct as_ir_list *list;
    bool added;

    start_other(table, OTHER_LIST);
    key_add(table, &type, sizeof(type));
    key_add(table, values, size);
    list = find_or_add(table, &table->others, sizeof(*list), &added);
    if (!list || !added)
        return list;
    copy = as_alloc(table->arena, size);
    if (!copy)
        return NULL;
    if (count > 0)
        memcpy(copy, values, size);
    *list = (struct as_ir_list){
        .type = type,
        .values = (const struct as_ir_constant *const *)copy,
        .count = count,
        .row = AS_NO_ROW
    };
    return list;
}

struct as_ir_route *as_ir_route(struct as_ir_table *table,
                                const struct as_ir_step *steps, uint32_t count)
{
    struct as_ir_route *route;
    bool added;

    start_other(table, OTHER_ROUTE);
    key_steps(table, steps, count);
    route = find_or_add(table, &table->others, sizeof(*route), &added);
    if (route && added) {
        route->steps = copy_steps(table, steps, count);
        route->step_count = count;
        route->row = AS_NO_ROW;
    }
    return route;
}

struct as_ir_member *as_ir_member(struct as_ir_table *table,
                                  const struct as_ir_baseline *baseline,
                                  uint32_t column)
{
    struct as_ir_member *member;
    bool added;

    start_other(table, OTHER_MEMBER);
    key_add(table, &baseline, sizeof(baseline));
    key_add(table, &column, sizeof(column));
    member = find_or_add(table, &table->others, sizeof(*member), &added);
    if (member && added) {
        member->baseline = baseline;
        member->column = column;
        member->row = AS_NO_ROW;
    }
    return member;
}

struct as_ir **as_ir_filled(struct as_ir_table *table, struct as_ir *body,
                            struct as_ir **actuals, uint32_t count)
{
    bool added;

    start_other(table, OTHER_FILLED);
    key_add(table, &body, sizeof(struct as_ir *));
    key_add(table, actuals, count * sizeof(struct as_ir *));
    return find_or_add(table, &table->others, sizeof(struct as_ir *), &added);
}

/* ---- questions -------------------------------------------------------- */

static bool finds_row(struct as_ir *node, const struct as_ir_row *row,
                      uint32_t mark)
{
    if (!(node->reads & AS_IR_READS_ROW) || node->mark == mark)
        return false;
    node->mark = mark;
    if (node->kind == AS_IR_COLUMN && node->row == row)
        return true;
    for (uint32_t i = 0; i < node->kid_count; i++) {
        if (finds_row(node->kids[i], row, mark))
            return true;
    }
    return false;
}

bool as_ir_reads_row(struct as_ir_table *table, struct as_ir *node,
                     const struct as_ir_row *row)
{
    return finds_row(node, row, as_ir_mark(table));
}

/* ---- places ----------------------------------------------------------- */

enum { MOST_PLACES = 16 };

void as_ir_note_place(struct as_ir_table *table, struct as_ir *node,
                      struct as_span span)
{
    struct as_ir_place **last, *place;
    int count = 0;

    while (node->kind == AS_IR_OP && node->op == AS_OP_NOT)
        node = node->kids[0];
    if (node->type != AS_KIND_BOOL || node->kind == AS_IR_CONST)
        return;
    for (last = &node->places; *last; last = &(*last)->next) {
        if (++count == MOST_PLACES)
            return;
    }
    place = as_alloc(table->arena, sizeof(*place));
    if (!place)
        return;
    place->span = span;
    *last = place;
}
