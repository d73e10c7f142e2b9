/* ip.h - addresses and sets of address blocks. */
#ifndef AS_IP_H
#define AS_IP_H

#include "common/arena.h"
#include "common/buf.h"

/* IPv6, or IPv4 as ::ffff:a.b.c.d, most significant byte first.  IPv4 and
 * an IPv4-mapped IPv6 address are the same address. */
struct as_ip {
    unsigned char byte[16];
};

/* A block: the addresses whose first `bits` bits (of 128) are `base`'s. */
struct as_cidr {
    struct as_ip base; /* host bits as written, see as_cidr_host_bits */
    uint8_t bits;      /* 0 to 128; an IPv4 block has 96 to 128 */
};

/*
 * The whole text must be an address.  IPv4 is four decimal numbers without
 * leading zeros ("253.252.51.07" is none); IPv6 is RFC 4291 text without a
 * zone.  Does not use the locale or the resolver.
 */
bool as_ip_parse(struct as_text text, struct as_ip *ip);

/* "a.b.c.d", or "a.b.c.d/n", or IPv6 likewise; a bare address is /32, /128. */
bool as_cidr_parse(struct as_text text, struct as_cidr *cidr);
bool as_cidr_host_bits(const struct as_cidr *cidr); /* any set below bits? */
bool as_cidr_has(const struct as_cidr *cidr, const struct as_ip *ip);

bool as_ip_is_v4(const struct as_ip *ip);
/* RFC 1918, 100.64.0.0/10 (RFC 6598), fc00::/7 (RFC 4193). */
bool as_ip_is_private(const struct as_ip *ip);
int as_ip_compare(const struct as_ip *a, const struct as_ip *b);

/* Canonical text: dotted IPv4, RFC 5952 for IPv6. */
void as_ip_format(struct as_buf *out, const struct as_ip *ip);
void as_cidr_format(struct as_buf *out, const struct as_cidr *cidr);

struct as_ip_range {
    struct as_ip first, last;
};

struct as_ip_range as_cidr_range(const struct as_cidr *cidr);
bool as_ip_range_has(const struct as_ip_range *range, const struct as_ip *ip);
/* "a.b.c.d/n" where it is one block, else "first-last". */
void as_ip_range_format(struct as_buf *out, const struct as_ip_range *range);

/* Sorted ranges with a gap between each two: there is one such set for any
 * addresses.  A lookup is a binary search. */
struct as_ip_set {
    const struct as_ip_range *ranges; /* borrowed */
    size_t count;
};

/* Is that what these ranges are? */
bool as_ip_set_check(const struct as_ip_range *ranges, size_t count);

/* Build from any blocks, overlapping or not, in the arena.  False when memory
 * runs out. */
bool as_ip_set_build(struct as_ip_set *set, struct as_arena *arena,
                     const struct as_cidr *blocks, size_t count);

/* Sort and merge any ranges, each with its first not behind its last, where
 * they stand; the set borrows them. */
void as_ip_set_take(struct as_ip_set *set, struct as_ip_range *ranges,
                    size_t count);
bool as_ip_set_has(const struct as_ip_set *set, const struct as_ip *ip);

#endif
