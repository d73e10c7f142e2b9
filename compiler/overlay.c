/*
 * overlay.c - see overlay.h.
 *
 * An overlay is applied to the tree, before any name in it has a meaning: what
 * it adds becomes a clause of the rule as if it had been written there, and
 * keeps its place in the overlay's file.  So the later passes know nothing of
 * overlays, and a mistake in an added exclusion is shown where it was made.
 * An added clause sees what the rule's file sees, and what the overlay's own
 * file declares.
 *
 * What an overlay names has to be there.  That is not asked while files have
 * errors of syntax: what they declare may be missing for that reason.
 */

#include "compiler/overlay.h"

#include "compiler/resolve.h"

struct laying {
    struct as_loader *loader;
    struct as_arena *arena;
    struct as_diag *diag;
    const struct as_packfile *pack; /* or NULL */
    struct as_file *file;           /* of the overlay */
    const struct as_overlay *overlay;
    struct as_laid *first, **last;
    uint32_t count;
    bool torn; /* a file has errors of syntax */
};

/* ---- what is not there ------------------------------------------------ */

/* Report a name that is gone; the caller adds a guess. */
static bool say_gone(struct laying *laying, const struct as_name *name,
                     const char *what)
{
    if (laying->torn)
        return false;
    as_diag(laying->diag, AS_E_OVERLAY_TARGET, name->span,
            "there is no %s `%.*s`", what, (int)name->text.length,
            name->text.bytes);
    return true;
}

static void say_no_rule(struct laying *laying, const struct as_name *name)
{
    struct as_guess guess = as_guess_start(name->text);

    if (!say_gone(laying, name, "rule"))
        return;
    for (struct as_file *file = laying->loader->files; file; file = file->next)
        for (struct as_rule *rule = file->rules; rule; rule = rule->next)
            as_guess_add(&guess, rule->name.text);
    as_guess_help(&guess, laying->diag);
}

static void say_two_rules(struct laying *laying, const struct as_name *name,
                          const struct as_rule *one,
                          const struct as_rule *other)
{
    as_diag(laying->diag, AS_E_OVERLAY_TARGET, name->span,
            "two rules are called `%.*s`", (int)name->text.length,
            name->text.bytes);
    as_diag_label(laying->diag, one->name.span, "one");
    as_diag_label(laying->diag, other->name.span, "the other");
    as_diag_help(laying->diag, "compile them apart from each other");
}

/* The rule of this name and its file; NULL after a message. */
static struct as_rule *find_rule(struct laying *laying,
                                 const struct as_name *name,
                                 struct as_file **file)
{
    struct as_rule *found = NULL;

    for (struct as_file *at = laying->loader->files; at; at = at->next) {
        for (struct as_rule *rule = at->rules; rule; rule = rule->next) {
            if (!as_text_equal(rule->name.text, name->text))
                continue;
            if (found && at == *file)
                continue; /* declared twice: resolve.c says so */
            if (found) {
                say_two_rules(laying, name, found, rule);
                return NULL;
            }
            found = rule;
            *file = at;
        }
    }
    if (!found)
        say_no_rule(laying, name);
    return found;
}

/* ---- what is said twice ----------------------------------------------- */

/* `change` sets what `before`, if there was such a change, has set. */
static void say_again(struct laying *laying, struct as_span span,
                      const struct as_change *before)
{
    bool same = before && before->overlay == laying->overlay;

    if (!before)
        return;
    if (same)
        as_diag(laying->diag, AS_E_OVERLAY_TWICE, span,
                "this overlay does so twice");
    else
        as_diag(laying->diag, AS_L_OVERLAY_OVERRIDES, span,
                "the overlay `%.*s` does so too; this one counts",
                (int)before->overlay->name.text.length,
                before->overlay->name.text.bytes);
    as_diag_label(laying->diag, before->span, same ? "first here" : "there");
}

static void say_no_effect(struct laying *laying, const struct as_name *name,
                          const char *why, const struct as_change *before)
{
    as_diag(laying->diag, AS_L_OVERLAY_NO_EFFECT, name->span, "`%.*s` is %s",
            (int)name->text.length, name->text.bytes, why);
    if (before)
        as_diag_label(laying->diag, before->span, "by this");
}

/* ---- rules ------------------------------------------------------------ */

/* The alerts of the rule say that this overlay has changed it. */
static void touch(struct laying *laying, struct as_rule *rule)
{
    struct as_touch **last = &rule->touches, *made;

    for (; *last; last = &(*last)->next) {
        if ((*last)->overlay == laying->overlay)
            return;
    }
    made = as_alloc(laying->arena, sizeof(*made));
    if (!made)
        return;
    made->overlay = laying->overlay;
    *last = made;
}

static void disable_rule(struct laying *laying, const struct as_change *change)
{
    struct as_file *file = NULL;
    struct as_rule *rule = find_rule(laying, &change->name, &file);

    if (!rule)
        return;
    if (rule->disabled)
        say_no_effect(laying, &change->name, "disabled already",
                      rule->disabled);
    else
        rule->disabled = change;
}

static void enable_rule(struct laying *laying, const struct as_change *change)
{
    struct as_file *file = NULL;
    struct as_rule *rule = find_rule(laying, &change->name, &file);

    if (!rule)
        return;
    if (!rule->disabled) {
        say_no_effect(laying, &change->name, "not disabled", NULL);
        as_diag_help(laying->diag, "`enable rule` takes back the `disable "
                                   "rule` of an overlay that was given before");
        return;
    }
    rule->disabled = NULL;
    touch(laying, rule);
}

/* ---- inside of rules -------------------------------------------------- */

static struct as_meta *find_meta(struct as_rule *rule, struct as_text name)
{
    struct as_meta *meta = rule->meta;

    while (meta && !as_text_equal(meta->name.text, name))
        meta = meta->next;
    return meta;
}

static bool computes_severity(const struct as_rule *rule)
{
    const struct as_bind *bind = rule->outcome;

    while (bind && !as_text_equal(bind->name.text, AS_TEXT("severity")))
        bind = bind->next;
    return bind != NULL;
}

static void set_meta(struct laying *laying, struct as_rule *rule,
                     const struct as_change *change)
{
    struct as_meta *meta = find_meta(rule, change->name.text);

    if (as_text_equal(change->name.text, AS_TEXT("id")) ||
        as_text_equal(change->name.text, AS_TEXT("version"))) {
        as_diag(laying->diag, AS_E_OVERLAY_CHANGE, change->name.span,
                "an overlay cannot set a rule's `%.*s`",
                (int)change->name.text.length, change->name.text.bytes);
        return;
    }
    if (as_text_equal(change->name.text, AS_TEXT("severity")) &&
        computes_severity(rule)) {
        as_diag(laying->diag, AS_L_OVERLAY_NO_EFFECT, change->name.span,
                "the rule's `outcome` sets the severity of each alert");
    }
    if (!meta) {
        meta = as_alloc(laying->arena, sizeof(*meta));
        if (!meta)
            return;
        meta->next = rule->meta;
        rule->meta = meta;
    }
    say_again(laying, change->name.span, meta->set);
    meta->name = change->name;
    meta->value = change->value;
    meta->set = change;
}

static void add_exclude(struct laying *laying, struct as_rule *rule,
                        const struct as_change *change)
{
    struct as_exclude **last = &rule->excludes;

    while (*last)
        last = &(*last)->next;
    *last = change->exclude;
    change->exclude->overlay = laying->overlay->name.text;
}

static const struct as_change *find_dropped(const struct as_rule *rule,
                                            struct as_text name)
{
    for (const struct as_dropped *at = rule->dropped; at; at = at->next) {
        if (as_text_equal(at->change->name.text, name))
            return at->change;
    }
    return NULL;
}

static void say_no_exclude(struct laying *laying, const struct as_rule *rule,
                           const struct as_name *name)
{
    const struct as_change *before = find_dropped(rule, name->text);
    struct as_guess guess = as_guess_start(name->text);

    if (before) {
        say_no_effect(laying, name, "disabled already", before);
        return;
    }
    if (!say_gone(laying, name, "exclusion"))
        return;
    as_diag_label(laying->diag, rule->name.span, "in this rule");
    for (const struct as_exclude *at = rule->excludes; at; at = at->next)
        as_guess_add(&guess, at->name.text);
    as_guess_help(&guess, laying->diag);
}

static void disable_exclude(struct laying *laying, struct as_rule *rule,
                            const struct as_change *change)
{
    struct as_exclude **at = &rule->excludes;
    struct as_dropped *dropped;

    while (*at && !as_text_equal((*at)->name.text, change->name.text))
        at = &(*at)->next;
    if (!*at) {
        say_no_exclude(laying, rule, &change->name);
        return;
    }
    *at = (*at)->next;
    dropped = as_alloc(laying->arena, sizeof(*dropped));
    if (!dropped)
        return;
    dropped->change = change;
    dropped->next = rule->dropped;
    rule->dropped = dropped;
}

static void add_require(struct laying *laying, struct as_rule *rule,
                        const struct as_change *change)
{
    struct as_expr **last = &rule->requires;

    if (rule->shape != AS_SHAPE_JOIN) {
        as_diag(laying->diag, AS_E_OVERLAY_CHANGE, change->span,
                "`%.*s` joins nothing, so nothing can be required of rows",
                (int)rule->name.text.length, rule->name.text.bytes);
        as_diag_help(laying->diag, "write `exclude NAME when ...` for what it "
                                   "should pass over");
        return;
    }
    while (*last)
        last = &(*last)->next;
    *last = change->value;
}

static void apply(struct laying *laying, struct as_rule *rule,
                  const struct as_change *mod)
{
    switch (mod->kind) {
    case AS_CHANGE_SET_META:
        set_meta(laying, rule, mod);
        break;
    case AS_CHANGE_EXCLUDE:
        add_exclude(laying, rule, mod);
        break;
    case AS_CHANGE_DISABLE_EXCLUDE:
        disable_exclude(laying, rule, mod);
        break;
    case AS_CHANGE_REQUIRE:
        add_require(laying, rule, mod);
        break;
    case AS_CHANGE_MODIFY:
    case AS_CHANGE_DISABLE_RULE:
    case AS_CHANGE_ENABLE_RULE:
    case AS_CHANGE_SET_PARAM:
    case AS_CHANGE_APPEND:
    case AS_CHANGE_REMOVE:
    case AS_CHANGE_COUNT:
        break;
    }
}

/* ---- versions of rules ------------------------------------------------ */

/* The version that `meta` gives; 0 when what it says there is no version. */
static int64_t version_of(const struct as_rule *rule, struct as_span *span)
{
    for (const struct as_meta *at = rule->meta; at; at = at->next) {
        if (!as_text_equal(at->name.text, AS_TEXT("version")))
            continue;
        *span = at->value->span;
        return at->value->kind == AS_EXPR_INT ? at->value->integer : 0;
    }
    *span = rule->name.span;
    return 1;
}

static bool fits_version(struct laying *laying, const struct as_rule *rule,
                         const struct as_change *change)
{
    struct as_span span;
    int64_t version = version_of(rule, &span);

    if (change->version_span.start == change->version_span.end) {
        as_diag(laying->diag, AS_L_OVERLAY_UNPINNED, change->name.span,
                "this changes any version of the rule");
        if (version > 0)
            as_diag_help(laying->diag, "write `modify rule %.*s version %lld`",
                         (int)change->name.text.length, change->name.text.bytes,
                         (long long)version);
        return true;
    }
    if (version == change->version || version == 0)
        return true;
    as_diag(laying->diag, AS_E_OVERLAY_VERSION, change->version_span,
            "this was written for version %lld of the rule, which has "
            "version %lld",
            (long long)change->version, (long long)version);
    as_diag_label(laying->diag, span, "its version");
    as_diag_help(laying->diag,
                 "read what changed in the rule, see that each change here is "
                 "still right, then write `version %lld`",
                 (long long)version);
    return false;
}

/* The rule's file sees what the overlay's declares. */
static void import_file(struct laying *laying, struct as_file *file)
{
    const struct as_file *own = laying->file;
    struct as_import **last = &file->imports, *made;

    if (own == file ||
        (!own->params && !own->lists && !own->macros && !own->baselines))
        return;
    for (; *last; last = &(*last)->next) {
        if ((*last)->file == own && (*last)->alias.text.length == 0)
            return;
    }
    made = as_alloc(laying->arena, sizeof(*made));
    if (!made)
        return;
    made->file = laying->file;
    made->span = laying->overlay->name.span;
    made->path_span = made->span;
    made->laid = true;
    *last = made;
}

static void modify_rule(struct laying *laying, struct as_change *change)
{
    struct as_file *file = NULL;
    struct as_rule *rule = find_rule(laying, &change->name, &file);

    if (!rule || !fits_version(laying, rule, change))
        return;
    import_file(laying, file);
    touch(laying, rule);
    for (struct as_change *mod = change->mods; mod; mod = mod->next) {
        mod->overlay = laying->overlay;
        apply(laying, rule, mod);
    }
}

/* ---- params and lists ------------------------------------------------- */

/* Declarations of several files may have one name, and each is meant. */
static void set_param(struct laying *laying, const struct as_change *change)
{
    struct as_guess guess = as_guess_start(change->name.text);
    bool found = false;

    for (struct as_file *file = laying->loader->files; file;
         file = file->next) {
        for (struct as_param *at = file->params; at; at = at->next) {
            as_guess_add(&guess, at->name.text);
            if (!as_text_equal(at->name.text, change->name.text))
                continue;
            if (!found)
                say_again(laying, change->name.span, at->set);
            at->set = change;
            found = true;
        }
    }
    if (!found && say_gone(laying, &change->name, "parameter"))
        as_guess_help(&guess, laying->diag);
}

static void add_edit(struct laying *laying, struct as_list *list,
                     const struct as_change *change)
{
    struct as_list_edit **last = &list->edits;
    struct as_list_edit *made = as_alloc(laying->arena, sizeof(*made));

    if (!made)
        return;
    while (*last)
        last = &(*last)->next;
    made->change = change;
    *last = made;
}

static void edit_list(struct laying *laying, const struct as_change *change)
{
    struct as_guess guess = as_guess_start(change->name.text);
    bool found = false;

    for (struct as_file *file = laying->loader->files; file;
         file = file->next) {
        for (struct as_list *at = file->lists; at; at = at->next) {
            as_guess_add(&guess, at->name.text);
            if (!as_text_equal(at->name.text, change->name.text))
                continue;
            add_edit(laying, at, change);
            found = true;
        }
    }
    if (!found && say_gone(laying, &change->name, "list"))
        as_guess_help(&guess, laying->diag);
}

/* ---- versions of packs ------------------------------------------------ */

enum { PARTS = 3 };

/* One to three whole numbers: the rest are 0.  False when it is something
 * else; a tail behind `-` or `+` is passed over where `tail` says so. */
static bool read_version(struct as_text text, bool tail, uint32_t parts[PARTS],
                         int *count)
{
    size_t at = 0;

    memset(parts, 0, PARTS * sizeof(parts[0]));
    for (*count = 0; *count < PARTS;) {
        size_t start = at;
        uint32_t number = 0;

        for (; at < text.length && text.bytes[at] >= '0' &&
               text.bytes[at] <= '9' && number < 100000000;
             at++)
            number = number * 10 + (uint32_t)(text.bytes[at] - '0');
        if (at == start)
            return false;
        parts[(*count)++] = number;
        if (at == text.length || text.bytes[at] != '.')
            break;
        at++;
    }
    return at == text.length ||
           (tail && (text.bytes[at] == '-' || text.bytes[at] == '+'));
}

static int compare(const uint32_t a[PARTS], const uint32_t b[PARTS])
{
    for (int i = 0; i < PARTS; i++) {
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    }
    return 0;
}

/* The first version that `^` or `~` does not allow any more: the one number
 * that may not change is made greater, and what follows is 0. */
static void bound(char sign, const uint32_t from[PARTS], int count,
                  uint32_t end[PARTS])
{
    int kept = 0;

    if (sign == '~')
        kept = count > 1 ? 1 : 0;
    while (sign == '^' && kept < count - 1 && from[kept] == 0)
        kept++;
    memcpy(end, from, PARTS * sizeof(end[0]));
    end[kept]++;
    for (int i = kept + 1; i < PARTS; i++)
        end[i] = 0;
}

/* How many bytes the sign in front of a range's version has. */
static size_t sign_length(struct as_text range)
{
    if (as_text_starts(range, AS_TEXT(">=")))
        return 2;
    return as_text_starts(range, AS_TEXT("^")) ||
           as_text_starts(range, AS_TEXT("~")) ||
           as_text_starts(range, AS_TEXT("="));
}

/* Is `version` in the range?  *good: is the range one? */
static bool in_range(struct as_text range, const uint32_t version[PARTS],
                     bool *good)
{
    size_t length = sign_length(range);
    char sign = length > 0 ? range.bytes[0] : '=';
    uint32_t from[PARTS], end[PARTS];
    int count;

    range.bytes += length;
    range.length -= length;
    *good = read_version(range, false, from, &count);
    if (!*good)
        return false;
    if (sign == '=')
        return compare(version, from) == 0;
    bound(sign, from, count, end);
    return compare(version, from) >= 0 &&
           (sign == '>' || compare(version, end) < 0);
}

static bool fits_range(struct laying *laying, const struct as_overlay *overlay)
{
    struct as_text has = laying->pack ? laying->pack->version : AS_TEXT("");
    uint32_t version[PARTS];
    bool good = false, known;
    int count;

    if (!overlay->version.bytes)
        return true;
    known = read_version(has, true, version, &count);
    if (in_range(overlay->version, version, &good) && known)
        return true;
    if (!good)
        as_diag(laying->diag, AS_E_OVERLAY_RANGE, overlay->version_span,
                "this is no range of versions, such as \"^1.2\"");
    else if (has.length == 0)
        as_diag(laying->diag, AS_E_OVERLAY_PACK, overlay->version_span,
                "the pack does not say which version it has");
    else
        as_diag(laying->diag, AS_E_OVERLAY_PACK, overlay->version_span,
                "the pack has version %.*s", (int)has.length, has.bytes);
    if (good && has.length > 0 && laying->pack)
        as_diag_help(laying->diag,
                     "read what changed in the pack, then write its version "
                     "here");
    return false;
}

static bool fits_pack(struct laying *laying, const struct as_overlay *overlay)
{
    struct as_text name = laying->pack ? laying->pack->name : AS_TEXT("rules");

    if (as_text_equal(overlay->pack, name))
        return fits_range(laying, overlay);
    as_diag(laying->diag, AS_E_OVERLAY_PACK, overlay->pack_span,
            "this overlay is not for the pack \"%.*s\"", (int)name.length,
            name.bytes);
    if (!laying->pack)
        as_diag_help(laying->diag, "rules without a pack.yaml are the pack "
                                   "\"rules\"");
    return false;
}

/* ---- overlays --------------------------------------------------------- */

static void change(struct laying *laying, struct as_change *change)
{
    change->overlay = laying->overlay;
    switch (change->kind) {
    case AS_CHANGE_MODIFY:
        modify_rule(laying, change);
        break;
    case AS_CHANGE_DISABLE_RULE:
        disable_rule(laying, change);
        break;
    case AS_CHANGE_ENABLE_RULE:
        enable_rule(laying, change);
        break;
    case AS_CHANGE_SET_PARAM:
        set_param(laying, change);
        break;
    case AS_CHANGE_APPEND:
    case AS_CHANGE_REMOVE:
        edit_list(laying, change);
        break;
    case AS_CHANGE_SET_META:
    case AS_CHANGE_EXCLUDE:
    case AS_CHANGE_DISABLE_EXCLUDE:
    case AS_CHANGE_REQUIRE:
    case AS_CHANGE_COUNT:
        break;
    }
}

static bool is_new(struct laying *laying, const struct as_overlay *overlay)
{
    const struct as_name *name = &overlay->name;

    for (const struct as_laid *at = laying->first; at; at = at->next) {
        if (!as_text_equal(at->overlay->name.text, name->text))
            continue;
        as_diag(laying->diag, AS_E_DECLARED_TWICE, name->span,
                "`%.*s` is declared twice", (int)name->text.length,
                name->text.bytes);
        as_diag_label(laying->diag, at->overlay->name.span,
                      "first declared here");
        return false;
    }
    return true;
}

/* A file's name from the root down, or else the last of it: a pack's bytes
 * must not say where it was made. */
static struct as_text shown_file(const struct laying *laying)
{
    const char *name = laying->file->source->name;
    struct as_text below = as_loader_below(laying->loader, name);
    size_t start = below.length;

    if (below.length < strlen(name))
        return below;
    while (start > 0 && below.bytes[start - 1] != '/')
        start--;
    return (struct as_text){ below.bytes + start, below.length - start };
}

static void lay(struct laying *laying, struct as_overlay *overlay)
{
    struct as_laid *laid = as_alloc(laying->arena, sizeof(*laid));

    if (!laid || overlay->name.text.length == 0 || !is_new(laying, overlay) ||
        !fits_pack(laying, overlay))
        return;
    *laid = (struct as_laid){ .overlay = overlay,
                              .file = shown_file(laying),
                              .number = laying->count++ };
    *laying->last = laid;
    laying->last = &laid->next;
    laying->overlay = overlay;
    for (struct as_change *at = overlay->changes; at; at = at->next)
        change(laying, at);
}

static void lay_file(struct laying *laying, struct as_file *file)
{
    laying->file = file;
    if (!file->overlays && !laying->torn)
        as_diag(laying->diag, AS_E_OVERLAY_TARGET,
                (struct as_span){ file->source->number, 0, 0 },
                "there is no overlay in this file");
    for (struct as_overlay *at = file->overlays; at; at = at->next)
        lay(laying, at);
}

static void say_left(struct laying *laying, const struct as_file *file)
{
    for (const struct as_overlay *at = file->overlays; at; at = at->next) {
        as_diag(laying->diag, AS_L_OVERLAY_LEFT, at->name.span,
                "this overlay is not applied");
        as_diag_help(laying->diag, "give its file with --overlay");
    }
}

/* ---- dates ------------------------------------------------------------ */

static bool is_past(const struct laying *laying, const struct as_audit *audit)
{
    return audit->expires && laying->loader->today_ms >= audit->expires_ms;
}

static void say_expired(struct laying *laying, const struct as_exclude *exclude)
{
    if (!is_past(laying, &exclude->audit))
        return;
    as_diag(laying->diag, AS_L_EXPIRED, exclude->audit.expires_span,
            "the exclusion `%.*s` is past its date",
            (int)exclude->name.text.length, exclude->name.text.bytes);
    as_diag_help(laying->diag, "it excludes nothing from that day on: remove "
                               "it, or look at it again and give it a new "
                               "date");
}

static void say_due(struct laying *laying, const struct as_change *change)
{
    for (; change; change = change->next) {
        say_due(laying, change->mods);
        if (change->kind == AS_CHANGE_EXCLUDE ||
            !is_past(laying, &change->audit))
            continue;
        as_diag(laying->diag, AS_L_EXPIRED, change->audit.expires_span,
                "this change is past its date");
        as_diag_help(laying->diag, "it still applies: remove it, or look at it "
                                   "again and give it a new date");
    }
}

static void say_dates(struct laying *laying)
{
    for (struct as_file *file = laying->loader->files; file;
         file = file->next) {
        for (struct as_rule *rule = file->rules; rule; rule = rule->next) {
            for (struct as_exclude *at = rule->disabled ? NULL : rule->excludes;
                 at; at = at->next)
                say_expired(laying, at);
        }
    }
    for (struct as_laid *at = laying->first; at; at = at->next)
        say_due(laying, at->overlay->changes);
}

/* ---- all -------------------------------------------------------------- */

struct as_laid *as_overlay_lay(struct as_loader *loader,
                               const struct as_packfile *pack)
{
    struct laying laying = {
        .loader = loader,
        .arena = loader->arena,
        .diag = loader->diag,
        .pack = pack,
        .torn = loader->diag->error_count > 0,
    };

    laying.last = &laying.first;
    for (struct as_file *file = loader->files; file; file = file->next) {
        if (file->laid == 0)
            say_left(&laying, file);
    }
    if (loader->pack_path.length == 0 || pack) {
        for (uint32_t n = 1; n <= loader->laid_count; n++) {
            struct as_file *file = loader->files;

            while (file->laid != n)
                file = file->next;
            lay_file(&laying, file);
        }
    }
    if (loader->today_ms != INT64_MIN)
        say_dates(&laying);
    return laying.first;
}
