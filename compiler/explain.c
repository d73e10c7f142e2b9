/* explain.c - the table of diagnostics, for `astray explain`. */

#include "astray.h"

#include <string.h>

static const struct {
    const char *code, *title, *text;
} rows[] = {
#define AS_DIAGNOSTIC(name, code, severity, title, text) { code, title, text },
#include "compiler/diagnostics.def"
#undef AS_DIAGNOSTIC
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

const char *astray_explain(const char *code, const char **title)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (strcmp(rows[i].code, code) != 0)
            continue;
        if (title)
            *title = rows[i].title;
        return rows[i].text;
    }
    return NULL;
}

const char *astray_explain_code(size_t n)
{
    return n < ROW_COUNT ? rows[n].code : NULL;
}
