/*
 * plain_rules.c - many plain rules, to see what a rule more costs.
 *
 * They look like what people write: an event's name and something beside it.
 * 200 names of real calls, a few of which the corpora hold; the rest of a
 * condition is, in turn, a literal, a glob, a network, a list, a user agent, a
 * parameter.  Ten rules are the first ten of a thousand, so that more rules
 * find no less.
 */
#include <stdlib.h>
#include <string.h>

#include "corpus.h"

static const char *const verbs[] = {
    "Create", "Delete", "Update",  "Put",    "Attach",   "Detach", "Modify",
    "Stop",   "Start",  "Disable", "Enable", "Restore",  "Share",  "Export",
    "Import", "Reset",  "Cancel",  "Revoke", "Describe", "List",
};
static const struct {
    const char *noun, *service;
} nouns[] = {
    { "Bucket", "s3" },      { "Function", "lambda" },
    { "Role", "iam" },       { "Secret", "secretsmanager" },
    { "Instances", "ec2" },  { "Snapshot", "ec2" },
    { "Cluster", "ecs" },    { "Trail", "cloudtrail" },
    { "DBInstance", "rds" }, { "Users", "iam" },
};
static const char *const found[] = { "ListUsers", "GetCallerIdentity",
                                     "AssumeRole", "ListBuckets",
                                     "PutRolePolicy" };

static void event_condition(FILE *file, struct random *random, unsigned i)
{
    unsigned noun = random_below(random, 10);
    const char *verb = verbs[random_below(random, 20)];
    const char *other = verbs[random_below(random, 20)];
    if (i % 20 == 5)
        fprintf(file, "  where eventName == \"%s\"\n", found[i / 20 % 5]);
    else if (i % 7 == 3)
        fprintf(file, "  where eventName in [\"%s%s\", \"%s%s\"]\n", verb,
                nouns[noun].noun, other, nouns[noun].noun);
    else
        fprintf(file,
                "  where eventSource == \"%s.amazonaws.com\""
                " and eventName == \"%s%s\"\n",
                nouns[noun].service, verb, nouns[noun].noun);
}

static void other_condition(FILE *file, struct random *random, unsigned i)
{
    unsigned n = random_below(random, 250);
    switch (i % 8) {
    case 0:
        fprintf(file, "    and userIdentity.arn like \"*:role/app-%u-*\"\n", n);
        break;
    case 1:
        fprintf(file,
                "    and ip(sourceIPAddress) in [10.%u.0.0/16, "
                "198.51.100.0/24]\n",
                n);
        break;
    case 2:
        fprintf(file,
                "    and userAgent contains [\"tool-%u/\", "
                "\"scanner-%u\"]\n",
                n, n);
        break;
    case 3:
        fprintf(file, "    and awsRegion not in [\"us-east-1\", "
                      "\"eu-central-1\"]\n"
                      "    and userIdentity.type != \"AWSService\"\n");
        break;
    case 4:
        fprintf(file, "    and userAgent matches /tool-%u\\/[0-9]+/i\n", n);
        break;
    case 5:
        fprintf(file, "    and errorCode == \"AccessDenied\"\n"
                      "    and userIdentity.accessKeyId startswith \"AKIA\"\n");
        break;
    case 6:
        fprintf(file,
                "    and requestParameters.policyArn endswith "
                "\"/policy-%u\"\n",
                n);
        break;
    case 7:
        fprintf(file,
                "    and userIdentity.accountId == \"1234567%05u\"\n"
                "    and sourceIPAddress is not private\n",
                n);
        break;
    }
}

void plain_rules_write(unsigned count, uint64_t seed, const char *folder)
{
    static const char *const severities[] = { "low", "medium", "high" };
    struct random random = { mix64(seed) };
    FILE *file = NULL;
    for (unsigned i = 0; i < count; i++) {
        char name[32];
        if (i % 100 == 0) {
            if (file != NULL && fclose(file) != 0)
                die("%s: cannot be written", folder);
            snprintf(name, sizeof(name), "plain_%02u.astray", i / 100);
            file = create_file(folder, name);
        }
        fprintf(file,
                "rule plain_%04u {\n"
                "  meta { title = \"Plain rule %u\" severity = %s "
                "version = 1 }\n  from cloudtrail\n",
                i, i, severities[i % 3]);
        event_condition(file, &random, i);
        other_condition(file, &random, i);
        fputs("}\n\n", file);
    }
    if (file != NULL && fclose(file) != 0)
        die("%s: cannot be written", folder);
}
