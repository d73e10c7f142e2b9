/*
 * What is to be read, as a list: the order, what stands in the way, and how
 * many bytes lie on the disk.
 */

#include "runtime/walk.h"
#include "common/limits.h"
#include "tests/unit/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/astray-walk-XXXXXX";
static int top = -1; /* the same, open */

static void make_file(const char *name, size_t length)
{
    int file = openat(top, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    if (file < 0 || ftruncate(file, (off_t)length) != 0 || close(file) != 0)
        exit(99);
}

static void make_folder(const char *name)
{
    if (mkdirat(top, name, 0700) != 0)
        exit(99);
}

static void make_link(const char *to, const char *name)
{
    if (symlinkat(to, top, name) != 0)
        exit(99);
}

static void make_tree(void)
{
    make_file("b.json", 10);
    make_file("b", 20);
    make_folder("a");
    make_file("a/z", 1);
    make_file("a/y", 2);
    make_folder("a/empty");
    make_folder("b.d");
    make_file("b.d/x", 4);
    make_link("b", "good");
    make_link("nothing", "bad");
    make_link("a", "into");
    if (mkfifoat(top, "pipe", 0600) != 0)
        exit(99);
}

static void remove_tree(void)
{
    static const char *const files[] = { "b.json", "b",     "a/z",
                                         "a/y",    "b.d/x", "good",
                                         "bad",    "into",  "pipe" };
    static const char *const folders[] = { "a/empty", "a", "b.d" };

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        unlinkat(top, files[i], 0);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        unlinkat(top, folders[i], AT_REMOVEDIR);
    close(top);
    rmdir(folder);
}

/* "kind:name:length " of each, without the folder of the test. */
static void show(const struct as_inputs *inputs, struct as_buf *out)
{
    static const char kinds[] = {
        [AS_INPUT_NAMED] = 'N',       [AS_INPUT_MET] = 'm',
        [AS_INPUT_STREAM] = 'S',      [AS_INPUT_LINK] = 'l',
        [AS_INPUT_FOLDER_LINK] = 'f', [AS_INPUT_SPECIAL] = 's',
        [AS_INPUT_UNSEEN] = 'u',      [AS_INPUT_CLOSED] = 'c',
        [AS_INPUT_DEEP] = 'd'
    };
    struct as_buf path = { .bytes = NULL };
    struct as_text prefix = as_text_of(folder);

    for (size_t i = 0; i < inputs->count; i++) {
        as_input_path(&inputs->items[i], &path);
        struct as_text name = as_text_of(path.bytes);
        if (as_text_starts(name, prefix)) {
            name.bytes += prefix.length;
            name.length -= prefix.length;
        }
        as_buf_printf(out, "%c:%.*s:%llu ", kinds[inputs->items[i].kind],
                      (int)name.length, name.bytes,
                      (unsigned long long)as_inputs_length(inputs, i));
    }
    as_buf_done(&path);
}

static void check(const struct as_inputs *inputs, const char *want,
                  const char *name)
{
    struct as_buf got = { .bytes = NULL };

    show(inputs, &got);
    if (!tap_ok(!inputs->failed &&
                    as_text_equal(as_buf_view(&got), as_text_of(want)),
                name))
        printf("#  got: %.*s\n# want: %s\n", (int)got.length,
               got.bytes ? got.bytes : "", want);
    as_buf_done(&got);
}

static void walks(void)
{
    struct as_inputs inputs = { .items = NULL };
    struct as_buf path = { .bytes = NULL };

    as_inputs_add(&inputs, folder);
    check(&inputs,
          "m:/a/y:2 m:/a/z:1 m:/b:20 m:/b.d/x:4 m:/b.json:10 l:/bad:0 "
          "m:/good:20 f:/into:0 s:/pipe:0 ",
          "a folder is all that lies below it, in the order of the names");
    tap_int((long)inputs.bytes, 57, "with the bytes of all");
    tap_ok(!inputs.open_ended, "all of which are known");
    as_inputs_done(&inputs);

    inputs = (struct as_inputs){ .items = NULL };
    as_inputs_add(&inputs, "-");
    as_buf_printf(&path, "%s/a/", folder);
    as_buf_putc(&path, '\0');
    as_inputs_add(&inputs, path.bytes);
    as_buf_reset(&path);
    as_buf_printf(&path, "%s/pipe", folder);
    as_buf_putc(&path, '\0');
    as_inputs_add(&inputs, path.bytes);
    as_inputs_add(&inputs, "/nowhere/at all");
    check(&inputs, "S:-:0 m:/a/y:2 m:/a/z:1 N:/pipe:0 N:/nowhere/at all:0 ",
          "what was named is kept as it was named");
    tap_ok(inputs.open_ended, "how much a pipe has is not known");
    as_inputs_done(&inputs);
    as_buf_done(&path);
}

static void count_call(void *user)
{
    ++*(long *)user;
}

static void calls(void)
{
    long count = 0;
    struct as_inputs inputs = { .on_found = count_call, .user = &count };

    for (int i = 0; i < 1000; i++)
        as_inputs_add(&inputs, "-");
    tap_ok(count > 0 && count < 1000, "somebody who waits hears now and then");
    tap_int((long)inputs.count, 1000, "and nothing is lost");
    as_inputs_done(&inputs);
}

int main(void)
{
    if (!mkdtemp(folder))
        return 99;
    top = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top < 0)
        return 99;
    make_tree();
    walks();
    calls();
    remove_tree();
    return tap_done();
}
