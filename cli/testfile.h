/*
 * testfile.h - NAME.test.yaml: a rule, and what it should say about events.
 *
 *     rule: NAME
 *     cases:
 *       - name: TEXT
 *         events: FILE | [FILE, ...] | [RECORD, ...] | TEXT OF JSON
 *         lists: {NAME: [VALUE, ...] | FILE, NAME+: ...}
 *         params: {NAME: VALUE}
 *         since: TIME
 *         until: TIME
 *         expect: {alerts: N, where: [{KEY: VALUE}, ...], not: [...]}
 *
 * FILE is a path from the folder of the test file.
 */
#ifndef AS_TESTFILE_H
#define AS_TESTFILE_H

#include "cli/exit.h"
#include "cli/render.h"
#include "cli/yamltree.h"

struct as_test_case {
    struct as_test_case *next;
    const char *name;
    const struct as_yamltree *events;
    const struct as_yamltree *lists, *params;    /* maps, or NULL */
    const char *since, *until;                   /* or NULL */
    const struct as_yamltree *where, *forbidden; /* lists of maps, or NULL */
    uint64_t alert_count;
    bool counts; /* alert_count is demanded */
    uint32_t line;
};

struct as_test_file {
    const char *path; /* borrowed */
    const char *rule;
    struct as_test_case *cases;
    struct as_buf text;
    struct as_arena arena; /* holds all of the above */
};

/* Read and check it.  False after complaints; as_test_file_done either way. */
bool as_test_file_read(struct as_test_file *file, const char *path,
                       struct as_talk *talk);
void as_test_file_done(struct as_test_file *file);

/* Complain about a place in the file, with its line. */
void as_test_file_complain(const struct as_test_file *file,
                           struct as_yamltree_place place, size_t width,
                           struct as_talk *talk, const char *help,
                           const char *format, ...)
    __attribute__((format(printf, 6, 7)));

#endif
