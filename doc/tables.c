/*
 * tables.c - the pages of doc/ that are made from the .def tables.
 *
 *     tables bytecode      doc/bytecode.md, from opcodes.def and rules.def
 *     tables pack-format   doc/pack-format.md, from rows.def
 *     tables diagnostics   doc/diagnostics.md, from diagnostics.def
 *
 * A page that people keep by hand beside a table is wrong within a month.
 * `make docs` writes these, and tests/check-docs.sh fails when one has
 * drifted away from its table.  (doc/fields.md is made by fields.awk.)
 */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "astray.h"
#include "program/program.h"

static const char *const operand_words[] = {
    [AS_OPERAND_NONE] = "",         [AS_OPERAND_DST] = "dst",
    [AS_OPERAND_SRC] = "src",       [AS_OPERAND_SLOT] = "slot",
    [AS_OPERAND_CONST] = "const",   [AS_OPERAND_PARAM] = "param",
    [AS_OPERAND_LIST] = "list",     [AS_OPERAND_ROUTE] = "route",
    [AS_OPERAND_LOOP] = "loop",     [AS_OPERAND_PROBE] = "probe",
    [AS_OPERAND_MEMBER] = "member", [AS_OPERAND_ALIAS] = "alias",
    [AS_OPERAND_COLUMN] = "column", [AS_OPERAND_KEY] = "key",
    [AS_OPERAND_AGG] = "agg",       [AS_OPERAND_ITEM] = "item",
    [AS_OPERAND_TYPE] = "type",     [AS_OPERAND_JUMP] = "jump",
};

static const struct {
    const char *name, *text;
} rules[] = {
#define AS_RULE(name, text) { #name, text },
#include "program/rules.def"
#undef AS_RULE
};

static const struct {
    const char *name, *text;
} tables[] = {
#define AS_TABLE(table, text) { #table, text },
#define AS_WORD(table, word, kind, of, text)
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
};

static const struct {
    const char *table, *name, *kind, *of, *text;
} words[] = {
#define AS_TABLE(table, text)
#define AS_WORD(table, word, kind, of, text)                                   \
    { #table, #word, #kind, #of, text },
#define AS_TABLE_END(table)
#include "program/rows.def"
#undef AS_TABLE
#undef AS_WORD
#undef AS_TABLE_END
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* `length` bytes of plain text: outside of `code`, Markdown would take some of
 * them as its own. */
static void print_plain(const char *text, size_t length)
{
    bool is_code = false;

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '`')
            is_code = !is_code;
        if (text[i] == '|' || (!is_code && strchr("<*\\", text[i])))
            putchar('\\');
        putchar(text[i]);
    }
}

/* A cell of a table. */
static void print_cell(const char *text)
{
    putchar(' ');
    print_plain(text, strlen(text));
    fputs(" |", stdout);
}

/* Lines that begin with four spaces, and pairs of a wrong and a right way, are
 * examples. */
static bool is_example(const char *line)
{
    return strncmp(line, "    ", 4) == 0 || strncmp(line, "wrong:", 6) == 0 ||
           strncmp(line, "right:", 6) == 0;
}

/* Markdown wants four spaces before each line of an example, and an empty line
 * before the first. */
static void print_lines(const char *text)
{
    bool was_text = false;

    while (*text) {
        size_t length = strcspn(text, "\n");
        bool example = is_example(text);

        if (example)
            printf("%s%s%.*s", was_text ? "\n" : "", *text == ' ' ? "" : "    ",
                   (int)length, text);
        else
            print_plain(text, length);
        if (text[length] == '\0' || text[length + 1] != '\0')
            putchar('\n');
        was_text = !example && length > 0;
        text += length + (text[length] == '\n');
    }
}

static void print_bytecode(void)
{
    puts(
        "# The instructions\n\n"
        "Made from `program/opcodes.def` and `program/rules.def`; `make docs`\n"
        "writes this page. The head of `opcodes.def` says what the operands\n"
        "mean. An instruction is 8 bytes: operation, A (8 bits), B (16 bits),\n"
        "C (32 bits).\n\n"
        "| no. | name | A | B | C | types | what it does |\n"
        "| --: | ---- | - | - | - | ----- | ------------ |");
    for (size_t n = 0; n < AS_OP_COUNT; n++) {
        const struct as_op_info *op = &as_op_info[n];

        printf("| %zu | `%s` | %s | %s | %s |", n, op->name,
               operand_words[op->a], operand_words[op->b],
               operand_words[op->c]);
        print_cell(rules[op->rule].text);
        print_cell(op->text);
        puts("");
    }
}

static void print_pack_format(void)
{
    puts(
        "# The compiled pack\n\n"
        "Made from `program/rows.def`; `make docs` writes this page. The file\n"
        "is a header, a directory and the sections that `program/pack.h`\n"
        "describes: one section for each table below, then the code and the\n"
        "strings. A row is 32-bit words. The head of `rows.def` says what the\n"
        "kinds of word may hold; a loader checks every one of them. What else\n"
        "is checked, why that suffices, and what a pack can ask for at most is\n"
        "in [pack-safety.md](pack-safety.md). Signatures may stand behind it:\n"
        "see [signing.md](signing.md).");
    for (size_t t = 0; t < COUNT(tables); t++) {
        printf("\n## %s\n\n%s\n\n"
               "| word | kind | of | what it holds |\n"
               "| ---- | ---- | -- | ------------- |\n",
               tables[t].name, tables[t].text);
        for (size_t w = 0; w < COUNT(words); w++) {
            if (strcmp(words[w].table, tables[t].name) != 0)
                continue;
            printf("| `%s` | %s | %s |", words[w].name, words[w].kind,
                   strcmp(words[w].of, "0") == 0 ? "" : words[w].of);
            print_cell(words[w].text);
            puts("");
        }
    }
}

static void print_diagnostics(void)
{
    const char *code;

    puts("# What the compiler says\n\n"
         "Made from `compiler/diagnostics.def`; `make docs` writes this page.\n"
         "`astray explain CODE` prints the same.");
    for (size_t n = 0; (code = astray_explain_code(n)) != NULL; n++) {
        const char *title = "";
        const char *text = astray_explain(code, &title);

        printf("\n## %s: ", code);
        print_plain(title, strlen(title));
        puts("\n");
        print_lines(text ? text : "");
        puts("");
    }
}

static const struct {
    const char *name;
    void (*print)(void);
} pages[] = {
    { "bytecode", print_bytecode },
    { "pack-format", print_pack_format },
    { "diagnostics", print_diagnostics },
};

int main(int argc, char **argv)
{
    for (size_t p = 0; argc == 2 && p < COUNT(pages); p++) {
        if (strcmp(argv[1], pages[p].name) == 0) {
            pages[p].print();
            return fflush(stdout) != 0 || ferror(stdout);
        }
    }
    fputs("usage: tables bytecode|pack-format|diagnostics\n", stderr);
    return 3;
}
