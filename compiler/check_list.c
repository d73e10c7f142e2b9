/*
 * check_list.c - params and lists: values that are known before any event.
 *
 * A value comes from the declaration, from a list's file, or from pack.yaml,
 * which has the last word when rules are built.  A run may replace it again
 * (--param, --list), so nothing here is ever folded into an expression.
 */

#include "compiler/check.h"

#include <errno.h>
#include <string.h>

#include "common/file.h"
#include "program/listfile.h"

/* ---- literals --------------------------------------------------------- */

void as_check_host_bits(struct as_check *check, const struct as_expr *expr)
{
    struct as_buf text = { 0 };
    struct as_cidr cidr = expr->cidr;

    if (!expr->has_slash || !as_cidr_host_bits(&cidr))
        return;
    as_diag(check->diag, AS_L_HOST_BITS, expr->span,
            "this block has bits set behind its prefix");
    for (unsigned bit = cidr.bits; bit < 128; bit++)
        cidr.base.byte[bit / 8] &= (unsigned char)~(0x80u >> bit % 8);
    as_cidr_format(&text, &cidr);
    check->arena->failed |= text.failed;
    if (!text.failed) {
        as_diag_help(check->diag, "the block is %.*s", (int)text.length,
                     text.bytes);
        as_diag_fix(check->diag, expr->span, "%.*s", (int)text.length,
                    text.bytes);
    }
    as_buf_done(&text);
}

static const char *literal_word(const struct as_expr *expr)
{
    switch (expr->kind) {
    case AS_EXPR_TEXT:
        return "text";
    case AS_EXPR_INT:
        return "int";
    case AS_EXPR_REAL:
        return "real";
    case AS_EXPR_DURATION:
        return "duration";
    case AS_EXPR_TIME:
        return "time";
    case AS_EXPR_CIDR:
        return expr->has_slash ? "cidr" : "ip";
    case AS_EXPR_REGEX:
        return "regex";
    case AS_EXPR_BOOL:
        return "bool";
    case AS_EXPR_LIST:
        return "a list";
    case AS_EXPR_PATH:
        return "a name";
    case AS_EXPR_NOT:
    case AS_EXPR_AND:
    case AS_EXPR_OR:
    case AS_EXPR_EQ:
    case AS_EXPR_NE:
    case AS_EXPR_LT:
    case AS_EXPR_LE:
    case AS_EXPR_GT:
    case AS_EXPR_GE:
    case AS_EXPR_IN:
    case AS_EXPR_CONTAINS:
    case AS_EXPR_STARTSWITH:
    case AS_EXPR_ENDSWITH:
    case AS_EXPR_LIKE:
    case AS_EXPR_MATCHES:
    case AS_EXPR_IS:
    case AS_EXPR_COALESCE:
    case AS_EXPR_PLUS:
    case AS_EXPR_MINUS:
    case AS_EXPR_IF:
    case AS_EXPR_QUANT:
    case AS_EXPR_BAD:
        break;
    }
    return "an expression";
}

/* The node of a literal; NULL when `expr` is none. */
static struct as_ir *literal(struct as_check *check, const struct as_expr *expr)
{
    struct as_ir_constant address = { .type = AS_KIND_IP, .cidr = expr->cidr };

    if (expr->kind == AS_EXPR_TEXT)
        return as_ir_words(check->table, AS_KIND_TEXT, expr->text);
    if (expr->kind == AS_EXPR_INT)
        return as_ir_integer(check->table, AS_KIND_INT, expr->integer);
    if (expr->kind == AS_EXPR_REAL)
        return as_ir_real(check->table, expr->real);
    if (expr->kind == AS_EXPR_DURATION)
        return as_ir_integer(check->table, AS_KIND_DURATION, expr->integer);
    if (expr->kind == AS_EXPR_TIME)
        return as_ir_integer(check->table, AS_KIND_TIME, expr->integer);
    if (expr->kind == AS_EXPR_BOOL)
        return as_ir_integer(check->table, AS_KIND_BOOL, expr->integer);
    if (expr->kind == AS_EXPR_CIDR && !expr->has_slash)
        return as_ir_const(check->table, &address);
    return NULL;
}

struct as_ir_constant *as_check_constant(struct as_check *check,
                                         const struct as_expr *expr,
                                         enum as_kind kind, enum as_code code)
{
    struct as_ir_constant block = { .type = AS_KIND_CIDR, .cidr = expr->cidr };
    struct as_ir *node;

    if (expr->kind == AS_EXPR_BAD || check->arena->failed)
        return NULL;
    as_check_host_bits(check, expr);
    if (kind == AS_KIND_CIDR && expr->kind == AS_EXPR_CIDR)
        return as_ir_constant(check->table, &block);
    if (kind == AS_KIND_REGEX &&
        (expr->kind == AS_EXPR_TEXT || expr->kind == AS_EXPR_REGEX))
        return as_check_regex(check, expr->span, expr->text,
                              expr->fold ? 1u : 0u);
    node = literal(check, expr);
    /* A text that spells an address is still a text. */
    if (node && !(kind == AS_KIND_IP && node->type == AS_KIND_TEXT))
        node = as_convert(check->table, node, kind);
    else
        node = NULL;
    if (node && node->kind == AS_IR_CONST)
        return node->constant;
    as_diag(check->diag, code, expr->span,
            "%s where a value of type %s is wanted", literal_word(expr),
            as_kind_words[kind]);
    return NULL;
}

/* ---- values from other files ------------------------------------------ */

static struct as_ir_constant *scalar_constant(struct as_check *check,
                                              const struct as_scalar *scalar)
{
    struct as_ir_constant model = { .type = (as_type)scalar->kind };

    switch (scalar->kind) {
    case AS_KIND_TEXT:
    case AS_KIND_SOURCE:
        model.text = scalar->text;
        break;
    case AS_KIND_BOOL:
    case AS_KIND_INT:
    case AS_KIND_TIME:
    case AS_KIND_DURATION:
        model.integer = scalar->integer;
        break;
    case AS_KIND_REAL:
        model.real = scalar->real;
        break;
    case AS_KIND_IP:
        model.cidr.base = scalar->ip;
        model.cidr.bits = 128;
        break;
    case AS_KIND_CIDR:
        model.cidr = scalar->cidr;
        break;
    case AS_KIND_NONE:
    case AS_KIND_JSON:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        return NULL;
    }
    return as_ir_constant(check->table, &model);
}

/* A value of pack.yaml; NULL after a message. */
static struct as_ir_constant *pack_constant(struct as_check *check,
                                            const struct as_pack_value *value,
                                            enum as_kind kind)
{
    struct as_scalar scalar;
    const char *why = "";

    if (kind == AS_KIND_REGEX)
        return as_check_regex(check, value->span, value->text, 0);
    if (as_scalar_parse(kind, value->text, &scalar, &why))
        return scalar_constant(check, &scalar);
    as_diag(check->diag, AS_E_PACK_VALUE, value->span, "`%s` is %s",
            as_check_show(check, value->text), why);
    return NULL;
}

static const struct as_pack_entry *pack_entry(
    const struct as_pack_entry *entries, struct as_text name)
{
    while (entries && !as_text_equal(entries->name, name))
        entries = entries->next;
    return entries;
}

/* ---- params ----------------------------------------------------------- */

#define BIT(kind) (1u << AS_KIND_##kind)

enum {
    SCALARS = BIT(BOOL) | BIT(INT) | BIT(REAL) | BIT(TIME) | BIT(DURATION) |
              BIT(TEXT) | BIT(IP) | BIT(SOURCE),
    LISTED = SCALARS | BIT(CIDR) | BIT(REGEX),
};

bool as_check_param_decl(struct as_check *check, struct as_decl *decl)
{
    const struct as_param *param = decl->param;
    enum as_kind kind = as_check_type(check, &param->type, SCALARS, "a param");
    const struct as_pack_entry *entry = pack_entry(
        check->packfile ? check->packfile->params : NULL, param->name.text);
    struct as_ir_param *made = as_alloc(check->arena, sizeof(*made));

    if (!made || kind == AS_KIND_NONE)
        return false;
    *made = (struct as_ir_param){
        .name = param->name.text,
        .help = param->help,
        .type = (as_type)kind,
        .value = as_check_constant(check, param->value, kind, AS_E_PARAM_VALUE),
        .row = AS_NO_ROW,
    };
    if (made->value && entry)
        made->value = pack_constant(check, &entry->value, kind);
    if (made->value && param->set)
        made->value = as_check_constant(check, param->set->value, kind,
                                        AS_E_PARAM_VALUE);
    made->set = param->set;
    decl->ir_param = made;
    *check->last.params = made;
    check->last.params = &made->next;
    return made->value != NULL;
}

/* ---- lists ------------------------------------------------------------ */

/* The values of a list in the making. */
struct values {
    const struct as_ir_constant **at;
    const struct as_cidr *blocks; /* instead, from a file of addresses */
    uint32_t count;
};

static bool make_room(struct as_check *check, struct values *values,
                      size_t count)
{
    if (count > AS_MAX_TABLE) {
        check->table->too_large = true;
        return false;
    }
    values->count = 0;
    values->at = as_alloc(check->arena, count * sizeof(*values->at));
    return values->at != NULL;
}

static bool take_literals(struct as_check *check, const struct as_expr *items,
                          enum as_kind kind, struct values *values)
{
    size_t count = 0;
    bool good = true;

    for (const struct as_expr *at = items; at; at = at->next)
        count++;
    if (!make_room(check, values, count))
        return false;
    for (const struct as_expr *at = items; at; at = at->next) {
        const struct as_ir_constant *constant = as_check_constant(
            check, at, kind, AS_E_LIST_ELEMENT);

        good &= constant != NULL;
        values->at[values->count++] = constant;
    }
    return good;
}

static bool take_pack_values(struct as_check *check,
                             const struct as_pack_value *items,
                             enum as_kind kind, struct values *values)
{
    size_t count = 0;
    bool good = true;

    for (const struct as_pack_value *at = items; at; at = at->next)
        count++;
    if (!make_room(check, values, count))
        return false;
    for (const struct as_pack_value *at = items; at; at = at->next) {
        const struct as_ir_constant *constant = pack_constant(check, at, kind);

        good &= constant != NULL;
        values->at[values->count++] = constant;
    }
    return good;
}

/* ---- lists from files ------------------------------------------------- */

/* A file that is being read, and the place that asked for it. */
struct list_file {
    struct as_check *check;
    const char *name;
    struct as_span span;
    struct as_buf bytes;
    const struct as_source *source; /* made for the first message */
};

/* The place of a line, so that a message can show it. */
static struct as_span line_span(struct list_file *file, uint32_t line)
{
    struct as_check *check = file->check;
    struct as_span span = { 0, 0, 0 };
    const char *bytes = file->bytes.bytes, *end;
    size_t at = 0;

    if (line == 0)
        return file->span;
    if (!file->source) {
        char *copy = as_strndup(check->arena, bytes, file->bytes.length);

        if (!copy)
            return file->span;
        file->source = as_loader_source(
            check->loader, file->name,
            (struct as_text){ copy, file->bytes.length });
    }
    if (!file->source)
        return file->span;
    for (; line > 1 && at < file->bytes.length; at++)
        line -= bytes[at] == '\n';
    end = memchr(bytes + at, '\n', file->bytes.length - at);
    span.source = file->source->number;
    span.start = (uint32_t)at;
    span.end = (uint32_t)(end ? (size_t)(end - bytes) : file->bytes.length);
    return span;
}

static void say_report(struct list_file *file,
                       const struct as_listfile_report *report)
{
    struct as_diag *diag = file->check->diag;

    for (unsigned i = 0; i < report->count; i++) {
        const struct as_listfile_error *error = &report->errors[i];
        struct as_span span = line_span(file, error->line);

        as_diag(diag,
                error->is_warning  ? AS_L_HOST_BITS
                : error->line == 0 ? AS_E_LIST_JSON
                                   : AS_E_LIST_LINE,
                span, "%s", error->message);
        if (span.source != file->span.source)
            as_diag_label(diag, file->span, "the file is read here");
        if (report->left_out > 0 && i + 1 == report->count)
            as_diag_help(diag, "and %u more like this", report->left_out);
    }
}

static bool say_unreadable(struct list_file *file, enum astray_status status)
{
    struct as_diag *diag = file->check->diag;

    if (status == ASTRAY_NO_MEMORY)
        file->check->arena->failed = true;
    else if (status == ASTRAY_LIMIT)
        as_diag(diag, AS_E_LIST_TOO_LARGE, file->span,
                "`%s` has more than 64 MiB", file->name);
    else
        as_diag(diag, AS_E_LIST_UNREADABLE, file->span,
                "`%s` cannot be read: %s", file->name, strerror(errno));
    return false;
}

/* Addresses are many, and nothing is asked of one of them: they need not be
 * constants. */
static bool take_blocks(struct as_check *check,
                        const struct as_list_item *items, size_t count,
                        struct values *values)
{
    struct as_cidr *blocks = as_alloc(check->arena,
                                      (count + 1) * sizeof(*blocks));

    if (!blocks)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct as_scalar *value = &items[i].value;

        blocks[i] = value->kind == AS_KIND_CIDR
                      ? value->cidr
                      : (struct as_cidr){ value->ip, 128 };
    }
    values->blocks = blocks;
    values->count = (uint32_t)count;
    return true;
}

static bool take_items(struct as_check *check, const struct as_list_item *items,
                       size_t count, enum as_kind kind, struct values *values)
{
    if (count > AS_MAX_TABLE) {
        check->table->too_large = true;
        return false;
    }
    if (kind == AS_KIND_IP || kind == AS_KIND_CIDR)
        return take_blocks(check, items, count, values);
    if (!make_room(check, values, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        values->at[i] = scalar_constant(check, &items[i].value);
        if (!values->at[i])
            return false;
    }
    values->count = (uint32_t)count;
    return true;
}

static bool read_file(struct list_file *file, struct as_text name,
                      enum as_kind kind, struct values *values)
{
    struct as_check *check = file->check;
    struct as_listfile_report report = { .count = 0 };
    struct as_list_item *items = NULL;
    enum astray_status status;
    size_t count = 0;
    bool good;

    status = as_file_read(file->name, AS_MAX_LIST_FILE, &file->bytes);
    if (status != ASTRAY_OK)
        return say_unreadable(file, status);
    good = as_listfile_read(file->name, name, as_buf_view(&file->bytes), kind,
                            check->arena, &items, &count, &report);
    say_report(file, &report);
    return good && take_items(check, items, count, kind, values);
}

static bool take_file(struct as_check *check, struct as_text path,
                      struct as_span span, struct as_text name,
                      enum as_kind kind, struct values *values)
{
    struct list_file file = { .check = check, .span = span };
    bool good;

    if (!as_scalar_is(kind)) {
        as_diag(check->diag, AS_E_LIST_ELEMENT, span,
                "a list of %s cannot come from a file", as_kind_words[kind]);
        return false;
    }
    file.name = as_loader_resolve(check->loader, path, "");
    if (!file.name) {
        as_diag(check->diag, AS_E_LIST_UNREADABLE, span,
                "`%s` is no path below the pack's root",
                as_check_show(check, path));
        return false;
    }
    good = read_file(&file, name, kind, values);
    as_buf_done(&file.bytes);
    return good;
}

/* What pack.yaml says of the list, or else its declaration. */
static bool take_values(struct as_check *check, const struct as_list *list,
                        enum as_kind kind, struct values *values,
                        struct as_text *origin)
{
    const struct as_pack_entry *entry = pack_entry(
        check->packfile ? check->packfile->lists : NULL, list->name.text);

    if (entry && entry->is_sequence)
        return take_pack_values(check, entry->items, kind, values);
    if (entry) {
        *origin = entry->value.text;
        return take_file(check, *origin, entry->value.span, list->name.text,
                         kind, values);
    }
    if (list->from_span.source != 0) {
        *origin = list->from;
        return take_file(check, *origin, list->from_span, list->name.text, kind,
                         values);
    }
    return take_literals(check, list->items, kind, values);
}

/* ---- what overlays do to lists ---------------------------------------- */

static struct as_cidr block_of(const struct as_ir_constant *constant)
{
    struct as_cidr block = constant->cidr;

    if (constant->type == AS_KIND_IP)
        block.bits = 128;
    return block;
}

/* Where the value stands; `count` when it does not. */
static uint32_t place_of(const struct values *values,
                         const struct as_ir_constant *constant)
{
    struct as_cidr block = block_of(constant);
    uint32_t at = 0;

    for (; at < values->count; at++) {
        if (!values->blocks) {
            if (values->at[at] == constant)
                break;
        } else if (values->blocks[at].bits == block.bits &&
                   memcmp(&values->blocks[at].base, &block.base,
                          sizeof(block.base)) == 0) {
            break;
        }
    }
    return at;
}

/* A copy of the values with room for `more`. */
static bool copy_values(struct as_check *check, size_t more,
                        struct values *values)
{
    size_t count = values->count + more;
    const void *from = values->blocks ? (const void *)values->blocks
                                      : (const void *)values->at;
    size_t width = values->blocks ? sizeof(*values->blocks)
                                  : sizeof(*values->at);
    void *to;

    if (count > AS_MAX_TABLE) {
        check->table->too_large = true;
        return false;
    }
    to = as_alloc(check->arena, (count + 1) * width);
    if (!to)
        return false;
    if (values->count > 0)
        memcpy(to, from, values->count * width);
    if (values->blocks)
        values->blocks = to;
    else
        values->at = to;
    return true;
}

/* The values are a copy with room for this one. */
static void append_value(struct values *values,
                         const struct as_ir_constant *constant)
{
    uint32_t at = values->count++;

    if (values->blocks)
        ((struct as_cidr *)(uintptr_t)values->blocks)[at] = block_of(constant);
    else
        values->at[at] = constant;
}

static void remove_value(struct values *values, uint32_t at)
{
    uint32_t behind = --values->count - at;

    if (values->blocks)
        memmove((void *)(uintptr_t)(values->blocks + at),
                values->blocks + at + 1, behind * sizeof(*values->blocks));
    else
        memmove(values->at + at, values->at + at + 1,
                behind * sizeof(*values->at));
}

static bool edit_value(struct as_check *check, const struct as_change *change,
                       const struct as_expr *item, enum as_kind kind,
                       struct values *values)
{
    const struct as_ir_constant *constant = as_check_constant(
        check, item, kind, AS_E_LIST_ELEMENT);
    bool append = change->kind == AS_CHANGE_APPEND;
    uint32_t at = constant ? place_of(values, constant) : 0;

    if (!constant)
        return false;
    if (append && at < values->count) {
        as_diag(check->diag, AS_L_OVERLAY_NO_EFFECT, item->span,
                "the list has this value already");
    } else if (append) {
        append_value(values, constant);
    } else if (at < values->count) {
        remove_value(values, at);
    } else {
        as_diag(check->diag, AS_E_OVERLAY_TARGET, item->span,
                "the list has no such value");
        return false;
    }
    return true;
}

static bool edit_values(struct as_check *check, const struct as_list *list,
                        enum as_kind kind, struct values *values)
{
    bool good = true;

    for (const struct as_list_edit *edit = list->edits; edit;
         edit = edit->next) {
        size_t count = 0;

        for (const struct as_expr *at = edit->change->items; at; at = at->next)
            count++;
        if (!copy_values(check, count, values))
            return false;
        for (const struct as_expr *at = edit->change->items; at; at = at->next)
            good &= edit_value(check, edit->change, at, kind, values);
    }
    return good;
}

bool as_check_list_decl(struct as_check *check, struct as_decl *decl)
{
    const struct as_list *list = decl->list;
    enum as_kind kind = as_check_type(check, &list->type, LISTED, "a list");
    struct as_ir_list *made = as_alloc(check->arena, sizeof(*made));
    struct as_text origin = { "", 0 };
    struct values values = { 0 };

    if (!made || kind == AS_KIND_NONE)
        return false;
    if (!take_values(check, list, kind, &values, &origin) ||
        !edit_values(check, list, kind, &values))
        return false;
    *made = (struct as_ir_list){
        .name = list->name.text,
        .type = (as_type)kind,
        .values = values.at,
        .blocks = values.blocks,
        .count = values.count,
        .origin = origin,
        .edits = list->edits,
        .row = AS_NO_ROW,
    };
    decl->ir_list = made;
    *check->last.lists = made;
    check->last.lists = &made->next;
    return true;
}

/* ---- pack.yaml -------------------------------------------------------- */

static void check_entries(struct as_check *check,
                          const struct as_pack_entry *entry,
                          enum as_decl_kind kind, enum as_code code)
{
    for (; entry; entry = entry->next) {
        struct as_guess guess = as_guess_start(entry->name);
        bool known = as_resolve_anywhere(check->modules, entry->name, kind);

        for (struct as_module *at = check->modules; at && !known; at = at->next)
            known = at->broken;
        if (known)
            continue;
        for (struct as_module *at = check->modules; at; at = at->next)
            as_guess_add_module(&guess, at, (int)kind);
        as_diag(check->diag, code, entry->name_span,
                "no file declares the %s `%s`", as_decl_word(kind),
                as_check_show(check, entry->name));
        as_guess_help(&guess, check->diag);
    }
}

void as_check_packfile(struct as_check *check)
{
    if (!check->packfile)
        return;
    check_entries(check, check->packfile->params, AS_DECL_PARAM,
                  AS_E_UNKNOWN_PARAM);
    check_entries(check, check->packfile->lists, AS_DECL_LIST,
                  AS_E_UNKNOWN_LIST);
}
