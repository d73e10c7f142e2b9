/*
 * sigma_value.c - see sigma_value.h.
 *
 * lower() folds A to Z and nothing else, as a comparison that tells no cases
 * apart should do with every letter: a text with other letters becomes a
 * regular expression, which folds them.
 */

#include "cli/sigma_value.h"

#include "common/regex.h"

/* ---- what kind of value ---------------------------------------------------- */

static bool is_among(struct as_text text, const char *const *words)
{
    while (*words && !as_text_equal(text, as_text_of(*words)))
        words++;
    return *words != NULL;
}

static size_t digits(struct as_text text, size_t at)
{
    size_t from = at;

    while (at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9')
        at++;
    return at - from;
}

/* -12 or 1.5, with so few digits that nothing rounds. */
static bool is_number(struct as_text text)
{
    size_t at = text.length > 0 && text.bytes[0] == '-';
    size_t whole = digits(text, at), part = 0;

    if (whole == 0 || (whole > 1 && text.bytes[at] == '0'))
        return false;
    at += whole;
    if (at < text.length && text.bytes[at] == '.') {
        part = digits(text, at + 1);
        at += 1 + part;
        if (part == 0)
            return false;
    }
    return at == text.length && whole + part <= 15;
}

/* Would some reader of YAML, of version 1.1 or 1.2, take it for a number, a
 * date or a truth value, though it is none in the plain spelling? */
static bool is_odd(struct as_sigma *sigma, struct as_text text)
{
    static const char odd[] =
        "^([-+]?(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+"
        "|[0-9][0-9_]*(:[0-5]?[0-9])*(\\.[0-9_]*)?([eE][-+]?[0-9]+)?"
        "|\\.[0-9][0-9_]*([eE][-+]?[0-9]+)?|\\.(inf|Inf|INF))"
        "|\\.(nan|NaN|NAN)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"
        "|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$";
    struct as_regex *regex = as_regex_new(as_text_of(odd), 0, NULL);
    bool matches = false;

    if (!regex || !as_regex_try(regex, text, &matches))
        sigma->arena.failed = true;
    as_regex_free(regex);
    return matches;
}

enum as_sigma_value_kind as_sigma_value_kind_of(struct as_sigma *sigma,
                                                const struct as_yamltree *node)
{
    static const char *const bools[] = { "true",  "True",  "TRUE", "false",
                                         "False", "FALSE", NULL };
    static const char *const nulls[] = {
        "", "~", "null", "Null", "NULL", NULL
    };

    if (!node->plain)
        return AS_SIGMA_VALUE_TEXT;
    if (is_among(node->text, nulls))
        return AS_SIGMA_VALUE_NULL;
    if (is_among(node->text, bools))
        return AS_SIGMA_VALUE_BOOL;
    if (is_number(node->text))
        return AS_SIGMA_VALUE_NUMBER;
    if (is_odd(sigma, node->text))
        return AS_SIGMA_VALUE_ODD;
    return AS_SIGMA_VALUE_TEXT;
}

bool as_sigma_value_true(const struct as_yamltree *node)
{
    return node->text.bytes[0] == 't' || node->text.bytes[0] == 'T';
}

/* ---- texts with wildcards --------------------------------------------------- */

struct reading {
    char *bytes, *marks;
    size_t length;
};

static void put(struct reading *reading, char byte, char mark)
{
    if (mark == '*' && reading->length > 0 &&
        reading->marks[reading->length - 1] == '*')
        return; /* two stars are as good as one */
    reading->bytes[reading->length] = byte;
    reading->marks[reading->length++] = mark;
}

static void put_text(struct reading *reading, struct as_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        char after = i + 1 < text.length ? text.bytes[i + 1] : '\0';

        if (c == '\\' && (after == '*' || after == '?' || after == '\\')) {
            put(reading, after, 'x');
            i++;
        } else {
            put(reading, c, c == '*' || c == '?' ? c : 'x');
        }
    }
}

static bool is_wide(const struct as_sigma_pattern *pattern)
{
    for (size_t i = 0; i < pattern->length; i++)
        if ((unsigned char)pattern->bytes[i] >= 0x80)
            return true;
    return false;
}

/* Is there a mark, or a plain * or ? , between the stars at the ends? */
static bool is_simple(const struct as_sigma_pattern *pattern, size_t from,
                      size_t to)
{
    for (size_t i = from; i < to; i++)
        if (pattern->marks[i] != 'x')
            return false;
    return true;
}

static bool has_plain_signs(const struct as_sigma_pattern *pattern)
{
    for (size_t i = 0; i < pattern->length; i++)
        if (pattern->marks[i] == 'x' &&
            (pattern->bytes[i] == '*' || pattern->bytes[i] == '?'))
            return true;
    return false;
}

static enum as_sigma_shape shape_of(const struct as_sigma_pattern *pattern,
                                    bool cased)
{
    size_t to = pattern->length;
    bool front = to > 0 && pattern->marks[0] == '*';
    bool back = to > 1 && pattern->marks[to - 1] == '*';

    if (front && to == 1)
        return AS_SIGMA_ANY;
    if (!cased && is_wide(pattern))
        return AS_SIGMA_MATCHES;
    if (is_simple(pattern, front, to - back))
        return front && back ? AS_SIGMA_CONTAINS
             : front         ? AS_SIGMA_ENDS
             : back          ? AS_SIGMA_STARTS
                             : AS_SIGMA_EQUAL;
    return has_plain_signs(pattern) ? AS_SIGMA_MATCHES : AS_SIGMA_LIKE;
}

bool as_sigma_pattern_read(struct as_sigma *sigma, struct as_text text,
                           bool front, bool back, bool cased,
                           struct as_sigma_pattern *pattern)
{
    struct reading reading = {
        .bytes = as_alloc(&sigma->arena, text.length + 3),
        .marks = as_alloc(&sigma->arena, text.length + 3),
    };

    if (!reading.bytes || !reading.marks)
        return false;
    if (front)
        put(&reading, '*', '*');
    put_text(&reading, text);
    if (back)
        put(&reading, '*', '*');
    *pattern = (struct as_sigma_pattern){
        .bytes = reading.bytes,
        .marks = reading.marks,
        .length = reading.length,
    };
    pattern->shape = shape_of(pattern, cased);
    return true;
}

static char fold(char c, bool cased)
{
    return !cased && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void regex_text(const struct as_sigma_pattern *pattern, bool cased,
                       struct as_buf *out)
{
    as_buf_puts(out, cased ? "(?s)^" : "(?is)^");
    for (size_t i = 0; i < pattern->length; i++) {
        char c = pattern->bytes[i];

        if (pattern->marks[i] == '*') {
            as_buf_puts(out, ".*");
        } else if (pattern->marks[i] == '?') {
            as_buf_putc(out, '.');
        } else {
            if (c != '\0' && strchr("\\.+*?()|[]{}^$", c))
                as_buf_putc(out, '\\');
            as_buf_putc(out, c);
        }
    }
    as_buf_putc(out, '$');
}

void as_sigma_pattern_text(const struct as_sigma_pattern *pattern, bool cased,
                           struct as_buf *out)
{
    bool stars = pattern->shape == AS_SIGMA_LIKE;

    if (pattern->shape == AS_SIGMA_MATCHES) {
        regex_text(pattern, cased, out);
        return;
    }
    for (size_t i = 0; i < pattern->length; i++)
        if (pattern->marks[i] == 'x' || stars)
            as_buf_putc(out, fold(pattern->bytes[i], cased));
}
