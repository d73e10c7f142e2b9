/*
 * rules 
 *
 * The programs of this pack as C functions.  Made by `astray build -t c`;
 * a change here is lost, and is a change of what the rules mean.  A bool is
 * ASTRAY_FALSE, ASTRAY_TRUE, or missing, from ASTRAY_UNKNOWN on.
 */

#include <astray_rt.h>

/* What is read out of an event. */
enum {
    slot_0_eventTime = 0,
    slot_1_eventID = 1,
    slot_2_sharedEventID = 2,
    slot_3_eventName = 3,
    slot_4_eventSource = 4,
    slot_5_awsRegion = 5,
    slot_6_sourceIPAddress = 6,
    slot_7_userAgent = 7,
    slot_8_userIdentity_accessKeyId = 8,
    slot_9_userIdentity_arn = 9,
    slot_10_userIdentity_accountId = 10,
    slot_11_recipientAccountId = 11,
    slot_12_errorCode = 12,
    slot_13_vpcEndpointId = 13,
    slot_14_userIdentity_invokedBy = 14,
    slot_15_resources = 15,
};

/* Lists. */
enum {
    list_0_ = 0,
    list_1_ = 1,
};

/* Parameters. */
enum {
    param_0_limit = 0,
};

static uint32_t list_0_has(struct astray_text text)
{
    if (text.missing)
        return astray_unknown_text(text);
    switch (text.length) {
    case 12:
        return memcmp(text.bytes, "AccessDenied", 12) == 0;
    case 21:
        return memcmp(text.bytes, "UnauthorizedOperation", 21) == 0;
    default:
        return ASTRAY_FALSE;
    }
}

static uint32_t list_1_has(struct astray_text text)
{
    if (text.missing)
        return astray_unknown_text(text);
    switch (text.length) {
    case 4:
        return memcmp(text.bytes, "root", 4) == 0;
    case 5:
        return memcmp(text.bytes, "admin", 5) == 0;
    default:
        return ASTRAY_FALSE;
    }
}

/*
 * rule grouped: each
 *
 *     resources
 */
static void rule_grouped_each(struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *resources_0 = astray_slot(rt, slot_15_resources);
    *value = *resources_0;
}

/*
 * rule grouped: where
 *
 *     r.ARN is present
 */
static uint32_t rule_grouped_where(struct astray_rt *rt)
{
    const struct astray_value item_3 = astray_item(rt, 0);
    const struct astray_value made_2 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 0);
    const struct astray_text made_1 = astray_json_text(rt, &made_2);
    const uint32_t is_0 = astray_not(astray_text_is_missing(made_1));
    return is_0;
}

/*
 * rule grouped: key who
 *
 *     userIdentity.arn ? ? "(none)"
 */
static void rule_grouped_key_who(
    struct astray_rt *rt, struct astray_value *value)
{
    struct astray_text given_0 = astray_slot_text(rt, slot_9_userIdentity_arn);
    if (astray_text_is_missing(given_0)) {
        given_0 = astray_literal("(none)", 6);
    }
    *value = astray_from_text(given_0);
}

/*
 * rule grouped: key kind
 *
 *     r.type
 */
static void rule_grouped_key_kind(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value item_2 = astray_item(rt, 0);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_2, 1);
    const struct astray_text made_0 = astray_json_text(rt, &made_1);
    *value = astray_from_text(made_0);
}

/*
 * rule grouped: filter count(where denied)
 *
 *     denied
 */
static uint32_t rule_grouped_filter_count_where_denied(struct astray_rt *rt)
{
    const struct astray_text errorCode_1 =
        astray_slot_text(rt, slot_12_errorCode);
    const uint32_t is_0 = list_0_has(errorCode_1);
    return is_0;
}

/*
 * rule grouped: filter count(where denied and who startswith "arn:")
 *
 *     denied and who startswith "arn:"
 */
static uint32_t rule_grouped_filter_count_where_denied_and_who_startswith_ar(
    struct astray_rt *rt)
{
    const struct astray_text errorCode_1 =
        astray_slot_text(rt, slot_12_errorCode);
    uint32_t all_0 = list_0_has(errorCode_1);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    struct astray_text given_3 = astray_slot_text(rt, slot_9_userIdentity_arn);
    if (astray_text_is_missing(given_3)) {
        given_3 = astray_literal("(none)", 6);
    }
    const uint32_t is_2 = astray_text_begins(given_3, "arn:", 4);
    all_0 = astray_and(all_0, is_2);
    return all_0;
}

/*
 * rule grouped: value max(eventTime)
 *
 *     eventTime
 */
static void rule_grouped_value_max_eventTime(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *eventTime_0 = astray_slot(rt, slot_0_eventTime);
    *value = *eventTime_0;
}

/*
 * rule grouped: value set(eventName)
 *
 *     eventName
 */
static void rule_grouped_value_set_eventName(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text eventName_0 =
        astray_slot_text(rt, slot_3_eventName);
    *value = astray_from_text(eventName_0);
}

/*
 * rule grouped: value first(userAgent where denied)
 *
 *     userAgent
 */
static void rule_grouped_value_first_userAgent_where_denied(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text userAgent_0 =
        astray_slot_text(rt, slot_7_userAgent);
    *value = astray_from_text(userAgent_0);
}

/*
 * rule grouped: having
 *
 *     count(where denied) >= limit and count(where denied and who startswith
 *     "arn:") > 1 and who not in ["root", "admin"] and max(eventTime) -
 *     min(eventTime) > 5m
 */
static uint32_t rule_grouped_having(struct astray_rt *rt)
{
    const struct astray_value aggregate_1 = astray_aggregate(rt, 0);
    uint32_t all_0 =
        astray_integers(ASTRAY_OP_GE, &aggregate_1, &rt->params[param_0_limit]);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value aggregate_3 = astray_aggregate(rt, 1);
    const uint32_t is_2 =
        astray_integers(ASTRAY_OP_GT, &aggregate_3, &rt->constants[5] /* 1 */);
    all_0 = astray_and(all_0, is_2);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_text key_6 = astray_as_text(astray_key(rt, 0));
    const uint32_t is_5 = list_1_has(key_6);
    const uint32_t is_4 = astray_not(is_5);
    all_0 = astray_and(all_0, is_4);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value aggregate_9 = astray_aggregate(rt, 2);
    const struct astray_value aggregate_10 = astray_aggregate(rt, 3);
    const struct astray_value made_8 =
        astray_binary(rt, ASTRAY_OP_SUB, &aggregate_9, &aggregate_10);
    const uint32_t is_7 =
        astray_integers(ASTRAY_OP_GT, &made_8, &rt->constants[6] /* 5m */);
    all_0 = astray_and(all_0, is_7);
    return all_0;
}

/*
 * rule grouped: exclude own
 *
 *     r.accountId == userIdentity.accountId
 */
static uint32_t rule_grouped_exclude_own(struct astray_rt *rt)
{
    const struct astray_value item_3 = astray_item(rt, 0);
    const struct astray_value made_2 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 2);
    const struct astray_text made_1 = astray_json_text(rt, &made_2);
    const struct astray_text userIdentity_accountId_4 =
        astray_slot_text(rt, slot_10_userIdentity_accountId);
    const uint32_t is_0 = astray_text_equal(made_1, userIdentity_accountId_4);
    return is_0;
}

/*
 * rule grouped: outcome calls
 *
 *     count(where denied)
 */
static void rule_grouped_outcome_calls(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value aggregate_0 = astray_aggregate(rt, 0);
    *value = *&aggregate_0;
}

/*
 * rule grouped: outcome names
 *
 *     set(eventName)
 */
static void rule_grouped_outcome_names(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value aggregate_0 = astray_aggregate(rt, 4);
    *value = *&aggregate_0;
}

/*
 * rule grouped: outcome first_agent
 *
 *     first(userAgent where denied)
 */
static void rule_grouped_outcome_first_agent(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text aggregate_0 =
        astray_as_text(astray_aggregate(rt, 5));
    *value = astray_from_text(aggregate_0);
}

/*
 * rule grouped: outcome severity
 *
 *     if count(where denied) > 100 then "critical" else "high"
 */
static void rule_grouped_outcome_severity(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value aggregate_2 = astray_aggregate(rt, 0);
    const uint32_t is_1 =
        astray_integers(ASTRAY_OP_GT, &aggregate_2,
            &rt->constants[7] /* 100 */);
    struct astray_text chosen_0;
    if (is_1 == ASTRAY_TRUE) {
        chosen_0 = astray_literal("critical", 8);
    } else {
        chosen_0 = astray_literal("high", 4);
    }
    *value = astray_from_text(chosen_0);
}

/*
 * rule grouped: suppress_by
 *
 *     who
 */
static void rule_grouped_suppress_by(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text key_0 = astray_as_text(astray_key(rt, 0));
    *value = astray_from_text(key_0);
}

/* By their rows in the pack. */
static const struct astray_program programs[16] = {
    [0] = { .value = rule_grouped_each },
    [1] = { .test = rule_grouped_where },
    [2] = { .value = rule_grouped_key_who },
    [3] = { .value = rule_grouped_key_kind },
    [4] = { .test = rule_grouped_filter_count_where_denied },
    [5] = { .test = rule_grouped_filter_count_where_denied_and_who_startswith_ar },
    [6] = { .value = rule_grouped_value_max_eventTime },
    [7] = { .value = rule_grouped_value_set_eventName },
    [8] = { .value = rule_grouped_value_first_userAgent_where_denied },
    [9] = { .test = rule_grouped_having },
    [10] = { .test = rule_grouped_exclude_own },
    [11] = { .value = rule_grouped_outcome_calls },
    [12] = { .value = rule_grouped_outcome_names },
    [13] = { .value = rule_grouped_outcome_first_agent },
    [14] = { .value = rule_grouped_outcome_severity },
    [15] = { .value = rule_grouped_suppress_by },
};

extern ASTRAY_EXPORT const struct astray_native astray_native;

const struct astray_native astray_native = {
    .version = ASTRAY_RT_VERSION,
    .rt_size = ASTRAY_RT_SIZE,
    .value_size = ASTRAY_VALUE_SIZE,
    .program_count = 16,
    .programs = programs,
};
