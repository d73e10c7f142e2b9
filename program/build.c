/*
 * build.c - see pack.h.
 *
 * A section is a buffer, a row is bytes appended to one.  Nothing in a row
 * points anywhere but through the index of another row, so finishing is
 * copying the buffers behind each other and hashing what came out.
 */

#include "program/pack.h"

#include "common/hash.h"

_Static_assert(AS_PACK_START % 8 == 0, "the first section is aligned");

const uint32_t as_pack_widths[AS_SECTION_COUNT] = {
#define AS_TABLE(table, text) sizeof(struct as_row_##table),
#define AS_WORD(table, word, kind, of, text)
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
    sizeof(struct as_insn),
    1,
};

/* ---- adding rows ------------------------------------------------------ */

void as_builder_init(struct as_builder *builder)
{
    *builder = (struct as_builder){ .failed = false };
    as_map_init(&builder->texts);
    as_arena_init(&builder->keys, 0);
    as_build_text(builder, AS_TEXT(""));
}

void as_builder_done(struct as_builder *builder)
{
    for (int i = 0; i < AS_SECTION_COUNT; i++)
        as_buf_done(&builder->section[i]);
    as_map_done(&builder->texts);
    as_arena_free(&builder->keys);
}

uint32_t as_build_count(const struct as_builder *builder, enum as_section table)
{
    return (uint32_t)(builder->section[table].length / as_pack_widths[table]);
}

static uint32_t most_rows(enum as_section table)
{
    if (table == AS_TABLE_insn)
        return AS_MAX_CODE;
    return table == AS_TABLE_bytes ? AS_MAX_PACK : AS_MAX_TABLE;
}

/* Append `count` rows to a section; the index of the first. */
static uint32_t add(struct as_builder *builder, enum as_section table,
                    const void *rows, size_t count)
{
    struct as_buf *section = &builder->section[table];
    uint32_t first = as_build_count(builder, table);

    if (builder->failed || count > most_rows(table) - first) {
        builder->failed = true;
        return 0;
    }
    as_buf_add(section, rows, count * as_pack_widths[table]);
    builder->failed = section->failed;
    return first;
}

#define as_build_text as_build_text_row
#define AS_TABLE(table, text)                                                  \
    uint32_t as_build_##table(struct as_builder *builder,                      \
                              const struct as_row_##table *row)                \
    {                                                                          \
        return add(builder, AS_TABLE_##table, row, 1);                         \
    }
#define AS_WORD(table, word, kind, of, text)
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
#undef as_build_text

uint32_t as_build_code(struct as_builder *builder, const struct as_insn *code,
                       uint32_t length)
{
    return add(builder, AS_TABLE_insn, code, length);
}

/* ---- texts ------------------------------------------------------------ */

/* The next row of table text; its bytes are added to the string section. */
static uint32_t new_text(struct as_builder *builder, struct as_text text)
{
    struct as_row_text row = {
        .offset = add(builder, AS_TABLE_bytes, text.bytes, text.length),
        .length = (uint32_t)text.length,
    };

    return add(builder, AS_TABLE_text, &row, 1);
}

uint32_t as_build_text(struct as_builder *builder, struct as_text text)
{
    bool added;

    if (text.length == 0)
        text = AS_TEXT(""); /* its bytes may be NULL */
    if (text.length > AS_MAX_PACK)
        builder->failed = true;
    if (builder->failed)
        return 0;

    uint32_t entry = as_map_add(&builder->texts, text, &added);
    if (entry == AS_MAP_NONE) {
        builder->failed = true;
        return 0;
    }

    struct as_map_entry *made = &builder->texts.entries[entry];
    if (added) {
        /* The entry must not borrow the caller's bytes, come what may. */
        char *copy = as_strndup(&builder->keys, text.bytes, text.length);
        made->key = copy ? (struct as_text){ copy, text.length } : AS_TEXT("");
        made->value = new_text(builder, text);
        builder->failed |= !copy;
    }
    return (uint32_t)made->value;
}

/* ---- constants -------------------------------------------------------- */

static uint32_t add_bits(struct as_builder *builder, as_type type,
                         uint64_t bits)
{
    struct as_row_constant row = {
        .type = type,
        .low = (uint32_t)bits,
        .high = (uint32_t)(bits >> 32),
    };

    return as_build_constant(builder, &row);
}

uint32_t as_build_integer(struct as_builder *builder, as_type type,
                          int64_t value)
{
    return add_bits(builder, type, (uint64_t)value);
}

uint32_t as_build_real(struct as_builder *builder, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    return add_bits(builder, AS_KIND_REAL, bits);
}

uint32_t as_build_words(struct as_builder *builder, as_type type,
                        struct as_text text)
{
    struct as_row_constant row = {
        .type = type,
        .text = as_build_text(builder, text),
    };

    return as_build_constant(builder, &row);
}

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

uint32_t as_build_address(struct as_builder *builder, as_type type,
                          const struct as_cidr *cidr)
{
    struct as_row_constant row = {
        .type = type,
        .ip0 = big_endian(cidr->base.byte),
        .ip1 = big_endian(cidr->base.byte + 4),
        .ip2 = big_endian(cidr->base.byte + 8),
        .ip3 = big_endian(cidr->base.byte + 12),
        .bits = cidr->bits,
    };

    return as_build_constant(builder, &row);
}

uint32_t as_build_set(struct as_builder *builder, const struct as_ip_set *set)
{
    return add(builder, AS_TABLE_range, set->ranges, set->count);
}

uint32_t as_build_regex(struct as_builder *builder, struct as_text pattern,
                        unsigned flags)
{
    struct as_row_constant row = {
        .type = AS_KIND_REGEX,
        .text = as_build_text(builder, pattern),
        .bits = flags,
    };

    return as_build_constant(builder, &row);
}

/* ---- the file --------------------------------------------------------- */

static bool out_of_memory(const struct as_builder *builder)
{
    bool failed = builder->texts.failed || builder->keys.failed;

    for (int i = 0; i < AS_SECTION_COUNT; i++)
        failed |= builder->section[i].failed;
    return failed;
}

/* How many zero bytes bring `length` to a multiple of 8. */
static size_t padding(size_t length)
{
    return (8 - length % 8) % 8;
}

/* Fill the directory; the length of the whole file. */
static uint64_t lay_out(const struct as_builder *builder,
                        struct as_pack_section directory[AS_SECTION_COUNT])
{
    uint64_t at = AS_PACK_START;

    for (int i = 0; i < AS_SECTION_COUNT; i++) {
        size_t length = builder->section[i].length;
        directory[i].offset = (uint32_t)at;
        directory[i].length = (uint32_t)length;
        at += length + padding(length);
    }
    return at;
}

static void set_digest(struct as_buf *out)
{
    struct as_pack_header header;
    struct as_sha256 sha;

    memcpy(&header, out->bytes, sizeof(header));
    as_sha256_init(&sha);
    as_sha256_add(&sha, out->bytes + sizeof(header),
                  out->length - sizeof(header));
    as_sha256_end(&sha, header.digest);
    memcpy(out->bytes, &header, sizeof(header));
}

enum astray_status as_builder_finish(struct as_builder *builder,
                                     struct as_buf *out)
{
    static const char zeros[8];
    struct as_pack_header header = {
        .magic = AS_PACK_MAGIC,
        .version = AS_PACK_VERSION,
        .order = AS_PACK_ORDER,
    };
    struct as_pack_section directory[AS_SECTION_COUNT];

    as_buf_reset(out);
    if (builder->failed)
        return out_of_memory(builder) ? ASTRAY_NO_MEMORY : ASTRAY_LIMIT;
    if (lay_out(builder, directory) > AS_MAX_PACK)
        return ASTRAY_LIMIT;

    as_buf_add(out, &header, sizeof(header));
    as_buf_add(out, directory, sizeof(directory));
    for (int i = 0; i < AS_SECTION_COUNT; i++) {
        const struct as_buf *section = &builder->section[i];
        as_buf_add(out, section->bytes, section->length);
        as_buf_add(out, zeros, padding(section->length));
    }
    if (out->failed)
        return ASTRAY_NO_MEMORY;
    set_digest(out);
    return ASTRAY_OK;
}
