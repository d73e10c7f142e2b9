/*
 * check.c - see check.h: the order in which a compilation is checked, and
 * texts for people.
 */

#include "compiler/check.h"

#include "common/escape.h"

/* ---- texts for people ------------------------------------------------- */

const char *as_check_show(struct as_check *check, struct as_text text)
{
    struct as_buf buf = { 0 };
    const char *copy;

    as_escape_terminal(&buf, text);
    copy = as_strndup(check->arena, buf.bytes ? buf.bytes : "", buf.length);
    check->arena->failed |= buf.failed;
    as_buf_done(&buf);
    return copy ? copy : "";
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == ':';
}

enum {
    MAX_SHOWN = 4000,  /* of a source: it goes on no further than a word */
    MOST_LETTERS = 64, /* taken at once */
};

/* Past the literal that a quote or a slash opens at `at`. */
static size_t skip_literal(struct as_text text, size_t at)
{
    char quote = text.bytes[at++];

    while (at < text.length && text.bytes[at] != quote &&
           text.bytes[at] != '\n') {
        at += quote != '\'' && text.bytes[at] == '\\' && at + 1 < text.length;
        at++;
    }
    return at < text.length ? at + 1 : at;
}

/* A slash behind a word belongs to an address block, else it opens a regular
 * expression: there is no division. */
static bool opens_literal(struct as_text text, size_t at)
{
    char c = text.bytes[at];

    return c == '"' || c == '\'' ||
           (c == '/' && (at == 0 || !is_word(text.bytes[at - 1])));
}

/* Past the letters at `at`, or past the one sign there. */
static size_t skip_word(struct as_text text, size_t at)
{
    size_t end = at + 1;

    while (is_word(text.bytes[at]) && end < text.length &&
           is_word(text.bytes[end]) && end - at < MOST_LETTERS)
        end++;
    return end;
}

/* What is longer than MAX_SHOWN is cut: quantifiers inside each other would
 * repeat it. */
static void squeeze(struct as_buf *out, struct as_text text)
{
    size_t at = 0, end;
    bool blank = false;

    while (at < text.length && out->length < MAX_SHOWN) {
        char c = text.bytes[at];

        if (is_blank(c)) {
            blank = out->length > 0;
            at++;
            continue;
        }
        if (c == '#') {
            while (at < text.length && text.bytes[at] != '\n')
                at++;
            blank = out->length > 0;
            continue;
        }
        if (blank)
            as_buf_putc(out, ' ');
        blank = false;
        end = opens_literal(text, at) ? skip_literal(text, at)
                                      : skip_word(text, at);
        if (end - at > MAX_SHOWN)
            break;
        as_buf_add(out, text.bytes + at, end - at);
        at = end;
    }
    if (at < text.length)
        as_buf_puts(out, " ...");
}

struct as_text as_check_source(struct as_check *check, struct as_span span)
{
    struct as_buf buf = { 0 };
    struct as_text text = { "", 0 };

    if (span.source == 0 || span.source > check->source_count)
        return text;
    text = check->sources[span.source - 1]->text;
    if (span.end > text.length || span.start > span.end)
        return (struct as_text){ "", 0 };
    squeeze(&buf,
            (struct as_text){ text.bytes + span.start, span.end - span.start });
    text.bytes = as_strndup(check->arena, buf.bytes ? buf.bytes : "",
                            buf.length);
    text.length = text.bytes ? buf.length : 0;
    check->arena->failed |= buf.failed;
    as_buf_done(&buf);
    return text;
}

/* ---- limits ----------------------------------------------------------- */

void as_check_limits(struct as_check *check, struct as_span span)
{
    const struct as_ir_table *table = check->table;

    if (check->limit_said || (!table->too_large && !table->too_deep))
        return;
    check->limit_said = true;
    if (table->too_large)
        as_diag(check->diag, AS_E_TOO_MANY_NODES, span,
                "with its macros in place the pack has more than %d parts",
                (int)AS_MAX_NODES);
    else
        as_diag(check->diag, AS_E_EXPRESSION_HEIGHT, span,
                "with its macros in place this is nested too deeply");
}

/* ---- the order -------------------------------------------------------- */

static bool number_sources(struct as_check *check)
{
    uint32_t count = 0;

    for (const struct as_source *at = check->diag->sources; at; at = at->next)
        count++;
    check->sources = as_alloc(check->arena, count * sizeof(*check->sources));
    check->source_count = count;
    if (!check->sources)
        return false;
    for (const struct as_source *at = check->diag->sources; at; at = at->next) {
        if (at->number >= 1 && at->number <= count)
            check->sources[at->number - 1] = at;
    }
    return true;
}

/* Is there a mistake of text or syntax (codes E01..) in this file? */
static bool is_torn(const struct as_check *check,
                    const struct as_module *module)
{
    uint32_t number = module->file->source->number;

    for (const struct as_message *at = check->diag->first; at; at = at->next) {
        if (at->code < AS_E_UNKNOWN_NAME && at->labels &&
            at->labels->span.source == number)
            return true;
    }
    return false;
}

/* Where declarations may be missing, unknown names are not reported. */
static void find_broken(struct as_check *check)
{
    if (check->diag->error_count == 0)
        return;
    for (struct as_module *at = check->modules; at; at = at->next)
        at->broken = is_torn(check, at);
    for (struct as_module *at = check->modules; at; at = at->next) {
        for (const struct as_imported *in = at->imported; in; in = in->next) {
            if (!in->module || is_torn(check, in->module))
                at->broken = true;
        }
    }
}

/* Does `text` end in this word? */
static bool ends_in_word(struct as_text text, const char *word)
{
    size_t length = strlen(word);

    return as_text_ends(text, as_text_of(word)) &&
           (text.length == length ||
            !is_word(text.bytes[text.length - length - 1]));
}

/* Does the word at `at` stand behind one that begins a declaration? */
static bool is_declared_at(struct as_text text, size_t at)
{
    size_t end = at;

    while (end > 0 && is_blank(text.bytes[end - 1]))
        end--;
    text.length = end;
    return end < at &&
           (ends_in_word(text, "macro") || ends_in_word(text, "baseline") ||
            ends_in_word(text, "list") || ends_in_word(text, "param"));
}

/* What a parser that gave up would have found. */
static bool declares(struct as_text text, struct as_text name)
{
    for (size_t at = 0; at + name.length <= text.length; at++) {
        size_t end = at + name.length;

        if (memcmp(text.bytes + at, name.bytes, name.length) == 0 &&
            (end == text.length || !is_word(text.bytes[end])) &&
            is_declared_at(text, at))
            return true;
    }
    return false;
}

bool as_check_is_torn(const struct as_env *env, struct as_text name)
{
    const struct as_module *module = env->module;

    if (!module->broken || name.length == 0)
        return false;
    if (declares(module->file->source->text, name))
        return true;
    for (const struct as_imported *in = module->imported; in; in = in->next) {
        if (in->module && declares(in->module->file->source->text, name))
            return true;
    }
    return false;
}

static void check_decls(struct as_check *check, bool early)
{
    for (struct as_module *at = check->modules; at; at = at->next) {
        for (struct as_decl *decl = at->decls; decl; decl = decl->next) {
            bool is_early = decl->kind == AS_DECL_PARAM ||
                            decl->kind == AS_DECL_LIST;

            if (is_early == early)
                as_check_decl(check, decl, decl->name.span);
        }
    }
}

static void check_rules(struct as_check *check)
{
    for (struct as_module *at = check->modules; at; at = at->next) {
        for (const struct as_rule *rule = at->file->rules; rule;
             rule = rule->next)
            as_check_rule(check, at, rule);
    }
}

static void say_unused_import(struct as_check *check,
                              const struct as_import *import)
{
    struct as_span line = import->span;
    struct as_text text = { NULL, 0 };

    as_diag(check->diag, AS_L_UNUSED, line, "nothing uses this import");
    if (line.source >= 1 && line.source <= check->source_count)
        text = check->sources[line.source - 1]->text;
    /* Its line goes too, unless something else stands there. */
    if (line.end < text.length && text.bytes[line.end] == '\n' &&
        (line.start == 0 || text.bytes[line.start - 1] == '\n'))
        line.end++;
    as_diag_cut(check->diag, line);
}

static void check_imports(struct as_check *check)
{
    if (as_diag_failed(check->diag))
        return;
    for (struct as_module *at = check->modules; at; at = at->next) {
        for (const struct as_imported *in = at->imported; in; in = in->next) {
            if (!in->used && !in->import->laid)
                say_unused_import(check, in->import);
        }
    }
}

/* What was written as the value of a change. */
static struct as_text value_of(struct as_check *check,
                               const struct as_change *change)
{
    const struct as_expr *last = change->items;

    if (change->exclude)
        return as_check_source(check, change->exclude->when->span);
    if (change->value)
        return as_check_source(check, change->value->span);
    if (!last)
        return AS_TEXT("");
    while (last->next)
        last = last->next;
    return as_check_source(check,
                           as_span_join(change->items->span, last->span));
}

static void keep_values(struct as_check *check, struct as_change *change)
{
    for (; change; change = change->next) {
        change->written = value_of(check, change);
        keep_values(check, change->mods);
    }
}

static void check_overlays(struct as_check *check)
{
    for (struct as_module *at = check->modules; at; at = at->next) {
        for (struct as_overlay *overlay = at->file->overlays; overlay;
             overlay = overlay->next)
            keep_values(check, overlay->changes);
    }
}

static void take_info(struct as_check *check)
{
    const struct as_packfile *pack = check->packfile;
    struct as_ir_info *info = &check->unit->info;

    if (!pack) {
        info->name = AS_TEXT("rules");
        return;
    }
    info->name = pack->name;
    info->version = pack->version;
    info->license = pack->license;
    info->title = pack->title;
    info->shared_ids = pack->dedupe == AS_DEDUPE_SHARED_EVENT_ID;
}

bool as_check_all(struct as_check *check)
{
    check->last.params = &check->unit->params;
    check->last.lists = &check->unit->lists;
    check->last.baselines = &check->unit->baselines;
    check->last.rules = &check->unit->rules;
    as_map_init(&check->ids);
    if (number_sources(check)) {
        take_info(check);
        find_broken(check);
        check_decls(check, true);
        check_decls(check, false);
        check_rules(check);
        as_check_packfile(check);
        check_imports(check);
        check_overlays(check);
    }
    check->arena->failed |= as_ir_failed(check->table) || check->ids.failed;
    as_map_done(&check->ids);
    return !check->arena->failed;
}
