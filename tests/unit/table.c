/*
 * table.c - a row read at any time, in any order, gives what adding up its
 * contributions by hand gives.
 *
 * So is the stretch of time in which it is said to show the same.  Rows, times
 * and questions are random (seeded), and few: windows then often
 * begin or end exactly at a contribution, where mistakes live.
 */

#include "runtime/table.h"

#include <stdlib.h>

#include "tap.h"

enum { ENTRIES = 40, ROUNDS = 400, QUESTIONS = 60, VALUES = 6 };

static struct as_row_column columns[] = {
    { .type = AS_KIND_INT | AS_TYPE_SET, .agg = AS_AGG_SET },
    { .type = AS_KIND_INT, .agg = AS_AGG_MIN },
    { .type = AS_KIND_INT, .agg = AS_AGG_MAX },
    { .type = AS_KIND_INT, .agg = AS_AGG_FIRST },
    { .type = AS_KIND_INT, .agg = AS_AGG_LAST },
    { .type = AS_KIND_INT, .agg = AS_AGG_COUNT },
    { .type = AS_KIND_INT, .agg = AS_AGG_COUNT_DISTINCT },
    { .type = AS_KIND_INT, .agg = AS_AGG_SUM },
    { .type = AS_KIND_BOOL, .agg = AS_AGG_ANY },
};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static struct as_row_column keys[] = { { .type = AS_KIND_INT } };

/* What was put in, in the order of time. */
struct given {
    int64_t time, value;
    bool has_value;
};

static uint64_t state = 42;

static int64_t pick(int64_t below)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (int64_t)((state >> 33) % (uint64_t)below);
}

/* The contributions a reader at `time` sees: [*low, *high). */
static void by_hand(const struct given *given, int count,
                    const struct as_reach *reach, int64_t time, int *low,
                    int *high)
{
    *low = *high = 0;
    if (reach->whole) {
        *high = count;
        return;
    }
    while (*high < count && given[*high].time <= time + reach->plus_ms)
        ++*high;
    if (!reach->idle) {
        while (*low < *high && given[*low].time <= time - reach->retain_ms)
            ++*low;
        return;
    }
    /* the chain that is alive at `time`, else what begins after it */
    int now = 0;

    while (now < *high && given[now].time <= time)
        now++;
    *low = now;
    if (now > 0 && time - given[now - 1].time <= reach->retain_ms) {
        *low = now - 1;
        while (*low > 0 &&
               given[*low].time - given[*low - 1].time <= reach->retain_ms)
            --*low;
    }
}

static bool same(const struct as_value *value, bool some, int64_t want)
{
    if (!some)
        return as_is_missing(value);
    return !as_is_missing(value) && value->integer == want;
}

static bool agrees(const struct as_row_view *view, struct as_store *store,
                   const struct given *given, int low, int high)
{
    int64_t least = 0, most = 0, first = 0, last = 0, count = 0, sum = 0;
    bool seen[VALUES] = { false };
    int64_t distinct = 0;

    for (int i = low; i < high; i++) {
        int64_t value = given[i].value;

        if (!given[i].has_value)
            continue;
        if (count == 0)
            least = most = first = value;
        least = value < least ? value : least;
        most = value > most ? value : most;
        last = value;
        sum += value;
        count++;
        distinct += !seen[value];
        seen[value] = true;
    }
    struct as_value got[COLUMNS];

    for (uint32_t c = 0; c < COLUMNS; c++)
        got[c] = as_row_view_value(view, 1 + c);
    for (int64_t v = 0; v < VALUES; v++) {
        struct as_value value = as_integer(AS_KIND_INT, v);

        if (as_gather_has(got[0].set, as_store_find(store, &value)) != seen[v])
            return false;
    }
    return as_gather_size(got[0].set) == (uint32_t)distinct &&
           same(&got[1], count > 0, least) && same(&got[2], count > 0, most) &&
           same(&got[3], count > 0, first) && same(&got[4], count > 0, last) &&
           same(&got[5], true, count) && same(&got[6], true, distinct) &&
           same(&got[7], count > 0, sum) && same(&got[8], true, count > 0);
}

static void put(struct as_table *table, struct as_store *store,
                const struct given *given, uint32_t key)
{
    struct as_value value = as_integer(AS_KIND_INT, given->value);
    uint32_t id = as_store_add(store, &value);

    as_table_begin(table, &key, given->time, 0);
    for (uint32_t c = 0; c < COLUMNS && given->has_value; c++)
        as_table_value(table, c, id);
}

/* What a column shows at a time, as one number; sets as their size. */
static int64_t shown(struct as_table *table, uint32_t column, int64_t time)
{
    struct as_row_view view;
    struct as_value value;

    if (!as_table_view(table, 0, time, &view))
        return -1;
    value = as_row_view_value(&view, 1 + column);
    if (as_is_missing(&value))
        return -2;
    return value.flag == AS_TYPE_SET ? as_gather_size(value.set)
                                     : value.integer;
}

/* Does a column show the same in all of the stretch that is said to be
 * steady, and is the time that was asked in it? */
static bool is_steady(struct as_table *table, int64_t time)
{
    uint32_t column = (uint32_t)pick(COLUMNS);
    int64_t want = shown(table, column, time);
    int64_t from = INT64_MIN, until = INT64_MAX;
    struct as_row_view view;

    as_table_steady(table, 0, time, &from, &until);
    if (as_table_view(table, 0, time, &view)) {
        as_row_view_value(&view, 1 + column);
        as_row_view_steady(&view, 1 + column, &from, &until);
    }
    if (time < from || time >= until)
        return false;
    for (int64_t u = time - 60; u < time + 60; u++) {
        if (u >= from && u < until && shown(table, column, u) != want)
            return false;
    }
    return true;
}

/* One row, filled in the order of time or not, asked at random times. */
static bool round_is_good(bool in_order)
{
    struct as_reach reach = { .whole = pick(8) == 0,
                              .idle = pick(2) == 0,
                              .plus_ms = pick(4),
                              .retain_ms = 1 + pick(12) };
    struct given given[ENTRIES];
    struct as_store store;
    struct as_table table;
    bool good = true;
    int64_t time = 0;
    uint32_t key;

    as_store_init(&store);
    struct as_value one = as_integer(AS_KIND_INT, 1000);

    key = as_store_add(&store, &one);
    as_table_init(&table, &store, keys, 1, columns, COLUMNS, reach);
    for (int i = 0; i < ENTRIES; i++) {
        time += pick(5);
        given[i] = (struct given){ time, pick(VALUES), pick(4) != 0 };
    }
    if (in_order) {
        for (int i = 0; i < ENTRIES; i++)
            put(&table, &store, &given[i], key);
    } else { /* odd ones late; equal times keep their order */
        for (int i = 1; i < ENTRIES; i++) {
            while (given[i].time <= given[i - 1].time)
                given[i].time++;
        }
        for (int i = 0; i < ENTRIES; i += 2)
            put(&table, &store, &given[i], key);
        for (int i = 1; i < ENTRIES; i += 2)
            put(&table, &store, &given[i], key);
    }
    for (int q = 0; q < QUESTIONS && good; q++) {
        int64_t at = q < QUESTIONS / 2 ? q * 3 : pick(time + 20) - 5;
        struct as_row_view view;
        int low, high;
        bool live = as_table_view(&table, 0, at, &view);

        by_hand(given, ENTRIES, &reach, at, &low, &high);
        good = live == (low < high) &&
               (!live || agrees(&view, &store, given, low, high)) &&
               is_steady(&table, at);
    }
    good = good && !table.failed && !store.failed;
    as_table_done(&table);
    as_store_done(&store);
    return good;
}

/* Looking rows up by part of a key, and by what they collected. */
static void check_lookup(void)
{
    static struct as_row_column two[] = { { .type = AS_KIND_INT },
                                          { .type = AS_KIND_INT } };
    static struct as_row_column set[] = { { .type = AS_KIND_INT | AS_TYPE_SET,
                                            .agg = AS_AGG_SET } };
    struct as_reach reach = { .retain_ms = 10 };
    struct as_table_cursor cursor;
    struct as_store store;
    struct as_table table;
    uint32_t id[8], found = 0;

    as_store_init(&store);
    for (int i = 0; i < 8; i++) {
        struct as_value value = as_integer(AS_KIND_INT, i);

        id[i] = as_store_add(&store, &value);
    }
    as_table_init(&table, &store, two, 2, set, 1, reach);
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t key[2] = { id[i % 2], id[i] };

        as_table_begin(&table, key, (int64_t)i * 100, 0);
        as_table_value(&table, 0, id[4 + i]);
    }
    for (uint32_t n = as_table_first(&table, 1, &id[0], &cursor);
         n != AS_NO_ROW; n = as_table_next(&cursor))
        found += n == 0 || n == 2 ? 1 : 100;
    tap_int((long)found, 2, "two rows have the first key part");
    tap_ok(as_table_first(&table, 1, &id[5], &cursor) == AS_NO_ROW,
           "no row has another");
    tap_ok(as_table_has(&table, 1, &store.values[id[3]], 305), "a live key");
    tap_ok(!as_table_has(&table, 1, &store.values[id[3]], 299),
           "not before it was seen");
    tap_ok(!as_table_has(&table, 1, &store.values[id[3]], 310),
           "not when it has expired");
    tap_ok(as_table_has(&table, 2, &store.values[id[7]], 305),
           "a collected value");
    tap_ok(!as_table_has(&table, 2, &store.values[id[6]], 305),
           "an expired one");
    as_table_done(&table);
    as_store_done(&store);
}

/* A full row takes no more, and shows what it took. */
static void check_limit(void)
{
    static struct as_row_column by[] = { { .type = AS_KIND_INT } };
    static struct as_row_column set[] = { { .type = AS_KIND_INT | AS_TYPE_SET,
                                            .agg = AS_AGG_SET } };
    struct as_reach reach = { .whole = true };
    struct as_value one = as_integer(AS_KIND_INT, 1);
    struct as_row_view view;
    struct as_store store;
    struct as_table table;
    uint32_t key, other, taken = 0;

    as_store_init(&store);
    key = as_store_add(&store, &one);
    one.integer = 2;
    other = as_store_add(&store, &one);
    as_table_init(&table, &store, by, 1, set, 1, reach);
    table.row_limit = 3;
    for (int i = 9; i > 0; i--)
        taken += as_table_begin(&table, &key, i, 0);
    tap_int((long)taken, 3, "a row takes as many as its limit");
    tap_ok(as_table_begin(&table, &other, 1, 0), "other rows take more");
    tap_ok(as_table_view(&table, 0, 0, &view) && view.high - view.low == 3,
           "and it holds those");
    tap_ok(!table.failed, "which is no failure");
    as_table_done(&table);
    as_store_done(&store);
}

int main(void)
{
    int good = 0, late = 0;

    for (int i = 0; i < ROUNDS; i++)
        good += round_is_good(true);
    tap_int(good, ROUNDS, "random rows, filled in order");
    for (int i = 0; i < ROUNDS; i++)
        late += round_is_good(false);
    tap_int(late, ROUNDS, "random rows, filled out of order");
    check_lookup();
    check_limit();
    return tap_done();
}
