/*
 * trace.c - see trace.h.
 *
 * Most nodes have one edge, for once a key or a session was read the rest
 * mostly follows: the first edge stands in the node itself, and as nodes that
 * are made together stand side by side, a way through the tree stays within
 * few lines of the cache.  Further edges stand in one open hash table.  Those
 * of an earlier turn count as free, so a turn costs nothing to begin.
 */

#include "runtime/trace.h"

#include <stdlib.h>

/* Both may be there: rows decide how much is read. */
struct as_trace_node {
    uint32_t slot;     /* that is read next, or NONE */
    uint32_t leaf;     /* what came of verdicts that end here, or NONE */
    uint32_t atom, to; /* the first edge; to: NONE while there is none */
};

struct as_trace_edge {
    uint32_t pass, node, atom, to;
};

/* The leaf to which the last event of a subject came; by the subject's slots
 * alone. */
struct as_trace_subject {
    uint32_t pass, leaf;
};

#define NONE UINT32_MAX

/* As the events come in order of time, what is left when so many have been
 * made is mostly of the past: it is forgotten. */
enum { MOST_NODES = 1 << 19 };

void as_traces_init(struct as_traces *traces, const uint8_t *widths)
{
    *traces = (struct as_traces){ .widths = widths };
    as_pages_init(&traces->nodes, sizeof(struct as_trace_node));
    as_pages_init(&traces->leaves, sizeof(struct as_standing));
    as_pages_init(&traces->by_subject, sizeof(struct as_trace_subject));
}

void as_traces_done(struct as_traces *traces)
{
    as_pages_done(&traces->nodes);
    as_pages_done(&traces->leaves);
    as_pages_done(&traces->by_subject);
    free(traces->edges);
}

void as_traces_reset(struct as_traces *traces)
{
    traces->pass++;
    traces->edge_count = 0;
    as_pages_cut(&traces->nodes, 0);
    as_pages_cut(&traces->leaves, 0);
}

size_t as_traces_bytes(const struct as_traces *traces)
{
    return traces->nodes.count * traces->nodes.item_size +
           traces->leaves.count * traces->leaves.item_size +
           traces->edge_count * sizeof(*traces->edges);
}

/* ---- edges ------------------------------------------------------------ */

/* The edge, or the free place where it would stand. */
static struct as_trace_edge *edge_at(const struct as_traces *traces,
                                     uint32_t node, uint32_t atom)
{
    uint64_t both = (uint64_t)node << 32 | atom;
    uint64_t hash = both * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t mask = traces->edge_size - 1, at = (uint32_t)(hash >> 32) & mask;

    for (;; at = (at + 1) & mask) {
        struct as_trace_edge *edge = &traces->edges[at];

        if (edge->pass != traces->pass ||
            (edge->node == node && edge->atom == atom))
            return edge;
    }
}

static bool make_room(struct as_traces *traces)
{
    struct as_trace_edge *old = traces->edges, *edges;
    uint32_t size = traces->edge_size;

    if (traces->edge_count < size / 2)
        return true;
    edges = calloc(size ? size * 2 : 1024, sizeof(*edges));
    if (!edges)
        return false;
    traces->edges = edges;
    traces->edge_size = size ? size * 2 : 1024;
    for (uint32_t i = 0; i < size; i++) {
        if (old[i].pass == traces->pass)
            *edge_at(traces, old[i].node, old[i].atom) = old[i];
    }
    free(old);
    return true;
}

static struct as_trace_node *node_at(const struct as_traces *traces, uint32_t n)
{
    return as_pages_at(&traces->nodes, n);
}

/* A new node; NONE when there is no room. */
static uint32_t add_node(struct as_traces *traces)
{
    struct as_trace_node *node;

    if (traces->nodes.count >= MOST_NODES)
        return NONE;
    node = as_pages_add(&traces->nodes);
    if (!node)
        return NONE;
    *node = (struct as_trace_node){ NONE, NONE, 0, NONE };
    return traces->nodes.count - 1;
}

/* Where the value leads from the node; made when there is no edge. */
static uint32_t step(struct as_traces *traces, uint32_t node, uint32_t atom)
{
    struct as_trace_node *from = node_at(traces, node);
    struct as_trace_edge *edge;
    uint32_t to;

    if (from->to == NONE) {
        from->atom = atom;
        from->to = add_node(traces);
        return from->to;
    }
    if (from->atom == atom)
        return from->to;
    if (!make_room(traces))
        return NONE;
    edge = edge_at(traces, node, atom);
    if (edge->pass == traces->pass)
        return edge->to;
    to = add_node(traces);
    if (to == NONE)
        return NONE;
    *edge = (struct as_trace_edge){ traces->pass, node, atom, to };
    traces->edge_count++;
    return to;
}

/* ---- subjects --------------------------------------------------------- */

static struct as_trace_subject *subject_at(struct as_traces *traces,
                                           uint32_t subject)
{
    while (traces->by_subject.count <= subject) {
        struct as_trace_subject *one = as_pages_add(&traces->by_subject);

        if (!one)
            return NULL;
        *one = (struct as_trace_subject){ 0, 0 };
    }
    return as_pages_at(&traces->by_subject, subject);
}

static const struct as_standing *leaf_at(const struct as_traces *traces,
                                         uint32_t leaf, int64_t time)
{
    const struct as_standing *standing = as_pages_at(&traces->leaves, leaf);

    return time >= standing->from && time < standing->until ? standing : NULL;
}

/* ---- finding and keeping ---------------------------------------------- */

/* Where the value leads from the node, or NONE. */
static uint32_t next_of(const struct as_traces *traces, uint32_t n,
                        const struct as_trace_node *node, uint32_t atom)
{
    const struct as_trace_edge *edge;

    if (node->atom == atom || node->to == NONE)
        return node->to;
    if (traces->edge_count == 0)
        return NONE;
    edge = edge_at(traces, n, atom);
    return edge->pass == traces->pass ? edge->to : NONE;
}

/* The leaf of the event's way through the tree whose time it is, or NONE;
 * *width: the widest slot on the way. */
static uint32_t find_leaf(const struct as_traces *traces,
                          const struct as_hold *hold, uint32_t event,
                          uint8_t *width)
{
    struct as_hold_tuple tuple = as_hold_tuple(hold, event);
    int64_t time = as_hold_time(hold, event);
    uint32_t n = traces->nodes.count > 0 ? 0 : NONE;

    while (n != NONE) {
        const struct as_trace_node *node = node_at(traces, n);

        if (node->leaf != NONE && leaf_at(traces, node->leaf, time))
            return node->leaf;
        if (node->slot == NONE)
            break;
        if (traces->widths[node->slot] > *width)
            *width = traces->widths[node->slot];
        n = next_of(traces, n, node,
                    as_hold_tuple_atom(hold, &tuple, node->slot));
    }
    return NONE;
}

const struct as_standing *as_traces_find(struct as_traces *traces,
                                         const struct as_hold *hold,
                                         uint32_t event)
{
    struct as_trace_subject *subject = subject_at(
        traces, as_hold_event(hold, event)->subject);
    const struct as_standing *standing = NULL;
    uint8_t width = AS_OF_SUBJECT;
    uint32_t leaf;

    if (subject && subject->pass == traces->pass)
        standing = leaf_at(traces, subject->leaf, as_hold_time(hold, event));
    if (standing)
        return standing;
    leaf = find_leaf(traces, hold, event, &width);
    if (leaf == NONE)
        return NULL;
    if (subject && width == AS_OF_SUBJECT)
        *subject = (struct as_trace_subject){ traces->pass, leaf };
    return as_pages_at(&traces->leaves, leaf);
}

/* The node at which the verdict of the event at hand ends, made where there is
 * none; NONE when there is no room. */
static uint32_t end_of(struct as_traces *traces, const struct as_vm *vm)
{
    uint32_t n = traces->nodes.count > 0 ? 0 : add_node(traces);

    for (uint32_t i = 0; i < vm->trace_count && n != NONE; i++) {
        struct as_trace_node *node = node_at(traces, n);

        if (node->slot == NONE)
            node->slot = vm->trace[i];
        /* Rows can lead the same values on to other slots. */
        n = node->slot != vm->trace[i]
              ? NONE
              : step(traces, n, as_hold_atom(vm->hold, vm->event, node->slot));
    }
    return n;
}

void as_traces_keep(struct as_traces *traces, const struct as_vm *vm,
                    const struct as_standing *standing)
{
    struct as_trace_subject *subject;
    struct as_trace_node *node;
    uint32_t n;

    if (traces->nodes.count + vm->trace_count >= MOST_NODES)
        as_traces_reset(traces);
    n = end_of(traces, vm);
    if (n == NONE)
        return;
    node = node_at(traces, n);
    if (node->leaf == NONE) {
        if (!as_pages_add(&traces->leaves))
            return;
        node->leaf = traces->leaves.count - 1;
    }
    *(struct as_standing *)as_pages_at(&traces->leaves, node->leaf) = *standing;
    subject = vm->varies == AS_OF_SUBJECT
                ? subject_at(traces,
                             as_hold_event(vm->hold, vm->event)->subject)
                : NULL;
    if (subject)
        *subject = (struct as_trace_subject){ traces->pass, node->leaf };
}
