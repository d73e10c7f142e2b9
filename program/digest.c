/*
 * digest.c - see digest.h.
 *
 * A row is taken up word by word, each with its name, as rows.def has them: a
 * number as it is, and in place of a row's number that row itself.  So it
 * does not matter where anything stands.  A word that is 0, empty or no row
 * says nothing: new columns leave the digests of old rules as they are.
 *
 * What many rules read, programs, baselines and lists, is taken up as its own
 * digest, made once.  Those of baselines come first, in their order: a
 * baseline reads only those before it, which bounds the recursion.
 */

#include "program/digest.h"

#include <stdlib.h>

/* ---- the words -------------------------------------------------------- */

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
    uint32_t of; /* of a row's number: its table */
    const char *name;
};

#define OF_NUMBER(of) 0
#define OF_LIMIT(of)  0
#define OF_TYPE(of)   0
#define OF_REF(of)    AS_TABLE_##of
#define OF_OPTION(of) AS_TABLE_##of
#define OF_FIRST(of)  AS_TABLE_##of
#define OF_COUNT(of)  AS_TABLE_##of

static const struct word words[] = {
#define AS_TABLE(table, text)
#define AS_WORD(table, word, kind, of, text)                                   \
    { WORD_##kind, OF_##kind(of), #table "." #word },
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

/* For people; or said elsewhere, as are a condition's parts, what a rule uses,
 * and the keys and aggregates that its programs read. */
static const char *const passed_over[] = {
    "slot.ecs",
    "param.help",
    "column.source",
    "program.source",
    "program.register_count",
    "program.keys",
    "program.aggs",
    "baseline.help",
    "baseline.file",
    "baseline.tests",
    "baseline.rest",
    "exclude.reason",
    "exclude.owner",
    "exclude.overlay",
    "rule.name",
    "rule.id",
    "rule.title",
    "rule.status",
    "rule.version",
    "rule.help",
    "rule.file",
    "rule.attack",
    "rule.references",
    "rule.falsepositives",
    "rule.uses",
    "rule.tests",
    "rule.rest",
    "rule.overlays",
};

/* ---- tables ----------------------------------------------------------- */

struct table {
    const char *name;
    const uint32_t *rows;
    uint32_t count;
    uint32_t first, end; /* of its words */
};

/* A digest that was made, or not yet. */
struct kept {
    bool made;
    unsigned char digest[AS_SHA256_SIZE];
};

struct digester {
    const struct as_pack *pack;
    struct table tables[AS_TABLE_COUNT];
    struct kept *kept[AS_TABLE_COUNT]; /* NULL: of this table none is kept */
    bool passed[WORDS];
};

static void find_tables(struct digester *d)
{
    struct table *at = d->tables;
    uint32_t word = 0;

#define AS_TABLE(table, text)                                                  \
    at->name = #table;                                                         \
    at->rows = (const void *)d->pack->table;                                   \
    at->count = d->pack->table##_count;                                        \
    at->first = word;
#define AS_WORD(table, word_name, kind, of, text) word++;
#define AS_TABLE_END(table)                                                    \
    at->end = word;                                                            \
    at++;
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
    for (uint32_t i = 0; i < WORDS; i++) {
        size_t n = sizeof(passed_over) / sizeof(passed_over[0]);

        while (n > 0 && strcmp(words[i].name, passed_over[n - 1]) != 0)
            n--;
        d->passed[i] = n > 0;
    }
}

/* ---- taking things up ------------------------------------------------- */

static void add_row(struct digester *d, struct as_sha256 *sha, uint32_t table,
                    uint32_t index);

static void add_name(struct as_sha256 *sha, const char *name)
{
    as_sha256_add(sha, name, strlen(name) + 1);
}

/* Its bytes, the lowest first, on every machine. */
static void add_number(struct as_sha256 *sha, uint32_t number)
{
    unsigned char bytes[4];

    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(number >> 8 * i);
    as_sha256_add(sha, bytes, sizeof(bytes));
}

static void add_text(struct digester *d, struct as_sha256 *sha, uint32_t index)
{
    struct as_text text = as_pack_text(d->pack, index);

    add_number(sha, (uint32_t)text.length);
    as_sha256_add(sha, text.bytes, text.length);
}

static void add_insn(struct digester *d, struct as_sha256 *sha, uint32_t index)
{
    const struct as_insn *insn = &d->pack->insn[index];
    const struct as_op_info *info = &as_op_info[insn->op];
    const enum as_operand operands[] = { info->a, info->b, info->c };
    const uint32_t values[] = { insn->a, insn->b, insn->c };

    add_name(sha, info->name);
    for (int i = 0; i < 3; i++) {
        uint32_t table = as_operand_table(operands[i]);

        if (table != AS_TABLE_COUNT)
            add_row(d, sha, table, values[i]);
        else if (operands[i] != AS_OPERAND_NONE)
            add_number(sha, values[i]);
    }
}

/* A list that comes from a file is that file: what stands in it is data, which
 * is brought up to date without any rule's author. */
static bool is_data(const struct word *word, const struct as_row_list *list)
{
    return list->origin != 0 && (strcmp(word->name, "list.length") == 0 ||
                                 strcmp(word->name, "list.values") == 0 ||
                                 strcmp(word->name, "list.ranges") == 0);
}

/* A length of time: its kind, and behind it the number of a row. */
static bool is_length(const struct word *word)
{
    size_t length = strlen(word->name);

    return word->kind == WORD_LIMIT && length > 5 &&
           strcmp(word->name + length - 5, "_kind") == 0;
}

static void add_length(struct digester *d, struct as_sha256 *sha,
                       const struct word *word, const uint32_t *at)
{
    if (at[0] == AS_LENGTH_NONE)
        return;
    add_name(sha, word->name);
    add_number(sha, at[0]);
    if (at[0] == AS_LENGTH_CONST)
        add_row(d, sha, AS_TABLE_constant, at[1]);
    else if (at[0] == AS_LENGTH_PARAM)
        add_row(d, sha, AS_TABLE_param, at[1]);
}

static void add_range(struct digester *d, struct as_sha256 *sha,
                      const struct word *word, const uint32_t *at)
{
    if (at[1] == 0)
        return;
    add_name(sha, word->name);
    add_number(sha, at[1]);
    for (uint32_t i = 0; i < at[1]; i++) {
        if (word->of == AS_TABLE_insn)
            add_insn(d, sha, at[0] + i);
        else
            add_row(d, sha, word->of, at[0] + i);
    }
}

static void add_word(struct digester *d, struct as_sha256 *sha,
                     const struct word *word, uint32_t value)
{
    bool row = word->kind == WORD_REF || word->kind == WORD_OPTION;
    bool text = row && word->of == AS_TABLE_text;

    if (row && !text ? value == AS_NO_ROW : value == 0)
        return;
    add_name(sha, word->name);
    if (text)
        add_text(d, sha, value);
    else if (row)
        add_row(d, sha, word->of, value);
    else
        add_number(sha, value);
}

static void add_words(struct digester *d, struct as_sha256 *sha,
                      const struct table *table, uint32_t index)
{
    uint32_t width = table->end - table->first;
    const uint32_t *at = table->rows + (size_t)index * width;

    add_name(sha, table->name);
    for (uint32_t i = 0; i < width; i++) {
        const struct word *word = &words[table->first + i];

        if (d->passed[table->first + i] || word->kind == WORD_COUNT ||
            (table == &d->tables[AS_TABLE_list] &&
             is_data(word, &d->pack->list[index])))
            continue;
        if (is_length(word)) {
            add_length(d, sha, word, &at[i]);
            i++;
        } else if (word->kind == WORD_FIRST) {
            add_range(d, sha, word, &at[i]);
        } else {
            add_word(d, sha, word, at[i]);
        }
    }
}

static void digest(struct digester *d, uint32_t table, uint32_t index,
                   unsigned char out[AS_SHA256_SIZE])
{
    struct as_sha256 sha;

    as_sha256_init(&sha);
    add_words(d, &sha, &d->tables[table], index);
    as_sha256_end(&sha, out);
}

static void add_row(struct digester *d, struct as_sha256 *sha, uint32_t table,
                    uint32_t index)
{
    struct kept *kept = d->kept[table];

    if (!kept) {
        add_words(d, sha, &d->tables[table], index);
        return;
    }
    if (!kept[index].made) {
        digest(d, table, index, kept[index].digest);
        kept[index].made = true;
    }
    as_sha256_add(sha, kept[index].digest, AS_SHA256_SIZE);
}

/* ---- all -------------------------------------------------------------- */

bool as_digest_rules(const struct as_pack *pack,
                     unsigned char (*digests)[AS_SHA256_SIZE])
{
    static const uint32_t keeps[] = { AS_TABLE_program, AS_TABLE_baseline,
                                      AS_TABLE_list };
    struct digester d = { .pack = pack };
    struct as_sha256 sha;
    bool good = true;

    find_tables(&d);
    for (size_t i = 0; i < sizeof(keeps) / sizeof(keeps[0]); i++) {
        size_t count = (size_t)d.tables[keeps[i]].count + 1;

        d.kept[keeps[i]] = calloc(count, sizeof(struct kept));
        good = good && d.kept[keeps[i]];
    }
    as_sha256_init(&sha);
    for (uint32_t i = 0; good && i < pack->baseline_count; i++)
        add_row(&d, &sha, AS_TABLE_baseline, i);
    for (uint32_t i = 0; good && i < pack->rule_count; i++)
        digest(&d, AS_TABLE_rule, i, digests[i]);
    for (size_t i = 0; i < sizeof(keeps) / sizeof(keeps[0]); i++)
        free(d.kept[keeps[i]]);
    return good;
}
