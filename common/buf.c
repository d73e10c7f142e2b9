/*
 * buf.c - see buf.h.
 *
 * Capacity doubles, so that appending one byte at a time stays linear.
 */

#include "common/buf.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

void as_buf_done(struct as_buf *buf)
{
    free(buf->bytes);
    *buf = (struct as_buf){ .bytes = NULL };
}

void as_buf_reset(struct as_buf *buf)
{
    buf->length = 0;
    buf->failed = false;
}

char *as_buf_reserve(struct as_buf *buf, size_t more)
{
    if (buf->failed || more > SIZE_MAX / 4 || buf->length > SIZE_MAX / 4) {
        buf->failed = true;
        return NULL;
    }

    size_t need = buf->length + more;
    size_t capacity = buf->capacity ? buf->capacity : FIRST_CAPACITY;
    if (buf->bytes && need <= buf->capacity)
        return buf->bytes + buf->length;
    while (capacity < need)
        capacity *= 2;

    char *bytes = realloc(buf->bytes, capacity);
    if (!bytes) {
        buf->failed = true;
        return NULL;
    }
    buf->bytes = bytes;
    buf->capacity = capacity;
    return bytes + buf->length;
}

void as_buf_add(struct as_buf *buf, const void *bytes, size_t length)
{
    if (length == 0)
        return;
    char *at = as_buf_reserve(buf, length);
    if (!at)
        return;
    memcpy(at, bytes, length);
    buf->length += length;
}

void as_buf_text(struct as_buf *buf, struct as_text text)
{
    as_buf_add(buf, text.bytes, text.length);
}

void as_buf_puts(struct as_buf *buf, const char *terminated)
{
    as_buf_add(buf, terminated, strlen(terminated));
}

void as_buf_putc(struct as_buf *buf, char c)
{
    as_buf_add(buf, &c, 1);
}

void as_buf_printf(struct as_buf *buf, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    as_buf_vprintf(buf, format, list);
    va_end(list);
}

void as_buf_vprintf(struct as_buf *buf, const char *format, va_list list)
{
    va_list again;

    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    if (length < 0)
        buf->failed = true;

    char *at = length < 0 ? NULL : as_buf_reserve(buf, (size_t)length + 1);
    if (at) {
        vsnprintf(at, (size_t)length + 1, format, again);
        buf->length += (size_t)length;
    }
    va_end(again);
}
