/*
 * astray_rt.h - what the C code of a pack is made of.
 *
 * `astray build -t c` turns the programs of a pack into C functions; this
 * header is all that they need.  It is the contract between them and the
 * library: the values, the machine a program runs in, and the operations that
 * are worth to stand in the program itself.  Everything else a program asks
 * of the machine, through struct astray_calls.  See doc/native.md.
 *
 * A compiled pack is code: who loads one trusts it as he trusts a program.
 */
#ifndef ASTRAY_RT_H
#define ASTRAY_RT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A change of anything below gives this another number. */
#define ASTRAY_RT_VERSION 1

/* The machine that a program runs in; made by the runtime. */
struct astray_rt {
    const void *call;
};

/* A value of any type. */
struct astray_value {
    uint8_t kind;
};

#define ASTRAY_RT_SIZE    ((uint32_t)sizeof(struct astray_rt))
#define ASTRAY_VALUE_SIZE ((uint32_t)sizeof(struct astray_value))

/* A program of the pack: one of the two, or none, and then the machine runs
 * its bytecode. */
struct astray_program {
    uint32_t (*test)(struct astray_rt *rt); /* a bool, see below */
    void (*value)(struct astray_rt *rt, struct astray_value *value);
};

/* What a shared object shows, under the name astray_native.  The runtime
 * takes it for the pack with this digest only. */
struct astray_native {
    uint32_t version;    /* ASTRAY_RT_VERSION, */
    uint32_t rt_size;    /* sizeof(struct astray_rt), */
    uint32_t value_size; /* and sizeof(struct astray_value), as compiled */
    uint32_t program_count;
    unsigned char pack[32]; /* SHA-256 of the pack, as its header has it */
    const struct astray_program *programs; /* program_count of them */
};

#endif
