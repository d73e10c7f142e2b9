/*
 * scan.h - stepping over JSON, strictly.
 *
 * Every byte that is stepped over is checked: the grammar of RFC 8259, UTF-8
 * (RFC 3629), no lone surrogate in \u escapes, at most AS_MAX_DEPTH levels.
 * A NUL can stand in a text only as \u0000; texts have a length, so it ends
 * nothing.
 */
#ifndef AS_SCAN_H
#define AS_SCAN_H

#include "runtime/event.h"

enum as_reason {
#define AS_REASON(name, word, kind, text) AS_REASON_##name,
#include "runtime/reasons.def"
#undef AS_REASON
    AS_REASON_COUNT,
    AS_REASON_NONE,
};

/*
 * A scan of bytes from `start` to `end`.  All functions take a place and
 * return the place behind what they stepped over, or NULL after a fault, when
 * the last three members say what is wrong.  AS_REASON_CUT: the bytes end too
 * early, more of them might make it good.
 */
struct as_scan {
    const char *start, *end;
    unsigned depth; /* containers that are open */
    enum as_reason reason;
    const char *fault_at;
    const char *what; /* static text */
};

void as_scan_init(struct as_scan *scan, struct as_text bytes);

/* Note a fault; returns NULL. */
const char *as_scan_fault(struct as_scan *scan, enum as_reason reason,
                          const char *at, const char *what);

/* White space, perhaps none.  Never fails. */
static inline const char *as_scan_space(const struct as_scan *scan,
                                        const char *at)
{
    while (at < scan->end &&
           (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* `at` is behind the opening quote.  Sets *escaped when there is a backslash
 * in it, and else leaves it.  Returns the place behind the closing quote. */
const char *as_scan_string(struct as_scan *scan, const char *at, bool *escaped);

/* A value that begins at `at` (no white space).  *escaped as above. */
const char *as_scan_value(struct as_scan *scan, const char *at,
                          enum as_json_kind *kind, bool *escaped);

/* A number, true, false or null: the place behind it, or NULL. */
const char *as_scan_word(const char *at, const char *end);

/* An escape, or two that make a pair, from behind the (first) backslash: the
 * place behind it, or NULL. */
const char *as_scan_escape(const char *at, const char *end);

/* One level deeper, or a fault. */
bool as_scan_enter(struct as_scan *scan, const char *at);

/* `"name" :` and the white space around; *name is the bytes between the
 * quotes, as written. */
const char *as_scan_name(struct as_scan *scan, const char *at,
                         struct as_text *name, bool *escaped);

/* Behind an opening bracket: the first member or, when *more is false, the
 * place behind `close`. */
const char *as_scan_first(struct as_scan *scan, const char *at, char close,
                          bool *more);

/* Behind a member: the next one or, when *more is false, the place behind
 * `close`. */
const char *as_scan_next(struct as_scan *scan, const char *at, char close,
                         bool *more);

/* Decode the inside of a string that was stepped over.  `out` has room for
 * raw.length bytes; returns how many were written. */
size_t as_scan_decode(struct as_text raw, char *out);

/*
 * Where a damaged value ends: brackets and strings are followed, nothing is
 * checked.  A closing bracket ends what was opened inside its own pair; one
 * that has no pair ends the value before it, for it belongs to something
 * around.  Starts as all zeros, as_balance_inside makes it start inside an
 * object.  Can be fed in pieces: returns the place behind the value with
 * `closed` set, or `end`.
 */
struct as_balance {
    uint64_t depth;   /* brackets that are open */
    uint64_t objects; /* for the first 64 of them: a bit for each brace */
    bool in_string, in_escape, closed;
};

static inline struct as_balance as_balance_inside(void)
{
    struct as_balance balance = { .depth = 1, .objects = 1 };

    return balance;
}

const char *as_balance_feed(struct as_balance *balance, const char *at,
                            const char *end);

#endif
