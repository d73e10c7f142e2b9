/*
 * value.h - the kinds of value a rule can talk about.
 *
 * A type is a kind, alone or as the element of a list (constants, known when
 * the rules are built or when a run starts) or of a set (gathered from events
 * by a baseline or a group).  A type fits a byte.
 */
#ifndef AS_VALUE_H
#define AS_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/ip.h"
#include "common/text.h"

enum as_kind {
#define AS_KIND(name, word, text) AS_KIND_##name,
#include "program/kinds.def"
#undef AS_KIND
    AS_KIND_COUNT
};

typedef uint8_t as_type; /* enum as_kind, perhaps with one of these: */
enum { AS_TYPE_LIST = 0x40, AS_TYPE_SET = 0x80, AS_TYPE_KIND = 0x3f };

static inline enum as_kind as_type_kind(as_type type)
{
    return (enum as_kind)(type & AS_TYPE_KIND);
}

/* The word for a kind in rules and messages: "text", "source" ... */
extern const char *const as_kind_words[AS_KIND_COUNT];

/* AS_KIND_COUNT when `word` names no kind that may be written in a rule. */
enum as_kind as_kind_find(struct as_text word);

/* "text", "list<cidr>", "set<source>"; `out` holds at least 24 characters. */
const char *as_type_name(as_type type, char out[24]);

/* What a text in the place of a source address is.  Source: CloudTrail user
 * guide, record contents, sourceIPAddress. */
enum as_source_class {
    AS_SOURCE_IP,           /* an address */
    AS_SOURCE_SERVICE,      /* a DNS name that ends in .amazonaws.com */
    AS_SOURCE_AWS_INTERNAL, /* "AWS Internal", "AWS Internal/3" */
    AS_SOURCE_OTHER,
};

/* Fills *ip when it is AS_SOURCE_IP. */
enum as_source_class as_source_classify(struct as_text text, struct as_ip *ip);

#endif
