/*
 * run.c - see run.h.
 *
 * The pack is read-only and shared; what a run changes is copied here first.
 * A list is one array of values, whatever it came from, until as_run_seal
 * makes the tables that lookups use.
 */

#include "runtime/run.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/escape.h"
#include "program/listfile.h"
#include "program/vet.h"

struct as_value as_run_constant(const struct as_pack *pack, uint32_t constant,
                                struct as_arena *arena)
{
    const struct as_row_constant *row = &pack->constant[constant];
    int64_t integer = as_pack_integer(row->low, row->high);
    enum as_kind kind = as_type_kind((as_type)row->type);
    struct as_value value = { .kind = (uint8_t)kind };

    if (kind == AS_KIND_TEXT)
        return as_words(kind, as_pack_text(pack, row->text));
    if (kind == AS_KIND_SOURCE)
        return as_source_value(as_pack_text(pack, row->text), arena);
    if (kind == AS_KIND_IP)
        value.address = as_pack_ip(row);
    else if (kind == AS_KIND_REAL)
        memcpy(&value.real, &integer, sizeof(value.real));
    else
        value.integer = integer;
    return value;
}

static enum astray_status compile_regexes(struct as_run *run)
{
    const struct as_pack *pack = run->pack;

    run->regexes = calloc(pack->constant_count + 1, sizeof(*run->regexes));
    if (!run->regexes)
        return ASTRAY_NO_MEMORY;
    for (uint32_t i = 0; i < pack->constant_count; i++) {
        const struct as_row_constant *row = &pack->constant[i];

        if (row->type != AS_KIND_REGEX)
            continue;
        as_buf_reset(&run->scratch);
        run->regexes[i] = as_regex_new(as_pack_text(pack, row->text), row->bits,
                                       &run->scratch);
        if (!run->regexes[i])
            return run->scratch.length > 0 ? ASTRAY_BAD_PACK : ASTRAY_NO_MEMORY;
    }
    return ASTRAY_OK;
}

static void fill_list(struct as_run *run, uint32_t n)
{
    const struct as_pack *pack = run->pack;
    const struct as_row_list *row = &pack->list[n];
    struct as_run_list *list = &run->lists[n];
    size_t count = row->value_count;

    list->count = row->value_count;
    list->values = as_alloc(&run->arena, (count + 1) * sizeof(*list->values));
    list->blocks = as_alloc(&run->arena, (count + 1) * sizeof(*list->blocks));
    list->regexes = as_alloc(&run->arena,
                             (count + 1) * sizeof(struct as_regex *));
    if (run->arena.failed)
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct as_row_constant *constant =
            &pack->constant[row->values + i];

        if (row->type == AS_KIND_CIDR || row->type == AS_KIND_IP)
            list->blocks[i] = (struct as_cidr){ as_pack_ip(constant),
                                                row->type == AS_KIND_IP
                                                    ? 128
                                                    : (uint8_t)constant->bits };
        if (row->type == AS_KIND_REGEX)
            list->regexes[i] = run->regexes[row->values + i];
        else if (row->type != AS_KIND_CIDR)
            list->values[i] = as_run_constant(pack, row->values + i,
                                              &run->arena);
    }
}

enum astray_status as_run_init(struct as_run *run, const struct as_pack *pack)
{
    enum astray_status status;

    *run = (struct as_run){ .pack = pack };
    as_arena_init(&run->arena, 0);
    run->params = as_alloc(&run->arena,
                           (pack->param_count + 1) * sizeof(*run->params));
    run->lists = as_alloc(&run->arena,
                          (pack->list_count + 1) * sizeof(*run->lists));
    if (run->arena.failed)
        return ASTRAY_NO_MEMORY;
    for (uint32_t i = 0; i < pack->list_count; i++)
        as_map_init(&run->lists[i].members);
    status = compile_regexes(run);
    if (status)
        return status;
    for (uint32_t i = 0; i < pack->param_count; i++)
        run->params[i] = as_run_constant(pack, pack->param[i].value,
                                         &run->arena);
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
    as_buf_done(&run->scratch);
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

static void list_errors(const char *file,
                        const struct as_listfile_report *report,
                        struct as_buf *why)
{
    for (unsigned i = 0; i < report->count; i++) {
        const struct as_listfile_error *error = &report->errors[i];

        if (error->is_warning)
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

static enum astray_status extend(struct as_run *run, uint32_t n,
                                 enum astray_list_mode mode,
                                 const struct as_list_item *items, size_t count)
{
    struct as_run_list *list = &run->lists[n];
    uint32_t type = run->pack->list[n].type;
    size_t before = mode == ASTRAY_LIST_EXTEND ? list->count : 0;
    struct as_value *values = as_alloc(&run->arena,
                                       (before + count + 1) * sizeof(*values));
    struct as_cidr *blocks = as_alloc(&run->arena,
                                      (before + count + 1) * sizeof(*blocks));

    if (run->arena.failed)
        return ASTRAY_NO_MEMORY;
    memcpy(values, list->values, before * sizeof(*values));
    memcpy(blocks, list->blocks, before * sizeof(*blocks));
    for (size_t i = 0; i < count; i++) {
        const struct as_scalar *scalar = &items[i].value;

        if (type == AS_KIND_CIDR)
            blocks[before + i] = scalar->cidr;
        else
            values[before + i] = scalar_value(run, scalar);
        if (type == AS_KIND_IP)
            blocks[before + i] = (struct as_cidr){ scalar->ip, 128 };
    }
    list->values = values;
    list->blocks = blocks;
    list->count = (uint32_t)(before + count);
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

        if (row->name == 0 ||
            !as_text_equal(as_pack_text(pack, row->name), name)) {
            nearer(&nearest, name, as_pack_text(pack, row->name));
            continue;
        }
        found = true;
        if (!as_scalar_is(as_type_kind((as_type)row->type))) {
            as_buf_puts(why, "a list of regular expressions can't be replaced");
            return ASTRAY_BAD_VALUE;
        }
        if (!as_listfile_read(file, name, bytes,
                              as_type_kind((as_type)row->type), &run->arena,
                              &items, &count, &report)) {
            list_errors(file, &report, why);
            return run->arena.failed ? ASTRAY_NO_MEMORY : ASTRAY_BAD_VALUE;
        }
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

static enum astray_status add_member(struct as_run *run,
                                     struct as_run_list *list,
                                     const struct as_value *value)
{
    bool added;
    uint32_t n;
    char *copy;

    as_value_canonical(value, &run->scratch);
    if (run->scratch.failed)
        return ASTRAY_NO_MEMORY;
    copy = as_strndup(&run->arena, run->scratch.bytes, run->scratch.length);
    if (!copy)
        return ASTRAY_NO_MEMORY;
    n = as_map_add(&list->members,
                   (struct as_text){ copy, run->scratch.length }, &added);
    return n == AS_MAP_NONE ? ASTRAY_NO_MEMORY : ASTRAY_OK;
}

enum astray_status as_run_seal(struct as_run *run)
{
    for (uint32_t i = 0; i < run->pack->list_count && !run->sealed; i++) {
        struct as_run_list *list = &run->lists[i];
        uint32_t type = run->pack->list[i].type;

        if ((type == AS_KIND_CIDR || type == AS_KIND_IP) &&
            !as_ip_set_build(&list->set, &run->arena, list->blocks,
                             list->count))
            return ASTRAY_NO_MEMORY;
        if (type == AS_KIND_CIDR || type == AS_KIND_IP || type == AS_KIND_REGEX)
            continue;
        for (uint32_t v = 0; v < list->count; v++) {
            enum astray_status status = add_member(run, list, &list->values[v]);

            if (status)
                return status;
        }
    }
    run->sealed = true;
    return ASTRAY_OK;
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

bool as_run_list_has(struct as_run *run, uint32_t n,
                     const struct as_value *value)
{
    const struct as_run_list *list = &run->lists[n];

    if (value->kind == AS_KIND_IP)
        return as_ip_set_has(&list->set, &value->address);
    as_value_canonical(value, &run->scratch);
    return as_map_find(&list->members, as_buf_view(&run->scratch)) !=
           AS_MAP_NONE;
}
