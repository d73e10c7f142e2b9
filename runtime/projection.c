/*
 * projection.c - see projection.h.
 *
 * The paths of a projection form a tree: one node for each name or number on
 * the way to a slot.  The pass walks the record and the tree side by side;
 * where the tree has no node, the value is only stepped over.  A node may be
 * a slot and have children too (`resources` and `resources[0].ARN`).
 *
 * Values are noted as they stand.  When the whole record has turned out to be
 * JSON, texts with escapes are decoded, into one piece of memory that is
 * large enough for all of them, and kinds and sizes are judged.
 */

#include "runtime/projection.h"

#include <stdlib.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/hash.h"
#include "common/limits.h"

enum {
    BUCKET_BITS = 5,
    BUCKETS = 1 << BUCKET_BITS, /* of a node's children by name */
};

struct node;

struct children {
    struct node *bucket[BUCKETS];
};

struct node {
    struct as_text name;
    uint32_t index;
    uint32_t first_slot;    /* number of a slot + 1; 0: this is none */
    struct node *next;      /* in the bucket, or among the numbers */
    struct children *named; /* NULL: none */
    struct node *numbers;   /* children by number */
    uint64_t seen;          /* the record in which it came last */
};

struct as_json_plan {
    struct as_arena arena;
    struct node *root;
    enum as_json_names names;
    const struct as_slot_path *slots;
    uint32_t slot_count, all_count; /* all: marks too */
    uint32_t *next_slot;            /* of the same node; number + 1, or 0 */
    struct as_json_value *values;
    bool *escaped;
    const char **places;   /* where slots' values stood */
    struct as_buf name;    /* room to decode a name */
    struct as_buf decoded; /* this record's texts */
    struct as_buf hashes;  /* of names, see name_twice */
    struct as_hash_key key;
    uint64_t record; /* counts them; never 0 while reading */
};

/* ------------------------------------------------------------------------
 * The tree
 */

/* Names of one object often differ only near their end. */
static unsigned bucket_of(struct as_text name)
{
    uint64_t word = 0;

    if (name.length >= sizeof(word)) {
        memcpy(&word, name.bytes + name.length - sizeof(word), sizeof(word));
    } else {
        for (size_t i = 0; i < name.length; i++)
            word = word << 8 | (unsigned char)name.bytes[i];
    }
    word = (word ^ name.length) * UINT64_C(0x9E3779B97F4A7C15);
    return (unsigned)(word >> (64 - BUCKET_BITS));
}

static struct node *child_named(const struct node *node, struct as_text name)
{
    if (!node->named)
        return NULL;
    struct node *child = node->named->bucket[bucket_of(name)];
    while (child && !as_text_equal(child->name, name))
        child = child->next;
    return child;
}

static struct node *child_numbered(const struct node *node, uint32_t index)
{
    struct node *child = node->numbers;

    while (child && child->index != index)
        child = child->next;
    return child;
}

static struct node *add_named(struct as_json_plan *plan, struct node *node,
                              struct as_text name)
{
    struct node *child = child_named(node, name);

    if (child)
        return child;
    if (!node->named)
        node->named = as_alloc(&plan->arena, sizeof(*node->named));
    child = as_alloc(&plan->arena, sizeof(*child));
    if (!child || !node->named)
        return NULL;
    struct node **bucket = &node->named->bucket[bucket_of(name)];
    *child = (struct node){ .name = name, .next = *bucket };
    *bucket = child;
    return child;
}

static struct node *add_numbered(struct as_json_plan *plan, struct node *node,
                                 uint32_t index)
{
    struct node *child = child_numbered(node, index);

    if (child)
        return child;
    child = as_alloc(&plan->arena, sizeof(*child));
    if (!child)
        return NULL;
    *child = (struct node){ .index = index, .next = node->numbers };
    node->numbers = child;
    return child;
}

static struct node *add_path(struct as_json_plan *plan,
                             const struct as_slot_path *path)
{
    struct node *node = plan->root;

    for (uint32_t i = 0; node && i < path->count; i++) {
        const struct as_path_step *step = &path->steps[i];
        node = step->is_index ? add_numbered(plan, node, step->index)
                              : add_named(plan, node, step->name);
    }
    return node;
}

/* The first part of a name with dots; *rest is what follows the dot. */
static struct as_text first_part(struct as_text name, struct as_text *rest)
{
    const char *dot = name.length ? memchr(name.bytes, '.', name.length) : NULL;
    size_t length = dot ? (size_t)(dot - name.bytes) : name.length;
    size_t used = dot ? length + 1 : length;

    *rest = (struct as_text){ name.bytes + used, name.length - used };
    return (struct as_text){ name.bytes, length };
}

static struct node *add_dotted(struct as_json_plan *plan, struct as_text name)
{
    struct node *node = plan->root;

    while (node && name.length > 0)
        node = add_named(plan, node, first_part(name, &name));
    return node;
}

static bool add_slot(struct as_json_plan *plan, struct node *node,
                     uint32_t slot)
{
    if (!node)
        return false;
    plan->next_slot[slot] = node->first_slot;
    node->first_slot = slot + 1;
    return true;
}

static bool build(struct as_json_plan *plan, const struct as_text *marks)
{
    for (uint32_t i = 0; i < plan->slot_count; i++) {
        const struct as_slot_path *path = &plan->slots[i];
        struct node *node;

        if (plan->names == AS_JSON_NATIVE)
            node = add_path(plan, path);
        else if (path->ecs.length > 0)
            node = add_dotted(plan, path->ecs);
        else
            continue;
        if (!add_slot(plan, node, i))
            return false;
    }
    for (uint32_t i = plan->slot_count; i < plan->all_count; i++) {
        struct as_text mark = marks[i - plan->slot_count];
        if (!add_slot(plan, add_named(plan, plan->root, mark), i))
            return false;
    }
    return true;
}

struct as_json_plan *as_json_plan_new(const struct as_projection *projection,
                                      enum as_json_names names,
                                      const struct as_text *marks,
                                      uint32_t mark_count)
{
    struct as_json_plan *plan = calloc(1, sizeof(*plan));
    size_t count = (size_t)projection->count + mark_count;

    if (!plan)
        return NULL;
    as_arena_init(&plan->arena, 0);
    plan->names = names;
    plan->slots = projection->slots;
    plan->slot_count = projection->count;
    plan->all_count = (uint32_t)count;
    plan->key = as_hash_key_random();
    plan->root = as_alloc(&plan->arena, sizeof(*plan->root));
    plan->next_slot = as_alloc(&plan->arena,
                               (count + 1) * sizeof(*plan->next_slot));
    plan->values = as_alloc(&plan->arena, (count + 1) * sizeof(*plan->values));
    plan->escaped = as_alloc(&plan->arena,
                             (count + 1) * sizeof(*plan->escaped));
    plan->places = as_alloc(&plan->arena, (count + 1) * sizeof(*plan->places));
    if (plan->arena.failed || !build(plan, marks)) {
        as_json_plan_free(plan);
        return NULL;
    }
    return plan;
}

void as_json_plan_free(struct as_json_plan *plan)
{
    if (!plan)
        return;
    as_arena_free(&plan->arena);
    as_buf_done(&plan->decoded);
    as_buf_done(&plan->name);
    as_buf_done(&plan->hashes);
    free(plan);
}

struct as_json_value *as_json_values(struct as_json_plan *plan)
{
    return plan->values;
}

/* ------------------------------------------------------------------------
 * The pass
 */

struct pass {
    struct as_json_plan *plan;
    struct as_scan scan;
    struct as_json_fault *fault;
};

static void note_fault(struct pass *pass, enum as_reason reason, const char *at,
                       const char *what, struct as_text name)
{
    if (pass->fault->reason != AS_REASON_NONE)
        return;
    *pass->fault = (struct as_json_fault){
        .reason = reason,
        .offset = (size_t)(at - pass->scan.start),
        .what = what,
        .name = name,
    };
}

/* The child that a name in the record leads to; with ECS names one name may
 * lead down several levels.  An escaped name is decoded first. */
static struct node *child_of(struct pass *pass, struct node *node,
                             struct as_text name, bool escaped)
{
    if (escaped) {
        struct as_buf *room = &pass->plan->name;
        as_buf_reset(room);
        if (!as_buf_reserve(room, name.length))
            return NULL;
        name = (struct as_text){ room->bytes,
                                 as_scan_decode(name, room->bytes) };
    }
    if (pass->plan->names == AS_JSON_NATIVE)
        return child_named(node, name);
    do {
        node = child_named(node, first_part(name, &name));
    } while (node && name.length > 0);
    return node;
}

/* The slots of a node get what was stepped over. */
static void keep(struct pass *pass, const struct node *node,
                 enum as_json_kind kind, struct as_text raw, bool escaped)
{
    struct as_json_plan *plan = pass->plan;

    if (kind == AS_JSON_TEXT)
        raw = (struct as_text){ raw.bytes + 1, raw.length - 2 };
    for (uint32_t n = node->first_slot; n != 0; n = plan->next_slot[n - 1]) {
        plan->values[n - 1] = (struct as_json_value){ kind, raw };
        plan->escaped[n - 1] = escaped;
    }
}

static const char *pass_value(struct pass *pass, const char *at,
                              struct node *node);

static const char *pass_object(struct pass *pass, const char *at,
                               struct node *node)
{
    struct as_scan *scan = &pass->scan;
    enum as_json_kind kind;
    struct as_text name;
    bool more, escaped;

    if (!as_scan_enter(scan, at - 1))
        return NULL;
    at = as_scan_first(scan, at, '}', &more);
    while (at && more) {
        at = as_scan_name(scan, at, &name, &escaped);
        if (!at)
            break;
        struct node *child = child_of(pass, node, name, escaped);
        if (child && child->seen == pass->plan->record)
            note_fault(pass, AS_REASON_DUPLICATE, name.bytes, "is given twice",
                       child->name);
        at = child ? pass_value(pass, at, child)
                   : as_scan_value(scan, at, &kind, &escaped);
        if (at)
            at = as_scan_next(scan, at, '}', &more);
    }
    scan->depth--;
    return at;
}

static const char *pass_array(struct pass *pass, const char *at,
                              struct node *node)
{
    struct as_scan *scan = &pass->scan;
    enum as_json_kind kind;
    uint32_t index = 0;
    bool more, escaped;

    if (!as_scan_enter(scan, at - 1))
        return NULL;
    at = as_scan_first(scan, at, ']', &more);
    while (at && more) {
        struct node *child = child_numbered(node, index++);
        at = child ? pass_value(pass, at, child)
                   : as_scan_value(scan, at, &kind, &escaped);
        if (at)
            at = as_scan_next(scan, at, ']', &more);
    }
    scan->depth--;
    return at;
}

static const char *pass_value(struct pass *pass, const char *at,
                              struct node *node)
{
    const char *start = at;
    enum as_json_kind kind;
    bool escaped = false;

    node->seen = pass->plan->record;
    if (node->named && at < pass->scan.end && *at == '{') {
        kind = AS_JSON_OBJECT;
        at = pass_object(pass, at + 1, node);
    } else if (node->numbers && at < pass->scan.end && *at == '[') {
        kind = AS_JSON_ARRAY;
        at = pass_array(pass, at + 1, node);
    } else {
        at = as_scan_value(&pass->scan, at, &kind, &escaped);
    }
    if (at && node->first_slot)
        keep(pass, node, kind, (struct as_text){ start, (size_t)(at - start) },
             escaped);
    return at;
}

/* ------------------------------------------------------------------------
 * Names inside a container that is read as a whole
 *
 * Rules may read anything in it, so no name may come twice in one of its
 * objects.  Names are compared by a keyed hash of 64 bits: two different ones
 * meet by chance once in billions of billions.  The hashes of the objects
 * that are open stand in one stack, an inner object's above its outer's.
 */

static bool push_hash(struct as_json_plan *plan, struct as_text name,
                      bool escaped)
{
    if (escaped) {
        as_buf_reset(&plan->name);
        if (!as_buf_reserve(&plan->name, name.length))
            return false;
        name = (struct as_text){ plan->name.bytes,
                                 as_scan_decode(name, plan->name.bytes) };
    }
    uint64_t hash = as_hash(&plan->key, name.bytes, name.length);
    as_buf_add(&plan->hashes, &hash, sizeof(hash));
    return !plan->hashes.failed;
}

static int compare_hashes(const void *left, const void *right)
{
    uint64_t a, b;

    memcpy(&a, left, sizeof(a));
    memcpy(&b, right, sizeof(b));
    return (a > b) - (a < b);
}

/* Take an object's hashes off the stack; are two of them equal? */
static bool pop_hashes(struct as_json_plan *plan, size_t floor)
{
    const size_t size = sizeof(uint64_t);
    size_t count = (plan->hashes.length - floor) / size;
    bool twice = false;

    if (count > 1) {
        char *first = plan->hashes.bytes + floor;
        qsort(first, count, size, compare_hashes);
        for (size_t i = 1; i < count; i++)
            twice = twice ||
                    memcmp(first + (i - 1) * size, first + i * size, size) == 0;
    }
    plan->hashes.length = floor;
    return twice;
}

static const char *names_of_value(struct pass *pass, const char *at,
                                  bool *twice);

static const char *names_of_object(struct pass *pass, const char *at,
                                   bool *twice)
{
    size_t floor = pass->plan->hashes.length;
    struct as_text name;
    bool more, escaped;

    at = as_scan_first(&pass->scan, at, '}', &more);
    while (at && more) {
        at = as_scan_name(&pass->scan, at, &name, &escaped);
        if (!at || !push_hash(pass->plan, name, escaped))
            return NULL;
        at = names_of_value(pass, at, twice);
        if (at)
            at = as_scan_next(&pass->scan, at, '}', &more);
    }
    *twice = pop_hashes(pass->plan, floor) || *twice;
    return at;
}

static const char *names_of_value(struct pass *pass, const char *at,
                                  bool *twice)
{
    enum as_json_kind kind;
    bool more, escaped;

    if (at < pass->scan.end && *at == '{')
        return names_of_object(pass, at + 1, twice);
    if (at == pass->scan.end || *at != '[')
        return as_scan_value(&pass->scan, at, &kind, &escaped);
    at = as_scan_first(&pass->scan, at + 1, ']', &more);
    while (at && more) {
        at = names_of_value(pass, at, twice);
        if (at)
            at = as_scan_next(&pass->scan, at, ']', &more);
    }
    return at;
}

static bool name_twice(struct pass *pass, struct as_text json)
{
    bool twice = false;

    as_buf_reset(&pass->plan->hashes);
    names_of_value(pass, json.bytes, &twice);
    return twice;
}

/* ------------------------------------------------------------------------
 * After the pass
 */

static bool fits(const struct as_json_value *value, enum as_slot_shape shape)
{
    if (value->kind == AS_JSON_ABSENT || value->kind == AS_JSON_NULL)
        return true;
    switch (shape) {
    case AS_SHAPE_ANY:
        return true;
    case AS_SHAPE_TEXT:
        return value->kind == AS_JSON_TEXT;
    case AS_SHAPE_NUMBER:
        return value->kind == AS_JSON_NUMBER;
    case AS_SHAPE_BOOL:
        return value->kind == AS_JSON_TRUE || value->kind == AS_JSON_FALSE ||
               (value->kind == AS_JSON_TEXT &&
                (as_text_equal(value->text, AS_TEXT("true")) ||
                 as_text_equal(value->text, AS_TEXT("false"))));
    }
    return false;
}

/* Exports from Elastic may write a single value as an array of one. */
static void unwrap(struct as_json_value *value, bool *escaped)
{
    struct as_scan scan;
    enum as_json_kind kind;
    bool more, inner_escaped = false;

    as_scan_init(&scan, value->text);
    const char *start = as_scan_first(&scan, scan.start + 1, ']', &more);
    if (!start || !more)
        return;
    const char *end = as_scan_value(&scan, start, &kind, &inner_escaped);
    if (!end || !as_scan_next(&scan, end, ']', &more) || more)
        return;
    if (kind == AS_JSON_TEXT) {
        start++;
        end--;
    }
    *value = (struct as_json_value){ kind, { start, (size_t)(end - start) } };
    *escaped = inner_escaped;
}

static bool decode_all(struct as_json_plan *plan)
{
    size_t room = 0;

    for (uint32_t i = 0; i < plan->all_count; i++) {
        if (plan->escaped[i])
            room += plan->values[i].text.length;
    }
    as_buf_reset(&plan->decoded);
    if (room > 0 && !as_buf_reserve(&plan->decoded, room))
        return false;
    for (uint32_t i = 0; room > 0 && i < plan->all_count; i++) {
        struct as_text *text = &plan->values[i].text;
        if (!plan->escaped[i])
            continue;
        char *to = plan->decoded.bytes + plan->decoded.length;
        *text = (struct as_text){ to, as_scan_decode(*text, to) };
        plan->decoded.length += text->length;
    }
    return true;
}

/* The name of the field that a slot reads: its path's last. */
static struct as_text slot_name(const struct as_json_plan *plan, uint32_t slot)
{
    const struct as_slot_path *path = &plan->slots[slot];

    if (plan->names == AS_JSON_ECS)
        return path->ecs;
    for (uint32_t i = path->count; i > 0; i--) {
        if (!path->steps[i - 1].is_index)
            return path->steps[i - 1].name;
    }
    return (struct as_text){ NULL, 0 };
}

/* `place` is where its value stands in the record, before it was decoded. */
static void judge_slot(struct pass *pass, uint32_t slot, const char *place)
{
    struct as_json_plan *plan = pass->plan;
    const struct as_json_value *value = &plan->values[slot];

    if (!fits(value, (enum as_slot_shape)plan->slots[slot].shape))
        note_fault(pass, AS_REASON_SHAPE, place, "has a value of another kind",
                   slot_name(plan, slot));
    else if (value->text.length > AS_MAX_KEPT_TEXT)
        note_fault(pass, AS_REASON_SIZE, place, "has a value that is too large",
                   slot_name(plan, slot));
    else if ((value->kind == AS_JSON_OBJECT || value->kind == AS_JSON_ARRAY) &&
             name_twice(pass, value->text))
        note_fault(pass, AS_REASON_DUPLICATE, place,
                   "holds an object with a name given twice",
                   slot_name(plan, slot));
}

static bool judge_all(struct pass *pass)
{
    struct as_json_plan *plan = pass->plan;

    for (uint32_t i = 0; i < plan->slot_count; i++) {
        struct as_json_value *value = &plan->values[i];
        plan->places[i] = value->text.bytes;
        if (plan->names == AS_JSON_ECS && value->kind == AS_JSON_ARRAY &&
            plan->slots[i].shape != AS_SHAPE_ANY)
            unwrap(value, &plan->escaped[i]);
    }
    if (!decode_all(plan))
        return false;
    for (uint32_t i = 0; i < plan->slot_count; i++) {
        if (plan->values[i].kind > AS_JSON_NULL)
            judge_slot(pass, i, plan->places[i]);
    }
    return !plan->name.failed && !plan->hashes.failed;
}

static size_t pass_failed(struct pass *pass)
{
    *pass->fault = (struct as_json_fault){
        .reason = pass->scan.reason,
        .offset = (size_t)(pass->scan.fault_at - pass->scan.start),
        .what = pass->scan.what,
    };
    return 0;
}

size_t as_json_project(struct as_json_plan *plan, struct as_text bytes,
                       struct as_json_fault *fault)
{
    struct pass pass = { .plan = plan, .fault = fault };

    *fault = (struct as_json_fault){ .reason = AS_REASON_NONE };
    memset(plan->values, 0, plan->all_count * sizeof(*plan->values));
    memset(plan->escaped, 0, plan->all_count * sizeof(*plan->escaped));
    as_buf_reset(&plan->name);
    as_buf_reset(&plan->hashes);
    plan->record++;
    as_scan_init(&pass.scan, bytes);
    const char *end = pass_value(&pass, pass.scan.start, plan->root);
    if (!end)
        return pass_failed(&pass);
    if (*pass.scan.start != '{')
        note_fault(&pass, AS_REASON_SHAPE, pass.scan.start,
                   "a record is an object, and this is none", AS_TEXT(""));
    if (!judge_all(&pass)) {
        as_scan_fault(&pass.scan, AS_REASON_NONE, pass.scan.start,
                      "out of memory");
        return pass_failed(&pass);
    }
    return (size_t)(end - pass.scan.start);
}
