/*
 * inflate.c - reads files and inflates them, and does nothing else.
 *
 * The floor: whoever reads these logs pays at least this.  One file after the
 * other, whole, into memory that is used again; libdeflate, as in the reader.
 *
 *   inflate FOLDER      prints how many bytes came out
 */
#define _XOPEN_SOURCE 700
#include <ftw.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
    unsigned char *bytes;
    size_t length, capacity;
};

/* nftw() hands nothing through to its callback. */
static struct bytes packed, plain;
static struct libdeflate_decompressor *decompressor;
static unsigned long long total;

static void reserve(struct bytes *bytes, size_t capacity)
{
    if (capacity <= bytes->capacity)
        return;
    free(bytes->bytes);
    bytes->bytes = malloc(capacity);
    bytes->capacity = capacity;
    if (bytes->bytes == NULL)
        exit(2);
}

/* A gzip file of one member ends with the length of what it holds. */
static size_t inflated_length(void)
{
    const unsigned char *end = packed.bytes + packed.length - 4;
    return (size_t)end[0] | (size_t)end[1] << 8 | (size_t)end[2] << 16 |
           (size_t)end[3] << 24;
}

static int one(const char *path, const struct stat *status, int type,
               struct FTW *where)
{
    (void)where;
    if (type != FTW_F)
        return 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 1;
    reserve(&packed, (size_t)status->st_size);
    packed.length = fread(packed.bytes, 1, (size_t)status->st_size, file);
    fclose(file);
    if (packed.length < 18)
        return 1;
    reserve(&plain, inflated_length());
    if (libdeflate_gzip_decompress(decompressor, packed.bytes, packed.length,
                                   plain.bytes, inflated_length(),
                                   &plain.length) != LIBDEFLATE_SUCCESS)
        return 1;
    total += plain.length;
    return 0;
}

int main(int argc, char **argv)
{
    decompressor = libdeflate_alloc_decompressor();
    if (argc != 2 || decompressor == NULL ||
        nftw(argv[1], one, 16, FTW_PHYS) != 0) {
        fputs("inflate: cannot read the folder\n", stderr);
        return 2;
    }
    printf("%llu\n", total);
    return 0;
}
