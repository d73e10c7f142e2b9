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
    slot_17_requestParameters_flag = 17,
    slot_18_readOnly = 18,
    slot_19_managementEvent = 19,
    slot_20_userIdentity_sessionContext_attributes_c = 20,
    slot_21_requestParameters_when = 21,
    slot_22_requestParameters_from = 22,
    slot_23_requestParameters_document = 23,
    slot_24_requestParameters_items = 24,
};

/* Lists. */
enum {
    list_0_names = 0,
    list_1_places = 1,
    list_2_sources = 2,
    list_3_times = 3,
    list_4_ = 4,
    list_5_ = 5,
    list_6_ = 6,
    list_7_ = 7,
    list_8_ = 8,
    list_9_ = 9,
    list_10_ = 10,
};

/* Parameters. */
enum {
    param_0_most = 0,
    param_1_part = 1,
    param_2_word = 2,
    param_3_long = 3,
    param_4_sure = 4,
};

static uint32_t list_4_has(struct astray_text text)
{
    if (text.missing)
        return astray_unknown_text(text);
    switch (text.length) {
    case 7:
        return memcmp(text.bytes, "Decrypt", 7) == 0;
    case 9:
        return memcmp(text.bytes, "GetObject", 9) == 0 ||
               memcmp(text.bytes, "PutObject", 9) == 0;
    case 0:
        return ASTRAY_TRUE;
    default:
        return ASTRAY_FALSE;
    }
}

/*
 * rule texts: where
 *
 *     (eventName in ["Decrypt", "GetObject", "PutObject", ""] or eventName in
 *     names or eventName == word or userAgent startswith ["aws-", "Boto", ""]
 *     or userAgent endswith ["/1", "exec"] or userAgent endswith "linux" or
 *     userAgent endswith word or userAgent startswith word or userAgent
 *     contains ["curl", "wget"] or userAgent like ["*[*", "a?b*"] or
 *     userAgent like "aws-*" or userAgent like "*lambda" or userAgent like
 *     "*lambda*" or userAgent like "a?c*d" or userAgent matches /^x+$/ or
 *     userAgent matches [/^Get/, /obj(ect)?$/i] or eventName < "Get" or
 *     eventName <= "List" or eventName > "Put" or eventName >= word or
 *     len(userAgent) > 40 or lower(userAgent) == "kali" or
 *     arn_resource(userIdentity.arn) startswith "role/" or
 *     arn_account(userIdentity.arn) == userIdentity.accountId or
 *     session_name(userIdentity.arn) is missing)
 */
static uint32_t rule_texts_where(struct astray_rt *rt)
{
    const struct astray_text eventName_1 =
        astray_slot_text(rt, slot_3_eventName);
    uint32_t any_0 = list_4_has(eventName_1);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_2 = astray_text_in_list(rt, eventName_1, list_0_names);
    any_0 = astray_or(any_0, is_2);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_3 =
        astray_text_equal(eventName_1,
            astray_text_of(&rt->params[param_2_word]));
    any_0 = astray_or(any_0, is_3);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_text userAgent_5 =
        astray_slot_text(rt, slot_7_userAgent);
    const uint32_t is_4 =
        astray_as_truth(astray_text_unary(rt, ASTRAY_OP_STARTSWITH_ANY,
            userAgent_5, list_5_));
    any_0 = astray_or(any_0, is_4);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_6 =
        astray_as_truth(astray_text_unary(rt, ASTRAY_OP_ENDSWITH_ANY,
            userAgent_5, list_6_));
    any_0 = astray_or(any_0, is_6);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_7 = astray_text_ends(userAgent_5, "linux", 5);
    any_0 = astray_or(any_0, is_7);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_8 =
        astray_text_test(rt, ASTRAY_OP_ENDSWITH, userAgent_5,
            astray_text_of(&rt->params[param_2_word]));
    any_0 = astray_or(any_0, is_8);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_9 =
        astray_text_test(rt, ASTRAY_OP_STARTSWITH, userAgent_5,
            astray_text_of(&rt->params[param_2_word]));
    any_0 = astray_or(any_0, is_9);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_10 =
        astray_as_truth(astray_text_unary(rt, ASTRAY_OP_CONTAINS_ANY,
            userAgent_5, list_7_));
    any_0 = astray_or(any_0, is_10);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_11 =
        astray_as_truth(astray_text_unary(rt, ASTRAY_OP_LIKE_ANY, userAgent_5,
            list_8_));
    any_0 = astray_or(any_0, is_11);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_12 = astray_text_begins(userAgent_5, "aws-", 4);
    any_0 = astray_or(any_0, is_12);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_13 = astray_text_ends(userAgent_5, "lambda", 6);
    any_0 = astray_or(any_0, is_13);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_14 =
        astray_text_test(rt, ASTRAY_OP_LIKE, userAgent_5,
            astray_literal("*lambda*", 8));
    any_0 = astray_or(any_0, is_14);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_15 =
        astray_text_test(rt, ASTRAY_OP_LIKE, userAgent_5,
            astray_literal("a\077c*d", 5));
    any_0 = astray_or(any_0, is_15);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_16 =
        astray_as_truth(astray_text_unary(rt, ASTRAY_OP_MATCHES, userAgent_5,
            10));
    any_0 = astray_or(any_0, is_16);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_17 =
        astray_as_truth(astray_text_unary(rt, ASTRAY_OP_MATCHES_ANY,
            userAgent_5, list_9_));
    any_0 = astray_or(any_0, is_17);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value value_19 = astray_from_text(eventName_1);
    const uint32_t is_18 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_LT, &value_19,
            &rt->constants[11]));
    any_0 = astray_or(any_0, is_18);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value value_21 = astray_from_text(eventName_1);
    const uint32_t is_20 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_LE, &value_21,
            &rt->constants[12]));
    any_0 = astray_or(any_0, is_20);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value value_23 = astray_from_text(eventName_1);
    const uint32_t is_22 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_GT, &value_23,
            &rt->constants[13]));
    any_0 = astray_or(any_0, is_22);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value value_25 = astray_from_text(eventName_1);
    const uint32_t is_24 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_GE, &value_25,
            &rt->params[param_2_word]));
    any_0 = astray_or(any_0, is_24);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_27 =
        astray_text_unary(rt, ASTRAY_OP_LEN_TEXT, userAgent_5, 0);
    const uint32_t is_26 =
        astray_integers(ASTRAY_OP_GT, &made_27, &rt->constants[14] /* 40 */);
    any_0 = astray_or(any_0, is_26);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_text made_29 =
        astray_as_text(astray_text_unary(rt, ASTRAY_OP_LOWER, userAgent_5, 0));
    const uint32_t is_28 = astray_text_is(made_29, "kali", 4);
    any_0 = astray_or(any_0, is_28);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_text userIdentity_arn_32 =
        astray_slot_text(rt, slot_9_userIdentity_arn);
    const struct astray_text made_31 =
        astray_as_text(astray_text_unary(rt, ASTRAY_OP_ARN_RESOURCE,
            userIdentity_arn_32, 0));
    const uint32_t is_30 = astray_text_begins(made_31, "role/", 5);
    any_0 = astray_or(any_0, is_30);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_text made_34 =
        astray_as_text(astray_text_unary(rt, ASTRAY_OP_ARN_ACCOUNT,
            userIdentity_arn_32, 0));
    const struct astray_text userIdentity_accountId_35 =
        astray_slot_text(rt, slot_10_userIdentity_accountId);
    const uint32_t is_33 =
        astray_text_equal(made_34, userIdentity_accountId_35);
    any_0 = astray_or(any_0, is_33);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_text made_37 =
        astray_as_text(astray_text_unary(rt, ASTRAY_OP_SESSION_NAME,
            userIdentity_arn_32, 0));
    const uint32_t is_36 = astray_text_is_missing(made_37);
    any_0 = astray_or(any_0, is_36);
    return any_0;
}

/*
 * rule texts: outcome both
 *
 *     eventName + ":" + eventSource
 */
static void rule_texts_outcome_both(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text eventName_2 =
        astray_slot_text(rt, slot_3_eventName);
    const struct astray_value value_3 = astray_from_text(eventName_2);
    const struct astray_text made_1 =
        astray_as_text(astray_binary(rt, ASTRAY_OP_CONCAT, &value_3,
            &rt->constants[17]));
    const struct astray_text eventSource_4 =
        astray_slot_text(rt, slot_4_eventSource);
    const struct astray_value value_5 = astray_from_text(made_1);
    const struct astray_value value_6 = astray_from_text(eventSource_4);
    const struct astray_text made_0 =
        astray_as_text(astray_binary(rt, ASTRAY_OP_CONCAT, &value_5, &value_6));
    *value = astray_from_text(made_0);
}

/*
 * rule texts: outcome low
 *
 *     lower(eventName)
 */
static void rule_texts_outcome_low(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text eventName_1 =
        astray_slot_text(rt, slot_3_eventName);
    const struct astray_text made_0 =
        astray_as_text(astray_text_unary(rt, ASTRAY_OP_LOWER, eventName_1, 0));
    *value = astray_from_text(made_0);
}

/*
 * rule sources: where
 *
 *     (sourceIPAddress == "ec2.amazonaws.com" or sourceIPAddress != "AWS
 *     Internal" or sourceIPAddress == "192.0.2.7" or sourceIPAddress in
 *     sources or sourceIPAddress is ip or sourceIPAddress is ipv4 or
 *     sourceIPAddress is ipv6 or sourceIPAddress is private or
 *     sourceIPAddress is service or sourceIPAddress is aws_internal or
 *     ip(sourceIPAddress) in places or ip(sourceIPAddress) in 192.0.2.0/24 or
 *     ip(sourceIPAddress) == ip("10.0.0.1") or ip(sourceIPAddress) <
 *     ip("10.0.0.9") or (sourceIPAddress is ip) is false)
 */
static uint32_t rule_sources_where(struct astray_rt *rt)
{
    const struct astray_value *sourceIPAddress_1 =
        astray_slot(rt, slot_6_sourceIPAddress);
    uint32_t any_0 =
        astray_source_is(sourceIPAddress_1, "ec2.amazonaws.com", 17);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_2 =
        astray_not(astray_source_is(sourceIPAddress_1, "AWS Internal", 12));
    any_0 = astray_or(any_0, is_2);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_3 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_EQ, sourceIPAddress_1,
            &rt->constants[20]));
    any_0 = astray_or(any_0, is_3);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_4 = astray_in_list(rt, sourceIPAddress_1, list_2_sources);
    any_0 = astray_or(any_0, is_4);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_5 =
        astray_source_class(sourceIPAddress_1, ASTRAY_SOURCE_IP);
    any_0 = astray_or(any_0, is_5);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_6 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IS_IPV4, sourceIPAddress_1,
            0));
    any_0 = astray_or(any_0, is_6);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_7 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IS_IPV6, sourceIPAddress_1,
            0));
    any_0 = astray_or(any_0, is_7);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_8 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IS_PRIVATE,
            sourceIPAddress_1, 0));
    any_0 = astray_or(any_0, is_8);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_9 =
        astray_source_class(sourceIPAddress_1, ASTRAY_SOURCE_SERVICE);
    any_0 = astray_or(any_0, is_9);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_10 =
        astray_source_class(sourceIPAddress_1, ASTRAY_SOURCE_INTERNAL);
    any_0 = astray_or(any_0, is_10);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_12 = astray_source_ip(sourceIPAddress_1);
    const uint32_t is_11 = astray_in_list(rt, &made_12, list_1_places);
    any_0 = astray_or(any_0, is_11);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_13 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IN_CIDR, &made_12, 21));
    any_0 = astray_or(any_0, is_13);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_15 =
        astray_text_unary(rt, ASTRAY_OP_TO_IP, astray_literal("10.0.0.1", 8),
            0);
    const uint32_t is_14 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_EQ, &made_12, &made_15));
    any_0 = astray_or(any_0, is_14);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_17 =
        astray_text_unary(rt, ASTRAY_OP_TO_IP, astray_literal("10.0.0.9", 8),
            0);
    const uint32_t is_16 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_LT, &made_12, &made_17));
    any_0 = astray_or(any_0, is_16);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_18 = astray_is_false(is_5);
    any_0 = astray_or(any_0, is_18);
    return any_0;
}

/*
 * rule sources: test sourceIPAddress
 */
static uint32_t rule_sources_test_sourceIPAddress(struct astray_rt *rt)
{
    const struct astray_value *sourceIPAddress_1 =
        astray_slot(rt, slot_6_sourceIPAddress);
    uint32_t any_0 =
        astray_source_is(sourceIPAddress_1, "ec2.amazonaws.com", 17);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_2 =
        astray_not(astray_source_is(sourceIPAddress_1, "AWS Internal", 12));
    any_0 = astray_or(any_0, is_2);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_3 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_EQ, sourceIPAddress_1,
            &rt->constants[20]));
    any_0 = astray_or(any_0, is_3);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_4 = astray_in_list(rt, sourceIPAddress_1, list_2_sources);
    any_0 = astray_or(any_0, is_4);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_5 =
        astray_source_class(sourceIPAddress_1, ASTRAY_SOURCE_IP);
    any_0 = astray_or(any_0, is_5);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_6 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IS_IPV4, sourceIPAddress_1,
            0));
    any_0 = astray_or(any_0, is_6);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_7 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IS_IPV6, sourceIPAddress_1,
            0));
    any_0 = astray_or(any_0, is_7);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_8 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IS_PRIVATE,
            sourceIPAddress_1, 0));
    any_0 = astray_or(any_0, is_8);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_9 =
        astray_source_class(sourceIPAddress_1, ASTRAY_SOURCE_SERVICE);
    any_0 = astray_or(any_0, is_9);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_10 =
        astray_source_class(sourceIPAddress_1, ASTRAY_SOURCE_INTERNAL);
    any_0 = astray_or(any_0, is_10);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_12 = astray_source_ip(sourceIPAddress_1);
    const uint32_t is_11 = astray_in_list(rt, &made_12, list_1_places);
    any_0 = astray_or(any_0, is_11);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_13 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IN_CIDR, &made_12, 21));
    any_0 = astray_or(any_0, is_13);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_15 =
        astray_text_unary(rt, ASTRAY_OP_TO_IP, astray_literal("10.0.0.1", 8),
            0);
    const uint32_t is_14 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_EQ, &made_12, &made_15));
    any_0 = astray_or(any_0, is_14);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_17 =
        astray_text_unary(rt, ASTRAY_OP_TO_IP, astray_literal("10.0.0.9", 8),
            0);
    const uint32_t is_16 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_LT, &made_12, &made_17));
    any_0 = astray_or(any_0, is_16);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_18 = astray_is_false(is_5);
    any_0 = astray_or(any_0, is_18);
    return any_0;
}

/*
 * rule sources: outcome spelt
 *
 *     text(ip(sourceIPAddress))
 */
static void rule_sources_outcome_spelt(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *sourceIPAddress_2 =
        astray_slot(rt, slot_6_sourceIPAddress);
    const struct astray_value made_1 = astray_source_ip(sourceIPAddress_2);
    const struct astray_text made_0 =
        astray_as_text(astray_unary(rt, ASTRAY_OP_TO_TEXT, &made_1, 0));
    *value = astray_from_text(made_0);
}

/*
 * rule numbers: where
 *
 *     (requestParameters.count > most or requestParameters.count + 1 <= 7 or
 *     requestParameters.count - most != 0 or requestParameters.count ==
 *     9223372036854775807 or requestParameters.count in [1, 2, 3] or
 *     requestParameters.share >= part or requestParameters.share + 0.5 < 1.0
 *     or most - part > 2.5 or requestParameters.flag == sure or
 *     requestParameters.flag == readOnly or (readOnly is true and
 *     managementEvent is not true) or len(names) > most)
 */
static uint32_t rule_numbers_where(struct astray_rt *rt)
{
    const struct astray_value *requestParameters_count_2 =
        astray_slot(rt, slot_15_requestParameters_count);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_TO_INT, requestParameters_count_2, 0);
    uint32_t any_0 =
        astray_integers(ASTRAY_OP_GT, &made_1, &rt->params[param_0_most]);
    if (astray_is_unknown(any_0)) {
        const struct astray_value made_3 =
            astray_unary(rt, ASTRAY_OP_TO_REAL, requestParameters_count_2, 0);
        const struct astray_value made_4 =
            astray_unary(rt, ASTRAY_OP_TO_REAL, &rt->params[param_0_most], 0);
        any_0 =
            astray_as_truth(astray_binary(rt, ASTRAY_OP_GT, &made_3, &made_4));
    }
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_6 =
        astray_binary(rt, ASTRAY_OP_ADD, &made_1, &rt->constants[24] /* 1 */);
    const uint32_t is_5 =
        astray_integers(ASTRAY_OP_LE, &made_6, &rt->constants[25] /* 7 */);
    any_0 = astray_or(any_0, is_5);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_8 =
        astray_binary(rt, ASTRAY_OP_SUB, &made_1, &rt->params[param_0_most]);
    const uint32_t is_7 =
        astray_integers(ASTRAY_OP_NE, &made_8, &rt->constants[26] /* 0 */);
    any_0 = astray_or(any_0, is_7);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    uint32_t given_9 =
        astray_integers(ASTRAY_OP_EQ, &made_1,
            &rt->constants[27] /* 9223372036854775807 */);
    if (astray_is_unknown(given_9)) {
        const struct astray_value made_10 =
            astray_unary(rt, ASTRAY_OP_TO_REAL, requestParameters_count_2, 0);
        given_9 =
            astray_as_truth(astray_binary(rt, ASTRAY_OP_EQ, &made_10,
                &rt->constants[28]));
    }
    any_0 = astray_or(any_0, given_9);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_11 = astray_in_list(rt, &made_1, list_10_);
    any_0 = astray_or(any_0, is_11);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value *requestParameters_share_14 =
        astray_slot(rt, slot_16_requestParameters_share);
    const struct astray_value made_13 =
        astray_unary(rt, ASTRAY_OP_TO_REAL, requestParameters_share_14, 0);
    const uint32_t is_12 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_GE, &made_13,
            &rt->params[param_1_part]));
    any_0 = astray_or(any_0, is_12);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_16 =
        astray_binary(rt, ASTRAY_OP_ADD, &made_13, &rt->constants[29]);
    const uint32_t is_15 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_LT, &made_16,
            &rt->constants[30]));
    any_0 = astray_or(any_0, is_15);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_19 =
        astray_unary(rt, ASTRAY_OP_TO_REAL, &rt->params[param_0_most], 0);
    const struct astray_value made_18 =
        astray_binary(rt, ASTRAY_OP_SUB, &made_19, &rt->params[param_1_part]);
    const uint32_t is_17 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_GT, &made_18,
            &rt->constants[31]));
    any_0 = astray_or(any_0, is_17);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value *requestParameters_flag_22 =
        astray_slot(rt, slot_17_requestParameters_flag);
    const uint32_t is_21 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_TO_BOOL,
            requestParameters_flag_22, 0));
    const uint32_t is_20 =
        astray_truth_equal(is_21, astray_truth_of(&rt->params[param_4_sure]));
    any_0 = astray_or(any_0, is_20);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t readOnly_24 = astray_slot_truth(rt, slot_18_readOnly);
    const uint32_t is_23 = astray_truth_equal(is_21, readOnly_24);
    any_0 = astray_or(any_0, is_23);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    uint32_t all_25 = astray_is_true(readOnly_24);
    if (all_25 != ASTRAY_FALSE) {
        const uint32_t managementEvent_28 =
            astray_slot_truth(rt, slot_19_managementEvent);
        const uint32_t is_27 = astray_is_true(managementEvent_28);
        const uint32_t is_26 = astray_not(is_27);
        all_25 = astray_and(all_25, is_26);
    }
    any_0 = astray_or(any_0, all_25);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_30 = astray_list_length(rt, list_0_names);
    const uint32_t is_29 =
        astray_integers(ASTRAY_OP_GT, &made_30, &rt->params[param_0_most]);
    any_0 = astray_or(any_0, is_29);
    return any_0;
}

/*
 * rule numbers: outcome twice
 *
 *     requestParameters.count + most
 */
static void rule_numbers_outcome_twice(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *requestParameters_count_2 =
        astray_slot(rt, slot_15_requestParameters_count);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_TO_INT, requestParameters_count_2, 0);
    const struct astray_value made_0 =
        astray_binary(rt, ASTRAY_OP_ADD, &made_1, &rt->params[param_0_most]);
    *value = *&made_0;
}

/*
 * rule numbers: outcome half
 *
 *     requestParameters.share - part
 */
static void rule_numbers_outcome_half(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *requestParameters_share_2 =
        astray_slot(rt, slot_16_requestParameters_share);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_TO_REAL, requestParameters_share_2, 0);
    const struct astray_value made_0 =
        astray_binary(rt, ASTRAY_OP_SUB, &made_1, &rt->params[param_1_part]);
    *value = *&made_0;
}

/*
 * rule numbers: outcome said
 *
 *     text(readOnly)
 */
static void rule_numbers_outcome_said(
    struct astray_rt *rt, struct astray_value *value)
{
    const uint32_t readOnly_1 = astray_slot_truth(rt, slot_18_readOnly);
    const struct astray_value value_2 = astray_from_truth(readOnly_1);
    const struct astray_text made_0 =
        astray_as_text(astray_unary(rt, ASTRAY_OP_TO_TEXT, &value_2, 0));
    *value = astray_from_text(made_0);
}

/*
 * rule times: where
 *
 *     (eventTime > 2026-05-01 or eventTime -
 *     userIdentity.sessionContext.attributes.creationDate > long or
 *     userIdentity.sessionContext.attributes.creationDate + 1h <= eventTime
 *     or eventTime in times or eventTime == requestParameters.when or 1h +
 *     eventTime < requestParameters.when or (eventTime - eventTime) == 0s or
 *     eventTime is missing)
 */
static uint32_t rule_times_where(struct astray_rt *rt)
{
    const struct astray_value *eventTime_1 = astray_slot(rt, slot_0_eventTime);
    uint32_t any_0 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_GT, eventTime_1,
            &rt->constants[32] /* 2026-05-01T00:00:00Z */));
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value *userIdentity_sessionContext_a_4 =
        astray_slot(rt, slot_20_userIdentity_sessionContext_attributes_c);
    const struct astray_value made_3 =
        astray_binary(rt, ASTRAY_OP_SUB, eventTime_1,
            userIdentity_sessionContext_a_4);
    const uint32_t is_2 =
        astray_integers(ASTRAY_OP_GT, &made_3, &rt->params[param_3_long]);
    any_0 = astray_or(any_0, is_2);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_6 =
        astray_binary(rt, ASTRAY_OP_ADD, userIdentity_sessionContext_a_4,
            &rt->constants[33] /* 1h */);
    const uint32_t is_5 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_LE, &made_6, eventTime_1));
    any_0 = astray_or(any_0, is_5);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_7 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IN_LIST, eventTime_1,
            list_3_times));
    any_0 = astray_or(any_0, is_7);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value *requestParameters_when_10 =
        astray_slot(rt, slot_21_requestParameters_when);
    const struct astray_value made_9 =
        astray_unary(rt, ASTRAY_OP_TO_TIME, requestParameters_when_10, 0);
    const uint32_t is_8 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_EQ, eventTime_1, &made_9));
    any_0 = astray_or(any_0, is_8);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_12 =
        astray_binary(rt, ASTRAY_OP_ADD, &rt->constants[33] /* 1h */,
            eventTime_1);
    const uint32_t is_11 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_LT, &made_12, &made_9));
    any_0 = astray_or(any_0, is_11);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_14 =
        astray_binary(rt, ASTRAY_OP_SUB, eventTime_1, eventTime_1);
    const uint32_t is_13 =
        astray_integers(ASTRAY_OP_EQ, &made_14, &rt->constants[34] /* 0s */);
    any_0 = astray_or(any_0, is_13);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_15 = astray_is_missing(eventTime_1);
    any_0 = astray_or(any_0, is_15);
    return any_0;
}

/*
 * rule times: outcome since
 *
 *     eventTime - userIdentity.sessionContext.attributes.creationDate
 */
static void rule_times_outcome_since(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *eventTime_1 = astray_slot(rt, slot_0_eventTime);
    const struct astray_value *userIdentity_sessionContext_a_2 =
        astray_slot(rt, slot_20_userIdentity_sessionContext_attributes_c);
    const struct astray_value made_0 =
        astray_binary(rt, ASTRAY_OP_SUB, eventTime_1,
            userIdentity_sessionContext_a_2);
    *value = *&made_0;
}

/*
 * rule times: outcome later
 *
 *     eventTime + long
 */
static void rule_times_outcome_later(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *eventTime_1 = astray_slot(rt, slot_0_eventTime);
    const struct astray_value made_0 =
        astray_binary(rt, ASTRAY_OP_ADD, eventTime_1,
            &rt->params[param_3_long]);
    *value = *&made_0;
}

/*
 * rule times: outcome now
 *
 *     text(eventTime)
 */
static void rule_times_outcome_now(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *eventTime_1 = astray_slot(rt, slot_0_eventTime);
    const struct astray_text made_0 =
        astray_as_text(astray_unary(rt, ASTRAY_OP_TO_TEXT, eventTime_1, 0));
    *value = astray_from_text(made_0);
}

/*
 * rule choices: where, of each element
 *
 *     s.n == "a" or readOnly
 */
static uint32_t rule_choices_where_element(struct astray_rt *rt)
{
    const struct astray_value item_3 = astray_item(rt, 0);
    const struct astray_value made_2 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 0);
    const struct astray_text made_1 = astray_json_text(rt, &made_2);
    uint32_t any_0 = astray_text_is(made_1, "a", 1);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t readOnly_4 = astray_slot_truth(rt, slot_18_readOnly);
    any_0 = astray_or(any_0, readOnly_4);
    return any_0;
}

/*
 * rule choices: where, of each element
 *
 *     text(s) startswith "a"
 */
static uint32_t rule_choices_where_element_p15_(struct astray_rt *rt)
{
    const struct astray_value item_2 = astray_item(rt, 0);
    const struct astray_text made_1 = astray_json_text(rt, &item_2);
    const uint32_t is_0 = astray_text_begins(made_1, "a", 1);
    return is_0;
}

/*
 * rule choices: where, of each element
 *
 *     s is present
 */
static uint32_t rule_choices_where_element_p16_(struct astray_rt *rt)
{
    const struct astray_value item_1 = astray_item(rt, 0);
    const uint32_t is_0 = astray_not(astray_is_missing(&item_1));
    return is_0;
}

/*
 * rule choices: where
 *
 *     ((if eventName startswith "Get" then readOnly else managementEvent) or
 *     (userAgent ? ? errorCode ? ? "none") == "none" or (readOnly ? ?
 *     managementEvent ? ? false) or ((readOnly or managementEvent) and not
 *     (readOnly and managementEvent)) is true or requestParameters.from ==
 *     sourceIPAddress or ip(requestParameters.from) in places or
 *     json(text(requestParameters.document)).a[0] == "x" or any s in
 *     requestParameters.items: (s.n == "a" or readOnly) or all s in
 *     requestParameters.items: (text(s) startswith "a") or none s in
 *     requestParameters.items: (s is present))
 */
static uint32_t rule_choices_where(struct astray_rt *rt)
{
    const struct astray_text eventName_2 =
        astray_slot_text(rt, slot_3_eventName);
    const uint32_t is_1 = astray_text_begins(eventName_2, "Get", 3);
    uint32_t any_0;
    if (is_1 == ASTRAY_TRUE) {
        any_0 = astray_slot_truth(rt, slot_18_readOnly);
    } else {
        any_0 = astray_slot_truth(rt, slot_19_managementEvent);
    }
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    struct astray_text given_4 = astray_slot_text(rt, slot_7_userAgent);
    if (astray_text_is_missing(given_4)) {
        given_4 = astray_slot_text(rt, slot_12_errorCode);
    }
    if (astray_text_is_missing(given_4)) {
        given_4 = astray_literal("none", 4);
    }
    const uint32_t is_3 = astray_text_is(given_4, "none", 4);
    any_0 = astray_or(any_0, is_3);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    uint32_t given_5 = astray_slot_truth(rt, slot_18_readOnly);
    if (astray_is_unknown(given_5)) {
        given_5 = astray_slot_truth(rt, slot_19_managementEvent);
    }
    if (astray_is_unknown(given_5)) {
        given_5 = ASTRAY_FALSE;
    }
    any_0 = astray_or(any_0, given_5);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    uint32_t all_7 = astray_slot_truth(rt, slot_18_readOnly);
    if (all_7 != ASTRAY_TRUE) {
        const uint32_t managementEvent_8 =
            astray_slot_truth(rt, slot_19_managementEvent);
        all_7 = astray_or(all_7, managementEvent_8);
    }
    if (all_7 != ASTRAY_FALSE) {
        uint32_t all_10 = astray_slot_truth(rt, slot_18_readOnly);
        if (all_10 != ASTRAY_FALSE) {
            const uint32_t managementEvent_11 =
                astray_slot_truth(rt, slot_19_managementEvent);
            all_10 = astray_and(all_10, managementEvent_11);
        }
        const uint32_t is_9 = astray_not(all_10);
        all_7 = astray_and(all_7, is_9);
    }
    const uint32_t is_6 = astray_is_true(all_7);
    any_0 = astray_or(any_0, is_6);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value *requestParameters_from_14 =
        astray_slot(rt, slot_22_requestParameters_from);
    const struct astray_value made_13 =
        astray_unary(rt, ASTRAY_OP_TO_SOURCE, requestParameters_from_14, 0);
    const struct astray_value *sourceIPAddress_15 =
        astray_slot(rt, slot_6_sourceIPAddress);
    const uint32_t is_12 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_EQ, &made_13,
            sourceIPAddress_15));
    any_0 = astray_or(any_0, is_12);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_17 =
        astray_unary(rt, ASTRAY_OP_TO_IP, requestParameters_from_14, 0);
    const uint32_t is_16 = astray_in_list(rt, &made_17, list_1_places);
    any_0 = astray_or(any_0, is_16);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value *requestParameters_document_23 =
        astray_slot(rt, slot_23_requestParameters_document);
    const struct astray_text made_22 =
        astray_json_text(rt, requestParameters_document_23);
    const struct astray_value made_21 =
        astray_text_unary(rt, ASTRAY_OP_JSON_PARSE, made_22, 0);
    const struct astray_value made_20 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &made_21, 1);
    const struct astray_text made_19 = astray_json_text(rt, &made_20);
    const uint32_t is_18 = astray_text_is(made_19, "x", 1);
    any_0 = astray_or(any_0, is_18);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value *requestParameters_items_25 =
        astray_slot(rt, slot_24_requestParameters_items);
    const uint32_t found_24 = astray_loop(rt, requestParameters_items_25, 0);
    any_0 = astray_or(any_0, found_24);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t found_26 = astray_loop(rt, requestParameters_items_25, 1);
    any_0 = astray_or(any_0, found_26);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t found_27 = astray_loop(rt, requestParameters_items_25, 2);
    any_0 = astray_or(any_0, found_27);
    return any_0;
}

/* By their rows in the pack. */
static const struct astray_program programs[18] = {
    [0] = { .test = rule_texts_where },
    [1] = { .value = rule_texts_outcome_both },
    [2] = { .value = rule_texts_outcome_low },
    [3] = { .test = rule_sources_where },
    [4] = { .test = rule_sources_test_sourceIPAddress },
    [5] = { .value = rule_sources_outcome_spelt },
    [6] = { .test = rule_numbers_where },
    [7] = { .value = rule_numbers_outcome_twice },
    [8] = { .value = rule_numbers_outcome_half },
    [9] = { .value = rule_numbers_outcome_said },
    [10] = { .test = rule_times_where },
    [11] = { .value = rule_times_outcome_since },
    [12] = { .value = rule_times_outcome_later },
    [13] = { .value = rule_times_outcome_now },
    [14] = { .test = rule_choices_where_element },
    [15] = { .test = rule_choices_where_element_p15_ },
    [16] = { .test = rule_choices_where_element_p16_ },
    [17] = { .test = rule_choices_where },
};

extern ASTRAY_EXPORT const struct astray_native astray_native;

const struct astray_native astray_native = {
    .version = ASTRAY_RT_VERSION,
    .rt_size = ASTRAY_RT_SIZE,
    .value_size = ASTRAY_VALUE_SIZE,
    .program_count = 18,
    .programs = programs,
};
