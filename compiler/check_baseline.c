/* check_baseline.c - baselines: what they key by, collect and forget. */

#include "compiler/check.h"

/* ---- collect ---------------------------------------------------------- */

/* `name = set(x)`: exactly one aggregate. */
static void check_collected(struct as_env *env, const struct as_bind *bind,
                            struct as_ir_column *column)
{
    const struct as_expr *value = bind->value;
    const struct as_path *path = value->kind == AS_EXPR_PATH ? value->path
                                                             : NULL;
    const struct as_step *call = path ? path->steps : NULL;
    enum as_agg agg = AS_AGGREGATES;

    column->name = bind->name.text;
    if (value->kind == AS_EXPR_BAD)
        return;
    if (call && call->kind == AS_STEP_CALL && !call->next)
        agg = as_aggregate_find(path->head.text);
    if (agg != AS_AGGREGATES) {
        as_check_aggregate(env, agg, path, call, column);
        return;
    }
    as_diag(env->check->diag, AS_E_COLLECT_NOT_AGGREGATE, value->span,
            "`%.*s` is no aggregate of the row's events",
            (int)bind->name.text.length, bind->name.text.bytes);
    as_diag_help(env->check->diag,
                 "collect set(...), first(...), count() or another aggregate");
}

static bool has_name(const struct as_ir_columns *columns, struct as_text name)
{
    for (uint32_t i = 0; i < columns->count; i++) {
        if (name.length != 0 && as_text_equal(columns->columns[i].name, name))
            return true;
    }
    return false;
}

static void check_collect(struct as_env *env, const struct as_bind *binds,
                          const struct as_ir_columns *keys,
                          struct as_ir_columns *out)
{
    uint32_t count = 0;

    for (const struct as_bind *at = binds; at; at = at->next)
        count++;
    out->columns = as_alloc(env->check->arena, count * sizeof(*out->columns));
    if (!out->columns)
        return;
    env->clause = "`collect`";
    for (const struct as_bind *at = binds; at; at = at->next) {
        struct as_ir_column *column = &out->columns[out->count];

        if (as_check_full(env->check, out->count, &at->name))
            break;

        if (has_name(keys, at->name.text) || has_name(out, at->name.text))
            as_diag(env->check->diag, AS_E_DECLARED_TWICE, at->name.span,
                    "`%.*s` is declared twice", (int)at->name.text.length,
                    at->name.text.bytes);
        out->count++;
        check_collected(env, at, column);
    }
}

/* ---- scope and retain ------------------------------------------------- */

/* "access_key, role_session": what there is one row for. */
static void warn_forever(struct as_check *check, const struct as_baseline *from,
                         const struct as_ir_baseline *baseline)
{
    struct as_buf names = { 0 };

    for (uint32_t i = 0; i < baseline->keys.count; i++) {
        struct as_text name = baseline->keys.columns[i].name;

        as_buf_printf(&names, "%s%.*s", i == 0 ? "" : ", ", (int)name.length,
                      name.bytes);
    }
    as_buf_putc(&names, '\0');
    check->arena->failed |= names.failed;
    if (!names.failed) {
        as_diag(check->diag, AS_L_RETAIN_FOREVER, from->retain.span,
                "`%.*s` keeps a row for every (%s) there ever was",
                (int)from->name.text.length, from->name.text.bytes,
                names.bytes);
    }
    as_buf_done(&names);
}

static void check_memory(struct as_env *env, const struct as_baseline *from,
                         struct as_ir_baseline *baseline)
{
    struct as_diag *diag = env->check->diag;

    baseline->scope = from->scope;
    baseline->idle = from->idle;
    baseline->plus = as_check_amount(env, &from->plus, false, "plus");
    baseline->retain = as_check_amount(env, &from->retain, true, "retain");
    if (from->scope == AS_SCOPE_WHOLE) {
        if (from->retain.kind != AS_AMOUNT_NONE)
            as_diag(diag, AS_E_WHOLE_WITH_RETAIN, from->retain.span,
                    "`scope whole` keeps everything: there is nothing to "
                    "retain");
        return;
    }
    if (from->retain.kind == AS_AMOUNT_NONE) {
        as_diag(diag, AS_E_AS_OF_WITHOUT_RETAIN, from->name.span,
                "`%.*s` does not say how long it remembers",
                (int)from->name.text.length, from->name.text.bytes);
        as_diag_help(diag, "write `retain 13h`, or another time");
    } else if (from->retain.kind == AS_AMOUNT_FOREVER && from->idle) {
        as_diag(diag, AS_E_IDLE_FOREVER, from->retain.span,
                "`retain forever idle` would never end");
    } else if (from->retain.kind == AS_AMOUNT_FOREVER) {
        warn_forever(env->check, from, baseline);
    }
}

/* ---- the whole -------------------------------------------------------- */

bool as_check_baseline_decl(struct as_check *check, struct as_decl *decl)
{
    const struct as_baseline *from = decl->baseline;
    struct as_ir_baseline *baseline = as_alloc(check->arena, sizeof(*baseline));
    struct as_env env = { .check = check,
                          .module = decl->module,
                          .event = true };
    struct as_ir_meta meta = { .version = 0 };
    unsigned errors = check->diag->error_count;

    if (!baseline)
        return false;
    baseline->name = from->name.text;
    baseline->help = from->doc;
    baseline->file = as_loader_below(check->loader,
                                     decl->module->file->source->name);
    baseline->row = AS_NO_ROW;
    as_sight_begin(check->sighting, &baseline->sights, "baseline",
                   baseline->name); /* as_check_decl resumes */
    as_check_meta(check, from->meta, &meta);
    as_check_from(&env, &from->from, &baseline->from);
    as_check_lets(&env, from->lets);
    env.lets = NULL;
    as_check_where(&env, from->where, &baseline->from);
    baseline->keys = as_check_keys(&env, from->key);
    check_collect(&env, from->collect, &baseline->keys, &baseline->columns);
    check_memory(&env, from, baseline);
    if (check->diag->error_count == errors)
        as_check_unused_lets(&env);
    decl->ir_baseline = baseline;
    *check->last.baselines = baseline;
    check->last.baselines = &baseline->next;
    /* One with a bad column can still be asked for the others: whatever
     * touches a column of no type is silently bad. */
    return baseline->keys.count > 0;
}
