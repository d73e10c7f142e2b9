## Fuzz targets.  A build that was configured with --enable-fuzzing links them
## with libFuzzer; in every other one they are plain tests over what was kept,
## see standalone.c.
fuzz_targets = \
	%D%/fuzz_carriers \
	%D%/fuzz_conform \
	%D%/fuzz_escape \
	%D%/fuzz_glob \
	%D%/fuzz_gzip \
	%D%/fuzz_json \
	%D%/fuzz_lists \
	%D%/fuzz_pack \
	%D%/fuzz_regex \
	%D%/fuzz_rules \
	%D%/fuzz_scan \
	%D%/fuzz_sigma \
	%D%/fuzz_testfile \
	%D%/fuzz_values \
	%D%/fuzz_yaml
check_PROGRAMS += $(fuzz_targets)

if FUZZING
fuzz_main =
else
fuzz_main = %D%/standalone.c
TESTS += $(fuzz_targets)
endif

## What a target needs of the command, which is in no library.
fuzz_talk = cli/report.c cli/render.c cli/width.c cli/output.c
%C%_fuzz_carriers_SOURCES = %D%/fuzz_carriers.c $(fuzz_main)
%C%_fuzz_conform_SOURCES = $(conform_jobs) %D%/fuzz_conform.c $(fuzz_main)
%C%_fuzz_conform_LDADD = libinternal.la -ldl
%C%_fuzz_escape_SOURCES = %D%/fuzz_escape.c $(fuzz_main) $(fuzz_talk) \
	cli/blocks.c
%C%_fuzz_glob_SOURCES = %D%/fuzz_glob.c $(fuzz_main)
%C%_fuzz_gzip_SOURCES = %D%/fuzz_gzip.c $(fuzz_main)
%C%_fuzz_json_SOURCES = %D%/fuzz_json.c $(fuzz_main)
%C%_fuzz_lists_SOURCES = %D%/fuzz_lists.c $(fuzz_main)
%C%_fuzz_pack_SOURCES = $(pack_trial) %D%/fuzz_pack.c $(fuzz_main)
%C%_fuzz_regex_SOURCES = %D%/fuzz_regex.c $(fuzz_main)
%C%_fuzz_rules_SOURCES = %D%/fuzz_rules.c $(fuzz_main) $(fuzz_talk)
%C%_fuzz_scan_SOURCES = %D%/fuzz_scan.c $(fuzz_main)
%C%_fuzz_sigma_SOURCES = %D%/fuzz_sigma.c $(fuzz_main) $(fuzz_talk) \
	cli/nearest.c cli/yamltree.c cli/sigma.c cli/sigma_field.c \
	cli/sigma_value.c cli/sigma_item.c cli/sigma_match.c \
	cli/sigma_window.c cli/sigma_write.c cli/sigma_rule.c \
	cli/sigma_report.c
%C%_fuzz_testfile_SOURCES = %D%/fuzz_testfile.c $(fuzz_main) $(fuzz_talk) \
	cli/exit.c cli/nearest.c cli/walk.c cli/yamltree.c cli/testfile.c \
	cli/expect.c cli/tuning.c cli/coverage.c cli/testrun.c
%C%_fuzz_values_SOURCES = %D%/fuzz_values.c $(fuzz_main)
%C%_fuzz_yaml_SOURCES = %D%/fuzz_yaml.c $(fuzz_main) cli/yamltree.c

fuzz_flags = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_carriers_LDFLAGS = $(fuzz_flags)
%C%_fuzz_conform_LDFLAGS = $(fuzz_flags)
%C%_fuzz_escape_LDFLAGS = $(fuzz_flags)
%C%_fuzz_glob_LDFLAGS = $(fuzz_flags)
%C%_fuzz_gzip_LDFLAGS = $(fuzz_flags)
%C%_fuzz_json_LDFLAGS = $(fuzz_flags)
%C%_fuzz_lists_LDFLAGS = $(fuzz_flags)
%C%_fuzz_pack_LDFLAGS = $(fuzz_flags)
%C%_fuzz_regex_LDFLAGS = $(fuzz_flags)
%C%_fuzz_rules_LDFLAGS = $(fuzz_flags)
%C%_fuzz_scan_LDFLAGS = $(fuzz_flags)
%C%_fuzz_sigma_LDFLAGS = $(fuzz_flags)
%C%_fuzz_testfile_LDFLAGS = $(fuzz_flags)
%C%_fuzz_values_LDFLAGS = $(fuzz_flags)
%C%_fuzz_yaml_LDFLAGS = $(fuzz_flags)

EXTRA_DIST += \
	%D%/corpus \
	%D%/fuzz \
	%D%/fuzz.h \
	%D%/json_tree.h \
	%D%/seeds.py \
	%D%/shown.h

## make fuzz TARGET=rules SECONDS=600   search with one target
## make fuzz-all SECONDS=60             with each in turn
## make fuzz-merge [TARGET=rules]       take what was found into the corpus
##
## All of these want a build that was configured with --enable-fuzzing.  What
## is found lies in the build, in tests/fuzz/found; an input that breaks
## something in tests/fuzz/broken.
EXTRA_PROGRAMS += %D%/words
%C%_words_LDADD =
CLEANFILES += %D%/words$(EXEEXT)

TARGET =
SECONDS = 60
fuzz_run = srcdir='$(abs_top_srcdir)' builddir='$(abs_top_builddir)' \
	FUZZ_TARGETS='$(fuzz_targets)' FUZZING='$(FUZZ_LDFLAGS)' \
	$(SHELL) $(srcdir)/%D%/fuzz

.PHONY: fuzz fuzz-all fuzz-merge fuzz-targets
fuzz-targets: $(fuzz_targets) %D%/words$(EXEEXT) astray$(EXEEXT)
fuzz: fuzz-targets
	$(AM_V_at)$(fuzz_run) search '$(SECONDS)' $(TARGET)
fuzz-all: fuzz-targets
	$(AM_V_at)$(fuzz_run) search '$(SECONDS)' all
fuzz-merge: fuzz-targets
	$(AM_V_at)$(fuzz_run) merge $(TARGET)
