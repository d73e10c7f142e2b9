/*
 * blocks.c - see blocks.h.
 *
 * A block counts by text: calls, errors, regions, agents.  Each count is a
 * map from the text to how often it came; what is shown is the most frequent.
 */

#include "cli/blocks.h"

#include <stdlib.h>

#include "common/escape.h"

enum {
    MOST_SHOWN = 8, /* texts of one tally */
    MOST_EVENTS = 3,
    LONGEST_TEXT = 300, /* bytes shown of one text of a tally */
};

struct tally {
    struct as_map counts;
};

struct as_block {
    const char *rule, *title, *severity, *key, *address;
    const char *first_time, *last_time;
    int64_t first_ms, last_ms;
    const char *events[MOST_EVENTS];
    uint64_t alert_count, event_count;
    struct tally calls, errors, regions, agents;
};

/* Severities by gravity; a rule's outcome may set another one each time. */
static const char *const severities[] = { "informational", "low", "medium",
                                          "high", "critical" };

static size_t gravity(const char *severity)
{
    size_t count = sizeof(severities) / sizeof(severities[0]);

    for (size_t i = 0; i < count; i++)
        if (strcmp(severities[i], severity) == 0)
            return i + 1;
    return 0;
}

void as_blocks_init(struct as_blocks *blocks)
{
    *blocks = (struct as_blocks){ .items = NULL };
    as_arena_init(&blocks->arena, 0);
    as_map_init(&blocks->names);
}

void as_blocks_done(struct as_blocks *blocks)
{
    for (uint32_t i = 0; i < blocks->count; i++) {
        as_map_done(&blocks->items[i]->calls.counts);
        as_map_done(&blocks->items[i]->errors.counts);
        as_map_done(&blocks->items[i]->regions.counts);
        as_map_done(&blocks->items[i]->agents.counts);
    }
    free(blocks->items);
    as_map_done(&blocks->names);
    as_arena_free(&blocks->arena);
}

/* ---- adding -------------------------------------------------------------- */

static const char *keep(struct as_blocks *blocks, const char *text)
{
    const char *copy = as_strndup(&blocks->arena, text, strlen(text));

    return copy ? copy : "";
}

/* Room for one more item. */
static bool grow(struct as_blocks *blocks)
{
    uint32_t capacity = blocks->capacity > 0 ? blocks->capacity * 2 : 16;

    if (blocks->count < blocks->capacity)
        return true;
    struct as_block **items = realloc(blocks->items,
                                      capacity * sizeof(struct as_block *));
    if (!items)
        return false;
    blocks->items = items;
    blocks->capacity = capacity;
    return true;
}

static struct as_block *new_block(struct as_blocks *blocks,
                                  const struct astray_alert *alert)
{
    struct as_block *block = as_alloc(&blocks->arena, sizeof(*block));

    if (!block || !grow(blocks))
        return NULL;
    block->rule = keep(blocks, alert->rule);
    block->title = keep(blocks, alert->title);
    block->severity = "";
    block->key = keep(blocks, alert->key);
    block->address = keep(blocks, alert->address);
    block->first_time = block->last_time = keep(blocks, alert->time);
    block->first_ms = block->last_ms = alert->time_ms;
    as_map_init(&block->calls.counts);
    as_map_init(&block->errors.counts);
    as_map_init(&block->regions.counts);
    as_map_init(&block->agents.counts);
    blocks->items[blocks->count++] = block;
    return block;
}

/* Add the text to a map; the key is copied when it is new. */
static uint32_t add_key(struct as_blocks *blocks, struct as_map *map,
                        struct as_text text)
{
    bool added = false;
    uint32_t entry = as_map_add(map, text, &added);

    if (entry == AS_MAP_NONE) {
        blocks->failed = true;
    } else if (added) {
        map->entries[entry].key.bytes = as_strndup(&blocks->arena, text.bytes,
                                                   text.length);
        if (!map->entries[entry].key.bytes)
            map->entries[entry].key = AS_TEXT("");
    }
    return entry;
}

static void count_text(struct as_blocks *blocks, struct tally *tally,
                       struct as_text text)
{
    if (text.length == 0)
        return;
    uint32_t entry = add_key(blocks, &tally->counts, text);
    if (entry != AS_MAP_NONE)
        tally->counts.entries[entry].value++;
}

/* "sts:GetCallerIdentity" */
static void count_call(struct as_blocks *blocks, struct as_block *block,
                       const struct astray_alert *alert)
{
    struct as_buf call = { .bytes = NULL };
    struct as_text source = as_text_of(alert->event_source);
    const struct as_text suffix = AS_TEXT(".amazonaws.com");

    if (as_text_ends(source, suffix))
        source.length -= suffix.length;
    as_buf_text(&call, source);
    if (source.length > 0 && alert->event_name[0] != '\0')
        as_buf_putc(&call, ':');
    as_buf_puts(&call, alert->event_name);
    count_text(blocks, &block->calls, as_buf_view(&call));
    blocks->failed |= call.failed;
    as_buf_done(&call);
}

static void add_times(struct as_blocks *blocks, struct as_block *block,
                      const struct astray_alert *alert)
{
    if (alert->time_ms < block->first_ms) {
        block->first_ms = alert->time_ms;
        block->first_time = keep(blocks, alert->time);
    }
    if (alert->time_ms > block->last_ms) {
        block->last_ms = alert->time_ms;
        block->last_time = keep(blocks, alert->time);
    }
}

static void add_alert(struct as_blocks *blocks, struct as_block *block,
                      const struct astray_alert *alert)
{
    block->alert_count++;
    if (gravity(alert->severity) > gravity(block->severity))
        block->severity = severities[gravity(alert->severity) - 1];
    add_times(blocks, block, alert);
    count_call(blocks, block, alert);
    count_text(blocks, &block->errors, as_text_of(alert->error_code));
    count_text(blocks, &block->regions, as_text_of(alert->region));
    count_text(blocks, &block->agents, as_text_of(alert->agent));
    if (alert->event_id[0] == '\0')
        return;
    if (block->event_count < MOST_EVENTS)
        block->events[block->event_count] = keep(blocks, alert->event_id);
    block->event_count++;
}

/* The block an alert belongs to; NULL when memory ran out. */
static struct as_block *block_of(struct as_blocks *blocks,
                                 const struct astray_alert *alert)
{
    struct as_buf name = { .bytes = NULL };

    as_buf_printf(&name, "%s%c%s%c%s", alert->rule, '\0', alert->key, '\0',
                  alert->address);
    uint32_t entry = name.failed
                       ? AS_MAP_NONE
                       : add_key(blocks, &blocks->names, as_buf_view(&name));
    as_buf_done(&name);
    if (entry < blocks->count)
        return blocks->items[entry];
    return entry == blocks->count ? new_block(blocks, alert) : NULL;
}

void as_blocks_add(struct as_blocks *blocks, const struct astray_alert *alert)
{
    struct as_block *block = block_of(blocks, alert);

    if (block)
        add_alert(blocks, block, alert);
    blocks->failed = blocks->failed || !block || blocks->arena.failed;
}

/* ---- showing ------------------------------------------------------------- */

static const char *paint_of(const char *severity)
{
    if (gravity(severity) >= gravity("high"))
        return "\033[1;31m";
    return gravity(severity) == gravity("medium") ? "\033[1;33m" : "\033[1m";
}

static void add_heading(const struct as_block *block, bool color,
                        struct as_buf *out)
{
    as_buf_puts(out, color ? paint_of(block->severity) : "");
    as_buf_puts(out, block->severity[0] ? block->severity : "alert");
    as_buf_puts(out, color ? "\033[0m  \033[1m" : "  ");
    as_escape_terminal(out, as_text_of(block->rule));
    as_buf_puts(out, color ? "\033[0m" : "");
    if (block->title[0] != '\0') {
        as_buf_puts(out, ": ");
        as_escape_terminal(out, as_text_of(block->title));
    }
    as_buf_putc(out, '\n');
}

static void add_name(struct as_buf *out, const char *name)
{
    as_buf_printf(out, "  %-8s ", name);
}

static void add_text(struct as_buf *out, const char *name, const char *text)
{
    if (text[0] == '\0')
        return;
    add_name(out, name);
    as_escape_terminal(out, as_text_of(text));
    as_buf_putc(out, '\n');
}

static int by_count(const void *a, const void *b)
{
    const struct as_map_entry *x = *(const struct as_map_entry *const *)a;
    const struct as_map_entry *y = *(const struct as_map_entry *const *)b;

    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return (x > y) - (x < y); /* in order of arrival */
}

static void add_counted(struct as_buf *out, const struct as_map_entry *entry,
                        bool counts)
{
    struct as_text text = entry->key;

    if (text.length > LONGEST_TEXT)
        text.length = LONGEST_TEXT;
    as_escape_terminal(out, text);
    if (text.length < entry->key.length)
        as_buf_puts(out, "...");
    if (counts)
        as_buf_printf(out, " x%llu", (unsigned long long)entry->value);
}

static void add_tally(struct as_buf *out, const char *name,
                      const struct tally *tally)
{
    uint32_t count = tally->counts.count;
    const struct as_map_entry **order =
        count > 0 ? calloc(count, sizeof(const struct as_map_entry *)) : NULL;

    out->failed |= count > 0 && !order;
    if (!order)
        return;
    for (uint32_t i = 0; i < count; i++)
        order[i] = &tally->counts.entries[i];
    qsort(order, count, sizeof(order[0]), by_count);
    add_name(out, name);
    for (uint32_t i = 0; i < count && i < MOST_SHOWN; i++) {
        as_buf_puts(out, i > 0 ? ", " : "");
        add_counted(out, order[i], order[0]->value > 1);
    }
    if (count > MOST_SHOWN)
        as_buf_printf(out, " and %u more", (unsigned)(count - MOST_SHOWN));
    as_buf_putc(out, '\n');
    free(order);
}

static void add_events(struct as_buf *out, const struct as_block *block)
{
    if (block->event_count == 0)
        return;
    add_name(out, "events");
    for (uint64_t i = 0; i < block->event_count && i < MOST_EVENTS; i++) {
        as_buf_puts(out, i > 0 ? ", " : "");
        as_escape_terminal(out, as_text_of(block->events[i]));
    }
    if (block->event_count > MOST_EVENTS)
        as_buf_printf(out, " and %llu more",
                      (unsigned long long)(block->event_count - MOST_EVENTS));
    as_buf_putc(out, '\n');
}

static void add_block(struct as_buf *out, const struct as_block *block,
                      bool color)
{
    add_heading(block, color, out);
    add_name(out, "time");
    as_escape_terminal(out, as_text_of(block->first_time));
    if (block->last_ms > block->first_ms) {
        as_buf_puts(out, " to ");
        as_escape_terminal(out, as_text_of(block->last_time));
    }
    as_buf_putc(out, '\n');
    add_name(out, "alerts");
    as_buf_printf(out, "%llu\n", (unsigned long long)block->alert_count);
    add_text(out, "key", block->key);
    add_text(out, "address", block->address);
    add_tally(out, "calls", &block->calls);
    add_tally(out, "errors", &block->errors);
    add_tally(out, "regions", &block->regions);
    add_tally(out, "agents", &block->agents);
    add_events(out, block);
}

void as_blocks_text(const struct as_blocks *blocks, bool color,
                    struct as_buf *out)
{
    out->failed |= blocks->failed;
    for (uint32_t i = 0; i < blocks->count; i++) {
        if (i > 0)
            as_buf_putc(out, '\n');
        add_block(out, blocks->items[i], color);
    }
}
