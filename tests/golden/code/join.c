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
    slot_15_userIdentity_type = 15,
};

/* Lists. */
enum {
    list_0_home_ranges = 0,
};

/*
 * baseline workers: where
 *
 *     eventName == "CreateLogStream" and ip(sourceIPAddress) in home_ranges
 */
static uint32_t baseline_workers_where(struct astray_rt *rt)
{
    const struct astray_text eventName_1 =
        astray_slot_text(rt, slot_3_eventName);
    uint32_t all_0 = astray_text_is(eventName_1, "CreateLogStream", 15);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value *sourceIPAddress_4 =
        astray_slot(rt, slot_6_sourceIPAddress);
    const struct astray_value made_3 = astray_source_ip(sourceIPAddress_4);
    const uint32_t is_2 = astray_in_list(rt, &made_3, list_0_home_ranges);
    all_0 = astray_and(all_0, is_2);
    return all_0;
}

/*
 * baseline workers: test eventName
 */
static uint32_t baseline_workers_test_eventName(struct astray_rt *rt)
{
    const struct astray_text eventName_1 =
        astray_slot_text(rt, slot_3_eventName);
    const uint32_t is_0 = astray_text_is(eventName_1, "CreateLogStream", 15);
    return is_0;
}

/*
 * baseline workers: test sourceIPAddress
 */
static uint32_t baseline_workers_test_sourceIPAddress(struct astray_rt *rt)
{
    const struct astray_value *sourceIPAddress_2 =
        astray_slot(rt, slot_6_sourceIPAddress);
    const struct astray_value made_1 = astray_source_ip(sourceIPAddress_2);
    const uint32_t is_0 = astray_in_list(rt, &made_1, list_0_home_ranges);
    return is_0;
}

/*
 * baseline workers: key access_key
 *
 *     userIdentity.accessKeyId
 */
static void baseline_workers_key_access_key(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text userIdentity_accessKeyId_0 =
        astray_slot_text(rt, slot_8_userIdentity_accessKeyId);
    *value = astray_from_text(userIdentity_accessKeyId_0);
}

/*
 * baseline workers: value addresses
 *
 *     sourceIPAddress
 */
static void baseline_workers_value_addresses(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *sourceIPAddress_0 =
        astray_slot(rt, slot_6_sourceIPAddress);
    *value = *sourceIPAddress_0;
}

/*
 * baseline workers: value since
 *
 *     eventTime
 */
static void baseline_workers_value_since(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *eventTime_0 = astray_slot(rt, slot_0_eventTime);
    *value = *eventTime_0;
}

/*
 * rule away: where
 *
 *     userIdentity.type == "AssumedRole"
 */
static uint32_t rule_away_where(struct astray_rt *rt)
{
    const struct astray_text userIdentity_type_1 =
        astray_slot_text(rt, slot_15_userIdentity_type);
    const uint32_t is_0 =
        astray_text_is(userIdentity_type_1, "AssumedRole", 11);
    return is_0;
}

/*
 * rule away: test userIdentity.type
 */
static uint32_t rule_away_test_userIdentity_type(struct astray_rt *rt)
{
    const struct astray_text userIdentity_type_1 =
        astray_slot_text(rt, slot_15_userIdentity_type);
    const uint32_t is_0 =
        astray_text_is(userIdentity_type_1, "AssumedRole", 11);
    return is_0;
}

/*
 * rule away: join_key w
 *
 *     w.access_key == userIdentity.accessKeyId
 */
static void rule_away_join_key_w(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text userIdentity_accessKeyId_0 =
        astray_slot_text(rt, slot_8_userIdentity_accessKeyId);
    *value = astray_from_text(userIdentity_accessKeyId_0);
}

/*
 * rule away: after w
 *
 *     w.since
 */
static void rule_away_after_w(struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value w_0 = astray_column(rt, 0, 2);
    *value = *&w_0;
}

/*
 * rule away: require
 *
 *     sourceIPAddress not in w.addresses
 */
static uint32_t rule_away_require(struct astray_rt *rt)
{
    const struct astray_value *sourceIPAddress_2 =
        astray_slot(rt, slot_6_sourceIPAddress);
    const struct astray_value w_3 = astray_column(rt, 0, 1);
    const uint32_t is_1 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_IN_SET, sourceIPAddress_2,
            &w_3));
    const uint32_t is_0 = astray_not(is_1);
    return is_0;
}

/*
 * rule away: exclude aws_call
 *
 *     sourceIPAddress is service
 */
static uint32_t rule_away_exclude_aws_call(struct astray_rt *rt)
{
    const struct astray_value *sourceIPAddress_1 =
        astray_slot(rt, slot_6_sourceIPAddress);
    const uint32_t is_0 =
        astray_source_class(sourceIPAddress_1, ASTRAY_SOURCE_SERVICE);
    return is_0;
}

/*
 * rule away: outcome agent
 *
 *     userAgent ? ? "(none)"
 */
static void rule_away_outcome_agent(
    struct astray_rt *rt, struct astray_value *value)
{
    struct astray_text given_0 = astray_slot_text(rt, slot_7_userAgent);
    if (astray_text_is_missing(given_0)) {
        given_0 = astray_literal("(none)", 6);
    }
    *value = astray_from_text(given_0);
}

/* By their rows in the pack. */
static const struct astray_program programs[13] = {
    [0] = { .test = baseline_workers_where },
    [1] = { .test = baseline_workers_test_eventName },
    [2] = { .test = baseline_workers_test_sourceIPAddress },
    [3] = { .value = baseline_workers_key_access_key },
    [4] = { .value = baseline_workers_value_addresses },
    [5] = { .value = baseline_workers_value_since },
    [6] = { .test = rule_away_where },
    [7] = { .test = rule_away_test_userIdentity_type },
    [8] = { .value = rule_away_join_key_w },
    [9] = { .value = rule_away_after_w },
    [10] = { .test = rule_away_require },
    [11] = { .test = rule_away_exclude_aws_call },
    [12] = { .value = rule_away_outcome_agent },
};

extern ASTRAY_EXPORT const struct astray_native astray_native;

const struct astray_native astray_native = {
    .version = ASTRAY_RT_VERSION,
    .rt_size = ASTRAY_RT_SIZE,
    .value_size = ASTRAY_VALUE_SIZE,
    .program_count = 13,
    .programs = programs,
};
