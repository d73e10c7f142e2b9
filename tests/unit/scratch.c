/*
 * scratch.c - what one event may make the programs make.
 *
 * An array of a quarter megabyte, whose texts hold escapes, is decoded again
 * for every turn of three loops inside each other: a gigabyte, if nothing
 * stopped it.  The loops must give up, be counted, and leave the other rules'
 * verdicts of the same event as they are.
 */

#include <stdlib.h>
#include <sys/resource.h>

#include "astray.h"
#include "common/buf.h"
#include "common/limits.h"
#include "tap.h"

static const char rules_text[] =
    "baseline homes { from cloudtrail key k = userIdentity.accessKeyId\n"
    "  collect n = count() scope whole }\n"
    "rule probes { from cloudtrail\n"
    "  where (any a in requestParameters.x: (any b in requestParameters.x:\n"
    "    (any c in requestParameters.x:\n"
    "      (a == \"no\" and b == \"no\" and c == \"no\"))))\n"
    "    or any h in homes: (h.k == userIdentity.accessKeyId and h.n > 5) }\n"
    "rule loops { from cloudtrail\n"
    "  where any a in requestParameters.x: (any b in requestParameters.x:\n"
    "    (any c in requestParameters.x:\n"
    "      (a == \"no\" and b == \"no\" and c == \"no\"))) }\n"
    "rule elements { from cloudtrail each e in requestParameters.x\n"
    "  where any b in requestParameters.x: (any c in requestParameters.x:\n"
    "    (e == \"no\" and b == \"no\" and c == \"no\")) }\n"
    "rule plain { from cloudtrail\n"
    "  where lower(userAgent) startswith \"tool\" and\n"
    "        not any a in requestParameters.x: (a == \"yes\") }\n";

enum { TEXTS = 64, TEXT = 3900 };

/* An array of texts, each with an escape in it. */
static void make_event(struct as_buf *event)
{
    as_buf_puts(
        event,
        "{\"eventTime\":\"2026-05-01T10:00:00Z\",\"eventID\":"
        "\"e\",\"eventName\":\"E\",\"userAgent\":\"TOOL\",\"userIdentity\":{"
        "\"accessKeyId\":\"k\"},"
        "\"requestParameters\":{\"x\":[");
    for (int i = 0; i < TEXTS; i++) {
        as_buf_puts(event, i > 0 ? ",\"\\n" : "\"\\n");
        for (int k = 0; k < TEXT; k++)
            as_buf_putc(event, 'a');
        as_buf_putc(event, '"');
    }
    as_buf_puts(event, "]}}");
}

static void note_alert(const struct astray_alert *alert, void *user)
{
    struct as_buf *names = user;

    as_buf_puts(names, alert->rule);
    as_buf_putc(names, ' ');
}

static struct astray_rules *compile(void)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;

    astray_compiler_add_text(compiler, "rules.astray", rules_text,
                             sizeof(rules_text) - 1);
    tap_int(astray_compiler_build(compiler, &rules), ASTRAY_OK,
            "the rules compile");
    astray_compiler_free(compiler);
    return rules;
}

static void scan(const struct astray_rules *rules, const struct as_buf *event)
{
    struct astray_scanner *scanner;
    struct as_buf names = { .bytes = NULL };
    char *summary = NULL;

    tap_int(astray_scanner_new(rules, &scanner), ASTRAY_OK, "a scanner");
    astray_scanner_on_alert(scanner, note_alert, &names);
    tap_int(astray_scanner_feed(scanner, "event", event->bytes, event->length),
            ASTRAY_OK, "the event is read");
    tap_int(astray_scanner_finish(scanner), ASTRAY_OK, "and judged");
    tap_int(astray_scanner_summary(scanner, 1, &summary), ASTRAY_OK,
            "there is a summary");
    tap_ok(summary && strstr(summary, "\"too_costly\":") &&
               !strstr(summary, "\"too_costly\":0,"),
           "which says that loops gave up");
    as_buf_putc(&names, '\0');
    tap_ok(names.bytes && strcmp(names.bytes, "plain ") == 0,
           "another rule's verdict stands");
    free(summary);
    as_buf_done(&names);
    astray_scanner_free(scanner);
}

int main(void)
{
    struct as_buf event = { .bytes = NULL };
    struct astray_rules *rules = compile();
    struct rusage usage;

    if (!rules)
        return tap_done();
    make_event(&event);
    tap_ok(event.length < AS_MAX_RECORD, "the event is small enough");
    scan(rules, &event);
    getrusage(RUSAGE_SELF, &usage);
    /* A gigabyte of texts for each rule; sanitizers take some for themselves. */
    tap_ok(usage.ru_maxrss < 512 * 1024, "in less than 512 MB");
    printf("# %ld KB\n", usage.ru_maxrss);
    astray_rules_free(rules);
    as_buf_done(&event);
    return tap_done();
}
