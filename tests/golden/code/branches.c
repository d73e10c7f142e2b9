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
    slot_15_readOnly = 15,
    slot_16_errorMessage = 16,
};

/* Lists. */
enum {
    list_0_agents = 0,
};

/* Parameters. */
enum {
    param_0_bound = 0,
};

/*
 * rule branches: where
 *
 *     (if readOnly then agent contains "a" else agent contains "b") and
 *     (agent startswith "c" or agent contains agents or len(agent) >
 *     doubled(bound)) and (errorCode ? ? errorMessage ? ? "none") != "none"
 *     and (sourceIPAddress is private) is not true and not (eventName is
 *     missing) and (sourceIPAddress == "10.0.0.1" or sourceIPAddress in
 *     10.0.0.0/8)
 */
static uint32_t rule_branches_where(struct astray_rt *rt)
{
    const uint32_t readOnly_1 = astray_slot_truth(rt, slot_15_readOnly);
    uint32_t all_0;
    if (readOnly_1 == ASTRAY_TRUE) {
        const struct astray_text userAgent_3 =
            astray_slot_text(rt, slot_7_userAgent);
        const struct astray_text made_2 =
            astray_as_text(astray_text_unary(rt, ASTRAY_OP_LOWER, userAgent_3,
                0));
        all_0 =
            astray_text_test(rt, ASTRAY_OP_CONTAINS, made_2, astray_literal("a",
                1));
    } else {
        const struct astray_text userAgent_5 =
            astray_slot_text(rt, slot_7_userAgent);
        const struct astray_text made_4 =
            astray_as_text(astray_text_unary(rt, ASTRAY_OP_LOWER, userAgent_5,
                0));
        all_0 =
            astray_text_test(rt, ASTRAY_OP_CONTAINS, made_4, astray_literal("b",
                1));
    }
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_text userAgent_8 =
        astray_slot_text(rt, slot_7_userAgent);
    const struct astray_text made_7 =
        astray_as_text(astray_text_unary(rt, ASTRAY_OP_LOWER, userAgent_8, 0));
    uint32_t any_6 = astray_text_begins(made_7, "c", 1);
    do {
        if (any_6 == ASTRAY_TRUE)
            break;
        const uint32_t is_9 =
            astray_as_truth(astray_text_unary(rt, ASTRAY_OP_CONTAINS_ANY,
                made_7, list_0_agents));
        any_6 = astray_or(any_6, is_9);
        if (any_6 == ASTRAY_TRUE)
            break;
        const struct astray_value made_11 =
            astray_text_unary(rt, ASTRAY_OP_LEN_TEXT, made_7, 0);
        const struct astray_value made_12 =
            astray_binary(rt, ASTRAY_OP_ADD, &rt->params[param_0_bound],
                &rt->params[param_0_bound]);
        const uint32_t is_10 =
            astray_integers(ASTRAY_OP_GT, &made_11, &made_12);
        any_6 = astray_or(any_6, is_10);
    } while (0);
    all_0 = astray_and(all_0, any_6);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    struct astray_text given_14 = astray_slot_text(rt, slot_12_errorCode);
    if (astray_text_is_missing(given_14)) {
        given_14 = astray_slot_text(rt, slot_16_errorMessage);
    }
    if (astray_text_is_missing(given_14)) {
        given_14 = astray_literal("none", 4);
    }
    const uint32_t is_13 = astray_not(astray_text_is(given_14, "none", 4));
    all_0 = astray_and(all_0, is_13);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value *sourceIPAddress_18 =
        astray_slot(rt, slot_6_sourceIPAddress);
    const uint32_t is_17 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IS_PRIVATE,
            sourceIPAddress_18, 0));
    const uint32_t is_16 = astray_is_true(is_17);
    const uint32_t is_15 = astray_not(is_16);
    all_0 = astray_and(all_0, is_15);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_text eventName_20 =
        astray_slot_text(rt, slot_3_eventName);
    const uint32_t is_19 = astray_not(astray_text_is_missing(eventName_20));
    all_0 = astray_and(all_0, is_19);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    uint32_t any_21 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_EQ, sourceIPAddress_18,
            &rt->constants[5]));
    if (any_21 != ASTRAY_TRUE) {
        const struct astray_value made_23 =
            astray_source_ip(sourceIPAddress_18);
        const uint32_t is_22 =
            astray_as_truth(astray_unary(rt, ASTRAY_OP_IN_CIDR, &made_23, 6));
        any_21 = astray_or(any_21, is_22);
    }
    all_0 = astray_and(all_0, any_21);
    return all_0;
}

/*
 * rule branches: test userAgent
 */
static uint32_t rule_branches_test_userAgent(struct astray_rt *rt)
{
    const struct astray_text userAgent_2 =
        astray_slot_text(rt, slot_7_userAgent);
    const struct astray_text made_1 =
        astray_as_text(astray_text_unary(rt, ASTRAY_OP_LOWER, userAgent_2, 0));
    uint32_t any_0 = astray_text_begins(made_1, "c", 1);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const uint32_t is_3 =
        astray_as_truth(astray_text_unary(rt, ASTRAY_OP_CONTAINS_ANY, made_1,
            list_0_agents));
    any_0 = astray_or(any_0, is_3);
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_5 =
        astray_text_unary(rt, ASTRAY_OP_LEN_TEXT, made_1, 0);
    const struct astray_value made_6 =
        astray_binary(rt, ASTRAY_OP_ADD, &rt->params[param_0_bound],
            &rt->params[param_0_bound]);
    const uint32_t is_4 = astray_integers(ASTRAY_OP_GT, &made_5, &made_6);
    any_0 = astray_or(any_0, is_4);
    return any_0;
}

/*
 * rule branches: test sourceIPAddress
 */
static uint32_t rule_branches_test_sourceIPAddress(struct astray_rt *rt)
{
    const struct astray_value *sourceIPAddress_3 =
        astray_slot(rt, slot_6_sourceIPAddress);
    const uint32_t is_2 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IS_PRIVATE,
            sourceIPAddress_3, 0));
    const uint32_t is_1 = astray_is_true(is_2);
    const uint32_t is_0 = astray_not(is_1);
    return is_0;
}

/*
 * rule branches: test eventName
 */
static uint32_t rule_branches_test_eventName(struct astray_rt *rt)
{
    const struct astray_text eventName_1 =
        astray_slot_text(rt, slot_3_eventName);
    const uint32_t is_0 = astray_not(astray_text_is_missing(eventName_1));
    return is_0;
}

/*
 * rule branches: test sourceIPAddress
 */
static uint32_t rule_branches_test_sourceIPAddress_p4_(struct astray_rt *rt)
{
    const struct astray_value *sourceIPAddress_1 =
        astray_slot(rt, slot_6_sourceIPAddress);
    uint32_t any_0 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_EQ, sourceIPAddress_1,
            &rt->constants[5]));
    if (any_0 == ASTRAY_TRUE)
        return any_0;
    const struct astray_value made_3 = astray_source_ip(sourceIPAddress_1);
    const uint32_t is_2 =
        astray_as_truth(astray_unary(rt, ASTRAY_OP_IN_CIDR, &made_3, 6));
    any_0 = astray_or(any_0, is_2);
    return any_0;
}

/*
 * rule branches: rest
 *
 *     (if readOnly then agent contains "a" else agent contains "b") and
 *     (agent startswith "c" or agent contains agents or len(agent) >
 *     doubled(bound)) and (errorCode ? ? errorMessage ? ? "none") != "none"
 *     and (sourceIPAddress is private) is not true and not (eventName is
 *     missing) and (sourceIPAddress == "10.0.0.1" or sourceIPAddress in
 *     10.0.0.0/8)
 */
static uint32_t rule_branches_rest(struct astray_rt *rt)
{
    const uint32_t readOnly_1 = astray_slot_truth(rt, slot_15_readOnly);
    uint32_t all_0;
    if (readOnly_1 == ASTRAY_TRUE) {
        const struct astray_text userAgent_3 =
            astray_slot_text(rt, slot_7_userAgent);
        const struct astray_text made_2 =
            astray_as_text(astray_text_unary(rt, ASTRAY_OP_LOWER, userAgent_3,
                0));
        all_0 =
            astray_text_test(rt, ASTRAY_OP_CONTAINS, made_2, astray_literal("a",
                1));
    } else {
        const struct astray_text userAgent_5 =
            astray_slot_text(rt, slot_7_userAgent);
        const struct astray_text made_4 =
            astray_as_text(astray_text_unary(rt, ASTRAY_OP_LOWER, userAgent_5,
                0));
        all_0 =
            astray_text_test(rt, ASTRAY_OP_CONTAINS, made_4, astray_literal("b",
                1));
    }
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    struct astray_text given_7 = astray_slot_text(rt, slot_12_errorCode);
    if (astray_text_is_missing(given_7)) {
        given_7 = astray_slot_text(rt, slot_16_errorMessage);
    }
    if (astray_text_is_missing(given_7)) {
        given_7 = astray_literal("none", 4);
    }
    const uint32_t is_6 = astray_not(astray_text_is(given_7, "none", 4));
    all_0 = astray_and(all_0, is_6);
    return all_0;
}

/* By their rows in the pack. */
static const struct astray_program programs[6] = {
    [0] = { .test = rule_branches_where },
    [1] = { .test = rule_branches_test_userAgent },
    [2] = { .test = rule_branches_test_sourceIPAddress },
    [3] = { .test = rule_branches_test_eventName },
    [4] = { .test = rule_branches_test_sourceIPAddress_p4_ },
    [5] = { .test = rule_branches_rest },
};

extern ASTRAY_EXPORT const struct astray_native astray_native;

const struct astray_native astray_native = {
    .version = ASTRAY_RT_VERSION,
    .rt_size = ASTRAY_RT_SIZE,
    .value_size = ASTRAY_VALUE_SIZE,
    .program_count = 6,
    .programs = programs,
};
