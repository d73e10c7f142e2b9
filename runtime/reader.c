/*
 * reader.c - see reader.h.
 *
 * A file that was named must be readable and must hold events; one that was
 * only met in a folder may be anything, and is skipped with a word when it is
 * plainly neither JSON nor gzip.
 */

#include "runtime/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/file.h"
#include "runtime/split.h"

struct as_reader {
    struct as_intake intake;
    struct as_buf raw;      /* a file's bytes, as read */
    struct as_buf inflated; /* and decompressed */
    struct as_buf path;     /* of the input at hand */
    struct as_meter *meter; /* borrowed; NULL: nobody asks */
    size_t step;            /* of windows, see as_window_file */
    bool io_failed;         /* since this input began */
    bool walking;           /* the file was met, not named */
};

struct as_reader *as_reader_new(const struct as_projection *projection,
                                const struct as_reader_callbacks *callbacks,
                                void *user)
{
    struct as_reader *reader = calloc(1, sizeof(*reader));

    if (!reader)
        return NULL;
    if (!as_intake_init(&reader->intake, projection, callbacks, user)) {
        free(reader);
        return NULL;
    }
    return reader;
}

void as_reader_free(struct as_reader *reader)
{
    if (!reader)
        return;
    as_intake_done(&reader->intake);
    as_buf_done(&reader->raw);
    as_buf_done(&reader->inflated);
    as_buf_done(&reader->path);
    free(reader);
}

const struct as_reader_stats *as_reader_stats(const struct as_reader *reader)
{
    return &reader->intake.stats;
}

void as_reader_measure(struct as_reader *reader, struct as_meter *meter)
{
    reader->meter = meter;
}

void as_reader_step(struct as_reader *reader, size_t step)
{
    reader->step = step;
}

/* ------------------------------------------------------------------------
 * Saying what is wrong with a file
 */

static void skip_file(struct as_reader *reader, enum as_reason reason,
                      const char *text)
{
    reader->intake.stats.skipped_files++;
    as_intake_say(&reader->intake, ASTRAY_NOTE, reason, 0, text);
}

static void say_damaged(struct as_reader *reader, enum as_reason reason,
                        uint64_t place, const char *text)
{
    reader->intake.stats.damaged_files++;
    as_intake_say(&reader->intake, ASTRAY_ERROR, reason, place, text);
    as_intake_worse(&reader->intake, ASTRAY_SET_ASIDE);
}

static void say_io(struct as_reader *reader, const char *what, int error)
{
    char text[200];
    char reason[128];

    snprintf(text, sizeof(text), "%s: %s; the rest goes on", what,
             strerror_r(error, reason, sizeof(reason)));
    as_intake_say(&reader->intake, ASTRAY_ERROR, AS_REASON_IO, 0, text);
    reader->io_failed = true;
}

static void say_inflate(struct as_reader *reader, enum as_inflate_end end,
                        uint64_t made)
{
    char text[320];
    bool is_limit = end == AS_INFLATE_LIMIT;

    if (end == AS_INFLATE_NO_MEMORY)
        as_intake_worse(&reader->intake, ASTRAY_NO_MEMORY);
    if (end == AS_INFLATE_MORE || end == AS_INFLATE_GOOD ||
        end == AS_INFLATE_NO_MEMORY)
        return;
    if (is_limit)
        snprintf(text, sizeof(text),
                 "%s (%d MiB); what comes before this place was read, the "
                 "rest was not; decompress it and give it on standard input "
                 "to read all of it",
                 as_inflate_text(end), AS_MAX_INFLATED >> 20);
    else
        snprintf(text, sizeof(text), "%s; %s", as_inflate_text(end),
                 end == AS_INFLATE_CHECKSUM
                     ? "all of that was read, nothing behind it"
                     : "what comes before was read, nothing behind it");
    say_damaged(reader, is_limit ? AS_REASON_LIMIT : AS_REASON_GZIP, made,
                text);
}

static void say_not_json(struct as_reader *reader, bool is_utf16)
{
    if (reader->walking)
        skip_file(reader, AS_REASON_NOT_JSON,
                  is_utf16 ? "this is UTF-16, JSON is UTF-8; skipped"
                           : "neither JSON nor gzip; skipped");
    else
        say_damaged(reader, AS_REASON_FORMAT, 0,
                    is_utf16 ? "this is UTF-16, JSON is UTF-8; nothing was read"
                             : "neither JSON nor gzip; nothing was read");
}

/* ------------------------------------------------------------------------
 * Bytes
 */

/* False when it is nothing that can be read, which was said. */
static bool read_window(struct as_reader *reader, struct as_window *window)
{
    struct as_reader_stats *stats = &reader->intake.stats;
    enum as_split_kind kind = as_split(&reader->intake, window);

    if (window->failed)
        as_intake_worse(&reader->intake, ASTRAY_NO_MEMORY);
    if (kind == AS_SPLIT_UTF16 || kind == AS_SPLIT_OTHER) {
        say_not_json(reader, kind == AS_SPLIT_UTF16);
        return false;
    }
    stats->files++;
    stats->bytes += as_window_end(window);
    return true;
}

static void read_bytes(struct as_reader *reader, struct as_text bytes)
{
    struct as_window window;
    enum as_inflate_end end = AS_INFLATE_GOOD;
    bool read = true;

    if (as_inflate_is_gzip(bytes)) {
        end = as_inflate_whole(bytes, AS_MAX_INFLATED, &reader->inflated);
        bytes = as_buf_view(&reader->inflated);
    }
    as_window_memory(&window, bytes);
    if (end != AS_INFLATE_NO_MEMORY)
        read = read_window(reader, &window);
    as_window_done(&window);
    if (read)
        say_inflate(reader, end, bytes.length);
}

static void read_stream(struct as_reader *reader, int file, uint64_t most)
{
    struct as_window window;

    as_window_file(&window, file, most, reader->step);
    window.meter = reader->meter;
    if (read_window(reader, &window) || window.end == AS_INFLATE_NO_MEMORY)
        say_inflate(reader, window.end, as_window_end(&window));
    if (window.error)
        say_io(reader, "it could not be read to its end", window.error);
    as_window_done(&window);
}

/* What reading came to since it began. */
static enum astray_status settle(struct as_reader *reader)
{
    enum astray_status status = reader->intake.status;

    if (reader->io_failed && status < ASTRAY_IO)
        status = ASTRAY_IO;
    return status;
}

static void begin(struct as_reader *reader, const char *name)
{
    reader->intake.status = ASTRAY_OK;
    reader->intake.input = name;
    reader->io_failed = false;
    reader->walking = false;
}

enum astray_status as_reader_bytes(struct as_reader *reader, const char *name,
                                   const void *bytes, size_t length)
{
    begin(reader, name);
    read_bytes(reader, (struct as_text){ bytes, length });
    return settle(reader);
}

/* ------------------------------------------------------------------------
 * Files, and what stands in their way
 */

static void read_open_file(struct as_reader *reader, int file,
                           const struct stat *found)
{
    struct as_buf *raw = &reader->raw;

    as_buf_reset(raw);
    if (!S_ISREG(found->st_mode)) {
        read_stream(reader, file, 0);
        return;
    }
    if (found->st_size > AS_MAX_INFLATED) {
        read_stream(reader, file, AS_MAX_INFLATED);
        return;
    }
    as_buf_reserve(raw, (size_t)found->st_size + 1);
    enum astray_status status = as_file_read_open(file, AS_MAX_INFLATED, raw);
    if (status == ASTRAY_OK)
        read_bytes(reader, as_buf_view(raw));
    else if (status == ASTRAY_IO)
        say_io(reader, "it could not be read", errno);
    else if (status == ASTRAY_NO_MEMORY)
        as_intake_worse(&reader->intake, status);
    else if (lseek(file, 0, SEEK_SET) == 0) /* it has grown */
        read_stream(reader, file, AS_MAX_INFLATED);
}

static void read_file(struct as_reader *reader, const char *path)
{
    struct stat found;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    reader->intake.input = path;
    if (file < 0 || fstat(file, &found) != 0)
        say_io(reader, "it could not be opened", errno);
    else
        read_open_file(reader, file, &found);
    if (file >= 0)
        close(file);
}

static void read_input(struct as_reader *reader, const struct as_input *input)
{
    switch (input->kind) {
    case AS_INPUT_NAMED:
    case AS_INPUT_MET:
        read_file(reader, reader->path.bytes);
        break;
    case AS_INPUT_STREAM:
        read_stream(reader, STDIN_FILENO, 0);
        break;
    case AS_INPUT_LINK:
        skip_file(reader, AS_REASON_LINK, "a link to nothing; skipped");
        break;
    case AS_INPUT_FOLDER_LINK:
        skip_file(reader, AS_REASON_LINK, "a link to a folder; not followed");
        break;
    case AS_INPUT_SPECIAL:
        skip_file(reader, AS_REASON_LINK, "not a regular file; skipped");
        break;
    case AS_INPUT_UNSEEN:
        say_io(reader, "it could not be looked at", input->error);
        break;
    case AS_INPUT_CLOSED:
        say_io(reader, "the folder could not be read", input->error);
        break;
    case AS_INPUT_DEEP:
        say_io(reader, "too many folders inside each other", input->error);
        break;
    }
}

enum astray_status as_reader_input(struct as_reader *reader,
                                   const struct as_input *input)
{
    as_input_path(input, &reader->path);
    if (reader->path.failed)
        return ASTRAY_NO_MEMORY;
    begin(reader, reader->path.bytes);
    reader->walking = input->kind == AS_INPUT_MET;
    read_input(reader, input);
    if (reader->meter) {
        atomic_store(&reader->meter->taken, 0);
        atomic_store(&reader->meter->made, reader->intake.stats.bytes);
    }
    return settle(reader);
}

enum astray_status as_reader_path(struct as_reader *reader, const char *path)
{
    struct as_inputs inputs = { .items = NULL };
    enum astray_status worst = ASTRAY_OK, status;

    as_inputs_add(&inputs, path);
    if (inputs.failed)
        worst = ASTRAY_NO_MEMORY;
    for (size_t i = 0; i < inputs.count && !as_reader_stops(worst); i++) {
        status = as_reader_input(reader, &inputs.items[i]);
        worst = status > worst ? status : worst;
    }
    as_inputs_done(&inputs);
    return worst;
}
