/*
 * split.h - from bytes to objects.
 *
 * Walks over the documents of an input: objects after each other (lines or
 * not), arrays of them, and carriers that hold a list, however long.  Objects
 * go to the intake one by one.  Damage inside one object costs that object.
 */
#ifndef AS_SPLIT_H
#define AS_SPLIT_H

#include "runtime/intake.h"
#include "runtime/window.h"

/* What an input looks like from its first bytes. */
enum as_split_kind {
    AS_SPLIT_JSON,
    AS_SPLIT_EMPTY, /* nothing but white space */
    AS_SPLIT_UTF16,
    AS_SPLIT_OTHER,
};

/* Look at the input's start and, where it is JSON, walk over all of it.
 * Anything else is left to the caller.  Look at the intake's status after. */
enum as_split_kind as_split(struct as_intake *intake, struct as_window *window);

#endif
