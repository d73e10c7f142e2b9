/*
 * disasm.c - see disasm.h.
 *
 * One function for each kind of operand; which ones an instruction has is
 * known from opcodes.def.
 */

#include "program/disasm.h"

#include <inttypes.h>

#include "common/escape.h"
#include "common/regex.h"
#include "common/time.h"

/* A stranger's pack may hold a text of megabytes, and name it a thousand
 * times.  In bytes. */
enum { LONGEST = 4096 };

struct as_text as_disasm_start(const struct as_pack *pack, uint32_t text)
{
    struct as_text start = as_pack_text(pack, text);

    if (start.length <= LONGEST)
        return start;
    start.length = LONGEST;
    while (((unsigned char)start.bytes[start.length] & 0xC0) == 0x80)
        start.length--; /* whole characters only */
    return start;
}

static void put_dots(const struct as_pack *pack, uint32_t text,
                     struct as_buf *out)
{
    if (pack->text[text].length > LONGEST)
        as_buf_puts(out, "...");
}

void as_disasm_text(const struct as_pack *pack, uint32_t text,
                    struct as_buf *out)
{
    as_escape_terminal(out, as_disasm_start(pack, text));
    put_dots(pack, text, out);
}

static void put_quoted(const struct as_pack *pack, uint32_t text,
                       struct as_buf *out)
{
    as_escape_json(out, as_disasm_start(pack, text));
    put_dots(pack, text, out);
}

/* ---- constants -------------------------------------------------------- */

static void put_real(struct as_buf *out, int64_t bits)
{
    double real;

    memcpy(&real, &bits, sizeof(real));
    as_buf_printf(out, "%.17g", real);
}

static void put_address(struct as_buf *out, const struct as_row_constant *row)
{
    struct as_cidr cidr = { as_pack_ip(row), (uint8_t)row->bits };

    if (row->type == AS_KIND_CIDR)
        as_cidr_format(out, &cidr);
    else
        as_ip_format(out, &cidr.base);
}

static void put_regex(const struct as_pack *pack,
                      const struct as_row_constant *row, struct as_buf *out)
{
    as_buf_putc(out, '/');
    as_disasm_text(pack, row->text, out);
    as_buf_puts(out, row->bits & AS_REGEX_FOLD ? "/i" : "/");
}

void as_disasm_constant(const struct as_pack *pack, uint32_t index,
                        struct as_buf *out)
{
    const struct as_row_constant *row = &pack->constant[index];
    int64_t integer = as_pack_integer(row->low, row->high);

    switch ((enum as_kind)row->type) {
    case AS_KIND_BOOL:
        as_buf_puts(out, integer ? "true" : "false");
        break;
    case AS_KIND_INT:
        as_buf_printf(out, "%" PRId64, integer);
        break;
    case AS_KIND_REAL:
        put_real(out, integer);
        break;
    case AS_KIND_TIME:
        as_time_format(out, integer);
        break;
    case AS_KIND_DURATION:
        as_duration_format(out, integer);
        break;
    case AS_KIND_TEXT:
    case AS_KIND_SOURCE:
        put_quoted(pack, row->text, out);
        break;
    case AS_KIND_IP:
    case AS_KIND_CIDR:
        put_address(out, row);
        break;
    case AS_KIND_REGEX:
        put_regex(pack, row, out);
        break;
    case AS_KIND_NONE:
    case AS_KIND_JSON:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break; /* there are no such constants */
    }
}

/* ---- operands --------------------------------------------------------- */

const char *as_quant_word(uint32_t quant)
{
    static const char *const words[] = { "any", "all", "none" };

    return words[quant];
}

void as_disasm_column(const struct as_pack *pack, uint32_t column,
                      struct as_buf *out)
{
    const struct as_row_column *row = &pack->column[column];

    as_disasm_text(pack, row->name ? row->name : row->source, out);
}

enum { MOST_VALUES = 8 };

static void put_list(const struct as_pack *pack, uint32_t list,
                     struct as_buf *out)
{
    const struct as_row_list *row = &pack->list[list];

    if (row->name) {
        as_disasm_text(pack, row->name, out);
        return;
    }
    as_buf_putc(out, '[');
    for (uint32_t i = 0; i < row->value_count && i < MOST_VALUES; i++) {
        as_buf_puts(out, i ? ", " : "");
        as_disasm_constant(pack, row->values + i, out);
    }
    for (uint32_t i = 0; i < row->range_count && i < MOST_VALUES; i++) {
        as_buf_puts(out, i ? ", " : "");
        as_ip_range_format(out, &as_pack_set(pack, row).ranges[i]);
    }
    if (row->value_count > MOST_VALUES || row->range_count > MOST_VALUES)
        as_buf_printf(out, ", ... %" PRIu32 " values", row->length);
    as_buf_putc(out, ']');
}

static void put_route(const struct as_pack *pack, uint32_t route,
                      struct as_buf *out)
{
    const struct as_row_route *row = &pack->route[route];

    for (uint32_t i = 0; i < row->step_count; i++) {
        const struct as_row_step *step = &pack->step[row->steps + i];
        if (step->is_index) {
            as_buf_printf(out, "[%" PRIu32 "]", step->index);
        } else {
            as_buf_putc(out, '.');
            as_disasm_text(pack, step->name, out);
        }
    }
}

static void put_probe(const struct as_pack *pack, uint32_t probe,
                      struct as_buf *out)
{
    const struct as_row_probe *row = &pack->probe[probe];
    const struct as_row_baseline *baseline = &pack->baseline[row->baseline];
    uint32_t given = 0;

    as_buf_printf(out, "%s ", as_quant_word(row->quant));
    as_disasm_text(pack, baseline->name, out);
    for (uint32_t key = 0; key < baseline->key_count; key++) {
        if ((row->key_mask >> key & 1) == 0)
            continue;
        as_buf_puts(out, given ? ", " : "(");
        as_disasm_column(pack, baseline->keys + key, out);
        as_buf_printf(out, " = program %" PRIu32,
                      pack->argument[row->keys + given++].program);
    }
    as_buf_putc(out, ')');
    if (row->filter != AS_NO_ROW)
        as_buf_printf(out, " where program %" PRIu32, row->filter);
}

static void put_member(const struct as_pack *pack, uint32_t member,
                       struct as_buf *out)
{
    const struct as_row_member *row = &pack->member[member];
    const struct as_row_baseline *baseline = &pack->baseline[row->baseline];

    as_disasm_text(pack, baseline->name, out);
    as_buf_putc(out, '.');
    as_disasm_column(pack, as_baseline_column(baseline, row->column), out);
}

/* The column `column` of the n-th row that is bound around the program. */
static void put_bound(const struct as_pack *pack,
                      const struct as_row_program *program, uint32_t n,
                      uint32_t column, struct as_buf *out)
{
    const struct as_row_alias *alias = &pack->alias[program->aliases + n];
    const struct as_row_baseline *baseline = &pack->baseline[alias->baseline];

    as_disasm_text(pack, alias->name, out);
    as_buf_putc(out, '.');
    as_disasm_column(pack, as_baseline_column(baseline, column), out);
}

static void put_operand(const struct as_pack *pack,
                        const struct as_row_program *program,
                        const struct as_insn *insn, enum as_operand kind,
                        uint32_t value, struct as_buf *out)
{
    char name[24];

    switch (kind) {
    case AS_OPERAND_NONE:
    case AS_OPERAND_COLUMN: /* written with its alias */
        break;
    case AS_OPERAND_DST:
    case AS_OPERAND_SRC:
        as_buf_printf(out, "r%" PRIu32, value);
        break;
    case AS_OPERAND_SLOT:
        as_disasm_text(pack, pack->slot[value].path, out);
        break;
    case AS_OPERAND_CONST:
        as_disasm_constant(pack, value, out);
        break;
    case AS_OPERAND_PARAM:
        as_disasm_text(pack, pack->param[value].name, out);
        break;
    case AS_OPERAND_LIST:
        put_list(pack, value, out);
        break;
    case AS_OPERAND_ROUTE:
        put_route(pack, value, out);
        break;
    case AS_OPERAND_LOOP:
        as_buf_printf(out, "%s program %" PRIu32,
                      as_quant_word(pack->loop[value].quant),
                      pack->loop[value].body);
        break;
    case AS_OPERAND_PROBE:
        put_probe(pack, value, out);
        break;
    case AS_OPERAND_MEMBER:
        put_member(pack, value, out);
        break;
    case AS_OPERAND_ALIAS:
        put_bound(pack, program, value, insn->c, out);
        break;
    case AS_OPERAND_KEY:
        as_disasm_column(pack, program->keys + value, out);
        break;
    case AS_OPERAND_AGG:
        as_disasm_column(pack, program->aggs + value, out);
        break;
    case AS_OPERAND_ITEM:
        as_buf_printf(out, "item %" PRIu32, value);
        break;
    case AS_OPERAND_TYPE:
        as_buf_puts(out, as_type_name((as_type)value, name));
        break;
    case AS_OPERAND_JUMP:
        as_buf_printf(out, "-> %" PRIu32, value);
        break;
    }
}

void as_disasm_insn(const struct as_pack *pack,
                    const struct as_row_program *program, uint32_t at,
                    struct as_buf *out)
{
    const struct as_insn *insn = &pack->insn[program->code + at];
    const struct as_op_info *info = &as_op_info[insn->op];
    const enum as_operand kinds[] = { info->a, info->b, info->c };
    const uint32_t values[] = { insn->a, insn->b, insn->c };
    const char *between = "";

    as_buf_printf(out, "%-15s", info->name);
    for (int i = 0; i < 3; i++) {
        if (kinds[i] == AS_OPERAND_NONE || kinds[i] == AS_OPERAND_COLUMN)
            continue;
        as_buf_puts(out, between);
        put_operand(pack, program, insn, kinds[i], values[i], out);
        between = ", ";
    }
}

void as_disasm_program(const struct as_pack *pack, uint32_t index,
                       struct as_buf *out)
{
    const struct as_row_program *program = &pack->program[index];

    for (uint32_t at = 0; at < program->code_length; at++) {
        as_buf_printf(out, "%4" PRIu32 "  ", at);
        as_disasm_insn(pack, program, at, out);
        as_buf_putc(out, '\n');
    }
}
