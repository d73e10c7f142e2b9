/*
 * trace.h - verdicts found again by what they have read.
 *
 * A verdict reads slots one after the other, and which one it reads next
 * depends on the values of those before.  So verdicts make a tree: a node says
 * which slot is read, an edge which value was found, a leaf what came of it.
 * An event that finds its way to a leaf has the same values wherever the
 * verdict looked, and so the same verdict: it need not be worked out.
 */
#ifndef AS_TRACE_H
#define AS_TRACE_H

#include "runtime/judge.h"

/* Of the operator whose turn it is. */
struct as_traces {
    const uint8_t *widths;  /* by slot: enum as_width */
    uint32_t pass;          /* counts the turns */
    struct as_pages nodes;  /* struct as_trace_node; the first is the root */
    struct as_pages leaves; /* struct as_standing */
    struct as_trace_edge *edges; /* owned; by a hash of node and value */
    uint32_t edge_size, edge_count;
    struct as_pages by_subject; /* struct as_trace_subject */
};

/* `widths` is borrowed: see subject.h. */
void as_traces_init(struct as_traces *traces, const uint8_t *widths);
void as_traces_done(struct as_traces *traces);

/* Bytes that this turn has filled, more or less. */
size_t as_traces_bytes(const struct as_traces *traces);

/* Another operator's turn: forget all, keep the memory. */
void as_traces_reset(struct as_traces *traces);

/* What is known of a held event, or NULL. */
const struct as_standing *as_traces_find(struct as_traces *traces,
                                         const struct as_hold *hold,
                                         uint32_t event);

/* Keep what came of the verdict that `vm` has just worked out, of a held event.
 * Where it can't be kept, for want of memory too, it is forgotten. */
void as_traces_keep(struct as_traces *traces, const struct as_vm *vm,
                    const struct as_standing *standing);

#endif
