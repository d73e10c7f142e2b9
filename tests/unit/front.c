/*
 * front.c - rule text that parses, into what, and rule text that does not,
 * and what is said about it.
 *
 * Each row is one text.  A row of `mistakes` says which codes are given out
 * and where, as "E0113@3:9", in order; "" for none.  A row of `shapes` says
 * how an expression is grouped.  At the end a large valid file is broken in
 * ten thousand ways: whatever comes out, nothing may crash, leak or hang.
 */

#include "compiler/front.h"

#include <stdlib.h>

#include "common/buf.h"
#include "common/limits.h"
#include "tap.h"

/* ---- parsing and what it said ----------------------------------------- */

struct parsed {
    struct as_arena arena;
    struct as_source source;
    struct as_diag diag;
    struct as_file *file;
    struct as_buf said;  /* "E0113@3:9 E0201@4:1" */
    struct as_buf words; /* messages, labels and help, a line each */
};

static void note(const struct astray_diagnostic *diagnostic, void *user)
{
    struct parsed *parsed = user;

    if (parsed->said.length > 0)
        as_buf_putc(&parsed->said, ' ');
    as_buf_puts(&parsed->said, diagnostic->code);
    if (diagnostic->label_count > 0)
        as_buf_printf(&parsed->said, "@%u:%u", diagnostic->labels[0].line,
                      diagnostic->labels[0].column);
    as_buf_printf(&parsed->words, "%s\n", diagnostic->message);
    for (size_t i = 0; i < diagnostic->label_count; i++)
        as_buf_printf(&parsed->words, "%u:%u %s\n", diagnostic->labels[i].line,
                      diagnostic->labels[i].column, diagnostic->labels[i].text);
    as_buf_printf(&parsed->words, "%s\n", diagnostic->help);
}

static void parse(struct parsed *parsed, const char *text, size_t length,
                  size_t limit)
{
    *parsed = (struct parsed){ .source = { .name = "t.astray", .number = 1 } };
    as_arena_init(&parsed->arena, limit);
    parsed->source.text = (struct as_text){
        as_strndup(&parsed->arena, text, length), length
    };
    parsed->diag = (struct as_diag){ .arena = &parsed->arena,
                                     .sources = &parsed->source };
    if (parsed->source.text.bytes)
        parsed->file = as_front_parse(&parsed->source, &parsed->arena,
                                      &parsed->diag);
    as_diag_report(&parsed->diag, note, parsed);
    as_buf_putc(&parsed->said, '\0');
    as_buf_putc(&parsed->words, '\0');
}

static void done(struct parsed *parsed)
{
    as_buf_done(&parsed->said);
    as_buf_done(&parsed->words);
    as_arena_free(&parsed->arena);
}

static void same(const char *got, const char *want, const char *name)
{
    if (!tap_ok(strcmp(got, want) == 0, name))
        printf("#  got: %s\n# want: %s\n", got, want);
}

/* ---- mistakes --------------------------------------------------------- */

#define RULE     "rule r {\n  from cloudtrail\n"
#define BASELINE "baseline b {\n  from cloudtrail\n"

static const struct {
    const char *name, *text, *want;
    const char *words; /* must be among what is said, or NULL */
} mistakes[] = {
    { "an empty file", "", "", NULL },
    { "only a comment, without a newline", "# nothing", "", NULL },
    { "carriage returns before newlines",
      "# a\r\nrule r {\r\n  from cloudtrail\r\n}\r\n", "", NULL },

    /* characters */
    { "bytes that are not UTF-8", "macro m = \"\xff\"", "E0101@1:12", NULL },
    { "an overlong form", "macro m = \"\xc0\xaf\"", "E0101@1:12", NULL },
    { "bidirectional control in a comment", "# \xe2\x80\xae\n", "E0102@1:3",
      "\\u{202e}" },
    { "zero-width space in a text", "macro m = \"a\xe2\x80\x8b\"", "E0102@1:13",
      NULL },
    { "the same outside, said once",
      "macro m = \xe2\x80\x8b"
      "a",
      "E0102@1:11", NULL },
    { "a byte order mark",
      "\xef\xbb\xbf"
      "macro m = a",
      "E0102@1:1", "byte order mark" },
    { "an escape character in a text", "macro m = \"\x1b[0m\"", "E0102@1:12",
      NULL },
    { "a carriage return alone", "macro m = a # b\rc", "E0102@1:16", NULL },
    { "an invisible character by its number", "macro m = \"\\u{202e}\"", "",
      NULL },
    { "a letter that is not ASCII", "macro na\xc3\xafve = a", "E0104@1:9",
      "U+00EF" },
    { "a no-break space",
      "macro m =\xc2\xa0"
      "a",
      "E0104@1:10", "not an ordinary space" },
    { "a character of no use", "macro m = a @ b", "E0104@1:13", NULL },
    { "a slash between values", "macro m = a / b", "E0104@1:13",
      "no division" },

    /* texts */
    { "a text that is not closed", RULE "  where a == \"b\n  and c\n}",
      "E0105@3:14", "begins here" },
    { "a raw text that is not closed", "macro m = 'a", "E0105@1:11", NULL },
    { "all escapes", "macro m = \"\\\" \\\\ \\n \\t \\u{41} \\u{10ffff}\"", "",
      NULL },
    { "an unknown escape", "macro m = \"a\\d\"", "E0106@1:13", "`\\d`" },
    { "two unknown escapes", "macro m = \"\\a\\b\"", "E0106@1:12 E0106@1:14",
      NULL },
    { "a surrogate", "macro m = \"\\u{d800}\"", "E0106@1:12", NULL },
    { "no hexadecimal", "macro m = \"\\u{}\"", "E0106@1:12", NULL },
    { "beyond Unicode", "macro m = \"\\u{110000}\"", "E0106@1:12", NULL },
    { "NUL by its number", "macro m = \"\\u{0}\"", "E0103@1:12", NULL },
    { "typographic quotes",
      "macro m = a == \xe2\x80\x9c"
      "b\xe2\x80\x9d",
      "E0115@1:16", "write \"b\"" },

    /* regular expressions */
    { "a slash between brackets", "macro m = a matches /[^/]+\\/b/i", "",
      NULL },
    { "a regular expression that is not closed", RULE "  where a matches /b\n}",
      "E0107@3:19", NULL },
    { "an unknown flag", "macro m = a matches /b/x", "E0104@1:24", NULL },

    /* numbers, times, addresses */
    { "the largest number", "macro m = 9223372036854775807", "", NULL },
    { "a larger one", "macro m = 9223372036854775808", "E0108@1:11", NULL },
    { "too many digits", "macro m = 1.234567890123456", "E0108@1:11", NULL },
    { "a name that begins with a digit", "macro m = 3rd", "E0108@1:11", NULL },
    { "a point without digits before", "macro m = .5", "E0108@1:11", NULL },
    { "no such month", "macro m = 2026-13-01", "E0109@1:11", NULL },
    { "no such day", "macro m = 2026-02-30T10:00:00Z", "E0109@1:11", NULL },
    { "a time with an offset", "macro m = a < 2026-02-03T10:00:00+02:00", "",
      NULL },
    { "an octet too large", "macro m = 10.0.0.256", "E0110@1:11", NULL },
    { "three octets", "macro m = a in 10.0.0/8", "E0110@1:16", NULL },
    { "a prefix too long", "macro m = a in 10.0.0.0/33", "E0110@1:16", NULL },
    { "two gaps", "macro m = a in 2001:db8::1::2", "E0110@1:16", NULL },
    { "addresses of all forms",
      "list l : cidr = [::, ::1, fe80::, 2001:db8::/32, 1:2:3:4:5:6:7:8, "
      "::ffff:10.0.0.1, 1:2:3:4:5:6:10.0.0.1/96, 10.0.0.1, 10.0.0.0/8]",
      "", NULL },
    { "colons that belong to no address",
      "macro m(a:b, c:d) = any x in y.z: (x.a) and all f in face:(f.b)", "",
      NULL },
    { "two units", "macro m = 1h30m", "E0122@1:11", NULL },
    { "a fraction of an hour", "macro m = 1.5h", "E0122@1:11", NULL },
    { "too long", "macro m = 99999999999999w", "E0122@1:11", NULL },

    /* other languages */
    { "signs of other languages", "macro m = a && b || !c", /**/
      "E0114@1:13 E0114@1:18 E0114@1:21", "write `or`" },
    { "a semicolon", RULE "  where a == 1;\n}", "E0114@3:15", NULL },
    { "three equal signs", "macro m = a === b", "E0114@1:13", NULL },
    { "not equal, as in SQL", "macro m = a <> b", "E0114@1:13", NULL },
    { "a comment of C++", "// no\nmacro m = a", "E0114@1:1", NULL },
    { "a comment of C", "macro m = /* no */ a", "E0114@1:11", NULL },
    { "capital operators", RULE "  where a OR b\n}", "E0119@3:11",
      "did you mean `or`?" },
    { "elif", RULE "  where if a then b elif c then d else e\n}", "E0119@3:21",
      "write `else if`" },
    { "else if", RULE "  where if a then b else if c then d else e\n}", "",
      NULL },

    /* syntax */
    { "one equal sign", RULE "  where a = 1\n}", "E0113@3:11", "write `==`" },
    { "one equal sign, in a let", RULE "  let x = a = 1\n}", "E0113@3:13",
      NULL },
    { "chained comparisons", RULE "  where 1 < a < 2\n}", "E0121@3:15", NULL },
    { "a comparison in brackets", RULE "  where (a == b) == c\n}", "", NULL },
    { "a misspelt declaration", "rul r { from cloudtrail }", "E0119@1:1",
      "did you mean `rule`?" },
    { "a misspelt clause", RULE "  wher a\n}", "E0119@3:3",
      "did you mean `where`?" },
    { "a misspelt comparison", RULE "  where a starts_with \"b\"\n}",
      "E0119@3:11", "did you mean `startswith`?" },
    { "when for where", RULE "  when a\n}", "E0111@3:3", "write `where`" },
    { "where for when", RULE "  exclude x where a\n}", "E0111@3:13",
      "write `when`" },
    { "a clause too late", BASELINE "  key k = a\n  where b\n}", "E0116@4:3",
      "`where` stands before `key`" },
    { "a clause too late, in a rule", RULE "  join a as b on c\n  where d\n}",
      "E0116@4:3", "`where` stands before `join`" },
    { "a clause twice", RULE "  where a\n  where b\n}", "E0118@4:3", "`and`" },
    { "two shapes",
      RULE "  join a as b on c\n  group by k = a timespan 1h having d\n}",
      "E0118@4:3", "one shape" },
    { "a reason twice", RULE "  exclude x when a reason \"b\" reason \"c\"\n}",
      "E0118@3:31", NULL },
    { "no key", BASELINE "  collect c = set(a)\n}", "E0117@3:3",
      "has no `key`" },
    { "no key at all", BASELINE "}", "E0117@3:1", "has no `key`" },
    { "no from", "rule r {\n  where a\n}", "E0117@2:3", "has no `from`" },
    { "no having", RULE "  group by k = a timespan 1h\n}", "E0117@4:1",
      "has no `having`" },
    { "a baseline's clause in a rule", RULE "  key k = a\n}", "E0111@3:3",
      "no clause of a rule" },
    { "a rule's clause in a baseline",
      BASELINE "  key k = a\n  exclude x when b\n}", "E0111@4:3",
      "no clause of a baseline" },
    { "a round bracket that is not closed",
      RULE "  where (a == b\n  exclude x when c\n}", "E0112@3:9",
      "4:3 `)` was expected" },
    { "a square bracket that is not closed", RULE "  where a in [1, 2\n}",
      "E0112@3:14", NULL },
    { "a brace of meta that is not closed",
      "rule r {\n  meta { id = \"x\"\n  from cloudtrail\n}", "E0112@2:8",
      NULL },
    { "a rule that is not closed, before another",
      RULE "  where a\n\nrule s {\n  from cloudtrail\n}", "E0112@1:8",
      "5:1 here the next declaration begins" },
    { "the same, indented",
      "  rule r {\n    from cloudtrail\n    where a\n\n"
      "  rule s {\n    from cloudtrail\n    wher b\n  }",
      "E0112@1:10 E0119@7:5", NULL },
    { "a rule on the line of a brace that is not closed",
      "rule r { from cloudtrail rule s { from cloudtrail }\nmacro m = .5",
      "E0112@1:8 E0108@2:11", NULL },
    { "a rule that is not closed at the end", RULE "  where a\n", "E0112@1:8",
      NULL },
    { "a comma too many", RULE "  where a in [1, 2,]\n}", "E0111@3:19",
      "nothing follows this comma" },
    { "a comma before a clause", BASELINE "  key k = a, collect c = set(b)\n}",
      "E0111@3:14", "remove the comma" },
    { "an operand that is missing", RULE "  where a and\n}", "E0111@4:1",
      "expected an expression, found `}`" },
    { "a reserved word as a name", RULE "  let when = a\n}", "E0120@3:7",
      NULL },
    { "a dash in a name", "rule my-rule {\n  from cloudtrail\n}", "E0111@1:8",
      "cannot have a `-`" },
    { "nothing but a value", "42", "E0111@1:1", "expected a declaration" },
    { "a brace too many", "}", "E0111@1:1", NULL },
    { "what was expected is said in few words", "param p : int 5", "E0111@1:15",
      "expected `=`, found the number `5`" },
    { "an element's number is bounded", "macro m = a[65536]", "E0108@1:12",
      NULL },

    /* more than one */
    { "several mistakes in several declarations",
      "param p : int\n"
      "rule a {\n  from cloudtrail\n  where b = c and d = e\n}\n"
      "list l : cidr = [10.0.0.0/33]\n"
      "baseline b {\n  from cloudtrail\n}\n"
      "rule c { from cloudtrail where d }\n"
      "rule e {\n  from cloudtrail\n  wher f\n}\n",
      "E0111@2:1 E0113@4:11 E0110@6:18 E0117@9:1 E0119@13:3", NULL },
    { "after a mistake nothing is said up to the brace",
      "rule a {\n  from cloudtrail\n  where = \n  outcome { x = = y }\n"
      "  where \"not closed\n}\nrule b { from cloudtrail }\n",
      "E0111@3:9", NULL },

    /* not infix */
    { "not, comments, in", RULE "  where a not # why\n    # so\n    in b\n}",
      "", NULL },
    { "not before nothing", RULE "  where a not b\n}", "E0111@3:11", NULL },
    { "words behind a point are names",
      "macro m = a.where.in.not.if == a.not and b.is.like.rule == 1", "",
      NULL },
};

static void run_mistakes(void)
{
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        struct parsed p;

        parse(&p, mistakes[i].text, strlen(mistakes[i].text), 0);
        same(p.said.bytes, mistakes[i].want, mistakes[i].name);
        if (mistakes[i].words &&
            !tap_ok(strstr(p.words.bytes, mistakes[i].words) != NULL,
                    "  in the right words"))
            printf("# said: %s\n# want: %s\n", p.words.bytes,
                   mistakes[i].words);
        done(&p);
    }
}

static void run_nul(void)
{
    struct parsed p;

    parse(&p, "macro m = \"a\0b\"", 15, 0);
    same(p.said.bytes, "E0103@1:13", "a NUL byte in the file");
    done(&p);
}

/* ---- shapes of expressions -------------------------------------------- */

static void show(struct as_buf *out, const struct as_expr *expr);

static void show_path(struct as_buf *out, const struct as_path *path)
{
    as_buf_text(out, path->head.text);
    for (const struct as_step *s = path->steps; s; s = s->next) {
        switch (s->kind) {
        case AS_STEP_NAME:
            as_buf_putc(out, '.');
            as_buf_text(out, s->name);
            break;
        case AS_STEP_INDEX:
            as_buf_printf(out, "[%u]", s->index);
            break;
        case AS_STEP_EACH:
            as_buf_puts(out, "[]");
            break;
        case AS_STEP_CALL:
            as_buf_putc(out, '(');
            for (const struct as_expr *a = s->args; a; a = a->next) {
                show(out, a);
                as_buf_puts(out, a->next ? "," : "");
            }
            if (s->filter) {
                as_buf_puts(out, s->args ? " where " : "where ");
                show(out, s->filter);
            }
            as_buf_putc(out, ')');
            break;
        }
    }
}

static const char *const signs[] = {
    [AS_EXPR_NOT] = "not",
    [AS_EXPR_AND] = "and",
    [AS_EXPR_OR] = "or",
    [AS_EXPR_EQ] = "==",
    [AS_EXPR_NE] = "!=",
    [AS_EXPR_LT] = "<",
    [AS_EXPR_LE] = "<=",
    [AS_EXPR_GT] = ">",
    [AS_EXPR_GE] = ">=",
    [AS_EXPR_IN] = "in",
    [AS_EXPR_CONTAINS] = "contains",
    [AS_EXPR_STARTSWITH] = "startswith",
    [AS_EXPR_ENDSWITH] = "endswith",
    [AS_EXPR_LIKE] = "like",
    [AS_EXPR_MATCHES] = "matches",
    [AS_EXPR_IS] = "is",
    [AS_EXPR_COALESCE] = "??",
    [AS_EXPR_PLUS] = "+",
    [AS_EXPR_MINUS] = "-",
    [AS_EXPR_IF] = "if",
    [AS_EXPR_QUANT] = "quant",
    [AS_EXPR_BAD] = "bad",
};

static void show_operator(struct as_buf *out, const struct as_expr *expr)
{
    as_buf_printf(out, "(%s%s", expr->negated ? "not-" : "", signs[expr->kind]);
    if (expr->kind == AS_EXPR_QUANT) {
        as_buf_printf(out, "%d ", (int)expr->quant);
        as_buf_text(out, expr->name.text);
        as_buf_putc(out, ' ');
        show_path(out, expr->path);
    }
    if (expr->condition) {
        as_buf_putc(out, ' ');
        show(out, expr->condition);
    }
    if (expr->left) {
        as_buf_putc(out, ' ');
        show(out, expr->left);
    }
    if (expr->right) {
        as_buf_putc(out, ' ');
        show(out, expr->right);
    }
    if (expr->kind == AS_EXPR_IS) {
        as_buf_printf(out, " %d", (int)expr->is);
    }
    as_buf_putc(out, ')');
}

static void show(struct as_buf *out, const struct as_expr *expr)
{
    if (expr->kind == AS_EXPR_PATH) {
        show_path(out, expr->path);
    } else if (expr->kind == AS_EXPR_TEXT || expr->kind == AS_EXPR_REGEX) {
        as_buf_printf(out, expr->fold ? "<%.*s>i" : "<%.*s>",
                      (int)expr->text.length, expr->text.bytes);
    } else if (expr->kind == AS_EXPR_REAL) {
        as_buf_printf(out, "%g", expr->real);
    } else if (expr->kind == AS_EXPR_CIDR) {
        as_cidr_format(out, &expr->cidr);
        as_buf_puts(out, expr->has_slash ? "/" : "");
    } else if (expr->kind == AS_EXPR_LIST) {
        as_buf_putc(out, '[');
        for (const struct as_expr *i = expr->items; i; i = i->next) {
            show(out, i);
            as_buf_puts(out, i->next ? "," : "");
        }
        as_buf_putc(out, ']');
    } else if (expr->kind < AS_EXPR_NOT) {
        as_buf_printf(out, "%lld", (long long)expr->integer);
    } else {
        show_operator(out, expr);
    }
}

static const struct {
    const char *text, *want;
} shapes[] = {
    { "a or b and c", "(or a (and b c))" },
    { "a and b or c", "(or (and a b) c)" },
    { "a or b or c", "(or (or a b) c)" },
    { "not a == b and c", "(and (not (== a b)) c)" },
    { "not a and b", "(and (not a) b)" },
    { "not not a", "(not (not a))" },
    { "a == b + c ?? d", "(== a (?? (+ b c) d))" },
    { "a ?? b ?? c", "(?? (?? a b) c)" },
    { "a - b - c", "(- (- a b) c)" },
    { "a + b - c", "(- (+ a b) c)" },
    { "a -1", "(- a 1)" },
    { "a == -1", "(== a -1)" },
    { "a - -1.5", "(- a -1.5)" },
    { "if a then b else c or d", "(if a b (or c d))" },
    { "if a then b else if c then d else e", "(if a b (if c d e))" },
    { "a in [1, 2]", "(in a [1,2])" },
    { "a not in b", "(not-in a b)" },
    { "a not contains b and c not startswith d",
      "(and (not-contains a b) (not-startswith c d))" },
    { "a not endswith b or c not like d",
      "(or (not-endswith a b) (not-like c d))" },
    { "a not matches /x/i", "(not-matches a <x>i)" },
    { "a endswith b", "(endswith a b)" },
    { "a is missing", "(is a 0)" },
    { "a is not present", "(not-is a 1)" },
    { "a is true or a is false", "(or (is a 2) (is a 3))" },
    { "a is ip or a is ipv4 or a is ipv6",
      "(or (or (is a 4) (is a 5)) (is a 6))" },
    { "a is private or a is service or a is aws_internal",
      "(or (or (is a 7) (is a 8)) (is a 9))" },
    { "a is funny", "(is a 10)" },
    { "(a == b) is not true", "(not-is (== a b) 2)" },
    { "any r in a.b: (r.c == 1)", "(quant0 r a.b (== r.c 1))" },
    { "all r in a: (r) and none s in b: (s)",
      "(and (quant1 r a r) (quant2 s b s))" },
    { "any(a)", "any(a)" },
    { "any(a, b where c)", "any(a,b where c)" },
    { "count() + count(where a)", "(+ count() count(where a))" },
    { "set(a where b) == first(c)", "(== set(a where b) first(c))" },
    { "json(a).b[].c[3].\"d e\"", "json(a).b[].c[3].d e" },
    { "a.b(c)", "a.b(c)" },
    { "key == list and set == version",
      "(and (== key list) (== set version))" },
    { "a == 'x\\n' and b == \"x\\u{e9}\\t\"",
      "(and (== a <x\\n>) (== b <x\xc3\xa9\t>))" },
    { "a matches /b\\/c\\d[/]/", "(matches a <b/c\\d[/]>)" },
    { "1.5 + 90s", "(+ 1.5 90000)" },
    { "2ms + 15m", "(+ 2 900000)" },
    { "1970-01-02 < 1970-01-01T00:00:01Z", "(< 86400000 1000)" },
    { "10.0.0.1", "10.0.0.1/32" },
    { "10.0.0.0/8", "10.0.0.0/8/" },
    { "2001:DB8::/32", "2001:db8::/32/" },
    { "true != false", "(!= 1 0)" },
    { "a <= b or c >= d or e > f", "(or (or (<= a b) (>= c d)) (> e f))" },
    { "((((a))))", "a" },
};

static void run_shapes(void)
{
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        struct as_buf text = { .bytes = NULL }, out = { .bytes = NULL };
        struct parsed p;

        as_buf_printf(&text, "macro m = %s", shapes[i].text);
        parse(&p, text.bytes, text.length, 0);
        if (p.file && p.file->macros && p.diag.error_count == 0)
            show(&out, p.file->macros->body);
        as_buf_putc(&out, '\0');
        same(out.bytes, shapes[i].want, shapes[i].text);
        done(&p);
        as_buf_done(&text);
        as_buf_done(&out);
    }
}

/* ---- a file with every production ------------------------------------- */

static const char whole[] =
    "import \"common\"\n"
    "import \"ecs/homes\" as ecs\n"
    "## How long keys live,\n"
    "##   at most.\n"
    "param key_life : duration = 12h\n"
    "\n"
    "## This stands alone.\n"
    "\n"
    "param floor : real = -0.5 \"least share\"\n"
    "param n : int = -3\n"
    "list none_yet : cidr = []\n"
    "list office : cidr = [10.0.0.0/8, 2001:db8::/32, 198.51.100.7,]\n"
    "list ranges : list<cidr> from \"data/ip-ranges.json\"\n"
    "macro plain = a.type == \"AssumedRole\"\n"
    "macro named(name: text, other: set<ip>) = a == name\n"
    "## One row\n"
    "# (not this line)\n"
    "## for each key.\n"
    "baseline homes {\n"
    "  meta { title = \"x\" }\n"
    "  from cloudtrail\n"
    "  let k = if a == \"\" then \"(none)\" else a\n"
    "  let l = k ?? \"-\"\n"
    "  where a and b\n"
    "  key\n"
    "    ## the key\n"
    "    access_key = k, region = awsRegion\n"
    "  collect places = set(p), since = min(t), n = count(where c)\n"
    "  scope as_of plus 2m\n"
    "  retain 13h idle\n"
    "}\n"
    "baseline whole_log { from cloudtrail key k = a scope whole }\n"
    "baseline as_of_log { from cloudtrail key k = a scope as_of retain forever }\n"
    "baseline short { from cloudtrail key k = a retain key_life }\n"
    "baseline scoped { from cloudtrail key k = a retain ecs.life }\n"
    "rule joined {\n"
    "  meta { id = \"5f1d\" version = 2 severity = high share = 1.5 on = true\n"
    "         since = 2026-01-01 attack = [\"T1\", [\"T2\"],] }\n"
    "  from cloudtrail each i in responseElements.instancesSet.items\n"
    "  let x = i.a\n"
    "  where x\n"
    "  join homes as h on h.access_key == x within 12h after h.since\n"
    "  join ecs.tasks as t on t.k == h.k\n"
    "  require a not in h.places\n"
    "  require b\n"
    "  exclude one when c\n"
    "  exclude two when d reason \"r\" owner \"o\" expires 2027-01-31\n"
    "  outcome { severity = \"high\" list = [1] }\n"
    "  suppress by x, y for 1h\n"
    "}\n"
    "rule plain_rule { from cloudtrail }\n"
    "rule sliding { from cloudtrail group by k = a timespan 1h having b }\n"
    "rule sliding2 { from cloudtrail group by k = a timespan 1h sliding\n"
    "  having b }\n"
    "rule tumbling { from cloudtrail group by k = a timespan key_life tumbling\n"
    "  having count() > 1 }\n"
    "rule session { from cloudtrail group by k = a, l = b timespan 1h\n"
    "  session 10m having b }\n"
    "rule all_of_it { from cloudtrail group by k = a timespan whole having b }\n"
    "rule terms { from cloudtrail new_terms by k = a, l = b history 10d }\n"
    "rule steps { from cloudtrail sequence by k = a maxspan 1h\n"
    "  [where a] [not where b] [where c] until [where d] }\n"
    "rule steps2 { from cloudtrail sequence by k = a maxspan 1h [where a] }\n"
    "overlay acme for pack \"p\" version \"^1.2\" {\n"
    "  set param key_life = 1h\n"
    "  append list office [198.51.100.0/24]\n"
    "  remove list office []\n"
    "  modify rule joined version 3 {\n"
    "    set severity = medium\n"
    "    exclude on_call when a reason \"r\"\n"
    "    disable exclude one reason \"r\"\n"
    "    require a owner \"o\"\n"
    "  }\n"
    "  modify rule plain_rule { }\n"
    "  disable rule terms reason \"r\"\n"
    "  enable rule steps\n"
    "}\n"
    "overlay empty for pack \"p\" { }\n";

static void run_whole(void)
{
    struct parsed p;
    struct as_rule *rule;
    struct as_baseline *baseline;

    parse(&p, whole, sizeof(whole) - 1, 0);
    same(p.said.bytes, "", "a file with every production");
    if (!p.file) {
        done(&p);
        return;
    }
    tap_ok(as_text_equal(p.file->params->help,
                         AS_TEXT("How long keys live,\n  at most.")),
           "## lines document the declaration below");
    tap_ok(as_text_equal(p.file->params->next->help, AS_TEXT("least share")),
           "an empty line parts them from it");
    baseline = p.file->baselines;
    tap_ok(as_text_equal(baseline->doc, AS_TEXT("One row\nfor each key.")),
           "ordinary comments among them are left out");
    tap_ok(as_text_equal(baseline->key->doc, AS_TEXT("the key")),
           "they document a bind too");
    tap_ok(baseline->scope == AS_SCOPE_AS_OF && baseline->idle &&
               baseline->plus.ms == 120000 && baseline->retain.ms == 46800000,
           "scope and retain");
    tap_ok(baseline->next->scope == AS_SCOPE_WHOLE &&
               baseline->next->retain.kind == AS_AMOUNT_NONE,
           "scope whole");
    tap_ok(baseline->next->next->retain.kind == AS_AMOUNT_FOREVER,
           "retain forever");
    tap_ok(baseline->next->next->next->next->retain.scope.text.length == 3,
           "retain by a parameter below an alias");
    rule = p.file->rules;
    tap_ok(rule->shape == AS_SHAPE_JOIN && rule->joins && rule->joins->next &&
               !rule->joins->next->next && rule->requires->next &&
               rule->joins->after &&
               as_text_equal(rule->joins->next->scope.text, AS_TEXT("ecs")),
           "two joins, two conditions");
    tap_ok(rule->excludes->next->audit.expires &&
               as_text_equal(rule->excludes->next->audit.owner, AS_TEXT("o")),
           "an exclusion's audit");
    tap_ok(rule->outcome->next && rule->suppress_by->next &&
               rule->suppress_for.ms == 3600000,
           "outcome and suppress");
    tap_ok(rule->next->shape == AS_SHAPE_PLAIN && !rule->next->where,
           "a rule with nothing but a log");
    tap_int(rule->next->next->window, AS_WINDOW_SLIDING, "a window slides");
    tap_int((long)(rule->span.end - rule->span.start) > 100, 1,
            "a rule's span");
    done(&p);
}

/* ---- limits ----------------------------------------------------------- */

static void repeat(struct as_buf *out, const char *text, unsigned count)
{
    while (count-- > 0)
        as_buf_puts(out, text);
}

static void limit(const char *before, const char *part, unsigned count,
                  const char *middle, const char *behind, const char *want,
                  const char *name)
{
    struct as_buf text = { .bytes = NULL };
    struct parsed p;

    as_buf_puts(&text, before);
    repeat(&text, part, count);
    as_buf_puts(&text, middle);
    repeat(&text, behind, count);
    parse(&p, text.bytes, text.length, 0);
    p.said.bytes[strlen(want) < p.said.length ? strlen(want) : 0] = '\0';
    same(p.said.bytes, want, name);
    done(&p);
    as_buf_done(&text);
}

static void run_limits(void)
{
    struct as_buf text = { .bytes = NULL };
    struct parsed p;

    limit("macro m = ", "(", AS_MAX_NESTING, "a", ")", "",
          "brackets as deep as they may be");
    limit("macro m = ", "(", AS_MAX_NESTING + 1, "a", ")", "E0602@1:211",
          "one bracket more");
    limit("macro m = ", "(", 100000, "a", ")", "E0602@1:211",
          "a hundred thousand of them");
    limit("macro m = ", "f(", 100000, "a", ")", "E0602", "calls");
    limit("list l : cidr = ", "[", 100000, "", "]", "E0602", "lists in lists");
    limit("macro m = ", "not ", 100000, "a", "", "E0602", "not not not");
    limit("macro m = ", "if a then b else ", 10000, "c", "", "E0602",
          "else if");
    limit("macro m = ", "if ", 10000, "c", " then a else b", "E0602",
          "if if if");
    limit("macro m = ", "any x in a: (", 1000, "c", ")", "E0602",
          "quantifiers");
    limit("macro m = a", " or a", AS_MAX_HEIGHT - 1, "", "", "",
          "a chain as long as it may be");
    limit("macro m = a", " or a", AS_MAX_HEIGHT, "", "", "E0603",
          "one term more");
    limit("macro m = a", " or a", 100000, "", "", "E0603@1:10008",
          "a hundred thousand terms, said once");
    limit("macro m = a", " + a", 10000, "", "", "E0603", "a long sum");
    limit("macro m = a", ".b", 100000, "", "", "", "a long path");
    limit("macro m = a in [1", ", 1", 100000, "]", "", "", "a long list");
    limit("macro m = a in ['b'", ", 'b'", 150000, "]", "", "",
          "a long line of texts");
    limit("macro m = a", " /*b*/", 100000, "", "", "E0114",
          "a long line of comments");
    limit("macro m = a matches /", "b", AS_MAX_PATTERN, "/", "", "",
          "a pattern as long as it may be");
    limit("macro m = a matches /", "b", AS_MAX_PATTERN + 1, "/", "",
          "E0607@1:21", "one byte more");
    repeat(&text, "macro m = 1h30m\n", AS_MAX_ERRORS + 20);
    parse(&p, text.bytes, text.length, 0);
    tap_ok(strstr(p.said.bytes, "E0122@100:11") &&
               strstr(p.words.bytes, "20 more messages"),
           "messages behind the last are counted");
    done(&p);
    as_buf_reset(&text);

    repeat(&text, "#", AS_MAX_SOURCE);
    parse(&p, text.bytes, text.length, 0);
    same(p.said.bytes, "", "a file as large as it may be");
    done(&p);
    as_buf_putc(&text, '#');
    parse(&p, text.bytes, text.length, 0);
    same(p.said.bytes, "E0601@1:1", "one byte more");
    done(&p);
    as_buf_done(&text);
}

/* ---- out of memory ---------------------------------------------------- */

/* Every limit of the arena up to what the file needs: no crash, no tree. */
static void run_memory(void)
{
    struct parsed p;
    size_t needed;
    bool good = true;

    parse(&p, whole, sizeof(whole) - 1, 0);
    needed = p.arena.total;
    done(&p);
    for (size_t most = 1; most < needed; most += 61) {
        parse(&p, whole, sizeof(whole) - 1, most);
        good = good && !p.file && p.arena.failed;
        done(&p);
    }
    tap_ok(good, "memory that ends anywhere");
}

/* ---- mutations -------------------------------------------------------- */

static uint64_t state = 1;

static uint32_t pick(size_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 33) % below);
}

static void mutate(char *text, size_t *length)
{
    static const char *const parts[] = {
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "/",
        "\\",
        "\n",
        "#",
        "not ",
        "in",
        "if ",
        "where ",
        "rule ",
        "\nrule x {",
        "\nbaseline b {",
        "=",
        "==",
        ".",
        ",",
        "\xe2\x80",
    };
    const char *part = parts[pick(sizeof(parts) / sizeof(parts[0]))];
    size_t at = pick(*length), count, part_length = strlen(part);

    switch (pick(4)) {
    case 0: /* flip a bit */
        text[at] = (char)(text[at] ^ (1 << pick(8)));
        break;
    case 1: /* take a stretch away */
        count = pick(12) + 1;
        if (count > *length - at)
            count = *length - at;
        memmove(text + at, text + at + count, *length - at - count);
        *length -= count;
        break;
    case 2: /* put a part in */
        memmove(text + at + part_length, text + at, *length - at);
        memcpy(text + at, part, part_length);
        *length += part_length;
        break;
    default: /* write over */
        if (part_length <= *length - at)
            memcpy(text + at, part, part_length);
        break;
    }
}

static void run_mutations(void)
{
    enum { ROUNDS = 10000, EDITS = 6, ROOM = 16 * EDITS };
    char *text = malloc(sizeof(whole) + ROOM);
    unsigned good = 0, broken = 0;

    for (unsigned i = 0; text && i < ROUNDS; i++) {
        size_t length = sizeof(whole) - 1;
        unsigned edits = pick(EDITS) + 1;
        struct parsed p;

        memcpy(text, whole, length);
        while (edits-- > 0)
            mutate(text, &length);
        parse(&p, text, length, 0);
        good += p.file != NULL;
        broken += p.diag.error_count > 0;
        done(&p);
    }
    free(text);
    tap_int(good, ROUNDS, "ten thousand broken files give a tree");
    tap_ok(broken > ROUNDS / 2, "and most of them a message");
}

/* ---- explanations ----------------------------------------------------- */

static void run_explain(void)
{
    bool good = true;
    const char *title, *code, *before = "";

    for (size_t i = 0; (code = astray_explain_code(i)) != NULL; i++) {
        const char *text = astray_explain(code, &title);

        good = good && text && strlen(text) > 30 && strlen(title) < 72 &&
               strlen(code) == 5 && text[strlen(text) - 1] == '\n' &&
               strcmp(code + 1, before) > 0;
        for (const char *line = text; good && *line;) {
            const char *end = strchr(line, '\n');

            good = end - line <= 78;
            line = end + 1;
        }
        if (!good) {
            printf("# %s\n", code);
            break;
        }
        before = code + 1;
    }
    tap_ok(good, "every code is explained, in order, in lines of 78");
    tap_ok(!astray_explain("E9999", &title), "a code that is none");
}

int main(void)
{
    run_mistakes();
    run_nul();
    run_shapes();
    run_whole();
    run_limits();
    run_memory();
    run_mutations();
    run_explain();
    return tap_done();
}
