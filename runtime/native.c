/*
 * native.c - see native.h.
 *
 * A compiled program sees the machine as struct astray_rt, which is how
 * struct as_vm begins, and values as struct astray_value, which is struct
 * as_value under another name: astray_rt.h stands alone.  That they agree is
 * asserted here, member by member, and so are the numbers that stand in
 * compiled programs.  What a program calls is what the interpreter calls.
 */

#include "runtime/native.h"

#include "program/pack.h"
#include "runtime/convert.h"

/* ---- the two sides agree ---------------------------------------------- */

#define SAME(rt_struct, rt_member, struct_, member)                            \
    _Static_assert(offsetof(struct rt_struct, rt_member) ==                    \
                           offsetof(struct struct_, member) &&                 \
                       sizeof(((struct rt_struct *)0)->rt_member) ==           \
                           sizeof(((struct struct_ *)0)->member),              \
                   "astray_rt.h says it otherwise")

SAME(astray_rt, call, as_vm, calls);
SAME(astray_rt, loaded, as_vm, loaded);
SAME(astray_rt, loaded_at, as_vm, loaded_at);
SAME(astray_rt, widths, as_vm, widths);
SAME(astray_rt, constants, as_vm, constants);
SAME(astray_rt, params, as_vm, params);
SAME(astray_rt, bound_at, as_vm, bound_at);
SAME(astray_rt, varies, as_vm, varies);
SAME(astray_value, kind, as_value, kind);
SAME(astray_value, flag, as_value, flag);
SAME(astray_value, why, as_value, why);
SAME(astray_value, length, as_value, length);
SAME(astray_value, is.integer, as_value, integer);
SAME(astray_value, is.real, as_value, real);
SAME(astray_value, is.address, as_value, address);
SAME(astray_value, is.at.bytes, as_value, bytes);
SAME(astray_value, is.at.address, as_value, ip);
SAME(astray_value, is.set, as_value, set);

#define SAME_NUMBER(ours, theirs)                                              \
    _Static_assert((int)(ours) == (int)(theirs),                               \
                   "astray_rt.h says it otherwise")
#define AS_OP(name, a, b, c, rule, text)                                       \
    SAME_NUMBER(AS_OP_##name, ASTRAY_OP_##name);
#include "program/opcodes.def"
#undef AS_OP
SAME_NUMBER(AS_OP_COUNT, ASTRAY_OP_COUNT);
SAME_NUMBER(AS_KIND_NONE, ASTRAY_NONE);
SAME_NUMBER(AS_KIND_BOOL, ASTRAY_BOOL);
SAME_NUMBER(AS_KIND_INT, ASTRAY_INT);
SAME_NUMBER(AS_KIND_REAL, ASTRAY_REAL);
SAME_NUMBER(AS_KIND_TIME, ASTRAY_TIME);
SAME_NUMBER(AS_KIND_DURATION, ASTRAY_DURATION);
SAME_NUMBER(AS_KIND_TEXT, ASTRAY_KIND_TEXT);
SAME_NUMBER(AS_KIND_IP, ASTRAY_IP);
SAME_NUMBER(AS_KIND_CIDR, ASTRAY_CIDR);
SAME_NUMBER(AS_KIND_SOURCE, ASTRAY_SOURCE);
SAME_NUMBER(AS_KIND_JSON, ASTRAY_JSON);
SAME_NUMBER(AS_SOURCE_IP, ASTRAY_SOURCE_IP);
SAME_NUMBER(AS_SOURCE_SERVICE, ASTRAY_SOURCE_SERVICE);
SAME_NUMBER(AS_SOURCE_AWS_INTERNAL, ASTRAY_SOURCE_INTERNAL);
SAME_NUMBER(AS_OWN_TIME, ASTRAY_OWN_TIME);
SAME_NUMBER(AS_JSON_NUMBER, ASTRAY_JSON_NUMBER);
SAME_NUMBER(AS_JSON_TEXT, ASTRAY_JSON_TEXT);
SAME_NUMBER(AS_SHA256_SIZE, sizeof(((struct astray_native *)0)->pack));

static struct as_vm *vm_of(struct astray_rt *rt)
{
    return (struct as_vm *)(void *)rt;
}

/* Of one layout, but not of one type. */
static struct as_value given(const struct astray_value *value)
{
    struct as_value same;

    memcpy(&same, value, sizeof(same));
    return same;
}

static void give(struct astray_value *value, struct as_value result)
{
    memcpy(value, &result, sizeof(*value));
}

/* ---- what programs call ----------------------------------------------- */

static void load(struct astray_rt *rt, uint32_t slot)
{
    as_vm_load(vm_of(rt), slot);
}

static void column(struct astray_rt *rt, uint32_t n, uint32_t column,
                   struct astray_value *value)
{
    give(value, as_vm_column(vm_of(rt), n, column));
}

static void key(struct astray_rt *rt, uint32_t n, struct astray_value *value)
{
    give(value, vm_of(rt)->keys[n]);
}

static void aggregate(struct astray_rt *rt, uint32_t n,
                      struct astray_value *value)
{
    give(value, as_vm_agg(vm_of(rt), n));
}

static void item(struct astray_rt *rt, uint32_t n, struct astray_value *value)
{
    give(value, as_json_as_value(&vm_of(rt)->items[n], 0));
}

static void unary(struct astray_rt *rt, enum astray_op op,
                  const struct astray_value *a, uint32_t row,
                  struct astray_value *value)
{
    struct as_value one = given(a);

    give(value, as_vm_unary(vm_of(rt), (enum as_opcode)op, &one, row));
}

static void binary(struct astray_rt *rt, enum astray_op op,
                   const struct astray_value *a, const struct astray_value *b,
                   struct astray_value *value)
{
    struct as_value one = given(a), two = given(b);

    give(value, as_vm_binary(vm_of(rt), (enum as_opcode)op, &one, &two));
}

static bool text_test(enum astray_op op, const char *a, uint32_t a_length,
                      const char *b, uint32_t b_length)
{
    return as_vm_text_test((enum as_opcode)op, (struct as_text){ a, a_length },
                           (struct as_text){ b, b_length });
}

static bool in_list(struct astray_rt *rt, uint32_t list,
                    const struct astray_value *value)
{
    struct as_value one = given(value);

    return as_run_list_has(vm_of(rt)->run, list, &one);
}

static int64_t list_length(struct astray_rt *rt, uint32_t list)
{
    return vm_of(rt)->run->lists[list].count;
}

static void loop(struct astray_rt *rt, const struct astray_value *json,
                 uint32_t n, struct astray_value *value)
{
    struct as_value one = given(json);

    give(value, as_vm_loop(vm_of(rt), &one, n));
}

static void probe(struct astray_rt *rt, uint32_t n, struct astray_value *value)
{
    give(value, as_vm_test_probe(vm_of(rt), n));
}

static const struct astray_calls calls = {
    .load = load,
    .column = column,
    .key = key,
    .aggregate = aggregate,
    .item = item,
    .unary = unary,
    .binary = binary,
    .text_test = text_test,
    .in_list = in_list,
    .list_length = list_length,
    .loop = loop,
    .probe = probe,
};

/* ---- taking ----------------------------------------------------------- */

static const char *misfit(const struct as_pack *pack,
                          const struct astray_native *native)
{
    const struct as_pack_header *header = pack->bytes;

    if (native->version != ASTRAY_RT_VERSION ||
        native->rt_size != ASTRAY_RT_SIZE ||
        native->value_size != ASTRAY_VALUE_SIZE)
        return "the functions were compiled for another version of Astray; "
               "build them again";
    if (native->program_count != pack->program_count ||
        memcmp(native->pack, header->digest, sizeof(native->pack)) != 0)
        return "the functions were made of other rules; build them again, of "
               "these";
    return NULL;
}

const char *as_native_take(struct as_run *run,
                           const struct astray_native *native)
{
    const char *why = native ? misfit(run->pack, native) : NULL;

    if (!why) {
        run->programs = native ? native->programs : NULL;
        run->calls = native ? &calls : NULL;
    }
    return why;
}
