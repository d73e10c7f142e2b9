/* rules.h - struct astray_rules, which compiler and runtime share. */
#ifndef AS_RULES_H
#define AS_RULES_H

#include "astray.h"
#include "program/insight.h"

struct astray_rules {
    struct as_pack pack;
    void *bytes; /* owned; what pack is a view of; aligned to 8 */
    struct astray_rule_info *infos; /* owned; one for each rule */
    char *texts;                    /* owned; what infos point at */
    struct as_insights *insights;   /* owned; NULL: nobody asked for them */
    char **decides; /* owned, and its texts: when each rule decides; NULL of a
                       pack that was loaded */
};

#endif
