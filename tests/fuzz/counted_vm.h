/*
 * counted_vm.h - the interpreter, counting its steps.
 *
 * counted_vm.c holds all of runtime/vm.c; what links with it has it in the
 * place of the library's.  Whenever a program that nothing else called comes
 * to its end, the steps that it took are held against what verify.h
 * promises; a run that took more ends the program.
 */
#ifndef AS_TESTS_COUNTED_VM_H
#define AS_TESTS_COUNTED_VM_H

#include <stdint.h>

#include "program/verify.h"

/* What the verifier said of the pack that runs next; NULL: don't compare. */
extern const struct as_facts *counted_facts;

/* Of this thread, since it set them to zero. */
extern _Thread_local uint64_t counted_steps, counted_most;

#endif
