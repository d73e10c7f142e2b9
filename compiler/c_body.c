/*
 * c_body.c - see c_body.h.
 *
 * The same walk as emit_code.c's, since both must read the same slots, run
 * the same loops and stop at the same places: a value that was computed is
 * used again exactly where the bytecode has it in a register.  Only what
 * costs nothing and reads nothing, a constant or a parameter, is written where
 * it is used.
 *
 * Each value becomes a local, in the form that its type allows: a bool is a
 * number, a text is its bytes, all else is a struct astray_value or a pointer
 * to one.  `and`, `or`, `if` and `??` become statements:
 *
 *     uint32_t all_1 = first;           uint32_t chosen_1;
 *     do {                              if (c == ASTRAY_TRUE) {
 *         if (all_1 == ASTRAY_FALSE)        chosen_1 = a;
 *             break;                    } else {
 *         all_1 = astray_and(all_1, next);  chosen_1 = b;
 *     } while (0);                      }
 *
 * An `and` or `or` that is the whole program returns where it would break.
 */

#include "compiler/c_body.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "common/time.h"
#include "compiler/c_text.h"

enum {
    MOST_INSNS = 8192, /* longer programs stay bytecode: C compilers are not
                          linear in the length of a function */
    MOST_BLOCKS = 60,  /* the same; C11 promises 127 blocks in each other */
    LONGEST_NAME = 40,
    LONGEST_HINT = 28,
    LONGEST_LIST = 64, /* longer lists are hashed by the machine */
    WIDTH = 80,
};

void as_c_bodies_init(struct as_c_bodies *bodies)
{
    *bodies = (struct as_c_bodies){ .text = { 0 } };
    as_arena_init(&bodies->scratch, 0);
}

void as_c_bodies_done(struct as_c_bodies *bodies)
{
    as_buf_done(&bodies->text);
    as_buf_done(&bodies->rows);
    as_buf_done(&bodies->lists);
    as_buf_done(&bodies->value);
    as_arena_free(&bodies->scratch);
}

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

enum form {
    AS_TRUTH,   /* uint32_t */
    AS_WORDS,   /* struct astray_text */
    AS_VALUE,   /* struct astray_value */
    AS_POINTER, /* to one */
};

struct local {
    const char *name;
    enum form form;
    bool changes;  /* it is written more than once */
    bool declared; /* by now */
};

#define NO_LOCAL UINT32_MAX

/* A value: in a local, or a constant or parameter where it stands. */
struct operand {
    const struct as_ir *node;
    uint32_t local;
    bool address; /* of the latter: of where the machine has it */
};

struct maker {
    struct as_c_bodies *bodies;
    struct as_ir_table *table;
    const struct as_c_scope *scope;
    struct as_buf *out;
    struct as_arena *arena;
    struct local *locals;
    uint32_t local_count, local_capacity;
    uint32_t mark; /* of nodes whose `note` is the local they are in */
    struct as_ir **shared;
    uint32_t shared_count, shared_capacity;
    uint32_t depth; /* of blocks */
    bool too_deep;
};

static enum form form_of(as_type type)
{
    if (type == AS_KIND_BOOL)
        return AS_TRUTH;
    return type == AS_KIND_TEXT ? AS_WORDS : AS_VALUE;
}

/* Room for one more element; false when memory runs out. */
static bool grow(struct as_arena *arena, void *elements, size_t size,
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

static uint32_t new_local(struct maker *maker, struct as_text hint,
                          enum form form)
{
    struct as_buf *name = &maker->bodies->value;
    void *locals = maker->locals;

    if (!grow(maker->arena, &locals, sizeof(*maker->locals), maker->local_count,
              &maker->local_capacity))
        return NO_LOCAL;
    maker->locals = locals;
    as_buf_reset(name);
    if (hint.length > 0 && hint.bytes[0] >= '0' && hint.bytes[0] <= '9')
        as_buf_putc(name, '_');
    as_c_word(name, hint, LONGEST_HINT);
    as_buf_printf(name, "_%" PRIu32, maker->local_count);
    maker->locals[maker->local_count] = (struct local){
        .name = as_strndup(maker->arena, name->bytes, name->length),
        .form = form,
    };
    if (!maker->locals[maker->local_count].name)
        return NO_LOCAL;
    return maker->local_count++;
}

static bool failed(const struct maker *maker)
{
    return maker->arena->failed || maker->out->failed || maker->too_deep ||
           maker->bodies->value.failed;
}

/* The node is in this local from here on. */
static void share(struct maker *maker, struct as_ir *node, uint32_t local)
{
    void *shared = maker->shared;

    if (!maker->scope->sharing ||
        !grow(maker->arena, &shared, sizeof(struct as_ir *),
              maker->shared_count, &maker->shared_capacity))
        return;
    maker->shared = shared;
    maker->shared[maker->shared_count++] = node;
    node->mark = maker->mark;
    node->note = local;
}

static void forget(struct maker *maker, uint32_t count)
{
    while (maker->shared_count > count)
        maker->shared[--maker->shared_count]->mark = 0;
}

/* ---- text ------------------------------------------------------------- */

static void put_indent(struct maker *maker)
{
    for (uint32_t i = 0; i <= maker->depth; i++)
        as_buf_puts(maker->out, "    ");
}

static void put_line(struct maker *maker, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put_line(struct maker *maker, const char *format, ...)
{
    char line[256];
    va_list arguments;

    put_indent(maker);
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    as_buf_puts(maker->out, line);
    as_buf_putc(maker->out, '\n');
}

static void open_block(struct maker *maker)
{
    maker->depth++;
    maker->too_deep |= maker->depth > MOST_BLOCKS;
}

static const char *name_of(const struct maker *maker, uint32_t local)
{
    return local < maker->local_count ? maker->locals[local].name : "";
}

static const char *const types[] = {
    [AS_TRUTH] = "uint32_t ",
    [AS_WORDS] = "struct astray_text ",
    [AS_VALUE] = "struct astray_value ",
    [AS_POINTER] = "struct astray_value *",
};

/* "uint32_t x_1", before it is written anywhere. */
static void put_declaration(struct maker *maker, uint32_t to)
{
    struct local *local;

    if (to >= maker->local_count || maker->locals[to].declared)
        return;
    local = &maker->locals[to];
    as_buf_printf(maker->out, "%s%s", local->changes ? "" : "const ",
                  types[local->form]);
    local->declared = true;
}

static void declare(struct maker *maker, uint32_t to)
{
    if (to >= maker->local_count || maker->locals[to].declared)
        return;
    put_indent(maker);
    put_declaration(maker, to);
    as_buf_printf(maker->out, "%s;\n", name_of(maker, to));
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

static void put_expression(struct maker *maker, struct as_text text,
                           size_t column)
{
    while (column + text.length + 1 > WIDTH) {
        size_t length = fitting(text, WIDTH - column);

        if (length == text.length)
            break;
        as_buf_text(maker->out, (struct as_text){ text.bytes, length - 1 });
        as_buf_putc(maker->out, '\n');
        put_indent(maker);
        as_buf_puts(maker->out, "        ");
        text.bytes += length;
        text.length -= length;
        column = (maker->depth + (size_t)3) * 4;
    }
    as_buf_text(maker->out, text);
}

/* "const uint32_t x_1 =", and then the expression, which is in
 * bodies->value. */
static void put_value(struct maker *maker, uint32_t to)
{
    struct as_text value = as_buf_view(&maker->bodies->value);
    size_t start = maker->out->length, column;

    if (failed(maker) || to >= maker->local_count)
        return;
    put_indent(maker);
    put_declaration(maker, to);
    as_buf_printf(maker->out, "%s = ", name_of(maker, to));
    column = maker->out->length - start;
    if (column + value.length + 1 > WIDTH && !failed(maker)) {
        maker->out->length--;
        as_buf_putc(maker->out, '\n');
        put_indent(maker);
        as_buf_puts(maker->out, "    ");
        column = (maker->depth + (size_t)2) * 4;
    }
    put_expression(maker, value, column);
    as_buf_puts(maker->out, ";\n");
}

static struct as_buf *begin_value(struct maker *maker)
{
    as_buf_reset(&maker->bodies->value);
    return &maker->bodies->value;
}

/* ---- operands --------------------------------------------------------- */

static void put_literal(struct as_buf *out, struct as_text text)
{
    as_c_string(out, text);
    as_buf_printf(out, ", %zu", text.length);
}

static bool is_immediate(const struct as_ir *node)
{
    return node->kind == AS_IR_CONST || node->kind == AS_IR_PARAM;
}

/* What a number in the rule says, for who reads the C. */
static void put_remark(struct as_buf *out, const struct as_ir_constant *constant)
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
    enum form form = form_of(node->type);

    if (form == AS_VALUE) {
        put_address(out, node);
    } else if (node->kind == AS_IR_PARAM) {
        as_buf_puts(out,
                    form == AS_TRUTH ? "astray_truth_of(" : "astray_text_of(");
        put_address(out, node);
        as_buf_putc(out, ')');
    } else if (form == AS_TRUTH) {
        as_buf_puts(out,
                    node->constant->integer ? "ASTRAY_TRUE" : "ASTRAY_FALSE");
    } else {
        as_buf_puts(out, "astray_literal(");
        put_literal(out, node->constant->text);
        as_buf_putc(out, ')');
    }
}

/* In the operand's own form; of a value, a pointer to it. */
static void put_operand(struct maker *maker, struct operand operand)
{
    struct as_buf *out = &maker->bodies->value;

    if (operand.local == NO_LOCAL) {
        if (is_immediate(operand.node) && operand.address)
            put_address(out, operand.node);
        else if (is_immediate(operand.node))
            put_immediate(out, operand.node);
        return;
    }
    if (maker->locals[operand.local].form == AS_VALUE)
        as_buf_putc(out, '&');
    as_buf_puts(out, name_of(maker, operand.local));
}

static void put_operands(struct maker *maker, struct operand a,
                         struct operand b)
{
    put_operand(maker, a);
    as_buf_puts(&maker->bodies->value, ", ");
    put_operand(maker, b);
}

static struct operand make(struct maker *maker, struct as_ir *node);
static void make_into(struct maker *maker, struct as_ir *node, uint32_t to);

/* The operand as a struct astray_value in memory. */
static struct operand as_value(struct maker *maker, struct operand operand)
{
    enum form form = form_of(operand.node->type);
    struct as_buf *out;
    uint32_t local;

    if (form == AS_VALUE)
        return operand;
    if (operand.local == NO_LOCAL) {
        operand.address = true;
        return operand;
    }
    local = new_local(maker, AS_TEXT("value"), AS_VALUE);
    out = begin_value(maker);
    as_buf_puts(out,
                form == AS_TRUTH ? "astray_from_truth(" : "astray_from_text(");
    put_operand(maker, operand);
    as_buf_putc(out, ')');
    put_value(maker, local);
    operand.local = local;
    return operand;
}

/* ---- operators -------------------------------------------------------- */

static void finish_call(struct maker *maker, uint32_t to)
{
    as_buf_putc(&maker->bodies->value, ')');
    put_value(maker, to);
}

/* From what the machine gives to the node's own form: "astray_as_text(" and
 * so on; the number of brackets to close is one more then. */
static bool put_as(struct as_buf *out, as_type type)
{
    enum form form = form_of(type);

    if (form == AS_TRUTH)
        as_buf_puts(out, "astray_as_truth(");
    else if (form == AS_WORDS)
        as_buf_puts(out, "astray_as_text(");
    return form != AS_VALUE;
}

/* FUNCTION(a) */
static void call_one(struct maker *maker, const char *function,
                     struct operand a, uint32_t to)
{
    as_buf_printf(begin_value(maker), "%s(", function);
    put_operand(maker, a);
    finish_call(maker, to);
}

/* The row of a table that the instruction names, or 0, and its name. */
static void put_row(struct maker *maker, const struct as_ir *node)
{
    struct as_buf *out = &maker->bodies->value;
    enum as_operand c = as_op_info[node->op].c;

    if (c == AS_OPERAND_LIST)
        as_c_list_name(out, node->list->row, node->list->name);
    else if (c == AS_OPERAND_CONST)
        as_buf_printf(out, "%" PRIu32, node->constant->row);
    else if (c == AS_OPERAND_ROUTE)
        as_buf_printf(out, "%" PRIu32, node->route->row);
    else if (c == AS_OPERAND_MEMBER)
        as_buf_printf(out, "%" PRIu32, node->member->row);
    else
        as_buf_putc(out, '0');
}

/* An instruction of one operand, done by the machine. */
static void call_unary(struct maker *maker, const struct as_ir *node,
                       struct operand a, uint32_t to)
{
    struct as_buf *out;
    bool inner;

    if (form_of(a.node->type) == AS_TRUTH)
        a = as_value(maker, a);
    out = begin_value(maker);
    inner = put_as(out, node->type);
    as_buf_printf(out, "%s(rt, ASTRAY_OP_%s, ",
                  form_of(a.node->type) == AS_WORDS ? "astray_text_unary"
                                                    : "astray_unary",
                  as_op_info[node->op].name);
    put_operand(maker, a);
    as_buf_puts(out, ", ");
    put_row(maker, node);
    if (inner)
        as_buf_putc(out, ')');
    finish_call(maker, to);
}

/* The same of two. */
static void call_binary(struct maker *maker, const struct as_ir *node,
                        struct operand a, struct operand b, uint32_t to)
{
    struct as_buf *out;
    bool inner;

    a = as_value(maker, a);
    b = as_value(maker, b);
    out = begin_value(maker);
    inner = put_as(out, node->type);
    as_buf_printf(out, "astray_binary(rt, ASTRAY_OP_%s, ",
                  as_op_info[node->op].name);
    put_operands(maker, a, b);
    if (inner)
        as_buf_putc(out, ')');
    finish_call(maker, to);
}

/* FUNCTION(a, "text", length), or not of it. */
static void call_literal(struct maker *maker, const char *function,
                         struct operand a, struct as_text text, bool negate,
                         uint32_t to)
{
    struct as_buf *out = begin_value(maker);

    as_buf_printf(out, "%s%s(", negate ? "astray_not(" : "", function);
    put_operand(maker, a);
    as_buf_puts(out, ", ");
    put_literal(out, text);
    if (negate)
        as_buf_putc(out, ')');
    finish_call(maker, to);
}

/* A source that is no address equals only the same text. */
static bool is_plain_source(const struct as_ir *node)
{
    struct as_ip ip;

    return as_ir_is(node, AS_KIND_SOURCE) &&
           as_source_classify(node->constant->text, &ip) != AS_SOURCE_IP;
}

static void make_equal(struct maker *maker, const struct as_ir *node,
                       struct operand a, struct operand b, uint32_t to)
{
    bool negate = node->op == AS_OP_NE;
    bool first = a.node->kind == AS_IR_CONST;
    struct operand other = first ? b : a;
    const struct as_ir *constant = first ? a.node : b.node;
    struct as_buf *out;

    if (as_ir_is(constant, AS_KIND_TEXT)) {
        call_literal(maker, "astray_text_is", other, constant->constant->text,
                     negate, to);
        return;
    }
    if (is_plain_source(constant)) {
        call_literal(maker, "astray_source_is", other, constant->constant->text,
                     negate, to);
        return;
    }
    out = begin_value(maker);
    as_buf_printf(out, "%s%s(", negate ? "astray_not(" : "",
                  a.node->type == AS_KIND_BOOL ? "astray_truth_equal"
                                               : "astray_text_equal");
    put_operands(maker, a, b);
    if (negate)
        as_buf_putc(out, ')');
    finish_call(maker, to);
}

static void make_compare(struct maker *maker, const struct as_ir *node,
                         struct operand a, struct operand b, uint32_t to)
{
    as_type type = a.node->type;
    bool equality = node->op == AS_OP_EQ || node->op == AS_OP_NE;

    if (equality && (form_of(type) != AS_VALUE || is_plain_source(a.node) ||
                     is_plain_source(b.node))) {
        make_equal(maker, node, a, b, to);
        return;
    }
    if (type != AS_KIND_INT && type != AS_KIND_DURATION) {
        call_binary(maker, node, a, b, to);
        return;
    }
    as_buf_printf(begin_value(maker), "astray_integers(ASTRAY_OP_%s, ",
                  as_op_info[node->op].name);
    put_operands(maker, a, b);
    finish_call(maker, to);
}

/* ---- texts ------------------------------------------------------------ */

/* A glob that is a text with * at its ends: what it asks, and of which text;
 * NULL: it is more than that. */
static const char *plain_glob(struct as_text *glob)
{
    size_t length = glob->length;
    bool front = length > 0 && glob->bytes[0] == '*';
    bool back = length > 1 && glob->bytes[length - 1] == '*';
    struct as_text middle = { glob->bytes + front, length - front - back };

    for (size_t i = 0; i < middle.length; i++) {
        if (middle.bytes[i] == '*' || middle.bytes[i] == '?')
            return NULL;
    }
    if (front && back)
        return NULL; /* a search: the machine's */
    *glob = middle;
    if (front)
        return "astray_text_ends";
    return back ? "astray_text_begins" : "astray_text_is";
}

/* CONTAINS, STARTSWITH, ENDSWITH, LIKE */
static void make_text_test(struct maker *maker, const struct as_ir *node,
                           struct operand a, struct operand b,
                           uint32_t to)
{
    const char *function = NULL;
    struct as_text text = { "", 0 };

    if (as_ir_is(b.node, AS_KIND_TEXT)) {
        text = b.node->constant->text;
        if (node->op == AS_OP_STARTSWITH)
            function = "astray_text_begins";
        else if (node->op == AS_OP_ENDSWITH)
            function = "astray_text_ends";
        else if (node->op == AS_OP_LIKE)
            function = plain_glob(&text);
    }
    if (function) {
        call_literal(maker, function, a, text, false, to);
        return;
    }
    as_buf_printf(begin_value(maker), "astray_text_test(rt, ASTRAY_OP_%s, ",
                  as_op_info[node->op].name);
    put_operands(maker, a, b);
    finish_call(maker, to);
}

/* Is there a function for it, since no run can replace it and it is short? */
static bool is_fixed_list(const struct as_ir *node)
{
    const struct as_ir_list *list = node->list;

    return list->name.length == 0 && list->values &&
           list->type == AS_KIND_TEXT && list->count <= LONGEST_LIST;
}

static void make_in_list(struct maker *maker, const struct as_ir *node,
                         struct operand a, uint32_t to)
{
    bool words = form_of(a.node->type) == AS_WORDS;
    struct as_buf *out;

    if (words && is_fixed_list(node)) {
        as_buf_add(&maker->bodies->lists, &node->list->row,
                   sizeof(node->list->row));
        out = begin_value(maker);
        as_c_list_name(out, node->list->row, AS_TEXT(""));
        as_buf_puts(out, "has(");
        put_operand(maker, a);
        finish_call(maker, to);
        return;
    }
    if (a.node->type == AS_KIND_TIME) { /* it may be the event's own */
        call_unary(maker, node, a, to);
        return;
    }
    if (!words)
        a = as_value(maker, a);
    out = begin_value(maker);
    as_buf_puts(out,
                words ? "astray_text_in_list(rt, " : "astray_in_list(rt, ");
    put_operand(maker, a);
    as_buf_puts(out, ", ");
    put_row(maker, node);
    finish_call(maker, to);
}

/* ---- presence, sources, conversions ----------------------------------- */

static void make_presence(struct maker *maker, const struct as_ir *node,
                          struct operand a, uint32_t to)
{
    static const char *const functions[] = {
        [AS_TRUTH] = "astray_is_unknown(",
        [AS_WORDS] = "astray_text_is_missing(",
        [AS_VALUE] = "astray_is_missing(",
    };
    bool negate = node->op == AS_OP_IS_PRESENT;
    struct as_buf *out = begin_value(maker);

    as_buf_puts(out, negate ? "astray_not(" : "");
    as_buf_puts(out, functions[form_of(a.node->type)]);
    put_operand(maker, a);
    if (negate)
        as_buf_putc(out, ')');
    finish_call(maker, to);
}

/* False: it is not about a source, or more than a look at its flag. */
static bool make_source_test(struct maker *maker, const struct as_ir *node,
                             struct operand a, uint32_t to)
{
    const char *flag;

    if (a.node->type != AS_KIND_SOURCE)
        return false;
    if (node->op == AS_OP_IS_IP)
        flag = "ASTRAY_SOURCE_IP";
    else if (node->op == AS_OP_IS_SERVICE)
        flag = "ASTRAY_SOURCE_SERVICE";
    else if (node->op == AS_OP_IS_AWS_INTERNAL)
        flag = "ASTRAY_SOURCE_INTERNAL";
    else
        return false;
    begin_value(maker);
    as_buf_puts(&maker->bodies->value, "astray_source_class(");
    put_operand(maker, a);
    as_buf_printf(&maker->bodies->value, ", %s", flag);
    finish_call(maker, to);
    return true;
}

static bool make_conversion(struct maker *maker, const struct as_ir *node,
                            struct operand a, uint32_t to)
{
    if (node->op == AS_OP_TO_TEXT && a.node->type == AS_KIND_SOURCE) {
        call_one(maker, "astray_source_text", a, to);
        return true;
    }
    if (node->op == AS_OP_TO_IP && a.node->type == AS_KIND_SOURCE) {
        call_one(maker, "astray_source_ip", a, to);
        return true;
    }
    if (node->op == AS_OP_TO_TEXT && a.node->type == AS_KIND_JSON) {
        as_buf_puts(begin_value(maker), "astray_json_text(rt, ");
        put_operand(maker, a);
        finish_call(maker, to);
        return true;
    }
    return false;
}

/* ---- instructions ----------------------------------------------------- */

/* One of three-valued logic; false: it is none. */
static bool make_logic(struct maker *maker, const struct as_ir *node,
                       struct operand a, uint32_t to)
{
    if (node->op == AS_OP_NOT)
        call_one(maker, "astray_not", a, to);
    else if (node->op == AS_OP_IS_TRUE)
        call_one(maker, "astray_is_true", a, to);
    else if (node->op == AS_OP_IS_FALSE)
        call_one(maker, "astray_is_false", a, to);
    else if (node->op == AS_OP_IS_MISSING || node->op == AS_OP_IS_PRESENT)
        make_presence(maker, node, a, to);
    else
        return false;
    return true;
}

static void make_unary(struct maker *maker, const struct as_ir *node,
                       struct operand a, uint32_t to)
{
    if (node->op == AS_OP_IN_LIST)
        make_in_list(maker, node, a, to);
    else if (!make_logic(maker, node, a, to) &&
             !make_source_test(maker, node, a, to) &&
             !make_conversion(maker, node, a, to))
        call_unary(maker, node, a, to);
}

static void make_binary(struct maker *maker, const struct as_ir *node,
                        struct operand a, struct operand b, uint32_t to)
{
    enum as_opcode op = (enum as_opcode)node->op;

    if (op >= AS_OP_EQ && op <= AS_OP_GE)
        make_compare(maker, node, a, b, to);
    else if (op >= AS_OP_CONTAINS && op <= AS_OP_LIKE)
        make_text_test(maker, node, a, b, to);
    else
        call_binary(maker, node, a, b, to);
}

static void make_op(struct maker *maker, const struct as_ir *node,
                    uint32_t to)
{
    struct operand a, b;

    if (node->op == AS_OP_LEN_LIST) {
        as_buf_puts(begin_value(maker), "astray_list_length(rt, ");
        as_c_list_name(&maker->bodies->value, node->list->row,
                       node->list->name);
        finish_call(maker, to);
        return;
    }
    a = make(maker, node->kids[0]);
    if (node->kid_count == 1) {
        make_unary(maker, node, a, to);
        return;
    }
    b = make(maker, node->kids[1]);
    make_binary(maker, node, a, b, to);
}

/* ---- loading ---------------------------------------------------------- */

static uint32_t item_number(const struct maker *maker,
                            const struct as_ir_item *item)
{
    uint32_t i = maker->scope->item_count;

    while (i > 0 && maker->scope->items[i - 1] != item)
        i--;
    return i > 0 ? i - 1 : UINT16_MAX;
}

static uint32_t row_number(const struct maker *maker,
                           const struct as_ir_row *row)
{
    uint32_t i = maker->scope->row_count;

    while (i > 0 && maker->scope->rows[i - 1] != row)
        i--;
    return i > 0 ? i - 1 : UINT16_MAX;
}

static uint32_t find_inner(const struct maker *maker, const struct as_ir *node)
{
    for (uint32_t i = 0; i < maker->scope->inner_count; i++) {
        if (maker->scope->inners[i].node == node)
            return maker->scope->inners[i].row;
    }
    return 0;
}

static void make_slot(struct maker *maker, const struct as_ir *node,
                      uint32_t to)
{
    static const char *const functions[] = {
        [AS_TRUTH] = "astray_slot_truth(rt, ",
        [AS_WORDS] = "astray_slot_text(rt, ",
        [AS_VALUE] = "astray_slot(rt, ",
    };
    enum form form = form_of(node->type);
    struct as_buf *out = begin_value(maker);

    if (form == AS_VALUE && maker->locals[to].form == AS_VALUE)
        as_buf_putc(out, '*');
    as_buf_puts(out, functions[form]);
    as_c_slot_name(out, node->slot->row, node->slot->path);
    finish_call(maker, to);
}

static void make_load(struct maker *maker, const struct as_ir *node,
                      uint32_t to)
{
    struct as_buf *out = begin_value(maker);
    bool inner = put_as(out, node->type);

    if (node->kind == AS_IR_COLUMN)
        as_buf_printf(out, "astray_column(rt, %" PRIu32 ", %" PRIu32,
                      row_number(maker, node->row), node->number);
    else if (node->kind == AS_IR_KEY)
        as_buf_printf(out, "astray_key(rt, %" PRIu32, node->number);
    else if (node->kind == AS_IR_AGG)
        as_buf_printf(out, "astray_aggregate(rt, %" PRIu32, node->number);
    else
        as_buf_printf(out, "astray_item(rt, %" PRIu32,
                      item_number(maker, node->item));
    if (inner)
        as_buf_putc(out, ')');
    finish_call(maker, to);
}

/* ---- chains and branches ---------------------------------------------- */

/* all = astray_and(all, next) */
static void put_and(struct maker *maker, bool both, uint32_t to,
                    struct operand next)
{
    begin_value(maker);
    as_buf_printf(&maker->bodies->value, "%s(%s, ",
                  both ? "astray_and" : "astray_or", name_of(maker, to));
    put_operand(maker, next);
    finish_call(maker, to);
}

static const char *stop_of(const struct as_ir *node)
{
    return node->kind == AS_IR_AND ? "ASTRAY_FALSE" : "ASTRAY_TRUE";
}

/* Two operands: the second in a block of its own. */
static void make_pair(struct maker *maker, const struct as_ir *node,
                      uint32_t to)
{
    put_line(maker, "if (%s != %s) {", name_of(maker, to), stop_of(node));
    open_block(maker);
    put_and(maker, node->kind == AS_IR_AND, to, make(maker, node->kids[1]));
    maker->depth--;
    put_line(maker, "}");
}

static void make_steps(struct maker *maker, const struct as_ir *node,
                       uint32_t to, const char *leave)
{
    for (uint32_t i = 1; i < node->kid_count && !failed(maker); i++) {
        put_line(maker, "if (%s == %s)", name_of(maker, to), stop_of(node));
        put_line(maker, "    %s;", leave);
        put_and(maker, node->kind == AS_IR_AND, to, make(maker, node->kids[i]));
    }
}

static void make_chain(struct maker *maker, const struct as_ir *node,
                       uint32_t to)
{
    uint32_t shared;

    make_into(maker, node->kids[0], to);
    shared = maker->shared_count;
    if (node->kid_count == 2) {
        make_pair(maker, node, to);
    } else {
        put_line(maker, "do {");
        open_block(maker);
        make_steps(maker, node, to, "break");
        maker->depth--;
        put_line(maker, "} while (0);");
    }
    forget(maker, shared);
}

/* One branch of an `if` or `??`. */
static void make_branch(struct maker *maker, struct as_ir *node, uint32_t to)
{
    uint32_t shared = maker->shared_count;

    open_block(maker);
    make_into(maker, node, to);
    maker->depth--;
    forget(maker, shared);
}

static void make_if(struct maker *maker, const struct as_ir *node, uint32_t to)
{
    struct operand condition = make(maker, node->kids[0]);
    struct as_buf *out;

    declare(maker, to);
    out = begin_value(maker);
    put_operand(maker, condition);
    put_indent(maker);
    as_buf_puts(maker->out, "if (");
    as_buf_text(maker->out, as_buf_view(out));
    as_buf_puts(maker->out, " == ASTRAY_TRUE) {\n");
    make_branch(maker, node->kids[1], to);
    put_line(maker, "} else {");
    make_branch(maker, node->kids[2], to);
    put_line(maker, "}");
}

static void make_coalesce(struct maker *maker, const struct as_ir *node,
                          uint32_t to)
{
    static const char *const missing[] = {
        [AS_TRUTH] = "astray_is_unknown(",
        [AS_WORDS] = "astray_text_is_missing(",
        [AS_VALUE] = "astray_is_missing(&",
    };

    make_into(maker, node->kids[0], to);
    put_line(maker, "if (%s%s)) {", missing[form_of(node->type)],
             name_of(maker, to));
    make_branch(maker, node->kids[1], to);
    put_line(maker, "}");
}

static bool is_branching(const struct as_ir *node)
{
    return node->kind == AS_IR_AND || node->kind == AS_IR_OR ||
           node->kind == AS_IR_IF || node->kind == AS_IR_COALESCE;
}

static void make_branching(struct maker *maker, const struct as_ir *node,
                           uint32_t to)
{
    if (node->kind == AS_IR_IF)
        make_if(maker, node, to);
    else if (node->kind == AS_IR_COALESCE)
        make_coalesce(maker, node, to);
    else
        make_chain(maker, node, to);
}

/* ---- nodes ------------------------------------------------------------ */

static void make_loop(struct maker *maker, const struct as_ir *node,
                      uint32_t to)
{
    struct operand json = make(maker, node->kids[0]);

    as_buf_puts(begin_value(maker), "astray_loop(rt, ");
    put_operand(maker, json);
    as_buf_printf(&maker->bodies->value, ", %" PRIu32, find_inner(maker, node));
    finish_call(maker, to);
}

static void make_new(struct maker *maker, const struct as_ir *node,
                     uint32_t to)
{
    switch (node->kind) {
    case AS_IR_SLOT:
        make_slot(maker, node, to);
        break;
    case AS_IR_COLUMN:
    case AS_IR_KEY:
    case AS_IR_AGG:
    case AS_IR_ITEM:
        make_load(maker, node, to);
        break;
    case AS_IR_OP:
        make_op(maker, node, to);
        break;
    case AS_IR_AND:
    case AS_IR_OR:
    case AS_IR_IF:
    case AS_IR_COALESCE:
        make_branching(maker, node, to);
        break;
    case AS_IR_LOOP:
        make_loop(maker, node, to);
        break;
    case AS_IR_PROBE:
        as_buf_printf(begin_value(maker), "astray_probe(rt, %" PRIu32,
                      find_inner(maker, node));
        finish_call(maker, to);
        break;
    case AS_IR_CONST:
    case AS_IR_PARAM: /* written where they are used */
    case AS_IR_BAD:
    case AS_IR_FORMAL:
        break;
    }
}

/* The node's value into a local that may have been written before. */
static void make_into(struct maker *maker, struct as_ir *node, uint32_t to)
{
    struct operand operand = { .node = node, .local = NO_LOCAL };
    struct as_buf *out;

    if (failed(maker) || to == NO_LOCAL)
        return;
    if (node->mark != maker->mark && !is_immediate(node)) {
        make_new(maker, node, to);
        return;
    }
    if (node->mark == maker->mark && !is_immediate(node))
        operand.local = node->note;
    out = begin_value(maker);
    if (form_of(node->type) == AS_VALUE)
        as_buf_putc(out, '*');
    put_operand(maker, operand);
    put_value(maker, to);
}

static struct as_text hint_of(const struct as_ir *node)
{
    switch (node->kind) {
    case AS_IR_SLOT:
        return node->slot->path;
    case AS_IR_COLUMN:
        return node->row->name;
    case AS_IR_AND:
        return AS_TEXT("all");
    case AS_IR_OR:
        return AS_TEXT("any");
    case AS_IR_IF:
        return AS_TEXT("chosen");
    case AS_IR_COALESCE:
        return AS_TEXT("given");
    case AS_IR_KEY:
        return AS_TEXT("key");
    case AS_IR_AGG:
        return AS_TEXT("aggregate");
    case AS_IR_ITEM:
        return AS_TEXT("item");
    case AS_IR_LOOP:
    case AS_IR_PROBE:
        return AS_TEXT("found");
    case AS_IR_OP:
        return form_of(node->type) == AS_TRUTH ? AS_TEXT("is")
                                               : AS_TEXT("made");
    case AS_IR_CONST:
    case AS_IR_PARAM:
    case AS_IR_BAD:
    case AS_IR_FORMAL:
        break;
    }
    return AS_TEXT("value");
}

static struct operand make(struct maker *maker, struct as_ir *node)
{
    struct operand operand = { .node = node, .local = NO_LOCAL };
    enum form form = form_of(node->type);

    if (failed(maker) || is_immediate(node))
        return operand;
    if (node->mark == maker->mark) {
        operand.local = node->note;
        return operand;
    }
    if (node->kind == AS_IR_SLOT && form == AS_VALUE)
        form = AS_POINTER;
    operand.local = new_local(maker, hint_of(node), form);
    if (operand.local == NO_LOCAL)
        return operand;
    maker->locals[operand.local].changes = is_branching(node);
    make_new(maker, node, operand.local);
    share(maker, node, operand.local);
    return operand;
}

/* ---- bodies ----------------------------------------------------------- */

/* The whole program is an `and` or `or`: it returns as soon as it can. */
static void make_tail(struct maker *maker, const struct as_ir *node)
{
    uint32_t to = new_local(maker, hint_of(node), AS_TRUTH);
    char leave[128];

    if (to == NO_LOCAL)
        return;
    maker->locals[to].changes = true;
    make_into(maker, node->kids[0], to);
    snprintf(leave, sizeof(leave), "return %s", name_of(maker, to));
    make_steps(maker, node, to, leave);
    put_line(maker, "return %s;", name_of(maker, to));
}

static void make_body(struct maker *maker, struct as_ir *node)
{
    enum form form = form_of(node->type);
    struct operand result;
    struct as_buf *out;

    if (node->kind == AS_IR_AND || node->kind == AS_IR_OR) {
        make_tail(maker, node);
        return;
    }
    result = make(maker, node);
    if (is_immediate(node))
        put_line(maker, "(void)rt;");
    out = begin_value(maker);
    if (form == AS_VALUE)
        as_buf_putc(out, '*');
    else if (form == AS_WORDS)
        as_buf_puts(out, "astray_from_text(");
    put_operand(maker, result);
    if (form == AS_WORDS)
        as_buf_putc(out, ')');
    put_indent(maker);
    as_buf_puts(maker->out, form == AS_TRUTH ? "return " : "*value = ");
    as_buf_text(maker->out, as_buf_view(out));
    as_buf_puts(maker->out, ";\n");
}

void as_c_body(struct as_c_bodies *bodies, struct as_ir_table *table,
               struct as_ir *node, const struct as_c_scope *scope)
{
    struct as_c_body body = { bodies->text.length, 0 };
    struct maker maker = { .bodies = bodies,
                           .table = table,
                           .scope = scope,
                           .out = &bodies->text,
                           .arena = &bodies->scratch,
                           .mark = as_ir_mark(table) };

    if (scope->insn_count <= MOST_INSNS) {
        make_body(&maker, node);
        if (maker.too_deep)
            bodies->text.length = body.start;
        body.length = bodies->text.length - body.start;
    }
    as_buf_add(&bodies->rows, &body, sizeof(body));
    bodies->text.failed |= bodies->scratch.failed || bodies->value.failed;
    as_arena_reset(&bodies->scratch);
}
