// regex.cc - see regex.h.
//
// The only C++ file: RE2 has no C interface.  No exception leaves it.  A new
// line is a character like any other: `.` matches it, and `^` and `$` are the
// ends of the text, or an attacker's line break would be a way around.
//
// RE2 is not made for exceptions: one thrown out of its parser, where an
// allocation failed, can end in a wild pointer while the stack unwinds.  So
// none is thrown there: a reserve is set aside before a pattern is compiled,
// and given back when an allocation fails, which then succeeds.  What was
// compiled so is thrown away, and memory has run out.

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <new>
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

// In bytes, more than a compilation takes.  Measured with the patterns that are
// dearest by their length: 13 MB for (?:\\pL){1000}, 55 MB for 4096 bytes of
// a{999}a{999}...
std::size_t reserve_size(struct as_text pattern)
{
    return (16u << 20) + (pattern.length << 14);
}

// What this thread has set aside; null when it compiles nothing, or when the
// reserve was needed.
thread_local void *reserve;

// Who is asked when there is no reserve.  There is one handler for all
// threads: it stays in its place as long as anyone compiles.
std::mutex handler_guard;
unsigned compiling; // threads
std::atomic<std::new_handler> other_handler;

// Called by operator new when there is no memory, which then tries again.
void give_back()
{
    std::new_handler other = other_handler;

    if (reserve) {
        std::free(reserve);
        reserve = nullptr;
    } else if (other) {
        other();
    } else {
        throw std::bad_alloc();
    }
}

// As long as it lives, operator new does not fail in this thread.
class Reserve
{
  public:
    explicit Reserve(std::size_t size)
    {
        std::lock_guard<std::mutex> lock(handler_guard);

        reserve = std::malloc(size);
        if (compiling++ == 0)
            other_handler = std::set_new_handler(give_back);
    }

    ~Reserve()
    {
        std::lock_guard<std::mutex> lock(handler_guard);

        if (--compiling == 0)
            std::set_new_handler(other_handler);
        std::free(reserve);
        reserve = nullptr;
    }

    Reserve(const Reserve &) = delete;
    Reserve &operator=(const Reserve &) = delete;

    static bool is_whole()
    {
        return reserve != nullptr;
    }
};

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
        Reserve kept(reserve_size(pattern));
        if (!kept.is_whole())
            return nullptr;
        as_regex *regex = new as_regex(piece(pattern), options_of(flags));
        if (regex->compiled.ok() && kept.is_whole())
            return regex;
        if (kept.is_whole())
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
