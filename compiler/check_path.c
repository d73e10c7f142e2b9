/*
 * check_path.c - paths: what their first name means, and where they lead.
 *
 * A path into the event becomes one slot as far as its steps are known
 * beforehand: names and [3].  At the first [] a loop begins (env->each), and
 * the steps behind it go into the element that the loop binds.
 */

#include "compiler/check.h"

#include "program/schema.h"

static struct as_ir *bad(const struct as_env *env)
{
    return &env->check->table->bad;
}

/* A name as printf's %.*s takes it. */
#define SHOW(text) (int)(text).length, (text).bytes

/* ---- the first name --------------------------------------------------- */

static struct as_local *find_local(const struct as_env *env,
                                   struct as_text name)
{
    struct as_local *at = env->locals;

    while (at && !as_text_equal(at->name.text, name))
        at = at->next;
    if (at)
        at->used = true;
    return at;
}

static bool say_ambiguous(struct as_env *env, const struct as_name *name,
                          const struct as_decl *first,
                          const struct as_decl *other)
{
    struct as_diag *diag = env->check->diag;

    as_diag(diag, AS_E_AMBIGUOUS, name->span,
            "two imports bring the name `%.*s`", SHOW(name->text));
    as_diag_label(diag, first->name.span, "it is this %s",
                  as_decl_word(first->kind));
    as_diag_label(diag, other->name.span, "or this %s",
                  as_decl_word(other->kind));
    as_diag_help(diag, "import one of them under an alias");
    return false;
}

/* The name behind an import's alias. */
static bool ref_below(struct as_env *env, const struct as_path *path,
                      const struct as_imported *imported, struct as_ref *ref)
{
    const struct as_step *step = path->steps;
    struct as_diag *diag = env->check->diag;
    struct as_guess guess;

    if (!imported->module)
        return false; /* the import was reported */
    if (!step || step->kind != AS_STEP_NAME) {
        as_diag(diag, AS_E_NOT_USABLE, path->head.span,
                "`%.*s` is the alias of an import", SHOW(path->head.text));
        as_diag_help(diag, "a name of that file stands behind it: %.*s.NAME",
                     SHOW(path->head.text));
        return false;
    }
    ref->decl = as_resolve_below(imported, step->name);
    ref->rest = step->next;
    ref->span = step->span;
    if (ref->decl)
        ref->decl->used = true;
    if (ref->decl || imported->module->broken)
        return ref->decl != NULL;
    as_diag(diag, AS_E_UNKNOWN_NAME, step->span,
            "the file imported as `%.*s` declares no `%s`",
            SHOW(path->head.text), as_check_show(env->check, step->name));
    guess = as_guess_start(step->name);
    for (const struct as_decl *at = imported->module->decls; at; at = at->next)
        as_guess_add(&guess, at->name.text);
    as_guess_mend(&guess, diag, step->span);
    return false;
}

bool as_check_ref(struct as_env *env, const struct as_path *path,
                  struct as_ref *ref)
{
    const struct as_name *head = &path->head;
    const struct as_decl *other = NULL;
    const struct as_imported *imported;

    *ref = (struct as_ref){ .rest = path->steps, .span = head->span };
    if (path->steps && path->steps->kind == AS_STEP_CALL &&
        as_is_function(head->text))
        return true;
    ref->local = find_local(env, head->text);
    if (ref->local)
        return true;
    ref->decl = as_resolve_name(env->module, head->text, &other);
    if (other)
        return say_ambiguous(env, head, ref->decl, other);
    if (ref->decl) {
        ref->decl->used = true;
        return true;
    }
    imported = as_resolve_alias(env->module, head->text);
    if (imported)
        return ref_below(env, path, imported, ref);
    ref->field = as_schema_is_top(head->text);
    return true;
}

/* ---- names that nothing declares -------------------------------------- */

static bool names_join(const struct as_rule *rule, struct as_text name)
{
    for (const struct as_join *at = rule ? rule->joins : NULL; at;
         at = at->next) {
        if (as_text_equal(at->alias.text, name))
            return true;
    }
    return false;
}

static bool names_bind(const struct as_bind *binds, struct as_text name)
{
    for (; binds; binds = binds->next) {
        if (as_text_equal(binds->name.text, name))
            return true;
    }
    return false;
}

bool as_check_later(struct as_env *env, const struct as_name *name)
{
    struct as_diag *diag = env->check->diag;

    if (names_bind(env->lets, name->text)) {
        as_diag(diag, AS_E_LET_CIRCLE, name->span, "`%.*s` is not known yet",
                SHOW(name->text));
        as_diag_help(diag, "a let knows only those above it");
        return true;
    }
    if (names_join(env->rule, name->text) ||
        (env->rule && names_bind(env->rule->by, name->text))) {
        as_diag(diag, AS_E_WHERE_READS, name->span, "`%.*s` is not known in %s",
                SHOW(name->text), env->clause);
        as_diag_help(diag, names_join(env->rule, name->text)
                               ? "a joined row is known in the clauses below "
                                 "its join"
                               : "a key of the group is known in `having` and "
                                 "`outcome`");
        return true;
    }
    return false;
}

/* The names of a path with dots between, up to the first other step. */
static struct as_text dotted(struct as_env *env, const struct as_path *path)
{
    return as_check_source(env->check, path->span);
}

/* "did you mean `path`?" of a field, and a fix where it is sure. */
static void mend_field(struct as_diag *diag, struct as_text wrong,
                       struct as_text path, struct as_span span)
{
    as_diag_help(diag, "did you mean `%.*s`?", SHOW(path));
    if (as_text_nearly(wrong, path))
        as_diag_fix(diag, span, "%.*s", SHOW(path));
}

/* A name of Elastic's schema, or one like a field's, or nothing. */
static void help_field(struct as_env *env, const struct as_path *path)
{
    struct as_diag *diag = env->check->diag;
    int ecs = as_schema_find_ecs(dotted(env, path));
    int like = as_schema_suggest(AS_SCHEMA_NONE, path->head.text);

    if (ecs != AS_SCHEMA_NONE)
        as_diag_help(diag, "CloudTrail's own name for it is `%s`",
                     as_schema_field((size_t)ecs)->path);
    else if (like != AS_SCHEMA_NONE)
        mend_field(diag, path->head.text,
                   as_text_of(as_schema_field((size_t)like)->path),
                   path->head.span);
}

/* The declared name that is spelt most like it. */
static struct as_guess guess_name(const struct as_env *env,
                                  struct as_text wrong)
{
    struct as_guess guess = as_guess_start(wrong);

    for (const struct as_local *at = env->locals; at; at = at->next)
        as_guess_add(&guess, at->name.text);
    as_guess_add_module(&guess, env->module, -1);
    return guess;
}

/* What stands in the source there. */
static struct as_text slice(const struct as_check *check, struct as_span span)
{
    return (struct as_text){ check->sources[span.source - 1]->text.bytes +
                                 span.start,
                             span.end - span.start };
}

/* The message that this name is not known in this file, or NULL. */
static struct as_message *find_said(const struct as_check *check,
                                    const struct as_name *name)
{
    for (struct as_message *at = check->diag->first; at; at = at->next) {
        if ((at->code == AS_E_UNKNOWN_NAME || at->code == AS_E_UNKNOWN_ALIAS) &&
            at->labels && at->labels->span.source == name->span.source &&
            as_text_equal(slice(check, at->labels->span), name->text))
            return at;
    }
    return NULL;
}

/* Was it said already?  Then that message gets this place too, and where it
 * has a fix the fix is made here as well. */
static bool say_again(struct as_check *check, const struct as_name *name)
{
    struct as_message *said = find_said(check, name);
    struct as_diag *diag = check->diag;
    struct as_message *last = diag->last;
    bool muted = diag->muted;

    if (!said)
        return false;
    diag->last = said;
    diag->muted = false;
    as_diag_label(diag, name->span, "and here");
    if (said->edits)
        as_diag_fix(diag, name->span, "%s", said->edits->text);
    diag->last = last;
    diag->muted = muted;
    return true;
}

static struct as_ir *say_unknown(struct as_env *env, const struct as_path *path)
{
    const struct as_name *head = &path->head;
    struct as_diag *diag = env->check->diag;
    struct as_guess guess = guess_name(env, head->text);
    bool field_like = as_schema_suggest(AS_SCHEMA_NONE, head->text) >= 0 ||
                      as_schema_find_ecs(dotted(env, path)) >= 0;
    const char *shown = as_check_show(env->check, head->text);

    if (as_check_later(env, head) || as_check_is_torn(env, head->text) ||
        say_again(env->check, head))
        return bad(env);
    if (guess.best.length != 0) {
        as_diag(diag, AS_E_UNKNOWN_NAME, head->span,
                "nothing is called `%s` here", shown);
        if (field_like)
            as_guess_help(&guess, diag);
        else
            as_guess_mend(&guess, diag, head->span);
    } else if (field_like) {
        as_diag(diag, AS_E_UNKNOWN_FIELD, head->span,
                "CloudTrail has no field `%s`", shown);
        help_field(env, path);
    } else if (!env->module->broken) {
        as_diag(diag, path->steps ? AS_E_UNKNOWN_ALIAS : AS_E_UNKNOWN_NAME,
                head->span, "nothing is called `%s` here", shown);
    }
    return bad(env);
}

static struct as_ir *say_unknown_function(struct as_env *env,
                                          const struct as_path *path)
{
    const struct as_name *head = &path->head;
    struct as_guess guess = as_guess_start(head->text);

    if (env->module->broken)
        return bad(env);
    as_diag(env->check->diag, AS_E_UNKNOWN_FUNCTION, head->span,
            "no function or macro is called `%s`",
            as_check_show(env->check, head->text));
    as_guess_add_functions(&guess);
    as_guess_add_module(&guess, env->module, AS_DECL_MACRO);
    as_guess_mend(&guess, env->check->diag, head->span);
    return bad(env);
}

/* ---- steps into JSON -------------------------------------------------- */

/* Steps that were taken from a JSON value and are not yet in its node. */
struct walk {
    struct as_env *env;
    struct as_ir *json;
    struct as_ir_step steps[AS_MAX_STEPS];
    uint32_t count;
};

static bool say_too_long(struct as_env *env, struct as_span span)
{
    as_diag(env->check->diag, AS_E_NESTED, span,
            "a path has at most %d names and indices", (int)AS_MAX_STEPS);
    return false;
}

static bool add_step(struct walk *walk, const struct as_step *step)
{
    if (walk->count == AS_MAX_STEPS)
        return say_too_long(walk->env, step->span);
    walk->steps[walk->count++] = (struct as_ir_step){
        .is_index = step->kind == AS_STEP_INDEX,
        .index = step->index,
        .name = step->name,
    };
    return true;
}

static bool say_not_each(struct as_env *env, struct as_span span)
{
    struct as_diag *diag = env->check->diag;

    if (env->is_key) {
        as_diag(diag, AS_E_KEY_OVER_EACH, span,
                "a key over `[]` would be several keys");
        as_diag_help(diag, "judge one element at a time: "
                           "from cloudtrail each i in PATH");
    } else if (env->each) {
        as_diag(diag, AS_E_TOO_MANY_ITEMS, span,
                "at most %d `[]` can stand in one comparison",
                (int)AS_MAX_ITEMS);
    } else {
        as_diag(diag, AS_E_SET_HERE, span,
                "`[]` stands for several values, and one is wanted here");
        as_diag_help(diag, "compare it, gather it with set(), or tie it down "
                           "with `any`");
    }
    return false;
}

/* [] : from here on it is about one element. */
static bool open_loop(struct walk *walk, struct as_span span)
{
    struct as_env *env = walk->env;
    struct as_each *each = env->each;
    struct as_ir_item *item;

    if (!each || each->count == AS_MAX_ITEMS)
        return say_not_each(env, span);
    item = as_alloc(env->check->arena, sizeof(*item));
    if (!item)
        return false;
    each->loops[each->count].item = item;
    each->loops[each->count++].json = as_ir_get(env->check->table, walk->json,
                                                walk->steps, walk->count);
    walk->json = as_ir_item(env->check->table, item);
    walk->count = 0;
    return true;
}

static bool say_no_call(struct as_env *env, struct as_span span)
{
    as_diag(env->check->diag, AS_E_NO_CALL, span,
            "this takes no arguments in brackets");
    return false;
}

/* All steps from `step` on. */
static struct as_ir *walk_steps(struct walk *walk, const struct as_step *step)
{
    for (; step; step = step->next) {
        bool good = step->kind == AS_STEP_EACH ? open_loop(walk, step->span)
                  : step->kind == AS_STEP_CALL
                      ? say_no_call(walk->env, step->span)
                      : add_step(walk, step);

        if (!good)
            return bad(walk->env);
    }
    return as_ir_get(walk->env->check->table, walk->json, walk->steps,
                     walk->count);
}

/* ---- fields of the schema --------------------------------------------- */

/* The schema's view of a path's steps. */
struct route {
    struct as_schema_step steps[AS_MAX_STEPS];
    struct as_span spans[AS_MAX_STEPS];
    uint32_t count;
};

static bool add_name(struct as_env *env, struct route *route,
                     struct as_schema_step step, struct as_span span)
{
    if (route->count == AS_MAX_STEPS)
        return say_too_long(env, span);
    route->spans[route->count] = span;
    route->steps[route->count++] = step;
    return true;
}

static bool add_names(struct as_env *env, struct route *route,
                      const struct as_step *step)
{
    for (; step; step = step->next) {
        struct as_schema_step model = { .name = step->name,
                                        .index = step->index };

        if (step->kind == AS_STEP_CALL)
            return say_no_call(env, step->span);
        model.kind = step->kind == AS_STEP_NAME  ? AS_SCHEMA_STEP_NAME
                   : step->kind == AS_STEP_INDEX ? AS_SCHEMA_STEP_INDEX
                                                 : AS_SCHEMA_STEP_EACH;
        if (!add_name(env, route, model, step->span))
            return false;
    }
    return true;
}

static void say_unknown_member(struct as_env *env, const struct route *route,
                               struct as_schema_hit hit)
{
    struct as_text name = route->steps[hit.at].name;
    struct as_diag *diag = env->check->diag;
    int like = as_schema_suggest(hit.row, name);
    const char *path, *parent;
    size_t length;

    parent = hit.row == AS_SCHEMA_NONE ? "CloudTrail"
                                       : as_schema_field((size_t)hit.row)->path;
    as_diag(diag, AS_E_UNKNOWN_FIELD, route->spans[hit.at],
            "`%s` has no member `%s`", parent, as_check_show(env->check, name));
    if (like == AS_SCHEMA_NONE)
        return;
    path = as_schema_field((size_t)like)->path;
    length = strlen(parent);
    if (strncmp(path, parent, length) == 0 && path[length] == '.' &&
        !strchr(path + length + 1, '.'))
        path += length + 1;
    mend_field(diag, name, as_text_of(path), route->spans[hit.at]);
}

/* Why the schema does not know the path. */
static void say_no_field(struct as_env *env, const struct route *route,
                         struct as_schema_hit hit)
{
    struct as_diag *diag = env->check->diag;
    struct as_span span = route->spans[hit.at];
    const struct as_field *row;

    if (hit.status == AS_SCHEMA_UNKNOWN) {
        say_unknown_member(env, route, hit);
        return;
    }
    row = as_schema_field((size_t)hit.row);
    if (hit.status == AS_SCHEMA_NO_ELEMENT) {
        as_diag(diag, AS_E_NO_MEMBERS, span, "`%s` is an array", row->path);
        as_diag_help(diag,
                     "write `%s[]` for any of its elements, `%s[0]` for "
                     "the first",
                     row->path, row->path);
    } else if (hit.status == AS_SCHEMA_NO_ARRAY) {
        as_diag(diag, AS_E_NO_MEMBERS, span, "`%s` is no array", row->path);
    } else {
        as_diag(diag, AS_E_NO_MEMBERS, span, "`%s` is %s: it has no members",
                row->path, AS_TYPE_WORD(row->type));
    }
}

/* The type of what the path leads to: OBJECT for an array as a whole, too. */
static enum as_kind field_kind(struct as_schema_hit hit)
{
    return hit.status == AS_SCHEMA_BELOW
             ? AS_KIND_JSON
             : as_type_kind(as_schema_field((size_t)hit.row)->type);
}

/* A value that is JSON in the event, as what the schema says that it is. */
static struct as_ir *as_kind(struct as_env *env, struct as_ir *json,
                             enum as_kind kind)
{
    struct as_ir model;

    if (as_ir_is_bad(json))
        return json;
    if (kind != AS_KIND_OBJECT)
        return as_convert(env->check->table, json, kind);
    model = *json;
    model.type = AS_KIND_OBJECT;
    return as_ir_node(env->check->table, &model);
}

/* The slot for the first `count` steps. */
static struct as_ir *slot(struct as_env *env, const struct route *route,
                          uint32_t count, enum as_kind kind, int field)
{
    struct as_ir_step steps[AS_MAX_STEPS];

    for (uint32_t i = 0; i < count; i++)
        steps[i] = (struct as_ir_step){
            .is_index = route->steps[i].kind == AS_SCHEMA_STEP_INDEX,
            .index = route->steps[i].index,
            .name = route->steps[i].name,
        };
    return as_ir_slot(env->check->table, (as_type)kind, field, steps, count);
}

/* Is it a whole array of objects?  Then it is read as JSON. */
static bool is_whole_array(struct as_schema_hit hit)
{
    return hit.status == AS_SCHEMA_EXACT && !hit.element &&
           (as_schema_field((size_t)hit.row)->type & AS_TYPE_LIST) != 0;
}

/* A path that begins with a field of the event.  *hit says where it leads. */
static struct as_ir *field_path(struct as_env *env, const struct as_path *path,
                                struct as_schema_hit *hit)
{
    struct as_schema_step head = { .kind = AS_SCHEMA_STEP_NAME,
                                   .name = path->head.text };
    struct walk walk = { .env = env };
    const struct as_step *step = path->steps;
    struct route route = { .count = 0 };
    uint32_t fixed = 1;

    if (!add_name(env, &route, head, path->head.span) ||
        !add_names(env, &route, path->steps))
        return bad(env);
    *hit = as_schema_resolve(AS_SCHEMA_NONE, route.steps, route.count);
    if (hit->status != AS_SCHEMA_EXACT && hit->status != AS_SCHEMA_BELOW) {
        say_no_field(env, &route, *hit);
        return bad(env);
    }
    for (; step && step->kind != AS_STEP_EACH; step = step->next)
        fixed++;
    if (!step && !is_whole_array(*hit))
        return slot(env, &route, fixed, field_kind(*hit),
                    hit->status == AS_SCHEMA_EXACT && !hit->element ? hit->row
                                                                    : -1);
    walk.json = slot(env, &route, fixed, AS_KIND_JSON, -1);
    return as_kind(env, walk_steps(&walk, step), field_kind(*hit));
}

static struct as_ir *say_outside(struct as_env *env, struct as_span span,
                                 struct as_text name)
{
    as_diag(env->check->diag, AS_E_OUTSIDE_AGGREGATE, span,
            "`%.*s` is of one event, and %s judges many", SHOW(name),
            env->clause);
    as_diag_help(env->check->diag, "gather it: set(...), count(where ...), or "
                                   "make it a key of the group");
    return bad(env);
}

static struct as_ir *check_field(struct as_env *env, const struct as_path *path)
{
    struct as_schema_hit hit;

    if (!env->event)
        return say_outside(env, path->head.span, path->head.text);
    return field_path(env, path, &hit);
}

/* ---- locals and declarations ------------------------------------------ */

struct as_ir *as_check_json_steps(struct as_env *env, struct as_ir *json,
                                  int field, const struct as_step *step,
                                  struct as_span span)
{
    struct walk walk = { .env = env, .json = json };
    struct route route = { .count = 0 };
    struct as_schema_hit hit;

    if (as_ir_is_bad(json))
        return json;
    if (step && json->type != AS_KIND_JSON) {
        as_diag(env->check->diag, AS_E_NO_MEMBERS, step->span,
                "%s has no members or elements", AS_TYPE_WORD(json->type));
        as_diag_label(env->check->diag, span, "this is %s",
                      AS_TYPE_WORD(json->type));
        return bad(env);
    }
    if (field == AS_FIELD_OPEN)
        return walk_steps(&walk, step);
    if (!add_names(env, &route, step))
        return bad(env);
    hit = as_schema_resolve(field, route.steps, route.count);
    if (hit.status != AS_SCHEMA_EXACT && hit.status != AS_SCHEMA_BELOW) {
        say_no_field(env, &route, hit);
        return bad(env);
    }
    return as_kind(env, walk_steps(&walk, step), field_kind(hit));
}

const struct as_ir_column *as_baseline_column_of(
    const struct as_ir_baseline *baseline, uint32_t number)
{
    return number < baseline->keys.count
             ? &baseline->keys.columns[number]
             : &baseline->columns.columns[number - baseline->keys.count];
}

uint32_t as_check_column(struct as_env *env,
                         const struct as_ir_baseline *baseline,
                         const struct as_step *step)
{
    uint32_t count = baseline->keys.count + baseline->columns.count;
    struct as_guess guess = as_guess_start(step->name);

    for (uint32_t i = 0; i < count; i++) {
        if (as_text_equal(as_baseline_column_of(baseline, i)->name, step->name))
            return i;
    }
    for (uint32_t i = 0; i < count; i++)
        as_guess_add(&guess, as_baseline_column_of(baseline, i)->name);
    as_diag(env->check->diag, AS_E_UNKNOWN_COLUMN, step->span,
            "the baseline `%.*s` has no column `%s`", SHOW(baseline->name),
            as_check_show(env->check, step->name));
    as_guess_mend(&guess, env->check->diag, step->span);
    return UINT32_MAX;
}

static struct as_ir *row_path(struct as_env *env, const struct as_path *path,
                              const struct as_local *local)
{
    const struct as_step *step = path->steps;
    struct as_diag *diag = env->check->diag;
    const struct as_ir_column *column;
    uint32_t number;

    if (!step || step->kind != AS_STEP_NAME) {
        as_diag(diag, AS_E_NOT_USABLE, path->head.span,
                "`%.*s` is a row of a baseline: say which column",
                SHOW(path->head.text));
        return bad(env);
    }
    number = as_check_column(env, local->row->baseline, step);
    if (number == UINT32_MAX)
        return bad(env);
    if (!env->many_rows && !local->row->single) {
        as_diag(diag, AS_E_ALIAS_OUTSIDE_AGGREGATE, path->span,
                "several rows may match `%.*s`, and %s wants one value",
                SHOW(path->head.text), env->clause);
        as_diag_help(diag,
                     "gather it: set(%.*s.%.*s), or join on the whole "
                     "key",
                     SHOW(path->head.text), SHOW(step->name));
        return bad(env);
    }
    column = as_baseline_column_of(local->row->baseline, number);
    if (column->type == AS_KIND_NONE)
        return bad(env);
    return as_check_json_steps(
        env, as_ir_column(env->check->table, local->row, number, column->type),
        AS_FIELD_OPEN, step->next, step->span);
}

/* A let, or what a macro without parameters stands for: it may read what
 * must not be read here. */
static struct as_ir *use(struct as_env *env, struct as_ir *node,
                         const struct as_path *path)
{
    if (!env->event && node->reads & (AS_IR_READS_EVENT | AS_IR_READS_ITEM))
        return say_outside(env, path->head.span, path->head.text);
    return node;
}

static struct as_ir *local_path(struct as_env *env, const struct as_path *path,
                                const struct as_ref *ref)
{
    const struct as_local *local = ref->local;

    switch (local->kind) {
    case AS_LOCAL_VALUE:
        as_sight_name(env->check->sighting, local->sights);
        return as_check_json_steps(env, use(env, local->node, path),
                                   AS_FIELD_OPEN, ref->rest, ref->span);
    case AS_LOCAL_ITEM:
        if (local->of_event && !env->event)
            return say_outside(env, ref->span, local->name.text);
        return as_check_json_steps(env, local->node, local->field, ref->rest,
                                   ref->span);
    case AS_LOCAL_KEY:
        return as_check_json_steps(env,
                                   env->event ? local->event_node : local->node,
                                   AS_FIELD_OPEN, ref->rest, ref->span);
    case AS_LOCAL_ROW:
        return row_path(env, path, local);
    }
    return bad(env);
}

static struct as_ir *say_not_usable(struct as_env *env,
                                    const struct as_ref *ref, const char *help)
{
    as_diag(env->check->diag, AS_E_NOT_USABLE, ref->span,
            "the %s `%.*s` cannot stand here", as_decl_word(ref->decl->kind),
            SHOW(ref->decl->name.text));
    as_diag_help(env->check->diag, "%s", help);
    return bad(env);
}

static struct as_ir *decl_path(struct as_env *env, const struct as_path *path,
                               const struct as_ref *ref)
{
    struct as_decl *decl = ref->decl;

    if (decl->kind == AS_DECL_LIST)
        return say_not_usable(env, ref,
                              "a list stands on the right of `in`, "
                              "or in len()");
    if (decl->kind == AS_DECL_BASELINE)
        return say_not_usable(env, ref,
                              "a baseline is joined, asked with `in` and a "
                              "column, or ranged over by `any`");
    if (decl->kind == AS_DECL_MACRO && decl->macro->has_formals)
        return say_not_usable(env, ref, "this macro needs its arguments");
    if (!as_check_decl(env->check, decl, ref->span))
        return bad(env);
    if (decl->kind == AS_DECL_MACRO)
        as_sight_name(env->check->sighting, &decl->sights);
    return as_check_json_steps(
        env,
        decl->kind == AS_DECL_PARAM
            ? as_ir_param(env->check->table, decl->ir_param)
            : use(env, decl->body, path),
        AS_FIELD_OPEN, ref->rest, ref->span);
}

/* ---- all of them ------------------------------------------------------ */

struct as_ir *as_check_path(struct as_env *env, const struct as_path *path)
{
    struct as_ref ref;

    if (path->head.text.length == 0 || !as_check_ref(env, path, &ref))
        return bad(env);
    if (ref.rest && ref.rest->kind == AS_STEP_CALL) {
        if (!ref.local && !ref.decl && !ref.field &&
            !as_is_function(path->head.text))
            return say_unknown_function(env, path);
        return as_check_call(env, path, &ref, ref.rest);
    }
    if (ref.local)
        return local_path(env, path, &ref);
    if (ref.decl)
        return decl_path(env, path, &ref);
    return ref.field ? check_field(env, path) : say_unknown(env, path);
}

/* A whole array, which as a value is an object, as the JSON that it is. */
static struct as_ir *as_json(struct as_env *env, const struct as_ir *array)
{
    struct as_ir model = *array;

    model.type = AS_KIND_JSON;
    return as_ir_node(env->check->table, &model);
}

/* An array of the event; *field is the schema's row of its elements. */
static struct as_ir *field_array(struct as_env *env, const struct as_path *path,
                                 int *field)
{
    struct as_schema_hit hit = { .status = AS_SCHEMA_UNKNOWN };
    struct as_ir *json;

    if (!env->event)
        return say_outside(env, path->head.span, path->head.text);
    json = field_path(env, path, &hit);
    if (as_ir_is_bad(json) || !is_whole_array(hit))
        return json;
    *field = hit.row;
    return as_json(env, json);
}

struct as_ir *as_check_array(struct as_env *env, const struct as_path *path,
                             int *field)
{
    struct as_ir *json;
    struct as_ref ref;

    *field = AS_FIELD_OPEN;
    if (path->head.text.length == 0 || !as_check_ref(env, path, &ref))
        return bad(env);
    json = ref.field ? field_array(env, path, field) : as_check_path(env, path);
    if (as_ir_is_bad(json) || json->type == AS_KIND_JSON)
        return json;
    as_diag(env->check->diag, AS_E_QUANT_RANGE, path->span,
            "%s has no elements", AS_TYPE_WORD(json->type));
    return bad(env);
}
