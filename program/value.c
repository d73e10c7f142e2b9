/* value.c - see value.h. */

#include "program/value.h"

#include <stdio.h>

const char *const as_kind_words[AS_KIND_COUNT] = {
#define AS_KIND(name, word, text) word,
#include "program/kinds.def"
#undef AS_KIND
};

enum as_kind as_kind_find(struct as_text word)
{
    for (int kind = AS_KIND_BOOL; kind < AS_KIND_REGEX; kind++) {
        if (as_text_equal(word, as_text_of(as_kind_words[kind])))
            return (enum as_kind)kind;
    }
    return AS_KIND_COUNT;
}

const char *as_type_name(as_type type, char out[24])
{
    unsigned kind = type & AS_TYPE_KIND;
    const char *word = kind < AS_KIND_COUNT ? as_kind_words[kind] : "?";

    if (type & AS_TYPE_LIST)
        snprintf(out, 24, "list<%s>", word);
    else if (type & AS_TYPE_SET)
        snprintf(out, 24, "set<%s>", word);
    else
        snprintf(out, 24, "%s", word);
    return out;
}

static bool is_dns(struct as_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              (c >= 'A' && c <= 'Z') || c == '-' || c == '.'))
            return false;
    }
    return true;
}

enum as_source_class as_source_classify(struct as_text text, struct as_ip *ip)
{
    static const struct as_text internal = { "AWS Internal", 12 };

    if (as_ip_parse(text, ip))
        return AS_SOURCE_IP;
    if (as_text_starts(text, internal)) {
        if (text.length == internal.length)
            return AS_SOURCE_AWS_INTERNAL;
        if (text.bytes[internal.length] != '/' ||
            text.length == internal.length + 1)
            return AS_SOURCE_OTHER;
        for (size_t i = internal.length + 1; i < text.length; i++) {
            if (text.bytes[i] < '0' || text.bytes[i] > '9')
                return AS_SOURCE_OTHER;
        }
        return AS_SOURCE_AWS_INTERNAL;
    }
    if (text.length > 14 && as_text_ends(text, AS_TEXT(".amazonaws.com")) &&
        is_dns(text))
        return AS_SOURCE_SERVICE;
    return AS_SOURCE_OTHER;
}
