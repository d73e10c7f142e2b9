/*
 * yaml.h - the small part of YAML that pack.yaml is written in.
 *
 * One document of mappings, sequences and scalars.  No anchors, aliases and
 * tags, no key twice, at most AS_MAX_YAML bytes and AS_MAX_YAML_DEPTH levels:
 * the file may be a stranger's.
 */
#ifndef AS_YAML_H
#define AS_YAML_H

#include "compiler/diag.h"

enum as_yaml_kind { AS_YAML_SCALAR, AS_YAML_SEQUENCE, AS_YAML_MAPPING };

struct as_yaml {
    struct as_yaml *next; /* behind it in its mapping or sequence */
    enum as_yaml_kind kind;
    struct as_span span;
    struct as_text text;   /* SCALAR */
    bool plain;            /* SCALAR: written without quotes */
    struct as_yaml *items; /* SEQUENCE; MAPPING: the values */
    struct as_text key;    /* in a mapping */
    struct as_span key_span;
};

/* Everything in the arena.  NULL after a mistake, which was said, or when
 * memory is out. */
struct as_yaml *as_yaml_parse(const struct as_source *source,
                              struct as_arena *arena, struct as_diag *diag);

#endif
