/*
 * notices.h - what a scan says about its input, and the quarantine.
 *
 * A broken file can hold a million broken records: of each kind (reason) the
 * first AS_NOTICES_SHOWN are said, the others counted.  The quarantine gets
 * every record that was set aside, one JSON object a line.
 */
#ifndef AS_NOTICES_H
#define AS_NOTICES_H

#include "cli/output.h"
#include "cli/render.h"
#include "common/arena.h"
#include "common/map.h"

enum { AS_NOTICES_SHOWN = 20 };

struct as_notices {
    struct as_talk *talk;         /* borrowed */
    struct as_output *quarantine; /* borrowed; NULL: there is none */
    bool quiet;                   /* say only errors */
    struct as_arena arena;
    struct as_map reasons; /* reason -> how many */
    uint64_t count;        /* of all */
};

void as_notices_init(struct as_notices *notices, struct as_talk *talk);
void as_notices_done(struct as_notices *notices);

/* An astray_notice_fn: `user` is the struct as_notices. */
void as_notices_take(const struct astray_notice *notice, void *user);

/* "... and 31 more of this kind", for each kind. */
void as_notices_end(struct as_notices *notices);

#endif
