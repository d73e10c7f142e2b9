/*
 * emit_sight.h - sights to insights: see program/insight.h.
 */
#ifndef AS_EMIT_SIGHT_H
#define AS_EMIT_SIGHT_H

#include "compiler/convert.h"
#include "compiler/diag.h"
#include "compiler/emit_code.h"
#include "compiler/unit.h"
#include "program/insight.h"

struct as_sight_writer {
    struct as_insights *out;
    struct as_emitter *emitter;
    struct as_ir_table *table;
    const struct as_diag *diag; /* whose sources they are */
    struct as_map places;       /* span -> number of the place */
    struct as_buf key;          /* scratch */
};

/* What is bound in the clauses of a declaration. */
struct as_sight_contexts {
    const struct as_emit_context *event;  /* `where`, steps, aggregates */
    const struct as_emit_context *joins;  /* `on`: one for each join */
    const struct as_emit_context *result; /* `require`, `having` */
    const struct as_emit_context *exclude;
    uint32_t join_count;
};

void as_sight_writer_init(struct as_sight_writer *writer,
                          struct as_insights *out, struct as_emitter *emitter,
                          struct as_ir_table *table,
                          const struct as_diag *diag);
void as_sight_writer_done(struct as_sight_writer *writer);

/* The insights of a declaration; they are behind those before. */
struct as_insight_range as_emit_sights(
    struct as_sight_writer *writer, const struct as_sight_list *list,
    const struct as_sight_contexts *contexts);

#endif
