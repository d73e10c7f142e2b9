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
    slot_15_requestParameters_items = 15,
    slot_16_readOnly = 16,
};

/*
 * baseline homes: key task
 *
 *     session_name(userIdentity.arn)
 */
static void baseline_homes_key_task(
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
 * baseline homes: key account
 *
 *     userIdentity.accountId
 */
static void baseline_homes_key_account(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text userIdentity_accountId_0 =
        astray_slot_text(rt, slot_10_userIdentity_accountId);
    *value = astray_from_text(userIdentity_accountId_0);
}

/*
 * baseline homes: value home
 *
 *     sourceIPAddress
 */
static void baseline_homes_value_home(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *sourceIPAddress_0 =
        astray_slot(rt, slot_6_sourceIPAddress);
    *value = *sourceIPAddress_0;
}

/*
 * baseline homes: value since
 *
 *     eventTime
 */
static void baseline_homes_value_since(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *eventTime_0 = astray_slot(rt, slot_0_eventTime);
    *value = *eventTime_0;
}

/*
 * baseline calls: where
 *
 *     eventName == "RunTask"
 */
static uint32_t baseline_calls_where(struct astray_rt *rt)
{
    const struct astray_text eventName_1 =
        astray_slot_text(rt, slot_3_eventName);
    const uint32_t is_0 = astray_text_is(eventName_1, "RunTask", 7);
    return is_0;
}

/*
 * baseline calls: test eventName
 */
static uint32_t baseline_calls_test_eventName(struct astray_rt *rt)
{
    const struct astray_text eventName_1 =
        astray_slot_text(rt, slot_3_eventName);
    const uint32_t is_0 = astray_text_is(eventName_1, "RunTask", 7);
    return is_0;
}

/*
 * baseline calls: late_where
 *
 *     session_name(userIdentity.arn) in homes.task
 */
static uint32_t baseline_calls_late_where(struct astray_rt *rt)
{
    const struct astray_text userIdentity_arn_2 =
        astray_slot_text(rt, slot_9_userIdentity_arn);
    const struct astray_text made_1 =
        astray_as_text(astray_text_unary(rt, ASTRAY_OP_SESSION_NAME,
            userIdentity_arn_2, 0));
    const uint32_t is_0 =
        astray_as_truth(astray_text_unary(rt, ASTRAY_OP_IN_BASELINE, made_1,
            0));
    return is_0;
}

/*
 * baseline calls: key account
 *
 *     recipientAccountId
 */
static void baseline_calls_key_account(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text recipientAccountId_0 =
        astray_slot_text(rt, slot_11_recipientAccountId);
    *value = astray_from_text(recipientAccountId_0);
}

/*
 * baseline calls: elements names
 *
 *     requestParameters.items[].name
 */
static void baseline_calls_elements_names(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value *requestParameters_items_0 =
        astray_slot(rt, slot_15_requestParameters_items);
    *value = *requestParameters_items_0;
}

/*
 * baseline calls: value names
 *
 *     requestParameters.items[].name
 */
static void baseline_calls_value_names(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value item_2 = astray_item(rt, 0);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_JSON_GET, &item_2, 0);
    const struct astray_text made_0 = astray_json_text(rt, &made_1);
    *value = astray_from_text(made_0);
}

/*
 * rule probes: where
 *
 *     readOnly
 */
static uint32_t rule_probes_where(struct astray_rt *rt)
{
    const uint32_t readOnly_0 = astray_slot_truth(rt, slot_16_readOnly);
    return readOnly_0;
}

/*
 * rule probes: test readOnly
 */
static uint32_t rule_probes_test_readOnly(struct astray_rt *rt)
{
    const uint32_t readOnly_0 = astray_slot_truth(rt, slot_16_readOnly);
    return readOnly_0;
}

/*
 * rule probes: late_where, of each row
 *
 *     h.task == session and h.calls > 2
 */
static uint32_t rule_probes_late_where_row(struct astray_rt *rt)
{
    const struct astray_value h_1 = astray_column(rt, 0, 3);
    const uint32_t is_0 =
        astray_integers(ASTRAY_OP_GT, &h_1, &rt->constants[4] /* 2 */);
    return is_0;
}

/*
 * rule probes: late_where, a key that rows are found by
 *
 *     h.task == session and h.calls > 2
 */
static void rule_probes_late_where_key(
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
 * rule probes: late_where, of each row
 *
 *     userIdentity.accountId == q.account and q.home == sourceIPAddress
 */
static uint32_t rule_probes_late_where_row_p14_(struct astray_rt *rt)
{
    const struct astray_value q_1 = astray_column(rt, 0, 2);
    const struct astray_value *sourceIPAddress_2 =
        astray_slot(rt, slot_6_sourceIPAddress);
    const uint32_t is_0 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_EQ, &q_1,
            sourceIPAddress_2));
    return is_0;
}

/*
 * rule probes: late_where, a key that rows are found by
 *
 *     userIdentity.accountId == q.account and q.home == sourceIPAddress
 */
static void rule_probes_late_where_key_p15_(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text userIdentity_accountId_0 =
        astray_slot_text(rt, slot_10_userIdentity_accountId);
    *value = astray_from_text(userIdentity_accountId_0);
}

/*
 * rule probes: late_where
 *
 *     known(session_name(userIdentity.arn)) and none q in homes:
 *     (userIdentity.accountId == q.account and q.home == sourceIPAddress)
 */
static uint32_t rule_probes_late_where(struct astray_rt *rt)
{
    uint32_t all_0 = astray_probe(rt, 0);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const uint32_t found_1 = astray_probe(rt, 1);
    all_0 = astray_and(all_0, found_1);
    return all_0;
}

/*
 * rule probes: join_key h
 *
 *     h.task == session_name(userIdentity.arn)
 */
static void rule_probes_join_key_h(
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
 * rule probes: after h
 *
 *     h.since
 */
static void rule_probes_after_h(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value h_0 = astray_column(rt, 0, 4);
    *value = *&h_0;
}

/*
 * rule probes: join_row c
 *
 *     c.account == h.account and len(c.places) > 1
 */
static uint32_t rule_probes_join_row_c(struct astray_rt *rt)
{
    const struct astray_value c_2 = astray_column(rt, 1, 1);
    const struct astray_value made_1 =
        astray_unary(rt, ASTRAY_OP_LEN_SET, &c_2, 0);
    const uint32_t is_0 =
        astray_integers(ASTRAY_OP_GT, &made_1, &rt->constants[6] /* 1 */);
    return is_0;
}

/*
 * rule probes: join_key c
 *
 *     c.account == h.account and len(c.places) > 1
 */
static void rule_probes_join_key_c(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text h_0 = astray_as_text(astray_column(rt, 0, 1));
    *value = astray_from_text(h_0);
}

/*
 * rule probes: require, of each row
 *
 *     o.task == h.task and o.account == h.account and o.calls > h.calls
 */
static uint32_t rule_probes_require_row(struct astray_rt *rt)
{
    const struct astray_value o_1 = astray_column(rt, 2, 3);
    const struct astray_value h_2 = astray_column(rt, 0, 3);
    const uint32_t is_0 = astray_integers(ASTRAY_OP_GT, &o_1, &h_2);
    return is_0;
}

/*
 * rule probes: require, a key that rows are found by
 *
 *     o.task == h.task and o.account == h.account and o.calls > h.calls
 */
static void rule_probes_require_key(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text h_0 = astray_as_text(astray_column(rt, 0, 0));
    *value = astray_from_text(h_0);
}

/*
 * rule probes: require, a key that rows are found by
 *
 *     o.task == h.task and o.account == h.account and o.calls > h.calls
 */
static void rule_probes_require_key_p23_(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text h_0 = astray_as_text(astray_column(rt, 0, 1));
    *value = astray_from_text(h_0);
}

/*
 * rule probes: require
 *
 *     sourceIPAddress not in c.places and h.home != sourceIPAddress and any o
 *     in homes: (o.task == h.task and o.account == h.account and o.calls >
 *     h.calls)
 */
static uint32_t rule_probes_require(struct astray_rt *rt)
{
    const struct astray_value *sourceIPAddress_2 =
        astray_slot(rt, slot_6_sourceIPAddress);
    const struct astray_value c_3 = astray_column(rt, 1, 1);
    const uint32_t is_1 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_IN_SET, sourceIPAddress_2,
            &c_3));
    uint32_t all_0 = astray_not(is_1);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const struct astray_value h_5 = astray_column(rt, 0, 2);
    const uint32_t is_4 =
        astray_as_truth(astray_binary(rt, ASTRAY_OP_NE, &h_5,
            sourceIPAddress_2));
    all_0 = astray_and(all_0, is_4);
    if (all_0 == ASTRAY_FALSE)
        return all_0;
    const uint32_t found_6 = astray_probe(rt, 4);
    all_0 = astray_and(all_0, found_6);
    return all_0;
}

/*
 * rule probes: value set(c.places)
 *
 *     c.places
 */
static void rule_probes_value_set_c_places(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value c_0 = astray_column(rt, 1, 1);
    *value = *&c_0;
}

/*
 * rule probes: value count_distinct(h.task)
 *
 *     h.task
 */
static void rule_probes_value_count_distinct_h_task(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text h_0 = astray_as_text(astray_column(rt, 0, 0));
    *value = astray_from_text(h_0);
}

/*
 * rule probes: exclude many
 *
 *     count() > 100
 */
static uint32_t rule_probes_exclude_many(struct astray_rt *rt)
{
    const struct astray_value aggregate_1 = astray_aggregate(rt, 0);
    const uint32_t is_0 =
        astray_integers(ASTRAY_OP_GT, &aggregate_1,
            &rt->constants[7] /* 100 */);
    return is_0;
}

/*
 * rule probes: outcome places
 *
 *     set(c.places)
 */
static void rule_probes_outcome_places(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value aggregate_0 = astray_aggregate(rt, 1);
    *value = *&aggregate_0;
}

/*
 * rule probes: outcome tasks
 *
 *     count_distinct(h.task)
 */
static void rule_probes_outcome_tasks(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_value aggregate_0 = astray_aggregate(rt, 2);
    *value = *&aggregate_0;
}

/*
 * rule probes: outcome name
 *
 *     eventName
 */
static void rule_probes_outcome_name(
    struct astray_rt *rt, struct astray_value *value)
{
    const struct astray_text eventName_0 =
        astray_slot_text(rt, slot_3_eventName);
    *value = astray_from_text(eventName_0);
}

/* By their rows in the pack. */
static const struct astray_program programs[31] = {
    [0] = { .value = baseline_homes_key_task },
    [1] = { .value = baseline_homes_key_account },
    [2] = { .value = baseline_homes_value_home },
    [3] = { .value = baseline_homes_value_since },
    [4] = { .test = baseline_calls_where },
    [5] = { .test = baseline_calls_test_eventName },
    [6] = { .test = baseline_calls_late_where },
    [7] = { .value = baseline_calls_key_account },
    [8] = { .value = baseline_calls_elements_names },
    [9] = { .value = baseline_calls_value_names },
    [10] = { .test = rule_probes_where },
    [11] = { .test = rule_probes_test_readOnly },
    [12] = { .test = rule_probes_late_where_row },
    [13] = { .value = rule_probes_late_where_key },
    [14] = { .test = rule_probes_late_where_row_p14_ },
    [15] = { .value = rule_probes_late_where_key_p15_ },
    [16] = { .test = rule_probes_late_where },
    [17] = { .value = rule_probes_join_key_h },
    [18] = { .value = rule_probes_after_h },
    [19] = { .test = rule_probes_join_row_c },
    [20] = { .value = rule_probes_join_key_c },
    [21] = { .test = rule_probes_require_row },
    [22] = { .value = rule_probes_require_key },
    [23] = { .value = rule_probes_require_key_p23_ },
    [24] = { .test = rule_probes_require },
    [25] = { .value = rule_probes_value_set_c_places },
    [26] = { .value = rule_probes_value_count_distinct_h_task },
    [27] = { .test = rule_probes_exclude_many },
    [28] = { .value = rule_probes_outcome_places },
    [29] = { .value = rule_probes_outcome_tasks },
    [30] = { .value = rule_probes_outcome_name },
};

extern ASTRAY_EXPORT const struct astray_native astray_native;

const struct astray_native astray_native = {
    .version = ASTRAY_RT_VERSION,
    .rt_size = ASTRAY_RT_SIZE,
    .value_size = ASTRAY_VALUE_SIZE,
    .program_count = 31,
    .programs = programs,
};
