/*
 * listfile.h - the file of a list: `list NAME : TYPE from "FILE"` in a rule,
 * --list NAME=FILE on the command line.
 *
 * The file's name says how it is read, capitals or not:
 *
 *   .json  an array of values: texts in quotes, or numbers and true and false
 *          for a list of such; or, for a list of type cidr, AWS's
 *          ip-ranges.json as published: every prefixes[].ip_prefix and
 *          ipv6_prefixes[].ipv6_prefix
 *   .csv   RFC 4180, with LF or CRLF.  When a field of the first record is
 *          the list's name, that record is a header and the list is that
 *          column; otherwise the list is the first column and every record
 *          counts.  There are no comments.
 *   else   one value a line.  Blank lines, and lines that begin with #, are
 *          skipped, as are blanks at the end of a line.  In a list that is not
 *          of texts or sources, # after a blank starts a comment too.
 *
 * All are UTF-8 without NUL; a byte order mark at the start is skipped.
 * Blanks around a value that is neither text nor source don't count.
 *
 * Nothing is skipped silently: every value that does not fit is an error.
 */
#ifndef AS_LISTFILE_H
#define AS_LISTFILE_H

#include "common/arena.h"
#include "program/scalar.h"

struct as_list_item {
    struct as_scalar value;
    uint32_t line; /* from 1; 0 in .json */
};

struct as_listfile_error {
    bool is_warning;
    uint32_t line;       /* from 1; 0: the whole file, or the message says */
    const char *message; /* safe to show: what came from the file is escaped */
};

enum { AS_LISTFILE_ERRORS = 10 };

struct as_listfile_report {
    struct as_listfile_error errors[AS_LISTFILE_ERRORS];
    unsigned count;    /* of errors[] */
    unsigned left_out; /* how many more there were; errors stay before
                          warnings */
};

/*
 * Read `bytes`, the file called `file`, as the list `name` of values of
 * `kind`.  `*report` is filled in any case.  True and `*items` when there was
 * no error (there may be warnings: a block with bits set behind its prefix);
 * false, outputs untouched, when there was one or memory ran out
 * (arena->failed; the report may then be empty).  Items and messages live in
 * `arena` and borrow nothing.
 */
bool as_listfile_read(const char *file, struct as_text name,
                      struct as_text bytes, enum as_kind kind,
                      struct as_arena *arena, struct as_list_item **items,
                      size_t *count, struct as_listfile_report *report);

#endif
