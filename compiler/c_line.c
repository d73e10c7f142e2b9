/*
 * c_line.c - see c_line.h.
 *
 * A value is a line: "const uint32_t is_3 = astray_text_is(...);".  The
 * expression is written into a buffer of its own first, so that the line can
 * be broken where it is too long.
 */

#include "compiler/c_line.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "common/time.h"
#include "compiler/c_text.h"

enum { LONGEST_NAME = 40, LONGEST_HINT = 28, WIDTH = 80 };

/* ---- names ------------------------------------------------------------ */

/* A name of the whole file never ends in a digit, and a local's always does:
 * so the one never hides the other. */
static void end_name(struct as_buf *out)
{
    if (out->length > 0 && out->bytes[out->length - 1] >= '0' &&
        out->bytes[out->length - 1] <= '9')
        as_buf_putc(out, '_');
}

void as_c_name(struct as_buf *out, struct as_text text)
{
    as_c_word(out, text, LONGEST_NAME);
    end_name(out);
}

void as_c_slot_name(struct as_buf *out, uint32_t row, struct as_text path)
{
    as_buf_printf(out, "slot_%" PRIu32 "_", row);
    as_c_name(out, path);
}

void as_c_list_name(struct as_buf *out, uint32_t row, struct as_text name)
{
    as_buf_printf(out, "list_%" PRIu32 "_", row);
    if (name.length > 0)
        as_c_name(out, name);
}

void as_c_param_name(struct as_buf *out, uint32_t row, struct as_text name)
{
    as_buf_printf(out, "param_%" PRIu32 "_", row);
    as_c_name(out, name);
}

/* ---- locals ----------------------------------------------------------- */

enum as_c_form as_c_form_of(as_type type)
{
    if (type == AS_KIND_BOOL)
        return AS_C_TRUTH;
    return type == AS_KIND_TEXT ? AS_C_WORDS : AS_C_VALUE;
}

/* Room for one more element; false when memory runs out. */
bool as_c_grow(struct as_arena *arena, void *elements, size_t size,
               uint32_t count, uint32_t *capacity)
{
    void **at = elements, *grown;
    uint32_t more = *capacity * 2 + 32;

    if (count < *capacity)
        return true;
    grown = as_alloc(arena, more * size);
    if (!grown)
        return false;
    if (count > 0)
        memcpy(grown, *at, count * size);
    *at = grown;
    *capacity = more;
    return true;
}

struct as_buf *as_c_begin(struct as_c_maker *maker)
{
    maker->failed |= maker->value->failed; /* the reset forgets it */
    as_buf_reset(maker->value);
    return maker->value;
}

uint32_t as_c_new_local(struct as_c_maker *maker, struct as_text hint,
                        enum as_c_form form)
{
    struct as_buf *name = as_c_begin(maker);
    void *locals = maker->locals;

    if (!as_c_grow(maker->arena, &locals, sizeof(*maker->locals),
                   maker->local_count, &maker->local_capacity))
        return AS_C_NO_LOCAL;
    maker->locals = locals;
    if (hint.length > 0 && hint.bytes[0] >= '0' && hint.bytes[0] <= '9')
        as_buf_putc(name, '_');
    as_c_word(name, hint, LONGEST_HINT);
    as_buf_printf(name, "_%" PRIu32, maker->local_count);
    if (name->failed)
        return AS_C_NO_LOCAL;
    maker->locals[maker->local_count] = (struct as_c_local){
        .name = as_strndup(maker->arena, name->bytes, name->length),
        .form = form,
    };
    if (!maker->locals[maker->local_count].name)
        return AS_C_NO_LOCAL;
    return maker->local_count++;
}

bool as_c_failed(const struct as_c_maker *maker)
{
    return maker->failed || maker->arena->failed || maker->out->failed ||
           maker->too_deep || maker->value->failed;
}

/* ---- text ------------------------------------------------------------- */

void as_c_indent(struct as_c_maker *maker)
{
    for (uint32_t i = 0; i <= maker->depth; i++)
        as_buf_puts(maker->out, "    ");
}

void as_c_line(struct as_c_maker *maker, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void as_c_line(struct as_c_maker *maker, const char *format, ...)
{
    char line[256];
    va_list arguments;

    as_c_indent(maker);
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    as_buf_puts(maker->out, line);
    as_buf_putc(maker->out, '\n');
}

const char *as_c_local_name(const struct as_c_maker *maker, uint32_t local)
{
    return local < maker->local_count ? maker->locals[local].name : "";
}

static const char *const types[] = {
    [AS_C_TRUTH] = "uint32_t ",
    [AS_C_WORDS] = "struct astray_text ",
    [AS_C_VALUE] = "struct astray_value ",
    [AS_C_POINTER] = "struct astray_value *",
};

/* "uint32_t x_1", before it is written anywhere. */
static void put_declaration(struct as_c_maker *maker, uint32_t to)
{
    struct as_c_local *local;

    if (to >= maker->local_count || maker->locals[to].declared)
        return;
    local = &maker->locals[to];
    as_buf_printf(maker->out, "%s%s", local->changes ? "" : "const ",
                  types[local->form]);
    local->declared = true;
}

void as_c_declare(struct as_c_maker *maker, uint32_t to)
{
    if (to >= maker->local_count || maker->locals[to].declared)
        return;
    as_c_indent(maker);
    put_declaration(maker, to);
    as_buf_printf(maker->out, "%s;\n", as_c_local_name(maker, to));
}

/* The longest beginning of an expression that ends behind a comma and has room
 * in a line; all of it when there is no such. */
static size_t fitting(struct as_text text, size_t room)
{
    size_t best = text.length;
    bool quoted = false;

    for (size_t i = 0; i + 1 < text.length; i++) {
        if (text.bytes[i] == '\\') {
            i += 3;
            continue;
        }
        quoted ^= text.bytes[i] == '"';
        if (quoted || text.bytes[i] != ',' || text.bytes[i + 1] != ' ')
            continue;
        if (best < text.length && i + 1 > room)
            break;
        best = i + 2;
    }
    return best;
}

static void put_expression(struct as_c_maker *maker, struct as_text text,
                           size_t column)
{
    while (column + text.length + 1 > WIDTH) {
        size_t length = fitting(text, WIDTH - column);

        if (length == text.length)
            break;
        as_buf_text(maker->out, (struct as_text){ text.bytes, length - 1 });
        as_buf_putc(maker->out, '\n');
        as_c_indent(maker);
        as_buf_puts(maker->out, "        ");
        text.bytes += length;
        text.length -= length;
        column = (maker->depth + (size_t)3) * 4;
    }
    as_buf_text(maker->out, text);
}

/* "const uint32_t x_1 =", and then the expression, which is in
 * maker->value. */
void as_c_put(struct as_c_maker *maker, uint32_t to)
{
    struct as_text value = as_buf_view(maker->value);
    size_t start = maker->out->length, column;

    if (as_c_failed(maker) || to >= maker->local_count)
        return;
    as_c_indent(maker);
    put_declaration(maker, to);
    as_buf_printf(maker->out, "%s = ", as_c_local_name(maker, to));
    column = maker->out->length - start;
    if (column + value.length + 1 > WIDTH && !as_c_failed(maker)) {
        maker->out->length--;
        as_buf_putc(maker->out, '\n');
        as_c_indent(maker);
        as_buf_puts(maker->out, "    ");
        column = (maker->depth + (size_t)2) * 4;
    }
    put_expression(maker, value, column);
    as_buf_puts(maker->out, ";\n");
}

/* ---- operands --------------------------------------------------------- */

void as_c_literal(struct as_buf *out, struct as_text text)
{
    as_c_string(out, text);
    as_buf_printf(out, ", %zu", text.length);
}

bool as_c_is_immediate(const struct as_ir *node)
{
    return node->kind == AS_IR_CONST || node->kind == AS_IR_PARAM;
}

/* What a number in the rule says, for who reads the C. */
static void put_remark(struct as_buf *out,
                       const struct as_ir_constant *constant)
{
    enum as_kind kind = as_type_kind(constant->type);

    if (kind != AS_KIND_INT && kind != AS_KIND_TIME && kind != AS_KIND_DURATION)
        return;
    as_buf_puts(out, " /* ");
    if (kind == AS_KIND_INT)
        as_buf_printf(out, "%" PRId64, constant->integer);
    else if (kind == AS_KIND_TIME)
        as_time_format(out, constant->integer);
    else
        as_duration_format(out, constant->integer);
    as_buf_puts(out, " */");
}

/* Where the machine has it. */
static void put_address(struct as_buf *out, const struct as_ir *node)
{
    if (node->kind == AS_IR_CONST) {
        as_buf_printf(out, "&rt->constants[%" PRIu32 "]", node->constant->row);
        put_remark(out, node->constant);
    } else {
        as_buf_puts(out, "&rt->params[");
        as_c_param_name(out, node->param->row, node->param->name);
        as_buf_putc(out, ']');
    }
}

static void put_immediate(struct as_buf *out, const struct as_ir *node)
{
    enum as_c_form form = as_c_form_of(node->type);

    if (form == AS_C_VALUE) {
        put_address(out, node);
    } else if (node->kind == AS_IR_PARAM) {
        as_buf_puts(out, form == AS_C_TRUTH ? "astray_truth_of("
                                            : "astray_text_of(");
        put_address(out, node);
        as_buf_putc(out, ')');
    } else if (form == AS_C_TRUTH) {
        as_buf_puts(out,
                    node->constant->integer ? "ASTRAY_TRUE" : "ASTRAY_FALSE");
    } else {
        as_buf_puts(out, "astray_literal(");
        as_c_literal(out, node->constant->text);
        as_buf_putc(out, ')');
    }
}

/* In the operand's own form; of a value, a pointer to it. */
void as_c_put_operand(struct as_c_maker *maker, struct as_c_operand operand)
{
    struct as_buf *out = maker->value;

    if (operand.local == AS_C_NO_LOCAL) {
        if (as_c_is_immediate(operand.node) && operand.address)
            put_address(out, operand.node);
        else if (as_c_is_immediate(operand.node))
            put_immediate(out, operand.node);
        return;
    }
    if (maker->locals[operand.local].form == AS_C_VALUE)
        as_buf_putc(out, '&');
    as_buf_puts(out, as_c_local_name(maker, operand.local));
}

/* The operand as a struct astray_value in memory. */
struct as_c_operand as_c_as_value(struct as_c_maker *maker,
                                  struct as_c_operand operand)
{
    enum as_c_form form = as_c_form_of(operand.node->type);
    struct as_buf *out;
    uint32_t local;

    if (form == AS_C_VALUE)
        return operand;
    if (operand.local == AS_C_NO_LOCAL) {
        operand.address = true;
        return operand;
    }
    local = as_c_new_local(maker, AS_TEXT("value"), AS_C_VALUE);
    out = as_c_begin(maker);
    as_buf_puts(out, form == AS_C_TRUTH ? "astray_from_truth("
                                        : "astray_from_text(");
    as_c_put_operand(maker, operand);
    as_buf_putc(out, ')');
    as_c_put(maker, local);
    operand.local = local;
    return operand;
}

void as_c_finish(struct as_c_maker *maker, uint32_t to)
{
    as_buf_putc(maker->value, ')');
    as_c_put(maker, to);
}

/* From what the machine gives to the node's own form: "astray_as_text(" and
 * so on; the number of brackets to close is one more then. */
bool as_c_put_as(struct as_buf *out, as_type type)
{
    enum as_c_form form = as_c_form_of(type);

    if (form == AS_C_TRUTH)
        as_buf_puts(out, "astray_as_truth(");
    else if (form == AS_C_WORDS)
        as_buf_puts(out, "astray_as_text(");
    return form != AS_C_VALUE;
}
