/*
 * utf8.c - see utf8.h.
 *
 * A well-formed sequence is recognised by its first byte, which gives the
 * length, and by the range of its second byte: that range alone keeps out
 * overlong forms (after E0, F0), surrogates (after ED) and what lies above
 * U+10FFFF (after F4).  Source: RFC 3629, section 4.
 */

#include "common/utf8.h"

/* What a first byte promises: how many bytes, and the second one's range. */
struct lead {
    unsigned length;
    unsigned char low, high;
};

static struct lead lead_of(unsigned char first)
{
    if (first < 0x80)
        return (struct lead){ 1, 0, 0 };
    if (first >= 0xC2 && first <= 0xDF)
        return (struct lead){ 2, 0x80, 0xBF };
    if (first == 0xE0)
        return (struct lead){ 3, 0xA0, 0xBF };
    if (first == 0xED)
        return (struct lead){ 3, 0x80, 0x9F };
    if (first >= 0xE1 && first <= 0xEF)
        return (struct lead){ 3, 0x80, 0xBF };
    if (first == 0xF0)
        return (struct lead){ 4, 0x90, 0xBF };
    if (first >= 0xF1 && first <= 0xF3)
        return (struct lead){ 4, 0x80, 0xBF };
    if (first == 0xF4)
        return (struct lead){ 4, 0x80, 0x8F };
    return (struct lead){ 0, 0, 0 };
}

unsigned as_utf8_decode(const char *at, size_t left, uint32_t *code)
{
    static const unsigned char payload[5] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    unsigned char first = (unsigned char)at[0];
    struct lead lead = lead_of(first);
    uint32_t value = first & payload[lead.length];

    if (lead.length == 0 || lead.length > left)
        return 0;
    for (unsigned i = 1; i < lead.length; i++) {
        unsigned char next = (unsigned char)at[i];
        unsigned char low = i == 1 ? lead.low : 0x80;
        unsigned char high = i == 1 ? lead.high : 0xBF;

        if (next < low || next > high)
            return 0;
        value = value << 6 | (next & 0x3Fu);
    }
    *code = value;
    return lead.length;
}

size_t as_utf8_check(struct as_text text)
{
    size_t at = 0;

    while (at < text.length) {
        /* Nearly all text is ASCII: look at eight bytes at once. */
        while (text.length - at >= sizeof(uint64_t)) {
            uint64_t word;
            memcpy(&word, text.bytes + at, sizeof(word));
            if (word & UINT64_C(0x8080808080808080))
                break;
            at += sizeof(word);
        }
        if (at == text.length)
            break;

        uint32_t code;
        unsigned length = as_utf8_decode(text.bytes + at, text.length - at,
                                         &code);
        if (length == 0)
            return at;
        at += length;
    }
    return text.length;
}

unsigned as_utf8_encode(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | (code >> 18 & 0x07));
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

/* Sorted.  Source: Unicode 15.0, DerivedCoreProperties.txt
 * (Default_Ignorable_Code_Point) and PropList.txt (Bidi_Control), and the
 * two line separators. */
static const struct {
    uint32_t first, last;
} invisible[] = {
    { 0x00AD, 0x00AD },   { 0x034F, 0x034F },   { 0x061C, 0x061C },
    { 0x115F, 0x1160 },   { 0x17B4, 0x17B5 },   { 0x180B, 0x180F },
    { 0x200B, 0x200F },   { 0x2028, 0x202E },   { 0x2060, 0x206F },
    { 0x3164, 0x3164 },   { 0xFE00, 0xFE0F },   { 0xFEFF, 0xFEFF },
    { 0xFFA0, 0xFFA0 },   { 0xFFF0, 0xFFF8 },   { 0x1BCA0, 0x1BCA3 },
    { 0x1D173, 0x1D17A }, { 0xE0000, 0xE0FFF },
};

bool as_utf8_invisible(uint32_t code)
{
    if (code < invisible[0].first)
        return false;
    for (size_t i = 0; i < sizeof(invisible) / sizeof(*invisible); i++) {
        if (code <= invisible[i].last)
            return code >= invisible[i].first;
    }
    return false;
}
