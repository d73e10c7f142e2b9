/*
 * notices.c - see notices.h.
 *
 * What is skipped on purpose (ASTRAY_NOTE: digest files and the like) is not
 * said one by one; the summary counts it.
 */

#include "cli/notices.h"

#include "common/escape.h"
#include "common/utf8.h"

void as_notices_init(struct as_notices *notices, struct as_talk *talk)
{
    *notices = (struct as_notices){ .talk = talk };
    as_arena_init(&notices->arena, 0);
    as_map_init(&notices->reasons);
}

void as_notices_done(struct as_notices *notices)
{
    as_map_done(&notices->reasons);
    as_arena_free(&notices->arena);
}

/* How many of this reason there are now. */
static uint64_t count_reason(struct as_notices *notices, const char *reason)
{
    bool added = false;
    struct as_text text = as_text_of(reason);
    uint32_t entry = as_map_add(&notices->reasons, text, &added);

    if (entry == AS_MAP_NONE) {
        as_talk_no_memory(notices->talk);
        return 1;
    }
    if (added) {
        const char *copy = as_strndup(&notices->arena, text.bytes, text.length);

        if (!copy)
            as_talk_no_memory(notices->talk);
        notices->reasons.entries[entry].key =
            copy ? (struct as_text){ copy, text.length } : AS_TEXT("");
    }
    return ++notices->reasons.entries[entry].value;
}

/* ---- quarantine ---------------------------------------------------------- */

/* The last one stands for "no more bytes". */
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

enum { NO_DIGIT = 64 };

static void add_base64(struct as_buf *out, const unsigned char *bytes,
                       size_t length)
{
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned group = (unsigned)bytes[i] << 16;

        group |= left > 1 ? (unsigned)bytes[i + 1] << 8 : 0;
        group |= left > 2 ? bytes[i + 2] : 0;
        as_buf_putc(out, base64_digits[group >> 18]);
        as_buf_putc(out, base64_digits[group >> 12 & 63]);
        as_buf_putc(out, base64_digits[left > 1 ? group >> 6 & 63 : NO_DIGIT]);
        as_buf_putc(out, base64_digits[left > 2 ? group & 63 : NO_DIGIT]);
    }
}

/* The record as it was.  Bytes that are no text go in base64: a JSON string
 * could not give them back. */
static void add_record(struct as_buf *out, const struct astray_notice *notice)
{
    struct as_text record = { notice->bytes, notice->length };

    if (!notice->bytes) {
        as_buf_puts(out, "\"record\":null");
    } else if (as_utf8_check(record) == record.length) {
        as_buf_puts(out, "\"record\":");
        as_escape_json(out, record);
    } else {
        as_buf_puts(out, "\"record\":null,\"record_base64\":\"");
        add_base64(out, (const unsigned char *)record.bytes, record.length);
        as_buf_putc(out, '"');
    }
}

static void quarantine(const struct as_notices *notices,
                       const struct astray_notice *notice)
{
    struct as_buf line = { .bytes = NULL };

    as_buf_puts(&line, "{\"schema\":\"astray.quarantine/1\",\"input\":");
    as_escape_json(&line, as_text_of(notice->input));
    as_buf_printf(&line, ",\"offset\":%llu,\"reason\":",
                  (unsigned long long)notice->offset);
    as_escape_json(&line, as_text_of(notice->reason));
    as_buf_puts(&line, ",\"message\":");
    as_escape_json(&line, as_text_of(notice->message));
    as_buf_putc(&line, ',');
    add_record(&line, notice);
    as_buf_puts(&line, "}\n");
    as_output_buf(notices->quarantine, &line);
    as_buf_done(&line);
}

void as_notices_take(const struct astray_notice *notice, void *user)
{
    struct as_notices *notices = user;

    notices->count++;
    if (notice->severity == ASTRAY_NOTE)
        return;
    if (notices->quarantine)
        quarantine(notices, notice);
    if (notices->quiet && notice->severity != ASTRAY_ERROR)
        return;
    if (count_reason(notices, notice->reason) <= AS_NOTICES_SHOWN)
        as_talk_say(notices->talk, notice->severity, "%s", notice->message);
}

void as_notices_end(struct as_notices *notices)
{
    for (uint32_t i = 0; i < notices->reasons.count; i++) {
        const struct as_map_entry *entry = &notices->reasons.entries[i];

        if (entry->value > AS_NOTICES_SHOWN)
            as_talk_say(notices->talk, ASTRAY_NOTE,
                        "... and %llu more of this kind (%.*s)",
                        (unsigned long long)(entry->value - AS_NOTICES_SHOWN),
                        (int)entry->key.length, entry->key.bytes);
    }
}
