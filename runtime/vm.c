/*
 * vm.c - see vm.h.
 *
 * The pack has passed the verifier, so operands are in range, registers are
 * set and of the type their instruction wants, and the loop ends: nothing is
 * checked here but whether a value is missing.
 */

#include "runtime/vm.h"

#include <math.h>
#include <stdlib.h>

#include "astray_rt.h"
#include "common/glob.h"
#include "runtime/convert.h"
#include "runtime/json.h"

/* Before each instruction of a program, `first` before its first one: a test
 * counts steps here. */
#ifndef AS_VM_STEP
#define AS_VM_STEP(vm, program, op, first) ((void)0)
#endif

bool as_vm_init(struct as_vm *vm, struct as_run *run, struct as_store *store,
                struct as_table *tables, struct as_arena *scratch)
{
    uint32_t slots = run->pack->slot_count + 1;

    *vm = (struct as_vm){ .calls = run->calls,
                          .programs = run->programs,
                          .constants = run->constants,
                          .params = run->params,
                          .bound_at = 1,
                          .pack = run->pack,
                          .run = run,
                          .store = store,
                          .tables = tables,
                          .scratch = scratch,
                          .lasting = scratch };
    vm->loaded = calloc(slots, sizeof(*vm->loaded));
    vm->loaded_at = calloc(slots, sizeof(*vm->loaded_at));
    return vm->loaded && vm->loaded_at;
}

void as_vm_done(struct as_vm *vm)
{
    as_buf_done(&vm->bytes);
    free(vm->loaded);
    free(vm->loaded_at);
}

void as_vm_give_up(struct as_vm *vm)
{
    vm->gave_up += vm->visits <= AS_MAX_VISITS;
    vm->visits = AS_MAX_VISITS + 1;
}

/* Something could not be made, and is missing. */
static void note_failure(struct as_vm *vm)
{
    vm->failed |= as_arena_starved(vm->scratch);
    if (vm->scratch->spent)
        as_vm_give_up(vm);
}

/* ---- loading ---------------------------------------------------------- */

static struct as_json_value to_json(const struct as_value *value)
{
    return (struct as_json_value){ (enum as_json_kind)value->flag,
                                   as_value_text(value) };
}

/* Verdicts that read more slots than there is room for are of one event. */
static void note_slot(struct as_vm *vm, uint32_t slot)
{
    if (vm->trace_count < sizeof(vm->trace) / sizeof(vm->trace[0]))
        vm->trace[vm->trace_count++] = (uint16_t)slot;
    else
        vm->varies = AS_OF_EVENT;
}

/* What the slot holds; false when there is a value already. */
static bool read_held(struct as_vm *vm, uint32_t slot, enum as_kind kind,
                      struct as_json_value *json, struct as_value *value)
{
    note_slot(vm, slot);
    if (kind == AS_KIND_TIME && as_hold_is_time(vm->hold, vm->event, slot)) {
        *value = as_integer(kind, as_hold_time(vm->hold, vm->event));
        value->flag = AS_OWN_TIME;
        return false;
    }
    if (kind == AS_KIND_SOURCE &&
        as_hold_source(vm->hold, vm->event, slot, value))
        return false;
    *json = as_hold_slot(vm->hold, vm->event, slot, &vm->room);
    return true;
}

/* Read, and made into a value, when it is asked for first. */
void as_vm_load(struct as_vm *vm, uint32_t slot)
{
    enum as_kind kind = as_type_kind((as_type)vm->pack->slot[slot].type);
    uint16_t why = (uint16_t)(slot + 1); /* 0 for the last there can be */
    struct as_value *value = &vm->loaded[slot];
    struct as_json_value held;
    const struct as_json_value *json = &held;

    vm->loaded_at[slot] = vm->bound_at;
    if (vm->slots)
        json = &vm->slots[slot];
    else if (!read_held(vm, slot, kind, &held, value))
        return;
    if (kind == AS_KIND_TEXT && json->kind == AS_JSON_TEXT) {
        /* Most are.  By members, since a struct that is copied as soon as it
         * is put together makes the processor wait for its parts. */
        value->kind = AS_KIND_TEXT;
        value->flag = 0;
        value->why = 0;
        value->length = (uint32_t)json->text.length;
        value->bytes = json->text.bytes;
    } else {
        *value = as_from_json(json, kind, why, vm->lasting);
        vm->failed |= as_arena_starved(vm->lasting);
    }
}

static struct as_value load_slot(struct as_vm *vm, uint32_t slot)
{
    const struct as_value *value = &vm->loaded[slot];

    if (vm->loaded_at[slot] != vm->bound_at)
        as_vm_load(vm, slot);
    if (vm->widths[slot] > vm->varies && !as_is_own_time(value))
        vm->varies = vm->widths[slot];
    return *value;
}

/* ---- the event's own time --------------------------------------------- */

/*
 * No two events need have one time, so what is made of it is of one event.
 * But most rules only compare it, and of a comparison it matters on which
 * side of the other time the event is.
 */
static void use_time(struct as_vm *vm, const struct as_value *a)
{
    if (as_is_own_time(a))
        vm->varies = AS_OF_EVENT;
}

static void narrow(struct as_vm *vm, int64_t from, int64_t until)
{
    vm->from = from > vm->from ? from : vm->from;
    vm->until = until < vm->until ? until : vm->until;
}

/* Two times are compared, and one may be the event's. */
static void compare_times(struct as_vm *vm, const struct as_value *a,
                          const struct as_value *b)
{
    const struct as_value *own = as_is_own_time(a) ? a : b;
    const struct as_value *other = own == a ? b : a;

    if (!as_is_own_time(own) || as_is_own_time(other))
        return;
    if (own->integer < other->integer)
        narrow(vm, INT64_MIN, other->integer);
    else if (own->integer > other->integer)
        narrow(vm, other->integer + 1, INT64_MAX);
    else
        narrow(vm, own->integer, own->integer + 1);
}

/* ---- three-valued logic ----------------------------------------------- */

static struct as_value and_of(const struct as_value *a,
                              const struct as_value *b)
{
    if (!as_is_missing(a) && !a->integer)
        return *a;
    if (!as_is_missing(b) && !b->integer)
        return *b;
    return as_is_missing(a) ? *a : *b;
}

static struct as_value or_of(const struct as_value *a, const struct as_value *b)
{
    if (as_is_true(a))
        return *a;
    if (as_is_true(b))
        return *b;
    return as_is_missing(a) ? *a : *b;
}

/* ---- arithmetic ------------------------------------------------------- */

static struct as_value arithmetic(const struct as_value *a,
                                  const struct as_value *b, bool add)
{
    int64_t whole;
    enum as_kind kind = (enum as_kind)a->kind;

    if (kind == AS_KIND_REAL) {
        struct as_value value = { .kind = AS_KIND_REAL };

        value.real = add ? a->real + b->real : a->real - b->real;
        return isfinite(value.real) ? value : as_missing(0);
    }
    if (add ? __builtin_add_overflow(a->integer, b->integer, &whole)
            : __builtin_sub_overflow(a->integer, b->integer, &whole))
        return as_missing(0);
    if (b->kind == AS_KIND_TIME) /* time - time, duration + time */
        kind = add ? AS_KIND_TIME : AS_KIND_DURATION;
    return as_integer(kind, whole);
}

/* ---- texts ------------------------------------------------------------ */

static struct as_value concat(struct as_vm *vm, const struct as_value *a,
                              const struct as_value *b)
{
    size_t length = (size_t)a->length + b->length;
    char *bytes;

    if (length > AS_MAX_KEPT_TEXT)
        return as_missing(0);
    bytes = as_alloc(vm->scratch, length + 1);
    if (!bytes)
        return as_missing(0);
    if (a->length > 0)
        memcpy(bytes, a->bytes, a->length);
    if (b->length > 0)
        memcpy(bytes + a->length, b->bytes, b->length);
    return as_words(AS_KIND_TEXT, (struct as_text){ bytes, length });
}

static struct as_value lower(struct as_vm *vm, const struct as_value *a)
{
    char *bytes = as_strndup(vm->scratch, a->bytes, a->length);

    if (!bytes)
        return as_missing(0);
    for (uint32_t i = 0; i < a->length; i++) {
        if (bytes[i] >= 'A' && bytes[i] <= 'Z')
            bytes[i] = (char)(bytes[i] - 'A' + 'a');
    }
    return as_words(AS_KIND_TEXT, (struct as_text){ bytes, a->length });
}

/*
 * Part n of "arn:partition:service:region:account:resource", the last with
 * all that follows.  False when it is no ARN.  Source: IAM user guide, ARN
 * format.
 */
static bool arn_part(struct as_text arn, unsigned n, struct as_text *part)
{
    size_t start = 0;

    if (!as_text_starts(arn, AS_TEXT("arn:")))
        return false;
    for (unsigned i = 0; i < 5; i++) {
        const char *colon = memchr(arn.bytes + start, ':', arn.length - start);

        if (!colon)
            return false;
        *part = (struct as_text){ arn.bytes + start,
                                  (size_t)(colon - arn.bytes) - start };
        if (i == n)
            return true;
        start = (size_t)(colon - arn.bytes) + 1;
    }
    *part = (struct as_text){ arn.bytes + start, arn.length - start };
    return true;
}

/* The third part of "assumed-role/ROLE/SESSION". */
static bool session_part(struct as_text arn, struct as_text *session)
{
    static const struct as_text prefix = { "assumed-role/", 13 };
    const char *slash;

    if (!arn_part(arn, 5, session) || !as_text_starts(*session, prefix))
        return false;
    session->bytes += prefix.length;
    session->length -= prefix.length;
    slash = memchr(session->bytes, '/', session->length);
    if (!slash)
        return false;
    session->length -= (size_t)(slash + 1 - session->bytes);
    session->bytes = slash + 1;
    return session->length > 0;
}

static struct as_value text_function(struct as_vm *vm, enum as_opcode op,
                                     const struct as_value *a)
{
    struct as_text part;
    bool good;

    if (op == AS_OP_LOWER)
        return lower(vm, a);
    if (op == AS_OP_SESSION_NAME)
        good = session_part(as_value_text(a), &part);
    else
        good = arn_part(as_value_text(a), op == AS_OP_ARN_ACCOUNT ? 4 : 5,
                        &part) &&
               part.length > 0;
    return good ? as_words(AS_KIND_TEXT, part) : as_missing(0);
}

static struct as_value length_of(const struct as_value *a)
{
    int64_t count = 0;

    for (uint32_t i = 0; i < a->length; i++)
        count += ((unsigned char)a->bytes[i] & 0xc0) != 0x80;
    return as_integer(AS_KIND_INT, count);
}

bool as_vm_text_test(enum as_opcode op, struct as_text a, struct as_text b)
{
    if (op == AS_OP_CONTAINS || op == AS_OP_CONTAINS_ANY)
        return as_text_contains(a, b);
    if (op == AS_OP_STARTSWITH || op == AS_OP_STARTSWITH_ANY)
        return as_text_starts(a, b);
    if (op == AS_OP_ENDSWITH || op == AS_OP_ENDSWITH_ANY)
        return as_text_ends(a, b);
    return as_glob_match(b, a);
}

static bool matches(struct as_vm *vm, const struct as_regex *regex,
                    const struct as_value *a)
{
    bool found;

    vm->failed |= !as_regex_try(regex, as_value_text(a), &found);
    return found;
}

static bool test_any(struct as_vm *vm, enum as_opcode op,
                     const struct as_value *a, uint32_t n)
{
    const struct as_run_list *list = &vm->run->lists[n];

    for (uint32_t i = 0; i < list->count; i++) {
        if (op == AS_OP_MATCHES_ANY
                ? matches(vm, list->regexes[i], a)
                : as_vm_text_test(op, as_value_text(a),
                                  as_value_text(&list->values[i])))
            return true;
    }
    return false;
}

/* ---- addresses -------------------------------------------------------- */

static bool source_test(enum as_opcode op, const struct as_value *a)
{
    const struct as_ip *ip = NULL;
    bool source = a->kind == AS_KIND_SOURCE;

    if (!source)
        ip = &a->address;
    else if (a->flag == AS_SOURCE_IP)
        ip = a->ip;
    if (op == AS_OP_IS_IP)
        return ip != NULL;
    if (op == AS_OP_IS_IPV4)
        return ip && as_ip_is_v4(ip);
    if (op == AS_OP_IS_IPV6)
        return ip && !as_ip_is_v4(ip);
    if (op == AS_OP_IS_PRIVATE)
        return ip && as_ip_is_private(ip);
    return source &&
           a->flag == (op == AS_OP_IS_SERVICE ? AS_SOURCE_SERVICE
                                              : AS_SOURCE_AWS_INTERNAL);
}

/* ---- conversions ------------------------------------------------------ */

static struct as_value to_text(struct as_vm *vm, const struct as_value *a)
{
    char *bytes;

    if (a->kind == AS_KIND_JSON) {
        struct as_json_value json = to_json(a);

        return as_from_json(&json, AS_KIND_TEXT, 0, vm->scratch);
    }
    if (a->kind == AS_KIND_TEXT || a->kind == AS_KIND_SOURCE)
        return as_words(AS_KIND_TEXT, as_value_text(a));
    as_buf_reset(&vm->bytes);
    as_value_words(&vm->bytes, a);
    bytes = as_strndup(vm->scratch, vm->bytes.bytes, vm->bytes.length);
    vm->failed |= vm->bytes.failed;
    if (!bytes)
        return as_missing(0);
    return as_words(AS_KIND_TEXT, (struct as_text){ bytes, vm->bytes.length });
}

static struct as_value to_kind(struct as_vm *vm, const struct as_value *a,
                               enum as_kind kind)
{
    struct as_json_value json = { AS_JSON_TEXT, { NULL, 0 } };

    if (kind == AS_KIND_REAL && a->kind == AS_KIND_INT)
        return (struct as_value){ .kind = AS_KIND_REAL,
                                  .real = (double)a->integer };
    if (kind == AS_KIND_IP && a->kind == AS_KIND_SOURCE)
        return a->flag == AS_SOURCE_IP
                 ? (struct as_value){ .kind = AS_KIND_IP, .address = *a->ip }
                 : as_missing(0);
    if (kind == AS_KIND_SOURCE && a->kind == AS_KIND_IP) {
        struct as_value text = to_text(vm, a);

        return as_is_missing(&text)
                 ? text
                 : as_source_value(as_value_text(&text), vm->scratch);
    }
    json.text = as_value_text(a);
    if (a->kind == AS_KIND_JSON)
        json.kind = (enum as_json_kind)a->flag;
    return as_from_json(&json, kind, 0, vm->scratch);
}

static struct as_value json_parse(struct as_vm *vm, const struct as_value *a)
{
    struct as_json_value json;

    if (!as_json_parse(as_value_text(a), vm->scratch, &json))
        return as_missing(0);
    return as_json_as_value(&json, 0);
}

static struct as_value json_get(struct as_vm *vm, const struct as_value *a,
                                uint32_t route)
{
    const struct as_row_route *row = &vm->pack->route[route];
    struct as_json_value json = to_json(a);

    for (uint32_t i = 0; i < row->step_count; i++) {
        const struct as_row_step *step = &vm->pack->step[row->steps + i];
        struct as_path_step one = { step->is_index != 0, step->index,
                                    as_pack_text(vm->pack, step->name) };

        json = as_json_get(&json, &one, 1, vm->scratch);
    }
    return as_json_as_value(&json, 0);
}

/* ---- loops and probes ------------------------------------------------- */

/*
 * any, all or none over verdicts that come one by one.  Four loops in each
 * other over one array are its length to the fourth power: a stranger's rule
 * and a stranger's event could keep the machine busy for years.  So what
 * loops and probes may look at is bounded.
 */
struct verdict {
    enum as_quant quant;
    bool unknown;
    uint16_t why;
    bool decided;
};

static bool may_visit(struct as_vm *vm, struct verdict *verdict)
{
    if (vm->visits < AS_MAX_VISITS) {
        vm->visits++;
        return true;
    }
    as_vm_give_up(vm);
    verdict->unknown = true;
    return false;
}

static void see(struct verdict *verdict, const struct as_value *value)
{
    if (as_is_missing(value)) {
        if (!verdict->unknown)
            verdict->why = value->why;
        verdict->unknown = true;
    } else if ((value->integer != 0) == (verdict->quant != AS_QUANT_ALL)) {
        verdict->decided = true;
    }
}

static struct as_value conclude(const struct verdict *verdict)
{
    if (verdict->decided)
        return as_bool(verdict->quant == AS_QUANT_ANY);
    if (verdict->unknown)
        return as_missing(verdict->why);
    return as_bool(verdict->quant != AS_QUANT_ANY);
}

struct as_value as_vm_loop(struct as_vm *vm, const struct as_value *a,
                           uint32_t n)
{
    const struct as_row_loop *row = &vm->pack->loop[n];
    struct verdict verdict = { .quant = (enum as_quant)row->quant };
    struct as_json_iterator iterator;
    uint32_t depth = vm->item_count;
    struct as_json_value json = { AS_JSON_ABSENT, { NULL, 0 } };

    if (!as_is_missing(a))
        json = to_json(a);
    as_json_iterate(&iterator, &json);
    vm->item_count = depth + 1;
    while (!verdict.decided &&
           as_json_next(&iterator, vm->scratch, &vm->items[depth]) &&
           may_visit(vm, &verdict)) {
        struct as_value value = as_vm_run(vm, row->body);

        see(&verdict, &value);
    }
    verdict.unknown |= vm->scratch->spent; /* an element could not be made */
    vm->item_count = depth;
    return conclude(&verdict);
}

/* What is seen of a row at vm->time; false: nothing. */
static bool view_row(struct as_vm *vm, struct as_table *table, uint32_t row,
                     struct as_row_view *view)
{
    as_table_steady(table, row, vm->time, &vm->from, &vm->until);
    return as_table_view(table, row, vm->time, view);
}

/* The ids of a probe's keys; false when one is missing, empty, or unknown to
 * the store (then no row has it).  What else the store knows must not matter:
 * a missing key is missing whether or not another one is known, or empty. */
static bool probe_keys(struct as_vm *vm, struct as_probe *probe)
{
    const struct as_row_probe *row = &vm->pack->probe[probe->row];
    bool known = true;

    for (uint32_t i = 0; i < row->key_count; i++) {
        struct as_value value = as_vm_run(
            vm, vm->pack->argument[row->keys + i].program);

        if (as_is_missing(&value)) {
            probe->keyless = true;
            probe->unknown = true;
            probe->why = value.why;
            return false;
        }
        if (as_is_empty(&value)) { /* another one may yet be missing */
            probe->keyless = true;
            known = false;
            continue;
        }
        probe->ids[i] = as_store_find(vm->store, &value);
        known = known && probe->ids[i] != AS_NO_VALUE;
    }
    return known;
}

bool as_vm_probe(struct as_vm *vm, struct as_probe *probe)
{
    const struct as_row_probe *row = &vm->pack->probe[probe->row];
    struct as_table *table = &vm->tables[row->baseline];
    uint32_t n;

    if (!probe->started) {
        probe->started = true;
        if (!probe_keys(vm, probe))
            return false;
        n = as_table_first(table, row->key_mask, probe->ids, &probe->cursor);
    } else {
        n = as_table_next(&probe->cursor);
    }
    for (; n != AS_NO_ROW; n = as_table_next(&probe->cursor)) {
        struct as_value value;

        if (!view_row(vm, table, n, &vm->rows[probe->alias]))
            continue;
        probe->met = true;
        if (row->filter == AS_NO_ROW)
            return true;
        value = as_vm_run(vm, row->filter);
        if (as_is_true(&value))
            return true;
        if (as_is_missing(&value)) {
            probe->unknown = true;
            probe->why = value.why;
        }
    }
    return false;
}

struct as_value as_vm_test_probe(struct as_vm *vm, uint32_t n)
{
    const struct as_row_probe *row = &vm->pack->probe[n];
    const struct as_row_program *filter = row->filter == AS_NO_ROW
                                            ? NULL
                                            : &vm->pack->program[row->filter];
    struct verdict verdict = { .quant = (enum as_quant)row->quant };
    struct as_table *table = &vm->tables[row->baseline];
    uint32_t alias = filter ? filter->alias_count - 1 : 0, at;
    struct as_probe keys = { .row = n };
    struct as_value value = as_bool(true);
    /* A filter that reads no outer row takes the place of the first one. */
    struct as_row_view outer = vm->rows[alias];

    if (!probe_keys(vm, &keys)) {
        if (keys.unknown)
            return as_missing(keys.why);
        return conclude(&verdict);
    }
    at = as_table_first(table, row->key_mask, keys.ids, &keys.cursor);
    for (; at != AS_NO_ROW && !verdict.decided;
         at = as_table_next(&keys.cursor)) {
        struct as_row_view view;

        if (!may_visit(vm, &verdict))
            break;
        if (!view_row(vm, table, at, &view))
            continue;
        if (filter) {
            vm->rows[alias] = view;
            value = as_vm_run(vm, row->filter);
        }
        see(&verdict, &value);
    }
    vm->rows[alias] = outer;
    return conclude(&verdict);
}

/* What a row shows, and how long. */
struct as_value as_vm_column(struct as_vm *vm, uint32_t alias, uint32_t column)
{
    const struct as_row_view *view = &vm->rows[alias];
    struct as_value value = as_row_view_value(view, column);

    as_row_view_steady(view, column, &vm->from, &vm->until);
    return value;
}

struct as_value as_vm_agg(const struct as_vm *vm, uint32_t n)
{
    const struct as_row_view *row = vm->agg_row;

    if (vm->aggs)
        return vm->aggs[n];
    return as_row_view_value(row, row->table->key_count + vm->agg_places[n]);
}

/* ---- the loop --------------------------------------------------------- */

static bool in_set(struct as_vm *vm, const struct as_value *a,
                   const struct as_value *set)
{
    return as_gather_has(set->set, as_store_find(vm->store, a));
}

static bool in_baseline(struct as_vm *vm, const struct as_value *a,
                        uint32_t member)
{
    const struct as_row_member *row = &vm->pack->member[member];
    struct as_table *table = &vm->tables[row->baseline];

    if (!table->reach.whole) { /* any of its rows: now is all that is sure */
        vm->from = vm->time > vm->from ? vm->time : vm->from;
        vm->until = vm->time < vm->until ? vm->time + 1 : vm->until;
    }
    return as_table_has(table, row->column, a, vm->time);
}

static bool order(enum as_opcode op, int compared)
{
    if (op == AS_OP_LT)
        return compared < 0;
    if (op == AS_OP_LE)
        return compared <= 0;
    if (op == AS_OP_GT)
        return compared > 0;
    return compared >= 0;
}

/* Instructions of two operands that are missing when either is: in the order
 * of opcodes.def, comparisons first. */
struct as_value as_vm_binary(struct as_vm *vm, enum as_opcode op,
                             const struct as_value *a, const struct as_value *b)
{
    if (as_is_missing(a))
        return *a;
    if (as_is_missing(b))
        return *b;
    if (op <= AS_OP_GE) {
        compare_times(vm, a, b);
    } else {
        use_time(vm, a);
        use_time(vm, b);
    }
    if (op == AS_OP_EQ || op == AS_OP_NE)
        return as_bool(as_value_equal(a, b) == (op == AS_OP_EQ));
    if (op <= AS_OP_GE)
        return as_bool(order(op, as_value_compare(a, b)));
    if (op == AS_OP_ADD || op == AS_OP_SUB)
        return arithmetic(a, b, op == AS_OP_ADD);
    if (op == AS_OP_CONCAT)
        return concat(vm, a, b);
    if (op == AS_OP_IN_SET)
        return as_bool(in_set(vm, a, b));
    return as_bool(as_vm_text_test(op, as_value_text(a), as_value_text(b)));
}

/* Instructions of one operand, and a row of a table, that are missing when
 * the operand is: in the order of opcodes.def. */
struct as_value as_vm_unary(struct as_vm *vm, enum as_opcode op,
                            const struct as_value *a, uint32_t c)
{
    struct as_value value;

    if (as_is_missing(a))
        return *a;
    if (op == AS_OP_NOT)
        return as_bool(!a->integer);
    use_time(vm, a);
    if (op == AS_OP_IN_CIDR)
        return as_bool(as_ip_range_has(&vm->run->blocks[c], &a->address));
    if (op == AS_OP_IN_LIST)
        return as_bool(as_run_list_has(vm->run, c, a));
    if (op == AS_OP_IN_BASELINE)
        return as_bool(in_baseline(vm, a, c));
    if (op == AS_OP_LEN_TEXT)
        return length_of(a);
    if (op == AS_OP_LEN_SET)
        return as_integer(AS_KIND_INT, as_gather_size(a->set));
    if (op == AS_OP_MATCHES)
        return as_bool(matches(vm, vm->run->regexes[c], a));
    if (op <= AS_OP_MATCHES_ANY)
        return as_bool(test_any(vm, op, a, c));
    if (op <= AS_OP_IS_AWS_INTERNAL)
        return as_bool(source_test(op, a));
    if (op <= AS_OP_ARN_RESOURCE)
        return text_function(vm, op, a);
    if (op == AS_OP_TO_TEXT)
        return to_text(vm, a);
    if (op == AS_OP_TO_INT)
        return to_kind(vm, a, AS_KIND_INT);
    if (op == AS_OP_TO_REAL)
        return to_kind(vm, a, AS_KIND_REAL);
    if (op == AS_OP_TO_BOOL)
        return to_kind(vm, a, AS_KIND_BOOL);
    if (op == AS_OP_TO_TIME)
        return to_kind(vm, a, AS_KIND_TIME);
    if (op == AS_OP_TO_IP)
        return to_kind(vm, a, AS_KIND_IP);
    if (op == AS_OP_TO_SOURCE)
        return to_kind(vm, a, AS_KIND_SOURCE);
    if (op == AS_OP_JSON_PARSE)
        value = json_parse(vm, a);
    else
        value = json_get(vm, a, c);
    return value;
}

static struct as_value interpret(struct as_vm *vm, uint32_t n)
{
    const struct as_row_program *program = &vm->pack->program[n];
    const struct as_insn *code = vm->pack->insn + program->code;
    const struct as_insn *insn = code;
    struct as_value r[AS_MAX_REGISTERS];

    for (;;) {
        const struct as_insn *next = insn + 1;
        const enum as_opcode op = (enum as_opcode)insn->op;

        AS_VM_STEP(vm, n, insn->op, insn == code);
        switch (op) {
        case AS_OP_LOAD_SLOT:
            r[insn->a] = load_slot(vm, insn->b);
            break;
        case AS_OP_LOAD_CONST:
            r[insn->a] = vm->run->constants[insn->b];
            break;
        case AS_OP_LOAD_PARAM:
            r[insn->a] = vm->run->params[insn->b];
            break;
        case AS_OP_LOAD_COLUMN:
            r[insn->a] = as_vm_column(vm, insn->b, insn->c);
            break;
        case AS_OP_LOAD_KEY:
            r[insn->a] = vm->keys[insn->b];
            break;
        case AS_OP_LOAD_AGG:
            r[insn->a] = as_vm_agg(vm, insn->b);
            break;
        case AS_OP_LOAD_ITEM:
            r[insn->a] = as_json_as_value(&vm->items[insn->b], 0);
            break;
        case AS_OP_MISSING:
            r[insn->a] = as_missing(0);
            break;
        case AS_OP_MOVE:
            r[insn->a] = r[insn->b];
            break;
        case AS_OP_JUMP:
            next = code + insn->c;
            break;
        case AS_OP_JUMP_FALSE:
            if (!as_is_missing(&r[insn->a]) && !r[insn->a].integer)
                next = code + insn->c;
            break;
        case AS_OP_JUMP_TRUE:
            if (as_is_true(&r[insn->a]))
                next = code + insn->c;
            break;
        case AS_OP_JUMP_UNLESS:
            if (!as_is_true(&r[insn->a]))
                next = code + insn->c;
            break;
        case AS_OP_JUMP_PRESENT:
            if (!as_is_missing(&r[insn->a]))
                next = code + insn->c;
            break;
        case AS_OP_RETURN:
            if (vm->scratch->failed)
                note_failure(vm);
            return r[insn->a];
        case AS_OP_AND:
            r[insn->a] = and_of(&r[insn->b], &r[insn->c]);
            break;
        case AS_OP_OR:
            r[insn->a] = or_of(&r[insn->b], &r[insn->c]);
            break;
        case AS_OP_IS_TRUE:
            r[insn->a] = as_bool(as_is_true(&r[insn->b]));
            break;
        case AS_OP_IS_FALSE:
            r[insn->a] = as_bool(!as_is_missing(&r[insn->b]) &&
                                 !r[insn->b].integer);
            break;
        case AS_OP_IS_MISSING:
            r[insn->a] = as_bool(as_is_missing(&r[insn->b]));
            break;
        case AS_OP_IS_PRESENT:
            r[insn->a] = as_bool(!as_is_missing(&r[insn->b]));
            break;
        case AS_OP_LEN_LIST:
            r[insn->a] = as_integer(AS_KIND_INT, vm->run->lists[insn->b].count);
            break;
        case AS_OP_LOOP:
            r[insn->a] = as_vm_loop(vm, &r[insn->b], insn->c);
            break;
        case AS_OP_PROBE:
            r[insn->a] = as_vm_test_probe(vm, insn->c);
            break;
        case AS_OP_EQ:
        case AS_OP_NE:
        case AS_OP_LT:
        case AS_OP_LE:
        case AS_OP_GT:
        case AS_OP_GE:
        case AS_OP_IN_SET:
        case AS_OP_CONTAINS:
        case AS_OP_STARTSWITH:
        case AS_OP_ENDSWITH:
        case AS_OP_LIKE:
        case AS_OP_ADD:
        case AS_OP_SUB:
        case AS_OP_CONCAT:
            r[insn->a] = as_vm_binary(vm, op, &r[insn->b], &r[insn->c]);
            break;
        case AS_OP_NOT:
        case AS_OP_IN_CIDR:
        case AS_OP_IN_LIST:
        case AS_OP_IN_BASELINE:
        case AS_OP_LEN_TEXT:
        case AS_OP_LEN_SET:
        case AS_OP_MATCHES:
        case AS_OP_CONTAINS_ANY:
        case AS_OP_STARTSWITH_ANY:
        case AS_OP_ENDSWITH_ANY:
        case AS_OP_LIKE_ANY:
        case AS_OP_MATCHES_ANY:
        case AS_OP_IS_IP:
        case AS_OP_IS_IPV4:
        case AS_OP_IS_IPV6:
        case AS_OP_IS_PRIVATE:
        case AS_OP_IS_SERVICE:
        case AS_OP_IS_AWS_INTERNAL:
        case AS_OP_LOWER:
        case AS_OP_SESSION_NAME:
        case AS_OP_ARN_ACCOUNT:
        case AS_OP_ARN_RESOURCE:
        case AS_OP_TO_TEXT:
        case AS_OP_TO_INT:
        case AS_OP_TO_REAL:
        case AS_OP_TO_BOOL:
        case AS_OP_TO_TIME:
        case AS_OP_TO_IP:
        case AS_OP_TO_SOURCE:
        case AS_OP_JSON_PARSE:
        case AS_OP_JSON_GET:
            r[insn->a] = as_vm_unary(vm, op, &r[insn->b], insn->c);
            break;
        case AS_OP_COUNT:
            return as_missing(0);
        }
        insn = next;
    }
}

/* ---- programs ----------------------------------------------------------- */

/* The program's own functions, where there are some; else neither is set. */
static const struct astray_program *native_of(const struct as_vm *vm,
                                              uint32_t n)
{
    static const struct astray_program none = { NULL, NULL };

    return vm->programs ? &vm->programs[n] : &none;
}

/* struct as_vm begins as struct astray_rt, and a struct astray_value is a
 * struct as_value: see native.c. */
static struct astray_rt *rt_of(struct as_vm *vm)
{
    return (struct astray_rt *)(void *)vm;
}

static struct as_value run_test(struct as_vm *vm,
                                const struct astray_program *program)
{
    uint32_t truth = program->test(rt_of(vm));

    if (vm->scratch->failed)
        note_failure(vm);
    if (truth < ASTRAY_UNKNOWN)
        return as_bool(truth);
    return as_missing((uint16_t)(truth - ASTRAY_UNKNOWN));
}

struct as_value as_vm_run_timed(struct as_vm *vm, uint32_t n)
{
    const struct astray_program *program = native_of(vm, n);
    struct as_value value;

    if (program->test)
        return run_test(vm, program);
    if (!program->value)
        return interpret(vm, n);
    program->value(rt_of(vm), (struct astray_value *)(void *)&value);
    if (vm->scratch->failed)
        note_failure(vm);
    return value;
}

struct as_value as_vm_run(struct as_vm *vm, uint32_t n)
{
    const struct astray_program *program = native_of(vm, n);
    struct as_value value;

    if (program->test)
        return run_test(vm, program);
    value = as_vm_run_timed(vm, n);
    use_time(vm, &value);
    if (as_is_own_time(&value))
        value.flag = 0;
    return value;
}
