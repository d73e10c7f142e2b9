## Unit tests are C programs, one per module; the rest are scripts.  All speak
## TAP, so every case is counted and named, not every file.  `make check` runs
## them, `make tally` adds up what they said.
TEST_EXTENSIONS = .sh
LOG_DRIVER = $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)

## What a test may count on: the tree ($srcdir) and the build ($builddir) as
## absolute paths, the command, and that the machine's habits don't leak in.
AM_TESTS_ENVIRONMENT = \
	srcdir='$(abs_top_srcdir)'; builddir='$(abs_top_builddir)'; \
	ASTRAY='$(abs_top_builddir)/astray$(EXEEXT)'; \
	AWK='$(AWK)'; CC='$(CC)'; NM='$(NM)'; PKG_CONFIG='$(PKG_CONFIG)'; \
	CHECK_FLAGS='$(CHECK_FLAGS)'; LC_ALL=C; TZ=UTC; \
	export srcdir builddir ASTRAY AWK CC NM PKG_CONFIG CHECK_FLAGS; \
	ASTRAY_SHARED_DATA='$(abs_top_srcdir)/../shared/data'; \
	export LC_ALL TZ ASTRAY_SHARED_DATA; unset NO_COLOR;

## tests/unit/NAME is made from tests/unit/NAME.c and all of the library.
AM_DEFAULT_SOURCE_EXT = .c
unit_tests = \
	%D%/unit/compile \
	%D%/unit/compile_pack \
	%D%/unit/describe \
	%D%/unit/engine \
	%D%/unit/escape \
	%D%/unit/front \
	%D%/unit/glob \
	%D%/unit/hash \
	%D%/unit/hostile \
	%D%/unit/index \
	%D%/unit/ip \
	%D%/unit/json \
	%D%/unit/json_broken \
	%D%/unit/json_cases \
	%D%/unit/json_edges \
	%D%/unit/json_numbers \
	%D%/unit/listfile \
	%D%/unit/loader \
	%D%/unit/map \
	%D%/unit/native \
	%D%/unit/pack \
	%D%/unit/pool \
	%D%/unit/progress \
	%D%/unit/profile \
	%D%/unit/reader \
	%D%/unit/regex \
	%D%/unit/relax \
	%D%/unit/run \
	%D%/unit/schema \
	%D%/unit/scratch \
	%D%/unit/sieve \
	%D%/unit/spill \
	%D%/unit/table \
	%D%/unit/terms \
	%D%/unit/text \
	%D%/unit/time \
	%D%/unit/trailer \
	%D%/unit/utf8 \
	%D%/unit/values \
	%D%/unit/verify \
	%D%/unit/vm \
	%D%/unit/walk
check_PROGRAMS += $(unit_tests)
%C%_unit_progress_SOURCES = %D%/unit/progress.c cli/progress.c cli/output.c

## Everything that can fail, made to.  One file is C++, and all is linked as C
## all the same: see configure.ac.
fault_sources = \
	%D%/faults/inject.h	%D%/faults/inject.c \
	%D%/faults/inject_new.cc \
	%D%/faults/sweep.h	%D%/faults/sweep.c
fault_tests = \
	%D%/faults/faults \
	%D%/faults/command
check_PROGRAMS += $(fault_tests)
%C%_faults_faults_SOURCES = %D%/faults/faults.c $(fault_sources)
%C%_faults_faults_LINK = $(LINK)
%C%_faults_command_SOURCES = %D%/faults/command.c $(fault_sources) \
	$(astray_SOURCES)
nodist_%C%_faults_command_SOURCES = $(nodist_astray_SOURCES)
%C%_faults_command_LDADD = $(LDADD) $(SODIUM_LIBS)
%C%_faults_command_LINK = $(LINK) -Wl,--wrap=main

## Not a test: how fast events are read.  `make tests/bench/reader`.
EXTRA_PROGRAMS += %D%/bench/reader

## The same: how much faster conditions are as C.  `make tests/bench/native`.
EXTRA_PROGRAMS += %D%/bench/native

## Nor this: whether keys that an attacker chose are slow.  `make
## tests/bench/collide && tests/bench/collide`.
EXTRA_PROGRAMS += %D%/bench/collide
unit_files = \
	%D%/unit/collide.h \
	%D%/unit/describe.json \
	%D%/unit/describe.txt \
	%D%/unit/json_edges.def \
	%D%/unit/json_plain.h \
	%D%/unit/native_so.h \
	%D%/unit/sample_pack.h \
	%D%/unit/sample_rules.h \
	%D%/unit/tap.h \
	%D%/unit/verify_cases.def \
	%D%/unit/vm_cases.def
EXTRA_DIST += $(unit_files)

script_tests = \
	%D%/check-tools.sh \
	%D%/check-quickstart.sh \
	%D%/check-layers.sh \
	%D%/check-docs.sh \
	%D%/check-symbols.sh \
	%D%/check-install.sh \
	%D%/check-golden.sh \
	%D%/check-diagnostics.sh \
	%D%/check-mutants.sh \
	%D%/check-evasion.sh \
	%D%/check-silence.sh \
	%D%/cli/bench.sh \
	%D%/cli/build.sh \
	%D%/cli/check.sh \
	%D%/cli/diff.sh \
	%D%/cli/page-diff.sh \
	%D%/cli/doc.sh \
	%D%/cli/fix.sh \
	%D%/cli/explain.sh \
	%D%/cli/fmt.sh \
	%D%/cli/help.sh \
	%D%/cli/memory.sh \
	%D%/cli/native.sh \
	%D%/cli/lock.sh \
	%D%/cli/new.sh \
	%D%/cli/overlay.sh \
	%D%/cli/progress.sh \
	%D%/cli/report.sh \
	%D%/cli/scan.sh \
	%D%/cli/sign.sh \
	%D%/cli/page-signing.sh \
	%D%/cli/test.sh \
	%D%/cli/mutate.sh \
	%D%/cli/threads.sh \
	%D%/cli/usage.sh \
	%D%/rules/check-incident.sh \
	%D%/rules/check-pack.sh \
	%D%/rules/check-shapes.sh \
	%D%/sigma/check-sigma.sh \
	%D%/rules/check-mutation.sh \
	%D%/sql/check-sql.sh \
	%D%/check-language.sh \
	%D%/check-reference.sh \
	%D%/overlays.sh \
	%D%/explain.sh \
	%D%/tutorial.sh
include tests/bench/local.mk
include tests/conform/local.mk
include tests/fuzz/packs.mk
include tests/fuzz/local.mk

TESTS += $(unit_tests) $(fault_tests) $(script_tests)
EXTRA_DIST += %D%/tally %D%/lib.sh $(script_tests)

## What the scripts read.  Of a build in the source tree, results may lie
## between it.
EXTRA_DIST += %D%/cli %D%/data %D%/evasion %D%/golden %D%/json \
	%D%/reference %D%/rules %D%/sigma %D%/sql
dist-hook:
	rm -rf $(distdir)/%D%/sql/node_modules \
	  $(distdir)/%D%/reference/__pycache__
	find $(distdir)/%D% \( -name '*.log' -o -name '*.trs' \
	  -o -name 'package*.json' -o -name .dirstamp \) -exec rm -f {} +

## check-sql.sh and `make bench` fetch their peers into the build, and the
## corpora lie there.
clean-local:
	rm -rf %D%/sql/node_modules %D%/sql/package.json \
	  %D%/sql/package-lock.json %D%/bench/corpora %D%/bench/work \
	  %D%/bench/venv %D%/bench/peers/node_modules \
	  %D%/bench/peers/package.json %D%/bench/peers/package-lock.json
	find . -name "*.gcda" -exec rm -f {} +

## make coverage, in a build with --enable-coverage: which lines and branches
## these tests run.  Fails when a branch of the files that coverage.txt guards
## was not taken and is not listed there.  `make coverage-report` says the same
## of whatever tests have run, `make check` for instance.
coverage_programs = \
	%D%/unit/compile %D%/unit/compile_pack %D%/unit/engine %D%/unit/escape \
	%D%/unit/index %D%/unit/json %D%/unit/json_broken %D%/unit/json_cases \
	%D%/unit/json_edges %D%/unit/json_numbers %D%/unit/listfile \
	%D%/unit/native %D%/unit/pack %D%/unit/reader %D%/unit/run \
	%D%/unit/scratch %D%/unit/sieve %D%/unit/table %D%/unit/trailer \
	%D%/unit/values \
	%D%/unit/verify %D%/unit/vm %D%/faults/faults
coverage_tests = $(coverage_programs) %D%/check-golden.sh
EXTRA_DIST += %D%/coverage.py %D%/coverage.txt %D%/mutants.py
.PHONY: coverage coverage-report
coverage-report:
	$(AM_V_at)python3 $(srcdir)/%D%/coverage.py \
	  --srcdir '$(abs_top_srcdir)' --builddir '$(abs_top_builddir)' \
	  --gcov '$(GCOV)'
coverage:
	$(AM_V_at)case '$(CHECK_FLAGS)' in *--coverage*) ;; *) \
	  echo 'coverage is counted in a build of its own: configure it with' \
	    '--enable-coverage' >&2; exit 1 ;; esac
	find . -name '*.gcda' -exec rm -f {} +
	$(MAKE) check check_PROGRAMS='$(coverage_programs)' \
	  TESTS='$(coverage_tests)'
	$(MAKE) coverage-report

.PHONY: tally
tally:
	$(AM_V_at)AWK='$(AWK)' $(SHELL) $(srcdir)/%D%/tally $(TEST_LOGS:.log=.trs)

## `make bless` takes what the program says now for what it should say.
## Read the diff before you commit it.
.PHONY: bless
bless: astray$(EXEEXT)
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) BLESS=1; export BLESS; \
	for test in $(script_tests); do \
	  if grep -q -e BLESS -e golden.sh $(srcdir)/$$test; then $(SHELL) $(srcdir)/$$test; fi; \
	done

## `make format` lets clang-format set every C file; `make check-style` says
## what it would change, and changes nothing.
styled_files = cd $(srcdir) && find include common program compiler runtime \
	cli examples tests \( -name '*.[ch]' -o -name '*.cc' \) \
	! -name lexer.c ! -name parser.c ! -name parser.h ! -path '*/golden/*'
.PHONY: format check-style
format:
	$(styled_files) -exec clang-format -i {} +
check-style:
	$(styled_files) -exec clang-format --dry-run -Werror {} +
