/* guard.c - see guard.h. */

#include "compiler/guard.h"

#include "program/schema.h"

bool as_guard_step(struct as_guard *guard)
{
    return ++guard->steps <= AS_GUARD_STEPS;
}

void as_guard_bind(struct as_guard *guard, const struct as_ir_item *item,
                   const struct as_ir *json)
{
    if (guard->item_count == sizeof(guard->items) / sizeof(guard->items[0]))
        return;
    guard->items[guard->item_count].item = item;
    guard->items[guard->item_count++].json = json;
}

/* ---- fields ----------------------------------------------------------- */

/* AWS writes these, but the caller's choice of what to call, where and when
 * decides them, and the members of userIdentity come with the key.  What is
 * below one of them counts like it, but for `through`. */
static const struct {
    const char *path, *through;
} chosen[] = {
    { "eventName", NULL },        { "eventSource", NULL },
    { "eventTime", NULL },        { "eventVersion", NULL },
    { "eventID", NULL },          { "eventCategory", NULL },
    { "requestID", NULL },        { "awsRegion", NULL },
    { "errorCode", NULL },        { "readOnly", NULL },
    { "managementEvent", NULL },  { "recipientAccountId", NULL },
    { "responseElements", NULL }, { "additionalEventData", NULL },
    { "resources", NULL },        { "userIdentity", "userIdentity.invokedBy" },
};

int as_guard_field(const struct as_ir *slot)
{
    struct as_text path = slot->slot->path;
    int row = slot->slot->field;

    for (; row < 0 && path.length > 0; path.length--) {
        char next = path.length < slot->slot->path.length
                      ? path.bytes[path.length]
                      : '.';

        if (next == '.' || next == '[')
            row = as_schema_find(path);
    }
    return row;
}

/* Is it this member, or one below it? */
static bool lies_in(struct as_text path, const char *member)
{
    struct as_text one = as_text_of(member);

    return as_text_starts(path, one) &&
           (path.length == one.length || path.bytes[one.length] == '.' ||
            path.bytes[one.length] == '[');
}

static bool is_chosen(struct as_text path)
{
    for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++) {
        if (lies_in(path, chosen[i].path) &&
            !(chosen[i].through && lies_in(path, chosen[i].through)))
            return true;
    }
    return false;
}

/* Who decides what is in the slot? */
static enum as_origin origin_of(const struct as_ir *slot)
{
    int row = as_guard_field(slot);

    return row < 0 ? AS_ORIGIN_AWS : as_schema_field((size_t)row)->origin;
}

static bool is_pinned(const struct as_ir *slot)
{
    return origin_of(slot) == AS_ORIGIN_AWS && !is_chosen(slot->slot->path);
}

/* ---- values ----------------------------------------------------------- */

static const struct as_ir *array_of(const struct as_guard *guard,
                                    const struct as_ir_item *item)
{
    for (uint32_t i = guard->item_count; i > 0; i--) {
        if (guard->items[i - 1].item == item)
            return guard->items[i - 1].json;
    }
    return NULL;
}

static const struct as_ir *choice(struct as_guard *guard,
                                  const struct as_ir *node, unsigned depth)
{
    const struct as_ir *json;

    if (!as_guard_step(guard) || depth > AS_MAX_HEIGHT ||
        node->kind == AS_IR_PROBE)
        return NULL;
    if (node->kind == AS_IR_SLOT)
        return origin_of(node) == AS_ORIGIN_CALLER ? node : NULL;
    if (node->kind == AS_IR_OP && node->op == AS_OP_SESSION_NAME)
        return node;
    if (node->kind == AS_IR_ITEM) {
        json = array_of(guard, node->item);
        return json ? choice(guard, json, depth + 1) : NULL;
    }
    for (uint32_t i = 0; i < node->kid_count; i++) {
        const struct as_ir *found = choice(guard, node->kids[i], depth + 1);

        if (found)
            return found;
    }
    return NULL;
}

const struct as_ir *as_guard_choice(struct as_guard *guard,
                                    const struct as_ir *node)
{
    return choice(guard, node, 0);
}

/* Said by the client, or by the key itself. */
static bool is_repeated(const struct as_ir *slot)
{
    struct as_text path = slot->slot->path;

    if (lies_in(path, "userIdentity"))
        return !lies_in(path, "userIdentity.invokedBy");
    if (lies_in(path, "requestParameters"))
        return lies_in(path, "requestParameters.roleSessionName") ||
               lies_in(path, "requestParameters.sourceIdentity");
    return lies_in(path, "recipientAccountId") ||
           (origin_of(slot) == AS_ORIGIN_CALLER && !lies_in(path, "resources"));
}

static bool repeats(struct as_guard *guard, const struct as_ir *node,
                    unsigned depth)
{
    const struct as_ir *json;

    if (!as_guard_step(guard) || depth > AS_MAX_HEIGHT)
        return false;
    switch ((unsigned)node->kind) {
    case AS_IR_CONST:
    case AS_IR_PARAM:
        return true;
    case AS_IR_SLOT:
        return is_repeated(node);
    case AS_IR_ITEM:
        json = array_of(guard, node->item);
        return json && repeats(guard, json, depth + 1);
    case AS_IR_AND:
    case AS_IR_OR:
    case AS_IR_IF:
    case AS_IR_COALESCE:
    case AS_IR_OP:
        break;
    default:
        return false;
    }
    for (uint32_t i = 0; i < node->kid_count; i++) {
        if (!repeats(guard, node->kids[i], depth + 1))
            return false;
    }
    return node->kind != AS_IR_OP || node->op != AS_OP_IN_BASELINE;
}

bool as_guard_repeats(struct as_guard *guard, const struct as_ir *node)
{
    return repeats(guard, node, 0);
}

/* Is a field among what the value is made of that the caller cannot choose? */
static bool reads_pinned(struct as_guard *guard, const struct as_ir *node)
{
    if (!as_guard_step(guard))
        return false;
    if (node->kind == AS_IR_SLOT)
        return is_pinned(node);
    for (uint32_t i = 0; i < node->kid_count; i++) {
        if (reads_pinned(guard, node->kids[i]))
            return true;
    }
    return false;
}

/* ---- conditions ------------------------------------------------------- */

/* Is one of these, or all of them, out of reach? */
static bool some(struct as_guard *guard, const struct as_ir *node, bool all,
                 bool (*ask)(struct as_guard *, const struct as_ir *))
{
    for (uint32_t i = 0; i < node->kid_count; i++) {
        if (ask(guard, node->kids[i]) != all)
            return !all;
    }
    return all;
}

/* One that holds for every address, or for whoever does nothing for it. */
static bool is_easy(const struct as_ir *node)
{
    return node->kind == AS_IR_OP &&
           (node->op == AS_OP_NE || node->op == AS_OP_IS_PRESENT ||
            node->op == AS_OP_IS_IP || node->op == AS_OP_IS_IPV4 ||
            node->op == AS_OP_IS_IPV6);
}

bool as_guard_keeps(struct as_guard *guard, const struct as_ir_from *from)
{
    return (from->early.node && as_guard_holds(guard, from->early.node)) ||
           (from->where.node && as_guard_holds(guard, from->where.node));
}

static bool holds_row(struct as_guard *guard, const struct as_ir *probe)
{
    if (probe->quant != AS_QUANT_ANY)
        return false;
    for (uint32_t i = 0; i < probe->kid_count; i++) {
        bool is_filter = probe->has_filter && i + 1 == probe->kid_count;

        if (is_filter ? as_guard_holds(guard, probe->kids[i])
                      : reads_pinned(guard, probe->kids[i]))
            return true;
    }
    return as_guard_keeps(guard, &probe->row->baseline->from);
}

static bool holds_op(struct as_guard *guard, const struct as_ir *node)
{
    switch (node->op) {
    case AS_OP_NOT:
    case AS_OP_IS_FALSE:
        return as_guard_fails(guard, node->kids[0]);
    case AS_OP_IS_TRUE:
        return as_guard_holds(guard, node->kids[0]);
    case AS_OP_IN_BASELINE:
        return reads_pinned(guard, node->kids[0]) ||
               as_guard_keeps(guard, &node->member->baseline->from);
    default:
        return !is_easy(node) && reads_pinned(guard, node);
    }
}

/* What reads nothing of the event is a setting, which he cannot change. */
bool as_guard_holds(struct as_guard *guard, const struct as_ir *node)
{
    if (!as_guard_step(guard))
        return false;
    switch ((unsigned)node->kind) {
    case AS_IR_AND:
        return some(guard, node, false, as_guard_holds);
    case AS_IR_OR:
        return some(guard, node, true, as_guard_holds);
    case AS_IR_IF:
        return as_guard_holds(guard, node->kids[1]) &&
               as_guard_holds(guard, node->kids[2]);
    case AS_IR_PROBE:
        return holds_row(guard, node);
    case AS_IR_OP:
        return node->reads == 0 || holds_op(guard, node);
    case AS_IR_CONST:
        return node->type == AS_KIND_BOOL && !node->constant->integer;
    case AS_IR_PARAM:
        return true;
    default:
        return reads_pinned(guard, node);
    }
}

bool as_guard_fails(struct as_guard *guard, const struct as_ir *node)
{
    if (!as_guard_step(guard))
        return false;
    switch ((unsigned)node->kind) {
    case AS_IR_AND:
        return some(guard, node, true, as_guard_fails);
    case AS_IR_OR:
        return some(guard, node, false, as_guard_fails);
    case AS_IR_PARAM:
        return true;
    case AS_IR_OP:
        if (node->op == AS_OP_NOT || node->op == AS_OP_IS_FALSE)
            return as_guard_holds(guard, node->kids[0]);
        if (node->op == AS_OP_IS_TRUE)
            return as_guard_fails(guard, node->kids[0]);
        return node->reads == 0 ||
               (node->op == AS_OP_IS_PRESENT && reads_pinned(guard, node)) ||
               (node->op == AS_OP_NE && reads_pinned(guard, node));
    default:
        return false;
    }
}
