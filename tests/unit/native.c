/*
 * native.c - programs as C say what the bytecode says.
 *
 * Every rule of the golden cases and of the shipped packs is compiled to C and
 * by $CC to a shared object.  Then each program is asked both ways of events
 * of made-up values, skewed to what the rules compare with: the value must be
 * the same, why it is missing, and what was noted as read.  And whole scans
 * of the golden events must give the same bytes.
 */

#include <glob.h>

#include "common/file.h"
#include "compiler/c_text.h"
#include "native_so.h"
#include "program/pack.h"
#include "program/rules.h"
#include "runtime/convert.h"
#include "runtime/native.h"
#include "tap.h"

enum { EVENTS = 300, MOST_PROBLEMS = 3 };

static const char *srcdir;
static uint64_t covered[2]; /* instructions that were compared */
static unsigned long asked; /* programs, of events */

static uint32_t dice = 12345;

static uint32_t pick(uint32_t n)
{
    dice = dice * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(dice >> 8) * n >> 24);
}

/* ---- rules ------------------------------------------------------------ */

struct built {
    struct astray_rules *rules;
    char *text;
    size_t length;
    struct native_so so;
};

static bool build_text(struct built *built, struct astray_compiler *compiler)
{
    bool good = astray_compiler_build_c(compiler, &built->rules, &built->text,
                                        &built->length) == ASTRAY_OK;

    astray_compiler_free(compiler);
    return good;
}

static bool build(struct built *built, const char *path)
{
    struct astray_compiler *compiler = astray_compiler_new();
    char overlay[400];

    *built = (struct built){ .rules = NULL };
    snprintf(overlay, sizeof(overlay), "%.*s.overlay",
             (int)(strlen(path) - strlen(".astray")), path);
    if (astray_compiler_add_path(compiler, path) != ASTRAY_OK ||
        (access(overlay, R_OK) == 0 &&
         astray_compiler_add_overlay(compiler, overlay) != ASTRAY_OK)) {
        astray_compiler_free(compiler);
        return false;
    }
    return build_text(built, compiler);
}

/* As strict as the project is with itself. */
static bool load(struct built *built)
{
    return native_open(&built->so, built->text, built->length,
                       "-Wall -Wextra -Wpedantic -Wshadow -Wconversion "
                       "-Wsign-conversion -Wswitch-enum -Wundef -Wcast-qual "
                       "-Werror");
}

static void drop(struct built *built)
{
    if (built->so.folder[0])
        native_close(&built->so);
    free(built->text);
    astray_rules_free(built->rules);
}

/* ---- made-up values --------------------------------------------------- */

static struct as_json_value text_value(struct as_text text)
{
    return (struct as_json_value){ AS_JSON_TEXT, text };
}

static const char *const odd_texts[] = {
    "",
    "a",
    "GetObject",
    "true",
    "2026-05-01T10:00:00Z",
    "1714557600",
    "10.1.2.3",
    "::ffff:10.1.2.3",
    "2001:db8::1",
    "192.0.2.1",
    "ec2.amazonaws.com",
    "AWS Internal",
    "AWS Internal/7",
    "arn:aws:sts::123456789012:assumed-role/role/session",
    "arn:aws:iam::123456789012:role/role",
    "arn:aws:s3:::",
    "{\"a\":[\"x\",{\"n\":\"a\"}]}",
    "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"*\",\"s3:Get\"]}]}",
    "[1,2",
    "aXc\xc3\xa9 d",
    "-linux",
};

static const char *const odd_numbers[] = {
    "0",
    "1",
    "3",
    "-1",
    "5",
    "9223372036854775807",
    "9223372036854775808",
    "1.5",
    "0.5",
    "-0.0",
    "1e400",
};

static const char *const odd_arrays[] = {
    "[]",
    "[1,\"a\",null,{\"n\":\"a\"},[],true]",
    "[{\"ARN\":\"my-prod-x\",\"type\":\"AWS::S3::Bucket\",\"accountId\":\"1\"},"
    "{\"ARN\":\"a secret1\"}]",
    "[\"x\",\"ab\",\"abc\"]",
};

#define ANY_OF(array) as_text_of(array[pick(sizeof(array) / sizeof(*array))])

/* A text that the rules compare with, or nearly so. */
static struct as_text known_text(const struct as_pack *pack)
{
    struct as_text text = { "", 0 };

    for (int tries = 0; tries < 20 && pack->constant_count > 0; tries++) {
        const struct as_row_constant *row =
            &pack->constant[pick(pack->constant_count)];

        if (row->type != AS_KIND_TEXT && row->type != AS_KIND_SOURCE)
            continue;
        text = as_pack_text(pack, row->text);
        break;
    }
    if (text.length > 0 && pick(5) == 0)
        text.length--;
    if (text.length > 0 && pick(8) == 0) {
        text.bytes++;
        text.length--;
    }
    return text;
}

static struct as_json_value any_value(const struct as_pack *pack)
{
    switch (pick(12)) {
    case 0:
        return (struct as_json_value){ AS_JSON_ABSENT, { "", 0 } };
    case 1:
        return (struct as_json_value){ AS_JSON_NULL, { "", 0 } };
    case 2:
        return (struct as_json_value){ AS_JSON_TRUE, { "", 0 } };
    case 3:
        return (struct as_json_value){ AS_JSON_FALSE, { "", 0 } };
    case 4:
        return (struct as_json_value){ AS_JSON_NUMBER, ANY_OF(odd_numbers) };
    case 5:
        return (struct as_json_value){ AS_JSON_ARRAY, ANY_OF(odd_arrays) };
    case 6:
        return (struct as_json_value){
            AS_JSON_OBJECT, AS_TEXT("{\"a\":[\"x\"],\"n\":\"a\",\"b\":1}")
        };
    case 7:
    case 8:
        return text_value(ANY_OF(odd_texts));
    default:
        return text_value(known_text(pack));
    }
}

/* ---- both ways -------------------------------------------------------- */

struct side {
    struct as_arena scratch;
    struct as_vm vm;
};

struct pair {
    const struct as_pack *pack;
    struct as_run run;
    struct as_store store;
    struct as_hold hold;
    struct as_table *tables;
    uint8_t *widths;
    bool *in_subject;
    struct as_json_value *slots;
    struct as_value *group; /* keys or aggregates */
    struct side sides[2];   /* the bytecode, the functions */
    unsigned problems;
};

static bool side_init(struct pair *pair, struct side *side)
{
    as_arena_init(&side->scratch, 0);
    if (!as_vm_init(&side->vm, &pair->run, &pair->store, pair->tables,
                    &side->scratch))
        return false;
    side->vm.hold = &pair->hold;
    side->vm.widths = pair->widths;
    return true;
}

static void *array(size_t count, size_t size)
{
    return calloc(count + 1, size);
}

static bool pair_init(struct pair *pair, const struct built *built)
{
    const struct as_pack *pack = &built->rules->pack;

    *pair = (struct pair){ .pack = pack };
    as_store_init(&pair->store);
    pair->tables = array(pack->baseline_count, sizeof(*pair->tables));
    pair->widths = array(pack->slot_count, 1);
    pair->in_subject = array(pack->slot_count, sizeof(bool));
    pair->slots = array(pack->slot_count, sizeof(*pair->slots));
    pair->group = array(pack->column_count, sizeof(*pair->group));
    for (uint32_t i = 0; i < pack->slot_count; i++) {
        pair->widths[i] = (uint8_t)pick(3);
        pair->in_subject[i] = i > AS_SLOT_EVENT_ID && pick(2);
    }
    for (uint32_t i = 0; i < pack->baseline_count; i++) {
        const struct as_row_baseline *row = &pack->baseline[i];

        as_table_init(&pair->tables[i], &pair->store, pack->column + row->keys,
                      row->key_count, pack->column + row->columns,
                      row->column_count, (struct as_reach){ .plus_ms = 0 });
    }
    if (as_run_init(&pair->run, pack) || as_run_seal(&pair->run) ||
        as_native_take(&pair->run, built->so.native) ||
        !as_hold_init(&pair->hold, pack, pair->in_subject))
        return false;
    return side_init(pair, &pair->sides[1]) &&
           !as_native_take(&pair->run, NULL) &&
           side_init(pair, &pair->sides[0]) &&
           !as_native_take(&pair->run, built->so.native);
}

static void pair_done(struct pair *pair)
{
    for (int s = 0; s < 2; s++) {
        as_vm_done(&pair->sides[s].vm);
        as_arena_free(&pair->sides[s].scratch);
    }
    for (uint32_t i = 0; i < pair->pack->baseline_count; i++)
        as_table_done(&pair->tables[i]);
    as_run_done(&pair->run);
    as_hold_done(&pair->hold);
    as_store_done(&pair->store);
    free(pair->tables);
    free(pair->widths);
    free(pair->in_subject);
    free(pair->slots);
    free(pair->group);
}

/* ---- comparing -------------------------------------------------------- */

static bool same_value(const struct as_value *a, const struct as_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch ((enum as_kind)a->kind) {
    case AS_KIND_NONE:
        return a->why == b->why;
    case AS_KIND_BOOL:
    case AS_KIND_INT:
    case AS_KIND_TIME:
    case AS_KIND_DURATION:
        return a->integer == b->integer && a->flag == b->flag;
    case AS_KIND_REAL:
        return memcmp(&a->real, &b->real, sizeof(a->real)) == 0;
    case AS_KIND_IP:
        return as_ip_compare(&a->address, &b->address) == 0;
    case AS_KIND_SOURCE:
        if (a->flag == AS_SOURCE_IP && b->flag == AS_SOURCE_IP &&
            as_ip_compare(a->ip, b->ip) != 0)
            return false;
        /* fall through */
    case AS_KIND_TEXT:
    case AS_KIND_JSON:
        return a->flag == b->flag &&
               as_text_equal(as_value_text(a), as_value_text(b));
    case AS_KIND_CIDR:
    case AS_KIND_REGEX:
    case AS_KIND_OBJECT:
    case AS_KIND_COUNT:
        break;
    }
    return false;
}

static const char *difference(const struct as_vm *a, const struct as_vm *b)
{
    if (a->varies != b->varies)
        return "how much varies";
    if (a->from != b->from || a->until != b->until)
        return "how long it holds";
    if (a->trace_count != b->trace_count ||
        memcmp(a->trace, b->trace, a->trace_count * sizeof(*a->trace)) != 0)
        return "which slots were read";
    if (a->visits != b->visits || a->gave_up != b->gave_up)
        return "what was visited";
    return a->failed != b->failed ? "what failed" : NULL;
}

static void say(struct pair *pair, uint32_t program, const char *what,
                const struct as_value values[2])
{
    struct as_text source = as_pack_text(pair->pack,
                                         pair->pack->program[program].source);

    if (++pair->problems > MOST_PROBLEMS)
        return;
    printf("# program %u `%.*s`: %s differs\n", (unsigned)program,
           (int)source.length, source.bytes, what);
    for (int s = 0; s < 2; s++)
        printf("#   %s: kind %u flag %u why %u\n", s ? "C" : "bytecode",
               values[s].kind, values[s].flag, values[s].why);
}

static void ask(struct pair *pair, uint32_t program, bool timed)
{
    struct as_value values[2];
    const char *what;

    for (int s = 0; s < 2; s++) {
        struct as_vm *vm = &pair->sides[s].vm;

        as_vm_note(vm);
        vm->visits = 0;
        values[s] = timed ? as_vm_run_timed(vm, program)
                          : as_vm_run(vm, program);
    }
    what = difference(&pair->sides[0].vm, &pair->sides[1].vm);
    if (!same_value(&values[0], &values[1]))
        what = "the value";
    if (what)
        say(pair, program, what, values);
    asked++;
}

/* ---- what is asked ---------------------------------------------------- */

/* Can it be run without rows and sets of a real scan? */
static bool is_lone(const struct as_pack *pack, uint32_t program)
{
    const struct as_row_program *row = &pack->program[program];

    for (uint32_t i = 0; i < row->key_count; i++) {
        if (pack->column[row->keys + i].type & AS_TYPE_SET)
            return false;
    }
    for (uint32_t i = 0; i < row->agg_count; i++) {
        if (pack->column[row->aggs + i].type & AS_TYPE_SET)
            return false;
    }
    return row->alias_count == 0;
}

static void cover(const struct pair *pair, uint32_t program)
{
    const struct as_row_program *row = &pair->pack->program[program];
    const struct astray_program *native = &pair->run.programs[program];

    for (uint32_t i = 0; i < row->code_length; i++) {
        uint8_t op = pair->pack->insn[row->code + i].op;

        if (native->test || native->value)
            covered[op / 64] |= UINT64_C(1) << op % 64;
    }
}

/* Values of a group's columns, which a program may read as keys or as
 * aggregates. */
static void fill_group(struct pair *pair, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct as_json_value json = any_value(pair->pack);
        enum as_kind kind = as_type_kind(
            (as_type)pair->pack->column[first + i].type);

        pair->group[i] = kind == AS_KIND_DURATION
                           ? as_integer(kind, pick(5) * 1000)
                           : as_from_json(&json, kind, 0,
                                          &pair->sides[0].scratch);
    }
}

static void ask_program(struct pair *pair, uint32_t program)
{
    const struct as_row_program *row = &pair->pack->program[program];
    struct as_json_value items[AS_MAX_ITEMS];

    for (uint32_t i = 0; i < row->item_count; i++)
        items[i] = any_value(pair->pack);
    fill_group(pair, row->key_count ? row->keys : row->aggs,
               row->key_count ? row->key_count : row->agg_count);
    for (int s = 0; s < 2; s++) {
        struct as_vm *vm = &pair->sides[s].vm;

        memcpy(vm->items, items, row->item_count * sizeof(*items));
        vm->item_count = row->item_count;
        vm->keys = vm->aggs = pair->group;
    }
    /* Both at once would need two groups. */
    if (row->key_count == 0 || row->agg_count == 0)
        ask(pair, program, pick(2));
    cover(pair, program);
}

static uint32_t hold_event(struct pair *pair, int64_t time)
{
    struct as_event event = { .slots = pair->slots,
                              .slot_count = pair->pack->slot_count,
                              .time_ms = time,
                              .record = AS_TEXT("{}"),
                              .input = "made up" };

    return as_hold_add(&pair->hold, &event,
                       as_hold_subject(&pair->hold, &event));
}

static void show(struct pair *pair, bool held, uint32_t event)
{
    for (int s = 0; s < 2; s++) {
        as_arena_reset(&pair->sides[s].scratch);
        if (held)
            as_vm_bind(&pair->sides[s].vm, event);
        else
            as_vm_show(&pair->sides[s].vm, pair->slots);
    }
}

/* As if something before had taken all the room there is. */
static void spend(struct pair *pair)
{
    for (int s = 0; s < 2; s++)
        pair->sides[s].scratch.failed = pair->sides[s].scratch.spent = true;
}

static void ask_event(struct pair *pair)
{
    int64_t time = INT64_C(1777629600000) + pick(3) * 500;
    char written[AS_TIME_ROOM];
    uint32_t event;

    for (uint32_t i = 0; i < pair->pack->slot_count; i++)
        pair->slots[i] = any_value(pair->pack);
    if (pick(6))
        pair->slots[AS_SLOT_EVENT_TIME] = text_value(
            (struct as_text){ written, as_time_write(written, time) });
    event = hold_event(pair, time);
    for (uint32_t i = 0; i < pair->pack->program_count; i++) {
        if (!is_lone(pair->pack, i))
            continue;
        /* Sometimes what others have read is read again. */
        if (i == 0 || pick(3))
            show(pair, pick(2), event);
        if (pick(16) == 0)
            spend(pair);
        ask_program(pair, i);
    }
}

static void compare_programs(const struct built *built, const char *name)
{
    struct pair pair;
    bool good = pair_init(&pair, built);
    char words[400];

    for (int i = 0; i < EVENTS && good; i++)
        ask_event(&pair);
    snprintf(words, sizeof(words), "%s: all programs say the same", name);
    tap_ok(good && pair.problems == 0 && !pair.hold.failed, words);
    pair_done(&pair);
}

/* ---- scans ------------------------------------------------------------ */

static void collect(const struct astray_alert *alert, void *user)
{
    struct as_buf *out = user;

    as_buf_add(out, alert->json, alert->json_length);
    as_buf_putc(out, '\n');
}

/* The options of a golden case, one a line. */
static void set_options(struct astray_scanner *scanner, char *line)
{
    const char *since = NULL, *until = NULL;

    while (line && *line) {
        char *option = strsep(&line, "\n"), *value = strsep(&line, "\n");
        char *equal = value ? strchr(value, '=') : NULL;

        if (strcmp(option, "--since") == 0) {
            since = value;
        } else if (strcmp(option, "--until") == 0) {
            until = value;
        } else if (equal && strcmp(option, "--param") == 0) {
            *equal = '\0';
            astray_scanner_set_param(scanner, value, equal + 1);
        } else {
            tap_ok(false, option);
        }
    }
    if (since || until)
        astray_scanner_set_period(scanner, since, until);
}

static bool scan(const struct astray_rules *rules,
                 const struct astray_native *native, const char *events,
                 const char *options, unsigned threads, struct as_buf *out)
{
    struct astray_scanner *scanner;
    char *summary = NULL, *copy = options ? strdup(options) : NULL;
    bool good = astray_scanner_new(rules, &scanner) == ASTRAY_OK;

    set_options(scanner, copy);
    free(copy);
    astray_scanner_on_alert(scanner, collect, out);
    good = good && !astray_scanner_set_threads(scanner, threads) &&
           !astray_scanner_set_native(scanner, native) &&
           astray_scanner_feed_path(scanner, events) <= ASTRAY_SET_ASIDE &&
           !astray_scanner_finish(scanner) &&
           !astray_scanner_summary(scanner, 1, &summary);
    if (good)
        as_buf_puts(out, summary);
    free(summary);
    astray_scanner_free(scanner);
    return good && !out->failed;
}

static void compare_scans(const struct built *built, const char *name,
                          const char *events, const char *options,
                          unsigned threads)
{
    struct as_buf out[2] = { { 0 }, { 0 } };
    char words[600];
    bool good = scan(built->rules, NULL, events, options, threads, &out[0]) &&
                scan(built->rules, built->so.native, events, options, threads,
                     &out[1]);

    snprintf(words, sizeof(words), "%s: scans of %s give the same bytes", name,
             strrchr(events, '/') + 1);
    tap_ok(good && as_text_equal(as_buf_view(&out[0]), as_buf_view(&out[1])),
           words);
    as_buf_done(&out[0]);
    as_buf_done(&out[1]);
}

/* ---- files ------------------------------------------------------------ */

/* NAME.astray -> NAME.args; NULL when there is none. */
static char *beside(const char *path, const char *suffix, bool read)
{
    size_t stem = strlen(path) - strlen(".astray");
    struct as_buf name = { 0 }, bytes = { 0 };

    as_buf_add(&name, path, stem);
    as_buf_add(&name, suffix, strlen(suffix) + 1);
    if (!read)
        return name.bytes;
    if (as_file_read(name.bytes, 1 << 20, &bytes) != ASTRAY_OK) {
        as_buf_done(&name);
        return NULL;
    }
    as_buf_done(&name);
    as_buf_putc(&bytes, '\0');
    return bytes.bytes;
}

static void try_file(const char *path)
{
    const char *name = path + strlen(srcdir) + 1;
    struct built built;
    char words[400];

    if (!build(&built, path)) { /* a case of a mistake, or of an import */
        drop(&built);
        return;
    }
    snprintf(words, sizeof(words), "%s: compiles as C, without a warning",
             name);
    if (tap_ok(load(&built), words)) {
        char *events = beside(path, ".events.jsonl", false);
        char *options = beside(path, ".args", true);

        compare_programs(&built, name);
        if (access(events, R_OK) == 0)
            compare_scans(&built, name, events, options, 1);
        free(events);
        free(options);
    }
    drop(&built);
}

static void try_golden(void)
{
    char pattern[400];
    glob_t files;

    snprintf(pattern, sizeof(pattern), "%s/tests/golden/*/*.astray", srcdir);
    if (glob(pattern, 0, NULL, &files) != 0) {
        tap_ok(false, "there are golden cases");
        return;
    }
    for (size_t i = 0; i < files.gl_pathc; i++) {
        if (!strstr(files.gl_pathv[i], "/golden/error/"))
            try_file(files.gl_pathv[i]);
    }
    globfree(&files);
}

static void try_shipped(void)
{
    const char *name = "rules/aws-workload-credentials";
    char path[400], events[500];
    struct built built;

    snprintf(path, sizeof(path), "%s/%s", srcdir, name);
    if (!tap_ok(build(&built, path) && load(&built),
                "the shipped rules compile as C"))
        return;
    compare_programs(&built, name);
    snprintf(events, sizeof(events), "%s/fixtures", path);
    compare_scans(&built, name, events, NULL, 1);
    snprintf(events, sizeof(events), "%s/examples/incident", srcdir);
    compare_scans(&built, name, events, NULL, 1);
    compare_scans(&built, name, events, NULL, 2);
    drop(&built);
}

/* MISSING is not written by the compiler. */
static void check_coverage(void)
{
    for (int op = 0; op < AS_OP_COUNT; op++) {
        bool was = covered[op / 64] >> op % 64 & 1;
        char words[100];

        /* Of rows and sets: compared by whole scans. */
        if (op == AS_OP_MISSING || op == AS_OP_LOAD_COLUMN ||
            op == AS_OP_IN_SET || op == AS_OP_LEN_SET)
            continue;
        snprintf(words, sizeof(words), "%s was compared", as_op_info[op].name);
        tap_ok(was, words);
    }
    tap_ok(asked > 100000, "many programs were asked");
    printf("# %lu programs asked both ways\n", asked);
}

/* ---- strangers' texts ------------------------------------------------- */

static const char nasty[] = "*/?\\\n\r\t\"'x %=<>()/!-&#{}\x01\x7f\xc3\xa9*/??";

static struct as_text nasty_text(char *room, size_t most)
{
    size_t length = pick((uint32_t)most);

    for (size_t i = 0; i < length; i++)
        room[i] = nasty[pick(sizeof(nasty) - 1)];
    return (struct as_text){ room, length };
}

static bool has(const struct as_buf *out, const char *part)
{
    return as_text_contains(as_buf_view(out), as_text_of(part));
}

static bool is_comment(const struct as_buf *out)
{
    bool good = !has(out, "*/") && !has(out, "/*") &&
                !has(out, "?"
                          "?");

    for (size_t i = 0; i < out->length; i++)
        good &= out->bytes[i] >= 0x20 && out->bytes[i] < 0x7f;
    return good &&
           (out->length == 0 || !strchr("*/\\", out->bytes[out->length - 1]));
}

/* The value of a literal, read as C reads it; false: it is none. */
static bool read_literal(struct as_text literal, struct as_buf *value)
{
    bool quoted = false;

    for (size_t i = 0; i < literal.length; i++) {
        char c = literal.bytes[i];

        if (c == '"') {
            quoted = !quoted;
        } else if (!quoted) {
            if (c != ' ' && c != '\n')
                return false;
        } else if (c == '\\') {
            if (i + 3 >= literal.length)
                return false;
            c = (char)((literal.bytes[i + 1] - '0') * 64 +
                       (literal.bytes[i + 2] - '0') * 8 +
                       (literal.bytes[i + 3] - '0'));
            as_buf_putc(value, c);
            i += 3;
        } else if (c == '?' || c < 0x20) {
            return false;
        } else {
            as_buf_putc(value, c);
        }
    }
    return !quoted;
}

static bool is_word(const struct as_buf *out)
{
    for (size_t i = 0; i < out->length; i++) {
        char c = out->bytes[i];

        if (c != '_' && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
            !(c >= 'A' && c <= 'Z'))
            return false;
    }
    return out->length > 0 && out->bytes[out->length - 1] != '_' &&
           !has(out, "__");
}

static void try_texts(void)
{
    struct as_buf out = { 0 }, back = { 0 };
    bool comments = true, literals = true, words = true;
    char room[200];

    for (int i = 0; i < 20000; i++) {
        struct as_text text = nasty_text(room, sizeof(room));

        as_buf_reset(&out);
        as_c_comment(&out, text);
        comments &= is_comment(&out);
        as_buf_reset(&out);
        as_buf_reset(&back);
        as_c_string(&out, text);
        literals &= read_literal(as_buf_view(&out), &back) &&
                    as_text_equal(as_buf_view(&back), text);
        as_buf_reset(&out);
        as_c_word(&out, text, 40);
        words &= is_word(&out);
    }
    tap_ok(comments, "no text ends a comment, or begins one in it");
    tap_ok(literals, "a literal is the text and ends where it ends");
    tap_ok(words, "a word is letters, digits and single underscores");
    as_buf_done(&out);
    as_buf_done(&back);
}

/* Names and texts that would do harm in C as they stand. */
static const char hostile[] =
    "list a1 : text = [\"x\"]\n"
    "rule auto {\n"
    "  meta { title = \"*/ int x; /*\" id = \"i\" }\n"
    "  from cloudtrail\n"
    "  where userAgent == \"*/ #error \\\" ?"
    "?/\" or userAgent == \"\\\\\"\n"
    "     or userAgent in [\"\\\"); exit(1); (\\\"\", \"?"
    "?/\", \"%s%n\"]\n"
    "     or requestParameters.\"*/ int main(){} /*\" == \"//\"\n"
    "     or requestParameters.\"a\\\\\" == \"/*\" or eventName in a1\n"
    "  exclude int when requestParameters.\"return\" == \"\\n#define a b\"\n"
    "    reason \"*/ #error\"\n"
    "  exclude auto_where when eventName == \"\\u{1}*/\"\n"
    "    reason \"?"
    "?/\"\n"
    "}\n";

static void try_hostile(void)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct built built = { .rules = NULL };

    astray_compiler_add_text(compiler, "x*/ #error.astray", hostile,
                             sizeof(hostile) - 1);
    if (!tap_ok(build_text(&built, compiler), "a hostile pack is a pack"))
        return;
    if (tap_ok(load(&built), "and its C compiles without a warning"))
        compare_programs(&built, "a hostile pack");
    drop(&built);
}

/* ---- taking ----------------------------------------------------------- */

static uint32_t never(struct astray_rt *rt)
{
    (void)rt;
    return ASTRAY_FALSE;
}

static bool takes(const struct astray_rules *rules,
                  const struct astray_native *native)
{
    struct astray_scanner *scanner;
    bool good;

    if (astray_scanner_new(rules, &scanner) != ASTRAY_OK)
        return false;
    good = astray_scanner_set_native(scanner, native) == ASTRAY_OK;
    if (good == (astray_scanner_error(scanner)[0] != '\0'))
        tap_ok(false, "who refuses says why");
    astray_scanner_free(scanner);
    return good;
}

static bool is_late(const struct astray_rules *rules)
{
    struct astray_scanner *scanner;
    bool late;

    if (astray_scanner_new(rules, &scanner) != ASTRAY_OK)
        return false;
    astray_scanner_feed(scanner, "x", "", 0);
    late = astray_scanner_set_native(scanner, NULL) == ASTRAY_BAD_VALUE;
    astray_scanner_free(scanner);
    return late;
}

/* Functions that say no to everything: then there are no alerts, so it is
 * them that are asked. */
static void try_other_functions(const struct astray_rules *rules,
                                struct astray_native native, const char *events)
{
    struct astray_program *programs = array(native.program_count,
                                            sizeof(*programs));
    struct as_buf out = { 0 };

    for (uint32_t i = 0; i < native.program_count; i++) {
        if (rules->pack.program[i].type == AS_KIND_BOOL)
            programs[i].test = never;
    }
    native.programs = programs;
    scan(rules, &native, events, NULL, 1, &out);
    tap_ok(out.length > 0 && out.bytes[0] == '{' && !has(&out, "\"rule\":"),
           "the functions are run, not the bytecode");
    as_buf_done(&out);
    free(programs);
}

static void try_taking(void)
{
    char path[400], events[400];
    struct built built;
    struct astray_native other;
    unsigned char *digest = other.pack;

    snprintf(path, sizeof(path), "%s/tests/golden/match/group.astray", srcdir);
    snprintf(events, sizeof(events), "%s/tests/golden/match/group.events.jsonl",
             srcdir);
    if (!tap_ok(build(&built, path) && load(&built), "a pack to be taken"))
        return;
    other = *built.so.native;
    tap_ok(takes(built.rules, &other) && takes(built.rules, NULL),
           "functions of the pack are taken, and none");
    other.version++;
    tap_ok(!takes(built.rules, &other), "not of another version");
    other = *built.so.native;
    other.value_size++;
    tap_ok(!takes(built.rules, &other), "nor with other values");
    other = *built.so.native;
    other.rt_size++;
    tap_ok(!takes(built.rules, &other), "nor for another machine");
    other = *built.so.native;
    other.program_count++;
    tap_ok(!takes(built.rules, &other), "nor more of them");
    other = *built.so.native;
    digest[31] ^= 1;
    tap_ok(!takes(built.rules, &other), "nor of another pack");
    tap_ok(is_late(built.rules), "nor after the first input");
    try_other_functions(built.rules, *built.so.native, events);
    drop(&built);
}

/* Can $CC make shared objects that this program can load? */
static bool can_compile(void)
{
    static const char text[] = "extern const int astray_native;\n"
                               "const int astray_native = 1;\n";
    struct native_so so;
    bool good = native_open(&so, text, sizeof(text) - 1, "");

    native_close(&so);
    return good;
}

int main(void)
{
    srcdir = getenv("srcdir") ? getenv("srcdir") : ".";
    try_texts();
    if (!can_compile()) {
        printf("ok %d # SKIP $CC makes no shared object that can be loaded\n",
               ++tap_count);
        return tap_done();
    }
    try_hostile();
    try_golden();
    try_shipped();
    try_taking();
    check_coverage();
    return tap_done();
}
