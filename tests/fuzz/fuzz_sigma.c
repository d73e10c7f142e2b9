/*
 * fuzz_sigma.c - Sigma rules from a stranger: imported or refused, and what
 * comes out compiles, is in style, and can be shown.
 *
 * The input: a file of Sigma rules.
 */

#include "astray.h"
#include "cli/sigma_report.h"
#include "cli/sigma_rule.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/shown.h"

const unsigned fuzz_variants = 100;

enum { MOST_INPUT = 8 * 1024 };

/* A rule that was taken: its text stays as it is when it is set again. */
static void require_style(const struct as_sigma_rule *rule)
{
    size_t length = 0;
    char *text = NULL;

    fuzz_require(shown_is_safe(as_buf_view(&rule->text), false),
                 "a rule can be shown");
    fuzz_require(astray_format("a.astray", rule->text.bytes, rule->text.length,
                               NULL, NULL, &text, &length) == ASTRAY_OK,
                 "a rule that was taken parses");
    fuzz_require(length == rule->text.length &&
                     memcmp(text, rule->text.bytes, length) == 0,
                 "a rule that was taken is in style");
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct as_text input = { (const char *)bytes, length };
    struct as_talk talk = { .format = AS_MESSAGE_JSON };
    struct as_buf report = { .bytes = NULL };
    struct as_sigma sigma;

    if (length > MOST_INPUT)
        return 0;
    as_sigma_init(&sigma, &talk);
    as_sigma_add(&sigma, "a.yml", input);
    fuzz_require(as_sigma_translate(&sigma), "there is memory");
    fuzz_require(!sigma.wrong, "what was taken compiles");
    for (const struct as_sigma_rule *at = sigma.rules; at; at = at->next) {
        fuzz_require((at->state == AS_SIGMA_REFUSED) == (at->reasons.count > 0),
                     "what is refused has a reason");
        if (at->state == AS_SIGMA_TAKEN)
            require_style(at);
    }
    as_sigma_report_json(&sigma, &report);
    fuzz_require(shown_is_safe(as_buf_view(&report), false),
                 "the report can be shown");
    as_buf_done(&report);
    as_sigma_done(&sigma);
    as_talk_done(&talk);
    return 0;
}
