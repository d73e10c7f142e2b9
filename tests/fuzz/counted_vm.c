/* counted_vm.c - see counted_vm.h. */

#include "counted_vm.h"

struct as_vm;
static void count_step(const struct as_vm *vm, uint32_t program, uint8_t op,
                       bool first);

#define AS_VM_STEP(vm, program, op, first) count_step(vm, program, op, first)
#include "runtime/vm.c"

#include <inttypes.h>
#include <stdio.h>

const struct as_facts *counted_facts;
_Thread_local uint64_t counted_steps, counted_most;

/* The program that nothing else called. */
static _Thread_local struct {
    uint32_t program, depth, visits;
    uint64_t from;
} outermost;

static void finish_run(const struct as_vm *vm)
{
    uint64_t took = counted_steps - outermost.from;
    uint64_t visits = vm->visits - outermost.visits;

    counted_most = took > counted_most ? took : counted_most;
    if (!counted_facts)
        return;
    if (vm->visits > AS_MAX_VISITS + 1 ||
        took > counted_facts[outermost.program].cost * (1 + visits)) {
        fprintf(stderr,
                "program %" PRIu32 ": %" PRIu64 " steps, cost %" PRIu32
                ", %" PRIu64 " visits\n",
                outermost.program, took, counted_facts[outermost.program].cost,
                visits);
        abort();
    }
}

/* Jumps go forward, so that only a run's first step is the first. */
static void count_step(const struct as_vm *vm, uint32_t program, uint8_t op,
                       bool first)
{
    if (first && outermost.depth++ == 0) {
        outermost.program = program;
        outermost.from = counted_steps;
        outermost.visits = vm->visits;
    }
    counted_steps++;
    if (op == AS_OP_RETURN && --outermost.depth == 0)
        finish_run(vm);
}
