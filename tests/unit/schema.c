/* The fields of a record: the table's own order, paths, and "did you mean". */

#include "program/schema.h"
#include "tests/unit/tap.h"

#include <ctype.h>

enum { MOST_STEPS = 12 };

/* "a.b[0].c[]", as the parser would hand it over. */
static size_t split(const char *path, struct as_schema_step *steps)
{
    size_t count = 0;

    while (*path) {
        struct as_schema_step *step = &steps[count++];
        size_t length = strcspn(path, ".[");

        *step = (struct as_schema_step){ .kind = AS_SCHEMA_STEP_NAME };
        if (*path == '[') {
            step->kind = path[1] == ']' ? AS_SCHEMA_STEP_EACH
                                        : AS_SCHEMA_STEP_INDEX;
            path = strchr(path, ']') + 1;
        } else {
            step->name = (struct as_text){ path, length };
            path += length;
        }
        path += *path == '.';
    }
    return count;
}

#define EXACT      AS_SCHEMA_EXACT
#define BELOW      AS_SCHEMA_BELOW
#define UNKNOWN    AS_SCHEMA_UNKNOWN
#define SCALAR     AS_SCHEMA_NO_MEMBERS
#define NO_ARRAY   AS_SCHEMA_NO_ARRAY
#define NO_ELEMENT AS_SCHEMA_NO_ELEMENT

static const struct {
    const char *base, *path;
    enum as_schema_status status;
    const char *row; /* "": the record */
    size_t at;
    bool element, each;
} paths[] = {
    { "", "eventName", EXACT, "eventName", 1, false, false },
    { "", "userIdentity", EXACT, "userIdentity", 1, false, false },
    { "", "userIdentity.sessionContext.sessionIssuer.arn", EXACT,
      "userIdentity.sessionContext.sessionIssuer.arn", 4, false, false },
    { "", "userIdentity.arn", EXACT, "userIdentity.arn", 2, false, false },
    { "", "requestParameters", EXACT, "requestParameters", 1, false, false },
    { "", "requestParameters.x.y", BELOW, "requestParameters", 1, false,
      false },
    { "", "requestParameters[0].y", BELOW, "requestParameters", 1, false,
      false },
    { "", "eventContext.tagContext.x", BELOW, "eventContext.tagContext", 2,
      false, false },
    { "", "resources", EXACT, "resources", 1, false, false },
    { "", "resources[0]", EXACT, "resources", 2, true, false },
    { "", "resources[]", EXACT, "resources", 2, true, true },
    { "", "resources[0].ARN", EXACT, "resources[].ARN", 3, false, false },
    { "", "resources[].ARN", EXACT, "resources[].ARN", 3, false, true },
    { "resources", "ARN", EXACT, "resources[].ARN", 1, false, false },
    { "resources", "", EXACT, "resources", 0, true, false },
    { "requestParameters", "", BELOW, "requestParameters", 0, false, false },
    { "requestParameters", "x", BELOW, "requestParameters", 0, false, false },
    { "", "eventname", UNKNOWN, "", 0, false, false },
    { "", "accessKeyId", UNKNOWN, "", 0, false, false },
    { "", "userIdentity.name", UNKNOWN, "userIdentity", 1, false, false },
    { "", "userIdentity.sessionContext.x.y", UNKNOWN,
      "userIdentity.sessionContext", 2, false, false },
    { "", "resources[0].arn", UNKNOWN, "resources", 2, false, false },
    { "", "resources[].arn", UNKNOWN, "resources", 2, false, true },
    { "resources", "arn", UNKNOWN, "resources", 0, false, false },
    { "", "eventName.x", SCALAR, "eventName", 1, false, false },
    { "", "sourceIPAddress.ip", SCALAR, "sourceIPAddress", 1, false, false },
    { "", "eventName[0]", NO_ARRAY, "eventName", 1, false, false },
    { "", "userIdentity[].arn", NO_ARRAY, "userIdentity", 1, false, false },
    { "", "resources[0][0]", NO_ARRAY, "resources", 2, false, false },
    { "resources", "[0]", NO_ARRAY, "resources", 0, false, false },
    { "", "[0]", NO_ARRAY, "", 0, false, false },
    { "", "resources.ARN", NO_ELEMENT, "resources", 1, false, false },
};

static const struct {
    const char *parent, *wrong, *want; /* "": none */
} suggestions[] = {
    { "", "accessKeyId", "userIdentity.accessKeyId" },
    { "", "eventname", "eventName" },
    { "", "eventNmae", "eventName" },
    { "", "sourceIpAddress", "sourceIPAddress" },
    { "", "sourceipaddress", "sourceIPAddress" },
    { "", "useridentity", "userIdentity" },
    { "", "userAgnet", "userAgent" },
    { "", "eventId", "eventID" },
    { "", "sharedEventId", "sharedEventID" },
    { "", "arn", "userIdentity.arn" },
    { "", "ARN", "resources[].ARN" },
    { "", "mfaAuthenticated",
      "userIdentity.sessionContext.attributes.mfaAuthenticated" },
    { "", "inScopeOf", "userIdentity.inScopeOf" },
    { "userIdentity", "accesKeyID", "userIdentity.accessKeyId" },
    { "userIdentity", "sessionIssuer",
      "userIdentity.sessionContext.sessionIssuer" },
    { "userIdentity.sessionContext.sessionIssuer", "username",
      "userIdentity.sessionContext.sessionIssuer.userName" },
    { "userIdentity.inScopeOf", "issuer_type",
      "userIdentity.inScopeOf.issuerType" },
    { "resources", "arn", "resources[].ARN" },
    { "resources", "accountID", "resources[].accountId" },
    { "", "zzzzzzzzz", "" },
    { "", "", "" },
    { "eventName", "x", "" },
};

static int row_of(const char *path)
{
    return as_schema_find(as_text_of(path));
}

static const char *path_of(int row)
{
    return row == AS_SCHEMA_NONE ? "" : as_schema_field((size_t)row)->path;
}

static void test_paths(void)
{
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct as_schema_step steps[MOST_STEPS];
        size_t count = split(paths[i].path, steps);
        struct as_schema_hit hit = as_schema_resolve(row_of(paths[i].base),
                                                     steps, count);

        if (!tap_ok(hit.status == paths[i].status && hit.at == paths[i].at &&
                        hit.element == paths[i].element &&
                        hit.each == paths[i].each &&
                        strcmp(path_of(hit.row), paths[i].row) == 0,
                    paths[i].path))
            printf("#  got: status %d at %zu in \"%s\"%s%s\n", (int)hit.status,
                   hit.at, path_of(hit.row), hit.element ? " element" : "",
                   hit.each ? " each" : "");
    }
}

static void test_suggestions(void)
{
    for (size_t i = 0; i < sizeof(suggestions) / sizeof(suggestions[0]); i++) {
        int row = as_schema_suggest(row_of(suggestions[i].parent),
                                    as_text_of(suggestions[i].wrong));

        if (!tap_ok(strcmp(path_of(row), suggestions[i].want) == 0,
                    suggestions[i].wrong))
            printf("#  got: %s\n# want: %s\n", path_of(row),
                   suggestions[i].want);
    }
}

/* The parent's path, which may be empty, into `out`. */
static void parent_path(const char *path, char out[128])
{
    const char *dot = strrchr(path, '.');
    size_t length = dot ? (size_t)(dot - path) : 0;

    if (length >= 2 && path[length - 1] == ']')
        length -= 2;
    memcpy(out, path, length);
    out[length] = '\0';
}

/* Every member has a parent above it that can have members. */
static void test_parents(void)
{
    for (size_t n = 0; n < as_schema_count(); n++) {
        const char *path = as_schema_field(n)->path;
        bool in_array = strstr(path, "[].") != NULL;
        char parent[128];
        int row;

        parent_path(path, parent);
        row = row_of(parent);
        if (!*parent)
            tap_ok(as_schema_is_top(as_text_of(path)), path);
        else
            tap_ok(
                row >= 0 && (size_t)row < n &&
                    as_schema_field((size_t)row)->type ==
                        ((int)AS_KIND_OBJECT | (in_array ? AS_TYPE_LIST : 0)),
                path);
    }
}

/* Athena folds case and has otherwise the same names. */
static bool is_athena_name(const char *path, const char *athena)
{
    if (!*athena)
        return true;
    for (; *path && *athena; path++, athena++) {
        if (tolower((unsigned char)*path) != *athena)
            return false;
    }
    return !*path && !*athena;
}

static void test_columns(void)
{
    for (size_t n = 0; n < as_schema_count(); n++) {
        const struct as_field *field = as_schema_field(n);
        struct as_text path = as_text_of(field->path);
        struct as_text ecs = as_text_of(field->ecs);

        tap_int(as_schema_find(path), (long)n, field->path);
        tap_ok(is_athena_name(field->path, field->athena), "  Athena's name");
        tap_ok(ecs.length == 0 || as_schema_find_ecs(ecs) == (int)n,
               "  no other field has its name in Elastic's schema");
        tap_ok(field->help[0] && !strchr(field->help, '"'), "  has help");
        tap_ok(!field->values || as_type_kind(field->type) == AS_KIND_TEXT,
               "  only texts have a list of values");
    }
    tap_int(as_schema_find_ecs(AS_TEXT("")), AS_SCHEMA_NONE,
            "an empty name is no field's");
}

/* A few rows as they must be: what rules and lints lean on. */
static const struct {
    const char *path;
    as_type type;
    bool optional;
    enum as_origin origin;
    const char *ecs;
} rows[] = {
    { "eventTime", AS_KIND_TIME, false, AS_ORIGIN_AWS, "@timestamp" },
    { "sourceIPAddress", AS_KIND_SOURCE, false, AS_ORIGIN_AWS,
      "source.address" },
    { "userAgent", AS_KIND_TEXT, true, AS_ORIGIN_CALLER,
      "user_agent.original" },
    { "requestParameters", AS_KIND_JSON, true, AS_ORIGIN_CALLER,
      "aws.cloudtrail.flattened.request_parameters" },
    { "readOnly", AS_KIND_BOOL, true, AS_ORIGIN_AWS,
      "aws.cloudtrail.read_only" },
    { "userIdentity.accessKeyId", AS_KIND_TEXT, true, AS_ORIGIN_AWS,
      "aws.cloudtrail.user_identity.access_key_id" },
    { "userIdentity.arn", AS_KIND_TEXT, true, AS_ORIGIN_AWS,
      "aws.cloudtrail.user_identity.arn" },
    { "userIdentity.sessionContext.sessionIssuer.userName", AS_KIND_TEXT, true,
      AS_ORIGIN_ACCOUNT, "" },
    { "userIdentity.sessionContext.attributes.mfaAuthenticated", AS_KIND_TEXT,
      true, AS_ORIGIN_AWS,
      "aws.cloudtrail.user_identity.session_context.mfa_authenticated" },
    { "sharedEventID", AS_KIND_TEXT, true, AS_ORIGIN_AWS, "" },
};

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int row = row_of(rows[i].path);
        const struct as_field *field = row < 0 ? NULL
                                               : as_schema_field((size_t)row);

        tap_ok(field && field->type == rows[i].type &&
                   field->optional == rows[i].optional &&
                   field->origin == rows[i].origin &&
                   strcmp(field->ecs, rows[i].ecs) == 0,
               rows[i].path);
    }
}

static void test_names(void)
{
    int type = row_of("userIdentity.type");
    int name = row_of("eventName");

    tap_ok(as_schema_is_top(AS_TEXT("eventName")), "eventName is at the top");
    tap_ok(as_schema_is_top(AS_TEXT("resources")), "resources too");
    tap_ok(!as_schema_is_top(AS_TEXT("accessKeyId")), "accessKeyId is not");
    tap_ok(!as_schema_is_top(AS_TEXT("userIdentity.arn")), "nor is a path");
    tap_ok(!as_schema_is_top(AS_TEXT("")), "nor an empty name");
    tap_ok(as_schema_has_value(type, AS_TEXT("AssumedRole")), "a known value");
    tap_ok(!as_schema_has_value(type, AS_TEXT("Assumedrole")), "a wrong one");
    tap_ok(as_schema_has_value(name, AS_TEXT("x")), "where none are listed");
    tap_ok(strcmp(as_origin_word(AS_ORIGIN_CALLER), "caller") == 0,
           "an origin's word");
}

int main(void)
{
    test_rows();
    test_columns();
    test_parents();
    test_names();
    test_paths();
    test_suggestions();
    return tap_done();
}
