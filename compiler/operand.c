/* operand.c - see operand.h. */

#include "compiler/operand.h"

#include "program/schema.h"

/* Some operands are 16 bits wide. */
static uint32_t narrow(struct as_operands *operands, uint32_t row)
{
    operands->overflow |= row > UINT16_MAX;
    return row;
}

/* ---- constants -------------------------------------------------------- */

/* The loader bounds what patterns cost it; note the first that is too much. */
static void count_pattern(struct as_operands *operands,
                          const struct as_ir_constant *pattern)
{
    operands->pattern_count++;
    operands->pattern_length += pattern->text.length;
    if (!operands->pattern_over &&
        (operands->pattern_count > AS_MAX_PATTERNS ||
         operands->pattern_length > AS_MAX_PATTERN_TEXT))
        operands->pattern_over = pattern;
}

static uint32_t write_constant(struct as_operands *operands,
                               const struct as_ir_constant *constant)
{
    struct as_builder *builder = operands->builder;

    switch (as_type_kind(constant->type)) {
    case AS_KIND_BOOL:
    case AS_KIND_INT:
    case AS_KIND_TIME:
    case AS_KIND_DURATION:
        return as_build_integer(builder, constant->type, constant->integer);
    case AS_KIND_REAL:
        return as_build_real(builder, constant->real);
    case AS_KIND_TEXT:
    case AS_KIND_SOURCE:
        return as_build_words(builder, constant->type, constant->text);
    case AS_KIND_IP:
    case AS_KIND_CIDR:
        return as_build_address(builder, constant->type, &constant->cidr);
    case AS_KIND_REGEX:
        count_pattern(operands, constant);
        return as_build_regex(builder, constant->text, constant->flags);
    case AS_KIND_NONE:
    case AS_KIND_JSON:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break;
    }
    builder->failed = true;
    return 0;
}

uint32_t as_operand_constant(struct as_operands *operands,
                             struct as_ir_constant *constant)
{
    if (constant->row == AS_NO_ROW)
        constant->row = write_constant(operands, constant);
    return narrow(operands, constant->row);
}

/* ---- slots and routes ------------------------------------------------- */

static uint32_t write_steps(struct as_builder *builder,
                            const struct as_ir_step *steps, uint32_t count)
{
    uint32_t first = as_build_count(builder, AS_TABLE_step);

    for (uint32_t i = 0; i < count; i++) {
        struct as_row_step row;

        row.is_index = steps[i].is_index;
        row.index = steps[i].is_index ? steps[i].index : 0;
        row.name = as_build_text(builder, steps[i].is_index ? AS_TEXT("")
                                                            : steps[i].name);
        as_build_step(builder, &row);
    }
    return first;
}

uint32_t as_operand_slot(struct as_operands *operands, struct as_ir_slot *slot)
{
    struct as_builder *builder = operands->builder;
    const char *ecs = slot->field >= 0
                        ? as_schema_field((size_t)slot->field)->ecs
                        : "";

    if (slot->row == AS_NO_ROW) {
        struct as_row_slot row;

        row.path = as_build_text(builder, slot->path);
        row.ecs = as_build_text(builder, as_text_of(ecs));
        row.type = slot->type;
        row.steps = write_steps(builder, slot->steps, slot->step_count);
        row.step_count = slot->step_count;
        slot->row = as_build_slot(builder, &row);
    }
    return narrow(operands, slot->row);
}

uint32_t as_operand_route(struct as_operands *operands,
                          struct as_ir_route *route)
{
    if (route->row == AS_NO_ROW) {
        struct as_row_route row;

        row.steps = write_steps(operands->builder, route->steps,
                                route->step_count);
        row.step_count = route->step_count;
        route->row = as_build_route(operands->builder, &row);
    }
    return route->row;
}

uint32_t as_operand_member(struct as_operands *operands,
                           struct as_ir_member *member)
{
    if (member->row == AS_NO_ROW) {
        struct as_row_member row = { .baseline = member->baseline->row,
                                     .column = member->column };

        member->row = as_build_member(operands->builder, &row);
    }
    return member->row;
}

/* ---- lists ------------------------------------------------------------ */

uint32_t as_operand_list(struct as_operands *operands, struct as_ir_list *list)
{
    struct as_ir_list **grown;

    if (list->row != AS_NO_ROW)
        return narrow(operands, list->row);
    if (operands->list_count == operands->list_capacity) {
        uint32_t more = operands->list_capacity * 2 + 16;

        grown = as_alloc(operands->table->arena, more * sizeof(*grown));
        if (!grown)
            return 0;
        if (operands->list_count > 0)
            memcpy(grown, operands->lists,
                   operands->list_count * sizeof(*grown));
        operands->lists = grown;
        operands->list_capacity = more;
    }
    list->row = operands->list_count++;
    operands->lists[list->row] = list;
    return narrow(operands, list->row);
}

/* The blocks that were written, as the addresses that they are. */
static void write_addresses(struct as_operands *operands,
                            const struct as_ir_list *list,
                            struct as_row_list *row)
{
    struct as_arena *arena = operands->table->arena;
    const struct as_cidr *blocks = list->blocks;
    struct as_cidr *copy;
    struct as_ip_set set;

    if (!blocks && list->count > 0) {
        copy = as_alloc(arena, list->count * sizeof(*copy));
        if (!copy)
            return;
        for (uint32_t i = 0; i < list->count; i++)
            copy[i] = list->values[i]->cidr;
        blocks = copy;
    }
    if (!as_ip_set_build(&set, arena, blocks, list->count))
        return;
    row->ranges = as_build_set(operands->builder, &set);
    row->range_count = (uint32_t)set.count;
}

static void write_list(struct as_operands *operands,
                       const struct as_ir_list *list)
{
    struct as_builder *builder = operands->builder;
    bool addresses = list->type == AS_KIND_IP || list->type == AS_KIND_CIDR;
    struct as_row_list row = {
        .name = as_build_text(builder, list->name),
        .type = list->type,
        .length = list->count,
        .values = as_build_count(builder, AS_TABLE_constant),
        .value_count = addresses ? 0 : list->count,
        .ranges = as_build_count(builder, AS_TABLE_range),
        .origin = as_build_text(builder, list->origin),
    };

    if (addresses)
        write_addresses(operands, list, &row);
    for (uint32_t i = 0; i < row.value_count; i++)
        write_constant(operands, list->values[i]);
    as_build_list(builder, &row);
}

void as_operands_end(struct as_operands *operands)
{
    for (uint32_t i = 0; i < operands->list_count; i++)
        write_list(operands, operands->lists[i]);
}

/* ---- what every pack has ---------------------------------------------- */

/* A slot of slots.def: its path is names with dots between. */
static void fixed_slot(struct as_operands *operands, const char *path)
{
    struct as_ir_step steps[AS_MAX_STEPS];
    int field = as_schema_find(as_text_of(path));
    uint32_t count = 0;
    struct as_ir *node;

    for (const char *at = path; count < AS_MAX_STEPS; at++) {
        size_t length = strcspn(at, ".");

        steps[count++] = (struct as_ir_step){ .name = { at, length } };
        at += length;
        if (*at == '\0')
            break;
    }
    if (field < 0) {
        operands->builder->failed = true;
        return;
    }
    node = as_ir_slot(operands->table, as_schema_field((size_t)field)->type,
                      field, steps, count);
    if (node->kind == AS_IR_SLOT)
        as_operand_slot(operands, node->slot);
}

static void write_param(struct as_operands *operands, struct as_ir_param *param)
{
    struct as_builder *builder = operands->builder;
    struct as_row_param row;

    row.name = as_build_text(builder, param->name);
    row.type = param->type;
    row.value = write_constant(operands, param->value);
    row.help = as_build_text(builder, param->help);
    param->row = as_build_param(builder, &row);
}

void as_operands_begin(struct as_operands *operands, const struct as_unit *unit)
{
    for (int i = 0; i < AS_FIXED_SLOTS; i++)
        fixed_slot(operands, as_slot_paths[i]);
    for (struct as_ir_param *at = unit->params; at; at = at->next)
        write_param(operands, at);
    for (struct as_ir_list *at = unit->lists; at; at = at->next)
        as_operand_list(operands, at);
}
