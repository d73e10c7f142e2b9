/* Addresses: what is one, how it is written, which block it is in. */

#include "common/ip.h"
#include "tests/unit/tap.h"

static const struct {
    const char *text, *canonical;
} good[] = {
    { "0.0.0.0", "0.0.0.0" },
    { "255.255.255.255", "255.255.255.255" },
    { "203.0.113.9", "203.0.113.9" },
    { "::", "::" },
    { "::1", "::1" },
    { "1::", "1::" },
    { "2001:db8::1", "2001:db8::1" },
    { "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1" },
    { "2001:DB8::ABCD", "2001:db8::abcd" },
    /* RFC 5952, sections 2 and 4 */
    { "2001:db8:0:0:0:0:2:1", "2001:db8::2:1" },
    { "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
    { "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
    { "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
    { "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
    { "2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001",
      "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1" },
    { "2001:db8:aaaa:bbbb:cccc:dddd::1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1" },
    { "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
    { "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
    { "0:0:1::", "0:0:1::" },
    { "::ffff:192.0.2.1", "192.0.2.1" },
    { "::FFFF:c000:0201", "192.0.2.1" },
    { "::192.0.2.1", "::c000:201" },
    { "64:ff9b::192.0.2.33", "64:ff9b::c000:221" },
    { "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
    { "1:2:3:4:5::1.2.3.4", "1:2:3:4:5:0:102:304" },
};

static const char *const bad[] = {
    "",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.",
    ".1.2.3",
    "1..2.3",
    "256.1.1.1",
    "253.252.51.07",
    "01.2.3.4",
    "00.0.0.0",
    "1.2.3.4 ",
    " 1.2.3.4",
    "1.2.3.+4",
    "1.2.3.0x4",
    "1.2.3.4294967297",
    "AWS Internal",
    "<my ip>",
    "ec2.amazonaws.com",
    ":",
    ":::",
    "1:::2",
    "1::2::3",
    ":1",
    "1:",
    ":1::",
    "1::2:",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8",
    "1:2:3:4::5:6:7:8",
    "12345::",
    "g::",
    "::1%eth0",
    "fe80::1%1",
    "[::1]",
    "::1.2.3",
    "::1.2.3.4.5",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::256.1.1.1",
    "::ffff:1.2.3.04",
    "::1/128",
    "0000:0000:0000:0000:0000:0000:0000:0000:0000:0001",
};

static const struct {
    const char *block, *canonical, *inside, *outside;
    bool host_bits;
} blocks[] = {
    { "10.0.0.0/8", "10.0.0.0/8", "10.255.255.255", "11.0.0.0", false },
    { "203.0.113.9", "203.0.113.9/32", "203.0.113.9", "203.0.113.8", false },
    { "10.1.2.3/8", "10.1.2.3/8", "10.200.0.0", "9.255.255.255", true },
    { "0.0.0.0/0", "0.0.0.0/0", "255.1.2.3", "2001:db8::1", false },
    { "192.0.2.128/25", "192.0.2.128/25", "192.0.2.129", "192.0.2.127", false },
    { "2001:db8::/32", "2001:db8::/32", "2001:db8:ffff::1",
      "2001:db9::", false },
    { "2001:db8::1/32", "2001:db8::1/32", "2001:db8::2", "2001:db9::", true },
    { "::1", "::1/128", "::1", "::2", false },
    { "::/0", "::/0", "1.2.3.4", NULL, false },
    { "::ffff:10.0.0.0/104", "10.0.0.0/8", "10.1.1.1", "11.0.0.0", false },
    { "::ffff:0:0/95", "::ffff:0:0/95", "1.2.3.4", "::1", true },
    { "2001:db8::/33", "2001:db8::/33", "2001:db8:7fff::1",
      "2001:db8:8000::", false },
};

static const char *const bad_blocks[] = {
    "",
    "/",
    "/8",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0.0/8 ",
    "10.0.0/8",
    "::/129",
    "::/1a",
    "10.0.0.0/255.0.0.0",
};

static const struct {
    const char *text;
    bool is_private;
} kinds[] = {
    { "10.0.0.0", true },        { "10.255.255.255", true },
    { "9.255.255.255", false },  { "11.0.0.0", false },
    { "172.15.255.255", false }, { "172.16.0.0", true },
    { "172.31.255.255", true },  { "172.32.0.0", false },
    { "192.168.0.1", true },     { "192.169.0.0", false },
    { "100.63.255.255", false }, { "100.64.0.0", true },
    { "100.127.255.255", true }, { "100.128.0.0", false },
    { "127.0.0.1", false },      { "169.254.1.1", false },
    { "fbff::1", false },        { "fc00::1", true },
    { "fdff::1", true },         { "fe00::1", false },
    { "::ffff:10.0.0.1", true }, { "2001:db8::1", false },
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct as_ip address(const char *text)
{
    struct as_ip ip = { { 0 } };

    if (!as_ip_parse(as_text_of(text), &ip))
        tap_ok(false, text);
    return ip;
}

static void check(struct as_buf *got, const char *want)
{
    if (!tap_ok(as_text_equal(as_buf_view(got), as_text_of(want)), want))
        printf("#  got: %.*s\n", (int)got->length, got->bytes);
    as_buf_reset(got);
}

static void check_block(size_t n, struct as_buf *out)
{
    struct as_cidr block;
    struct as_ip in = address(blocks[n].inside);

    if (!tap_ok(as_cidr_parse(as_text_of(blocks[n].block), &block),
                blocks[n].block))
        return;
    as_cidr_format(out, &block);
    check(out, blocks[n].canonical);
    tap_ok(as_cidr_has(&block, &in), "inside");
    tap_ok(as_cidr_host_bits(&block) == blocks[n].host_bits, "host bits");
    if (blocks[n].outside) {
        struct as_ip out_ip = address(blocks[n].outside);
        tap_ok(!as_cidr_has(&block, &out_ip), "outside");
    }
}

static uint32_t next_random(uint32_t *state)
{
    return *state = *state * 1664525u + 1013904223u;
}

/* A set answers as its blocks do, asked one by one. */
static void sets(void)
{
    enum { BLOCKS = 40, ASKED = 4000 };
    struct as_arena arena;
    struct as_ip_set set;
    struct as_cidr list[BLOCKS];
    uint32_t random = 7;
    int wrong = 0, inside = 0;

    as_arena_init(&arena, 0);
    for (int i = 0; i < BLOCKS; i++) {
        list[i].base = address(i % 4 ? "10.20.0.0" : "2001:db8::");
        list[i].base.byte[13] ^= (unsigned char)(next_random(&random) >> 24);
        list[i].base.byte[14] ^= (unsigned char)(next_random(&random) >> 24);
        list[i].bits = (uint8_t)(108 + (next_random(&random) >> 24) % 18);
    }
    tap_ok(as_ip_set_build(&set, &arena, list, BLOCKS), "build");
    for (size_t i = 1; i < set.count; i++)
        wrong += as_ip_compare(&set.ranges[i - 1].last, &set.ranges[i].first) >=
                 0;
    tap_int(wrong, 0, "ranges are sorted and apart");
    for (int i = 0; i < ASKED; i++) {
        struct as_ip ip = address(i % 4 ? "10.20.0.0" : "2001:db8::");
        bool want = false;
        ip.byte[13] ^= (unsigned char)(next_random(&random) >> 24);
        ip.byte[14] ^= (unsigned char)(next_random(&random) >> 24);
        ip.byte[15] ^= (unsigned char)(next_random(&random) >> 24);
        for (int b = 0; b < BLOCKS; b++)
            want = want || as_cidr_has(&list[b], &ip);
        inside += want;
        wrong += as_ip_set_has(&set, &ip) != want;
    }
    tap_int(wrong, 0, "same answers as one by one");
    tap_ok(inside > 100 && inside < ASKED - 100, "of both kinds");

    tap_ok(as_ip_set_build(&set, &arena, NULL, 0) && set.count == 0, "empty");
    struct as_ip any = address("1.2.3.4");
    tap_ok(!as_ip_set_has(&set, &any), "holds nothing");
    as_arena_free(&arena);

    as_arena_init(&arena, 64);
    tap_ok(!as_ip_set_build(&set, &arena, list, BLOCKS), "no memory");
    as_arena_free(&arena);
}

static struct as_ip_range range(const char *first, const char *last)
{
    return (struct as_ip_range){ address(first), address(last) };
}

/* Ranges that touch are one, so that a set can be written in one way only. */
static void ranges(void)
{
    struct as_ip_range given[] = {
        range("10.0.1.0", "10.0.1.255"),
        range("255.255.255.0", "255.255.255.255"),
        range("::1:0:0:0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        range("10.0.0.0", "10.0.0.255"),
        range("10.0.3.0", "10.0.3.1"),
        range("10.0.0.7", "10.0.0.8"),
        range("::ffff:ffff:ffff:ffff", "::ffff:ffff:ffff:ffff"),
    };
    struct as_ip_set set;

    tap_ok(!as_ip_set_check(given, COUNT(given)), "not sorted");
    as_ip_set_take(&set, given, COUNT(given));
    tap_int((long)set.count, 3, "neighbours and parts are merged");
    tap_ok(as_ip_set_check(set.ranges, set.count), "sorted and apart");
    for (size_t i = 0; i < set.count; i++) {
        struct as_ip_range pair[2] = { set.ranges[i], set.ranges[i] };

        tap_ok(!as_ip_set_check(pair, 2), "no range comes twice");
        pair[1].first = pair[0].last;
        tap_ok(!as_ip_set_check(pair, 2), "nor begins in another");
    }
    given[0] = range("10.0.0.0", "10.0.0.255");
    given[1] = range("10.0.1.0", "10.0.1.255");
    tap_ok(!as_ip_set_check(given, 2), "nor where another ends");
    given[1] = range("10.0.1.1", "10.0.1.0");
    tap_ok(!as_ip_set_check(given, 2), "nor ends before it begins");
    given[0] = range("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    given[1] = range("::1", "::2");
    tap_ok(as_ip_set_check(given, 1) && !as_ip_set_check(given, 2),
           "nothing is behind all addresses");
    as_ip_set_take(&set, given, 2);
    tap_int((long)set.count, 1, "and nothing outside of them");
}

static const struct {
    const char *first, *last, *text;
} spans[] = {
    { "10.0.0.0", "10.0.0.255", "10.0.0.0/24" },
    { "10.0.0.1", "10.0.0.1", "10.0.0.1/32" },
    { "10.0.0.1", "10.0.0.2", "10.0.0.1-10.0.0.2" },
    { "10.0.0.0", "10.0.0.2", "10.0.0.0-10.0.0.2" },
    { "10.0.0.0", "10.0.1.1", "10.0.0.0-10.0.1.1" },
    { "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::/32" },
    { "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0" },
};

int main(void)
{
    struct as_buf out = { .bytes = NULL };

    for (size_t i = 0; i < COUNT(good); i++) {
        struct as_ip ip = address(good[i].text);
        as_ip_format(&out, &ip);
        check(&out, good[i].canonical);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct as_ip ip;
        tap_ok(!as_ip_parse(as_text_of(bad[i]), &ip), bad[i]);
    }
    for (size_t i = 0; i < COUNT(blocks); i++)
        check_block(i, &out);
    for (size_t i = 0; i < COUNT(bad_blocks); i++) {
        struct as_cidr block;
        tap_ok(!as_cidr_parse(as_text_of(bad_blocks[i]), &block),
               bad_blocks[i]);
    }
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct as_ip ip = address(kinds[i].text);
        tap_ok(as_ip_is_private(&ip) == kinds[i].is_private, kinds[i].text);
    }
    struct as_ip four = address("::ffff:1.2.3.4"), six = address("::1.2.3.4");
    tap_ok(as_ip_is_v4(&four) && !as_ip_is_v4(&six), "mapped is IPv4");
    struct as_ip same = address("1.2.3.4");
    tap_int(as_ip_compare(&four, &same), 0, "however it is spelt");
    sets();
    ranges();
    for (size_t i = 0; i < COUNT(spans); i++) {
        struct as_ip_range span = range(spans[i].first, spans[i].last);

        as_ip_range_format(&out, &span);
        check(&out, spans[i].text);
    }
    as_buf_done(&out);
    return tap_done();
}
