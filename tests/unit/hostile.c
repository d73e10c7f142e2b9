/*
 * hostile.c - a pack from a stranger, run.
 *
 * A good pack is changed at random, its digest set right again, and loaded.
 * Most are refused.  Those that are not must run over events to their end:
 * under the sanitizers that shows that what the loader checks is enough.
 */

#include "astray.h"
#include "program/pack.h"
#include "sample_rules.h"
#include "tap.h"

enum { CHANGES = 10000, MORE_CHANGES = 2000 };

/* The digest of all that follows it, as a stranger would make it too. */
static void set_digest(unsigned char *bytes, size_t length)
{
    struct as_pack_header *header = (struct as_pack_header *)(void *)bytes;
    size_t from = offsetof(struct as_pack_header, digest) +
                  sizeof(header->digest);
    struct as_sha256 sha;

    as_sha256_init(&sha);
    as_sha256_add(&sha, bytes + from, length - from);
    as_sha256_end(&sha, header->digest);
}

static void count_alert(const struct astray_alert *alert, void *user)
{
    (void)alert;
    ++*(unsigned *)user;
}

static unsigned run(const struct astray_rules *rules,
                    const struct record *records)
{
    struct astray_scanner *scanner;
    unsigned alerts = 0;
    char *summary = NULL;

    if (astray_scanner_new(rules, &scanner))
        return 0;
    astray_scanner_on_alert(scanner, count_alert, &alerts);
    for (unsigned i = 0; i < EVENTS; i++)
        astray_scanner_feed(scanner, "x", records[i].text,
                            strlen(records[i].text));
    astray_scanner_finish(scanner);
    if (astray_scanner_summary(scanner, 1, &summary) == ASTRAY_OK)
        free(summary);
    astray_scanner_free(scanner);
    return alerts;
}

static void show(const struct astray_rules *rules)
{
    char *text = NULL;

    if (!astray_rules_describe(rules, ASTRAY_DESCRIBE_CODE, &text))
        free(text);
}

struct outcome {
    unsigned refused, accepted, alerts, silent;
};

/* Change one to three bytes from `from` on, load, and run what is taken. */
static void change(const unsigned char *good, size_t length, size_t from,
                   const struct record *records, struct outcome *outcome)
{
    unsigned char *bad = malloc(length);
    struct astray_rules *rules = NULL;
    const char *why = NULL;
    enum astray_status status;

    if (!bad)
        return;
    memcpy(bad, good, length);
    for (unsigned n = 1 + pick(3); n > 0; n--) {
        size_t at = from + pick((unsigned)(length - from));

        bad[at] = (unsigned char)(pick(2) ? bad[at] ^ (1u << pick(8))
                                          : pick(256));
    }
    set_digest(bad, length);
    status = astray_rules_load(bad, length, &rules, &why);
    if (status) {
        outcome->refused++;
        outcome->silent += !why || !*why;
    } else {
        outcome->accepted++;
        outcome->alerts += run(rules, records);
        show(rules);
        astray_rules_free(rules);
    }
    free(bad);
}

int main(void)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;
    struct outcome anywhere = { 0 }, code = { 0 };
    struct record records[EVENTS];
    const unsigned char *bytes;
    size_t length, at;

    astray_compiler_add_text(compiler, "rules.astray", rules_text,
                             sizeof(rules_text) - 1);
    tap_int(astray_compiler_build(compiler, &rules), ASTRAY_OK,
            "the rules compile");
    astray_compiler_free(compiler);
    if (!rules)
        return tap_done();
    bytes = astray_rules_bytes(rules, &length);
    make(records);
    tap_ok(run(rules, records) > 0, "the good pack gives alerts");
    at = sizeof(struct as_pack_header);
    for (unsigned i = 0; i < CHANGES; i++)
        change(bytes, length, at, records, &anywhere);
    /* The code section is behind the tables, before the strings. */
    at = length / 2;
    for (unsigned i = 0; i < MORE_CHANGES; i++)
        change(bytes, length, at, records, &code);
    tap_int((long)(anywhere.refused + anywhere.accepted), CHANGES,
            "changes anywhere: refused, or run to the end");
    tap_int((long)(code.refused + code.accepted), MORE_CHANGES,
            "changes in the second half: refused, or run to the end");
    tap_int((long)(anywhere.silent + code.silent), 0, "every refusal says why");
    tap_ok(anywhere.refused > CHANGES / 4, "many are refused");
    tap_ok(anywhere.accepted + code.accepted > 100, "some are accepted");
    tap_ok(anywhere.alerts > 100, "and give alerts");
    printf("# anywhere: %u refused, %u accepted, %u alerts\n", anywhere.refused,
           anywhere.accepted, anywhere.alerts);
    printf("# second half: %u refused, %u accepted, %u alerts\n", code.refused,
           code.accepted, code.alerts);
    astray_rules_free(rules);
    return tap_done();
}
