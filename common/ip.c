/*
 * ip.c - see ip.h.
 *
 * Every address is 16 bytes, so that there is one comparison, one kind of
 * block and one kind of set.  Sources: RFC 4291 section 2.2 (text), RFC 5952
 * (canonical text), RFC 1918, 6598 and 4193 (private blocks).
 */

#include "common/ip.h"

#include <stdlib.h>

enum {
    GROUPS = 8,   /* of 16 bits in an IPv6 address */
    V4_BITS = 96, /* an IPv4 address's bits begin behind this prefix */
    ALL_BITS = 128,
};

static const unsigned char v4_prefix[12] = { 0, 0, 0, 0, 0,    0,
                                             0, 0, 0, 0, 0xFF, 0xFF };

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
    if (digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* A decimal number up to `most` without leading zeros; how many bytes it
 * takes, or 0. */
static size_t decimal(struct as_text text, unsigned most, unsigned *value)
{
    unsigned sum = 0;
    size_t at = 0;

    while (at < text.length && digit(text.bytes[at])) {
        if (at > 0 && sum == 0)
            return 0;
        sum = sum * 10 + (unsigned)(text.bytes[at++] - '0');
        if (sum > most)
            return 0;
    }
    if (at > 0)
        *value = sum;
    return at;
}

static struct as_text behind(struct as_text text, size_t count)
{
    return (struct as_text){ text.bytes + count, text.length - count };
}

static bool parse_v4(struct as_text text, unsigned char out[4])
{
    for (int i = 0; i < 4; i++) {
        unsigned value;
        size_t length = decimal(text, 255, &value);

        if (length == 0)
            return false;
        out[i] = (unsigned char)value;
        text = behind(text, length);
        if (i < 3) {
            if (text.length == 0 || text.bytes[0] != '.')
                return false;
            text = behind(text, 1);
        }
    }
    return text.length == 0;
}

/* One to four hexadecimal digits; how many, or 0. */
static size_t parse_group(struct as_text text, unsigned *value)
{
    size_t at = 0;

    *value = 0;
    while (at < text.length && hex_value(text.bytes[at]) >= 0) {
        if (at == 4)
            return 0;
        *value = *value << 4 | (unsigned)hex_value(text.bytes[at++]);
    }
    return at;
}

static bool has_dot(struct as_text text)
{
    return memchr(text.bytes, '.', text.length) != NULL &&
           memchr(text.bytes, ':', text.length) == NULL;
}

/*
 * Groups with single colons between them, the last two perhaps written as
 * IPv4; none in an empty text.  Returns how many bytes they fill, or -1.
 */
static int parse_groups(struct as_text text, unsigned char out[16])
{
    int filled = 0;

    while (text.length > 0) {
        unsigned value;

        if (filled <= 12 && has_dot(text))
            return parse_v4(text, out + filled) ? filled + 4 : -1;
        size_t length = parse_group(text, &value);
        if (length == 0 || filled == 16)
            return -1;
        out[filled++] = (unsigned char)(value >> 8);
        out[filled++] = (unsigned char)value;
        text = behind(text, length);
        if (text.length == 0)
            break;
        if (text.bytes[0] != ':' || text.length == 1)
            return -1;
        text = behind(text, 1);
    }
    return filled;
}

static bool parse_v6(struct as_text text, unsigned char out[16])
{
    const char *gap = memmem(text.bytes, text.length, "::", 2);
    unsigned char left[16], right[16];

    if (!gap)
        return parse_groups(text, out) == 16;

    size_t gap_at = (size_t)(gap - text.bytes);
    struct as_text head = { text.bytes, gap_at };
    if (gap_at > 0 && has_dot(head))
        return false; /* IPv4 stands last or nowhere */
    int left_count = parse_groups(head, left);
    int right_count = parse_groups(behind(text, gap_at + 2), right);
    if (left_count < 0 || right_count < 0 || left_count + right_count > 14)
        return false;
    memset(out, 0, 16);
    memcpy(out, left, (size_t)left_count);
    memcpy(out + 16 - right_count, right, (size_t)right_count);
    return true;
}

bool as_ip_parse(struct as_text text, struct as_ip *ip)
{
    struct as_ip result;

    if (text.length < 2 || text.length > 45)
        return false;
    if (memchr(text.bytes, ':', text.length)) {
        if (!parse_v6(text, result.byte))
            return false;
    } else {
        memcpy(result.byte, v4_prefix, sizeof(v4_prefix));
        if (!parse_v4(text, result.byte + sizeof(v4_prefix)))
            return false;
    }
    *ip = result;
    return true;
}

bool as_cidr_parse(struct as_text text, struct as_cidr *cidr)
{
    const char *slash = text.length ? memchr(text.bytes, '/', text.length)
                                    : NULL;
    struct as_text address = text;
    unsigned bits = ALL_BITS;
    struct as_ip base;

    if (slash)
        address.length = (size_t)(slash - text.bytes);
    if (!as_ip_parse(address, &base))
        return false;
    if (slash) {
        bool v4_text = memchr(address.bytes, ':', address.length) == NULL;
        struct as_text number = behind(text, address.length + 1);
        size_t length = decimal(number, v4_text ? 32 : ALL_BITS, &bits);

        if (length == 0 || length != number.length)
            return false;
        bits += v4_text ? V4_BITS : 0;
    }
    *cidr = (struct as_cidr){ base, (uint8_t)bits };
    return true;
}

/* The part of byte `at` that lies within the first `bits` bits. */
static unsigned char mask_at(unsigned bits, unsigned at)
{
    if (bits >= 8 * (at + 1))
        return 0xFF;
    if (bits <= 8 * at)
        return 0;
    return (unsigned char)(0xFF00u >> (bits - 8 * at));
}

bool as_cidr_host_bits(const struct as_cidr *cidr)
{
    for (unsigned i = 0; i < 16; i++) {
        if (cidr->base.byte[i] & (unsigned char)~mask_at(cidr->bits, i))
            return true;
    }
    return false;
}

bool as_cidr_has(const struct as_cidr *cidr, const struct as_ip *ip)
{
    for (unsigned i = 0; i < 16; i++) {
        if ((cidr->base.byte[i] ^ ip->byte[i]) & mask_at(cidr->bits, i))
            return false;
    }
    return true;
}

bool as_ip_is_v4(const struct as_ip *ip)
{
    return memcmp(ip->byte, v4_prefix, sizeof(v4_prefix)) == 0;
}

bool as_ip_is_private(const struct as_ip *ip)
{
    const unsigned char *v4 = ip->byte + sizeof(v4_prefix);

    if (!as_ip_is_v4(ip))
        return (ip->byte[0] & 0xFE) == 0xFC;
    return v4[0] == 10 || (v4[0] == 172 && (v4[1] & 0xF0) == 16) ||
           (v4[0] == 192 && v4[1] == 168) ||
           (v4[0] == 100 && (v4[1] & 0xC0) == 64);
}

int as_ip_compare(const struct as_ip *a, const struct as_ip *b)
{
    return memcmp(a->byte, b->byte, sizeof(a->byte));
}

static unsigned group_of(const struct as_ip *ip, size_t n)
{
    return (unsigned)ip->byte[2 * n] << 8 | ip->byte[2 * n + 1];
}

/* RFC 5952: the longest run of two or more zero groups becomes "::", the
 * first of equal ones; lower case, no leading zeros. */
static void format_v6(struct as_buf *out, const struct as_ip *ip)
{
    size_t best = 0, best_length = 1;

    for (size_t i = 0; i < GROUPS; i++) {
        size_t length = 0;
        while (i + length < GROUPS && group_of(ip, i + length) == 0)
            length++;
        if (length > best_length) {
            best = i;
            best_length = length;
        }
    }
    if (best_length < 2)
        best = GROUPS;
    for (size_t i = 0; i < GROUPS; i++) {
        if (i == best) {
            as_buf_puts(out, "::");
            i += best_length - 1;
            continue;
        }
        if (i > 0 && i != best + best_length)
            as_buf_putc(out, ':');
        as_buf_printf(out, "%x", group_of(ip, i));
    }
}

void as_ip_format(struct as_buf *out, const struct as_ip *ip)
{
    if (as_ip_is_v4(ip))
        as_buf_printf(out, "%u.%u.%u.%u", ip->byte[12], ip->byte[13],
                      ip->byte[14], ip->byte[15]);
    else
        format_v6(out, ip);
}

void as_cidr_format(struct as_buf *out, const struct as_cidr *cidr)
{
    if (as_ip_is_v4(&cidr->base) && cidr->bits >= V4_BITS) {
        as_ip_format(out, &cidr->base);
        as_buf_printf(out, "/%d", cidr->bits - V4_BITS);
    } else {
        format_v6(out, &cidr->base);
        as_buf_printf(out, "/%d", cidr->bits);
    }
}

/* ------------------------------------------------------------------------
 * Sets
 */

/* An address as two numbers, which compare faster than bytes do. */
struct halves {
    uint64_t high, low;
};

static uint64_t big_endian64(const unsigned char *at)
{
    return (uint64_t)at[0] << 56 | (uint64_t)at[1] << 48 |
           (uint64_t)at[2] << 40 | (uint64_t)at[3] << 32 |
           (uint64_t)at[4] << 24 | (uint64_t)at[5] << 16 |
           (uint64_t)at[6] << 8 | (uint64_t)at[7];
}

static struct halves halves_of(const struct as_ip *ip)
{
    return (struct halves){ big_endian64(ip->byte),
                            big_endian64(ip->byte + 8) };
}

static bool before(const struct halves *a, const struct halves *b)
{
    return a->high < b->high || (a->high == b->high && a->low < b->low);
}

/* The address behind `a`; the one behind the last is the first. */
static struct halves next_to(struct halves a)
{
    a.low++;
    a.high += a.low == 0;
    return a;
}

static int compare_ranges(const void *one, const void *two)
{
    const struct as_ip_range *a = one, *b = two;
    struct halves x = halves_of(&a->first), y = halves_of(&b->first);

    return before(&x, &y) ? -1 : before(&y, &x);
}

struct as_ip_range as_cidr_range(const struct as_cidr *cidr)
{
    struct as_ip_range range;

    for (unsigned i = 0; i < 16; i++) {
        unsigned char mask = mask_at(cidr->bits, i);
        range.first.byte[i] = cidr->base.byte[i] & mask;
        range.last.byte[i] = (unsigned char)(range.first.byte[i] |
                                             (unsigned char)~mask);
    }
    return range;
}

bool as_ip_range_has(const struct as_ip_range *range, const struct as_ip *ip)
{
    struct halves first = halves_of(&range->first), at = halves_of(ip);
    struct halves last = halves_of(&range->last);

    return !before(&at, &first) && !before(&last, &at);
}

void as_ip_range_format(struct as_buf *out, const struct as_ip_range *range)
{
    struct as_cidr block = { range->first, 0 };
    struct as_ip_range whole = as_cidr_range(&block);

    while (block.bits < ALL_BITS &&
           (as_cidr_host_bits(&block) ||
            as_ip_compare(&whole.last, &range->last) > 0)) {
        block.bits++;
        whole = as_cidr_range(&block);
    }
    if (as_ip_compare(&whole.last, &range->last) == 0) {
        as_cidr_format(out, &block);
        return;
    }
    as_ip_format(out, &range->first);
    as_buf_putc(out, '-');
    as_ip_format(out, &range->last);
}

/* Is there an address between the two? */
static bool apart(struct halves end, struct halves first)
{
    struct halves next = next_to(end);

    return before(&end, &first) &&
           (next.high != first.high || next.low != first.low);
}

bool as_ip_set_check(const struct as_ip_range *ranges, size_t count)
{
    struct halves end = { 0, 0 }; /* of the range before */

    for (size_t i = 0; i < count; i++) {
        struct halves first = halves_of(&ranges[i].first);
        struct halves last = halves_of(&ranges[i].last);

        if ((i > 0 && !apart(end, first)) || before(&last, &first))
            return false;
        end = last;
    }
    return true;
}

void as_ip_set_take(struct as_ip_set *set, struct as_ip_range *ranges,
                    size_t count)
{
    size_t kept = 0;

    if (count > 1 && !as_ip_set_check(ranges, count))
        qsort(ranges, count, sizeof(*ranges), compare_ranges);
    for (size_t i = 0; i < count; i++) {
        struct halves first = halves_of(&ranges[i].first);
        struct halves end = { 0, 0 }; /* of those kept */

        if (kept > 0)
            end = halves_of(&ranges[kept - 1].last);
        if (kept == 0 || apart(end, first))
            ranges[kept++] = ranges[i];
        else if (as_ip_compare(&ranges[i].last, &ranges[kept - 1].last) > 0)
            ranges[kept - 1].last = ranges[i].last;
    }
    *set = (struct as_ip_set){ ranges, kept };
}

bool as_ip_set_build(struct as_ip_set *set, struct as_arena *arena,
                     const struct as_cidr *blocks, size_t count)
{
    struct as_ip_range *ranges = NULL;

    if (count > SIZE_MAX / sizeof(*ranges))
        return false;
    if (count > 0) {
        ranges = as_alloc(arena, count * sizeof(*ranges));
        if (!ranges)
            return false;
    }
    for (size_t i = 0; i < count; i++)
        ranges[i] = as_cidr_range(&blocks[i]);
    as_ip_set_take(set, ranges, count);
    return true;
}

bool as_ip_set_has(const struct as_ip_set *set, const struct as_ip *ip)
{
    struct halves at = halves_of(ip);
    size_t low = 0, high = set->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct halves last = halves_of(&set->ranges[middle].last);

        if (before(&last, &at))
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->count && as_ip_range_has(&set->ranges[low], ip);
}
