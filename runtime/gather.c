/*
 * gather.c - see gather.h.
 *
 * The smallest value of a moving window is kept as a deque of candidates: a
 * value that comes in makes every larger one before it hopeless, since it
 * stays longer than they do.  The front is the smallest; each value is pushed
 * and popped once.
 */

#include "runtime/gather.h"

#include <math.h>
#include <stdlib.h>

void as_gather_init(struct as_gather *gather, enum as_agg agg, as_type type)
{
    *gather = (struct as_gather){ .agg = (uint8_t)agg, .type = type };
}

void as_gather_done(struct as_gather *gather)
{
    free(gather->ids);
    free(gather->counts);
    free(gather->items);
}

void as_gather_reset(struct as_gather *gather)
{
    if (gather->used > 0)
        memset(gather->ids, 0, gather->slot_count * sizeof(*gather->ids));
    gather->used = gather->live = 0;
    gather->head = gather->tail = 0;
    gather->count = 0;
    gather->sum = 0;
}

/* ---- counted values --------------------------------------------------- */

static uint32_t slot_of(const struct as_gather *gather, uint32_t value)
{
    uint32_t mask = gather->slot_count - 1;
    uint32_t at = (value * UINT32_C(2654435761)) & mask;

    while (gather->ids[at] != 0 && gather->ids[at] != value + 1)
        at = (at + 1) & mask;
    return at;
}

/* Room for one more; values that left are forgotten on the way. */
static bool make_room(struct as_gather *gather)
{
    uint32_t *ids = gather->ids, *counts = gather->counts;
    uint32_t old = gather->slot_count, want = 8;

    if (gather->used < old / 2)
        return true;
    if (gather->live > UINT32_MAX / 16) {
        gather->failed = true;
        return false;
    }
    while (want < 4 * (gather->live + 1))
        want *= 2;
    gather->ids = calloc(want, sizeof(*ids));
    gather->counts = calloc(want, sizeof(*counts));
    if (!gather->ids || !gather->counts) {
        free(gather->ids);
        free(gather->counts);
        gather->ids = ids;
        gather->counts = counts;
        gather->failed = true;
        return false;
    }
    gather->slot_count = want;
    gather->used = 0;
    for (uint32_t i = 0; i < old; i++) {
        if (ids[i] == 0 || counts[i] == 0)
            continue;
        uint32_t at = slot_of(gather, ids[i] - 1);

        gather->ids[at] = ids[i];
        gather->counts[at] = counts[i];
        gather->used++;
    }
    free(ids);
    free(counts);
    return true;
}

static void count_in(struct as_gather *gather, uint32_t value)
{
    if (!make_room(gather))
        return;
    uint32_t at = slot_of(gather, value);

    if (gather->ids[at] == 0) {
        gather->ids[at] = value + 1;
        gather->counts[at] = 0;
        gather->used++;
    }
    gather->live += gather->counts[at]++ == 0;
}

static void count_out(struct as_gather *gather, uint32_t value)
{
    if (gather->slot_count == 0)
        return;
    uint32_t at = slot_of(gather, value);

    if (gather->ids[at] != 0 && gather->counts[at] > 0)
        gather->live -= --gather->counts[at] == 0;
}

/* ---- values in order -------------------------------------------------- */

static void push(struct as_gather *gather, uint32_t position, uint32_t value)
{
    if (gather->tail == gather->capacity &&
        gather->head > gather->capacity / 2) {
        memmove(gather->items, gather->items + gather->head,
                (gather->tail - gather->head) * sizeof(*gather->items));
        gather->tail -= gather->head;
        gather->head = 0;
    }
    if (gather->tail == gather->capacity) {
        uint32_t more = gather->capacity ? gather->capacity * 2 : 4;
        struct as_gather_item *items = NULL;

        if (more > gather->capacity)
            items = realloc(gather->items, more * sizeof(*items));
        if (!items) {
            gather->failed = true;
            return;
        }
        gather->items = items;
        gather->capacity = more;
    }
    gather->items[gather->tail++] = (struct as_gather_item){ position, value };
}

static void push_extreme(struct as_gather *gather, const struct as_store *store,
                         uint32_t position, uint32_t value)
{
    while (gather->tail > gather->head) {
        uint32_t last = gather->items[gather->tail - 1].value;
        int order = as_value_compare(&store->values[last],
                                     &store->values[value]);

        if (gather->agg == AS_AGG_MIN ? order < 0 : order > 0)
            break;
        gather->tail--;
    }
    push(gather, position, value);
}

static void pop(struct as_gather *gather, uint32_t position)
{
    while (gather->head < gather->tail &&
           gather->items[gather->head].position <= position)
        gather->head++;
}

/* ---- in, out, and what it comes to ------------------------------------ */

void as_gather_add(struct as_gather *gather, const struct as_store *store,
                   uint32_t position, const uint32_t *values, uint32_t count)
{
    gather->count += count;
    for (uint32_t i = 0; i < count; i++) {
        const struct as_value *value = &store->values[values[i]];

        switch ((enum as_agg)gather->agg) {
        case AS_AGG_SET:
        case AS_AGG_COUNT_DISTINCT:
            count_in(gather, values[i]);
            break;
        case AS_AGG_MIN:
        case AS_AGG_MAX:
            push_extreme(gather, store, position, values[i]);
            break;
        case AS_AGG_FIRST:
        case AS_AGG_LAST:
            push(gather, position, values[i]);
            break;
        case AS_AGG_SUM:
            if (value->kind == AS_KIND_REAL)
                push(gather, position, values[i]);
            else
                gather->sum += value->integer;
            break;
        case AS_AGG_KEY:
        case AS_AGG_COUNT:
        case AS_AGG_ANY:
        case AS_AGGREGATES:
            break;
        }
    }
}

void as_gather_drop(struct as_gather *gather, const struct as_store *store,
                    uint32_t position, const uint32_t *values, uint32_t count)
{
    gather->count -= count;
    pop(gather, position);
    for (uint32_t i = 0; i < count; i++) {
        if (gather->agg == AS_AGG_SET || gather->agg == AS_AGG_COUNT_DISTINCT)
            count_out(gather, values[i]);
        else if (gather->agg == AS_AGG_SUM &&
                 store->values[values[i]].kind != AS_KIND_REAL)
            gather->sum -= store->values[values[i]].integer;
    }
}

static struct as_value sum_of(const struct as_gather *gather,
                              const struct as_store *store)
{
    if (gather->count == 0)
        return as_missing(0);
    if (gather->type == AS_KIND_REAL) {
        double sum = 0;

        for (uint32_t i = gather->head; i < gather->tail; i++)
            sum += store->values[gather->items[i].value].real;
        if (!isfinite(sum))
            return as_missing(0);
        return (struct as_value){ .kind = AS_KIND_REAL, .real = sum };
    }
    if (gather->sum > INT64_MAX || gather->sum < INT64_MIN)
        return as_missing(0);
    return as_integer(as_type_kind(gather->type), (int64_t)gather->sum);
}

struct as_value as_gather_value(const struct as_gather *gather,
                                const struct as_store *store)
{
    bool some = gather->head < gather->tail;

    switch ((enum as_agg)gather->agg) {
    case AS_AGG_SET:
        return (struct as_value){ .kind = (uint8_t)as_type_kind(gather->type),
                                  .flag = AS_TYPE_SET,
                                  .set = gather };
    case AS_AGG_COUNT_DISTINCT:
        return as_integer(AS_KIND_INT, gather->live);
    case AS_AGG_MIN:
    case AS_AGG_MAX:
    case AS_AGG_FIRST:
        return some ? store->values[gather->items[gather->head].value]
                    : as_missing(0);
    case AS_AGG_LAST:
        return some ? store->values[gather->items[gather->tail - 1].value]
                    : as_missing(0);
    case AS_AGG_COUNT:
        return as_integer(AS_KIND_INT, (int64_t)gather->count);
    case AS_AGG_ANY:
        return as_bool(gather->count > 0);
    case AS_AGG_SUM:
        return sum_of(gather, store);
    case AS_AGG_KEY:
    case AS_AGGREGATES:
        break;
    }
    return as_missing(0);
}

bool as_gather_has(const struct as_gather *gather, uint32_t value)
{
    if (gather->slot_count == 0 || value == AS_NO_VALUE)
        return false;
    uint32_t at = slot_of(gather, value);

    return gather->ids[at] != 0 && gather->counts[at] > 0;
}

uint32_t as_gather_size(const struct as_gather *gather)
{
    return gather->live;
}

void as_gather_members(const struct as_gather *gather,
                       const struct as_store *store, uint32_t *out)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < gather->slot_count; i++) {
        if (gather->ids[i] != 0 && gather->counts[i] > 0)
            out[count++] = gather->ids[i] - 1;
    }
    /* Heap sort: no context pointer in qsort, no quadratic case. */
    for (uint32_t end = count, start = count / 2; end > 1;) {
        uint32_t root, moving;

        if (start > 0) {
            moving = out[--start];
        } else {
            moving = out[--end];
            out[end] = out[0];
        }
        for (root = start;;) {
            uint32_t child = 2 * root + 1;

            if (child >= end)
                break;
            if (child + 1 < end &&
                as_value_compare(&store->values[out[child]],
                                 &store->values[out[child + 1]]) < 0)
                child++;
            if (as_value_compare(&store->values[moving],
                                 &store->values[out[child]]) >= 0)
                break;
            out[root] = out[child];
            root = child;
        }
        out[root] = moving;
    }
}

void as_gather_json(struct as_buf *out, const struct as_store *store,
                    const struct as_value *value)
{
    uint32_t count, *members;

    if (value->flag != AS_TYPE_SET || value->kind == AS_KIND_JSON ||
        value->kind == AS_KIND_NONE) {
        as_value_json(out, value);
        return;
    }
    count = as_gather_size(value->set);
    members = malloc((count + 1) * sizeof(*members));
    if (!members) {
        out->failed = true;
        return;
    }
    as_gather_members(value->set, store, members);
    as_buf_putc(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            as_buf_putc(out, ',');
        as_value_json(out, &store->values[members[i]]);
    }
    as_buf_putc(out, ']');
    free(members);
}
