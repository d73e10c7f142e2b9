/*
 * pack_mutants.c - a stranger's packs, by the thousand.
 *
 *     pack_mutants [COUNT [SEED]]
 *
 * The packs that ship and those of the golden rules are changed (packs.h),
 * and each mutant must be refused with a reason or run over the golden events
 * and trouble.jsonl to its end (trial.h).  Mutant n of a seed is always the
 * same; when one breaks something, its number is the last line of what was
 * said, and `pack_mutants 1 NUMBER` makes it again.
 */

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "astray.h"
#include "common/file.h"
#include "packs.h"
#include "tests/bench/random.h"
#include "tests/unit/tap.h"
#include "trial.h"

enum {
    USUAL_COUNT = 20000,
    MOST_SAMPLES = 64,
    WATCHDOG_SECONDS = 120,
    FOLDER_FILES = 4,
};

struct sample {
    struct astray_rules *rules;
    struct as_text pack;
    struct as_buf events;
    bool is_slow;
};

static struct sample samples[MOST_SAMPLES];
static unsigned sample_count;
static struct as_buf trouble;
static char folder[] = "pack-mutants.XXXXXX";

/* ---- which one it was ------------------------------------------------- */

static uint64_t at_hand;

static void say_mutant(void)
{
    char line[64];
    int length = snprintf(line, sizeof(line), "mutant %" PRIu64 "\n", at_hand);

    if (write(STDERR_FILENO, line, (size_t)length) < 0)
        _exit(2);
}

static void stop(int signal)
{
    (void)signal;
    say_mutant();
    _exit(2);
}

/* What the sanitizers call before they end the program. */
extern void __sanitizer_set_death_callback(void (*callback)(void))
    __attribute__((weak));

static void watch(void)
{
    signal(SIGALRM, stop);
    signal(SIGABRT, stop);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(say_mutant);
    else
        signal(SIGSEGV, stop);
}

/* ---- the packs to start from ------------------------------------------ */

static const char *tree(void)
{
    const char *srcdir = getenv("srcdir");

    return srcdir ? srcdir : ".";
}

static void read_file(const char *path, struct as_buf *into)
{
    if (as_file_read(path, SIZE_MAX / 4, into) != ASTRAY_OK)
        as_buf_reset(into);
}

static bool add_sample(const char *rules, const char *events)
{
    struct sample *sample = &samples[sample_count];
    size_t length;

    if (sample_count == MOST_SAMPLES ||
        astray_rules_open(rules, NULL, NULL, &sample->rules) != ASTRAY_OK)
        return false;
    sample->pack.bytes = astray_rules_bytes(sample->rules, &length);
    sample->pack.length = length;
    sample->is_slow = strstr(rules, "/costly.") != NULL;
    if (events)
        read_file(events, &sample->events);
    sample_count++;
    return true;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The rules of a golden folder, in the order of their names, with their
 * events where there are some. */
static void add_folder(const char *name)
{
    struct dirent **entries;
    char path[4096], events[4096 + 16];
    int count;

    snprintf(path, sizeof(path), "%s/tests/golden/%s", tree(), name);
    count = scandir(path, &entries, NULL, by_name);
    for (int i = 0; i < count; i++) {
        const char *dot = strrchr(entries[i]->d_name, '.');
        if (dot && strcmp(dot, ".astray") == 0) {
            snprintf(path, sizeof(path), "%s/tests/golden/%s/%s", tree(), name,
                     entries[i]->d_name);
            snprintf(events, sizeof(events), "%.*s.events.jsonl",
                     (int)(strlen(path) - strlen(".astray")), path);
            add_sample(path, events);
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static void add_samples(void)
{
    char path[4096], events[4096];

    snprintf(path, sizeof(path), "%s/tests/fuzz/trouble.jsonl", tree());
    read_file(path, &trouble);
    snprintf(path, sizeof(path), "%s/rules/aws-workload-credentials", tree());
    snprintf(events, sizeof(events), "%s/tests/data/synthetic/shapes.json",
             tree());
    tap_ok(add_sample(path, events), "the rules that ship compile");
    add_folder("match");
    add_folder("code");
    tap_ok(sample_count > 20 && trouble.length > 0,
           "and the golden rules; there are events");
}

/* ---- files for threads ------------------------------------------------ */

static void folder_file(int n, char path[64])
{
    snprintf(path, 64, "%s/%d.json", folder, n);
}

static bool make_folder(void)
{
    if (!mkdtemp(folder))
        return false;
    for (int n = 0; n < FOLDER_FILES; n++) {
        const struct as_buf *events = n == 0 ? &trouble
                                             : &samples[(unsigned)n * 5].events;
        char path[64];
        FILE *file;
        bool good;

        folder_file(n, path);
        file = fopen(path, "w");
        good = file &&
               fwrite(events->bytes, 1, events->length, file) == events->length;
        if (!file || fclose(file) != 0 || !good)
            return false;
    }
    return true;
}

static void remove_folder(void)
{
    char path[64];

    for (int n = 0; n < FOLDER_FILES; n++) {
        folder_file(n, path);
        remove(path);
    }
    rmdir(folder);
}

/* ---- one after the other ---------------------------------------------- */

/* The pack that ships is thirty times as large as a golden one, and one of
 * those is there to loop as long as it may: a few of them will do. */
static const struct sample *any_sample(struct random *random)
{
    const struct sample *sample;

    if (random_chance(random, 32))
        return &samples[0];
    do
        sample = &samples[1 + random_below(random, sample_count - 1)];
    while (sample->is_slow && !random_chance(random, 16));
    return sample;
}

static void try_mutant(uint64_t number, struct as_buf *mutant,
                       struct trial_count *count)
{
    struct random random = { number };
    const struct sample *sample = any_sample(&random);
    const struct sample *other = any_sample(&random);
    struct trial trial = {
        .events = as_buf_view(&sample->events),
        .more = as_buf_view(&trouble),
        .folder = folder,
        .describe = random_chance(&random, 8),
        .profile = random_chance(&random, 16),
    };

    if (random_chance(&random, 8))
        trial.memory = 1 + random_below(&random, 1 << 16);
    if (random_chance(&random, 32))
        trial.threads = 1 + random_below(&random, 3);
    mutate_pack(sample->pack,
                random_chance(&random, 2) ? other->pack
                                          : (struct as_text){ "", 0 },
                random_next(&random), mutant);
    if (mutant->failed)
        abort();
    at_hand = number;
    alarm(WATCHDOG_SECONDS);
    try_pack(as_buf_view(mutant), &trial, count);
    alarm(0);
}

static void report(uint64_t done, const struct trial_count *count)
{
    printf("# %" PRIu64 " mutants: %lu refused, %lu accepted, of which %lu "
           "gave %lu alerts; %llu steps, at most %llu in one run\n",
           done, count->refused, count->accepted, count->alerting,
           count->alerts, count->steps, count->most_steps);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    uint64_t total = argc > 1 ? strtoull(argv[1], NULL, 10) : USUAL_COUNT;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    struct trial_count count = { 0 };
    struct as_buf mutant = { 0 };

    add_samples();
    if (tap_failed)
        return tap_done();
    tap_ok(make_folder(), "a folder for runs with threads");
    watch();
    for (uint64_t i = 0; i < total && !tap_failed; i++) {
        try_mutant(seed + i, &mutant, &count);
        if ((i + 1) % 50000 == 0)
            report(i + 1, &count);
    }
    report(total, &count);
    tap_ok(count.refused + count.accepted == total,
           "every mutant was refused, or ran to its end in its steps");
    tap_ok(total < 1000 || count.accepted > total / 5, "more than a fifth ran");
    tap_ok(total < 1000 || count.alerting > count.accepted / 4,
           "more than a quarter of those gave alerts");
    remove_folder();
    for (unsigned i = 0; i < sample_count; i++) {
        astray_rules_free(samples[i].rules);
        as_buf_done(&samples[i].events);
    }
    as_buf_done(&trouble);
    as_buf_done(&mutant);
    return tap_done();
}
