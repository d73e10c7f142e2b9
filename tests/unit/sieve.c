/*
 * sieve.c - the sieve wants what asking every rule wants.
 *
 * Random rules over few fields, written as rules are, and random values for
 * their slots: of any kind, missing, null, longer than a memo keeps, a handful
 * again and again or ever new ones.  For every event the wanted operators and
 * the unknown verdicts, by rule and slot, must be those of running each
 * `early` program.
 */

#include "runtime/sieve.h"

#include <stdlib.h>

#include "program/rules.h"
#include "tap.h"

enum { PACKS = 32, EVENTS = 2400, MOST_RULES = 200 };

static uint64_t state = 11;

static unsigned pick(unsigned below)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)((state >> 33) % below);
}

#define PICK(array) ((array)[pick(sizeof(array) / sizeof((array)[0]))])

/* ---- rules ------------------------------------------------------------ */

static const char head[] =
    "list places : cidr = [10.0.0.0/8, 2001:db8::/32]\n"
    "list names : text = [\"n1\", \"n2\", \"n3\"]\n"
    "list nobody : text = []\n"
    "list crowd : text = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"n6\", \"n2\", "
    "\"x y\"]\n"
    "param word : text = \"n4\"\n"
    "param most : int = 3\n"
    "macro named(n: text) = eventName == n or eventName == \"n0\"\n";

/* %s is one of words[].  Each is a condition of one slot, or is not. */
static const char *const conditions[] = {
    "eventName == \"%s\"",
    "eventName == \"%s\"",
    "eventName == \"%s\"",
    "eventName != \"%s\"",
    "eventName in [\"%s\", \"n7\"]",
    "eventName not in [\"%s\", \"n7\"]",
    "eventName in names",
    "eventName in nobody",
    "eventName in crowd",
    "requestParameters.a in crowd",
    "eventSource not in crowd",
    "eventName == word",
    "eventName like \"*%s\"",
    "eventName startswith \"%s\"",
    "not (eventName endswith \"%s\")",
    "eventName contains \"%s\"",
    "eventName matches /^%s/i",
    "eventName contains [\"%s\", \"zz\"]",
    "eventName startswith names",
    "lower(eventName) == \"%s\"",
    "len(eventName) > most",
    "named(\"%s\")",
    "not named(\"%s\")",
    "eventSource == \"%s\"",
    "eventSource like \"%s*\"",
    "errorCode is missing",
    "errorCode is present",
    "errorCode == \"%s\"",
    "errorCode != \"%s\"",
    "not (errorCode == \"%s\" or awsRegion == \"n1\")",
    "not (userAgent == \"%s\" or userAgent contains \"q\")",
    "(errorCode ?? \"none\") == \"%s\"",
    "userAgent startswith \"%s\"",
    "userAgent not like \"*%s*\"",
    "userAgent in names",
    "sourceIPAddress in 10.0.0.0/8",
    "sourceIPAddress in places",
    "sourceIPAddress not in [192.0.2.0/24, 2001:db8::1]",
    "sourceIPAddress == \"192.0.2.1\"",
    "sourceIPAddress == \"2001:db8::1\"",
    "sourceIPAddress != \"2001:db8::1\"",
    "sourceIPAddress == \"AWS Internal\"",
    "sourceIPAddress != \"%s\"",
    "sourceIPAddress is private",
    "sourceIPAddress is not ip",
    "sourceIPAddress in [\"%s\", 10.0.0.1]",
    "readOnly",
    "not readOnly",
    "readOnly is missing",
    "readOnly is not true",
    "requestParameters.a == \"%s\"",
    "requestParameters.a is present",
    "requestParameters.a in names",
    "requestParameters.n > most",
    "requestParameters.a.b != \"%s\"",
    "requestParameters.a[0] like \"%s*\"",
    "userIdentity.inScopeOf is present",
    "eventTime >= 2026-01-01",
    /* and these belong to the rest */
    "awsRegion == eventName",
    "(errorCode == \"%s\" or readOnly)",
    "any x in requestParameters.a: (x == \"%s\")",
    "(if readOnly then eventName == \"%s\" else errorCode is present)",
    "(errorCode ?? awsRegion) == \"%s\"",
    "most > 2",
};

static const char *const words[] = { "n0", "n1", "n2", "n3",
                                     "n4", "n5", "n6", "10.0.0.1" };

static void put_condition(struct as_buf *out)
{
    const char *form = PICK(conditions), *at = strstr(form, "%s");

    if (!at) {
        as_buf_puts(out, form);
        return;
    }
    as_buf_add(out, form, (size_t)(at - form));
    as_buf_puts(out, PICK(words));
    as_buf_puts(out, at + 2);
}

static void put_where(struct as_buf *out, unsigned dispatched)
{
    unsigned count = pick(4) + (dispatched ? 0 : 1);

    as_buf_puts(out, " where ");
    if (dispatched)
        as_buf_printf(out, "eventName == \"n%u\"", pick(dispatched));
    for (unsigned i = 0; i < count; i++) {
        as_buf_puts(out, i || dispatched ? " and " : "");
        put_condition(out);
    }
}

/* Baselines are asked without counting, elements one by one. */
static void put_rules(struct as_buf *out, unsigned count)
{
    unsigned dispatched = pick(3) ? pick(2) * (count / 4 + 1) : 0;

    as_buf_puts(out, head);
    for (unsigned i = 0; i < count / 8; i++) {
        as_buf_printf(out, "baseline b%u { from cloudtrail", i);
        put_where(out, dispatched);
        as_buf_puts(out, "\n  key k = eventName retain 1h }\n");
    }
    for (unsigned i = 0; i < count; i++) {
        bool each = pick(8) == 0;

        as_buf_printf(out, "rule r%u { from cloudtrail", i);
        if (each)
            as_buf_puts(out, " each i in requestParameters.a where i.b == "
                             "\"n1\" and errorCode != \"n2\"");
        else if (pick(10) == 0)
            as_buf_puts(out, " where any x in requestParameters.a: "
                             "(x == \"n1\")");
        else if (pick(20) > 0)
            put_where(out, dispatched);
        as_buf_puts(out, " }\n");
    }
}

static void complain(const struct astray_diagnostic *diagnostic, void *user)
{
    (void)user;
    if (diagnostic->severity == ASTRAY_ERROR)
        printf("# %s:%u: %s\n", diagnostic->code,
               diagnostic->label_count ? diagnostic->labels[0].line : 0,
               diagnostic->message);
}

static struct astray_rules *compile(unsigned count)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;
    struct as_buf text = { 0 };

    put_rules(&text, count);
    astray_compiler_on_diagnostic(compiler, complain, NULL);
    astray_compiler_add_text(compiler, "rules.astray", text.bytes, text.length);
    astray_compiler_build(compiler, &rules);
    astray_compiler_free(compiler);
    as_buf_done(&text);
    return rules;
}

/* ---- events ----------------------------------------------------------- */

static char long_text[AS_MEMO_TEXT + 8];
static char fresh[32];

static struct as_json_value text_value(const char *text)
{
    return (struct as_json_value){ AS_JSON_TEXT, as_text_of(text) };
}

/* Any value for any slot; `churn` makes most of them new. */
static struct as_json_value value_of(unsigned churn)
{
    static const char *const texts[] = {
        "n0",
        "n1",
        "n2",
        "n3",
        "n4",
        "n5",
        "n6",
        "n7",
        "",
        "N1",
        "zzn2",
        "q",
        "10.0.0.1",
        "192.0.2.1",
        "192.0.2.9",
        "2001:db8::1",
        "2001:DB8:0::1",
        "8.8.8.8",
        "AWS Internal",
        "ec2.amazonaws.com",
        "true",
        "false",
        "7",
        "2026-05-01T10:00:00Z",
        long_text,
        long_text + 1,
    };
    static const struct as_json_value others[] = {
        { AS_JSON_ABSENT, { "", 0 } },
        { AS_JSON_ABSENT, { NULL, 0 } },
        { AS_JSON_NULL, { "", 0 } },
        { AS_JSON_FALSE, { "", 0 } },
        { AS_JSON_TRUE, { "", 0 } },
        { AS_JSON_NUMBER, { "7", 1 } },
        { AS_JSON_NUMBER, { "2.5", 3 } },
        { AS_JSON_OBJECT, { "{\"b\":\"n1\"}", 10 } },
        { AS_JSON_ARRAY, { "[\"n1\",{\"b\":\"n1\"}]", 17 } },
        { AS_JSON_ARRAY, { "[]", 2 } },
    };

    if (pick(100) < churn) {
        snprintf(fresh, sizeof(fresh), "n%u-%u", pick(10), pick(1u << 30));
        return text_value(fresh);
    }
    return pick(4) ? text_value(PICK(texts)) : PICK(others);
}

/* The texts that value_of gives live until it is called again. */
static void fill(struct as_json_value *slots, uint32_t count, unsigned churn,
                 struct as_arena *arena)
{
    for (uint32_t i = 0; i < count; i++) {
        /* At the usual places, the usual names most of the time. */
        slots[i] = i == AS_SLOT_EVENT_NAME && pick(3)
                     ? text_value(words[pick(7)])
                     : value_of(i % 3 ? churn : 0);
        if (slots[i].text.length > 0)
            slots[i].text.bytes = as_strndup(arena, slots[i].text.bytes,
                                             slots[i].text.length);
    }
}

/* ---- both ways -------------------------------------------------------- */

struct side {
    struct as_stats stats;
    struct as_judge judge;
    uint64_t bits[MOST_RULES / 32];
    uint8_t widths[256]; /* of as many slots as the packs have at most */
};

static bool side_init(struct side *side, struct as_run *run)
{
    *side = (struct side){ .judge = { .pack = run->pack, .run = run } };
    side->judge.stats = &side->stats;
    as_arena_init(&side->judge.scratch, 0);
    as_arena_init(&side->judge.spare, 0);
    if (!as_vm_init(&side->judge.vm, run, NULL, NULL, &side->judge.scratch))
        return false;
    side->judge.vm.spare = &side->judge.spare;
    side->judge.vm.widths = side->widths;
    return as_stats_init(&side->stats, run->pack);
}

static void side_done(struct side *side)
{
    as_vm_done(&side->judge.vm);
    as_arena_free(&side->judge.scratch);
    as_arena_free(&side->judge.spare);
    as_stats_done(&side->stats);
}

static bool is_wanted(struct as_judge *judge, uint32_t early, uint32_t each,
                      uint32_t rule)
{
    struct as_elements elements;
    bool any = false;

    if (each == AS_NO_ROW) {
        judge->vm.item_count = 0;
        judge->vm.visits = 0;
        return as_judge_true(judge, early, rule);
    }
    as_elements_start(judge, &elements, each);
    while (!any && as_elements_next(judge, &elements))
        any = as_judge_true(judge, early, AS_NO_ROW);
    as_elements_start(judge, &elements, each);
    while (!any && rule != AS_NO_ROW && as_elements_next(judge, &elements))
        as_judge_true(judge, early, rule);
    return any;
}

static void ask_all(struct side *side, const bool *needed)
{
    const struct as_pack *pack = side->judge.pack;
    uint32_t n = 0;

    for (uint32_t i = 0; i < pack->baseline_count; i++, n++) {
        if (needed[n] && is_wanted(&side->judge, pack->baseline[i].early,
                                   pack->baseline[i].each, AS_NO_ROW))
            side->bits[n / 64] |= UINT64_C(1) << (n % 64);
    }
    for (uint32_t i = 0; i < pack->rule_count; i++, n++) {
        if (needed[n] &&
            is_wanted(&side->judge, pack->rule[i].early, pack->rule[i].each, i))
            side->bits[n / 64] |= UINT64_C(1) << (n % 64);
    }
}

static bool same_unknown(const struct side *a, const struct side *b)
{
    const struct as_pack *pack = a->judge.pack;

    for (uint32_t i = 0; i < pack->rule_count; i++) {
        if (memcmp(a->stats.rules[i].unknown, b->stats.rules[i].unknown,
                   (pack->slot_count + 1) * sizeof(uint64_t)) != 0)
            return false;
    }
    return true;
}

struct totals {
    unsigned wrong_bits, wrong_unknown, events, packs, large, failed;
    uint64_t wanted, unknown, asked;
};

static void add_up(struct totals *totals, const struct as_sieve *sieve,
                   const struct side *side)
{
    const struct as_pack *pack = sieve->pack;

    totals->packs++;
    totals->large += sieve->is_large;
    totals->failed += side->judge.vm.failed || side->judge.scratch.failed;
    for (uint32_t i = 0; i < sieve->operator_count; i++)
        totals->asked += sieve->asked[i];
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        for (uint32_t slot = 0; slot <= pack->slot_count; slot++)
            totals->unknown += side->stats.rules[i].unknown[slot];
    }
}

static void compare(struct totals *totals, struct as_run *run, unsigned churn)
{
    static struct side sides[2];
    static bool needed[2 * MOST_RULES];
    struct as_json_value slots[64];
    struct as_arena arena;
    struct as_sieve sieve;

    for (uint32_t i = 0; i < 2 * MOST_RULES; i++)
        needed[i] = pick(10) > 0;
    as_arena_init(&arena, 0);
    if (!side_init(&sides[0], run) || !side_init(&sides[1], run) ||
        as_sieve_init(&sieve, run->pack, run, needed)) {
        totals->failed++;
        return;
    }
    for (unsigned i = 0; i < EVENTS; i++) {
        bool any;

        as_arena_reset(&arena);
        fill(slots, run->pack->slot_count, churn, &arena);
        for (int s = 0; s < 2; s++) {
            as_judge_reset(&sides[s].judge);
            as_vm_show(&sides[s].judge.vm, slots);
            memset(sides[s].bits, s ? 0 : 0xff, sizeof(sides[s].bits));
        }
        any = as_sieve_event(&sieve, &sides[0].judge, sides[0].bits);
        ask_all(&sides[1], needed);
        totals->events++;
        totals->wanted += any;
        if (memcmp(sides[0].bits, sides[1].bits,
                   sieve.word_count * sizeof(uint64_t)) != 0)
            totals->wrong_bits++;
        totals->wrong_unknown += !same_unknown(&sides[0], &sides[1]);
    }
    add_up(totals, &sieve, &sides[0]);
    as_sieve_done(&sieve);
    side_done(&sides[0]);
    side_done(&sides[1]);
    as_arena_free(&arena);
}

/* The run gives the param and the lists other values than the pack. */
static bool change(struct as_run *run)
{
    struct as_buf why = { 0 };
    bool good;

    good = !as_run_set_param(run, AS_TEXT("word"), AS_TEXT("n5"), &why) &&
           !as_run_set_list(run, AS_TEXT("names"), ASTRAY_LIST_REPLACE, "x.txt",
                            AS_TEXT("n6\nn2\n"), &why) &&
           !as_run_set_list(run, AS_TEXT("nobody"), ASTRAY_LIST_EXTEND, "x.txt",
                            AS_TEXT("n3\n"), &why) &&
           !as_run_set_list(run, AS_TEXT("places"), ASTRAY_LIST_REPLACE,
                            "x.txt", AS_TEXT("192.0.2.0/24\n"), &why);
    if (!good)
        printf("# %.*s\n", (int)why.length, why.bytes);
    as_buf_done(&why);
    return good;
}

static void random_packs(void)
{
    static const unsigned sizes[] = { 1, 2, 5, 20, 63, 64, 120, MOST_RULES };
    struct totals totals = { 0 };
    unsigned compiled = 0;

    for (unsigned i = 0; i < PACKS; i++) {
        struct astray_rules *rules = compile(sizes[i % 8]);
        struct as_run run;

        if (!rules)
            continue;
        compiled++;
        if (as_run_init(&run, &rules->pack) || (i % 2 && !change(&run)) ||
            as_run_seal(&run))
            totals.failed++;
        else
            compare(&totals, &run, i % 3 * 45);
        as_run_done(&run);
        astray_rules_free(rules);
    }
    tap_int(compiled, PACKS, "the rules compile");
    tap_int(totals.failed, 0, "nothing fails");
    tap_int(totals.wrong_bits, 0, "the same operators want each event");
    tap_int(totals.wrong_unknown, 0, "and as much is unknown");
    tap_ok(totals.large > PACKS / 3 && totals.large < totals.packs,
           "by screens and one by one");
    tap_ok(totals.wanted > totals.events / 4 &&
               totals.wanted < totals.events * 99 / 100,
           "there are wanted events, and others");
    tap_ok(totals.unknown > totals.events, "and unknown verdicts");
    tap_ok(totals.asked > totals.wanted, "what was asked is counted");
}

/* ---- memos ------------------------------------------------------------ */

static struct as_json_value number_value(char *room, size_t size, unsigned n)
{
    snprintf(room, size, "value %u", n);
    return text_value(room);
}

static void memos(void)
{
    struct as_memo memo;
    char room[32];
    unsigned wrong = 0, kept = 0;
    struct as_json_value value;

    as_memo_init(&memo, 2, 64 << 10);
    tap_ok(memo.most >= 64 && memo.most <= 256, "a memo has a bound");
    for (unsigned i = 0; i < 200000; i++) {
        /* half of them come again, so that the memo does not rest */
        unsigned n = i % 2 ? pick(20) : i;
        uint64_t *found;

        value = number_value(room, sizeof(room), n);
        found = as_memo_find(&memo, &value);
        if (!found)
            continue;
        kept++;
        wrong += found[0] != 0 && (found[0] != n + 1 || found[1] != ~found[0]);
        found[0] = n + 1;
        found[1] = ~found[0];
        wrong += memo.count > memo.most;
    }
    tap_int(wrong, 0, "and keeps to it, and to what it was told");
    tap_int(memo.count, memo.most, "when the bound is reached");
    tap_ok(kept > 150000, "values are kept");

    value = text_value("7");
    uint64_t *text = as_memo_find(&memo, &value);
    value.kind = AS_JSON_NUMBER;
    tap_ok(text && (text[0] = 5) && as_memo_find(&memo, &value)[0] == 0,
           "a number is no text");
    value = text_value(long_text);
    tap_ok(!as_memo_find(&memo, &value), "long texts are not kept");
    value.text.length = AS_MEMO_TEXT;
    tap_ok(as_memo_find(&memo, &value) != NULL, "shorter ones are");
    as_memo_done(&memo);

    as_memo_init(&memo, 2, 64 << 10);
    kept = 0;
    for (unsigned i = 0; i < 100000; i++) {
        value = number_value(room, sizeof(room), i);
        kept += as_memo_find(&memo, &value) != NULL;
    }
    tap_ok(kept < 20000, "a memo rests where nothing comes again");
    for (unsigned i = 0; i < 50000; i++) {
        value = number_value(room, sizeof(room), i % 10);
        kept += as_memo_find(&memo, &value) != NULL;
    }
    tap_ok(kept > 20000, "and wakes up");
    as_memo_done(&memo);
    as_memo_init(&memo, 1u << 20, 64 << 10);
    tap_ok(!as_memo_find(&memo, &value), "a memo without room keeps nothing");
    as_memo_done(&memo);
}

int main(void)
{
    memset(long_text, 'n', sizeof(long_text) - 1);
    memos();
    random_packs();
    return tap_done();
}
