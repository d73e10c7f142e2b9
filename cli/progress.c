/*
 * progress.c - see progress.h.
 *
 * The line is drawn over itself with a carriage return and blanks, which
 * every terminal knows.
 */

#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/output.h"

enum {
    PATIENCE_MS = 500, /* before the line comes */
    PAUSE_MS = 100,    /* between two drawings */
    COLUMNS = 80,      /* where the terminal does not say */
    PIECES = 5,
    MOST = 64, /* bytes of one piece */
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void as_progress_init(struct as_progress *progress, bool wanted)
{
    *progress = (struct as_progress){
        .on = wanted && isatty(STDERR_FILENO) == 1,
        .began_ms = now_ms(),
    };
}

/* ---- the line ---------------------------------------------------------- */

/* What may stand in the line.  Of two, that of lower rank goes first when
 * there is no room for both. */
struct piece {
    char text[MOST];
    int rank;
};

static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };

/* Powers of 1000, as disks count: the number to be shown and its unit. */
static double scaled(uint64_t bytes, size_t unit)
{
    double value = (double)bytes;

    while (unit-- > 0)
        value /= 1000;
    return value;
}

static size_t unit_of(uint64_t bytes)
{
    size_t unit = 0;

    while (bytes >= 1000) {
        bytes /= 1000;
        unit++;
    }
    return unit;
}

static int decimals(double value, size_t unit)
{
    return unit > 0 && value < 10 ? 1 : 0;
}

/* "1.2 GB"; with `all`, "1.2/5.0 GB". */
static void put_bytes(char *text, uint64_t bytes, uint64_t all,
                      const char *behind)
{
    size_t unit = unit_of(all ? all : bytes);
    double part = scaled(bytes, unit), whole = scaled(all, unit);
    int digits = decimals(all ? whole : part, unit);

    if (all)
        snprintf(text, MOST, "%.*f/%.*f %s%s", digits, part, digits, whole,
                 units[unit], behind);
    else
        snprintf(text, MOST, "%.*f %s%s", digits, part, units[unit], behind);
}

static void put_time(char *text, uint64_t seconds)
{
    if (seconds < 100)
        snprintf(text, MOST, "%" PRIu64 " s left", seconds);
    else if (seconds < 100 * 60)
        snprintf(text, MOST, "%" PRIu64 " min left", (seconds + 30) / 60);
    else
        snprintf(text, MOST, "%" PRIu64 " h left", (seconds + 1800) / 3600);
}

static void put_pieces(struct piece *pieces, const struct astray_progress *now,
                       int64_t ms)
{
    double share = now->bytes_all > 0
                     ? (double)now->bytes / (double)now->bytes_all
                     : 0;
    uint64_t span = ms > 0 ? (uint64_t)ms : 1;

    if (now->walking) {
        snprintf(pieces[0].text, MOST, "looking for files: %" PRIu64,
                 now->files_all);
        put_bytes(pieces[1].text, now->bytes_all, 0, "");
        return;
    }
    snprintf(pieces[0].text, MOST, "%" PRIu64 "/%" PRIu64 " files", now->files,
             now->files_all);
    put_bytes(pieces[1].text,
              now->bytes_all > 0 ? now->bytes : now->decompressed,
              now->bytes_all, "");
    put_bytes(pieces[3].text, now->decompressed / span * 1000, 0, "/s of JSON");
    if (now->bytes_all > 0)
        snprintf(pieces[2].text, MOST, "%d%%", (int)(share * 100));
    if (share > 0)
        put_time(pieces[4].text,
                 (uint64_t)((double)span / 1000 * (1 - share) / share) + 1);
}

static size_t length_of(const struct piece *pieces, int least)
{
    size_t length = 0;

    for (int i = 0; i < PIECES; i++) {
        if (pieces[i].text[0] && pieces[i].rank >= least)
            length += strlen(pieces[i].text) + (length > 0 ? 2 : 0);
    }
    return length;
}

void as_progress_line(struct as_buf *out, const struct astray_progress *now,
                      int64_t reading_ms, size_t width)
{
    struct piece pieces[PIECES] = {
        { .rank = 4 }, { .rank = 1 }, { .rank = 5 },
        { .rank = 2 }, { .rank = 3 },
    };
    int least = 1;
    bool any = false;

    put_pieces(pieces, now, reading_ms);
    while (least <= PIECES && length_of(pieces, least) > width)
        least++;
    for (int i = 0; i < PIECES; i++) {
        if (!pieces[i].text[0] || pieces[i].rank < least)
            continue;
        as_buf_puts(out, any ? ", " : "");
        as_buf_puts(out, pieces[i].text);
        any = true;
    }
}

/* ---- the terminal ------------------------------------------------------ */

static size_t columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return COLUMNS;
    return size.ws_col;
}

/* Draw `line` over what stands there now. */
static void draw(struct as_progress *progress, struct as_text line)
{
    struct as_buf out = { .bytes = NULL };

    as_buf_putc(&out, '\r');
    as_buf_text(&out, line);
    for (size_t i = line.length; i < progress->width; i++)
        as_buf_putc(&out, ' ');
    if (line.length < progress->width) {
        as_buf_putc(&out, '\r');
        as_buf_text(&out, line);
    }
    if (!out.failed) {
        as_output_say(as_buf_view(&out));
        progress->width = line.length;
        as_output_last_words(line.length > 0 ? "\n" : NULL);
    }
    as_buf_done(&out);
}

void as_progress_take(const struct astray_progress *now, void *user)
{
    struct as_progress *progress = user;
    struct as_buf line = { .bytes = NULL };
    int64_t ms;

    if (!progress->on)
        return;
    ms = now_ms();
    if (!now->walking && progress->reading_ms == 0)
        progress->reading_ms = ms;
    if (ms - progress->began_ms < PATIENCE_MS ||
        ms - progress->drawn_ms < PAUSE_MS)
        return;
    /* The last column stays free: some terminals go on to the next line. */
    as_progress_line(&line, now, ms - progress->reading_ms, columns() - 1);
    if (!line.failed)
        draw(progress, as_buf_view(&line));
    progress->drawn_ms = ms;
    as_buf_done(&line);
}

void as_progress_hide(struct as_progress *progress)
{
    if (progress->width > 0)
        draw(progress, (struct as_text){ "", 0 });
}
