/*
 * memo.h - what is known of a field's values: a table that forgets.
 *
 * The log has few different values in most fields that rules ask for, and the
 * same ones again and again.  A memo keeps some words for each value it met,
 * at most as many values as fit its bound: a new one takes the place of one
 * that was there.  Where values hardly ever come again it notices, and keeps
 * none for a while.
 */
#ifndef AS_MEMO_H
#define AS_MEMO_H

#include "common/hash.h"
#include "runtime/event.h"

/* A longer text is not kept, in bytes. */
enum { AS_MEMO_TEXT = 512 };

/* A value and its words, which follow behind. */
struct as_memo_entry {
    uint64_t hash;
    char *bytes; /* owned; `room` of them */
    uint32_t length, room;
    uint8_t kind; /* enum as_json_kind; AS_JSON_ABSENT: a free place */
};

struct as_memo {
    struct as_hash_key key;
    unsigned char *entries; /* owned; `stride` bytes each */
    size_t stride;
    uint32_t word_count;
    uint32_t count, most; /* places, powers of two; 0: nothing is kept */
    uint32_t turn;
    uint32_t looked, met, resting;
};

/* A memo of `words` words for each value and of about `bytes` bytes in all.
 * It takes memory as it meets values. */
void as_memo_init(struct as_memo *memo, uint32_t words, size_t bytes);
void as_memo_done(struct as_memo *memo);

/*
 * The words of a value that is neither absent nor null, all zero when it is
 * new; good until the next call.  NULL when the value is not kept.
 */
uint64_t *as_memo_find(struct as_memo *memo, const struct as_json_value *value);

#endif
