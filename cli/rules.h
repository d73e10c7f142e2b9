/*
 * rules.h - from paths on the command line to compiled rules.
 */
#ifndef AS_CLI_RULES_H
#define AS_CLI_RULES_H

#include "cli/keys.h"

/* The row of a verb's table of options that lets its rules be tuned: whatever
 * number it has there, it is found by its name. */
#define AS_OVERLAY_OPTION                                                      \
    {                                                                          \
        .name = "overlay", .kind = AS_VALUES, .argument = "FILE",              \
        .help = "lay the overlays of FILE over the rules; a later one lies "   \
                "over the ones before it"                                      \
    }

/* The row that says by which day dates in rules are judged. */
#define AS_TODAY_OPTION                                                        \
    {                                                                          \
        .name = "today", .kind = AS_VALUE, .argument = "DATE",                 \
        .help = "judge by this day what is past its date; otherwise by that "  \
                "of SOURCE_DATE_EPOCH, or of the clock"                        \
    }

/* What rules are asked for, beside their paths. */
struct as_rules_request {
    const char *const *paths;
    size_t path_count;
    const struct as_args *args; /* whose --overlay is meant, and --today */
    const struct as_keys *keys; /* one of which must have signed; or NULL */
    bool sources_only;          /* a compiled pack is refused */
    bool dated;                 /* warn of what is past its date */
    bool renews_lock;           /* the pack's lock is to be written anew */
    bool insight;               /* they will be asked why, see astray.h */
};

/* As as_rules_take, but with all of that. */
enum as_exit as_rules_ask(const struct as_rules_request *request,
                          struct as_talk *talk, struct astray_rules **rules);

/* As as_rules_to_c. */
enum as_exit as_rules_ask_c(const struct as_rules_request *request,
                            struct as_talk *talk, char **text, size_t *length);

/*
 * Take `count` paths: one compiled pack, or any number of .astray files,
 * folders and "-", which are compiled together.  Diagnostics and complaints
 * go to `talk`.  *rules is the caller's when this returns AS_EXIT_OK.
 */
enum as_exit as_rules_take(const char *const *paths, size_t count,
                           struct as_talk *talk, struct astray_rules **rules);

/* The same for sources only: a compiled pack is refused. */
enum as_exit as_rules_compile(const char *const *paths, size_t count,
                              struct as_talk *talk,
                              struct astray_rules **rules);

/* Sources again, as the text of a C file: it is the caller's. */
enum as_exit as_rules_to_c(const char *const *paths, size_t count,
                           struct as_talk *talk, char **text, size_t *length);

/* Those that an option of the command line names, tuned by --overlay, for a
 * verb that is not about rules: of diagnostics only errors are said. */
enum as_exit as_rules_given(const struct as_args *args, size_t option,
                            struct as_talk *talk, struct astray_rules **rules);

/* The same, so that they can be asked why; a compiled pack can be asked less. */
enum as_exit as_rules_given_insight(const struct as_args *args, size_t option,
                                    struct as_talk *talk,
                                    struct astray_rules **rules);

/* The same, where `keys` is not NULL: of a pack that one of them signed, and of
 * nothing else. */
enum as_exit as_rules_signed(const struct as_args *args, size_t option,
                             const struct as_keys *keys, struct as_talk *talk,
                             struct astray_rules **rules);

/* Is there a rule of this name?  Complains, with a suggestion, when not. */
bool as_rules_have(const struct astray_rules *rules, const char *name,
                   struct as_talk *talk);

#endif
