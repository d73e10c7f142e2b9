/*
 * embed.c - a program that finds stolen credentials with libastray.
 *
 *     embed RULES LOGS
 *
 * RULES is a compiled pack, a folder or an .astray file; LOGS a file or a
 * folder of CloudTrail.  Prints every alert as a line of JSON, in which what
 * an attacker wrote is escaped; doc/output.md says what is in it.
 */

#include <astray.h>
#include <stdio.h>

static void on_diagnostic(const struct astray_diagnostic *d, void *user)
{
    (void)user;
    if (d->severity == ASTRAY_ERROR && d->label_count > 0)
        fprintf(stderr, "%s:%u: %s\n", d->labels[0].file,
                (unsigned)d->labels[0].line, d->message);
}

static void on_alert(const struct astray_alert *alert, void *user)
{
    ++*(unsigned *)user;
    printf("%s\n", alert->json);
}

/* Judge what is at `path`.  What could not be read takes nothing away from
 * the rest: the alerts come all the same. */
static enum astray_status scan(struct astray_scanner *scanner, const char *path)
{
    enum astray_status fed = astray_scanner_feed_path(scanner, path);
    enum astray_status finished = astray_scanner_finish(scanner);

    return fed > finished ? fed : finished;
}

int main(int argc, char *argv[])
{
    struct astray_rules *rules = NULL;
    struct astray_scanner *scanner = NULL;
    enum astray_status status = ASTRAY_BAD_VALUE;
    unsigned alert_count = 0;

    if (argc == 3)
        status = astray_rules_open(argv[1], on_diagnostic, NULL, &rules);
    if (status == ASTRAY_OK)
        status = astray_scanner_new(rules, &scanner);
    if (status == ASTRAY_OK) {
        astray_scanner_on_alert(scanner, on_alert, &alert_count);
        status = scan(scanner, argv[2]);
        fprintf(stderr, "%u alerts\n", alert_count);
    }
    if (status != ASTRAY_OK)
        fprintf(stderr, "embed RULES LOGS: status %d\n", (int)status);

    astray_scanner_free(scanner);
    astray_rules_free(rules);
    return status == ASTRAY_OK ? 0 : 1;
}
