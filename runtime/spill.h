/*
 * spill.h - events put away in a temporary file, in parts.
 *
 * See route.h for what a part is.  Each time that memory is full all events
 * are written down, part after part, each part's in one *run*; a part is read
 * again run by run.  The file has no name: it is gone when the process is.
 */
#ifndef AS_SPILL_H
#define AS_SPILL_H

#include "runtime/route.h"

enum {
    AS_SPILL_PARTS = 128,
    AS_SPILL_ALL = AS_SPILL_PARTS, /* what goes to all parts */
    AS_SPILL_LEVELS = 3,           /* a part may be parted again, so often */
};

struct as_spill_run {
    uint64_t offset, length; /* bytes */
    uint32_t part, file;
};

struct as_spill {
    const struct as_pack *pack;
    struct as_routes routes;
    uint32_t *kinds; /* owned; by operator: routes that are alike have one */
    uint32_t kind_count;
    struct as_hash_key secret;
    unsigned level;
    int *files; /* owned, and open */
    uint32_t file_count;
    uint32_t own;         /* the file that is written to; AS_NO_ROW: none */
    uint64_t end;         /* its length */
    struct as_pages runs; /* struct as_spill_run */
    uint64_t bytes[AS_SPILL_PARTS + 1]; /* by part */
    struct as_pages wants;              /* uint64_t, while memory is emptied */
    uint8_t *parts; /* owned; the same: by kind of route and event */
    struct as_buf room;
    int error;   /* errno of a file; 0: all is well */
    bool failed; /* out of memory */
};

/*
 * `level` counts how often the events were parted before; each level takes
 * other bits of the hash.  False when memory runs out; as_spill_done is due in
 * any case.
 */
bool as_spill_init(struct as_spill *spill, const struct as_pack *pack,
                   const struct as_plan *plan, const struct as_hash_key *secret,
                   unsigned level);
void as_spill_done(struct as_spill *spill);

/*
 * Write down events of the judge's hold: begin, say for each operator, in
 * order, which events it waits for, and write.  False: see `error` and
 * `failed`; what was to be written is lost then.
 */
bool as_spill_begin(struct as_spill *spill, const struct as_hold *hold);
void as_spill_want(struct as_spill *spill, struct as_judge *judge,
                   uint32_t operator, uint32_t event);
bool as_spill_write(struct as_spill *spill, const struct as_hold *hold);

/* The operator waits for the event of the hold. */
typedef void as_spill_fn(void *user, uint32_t operator, uint32_t event);

/* Put the events of a run into a hold with the same subject.  False as
 * above. */
bool as_spill_read(struct as_spill *spill, const struct as_spill_run *run,
                   struct as_hold *hold, as_spill_fn *wait, void *user);

/* Take over all runs of `from`, whose pack, rules and secret are the same. */
bool as_spill_absorb(struct as_spill *spill, struct as_spill *from);

/* Where the file is: TMPDIR, or /tmp. */
const char *as_spill_folder(void);

/* Is that on a disk, not in memory, with AS_LEAST_ROOM free? */
bool as_spill_has_room(void);

/* Bytes that writing `wants` wants of a hold takes, beside them. */
size_t as_spill_toll(const struct as_hold *hold, uint64_t wants);

#endif
