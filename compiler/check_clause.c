/*
 * check_clause.c - what baselines and rules have in common: names, sources of
 * events, conditions, keys and lengths of time.
 */

#include "compiler/check.h"

/* ---- names ------------------------------------------------------------ */

struct as_local *as_check_local(struct as_env *env, enum as_local_kind kind,
                                const struct as_name *name)
{
    struct as_diag *diag = env->check->diag;
    struct as_local *local;

    if (name->text.length == 0)
        return NULL;
    as_resolve_check_name(diag, name, "name");
    for (const struct as_local *at = env->locals; at; at = at->next) {
        if (!as_text_equal(at->name.text, name->text))
            continue;
        as_diag(diag, AS_E_DECLARED_TWICE, name->span,
                "`%.*s` is declared twice", (int)name->text.length,
                name->text.bytes);
        as_diag_label(diag, at->name.span, "first declared here");
        break;
    }
    local = as_alloc(env->check->arena, sizeof(*local));
    if (!local)
        return NULL;
    *local = (struct as_local){
        .next = env->locals,
        .kind = kind,
        .name = *name,
        .node = &env->check->table->bad,
        .event_node = &env->check->table->bad,
        .field = AS_FIELD_OPEN,
    };
    env->locals = local;
    return local;
}

bool as_check_full(struct as_check *check, uint32_t count,
                   const struct as_name *name)
{
    if (count < AS_MAX_NAMES)
        return false;
    as_diag(check->diag, AS_E_TOO_MANY_NAMES, name->span,
            "there can be at most %d of these", (int)AS_MAX_NAMES);
    return true;
}

void as_check_lets(struct as_env *env, const struct as_bind *lets)
{
    uint32_t count = 0;

    env->clause = "`let`";
    env->lets = lets;
    for (const struct as_bind *let = lets; let; let = let->next) {
        if (as_check_full(env->check, count++, &let->name))
            break;

        struct as_ir *node = as_check_expr(env, let->value);
        struct as_local *local = as_check_local(env, AS_LOCAL_VALUE,
                                                &let->name);

        if (local) {
            local->node = node;
            local->sights = as_sight_last(env->check->sighting);
        }
    }
    env->lets = NULL;
}

void as_check_unused_lets(const struct as_env *env)
{
    for (const struct as_local *at = env->locals; at; at = at->next) {
        if (at->kind != AS_LOCAL_VALUE || at->used || as_ir_is_bad(at->node))
            continue;
        as_diag(env->check->diag, AS_L_UNUSED, at->name.span,
                "nothing uses `%.*s`", (int)at->name.text.length,
                at->name.text.bytes);
    }
}

/* ---- clauses ---------------------------------------------------------- */

struct as_ir_clause as_check_clause(struct as_env *env, struct as_ir *node,
                                    struct as_span span)
{
    return (struct as_ir_clause){
        .node = node,
        .source = as_check_source(env->check, span),
        .span = span,
    };
}

/* A condition that is the same for every event is hardly meant. */
static void check_constant(struct as_env *env, const struct as_expr *expr,
                           const struct as_ir *node)
{
    if (as_ir_is(node, AS_KIND_BOOL) && expr->kind != AS_EXPR_BOOL)
        as_diag(env->check->diag, AS_L_CONSTANT, expr->span,
                "this is %s for every event",
                node->constant->integer ? "true" : "false");
}

struct as_ir_clause as_check_condition_clause(struct as_env *env,
                                              const struct as_expr *expr,
                                              const char *what)
{
    struct as_ir *node = as_check_condition(env, expr, what);

    check_constant(env, expr, node);
    return as_check_clause(env, node, expr->span);
}

/* Conditions that come together with `and`, and their texts. */
struct parts {
    struct as_check *check;
    struct as_ir **nodes;
    uint32_t count;
    struct as_buf text;
    struct as_span span;
};

static void parts_init(struct parts *parts, struct as_check *check,
                       uint32_t most)
{
    *parts = (struct parts){ .check = check };
    parts->nodes = as_alloc(check->arena, most * sizeof(struct as_ir *));
}

/* Does `or` or `if` stand there bare, so that `and` would bind tighter? */
static bool is_bare(const struct as_expr *expr)
{
    return (expr->kind == AS_EXPR_OR &&
            expr->left->span.start == expr->span.start) ||
           (expr->kind == AS_EXPR_IF &&
            expr->op_span.start == expr->span.start);
}

static void parts_add(struct parts *parts, struct as_ir *node,
                      const struct as_expr *expr)
{
    struct as_text text = as_check_source(parts->check, expr->span);
    bool bare = is_bare(expr);

    if (!parts->nodes)
        return;
    parts->span = parts->count == 0 ? expr->span
                                    : as_span_join(parts->span, expr->span);
    parts->nodes[parts->count++] = node;
    if (parts->text.length > 0)
        as_buf_puts(&parts->text, " and ");
    if (bare)
        as_buf_putc(&parts->text, '(');
    as_buf_text(&parts->text, text);
    if (bare)
        as_buf_putc(&parts->text, ')');
}

/* Everything as one clause; frees the text. */
static struct as_ir_clause parts_finish(struct as_env *env, struct parts *parts)
{
    struct as_ir_clause clause = { .node = NULL };

    if (parts->count > 0) {
        clause = as_check_clause(
            env,
            as_ir_all(env->check->table, AS_IR_AND, parts->nodes, parts->count),
            parts->span);
        clause.source = (struct as_text){
            as_strndup(parts->check->arena, parts->text.bytes,
                       parts->text.length),
            parts->text.length,
        };
        parts->check->arena->failed |= parts->text.failed;
    }
    as_buf_done(&parts->text);
    return clause;
}

struct as_ir_clause as_check_all_of(struct as_env *env,
                                    const struct as_expr *exprs,
                                    const char *what)
{
    struct parts parts;
    uint32_t count = 0;

    for (const struct as_expr *at = exprs; at; at = at->next)
        count++;
    parts_init(&parts, env->check, count);
    for (const struct as_expr *at = exprs; at; at = at->next) {
        struct as_ir *node = as_check_condition(env, at, what);

        check_constant(env, at, node);
        parts_add(&parts, node, at);
    }
    return parts_finish(env, &parts);
}

/* ---- from and where --------------------------------------------------- */

static bool plain_path(const struct as_path *path)
{
    for (const struct as_step *step = path->steps; step; step = step->next) {
        if (step->kind == AS_STEP_EACH || step->kind == AS_STEP_CALL)
            return false;
    }
    return true;
}

static void check_each(struct as_env *env, const struct as_from *from,
                       struct as_ir_from *out)
{
    struct as_check *check = env->check;
    struct as_ir_item *item = as_alloc(check->arena, sizeof(*item));
    struct as_local *local;
    struct as_ir *json;
    int field = AS_FIELD_OPEN;

    if (!item)
        return;
    if (plain_path(from->path)) {
        json = as_check_array(env, from->path, &field);
    } else {
        as_diag(check->diag, AS_E_EACH_PATH, from->path->span,
                "`each` ranges over one field, without `[]` and calls");
        json = &check->table->bad;
    }
    out->item = item;
    out->each = as_check_clause(env, json, from->path->span);
    local = as_check_local(env, AS_LOCAL_ITEM, &from->each);
    if (!local)
        return;
    local->node = as_ir_is_bad(json) ? json : as_ir_item(check->table, item);
    local->field = field;
    local->of_event = true;
}

void as_check_from(struct as_env *env, const struct as_from *from,
                   struct as_ir_from *out)
{
    struct as_text source = from->source.text;

    env->clause = "`from`";
    if (source.length != 0 && !as_text_equal(source, AS_TEXT("cloudtrail"))) {
        as_diag(env->check->diag, AS_E_UNKNOWN_SOURCE, from->source.span,
                "no log is called `%.*s`", (int)source.length, source.bytes);
        as_diag_help(env->check->diag, "write `from cloudtrail`");
    }
    if (from->each.text.length != 0 && from->path)
        check_each(env, from, out);
}

/* What reads no baseline is judged first, on every event. */
static void split_part(struct parts *early, struct parts *rest,
                       struct as_ir *node, const struct as_expr *expr)
{
    struct as_ir_table *table = early->check->table;
    struct as_ir **kids[2];
    uint32_t count[2] = { 0, 0 };

    if (node->kind != AS_IR_AND || !(node->reads & AS_IR_READS_BASELINE)) {
        parts_add(node->reads & AS_IR_READS_BASELINE ? rest : early, node,
                  expr);
        return;
    }
    for (int i = 0; i < 2; i++) {
        kids[i] = as_alloc(table->arena,
                           node->kid_count * sizeof(struct as_ir *));
        if (!kids[i])
            return;
    }
    for (uint32_t i = 0; i < node->kid_count; i++) {
        int side = (node->kids[i]->reads & AS_IR_READS_BASELINE) != 0;

        kids[side][count[side]++] = node->kids[i];
    }
    if (count[0] > 0)
        parts_add(early, as_ir_all(table, AS_IR_AND, kids[0], count[0]), expr);
    parts_add(rest, as_ir_all(table, AS_IR_AND, kids[1], count[1]), expr);
}

void as_check_where(struct as_env *env, const struct as_expr *where,
                    struct as_ir_from *out)
{
    const struct as_expr **operands;
    struct parts early, rest;
    uint32_t count = 0;

    if (!where)
        return;
    env->clause = "`where`";
    operands = as_check_operands(env->check, where, AS_EXPR_AND, &count);
    if (!operands)
        return;
    parts_init(&early, env->check, count);
    parts_init(&rest, env->check, count);
    for (uint32_t i = 0; i < count; i++) {
        struct as_ir *node = as_check_condition(
            env, operands[i], count > 1 ? "a side of `and`" : "`where`");

        check_constant(env, operands[i], node);
        split_part(&early, &rest, node, operands[i]);
    }
    out->early = parts_finish(env, &early);
    out->where = parts_finish(env, &rest);
}

/* ---- keys ------------------------------------------------------------- */

static struct as_ir *check_key(struct as_env *env, const struct as_bind *bind)
{
    struct as_ir *node = as_check_value(env, bind->value);

    node = as_convert_scalar(env->check->table, node);
    if (as_ir_is_bad(node) ||
        node->reads & (AS_IR_READS_EVENT | AS_IR_READS_ITEM))
        return node;
    as_diag(env->check->diag, AS_E_NO_KEY, bind->value->span,
            "this is the same for every event, and so is no key");
    return &env->check->table->bad;
}

/* Two columns of one name. */
static void check_column_name(struct as_check *check,
                              const struct as_bind *binds,
                              const struct as_bind *bind)
{
    for (; binds != bind; binds = binds->next) {
        if (binds->name.text.length == 0 ||
            !as_text_equal(binds->name.text, bind->name.text))
            continue;
        as_diag(check->diag, AS_E_DECLARED_TWICE, bind->name.span,
                "`%.*s` is declared twice", (int)bind->name.text.length,
                bind->name.text.bytes);
        as_diag_label(check->diag, binds->name.span, "first declared here");
        return;
    }
}

struct as_ir_columns as_check_keys(struct as_env *env,
                                   const struct as_bind *binds)
{
    struct as_ir_columns keys = { NULL, 0 };
    struct as_env inner = *env;
    uint32_t count = 0;

    inner.clause = "a key";
    inner.is_key = true;
    for (const struct as_bind *at = binds; at; at = at->next)
        count++;
    if (count > AS_MAX_KEYS)
        as_diag(env->check->diag, AS_E_NO_KEY, binds->name.span,
                "a key has at most %d parts, and this one has %u",
                (int)AS_MAX_KEYS, (unsigned)count);
    keys.columns = as_alloc(env->check->arena, count * sizeof(*keys.columns));
    if (!keys.columns || count > AS_MAX_KEYS)
        return keys;
    for (const struct as_bind *at = binds; at; at = at->next) {
        struct as_ir_column *column = &keys.columns[keys.count++];
        struct as_ir *node = check_key(&inner, at);

        check_column_name(env->check, binds, at);
        column->name = at->name.text;
        column->agg = AS_AGG_KEY;
        column->type = node->type;
        column->value = as_check_clause(&inner, node, at->value->span);
        column->source = column->value.source;
    }
    return keys;
}

/* ---- lengths of time -------------------------------------------------- */

/* Ten years: far from where sums of times overflow. */
#define MOST_MS (INT64_C(3653) * 24 * 3600 * 1000)

static bool check_length(struct as_env *env, const struct as_amount *amount,
                         int64_t ms, const char *clause)
{
    if (ms <= 0)
        as_diag(env->check->diag, AS_E_SPAN_ZERO, amount->span,
                "`%s` wants a time longer than nothing", clause);
    else if (ms > MOST_MS)
        as_diag(env->check->diag, AS_E_SPAN_OVERFLOW, amount->span,
                "`%s` is at most ten years", clause);
    return ms > 0 && ms <= MOST_MS;
}

/* The param that an amount names, or NULL after a message. */
static struct as_decl *find_param(struct as_env *env,
                                  const struct as_amount *amount)
{
    struct as_diag *diag = env->check->diag;
    const struct as_decl *other = NULL;
    struct as_imported *imported = NULL;
    struct as_guess guess = as_guess_start(amount->name.text);
    struct as_decl *decl;

    if (amount->scope.text.length != 0) {
        imported = as_resolve_alias(env->module, amount->scope.text);
        if (!imported) {
            as_diag(diag, AS_E_UNKNOWN_ALIAS, amount->scope.span,
                    "no import has the alias `%.*s`",
                    (int)amount->scope.text.length, amount->scope.text.bytes);
            return NULL;
        }
        decl = as_resolve_below(imported, amount->name.text);
    } else {
        decl = as_resolve_name(env->module, amount->name.text, &other);
    }
    if (decl && decl->kind == AS_DECL_PARAM) {
        decl->used = true;
        return decl;
    }
    if (!decl && (env->module->broken || (imported && !imported->module)))
        return NULL;
    as_diag(diag, decl ? AS_E_NOT_A_SPAN : AS_E_UNKNOWN_PARAM,
            amount->name.span,
            decl ? "`%.*s` is no param" : "no param is called `%.*s`",
            (int)amount->name.text.length, amount->name.text.bytes);
    as_guess_add_module(&guess, env->module, AS_DECL_PARAM);
    if (!decl)
        as_guess_help(&guess, diag);
    return NULL;
}

static struct as_ir_amount param_amount(struct as_env *env,
                                        const struct as_amount *amount,
                                        const char *clause)
{
    struct as_ir_amount none = { .kind = AS_LENGTH_NONE };
    struct as_decl *decl = find_param(env, amount);
    struct as_ir_param *param;

    if (!decl || !as_check_decl(env->check, decl, amount->name.span))
        return none;
    param = decl->ir_param;
    if (param->type != AS_KIND_DURATION) {
        as_diag(env->check->diag, AS_E_NOT_A_SPAN, amount->name.span,
                "`%s` wants a duration, and this param is of type %s", clause,
                AS_TYPE_WORD(param->type));
        as_diag_label(env->check->diag, decl->name.span, "declared here");
        return none;
    }
    if (!check_length(env, amount, param->value->integer, clause))
        return none;
    return (struct as_ir_amount){ .kind = AS_LENGTH_PARAM, .param = param };
}

struct as_ir_amount as_check_amount(struct as_env *env,
                                    const struct as_amount *amount,
                                    bool forever, const char *clause)
{
    struct as_ir_amount result = { .kind = AS_LENGTH_NONE };

    switch (amount->kind) {
    case AS_AMOUNT_NONE:
        break;
    case AS_AMOUNT_DURATION:
        if (check_length(env, amount, amount->ms, clause))
            result = (struct as_ir_amount){ .kind = AS_LENGTH_CONST,
                                            .ms = amount->ms };
        break;
    case AS_AMOUNT_NAME:
        return param_amount(env, amount, clause);
    case AS_AMOUNT_FOREVER:
        if (forever)
            result.kind = AS_LENGTH_FOREVER;
        else
            as_diag(env->check->diag, AS_E_FOREVER_HERE, amount->span,
                    "`%s` cannot be `forever`", clause);
        break;
    }
    return result;
}
