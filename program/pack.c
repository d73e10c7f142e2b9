/*
 * pack.c - the loader of pack.h.
 *
 * Four questions, each asked of all the bytes before the next one: are these
 * the bytes that somebody wrote (magic, digest)?  Does every section lie in
 * the file, and every word of every row hold what rows.def says it may hold?
 * Do the rows mean something (vet.h)?  Is every program safe to run
 * (verify.h)?  Each may rely on the answers before it.
 *
 * The second is one loop over one table, made from rows.def; no row has code
 * of its own here.
 */

#include "program/pack.h"

#include <stdlib.h>

#include "common/utf8.h"
#include "program/verify.h"
#include "program/vet.h"

/* ---- header and sections ---------------------------------------------- */

static const char *check_header(const unsigned char *bytes, size_t length)
{
    struct as_pack_header header;

    if (length < AS_PACK_START)
        return "the file is too short for a compiled pack";
    if (length > AS_MAX_PACK)
        return "the file is too large for a compiled pack";
    if ((uintptr_t)bytes % 8 != 0)
        return "the bytes are not aligned to 8";
    memcpy(&header, bytes, sizeof(header));
    if (memcmp(header.magic, AS_PACK_MAGIC, sizeof(header.magic)) != 0)
        return "not a compiled pack";
    if (header.order != AS_PACK_ORDER)
        return "made on a machine with another byte order";
    if (header.version != AS_PACK_VERSION)
        return "made by another version of the compiler; build it again";
    return NULL;
}

/* Signatures stand behind the pack and are no part of it. */
static const char *check_digest(const unsigned char *bytes, size_t length,
                                struct as_trailer *trailer)
{
    struct as_text file = { (const char *)bytes, length };
    struct as_pack_header header;
    unsigned char digest[AS_SHA256_SIZE];
    struct as_sha256 sha;
    const char *why = as_trailer_read(file, trailer);

    if (why)
        return why;
    length = trailer->pack_length;
    if (length < AS_PACK_START)
        return "the file is too short for a compiled pack";
    memcpy(&header, bytes, sizeof(header));
    as_sha256_init(&sha);
    as_sha256_add(&sha, bytes + sizeof(header), length - sizeof(header));
    as_sha256_end(&sha, digest);
    if (memcmp(digest, header.digest, sizeof(digest)) != 0)
        return "the digest is not that of the file's content";
    return NULL;
}

static const char *check_section(const struct as_pack_section *section,
                                 int table, size_t length)
{
    uint32_t most = table == AS_TABLE_insn  ? (uint32_t)AS_MAX_CODE
                  : table == AS_TABLE_bytes ? (uint32_t)AS_MAX_PACK
                                            : (uint32_t)AS_MAX_TABLE;

    if (section->offset % 8 != 0)
        return "a section is not aligned to 8";
    if (section->offset > length || section->length > length - section->offset)
        return "a section lies outside the file";
    if (section->length % as_pack_widths[table] != 0)
        return "a section does not hold whole rows";
    if (section->length / as_pack_widths[table] > most)
        return "a table has too many rows";
    return NULL;
}

static const char *open_sections(const unsigned char *bytes, size_t length,
                                 struct as_pack *pack)
{
    struct as_pack_section directory[AS_SECTION_COUNT];
    const struct as_pack_section *at = directory;

    memcpy(directory, bytes + sizeof(struct as_pack_header), sizeof(directory));
    for (int i = 0; i < AS_SECTION_COUNT; i++) {
        const char *why = check_section(&directory[i], i, length);
        if (why)
            return why;
    }
    pack->bytes = bytes;
    pack->length = length;
#define AS_TABLE(table, text)                                                  \
    pack->table = (const void *)(bytes + at->offset);                          \
    pack->table##_count = at->length / (uint32_t)sizeof(*pack->table);         \
    at++;
#define AS_WORD(table, word, kind, of, text)
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
    pack->insn = (const void *)(bytes + at->offset);
    pack->insn_count = at->length / (uint32_t)sizeof(*pack->insn);
    at++;
    pack->string = (const void *)(bytes + at->offset);
    pack->string_length = at->length;
    return NULL;
}

/* ---- words ------------------------------------------------------------ */

enum word_kind {
    WORD_NUMBER,
    WORD_LIMIT,
    WORD_TYPE,
    WORD_REF,
    WORD_OPTION,
    WORD_FIRST,
    WORD_COUNT,
};

struct word {
    enum word_kind kind;
    uint32_t of; /* LIMIT: the bound; REF, OPTION, FIRST, COUNT: the table */
    const char *why;
};

#define OF_NUMBER(of) 0
#define OF_LIMIT(of)  (of)
#define OF_TYPE(of)   0
#define OF_REF(of)    AS_TABLE_##of
#define OF_OPTION(of) AS_TABLE_##of
#define OF_FIRST(of)  AS_TABLE_##of
#define OF_COUNT(of)  AS_TABLE_##of

#define WHY_NUMBER ""
#define WHY_LIMIT  ": the value is out of range"
#define WHY_TYPE   ": not a type"
#define WHY_REF    ": there is no such row"
#define WHY_OPTION ": there is no such row"
#define WHY_FIRST  ": there are no such rows"
#define WHY_COUNT  ": the ranges are too many"

/* The words of all tables, in order. */
static const struct word words[] = {
#define AS_TABLE(table, text)
#define AS_WORD(table, word, kind, of, text)                                   \
    { WORD_##kind, OF_##kind(of), #table "." #word WHY_##kind },
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
};

static bool is_type(uint32_t value)
{
    uint32_t wrap = value & ~(uint32_t)AS_TYPE_KIND;

    return (value & AS_TYPE_KIND) < AS_KIND_COUNT &&
           (wrap == 0 || wrap == AS_TYPE_LIST || wrap == AS_TYPE_SET);
}

/* Does one word, in a row at `at`, hold what it may hold? */
static bool word_fits(const struct word *word, const uint32_t *at,
                      const uint32_t rows[AS_SECTION_COUNT])
{
    switch (word->kind) {
    case WORD_NUMBER:
    case WORD_COUNT: /* looked at with the FIRST before it */
        return true;
    case WORD_LIMIT:
        return *at < word->of;
    case WORD_TYPE:
        return is_type(*at);
    case WORD_REF:
        return *at < rows[word->of];
    case WORD_OPTION:
        return *at < rows[word->of] || *at == AS_NO_ROW;
    case WORD_FIRST:
        return at[0] <= rows[word->of] && at[1] <= rows[word->of] - at[0];
    }
    return false;
}

/*
 * All rows of one table.  What the ranges of one word hold together is
 * bounded too: ranges may overlap, and a million rows that each name the
 * same million others would keep every reader of the pack busy for hours.
 */
static const char *check_table(const struct word *word, uint32_t word_count,
                               const uint32_t *at, uint32_t row_count,
                               const uint32_t rows[AS_SECTION_COUNT])
{
    for (uint32_t w = 0; w < word_count; w++) {
        const uint32_t *value = at + w;
        uint64_t total = 0;

        for (uint32_t row = 0; row < row_count; row++, value += word_count) {
            if (!word_fits(&word[w], value, rows))
                return word[w].why;
            total += word[w].kind == WORD_COUNT ? *value : 0;
        }
        if (total > AS_MAX_TABLE)
            return word[w].why;
    }
    return NULL;
}

static const char *check_words(const struct as_pack *pack)
{
    const struct word *word = words;
    uint32_t word_count;
    const char *why;
    const uint32_t rows[AS_SECTION_COUNT] = {
#define AS_TABLE(table, text) pack->table##_count,
#define AS_WORD(table, word, kind, of, text)
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
        pack->insn_count,
        pack->string_length,
    };

#define AS_TABLE(table, text)                                                  \
    word_count = sizeof(*pack->table) / sizeof(uint32_t);                      \
    why = check_table(word, word_count, (const void *)pack->table,             \
                      pack->table##_count, rows);                              \
    if (why)                                                                   \
        return why;                                                            \
    word += word_count;
#define AS_WORD(table, word, kind, of, text)
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
    return NULL;
}

/* Each byte of the string section may stand in one text only, by number, so
 * that this is linear. */
static const char *check_texts(const struct as_pack *pack)
{
    uint64_t total = 0;

    if (pack->text_count == 0 || pack->text[0].length != 0)
        return "text: the first row is not the empty text";
    for (uint32_t i = 0; i < pack->text_count; i++) {
        const struct as_row_text *row = &pack->text[i];
        if (row->offset > pack->string_length ||
            row->length > pack->string_length - row->offset)
            return "text: it lies outside the string section";

        struct as_text text = as_pack_text(pack, i);
        total += text.length;
        if (total > pack->string_length)
            return "text: together they are longer than the string section";
        if (as_utf8_check(text) != text.length)
            return "text: not UTF-8";
        if (text.length && memchr(text.bytes, 0, text.length))
            return "text: there is a NUL in it";
    }
    return NULL;
}

/* ---- all of it -------------------------------------------------------- */

static enum astray_status check_meaning(const struct as_pack *pack,
                                        const char **why)
{
    size_t programs = pack->program_count ? pack->program_count : 1;
    struct as_facts *facts = calloc(programs, sizeof(*facts));
    enum astray_status status = ASTRAY_NO_MEMORY;

    if (facts)
        status = as_vet_tables(pack, why);
    if (status == ASTRAY_OK) {
        struct as_verdict verdict = as_verify(pack, facts);
        *why = as_fault_text(verdict.fault);
        if (verdict.fault == AS_FAULT_MEMORY)
            status = ASTRAY_NO_MEMORY;
        else if (verdict.fault != AS_FAULT_NONE)
            status = ASTRAY_BAD_PACK;
    }
    if (status == ASTRAY_OK)
        status = as_vet_owners(pack, facts, why);
    free(facts);
    return status;
}

enum astray_status as_pack_load(const void *bytes, size_t length,
                                struct as_pack *pack, const char **why)
{
    enum astray_status status = ASTRAY_BAD_PACK;
    struct as_pack view = { .bytes = NULL };
    const char *what = check_header(bytes, length);

    if (!what)
        what = check_digest(bytes, length, &view.trailer);
    if (!what)
        what = open_sections(bytes, view.trailer.pack_length, &view);
    if (!what)
        what = check_words(&view);
    if (!what)
        what = check_texts(&view);
    if (!what)
        status = check_meaning(&view, &what);
    if (status == ASTRAY_OK)
        *pack = view;
    if (status == ASTRAY_BAD_PACK && why)
        *why = what;
    return status;
}
