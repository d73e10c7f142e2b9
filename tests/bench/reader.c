/*
 * How much of a scan is reading: events are read out of files and dropped.
 *
 *   reader [-n ROUNDS] FILE...
 *
 * Each round inflates every file, and then reads what came of it with the
 * fields that the shipped pack wants.  Printed is the best round of each, in
 * processor time, for every kernel that this machine has.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/file.h"
#include "runtime/inflate.h"
#include "runtime/reader.h"

enum { MOST_STEPS = 3, ROUNDS = 7, MOST_FILE = 1 << 30 };

static const struct {
    const char *steps[MOST_STEPS];
    enum as_slot_shape shape;
} wanted[] = {
    { { "eventTime" }, AS_SHAPE_TEXT },
    { { "eventID" }, AS_SHAPE_TEXT },
    { { "sharedEventID" }, AS_SHAPE_TEXT },
    { { "eventName" }, AS_SHAPE_TEXT },
    { { "eventSource" }, AS_SHAPE_TEXT },
    { { "awsRegion" }, AS_SHAPE_TEXT },
    { { "sourceIPAddress" }, AS_SHAPE_TEXT },
    { { "userAgent" }, AS_SHAPE_TEXT },
    { { "userIdentity", "accessKeyId" }, AS_SHAPE_TEXT },
    { { "userIdentity", "arn" }, AS_SHAPE_TEXT },
    { { "userIdentity", "accountId" }, AS_SHAPE_TEXT },
    { { "recipientAccountId" }, AS_SHAPE_TEXT },
    { { "errorCode" }, AS_SHAPE_TEXT },
    { { "vpcEndpointId" }, AS_SHAPE_TEXT },
    { { "userIdentity", "invokedBy" }, AS_SHAPE_TEXT },
    { { "responseElements", "publicIp" }, AS_SHAPE_ANY },
    { { "requestParameters", "roleArn" }, AS_SHAPE_ANY },
    { { "requestParameters", "roleSessionName" }, AS_SHAPE_ANY },
    { { "userIdentity", "type" }, AS_SHAPE_TEXT },
    { { "vpcEndpointAccountId" }, AS_SHAPE_TEXT },
    { { "requestParameters", "encryptionContext", "aws:lambda:FunctionArn" },
      AS_SHAPE_ANY },
    { { "tlsDetails" }, AS_SHAPE_ANY },
};

enum { WANTED = sizeof(wanted) / sizeof(*wanted) };

struct files {
    struct as_buf *bytes; /* compressed */
    struct as_buf *plain;
    int count;
    size_t total; /* of plain */
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void project(struct as_projection *projection)
{
    static struct as_path_step steps[WANTED][MOST_STEPS];
    static struct as_slot_path slots[WANTED];

    for (int i = 0; i < WANTED; i++) {
        uint32_t count = 0;
        for (; count < MOST_STEPS && wanted[i].steps[count]; count++)
            steps[i][count].name = as_text_of(wanted[i].steps[count]);
        slots[i] = (struct as_slot_path){ .steps = steps[i],
                                          .count = count,
                                          .shape = (uint8_t)wanted[i].shape };
    }
    *projection = (struct as_projection){ slots, WANTED };
}

static enum astray_status count_event(void *user, const struct as_event *event)
{
    uint64_t *sum = user;

    for (uint32_t i = 0; i < event->slot_count; i++)
        *sum += event->slots[i].text.length;
    return ASTRAY_OK;
}

static bool load(struct files *files, char **names)
{
    for (int i = 0; i < files->count; i++) {
        if (as_file_read(names[i], MOST_FILE, &files->bytes[i]) != ASTRAY_OK) {
            fprintf(stderr, "%s can't be read\n", names[i]);
            return false;
        }
    }
    return true;
}

static double inflate_all(struct files *files)
{
    struct as_buf out = { .bytes = NULL };
    double start = now();

    files->total = 0;
    for (int i = 0; i < files->count; i++) {
        as_inflate_whole(as_buf_view(&files->bytes[i]), MOST_FILE, &out);
        files->total += out.length;
    }
    double took = now() - start;
    as_buf_done(&out);
    return took;
}

/* Inflating is not counted, and what it made is warm, as in a scan. */
static double read_all(struct files *files, struct as_reader *reader)
{
    struct as_buf out = { .bytes = NULL };
    double took = 0;

    for (int i = 0; i < files->count; i++) {
        as_inflate_whole(as_buf_view(&files->bytes[i]), MOST_FILE, &out);
        double start = now();
        as_reader_bytes(reader, "bench", out.bytes, out.length);
        took += now() - start;
    }
    as_buf_done(&out);
    return took;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static int run(struct files *files, int rounds)
{
    uint64_t sum = 0;
    struct as_projection projection;
    struct as_reader_callbacks calls = { .on_event = count_event };
    double inflating = 1e9, reading = 1e9;

    project(&projection);
    struct as_reader *reader = as_reader_new(&projection, &calls, &sum);
    if (!reader)
        return 1;
    for (int i = 0; i < rounds; i++) {
        inflating = least(inflating, inflate_all(files));
        reading = least(reading, read_all(files, reader));
    }
    const struct as_reader_stats *stats = as_reader_stats(reader);
    double records = (double)(stats->records_in / (uint64_t)rounds);
    double bytes = (double)files->total;

    printf("%.0f records of %.0f bytes; set aside: %llu; sum %llu\n", records,
           bytes / records, (unsigned long long)stats->set_aside,
           (unsigned long long)sum);
    printf("inflating %6.2f GB/s  %6.0f ns a record\n", bytes / inflating / 1e9,
           inflating / records * 1e9);
    printf("reading   %6.2f GB/s  %6.0f ns a record  %.2f of inflating\n",
           bytes / reading / 1e9, reading / records * 1e9, reading / inflating);
    as_reader_free(reader);
    return 0;
}

int main(int argc, char **argv)
{
    int rounds = ROUNDS, first = 1;

    if (argc > 2 && strcmp(argv[1], "-n") == 0) {
        rounds = atoi(argv[2]);
        first = 3;
    }
    struct files files = { .count = argc - first };
    if (files.count < 1 || rounds < 1) {
        fputs("usage: reader [-n ROUNDS] FILE...\n", stderr);
        return 2;
    }
    files.bytes = calloc((size_t)files.count, sizeof(*files.bytes));
    if (!files.bytes || !load(&files, argv + first))
        return 1;
    int result = run(&files, rounds);
    for (int i = 0; i < files.count; i++)
        as_buf_done(&files.bytes[i]);
    free(files.bytes);
    return result;
}
