/* sight.c - see sight.h. */

#include "compiler/sight.h"

/* A macro that is called with arguments is seen anew with each; past so many
 * sights its calls are seen as a whole. */
enum { MOST_SIGHTS = 1 << 18 };

struct as_sighting as_sight_begin(struct as_sighting *sighting,
                                  struct as_sight_list *roots,
                                  const char *home_kind, struct as_text home)
{
    struct as_sighting outer = { NULL, NULL, NULL, 0 };

    if (!sighting)
        return outer;
    outer = *sighting;
    if (roots)
        *roots = (struct as_sight_list){ NULL, &roots->first, home_kind, home };
    sighting->roots = roots;
    sighting->current = NULL;
    return outer;
}

void as_sight_resume(struct as_sighting *sighting,
                     const struct as_sighting *outer)
{
    if (!sighting)
        return;
    sighting->roots = outer->roots;
    sighting->current = outer->current;
}

static struct as_sight *add(struct as_sighting *sighting,
                            struct as_sight ***last)
{
    struct as_sight *made = as_alloc(sighting->arena, sizeof(*made));

    if (!made)
        return NULL;
    sighting->count++;
    made->last_kid = &made->kids;
    **last = made;
    *last = &made->next;
    return made;
}

struct as_sight *as_sight_enter(struct as_sighting *sighting,
                                const struct as_expr *expr, struct as_text text,
                                const char *clause, bool of_event)
{
    struct as_sight *outer, *made;

    if (!sighting || !sighting->roots)
        return NULL;
    outer = sighting->current;
    made = add(sighting, outer ? &outer->last_kid : &sighting->roots->last);
    if (!made)
        return outer;
    made->expr = expr;
    made->text = text;
    made->clause = clause;
    made->of_event = of_event;
    sighting->current = made;
    return outer;
}

void as_sight_leave(struct as_sighting *sighting, struct as_sight *outer,
                    struct as_ir *node)
{
    if (!sighting || !sighting->roots || sighting->arena->failed)
        return;
    sighting->current->node = node;
    sighting->current = outer;
}

struct as_sight_list *as_sight_last(struct as_sighting *sighting)
{
    struct as_sight_list *list;
    struct as_sight *at;

    if (!sighting || !sighting->roots || !sighting->roots->first)
        return NULL;
    list = as_alloc(sighting->arena, sizeof(*list));
    if (!list)
        return NULL;
    for (at = sighting->roots->first; at->next; at = at->next)
        ;
    *list = *sighting->roots;
    list->first = at;
    return list;
}

void as_sight_name(struct as_sighting *sighting,
                   const struct as_sight_list *body)
{
    if (sighting && sighting->current && body)
        sighting->current->body = body;
}

/* Arguments, and where they go. */
struct call {
    struct as_sighting *sighting;
    struct as_ir_table *table;
    struct as_ir **actuals;
    uint32_t count;
};

static const struct as_sight_list *fill_list(const struct call *call,
                                             const struct as_sight_list *body);

/* A copy of the tree with the arguments in their places. */
static void fill(const struct call *call, const struct as_sight *from,
                 struct as_sight ***last)
{
    struct as_sighting *sighting = call->sighting;
    struct as_sight *made = add(sighting, last), **kids;

    if (!made || sighting->count > MOST_SIGHTS)
        return;
    kids = made->last_kid;
    *made = *from;
    made->next = made->kids = NULL;
    made->last_kid = kids;
    made->node = as_ir_fill(call->table, from->node, call->actuals,
                            call->count);
    if (from->json)
        made->json = as_ir_fill(call->table, from->json, call->actuals,
                                call->count);
    if (from->body)
        made->body = fill_list(call, from->body);
    for (const struct as_sight *at = from->kids; at; at = at->next)
        fill(call, at, &made->last_kid);
}

static const struct as_sight_list *fill_list(const struct call *call,
                                             const struct as_sight_list *body)
{
    struct as_sighting *sighting = call->sighting;
    struct as_sight_list *list;

    if (!body->first || sighting->count > MOST_SIGHTS)
        return NULL;
    if (!(body->first->node->reads & AS_IR_READS_FORMAL))
        return body;
    list = as_alloc(sighting->arena, sizeof(*list));
    if (!list)
        return NULL;
    *list = *body;
    list->first = NULL;
    list->last = &list->first;
    fill(call, body->first, &list->last);
    return list;
}

void as_sight_call(struct as_sighting *sighting, struct as_ir_table *table,
                   const struct as_sight_list *body, struct as_ir **actuals,
                   uint32_t count)
{
    struct call call = { sighting, table, actuals, count };

    if (sighting && sighting->current)
        sighting->current->body = fill_list(&call, body);
}

void as_sight_rows(struct as_sighting *sighting, const struct as_ir_row *row)
{
    if (sighting && sighting->current)
        sighting->current->row = row;
}

void as_sight_elements(struct as_sighting *sighting,
                       const struct as_ir_item *item, struct as_ir *json)
{
    if (!sighting || !sighting->current)
        return;
    sighting->current->item = item;
    sighting->current->json = json;
}
