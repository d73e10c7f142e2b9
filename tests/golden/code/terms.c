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

/* Parameters. */
enum {
    param_0_far = 0,
};

/*
 * rule first_place: where
 *
 *     userIdentity.type == "AssumedRole"
 */
static uint32_t rule_first_place_where(struct astray_rt *rt)
{
    const struct astray_text userIdentity_type_1 =
        astray_slot_text(rt, slot_15_userIdentity_type);
    const uint32_t is_0 =
        astray_text_is(userIdentity_type_1, "AssumedRole", 11);
    return is_0;
}

/*
 * rule first_place: test userIdentity.type
 */
static uint32_t rule_first_place_test_userIdentity_type(struct astray_rt *rt)
{
    const struct astray_text userIdentity_type_1 =
        astray_slot_text(rt, slot_15_userIdentity_type);
    const uint32_t is_0 =
        astray_text_is(userIdentity_type_1, "AssumedRole", 11);
    return is_0;
}

/*
 * rule first_place: key role
 *
 *     session_name(userIdentity.arn)
 */
static void rule_first_place_key_role(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text userIdentity_arn_1 =
        astray_slot_text(rt, slot_9_userIdentity_arn);
    const struct astray_text made_0 =
        astray_as_text(astray_text_unary(rt, ASTRAY_OP_SESSION_NAME,
            userIdentity_arn_1, 0));
    *value = astray_from_text(made_0);
}

/*
 * rule first_place: key place
 *
 *     sourceIPAddress
 */
static void rule_first_place_key_place(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *sourceIPAddress_0 =
        astray_slot(rt, slot_6_sourceIPAddress);
    *value = *sourceIPAddress_0;
}

/*
 * rule first_place: exclude aws_call
 *
 *     sourceIPAddress is service
 */
static uint32_t rule_first_place_exclude_aws_call(struct astray_rt *rt)
{
    const struct astray_value *sourceIPAddress_1 =
        astray_slot(rt, slot_6_sourceIPAddress);
    const uint32_t is_0 =
        astray_source_class(sourceIPAddress_1, ASTRAY_SOURCE_SERVICE);
    return is_0;
}

/*
 * rule first_place: outcome agent
 *
 *     userAgent
 */
static void rule_first_place_outcome_agent(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text userAgent_0 =
        astray_slot_text(rt, slot_7_userAgent);
    *value = astray_from_text(userAgent_0);
}

/*
 * rule first_place: suppress_by
 *
 *     userIdentity.accountId
 */
static void rule_first_place_suppress_by(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text userIdentity_accountId_0 =
        astray_slot_text(rt, slot_10_userIdentity_accountId);
    *value = astray_from_text(userIdentity_accountId_0);
}

/* By their rows in the pack. */
static const struct astray_program programs[7] = {
    [0] = { .test = rule_first_place_where },
    [1] = { .test = rule_first_place_test_userIdentity_type },
    [2] = { .value = rule_first_place_key_role },
    [3] = { .value = rule_first_place_key_place },
    [4] = { .test = rule_first_place_exclude_aws_call },
    [5] = { .value = rule_first_place_outcome_agent },
    [6] = { .value = rule_first_place_suppress_by },
};

extern ASTRAY_EXPORT const struct astray_native astray_native;

const struct astray_native astray_native = {
    .version = ASTRAY_RT_VERSION,
    .rt_size = ASTRAY_RT_SIZE,
    .value_size = ASTRAY_VALUE_SIZE,
    .program_count = 7,
    .programs = programs,
};
