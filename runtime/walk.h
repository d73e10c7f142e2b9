/*
 * walk.h - what is to be read, as a list: files, and what stands in their way.
 *
 * A path that was named is one input, or, of a folder, all that lies below it
 * in the order of the names.  Whatever was met and can't be read as a file is
 * an input too, so that it is counted and said in its place.
 */
#ifndef AS_WALK_H
#define AS_WALK_H

#include "common/arena.h"
#include "common/buf.h"

enum as_input_kind {
    AS_INPUT_NAMED,       /* a path as it was given: must hold events */
    AS_INPUT_MET,         /* a regular file below a folder: may be anything */
    AS_INPUT_STREAM,      /* standard input */
    AS_INPUT_LINK,        /* below a folder: a link to nothing, */
    AS_INPUT_FOLDER_LINK, /* to a folder, */
    AS_INPUT_SPECIAL,     /* a pipe, a device, */
    AS_INPUT_UNSEEN,      /* something that can't be looked at, */
    AS_INPUT_CLOSED,      /* a folder that can't be read, */
    AS_INPUT_DEEP,        /* one below too many others */
};

struct as_input {
    const char *folder; /* NULL: `name` is all of the path */
    const char *name;
    uint64_t before; /* bytes on the disk of all inputs before it */
    enum as_input_kind kind;
    int error; /* errno, of those that have one */
};

/* A list starts as all zeros but for on_found and its user. */
struct as_inputs {
    struct as_input *items; /* owned, as all they point to */
    size_t count, capacity;
    uint64_t bytes;  /* on the disk, of all regular files */
    bool open_ended; /* there is one that is no regular file */
    struct as_arena names;
    bool failed;                  /* out of memory: some are not there */
    void (*on_found)(void *user); /* called now and then; NULL: is not */
    void *user;
};

void as_inputs_done(struct as_inputs *inputs);

/* Add what is at a path ("-": standard input); the path is copied. */
void as_inputs_add(struct as_inputs *inputs, const char *path);

/* Bytes on the disk of input `n`. */
uint64_t as_inputs_length(const struct as_inputs *inputs, size_t n);

/* The path, terminated, into `out`, which is emptied first. */
void as_input_path(const struct as_input *input, struct as_buf *out);

#endif
