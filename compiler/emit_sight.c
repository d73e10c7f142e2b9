/*
 * emit_sight.c - see emit_sight.h.
 *
 * A part gets a program where all that it reads is bound around the clause it
 * stands in.  What stands within a quantifier reads the row or the element
 * that the quantifier binds; its program is told so, and whoever runs it binds
 * them one by one.
 */

#include "compiler/emit_sight.h"

#include <stdlib.h>

/* Macros in macros unfold: past so many parts what is below a name is left
 * out. */
enum { MOST_PARTS = 1 << 18 };

void as_sight_writer_init(struct as_sight_writer *writer,
                          struct as_insights *out, struct as_emitter *emitter,
                          struct as_ir_table *table, const struct as_diag *diag)
{
    *writer = (struct as_sight_writer){
        .out = out, .emitter = emitter, .table = table, .diag = diag
    };
    as_map_init(&writer->places);
}

void as_sight_writer_done(struct as_sight_writer *writer)
{
    writer->out->arena.failed |= writer->places.failed || writer->key.failed;
    as_map_done(&writer->places);
    as_buf_done(&writer->key);
}

/* ---- may it be asked for by itself? ------------------------------------- */

struct reading {
    struct as_emit_context context; /* with what is bound within the node */
    bool event;                     /* there is one event */
    uint32_t mark;
};

static bool has_item(const struct reading *reading,
                     const struct as_ir_item *item)
{
    for (uint32_t i = 0; i < reading->context.item_count; i++) {
        if (reading->context.items[i] == item)
            return true;
    }
    return false;
}

static bool has_row(const struct reading *reading, const struct as_ir_row *row)
{
    for (uint32_t i = 0; i < reading->context.row_count; i++) {
        if (reading->context.rows[i] == row)
            return true;
    }
    return false;
}

static bool is_closed(struct reading *reading, struct as_ir *node);

/* The last kid, with what the node binds; the others were asked before. */
static bool is_closed_within(struct reading *reading, const struct as_ir *node)
{
    struct as_emit_context *context = &reading->context;
    struct as_ir *last = node->kids[node->kid_count - 1];
    bool good;

    if (node->kind == AS_IR_LOOP) {
        if (context->item_count == AS_MAX_ITEMS)
            return false;
        context->items[context->item_count++] = node->item;
        good = is_closed(reading, last);
        context->item_count--;
        return good;
    }
    if (context->row_count == AS_MAX_ALIASES)
        return false;
    context->rows[context->row_count++] = node->row;
    good = is_closed(reading, last);
    context->row_count--;
    return good;
}

/* An item or row is bound by one node alone, and read below that: so a node
 * that was closed once is. */
static bool is_closed(struct reading *reading, struct as_ir *node)
{
    bool binds = node->kind == AS_IR_LOOP ||
                 (node->kind == AS_IR_PROBE && node->has_filter);

    if (node->mark == reading->mark)
        return true;
    node->mark = reading->mark;
    if (node->kind == AS_IR_ITEM)
        return has_item(reading, node->item);
    if (node->kind == AS_IR_COLUMN)
        return has_row(reading, node->row);
    for (uint32_t i = 0; i + binds < node->kid_count; i++) {
        if (!is_closed(reading, node->kids[i]))
            return false;
    }
    return !binds || is_closed_within(reading, node);
}

/* Does a program give out values of this type? */
static bool is_given(as_type type)
{
    return (type & AS_TYPE_LIST) == 0 && type != AS_KIND_NONE &&
           type != AS_KIND_OBJECT && type != AS_KIND_CIDR &&
           type != AS_KIND_REGEX;
}

static bool may_ask(struct as_sight_writer *writer, struct as_ir *node,
                    const struct as_emit_context *context)
{
    struct reading reading = { .context = *context };

    if (!is_given(node->type) || node->kind == AS_IR_CONST ||
        node->reads & AS_IR_READS_FORMAL ||
        (node->reads & AS_IR_READS_KEY && context->key_count == 0) ||
        (node->reads & AS_IR_READS_AGG && context->agg_count == 0))
        return false;
    reading.mark = as_ir_mark(writer->table);
    return is_closed(&reading, node);
}

/* The program, or AS_NO_ROW. */
static uint32_t emit(struct as_sight_writer *writer, struct as_ir *node,
                     const struct as_emit_context *context, struct as_text text)
{
    uint32_t program;

    if (!may_ask(writer, node, context))
        return AS_NO_ROW;
    program = as_emit_program(writer->emitter, node, context, text);
    if (writer->emitter->fault == AS_EMIT_OK)
        return program;
    writer->emitter->fault = AS_EMIT_OK; /* the clause itself is not so large */
    return AS_NO_ROW;
}

/* ---- places ------------------------------------------------------------- */

static const struct as_source *source_of(const struct as_diag *diag,
                                         struct as_span span)
{
    const struct as_source *at = diag->sources;

    while (at && at->number != span.source)
        at = at->next;
    return at;
}

static const char *keep(struct as_insights *out, struct as_text text)
{
    const char *copy = as_strndup(&out->arena, text.bytes, text.length);

    return copy ? copy : "";
}

/* A clause's word without its quotes. */
static struct as_text plain(const char *clause)
{
    struct as_text text = as_text_of(clause);

    if (text.length > 2 && text.bytes[0] == '`')
        text = (struct as_text){ text.bytes + 1, text.length - 2 };
    return text;
}

static void fill_place(struct as_sight_writer *writer,
                       const struct as_sight *sight,
                       const struct as_sight_list *home,
                       struct as_insight_place *place)
{
    const struct as_source *source = source_of(writer->diag, sight->expr->span);
    struct as_place at = { 0, 0, { "", 0 } };

    if (source)
        at = as_source_place(source, sight->expr->span.start);
    *place = (struct as_insight_place){
        .file = keep(writer->out,
                     as_text_of(source && source->name ? source->name : "")),
        .text = keep(writer->out, sight->text),
        .home_kind = home->home_kind,
        .home = keep(writer->out, home->home),
        .clause = keep(writer->out, plain(sight->clause)),
        .line = at.line,
        .column = at.column,
    };
}

static bool grow(void *array, uint32_t *capacity, uint32_t count, size_t size)
{
    void **at = array;
    uint32_t more = *capacity > 0 ? *capacity * 2 : 64;
    void *bytes;

    if (count < *capacity)
        return true;
    bytes = realloc(*at, more * size);
    if (!bytes)
        return false;
    *at = bytes;
    *capacity = more;
    return true;
}

static uint32_t place_of(struct as_sight_writer *writer,
                         const struct as_sight *sight,
                         const struct as_sight_list *home, bool counts)
{
    struct as_insights *out = writer->out;
    uint32_t entry;
    bool added;

    as_buf_reset(&writer->key);
    as_buf_add(&writer->key, &sight->expr->span, sizeof(sight->expr->span));
    entry = as_map_add(&writer->places, as_buf_view(&writer->key), &added);
    if (entry == AS_MAP_NONE || writer->key.failed ||
        !grow(&out->places, &out->place_capacity, entry,
              sizeof(*out->places))) {
        out->arena.failed = true;
        return 0;
    }
    if (added) {
        struct as_map_entry *made = &writer->places.entries[entry];

        made->key.bytes = as_strndup(&out->arena, made->key.bytes,
                                     made->key.length);
        fill_place(writer, sight, home, &out->places[entry]);
        out->place_count = entry + 1;
    }
    if (!out->arena.failed)
        out->places[entry].counts |= counts;
    return entry;
}

/* ---- parts -------------------------------------------------------------- */

/* Where a part stands. */
struct standing {
    const struct as_sight_contexts *contexts;
    const struct as_sight_list *home;
    enum as_insight_clause clause;
    uint32_t number;
    bool of_event; /* within an aggregate */
};

static enum as_insight_kind kind_of(const struct as_sight *sight)
{
    if (sight->row)
        return AS_INSIGHT_ROWS;
    if (sight->item)
        return AS_INSIGHT_ELEMENTS;
    if (sight->body)
        return AS_INSIGHT_NAME;
    if (sight->expr->kind == AS_EXPR_AND)
        return AS_INSIGHT_AND;
    if (sight->expr->kind == AS_EXPR_OR)
        return AS_INSIGHT_OR;
    if (sight->expr->kind == AS_EXPR_NOT)
        return AS_INSIGHT_NOT;
    return sight->expr->kind == AS_EXPR_IF ? AS_INSIGHT_IF : AS_INSIGHT_ATOM;
}

static signed char always_of(const struct as_ir *node)
{
    return as_ir_is(node, AS_KIND_BOOL) ? (node->constant->integer ? 1 : 0)
                                        : -1;
}

/* What a quantifier binds around its condition; false: too much. */
static bool bind(struct as_sight_writer *writer, const struct as_sight *sight,
                 struct as_emit_context *inner, struct as_insight *part)
{
    if (sight->row && inner->row_count < AS_MAX_ALIASES) {
        part->baseline = sight->row->baseline->row;
        part->alias = inner->row_count;
        inner->rows[inner->row_count++] = sight->row;
        inner->aliases = as_emit_aliases(writer->emitter, inner->rows,
                                         inner->row_count);
        return true;
    }
    if (sight->item && inner->item_count < AS_MAX_ITEMS) {
        part->json = emit(writer, sight->json, inner, sight->text);
        part->item = inner->item_count;
        inner->items[inner->item_count++] = sight->item;
        return part->json != AS_NO_ROW;
    }
    return !sight->row && !sight->item;
}

static void put(struct as_sight_writer *writer, const struct as_sight *sight,
                const struct standing *standing,
                const struct as_emit_context *context);

static void put_below(struct as_sight_writer *writer,
                      const struct as_sight *sight,
                      const struct standing *standing,
                      const struct as_emit_context *inner, bool of_event)
{
    struct standing below = *standing;

    below.of_event = of_event;
    for (const struct as_sight *at = sight->kids; at; at = at->next)
        put(writer, at, &below, inner);
    if (!sight->body || writer->out->count > MOST_PARTS)
        return;
    below.home = sight->body;
    put(writer, sight->body->first, &below, inner);
}

static void put(struct as_sight_writer *writer, const struct as_sight *sight,
                const struct standing *standing,
                const struct as_emit_context *context)
{
    struct as_insights *out = writer->out;
    struct as_emit_context inner = *context;
    struct as_ir *node = sight->node;
    struct as_insight part = { .clause = standing->clause,
                               .kind = kind_of(sight),
                               .number = standing->number,
                               .quant = (uint8_t)sight->expr->quant };
    uint32_t at = out->count;
    bool counts;

    part.is_condition = node->type == AS_KIND_BOOL;
    if (as_ir_is_bad(node) || (!part.is_condition && node->kind == AS_IR_CONST))
        return;
    if (!grow(&out->parts, &out->capacity, at, sizeof(*out->parts))) {
        out->arena.failed = true;
        return;
    }
    part.of_event = standing->clause == AS_INSIGHT_HAVING && sight->of_event;
    if (part.of_event && !standing->of_event)
        inner = *standing->contexts->event;
    part.program = emit(writer, node, &inner, sight->text);
    part.always = always_of(node);
    counts = part.is_condition && part.kind != AS_INSIGHT_NAME &&
             part.program != AS_NO_ROW;
    part.place = place_of(writer, sight, standing->home, counts);
    out->count++;
    if (bind(writer, sight, &inner, &part))
        put_below(writer, sight, standing, &inner, part.of_event);
    part.end = out->count;
    if (!out->arena.failed)
        out->parts[at] = part;
}

/* ---- clauses ------------------------------------------------------------ */

static const struct {
    const char *word;
    enum as_insight_clause clause;
} clauses[] = {
    { "`where`", AS_INSIGHT_WHERE },     { "`on`", AS_INSIGHT_ON },
    { "`require`", AS_INSIGHT_REQUIRE }, { "`having`", AS_INSIGHT_HAVING },
    { "`exclude`", AS_INSIGHT_EXCLUDE }, { "a step", AS_INSIGHT_STEP },
    { "`until`", AS_INSIGHT_UNTIL },
};

/* AS_INSIGHT_CLAUSES: none that is shown. */
static enum as_insight_clause clause_of(const struct as_sight *sight)
{
    for (size_t i = 0; i < sizeof(clauses) / sizeof(clauses[0]); i++) {
        if (strcmp(clauses[i].word, sight->clause) == 0)
            return clauses[i].clause;
    }
    return AS_INSIGHT_CLAUSES;
}

/* An exclusion that reads no joined row is bound none. */
static const struct as_emit_context *exclude_context(
    struct as_sight_writer *writer, const struct as_sight_contexts *contexts,
    struct as_ir *node)
{
    const struct as_emit_context *context = contexts->exclude;

    for (uint32_t i = 0; context && i < context->row_count; i++) {
        if (as_ir_reads_row(writer->table, node, context->rows[i]))
            return context;
    }
    return contexts->event;
}

static const struct as_emit_context *context_of(
    struct as_sight_writer *writer, const struct as_sight_contexts *contexts,
    const struct standing *standing, struct as_ir *node)
{
    switch (standing->clause) {
    case AS_INSIGHT_ON:
        return standing->number < contexts->join_count
                 ? &contexts->joins[standing->number]
                 : NULL;
    case AS_INSIGHT_REQUIRE:
    case AS_INSIGHT_HAVING:
        return contexts->result;
    case AS_INSIGHT_EXCLUDE:
        return exclude_context(writer, contexts, node);
    case AS_INSIGHT_WHERE:
    case AS_INSIGHT_STEP:
    case AS_INSIGHT_UNTIL:
        return contexts->event;
    case AS_INSIGHT_CLAUSES:
        break;
    }
    return NULL;
}

struct as_insight_range as_emit_sights(struct as_sight_writer *writer,
                                       const struct as_sight_list *list,
                                       const struct as_sight_contexts *contexts)
{
    struct as_insight_range range = { writer->out->count, 0 };
    uint32_t counts[AS_INSIGHT_CLAUSES] = { 0 };

    for (const struct as_sight *at = list->first; at; at = at->next) {
        struct standing standing = { contexts, list, clause_of(at), 0, false };
        const struct as_emit_context *context;

        if (standing.clause == AS_INSIGHT_CLAUSES)
            continue;
        standing.number = counts[standing.clause]++;
        context = context_of(writer, contexts, &standing, at->node);
        if (context)
            put(writer, at, &standing, context);
    }
    range.end = writer->out->count;
    return range;
}
