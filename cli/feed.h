/*
 * feed.h - setting a scanner up from words: parameters, lists, times.
 */
#ifndef AS_FEED_H
#define AS_FEED_H

#include "cli/exit.h"
#include "cli/render.h"

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

/* Complain about what the scanner refused just now. */
void as_feed_complain(const struct astray_scanner *scanner,
                      enum astray_status status, struct as_talk *talk,
                      const char *what);

#endif
