/*
 * rules.h - from paths on the command line to compiled rules.
 */
#ifndef AS_CLI_RULES_H
#define AS_CLI_RULES_H

#include "cli/args.h"

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

/* Those that an option of the command line names, for a verb that is not about
 * rules: of diagnostics only errors are said. */
enum as_exit as_rules_given(const struct as_args *args, size_t option,
                            struct as_talk *talk, struct astray_rules **rules);

/* Is there a rule of this name?  Complains, with a suggestion, when not. */
bool as_rules_have(const struct astray_rules *rules, const char *name,
                   struct as_talk *talk);

#endif
