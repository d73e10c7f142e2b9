/*
 * verify.h - is every program of a pack safe to run?
 *
 * One pass over each program, driven by opcodes.def and rules.def.  A program
 * passes if
 *   - every opcode is known, every operand lies within its table, and unused
 *     operands are zero;
 *   - every jump goes forward and stays inside, and the last instruction is
 *     a RETURN;
 *   - every register is written before it is read, on every path, and with
 *     one type, the one that the instruction needs (instructions that no path
 *     reaches have no types);
 *   - what it reads is bound around it, as its row says: the event, elements,
 *     rows, keys and aggregates;
 *   - the programs it runs, through a loop or a probe, stand before it and
 *     need nothing that is not bound around it, or that the loop or probe
 *     does not bind for them;
 *   - calls are at most AS_MAX_CALLS deep, and its cost is at most
 *     AS_MAX_CODE (see struct as_facts).
 *
 * Why that ends: a program runs each of its instructions at most once, since
 * jumps go forward, and it can't come back to itself, since it runs only
 * programs before it.  One run takes at most `cost` steps when every array
 * and every probe gives one element or row.  A loop binds one element more,
 * so that at most AS_MAX_ITEMS of them stand inside each other; a probe's
 * filter binds one row more, so that at most AS_MAX_ALIASES do.  With at most
 * E elements in an array of a record and R rows that a probe finds, a run
 * takes at most
 *
 *     cost * max(E, 1)^AS_MAX_ITEMS * max(R, 1)^AS_MAX_ALIASES
 *
 * steps, and at most cost * (1 + V) when its loops and probes look at V elements
 * and rows, of which the machine allows AS_MAX_VISITS; and it needs a stack of
 * AS_MAX_CALLS + 1 programs.  doc/pack-safety.md has the whole argument.
 */
#ifndef AS_VERIFY_H
#define AS_VERIFY_H

#include "program/program.h"

enum as_fault {
#define AS_FAULT(name, text) AS_FAULT_##name,
#include "program/faults.def"
#undef AS_FAULT
    AS_FAULT_COUNT
};

/* "program: a jump does not go forward ..."; static. */
const char *as_fault_text(enum as_fault fault);

struct as_verdict {
    enum as_fault fault;
    uint32_t program; /* the program at fault */
    uint32_t at;      /* and the instruction in it */
};

/* What a program needs beyond what its row says, calls included. */
struct as_facts {
    uint32_t baselines; /* it reads only baselines below this one */
    uint32_t slot;      /* the one slot that it reads; AS_NO_ROW: none */
    bool several;       /* it reads others too */
    uint32_t calls;     /* how deep they go: 0 when it calls nothing */
    uint32_t cost;      /* instructions, its own and those of its calls, each
                           call counted as if it ran once */
};

/*
 * Verify all programs in order, and fill `facts`, one for each.  Stops at the
 * first fault.  The pack's words must have been checked, and its tables vetted
 * (as_vet_tables).
 */
struct as_verdict as_verify(const struct as_pack *pack, struct as_facts *facts);

/* How many of the bound rows a program may say that it reads. */
enum as_alias_need {
    AS_ALIASES_SOME, /* the first n, also none or all of them */
    AS_ALIASES_ALL,
    AS_ALIASES_ALL_OR_NONE,
};

/* What is bound around a program where it is run. */
struct as_context {
    bool event;
    uint32_t items;
    uint32_t aliases, alias_count; /* rows of table alias */
    enum as_alias_need need;
    uint32_t keys, key_count; /* rows of table column */
    uint32_t aggs, agg_count;
    uint32_t baselines; /* those below this one may be read */
};

/*
 * May the program be run there?  AS_FAULT_NONE, or what it lacks.  It may say
 * that it reads fewer rows than are bound; a probe in it then binds its row in
 * the place of one of the others, and whoever runs it must put that back.
 */
enum as_fault as_verify_context(const struct as_pack *pack,
                                const struct as_facts *facts, uint32_t program,
                                const struct as_context *context);

/* May the probe be made there?  `facts` of the programs below `before`, which
 * are those it may run, must be known.  *found, which is not emptied first,
 * takes up what the probe needs. */
enum as_fault as_verify_probe(const struct as_pack *pack,
                              const struct as_facts *facts, uint32_t before,
                              uint32_t probe, const struct as_context *context,
                              struct as_facts *found);

/* bool int real time duration text ip source. */
bool as_type_is_scalar(as_type type);

/* Those of them that have an order: not bool, not source. */
bool as_type_is_ordered(as_type type);

#endif
