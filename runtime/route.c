/*
 * route.c - see route.h.
 *
 * Why parts can be judged by themselves.  A rule's verdict on an event hangs on
 * the event, on the rows of baselines that it reads and, for a rule with keys,
 * on the events of the same key.  Choose for each rule a *route*: some of the
 * programs that give it its key, or by which the rule looks up the rows
 * of the baseline it joins first.  Then:
 *
 *   - The events of one key have the same hash, and are in one part.
 *   - A baseline *follows* its readers when each of them looks its rows up, in
 *     every place where it reads them, by key columns to which it gives the
 *     values of exactly its route's programs.  The baseline's route is then the
 *     programs of these columns.  A row that is looked up has there the same
 *     values as the reader's event, so the same hash: all that was ever
 *     contributed to it is in the reader's part.
 *   - Any other baseline goes everywhere: every part has all of it.  A
 *     baseline that goes everywhere must find everywhere what it reads, so
 *     whatever it reads goes everywhere too.  A baseline that follows is a
 *     reader like a rule.
 *
 * In its part a verdict so finds what it would find if all were at hand, and
 * in the same order.  An event without a value for a route's program has no
 * key and no row (the empty text counts as none), so it may go anywhere.
 * What is counted is counted per event and rule, per row, or per value of the
 * keys that found no row, and each of these is in one part; only rows of
 * baselines that go everywhere are in several, and count in the first.
 */

#include "runtime/route.h"

#include <stdlib.h>

/* An operator's reading of a baseline. */
struct read {
    uint32_t reader, baseline;
    uint32_t probe; /* AS_NO_ROW: not by key */
};

struct walk {
    const struct as_pack *pack;
    uint32_t *seen; /* by program: the last reader that came by, + 1 */
    uint32_t reader;
    struct as_pages reads; /* struct read */
    bool failed;
};

/* ---- who reads what --------------------------------------------------- */

static void walk_program(struct walk *walk, uint32_t n);

static void note(struct walk *walk, uint32_t baseline, uint32_t probe)
{
    struct read *read = as_pages_add(&walk->reads);

    if (read)
        *read = (struct read){ walk->reader, baseline, probe };
    walk->failed |= !read;
}

static void walk_arguments(struct walk *walk, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        walk_program(walk, walk->pack->argument[first + i].program);
}

static void walk_probe(struct walk *walk, uint32_t n)
{
    const struct as_row_probe *row = &walk->pack->probe[n];

    note(walk, row->baseline, n);
    walk_arguments(walk, row->keys, row->key_count);
    walk_program(walk, row->filter);
}

/* A program runs only programs that stand before it, so this ends. */
static void walk_program(struct walk *walk, uint32_t n)
{
    const struct as_pack *pack = walk->pack;

    if (n == AS_NO_ROW || walk->seen[n] == walk->reader + 1)
        return;
    walk->seen[n] = walk->reader + 1;
    for (uint32_t i = 0; i < pack->program[n].code_length; i++) {
        const struct as_insn *insn = &pack->insn[pack->program[n].code + i];

        if (insn->op == AS_OP_IN_BASELINE)
            note(walk, pack->member[insn->c].baseline, AS_NO_ROW);
        else if (insn->op == AS_OP_LOOP)
            walk_program(walk, pack->loop[insn->c].body);
        else if (insn->op == AS_OP_PROBE)
            walk_probe(walk, insn->c);
    }
}

static void walk_columns(struct walk *walk, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct as_row_column *row = &walk->pack->column[first + i];

        walk_program(walk, row->each);
        walk_program(walk, row->value);
        walk_program(walk, row->filter);
    }
}

static void walk_baseline(struct walk *walk, uint32_t n)
{
    const struct as_row_baseline *row = &walk->pack->baseline[n];

    walk->reader = n;
    walk_program(walk, row->where);
    walk_program(walk, row->each);
    walk_columns(walk, row->keys, row->key_count);
    walk_columns(walk, row->columns, row->column_count);
}

static void walk_rule(struct walk *walk, uint32_t n)
{
    const struct as_pack *pack = walk->pack;
    const struct as_row_rule *row = &pack->rule[n];

    walk->reader = pack->baseline_count + n;
    walk_program(walk, row->where);
    walk_program(walk, row->each);
    walk_program(walk, row->require);
    walk_program(walk, row->having);
    walk_program(walk, row->until);
    for (uint32_t i = 0; i < row->phase_count; i++)
        walk_program(walk, pack->phase[row->phases + i].where);
    walk_columns(walk, row->keys, row->key_count);
    walk_columns(walk, row->aggs, row->agg_count);
    walk_arguments(walk, row->suppress_by, row->suppress_by_count);
    for (uint32_t i = 0; i < row->join_count; i++) {
        walk_probe(walk, pack->join[row->joins + i].probe);
        walk_program(walk, pack->join[row->joins + i].after);
    }
    for (uint32_t i = 0; i < row->exclude_count; i++)
        walk_program(walk, pack->exclude[row->excludes + i].when);
    for (uint32_t i = 0; i < row->outcome_count; i++)
        walk_program(walk, pack->outcome[row->outcomes + i].value);
}

/* ---- programs --------------------------------------------------------- */

/* Does its value depend on slots of the event and nothing else? */
static bool is_own(const struct as_pack *pack, uint32_t n)
{
    const struct as_row_program *program = &pack->program[n];

    for (uint32_t i = 0; i < program->code_length; i++) {
        const enum as_opcode op =
            (enum as_opcode)pack->insn[program->code + i].op;

        if (op == AS_OP_LOAD_COLUMN || op == AS_OP_LOAD_KEY ||
            op == AS_OP_LOAD_AGG || op == AS_OP_LOAD_ITEM ||
            op == AS_OP_IN_BASELINE || op == AS_OP_PROBE || op == AS_OP_LOOP)
            return false;
    }
    return true;
}

/* Does it read the access key and no other slot?  Of all that rules group by
 * a key is the finest: it belongs to one session. */
static bool is_access_key(const struct as_pack *pack, uint32_t n)
{
    const struct as_row_program *program = &pack->program[n];
    bool reads = false;

    for (uint32_t i = 0; i < program->code_length; i++) {
        const struct as_insn *insn = &pack->insn[program->code + i];

        if (insn->op == AS_OP_LOAD_SLOT && insn->b != AS_SLOT_ACCESS_KEY)
            return false;
        reads |= insn->op == AS_OP_LOAD_SLOT;
    }
    return reads;
}

/* Do they give the same value of any event?  Of those that are `own` it is
 * enough that they are written alike. */
static bool alike(const struct as_pack *pack, uint32_t a, uint32_t b)
{
    const struct as_row_program *x = &pack->program[a], *y = &pack->program[b];

    return a == b || (x->code_length == y->code_length &&
                      memcmp(pack->insn + x->code, pack->insn + y->code,
                             x->code_length * sizeof(*pack->insn)) == 0);
}

/* ---- rules ------------------------------------------------------------ */

static void offer(struct as_route *route, const struct as_pack *pack,
                  uint32_t program)
{
    if (program != AS_NO_ROW && route->count < 32 && is_own(pack, program))
        route->programs[route->count++] = program;
}

static void offer_probe(struct as_route *route, const struct as_pack *pack,
                        uint32_t n)
{
    const struct as_row_probe *probe = &pack->probe[n];

    for (uint32_t i = 0; i < probe->key_count; i++)
        offer(route, pack, pack->argument[probe->keys + i].program);
}

/* The first probe of a rule, wherever it stands. */
static uint32_t first_probe(const struct walk *walk, uint32_t reader)
{
    for (uint32_t i = 0; i < walk->reads.count; i++) {
        const struct read *read = as_pages_at(&walk->reads, i);

        if (read->reader == reader && read->probe != AS_NO_ROW)
            return read->probe;
    }
    return AS_NO_ROW;
}

static void route_rule(const struct walk *walk, struct as_route *route,
                       uint32_t n, bool fine)
{
    const struct as_pack *pack = walk->pack;
    const struct as_row_rule *row = &pack->rule[n];
    uint32_t probe = AS_NO_ROW;

    for (uint32_t i = 0; i < row->key_count; i++)
        offer(route, pack, pack->column[row->keys + i].value);
    if (row->shape == AS_SHAPE_JOIN)
        probe = pack->join[row->joins].probe;
    else if (row->shape == AS_SHAPE_PLAIN)
        probe = first_probe(walk, pack->baseline_count + n);
    if (probe != AS_NO_ROW)
        offer_probe(route, pack, probe);
    for (uint32_t i = 0; !fine && i < route->count; i++) {
        if (is_access_key(pack, route->programs[i])) {
            route->programs[0] = route->programs[i];
            route->count = 1;
        }
    }
    if (route->count > 0)
        route->way = AS_WAY_KEY;
    else if (row->shape == AS_SHAPE_PLAIN)
        route->way = AS_WAY_ANYWHERE;
    else
        route->way = AS_WAY_TOGETHER;
}

/* ---- baselines -------------------------------------------------------- */

/* The key column to which a probe gives what the program gives, or
 * AS_NO_ROW. */
static uint32_t column_of(const struct as_pack *pack,
                          const struct as_row_probe *probe, uint32_t program)
{
    uint32_t at = 0;

    for (uint32_t c = 0; c < 32; c++) {
        if (!(probe->key_mask >> c & 1))
            continue;
        if (alike(pack, program, pack->argument[probe->keys + at++].program))
            return c;
    }
    return AS_NO_ROW;
}

/* The columns by which a reader looks the baseline's rows up; false where it
 * reads others than those of its own part. */
static bool columns_of(const struct as_pack *pack,
                       const struct as_route *reader, const struct read *read,
                       uint32_t columns[32])
{
    if (reader->way != AS_WAY_KEY || read->probe == AS_NO_ROW)
        return false;
    for (uint32_t i = 0; i < reader->count; i++) {
        columns[i] = column_of(pack, &pack->probe[read->probe],
                               reader->programs[i]);
        if (columns[i] == AS_NO_ROW)
            return false;
    }
    return true;
}

/* Do all readers look its rows up by the same columns?  How many these are;
 * 0: no. */
static uint32_t agree(const struct walk *walk, const struct as_routes *routes,
                      uint32_t n, uint32_t columns[32])
{
    uint32_t count = 0, other[32] = { 0 };

    for (uint32_t i = 0; i < walk->reads.count; i++) {
        const struct read *read = as_pages_at(&walk->reads, i);
        const struct as_route *reader = &routes->of[read->reader];

        if (read->baseline != n || reader->way == AS_WAY_NONE)
            continue;
        if (!columns_of(walk->pack, reader, read, other))
            return 0;
        if (count == 0)
            memcpy(columns, other, sizeof(other));
        else if (count != reader->count ||
                 memcmp(columns, other, count * sizeof(*other)) != 0)
            return 0;
        count = reader->count;
    }
    return count;
}

static void route_baseline(const struct walk *walk, struct as_routes *routes,
                           uint32_t n)
{
    const struct as_pack *pack = walk->pack;
    struct as_route *route = &routes->of[n];
    uint32_t columns[32], count = agree(walk, routes, n, columns);

    for (uint32_t i = 0; i < count; i++)
        offer(route, pack,
              pack->column[pack->baseline[n].keys + columns[i]].value);
    route->way = count > 0 && route->count == count ? AS_WAY_KEY
                                                    : AS_WAY_EVERYWHERE;
}

/* ---- making ----------------------------------------------------------- */

bool as_routes_init(struct as_routes *routes, const struct as_pack *pack,
                    const struct as_plan *plan, bool fine)
{
    uint32_t count = pack->baseline_count + pack->rule_count;
    struct walk walk = { .pack = pack };

    as_pages_init(&walk.reads, sizeof(struct read));
    routes->of = calloc(count + 1, sizeof(*routes->of));
    walk.seen = calloc(pack->program_count + 1, sizeof(*walk.seen));
    walk.failed = !routes->of || !walk.seen;
    for (uint32_t n = 0; !walk.failed && n < count; n++) {
        if (!plan->needed[n])
            continue;
        if (n < pack->baseline_count) {
            walk_baseline(&walk, n);
            continue;
        }
        walk_rule(&walk, n - pack->baseline_count);
        route_rule(&walk, &routes->of[n], n - pack->baseline_count, fine);
    }
    /* Who reads a baseline stands behind it. */
    for (uint32_t n = pack->baseline_count; !walk.failed && n > 0; n--) {
        if (plan->needed[n - 1])
            route_baseline(&walk, routes, n - 1);
    }
    as_pages_done(&walk.reads);
    free(walk.seen);
    return !walk.failed;
}

void as_routes_done(struct as_routes *routes)
{
    free(routes->of);
    routes->of = NULL;
}

/* ---- hashing ---------------------------------------------------------- */

static uint64_t chain(uint64_t hash, const struct as_hash_key *secret,
                      const struct as_value *value, struct as_buf *room)
{
    struct as_hash_key key = *secret;

    key.word[0] ^= hash;
    as_value_canonical(value, room);
    return as_hash_fast(&key, room->bytes, room->length);
}

/* Of an event that may go anywhere: where its access key goes, since other
 * operators send it there. */
static uint64_t any_hash(struct as_judge *judge, uint32_t event,
                         const struct as_hash_key *secret, struct as_buf *room)
{
    struct as_hold_room id;
    struct as_json_value slot = as_hold_slot(judge->hold, event,
                                             AS_SLOT_ACCESS_KEY, &id);
    struct as_value value = as_words(AS_KIND_TEXT, slot.text);

    if (slot.kind != AS_JSON_TEXT || slot.text.length == 0)
        value = as_integer(AS_KIND_TIME, as_hold_time(judge->hold, event));
    return chain(0, secret, &value, room);
}

uint64_t as_route_hash(const struct as_route *route, struct as_judge *judge,
                       uint32_t event, const struct as_hash_key *secret,
                       struct as_buf *room)
{
    uint64_t hash = 0;

    for (uint32_t i = 0; i < route->count; i++) {
        struct as_value value = as_vm_run(&judge->vm, route->programs[i]);

        if (as_is_missing(&value) || as_is_empty(&value))
            return any_hash(judge, event, secret, room);
        hash = chain(hash, secret, &value, room);
    }
    return route->count > 0 ? hash : any_hash(judge, event, secret, room);
}
