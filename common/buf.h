/*
 * buf.h - bytes that grow.
 *
 * A failed allocation sets `failed`, and every append after it does nothing:
 * a writer may check once, at its end.
 */
#ifndef AS_BUF_H
#define AS_BUF_H

#include <stdarg.h>

#include "common/text.h"

struct as_buf {
    char *bytes; /* owned; NULL while empty */
    size_t length;
    size_t capacity;
    bool failed;
};

/* A buffer starts as all zeros. */
void as_buf_done(struct as_buf *buf);
void as_buf_reset(struct as_buf *buf); /* empty, memory kept */

/* Room for `more` bytes behind the end, or NULL.  Does not change length. */
char *as_buf_reserve(struct as_buf *buf, size_t more);

void as_buf_add(struct as_buf *buf, const void *bytes, size_t length);
void as_buf_text(struct as_buf *buf, struct as_text text);
void as_buf_puts(struct as_buf *buf, const char *terminated);
void as_buf_putc(struct as_buf *buf, char c);
void as_buf_printf(struct as_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void as_buf_vprintf(struct as_buf *buf, const char *format, va_list list)
    __attribute__((format(printf, 2, 0)));

static inline struct as_text as_buf_view(const struct as_buf *buf)
{
    struct as_text view = { buf->bytes, buf->length };

    return view;
}

#endif
