/*
 * exit.c - see exit.h.
 *
 * A run can go wrong in several ways at once.  The numbers are not ordered
 * by gravity (4 is milder than 2), so a table says which one wins.
 */

#include "cli/exit.h"

#include <errno.h>
#include <string.h>

static int gravity(enum as_exit status)
{
    switch (status) {
    case AS_EXIT_OK:
        return 0;
    case AS_EXIT_FINDINGS:
        return 1;
    case AS_EXIT_SET_ASIDE:
        return 2;
    case AS_EXIT_BAD_RULES:
        return 3;
    case AS_EXIT_USAGE:
        return 4;
    case AS_EXIT_BUG:
        return 5;
    }
    return 5;
}

enum as_exit as_exit_worse(enum as_exit a, enum as_exit b)
{
    return gravity(a) >= gravity(b) ? a : b;
}

enum as_exit as_exit_of(enum astray_status status)
{
    switch (status) {
    case ASTRAY_OK:
        return AS_EXIT_OK;
    case ASTRAY_SET_ASIDE:
        return AS_EXIT_SET_ASIDE;
    case ASTRAY_BAD_SOURCE:
        return AS_EXIT_BAD_RULES;
    case ASTRAY_BAD_VALUE:
    case ASTRAY_BAD_PACK:
    case ASTRAY_LIMIT:
    case ASTRAY_IO:
    case ASTRAY_NO_MEMORY:
        return AS_EXIT_USAGE;
    case ASTRAY_BUG:
        return AS_EXIT_BUG;
    }
    return AS_EXIT_BUG;
}

const char *as_exit_words(enum astray_status status)
{
    switch (status) {
    case ASTRAY_OK:
        return "all is well";
    case ASTRAY_SET_ASIDE:
        return "some input could not be judged";
    case ASTRAY_BAD_SOURCE:
        return "the rules have errors";
    case ASTRAY_BAD_VALUE:
        return "a value cannot be taken";
    case ASTRAY_BAD_PACK:
        return "the compiled pack is damaged, or of another version";
    case ASTRAY_LIMIT:
        return "larger than it may be";
    case ASTRAY_IO:
        return strerror(errno);
    case ASTRAY_NO_MEMORY:
        return "out of memory";
    case ASTRAY_BUG:
        return "a mistake of astray itself; please report it";
    }
    return "a status that does not exist";
}
