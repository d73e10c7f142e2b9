/*
 * sample_pack.h - a small valid pack with rows in every table, for tests.
 *
 * Two baselines, where the second reads the first, and a rule of each shape.
 * Rows have fixed numbers, named by the enums below, so that a test can break
 * one of them.
 */
#ifndef AS_TESTS_SAMPLE_PACK_H
#define AS_TESTS_SAMPLE_PACK_H

#include "program/pack.h"

#define OP(name, a, b, c)                                                      \
    {                                                                          \
        AS_OP_##name, a, b, c                                                  \
    }

/* Slots behind the fixed ones. */
enum { SLOT_PARAMETERS = AS_FIXED_SLOTS, SLOT_SCOPE, SLOT_READ_ONLY };

enum {
    CONST_BOOL,
    CONST_INT,
    CONST_REAL,
    CONST_TIME,
    CONST_MINUTES,
    CONST_LIFE,
    CONST_TEXT,
    CONST_ADDRESS,
    CONST_BLOCK,
    CONST_SOURCE,
    CONST_PATTERN,
    CONST_WORD, /* two of them: the values of LIST_WORDS */
};

enum { PARAM_LIFE, LIST_WORDS = 0, LIST_BLOCKS };

enum {
    KEY_ACCESS,
    KEY_SESSION,
    COL_ADDRESSES,
    COL_SINCE,
    COL_CALLS, /* of */
    KEY_ITEM,
    COL_SEEN, /* the first baseline, of the second */
    AGG_JOIN,
    KEY_GROUP,
    AGG_GROUP,
    AGG_FIRST
};

enum {
    PROGRAM_EARLY,     /* bool, of an event */
    PROGRAM_ACCESS,    /* text */
    PROGRAM_SESSION,   /* text */
    PROGRAM_ADDRESS,   /* source */
    PROGRAM_TIME,      /* time */
    PROGRAM_IS_IP,     /* bool */
    PROGRAM_EACH,      /* json */
    PROGRAM_BODY,      /* bool, two items */
    PROGRAM_ACCESS_1,  /* text, one item */
    PROGRAM_FILTER_1,  /* bool, one item, one alias */
    PROGRAM_WHERE_1,   /* bool, one item: a loop and a probe */
    PROGRAM_ITEM_1,    /* text, one item */
    PROGRAM_PLAIN,     /* bool: lists, blocks, patterns, members */
    PROGRAM_FILTER_2,  /* bool, two aliases: the second join's filter */
    PROGRAM_AFTER,     /* time, one alias */
    PROGRAM_REQUIRE,   /* bool, two aliases */
    PROGRAM_AGG_JOIN,  /* int: the aggregate of the join */
    PROGRAM_HAVING,    /* bool, keys and aggregates */
    PROGRAM_GROUP_KEY, /* text, keys */
    PROGRAM_SEVERITY,  /* text, nothing bound */
};

enum {
    BASELINE_WORKERS,
    BASELINE_ITEMS,
    RULE_PLAIN = 0,
    RULE_JOIN,
    RULE_GROUP,
    RULE_TERMS,
    RULE_SEQUENCE
};
enum { PROBE_WHERE, PROBE_JOIN_1, PROBE_JOIN_2 };

static inline uint32_t sample_text(struct as_builder *b, const char *text)
{
    return as_build_text(b, as_text_of(text));
}

static inline uint32_t sample_program(struct as_builder *b, const char *source,
                                      struct as_row_program row,
                                      const struct as_insn *code,
                                      uint32_t length)
{
    row.code = as_build_code(b, code, length);
    row.code_length = length;
    row.register_count = 8;
    row.source = sample_text(b, source);
    return as_build_program(b, &row);
}

static inline struct as_ip_range sample_range(void)
{
    struct as_cidr block = { .bits = 0 };

    as_cidr_parse(AS_TEXT("2001:db8::/32"), &block);
    return as_cidr_range(&block);
}

#define CODE(...)                                                              \
    (const struct as_insn[]){ __VA_ARGS__ },                                   \
        sizeof((const struct as_insn[]){ __VA_ARGS__ }) /                      \
            sizeof(struct as_insn)

/* A slot whose path is names with dots between them. */
static inline void sample_slot(struct as_builder *b, const char *path,
                               as_type type)
{
    struct as_row_slot row = { .path = sample_text(b, path), .type = type };

    row.steps = as_build_count(b, AS_TABLE_step);
    while (*path) {
        size_t length = strcspn(path, ".");
        struct as_row_step step = { .name = 0 };
        step.name = as_build_text(b, (struct as_text){ path, length });
        as_build_step(b, &step);
        row.step_count++;
        path += length + (path[length] == '.');
    }
    as_build_slot(b, &row);
}

static inline void sample_slots(struct as_builder *b)
{
    for (uint32_t i = 0; i < AS_FIXED_SLOTS; i++) {
        as_type type = i == AS_SLOT_EVENT_TIME ? AS_KIND_TIME
                     : i == AS_SLOT_ADDRESS    ? AS_KIND_SOURCE
                                               : AS_KIND_TEXT;
        sample_slot(b, as_slot_paths[i], type);
    }
    sample_slot(b, "requestParameters.items", AS_KIND_JSON);
    sample_slot(b, "userIdentity.inScopeOf", AS_KIND_OBJECT);
    sample_slot(b, "readOnly", AS_KIND_BOOL);

    struct as_row_step step = { .is_index = 1, .index = 2 };
    struct as_row_route route = { .steps = as_build_step(b, &step) };
    step = (struct as_row_step){ .name = sample_text(b, "name") };
    as_build_step(b, &step);
    route.step_count = 2;
    as_build_route(b, &route);
}

static inline void sample_constants(struct as_builder *b)
{
    struct as_cidr address, block;

    as_cidr_parse(AS_TEXT("192.0.2.7"), &address);
    as_cidr_parse(AS_TEXT("2001:db8::/32"), &block);
    as_build_integer(b, AS_KIND_BOOL, 1);
    as_build_integer(b, AS_KIND_INT, -5);
    as_build_real(b, 1.5);
    as_build_integer(b, AS_KIND_TIME, INT64_C(1795255200000));
    as_build_integer(b, AS_KIND_DURATION, 120000);
    as_build_integer(b, AS_KIND_DURATION, 46800000);
    as_build_words(b, AS_KIND_TEXT, AS_TEXT("CreateLogStream"));
    as_build_address(b, AS_KIND_IP, &address);
    as_build_address(b, AS_KIND_CIDR, &block);
    as_build_words(b, AS_KIND_SOURCE, AS_TEXT("AWS Internal"));
    as_build_regex(b, AS_TEXT("^i-[0-9a-f]+$"), 1);
    as_build_words(b, AS_KIND_TEXT, AS_TEXT("one"));
    as_build_words(b, AS_KIND_TEXT, AS_TEXT("two\x1b[31m"));

    struct as_row_param param = {
        .name = sample_text(b, "key_life"),
        .type = AS_KIND_DURATION,
        .value = CONST_LIFE,
        .help = sample_text(b, "how long a key stays valid"),
    };
    as_build_param(b, &param);

    struct as_ip_range range = sample_range();
    struct as_ip_set set = { &range, 1 };
    struct as_row_list list = { .type = AS_KIND_TEXT,
                                .length = 2,
                                .values = CONST_WORD,
                                .value_count = 2 };
    as_build_list(b, &list);
    list = (struct as_row_list){
        .name = sample_text(b, "aws_ranges"),
        .type = AS_KIND_CIDR,
        .length = 1,
        .ranges = as_build_set(b, &set),
        .range_count = 1,
        .origin = sample_text(b, "data/ip-ranges.json"),
    };
    as_build_list(b, &list);
}

static inline uint32_t sample_column(struct as_builder *b, const char *name,
                                     enum as_agg agg, as_type type,
                                     uint32_t value, uint32_t filter)
{
    struct as_row_column row = {
        .name = sample_text(b, name),
        .type = type,
        .agg = agg,
        .each = AS_NO_ROW,
        .value = value,
        .filter = filter,
        .source = sample_text(b, "as it was written"),
    };

    return as_build_column(b, &row);
}

static inline void sample_alias(struct as_builder *b, const char *name,
                                uint32_t baseline)
{
    struct as_row_alias row = { sample_text(b, name), baseline };

    as_build_alias(b, &row);
}

/* Aliases 0 and 1 are the join's; 2 is the filter's inside the baseline. */
static inline void sample_aliases(struct as_builder *b)
{
    sample_alias(b, "w", BASELINE_WORKERS);
    sample_alias(b, "o", BASELINE_ITEMS);
    sample_alias(b, "h", BASELINE_WORKERS);
}

static inline void sample_probe(struct as_builder *b, uint32_t baseline,
                                uint32_t mask, uint32_t first, uint32_t filter)
{
    struct as_row_probe row = {
        .baseline = baseline,
        .key_mask = mask,
        .keys = as_build_count(b, AS_TABLE_argument),
        .filter = filter,
    };

    for (; mask; mask >>= 1, first++) {
        struct as_row_argument argument = { first };
        as_build_argument(b, &argument);
        row.key_count++;
    }
    as_build_probe(b, &row);
}

/* A program that loads one slot and returns it, or a test of it. */
static inline void sample_load(struct as_builder *b, const char *source,
                               uint32_t slot, as_type type, uint32_t items)
{
    struct as_row_program row = { .type = type,
                                  .reads_event = 1,
                                  .item_count = items };

    sample_program(
        b, source, row,
        CODE(OP(LOAD_SLOT, 0, (uint16_t)slot, 0), OP(RETURN, 0, 0, 0)));
}

static inline void sample_event_programs(struct as_builder *b)
{
    struct as_row_program row = { .type = AS_KIND_BOOL, .reads_event = 1 };

    sample_program(b, "eventName == \"CreateLogStream\"", row,
                   CODE(OP(LOAD_SLOT, 0, AS_SLOT_EVENT_NAME, 0),
                        OP(LOAD_CONST, 1, CONST_TEXT, 0), OP(EQ, 2, 0, 1),
                        OP(RETURN, 2, 0, 0)));
    sample_load(b, "userIdentity.accessKeyId", AS_SLOT_ACCESS_KEY, AS_KIND_TEXT,
                0);
    sample_load(b, "userIdentity.arn", AS_SLOT_ARN, AS_KIND_TEXT, 0);
    sample_load(b, "sourceIPAddress", AS_SLOT_ADDRESS, AS_KIND_SOURCE, 0);
    sample_load(b, "eventTime", AS_SLOT_EVENT_TIME, AS_KIND_TIME, 0);
    sample_program(b, "sourceIPAddress is ip", row,
                   CODE(OP(LOAD_SLOT, 0, AS_SLOT_ADDRESS, 0),
                        OP(IS_IP, 1, 0, 0), OP(RETURN, 1, 0, 0)));
    sample_load(b, "requestParameters.items", SLOT_PARAMETERS, AS_KIND_JSON, 0);
}

static inline void sample_item_programs(struct as_builder *b)
{
    struct as_row_program row = { .type = AS_KIND_BOOL,
                                  .reads_event = 1,
                                  .item_count = 2 };

    sample_program(b, "i contains [\"one\", \"two\"]", row,
                   CODE(OP(LOAD_ITEM, 0, 1, 0), OP(TO_TEXT, 1, 0, 0),
                        OP(CONTAINS_ANY, 2, 1, LIST_WORDS),
                        OP(RETURN, 2, 0, 0)));
    sample_load(b, "userIdentity.accessKeyId", AS_SLOT_ACCESS_KEY, AS_KIND_TEXT,
                1);
    row.item_count = 1;
    row.aliases = 2;
    row.alias_count = 1;
    sample_program(b, "sourceIPAddress in h.addresses", row,
                   CODE(OP(LOAD_SLOT, 0, AS_SLOT_ADDRESS, 0),
                        OP(LOAD_COLUMN, 1, 0, 2), OP(IN_SET, 2, 0, 1),
                        OP(RETURN, 2, 0, 0)));
    row.alias_count = 0;
    sample_program(
        b, "any j in i: (...) and any h in lambda_workers: (...)", row,
        CODE(OP(LOAD_ITEM, 0, 0, 0), OP(LOOP, 1, 0, 0), OP(JUMP_FALSE, 1, 0, 4),
             OP(PROBE, 1, 0, PROBE_WHERE), OP(RETURN, 1, 0, 0)));
    row.type = AS_KIND_TEXT;
    sample_program(b, "i[2].name", row,
                   CODE(OP(LOAD_ITEM, 0, 0, 0), OP(JSON_GET, 1, 0, 0),
                        OP(TO_TEXT, 2, 1, 0), OP(RETURN, 2, 0, 0)));

    struct as_row_loop loop = { AS_QUANT_ANY, PROGRAM_BODY };
    as_build_loop(b, &loop);
    sample_probe(b, BASELINE_WORKERS, 1, PROGRAM_ACCESS_1, PROGRAM_FILTER_1);
}

static inline void sample_rule_programs(struct as_builder *b)
{
    struct as_row_program row = { .type = AS_KIND_BOOL, .reads_event = 1 };
    struct as_row_member member = { BASELINE_WORKERS, 2 };

    as_build_member(b, &member);
    sample_program(
        b, "a plain condition", row,
        CODE(OP(LOAD_SLOT, 0, AS_SLOT_ADDRESS, 0), OP(TO_IP, 1, 0, 0),
             OP(IN_LIST, 2, 1, LIST_BLOCKS), OP(IN_CIDR, 3, 1, CONST_BLOCK),
             OP(OR, 2, 2, 3), OP(JUMP_TRUE, 2, 0, 10),
             OP(LOAD_SLOT, 4, AS_SLOT_USER_AGENT, 0),
             OP(MATCHES, 2, 4, CONST_PATTERN), OP(JUMP_TRUE, 2, 0, 10),
             OP(IN_BASELINE, 2, 0, 0), OP(RETURN, 2, 0, 0)));
    row.alias_count = 2;
    sample_program(b, "o.seen > 3 and w.since is present", row,
                   CODE(OP(LOAD_COLUMN, 0, 1, 1),
                        OP(LOAD_CONST, 1, CONST_INT, 0), OP(GT, 2, 0, 1),
                        OP(LOAD_COLUMN, 3, 0, 3), OP(IS_PRESENT, 3, 3, 0),
                        OP(AND, 2, 2, 3), OP(RETURN, 2, 0, 0)));
    row.alias_count = 1;
    row.type = AS_KIND_TIME;
    sample_program(b, "w.since + key_life", row,
                   CODE(OP(LOAD_COLUMN, 0, 0, 3), OP(LOAD_PARAM, 1, 0, 0),
                        OP(ADD, 2, 0, 1), OP(RETURN, 2, 0, 0)));
    row.alias_count = 2;
    row.type = AS_KIND_BOOL;
    sample_program(b, "sourceIPAddress not in w.addresses", row,
                   CODE(OP(LOAD_SLOT, 0, AS_SLOT_ADDRESS, 0),
                        OP(LOAD_COLUMN, 1, 0, 2), OP(IN_SET, 2, 0, 1),
                        OP(NOT, 2, 2, 0), OP(RETURN, 2, 0, 0)));
    sample_probe(b, BASELINE_WORKERS, 3, PROGRAM_ACCESS, AS_NO_ROW);
    sample_probe(b, BASELINE_ITEMS, 1, PROGRAM_ACCESS, PROGRAM_FILTER_2);
}

static inline void sample_group_programs(struct as_builder *b)
{
    struct as_row_program row = { .type = AS_KIND_INT,
                                  .aggs = AGG_JOIN,
                                  .agg_count = 1 };

    sample_program(b, "count()", row,
                   CODE(OP(LOAD_AGG, 0, 0, 0), OP(RETURN, 0, 0, 0)));
    row = (struct as_row_program){
        .type = AS_KIND_BOOL,
        .keys = KEY_GROUP,
        .key_count = 1,
        .aggs = AGG_GROUP,
        .agg_count = 2,
    };
    sample_program(b, "len(set(sourceIPAddress)) > 1", row,
                   CODE(OP(LOAD_AGG, 0, 0, 0), OP(LEN_SET, 1, 0, 0),
                        OP(LOAD_CONST, 2, CONST_INT, 0), OP(GT, 3, 1, 2),
                        OP(RETURN, 3, 0, 0)));
    row.type = AS_KIND_TEXT;
    sample_program(b, "session", row,
                   CODE(OP(LOAD_KEY, 0, 0, 0), OP(RETURN, 0, 0, 0)));
    row = (struct as_row_program){ .type = AS_KIND_TEXT };
    sample_program(b, "\"high\"", row,
                   CODE(OP(LOAD_CONST, 0, CONST_TEXT, 0), OP(RETURN, 0, 0, 0)));
}

static inline void sample_columns(struct as_builder *b)
{
    const as_type set = AS_KIND_SOURCE | AS_TYPE_SET;
    struct as_row_test test = { AS_SLOT_EVENT_NAME, PROGRAM_EARLY };

    as_build_test(b, &test);

    sample_column(b, "access_key", AS_AGG_KEY, AS_KIND_TEXT, PROGRAM_ACCESS,
                  AS_NO_ROW);
    sample_column(b, "role_session", AS_AGG_KEY, AS_KIND_TEXT, PROGRAM_SESSION,
                  AS_NO_ROW);
    sample_column(b, "addresses", AS_AGG_SET, set, PROGRAM_ADDRESS,
                  PROGRAM_IS_IP);
    sample_column(b, "since", AS_AGG_MIN, AS_KIND_TIME, PROGRAM_TIME,
                  AS_NO_ROW);
    sample_column(b, "calls", AS_AGG_COUNT, AS_KIND_INT, AS_NO_ROW, AS_NO_ROW);
    sample_column(b, "item", AS_AGG_KEY, AS_KIND_TEXT, PROGRAM_ITEM_1,
                  AS_NO_ROW);
    sample_column(b, "seen", AS_AGG_COUNT, AS_KIND_INT, AS_NO_ROW, AS_NO_ROW);
    sample_column(b, "", AS_AGG_COUNT_DISTINCT, AS_KIND_INT, PROGRAM_ACCESS,
                  PROGRAM_REQUIRE);
    sample_column(b, "session", AS_AGG_KEY, AS_KIND_TEXT, PROGRAM_SESSION,
                  AS_NO_ROW);
    sample_column(b, "", AS_AGG_SET, set, PROGRAM_ADDRESS, AS_NO_ROW);
    sample_column(b, "first_seen", AS_AGG_FIRST, AS_KIND_TIME, PROGRAM_TIME,
                  AS_NO_ROW);
}

static inline void sample_baselines(struct as_builder *b)
{
    struct as_row_baseline row = {
        .name = sample_text(b, "lambda_workers"),
        .help = sample_text(b, "Lambda opens a log stream.\n\nAlways."),
        .file = sample_text(b, "baselines.astray"),
        .early = PROGRAM_EARLY,
        .test_count = 1,
        .rest = AS_NO_ROW,
        .where = AS_NO_ROW,
        .each = AS_NO_ROW,
        .keys = KEY_ACCESS,
        .key_count = 2,
        .columns = COL_ADDRESSES,
        .column_count = 3,
        .scope = AS_SCOPE_AS_OF,
        .plus_kind = AS_LENGTH_CONST,
        .plus = CONST_MINUTES,
        .retain_kind = AS_LENGTH_PARAM,
        .retain = PARAM_LIFE,
    };

    as_build_baseline(b, &row);
    row = (struct as_row_baseline){
        .name = sample_text(b, "items"),
        .file = sample_text(b, "baselines.astray"),
        .early = AS_NO_ROW,
        .rest = AS_NO_ROW,
        .where = PROGRAM_WHERE_1,
        .each = PROGRAM_EACH,
        .keys = KEY_ITEM,
        .key_count = 1,
        .columns = COL_SEEN,
        .column_count = 1,
        .scope = AS_SCOPE_WHOLE,
    };
    as_build_baseline(b, &row);
}

/* What all rules have. */
static inline struct as_row_rule sample_rule(struct as_builder *b,
                                             const char *name,
                                             enum as_shape shape)
{
    return (struct as_row_rule){
        .name = sample_text(b, name),
        .id = sample_text(b, name),
        .title = sample_text(b, "A title"),
        .severity = sample_text(b, "high"),
        .status = sample_text(b, "stable"),
        .version = 3,
        .help = sample_text(b, "What it is for."),
        .file = sample_text(b, "rules.astray"),
        .shape = shape,
        .early = PROGRAM_EARLY,
        .test_count = 1,
        .rest = AS_NO_ROW,
        .where = PROGRAM_PLAIN,
        .each = AS_NO_ROW,
        .require = AS_NO_ROW,
        .having = AS_NO_ROW,
        .until = AS_NO_ROW,
    };
}

static inline void sample_rule_parts(struct as_builder *b)
{
    struct as_row_join joins[] = {
        { PROBE_JOIN_1, AS_LENGTH_PARAM, PARAM_LIFE, PROGRAM_AFTER },
        { PROBE_JOIN_2, AS_LENGTH_NONE, 0, AS_NO_ROW },
    };
    struct as_row_exclude exclude = {
        .name = sample_text(b, "aws_call"),
        .when = PROGRAM_IS_IP,
        .reason = sample_text(b, "a service on the function's behalf"),
        .owner = sample_text(b, "secops@example.org"),
        .expires = 1,
        .low = 0x12345678,
        .high = 0x19F,
        .overlay = sample_text(b, "acme"),
    };
    struct as_row_change change = {
        .kind = AS_CHANGE_EXCLUDE,
        .rule = sample_text(b, "join_rule"),
        .name = sample_text(b, "aws_call"),
        .value = sample_text(b, "sourceIPAddress is ip"),
        .owner = sample_text(b, "secops@example.org"),
        .expires = 1,
        .low = 0x12345678,
        .high = 0x19F,
    };
    struct as_row_overlay overlay = {
        .name = sample_text(b, "acme"),
        .versions = sample_text(b, "^1.2"),
        .file = sample_text(b, "acme.astray"),
        .change_count = 1,
    };
    struct as_row_outcome outcomes[] = {
        { sample_text(b, "severity"), PROGRAM_SEVERITY },
        { sample_text(b, "where_from"), PROGRAM_ADDRESS },
        { sample_text(b, "rows"), PROGRAM_AGG_JOIN },
        { sample_text(b, "session"), PROGRAM_GROUP_KEY },
    };
    struct as_row_tag tag = { sample_text(b, "T1552.005") };
    struct as_row_use use = { LIST_BLOCKS };
    struct as_row_argument argument = { PROGRAM_GROUP_KEY };
    struct as_row_phase phases[] = { { PROGRAM_EARLY, 0 },
                                     { PROGRAM_IS_IP, 1 },
                                     { PROGRAM_EARLY, 0 } };

    as_build_join(b, &joins[0]);
    as_build_join(b, &joins[1]);
    as_build_exclude(b, &exclude);
    as_build_change(b, &change);
    as_build_overlay(b, &overlay);
    for (int i = 0; i < 4; i++)
        as_build_outcome(b, &outcomes[i]);
    as_build_tag(b, &tag);
    as_build_tag(b, &(struct as_row_tag){ sample_text(b, "acme") });
    as_build_use(b, &use);
    as_build_argument(b, &argument);
    for (int i = 0; i < 3; i++)
        as_build_phase(b, &phases[i]);
}

static inline void sample_rules(struct as_builder *b)
{
    struct as_row_rule row = sample_rule(b, "plain_rule", AS_SHAPE_PLAIN);

    row.attack_count = row.use_count = row.exclude_count = 1;
    row.outcome_count = 2;
    as_build_rule(b, &row);

    row = sample_rule(b, "join_rule", AS_SHAPE_JOIN);
    row.alias_count = row.join_count = 2;
    row.require = PROGRAM_REQUIRE;
    row.aggs = AGG_JOIN;
    row.agg_count = row.exclude_count = row.overlay_count = 1;
    row.overlays = 1;
    row.outcome_count = 3;
    as_build_rule(b, &row);

    row = sample_rule(b, "group_rule", AS_SHAPE_GROUP);
    row.keys = KEY_GROUP;
    row.key_count = row.exclude_count = 1;
    row.window = AS_WINDOW_SESSION;
    row.timespan_kind = row.suppress_kind = AS_LENGTH_CONST;
    row.timespan = row.suppress = CONST_LIFE;
    row.gap_kind = AS_LENGTH_CONST;
    row.gap = CONST_MINUTES;
    row.having = PROGRAM_HAVING;
    row.aggs = AGG_GROUP;
    row.agg_count = 2;
    row.outcomes = 3;
    row.outcome_count = 1;
    row.suppress_by = as_build_count(b, AS_TABLE_argument) - 1;
    row.suppress_by_count = 1;
    as_build_rule(b, &row);

    row = sample_rule(b, "terms_rule", AS_SHAPE_NEW_TERMS);
    row.keys = KEY_GROUP;
    row.key_count = row.exclude_count = 1;
    row.timespan_kind = AS_LENGTH_PARAM;
    row.timespan = PARAM_LIFE;
    row.outcome_count = 2;
    as_build_rule(b, &row);

    row = sample_rule(b, "sequence_rule", AS_SHAPE_SEQUENCE);
    row.keys = KEY_GROUP;
    row.key_count = row.exclude_count = 1;
    row.timespan_kind = AS_LENGTH_CONST;
    row.timespan = CONST_LIFE;
    row.phase_count = 3;
    row.until = PROGRAM_IS_IP;
    row.outcome_count = 2;
    as_build_rule(b, &row);
}

static inline void sample_pack(struct as_builder *b)
{
    as_builder_init(b);

    struct as_row_info info = {
        .name = sample_text(b, "sample"),
        .version = sample_text(b, "1.2.3"),
        .license = sample_text(b, "Apache-2.0"),
        .title = sample_text(b, "A sample"),
        .language = 1,
    };
    as_build_info(b, &info);
    sample_slots(b);
    sample_constants(b);
    sample_aliases(b);
    sample_event_programs(b);
    sample_item_programs(b);
    sample_rule_programs(b);
    sample_group_programs(b);
    sample_columns(b);
    sample_baselines(b);
    sample_rule_parts(b);
    sample_rules(b);
}

#endif
