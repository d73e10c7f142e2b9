/*
 * native.h - rules that were compiled to a shared object.
 *
 * Loading one runs the code in it.  So it is only ever the file that the user
 * names: none is looked for, none is taken from a pack, and a name without a
 * slash is of this folder, not of those where the system has its libraries.
 */
#ifndef AS_CLI_NATIVE_H
#define AS_CLI_NATIVE_H

#include "cli/args.h"

/* A verb's row for it in its table of options. */
#define AS_NATIVE_OPTION                                                       \
    {                                                                          \
        .name = "native", .kind = AS_VALUE, .argument = "FILE",                \
        .help = "run the rules as machine code, from a file that you made of " \
                "them with `astray build -t so`; the output is the same"       \
    }

/* Starts as all zeros: the bytecode runs. */
struct as_native {
    const char *path; /* borrowed */
    void *handle;
    const struct astray_native *programs;
};

/* Load the file at `path`, unless that is NULL.  False after a complaint. */
bool as_native_open(struct as_native *native, const char *path,
                    struct as_talk *talk);

/* When no scanner runs it any more. */
void as_native_close(struct as_native *native);

/* Have the scanner run it, if there is one.  False after a complaint: it was
 * made of other rules, or for another version. */
bool as_native_use(const struct as_native *native,
                   struct astray_scanner *scanner, struct as_talk *talk);

#endif
