/*
 * sieve_test.h - one condition on one field, answered without the machine
 * where it has a plain form.
 */
#ifndef AS_SIEVE_TEST_H
#define AS_SIEVE_TEST_H

#include "runtime/vm.h"

enum as_answer { AS_NO, AS_YES, AS_UNKNOWN };

struct as_sieve_test {
    uint32_t program;
    uint8_t form; /* what it compares with; private */
    uint8_t op;   /* enum as_opcode of the comparison */
    uint8_t as;   /* TO_IP, TO_TEXT: what it makes of the value first */
    bool negate;
    bool plain;     /* of a JSON text the answer is as_sieve_test_plain's */
    uint32_t cost;  /* about how many ns it takes */
    uint32_t stops; /* a guess: how many of 100 values it is false for */
    struct as_value operand;
    uint32_t list_row;
    const struct as_run_list *list;
    const struct as_ip_range *block;
};

/*
 * `program` is that of a row of table test.  What the test answers is what the
 * program does, with the run's constants, parameters and lists, which must not
 * change any more.
 */
void as_sieve_test_init(struct as_sieve_test *test, const struct as_run *run,
                        uint32_t program);

/*
 * `value` is that of the test's slot, in the slot's type; `vm` has the event
 * bound.  *why, the slot that was missing + 1 or 0, is set when the answer is
 * AS_UNKNOWN.
 */
enum as_answer as_sieve_test_ask(const struct as_sieve_test *test,
                                 const struct as_value *value, struct as_vm *vm,
                                 uint16_t *why);

/* The same for a test that is `plain`, when the slot holds a JSON text. */
bool as_sieve_test_plain(const struct as_sieve_test *test, struct as_text text);

#endif
