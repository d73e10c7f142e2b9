/* subject.c - see subject.h. */

#include "runtime/subject.h"

#include <stdlib.h>

/* ---- the slots that programs read ------------------------------------- */

struct walk {
    const struct as_pack *pack;
    bool *seen; /* by program */
    bool *slots;
    bool *columns; /* aggregates that are read; NULL: don't care */
};

static void walk_program(struct walk *walk, uint32_t n);

static void walk_arguments(struct walk *walk, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        walk_program(walk, walk->pack->argument[first + i].program);
}

static void walk_probe(struct walk *walk, uint32_t n)
{
    const struct as_row_probe *row = &walk->pack->probe[n];

    walk_arguments(walk, row->keys, row->key_count);
    walk_program(walk, row->filter);
}

/* A program runs only programs that stand before it, so this ends. */
static void walk_program(struct walk *walk, uint32_t n)
{
    const struct as_pack *pack = walk->pack;

    if (n == AS_NO_ROW || walk->seen[n])
        return;
    walk->seen[n] = true;
    for (uint32_t i = 0; i < pack->program[n].code_length; i++) {
        const struct as_insn *insn = &pack->insn[pack->program[n].code + i];

        if (insn->op == AS_OP_LOAD_SLOT)
            walk->slots[insn->b] = true;
        else if (insn->op == AS_OP_LOAD_AGG && walk->columns)
            walk->columns[pack->program[n].aggs + insn->b] = true;
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

static void walk_group(struct walk *walk, const struct as_row_rule *row)
{
    walk_program(walk, row->having);
    for (uint32_t i = 0; i < row->agg_count; i++) {
        if (walk->columns[row->aggs + i])
            walk_columns(walk, row->aggs + i, 1);
    }
}

static void walk_sequence(struct walk *walk, const struct as_row_rule *row)
{
    for (uint32_t i = 0; i < row->phase_count; i++)
        walk_program(walk, walk->pack->phase[row->phases + i].where);
    walk_program(walk, row->until);
}

static void walk_rule(struct walk *walk, const struct as_row_rule *row)
{
    walk_program(walk, row->where);
    walk_columns(walk, row->keys, row->key_count);
    if (row->shape == AS_SHAPE_GROUP) {
        walk_group(walk, row);
        return;
    }
    if (row->shape == AS_SHAPE_SEQUENCE) {
        walk_sequence(walk, row);
        return;
    }
    for (uint32_t i = 0; i < row->join_count; i++) {
        walk_probe(walk, walk->pack->join[row->joins + i].probe);
        walk_program(walk, walk->pack->join[row->joins + i].after);
    }
    walk_program(walk, row->require);
}

/* An event's own slots are left out: no two events would have one subject. */
static bool find_slots(struct as_subjects *subjects, const struct as_pack *pack,
                       const struct as_plan *plan)
{
    static const enum as_slot own[] = { AS_SLOT_EVENT_ID, AS_SLOT_EVENT_TIME,
                                        AS_SLOT_SHARED_ID };
    /* Who acts: what differs from session to session, and rarely within. */
    static const enum as_slot who[] = { AS_SLOT_ACCESS_KEY, AS_SLOT_ARN,
                                        AS_SLOT_ACCOUNT, AS_SLOT_ADDRESS,
                                        AS_SLOT_USER_AGENT };
    struct walk walk = { .pack = pack,
                         .slots = subjects->in_subject,
                         .columns = subjects->decides };

    walk.seen = calloc(pack->program_count + 1, sizeof(*walk.seen));
    if (!walk.seen)
        return false;
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        if (plan->needed[pack->baseline_count + i])
            walk_rule(&walk, &pack->rule[i]);
    }
    free(walk.seen);
    for (size_t i = 0; i < sizeof(who) / sizeof(who[0]); i++)
        subjects->in_subject[who[i]] = true;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        subjects->in_subject[own[i]] = false;
    for (uint32_t i = 0; i < pack->slot_count; i++)
        subjects->widths[i] = subjects->in_subject[i] ? AS_OF_SUBJECT
                                                      : AS_OF_DETAIL;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        subjects->widths[own[i]] = AS_OF_EVENT;
    return true;
}

/* ---- verdicts that stay ----------------------------------------------- */

/* How a register's value changes while its row grows. */
enum trend {
    STEADY,  /* not at all */
    GROWS,   /* a set of values: it gains some */
    RISES,   /* a bool: true stays true */
    FALLS,   /* a bool: false stays false */
    CHANGES, /* who knows */
};

static enum trend both(enum trend a, enum trend b)
{
    if (a == STEADY || a == b)
        return b;
    return b == STEADY ? a : CHANGES;
}

static enum trend opposite(enum trend a)
{
    if (a == RISES || a == FALLS)
        return a == RISES ? FALLS : RISES;
    return a == STEADY ? STEADY : CHANGES;
}

static enum trend column_trend(const struct as_pack *pack,
                               const struct as_row_program *program,
                               const struct as_insn *insn)
{
    const struct as_row_alias *alias = &pack->alias[program->aliases + insn->b];
    const struct as_row_baseline *row = &pack->baseline[alias->baseline];
    uint32_t column = as_baseline_column(row, insn->c);

    if (insn->c < row->key_count)
        return STEADY;
    return pack->column[column].agg == AS_AGG_SET ? GROWS : CHANGES;
}

/* Instructions whose value depends on their operands and on nothing else. */
static bool is_function(enum as_opcode op)
{
    return (op >= AS_OP_EQ && op <= AS_OP_GE) ||
           (op >= AS_OP_CONTAINS && op <= AS_OP_LIKE) ||
           (op >= AS_OP_IS_TRUE && op <= AS_OP_IS_PRESENT) ||
           (op >= AS_OP_LOWER && op <= AS_OP_ARN_RESOURCE) ||
           op == AS_OP_IN_CIDR || op == AS_OP_IN_LIST || op == AS_OP_TO_TEXT ||
           op == AS_OP_TO_IP || op == AS_OP_TO_SOURCE || op == AS_OP_CONCAT;
}

static bool has_two(enum as_opcode op)
{
    return (op >= AS_OP_EQ && op <= AS_OP_GE) ||
           (op >= AS_OP_CONTAINS && op <= AS_OP_LIKE) || op == AS_OP_CONCAT;
}

/* The trend of what an instruction writes; of one that is not known here,
 * CHANGES. */
static enum trend trend_of(const struct as_pack *pack,
                           const struct as_row_program *program,
                           const struct as_insn *insn, const enum trend *r)
{
    const enum as_opcode op = (enum as_opcode)insn->op;

    if (op == AS_OP_LOAD_SLOT || op == AS_OP_LOAD_CONST ||
        op == AS_OP_LOAD_PARAM || op == AS_OP_MISSING || op == AS_OP_LEN_LIST)
        return STEADY;
    if (op == AS_OP_LOAD_COLUMN)
        return column_trend(pack, program, insn);
    if (op == AS_OP_MOVE)
        return r[insn->b];
    if (op == AS_OP_NOT)
        return opposite(r[insn->b]);
    if (op == AS_OP_IN_SET)
        return r[insn->b] == STEADY && r[insn->c] == GROWS ? RISES : CHANGES;
    if (op == AS_OP_AND || op == AS_OP_OR)
        return both(r[insn->b], r[insn->c]);
    if (is_function(op) && r[insn->b] == STEADY &&
        (!has_two(op) || r[insn->c] == STEADY))
        return STEADY;
    return CHANGES;
}

/*
 * Does false stay false?  Of branches only one kind is followed: `a and b`
 * skips b when a is false, and gives a; what b would have made of it is false
 * as well.
 */
static bool falls(const struct as_pack *pack, uint32_t n)
{
    const struct as_row_program *program = &pack->program[n];
    const struct as_insn *code = pack->insn + program->code;
    enum trend r[AS_MAX_REGISTERS];

    for (uint32_t i = 0; i < AS_MAX_REGISTERS; i++)
        r[i] = CHANGES;
    for (uint32_t i = 0; i < program->code_length; i++) {
        const struct as_insn *insn = &code[i];

        if (insn->op == AS_OP_RETURN)
            return r[insn->a] == FALLS;
        if (insn->op == AS_OP_JUMP_FALSE) {
            const struct as_insn *target = &code[insn->c];

            if (target->op != AS_OP_RETURN || target->a != insn->a ||
                target[-1].op != AS_OP_AND || target[-1].a != insn->a ||
                target[-1].b != insn->a)
                return false;
            continue;
        }
        if (insn->op >= AS_OP_JUMP && insn->op <= AS_OP_JUMP_PRESENT)
            return false;
        r[insn->a] = trend_of(pack, program, insn, r);
    }
    return false;
}

/* Does a program read rows of a baseline?  A loop or probe may. */
static bool reads_rows(const struct as_pack *pack, uint32_t n)
{
    if (n == AS_NO_ROW)
        return false;
    for (uint32_t i = 0; i < pack->program[n].code_length; i++) {
        uint32_t op = pack->insn[pack->program[n].code + i].op;

        if (op == AS_OP_LOAD_COLUMN || op == AS_OP_IN_BASELINE ||
            op == AS_OP_PROBE || op == AS_OP_LOOP)
            return true;
    }
    return false;
}

/* Do the baseline's rows come from events alone, so that they can be made
 * before everything has been read? */
static bool is_plain(const struct as_pack *pack,
                     const struct as_row_baseline *row)
{
    if (row->where != AS_NO_ROW || row->each != AS_NO_ROW)
        return false;
    for (uint32_t i = 0; i < row->key_count + row->column_count; i++) {
        const struct as_row_column *column =
            &pack->column[as_baseline_column(row, i)];

        if (reads_rows(pack, column->each) || reads_rows(pack, column->value) ||
            reads_rows(pack, column->filter))
            return false;
    }
    return true;
}

static bool settles(const struct as_pack *pack, const struct as_row_rule *row)
{
    const struct as_row_probe *probe;
    const struct as_row_join *join;
    const struct as_row_baseline *baseline;

    if (pack->info->shared_ids || row->shape != AS_SHAPE_JOIN ||
        row->join_count != 1 || row->each != AS_NO_ROW ||
        row->where != AS_NO_ROW || row->require == AS_NO_ROW)
        return false;
    join = &pack->join[row->joins];
    probe = &pack->probe[join->probe];
    baseline = &pack->baseline[probe->baseline];
    if (join->after != AS_NO_ROW || probe->filter != AS_NO_ROW ||
        probe->key_count != baseline->key_count || !is_plain(pack, baseline))
        return false;
    for (uint32_t i = 0; i < probe->key_count; i++) {
        if (reads_rows(pack, pack->argument[probe->keys + i].program))
            return false;
    }
    return falls(pack, row->require);
}

/* ---- making ----------------------------------------------------------- */

bool as_subjects_init(struct as_subjects *subjects, const struct as_pack *pack,
                      const struct as_plan *plan)
{
    subjects->in_subject = calloc(pack->slot_count + 1, sizeof(bool));
    subjects->widths = calloc(pack->slot_count + 1, sizeof(uint8_t));
    subjects->decides = calloc(pack->column_count + 1, sizeof(bool));
    subjects->settles = calloc(pack->rule_count + 1, sizeof(bool));
    if (!subjects->in_subject || !subjects->widths || !subjects->decides ||
        !subjects->settles || !find_slots(subjects, pack, plan))
        return false;
    for (uint32_t i = 0; i < pack->rule_count; i++)
        subjects->settles[i] = plan->needed[pack->baseline_count + i] &&
                               settles(pack, &pack->rule[i]);
    return true;
}

void as_subjects_done(struct as_subjects *subjects)
{
    free(subjects->in_subject);
    free(subjects->widths);
    free(subjects->decides);
    free(subjects->settles);
}
