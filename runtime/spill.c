/*
 * spill.c - see spill.h.
 *
 * A run is a small hold, written down: an event as the hold has it, with
 * numbers for its tuples and a tuple with numbers for its atoms.  What a run
 * names for the first time it spells out; from then on it is a number, counted
 * from the run's beginning.  So a run can be read by itself, and what its
 * events share is written and read once.
 *
 *     number  7 bits a byte, lowest first, the top bit: more follow
 *     atom    0 length bytes   a new one, by its key
 *             1, 2, 3          the marks
 *             4 + n            the run's n-th
 *     tuple   0 atom ...       a new one
 *             1 + n            the run's n-th
 *     event   0, or count operator ...   who waits for it; 0: as before
 *             0 atom, or 1 and 16 bytes  the id
 *             12 bytes                   time and offset, as held
 *             tuple tuple atom           subject, detail, input
 */

#include "runtime/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    BLOCK = 1 << 18, /* bytes that are written, or read, at once */
    LEVEL_BITS = 7,  /* of the hash: AS_SPILL_PARTS of them */
    UNKNOWN_PART = 255,
    /* A want is one word: part, event, operator. */
    EVENT_SHIFT = 24,
    PART_SHIFT = 56,
    FIRST_ATOM = 4,
};

/* ---- making ----------------------------------------------------------- */

static bool same_route(const struct as_route *a, const struct as_route *b)
{
    return a->way == b->way && a->count == b->count &&
           memcmp(a->programs, b->programs, a->count * sizeof(*a->programs)) ==
               0;
}

/* Give alike routes one number. */
static void count_kinds(struct as_spill *spill, uint32_t count)
{
    for (uint32_t n = 0; n < count; n++) {
        uint32_t same = 0;

        while (same < n &&
               !same_route(&spill->routes.of[same], &spill->routes.of[n]))
            same++;
        spill->kinds[n] = same < n ? spill->kinds[same] : spill->kind_count++;
    }
}

bool as_spill_init(struct as_spill *spill, const struct as_pack *pack,
                   const struct as_plan *plan, const struct as_hash_key *secret,
                   unsigned level)
{
    uint32_t count = pack->baseline_count + pack->rule_count;

    *spill = (struct as_spill){
        .pack = pack, .secret = *secret, .level = level, .own = AS_NO_ROW
    };
    as_pages_init(&spill->runs, sizeof(struct as_spill_run));
    as_pages_init(&spill->wants, sizeof(uint64_t));
    spill->kinds = malloc((count + 1) * sizeof(*spill->kinds));
    if (!as_routes_init(&spill->routes, pack, plan, level > 0) || !spill->kinds)
        return false;
    count_kinds(spill, count);
    return true;
}

void as_spill_done(struct as_spill *spill)
{
    for (uint32_t i = 0; i < spill->file_count; i++)
        close(spill->files[i]);
    free(spill->files);
    free(spill->kinds);
    free(spill->parts);
    as_routes_done(&spill->routes);
    as_pages_done(&spill->runs);
    as_pages_done(&spill->wants);
    as_buf_done(&spill->room);
}

/* ---- who wants what --------------------------------------------------- */

size_t as_spill_toll(const struct as_hold *hold, uint64_t wants)
{
    return wants * 2 * sizeof(uint64_t) + hold->events.count +
           sizeof(uint32_t) *
               ((size_t)hold->atoms.count + hold->subjects.atoms.count +
                hold->details.atoms.count) +
           BLOCK;
}

bool as_spill_begin(struct as_spill *spill, const struct as_hold *hold)
{
    size_t size = (size_t)spill->kind_count * hold->events.count + 1;

    free(spill->parts);
    spill->parts = malloc(size);
    if (spill->parts)
        memset(spill->parts, UNKNOWN_PART, size);
    spill->failed |= !spill->parts;
    return !spill->failed;
}

static uint8_t part_of(struct as_spill *spill, struct as_judge *judge,
                       const struct as_route *route, uint32_t event)
{
    uint64_t hash;

    if (route->way == AS_WAY_EVERYWHERE)
        return AS_SPILL_ALL;
    if (route->way == AS_WAY_TOGETHER)
        return 0;
    as_judge_bind(judge, event);
    hash = as_route_hash(route, judge, event, &spill->secret, &spill->room);
    spill->failed |= spill->room.failed || judge->vm.failed ||
                     as_arena_starved(&judge->scratch);
    return hash >> (spill->level * LEVEL_BITS) & (AS_SPILL_PARTS - 1);
}

void as_spill_want(struct as_spill *spill, struct as_judge *judge,
                   uint32_t operator, uint32_t event)
{
    size_t events = judge->hold->events.count;
    uint8_t *part;
    uint64_t *want;

    if (spill->failed)
        return;
    part = &spill->parts[spill->kinds[operator] * events + event];
    if (*part == UNKNOWN_PART)
        *part = part_of(spill, judge, &spill->routes.of[operator], event);
    want = as_pages_add(&spill->wants);
    if (want)
        *want = (uint64_t)*part << PART_SHIFT |
                (uint64_t)event << EVENT_SHIFT | operator;
    spill->failed |= !want;
}

/* By part, event, operator: they came by operator and event. */
static uint64_t *sorted_wants(struct as_spill *spill, uint32_t events)
{
    uint32_t count = spill->wants.count;
    uint64_t *from = malloc((count + (size_t)1) * sizeof(*from));
    uint64_t *to = malloc((count + (size_t)1) * sizeof(*to));

    for (uint32_t i = 0; from && to && i < count; i++)
        from[i] = *(const uint64_t *)as_pages_at(&spill->wants, i);
    for (unsigned shift = EVENT_SHIFT; from && to && shift < 64; shift += 8) {
        uint32_t starts[256] = { 0 }, sum = 0;
        uint64_t *other = from;

        if (shift < PART_SHIFT && events >> (shift - EVENT_SHIFT) == 0)
            continue;
        for (uint32_t i = 0; i < count; i++)
            starts[from[i] >> shift & 255]++;
        for (unsigned i = 0; i < 256; i++) {
            uint32_t many = starts[i];

            starts[i] = sum;
            sum += many;
        }
        for (uint32_t i = 0; i < count; i++)
            to[starts[from[i] >> shift & 255]++] = from[i];
        from = to;
        to = other;
    }
    if (!to) {
        free(from);
        from = NULL;
    }
    free(to);
    as_pages_done(&spill->wants);
    as_pages_init(&spill->wants, sizeof(uint64_t));
    return from;
}

/* ---- the file --------------------------------------------------------- */

const char *as_spill_folder(void)
{
    const char *folder = getenv("TMPDIR");

    return folder && *folder ? folder : "/tmp";
}

bool as_spill_has_room(void)
{
    const char *folder = as_spill_folder();
    struct statvfs room;
    struct statfs kind;

    return access(folder, W_OK | X_OK) == 0 && statfs(folder, &kind) == 0 &&
           kind.f_type != TMPFS_MAGIC && kind.f_type != RAMFS_MAGIC &&
           statvfs(folder, &room) == 0 &&
           (uint64_t)room.f_bavail * room.f_frsize >= AS_LEAST_ROOM;
}

static int open_nameless(void)
{
    const char *folder = as_spill_folder();
    struct as_buf name = { 0 };
    int file;

    file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0)
        return file;
    /* Not every file system has such files: remove the name at once. */
    as_buf_puts(&name, folder);
    as_buf_puts(&name, "/astray-XXXXXX");
    as_buf_putc(&name, '\0');
    errno = ENOMEM;
    if (!name.failed)
        file = mkostemp(name.bytes, O_CLOEXEC);
    if (file >= 0)
        unlink(name.bytes);
    as_buf_done(&name);
    return file;
}

static bool add_file(struct as_spill *spill, int file)
{
    int *files = realloc(spill->files,
                         (spill->file_count + (size_t)1) * sizeof(*files));

    if (!files) {
        spill->failed = true;
        return false;
    }
    spill->files = files;
    spill->files[spill->file_count++] = file;
    return true;
}

/* The own file, made where there is none. */
static bool open_own(struct as_spill *spill)
{
    int file;

    if (spill->own != AS_NO_ROW)
        return true;
    file = open_nameless();
    if (file < 0) {
        if (errno == ENOMEM)
            spill->failed = true;
        else
            spill->error = errno;
        return false;
    }
    if (!add_file(spill, file)) {
        close(file);
        return false;
    }
    spill->own = spill->file_count - 1;
    return true;
}

static bool append(struct as_spill *spill, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t wrote = pwrite(spill->files[spill->own], bytes, length,
                               (off_t)spill->end);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) {
            spill->error = wrote < 0 ? errno : ENOSPC;
            return false;
        }
        bytes += wrote;
        length -= (size_t)wrote;
        spill->end += (uint64_t)wrote;
    }
    return true;
}

/* ---- writing ---------------------------------------------------------- */

/* Things that have numbers: of each the number that it had last, and it is the
 * run's when that is above `base`. */
struct numbers {
    uint32_t *last; /* owned; 0: none */
    uint32_t next, base;
};

struct writer {
    struct as_spill *spill;
    const struct as_hold *hold;
    struct as_buf out;
    struct numbers atoms, subjects, details;
};

static void put(struct as_buf *out, uint64_t number)
{
    while (number >= 0x80) {
        as_buf_putc(out, (char)(number | 0x80));
        number >>= 7;
    }
    as_buf_putc(out, (char)number);
}

/* The thing's number in this run, from `first` on.  True: it was named before,
 * and that is written. */
static bool put_number(struct as_buf *out, struct numbers *numbers, uint32_t n,
                       uint32_t first)
{
    if (numbers->last[n] > numbers->base) {
        put(out, (uint64_t)(numbers->last[n] - numbers->base - 1) + first);
        return true;
    }
    numbers->last[n] = ++numbers->next;
    as_buf_putc(out, 0);
    return false;
}

static void put_atom(struct writer *writer, uint32_t atom)
{
    struct as_text key;

    if (atom > AS_LAST_ATOM) {
        put(&writer->out, UINT32_MAX - atom + 1);
        return;
    }
    if (put_number(&writer->out, &writer->atoms, atom, FIRST_ATOM))
        return;
    key = as_hold_key(writer->hold, atom);
    put(&writer->out, key.length);
    as_buf_text(&writer->out, key);
}

static void put_tuple(struct writer *writer, struct numbers *numbers,
                      const struct as_tuples *tuples, uint32_t n)
{
    const uint32_t *atoms = as_pages_at(&tuples->atoms, n);

    if (put_number(&writer->out, numbers, n, 1))
        return;
    for (uint32_t i = 0; i < tuples->width; i++)
        put_atom(writer, atoms[i]);
}

static void put_event(struct writer *writer, uint32_t event)
{
    const struct as_hold *hold = writer->hold;
    const struct as_held *held = as_hold_event(hold, event);
    bool is_uuid = as_held_is_uuid(held);

    as_buf_putc(&writer->out, is_uuid);
    if (is_uuid)
        as_buf_add(&writer->out, held->id, sizeof(held->id));
    else
        put_atom(writer, held->id[3]);
    as_buf_add(&writer->out, held->packed, sizeof(held->packed));
    put_tuple(writer, &writer->subjects, &hold->subjects, held->subject);
    put_tuple(writer, &writer->details, &hold->details, held->detail);
    put_atom(writer, as_hold_input_atom(hold, event));
}

static bool flush(struct writer *writer)
{
    writer->spill->failed |= writer->out.failed;
    if (writer->spill->failed ||
        !append(writer->spill, writer->out.bytes, writer->out.length))
        return false;
    as_buf_reset(&writer->out);
    return true;
}

static uint64_t event_of(uint64_t want)
{
    return want >> EVENT_SHIFT;
}

static uint32_t operator_of(uint64_t want)
{
    return (uint32_t)want & ((1u << EVENT_SHIFT) - 1);
}

/* Do two stretches of wants name the same operators? */
static bool same_waiters(const uint64_t *a, const uint64_t *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (operator_of(a[i]) != operator_of(b[i]))
            return false;
    }
    return true;
}

/* The wants of one part.  Part and event together tell an event's apart. */
static bool write_run(struct writer *writer, const uint64_t *wants,
                      uint32_t count)
{
    uint32_t before = 0, before_count = 0;

    writer->atoms.base = writer->atoms.next;
    writer->subjects.base = writer->subjects.next;
    writer->details.base = writer->details.next;
    for (uint32_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count; next++) {
            if (event_of(wants[next]) != event_of(wants[i]))
                break;
        }
        if (next - i == before_count &&
            same_waiters(wants + i, wants + before, before_count)) {
            as_buf_putc(&writer->out, 0);
        } else {
            put(&writer->out, next - i);
            for (uint32_t k = i; k < next; k++)
                put(&writer->out, operator_of(wants[k]));
        }
        before = i;
        before_count = next - i;
        put_event(writer, (uint32_t)event_of(wants[i]));
        if (writer->out.length >= BLOCK && !flush(writer))
            return false;
    }
    return flush(writer);
}

static bool note_run(struct as_spill *spill, uint64_t begin, uint32_t part)
{
    struct as_spill_run *run = as_pages_add(&spill->runs);

    if (!run) {
        spill->failed = true;
        return false;
    }
    *run = (struct as_spill_run){ begin, spill->end - begin, part, spill->own };
    spill->bytes[part] += run->length;
    return true;
}

static bool write_parts(struct writer *writer, const uint64_t *wants,
                        uint32_t count)
{
    struct as_spill *spill = writer->spill;

    for (uint32_t i = 0, next; i < count; i = next) {
        uint32_t part = (uint32_t)(wants[i] >> PART_SHIFT);
        uint64_t begin = spill->end;

        for (next = i; next < count && wants[next] >> PART_SHIFT == part;)
            next++;
        if (!write_run(writer, wants + i, next - i) ||
            !note_run(spill, begin, part))
            return false;
    }
    return true;
}

bool as_spill_write(struct as_spill *spill, const struct as_hold *hold)
{
    uint32_t count = spill->wants.count;
    uint64_t *wants = sorted_wants(spill, hold->events.count);
    struct writer writer = { .spill = spill, .hold = hold };

    free(spill->parts);
    spill->parts = NULL;
    writer.atoms.last = calloc(hold->atoms.count + (size_t)1, sizeof(uint32_t));
    writer.subjects.last = calloc(hold->subjects.atoms.count + (size_t)1,
                                  sizeof(uint32_t));
    writer.details.last = calloc(hold->details.atoms.count + (size_t)1,
                                 sizeof(uint32_t));
    spill->failed |= !wants || !writer.atoms.last || !writer.subjects.last ||
                     !writer.details.last;
    if (!spill->failed && !spill->error && open_own(spill))
        write_parts(&writer, wants, count);
    spill->failed |= writer.out.failed;
    free(wants);
    free(writer.atoms.last);
    free(writer.subjects.last);
    free(writer.details.last);
    as_buf_done(&writer.out);
    return !spill->failed && !spill->error;
}

/* ---- reading ---------------------------------------------------------- */

struct reader {
    struct as_spill *spill;
    struct as_hold *hold;
    int file;
    uint64_t offset, left; /* what was not read yet */
    char *block;           /* owned */
    size_t at, length;
    struct as_buf bytes;                      /* a key at hand */
    struct as_pages atoms, subjects, details; /* uint32_t: numbers in hold */
    struct as_pages waiters;                  /* uint32_t: operators */
    uint32_t *tuple;                          /* owned */
};

/* What was written can't be read back: the file is not what it was.  Unless
 * that is so because there was no memory for what was read before. */
static void spoilt(struct reader *reader)
{
    if (!reader->spill->error && !reader->spill->failed)
        reader->spill->error = EIO;
    reader->at = reader->length = 0;
    reader->left = 0;
}

static bool refill(struct reader *reader)
{
    size_t most = reader->left < BLOCK ? (size_t)reader->left : BLOCK;
    ssize_t got = -1;

    while (most > 0) {
        got = pread(reader->file, reader->block, most, (off_t)reader->offset);
        if (got >= 0 || errno != EINTR)
            break;
    }
    if (got <= 0) {
        if (most > 0 && got < 0)
            reader->spill->error = errno;
        spoilt(reader);
        return false;
    }
    reader->offset += (uint64_t)got;
    reader->left -= (uint64_t)got;
    reader->at = 0;
    reader->length = (size_t)got;
    return true;
}

static unsigned char get_byte(struct reader *reader)
{
    if (reader->at == reader->length && !refill(reader))
        return 0;
    return (unsigned char)reader->block[reader->at++];
}

static uint64_t get(struct reader *reader)
{
    uint64_t number = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        unsigned char byte = get_byte(reader);

        number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return number;
    }
    spoilt(reader);
    return 0;
}

static void get_bytes(struct reader *reader, void *out, size_t length)
{
    char *to = out;

    while (length > 0) {
        size_t some = reader->length - reader->at;

        if (some == 0 && !refill(reader)) {
            memset(to, 0, length);
            return;
        }
        some = reader->length - reader->at;
        some = some < length ? some : length;
        memcpy(to, reader->block + reader->at, some);
        reader->at += some;
        to += some;
        length -= some;
    }
}

static uint32_t remember(struct reader *reader, struct as_pages *numbers,
                         uint32_t number)
{
    uint32_t *place = as_pages_add(numbers);

    if (place)
        *place = number;
    reader->spill->failed |= !place;
    return number;
}

/* The n-th thing that the run has named. */
static uint32_t named(struct reader *reader, const struct as_pages *numbers,
                      uint64_t n)
{
    if (n >= numbers->count) {
        spoilt(reader);
        return AS_NO_ATOM;
    }
    return *(const uint32_t *)as_pages_at(numbers, (uint32_t)n);
}

static uint32_t get_atom(struct reader *reader)
{
    uint64_t n = get(reader);
    struct as_text key;
    char *bytes;

    if (n >= FIRST_ATOM)
        return named(reader, &reader->atoms, n - FIRST_ATOM);
    if (n > 0)
        return UINT32_MAX - ((uint32_t)n - 1);
    key.length = get(reader);
    if (key.length > reader->left + (reader->length - reader->at)) {
        spoilt(reader);
        return AS_NO_ATOM;
    }
    if (key.length <= reader->length - reader->at) {
        key.bytes = reader->block + reader->at;
        reader->at += key.length;
    } else {
        as_buf_reset(&reader->bytes);
        bytes = as_buf_reserve(&reader->bytes, key.length);
        if (!bytes) {
            reader->spill->failed = true;
            return AS_NO_ATOM;
        }
        get_bytes(reader, bytes, key.length);
        key.bytes = bytes;
    }
    return remember(reader, &reader->atoms, as_hold_intern(reader->hold, key));
}

static uint32_t get_tuple(struct reader *reader, struct as_pages *numbers,
                          struct as_tuples *tuples)
{
    uint64_t n = get(reader);

    if (n > 0)
        return named(reader, numbers, n - 1);
    for (uint32_t i = 0; i < tuples->width; i++)
        reader->tuple[i] = get_atom(reader);
    return remember(reader, numbers,
                    as_hold_tuple_number(reader->hold, tuples, reader->tuple));
}

static void get_waiters(struct reader *reader)
{
    uint64_t count = get(reader);
    uint32_t all = reader->spill->pack->baseline_count +
                   reader->spill->pack->rule_count;

    if (count == 0)
        return;
    as_pages_cut(&reader->waiters, 0);
    for (uint64_t i = 0; i < count && !reader->spill->error; i++) {
        uint64_t operator= get(reader);

        if (operator>= all)
            spoilt(reader);
        else
            remember(reader, &reader->waiters, (uint32_t) operator);
    }
}

static uint32_t get_event(struct reader *reader)
{
    struct as_hold *hold = reader->hold;
    struct as_held held = { .id = { UINT32_MAX, UINT32_MAX, UINT32_MAX } };
    uint32_t input;

    if (get_byte(reader))
        get_bytes(reader, held.id, sizeof(held.id));
    else
        held.id[3] = get_atom(reader);
    get_bytes(reader, held.packed, sizeof(held.packed));
    held.subject = get_tuple(reader, &reader->subjects, &hold->subjects);
    held.detail = get_tuple(reader, &reader->details, &hold->details);
    input = get_atom(reader);
    reader->spill->failed |= hold->failed;
    if (reader->spill->failed || reader->spill->error)
        return AS_NO_TUPLE;
    return as_hold_put(hold, &held, input);
}

static void read_events(struct reader *reader, as_spill_fn *wait, void *user)
{
    const struct as_spill *spill = reader->spill;

    while ((reader->left > 0 || reader->at < reader->length) &&
           !spill->failed && !spill->error) {
        uint32_t event;

        get_waiters(reader);
        event = get_event(reader);
        for (uint32_t i = 0; event != AS_NO_TUPLE && i < reader->waiters.count;
             i++)
            wait(user, *(uint32_t *)as_pages_at(&reader->waiters, i), event);
    }
}

bool as_spill_read(struct as_spill *spill, const struct as_spill_run *run,
                   struct as_hold *hold, as_spill_fn *wait, void *user)
{
    struct reader reader = { .spill = spill,
                             .hold = hold,
                             .file = spill->files[run->file],
                             .offset = run->offset,
                             .left = run->length };
    uint32_t width = hold->subjects.width > hold->details.width
                       ? hold->subjects.width
                       : hold->details.width;

    as_pages_init(&reader.atoms, sizeof(uint32_t));
    as_pages_init(&reader.subjects, sizeof(uint32_t));
    as_pages_init(&reader.details, sizeof(uint32_t));
    as_pages_init(&reader.waiters, sizeof(uint32_t));
    reader.block = malloc(BLOCK);
    reader.tuple = malloc((width + (size_t)1) * sizeof(*reader.tuple));
    spill->failed |= !reader.block || !reader.tuple;
    if (!spill->failed && !spill->error)
        read_events(&reader, wait, user);
    spill->failed |= hold->failed;
    free(reader.block);
    free(reader.tuple);
    as_buf_done(&reader.bytes);
    as_pages_done(&reader.atoms);
    as_pages_done(&reader.subjects);
    as_pages_done(&reader.details);
    as_pages_done(&reader.waiters);
    return !spill->failed && !spill->error;
}

/* ---- absorbing -------------------------------------------------------- */

bool as_spill_absorb(struct as_spill *spill, struct as_spill *from)
{
    spill->failed |= from->failed;
    if (!spill->error)
        spill->error = from->error;
    while (from->file_count > 0 && !spill->failed) {
        if (add_file(spill, from->files[from->file_count - 1]))
            from->file_count--;
    }
    for (uint32_t i = 0; i < from->runs.count && !spill->failed; i++) {
        struct as_spill_run *run = as_pages_add(&spill->runs);

        spill->failed |= !run;
        if (!run)
            break;
        *run = *(const struct as_spill_run *)as_pages_at(&from->runs, i);
        /* The files went over last first. */
        run->file = spill->file_count - 1 - run->file;
        spill->bytes[run->part] += run->length;
    }
    return !spill->failed && !spill->error;
}
