/*
 * check_meta.c - what a rule says of itself.
 *
 * Each name that meta knows is a row of the table: which kind of value it
 * takes, and where it goes.
 */

#include "compiler/check.h"

enum meta_value { TEXT, TEXTS, VERSION, SEVERITY, STATUS };

static const struct meta_name {
    const char *word;
    enum meta_value value;
    size_t offset; /* in struct as_ir_meta; SIZE_MAX: nobody reads it yet */
} meta_names[] = {
    { "id", TEXT, offsetof(struct as_ir_meta, id) },
    { "version", VERSION, offsetof(struct as_ir_meta, version) },
    { "title", TEXT, offsetof(struct as_ir_meta, title) },
    { "description", TEXT, SIZE_MAX },
    { "severity", SEVERITY, offsetof(struct as_ir_meta, severity) },
    { "status", STATUS, offsetof(struct as_ir_meta, status) },
    { "attack", TEXTS, offsetof(struct as_ir_meta, attack) },
    { "references", TEXTS, offsetof(struct as_ir_meta, references) },
    { "falsepositives", TEXTS, offsetof(struct as_ir_meta, falsepositives) },
    { "author", TEXT, SIZE_MAX },
    { "date", TEXT, SIZE_MAX },
    { "tags", TEXTS, SIZE_MAX },
};

enum { NAME_COUNT = sizeof(meta_names) / sizeof(meta_names[0]) };

static const char *const severities[] = { "informational", "low",      "medium",
                                          "high",          "critical", NULL };
static const char *const statuses[] = { "stable",       "test",
                                        "experimental", "reference",
                                        "deprecated",   NULL };

static bool is_among(const char *const *words, struct as_text word)
{
    while (*words && !as_text_equal(as_text_of(*words), word))
        words++;
    return *words != NULL;
}

bool as_check_severity(struct as_text severity)
{
    return is_among(severities, severity);
}

/* ---- values ----------------------------------------------------------- */

static void say_value(struct as_check *check, const struct as_meta *meta,
                      const char *want)
{
    as_diag(check->diag, AS_E_META_VALUE, meta->value->span, "`%.*s` is %s",
            (int)meta->name.text.length, meta->name.text.bytes, want);
}

/* A bare word, or a text. */
static struct as_text word_of(const struct as_expr *expr)
{
    if (expr->kind == AS_EXPR_TEXT)
        return expr->text;
    if (expr->kind == AS_EXPR_PATH && !expr->path->steps)
        return expr->path->head.text;
    return (struct as_text){ "", 0 };
}

static void take_word(struct as_check *check, const struct as_meta *meta,
                      const char *const *words, struct as_text *out)
{
    struct as_text word = word_of(meta->value);
    struct as_guess guess = as_guess_start(word);
    struct as_buf list = { 0 };

    if (is_among(words, word)) {
        *out = word;
        return;
    }
    for (const char *const *at = words; *at; at++) {
        as_buf_printf(&list, "%s%s", at == words ? "" : ", ", *at);
        as_guess_add(&guess, as_text_of(*at));
    }
    as_buf_putc(&list, '\0');
    check->arena->failed |= list.failed;
    if (!list.failed) {
        as_diag(check->diag, AS_E_META_VALUE, meta->value->span,
                "`%.*s` is one of %s", (int)meta->name.text.length,
                meta->name.text.bytes, list.bytes);
        as_guess_help(&guess, check->diag);
    }
    as_buf_done(&list);
}

static void take_texts(struct as_check *check, const struct as_meta *meta,
                       struct as_ir_texts *out)
{
    const struct as_expr *items = meta->value->items;
    uint32_t count = 0;

    if (meta->value->kind != AS_EXPR_LIST) {
        say_value(check, meta, "a list of texts: [\"...\"]");
        return;
    }
    for (const struct as_expr *at = items; at; at = at->next)
        count++;
    out->texts = as_alloc(check->arena, count * sizeof(*out->texts));
    if (!out->texts)
        return;
    for (const struct as_expr *at = items; at; at = at->next) {
        if (at->kind != AS_EXPR_TEXT) {
            as_diag(check->diag, AS_E_META_VALUE, at->span,
                    "`%.*s` is a list of texts", (int)meta->name.text.length,
                    meta->name.text.bytes);
            return;
        }
        out->texts[out->count++] = at->text;
    }
}

static void take_version(struct as_check *check, const struct as_meta *meta,
                         uint32_t *out)
{
    int64_t version = meta->value->integer;

    if (meta->value->kind == AS_EXPR_INT && version >= 1 &&
        version <= INT32_MAX)
        *out = (uint32_t)version;
    else
        say_value(check, meta, "a whole number from 1");
}

static void take_value(struct as_check *check, const struct as_meta *meta,
                       const struct meta_name *name, struct as_ir_meta *out)
{
    union {
        struct as_text text;
        struct as_ir_texts texts;
        uint32_t number;
    } unread = { .number = 0 };
    void *to = name->offset == SIZE_MAX ? (void *)&unread
                                        : (char *)out + name->offset;

    switch (name->value) {
    case TEXT:
        if (meta->value->kind == AS_EXPR_TEXT)
            *(struct as_text *)to = meta->value->text;
        else
            say_value(check, meta, "a text: \"...\"");
        break;
    case TEXTS:
        take_texts(check, meta, to);
        break;
    case VERSION:
        take_version(check, meta, to);
        break;
    case SEVERITY:
        take_word(check, meta, severities, to);
        break;
    case STATUS:
        take_word(check, meta, statuses, to);
        break;
    }
}

/* ---- names ------------------------------------------------------------ */

static const struct meta_name *find_name(struct as_text word)
{
    for (int i = 0; i < NAME_COUNT; i++) {
        if (as_text_equal(word, as_text_of(meta_names[i].word)))
            return &meta_names[i];
    }
    return NULL;
}

static void say_unknown(struct as_check *check, const struct as_name *name)
{
    struct as_guess guess = as_guess_start(name->text);

    as_diag(check->diag, AS_E_UNKNOWN_META, name->span,
            "`meta` does not know `%.*s`", (int)name->text.length,
            name->text.bytes);
    for (int i = 0; i < NAME_COUNT; i++)
        as_guess_add(&guess, as_text_of(meta_names[i].word));
    as_guess_help(&guess, check->diag);
}

void as_check_meta(struct as_check *check, const struct as_meta *meta,
                   struct as_ir_meta *out)
{
    struct as_span seen[NAME_COUNT] = { { 0, 0, 0 } };

    for (; meta; meta = meta->next) {
        const struct meta_name *name = find_name(meta->name.text);

        if (!name) {
            say_unknown(check, &meta->name);
            continue;
        }
        if (seen[name - meta_names].source != 0) {
            as_diag(check->diag, AS_E_DECLARED_TWICE, meta->name.span,
                    "`%s` is given twice", name->word);
            as_diag_label(check->diag, seen[name - meta_names],
                          "first given here");
            continue;
        }
        seen[name - meta_names] = meta->name.span;
        if (meta->value->kind != AS_EXPR_BAD)
            take_value(check, meta, name, out);
    }
}
