/*
 * c_op.c - see c_op.h.
 *
 * What is small and hot has a function in astray_rt.h; all else is asked of
 * the machine, by the number of the instruction.
 */

#include "compiler/c_op.h"

#include <inttypes.h>

enum { LONGEST_LIST = 64 }; /* longer lists are hashed by the machine */

/* ---- operators -------------------------------------------------------- */

static void put_operands(struct as_c_maker *maker, struct as_c_operand a,
                         struct as_c_operand b)
{
    as_c_put_operand(maker, a);
    as_buf_puts(maker->value, ", ");
    as_c_put_operand(maker, b);
}

/* FUNCTION(a) */
static void call_one(struct as_c_maker *maker, const char *function,
                     struct as_c_operand a, uint32_t to)
{
    as_buf_printf(as_c_begin(maker), "%s(", function);
    as_c_put_operand(maker, a);
    as_c_finish(maker, to);
}

/* The row of a table that the instruction names, or 0, and its name. */
static void put_row(struct as_c_maker *maker, const struct as_ir *node)
{
    struct as_buf *out = maker->value;
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
static void call_unary(struct as_c_maker *maker, const struct as_ir *node,
                       struct as_c_operand a, uint32_t to)
{
    struct as_buf *out;
    bool inner;

    if (as_c_form_of(a.node->type) == AS_C_TRUTH)
        a = as_c_as_value(maker, a);
    out = as_c_begin(maker);
    inner = as_c_put_as(out, node->type);
    as_buf_printf(out, "%s(rt, ASTRAY_OP_%s, ",
                  as_c_form_of(a.node->type) == AS_C_WORDS ? "astray_text_unary"
                                                           : "astray_unary",
                  as_op_info[node->op].name);
    as_c_put_operand(maker, a);
    as_buf_puts(out, ", ");
    put_row(maker, node);
    if (inner)
        as_buf_putc(out, ')');
    as_c_finish(maker, to);
}

/* The same of two. */
static void call_binary(struct as_c_maker *maker, const struct as_ir *node,
                        struct as_c_operand a, struct as_c_operand b,
                        uint32_t to)
{
    struct as_buf *out;
    bool inner;

    a = as_c_as_value(maker, a);
    b = as_c_as_value(maker, b);
    out = as_c_begin(maker);
    inner = as_c_put_as(out, node->type);
    as_buf_printf(out, "astray_binary(rt, ASTRAY_OP_%s, ",
                  as_op_info[node->op].name);
    put_operands(maker, a, b);
    if (inner)
        as_buf_putc(out, ')');
    as_c_finish(maker, to);
}

/* FUNCTION(a, "text", length), or not of it. */
static void call_literal(struct as_c_maker *maker, const char *function,
                         struct as_c_operand a, struct as_text text,
                         bool negate, uint32_t to)
{
    struct as_buf *out = as_c_begin(maker);

    as_buf_printf(out, "%s%s(", negate ? "astray_not(" : "", function);
    as_c_put_operand(maker, a);
    as_buf_puts(out, ", ");
    as_c_literal(out, text);
    if (negate)
        as_buf_putc(out, ')');
    as_c_finish(maker, to);
}

/* A source that is no address equals only the same text. */
static bool is_plain_source(const struct as_ir *node)
{
    struct as_ip ip;

    return as_ir_is(node, AS_KIND_SOURCE) &&
           as_source_classify(node->constant->text, &ip) != AS_SOURCE_IP;
}

static void make_equal(struct as_c_maker *maker, const struct as_ir *node,
                       struct as_c_operand a, struct as_c_operand b,
                       uint32_t to)
{
    bool negate = node->op == AS_OP_NE;
    bool first = a.node->kind == AS_IR_CONST;
    struct as_c_operand other = first ? b : a;
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
    out = as_c_begin(maker);
    as_buf_printf(out, "%s%s(", negate ? "astray_not(" : "",
                  a.node->type == AS_KIND_BOOL ? "astray_truth_equal"
                                               : "astray_text_equal");
    put_operands(maker, a, b);
    if (negate)
        as_buf_putc(out, ')');
    as_c_finish(maker, to);
}

static void make_compare(struct as_c_maker *maker, const struct as_ir *node,
                         struct as_c_operand a, struct as_c_operand b,
                         uint32_t to)
{
    as_type type = a.node->type;
    bool equality = node->op == AS_OP_EQ || node->op == AS_OP_NE;

    if (equality && (as_c_form_of(type) != AS_C_VALUE ||
                     is_plain_source(a.node) || is_plain_source(b.node))) {
        make_equal(maker, node, a, b, to);
        return;
    }
    if (type != AS_KIND_INT && type != AS_KIND_DURATION) {
        call_binary(maker, node, a, b, to);
        return;
    }
    as_buf_printf(as_c_begin(maker), "astray_integers(ASTRAY_OP_%s, ",
                  as_op_info[node->op].name);
    put_operands(maker, a, b);
    as_c_finish(maker, to);
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
static void make_text_test(struct as_c_maker *maker, const struct as_ir *node,
                           struct as_c_operand a, struct as_c_operand b,
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
    as_buf_printf(as_c_begin(maker), "astray_text_test(rt, ASTRAY_OP_%s, ",
                  as_op_info[node->op].name);
    put_operands(maker, a, b);
    as_c_finish(maker, to);
}

/* Is there a function for it, since no run can replace it and it is short? */
static bool is_fixed_list(const struct as_ir *node)
{
    const struct as_ir_list *list = node->list;

    return list->name.length == 0 && list->values &&
           list->type == AS_KIND_TEXT && list->count <= LONGEST_LIST;
}

static void make_in_list(struct as_c_maker *maker, const struct as_ir *node,
                         struct as_c_operand a, uint32_t to)
{
    bool words = as_c_form_of(a.node->type) == AS_C_WORDS;
    struct as_buf *out;

    if (words && is_fixed_list(node)) {
        as_buf_add(maker->lists, &node->list->row, sizeof(node->list->row));
        out = as_c_begin(maker);
        as_c_list_name(out, node->list->row, AS_TEXT(""));
        as_buf_puts(out, "has(");
        as_c_put_operand(maker, a);
        as_c_finish(maker, to);
        return;
    }
    if (a.node->type == AS_KIND_TIME) { /* it may be the event's own */
        call_unary(maker, node, a, to);
        return;
    }
    if (!words)
        a = as_c_as_value(maker, a);
    out = as_c_begin(maker);
    as_buf_puts(out,
                words ? "astray_text_in_list(rt, " : "astray_in_list(rt, ");
    as_c_put_operand(maker, a);
    as_buf_puts(out, ", ");
    put_row(maker, node);
    as_c_finish(maker, to);
}

/* ---- presence, sources, conversions ----------------------------------- */

static void make_presence(struct as_c_maker *maker, const struct as_ir *node,
                          struct as_c_operand a, uint32_t to)
{
    static const char *const functions[] = {
        [AS_C_TRUTH] = "astray_is_unknown(",
        [AS_C_WORDS] = "astray_text_is_missing(",
        [AS_C_VALUE] = "astray_is_missing(",
    };
    bool negate = node->op == AS_OP_IS_PRESENT;
    struct as_buf *out = as_c_begin(maker);

    as_buf_puts(out, negate ? "astray_not(" : "");
    as_buf_puts(out, functions[as_c_form_of(a.node->type)]);
    as_c_put_operand(maker, a);
    if (negate)
        as_buf_putc(out, ')');
    as_c_finish(maker, to);
}

/* False: it is not about a source, or more than a look at its flag. */
static bool make_source_test(struct as_c_maker *maker, const struct as_ir *node,
                             struct as_c_operand a, uint32_t to)
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
    as_c_begin(maker);
    as_buf_puts(maker->value, "astray_source_class(");
    as_c_put_operand(maker, a);
    as_buf_printf(maker->value, ", %s", flag);
    as_c_finish(maker, to);
    return true;
}

static bool make_conversion(struct as_c_maker *maker, const struct as_ir *node,
                            struct as_c_operand a, uint32_t to)
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
        as_buf_puts(as_c_begin(maker), "astray_json_text(rt, ");
        as_c_put_operand(maker, a);
        as_c_finish(maker, to);
        return true;
    }
    return false;
}

/* ---- instructions ----------------------------------------------------- */

/* One of three-valued logic; false: it is none. */
static bool make_logic(struct as_c_maker *maker, const struct as_ir *node,
                       struct as_c_operand a, uint32_t to)
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

static void make_unary(struct as_c_maker *maker, const struct as_ir *node,
                       struct as_c_operand a, uint32_t to)
{
    if (node->op == AS_OP_IN_LIST)
        make_in_list(maker, node, a, to);
    else if (!make_logic(maker, node, a, to) &&
             !make_source_test(maker, node, a, to) &&
             !make_conversion(maker, node, a, to))
        call_unary(maker, node, a, to);
}

static void make_binary(struct as_c_maker *maker, const struct as_ir *node,
                        struct as_c_operand a, struct as_c_operand b,
                        uint32_t to)
{
    enum as_opcode op = (enum as_opcode)node->op;

    if (op >= AS_OP_EQ && op <= AS_OP_GE)
        make_compare(maker, node, a, b, to);
    else if (op >= AS_OP_CONTAINS && op <= AS_OP_LIKE)
        make_text_test(maker, node, a, b, to);
    else
        call_binary(maker, node, a, b, to);
}

void as_c_op(struct as_c_maker *maker, const struct as_ir *node,
             struct as_c_operand a, struct as_c_operand b, uint32_t to)
{
    if (node->op == AS_OP_LEN_LIST) {
        as_buf_puts(as_c_begin(maker), "astray_list_length(rt, ");
        as_c_list_name(maker->value, node->list->row, node->list->name);
        as_c_finish(maker, to);
    } else if (node->kid_count == 1) {
        make_unary(maker, node, a, to);
    } else {
        make_binary(maker, node, a, b, to);
    }
}
