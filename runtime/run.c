/*
 * run.c - see run.h.
 *
 * The pack is read-only and shared.  Its constants are made into values once,
 * and lists borrow them: only what a run changes is copied.  as_run_seal makes
 * the tables that lookups use; addresses need none, since a pack holds them
 * sorted.
 */

#include "runtime/run.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/escape.h"
#include "program/listfile.h"
#include "program/vet.h"

/* ---- what is in the pack ---------------------------------------------- */

static struct as_value constant_value(struct as_run *run, uint32_t constant)
{
    const struct as_row_constant *row = &run->pack->constant[constant];
    int64_t integer = as_pack_integer(row->low, row->high);
    enum as_kind kind = as_type_kind((as_type)row->type);
    struct as_value value = { .kind = (uint8_t)kind };

    if (kind == AS_KIND_CIDR || kind == AS_KIND_REGEX)
        return as_missing(0);
    if (kind == AS_KIND_TEXT)
        return as_words(kind, as_pack_text(run->pack, row->text));
    if (kind == AS_KIND_SOURCE)
        return as_source_value(as_pack_text(run->pack, row->text), &run->arena);
    if (kind == AS_KIND_IP)
        value.address = as_pack_ip(row);
    else if (kind == AS_KIND_REAL)
        memcpy(&value.real, &integer, sizeof(value.real));
    else
        value.integer = integer;
    return value;
}

static enum astray_status compile_regex(struct as_run *run, uint32_t constant)
{
    const struct as_row_constant *row = &run->pack->constant[constant];
    struct as_buf why = { .bytes = NULL };
    enum astray_status status = ASTRAY_OK;

    run->regexes[constant] = as_regex_new(as_pack_text(run->pack, row->text),
                                          row->bits, &why);
    if (!run->regexes[constant])
        status = why.length > 0 ? ASTRAY_BAD_PACK : ASTRAY_NO_MEMORY;
    as_buf_done(&why);
    return status;
}

static enum astray_status make_constants(struct as_run *run)
{
    const struct as_pack *pack = run->pack;
    size_t count = (size_t)pack->constant_count + 1;
    enum astray_status status = ASTRAY_OK;

    run->regexes = calloc(count, sizeof(*run->regexes));
    run->constants = as_alloc(&run->arena, count * sizeof(*run->constants));
    run->blocks = as_alloc(&run->arena, count * sizeof(*run->blocks));
    if (!run->regexes || run->arena.failed)
        return ASTRAY_NO_MEMORY;
    for (uint32_t i = 0; i < pack->constant_count && !status; i++) {
        const struct as_row_constant *row = &pack->constant[i];

        run->constants[i] = constant_value(run, i);
        if (row->type == AS_KIND_CIDR)
            run->blocks[i] = as_cidr_range(
                &(struct as_cidr){ as_pack_ip(row), (uint8_t)row->bits });
        if (row->type == AS_KIND_REGEX)
            status = compile_regex(run, i);
    }
    return status;
}

/* Nothing is copied: values are constants, addresses stand in the pack. */
static void fill_list(struct as_run *run, uint32_t n)
{
    const struct as_row_list *row = &run->pack->list[n];

    run->lists[n] = (struct as_run_list){
        .count = row->length,
        .values = run->constants + row->values,
        .regexes = run->regexes + row->values,
        .set = as_pack_set(run->pack, row),
    };
}

enum astray_status as_run_init(struct as_run *run, const struct as_pack *pack)
{
    enum astray_status status;

    *run = (struct as_run){ .pack = pack, .secret = as_hash_key_random() };
    as_arena_init(&run->arena, 0);
    run->params = as_alloc(&run->arena,
                           (pack->param_count + 1) * sizeof(*run->params));
    run->lists = as_alloc(&run->arena,
                          (pack->list_count + 1) * sizeof(*run->lists));
    if (run->arena.failed)
        return ASTRAY_NO_MEMORY;
    status = make_constants(run);
    if (status)
        return status;
    for (uint32_t i = 0; i < pack->param_count; i++)
        run->params[i] = run->constants[pack->param[i].value];
    for (uint32_t i = 0; i < pack->list_count; i++)
        fill_list(run, i);
    return run->arena.failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

void as_run_done(struct as_run *run)
{
    for (uint32_t i = 0; run->lists && i < run->pack->list_count; i++)
        as_map_done(&run->lists[i].members);
    for (uint32_t i = 0; run->regexes && i < run->pack->constant_count; i++)
        as_regex_free(run->regexes[i]);
    free(run->regexes);
    as_arena_free(&run->arena);
}

/* ---- changes ---------------------------------------------------------- */

/* "no list `x` in the pack", and the nearest name. */
static void unknown(struct as_buf *why, const char *what, struct as_text name,
                    struct as_text best)
{
    as_buf_printf(why, "the rules have no %s `", what);
    as_escape_terminal(why, name);
    as_buf_putc(why, '`');
    if (best.length > 0) {
        as_buf_puts(why, "; did you mean `");
        as_escape_terminal(why, best);
        as_buf_puts(why, "`?");
    }
}

struct nearest {
    struct as_text text;
    unsigned distance;
};

static void nearer(struct nearest *nearest, struct as_text name,
                   struct as_text candidate)
{
    unsigned distance = as_text_distance(name, candidate, 3);

    if (candidate.length == 0 || distance > 3 ||
        (nearest->text.length > 0 && distance >= nearest->distance))
        return;
    *nearest = (struct nearest){ candidate, distance };
}

static struct as_value scalar_value(struct as_run *run,
                                    const struct as_scalar *scalar)
{
    struct as_value value = { .kind = (uint8_t)scalar->kind };
    struct as_text text = { "", 0 };

    if (scalar->kind == AS_KIND_TEXT || scalar->kind == AS_KIND_SOURCE) {
        text.length = scalar->text.length;
        text.bytes = as_strndup(&run->arena, scalar->text.bytes,
                                scalar->text.length);
        if (!text.bytes)
            return as_missing(0);
        return scalar->kind == AS_KIND_TEXT
                 ? as_words(AS_KIND_TEXT, text)
                 : as_source_value(text, &run->arena);
    }
    if (scalar->kind == AS_KIND_REAL)
        value.real = scalar->real;
    else if (scalar->kind == AS_KIND_IP)
        value.address = scalar->ip;
    else
        value.integer = scalar->integer;
    return value;
}

/* Does a group's window have this parameter's length? */
static bool is_window(const struct as_pack *pack, uint32_t param)
{
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        const struct as_row_rule *row = &pack->rule[i];

        if ((row->timespan_kind == AS_LENGTH_PARAM && row->timespan == param) ||
            (row->gap_kind == AS_LENGTH_PARAM && row->gap == param))
            return true;
    }
    return false;
}

/* A duration has the bounds that the pack's own lengths have. */
static enum astray_status check_length(const struct as_run *run, uint32_t param,
                                       struct as_buf *why)
{
    int64_t ms = run->params[param].integer;

    if (run->params[param].kind != AS_KIND_DURATION)
        return ASTRAY_OK;
    if (ms < 0)
        as_buf_puts(why, "a length of time can't be negative");
    else if (ms > AS_MAX_LENGTH_MS)
        as_buf_puts(why, "a length of time is at most 10,000 years");
    else if (ms == 0 && is_window(run->pack, param))
        as_buf_puts(why, "the length of a group's window can't be zero");
    else
        return ASTRAY_OK;
    return ASTRAY_BAD_VALUE;
}

enum astray_status as_run_set_param(struct as_run *run, struct as_text name,
                                    struct as_text text, struct as_buf *why)
{
    const struct as_pack *pack = run->pack;
    struct nearest nearest = { 0 };
    bool found = false;

    for (uint32_t i = 0; i < pack->param_count; i++) {
        const struct as_row_param *row = &pack->param[i];
        struct as_scalar scalar;
        const char *problem;

        if (!as_text_equal(as_pack_text(pack, row->name), name)) {
            nearer(&nearest, name, as_pack_text(pack, row->name));
            continue;
        }
        found = true;
        if (!as_scalar_parse(as_type_kind((as_type)row->type), text, &scalar,
                             &problem)) {
            as_buf_puts(why, "parameter `");
            as_escape_terminal(why, name);
            as_buf_puts(why, "`: `");
            as_escape_terminal(why, text);
            as_buf_printf(why, "` is %s", problem);
            return ASTRAY_BAD_VALUE;
        }
        run->params[i] = scalar_value(run, &scalar);
        if (check_length(run, i, why))
            return ASTRAY_BAD_VALUE;
    }
    if (!found) {
        unknown(why, "parameter", name, nearest.text);
        return ASTRAY_BAD_VALUE;
    }
    return run->arena.failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

/* The errors of a file, or its warnings when it has none. */
static void say_report(const char *file,
                       const struct as_listfile_report *report, bool good,
                       struct as_buf *why)
{
    for (unsigned i = 0; i < report->count; i++) {
        const struct as_listfile_error *error = &report->errors[i];

        if (error->is_warning && !good)
            continue;
        if (why->length > 0)
            as_buf_putc(why, '\n');
        as_escape_terminal(why, as_text_of(file));
        if (error->line > 0)
            as_buf_printf(why, ":%" PRIu32, error->line);
        as_buf_printf(why, ": %s", error->message);
    }
    if (report->left_out > 0)
        as_buf_printf(why, "\n... and %u more", report->left_out);
}

static void take_values(struct as_run *run, struct as_run_list *list,
                        size_t before, const struct as_list_item *items,
                        size_t count)
{
    struct as_value *values = as_alloc(&run->arena,
                                       (before + count + 1) * sizeof(*values));

    if (!values)
        return;
    memcpy(values, list->values, before * sizeof(*values));
    for (size_t i = 0; i < count; i++)
        values[before + i] = scalar_value(run, &items[i].value);
    list->values = values;
}

/* `before` is the number of ranges to keep. */
static void take_addresses(struct as_run *run, struct as_run_list *list,
                           size_t before, const struct as_list_item *items,
                           size_t count)
{
    struct as_ip_range *ranges = as_alloc(&run->arena, (before + count + 1) *
                                                           sizeof(*ranges));

    if (!ranges)
        return;
    if (before > 0)
        memcpy(ranges, list->set.ranges, before * sizeof(*ranges));
    for (size_t i = 0; i < count; i++) {
        const struct as_scalar *scalar = &items[i].value;

        ranges[before + i] = scalar->kind == AS_KIND_CIDR
                               ? as_cidr_range(&scalar->cidr)
                               : (struct as_ip_range){ scalar->ip, scalar->ip };
    }
    as_ip_set_take(&list->set, ranges, before + count);
}

static enum astray_status extend(struct as_run *run, uint32_t n,
                                 enum astray_list_mode mode,
                                 const struct as_list_item *items, size_t count)
{
    struct as_run_list *list = &run->lists[n];
    uint32_t type = run->pack->list[n].type;
    bool keep = mode == ASTRAY_LIST_EXTEND;

    if (type == AS_KIND_CIDR || type == AS_KIND_IP)
        take_addresses(run, list, keep ? list->set.count : 0, items, count);
    else
        take_values(run, list, keep ? list->count : 0, items, count);
    list->count = (uint32_t)((keep ? list->count : 0) + count);
    return run->arena.failed ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

enum astray_status as_run_set_list(struct as_run *run, struct as_text name,
                                   enum astray_list_mode mode, const char *file,
                                   struct as_text bytes, struct as_buf *why)
{
    const struct as_pack *pack = run->pack;
    struct nearest nearest = { 0 };
    bool found = false;

    for (uint32_t i = 0; i < pack->list_count; i++) {
        const struct as_row_list *row = &pack->list[i];
        struct as_listfile_report report;
        struct as_list_item *items;
        enum astray_status status;
        size_t count;
        bool good;

        if (row->name == 0 ||
            !as_text_equal(as_pack_text(pack, row->name), name)) {
            nearer(&nearest, name, as_pack_text(pack, row->name));
            continue;
        }
        if (!as_scalar_is(as_type_kind((as_type)row->type))) {
            as_buf_puts(why, "a list of regular expressions can't be replaced");
            return ASTRAY_BAD_VALUE;
        }
        good = as_listfile_read(file, name, bytes,
                                as_type_kind((as_type)row->type), &run->arena,
                                &items, &count, &report);
        if (!found)
            say_report(file, &report, good, why);
        found = true;
        if (!good)
            return run->arena.failed ? ASTRAY_NO_MEMORY : ASTRAY_BAD_VALUE;
        status = extend(run, i, mode, items, count);
        if (status)
            return status;
    }
    if (!found) {
        unknown(why, "list", name, nearest.text);
        return ASTRAY_BAD_VALUE;
    }
    return ASTRAY_OK;
}

/* ---- membership ------------------------------------------------------- */

/* Up to so many values a look at each is faster than a hash. */
enum { FEW = 8 };

/* The bytes by which a scalar is the same as another of its kind; a source
 * that is an address is told by the address.  Borrows the value. */
static struct as_text identity(const struct as_value *value)
{
    static const double zero = 0;

    switch ((enum as_kind)value->kind) {
    case AS_KIND_TEXT:
        return as_value_text(value);
    case AS_KIND_SOURCE:
        return as_value_text(value);
    case AS_KIND_REAL: /* -0 is 0 */
        return (struct as_text){
            (const char *)(value->real == 0 ? &zero : &value->real),
            sizeof(value->real),
        };
    case AS_KIND_IP:
        return (struct as_text){ (const char *)value->address.byte,
                                 sizeof(value->address) };
    case AS_KIND_BOOL:
    case AS_KIND_INT:
    case AS_KIND_TIME:
    case AS_KIND_DURATION:
    case AS_KIND_NONE:
    case AS_KIND_JSON:
    case AS_KIND_CIDR:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break;
    }
    return (struct as_text){ (const char *)&value->integer,
                             sizeof(value->integer) };
}

static bool is_address(const struct as_value *value)
{
    return value->kind == AS_KIND_SOURCE && value->flag == AS_SOURCE_IP;
}

/* Sources that are addresses become a set, so that spelling does not count. */
static bool seal_addresses(struct as_run *run, struct as_run_list *list)
{
    struct as_ip_range *ranges;
    size_t count = 0;

    for (uint32_t i = 0; i < list->count; i++)
        count += is_address(&list->values[i]);
    if (count == 0)
        return true;
    ranges = as_alloc(&run->arena, count * sizeof(*ranges));
    if (!ranges)
        return false;
    count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct as_value *value = &list->values[i];

        if (is_address(value))
            ranges[count++] = (struct as_ip_range){ *value->ip, *value->ip };
    }
    as_ip_set_take(&list->set, ranges, count);
    return true;
}

static bool seal_list(struct as_run *run, uint32_t n)
{
    struct as_run_list *list = &run->lists[n];
    uint32_t type = run->pack->list[n].type;

    if (type == AS_KIND_CIDR || type == AS_KIND_IP || type == AS_KIND_REGEX)
        return true;
    if (type == AS_KIND_SOURCE && !seal_addresses(run, list))
        return false;
    if (list->count <= FEW)
        return true;
    as_map_init(&list->members);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct as_value *value = &list->values[i];

        if (!is_address(value) &&
            as_map_add(&list->members, identity(value), NULL) == AS_MAP_NONE)
            return false;
    }
    return true;
}

enum astray_status as_run_seal(struct as_run *run)
{
    for (uint32_t i = 0; i < run->pack->list_count && !run->sealed; i++) {
        if (!seal_list(run, i))
            return ASTRAY_NO_MEMORY;
    }
    run->sealed = true;
    return ASTRAY_OK;
}

bool as_run_list_has(const struct as_run *run, uint32_t n,
                     const struct as_value *value)
{
    const struct as_run_list *list = &run->lists[n];

    if (value->kind == AS_KIND_IP)
        return as_ip_set_has(&list->set, &value->address);
    if (is_address(value))
        return as_ip_set_has(&list->set, value->ip);

    struct as_text wanted = identity(value);
    if (list->count > FEW)
        return as_map_find(&list->members, wanted) != AS_MAP_NONE;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!is_address(&list->values[i]) &&
            as_text_equal(identity(&list->values[i]), wanted))
            return true;
    }
    return false;
}

int64_t as_run_amount(const struct as_run *run, uint32_t kind, uint32_t index)
{
    const struct as_row_constant *row;

    switch ((enum as_amount_kind)kind) {
    case AS_LENGTH_CONST:
        row = &run->pack->constant[index];
        return as_pack_integer(row->low, row->high);
    case AS_LENGTH_PARAM:
        return run->params[index].integer;
    case AS_LENGTH_FOREVER:
        return INT64_MAX;
    case AS_LENGTH_NONE:
    case AS_LENGTH_COUNT:
        break;
    }
    return 0;
}
