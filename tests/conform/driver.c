/*
 * driver.c - jobs (jobs.h) from standard input, answers on standard output.
 *
 * Starting a process for each pack and each set of events would cost more
 * than judging them.  This one goes on until its input ends.  A job is a line
 * with its length in bytes, and then the job; an answer likewise.
 */

#include <stdio.h>
#include <stdlib.h>

#include "tests/conform/jobs.h"

/* False at the end of the input. */
static bool read_job(struct as_buf *job)
{
    char line[64], *room;
    size_t length;

    if (!fgets(line, sizeof(line), stdin))
        return false;
    length = strtoul(line, NULL, 10);
    as_buf_reset(job);
    room = as_buf_reserve(job, length + 1);
    if (!room || fread(room, 1, length, stdin) != length)
        return false;
    job->length = length;
    return true;
}

int main(void)
{
    struct driver *driver = driver_new();
    struct as_buf job = { .bytes = NULL };

    if (!driver)
        return 3;
    while (read_job(&job)) {
        struct as_text answer = driver_run(driver, as_buf_view(&job));

        printf("%zu\n", answer.length);
        fwrite(answer.bytes, 1, answer.length, stdout);
        fflush(stdout);
    }
    as_buf_done(&job);
    driver_free(driver);
    return 0;
}
