/*
 * packfile.h - pack.yaml: what a pack says of itself.
 */
#ifndef AS_PACKFILE_H
#define AS_PACKFILE_H

#include "compiler/loader.h"

/* A scalar: a list's value, a target. */
struct as_pack_value {
    struct as_pack_value *next;
    struct as_text text;
    struct as_span span;
    bool plain; /* written without quotes */
};

/* name: value, below params, lists and lint. */
struct as_pack_entry {
    struct as_pack_entry *next;
    struct as_text name;
    struct as_span name_span;
    struct as_pack_value value; /* param's value, lint's level, list's file */
    bool is_sequence;           /* a list's values stand in `items` instead */
    struct as_pack_value *items;
};

enum as_dedupe { AS_DEDUPE_EVENT_ID, AS_DEDUPE_SHARED_EVENT_ID };

struct as_packfile {
    const struct as_source *source;
    struct as_text name;                    /* never empty */
    struct as_text version, license, title; /* length 0: not given */
    enum as_dedupe dedupe;
    struct as_pack_entry *params, *lists;
    struct as_pack_entry *lint; /* name: a known code; value: error, warning,
                                   info or ignore */
    struct as_pack_value *targets;
};

/*
 * Read loader->pack_path.  NULL when there is none, when it cannot be read
 * (said), when it is wrong as YAML (said), or when memory is out.  Keys whose
 * values are wrong were said and are left away.
 */
struct as_packfile *as_packfile_load(struct as_loader *loader);

/* A level of `lint`: a severity, or AS_STYLE for `ignore`. */
int as_packfile_level(struct as_text word);

#endif
