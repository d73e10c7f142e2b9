/*
 * fuzz_json.c - the strict reader, against one that goes byte by byte.
 *
 * Every way in which JSON is read must come to the same verdict: all kernels
 * and the careful half of the reader of records, the parser of texts, the walk
 * through lists.  And of a good record the same values must be picked out
 * that a plain tree has at those places.
 *
 * The input: the text.
 */

#include "common/limits.h"
#include "program/jsonwalk.h"
#include "runtime/json.h"
#include "runtime/projection.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/json_tree.h"

const unsigned fuzz_variants = 40;

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#define NAME(text)                                                             \
    {                                                                          \
        .name = { text, sizeof(text) - 1 }                                     \
    }

static const struct as_path_step name_path[] = { NAME("eventName") };
static const struct as_path_step key_path[] = { NAME("userIdentity"),
                                                NAME("accessKeyId") };
static const struct as_path_step whole_path[] = { NAME("requestParameters") };
static const struct as_path_step item_path[] = {
    NAME("resources"), { .is_index = true, .index = 1 }, NAME("ARN")
};
static const struct as_path_step bool_path[] = { NAME("readOnly") };
static const struct as_path_step number_path[] = { NAME("a"), NAME("b"),
                                                   NAME("n") };

static const struct as_slot_path slots[] = {
    { name_path, 1, AS_SHAPE_TEXT, { "event.action", 12 } },
    { key_path, 2, AS_SHAPE_TEXT, { "aws.key", 7 } },
    { whole_path, 1, AS_SHAPE_ANY, { "aws.request", 11 } },
    { item_path, 3, AS_SHAPE_TEXT, { "", 0 } },
    { bool_path, 1, AS_SHAPE_BOOL, { "aws.cloudtrail.read_only", 24 } },
    { number_path, 3, AS_SHAPE_NUMBER, { "", 0 } },
};

static const struct as_projection projection = { slots, COUNT(slots) };

/* ------------------------------------------------------------------------
 * What should come of a record
 */

/* The value that a slot's path leads to; *twice when a name on the way is
 * there twice. */
static const struct tree *follow(const struct tree *node,
                                 const struct as_slot_path *slot, bool *twice)
{
    for (uint32_t i = 0; node && i < slot->count; i++) {
        const struct as_path_step *step = &slot->steps[i];

        node = step->is_index ? tree_element(node, step->index)
                              : tree_member(node, step->name, twice);
    }
    return node;
}

static bool fits(const struct tree *node, enum as_slot_shape shape)
{
    bool is_text = node->kind == AS_JSON_TEXT;

    if (node->kind == AS_JSON_NULL || shape == AS_SHAPE_ANY)
        return true;
    if (shape == AS_SHAPE_TEXT)
        return is_text;
    if (shape == AS_SHAPE_NUMBER)
        return node->kind == AS_JSON_NUMBER;
    return node->kind == AS_JSON_TRUE || node->kind == AS_JSON_FALSE ||
           (is_text && (as_text_equal(node->text, AS_TEXT("true")) ||
                        as_text_equal(node->text, AS_TEXT("false"))));
}

static bool is_faulty(const struct tree *root)
{
    bool faulty = root->kind != AS_JSON_OBJECT;

    for (size_t i = 0; i < COUNT(slots); i++) {
        bool twice = false;
        const struct tree *node = follow(root, &slots[i], &twice);

        faulty |= twice;
        faulty |= node && (tree_has_twins(node) ||
                           !fits(node, (enum as_slot_shape)slots[i].shape));
    }
    return faulty;
}

static void compare_value(const struct as_json_value *got,
                          const struct tree *want)
{
    fuzz_require(got->kind == (want ? want->kind : AS_JSON_ABSENT),
                 "a slot's value has the kind that the tree has");
    if (want && want->kind == AS_JSON_TEXT)
        fuzz_require(as_text_equal(got->text, want->text),
                     "a slot's text is the tree's, decoded");
    if (want && want->kind >= AS_JSON_NUMBER && want->kind != AS_JSON_TEXT)
        fuzz_require(as_text_equal(got->text, want->raw),
                     "a slot's value is the tree's, as it stands");
}

/* ------------------------------------------------------------------------
 * Reading records
 */

/* `root` NULL: it is no JSON.  `taken`: the bytes of the value. */
static void check_record(struct as_json_plan *plan, struct as_text text,
                         const struct tree *root, size_t taken)
{
    struct as_json_fault fault;
    size_t got = as_json_project(plan, text, &fault);
    struct as_json_value *values = as_json_values(plan);

    fuzz_require(got == (root ? taken : 0), "a record ends where the plain "
                                            "reader ends it");
    if (!root) {
        fuzz_require(fault.reason != AS_REASON_NONE && fault.what,
                     "a refusal says why");
        fuzz_require(fault.offset <= text.length, "and where");
        return;
    }
    fuzz_require((fault.reason != AS_REASON_NONE) == is_faulty(root),
                 "faults are those of the tree");
    for (size_t i = 0; i < COUNT(slots) && fault.reason == AS_REASON_NONE;
         i++) {
        bool twice = false;

        compare_value(&values[i], follow(root, &slots[i], &twice));
    }
}

/* With Elastic's names, all kernels must agree with none. */
static void check_ecs(struct as_json_plan *plan, struct as_json_plan *careful,
                      struct as_text text)
{
    struct as_json_fault fault, other;
    size_t taken = as_json_project(plan, text, &fault);

    fuzz_require(as_json_project(careful, text, &other) == taken,
                 "with Elastic's names records end at the same place");
    fuzz_require(fault.reason == other.reason && fault.offset == other.offset,
                 "with Elastic's names faults are the same");
    for (size_t i = 0; i < COUNT(slots) && taken > 0; i++) {
        const struct as_json_value *a = &as_json_values(plan)[i];
        const struct as_json_value *b = &as_json_values(careful)[i];

        fuzz_require(a->kind == b->kind && as_text_equal(a->text, b->text),
                     "with Elastic's names values are the same");
    }
}

/* The plans of a kernel; made once, for they are large. */
struct plans {
    const struct as_kernel *kernel; /* NULL: none, the careful half alone */
    struct as_json_plan *native, *ecs;
};

enum { MOST_KERNELS = 8 };

static struct plans plans[MOST_KERNELS];
static size_t plan_count;

static struct as_json_plan *plan_of(enum as_json_names names,
                                    const struct as_kernel *kernel)
{
    struct as_json_plan *plan = as_json_plan_new(&projection, names, NULL, 0);

    fuzz_require(plan != NULL, "a plan can be made");
    as_json_plan_use(plan, kernel);
    return plan;
}

static void make_plans(const struct as_kernel *kernel)
{
    fuzz_require(plan_count < MOST_KERNELS, "there are not so many kernels");
    plans[plan_count++] = (struct plans){ kernel,
                                          plan_of(AS_JSON_NATIVE, kernel),
                                          plan_of(AS_JSON_ECS, kernel) };
}

static void free_plans(void)
{
    while (plan_count-- > 0) {
        as_json_plan_free(plans[plan_count].native);
        as_json_plan_free(plans[plan_count].ecs);
    }
}

/* With none, which comes first, and with each that works here. */
static void make_all_plans(void)
{
    make_plans(NULL);
    for (size_t i = 0; as_kernels[i]; i++) {
        if (as_kernels[i]->works())
            make_plans(as_kernels[i]);
    }
    atexit(free_plans);
}

/* ------------------------------------------------------------------------
 * Texts
 */

/* What compacting should give: all but the blanks outside strings. */
static void strip(struct as_buf *out, struct as_text text)
{
    bool inside = false;

    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];

        if (inside || !strchr(" \t\r\n", c))
            as_buf_putc(out, c);
        if (inside && c == '\\')
            as_buf_putc(out, text.bytes[++i]);
        else if (c == '"')
            inside = !inside;
    }
}

static void check_text(struct as_text text, const struct tree *whole)
{
    struct as_buf got = { .bytes = NULL }, want = { .bytes = NULL };
    struct as_json_value value;
    struct as_arena arena;

    as_arena_init(&arena, 0);
    fuzz_require(as_json_parse(text, &arena, &value) == (whole != NULL),
                 "a text is JSON where the plain reader says so");
    fuzz_require(value.kind == (whole ? whole->kind : AS_JSON_ABSENT),
                 "and has that kind");
    if (whole) {
        compare_value(&value, whole);
        as_json_compact(text, &got);
        strip(&want, text);
        fuzz_require(as_text_equal(as_buf_view(&got), as_buf_view(&want)),
                     "compacting takes the blanks out, and nothing else");
    }
    as_buf_done(&got);
    as_buf_done(&want);
    as_arena_free(&arena);
}

static unsigned height(const struct tree *node)
{
    unsigned most = 0;

    for (const struct tree *item = node->first; item; item = item->next) {
        unsigned one = height(item);
        most = one > most ? one : most;
    }
    return most + (node->kind >= AS_JSON_OBJECT);
}

static bool has_nul(const struct tree *node)
{
    bool found = memchr(node->text.bytes ? node->text.bytes : "", '\0',
                        node->text.length) != NULL ||
                 memchr(node->name.bytes ? node->name.bytes : "", '\0',
                        node->name.length) != NULL;

    for (const struct tree *item = node->first; item && !found;
         item = item->next)
        found = has_nul(item);
    return found;
}

/* The walk is for text that is known to be UTF-8, and not as deep; lists hold
 * no NUL. */
static void check_walk(struct as_text text, const struct tree *whole)
{
    bool good = whole && height(whole) <= AS_JSONWALK_DEPTH && !has_nul(whole);
    struct as_jsonwalk walk;

    if (as_utf8_check(text) != text.length)
        return;
    as_jsonwalk_init(&walk, text);
    as_jsonwalk_skip(&walk, as_jsonwalk_value(&walk));
    as_jsonwalk_end(&walk);
    fuzz_require((walk.broken == NULL) == good,
                 "the walk comes through where the plain reader does");
    as_jsonwalk_done(&walk);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct as_text text = { (const char *)bytes, length };
    struct plain p = { bytes, bytes + length };
    const struct tree *root = NULL, *whole = NULL;
    size_t taken = 0;
    struct as_arena arena;

    if (length > AS_MAX_RECORD)
        return 0;
    as_arena_init(&arena, 0);
    if (plain_value(&p, 0)) {
        taken = (size_t)(p.at - bytes);
        p.at = bytes;
        root = tree_value(&p, &arena);
    }
    if (plan_count == 0)
        make_all_plans();
    for (size_t i = 0; i < plan_count; i++) {
        check_record(plans[i].native, text, root, taken);
        check_ecs(plans[i].ecs, plans[0].ecs, text);
    }
    if (plain_is_json(bytes, length)) {
        p.at = bytes;
        plain_blanks(&p);
        whole = tree_value(&p, &arena);
    }
    check_text(text, whole);
    check_walk(text, whole);
    as_arena_free(&arena);
    return 0;
}
