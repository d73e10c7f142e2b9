/*
 * limits.h - every bound there is, in one place.
 *
 * What input can reach, a test reaches.  Sizes are bytes unless the name says
 * more.
 */
#ifndef AS_LIMITS_H
#define AS_LIMITS_H

enum {
    /* rule text */
    AS_MAX_SOURCE = 1 << 20, /* one .astray file */
    AS_MAX_SOURCES = 10000,  /* files in one compilation */
    AS_MAX_NESTING = 200,    /* parentheses, if, quantifiers in text */
    AS_MAX_HEIGHT = 2000,    /* of one expression's tree: a or b or ... */
    AS_MAX_ERRORS = 100,     /* diagnostics shown of one compilation */
    AS_MAX_LINTS = 10000,    /* lints kept, before suppression */
    AS_MAX_NODES = 1 << 20,  /* nodes of a pack, macros expanded */
    AS_MAX_YAML = 256 * 1024,
    AS_MAX_YAML_DEPTH = 32,
    AS_MAX_SIGMA = 16 << 20,     /* one file of Sigma rules to import, */
    AS_MAX_SIGMA_RULES = 10000,  /* documents of all such files, */
    AS_MAX_SIGMA_VALUES = 10000, /* values of one such rule, */
    AS_MAX_SIGMA_PARTS = 400,    /* and what one `and` or `or` of it ties */
    AS_MAX_LIST_FILE = 64 << 20,
    AS_MAX_PATTERN = 4096, /* a regular expression's text */

    /* programs; the operands' widths stand behind some of these */
    AS_MAX_REGISTERS = 200,
    AS_MAX_CODE = 1 << 22,    /* instructions in one pack */
    AS_MAX_PROGRAM = 1 << 16, /* instructions in one program */
    AS_MAX_CALLS = 32,        /* programs inside programs: loops and probes */
    AS_MAX_ALIASES = 8,       /* joined rows in one rule */
    AS_MAX_ITEMS = 8,         /* quantifiers inside quantifiers */
    AS_MAX_NAMES = 1000,      /* lets, columns, outcomes of one rule, each */
    AS_MAX_KEYS = 31,         /* key columns of a baseline or a group */
    AS_MAX_STEPS = 32,        /* names and indices in one path */
    AS_MAX_PHASES = 16,       /* steps of a sequence */
    AS_MAX_BLANKS = 1 << 26,  /* rules times slots of one pack: counters of what
                                was missing */
    AS_MAX_PATTERNS = 10000,  /* regular expressions in one pack, */
    AS_MAX_PATTERN_TEXT = 1 << 20, /* and the bytes of all of them */
    AS_MAX_PACK = 256 << 20,
    AS_MAX_TABLE = 1 << 22, /* rows of one table of a pack */

    AS_MAX_ROUNDS = 64, /* of finding what reads what, see plan.c */

    /* events */
    AS_MAX_RECORD = 1 << 20,    /* CloudTrail's own bound is 256 KB, 1 MB */
    AS_MAX_INFLATED = 64 << 20, /* AWS's own bound for a file is 50 MB */
    AS_MAX_VISITS = 1 << 20, /* elements and rows that quantifiers look at, for
                                one event and rule */
    AS_MAX_SCRATCH = 64 << 20,     /* what programs make of one event: texts put
                                  together, escapes decoded */
    AS_MAX_DEPTH = 64,             /* of JSON */
    AS_MAX_KEPT_TEXT = 256 * 1024, /* one projected value */
    AS_MAX_CARRIERS = 4,           /* envelopes inside envelopes */
    AS_MAX_THREADS = 256,          /* that read, in one scan */
    AS_MAX_NOTICES = 8 << 20,      /* notices that wait for their turn */
    AS_MAX_FOLDERS = 64, /* folders inside folders, when one is walked */

    /* What a scan remembers unless it is told: hardly slower than no limit at
     * all, and a log of any size is read in some 60 MB (doc/performance.md). */
    AS_USUAL_MEMORY = 32 << 20,
};

/* The disk on which a scan puts events away by itself has as much free. */
#define AS_LEAST_ROOM (UINT64_C(4) << 30)

#endif
