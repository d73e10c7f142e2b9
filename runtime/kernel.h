/*
 * kernel.h - the loop of the index, made once for each kind of processor.
 *
 * A kernel_*.c defines KERNEL_TARGET (the attribute of its functions), struct
 * kernel_bytes, load_bytes (true when a byte is a control character, a
 * backslash or not ASCII), sets of the bytes as bitmaps (equal_to,
 * below_blank, not_ascii), prefix_xor and first_bit (anything, for an empty
 * set), and KERNEL_APART, and includes this file.
 *
 * A block is 64 bytes, and each set of its bytes is one word of 64 bits, the
 * first byte lowest.  From a few comparisons with single characters all else
 * is worked out for all 64 bytes at once:
 *
 * - Strings.  Of the quotes that no backslash stands before, every second one
 *   closes: the exclusive or of all quotes up to a byte tells whether it is
 *   inside.  What is outside is called bare.
 * - Leads.  A name or value stands behind { [ , or : and nothing else does
 *   (but a bracket that closes an empty pair).  "Stands behind" is a shift by
 *   one or, over white space, an addition whose carry runs through it.
 * - Turns.  In an object, names and values take turns: a colon says that a
 *   value comes, a comma that a name does.  So there is a state which each of
 *   them turns over.  An object turns it too when it opens, like a comma, and
 *   must have turned it back when it closes; so its inside leaves no trace
 *   (but an empty object's closing bracket has to do the turning back).  In
 *   an array the state stays at "value", and commas don't count.  Whatever is
 *   bare and no comma or { must stand where the state is "value": that is
 *   why a name can't be a number, and why a bracket can't close behind a
 *   name.  A subtraction works the state out for 64 bytes: what turns it to
 *   "value" takes a one from what turns it back, and the borrow runs through
 *   all that is between.
 * - Brackets.  Where a block has none of an array's and can't leave the object
 *   that it began in, counting is enough.  Otherwise they are gone through
 *   one by one (pair_brackets), which also finds the end of the record.
 *
 * Most blocks hold strings, colons, commas and braces and little else; run()
 * has a short way for those, in which whatever is bare and none of the three
 * must be a number or a word.  A block that is anything else goes through
 * any_block, whether it is good or not.
 *
 * Numbers, words, escapes and what is not ASCII are few, and looked at one by
 * one by the strict functions of scan.h.
 *
 * What stands behind the end of the record in its last block is worked out
 * with the rest, and then not looked at: `keep` is the bytes that count.
 */

#include <endian.h>

#include "common/limits.h"
#include "common/utf8.h"
#include "runtime/index.h"

enum { BLOCK = 64 };

/* What a block must know of those before it, and what they made.  Bits are 0
 * or 1, words are all zeros or all ones. */
struct kernel_state {
    const char *bytes, *end; /* of the input, from the block on */
    uint32_t place;          /* of the block */
    uint32_t *marks;         /* the next ones go here */
    uint64_t *quotes;
    uint64_t in_string;    /* word */
    uint64_t want_value;   /* bit: the state of the turns */
    uint64_t follows_lead; /* bit: a lead stands before the block */
    unsigned depth;
    unsigned array_level; /* of the innermost array that is open, or 0 */
    uint64_t arrays;      /* of the levels that are open: the arrays */

    /* Where the block before went through any_block; elsewhere, what stands
     * right before the block tells. */
    const char *known;     /* that block's end */
    uint64_t follows_open; /* bit: an opening bracket */
    uint64_t follows_word; /* bit: a byte of a number or word */

    uint64_t escaped;     /* bit: a backslash stands before the block */
    bool has_backslashes; /* so far */
    const char *utf8_end; /* up to here all was looked at */
    const char *escape_end;
};

/* A backslash makes the byte behind it plain, which may be a backslash. */
KERNEL_TARGET
static inline uint64_t find_escaped(uint64_t backslash, uint64_t *carry)
{
    uint64_t escaped = *carry;
    uint64_t left = backslash & ~escaped;

    *carry = 0;
    while (left != 0) {
        uint64_t bit = left & (0 - left);
        *carry = bit >> 63;
        escaped |= bit << 1;
        left &= ~(bit | bit << 1);
    }
    return escaped;
}

/* Those of some control characters that are white space outside strings. */
KERNEL_TARGET
static inline uint64_t other_white(const char *bytes, uint64_t set)
{
    uint64_t white = 0;

    for (; set != 0; set &= set - 1) {
        char c = bytes[__builtin_ctzll(set)];
        if (c == '\n' || c == '\r' || c == '\t')
            white |= set & (0 - set);
    }
    return white;
}

/* The bytes that stand behind one of `set`, with white space between. */
KERNEL_TARGET
static inline uint64_t behind(uint64_t set, uint64_t white, uint64_t *carry)
{
    uint64_t next = set << 1 | *carry, sum;
    bool over = __builtin_add_overflow(white, next & white, &sum);

    *carry = set >> 63 | over;
    return (next | sum) & ~white;
}

/* The state of the turns at each byte: *carry at first, set from a bit of
 * `to_value` on, cleared from one of `to_name` on.  (At these bits themselves,
 * only if they do turn it; else all of it means nothing.) */
KERNEL_TARGET
static inline uint64_t take_turns(uint64_t to_name, uint64_t to_value,
                                  uint64_t *carry)
{
    uint64_t state = to_name - to_value - *carry;

    *carry = state >> 63;
    return state;
}

/*
 * One bracket after the other: do the pairs fit, what is in an array, and
 * where does the record end?  *keep becomes the bytes up to its end.
 */
KERNEL_TARGET
static inline bool pair_brackets(struct kernel_state *state, uint64_t open,
                                 uint64_t shut, uint64_t curly,
                                 uint64_t *in_array, uint64_t *keep)
{
    uint64_t done = 0; /* up to the last bracket */

    for (uint64_t left = open | shut; left != 0; left &= left - 1) {
        uint64_t bit = left & (0 - left);
        uint64_t level = UINT64_C(1) << (state->depth - 1);
        bool is_array = (curly & bit) == 0;

        if (state->arrays & level)
            *in_array |= (bit - 1) & ~done;
        done = bit | (bit - 1);
        if (open & bit) {
            if (state->depth == AS_MAX_DEPTH)
                return false;
            state->arrays |= (uint64_t)is_array << state->depth;
            state->depth++;
        } else {
            if (((state->arrays & level) != 0) != is_array)
                return false;
            state->arrays &= ~level;
            if (--state->depth == 0) {
                *keep = done;
                return true;
            }
        }
    }
    state->array_level = state->arrays
                           ? 64u - (unsigned)__builtin_clzll(state->arrays)
                           : 0;
    if (state->array_level == state->depth)
        *in_array |= ~done;
    return true;
}

static inline bool ends_word(char c)
{
    return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' ||
           c == '\r' || c == '\t';
}

/* Numbers and words that begin at the places of `starts`. */
KERNEL_TARGET
static inline bool good_words(const struct kernel_state *state, uint64_t starts)
{
    for (; starts != 0; starts &= starts - 1) {
        const char *at = as_scan_word(state->bytes + __builtin_ctzll(starts),
                                      state->end);

        if (!at || at == state->end || !ends_word(*at))
            return false;
    }
    return true;
}

/* The same, but only those that end with a comma or a brace. */
KERNEL_TARGET
static inline bool plain_words(const char *bytes, const char *end,
                               uint64_t starts)
{
    for (; starts != 0; starts &= starts - 1) {
        const char *at = bytes + __builtin_ctzll(starts);

        if (end - at < 6)
            return false;
        if (memcmp(at, "true", 4) == 0 || memcmp(at, "null", 4) == 0)
            at += 4;
        else if (memcmp(at, "false", 5) == 0)
            at += 5;
        else if (!(at = as_scan_word(at, end)) || at == end)
            return false;
        if (*at != ',' && *at != '}')
            return false;
    }
    return true;
}

/* Characters behind a backslash, and what is not ASCII. */
KERNEL_TARGET
static inline bool good_special(struct kernel_state *state, uint64_t escaped,
                                uint64_t high)
{
    for (; escaped != 0; escaped &= escaped - 1) {
        const char *at = state->bytes + __builtin_ctzll(escaped);
        if (at < state->escape_end)
            continue; /* the second half of a pair */
        state->escape_end = as_scan_escape(at, state->end);
        if (!state->escape_end)
            return false;
    }
    for (; high != 0; high &= high - 1) {
        const char *at = state->bytes + __builtin_ctzll(high);
        uint32_t code;
        if (at < state->utf8_end)
            continue;
        unsigned length = as_utf8_decode(at, (size_t)(state->end - at), &code);
        if (length == 0)
            return false;
        state->utf8_end = at + length;
    }
    return true;
}

/* Four at a time, though fewer may be there: what is too much is written over
 * or behind the last. */
KERNEL_TARGET
static inline uint32_t *add_marks(uint32_t *marks, uint64_t set, uint32_t place)
{
    uint32_t *end = marks + __builtin_popcountll(set);

    do {
#pragma GCC unroll 4
        for (size_t i = 0; i < 4; i++) {
            marks[i] = place + first_bit(set);
            set &= set - 1;
            KERNEL_APART();
        }
        marks += 4;
    } while (marks < end);
    return end;
}

/* What stands before the block, where a short way led here. */
static inline void look_back(struct kernel_state *state)
{
    char before = state->bytes[-1];

    if (state->known == state->bytes)
        return;
    state->follows_open = !state->in_string && (before == '{' || before == '[');
    state->follows_word = !state->in_string && before != '"' && before != ',' &&
                          before != ':' && before != '}' && before != '{';
}

/* Any block; false when it is not good, or the input ends in it. */
KERNEL_TARGET __attribute__((noinline)) static bool any_block(
    struct kernel_state *state)
{
    struct kernel_bytes block = first_bytes();
    char padded[BLOCK];
    const char *from = state->bytes;

    if (state->end - from < BLOCK) {
        if (from >= state->end)
            return false;
        memset(padded, ' ', sizeof(padded));
        memcpy(padded, from, (size_t)(state->end - from));
        from = padded;
    }
    look_back(state);
    load_bytes(&block, from);
    uint64_t backslash = equal_to(&block, KERNEL_BACKSLASH);
    uint64_t escaped = find_escaped(backslash, &state->escaped);
    uint64_t control = below_blank(&block);
    uint64_t quote = equal_to(&block, KERNEL_QUOTE) & ~escaped;
    state->has_backslashes |= backslash != 0;

    uint64_t string = prefix_xor(quote) ^ state->in_string;
    uint64_t bare = ~(string | quote);
    uint64_t comma = equal_to(&block, KERNEL_COMMA) & bare;
    uint64_t colon = equal_to(&block, KERNEL_COLON) & bare;
    uint64_t curly_open = equal_to(&block, KERNEL_OPEN_CURLY) & bare;
    uint64_t curly_shut = equal_to(&block, KERNEL_SHUT_CURLY) & bare;
    uint64_t open = curly_open | (equal_to(&block, KERNEL_OPEN_SQUARE) & bare);
    uint64_t shut = curly_shut | (equal_to(&block, KERNEL_SHUT_SQUARE) & bare);
    uint64_t white = (equal_to(&block, KERNEL_BLANK) & bare) |
                     other_white(from, control & bare);
    uint64_t word = bare & ~(comma | colon | open | shut | white);
    state->in_string = 0 - (string >> 63);

    uint64_t in_array = 0, keep = ~UINT64_C(0);
    if (!pair_brackets(state, open, shut, curly_open | curly_shut, &in_array,
                       &keep))
        return false;

    /* Leads. */
    uint64_t starts = word & ~(word << 1 | state->follows_word);
    uint64_t behind_lead = behind(comma | colon | open, white,
                                  &state->follows_lead);
    uint64_t empty = shut & behind(open, white, &state->follows_open);
    uint64_t value = (quote & string) | open | starts;
    uint64_t bad = (behind_lead ^ value ^ empty) | (control & string);
    state->follows_word = word >> 63;

    /* Turns. */
    uint64_t to_name = (comma & ~in_array) | curly_open;
    uint64_t want_value = take_turns(to_name, colon | (empty & curly_shut),
                                     &state->want_value);
    bad |= bare & ~white & ~(comma & in_array) & ~(want_value ^ to_name);

    if ((bad & keep) != 0 || !good_words(state, starts & keep) ||
        !good_special(state, escaped & keep, not_ascii(&block) & keep))
        return false;
    *state->quotes++ = htole64(quote);
    state->marks = add_marks(state->marks, (colon | open | shut) & keep,
                             state->place);
    state->bytes += BLOCK;
    state->place += BLOCK;
    state->known = state->bytes;
    return true;
}

/* The bytes up to the bracket that closes the last of `depth` levels; none,
 * if it is not there. */
KERNEL_TARGET
static inline uint64_t up_to_end(uint64_t open, uint64_t shut, unsigned depth)
{
    for (uint64_t left = open | shut; left != 0; left &= left - 1) {
        uint64_t bit = left & (0 - left);

        depth += (open & bit) ? 1u : 0u - 1u;
        if (depth == 0)
            return bit | (bit - 1);
    }
    return 0;
}

/* What is compared in a block of the short way, inside strings too. */
struct kernel_sets {
    uint64_t quote, string, colon, comma, open, shut;
    bool is_special;
};

KERNEL_TARGET
static inline struct kernel_sets plain_sets(struct kernel_bytes *block,
                                            const char *bytes)
{
    struct kernel_sets sets;

    sets.is_special = load_bytes(block, bytes);
    sets.quote = equal_to(block, KERNEL_QUOTE);
    sets.string = prefix_xor(sets.quote);
    sets.colon = equal_to(block, KERNEL_COLON);
    sets.comma = equal_to(block, KERNEL_COMMA);
    sets.open = equal_to(block, KERNEL_OPEN_CURLY);
    sets.shut = equal_to(block, KERNEL_SHUT_CURLY);
    return sets;
}

/* The blocks that can go the short way, up to one that can't, or the end:
 * then the depth is 0. */
KERNEL_TARGET
static inline void plain_blocks(struct kernel_state *state)
{
    struct kernel_bytes block = first_bytes();
    const char *bytes = state->bytes, *end = state->end;
    uint32_t place = state->place;
    uint32_t *marks = state->marks;
    uint64_t *quotes = state->quotes;
    uint64_t in_string = state->in_string, want_value = state->want_value;
    uint64_t follows_lead = state->follows_lead;
    unsigned depth = state->depth, level = state->array_level;

    if (state->escaped)
        return;
    if (end - bytes < (ptrdiff_t)2 * BLOCK)
        return;
    struct kernel_sets next = plain_sets(&block, bytes);
    for (; end - bytes >= (ptrdiff_t)2 * BLOCK;
         bytes += BLOCK, place += BLOCK) {
        struct kernel_sets sets = next;
        if (sets.is_special)
            break;
        next = plain_sets(&block, bytes + BLOCK);
        uint64_t quote = sets.quote;
        uint64_t string = sets.string ^ in_string;
        uint64_t bare = ~(string | quote);
        uint64_t colon = sets.colon & bare;
        uint64_t open = sets.open & bare;
        uint64_t shut = sets.shut & bare;
        uint64_t to_name = (sets.comma & bare) | open;

        uint64_t lead = to_name | colon;
        uint64_t word = bare & ~(lead | shut);
        uint64_t starts = word & ~(word << 1);
        uint64_t empty = shut & open << 1;
        uint64_t value = (quote & string) | open | starts | empty;
        uint64_t next_want = want_value;
        uint64_t want = take_turns(to_name, colon | empty, &next_want);
        uint64_t bad = ((lead << 1 | follows_lead) ^ value) |
                       (bare & ~(want ^ to_name));

        uint64_t mark = colon | open | shut;
        unsigned closed = (unsigned)__builtin_popcountll(shut);
        unsigned opened = (unsigned)__builtin_popcountll(open);
        if (__builtin_expect(depth <= level + closed, 0)) {
            uint64_t keep = level == 0 ? up_to_end(open, shut, depth) : 0;
            if (keep == 0 || (bad & keep) != 0 ||
                !plain_words(bytes, end, starts & keep))
                break;
            *quotes++ = htole64(quote);
            marks = add_marks(marks, mark & keep, place);
            depth = 0;
            break;
        }
        if (bad != 0 || depth + opened > AS_MAX_DEPTH)
            break;
        if (starts != 0 && !plain_words(bytes, end, starts))
            break;
        depth += opened - closed;
        in_string = 0 - (string >> 63);
        want_value = next_want;
        follows_lead = lead >> 63;
        *quotes++ = htole64(quote);
        marks = add_marks(marks, mark, place);
    }
    state->bytes = bytes;
    state->place = place;
    state->marks = marks;
    state->quotes = quotes;
    state->in_string = in_string;
    state->want_value = want_value;
    state->follows_lead = follows_lead;
    state->depth = depth;
}

/* The first byte is the object's bracket, the blocks stand behind it. */
KERNEL_TARGET
static bool run(struct as_index *index, struct as_text text)
{
    struct kernel_state state;

    /* One by one: so short a run of zeros takes longer to start than to
     * write. */
    state.bytes = text.bytes + 1;
    state.end = text.bytes + text.length;
    state.place = 1;
    state.marks = index->marks;
    state.quotes = index->quotes;
    state.in_string = 0;
    state.want_value = 0;
    state.follows_lead = 1;
    state.depth = 1;
    state.array_level = 0;
    state.arrays = 0;
    state.known = NULL;
    state.follows_open = 0;
    state.follows_word = 0;
    state.escaped = 0;
    state.has_backslashes = false;
    state.utf8_end = NULL;
    state.escape_end = NULL;
    for (;;) {
        plain_blocks(&state);
        if (state.depth == 0)
            break;
        if (!any_block(&state))
            return false;
        if (state.depth == 0)
            break;
    }
    index->has_backslashes = state.has_backslashes;
    index->mark_count = (size_t)(state.marks - index->marks);
    index->length = (size_t)state.marks[-1] + 1;
    return true;
}
