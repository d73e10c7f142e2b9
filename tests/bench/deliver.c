/*
 * deliver.c - records into files, as CloudTrail delivers them.
 *
 * A file belongs to an account and a region and holds what arrived there in
 * some minutes.  Records arrive within a quarter of an hour, most within five
 * minutes, so events of one key are spread over files that overlap in time;
 * inside a file about one record in five is earlier than the one before it
 * (in the public data we compare with, 22 of 100).  A few arrive twice.
 */
#include <errno.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "corpus.h"

struct arrival {
    uint32_t stream, time, order, event;
};

/* What is printed at the end. */
struct shape {
    uint64_t bytes, compressed, files, records, members, back, pairs;
    uint64_t length_sum;
    uint32_t *lengths;
    size_t length_capacity;
};

static int compare_arrivals(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    if (x->stream != y->stream)
        return x->stream < y->stream ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->event < y->event ? -1 : x->event > y->event;
}

static int compare_order(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return x->event < y->event ? -1 : x->event > y->event;
}

static struct arrival arrival_of(const struct corpus *c, size_t i,
                                 struct random *random, uint32_t jitter)
{
    const struct event *e = &c->events[i];
    uint32_t late = random_below(random, 10) != 0 ? 5 * 60 : 15 * 60;
    struct arrival arrival = { .event = (uint32_t)i };
    arrival.stream = c->sessions[e->session].account * (unsigned)REGION_COUNT +
                     e->region;
    arrival.time = e->time + random_below(random, late);
    arrival.order = (e->time - START_TIME) * 16 + random_below(random, jitter);
    return arrival;
}

static struct arrival *arrivals_of(const struct corpus *c, size_t *count)
{
    struct random random = { mix64(c->seed + 0xde11) };
    struct arrival *list = malloc((c->event_count * 2 + 1) * sizeof(*list));
    if (list == NULL)
        die("no memory");
    /* Sixteenths of a second between two events of one stream, on average. */
    uint32_t gap = (uint32_t)((uint64_t)c->span * 16 * c->account_count *
                              c->region_count / (c->event_count + 1));
    *count = 0;
    for (size_t i = 0; i < c->event_count; i++)
        for (int n = 0; n <= ((c->events[i].flags & TWICE) != 0); n++)
            list[(*count)++] = arrival_of(c, i, &random, gap * 2 + 4);
    qsort(list, *count, sizeof(*list), compare_arrivals);
    return list;
}

static void path_of(const struct corpus *c, const struct arrival *last,
                    const char *folder, struct random *random,
                    struct text *path)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                  "qrstuvwxyz0123456789";
    struct text time = { 0 };
    unsigned account = last->stream / REGION_COUNT;
    const char *region = region_name(last->stream % REGION_COUNT);
    render_time(last->time, &time);
    path->length = 0;
    text_adds(path, folder);
    text_adds(path, "/AWSLogs/");
    render_account(c, account, path);
    text_adds(path, "/CloudTrail/");
    text_adds(path, region);
    for (int i = 0; i < 3; i++) {
        text_adds(path, "/");
        text_add(path, time.bytes + (i == 0 ? 0 : i * 3 + 2), i == 0 ? 4 : 2);
    }
    text_add(path, "", 1);
    make_folders(path->bytes);
    path->length--;
    text_adds(path, "/");
    render_account(c, account, path);
    text_adds(path, "_CloudTrail_");
    text_adds(path, region);
    text_adds(path, "_");
    for (int i = 0; i < 16; i++)
        if (time.bytes[i] != '-' && time.bytes[i] != ':')
            text_add(path, time.bytes + i, 1);
    text_adds(path, "Z_");
    for (int i = 0; i < 16; i++)
        text_add(path, &letters[random_below(random, 62)], 1);
    text_adds(path, ".json.gz");
    text_add(path, "", 1);
    free(time.bytes);
}

static uint64_t members_of(const char *bytes, size_t length)
{
    uint64_t count = 0;
    for (size_t i = 1; i < length; i++)
        count += bytes[i] == ':' && bytes[i - 1] == '"';
    return count;
}

static void write_file(const struct corpus *c, struct arrival *list,
                       size_t count, const char *path,
                       struct libdeflate_compressor *deflate, struct text *json,
                       struct shape *shape)
{
    qsort(list, count, sizeof(*list), compare_order);
    json->length = 0;
    text_adds(json, "{\"Records\":[");
    for (size_t i = 0; i < count; i++) {
        if (i != 0)
            text_adds(json, ",");
        size_t before = json->length;
        render(c, list[i].event, json);
        shape->lengths = grow(shape->lengths, &shape->length_capacity,
                              shape->records + 1, sizeof(uint32_t));
        shape->lengths[shape->records++] = (uint32_t)(json->length - before);
        if (shape->records % 16 == 0)
            shape->members += members_of(json->bytes + before,
                                         json->length - before);
        if (i != 0) {
            shape->pairs++;
            shape->back += c->events[list[i].event].time <
                           c->events[list[i - 1].event].time;
        }
    }
    text_adds(json, "]}");
    size_t bound = libdeflate_gzip_compress_bound(deflate, json->length);
    char *out = malloc(bound);
    FILE *file = fopen(path, "wb");
    if (out == NULL || file == NULL)
        die("%s: %s", path, strerror(errno));
    size_t length = libdeflate_gzip_compress(deflate, json->bytes, json->length,
                                             out, bound);
    if (length == 0 || fwrite(out, 1, length, file) != length ||
        fclose(file) != 0)
        die("%s: cannot be written", path);
    free(out);
    shape->bytes += json->length;
    shape->compressed += length;
    shape->files++;
}

static int compare_lengths(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void print_shape(const struct corpus *c, struct shape *shape)
{
    static const unsigned percents[] = { 1, 10, 25, 50, 75, 90, 99 };
    qsort(shape->lengths, shape->records, sizeof(uint32_t), compare_lengths);
    printf("files %llu, records %llu (%zu different), bytes %llu, "
           "compressed %llu\n",
           (unsigned long long)shape->files, (unsigned long long)shape->records,
           c->event_count, (unsigned long long)shape->bytes,
           (unsigned long long)shape->compressed);
    printf("bytes per record %.0f; ratio of gzip %.1f; members per record "
           "%.1f; earlier than the one before %.1f %%\n",
           (double)shape->bytes / (double)shape->records,
           (double)shape->bytes / (double)shape->compressed,
           (double)shape->members / (double)(shape->records / 16 + 1),
           100.0 * (double)shape->back / (double)(shape->pairs + 1));
    printf("record lengths, quantiles:");
    for (size_t i = 0; i < sizeof(percents) / sizeof *percents; i++)
        printf(" %u%% %u", percents[i],
               shape->lengths[shape->records * percents[i] / 100]);
    printf("\nsessions %zu, keys %u, cold starts %zu, tasks %u, hours %.1f\n"
           "thefts %u in %u calls\n",
           c->session_count, c->key_count, c->start_count, c->task_count,
           c->span / 3600.0, c->theft_count, c->stolen_count);
}

void deliver(const struct corpus *c, const char *folder)
{
    struct random random = { mix64(c->seed + 0xf11e) };
    struct libdeflate_compressor *deflate = libdeflate_alloc_compressor(6);
    struct shape shape = { 0 };
    struct text json = { 0 }, path = { 0 };
    size_t count, first = 0;
    struct arrival *list = arrivals_of(c, &count);
    if (deflate == NULL)
        die("no memory");
    while (first < count) {
        size_t want = c->kind == KIND_SMALL ? random_range(&random, 280, 800)
                                            : random_range(&random, 1000, 5000);
        size_t end = first;
        while (end < count && end - first < want &&
               list[end].stream == list[first].stream)
            end++;
        path_of(c, &list[end - 1], folder, &random, &path);
        write_file(c, list + first, end - first, path.bytes, deflate, &json,
                   &shape);
        first = end;
    }
    print_shape(c, &shape);
    libdeflate_free_compressor(deflate);
    free(list);
    free(json.bytes);
    free(path.bytes);
    free(shape.lengths);
}
