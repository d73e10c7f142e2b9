/*
 * check_call.c - functions and macros that are called.
 *
 * A macro is checked once, where it is declared, with its parameters as nodes
 * of their own (AS_IR_FORMAL).  A call checks the arguments and puts them in
 * the place of those: nothing is checked twice, and a mistake in a macro is
 * reported once.
 */

#include "compiler/check.h"

static struct as_ir *bad(const struct as_env *env)
{
    return &env->check->table->bad;
}

/* ---- the table of functions ------------------------------------------- */

enum argument { TEXT, ADDRESS, SCALAR, SIZED };

static const struct function {
    const char *word;
    enum argument argument;
    enum as_kind result;
    enum as_opcode op;
} functions[] = {
#define AS_BUILTIN(name, word, argument, result, op, help)                     \
    { word, argument, AS_KIND_##result, AS_OP_##op },
#include "program/builtin.def"
#undef AS_BUILTIN
};

enum { FUNCTION_COUNT = sizeof(functions) / sizeof(functions[0]) };

static const char *const aggregate_words[AS_AGGREGATES] = {
#define AS_AGG(name, word, argument, text) word,
#include "program/aggregates.def"
#undef AS_AGG
};

static const struct function *find_function(struct as_text name)
{
    for (int i = 0; i < FUNCTION_COUNT; i++) {
        if (as_text_equal(name, as_text_of(functions[i].word)))
            return &functions[i];
    }
    return NULL;
}

/* The first row, KEY, is none that can be written. */
enum as_agg as_aggregate_find(struct as_text name)
{
    for (int agg = AS_AGG_SET; agg < AS_AGGREGATES; agg++) {
        if (as_text_equal(name, as_text_of(aggregate_words[agg])))
            return (enum as_agg)agg;
    }
    return AS_AGGREGATES;
}

bool as_is_function(struct as_text name)
{
    return find_function(name) || as_aggregate_find(name) != AS_AGGREGATES;
}

void as_guess_add_functions(struct as_guess *guess)
{
    for (int i = 0; i < FUNCTION_COUNT; i++)
        as_guess_add(guess, as_text_of(functions[i].word));
    for (int agg = AS_AGG_SET; agg < AS_AGGREGATES; agg++)
        as_guess_add(guess, as_text_of(aggregate_words[agg]));
}

/* ---- arguments -------------------------------------------------------- */

static uint32_t count_arguments(const struct as_step *call)
{
    uint32_t count = 0;

    for (const struct as_expr *at = call->args; at; at = at->next)
        count++;
    return count;
}

/* Are there as many as there should be, and no filter? */
static bool check_shape(struct as_env *env, const struct as_step *call,
                        const char *word, uint32_t want)
{
    uint32_t count = count_arguments(call);

    if (call->filter) {
        as_diag(env->check->diag, AS_E_FILTER_HERE, call->filter->span,
                "`%s` is no aggregate and takes no `where`", word);
        return false;
    }
    if (count == want)
        return true;
    as_diag(env->check->diag, AS_E_ARGUMENT_COUNT, call->span,
            "`%s` takes %u argument%s, and here are %u", word, (unsigned)want,
            want == 1 ? "" : "s", (unsigned)count);
    return false;
}

static struct as_ir *say_argument(struct as_env *env,
                                  const struct as_expr *expr,
                                  const struct as_ir *node, const char *word,
                                  const char *want)
{
    as_diag(env->check->diag, AS_E_ARGUMENT_TYPE, expr->span,
            "`%s` takes %s, not %s", word, want, AS_TYPE_WORD(node->type));
    return bad(env);
}

/* ---- functions -------------------------------------------------------- */

/* len() of a declared list, whose name is no value elsewhere. */
static struct as_ir *list_length(struct as_env *env, const struct as_expr *expr)
{
    struct as_ref ref;

    if (expr->kind != AS_EXPR_PATH || !as_check_ref(env, expr->path, &ref) ||
        !ref.decl || ref.decl->kind != AS_DECL_LIST || ref.rest)
        return NULL;
    if (!as_check_decl(env->check, ref.decl, ref.span))
        return bad(env);
    return as_ir_op_with(env->check->table, AS_OP_LEN_LIST, AS_KIND_INT, NULL,
                         ref.decl->ir_list);
}

static struct as_ir *check_len(struct as_env *env, const struct as_expr *expr)
{
    struct as_ir_table *table = env->check->table;
    struct as_ir *node = list_length(env, expr), *text;

    if (node)
        return node;
    node = as_check_expr(env, expr);
    if (as_ir_is_bad(node))
        return node;
    if (node->type & AS_TYPE_SET)
        return as_ir_op(table, AS_OP_LEN_SET, AS_KIND_INT, node, NULL);
    text = as_convert_text(table, node);
    if (!text)
        return say_argument(env, expr, node, "len", "a text, a set or a list");
    return as_ir_op(table, AS_OP_LEN_TEXT, AS_KIND_INT, text, NULL);
}

static bool is_addressed(as_type type)
{
    return type == AS_KIND_SOURCE || type == AS_KIND_TEXT ||
           type == AS_KIND_JSON;
}

static struct as_ir *check_function(struct as_env *env,
                                    const struct function *function,
                                    const struct as_expr *expr)
{
    struct as_ir *node = as_check_value(env, expr), *text;

    if (as_ir_is_bad(node))
        return node;
    if (function->argument == TEXT) {
        text = as_convert_text(env->check->table, node);
        if (!text)
            return say_argument(env, expr, node, function->word, "a text");
        node = text;
    } else if (node->type == function->result) {
        return node;
    } else if (function->argument == ADDRESS && !is_addressed(node->type)) {
        return say_argument(env, expr, node, function->word,
                            "a source or a text");
    }
    return as_ir_op(env->check->table, function->op, (as_type)function->result,
                    node, NULL);
}

/* ---- macros ----------------------------------------------------------- */

/* The argument for parameter `number`; NULL after a message. */
static struct as_ir *check_actual(struct as_env *env,
                                  const struct as_decl *decl, uint32_t number,
                                  const struct as_expr *expr)
{
    enum as_kind want = (enum as_kind)decl->formals[number];
    struct as_ir *node = as_check_value(env, expr);
    struct as_ir *same = as_convert(env->check->table, node, want);

    if (same)
        return as_ir_is_bad(same) ? NULL : same;
    as_diag(env->check->diag, AS_E_ARGUMENT_TYPE, expr->span,
            "`%.*s` takes %s here, not %s", (int)decl->name.text.length,
            decl->name.text.bytes, as_kind_words[want],
            AS_TYPE_WORD(node->type));
    as_diag_label(env->check->diag, decl->name.span, "declared here");
    return NULL;
}

static struct as_ir *check_macro(struct as_env *env, const struct as_ref *ref,
                                 const struct as_step *call)
{
    struct as_decl *decl = ref->decl;
    struct as_ir **actuals;
    struct as_ir *node;
    uint32_t n = 0;
    bool good = true;
    const char *word = as_check_show(env->check, decl->name.text);

    if (!as_check_decl(env->check, decl, ref->span) ||
        !check_shape(env, call, word, decl->formal_count))
        return bad(env);
    actuals = as_alloc(env->check->arena,
                       decl->formal_count * sizeof(struct as_ir *));
    if (!actuals)
        return bad(env);
    for (const struct as_expr *at = call->args; at; at = at->next, n++) {
        actuals[n] = check_actual(env, decl, n, at);
        good &= actuals[n] != NULL;
    }
    if (!good)
        return bad(env);
    node = as_ir_fill(env->check->table, decl->body, actuals,
                      decl->formal_count);
    as_sight_call(env->check->sighting, env->check->table, &decl->sights,
                  actuals, decl->formal_count);
    if (!env->event && decl->body->reads & AS_IR_READS_EVENT) {
        as_diag(env->check->diag, AS_E_OUTSIDE_AGGREGATE, ref->span,
                "`%s` is of one event, and %s judges many", word, env->clause);
        return bad(env);
    }
    return node;
}

static struct as_ir *say_no_call(struct as_env *env, const struct as_ref *ref)
{
    as_diag(env->check->diag, AS_E_NO_CALL, ref->span,
            "this takes no arguments in brackets");
    if (ref->decl && ref->decl->kind == AS_DECL_MACRO)
        as_diag_help(env->check->diag, "leave the brackets away");
    return bad(env);
}

/* ---- all of them ------------------------------------------------------ */

struct as_ir *as_check_call(struct as_env *env, const struct as_path *path,
                            const struct as_ref *ref,
                            const struct as_step *call)
{
    const struct function *function = find_function(path->head.text);
    enum as_agg agg = as_aggregate_find(path->head.text);
    struct as_ir *node;

    if (ref->decl && ref->decl->kind == AS_DECL_MACRO &&
        ref->decl->macro->has_formals)
        node = check_macro(env, ref, call);
    else if (ref->local || ref->decl || ref->field)
        return say_no_call(env, ref);
    else if (agg != AS_AGGREGATES)
        node = as_check_gather(env, agg, path, call);
    else if (!check_shape(env, call, function->word, 1))
        return bad(env);
    else if (function->argument == SIZED)
        node = check_len(env, call->args);
    else
        node = check_function(env, function, call->args);
    return as_check_json_steps(env, node, AS_FIELD_OPEN, call->next,
                               path->span);
}
