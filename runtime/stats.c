/* stats.c - see stats.h. */

#include "runtime/stats.h"

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

        as_map_init(&rule->blind);
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
    for (uint32_t i = 0; stats->rules && i < stats->pack->rule_count; i++)
        as_map_done(&stats->rules[i].blind);
    as_arena_free(&stats->arena);
}

void as_stats_unknown(struct as_stats *stats, uint32_t rule, uint16_t why)
{
    stats->rules[rule].unknown[why <= stats->pack->slot_count ? why : 0]++;
}

bool as_stats_blind(struct as_stats *stats, uint32_t rule, struct as_text key)
{
    struct as_map *blind = &stats->rules[rule].blind;
    bool added;
    uint32_t n = as_map_add(blind, key, &added);
    char *copy;

    if (n == AS_MAP_NONE)
        return false;
    blind->entries[n].value++;
    if (!added)
        return true;
    copy = as_strndup(&stats->arena, key.bytes, key.length);
    if (!copy) {
        blind->entries[n].key = (struct as_text){ "", 0 };
        return false;
    }
    blind->entries[n].key.bytes = copy;
    return true;
}
