/*
 * packs.c - see packs.h.
 *
 * A pack is taken apart into its sections, the sections are changed as tables
 * of words, and put together again.  Most changes keep to what a word may
 * hold, since a pack that breaks one rule hides what the others let through;
 * one in WILD does not.
 */

#include "packs.h"

#include "program/pack.h"
#include "tests/bench/random.h"

enum { WILD = 12, MOST_CHANGES = 8, BAD_DIGEST = 32, BAD_LAYOUT = 24 };

struct mutation {
    struct random random;
    struct as_buf section[AS_SECTION_COUNT];
    bool failed;
};

/* ---- what a pack is made of ------------------------------------------- */

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
    uint32_t of;
    const char *name;
};

#define OF_NUMBER(of) 0
#define OF_LIMIT(of)  (of)
#define OF_TYPE(of)   0
#define OF_REF(of)    AS_TABLE_##of
#define OF_OPTION(of) AS_TABLE_##of
#define OF_FIRST(of)  AS_TABLE_##of
#define OF_COUNT(of)  AS_TABLE_##of

/* The words of all tables, in order. */
static const struct word words[] = {
#define AS_TABLE(table, text)
#define AS_WORD(table, word, kind, of, text)                                   \
    { WORD_##kind, OF_##kind(of), #word },
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
};

static uint32_t word_count(uint32_t table)
{
    return as_pack_widths[table] / (uint32_t)sizeof(uint32_t);
}

static const struct word *words_of(uint32_t table)
{
    const struct word *first = words;

    for (uint32_t i = 0; i < table; i++)
        first += word_count(i);
    return first;
}

/* Is it the kind of a length of time, whose row is in the next word? */
static bool is_length_kind(const struct word *word)
{
    size_t length = strlen(word->name);

    return word->kind == WORD_LIMIT && length > 5 &&
           strcmp(word->name + length - 5, "_kind") == 0;
}

static uint32_t below(struct mutation *m, uint32_t count)
{
    return count > 0 ? random_below(&m->random, count) : 0;
}

static bool chance(struct mutation *m, uint32_t one_in)
{
    return random_chance(&m->random, one_in);
}

static uint32_t row_count(const struct mutation *m, uint32_t table)
{
    return (uint32_t)(m->section[table].length / as_pack_widths[table]);
}

static uint32_t *row_at(const struct mutation *m, uint32_t table, uint32_t row)
{
    return (uint32_t *)(void *)(m->section[table].bytes +
                                (size_t)row * as_pack_widths[table]);
}

static struct as_insn *code_of(const struct mutation *m)
{
    return (struct as_insn *)(void *)m->section[AS_TABLE_insn].bytes;
}

/* A table that has rows; the text table, which then gets one, is the last
 * resort. */
static uint32_t any_table(struct mutation *m)
{
    static const struct as_row_text empty = { 0, 0 };

    for (int i = 0; i < 16; i++) {
        uint32_t table = below(m, AS_TABLE_COUNT);
        if (row_count(m, table) > 0)
            return table;
    }
    if (row_count(m, AS_TABLE_text) == 0)
        as_buf_add(&m->section[AS_TABLE_text], &empty, sizeof(empty));
    return AS_TABLE_text;
}

static uint32_t wild_number(struct mutation *m)
{
    static const uint32_t numbers[] = {
        0,          1,          2,          7,          8,          9,
        31,         32,         33,         63,         64,         127,
        128,        129,        199,        200,        201,        255,
        256,        65535,      65536,      1u << 20,   1u << 22,   0x7fefffff,
        0x7ff00000, 0x7ff80000, 0x7fffffff, 0x80000000, 0xfff00000, 0xfffffffe,
        0xffffffff,
    };

    if (chance(m, 4))
        return (uint32_t)random_next(&m->random);
    return numbers[below(m, sizeof(numbers) / sizeof(numbers[0]))];
}

/* ---- words ------------------------------------------------------------ */

static uint32_t some_type(struct mutation *m)
{
    uint32_t type = below(m, AS_KIND_COUNT + 1);

    if (chance(m, 4))
        type |= chance(m, 2) ? AS_TYPE_SET : AS_TYPE_LIST;
    return type;
}

/* Another program that could stand in its place: of the same type and with
 * the same bound around it, if there is one near. */
static uint32_t similar_program(struct mutation *m, uint32_t program)
{
    uint32_t count = row_count(m, AS_TABLE_program);
    const struct as_row_program *old, *other;

    if (program >= count)
        return below(m, count);
    old = (const void *)row_at(m, AS_TABLE_program, program);
    for (int i = 0; i < 16; i++) {
        uint32_t n = below(m, count);
        other = (const void *)row_at(m, AS_TABLE_program, n);
        if (n != program && other->type == old->type &&
            other->item_count == old->item_count &&
            other->alias_count == old->alias_count)
            return n;
    }
    return program;
}

static uint32_t some_row(struct mutation *m, uint32_t table, uint32_t old)
{
    uint32_t count = row_count(m, table);

    if (table == AS_TABLE_program && !chance(m, 4))
        return similar_program(m, old);
    if (chance(m, 4))
        return old + (chance(m, 2) ? 1 : UINT32_MAX);
    return below(m, count);
}

static uint32_t new_word(struct mutation *m, const struct word *word,
                         uint32_t old)
{
    if (chance(m, WILD))
        return wild_number(m);
    switch (word->kind) {
    case WORD_NUMBER:
        return chance(m, 2) ? wild_number(m) : old + below(m, 5) - 2;
    case WORD_LIMIT:
        return chance(m, 4) ? word->of - 1 : below(m, word->of);
    case WORD_TYPE:
        return some_type(m);
    case WORD_REF:
        return some_row(m, word->of, old);
    case WORD_OPTION:
        return chance(m, 3) ? AS_NO_ROW : some_row(m, word->of, old);
    case WORD_FIRST:
        return chance(m, 2) ? below(m, row_count(m, word->of) + 1)
                            : old + below(m, 3) - 1;
    case WORD_COUNT:
        return chance(m, 3) ? 0 : old + below(m, 3) - 1;
    }
    return old;
}

static void change_word(struct mutation *m)
{
    uint32_t table = any_table(m), w = below(m, word_count(table));
    uint32_t *row = row_at(m, table, below(m, row_count(m, table)));

    row[w] = new_word(m, words_of(table) + w, row[w]);
}

/* One row takes the word of another, or they change places: what both words
 * say is right somewhere. */
static void exchange_words(struct mutation *m)
{
    uint32_t table = any_table(m), w = below(m, word_count(table));
    uint32_t *a = row_at(m, table, below(m, row_count(m, table)));
    uint32_t *b = row_at(m, table, below(m, row_count(m, table)));
    uint32_t word = a[w];

    a[w] = b[w];
    if (chance(m, 2))
        b[w] = word;
}

/* A range: its FIRST moves against its COUNT, or it takes another's. */
static void move_range(struct mutation *m)
{
    uint32_t table = any_table(m), count = word_count(table);
    const struct word *word = words_of(table);
    uint32_t w = below(m, count);
    uint32_t *row = row_at(m, table, below(m, row_count(m, table)));
    const uint32_t *other = row_at(m, table, below(m, row_count(m, table)));

    while (w < count && word[w].kind != WORD_FIRST)
        w++;
    if (w + 1 >= count)
        return;
    if (chance(m, 2)) {
        row[w] = other[w];
        row[w + 1] = other[w + 1];
    } else {
        row[w] += 1;
        row[w + 1] -= 1;
    }
}

/* ---- rows ------------------------------------------------------------- */

static void change_places(void *a, void *b, size_t length)
{
    unsigned char *x = a, *y = b;

    for (size_t i = 0; i < length; i++) {
        unsigned char byte = x[i];
        x[i] = y[i];
        y[i] = byte;
    }
}

/* A row twice, one less, two in each other's place, or one like another. */
static void change_rows(struct mutation *m)
{
    uint32_t table = any_table(m), count = row_count(m, table);
    uint32_t width = as_pack_widths[table];
    uint32_t a = below(m, count), b = below(m, count);
    uint32_t copy[64];

    switch (below(m, 4)) {
    case 0:
        memcpy(copy, row_at(m, table, a), width);
        as_buf_add(&m->section[table], copy, width);
        break;
    case 1:
        m->section[table].length -= width;
        break;
    case 2:
        change_places(row_at(m, table, a), row_at(m, table, b),
                      a == b ? 0 : width);
        break;
    default:
        memmove(row_at(m, table, a), row_at(m, table, b), width);
        break;
    }
}

static void change_constant(struct mutation *m)
{
    static const int64_t wild[] = {
        0,
        1,
        -1,
        INT64_MAX,
        INT64_MIN,
        INT64_C(-62135596800000), /* year 1 */
        INT64_C(253402300799999), /* the end of year 9999 */
        INT64_C(253402300800000),
        INT64_C(315569520000000),    /* 10,000 years */
        INT64_C(0x7ff0000000000000), /* infinity */
        INT64_C(0x7ff8000000000000), /* not a number */
        INT64_C(0x7fefffffffffffff), /* the largest real */
        1000,
        86400000,
    };
    uint32_t count = row_count(m, AS_TABLE_constant);
    struct as_row_constant *row;
    uint64_t value;

    if (count == 0)
        return;
    row = (void *)row_at(m, AS_TABLE_constant, below(m, count));
    value = (uint64_t)wild[below(m, sizeof(wild) / sizeof(wild[0]))];
    row->low = (uint32_t)value;
    row->high = (uint32_t)(value >> 32);
    if (chance(m, 2))
        row->bits = below(m, 130);
    if (chance(m, 2))
        row->ip3 = wild_number(m);
    if (chance(m, 2))
        row->text = below(m, row_count(m, AS_TABLE_text));
}

/* Letters that stay UTF-8, and some that don't. */
static void change_string(struct mutation *m)
{
    static const char letters[] = "aZ09*?.:/[]()|+\\{}\"'- $^";
    static const char *const bad[] = { "\xff", "\xc0\x80", "\xed\xa0\x80",
                                       "\x80", "\xf4\x90\x80\x80" };
    struct as_buf *string = &m->section[AS_TABLE_bytes];
    const char *with = bad[below(m, sizeof(bad) / sizeof(bad[0]))];
    uint32_t at = below(m, (uint32_t)string->length);

    if (string->length == 0)
        return;
    if (!chance(m, WILD))
        string->bytes[at] = letters[below(m, sizeof(letters) - 1)];
    else if (chance(m, 4))
        string->bytes[at] = '\0';
    else if (at + strlen(with) <= string->length)
        memcpy(string->bytes + at, with, strlen(with));
}

/* ---- instructions ----------------------------------------------------- */

/* A program and an instruction of it. */
struct place {
    struct as_row_program *program;
    struct as_insn *insn;
    uint32_t at;
};

static bool any_insn(struct mutation *m, struct place *place)
{
    uint32_t programs = row_count(m, AS_TABLE_program);
    uint32_t code = row_count(m, AS_TABLE_insn);
    struct as_row_program *program;

    if (programs == 0 || code == 0)
        return false;
    program = (void *)row_at(m, AS_TABLE_program, below(m, programs));
    if (program->code > code || program->code_length > code - program->code ||
        program->code_length == 0)
        return false;
    place->program = program;
    place->at = below(m, program->code_length);
    place->insn = code_of(m) + program->code + place->at;
    return true;
}

static uint32_t new_operand(struct mutation *m, const struct place *place,
                            enum as_operand kind, uint32_t old)
{
    uint32_t table = as_operand_table(kind);

    if (chance(m, WILD))
        return wild_number(m);
    if (table < AS_TABLE_COUNT)
        return below(m, row_count(m, table));
    if (kind == AS_OPERAND_NONE)
        return old;
    if (kind == AS_OPERAND_DST || kind == AS_OPERAND_SRC)
        return below(m, place->program->register_count);
    if (kind == AS_OPERAND_TYPE)
        return some_type(m);
    if (kind == AS_OPERAND_JUMP)
        return place->at + 1 +
               below(m, place->program->code_length - place->at);
    return below(m, 5);
}

static void change_operand(struct mutation *m)
{
    const struct as_op_info *info;
    struct place place;

    if (!any_insn(m, &place) || place.insn->op >= AS_OP_COUNT)
        return;
    info = &as_op_info[place.insn->op];
    switch (below(m, 3)) {
    case 0:
        place.insn->a = (uint8_t)new_operand(m, &place, info->a, place.insn->a);
        break;
    case 1:
        place.insn->b = (uint16_t)new_operand(m, &place, info->b,
                                              place.insn->b);
        break;
    default:
        place.insn->c = new_operand(m, &place, info->c, place.insn->c);
        break;
    }
}

/* Another opcode that takes the same operands, or any. */
static void change_opcode(struct mutation *m)
{
    const struct as_op_info *old, *info;
    struct place place;

    if (!any_insn(m, &place))
        return;
    if (place.insn->op >= AS_OP_COUNT || chance(m, WILD)) {
        place.insn->op = (uint8_t)below(m, AS_OP_COUNT + 2);
        return;
    }
    old = &as_op_info[place.insn->op];
    for (int i = 0; i < 64; i++) {
        uint32_t op = below(m, AS_OP_COUNT);
        info = &as_op_info[op];
        if (info->a == old->a && info->b == old->b && info->c == old->c) {
            place.insn->op = (uint8_t)op;
            return;
        }
    }
}

/* An instruction is left out, comes twice, or stands in another's place. */
static void move_insn(struct mutation *m)
{
    struct place a, b;

    if (!any_insn(m, &a) || !any_insn(m, &b))
        return;
    switch (below(m, 4)) {
    case 0: /* a jump to the next one does nothing */
        *a.insn = (struct as_insn){ AS_OP_JUMP, 0, 0, a.at + 1 };
        break;
    case 1:
        if (a.at > 0)
            change_places(a.insn, a.insn - 1, sizeof(*a.insn));
        break;
    case 2:
        *a.insn = *b.insn;
        break;
    default:
        if (a.at > 0)
            *a.insn = a.insn[-1];
        break;
    }
}

/* A copy of a program's code with one instruction more in the midst of it. */
static void lengthen(struct mutation *m)
{
    struct as_insn more[2] = { { AS_OP_COUNT, 0, 0, 0 } };
    uint32_t code = row_count(m, AS_TABLE_insn), first;
    struct place place, donor;

    if (!any_insn(m, &place) || !any_insn(m, &donor))
        return;
    more[0] = *donor.insn;
    first = place.program->code;
    for (uint32_t i = 0; i < place.program->code_length; i++) {
        struct as_insn insn = code_of(m)[first + i];
        if (insn.op < AS_OP_COUNT && as_op_info[insn.op].c == AS_OPERAND_JUMP &&
            insn.c > place.at)
            insn.c++;
        if (i == place.at)
            as_buf_add(&m->section[AS_TABLE_insn], &more[0], sizeof(insn));
        as_buf_add(&m->section[AS_TABLE_insn], &insn, sizeof(insn));
    }
    place.program->code = code;
    place.program->code_length++;
}

/* Two programs in each other's place, with all that is said of them or only
 * with their code. */
static void cross_programs(struct mutation *m)
{
    uint32_t count = row_count(m, AS_TABLE_program);
    uint32_t a = below(m, count), b;
    struct as_row_program *x, *y;

    if (count == 0)
        return;
    b = similar_program(m, a);
    if (a == b)
        return;
    x = (void *)row_at(m, AS_TABLE_program, a);
    y = (void *)row_at(m, AS_TABLE_program, b);
    if (chance(m, 2)) {
        change_places(x, y, sizeof(*x));
        return;
    }
    change_places(&x->code, &y->code, sizeof(x->code));
    change_places(&x->code_length, &y->code_length, sizeof(x->code_length));
    if (x->register_count < y->register_count)
        x->register_count = y->register_count;
    else
        y->register_count = x->register_count;
}

/* ---- two packs -------------------------------------------------------- */

/* The first slots are the same in every pack. */
static uint32_t shifted(uint32_t table, uint32_t row, const uint32_t *bases)
{
    if (table != AS_TABLE_slot)
        return row + bases[table];
    return row < AS_FIXED_SLOTS ? row : row + bases[table] - AS_FIXED_SLOTS;
}

static void shift_row(uint32_t table, uint32_t *row, const uint32_t *bases)
{
    const struct word *word = words_of(table);

    for (uint32_t w = 0; w < word_count(table); w++) {
        bool refers = word[w].kind == WORD_REF || word[w].kind == WORD_FIRST ||
                      (word[w].kind == WORD_OPTION && row[w] != AS_NO_ROW);
        if (refers)
            row[w] = shifted(word[w].of, row[w], bases);
        else if (is_length_kind(&word[w]) && row[w] == AS_LENGTH_CONST)
            row[w + 1] += bases[AS_TABLE_constant];
        else if (is_length_kind(&word[w]) && row[w] == AS_LENGTH_PARAM)
            row[w + 1] += bases[AS_TABLE_param];
    }
    if (table == AS_TABLE_text)
        row[0] += bases[AS_TABLE_bytes];
}

static void shift_insn(struct as_insn *insn, const uint32_t *bases)
{
    const struct as_op_info *info;
    uint32_t b, c;

    if (insn->op >= AS_OP_COUNT)
        return;
    info = &as_op_info[insn->op];
    b = as_operand_table(info->b);
    c = as_operand_table(info->c);
    if (b < AS_TABLE_COUNT)
        insn->b = (uint16_t)shifted(b, insn->b, bases);
    if (c < AS_TABLE_COUNT)
        insn->c = shifted(c, insn->c, bases);
}

static bool take_apart(struct as_text pack, struct as_text sections[]);

/* All of the other pack behind this one: two packs that are right are right
 * together. */
static void splice(struct mutation *m, struct as_text pack)
{
    struct as_text section[AS_SECTION_COUNT];
    uint32_t bases[AS_SECTION_COUNT];

    if (!take_apart(pack, section))
        return;
    for (uint32_t i = 0; i < AS_SECTION_COUNT; i++)
        bases[i] = row_count(m, i);
    for (uint32_t table = 0; table < AS_TABLE_COUNT; table++) {
        uint32_t width = as_pack_widths[table], row[64];
        size_t first = table == AS_TABLE_slot ? AS_FIXED_SLOTS * width : 0;

        for (size_t at = first;
             table != AS_TABLE_info && at + width <= section[table].length;
             at += width) {
            memcpy(row, section[table].bytes + at, width);
            shift_row(table, row, bases);
            as_buf_add(&m->section[table], row, width);
        }
    }
    for (size_t at = 0; at + 8 <= section[AS_TABLE_insn].length; at += 8) {
        struct as_insn insn;
        memcpy(&insn, section[AS_TABLE_insn].bytes + at, sizeof(insn));
        shift_insn(&insn, bases);
        as_buf_add(&m->section[AS_TABLE_insn], &insn, sizeof(insn));
    }
    as_buf_text(&m->section[AS_TABLE_bytes], section[AS_TABLE_bytes]);
}

/* One section is the other pack's, rows that mean other things and all. */
static void take_section(struct mutation *m, struct as_text other)
{
    struct as_text section[AS_SECTION_COUNT];
    uint32_t table = below(m, AS_SECTION_COUNT);

    if (!take_apart(other, section))
        return;
    as_buf_reset(&m->section[table]);
    as_buf_text(&m->section[table], section[table]);
}

/* ---- apart, and together again ---------------------------------------- */

/* False when it is no pack. */
static bool take_apart(struct as_text pack, struct as_text sections[])
{
    struct as_pack_section directory[AS_SECTION_COUNT];

    if (pack.length < AS_PACK_START)
        return false;
    memcpy(directory, pack.bytes + sizeof(struct as_pack_header),
           sizeof(directory));
    for (int i = 0; i < AS_SECTION_COUNT; i++) {
        if (directory[i].offset > pack.length ||
            directory[i].length > pack.length - directory[i].offset)
            return false;
        sections[i] = (struct as_text){ pack.bytes + directory[i].offset,
                                        directory[i].length };
    }
    return true;
}

/* A section cut short, made longer, or laid over another. */
static void spoil_layout(struct mutation *m, struct as_pack_section *directory)
{
    struct as_pack_section *one = &directory[below(m, AS_SECTION_COUNT)];

    switch (below(m, 6)) {
    case 0:
        one->length -= below(m, one->length + 1);
        break;
    case 1:
        one->length += 4 * below(m, 8);
        break;
    case 2:
        one->offset = directory[below(m, AS_SECTION_COUNT)].offset;
        break;
    case 3:
        one->offset += below(m, 24);
        break;
    case 4:
        one->offset = wild_number(m);
        break;
    default:
        one->length = wild_number(m);
        break;
    }
}

static void seal(struct mutation *m, struct as_buf *out)
{
    struct as_pack_header header = { .magic = AS_PACK_MAGIC,
                                     .version = AS_PACK_VERSION,
                                     .order = AS_PACK_ORDER };
    struct as_sha256 sha;

    as_sha256_init(&sha);
    as_sha256_add(&sha, out->bytes + sizeof(header),
                  out->length - sizeof(header));
    as_sha256_end(&sha, header.digest);
    if (chance(m, BAD_DIGEST))
        header.digest[below(m, AS_SHA256_SIZE)] ^= 1;
    if (chance(m, BAD_DIGEST * 4))
        ((unsigned char *)&header)[below(m, 16)] ^= 1;
    memcpy(out->bytes, &header, sizeof(header));
}

static void put_together(struct mutation *m, struct as_buf *out)
{
    static const char zeros[8] = { 0 };
    struct as_pack_section directory[AS_SECTION_COUNT];
    uint32_t at = (AS_PACK_START + 7) / 8 * 8;

    for (int i = 0; i < AS_SECTION_COUNT; i++) {
        directory[i] = (struct as_pack_section){
            at, (uint32_t)m->section[i].length
        };
        at = (at + directory[i].length + 7) / 8 * 8;
    }
    if (chance(m, BAD_LAYOUT))
        spoil_layout(m, directory);
    for (size_t i = 0; i < sizeof(struct as_pack_header); i++)
        as_buf_putc(out, 0);
    as_buf_add(out, directory, sizeof(directory));
    for (int i = 0; i < AS_SECTION_COUNT; i++) {
        as_buf_add(out, zeros, (8 - out->length % 8) % 8);
        as_buf_text(out, as_buf_view(&m->section[i]));
    }
    as_buf_add(out, zeros, (8 - out->length % 8) % 8);
    if (!out->failed)
        seal(m, out);
}

/* ---- all of it -------------------------------------------------------- */

/* What is changed, and how often one is taken. */
static const struct {
    void (*change)(struct mutation *m);
    uint32_t weight;
} changes[] = {
    { change_word, 6 },    { exchange_words, 4 },  { move_range, 2 },
    { change_rows, 2 },    { change_constant, 3 }, { change_string, 3 },
    { change_operand, 6 }, { change_opcode, 6 },   { move_insn, 3 },
    { lengthen, 3 },       { cross_programs, 3 },
};

static void change_something(struct mutation *m)
{
    uint32_t total = 0, n;

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
        total += changes[i].weight;
    n = below(m, total);
    for (size_t i = 0;; i++) {
        if (n < changes[i].weight) {
            changes[i].change(m);
            return;
        }
        n -= changes[i].weight;
    }
}

static void change_bytes(struct mutation *m, struct as_text bytes,
                         struct as_buf *out)
{
    as_buf_text(out, bytes);
    as_buf_putc(out, (char)below(m, 256));
    for (int i = 0; i < 4 && !out->failed; i++)
        out->bytes[below(m, (uint32_t)out->length)] = (char)below(m, 256);
}

void mutate_pack(struct as_text pack, struct as_text other, uint64_t seed,
                 struct as_buf *out)
{
    struct mutation m = { .random = { mix64(seed) } };
    struct as_text section[AS_SECTION_COUNT];
    uint32_t count;

    as_buf_reset(out);
    if (!take_apart(pack, section)) {
        change_bytes(&m, pack, out);
        return;
    }
    for (int i = 0; i < AS_SECTION_COUNT; i++)
        as_buf_text(&m.section[i], section[i]);
    if (other.length > 0 && chance(&m, 4))
        splice(&m, other);
    else if (other.length > 0 && chance(&m, 24))
        take_section(&m, other);
    count = 1 + below(&m, 2);
    while (count < MOST_CHANGES && chance(&m, 4))
        count++;
    while (count-- > 0 && !m.failed) {
        change_something(&m);
        for (int i = 0; i < AS_SECTION_COUNT; i++)
            m.failed |= m.section[i].failed;
    }
    put_together(&m, out);
    out->failed |= m.failed;
    for (int i = 0; i < AS_SECTION_COUNT; i++)
        as_buf_done(&m.section[i]);
}
