/*
 * check_decl.c - declarations, each checked when it is first needed.
 *
 * A declaration that is needed while it is being checked needs itself: macros
 * that use each other, baselines that read each other.  check->busy is the
 * innermost one at work, and from it `outer` leads to all that wait for it,
 * so the circle can be shown with every place in it.
 */

#include "compiler/check.h"

/* ---- types ------------------------------------------------------------ */

enum as_kind as_check_type(struct as_check *check,
                           const struct as_type_name *type, uint32_t allowed,
                           const char *what)
{
    struct as_text word = type->outer.text;
    enum as_kind kind = as_kind_find(word);
    struct as_guess guess = as_guess_start(word);

    if (word.length == 0)
        return AS_KIND_NONE; /* after a syntax error */
    if (type->inner.text.length == 0 && as_text_equal(word, AS_TEXT("regex")))
        kind = AS_KIND_REGEX;
    if (type->inner.text.length == 0 && kind != AS_KIND_COUNT &&
        (allowed >> kind & 1))
        return kind;

    as_diag(check->diag, AS_E_UNKNOWN_TYPE, type->span,
            kind == AS_KIND_COUNT ? "no type is called `%s`"
                                  : "%s cannot be of type `%s`",
            kind == AS_KIND_COUNT ? as_check_show(check, word) : what,
            as_check_show(check, word));
    for (int at = AS_KIND_BOOL; at < AS_KIND_COUNT; at++) {
        if (allowed >> at & 1)
            as_guess_add(&guess, as_text_of(as_kind_words[at]));
    }
    if (kind == AS_KIND_COUNT)
        as_guess_help(&guess, check->diag);
    return AS_KIND_NONE;
}

/* ---- macros ----------------------------------------------------------- */

#define BIT(kind) (1u << AS_KIND_##kind)

enum {
    FORMALS = BIT(BOOL) | BIT(INT) | BIT(REAL) | BIT(TIME) | BIT(DURATION) |
              BIT(TEXT) | BIT(IP) | BIT(SOURCE) | BIT(JSON),
};

/* The parameters as names; their types go to decl->formals. */
static bool check_formals(struct as_env *env, struct as_decl *decl)
{
    const struct as_macro *macro = decl->macro;
    struct as_check *check = env->check;
    uint32_t count = 0;
    bool good = true;

    for (const struct as_formal *at = macro->formals; at; at = at->next)
        count++;
    decl->formals = as_alloc(check->arena, count * sizeof(as_type));
    if (!decl->formals)
        return false;
    for (const struct as_formal *at = macro->formals; at; at = at->next) {
        enum as_kind kind = as_check_type(check, &at->type, FORMALS,
                                          "a macro's parameter");
        struct as_local *local = as_check_local(env, AS_LOCAL_VALUE, &at->name);

        good &= kind != AS_KIND_NONE && local != NULL;
        decl->formals[decl->formal_count] = (as_type)kind;
        if (local)
            local->node = as_ir_number(check->table, AS_IR_FORMAL,
                                       decl->formal_count, (as_type)kind);
        decl->formal_count++;
    }
    return good;
}

static bool check_macro_decl(struct as_check *check, struct as_decl *decl)
{
    struct as_env env = {
        .check = check,
        .module = decl->module,
        .clause = "a macro",
        .event = true,
        .many_rows = true,
    };
    bool good;

    if (decl->macro->has_formals && as_is_function(decl->name.text)) {
        as_diag(check->diag, AS_E_HIDES_FUNCTION, decl->name.span,
                "the macro `%.*s` hides a function",
                (int)decl->name.text.length, decl->name.text.bytes);
        as_diag_help(check->diag, "give it another name");
    }
    good = check_formals(&env, decl);
    decl->body = as_check_expr(&env, decl->macro->body);
    return good && !as_ir_is_bad(decl->body);
}

/* ---- circles ---------------------------------------------------------- */

/* More places than these help nobody. */
enum { MAX_LABELS = 10 };

static void label_use(struct as_diag *diag, const struct as_decl *user,
                      const struct as_decl *used, struct as_span span)
{
    as_diag_label(diag, span, "`%.*s` needs `%.*s`",
                  (int)user->name.text.length, user->name.text.bytes,
                  (int)used->name.text.length, used->name.text.bytes);
}

/* From the declaration at work outward, until `decl` comes again. */
static void say_circle(struct as_check *check, struct as_decl *decl,
                       struct as_span reached)
{
    struct as_decl *at = check->busy;
    bool macros = decl->kind == AS_DECL_MACRO;
    unsigned count = 1;

    for (; at != decl; at = at->outer)
        macros &= at->kind == AS_DECL_MACRO;
    as_diag(check->diag, macros ? AS_E_MACRO_CIRCLE : AS_E_BASELINE_CIRCLE,
            decl->name.span, "the %s `%.*s` needs itself",
            as_decl_word(decl->kind), (int)decl->name.text.length,
            decl->name.text.bytes);
    decl->failed = true;
    label_use(check->diag, check->busy, decl, reached);
    for (at = check->busy; at != decl; at = at->outer) {
        at->failed = true;
        if (++count <= MAX_LABELS)
            label_use(check->diag, at->outer, at, at->reached);
    }
}

/* ---- all of them ------------------------------------------------------ */

static bool check_kind(struct as_check *check, struct as_decl *decl)
{
    switch (decl->kind) {
    case AS_DECL_PARAM:
        return as_check_param_decl(check, decl);
    case AS_DECL_LIST:
        return as_check_list_decl(check, decl);
    case AS_DECL_MACRO:
        return check_macro_decl(check, decl);
    case AS_DECL_BASELINE:
        return as_check_baseline_decl(check, decl);
    }
    return false;
}

bool as_check_decl(struct as_check *check, struct as_decl *decl,
                   struct as_span reached)
{
    if (decl->state == AS_DECL_BUSY) {
        if (!decl->failed)
            say_circle(check, decl, reached);
        return false;
    }
    if (decl->state == AS_DECL_NEW && check->busy_count >= AS_MAX_NESTING) {
        if (!check->limit_said)
            as_diag(check->diag, AS_E_NESTED, reached,
                    "declarations need each other more than %d deep",
                    (int)AS_MAX_NESTING);
        check->limit_said = true;
        return false;
    }
    if (decl->state == AS_DECL_NEW) {
        struct as_sighting outer = as_sight_begin(
            check->sighting, decl->kind == AS_DECL_MACRO ? &decl->sights : NULL,
            "macro", decl->name.text);

        decl->state = AS_DECL_BUSY;
        check->busy_count++;
        decl->outer = check->busy;
        decl->reached = reached;
        check->busy = decl;
        decl->failed |= !check_kind(check, decl);
        as_sight_resume(check->sighting, &outer);
        check->busy = decl->outer;
        check->busy_count--;
        decl->state = AS_DECL_DONE;
    }
    return !decl->failed;
}
