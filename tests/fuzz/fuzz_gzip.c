/*
 * fuzz_gzip.c - decompression: the fast library for whole files against
 * zlib piece by piece.  Both must make the same bytes and say the same of how
 * it ended.
 *
 * The input: a byte that decides the pieces, then the file.  A change to
 * compressed data spoils its checksum, and the search would end there; so the
 * checksum is set right again most of the time.
 */

#include "runtime/inflate.h"

#include <zlib.h>

#include "tests/fuzz/fuzz.h"

const unsigned fuzz_variants = 60;

enum { MOST_MADE = 1 << 20, PIECES = 4096 };

/* Read in pieces of a few bytes, into rooms of a few bytes. */
static enum as_inflate_end in_pieces(struct as_text gzip, unsigned choice,
                                     struct as_buf *out)
{
    struct as_inflate *stream = as_inflate_new();
    size_t piece = 1 + choice % 16, room = 1 + choice / 16 * 7;

    if (gzip.length > PIECES)
        piece = room = PIECES;
    fuzz_require(stream != NULL, "a stream can be begun");
    while (as_inflate_state(stream) == AS_INFLATE_MORE &&
           out->length <= MOST_MADE) {
        bool last = gzip.length <= piece;
        struct as_text in = { gzip.bytes, last ? gzip.length : piece };
        size_t given = in.length, made;
        char *to = as_buf_reserve(out, room);

        fuzz_require(to != NULL, "there is room for a piece");
        made = as_inflate_feed(stream, &in, last, to, room);
        fuzz_require(made <= room, "no more is made than there is room for");
        fuzz_require(made > 0 || in.length < given || last ||
                         as_inflate_state(stream) != AS_INFLATE_MORE,
                     "every step gets on");
        out->length += made;
        gzip.bytes += given - in.length;
        gzip.length -= given - in.length;
    }
    enum as_inflate_end end = as_inflate_state(stream);
    as_inflate_free(stream);
    if (out->length > MOST_MADE) {
        out->length = MOST_MADE;
        end = AS_INFLATE_LIMIT;
    }
    return end;
}

/*
 * The one difference that there may be: in a block with fixed codes the fast
 * library takes the lengths 286 and 287, which no compressor writes (RFC 1951,
 * section 3.2.6), for 285, and zlib stops there.  The checksum is right then,
 * so what the fast library made is what was compressed.
 */
static bool is_lenient(const struct as_buf *whole, const struct as_buf *pieces,
                       enum as_inflate_end end)
{
    return end == AS_INFLATE_DAMAGED && pieces->length < whole->length &&
           as_text_starts(as_buf_view(whole), as_buf_view(pieces));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_bytes in = { bytes, bytes + length };
    unsigned choice = fuzz_byte(&in);
    struct as_text gzip = fuzz_rest(&in);
    struct as_buf whole = { .bytes = NULL }, pieces = { .bytes = NULL };

    if (!as_inflate_is_gzip(gzip))
        return 0;
    enum as_inflate_end end = as_inflate_whole(gzip, MOST_MADE, &whole);
    enum as_inflate_end other = in_pieces(gzip, choice, &pieces);
    fuzz_require(end != AS_INFLATE_MORE, "the whole ends");
    if (!is_lenient(&whole, &pieces, other)) {
        fuzz_require(as_text_equal(as_buf_view(&whole), as_buf_view(&pieces)),
                     "the whole and the pieces make the same bytes");
        fuzz_require(end == other,
                     "the whole and the pieces end in the same way");
    }
    as_buf_done(&whole);
    as_buf_done(&pieces);
    return 0;
}

/* ------------------------------------------------------------------------
 * Setting the checksum right
 */

enum { HEADER = 10, TRAILER = 8, CHOICE = 1 };

static void put_word(uint8_t *to, uLong word)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(word >> 8 * i);
}

/* Write the trailer that belongs to a first member without extras in its
 * header.  The file may get longer, up to `room`; returns how long it is. */
static size_t mend(uint8_t *file, size_t length, size_t room)
{
    static uint8_t made[64 * 1024];
    z_stream z = { .next_in = file + HEADER };
    uLong sum = crc32(0, NULL, 0);
    int result = Z_OK;

    if (length < HEADER || file[3] != 0 || inflateInit2(&z, -15) != Z_OK)
        return length;
    z.avail_in = (uInt)(length - HEADER);
    while (result == Z_OK && z.total_out < MOST_MADE) {
        z.next_out = made;
        z.avail_out = sizeof(made);
        result = inflate(&z, Z_NO_FLUSH);
        sum = crc32(sum, made, (uInt)(sizeof(made) - z.avail_out));
    }
    size_t end = HEADER + z.total_in;
    if (result == Z_STREAM_END && end + TRAILER <= room) {
        put_word(file + end, sum);
        put_word(file + end + 4, z.total_out);
        length = length > end + TRAILER ? length : end + TRAILER;
    }
    inflateEnd(&z);
    return length;
}

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t most)
    __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most,
                               unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most,
                               unsigned seed)
{
    length = LLVMFuzzerMutate(bytes, length, most);
    if (seed % 4 != 0 && length > CHOICE)
        length = CHOICE + mend(bytes + CHOICE, length - CHOICE, most - CHOICE);
    return length;
}
