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
    slot_16_requestParameters_groups = 16,
    slot_17_requestParameters_policyDocument = 17,
    slot_18_responseElements_instancesSet_items = 18,
};

/* Lists. */
enum {
    list_0_ = 0,
};

/*
 * rule loops: where, of each element
 *
 *     resources[].ARN like ["*prod*", "*secret?"]
 */
static uint32_t rule_loops_where_element(struct astray_rt *rt)
{
    const struct astray_value item_3 = astray_item(rt, 0);
    const struct astray_value made_2 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 0);
    const struct astray_text made_1 = astray_json_text(rt, &made_2);
    const uint32_t is_0 =
        astray_as_truth(astray_text_unary(rt, ASTRAY_OP_LIKE_ANY, made_1,
            list_0_));
    return is_0;
}

/*
 * rule loops: where, of each element
 *
 *     resources[].accountId != recipientAccountId
 */
static uint32_t rule_loops_where_element_p1_(struct astray_rt *rt)
{
    const struct astray_value item_3 = astray_item(rt, 0);
    const struct astray_value made_2 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 1);
    const struct astray_text made_1 = astray_json_text(rt, &made_2);
    const struct astray_text recipientAccountId_4 =
        astray_slot_text(rt, slot_11_recipientAccountId);
    const uint32_t is_0 =
        astray_not(astray_text_equal(made_1, recipientAccountId_4));
    return is_0;
}

/*
 * rule loops: where, of each element, of each element
 *
 *     requestParameters.groups[].ranges[].cidr == "0.0.0.0/0"
 */
static uint32_t rule_loops_where_element_p3__element(struct astray_rt *rt)
{
    const struct astray_value item_3 = astray_item(rt, 1);
    const struct astray_value made_2 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 2);
    const struct astray_text made_1 = astray_json_text(rt, &made_2);
    const uint32_t is_0 = astray_text_is(made_1, "0.0.0.0/0", 9);
    return is_0;
}

/*
 * rule loops: where, of each element
 *
 *     requestParameters.groups[].ranges[].cidr == "0.0.0.0/0"
 */
static uint32_t rule_loops_where_element_p3_(struct astray_rt *rt)
{
    const struct astray_value item_2 = astray_item(rt, 0);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_2, 3);
    const uint32_t found_0 = astray_loop(rt, &made_1, 2);
    return found_0;
}

/*
 * rule loops: where, of each element
 *
 *     r.type == "AWS::S3::Bucket" and r.ARN is present
 */
static uint32_t rule_loops_where_element_p4_(struct astray_rt *rt)
{
    const struct astray_value item_3 = astray_item(rt, 0);
    const struct astray_value made_2 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 4);
    const struct astray_text made_1 = astray_json_text(rt, &made_2);
    uint32_t all_0 = astray_text_is(made_1, "AWS::S3::Bucket", 15);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value made_6 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 0);
    const struct astray_text made_5 = astray_json_text(rt, &made_6);
    const uint32_t is_4 = astray_not(astray_text_is_missing(made_5));
    all_0 = astray_and(all_0, is_4);
    return all_0;
}

/*
 * rule loops: where, of each element, of each element
 *
 *     a == "*"
 */
static uint32_t rule_loops_where_element_p6__element(struct astray_rt *rt)
{
    const struct astray_value item_2 = astray_item(rt, 1);
    const struct astray_text made_1 = astray_json_text(rt, &item_2);
    const uint32_t is_0 = astray_text_is(made_1, "*", 1);
    return is_0;
}

/*
 * rule loops: where, of each element
 *
 *     s.Effect == "Allow" and any a in s.Action: (a == "*")
 */
static uint32_t rule_loops_where_element_p6_(struct astray_rt *rt)
{
    const struct astray_value item_3 = astray_item(rt, 0);
    const struct astray_value made_2 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 5);
    const struct astray_text made_1 = astray_json_text(rt, &made_2);
    uint32_t all_0 = astray_text_is(made_1, "Allow", 5);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value made_5 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 6);
    const uint32_t found_4 = astray_loop(rt, &made_5, 5);
    all_0 = astray_and(all_0, found_4);
    return all_0;
}

/*
 * rule loops: where
 *
 *     resources[].ARN like ["*prod*", "*secret?"] and resources[].accountId
 *     != recipientAccountId and requestParameters.groups[].ranges[].cidr ==
 *     "0.0.0.0/0" and any r in resources: (r.type == "AWS::S3::Bucket" and
 *     r.ARN is present) and none s in policy.Statement: (s.Effect == "Allow"
 *     and any a in s.Action: (a == "*"))
 */
static uint32_t rule_loops_where(struct astray_rt *rt)
{
    const struct astray_value *resources_1 = astray_slot(rt, slot_15_resources);
    uint32_t all_0 = astray_loop(rt, resources_1, 0);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const uint32_t found_2 = astray_loop(rt, resources_1, 1);
    all_0 = astray_and(all_0, found_2);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value *requestParameters_groups_4 =
        astray_slot(rt, slot_16_requestParameters_groups);
    const uint32_t found_3 = astray_loop(rt, requestParameters_groups_4, 3);
    all_0 = astray_and(all_0, found_3);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const uint32_t found_5 = astray_loop(rt, resources_1, 4);
    all_0 = astray_and(all_0, found_5);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value *requestParameters_policyDocu_10 =
        astray_slot(rt, slot_17_requestParameters_policyDocument);
    const struct astray_text made_9 =
        astray_json_text(rt, requestParameters_policyDocu_10);
    const struct astray_value made_8 =
        astray_text_unary(rt, ASTRAY_OP_JSON_PARSE, made_9, 0);
    const struct astray_value made_7 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &made_8, 7);
    const uint32_t found_6 = astray_loop(rt, &made_7, 6);
    all_0 = astray_and(all_0, found_6);
    return all_0;
}

/*
 * rule one_at_a_time: each
 *
 *     responseElements.instancesSet.items
 */
static void rule_one_at_a_time_each(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *responseElements_instancesSe_0 =
        astray_slot(rt, slot_18_responseElements_instancesSet_items);
    *value = *responseElements_instancesSe_0;
}

/*
 * rule one_at_a_time: where, of each element
 *
 *     i.groups[].id == "sg-1"
 */
static uint32_t rule_one_at_a_time_where_element(struct astray_rt *rt)
{
    const struct astray_value item_3 = astray_item(rt, 1);
    const struct astray_value made_2 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 8);
    const struct astray_text made_1 = astray_json_text(rt, &made_2);
    const uint32_t is_0 = astray_text_is(made_1, "sg-1", 4);
    return is_0;
}

/*
 * rule one_at_a_time: where
 *
 *     i.instanceId startswith "i-" and i.groups[].id == "sg-1"
 */
static uint32_t rule_one_at_a_time_where(struct astray_rt *rt)
{
    const struct astray_value item_3 = astray_item(rt, 0);
    const struct astray_value made_2 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 9);
    const struct astray_text made_1 = astray_json_text(rt, &made_2);
    uint32_t all_0 = astray_text_begins(made_1, "i-", 2);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value made_5 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_3, 10);
    const uint32_t found_4 = astray_loop(rt, &made_5, 7);
    all_0 = astray_and(all_0, found_4);
    return all_0;
}

/*
 * rule one_at_a_time: outcome id
 *
 *     i.instanceId
 */
static void rule_one_at_a_time_outcome_id(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value item_1 = astray_item(rt, 0);
    const struct astray_value made_0 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_1, 9);
    *value = *&made_0;
}

/*
 * rule one_at_a_time: outcome address
 *
 *     ip(i.privateIpAddress)
 */
static void rule_one_at_a_time_outcome_address(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value item_2 = astray_item(rt, 0);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_2, 11);
    const struct astray_value made_0 =
        astray_unary(rt, ASTRAY_OP_TO_IP, &made_1, 0);
    *value = *&made_0;
}

/* By their rows in the pack. */
static const struct astray_program programs[13] = {
    [0] = { .test = rule_loops_where_element },
    [1] = { .test = rule_loops_where_element_p1_ },
    [2] = { .test = rule_loops_where_element_p3__element },
    [3] = { .test = rule_loops_where_element_p3_ },
    [4] = { .test = rule_loops_where_element_p4_ },
    [5] = { .test = rule_loops_where_element_p6__element },
    [6] = { .test = rule_loops_where_element_p6_ },
    [7] = { .test = rule_loops_where },
    [8] = { .value = rule_one_at_a_time_each },
    [9] = { .test = rule_one_at_a_time_where_element },
    [10] = { .test = rule_one_at_a_time_where },
    [11] = { .value = rule_one_at_a_time_outcome_id },
    [12] = { .value = rule_one_at_a_time_outcome_address },
};

extern ASTRAY_EXPORT const struct astray_native astray_native;

const struct astray_native astray_native = {
    .version = ASTRAY_RT_VERSION,
    .rt_size = ASTRAY_RT_SIZE,
    .value_size = ASTRAY_VALUE_SIZE,
    .program_count = 13,
    .programs = programs,
};
