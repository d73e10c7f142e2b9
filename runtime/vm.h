/*
 * vm.h - run one program of a verified pack.
 *
 * What a program may read is bound in the machine by its caller: the event's
 * slots, the elements and rows around it, a group's keys and aggregates.  The
 * verifier has made sure that a program reads nothing else.
 */
#ifndef AS_VM_H
#define AS_VM_H

#include "runtime/hold.h"
#include "runtime/run.h"
#include "runtime/table.h"

struct as_vm {
    /* First what compiled programs see, as struct astray_rt: native.c asserts
     * that these are its members. */
    const struct astray_calls *calls;
    struct as_value *loaded; /* owned; by slot: of the event at hand, */
    uint64_t *loaded_at;     /* owned; where this is bound_at */
    const uint8_t *widths;   /* by slot: enum as_width */
    const struct as_value *constants, *params; /* the run's */
    uint64_t bound_at;    /* counts the events that were bound */
    uint8_t varies;       /* the widest slot that was read: enum as_width; with
                          the next five what values depended on since the
                          caller cleared it */
    uint16_t trace[32];   /* the slots of a held event that were read */
    uint32_t trace_count; /* in that order, each once */
    int64_t from, until;  /* at these times all that was read of baselines is
                            the same: from <= t < until */
    const struct astray_program *programs; /* NULL: bytecode */
    const struct as_pack *pack;
    struct as_run *run;
    struct as_store *store;
    struct as_table *tables;  /* one for each baseline */
    struct as_arena *scratch; /* what values borrow; reset by the caller; it
                                 may have a limit: what does not fit is
                                 missing, and the machine gives up */
    struct as_arena *spare;   /* the same, but empty: see as_vm_aside */
    struct as_arena *lasting; /* scratch, and not spare when they change places:
                                 what slots hold is good for the whole event */
    struct as_buf bytes;
    bool failed;      /* out of memory: values since then mean nothing */
    uint32_t visits;  /* elements and rows that loops and probes looked at since
                        the caller set it to 0; after AS_MAX_VISITS they give
                        up, and their value is missing */
    uint64_t gave_up; /* times that they, or the scratch arena, did */
    /* bound by the caller: */
    const struct as_json_value *slots; /* NULL: those of the held event */
    struct as_hold *hold;
    uint32_t event;           /* of hold; see as_vm_bind */
    struct as_hold_room room; /* what its slots borrow */
    int64_t time;             /* at which baselines are read, ms */
    struct as_json_value items[AS_MAX_ITEMS];
    uint32_t item_count;
    struct as_row_view rows[AS_MAX_ALIASES];
    const struct as_value *keys, *aggs;
    /* Where `aggs` is NULL, they are read when they are asked for: aggregate n
     * is column agg_places[n] behind the keys of the row. */
    const struct as_row_view *agg_row;
    const uint32_t *agg_places;
};

/* False when memory runs out; as_vm_done is due in any case. */
bool as_vm_init(struct as_vm *vm, struct as_run *run, struct as_store *store,
                struct as_table *tables, struct as_arena *scratch);
void as_vm_done(struct as_vm *vm);

/* Programs read the slots of a held event.  What they borrow from the scratch
 * arena is good until the next event is bound. */
static inline void as_vm_bind(struct as_vm *vm, uint32_t event)
{
    vm->slots = NULL;
    vm->event = event;
    vm->time = as_hold_time(vm->hold, event);
    vm->item_count = 0;
    vm->bound_at++;
}

/* The same of an event that is not held: its slots, good as long as programs
 * read it, as is what the scratch arena holds. */
static inline void as_vm_show(struct as_vm *vm,
                              const struct as_json_value *slots)
{
    vm->slots = slots;
    vm->bound_at++;
}

/* Begin to note what values depend on. */
static inline void as_vm_note(struct as_vm *vm)
{
    vm->varies = 0;
    vm->trace_count = 0;
    vm->from = INT64_MIN;
    vm->until = INT64_MAX;
}

/*
 * Between these two, values borrow from an arena of their own, which is given
 * back in the end: what is made of an event for one condition leaves no less
 * room to the others.
 */
static inline void as_vm_aside(struct as_vm *vm)
{
    struct as_arena *scratch = vm->scratch;

    vm->scratch = vm->spare;
    vm->spare = scratch;
}

static inline void as_vm_back(struct as_vm *vm)
{
    as_vm_aside(vm);
    vm->failed |= as_arena_starved(vm->spare); /* the reset forgets */
    if (vm->spare->total > 0 || vm->spare->failed)
        as_arena_reset(vm->spare);
}

/* More was made than there is room for: counted, once for an event and rule,
 * and loops and probes look at nothing more. */
void as_vm_give_up(struct as_vm *vm);

/* The program's value; it borrows from the event, the pack, the store and
 * the scratch arena. */
struct as_value as_vm_run(struct as_vm *vm, uint32_t program);

/* The same, but where the value is the event's own time, it says so (see
 * as_is_own_time), and is not noted as read. */
struct as_value as_vm_run_timed(struct as_vm *vm, uint32_t program);

/*
 * The rows that a probe finds at vm->time: call until it returns false.  Each
 * found row is bound as alias number `alias`; the probe's filter is true of
 * it.
 */
struct as_probe {
    uint32_t row; /* of the pack's table probe */
    uint32_t alias;
    bool started;
    bool met;     /* a row with the keys was there, whatever the filter said */
    bool keyless; /* a key is missing or empty: no row has it */
    bool unknown; /* a key is missing, or the filter was of some row */
    uint16_t why; /* of the last unknown */
    struct as_table_cursor cursor;
    uint32_t ids[32];
};

bool as_vm_probe(struct as_vm *vm, struct as_probe *probe);

/*
 * What programs are made of, for those that were compiled: see opcodes.def.
 * as_vm_load makes vm->loaded[slot] that of the event at hand.
 */
void as_vm_load(struct as_vm *vm, uint32_t slot);
struct as_value as_vm_column(struct as_vm *vm, uint32_t alias, uint32_t column);
struct as_value as_vm_agg(const struct as_vm *vm, uint32_t n);
struct as_value as_vm_unary(struct as_vm *vm, enum as_opcode op,
                            const struct as_value *a, uint32_t c);
struct as_value as_vm_binary(struct as_vm *vm, enum as_opcode op,
                             const struct as_value *a,
                             const struct as_value *b);
bool as_vm_text_test(enum as_opcode op, struct as_text a, struct as_text b);
struct as_value as_vm_loop(struct as_vm *vm, const struct as_value *a,
                           uint32_t n);
struct as_value as_vm_test_probe(struct as_vm *vm, uint32_t n);

#endif
