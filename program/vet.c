/*
 * vet.c - see vet.h.
 *
 * Each function looks at one kind of row and returns NULL, or what is wrong
 * with it as a static text.  The first half needs the rows alone.  In the
 * second half each owner of programs says what is bound around them, as a
 * struct as_context, and as_verify_context compares that with what each
 * program says it reads.
 */

#include "program/vet.h"

#include <math.h>

#include "common/regex.h"

/* ---- constants and what is made of them ------------------------------- */

bool as_vet_time(int64_t ms)
{
    return ms >= INT64_C(-62135596800000) && ms <= INT64_C(253402300799999);
}

static const char *vet_constant(const struct as_pack *pack,
                                const struct as_row_constant *row)
{
    int64_t integer = as_pack_integer(row->low, row->high);
    double real;

    memcpy(&real, &integer, sizeof(real));
    if (row->type == AS_KIND_REGEX)
        return pack->text[row->text].length > AS_MAX_PATTERN
                 ? "constant: the regular expression is too long"
             : row->bits & ~(uint32_t)AS_REGEX_FOLD
                 ? "constant: the regular expression has an unknown flag"
                 : NULL;
    if (row->type == AS_KIND_CIDR)
        return NULL; /* a LIMIT bounds its bits */
    if (!as_type_is_scalar((as_type)row->type))
        return "constant: there are no constants of that type";
    if (row->type == AS_KIND_BOOL && integer != 0 && integer != 1)
        return "constant: a bool that is neither 0 nor 1";
    if (row->type == AS_KIND_REAL && !isfinite(real))
        return "constant: a real that is not a number";
    if (row->type == AS_KIND_TIME && !as_vet_time(integer))
        return "constant: a time before year 1 or after year 9999";
    return NULL;
}

/* Patterns that the scanner will compile, so they had better compile.  One
 * byte of the worst of them takes some 50 microseconds, whence the bound on
 * all bytes. */
static enum astray_status vet_patterns(const struct as_pack *pack,
                                       const char **why)
{
    enum astray_status status = ASTRAY_OK;
    struct as_buf reason = { .bytes = NULL };
    uint32_t count = 0;
    size_t length = 0;

    for (uint32_t i = 0; i < pack->constant_count && !status; i++) {
        const struct as_row_constant *row = &pack->constant[i];
        if (row->type != AS_KIND_REGEX)
            continue;

        struct as_text pattern = as_pack_text(pack, row->text);
        length += pattern.length;
        if (++count > AS_MAX_PATTERNS || length > AS_MAX_PATTERN_TEXT) {
            *why = "constant: too many regular expressions in one pack";
            status = ASTRAY_BAD_PACK;
            break;
        }

        struct as_regex *regex = as_regex_new(pattern, row->bits, &reason);
        if (!regex) {
            *why = "constant: a regular expression that can't be compiled";
            status = reason.length ? ASTRAY_BAD_PACK : ASTRAY_NO_MEMORY;
        }
        as_regex_free(regex);
    }
    as_buf_done(&reason);
    return status;
}

static const char *vet_param(const struct as_pack *pack,
                             const struct as_row_param *row)
{
    if (!as_type_is_scalar((as_type)row->type))
        return "param: there are no parameters of that type";
    if (pack->constant[row->value].type != row->type)
        return "param: its value is of another type";
    return NULL;
}

static const char *vet_addresses(const struct as_pack *pack,
                                 const struct as_row_list *row)
{
    struct as_ip_set set = as_pack_set(pack, row);

    if (row->value_count > 0 || (row->range_count == 0) != (row->length == 0))
        return "list: constants for addresses, or a length that can't be";
    return as_ip_set_check(set.ranges, set.count)
             ? NULL
             : "list: its ranges are not sorted and apart";
}

static const char *vet_values(const struct as_pack *pack,
                              const struct as_row_list *row)
{
    if (row->range_count > 0 || row->length != row->value_count)
        return "list: ranges for values, or a length that can't be";
    for (uint32_t i = 0; i < row->value_count; i++) {
        if (pack->constant[row->values + i].type != row->type)
            return "list: a value is of another type";
    }
    return NULL;
}

static const char *vet_list(const struct as_pack *pack,
                            const struct as_row_list *row)
{
    if (!as_type_is_scalar((as_type)row->type) && row->type != AS_KIND_CIDR &&
        row->type != AS_KIND_REGEX)
        return "list: there are no lists of that type";
    return row->type == AS_KIND_IP || row->type == AS_KIND_CIDR
             ? vet_addresses(pack, row)
             : vet_values(pack, row);
}

/* A length of time of at least `least`, or none at all. */
static const char *vet_length(const struct as_pack *pack, uint32_t kind,
                              uint32_t index, int64_t least)
{
    bool is_param = kind == AS_LENGTH_PARAM;

    if (kind == AS_LENGTH_NONE)
        return NULL;
    if (kind == AS_LENGTH_FOREVER)
        return "a length of time: forever, where that can't be";
    if (index >= (is_param ? pack->param_count : pack->constant_count))
        return "a length of time: there is no such row";

    const struct as_row_constant *row =
        &pack->constant[is_param ? pack->param[index].value : index];
    int64_t ms = as_pack_integer(row->low, row->high);
    if (row->type != AS_KIND_DURATION)
        return "a length of time: not a duration";
    if (ms < least || ms > AS_MAX_LENGTH_MS)
        return "a length of time: negative, zero where that can't be, or too "
               "long";
    return NULL;
}

/* ---- slots ------------------------------------------------------------ */

static as_type fixed_slot_type(uint32_t slot)
{
    if (slot == AS_SLOT_EVENT_TIME)
        return AS_KIND_TIME;
    return slot == AS_SLOT_ADDRESS ? AS_KIND_SOURCE : AS_KIND_TEXT;
}

/* Are the steps the names that the path has between its dots? */
static bool steps_spell(const struct as_pack *pack,
                        const struct as_row_slot *row, const char *path)
{
    for (uint32_t i = 0; i < row->step_count; i++) {
        const struct as_row_step *step = &pack->step[row->steps + i];
        size_t length = strcspn(path, ".");
        struct as_text name = { path, length };
        if (step->is_index ||
            !as_text_equal(name, as_pack_text(pack, step->name)))
            return false;
        path += length;
        if ((*path == '.') != (i + 1 < row->step_count))
            return false;
        path += *path == '.';
    }
    return *path == '\0';
}

/* Names with dots between them, no more than a path may have. */
static bool is_short_path(struct as_text path)
{
    uint32_t count = 1;

    for (size_t i = 0; i < path.length; i++)
        count += path.bytes[i] == '.';
    return count <= AS_MAX_STEPS;
}

static const char *vet_slot(const struct as_pack *pack, uint32_t slot)
{
    const struct as_row_slot *row = &pack->slot[slot];
    bool fits = row->type == AS_KIND_BOOL || row->type == AS_KIND_INT ||
                row->type == AS_KIND_REAL || row->type == AS_KIND_TIME ||
                row->type == AS_KIND_TEXT || row->type == AS_KIND_SOURCE ||
                row->type == AS_KIND_JSON || row->type == AS_KIND_OBJECT;

    if (!fits)
        return "slot: no field of an event has that type";
    if (row->step_count == 0 || row->step_count > AS_MAX_STEPS)
        return "slot: its path has no steps, or too many";
    if (pack->step[row->steps].is_index)
        return "slot: its path begins with an index";
    if (!is_short_path(as_pack_text(pack, row->ecs)))
        return "slot: its name in Elastic's schema has too many parts";
    if (slot >= AS_FIXED_SLOTS)
        return NULL;
    if (row->type != fixed_slot_type(slot) ||
        !as_text_equal(as_pack_text(pack, row->path),
                       as_text_of(as_slot_paths[slot])) ||
        !steps_spell(pack, row, as_slot_paths[slot]))
        return "slot: the first are not those of slots.def";
    return NULL;
}

static const char *vet_slots(const struct as_pack *pack)
{
    const char *why = NULL;

    if (pack->slot_count < AS_FIXED_SLOTS)
        return "slot: the first are not those of slots.def";
    if (pack->slot_count > UINT16_MAX + 1)
        return "slot: there are more than an instruction can name";
    for (uint32_t i = 0; i < pack->slot_count && !why; i++)
        why = vet_slot(pack, i);
    for (uint32_t i = 0; i < pack->route_count && !why; i++) {
        if (pack->route[i].step_count > AS_MAX_STEPS)
            why = "route: it has too many steps";
    }
    return why;
}

/* ---- columns and baselines, without their programs -------------------- */

enum argument { NEVER, ANY, ORDERED, NUMBER, CONDITION };

static const enum argument arguments[AS_AGGREGATES] = {
#define AS_AGG(name, word, argument, text) argument,
#include "program/aggregates.def"
#undef AS_AGG
};

static bool argument_fits(enum argument argument, as_type type)
{
    switch (argument) {
    case NEVER:
        return false;
    case ANY:
        return as_type_is_scalar(type);
    case ORDERED:
        return as_type_is_ordered(type);
    case NUMBER:
        return type == AS_KIND_INT || type == AS_KIND_REAL ||
               type == AS_KIND_DURATION;
    case CONDITION:
        return type == AS_KIND_BOOL;
    }
    return false;
}

/* What an aggregate gives for an argument of this type. */
static as_type gives(enum as_agg agg, as_type argument)
{
    switch (agg) {
    case AS_AGG_SET:
        return argument | AS_TYPE_SET;
    case AS_AGG_COUNT:
    case AS_AGG_COUNT_DISTINCT:
        return AS_KIND_INT;
    case AS_AGG_KEY:
    case AS_AGG_MIN:
    case AS_AGG_MAX:
    case AS_AGG_FIRST:
    case AS_AGG_LAST:
    case AS_AGG_SUM:
    case AS_AGG_ANY:
    case AS_AGGREGATES:
        break;
    }
    return argument;
}

static const char *vet_column(const struct as_pack *pack,
                              const struct as_row_column *row)
{
    enum as_agg agg = (enum as_agg)row->agg;
    bool has_value = row->value != AS_NO_ROW;
    as_type argument = AS_KIND_NONE;

    if (has_value == (arguments[agg] == NEVER))
        return "column: an aggregate without its argument, or with one too "
               "many";
    if (has_value) {
        argument = (as_type)pack->program[row->value].type;
        if (agg == AS_AGG_SET || agg == AS_AGG_COUNT_DISTINCT)
            argument &= (as_type)~AS_TYPE_SET; /* the sets' members together */
        if (!argument_fits(arguments[agg], argument))
            return "column: the argument is of a type that the aggregate does "
                   "not take";
    }
    if (row->type != gives(agg, argument))
        return "column: not the type that its aggregate gives";
    if (agg == AS_AGG_KEY &&
        (row->each != AS_NO_ROW || row->filter != AS_NO_ROW))
        return "column: a key has no `where` and no `[]`";
    if (row->each != AS_NO_ROW && pack->program[row->each].type != AS_KIND_JSON)
        return "column: it ranges over something that is not JSON";
    if (row->filter != AS_NO_ROW &&
        pack->program[row->filter].type != AS_KIND_BOOL)
        return "column: its `where` is not a bool";
    return NULL;
}

/* The columns of a range are keys, or none is. */
static const char *vet_columns(const struct as_pack *pack, uint32_t first,
                               uint32_t count, bool keys)
{
    if (keys && count > AS_MAX_KEYS)
        return "column: too many keys";
    for (uint32_t i = 0; i < count; i++) {
        if ((pack->column[first + i].agg == AS_AGG_KEY) != keys)
            return "column: a key among aggregates, or an aggregate among keys";
    }
    return NULL;
}

static const char *vet_memory(const struct as_pack *pack,
                              const struct as_row_baseline *row)
{
    bool whole = row->scope == AS_SCOPE_WHOLE;
    const char *why = vet_length(pack, row->plus_kind, row->plus, 0);

    if (!why && row->retain_kind != AS_LENGTH_FOREVER)
        why = vet_length(pack, row->retain_kind, row->retain, 0);
    if (!why && whole && row->plus_kind != AS_LENGTH_NONE)
        why = "baseline: scope whole has no `plus`";
    if (!why && whole != (row->retain_kind == AS_LENGTH_NONE))
        why = "baseline: scope as_of needs `retain`, scope whole has none";
    if (!why && row->idle && row->retain_kind != AS_LENGTH_CONST &&
        row->retain_kind != AS_LENGTH_PARAM)
        why = "baseline: `idle` without a length of time";
    return why;
}

static const char *vet_baseline(const struct as_pack *pack,
                                const struct as_row_baseline *row)
{
    const char *why = vet_memory(pack, row);

    if (!why && row->key_count == 0)
        why = "baseline: it has no key";
    if (!why)
        why = vet_columns(pack, row->keys, row->key_count, true);
    if (!why)
        why = vet_columns(pack, row->columns, row->column_count, false);
    return why;
}

static const char *vet_member(const struct as_pack *pack,
                              const struct as_row_member *row)
{
    const struct as_row_baseline *baseline = &pack->baseline[row->baseline];

    return row->column < baseline->key_count + baseline->column_count
             ? NULL
             : "member: the baseline has no such column";
}

static const char *vet_change(const struct as_pack *pack,
                              const struct as_row_change *row)
{
    (void)pack;
    return row->expires && !as_vet_time(as_pack_integer(row->low, row->high))
             ? "change: it expires before year 1 or after year 9999"
             : NULL;
}

/* All rows of one table: `vet` of each. */
#define EACH_ROW(table)                                                        \
    for (uint32_t i = 0; i < pack->table##_count && !why; i++)                 \
    why = vet_##table(pack, &pack->table[i])

enum astray_status as_vet_tables(const struct as_pack *pack,
                                 const char **why_out)
{
    const char *why = NULL;

    if (pack->info_count != 1)
        why = "info: there is not exactly one row";
    EACH_ROW(constant);
    EACH_ROW(param);
    EACH_ROW(list);
    if (!why)
        why = vet_slots(pack);
    if (!why && (uint64_t)pack->rule_count * pack->slot_count > AS_MAX_BLANKS)
        why = "rule: too many, for so many slots";
    EACH_ROW(column);
    EACH_ROW(baseline);
    EACH_ROW(member);
    EACH_ROW(change);
    *why_out = why;
    return why ? ASTRAY_BAD_PACK : vet_patterns(pack, why_out);
}

/* ---- programs and their owners ---------------------------------------- */

struct place {
    const struct as_pack *pack;
    const struct as_facts *facts;
    struct as_context context;
};

static const char *run(const struct place *place, uint32_t program)
{
    enum as_fault fault = as_verify_context(place->pack, place->facts, program,
                                            &place->context);

    return fault ? as_fault_text(fault) : NULL;
}

/* The same for a program that there need not be, and that is of one type. */
static const char *run_typed(const struct place *place, uint32_t program,
                             enum as_kind kind, const char *why)
{
    if (program == AS_NO_ROW)
        return NULL;
    return place->pack->program[program].type == kind ? run(place, program)
                                                      : why;
}

/* Where records come in, as baselines and rules have it alike. */
struct source {
    uint32_t each, early, tests, test_count, rest, where;
};

static const char *vet_test(const struct place *place,
                            const struct as_row_test *row)
{
    const struct as_facts *facts = &place->facts[row->program];

    if (facts->several || facts->calls > 0 ||
        (facts->slot != AS_NO_ROW && facts->slot != row->slot))
        return "test: it reads more than its slot";
    return run_typed(place, row->program, AS_KIND_BOOL, "test: not a bool");
}

/* The tests together take no longer than one program may. */
static const char *vet_tests(const struct place *place,
                             const struct source *source)
{
    const struct as_row_test *tests = place->pack->test + source->tests;
    const char *why = NULL;
    uint64_t cost = 0;

    for (uint32_t i = 0; i < source->test_count && !why; i++) {
        why = vet_test(place, &tests[i]);
        cost += place->facts[tests[i].program].cost;
    }
    if (!why && cost > AS_MAX_CODE)
        why = "`where`: its tests take too long";
    return why;
}

/* What a record goes through before anything is looked up: for each element
 * of `each`, `early` and then `where`.  The place is that of `where`. */
static const char *vet_source(const struct place *place,
                              const struct source *source)
{
    struct place outer = *place;
    const char *why;

    if (source->each != AS_NO_ROW &&
        (source->test_count > 0 || source->rest != AS_NO_ROW))
        return "`where`: tests of an event whose elements are judged";
    outer.context.baselines = 0;
    why = run_typed(&outer, source->early, AS_KIND_BOOL, "`where`: not a bool");
    if (!why)
        why = run_typed(&outer, source->rest, AS_KIND_BOOL,
                        "`where`: not a bool");
    outer.context.items = 0;
    if (!why)
        why = vet_tests(&outer, source);
    if (!why)
        why = run_typed(&outer, source->each, AS_KIND_JSON, "`each`: not JSON");
    if (!why)
        why = run_typed(place, source->where, AS_KIND_BOOL,
                        "`where`: not a bool");
    return why;
}

#define SOURCE(row)                                                            \
    (struct source)                                                            \
    {                                                                          \
        (row)->each, (row)->early, (row)->tests, (row)->test_count,            \
            (row)->rest, (row)->where                                          \
    }

/* The programs of columns; their types have been vetted. */
static const char *run_columns(const struct place *place, uint32_t first,
                               uint32_t count)
{
    const char *why = NULL;

    for (uint32_t i = 0; i < count && !why; i++) {
        const struct as_row_column *row = &place->pack->column[first + i];
        struct place inner = *place;
        if (row->each != AS_NO_ROW) {
            why = run(place, row->each);
            inner.context.items++;
        }
        if (!why && row->value != AS_NO_ROW)
            why = run(&inner, row->value);
        if (!why && row->filter != AS_NO_ROW)
            why = run(&inner, row->filter);
    }
    return why;
}

static const char *vet_baseline_programs(struct place *place, uint32_t index)
{
    const struct as_row_baseline *row = &place->pack->baseline[index];
    const struct source source = SOURCE(row);
    const char *why;

    place->context = (struct as_context){
        .event = true,
        .items = row->each != AS_NO_ROW,
        .baselines = index,
    };
    why = vet_source(place, &source);
    if (!why)
        why = run_columns(place, row->keys, row->key_count);
    if (!why)
        why = run_columns(place, row->columns, row->column_count);
    return why;
}

/* ---- the shapes of rules ---------------------------------------------- */

/* Which parts of rules the shapes have. */
static const struct parts {
    bool joins, keys, span, aggs;
} parts[] = {
    [AS_SHAPE_PLAIN] = { .joins = false },
    [AS_SHAPE_JOIN] = { .joins = true, .aggs = true },
    [AS_SHAPE_GROUP] = { .keys = true, .span = true, .aggs = true },
    [AS_SHAPE_NEW_TERMS] = { .keys = true, .span = true },
    [AS_SHAPE_SEQUENCE] = { .keys = true, .span = true },
};

/* What a rule has of them, against what its shape has. */
static const char *vet_shape(const struct as_row_rule *row)
{
    const struct parts *has = &parts[row->shape];
    bool joins = has->joins, group = row->shape == AS_SHAPE_GROUP;
    bool whole = row->window == AS_WINDOW_WHOLE;
    bool session = row->window == AS_WINDOW_SESSION;
    bool sequence = row->shape == AS_SHAPE_SEQUENCE;

    if (row->join_count != row->alias_count || joins != (row->join_count > 0) ||
        row->join_count > AS_MAX_ALIASES)
        return "rule: no joins, too many, or not one alias for each";
    if (!joins && row->require != AS_NO_ROW)
        return "rule: `require` without a join";
    if ((!has->keys && row->key_count) ||
        (!group &&
         (row->having != AS_NO_ROW || row->window != AS_WINDOW_SLIDING)))
        return "rule: parts of a group in a rule that is none";
    if ((has->keys && row->key_count == 0) ||
        (group && row->having == AS_NO_ROW))
        return "rule: a group without keys or without `having`, or new terms or "
               "a sequence without keys";
    if ((has->span && !whole) != (row->timespan_kind != AS_LENGTH_NONE))
        return "rule: a group needs a time span, unless it is `whole`, and so "
               "do new terms and sequences";
    if (sequence != (row->phase_count > 0) ||
        (sequence ? row->each : row->until) != AS_NO_ROW)
        return "rule: a sequence without steps or with `each`, or its parts in "
               "another rule";
    if (session != (row->gap_kind != AS_LENGTH_NONE))
        return "rule: a session needs a gap, and nothing else has one";
    if (row->agg_count && !has->aggs)
        return "rule: aggregates in a rule that has nothing to gather from";
    if ((row->suppress_by_count > 0) != (row->suppress_kind != AS_LENGTH_NONE))
        return "rule: `suppress` needs a key and a length of time";
    return NULL;
}

static const char *vet_lengths(const struct as_pack *pack,
                               const struct as_row_rule *row)
{
    const char *why = vet_length(pack, row->timespan_kind, row->timespan, 1);

    if (!why)
        why = vet_length(pack, row->gap_kind, row->gap, 1);
    if (!why)
        why = vet_length(pack, row->suppress_kind, row->suppress, 0);
    if (!why)
        why = vet_columns(pack, row->keys, row->key_count, true);
    if (!why)
        why = vet_columns(pack, row->aggs, row->agg_count, false);
    return why;
}

/* The join number `n`: its probe knows the rows of those before it. */
static const char *vet_join(const struct place *place,
                            const struct as_row_rule *rule, uint32_t n)
{
    const struct as_pack *pack = place->pack;
    const struct as_row_join *row = &pack->join[rule->joins + n];
    const struct as_row_probe *probe = &pack->probe[row->probe];
    struct place inner = *place;
    struct as_facts found = { .cost = 0 };

    if (probe->baseline != pack->alias[rule->aliases + n].baseline)
        return "join: its alias stands for a row of another baseline";
    if (probe->quant != AS_QUANT_ANY)
        return "join: its probe does not ask for any row";
    inner.context.alias_count = n;

    enum as_fault fault = as_verify_probe(pack, place->facts,
                                          pack->program_count, row->probe,
                                          &inner.context, &found);
    if (fault)
        return as_fault_text(fault);
    if ((row->within_kind == AS_LENGTH_NONE) != (row->after == AS_NO_ROW))
        return "join: `within` and `after` belong together";
    inner.context.alias_count = n + 1;

    const char *why = vet_length(pack, row->within_kind, row->within, 0);
    return why ? why
               : run_typed(&inner, row->after, AS_KIND_TIME,
                           "join: `after` is not a time");
}

static const char *vet_joins(struct place *place, const struct as_row_rule *row)
{
    const char *why = NULL;

    place->context.aliases = row->aliases;
    for (uint32_t i = 0; i < row->join_count && !why; i++)
        why = vet_join(place, row, i);
    place->context.alias_count = row->alias_count;
    place->context.need = AS_ALIASES_ALL;
    return why ? why
               : run_typed(place, row->require, AS_KIND_BOOL,
                           "rule: `require` is not a bool");
}

static const char *vet_excludes(const struct place *place,
                                const struct as_row_rule *row)
{
    const char *why = NULL;

    for (uint32_t i = 0; i < row->exclude_count && !why; i++) {
        const struct as_row_exclude *exclude =
            &place->pack->exclude[row->excludes + i];
        if (exclude->expires &&
            !as_vet_time(as_pack_integer(exclude->low, exclude->high)))
            why = "exclude: it expires before year 1 or after year 9999";
        if (!why)
            why = run_typed(place, exclude->when, AS_KIND_BOOL,
                            "exclude: not a bool");
    }
    return why;
}

static const char *vet_outcome(const struct place *place,
                               const struct as_row_outcome *row)
{
    const struct as_pack *pack = place->pack;
    as_type type = (as_type)pack->program[row->value].type;

    if (type == AS_KIND_OBJECT)
        return "outcome: an object, of which only the presence is known";
    if (type != AS_KIND_TEXT &&
        as_text_equal(as_pack_text(pack, row->name), AS_TEXT("severity")))
        return "outcome: `severity` is not a text";
    return run(place, row->value);
}

/* What an alert carries, and what it is told apart by. */
static const char *vet_outcomes(const struct place *place,
                                const struct as_row_rule *row)
{
    const struct as_pack *pack = place->pack;
    const char *why = NULL;

    for (uint32_t i = 0; i < row->outcome_count && !why; i++)
        why = vet_outcome(place, &pack->outcome[row->outcomes + i]);
    for (uint32_t i = 0; i < row->suppress_by_count && !why; i++) {
        uint32_t program = pack->argument[row->suppress_by + i].program;
        if (!as_type_is_scalar((as_type)pack->program[program].type))
            why = "rule: `suppress by` something that is no scalar";
        else
            why = run(place, program);
    }
    return why;
}

/* A plain rule is a join without joins: nothing is bound but the event.  So
 * is a rule of new terms, which has keys. */
static const char *vet_event_rule(struct place *place,
                                  const struct as_row_rule *row)
{
    const char *why = run_columns(place, row->keys, row->key_count);

    if (!why)
        why = vet_joins(place, row);
    place->context.need = AS_ALIASES_SOME;
    if (!why)
        why = run_columns(place, row->aggs, row->agg_count);
    place->context.need = AS_ALIASES_ALL_OR_NONE;
    place->context.aggs = row->aggs;
    place->context.agg_count = row->agg_count;
    if (!why)
        why = vet_excludes(place, row);
    if (!why)
        why = vet_outcomes(place, row);
    return why;
}

/* Exclusions see one event, what follows sees only the whole group. */
static const char *vet_group_rule(struct place *place,
                                  const struct as_row_rule *row)
{
    const char *why = vet_excludes(place, row);

    if (!why)
        why = run_columns(place, row->keys, row->key_count);
    if (!why)
        why = run_columns(place, row->aggs, row->agg_count);
    place->context = (struct as_context){
        .keys = row->keys,
        .key_count = row->key_count,
        .aggs = row->aggs,
        .agg_count = row->agg_count,
        .baselines = place->pack->baseline_count,
    };
    if (!why)
        why = run_typed(place, row->having, AS_KIND_BOOL,
                        "rule: `having` is not a bool");
    if (!why)
        why = vet_outcomes(place, row);
    return why;
}

/* Its clauses see one event each; which chain they make is not for programs to
 * ask. */
static const char *vet_sequence_rule(struct place *place,
                                     const struct as_row_rule *row)
{
    const struct as_row_phase *phases = place->pack->phase + row->phases;
    const char *why = vet_excludes(place, row);

    if (row->phase_count > AS_MAX_PHASES || phases[0].absent)
        return "rule: a sequence of too many steps, or one that does not begin "
               "with an event";
    if (!why)
        why = run_columns(place, row->keys, row->key_count);
    for (uint32_t i = 0; i < row->phase_count && !why; i++)
        why = run_typed(place, phases[i].where, AS_KIND_BOOL,
                        "rule: a step is not a bool");
    if (!why)
        why = run_typed(place, row->until, AS_KIND_BOOL,
                        "rule: `until` is not a bool");
    if (!why)
        why = vet_outcomes(place, row);
    return why;
}

static const char *vet_rule(struct place *place, const struct as_row_rule *row)
{
    static const char *(*const programs[])(struct place *,
                                           const struct as_row_rule *) = {
        [AS_SHAPE_PLAIN] = vet_event_rule,
        [AS_SHAPE_JOIN] = vet_event_rule,
        [AS_SHAPE_GROUP] = vet_group_rule,
        [AS_SHAPE_NEW_TERMS] = vet_event_rule,
        [AS_SHAPE_SEQUENCE] = vet_sequence_rule,
    };
    const struct source source = SOURCE(row);
    const char *why = vet_shape(row);

    place->context = (struct as_context){
        .event = true,
        .items = row->each != AS_NO_ROW,
        .baselines = place->pack->baseline_count,
    };
    if (!why)
        why = vet_lengths(place->pack, row);
    if (!why)
        why = vet_source(place, &source);
    if (!why)
        why = programs[row->shape](place, row);
    return why;
}

enum astray_status as_vet_owners(const struct as_pack *pack,
                                 const struct as_facts *facts, const char **why)
{
    struct place place = { .pack = pack, .facts = facts };

    *why = NULL;
    for (uint32_t i = 0; i < pack->baseline_count && !*why; i++)
        *why = vet_baseline_programs(&place, i);
    for (uint32_t i = 0; i < pack->rule_count && !*why; i++)
        *why = vet_rule(&place, &pack->rule[i]);
    return *why ? ASTRAY_BAD_PACK : ASTRAY_OK;
}
