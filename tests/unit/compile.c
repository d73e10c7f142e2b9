/*
 * compile.c - rule text that compiles, rule text that does not, and what is
 * said about it.
 *
 * A row of `mistakes` is one text and the codes that are given out, with
 * their places, as "E0204@3:22"; "" where it compiles without a word.  One
 * mistake gives one message: what comes of it is not reported.  Everything
 * that compiles is loaded as a stranger's pack would be, so the verifier has
 * looked at every program; and is compiled twice, since the bytes must depend
 * on the text alone.  At the end valid rules are broken in thousands of ways:
 * whatever comes out, nothing may crash, leak or be refused by the loader.
 */

#include "astray.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/limits.h"
#include "compiler/compile.h"
#include "tap.h"

/* ---- compiling -------------------------------------------------------- */

static void note(const struct astray_diagnostic *diagnostic, void *user)
{
    struct as_buf *said = user;

    if (said->length > 0)
        as_buf_putc(said, ' ');
    as_buf_puts(said, diagnostic->code);
    if (diagnostic->label_count > 0)
        as_buf_printf(said, "@%u:%u", diagnostic->labels[0].line,
                      diagnostic->labels[0].column);
}

static enum astray_status compile(const char *text, size_t length,
                                  struct as_buf *said,
                                  struct astray_rules **rules)
{
    struct astray_compiler *compiler = astray_compiler_new();
    enum astray_status status = ASTRAY_NO_MEMORY;

    if (!compiler)
        return status;
    if (said)
        astray_compiler_on_diagnostic(compiler, note, said);
    status = astray_compiler_add_text(compiler, "t.astray", text, length);
    if (status == ASTRAY_OK)
        status = astray_compiler_build(compiler, rules);
    astray_compiler_free(compiler);
    return status;
}

/* ---- texts ------------------------------------------------------------ */

struct row {
    const char *name, *text, *said;
};

/* The body of a rule begins on line 3. */
#define RULE     "rule r {\n  from cloudtrail\n"
#define WHERE(c) RULE "  where " c "\n}\n"
#define LET(e)   RULE "  let x = " e "\n  where x is present\n}\n"
#define BASE                                                                   \
    "baseline b { from cloudtrail key k = userIdentity.arn, r = awsRegion "    \
    "collect s = set(sourceIPAddress), n = count(), t = min(eventTime), "      \
    "f = first(userAgent) retain 1h }\n"
/* The body of a join begins on line 6, that of a group on line 4. */
#define JOIN                                                                   \
    BASE RULE "  join b as w\n    on w.k == userIdentity.arn and "             \
              "w.r == awsRegion\n"
#define SEQUENCE RULE "  sequence by a = userIdentity.arn maxspan 1h "
#define STEP4    "[where readOnly][where readOnly][where readOnly][where readOnly]"
#define GROUP    RULE "  group by u = userIdentity.arn timespan 1h\n"

static const struct row good[] = {
    { "a rule without a condition", RULE "}\n", "" },
    { "comparisons of every type",
      WHERE("eventName == \"a\" and eventTime > 2026-01-01 and readOnly "
            "and sourceIPAddress == 10.0.0.1 and len(userAgent) <= 5"),
      "" },
    { "json takes the type beside it",
      WHERE("requestParameters.a == 1 and requestParameters.b == 1.5 and "
            "requestParameters.c == \"x\" and requestParameters.d == true and "
            "requestParameters.e > 2026-01-01 and "
            "requestParameters.f == 10.0.0.1 and requestParameters.g and "
            "requestParameters.h == sourceIPAddress and "
            "requestParameters.i == responseElements.j"),
      "" },
    { "`in` looks into everything",
      "list l : cidr = [10.0.0.0/8]\nlist n : int = [1]\n" BASE WHERE(
          "sourceIPAddress in l and ip(sourceIPAddress) in 10.0.0.0/8 and "
          "requestParameters.a in n and requestParameters.b in l and "
          "eventName in [\"a\", eventSource] and userIdentity.arn in b.k and "
          "sourceIPAddress not in b.s and sourceIPAddress in [\"AWS "
          "Internal\", 10.0.0.1] and ip(sourceIPAddress) in [\"10.0.0.1\"]"),
      "" },
    { "texts are looked into",
      "list l : text = [\"1\"]\nlist p : regex = [\"^a\"]\n" WHERE(
          "userAgent contains \"1\" and userAgent startswith l and "
          "sourceIPAddress endswith \"b\" and userAgent like [\"1*\", \"?\"] "
          "and userAgent matches /a/i and userAgent matches p and userAgent "
          "matches [/a/, \"b\"] and userAgent not contains eventName and "
          "userAgent contains [eventName, \"x\"]"),
      "L0704@5:211" },
    { "what `is` knows",
      WHERE("sourceIPAddress is private and sourceIPAddress is ipv4 and "
            "requestParameters.a is service and userIdentity is present and "
            "errorCode is not missing and (readOnly is false) is not true "
            "and ip(sourceIPAddress) is ipv6"),
      "" },
    { "sums",
      WHERE("eventTime - 1h + 2h > 2026-01-01 and eventTime - "
            "eventTime < 1h and 1 + 1.5 > 2 and \"a\" + awsRegion + "
            "requestParameters.x == sourceIPAddress"),
      "" },
    { "if and ??",
      WHERE("(if readOnly then eventName else requestParameters.x) == \"a\" "
            "and (errorCode ?? \"\") == \"\" and (len(userAgent) ?? 0.5) > 1"),
      "" },
    { "paths over []",
      WHERE("resources[].ARN == \"a\" and requestParameters.x[].y[].z != 1 and "
            "lower(resources[].type) in [\"a\"] and "
            "requestParameters.a[].b is missing"),
      "L0704@3:36" },
    { "quantifiers",
      BASE WHERE("any r in resources: (r.type == \"a\" and all t in "
                 "requestParameters.x: (t.y > 1)) and none w in b: (w.k == "
                 "userIdentity.arn and w.n > 1) and none w in b: (\"x\" == "
                 "w.r)"),
      "" },
    { "json inside a text",
      LET("json(requestParameters.p).Statement[0].Effect"), "" },
    { "macros",
      "macro m(a: text, n: int) = len(a) > n\nmacro k = m(awsRegion, "
      "1 + 1)\n" WHERE("k and m(requestParameters.x, 3)"),
      "" },
    { "one element at a time",
      "rule r {\n  from cloudtrail each i in resources\n  where i.type == "
      "\"a\" and i.ARN is present\n  outcome { a = i.ARN }\n}\n",
      "" },
    { "a join",
      JOIN "  require sourceIPAddress not in w.s and w.n > 1\n"
           "  outcome { a = w.s  b = set(w.s) }\n}\n",
      "" },
    { "a join on part of the key, gathered",
      BASE RULE "  join b as w on w.k == userIdentity.arn within 1h after w.t\n"
                "  require w.n > 1\n  exclude e when count() > 2\n"
                "  outcome { a = set(w.s)  m = max(w.n)  c = "
                "count_distinct(w.s) }\n}\n",
      "" },
    { "a group",
      GROUP "  having count(where readOnly) > 1 and u != \"x\" and \"a\" in "
            "set(eventName)\n  exclude e when readOnly\n  outcome { a = u b = "
            "last(userAgent) }\n  suppress by u for 1h\n}\n",
      "" },
    { "a key of the group inside an aggregate",
      GROUP "  having count(where u startswith \"a\") > 1\n}\n", "" },
    { "amounts from params",
      "param d : duration = 1h\n" RULE "  group by u = userIdentity.arn "
      "timespan d session 10m\n  having count() > 1\n}\n",
      "" },
    { "baselines in the wrong order",
      "baseline a { from cloudtrail where userIdentity.arn in z.k key k = "
      "eventName retain 1h }\nbaseline z { from cloudtrail key k = eventName "
      "scope whole }\n",
      "" },
    { "a name from elsewhere may be a key",
      "list known : text = []\n" RULE "  let home = eventName in known\n"
      "  group by region = awsRegion timespan whole\n  having any(home)\n}\n",
      "" },
};

static const struct row names[] = {
    { "a field that is misspelt", WHERE("userIdentity.accesKeyId == \"a\""),
      "E0204@3:22" },
    { "a field at the top", WHERE("sourceIpAddress is ip"), "E0204@3:9" },
    { "a name of Elastic's", WHERE("user_agent.original == \"a\""),
      "E0204@3:9" },
    { "a name like a let",
      RULE "  let home = readOnly\n  where hone or home\n}\n", "E0201@4:9" },
    { "nothing like it", WHERE("xyzzy"), "E0201@3:9" },
    { "an alias of nothing", WHERE("xyzzy.x == \"a\""), "E0221@3:9" },
    { "a field inside a text", WHERE("eventName.x == \"a\""), "E0323@3:19" },
    { "an array without []", WHERE("resources.ARN == \"a\""), "E0323@3:19" },
    { "an element of no array", WHERE("eventName[0] == \"a\""), "E0323@3:18" },
    { "a list", WHERE("eventName in knwn"), "E0205@3:22" },
    { "a baseline", WHERE("eventName in knwn.k"), "E0206@3:22" },
    { "a baseline that is joined",
      RULE
      "  join knwn as w on w.a == eventName\n  require w.x not in w.y\n}\n",
      "E0206@3:8" },
    { "a column", BASE WHERE("eventName in b.kk"), "E0207@4:24" },
    { "a column of a row", JOIN "  require w.nn > 1\n}\n", "E0207@6:13" },
    { "a function", WHERE("lowr(eventName) == \"a\""), "E0208@3:9" },
    { "a param in a clause",
      GROUP "  having count() > 1\n  suppress by u for spam\n}\n",
      "E0213@5:21" },
    { "a param of another type",
      "param p : int = 1\n" GROUP "  having count() > 1\n  suppress by u for "
      "p\n}\n",
      "E0319@6:21" },
    { "no param at all",
      "list p : int = []\n" GROUP "  having count() > 1\n  suppress by u for "
      "p\n}\n",
      "E0319@6:21" },
    { "twice in a file", "param p : int = 1\nlist p : int = []\n",
      "E0202@2:6" },
    { "twice in a rule",
      RULE "  let a = eventName\n  let a = awsRegion\n  where a == \"x\"\n}\n",
      "E0202@4:7" },
    { "twice a rule", RULE "}\n" RULE "}\n", "E0202@4:6" },
    { "twice an exclusion",
      RULE "  exclude e when readOnly\n  exclude e when readOnly\n}\n",
      "E0202@4:11" },
    { "twice an outcome", RULE "  outcome { a = 1 a = 2 }\n}\n", "E0202@3:19" },
    { "twice a column",
      "baseline b {\n  from cloudtrail\n  key a = eventName, a = awsRegion\n"
      "  collect a = count()\n  retain 1h\n}\n",
      "E0202@3:22 E0202@4:11" },
    { "a let that hides a field",
      RULE "  let userAgent = eventName\n  where "
           "readOnly\n}\n",
      "E0203@3:7" },
    { "a list that hides a field", "list resources : text = []\n",
      "E0203@1:6" },
    { "a macro that hides a function",
      "macro lower(a: text) = a == \"x\"\n" WHERE("lower(eventName) == \"a\""),
      "E0225@1:7" },
    { "a macro in a circle", "macro a = b\nmacro b = not c\nmacro c = a\n",
      "E0211@1:7" },
    { "a macro that is its own argument",
      "macro a(x: text) = a(x)\n" WHERE("a(eventName)"), "E0211@1:7" },
    { "a circle of baselines",
      "baseline a { from cloudtrail where eventName in b.k key k = eventName "
      "retain 1h }\nbaseline b { from cloudtrail where eventName in a.k key k "
      "= eventName retain 1h }\n",
      "E0212@1:10" },
    { "a let below",
      RULE "  let a = z\n  let z = readOnly\n  where a or z\n}\n",
      "E0217@3:11" },
    { "a let of itself", RULE "  let a = a\n  where a\n}\n", "E0217@3:11" },
    { "a row before its join",
      BASE RULE "  where sourceIPAddress not in w.s\n  join b as w on w.k == "
                "userIdentity.arn and w.r == awsRegion\n}\n",
      "E0408@4:32" },
    { "a key of the group in `where`",
      RULE "  where u == \"a\"\n  group by u = userIdentity.arn timespan 1h\n"
           "  having count() > 1\n}\n",
      "E0408@3:9" },
    { "a list where a value is wanted",
      "list l : text = []\n" WHERE("l == eventName"), "E0215@4:9" },
    { "a baseline where a value is wanted", BASE WHERE("b is present"),
      "E0215@4:9" },
    { "a row without its column", JOIN "  require w is present\n}\n",
      "E0215@6:11" },
    { "a macro without arguments", "macro m(a: text) = a == \"x\"\n" WHERE("m"),
      "E0215@4:9" },
    { "arguments for what takes none", "macro m = readOnly\n" WHERE("m()"),
      "E0324@4:9" },
    { "a field that is called", WHERE("eventName()"), "E0324@3:9" },
    { "a type", "param p : txt = \"a\"\n", "E0218@1:11" },
    { "a list of lists", "list l : list<text> = []\n", "E0218@1:10" },
    { "a param that no program can have", "param p : cidr = 10.0.0.0/8\n",
      "E0218@1:11" },
    { "a log", "rule r {\n  from cloudtrial\n}\n", "E0219@2:8" },
    { "a word behind `is`", WHERE("sourceIPAddress is privat"), "E0220@3:28" },
    { "a name in meta",
      "rule r {\n  meta { titel = \"a\" }\n  from "
      "cloudtrail\n}\n",
      "E0214@2:10" },
    { "values in meta",
      "rule r {\n  meta { version = 0\n severity = urgent\n status = \"x\"\n "
      "attack = \"T1\"\n title = 1\n tags = [1]\n id = \"a\" id = \"b\" }\n"
      "  from cloudtrail\n}\n",
      "E0222@2:20 E0222@3:13 E0222@4:11 E0222@5:11 E0222@6:10 E0222@7:10 "
      "E0202@8:11" },
    { "one id for two rules",
      "rule a { meta { id = \"x\" } from cloudtrail }\nrule b { meta { id = "
      "\"x\" } from cloudtrail }\n",
      "E0224@2:22" },
    { "an import that is not there",
      "import \"no_such_file\"\n" WHERE("by_who"), "E0209@1:8" },
    { "a let that nothing uses", RULE "  let a = readOnly\n}\n", "L0703@3:7" },
};

static const struct row types[] = {
    { "a text and a time", WHERE("eventTime > \"2026-01-01\""), "E0301@3:19" },
    { "a time and a duration", WHERE("eventTime > 12h"), "E0301@3:19" },
    { "a text and a number", WHERE("userIdentity.accountId == 1"),
      "E0305@3:32" },
    { "a text and an address", WHERE("eventName == 10.0.0.1"), "E0301@3:19" },
    { "an address block", WHERE("ip(sourceIPAddress) == 10.0.0.0/8"),
      "E0306@3:32" },
    { "no condition", WHERE("errorCode"), "E0302@3:9" },
    { "no condition beside `and`", WHERE("readOnly and eventName"),
      "E0302@3:22" },
    { "no condition behind `not`", WHERE("not userIdentity.arn"),
      "E0302@3:13" },
    { "too many arguments", WHERE("lower(eventName, awsRegion) == \"a\""),
      "E0303@3:14" },
    { "too few arguments", WHERE("lower() == \"a\""), "E0303@3:14" },
    { "an argument of the wrong type",
      WHERE("session_name(eventTime) == \"a\""), "E0304@3:22" },
    { "a macro's argument", "macro m(a: int) = a > 1\n" WHERE("m(eventName)"),
      "E0304@4:11" },
    { "a mistake in a macro that is used twice",
      "macro m(a: text) = a > 1\n" WHERE("m(eventName) or m(awsRegion)"),
      "E0305@1:22" },
    { "a list of two types", WHERE("eventName in [\"a\", 1]"), "E0307@3:28" },
    { "a declared list of two types", "list l : cidr = [10.0.0.0/8, \"x\"]\n",
      "E0307@1:30" },
    { "no regular expression", WHERE("userAgent matches /(/"), "E0308@3:27" },
    { "a look-ahead", WHERE("userAgent matches /(?!a)/"), "E0308@3:27" },
    { "bits behind a prefix", WHERE("sourceIPAddress in 10.1.2.3/8"),
      "L0309@3:28" },
    { "bits behind a declared prefix", "list l : cidr = [10.1.2.3/8]\n",
      "L0309@1:18" },
    { "json that nothing types",
      WHERE("requestParameters.a < "
            "requestParameters.b"),
      "E0310@3:29" },
    { "a sum that nothing types",
      WHERE("requestParameters.a + requestParameters.b == 1"), "E0310@3:29" },
    { "sources have no order", WHERE("sourceIPAddress > \"a\""), "E0311@3:25" },
    { "nothing to look into", WHERE("eventName in \"a\""), "E0312@3:22" },
    { "a column that is no set", JOIN "  require userAgent in w.f\n}\n",
      "E0312@6:24" },
    { "a set where one value is wanted",
      JOIN "  require sourceIPAddress == w.s\n}\n", "E0313@6:30" },
    { "a list where one value is wanted", WHERE("eventName == [\"a\"]"),
      "E0313@3:22" },
    { "several values where one is wanted", LET("resources[].ARN"),
      "E0313@3:20" },
    { "an object", WHERE("userIdentity == \"root\""), "E0316@3:9" },
    { "a whole array", WHERE("resources == \"a\""), "E0316@3:9" },
    { "branches", WHERE("(errorCode ?? 0) == \"a\""), "E0317@3:20" },
    { "branches of `if`", LET("if readOnly then 1 else \"a\""), "E0317@3:11" },
    { "a param's value", "param p : int = \"5\"\n", "E0318@1:17" },
    { "a pattern that is not known", WHERE("userAgent matches eventName"),
      "E0320@3:27" },
    { "a filter of no aggregate",
      WHERE("lower(eventName where readOnly) == "
            "\"a\""),
      "E0321@3:31" },
    { "nothing to range over", WHERE("any x in eventName: (x.a == 1)"),
      "E0322@3:18" },
    { "a sum of two types", WHERE("eventTime + 5 > 2026-01-01"), "E0306@3:19" },
    { "two times added", WHERE("eventTime + eventTime > 2026-01-01"),
      "E0306@3:19" },
    { "a time after all times", LET("9999-12-30 + 2d"), "E0314@3:11" },
    { "a time before all times", LET("0001-01-01 - 1s"), "E0314@3:11" },
    { "a sum out of range", LET("9223372036854775807 + 1"), "E0314@3:11" },
    { "looking into an address", WHERE("ip(sourceIPAddress) contains \"1\""),
      "E0306@3:29" },
    { "`is` of a number", WHERE("len(userAgent) is private"), "E0306@3:24" },
    { "a set is always there", JOIN "  require w.s is present\n}\n",
      "E0313@6:11" },
    { "a value that the field does not take",
      WHERE("userIdentity.type == \"assumedRole\""), "L0707@3:30" },
    { "a condition that never changes", WHERE("1 + 1 == 2"), "L0711@3:9" },
    { "a mistake in a let that is used twice",
      RULE "  let a = eventName + 1\n  where a == \"x\" or a == \"y\"\n}\n",
      "E0306@3:21" },
    { "a mistake on each side",
      WHERE("eventNam == \"a\" and userIdentity.tpe == \"b\""),
      "E0204@3:9 E0204@3:42" },
};

static const struct row shapes[] = {
    { "no retain", "baseline b {\n  from cloudtrail\n  key k = eventName\n}\n",
      "E0402@1:10" },
    { "retain of the whole",
      "baseline b { from cloudtrail key k = eventName scope whole\nretain 1h "
      "}\n",
      "E0403@2:8" },
    { "a key that is a constant",
      "baseline b { from cloudtrail\nkey k = \"a\" retain 1h }\n",
      "E0401@2:9" },
    { "a key over []",
      "baseline b { from cloudtrail\nkey k = resources[].ARN retain 1h }\n",
      "E0407@2:18" },
    { "a collected value",
      "baseline b { from cloudtrail key k = eventName\ncollect a = userAgent "
      "retain 1h }\n",
      "E0412@2:13" },
    { "forever",
      "baseline b { from cloudtrail key k = eventName\nretain "
      "forever }\n",
      "L0702@2:8" },
    { "forever idle",
      "baseline b { from cloudtrail key k = eventName\nretain "
      "forever idle }\n",
      "E0414@2:8" },
    { "forever in a window",
      RULE "  group by u = eventName timespan forever\n  having count() > "
           "1\n}\n",
      "E0409@3:35" },
    { "no time at all",
      RULE "  group by u = eventName timespan 0s\n  having count() > 1\n}\n",
      "E0415@3:35" },
    { "a gap longer than the span",
      RULE "  group by u = eventName timespan 10m session 1h\n  having count() "
           "> 1\n}\n",
      "E0415@3:47" },
    { "centuries",
      RULE "  group by u = eventName timespan 9999w\n  having "
           "count() > 1\n}\n",
      "E0314@3:35" },
    { "an aggregate in `where`", WHERE("count() > 10"), "E0405@3:9" },
    { "an aggregate in an aggregate",
      GROUP "  having count(where max(eventTime) > 2026-01-01) > 1\n}\n",
      "E0405@4:22" },
    { "a field outside an aggregate",
      GROUP "  having count() > 1\n  outcome { "
            "a = userAgent }\n}\n",
      "E0404@5:17" },
    { "a let outside an aggregate",
      RULE
      "  let l = userAgent\n  group by u = eventName timespan 1h\n  having "
      "count() > 1 and l == \"a\"\n}\n",
      "E0404@5:26" },
    { "a macro outside an aggregate",
      "macro m = readOnly\n" GROUP "  having count() > 1 and m\n}\n",
      "E0404@5:26" },
    { "`having` that gathers nothing", GROUP "  having u == \"a\"\n}\n",
      "E0413@4:10" },
    { "an order of rows", JOIN "  outcome { a = first(w.f) }\n}\n",
      "E0405@6:17" },
    { "a row where there may be several",
      BASE RULE "  join b as w on w.k == userIdentity.arn\n  outcome { a = w.n "
                "}\n}\n",
      "E0406@5:17" },
    { "no key column equated", BASE RULE "  join b as w on w.n > 1\n}\n",
      "E0410@4:18" },
    { "no key column equated by `any`", BASE WHERE("any w in b: (w.n > 1)"),
      "E0410@4:22" },
    { "after no time",
      BASE RULE "  join b as w on w.k == userIdentity.arn within 1h after "
                "w.n\n}\n",
      "E0411@4:58" },
    { "`not in` on part of the key",
      BASE RULE "  join b as w on w.k == userIdentity.arn\n  require "
                "sourceIPAddress not in w.s\n}\n",
      "L0701@4:3" },
    { "a severity",
      RULE "  outcome { severity = if readOnly then \"high\" else "
           "\"urgent\" }\n}\n",
      "E0416@3:24" },
    { "a severity that is no text", RULE "  outcome { severity = 5 }\n}\n",
      "E0416@3:24" },
    { "each of a text", "rule r {\n  from cloudtrail each i in eventName\n}\n",
      "E0322@2:29" },
    { "each over []",
      "rule r {\n  from cloudtrail each i in requestParameters.a[].b\n}\n",
      "E0417@2:29" },
    { "quantifiers too deep",
      WHERE("requestParameters.a[].b[].c[].d[].e[].f[].g[].h[].i[].j == 1"),
      "E0609@3:60" },
    { "quantifiers as deep as can be",
      WHERE("requestParameters.a[].b[].c[].d[].e[].f[].g[].h[].i == 1"), "" },
    { "new terms", RULE "  new_terms by a = userIdentity.arn history 10d\n}\n",
      "" },
    { "a mistake in new terms",
      RULE "  new_terms by a = userIdentity.arm history 10d\n}\n",
      "E0204@3:33" },
    { "a history of nothing",
      RULE "  new_terms by a = userIdentity.arn history 0s\n}\n",
      "E0415@3:45" },
    { "a history that is a param",
      "param h : duration = 1d\n" RULE
      "  new_terms by a = userIdentity.arn, b = awsRegion history h\n"
      "  exclude x when readOnly reason \"y\"\n"
      "  outcome { agent = userAgent }\n"
      "  suppress by userAgent for 1h\n}\n",
      "" },
    { "a history that is no length of time",
      "param h : int = 1\n" RULE
      "  new_terms by a = userIdentity.arn history h\n}\n",
      "E0319@4:45" },
    { "an aggregate of new terms",
      RULE "  new_terms by a = userIdentity.arn history 1d\n"
           "  outcome { n = count() }\n}\n",
      "E0405@4:17" },
    { "sequence",
      RULE "  sequence by a = userIdentity.arn maxspan 1h [where readOnly] "
           "[where eventNam == \"a\"]\n}\n",
      "E0204@3:71" },
    { "a sequence that begins with an absence",
      SEQUENCE "[not where readOnly] [where readOnly]\n}\n", "E0420@3:47" },
    { "a sequence of absences", SEQUENCE "[not where readOnly]\n}\n",
      "E0421@3:3" },
    { "until an absence",
      SEQUENCE "[where readOnly] until [not where readOnly]\n}\n",
      "E0422@3:70" },
    { "too many steps",
      SEQUENCE STEP4 STEP4 STEP4 STEP4 "\n[not where readOnly]\n}\n",
      "E0423@4:1" },
    { "as many steps as there may be", SEQUENCE STEP4 STEP4 STEP4 STEP4 "\n}\n",
      "" },
    { "each in a sequence",
      "rule r {\n  from cloudtrail each i in resources\n  sequence by a = "
      "userIdentity.arn maxspan 1h [where readOnly]\n  outcome { n = i.ARN "
      "}\n}\n",
      "E0424@3:3" },
    { "an aggregate of a sequence",
      SEQUENCE "[where readOnly]\n  outcome { n = count() }\n}\n",
      "E0405@4:17" },
    { "a step that is no condition", SEQUENCE "[where eventName]\n}\n",
      "E0302@3:54" },
    { "a step that never changes", SEQUENCE "[where 1 == 1]\n}\n",
      "L0711@3:54" },
    { "forever in a sequence",
      RULE "  sequence by a = userIdentity.arn maxspan forever [where "
           "readOnly]\n}\n",
      "E0409@3:44" },
    { "a sequence's key in its steps", SEQUENCE "[where a == \"b\"]\n}\n",
      "E0408@3:54" },
    { "a sequence's key in its outcome",
      SEQUENCE "[where readOnly]\n  outcome { who = a }\n  suppress by a for "
               "1h\n}\n",
      "" },
    { "overlay", "overlay o for pack \"p\" { }\n", "L0814@1:9" },
    { "the rest of the file is checked",
      "overlay o for pack \"p\" { }\n" WHERE("eventNam == \"a\""),
      "L0814@1:9 E0204@4:9" },
    { "a clause that does not parse, and a name in it",
      "macro m = = readOnly\n" WHERE("m"), "E0111@1:11" },
};

static void check_row(const struct row *row)
{
    struct as_buf said = { 0 };
    struct astray_rules *rules = NULL, *again = NULL;
    enum astray_status status = compile(row->text, strlen(row->text), &said,
                                        &rules);
    size_t length = 0, length_again = 0;
    bool errors, same = true;

    as_buf_putc(&said, '\0');
    errors = said.bytes && strchr(said.bytes, 'E') != NULL;
    if (!tap_ok(said.bytes && strcmp(said.bytes, row->said) == 0, row->name))
        printf("#  got: %s\n# want: %s\n", said.bytes ? said.bytes : "",
               row->said);
    if (status != (errors ? ASTRAY_BAD_SOURCE : ASTRAY_OK)) {
        tap_ok(false, row->name);
        printf("# status %d\n", (int)status);
    }
    if (rules &&
        compile(row->text, strlen(row->text), NULL, &again) == ASTRAY_OK) {
        const void *bytes = astray_rules_bytes(rules, &length);
        const void *bytes_again = astray_rules_bytes(again, &length_again);

        same = length == length_again &&
               memcmp(bytes, bytes_again, length) == 0;
    }
    if (!same)
        tap_ok(false, "the same bytes again");
    as_buf_done(&said);
    astray_rules_free(rules);
    astray_rules_free(again);
}

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_row(&rows[i]);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

/* ---- large ------------------------------------------------------------ */

/* `text` with `before` and the number in the place of every @. */
static void put_numbered(struct as_buf *out, const char *text,
                         const char *before, unsigned number)
{
    for (; *text; text++) {
        if (*text == '@')
            as_buf_printf(out, "%s%u", before, number);
        else
            as_buf_putc(out, *text);
    }
}

/* Compile text that is `count` times `part` between two others; @ in it is
 * the number.  want NULL: there are warnings, but rules come of it. */
static void check_many(const char *name, const char *before, const char *part,
                       unsigned count, const char *after, const char *want)
{
    struct as_buf text = { 0 }, said = { 0 };
    struct astray_rules *rules = NULL;

    as_buf_puts(&text, before);
    for (unsigned i = 0; i < count; i++)
        put_numbered(&text, part, "", i);
    as_buf_puts(&text, after);
    if (!text.failed)
        compile(text.bytes, text.length, &said, &rules);
    as_buf_putc(&said, '\0');
    if (!want)
        tap_ok(rules && said.length > 1, name);
    else if (!tap_ok(said.bytes && strcmp(said.bytes, want) == 0, name))
        printf("#  got: %s\n# want: %s\n", said.bytes ? said.bytes : "", want);
    astray_rules_free(rules);
    as_buf_done(&text);
    as_buf_done(&said);
}

/* macro m1 doubles m0, m2 doubles m1 ... */
static void check_doubling(const char *name, const char *body, unsigned count,
                           const char *use, const char *want)
{
    struct as_buf text = { 0 }, said = { 0 };
    struct astray_rules *rules = NULL;

    as_buf_puts(&text, "macro m0(a: text) = lower(a)\n");
    for (unsigned i = 1; i <= count; i++) {
        as_buf_printf(&text, "macro m%u(a: text) = ", i);
        put_numbered(&text, body, "m", i - 1);
        as_buf_putc(&text, '\n');
    }
    as_buf_printf(&text, "macro deepest(a: text) = m%u(a)\n", count);
    as_buf_puts(&text, use);
    if (!text.failed)
        compile(text.bytes, text.length, &said, &rules);
    as_buf_putc(&said, '\0');
    if (!tap_ok(said.bytes && strcmp(said.bytes, want) == 0, name))
        printf("#  got: %s\n# want: %s\n", said.bytes ? said.bytes : "", want);
    astray_rules_free(rules);
    as_buf_done(&text);
    as_buf_done(&said);
}

/* macro m0 needs m1, which stands below it, and so on; each is a long sum. */
static void check_tower(const char *name, unsigned count, unsigned terms,
                        const char *want)
{
    struct as_buf text = { 0 }, said = { 0 };
    struct astray_rules *rules = NULL;

    for (unsigned i = 0; i < count; i++) {
        as_buf_printf(&text, "macro m%u = m%u", i, i + 1);
        for (unsigned n = 0; n < terms; n++)
            as_buf_puts(&text, " + eventName");
        as_buf_putc(&text, '\n');
    }
    as_buf_printf(&text, "macro m%u = awsRegion\n", count);
    as_buf_puts(&text, WHERE("m0 == \"a\""));
    if (!text.failed)
        compile(text.bytes, text.length, &said, &rules);
    as_buf_putc(&said, '\0');
    if (!tap_ok(said.bytes && strcmp(said.bytes, want) == 0, name))
        printf("#  got: %s\n# want: %s\n", said.bytes ? said.bytes : "", want);
    astray_rules_free(rules);
    as_buf_done(&text);
    as_buf_done(&said);
}

static void check_large(void)
{
    check_many("a long chain of `or`", RULE "  where readOnly",
               " or eventName == awsRegion or eventName == eventSource", 900,
               "\n}\n", "");
    check_many("a long sum", RULE "  where 0 < len(userAgent)",
               " + len(eventName)", 1900, "\n}\n", "");
    check_many("more values at once than there are registers, shared",
               RULE "  where readOnly and len(userAgent + ", "eventName + ",
               300, "\"x\") > 1\n}\n", "");
    check_tower("macros that wait for each other", 150, 2, "");
    check_tower("more of them than may", 300, 0, "E0602@200:14");
    check_tower("as deep as an expression may be, with its macros", 2, 1900,
                "");
    check_tower("deeper than that", 3, 1900, "E0602@3:12");
    check_many("too many lets", RULE, "  let a@ = readOnly\n", 1001,
               "  where readOnly\n}\n", "E0614@1003:7");
    check_many("too many values", RULE "  outcome {\n", "    a@ = 1\n", 1001,
               "  }\n}\n", "E0614@1004:5");
    check_many("as many patterns as may be", "list l : regex = [", "\"a@\", ",
               AS_MAX_PATTERNS - 1, "\"b\"]\n" WHERE("eventName matches l"),
               "");
    check_many("one pattern too many", "list l : regex = [\"c\", ", "\"a@\", ",
               AS_MAX_PATTERNS - 1, "\n\"b\"]\n" WHERE("eventName matches l"),
               "E0615@2:1");
    check_many("more warnings than are kept", "",
               "rule r@ { from cloudtrail where ip(sourceIPAddress) in "
               "10.0.0.1/8 }\n",
               3 * AS_MAX_ERRORS, "", NULL);
    check_many("one macro called many times",
               "macro m(a: text) = eventName == a or awsRegion == a or "
               "eventSource == a or userAgent == a\n" RULE "  where m(\"0\")",
               " or m(\"a\")", 1900, "\n}\n", "");
    check_doubling("macros inside macros, too deep", "@(@(a))", 18,
                   "rule r {\n from cloudtrail\n where deepest(eventName) == "
                   "\"a\"\n}\n",
                   "E0603@13:22");
    check_doubling(
        "a macro that doubles is kept once", "@(a) + @(a)", 60,
        "rule r {\n from cloudtrail\n where len(deepest(eventName)) > "
        "1\n}\n",
        "");
    check_doubling("code that branching doubles",
                   "if a == \"x\" then @(a) + \"1\" else @(a) + \"2\"", 17,
                   "rule r {\n from cloudtrail\n where deepest(eventName) == "
                   "\"a\"\n}\n",
                   "E0610@22:8");
}

/* ---- rules with everything in them ------------------------------------- */

static const char *const seeds[] = {
    "param limit : int = 3\nlist nets : cidr = [10.0.0.0/8]\n"
    "macro inside(x: source) = ip(x) in nets\n"
    "baseline homes { from cloudtrail let a = userIdentity.arn where a is "
    "present and inside(sourceIPAddress) key k = a, r = awsRegion collect s = "
    "set(sourceIPAddress where readOnly), t = min(eventTime), n = count() "
    "scope as_of plus 2m retain 13h idle }\n"
    "rule astray { meta { version = 1 severity = high attack = [\"T1\"] } from "
    "cloudtrail let out = not inside(sourceIPAddress) where out and "
    "sourceIPAddress in homes.s join homes as h on h.k == userIdentity.arn and "
    "h.r == awsRegion within 12h after h.t require sourceIPAddress not in h.s "
    "and (h.n > limit or none q in homes: (q.k == h.k and q.n > h.n)) exclude "
    "e when userAgent matches /^aws/i reason \"x\" expires 2027-01-01 outcome "
    "{ severity = if out then \"high\" else \"low\" all_of = set(h.s) } "
    "suppress by eventName for 1h }\n",
    "rule many { from cloudtrail each i in resources let x = "
    "requestParameters.a[].b == 1 where x is true and any p in "
    "json(requestParameters.p).Statement: (p.Effect == \"Allow\" and all a in "
    "p.Action: (a like \"*s3*\")) group by u = userIdentity.arn ?? \"-\", t = "
    "i.type timespan 1h session 10m having count(where i.ARN startswith \"a\") "
    ">= 2 and u not in [\"x\", \"y\"] and max(eventTime) - min(eventTime) > 5m "
    "exclude e when eventName in [\"a\", \"b\"] outcome { v = set(ip("
    "sourceIPAddress)) w = if count() > 3 then \"m\" else u l = "
    "last(userAgent) } suppress by u, t for 30m }\n",
};

/* ---- no memory -------------------------------------------------------- */

/* Whatever allocation fails first, all is given back and said. */
static void check_memory(const char *text)
{
    enum astray_status status = ASTRAY_NO_MEMORY;
    unsigned wrong = 0;

    for (size_t limit = 1000; status == ASTRAY_NO_MEMORY; limit += limit / 16) {
        struct as_buf out = { 0 }, c = { 0 };
        struct as_arena arena;
        struct as_diag diag = { .arena = &arena };
        struct as_loader loader;

        as_arena_init(&arena, limit);
        as_loader_init(&loader, &arena, &diag);
        status = as_loader_add_text(&loader, "t.astray", as_text_of(text));
        if (status == ASTRAY_OK)
            status = as_compile_c(&loader, &out, &c);
        wrong += status != ASTRAY_OK && status != ASTRAY_NO_MEMORY;
        as_buf_done(&out);
        as_buf_done(&c);
        as_loader_done(&loader);
        as_arena_free(&arena);
    }
    tap_int(wrong, 0, "memory that runs out is said to have run out");
    tap_int(status, ASTRAY_OK, "and with enough of it the rules compile");
}

/* ---- broken in thousands of ways -------------------------------------- */

/* Words that fit somewhere, to be put where they may not. */
static const char *const words[] = {
    "and",
    "or",
    "not",
    "in",
    "is",
    "==",
    "!=",
    "<",
    "+",
    "-",
    "??",
    "(",
    ")",
    "[",
    "]",
    "[]",
    ",",
    ".",
    "{",
    "}",
    "\"a\"",
    "1",
    "1.5",
    "1h",
    "10.0.0.1",
    "10.0.0.0/8",
    "/x/",
    "true",
    "eventName",
    "resources",
    "readOnly",
    "eventTime",
    "userIdentity",
    "requestParameters.x",
    "homes",
    "homes.k",
    "h",
    "h.s",
    "nets",
    "limit",
    "u",
    "x",
    "i",
    "count()",
    "set(eventName)",
    "any(readOnly)",
    "len(nets)",
    "inside(sourceIPAddress)",
    "missing",
    "if",
    "then",
    "else",
    "any r in resources:",
    "where",
    "require",
    "having",
    "json(userAgent)",
    "matches",
    "contains",
    "sourceIPAddress",
    "2026-01-01",
    "forever",
    "session_name",
    "inside",
    "first(sourceIPAddress)",
    "h.t",
    "2001:db8::1",
};

enum { WORD_COUNT = sizeof(words) / sizeof(words[0]) };

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) +
             UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* A word ends at a blank or where its kind of character changes. */
static size_t word_end(const char *text, size_t at)
{
    bool letters = strchr(" ()[]{},.", text[at]) == NULL;

    do
        at++;
    while (letters && text[at] && !strchr(" ()[]{},.\n", text[at]));
    return at;
}

/* One or two words replaced, removed, doubled or added. */
static void break_text(struct as_buf *out, const char *text, uint64_t *state)
{
    size_t length = strlen(text), from = 0;
    unsigned changes = 1 + (unsigned)(next_random(state) % 2);

    as_buf_reset(out);
    for (unsigned i = 0; i < changes; i++) {
        size_t at = from + next_random(state) % (length - from), end;

        while (at > from && text[at - 1] != ' ')
            at--;
        end = word_end(text, at);
        as_buf_add(out, text + from, at - from);
        if (next_random(state) % 4 != 0)
            as_buf_printf(out, " %s ", words[next_random(state) % WORD_COUNT]);
        if (next_random(state) % 4 == 0)
            as_buf_add(out, text + at, end - at);
        from = end < length - 1 ? end : length - 1;
    }
    as_buf_add(out, text + from, length - from);
}

static void check_broken(unsigned rounds)
{
    struct as_buf text = { 0 };
    uint64_t state = 20261122;
    unsigned bugs = 0, accepted = 0;

    for (unsigned i = 0; i < rounds; i++) {
        struct astray_rules *rules = NULL;
        enum astray_status status;

        break_text(&text, seeds[i % 2], &state);
        status = compile(text.bytes, text.length, NULL, &rules);
        if (status != ASTRAY_OK && status != ASTRAY_BAD_SOURCE) {
            printf("# status %d: %.*s\n", (int)status, (int)text.length,
                   text.bytes);
            bugs++;
        }
        accepted += status == ASTRAY_OK;
        astray_rules_free(rules);
    }
    tap_int(bugs, 0, "nothing that is accepted is refused by the loader");
    if (!tap_ok(accepted > rounds / 100 && accepted < rounds / 2,
                "some broken rules still compile, most don't"))
        printf("# %u of %u\n", accepted, rounds);
    as_buf_done(&text);
}

int main(void)
{
    const char *rounds = getenv("COMPILE_ROUNDS");

    CHECK_ROWS(good);
    CHECK_ROWS(names);
    CHECK_ROWS(types);
    CHECK_ROWS(shapes);
    check_large();
    check_memory(seeds[0]);
    check_memory(seeds[1]);
    check_broken(rounds ? (unsigned)atoi(rounds) : 5000);
    return tap_done();
}
