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
    slot_15_requestParameters_userName = 15,
};

/*
 * rule new_user_then_key: where
 *
 *     eventSource == "iam.amazonaws.com"
 */
static uint32_t rule_new_user_then_key_where(struct astray_rt *rt)
{
    const struct astray_text eventSource_1 =
        astray_slot_text(rt, slot_4_eventSource);
    const uint32_t is_0 =
        astray_text_is(eventSource_1, "iam.amazonaws.com", 17);
    return is_0;
}

/*
 * rule new_user_then_key: test eventSource
 */
static uint32_t rule_new_user_then_key_test_eventSource(struct astray_rt *rt)
{
    const struct astray_text eventSource_1 =
        astray_slot_text(rt, slot_4_eventSource);
    const uint32_t is_0 =
        astray_text_is(eventSource_1, "iam.amazonaws.com", 17);
    return is_0;
}

/*
 * rule new_user_then_key: key account
 *
 *     recipientAccountId
 */
static void rule_new_user_then_key_key_account(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text recipientAccountId_0 =
        astray_slot_text(rt, slot_11_recipientAccountId);
    *value = astray_from_text(recipientAccountId_0);
}

/*
 * rule new_user_then_key: key user
 *
 *     requestParameters.userName
 */
static void rule_new_user_then_key_key_user(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *requestParameters_userName_1 =
        astray_slot(rt, slot_15_requestParameters_userName);
    const struct astray_text made_0 =
        astray_json_text(rt, requestParameters_userName_1);
    *value = astray_from_text(made_0);
}

/*
 * rule new_user_then_key: step
 *
 *     eventName == "CreateUser" and errorCode is missing
 */
static uint32_t rule_new_user_then_key_step(struct astray_rt *rt)
{
    const struct astray_text eventName_1 =
        astray_slot_text(rt, slot_3_eventName);
    uint32_t all_0 = astray_text_is(eventName_1, "CreateUser", 10);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_text errorCode_3 =
        astray_slot_text(rt, slot_12_errorCode);
    const uint32_t is_2 = astray_text_is_missing(errorCode_3);
    all_0 = astray_and(all_0, is_2);
    return all_0;
}

/*
 * rule new_user_then_key: step
 *
 *     eventName == "TagUser"
 */
static uint32_t rule_new_user_then_key_step_p5_(struct astray_rt *rt)
{
    const struct astray_text eventName_1 =
        astray_slot_text(rt, slot_3_eventName);
    const uint32_t is_0 = astray_text_is(eventName_1, "TagUser", 7);
    return is_0;
}

/*
 * rule new_user_then_key: step
 *
 *     eventName == "CreateAccessKey"
 */
static uint32_t rule_new_user_then_key_step_p6_(struct astray_rt *rt)
{
    const struct astray_text eventName_1 =
        astray_slot_text(rt, slot_3_eventName);
    const uint32_t is_0 = astray_text_is(eventName_1, "CreateAccessKey", 15);
    return is_0;
}

/*
 * rule new_user_then_key: until
 *
 *     eventName == "DeleteUser"
 */
static uint32_t rule_new_user_then_key_until(struct astray_rt *rt)
{
    const struct astray_text eventName_1 =
        astray_slot_text(rt, slot_3_eventName);
    const uint32_t is_0 = astray_text_is(eventName_1, "DeleteUser", 10);
    return is_0;
}

/*
 * rule new_user_then_key: outcome name
 *
 *     user
 */
static void rule_new_user_then_key_outcome_name(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *requestParameters_userName_1 =
        astray_slot(rt, slot_15_requestParameters_userName);
    const struct astray_text made_0 =
        astray_json_text(rt, requestParameters_userName_1);
    *value = astray_from_text(made_0);
}

/* By their rows in the pack. */
static const struct astray_program programs[9] = {
    [0] = { .test = rule_new_user_then_key_where },
    [1] = { .test = rule_new_user_then_key_test_eventSource },
    [2] = { .value = rule_new_user_then_key_key_account },
    [3] = { .value = rule_new_user_then_key_key_user },
    [4] = { .test = rule_new_user_then_key_step },
    [5] = { .test = rule_new_user_then_key_step_p5_ },
    [6] = { .test = rule_new_user_then_key_step_p6_ },
    [7] = { .test = rule_new_user_then_key_until },
    [8] = { .value = rule_new_user_then_key_outcome_name },
};

extern ASTRAY_EXPORT const struct astray_native astray_native;

const struct astray_native astray_native = {
    .version = ASTRAY_RT_VERSION,
    .rt_size = ASTRAY_RT_SIZE,
    .value_size = ASTRAY_VALUE_SIZE,
    .program_count = 9,
    .programs = programs,
};
