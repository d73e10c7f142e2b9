## Conformance: generated rules and events through the reference evaluator,
## the bytecode and the C target.  doc/testing.md says what that shows.
check_PROGRAMS += %D%/driver
conform_jobs = %D%/jobs.h %D%/jobs.c
%C%_driver_SOURCES = $(conform_jobs) %D%/driver.c
%C%_driver_LDADD = libinternal.la -ldl
script_tests += %D%/conform.sh %D%/formatted.sh
EXTRA_DIST += \
	%D%/choices.py \
	%D%/conform.py \
	%D%/engine.py \
	%D%/eventset.py \
	%D%/expressions.py \
	%D%/formatted.py \
	%D%/generate.py \
	%D%/mutants.txt \
	%D%/mutate.py \
	%D%/native.py \
	%D%/serve.py \
	%D%/shrink.py \
	%D%/tree.py \
	%D%/vocabulary.py

## make conform [COUNT=1000000] [SEED=1] [JOBS=2]
COUNT = 1000000
SEED = 1
JOBS = 2
.PHONY: conform
conform: %D%/driver$(EXEEXT)
	$(AM_V_at)CC='$(CC)' PYTHONDONTWRITEBYTECODE=1 \
	  python3 $(srcdir)/%D%/conform.py \
	  --driver '$(abs_top_builddir)/%D%/driver$(EXEEXT)' --native --tally \
	  --count '$(COUNT)' --seed '$(SEED)' --jobs '$(JOBS)'
