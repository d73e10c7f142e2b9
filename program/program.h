/*
 * program.h - a compiled pack: the contract between compiler and runtime.
 *
 * The compiler writes it, the runtime runs it, and neither includes a header
 * of the other.  A pack is tables of 32-bit words (rows.def) and a code and a
 * string section, without pointers, so that saving one is a copy and loading
 * one is a check.  struct as_pack is a view of the bytes: read-only, shared
 * by any number of threads.
 *
 * A pack from a file is not to be trusted until as_pack_load has accepted it;
 * after that the interpreter checks nothing.
 */
#ifndef AS_PROGRAM_H
#define AS_PROGRAM_H

#include "common/limits.h"
#include "common/trailer.h"
#include "program/shapes.h"
#include "program/value.h"

enum as_opcode {
#define AS_OP(name, a, b, c, rule, text) AS_OP_##name,
#include "program/opcodes.def"
#undef AS_OP
    AS_OP_COUNT
};

enum as_operand {
    AS_OPERAND_NONE,
    AS_OPERAND_DST,
    AS_OPERAND_SRC,
    AS_OPERAND_SLOT,
    AS_OPERAND_CONST,
    AS_OPERAND_PARAM,
    AS_OPERAND_LIST,
    AS_OPERAND_ROUTE,
    AS_OPERAND_LOOP,
    AS_OPERAND_PROBE,
    AS_OPERAND_MEMBER,
    AS_OPERAND_ALIAS,
    AS_OPERAND_COLUMN,
    AS_OPERAND_KEY,
    AS_OPERAND_AGG,
    AS_OPERAND_ITEM,
    AS_OPERAND_TYPE,
    AS_OPERAND_JUMP,
};

enum as_type_rule {
#define AS_RULE(name, text) AS_TYPE_RULE_##name,
#include "program/rules.def"
#undef AS_RULE
    AS_TYPE_RULE_COUNT
};

/* What opcodes.def says about each opcode, indexed by enum as_opcode. */
struct as_op_info {
    const char *name;
    enum as_operand a, b, c;
    enum as_type_rule rule;
    const char *text;
};

extern const struct as_op_info as_op_info[AS_OP_COUNT];

struct as_insn {
    uint8_t op;
    uint8_t a;
    uint16_t b;
    uint32_t c;
};

_Static_assert(sizeof(struct as_insn) == 8, "instructions are packed as is");

/* The value of an OPTION word that names no row. */
#define AS_NO_ROW UINT32_MAX

/* struct as_row_text, struct as_row_program ... */
#define AS_TABLE(table, text)                struct as_row_##table {
#define AS_WORD(table, word, kind, of, text) uint32_t word;
#define AS_TABLE_END(table)                                                    \
    }                                                                          \
    ;
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END

enum as_section {
#define AS_TABLE(table, text) AS_TABLE_##table,
#define AS_WORD(table, word, kind, of, text)
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
    AS_TABLE_COUNT,
    AS_TABLE_insn = AS_TABLE_COUNT, /* the code section */
    AS_TABLE_bytes,                 /* the string section */
    AS_SECTION_COUNT
};

/* The table that an operand of this kind names a row of; AS_TABLE_COUNT: it
 * names none. */
uint32_t as_operand_table(enum as_operand operand);

enum as_slot {
#define AS_SLOT(name, path) AS_SLOT_##name,
#include "program/slots.def"
#undef AS_SLOT
    AS_FIXED_SLOTS
};

extern const char *const as_slot_paths[AS_FIXED_SLOTS];

/* A view of a pack: for every table a pointer to its rows and their count,
 * named after the table: pack->rule[n], pack->rule_count. */
struct as_pack {
    const void *bytes; /* the whole file, but for its signatures */
    size_t length;
    struct as_trailer trailer; /* which nobody has checked */
#define AS_TABLE(table, text)                                                  \
    const struct as_row_##table *table;                                        \
    uint32_t table##_count;
#define AS_WORD(table, word, kind, of, text)
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
    const struct as_insn *insn;
    uint32_t insn_count;
    const char *string;
    uint32_t string_length;
};

static inline struct as_text as_pack_text(const struct as_pack *pack,
                                          uint32_t text)
{
    return (struct as_text){ pack->string + pack->text[text].offset,
                             pack->text[text].length };
}

static inline int64_t as_pack_integer(uint32_t low, uint32_t high)
{
    return (int64_t)((uint64_t)high << 32 | low);
}

static inline struct as_ip as_pack_ip(const struct as_row_constant *row)
{
    const uint32_t word[4] = { row->ip0, row->ip1, row->ip2, row->ip3 };
    struct as_ip ip;

    for (int i = 0; i < 16; i++)
        ip.byte[i] = (unsigned char)(word[i / 4] >> (24 - i % 4 * 8));
    return ip;
}

_Static_assert(sizeof(struct as_row_range) == sizeof(struct as_ip_range),
               "ranges are used where they stand");

/* The addresses of a list of type ip or cidr; borrows the pack. */
static inline struct as_ip_set as_pack_set(const struct as_pack *pack,
                                           const struct as_row_list *row)
{
    return (struct as_ip_set){
        (const struct as_ip_range *)(const void *)(pack->range + row->ranges),
        row->range_count,
    };
}

/* The column `n` of a baseline's rows: keys first, then collected ones. */
static inline uint32_t as_baseline_column(const struct as_row_baseline *row,
                                          uint32_t n)
{
    return n < row->key_count ? row->keys + n
                              : row->columns + (n - row->key_count);
}

#endif
