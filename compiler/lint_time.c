/*
 * lint_time.c - see lint_time.h.
 *
 * What is asked is known of the checked rule, where it is written of the tree.
 */

#include "compiler/lint_time.h"

#include "compiler/guard.h"

/* ---- L0710: `plus` without a guard ------------------------------------ */

static void check_plus(const struct as_baseline *from,
                       const struct as_ir_baseline *baseline,
                       struct as_diag *diag)
{
    struct as_guard guard = { .steps = 0 };
    struct as_text name = from->name.text;

    if (baseline->plus.kind == AS_LENGTH_NONE ||
        as_guard_keeps(&guard, &baseline->from))
        return;
    as_diag(diag, AS_L_UNGUARDED_PLUS, from->plus.span,
            "whoever steals a key has this long to add himself to `%.*s`",
            (int)name.length, name.bytes);
    if (from->where)
        as_diag_label(diag, from->where->span, "a thief's calls can pass this");
    as_diag_help(diag, "ask in `where` for something that he cannot choose, "
                       "such as an address of AWS's");
}

/* ---- L0709: a join that knows no end ---------------------------------- */

static bool is_unbounded(const struct as_ir_baseline *baseline)
{
    return baseline->scope == AS_SCOPE_WHOLE ||
           baseline->retain.kind == AS_LENGTH_FOREVER;
}

static void check_joins(const struct as_rule *from,
                        const struct as_ir_rule *rule, struct as_diag *diag)
{
    const struct as_join *join = from->joins;

    for (const struct as_ir_join *at = rule->joins; at && join;
         at = at->next, join = join->next) {
        struct as_text name = at->row->baseline->name;

        if (!is_unbounded(at->row->baseline) ||
            at->within.kind != AS_LENGTH_NONE)
            continue;
        as_diag(diag, AS_L_UNBOUNDED_JOIN, join->baseline.span,
                "`%.*s` never forgets, and this join takes rows of any age",
                (int)name.length, name.bytes);
        as_diag_help(diag,
                     "bound it: within 13h after %.*s.since, or give the "
                     "baseline a `retain`",
                     (int)join->alias.text.length, join->alias.text.bytes);
    }
}

/* ---- L0706: the edge of a bucket -------------------------------------- */

/* Does it take several events to make it true?  Two aggregates that are asked
 * together, or a number above one. */
static bool wants_several(const struct as_ir *node)
{
    unsigned count = 0;

    if (!(node->reads & AS_IR_READS_AGG))
        return false;
    if (node->kind == AS_IR_OP && node->kid_count == 2 &&
        !(node->kids[0]->reads & node->kids[1]->reads & AS_IR_READS_AGG)) {
        const struct as_ir *limit = node->kids[1];
        int64_t least = node->op == AS_OP_GT ? 1 : 2;

        return (node->op == AS_OP_GT || node->op == AS_OP_GE ||
                node->op == AS_OP_EQ) &&
               (!as_ir_is(limit, AS_KIND_INT) ||
                limit->constant->integer >= least);
    }
    for (uint32_t i = 0; i < node->kid_count; i++) {
        count += (node->kids[i]->reads & AS_IR_READS_AGG) != 0;
        if (wants_several(node->kids[i]))
            return true;
    }
    return count > 1 && node->kind != AS_IR_OR;
}

static void check_window(const struct as_rule *from,
                         const struct as_ir_rule *rule, struct as_diag *diag)
{
    if (rule->shape != AS_SHAPE_GROUP || rule->window != AS_WINDOW_TUMBLING ||
        !rule->having.node || !wants_several(rule->having.node))
        return;
    as_diag(diag, AS_L_WINDOW_EDGE, from->timespan.span,
            "events on both sides of a bucket's edge are never counted "
            "together");
    as_diag_label(diag, from->having->span, "this takes several of them");
    as_diag_help(diag, "leave `tumbling` away: a sliding window has no edges");
}

/* ---- all of them ------------------------------------------------------ */

static const struct as_ir_rule *find_rule(const struct as_ir_rule *at,
                                          const struct as_rule *from)
{
    while (at && (at->span.source != from->name.span.source ||
                  at->span.start != from->name.span.start))
        at = at->next;
    return at;
}

void as_lint_time(const struct as_unit *unit, const struct as_module *modules,
                  struct as_diag *diag)
{
    const struct as_ir_rule *next = unit->rules;

    for (; modules; modules = modules->next) {
        for (const struct as_decl *at = modules->decls; at; at = at->next) {
            if (at->kind == AS_DECL_BASELINE && at->ir_baseline)
                check_plus(at->baseline, at->ir_baseline, diag);
        }
        for (const struct as_rule *at = modules->file->rules; at;
             at = at->next) {
            /* They were made in this order. */
            const struct as_ir_rule *rule = find_rule(next, at);

            if (!rule)
                continue;
            check_joins(at, rule, diag);
            check_window(at, rule, diag);
            next = rule->next;
        }
    }
}
