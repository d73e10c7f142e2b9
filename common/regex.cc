// regex.cc - see regex.h.
//
// The only C++ file: RE2 has no C interface.  No exception leaves it.  A new
// line is a character like any other: `.` matches it, and `^` and `$` are the
// ends of the text, or an attacker's line break would be a way around.

#include <string>

#include <re2/re2.h>

extern "C" {
#include "common/buf.h"
#include "common/limits.h"
}
#include "common/regex.h"

struct as_regex {
    re2::RE2 compiled;

    as_regex(const re2::StringPiece &pattern, const re2::RE2::Options &options)
        : compiled(pattern, options)
    {
    }
};

namespace
{

const int64_t memory_limit = 8 << 20;

re2::StringPiece piece(struct as_text text)
{
    return re2::StringPiece(text.length ? text.bytes : "", text.length);
}

re2::RE2::Options options_of(unsigned flags)
{
    re2::RE2::Options options;

    options.set_encoding(re2::RE2::Options::EncodingUTF8);
    options.set_max_mem(memory_limit);
    options.set_log_errors(false);
    options.set_dot_nl(true);
    options.set_case_sensitive((flags & AS_REGEX_FOLD) == 0);
    return options;
}

void explain(struct as_buf *why, const std::string &text)
{
    if (why)
        as_buf_add(why, text.data(), text.size());
}

} // namespace

extern "C" struct as_regex *as_regex_new(struct as_text pattern, unsigned flags,
                                         struct as_buf *why)
{
    try {
        if (pattern.length > AS_MAX_PATTERN) {
            explain(why, "a pattern may have at most " +
                             std::to_string(int{ AS_MAX_PATTERN }) + " bytes");
            return nullptr;
        }
        as_regex *regex = new as_regex(piece(pattern), options_of(flags));
        if (regex->compiled.ok())
            return regex;
        explain(why, regex->compiled.error());
        delete regex;
    } catch (...) {
        // Out of memory: nothing to explain.
    }
    return nullptr;
}

extern "C" void as_regex_free(struct as_regex *regex)
{
    delete regex;
}

extern "C" bool as_regex_try(const struct as_regex *regex, struct as_text text,
                             bool *matches)
{
    try {
        *matches = regex->compiled.Match(piece(text), 0, text.length,
                                         re2::RE2::UNANCHORED, nullptr, 0);
        return true;
    } catch (...) {
        *matches = false;
        return false;
    }
}

extern "C" bool as_regex_match(const struct as_regex *regex,
                               struct as_text text)
{
    bool matches;

    return as_regex_try(regex, text, &matches) && matches;
}
