/*
 * summary.c - see summary.h.
 *
 * A detection that stays silent must say whether it could have spoken: what
 * was not read, what could not be judged, which keys no baseline knows, which
 * lists are empty.
 */

#include "runtime/summary.h"

#include <inttypes.h>

#include "common/escape.h"

static struct as_text rule_name(const struct as_engine *engine, uint32_t n)
{
    return as_pack_text(engine->pack, engine->pack->rule[n].name);
}

static bool is_off(const struct as_engine *engine, uint32_t rule)
{
    return !engine->plan.needed[engine->pack->baseline_count + rule];
}

static const char *many(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- for people ------------------------------------------------------- */

static void words(struct as_buf *out, struct as_text text)
{
    as_escape_terminal(out, text);
}

static void input_lines(struct as_buf *out, const struct as_reader_stats *input)
{
    as_buf_printf(out, "read %" PRIu64 " event%s from %" PRIu64 " file%s",
                  input->records_in, many(input->records_in), input->files,
                  many(input->files));
    as_buf_printf(out, ": judged %" PRIu64 ", set aside %" PRIu64,
                  input->judged, input->set_aside);
    for (int i = 0; i < AS_REASON_COUNT; i++) {
        if (as_reason_is_aside((enum as_reason)i) && input->reasons[i] > 0)
            as_buf_printf(out, " (%s %" PRIu64 ")",
                          as_reason_word((enum as_reason)i), input->reasons[i]);
    }
    if (input->skipped_records > 0)
        as_buf_printf(out, "; %" PRIu64 " record%s skipped",
                      input->skipped_records, many(input->skipped_records));
    if (input->skipped_files > 0)
        as_buf_printf(out, "; %" PRIu64 " file%s skipped", input->skipped_files,
                      many(input->skipped_files));
    as_buf_putc(out, '\n');
}

static void repeat_lines(struct as_buf *out, const struct as_stats *stats)
{
    if (stats->too_costly > 0)
        as_buf_printf(out,
                      "  %" PRIu64 " time%s a quantifier had too much to look "
                      "at and gave up\n",
                      stats->too_costly, many(stats->too_costly));
    if (stats->merged > 0)
        as_buf_printf(out,
                      "  %" PRIu64 " alert%s merged into one of the same id\n",
                      stats->merged, many(stats->merged));
}

static void baseline_lines(struct as_buf *out, const struct as_engine *engine)
{
    for (uint32_t i = 0; i < engine->pack->baseline_count; i++) {
        if (!engine->plan.needed[i])
            continue;
        as_buf_puts(out, "baseline ");
        words(out, as_pack_text(engine->pack, engine->pack->baseline[i].name));
        as_buf_printf(out, ": %" PRIu64 " row%s from %" PRIu64 " event%s\n",
                      engine->stats.baseline_rows[i],
                      many(engine->stats.baseline_rows[i]),
                      engine->stats.baseline_events[i],
                      many(engine->stats.baseline_events[i]));
    }
}

static void unknown_line(struct as_buf *out, const struct as_engine *engine,
                         uint32_t rule)
{
    const struct as_pack *pack = engine->pack;
    const uint64_t *unknown = engine->stats.rules[rule].unknown;
    bool any = false;

    for (uint32_t i = 0; i <= pack->slot_count; i++) {
        if (unknown[i] == 0)
            continue;
        as_buf_puts(out, any ? ", " : "  could not tell: ");
        any = true;
        as_buf_printf(out, "%" PRIu64 " without ", unknown[i]);
        if (i > 0)
            words(out, as_pack_text(pack, pack->slot[i - 1].path));
        else
            as_buf_puts(out, "a value");
    }
    if (any)
        as_buf_putc(out, '\n');
}

static void blind_line(struct as_buf *out, const struct as_engine *engine,
                       uint32_t rule)
{
    const struct as_pack *pack = engine->pack;
    const struct as_rule_stats *stats = &engine->stats.rules[rule];
    const struct as_blind *blind = &stats->blind;
    const struct as_row_join *join = &pack->join[pack->rule[rule].joins];
    uint64_t keys = blind->keys.count + blind->others;
    uint32_t baseline;

    if (keys == 0)
        return;
    baseline = pack->probe[join->probe].baseline;
    as_buf_printf(out,
                  "  blind spot: %" PRIu64 " key%s with %" PRIu64
                  " event%s, no row in ",
                  keys, many(keys), stats->unjoined, many(stats->unjoined));
    words(out, as_pack_text(pack, pack->baseline[baseline].name));
    as_buf_puts(out, ":\n");
    for (uint32_t i = 0; i < blind->shown_count; i++) {
        as_buf_puts(out, "    ");
        words(out, blind->shown[i]);
        as_buf_printf(out, " (%" PRIu64 ")\n", blind->shown_counts[i]);
    }
    if (keys > blind->shown_count)
        as_buf_printf(out, "    and %" PRIu64 " more\n",
                      keys - blind->shown_count);
}

static void list_line(struct as_buf *out, const struct as_engine *engine,
                      uint32_t rule)
{
    const struct as_pack *pack = engine->pack;
    const struct as_row_rule *row = &pack->rule[rule];
    bool any = false;

    for (uint32_t i = 0; i < row->use_count; i++) {
        uint32_t list = pack->use[row->uses + i].list;

        if (pack->list[list].name == 0 || engine->run->lists[list].count > 0)
            continue;
        as_buf_puts(out, any ? ", " : "  empty lists: ");
        any = true;
        words(out, as_pack_text(pack, pack->list[list].name));
    }
    if (any)
        as_buf_putc(out, '\n');
}

/* What an overlay excludes, and no event had: it may be of no use. */
static void never_line(struct as_buf *out, const struct as_engine *engine,
                       uint32_t rule)
{
    const struct as_pack *pack = engine->pack;
    const struct as_row_rule *row = &pack->rule[rule];
    bool any = false;

    for (uint32_t i = 0; i < row->exclude_count; i++) {
        const struct as_row_exclude *exclude =
            &pack->exclude[row->excludes + i];

        if (exclude->overlay == 0 || engine->stats.rules[rule].excluded[i] > 0)
            continue;
        as_buf_puts(out, any ? ", " : "  never hit: ");
        any = true;
        words(out, as_pack_text(pack, exclude->name));
        as_buf_puts(out, " of the overlay ");
        words(out, as_pack_text(pack, exclude->overlay));
    }
    if (any)
        as_buf_putc(out, '\n');
}

static void rule_lines(struct as_buf *out, const struct as_engine *engine,
                       uint32_t rule)
{
    const struct as_pack *pack = engine->pack;
    const struct as_row_rule *row = &pack->rule[rule];
    const struct as_rule_stats *stats = &engine->stats.rules[rule];

    as_buf_puts(out, "rule ");
    words(out, rule_name(engine, rule));
    as_buf_printf(out, ": %" PRIu64 " event%s matched", stats->matched,
                  many(stats->matched));
    if (row->shape == AS_SHAPE_JOIN)
        as_buf_printf(out, ", %" PRIu64 " joined, %" PRIu64 " required",
                      stats->joined, stats->required);
    if (row->shape == AS_SHAPE_GROUP)
        as_buf_printf(out, ", %" PRIu64 " grouped", stats->joined);
    if (row->shape == AS_SHAPE_NEW_TERMS)
        as_buf_printf(out, ", %" PRIu64 " learnt, %" PRIu64 " new",
                      stats->joined, stats->required);
    if (row->shape == AS_SHAPE_SEQUENCE)
        as_buf_printf(out, ", %" PRIu64 " in sequence", stats->joined);
    if (stats->no_key > 0)
        as_buf_printf(out, ", %" PRIu64 " without a key", stats->no_key);
    for (uint32_t i = 0; i < row->exclude_count; i++) {
        if (stats->excluded[i] == 0)
            continue;
        as_buf_printf(out, ", %" PRIu64 " excluded by ", stats->excluded[i]);
        words(out, as_pack_text(pack, pack->exclude[row->excludes + i].name));
    }
    if (stats->suppressed > 0)
        as_buf_printf(out, ", %" PRIu64 " suppressed", stats->suppressed);
    if (stats->outside_period > 0)
        as_buf_printf(out, ", %" PRIu64 " outside the period",
                      stats->outside_period);
    as_buf_printf(out, ": %" PRIu64 " alert%s\n", stats->alerts,
                  many(stats->alerts));
    unknown_line(out, engine, rule);
    blind_line(out, engine, rule);
    list_line(out, engine, rule);
    never_line(out, engine, rule);
}

void as_summary_text(struct as_buf *out, const struct as_engine *engine,
                     const struct as_reader_stats *input)
{
    input_lines(out, input);
    repeat_lines(out, &engine->stats);
    baseline_lines(out, engine);
    for (uint32_t i = 0; i < engine->pack->rule_count; i++) {
        if (!is_off(engine, i))
            rule_lines(out, engine, i);
    }
}

/* ---- JSON ------------------------------------------------------------- */

static void next(struct as_buf *out)
{
    char last = out->length > 0 ? out->bytes[out->length - 1] : '{';

    if (last != '{' && last != '[')
        as_buf_putc(out, ',');
}

static void number(struct as_buf *out, const char *name, uint64_t value)
{
    next(out);
    as_buf_printf(out, "\"%s\":%" PRIu64, name, value);
}

static void open_member(struct as_buf *out, const char *name, char bracket)
{
    next(out);
    as_buf_printf(out, "\"%s\":%c", name, bracket);
}

static void text(struct as_buf *out, const char *name, struct as_text value)
{
    next(out);
    as_buf_printf(out, "\"%s\":", name);
    as_escape_json(out, value);
}

static void counted(struct as_buf *out, struct as_text name, uint64_t value)
{
    next(out);
    as_escape_json(out, name);
    as_buf_printf(out, ":%" PRIu64, value);
}

static void input_json(struct as_buf *out, const struct as_reader_stats *input)
{
    open_member(out, "input", '{');
    number(out, "files", input->files);
    number(out, "bytes", input->bytes);
    number(out, "records", input->records_in);
    number(out, "judged", input->judged);
    number(out, "set_aside", input->set_aside);
    number(out, "skipped_files", input->skipped_files);
    number(out, "skipped_records", input->skipped_records);
    number(out, "damaged_files", input->damaged_files);
    open_member(out, "reasons", '{');
    for (int i = 0; i < AS_REASON_COUNT; i++) {
        if (input->reasons[i] > 0)
            number(out, as_reason_word((enum as_reason)i), input->reasons[i]);
    }
    as_buf_puts(out, "}}");
}

static void baselines_json(struct as_buf *out, const struct as_engine *engine)
{
    open_member(out, "baselines", '[');
    for (uint32_t i = 0; i < engine->pack->baseline_count; i++) {
        if (!engine->plan.needed[i])
            continue;
        next(out);
        as_buf_putc(out, '{');
        text(out, "name",
             as_pack_text(engine->pack, engine->pack->baseline[i].name));
        number(out, "rows", engine->stats.baseline_rows[i]);
        number(out, "events", engine->stats.baseline_events[i]);
        as_buf_putc(out, '}');
    }
    as_buf_putc(out, ']');
}

static void unknown_json(struct as_buf *out, const struct as_engine *engine,
                         uint32_t rule)
{
    const struct as_pack *pack = engine->pack;
    const uint64_t *unknown = engine->stats.rules[rule].unknown;

    open_member(out, "unknown", '{');
    for (uint32_t i = 0; i <= pack->slot_count; i++) {
        if (unknown[i] > 0)
            counted(out,
                    i > 0 ? as_pack_text(pack, pack->slot[i - 1].path)
                          : AS_TEXT(""),
                    unknown[i]);
    }
    as_buf_putc(out, '}');
}

static void blind_json(struct as_buf *out, const struct as_rule_stats *stats)
{
    open_member(out, "blind", '{');
    number(out, "keys", stats->blind.keys.count + stats->blind.others);
    number(out, "events", stats->unjoined);
    open_member(out, "examples", '{');
    for (uint32_t i = 0; i < stats->blind.shown_count; i++)
        counted(out, stats->blind.shown[i], stats->blind.shown_counts[i]);
    as_buf_puts(out, "}}");
}

static void empty_lists_json(struct as_buf *out, const struct as_engine *engine,
                             uint32_t rule)
{
    const struct as_pack *pack = engine->pack;
    const struct as_row_rule *row = &pack->rule[rule];

    open_member(out, "empty_lists", '[');
    for (uint32_t i = 0; i < row->use_count; i++) {
        uint32_t list = pack->use[row->uses + i].list;

        if (pack->list[list].name == 0 || engine->run->lists[list].count > 0)
            continue;
        next(out);
        as_escape_json(out, as_pack_text(pack, pack->list[list].name));
    }
    as_buf_putc(out, ']');
}

/* What an event is that got as far as its shape takes it, by the shape. */
static const char *const joined[] = {
    [AS_SHAPE_PLAIN] = "joined",         [AS_SHAPE_JOIN] = "joined",
    [AS_SHAPE_GROUP] = "grouped",        [AS_SHAPE_NEW_TERMS] = "learnt",
    [AS_SHAPE_SEQUENCE] = "in_sequence",
};

/* Of the exclusions those that overlays added, and whose they are. */
static void overlays_json(struct as_buf *out, const struct as_engine *engine,
                          uint32_t rule)
{
    const struct as_pack *pack = engine->pack;
    const struct as_row_rule *row = &pack->rule[rule];
    bool any = false;

    for (uint32_t i = 0; i < row->exclude_count; i++) {
        const struct as_row_exclude *exclude =
            &pack->exclude[row->excludes + i];

        if (exclude->overlay == 0)
            continue;
        if (!any)
            open_member(out, "overlay_exclusions", '{');
        any = true;
        next(out);
        as_escape_json(out, as_pack_text(pack, exclude->name));
        as_buf_putc(out, ':');
        as_escape_json(out, as_pack_text(pack, exclude->overlay));
    }
    if (any)
        as_buf_putc(out, '}');
}

static void rule_json(struct as_buf *out, const struct as_engine *engine,
                      uint32_t rule)
{
    const struct as_pack *pack = engine->pack;
    const struct as_row_rule *row = &pack->rule[rule];
    const struct as_rule_stats *stats = &engine->stats.rules[rule];

    next(out);
    as_buf_putc(out, '{');
    text(out, "name", rule_name(engine, rule));
    number(out, "matched", stats->matched);
    number(out, joined[row->shape], stats->joined);
    number(out, "without_key", stats->no_key);
    number(out, "required", stats->required);
    open_member(out, "excluded", '{');
    for (uint32_t i = 0; i < row->exclude_count; i++)
        counted(out, as_pack_text(pack, pack->exclude[row->excludes + i].name),
                stats->excluded[i]);
    as_buf_putc(out, '}');
    overlays_json(out, engine, rule);
    unknown_json(out, engine, rule);
    blind_json(out, stats);
    empty_lists_json(out, engine, rule);
    number(out, "suppressed", stats->suppressed);
    number(out, "outside_period", stats->outside_period);
    number(out, "alerts", stats->alerts);
    as_buf_putc(out, '}');
}

void as_summary_json(struct as_buf *out, const struct as_engine *engine,
                     const struct as_reader_stats *input)
{
    const struct as_stats *stats = &engine->stats;

    as_buf_puts(out, "{\"schema\":\"astray.stats/1\"");
    input_json(out, input);
    number(out, "merged", stats->merged);
    number(out, "too_costly", stats->too_costly);
    baselines_json(out, engine);
    open_member(out, "rules", '[');
    for (uint32_t i = 0; i < engine->pack->rule_count; i++) {
        if (!is_off(engine, i))
            rule_json(out, engine, i);
    }
    as_buf_putc(out, ']');
    number(out, "alerts", stats->alerts);
    as_buf_putc(out, '}');
}
