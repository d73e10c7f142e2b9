/* insight.c - see insight.h. */

#include "program/insight.h"

#include <stdlib.h>

void as_insights_free(struct as_insights *insights)
{
    if (!insights)
        return;
    as_arena_free(&insights->arena);
    free(insights->parts);
    free(insights->places);
    free(insights);
}
