/*
 * sigma.c - see sigma.h.
 */

#include "cli/sigma.h"

#include <stdarg.h>

#include "common/limits.h"
#include "common/utf8.h"

enum { LONGEST_NAME = 60 };

/* ---- what is said of a rule -------------------------------------------- */

static void remark(struct as_sigma *sigma, const struct as_sigma_rule *rule,
                   struct as_sigma_remarks *remarks,
                   const struct as_yamltree *at, const struct as_buf *text)
{
    struct as_sigma_remark *new = NULL;

    if (remarks->count < AS_MAX_ERRORS)
        new = as_alloc(&sigma->arena, sizeof(*new));
    if (!new)
        return;
    new->line = rule->line;
    new->column = new->width = 1;
    if (at) {
        new->line += at->place.line - 1;
        new->column = at->place.column;
        new->width = at->text.length > 0 ? (uint32_t)at->text.length : 1;
    }
    new->text = as_sigma_keep(sigma, text);
    if (remarks->end)
        remarks->end->next = new;
    else
        remarks->first = new;
    remarks->end = new;
    remarks->count++;
}

bool as_sigma_refuse(struct as_sigma *sigma, struct as_sigma_rule *rule,
                     const struct as_yamltree *at, const char *format, ...)
{
    struct as_buf text = { .bytes = NULL };
    va_list list;

    va_start(list, format);
    as_buf_vprintf(&text, format, list);
    va_end(list);
    remark(sigma, rule, &rule->reasons, at, &text);
    as_buf_done(&text);
    rule->state = AS_SIGMA_REFUSED;
    return false;
}

void as_sigma_note(struct as_sigma *sigma, struct as_sigma_rule *rule,
                   const struct as_yamltree *at, const char *format, ...)
{
    struct as_buf text = { .bytes = NULL };
    va_list list;

    va_start(list, format);
    as_buf_vprintf(&text, format, list);
    va_end(list);
    remark(sigma, rule, &rule->notes, at, &text);
    as_buf_done(&text);
}

void as_sigma_drop(struct as_sigma *sigma, struct as_sigma_rule *rule,
                   const struct as_yamltree *key)
{
    struct as_buf text = { .bytes = NULL };

    as_buf_text(&text, key->text);
    remark(sigma, rule, &rule->dropped, key, &text);
    as_buf_done(&text);
}

/* ---- nodes ------------------------------------------------------------- */

struct as_sigma_node *as_sigma_node_new(struct as_sigma *sigma,
                                        enum as_sigma_kind kind)
{
    struct as_sigma_node *node = as_alloc(&sigma->arena, sizeof(*node));

    if (node)
        node->kind = kind;
    return node;
}

void as_sigma_node_add(struct as_sigma_node *parent, struct as_sigma_node *part)
{
    if (!parent || !part)
        return;
    if (parent->end)
        parent->end->next = part;
    else
        parent->first = part;
    parent->end = part;
}

struct as_sigma_node *as_sigma_node_flat(struct as_sigma_node *parent)
{
    if (!parent || parent->kind == AS_SIGMA_NOT)
        return parent;
    return parent->first == parent->end ? parent->first : parent;
}

/* ---- texts ------------------------------------------------------------- */

const char *as_sigma_keep(struct as_sigma *sigma, const struct as_buf *buf)
{
    const char *copy = buf->failed
                         ? NULL
                         : as_strndup(&sigma->arena, buf->bytes, buf->length);

    sigma->arena.failed |= !copy;
    return copy ? copy : "";
}

const char *as_sigma_print(struct as_sigma *sigma, const char *format, ...)
{
    struct as_buf text = { .bytes = NULL };
    const char *kept;
    va_list list;

    va_start(list, format);
    as_buf_vprintf(&text, format, list);
    va_end(list);
    kept = as_sigma_keep(sigma, &text);
    as_buf_done(&text);
    return kept;
}

/* Must this character be written as an escape? */
static bool is_hidden(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) ||
           as_utf8_invisible(code);
}

static bool has_hidden(struct as_text text)
{
    for (size_t at = 0; at < text.length;) {
        uint32_t code = 0;
        unsigned length = as_utf8_decode(text.bytes + at, text.length - at,
                                         &code);

        if (length == 0 || is_hidden(code))
            return true;
        at += length;
    }
    return false;
}

static void quote_character(struct as_buf *out, struct as_text bytes,
                            uint32_t code)
{
    if (code == '"' || code == '\\') {
        as_buf_putc(out, '\\');
        as_buf_text(out, bytes);
    } else if (code == '\n' || code == '\t') {
        as_buf_puts(out, code == '\n' ? "\\n" : "\\t");
    } else if (is_hidden(code)) {
        as_buf_printf(out, "\\u{%x}", (unsigned)code);
    } else {
        as_buf_text(out, bytes);
    }
}

void as_sigma_quote(struct as_buf *out, struct as_text text)
{
    if (text.length == 0) {
        as_buf_puts(out, "\"\"");
        return;
    }
    bool hidden = has_hidden(text);
    bool escapes = memchr(text.bytes, '"', text.length) ||
                   memchr(text.bytes, '\\', text.length);

    if (!hidden && escapes && !memchr(text.bytes, '\'', text.length)) {
        as_buf_putc(out, '\'');
        as_buf_text(out, text);
        as_buf_putc(out, '\'');
        return;
    }
    as_buf_putc(out, '"');
    for (size_t at = 0; at < text.length;) {
        uint32_t code = 0xFFFD;
        unsigned length = as_utf8_decode(text.bytes + at, text.length - at,
                                         &code);
        struct as_text bytes = { text.bytes + at, length ? length : 1 };

        quote_character(out, bytes, code);
        at += bytes.length;
    }
    as_buf_putc(out, '"');
}

void as_sigma_slug(struct as_buf *out, struct as_text text)
{
    size_t start = out->length, word = start; /* where the last word ends */
    bool gap = false;

    for (size_t i = 0; i < text.length && !out->failed; i++) {
        char c = text.bytes[i];
        bool upper = c >= 'A' && c <= 'Z';

        if (!upper && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
            gap = true;
            continue;
        }
        if (gap && out->length > start)
            word = out->length;
        if (out->length - start + gap >= LONGEST_NAME) {
            out->length = word > start ? word : out->length;
            break;
        }
        if (gap && out->length > start)
            as_buf_putc(out, '_');
        if (out->length == start && c >= '0' && c <= '9')
            as_buf_puts(out, "n");
        as_buf_putc(out, upper ? (char)(c - 'A' + 'a') : c);
        gap = false;
    }
    if (out->length == start)
        as_buf_puts(out, "unnamed");
}

/* May something be called so?  A word of the language may not. */
static bool is_name(struct as_sigma *sigma, const char *name)
{
    struct as_buf text = { .bytes = NULL };
    bool good;

    as_buf_printf(&text,
                  "macro %s = eventName == \"a\"\n"
                  "rule r { from cloudtrail let %s_ = %s where %s_ }\n",
                  name, name, name, name);
    sigma->arena.failed |= text.failed;
    good = !text.failed &&
           as_sigma_compiles(sigma, text.bytes, text.length, NULL);
    as_buf_done(&text);
    return good;
}

/* The name, or the first NAME_2, NAME_3 ... that is free. */
static const char *take_word(struct as_sigma *sigma, struct as_buf *name)
{
    size_t length = name->length;
    uint32_t base = AS_MAP_NONE;

    while (!name->failed && !sigma->arena.failed) {
        bool added = false;
        const char *copy;
        uint32_t at = as_map_find(&sigma->words, as_buf_view(name));

        if (at == AS_MAP_NONE) {
            copy = as_sigma_keep(sigma, name);
            at = as_map_add(&sigma->words, as_text_of(copy), &added);
            sigma->arena.failed |= at == AS_MAP_NONE;
            if (added)
                return copy;
        }
        base = base == AS_MAP_NONE ? at : base;
        name->length = length;
        if (!sigma->arena.failed)
            as_buf_printf(name, "_%u",
                          (unsigned)++sigma->words.entries[base].value + 1);
    }
    sigma->arena.failed = true;
    return NULL;
}

const char *as_sigma_word_new(struct as_sigma *sigma, struct as_text like,
                              const char *tail)
{
    struct as_buf name = { .bytes = NULL };
    const char *kept = NULL;

    as_sigma_slug(&name, like);
    as_buf_putc(&name, '\0');
    name.length -= !name.failed;
    if (!name.failed && !is_name(sigma, name.bytes))
        as_buf_puts(&name, tail);
    kept = take_word(sigma, &name);
    as_buf_done(&name);
    return kept ? kept : "";
}

/* ---- asking the compiler ------------------------------------------------ */

static void hear(const struct astray_diagnostic *diagnostic, void *user)
{
    struct as_sigma_fault *fault = user;

    if (diagnostic->severity != ASTRAY_ERROR || fault->text.length > 0)
        return;
    strncpy(fault->code, diagnostic->code, sizeof(fault->code) - 1);
    as_buf_puts(&fault->text, diagnostic->message);
    if (diagnostic->help[0] != '\0')
        as_buf_printf(&fault->text, "; %s", diagnostic->help);
}

bool as_sigma_compiles(struct as_sigma *sigma, const char *text, size_t length,
                       struct as_sigma_fault *fault)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct as_sigma_fault unheard = { .code = "" };
    enum astray_status status;

    fault = fault ? fault : &unheard;
    sigma->arena.failed |= !compiler;
    if (!compiler)
        return false;
    astray_compiler_on_diagnostic(compiler, hear, fault);
    status = astray_compiler_add_text(compiler, "imported.astray", text,
                                      length);
    if (status == ASTRAY_OK)
        status = astray_compiler_build(compiler, NULL);
    sigma->arena.failed |= status == ASTRAY_NO_MEMORY || fault->text.failed;
    astray_compiler_free(compiler);
    as_buf_done(&unheard.text);
    return status == ASTRAY_OK;
}
