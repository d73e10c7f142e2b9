/*
 * standalone.c - a fuzz target as a plain test.
 *
 *     fuzz_NAME [-v] [FOLDER]
 *
 * Every file of the folder (by default the corpus of that name beside the
 * sources) is tried as it is, then cut off at several places, then with single
 * bits and bytes changed.  What is changed depends on the bytes alone, so that
 * a run can be repeated.  A target that finds something wrong aborts; the file
 * at work was named before, and with -v every change of it.
 */

#include <dirent.h>

#include "common/file.h"
#include "common/limits.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/tap.h"

enum {
    CUTS = 4, /* of `fuzz_variants`, one in so many cuts the input off */
    MOST_PATH = 4096,
};

static bool loud;

/* A plain generator: what it starts from decides what comes. */
static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 33;
}

/* FNV-1a (Fowler, Noll, Vo), 64 bits. */
static uint64_t sum_of(struct as_text bytes)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < bytes.length; i++)
        sum = (sum ^ (unsigned char)bytes.bytes[i]) * UINT64_C(0x100000001b3);
    return sum;
}

/* Give the target a copy that ends where its memory ends: tools see who reads
 * on behind it. */
static void try(struct as_text bytes, size_t at, const char *how)
{
    uint8_t *copy = malloc(bytes.length ? bytes.length : 1);

    fuzz_require(copy != NULL, "there is memory for an input");
    if (bytes.length > 0)
        memcpy(copy, bytes.bytes, bytes.length);
    if (loud) {
        printf("# %s at %zu\n", how, at);
        fflush(stdout);
    }
    LLVMFuzzerTestOneInput(copy, bytes.length);
    free(copy);
}

static void try_variants(struct as_buf *bytes)
{
    uint64_t state = sum_of(as_buf_view(bytes));

    try(as_buf_view(bytes), 0, "as it is");
    for (unsigned n = 0; n < fuzz_variants && bytes->length > 0; n++) {
        size_t at = (size_t)(next(&state) % bytes->length);
        char was = bytes->bytes[at];

        if (n % CUTS == 0) {
            try((struct as_text){ bytes->bytes, at }, at, "cut off");
            continue;
        }
        bytes->bytes[at] = (char)(n % CUTS == 1 ? was ^ 1 << next(&state) % 8
                                                : (int)(next(&state) % 256));
        try(as_buf_view(bytes), at, "a byte changed");
        bytes->bytes[at] = was;
    }
}

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void try_file(const char *folder, const char *name)
{
    struct as_buf bytes = { .bytes = NULL };
    char path[MOST_PATH + 300];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    printf("# %s\n", name);
    fflush(stdout);
    if (as_file_read(path, AS_MAX_INFLATED, &bytes)) {
        tap_ok(false, "a corpus's file can be read");
    } else {
        try_variants(&bytes);
        tap_ok(true, name);
    }
    as_buf_done(&bytes);
}

/* tests/fuzz/corpus/NAME, of a program that is called fuzz_NAME. */
static void own_corpus(const char *program, char *folder, size_t size)
{
    const char *root = getenv("srcdir"), *name = strstr(program, "fuzz_");

    for (const char *more = name; more; more = strstr(more + 1, "fuzz_"))
        name = more;
    snprintf(folder, size, "%s/tests/fuzz/corpus/%s", root ? root : ".",
             name ? name + strlen("fuzz_") : program);
}

int main(int argc, char **argv)
{
    struct dirent **entries;
    char folder[MOST_PATH];

    loud = argc > 1 && strcmp(argv[1], "-v") == 0;
    if (argc > 1 + loud)
        snprintf(folder, sizeof(folder), "%s", argv[1 + loud]);
    else
        own_corpus(argv[0], folder, sizeof(folder));
    int count = scandir(folder, &entries, is_input, alphasort);
    tap_ok(count > 0, "there is a corpus");
    try((struct as_text){ "", 0 }, 0, "nothing");
    tap_ok(true, "no bytes at all");
    for (int i = 0; i < count; i++) {
        try_file(folder, entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return tap_done();
}
