/*
 * trailer.c - see trailer.h.
 *
 * The foot comes last so that it can be found from the end, and its mark
 * begins with a byte that no UTF-8 text has: a pack ends with its texts, and
 * none of them can look like a foot by chance or by design.
 */

#include "common/trailer.h"

enum { VERSION = 1 };

static const unsigned char mark[8] = { 0xff, 'a', 's', 't', 's', 'i', 'g', 0 };

struct foot {
    unsigned char version;
    unsigned char count;
    unsigned char zeros[6];
    unsigned char mark[8];
};

_Static_assert(sizeof(struct as_signature) ==
                   AS_KEY_ID_SIZE + AS_SIGNATURE_SIZE,
               "rows are read where they stand");
_Static_assert(sizeof(struct foot) == 16, "the foot is copied as it stands");
_Static_assert(AS_MAX_SIGNATURES <= UINT8_MAX, "their number is a byte");

static int compare_ids(const struct as_signature *a,
                       const struct as_signature *b)
{
    return memcmp(a->key_id, b->key_id, AS_KEY_ID_SIZE);
}

/* One order, and so one spelling for each set of signatures. */
static bool is_sorted(const struct as_signature *signatures, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (compare_ids(&signatures[i - 1], &signatures[i]) >= 0)
            return false;
    return true;
}

const char *as_trailer_read(struct as_text file, struct as_trailer *trailer)
{
    static const unsigned char zeros[sizeof(((struct foot *)0)->zeros)];
    struct foot foot;
    size_t rows;

    *trailer = (struct as_trailer){ .pack_length = file.length };
    if (file.length < sizeof(foot))
        return NULL;
    memcpy(&foot, file.bytes + file.length - sizeof(foot), sizeof(foot));
    if (memcmp(foot.mark, mark, sizeof(mark)) != 0)
        return NULL;
    if (foot.version != VERSION)
        return "its signatures are of a version that is not known here";
    if (foot.count == 0 || foot.count > AS_MAX_SIGNATURES ||
        memcmp(foot.zeros, zeros, sizeof(zeros)) != 0)
        return "the foot of its signatures is damaged";
    rows = foot.count * sizeof(struct as_signature);
    if (rows > file.length - sizeof(foot))
        return "its signatures are cut short";
    trailer->pack_length = file.length - sizeof(foot) - rows;
    trailer->count = foot.count;
    trailer->signatures =
        (const struct as_signature *)(const void *)(file.bytes +
                                                    trailer->pack_length);
    if (!is_sorted(trailer->signatures, trailer->count))
        return "its signatures are not in order";
    return NULL;
}

bool as_trailer_add(const struct as_trailer *trailer,
                    const struct as_signature *added, struct as_buf *out)
{
    struct foot foot = { .version = VERSION };
    size_t before = 0, after;

    while (before < trailer->count &&
           compare_ids(&trailer->signatures[before], added) < 0)
        before++;
    after = before;
    if (after < trailer->count &&
        compare_ids(&trailer->signatures[after], added) == 0)
        after++;

    size_t count = before + 1 + (trailer->count - after);
    if (count > AS_MAX_SIGNATURES)
        return false;
    foot.count = (unsigned char)count;
    memcpy(foot.mark, mark, sizeof(mark));
    for (size_t i = 0; i < before; i++)
        as_buf_add(out, &trailer->signatures[i], sizeof(*added));
    as_buf_add(out, added, sizeof(*added));
    for (size_t i = after; i < trailer->count; i++)
        as_buf_add(out, &trailer->signatures[i], sizeof(*added));
    as_buf_add(out, &foot, sizeof(foot));
    return true;
}

void as_key_id_text(const unsigned char id[AS_KEY_ID_SIZE],
                    char text[AS_KEY_ID_DIGITS + 1])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < AS_KEY_ID_SIZE; i++) {
        *text++ = digits[id[i] >> 4];
        *text++ = digits[id[i] & 15];
    }
    *text = '\0';
}
