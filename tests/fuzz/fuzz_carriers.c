/*
 * fuzz_carriers.c - from bytes to events: every carrier, read from memory and
 * as a stream whose window moves by a few bytes, so that it ends at every
 * place once.  The same events must come, with the same places, and the same
 * must be said about everything else.
 *
 * The input: a byte that decides the window's steps, then a file.
 */

#include "runtime/reader.h"

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/json_tree.h"

const unsigned fuzz_variants = 30;

enum { MOST_INPUT = 32 * 1024 }; /* a pipe takes it in one go */

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#define NAME(text)                                                             \
    {                                                                          \
        .name = { text, sizeof(text) - 1 }                                     \
    }

static const struct as_path_step name_path[] = { NAME("eventName") };
static const struct as_path_step time_path[] = { NAME("eventTime") };
static const struct as_path_step key_path[] = { NAME("userIdentity"),
                                                NAME("accessKeyId") };
static const struct as_path_step whole_path[] = { NAME("requestParameters") };
static const struct as_path_step item_path[] = { NAME("resources"),
                                                 { .is_index = true },
                                                 NAME("ARN") };

static const struct as_slot_path slots[] = {
    { name_path, 1, AS_SHAPE_TEXT, { "event.action", 12 } },
    { time_path, 1, AS_SHAPE_TEXT, { "@timestamp", 10 } },
    { key_path,
      2,
      AS_SHAPE_TEXT,
      { "aws.cloudtrail.user_identity.access_key_id", 42 } },
    { whole_path, 1, AS_SHAPE_ANY, { "", 0 } },
    { item_path, 3, AS_SHAPE_TEXT, { "", 0 } },
};

static const struct as_projection projection = { slots, COUNT(slots) };

/* What came of an input, as one long text. */
struct seen {
    struct as_buf text;
    uint64_t events;
};

static enum astray_status on_event(void *user, const struct as_event *event)
{
    struct seen *seen = user;

    fuzz_require(plain_is_json(event->record.bytes, event->record.length),
                 "a record that is handed over is JSON");
    as_buf_printf(&seen->text, "event %llu %lld ",
                  (unsigned long long)event->offset, (long long)event->time_ms);
    as_buf_text(&seen->text, event->record);
    for (uint32_t i = 0; i < event->slot_count; i++) {
        as_buf_printf(&seen->text, "\n%d ", (int)event->slots[i].kind);
        as_buf_text(&seen->text, event->slots[i].text);
    }
    as_buf_putc(&seen->text, '\n');
    seen->events++;
    return event->time_ms % 7 == 3 ? ASTRAY_SET_ASIDE : ASTRAY_OK;
}

static void on_notice(void *user, const struct astray_notice *notice)
{
    struct seen *seen = user;
    const char *message = notice->message;

    /* The file's name comes first, and is not the same in both ways. */
    if (strncmp(message, notice->input, strlen(notice->input)) == 0)
        message += strlen(notice->input);
    as_buf_printf(&seen->text, "notice %d %s %llu %s: ", (int)notice->severity,
                  notice->reason, (unsigned long long)notice->offset, message);
    as_buf_add(&seen->text, notice->bytes, notice->length);
    as_buf_putc(&seen->text, '\n');
}

static struct as_reader *reader_for(struct seen *seen)
{
    const struct as_reader_callbacks callbacks = { on_event, on_notice };
    struct as_reader *reader = as_reader_new(&projection, &callbacks, seen);

    fuzz_require(reader != NULL, "there is memory for a reader");
    return reader;
}

/* What always holds of the counts, and then the counts as text. */
static void close_reader(struct as_reader *reader, struct seen *seen,
                         enum astray_status status)
{
    const struct as_reader_stats *stats = as_reader_stats(reader);

    fuzz_require(stats->records_in == stats->judged + stats->set_aside,
                 "records in are records judged and set aside");
    fuzz_require(stats->judged <= seen->events, "what was judged was seen");
    fuzz_require(status <= ASTRAY_SET_ASIDE, "nothing else fails");
    fuzz_require((status == ASTRAY_SET_ASIDE) ==
                     (stats->set_aside + stats->damaged_files > 0),
                 "the status tells whether something was set aside");
    as_buf_printf(&seen->text,
                  "status %d files %llu bytes %llu in %llu aside "
                  "%llu skipped %llu %llu damaged %llu\n",
                  (int)status, (unsigned long long)stats->files,
                  (unsigned long long)stats->bytes,
                  (unsigned long long)stats->records_in,
                  (unsigned long long)stats->set_aside,
                  (unsigned long long)stats->skipped_files,
                  (unsigned long long)stats->skipped_records,
                  (unsigned long long)stats->damaged_files);
    as_reader_free(reader);
}

static void read_whole(struct as_text file, struct seen *seen)
{
    struct as_reader *reader = reader_for(seen);

    close_reader(reader, seen,
                 as_reader_bytes(reader, "x", file.bytes, file.length));
}

static void read_in_steps(struct as_text file, size_t step, struct seen *seen)
{
    struct as_reader *reader = reader_for(seen);
    struct as_input input = { .kind = AS_INPUT_NAMED };
    char path[FUZZ_PATH];
    int ends[2];

    fuzz_require(pipe(ends) == 0, "a pipe can be made");
    fuzz_require(write(ends[1], file.bytes, file.length) ==
                     (ssize_t)file.length,
                 "a pipe takes it all");
    close(ends[1]);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
    input.name = path;
    as_reader_step(reader, step);
    close_reader(reader, seen, as_reader_input(reader, &input));
    close(ends[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_bytes in = { bytes, bytes + length };
    size_t step = 1 + fuzz_byte(&in) % 128;
    struct as_text file = fuzz_rest(&in);
    struct seen whole = { .events = 0 }, steps = { .events = 0 };

    if (length > MOST_INPUT)
        return 0;
    if (length > 4096) /* what is kept is moved again and again */
        step += 256;
    read_whole(file, &whole);
    read_in_steps(file, step, &steps);
    if (!as_text_equal(as_buf_view(&whole.text), as_buf_view(&steps.text)))
        fprintf(stderr, "from memory:\n%.*s\nin steps:\n%.*s\n",
                (int)whole.text.length, whole.text.bytes,
                (int)steps.text.length, steps.text.bytes);
    fuzz_require(
        as_text_equal(as_buf_view(&whole.text), as_buf_view(&steps.text)),
        "a stream comes to the same as a file");
    as_buf_done(&whole.text);
    as_buf_done(&steps.text);
    return 0;
}
