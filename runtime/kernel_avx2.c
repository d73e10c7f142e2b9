/*
 * kernel_avx2.c - the loop of kernel.h for x86-64 with AVX2 and PCLMUL.
 */

#include "runtime/index.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#define KERNEL_TARGET                                                          \
    __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul")))

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
        EIGHT(c), EIGHT(c), EIGHT(c), EIGHT(c)                                 \
    }

static const char constants[CONSTANTS][32] __attribute__((aligned(32))) = {
    [KERNEL_QUOTE] = ALL('"'),       [KERNEL_BACKSLASH] = ALL('\\'),
    [KERNEL_COMMA] = ALL(','),       [KERNEL_COLON] = ALL(':'),
    [KERNEL_BLANK] = ALL(' '),       [KERNEL_OPEN_CURLY] = ALL('{'),
    [KERNEL_SHUT_CURLY] = ALL('}'),  [KERNEL_OPEN_SQUARE] = ALL('['),
    [KERNEL_SHUT_SQUARE] = ALL(']'), [LAST_CONTROL] = ALL(0x1F),
};

/* Keeps stores apart: as a vector they would take longer to put together. */
#define KERNEL_APART() __asm__ volatile("" ::: "memory")

struct kernel_bytes {
    __m256i first, second;
    const char (*constants)[32];
};

KERNEL_TARGET
static inline struct kernel_bytes first_bytes(void)
{
    struct kernel_bytes bytes;

    bytes.constants = constants;
    /* Keeps the compiler from knowing what is there. */
    __asm__("" : "+r"(bytes.constants));
    return bytes;
}

KERNEL_TARGET
static inline __m256i constant(const struct kernel_bytes *bytes, unsigned which)
{
    const void *at = bytes->constants[which];

    return _mm256_load_si256((const __m256i *)at);
}

KERNEL_TARGET
static inline uint64_t mask_of(__m256i first, __m256i second)
{
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(second) << 32 |
           (uint32_t)_mm256_movemask_epi8(first);
}

KERNEL_TARGET
static inline uint64_t equal_to(const struct kernel_bytes *bytes,
                                unsigned which)
{
    __m256i same = constant(bytes, which);

    return mask_of(_mm256_cmpeq_epi8(bytes->first, same),
                   _mm256_cmpeq_epi8(bytes->second, same));
}

KERNEL_TARGET
static inline bool load_bytes(struct kernel_bytes *bytes, const char *from)
{
    const __m256i *at = (const __m256i *)(const void *)from;
    __m256i backslash = constant(bytes, KERNEL_BACKSLASH);
    __m256i first = _mm256_loadu_si256(at);
    __m256i second = _mm256_loadu_si256(at + 1);
    /* Signed: what is not ASCII is below the blank too. */
    __m256i low = _mm256_cmpgt_epi8(constant(bytes, KERNEL_BLANK),
                                    _mm256_min_epi8(first, second));
    __m256i mark = _mm256_or_si256(_mm256_cmpeq_epi8(first, backslash),
                                   _mm256_cmpeq_epi8(second, backslash));
    __m256i both = _mm256_or_si256(low, mark);

    bytes->first = first;
    bytes->second = second;
    return !_mm256_testz_si256(both, both);
}

KERNEL_TARGET
static inline uint64_t below_blank(const struct kernel_bytes *bytes)
{
    __m256i most = constant(bytes, LAST_CONTROL);

    return mask_of(
        _mm256_cmpeq_epi8(_mm256_max_epu8(bytes->first, most), most),
        _mm256_cmpeq_epi8(_mm256_max_epu8(bytes->second, most), most));
}

KERNEL_TARGET
static inline uint64_t not_ascii(const struct kernel_bytes *bytes)
{
    return mask_of(bytes->first, bytes->second);
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
    return (unsigned)_tzcnt_u64(set);
}

#include "runtime/kernel.h"

static bool works(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt") &&
           __builtin_cpu_supports("pclmul");
}

const struct as_kernel as_kernel_avx2 = { "avx2", works, run };

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

const struct as_kernel as_kernel_avx2 = { "avx2", works, run };

#endif
