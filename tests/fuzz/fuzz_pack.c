/*
 * fuzz_pack.c - a fuzz target: compiled packs.
 *
 * The bytes are a pack that must be refused with a reason, or run over events
 * to its end (trial.h).  What libFuzzer would change at random, packs.h
 * changes with knowledge of what a pack is made of.  Inputs to start from are
 * packs of any rules: `astray build -o FOLDER/NAME.astrayc`.
 */

#include "packs.h"
#include "tests/unit/sample_rules.h"
#include "trial.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most,
                               unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_length,
                                 const uint8_t *other, size_t other_length,
                                 uint8_t *out, size_t most, unsigned seed);

/* How many changed copies of each input are tried without libFuzzer. */
extern const unsigned fuzz_variants;
const unsigned fuzz_variants = 20;

static const char trouble[] =
    "{\"eventTime\":\"0001-01-01T00:00:00Z\",\"eventID\":\"a\",\"eventName\":7,"
    "\"requestParameters\":{\"tags\":[[[]],{},null,true,-1e308,1e400]}}\n"
    "{\"eventTime\":\"9999-12-31T23:59:59.999Z\",\"eventName\":\"Use\","
    "\"sourceIPAddress\":\"AWS Internal/3\",\"userIdentity\":\"x\","
    "\"requestParameters\":\"{\\\"a\\\":[1,{\\\"b\\\":\\\"c\\\"}]}\"}\n"
    "{\"eventTime\":\"2026-05-01T10:00:05Z\",\"eventName\":\"\\u0000\\ud83d"
    "\\ude00\",\"sourceIPAddress\":\"::ffff:192.0.2.7\",\"x\":";

static void make_events(struct as_buf *events)
{
    static struct record records[EVENTS];

    state = 7;
    make(records);
    for (unsigned i = 0; i < EVENTS; i++) {
        as_buf_puts(events, records[i].text);
        as_buf_putc(events, '\n');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct as_text pack = { (const char *)bytes, length };
    struct trial_count count = { .refused = 0 };
    struct as_buf events = { .bytes = NULL };
    struct trial trial = { .more = AS_TEXT(trouble) };

    make_events(&events);
    trial.events = as_buf_view(&events);
    trial.describe = length % 2 == 0;
    trial.profile = length % 3 == 0;
    trial.memory = length % 5 == 0 ? 1 : 0;
    try_pack(pack, &trial, &count);
    as_buf_done(&events);
    return 0;
}

/* The mutant where there is room for it; else what was there before. */
static size_t hand_out(struct as_buf *mutant, uint8_t *out, size_t length,
                       size_t most)
{
    if (!mutant->failed && mutant->length <= most) {
        length = mutant->length;
        memcpy(out, mutant->bytes, length);
    }
    as_buf_done(mutant);
    return length;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most,
                               unsigned seed)
{
    struct as_text pack = { (const char *)bytes, length };
    struct as_buf mutant = { .bytes = NULL };

    mutate_pack(pack, (struct as_text){ "", 0 }, seed, &mutant);
    return hand_out(&mutant, bytes, length, most);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_length,
                                 const uint8_t *other, size_t other_length,
                                 uint8_t *out, size_t most, unsigned seed)
{
    struct as_text pack = { (const char *)one, one_length };
    struct as_text behind = { (const char *)other, other_length };
    struct as_buf mutant = { .bytes = NULL };

    mutate_pack(pack, behind, seed, &mutant);
    return hand_out(&mutant, out, 0, most);
}
