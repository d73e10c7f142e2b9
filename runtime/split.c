/*
 * split.c - see split.h.
 *
 * There is no pass that looks for the ends of records: each object is handed
 * to the intake where it begins, and the intake says how long it was.  When
 * the window ends inside it, the window is filled and the object is read
 * again; windows grow with what they keep, so that stays linear.
 *
 * Only three things are read here: white space and commas between objects,
 * arrays of objects, and objects that hold a list of records and may be far
 * larger than memory.  The last are told by the first name in them, or by
 * being larger than a record may be.
 *
 * When something is wrong, the place where reading can go on is searched for
 * twice over: the bracket that closes the damaged object, and, since strings
 * with a missing quote swallow brackets, a line that begins with { or [.
 * Whichever comes first is taken.
 */

#include "runtime/split.h"

struct split {
    struct as_intake *intake;
    struct as_window *window;
    uint64_t at;           /* the place that is looked at */
    uint64_t line;         /* the start of the last line that peek saw */
    bool recovered;        /* something was lost, brackets may be left over */
    enum as_reason reason; /* of the last value or name that was no good */
    const char *what;      /* the same; static text */
};

/* What a step came to. */
enum step {
    NEXT, /* split->at is behind what was taken */
    LOST, /* the structure around is lost; split->at is where a document may
             begin, or the end */
};

static struct as_text rest(const struct split *split)
{
    return as_window_from(split->window, split->at);
}

static bool fill(struct split *split, uint64_t keep)
{
    return as_window_fill(split->window, keep);
}

/* The byte behind white space, or -1 at the end.  Nothing is kept. */
static int peek(struct split *split)
{
    for (;;) {
        struct as_text text = rest(split);
        for (size_t i = 0; i < text.length; i++) {
            char c = text.bytes[i];
            if (c == '\n') {
                split->line = split->at + i + 1;
            } else if (c != ' ' && c != '\r' && c != '\t') {
                split->at += i;
                return (unsigned char)c;
            }
        }
        split->at += text.length;
        if (!fill(split, split->at))
            return -1;
    }
}

/* ------------------------------------------------------------------------
 * Damage
 */

/* So much is looked at in one go: what lies far behind the damage must not be
 * looked at for each damaged record anew. */
enum { SEARCH_STEP = 4096 };

/* How a search for the end of some damage ended. */
enum found {
    CLOSED, /* behind the closing bracket */
    LINE,   /* at a line that begins with a bracket */
    ENDED,  /* at the end of the input */
};

/* The first line start with a bracket in `text`, or its end.  *fresh: the
 * byte before the text ended a line; becomes the same for what follows. */
static const char *line_start(struct as_text text, bool *fresh)
{
    const char *at = text.bytes, *end = text.bytes + text.length;

    while (at < end) {
        if (*fresh && (*at == '{' || *at == '['))
            return at;
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        *fresh = newline != NULL;
        if (!newline)
            return end;
        at = newline + 1;
    }
    return at;
}

/*
 * Go from split->at to where reading can go on: where `balance` closes or,
 * when it is NULL, only to a line start.  Bytes from `keep` on are held as
 * long as they could be a record.
 */
static enum found search(struct split *split, struct as_balance *balance,
                         uint64_t keep)
{
    bool fresh = !balance && split->line == split->at;

    for (;;) {
        struct as_text text = rest(split);
        if (text.length > SEARCH_STEP)
            text.length = SEARCH_STEP;
        const char *end = text.bytes + text.length;
        const char *line = line_start(text, &fresh);
        const char *stop = line;

        if (balance)
            stop = as_balance_feed(balance, text.bytes, line);
        split->at += (size_t)(stop - text.bytes);
        if (balance && balance->closed)
            return CLOSED;
        if (line < end)
            return LINE;
        if (split->at - keep > AS_MAX_RECORD)
            keep = split->at;
        if (split->at == as_window_end(split->window) && !fill(split, keep))
            return ENDED;
    }
}

/* The bytes of a record from `start` to split->at, if they are at hand. */
static struct as_text record_bytes(const struct split *split, uint64_t start)
{
    uint64_t length = split->at - start;

    if (start < split->window->base || length > AS_MAX_RECORD)
        return (struct as_text){ NULL, 0 };
    return (struct as_text){ as_window_from(split->window, start).bytes,
                             (size_t)length };
}

static const char *what_became(enum found found)
{
    switch (found) {
    case CLOSED:
        return "the record was set aside";
    case LINE:
        return "nothing was read from here to the next line that begins a "
               "document";
    case ENDED:
        break;
    }
    return "nothing was read from here to the end of the input";
}

/* The object that begins at split->at is no good JSON: get over it. */
static enum step damaged(struct split *split, const struct as_json_fault *fault)
{
    uint64_t start = split->at;
    uint64_t place = fault->reason == AS_REASON_CUT ? start
                                                    : start + fault->offset;
    struct as_balance balance = { .depth = 0 };
    enum found found = search(split, &balance, start);

    split->recovered = true;
    as_intake_aside(split->intake, fault, place, what_became(found),
                    record_bytes(split, start));
    return found == CLOSED ? NEXT : LOST;
}

/* What is at split->at fits nowhere: go to where a document begins. */
static enum step lost(struct split *split, enum as_reason reason,
                      const char *what)
{
    struct as_json_fault fault = { .reason = reason, .what = what };
    uint64_t start = split->at;
    enum found found = search(split, NULL, start);

    as_intake_aside(split->intake, &fault, start, what_became(found),
                    record_bytes(split, start));
    return LOST;
}

/* The input has ended too early. */
static enum step cut(struct split *split, uint64_t start, const char *what)
{
    struct as_json_fault fault = { .reason = AS_REASON_CUT, .what = what };

    split->at = as_window_end(split->window);
    as_intake_aside(split->intake, &fault, start, "the rest was set aside",
                    record_bytes(split, start));
    return LOST;
}

static enum step no_memory(struct split *split)
{
    as_intake_worse(split->intake, ASTRAY_NO_MEMORY);
    return LOST;
}

/* ------------------------------------------------------------------------
 * Objects and arrays
 */

static enum step take_value(struct split *split, unsigned level);

enum { NAME_ROOM = 256 }; /* enough for { and the first name */

/* Most records begin with a name and a text, which is no list.  (A backslash
 * before the quote may mean that the name goes on.)  False: not sure. */
static bool begins_with_text(struct as_text bytes)
{
    const char *end;

    if (bytes.length < NAME_ROOM || bytes.bytes[1] != '"')
        return false;
    end = memchr(bytes.bytes + 2, '"', NAME_ROOM - 4);
    return end && end[-1] != '\\' && end[1] == ':' && end[2] == '"';
}

/* Does an object begin with the name of a list, and the list behind it? */
static bool begins_with_list(struct as_text bytes)
{
    struct as_text name;
    struct as_scan scan;
    bool more, escaped;

    if (bytes.length > NAME_ROOM)
        bytes.length = NAME_ROOM;
    as_scan_init(&scan, bytes);
    const char *at = as_scan_first(&scan, scan.start + 1, '}', &more);
    if (!at || !more)
        return false;
    at = as_scan_name(&scan, at, &name, &escaped);
    return at && at < scan.end && *at == '[' && as_intake_is_list(name);
}

/* How getting over a value went. */
enum skip { GOOD, BROKEN, LARGE };

static enum skip broken(struct split *split, const struct as_scan *scan)
{
    split->reason = scan->reason;
    split->what = scan->what;
    return BROKEN;
}

static enum skip large(struct split *split)
{
    split->reason = AS_REASON_SIZE;
    split->what = "the value is larger than 1 MiB";
    return LARGE;
}

/* Step over a value strictly; one that is larger than a record may be is
 * only possible where it is a container, and is not checked. */
static enum skip skip_value(struct split *split)
{
    for (;;) {
        struct as_text text = rest(split);
        enum as_json_kind kind;
        bool escaped;
        struct as_scan scan;

        as_scan_init(&scan, text);
        const char *end = as_scan_value(&scan, scan.start, &kind, &escaped);
        if (end) {
            split->at += (size_t)(end - scan.start);
            return GOOD;
        }
        if (scan.reason != AS_REASON_CUT)
            return broken(split, &scan);
        if (text.length > AS_MAX_RECORD)
            break;
        if (!fill(split, split->at))
            return broken(split, &scan);
    }
    char c = rest(split).bytes[0];
    if (c != '{' && c != '[')
        return large(split);
    struct as_balance balance = { .depth = 0 };
    return search(split, &balance, split->at) == CLOSED ? GOOD : large(split);
}

/* A member's name and colon.  *list: is it a list's name, and a list? */
static enum skip take_name(struct split *split, bool *list)
{
    for (;;) {
        struct as_text text = rest(split), name;
        bool escaped;
        struct as_scan scan;

        as_scan_init(&scan, text);
        const char *at = as_scan_name(&scan, scan.start, &name, &escaped);
        if (at && at < scan.end) {
            split->at += (size_t)(at - scan.start);
            *list = *at == '[' && as_intake_is_list(name);
            return GOOD;
        }
        if (!at && scan.reason != AS_REASON_CUT)
            return broken(split, &scan);
        if (text.length > AS_MAX_RECORD)
            return large(split);
        if (!fill(split, split->at))
            return broken(split, &scan);
    }
}

static enum step take_array(struct split *split, unsigned level)
{
    split->at++;
    if (peek(split) == ']') {
        split->at++;
        return NEXT;
    }
    for (;;) {
        if (take_value(split, level) == LOST ||
            as_intake_stopped(split->intake))
            return LOST;
        int c = peek(split);
        if (c < 0)
            return cut(split, split->at, "the input ends inside an array");
        if (c != ',' && c != ']')
            return lost(split, AS_REASON_JSON,
                        "a comma or a closing bracket is missing");
        split->at++;
        if (c == ']')
            return NEXT;
        peek(split);
    }
}

/*
 * The members of an object that is not read as a whole: lists of records are
 * walked over, anything else is stepped over.  *found becomes whether there
 * was a list, *is_lost whether one was not closed.  Unless it is GOOD,
 * split->at is at the member where it went wrong.
 */
static enum skip take_members(struct split *split, unsigned level, bool *found,
                              bool *is_lost)
{
    split->at++;
    if (peek(split) == '}') {
        split->at++;
        return GOOD;
    }
    for (;;) {
        bool list = false;
        enum skip skip = take_name(split, &list);

        if (skip != GOOD)
            return skip;
        if (list && level < AS_MAX_CARRIERS) {
            *found = true;
            *is_lost = take_array(split, level + 1) == LOST;
            if (*is_lost)
                return GOOD;
        } else if ((skip = skip_value(split)) != GOOD) {
            return skip;
        }
        int c = peek(split);
        if (c != ',' && c != '}') {
            split->reason = AS_REASON_JSON;
            split->what = "a comma or a closing bracket is missing";
            return BROKEN;
        }
        split->at++;
        if (c == '}')
            return GOOD;
        peek(split);
    }
}

/* An object that holds a list, or is too large for anything else. */
static enum step take_large(struct split *split, unsigned level, bool is_large)
{
    struct as_json_fault fault = {
        .reason = AS_REASON_SIZE,
        .what = "the record is larger than 1 MiB",
    };
    uint64_t place = split->at;
    bool has_list = false, is_lost = false;
    enum skip skip = take_members(split, level, &has_list, &is_lost);
    enum found found = CLOSED;

    if (is_lost || as_intake_stopped(split->intake))
        return LOST;
    if (skip == GOOD && (has_list || !is_large))
        return NEXT;
    if (has_list || !is_large)
        place = split->at;
    if (skip != GOOD) {
        struct as_balance balance = as_balance_inside();
        found = search(split, &balance, split->at);
    }
    if (has_list || !is_large) {
        fault.reason = found == ENDED ? AS_REASON_CUT : split->reason;
        fault.what = found == ENDED ? "the input ends inside an object"
                                    : split->what;
    }
    as_intake_aside(split->intake, &fault, place, what_became(found),
                    (struct as_text){ NULL, 0 });
    return found == CLOSED ? NEXT : LOST;
}

static enum step take_object(struct split *split, unsigned level)
{
    struct as_json_fault fault;

    while (rest(split).length < NAME_ROOM && fill(split, split->at))
        ;
    if (level < AS_MAX_CARRIERS && !begins_with_text(rest(split)) &&
        begins_with_list(rest(split)))
        return take_large(split, level, false);
    for (;;) {
        struct as_text bytes = rest(split);
        bool is_large = bytes.length > AS_MAX_RECORD;

        if (is_large)
            bytes.length = AS_MAX_RECORD;
        size_t used = as_intake_object(split->intake, bytes, split->at, &fault);
        split->at += used;
        if (used > 0)
            return NEXT;
        if (fault.reason == AS_REASON_NONE)
            return no_memory(split);
        if (fault.reason != AS_REASON_CUT)
            return damaged(split, &fault);
        if (is_large)
            return take_large(split, level, true);
        if (!fill(split, split->at))
            return damaged(split, &fault);
    }
}

static enum step take_value(struct split *split, unsigned level)
{
    struct as_json_fault fault = {
        .reason = AS_REASON_SHAPE,
        .what = "a record is an object, and this is none",
    };
    uint64_t start = split->at;
    int c = peek(split);

    if (c == '{')
        return take_object(split, level);
    if (c == '[' && level < AS_MAX_CARRIERS)
        return take_array(split, level + 1);
    if (c < 0)
        return cut(split, split->at, "the input ends inside an array");
    if (skip_value(split) != GOOD)
        return lost(split, split->reason, split->what);
    as_intake_aside(split->intake, &fault, start, "it was set aside",
                    record_bytes(split, start));
    return NEXT;
}

/* ------------------------------------------------------------------------
 * Documents
 */

static void take_documents(struct split *split)
{
    while (!as_intake_stopped(split->intake)) {
        enum step step = NEXT;
        int c = peek(split);

        if (c < 0)
            return;
        if (c == '{')
            step = take_object(split, 0);
        else if (c == '[')
            step = take_array(split, 0);
        else if (split->recovered && (c == ',' || c == ']' || c == '}'))
            split->at++; /* of what was lost */
        else
            step = lost(split, AS_REASON_JSON, "a document begins with { or [");
        if (step == LOST)
            split->recovered = true;
    }
}

/* A byte order mark, which UTF-8 does not need but some tools write. */
static void skip_mark(struct split *split)
{
    struct as_text text = rest(split);

    if (as_text_starts(text, AS_TEXT("\xEF\xBB\xBF")))
        split->at += 3;
}

static bool is_utf16(struct as_text text)
{
    return as_text_starts(text, AS_TEXT("\xFF\xFE")) ||
           as_text_starts(text, AS_TEXT("\xFE\xFF"));
}

enum as_split_kind as_split(struct as_intake *intake, struct as_window *window)
{
    struct split split = { .intake = intake, .window = window };

    while (rest(&split).length < 3 && fill(&split, 0))
        ;
    if (is_utf16(rest(&split)))
        return AS_SPLIT_UTF16;
    skip_mark(&split);

    int c = peek(&split);
    if (c < 0)
        return AS_SPLIT_EMPTY;
    if (c != '{' && c != '[')
        return AS_SPLIT_OTHER;
    take_documents(&split);
    return AS_SPLIT_JSON;
}
