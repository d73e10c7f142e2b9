/*
 * projection.c - see projection.h.
 *
 * The paths of a projection form a tree: one node for each name or number on
 * the way to a slot.  The pass walks the record and the tree side by side;
 * where the tree has no node, the value is only stepped over.  A node may be
 * a slot and have children too (`resources` and `resources[0].ARN`).
 *
 * That is done twice over.  Nearly every record is good, so first it is
 * indexed (index.h) and only the marks of the index are walked: quick_object
 * and what follows it.  Where the index does not say yes, or a name comes
 * twice, the careful pass reads the record again and has the last word: it
 * knows what is wrong and where.  Both find the same values.
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
    BUCKET_BITS = 7,
    BUCKETS = 1 << BUCKET_BITS, /* of a node's children by name */
    WORD = sizeof(uint64_t),
    MOST_NAMES = 32,   /* that the quick pass compares, */
    MOST_SPREAD = 48,  /* that get buckets of their own, */
    MOST_TRIES = 2000, /* if that can be had in so many tries */
};

struct children;

struct node {
    struct as_text name;
    uint64_t first, last; /* WORD bytes; the last with the quote before a
                             name that is shorter */
    uint64_t mask;        /* what of the last counts */
    uint32_t index;
    uint32_t first_slot;    /* or mark: its number + 1; 0: this is none */
    bool is_slot;           /* there is more than marks */
    uint8_t fitting;        /* bits: the kinds that all its slots take */
    uint64_t marks;         /* bits: its marks */
    size_t most;            /* bytes that its slots take */
    struct node *next;      /* in the bucket, or among the numbers */
    struct node *sibling;   /* by name */
    struct children *named; /* NULL: none */
    struct node *numbers;   /* children by number */
    uint64_t seen;          /* the record in which it came last */
};

/*
 * The children of a node by name.  The last bytes of a name choose its
 * bucket, as many as the shortest name has and the quote before it; and the
 * multiplier is such that few names share one.
 */
struct children {
    uint64_t mask; /* of the bytes that choose */
    size_t shortest;
    uint64_t multiplier;
    struct node *bucket[BUCKETS]; /* lists that end with `none` */
    struct node none;             /* no name ends like this one's */
    struct node *all;
    uint32_t count;
    struct children *next; /* of another node */
};

struct as_json_plan {
    struct as_arena arena;
    struct node *root;
    struct children *children; /* of all nodes */
    enum as_json_names names;
    const struct as_slot_path *slots;
    uint32_t slot_count, all_count; /* all: marks too */
    uint32_t *next_slot;            /* of the same node; number + 1, or 0 */
    struct as_json_value *values;
    bool *escaped;
    bool any_escaped; /* of this record's */
    bool is_misfit;   /* perhaps; of the quick pass */
    bool failed;      /* memory ran out: a name was passed over */
    uint64_t marks;   /* bits: those of this record that are not null */
    bool is_careful;  /* the index is not asked */
    struct as_index index;
    const char **places;   /* where slots' values stood */
    struct as_buf name;    /* room to decode a name */
    struct as_buf decoded; /* this record's texts */
    struct as_buf hashes;  /* of names, see name_twice */
    struct as_hash_key key;
    uint64_t record; /* counts them; never 0 while reading */
};

/* The kinds that surely fit a shape. */
enum { MISSING = 1 << AS_JSON_ABSENT | 1 << AS_JSON_NULL };
static const uint8_t fitting[] = {
    [AS_SHAPE_ANY] = 0xFF,
    [AS_SHAPE_TEXT] = MISSING | 1 << AS_JSON_TEXT,
    [AS_SHAPE_BOOL] = MISSING | 1 << AS_JSON_FALSE | 1 << AS_JSON_TRUE,
    [AS_SHAPE_NUMBER] = MISSING | 1 << AS_JSON_NUMBER,
};

/* ------------------------------------------------------------------------
 * The tree
 */

/* All ones in the last bytes of a word. */
static uint64_t last_bytes(size_t count)
{
    unsigned char bytes[WORD] = { 0 };
    uint64_t mask;

    memset(bytes + WORD - count, 255, count);
    memcpy(&mask, bytes, WORD);
    return mask;
}

/* The last WORD bytes of `"` and the name, zeros before it. */
static uint64_t last_word(struct as_text name)
{
    char bytes[WORD] = { 0 };
    uint64_t word;

    if (name.length >= WORD) {
        memcpy(bytes, name.bytes + name.length - WORD, WORD);
    } else {
        bytes[WORD - name.length - 1] = '"';
        memcpy(bytes + WORD - name.length, name.bytes, name.length);
    }
    memcpy(&word, bytes, WORD);
    return word;
}

static inline unsigned bucket_of(const struct children *named, uint64_t last)
{
    return (unsigned)((last & named->mask) * named->multiplier >>
                      (64 - BUCKET_BITS));
}

static struct node *child_named(const struct node *node, struct as_text name)
{
    const struct children *named = node->named;

    if (!named || name.length < named->shortest)
        return NULL;
    struct node *child = named->bucket[bucket_of(named, last_word(name))];
    while (child != &named->none && !as_text_equal(child->name, name))
        child = child->next;
    return child != &named->none ? child : NULL;
}

/* Put all children in buckets; true when each has its own, or shares it only
 * with names that end like it. */
static bool spread(struct children *named)
{
    bool alone = true;

    for (unsigned i = 0; i < BUCKETS; i++)
        named->bucket[i] = &named->none;
    for (struct node *child = named->all; child; child = child->sibling) {
        struct node **bucket = &named->bucket[bucket_of(named, child->last)];
        alone = alone && (*bucket == &named->none ||
                          (((*bucket)->last ^ child->last) & named->mask) == 0);
        child->next = *bucket;
        *bucket = child;
    }
    return alone;
}

/* When all names are known: buckets in which few of them meet. */
static void settle(struct as_json_plan *plan)
{
    for (struct children *named = plan->children; named; named = named->next) {
        unsigned tries = named->count <= MOST_SPREAD ? MOST_TRIES : 0;

        while (!spread(named) && tries-- > 0)
            named->multiplier *= UINT64_C(6364136223846793005);
    }
}

static struct node *child_numbered(const struct node *node, uint32_t index)
{
    struct node *child = node->numbers;

    while (child && child->index != index)
        child = child->next;
    return child;
}

static struct children *add_children(struct as_json_plan *plan)
{
    struct children *named = as_alloc(&plan->arena, sizeof(*named));

    if (!named)
        return NULL;
    *named = (struct children){
        .mask = last_bytes(WORD),
        .shortest = SIZE_MAX,
        .multiplier = UINT64_C(0x9E3779B97F4A7C15),
        .next = plan->children,
    };
    /* Nothing but quotes. */
    memset(&named->none.last, '"', WORD);
    named->none.mask = last_bytes(WORD);
    plan->children = named;
    spread(named);
    return named;
}

static void add_child(struct children *named, struct node *child)
{
    size_t length = child->name.length;

    child->mask = last_bytes(length < WORD ? length + 1 : WORD);
    child->last = last_word(child->name);
    if (length >= WORD)
        memcpy(&child->first, child->name.bytes, WORD);
    child->sibling = named->all;
    named->all = child;
    named->count++;
    if (length < named->shortest) {
        named->shortest = length;
        named->mask = child->mask;
        spread(named);
    } else {
        struct node **bucket = &named->bucket[bucket_of(named, child->last)];
        child->next = *bucket;
        *bucket = child;
    }
}

static struct node *add_named(struct as_json_plan *plan, struct node *node,
                              struct as_text name)
{
    struct node *child = child_named(node, name);

    if (child)
        return child;
    if (!node->named)
        node->named = add_children(plan);
    child = as_alloc(&plan->arena, sizeof(*child));
    if (!child || !node->named)
        return NULL;
    *child = (struct node){ .name = name, .fitting = 0xFF, .most = SIZE_MAX };
    add_child(node->named, child);
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
    *child = (struct node){
        .index = index, .next = node->numbers, .fitting = 0xFF, .most = SIZE_MAX
    };
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
    if (slot < plan->slot_count) {
        node->is_slot = true;
        node->fitting &= fitting[plan->slots[slot].shape];
        node->most = AS_MAX_KEPT_TEXT;
    } else {
        node->marks |= UINT64_C(1) << (slot - plan->slot_count);
    }
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
    settle(plan);
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
    if (plan->arena.failed || !build(plan, marks) ||
        !as_index_init(&plan->index)) {
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
    as_index_done(&plan->index);
    as_buf_done(&plan->decoded);
    as_buf_done(&plan->name);
    as_buf_done(&plan->hashes);
    free(plan);
}

void as_json_plan_use(struct as_json_plan *plan, const struct as_kernel *kernel)
{
    plan->is_careful = !kernel;
    if (kernel)
        plan->index.kernel = kernel;
}

struct as_json_value *as_json_values(struct as_json_plan *plan)
{
    return plan->values;
}

uint64_t as_json_marks(const struct as_json_plan *plan)
{
    return plan->marks;
}

/* ------------------------------------------------------------------------
 * The pass
 */

struct pass {
    struct as_json_plan *plan;
    struct as_scan scan;
    struct as_json_fault *fault;
    bool is_careful;
    size_t least_end; /* names that end here or behind can be found by their
                         last bytes */
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
        if (!as_buf_reserve(room, name.length)) {
            pass->plan->failed = true;
            return NULL;
        }
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
    plan->any_escaped |= escaped;
    plan->marks &= ~node->marks;
    plan->marks |= kind != AS_JSON_NULL ? node->marks : 0;
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
 * The quick pass: over the marks of the index, through good JSON
 *
 * Places are counted from the record's start.
 */

/* (Nothing else so low stands outside strings.) */
static inline size_t skip_white(const char *bytes, size_t at)
{
    while (__builtin_expect((unsigned char)bytes[at] <= ' ', 0))
        at++;
    return at;
}

/* The place of the closing quote of the name before a colon. */
static inline size_t name_end(const char *bytes, size_t colon)
{
    do {
        colon--;
    } while (bytes[colon] != '"');
    return colon;
}

static inline struct as_text quick_name(const struct pass *pass, size_t end,
                                        bool *escaped)
{
    const struct as_index *index = &pass->plan->index;
    size_t start = as_index_quote_before(index, end) + 1;
    struct as_text name = { pass->scan.start + start, end - start };

    *escaped = index->has_backslashes && name.length > 0 &&
               memchr(name.bytes, '\\', name.length) != NULL;
    return name;
}

/* The child that the name before a colon leads to. */
static struct node *slow_child(struct pass *pass, struct node *node, size_t end)
{
    bool escaped;
    struct as_text name = quick_name(pass, end, &escaped);

    return child_of(pass, node, name, escaped);
}

/* Is the name that ends at `end` with the node's last WORD bytes the node's
 * name?  `before` bytes can be read. */
static inline bool same_rest(const struct node *node, const char *end,
                             size_t before)
{
    size_t length = node->name.length;
    uint64_t first;

    if (length < WORD)
        return true;
    if (length >= before || end[-(ptrdiff_t)length - 1] != '"')
        return false;
    memcpy(&first, end - length, WORD);
    return first == node->first &&
           (length <= (size_t)2 * WORD ||
            memcmp(end - length, node->name.bytes, length) == 0);
}

/*
 * The same.  Where the name begins is not looked up: it is compared from its
 * end, and a quote before it shows that it was all.  (Not where there are
 * backslashes: that may be an escaped one.)
 */
static inline struct node *quick_child(struct pass *pass, struct node *node,
                                       size_t colon)
{
    const struct children *named = node->named;
    size_t end = name_end(pass->scan.start, colon);
    uint64_t last;

    if (end < pass->least_end)
        return slow_child(pass, node, end);
    memcpy(&last, pass->scan.start + end - WORD, WORD);
    struct node *child = named->bucket[bucket_of(named, last)];
    while (((child->last ^ last) & child->mask) != 0 ||
           !same_rest(child, pass->scan.start + end, end)) {
        if (child == &named->none)
            return NULL;
        child = child->next;
    }
    return child;
}

/* Behind the opening bracket of a container; returns the mark behind it. */
static const uint32_t *quick_skip(const char *bytes, const uint32_t *mark)
{
    unsigned depth = 1;

    while (depth > 0) {
        /* { and } stand around '|', a colon far below. */
        unsigned c = (unsigned char)bytes[*mark++] | ('{' ^ '[');
        depth += ('|' - c) & (0 - (c >> 6));
    }
    return mark;
}

static enum as_json_kind kind_of(char first)
{
    switch (first) {
    case '"':
        return AS_JSON_TEXT;
    case '{':
        return AS_JSON_OBJECT;
    case '[':
        return AS_JSON_ARRAY;
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

/*
 * The marks up to `end` are those of a container that is kept as a whole: is
 * no name twice in one of its objects?  False: not sure.
 */
static bool quick_names(const struct pass *pass, const uint32_t *mark,
                        const uint32_t *end)
{
    struct as_text names[MOST_NAMES];
    unsigned floors[AS_MAX_DEPTH + 1]; /* of the containers that are open */
    unsigned depth = 0, count = 0;
    bool escaped;

    floors[0] = 0;
    for (; mark < end; mark++) {
        char c = pass->scan.start[*mark];

        if (c == '{' || c == '[') {
            floors[++depth] = count;
        } else if (c == '}' || c == ']') {
            count = floors[depth];
            depth--;
        } else {
            size_t stop = name_end(pass->scan.start, *mark);
            struct as_text name = quick_name(pass, stop, &escaped);
            for (unsigned i = floors[depth]; i < count; i++) {
                if (as_text_equal(names[i], name))
                    return false;
            }
            if (escaped || count == MOST_NAMES)
                return false;
            names[count++] = name;
        }
    }
    return true;
}

static inline void quick_keep(const struct pass *pass, const struct node *node,
                              enum as_json_kind kind, size_t start, size_t end)
{
    struct as_json_plan *plan = pass->plan;
    struct as_json_value value = { kind,
                                   { pass->scan.start + start, end - start } };

    if (node->first_slot == 0)
        return;
    plan->values[node->first_slot - 1] = value;
    for (uint32_t n = plan->next_slot[node->first_slot - 1];
         __builtin_expect(n != 0, 0); n = plan->next_slot[n - 1])
        plan->values[n - 1] = value;
    plan->is_misfit |= !(node->fitting >> kind & 1) || end - start > node->most;
    plan->marks |= kind != AS_JSON_NULL ? node->marks : 0;
}

/* A text; `at` is behind the quote.  Returns the closing one. */
static inline size_t quick_text(const struct pass *pass,
                                const struct node *node, size_t at)
{
    struct as_json_plan *plan = pass->plan;
    size_t end = as_index_quote(&plan->index, at);

    quick_keep(pass, node, AS_JSON_TEXT, at, end);
    if (plan->index.has_backslashes && end > at &&
        memchr(pass->scan.start + at, '\\', end - at)) {
        plan->any_escaped |= node->first_slot != 0;
        for (uint32_t n = node->first_slot; n != 0; n = plan->next_slot[n - 1])
            plan->escaped[n - 1] = true;
    }
    return end;
}

static const uint32_t *quick_object(struct pass *pass, struct node *node,
                                    const uint32_t *mark);
static const uint32_t *quick_array(struct pass *pass, struct node *node,
                                   size_t at, const uint32_t *mark);

/*
 * A value that is no text; `mark` is the first one from it on.  Returns the
 * first one behind it, or NULL: not sure.
 */
static const uint32_t *quick_other(struct pass *pass, struct node *node,
                                   size_t at, const uint32_t *mark)
{
    const char *bytes = pass->scan.start;
    const uint32_t *first = mark;
    enum as_json_kind kind = kind_of(bytes[at]);

    if (kind != AS_JSON_OBJECT && kind != AS_JSON_ARRAY) {
        const char *end = as_scan_word(bytes + at, pass->scan.end);
        quick_keep(pass, node, kind, at, (size_t)(end - bytes));
        return mark;
    }
    if (kind == AS_JSON_OBJECT && node->named)
        mark = quick_object(pass, node, mark + 1);
    else if (kind == AS_JSON_ARRAY && node->numbers)
        mark = quick_array(pass, node, at + 1, mark + 1);
    else
        mark = quick_skip(bytes, mark + 1);
    if (!mark || (node->is_slot && !quick_names(pass, first, mark)))
        return NULL;
    quick_keep(pass, node, kind, at, (size_t)mark[-1] + 1);
    return mark;
}

/* The same for any value. */
static inline const uint32_t *quick_value(struct pass *pass, struct node *node,
                                          size_t at, const uint32_t *mark)
{
    if (node->seen == pass->plan->record)
        return NULL;
    node->seen = pass->plan->record;
    if (pass->scan.start[at] != '"')
        return quick_other(pass, node, at, mark);
    quick_text(pass, node, at + 1);
    return mark;
}

/* From the mark behind the opening bracket to that behind the closing one, or
 * NULL: not sure. */
static const uint32_t *quick_object(struct pass *pass, struct node *node,
                                    const uint32_t *mark)
{
    const char *bytes = pass->scan.start;

    for (;;) {
        size_t place = *mark++;
        char c = bytes[place];

        if (c == ':') {
            struct node *child = quick_child(pass, node, place);
            if (!child)
                continue;
            mark = quick_value(pass, child, skip_white(bytes, place + 1), mark);
            if (!mark)
                return NULL;
        } else if (c == '}') {
            return mark;
        } else {
            mark = quick_skip(bytes, mark);
        }
    }
}

/* Where a value ends; `mark` is the first one behind it. */
static size_t value_end(const struct pass *pass, size_t at,
                        const uint32_t *mark)
{
    char first = pass->scan.start[at];

    if (first == '"')
        return as_index_quote(&pass->plan->index, at + 1) + 1;
    if (first == '{' || first == '[')
        return (size_t)mark[-1] + 1;
    return (size_t)(as_scan_word(pass->scan.start + at, pass->scan.end) -
                    pass->scan.start);
}

/* As quick_object; `at` is behind the opening bracket. */
static const uint32_t *quick_array(struct pass *pass, struct node *node,
                                   size_t at, const uint32_t *mark)
{
    const char *bytes = pass->scan.start;
    uint32_t index = 0;

    at = skip_white(bytes, at);
    while (bytes[at] != ']') {
        struct node *child = child_numbered(node, index++);
        if (child)
            mark = quick_value(pass, child, at, mark);
        else if (bytes[at] == '{' || bytes[at] == '[')
            mark = quick_skip(bytes, mark + 1);
        if (!mark)
            return NULL;
        at = skip_white(bytes, value_end(pass, at, mark));
        if (bytes[at] == ',')
            at = skip_white(bytes, at + 1);
    }
    return mark + 1;
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
        if (!as_buf_reserve(&plan->name, name.length)) {
            plan->failed = true;
            return false;
        }
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

    if (pass->plan->hashes.failed)
        return false;
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
             pass->is_careful && name_twice(pass, value->text))
        note_fault(pass, AS_REASON_DUPLICATE, place,
                   "holds an object with a name given twice",
                   slot_name(plan, slot));
}

static void unwrap_all(struct as_json_plan *plan)
{
    for (uint32_t i = 0; i < plan->slot_count; i++) {
        struct as_json_value *value = &plan->values[i];

        if (value->kind != AS_JSON_ARRAY ||
            plan->slots[i].shape == AS_SHAPE_ANY)
            continue;
        unwrap(value, &plan->escaped[i]);
        plan->any_escaped |= plan->escaped[i];
    }
}

/*
 * Can't any slot's value be at fault?  Without a branch for each: which values
 * a record has is anybody's guess.  False: not sure.
 */
static bool all_fit(const struct as_json_plan *plan)
{
    bool fit = true;

    for (uint32_t i = 0; i < plan->slot_count; i++) {
        const struct as_json_value *value = &plan->values[i];
        fit &= (fitting[plan->slots[i].shape] >> value->kind & 1) != 0;
        fit &= value->text.length <= AS_MAX_KEPT_TEXT;
    }
    return fit;
}

static bool judge_all(struct pass *pass)
{
    struct as_json_plan *plan = pass->plan;
    bool moved = plan->names == AS_JSON_ECS || plan->any_escaped;

    if (moved) {
        for (uint32_t i = 0; i < plan->slot_count; i++)
            plan->places[i] = plan->values[i].text.bytes;
        if (plan->names == AS_JSON_ECS)
            unwrap_all(plan);
        if (plan->any_escaped && !decode_all(plan))
            return false;
    }
    bool is_sure = !pass->is_careful &&
                   (plan->names == AS_JSON_NATIVE ? !plan->is_misfit
                                                  : all_fit(plan));
    for (uint32_t i = 0; !is_sure && i < plan->slot_count; i++) {
        const struct as_json_value *value = &plan->values[i];
        if (value->kind > AS_JSON_NULL)
            judge_slot(pass, i, moved ? plan->places[i] : value->text.bytes);
    }
    return !plan->failed && !plan->hashes.failed;
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

static void start_pass(struct pass *pass, struct as_text bytes)
{
    struct as_json_plan *plan = pass->plan;

    *pass->fault = (struct as_json_fault){ .reason = AS_REASON_NONE };
    memset(plan->values, 0, plan->all_count * sizeof(*plan->values));
    if (plan->any_escaped)
        memset(plan->escaped, 0, plan->all_count * sizeof(*plan->escaped));
    plan->any_escaped = false;
    plan->is_misfit = false;
    plan->failed = false;
    plan->marks = 0;
    as_buf_reset(&plan->name);
    as_buf_reset(&plan->hashes);
    plan->record++;
    as_scan_init(&pass->scan, bytes);
}

/* The length of an object in which all is good; 0: not sure. */
static size_t quick_pass_record(struct pass *pass, struct as_text bytes)
{
    struct as_json_plan *plan = pass->plan;

    if (plan->is_careful || !plan->root->named ||
        !as_index_object(&plan->index, bytes))
        return 0;
    pass->least_end = plan->names == AS_JSON_NATIVE &&
                              !plan->index.has_backslashes
                        ? WORD
                        : SIZE_MAX;
    plan->root->seen = plan->record;
    return quick_object(pass, plan->root, plan->index.marks)
             ? plan->index.length
             : 0;
}

size_t as_json_project(struct as_json_plan *plan, struct as_text bytes,
                       struct as_json_fault *fault)
{
    struct pass pass = { .plan = plan, .fault = fault };

    start_pass(&pass, bytes);
    size_t length = quick_pass_record(&pass, bytes);
    if (length == 0) {
        pass.is_careful = true;
        start_pass(&pass, bytes);
        const char *end = pass_value(&pass, pass.scan.start, plan->root);
        if (!end)
            return pass_failed(&pass);
        if (*pass.scan.start != '{')
            note_fault(&pass, AS_REASON_SHAPE, pass.scan.start,
                       "a record is an object, and this is none", AS_TEXT(""));
        length = (size_t)(end - pass.scan.start);
    }
    if (!judge_all(&pass)) {
        as_scan_fault(&pass.scan, AS_REASON_NONE, pass.scan.start,
                      "out of memory");
        return pass_failed(&pass);
    }
    return length;
}
