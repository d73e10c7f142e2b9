/*
 * pack.h - making a pack, and loading one.
 *
 * The file: a header, a directory of AS_SECTION_COUNT sections, then the
 * sections: the tables in the order of rows.def, the code, the strings.  The
 * bytes are a pure function of the rows that were added (and of the machine's
 * byte order).  Signatures may stand behind all that: see common/trailer.h.
 */
#ifndef AS_PACK_H
#define AS_PACK_H

#include "astray.h"
#include "common/map.h"
#include "program/program.h"

enum { AS_PACK_VERSION = 3 };

#define AS_PACK_MAGIC "astrayc" /* with its NUL, 8 bytes */
#define AS_PACK_ORDER UINT32_C(0x01020304)

struct as_pack_header {
    char magic[8];
    uint32_t version; /* AS_PACK_VERSION */
    uint32_t order;   /* AS_PACK_ORDER, as the machine that made it writes it */
    unsigned char digest[AS_SHA256_SIZE]; /* SHA-256 of all that follows, up
                                             to the signatures */
};

/* Behind the header, AS_SECTION_COUNT of these. */
struct as_pack_section {
    uint32_t offset; /* from the start of the file; a multiple of 8 */
    uint32_t length; /* in bytes; a multiple of the size of a row */
};

enum {
    AS_PACK_START = sizeof(struct as_pack_header) +
                    AS_SECTION_COUNT * sizeof(struct as_pack_section),
};

/* The size of a row of each section: 8 for code, 1 for strings. */
extern const uint32_t as_pack_widths[AS_SECTION_COUNT];

/*
 * A pack in the making.  Rows are added table by table; indices are given
 * out in order.  An allocation that fails, and a table that overflows
 * AS_MAX_TABLE, set `failed`, and what is added after is dropped.
 */
struct as_builder {
    struct as_buf section[AS_SECTION_COUNT];
    struct as_map texts; /* bytes -> row of table text; keys in `keys` */
    struct as_arena keys;
    bool failed;
};

void as_builder_init(struct as_builder *builder); /* with text row 0 */
void as_builder_done(struct as_builder *builder);

/* The row of table text that has these bytes, made when there is none. */
uint32_t as_build_text(struct as_builder *builder, struct as_text text);

/* Append instructions; the index of the first. */
uint32_t as_build_code(struct as_builder *builder, const struct as_insn *code,
                       uint32_t length);

/* as_build_rule(builder, &row) and so on: append a row, return its index.
 * (A text is added by its bytes, above; its row alone is of no use.) */
#define as_build_text as_build_text_row
#define AS_TABLE(table, text)                                                  \
    uint32_t as_build_##table(struct as_builder *builder,                      \
                              const struct as_row_##table *row);
#define AS_WORD(table, word, kind, of, text)
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
#undef as_build_text

/* How many rows a table has so far. */
uint32_t as_build_count(const struct as_builder *builder,
                        enum as_section table);

/* Shorthands: a constant of each kind. */
uint32_t as_build_integer(struct as_builder *builder, as_type type,
                          int64_t value); /* bool int time duration */
uint32_t as_build_real(struct as_builder *builder, double value);
uint32_t as_build_words(struct as_builder *builder, as_type type,
                        struct as_text text); /* text, source */
uint32_t as_build_address(struct as_builder *builder, as_type type,
                          const struct as_cidr *cidr); /* ip, cidr */
/* Rows of ranges; the index of the first. */
uint32_t as_build_set(struct as_builder *builder, const struct as_ip_set *set);
uint32_t as_build_regex(struct as_builder *builder, struct as_text pattern,
                        unsigned flags);

/* The whole file into `out`, emptied first.  ASTRAY_OK, ASTRAY_NO_MEMORY or
 * ASTRAY_LIMIT. */
enum astray_status as_builder_finish(struct as_builder *builder,
                                     struct as_buf *out);

/*
 * View `length` bytes at `bytes` (aligned to 8) as a pack, after checking all
 * of it: digest, sections, every word of every row, every program.  The view
 * borrows the bytes.  Signatures are found and not checked.  ASTRAY_OK, ASTRAY_BAD_PACK (*why, if not NULL, then
 * says what is wrong: a static text) or ASTRAY_NO_MEMORY.  The time it takes
 * is linear in `length`, but for the patterns: see AS_MAX_PATTERNS.
 */
enum astray_status as_pack_load(const void *bytes, size_t length,
                                struct as_pack *pack, const char **why);

#endif
