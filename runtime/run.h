/*
 * run.h - what one run of a pack uses: parameters and lists, perhaps replaced
 * for this run, and compiled regular expressions.
 */
#ifndef AS_RUN_H
#define AS_RUN_H

#include "astray.h"
#include "common/regex.h"
#include "runtime/values.h"

struct as_run_list {
    struct as_value *values;   /* in the run's arena; no cidr, no regex */
    struct as_cidr *blocks;    /* of a list of ip or cidr */
    struct as_regex **regexes; /* of a list of regex */
    uint32_t count;
    struct as_ip_set set;  /* of the blocks */
    struct as_map members; /* canonical bytes of the values */
};

struct as_run {
    const struct as_pack *pack;
    struct as_arena arena;
    struct as_value *params;
    struct as_run_list *lists;
    struct as_regex **regexes; /* by constant; NULL for other kinds */
    struct as_buf scratch;
    bool sealed;
};

/* ASTRAY_OK, ASTRAY_NO_MEMORY or ASTRAY_BAD_PACK (a regular expression that
 * can't be compiled).  as_run_done is due in any case. */
enum astray_status as_run_init(struct as_run *run, const struct as_pack *pack);
void as_run_done(struct as_run *run);

/* See astray_scanner_set_param and _set_list; what is wrong is appended to
 * `why`. */
enum astray_status as_run_set_param(struct as_run *run, struct as_text name,
                                    struct as_text value, struct as_buf *why);
enum astray_status as_run_set_list(struct as_run *run, struct as_text name,
                                   enum astray_list_mode mode, const char *file,
                                   struct as_text bytes, struct as_buf *why);

/* No more changes: make the lists' tables. */
enum astray_status as_run_seal(struct as_run *run);

/* A length of time of the pack in ms; INT64_MAX when it is forever. */
int64_t as_run_amount(const struct as_run *run, uint32_t kind, uint32_t index);

/* A constant; not of kind cidr or regex. */
struct as_value as_run_constant(const struct as_pack *pack, uint32_t constant,
                                struct as_arena *arena);

bool as_run_list_has(struct as_run *run, uint32_t list,
                     const struct as_value *value);

#endif
