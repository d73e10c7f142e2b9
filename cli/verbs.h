/*
 * verbs.h - the verbs there are.  Each stands in its cmd_NAME.c; main.c has
 * the list.
 */
#ifndef AS_VERBS_H
#define AS_VERBS_H

#include "cli/args.h"

extern const struct as_verb as_verb_check;
extern const struct as_verb as_verb_fmt;
extern const struct as_verb as_verb_build;
extern const struct as_verb as_verb_inspect;
extern const struct as_verb as_verb_diff;
extern const struct as_verb as_verb_sign;
extern const struct as_verb as_verb_verify;
extern const struct as_verb as_verb_scan;
extern const struct as_verb as_verb_test;
extern const struct as_verb as_verb_explain;
extern const struct as_verb as_verb_new;
extern const struct as_verb as_verb_doc;
extern const struct as_verb as_verb_import;
extern const struct as_verb as_verb_bench;
extern const struct as_verb as_verb_version;
extern const struct as_verb as_verb_help;

/* All of them, NULL at the end. */
extern const struct as_verb *const as_verbs[];

/* Complain that there is no such verb; suggests one that is near. */
void as_verbs_unknown(const char *name, struct as_talk *talk);

#endif
