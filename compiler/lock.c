/*
 * lock.c - see lock.h.
 *
 * Who takes a rule from somebody else has read it once.  The lock makes the
 * author say when it means something else: a changed digest wants a new
 * version, and the version is what overlays and people's notes are pinned to.
 *
 * The digest of a rule is that of what it compiles to, so a comment, another
 * layout or a better title is no change, and another value in a list that is
 * written in the rules is one.
 */

#include "compiler/lock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/escape.h"
#include "common/file.h"
#include "common/limits.h"
#include "program/digest.h"

enum { HEX = 2 * AS_SHA256_SIZE };

/* One line of a lock. */
struct line {
    struct as_text name, version, digest, id; /* the id with its quotes */
    struct as_span span;                      /* of the name */
    bool met;
};

/* ---- writing ---------------------------------------------------------- */

struct entry {
    const struct as_pack *pack;
    const struct as_row_rule *rule;
    unsigned char *digest;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *one = a, *two = b;
    int order = as_text_compare(as_pack_text(one->pack, one->rule->name),
                                as_pack_text(two->pack, two->rule->name));

    return order ? order
                 : as_text_compare(as_pack_text(one->pack, one->rule->id),
                                   as_pack_text(two->pack, two->rule->id));
}

static void write_head(struct as_buf *out)
{
    as_buf_printf(out,
                  "# astray.lock %d: written by `astray check --write-lock`, "
                  "not by hand\n",
                  (int)AS_DIGEST_WAY);
}

static void write_entry(const struct entry *entry, struct as_buf *out)
{
    char digest[HEX + 1];

    as_hex(entry->digest, AS_SHA256_SIZE, digest);
    as_buf_text(out, as_pack_text(entry->pack, entry->rule->name));
    as_buf_printf(out, " %lu %s ", (unsigned long)entry->rule->version, digest);
    as_escape_json(out, as_pack_text(entry->pack, entry->rule->id));
    as_buf_putc(out, '\n');
}

bool as_lock_write(const struct as_pack *pack, struct as_buf *out)
{
    size_t count = pack->rule_count;
    unsigned char(*digests)[AS_SHA256_SIZE] = calloc(count + 1,
                                                     sizeof(*digests));
    struct entry *entries = calloc(count + 1, sizeof(*entries));
    bool good = digests && entries && as_digest_rules(pack, digests);

    for (size_t i = 0; good && i < count; i++)
        entries[i] = (struct entry){ pack, &pack->rule[i], digests[i] };
    if (good)
        qsort(entries, count, sizeof(*entries), compare_entries);
    write_head(out);
    for (size_t i = 0; good && i < count; i++)
        write_entry(&entries[i], out);
    free(digests);
    free(entries);
    return good && !out->failed;
}

/* ---- reading ---------------------------------------------------------- */

struct lock {
    struct as_loader *loader;
    struct as_diag *diag;
    const struct as_source *source;
    struct line *lines;
    uint32_t count;
    struct as_map ids; /* -> number of a line, + 1 */
};

/* The text up to the next `end`, which is passed over; false without one. */
static bool cut(struct as_text *rest, char end, struct as_text *part)
{
    const char *at = rest->length > 0 ? memchr(rest->bytes, end, rest->length)
                                      : NULL;

    if (!at)
        return false;
    *part = (struct as_text){ rest->bytes, (size_t)(at - rest->bytes) };
    rest->bytes += part->length + 1;
    rest->length -= part->length + 1;
    return true;
}

static struct as_span span_of(const struct lock *lock, struct as_text text)
{
    uint32_t start = (uint32_t)(text.bytes - lock->source->text.bytes);

    return (struct as_span){ lock->source->number, start,
                             start + (uint32_t)text.length };
}

static bool read_line(struct lock *lock, struct as_text text)
{
    struct line *line = &lock->lines[lock->count];
    struct as_text rest = text;
    uint32_t entry;
    bool added = true;

    if (!cut(&rest, ' ', &line->name) || !cut(&rest, ' ', &line->version) ||
        !cut(&rest, ' ', &line->digest) || line->digest.length != HEX ||
        rest.length < 2)
        return false;
    line->id = rest;
    line->span = span_of(lock, line->name);
    entry = as_map_add(&lock->ids, line->id, &added);
    if (entry != AS_MAP_NONE && added)
        lock->ids.entries[entry].value = ++lock->count;
    return true;
}

static void say_syntax(struct lock *lock, struct as_text line)
{
    if (lock->loader->renews_lock)
        return;
    as_diag(lock->diag, AS_L_LOCK_SYNTAX, span_of(lock, line),
            "this is no line of a lock");
    as_diag_help(lock->diag, "write it anew: astray check --write-lock");
}

static void say_way(struct lock *lock, struct as_text text)
{
    struct as_text line = text;

    if (lock->loader->renews_lock)
        return;
    cut(&text, '\n', &line);
    as_diag(lock->diag, AS_L_LOCK_WAY, span_of(lock, line),
            "another version of astray made this lock, and made digests in "
            "another way");
    as_diag_help(lock->diag, "write it anew: astray check --write-lock");
}

/* False when there is nothing to compare with; that was said. */
static bool read_lines(struct lock *lock)
{
    struct as_text rest = lock->source->text, line, head;
    struct as_buf expected = { 0 };
    bool good = true;
    size_t count = 1;

    for (size_t i = 0; i < rest.length; i++)
        count += rest.bytes[i] == '\n';
    lock->lines = as_alloc(lock->loader->arena, count * sizeof(*lock->lines));
    if (!lock->lines)
        return false;
    write_head(&expected);
    head = as_buf_view(&expected);
    if (!as_text_starts(rest, AS_TEXT("# astray.lock "))) {
        line = rest;
        line.length = line.length < 1 ? line.length : 1;
        say_syntax(lock, line);
        good = false;
    } else if (!as_text_starts(rest, head)) {
        say_way(lock, rest);
        good = false;
    }
    as_buf_done(&expected);
    for (cut(&rest, '\n', &line); good && rest.length > 0;) {
        if (!cut(&rest, '\n', &line)) {
            line = rest;
            rest.length = 0;
        }
        good = read_line(lock, line);
        if (!good)
            say_syntax(lock, line);
    }
    return good;
}

/* ---- comparing -------------------------------------------------------- */

static struct line *find(struct lock *lock, struct as_text id)
{
    struct as_buf quoted = { 0 };
    uint32_t entry;

    as_escape_json(&quoted, id);
    lock->ids.failed |= quoted.failed;
    entry = as_map_find(&lock->ids, as_buf_view(&quoted));
    as_buf_done(&quoted);
    return entry == AS_MAP_NONE
             ? NULL
             : &lock->lines[lock->ids.entries[entry].value - 1];
}

static void say_new(struct lock *lock, const struct as_ir_rule *rule,
                    const struct line *line)
{
    if (lock->loader->renews_lock)
        return;
    as_diag(lock->diag, AS_L_LOCK_NEW, rule->span,
            line ? "this version of `%.*s` is not in the lock"
                 : "`%.*s` is not in the lock",
            (int)rule->name.length, rule->name.bytes);
    if (line)
        as_diag_label(lock->diag, line->span, "it has version %.*s",
                      (int)line->version.length, line->version.bytes);
    as_diag_help(lock->diag, "when it is as it should be: astray check "
                             "--write-lock");
}

static void compare(struct lock *lock, const struct as_ir_rule *rule,
                    const unsigned char digest[AS_SHA256_SIZE])
{
    struct line *line = find(lock, rule->meta.id);
    char version[16], hex[HEX + 1];

    snprintf(version, sizeof(version), "%lu",
             (unsigned long)rule->meta.version);
    as_hex(digest, AS_SHA256_SIZE, hex);
    if (!line || !as_text_equal(line->version, as_text_of(version))) {
        say_new(lock, rule, line);
    } else if (!as_text_equal(line->digest, as_text_of(hex))) {
        as_diag(lock->diag, AS_L_LOCK_CHANGED, rule->span,
                "`%.*s` means something else than in the lock, and is still "
                "version %s",
                (int)rule->name.length, rule->name.bytes, version);
        as_diag_label(lock->diag, line->span, "its line");
        as_diag_help(lock->diag, "raise `version` in its `meta`, then: astray "
                                 "check --write-lock");
    }
    if (line)
        line->met = true;
}

static void say_gone(struct lock *lock)
{
    for (uint32_t i = 0; i < lock->count; i++) {
        struct line *line = &lock->lines[i];

        if (line->met)
            continue;
        as_diag(lock->diag, AS_L_LOCK_GONE, line->span,
                "the pack has this rule no more");
        as_diag_help(lock->diag, "when that is meant: astray check "
                                 "--write-lock");
    }
}

static bool compare_all(struct lock *lock, const struct as_unit *unit,
                        const struct as_pack *pack)
{
    unsigned char(*digests)[AS_SHA256_SIZE] = calloc(
        (size_t)pack->rule_count + 1, sizeof(*digests));
    bool good = digests && as_digest_rules(pack, digests);
    uint32_t n = 0;

    /* Rules stand in the pack in the order of the unit. */
    for (const struct as_ir_rule *rule = unit->rules; good && rule;
         rule = rule->next)
        compare(lock, rule, digests[n++]);
    if (good && lock->loader->whole && !lock->loader->renews_lock)
        say_gone(lock);
    free(digests);
    return good;
}

/* ---- the file --------------------------------------------------------- */

/* Its text, as a source; NULL when there is none. */
static const struct as_source *open_lock(struct as_loader *loader)
{
    const char *path = as_loader_resolve(loader, AS_TEXT(AS_LOCK_NAME), "");
    struct as_buf bytes = { 0 };
    const struct as_source *source = NULL;
    enum astray_status status = path ? as_file_read(path, AS_MAX_SOURCE, &bytes)
                                     : ASTRAY_NO_MEMORY;

    if (status == ASTRAY_OK)
        source = as_loader_source(
            loader, path,
            (struct as_text){ as_strndup(loader->arena,
                                         bytes.bytes ? bytes.bytes : "",
                                         bytes.length),
                              bytes.length });
    else if (status == ASTRAY_NO_MEMORY)
        loader->arena->failed = true;
    else if (status != ASTRAY_IO || errno != ENOENT)
        as_diag(loader->diag, AS_E_UNREADABLE, (struct as_span){ 0, 0, 0 },
                "cannot read `%s`", path);
    as_buf_done(&bytes);
    return source;
}

/* What an overlay makes of a rule is not what its author wrote. */
bool as_lock_is_there(struct as_loader *loader)
{
    const char *path;

    if (loader->pack_path.length == 0 || loader->laid_count > 0)
        return false;
    path = as_loader_resolve(loader, AS_TEXT(AS_LOCK_NAME), "");
    return path && access(path, F_OK) == 0;
}

bool as_lock_check(struct as_loader *loader, const struct as_unit *unit,
                   const struct as_pack *pack)
{
    struct lock lock = { .loader = loader, .diag = loader->diag };
    bool good = true;

    lock.source = open_lock(loader);
    if (!lock.source)
        return !loader->arena->failed;
    as_map_init(&lock.ids);
    if (read_lines(&lock))
        good = compare_all(&lock, unit, pack);
    good = good && !lock.ids.failed;
    as_map_done(&lock.ids);
    return good;
}
