/*
 * kernel_sse.c - the loop of kernel.h for x86-64 with SSE4.2 and PCLMUL.
 */

#include "runtime/index.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#define KERNEL_TARGET __attribute__((target("sse4.2,popcnt,pclmul")))

enum { PARTS = 4, PART = 16 };

/* What bytes are compared with.  In memory, because it is read from there
 * quicker than it is made anew for each block. */
enum {
    KERNEL_QUOTE,
    KERNEL_BACKSLASH,
    KERNEL_COMMA,
    KERNEL_COLON,
    KERNEL_BLANK,
    KERNEL_OPEN_CURLY,
    KERNEL_SHUT_CURLY,
    KERNEL_OPEN_SQUARE,
    KERNEL_SHUT_SQUARE,
    LAST_CONTROL,
    CONSTANTS,
};

#define EIGHT(c) c, c, c, c, c, c, c, c
#define ALL(c)                                                                 \
    {                                                                          \
        EIGHT(c), EIGHT(c)                                                     \
    }

static const char constants[CONSTANTS][PART] __attribute__((aligned(PART))) = {
    [KERNEL_QUOTE] = ALL('"'),       [KERNEL_BACKSLASH] = ALL('\\'),
    [KERNEL_COMMA] = ALL(','),       [KERNEL_COLON] = ALL(':'),
    [KERNEL_BLANK] = ALL(' '),       [KERNEL_OPEN_CURLY] = ALL('{'),
    [KERNEL_SHUT_CURLY] = ALL('}'),  [KERNEL_OPEN_SQUARE] = ALL('['),
    [KERNEL_SHUT_SQUARE] = ALL(']'), [LAST_CONTROL] = ALL(0x1F),
};

/* Keeps stores apart: as a vector they would take longer to put together. */
#define KERNEL_APART() __asm__ volatile("" ::: "memory")

struct kernel_bytes {
    __m128i part[PARTS];
    const char (*constants)[PART];
};

static inline struct kernel_bytes first_bytes(void)
{
    struct kernel_bytes bytes;

    bytes.constants = constants;
    /* Keeps the compiler from knowing what is there. */
    __asm__("" : "+r"(bytes.constants));
    return bytes;
}

KERNEL_TARGET
static inline __m128i constant(const struct kernel_bytes *bytes, unsigned which)
{
    const void *at = bytes->constants[which];

    return _mm_load_si128((const __m128i *)at);
}

KERNEL_TARGET
static inline uint64_t mask_of(__m128i part, unsigned number)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(part) << PART * number;
}

KERNEL_TARGET
static inline uint64_t equal_to(const struct kernel_bytes *bytes,
                                unsigned which)
{
    __m128i same = constant(bytes, which);
    uint64_t set = 0;

#pragma GCC unroll 4
    for (unsigned i = 0; i < PARTS; i++)
        set |= mask_of(_mm_cmpeq_epi8(bytes->part[i], same), i);
    return set;
}

KERNEL_TARGET
static inline bool load_bytes(struct kernel_bytes *bytes, const char *from)
{
    const __m128i *at = (const __m128i *)(const void *)from;
    __m128i blank = constant(bytes, KERNEL_BLANK);
    __m128i backslash = constant(bytes, KERNEL_BACKSLASH);
    __m128i special = _mm_setzero_si128();

#pragma GCC unroll 4
    for (unsigned i = 0; i < PARTS; i++) {
        __m128i part = _mm_loadu_si128(at + i);
        /* Signed: what is not ASCII is below the blank too. */
        __m128i low = _mm_cmplt_epi8(part, blank);
        __m128i mark = _mm_cmpeq_epi8(part, backslash);
        special = _mm_or_si128(special, _mm_or_si128(low, mark));
        bytes->part[i] = part;
    }
    return _mm_movemask_epi8(special) != 0;
}

KERNEL_TARGET
static inline uint64_t below_blank(const struct kernel_bytes *bytes)
{
    __m128i most = constant(bytes, LAST_CONTROL);
    uint64_t set = 0;

#pragma GCC unroll 4
    for (unsigned i = 0; i < PARTS; i++) {
        __m128i high = _mm_max_epu8(bytes->part[i], most);
        set |= mask_of(_mm_cmpeq_epi8(high, most), i);
    }
    return set;
}

KERNEL_TARGET
static inline uint64_t not_ascii(const struct kernel_bytes *bytes)
{
    uint64_t set = 0;

#pragma GCC unroll 4
    for (unsigned i = 0; i < PARTS; i++)
        set |= mask_of(bytes->part[i], i);
    return set;
}

/* Multiplying without carries by all ones adds up all bits below each. */
KERNEL_TARGET
static inline uint64_t prefix_xor(uint64_t set)
{
    __m128i ones = _mm_set1_epi8((char)0xFF);
    __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)set),
                                           ones, 0);

    return (uint64_t)_mm_cvtsi128_si64(product);
}

KERNEL_TARGET
static inline unsigned first_bit(uint64_t set)
{
    return set ? (unsigned)__builtin_ctzll(set) : 0;
}

#include "runtime/kernel.h"

static bool works(void)
{
    return __builtin_cpu_supports("sse4.2") &&
           __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul");
}

const struct as_kernel as_kernel_sse = { "sse", works, run };

#else

static bool works(void)
{
    return false;
}

static bool run(struct as_index *index, struct as_text bytes)
{
    (void)index;
    (void)bytes;
    return false;
}

const struct as_kernel as_kernel_sse = { "sse", works, run };

#endif
