/* version.c - the library's version, as configure.ac has it. */

#include "astray.h"

const char *astray_version(void)
{
    return PACKAGE_VERSION;
}
