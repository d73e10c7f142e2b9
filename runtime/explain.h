/*
 * explain.h - why a rule fired for an event, or why not; and which parts of
 * rules were ever true or false.
 *
 * An explainer is asked by the engine before a rule judges an event, when all
 * that the verdict reads is known.  It runs the rule's insights, or the
 * clauses' own programs where there are none, and neither counts nor changes
 * anything that the scan itself goes by.  Where the engine has none, nothing
 * of this is looked at.
 *
 * It wants events that the rule does not: with one, the engine holds an event
 * that is to be explained whatever the sieve says, and lets none go.
 */
#ifndef AS_EXPLAIN_H
#define AS_EXPLAIN_H

#include "runtime/look.h"

/* `rule` and `id` say what to explain, or AS_NO_ROW and NULL; `coverage`:
 * count what parts come to.  NULL: no memory.  Borrows all of it. */
struct as_explainer *as_explainer_new(const struct as_pack *pack,
                                      const struct as_insights *insights,
                                      uint32_t rule, const char *id,
                                      bool coverage);
void as_explainer_free(struct as_explainer *explainer);

/* An event comes: set the bits of those who must judge it. */
void as_explain_take(struct as_explainer *explainer,
                     const struct as_json_value *slots, uint64_t *bits);

/* The rule is about to judge the held event.  False: it would not have come to
 * the rule. */
bool as_explain_event(struct as_explainer *explainer, struct as_judge *judge,
                      uint32_t rule, uint32_t event);

/* A group's window was judged; keys and aggregates are bound. */
struct as_explained_window {
    struct as_row_view view;
    int64_t start, end;
    bool alerts;
};
void as_explain_window(struct as_explainer *explainer, struct as_judge *judge,
                       uint32_t rule, const struct as_explained_window *window);

/* Does the place belong to what is judged? */
bool as_explain_reaches(const struct as_explainer *explainer, uint32_t place);

/* All events were judged. */
void as_explain_end(struct as_explainer *explainer, struct as_judge *judge);

#endif
