/* The line that says how far a scan has come. */

#include "cli/progress.h"
#include "tests/unit/tap.h"

#define MEGA UINT64_C(1000000)
#define GIGA UINT64_C(1000000000)

static const struct {
    const char *line;
    size_t width;
    int64_t ms;
    uint64_t files, files_all, bytes, bytes_all, decompressed;
    int walking;
} rows[] = {
    { "looking for files: 12345, 1.2 GB", 79, 0, 0, 12345, 0, 1234 * MEGA, 0,
      1 },
    { "looking for files: 12345", 31, 0, 0, 12345, 0, 1234 * MEGA, 0, 1 },
    { "0/7 files, 0/250 B, 0%, 0 B/s of JSON", 79, 0, 0, 7, 0, 250, 0, 0 },
    { "120/400 files, 1.2/4.9 GB, 25%, 2.0 GB/s of JSON, 16 s left", 79, 5000,
      120, 400, 1225 * MEGA, 4900 * MEGA, 10 * GIGA, 0 },
    { "120/400 files, 25%, 2.0 GB/s of JSON, 16 s left", 58, 5000, 120, 400,
      1225 * MEGA, 4900 * MEGA, 10 * GIGA, 0 },
    { "120/400 files, 25%, 16 s left", 40, 5000, 120, 400, 1225 * MEGA,
      4900 * MEGA, 10 * GIGA, 0 },
    { "120/400 files, 25%", 28, 5000, 120, 400, 1225 * MEGA, 4900 * MEGA,
      10 * GIGA, 0 },
    { "25%", 17, 5000, 120, 400, 1225 * MEGA, 4900 * MEGA, 10 * GIGA, 0 },
    { "", 2, 5000, 120, 400, 1225 * MEGA, 4900 * MEGA, 10 * GIGA, 0 },
    { "0/1 files, 10 GB, 1.0 GB/s of JSON", 79, 10000, 0, 1, 3 * GIGA, 0,
      10 * GIGA, 0 },
    { "1/1000 files, 1/950 GB, 0%, 100 MB/s of JSON, 3 h left", 79, 10000, 1,
      1000, 1 * GIGA, 950 * GIGA, GIGA, 0 },
    { "1/9 files, 0.0/9.9 TB, 0%, 100 MB/s of JSON, 27 h left", 79, 10000, 1, 9,
      1 * GIGA, 9900 * GIGA, GIGA, 0 },
    { "9/9 files, 5.0/5.0 MB, 100%, 500 MB/s of JSON, 1 s left", 79, 100, 9, 9,
      5 * MEGA, 5 * MEGA, 50 * MEGA, 0 },
};

int main(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct astray_progress now = { .size = sizeof(now),
                                       .files = rows[i].files,
                                       .files_all = rows[i].files_all,
                                       .bytes = rows[i].bytes,
                                       .bytes_all = rows[i].bytes_all,
                                       .decompressed = rows[i].decompressed,
                                       .walking = rows[i].walking };
        struct as_buf line = { .bytes = NULL };

        as_progress_line(&line, &now, rows[i].ms, rows[i].width);
        if (!tap_ok(as_text_equal(as_buf_view(&line), as_text_of(rows[i].line)),
                    rows[i].line))
            printf("#  got: %.*s\n", (int)line.length,
                   line.bytes ? line.bytes : "");
        as_buf_done(&line);
    }
    return tap_done();
}
