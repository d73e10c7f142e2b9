/*
 * generate.c - makes a corpus of CloudTrail logs, and says what must be found.
 *
 *   generate --kind large|small|churn --size 100m|1g --seed N --out FOLDER
 *   generate --rules N [--seed N] --out FOLDER
 *
 * FOLDER/AWSLogs holds the logs, FOLDER/truth one file for each shipped rule
 * with the alerts that it must give.  The same arguments give the same bytes.
 * `--size` is of the JSON before it is compressed, and met within some
 * hundredths.
 *
 *   large   files of 1,000 to 5,000 records
 *   small   files of some hundreds, below 128 KB compressed, as most of
 *           CloudTrail's are
 *   churn   as large, but most keys are used once: hundreds of thousands of
 *           different keys, sessions and addresses
 *
 * See corpus.h for the parts.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "corpus.h"

void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("generate: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(2);
}

void *grow(void *array, size_t *capacity, size_t count, size_t size)
{
    if (count <= *capacity)
        return array;
    size_t more = *capacity * 2 > count ? *capacity * 2 : count + 16;
    void *grown = realloc(array, more * size);
    if (grown == NULL)
        die("no memory");
    *capacity = more;
    return grown;
}

void make_folders(const char *path)
{
    char *copy = strdup(path);
    if (copy == NULL)
        die("no memory");
    for (char *p = copy + 1;; p++) {
        char was = *p;
        if (was != '/' && was != '\0')
            continue;
        *p = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            die("%s: %s", copy, strerror(errno));
        *p = was;
        if (was == '\0')
            break;
    }
    free(copy);
}

FILE *create_file(const char *folder, const char *name)
{
    struct text path = { 0 };
    text_adds(&path, folder);
    text_adds(&path, "/");
    text_add(&path, name, strlen(name) + 1);
    char *slash = strrchr(path.bytes, '/');
    *slash = '\0';
    make_folders(path.bytes);
    *slash = '/';
    FILE *file = fopen(path.bytes, "w");
    if (file == NULL)
        die("%s: %s", path.bytes, strerror(errno));
    free(path.bytes);
    return file;
}

static uint64_t size_of(const char *text)
{
    char *end;
    uint64_t size = strtoull(text, &end, 10);
    uint64_t unit = *end == 'k' ? 1000
                  : *end == 'm' ? 1000000
                  : *end == 'g' ? 1000000000
                                : 1;
    if (end == text || size == 0 || (unit != 1 ? end[1] : *end) != '\0')
        die("--size takes a number with k, m or g");
    return size * unit;
}

static enum kind kind_of(const char *text)
{
    static const char *const kinds[] = { "large", "small", "churn" };
    for (int i = 0; i < 3; i++)
        if (strcmp(text, kinds[i]) == 0)
            return (enum kind)i;
    die("--kind takes large, small or churn");
}

int main(int argc, char **argv)
{
    struct corpus corpus = { .kind = KIND_LARGE, .seed = 1, .size = 100000000 };
    const char *out = NULL;
    unsigned rules = 0;
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc)
            die("%s takes a value", argv[i]);
        if (strcmp(argv[i], "--kind") == 0)
            corpus.kind = kind_of(argv[i + 1]);
        else if (strcmp(argv[i], "--size") == 0)
            corpus.size = size_of(argv[i + 1]);
        else if (strcmp(argv[i], "--seed") == 0)
            corpus.seed = strtoull(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--rules") == 0)
            rules = (unsigned)strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--out") == 0)
            out = argv[i + 1];
        else
            die("unknown option %s", argv[i]);
    }
    if (out == NULL)
        die("--out says where to");
    if (rules != 0) {
        plain_rules_write(rules, corpus.seed, out);
        return 0;
    }
    corpus.random.state = mix64(corpus.seed * 3 + corpus.kind);
    corpus_plan(&corpus);
    deliver(&corpus, out);
    truth_write(&corpus, out);
    corpus_free(&corpus);
    return 0;
}
