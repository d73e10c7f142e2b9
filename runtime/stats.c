/* stats.c - see stats.h. */

#include "runtime/stats.h"

#include <stdlib.h>

bool as_stats_init(struct as_stats *stats, const struct as_pack *pack)
{
    *stats = (struct as_stats){ .pack = pack };
    as_arena_init(&stats->arena, 0);
    stats->baseline_rows = as_alloc(&stats->arena, (pack->baseline_count + 1) *
                                                       sizeof(uint64_t));
    stats->baseline_events = as_alloc(
        &stats->arena, (pack->baseline_count + 1) * sizeof(uint64_t));
    stats->rules = as_alloc(&stats->arena,
                            (pack->rule_count + 1) * sizeof(*stats->rules));
    if (stats->arena.failed)
        return false;
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        struct as_rule_stats *rule = &stats->rules[i];

        as_pages_init(&rule->blind.keys, sizeof(struct as_blind_key));
        rule->excluded = as_alloc(&stats->arena,
                                  (pack->rule[i].exclude_count + 1) *
                                      sizeof(*rule->excluded));
        rule->unknown = as_alloc(&stats->arena, (pack->slot_count + 1) *
                                                    sizeof(*rule->unknown));
    }
    return !stats->arena.failed;
}

void as_stats_done(struct as_stats *stats)
{
    for (uint32_t i = 0; stats->rules && i < stats->pack->rule_count; i++) {
        as_pages_done(&stats->rules[i].blind.keys);
        free(stats->rules[i].blind.index);
    }
    as_arena_free(&stats->arena);
}

void as_stats_unknown(struct as_stats *stats, uint32_t rule, uint16_t why)
{
    stats->rules[rule].unknown[why <= stats->pack->slot_count ? why : 0]++;
}

/* ---- blind keys ------------------------------------------------------- */

static struct as_blind_key *key_at(const struct as_blind *blind, uint32_t n)
{
    return as_pages_at(&blind->keys, n);
}

/* Where the key with this hash stands in the index, or may stand. */
static uint32_t place_of(const struct as_blind *blind, uint64_t hash)
{
    uint32_t mask = blind->index_size - 1, at = (uint32_t)hash & mask;

    while (blind->index[at] != 0 &&
           key_at(blind, blind->index[at] - 1)->hash != hash)
        at = (at + 1) & mask;
    return at;
}

static bool make_room(struct as_blind *blind)
{
    uint32_t size = blind->index_size ? blind->index_size * 2 : 64;
    uint32_t *index;

    if (blind->keys.count < blind->index_size / 2)
        return true;
    index = blind->index_size > UINT32_MAX / 4 ? NULL
                                               : calloc(size, sizeof(*index));
    if (!index)
        return false;
    free(blind->index);
    blind->index = index;
    blind->index_size = size;
    for (uint32_t i = 0; i < blind->keys.count; i++)
        index[place_of(blind, key_at(blind, i)->hash)] = i + 1;
    return true;
}

uint32_t as_stats_blind(struct as_stats *stats, const struct as_hold *hold,
                        uint32_t rule, uint64_t hash, uint32_t event)
{
    struct as_blind *blind = &stats->rules[rule].blind;
    struct as_blind_key *key;
    uint32_t at;

    if (!make_room(blind))
        return UINT32_MAX;
    at = place_of(blind, hash);
    if (blind->index[at] == 0) {
        key = as_pages_add(&blind->keys);
        if (!key)
            return UINT32_MAX;
        *key = (struct as_blind_key){ hash, 0, event };
        blind->index[at] = blind->keys.count;
    }
    as_stats_blind_more(stats, hold, rule, blind->index[at] - 1, event);
    return blind->index[at] - 1;
}

void as_stats_blind_more(struct as_stats *stats, const struct as_hold *hold,
                         uint32_t rule, uint32_t n, uint32_t event)
{
    struct as_blind_key *key = key_at(&stats->rules[rule].blind, n);

    key->count++;
    if (as_hold_compare(hold, event, key->event) < 0)
        key->event = event;
}

bool as_stats_blind_put(struct as_stats *stats, uint32_t rule,
                        const struct as_blind_key *key)
{
    struct as_blind_key *place = as_pages_add(&stats->rules[rule].blind.keys);

    if (place)
        *place = *key;
    return place != NULL;
}

static bool is_before(const struct as_hold *hold, const struct as_blind_key *a,
                      const struct as_blind_key *b)
{
    if (a->count != b->count)
        return a->count > b->count;
    return as_hold_compare(hold, a->event, b->event) < 0;
}

uint32_t as_stats_blind_most(const struct as_stats *stats,
                             const struct as_hold *hold, uint32_t rule,
                             struct as_blind_key keys[AS_BLIND_SHOWN])
{
    const struct as_blind *blind = &stats->rules[rule].blind;
    uint32_t count = 0;

    for (uint32_t i = 0; i < blind->keys.count; i++) {
        struct as_blind_key key = *key_at(blind, i);
        uint32_t at = count;

        while (at > 0 && is_before(hold, &key, &keys[at - 1]))
            at--;
        if (at == AS_BLIND_SHOWN)
            continue;
        count += count < AS_BLIND_SHOWN;
        memmove(&keys[at + 1], &keys[at], (count - at - 1) * sizeof(*keys));
        keys[at] = key;
    }
    return count;
}

/* ---- adding up -------------------------------------------------------- */

static void add_rule(struct as_stats *stats, const struct as_stats *more,
                     uint32_t n)
{
    struct as_rule_stats *rule = &stats->rules[n];
    const struct as_rule_stats *other = &more->rules[n];

    rule->matched += other->matched;
    rule->joined += other->joined;
    rule->let_go += other->let_go;
    rule->required += other->required;
    rule->unjoined += other->unjoined;
    rule->no_key += other->no_key;
    for (uint32_t i = 0; i < stats->pack->rule[n].exclude_count; i++)
        rule->excluded[i] += other->excluded[i];
    for (uint32_t i = 0; i <= stats->pack->slot_count; i++)
        rule->unknown[i] += other->unknown[i];
}

void as_stats_add(struct as_stats *stats, const struct as_stats *more)
{
    stats->events += more->events;
    stats->late += more->late;
    stats->too_costly += more->too_costly;
    for (uint32_t i = 0; i < stats->pack->rule_count; i++)
        add_rule(stats, more, i);
}
