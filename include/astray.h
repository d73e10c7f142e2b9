/*
 * astray.h - the public interface of libastray.
 *
 * Three objects, in the order in which a program meets them:
 *
 *     compiler  ->  rules  ->  scanner
 *
 * A compiler turns rule text into rules.  Rules never change once built, so
 * any number of scanners, on any number of threads, may share them; they must
 * outlive the scanners.  A scanner reads events and reports alerts; it belongs
 * to one thread.  It may start others to read with, which end before the call
 * does; what it reports it reports on the thread that called.
 *
 * Five calls make a useful program: astray_rules_open, astray_scanner_new,
 * astray_scanner_on_alert, astray_scanner_feed_path, astray_scanner_finish.
 *
 * Functions that can fail return enum astray_status and touch their outputs
 * only on success, unless they say otherwise.  Nothing in the library prints,
 * exits, changes the locale or keeps global state.  Texts are UTF-8 and
 * terminated; a `size` field that comes first in a struct is sizeof that
 * struct when the library was built, so that members can be added.
 */
#ifndef ASTRAY_H
#define ASTRAY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ASTRAY_API __attribute__((visibility("default")))
#else
#define ASTRAY_API
#endif

/* From harmless to grave, so that the worst of several is the largest. */
enum astray_status {
    ASTRAY_OK = 0,
    ASTRAY_SET_ASIDE,  /* some input could not be judged; the rest was */
    ASTRAY_BAD_SOURCE, /* the rules have errors; see the diagnostics */
    ASTRAY_BAD_VALUE,  /* a parameter, list, rule name or time that can't be
                          taken; see the object's error text */
    ASTRAY_BAD_PACK,   /* a compiled pack is damaged, or from another version */
    ASTRAY_LIMIT,      /* something is larger than it may be */
    ASTRAY_IO,         /* a read or write failed; errno says why */
    ASTRAY_NO_MEMORY,  /* an allocation failed; the object is still good */
    ASTRAY_BUG         /* a mistake of the library itself */
};

/* "0.1.0". */
ASTRAY_API const char *astray_version(void);

/* ------------------------------------------------------------------------
 * Diagnostics
 */

enum astray_severity { ASTRAY_ERROR, ASTRAY_WARNING, ASTRAY_NOTE };

/*
 * A place that matters for a diagnostic.  Lines and columns count from 1;
 * columns and widths count bytes.  `line_text` is the whole line (a copy, no
 * newline, ? for NUL).  `text` says what matters there and may be empty.
 */
struct astray_label {
    const char *file;
    uint32_t line, column;
    uint32_t width; /* bytes to underline, at least 1, within the line */
    const char *line_text;
    const char *text;
};

/*
 * A piece of a file that should read otherwise: `length` bytes from `offset`
 * on are to be replaced by `text`.  The same place by lines and columns, both
 * from 1: columns count characters here, and the end is behind the last one.
 */
struct astray_edit {
    const char *file;
    uint64_t offset, length;
    uint32_t line, column, end_line, end_column;
    const char *replaced; /* what stands there now */
    const char *text;
};

/*
 * One thing the compiler has to say about the rules.  labels[0] is where it
 * is, the others are places that explain it; a mistake of a whole file has
 * width 1 at 1:1, and one without a file has label_count 0.
 *
 * `edits`, where there are any, are one fix that a machine may make: all of
 * them or none.  They do not overlap.  `suppressed` is NULL, or the reason that
 * a comment `# allow CODE: reason` gives for not hearing this: whoever shows
 * diagnostics to people leaves these away.
 */
struct astray_diagnostic {
    size_t size;
    enum astray_severity severity;
    const char *code; /* "E0204" */
    const char *message;
    const char *help; /* the way out, or "" */
    size_t label_count;
    const struct astray_label *labels;
    size_t edit_count;
    const struct astray_edit *edits;
    const char *suppressed;
};

/* What is handed out lives until the function returns. */
typedef void astray_diagnostic_fn(const struct astray_diagnostic *diagnostic,
                                  void *user);

/*
 * What `astray explain CODE` says about a code, several lines; NULL when
 * there is none such.  `*title` is set to its one-line title.
 */
ASTRAY_API const char *astray_explain(const char *code, const char **title);

/* The known codes, 0, 1, 2 ...; NULL behind the last. */
ASTRAY_API const char *astray_explain_code(size_t n);

/* ------------------------------------------------------------------------
 * Compiler and rules
 */

struct astray_compiler;
struct astray_rules;

ASTRAY_API struct astray_compiler *astray_compiler_new(void);
ASTRAY_API void astray_compiler_free(struct astray_compiler *compiler);

/* Diagnostics go to `report`, in the order of the source, from within
 * astray_compiler_build. */
ASTRAY_API void astray_compiler_on_diagnostic(struct astray_compiler *compiler,
                                              astray_diagnostic_fn *report,
                                              void *user);

/*
 * Add what is at `path`: an .astray file, or a folder, of which every .astray
 * file below it is taken (the folder's pack.yaml, or the one found upward
 * from it, is the pack's).  ASTRAY_OK, ASTRAY_IO (errno), ASTRAY_LIMIT,
 * ASTRAY_NO_MEMORY.  What is wrong inside the files is said by
 * astray_compiler_build.
 */
ASTRAY_API enum astray_status astray_compiler_add_path(
    struct astray_compiler *compiler, const char *path);

/*
 * Add one source file's text.  `name` is shown in diagnostics; imports are
 * looked up from its folder.  Both are copied.
 */
ASTRAY_API enum astray_status astray_compiler_add_text(
    struct astray_compiler *compiler, const char *name, const char *text,
    size_t length);

/*
 * When the file at `path` is read, by one of the calls below or because it is
 * imported, take this text (copied) for what is in it: an editor's, that is not
 * saved yet.  The file must be there.  Called before the path is added.
 */
ASTRAY_API enum astray_status astray_compiler_replace(
    struct astray_compiler *compiler, const char *path, const char *text,
    size_t length);

/*
 * Add a file, or a text, whose overlays lie over the rules: parameters, lists
 * and rules are changed as they say before anything is compiled.  Overlays
 * apply in the order in which they are added, which is after the rules.
 */
ASTRAY_API enum astray_status astray_compiler_add_overlay(
    struct astray_compiler *compiler, const char *path);
ASTRAY_API enum astray_status astray_compiler_add_overlay_text(
    struct astray_compiler *compiler, const char *name, const char *text,
    size_t length);

/*
 * The day ("2026-11-22") by which dates in rules and overlays are judged: from
 * then on what is past its date is warned of.  The library reads no clock.
 * ASTRAY_BAD_VALUE when it is no date.
 */
ASTRAY_API enum astray_status astray_compiler_set_today(
    struct astray_compiler *compiler, const char *date);

/* The pack's astray.lock will be written anew: of what it says, compare only
 * the rules that have kept their version. */
ASTRAY_API void astray_compiler_renew_lock(struct astray_compiler *compiler);

/*
 * Before astray_compiler_build: keep what astray_scanner_explain and
 * astray_scanner_set_coverage want to know of the rules.  They find the same;
 * their bytes are more, and are no pack to keep: what is known beside them is
 * lost when they are written down.
 */
ASTRAY_API void astray_compiler_set_insight(struct astray_compiler *compiler,
                                            int on);

/*
 * Compile what was added, and what it imports.  ASTRAY_OK and *rules, which
 * is the caller's and outlives the compiler; ASTRAY_BAD_SOURCE after at least
 * one ASTRAY_ERROR was reported; ASTRAY_NO_MEMORY.  With `rules` NULL it only
 * checks.  May be called once.
 */
ASTRAY_API enum astray_status astray_compiler_build(
    struct astray_compiler *compiler, struct astray_rules **rules);

/*
 * The same, and the programs of these rules as the text of a C file, C11 that
 * needs astray_rt.h and nothing else: *text (terminated; *length without that)
 * is the caller's, free(3) it.  It depends on the sources alone.  `rules` may
 * be NULL.  Called instead of astray_compiler_build.
 */
ASTRAY_API enum astray_status astray_compiler_build_c(
    struct astray_compiler *compiler, struct astray_rules **rules, char **text,
    size_t *length);

/*
 * Rule text in the one style: indents, spaces and empty lines change, tokens
 * and comments don't.  Diagnostics of a file called `name` go to `report`,
 * which may be NULL.  ASTRAY_OK and *formatted, which is the caller's (free(3)
 * it), `*formatted_length` bytes and a NUL; ASTRAY_BAD_SOURCE when the text has
 * a syntax error; ASTRAY_LIMIT, ASTRAY_NO_MEMORY.
 */
ASTRAY_API enum astray_status astray_format(const char *name, const char *text,
                                            size_t length,
                                            astray_diagnostic_fn *report,
                                            void *user, char **formatted,
                                            size_t *formatted_length);

/*
 * A mistake that one could make in a file of rules: `length` bytes from
 * `offset` on are `replacement` instead.  What comes out parses; whether it
 * still compiles is to be seen.
 */
struct astray_mistake {
    size_t size;
    const char *declaration; /* the rule, baseline or macro it stands in */
    int shared;              /* in none of the rules, so any may read it */
    size_t offset, length;
    const char *replacement; /* all texts live for this call only */
    const char *what;        /* in words: "the opposite" */
};

typedef void astray_mistake_fn(const struct astray_mistake *mistake,
                               void *user);

/*
 * Tell `mistake` every one in the text of a file called `name`, one that changes
 * what its rules decide: an operator, a condition, a limit, a key.
 * Diagnostics go to `report`, which may be NULL.  ASTRAY_OK, ASTRAY_BAD_SOURCE
 * when the text has a syntax error, ASTRAY_LIMIT, ASTRAY_NO_MEMORY.
 */
ASTRAY_API enum astray_status astray_mistakes(const char *name,
                                              const char *text, size_t length,
                                              astray_diagnostic_fn *report,
                                              astray_mistake_fn *mistake,
                                              void *user);

/* Load a compiled pack.  It may come from a stranger: every byte is checked.
 * Signatures may stand behind it; they are not checked (doc/signing.md).
 * `*why` is set to a static text on ASTRAY_BAD_PACK; it may be NULL. */
ASTRAY_API enum astray_status astray_rules_load(const void *bytes,
                                                size_t length,
                                                struct astray_rules **rules,
                                                const char **why);

/*
 * The short way: load `path` when it holds a compiled pack, compile it
 * otherwise (diagnostics to `report`, which may be NULL).
 */
ASTRAY_API enum astray_status astray_rules_open(const char *path,
                                                astray_diagnostic_fn *report,
                                                void *user,
                                                struct astray_rules **rules);

ASTRAY_API void astray_rules_free(struct astray_rules *rules);

/* The compiled pack's bytes, as astray_rules_load takes them, without
 * signatures that stood behind them; they live as long as the rules. */
ASTRAY_API const void *astray_rules_bytes(const struct astray_rules *rules,
                                          size_t *length);

/*
 * The rules called `names`, relaxed: which of its clauses keeps a rule from
 * finding an event?  A rule's clauses are asked one after the other, and each
 * can only refuse.  The result has, for each rule in turn, one without its last
 * clause, one without its last two, and so on; the first of them that finds the
 * event lacks the clause that refused it.  In its info `name` is that clause
 * ("require", "exclude office", "where eventName"), `title` the clause's text, `status` the id of
 * the rule that it was made of.  The key of a join, and key and window of a
 * group, stay as they are.
 *
 * ASTRAY_OK and *relaxed, which is the caller's and needs nothing of `rules`;
 * ASTRAY_LIMIT, ASTRAY_NO_MEMORY.
 */
ASTRAY_API enum astray_status astray_rules_relax(
    const struct astray_rules *rules, const char *const *names, size_t count,
    struct astray_rules **relaxed);

/* What a rule says of itself.  The texts live as long as the rules. */
struct astray_rule_info {
    size_t size;
    const char *name, *id, *title, *severity, *status;
    const char *file; /* where it was declared, as the compiler knew it */
    uint32_t version;
};

ASTRAY_API size_t astray_rules_count(const struct astray_rules *rules);
ASTRAY_API enum astray_status astray_rules_info(
    const struct astray_rules *rules, size_t n, struct astray_rule_info *info);

/*
 * What a pack's folder keeps as astray.lock: which rules these are, and a
 * digest of what each means.  The compiler compares with it where there is
 * one.  *text (terminated; *length without that) is the caller's, free(3) it.
 */
ASTRAY_API enum astray_status astray_rules_lock(
    const struct astray_rules *rules, char **text, size_t *length);

enum astray_describe {
    ASTRAY_DESCRIBE_JSON = 1, /* one JSON object instead of text for people */
    ASTRAY_DESCRIBE_CODE = 2  /* with every program's instructions */
};

/*
 * What is in the pack: manifest, parameters, lists, fields it reads,
 * baselines with what bounds their state, rules.  *text is the caller's:
 * free(3) it.
 */
ASTRAY_API enum astray_status astray_rules_describe(
    const struct astray_rules *rules, unsigned flags, char **text);

/* ------------------------------------------------------------------------
 * Scanner
 */

struct astray_scanner;

ASTRAY_API enum astray_status astray_scanner_new(
    const struct astray_rules *rules, struct astray_scanner **scanner);
ASTRAY_API void astray_scanner_free(struct astray_scanner *scanner);

/* The last failure in words, with a way out; "" when there was none.  After
 * astray_scanner_set_list that succeeded: what is suspicious about the list,
 * a line each. */
ASTRAY_API const char *astray_scanner_error(
    const struct astray_scanner *scanner);

/* Before the first event is fed: */

/* Give a parameter another value, written as in a rule ("12h", "5"). */
ASTRAY_API enum astray_status astray_scanner_set_param(
    struct astray_scanner *scanner, const char *name, const char *value);

enum astray_list_mode { ASTRAY_LIST_REPLACE, ASTRAY_LIST_EXTEND };

/* Fill a list from a file's bytes.  `file` is its name, shown in errors;
 * its ending says how it is read (.json, .csv, else one value a line). */
ASTRAY_API enum astray_status astray_scanner_set_list(
    struct astray_scanner *scanner, const char *name,
    enum astray_list_mode mode, const char *file, const char *bytes,
    size_t length);

/*
 * Run these functions, made of the scanner's pack by astray_compiler_build_c,
 * in place of its bytecode; what comes out is the same.  They must outlive the
 * scanner.  NULL: the bytecode again.  ASTRAY_BAD_VALUE when they are of
 * another pack or for another version of the library.
 *
 * This is code, and runs as the program that calls this: never take it from
 * anybody whose programs you would not run.
 */
struct astray_native;

ASTRAY_API enum astray_status astray_scanner_set_native(
    struct astray_scanner *scanner, const struct astray_native *native);

/* Judge only this rule, and any other one that is named so. */
ASTRAY_API enum astray_status astray_scanner_only_rule(
    struct astray_scanner *scanner, const char *name);

/* Report alerts of time since <= t < until only ("2026-05-01" or
 * "2026-05-01T10:00:00Z"; NULL: no bound).  Earlier events still teach. */
ASTRAY_API enum astray_status astray_scanner_set_period(
    struct astray_scanner *scanner, const char *since, const char *until);

/*
 * Keep only alerts of the events with these ids, and, of rules that gather by
 * a key, those with these keys; both as struct astray_alert has them.  The
 * others are judged and forgotten.  The texts are copied.
 */
ASTRAY_API enum astray_status astray_scanner_only_alerts(
    struct astray_scanner *scanner, const char *const *names, size_t count);

/*
 * Read with so many threads, at most 256; 0, as it is at first, means as many
 * as the process has processors and the input is worth.  There are never more
 * than files.  What comes out does not depend on it.
 */
ASTRAY_API enum astray_status astray_scanner_set_threads(
    struct astray_scanner *scanner, unsigned count);

/*
 * Keep what has to be remembered of the events within about so many bytes;
 * 0, as it is at first: as many as it takes.  What does not fit is put away in
 * a temporary file without a name, in TMPDIR or /tmp; where that fails
 * astray_scanner_finish returns ASTRAY_IO, and nothing is reported.  What
 * comes out does not depend on the limit.
 *
 * ASTRAY_MEMORY_USUAL is 32 MB, hardly slower than no limit, where that folder
 * is on a disk with 4 GB of room, and else no limit: rather than read nothing,
 * more is remembered.
 */
#define ASTRAY_MEMORY_USUAL UINT64_MAX

ASTRAY_API enum astray_status astray_scanner_set_memory(
    struct astray_scanner *scanner, uint64_t bytes);

/*
 * An alert.  `json` is the whole of it, one object in one line, as
 * doc/output.md says; the other members are what a person reads first, texts
 * as they stood in the event (not escaped; "" where missing; U+FFFD for
 * NUL).
 */
struct astray_alert {
    size_t size;
    const char *json;
    size_t json_length;
    const char *id, *rule, *title, *severity, *status;
    const char *time; /* "2026-05-01T10:07:00Z" */
    int64_t time_ms;
    const char *event_id, *event_name, *event_source, *region, *address, *agent;
    const char *error_code;
    const char *key; /* of the joined rows, the group or what is new:
                        "name=value name=value" */
};

/* Called from astray_scanner_finish, in (time, event id, rule's name) order. */
typedef void astray_alert_fn(const struct astray_alert *alert, void *user);

ASTRAY_API void astray_scanner_on_alert(struct astray_scanner *scanner,
                                        astray_alert_fn *report, void *user);

/*
 * Something about the input: a record that was set aside, a file that could
 * not be read, a file that was skipped because it holds no events.
 */
struct astray_notice {
    size_t size;
    enum astray_severity severity; /* ASTRAY_NOTE: skipped on purpose */
    const char *reason; /* one word for counting: "json", "utf8", "gzip" ... */
    const char *input;  /* file, as it was named */
    uint64_t offset;    /* in the decompressed bytes */
    const char *message;
    const char *bytes; /* the record, where there is one (for a quarantine) */
    size_t length;
};

typedef void astray_notice_fn(const struct astray_notice *notice, void *user);

ASTRAY_API void astray_scanner_on_notice(struct astray_scanner *scanner,
                                         astray_notice_fn *report, void *user);

/* How far a call of astray_scanner_feed_path or _feed_paths has come. */
struct astray_progress {
    size_t size;
    uint64_t files, files_all; /* done, and all */
    uint64_t bytes, bytes_all; /* the same, as they lie on the disk; `_all` is
                                  0 where that can't be known: of a pipe */
    uint64_t decompressed;     /* bytes read so far */
    int walking; /* 1: folders are still looked through, `_all` grows */
};

typedef void astray_progress_fn(const struct astray_progress *progress,
                                void *user);

/* Called when reading begins and ends, and about ten times a second between;
 * more often before, while folders are looked through. */
ASTRAY_API void astray_scanner_on_progress(struct astray_scanner *scanner,
                                           astray_progress_fn *report,
                                           void *user);

/*
 * Read a whole file's bytes, or all that is below a path, or several: a file,
 * a folder, or "-" for standard input.  What the bytes are is recognised by
 * content.  Several are read in the order of their names, as far as can be
 * told: notices come in that order, however many threads read.
 * ASTRAY_OK; ASTRAY_SET_ASIDE when at least one record could not be judged;
 * ASTRAY_IO when something could not be opened or read (the rest was);
 * ASTRAY_NO_MEMORY: events are missing, and astray_scanner_finish will say so.
 */
ASTRAY_API enum astray_status astray_scanner_feed(
    struct astray_scanner *scanner, const char *name, const void *bytes,
    size_t length);
ASTRAY_API enum astray_status astray_scanner_feed_path(
    struct astray_scanner *scanner, const char *path);
ASTRAY_API enum astray_status astray_scanner_feed_paths(
    struct astray_scanner *scanner, const char *const *paths, size_t count);

/* No more input: judge, and report the alerts.  Called once. */
ASTRAY_API enum astray_status astray_scanner_finish(
    struct astray_scanner *scanner);

/*
 * What happened, after astray_scanner_finish: the funnel for people, or (with
 * `json` not 0) one JSON object.  *text is the caller's: free(3) it.
 */
ASTRAY_API enum astray_status astray_scanner_summary(
    const struct astray_scanner *scanner, int json, char **text);

/*
 * Find out what each rule costs (`on` not 0) or don't, which is how a scanner
 * starts.  Before the first input; the scan takes a few percent longer.
 */
ASTRAY_API enum astray_status astray_scanner_set_profile(
    struct astray_scanner *scanner, int on);

/*
 * What that came to, after astray_scanner_finish: a table for people, or (with
 * `json` not 0) one JSON object.  ASTRAY_BAD_VALUE when nothing was profiled.
 * Times are this process's processor time: what other threads of the program
 * did meanwhile is in the totals.  *text is the caller's: free(3) it.
 */
ASTRAY_API enum astray_status astray_scanner_profile(
    const struct astray_scanner *scanner, int json, char **text);

/* ------------------------------------------------------------------------
 * Why
 *
 * Of rules that were compiled after astray_compiler_set_insight; of others an
 * explanation says of each clause as a whole what it came to.
 */

/*
 * Before the first input: find out why `rule` fired for the event with this
 * eventID, or why not.  The scanner then judges this rule alone, reads with one
 * thread, and keeps all it must remember in memory.  ASTRAY_BAD_VALUE when
 * there is no such rule.
 */
ASTRAY_API enum astray_status astray_scanner_explain(
    struct astray_scanner *scanner, const char *rule, const char *event_id);

enum astray_why {
    ASTRAY_WHY_JSON = 1, /* one JSON object, as doc/output.md says */
    ASTRAY_WHY_ALL = 2   /* text: also the parts that have decided nothing */
};

/*
 * After astray_scanner_finish: the explanation; *count is how many records
 * with the id it explains, perhaps 0.  *text is the caller's: free(3) it.
 */
ASTRAY_API enum astray_status astray_scanner_explanation(
    const struct astray_scanner *scanner, unsigned flags, size_t *count,
    char **text);

/* Where there was no such event: ids that are spelt nearly like it, n = 0, 1
 * or 2, nearest first; NULL behind the last. */
ASTRAY_API const char *astray_scanner_near(const struct astray_scanner *scanner,
                                           size_t n);

/*
 * Before the first input: count what each part of the rules' conditions comes
 * to, of every event.  ASTRAY_BAD_VALUE when the rules were not compiled for
 * that.
 */
ASTRAY_API enum astray_status astray_scanner_set_coverage(
    struct astray_scanner *scanner, int on);

/* A part of the rules' text, and how often it came to what.  Texts live as
 * long as the rules. */
struct astray_clause {
    size_t size;
    const char *kind, *name; /* of what it is a part: "rule", "baseline" or
                                "macro" */
    const char *clause;      /* "where", "require" ... */
    const char *file, *text;
    uint32_t line, column;
    int counts;  /* it is a condition; the others are values and names */
    int reached; /* it belongs to what this scanner judges */
    uint64_t true_count, false_count, unknown_count;
};

/* Parts by number, 0, 1, 2 ...; the same of all scanners of the rules.
 * ASTRAY_BAD_VALUE behind the last. */
ASTRAY_API enum astray_status astray_scanner_clause(
    const struct astray_scanner *scanner, size_t n,
    struct astray_clause *clause);

#ifdef __cplusplus
}
#endif

#endif
