/* table.c - see table.h. */

#include "runtime/table.h"

#include <stdlib.h>

void as_table_init(struct as_table *table, struct as_store *store,
                   const struct as_row_column *keys, uint32_t key_count,
                   const struct as_row_column *columns, uint32_t column_count,
                   struct as_reach reach)
{
    *table = (struct as_table){ .store = store,
                                .keys = keys,
                                .columns = columns,
                                .key_count = key_count,
                                .column_count = column_count,
                                .reach = reach };
    as_arena_init(&table->arena, 0);
    as_map_init(&table->by_key);
    as_pages_init(&table->entries, sizeof(struct as_entry));
    as_pages_init(&table->values,
                  (column_count ? column_count : 1) * sizeof(struct as_values));
}

static void free_indexes(struct as_table *table)
{
    while (table->indexes) {
        struct as_table_index *index = table->indexes;

        table->indexes = index->sibling;
        as_map_done(&index->heads);
        free(index->rows);
        free(index->next);
        free(index);
    }
}

static void free_rows(struct as_table *table)
{
    for (uint32_t i = 0; i < table->by_key.count; i++) {
        struct as_table_row *row = &table->rows[i];

        for (uint32_t c = 0; row->cells && c < table->column_count; c++)
            as_gather_done(&row->cells[c].gather);
        free(row->cells);
        free(row->entries);
        free(row->chains);
    }
}

void as_table_done(struct as_table *table)
{
    free_rows(table);
    free_indexes(table);
    as_map_done(&table->by_key);
    as_arena_free(&table->arena);
    free(table->rows);
    as_pages_done(&table->entries);
    as_pages_done(&table->values);
    free(table->pool);
}

size_t as_table_bytes(const struct as_table *table)
{
    enum { ROW = 64, GATHER = 128 }; /* what small allocations come to */
    size_t bytes = table->arena.total + as_map_bytes(&table->by_key) +
                   table->row_capacity * sizeof(*table->rows) +
                   (size_t)table->by_key.count * ROW +
                   as_pages_bytes(&table->entries) +
                   as_pages_bytes(&table->values) +
                   table->pool_capacity * sizeof(*table->pool) +
                   (size_t)table->read_count * table->column_count *
                       (sizeof(struct as_cell) + GATHER);

    for (const struct as_table_index *index = table->indexes; index;
         index = index->sibling)
        bytes += as_map_bytes(&index->heads) +
                 index->link_capacity * 2 * sizeof(*index->rows);
    return bytes;
}

void as_table_reset(struct as_table *table)
{
    free_rows(table);
    free_indexes(table);
    as_map_reset(&table->by_key);
    as_arena_free(&table->arena);
    as_pages_cut(&table->entries, 0);
    as_pages_cut(&table->values, 0);
    table->pool_count = 0;
    table->read_count = 0;
}

/* Grow *array, of `size` bytes each, so that it holds `count` + 1. */
static bool grow(void *array, uint32_t *capacity, uint32_t count, size_t size)
{
    void **at = array;
    uint32_t more = *capacity ? *capacity : 8;
    void *bytes;

    if (count < *capacity)
        return true;
    if (count > UINT32_MAX / 2)
        return false;
    while (more <= count)
        more *= 2;
    bytes = realloc(*at, (size_t)more * size);
    if (!bytes)
        return false;
    *at = bytes;
    *capacity = more;
    return true;
}

static struct as_text ids_text(const uint32_t *ids, uint32_t count)
{
    return (struct as_text){ (const char *)ids, count * sizeof(*ids) };
}

/* Add a key to a map whose keys live in the table's arena. */
static uint32_t map_add(struct as_table *table, struct as_map *map,
                        struct as_text key, bool *added)
{
    uint32_t n = as_map_add(map, key, added);

    if (n == AS_MAP_NONE) {
        table->failed = true;
        return n;
    }
    if (*added) {
        char *copy = as_strndup(&table->arena, key.bytes, key.length);

        map->entries[n].key.bytes = copy ? copy : "";
        if (!copy) {
            map->entries[n].key.length = 0;
            table->failed = true;
        }
    }
    return n;
}

static struct as_entry *entry_at(const struct as_table *table, uint32_t n)
{
    return as_pages_at(&table->entries, n);
}

static struct as_values *values_of(const struct as_table *table,
                                   uint32_t contribution, uint32_t column)
{
    struct as_values *values = as_pages_at(&table->values, contribution);

    return values + column;
}

/* What stands at a position of a row in a column. */
static const struct as_values *values_at(const struct as_table *table,
                                         const struct as_table_row *row,
                                         uint32_t position, uint32_t column)
{
    return values_of(
        table, entry_at(table, row->entries[position])->contribution, column);
}

/* ---- contributions ---------------------------------------------------- */

static struct as_table_row *row_of(struct as_table *table,
                                   const uint32_t *key_ids)
{
    bool added;
    uint32_t n;

    if (!grow(&table->rows, &table->row_capacity, table->by_key.count,
              sizeof(*table->rows))) {
        table->failed = true;
        return NULL;
    }
    n = map_add(table, &table->by_key, ids_text(key_ids, table->key_count),
                &added);
    if (n == AS_MAP_NONE)
        return NULL;
    if (added)
        table->rows[n] = (struct as_table_row){ 0 };
    return table->failed ? NULL : &table->rows[n];
}

static int64_t time_at(const struct as_table *table,
                       const struct as_table_row *row, uint32_t position)
{
    return entry_at(table, row->entries[position])->time;
}

/* What was read of the row must be read anew. */
static void forget(struct as_table *table, struct as_table_row *row)
{
    for (uint32_t c = 0; row->cells && c < table->column_count; c++)
        row->cells[c].ready = false;
}

/* Put the entry behind all of the row that are not later. */
static bool place(struct as_table *table, struct as_table_row *row,
                  uint32_t entry)
{
    uint32_t at = row->count;
    int64_t time = entry_at(table, entry)->time;

    if (!grow(&row->entries, &row->capacity, row->count, sizeof(*row->entries)))
        return false;
    while (!table->unsorted && at > 0 && time_at(table, row, at - 1) > time)
        at--;
    if (at < row->count) {
        memmove(row->entries + at + 1, row->entries + at,
                (row->count - at) * sizeof(*row->entries));
        forget(table, row);
    }
    row->entries[at] = entry;
    row->count++;
    free(row->chains);
    row->chains = NULL;
    return true;
}

static void add_entry(struct as_table *table, struct as_table_row *row,
                      const struct as_entry *entry)
{
    struct as_entry *copy = as_pages_add(&table->entries);

    if (copy)
        *copy = *entry;
    if (!copy || !place(table, row, table->entries.count - 1))
        table->failed = true;
}

bool as_table_begin(struct as_table *table, const uint32_t *key_ids,
                    int64_t time, uint32_t event)
{
    struct as_table_row *row = row_of(table, key_ids);
    struct as_entry entry = { time, event, table->values.count };
    struct as_values *values;

    if (!row || (table->row_limit && row->count >= table->row_limit))
        return false;
    values = as_pages_add(&table->values);
    if (!values) {
        table->failed = true;
        return false;
    }
    for (uint32_t c = 0; c < table->column_count; c++)
        values[c] = (struct as_values){ table->pool_count, 0 };
    table->last_row = (uint32_t)(row - table->rows);
    add_entry(table, row, &entry);
    return true;
}

void as_table_value(struct as_table *table, uint32_t column, uint32_t value)
{
    struct as_values *values;

    if (table->failed || !grow(&table->pool, &table->pool_capacity,
                               table->pool_count, sizeof(*table->pool))) {
        table->failed = true;
        return;
    }
    values = values_of(table, table->values.count - 1, column);
    if (values->count == 0)
        values->first = table->pool_count;
    table->pool[table->pool_count++] = value;
    values->count++;
}

void as_table_repeat(struct as_table *table, uint32_t row,
                     uint32_t contribution, int64_t time, uint32_t event)
{
    struct as_entry entry = { time, event, contribution };

    table->last_row = row;
    add_entry(table, &table->rows[row], &entry);
}

void as_table_repeat_but(struct as_table *table, uint32_t row,
                         uint32_t contribution, int64_t time, uint32_t event,
                         uint32_t columns, uint32_t value)
{
    struct as_values *values = as_pages_add(&table->values);

    if (!values || !grow(&table->pool, &table->pool_capacity, table->pool_count,
                         sizeof(*table->pool))) {
        table->failed = true;
        return;
    }
    table->pool[table->pool_count] = value;
    for (uint32_t c = 0; c < table->column_count; c++) {
        if (c < 32 && columns >> c & 1)
            values[c] = (struct as_values){ table->pool_count, 1 };
        else
            values[c] = *values_of(table, contribution, c);
    }
    table->pool_count++;
    as_table_repeat(table, row, table->values.count - 1, time, event);
}

/* ---- order ------------------------------------------------------------ */

struct sorting {
    const struct as_table *table;
    const struct as_event_order *order;
};

static int compare_entries(const void *a, const void *b, void *context)
{
    const struct sorting *sorting = context;
    uint32_t m = *(const uint32_t *)a, n = *(const uint32_t *)b;
    const struct as_entry *x = entry_at(sorting->table, m);
    const struct as_entry *y = entry_at(sorting->table, n);

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->event == y->event) /* its elements, in their order */
        return m < n ? -1 : m > n;
    return sorting->order->compare(sorting->order->context, x->event, y->event);
}

/* Entries mostly come in order. */
static bool in_order(struct sorting *sorting, const struct as_table_row *row,
                     uint32_t from)
{
    for (uint32_t i = from + 1; i < row->count; i++) {
        if (compare_entries(&row->entries[i - 1], &row->entries[i], sorting) >
            0)
            return false;
    }
    return true;
}

void as_table_sort(struct as_table *table, uint32_t n, uint32_t from,
                   const struct as_event_order *order)
{
    struct as_table_row *row = &table->rows[n];
    struct sorting sorting = { table, order };
    uint32_t kept = from;

    if (!in_order(&sorting, row, from))
        qsort_r(row->entries + from, row->count - from, sizeof(*row->entries),
                compare_entries, &sorting);
    for (uint32_t i = from; i < row->count; i++) {
        const struct as_entry *entry = entry_at(table, row->entries[i]), *last;

        last = kept > from ? entry_at(table, row->entries[kept - 1]) : entry;
        if (entry->event == last->event || entry->time != last->time ||
            !order->same(order->context, last->event, entry->event))
            row->entries[kept++] = row->entries[i];
    }
    row->count = kept;
    forget(table, row);
}

/* ---- what a reader sees ----------------------------------------------- */

/* The first position whose time is above `time`. */
static uint32_t above(const struct as_table *table,
                      const struct as_table_row *row, int64_t time)
{
    uint32_t low = 0, high = row->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (time_at(table, row, middle) > time)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static int64_t plus(int64_t time, int64_t ms)
{
    return time > INT64_MAX - ms ? INT64_MAX : time + ms;
}

static int64_t minus(int64_t time, int64_t ms)
{
    return time < INT64_MIN + ms ? INT64_MIN : time - ms;
}

/* chains[p]: where the run of contributions that p belongs to began. */
static bool make_chains(struct as_table *table, struct as_table_row *row)
{
    int64_t before = 0;

    if (row->chains)
        return true;
    row->chains = malloc(row->count * sizeof(*row->chains));
    if (!row->chains) {
        table->failed = true;
        return false;
    }
    for (uint32_t p = 0; p < row->count; p++) {
        int64_t time = time_at(table, row, p);
        bool on = p > 0 && time <= plus(before, table->reach.retain_ms);

        row->chains[p] = on ? row->chains[p - 1] : p;
        before = time;
    }
    return true;
}

/* A row that is kept while its contributions go on: back to the beginning of
 * the run that was alive at `time`. */
static uint32_t idle_low(struct as_table *table, struct as_table_row *row,
                         int64_t time)
{
    uint32_t now = above(table, row, time);
    int64_t last;

    if (!make_chains(table, row))
        return row->count;
    if (now == 0)
        return 0;
    last = time_at(table, row, now - 1);
    return time <= plus(last, table->reach.retain_ms) ? row->chains[now - 1]
                                                      : now;
}

bool as_table_view(struct as_table *table, uint32_t n, int64_t time,
                   struct as_row_view *view)
{
    struct as_table_row *row = &table->rows[n];
    const struct as_reach *reach = &table->reach;
    uint32_t low = 0, high = row->count;

    if (!reach->whole) {
        high = above(table, row, plus(time, reach->plus_ms));
        if (reach->idle)
            low = idle_low(table, row, time);
        else if (reach->retain_ms != INT64_MAX)
            low = above(table, row, minus(time, reach->retain_ms));
    }
    if (low >= high)
        return false;
    *view = (struct as_row_view){ table, n, low, high };
    return true;
}

/* time - shift, at most as far as times go. */
static int64_t shifted(int64_t time, int64_t shift)
{
    int64_t result;

    if (__builtin_sub_overflow(time, shift, &result))
        return shift > 0 ? INT64_MIN : INT64_MAX;
    return result;
}

/* The times t at which t + shift lies in [low, high), cut into [*from,
 * *until). */
static void cut(int64_t shift, int64_t low, int64_t high, int64_t *from,
                int64_t *until)
{
    if (low != INT64_MIN && shifted(low, shift) > *from)
        *from = shifted(low, shift);
    if (high != INT64_MAX && shifted(high, shift) < *until)
        *until = shifted(high, shift);
}

/* The first position behind the run that the entry at `position` is of. */
static uint32_t run_end(const struct as_table_row *row, uint32_t position)
{
    uint32_t low = position, high = row->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (row->chains[middle] > row->chains[position])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* An idle row is there from the first entry of a run until it has been idle
 * for retain_ms after the last. */
static void idle_steady(struct as_table *table, struct as_table_row *row,
                        int64_t time, int64_t *from, int64_t *until)
{
    uint32_t now = above(table, row, time), end;
    int64_t gone;

    if (table->reach.plus_ms != 0 || !make_chains(table, row)) {
        cut(0, time, time + 1, from, until);
        return;
    }
    if (now == 0) {
        cut(0, INT64_MIN, row->count > 0 ? time_at(table, row, 0) : INT64_MAX,
            from, until);
        return;
    }
    end = run_end(row, now - 1);
    gone = plus(time_at(table, row, end - 1), table->reach.retain_ms);
    if (time <= gone)
        cut(0, time_at(table, row, row->chains[now - 1]),
            gone == INT64_MAX ? gone : gone + 1, from, until);
    else
        cut(0, gone + 1,
            end < row->count ? time_at(table, row, end) : INT64_MAX, from,
            until);
}

void as_table_steady(struct as_table *table, uint32_t n, int64_t time,
                     int64_t *from, int64_t *until)
{
    struct as_table_row *row = &table->rows[n];
    const struct as_reach *reach = &table->reach;
    uint32_t high, low;

    if (reach->whole)
        return;
    if (reach->idle) {
        idle_steady(table, row, time, from, until);
        return;
    }
    high = above(table, row, plus(time, reach->plus_ms));
    cut(reach->plus_ms, high > 0 ? time_at(table, row, high - 1) : INT64_MIN,
        high < row->count ? time_at(table, row, high) : INT64_MAX, from, until);
    if (reach->retain_ms == INT64_MAX)
        return;
    low = above(table, row, minus(time, reach->retain_ms));
    cut(-reach->retain_ms, low > 0 ? time_at(table, row, low - 1) : INT64_MIN,
        low < row->count ? time_at(table, row, low) : INT64_MAX, from, until);
}

void as_table_keeps(const struct as_row_view *view, int64_t time, int64_t *from,
                    int64_t *until)
{
    const struct as_table *table = view->table;
    const struct as_table_row *row = &table->rows[view->row];
    const struct as_reach *reach = &table->reach;

    if (reach->whole)
        return;
    if (reach->idle) {
        cut(0, time, time + 1, from, until);
        return;
    }
    cut(reach->plus_ms, time_at(table, row, view->high - 1), INT64_MAX, from,
        until);
    if (reach->retain_ms != INT64_MAX)
        cut(-reach->retain_ms, INT64_MIN, time_at(table, row, view->low), from,
            until);
}

/* The numbers that a contribution has for a column; there is no pool where
 * none has any. */
static const uint32_t *numbers(const struct as_table *table,
                               const struct as_values *values)
{
    return values->count > 0 ? table->pool + values->first : NULL;
}

/* Move a cell's window; backwards, or past its end, starts it anew. */
static void move(struct as_table *table, struct as_table_row *row,
                 uint32_t column, uint32_t low, uint32_t high)
{
    struct as_cell *cell = &row->cells[column];

    if (!cell->ready || low < cell->low || high < cell->high ||
        low > cell->high) {
        as_gather_reset(&cell->gather);
        cell->low = cell->high = low;
        cell->ready = true;
    }
    for (; cell->high < high; cell->high++) {
        const struct as_values *values = values_at(table, row, cell->high,
                                                   column);

        as_gather_add(&cell->gather, table->store, cell->high,
                      numbers(table, values), values->count);
    }
    for (; cell->low < low; cell->low++) {
        const struct as_values *values = values_at(table, row, cell->low,
                                                   column);

        as_gather_drop(&cell->gather, table->store, cell->low,
                       numbers(table, values), values->count);
    }
    table->failed |= cell->gather.failed;
}

static bool make_cells(struct as_table *table, struct as_table_row *row)
{
    if (row->cells)
        return true;
    row->cells = calloc(table->column_count, sizeof(*row->cells));
    if (!row->cells) {
        table->failed = true;
        return false;
    }
    table->read_count++;
    for (uint32_t c = 0; c < table->column_count; c++)
        as_gather_init(&row->cells[c].gather,
                       (enum as_agg)table->columns[c].agg,
                       (as_type)table->columns[c].type);
    return true;
}

struct as_value as_row_view_value(const struct as_row_view *view, uint32_t n)
{
    struct as_table *table = view->table;
    struct as_table_row *row = &table->rows[view->row];

    if (n < table->key_count) {
        const char *ids = table->by_key.entries[view->row].key.bytes;
        uint32_t id;

        memcpy(&id, ids + n * sizeof(id), sizeof(id));
        return table->store->values[id];
    }
    n -= table->key_count;
    if (!make_cells(table, row))
        return as_missing(0);
    move(table, row, n, view->low, view->high);
    return as_gather_value(&row->cells[n].gather, table->store);
}

/* So many entries are looked at in either direction for the next value; what
 * lies farther is left to be asked again. */
enum { NEAR = 256 };

void as_row_view_steady(const struct as_row_view *view, uint32_t n,
                        int64_t *from, int64_t *until)
{
    const struct as_table *table = view->table;
    const struct as_table_row *row = &table->rows[view->row];
    uint32_t column = n - table->key_count, low = view->high;
    uint32_t high = view->high, end = view->low;

    if (!table->reach.idle || table->reach.whole || table->reach.plus_ms != 0 ||
        n < table->key_count || !row->cells)
        return;
    if (table->columns[column].agg == AS_AGG_FIRST) {
        const struct as_gather *gather = &row->cells[column].gather;

        if (gather->head < gather->tail) { /* it stays while the run lasts */
            low = gather->items[gather->head].position;
            cut(0, time_at(table, row, low), INT64_MAX, from, until);
            return;
        }
    }
    while (low > end && high - low < NEAR &&
           values_at(table, row, low - 1, column)->count == 0)
        low--;
    if (low > end)
        cut(0, time_at(table, row, low - 1), INT64_MAX, from, until);
    end = row->count - high > NEAR ? high + NEAR : row->count;
    while (high < end && values_at(table, row, high, column)->count == 0)
        high++;
    if (high < row->count)
        cut(0, INT64_MIN, time_at(table, row, high), from, until);
}

/* ---- looking rows up -------------------------------------------------- */

static uint64_t column_index(uint32_t column)
{
    return UINT64_C(1) << 63 | column;
}

static void link_row(struct as_table *table, struct as_table_index *index,
                     struct as_text key, uint32_t row)
{
    uint32_t next = index->link_capacity;
    bool added;
    uint32_t head = map_add(table, &index->heads, key, &added);

    if (table->failed)
        return;
    if (!added && index->rows[index->heads.entries[head].value - 1] == row)
        return; /* the same value again, by the same row */
    if (!grow(&index->next, &next, index->link_count, sizeof(*index->next)) ||
        !grow(&index->rows, &index->link_capacity, index->link_count,
              sizeof(*index->rows))) {
        table->failed = true;
        return;
    }
    index->rows[index->link_count] = row;
    index->next[index->link_count] = (uint32_t)index->heads.entries[head].value;
    index->heads.entries[head].value = ++index->link_count;
}

static void link_key(struct as_table *table, struct as_table_index *index,
                     uint32_t row)
{
    const char *ids = table->by_key.entries[row].key.bytes;
    uint32_t part[32], count = 0;

    for (uint32_t k = 0; k < table->key_count; k++) {
        if (index->what >> k & 1)
            memcpy(&part[count++], ids + k * sizeof(*part), sizeof(*part));
    }
    link_row(table, index, ids_text(part, count), row);
}

static void link_column(struct as_table *table, struct as_table_index *index,
                        uint32_t column, uint32_t row)
{
    const struct as_table_row *entries = &table->rows[row];

    for (uint32_t p = 0; p < entries->count; p++) {
        const struct as_values *values = values_at(table, entries, p, column);

        for (uint32_t i = 0; i < values->count; i++)
            link_row(table, index, ids_text(&table->pool[values->first + i], 1),
                     row);
    }
}

static void fill(struct as_table *table, struct as_table_index *index)
{
    as_map_reset(&index->heads);
    index->link_count = 0;
    for (uint32_t row = 0; row < table->by_key.count; row++) {
        if (index->what >> 63)
            link_column(table, index, (uint32_t)index->what, row);
        else
            link_key(table, index, row);
    }
    index->row_count = table->by_key.count;
    index->entry_count = table->entries.count;
}

/* The index by `what`, made or brought up to date. */
static struct as_table_index *index_by(struct as_table *table, uint64_t what)
{
    struct as_table_index *index = table->indexes;

    while (index && index->what != what)
        index = index->sibling;
    if (!index) {
        index = calloc(1, sizeof(*index));
        if (!index) {
            table->failed = true;
            return NULL;
        }
        as_map_init(&index->heads);
        index->what = what;
        index->row_count = AS_NO_ROW;
        index->sibling = table->indexes;
        table->indexes = index;
    }
    if (index->row_count != table->by_key.count ||
        (what >> 63 && index->entry_count != table->entries.count))
        fill(table, index);
    return table->failed ? NULL : index;
}

uint32_t as_table_first(struct as_table *table, uint32_t mask,
                        const uint32_t *ids, struct as_table_cursor *cursor)
{
    uint32_t count = (uint32_t)__builtin_popcount(mask), head;

    *cursor = (struct as_table_cursor){ 0 };
    if (count == table->key_count) {
        head = as_map_find(&table->by_key, ids_text(ids, count));
        return head == AS_MAP_NONE ? AS_NO_ROW : head;
    }
    cursor->index = index_by(table, mask);
    if (!cursor->index)
        return AS_NO_ROW;
    head = as_map_find(&cursor->index->heads, ids_text(ids, count));
    if (head == AS_MAP_NONE)
        return AS_NO_ROW;
    cursor->link = (uint32_t)cursor->index->heads.entries[head].value;
    return as_table_next(cursor);
}

uint32_t as_table_next(struct as_table_cursor *cursor)
{
    uint32_t link = cursor->link;

    if (link == 0)
        return AS_NO_ROW;
    cursor->link = cursor->index->next[link - 1];
    return cursor->index->rows[link - 1];
}

/* Does what the column comes to never come in as a value? */
static bool is_tally(const struct as_table *table, uint32_t column)
{
    uint32_t agg = column < table->key_count
                     ? AS_AGG_KEY
                     : table->columns[column - table->key_count].agg;

    return agg == AS_AGG_COUNT || agg == AS_AGG_COUNT_DISTINCT ||
           agg == AS_AGG_SUM || agg == AS_AGG_ANY;
}

static bool row_has(struct as_table *table, uint32_t row, uint32_t column,
                    const struct as_value *value, int64_t time)
{
    struct as_row_view view;
    struct as_value got;

    if (!as_table_view(table, row, time, &view))
        return false;
    got = as_row_view_value(&view, column);
    if (got.flag == AS_TYPE_SET)
        return as_gather_has(got.set, as_store_find(table->store, value));
    return !as_is_missing(&got) && as_value_equal(&got, value);
}

bool as_table_has(struct as_table *table, uint32_t column,
                  const struct as_value *value, int64_t time)
{
    bool key = column < table->key_count;
    uint32_t id = as_store_find(table->store, value), head, row;
    struct as_table_cursor cursor = { 0 };

    if (is_tally(table, column)) {
        for (row = 0; row < table->by_key.count; row++) {
            if (row_has(table, row, column, value, time))
                return true;
        }
        return false;
    }
    if (id == AS_NO_VALUE)
        return false;
    cursor.index = index_by(table,
                            key ? UINT64_C(1) << column
                                : column_index(column - table->key_count));
    if (!cursor.index)
        return false;
    head = as_map_find(&cursor.index->heads, ids_text(&id, 1));
    if (head == AS_MAP_NONE)
        return false;
    cursor.link = (uint32_t)cursor.index->heads.entries[head].value;
    while ((row = as_table_next(&cursor)) != AS_NO_ROW) {
        if (row_has(table, row, column, value, time))
            return true;
    }
    return false;
}
