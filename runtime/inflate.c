/*
 * inflate.c - see inflate.h.
 *
 * Two libraries: libdeflate is more than twice as fast but wants a whole
 * member in memory and says little about a damaged one; zlib takes any
 * piece and keeps what it made before the damage.
 */

#include "runtime/inflate.h"

#include <libdeflate.h>
#include <stdlib.h>

#define ZLIB_CONST
#include <zlib.h>

enum {
    GZIP_WINDOW = 15 + 16,   /* zlib's words for "gzip, largest window" */
    FIRST_ROOM = 256 * 1024, /* when the size can't be told */
    MOST_RATIO = 1032,       /* no deflate block makes more of one byte */
    STEP = 1 << 30,          /* zlib counts in 32 bits */
    MAGIC = 2,               /* so many bytes say that something is gzip */
    FLAGS = 3,               /* where a member's flags are (RFC 1952), and */
    HEADER_SUM = 1 << 1,     /* the one that says its header has a checksum */
};

struct as_inflate {
    z_stream z;
    bool open;    /* inside a member */
    bool any;     /* a member has ended */
    bool padding; /* zeros have followed it */
    enum as_inflate_end end;
};

bool as_inflate_is_gzip(struct as_text bytes)
{
    return bytes.length >= MAGIC && (unsigned char)bytes.bytes[0] == 0x1F &&
           (unsigned char)bytes.bytes[1] == 0x8B;
}

const char *as_inflate_text(enum as_inflate_end end)
{
    switch (end) {
    case AS_INFLATE_CUT:
        return "the gzip data is cut off here";
    case AS_INFLATE_DAMAGED:
        return "the gzip data is damaged here";
    case AS_INFLATE_CHECKSUM:
        return "the gzip checksum is wrong: something before this place is "
               "not what was compressed";
    case AS_INFLATE_JUNK:
        return "something that is not gzip follows the gzip data here";
    case AS_INFLATE_LIMIT:
        return "the gzip data inflates to more than a file may hold";
    case AS_INFLATE_NO_MEMORY:
        return "out of memory";
    case AS_INFLATE_MORE:
    case AS_INFLATE_GOOD:
        break;
    }
    return "nothing is wrong";
}

/* ------------------------------------------------------------------------
 * In pieces
 */

struct as_inflate *as_inflate_new(void)
{
    struct as_inflate *stream = calloc(1, sizeof(*stream));

    if (!stream)
        return NULL;
    stream->open = true;
    if (inflateInit2(&stream->z, GZIP_WINDOW) != Z_OK) {
        free(stream);
        return NULL;
    }
    return stream;
}

void as_inflate_free(struct as_inflate *stream)
{
    if (!stream)
        return;
    inflateEnd(&stream->z);
    free(stream);
}

enum as_inflate_end as_inflate_state(const struct as_inflate *stream)
{
    return stream->end;
}

/* Between members: zeros, another member, or the end. */
static void next_member(struct as_inflate *stream, struct as_text *in,
                        bool last)
{
    while (in->length > 0 && in->bytes[0] == '\0') {
        stream->padding = true;
        in->bytes++;
        in->length--;
    }
    if (in->length == 0) {
        if (last)
            stream->end = AS_INFLATE_GOOD;
        return;
    }
    if (stream->padding || (unsigned char)in->bytes[0] != 0x1F ||
        inflateReset2(&stream->z, GZIP_WINDOW) != Z_OK)
        stream->end = AS_INFLATE_JUNK;
    else
        stream->open = true;
}

static enum as_inflate_end what_is_wrong(const struct as_inflate *stream)
{
    const char *says = stream->z.msg ? stream->z.msg : "";

    if (strcmp(says, "incorrect data check") == 0 ||
        strcmp(says, "incorrect length check") == 0)
        return AS_INFLATE_CHECKSUM;
    if (stream->any && stream->z.total_out == 0)
        return AS_INFLATE_JUNK; /* it only began like a member */
    return AS_INFLATE_DAMAGED;
}

static unsigned bounded(size_t length)
{
    return length < STEP ? (unsigned)length : STEP;
}

/* One call of zlib; returns how many bytes it made. */
static size_t step(struct as_inflate *stream, struct as_text *in, bool last,
                   char *out, size_t room)
{
    z_stream *z = &stream->z;
    unsigned given = bounded(in->length), space = bounded(room);

    z->next_in = (const unsigned char *)in->bytes;
    z->avail_in = given;
    z->next_out = (unsigned char *)out;
    z->avail_out = space;
    int result = inflate(z, Z_NO_FLUSH);
    in->bytes += given - z->avail_in;
    in->length -= given - z->avail_in;
    if (result == Z_STREAM_END) {
        stream->open = false;
        stream->any = true;
    } else if (result == Z_BUF_ERROR) {
        if (in->length == 0 && last)
            stream->end = stream->any && z->total_in < MAGIC ? AS_INFLATE_JUNK
                                                             : AS_INFLATE_CUT;
    } else if (result == Z_MEM_ERROR) {
        stream->end = AS_INFLATE_NO_MEMORY;
    } else if (result != Z_OK) {
        stream->end = what_is_wrong(stream);
    }
    return space - z->avail_out;
}

size_t as_inflate_feed(struct as_inflate *stream, struct as_text *in, bool last,
                       char *out, size_t room)
{
    size_t made = 0;

    while (stream->end == AS_INFLATE_MORE && made < room) {
        if (!stream->open) {
            next_member(stream, in, last);
            if (!stream->open)
                break;
        }
        size_t before = in->length;
        size_t more = step(stream, in, last, out + made, room - made);
        made += more;
        if (more == 0 && in->length == before && stream->open)
            break;
    }
    return made;
}

/* ------------------------------------------------------------------------
 * Whole
 */

/* Read on from `in`, in front of which `any` member has ended, piece by piece,
 * as far as it goes. */
static enum as_inflate_end salvage(struct as_text in, bool any, size_t most,
                                   struct as_buf *out)
{
    struct as_inflate *stream = as_inflate_new();
    enum as_inflate_end end = AS_INFLATE_NO_MEMORY;

    if (!stream)
        return end;
    stream->any = any;
    while (stream->end == AS_INFLATE_MORE) {
        /* One byte more than allowed shows whether there is more. */
        size_t room = most + 1 - out->length;
        if (room > FIRST_ROOM)
            room = FIRST_ROOM;
        char *at = as_buf_reserve(out, room);
        if (!at)
            break;
        out->length += as_inflate_feed(stream, &in, true, at, room);
        if (out->length > most) {
            out->length = most;
            stream->end = AS_INFLATE_LIMIT;
        }
    }
    if (!out->failed)
        end = stream->end;
    as_inflate_free(stream);
    return end;
}

/* What the last four bytes say the last member inflates to. */
static size_t stated_size(struct as_text gzip)
{
    const char *last = gzip.bytes + gzip.length - 4;
    size_t size = 0;

    if (gzip.length < 18)
        return 0;
    for (int i = 3; i >= 0; i--)
        size = size << 8 | (unsigned char)last[i];
    return size;
}

/* How much room to try first.  The stated size is a stranger's word. */
static size_t first_room(struct as_text gzip, size_t most)
{
    size_t stated = stated_size(gzip);
    size_t room = gzip.length < most / 4 ? gzip.length * 4 : most;

    if (stated > 0 && stated <= most && stated / MOST_RATIO <= gzip.length)
        room = stated;
    if (room < FIRST_ROOM)
        room = FIRST_ROOM;
    return room < most ? room : most;
}

/* Is there something that the fast library would not check? */
static bool has_header_sum(struct as_text gzip)
{
    return gzip.length > FLAGS && (gzip.bytes[FLAGS] & HEADER_SUM) != 0;
}

/* One member at the start of *in, which is moved behind it.  False when it
 * has to be salvaged, or memory ran out. */
static bool whole_member(struct libdeflate_decompressor *fast,
                         struct as_text *in, size_t most, struct as_buf *out)
{
    size_t left = most - out->length;
    size_t room = first_room(*in, left);

    while (!has_header_sum(*in)) {
        size_t used, made;
        char *at = as_buf_reserve(out, room + 1);
        if (!at)
            return false;
        enum libdeflate_result result = libdeflate_gzip_decompress_ex(
            fast, in->bytes, in->length, at, room, &used, &made);
        if (result == LIBDEFLATE_SUCCESS) {
            out->length += made;
            in->bytes += used;
            in->length -= used;
            return true;
        }
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE || room == left)
            return false;
        room = room < left / 2 ? room * 2 : left;
    }
    return false;
}

enum as_inflate_end as_inflate_whole(struct as_text gzip, size_t most,
                                     struct as_buf *out)
{
    struct libdeflate_decompressor *fast = libdeflate_alloc_decompressor();
    bool padding = false, any = false;
    enum as_inflate_end end = AS_INFLATE_NO_MEMORY;

    as_buf_reset(out);
    if (!fast)
        return end;
    for (; whole_member(fast, &gzip, most, out); any = true) {
        while (gzip.length > 0 && gzip.bytes[0] == '\0') {
            padding = true;
            gzip.bytes++;
            gzip.length--;
        }
        if (gzip.length == 0 || padding || !as_inflate_is_gzip(gzip)) {
            end = gzip.length == 0 ? AS_INFLATE_GOOD : AS_INFLATE_JUNK;
            libdeflate_free_decompressor(fast);
            return end;
        }
    }
    libdeflate_free_decompressor(fast);
    return out->failed ? end : salvage(gzip, any, most, out);
}
