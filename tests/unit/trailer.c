/*
 * trailer.c - signatures behind a pack: found, added, and refused where they
 * are not as they should be.  A trailer is the one part of a file that the
 * pack's digest does not cover, so every byte of it that has a meaning is
 * broken once.
 */

#include "common/trailer.h"

#include "common/utf8.h"
#include "sample_pack.h"
#include "tap.h"

enum { FOOT = 16, ROW = AS_KEY_ID_SIZE + AS_SIGNATURE_SIZE };

static struct as_signature by(unsigned char key)
{
    struct as_signature signature;

    memset(signature.key_id, key, sizeof(signature.key_id));
    memset(signature.bytes, key + 100, sizeof(signature.bytes));
    return signature;
}

/* "pack", signed by each of these keys in turn; 0 ends them. */
static bool sign(struct as_buf *file, const unsigned char *keys)
{
    bool good = true;

    as_buf_reset(file);
    as_buf_puts(file, "pack");
    for (; *keys; keys++) {
        struct as_signature signature = by(*keys);
        struct as_buf next = { .bytes = NULL };
        struct as_trailer trailer;

        good &= as_trailer_read(as_buf_view(file), &trailer) == NULL;
        as_buf_add(&next, file->bytes, trailer.pack_length);
        good &= as_trailer_add(&trailer, &signature, &next);
        as_buf_done(file);
        *file = next;
    }
    return good;
}

static void test_adding(void)
{
    static const unsigned char one[] = { 7, 0 }, up[] = { 3, 5, 7, 0 },
                               down[] = { 7, 5, 3, 0 },
                               again[] = { 5, 7, 3, 7, 5, 3, 0 };
    struct as_buf file = { .bytes = NULL }, other = { .bytes = NULL };
    struct as_trailer trailer;

    tap_ok(sign(&file, one), "a pack is signed");
    tap_int((long)file.length, 4 + ROW + FOOT, "a row and a foot longer");
    tap_ok(memcmp(file.bytes, "pack", 4) == 0, "its own bytes stay");
    tap_ok(as_trailer_read(as_buf_view(&file), &trailer) == NULL, "it is read");
    tap_int((long)trailer.pack_length, 4, "where the pack ends is found");
    tap_int((long)trailer.count, 1, "there is one signature");
    struct as_signature want = by(7);
    tap_ok(memcmp(trailer.signatures, &want, sizeof(want)) == 0,
           "the one that was added");

    sign(&file, up);
    sign(&other, down);
    tap_ok(as_text_equal(as_buf_view(&file), as_buf_view(&other)),
           "who signs first makes no difference");
    sign(&other, again);
    tap_ok(as_text_equal(as_buf_view(&file), as_buf_view(&other)),
           "nor does signing twice");
    as_trailer_read(as_buf_view(&file), &trailer);
    tap_int((long)trailer.count, 3, "three keys, three signatures");
    as_buf_done(&file);
    as_buf_done(&other);
}

static void test_most(void)
{
    unsigned char keys[AS_MAX_SIGNATURES + 2];
    struct as_buf file = { .bytes = NULL }, out = { .bytes = NULL };
    struct as_trailer trailer;
    struct as_signature more = by(200), old = by(4);

    for (unsigned char i = 0; i < AS_MAX_SIGNATURES; i++)
        keys[i] = (unsigned char)(i + 1);
    keys[AS_MAX_SIGNATURES] = 0;
    tap_ok(sign(&file, keys), "as many signatures as there may be");
    as_trailer_read(as_buf_view(&file), &trailer);
    tap_int((long)trailer.count, AS_MAX_SIGNATURES, "all are read");
    tap_ok(!as_trailer_add(&trailer, &more, &out), "one more is refused");
    tap_ok(as_trailer_add(&trailer, &old, &out), "one again is not");
    as_buf_done(&out);
    as_buf_done(&file);
}

/* The file with byte `at` from its end changed: NULL when it still reads. */
static const char *broken(const struct as_buf *file, size_t at, char byte,
                          struct as_trailer *trailer)
{
    struct as_buf copy = { .bytes = NULL };

    as_buf_add(&copy, file->bytes, file->length);
    copy.bytes[copy.length - at] = byte;
    const char *why = as_trailer_read(as_buf_view(&copy), trailer);
    as_buf_done(&copy);
    return why;
}

static void test_broken(void)
{
    static const unsigned char two[] = { 3, 5, 0 };
    struct as_buf file = { .bytes = NULL };
    struct as_trailer trailer;

    sign(&file, two);
    for (size_t at = 1; at <= 8; at++) {
        const char *why = broken(&file, at, 'x', &trailer);
        tap_ok(!why && trailer.count == 0 && trailer.pack_length == file.length,
               "without the mark there is no trailer");
    }
    for (size_t at = 9; at <= 14; at++)
        tap_ok(broken(&file, at, 1, &trailer), "a zero that is none");
    tap_ok(broken(&file, 15, 0, &trailer), "a foot of no signature");
    tap_ok(broken(&file, 15, AS_MAX_SIGNATURES + 1, &trailer), "too many");
    tap_ok(broken(&file, 15, 3, &trailer), "more than the file has room for");
    tap_ok(!broken(&file, 15, 1, &trailer) && trailer.pack_length == 4 + ROW,
           "fewer: the pack is longer, and its digest is wrong");
    tap_ok(broken(&file, 16, 2, &trailer), "another version");
    tap_ok(broken(&file, 16, 0, &trailer), "and another");
    tap_ok(broken(&file, FOOT + 2 * ROW, 6, &trailer), "ids out of order");

    memcpy(file.bytes + 4, file.bytes + 4 + ROW, ROW);
    tap_ok(as_trailer_read(as_buf_view(&file), &trailer), "one id twice");
    tap_ok(!as_trailer_read(AS_TEXT(""), &trailer) && trailer.count == 0,
           "an empty file has no trailer");
    as_buf_done(&file);
}

/* Load a copy of exactly these bytes. */
static enum astray_status load(struct as_text file, size_t *length,
                               const char **why)
{
    struct as_buf copy = { .bytes = NULL };
    struct as_pack pack = { .length = 0 };

    as_buf_text(&copy, file);
    enum astray_status status = as_pack_load(copy.bytes, copy.length, &pack,
                                             why);
    *length = pack.length;
    as_buf_done(&copy);
    return status;
}

static void test_pack(void)
{
    struct as_buf file = { .bytes = NULL };
    struct as_trailer trailer;
    struct as_signature signature = by(9);
    struct as_builder builder;
    size_t length, plain;
    const char *why = "";

    sample_pack(&builder);
    as_builder_finish(&builder, &file);
    as_builder_done(&builder);
    plain = file.length;
    as_trailer_read(as_buf_view(&file), &trailer);
    tap_int((long)trailer.count, 0, "a built pack has no signature");
    as_trailer_add(&trailer, &signature, &file);
    tap_int(load(as_buf_view(&file), &length, &why), ASTRAY_OK,
            "a signed pack is loaded");
    tap_int((long)length, (long)plain, "without what stands behind it");

    file.length--;
    tap_int(load(as_buf_view(&file), &length, &why), ASTRAY_BAD_PACK,
            "not when it is cut");
    file.length++;
    file.bytes[file.length - 15] = 2;
    tap_int(load(as_buf_view(&file), &length, &why), ASTRAY_BAD_PACK,
            "not when a signature too many is said to be there");
    file.bytes[file.length - 15] = 0;
    tap_int(load(as_buf_view(&file), &length, &why), ASTRAY_BAD_PACK,
            "not with a broken foot");
    file.bytes[file.length - 15] = 1;
    memmove(file.bytes + AS_PACK_START - 8, file.bytes + plain, ROW + FOOT);
    file.length = AS_PACK_START - 8 + ROW + FOOT;
    tap_int(load(as_buf_view(&file), &length, &why), ASTRAY_BAD_PACK,
            "not when little else than signatures is left");
    as_buf_done(&file);
}

static void test_text(void)
{
    const unsigned char id[AS_KEY_ID_SIZE] = { 0x00, 0x9f, 0xff };
    char text[AS_KEY_ID_DIGITS + 1];

    as_key_id_text(id, text);
    tap_ok(strcmp(text, "009fff00000000000000000000000000") == 0,
           "an id is shown in hexadecimal digits");

    /* What trailer.c says of its mark. */
    const struct as_text mark = AS_TEXT("\xff"
                                        "astsig");
    tap_ok(as_utf8_check(mark) == 0, "no text of a pack has the mark in it");
}

int main(void)
{
    test_adding();
    test_most();
    test_broken();
    test_pack();
    test_text();
    return tap_done();
}
