/*
 * check.h - from syntax to meaning: names, types, typed nodes.
 *
 * Checking an expression gives its node (ir.h).  What is wrong is reported
 * where it is found, and the node is then `bad`, of type NONE, about which
 * nobody says another word: one mistake gives one message.
 *
 * Expressions, calls and declarations lead to each other (a macro's body is
 * an expression that calls macros), so the functions of the check_*.c files
 * know each other through this header; each file is one part of the language.
 */
#ifndef AS_CHECK_H
#define AS_CHECK_H

#include "compiler/convert.h"
#include "compiler/packfile.h"
#include "compiler/resolve.h"

/* The whole check. */
struct as_check {
    struct as_arena *arena;
    struct as_diag *diag;
    struct as_ir_table *table;
    struct as_unit *unit;
    struct as_module *modules;
    struct as_loader *loader;
    const struct as_packfile *packfile; /* or NULL */
    const struct as_source **sources;   /* by number */
    uint32_t source_count;
    struct as_decl *busy; /* the innermost that is being checked */
    uint32_t depth;       /* of the recursion */
    uint32_t busy_count;  /* declarations that wait for each other */
    bool limit_said;
    struct as_map ids;            /* of rules -> struct as_ir_rule */
    struct as_sighting *sighting; /* NULL: nobody asks what was seen */
    struct {
        struct as_ir_param **params;
        struct as_ir_list **lists;
        struct as_ir_baseline **baselines;
        struct as_ir_rule **rules;
    } last;
};

/* ---- what a name may mean inside a rule ------------------------------- */

enum as_local_kind {
    AS_LOCAL_VALUE, /* a let, or a macro's parameter: node */
    AS_LOCAL_ITEM,  /* bound by `each` or a quantifier: node, field */
    AS_LOCAL_ROW,   /* bound by a join or a quantifier: row */
    AS_LOCAL_KEY,   /* a group's key: node, and event_node within an
                       aggregate */
};

/* `field` of an element whose members are not in the schema. */
enum { AS_FIELD_OPEN = -2 };

struct as_local {
    struct as_local *next; /* the one before */
    enum as_local_kind kind;
    struct as_name name;
    struct as_ir *node, *event_node;
    const struct as_sight_list *sights; /* of a let */
    int field;
    const struct as_ir_row *row;
    bool of_event; /* ITEM: bound by `each`, a part of the event judged */
    bool used;
};

/* Aggregates that were found in expressions, each once. */
struct as_gathers {
    struct as_ir_column *columns;
    uint32_t count, capacity;
    bool rows; /* over the matching rows of a join, not over events */
};

/* The paths over [] in the operands of one comparison. */
struct as_each {
    uint32_t count;
    struct {
        struct as_ir_item *item;
        struct as_ir *json;
    } loops[AS_MAX_ITEMS];
};

/* Where an expression stands, and so what it may say. */
struct as_env {
    struct as_check *check;
    struct as_module *module;
    struct as_local *locals;    /* innermost first */
    struct as_each *each;       /* NULL: no path over [] here */
    struct as_gathers *gathers; /* NULL: no aggregates here */
    const struct as_rule *rule; /* whose names may come later, or NULL */
    const struct as_bind *lets; /* the same */
    const char *clause;         /* "`where`", "a key" ... */
    bool event;                 /* it judges one event */
    bool many_rows;             /* rows of which there may be several, too */
    bool is_key;
};

/* ---- check_expr.c ----------------------------------------------------- */

/* Any expression; never NULL. */
struct as_ir *as_check_expr(struct as_env *env, const struct as_expr *expr);

/* The operands of a chain, a and b and c, which leans to the left, in order;
 * `expr` alone when it is none of that kind.  NULL: no memory. */
const struct as_expr **as_check_operands(struct as_check *check,
                                         const struct as_expr *expr,
                                         enum as_expr_kind kind,
                                         uint32_t *count);

/* One that is true or false; `what` it is goes into the message. */
struct as_ir *as_check_condition(struct as_env *env, const struct as_expr *expr,
                                 const char *what);

/* The same for a node that there is already: that of `expr`. */
struct as_ir *as_check_as_bool(struct as_env *env, const struct as_expr *expr,
                               struct as_ir *node, const char *what);

/* One value: not a set, a list or an object. */
struct as_ir *as_check_value(struct as_env *env, const struct as_expr *expr);

/* ---- check_compare.c -------------------------------------------------- */

struct as_ir *as_check_compare(struct as_env *env, const struct as_expr *expr);
struct as_ir *as_check_is(struct as_env *env, const struct as_expr *expr);

/* ---- check_in.c, check_match.c ---------------------------------------- */

/* `left in expr->right`, without its `not`. */
struct as_ir *as_check_in(struct as_env *env, const struct as_expr *expr,
                          struct as_ir *left);
/* contains, startswith, endswith, like, matches; without its `not`. */
struct as_ir *as_check_match(struct as_env *env, const struct as_expr *expr,
                             struct as_ir *left);

/* A regular expression that was checked; NULL after a message. */
struct as_ir_constant *as_check_regex(struct as_check *check,
                                      struct as_span span, struct as_text text,
                                      unsigned flags);

/* ---- check_path.c ----------------------------------------------------- */

/* What the beginning of a path means. */
struct as_ref {
    struct as_local *local;
    struct as_decl *decl;
    bool field;                 /* the path begins with a field of the event */
    const struct as_step *rest; /* the steps behind it */
    struct as_span span;        /* of the name */
};

/* False after a message: an import's alias without a name behind it that is
 * there, or a name that two imports bring. */
bool as_check_ref(struct as_env *env, const struct as_path *path,
                  struct as_ref *ref);

struct as_ir *as_check_path(struct as_env *env, const struct as_path *path);

/* The steps from `step` on into a JSON value whose members are those of the
 * schema's row `field`, or AS_FIELD_OPEN. */
struct as_ir *as_check_json_steps(struct as_env *env, struct as_ir *json,
                                  int field, const struct as_step *step,
                                  struct as_span span);

/* Something that has elements: JSON, and the schema's row for them. */
struct as_ir *as_check_array(struct as_env *env, const struct as_path *path,
                             int *field);

/* The number of a baseline's column, or UINT32_MAX after a message. */
uint32_t as_check_column(struct as_env *env,
                         const struct as_ir_baseline *baseline,
                         const struct as_step *step);
const struct as_ir_column *as_baseline_column_of(
    const struct as_ir_baseline *baseline, uint32_t number);

/* Is it the name of a clause further down, which is not known yet?  Then that
 * is reported. */
bool as_check_later(struct as_env *env, const struct as_name *name);

/* ---- check_call.c, check_gather.c ------------------------------------- */

/* A function or macro; `call` is the step with the arguments. */
struct as_ir *as_check_call(struct as_env *env, const struct as_path *path,
                            const struct as_ref *ref,
                            const struct as_step *call);

bool as_is_function(struct as_text name);
/* AS_AGGREGATES when there is none such. */
enum as_agg as_aggregate_find(struct as_text name);
void as_guess_add_functions(struct as_guess *guess);

/* An aggregate call; fills *column but for its name.  False after a
 * message. */
bool as_check_aggregate(struct as_env *env, enum as_agg agg,
                        const struct as_path *path, const struct as_step *call,
                        struct as_ir_column *column);
/* One that stands in an expression. */
struct as_ir *as_check_gather(struct as_env *env, enum as_agg agg,
                              const struct as_path *path,
                              const struct as_step *call);

/* ---- check_quant.c ---------------------------------------------------- */

struct as_ir *as_check_quant(struct as_env *env, const struct as_expr *expr);

/* What must hold of a row, split into keys and the rest: a probe.  `expr` is
 * the condition; bad after a message. */
struct as_ir *as_check_probe(struct as_env *env, enum as_quant quant,
                             const struct as_ir_row *row,
                             const struct as_expr *condition);

/* ---- check_decl.c ----------------------------------------------------- */

/* Check the declaration if that is still to be done; `reached` is where it
 * is needed.  False when it is of no use; a message has been given. */
bool as_check_decl(struct as_check *check, struct as_decl *decl,
                   struct as_span reached);

/* A type as it is written: a kind, or AS_KIND_NONE after a message.
 * `allowed` is a set of bits 1 << kind; `what` it is the type of. */
enum as_kind as_check_type(struct as_check *check,
                           const struct as_type_name *type, uint32_t allowed,
                           const char *what);

/* ---- check_list.c ----------------------------------------------------- */

bool as_check_param_decl(struct as_check *check, struct as_decl *decl);
bool as_check_list_decl(struct as_check *check, struct as_decl *decl);

/* Say which params and lists of pack.yaml nothing declares. */
void as_check_packfile(struct as_check *check);

/* A literal as a constant of `kind`; NULL after a message. */
struct as_ir_constant *as_check_constant(struct as_check *check,
                                         const struct as_expr *expr,
                                         enum as_kind kind, enum as_code code);

/* Warn of a block that has bits behind its prefix. */
void as_check_host_bits(struct as_check *check, const struct as_expr *expr);

/* ---- check_clause.c: parts of baselines and rules --------------------- */

/* A new local in front of the others; NULL without a name or memory.  Says
 * when the name is taken. */
struct as_local *as_check_local(struct as_env *env, enum as_local_kind kind,
                                const struct as_name *name);
void as_check_lets(struct as_env *env, const struct as_bind *lets);
void as_check_unused_lets(const struct as_env *env);

/* Where the events come from; `each` becomes a local. */
void as_check_from(struct as_env *env, const struct as_from *from,
                   struct as_ir_from *out);
void as_check_where(struct as_env *env, const struct as_expr *where,
                    struct as_ir_from *out);

/* Is the clause number `count` (from 0) of this name one too many?  Says so. */
bool as_check_full(struct as_check *check, uint32_t count,
                   const struct as_name *name);

/* `key` and `by`. */
struct as_ir_columns as_check_keys(struct as_env *env,
                                   const struct as_bind *binds);

struct as_ir_clause as_check_clause(struct as_env *env, struct as_ir *node,
                                    struct as_span span);

/* A condition that is a clause of its own; `what` as for
 * as_check_condition. */
struct as_ir_clause as_check_condition_clause(struct as_env *env,
                                              const struct as_expr *expr,
                                              const char *what);

/* All of the conditions, linked by `next`, as one. */
struct as_ir_clause as_check_all_of(struct as_env *env,
                                    const struct as_expr *exprs,
                                    const char *what);

/* A length of time; `forever` where it may be so. */
struct as_ir_amount as_check_amount(struct as_env *env,
                                    const struct as_amount *amount,
                                    bool forever, const char *clause);

/* ---- check_meta.c, check_baseline.c, check_rule.c --------------------- */

void as_check_meta(struct as_check *check, const struct as_meta *meta,
                   struct as_ir_meta *out);
bool as_check_severity(struct as_text severity);
bool as_check_baseline_decl(struct as_check *check, struct as_decl *decl);
void as_check_rule(struct as_check *check, struct as_module *module,
                   const struct as_rule *from);

/* ---- check.c ---------------------------------------------------------- */

/* Check everything; false when memory ran out. */
bool as_check_all(struct as_check *check);

/* What stands in the source there, on one line and without comments. */
struct as_text as_check_source(struct as_check *check, struct as_span span);

/* `text` as it may be shown. */
const char *as_check_show(struct as_check *check, struct as_text text);

/* Is it declared in a file that `env` sees and that has errors of syntax, so
 * that the declaration may have been skipped? */
bool as_check_is_torn(const struct as_env *env, struct as_text name);

/* Report it when the nodes have become too many or too deep. */
void as_check_limits(struct as_check *check, struct as_span span);

/* "text", "set<ip>". */
#define AS_TYPE_WORD(type) as_type_name((type), (char[24]){ 0 })

#endif
