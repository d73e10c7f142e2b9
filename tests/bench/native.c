/*
 * How much faster are conditions as C than as bytecode?
 *
 *   native [-n ROUNDS] RULES EVENTS...
 *
 * The conditions of RULES that read the event and nothing else (`where`,
 * `require`, `exclude`, the tests that sort events out) are asked of each of
 * the first events of the files, as they come out of the reader and as they
 * are held.  Printed is the best round of each, in processor time.  Both ways
 * must give the same values.  $CC compiles the C, with -O2.
 */

#include <inttypes.h>
#include <time.h>

#include "../unit/native_so.h"
#include "program/rules.h"
#include "runtime/fields.h"
#include "runtime/hold.h"
#include "runtime/native.h"
#include "runtime/reader.h"

enum { ROUNDS = 99, MOST_EVENTS = 1000 };

struct bench {
    const struct as_pack *pack;
    struct as_run run;
    struct as_arena kept;
    struct as_arena scratch;
    struct as_hold hold;
    struct as_vm vm;
    struct as_json_value *events; /* slot_count each */
    uint32_t event_count;
    uint32_t *programs;
    uint32_t program_count;
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* ---- what is asked ---------------------------------------------------- */

static bool is_plain(const struct as_pack *pack, uint32_t program)
{
    const struct as_row_program *row = &pack->program[program];

    if (row->type != AS_KIND_BOOL || row->item_count || row->alias_count ||
        row->key_count || row->agg_count)
        return false;
    for (uint32_t i = 0; i < row->code_length; i++) {
        enum as_opcode op = (enum as_opcode)pack->insn[row->code + i].op;

        if (op == AS_OP_PROBE || op == AS_OP_IN_BASELINE)
            return false;
    }
    return true;
}

static void add(struct bench *bench, uint32_t program)
{
    if (program == AS_NO_ROW || !is_plain(bench->pack, program))
        return;
    for (uint32_t i = 0; i < bench->program_count; i++) {
        if (bench->programs[i] == program)
            return;
    }
    bench->programs[bench->program_count++] = program;
}

static void find_programs(struct bench *bench)
{
    const struct as_pack *pack = bench->pack;

    for (uint32_t i = 0; i < pack->baseline_count; i++) {
        add(bench, pack->baseline[i].early);
        add(bench, pack->baseline[i].where);
    }
    for (uint32_t i = 0; i < pack->rule_count; i++) {
        const struct as_row_rule *row = &pack->rule[i];

        add(bench, row->early);
        add(bench, row->where);
        add(bench, row->require);
        for (uint32_t n = 0; n < row->exclude_count; n++)
            add(bench, pack->exclude[row->excludes + n].when);
    }
}

/* ---- of what ---------------------------------------------------------- */

static enum astray_status keep(void *user, const struct as_event *event)
{
    struct bench *bench = user;
    struct as_json_value *slots = bench->events + (size_t)bench->event_count *
                                                      bench->pack->slot_count;
    uint32_t subject;

    if (bench->event_count == MOST_EVENTS)
        return ASTRAY_OK;
    for (uint32_t i = 0; i < event->slot_count; i++) {
        slots[i] = event->slots[i];
        slots[i].text.bytes = as_strndup(&bench->kept, slots[i].text.bytes,
                                         slots[i].text.length);
    }
    subject = as_hold_subject(&bench->hold, event);
    as_hold_add(&bench->hold, event, subject);
    bench->event_count++;
    return ASTRAY_OK;
}

static bool read_events(struct bench *bench, char **paths, int count)
{
    struct as_fields fields;
    struct as_reader_callbacks calls = { .on_event = keep };
    struct as_reader *reader;

    bench->events = calloc((size_t)MOST_EVENTS * bench->pack->slot_count,
                           sizeof(*bench->events));
    if (!as_fields_init(&fields, bench->pack) || !bench->events)
        return false;
    reader = as_reader_new(&fields.projection, &calls, bench);
    for (int i = 0; i < count && reader; i++)
        as_reader_path(reader, paths[i]);
    as_reader_free(reader);
    as_fields_done(&fields);
    return bench->event_count > 0 && !bench->kept.failed;
}

/* ---- asking ----------------------------------------------------------- */

/* ns for one program of one event; *sum is of what came out. */
static double ask(struct bench *bench, bool held, uint64_t *sum)
{
    struct as_vm *vm = &bench->vm;
    double start = now();

    *sum = 0;
    for (uint32_t i = 0; i < bench->event_count; i++) {
        as_arena_reset(&bench->scratch);
        if (held)
            as_vm_bind(vm, i);
        else
            as_vm_show(vm, bench->events + (size_t)i * bench->pack->slot_count);
        for (uint32_t n = 0; n < bench->program_count; n++) {
            struct as_value value = as_vm_run(vm, bench->programs[n]);

            *sum = *sum * 3 + (as_is_missing(&value) ? 7u + value.why
                                                     : (uint64_t)value.integer);
        }
    }
    return (now() - start) / bench->event_count / bench->program_count;
}

static void compare(struct bench *bench, bool held, int rounds,
                    const struct astray_program *programs)
{
    double best[2] = { 1e9, 1e9 };
    uint64_t sums[2];

    for (int i = 0; i < 2 * rounds; i++) {
        double took;

        bench->vm.programs = i % 2 ? programs : NULL;
        took = ask(bench, held, &sums[i % 2]);
        best[i % 2] = took < best[i % 2] ? took : best[i % 2];
    }
    printf("%s  bytecode %6.1f ns  C %6.1f ns a condition: %.2f times%s\n",
           held ? "held " : "shown", best[0], best[1], best[0] / best[1],
           sums[0] == sums[1] ? "" : "  THE VALUES DIFFER");
}

/* ---- making ----------------------------------------------------------- */

static struct astray_rules *compile(const char *path, char **text,
                                    size_t *length)
{
    struct astray_compiler *compiler = astray_compiler_new();
    struct astray_rules *rules = NULL;

    if (compiler && astray_compiler_add_path(compiler, path) == ASTRAY_OK)
        astray_compiler_build_c(compiler, &rules, text, length);
    astray_compiler_free(compiler);
    return rules;
}

static int run(struct bench *bench, const struct native_so *so, int rounds,
               char **paths, int count)
{
    bool *in_subject = calloc(bench->pack->slot_count + 1, 1);
    uint8_t *widths = calloc(bench->pack->slot_count + 1, 1);

    bench->programs = calloc(bench->pack->program_count + 1, sizeof(uint32_t));
    as_arena_init(&bench->kept, 0);
    as_arena_init(&bench->scratch, 0);
    if (!in_subject || !widths || !bench->programs ||
        as_run_init(&bench->run, bench->pack) || as_run_seal(&bench->run) ||
        as_native_take(&bench->run, so->native) ||
        !as_hold_init(&bench->hold, bench->pack, in_subject) ||
        !as_vm_init(&bench->vm, &bench->run, NULL, NULL, &bench->scratch))
        return 1;
    bench->vm.hold = &bench->hold;
    bench->vm.widths = widths;
    find_programs(bench);
    if (!read_events(bench, paths, count)) {
        fputs("no events\n", stderr);
        return 1;
    }
    printf("%" PRIu32 " conditions, %" PRIu32 " events\n", bench->program_count,
           bench->event_count);
    compare(bench, false, rounds, bench->run.programs);
    compare(bench, true, rounds, bench->run.programs);
    return 0;
}

int main(int argc, char **argv)
{
    static struct bench bench;
    struct native_so so = { .handle = NULL };
    struct astray_rules *rules;
    int rounds = ROUNDS, first = 1, result = 1;
    char *text = NULL;
    size_t length;

    if (argc > 2 && strcmp(argv[1], "-n") == 0) {
        rounds = atoi(argv[2]);
        first = 3;
    }
    if (argc < first + 2) {
        fputs("usage: native [-n ROUNDS] RULES EVENTS...\n", stderr);
        return 2;
    }
    rules = compile(argv[first], &text, &length);
    if (rules && native_open(&so, text, length, "-O2")) {
        bench.pack = &rules->pack;
        result = run(&bench, &so, rounds, argv + first + 1, argc - first - 1);
    }
    native_close(&so);
    free(text);
    astray_rules_free(rules);
    return result;
}
