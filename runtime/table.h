/*
 * table.h - rows by key, each a line of contributions in time.
 *
 * A baseline and a group are both this: events contribute values to the row
 * of their key, in the order (time, event id), and a reader asks what a row
 * comes to over a stretch of time.  What is stored never depends on when it
 * is asked, so an as-of question about any time can be answered.
 */
#ifndef AS_TABLE_H
#define AS_TABLE_H

#include "common/pages.h"
#include "runtime/gather.h"

/* Which contributions a reader at time t sees. */
struct as_reach {
    bool whole;        /* all there are, earlier or later */
    bool idle;         /* back to the last gap longer than retain_ms */
    int64_t plus_ms;   /* up to t + plus_ms */
    int64_t retain_ms; /* after t - retain_ms; INT64_MAX: forever */
};

/* One event's (or element's) part in a row. */
struct as_entry {
    int64_t time;
    uint32_t event;        /* the engine's number of it */
    uint32_t contribution; /* what it contributes */
};

/* A contribution has one of these for each column: a span of the pool. */
struct as_values {
    uint32_t first, count;
};

struct as_cell {
    uint32_t low, high; /* the window the gather stands at */
    bool ready;
    struct as_gather gather;
};

struct as_table_row {
    uint32_t *entries; /* owned; numbers of entries, in (time, id) order */
    uint32_t *chains;  /* owned; idle: where the chain of each begins */
    uint32_t count, capacity;
    struct as_cell *cells; /* owned; one for each column, made when read */
    uint32_t sorted;       /* so many from the front are in order */
};

/* Rows that have a value in some key columns, or in a collected column. */
struct as_table_index {
    uint64_t what;         /* key mask, or column number with the top bit */
    struct as_map heads;   /* ids as bytes -> last link + 1 */
    uint32_t *rows, *next; /* links: row, and the link before */
    uint32_t link_count, link_capacity;
    uint32_t row_count;   /* rows that were there when it was made */
    uint32_t entry_count; /* and entries */
    struct as_table_index *sibling;
};

struct as_table {
    struct as_store *store;
    const struct as_row_column *keys, *columns;
    uint32_t key_count, column_count;
    struct as_reach reach;
    struct as_arena arena;     /* key bytes of the maps */
    struct as_map by_key;      /* key ids as bytes -> row number */
    struct as_table_row *rows; /* owned; as many as by_key has */
    uint32_t row_capacity;
    struct as_pages entries; /* struct as_entry */
    struct as_pages values;  /* struct as_values, column_count of them each */
    uint32_t read_count;     /* rows that have cells */
    uint32_t last_row;       /* the row of the last contribution */
    bool unsorted;           /* rows are put in order by as_table_sort */
    uint32_t row_limit;      /* contributions that a row takes; 0: all */
    uint32_t *pool;          /* owned; numbers of values */
    uint32_t pool_count, pool_capacity;
    struct as_table_index *indexes; /* owned */
    bool failed;                    /* out of memory */
};

/* A row and the stretch of its entries that a reader sees. */
struct as_row_view {
    struct as_table *table;
    uint32_t row;
    uint32_t low, high; /* positions in the row: low <= p < high */
};

void as_table_init(struct as_table *table, struct as_store *store,
                   const struct as_row_column *keys, uint32_t key_count,
                   const struct as_row_column *columns, uint32_t column_count,
                   struct as_reach reach);
void as_table_done(struct as_table *table);

/* Bytes that it takes, more or less. */
size_t as_table_bytes(const struct as_table *table);

/* No rows, memory kept. */
void as_table_reset(struct as_table *table);

/* Begin a contribution; then as_table_value for each value of each column in
 * order.  Times may come in any order, but in order is fast, unless the table
 * is `unsorted`.  False: the row is full, or memory has run out. */
bool as_table_begin(struct as_table *table, const uint32_t *key_ids,
                    int64_t time, uint32_t event);
void as_table_value(struct as_table *table, uint32_t column, uint32_t value);

/* A contribution that was made before, once more: at another time, of another
 * event. */
void as_table_repeat(struct as_table *table, uint32_t row,
                     uint32_t contribution, int64_t time, uint32_t event);

/* The same, but for the columns of the mask, which get one value each. */
void as_table_repeat_but(struct as_table *table, uint32_t row,
                         uint32_t contribution, int64_t time, uint32_t event,
                         uint32_t columns, uint32_t value);

/* How to put events of one time in order, and drop repeated ones, which are
 * of one time. */
struct as_event_order {
    int (*compare)(const void *context, uint32_t a, uint32_t b);
    bool (*same)(const void *context, uint32_t a, uint32_t b);
    const void *context;
};

/* Put the entries of a row in order, from position `from` on: by time, then
 * as `order` says; of the same events the first stays. */
void as_table_sort(struct as_table *table, uint32_t row, uint32_t from,
                   const struct as_event_order *order);

/* What a reader at `time` sees of a row; false: the row does not exist then. */
bool as_table_view(struct as_table *table, uint32_t row, int64_t time,
                   struct as_row_view *view);

/* Narrow [*from, *until) to the times around `time` at which a reader sees the
 * same of the row; `until` may be INT64_MAX: forever.  Of an idle row, which
 * changes with each of its entries, it is the same whether it is there and
 * where it begins; what it shows is narrowed by as_row_view_steady. */
void as_table_steady(struct as_table *table, uint32_t row, int64_t time,
                     int64_t *from, int64_t *until);

/* Narrow them, which as_table_steady has, to times at which column n (keys
 * first) of an idle row has the value that it has in the view; of other rows
 * that is done already.  The column was read. */
void as_row_view_steady(const struct as_row_view *view, uint32_t n,
                        int64_t *from, int64_t *until);

/* The same for a reader to whom it is enough to see what the view shows, and
 * perhaps more. */
void as_table_keeps(const struct as_row_view *view, int64_t time, int64_t *from,
                    int64_t *until);

/* The rows that have these ids in the key columns of `mask` (lowest first):
 * start with as_table_first, go on with as_table_next until AS_NO_ROW.  The
 * order does not depend on the order of arrival within one second. */
struct as_table_cursor {
    struct as_table_index *index;
    uint32_t link;
};
uint32_t as_table_first(struct as_table *table, uint32_t mask,
                        const uint32_t *ids, struct as_table_cursor *cursor);
uint32_t as_table_next(struct as_table_cursor *cursor);

/* Does some live row have the value in this column (keys first)?  Fast where
 * the column holds values that came in; one that counts looks at all rows. */
bool as_table_has(struct as_table *table, uint32_t column,
                  const struct as_value *value, int64_t time);

/* Column n (keys first) of a row as a reader sees it. */
struct as_value as_row_view_value(const struct as_row_view *view, uint32_t n);

static inline const struct as_entry *as_table_entry(
    const struct as_table *table, uint32_t row, uint32_t position)
{
    return as_pages_at(&table->entries, table->rows[row].entries[position]);
}

static inline uint32_t as_table_event(const struct as_row_view *view,
                                      uint32_t position)
{
    return as_table_entry(view->table, view->row, position)->event;
}

static inline int64_t as_table_time(const struct as_table *table, uint32_t row,
                                    uint32_t position)
{
    return as_table_entry(table, row, position)->time;
}

#endif
