// inject_new.cc - see inject.h: C++ that asks for memory, RE2's above all, asks
// here, and hears of a failure as it expects to.

#include <cstddef>
#include <new>

extern "C" {
#include "tests/faults/inject.h"
}

// Seen by the shared libraries, too.
#pragma GCC visibility push(default)

static void *make(std::size_t size)
{
    for (;;) {
        void *bytes = inject_new(size);
        std::new_handler handler = std::get_new_handler();

        if (bytes)
            return bytes;
        if (!handler)
            throw std::bad_alloc();
        handler();
    }
}

void *operator new(std::size_t size)
{
    return make(size);
}

void *operator new[](std::size_t size)
{
    return make(size);
}

void *operator new(std::size_t size, const std::nothrow_t &) noexcept
{
    try {
        return make(size);
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

void *operator new[](std::size_t size, const std::nothrow_t &) noexcept
{
    try {
        return make(size);
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

void operator delete(void *bytes) noexcept
{
    inject_delete(bytes);
}

void operator delete[](void *bytes) noexcept
{
    inject_delete(bytes);
}

void operator delete(void *bytes, std::size_t) noexcept
{
    inject_delete(bytes);
}

void operator delete[](void *bytes, std::size_t) noexcept
{
    inject_delete(bytes);
}

#pragma GCC visibility pop
