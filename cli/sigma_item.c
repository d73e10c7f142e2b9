/*
 * sigma_item.c - see sigma_item.h.
 *
 * The values of one item are gathered by the operator that asks for them, so
 * that ["a", "b", "c*"] becomes an `in` and a `startswith` and not three
 * comparisons.  A comparison with a missing field is unknown in our rules and
 * false in Sigma's; under `not`, where that would differ, the condition as a
 * whole is asked for `is not true`.
 */

#include "cli/sigma_item.h"

#include "cli/nearest.h"
#include "cli/sigma_field.h"
#include "cli/sigma_value.h"
#include "common/ip.h"
#include "common/limits.h"
#include "common/regex.h"

/* ---- modifiers ------------------------------------------------------------- */

enum op {
    OP_NONE, /* equal */
    OP_CONTAINS,
    OP_STARTS,
    OP_ENDS,
    OP_RE,
    OP_CIDR,
    OP_EXISTS,
    OP_LT,
    OP_LTE,
    OP_GT,
    OP_GTE,
};

enum flag {
    FLAG_NONE,
    FLAG_FIELDREF = 1 << 0,
    FLAG_NEQ = 1 << 1,
    FLAG_ALL = 1 << 2,
    FLAG_CASED = 1 << 3,
    FLAG_RE_I = 1 << 4,
    FLAG_RE_M = 1 << 5,
    FLAG_RE_S = 1 << 6,
};

enum role { ROLE_OP, ROLE_FLAG, ROLE_NONE };

static const struct modifier {
    const char *name;
    enum role role;
    unsigned sense; /* enum op or enum flag */
    const char *text;
} modifiers[] = {
#define SENSE_OP(sense)   OP_##sense
#define SENSE_FLAG(sense) FLAG_##sense
#define SENSE_NONE(sense) 0
#define AS_SIGMA_MODIFIER(name, role, sense, text)                             \
    { name, ROLE_##role, SENSE_##role(sense), text },
#include "cli/sigma_modifiers.def"
#undef AS_SIGMA_MODIFIER
};

enum { MODIFIER_COUNT = sizeof(modifiers) / sizeof(modifiers[0]) };

/* One FIELD|MODIFIER: VALUE. */
struct item {
    struct as_sigma *sigma;
    struct as_sigma_rule *rule;
    const struct as_yamltree *key;
    const struct as_sigma_field *field;
    enum op op;
    unsigned flags;
    struct as_sigma_node *tests;           /* of an AND or an OR */
    struct as_buf shapes[AS_SIGMA_SHAPES]; /* literals, a comma between */
    size_t counts[AS_SIGMA_SHAPES];
    struct as_sigma_word *words; /* of the texts that it may equal */
    bool others;                 /* it may be something else, too */
};

static bool refuse_modifier(struct item *item, struct as_text name)
{
    struct as_nearest nearest;
    const char *kept = as_strndup(&item->sigma->arena, name.bytes, name.length);

    if (!kept)
        return false;
    nearest = as_nearest_to(kept);
    for (int i = 0; i < MODIFIER_COUNT; i++)
        as_nearest_try(&nearest, modifiers[i].name);
    return as_sigma_refuse(
        item->sigma, item->rule, item->key, "Sigma has no modifier `%s`%s%s%s",
        kept, nearest.best ? "; did you mean `" : "",
        nearest.best ? nearest.best : "", nearest.best ? "`?" : "");
}

static bool take_modifier(struct item *item, struct as_text name)
{
    const struct modifier *modifier = modifiers;

    while (modifier < modifiers + MODIFIER_COUNT &&
           !as_text_equal(name, as_text_of(modifier->name)))
        modifier++;
    if (modifier == modifiers + MODIFIER_COUNT)
        return refuse_modifier(item, name);
    if (modifier->role == ROLE_NONE)
        return as_sigma_refuse(item->sigma, item->rule, item->key,
                               "modifier `%s` is not translated: %s",
                               modifier->name, modifier->text);
    if (modifier->role == ROLE_FLAG) {
        item->flags |= modifier->sense;
        return true;
    }
    if (item->op != OP_NONE)
        return as_sigma_refuse(item->sigma, item->rule, item->key,
                               "modifier `%s` does not go with the one "
                               "before it",
                               modifier->name);
    item->op = (enum op)modifier->sense;
    return true;
}

/* Which flags have a meaning with which operator? */
static bool check_modifiers(struct item *item)
{
    static const unsigned allowed[] = {
        [OP_NONE] = FLAG_FIELDREF | FLAG_NEQ | FLAG_ALL | FLAG_CASED,
        [OP_CONTAINS] = FLAG_FIELDREF | FLAG_ALL | FLAG_CASED,
        [OP_STARTS] = FLAG_FIELDREF | FLAG_ALL | FLAG_CASED,
        [OP_ENDS] = FLAG_FIELDREF | FLAG_ALL | FLAG_CASED,
        [OP_RE] = FLAG_ALL | FLAG_RE_I | FLAG_RE_M | FLAG_RE_S,
        [OP_CIDR] = FLAG_ALL,
        [OP_EXISTS] = 0,
        [OP_LT] = FLAG_ALL,
        [OP_LTE] = FLAG_ALL,
        [OP_GT] = FLAG_ALL,
        [OP_GTE] = FLAG_ALL,
    };
    unsigned both = FLAG_NEQ | FLAG_ALL;

    if ((item->flags & ~allowed[item->op]) || (item->flags & both) == both)
        return as_sigma_refuse(item->sigma, item->rule, item->key,
                               "these modifiers have no meaning together");
    return true;
}

/* FIELD|MODIFIER|...: false after the rule was refused. */
static bool read_key(struct item *item)
{
    struct as_text key = item->key->text;
    const char *bar = memchr(key.bytes, '|', key.length);
    struct as_text name = { key.bytes,
                            bar ? (size_t)(bar - key.bytes) : key.length };

    if (name.length == 0)
        return as_sigma_refuse(item->sigma, item->rule, item->key,
                               "a keyword looks through the whole record's "
                               "text, and a rule here judges fields: name the "
                               "field");
    while (bar) {
        const char *from = bar + 1, *end = key.bytes + key.length;

        bar = memchr(from, '|', (size_t)(end - from));
        if (!take_modifier(
                item,
                (struct as_text){ from, (size_t)((bar ? bar : end) - from) }))
            return false;
    }
    if (!check_modifiers(item))
        return false;
    item->field = as_sigma_field_of(item->sigma, item->rule, item->key, name);
    return item->field != NULL;
}

/* ---- tests ------------------------------------------------------------------ */

static struct as_sigma_node *add_test(struct item *item, const char *text)
{
    struct as_sigma_node *test = as_sigma_node_new(item->sigma, AS_SIGMA_TEST);

    if (test)
        test->text = text;
    as_sigma_node_add(item->tests, test);
    return test;
}

static void add_not(struct item *item, const char *text)
{
    struct as_sigma_node *not = as_sigma_node_new(item->sigma, AS_SIGMA_NOT);
    struct as_sigma_node *test = as_sigma_node_new(item->sigma, AS_SIGMA_TEST);

    if (test)
        test->text = text;
    as_sigma_node_add(not, test);
    as_sigma_node_add(item->tests, not );
}

/* Is the field there?  As a value has it: `null` is as good as nothing. */
static void add_presence(struct item *item, bool there)
{
    const struct as_sigma_field *field = item->field;

    item->others = true;
    if (there || !field->each)
        add_test(item, as_sigma_print(item->sigma, "%s is %s", field->whole,
                                      there ? "present" : "missing"));
    else
        add_not(item,
                as_sigma_print(item->sigma, "%s is present", field->whole));
}

/* The field as a text, to be compared with one: folded unless `cased`. */
static const char *text_form(struct item *item,
                             const struct as_sigma_field *field, bool cased)
{
    bool source = field->type == AS_SIGMA_SOURCE;

    return as_sigma_print(item->sigma, "%s%s%s%s%s", cased ? "" : "lower(",
                          source ? "text(" : "", field->path, source ? ")" : "",
                          cased ? "" : ")");
}

static bool refuse_value(struct item *item, const struct as_yamltree *value,
                         const char *why)
{
    return as_sigma_refuse(item->sigma, item->rule, value, "field `%s`: %s",
                           item->field->name, why);
}

/* May the field be compared with texts? */
static bool has_text(struct item *item, const struct as_sigma_field *field,
                     const struct as_yamltree *value)
{
    const char *why = NULL;

    switch (field->type) {
    case AS_SIGMA_TEXT:
    case AS_SIGMA_SOURCE:
    case AS_SIGMA_JSON:
        return true;
    case AS_SIGMA_BOOL:
        why = "it is true or false, and no text";
        break;
    case AS_SIGMA_TIME:
        why = "it is a time; how that is written depends on where the log is "
              "kept";
        break;
    case AS_SIGMA_OBJECT:
        why = "it is an object, and how that would be written as a text "
              "depends on where the log is kept; name the member that is meant";
        break;
    }
    return as_sigma_refuse(item->sigma, item->rule, value, "field `%s`: %s",
                           field->name, why);
}

/* ---- values by their shape --------------------------------------------------- */

static void add_word(struct item *item, const struct as_buf *text)
{
    struct as_sigma_word *word = as_alloc(&item->sigma->arena, sizeof(*word));

    if (!word)
        return;
    word->text = as_text_of(as_sigma_keep(item->sigma, text));
    word->next = item->words;
    item->words = word;
}

/* A literal more of this shape. */
static void add_literal(struct item *item, enum as_sigma_shape shape,
                        const struct as_buf *text)
{
    struct as_buf *out = &item->shapes[shape];

    item->sigma->arena.failed |= text->failed;
    if (item->counts[shape]++ > 0)
        as_buf_puts(out, ",\n");
    if (shape == AS_SIGMA_BLOCK)
        as_buf_text(out, as_buf_view(text));
    else
        as_sigma_quote(out, as_buf_view(text));
    if (shape == AS_SIGMA_EQUAL)
        add_word(item, text);
    else
        item->others = true;
}

/* The comparison of one shape that waits. */
static const char *waiting(struct item *item, enum as_sigma_shape shape,
                           const char *word)
{
    bool cased = (item->flags & FLAG_CASED) || shape == AS_SIGMA_MATCHES;
    bool many = item->counts[shape] > 1;
    const struct as_buf *list = &item->shapes[shape];

    if (shape == AS_SIGMA_BLOCK)
        return as_sigma_print(
            item->sigma, many ? "ip(%s) in [\n%.*s\n]" : "ip(%s) in [%.*s]",
            item->field->path, (int)list->length, list->bytes);
    return as_sigma_print(item->sigma, many ? "%s %s [\n%.*s\n]" : "%s %s %.*s",
                          text_form(item, item->field, cased),
                          many && shape == AS_SIGMA_EQUAL ? "in" : word,
                          (int)list->length, list->bytes);
}

/* The comparisons that wait. */
static void flush(struct item *item)
{
    static const char *const words[] = {
        [AS_SIGMA_ANY] = "",
        [AS_SIGMA_EQUAL] = "==",
        [AS_SIGMA_STARTS] = "startswith",
        [AS_SIGMA_ENDS] = "endswith",
        [AS_SIGMA_CONTAINS] = "contains",
        [AS_SIGMA_LIKE] = "like",
        [AS_SIGMA_MATCHES] = "matches",
        [AS_SIGMA_BLOCK] = "",
    };

    for (int shape = AS_SIGMA_EQUAL; shape < AS_SIGMA_SHAPES; shape++) {
        if (item->counts[shape] == 0)
            continue;
        item->sigma->arena.failed |= item->shapes[shape].failed;
        add_test(item, waiting(item, (enum as_sigma_shape)shape, words[shape]));
        as_buf_reset(&item->shapes[shape]);
        item->counts[shape] = 0;
    }
}

/* ---- one value ----------------------------------------------------------------- */

static bool take_text(struct item *item, const struct as_yamltree *value,
                      struct as_text text)
{
    bool cased = item->flags & FLAG_CASED;
    struct as_sigma_pattern pattern;
    struct as_buf literal = { .bytes = NULL };

    if (!as_sigma_pattern_read(
            item->sigma, text, item->op == OP_CONTAINS || item->op == OP_ENDS,
            item->op == OP_CONTAINS || item->op == OP_STARTS, cased, &pattern))
        return false;
    if (pattern.shape == AS_SIGMA_ANY) {
        item->others = true;
        add_test(item, as_sigma_print(item->sigma, "%s is present",
                                      item->field->path));
        return true;
    }
    if (!has_text(item, item->field, value))
        return false;
    as_sigma_pattern_text(&pattern, cased, &literal);
    if (pattern.shape == AS_SIGMA_MATCHES && literal.length > AS_MAX_PATTERN) {
        as_buf_done(&literal);
        return refuse_value(item, value, "this text is too long");
    }
    add_literal(item, pattern.shape, &literal);
    as_buf_done(&literal);
    return true;
}

static bool take_number(struct item *item, const struct as_yamltree *value)
{
    if (item->field->type != AS_SIGMA_JSON || item->op != OP_NONE)
        return take_text(item, value, value->text);
    item->others = true;
    add_test(item, as_sigma_print(item->sigma, "%s == %s", item->field->path,
                                  value->text.bytes));
    return true;
}

static bool take_bool(struct item *item, const struct as_yamltree *value)
{
    bool want = as_sigma_value_true(value);

    if (item->op != OP_NONE)
        return refuse_value(item, value,
                            "this modifier takes texts; put quotes around "
                            "the value");
    if (item->field->type != AS_SIGMA_BOOL)
        return take_text(item, value,
                         want ? AS_TEXT("true") : AS_TEXT("false"));
    item->others = true;
    add_test(item, as_sigma_print(item->sigma, "%s == %s", item->field->path,
                                  want ? "true" : "false"));
    return true;
}

/* A text beside a field that is true or false. */
static bool take_bool_text(struct item *item, const struct as_yamltree *value)
{
    static const char *const words[] = { "true",  "True",  "TRUE",
                                         "false", "False", "FALSE" };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (as_text_equal(value->text, as_text_of(words[i])))
            return take_bool(item, value);
    return take_text(item, value, value->text);
}

/* `lt` and its like. */
static bool take_order(struct item *item, const struct as_yamltree *value)
{
    static const char *const signs[] = {
        [OP_LT] = "<",
        [OP_LTE] = "<=",
        [OP_GT] = ">",
        [OP_GTE] = ">=",
    };

    if (as_sigma_value_kind_of(item->sigma, value) != AS_SIGMA_VALUE_NUMBER)
        return refuse_value(item, value,
                            "lt, lte, gt and gte take a number, without "
                            "quotes, of at most 15 digits");
    if (item->field->type != AS_SIGMA_JSON)
        return refuse_value(item, value, "it is no number, so it has no order");
    item->others = true;
    add_test(item, as_sigma_print(item->sigma, "%s %s %s", item->field->path,
                                  signs[item->op], value->text.bytes));
    return true;
}

static bool take_exists(struct item *item, const struct as_yamltree *value)
{
    if (as_sigma_value_kind_of(item->sigma, value) != AS_SIGMA_VALUE_BOOL)
        return refuse_value(item, value, "exists takes true or false");
    add_presence(item, as_sigma_value_true(value));
    as_sigma_note(
        item->sigma, item->rule, item->key,
        "exists: a field that is written as null does not exist here");
    return true;
}

static bool take_cidr(struct item *item, const struct as_yamltree *value)
{
    struct as_buf block = { .bytes = NULL };
    struct as_cidr cidr;

    if (!as_cidr_parse(value->text, &cidr))
        return refuse_value(item, value, "this is no block of addresses");
    if (as_cidr_host_bits(&cidr))
        return refuse_value(item, value,
                            "this block has bits set behind its prefix");
    if (!has_text(item, item->field, value))
        return false;
    as_cidr_format(&block, &cidr);
    add_literal(item, AS_SIGMA_BLOCK, &block);
    as_buf_done(&block);
    return true;
}

/* ---- regular expressions --------------------------------------------------------- */

/* What RE2 reads, but in another way than Perl's kind of pattern. */
static const char *unlike_perl(struct as_text pattern)
{
    for (size_t i = 0; i + 1 < pattern.length; i++) {
        if (pattern.bytes[i] != '\\')
            continue;
        if (pattern.bytes[++i] == 'v')
            return "\\v is a class in some languages and one character in "
                   "others";
        if (pattern.bytes[i] == 'C')
            return "\\C is a byte in some languages and a character in others";
    }
    return NULL;
}

static bool check_regex(struct item *item, const struct as_yamltree *value,
                        const struct as_buf *pattern)
{
    const char *unlike = unlike_perl(value->text);
    struct as_buf why = { .bytes = NULL };
    struct as_regex *regex = NULL;

    if (unlike)
        return refuse_value(item, value, unlike);
    if (!pattern->failed)
        regex = as_regex_new(as_buf_view(pattern), 0, &why);
    item->sigma->arena.failed |= why.failed || (!regex && why.length == 0);
    if (!regex)
        as_sigma_refuse(item->sigma, item->rule, value,
                        "field `%s`: only regular expressions that take time "
                        "in proportion to the text are taken, without "
                        "look-around and back-references: %.*s",
                        item->field->name, (int)why.length,
                        why.bytes ? why.bytes : "");
    as_buf_done(&why);
    as_regex_free(regex);
    return regex != NULL;
}

/* Our dot takes a line end, too; Sigma's does with |s only. */
static void put_flags(struct item *item, struct as_text pattern,
                      struct as_buf *out)
{
    bool dot = memchr(pattern.bytes, '.', pattern.length) != NULL;
    bool dull = dot && !(item->flags & FLAG_RE_S);
    unsigned on = item->flags & (FLAG_RE_I | FLAG_RE_M);

    if (!on && !dull)
        return;
    as_buf_puts(out, "(?");
    as_buf_puts(out, on & FLAG_RE_I ? "i" : "");
    as_buf_puts(out, on & FLAG_RE_M ? "m" : "");
    as_buf_puts(out, dull ? "-s" : "");
    as_buf_putc(out, ')');
}

static bool take_regex(struct item *item, const struct as_yamltree *value)
{
    struct as_buf pattern = { .bytes = NULL };
    bool good;

    if (!has_text(item, item->field, value))
        return false;
    put_flags(item, value->text, &pattern);
    as_buf_text(&pattern, value->text);
    good = check_regex(item, value, &pattern);
    if (good)
        add_literal(item, AS_SIGMA_MATCHES, &pattern);
    as_buf_done(&pattern);
    return good;
}

/* ---- fields beside fields ----------------------------------------------------------- */

static bool take_fieldref(struct item *item, const struct as_yamltree *value)
{
    static const char *const words[] = {
        [OP_NONE] = "==",
        [OP_CONTAINS] = "contains",
        [OP_STARTS] = "startswith",
        [OP_ENDS] = "endswith",
    };
    bool cased = item->flags & FLAG_CASED;
    const struct as_sigma_field *other;

    if (as_sigma_value_kind_of(item->sigma, value) != AS_SIGMA_VALUE_TEXT)
        return refuse_value(item, value, "fieldref takes the name of a field");
    other = as_sigma_field_of(item->sigma, item->rule, value, value->text);
    if (!other || !has_text(item, item->field, value) ||
        !has_text(item, other, value))
        return false;
    item->others = true;
    add_test(item,
             as_sigma_print(item->sigma, "%s %s %s",
                            text_form(item, item->field, cased),
                            words[item->op], text_form(item, other, cased)));
    if (!cased)
        as_sigma_note(item->sigma, item->rule, item->key,
                      "fieldref: A and a are the same, as elsewhere in Sigma; "
                      "with `cased` they are not");
    return true;
}

/* ---- all values of an item ----------------------------------------------------------- */

static bool take_scalar(struct item *item, const struct as_yamltree *value)
{
    switch (as_sigma_value_kind_of(item->sigma, value)) {
    case AS_SIGMA_VALUE_NULL:
        if (item->op != OP_NONE || (item->flags & FLAG_CASED))
            return refuse_value(item, value, "null goes with no modifier");
        add_presence(item, false);
        return true;
    case AS_SIGMA_VALUE_NUMBER:
        return take_number(item, value);
    case AS_SIGMA_VALUE_BOOL:
        return take_bool(item, value);
    case AS_SIGMA_VALUE_ODD:
        return refuse_value(item, value,
                            "without quotes some readers of YAML take this for "
                            "a number, a date or a truth value, and others for "
                            "a text; put quotes around it");
    case AS_SIGMA_VALUE_TEXT:
        break;
    }
    return item->field->type == AS_SIGMA_BOOL && item->op == OP_NONE
             ? take_bool_text(item, value)
             : take_text(item, value, value->text);
}

static bool take_value(struct item *item, const struct as_yamltree *value)
{
    if (value->kind != AS_YAMLTREE_SCALAR)
        return as_sigma_refuse(item->sigma, item->rule, value,
                               "a value is a text, a number, true, false or "
                               "null");
    if (++item->rule->value_count > AS_MAX_SIGMA_VALUES)
        return as_sigma_refuse(item->sigma, item->rule, value,
                               "a rule may have at most %d values",
                               AS_MAX_SIGMA_VALUES);
    if (item->flags & FLAG_FIELDREF)
        return take_fieldref(item, value);
    switch (item->op) {
    case OP_NONE:
    case OP_CONTAINS:
    case OP_STARTS:
    case OP_ENDS:
        return take_scalar(item, value);
    case OP_RE:
        return take_regex(item, value);
    case OP_CIDR:
        return take_cidr(item, value);
    case OP_EXISTS:
        return take_exists(item, value);
    case OP_LT:
    case OP_LTE:
    case OP_GT:
    case OP_GTE:
        return take_order(item, value);
    }
    return false;
}

/* A text that is a field's name is a text; who forgot `fieldref` is told. */
static bool take_single(struct item *item, const struct as_yamltree *value)
{
    if (!take_value(item, value))
        return false;
    if (!(item->flags & FLAG_FIELDREF) && item->op <= OP_ENDS &&
        as_sigma_field_named(item->sigma, value->text))
        as_sigma_note(item->sigma, item->rule, value,
                      "compared with this text; it is also the name of a "
                      "field, which the modifier fieldref would compare with");
    return true;
}

static bool take_values(struct item *item, const struct as_yamltree *values)
{
    if (values->kind == AS_YAMLTREE_MAP)
        return as_sigma_refuse(item->sigma, item->rule, values,
                               "a field has values below it, not names; a "
                               "member is named with a dot");
    if (values->kind == AS_YAMLTREE_SCALAR)
        return take_single(item, values);
    if (values->count == 0)
        return as_sigma_refuse(item->sigma, item->rule, item->key,
                               "there is no value in this list");
    for (const struct as_yamltree *at = values->first; at; at = at->next) {
        if (!take_value(item, at))
            return false;
        if (item->flags & FLAG_ALL)
            flush(item);
    }
    return true;
}

/* Note of a lone `field == text` which texts it takes. */
static void note_words(const struct item *item, struct as_sigma_node *node)
{
    if (!node || node->kind != AS_SIGMA_TEST || item->others ||
        (item->flags & (FLAG_CASED | FLAG_ALL | FLAG_NEQ)))
        return;
    node->field = strstr(item->field->path, "[]") ? NULL : item->field->path;
    node->words = item->words;
}

static struct as_sigma_node *finish(struct item *item)
{
    struct as_sigma_node *node, *not ;

    flush(item);
    node = as_sigma_node_flat(item->tests);
    note_words(item, node);
    if (!(item->flags & FLAG_NEQ))
        return node;
    as_sigma_note(item->sigma, item->rule, item->key,
                  "neq: true where the field is missing, and where it equals "
                  "none of the values");
    not = as_sigma_node_new(item->sigma, AS_SIGMA_NOT);
    as_sigma_node_add(not, node);
    return not ;
}

static struct as_sigma_node *item_node(struct as_sigma *sigma,
                                       struct as_sigma_rule *rule,
                                       const struct as_yamltree *values)
{
    struct item item = { .sigma = sigma, .rule = rule, .key = values->key };
    struct as_sigma_node *node = NULL;

    if (read_key(&item)) {
        item.tests = as_sigma_node_new(
            sigma, item.flags & FLAG_ALL ? AS_SIGMA_AND : AS_SIGMA_OR);
        if (take_values(&item, values))
            node = finish(&item);
    }
    for (int i = 0; i < AS_SIGMA_SHAPES; i++)
        as_buf_done(&item.shapes[i]);
    return node;
}

/* ---- maps, and lists of them ---------------------------------------------------------- */

static struct as_sigma_node *map_node(struct as_sigma *sigma,
                                      struct as_sigma_rule *rule,
                                      const struct as_yamltree *map)
{
    struct as_sigma_node *all = as_sigma_node_new(sigma, AS_SIGMA_AND);
    bool good = map->count > 0;

    if (!good)
        as_sigma_refuse(sigma, rule, map, "there is nothing in this map");
    for (const struct as_yamltree *at = map->first; at; at = at->next) {
        struct as_sigma_node *node = item_node(sigma, rule, at);

        good = good && node;
        as_sigma_node_add(all, node);
    }
    return good ? as_sigma_node_flat(all) : NULL;
}

static struct as_sigma_node *list_node(struct as_sigma *sigma,
                                       struct as_sigma_rule *rule,
                                       const struct as_yamltree *list)
{
    struct as_sigma_node *any = as_sigma_node_new(sigma, AS_SIGMA_OR);
    bool good = list->count > 0;

    if (!good)
        as_sigma_refuse(sigma, rule, list, "there is nothing in this list");
    for (const struct as_yamltree *at = list->first; at; at = at->next) {
        struct as_sigma_node *node = NULL;

        if (at->kind == AS_YAMLTREE_MAP)
            node = map_node(sigma, rule, at);
        else
            as_sigma_refuse(sigma, rule, at,
                            "a keyword looks through the whole record's text, "
                            "and a rule here judges fields: name the field");
        good = good && node;
        as_sigma_node_add(any, node);
    }
    return good ? as_sigma_node_flat(any) : NULL;
}

struct as_sigma_node *as_sigma_search_node(struct as_sigma *sigma,
                                           struct as_sigma_rule *rule,
                                           const struct as_yamltree *tree)
{
    if (tree->kind == AS_YAMLTREE_MAP)
        return map_node(sigma, rule, tree);
    if (tree->kind == AS_YAMLTREE_LIST)
        return list_node(sigma, rule, tree);
    as_sigma_refuse(sigma, rule, tree,
                    "a keyword looks through the whole record's text, and a "
                    "rule here judges fields: name the field");
    return NULL;
}
