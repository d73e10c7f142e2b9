/* Texts: order, parts, and the distance behind "did you mean". */

#include "common/text.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/file.h"
#include "tests/unit/tap.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *a, *b;
    unsigned most, want;
} distances[] = {
    { "", "", 3, 0 },
    { "abc", "abc", 0, 0 },
    { "", "abc", 3, 3 },
    { "abc", "", 2, 3 },
    { "accesKeyId", "accessKeyId", 3, 1 },
    { "eventNmae", "eventName", 3, 1 },
    { "eventname", "eventName", 3, 1 },
    { "EVENTname", "eventName", 4, 3 },
    { "evantName", "eventName", 3, 1 },
    { "kitten", "sitting", 3, 3 },
    { "kitten", "sitting", 2, 3 },
    { "ca", "abc", 5, 3 },
    { "completely", "different", 3, 4 },
};

static const struct {
    const char *a, *b;
    int want;
} orders[] = {
    { "", "", 0 },
    { "a", "b", -1 },
    { "b", "a", 1 },
    { "a", "aa", -1 },
    { "aa", "a", 1 },
    { "B", "a", -1 },
    { "\x7f", "\xc3\xa9", -1 },
};

static void parts(void)
{
    struct as_text text = AS_TEXT("awslambda-worker");
    struct as_text none = { NULL, 0 };

    tap_ok(as_text_starts(text, AS_TEXT("awslambda")), "starts");
    tap_ok(!as_text_starts(text, AS_TEXT("lambda")), "does not start");
    tap_ok(!as_text_starts(AS_TEXT("aws"), text), "prefix is longer");
    tap_ok(as_text_ends(text, AS_TEXT("-worker")), "ends");
    tap_ok(!as_text_ends(text, AS_TEXT("awslambda")), "does not end");
    tap_ok(as_text_contains(text, AS_TEXT("da-w")), "contains");
    tap_ok(!as_text_contains(text, AS_TEXT("da_w")), "does not contain");
    tap_ok(as_text_starts(text, none) && as_text_ends(text, none) &&
               as_text_contains(text, none) && as_text_contains(none, none),
           "nothing is a part of anything");
    tap_ok(as_text_contains(AS_TEXT("a\0b"), AS_TEXT("\0b")), "NUL is a byte");
    tap_ok(!as_text_equal(AS_TEXT("a\0b"), AS_TEXT("a\0c")),
           "bytes behind NUL count");
}

static void buffers(void)
{
    struct as_buf buf = { .bytes = NULL };

    as_buf_puts(&buf, "ab");
    for (int i = 0; i < 1000; i++)
        as_buf_printf(&buf, "%d,", i);
    as_buf_putc(&buf, '!');
    tap_int((long)buf.length, 2 + 10 * 2 + 90 * 3 + 900 * 4 + 1, "appends");
    tap_ok(as_text_starts(as_buf_view(&buf), AS_TEXT("ab0,1,2,")), "in order");
    tap_ok(!as_buf_reserve(&buf, SIZE_MAX / 2) && buf.failed, "too much");
    as_buf_puts(&buf, "more");
    tap_int((long)buf.length, 3893, "nothing is added after a failure");
    as_buf_reset(&buf);
    tap_ok(buf.length == 0 && !buf.failed && buf.bytes, "reset keeps memory");
    as_buf_done(&buf);
}

static void arenas(void)
{
    struct as_arena arena;

    as_arena_init(&arena, 1000);
    char *one = as_alloc(&arena, 100);
    tap_ok(one && one[0] == 0 && one[99] == 0, "arena memory is zero");
    if (one)
        memset(one, 'x', 100);
    tap_ok(!as_alloc(&arena, 1000) && arena.failed, "arena has a limit");
    tap_ok(!as_alloc(&arena, 1), "and stays failed");
    as_arena_reset(&arena);
    char *two = as_alloc(&arena, 100);
    tap_ok(two && two == one && two[0] == 0, "reset memory is zero again");
    as_arena_free(&arena);

    as_arena_init(&arena, 0);
    char *big = as_alloc(&arena, 1 << 20);
    char *copy = as_strndup(&arena, "text", 4);
    tap_ok(big && copy && strcmp(copy, "text") == 0, "large and small");
    as_arena_free(&arena);
}

static void files(void)
{
    char folder[] = "/tmp/astray-unit-XXXXXX";
    struct as_buf path = { .bytes = NULL }, back = { .bytes = NULL };

    if (!tap_ok(mkdtemp(folder) != NULL, "a folder to write in"))
        return;
    as_path_join(&path, as_text_of(folder), AS_TEXT("a.txt"));
    tap_ok(path.bytes[path.length] == '\0' && path.length == 29, "join");
    tap_int(as_file_write(path.bytes, AS_TEXT("first")), ASTRAY_OK, "write");
    chmod(path.bytes, 0600);
    tap_int(as_file_write(path.bytes, AS_TEXT("one\0two")), ASTRAY_OK,
            "write again");
    struct stat found = { .st_size = -1 };
    stat(path.bytes, &found);
    tap_int((long)(found.st_mode & 0777), 0600, "permissions are kept");
    tap_int(as_file_read(path.bytes, 7, &back), ASTRAY_OK, "read");
    tap_ok(as_text_equal(as_buf_view(&back), AS_TEXT("one\0two")), "the same");
    tap_int(as_file_read(path.bytes, 6, &back), ASTRAY_LIMIT, "too large");
    unlink(path.bytes);
    tap_ok(rmdir(folder) == 0, "nothing else was left");
    tap_int(as_file_read(path.bytes, 7, &back), ASTRAY_IO, "not there");
    tap_int(errno, ENOENT, "errno says why");
    tap_int(as_file_write(path.bytes, AS_TEXT("x")), ASTRAY_IO, "no folder");
    as_path_join(&path, AS_TEXT("a/"), AS_TEXT("b"));
    tap_ok(strcmp(path.bytes, "a/b") == 0, "join takes one slash");
    as_buf_done(&path);
    as_buf_done(&back);
}

int main(void)
{
    for (size_t i = 0; i < sizeof(distances) / sizeof(*distances); i++) {
        tap_int((long)as_text_distance(as_text_of(distances[i].a),
                                       as_text_of(distances[i].b),
                                       distances[i].most),
                (long)distances[i].want, distances[i].a);
    }
    for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
        int order = as_text_compare(as_text_of(orders[i].a),
                                    as_text_of(orders[i].b));
        tap_int((order > 0) - (order < 0), orders[i].want, "order");
    }
    parts();
    buffers();
    arenas();
    files();
    return tap_done();
}
