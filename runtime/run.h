/*
 * run.h - what one run of a pack uses: constants ready to load, parameters
 * and lists, perhaps replaced for this run, and compiled regular expressions.
 *
 * Sealed, it is read-only: any number of threads may ask it at once.  (RE2
 * says of its objects that matching is safe from several threads; what it
 * caches on the way is behind its own locks.)
 */
#ifndef AS_RUN_H
#define AS_RUN_H

#include "astray.h"
#include "common/regex.h"
#include "runtime/values.h"

struct astray_program;
struct astray_calls;

struct as_run_list {
    uint32_t count;                /* what len() gives */
    const struct as_value *values; /* none of ip, cidr and regex */
    struct as_regex **regexes;     /* of a list of regex; borrowed */
    struct as_ip_set set;          /* of ip and cidr; of source: those that are
                             addresses.  May stand in the pack */
    struct as_map members; /* bytes of the values, where there are many */
};

struct as_run {
    const struct as_pack *pack;
    struct as_arena arena;
    struct as_value *constants; /* by constant; missing for cidr and regex */
    struct as_ip_range *blocks; /* by constant; what a cidr spans */
    struct as_regex **regexes;  /* by constant; NULL for other kinds */
    struct as_value *params;
    struct as_run_list *lists;
    struct as_hash_key secret; /* of hashes on which all engines agree */
    /* Programs as functions, borrowed, and what those may call; NULL: the
     * bytecode.  See native.h. */
    const struct astray_program *programs;
    const struct astray_calls *calls;
    const struct as_map *wanted; /* event ids and keys of the only alerts that
                                    are kept; borrowed; NULL: all are */
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
/* On ASTRAY_OK `why` may hold warnings, a line each. */
enum astray_status as_run_set_list(struct as_run *run, struct as_text name,
                                   enum astray_list_mode mode, const char *file,
                                   struct as_text bytes, struct as_buf *why);

/* No more changes: make the lists' tables. */
enum astray_status as_run_seal(struct as_run *run);

/* A length of time of the pack in ms; INT64_MAX when it is forever. */
int64_t as_run_amount(const struct as_run *run, uint32_t kind, uint32_t index);

/* Sealed: is a value of the list's type, or an address for one of blocks, in
 * it?  Neither copies nor changes anything. */
bool as_run_list_has(const struct as_run *run, uint32_t list,
                     const struct as_value *value);

#endif
