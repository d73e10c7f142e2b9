/*
 * feed.c - see feed.h.
 */

#include "cli/feed.h"

#include "cli/rules.h"
#include "common/file.h"
#include "common/limits.h"

/* 1024 to the power of 1, 2, 3, 4, in either case. */
static const char size_letters[] = "KMGTkmgt";

void as_feed_complain(const struct astray_scanner *scanner,
                      enum astray_status status, struct as_talk *talk,
                      const char *what)
{
    const char *error = astray_scanner_error(scanner);

    as_talk_error(talk, NULL, "%s: %s", what,
                  error[0] != '\0' ? error : as_exit_words(status));
}

/* The name before the `=`, terminated, into `out`.  NULL after a complaint,
 * else what stands behind the `=`. */
static const char *split(const char *word, const char *option,
                         struct as_buf *out, struct as_talk *talk)
{
    const char *equals = strchr(word, '=');

    if (!equals || equals == word || equals[1] == '\0') {
        as_talk_error(talk, NULL, "`%s` in --%s is not of the form NAME=%s",
                      word, option,
                      strcmp(option, "list") == 0 ? "FILE" : "VALUE");
        return NULL;
    }
    as_buf_printf(out, "%.*s", (int)(equals - word), word);
    return as_talk_have(talk, out) ? equals + 1 : NULL;
}

bool as_feed_param(struct astray_scanner *scanner, const char *word,
                   struct as_talk *talk)
{
    struct as_buf name = { .bytes = NULL };
    const char *value = split(word, "param", &name, talk);
    bool good = false;

    if (value) {
        enum astray_status status = astray_scanner_set_param(scanner,
                                                             name.bytes, value);

        good = status == ASTRAY_OK;
        if (!good)
            as_feed_complain(scanner, status, talk, "--param");
    }
    as_buf_done(&name);
    return good;
}

static bool set_list(struct astray_scanner *scanner, struct as_buf *name,
                     const char *file, bool quiet, struct as_talk *talk)
{
    struct as_buf bytes = { .bytes = NULL };
    enum astray_list_mode mode = ASTRAY_LIST_REPLACE;

    if (name->bytes[name->length - 1] == '+') {
        mode = ASTRAY_LIST_EXTEND;
        name->bytes[name->length - 1] = '\0';
    }
    enum astray_status status = as_file_read(file, AS_MAX_LIST_FILE, &bytes);
    if (status != ASTRAY_OK) {
        as_talk_error(talk, NULL, "cannot read list `%s` from `%s`: %s",
                      name->bytes, file, as_exit_words(status));
    } else {
        status = astray_scanner_set_list(scanner, name->bytes, mode, file,
                                         bytes.bytes ? bytes.bytes : "",
                                         bytes.length);
        const char *said = astray_scanner_error(scanner);

        if (status != ASTRAY_OK)
            as_feed_complain(scanner, status, talk, "--list");
        else if (said[0] != '\0' && !quiet)
            as_talk_say(talk, ASTRAY_WARNING, "--list: %s", said);
    }
    as_buf_done(&bytes);
    return status == ASTRAY_OK;
}

bool as_feed_list(struct astray_scanner *scanner, const char *word, bool quiet,
                  struct as_talk *talk)
{
    struct as_buf name = { .bytes = NULL };
    const char *file = split(word, "list", &name, talk);
    bool good = file && set_list(scanner, &name, file, quiet, talk);

    as_buf_done(&name);
    return good;
}

/* The decimal digits at the start of *word, which moves behind them.  False
 * when there are none, or the number is too large. */
static bool read_number(const char **word, uint64_t *number)
{
    const char *at = *word;

    *number = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');

        if (*number > (UINT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    if (at == *word)
        return false;
    *word = at;
    return true;
}

bool as_feed_threads(struct astray_scanner *scanner, const char *word,
                     struct as_talk *talk)
{
    const char *at = word;
    uint64_t count;

    if (!read_number(&at, &count) || *at != '\0' || count == 0 ||
        count > AS_MAX_THREADS) {
        as_talk_error(talk, NULL,
                      "`%s` in --threads is not a number from 1 to %d", word,
                      AS_MAX_THREADS);
        return false;
    }
    enum astray_status status = astray_scanner_set_threads(scanner,
                                                           (unsigned)count);
    if (status != ASTRAY_OK)
        as_feed_complain(scanner, status, talk, "--threads");
    return status == ASTRAY_OK;
}

/* "512K": false when that is no size, or no number can hold it. */
static bool read_size(const char *word, uint64_t *size)
{
    const char *letter;
    unsigned shift;

    if (!read_number(&word, size))
        return false;
    if (*word == '\0')
        return true;
    letter = strchr(size_letters, *word);
    if (!letter || word[1] != '\0')
        return false;
    shift = 10 * (unsigned)((letter - size_letters) % 4 + 1);
    if (*size > UINT64_MAX >> shift)
        return false;
    *size <<= shift;
    return true;
}

bool as_feed_memory(struct astray_scanner *scanner, const char *word,
                    struct as_talk *talk)
{
    uint64_t size;

    if (!read_size(word, &size) || size == 0) {
        as_talk_error(talk, "write it as in 512K, 64M or 1G",
                      "`%s` in --memory is not a size", word);
        return false;
    }
    enum astray_status status = astray_scanner_set_memory(scanner, size);
    if (status != ASTRAY_OK)
        as_feed_complain(scanner, status, talk, "--memory");
    return status == ASTRAY_OK;
}

bool as_feed_rules(struct astray_scanner *scanner,
                   const struct astray_rules *rules, const struct as_args *args,
                   size_t option, struct as_talk *talk)
{
    const char *name;

    for (size_t at = 0; (name = as_args_next(args, option, &at));) {
        if (!as_rules_have(rules, name, talk))
            return false;
        enum astray_status status = astray_scanner_only_rule(scanner, name);
        if (status != ASTRAY_OK) {
            as_feed_complain(scanner, status, talk, "--rule");
            return false;
        }
    }
    return true;
}

bool as_feed_params(struct astray_scanner *scanner, const struct as_args *args,
                    size_t option, struct as_talk *talk)
{
    const char *word;

    for (size_t at = 0; (word = as_args_next(args, option, &at));)
        if (!as_feed_param(scanner, word, talk))
            return false;
    return true;
}

bool as_feed_lists(struct astray_scanner *scanner, const struct as_args *args,
                   size_t option, bool quiet, struct as_talk *talk)
{
    const char *word;

    for (size_t at = 0; (word = as_args_next(args, option, &at));)
        if (!as_feed_list(scanner, word, quiet, talk))
            return false;
    return true;
}

bool as_feed_resources(struct astray_scanner *scanner,
                       const struct as_args *args, size_t threads,
                       size_t memory, struct as_talk *talk)
{
    const char *count = as_args_value(args, threads);
    const char *bytes = as_args_value(args, memory);

    if (count && !as_feed_threads(scanner, count, talk))
        return false;
    if (bytes)
        return as_feed_memory(scanner, bytes, talk);
    return astray_scanner_set_memory(scanner, ASTRAY_MEMORY_USUAL) == ASTRAY_OK;
}
