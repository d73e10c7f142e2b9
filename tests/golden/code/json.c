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
    slot_15_requestParameters_count = 15,
    slot_16_requestParameters_share = 16,
    slot_17_requestParameters_until = 17,
    slot_18_requestParameters_enabled = 18,
    slot_19_requestParameters_peer = 19,
    slot_20_requestParameters_left = 20,
    slot_21_responseElements_right = 21,
    slot_22_requestParameters_x_amz_acl = 22,
    slot_23_requestParameters_policyDocument = 23,
    slot_24_requestParameters_tags_1_key = 24,
};

/* Lists. */
enum {
    list_0_ = 0,
};

static uint32_t list_0_has(struct astray_text text)
{
    if (text.missing)
        return astray_unknown_text(text);
    switch (text.length) {
    case 7:
        return memcmp(text.bytes, "private", 7) == 0;
    case 17:
        return memcmp(text.bytes, "bucket-owner-read", 17) == 0;
    default:
        return ASTRAY_FALSE;
    }
}

/*
 * rule json_takes_a_type: where
 *
 *     requestParameters.count > 5 and requestParameters.share >= 1.5 and
 *     requestParameters.until < 2026-01-01 and requestParameters.enabled and
 *     requestParameters.peer == sourceIPAddress and requestParameters.peer in
 *     10.0.0.0/8 and requestParameters.left == responseElements.right and
 *     requestParameters."x-amz-acl" not in ["private", "bucket-owner-read"]
 *     and policy.Statement[0].Effect == "Allow"
 */
static uint32_t rule_json_takes_a_type_where(struct astray_rt *rt)
{
    const struct astray_value *requestParameters_count_2 =
        astray_slot(rt, slot_15_requestParameters_count);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_TO_INT, requestParameters_count_2, 0);
    uint32_t all_0 =
        astray_integers(ASTRAY_OP_GT, &made_1, &rt->constants[0] /* 5 */);
    if (astray_is_unknown(all_0)) {
        const struct astray_value made_3 =
            astray_unary(rt, ASTRAY_OP_TO_REAL, requestParameters_count_2, 0);
        all_0 =
            astray_as_truth(astray_binary(rt, ASTRAY_OP_GT, &made_3,
                &rt->constants[1]));
    }
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value *requestParameters_share_6 =
        astray_slot(rt, slot_16_requestParameters_share);
    const struct astray_value made_5 =
        astray_unary(rt, ASTRAY_OP_TO_REAL, requestParameters_share_6, 0);
    const uint32_t is_4 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_GE, &made_5,
            &rt->constants[2]));
    all_0 = astray_and(all_0, is_4);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value *requestParameters_until_9 =
        astray_slot(rt, slot_17_requestParameters_until);
    const struct astray_value made_8 =
        astray_unary(rt, ASTRAY_OP_TO_TIME, requestParameters_until_9, 0);
    const uint32_t is_7 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_LT, &made_8,
            &rt->constants[3] /* 2026-01-01T00:00:00Z */));
    all_0 = astray_and(all_0, is_7);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value *requestParameters_enabled_11 =
        astray_slot(rt, slot_18_requestParameters_enabled);
    const uint32_t is_10 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_TO_BOOL,
            requestParameters_enabled_11, 0));
    all_0 = astray_and(all_0, is_10);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value *requestParameters_peer_14 =
        astray_slot(rt, slot_19_requestParameters_peer);
    const struct astray_value made_13 =
        astray_unary(rt, ASTRAY_OP_TO_SOURCE, requestParameters_peer_14, 0);
    const struct astray_value *sourceIPAddress_15 =
        astray_slot(rt, slot_6_sourceIPAddress);
    const uint32_t is_12 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_EQ, &made_13,
            sourceIPAddress_15));
    all_0 = astray_and(all_0, is_12);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value made_17 =
        astray_unary(rt, ASTRAY_OP_TO_IP, requestParameters_peer_14, 0);
    const uint32_t is_16 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IN_CIDR, &made_17, 4));
    all_0 = astray_and(all_0, is_16);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value *requestParameters_left_20 =
        astray_slot(rt, slot_20_requestParameters_left);
    const struct astray_text made_19 =
        astray_json_text(rt, requestParameters_left_20);
    const struct astray_value *responseElements_right_22 =
        astray_slot(rt, slot_21_responseElements_right);
    const struct astray_text made_21 =
        astray_json_text(rt, responseElements_right_22);
    const uint32_t is_18 = astray_text_equal(made_19, made_21);
    all_0 = astray_and(all_0, is_18);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value *requestParameters_x_amz_acl_26 =
        astray_slot(rt, slot_22_requestParameters_x_amz_acl);
    const struct astray_text made_25 =
        astray_json_text(rt, requestParameters_x_amz_acl_26);
    const uint32_t is_24 = list_0_has(made_25);
    const uint32_t is_23 = astray_not(is_24);
    all_0 = astray_and(all_0, is_23);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value *requestParameters_policyDocu_32 =
        astray_slot(rt, slot_23_requestParameters_policyDocument);
    const struct astray_text made_31 =
        astray_json_text(rt, requestParameters_policyDocu_32);
    const struct astray_value made_30 =
        astray_text_unary(rt, ASTRAY_OP_JSON_PARSE, made_31, 0);
    const struct astray_value made_29 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &made_30, 0);
    const struct astray_text made_28 = astray_json_text(rt, &made_29);
    const uint32_t is_27 = astray_text_is(made_28, "Allow", 5);
    all_0 = astray_and(all_0, is_27);
    return all_0;
}

/*
 * rule json_takes_a_type: test requestParameters.count
 */
static uint32_t rule_json_takes_a_type_test_requestParameters_count(
    struct astray_rt *rt)
{
    const struct astray_value *requestParameters_count_2 =
        astray_slot(rt, slot_15_requestParameters_count);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_TO_INT, requestParameters_count_2, 0);
    uint32_t given_0 =
        astray_integers(ASTRAY_OP_GT, &made_1, &rt->constants[0] /* 5 */);
    if (astray_is_unknown(given_0)) {
        const struct astray_value made_3 =
            astray_unary(rt, ASTRAY_OP_TO_REAL, requestParameters_count_2, 0);
        given_0 =
            astray_as_truth(astray_binary(rt, ASTRAY_OP_GT, &made_3,
                &rt->constants[1]));
    }
    return given_0;
}

/*
 * rule json_takes_a_type: test requestParameters.share
 */
static uint32_t rule_json_takes_a_type_test_requestParameters_share(
    struct astray_rt *rt)
{
    const struct astray_value *requestParameters_share_2 =
        astray_slot(rt, slot_16_requestParameters_share);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_TO_REAL, requestParameters_share_2, 0);
    const uint32_t is_0 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_GE, &made_1,
            &rt->constants[2]));
    return is_0;
}

/*
 * rule json_takes_a_type: test requestParameters.until
 */
static uint32_t rule_json_takes_a_type_test_requestParameters_until(
    struct astray_rt *rt)
{
    const struct astray_value *requestParameters_until_2 =
        astray_slot(rt, slot_17_requestParameters_until);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_TO_TIME, requestParameters_until_2, 0);
    const uint32_t is_0 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_LT, &made_1,
            &rt->constants[3] /* 2026-01-01T00:00:00Z */));
    return is_0;
}

/*
 * rule json_takes_a_type: test requestParameters.enabled
 */
static uint32_t rule_json_takes_a_type_test_requestParameters_enabled(
    struct astray_rt *rt)
{
    const struct astray_value *requestParameters_enabled_1 =
        astray_slot(rt, slot_18_requestParameters_enabled);
    const uint32_t is_0 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_TO_BOOL,
            requestParameters_enabled_1, 0));
    return is_0;
}

/*
 * rule json_takes_a_type: test requestParameters.peer
 */
static uint32_t rule_json_takes_a_type_test_requestParameters_peer(
    struct astray_rt *rt)
{
    const struct astray_value *requestParameters_peer_2 =
        astray_slot(rt, slot_19_requestParameters_peer);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_TO_IP, requestParameters_peer_2, 0);
    const uint32_t is_0 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IN_CIDR, &made_1, 4));
    return is_0;
}

/*
 * rule json_takes_a_type: test requestParameters."x-amz-acl"
 */
static uint32_t rule_json_takes_a_type_test_requestParameters_x_amz_acl(
    struct astray_rt *rt)
{
    const struct astray_value *requestParameters_x_amz_acl_3 =
        astray_slot(rt, slot_22_requestParameters_x_amz_acl);
    const struct astray_text made_2 =
        astray_json_text(rt, requestParameters_x_amz_acl_3);
    const uint32_t is_1 = list_0_has(made_2);
    const uint32_t is_0 = astray_not(is_1);
    return is_0;
}

/*
 * rule json_takes_a_type: test requestParameters.policyDocument
 */
static uint32_t rule_json_takes_a_type_test_requestParameters_policyDocument(
    struct astray_rt *rt)
{
    const struct astray_value *requestParameters_policyDocu_5 =
        astray_slot(rt, slot_23_requestParameters_policyDocument);
    const struct astray_text made_4 =
        astray_json_text(rt, requestParameters_policyDocu_5);
    const struct astray_value made_3 =
        astray_text_unary(rt, ASTRAY_OP_JSON_PARSE, made_4, 0);
    const struct astray_value made_2 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &made_3, 0);
    const struct astray_text made_1 = astray_json_text(rt, &made_2);
    const uint32_t is_0 = astray_text_is(made_1, "Allow", 5);
    return is_0;
}

/*
 * rule json_takes_a_type: rest
 *
 *     requestParameters.count > 5 and requestParameters.share >= 1.5 and
 *     requestParameters.until < 2026-01-01 and requestParameters.enabled and
 *     requestParameters.peer == sourceIPAddress and requestParameters.peer in
 *     10.0.0.0/8 and requestParameters.left == responseElements.right and
 *     requestParameters."x-amz-acl" not in ["private", "bucket-owner-read"]
 *     and policy.Statement[0].Effect == "Allow"
 */
static uint32_t rule_json_takes_a_type_rest(struct astray_rt *rt)
{
    const struct astray_value *requestParameters_peer_2 =
        astray_slot(rt, slot_19_requestParameters_peer);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_TO_SOURCE, requestParameters_peer_2, 0);
    const struct astray_value *sourceIPAddress_3 =
        astray_slot(rt, slot_6_sourceIPAddress);
    uint32_t all_0 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_EQ, &made_1,
            sourceIPAddress_3));
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value *requestParameters_left_6 =
        astray_slot(rt, slot_20_requestParameters_left);
    const struct astray_text made_5 =
        astray_json_text(rt, requestParameters_left_6);
    const struct astray_value *responseElements_right_8 =
        astray_slot(rt, slot_21_responseElements_right);
    const struct astray_text made_7 =
        astray_json_text(rt, responseElements_right_8);
    const uint32_t is_4 = astray_text_equal(made_5, made_7);
    all_0 = astray_and(all_0, is_4);
    return all_0;
}

/*
 * rule json_takes_a_type: outcome acl
 *
 *     requestParameters."x-amz-acl"
 */
static void rule_json_takes_a_type_outcome_acl(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *requestParameters_x_amz_acl_0 =
        astray_slot(rt, slot_22_requestParameters_x_amz_acl);
    *value = *requestParameters_x_amz_acl_0;
}

/*
 * rule json_takes_a_type: outcome tag
 *
 *     requestParameters.tags[1].key
 */
static void rule_json_takes_a_type_outcome_tag(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *requestParameters_tags_1_key_0 =
        astray_slot(rt, slot_24_requestParameters_tags_1_key);
    *value = *requestParameters_tags_1_key_0;
}

/* By their rows in the pack. */
static const struct astray_program programs[11] = {
    [0] = { .test = rule_json_takes_a_type_where },
    [1] = { .test = rule_json_takes_a_type_test_requestParameters_count },
    [2] = { .test = rule_json_takes_a_type_test_requestParameters_share },
    [3] = { .test = rule_json_takes_a_type_test_requestParameters_until },
    [4] = { .test = rule_json_takes_a_type_test_requestParameters_enabled },
    [5] = { .test = rule_json_takes_a_type_test_requestParameters_peer },
    [6] = { .test = rule_json_takes_a_type_test_requestParameters_x_amz_acl },
    [7] = { .test = rule_json_takes_a_type_test_requestParameters_policyDocument },
    [8] = { .test = rule_json_takes_a_type_rest },
    [9] = { .value = rule_json_takes_a_type_outcome_acl },
    [10] = { .value = rule_json_takes_a_type_outcome_tag },
};

extern ASTRAY_EXPORT const struct astray_native astray_native;

const struct astray_native astray_native = {
    .version = ASTRAY_RT_VERSION,
    .rt_size = ASTRAY_RT_SIZE,
    .value_size = ASTRAY_VALUE_SIZE,
    .program_count = 11,
    .programs = programs,
};
