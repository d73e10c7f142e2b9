/*
 * fuzz_testfile.c - a rule's test file: read, every mistake said in each
 * format, and where it has none every case run.
 *
 * The input: the file.
 */

#include "astray.h"
#include "cli/testfile.h"
#include "cli/testrun.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/shown.h"

const unsigned fuzz_variants = 16;

enum { MOST_INPUT = 16 * 1024 };

static const char text[] =
    "param least : int = 2\n"
    "list homes : cidr = [10.0.0.0/8]\n"
    "list names : text = [\"GetObject\"]\n"
    "rule r {\n"
    "  meta { id = \"r1\" title = \"one\" severity = high }\n"
    "  from cloudtrail where eventName in names\n"
    "    and sourceIPAddress not in homes\n"
    "  outcome { a = userAgent b = requestParameters.x }\n"
    "}\n"
    "rule g {\n"
    "  from cloudtrail where eventName in names\n"
    "  group by k = userIdentity.accessKeyId timespan 5m sliding\n"
    "  having count() >= least outcome { n = count() }\n"
    "}\n";

static const struct astray_rules *the_rules(void)
{
    static struct astray_rules *rules;
    struct astray_compiler *compiler;

    if (rules)
        return rules;
    compiler = astray_compiler_new();
    fuzz_require(compiler && !astray_compiler_add_text(compiler, "a.astray",
                                                       text, sizeof(text) - 1),
                 "there is a compiler");
    astray_compiler_set_insight(compiler, 1);
    fuzz_require(!astray_compiler_build(compiler, &rules), "the rules compile");
    astray_compiler_free(compiler);
    return rules;
}

static void run(const struct as_test_file *file)
{
    for (const struct as_test_case *test = file->cases; test;
         test = test->next) {
        struct as_buf why = { .bytes = NULL };
        struct as_coverage coverage = { .conditions = NULL };
        struct as_tuning tuning = { .first = NULL };
        struct as_test_setting setting = { .coverage = &coverage,
                                           .tuning = &tuning };
        struct as_test_odd odd;

        (void)as_test_run(the_rules(), &setting, file, test, &odd, &why);
        for (size_t i = 0; i < odd.count; i++)
            (void)as_test_explain(the_rules(), file, test, odd.ids[i], &why);
        fuzz_require(shown_is_safe(as_buf_view(&why), false),
                     "why a case fails can be shown");
        as_coverage_done(&coverage);
        as_tuning_done(&tuning);
        as_buf_done(&why);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct as_text input = { (const char *)bytes, length };
    char path[FUZZ_PATH];

    if (length > MOST_INPUT)
        return 0;
    int memory = fuzz_file(input, path);
    for (int format = AS_MESSAGE_TEXT; format <= AS_MESSAGE_JSON; format++) {
        struct as_talk talk = { .format = (enum as_message_format)format };
        struct as_test_file file;
        bool good = as_test_file_read(&file, path, &talk);

        fuzz_require(good == (talk.error_count == 0),
                     "a test file is good, or its mistakes are said");
        if (good && format == AS_MESSAGE_TEXT)
            run(&file);
        as_test_file_done(&file);
        as_talk_done(&talk);
    }
    close(memory);
    return 0;
}
