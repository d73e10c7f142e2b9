/*
 * feed.h - setting a scanner up from words: parameters, lists, times.
 */
#ifndef AS_FEED_H
#define AS_FEED_H

#include "cli/native.h"

/* What every verb that scans takes: rows of its table of options, under its own
 * numbers OPTION_RULES, OPTION_RULE and so on, by its macro OWN. */
#define AS_FEED_OPTIONS                                                        \
    OWN(OPTION_RULES) = { .name = "rules",                                     \
                          .letter = 'r',                                       \
                          .kind = AS_VALUES,                                   \
                          .argument = "RULES",                                 \
                          .help = "a compiled pack, a folder, or an .astray "  \
                                  "file; several sources are compiled "        \
                                  "together" },                                \
    OWN(OPTION_RULE) = { .name = "rule",                                       \
                         .kind = AS_VALUES,                                    \
                         .argument = "NAME",                                   \
                         .help = "take only this rule" },                      \
    OWN(OPTION_PARAM) = { .name = "param",                                     \
                          .kind = AS_VALUES,                                   \
                          .argument = "NAME=VALUE",                            \
                          .help = "give a parameter another value" },          \
    OWN(OPTION_LIST) = { .name = "list",                                       \
                         .kind = AS_VALUES,                                    \
                         .argument = "NAME=FILE",                              \
                         .help = "fill a list from a file; NAME+=FILE adds "   \
                                 "to it" },                                    \
    OWN(OPTION_THREADS) = { .name = "threads",                                 \
                            .kind = AS_VALUE,                                  \
                            .argument = "N",                                   \
                            .help = "read with N threads; as many as there "   \
                                    "are processors unless given. The output " \
                                    "is the same" },                           \
    OWN(OPTION_MEMORY) = { .name = "memory",                                   \
                           .kind = AS_VALUE,                                   \
                           .argument = "SIZE",                                 \
                           .help =                                             \
                               "remember events within SIZE bytes, such "      \
                               "as 512K, 64M, 1G; the rest is put away in "    \
                               "$TMPDIR; 32M unless given" },                  \
    OWN(OPTION_NATIVE) = AS_NATIVE_OPTION

/* "NAME=VALUE".  False after a complaint, here and below. */
bool as_feed_param(struct astray_scanner *scanner, const char *word,
                   struct as_talk *talk);

/* "NAME=FILE" replaces a list, "NAME+=FILE" adds to it.  `quiet`: without
 * warnings about what is in the file. */
bool as_feed_list(struct astray_scanner *scanner, const char *word, bool quiet,
                  struct as_talk *talk);

/* "4": how many threads read. */
bool as_feed_threads(struct astray_scanner *scanner, const char *word,
                     struct as_talk *talk);

/* "64M", "1G", "512K" or bytes: how much the scanner may remember. */
bool as_feed_memory(struct astray_scanner *scanner, const char *word,
                    struct as_talk *talk);

/* Both, where they are given; else the usual memory, see astray.h. */
bool as_feed_resources(struct astray_scanner *scanner,
                       const struct as_args *args, size_t threads,
                       size_t memory, struct as_talk *talk);

/* All that an option of the command line gives: rules that are the only ones
 * to be judged, parameters, lists. */
bool as_feed_rules(struct astray_scanner *scanner,
                   const struct astray_rules *rules, const struct as_args *args,
                   size_t option, struct as_talk *talk);
bool as_feed_params(struct astray_scanner *scanner, const struct as_args *args,
                    size_t option, struct as_talk *talk);
bool as_feed_lists(struct astray_scanner *scanner, const struct as_args *args,
                   size_t option, bool quiet, struct as_talk *talk);

/* Complain about what the scanner refused just now. */
void as_feed_complain(const struct astray_scanner *scanner,
                      enum astray_status status, struct as_talk *talk,
                      const char *what);

#endif
