/* coverage.c - see coverage.h. */

#include "cli/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "common/escape.h"

void as_coverage_done(struct as_coverage *coverage)
{
    free(coverage->conditions);
    *coverage = (struct as_coverage){ .conditions = NULL };
}

/* Room for every clause of the rules, by number. */
static bool make(struct as_coverage *coverage,
                 const struct astray_scanner *scanner)
{
    struct astray_clause clause = { .size = sizeof(clause) };
    size_t count = 0;

    while (astray_scanner_clause(scanner, count, &clause) == ASTRAY_OK)
        count++;
    coverage->conditions = calloc(count + 1, sizeof(*coverage->conditions));
    if (!coverage->conditions) {
        coverage->failed = true;
        return false;
    }
    coverage->count = count;
    return true;
}

void as_coverage_add(struct as_coverage *coverage,
                     const struct astray_scanner *scanner)
{
    if (coverage->failed || (!coverage->conditions && !make(coverage, scanner)))
        return;
    for (size_t i = 0; i < coverage->count; i++) {
        struct as_covered *covered = &coverage->conditions[i];

        covered->clause.size = sizeof(covered->clause);
        if (astray_scanner_clause(scanner, i, &covered->clause) != ASTRAY_OK)
            continue;
        covered->reached |= covered->clause.reached != 0;
        covered->true_count += covered->clause.true_count;
        covered->false_count += covered->clause.false_count;
        covered->unknown_count += covered->clause.unknown_count;
    }
}

static bool is_asked(const struct as_covered *covered)
{
    return covered->clause.counts && covered->reached;
}

void as_coverage_sum(const struct as_coverage *coverage,
                     struct as_coverage_sum *sum)
{
    for (size_t i = 0; i < coverage->count; i++) {
        const struct as_covered *covered = &coverage->conditions[i];

        if (!is_asked(covered))
            continue;
        sum->conditions++;
        sum->outcomes += 2;
        sum->seen += covered->true_count > 0;
        sum->seen += covered->false_count > 0;
        sum->unknown += covered->unknown_count > 0;
    }
}

static const char *lack_of(const struct as_covered *covered)
{
    if (covered->true_count > 0)
        return covered->false_count > 0 ? NULL : "never false";
    if (covered->false_count > 0)
        return "never true";
    return covered->unknown_count > 0 ? "only unknown" : "never asked";
}

/* "never true   rule NAME, where: TEXT  [FILE:LINE:COLUMN]" */
static void add_line(const struct as_covered *covered, const char *word,
                     const char *prefix, struct as_buf *out)
{
    const struct astray_clause *clause = &covered->clause;

    as_buf_printf(out, "%s%-12s  %s ", prefix, word, clause->kind);
    as_escape_terminal(out, as_text_of(clause->name));
    if (strcmp(clause->kind, "macro") != 0)
        as_buf_printf(out, ", %s", clause->clause);
    as_buf_puts(out, ": ");
    as_escape_terminal(out, as_text_of(clause->text));
    as_buf_puts(out, "  [");
    as_escape_terminal(out, as_text_of(clause->file));
    as_buf_printf(out, ":%u:%u]\n", (unsigned)clause->line,
                  (unsigned)clause->column);
}

static int compare_places(const void *a, const void *b)
{
    const struct astray_clause *x =
        &(*(const struct as_covered *const *)a)->clause;
    const struct astray_clause *y =
        &(*(const struct as_covered *const *)b)->clause;
    int order = strcmp(x->file, y->file);

    if (order != 0)
        return order;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* The conditions that tests reached, in the order of the source; owned. */
static const struct as_covered **in_order(const struct as_coverage *coverage,
                                          size_t *count)
{
    const struct as_covered **sorted = calloc(
        coverage->count + 1, sizeof(const struct as_covered *));

    *count = 0;
    for (size_t i = 0; sorted && i < coverage->count; i++) {
        if (is_asked(&coverage->conditions[i]))
            sorted[(*count)++] = &coverage->conditions[i];
    }
    if (sorted)
        qsort(sorted, *count, sizeof(const struct as_covered *),
              compare_places);
    return sorted;
}

void as_coverage_text(const struct as_coverage *coverage, const char *prefix,
                      struct as_buf *out)
{
    size_t count;
    const struct as_covered **sorted = in_order(coverage, &count);

    if (!sorted) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!lack_of(sorted[i]) && sorted[i]->unknown_count > 0)
            add_line(sorted[i], "unknown too", prefix, out);
    }
    for (size_t i = 0; i < count; i++) {
        if (lack_of(sorted[i]))
            add_line(sorted[i], lack_of(sorted[i]), prefix, out);
    }
    free(sorted);
}
