/*
 * words.c - dictionaries for libFuzzer, made from the tables: the words of the
 * language, and the names that stand in logs.
 *
 *     words rules | words events | words yaml
 */

#include <stdio.h>
#include <string.h>

#define NO_VALUES
#define VALUES(...)

/* Keywords and signs that stand in no table: those of compiler/lexer.re. */
static const char *const keywords[] = {
    "import ",
    "as ",
    "param ",
    "list ",
    "macro ",
    "baseline ",
    "rule ",
    "meta ",
    "from ",
    "cloudtrail",
    "each ",
    "let ",
    "where ",
    "key ",
    "collect ",
    "scope ",
    "as_of ",
    "plus ",
    "whole",
    "retain ",
    "idle",
    "forever",
    "join ",
    "on ",
    "within ",
    "after ",
    "require ",
    "group by ",
    "timespan ",
    "sliding",
    "tumbling",
    "session ",
    "having ",
    "exclude ",
    "when ",
    "reason ",
    "owner ",
    "expires ",
    "outcome ",
    "suppress by ",
    "for ",
    "if ",
    " then ",
    " else ",
    " and ",
    " or ",
    "not ",
    " in ",
    " is ",
    "any ",
    "all ",
    "none ",
    "true",
    "false",
    "missing",
    " contains ",
    " startswith ",
    " endswith ",
    " like ",
    " matches ",
    "private",
    "regex",
    "/a/i",
    "10.0.0.0/8",
    "2001:db8::/32",
    "5m",
    "12h",
    "2026-05-01T10:00:00Z",
    "==",
    "!=",
    "<=",
    ">=",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ":",
    "\"",
    "\\u{41}",
    "\\n",
    "#",
    "each r in resources",
    "id = \"1\"",
    "severity = high",
    "title = \"t\"",
};

static const char *const tables[] = {
#define AS_KIND(name, word, text) word,
#include "program/kinds.def"
#undef AS_KIND
#define AS_AGG(name, word, argument, text) word "(",
#include "program/aggregates.def"
#undef AS_AGG
#define AS_BUILTIN(name, word, argument, result, op, text) word "(",
#include "program/builtin.def"
#undef AS_BUILTIN
};

static const char *const fields[] = {
#define AS_FIELD(path, ...) path,
#include "program/schema.def"
#undef AS_FIELD
};

static const char *const carriers[] = {
#define AS_CARRIER(mark, kind, with, equals, action, reason, text)             \
    mark, with, equals,
#include "runtime/carriers.def"
#undef AS_CARRIER
};

static const char *const values[] = {
    "{\"Records\":[",
    "{\"eventTime\":\"2026-05-01T10:00:00Z\"",
    "\"eventName\":\"Use\"",
    "\"eventName\":\"Home\"",
    "\"eventID\":\"id00\"",
    "\"awsRegion\":\"r1\"",
    "\"sourceIPAddress\":\"192.0.2.1\"",
    "\"sourceIPAddress\":\"AWS Internal/3\"",
    "\"userAgent\":\"quiet\"",
    "\"userIdentity\":{\"accessKeyId\":\"k0\",\"arn\":\"a0\"}",
    "AwsCloudTrailInsight",
    "CONTROL_MESSAGE",
    "null",
    "true",
    "1e5",
    "-0",
    "\\u0041",
    "\\ud83d\\ude00",
    "\\u0000",
    "\\\"",
    "]}",
    "\"}",
    "\n",
    "\n{",
    "\xC3\xA9",
    "\xEF\xBB\xBF",
    "},{",
    "\x1F\x8B",
};

/* Keys of pack.yaml and of test files, and values that mean something. */
static const char *const yaml[] = {
    "name: ",      "version: ",   "license: ",  "language: 1",
    "title: ",     "dedupe: ",    "eventID",    "sharedEventID",
    "params:",     "lists:",      "lint:",      "targets: ",
    "bytecode",    "athena",      "error",      "warning",
    "ignore",      "L0702: ",     "rule: r",    "rule: g",
    "cases:",      "- name: ",    "events: ",   "since: ",
    "until: ",     "expect: ",    "alerts: ",   "where: ",
    "not: ",       "homes: ",     "names: ",    "names+: ",
    "least: ",     "wait: 5m",    "[",          "]",
    "{",           "}",           ", ",         "|\n  ",
    ">-\n  ",      "---\n",       "&a ",        "*a",
    "!!str ",      "~",           "null",       "\"",
    "'",           "\n  - ",      "\n    ",     "# ",
    "%YAML 1.1\n", "? ",          ": ",         "<<: ",
    "2026-05-01",  "outcome.a: ", "severity: ", "time: ",
    "turned_by: ",
};

static void put(const char *word)
{
    putchar('"');
    for (; *word; word++) {
        unsigned char c = (unsigned char)*word;

        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20 || c > 0x7E)
            printf("\\x%02X", c);
        else
            putchar(c);
    }
    puts("\"");
}

static void put_all(const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i][0] != '\0')
            put(words[i]);
    }
}

/* "a.b[].c" is three names in a log. */
static void put_names(const char *path)
{
    while (*path) {
        size_t length = strcspn(path, ".[");

        if (length > 0)
            printf("\"\\\"%.*s\\\":\"\n", (int)length, path);
        path += length;
        path += strspn(path, ".[]");
    }
}

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "rules") == 0) {
        put_all(keywords, COUNT(keywords));
        put_all(tables, COUNT(tables));
        put_all(fields, COUNT(fields));
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "events") == 0) {
        put_all(carriers, COUNT(carriers));
        put_all(values, COUNT(values));
        for (size_t i = 0; i < COUNT(fields); i++)
            put_names(fields[i]);
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "yaml") == 0) {
        put_all(yaml, COUNT(yaml));
        return 0;
    }
    fputs("usage: words rules | words events | words yaml\n", stderr);
    return 3;
}
