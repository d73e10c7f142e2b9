/*
 * kernel_plain.c - the loop of kernel.h in plain C, eight bytes to a word.
 */

#include "runtime/index.h"

#define KERNEL_TARGET
#define KERNEL_APART()     (void)0
#define KERNEL_QUOTE       '"'
#define KERNEL_BACKSLASH   '\\'
#define KERNEL_COMMA       ','
#define KERNEL_COLON       ':'
#define KERNEL_BLANK       ' '
#define KERNEL_OPEN_CURLY  '{'
#define KERNEL_SHUT_CURLY  '}'
#define KERNEL_OPEN_SQUARE '['
#define KERNEL_SHUT_SQUARE ']'

enum { WORDS = 8 };

static const uint64_t ones = UINT64_C(0x0101010101010101);
static const uint64_t tops = UINT64_C(0x8080808080808080);

struct kernel_bytes {
    uint64_t word[WORDS]; /* the first byte lowest */
};

/* The top bit of each byte of `word`, side by side. */
static inline uint64_t gather_tops(uint64_t word)
{
    return ((word & tops) >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

/* A byte's top bit is set where the byte is zero.  No carry leaves a byte:
 * its low seven bits alone are added to. */
static inline uint64_t zero_bytes(uint64_t word)
{
    return ~(((word & ~tops) + ~tops) | word);
}

static inline uint64_t equal_to(const struct kernel_bytes *bytes, char c)
{
    uint64_t set = 0, same = ones * (unsigned char)c;

    for (unsigned i = 0; i < WORDS; i++)
        set |= gather_tops(zero_bytes(bytes->word[i] ^ same)) << 8 * i;
    return set;
}

static inline struct kernel_bytes first_bytes(void)
{
    return (struct kernel_bytes){ { 0 } };
}

static inline uint64_t below_blank(const struct kernel_bytes *bytes)
{
    uint64_t set = 0;

    for (unsigned i = 0; i < WORDS; i++)
        set |= gather_tops(zero_bytes(bytes->word[i] & ones * 0xE0)) << 8 * i;
    return set;
}

static inline uint64_t not_ascii(const struct kernel_bytes *bytes)
{
    uint64_t set = 0;

    for (unsigned i = 0; i < WORDS; i++)
        set |= gather_tops(bytes->word[i]) << 8 * i;
    return set;
}

static inline uint64_t word_at(const char *at)
{
    uint64_t word = 0;

    for (unsigned i = 0; i < 8; i++)
        word |= (uint64_t)(unsigned char)at[i] << 8 * i;
    return word;
}

static inline bool load_bytes(struct kernel_bytes *bytes, const char *from)
{
    uint64_t special = 0;

    for (size_t i = 0; i < WORDS; i++) {
        uint64_t word = word_at(from + 8 * i);
        special |= word | zero_bytes(word ^ ones * '\\') |
                   zero_bytes(word & ones * 0xE0);
        bytes->word[i] = word;
    }
    return (special & tops) != 0;
}

static inline uint64_t prefix_xor(uint64_t set)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        set ^= set << shift;
    return set;
}

static inline unsigned first_bit(uint64_t set)
{
    return set ? (unsigned)__builtin_ctzll(set) : 0;
}

#include "runtime/kernel.h"

static bool works(void)
{
    return true;
}

const struct as_kernel as_kernel_plain = { "plain", works, run };
