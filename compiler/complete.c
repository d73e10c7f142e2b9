/*
 * complete.c - see complete.h.
 *
 * Groups judge whole windows, and an event that comes late can move the moment
 * at which one turns; `suppress` counts from the alert before.  Everything
 * else is a question of polarity, which silence.c follows already: an alert is
 * safe when all that later events add to a baseline can only add alerts.
 */

#include "compiler/complete.h"

#include "compiler/silence.h"

enum { LONG_CLAUSE = 100 };

/* The source there on one line, the beginning of a long one. */
static void add_source(struct as_buf *out, const struct as_diag *diag,
                       struct as_span span)
{
    const struct as_source *source = diag->sources;
    size_t begun = out->length;
    bool blank = false;

    while (source && source->number != span.source)
        source = source->next;
    for (uint32_t i = span.start; source && i < span.end; i++) {
        char c = source->text.bytes[i];

        if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            blank = out->length > begun;
            continue;
        }
        if (out->length - begun > LONG_CLAUSE) {
            as_buf_puts(out, " ...");
            return;
        }
        if (blank)
            as_buf_putc(out, ' ');
        blank = false;
        as_buf_putc(out, c);
    }
}

static void add_stop(struct as_buf *out, const struct as_diag *diag,
                     const struct as_silence_stop *stop)
{
    struct as_text name = stop->baseline->name;

    as_buf_puts(out, "at the watermark: `");
    add_source(out, diag, stop->place);
    as_buf_printf(out, "` reads %.*s%s, and what comes later may add to it",
                  (int)name.length, name.bytes,
                  stop->baseline->plus.kind != AS_LENGTH_NONE
                      ? ", which has `plus`"
                      : "");
}

/* What the shape alone says; false when that is nothing. */
static bool add_shape(struct as_buf *out, const struct as_ir_rule *rule)
{
    static const char *const windows[] = {
        [AS_WINDOW_SLIDING] = "at the watermark: `timespan ... sliding` judges "
                              "a window, and a late event may move its turn",
        [AS_WINDOW_TUMBLING] = "at the watermark behind the bucket's end: "
                               "`timespan ... tumbling` judges it as a whole",
        [AS_WINDOW_SESSION] = "at the watermark behind the session's end: "
                              "`timespan ... session` judges it as a whole",
        [AS_WINDOW_WHOLE] = "at the end of the input: `timespan whole` judges "
                            "all of it",
    };

    switch ((unsigned)rule->shape) {
    case AS_SHAPE_GROUP:
        as_buf_puts(out, windows[rule->window]);
        return true;
    case AS_SHAPE_NEW_TERMS:
        as_buf_puts(out, "at the watermark: `new_terms`, an earlier event may "
                         "come late");
        return true;
    case AS_SHAPE_SEQUENCE:
        as_buf_puts(out, "at the watermark: `sequence`, a step that ends or "
                         "moves a chain may come late");
        return true;
    default:
        return false;
    }
}

static void add_when(struct as_buf *out, const struct as_ir_rule *rule,
                     struct as_ir_table *table, struct as_diag *diag)
{
    struct as_silence_stop stop = as_silence_stop(rule, table, diag);

    if (stop.whole)
        as_buf_printf(out,
                      "at the end of the input: %.*s, which it reads, has "
                      "`scope whole`",
                      (int)stop.whole->name.length, stop.whole->name.bytes);
    else if (add_shape(out, rule))
        return;
    else if (stop.baseline)
        add_stop(out, diag, &stop);
    else if (stop.given_up)
        as_buf_puts(out, "at the watermark: the rule is too large to be "
                         "followed");
    else if (rule->suppress_by)
        as_buf_puts(out, "at the watermark: `suppress` counts from the alert "
                         "before, which may come late");
    else
        as_buf_puts(out, "at once");
}

const char *as_complete(const struct as_ir_rule *rule,
                        struct as_ir_table *table, struct as_diag *diag)
{
    struct as_buf out = { .bytes = NULL };
    const char *copy = NULL;

    add_when(&out, rule, table, diag);
    diag->arena->failed |= out.failed;
    if (!out.failed)
        copy = as_strndup(diag->arena, out.bytes, out.length);
    as_buf_done(&out);
    return copy;
}
